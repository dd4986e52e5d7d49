// What a portal allows: requests a second for each address, working time for each method
// (bitrix24.md 3).
#include "practice/portal_internal.h"

#include <inttypes.h>

#define OPERATING_LEAST_S 0.1 // a shorter call is not accounted
#define MINUTE_S          60

// ---- requests: a leaky bucket for each address

static struct zp__portal_bucket *bucket_of(struct zp__portal *portal, const char *peer,
                                           int64_t now_ms) {
    struct zp__portal_bucket *oldest = &portal->buckets[0];
    for (size_t i = 0; i < portal->bucket_count; i++) {
        if (strcmp(portal->buckets[i].peer, peer) == 0)
            return &portal->buckets[i];
        if (portal->buckets[i].at_ms < oldest->at_ms)
            oldest = &portal->buckets[i];
    }
    struct zp__portal_bucket *bucket = portal->bucket_count < ZP_PORTAL_BUCKETS
                                           ? &portal->buckets[portal->bucket_count++]
                                           : oldest;
    *bucket = (struct zp__portal_bucket){.at_ms = now_ms};
    snprintf(bucket->peer, sizeof bucket->peer, "%s", peer);
    return bucket;
}

bool zp__portal_within_rate(struct zp__portal *portal, const char *peer) {
    int64_t now_ms = zp_clock_boot_ms();
    struct zp__portal_bucket *bucket = bucket_of(portal, peer, now_ms);
    double drained = (double)(now_ms - bucket->at_ms) / 1000.0 * portal->rate_per_second;
    bucket->level = bucket->level > drained ? bucket->level - drained : 0;
    bucket->at_ms = now_ms;
    bool full = bucket->level > portal->rate_burst;
    bucket->level += 1; // a refused one counts too
    return !full;
}

// ---- working time: ten buckets of a minute for each method

static struct zp__portal_work *find_work(const struct zp__portal *portal, const char *method) {
    for (size_t i = 0; i < portal->work_count; i++) {
        if (strcmp(portal->works[i].method, method) == 0)
            return &portal->works[i];
    }
    return NULL;
}

static struct zp__portal_work *work_of(struct zp__portal *portal, const char *method) {
    struct zp__portal_work *work = find_work(portal, method);
    if (work != NULL)
        return work;
    portal->works = zp__portal_need(
        talloc_realloc(portal, portal->works, struct zp__portal_work, portal->work_count + 1));
    work = &portal->works[portal->work_count++];
    *work = (struct zp__portal_work){.method = zp__portal_dup(portal, method)};
    return work;
}

void zp__portal_work_cost(struct zp__portal *portal, const char *method, double cost_s) {
    work_of(portal, method)->cost_s = cost_s;
}

static int64_t minute_of(const struct zp__portal *portal) {
    return zp__portal_now(portal) / MINUTE_S;
}

static bool counts(const struct zp__portal_minute *minute, int64_t now) {
    return minute->seconds > 0 && minute->minute > now - ZP_PORTAL_MINUTES && minute->minute <= now;
}

double zp__portal_worked_s(const struct zp__portal *portal, const char *method, int64_t *reset_at) {
    const struct zp__portal_work *work = find_work(portal, method);
    int64_t now = minute_of(portal), oldest = INT64_MAX;
    double sum_s = 0;
    for (size_t i = 0; work != NULL && i < ZP_PORTAL_MINUTES; i++) {
        if (!counts(&work->minutes[i], now))
            continue;
        sum_s += work->minutes[i].seconds;
        if (work->minutes[i].minute < oldest)
            oldest = work->minutes[i].minute;
    }
    if (oldest == INT64_MAX)
        *reset_at = zp__portal_now(portal) + (int64_t)ZP_PORTAL_MINUTES * MINUTE_S;
    else
        *reset_at = (oldest + ZP_PORTAL_MINUTES) * MINUTE_S;
    return sum_s;
}

bool zp__portal_may_work(const struct zp__portal *portal, const char *method) {
    int64_t reset_at;
    return zp__portal_worked_s(portal, method, &reset_at) <= portal->operating_limit_s;
}

void zp__portal_account(struct zp__portal *portal, const char *method, double took_s) {
    const struct zp__portal_work *known = find_work(portal, method);
    double seconds = known != NULL && known->cost_s > took_s ? known->cost_s : took_s;
    if (seconds < OPERATING_LEAST_S)
        return;
    struct zp__portal_work *work = work_of(portal, method);
    int64_t now = minute_of(portal);
    struct zp__portal_minute *minute = &work->minutes[now % ZP_PORTAL_MINUTES];
    if (minute->minute != now)
        *minute = (struct zp__portal_minute){.minute = now};
    minute->seconds += seconds;
}

void zp__portal_rest_over(struct zp__portal *portal) {
    for (size_t i = 0; i < portal->work_count; i++)
        memset(portal->works[i].minutes, 0, sizeof portal->works[i].minutes);
}
