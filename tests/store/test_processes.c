// Several processes and one journal: killed, stopped, writing at the same time, seeing each other.
#include "worker.h"

#include <signal.h>
#include <unistd.h>
#include <zapis/time.h>

// Set to repeat a run of the kills.
#define SEED_VARIABLE "ZAPIS_TEST_SEED"
#define KILLS         25

static uint64_t random_state;
static uint64_t random_below(uint64_t limit) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 33) % limit;
}

static void seed_random(void) {
    const char *seed = getenv(SEED_VARIABLE);
    random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)zp_clock_boot_ms();
    print_message("%s=%llu\n", SEED_VARIABLE, (unsigned long long)random_state);
}

static void wait_us(uint64_t us) {
    nanosleep(&(struct timespec){.tv_nsec = (long)us * 1000}, NULL);
}

// Kills a writer after some of its answers, a moment later; adds what it was told is stored.
static char **kill_a_writer(struct place *place, int round, char **acknowledged, size_t *count) {
    char *prefix = talloc_asprintf(place->ctx, "round%d", round);
    struct worker worker = worker_start(place, "write", prefix, "1000000");
    uint64_t after = random_below(40);
    char *line = NULL;
    for (uint64_t i = 0; i < after; i++) {
        line = worker_line(acknowledged, &worker);
        acknowledged = talloc_realloc(place->ctx, acknowledged, char *, *count + 1);
        acknowledged[(*count)++] = line;
    }
    wait_us(random_below(3000));
    worker_signal(&worker, SIGKILL);
    while ((line = worker_line(acknowledged, &worker)) != NULL) {
        acknowledged = talloc_realloc(place->ctx, acknowledged, char *, *count + 1);
        acknowledged[(*count)++] = line;
    }
    assert_int_equal(worker_end(&worker), -SIGKILL);
    return acknowledged;
}

static void test_killed_at_any_moment_nothing_acknowledged_is_lost(void **state) {
    struct place *place = *state;
    place_close(place);
    seed_random();
    size_t count = 0;
    char **acknowledged = talloc_array(place->ctx, char *, 0);
    for (int i = 0; i < KILLS; i++) {
        acknowledged = kill_a_writer(place, i, acknowledged, &count);
    }
    place_open(place);
    for (size_t i = 0; i < count; i++) {
        assert_null(strstr(acknowledged[i], "error"));
        assert_true(booking(place, acknowledged[i])->ok);
    }
    // What is stored is stored whole: booking, history and task.
    struct zp__store_answer *all = day(place, 0, MORNING * 2, NULL, true);
    assert_true(all->booking_count >= count);
    print_message("%d kills, %zu acknowledged, %zu stored\n", KILLS, count, all->booking_count);
    for (size_t i = 0; i < all->booking_count; i++) {
        struct zp__store_answer *one = booking(place, all->bookings[i]->request_id);
        assert_int_equal(one->history_count, 1);
        assert_true(booking(place, one->booking->booking_ids[1])->ok);
    }
    assert_int_equal(tasks(place)->task_count, all->booking_count);
    place_close(place);
    assert_file_whole(place->path);
}

static void put_a_task(struct place *place) {
    struct zp__store_new_task task = {.kind = "book", .next_at = MORNING};
    assert_true(apply(place, &(struct zp__change){.booking = booking_full(place->ctx, 1),
                                                  .tasks = &task,
                                                  .task_count = 1})
                    ->ok);
}

static void test_the_work_of_a_killed_process_is_taken_over_at_once(void **state) {
    struct place *place = *state;
    put_a_task(place);
    struct worker worker = worker_start(place, "hold", "", "150000");
    assert_string_equal(worker_line(place->ctx, &worker), "1");
    assert_int_equal(claim(place, MORNING, 9)->task_count, 0);
    worker_signal(&worker, SIGKILL);
    assert_int_equal(worker_end(&worker), -SIGKILL);
    struct zp__store_answer *answer = claim(place, MORNING, 9);
    assert_int_equal(answer->task_count, 1);
    assert_true(apply(place, &(struct zp__change){.task_id = answer->tasks[0].task.id,
                                                  .task_end = ZP_TASK_FINISHED})
                    ->ok);
}

