// The event loop on libuv: running, stopping, deferred calls, hooks, timers. Descriptors, signals
// and wakers are in loop_watch.c.
#include "net/loop_private.h"

#include "base/memory.h"

#include <signal.h>
#include <zapis/error.h>

struct zp__deferred {
    struct zp__deferred *next;
    zp_loop_fn fn;
    void *data;
};

struct zp_loop_hook {
    struct zp_loop *loop; // NULL once the loop is gone
    struct zp_loop_hook *prev, *next;
    zp_loop_fn fn;
    void *data;
};

struct zp_timer {
    struct zp__registrant base;
    zp_loop_fn fn;
    void *data;
};

// -------------------------------------------------------------------------------- registrants

struct zp__handle *zp__handle_new(struct zp_loop *loop, struct zp__registrant *owner) {
    struct zp__handle *handle = zp__memory_must(calloc(1, sizeof *handle));
    handle->owner = owner;
    handle->uv.handle.data = handle;
    owner->loop = loop;
    owner->handle = handle;
    return handle;
}

static void free_handle(uv_handle_t *uv) {
    free(uv->data);
}

void zp__registrant_detach(struct zp__registrant *registrant) {
    struct zp__handle *handle = registrant->handle;
    if (!handle) {
        return;
    }
    registrant->handle = NULL;
    handle->owner = NULL;
    uv_close(&handle->uv.handle, free_handle);
}

struct zp__registrant *zp__handle_owner(const void *uv_handle) {
    const struct zp__handle *handle = ((const uv_handle_t *)uv_handle)->data;
    return handle->owner;
}

void zp__registrant_background(struct zp__registrant *registrant) {
    if (registrant->handle) {
        uv_unref(&registrant->handle->uv.handle);
    }
}

// ---------------------------------------------------------------------------- deferred, hooks

// Runs what was deferred before this turn. What these calls defer in their turn waits for the next.
static void on_idle(uv_idle_t *idle) {
    struct zp_loop *loop = idle->data;
    struct zp__deferred *due = loop->first_deferred;
    loop->first_deferred = NULL;
    loop->last_deferred = NULL;
    while (due) {
        struct zp__deferred *deferred = due;
        due = deferred->next;
        zp_loop_fn fn = deferred->fn;
        void *data = deferred->data;
        talloc_free(deferred);
        fn(data);
    }
    if (!loop->first_deferred) {
        uv_idle_stop(&loop->idle);
    }
}

void zp_loop_defer(struct zp_loop *loop, zp_loop_fn fn, void *data) {
    struct zp__deferred *deferred = zp__memory_new(loop, struct zp__deferred);
    deferred->fn = fn;
    deferred->data = data;
    if (loop->last_deferred) {
        loop->last_deferred->next = deferred;
    } else {
        loop->first_deferred = deferred;
        uv_idle_start(&loop->idle, on_idle);
    }
    loop->last_deferred = deferred;
}

static void on_prepare(uv_prepare_t *prepare) {
    struct zp_loop *loop = prepare->data;
    loop->next_hook = loop->first_hook;
    while (loop->next_hook) {
        struct zp_loop_hook *hook = loop->next_hook;
        loop->next_hook = hook->next;
        hook->fn(hook->data);
    }
    // Without this, a wait that was answered earlier in this turn would first wait once more.
    if (loop->until && *loop->until) {
        uv_stop(&loop->uv);
    }
}

static int hook_gone(struct zp_loop_hook *hook) {
    struct zp_loop *loop = hook->loop;
    if (!loop) {
        return 0;
    }
    if (loop->next_hook == hook) {
        loop->next_hook = hook->next;
    }
    if (hook->prev) {
        hook->prev->next = hook->next;
    } else {
        loop->first_hook = hook->next;
    }
    if (hook->next) {
        hook->next->prev = hook->prev;
    } else {
        loop->last_hook = hook->prev;
    }
    return 0;
}

struct zp_loop_hook *zp_loop_before_wait(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn,
                                         void *data) {
    struct zp_loop_hook *hook = zp__memory_new(ctx, struct zp_loop_hook);
    *hook = (struct zp_loop_hook){.loop = loop, .prev = loop->last_hook, .fn = fn, .data = data};
    if (loop->last_hook) {
        loop->last_hook->next = hook;
    } else {
        loop->first_hook = hook;
    }
    loop->last_hook = hook;
    talloc_set_destructor(hook, hook_gone);
    return hook;
}

// ---------------------------------------------------------------------------------------- loop

static void detach_and_close(uv_handle_t *uv, void *unused) {
    (void)unused;
    if (uv_is_closing(uv)) {
        return;
    }
    struct zp__handle *handle = uv->data;
    if (handle->owner) {
        handle->owner->handle = NULL;
        handle->owner->loop = NULL;
        handle->owner = NULL;
    }
    uv_close(uv, free_handle);
}

