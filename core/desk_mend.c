// mend: one booking that the journal and the CRM do not both have is made alike. What was found
// decides: an entry that is gone is made anew, one that shows something else is written anew, one
// of a cancelled visit is ended, a booking that only the CRM knows is read from Dikidi. The tasks
// are those of every day, run at once; nothing is added before it was looked for by its number.
#include "desk_private.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

#define TRIES 4 // a row that keeps changing under our hands

// What the CRM has by the booking's number. An entry in a failure stage is not live.
struct mend {
    struct zp__crm_entry *entries;
    size_t count, live_count;
    const struct zp__crm_entry *live; // the first of them, NULL none
    const char *gone;                 // "deal 12": the row's entry that is not there any more
    const char *kind;                 // of the task under way
};

static void read_row(struct zp__ask *ask);

static void done(struct zp__ask *ask, const char *told) {
    ask->event.told = talloc_strdup(ask, told);
    zp__desk_show(ask);
}

static char *entry_words(TALLOC_CTX *ctx, const char *entity, const char *id) {
    const bool lead = entity != NULL && strcmp(entity, "lead") == 0;
    return talloc_asprintf(ctx, "%s %s", lead ? _("lead") : _("deal"), id ? id : "?");
}

static char *own_entry(const struct zp__ask *ask) {
    const struct zp_booking *booking = ask->event.booking;
    return entry_words(ask->event.booking, booking->crm_entity, booking->crm_id);
}

// ---- a task, run while the person waits

static void step(struct zp__ask *ask, bool found);

// What the run that has just ended has mended.
static void tell_end(struct zp__ask *ask) {
    const struct mend *mend = ask->state;
    const char *entry = own_entry(ask);
    const char *told;
    if (strcmp(mend->kind, ZP_TASK_CRM_CANCEL) == 0) {
        told = talloc_asprintf(ask, _("In Bitrix24 %s is marked as cancelled now."), entry);
    } else if (strcmp(mend->kind, ZP_TASK_CRM_UPDATE) == 0) {
        told = talloc_asprintf(ask, _("In Bitrix24 %s shows this booking again."), entry);
    } else if (mend->gone != NULL) {
        told = talloc_asprintf(ask, _("Bitrix24 did not have %s any more: its entry is %s now."),
                               mend->gone, entry);
    } else {
        told = talloc_asprintf(ask, _("It is entered in Bitrix24 now: %s."), entry);
    }
    done(ask, told);
}

static void on_run_end(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (booking != NULL) {
        talloc_free(ask->event.booking);
        ask->event.booking = zp_booking_copy(ask, booking);
    }
    const struct mend *mend = ask->state;
    const bool looked = strcmp(mend->kind, ZP_TASK_LOOK_ENTRY) == 0;
    if (looked && (ok || error->code == ZP_E_NOT_FOUND)) {
        step(ask, ok);
    } else if (ok) {
        tell_end(ask);
    } else {
        struct zp_error friendly = *error;
        zp__texts_friendly(&friendly);
        zp__ask_answer(ask, &friendly);
    }
}

static void on_written(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (!answer->ok) {
        if (ask != NULL && answer->error.code == ZP_E_CONFLICT && ++ask->tries < TRIES) {
            read_row(ask);
        } else if (ask != NULL) {
            zp__ask_answer(ask, &answer->error);
        }
        return;
    }
    zp__desk_queue_changed(desk);
    if (answer->booking != NULL) {
        zp__desk_booking_changed(desk, answer->booking);
    }
    if (answer->task_count > 0) {
        zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? on_run_end : NULL,
                       ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
    } else if (ask != NULL) { // it will run once more by itself when its present run has ended
        zp__ask_refuse(ask, ZP_E_UNREACHABLE, "BUSY",
                       _("another process is working on this task right now"));
    }
}

// The row stays as it is.
static void run_task(struct zp__ask *ask, const char *kind, const char *subject) {
    struct zp_desk *desk = ask->desk;
    const struct zp__store_new_task task = {
        .kind = kind, .subject = subject, .next_at = zp__desk_clock(desk), .claimed = true};
    const struct zp__change change = {.tasks = &task, .task_count = 1};
    ((struct mend *)ask->state)->kind = kind;
    zp__store_apply(desk->store, &change, on_written, zp__ask_ticket(ask, 0));
}

// With the row, and a line of its history that says what was found; line NULL: none.
static void write_and_run(struct zp__ask *ask, const char *kind, const struct zp_history *line) {
    struct zp_desk *desk = ask->desk;
    struct zp_booking *booking = ask->event.booking;
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__store_new_task task = {
        .kind = kind, .next_at = booking->updated_at, .claimed = true};
    const struct zp__change change = {.booking = booking,
                                      .expected_revision = booking->revision,
                                      .history = line,
                                      .history_count = line != NULL ? 1 : 0,
                                      .tasks = &task,
                                      .task_count = 1};
    ((struct mend *)ask->state)->kind = kind;
    zp__store_apply(desk->store, &change, on_written, zp__ask_ticket(ask, 0));
}

// ---- what is to be done

// Its entry is made, or found by the number: crm-log looks before it adds.
static void log_anew(struct zp__ask *ask) {
    struct mend *mend = ask->state;
    struct zp_booking *booking = ask->event.booking;
    const struct zp_history *line = NULL;
    if (booking->crm_id != NULL) {
        mend->gone = talloc_steal(mend, own_entry(ask));
        line = zp__ask_line(ask, "crm-gone", ask->desk->operator_name, mend->gone);
    }
    TALLOC_FREE(booking->crm_id);
    TALLOC_FREE(booking->crm_stage);
    booking->crm_state = ZP_CRM_QUEUED;
    write_and_run(ask, ZP_TASK_CRM_LOG, line);
}