static void test_the_work_of_a_stopped_one_only_when_its_lease_ends(void **state) {
    struct place *place = *state;
    put_a_task(place);
    const int64_t lease_ms = 1500;
    int64_t before = zp_clock_boot_ms();
    struct worker worker = worker_start(place, "hold", "", "1500");
    assert_string_equal(worker_line(place->ctx, &worker), "1");
    worker_signal(&worker, SIGSTOP);
    size_t claims = 0;
    struct zp__store_answer *answer;
    do {
        answer = claim(place, MORNING, 9);
        claims++;
        assert_true(zp_clock_boot_ms() < before + PATIENCE_MS);
    } while (answer->task_count == 0);
    assert_true(zp_clock_boot_ms() >= before + lease_ms);
    assert_true(claims > 1);
    worker_signal(&worker, SIGKILL);
    worker_end(&worker);
}

static void test_two_writers_do_not_starve_each_other(void **state) {
    struct place *place = *state;
    struct worker workers[2];
    for (int i = 0; i < 2; i++) {
        workers[i] = worker_start(place, "load", i == 0 ? "a" : "b", "400");
    }
    for (int i = 0; i < 2; i++) {
        char *line = worker_line(place->ctx, &workers[i]);
        assert_non_null(line);
        char *end = NULL;
        long long p50 = strtoll(line, &end, 10), p99 = strtoll(end, NULL, 10);
        print_message("writer %d: p50 %lld us, p99 %lld us%s\n", i, p50, p99, p50 == 0 ? line : "");
        assert_true(p50 > 0);
        assert_true(p99 < 1000000);
        assert_int_equal(worker_end(&workers[i]), 0);
    }
    assert_int_equal(day(place, 0, MORNING * 2, NULL, true)->booking_count, 800);
}

// ---- hooks

// The last line: how many it stored, and how many of those were not there before.
static void last_line(struct place *place, struct worker *worker, int *answered, int *fresh) {
    for (char *line; (line = worker_line(place->ctx, worker)) != NULL; talloc_free(line)) {
        char *end = NULL;
        assert_null(strstr(line, "error"));
        *answered = (int)strtol(line, &end, 10);
        *fresh = (int)strtol(end, NULL, 10);
    }
}

static void test_the_same_hooks_by_two_processes_are_stored_once(void **state) {
    struct place *place = *state;
    enum { COUNT = 800 };
    struct worker workers[2];
    int fresh[2] = {0}, answered[2] = {0};
    // Neither may write before both are there.
    hold_outside(place->path);
    for (int i = 0; i < 2; i++) {
        workers[i] = worker_start(place, i == 0 ? "hooks" : "hooks-back", "e", "800");
    }
    for (int i = 0; i < 2; i++) {
        assert_string_equal(worker_line(place->ctx, &workers[i]), "0 0");
    }
    release_outside();
    for (int i = 0; i < 2; i++) {
        last_line(place, &workers[i], &answered[i], &fresh[i]);
        assert_int_equal(answered[i], COUNT);
        assert_int_equal(worker_end(&workers[i]), 0);
    }
    print_message("%d and %d of %d\n", fresh[0], fresh[1], COUNT);
    assert_int_equal(fresh[0] + fresh[1], COUNT);
    assert_true(fresh[0] > 0 && fresh[1] > 0); // they met
    assert_int_equal(number_outside(place->path, "SELECT count(*) FROM hook"), COUNT);
    assert_int_equal(tasks(place)->task_count, COUNT);
}

static void test_killed_while_hooks_come_none_acknowledged_is_lost(void **state) {
    struct place *place = *state;
    seed_random();
    int answered = 0, fresh = 0, all = 0;
    for (int i = 0; i < KILLS / 3; i++) {
        // What was stored before comes again: the sender repeats what was not answered.
        struct worker worker = worker_start(place, "hooks", "e", "1000000");
        for (uint64_t lines = random_below(20); lines > 0; lines--) {
            char *line = worker_line(place->ctx, &worker);
            int told = (int)strtol(line, NULL, 10);
            all = told > all ? told : all;
        }
        wait_us(random_below(3000));
        worker_signal(&worker, SIGKILL);
        last_line(place, &worker, &answered, &fresh);
        all = answered > all ? answered : all;
        assert_int_equal(worker_end(&worker), -SIGKILL);
    }
    int64_t stored = number_outside(place->path, "SELECT count(*) FROM hook");
    print_message("%d acknowledged, %lld stored\n", all, (long long)stored);
    assert_true(stored >= all);
    // Every hook has its look, whole batches only.
    assert_int_equal(stored % 8, 0);
    assert_int_equal(tasks(place)->task_count, stored);
    place_close(place);
    assert_file_whole(place->path);
}

