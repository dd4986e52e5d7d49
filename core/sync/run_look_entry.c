// look-entry: a deal or lead of a booking may stand elsewhere than the journal knows (a hook, the
// poll). What was told is a hint only: the entry is read. Only a failure stage of a visit to come
// is a wish to cancel it, and goes on the list that crm-reverse minds; an entry that is gone, that
// we may not see, or that is not the booking's any more is never a cancel (bitrix24.md 13.5).
#include "sync/entry.h"
#include "sync/learn.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

// What a person was told once stands in the row under these names.
#define NAME_FOREIGN "ENTRY_FOREIGN"
#define NAME_BACK    "ENTRY_TAKEN_BACK"

enum { LOOK_START, LOOK_GETTING, LOOK_GONE, LOOK_OPEN, LOOK_WON, LOOK_NOTED, LOOK_COMMENTING };

static bool asks_about_it(struct zp__run *run) {
    const struct zp_booking *booking = run->booking;
    return !run->unknown_booking && booking->crm_id != NULL && booking->crm_entity != NULL &&
           strcmp(run->subject,
                  zp__entry_subject(run->step, zp__entry_entity(booking), booking->crm_id)) == 0;
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    run->phase = LOOK_START;
    // An entry that goes along with a move is the mover's.
    if (!asks_about_it(run) || run->booking->moved_to != NULL) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    run->phase = LOOK_GETTING;
    effect->kind = ZP_EFFECT_CRM_GET;
    effect->id = run->booking->crm_id;
    effect->entity = zp__entry_entity(run->booking);
    return true;
}

static bool is_told(const struct zp_booking *booking, const char *name) {
    return booking->crm_state == ZP_CRM_ATTENTION && zp__booking_was_told(booking, name);
}

// Told once: a later look that finds the same keeps the task with the person, and adds nothing.
static bool to_person(struct zp__run *run, const char *what, const struct zp_error *error,
                      struct zp__effect *effect) {
    run->phase = LOOK_START;
    if (is_told(run->booking, error->name)) {
        return zp__run_to_person(run, zp__run_task_change(run, effect), error);
    }
    run->booking->crm_state = ZP_CRM_ATTENTION;
    zp__run_set_error(run->booking, error);
    return zp__run_to_person(run, zp__run_change(run, effect, what, "bitrix24", error->message),
                             error);
}

static bool is_live(const struct zp__run *run) {
    return run->booking->state == ZP_BOOKING_BOOKED && run->booking->starts_at > run->now;
}

// What was told is settled. True: the row has to be written.
static bool clear_told(struct zp_booking *booking) {
    const bool told = zp__booking_was_told(booking, ZP_NAME_ENTRY_GONE) ||
                      zp__booking_was_told(booking, NAME_FOREIGN) ||
                      zp__booking_was_told(booking, NAME_BACK);
    if (!told) {
        return false;
    }
    zp__run_set_error(booking, NULL);
    if (booking->crm_state == ZP_CRM_ATTENTION) {
        booking->crm_state = ZP_CRM_LOGGED;
    }
    return true;
}

static bool ask_list(struct zp__run *run, struct zp__effect *effect, int phase) {
    run->phase = phase;
    effect->kind = ZP_EFFECT_REVERSE;
    return true;
}

static bool is_listed(const struct zp__run *run, const struct zp__store_answer *journal) {
    for (size_t i = 0; i < journal->reverse_count; i++) {
        if (strcmp(journal->reverse[i].request_id, run->booking->request_id) == 0) {
            return true;
        }
    }
    return false;
}

// ---- it could not be read
static bool not_read(struct zp__run *run, struct zp__effect *effect) {
    // What a person has in hand is not over because it cannot be seen for a while.
    if (is_told(run->booking, NAME_BACK)) {
        struct zp_error error;
        zp_error_set(&error, ZP_E_REFUSED, NAME_BACK, "%s", run->booking->error_message);
        return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
    }
    // The mover's task holds what was told of a lost one: its retry looks, and finds it gone.
    return is_live(run) && !is_told(run->booking, ZP_NAME_LOST)
               ? ask_list(run, effect, LOOK_GONE)
               : zp__run_finish(run, zp__run_task_change(run, effect));
}

