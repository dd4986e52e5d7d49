// Pace: one bucket of turns for all work, a second, smaller one that background work must pass as
// well. Each is a single moment, the one at which it is full again: a turn puts it off by a gap,
// and a class may go while it lies no more gaps ahead than that class may use of the burst. Within
// a class first come, first served; a lower class waits for every higher one.
#include "net/pace.h"

#include "base/memory.h"
#include "net/pace_ledger.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>
#include <zapis/log.h>
#include <zapis/time.h>

#define CLASSES 3
// A little more than a minute: requests do not travel equally fast, and the other side counts
// arrivals.
#define WINDOW_US   60500000
#define SECOND_US   1000000.0
#define MS_US       1000
#define HOLD_MAX_MS INT64_C(3600000) // a pause longer than any that a server of ours asks for
// A process that had the last turn lets the others in: as long, but no more than an eighth of a
// gap.
#define YIELD_US 50000
// Another process is at the ledger just now: looked again after a moment, doubled up to the limit.
// One that was stopped in the middle of that is not waited for.
#define BUSY_FIRST_MS 1
#define BUSY_LIMIT_MS 64
#define STUCK_MS      500

struct bucket {
    int64_t gap_us; // 0: no such limit
    int64_t burst;  // turns at once after a rest
    int64_t others; // of them, for others than a person
    bool closed;    // nothing may go, ever
};

struct ask {
    struct ask *next;
    uint64_t id;
    int64_t asked_at_us;
    zp__pace_fn fn;
    void *data;
};

struct zp_pace {
    struct zp_loop *loop;
    struct zp_timer *timer;
    struct bucket all, background;
    struct zp__pace_ledger ledger;  // as last read or written
    struct zp__pace_file *file;     // NULL: alone
    uint64_t self;                  // random, not 0: among the processes of this file
    int64_t busy_since_ms, busy_ms; // since when the file has been busy, and the next wait; 0: no
    uint64_t random;
    bool unsaved; // a hold that the file does not have yet
    struct ask *first[CLASSES], *last[CLASSES];
    size_t urgent_waiting;
    uint64_t last_id;
    bool *freed; // set to true when freed while a callback runs
};

