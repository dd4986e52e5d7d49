// cancel, show: one booking by Dikidi's number or our request id.
#include "desk_private.h"
#include "sync/learn.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define TRIES 4 // a row that keeps changing under our hands

static void on_run_end(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_ended(data, booking);
    if (ask == NULL) {
        return;
    }
    if (ok) {
        zp__ask_answer(ask, NULL);
        return;
    }
    struct zp_error friendly = *error;
    zp__texts_friendly(&friendly);
    zp__ask_answer(ask, &friendly);
}

// ---- cancel
// -----------------------------------------------------------------------------------------------------
static void read_for_cancel(struct zp__ask *ask);

static void on_cancel_written(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (!answer->ok) {
        if (ask != NULL && answer->error.code == ZP_E_CONFLICT && ++ask->tries < TRIES) {
            read_for_cancel(ask);
        } else if (ask != NULL) {
            zp__ask_answer(ask, &answer->error);
        }
        return;
    }
    zp__desk_queue_changed(desk);
    if (answer->task_count == 0) { // an intent that was never sent: nothing to ask of Dikidi
        if (ask != NULL) {
            zp__desk_booking_changed(desk, ask->event.booking);
            zp__ask_answer(ask, NULL);
        }
        return;
    }
    zp__desk_booking_changed(desk, answer->tasks[0].booking);
    zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? on_run_end : NULL,
                   ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
}

static void write_cancelling(struct zp__ask *ask) {
    struct zp_desk *desk = ask->desk;
    struct zp_booking *booking = ask->event.booking;
    char *reason =
        zp_text_clean(booking, ask->request.u.cancel.reason ? ask->request.u.cancel.reason : "",
                      SIZE_MAX, ZP_LIMIT_COMMENT_BYTES);
    talloc_free(booking->cancel_reason);
    booking->cancel_reason = reason;
    booking->state = ZP_BOOKING_CANCELLING;
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__store_new_task task = {
        .kind = ZP_TASK_CANCEL, .next_at = booking->updated_at, .claimed = true};
    const struct zp__change change = {
        .booking = booking,
        .expected_revision = booking->revision,
        .history = zp__ask_line(
            ask, ask->request.u.cancel.undo ? ZP_HISTORY_UNDONE : ZP_HISTORY_CANCELLING,
            desk->operator_name, reason),
        .history_count = 1,
        .tasks = &task,
        .task_count = 1,
        .waiting_again = ask->request.u.cancel.undo};
    zp__store_apply(desk->store, &change, on_cancel_written, zp__ask_ticket(ask, 0));
}

// An intent that was never sent. That of a move stays in the queue until its machine has seen to
// the old booking, which may have been given up for it.
static void write_dropped(struct zp__ask *ask) {
    static const char *const book[] = {ZP_TASK_BOOK, NULL};
    struct zp_desk *desk = ask->desk;
    struct zp_booking *booking = ask->event.booking;
    const bool moving = booking->moved_from != NULL;
    booking->state = ZP_BOOKING_DROPPED;
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__store_new_task task = {.kind = ZP_TASK_BOOK,
                                            .next_at = booking->updated_at,
                                            .claimed = true,
                                            .memory = ZP_MEMORY_RELEASE_FIRST};
    const struct zp__change change = {
        .booking = booking,
        .expected_revision = booking->revision,
        .history = zp__ask_line(ask, "dropped", desk->operator_name, ask->request.u.cancel.reason),
        .history_count = 1,
        .tasks = &task,
        .task_count = moving ? 1 : 0,
        .drop_kinds = moving ? NULL : book};
    zp__store_apply(desk->store, &change, on_cancel_written, zp__ask_ticket(ask, 0));
}

static void on_read_for_cancel(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    talloc_free(ask->event.booking);
    ask->event.booking = talloc_steal(ask, answer->booking);
    switch (ask->event.booking->state) {
    case ZP_BOOKING_BOOKED: write_cancelling(ask); return;
    case ZP_BOOKING_INTENT: write_dropped(ask); return;
    case ZP_BOOKING_CANCELLED: zp__ask_answer(ask, NULL); return; // it is so already
    case ZP_BOOKING_CANCELLING:
        zp__ask_refuse(ask, ZP_E_UNKNOWN, NULL,
                       _("a cancel of this booking is under way: see zapis queue"));
        return;
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN:
        zp__ask_refuse(ask, ZP_E_UNKNOWN, NULL,
                       _("it is not known yet whether this booking was made: see zapis queue, then "
                         "cancel or drop it"));
        return;
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_DROPPED: break;
    }
    zp__ask_refuse(ask, ZP_E_REFUSED, "NOT_BOOKED",
                   _("this booking was never made: there is nothing to cancel"));
}

