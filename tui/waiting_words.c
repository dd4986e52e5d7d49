// The waiting list in words.
#include "waiting_words.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

char *waiting_wish_text(TALLOC_CTX *ctx, const struct zp_waiting *one) {
    return memory_printf(ctx, "%s · %s", one->services ? one->services : "…",
                         one->master      ? one->master
                         : one->master_id ? "…" // the names come with the price list
                                          : _("any master"));
}

void waiting_time_format(const struct zp_waiting *one, char out[WAITING_TIME_SIZE]) {
    out[0] = '\0';
    if (one->from_min > 0 || one->to_min < ZP_WAITING_DAY_MIN)
        (void)snprintf(out, WAITING_TIME_SIZE, "%02d:%02d-%02d:%02d", one->from_min / 60 % 100,
                       one->from_min % 60, one->to_min / 60 % 100, one->to_min % 60);
}

char *waiting_when_text(TALLOC_CTX *ctx, const struct zp_waiting *one) {
    char from[WORDS_SIZE], to[WORDS_SIZE] = "", time[WAITING_TIME_SIZE];
    const bool several = zp_date_compare(one->from, one->to) != 0;

    words_date_short(one->from, from);
    if (several)
        words_date_short(one->to, to);
    waiting_time_format(one, time);
    return memory_printf(ctx, "%s%s%s%s%s", from, several ? " - " : "", to, time[0] ? " " : "",
                         time);
}

char *waiting_fit_text(TALLOC_CTX *ctx, const struct zp_zone *zone, const struct zp_waiting *one,
                       const struct zp_fit *fit) {
    char date[WORDS_SIZE], clock[WORDS_SIZE];

    words_date_short(zp_zone_wall(zone, fit->starts_at).date, date);
    words_clock(zone, fit->starts_at, clock);
    return memory_printf(ctx, _("%s waits: %s %s, %s turned free"), one->client_name, date, clock,
                         fit->master);
}

char *waiting_card_text(TALLOC_CTX *ctx, const struct zp_waiting *one) {
    char *wish = waiting_wish_text(ctx, one), *when = waiting_when_text(ctx, one);
    char *text = memory_printf(ctx, "%s: %s, %s", zp_waiting_state_words(one->state), wish, when);

    talloc_free(wish);
    talloc_free(when);
    return text;
}

const char *waiting_history_words(const char *what) {
    static const struct {
        const char *what, *words;
    } known[] = {
        {"added", N_("put on the list")},
        {"changed", N_("changed")},
        {"dropped", N_("taken off the list")},
        {"booking", N_("is being booked")},
        {"booked", N_("booked")},
        {"waiting", N_("was not booked, waits on")},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i].what, what) == 0)
            return zp_i18n(known[i].words);
    return what;
}

// "9", "09:30"; *text is left behind it.
static bool clock_parse(const char **text, int *minute) {
    int hour = 0, rest = 0, digits = 0;

    while (**text == ' ')
        (*text)++;
    for (; **text >= '0' && **text <= '9' && digits < 2; (*text)++, digits++)
        hour = hour * 10 + (**text - '0');
    if (digits == 0)
        return false;
    if (**text == ':' || **text == '.') {
        (*text)++;
        for (digits = 0; **text >= '0' && **text <= '9' && digits < 2; (*text)++, digits++)
            rest = rest * 10 + (**text - '0');
        if (digits != 2)
            return false;
    }
    while (**text == ' ')
        (*text)++;
    *minute = hour * 60 + rest;
    return rest < 60 && *minute <= ZP_WAITING_DAY_MIN;
}

// One of the words, and a blank after it; *text is left behind them.
static bool word_parse(const char **text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);

        if (strncmp(*text, words[i], length) != 0 || (*text)[length] != ' ')
            continue;
        *text += length + strspn(*text + length, " ");
        return true;
    }
    return false;
}

// "10-14", "10-", "-14", "18", and as it is said: "after 18", "from 10 to 14", "before 12".
static bool time_parse(const char *at, int *from, int *to) {
    static const char *const after[] = {"после", "с", "от", "after", "from"};
    static const char *const before[] = {"до", "before", "until", "to"};
    const size_t befores = sizeof(before) / sizeof(before[0]);
    bool begins = false, ends = false;

    at += strspn(at, " ");
    begins = word_parse(&at, after, sizeof(after) / sizeof(after[0]));
    ends = !begins && word_parse(&at, before, befores);
    *from = 0;
    *to = ZP_WAITING_DAY_MIN;
    if (begins || (!ends && *at != '\0' && *at != '-')) {
        if (!clock_parse(&at, from))
            return false;
        *to = begins ? ZP_WAITING_DAY_MIN : *from;
        ends = word_parse(&at, before, befores);
    }
    if (!ends && *at == '-') {
        at++;
        at += strspn(at, " ");
        *to = ZP_WAITING_DAY_MIN;
        ends = *at != '\0';
    }
    return (!ends || clock_parse(&at, to)) && *at == '\0' && *from <= *to;
}

bool waiting_time_parse(const char *text, int *from_min, int *to_min, struct zp_error *err) {
    char *folded = zp_text_fold(NULL, text);
    int from = 0, to = 0;
    bool ok = time_parse(folded, &from, &to);

    talloc_free(folded);
    if (!ok)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("“%s” is no time of the day: type 10:00-14:00, or leave it empty."),
                            text);
    *from_min = from;
    *to_min = to;
    return true;
}

const char *waiting_reason(size_t which) {
    static const char *const reasons[WAITING_REASONS] = {
        N_("found another time"), N_("does not want it any more"), N_("cannot be reached")};

    return zp_i18n(reasons[which]);
}
