// The event loop: order, freeing from the own callback, waiting, descriptors, signals, wakers.
#include <zapis/loop.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG_MS 20000 // a wait that must not be needed

struct fixture {
    TALLOC_CTX *ctx;
    struct zp_loop *loop;
    char trace[128]; // what happened, a letter each
    bool done;
    int count;
    int fds[2];
    struct zp_timer *timer;
    struct zp_watch *watch;
    struct zp_waker *waker;
    struct zp_loop_hook *hook, *other_hook;
    struct zp_signal *signal;
    pthread_t thread;
    bool on_loop_thread;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->ctx = talloc_new(NULL);
    f->loop = zp_loop_new(f->ctx);
    f->thread = pthread_self();
    f->fds[0] = f->fds[1] = -1;
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    talloc_free(f->ctx);
    for (int i = 0; i < 2; i++) {
        if (f->fds[i] >= 0) {
            close(f->fds[i]);
        }
    }
    free(f);
    return 0;
}

static void trace(struct fixture *f, char letter) {
    size_t size = strlen(f->trace);
    if (size + 1 < sizeof f->trace) {
        f->trace[size] = letter;
        f->trace[size + 1] = '\0';
    }
}

static int64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_done(void *data) {
    struct fixture *f = data;
    f->done = true;
}

// ------------------------------------------------------------------------------------- deferred

static void defer_c(void *data) {
    trace(data, 'c');
}
static void defer_b(void *data) {
    trace(data, 'b');
}
static void defer_a(void *data) {
    struct fixture *f = data;
    trace(f, 'a');
    zp_loop_defer(f->loop, defer_c, f);
}

static void test_deferred_calls_run_in_order_and_later(void **state) {
    struct fixture *f = *state;
    zp_loop_defer(f->loop, defer_a, f);
    zp_loop_defer(f->loop, defer_b, f);
    assert_string_equal(f->trace, "");
    zp_loop_run(f->loop); // nothing else keeps it alive
    assert_string_equal(f->trace, "abc");
}

static void test_a_wait_answered_by_a_deferred_call_ends_at_once(void **state) {
    struct fixture *f = *state;
    int64_t before = clock_ms();
    zp_loop_defer(f->loop, on_done, f);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
    assert_true(clock_ms() - before < LONG_MS / 2);
}

static void test_a_wait_ends_with_its_time(void **state) {
    struct fixture *f = *state;
    int64_t before = clock_ms();
    assert_false(zp_loop_run_until(f->loop, &f->done, 30));
    assert_true(clock_ms() - before >= 30);
    f->done = true;
    assert_true(zp_loop_run_until(f->loop, &f->done, 0));
}

static void stop_loop(void *data) {
    struct fixture *f = data;
    trace(f, 's');
    zp_loop_stop(f->loop);
}

static void test_stop_ends_a_run_or_a_wait_or_the_next_one(void **state) {
    struct fixture *f = *state;
    f->timer = zp_timer_new(f->ctx, f->loop, on_done, f);
    zp_timer_start(f->timer, LONG_MS, 0);
    zp_loop_defer(f->loop, stop_loop, f);
    zp_loop_run(f->loop);
    zp_loop_defer(f->loop, stop_loop, f);
    assert_false(zp_loop_run_until(f->loop, &f->done, LONG_MS));
    assert_string_equal(f->trace, "ss");
    zp_loop_stop(f->loop);
    zp_loop_defer(f->loop, defer_b, f);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "ss"); // left at once
    zp_timer_stop(f->timer);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "ssb"); // and what was deferred is not lost
}

// --------------------------------------------------------------------------------------- timers

static void free_own_timer(void *data) {
    struct fixture *f = data;
    trace(f, 't');
    talloc_free(f->timer);
    f->timer = NULL;
}

static void test_a_timer_may_free_itself(void **state) {
    struct fixture *f = *state;
    f->timer = zp_timer_new(f->ctx, f->loop, free_own_timer, f);
    zp_timer_start(f->timer, 0, 1); // would repeat
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "t");
}

static void count_to_three(void *data) {
    struct fixture *f = data;
    if (++f->count == 3) {
        zp_timer_stop(f->timer);
    }
}

