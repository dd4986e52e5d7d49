#include "reverse.h"

struct zp__crm_entry entry_of(char semantic, const char *stage, const char *number) {
    return (struct zp__crm_entry){.id = (char *)ENTRY,
                                  .stage_id = (char *)stage,
                                  .semantic = semantic,
                                  .booking_field = (char *)number,
                                  .originator_id = (char *)"",
                                  .origin_id = (char *)""};
}

void answer_of(struct machine *m, struct zp__crm_entry entry) {
    const struct zp__crm_answer answer = {
        .ok = true, .outcome = ZP_CRM_DONE, .entries = &entry, .entry_count = 1};
    machine_crm(m, &answer);
}

void answer_missing(struct machine *m) {
    struct zp__crm_answer answer = {.missing = true};
    zp_error_set(&answer.error, ZP_E_NOT_FOUND, NULL, "told by a test");
    machine_crm(m, &answer);
}

void log_it(struct zp_booking *booking, const char *stage) {
    booking->crm_state = ZP_CRM_LOGGED;
    booking->crm_id = talloc_strdup(booking, ENTRY);
    booking->crm_entity = talloc_strdup(booking, "deal");
    booking->crm_stage = talloc_strdup(booking, stage);
}

void set_up_reverse(struct machine *m) {
    m->config.bitrix24.reverse_hold_seconds = HOLD;
    m->config.bitrix24.reverse_limit = LIMIT;
    m->config.bitrix24.poll_seconds = 60;
}

const char *what(const struct machine *m) {
    return m->effect.change.history_count > 0 ? m->effect.change.history[0].what : "";
}

int set_up(void **state) {
    *state = talloc_new(NULL);
    return 0;
}

int tear_down(void **state) {
    talloc_free(*state);
    return 0;
}
