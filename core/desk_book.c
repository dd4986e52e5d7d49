// book: the intent is in the journal before anything is sent; then the step machine; on SLOT_TAKEN
// the next offers.
#include "desk_private.h"
#include "sync/texts.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

struct candidate {
    char *master_id;
    int64_t booked_s; // how much of that day he has in the journal
};

struct book_state {
    struct zp_booking *booking;   // the row being made
    struct candidate *candidates; // any master: those free at exactly that time, best first
    size_t candidate_count, candidate;
};

static void write_intent(struct zp__ask *ask);

// ---- the run ends
// -----------------------------------------------------------------------------------------------
static void on_run_end(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_ended(data, booking);
    if (ask == NULL) {
        return;
    }
    struct book_state *state = ask->state;
    if (ok) {
        zp__ask_answer(ask, NULL);
        return;
    }
    struct zp_error refusal = *error;
    zp__texts_friendly(&refusal);
    if (!zp__dikidi_is_slot_taken(error) || booking == NULL ||
        booking->state != ZP_BOOKING_REFUSED) {
        zp__ask_answer(ask, &refusal);
        return;
    }
    if (state->candidate + 1 < state->candidate_count) {
        state->candidate++;
        write_intent(ask); // the next master, under a new request id
        return;
    }
    zp__desk_answer_with_offers(ask, &refusal);
}

static void write_intent(struct zp__ask *ask) {
    struct book_state *state = ask->state;
    struct zp_desk *desk = ask->desk;
    const struct zp_draft *draft = &ask->request.u.book;
    const struct zp_config *config = desk->o.config;
    struct zp_booking *booking = zp_booking_copy(state, state->booking);
    if (state->candidate_count > 0) {
        booking->master_id = talloc_strdup(booking, state->candidates[state->candidate].master_id);
    }
    const bool named = draft->request_id != NULL && state->candidate == 0;
    booking->request_id = named
                              ? talloc_strdup(booking, draft->request_id)
                              : zp_booking_new_request_id(booking, zp_clock_now_ms(&config->clock));
    zp__desk_fill_visit(desk, booking, draft->service_ids, draft->service_count);
    zp__desk_write_intent(ask, booking, NULL, on_run_end);
    talloc_free(booking);
}

// ---- any master
// -------------------------------------------------------------------------------------------------
static int better(const void *a, const void *b) {
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->booked_s != y->booked_s) {
        return (x->booked_s > y->booked_s) - (x->booked_s < y->booked_s);
    }
    const size_t xl = strlen(x->master_id);
    const size_t yl = strlen(y->master_id);
    return xl != yl
               ? (xl > yl) - (xl < yl)
               : strcmp(x->master_id, y->master_id); // ids are opaque; shorter numbers are lower
}

static void on_candidates_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct book_state *state = ask->state;
    for (size_t i = 0; i < answer->booking_count; i++) {
        const struct zp_booking *booking = answer->bookings[i];
        for (size_t k = 0; k < state->candidate_count; k++) {
            if (zp_booking_state_holds_time(booking->state) &&
                strcmp(booking->master_id, state->candidates[k].master_id) == 0) {
                state->candidates[k].booked_s += booking->ends_at - booking->starts_at;
            }
        }
    }
    qsort(state->candidates, state->candidate_count, sizeof(*state->candidates), better);
    write_intent(ask);
}

static void on_candidates(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    struct book_state *state = ask->state;
    const int64_t starts_at = ask->request.u.book.starts_at;
    for (size_t d = 0; d < answer->slots->day_count; d++) {
        const struct zp_day_slots *day = &answer->slots->days[d];
        state->candidates =
            talloc_realloc(state, state->candidates, struct candidate,
                           (unsigned)(state->candidate_count + day->slot_count) + 1);
        for (size_t i = 0; i < day->slot_count; i++) {
            if (day->slots[i].starts_at == starts_at) {
                state->candidates[state->candidate_count++] =
                    (struct candidate){.master_id = talloc_strdup(state, day->slots[i].master_id)};
            }
        }
    }
    if (state->candidate_count == 0) {
        struct zp_error refusal = {0};
        zp_error_set(&refusal, ZP_E_REFUSED, "SLOT_TAKEN", "%s",
                     _("no master is free at exactly this time: choose another"));
        zp__desk_answer_with_offers(ask, &refusal);
        return;
    }
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = zp_zone_wall(zone, starts_at).date;
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, date), zp_zone_day_end(zone, date),
                  NULL, false, on_candidates_day, zp__ask_ticket(ask, 0));
}

