// day, truth, clients, sync once: what the journal holds.
#include "desk_private.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

// ---- day
// --------------------------------------------------------------------------------------------------------
static void on_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.bookings = talloc_steal(ask, answer->bookings);
    ask->event.booking_count = answer->booking_count;
    zp__ask_answer(ask, NULL);
}

void zp__ask_day(struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = ask->request.u.day.date;
    const int days = ask->request.u.day.days < 1 ? 1 : ask->request.u.day.days;
    if (days > ZP_LIMIT_DAYS) {
        zp__ask_refuse(ask, ZP_E_USAGE, NULL, _("ask for at most 62 days at once"));
        return;
    }
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, date),
                  zp_zone_day_end(zone, zp_date_add_days(date, days - 1)),
                  ask->request.u.day.master_id, ask->request.u.day.all, on_day,
                  zp__ask_ticket(ask, 0));
}

// ---- truth
// ------------------------------------------------------------------------------------------------------
// The old time of a move has left its entry to the new one, even while Dikidi still has it.
static bool is_of_the_day(const struct zp_booking *booking, int64_t from, int64_t to) {
    return (booking->state == ZP_BOOKING_BOOKED || booking->state == ZP_BOOKING_CANCELLING) &&
           booking->moved_to == NULL && booking->starts_at >= from && booking->starts_at < to;
}

static void add_name(TALLOC_CTX *ctx, char ***list, size_t *count, const char *name) {
    *list = talloc_realloc(ctx, *list, char *, (unsigned)*count + 1);
    (*list)[(*count)++] = talloc_strdup(ctx, name);
}

// A number that only the CRM has, with what is known of its entry there: the journal has nothing.
static void add_entry(struct zp_truth *truth, const struct zp__crm_answer *crm, size_t at) {
    add_name(truth, &truth->only_crm, &truth->only_crm_count, crm->names[at]);
    if (crm->titles == NULL || crm->visits == NULL) {
        return;
    }
    size_t titles = truth->only_crm_count - 1;
    add_name(truth, &truth->only_crm_titles, &titles, crm->titles[at]);
    truth->only_crm_visits =
        talloc_realloc(truth, truth->only_crm_visits, int64_t, (unsigned)truth->only_crm_count);
    truth->only_crm_visits[truth->only_crm_count - 1] = crm->visits[at];
}

static void compare(struct zp__ask *ask, const struct zp__crm_answer *crm, int64_t from,
                    int64_t to) {
    struct zp_truth *truth = ask->event.truth;
    bool *seen = talloc_zero_array(truth, bool, (unsigned)crm->name_count + 1);
    for (size_t i = 0; i < ask->event.booking_count; i++) {
        const struct zp_booking *booking = ask->event.bookings[i];
        bool found = false;
        // A cancelled booking is no match for a deal that still stands.
        if (!is_of_the_day(booking, from, to) || booking->booking_id == NULL) {
            continue;
        }
        for (size_t k = 0; k < crm->name_count; k++) {
            if (!seen[k] && strcmp(crm->names[k], booking->booking_id) == 0) {
                found = seen[k] = true;
                break;
            }
        }
        if (!found) {
            add_name(truth, &truth->only_journal, &truth->only_journal_count, booking->booking_id);
        }
    }
    for (size_t k = 0; k < crm->name_count; k++) {
        if (!seen[k]) {
            add_entry(truth, crm, k);
        }
    }
}

static void on_crm_count(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask == NULL) {
        return;
    }
    struct zp_truth *truth = ask->event.truth;
    if (answer->ok) {
        const struct zp_zone *zone = ask->desk->o.config->zone;
        truth->crm_count = (int)answer->total;
        truth->crm_at = zp__desk_clock(ask->desk);
        compare(ask, answer, zp_zone_day_start(zone, truth->date),
                zp_zone_day_end(zone, truth->date));
    }
    ask->event.booking_count = 0; // the rows were only for counting
    TALLOC_FREE(ask->event.bookings);
    zp__ask_answer(ask, NULL); // a CRM that could not be asked stands as crm_count -1
}

static void on_truth_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct zp_desk *desk = ask->desk;
    const struct zp_zone *zone = desk->o.config->zone;
    const struct zp_date date = ask->request.u.truth.date;
    const int64_t from = zp_zone_day_start(zone, date);
    const int64_t to = zp_zone_day_end(zone, date);
    ask->event.bookings = talloc_steal(ask, answer->bookings);
    ask->event.booking_count = answer->booking_count;
    ask->event.truth = talloc_zero(ask, struct zp_truth);
    ask->event.truth->date = date;
    ask->event.truth->crm_count = -1;
    for (size_t i = 0; i < answer->booking_count; i++) {
        ask->event.truth->journal_count += is_of_the_day(ask->event.bookings[i], from, to);
    }
    zp__crm_count_visits(desk->crm, ZP_PACE_BACKGROUND, desk->o.config->bitrix24.entity, from, to,
                         on_crm_count, zp__ask_ticket(ask, 0));
}

void zp__ask_truth(struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = ask->request.u.truth.date;
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, date), zp_zone_day_end(zone, date),
                  NULL, true, on_truth_day, zp__ask_ticket(ask, 0));
}

// ---- clients
// ----------------------------------------------------------------------------------------------------
static void on_clients(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.clients = talloc_steal(ask, answer->clients);
    ask->event.client_count = answer->client_count;
    zp__ask_answer(ask, NULL);
}

void zp__ask_clients(struct zp__ask *ask) {
    zp__store_clients(ask->desk->store, ask->request.u.clients.query, ask->request.u.clients.limit,
                      zp__desk_clock(ask->desk), on_clients, zp__ask_ticket(ask, 0));
}

// ---- sync once
// --------------------------------------------------------------------------------------------------
static void on_drained(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    (void)booking;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask != NULL) {
        zp__ask_answer(ask, ok ? NULL : error);
    }
}

void zp__ask_sync_once(struct zp__ask *ask) {
    zp__driver_drain(ask->desk->driver, on_drained, zp__ask_ticket(ask, 0));
}
