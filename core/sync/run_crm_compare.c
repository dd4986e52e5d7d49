// crm-compare: housekeeping. Deleted entries are in no poll (bitrix24.md 13.4): of the visits of
// the next two days those whose entry is not among the live ones of Bitrix24 are looked at, and
// that look tells what became of them. Where none is seen it is our rights as likely: one is looked
// at for all. What a person was told of is looked at again when it is seen again, and only then.
// One question in a quarter of an hour.
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

// What the journal has logged, for the comparison that follows: kept in run->rows.
static bool keep_rows(struct zp__run *run, const struct zp__store_answer *journal,
                      struct zp__effect *effect) {
    TALLOC_FREE(run->rows);
    run->row_count = 0;
    run->rows = talloc_zero_array(run, struct zp_booking *, (unsigned)journal->booking_count + 1);
    for (size_t i = 0; i < journal->booking_count; i++) {
        if (is_logged(run, journal->bookings[i])) {
            run->rows[run->row_count++] = zp_booking_copy(run->rows, journal->bookings[i]);
        }
    }
    if (run->row_count == 0) {
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

static void look_at(struct zp__run *run, struct zp__change *change, const struct zp_booking *row) {
    const struct zp__store_new_task look = {
        .kind = ZP_TASK_LOOK_ENTRY,
        .subject = zp__entry_subject(run->step, zp__entry_entity(row), row->crm_id),
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
    for (size_t i = 0; i < run->row_count; i++) {
        blind = blind && !is_among(visits, run->rows[i]->booking_id);
        waits = waits || waits_for_a_person(run->rows[i]);
    }
    for (size_t i = 0; i < run->row_count && !(blind && waits); i++) {
        const struct zp_booking *row = run->rows[i];
        if (is_among(visits, row->booking_id) == was_told(row)) {
            look_at(run, change, row);
            waits = true;
        }
    }
    run->phase = COMPARE_START;
    return zp__run_later(run, change, EVERY_S);
}

bool zp__run_crm_compare(struct zp__run *run, const struct zp__input *input,
                         struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_JOURNAL) {
        return keep_rows(run, input->journal, effect);
    }
    if (input->kind == ZP_INPUT_CRM) {
        return compare(run, input->crm, effect);
    }
    run->phase = COMPARE_AHEAD;
    effect->kind = ZP_EFFECT_AHEAD;
    return true;
}
