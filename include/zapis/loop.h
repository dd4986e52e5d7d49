// The one event loop: keyboard, network, timers, signals and the store are equal registrants.
// One thread. Callbacks never run inside the call that registers them. Everything is freed with
// talloc_free, also from its own callback; after that its callback does not run again. Only
// core/net/loop*.c knows the library behind it.
#ifndef ZAPIS_LOOP_H
#define ZAPIS_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/memory.h>

struct zp_loop;
struct zp_loop *zp_loop_new(TALLOC_CTX *ctx);

// Runs until zp_loop_stop(), or until nothing that keeps it alive is registered.
void zp_loop_run(struct zp_loop *loop);
// Runs until *done is true or timeout_ms passed; returns *done. For front ends that wait for one
// answer, and tests.
bool zp_loop_run_until(struct zp_loop *loop, const bool *done, int64_t timeout_ms);
void zp_loop_stop(struct zp_loop *loop);
int64_t zp_loop_now_ms(const struct zp_loop *loop); // monotonic, cached for this turn

typedef void (*zp_loop_fn)(void *data);

// Runs fn once in the next turn (before waiting).
void zp_loop_defer(struct zp_loop *loop, zp_loop_fn fn, void *data);

// A hook that runs each time just before the loop waits: where the screen is drawn.
struct zp_loop_hook;
struct zp_loop_hook *zp_loop_before_wait(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn,
                                         void *data);

struct zp_timer;
struct zp_timer *zp_timer_new(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn, void *data);
void zp_timer_start(struct zp_timer *timer, int64_t delay_ms,
                    int64_t repeat_ms); // repeat 0: once; restarts if running
void zp_timer_stop(struct zp_timer *timer);

#define ZP_WATCH_READ  1
#define ZP_WATCH_WRITE 2
typedef void (*zp_watch_fn)(int events, void *data);
struct zp_watch;
// Watches a descriptor that stays the caller's, flags included; talloc_free before closing it.
// Works for pipes, sockets, ttys, inotify. NULL if it cannot be watched: a regular file (always
// ready, so read it), a closed descriptor, or one that has a watch already (one watch a
// descriptor). A descriptor in error is announced with all events asked for: the read or write
// tells the reason.
struct zp_watch *zp_watch_new(TALLOC_CTX *ctx, struct zp_loop *loop, int fd, int events,
                              zp_watch_fn fn, void *data);
void zp_watch_set(struct zp_watch *watch, int events); // 0 pauses

typedef void (*zp_signal_fn)(int signum, void *data);
struct zp_signal;
struct zp_signal *zp_signal_new(TALLOC_CTX *ctx, struct zp_loop *loop, int signum, zp_signal_fn fn,
                                void *data);

// Wakes the loop from any thread; fn runs on the loop's thread, once for one or many wakes.
struct zp_waker;
struct zp_waker *zp_waker_new(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn, void *data);
void zp_waker_wake(struct zp_waker *waker); // the only function here that other threads may call

// By default each registrant keeps the loop alive; this says it does not (a housekeeping timer, a
// signal).
void zp_timer_background(struct zp_timer *timer);
void zp_watch_background(struct zp_watch *watch);
void zp_signal_background(struct zp_signal *signal);
void zp_waker_background(struct zp_waker *waker);

#endif