// Nothing more is told of one on the list: crm-reverse finds the same, and says so once.
static bool gone(struct zp__run *run, const struct zp__store_answer *journal,
                 struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    if (is_listed(run, journal)) {
        run->phase = LOOK_START;
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_NOT_FOUND, ZP_NAME_ENTRY_GONE,
                 _("%s %s of booking %s is not there, or this webhook may not see it: nothing was "
                   "cancelled at Dikidi. Retry this when its rights are back; if it was deleted, "
                   "drop this, and cancel the visit here if it shall not be"),
                 booking->crm_entity, booking->crm_id, booking->booking_id);
    return to_person(run, "crm-gone", &error, effect);
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    run->phase = LOOK_START;
    if (zp__run_crm_passes(error)) {
        return zp__run_again(run, zp__run_task_change(run, effect), zp__run_delay(run, error),
                             error);
    }
    if (error->code == ZP_E_DENIED || error->code == ZP_E_NOT_FOUND) {
        return not_read(run, effect);
    }
    return zp__run_to_person(run, zp__run_task_change(run, effect), error);
}

// A row whose entry is still being written, or is with a person already, is told of by whoever
// writes it.
static bool foreign(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    if (!is_live(run) || (booking->crm_state != ZP_CRM_LOGGED && !is_told(booking, NAME_FOREIGN))) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, NAME_FOREIGN,
                 _("%s %s does not carry the number of booking %s any more: nothing was cancelled "
                   "at Dikidi. Put the number back in Bitrix24 and retry this, or drop it"),
                 booking->crm_entity, booking->crm_id, booking->booking_id);
    return to_person(run, "crm-foreign", &error, effect);
}

// ---- the row learns the stage
static void take_stage(struct zp__run *run) {
    talloc_free(run->booking->crm_stage);
    run->booking->crm_stage = talloc_strdup(run->booking, run->stage_id);
}

static bool is_same_stage(const struct zp__run *run) {
    return run->booking->crm_stage != NULL && strcmp(run->booking->crm_stage, run->stage_id) == 0;
}

static struct zp__change *write_stage(struct zp__run *run, struct zp__effect *effect,
                                      const char *what, const char *detail) {
    run->phase = LOOK_START;
    take_stage(run);
    clear_told(run->booking);
    return zp__run_change(run, effect, what, "bitrix24", detail);
}

// An echo of our own write, or a change of something else.
static bool echo(struct zp__run *run, struct zp__effect *effect) {
    run->phase = LOOK_START;
    return zp__run_finish(run, clear_told(run->booking)
                                   ? zp__run_change(run, effect, NULL, NULL, NULL)
                                   : zp__run_task_change(run, effect));
}

// ---- a failure stage
static bool wish(struct zp__run *run, struct zp__effect *effect) {
    struct zp__change *change = write_stage(run, effect, "crm-lost", run->stage_id);
    struct zp__reverse *reverse = talloc_zero(run->step, struct zp__reverse);
    *reverse = (struct zp__reverse){.request_id = run->booking->request_id,
                                    .entity = zp__entry_entity(run->booking),
                                    .crm_id = run->booking->crm_id,
                                    .stage_id = run->booking->crm_stage,
                                    .found_at = run->now};
    change->reverse = reverse;
    change->reverse_count = 1;
    const struct zp__store_new_task task = {
        .kind = ZP_TASK_CRM_REVERSE,
        .subject = ZP_SUBJECT_BITRIX24,
        .nudge = true, // its notes stay: what it waits for, when a person was told
        .next_at = run->now + run->config->bitrix24.reverse_hold_seconds};
    zp__run_add_task_with(run, change, &task);
    return zp__run_finish(run, change);
}

// A visit that is over is never cancelled, however old deals are tidied up (T37); neither is what
// is cancelled already, which only moved between two failure stages (T38).
static bool lost(struct zp__run *run, struct zp__effect *effect) {
    if (is_live(run)) {
        return wish(run, effect);
    }
    if (run->booking->state != ZP_BOOKING_BOOKED) {
        return zp__run_finish(run, write_stage(run, effect, NULL, NULL));
    }
    const char *detail = talloc_asprintf(
        run->step, _("%s: the visit has begun or is over, so nothing was cancelled at Dikidi"),
        run->stage_id);
    return zp__run_finish(run, write_stage(run, effect, "crm-lost", detail));
}

// ---- any other stage
// Moved out of the failure stage before the cancel went: nothing has to be.
static bool stands(struct zp__run *run, const struct zp__store_answer *journal,
                   struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    const bool won = run->phase == LOOK_WON;
    const bool moved = !zp__entry_same_funnel(booking->crm_stage, run->stage_id);
    const char *what = won ? "crm-won" : moved ? "crm-stage" : NULL;
    const bool follows = won && is_live(run) && zp__run_follows_lead(run, run->booking);
    const bool listed = is_listed(run, journal);
    struct zp__change *change =
        write_stage(run, effect, listed ? "crm-taken-back" : what, run->stage_id);
    if (listed) {
        change->reverse_drop = zp__entry_drop_list(run->step, booking->request_id);
    }
    if (follows) {
        zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    }
    return zp__run_finish(run, change);
}

