// The one-line booking: dates and times.
#include "line_private.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

#define EITHER_BEFORE 10 // "в 8" may be morning or evening

static const char hour_words[] = " ч час часа часов h hour hours o'clock ";
static const char am_words[] = " утра am ";
static const char pm_words[] = " дня вечера pm ";
// Those that may be shortened, from four letters on.
static const char *const day_words[] = {
    "сегодня", "завтра",  "послезавтра", "понедельник", "вторник", "среда",   "четверг",
    "пятница", "суббота", "воскресенье", "tomorrow",    "monday",  "tuesday", "wednesday",
    "friday",  "sunday",  "thursday",    "saturday",    NULL};
#define SHORTENED 4

enum half { HALF_UNTOLD, HALF_MORNING, HALF_EVENING };

// ---- what was found

static struct zp_date day_of(const struct line_work *work) {
    return work->draft->date.year != 0 ? work->draft->date : work->today;
}

static void set_date(struct line_work *work, size_t token, struct zp_date date) {
    struct line_draft *draft = work->draft;

    line_take(work, token, LINE_DATE);
    if (draft->date.year != 0 && zp_date_compare(draft->date, date) != 0) {
        line_trouble_add(work, LINE_TWICE, token,
                         memory_strdup(draft, _("Two days are said: which one?")));
        return;
    }
    if (draft->date.year == 0)
        work->date_token = token + 1;
    draft->date = date;
}

static void set_time(struct line_work *work, size_t token, int minute) {
    struct line_draft *draft = work->draft;

    line_take(work, token, LINE_TIME);
    if (draft->minute >= 0 && draft->minute != minute) {
        line_trouble_add(work, LINE_TWICE, token,
                         memory_strdup(draft, _("Two times are said: which one?")));
        return;
    }
    if (draft->minute < 0)
        work->time_token = token + 1;
    draft->minute = minute;
}

// ---- reading figures

// Digits from `*at` on, at most `most`; their number, or 0.
static size_t figures(const char **at, size_t most, int *out) {
    size_t count = strspn(*at, "0123456789");

    if (count == 0 || count > most)
        return 0;
    *out = 0;
    for (size_t i = 0; i < count; i++)
        *out = *out * 10 + (*(*at)++ - '0');
    return count;
}

// "15:30", "3.30", "15ж30": two numbers and what stands between.
struct pair {
    int first, second;
    bool padded; // a zero before the first: as a clock shows it
    uint32_t between;
    const char *rest;
};

static bool read_pair(const char *text, struct pair *out) {
    size_t size = 0;

    *out = (struct pair){.padded = text[0] == '0'};
    if (figures(&text, 2, &out->first) == 0)
        return false;
    size = zp_text_decode(text, &out->between);
    text += size;
    if (size == 0 || figures(&text, 2, &out->second) == 0)
        return false;
    out->rest = text;
    return text[-2] >= '0' && text[-2] <= '9'; // two figures
}

// A colon, and what the same key gives in the other layout.
static bool is_colon(uint32_t code) {
    return code == ':' || code == '^' || code == 0x436 || code == 0x416;
}

// A point or a comma likewise; a dash.
static bool is_point(uint32_t code) {
    return code == '.' || code == '/' || code == 0x44E || code == 0x42E;
}

static bool is_time_sign(uint32_t code) {
    return is_colon(code) || is_point(code) || code == ',' || code == 0x431 || code == '-';
}

static enum half half_of(const char *word) {
    char padded[32];

    if (word[0] == '\0' || strlen(word) > sizeof(padded) - 3)
        return HALF_UNTOLD;
    (void)snprintf(padded, sizeof(padded), " %s ", word);
    if (strstr(am_words, padded))
        return HALF_MORNING;
    return strstr(pm_words, padded) ? HALF_EVENING : HALF_UNTOLD;
}

