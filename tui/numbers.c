#include "numbers.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <zapis/booking.h>
#include <zapis/i18n.h>
#include <zapis/money.h>

#define FACTS 7

// ---- periods

const char *numbers_period_label(enum numbers_period period) {
    switch (period) {
    case NUMBERS_DAY: return _("Day");
    case NUMBERS_WEEK: return _("Week");
    case NUMBERS_MONTH: return _("Month");
    }
    return "";
}

struct zp_date numbers_first(enum numbers_period period, struct zp_date date) {
    switch (period) {
    case NUMBERS_DAY: return date;
    case NUMBERS_WEEK: return zp_date_add_days(date, 1 - zp_date_weekday(date));
    case NUMBERS_MONTH: date.day = 1; return date;
    }
    return date;
}

int numbers_days(enum numbers_period period, struct zp_date first) {
    if (period == NUMBERS_MONTH)
        return zp_date_days_between(first,
                                    numbers_first(NUMBERS_MONTH, zp_date_add_days(first, 31)));
    return period == NUMBERS_WEEK ? 7 : 1;
}

char *numbers_title(TALLOC_CTX *ctx, struct zp_date first, int days) {
    const struct zp_date last = zp_date_add_days(first, days - 1);
    char from[WORDS_SIZE], to[WORDS_SIZE];

    if (days == 1) {
        words_date(first, from);
        return memory_strdup(ctx, from);
    }
    words_date_short(first, from);
    words_date_short(last, to);
    if (first.year != last.year)
        return memory_printf(ctx, "%s %d - %s %d", from, first.year, to, last.year);
    return memory_printf(ctx, "%s - %s %d", from, to, last.year);
}

// ---- figures in words

static void add(char **text, const char *separator, char *part) {
    *text = memory_must(talloc_asprintf_append(*text, "%s%s", **text ? separator : "", part));
    talloc_free(part);
}

static void add_count(char **text, const char *separator, const char *words, int count) {
    if (count > 0)
        add(text, separator, memory_printf(NULL, "%s %d", words, count));
}

static char *visits(TALLOC_CTX *ctx, const struct zp_numbers *numbers) {
    char *parts = memory_strdup(ctx, "");
    char *text = memory_printf(ctx, "%d", numbers->bookings);

    add_count(&parts, ", ", _("to come"), numbers->ahead);
    add_count(&parts, ", ", _("have come"), numbers->came);
    add_count(&parts, ", ", _("no-shows"), numbers->no_shows);
    add_count(&parts, ", ", _("not marked"), numbers->unmarked);
    if (parts[0] != '\0')
        add(&text, ": ", parts);
    if (numbers->unsettled > 0)
        add(&text, "; ",
            memory_printf(NULL,
                          P_("of %d more it is not known whether it exists",
                             "of %d more it is not known whether they exist",
                             (unsigned long)numbers->unsettled),
                          numbers->unsettled));
    return text;
}

static char *amount(int64_t minor, const char *currency) {
    char text[ZP_MONEY_SIZE];

    zp_money_format(minor, currency, zp_i18n_russian(), text);
    return memory_strdup(NULL, text);
}

static void add_amount(char **text, const char *words, int64_t minor, const char *currency) {
    char *sum = amount(minor, currency);

    if (minor != 0)
        add(text, "; ", memory_printf(NULL, "%s %s", words, sum));
    talloc_free(sum);
}

static char *money(TALLOC_CTX *ctx, const struct zp_config *config,
                   const struct zp_numbers *numbers) {
    char *text = memory_strdup(ctx, "");

    for (size_t i = 0; i < numbers->money_count; i++) {
        const struct zp_numbers_money *sum = &numbers->money[i];

        add(&text, "; ", amount(sum->booked_minor, sum->currency));
        add_amount(&text, _("no-shows"), sum->no_show_minor, sum->currency);
        add_amount(&text, _("cancellations"), sum->cancelled_minor, sum->currency);
    }
    if (numbers->money_count == 0)
        add(&text, "", amount(0, config->salon.currency));
    if (numbers->unpriced > 0)
        add(&text, "; ",
            memory_printf(NULL,
                          P_("%d visit without a price", "%d visits without a price",
                             (unsigned long)numbers->unpriced),
                          numbers->unpriced));
    return text;
}

static char *cancelled(TALLOC_CTX *ctx, const struct zp_numbers *numbers) {
    char *text = memory_printf(ctx, "%d", numbers->cancelled);

    for (size_t i = 0; i < numbers->reason_count; i++) {
        const char *reason = numbers->reasons[i].reason;

        add(&text, i == 0 ? ": " : ", ",
            memory_printf(NULL, "%s %d", reason ? reason : _("no reason given"),
                          numbers->reasons[i].count));
    }
    return text;
}

static char *sources(TALLOC_CTX *ctx, const struct zp_numbers *numbers) {
    char *text = memory_strdup(ctx, "");

    add_count(&text, ", ", _("desk"), numbers->sources[ZP_ORIGIN_DESK]);
    add_count(&text, ", ", _("app or elsewhere at Dikidi"), numbers->sources[ZP_ORIGIN_APP]);
    add_count(&text, ", ", _("walk-ins"), numbers->sources[ZP_ORIGIN_WALK_IN]);
    return text[0] == '\0' ? memory_strdup(ctx, "0") : text;
}

