#include "crm.h"

const struct zp__crm_answer nothing = {.ok = true};
const struct zp__crm_answer added = {.ok = true, .outcome = ZP_CRM_DONE, .id = (char *)"184"};

struct zp__crm_entry entry_of(char semantic, const char *stage) {
    return (struct zp__crm_entry){
        .id = (char *)"71", .stage_id = (char *)stage, .semantic = semantic, .category_id = 1};
}

void answer_entry(struct machine *m, char semantic, const char *stage, size_t count) {
    struct zp__crm_entry entries[2] = {entry_of(semantic, stage), entry_of(semantic, stage)};
    const struct zp__crm_answer answer = {
        .ok = true, .outcome = ZP_CRM_DONE, .entries = entries, .entry_count = count};
    machine_crm(m, &answer);
}

void answer_of_entity(struct machine *m, enum zp_crm_entity entity, char semantic,
                      const char *number) {
    struct zp__crm_entry entry = entry_of(semantic, semantic == 'S' ? "CONVERTED" : "NEW");
    entry.entity = entity;
    entry.booking_field = (char *)number;
    entry.id = (char *)(entity == ZP_CRM_LEAD ? "70" : "71");
    const struct zp__crm_answer answer = {.ok = true,
                                          .outcome = ZP_CRM_DONE,
                                          .id = (char *)"70",
                                          .entries = &entry,
                                          .entry_count = 1};
    machine_crm(m, &answer);
}
