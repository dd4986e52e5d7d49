// The waiting list: who waits, who fits a time that turned free, and the changes of it.
#include "desk_private.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

struct waiting_state {
    struct zp_gap *gaps;
    size_t gap_count;
};

// ---- the list, and who fits

static void with_catalogue(struct zp__ask *ask) {
    const struct zp_desk *desk = ask->desk;
    const struct waiting_state *state = ask->state;
    if (ask->then_error.code == ZP_OK) {
        zp_waiting_name(ask->event.waitings, ask->event.waiting_count, desk->catalogue);
        ask->event.fits = zp_waiting_fits(ask, desk->o.config->zone, desk->catalogue,
                                          ask->event.waitings, ask->event.waiting_count,
                                          state->gaps, state->gap_count, zp__desk_clock(desk));
    }
    zp__ask_answer(ask, NULL); // without a price list the list is told all the same
}

static void on_freed(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct waiting_state *state = ask->state;
    state->gaps = talloc_steal(state, answer->gaps);
    state->gap_count = answer->gap_count;
    zp__desk_need_catalogue(ask, false, with_catalogue);
}

// Until when a time that turned free can matter to anybody; 0: nobody waits.
static int64_t horizon(const struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    int64_t until = 0;
    for (size_t i = 0; i < ask->event.waiting_count; i++) {
        const struct zp_waiting *one = &ask->event.waitings[i];
        const int64_t end = zp_zone_day_end(zone, one->to);
        if (one->state == ZP_WAITING_OPEN && end > until) {
            until = end;
        }
    }
    return until;
}

static void on_list(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct zp_gap *gap = &ask->request.u.waiting.gap;
    struct waiting_state *state = ask->state = talloc_zero(ask, struct waiting_state);
    ask->event.waitings = talloc_steal(ask, answer->waitings);
    ask->event.waiting_count = answer->waiting_count;
    ask->event.history = talloc_steal(ask, answer->history);
    ask->event.history_count = answer->history_count;
    // A visit that begins now lies in a time that turned free before.
    const int64_t now = zp__desk_clock(ask->desk), from = now - 86400, until = horizon(ask);
    if (gap->from != 0) {
        state->gaps = gap;
        state->gap_count = 1;
    } else if (until > now) {
        zp__store_freed(ask->desk->store, from, until, on_freed, zp__ask_ticket(ask, 0));
        return;
    }
    if (ask->event.waiting_count == 0) {
        ask->event.fits = talloc_zero(ask, struct zp_fits);
        zp__ask_answer(ask, NULL);
    } else {
        zp__desk_need_catalogue(ask, false, with_catalogue);
    }
}

void zp__ask_waiting(struct zp__ask *ask) {
    struct zp__waiting_query query = {.id = ask->request.u.waiting.id,
                                      .ended = ask->request.u.waiting.ended};
    char phone[ZP_PHONE_SIZE];
    const char *typed = ask->request.u.waiting.phone;
    if (typed != NULL) {
        if (!zp__ask_phone(ask, typed, phone)) {
            return;
        }
        query.phone = phone;
    }
    zp__store_waiting(ask->desk->store, &query, on_list, zp__ask_ticket(ask, 0));
}

// ---- changes

static void on_put(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    if (answer->ok) {
        const struct zp_event event = {.kind = ZP_EVENT_WAITING, .ok = true};
        desk->o.on_event(&event, desk->o.data);
    }
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.waitings = talloc_steal(ask, answer->waitings);
    ask->event.waiting_count = answer->waiting_count;
    if (desk->catalogue != NULL) {
        zp_waiting_name(ask->event.waitings, ask->event.waiting_count, desk->catalogue);
    }
    zp__ask_answer(ask, NULL);
}

static void put(struct zp__ask *ask, const struct zp_waiting *row, const char *drop_reason) {
    const struct zp__waiting_change change = {.row = row,
                                              .drop_reason = drop_reason,
                                              .by = ask->desk->operator_name,
                                              .now = zp__desk_clock(ask->desk)};
    zp__store_put_waiting(ask->desk->store, &change, on_put, zp__ask_ticket(ask, 0));
}

static bool check_time(const struct zp__ask *ask, const struct zp_waiting *wish,
                       struct zp_error *err) {
    if (!zp_date_valid(wish->from) || !zp_date_valid(wish->to) ||
        zp_date_compare(wish->from, wish->to) > 0 || wish->from_min < 0 ||
        wish->from_min > wish->to_min || wish->to_min > ZP_WAITING_DAY_MIN) {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("the first day and time must not be after the last"));
    }
    if (zp_date_days_between(wish->from, wish->to) >= ZP_LIMIT_DAYS) {
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("nobody waits for more than %d days: choose fewer"), ZP_LIMIT_DAYS);
    }
    if (zp_waiting_is_over(wish, ask->desk->o.config->zone, zp__desk_clock(ask->desk))) {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("this time is over: choose a later one"));
    }
    return true;
}

static bool check_client(struct zp__ask *ask, struct zp_waiting *wish, struct zp_error *err) {
    char phone[ZP_PHONE_SIZE];
    if (wish->client_phone == NULL || wish->client_phone[0] == '\0') {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("a phone is needed: who waits must be called"));
    }
    if (!zp_phone_normalise(wish->client_phone, ask->desk->o.config->salon.country, phone, err)) {
        return false;
    }
    wish->client_phone = talloc_strdup(ask, phone);
    wish->client_name = zp_text_clean(ask, wish->client_name ? wish->client_name : "", SIZE_MAX,
                                      ZP_LIMIT_NAME_BYTES);
    wish->comment = zp_text_clean_lines(ask, wish->comment ? wish->comment : "", SIZE_MAX,
                                        ZP_LIMIT_COMMENT_BYTES);
    return wish->client_name[0] != '\0' ||
           zp_error_set(err, ZP_E_USAGE, NULL, "%s", _("a name is needed"));
}

static void put_with_catalogue(struct zp__ask *ask) {
    struct zp_waiting wish = *ask->request.u.waiting_put.wish;
    struct zp_error error = ask->then_error;
    bool ok = error.code == ZP_OK;
    if (ok && (wish.service_count == 0 || wish.service_count > ZP_LIMIT_SERVICES_PER_VISIT)) {
        ok = zp_error_set(&error, ZP_E_USAGE, NULL, "%s",
                          _("name at least one service, at most 20"));
    }
    ok = ok &&
         zp_catalogue_check(ask->desk->catalogue, wish.master_id,
                            (const char *const *)wish.service_ids, wish.service_count, &error) &&
         check_time(ask, &wish, &error) && check_client(ask, &wish, &error);
    if (ok) {
        put(ask, &wish, NULL);
    } else {
        zp__ask_answer(ask, &error);
    }
}

void zp__ask_waiting_put(struct zp__ask *ask) {
    zp__desk_need_catalogue(ask, false, put_with_catalogue);
}

void zp__ask_waiting_drop(struct zp__ask *ask) {
    const char *reason = ask->request.u.waiting_drop.reason;
    const struct zp_waiting row = {.id = ask->request.u.waiting_drop.id};
    char *clean =
        zp_text_clean(ask, reason != NULL ? reason : "", SIZE_MAX, ZP_LIMIT_COMMENT_BYTES);
    if (clean[0] == '\0') {
        zp__ask_refuse(ask, ZP_E_USAGE, NULL,
                       _("a reason is needed: the list must tell why somebody was taken off it"));
        return;
    }
    put(ask, &row, clean);
}
