// crm-reverse: what managers cancelled in Bitrix24 is cancelled at Dikidi, after a hold. One task
// for all of them, so that they can be counted: more than reverse_limit at once are a person's
// (T37). Each is looked at once more before its cancel is written; the list in the journal is the
// only state, so that whoever takes over begins with it.
#include "sync/entry.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

#define NAME_TOO_MANY "TOO_MANY_CANCELS"

enum { REVERSE_LISTING, REVERSE_GETTING, REVERSE_STAGES, REVERSE_WRITING };

#define BURST_WAIT_S     2    // entries of the same burst are still being looked at
#define BURST_PATIENCE_S 1800 // a thousand of them; one that can never be read holds up no other
// Managers' cancels of so long count together with those on the list: somebody who works through a
// list by hand takes up the next deal well within it, and a salon that means more than the limit in
// so short a time is asked once, not stopped.
#define RECENT_S (5 * 60)

// When the list was told to a person: their retry speaks of what was on it then.
static int64_t *told_at(struct zp__run *run) {
    return &run->memory.comment_sent_at;
}

static bool list(struct zp__run *run, struct zp__effect *effect) {
    run->phase = REVERSE_LISTING;
    effect->kind = ZP_EFFECT_REVERSE;
    effect->task_id = run->memory.mark;
    effect->since = run->now - RECENT_S;
    return true;
}

// ---- too many at once
static bool is_consented(struct zp__run *run, const struct zp__store_answer *journal) {
    if (!run->foreground || *told_at(run) == 0) {
        return false;
    }
    for (size_t i = 0; i < journal->reverse_count; i++) {
        if (journal->reverse[i].found_at > *told_at(run)) {
            return false;
        }
    }
    return true;
}

// More than are cancelled without asking; or a person was asked about one of them and has not
// answered: then it does not go by itself because time went by or others came off the list.
static bool is_for_a_person(struct zp__run *run, const struct zp__store_answer *journal) {
    const size_t limit = (size_t)run->config->bitrix24.reverse_limit;
    bool asked = false;
    for (size_t i = 0; i < journal->reverse_count; i++) {
        asked = asked || journal->reverse[i].found_at <= *told_at(run);
    }
    return asked || journal->reverse_count + (size_t)journal->recent > limit;
}

static char *line_of(struct zp__run *run, const struct zp__reverse *row,
                     const struct zp_booking *booking) {
    const char *client = booking->client_name != NULL && booking->client_name[0] != '\0'
                             ? booking->client_name
                             : booking->client_phone;
    return talloc_asprintf(run->step, "%s %s · %s · %s · %s · %s", zp__entry_word(row->entity),
                           row->crm_id, booking->booking_id ? booking->booking_id : "?",
                           zp__texts_when(run->step, run->config, booking->starts_at), client,
                           booking->master);
}

static void explain(const struct zp__run *run, const struct zp__store_answer *journal,
                    struct zp_error *error) {
    if (journal->recent == 0 &&
        journal->reverse_count > (size_t)run->config->bitrix24.reverse_limit) {
        zp_error_set(
            error, ZP_E_REFUSED, NAME_TOO_MANY,
            P_("%zu visit to come was put into a failure stage in Bitrix24, which is more than "
               "is cancelled without asking. Nothing was cancelled at Dikidi: retry cancels "
               "it there, drop keeps the visit",
               "%zu visits to come were put into failure stages in Bitrix24, which is more "
               "than are cancelled without asking. Nothing was cancelled at Dikidi: retry "
               "cancels them all there, drop keeps them all",
               journal->reverse_count),
            journal->reverse_count);
        return;
    }
    zp_error_set(
        error, ZP_E_REFUSED, NAME_TOO_MANY,
        P_("%zu visit to come was put into a failure stage in Bitrix24, with those shortly before "
           "it more than are cancelled without asking. It was not cancelled at Dikidi: retry "
           "cancels it there, drop keeps the visit",
           "%zu visits to come were put into failure stages in Bitrix24, with those shortly "
           "before them more than are cancelled without asking. They were not cancelled at "
           "Dikidi: retry cancels them all there, drop keeps them all",
           journal->reverse_count),
        journal->reverse_count);
}

static bool tell(struct zp__run *run, const struct zp__store_answer *journal,
                 struct zp__effect *effect) {
    struct zp_error error;
    explain(run, journal, &error);
    char *text = talloc_strdup(run->step, error.message);
    for (size_t i = 0; i < journal->reverse_count && i < journal->booking_count; i++) {
        text = talloc_asprintf_append(text, "\n%s",
                                      line_of(run, &journal->reverse[i], journal->bookings[i]));
    }
    *told_at(run) = run->now;
    run->memory.mark = 0;
    struct zp__change *change = zp__run_task_change(run, effect);
    zp__run_to_person(run, change, &error);
    change->task_error = text;
    return true;
}

