// mend: one booking that the journal and the CRM do not both have is made alike. What was found
// decides: an entry that is gone is made anew, one that shows something else is written anew, one
// of a cancelled visit is ended, a booking that only the CRM knows is read from Dikidi. The tasks
// are those of every day, run at once; nothing is added before it was looked for by its number.
#include "desk_private.h"
#include "sync/entry.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

#define TRIES     4  // a row that keeps changing under our hands
#define WITNESSES 3  // entries of other bookings that are asked for
#define NEAR_DAYS 31 // on either side: that far they are looked for

// What the CRM has by the booking's number. An entry in a failure stage is not live.
struct mend {
    struct zp__crm_entry *entries;
    size_t count, live_count;
    const struct zp__crm_entry *live; // the first of them, NULL none
    const char *gone;                 // "deal 12": the row's entry that is not there any more
    const char *subject;              // of the entry that was the row's
    const char *kind;                 // of the task under way
    const char *told;                 // what was mended; the entry is looked at once more
    const char *witnesses[WITNESSES]; // ids of other bookings' entries
    size_t witness_count, witness;
};

static void read_row(struct zp__ask *ask);

static void done(struct zp__ask *ask, const char *told) {
    ask->event.told = talloc_strdup(ask, told);
    zp__desk_show(ask);
}

static char *own_entry(const struct zp__ask *ask) {
    const struct zp_booking *booking = ask->event.booking;
    const bool lead = zp__entry_entity(booking) == ZP_CRM_LEAD;
    return talloc_asprintf(ask->event.booking, "%s %s", lead ? _("lead") : _("deal"),
                           booking->crm_id ? booking->crm_id : "?");
}

// As the journal writes it.
static char *raw_entry(const struct zp__ask *ask) {
    const struct zp_booking *booking = ask->event.booking;
    return talloc_asprintf(ask->event.booking, "%s %s", zp__entry_word(zp__entry_entity(booking)),
                           booking->crm_id);
}

// ---- a task, run while the person waits

static void on_written(const struct zp__store_answer *answer, void *data);

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
    // What an earlier try has noted (an add whose answer was lost) is not forgotten.
    const struct zp__store_new_task task = {
        .kind = kind, .next_at = booking->updated_at, .claimed = true, .nudge = true};
    const struct zp__change change = {.booking = booking,
                                      .expected_revision = booking->revision,
                                      .history = line,
                                      .history_count = line != NULL ? 1 : 0,
                                      .tasks = &task,
                                      .task_count = 1};
    ((struct mend *)ask->state)->kind = kind;
    zp__store_apply(desk->store, &change, on_written, zp__ask_ticket(ask, 0));
}

// What the run that has just ended has mended. A look at the entry that is with a person because
// of what is mended now ends too; one that is not there ends at once.
static void tell_end(struct zp__ask *ask) {
    struct mend *mend = ask->state;
    const char *entry = own_entry(ask);
    if (strcmp(mend->kind, ZP_TASK_CRM_CANCEL) == 0) {
        mend->told = talloc_asprintf(ask, _("In Bitrix24 %s is marked as cancelled now."), entry);
    } else if (strcmp(mend->kind, ZP_TASK_CRM_UPDATE) == 0) {
        mend->told = talloc_asprintf(ask, _("In Bitrix24 %s shows this booking again."), entry);
    } else if (mend->gone != NULL) {
        mend->told = talloc_asprintf(
            ask, _("Bitrix24 did not have %s any more: its entry is %s now."), mend->gone, entry);
    } else {
        mend->told = talloc_asprintf(ask, _("It is entered in Bitrix24 now: %s."), entry);
    }
    if (mend->subject != NULL) {
        run_task(ask, ZP_TASK_LOOK_ENTRY, mend->subject);
    } else {
        done(ask, mend->told);
    }
}

