// reread: housekeeping, without hooks as with them. Bookings that were not read at Dikidi for a
// while get a look, those read longest ago first, never more than a fifth of what may be asked in a
// minute.
#include "sync/run.h"

#define EVERY_S 60
#define SHARE   7 // a little less than the background's fifth lets through, so that nothing heaps up

static bool ask(struct zp__run *run, struct zp__effect *effect) {
    const int share = run->config->dikidi.requests_per_minute / SHARE;
    effect->kind = ZP_EFFECT_STALE;
    effect->limit = share > 1 ? (size_t)share : 1;
    return true;
}

static bool spread(struct zp__run *run, const struct zp__store_answer *journal,
                   struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    for (size_t i = 0; i < journal->number_count; i++) {
        const struct zp__store_new_task look = {
            .kind = ZP_TASK_LOOK,
            .subject = talloc_asprintf(run->step, "%s%s", ZP_SUBJECT_NUMBER, journal->numbers[i]),
            .quiet = true,
            .nudge = true, // one that a hook asked for meanwhile stays what it is
            .next_at = run->now,
            .memory = ZP_MEMORY_BACKGROUND};
        zp__run_add_task_with(run, change, &look);
    }
    return zp__run_later(run, change, EVERY_S);
}

bool zp__run_reread(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    return input->kind == ZP_INPUT_JOURNAL ? spread(run, input->journal, effect) : ask(run, effect);
}
