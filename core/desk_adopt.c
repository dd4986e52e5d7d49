// adopt: a booking made elsewhere, by its Dikidi number, comes into the journal and the CRM. One
// that equals an open row of ours is that row: it becomes booked, and no second entry is made.
#include "desk_private.h"
#include "sync/learn.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

#define TRIES 4 // rows that keep changing under our hands

struct adopt_state {
    struct zp__dikidi_booking *remote;
};

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
        .drop_kinds = book,
        .seen_number = booking->booking_id,
        .seen_at = booking->updated_at};
    zp__store_apply(desk->store, &change, on_written, zp__ask_ticket(ask, 0));
}

// ---- which row it is
static void write_learned(struct zp__ask *ask) {
    const struct adopt_state *state = ask->state;
    const struct zp_config *config = ask->desk->o.config;
    talloc_free(ask->event.booking);
    char *request_id = zp_booking_new_request_id(ask, zp_clock_now_ms(&config->clock));
    struct zp_booking *booking = ask->event.booking =
        zp__booking_learned(ask, config, request_id, zp__desk_clock(ask->desk), state->remote);
    write_row(ask, booking->crm_state == ZP_CRM_QUEUED ? zp__booking_follow_up(booking) : NULL);
}

// Nobody knew whether this row was made: it was; or it is gone already.
static void resolve(struct zp__ask *ask, const struct zp_booking *row) {
    const struct adopt_state *state = ask->state;
    talloc_free(ask->event.booking);
    struct zp_booking *booking = ask->event.booking = zp_booking_copy(ask, row);
    const struct zp__lesson *lesson = zp__booking_learn(
        ask, ask->desk->o.config, zp__desk_clock(ask->desk), booking, state->remote);
    write_row(ask, lesson->task_count > 0 ? lesson->tasks[0].kind : NULL);
}

// One more number of a visit that the journal has.
static void join(struct zp__ask *ask, const struct zp_booking *row) {
    talloc_free(ask->event.booking);
    ask->event.booking = zp_booking_copy(ask, row);
    zp__booking_join(ask->event.booking, ask->request.u.adopt.booking);
    write_row(ask, NULL);
}

static void on_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    const struct adopt_state *state = ask->state;
    const struct zp_booking *twin =
        zp__booking_twin(answer->bookings, answer->booking_count, state->remote);
    if (twin != NULL) {
        resolve(ask, twin);
    } else {
        write_learned(ask);
    }
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
    switch (zp__booking_kinship(row, remote)) {
    case ZP_KIN_OPEN:
    case ZP_KIN_GONE: resolve(ask, row); return;
    case ZP_KIN_PART: join(ask, row); return;
    case ZP_KIN_NONE: break;
    }
    look_at_the_time(ask);
}

// ---- asked of Dikidi
static void on_remote(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, NULL);
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
    if (zp__dikidi_is_foreign(ask->desk->o.config, remote)) {
        zp__ask_refuse(ask, ZP_E_REFUSED, "COMPANY_ERROR",
                       _("this booking belongs to another company: it was not taken over"));
        return;
    }
    struct adopt_state *state = talloc_zero(ask, struct adopt_state);
    ask->state = state;
    state->remote = talloc_steal(state, answer->booking);
    if (remote->external_id != NULL && remote->external_id[0] != '\0') {
        zp__store_booking(ask->desk->store, remote->external_id, false, on_same_request,
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
