// crm-cancel: the booking's deal or lead stands in a failure stage of its own funnel, re-read to be
// sure (bitrix24.md T4), with a comment. A won one is not moved: a person is told. So she is of the
// deal of a lead that was converted between our look and our move.
#include "sync/entry.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

enum {
    LOSE_START,
    LOSE_GETTING,
    LOSE_MARKED,
    LOSE_STAGES,
    LOSE_MOVING,
    LOSE_FOUND_DEAL, // of a lead that stood in a failure stage already
    LOSE_MOVED_DEAL, // of a lead that we moved to it
    LOSE_NOTED,
    LOSE_COMMENTING
};

static bool ask(struct zp__run *run, struct zp__effect *effect, enum zp__effect_kind kind,
                int phase) {
    run->phase = phase;
    effect->kind = kind;
    effect->id = run->booking->crm_id;
    effect->entity = zp__entry_entity(run->booking);
    return true;
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    run->phase = LOSE_START;
    if (booking->state == ZP_BOOKING_CANCELLED && booking->crm_state == ZP_CRM_QUEUED &&
        booking->moved_to != NULL && booking->crm_id != NULL) {
        // Booked once more: who takes the entry over waits until no stage of ours is on its way.
        const int64_t landed_at = run->memory.stage_sent_at + ZP__STORE_LEASE_MS / 1000 +
                                  run->config->bitrix24.recheck_seconds;
        if (run->memory.stage_sent_at != 0 && run->now < landed_at) {
            return zp__run_later(run, zp__run_task_change(run, effect), landed_at - run->now);
        }
        run->booking->crm_state = ZP_CRM_LOGGED;
        return zp__run_finish(run, zp__run_change(run, effect, NULL, NULL, NULL));
    }
    if (booking->state != ZP_BOOKING_CANCELLED || booking->crm_state == ZP_CRM_NONE ||
        booking->moved_to != NULL) { // the entry is, or becomes, the new booking's
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    if (booking->crm_id == NULL ||
        booking->crm_entity == NULL) { // its log is still under way: first the entry, then its end
        return zp__run_crm_waits(run, effect);
    }
    return ask(run, effect, ZP_EFFECT_CRM_GET, LOSE_GETTING);
}

static bool to_person(struct zp__run *run, const struct zp_error *error,
                      struct zp__effect *effect) {
    run->phase = LOSE_START;
    return zp__run_crm_to_person(run, effect, error);
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    run->phase = LOSE_START;
    return zp__run_crm_failed(run, effect, error);
}

static bool finished(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    const char *detail = run->stage_id;
    run->phase = LOSE_START;
    if (run->stage_id != NULL) {
        const char *former = booking->crm_stage;
        if (former != NULL && former[0] != '\0' && strcmp(former, run->stage_id) != 0) {
            detail = talloc_asprintf(run->step, "%s" ZP_FORMER_STAGE "%s", former, run->stage_id);
        }
        talloc_free(booking->crm_stage);
        booking->crm_stage = talloc_strdup(booking, run->stage_id);
    }
    booking->crm_state = ZP_CRM_LOGGED;
    return zp__run_finish(run, zp__run_change(run, effect, "crm-cancelled", "bitrix24", detail));
}

static bool comment(struct zp__run *run, struct zp__effect *effect) {
    if (run->memory.comment_sent_at !=
        0) { // it may have left before: a comment is never sent twice
        return finished(run, effect);
    }
    run->memory.comment_sent_at = run->now;
    run->phase = LOSE_NOTED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

// One that stood in a failure stage before we came was told why, if this is asked for once more.
static bool over(struct zp__run *run, int phase, struct zp__effect *effect) {
    return run->memory.again && phase == LOSE_FOUND_DEAL ? finished(run, effect)
                                                         : comment(run, effect);
}

// It stands in a failure stage. Of a lead that says nothing of the deal that it may have become.
static bool lost(struct zp__run *run, int phase, struct zp__effect *effect) {
    return zp__entry_entity(run->booking) == ZP_CRM_LEAD
               ? ask(run, effect, ZP_EFFECT_CRM_LEAD_DEAL, phase)
               : over(run, phase, effect);
}

static bool looked_for_deal(struct zp__run *run, const struct zp__crm_answer *answer,
                            struct zp__effect *effect) {
    const int phase = run->phase;
    const struct zp__crm_entry *deal = answer->entry_count > 0 ? &answer->entries[0] : NULL;
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    if (deal == NULL || deal->semantic == 'F' || zp__entry_is_of_other(deal, run->booking)) {
        return over(run, phase, effect);
    }
    struct zp_error error;
    zp_error_set(
        &error, ZP_E_REFUSED, "CONVERTED",
        _("lead %s was moved to a failure stage for the cancelled visit, and it has become "
          "deal %s: decide about the deal in Bitrix24, then drop this"),
        run->booking->crm_id, deal->id);
    return to_person(run, &error, effect);
}

static void take_stage(struct zp__run *run, const struct zp__crm_entry *entry) {
    talloc_free(run->stage_id);
    run->stage_id = talloc_strdup(run, entry->stage_id ? entry->stage_id : "");
}

static bool won(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, "ALREADY_WON",
                 _("%s %s is already won, so it was not moved: decide in Bitrix24, then drop this"),
                 run->booking->crm_entity, run->booking->crm_id);
    return to_person(run, &error, effect);
}

static bool got(struct zp__run *run, const struct zp__crm_answer *answer,
                struct zp__effect *effect) {
    struct zp_error error;
    if (answer->missing) {
        zp_error_set(&error, ZP_E_NOT_FOUND, NULL,
                     _("%s %s of the cancelled booking is not there, or this webhook may not see "
                       "it: look in Bitrix24"),
                     run->booking->crm_entity, run->booking->crm_id);
        return to_person(run, &error, effect);
    }
    if (!answer->ok || answer->entry_count == 0) {
        return failed(run, &answer->error, effect);
    }
    const struct zp__crm_entry *entry = &answer->entries[0];
    take_stage(run, entry);
    if (entry->semantic == 'F') {
        return lost(run, LOSE_FOUND_DEAL, effect);
    }
    if (entry->semantic == 'S') {
        return won(run, effect);
    }
    talloc_free(run->booking->crm_stage); // where it goes back to if it is booked once more
    run->booking->crm_stage = talloc_strdup(run->booking, run->stage_id);
    run->category_id = entry->category_id;
    run->memory.stage_sent_at = run->now;
    run->phase = LOSE_MARKED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

static bool staged(struct zp__run *run, const struct zp__crm_answer *answer,
                   struct zp__effect *effect) {
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    const struct zp__crm_stage *stage =
        zp__crm_failure_stage(answer, run->config->bitrix24.cancelled_stage);
    if (stage == NULL) {
        struct zp_error error;
        zp_error_set(&error, ZP_E_CONFIG, NULL, "%s",
                     _("this funnel has no failure stage: an administrator must make one"));
        return to_person(run, &error, effect);
    }
    effect->text = talloc_strdup(run->step, stage->id);
    return ask(run, effect, ZP_EFFECT_CRM_MOVE, LOSE_MOVING);
}

static bool moved(struct zp__run *run, const struct zp__crm_answer *answer,
                  struct zp__effect *effect) {
    if (!answer->ok || answer->entry_count == 0) {
        return failed(run, &answer->error, effect);
    }
    take_stage(run, &answer->entries[0]);
    if (answer->entries[0].semantic == 'F') {
        return lost(run, LOSE_MOVED_DEAL, effect);
    }
    if (answer->entries[0].semantic == 'S') {
        return won(run, effect);
    }
    struct zp_error error;
    zp_error_set(
        &error, ZP_E_REFUSED, "STAGE_IGNORED",
        _("Bitrix24 left %s %s in stage %s: move it by hand and look at the stages' rules"),
        run->booking->crm_entity, run->booking->crm_id, run->stage_id);
    return to_person(run, &error, effect);
}

// The stage is what counts.
static bool commented(struct zp__run *run, const struct zp__crm_answer *answer,
                      struct zp__effect *effect) {
    return zp__run_comment_is_over(run, answer) ? finished(run, effect)
                                                : failed(run, &answer->error, effect);
}

bool zp__run_crm_cancel(struct zp__run *run, const struct zp__input *input,
                        struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_APPLIED && run->phase == LOSE_NOTED) {
        effect->text = zp__texts_cancelled(run->step, run->booking);
        return ask(run, effect, ZP_EFFECT_CRM_COMMENT, LOSE_COMMENTING);
    }
    if (input->kind == ZP_INPUT_APPLIED && run->phase == LOSE_MARKED) {
        effect->category_id = run->category_id;
        return ask(run, effect, ZP_EFFECT_CRM_STAGES, LOSE_STAGES);
    }
    if (input->kind != ZP_INPUT_CRM) {
        return start(run, effect); // also after a conflict: every step here looks before it acts
    }
    switch (run->phase) {
    case LOSE_GETTING: return got(run, input->crm, effect);
    case LOSE_STAGES: return staged(run, input->crm, effect);
    case LOSE_MOVING: return moved(run, input->crm, effect);
    case LOSE_FOUND_DEAL:
    case LOSE_MOVED_DEAL: return looked_for_deal(run, input->crm, effect);
    case LOSE_COMMENTING: return commented(run, input->crm, effect);
    default: return start(run, effect);
    }
}
