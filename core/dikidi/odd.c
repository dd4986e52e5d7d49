// The survey of a body's form, and the words for what was found. It decides nothing about meaning
// but the unit of durations; fields.c reads every form alike.
#include "dikidi/odd.h"
#include "dikidi/call.h"
#include <ctype.h>
#include <zapis/i18n.h>

#define DAY_MIN 1440

static const struct {
    const char *word, *sentence;
} kinds[ZP_DIKIDI_ODD_COUNT] = {
    [ZP_DIKIDI_ODD_NAIVE_TIMES] = {"naive-times",
                                   N_("times without a zone, read on the salon's clock")},
    [ZP_DIKIDI_ODD_FOREIGN_ZONE] = {"foreign-zone",
                                    N_("Dikidi names another time zone for the salon: the "
                                       "configuration's is used")},
    [ZP_DIKIDI_ODD_BROKEN_TEXT] = {"broken-text", N_("texts with half a character in them")},
    [ZP_DIKIDI_ODD_ABSURD] = {"absurd-value", N_("prices, durations or times that cannot be")},
    [ZP_DIKIDI_ODD_UNKNOWN_STATUS] = {"unknown-status",
                                      N_("bookings whose status this program does not know")},
    [ZP_DIKIDI_ODD_SKIPPED] = {"rows-skipped", N_("rows without a number or a time, left out")},
    [ZP_DIKIDI_ODD_WEB_PAGE] = {"web-page", N_("web pages instead of data")},
    [ZP_DIKIDI_ODD_NO_DURATION] = {"no-duration",
                                   N_("services without a duration: free times and bookings "
                                      "tell it")},
    [ZP_DIKIDI_ODD_NO_CURRENCY] = {"no-currency",
                                   N_("services without a currency: the configuration's is used")},
    [ZP_DIKIDI_ODD_NO_SHIFTS] = {"no-shifts",
                                 N_("lists of masters without shifts: the day does not know who "
                                    "works")},
    [ZP_DIKIDI_ODD_SECONDS] = {"seconds", N_("durations in seconds")},
    [ZP_DIKIDI_ODD_SPLIT_VISIT] = {"split-visit", N_("visits as lists of bookings")},
    [ZP_DIKIDI_ODD_SLOT_MAP] = {"slot-map", N_("free times listed by master")},
    [ZP_DIKIDI_ODD_MONEY_TEXT] = {"money-text", N_("prices as text")},
    [ZP_DIKIDI_ODD_NUMBER_IDS] = {"number-ids", N_("ids as numbers")},
    [ZP_DIKIDI_ODD_NUMBER_STATUS] = {"number-status", N_("statuses as numbers")},
    [ZP_DIKIDI_ODD_CAMEL_CASE] = {"camel-case", N_("names in camelCase")},
    [ZP_DIKIDI_ODD_EMPTY_LIST] = {"empty-list", N_("empty lists in the place of objects")},
    [ZP_DIKIDI_ODD_NO_ENVELOPE] = {"no-envelope", N_("answers without an envelope")},
    [ZP_DIKIDI_ODD_NO_DATA] = {"no-data", N_("answers without “data”")},
    [ZP_DIKIDI_ODD_PLAIN_ERROR] = {"plain-error", N_("errors told as a number, a flag or a word")},
    [ZP_DIKIDI_ODD_RETRY_DATE] = {"retry-date", N_("pauses told as a date")},
};

size_t zp__dikidi_oddities(const struct zp_dikidi *dikidi,
                           struct zp__dikidi_oddity out[ZP_DIKIDI_ODDITIES]) {
    _Static_assert(ZP_DIKIDI_ODD_COUNT <= ZP_DIKIDI_ODDITIES, "room for every kind");
    size_t count = 0;
    for (size_t i = 0; i < ZP_DIKIDI_ODD_COUNT; i++) {
        if (dikidi->odds.of[i] == 0)
            continue;
        out[count] = (struct zp__dikidi_oddity){
            .word = kinds[i].word, .sentence = _(kinds[i].sentence), .count = dikidi->odds.of[i]};
        count++;
    }
    return count;
}

// ---- the survey