// ---- seeing each other

struct seen {
    int calls;
    bool any;
};

static void on_foreign(void *data) {
    struct seen *seen = data;
    seen->calls++;
    seen->any = true;
}

static void test_what_another_process_commits_is_seen(void **state) {
    struct place *place = *state;
    struct seen seen = {0};
    zp__store_on_foreign_change(place->store, on_foreign, &seen);
    int64_t before = zp_clock_boot_ms();
    struct worker worker = worker_start(place, "write", "w", "1");
    assert_string_equal(worker_line(place->ctx, &worker), "w-0");
    int64_t acknowledged = zp_clock_boot_ms();
    assert_true(zp_loop_run_until(place->loop, &seen.any, PATIENCE_MS));
    int64_t now = zp_clock_boot_ms();
    print_message("seen %lld ms after the answer, %lld ms after the start\n",
                  (long long)(now - acknowledged), (long long)(now - before));
    assert_true(now - acknowledged < 1000);
    assert_int_equal(worker_end(&worker), 0);
}

static void test_our_own_commits_are_not(void **state) {
    struct place *place = *state;
    struct seen seen = {0};
    zp__store_on_foreign_change(place->store, on_foreign, &seen);
    for (int i = 0; i < 50; i++) {
        put(place, booking_full(place->ctx, i));
    }
    // Nothing may come, so there is nothing to wait for but time.
    assert_false(zp_loop_run_until(place->loop, &seen.any, 300));
}

// The hint comes before the commit can be seen; the last one must not be lost all the same.
static void test_every_last_commit_is_seen(void **state) {
    struct place *place = *state;
    struct seen seen = {0};
    zp__store_on_foreign_change(place->store, on_foreign, &seen);
    struct zp_store *ours = place->store;
    struct zp_store *other = place_open_other(place, "550001");
    for (int i = 0; i < 200; i++) {
        seen.any = false;
        place->store = other;
        put(place, booking_full(place->ctx, i));
        place->store = ours;
        assert_true(zp_loop_run_until(place->loop, &seen.any, 1000));
        if (i % 10 == 0) {
            put(place, booking_full(place->ctx, 1000 + i));
        }
    }
    assert_true(seen.calls >= 200);
}

static void test_a_long_commit_is_seen_when_it_is_done(void **state) {
    struct place *place = *state;
    struct seen seen = {0};
    zp__store_on_foreign_change(place->store, on_foreign, &seen);
    assert_int_equal(counts(place)->error.code, ZP_OK);
    // Its pages go to the log before it is committed: the log moves, the journal does not.
    hold_outside(place->path);
    spill_outside();
    assert_false(zp_loop_run_until(place->loop, &seen.any, 300));
    release_outside();
    assert_true(zp_loop_run_until(place->loop, &seen.any, 1000));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(int argc, char **argv) {
    if (argc > 1) {
        return worker_main(argc, argv);
    }
    const struct CMUnitTest list[] = {
        TEST(test_killed_at_any_moment_nothing_acknowledged_is_lost),
        TEST(test_the_work_of_a_killed_process_is_taken_over_at_once),
        TEST(test_the_work_of_a_stopped_one_only_when_its_lease_ends),
        TEST(test_the_same_hooks_by_two_processes_are_stored_once),
        TEST(test_killed_while_hooks_come_none_acknowledged_is_lost),
        TEST(test_two_writers_do_not_starve_each_other),
        TEST(test_what_another_process_commits_is_seen),
        TEST(test_our_own_commits_are_not),
        TEST(test_every_last_commit_is_seen),
        TEST(test_a_long_commit_is_seen_when_it_is_done),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
