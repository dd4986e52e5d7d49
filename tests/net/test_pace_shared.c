// The budget that several processes keep together: real processes, a real file, real signals.
#include "net/pace.h"
#include "net/pace_ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zapis/time.h>

#define LONG_MS  20000
#define CHILDREN 6
#define TURNS    4000
#define RECORD   88 // bytes of the file
// A process may be put aside between its turn and the note of it.
#define SLACK_MS 120

struct turn {
    int64_t at_ms; // zp_clock_boot_ms
    int who;
};

struct fixture {
    char dir[64], path[96];
    TALLOC_CTX *ctx;
    struct zp_loop *loop;
    pid_t children[CHILDREN];
    size_t child_count;
    int notes[2]; // a pipe: one struct turn for each turn
    struct turn turns[TURNS];
    size_t turn_count;
    int went;
    bool done;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->dir, sizeof f->dir, "/tmp/zapis-pace-XXXXXX");
    if (mkdtemp(f->dir) == NULL || pipe2(f->notes, O_CLOEXEC) != 0) {
        return -1;
    }
    snprintf(f->path, sizeof f->path, "%s/a.db-pace-x", f->dir);
    f->ctx = talloc_new(NULL);
    f->loop = zp_loop_new(f->ctx);
    *state = f;
    return 0;
}

static void end_children(struct fixture *f) {
    for (size_t i = 0; i < f->child_count; i++) {
        kill(f->children[i], SIGKILL);
        waitpid(f->children[i], NULL, 0);
    }
    f->child_count = 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    end_children(f);
    talloc_free(f->ctx);
    close(f->notes[0]);
    close(f->notes[1]);
    unlink(f->path);
    rmdir(f->path);
    rmdir(f->dir);
    free(f);
    return 0;
}

static void run_for(struct fixture *f, int64_t ms) {
    bool never = false;
    zp_loop_run_until(f->loop, &never, ms);
}

// ---- processes

struct asker {
    struct zp_pace *pace;
    enum zp__pace_class class_;
    int who, note_fd;
};

static void on_turn(void *data) {
    struct asker *asker = data;
    struct turn turn = {.at_ms = zp_clock_boot_ms(), .who = asker->who};
    if (write(asker->note_fd, &turn, sizeof turn) != (ssize_t)sizeof turn) {
        _exit(0);
    }
    zp__pace_ask(asker->pace, asker->class_, on_turn, asker);
}

// A process that always has something to send.
static void start_asker(struct fixture *f, struct zp__pace_limits limits,
                        enum zp__pace_class class_) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0) {
        f->children[f->child_count++] = pid;
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct zp_loop *loop = zp_loop_new(NULL);
    limits.shared_path = f->path;
    struct asker asker = {.class_ = class_, .who = (int)f->child_count, .note_fd = f->notes[1]};
    asker.pace = zp__pace_new(NULL, loop, &limits);
    zp__pace_ask(asker.pace, class_, on_turn, &asker);
    zp_loop_run(loop);
    _exit(0);
}

static int by_time(const void *a, const void *b) {
    const struct turn *left = a, *right = b;
    return (left->at_ms > right->at_ms) - (left->at_ms < right->at_ms);
}

static void read_turns(struct fixture *f) {
    fcntl(f->notes[0], F_SETFL, O_NONBLOCK);
    while (f->turn_count < TURNS && read(f->notes[0], &f->turns[f->turn_count],
                                         sizeof(struct turn)) == (ssize_t)sizeof(struct turn)) {
        f->turn_count++;
    }
    qsort(f->turns, f->turn_count, sizeof *f->turns, by_time);
}

static void assert_never_more(const struct fixture *f, double per_ms, int burst) {
    for (size_t i = 0; i < f->turn_count; i++) {
        for (size_t j = i; j < f->turn_count; j++) {
            double span_ms = (double)(f->turns[j].at_ms - f->turns[i].at_ms) + SLACK_MS;
            assert_true((double)(j - i + 1) <= burst + span_ms * per_ms);
        }
    }
}

