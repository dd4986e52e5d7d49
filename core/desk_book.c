// book: the intent is in the journal before anything is sent; then the step machine; on SLOT_TAKEN
// the next offers.
#include "desk_private.h"
#include "sync/texts.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define OFFERS 3

struct candidate {
    char *master_id;
    int64_t booked_s; // how much of that day he has in the journal
};

struct book_state {
    struct zp_booking *booking;   // the row being made
    struct candidate *candidates; // any master: those free at exactly that time, best first
    size_t candidate_count, candidate;
    struct zp_error refusal;
    struct zp_slots *offers_day;
};

static void write_intent(struct zp__ask *ask);

// ---- offers after SLOT_TAKEN
// ------------------------------------------------------------------------------------
static void add_offer(struct zp__ask *ask, const struct zp_slot *slot) {
    for (size_t i = 0; i < ask->event.offer_count; i++) {
        if (ask->event.offers[i].starts_at == slot->starts_at) {
            return; // any master: three times are more use than three masters at one time
        }
    }
    ask->event.offers[ask->event.offer_count++] =
        (struct zp_slot){.master_id = talloc_strdup(ask->event.offers, slot->master_id),
                         .starts_at = slot->starts_at,
                         .ends_at = slot->ends_at};
}

// The next times from the wished one on; when the day has too few, the latest before it.
static void pick_offers(struct zp__ask *ask, const struct zp_slots *slots) {
    const int64_t wished = ask->request.u.book.starts_at;
    for (size_t d = 0; d < slots->day_count; d++) {
        const struct zp_day_slots *day = &slots->days[d];
        for (size_t i = 0; i < day->slot_count && ask->event.offer_count < OFFERS; i++) {
            if (day->slots[i].starts_at >= wished) {
                add_offer(ask, &day->slots[i]);
            }
        }
    }
}

static void pick_earlier(struct zp__ask *ask, const struct zp_slots *slots) {
    const struct zp_day_slots *day = &slots->days[0];
    for (size_t i = day->slot_count; i > 0 && ask->event.offer_count < OFFERS; i--) {
        if (day->slots[i - 1].starts_at < ask->request.u.book.starts_at) {
            add_offer(ask, &day->slots[i - 1]);
        }
    }
}

static void answer_taken(struct zp__ask *ask) {
    struct book_state *state = ask->state;
    if (state->offers_day != NULL && state->offers_day->day_count > 0) {
        pick_earlier(ask, state->offers_day);
    }
    const struct zp_error refusal = state->refusal;
    zp__ask_answer(ask, &refusal);
}

static void ask_offers(struct zp__ask *ask, struct zp_date date, int round);

static void on_offers(const struct zp__dikidi_answer *answer, void *data) {
    size_t round = 0;
    struct zp__ask *ask = zp__ticket_take(data, &round);
    if (ask == NULL) {
        return;
    }
    struct book_state *state = ask->state;
    if (!answer->ok || answer->slots == NULL) {
        answer_taken(ask); // the refusal stands; that no offers could be had changes nothing
        return;
    }
    struct zp_slots *slots = talloc_steal(state, answer->slots);
    pick_offers(ask, slots);
    if (round == 0) {
        state->offers_day = slots;
    }
    const struct zp_date date = slots->day_count > 0 ? slots->days[0].date : (struct zp_date){0};
    for (size_t i = 0; i < slots->available_count && round == 0 && ask->event.offer_count < OFFERS;
         i++) {
        if (zp_date_compare(slots->available[i], date) > 0) {
            ask_offers(ask, slots->available[i], 1);
            return;
        }
    }
    answer_taken(ask);
}

static void ask_offers(struct zp__ask *ask, struct zp_date date, int round) {
    const struct zp_draft *draft = &ask->request.u.book;
    zp__dikidi_schedule(ask->desk->dikidi, ZP_PACE_URGENT, draft->service_ids, draft->service_count,
                        draft->master_id, date, on_offers, zp__ask_ticket(ask, (size_t)round));
}

// ---- the run ends
// -----------------------------------------------------------------------------------------------
static void on_run_end(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    struct book_state *state = ask->state;
    if (booking != NULL) {
        talloc_free(ask->event.booking);
        ask->event.booking = zp_booking_copy(ask, booking);
    }
    if (ok) {
        zp__ask_answer(ask, NULL);
        return;
    }
    state->refusal = *error;
    zp__texts_friendly(&state->refusal);
    if (!zp__dikidi_is_slot_taken(error) || booking == NULL ||
        booking->state != ZP_BOOKING_REFUSED) {
        const struct zp_error refusal = state->refusal;
        zp__ask_answer(ask, &refusal);
        return;
    }
    if (state->candidate + 1 < state->candidate_count) {
        state->candidate++;
        write_intent(ask); // the next master, under a new request id
        return;
    }
    ask->event.offers = talloc_zero_array(ask, struct zp_slot, OFFERS);
    ask_offers(ask, zp_zone_wall(ask->desk->o.config->zone, ask->request.u.book.starts_at).date, 0);
}