static void read_for_cancel(struct zp__ask *ask) {
    zp__store_booking(ask->desk->store, ask->request.u.cancel.booking, false, on_read_for_cancel,
                      zp__ask_ticket(ask, 0));
}

void zp__ask_cancel_booking(struct zp__ask *ask) {
    read_for_cancel(ask);
}

// ---- show
// -------------------------------------------------------------------------------------------------------
static void on_shown(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.booking = talloc_steal(ask, answer->booking);
    ask->event.history = talloc_steal(ask, answer->history);
    ask->event.history_count = answer->history_count;
    zp__ask_answer(ask, NULL);
}

static const char *reference_of(const struct zp__ask *ask) {
    switch (ask->request.ask) {
    case ZP_ASK_ADOPT: return ask->request.u.adopt.booking;
    case ZP_ASK_MEND: return ask->request.u.mend.booking;
    default: return ask->request.u.show.booking;
    }
}

void zp__desk_show(struct zp__ask *ask) {
    talloc_free(ask->event.booking);
    ask->event.booking = NULL;
    zp__store_booking(ask->desk->store, reference_of(ask), true, on_shown, zp__ask_ticket(ask, 0));
}

static void on_refreshed(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (answer->ok) {
        zp__desk_queue_changed(desk);
        zp__driver_poke(desk->driver);
    }
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        if (answer->error.code == ZP_E_CONFLICT && ++ask->tries < TRIES) {
            zp__desk_refresh(ask);
        } else {
            zp__ask_answer(ask, &answer->error);
        }
        return;
    }
    zp__desk_booking_changed(desk, ask->event.booking);
    zp__desk_show(ask);
}

// What Dikidi says now goes into the row, with what follows from it: as a look does it. One that
// stands there although it is cancelled here is looked at again, so that a person decides.
static void write_refreshed(struct zp__ask *ask, const struct zp__dikidi_booking *remote) {
    struct zp_desk *desk = ask->desk;
    struct zp_booking *booking = ask->event.booking;
    const int64_t now = zp__desk_clock(desk);
    const struct zp__lesson *lesson = zp__booking_learn(ask, desk->o.config, now, booking, remote);
    const struct zp__store_new_task look = {
        .kind = ZP_TASK_LOOK,
        .subject = talloc_asprintf(ask, "%s%s", ZP_SUBJECT_NUMBER, booking->booking_id),
        .nudge = true,
        .next_at = now};
    booking->updated_at = now;
    const bool told = lesson->history_count > 0;
    const struct zp__change change = {.booking = booking,
                                      .expected_revision = booking->revision,
                                      .history = told ? lesson->history
                                                      : zp__ask_line(ask, "re-read", "dikidi", ""),
                                      .history_count = told ? lesson->history_count : 1,
                                      .tasks = lesson->revived ? &look : lesson->tasks,
                                      .task_count = lesson->revived ? 1 : lesson->task_count,
                                      .drop_kinds = lesson->drop_kinds,
                                      .seen_number = booking->booking_id,
                                      .seen_at = now};
    zp__store_apply(desk->store, &change, on_refreshed, zp__ask_ticket(ask, 0));
}

static void on_remote(struct zp__ask *ask, const struct zp__dikidi_answer *answer) {
    if (!answer->ok) { // what the journal knows is still shown, with why it could not be refreshed
        struct zp_error error = answer->error;
        zp__texts_friendly(&error);
        zp__ask_answer(ask, &error);
        return;
    }
    if (zp__dikidi_is_foreign(ask->desk->o.config, answer->booking)) {
        struct zp_error error;
        zp__booking_foreign(ask->event.booking->booking_id, &error);
        zp__ask_answer(ask, &error);
        return;
    }
    write_refreshed(ask, answer->booking);
}

static void on_read_for_show(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    talloc_free(ask->event.booking);
    ask->event.booking = talloc_steal(ask, answer->booking);
    if (ask->event.booking->booking_id == NULL) {
        zp__desk_show(ask); // it has no number yet: there is nothing to ask Dikidi for
        return;
    }
    zp__desk_read_visit(ask, ask->event.booking, on_remote);
}

void zp__desk_refresh(struct zp__ask *ask) {
    zp__store_booking(ask->desk->store, reference_of(ask), false, on_read_for_show,
                      zp__ask_ticket(ask, 0));
}

void zp__ask_show(struct zp__ask *ask) {
    if (ask->request.u.show.refresh) {
        zp__desk_refresh(ask);
    } else {
        zp__desk_show(ask);
    }
}
