// Pace: a bucket of tokens and a sliding minute for all work, and a second, smaller pair that
// background work must pass as well. Within a class first come, first served; a lower class waits
// for every higher one.
#include "net/pace.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>

#define CLASSES 3
// A little more than a minute: requests do not travel equally fast, and the other side counts
// arrivals.
#define WINDOW_MS   60500
#define TOKEN_SLACK 1e-6 // of floating point

struct bucket {
    double per_ms; // 0: no such limit
    double burst, tokens;
    int64_t filled_at_ms;
    int64_t *recent; // ring: when the last `size` requests went; size 0: no such limit
    size_t size, used, oldest;
    bool closed; // nothing may go, ever
};

struct ask {
    struct ask *next;
    uint64_t id;
    zp__pace_fn fn;
    void *data;
};

struct zp_pace {
    struct zp_loop *loop;
    struct zp_timer *timer;
    struct bucket all, background;
    struct ask *first[CLASSES], *last[CLASSES];
    size_t urgent_waiting;
    uint64_t last_id;
    int64_t held_until_ms;
    bool *freed; // set to true when freed while a callback runs
};

// ---------------------------------------------------------------------------------------- bucket

static void bucket_init(TALLOC_CTX *ctx, struct bucket *bucket,
                        const struct zp__pace_limits *limits, int share, int64_t now_ms) {
    int burst = limits->burst * share / 100;
    int per_minute = limits->per_minute * share / 100;
    *bucket = (struct bucket){.closed = share <= 0, .filled_at_ms = now_ms};
    bucket->per_ms = limits->per_second * share / 100 / 1000;
    bucket->burst = burst > 1 ? burst : 1;
    bucket->tokens = bucket->burst;
    if (limits->per_minute > 0) {
        bucket->size = per_minute > 1 ? (size_t)per_minute : 1;
        bucket->recent = zp__memory_array(ctx, int64_t, bucket->size);
    }
}

static void bucket_fill(struct bucket *bucket, int64_t now_ms) {
    double tokens = bucket->tokens + (double)(now_ms - bucket->filled_at_ms) * bucket->per_ms;
    bucket->tokens = tokens < bucket->burst ? tokens : bucket->burst;
    bucket->filled_at_ms = now_ms;
}

// Milliseconds from now until `nth` more requests (1: one) may have gone.
static int64_t bucket_wait_ms(const struct bucket *bucket, size_t nth, int64_t now_ms) {
    int64_t wait_ms = 0;
    if (bucket->per_ms > 0) {
        double elapsed_ms = (double)(now_ms - bucket->filled_at_ms);
        double tokens = fmin(bucket->tokens + elapsed_ms * bucket->per_ms, bucket->burst);
        double missing = (double)nth - TOKEN_SLACK - tokens;
        wait_ms = missing > 0 ? (int64_t)ceil(missing / bucket->per_ms) : 0;
    }
    if (bucket->size > 0 && bucket->used + nth > bucket->size) {
        size_t over = bucket->used + nth - bucket->size - 1; // how many must leave before that one
        size_t rounds = over / bucket->size, slot = over % bucket->size;
        // Of the ring's free places the requests before the nth one take the first.
        int64_t leaves_ms =
            slot < bucket->used ? bucket->recent[(bucket->oldest + slot) % bucket->size] : now_ms;
        int64_t window_ms = leaves_ms + (int64_t)(rounds + 1) * WINDOW_MS - now_ms;
        wait_ms = window_ms > wait_ms ? window_ms : wait_ms;
    }
    return wait_ms;
}

static void bucket_expire(struct bucket *bucket, int64_t now_ms) {
    while (bucket->used > 0 && bucket->recent[bucket->oldest] + WINDOW_MS <= now_ms) {
        bucket->oldest = (bucket->oldest + 1) % bucket->size;
        bucket->used--;
    }
}

static void bucket_take(struct bucket *bucket, int64_t now_ms) {
    bucket->tokens -= bucket->per_ms > 0 ? 1 : 0;
    if (bucket->size > 0) {
        bucket->recent[(bucket->oldest + bucket->used) % bucket->size] = now_ms;
        bucket->used++;
    }
}

static void refresh(struct zp_pace *pace, int64_t now_ms) {
    bucket_fill(&pace->all, now_ms);
    bucket_fill(&pace->background, now_ms);
    bucket_expire(&pace->all, now_ms);
    bucket_expire(&pace->background, now_ms);
}

// ------------------------------------------------------------------------------------------ pace

// The class whose turn it is, -1 if nothing waits.
static int class_of_turn(const struct zp_pace *pace) {
    for (int i = 0; i < CLASSES; i++) {
        if (pace->first[i] && !(i == ZP_PACE_BACKGROUND && pace->background.closed)) {
            return i;
        }
    }
    return -1;
}

