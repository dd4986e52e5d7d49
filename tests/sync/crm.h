// Answers of Bitrix24 for the tests of single machines.
#ifndef TESTS_SYNC_CRM_H
#define TESTS_SYNC_CRM_H

#include "machine.h"

extern const struct zp__crm_answer nothing; // looked for, not there
extern const struct zp__crm_answer added;   // 184

struct zp__crm_entry entry_of(char semantic, const char *stage); // 71, funnel 1
// `count` (1 or 2) of them.
void answer_entry(struct machine *m, char semantic, const char *stage, size_t count);
// Lead 70 or deal 71, with that number in its field.
void answer_of_entity(struct machine *m, enum zp_crm_entity entity, char semantic,
                      const char *number);

#endif
