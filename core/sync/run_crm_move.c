// crm-move: the deal or lead of the old booking of a move is pointed at the new one, whatever stage
// it stands in; the new row takes it over, then the old row lets it go. An entry that is still
// being made is waited for; where there is none the new booking gets one of its own. Where a
// cancelled booking is booked once more its entry first leaves the failure stage: until it is the
// new one's, nobody takes that stage for the wish to cancel it.
#include "sync/entry.h"
#include "sync/learn.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

#define NOT_KEPT_TRIES 3 // somebody wrote at the same moment: before a person is asked
#define CANCEL_TRIES   6 // then the cancel's task was dropped, or rests; it does nothing more

enum {
    TAKE_START,
    TAKE_LOOKING,
    TAKE_GETTING,
    TAKE_DEAL,
    TAKE_DEAL_NOTED,
    TAKE_STAGES,
    TAKE_MOVING,
    TAKE_UPDATING,
    TAKE_SEEING,
    TAKE_RECORD,
    TAKE_LET_GO,
    TAKE_CHECKING // of our own: a person was told that it stands in a failure stage
};

static bool has_entry(const struct zp_booking *booking) {
    return booking->crm_id != NULL && booking->crm_entity != NULL;
}

static bool own_entry(struct zp__run *run, struct zp__effect *effect) {
    run->phase = TAKE_START;
    struct zp__change *change = zp__run_task_change(run, effect);
    zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    return zp__run_finish(run, change);
}

static bool wait_for_entry(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "%s",
                 _("waiting for the CRM entry of the booking that was moved"));
    run->phase = TAKE_START;
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_backoff(run), &error);
}

static bool ask(struct zp__run *run, struct zp__effect *effect, enum zp__effect_kind kind,
                int phase) {
    const struct zp_booking *old = run->other;
    run->phase = phase;
    effect->kind = kind;
    effect->id = old->crm_id;
    effect->entity = zp__entry_entity(old);
    return true;
}

static bool update(struct zp__run *run, struct zp__effect *effect) {
    zp__texts_crm_fields(run->step, run->config, run->booking, NULL, &effect->fields);
    return ask(run, effect, ZP_EFFECT_CRM_UPDATE, TAKE_UPDATING);
}

// Booked once more: the row names the stage that its entry is to stand in before it has one.
static bool is_again(const struct zp_booking *booking) {
    return booking->crm_id == NULL && booking->crm_stage != NULL;
}

// Both rows say whose the entry is: now the new one is logged, unless a cancel of it waits.
static bool logged(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    struct zp_error lost;
    bool follows = false;
    run->phase = TAKE_START;
    // Written with the entry, so that whoever takes over tells it.
    const bool is_lost = zp__booking_was_told(booking, ZP_NAME_LOST) &&
                         zp__entry_is_lost('F', booking, run->now, &lost);
    if (is_lost) {
        booking->crm_state = ZP_CRM_ATTENTION;
    } else if (zp__booking_logged_state(booking) == ZP_CRM_LOGGED) {
        // A lead may have become a deal on the way, which crm-log follows: nobody else looks at it.
        follows = zp__entry_entity(booking) == ZP_CRM_LEAD;
        booking->crm_state = follows ? ZP_CRM_QUEUED : ZP_CRM_LOGGED;
    }
    struct zp__change *change =
        zp__run_change(run, effect, "logged", "bitrix24",
                       talloc_asprintf(run->step, "%s %s", booking->crm_entity, booking->crm_id));
    if (follows) {
        zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    }
    return is_lost ? zp__run_to_person(run, change, &lost) : zp__run_finish(run, change);
}

// The new row has the entry: the old one lets it go. One that stands after all (Dikidi kept it and
// a person wants both) gets an entry of its own.
static bool let_go(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *old = run->other;
    if (old == NULL || !has_entry(old) || strcmp(old->crm_id, run->booking->crm_id) != 0) {
        return logged(run, effect);
    }
    const bool stands = !zp__run_is_ours(run) && old->state == ZP_BOOKING_BOOKED;
    TALLOC_FREE(old->crm_id);
    TALLOC_FREE(old->crm_stage);
    old->crm_state = stands ? ZP_CRM_QUEUED : ZP_CRM_NONE;
    struct zp__change *change =
        zp__run_change_other(run, effect, "crm-moved", "bitrix24", run->booking->booking_id);
    if (stands) {
        zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    }
    run->phase = TAKE_LET_GO;
    return zp__run_note(run, change);
}

