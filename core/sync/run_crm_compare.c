// crm-compare: housekeeping. Deleted entries are in no poll (bitrix24.md 13.4): of the visits of
// the next two days those whose entry is not among the live ones of Bitrix24 are looked at, and
// that look tells what became of them. Where none is seen it is our rights as likely: one is looked
// at for all. What a person was told of is looked at again when it is seen again, and only then.
// One question in a quarter of an hour.
#include "base/memory.h"
#include "sync/entry.h"
#include "sync/learn.h"
#include "sync/run.h"
#include <string.h>

#define EVERY_S (15 * 60)

enum { COMPARE_START, COMPARE_AHEAD, COMPARE_VISITS };

static bool later(struct zp__run *run, struct zp__effect *effect) {
    run->phase = COMPARE_START;
    return zp__run_later(run, zp__run_task_change(run, effect), EVERY_S);
}

static bool was_told(const struct zp_booking *booking) {
    return zp__booking_was_told(booking, ZP_NAME_ENTRY_GONE);
}

static bool waits_for_a_person(const struct zp_booking *booking) {
    return booking->crm_state == ZP_CRM_ATTENTION && was_told(booking);
}

static bool is_logged(const struct zp__run *run, const struct zp_booking *booking) {
    return booking->state == ZP_BOOKING_BOOKED &&
           (booking->crm_state == ZP_CRM_LOGGED || waits_for_a_person(booking)) &&
           booking->moved_to == NULL && booking->booking_id != NULL && booking->crm_id != NULL &&
           booking->crm_entity != NULL &&
           zp__entry_entity(booking) == run->config->bitrix24.entity &&
           booking->starts_at >= run->now;
}

// What the journal has logged, for the comparison that follows: kept in run->logged.
static bool keep_logged(struct zp__run *run, const struct zp__store_answer *journal,
                        struct zp__effect *effect) {
    TALLOC_FREE(run->logged);
    run->logged_count = 0;
    run->logged = zp__memory_array(run, struct zp__run_logged, journal->booking_count + 1);
    for (size_t i = 0; i < journal->booking_count; i++) {
        const struct zp_booking *row = journal->bookings[i];
        if (is_logged(run, row)) {
            run->logged[run->logged_count++] = (struct zp__run_logged){
                .booking_id = zp__memory_strdup(run->logged, row->booking_id),
                .subject = zp__entry_subject(run->logged, zp__entry_entity(row), row->crm_id),
                .was_told = was_told(row),
                .waits = waits_for_a_person(row)};
        }
    }
    if (run->logged_count == 0) {
        return later(run, effect);
    }
    run->phase = COMPARE_VISITS;
    effect->kind = ZP_EFFECT_CRM_VISITS;
    return true;
}

static bool is_among(const struct zp__crm_answer *visits, const char *number) {
    for (size_t i = 0; i < visits->name_count; i++) {
        if (strcmp(visits->names[i], number) == 0) {
            return true;
        }
    }
    return false;
}

static void look_at(struct zp__run *run, struct zp__change *change, const char *subject) {
    const struct zp__store_new_task look = {.kind = ZP_TASK_LOOK_ENTRY,
                                            .subject = subject,
                                            .next_at = run->now,
                                            .quiet = true,
                                            .nudge = true};
    zp__run_add_task_with(run, change, &look);
}

static bool compare(struct zp__run *run, const struct zp__crm_answer *visits,
                    struct zp__effect *effect) {
    if (!visits->ok || visits->total > (int64_t)visits->name_count) {
        return later(run, effect); // not known, or not all of it: no difference is one
    }
    struct zp__change *change = zp__run_task_change(run, effect);
    bool blind = true, waits = false;
    for (size_t i = 0; i < run->logged_count; i++) {
        blind = blind && !is_among(visits, run->logged[i].booking_id);
        waits = waits || run->logged[i].waits;
    }
    for (size_t i = 0; i < run->logged_count && !(blind && waits); i++) {
        const struct zp__run_logged *one = &run->logged[i];
        if (is_among(visits, one->booking_id) == one->was_told) {
            look_at(run, change, one->subject);
            waits = true;
        }
    }
    run->phase = COMPARE_START;
    return zp__run_later(run, change, EVERY_S);
}

bool zp__run_crm_compare(struct zp__run *run, const struct zp__input *input,
                         struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_JOURNAL) {
        return keep_logged(run, input->journal, effect);
    }
    if (input->kind == ZP_INPUT_CRM) {
        return compare(run, input->crm, effect);
    }
    run->phase = COMPARE_AHEAD;
    effect->kind = ZP_EFFECT_AHEAD;
    return true;
}