static void test_processes_keep_one_budget_and_share_it(void **state) {
    struct fixture *f = *state;
    const struct zp__pace_limits limits = {.per_second = 50, .burst = 6, .others_burst = 2};
    for (int i = 0; i < 4; i++) {
        start_asker(f, limits, ZP_PACE_SYNC);
    }
    run_for(f, 3000);
    end_children(f);
    read_turns(f);
    assert_never_more(f, 0.05, 2);
    assert_in_range(f->turn_count, 75, 160); // of 150: it does not dawdle either
    for (int who = 0; who < 4; who++) {
        size_t own = 0;
        for (size_t i = 0; i < f->turn_count; i++) {
            own += f->turns[i].who == who;
        }
        assert_true(own * 10 >= f->turn_count); // a quarter would be just
    }
}

static void test_persons_of_all_processes_share_the_burst(void **state) {
    struct fixture *f = *state;
    const struct zp__pace_limits limits = {.per_second = 20, .burst = 10, .others_burst = 2};
    for (int i = 0; i < 3; i++) {
        start_asker(f, limits, ZP_PACE_URGENT);
    }
    run_for(f, 1500);
    end_children(f);
    read_turns(f);
    assert_never_more(f, 0.02, 10);
    assert_in_range(f->turn_count, 20, 45);
}

static void on_go(void *data) {
    struct fixture *f = data;
    f->went++;
    f->done = true;
}

static int64_t person_waits_ms(struct fixture *f, struct zp_pace *pace) {
    int64_t before_ms = zp_clock_boot_ms();
    f->done = false;
    zp__pace_ask(pace, ZP_PACE_URGENT, on_go, f);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
    return zp_clock_boot_ms() - before_ms;
}

static void test_a_person_goes_before_the_work_of_other_processes(void **state) {
    struct fixture *f = *state;
    struct zp__pace_limits limits = {.per_second = 4,
                                     .burst = 6,
                                     .others_burst = 2,
                                     .background_share = 50,
                                     .shared_path = f->path};
    start_asker(f, limits, ZP_PACE_SYNC);
    start_asker(f, limits, ZP_PACE_SYNC);
    start_asker(f, limits, ZP_PACE_BACKGROUND);
    run_for(f, 600); // what they may use is used
    struct zp_pace *pace = zp__pace_new(f->ctx, f->loop, &limits);
    for (int i = 0; i < 4; i++) { // what they had to leave
        assert_in_range(person_waits_ms(f, pace), 0, SLACK_MS);
    }
    for (int i = 0; i < 4; i++) { // and then every turn there is
        assert_in_range(person_waits_ms(f, pace), 0, 250 + SLACK_MS);
    }
}

static struct zp__pace_limits slow(struct fixture *f) {
    return (struct zp__pace_limits){
        .per_second = 0.1, .burst = 3, .background_share = 100, .shared_path = f->path};
}