// ---- one of them
// The change that takes the row in hand off the list; `by`: who wants that, or knows it.
static struct zp__change *take_off_by(struct zp__run *run, struct zp__effect *effect,
                                      const char *what, const char *by, const char *detail) {
    run->phase = REVERSE_WRITING;
    struct zp__change *change = zp__run_change_other(run, effect, what, by, detail);
    change->reverse_drop = zp__entry_drop_list(run->step, run->other->request_id);
    return change;
}

static struct zp__change *take_off(struct zp__run *run, struct zp__effect *effect, const char *what,
                                   const char *detail) {
    return take_off_by(run, effect, what, ZP_HISTORY_BY_CRM, detail);
}

static void take_stage(struct zp__run *run) {
    talloc_free(run->other->crm_stage);
    run->other->crm_stage = talloc_strdup(run->other, run->stage_id);
}

// The entry is not there, may not be read, or is another booking's now. Its own look tells a
// person; the stage is forgotten, so that it is acted on when it can be read again.
static bool keep_out(struct zp__run *run, struct zp__effect *effect) {
    TALLOC_FREE(run->other->crm_stage);
    struct zp__change *change = take_off(
        run, effect, "crm-gone",
        _("the entry could not be read once more before the cancel: nothing was cancelled"));
    const struct zp__store_new_task look = {
        .kind = ZP_TASK_LOOK_ENTRY,
        .subject = zp__entry_subject(run->step, run->entity, run->crm_id),
        .next_at = run->now};
    zp__run_add_task_with(run, change, &look);
    return zp__run_note(run, change);
}

// Why the wish has nothing to cancel any more; NULL: it has.
static const char *needless(const struct zp__run *run, const struct zp__reverse *row,
                            const struct zp_booking *booking) {
    if (booking->state != ZP_BOOKING_BOOKED || booking->moved_to != NULL ||
        booking->crm_id == NULL || strcmp(booking->crm_id, row->crm_id) != 0 ||
        zp__entry_entity(booking) != row->entity) {
        return _("it was cancelled, moved or logged anew meanwhile");
    }
    return booking->starts_at <= run->now
               ? _("the visit has begun or is over, so nothing was cancelled at Dikidi")
               : NULL;
}

static void take_up(struct zp__run *run, const struct zp__reverse *row,
                    const struct zp_booking *booking) {
    talloc_free(run->other);
    talloc_free(run->crm_id);
    run->other = zp_booking_copy(run, booking);
    run->crm_id = talloc_strdup(run, row->crm_id);
    run->entity = row->entity;
}

// The first of those comes off the list, before any is counted. False: there is none.
static bool clear_needless(struct zp__run *run, const struct zp__store_answer *journal,
                           struct zp__effect *effect) {
    for (size_t i = 0; i < journal->reverse_count && i < journal->booking_count; i++) {
        const char *why = needless(run, &journal->reverse[i], journal->bookings[i]);
        if (why != NULL) {
            take_up(run, &journal->reverse[i], journal->bookings[i]);
            return zp__run_note(run, take_off(run, effect, "crm-kept", why));
        }
    }
    return false;
}

static bool look_again(struct zp__run *run, const struct zp__reverse *row,
                       const struct zp_booking *booking, struct zp__effect *effect) {
    take_up(run, row, booking);
    run->phase = REVERSE_GETTING;
    effect->kind = ZP_EFFECT_CRM_GET;
    effect->id = run->crm_id;
    effect->entity = run->entity;
    return true;
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    if (!zp__run_crm_passes(error)) {
        struct zp_error plain = *error;
        zp_error_context(&plain, "%s", _("Nothing was cancelled at Dikidi"));
        return zp__run_to_person(run, change, &plain);
    }
    return zp__run_again(run, change, zp__run_delay(run, error), error);
}

// Out of its failure stage again. The look at the entry may come later, and find nothing new.
static bool reopened(struct zp__run *run, char semantic, struct zp__effect *effect) {
    take_stage(run);
    const bool follows = semantic == 'S' && zp__run_follows_lead(run, run->other);
    struct zp__change *change = take_off(run, effect, "crm-open", run->stage_id);
    if (follows) {
        zp__run_add_task(run, change, ZP_TASK_CRM_LOG, run->now);
    }
    return zp__run_note(run, change);
}

static bool ask_stages(struct zp__run *run, int category_id, struct zp__effect *effect) {
    run->phase = REVERSE_STAGES;
    effect->kind = ZP_EFFECT_CRM_STAGES;
    effect->entity = run->entity;
    effect->category_id = category_id;
    return true;
}

