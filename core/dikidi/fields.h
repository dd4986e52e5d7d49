// Readers of single fields of Dikidi's wire, tolerant by rule (dikidi-api.md "What the reader must
// survive"): the place that widens when the real documentation is seen. All take NULL as "not
// there".
#ifndef ZP_DIKIDI_FIELDS_H
#define ZP_DIKIDI_FIELDS_H

#include "dikidi/odd.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/json.h>
#include <zapis/memory.h>
#include <zapis/time.h>

// What reading needs to know of the salon, and what it counts on the way.
struct zp__dikidi_reader {
    TALLOC_CTX *ctx; // scratch
    const struct zp_zone *zone;
    const char *currency; // the salon's, where the wire does not say
    const char *country;
    struct zp__dikidi_odds *odds; // the client's
    bool seconds;                 // durations are in seconds
    size_t naive;                 // times without an offset, read on the salon's clock
    bool bad_start;               // a booking's start is there and is no time
    // The first thing that cannot be (a msgid): a price below zero, a visit in another century.
    // What that means is for the caller to say; the field reads as not there.
    const char *wrong;
};

// A list under `name` where data is no list itself but holds one; else data.
const struct zp_json *zp__dikidi_list(const struct zp_json *data, const char *name);

// A member by its name ("price_from") or its camelCase twin ("priceFrom"); NULL unless the value is
// an object (an empty list stands for an empty object).
const struct zp_json *zp__dikidi_field(const struct zp_json *object, const char *name);

// A number or a string as opaque text. NULL when there is none: null, "", 0, "0", over-long, or
// with bytes that no id has.
char *zp__dikidi_id(TALLOC_CTX *ctx, const struct zp_json *value);
// The id of `name`, or of the object in `name` ({"master":{"id":…}} and {"master_id":…} alike).
char *zp__dikidi_id_of(TALLOC_CTX *ctx, const struct zp_json *object, const char *name);

// Major units (1500, "1500", "1 500,00") to minor units; false when there is no such amount. Below
// zero, or more than a salon takes in its life: false, and `wrong`.
bool zp__dikidi_money(struct zp__dikidi_reader *reader, const struct zp_json *value,
                      const char *currency, int64_t *minor);

// A duration in minutes; above 1,440 it was seconds, and so were the others of that answer. 0 when
// there is none. Below zero or above a day: 0, and `wrong`.
int zp__dikidi_minutes(struct zp__dikidi_reader *reader, const struct zp_json *value);

// "10:00" to minutes after midnight; -1 when it is none.
int zp__dikidi_clock(const struct zp_json *value);

// An instant. Without offset: the salon's clock, counted. With `day` also "14:15", on that day. A
// text that is no time, or one of another century: false, and `wrong`.
bool zp__dikidi_instant(struct zp__dikidi_reader *reader, const struct zp_json *value,
                        const struct zp_date *day, int64_t *instant);
bool zp__dikidi_date(const struct zp_json *value, struct zp_date *date);

// true/false, 1/0, "1"/"0", "true"/"false"; anything else is `fallback`.
bool zp__dikidi_flag(const struct zp_json *value, bool fallback);

#endif
