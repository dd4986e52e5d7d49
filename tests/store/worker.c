#include "worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zapis/time.h>

// Writes of a worker under way at once: they share commits.
#define IN_FLIGHT 4

struct worker worker_start(struct place *place, const char *mode, const char *first,
                           const char *second) {
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const char *argv[] = {"worker", mode, place->url, first, second, NULL};
    struct worker worker = {.out = ends[0]};
    assert_int_equal(posix_spawn(&worker.pid, "/proc/self/exe", &actions, NULL,
                                 (char *const *)(uintptr_t)argv, environ),
                     0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    return worker;
}

char *worker_line(TALLOC_CTX *ctx, struct worker *worker) {
    char line[256];
    size_t size = 0;
    for (;;) {
        struct pollfd ready = {.fd = worker->out, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        if (read(worker->out, &line[size], 1) != 1) {
            return NULL;
        }
        if (line[size] == '\n') {
            return talloc_strndup(ctx, line, size);
        }
        assert_true(++size < sizeof line);
    }
}

void worker_signal(const struct worker *worker, int signum) {
    assert_int_equal(kill(worker->pid, signum), 0);
}

int worker_end(struct worker *worker) {
    int status = 0;
    assert_int_equal(waitpid(worker->pid, &status, 0), worker->pid);
    close(worker->out);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// ---- inside the other process

struct work {
    struct zp_loop *loop;
    struct zp_store *store;
    const char *prefix;
    int next, answered, count;
    int fresh; // hooks that were not there before
    bool backwards;
    bool done;
    int64_t *took_us; // NULL: answers are said instead
};
struct piece {
    struct work *work;
    int number;
    int64_t started_us;
};

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vdprintf(STDOUT_FILENO, format, list);
    va_end(list);
}

static void next_piece(struct work *work);

static void on_written(const struct zp__store_answer *answer, void *data) {
    struct piece *piece = data;
    struct work *work = piece->work;
    if (!answer->ok) {
        say("error %s\n", answer->error.message);
        _exit(1);
    }
    if (work->took_us != NULL) {
        work->took_us[work->answered] = now_us() - piece->started_us;
    } else {
        say("%s\n", answer->booking->request_id);
    }
    work->done = ++work->answered == work->count;
    talloc_free(piece);
    next_piece(work);
}

// A booking with its history and its task: they are there together or not at all.
static void next_piece(struct work *work) {
    if (work->next == work->count) {
        return;
    }
    struct piece *piece = talloc_zero(work->store, struct piece);
    piece->work = work;
    piece->number = work->next++;
    piece->started_us = now_us();
    struct zp_booking *b = booking_full(piece, piece->number);
    b->request_id = talloc_asprintf(b, "%s-%d", work->prefix, piece->number);
    for (size_t i = 0; i < b->booking_id_count; i++) {
        b->booking_ids[i] = talloc_asprintf(b, "%s-%d-%zu", work->prefix, piece->number, i);
    }
    b->booking_id = b->booking_ids[0];
    struct zp_history line = entry(MORNING, "intent", work->prefix, "");
    struct zp__store_new_task task = {.kind = "book", .next_at = MORNING + 999999};
    zp__store_apply(
        work->store,
        &(struct zp__change){
            .booking = b, .history = &line, .history_count = 1, .tasks = &task, .task_count = 1},
        on_written, piece);
}

static int by_size(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

static int work_write(struct work *work) {
    for (int i = 0; i < IN_FLIGHT; i++) {
        next_piece(work);
    }
    return zp_loop_run_until(work->loop, &work->done, INT32_MAX) ? 0 : 1;
}

// One after the other without a pause; says the median and the 99th percentile.
static int work_load(struct work *work) {
    work->took_us = talloc_zero_array(work->store, int64_t, (size_t)work->count);
    next_piece(work);
    if (!zp_loop_run_until(work->loop, &work->done, PATIENCE_MS * 4)) {
        return 1;
    }
    qsort(work->took_us, (size_t)work->count, sizeof work->took_us[0], by_size);
    say("%lld %lld\n", (long long)work->took_us[work->count / 2],
        (long long)work->took_us[work->count * 99 / 100]);
    return 0;
}

static void on_claimed(const struct zp__store_answer *answer, void *data) {
    (void)data;
    say("%zu\n", answer->task_count);
}

// Claims what is due, says how many, and stays.
static int work_hold(struct work *work) {
    bool never = false;
    zp__store_claim(work->store, MORNING, (struct zp__store_room){99, 99}, on_claimed, NULL);
    zp_loop_run_until(work->loop, &never, INT32_MAX);
    return 0;
}

// ---- hooks

#define HOOKS_AT_ONCE 8

static void next_hooks(struct work *work);

// Says how many are stored so far, and how many of those were not there before.
static void on_hooks(const struct zp__store_answer *answer, void *data) {
    struct work *work = data;
    if (!answer->ok) {
        say("error %s\n", answer->error.message);
        _exit(1);
    }
    work->answered += HOOKS_AT_ONCE;
    work->fresh += HOOKS_AT_ONCE - (int)answer->repeats;
    say("%d %d\n", work->answered, work->fresh);
    work->done = work->answered >= work->count;
    next_hooks(work);
}

static void next_hooks(struct work *work) {
    if (work->next >= work->count) {
        return;
    }
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__hook list[HOOKS_AT_ONCE] = {0};
    for (int i = 0; i < HOOKS_AT_ONCE; i++, work->next++) {
        int number = work->backwards ? work->count - 1 - work->next : work->next;
        list[i] = (struct zp__hook){
            .source = "dikidi",
            .event_id = talloc_asprintf(ctx, "%s%d", work->prefix, number),
            .subject = talloc_asprintf(ctx, ZP_SUBJECT_NUMBER "%s%d", work->prefix, number),
            .received_at = MORNING,
        };
    }
    zp__store_hooks(work->store, list, HOOKS_AT_ONCE, on_hooks, work);
    talloc_free(ctx);
}

// Batches with the ids prefix0, prefix1 … one after the other, or from the last to the first.
static int work_hooks(struct work *work) {
    say("0 0\n");
    next_hooks(work);
    return zp_loop_run_until(work->loop, &work->done, INT32_MAX) ? 0 : 1;
}

int worker_main(int argc, char **argv) {
    if (argc != 5) {
        return 2;
    }
    // argv[4]: how many, or the lease in milliseconds.
    int number = (int)strtol(argv[4], NULL, 10);
    bool hold = strcmp(argv[1], "hold") == 0;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_error error = {0};
    struct work work = {.prefix = argv[3], .count = number};
    const struct zp__store_options options = {.lease_ms = hold ? number : ZP__STORE_LEASE_MS};
    work.backwards = strcmp(argv[1], "hooks-back") == 0;
    work.loop = zp_loop_new(ctx);
    work.store = zp__store_open_with(ctx, work.loop, argv[2], "550001", &options, &error);
    if (work.store == NULL) {
        say("error %s\n", error.message);
        return 1;
    }
    int status = hold                                ? work_hold(&work)
                 : strcmp(argv[1], "load") == 0      ? work_load(&work)
                 : strncmp(argv[1], "hooks", 5) == 0 ? work_hooks(&work)
                                                     : work_write(&work);
    talloc_free(ctx);
    return status;
}