static int64_t wait_of_class_ms(const struct zp_pace *pace, int class_, size_t nth,
                                int64_t now_ms) {
    int64_t wait_ms = bucket_wait_ms(&pace->all, nth, now_ms);
    if (class_ == ZP_PACE_BACKGROUND) {
        int64_t background_ms = bucket_wait_ms(&pace->background, nth, now_ms);
        wait_ms = background_ms > wait_ms ? background_ms : wait_ms;
    }
    int64_t held_ms = pace->held_until_ms - now_ms;
    return held_ms > wait_ms ? held_ms : wait_ms;
}

static void arm(struct zp_pace *pace) {
    int class_ = class_of_turn(pace);
    if (class_ < 0) {
        zp_timer_stop(pace->timer);
        return;
    }
    int64_t now_ms = zp_loop_now_ms(pace->loop);
    refresh(pace, now_ms);
    zp_timer_start(pace->timer, wait_of_class_ms(pace, class_, 1, now_ms), 0);
}

static struct ask *take_first(struct zp_pace *pace, int class_) {
    struct ask *ask = pace->first[class_];
    pace->first[class_] = ask->next;
    if (!ask->next) {
        pace->last[class_] = NULL;
    }
    pace->urgent_waiting -= class_ == ZP_PACE_URGENT;
    return ask;
}

static void on_timer(void *data) {
    struct zp_pace *pace = data;
    bool freed = false;
    pace->freed = &freed;
    uint64_t newest = pace->last_id; // what fn asks for is for a later turn
    int64_t now_ms = zp_loop_now_ms(pace->loop);
    for (;;) {
        int class_ = class_of_turn(pace);
        refresh(pace, now_ms);
        if (class_ < 0 || pace->first[class_]->id > newest ||
            wait_of_class_ms(pace, class_, 1, now_ms) > 0) {
            break;
        }
        bucket_take(&pace->all, now_ms);
        if (class_ == ZP_PACE_BACKGROUND) {
            bucket_take(&pace->background, now_ms);
        }
        struct ask *ask = take_first(pace, class_);
        zp__pace_fn fn = ask->fn;
        void *fn_data = ask->data;
        talloc_free(ask);
        fn(fn_data);
        if (freed) {
            return;
        }
    }
    pace->freed = NULL;
    arm(pace);
}

static int pace_gone(struct zp_pace *pace) {
    if (pace->freed) {
        *pace->freed = true;
    }
    return 0;
}

struct zp_pace *zp__pace_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__pace_limits *limits) {
    struct zp_pace *pace = zp__memory_new(ctx, struct zp_pace);
    int64_t now_ms = zp_loop_now_ms(loop);
    pace->loop = loop;
    pace->timer = zp_timer_new(pace, loop, on_timer, pace);
    pace->held_until_ms = now_ms;
    bucket_init(pace, &pace->all, limits, 100, now_ms);
    bucket_init(pace, &pace->background, limits, limits->background_share, now_ms);
    talloc_set_destructor(pace, pace_gone);
    return pace;
}

uint64_t zp__pace_ask(struct zp_pace *pace, enum zp__pace_class class_, zp__pace_fn fn,
                      void *data) {
    struct ask *ask = zp__memory_new(pace, struct ask);
    ask->id = ++pace->last_id;
    ask->fn = fn;
    ask->data = data;
    if (pace->last[class_]) {
        pace->last[class_]->next = ask;
    } else {
        pace->first[class_] = ask;
    }
    pace->last[class_] = ask;
    pace->urgent_waiting += class_ == ZP_PACE_URGENT;
    arm(pace);
    return ask->id;
}

void zp__pace_cancel(struct zp_pace *pace, uint64_t id) {
    for (int i = 0; i < CLASSES; i++) {
        struct ask *before = NULL;
        for (struct ask *ask = pace->first[i]; ask; before = ask, ask = ask->next) {
            if (ask->id != id) {
                continue;
            }
            if (before) {
                before->next = ask->next;
                pace->last[i] = ask->next ? pace->last[i] : before;
                pace->urgent_waiting -= i == ZP_PACE_URGENT;
            } else {
                take_first(pace, i);
            }
            talloc_free(ask);
            arm(pace);
            return;
        }
    }
}

void zp__pace_hold(struct zp_pace *pace, int64_t delay_ms) {
    int64_t until_ms = zp_loop_now_ms(pace->loop) + (delay_ms > 0 ? delay_ms : 0);
    if (until_ms > pace->held_until_ms) {
        pace->held_until_ms = until_ms;
    }
    arm(pace);
}

int64_t zp__pace_wait_ms(const struct zp_pace *pace) {
    int64_t now_ms = zp_loop_now_ms(pace->loop);
    return wait_of_class_ms(pace, ZP_PACE_URGENT, pace->urgent_waiting + 1, now_ms);
}
