// What is odd about the form of Dikidi's answers, counted by kind: read all the same, and reported.
#ifndef ZP_DIKIDI_ODD_H
#define ZP_DIKIDI_ODD_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/json.h>

// In the order in which `check` names them: what may change a meaning first.
enum zp__dikidi_odd {
    ZP_DIKIDI_ODD_NAIVE_TIMES,
    ZP_DIKIDI_ODD_FOREIGN_ZONE,
    ZP_DIKIDI_ODD_BROKEN_TEXT,
    ZP_DIKIDI_ODD_ABSURD,
    ZP_DIKIDI_ODD_UNKNOWN_STATUS,
    ZP_DIKIDI_ODD_SKIPPED,
    ZP_DIKIDI_ODD_WEB_PAGE,
    ZP_DIKIDI_ODD_NO_DURATION,
    ZP_DIKIDI_ODD_NO_CURRENCY,
    ZP_DIKIDI_ODD_NO_SHIFTS,
    ZP_DIKIDI_ODD_SECONDS,
    ZP_DIKIDI_ODD_SPLIT_VISIT,
    ZP_DIKIDI_ODD_SLOT_MAP,
    ZP_DIKIDI_ODD_MONEY_TEXT,
    ZP_DIKIDI_ODD_NUMBER_IDS,
    ZP_DIKIDI_ODD_NUMBER_STATUS,
    ZP_DIKIDI_ODD_CAMEL_CASE,
    ZP_DIKIDI_ODD_EMPTY_LIST,
    ZP_DIKIDI_ODD_NO_ENVELOPE,
    ZP_DIKIDI_ODD_NO_DATA,
    ZP_DIKIDI_ODD_PLAIN_ERROR,
    ZP_DIKIDI_ODD_RETRY_DATE,
    ZP_DIKIDI_ODD_COUNT
};

struct zp__dikidi_odds {
    uint64_t of[ZP_DIKIDI_ODD_COUNT];
};

// Looks over a whole body before it is read: names, types and the envelope. True when its durations
// are in seconds (one above 1,440 says so for all).
bool zp__dikidi_odd_survey(const struct zp_json *root, struct zp__dikidi_odds *odds);

// Of a body that tells an error, only the form of that is looked at.
void zp__dikidi_odd_error(const struct zp_json *root, struct zp__dikidi_odds *odds);

#endif