static int loop_gone(struct zp_loop *loop) {
    if (loop->running) {
        zp_panic("the event loop was freed inside one of its own callbacks");
    }
    while (loop->first_hook) {
        struct zp_loop_hook *hook = loop->first_hook;
        loop->first_hook = hook->next;
        hook->loop = NULL;
    }
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->deadline, NULL);
    uv_walk(&loop->uv, detach_and_close, NULL);
    // Every handle is closing: this runs the close callbacks and nothing else.
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop->uv) != 0) {
        zp_panic("the event loop could not be closed");
    }
    return 0;
}

// libcurl, OpenSSL and libmicrohttpd write to sockets whose other end may be gone; the signal would
// end the program, the error code is what they handle.
static void ignore_sigpipe(void) {
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO) &&
        action.sa_handler == SIG_DFL) {
        action.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &action, NULL);
    }
}

struct zp_loop *zp_loop_new(TALLOC_CTX *ctx) {
    struct zp_loop *loop = zp__memory_new(ctx, struct zp_loop);
    ignore_sigpipe();
    int status = uv_loop_init(&loop->uv);
    if (status != 0) {
        zp_panic("the event loop could not be made: %s", uv_strerror(status));
    }
    uv_idle_init(&loop->uv, &loop->idle);
    uv_prepare_init(&loop->uv, &loop->prepare);
    uv_timer_init(&loop->uv, &loop->deadline);
    loop->idle.data = loop;
    loop->prepare.data = loop;
    loop->deadline.data = loop;
    uv_prepare_start(&loop->prepare, on_prepare);
    uv_unref((uv_handle_t *)&loop->prepare);
    talloc_set_destructor(loop, loop_gone);
    return loop;
}

static void enter(struct zp_loop *loop) {
    if (loop->running) {
        zp_panic("the event loop was started inside one of its own callbacks");
    }
    loop->running = true;
}

static void leave(struct zp_loop *loop) {
    loop->running = false;
    loop->stopping = false;
}

void zp_loop_run(struct zp_loop *loop) {
    enter(loop);
    if (!loop->stopping) {
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    }
    leave(loop);
}

static void on_deadline(uv_timer_t *timer) {
    struct zp_loop *loop = timer->data;
    loop->deadline_passed = true;
}

bool zp_loop_run_until(struct zp_loop *loop, const bool *done, int64_t timeout_ms) {
    if (*done) {
        return true;
    }
    enter(loop);
    loop->until = done;
    loop->deadline_passed = false;
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->deadline, on_deadline, timeout_ms > 0 ? (uint64_t)timeout_ms : 0, 0);
    while (!*done && !loop->deadline_passed && !loop->stopping) {
        uv_run(&loop->uv, UV_RUN_ONCE);
    }
    uv_timer_stop(&loop->deadline);
    loop->until = NULL;
    leave(loop);
    return *done;
}

void zp_loop_stop(struct zp_loop *loop) {
    loop->stopping = true;
    if (loop->running) {
        uv_stop(&loop->uv);
    }
}

int64_t zp_loop_now_ms(const struct zp_loop *loop) {
    if (!loop->running) {
        uv_update_time((uv_loop_t *)&loop->uv); // between runs no turn has a time of its own
    }
    return (int64_t)uv_now(&loop->uv);
}

// -------------------------------------------------------------------------------------- timers

static void on_timer(uv_timer_t *uv) {
    struct zp_timer *timer = (struct zp_timer *)zp__handle_owner(uv);
    if (timer) {
        timer->fn(timer->data);
    }
}

static int timer_gone(struct zp_timer *timer) {
    zp__registrant_detach(&timer->base);
    return 0;
}

struct zp_timer *zp_timer_new(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn, void *data) {
    struct zp_timer *timer = zp__memory_new(ctx, struct zp_timer);
    timer->fn = fn;
    timer->data = data;
    uv_timer_init(&loop->uv, &zp__handle_new(loop, &timer->base)->uv.timer);
    talloc_set_destructor(timer, timer_gone);
    return timer;
}

void zp_timer_start(struct zp_timer *timer, int64_t delay_ms, int64_t repeat_ms) {
    if (!timer->base.handle) {
        return;
    }
    // libuv counts from the start of the turn. Counting from now keeps a timer from firing early
    // after a long callback, and ends the turn of a timer that restarts itself with no delay.
    int64_t lag = (int64_t)(uv_hrtime() / 1000000) - (int64_t)uv_now(&timer->base.loop->uv);
    int64_t delay = (delay_ms > 0 ? delay_ms : 0) + (lag > 0 ? lag : 0);
    uv_timer_start(&timer->base.handle->uv.timer, on_timer, (uint64_t)delay,
                   repeat_ms > 0 ? (uint64_t)repeat_ms : 0);
}

void zp_timer_stop(struct zp_timer *timer) {
    if (timer->base.handle) {
        uv_timer_stop(&timer->base.handle->uv.timer);
    }
}

void zp_timer_background(struct zp_timer *timer) {
    zp__registrant_background(&timer->base);
}
