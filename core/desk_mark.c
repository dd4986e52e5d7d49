// mark: whether the client came. The journal and a comment in the CRM; Dikidi has no call for it.
#include "desk_private.h"
#include <zapis/i18n.h>

#define TRIES 4 // a row that keeps changing under our hands

static void read_row(struct zp__ask *ask);

static void on_written(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (answer->ok) {
        zp__desk_queue_changed(desk);
        zp__desk_booking_changed(desk, answer->booking);
        zp__driver_poke(desk->driver);
    }
    if (ask == NULL) {
        return;
    }
    if (!answer->ok && answer->error.code == ZP_E_CONFLICT && ++ask->tries < TRIES) {
        read_row(ask);
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    talloc_free(ask->event.booking);
    ask->event.booking = talloc_steal(ask, answer->booking);
    zp__ask_answer(ask, NULL);
}

static void write_mark(struct zp__ask *ask) {
    struct zp_desk *desk = ask->desk;
    struct zp_booking *booking = ask->event.booking;
    booking->attendance = ask->request.u.mark.attendance;
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__store_new_task task = {.kind = ZP_TASK_CRM_MARK,
                                            .next_at = booking->updated_at};
    const struct zp__change change = {
        .booking = booking,
        .expected_revision = booking->revision,
        .history =
            zp__ask_line(ask, zp_attendance_name(booking->attendance), desk->operator_name, NULL),
        .history_count = 1,
        .tasks = &task,
        .task_count = booking->crm_state != ZP_CRM_NONE ? 1 : 0};
    zp__store_apply(desk->store, &change, on_written, zp__ask_ticket(ask, 0));
}

static void on_read(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    talloc_free(ask->event.booking);
    ask->event.booking = talloc_steal(ask, answer->booking);
    if (ask->event.booking->state != ZP_BOOKING_BOOKED) {
        zp__ask_refuse(ask, ZP_E_REFUSED, "NOT_BOOKED",
                       _("only a visit that is booked can be marked: see zapis show"));
    } else if (ask->event.booking->attendance == ask->request.u.mark.attendance) {
        zp__ask_answer(ask, NULL); // it is so already
    } else {
        write_mark(ask);
    }
}

static void read_row(struct zp__ask *ask) {
    zp__store_booking(ask->desk->store, ask->request.u.mark.booking, false, on_read,
                      zp__ask_ticket(ask, 0));
}

void zp__ask_mark(struct zp__ask *ask) {
    read_row(ask);
}
