// zapis/loop.h over a clock that is set: time passes only in zp_loop_run_until, at once, from timer
// to timer. Linked in place of the loop of core/net, it makes a history of keys and timers the same
// each time it is played, whatever the machine is doing meanwhile, and an hour of it costs nothing.
#include <stdlib.h>
#include <zapis/loop.h>

struct deferred {
    struct deferred *next;
    zp_loop_fn fn;
    void *data;
};

struct zp_loop_hook {
    struct zp_loop *loop; // NULL once the loop is gone
    struct zp_loop_hook *next;
    zp_loop_fn fn;
    void *data;
};

struct zp_timer {
    struct zp_loop *loop; // NULL once the loop is gone
    struct zp_timer *next;
    zp_loop_fn fn;
    void *data;
    int64_t due_ms, repeat_ms;
    uint64_t started; // which of all starts; 0: it does not run
};

struct zp_loop {
    int64_t now_ms;
    uint64_t starts;
    bool stopping;
    struct deferred *deferred; // the latest first
    struct zp_loop_hook *hooks;
    struct zp_timer *timers;
};

static int loop_gone(struct zp_loop *loop) {
    for (struct zp_loop_hook *hook = loop->hooks; hook; hook = hook->next)
        hook->loop = NULL;
    for (struct zp_timer *timer = loop->timers; timer; timer = timer->next)
        timer->loop = NULL;
    return 0;
}

struct zp_loop *zp_loop_new(TALLOC_CTX *ctx) {
    struct zp_loop *loop = talloc_zero(ctx, struct zp_loop);

    loop->now_ms = 1000000;
    talloc_set_destructor(loop, loop_gone);
    return loop;
}

int64_t zp_loop_now_ms(const struct zp_loop *loop) {
    return loop->now_ms;
}

void zp_loop_stop(struct zp_loop *loop) {
    loop->stopping = true;
}

void zp_loop_defer(struct zp_loop *loop, zp_loop_fn fn, void *data) {
    struct deferred *deferred = talloc_zero(loop, struct deferred);

    *deferred = (struct deferred){.next = loop->deferred, .fn = fn, .data = data};
    loop->deferred = deferred;
}

static int hook_gone(struct zp_loop_hook *hook) {
    struct zp_loop_hook **link = hook->loop ? &hook->loop->hooks : NULL;

    while (link && *link != hook)
        link = &(*link)->next;
    if (link)
        *link = hook->next;
    return 0;
}

struct zp_loop_hook *zp_loop_before_wait(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn,
                                         void *data) {
    struct zp_loop_hook *hook = talloc_zero(ctx, struct zp_loop_hook);

    *hook = (struct zp_loop_hook){.loop = loop, .next = loop->hooks, .fn = fn, .data = data};
    loop->hooks = hook;
    talloc_set_destructor(hook, hook_gone);
    return hook;
}

static int timer_gone(struct zp_timer *timer) {
    struct zp_timer **link = timer->loop ? &timer->loop->timers : NULL;

    while (link && *link != timer)
        link = &(*link)->next;
    if (link)
        *link = timer->next;
    return 0;
}

struct zp_timer *zp_timer_new(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn, void *data) {
    struct zp_timer *timer = talloc_zero(ctx, struct zp_timer);

    *timer = (struct zp_timer){.loop = loop, .next = loop->timers, .fn = fn, .data = data};
    loop->timers = timer;
    talloc_set_destructor(timer, timer_gone);
    return timer;
}

void zp_timer_start(struct zp_timer *timer, int64_t delay_ms, int64_t repeat_ms) {
    timer->due_ms = timer->loop->now_ms + (delay_ms > 0 ? delay_ms : 0);
    timer->repeat_ms = repeat_ms;
    timer->started = ++timer->loop->starts;
}

void zp_timer_stop(struct zp_timer *timer) {
    timer->started = 0;
}

void zp_timer_background(struct zp_timer *timer) {
    (void)timer; // nothing keeps this loop alive but its caller
}

// Nothing here has a descriptor.
struct zp_watch *zp_watch_new(TALLOC_CTX *ctx, struct zp_loop *loop, int fd, int events,
                              zp_watch_fn fn, void *data) {
    (void)ctx, (void)loop, (void)fd, (void)events, (void)fn, (void)data;
    abort();
}

// Of the timers that were started before `starts` and are due by `until_ms` the first; NULL: none.
static struct zp_timer *next_timer(const struct zp_loop *loop, int64_t until_ms, uint64_t starts) {
    struct zp_timer *first = NULL;

    for (struct zp_timer *timer = loop->timers; timer; timer = timer->next) {
        if (timer->started == 0 || timer->started > starts || timer->due_ms > until_ms)
            continue;
        if (!first || timer->due_ms < first->due_ms ||
            (timer->due_ms == first->due_ms && timer->started < first->started))
            first = timer;
    }
    return first;
}

static void fire(struct zp_timer *timer) {
    if (timer->repeat_ms > 0)
        zp_timer_start(timer, timer->repeat_ms, timer->repeat_ms);
    else
        zp_timer_stop(timer);
    timer->fn(timer->data);
}

static void run_deferred(struct zp_loop *loop) {
    struct deferred *due = NULL;

    while (loop->deferred) { // the earliest first
        struct deferred *one = loop->deferred;

        loop->deferred = one->next;
        one->next = due;
        due = one;
    }
    while (due) {
        struct deferred *one = due;

        due = one->next;
        one->fn(one->data);
        talloc_free(one);
    }
}

// What is due, what was deferred, and the hooks, as the real loop has them before it waits.
static void turn(struct zp_loop *loop) {
    const uint64_t starts = loop->starts;
    struct zp_timer *timer = NULL;

    while (!loop->stopping && (timer = next_timer(loop, loop->now_ms, starts)) != NULL)
        fire(timer);
    run_deferred(loop);
    for (struct zp_loop_hook *hook = loop->hooks, *next = NULL; hook; hook = next) {
        next = hook->next;
        hook->fn(hook->data);
    }
}

bool zp_loop_run_until(struct zp_loop *loop, const bool *done, int64_t timeout_ms) {
    const int64_t end_ms = loop->now_ms + timeout_ms;
    bool late = false;

    while (!*done && !late && !loop->stopping) {
        const struct zp_timer *next = NULL;

        turn(loop);
        if (*done || loop->stopping || loop->deferred)
            continue;
        next = next_timer(loop, end_ms, UINT64_MAX);
        late = !next;
        if (!next || next->due_ms > loop->now_ms)
            loop->now_ms = next ? next->due_ms : end_ms;
    }
    loop->stopping = false;
    return *done;
}

// A console has its minute hand: it ends when it is stopped.
void zp_loop_run(struct zp_loop *loop) {
    const bool never = false;

    zp_loop_run_until(loop, &never, INT64_MAX / 2);
}
