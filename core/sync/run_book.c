// book: intent -> sent -> booked | refused | uncertain; uncertain -> booked | refused, or a person
// decides.
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

enum {
    BOOK_START,
    BOOK_SEND,
    BOOK_ANSWER,
    BOOK_RECORD,
    BOOK_LOOKED,
    BOOK_NUMBER, // Dikidi's number stands in the journal under another row: which one?
    BOOK_CLOSING // refused, and an old time was given up for it
};

// An intent, or a repeat of one, goes by itself only for intent_minutes and before its start:
// later, sending it would surprise people. One that was never sent also goes when a person says so.
bool zp__run_book_may_send(const struct zp__run *run) {
    const struct zp_booking *booking = run->booking;
    if (booking->sent_body == NULL || run->now >= booking->starts_at) {
        return false;
    }
    return run->now <= booking->created_at + (int64_t)run->config->salon.intent_minutes * 60 ||
           (run->foreground && booking->state == ZP_BOOKING_INTENT);
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

bool zp__run_book_held(struct zp__run *run, struct zp__effect *effect, const char *sentence) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "%s", sentence);
    run->phase = BOOK_START;
    return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
}

// Somebody else decided, or it is decided: only what was given up for it may be left to do.
static bool settled(struct zp__run *run, struct zp__effect *effect) {
    const enum zp_booking_state state = run->booking->state;
    run->phase = BOOK_START;
    if ((state == ZP_BOOKING_REFUSED || state == ZP_BOOKING_DROPPED) &&
        zp__run_releases_first(run)) {
        return zp__run_release_close(run, effect);
    }
    return zp__run_finish(run, zp__run_task_change(run, effect));
}

bool zp__run_book_start(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    if (booking->state == ZP_BOOKING_INTENT) {
        if (booking->sent_body == NULL) { // no program of ours writes that: the file is damaged
            return zp__run_book_held(run, effect,
                                     _("this booking was never sent, and what to send is missing "
                                       "in the journal: drop it and book again"));
        }
        if (booking->moved_from != NULL && !run->released) {
            return zp__run_release(run, effect);
        }
        if (!zp__run_book_may_send(run)) {
            return zp__run_book_held(run, effect,
                                     _("this booking was never sent and its time to go by "
                                       "itself is over: retry it or drop it"));
        }
        booking->state = ZP_BOOKING_SENT;
        run->memory.post_sent_at = run->now;
        run->phase = BOOK_SEND;
        return zp__run_note(run, zp__run_change(run, effect, "sent", booking->created_by, ""));
    }
    if (booking->state == ZP_BOOKING_SENT || booking->state == ZP_BOOKING_UNCERTAIN) {
        run->repeated = true;
        if (run->config->dikidi.idempotency == ZP_IDEMPOTENCY_NO || !zp__run_book_may_send(run)) {
            return look_now(run, effect);
        }
        return send_now(run, effect);
    }
    return settled(run, effect);
}

static bool booked(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    zp__booking_take_remote(booking, run->remote);
    booking->state = ZP_BOOKING_BOOKED;
    booking->crm_state = ZP_CRM_QUEUED;
    zp__run_set_error(booking, NULL);
    struct zp__change *change =
        zp__run_change(run, effect, "booked", "dikidi", booking->booking_id);
    change->seen_number = booking->booking_id; // as good as read: a re-read can wait
    change->seen_at = run->now;
    const char *follow_up = zp__booking_follow_up(booking);
    // A person who moves a booking waits for the old time too, but not for the CRM.
    const bool claimed = run->foreground && strcmp(follow_up, ZP_TASK_MOVE) == 0;
    zp__run_add_task_with(
        run, change,
        &(struct zp__store_new_task){.kind = follow_up, .next_at = run->now, .claimed = claimed});
    if (run->remote->status != ZP_DIKIDI_ACTIVE) { // a repeat is told how it stands by now
        const struct zp__store_new_task look = {
            .kind = ZP_TASK_LOOK,
            .subject = talloc_asprintf(run->step, "%s%s", ZP_SUBJECT_NUMBER, booking->booking_id),
            .nudge = true,
            .next_at = run->now};
        zp__run_add_task_with(run, change, &look);
    }
    run->tried_revision = booking->revision;
    return zp__run_finish(run, change);
}

static bool find_number(struct zp__run *run, struct zp__effect *effect) {
    run->phase = BOOK_NUMBER;
    effect->kind = ZP_EFFECT_LOAD;
    effect->id = run->remote->ids[run->number];
    return true;
}