static enum half half_after(const struct line_work *work, size_t token) {
    if (token + 1 >= work->count || work->tokens[token + 1].taken)
        return HALF_UNTOLD;
    if (line_is(&work->tokens[token + 1], am_words))
        return HALF_MORNING;
    return line_is(&work->tokens[token + 1], pm_words) ? HALF_EVENING : HALF_UNTOLD;
}

// Minutes after 00:00; -1: none.
static int minute_of(int hour, int minute, bool padded, enum half half) {
    if (hour > 23 || minute > 59 || (half != HALF_UNTOLD && (hour < 1 || hour > 12)))
        return -1;
    if (half != HALF_UNTOLD)
        hour = hour % 12 + (half == HALF_EVENING ? 12 : 0);
    else if (!padded && hour >= 1 && hour < WORDS_AFTERNOON_BEFORE)
        hour += 12;
    return hour * 60 + minute;
}

// ---- what can be nothing else

static bool take_instant(struct line_work *work, size_t at) {
    int64_t instant = 0;
    const enum zp_instant_kind kind =
        zp_instant_parse(work->tokens[at].text, work->context->zone, &instant);
    struct zp_wall wall;

    if (kind == ZP_INSTANT_NONE)
        return false;
    wall = zp_zone_wall(work->context->zone, instant);
    set_date(work, at, wall.date);
    set_time(work, at, wall.hour * 60 + wall.minute);
    if (kind == ZP_INSTANT_UTC && work->time_token == at + 1) {
        work->instant_said = true;
        work->draft->starts_at = instant;
    }
    return true;
}

// "2026-11-25", "25.11.2026".
static bool take_whole_date(struct line_work *work, size_t at) {
    const char *text = work->tokens[at].text, *rest = text + strspn(text, "0123456789");
    struct zp_error err = {0};
    struct zp_date date = {0};

    rest += strspn(rest, "./-");
    rest += strspn(rest, "0123456789");
    if (!strpbrk(rest, "./-") || !zp_date_parse_human(text, work->today, &date, &err))
        return false;
    set_date(work, at, date);
    return true;
}

static bool date_word(const struct line_work *work, const char *word, struct zp_date *out) {
    struct zp_error err = {0};
    uint32_t code = 0;
    size_t letters = 0;
    const char *whole = NULL;

    if (zp_date_parse_human(word, work->today, out, &err))
        return true;
    for (const char *at = word; *at != '\0'; letters++)
        at += zp_text_decode(at, &code);
    for (size_t i = 0; day_words[i] && letters >= SHORTENED; i++) {
        if (strncmp(day_words[i], word, strlen(word)) == 0) {
            if (whole)
                return false;
            whole = day_words[i];
        }
    }
    return whole && zp_date_parse_human(whole, work->today, out, &err);
}

static bool take_date_word(struct line_work *work, size_t at) {
    const char *spelling = NULL;
    struct zp_date date = {0};

    if (!work->tokens[at].letters)
        return false;
    for (size_t i = 0; (spelling = line_spelling(&work->tokens[at], i)); i++) {
        if (spelling[0] != '\0' && date_word(work, spelling, &date)) {
            set_date(work, at, date);
            return true;
        }
    }
    return false;
}

// "25 ноября", "25 nov 2026": the number, the month and perhaps the year.
static bool take_day_month(struct line_work *work, size_t at) {
    const struct line_token *day = &work->tokens[at];
    const char *text = day->text, *spelling = NULL;
    struct zp_error err = {0};
    struct zp_date date = {0};
    int number = 0;

    if (at + 1 >= work->count || work->tokens[at + 1].taken || !work->tokens[at + 1].letters ||
        figures(&text, 2, &number) == 0 || *text != '\0')
        return false;
    for (size_t i = 0; (spelling = line_spelling(&work->tokens[at + 1], i)); i++) {
        const bool year = at + 2 < work->count && strlen(work->tokens[at + 2].text) == 4 &&
                          strspn(work->tokens[at + 2].text, "0123456789") == 4;
        char *whole = memory_printf(work->tokens, "%d %s %s", number, spelling,
                                    year ? work->tokens[at + 2].text : "");

        if (year && zp_date_parse_human(whole, work->today, &date, &err)) {
            set_date(work, at + 2, date);
        } else {
            whole = memory_printf(work->tokens, "%d %s", number, spelling);
            if (!zp_date_parse_human(whole, work->today, &date, &err))
                continue;
        }
        set_date(work, at + 1, date);
        set_date(work, at, date);
        return true;
    }
    return false;
}

