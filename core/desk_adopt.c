// adopt: a booking made elsewhere, by its Dikidi number, comes into the journal and the CRM. One
// that equals an open row of ours is that row: it becomes booked, and no second entry is made.
#include "desk_private.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

#define TRIES 4 // rows that keep changing under our hands

struct adopt_state {
    struct zp__dikidi_booking *remote;
};

struct zp_booking *zp__desk_learned(TALLOC_CTX *ctx, struct zp_desk *desk,
                                    const struct zp__dikidi_booking *remote) {
    const struct zp_config *config = desk->o.config;
    struct zp_booking *booking = talloc_zero(ctx, struct zp_booking);
    booking->request_id = zp_booking_new_request_id(booking, zp_clock_now_ms(&config->clock));
    booking->company = talloc_strdup(booking, config->salon.company);
    booking->master_id = talloc_strdup(booking, "");
    booking->master = talloc_strdup(booking, "");
    booking->currency = talloc_strdup(booking, config->salon.currency);
    booking->client_name = talloc_strdup(booking, remote->client_name ? remote->client_name : "");
    booking->client_phone =
        talloc_strdup(booking, remote->client_phone ? remote->client_phone : "");
    booking->comment = talloc_strdup(booking, remote->comment ? remote->comment : "");
    booking->cancel_reason =
        talloc_strdup(booking, remote->cancel_reason ? remote->cancel_reason : "");
    booking->created_by = talloc_strdup(booking, "dikidi");
    booking->created_at = booking->updated_at = zp__desk_clock(desk);
    zp__booking_take_remote(booking, remote);
    const bool walk_in = config->salon.walk_in_phone[0] != '\0' &&
                         strcmp(booking->client_phone, config->salon.walk_in_phone) == 0;
    booking->origin = walk_in ? ZP_ORIGIN_WALK_IN : ZP_ORIGIN_APP;
    if (remote->status == ZP_DIKIDI_ACTIVE) {
        booking->state = ZP_BOOKING_BOOKED;
        booking->crm_state = ZP_CRM_QUEUED;
    } else {
        booking->state =
            ZP_BOOKING_CANCELLED; // learned too late: the CRM is not told of what it never had
    }
    return booking;
}

// ---- written
static void on_follow_up_end(bool ok, const struct zp_error *error,
                             const struct zp_booking *booking, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (ok) {
        zp__desk_show(ask);
        return;
    }
    talloc_free(ask->event.booking);
    ask->event.booking = booking != NULL ? zp_booking_copy(ask, booking) : NULL;
    zp__ask_answer(ask, error);
}

static void on_written(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (!answer->ok) {
        if (ask != NULL && answer->error.code == ZP_E_CONFLICT && ++ask->tries < TRIES) {
            zp__ask_adopt(ask);
        } else if (ask != NULL) {
            zp__ask_answer(ask, &answer->error);
        }
        return;
    }
    zp__desk_queue_changed(desk);
    zp__desk_booking_changed(desk, answer->booking);
    zp__driver_poke(desk->driver);
    if (answer->task_count > 0) { // the new time of a move: the old one follows at once
        zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? on_follow_up_end : NULL,
                       ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
    } else if (ask != NULL) {
        zp__desk_show(ask);
    }
}

static void write_row(struct zp__ask *ask, const char *follow_up) {
    static const char *const book[] = {ZP_TASK_BOOK, NULL}; // what it was to do is done
    struct zp_desk *desk = ask->desk;
    struct zp_booking *booking = ask->event.booking;
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__store_new_task task = {.kind = follow_up,
                                            .next_at = booking->updated_at,
                                            .claimed = follow_up != NULL &&
                                                       strcmp(follow_up, ZP_TASK_MOVE) == 0};
    const struct zp__change change = {
        .booking = booking,
        .expected_revision = booking->revision,
        .history = zp__ask_line(ask, "adopted", desk->operator_name, ask->request.u.adopt.booking),
        .history_count = 1,
        .tasks = &task,
        .task_count = follow_up != NULL ? 1 : 0,
        .drop_kinds = book};
    zp__store_apply(desk->store, &change, on_written, zp__ask_ticket(ask, 0));
}

// ---- which row it is
static void write_learned(struct zp__ask *ask) {
    const struct adopt_state *state = ask->state;
    talloc_free(ask->event.booking);
    ask->event.booking = zp__desk_learned(ask, ask->desk, state->remote);
    write_row(ask, ask->event.booking->crm_state == ZP_CRM_QUEUED ? ZP_TASK_CRM_LOG : NULL);
}

