// What the machines of the CRM's direction share: which entry is a booking's, and how it is named.
#ifndef ZP_SYNC_ENTRY_H
#define ZP_SYNC_ENTRY_H

#include "bitrix24/bitrix24.h"
#include <zapis/booking.h>
#include <zapis/error.h>
#include <zapis/memory.h>

// The row's error where a person was told that its entry is gone, or cannot be seen.
#define ZP_NAME_ENTRY_GONE "ENTRY_GONE"

// Of a row that has one.
enum zp_crm_entity zp__entry_entity(const struct zp_booking *booking);
const char *zp__entry_word(enum zp_crm_entity entity); // "deal", "lead"
// The subject of its tasks, "deal:12".
char *zp__entry_subject(TALLOC_CTX *ctx, enum zp_crm_entity entity, const char *id);
// Does the entry carry the booking's number: in the field, or in the origin that is ours, and in
// neither of them another one? Nothing else may cancel a visit.
bool zp__entry_is_of(const struct zp__crm_entry *entry, const struct zp_booking *booking);
// Does its field carry another booking's number? One without a number is nobody's yet.
bool zp__entry_is_of_other(const struct zp__crm_entry *entry, const struct zp_booking *booking);
// "C1:NEW" and "C1:LOSE" are of one funnel, "LOSE" is of the first. NULL is of any.
bool zp__entry_same_funnel(const char *stage_id, const char *other_stage_id);
// Bitrix24 did not say what kind of stage it is: nothing is decided by that, it is asked again.
void zp__entry_no_semantic(const char *stage_id, struct zp_error *error);
// The entry stands in a failure stage although its visit is to come: somebody put it there before
// the journal had the entry, or while it went along with a move. Nobody can tell which of the two
// is meant. True: a person is to be told, with `error`.
#define ZP_NAME_LOST "ENTRY_LOST"
bool zp__entry_is_lost(char semantic, const struct zp_booking *booking, int64_t now,
                       struct zp_error *error);
// reverse_drop of a change, for one booking.
const char *const *zp__entry_drop_list(TALLOC_CTX *ctx, const char *request_id);

#endif
