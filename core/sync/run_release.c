// book, for a move: before anything is sent the old booking is looked at, and with release_first it
// is given up; when the new one will not be, an old one that was given up for it ends as any
// cancelled one does.
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

enum {
    RELEASE_LOOKING = ZP_RELEASE_PHASES,
    RELEASE_ASKED, // the old one is being written as cancelling
    RELEASE_KEPT,  // Dikidi keeps the old one: its mark is being taken off
    RELEASE_DROPPING,
    RELEASE_CLOSING, // the new one will not be: looking at the old one
};

bool zp__run_releases_first(const struct zp__run *run) {
    return run->memory.release_first && run->booking->moved_from != NULL;
}

bool zp__run_is_ours(const struct zp__run *run) {
    return run->other->moved_to != NULL &&
           strcmp(run->other->moved_to, run->booking->request_id) == 0;
}

bool zp__run_load_old(struct zp__run *run, struct zp__effect *effect, int phase) {
    run->phase = phase;
    effect->kind = ZP_EFFECT_LOAD;
    effect->id = run->booking->moved_from;
    return true;
}

bool zp__run_let_go(struct zp__run *run, struct zp__effect *effect, bool release_first) {
    struct zp_booking *old = run->other;
    talloc_free(old->moved_to);
    talloc_free(old->cancel_reason);
    old->moved_to = talloc_strdup(old, run->booking->request_id);
    old->cancel_reason = talloc_asprintf(
        old, _("moved to %s"), zp__texts_when(run->step, run->config, run->booking->starts_at));
    old->state = ZP_BOOKING_CANCELLING;
    struct zp__change *change = zp__run_change_other(run, effect, "cancelling",
                                                     run->booking->created_by, old->cancel_reason);
    const struct zp__store_new_task task = {.kind = ZP_TASK_CANCEL,
                                            .next_at = run->now,
                                            .claimed = run->foreground,
                                            .memory =
                                                release_first ? ZP_MEMORY_RELEASE_FIRST : NULL};
    zp__run_add_task_with(run, change, &task);
    return zp__run_note(run, change);
}

bool zp__run_release(struct zp__run *run, struct zp__effect *effect) {
    return zp__run_load_old(run, effect, RELEASE_LOOKING);
}

// Nothing was sent: the new booking is dropped, with the reason.
static bool drop(struct zp__run *run, struct zp__effect *effect, const struct zp_error *error) {
    run->phase = RELEASE_DROPPING;
    run->error = *error;
    run->booking->state = ZP_BOOKING_DROPPED;
    zp__run_set_error(run->booking, &run->error);
    return zp__run_finish_with(
        run, zp__run_change(run, effect, "dropped", "zapis", run->error.message), &run->error);
}

static bool drop_saying(struct zp__run *run, struct zp__effect *effect, const char *name,
                        const char *sentence) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, name, "%s", sentence);
    return drop(run, effect, &error);
}

// The old one was asked for and Dikidi keeps it (or a person took the asking back).
static bool kept(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *old = run->other;
    const enum zp_error_code code = zp__dikidi_refusal(old->error_code);
    zp_error_set(&run->error, code, old->error_code ? old->error_code : "NOT_RELEASED", "%s",
                 _("the old time was not released, so nothing was moved"));
    if (old->error_message != NULL) {
        zp_error_set(&run->error, code, run->error.name,
                     _("the old time was not released, so nothing was moved: %s"),
                     old->error_message);
    }
    TALLOC_FREE(old->moved_to);
    run->phase = RELEASE_KEPT;
    return zp__run_note(run, zp__run_change_other(run, effect, NULL, NULL, NULL));
}

static bool wait_for_release(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("the old time is not released yet: the new one is asked for when it is"));
    run->phase = RELEASE_LOOKING;
    zp__run_set_error(run->booking, &error);
    return zp__run_again(run, zp__run_change(run, effect, NULL, NULL, NULL), zp__run_backoff(run),
                         &error);
}

static bool go_on(struct zp__run *run, struct zp__effect *effect) {
    run->released = true;
    return zp__run_book_start(run, effect);
}