static bool shows(const struct zp__crm_entry *entry, const struct zp_booking *booking) {
    return strcmp(entry->booking_field, booking->booking_id) == 0 &&
           entry->visit_at == booking->starts_at;
}

static bool is_lost(const struct mend *mend, const char *id) {
    for (size_t i = 0; i < mend->count; i++) {
        if (strcmp(mend->entries[i].id, id) == 0) {
            return mend->entries[i].semantic == 'F';
        }
    }
    return false;
}

// The row's entry was looked at: `found` says whether it is there.
static void step(struct zp__ask *ask, bool found) {
    const struct mend *mend = ask->state;
    const struct zp_booking *booking = ask->event.booking;
    if (booking->state != ZP_BOOKING_BOOKED) { // the look has learned something else
        done(ask, _("Nothing had to be mended: the booking does not stand any more."));
    } else if (!found || booking->crm_id == NULL) {
        log_anew(ask);
    } else if (is_lost(mend, booking->crm_id)) {
        done(ask, talloc_asprintf(ask,
                                  _("In Bitrix24 %s stands in a failure stage: this visit will be "
                                    "cancelled at Dikidi, unless it is taken out of that stage "
                                    "or the queue asks you first."),
                                  own_entry(ask)));
    } else if (mend->live == NULL || !shows(mend->live, booking)) {
        run_task(ask, ZP_TASK_CRM_UPDATE, booking->request_id);
    } else {
        done(ask, _("Nothing had to be mended: its entry in Bitrix24 shows this booking."));
    }
}

static void mend_booked(struct zp__ask *ask) {
    const struct mend *mend = ask->state;
    const struct zp_booking *booking = ask->event.booking;
    if (mend->live_count > 1) {
        struct zp_error error = {0};
        zp_error_set(&error, ZP_E_REFUSED, "DOUBLE_ENTRY",
                     _("Bitrix24 has %zu entries for this booking: keep one there, delete the "
                       "others"),
                     mend->live_count);
        zp__ask_answer(ask, &error);
    } else if (booking->crm_id == NULL || booking->crm_entity == NULL ||
               (mend->live != NULL && strcmp(mend->live->id, booking->crm_id) != 0)) {
        log_anew(ask);
    } else {
        const bool lead = strcmp(booking->crm_entity, "lead") == 0;
        run_task(ask, ZP_TASK_LOOK_ENTRY,
                 talloc_asprintf(ask, "%s%s", lead ? ZP_SUBJECT_LEAD : ZP_SUBJECT_DEAL,
                                 booking->crm_id));
    }
}

// The visit is off, its entry still stands.
static void mend_cancelled(struct zp__ask *ask) {
    const struct mend *mend = ask->state;
    struct zp_booking *booking = ask->event.booking;
    if (mend->live == NULL) {
        done(ask, _("Nothing had to be mended: Bitrix24 has no entry that stands for this "
                    "cancelled booking."));
        return;
    }
    talloc_free(booking->crm_id);
    talloc_free(booking->crm_entity);
    talloc_free(booking->crm_stage);
    booking->crm_id = talloc_strdup(booking, mend->live->id);
    booking->crm_entity =
        talloc_strdup(booking, mend->live->entity == ZP_CRM_LEAD ? "lead" : "deal");
    booking->crm_stage = talloc_strdup(booking, mend->live->stage_id);
    booking->crm_state = ZP_CRM_QUEUED;
    write_and_run(ask, ZP_TASK_CRM_CANCEL,
                  zp__ask_line(ask, "crm-open", ask->desk->operator_name, own_entry(ask)));
}

// ---- what there is

static void on_entries(const struct zp__crm_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_crm(desk, answer);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    struct mend *mend = ask->state = talloc_zero(ask, struct mend);
    mend->entries = talloc_steal(mend, answer->entries);
    mend->count = answer->entry_count;
    for (size_t i = 0; i < mend->count; i++) {
        if (mend->entries[i].semantic != 'F') {
            mend->live = mend->live == NULL ? &mend->entries[i] : mend->live;
            mend->live_count++;
        }
    }
    if (ask->event.booking->state == ZP_BOOKING_BOOKED) {
        mend_booked(ask);
    } else {
        mend_cancelled(ask);
    }
}

static void on_row(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok && answer->error.code == ZP_E_NOT_FOUND) {
        ask->request.u.adopt.booking = ask->request.u.mend.booking;
        ask->event.told = talloc_strdup(ask, _("It was read from Dikidi: the journal has it now."));
        zp__ask_adopt(ask);
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    struct zp_desk *desk = ask->desk;
    talloc_free(ask->event.booking);
    const struct zp_booking *booking = ask->event.booking = talloc_steal(ask, answer->booking);
    const bool ended =
        booking->state == ZP_BOOKING_BOOKED || booking->state == ZP_BOOKING_CANCELLED;
    if (booking->booking_id == NULL || !ended) {
        done(ask, _("Nothing had to be mended: what becomes of this booking is being worked on, "
                    "the queue shows it."));
    } else if (booking->moved_to != NULL) {
        done(ask, _("Nothing had to be mended: this booking was moved, and its entry in Bitrix24 "
                    "goes along by itself."));
    } else {
        zp__crm_find_by_booking(desk->crm, ZP_PACE_URGENT, desk->o.config->bitrix24.entity,
                                booking->booking_id, on_entries, zp__ask_ticket(ask, 0));
    }
}

static void read_row(struct zp__ask *ask) {
    zp__store_booking(ask->desk->store, ask->request.u.mend.booking, false, on_row,
                      zp__ask_ticket(ask, 0));
}

void zp__ask_mend(struct zp__ask *ask) {
    read_row(ask);
}
