// crm-mark: a comment in the booking's deal or lead says whether the client came. Its mark is in
// the task before it leaves, so that nobody but a person sends it twice.
#include "sync/entry.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <zapis/i18n.h>

enum { MARK_START, MARK_NOTED, MARK_COMMENTING };

static bool is_unknown(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL,
                 _("it is not known whether %s %s has the comment about the visit: look in "
                   "Bitrix24, then drop this, or retry to write it again"),
                 run->booking->crm_entity, run->booking->crm_id);
    run->phase = MARK_START;
    return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
}

static bool start(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    run->phase = MARK_START;
    if (booking->crm_state == ZP_CRM_NONE) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    if (booking->crm_id == NULL || booking->crm_entity == NULL) {
        return zp__run_crm_waits(run, effect);
    }
    const bool retried = input->kind == ZP_INPUT_START && run->foreground;
    if (run->memory.comment_sent_at != 0 && !retried) {
        return is_unknown(run, effect);
    }
    run->memory.comment_sent_at = run->now;
    run->phase = MARK_NOTED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

static bool comment(struct zp__run *run, struct zp__effect *effect) {
    run->phase = MARK_COMMENTING;
    effect->kind = ZP_EFFECT_CRM_COMMENT;
    effect->id = run->booking->crm_id;
    effect->entity = zp__entry_entity(run->booking);
    effect->text = zp__texts_attendance(run->step, run->booking);
    return true;
}

static bool commented(struct zp__run *run, const struct zp__crm_answer *answer,
                      struct zp__effect *effect) {
    run->phase = MARK_START;
    if (answer->outcome == ZP_CRM_DONE) {
        struct zp__change *change = zp__run_task_change(run, effect);
        zp__run_tell(run, change, "crm-marked", "bitrix24",
                     zp_attendance_name(run->booking->attendance));
        return zp__run_finish(run, change);
    }
    if (answer->outcome == ZP_CRM_UNKNOWN) {
        return is_unknown(run, effect);
    }
    run->memory.comment_sent_at = 0; // certainly not written
    if (!zp__run_crm_passes(&answer->error)) {
        return zp__run_to_person(run, zp__run_task_change(run, effect), &answer->error);
    }
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_delay(run, &answer->error),
                         &answer->error);
}

bool zp__run_crm_mark(struct zp__run *run, const struct zp__input *input,
                      struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_APPLIED && run->phase == MARK_NOTED) {
        return comment(run, effect);
    }
    if (input->kind == ZP_INPUT_CRM) {
        return commented(run, input->crm, effect);
    }
    return start(run, input, effect);
}