// Given up for this move already: what became of it?
static bool asked_before(struct zp__run *run, struct zp__effect *effect) {
    const enum zp_booking_state state = run->other->state;
    if (state == ZP_BOOKING_BOOKED) {
        return kept(run, effect);
    }
    if (zp__run_book_may_send(run)) {
        return state == ZP_BOOKING_CANCELLED ? go_on(run, effect) : wait_for_release(run, effect);
    }
    return zp__run_book_held(
        run, effect,
        _("the old time was given up, but the new one was never asked for, and its time to go by "
          "itself is over: retry it, or drop it and book another time"));
}

// It was cancelled before: from now on it is the new one's, as if it had been given up for it.
static bool take_over(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *old = run->other;
    old->moved_to = talloc_strdup(old, run->booking->request_id);
    run->phase = RELEASE_ASKED;
    return zp__run_note(
        run, zp__run_change_other(run, effect, ZP_HISTORY_AGAIN, run->booking->created_by, NULL));
}

static bool looked(struct zp__run *run, struct zp__effect *effect) {
    if (run->booking->state != ZP_BOOKING_INTENT) {
        return zp__run_book_start(run, effect); // somebody else decided meanwhile
    }
    if (run->other == NULL) {
        return drop_saying(run, effect, "NOT_BOOKED",
                           _("the booking to be moved is not in the journal: nothing was moved"));
    }
    if (zp__run_is_ours(run)) {
        return asked_before(run, effect);
    }
    if (run->memory.again && run->other->state == ZP_BOOKING_CANCELLED &&
        run->other->moved_to == NULL && zp__run_book_may_send(run)) {
        return take_over(run, effect);
    }
    if (run->other->state != ZP_BOOKING_BOOKED || run->other->moved_to != NULL) {
        return drop_saying(run, effect, "NOT_BOOKED",
                           _("the booking to be moved was cancelled or moved meanwhile: nothing "
                             "was sent for the new time"));
    }
    if (!run->memory.release_first || !zp__run_book_may_send(run)) {
        return go_on(run, effect);
    }
    run->phase = RELEASE_ASKED;
    return zp__run_let_go(run, effect, true);
}

bool zp__run_release_close(struct zp__run *run, struct zp__effect *effect) {
    return zp__run_load_old(run, effect, RELEASE_CLOSING);
}

static bool closed(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *old = run->other;
    struct zp_error told = run->error; // none where a person dropped it
    if (told.code != ZP_OK && run->booking->error_message != NULL) {
        zp_error_set(&told, told.code, run->booking->error_code, "%s", run->booking->error_message);
    }
    const struct zp_error *error = told.code != ZP_OK ? &told : NULL;
    run->phase = RELEASE_LOOKING;
    if (old == NULL || !zp__run_is_ours(run)) {
        return zp__run_finish_with(run, zp__run_task_change(run, effect), error);
    }
    TALLOC_FREE(old->moved_to);
    const bool gone = old->state == ZP_BOOKING_CANCELLED && zp__booking_cancelled(old);
    struct zp__change *change =
        zp__run_change_other(run, effect, "not-moved", "zapis", run->booking->error_message);
    if (gone) {
        // What was cancelled before may have its end in the CRM, or that was waved through
        // meanwhile.
        const struct zp__store_new_task task = {.kind = ZP_TASK_CRM_CANCEL,
                                                .next_at = run->now,
                                                .memory =
                                                    run->memory.again ? ZP_MEMORY_END_AGAIN : NULL};
        zp__run_add_task_with(run, change, &task);
    }
    return zp__run_finish_with(run, change, error);
}

bool zp__run_release_step(struct zp__run *run, const struct zp__input *input,
                          struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_LOADED) {
        return run->phase == RELEASE_CLOSING ? closed(run, effect) : looked(run, effect);
    }
    if (run->booking->state == ZP_BOOKING_INTENT &&
        (run->phase == RELEASE_DROPPING ||
         (run->phase == RELEASE_KEPT && input->kind == ZP_INPUT_APPLIED))) {
        const struct zp_error error = run->error;
        return drop(run, effect, &error);
    }
    // Written as cancelling, or a conflict: what is so now decides.
    return zp__run_load_old(run, effect, RELEASE_LOOKING);
}