// "15:30", "3:30pm", "3pm", "15ч".
static bool take_clock(struct line_work *work, size_t at) {
    const char *text = work->tokens[at].text;
    struct pair pair;
    enum half half = half_after(work, at);
    int hour = 0, minute = -1;

    if (read_pair(text, &pair) && is_colon(pair.between)) {
        if (half_of(pair.rest) != HALF_UNTOLD)
            half = half_of(pair.rest);
        else if (*pair.rest != '\0')
            return false;
        minute = minute_of(pair.first, pair.second, pair.padded, half);
    } else if (figures(&text, 2, &hour) > 0 && *text != '\0') {
        char word[16];

        (void)snprintf(word, sizeof(word), " %.12s ", text);
        if (half_of(text) == HALF_UNTOLD && !strstr(hour_words, word))
            return false;
        minute = minute_of(hour, 0, work->tokens[at].text[0] == '0', half_of(text));
    }
    if (minute < 0)
        return false;
    set_time(work, at, minute);
    if (half_after(work, at) != HALF_UNTOLD)
        line_take(work, at + 1, LINE_TIME);
    return true;
}

void line_find_exact(struct line_work *work) {
    for (size_t i = 0; i < work->count; i++)
        if (!work->tokens[i].taken && !take_instant(work, i) && !take_whole_date(work, i) &&
            !take_clock(work, i) && !take_day_month(work, i))
            take_date_word(work, i);
}

// ---- bare figures

static bool is_number(const struct line_token *token, int *out) {
    const char *text = token->text;

    return figures(&text, 4, out) > 0 && *text == '\0';
}

// "1530", "930".
static int packed_minute(const struct line_token *token) {
    int number = 0;

    if (!is_number(token, &number) || strlen(token->text) < 3)
        return -1;
    return minute_of(number / 100, number % 100, token->text[0] == '0', HALF_UNTOLD);
}

static bool read_dotted(const struct line_work *work, const char *text, int *minute,
                        struct zp_date *date) {
    struct pair pair;
    struct zp_error err = {0};
    char plain[16];

    *minute = -1;
    *date = (struct zp_date){0};
    if (read_pair(text, &pair) && *pair.rest == '\0' && is_time_sign(pair.between))
        *minute = minute_of(pair.first, pair.second, pair.padded, HALF_UNTOLD);
    else if (figures(&text, 2, &pair.first) == 0 || (*text != '.' && *text != '/') ||
             text[1] == '\0' || text[2] != '\0' || text[1] < '1' || text[1] > '9')
        return false;
    else // "25.1": only a date
        pair = (struct pair){.first = pair.first, .between = '.', .second = text[1] - '0'};
    (void)snprintf(plain, sizeof(plain), "%d.%d", pair.first, pair.second);
    if (is_point(pair.between) && !zp_date_parse_human(plain, work->today, date, &err))
        *date = (struct zp_date){0};
    if (date->year != 0 && pair.second % 5 != 0)
        *minute = -1; // no visit begins at 10:11: the tenth of November
    return *minute >= 0 || date->year != 0;
}

bool line_when_possible(const struct line_work *work, const struct line_token *token) {
    struct zp_date date;
    int number = 0;

    if (token->text[0] == '+')
        return strlen(token->text) <= 4;
    if (read_dotted(work, token->text, &number, &date))
        return true;
    return (is_number(token, &number) && strlen(token->text) <= 2) || packed_minute(token) >= 0;
}