static void test_a_timer_repeats_until_stopped(void **state) {
    struct fixture *f = *state;
    f->timer = zp_timer_new(f->ctx, f->loop, count_to_three, f);
    zp_timer_start(f->timer, 1, 1);
    zp_loop_run(f->loop);
    assert_int_equal(f->count, 3);
}

static void test_starting_again_replaces_the_delay(void **state) {
    struct fixture *f = *state;
    int64_t before = clock_ms();
    f->timer = zp_timer_new(f->ctx, f->loop, on_done, f);
    zp_timer_start(f->timer, LONG_MS, 0);
    zp_timer_start(f->timer, 20, 0);
    zp_loop_run(f->loop);
    assert_true(f->done);
    assert_in_range(clock_ms() - before, 20, LONG_MS / 2);
}

static void start_after_work(void *data) {
    struct fixture *f = data;
    int64_t until = clock_ms() + 40;
    while (clock_ms() < until) { // the turn's cached time is now old
    }
    zp_timer_start(f->timer, 30, 0);
}

static void test_a_timer_counts_from_its_start_not_from_the_turns(void **state) {
    struct fixture *f = *state;
    f->timer = zp_timer_new(f->ctx, f->loop, on_done, f);
    int64_t before = clock_ms();
    zp_loop_defer(f->loop, start_after_work, f);
    zp_loop_run(f->loop);
    assert_true(f->done);
    assert_true(clock_ms() - before >= 70);
}

static void restart_at_once(void *data) {
    struct fixture *f = data;
    f->count++;
    zp_timer_start(f->timer, 0, 0);
}

static void test_a_timer_without_delay_does_not_starve_the_rest(void **state) {
    struct fixture *f = *state;
    f->timer = zp_timer_new(f->ctx, f->loop, restart_at_once, f);
    zp_timer_start(f->timer, 0, 0);
    zp_loop_defer(f->loop, on_done, f);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
}

static void test_a_background_timer_does_not_keep_the_loop_alive(void **state) {
    struct fixture *f = *state;
    f->timer = zp_timer_new(f->ctx, f->loop, on_done, f);
    zp_timer_start(f->timer, LONG_MS, 0);
    zp_timer_background(f->timer);
    zp_loop_run(f->loop);
    assert_false(f->done);
}

// ---------------------------------------------------------------------------------------- hooks

static void hook_frees_both(void *data) {
    struct fixture *f = data;
    trace(f, 'h');
    talloc_free(f->other_hook);
    talloc_free(f->hook);
}

static void hook_counts(void *data) {
    struct fixture *f = data;
    f->count++;
}

static void test_hooks_run_before_waiting_and_may_free_each_other(void **state) {
    struct fixture *f = *state;
    zp_loop_before_wait(f->ctx, f->loop, hook_counts, f);
    f->hook = zp_loop_before_wait(f->ctx, f->loop, hook_frees_both, f);
    f->other_hook = zp_loop_before_wait(f->ctx, f->loop, hook_counts, f); // freed before its turn
    zp_loop_before_wait(f->ctx, f->loop, hook_counts, f);
    zp_loop_defer(f->loop, defer_b, f);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "bh");
    assert_int_equal(f->count, 2);
}

// ---------------------------------------------------------------------------------- descriptors

static void read_and_free_watch(int events, void *data) {
    struct fixture *f = data;
    char letter;
    if (events & ZP_WATCH_READ && read(f->fds[0], &letter, 1) == 1) {
        trace(f, letter);
    }
    talloc_free(f->watch);
    f->watch = NULL;
}

static void test_a_watch_may_free_itself_and_its_descriptor_be_watched_anew(void **state) {
    struct fixture *f = *state;
    assert_int_equal(pipe(f->fds), 0);
    assert_int_equal(write(f->fds[1], "xyz", 3), 3);
    for (int i = 0; i < 2; i++) {
        f->watch = zp_watch_new(f->ctx, f->loop, f->fds[0], ZP_WATCH_READ, read_and_free_watch, f);
        assert_non_null(f->watch);
        zp_loop_run(f->loop);
    }
    assert_string_equal(f->trace, "xy");
}