static void on_run_end(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_ended(data, booking);
    if (ask == NULL) {
        return;
    }
    const struct mend *mend = ask->state;
    if (mend->told != NULL) { // it was mended before the look
        done(ask, mend->told);
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
    const struct mend *mend = ask != NULL ? ask->state : NULL;
    if (answer->task_count > 0) {
        zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? on_run_end : NULL,
                       ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
    } else if (mend != NULL && mend->told != NULL) {
        done(ask, mend->told);
    } else if (ask != NULL) { // it will run once more by itself when its present run has ended
        done(ask, _("This is being worked on at this very moment: look again shortly."));
    }
}

// ---- what is to be done

// What a person was told of the row's entry (run_look_entry.c) is settled.
static void forget_told(struct zp_booking *booking) {
    static const char names[] = "ENTRY_";
    if (booking->error_code != NULL &&
        strncmp(booking->error_code, names, sizeof(names) - 1) == 0) {
        zp__run_set_error(booking, NULL);
    }
}

// Its entry is made, or found by the number: crm-log looks before it adds.
static void log_anew(struct zp__ask *ask) {
    struct mend *mend = ask->state;
    struct zp_booking *booking = ask->event.booking;
    const struct zp_history *line = NULL;
    if (booking->crm_id != NULL) {
        mend->gone = talloc_steal(mend, own_entry(ask));
        line = zp__ask_line(ask, "crm-again", ask->desk->operator_name, raw_entry(ask));
    }
    forget_told(booking);
    TALLOC_FREE(booking->crm_id);
    TALLOC_FREE(booking->crm_stage);
    booking->crm_state = ZP_CRM_QUEUED;
    write_and_run(ask, ZP_TASK_CRM_LOG, line);
}

static bool shows(const struct zp__crm_entry *entry, const struct zp_booking *booking) {
    return zp__entry_is_of(entry, booking) &&
           strcmp(entry->booking_field, booking->booking_id) == 0 &&
           entry->visit_at == booking->starts_at;
}

// A manager ended the entry: that is a wish to cancel the visit, which the look at it takes up.
static void mend_lost(struct zp__ask *ask, const struct zp__crm_entry *entry) {
    struct mend *mend = ask->state;
    const struct zp_booking *booking = ask->event.booking;
    const char *name = own_entry(ask);
    if (booking->starts_at <= zp__desk_clock(ask->desk)) {
        done(ask, talloc_asprintf(ask,
                                  _("In Bitrix24 %s stands in a failure stage, and the visit has "
                                    "begun or is over: nothing is cancelled. Put one of them "
                                    "right by hand."),
                                  name));
    } else if (booking->crm_stage != NULL && strcmp(booking->crm_stage, entry->stage_id) == 0) {
        done(ask, talloc_asprintf(ask,
                                  _("In Bitrix24 %s stands in a failure stage, which is known "
                                    "here. If the queue does not cancel the visit, decide: cancel "
                                    "it here, or take the entry out of that stage there."),
                                  name));
    } else {
        mend->told = talloc_asprintf(ask,
                                     _("In Bitrix24 %s stands in a failure stage: this visit will "
                                       "be cancelled at Dikidi too, unless the entry is taken out "
                                       "of it at once, or the queue asks you first."),
                                     name);
        run_task(ask, ZP_TASK_LOOK_ENTRY, mend->subject);
    }
}

static void mend_entry(struct zp__ask *ask, const struct zp__crm_entry *entry) {
    const struct zp_booking *booking = ask->event.booking;
    if (entry->semantic == 'F' && zp__entry_is_of(entry, booking)) {
        mend_lost(ask, entry);
    } else if (entry->semantic == 'F') { // another's by now, and ended: this one gets its own
        log_anew(ask);
    } else if (shows(entry, booking)) {
        done(ask, _("Nothing had to be mended: its entry in Bitrix24 shows this booking."));
    } else {
        run_task(ask, ZP_TASK_CRM_UPDATE, booking->request_id);
    }
}

// ---- is it gone, or may this webhook not see it?
// "Not found" says both (bitrix24.md 13.5). Where the entries of other bookings are seen, this one
// is gone; where none of them is, nothing may be made in its place.

static void on_witness(const struct zp__crm_answer *answer, void *data);

static void next_witness(struct zp__ask *ask) {
    struct mend *mend = ask->state;
    if (mend->witness_count == 0) { // the only entry there ever was
        log_anew(ask);
    } else if (mend->witness < mend->witness_count) {
        zp__crm_get(ask->desk->crm, ZP_PACE_URGENT, zp__entry_entity(ask->event.booking),
                    mend->witnesses[mend->witness++], on_witness, zp__ask_ticket(ask, 0));
    } else {
        struct zp_error error = {0};
        zp_error_set(&error, ZP_E_DENIED, "NOTHING_SEEN",
                     _("Bitrix24 shows this webhook neither %s nor those of other bookings: it has "
                       "lost its rights, so nothing was made. Ask an administrator (zapis check)"),
                     own_entry(ask));
        zp__ask_answer(ask, &error);
    }
}

static void on_witness(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask == NULL) {
        return;
    }
    if (answer->ok && answer->entry_count > 0) {
        log_anew(ask);
    } else if (answer->ok || answer->missing || answer->error.code == ZP_E_DENIED) {
        next_witness(ask);
    } else {
        zp__ask_answer(ask, &answer->error);
    }
}