static void tell_both(struct line_work *work, size_t at, const char *first, const char *second,
                      const char *typed_first, const char *typed_second) {
    struct line_trouble *trouble = line_trouble_add(
        work, LINE_TWO_MEANINGS, at,
        memory_printf(work->draft, _("“%s”: %s or %s?"), work->tokens[at].text, first, second));

    line_take(work, at, LINE_AMBIGUOUS);
    line_choice_add(trouble, first, typed_first);
    line_choice_add(trouble, second, typed_second);
}

static void time_or_date(struct line_work *work, size_t at, int minute, struct zp_date date) {
    char clock[WORDS_SIZE], day[WORDS_SIZE], iso[ZP_DATE_SIZE];

    words_minute(minute, clock);
    words_date_short(date, day);
    zp_date_format(date, iso);
    if (work->draft->minute >= 0)
        set_date(work, at, date);
    else if (work->draft->date.year != 0 || zp_date_compare(date, work->today) < 0)
        set_time(work, at, minute);
    else
        tell_both(work, at, clock, day, clock, iso);
}

static bool past(const struct line_work *work, int minute) {
    return zp_zone_day_minute(work->context->zone, day_of(work), minute) <= work->context->now;
}

// The hour, said as an hour: what has gone by already was not meant.
static void take_hour(struct line_work *work, size_t at, int hour, enum half half) {
    const bool padded = work->tokens[at].text[0] == '0';
    const bool either =
        half == HALF_UNTOLD && !padded && hour >= WORDS_AFTERNOON_BEFORE && hour < EITHER_BEFORE;
    int minute = minute_of(hour, 0, padded, half);
    char first[WORDS_SIZE], second[WORDS_SIZE];

    if (either && !past(work, minute)) {
        words_minute(minute, first);
        words_minute(minute + 12 * 60, second);
        tell_both(work, at, first, second, first, second);
        return;
    }
    if (either)
        minute += 12 * 60;
    if (minute >= 0)
        set_time(work, at, minute);
}

// "3" after "в", or before "часов", "вечера".
static bool take_said_hour(struct line_work *work, size_t at) {
    const bool before = at > 0 && (work->tokens[at - 1].marker == LINE_MARK_AT ||
                                   work->tokens[at - 1].marker == LINE_MARK_TO);
    struct line_token *next = at + 1 < work->count ? &work->tokens[at + 1] : NULL;
    enum half half = half_after(work, at);
    const bool hours = next && !next->taken && line_is(next, hour_words);
    int hour = 0;

    if (!is_number(&work->tokens[at], &hour) || hour > 23 || strlen(work->tokens[at].text) > 2 ||
        (!before && !hours && half == HALF_UNTOLD))
        return false;
    if (hours && half_after(work, at + 1) != HALF_UNTOLD) { // "3 часа дня"
        half = half_after(work, at + 1);
        line_take(work, at + 2, LINE_TIME);
    }
    if (hours || half_after(work, at) != HALF_UNTOLD)
        line_take(work, at + 1, LINE_TIME);
    take_hour(work, at, hour, half);
    return work->tokens[at].taken;
}

// A number with nothing beside it: the hour, or the day of the month.
static void take_bare(struct line_work *work, size_t at) {
    struct zp_error err = {0};
    struct zp_date date = {0};
    int number = 0, minute = 0;
    bool is_date = false;

    if (!is_number(&work->tokens[at], &number) || strlen(work->tokens[at].text) > 2)
        return;
    minute = minute_of(number, 0, work->tokens[at].text[0] == '0', HALF_UNTOLD);
    is_date = zp_date_parse_human(work->tokens[at].text, work->today, &date, &err);
    if (is_date && minute >= 0)
        time_or_date(work, at, minute, date);
    else if (is_date)
        set_date(work, at, date);
    else if (minute >= 0)
        set_time(work, at, minute);
}

