// cancel: cancelling -> cancelled | booked. DELETE may be repeated ("repeated, the same answer"),
// so a lost answer is asked again; a refusal after a lost answer proves nothing, so then the
// booking is read by its number. A visit of several numbers is cancelled when all of them are.
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

enum { CANCEL_START, CANCEL_AGAIN, CANCEL_ASKED, CANCEL_READING };

static size_t number_count(const struct zp__run *run) {
    return run->booking->booking_id_count > 0 ? run->booking->booking_id_count : 1;
}

static const char *number(const struct zp__run *run) {
    return run->booking->booking_id_count > 0 ? run->booking->booking_ids[run->number]
                                              : run->booking->booking_id;
}

static bool ask(struct zp__run *run, struct zp__effect *effect, enum zp__effect_kind kind,
                int phase) {
    run->phase = phase;
    effect->kind = kind;
    effect->id = number(run);
    effect->text = run->booking->cancel_reason;
    return true;
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    if (run->booking->state != ZP_BOOKING_CANCELLING) {
        run->phase = CANCEL_START;
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    run->number = run->gone = 0;
    return ask(run, effect, ZP_EFFECT_DELETE, CANCEL_ASKED);
}

// It was refused once, the booking stands, and a person wants it tried again.
static bool once_more(struct zp__run *run, struct zp__effect *effect) {
    run->phase = CANCEL_AGAIN;
    run->booking->state = ZP_BOOKING_CANCELLING;
    return zp__run_note(run, zp__run_change(run, effect, "cancelling", run->booking->created_by,
                                            run->booking->cancel_reason));
}

// The next of its numbers; when none is left it is cancelled.
static bool next(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    if (run->number < number_count(run)) {
        return ask(run, effect, ZP_EFFECT_DELETE, CANCEL_ASKED);
    }
    run->phase = CANCEL_START;
    const bool falls = zp__booking_cancelled(booking);
    zp__run_set_error(booking, NULL);
    struct zp__change *change =
        zp__run_change(run, effect, "cancelled", "dikidi", booking->cancel_reason);
    if (falls) {
        zp__run_add_task(run, change, ZP_TASK_CRM_CANCEL, run->now);
    }
    return zp__run_finish(run, change);
}

static bool cancelled(struct zp__run *run, struct zp__effect *effect) {
    run->gone++;
    run->number++;
    return next(run, effect);
}

// What only a person can decide, in words.
static void explain(struct zp__run *run) {
    char why[sizeof(run->error.message)];
    memcpy(why, run->error.message, sizeof(why));
    if (run->gone > 0) {
        zp_error_set(&run->error, run->error.code, run->error.name,
                     _("Dikidi cancelled %zu of the %zu bookings of this visit and kept %s: cancel "
                       "it in Dikidi, then retry (%s)"),
                     run->gone, number_count(run), number(run), why);
    } else if (run->booking->moved_to != NULL && !run->memory.release_first) {
        zp_error_set(&run->error, run->error.code, run->error.name,
                     _("the visit was moved, but Dikidi keeps the old time %s too: cancel it in "
                       "Dikidi, then retry; or drop this to keep both (%s)"),
                     number(run), why);
    }
}

// The manager who wished it reads under the entry why the visit stands.
static void tell_manager(struct zp__run *run, struct zp__change *change,
                         const struct zp_error *refusal) {
    struct zp_error error = *refusal;
    zp__texts_friendly(&error);
    const struct zp__store_new_task task = {.kind = ZP_TASK_CRM_UPDATE,
                                            .next_at = run->now,
                                            .memory =
                                                zp__memory_telling(run->step, error.message, true)};
    zp__run_add_task_with(run, change, &task);
}

static bool still_booked(struct zp__run *run, struct zp__effect *effect) {
    run->phase = CANCEL_START;
    const struct zp_error refusal = run->error;
    explain(run);
    run->booking->state = ZP_BOOKING_BOOKED;
    zp__run_set_error(run->booking, &run->error);
    struct zp__change *change =
        zp__run_change(run, effect, "cancel-refused", "dikidi", run->error.message);
    const bool moved = run->booking->moved_to != NULL;
    if (run->memory.wished && !run->foreground && !moved) {
        tell_manager(run, change, &refusal);
    }
    // The person who asked reads the answer, and so does the one who moves it away; but a visit
    // that stands twice or in part must not be forgotten.
    if (run->gone == 0 && (moved ? run->memory.release_first : run->foreground)) {
        return zp__run_finish_with(run, change, &run->error);
    }
    return zp__run_to_person(run, change, &run->error);
}

static bool again(struct zp__run *run, struct zp__effect *effect) {
    run->phase = CANCEL_START;
    if (run->outcome == ZP_OUTCOME_UNKNOWN) {
        run->memory.unknown = true;
        run->error.code = ZP_E_UNKNOWN;
    }
    zp__run_set_error(run->booking, &run->error);
    struct zp__change *change =
        zp__run_change(run, effect, "cancel-unanswered", "zapis", run->error.message);
    return zp__run_again(run, change, zp__run_delay(run, &run->error), &run->error);
}

// So that the hook of our own cancel is known for what it is. Of several numbers each has a version
// of its own, and the row one.
static void take_version(struct zp__run *run, const struct zp__dikidi_booking *told) {
    if (told != NULL && number_count(run) == 1 && told->version != 0) {
        run->booking->remote_version = told->version;
        run->booking->remote_updated_at = told->updated_at;
    }
}

static bool answered(struct zp__run *run, const struct zp__dikidi_answer *answer,
                     struct zp__effect *effect) {
    run->outcome = answer->outcome;
    run->error = answer->error;
    switch (answer->outcome) {
    case ZP_OUTCOME_DONE: take_version(run, answer->booking); return cancelled(run, effect);
    case ZP_OUTCOME_NOT_SENT:
    case ZP_OUTCOME_UNKNOWN: return again(run, effect);
    case ZP_OUTCOME_REFUSED: break;
    }
    if (run->error.code == ZP_E_DENIED && !run->memory.unknown) {
        return still_booked(run, effect);
    }
    return ask(run, effect, ZP_EFFECT_READ, CANCEL_READING);
}

// After a refusal: what is the booking now? A 404 never means cancelled (architecture.md).
static bool read_back(struct zp__run *run, const struct zp__dikidi_answer *answer,
                      struct zp__effect *effect) {
    if (answer->ok && answer->booking != NULL && answer->booking->status == ZP_DIKIDI_CANCELLED) {
        return cancelled(run, effect);
    }
    if (answer->ok || !run->memory.unknown) {
        return still_booked(run, effect);
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("it is not known whether this cancel was carried out: look in Dikidi, then "
                   "retry or drop it here"));
    run->phase = CANCEL_START;
    return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
}

bool zp__run_cancel(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_START && run->booking->state == ZP_BOOKING_BOOKED) {
        return once_more(run, effect);
    }
    // After a conflict what was answered stays true: only what is left is asked for.
    if (input->kind == ZP_INPUT_RELOADED && run->gone > 0 &&
        run->booking->state == ZP_BOOKING_CANCELLING) {
        return next(run, effect);
    }
    if (input->kind != ZP_INPUT_DIKIDI) {
        return start(run, effect);
    }
    return run->phase == CANCEL_READING ? read_back(run, input->dikidi, effect)
                                        : answered(run, input->dikidi, effect);
}