static bool may_witness(const struct mend *mend, const struct zp_booking *booking,
                        const struct zp_booking *other) {
    if (other->crm_id == NULL || other->crm_entity == NULL || other->crm_state != ZP_CRM_LOGGED ||
        zp__entry_entity(other) != zp__entry_entity(booking) ||
        strcmp(other->crm_id, booking->crm_id) == 0) {
        return false;
    }
    for (size_t i = 0; i < mend->witness_count; i++) {
        if (strcmp(mend->witnesses[i], other->crm_id) == 0) {
            return false;
        }
    }
    return true;
}

static int64_t distance(const struct zp_booking *a, const struct zp_booking *b) {
    return a->starts_at < b->starts_at ? b->starts_at - a->starts_at : a->starts_at - b->starts_at;
}

static void on_neighbours(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct mend *mend = ask->state;
    const struct zp_booking *booking = ask->event.booking;
    for (bool more = true; more && mend->witness_count < WITNESSES;) {
        const struct zp_booking *nearest = NULL;
        for (size_t i = 0; i < answer->booking_count; i++) {
            const struct zp_booking *other = answer->bookings[i];
            if (may_witness(mend, booking, other) &&
                (nearest == NULL || distance(other, booking) < distance(nearest, booking))) {
                nearest = other;
            }
        }
        more = nearest != NULL;
        if (more) {
            mend->witnesses[mend->witness_count++] = talloc_strdup(mend, nearest->crm_id);
        }
    }
    next_witness(ask);
}

static void not_seen(struct zp__ask *ask) {
    const int64_t near_s = INT64_C(86400) * NEAR_DAYS;
    const int64_t at = ask->event.booking->starts_at;
    zp__store_day(ask->desk->store, at - near_s, at + near_s, NULL, true, on_neighbours,
                  zp__ask_ticket(ask, 0));
}

// The row's entry was asked for by its own id, since it was not found by the number.
static void on_entry(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask == NULL) {
        return;
    }
    if (answer->missing) {
        not_seen(ask);
    } else if (!answer->ok || answer->entry_count == 0) {
        zp__ask_answer(ask, &answer->error);
    } else {
        mend_entry(ask, &answer->entries[0]);
    }
}

static void mend_booked(struct zp__ask *ask) {
    struct mend *mend = ask->state;
    const struct zp_booking *booking = ask->event.booking;
    if (mend->live_count > 1) {
        struct zp_error error = {0};
        zp_error_set(&error, ZP_E_REFUSED, "DOUBLE_ENTRY",
                     _("Bitrix24 has %zu entries for this booking: keep one there, delete the "
                       "others"),
                     mend->live_count);
        zp__ask_answer(ask, &error);
        return;
    }
    if (booking->crm_id == NULL || booking->crm_entity == NULL) {
        log_anew(ask);
        return;
    }
    const enum zp_crm_entity entity = zp__entry_entity(booking);
    mend->subject = zp__entry_subject(mend, entity, booking->crm_id);
    for (size_t i = 0; i < mend->count; i++) {
        if (mend->entries[i].entity == entity &&
            strcmp(mend->entries[i].id, booking->crm_id) == 0) {
            mend_entry(ask, &mend->entries[i]);
            return;
        }
    }
    if (mend->live != NULL) { // another one has its number
        log_anew(ask);
    } else {
        zp__crm_get(ask->desk->crm, ZP_PACE_URGENT, entity, booking->crm_id, on_entry,
                    zp__ask_ticket(ask, 0));
    }
}

// The visit is off, its entry still stands.
static void mend_cancelled(struct zp__ask *ask) {
    struct mend *mend = ask->state;
    struct zp_booking *booking = ask->event.booking;
    const struct zp__crm_entry *live = mend->live;
    if (live == NULL) {
        done(ask, _("Nothing had to be mended: Bitrix24 has no entry that stands for this "
                    "cancelled booking."));
        return;
    }
    forget_told(booking);
    talloc_free(booking->crm_id);
    talloc_free(booking->crm_entity);
    talloc_free(booking->crm_stage);
    booking->crm_id = talloc_strdup(booking, live->id);
    booking->crm_entity = talloc_strdup(booking, zp__entry_word(live->entity));
    booking->crm_stage = talloc_strdup(booking, live->stage_id ? live->stage_id : "");
    booking->crm_state = ZP_CRM_QUEUED;
    mend->subject = zp__entry_subject(mend, live->entity, live->id);
    write_and_run(ask, ZP_TASK_CRM_CANCEL,
                  zp__ask_line(ask, "crm-end-again", ask->desk->operator_name, raw_entry(ask)));
}

// ---- what there is

static void on_entries(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
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