static void on_intent(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (!answer->ok) {
        if (ask != NULL) {
            struct zp_error error = answer->error;
            if (error.code == ZP_E_CONFLICT) {
                zp_error_set(&error, ZP_E_USAGE, NULL, "%s",
                             _("this request id is in the journal already: show it instead"));
            }
            zp__ask_answer(ask, &error);
        }
        return;
    }
    // Even when the asker is gone the intent is written, and is finished: it may not be lost.
    zp__desk_queue_changed(desk);
    zp__desk_booking_changed(desk, answer->tasks[0].booking);
    zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? on_run_end : NULL,
                   ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
}

// ---- the intent
// -------------------------------------------------------------------------------------------------
static void fill_services(const struct zp__ask *ask, struct zp_booking *booking) {
    const struct zp_draft *draft = &ask->request.u.book;
    booking->services =
        talloc_zero_array(booking, struct zp_booked_service, (unsigned)draft->service_count);
    booking->service_count = draft->service_count;
    int minutes = 0;
    for (size_t i = 0; i < draft->service_count; i++) {
        const struct zp_service *service =
            zp_catalogue_service(ask->desk->catalogue, draft->service_ids[i]);
        const struct zp_terms terms = zp_catalogue_terms(service, booking->master_id);
        booking->services[i] =
            (struct zp_booked_service){.id = talloc_strdup(booking->services, service->id),
                                       .name = talloc_strdup(booking->services, service->name),
                                       .duration_min = terms.duration_min,
                                       .price_minor = terms.price_minor};
        minutes += terms.duration_min;
        booking->price_minor += terms.price_minor;
    }
    booking->ends_at = booking->starts_at + (int64_t)minutes * 60;
}

static char *sent_body(struct zp_booking *booking) {
    const char **ids = talloc_zero_array(booking, const char *, (unsigned)booking->service_count);
    for (size_t i = 0; i < booking->service_count; i++) {
        ids[i] = booking->services[i].id;
    }
    const struct zp__dikidi_create create = {.request_id = booking->request_id,
                                             .master_id = booking->master_id,
                                             .service_ids = ids,
                                             .service_count = booking->service_count,
                                             .starts_at = booking->starts_at,
                                             .client_name = booking->client_name,
                                             .client_phone = booking->client_phone,
                                             .comment = booking->comment};
    char *body = zp__dikidi_create_body(booking, &create);
    talloc_free(ids);
    return body;
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
    const struct zp_master *master = zp_catalogue_master(desk->catalogue, booking->master_id);
    booking->master = talloc_strdup(booking, master != NULL ? master->name : "");
    booking->created_at = booking->updated_at = zp__desk_clock(desk);
    fill_services(ask, booking);
    booking->sent_body = sent_body(booking);
    const struct zp__store_new_task task = {
        .kind = ZP_TASK_BOOK, .next_at = booking->created_at, .claimed = true};
    const struct zp__change change = {.booking = booking,
                                      .history =
                                          zp__ask_line(ask, "intent", desk->operator_name, NULL),
                                      .history_count = 1,
                                      .tasks = &task,
                                      .task_count = 1};
    zp__store_apply(desk->store, &change, on_intent, zp__ask_ticket(ask, 0));
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
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
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
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_dikidi(desk, answer);
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
    const struct zp_date date = zp_zone_wall(desk->o.config->zone, starts_at).date;
    if (state->candidate_count == 0) {
        zp_error_set(&state->refusal, ZP_E_REFUSED, "SLOT_TAKEN", "%s",
                     _("no master is free at exactly this time: choose another"));
        ask->event.offers = talloc_zero_array(ask, struct zp_slot, OFFERS);
        ask_offers(ask, date, 0);
        return;
    }
    const struct zp_zone *zone = desk->o.config->zone;
    zp__store_day(desk->store, zp_zone_day_start(zone, date), zp_zone_day_end(zone, date), NULL,
                  false, on_candidates_day, zp__ask_ticket(ask, 0));
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
    for (size_t i = 0; i < draft->service_count; i++) {
        if (zp_catalogue_service(catalogue, draft->service_ids[i]) == NULL) {
            return zp_error_set(err, ZP_E_USAGE, NULL,
                                _("there is no service %s: see zapis services"),
                                draft->service_ids[i]);
        }
        if (draft->master_id != NULL &&
            !zp_catalogue_offers(catalogue, draft->master_id, draft->service_ids[i])) {
            return zp_error_set(err, ZP_E_USAGE, NULL,
                                _("master %s does not do service %s: see zapis masters"),
                                draft->master_id, draft->service_ids[i]);
        }
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
    booking->created_by = talloc_strdup(booking, desk->operator_name);
    booking->cancel_reason = talloc_strdup(booking, "");
    booking->starts_at = draft->starts_at;
    booking->state = ZP_BOOKING_INTENT;
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
