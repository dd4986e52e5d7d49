// The waiting list: words of its states, and which wishes fit a time.
#include <zapis/waiting.h>

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

static const char *const names[ZP_WAITING_STATES] = {"waiting", "booking", "booked", "dropped"};

const char *zp_waiting_state_name(enum zp_waiting_state state) {
    return (unsigned)state < ZP_WAITING_STATES ? names[state] : "";
}

bool zp_waiting_state_parse(const char *name, enum zp_waiting_state *out) {
    for (int i = 0; i < ZP_WAITING_STATES; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum zp_waiting_state)i;
            return true;
        }
    }
    return false;
}

const char *zp_waiting_state_words(enum zp_waiting_state state) {
    switch (state) {
    case ZP_WAITING_OPEN: return _("waits");
    case ZP_WAITING_BOOKING: return _("is being booked");
    case ZP_WAITING_BOOKED: return _("is booked");
    case ZP_WAITING_DROPPED: return _("taken off the list");
    }
    return "";
}

int zp_waiting_minutes(const struct zp_waiting *waiting, const struct zp_catalogue *catalogue,
                       const char *master_id) {
    int minutes = 0;
    for (size_t i = 0; i < waiting->service_count; i++) {
        const char *id = waiting->service_ids[i];
        const struct zp_service *service = zp_catalogue_service(catalogue, id);
        if (service == NULL || !zp_catalogue_offers(catalogue, master_id, id)) {
            return 0;
        }
        const int one = zp_catalogue_terms(service, master_id).duration_min;
        if (one <= 0) {
            return 0;
        }
        minutes += one;
    }
    return minutes;
}

bool zp_waiting_is_over(const struct zp_waiting *waiting, const struct zp_zone *zone, int64_t now) {
    return zp_zone_day_minute(zone, waiting->to, waiting->to_min) < now;
}

// The earliest beginning on a day of the wish that lies in the gap; false: none.
static bool begin_on(const struct zp_waiting *waiting, const struct zp_zone *zone,
                     struct zp_date date, const struct zp_gap *gap, int64_t now, int64_t *out) {
    int64_t from = zp_zone_day_minute(zone, date, waiting->from_min);
    const int64_t to = zp_zone_day_minute(zone, date, waiting->to_min);
    from = from < gap->from ? gap->from : from;
    *out = from;
    return from <= to && from > now && zp_date_compare(date, waiting->from) >= 0 &&
           zp_date_compare(date, waiting->to) <= 0;
}

static bool fit_of(const struct zp_waiting *waiting, const struct zp_zone *zone,
                   const struct zp_catalogue *catalogue, const struct zp_gap *gap, int64_t now,
                   struct zp_fit *out) {
    if (waiting->state != ZP_WAITING_OPEN ||
        (waiting->master_id != NULL && strcmp(waiting->master_id, gap->master_id) != 0)) {
        return false;
    }
    const int64_t length_s = 60LL * zp_waiting_minutes(waiting, catalogue, gap->master_id);
    struct zp_date date = zp_zone_wall(zone, gap->from).date;
    int64_t at = 0;
    // A gap may reach beyond midnight.
    bool found = begin_on(waiting, zone, date, gap, now, &at) ||
                 begin_on(waiting, zone, zp_date_add_days(date, 1), gap, now, &at);
    if (!found || length_s == 0 || at + length_s > gap->to) {
        return false;
    }
    *out = (struct zp_fit){.waiting_id = waiting->id,
                           .made_at = waiting->made_at,
                           .starts_at = at,
                           .ends_at = at + length_s,
                           .spare_min = (int)((gap->to - gap->from - length_s) / 60)};
    return true;
}

