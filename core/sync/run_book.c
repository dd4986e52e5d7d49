// book: intent -> sent -> booked | refused | uncertain; uncertain -> booked | refused, or a person
// decides.
#include "sync/run.h"
#include <string.h>
#include <zapis/i18n.h>

enum { BOOK_START, BOOK_SEND, BOOK_ANSWER, BOOK_RECORD, BOOK_LOOKED };

// An intent, or a repeat of one, goes by itself only for intent_minutes and before its start:
// later, sending it would surprise people.
static bool may_send(const struct zp__run *run) {
    const struct zp_booking *booking = run->booking;
    return run->now < booking->starts_at &&
           run->now <= booking->created_at + (int64_t)run->config->salon.intent_minutes * 60;
}

static bool send_now(struct zp__run *run, struct zp__effect *effect) {
    run->phase = BOOK_ANSWER;
    effect->kind = ZP_EFFECT_CREATE;
    return true;
}

static bool look_now(struct zp__run *run, struct zp__effect *effect) {
    run->phase = BOOK_LOOKED;
    effect->kind = ZP_EFFECT_SCHEDULE;
    return true;
}

static bool too_late(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(
        &error, ZP_E_UNREACHABLE, NULL, "%s",
        _("this booking was never sent and its time to go by itself is over: retry it or drop it"));
    run->phase = BOOK_START;
    return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    if (booking->state == ZP_BOOKING_INTENT) {
        if (!may_send(run)) {
            return too_late(run, effect);
        }
        booking->state = ZP_BOOKING_SENT;
        run->memory.post_sent_at = run->now;
        run->phase = BOOK_SEND;
        return zp__run_note(run, zp__run_change(run, effect, "sent", booking->created_by, ""));
    }
    if (booking->state == ZP_BOOKING_SENT || booking->state == ZP_BOOKING_UNCERTAIN) {
        run->repeated = true;
        if (run->config->dikidi.idempotency == ZP_IDEMPOTENCY_NO || !may_send(run)) {
            return look_now(run, effect);
        }
        return send_now(run, effect);
    }
    run->phase = BOOK_START; // somebody else decided meanwhile
    return zp__run_finish(run, zp__run_task_change(run, effect));
}

static bool booked(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    zp__booking_take_remote(booking, run->remote);
    booking->state = ZP_BOOKING_BOOKED;
    booking->crm_state = ZP_CRM_QUEUED;
    zp__run_set_error(booking, NULL);
    struct zp__change *change =
        zp__run_change(run, effect, "booked", "dikidi", booking->booking_id);
    zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    return zp__run_finish(run, change);
}

static bool refused(struct zp__run *run, struct zp__effect *effect) {
    run->booking->state = ZP_BOOKING_REFUSED;
    zp__run_set_error(run->booking, &run->error);
    return zp__run_finish_with(
        run, zp__run_change(run, effect, "refused", "dikidi", run->error.message), &run->error);
}

static bool not_sent(struct zp__run *run, struct zp__effect *effect) {
    if (!run->repeated) {
        run->booking->state =
            ZP_BOOKING_INTENT; // nothing left this machine: the next send is a first one
        run->memory.post_sent_at = 0;
    }
    zp__run_set_error(run->booking, &run->error);
    struct zp__change *change =
        zp__run_change(run, effect, "not-sent", "zapis", run->error.message);
    const int64_t told = (run->error.retry_after_ms + 999) / 1000;
    const int64_t own = zp__run_backoff(run);
    return zp__run_again(run, change, told > own ? told : own, &run->error);
}

static bool uncertain(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error = run->error;
    error.code = ZP_E_UNKNOWN;
    if (run->outcome == ZP_OUTCOME_REFUSED) {
        zp_error_context(&error, "%s",
                         _("the repeat was refused, which says nothing about the first try"));
    }
    run->booking->state = ZP_BOOKING_UNCERTAIN;
    zp__run_set_error(run->booking, &error);
    struct zp__change *change = zp__run_change(run, effect, "uncertain", "zapis", error.message);
    return zp__run_again(run, change, zp__run_backoff(run), &error);
}

