// Readers of single values of Bitrix24's wire (bitrix24.md 5): legacy methods give strings,
// crm.item gives numbers; null, "", "0", false and [] all mean "none". All take NULL as "not
// there".
#ifndef ZP_BITRIX24_FIELDS_H
#define ZP_BITRIX24_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/json.h>
#include <zapis/memory.h>
#include <zapis/time.h>

// The first of the names, ended by NULL, that the object has: one reader for both families.
const struct zp_json *zp__crm_field(const struct zp_json *object, const char *const *names);
#define ZP_CRM_FIELD(object, ...) zp__crm_field((object), (const char *const[]){__VA_ARGS__, NULL})

// Digits as text; NULL when there is none or it is zero.
char *zp__crm_id(TALLOC_CTX *ctx, const struct zp_json *value);
// The same as a number; 0 when none.
int64_t zp__crm_number(const struct zp_json *value);
// A scalar as it is on the wire, for comparing byte for byte; "" when none. One that is no clean
// text, or too long, comes cleaned with U+FFFD in front: it can be shown, and equals nothing of
// ours.
char *zp__crm_raw(TALLOC_CTX *ctx, const struct zp_json *value);
// "Y", "1", 1, true.
bool zp__crm_yes(const struct zp_json *value);
// Major units to minor; 0 when none.
int64_t zp__crm_money(const struct zp_json *value, const char *currency);
// 0 when none.
int64_t zp__crm_instant(const struct zp_json *value, const struct zp_zone *zone);
// The offset at the end of "2025-01-21T13:47:08+02:00" in seconds; false when there is none.
bool zp__crm_offset(const char *text, int *offset_s);
// A message without tags and entities ("…<br>"), cleaned.
char *zp__crm_plain(TALLOC_CTX *ctx, const struct zp_json *value, size_t max_bytes);

#endif
