// The week of a master in the dialogue: for each day the shift and the bookings.
#include "cli_text.h"
#include "linear.h"
#include "marks.h"
#include "memory.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>

#define DAYS 7

// The words name a master, then perhaps a day; none: it is asked. NULL: it was said why not.
static const struct zp_master *master_of(struct linear *linear,
                                         const struct zp_catalogue *catalogue, const char *args,
                                         const char **date) {
    const size_t count = catalogue->master_count;
    const char **names = memory_array(linear->scratch, const char *, count);
    size_t *which = memory_array(linear->scratch, size_t, count);
    const char *last = strrchr(args, ' ');
    size_t found = 0, chosen = 0;
    for (size_t i = 0; i < count; i++)
        names[i] = catalogue->masters[i].name;
    *date = "";
    if (args[0] != '\0')
        found = linear_fitting(args, names, count, which);
    if (found == 0 && last) {
        *date = last + 1;
        args = memory_must(talloc_strndup(linear->scratch, args, (size_t)(last - args)));
        found = linear_fitting(args, names, count, which);
    }
    if (found == 1)
        return &catalogue->masters[which[0]];
    if (args[0] != '\0' && found == 0) {
        linear_misuse(linear, memory_printf(linear->scratch, _("No master fits “%s”."), args));
        return NULL;
    }
    return linear_choose(linear, _("Whose week?"), names, count, false, &chosen) == LINEAR_REPLY
               ? &catalogue->masters[chosen]
               : NULL;
}

static const struct zp_shift *shift_on(const struct zp_shifts *shifts, const char *master_id,
                                       struct zp_date date) {
    for (size_t i = 0; i < shifts->shift_count; i++)
        if (strcmp(shifts->shifts[i].master_id, master_id) == 0 &&
            zp_date_compare(shifts->shifts[i].date, date) == 0)
            return &shifts->shifts[i];
    return NULL;
}

// What could not be read is no day off.
static const char *shift_words(struct linear *linear, const struct zp_shifts *shifts,
                               const char *master_id, struct zp_date date) {
    char from[WORDS_SIZE], to[WORDS_SIZE];
    if (!shifts)
        return _("? shift not known");
    const struct zp_shift *shift = shift_on(shifts, master_id, date);
    if (!shift)
        return _("day off");
    words_minute(shift->from_min, from);
    words_minute(shift->to_min, to);
    return memory_printf(linear->scratch, "%s-%s", from, to);
}

// The bookings of a day, numbered on from those before; how many were told in all.
static size_t say_day(struct linear *linear, const char *shift, struct zp_date date,
                      const struct zp_event *answer, size_t told) {
    const struct zp_zone *zone = linear->config->zone;
    TALLOC_CTX *ctx = linear->scratch;
    char words[WORDS_SIZE];
    words_date_short(date, words);
    linear_say(linear, "%s: %s", words, shift);
    for (; told < answer->booking_count; told++) {
        const struct zp_booking *one = answer->bookings[told];
        if (zp_date_compare(zp_zone_wall(zone, one->starts_at).date, date) > 0)
            break;
        linear_say(linear, "%zu. %s-%s %s, %s, %s", told + 1,
                   cli_text_clock(ctx, zone, one->starts_at),
                   cli_text_clock(ctx, zone, one->ends_at),
                   one->client_name && one->client_name[0] ? one->client_name : _("no name"),
                   cli_text_services(ctx, one), mark_words(mark_of(one)));
    }
    return told;
}

void linear_week(struct linear *linear, const char *args) {
    const struct zp_catalogue *catalogue = linear_catalogue(linear);
    const char *text = "";
    const struct zp_master *master = catalogue ? master_of(linear, catalogue, args, &text) : NULL;
    struct zp_date date;
    if (!master || !linear_date(linear, text, linear_today(linear), &date))
        return;
    const struct zp_date monday = zp_date_add_days(date, -(zp_date_weekday(date) - 1));
    const struct zp_request shifts = {.ask = ZP_ASK_SHIFTS,
                                      .u.shifts = {.date = monday, .days = DAYS}};
    const struct zp_request bookings = {
        .ask = ZP_ASK_DAY, .u.day = {.date = monday, .days = DAYS, .master_id = master->id}};
    const struct zp_event known = *linear_ask(linear, linear->scratch, &shifts);
    if (!known.ok || !known.shifts)
        linear_fail(linear, &known.error);
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &bookings);
    if (!answer->ok) {
        linear_fail(linear, &answer->error);
        return;
    }
    linear_say(linear,
               P_("%s: %zu booking in the journal.", "%s: %zu bookings in the journal.",
                  answer->booking_count),
               master->name, answer->booking_count);
    linear_keep_bookings(linear, answer->bookings, answer->booking_count);
    size_t told = 0;
    for (int i = 0; i < DAYS; i++) {
        const struct zp_date day = zp_date_add_days(monday, i);
        const char *shift = shift_words(linear, known.ok ? known.shifts : NULL, master->id, day);
        told = say_day(linear, shift, day, answer, told);
    }
}
