// crm-update: the deal or lead of a booking that was changed at Dikidi shows it as it is now. The
// entry is read first: its old title goes into the comment that says what changed, and one that is
// not there is told apart from one that cannot be reached. The fields may be written twice, the
// comment may not: its mark is in the task before it leaves.
#include "sync/entry.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <zapis/i18n.h>

enum { UPDATE_START, UPDATE_GETTING, UPDATE_WRITING, UPDATE_NOTED, UPDATE_COMMENTING };

static bool ask(struct zp__run *run, struct zp__effect *effect, enum zp__effect_kind kind,
                int phase) {
    run->phase = phase;
    effect->kind = kind;
    effect->id = run->booking->crm_id;
    effect->entity = zp__entry_entity(run->booking);
    return true;
}

// The entry goes along with a move. What was written of the old time may have come after what the
// mover wrote: the new booking's fields are written once more.
static bool hand_over(struct zp__run *run, struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    const struct zp__store_new_task task = {.kind = ZP_TASK_CRM_UPDATE,
                                            .subject = run->booking->moved_to,
                                            .nudge = true, // what it has to tell stays
                                            .next_at = run->now};
    zp__run_add_task_with(run, change, &task);
    return zp__run_finish(run, change);
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    run->phase = UPDATE_START;
    if (booking->moved_to != NULL) {
        return hand_over(run, effect);
    }
    if (booking->state != ZP_BOOKING_BOOKED || booking->crm_state == ZP_CRM_NONE) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    if (booking->crm_id == NULL || booking->crm_entity == NULL) {
        return zp__run_crm_waits(run, effect);
    }
    return ask(run, effect, ZP_EFFECT_CRM_GET, UPDATE_GETTING);
}

static bool to_person(struct zp__run *run, const struct zp_error *error,
                      struct zp__effect *effect) {
    run->phase = UPDATE_START;
    return zp__run_crm_to_person(run, effect, error);
}

static bool missing(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_NOT_FOUND, NULL,
                 _("%s %s of the changed booking is not there, or this webhook may not see it: "
                   "look in Bitrix24, then retry, or drop this"),
                 run->booking->crm_entity, run->booking->crm_id);
    return to_person(run, &error, effect);
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    if (error->code == ZP_E_NOT_FOUND) {
        return missing(run, effect);
    }
    if (!zp__run_crm_passes(error)) {
        return to_person(run, error, effect);
    }
    run->phase = UPDATE_START;
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_delay(run, error), error);
}

static bool got(struct zp__run *run, const struct zp__crm_answer *answer,
                struct zp__effect *effect) {
    if (answer->missing) {
        return missing(run, effect);
    }
    if (!answer->ok || answer->entry_count == 0) {
        return failed(run, &answer->error, effect);
    }
    talloc_free(run->old_title);
    run->old_title = talloc_strdup(run, answer->entries[0].title ? answer->entries[0].title : "");
    zp__texts_crm_fields(run->step, run->config, run->booking, NULL, &effect->fields);
    return ask(run, effect, ZP_EFFECT_CRM_UPDATE, UPDATE_WRITING);
}

static bool finished(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    run->phase = UPDATE_START;
    if (booking->crm_state == ZP_CRM_ATTENTION) {
        booking->crm_state = zp__booking_logged_state(booking);
    }
    return zp__run_finish(
        run,
        zp__run_change(run, effect, "crm-updated", "bitrix24",
                       talloc_asprintf(run->step, "%s %s", booking->crm_entity, booking->crm_id)));
}

static char *words(struct zp__run *run) {
    if (run->memory.wished) {
        return zp__texts_kept(run->step, run->booking, run->memory.told);
    }
    return zp__texts_changed(run->step, run->config, run->booking, run->memory.told,
                             run->old_title);
}

static bool written(struct zp__run *run, const struct zp__crm_answer *answer,
                    struct zp__effect *effect) {
    if (answer->outcome != ZP_CRM_DONE || !answer->ok) {
        return failed(run, &answer->error, effect);
    }
    // One that may have left before is not written twice.
    if (run->memory.comment_sent_at != 0 || words(run) == NULL) {
        return finished(run, effect);
    }
    run->memory.comment_sent_at = run->now;
    run->phase = UPDATE_NOTED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

static bool comment(struct zp__run *run, struct zp__effect *effect) {
    effect->text = words(run);
    return ask(run, effect, ZP_EFFECT_CRM_COMMENT, UPDATE_COMMENTING);
}

// The fields are what counts.
static bool commented(struct zp__run *run, const struct zp__crm_answer *answer,
                      struct zp__effect *effect) {
    return zp__run_comment_is_over(run, answer) ? finished(run, effect)
                                                : failed(run, &answer->error, effect);
}

bool zp__run_crm_update(struct zp__run *run, const struct zp__input *input,
                        struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_APPLIED && run->phase == UPDATE_NOTED) {
        return comment(run, effect);
    }
    if (input->kind != ZP_INPUT_CRM) {
        return start(run, effect); // also after a conflict: every step may be repeated
    }
    switch (run->phase) {
    case UPDATE_GETTING: return got(run, input->crm, effect);
    case UPDATE_WRITING: return written(run, input->crm, effect);
    case UPDATE_COMMENTING: return commented(run, input->crm, effect);
    default: return start(run, effect);
    }
}