static void test_what_cannot_be_watched_gives_null(void **state) {
    struct fixture *f = *state;
    assert_int_equal(pipe(f->fds), 0);
    FILE *file = tmpfile();
    assert_null(zp_watch_new(f->ctx, f->loop, fileno(file), ZP_WATCH_READ, read_and_free_watch, f));
    fclose(file);
    f->watch = zp_watch_new(f->ctx, f->loop, f->fds[0], ZP_WATCH_READ, read_and_free_watch, f);
    assert_non_null(f->watch);
    assert_null(zp_watch_new(f->ctx, f->loop, f->fds[0], ZP_WATCH_READ, read_and_free_watch, f));
    talloc_free(f->watch);
    assert_null(zp_watch_new(f->ctx, f->loop, 1000, ZP_WATCH_READ, read_and_free_watch, f));
}

static void test_a_terminal_can_be_watched_and_keeps_its_flags(void **state) {
    struct fixture *f = *state;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    f->fds[0] = open(ptsname(master), O_RDWR | O_NOCTTY);
    f->fds[1] = master;
    assert_true(f->fds[0] >= 0);
    int flags = fcntl(f->fds[0], F_GETFL);
    f->watch = zp_watch_new(f->ctx, f->loop, f->fds[0], ZP_WATCH_READ, read_and_free_watch, f);
    assert_non_null(f->watch);
    assert_int_equal(fcntl(f->fds[0], F_GETFL), flags);
    assert_int_equal(flags & O_NONBLOCK, 0);
    assert_int_equal(write(master, "k\n", 2), 2);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "k");
}

static void on_broken_pipe(int events, void *data) {
    struct fixture *f = data;
    if (events & ZP_WATCH_WRITE && write(f->fds[1], "x", 1) < 0 && errno == EPIPE) {
        trace(f, 'e');
    }
    if (++f->count == 2) { // it is announced until its owner acts
        talloc_free(f->watch);
    }
}

static void test_a_descriptor_in_error_is_announced_and_sigpipe_is_harmless(void **state) {
    struct fixture *f = *state;
    assert_int_equal(pipe(f->fds), 0);
    close(f->fds[0]);
    f->fds[0] = -1;
    f->watch = zp_watch_new(f->ctx, f->loop, f->fds[1], ZP_WATCH_WRITE, on_broken_pipe, f);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "ee");
}

static void pause_watch(int events, void *data) {
    struct fixture *f = data;
    (void)events;
    trace(f, 'p');
    zp_watch_set(f->watch, 0);
}

static void test_a_paused_watch_is_silent_and_keeps_nothing_alive(void **state) {
    struct fixture *f = *state;
    assert_int_equal(pipe(f->fds), 0);
    f->watch = zp_watch_new(f->ctx, f->loop, f->fds[1], ZP_WATCH_WRITE, pause_watch, f);
    zp_loop_run(f->loop); // ends: nothing is left to wait for
    zp_watch_set(f->watch, ZP_WATCH_WRITE);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "pp");
}

static void test_a_background_watch_does_not_keep_the_loop_alive(void **state) {
    struct fixture *f = *state;
    assert_int_equal(pipe(f->fds), 0);
    f->watch = zp_watch_new(f->ctx, f->loop, f->fds[0], ZP_WATCH_READ, read_and_free_watch, f);
    zp_watch_background(f->watch);
    zp_loop_run(f->loop);
    assert_string_equal(f->trace, "");
}

// ------------------------------------------------------------------------------ signals, wakers

static void on_signal(int signum, void *data) {
    struct fixture *f = data;
    trace(f, signum == SIGUSR1 ? 'u' : '?');
    f->done = true;
}

static void free_own_signal(int signum, void *data) {
    struct fixture *f = data;
    trace(f, signum == SIGUSR1 ? 'f' : '?');
    talloc_free(f->signal);
}

static void test_signals_reach_every_registrant_that_is_left(void **state) {
    struct fixture *f = *state;
    struct zp_signal *other = zp_signal_new(f->ctx, f->loop, SIGUSR1, on_signal, f);
    zp_signal_background(other);
    f->signal = zp_signal_new(f->ctx, f->loop, SIGUSR1, free_own_signal, f);
    raise(SIGUSR1);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
    zp_loop_run(f->loop);
    assert_int_equal(strlen(f->trace), 2);
    assert_non_null(strchr(f->trace, 'u'));
    assert_non_null(strchr(f->trace, 'f'));
    f->done = false;
    raise(SIGUSR1);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
    assert_int_equal(f->trace[2], 'u');
    assert_int_equal(strlen(f->trace), 3);
}

