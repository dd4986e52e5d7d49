// crm-poll: housekeeping, the guarantee behind Bitrix24's hooks, which are never repeated (T30).
// Asks which entries changed since the last time by the portal's clock; those that stand in another
// stage than the journal knows are looked at. Where leads are made the deals that came of them are
// asked for too. It heals itself: never a person's, and its failure stands in the queue while it
// fails.
#include "sync/run.h"

#define OVERLAP_S    300   // changes are not seen in the order of their times (bitrix24.md 13.4)
#define FIRST_TIME_S 86400 // back, when nothing is known
#define MORE_S       1     // the rest of what was too much for one answer

enum { POLL_LEADS, POLL_DEALS, POLL_WRITING };

static bool ask(struct zp__run *run, struct zp__effect *effect, int phase) {
    run->phase = phase;
    effect->kind = ZP_EFFECT_CRM_CHANGED;
    effect->entity = phase == POLL_LEADS ? ZP_CRM_LEAD : ZP_CRM_DEAL;
    effect->since = run->memory.mark > 0 ? run->memory.mark - OVERLAP_S : run->now - FIRST_TIME_S;
    return true;
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    run->until = 0;
    run->repeated = false; // there is more to read at once
    return ask(run, effect, run->config->bitrix24.entity == ZP_CRM_LEAD ? POLL_LEADS : POLL_DEALS);
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    const int64_t every_s = run->config->bitrix24.poll_seconds;
    const int64_t told = (error->retry_after_ms + 999) / 1000;
    const int64_t own = zp__run_backoff(run);
    const int64_t least = own < every_s ? own : every_s;
    return zp__run_again(run, zp__run_task_change(run, effect), told > least ? told : least, error);
}

static void add_hints(struct zp__run *run, struct zp__change *change,
                      const struct zp__crm_answer *answer) {
    struct zp__crm_hint *hints =
        talloc_zero_array(run->step, struct zp__crm_hint, (unsigned)answer->entry_count + 1);
    for (size_t i = 0; i < answer->entry_count; i++) {
        const struct zp__crm_entry *entry = &answer->entries[i];
        hints[i].entity = entry->entity;
        hints[i].id = talloc_strdup(hints, entry->id);
        hints[i].stage_id = talloc_strdup(hints, entry->stage_id ? entry->stage_id : "");
        if (entry->semantic != 'F' && entry->booking_field != NULL) {
            hints[i].number = talloc_strdup(hints, entry->booking_field);
        }
    }
    change->hints = hints;
    change->hint_count = answer->entry_count;
    change->hint_at = run->now;
}

// Up to when this answer tells everything, as a mark. Of a part of them the next question begins
// at the last change, or, where that is no progress, a second after it.
static int64_t mark_of(struct zp__run *run, const struct zp__crm_answer *answer) {
    const int64_t since =
        run->memory.mark > 0 ? run->memory.mark - OVERLAP_S : run->now - FIRST_TIME_S;
    if (!answer->flag || answer->entry_count == 0) {
        return answer->server_time > 0 ? answer->server_time : run->now;
    }
    const int64_t last = answer->entries[answer->entry_count - 1].updated_at;
    run->repeated = true;
    return (last > since ? last : since + 1) + OVERLAP_S;
}

static bool polled(struct zp__run *run, const struct zp__crm_answer *answer,
                   struct zp__effect *effect) {
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    const int64_t mark = mark_of(run, answer);
    struct zp__change *change = zp__run_task_change(run, effect);
    add_hints(run, change, answer);
    run->until = run->until == 0 || mark < run->until ? mark : run->until;
    if (run->phase == POLL_LEADS) { // the mark goes on when the deals are known too
        run->phase = POLL_WRITING;
        return zp__run_note(run, change);
    }
    run->memory.mark = run->until;
    return zp__run_later(run, change, run->repeated ? MORE_S : run->config->bitrix24.poll_seconds);
}

bool zp__run_crm_poll(struct zp__run *run, const struct zp__input *input,
                      struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_CRM) {
        return polled(run, input->crm, effect);
    }
    if (input->kind == ZP_INPUT_APPLIED && run->phase == POLL_WRITING) {
        return ask(run, effect, POLL_DEALS);
    }
    return start(run, effect);
}
