// What loop.c and loop_watch.c share. Nobody else includes this: it knows libuv.
#ifndef ZP_NET_LOOP_PRIVATE_H
#define ZP_NET_LOOP_PRIVATE_H

#include <uv.h>
#include <zapis/loop.h>

struct zp__deferred;

struct zp_loop {
    uv_loop_t uv;
    uv_idle_t idle;       // active while something is deferred: the wait is then of zero length
    uv_prepare_t prepare; // runs the hooks; never keeps the loop alive
    uv_timer_t deadline;  // of zp_loop_run_until
    struct zp__deferred *first_deferred, *last_deferred;
    struct zp_loop_hook *first_hook, *last_hook;
    struct zp_loop_hook *next_hook; // while hooks run: the one after the running one
    const bool *until;              // while zp_loop_run_until runs: what it waits for
    bool running, stopping, deadline_passed;
};

// libuv closes handles asynchronously, so a handle lives in a block of its own that its close
// callback frees, while the registrant (a talloc object) goes at once. Each points at the other
// until one of them goes.
struct zp__handle {
    union uv_any_handle uv;
    struct zp__registrant *owner; // NULL once the registrant is gone
};

struct zp__registrant {
    struct zp_loop *loop;      // NULL once the loop is gone
    struct zp__handle *handle; // NULL once the loop is gone
};

// Makes the block of a registrant; the caller then calls uv_*_init on &block->uv.
struct zp__handle *zp__handle_new(struct zp_loop *loop, struct zp__registrant *owner);
// The registrant goes: closes the handle, whose callbacks find no owner from now on.
void zp__registrant_detach(struct zp__registrant *registrant);
// The registrant of a handle in its callback, NULL if it is gone.
struct zp__registrant *zp__handle_owner(const void *uv_handle);
void zp__registrant_background(struct zp__registrant *registrant);

#endif