// "priceFrom" -> "price_from"; true when it was camelCase. Longer names than ours are cut.
static bool snake(const char *key, char out[64]) {
    size_t length = 0;
    bool was_camel = false;
    for (const char *c = key; *c != '\0' && length + 2 < 64; c++) {
        bool hump =
            c > key && isupper((unsigned char)*c) && !isupper((unsigned char)c[-1]) && c[-1] != '_';
        if (hump)
            out[length++] = '_';
        was_camel = was_camel || hump;
        out[length++] = (char)tolower((unsigned char)*c);
    }
    out[length] = '\0';
    return was_camel;
}

static bool one_of(const char *word, const char *const *words) {
    while (*words != NULL)
        if (strcmp(word, *words++) == 0)
            return true;
    return false;
}

static bool ends_in(const char *name, const char *end) {
    size_t size = strlen(name), end_size = strlen(end);
    return size >= end_size && strcmp(name + size - end_size, end) == 0;
}

struct survey {
    struct zp__dikidi_odds *odds;
    bool seconds;
};

static void add(const struct survey *survey, enum zp__dikidi_odd kind, bool found) {
    survey->odds->of[kind] += found;
}

static void look_at_member(struct survey *survey, const struct zp_json *value, const char *name) {
    static const char *const money[] = {"price", "cost", "total", "paid", "discount", NULL};
    static const char *const objects[] = {"category", "client", "master", "meta", "fields", NULL};
    static const char *const durations[] = {"duration", "time", NULL};
    enum zp_json_type type = zp_json_type(value);
    bool number = type == ZP_JSON_NUMBER, list = type == ZP_JSON_ARRAY;
    int64_t minutes = 0;
    add(survey, ZP_DIKIDI_ODD_NUMBER_IDS,
        number && (strcmp(name, "id") == 0 || ends_in(name, "_id")));
    add(survey, ZP_DIKIDI_ODD_NUMBER_IDS,
        list && ends_in(name, "_ids") && zp_json_type(zp_json_at(value, 0)) == ZP_JSON_NUMBER);
    add(survey, ZP_DIKIDI_ODD_MONEY_TEXT, type == ZP_JSON_STRING && one_of(name, money));
    add(survey, ZP_DIKIDI_ODD_NUMBER_STATUS, number && strcmp(name, "status") == 0);
    add(survey, ZP_DIKIDI_ODD_EMPTY_LIST,
        list && zp_json_count(value) == 0 && one_of(name, objects));
    if (one_of(name, durations) && zp_json_int(value, &minutes) && minutes > DAY_MIN)
        survey->seconds = true;
}

// As deep as the parser lets a body be (ZP_LIMIT_JSON_DEPTH).
static void look_over(struct survey *survey, const struct zp_json *value) {
    enum zp_json_type type = zp_json_type(value);
    size_t count = type == ZP_JSON_ARRAY || type == ZP_JSON_OBJECT ? zp_json_count(value) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct zp_json *one = zp_json_at(value, i);
        char name[64];
        if (type == ZP_JSON_OBJECT) {
            add(survey, ZP_DIKIDI_ODD_CAMEL_CASE, snake(zp_json_key(one), name));
            look_at_member(survey, one, name);
        }
        look_over(survey, one);
    }
}

void zp__dikidi_odd_error(const struct zp_json *root, struct zp__dikidi_odds *odds) {
    enum zp_json_type type = zp_json_type(zp__dikidi_field(root, "error"));
    bool plain = type == ZP_JSON_NUMBER || type == ZP_JSON_STRING || type == ZP_JSON_BOOL;
    odds->of[ZP_DIKIDI_ODD_PLAIN_ERROR] += plain;
}

static void look_at_envelope(const struct survey *survey, const struct zp_json *root) {
    bool data = zp__dikidi_field(root, "data") != NULL;
    bool envelope =
        data || zp__dikidi_field(root, "error") != NULL || zp__dikidi_field(root, "meta") != NULL;
    add(survey, ZP_DIKIDI_ODD_NO_ENVELOPE, !envelope);
    add(survey, ZP_DIKIDI_ODD_NO_DATA, envelope && !data);
    zp__dikidi_odd_error(root, survey->odds);
}

bool zp__dikidi_odd_survey(const struct zp_json *root, struct zp__dikidi_odds *odds) {
    struct survey survey = {.odds = odds};
    look_at_envelope(&survey, root);
    look_over(&survey, root);
    return survey.seconds;
}