static void test_what_one_used_another_lacks(void **state) {
    struct fixture *f = *state;
    struct zp__pace_limits limits = slow(f);
    struct zp_pace *one = zp__pace_new(f->ctx, f->loop, &limits);
    struct zp_pace *other = zp__pace_new(f->ctx, f->loop, &limits);
    for (int i = 0; i < 3; i++) {
        assert_in_range(person_waits_ms(f, i % 2 ? one : other), 0, SLACK_MS);
    }
    struct stat status;
    assert_int_equal(stat(f->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    zp__pace_ask(one, ZP_PACE_URGENT, on_go, f);
    zp__pace_ask(other, ZP_PACE_URGENT, on_go, f);
    run_for(f, 100);
    assert_int_equal(f->went, 3);
    assert_in_range(zp__pace_wait_ms(one), 9000, 20000);
    // It outlives those who made it.
    talloc_free(one);
    talloc_free(other);
    other = zp__pace_new(f->ctx, f->loop, &limits);
    zp__pace_ask(other, ZP_PACE_URGENT, on_go, f);
    run_for(f, 50);
    assert_int_equal(f->went, 3);
}

static void test_a_pause_is_everybodys(void **state) {
    struct fixture *f = *state;
    const struct zp__pace_limits limits = {.per_second = 100, .burst = 5, .shared_path = f->path};
    struct zp_pace *one = zp__pace_new(f->ctx, f->loop, &limits);
    struct zp_pace *other = zp__pace_new(f->ctx, f->loop, &limits);
    zp__pace_hold(one, 300);
    zp__pace_hold(other, 10);
    assert_in_range(person_waits_ms(f, other), 250, 300 + SLACK_MS);
    assert_in_range(person_waits_ms(f, one), 0, SLACK_MS);
}

// ---- what may happen to the file and to those who use it

// A process that holds the file's lock. Returns when it does.
static pid_t lock_in_child(struct fixture *f) {
    int ready[2];
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int fd = open(f->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(fd, F_OFD_SETLK, &lock) != 0 || write(ready[1], "x", 1) != 1) {
            _exit(1);
        }
        for (;;) {
            pause();
        }
    }
    f->children[f->child_count++] = pid;
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void test_a_killed_holder_holds_nobody_up(void **state) {
    struct fixture *f = *state;
    const struct zp__pace_limits limits = {.per_second = 100, .burst = 50, .shared_path = f->path};
    struct zp_pace *pace = zp__pace_new(f->ctx, f->loop, &limits);
    pid_t holder = lock_in_child(f);
    zp__pace_ask(pace, ZP_PACE_URGENT, on_go, f);
    run_for(f, 100);
    assert_int_equal(f->went, 0); // it is busy
    kill(holder, SIGKILL);
    f->done = false;
    assert_true(zp_loop_run_until(f->loop, &f->done, 400));
}

static void test_a_stopped_holder_is_not_waited_for(void **state) {
    struct fixture *f = *state;
    struct zp__pace_limits limits = slow(f);
    struct zp_pace *pace = zp__pace_new(f->ctx, f->loop, &limits);
    pid_t holder = lock_in_child(f);
    zp__pace_hold(pace, 50); // is still told to the others, later
    assert_in_range(person_waits_ms(f, pace), 300, 1500);
    person_waits_ms(f, pace);
    person_waits_ms(f, pace); // its own budget
    zp__pace_ask(pace, ZP_PACE_URGENT, on_go, f);
    run_for(f, 200);
    assert_int_equal(f->went, 3);
    kill(holder, SIGKILL); // and from then on the common one again
    run_for(f, 200);
    struct zp_pace *other = zp__pace_new(f->ctx, f->loop, &limits);
    zp__pace_ask(other, ZP_PACE_URGENT, on_go, f);
    run_for(f, 100);
    assert_int_equal(f->went, 3);
}

static void test_processes_killed_at_any_moment(void **state) {
    struct fixture *f = *state;
    const struct zp__pace_limits limits = {.per_second = 400, .burst = 4, .others_burst = 2};
    for (int round = 0; round < 25; round++) {
        start_asker(f, limits, ZP_PACE_SYNC);
        start_asker(f, limits, ZP_PACE_URGENT);
        run_for(f, 20 + round);
        end_children(f);
    }
    read_turns(f);
    assert_true(f->turn_count > 100);
    assert_never_more(f, 0.4, 4);
    struct zp__pace_ledger ledger;
    struct zp__pace_file *file = zp__pace_file_open(f->ctx, f->path);
    assert_int_equal(zp__pace_file_begin(file, &ledger), ZP_PACE_PAGE_READ);
    assert_true(zp__pace_file_end(file, NULL));
}

static void put(const struct fixture *f, const void *bytes, size_t size) {
    int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

static size_t get(const struct fixture *f, unsigned char *bytes, size_t size) {
    int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t got = read(fd, bytes, size);
    close(fd);
    assert_true(got >= 0);
    return (size_t)got;
}

static enum zp__pace_page look(struct zp__pace_file *file, struct zp__pace_ledger *ledger) {
    enum zp__pace_page page = zp__pace_file_begin(file, ledger);
    assert_true(zp__pace_file_end(file, NULL));
    return page;
}

static void test_a_record_is_believed_only_whole(void **state) {
    struct fixture *f = *state;
    struct zp__pace_ledger ledger, written = {11, 22, 33, 44};
    struct zp__pace_file *file = zp__pace_file_open(f->ctx, f->path);
    assert_int_equal(zp__pace_file_begin(file, &ledger), ZP_PACE_PAGE_READ);
    assert_memory_equal(&ledger, &(struct zp__pace_ledger){0}, sizeof ledger);
    struct zp__pace_file *other = zp__pace_file_open(f->ctx, f->path);
    assert_int_equal(zp__pace_file_begin(other, &ledger), ZP_PACE_PAGE_BUSY);
    assert_true(zp__pace_file_end(file, &written));
    assert_int_equal(look(other, &ledger), ZP_PACE_PAGE_READ);
    assert_memory_equal(&ledger, &written, sizeof ledger);

    unsigned char whole[RECORD + 1], spoilt[RECORD];
    assert_int_equal(get(f, whole, sizeof whole), RECORD);
    for (size_t i = 0; i < RECORD; i++) {
        memcpy(spoilt, whole, RECORD);
        spoilt[i] ^= 1;
        put(f, spoilt, RECORD);
        assert_int_equal(look(file, &ledger), ZP_PACE_PAGE_UNKNOWN);
        put(f, whole, i);
        assert_int_equal(look(file, &ledger), ZP_PACE_PAGE_UNKNOWN);
    }
    put(f, whole, RECORD);
    assert_int_equal(look(file, &ledger), ZP_PACE_PAGE_READ);
    put(f, "SQLite format 3", 16);
    assert_int_equal(look(other, &ledger), ZP_PACE_PAGE_UNKNOWN);
    assert_int_equal(unlink(f->path), 0); // and is made again
    assert_int_equal(look(file, &ledger), ZP_PACE_PAGE_UNKNOWN);
    assert_int_equal(zp__pace_file_begin(file, &ledger), ZP_PACE_PAGE_UNKNOWN);
    assert_true(zp__pace_file_end(file, &written));
    assert_int_equal(look(other, &ledger), ZP_PACE_PAGE_READ);
}

// Sums as the file does, so that only the boot id differs.
static void test_another_start_of_the_machine_tells_nothing(void **state) {
    struct fixture *f = *state;
    struct zp__pace_ledger ledger, written = {11, 22, 33, 44};
    struct zp__pace_file *file = zp__pace_file_open(f->ctx, f->path);
    zp__pace_file_begin(file, &ledger);
    assert_true(zp__pace_file_end(file, &written));
    unsigned char record[RECORD];
    assert_int_equal(get(f, record, sizeof record), RECORD);
    record[8] = record[8] == 'a' ? 'b' : 'a';
    uint64_t sum = 0xCBF29CE484222325u;
    for (size_t i = 0; i < RECORD - sizeof sum; i++) {
        sum = (sum ^ record[i]) * 0x100000001B3u;
    }
    memcpy(record + RECORD - sizeof sum, &sum, sizeof sum);
    put(f, record, RECORD);
    assert_int_equal(look(file, &ledger), ZP_PACE_PAGE_UNKNOWN);
    memcpy(record + 8, (char[ZP_BOOT_ID_SIZE]){0}, ZP_BOOT_ID_SIZE);
    assert_true(zp_clock_boot_id((char *)record + 8));
    sum = 0xCBF29CE484222325u;
    for (size_t i = 0; i < RECORD - sizeof sum; i++) {
        sum = (sum ^ record[i]) * 0x100000001B3u;
    }
    memcpy(record + RECORD - sizeof sum, &sum, sizeof sum);
    put(f, record, RECORD);
    assert_int_equal(look(file, &ledger), ZP_PACE_PAGE_READ);
}

static void test_what_is_not_known_counts_as_used(void **state) {
    struct fixture *f = *state;
    const struct zp__pace_limits limits = {.per_second = 5, .burst = 3, .shared_path = f->path};
    put(f, "garbage", 7);
    struct zp_pace *pace = zp__pace_new(f->ctx, f->loop, &limits);
    struct zp_pace *other = zp__pace_new(f->ctx, f->loop, &limits);
    assert_in_range(person_waits_ms(f, pace), 150, 200 + SLACK_MS);
    assert_in_range(person_waits_ms(f, other), 150, 200 + SLACK_MS);
    put(f, "", 0); // cut while in use: nobody dies of it
    assert_in_range(person_waits_ms(f, pace), 100, 200 + SLACK_MS);
}

static void test_without_the_file_each_keeps_its_own(void **state) {
    struct fixture *f = *state;
    struct zp__pace_limits limits = slow(f);
    assert_int_equal(mkdir(f->path, 0700), 0);
    struct zp_pace *pace = zp__pace_new(f->ctx, f->loop, &limits);
    for (int i = 0; i < 3; i++) {
        assert_in_range(person_waits_ms(f, pace), 0, SLACK_MS);
    }
    zp__pace_ask(pace, ZP_PACE_URGENT, on_go, f);
    run_for(f, 50);
    assert_int_equal(f->went, 3);
    assert_int_equal(rmdir(f->path), 0);
    assert_int_equal(symlink("/etc/passwd", f->path), 0);
    assert_null(zp__pace_file_open(f->ctx, f->path));
}

static void test_a_file_that_is_lost_while_in_use(void **state) {
    struct fixture *f = *state;
    struct zp__pace_limits limits = slow(f);
    struct zp_pace *pace = zp__pace_new(f->ctx, f->loop, &limits);
    person_waits_ms(f, pace);
    assert_int_equal(unlink(f->path), 0);
    assert_int_equal(mkdir(f->path, 0700), 0);
    assert_in_range(person_waits_ms(f, pace), 0, SLACK_MS); // what it knows of itself still counts
    assert_in_range(person_waits_ms(f, pace), 0, SLACK_MS);
    zp__pace_ask(pace, ZP_PACE_URGENT, on_go, f);
    run_for(f, 50);
    assert_int_equal(f->went, 3);
}

static void test_the_path_stands_beside_the_store(void **state) {
    struct fixture *f = *state;
    assert_string_equal(zp__pace_path(f->ctx, "sqlite:/x/zapis.db", "dikidi"),
                        "/x/zapis.db-pace-dikidi");
    assert_null(zp__pace_path(f->ctx, "postgresql://host/zapis", "dikidi"));
    assert_null(zp__pace_path(f->ctx, "sqlite::memory:", "dikidi"));
    assert_null(zp__pace_path(f->ctx, "", "dikidi"));
    assert_null(zp__pace_path(f->ctx, NULL, "dikidi"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_processes_keep_one_budget_and_share_it),
        T(test_persons_of_all_processes_share_the_burst),
        T(test_a_person_goes_before_the_work_of_other_processes),
        T(test_what_one_used_another_lacks),
        T(test_a_pause_is_everybodys),
        T(test_a_killed_holder_holds_nobody_up),
        T(test_a_stopped_holder_is_not_waited_for),
        T(test_processes_killed_at_any_moment),
        T(test_a_record_is_believed_only_whole),
        T(test_another_start_of_the_machine_tells_nothing),
        T(test_what_is_not_known_counts_as_used),
        T(test_without_the_file_each_keeps_its_own),
        T(test_a_file_that_is_lost_while_in_use),
        T(test_the_path_stands_beside_the_store),
    };
    return cmocka_run_group_tests_name("pace_shared", tests, NULL, NULL);
}
