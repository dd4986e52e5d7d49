// Dates as people type them.
#include "day.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

// A number of at most `digits` digits; moves on. -1: none there.
static int number(const char **at, int digits) {
    int value = 0, count = 0;

    while (**at >= '0' && **at <= '9' && count < digits) {
        value = value * 10 + (**at - '0');
        (*at)++;
        count++;
    }
    return count > 0 ? value : -1;
}

static bool part(const char **at) {
    if (**at != '.' && **at != '/' && **at != ' ')
        return false;
    (*at)++;
    return true;
}

// "23", "23.11", "23.11.26", "23.11.2026": what is left out is the next such day, today included.
static bool parse_dotted(const char *text, struct zp_date today, struct zp_date *out) {
    struct zp_date date = {.year = today.year, .month = today.month};
    bool has_month = false, has_year = false;

    date.day = number(&text, 2);
    if (date.day < 0)
        return false;
    if (part(&text) && *text != '\0') {
        date.month = number(&text, 2);
        has_month = true;
        if (part(&text) && *text != '\0') {
            date.year = number(&text, 4);
            date.year += date.year >= 0 && date.year < 100 ? 2000 : 0;
            has_year = true;
        }
    }
    if (*text != '\0' || date.month < 1 || date.month > 12)
        return false;
    for (int tries = 0; tries < 12 && !has_month && !has_year; tries++) {
        if (zp_date_valid(date) && zp_date_compare(date, today) >= 0)
            break;
        date.month = date.month % 12 + 1;
        date.year += date.month == 1 ? 1 : 0;
    }
    if (has_month && !has_year && zp_date_valid(date) &&
        zp_date_days_between(date, today) > 183) // 5.01 typed in November is the coming one
        date.year++;
    if (!zp_date_valid(date))
        return false;
    *out = date;
    return true;
}

bool day_date_parse(const char *text, struct zp_date today, struct zp_date *out,
                    struct zp_error *err) {
    char *folded = zp_text_fold(NULL, text);
    bool ok = parse_dotted(folded, today, out);

    if (!ok && strcmp(folded, "сегодня") == 0)
        ok = zp_date_parse_human("today", today, out, err);
    else if (!ok && strcmp(folded, "завтра") == 0)
        ok = zp_date_parse_human("tomorrow", today, out, err);
    else if (!ok)
        ok = zp_date_parse_human(folded, today, out, err);
    talloc_free(folded);
    return ok;
}
