// Pace: the request budget of one API, kept by all processes of a store together. A person waiting
// goes first, then sync, then background.
//
// A bucket of turns: `burst` of them may go at once after a rest, and one more each gap. So no span
// of time holds more than the burst and what the gaps of that span give, and whoever asks for one
// turn after the other never waits longer than one gap: for 26 requests a minute and more less than
// 3 s. Sync and background leave the larger part of the burst to a person and are spread evenly by
// that, in this process and in all others.
#ifndef ZP_NET_PACE_H
#define ZP_NET_PACE_H

#include <stdint.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

enum zp__pace_class { ZP_PACE_URGENT, ZP_PACE_SYNC, ZP_PACE_BACKGROUND };

struct zp__pace_limits {
    double per_second;    // steady rate; 0: no such limit
    int burst;            // requests that may go at once after a rest; 0: a quarter of the minute
    int per_minute;       // never more in any 60 s, bursts counted; 0: no such limit
    int others_burst;     // of the burst, what others than a person may use at once; 0: all of it
    int background_share; // percent of the budget that background work may use; 0: it never goes
    // A file that all processes with the same budget name; NULL: this process is alone. Made if it
    // is missing; what it holds is believed only if it is whole and of this start of the machine.
    // Where it cannot be used the budget is this process's own, and the log says so.
    const char *shared_path;
};

struct zp_pace;
struct zp_pace *zp__pace_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__pace_limits *limits);
// The file for an API's budget beside a store: "sqlite:/x/zapis.db" and "dikidi" give
// "/x/zapis.db-pace-dikidi". NULL for a store that is no file here (NULL included).
char *zp__pace_path(TALLOC_CTX *ctx, const char *store_url, const char *api);

typedef void (*zp__pace_fn)(void *data);
// Calls fn once, in a later turn, when a request of that class may go. Returns an id (never 0).
uint64_t zp__pace_ask(struct zp_pace *pace, enum zp__pace_class class_, zp__pace_fn fn, void *data);
void zp__pace_cancel(struct zp_pace *pace, uint64_t id); // fn is not called any more
// The other side said "not now": nothing goes for delay_ms (Retry-After), from no process.
void zp__pace_hold(struct zp_pace *pace, int64_t delay_ms);
// How long an urgent request asked now would wait, in ms, as far as this process has looked.
int64_t zp__pace_wait_ms(const struct zp_pace *pace);

#endif