// Writes the answer in hand into the row as it is now. Called again after a conflict.
static bool record(struct zp__run *run, struct zp__effect *effect) {
    const enum zp_booking_state state = run->booking->state;
    run->phase = BOOK_RECORD;
    if (state != ZP_BOOKING_SENT && state != ZP_BOOKING_UNCERTAIN) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    switch (run->outcome) {
    case ZP_OUTCOME_DONE: return booked(run, effect);
    case ZP_OUTCOME_NOT_SENT: return not_sent(run, effect);
    case ZP_OUTCOME_REFUSED:
        if (!run->repeated) {
            return refused(run, effect);
        }
        return zp__dikidi_is_slot_taken(&run->error) ? look_now(run, effect)
                                                     : uncertain(run, effect);
    case ZP_OUTCOME_UNKNOWN: break;
    }
    return uncertain(run, effect);
}

static bool offered(const struct zp__run *run, const struct zp_slots *slots) {
    for (size_t d = 0; d < slots->day_count; d++) {
        for (size_t i = 0; i < slots->days[d].slot_count; i++) {
            const struct zp_slot *slot = &slots->days[d].slots[i];
            if (slot->starts_at == run->booking->starts_at &&
                strcmp(slot->master_id, run->booking->master_id) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool ask_person(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("it is not known whether this booking was made, and its time is taken at "
                   "Dikidi: look in Dikidi, then "
                   "adopt it by its number or drop it here"));
    run->booking->state = ZP_BOOKING_UNCERTAIN;
    zp__run_set_error(run->booking, &error);
    return zp__run_to_person(run, zp__run_change(run, effect, "uncertain", "zapis", error.message),
                             &error);
}

static bool not_made(struct zp__run *run, struct zp__effect *effect) {
    zp_error_set(&run->error, ZP_E_REFUSED, "NOT_MADE", "%s",
                 _("the booking was not made: its time is still free at Dikidi. Book it again if "
                   "it is still wanted"));
    return refused(run, effect);
}

// The schedule tells: a start that is still offered was not booked by us. One that is not offered
// is ours or somebody's.
static bool looked(struct zp__run *run, const struct zp__dikidi_answer *answer,
                   struct zp__effect *effect) {
    const enum zp_booking_state state = run->booking->state;
    run->phase = BOOK_START; // after a conflict: from the beginning, looking again
    if (state != ZP_BOOKING_SENT && state != ZP_BOOKING_UNCERTAIN) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    if (!answer->ok || answer->slots == NULL) {
        run->outcome = ZP_OUTCOME_UNKNOWN;
        run->error = answer->error;
        return uncertain(run, effect);
    }
    if (!offered(run, answer->slots)) {
        return ask_person(run, effect);
    }
    // The other side may still be executing the POST: a slot that is offered right after it proves
    // nothing yet.
    const int64_t settled_at = run->memory.post_sent_at + run->config->bitrix24.recheck_seconds;
    if (run->now < settled_at) {
        zp_error_set(&run->error, ZP_E_UNKNOWN, NULL, "%s",
                     _("no answer came; looking again whether it was made"));
        run->outcome = ZP_OUTCOME_UNKNOWN;
        run->booking->state = ZP_BOOKING_UNCERTAIN;
        zp__run_set_error(run->booking, &run->error);
        return zp__run_again(run, zp__run_change(run, effect, NULL, NULL, NULL),
                             settled_at - run->now, &run->error);
    }
    if (run->config->dikidi.idempotency != ZP_IDEMPOTENCY_NO && may_send(run)) {
        run->outcome = ZP_OUTCOME_UNKNOWN;
        return uncertain(run, effect); // free after all: the next turn repeats it with the same key
    }
    return not_made(run, effect);
}

bool zp__run_book(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    switch (input->kind) {
    case ZP_INPUT_START: return start(run, effect);
    case ZP_INPUT_APPLIED: return send_now(run, effect);
    case ZP_INPUT_RELOADED:
        return run->phase == BOOK_RECORD ? record(run, effect) : start(run, effect);
    case ZP_INPUT_DIKIDI: break;
    case ZP_INPUT_CRM: return false;
    }
    if (run->phase == BOOK_LOOKED) {
        return looked(run, input->dikidi, effect);
    }
    run->outcome = input->dikidi->outcome;
    run->error = input->dikidi->error;
    run->remote = talloc_steal(run, input->dikidi->booking);
    return record(run, effect);
}