static bool looked(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *old = run->other;
    // Whatever else the row was told of since: what this one told is looked at.
    if (has_entry(run->booking) && run->booking->crm_state == ZP_CRM_ATTENTION) {
        run->phase = TAKE_CHECKING;
        effect->kind = ZP_EFFECT_CRM_GET;
        effect->id = run->booking->crm_id;
        effect->entity = zp__entry_entity(run->booking);
        return true;
    }
    if (has_entry(run->booking)) {
        return let_go(run, effect);
    }
    if (old == NULL || !zp__run_is_ours(run) || old->crm_state == ZP_CRM_NONE) {
        return own_entry(run, effect);
    }
    // The cancel of the old one may be writing its stage just now: taken over before that, the
    // entry would fall into the failure stage as the new one's, and the visit be cancelled for it.
    if (is_again(run->booking) && old->crm_state == ZP_CRM_QUEUED && run->attempts < CANCEL_TRIES) {
        return wait_for_entry(run, effect);
    }
    if (is_again(run->booking) && has_entry(old)) {
        return ask(run, effect, ZP_EFFECT_CRM_GET, TAKE_GETTING);
    }
    // One that a person has in hand goes along too: what that is about may never be settled for the
    // old booking, and where it is gone the update tells.
    return old->crm_state != ZP_CRM_QUEUED && has_entry(old) ? update(run, effect)
                                                             : wait_for_entry(run, effect);
}

static void take(struct zp_booking *booking, char **field, const char *text) {
    talloc_free(*field);
    *field = text != NULL ? talloc_strdup(booking, text) : NULL;
}

static bool record(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *old = run->other;
    struct zp_booking *booking = run->booking;
    struct zp_error lost;
    run->phase = TAKE_RECORD;
    if (zp__entry_is_lost(run->semantic, booking, run->now, &lost)) {
        zp__run_set_error(booking, &lost);
    }
    take(booking, &booking->crm_id, old->crm_id);
    take(booking, &booking->crm_entity, old->crm_entity);
    take(booking, &booking->crm_contact_id, old->crm_contact_id);
    take(booking, &booking->crm_stage, run->stage_id != NULL ? run->stage_id : old->crm_stage);
    booking->crm_state = ZP_CRM_QUEUED;
    return zp__run_note(run, zp__run_change(run, effect, NULL, NULL, NULL));
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    run->phase = TAKE_START;
    const bool overwritten =
        strcmp(error->name, "NOT_KEPT") == 0 && run->attempts + 1 < NOT_KEPT_TRIES;
    if (overwritten || zp__run_crm_passes(error)) {
        return zp__run_again(run, zp__run_task_change(run, effect), zp__run_delay(run, error),
                             error);
    }
    struct zp_error plain = *error;
    const struct zp_booking *has = has_entry(run->booking) ? run->booking : run->other;
    if (error->code == ZP_E_NOT_FOUND) {
        zp_error_set(&plain, ZP_E_NOT_FOUND, error->name,
                     _("%s %s of the moved booking is not there, or this webhook may not see it: "
                       "look in Bitrix24, then retry, or drop this"),
                     has->crm_entity, has->crm_id);
    }
    return zp__run_crm_to_person(run, effect, &plain);
}

// ---- out of the failure stage
static bool go_on(struct zp__run *run, struct zp__effect *effect) {
    if (run->semantic != 'F') {
        return update(run, effect);
    }
    effect->category_id = run->category_id;
    return ask(run, effect, ZP_EFFECT_CRM_STAGES, TAKE_STAGES);
}

static bool got(struct zp__run *run, const struct zp__crm_answer *answer,
                struct zp__effect *effect) {
    struct zp_error missing;
    if (!answer->ok || answer->entry_count == 0) {
        zp_error_set(&missing, ZP_E_NOT_FOUND, NULL, "%s", "");
        return failed(run, answer->missing ? &missing : &answer->error, effect);
    }
    const struct zp__crm_entry *entry = &answer->entries[0];
    talloc_free(run->stage_id);
    run->stage_id = talloc_strdup(run, entry->stage_id ? entry->stage_id : "");
    run->semantic = entry->semantic;
    run->category_id = entry->category_id;
    return zp__entry_entity(run->other) == ZP_CRM_LEAD && entry->semantic != 'P'
               ? ask(run, effect, ZP_EFFECT_CRM_LEAD_DEAL, TAKE_DEAL)
               : go_on(run, effect);
}

// A lead that has become a deal, whatever stage it was put into since: the deal is what goes along.
static bool deal_looked_for(struct zp__run *run, const struct zp__crm_answer *answer,
                            struct zp__effect *effect) {
    struct zp_booking *old = run->other;
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    if (answer->entry_count == 0 || zp__entry_is_of_other(&answer->entries[0], old)) {
        return go_on(run, effect);
    }
    take(old, &old->crm_entity, zp__entry_word(ZP_CRM_DEAL));
    take(old, &old->crm_id, answer->entries[0].id);
    run->phase = TAKE_DEAL_NOTED;
    return zp__run_note(run, zp__run_change_other(run, effect, NULL, NULL, NULL));
}