static int64_t now_us(void) {
    return zp_clock_boot_ms() * MS_US;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

// ------------------------------------------------------------------------------------------ limits

// In any 60 s a bucket lets no more go than its burst and one for each whole gap in them.
static struct bucket bucket_of(const struct zp__pace_limits *limits) {
    struct bucket bucket = {.burst = limits->burst > 0 ? limits->burst : INT32_MAX};
    if (limits->per_second > 0) {
        bucket.gap_us = (int64_t)ceil(SECOND_US / limits->per_second);
    }
    if (limits->per_minute > 0) {
        bucket.burst = smaller(bucket.burst, larger(limits->per_minute / 4, 1));
        int64_t rest = limits->per_minute - bucket.burst + 1;
        bucket.gap_us = larger(bucket.gap_us, (WINDOW_US + rest - 1) / rest);
    }
    bucket.others =
        limits->others_burst > 0 ? smaller(limits->others_burst, bucket.burst) : bucket.burst;
    return bucket;
}

static struct bucket share_of(const struct bucket *all, int percent) {
    if (percent <= 0) {
        return (struct bucket){.closed = true};
    }
    int64_t burst = larger(all->burst * percent / 100, 1);
    return (struct bucket){.gap_us = all->gap_us * 100 / percent, .burst = burst, .others = burst};
}

// Microseconds until the nth turn from now (1: the next) is there for who may use `turns` at once.
static int64_t bucket_wait_us(const struct bucket *bucket, int64_t full_at_us, int64_t turns,
                              size_t nth, int64_t now) {
    if (bucket->gap_us == 0) {
        return 0;
    }
    int64_t full_us = larger(full_at_us, now) + ((int64_t)nth - 1) * bucket->gap_us;
    return larger(full_us - (turns - 1) * bucket->gap_us - now, 0);
}

static void bucket_take(const struct bucket *bucket, int64_t *full_at_us, int64_t now) {
    *full_at_us = larger(*full_at_us, now) + bucket->gap_us;
}

// No more can be used than all of it: what lies further ahead is of other limits.
static int64_t bucket_bound(const struct bucket *bucket, int64_t full_at_us, int64_t now) {
    return bucket->gap_us > 0 ? smaller(full_at_us, now + bucket->burst * bucket->gap_us) : 0;
}

// ------------------------------------------------------------------------------------------ ledger

// Locks the file and brings the ledger up to date. False: another process is at it just now.
static bool ledger_begin(struct zp_pace *pace, int64_t now) {
    struct zp__pace_ledger *ledger = &pace->ledger, read = {0};
    enum zp__pace_page page =
        pace->file != NULL ? zp__pace_file_begin(pace->file, &read) : ZP_PACE_PAGE_READ;
    if (page == ZP_PACE_PAGE_BUSY) {
        int64_t now_ms = now / MS_US;
        pace->busy_since_ms = pace->busy_since_ms != 0 ? pace->busy_since_ms : now_ms;
        pace->busy_ms =
            pace->busy_ms != 0 ? smaller(2 * pace->busy_ms, BUSY_LIMIT_MS) : BUSY_FIRST_MS;
        return now_ms - pace->busy_since_ms > STUCK_MS;
    }
    pace->busy_since_ms = pace->busy_ms = 0;
    if (page == ZP_PACE_PAGE_LOST) {
        TALLOC_FREE(pace->file);
    } else if (page == ZP_PACE_PAGE_UNKNOWN) { // as much as could be is used
        read.full_at_us = read.background_full_at_us = INT64_MAX;
    }
    ledger->full_at_us = bucket_bound(&pace->all, larger(ledger->full_at_us, read.full_at_us), now);
    ledger->background_full_at_us = bucket_bound(
        &pace->background, larger(ledger->background_full_at_us, read.background_full_at_us), now);
    ledger->held_until_us =
        smaller(larger(ledger->held_until_us, read.held_until_us), now + HOLD_MAX_MS * MS_US);
    ledger->last_turn = read.last_turn;
    // What was not known is known from here on, for all.
    pace->unsaved = pace->unsaved || page == ZP_PACE_PAGE_UNKNOWN;
    return true;
}

// Unlocks; with `write` what the ledger says is everybody's now. After a wait in vain nothing is
// locked, and the ledger is this process's own until the file can be had again.
static void ledger_end(struct zp_pace *pace, bool write) {
    if (pace->file == NULL || pace->busy_since_ms != 0) {
        return;
    }
    write = write || pace->unsaved;
    pace->unsaved = false;
    if (!zp__pace_file_end(pace->file, write ? &pace->ledger : NULL)) {
        TALLOC_FREE(pace->file);
    }
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

// When the nth request of that class may go, in microseconds from now.
static int64_t wait_of_class_us(const struct zp_pace *pace, int class_, size_t nth, int64_t now) {
    const struct zp__pace_ledger *ledger = &pace->ledger;
    const struct bucket *all = &pace->all;
    int64_t turns = class_ == ZP_PACE_URGENT ? all->burst : all->others;
    int64_t wait_us = bucket_wait_us(all, ledger->full_at_us, turns, nth, now);
    if (class_ == ZP_PACE_BACKGROUND) {
        wait_us = larger(wait_us, bucket_wait_us(&pace->background, ledger->background_full_at_us,
                                                 pace->background.burst, nth, now));
    }
    // Among processes that wait for the same moment the one that went last goes last.
    if (class_ != ZP_PACE_URGENT && ledger->last_turn == pace->self && all->gap_us > 0) {
        int64_t there_us = ledger->full_at_us - (turns - 1) * all->gap_us;
        wait_us = larger(wait_us, there_us + smaller(YIELD_US, all->gap_us / 8) - now);
    }
    return larger(wait_us, ledger->held_until_us - now);
}

static int64_t in_ms(int64_t wait_us) {
    return (wait_us + MS_US - 1) / MS_US;
}

// Up to half of what the last one yields: else the same one of those that wake together is always
// the last to look.
static int64_t scatter_us(struct zp_pace *pace) {
    pace->random = pace->random * 6364136223846793005u + 1442695040888963407u;
    int64_t half_us = smaller(YIELD_US, pace->all.gap_us / 8) / 2;
    return half_us > 0 ? (int64_t)(pace->random >> 33) % half_us : 0;
}

// The file may say later than the ledger does, never sooner: then the timer is set once more.
static void arm(struct zp_pace *pace) {
    int class_ = class_of_turn(pace);
    if (class_ < 0 && !pace->unsaved) {
        zp_timer_stop(pace->timer);
        return;
    }
    int64_t wait_us = 0;
    if (!pace->unsaved) {
        wait_us = wait_of_class_us(pace, class_, 1, now_us());
        wait_us += class_ != ZP_PACE_URGENT && pace->file && wait_us > 0 ? scatter_us(pace) : 0;
    }
    zp_timer_start(pace->timer, larger(in_ms(wait_us), pace->busy_ms), 0);
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

// True: the turn of that class has come, and is taken.
static bool take_turn(struct zp_pace *pace, int class_) {
    int64_t now = now_us();
    if (!ledger_begin(pace, now)) {
        return false;
    }
    bool go = class_ >= 0 && wait_of_class_us(pace, class_, 1, now) == 0;
    if (go) {
        bucket_take(&pace->all, &pace->ledger.full_at_us, now);
        if (class_ == ZP_PACE_BACKGROUND) {
            bucket_take(&pace->background, &pace->ledger.background_full_at_us, now);
        }
        if (class_ != ZP_PACE_URGENT && pace->file != NULL) {
            pace->ledger.last_turn = pace->self;
        }
    }
    ledger_end(pace, go);
    return go;
}

static void on_timer(void *data) {
    struct zp_pace *pace = data;
    bool freed = false;
    pace->freed = &freed;
    uint64_t newest = pace->last_id; // what fn asks for is for a later turn
    for (;;) {
        int class_ = class_of_turn(pace);
        bool later = class_ >= 0 && pace->first[class_]->id > newest;
        if (later || !take_turn(pace, class_)) {
            break;
        }
        struct ask *ask = take_first(pace, class_);
        zp__pace_fn fn = ask->fn;
        void *fn_data = ask->data;
        zp_log(ZP_LOG_DEBUG, "waited for the request budget", ZP_LOG_I("class", class_),
               ZP_LOG_I("ms", (now_us() - ask->asked_at_us) / MS_US));
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
    pace->loop = loop;
    pace->timer = zp_timer_new(pace, loop, on_timer, pace);
    pace->all = bucket_of(limits);
    pace->background = share_of(&pace->all, limits->background_share);
    if (limits->shared_path != NULL) {
        pace->file = zp__pace_file_open(pace, limits->shared_path);
        if (getrandom(&pace->self, sizeof pace->self, 0) != (ssize_t)sizeof pace->self) {
            pace->self = (uint64_t)(uintptr_t)pace ^ (uint64_t)now_us();
        }
    }
    pace->self |= 1;
    pace->random = pace->self;
    talloc_set_destructor(pace, pace_gone);
    return pace;
}

char *zp__pace_path(TALLOC_CTX *ctx, const char *store_url, const char *api) {
    static const char scheme[] = "sqlite:/";
    if (store_url == NULL || strncmp(store_url, scheme, sizeof scheme - 1) != 0) {
        return NULL;
    }
    return zp__memory_printf(ctx, "%s-pace-%s", store_url + sizeof scheme - 2, api);
}

uint64_t zp__pace_ask(struct zp_pace *pace, enum zp__pace_class class_, zp__pace_fn fn,
                      void *data) {
    struct ask *ask = zp__memory_new(pace, struct ask);
    ask->id = ++pace->last_id;
    ask->asked_at_us = now_us();
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
    int64_t now = now_us();
    int64_t until_us = now + smaller(larger(delay_ms, 0), HOLD_MAX_MS) * MS_US;
    pace->ledger.held_until_us = larger(pace->ledger.held_until_us, until_us);
    pace->unsaved = pace->file != NULL;
    if (ledger_begin(pace, now)) {
        ledger_end(pace, true);
    }
    arm(pace);
}

int64_t zp__pace_wait_ms(const struct zp_pace *pace) {
    int64_t wait_us = wait_of_class_us(pace, ZP_PACE_URGENT, pace->urgent_waiting + 1, now_us());
    return in_ms(larger(wait_us, 0));
}
