// Free time, computed: working hours minus break, bookings and the buffers after them.
#include "practice/salon.h"

// The stretches of a shift that can hold a visit, as instants: two at most, around the break.
struct stretch {
    int64_t from, to;
};

static int stretches(const struct zp__salon *salon, const struct zp__salon_master *master,
                     struct zp_date date, struct stretch out[2]) {
    struct zp__salon_hours hours;
    if (!zp__salon_hours(master, date, &hours))
        return 0;
    int64_t from = zp_zone_day_minute(salon->zone, date, hours.from_min);
    int64_t to = zp_zone_day_minute(salon->zone, date, hours.to_min);
    if (hours.break_from_min < 0) {
        out[0] = (struct stretch){from, to};
        return 1;
    }
    out[0] = (struct stretch){from, zp_zone_day_minute(salon->zone, date, hours.break_from_min)};
    out[1] = (struct stretch){zp_zone_day_minute(salon->zone, date, hours.break_to_min), to};
    return 2;
}

bool zp__salon_in_hours(const struct zp__salon *salon, const struct zp__salon_master *master,
                        int64_t starts_at, int64_t ends_at) {
    struct zp_date date = zp_zone_wall(salon->zone, starts_at).date;
    // A shift that runs past midnight belongs to the day before.
    for (int back = 0; back <= 1; back++) {
        struct stretch parts[2];
        int count = stretches(salon, master, zp_date_add_days(date, -back), parts);
        for (int i = 0; i < count; i++) {
            if (starts_at >= parts[i].from && ends_at <= parts[i].to)
                return true;
        }
    }
    return false;
}

const struct zp__salon_booking *zp__salon_overlap(const struct zp__salon *salon,
                                                  const char *master_id, int64_t starts_at,
                                                  int64_t ends_at, int break_after_min,
                                                  const struct zp__salon_booking *except) {
    int64_t free_at = ends_at + (int64_t)break_after_min * 60;
    for (size_t i = 0; i < salon->booking_count; i++) {
        const struct zp__salon_booking *other = salon->bookings[i];
        if (other->cancelled || other == except || strcmp(other->master_id, master_id) != 0)
            continue;
        int64_t other_free_at = other->ends_at + (int64_t)other->break_after_min * 60;
        if (starts_at < other_free_at && other->starts_at < free_at)
            return other;
    }
    return NULL;
}

bool zp__salon_visit(const struct zp__salon_ask *ask, const struct zp__salon_master *master,
                     int *duration_min, int *break_after_min) {
    *duration_min = 0;
    *break_after_min = 0;
    for (size_t i = 0; i < ask->service_count; i++) {
        const struct zp__salon_terms *terms = zp__salon_terms(ask->services[i], master->id);
        if (terms == NULL || !ask->services[i]->active)
            return false;
        *duration_min += terms->duration_min;
        if (ask->services[i]->break_after_min > *break_after_min)
            *break_after_min = ask->services[i]->break_after_min;
    }
    return master->active && ask->service_count > 0;
}

struct found {
    TALLOC_CTX *ctx;
    struct zp__salon_slot *slots;
    size_t count;
    bool first_only;
};

static void add_slot(struct found *found, struct zp__salon_slot slot) {
    if (!found->first_only) {
        found->slots =
            talloc_realloc(found->ctx, found->slots, struct zp__salon_slot, found->count + 1);
        if (found->slots == NULL)
            zp_panic("out of memory");
        found->slots[found->count] = slot;
    }
    found->count++;
}

// Starts inside one stretch: from its beginning, and anew after each booking, every step_min. So
// they are never a grid of the clock.
static void scan_stretch(const struct zp__salon *salon, const struct zp__salon_master *master,
                         struct stretch part, int duration_min, int break_after_min,
                         int64_t earliest, struct found *found) {
    int64_t length = (int64_t)duration_min * 60;
    int64_t start = part.from;
    while (start + length <= part.to && !(found->first_only && found->count > 0)) {
        const struct zp__salon_booking *in_the_way =
            zp__salon_overlap(salon, master->id, start, start + length, break_after_min, NULL);
        if (in_the_way != NULL) {
            int64_t free_at = in_the_way->ends_at + (int64_t)in_the_way->break_after_min * 60;
            start = free_at > start ? free_at : start + 60;
            continue;
        }
        if (start >= earliest)
            add_slot(found, (struct zp__salon_slot){start, start + length, master});
        start += (int64_t)master->step_min * 60;
    }
}

static int by_time(const void *left, const void *right) {
    const struct zp__salon_slot *a = left, *b = right;
    if (a->starts_at != b->starts_at)
        return a->starts_at < b->starts_at ? -1 : 1;
    return strcmp(a->master->id, b->master->id);
}

static void scan_day(const struct zp__salon *salon, const struct zp__salon_ask *ask,
                     struct zp_date date, struct found *found) {
    int ahead = zp_date_days_between(zp__salon_today(salon), date);
    if (ahead < 0 || ahead > ZP_SALON_DAYS_AHEAD)
        return;
    int64_t earliest = zp_clock_now(&salon->clock) + (int64_t)salon->lead_min * 60;
    for (size_t i = 0; i < salon->master_count; i++) {
        const struct zp__salon_master *master = &salon->masters[i];
        int duration_min, break_after_min;
        if ((ask->master != NULL && ask->master != master) || !master->online ||
            !zp__salon_visit(ask, master, &duration_min, &break_after_min))
            continue;
        struct stretch parts[2];
        int count = stretches(salon, master, date, parts);
        for (int k = 0; k < count; k++)
            scan_stretch(salon, master, parts[k], duration_min, break_after_min, earliest, found);
    }
}

size_t zp__salon_slots(const struct zp__salon *salon, TALLOC_CTX *ctx,
                       const struct zp__salon_ask *ask, struct zp_date date,
                       struct zp__salon_slot **slots) {
    struct found found = {.ctx = ctx};
    scan_day(salon, ask, date, &found);
    if (found.count > 1)
        qsort(found.slots, found.count, sizeof *found.slots, by_time);
    *slots = found.slots;
    return found.count;
}

bool zp__salon_has_slot(const struct zp__salon *salon, const struct zp__salon_ask *ask,
                        struct zp_date date) {
    struct found found = {.first_only = true};
    scan_day(salon, ask, date, &found);
    return found.count > 0;
}