// ---- the draft is checked
// ---------------------------------------------------------------------------------------
static bool check_draft(struct zp__ask *ask, struct zp_error *err) {
    const struct zp_draft *draft = &ask->request.u.book;
    const struct zp_catalogue *catalogue = ask->desk->catalogue;
    if (draft->service_count == 0 || draft->service_count > ZP_LIMIT_SERVICES_PER_VISIT) {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("name at least one service, at most 20"));
    }
    if (!zp_catalogue_check(catalogue, draft->master_id, draft->service_ids, draft->service_count,
                            err)) {
        return false;
    }
    if (draft->starts_at <= zp__desk_clock(ask->desk)) {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("this time is over: choose a later one"));
    }
    return true;
}

static bool fill_client(struct zp__ask *ask, struct zp_booking *booking, struct zp_error *err) {
    const struct zp_draft *draft = &ask->request.u.book;
    const struct zp_config *config = ask->desk->o.config;
    char phone[ZP_PHONE_SIZE];
    const char *name = draft->client_name;
    if (draft->walk_in) {
        if (config->salon.walk_in_phone[0] == '\0') {
            return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                                _("this salon takes no booking without a phone: set "
                                  "salon.walk_in.phone, or ask for the phone"));
        }
        booking->client_phone = talloc_strdup(booking, config->salon.walk_in_phone);
        name = name != NULL && name[0] != '\0' ? name : config->salon.walk_in_name;
    } else {
        if (draft->client_phone == NULL ||
            !zp_phone_normalise(draft->client_phone, config->salon.country, phone, err)) {
            return draft->client_phone != NULL
                       ? false
                       : zp_error_set(err, ZP_E_USAGE, NULL, "%s", _("a phone is needed"));
        }
        booking->client_phone = talloc_strdup(booking, phone);
    }
    booking->client_name = zp_text_clean(booking, name ? name : "", SIZE_MAX, ZP_LIMIT_NAME_BYTES);
    if (booking->client_name[0] == '\0') {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s", _("a name is needed"));
    }
    booking->comment = zp_text_clean_lines(booking, draft->comment ? draft->comment : "", SIZE_MAX,
                                           ZP_LIMIT_COMMENT_BYTES);
    booking->origin = draft->walk_in ? ZP_ORIGIN_WALK_IN : ZP_ORIGIN_DESK;
    return true;
}

static void with_catalogue(struct zp__ask *ask) {
    struct zp_error error = ask->then_error;
    struct zp_desk *desk = ask->desk;
    const struct zp_draft *draft = &ask->request.u.book;
    const struct zp_config *config = desk->o.config;
    struct book_state *state = talloc_zero(ask, struct book_state);
    ask->state = state;
    struct zp_booking *booking = state->booking = talloc_zero(state, struct zp_booking);
    if (error.code != ZP_OK || !check_draft(ask, &error) || !fill_client(ask, booking, &error)) {
        zp__ask_answer(ask, &error);
        return;
    }
    booking->company = talloc_strdup(booking, config->salon.company);
    booking->currency = talloc_strdup(booking, config->salon.currency);
    booking->cancel_reason = talloc_strdup(booking, "");
    booking->starts_at = draft->starts_at;
    ask->wish = (struct zp__wish){.service_ids = draft->service_ids,
                                  .service_count = draft->service_count,
                                  .master_id = draft->master_id,
                                  .starts_at = draft->starts_at};
    if (draft->master_id != NULL) {
        booking->master_id = talloc_strdup(booking, draft->master_id);
        write_intent(ask);
        return;
    }
    zp__ask_remember_call(ask,
                          zp__dikidi_schedule(desk->dikidi, ZP_PACE_URGENT, draft->service_ids,
                                              draft->service_count, NULL,
                                              zp_zone_wall(config->zone, draft->starts_at).date,
                                              on_candidates, zp__ask_ticket(ask, 0)));
}

void zp__ask_book(struct zp__ask *ask) {
    zp__desk_need_catalogue(ask, false, with_catalogue);
}
