// Dialects of the practice Dikidi: the same answers in the other forms that a reader must survive.
// A dialect changes how an answer is written, never what it says; a page in Dikidi's place says
// nothing at all.
#ifndef ZP_PRACTICE_DIALECT_H
#define ZP_PRACTICE_DIALECT_H

#include "practice/answer.h"
#include <stdbool.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/time.h>

// Several at once, as bits.
enum {
    ZP_DIALECT_IDS_NUMBER = 1 << 0,
    ZP_DIALECT_IDS_MIXED = 1 << 1,
    ZP_DIALECT_MONEY_TEXT = 1 << 2,
    ZP_DIALECT_MONEY_COMMA = 1 << 3,
    ZP_DIALECT_MONEY_NBSP = 1 << 4,
    ZP_DIALECT_EMPTY_LIST = 1 << 5,
    ZP_DIALECT_ERROR_NUMBER = 1 << 6,
    ZP_DIALECT_ERROR_TRUE = 1 << 7,
    ZP_DIALECT_ERROR_WORD = 1 << 8,
    ZP_DIALECT_BARE = 1 << 9,
    ZP_DIALECT_NO_DATA = 1 << 10,
    ZP_DIALECT_HTML_200 = 1 << 11,
    ZP_DIALECT_HTML_403 = 1 << 12,
    ZP_DIALECT_HTML_503 = 1 << 13,
    ZP_DIALECT_CAMEL = 1 << 14,
    ZP_DIALECT_SLOT_MAP = 1 << 15,
    ZP_DIALECT_STATUS_NUMBER = 1 << 16,
    ZP_DIALECT_SECONDS = 1 << 17,
    ZP_DIALECT_NAIVE = 1 << 18,
    ZP_DIALECT_SPLIT = 1 << 19,
    ZP_DIALECT_NULLS = 1 << 20,
    ZP_DIALECT_MISSING = 1 << 21,
    ZP_DIALECT_EXTRA = 1 << 22,
    ZP_DIALECT_RETRY_DATE = 1 << 23,
    ZP_DIALECT_V1 = 1 << 24,
    ZP_DIALECT_BARE_KEY = 1 << 25,
    ZP_DIALECT_HALF_TEXT = 1 << 26,
};
#define ZP_DIALECT_PAGES (ZP_DIALECT_HTML_200 | ZP_DIALECT_HTML_403 | ZP_DIALECT_HTML_503)

// "camel,naive" to bits; "clean" and NULL: none. An unknown name is an error that lists them all.
bool zp__dialect_parse(const char *names, uint32_t *dialect, struct zp_error *err);

// The answer in that dialect. `call` is one of the six ("services"…), NULL for none of them.
struct zp__answer *zp__dialect_speak(TALLOC_CTX *ctx, uint32_t dialect, const struct zp_zone *zone,
                                     const char *call, struct zp__answer *clean);
// The page that stands for every answer; NULL when the dialect has none.
struct zp__answer *zp__dialect_page(TALLOC_CTX *ctx, uint32_t dialect);
// The number without the mark of a part ("852900005-2" -> "852900005"), for `split`.
char *zp__dialect_whole(TALLOC_CTX *ctx, const char *booking_id);

// Between dialect.c and dialect_write.c: one value written again under its key (NULL: onto an
// array), every member in its form.
struct zp__dialect_pen {
    TALLOC_CTX *ctx;
    uint32_t dialect;
    const struct zp_zone *zone;
    const char *call;
};
void zp__dialect_write(const struct zp__dialect_pen *pen, struct zp_json *into, const char *key,
                       const struct zp_json *value);
// A member of an object, unless it may be left out and is; and all of an object's members.
void zp__dialect_write_member(const struct zp__dialect_pen *pen, struct zp_json *into,
                              const struct zp_json *member);
void zp__dialect_write_members(const struct zp__dialect_pen *pen, struct zp_json *into,
                               const struct zp_json *object);

#endif