static int by_turn(const void *left, const void *right) {
    const struct zp_fit *a = left, *b = right;
    if (a->made_at != b->made_at) {
        return (a->made_at > b->made_at) - (a->made_at < b->made_at);
    }
    if (a->waiting_id != b->waiting_id) {
        return (a->waiting_id > b->waiting_id) - (a->waiting_id < b->waiting_id);
    }
    if (a->starts_at != b->starts_at) {
        return (a->starts_at > b->starts_at) - (a->starts_at < b->starts_at);
    }
    if (a->spare_min != b->spare_min) {
        return (a->spare_min > b->spare_min) - (a->spare_min < b->spare_min);
    }
    return strcmp(a->master_id, b->master_id);
}

static void add_fit(struct zp_fits *out, const struct zp_fit *fit, const char *master_id,
                    const struct zp_catalogue *catalogue) {
    const struct zp_master *master = zp_catalogue_master(catalogue, master_id);
    out->fits =
        zp__memory_must(talloc_realloc(out, out->fits, struct zp_fit, (unsigned)out->count + 1));
    struct zp_fit *added = &out->fits[out->count++];
    *added = *fit;
    added->master_id = zp__memory_strdup(out, master_id);
    added->master = zp__memory_strdup(out, master != NULL ? master->name : master_id);
}

struct zp_fits *zp_waiting_fits(TALLOC_CTX *ctx, const struct zp_zone *zone,
                                const struct zp_catalogue *catalogue, const struct zp_waiting *list,
                                size_t count, const struct zp_gap *gaps, size_t gap_count,
                                int64_t now) {
    struct zp_fits *out = zp__memory_new(ctx, struct zp_fits);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < gap_count; k++) {
            struct zp_fit fit;
            if (fit_of(&list[i], zone, catalogue, &gaps[k], now, &fit)) {
                fit.at = i;
                add_fit(out, &fit, gaps[k].master_id, catalogue);
            }
        }
    }
    if (out->count > 0) {
        qsort(out->fits, out->count, sizeof(out->fits[0]), by_turn);
    }
    return out;
}

void zp_waiting_name(struct zp_waiting *list, size_t count, const struct zp_catalogue *catalogue) {
    for (size_t i = 0; i < count; i++) {
        struct zp_waiting *one = &list[i];
        const struct zp_master *master =
            one->master_id != NULL ? zp_catalogue_master(catalogue, one->master_id) : NULL;
        one->services = zp__memory_strdup(list, "");
        for (size_t s = 0; s < one->service_count; s++) {
            const struct zp_service *service = zp_catalogue_service(catalogue, one->service_ids[s]);
            one->services = zp__memory_must(
                talloc_asprintf_append(one->services, "%s%s", s == 0 ? "" : ", ",
                                       service != NULL ? service->name : one->service_ids[s]));
        }
        one->master =
            zp__memory_strdup_or_null(list, master != NULL ? master->name : one->master_id);
    }
}

struct zp_waiting *zp_waiting_copy(TALLOC_CTX *ctx, const struct zp_waiting *list, size_t count) {
    struct zp_waiting *to = zp__memory_array(ctx, struct zp_waiting, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        const struct zp_waiting *from = &list[i];
        to[i] = *from;
        to[i].client_phone = zp__memory_strdup_or_null(to, from->client_phone);
        to[i].client_name = zp__memory_strdup_or_null(to, from->client_name);
        to[i].master_id = zp__memory_strdup_or_null(to, from->master_id);
        to[i].comment = zp__memory_strdup_or_null(to, from->comment);
        to[i].made_by = zp__memory_strdup_or_null(to, from->made_by);
        to[i].request_id = zp__memory_strdup_or_null(to, from->request_id);
        to[i].ended_by = zp__memory_strdup_or_null(to, from->ended_by);
        to[i].reason = zp__memory_strdup_or_null(to, from->reason);
        to[i].services = zp__memory_strdup_or_null(to, from->services);
        to[i].master = zp__memory_strdup_or_null(to, from->master);
        to[i].service_ids = zp__memory_array(to, char *, (unsigned)from->service_count);
        for (size_t s = 0; s < from->service_count; s++) {
            to[i].service_ids[s] = zp__memory_strdup(to->service_ids, from->service_ids[s]);
        }
    }
    return to;
}