// ---- taken back when the visit is cancelled already: no booking comes back by itself (T36)
static bool is_taken_back(const struct zp__run *run) {
    const struct zp_booking *booking = run->booking;
    return booking->state == ZP_BOOKING_CANCELLED &&
           ((booking->crm_state == ZP_CRM_LOGGED && !is_same_stage(run)) ||
            is_told(booking, NAME_BACK));
}

static bool tell_taken_back(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    struct zp_error error;
    zp_error_set(
        &error, ZP_E_REFUSED, NAME_BACK,
        _("%s %s was taken back out of its failure stage, but the visit %s is cancelled at "
          "Dikidi: book it again, or move the entry back, then drop this"),
        booking->crm_entity, booking->crm_id, booking->booking_id);
    take_stage(run);
    return to_person(run, "crm-reopened", &error, effect);
}

// A comment is never sent twice: where it may have left before, the rest is done without it.
static bool taken_back(struct zp__run *run, struct zp__effect *effect) {
    if (is_told(run->booking, NAME_BACK) || run->memory.comment_sent_at != 0) {
        return tell_taken_back(run, effect);
    }
    run->memory.comment_sent_at = run->now;
    run->phase = LOOK_NOTED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

static bool comment(struct zp__run *run, struct zp__effect *effect) {
    run->phase = LOOK_COMMENTING;
    effect->kind = ZP_EFFECT_CRM_COMMENT;
    effect->id = run->booking->crm_id;
    effect->entity = zp__entry_entity(run->booking);
    effect->text = zp__texts_taken_back(run->step, run->booking);
    return true;
}

static bool commented(struct zp__run *run, const struct zp__crm_answer *answer,
                      struct zp__effect *effect) {
    if (answer->outcome == ZP_CRM_NOT_SENT && zp__run_crm_passes(&answer->error)) {
        run->memory.comment_sent_at = 0; // certainly not written
        return failed(run, &answer->error, effect);
    }
    return tell_taken_back(run, effect);
}

// ---- what it is
static bool judge(struct zp__run *run, const struct zp__crm_entry *entry,
                  struct zp__effect *effect) {
    if (!zp__entry_is_of(entry, run->booking)) {
        return foreign(run, effect);
    }
    if (entry->semantic == 0) {
        struct zp_error error;
        zp__entry_no_semantic(run->stage_id, &error);
        return failed(run, &error, effect);
    }
    if (entry->semantic != 'F' && is_taken_back(run)) {
        return taken_back(run, effect);
    }
    if (is_same_stage(run)) {
        return echo(run, effect);
    }
    if (entry->semantic == 'F') {
        return lost(run, effect);
    }
    if (run->booking->state != ZP_BOOKING_BOOKED) {
        return zp__run_finish(run, write_stage(run, effect, NULL, NULL));
    }
    return ask_list(run, effect, entry->semantic == 'S' ? LOOK_WON : LOOK_OPEN);
}

static bool got(struct zp__run *run, const struct zp__crm_answer *answer,
                struct zp__effect *effect) {
    if (answer->missing) {
        return not_read(run, effect);
    }
    if (!answer->ok || answer->entry_count == 0) {
        return failed(run, &answer->error, effect);
    }
    const struct zp__crm_entry *entry = &answer->entries[0];
    talloc_free(run->stage_id);
    run->stage_id = talloc_strdup(run, entry->stage_id ? entry->stage_id : "");
    return judge(run, entry, effect);
}

bool zp__run_look_entry(struct zp__run *run, const struct zp__input *input,
                        struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_APPLIED && run->phase == LOOK_NOTED) {
        return comment(run, effect);
    }
    if (input->kind == ZP_INPUT_JOURNAL) {
        return run->phase == LOOK_GONE ? gone(run, input->journal, effect)
                                       : stands(run, input->journal, effect);
    }
    if (input->kind != ZP_INPUT_CRM) {
        return start(run, effect); // also after a conflict: what was read may be older than it
    }
    return run->phase == LOOK_COMMENTING ? commented(run, input->crm, effect)
                                         : got(run, input->crm, effect);
}