// Nobody knew whether this row was made: it was.
static void resolve(struct zp__ask *ask, const struct zp_booking *row) {
    const struct adopt_state *state = ask->state;
    struct zp__dikidi_booking told = *state->remote;
    talloc_free(ask->event.booking);
    struct zp_booking *booking = ask->event.booking = zp_booking_copy(ask, row);
    if (told.service_count <
        booking->service_count) { // a part of the visit: it tells its own alone
        told.service_count = 0;
        told.starts_at = told.ends_at = told.total_minor = 0;
    }
    zp__booking_take_remote(booking, &told);
    booking->state = ZP_BOOKING_BOOKED;
    booking->crm_state = ZP_CRM_QUEUED;
    zp__run_set_error(booking, NULL);
    write_row(ask, zp__booking_follow_up(booking));
}

// One more number of a visit that the journal has.
static void join(struct zp__ask *ask, const struct zp_booking *row) {
    const char *number = ask->request.u.adopt.booking;
    talloc_free(ask->event.booking);
    struct zp_booking *booking = ask->event.booking = zp_booking_copy(ask, row);
    const size_t count = booking->booking_id_count;
    char **ids = talloc_zero_array(booking, char *, (unsigned)count + 1);
    for (size_t i = 0; i < count; i++) {
        ids[i] = talloc_strdup(ids, booking->booking_ids[i]);
    }
    ids[count] = talloc_strdup(ids, number);
    booking->booking_ids = ids;
    booking->booking_id_count = count + 1;
    write_row(ask, NULL);
}

static void on_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    const struct adopt_state *state = ask->state;
    for (size_t i = 0; i < answer->booking_count; i++) {
        if (zp__booking_is_remote(answer->bookings[i], state->remote)) {
            resolve(ask, answer->bookings[i]);
            return;
        }
    }
    write_learned(ask);
}

static void look_at_the_time(struct zp__ask *ask) {
    const struct zp__dikidi_booking *remote = ((struct adopt_state *)ask->state)->remote;
    zp__store_day(ask->desk->store, remote->starts_at, remote->starts_at + 1, remote->master_id,
                  false, on_day, zp__ask_ticket(ask, 0));
}

static void on_same_request(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok && answer->error.code != ZP_E_NOT_FOUND) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    const struct zp__dikidi_booking *remote = ((struct adopt_state *)ask->state)->remote;
    const struct zp_booking *row = answer->ok ? answer->booking : NULL;
    if (row != NULL && strcmp(row->request_id, remote->external_id) == 0) {
        if (zp__booking_is_remote(row, remote)) {
            resolve(ask, row);
            return;
        }
        if (row->state == ZP_BOOKING_BOOKED && remote->status == ZP_DIKIDI_ACTIVE) {
            join(ask, row);
            return;
        }
    }
    look_at_the_time(ask);
}

// ---- asked of Dikidi
static void on_remote(const struct zp__dikidi_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_dikidi(desk, answer);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        struct zp_error error = answer->error;
        zp__texts_friendly(&error);
        zp__ask_answer(ask, &error);
        return;
    }
    const struct zp__dikidi_booking *remote = answer->booking;
    if (remote->company_id != NULL && remote->company_id[0] != '\0' &&
        strcmp(remote->company_id, desk->o.config->salon.company) != 0) {
        zp__ask_refuse(ask, ZP_E_REFUSED, "COMPANY_ERROR",
                       _("this booking belongs to another company: it was not taken over"));
        return;
    }
    struct adopt_state *state = talloc_zero(ask, struct adopt_state);
    ask->state = state;
    state->remote = talloc_steal(state, answer->booking);
    if (remote->external_id != NULL && remote->external_id[0] != '\0') {
        zp__store_booking(desk->store, remote->external_id, false, on_same_request,
                          zp__ask_ticket(ask, 0));
    } else {
        look_at_the_time(ask);
    }
}

static void on_known(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) { // the journal has it: re-read it, once is enough
        zp__desk_refresh(ask);
        return;
    }
    if (answer->error.code != ZP_E_NOT_FOUND) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    zp__ask_remember_call(ask, zp__dikidi_booking(ask->desk->dikidi, ZP_PACE_URGENT,
                                                  ask->request.u.adopt.booking, on_remote,
                                                  zp__ask_ticket(ask, 0)));
}

void zp__ask_adopt(struct zp__ask *ask) {
    zp__store_booking(ask->desk->store, ask->request.u.adopt.booking, false, on_known,
                      zp__ask_ticket(ask, 0));
}
