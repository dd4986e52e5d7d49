// Dates as people type and say them, in both languages whatever the program's own is.
#include <zapis/text.h>
#include <zapis/time.h>

#include <zapis/i18n.h>

#define FAR_DAYS 183 // a day and month without a year that are longer past mean the coming year

struct word {
    const char *text; // folded: no ё
    int value;
};

static const struct word days_from_today[] = {
    {"today", 0},  {"tomorrow", 1},    {"yesterday", -1}, {"сегодня", 0}, {"завтра", 1},
    {"вчера", -1}, {"послезавтра", 2}, {"позавчера", -2}, {NULL, 0},
};

static const struct word weekdays[] = {
    {"mon", 1},       {"monday", 1},   {"пн", 1},       {"понедельник", 1}, {"tue", 2},
    {"tues", 2},      {"tuesday", 2},  {"вт", 2},       {"вторник", 2},     {"wed", 3},
    {"wednesday", 3}, {"ср", 3},       {"среда", 3},    {"среду", 3},       {"thu", 4},
    {"thur", 4},      {"thurs", 4},    {"thursday", 4}, {"чт", 4},          {"четверг", 4},
    {"fri", 5},       {"friday", 5},   {"пт", 5},       {"пятница", 5},     {"пятницу", 5},
    {"sat", 6},       {"saturday", 6}, {"сб", 6},       {"суббота", 6},     {"субботу", 6},
    {"sun", 7},       {"sunday", 7},   {"вс", 7},       {"воскресенье", 7}, {NULL, 0},
};

// Any beginning of three letters or more means the month.
static const struct word months[] = {
    {"january", 1},   {"январь", 1},   {"января", 1},   {"february", 2},  {"февраль", 2},
    {"февраля", 2},   {"march", 3},    {"март", 3},     {"марта", 3},     {"april", 4},
    {"апрель", 4},    {"апреля", 4},   {"may", 5},      {"май", 5},       {"мая", 5},
    {"june", 6},      {"июнь", 6},     {"июня", 6},     {"july", 7},      {"июль", 7},
    {"июля", 7},      {"august", 8},   {"август", 8},   {"августа", 8},   {"september", 9},
    {"сентябрь", 9},  {"сентября", 9}, {"october", 10}, {"октябрь", 10},  {"октября", 10},
    {"november", 11}, {"ноябрь", 11},  {"ноября", 11},  {"december", 12}, {"декабрь", 12},
    {"декабря", 12},  {NULL, 0},
};

static bool find_word(const struct word *words, const char *text, int *value) {
    for (; words->text != NULL; words++) {
        if (strcmp(words->text, text) == 0) {
            *value = words->value;
            return true;
        }
    }
    return false;
}

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

// What stands between the parts of a date: one of "./", blanks, or both ("23 . 11", "23 ноя.
// 2026").
static bool part(const char **at) {
    const char *start = *at;
    *at += strspn(*at, " ");
    *at += **at == '.' || **at == '/';
    *at += strspn(*at, " ");
    return *at > start;
}

// A month in figures or by name; moves on. 0: none there.
static int month(const char **at) {
    const int figures = number(at, 2);
    if (figures >= 0) {
        return figures;
    }
    const size_t length = strcspn(*at, " ./0123456789");
    const size_t least = (unsigned char)**at >= 0x80 ? 6 : 3; // three letters
    for (const struct word *word = months; word->text != NULL && length >= least; word++) {
        if (strncmp(word->text, *at, length) == 0) {
            *at += length;
            return word->value;
        }
    }
    return 0;
}

// A day alone: the next month that has it, today included.
static struct zp_date coming_day(struct zp_date date, struct zp_date today) {
    for (int tries = 0; tries < 12; tries++) {
        if (zp_date_valid(date) && zp_date_compare(date, today) >= 0) {
            break;
        }
        date.month = date.month % 12 + 1;
        date.year += date.month == 1 ? 1 : 0;
    }
    return date;
}

// "23", "23.11", "23/11/26", "23 November", "23 ноября 2026".
static bool parse_parts(const char *text, struct zp_date today, struct zp_date *out) {
    struct zp_date date = {.year = today.year, .month = today.month};
    bool has_month = false, has_year = false;

    date.day = number(&text, 2);
    if (date.day < 0) {
        return false;
    }
    if (part(&text) && *text != '\0') {
        date.month = month(&text);
        has_month = true;
        if (part(&text) && *text != '\0') {
            date.year = number(&text, 4);
            date.year += date.year >= 0 && date.year < 100 ? 2000 : 0;
            has_year = true;
        }
    }
    if (*text != '\0' || date.month < 1 || date.month > 12) {
        return false;
    }
    if (!has_month) {
        date = coming_day(date, today);
    } else if (!has_year && zp_date_valid(date) &&
               zp_date_days_between(date, today) > FAR_DAYS) { // 5.01 typed in November
        date.year++;
    }
    if (!zp_date_valid(date)) {
        return false;
    }
    *out = date;
    return true;
}

// "+3" and "-1": days from today, at most four digits.
static bool relative_days(const char *text, int *out) {
    const int sign = *text == '-' ? -1 : 1;
    if (*text != '+' && *text != '-') {
        return false;
    }
    text++;
    const int days = number(&text, 4);
    *out = sign * days;
    return days >= 0 && *text == '\0';
}

static bool parse_folded(const char *text, struct zp_date today, struct zp_date *out) {
    int days = 0, weekday = 0;
    if (zp_date_parse(text, out) || parse_parts(text, today, out)) {
        return true;
    }
    if (find_word(weekdays, text, &weekday)) {
        days = (weekday - zp_date_weekday(today) + 7) % 7;
    } else if (!find_word(days_from_today, text, &days) && !relative_days(text, &days)) {
        return false;
    }
    const struct zp_date date = zp_date_add_days(today, days);
    if (!zp_date_valid(date)) {
        return false;
    }
    *out = date;
    return true;
}

bool zp_date_parse_human(const char *text, struct zp_date today, struct zp_date *out,
                         struct zp_error *err) {
    char *folded = zp_text_fold(NULL, text);
    const bool ok = parse_folded(folded, today, out);
    talloc_free(folded);
    return ok || zp_error_set(err, ZP_E_USAGE, NULL,
                              _("“%s” is not a date: write 27.11, fri, tomorrow or +3."), text);
}