static void take_dotted(struct line_work *work, size_t at, bool both) {
    struct zp_date date;
    int minute = 0;

    if (!read_dotted(work, work->tokens[at].text, &minute, &date))
        return;
    if (minute >= 0 && date.year != 0) {
        if (both)
            time_or_date(work, at, minute, date);
    } else if (date.year != 0) {
        set_date(work, at, date);
    } else {
        set_time(work, at, minute);
    }
}

// "+3": days from today.
static void take_days(struct line_work *work, size_t at) {
    const struct line_token *token = &work->tokens[at];
    struct zp_error err = {0};
    struct zp_date date = {0};

    if ((token->text[0] == '+' || token->text[0] == '-') && strlen(token->text) <= 4 &&
        zp_date_parse_human(token->text, work->today, &date, &err))
        set_date(work, at, date);
}

// What has one meaning goes before what another word may decide.
void line_find_number(struct line_work *work) {
    for (size_t i = 0; i < work->count; i++) {
        if (work->tokens[i].taken)
            continue;
        take_days(work, i);
        if (!work->tokens[i].taken)
            take_dotted(work, i, false);
        if (!work->tokens[i].taken && packed_minute(&work->tokens[i]) >= 0)
            set_time(work, i, packed_minute(&work->tokens[i]));
    }
    for (size_t i = 0; i < work->count; i++)
        if (!work->tokens[i].taken)
            take_said_hour(work, i);
    for (size_t i = 0; i < work->count; i++) {
        if (!work->tokens[i].taken)
            take_dotted(work, i, true);
        if (!work->tokens[i].taken)
            take_bare(work, i);
    }
}

// ---- the instant

static void say_past(struct line_work *work) {
    struct line_draft *draft = work->draft;
    struct line_trouble *trouble = NULL;
    char clock[WORDS_SIZE], day[WORDS_SIZE];

    words_date_short(day_of(work), day);
    if (draft->minute < 0) {
        line_trouble_add(work, LINE_PAST, work->date_token - 1,
                         memory_printf(draft, _("%s has gone by."), day));
        return;
    }
    words_minute(draft->minute, clock);
    trouble = line_trouble_add(work, LINE_PAST, work->time_token - 1,
                               memory_printf(draft, _("%s %s has gone by."), day, clock));
    if (draft->date.year == 0)
        line_choice_add(trouble, memory_printf(draft, _("tomorrow %s"), clock),
                        memory_printf(draft, _("tomorrow %s"), clock));
}

static void say_twofold(struct line_work *work, const int64_t instants[2], int count) {
    struct line_draft *draft = work->draft;
    struct line_trouble *trouble = NULL;
    struct zp_error err = {0};
    char date[ZP_DATE_SIZE], exact[ZP_INSTANT_SIZE], *text = NULL;
    int64_t ignored = 0;

    zp_date_format(day_of(work), date);
    text = memory_printf(draft, "%s %02d:%02d", date, draft->minute / 60, draft->minute % 60);
    (void)zp_instant_parse_human(text, work->context->zone, &ignored, &err); // it says both
    trouble = line_trouble_add(work, LINE_NO_SUCH_TIME, work->time_token - 1,
                               memory_strdup(draft, err.message));
    for (int i = 0; i < count; i++) {
        zp_instant_format(work->context->zone, instants[i], exact);
        line_choice_add(trouble, exact, exact);
    }
}

void line_resolve_when(struct line_work *work) {
    struct line_draft *draft = work->draft;
    const struct zp_zone *zone = work->context->zone;
    int64_t instants[2] = {0, 0};
    int count = 1;

    if (draft->minute < 0 && draft->date.year != 0 && zp_date_compare(draft->date, work->today) < 0)
        say_past(work);
    if (draft->minute < 0)
        return;
    if (!work->instant_said) {
        count = zp_zone_instants(zone, day_of(work), draft->minute / 60, draft->minute % 60, 0,
                                 instants);
        draft->starts_at = count == 1 ? instants[0] : 0;
    }
    if (count != 1)
        say_twofold(work, instants, count);
    else if (draft->starts_at <= work->context->now)
        say_past(work);
}