// The number stands under another row: it was learned before this one could be told apart from it.
// That row has the CRM's entry, so this one is given up, and a move is for a person to end.
static bool known_elsewhere(struct zp__run *run, struct zp__effect *effect) {
    const char *number = run->remote->ids[run->number];
    run->booking->state = ZP_BOOKING_DROPPED;
    zp_error_set(&run->error, ZP_E_REFUSED, "KNOWN_NUMBER",
                 _("this booking is number %s, which the journal has already: see that one"),
                 number);
    zp__run_set_error(run->booking, &run->error);
    struct zp__change *change = zp__run_change(run, effect, "dropped", "zapis", run->error.message);
    if (run->booking->moved_from == NULL) {
        return zp__run_finish_with(run, change, &run->error);
    }
    if (zp__run_releases_first(run)) {
        run->phase = BOOK_CLOSING;
        return zp__run_note(run, change);
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, "KNOWN_NUMBER",
                 _("the new time is number %s, which the journal has already, and the old booking "
                   "was not cancelled: cancel it, then drop this"),
                 number);
    return zp__run_to_person(run, change, &error);
}

static bool number_found(struct zp__run *run, struct zp__effect *effect) {
    const enum zp_booking_state state = run->booking->state;
    if (state != ZP_BOOKING_SENT && state != ZP_BOOKING_UNCERTAIN) {
        return settled(run, effect);
    }
    run->phase = BOOK_START;
    if (run->other != NULL && strcmp(run->other->request_id, run->booking->request_id) != 0) {
        return known_elsewhere(run, effect);
    }
    if (++run->number < run->remote->id_count) {
        return find_number(run, effect);
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("the journal changed meanwhile; looking again"));
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_backoff(run), &error);
}

static bool refused(struct zp__run *run, struct zp__effect *effect) {
    run->booking->state = ZP_BOOKING_REFUSED;
    struct zp_error error = run->error;
    const bool lost = zp__run_releases_first(run);
    if (lost) {
        zp__texts_friendly(&error);
        zp_error_context(&error, "%s", _("the old time was given up, and the new one was refused"));
    }
    zp__run_set_error(run->booking, &error);
    struct zp__change *change = zp__run_change(run, effect, "refused", "dikidi", error.message);
    if (!lost) {
        return zp__run_finish_with(run, change, &error);
    }
    run->phase = BOOK_CLOSING;
    return zp__run_note(run, change);
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
    return zp__run_again(run, change, zp__run_delay(run, &run->error), &run->error);
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
        return settled(run, effect);
    }
    if (run->tried_revision != 0 && run->tried_revision == run->booking->revision) {
        run->number = 0; // not the row was changed: a number of it is taken
        return find_number(run, effect);
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
        return settled(run, effect);
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
    if (run->config->dikidi.idempotency != ZP_IDEMPOTENCY_NO && zp__run_book_may_send(run)) {
        run->outcome = ZP_OUTCOME_UNKNOWN;
        return uncertain(run, effect); // free after all: the next turn repeats it with the same key
    }
    return not_made(run, effect);
}

static bool applied(struct zp__run *run, struct zp__effect *effect) {
    return run->phase == BOOK_CLOSING ? zp__run_release_close(run, effect) : send_now(run, effect);
}

bool zp__run_book(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    if (run->phase >= ZP_RELEASE_PHASES && input->kind != ZP_INPUT_START) {
        return zp__run_release_step(run, input, effect);
    }
    switch (input->kind) {
    case ZP_INPUT_START: return zp__run_book_start(run, effect);
    case ZP_INPUT_APPLIED: return applied(run, effect);
    case ZP_INPUT_RELOADED:
        run->released = false;
        return run->phase == BOOK_RECORD || run->phase == BOOK_CLOSING
                   ? record(run, effect)
                   : zp__run_book_start(run, effect);
    case ZP_INPUT_LOADED: return number_found(run, effect);
    case ZP_INPUT_DIKIDI: break;
    case ZP_INPUT_CRM:
    case ZP_INPUT_JOURNAL: return false;
    }
    if (run->phase == BOOK_LOOKED) {
        return looked(run, input->dikidi, effect);
    }
    run->outcome = input->dikidi->outcome;
    run->error = input->dikidi->error;
    run->remote = talloc_steal(run, input->dikidi->booking);
    return record(run, effect);
}
