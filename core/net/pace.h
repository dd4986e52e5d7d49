// Pace: the request budget of one API. A person waiting goes first, then sync, then background.
#ifndef ZP_NET_PACE_H
#define ZP_NET_PACE_H

#include <stdint.h>
#include <talloc.h>
#include <zapis/loop.h>

enum zp__pace_class { ZP_PACE_URGENT, ZP_PACE_SYNC, ZP_PACE_BACKGROUND };

struct zp__pace_limits {
    double per_second;    // steady rate; 0: no such limit
    int burst;            // requests that may go at once after a rest (>= 1)
    int per_minute;       // sliding window of 60 s (kept half a second longer); 0: no such limit
    int background_share; // percent of the budget that background work may use; 0: it never goes
};

struct zp_pace;
struct zp_pace *zp__pace_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__pace_limits *limits);

typedef void (*zp__pace_fn)(void *data);
// Calls fn once, in a later turn, when a request of that class may go. Returns an id (never 0).
uint64_t zp__pace_ask(struct zp_pace *pace, enum zp__pace_class class_, zp__pace_fn fn, void *data);
void zp__pace_cancel(struct zp_pace *pace, uint64_t id); // fn is not called any more
// The other side said "not now": nothing goes for delay_ms (Retry-After).
void zp__pace_hold(struct zp_pace *pace, int64_t delay_ms);
// How long an urgent request asked now would wait, in ms.
int64_t zp__pace_wait_ms(const struct zp_pace *pace);

#endif