#define WAKES 1000

static void *wake_often(void *data) {
    for (int i = 0; i < WAKES; i++) {
        zp_waker_wake(data);
    }
    return NULL;
}

static void on_wake(void *data) {
    struct fixture *f = data;
    f->count++;
    f->on_loop_thread = pthread_equal(f->thread, pthread_self());
    f->done = true;
}

static void test_a_thread_wakes_the_loop(void **state) {
    struct fixture *f = *state;
    pthread_t thread;
    f->waker = zp_waker_new(f->ctx, f->loop, on_wake, f);
    assert_int_equal(pthread_create(&thread, NULL, wake_often, f->waker), 0);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
    pthread_join(thread, NULL);
    assert_true(f->on_loop_thread);
    assert_in_range(f->count, 1, WAKES);
    zp_waker_background(f->waker);
    zp_loop_run(f->loop);
    // A wake is never lost, also if it came before the loop waited.
    f->done = false;
    zp_waker_wake(f->waker);
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
}

// --------------------------------------------------------------------------------------- ending

static void test_registrants_may_outlive_the_loop(void **state) {
    struct fixture *f = *state;
    assert_int_equal(pipe(f->fds), 0);
    f->timer = zp_timer_new(f->ctx, f->loop, on_done, f);
    f->watch = zp_watch_new(f->ctx, f->loop, f->fds[0], ZP_WATCH_READ, read_and_free_watch, f);
    f->waker = zp_waker_new(f->ctx, f->loop, on_done, f);
    f->signal = zp_signal_new(f->ctx, f->loop, SIGUSR2, on_signal, f);
    f->hook = zp_loop_before_wait(f->ctx, f->loop, hook_counts, f);
    zp_timer_start(f->timer, 0, 0);
    zp_loop_defer(f->loop, on_done, f);
    zp_waker_wake(f->waker);
    talloc_free(f->loop);
    zp_timer_start(f->timer, 1, 1);
    zp_timer_stop(f->timer);
    zp_timer_background(f->timer);
    zp_watch_set(f->watch, ZP_WATCH_WRITE);
    zp_waker_wake(f->waker);
    talloc_free(f->timer);
    talloc_free(f->watch);
    talloc_free(f->waker);
    talloc_free(f->signal);
    talloc_free(f->hook);
    assert_false(f->done);
    assert_int_equal(f->count, 0);
}

static void test_time_goes_on_between_runs(void **state) {
    struct fixture *f = *state;
    int64_t first = zp_loop_now_ms(f->loop);
    int64_t until = clock_ms() + 20;
    while (clock_ms() < until) {
    }
    assert_true(zp_loop_now_ms(f->loop) - first >= 19);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_deferred_calls_run_in_order_and_later),
        T(test_a_wait_answered_by_a_deferred_call_ends_at_once),
        T(test_a_wait_ends_with_its_time),
        T(test_stop_ends_a_run_or_a_wait_or_the_next_one),
        T(test_a_timer_may_free_itself),
        T(test_a_timer_repeats_until_stopped),
        T(test_starting_again_replaces_the_delay),
        T(test_a_timer_counts_from_its_start_not_from_the_turns),
        T(test_a_timer_without_delay_does_not_starve_the_rest),
        T(test_a_background_timer_does_not_keep_the_loop_alive),
        T(test_hooks_run_before_waiting_and_may_free_each_other),
        T(test_a_watch_may_free_itself_and_its_descriptor_be_watched_anew),
        T(test_what_cannot_be_watched_gives_null),
        T(test_a_terminal_can_be_watched_and_keeps_its_flags),
        T(test_a_descriptor_in_error_is_announced_and_sigpipe_is_harmless),
        T(test_a_paused_watch_is_silent_and_keeps_nothing_alive),
        T(test_a_background_watch_does_not_keep_the_loop_alive),
        T(test_signals_reach_every_registrant_that_is_left),
        T(test_a_thread_wakes_the_loop),
        T(test_registrants_may_outlive_the_loop),
        T(test_time_goes_on_between_runs),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
