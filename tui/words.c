#include "words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>

const char *words_weekday(int weekday) {
    switch (weekday) {
    case 1: return _("Mon");
    case 2: return _("Tue");
    case 3: return _("Wed");
    case 4: return _("Thu");
    case 5: return _("Fri");
    case 6: return _("Sat");
    case 7: return _("Sun");
    default: return "?";
    }
}

// As it stands after a day ("23 November"): a language with cases translates the genitive.
const char *words_month(int month) {
    switch (month) {
    case 1: return _("January");
    case 2: return _("February");
    case 3: return _("March");
    case 4: return _("April");
    case 5: return zp_i18n_russian() ? _("of May") : _("May");
    case 6: return _("June");
    case 7: return _("July");
    case 8: return _("August");
    case 9: return _("September");
    case 10: return _("October");
    case 11: return _("November");
    case 12: return _("December");
    default: return "?";
    }
}

const char *words_month_short(int month) {
    switch (month) {
    case 1: return _("Jan");
    case 2: return _("Feb");
    case 3: return _("Mar");
    case 4: return _("Apr");
    case 5: return _("May");
    case 6: return _("Jun");
    case 7: return _("Jul");
    case 8: return _("Aug");
    case 9: return _("Sep");
    case 10: return _("Oct");
    case 11: return _("Nov");
    case 12: return _("Dec");
    default: return "?";
    }
}

void words_date(struct zp_date date, char out[WORDS_SIZE]) {
    (void)snprintf(out, WORDS_SIZE, "%s %d %s %d", words_weekday(zp_date_weekday(date)), date.day,
                   words_month(date.month), date.year);
}

void words_date_short(struct zp_date date, char out[WORDS_SIZE]) {
    (void)snprintf(out, WORDS_SIZE, "%s %d %s", words_weekday(zp_date_weekday(date)), date.day,
                   words_month_short(date.month));
}

void words_minute(int minute, char out[WORDS_SIZE]) {
    if (minute < 0)
        minute = 0;
    (void)snprintf(out, WORDS_SIZE, "%02d:%02d", minute / 60, minute % 60);
}

int words_minute_read(const char *text) {
    const bool padded = text[0] == '0';
    int number = 0, digits = 0, hour = 0;

    for (; *text; text++) {
        if (*text >= '0' && *text <= '9' && digits < 4) {
            number = number * 10 + (*text - '0');
            digits++;
        } else if (!strchr(":.-", *text)) {
            return -1;
        }
    }
    hour = number / 100;
    if (digits < 3 || hour > 23 || number % 100 > 59)
        return -1;
    if (!padded && hour >= 1 && hour < WORDS_AFTERNOON_BEFORE)
        hour += 12;
    return hour * 60 + number % 100;
}

void words_clock(const struct zp_zone *zone, int64_t instant, char out[WORDS_SIZE]) {
    struct zp_wall wall = zp_zone_wall(zone, instant);

    (void)snprintf(out, WORDS_SIZE, "%02d:%02d", wall.hour, wall.minute);
}

void words_relative(struct zp_date date, struct zp_date today, char out[WORDS_SIZE]) {
    int days = zp_date_days_between(today, date);
    unsigned long count = days < 0 ? (unsigned long)-(long)days : (unsigned long)days;

    if (days == 0)
        (void)snprintf(out, WORDS_SIZE, "%s", _("today"));
    else if (days == 1)
        (void)snprintf(out, WORDS_SIZE, "%s", _("tomorrow"));
    else if (days == -1)
        (void)snprintf(out, WORDS_SIZE, "%s", _("yesterday"));
    else if (days > 0)
        (void)snprintf(out, WORDS_SIZE, P_("in %lu day", "in %lu days", count), count);
    else
        (void)snprintf(out, WORDS_SIZE, P_("%lu day ago", "%lu days ago", count), count);
}

void words_age(int64_t seconds, char out[WORDS_SIZE]) {
    if (seconds < 60)
        (void)snprintf(out, WORDS_SIZE, "%s", _("now"));
    else if (seconds < 3600)
        (void)snprintf(out, WORDS_SIZE, _("%d min"), (int)(seconds / 60));
    else if (seconds < 86400)
        (void)snprintf(out, WORDS_SIZE, _("%d h"), (int)(seconds / 3600));
    else
        (void)snprintf(out, WORDS_SIZE, _("%d d"), (int)(seconds / 86400 % 100000));
}

void words_duration(int minutes, char out[WORDS_SIZE]) {
    (void)snprintf(out, WORDS_SIZE, _("%d min"), minutes);
}