static bool got(struct zp__run *run, const struct zp__crm_answer *answer,
                struct zp__effect *effect) {
    if (answer->missing) {
        return keep_out(run, effect);
    }
    if (!answer->ok || answer->entry_count == 0) {
        return failed(run, &answer->error, effect);
    }
    const struct zp__crm_entry *entry = &answer->entries[0];
    if (!zp__entry_is_of(entry, run->other)) {
        return keep_out(run, effect);
    }
    talloc_free(run->stage_id);
    run->stage_id = talloc_strdup(run, entry->stage_id ? entry->stage_id : "");
    if (entry->semantic == 0) {
        struct zp_error error;
        zp__entry_no_semantic(run->stage_id, &error);
        return failed(run, &error, effect);
    }
    return entry->semantic != 'F' ? reopened(run, entry->semantic, effect)
                                  : ask_stages(run, entry->category_id, effect);
}

// The one place where a wish of the CRM becomes a cancel. Stages that could not be asked cost the
// stage's name alone.
static bool cancel(struct zp__run *run, const struct zp__crm_answer *stages,
                   struct zp__effect *effect) {
    struct zp_booking *booking = run->other;
    const char *name = run->stage_id;
    for (size_t i = 0; stages->ok && i < stages->stage_count; i++) {
        if (strcmp(stages->stages[i].id, run->stage_id) == 0 && stages->stages[i].name != NULL &&
            stages->stages[i].name[0] != '\0') {
            name = stages->stages[i].name;
        }
    }
    talloc_free(booking->cancel_reason);
    booking->cancel_reason = zp__texts_crm_reason(booking, name);
    booking->state = ZP_BOOKING_CANCELLING;
    take_stage(run);
    // What a person consented to is theirs, and is not counted with what went by itself.
    struct zp__change *change = take_off_by(run, effect, ZP_HISTORY_CANCELLING,
                                            run->consented ? run->operator_name : ZP_HISTORY_BY_CRM,
                                            booking->cancel_reason);
    const struct zp__store_new_task task = {
        .kind = ZP_TASK_CANCEL, .next_at = run->now, .memory = ZP_MEMORY_WISHED};
    zp__run_add_task_with(run, change, &task);
    return zp__run_note(run, change);
}

// ---- the list
static bool wait(struct zp__run *run, int64_t delay_s, struct zp__effect *effect) {
    return zp__run_later(run, zp__run_task_change(run, effect), delay_s);
}

static bool next(struct zp__run *run, const struct zp__store_answer *journal,
                 struct zp__effect *effect) {
    const int64_t hold_s = run->config->bitrix24.reverse_hold_seconds;
    int64_t ripe_at = 0;
    for (size_t i = 0; i < journal->reverse_count && i < journal->booking_count; i++) {
        const int64_t at = journal->reverse[i].found_at + hold_s;
        if (at <= run->now) {
            return look_again(run, &journal->reverse[i], journal->bookings[i], effect);
        }
        ripe_at = ripe_at == 0 || at < ripe_at ? at : ripe_at;
    }
    run->memory.mark = 0;
    return wait(run, ripe_at > run->now ? ripe_at - run->now : BURST_WAIT_S, effect);
}

// A burst is known as a whole before any of it is acted on: the entries that wait for their look
// now, those that come later do not hold it up.
static bool listed(struct zp__run *run, const struct zp__store_answer *journal,
                   struct zp__effect *effect) {
    run->consented = is_consented(run, journal);
    if (clear_needless(run, journal, effect)) {
        return true;
    }
    if (journal->reverse_count == 0) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    if (run->memory.mark == 0) {
        run->memory.mark = journal->last_task;
    }
    const int64_t oldest_s = run->now - journal->reverse[0].found_at;
    if (journal->looking > 0 && oldest_s < BURST_PATIENCE_S && !run->consented) {
        return wait(run, BURST_WAIT_S, effect);
    }
    if (!run->consented && is_for_a_person(run, journal)) {
        return tell(run, journal, effect);
    }
    return next(run, journal, effect);
}

bool zp__run_crm_reverse(struct zp__run *run, const struct zp__input *input,
                         struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_JOURNAL) {
        return listed(run, input->journal, effect);
    }
    if (input->kind == ZP_INPUT_CRM && run->phase == REVERSE_GETTING) {
        return got(run, input->crm, effect);
    }
    if (input->kind == ZP_INPUT_CRM && run->phase == REVERSE_STAGES) {
        return cancel(run, input->crm, effect);
    }
    return list(run, effect); // after each of them, and after a conflict: from the list again
}