// Its former stage, or the first of its funnel where that is not known or no longer there.
static bool staged(struct zp__run *run, const struct zp__crm_answer *answer,
                   struct zp__effect *effect) {
    const char *stage_id = NULL;
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    for (size_t i = 0; i < answer->stage_count; i++) {
        const struct zp__crm_stage *stage = &answer->stages[i];
        const bool former = strcmp(stage->id, run->booking->crm_stage) == 0;
        if (stage->semantic == 'P' && (former || stage_id == NULL)) {
            stage_id = stage->id;
        }
    }
    if (stage_id == NULL) {
        struct zp_error error;
        zp_error_set(&error, ZP_E_CONFIG, NULL, "%s",
                     _("this funnel has no stage in progress: an administrator must make one"));
        return failed(run, &error, effect);
    }
    effect->text = talloc_strdup(run->step, stage_id);
    return ask(run, effect, ZP_EFFECT_CRM_MOVE, TAKE_MOVING);
}

static bool moved(struct zp__run *run, const struct zp__crm_answer *answer,
                  struct zp__effect *effect) {
    if (!answer->ok || answer->entry_count == 0) {
        return failed(run, &answer->error, effect);
    }
    const struct zp__crm_entry *entry = &answer->entries[0];
    talloc_free(run->stage_id);
    run->stage_id = talloc_strdup(run, entry->stage_id ? entry->stage_id : "");
    if (entry->semantic != 'F') {
        return update(run, effect);
    }
    struct zp_error error;
    zp_error_set(
        &error, ZP_E_REFUSED, "STAGE_IGNORED",
        _("Bitrix24 left %s %s in stage %s: move it by hand and look at the stages' rules"),
        run->other->crm_entity, run->other->crm_id, run->stage_id);
    return failed(run, &error, effect);
}

// The update may be repeated: the same fields again change nothing.
static bool updated(struct zp__run *run, const struct zp__crm_answer *answer,
                    struct zp__effect *effect) {
    if (answer->outcome != ZP_CRM_DONE || !answer->ok) {
        return failed(run, &answer->error, effect);
    }
    if (answer->entry_count == 0) { // written, and the look at it failed
        return ask(run, effect, ZP_EFFECT_CRM_GET, TAKE_SEEING);
    }
    run->semantic = answer->entries[0].semantic;
    return record(run, effect);
}

static bool seen(struct zp__run *run, const struct zp__crm_answer *answer,
                 struct zp__effect *effect) {
    struct zp_error missing;
    if (!answer->ok || answer->entry_count == 0) {
        zp_error_set(&missing, ZP_E_NOT_FOUND, NULL, "%s", "");
        return failed(run, answer->missing ? &missing : &answer->error, effect);
    }
    run->semantic = answer->entries[0].semantic;
    return record(run, effect);
}

// A person says that it is well: is it?
static bool checked(struct zp__run *run, const struct zp__crm_answer *answer,
                    struct zp__effect *effect) {
    struct zp_error missing;
    if (!answer->ok || answer->entry_count == 0) {
        zp_error_set(&missing, ZP_E_NOT_FOUND, NULL, "%s", "");
        return failed(run, answer->missing ? &missing : &answer->error, effect);
    }
    struct zp_error lost;
    const bool is_lost =
        zp__entry_is_lost(answer->entries[0].semantic, run->booking, run->now, &lost);
    take(run->booking, &run->booking->crm_stage, answer->entries[0].stage_id);
    if (is_lost || zp__booking_was_told(run->booking, ZP_NAME_LOST)) {
        zp__run_set_error(run->booking, is_lost ? &lost : NULL);
    }
    return let_go(run, effect);
}

static bool answered(struct zp__run *run, const struct zp__crm_answer *answer,
                     struct zp__effect *effect) {
    switch (run->phase) {
    case TAKE_GETTING: return got(run, answer, effect);
    case TAKE_DEAL: return deal_looked_for(run, answer, effect);
    case TAKE_STAGES: return staged(run, answer, effect);
    case TAKE_MOVING: return moved(run, answer, effect);
    case TAKE_SEEING: return seen(run, answer, effect);
    case TAKE_CHECKING: return checked(run, answer, effect);
    default: return updated(run, answer, effect);
    }
}

bool zp__run_crm_move(struct zp__run *run, const struct zp__input *input,
                      struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_LOADED) {
        return looked(run, effect);
    }
    if (input->kind == ZP_INPUT_CRM) {
        return answered(run, input->crm, effect);
    }
    if (input->kind == ZP_INPUT_RELOADED && run->phase == TAKE_RECORD && !has_entry(run->booking)) {
        return record(run, effect);
    }
    if (input->kind == ZP_INPUT_APPLIED && run->phase == TAKE_LET_GO) {
        return logged(run, effect);
    }
    if (run->booking->moved_from == NULL || run->booking->booking_id == NULL) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    return zp__run_load_old(run, effect, TAKE_LOOKING);
}
