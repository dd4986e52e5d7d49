// Descriptors, signals and wakers on the event loop (libuv).
#include "net/loop_private.h"

#include "base/memory.h"

#include <fcntl.h>
#include <zapis/error.h>

struct zp_watch {
    struct zp__registrant base;
    int events;
    zp_watch_fn fn;
    void *data;
};

struct zp_signal {
    struct zp__registrant base;
    zp_signal_fn fn;
    void *data;
};

struct zp_waker {
    struct zp__registrant base;
    zp_loop_fn fn;
    void *data;
};

// --------------------------------------------------------------------------------- descriptors

static void on_poll(uv_poll_t *uv, int status, int events);

static void apply_events(struct zp_watch *watch) {
    uv_poll_t *uv = &watch->base.handle->uv.poll;
    if (watch->events == 0) {
        uv_poll_stop(uv);
        return;
    }
    uv_poll_start(uv,
                  (watch->events & ZP_WATCH_READ ? UV_READABLE : 0) |
                      (watch->events & ZP_WATCH_WRITE ? UV_WRITABLE : 0),
                  on_poll);
}

static void on_poll(uv_poll_t *uv, int status, int events) {
    struct zp_watch *watch = (struct zp_watch *)zp__handle_owner(uv);
    if (!watch) {
        return;
    }
    int seen =
        (events & UV_READABLE ? ZP_WATCH_READ : 0) | (events & UV_WRITABLE ? ZP_WATCH_WRITE : 0);
    if (status < 0) {
        // libuv has stopped watching a descriptor in error. The owner learns what is wrong from its
        // own read or write, so both are announced, and go on being announced as the kernel does.
        seen = watch->events;
        apply_events(watch);
    }
    watch->fn(seen, watch->data);
}

static int watch_gone(struct zp_watch *watch) {
    zp__registrant_detach(&watch->base);
    return 0;
}

struct zp_watch *zp_watch_new(TALLOC_CTX *ctx, struct zp_loop *loop, int fd, int events,
                              zp_watch_fn fn, void *data) {
    struct zp_watch *watch = zp__memory_new(ctx, struct zp_watch);
    watch->events = events;
    watch->fn = fn;
    watch->data = data;
    // libuv makes the descriptor non-blocking; its owner may share it with a parent shell.
    int flags = fcntl(fd, F_GETFL);
    struct zp__handle *handle = zp__handle_new(loop, &watch->base);
    if (flags < 0 || uv_poll_init(&loop->uv, &handle->uv.poll, fd) != 0) {
        free(handle); // not initialised, so nothing to close
        talloc_free(watch);
        return NULL;
    }
    fcntl(fd, F_SETFL, flags);
    talloc_set_destructor(watch, watch_gone);
    apply_events(watch);
    return watch;
}

void zp_watch_set(struct zp_watch *watch, int events) {
    if (!watch->base.handle || watch->events == events) {
        return;
    }
    watch->events = events;
    apply_events(watch);
}

void zp_watch_background(struct zp_watch *watch) {
    zp__registrant_background(&watch->base);
}

// ------------------------------------------------------------------------------------- signals

static void on_signal(uv_signal_t *uv, int signum) {
    struct zp_signal *signal = (struct zp_signal *)zp__handle_owner(uv);
    if (signal) {
        signal->fn(signum, signal->data);
    }
}

static int signal_gone(struct zp_signal *signal) {
    zp__registrant_detach(&signal->base);
    return 0;
}

struct zp_signal *zp_signal_new(TALLOC_CTX *ctx, struct zp_loop *loop, int signum, zp_signal_fn fn,
                                void *data) {
    struct zp_signal *signal = zp__memory_new(ctx, struct zp_signal);
    signal->fn = fn;
    signal->data = data;
    uv_signal_t *uv = &zp__handle_new(loop, &signal->base)->uv.signal;
    int status = uv_signal_init(&loop->uv, uv);
    if (status == 0) {
        status = uv_signal_start(uv, on_signal, signum);
    }
    if (status != 0) {
        zp_panic("signal %d cannot be watched: %s", signum, uv_strerror(status));
    }
    talloc_set_destructor(signal, signal_gone);
    return signal;
}

void zp_signal_background(struct zp_signal *signal) {
    zp__registrant_background(&signal->base);
}

// -------------------------------------------------------------------------------------- wakers

static void on_wake(uv_async_t *uv) {
    struct zp_waker *waker = (struct zp_waker *)zp__handle_owner(uv);
    if (waker) {
        waker->fn(waker->data);
    }
}

static int waker_gone(struct zp_waker *waker) {
    zp__registrant_detach(&waker->base);
    return 0;
}

struct zp_waker *zp_waker_new(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn, void *data) {
    struct zp_waker *waker = zp__memory_new(ctx, struct zp_waker);
    waker->fn = fn;
    waker->data = data;
    int status = uv_async_init(&loop->uv, &zp__handle_new(loop, &waker->base)->uv.async, on_wake);
    if (status != 0) {
        zp_panic("a waker could not be made: %s", uv_strerror(status));
    }
    talloc_set_destructor(waker, waker_gone);
    return waker;
}

void zp_waker_wake(struct zp_waker *waker) {
    if (waker->base.handle) {
        uv_async_send(&waker->base.handle->uv.async);
    }
}

void zp_waker_background(struct zp_waker *waker) {
    zp__registrant_background(&waker->base);
}
