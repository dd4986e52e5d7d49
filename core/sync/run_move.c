// move, of a new booking that has become booked: the old one is brought to cancelling (its own
// `cancel` does the rest), then crm-move follows. Whoever takes over looks at the old row first.
#include "sync/run.h"
#include <string.h>
#include <zapis/i18n.h>

enum { MOVE_START, MOVE_LOOKING, MOVE_ASKED };

static bool finish(struct zp__run *run, struct zp__effect *effect, const char *kind) {
    run->phase = MOVE_START;
    struct zp__change *change = zp__run_task_change(run, effect);
    zp__run_add_task(run, change, kind, run->now);
    return zp__run_finish(run, change);
}

static bool wait_for_it(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("the old booking is being cancelled by somebody else: waiting for the end"));
    run->phase = MOVE_START;
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_backoff(run), &error);
}

static bool looked(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *old = run->other;
    if (old != NULL && zp__run_is_ours(run)) {
        return finish(run, effect, ZP_TASK_CRM_MOVE); // asked for before; refused or not
    }
    if (old != NULL && old->state == ZP_BOOKING_CANCELLING) {
        return wait_for_it(run, effect);
    }
    if (old == NULL || old->state != ZP_BOOKING_BOOKED) {
        return finish(run, effect, ZP_TASK_CRM_LOG); // it ended by itself, and so does its entry
    }
    if (old->moved_to == NULL) {
        run->phase = MOVE_ASKED;
        return zp__run_let_go(run, effect, false);
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, "MOVED_TWICE",
                 _("the booking %s was moved to another time too: cancel the one that is not "
                   "wanted, then drop this"),
                 old->booking_id);
    run->phase = MOVE_START;
    struct zp__change *change = zp__run_task_change(run, effect);
    zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    return zp__run_to_person(run, change, &error);
}

bool zp__run_move(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_LOADED) {
        return looked(run, effect);
    }
    if (input->kind == ZP_INPUT_APPLIED && run->phase == MOVE_ASKED) {
        return finish(run, effect, ZP_TASK_CRM_MOVE);
    }
    if (run->booking->moved_from == NULL || run->booking->booking_id == NULL) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    return zp__run_load_old(run, effect, MOVE_LOOKING);
}