bool numbers_knows_new(const struct zp_config *config, const struct zp_numbers *numbers) {
    return numbers->since != 0 && numbers->since < zp_zone_day_start(config->zone, numbers->date);
}

static char *clients(TALLOC_CTX *ctx, const struct zp_config *config,
                     const struct zp_numbers *numbers) {
    char *text = memory_printf(ctx, "%d", numbers->clients);
    char date[WORDS_SIZE];

    if (numbers->clients > 0 && numbers_knows_new(config, numbers)) {
        add(&text, ": ",
            memory_printf(NULL, _("%d new to the journal, %d were here before"),
                          numbers->new_clients, numbers->clients - numbers->new_clients));
    } else if (numbers->clients > 0) {
        words_date(zp_zone_wall(config->zone, numbers->since).date, date);
        add(&text, "; ",
            memory_printf(NULL, _("who is new is not known: the journal begins %s"), date));
    }
    if (numbers->nameless > 0)
        add(&text, "; ",
            memory_printf(NULL,
                          P_("%d visit without a phone", "%d visits without a phone",
                             (unsigned long)numbers->nameless),
                          numbers->nameless));
    return text;
}

static char *shifts(TALLOC_CTX *ctx, const struct zp_numbers *numbers) {
    if (numbers->shift_days == numbers->days)
        return memory_strdup(ctx, _("all known"));
    if (numbers->shift_days == 0)
        return memory_strdup(ctx, _("not known: no load can be told"));
    return memory_printf(ctx,
                         P_("known for %d of %d day, load is counted there",
                            "known for %d of %d days, load is counted there",
                            (unsigned long)numbers->days),
                         numbers->shift_days, numbers->days);
}

// What ended before the journal begins is not known, and is not told as none.
static bool before_journal(const struct zp_config *config, const struct zp_numbers *numbers) {
    const struct zp_date end = zp_date_add_days(numbers->date, numbers->days);

    return numbers->bookings == 0 && numbers->cancelled == 0 && numbers->since != 0 &&
           numbers->since >= zp_zone_day_start(config->zone, end);
}

static struct numbers_fact unknown_fact(TALLOC_CTX *ctx, const struct zp_config *config,
                                        const struct zp_numbers *numbers) {
    char date[WORDS_SIZE];

    words_date(zp_zone_wall(config->zone, numbers->since).date, date);
    return (struct numbers_fact){
        _("Visits"), memory_printf(ctx, _("not known: the journal begins %s"), date), true};
}

struct numbers_fact *numbers_facts(TALLOC_CTX *ctx, const struct zp_config *config,
                                   const struct zp_numbers *numbers, size_t *count) {
    struct numbers_fact *list = memory_array(ctx, struct numbers_fact, FACTS);

    if (before_journal(config, numbers)) {
        list[0] = unknown_fact(list, config, numbers);
        *count = 1;
        return list;
    }
    list[0] = (struct numbers_fact){_("Visits"), visits(list, numbers), numbers->unsettled > 0};
    list[1] =
        (struct numbers_fact){_("Booked for"), money(list, config, numbers), numbers->unpriced > 0};
    list[2] = (struct numbers_fact){_("Cancellations"), cancelled(list, numbers), false};
    list[3] = (struct numbers_fact){_("Booked by"), sources(list, numbers), false};
    list[4] = (struct numbers_fact){_("Clients"), clients(list, config, numbers),
                                    numbers->clients > 0 && !numbers_knows_new(config, numbers)};
    list[5] = (struct numbers_fact){_("Shifts"), shifts(list, numbers),
                                    numbers->shift_days < numbers->days};
    // What is busy elsewhere is known for the days to come alone, and never by whom.
    list[6] = (struct numbers_fact){
        _("Load"),
        memory_strdup(list, _("the journal's bookings only, not what else is busy in Dikidi")),
        false};
    *count = numbers->shift_days > 0 ? FACTS : FACTS - 1;
    return list;
}

// ---- masters

const char *numbers_master(const struct zp_numbers_load *load) {
    if (load->master)
        return load->master;
    return load->master_id[0] != '\0' ? load->master_id : "?";
}

char *numbers_hours(TALLOC_CTX *ctx, int minutes) {
    return memory_printf(ctx, _("%d h %02d"), minutes / 60, minutes % 60);
}

char *numbers_load(TALLOC_CTX *ctx, const struct zp_numbers *numbers,
                   const struct zp_numbers_load *load) {
    const int percent = zp_numbers_percent(numbers, load);

    if (percent >= 0)
        return memory_printf(ctx, "%d %%", percent);
    return memory_strdup(ctx, numbers->shift_days == 0 ? _("not known") : _("no shift"));
}

char *numbers_shift(TALLOC_CTX *ctx, const struct zp_numbers *numbers,
                    const struct zp_numbers_load *load) {
    if (numbers->shift_days == 0)
        return memory_strdup(ctx, _("not known"));
    return load->shift_min == 0 ? memory_strdup(ctx, _("none"))
                                : numbers_hours(ctx, load->shift_min);
}
