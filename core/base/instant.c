#include <zapis/time.h>

#include <limits.h>
#include <zapis/i18n.h>

#include "base/civil.h"

// What stands in the text of an instant.
struct reading {
    struct zp_date date;
    int hour, minute, second;
    bool has_offset;
    int offset_s;
};

// "Z", "+03:00", "+0300", "+03". Moves *at past it.
static bool read_offset(const char **at, struct reading *out) {
    if (**at == 'Z' || **at == 'z') {
        (*at)++;
        out->has_offset = true;
        return true;
    }
    if (**at != '+' && **at != '-') {
        return true;
    }
    int sign = **at == '-' ? -1 : 1;
    int hours = 0, minutes = 0;
    (*at)++;
    if (!zp__civil_digits(at, 2, &hours)) {
        return false;
    }
    if (**at == ':') {
        (*at)++;
        if (!zp__civil_digits(at, 2, &minutes)) {
            return false;
        }
    } else {
        zp__civil_digits(at, 2, &minutes);
    }
    if (hours > 23 || minutes > 59) {
        return false;
    }
    out->has_offset = true;
    out->offset_s = sign * (hours * 3600 + minutes * 60);
    return true;
}

// Date, 'T' or one blank, time with or without seconds and fraction, offset or none; nothing else.
static bool read_text(const char *text, struct reading *out) {
    const char *at = text;
    *out = (struct reading){0};
    if (!zp__civil_digits(&at, 4, &out->date.year) || *at++ != '-' ||
        !zp__civil_digits(&at, 2, &out->date.month) || *at++ != '-' ||
        !zp__civil_digits(&at, 2, &out->date.day) || !zp_date_valid(out->date)) {
        return false;
    }
    if (*at != 'T' && *at != 't' && *at != ' ') {
        return false;
    }
    at++;
    if (!zp__civil_digits(&at, 2, &out->hour) || *at++ != ':' ||
        !zp__civil_digits(&at, 2, &out->minute) || out->hour > 23 || out->minute > 59) {
        return false;
    }
    if (*at == ':') {
        at++;
        // 60 is a leap second: the first second of the next minute.
        if (!zp__civil_digits(&at, 2, &out->second) || out->second > 60) {
            return false;
        }
        if (*at == '.' || *at == ',') {
            size_t digits = strspn(at + 1, "0123456789");
            if (digits == 0) {
                return false;
            }
            at += 1 + digits;
        }
    }
    return read_offset(&at, out) && *at == '\0';
}

static int64_t with_offset(const struct reading *reading) {
    int second = reading->hour * 3600 + reading->minute * 60 + reading->second - reading->offset_s;
    return zp__civil_days(reading->date) * ZP__DAY_SECONDS + second;
}

enum zp_instant_kind zp_instant_parse(const char *text, const struct zp_zone *zone, int64_t *out) {
    struct reading reading;
    if (text == NULL || !read_text(text, &reading)) {
        return ZP_INSTANT_NONE;
    }
    if (reading.has_offset) {
        *out = with_offset(&reading);
        return ZP_INSTANT_UTC;
    }
    if (zone == NULL) {
        return ZP_INSTANT_NONE;
    }
    int64_t found[2];
    if (zp_zone_instants(zone, reading.date, reading.hour, reading.minute, reading.second, found) >
        0) {
        *out = found[0];
    } else {
        *out = zp_zone_day_minute(zone, reading.date, reading.hour * 60 + reading.minute);
    }
    return ZP_INSTANT_NAIVE;
}

// The two readings of a wall time in a gap: with the offset before it and with the one after it.
static void gap_readings(const struct zp_zone *zone, const struct reading *reading,
                         int64_t out[2]) {
    int64_t after = zp_zone_day_minute(zone, reading->date, reading->hour * 60 + reading->minute);
    int64_t local = with_offset(reading);
    out[0] = local - zp_zone_wall(zone, after).offset_s;
    out[1] = local - zp_zone_wall(zone, after - 1).offset_s;
}

bool zp_instant_parse_human(const char *text, const struct zp_zone *zone, int64_t *out,
                            struct zp_error *err) {
    struct reading reading;
    if (!read_text(text, &reading)) {
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("“%s” is no time: write 2026-11-23 15:00, or with an offset "
                              "2026-11-23T15:00:00+03:00."),
                            text);
    }
    if (reading.has_offset) {
        *out = with_offset(&reading);
        return true;
    }
    int64_t found[2];
    int count =
        zp_zone_instants(zone, reading.date, reading.hour, reading.minute, reading.second, found);
    if (count == 1) {
        *out = found[0];
        return true;
    }
    if (count == 0) {
        gap_readings(zone, &reading, found);
    }
    char first[ZP_INSTANT_SIZE], second[ZP_INSTANT_SIZE];
    zp_instant_format(zone, found[0], first);
    zp_instant_format(zone, found[1], second);
    return zp_error_set(
        err, ZP_E_USAGE, NULL,
        count == 0 ? _("“%s” does not exist in %s, the clocks go forward over it: write %s or %s.")
                   : _("“%s” comes twice in %s, the clocks go back over it: write %s or %s."),
        text, zp_zone_name(zone), first, second);
}

// A year that four digits hold; an instant outside is shown as the nearest that is inside.
static int64_t clamp_instant(int64_t instant) {
    const int64_t least = -62135596800, most = 253402300799; // 0001-01-01 and 9999-12-31
    return instant < least ? least : instant > most ? most : instant;
}

// Writes "2026-11-23T12:00:00" (19 characters) of an instant moved by its offset.
static void format_wall(int64_t local, char out[ZP_INSTANT_SIZE]) {
    int64_t days = zp__civil_floor_div(local, ZP__DAY_SECONDS);
    unsigned second = (unsigned)(local - days * ZP__DAY_SECONDS);
    char date[ZP_DATE_SIZE];
    zp_date_format(zp__civil_date(days), date);
    snprintf(out, ZP_INSTANT_SIZE, "%sT%02u:%02u:%02u", date, second / 3600 % 24, second / 60 % 60,
             second % 60);
}

void zp_instant_format_utc(int64_t instant, char out[ZP_INSTANT_SIZE]) {
    format_wall(clamp_instant(instant), out);
    memcpy(out + 19, "Z", 2);
}

void zp_instant_format(const struct zp_zone *zone, int64_t instant, char out[ZP_INSTANT_SIZE]) {
    instant = clamp_instant(instant);
    // RFC 3339 has no seconds in an offset (local mean times of the 19th century do).
    int minutes = zp_zone_wall(zone, instant).offset_s / 60;
    int64_t local = instant + (int64_t)minutes * 60;
    if (clamp_instant(local) != local) {
        zp_instant_format_utc(instant, out);
        return;
    }
    format_wall(local, out);
    unsigned size = (unsigned)(minutes < 0 ? -minutes : minutes);
    snprintf(out + 19, ZP_INSTANT_SIZE - 19, "%c%02u:%02u", minutes < 0 ? '-' : '+',
             size / 60 % 100, size % 60);
}

// The position (from 1) of the three letters at *at in a list of names of three letters; 0: none.
static int named(const char **at, const char *names) {
    for (int i = 1; *names != '\0'; i++, names += 3) {
        if (strncmp(*at, names, 3) == 0) {
            *at += 3;
            return i;
        }
    }
    return 0;
}

bool zp_instant_parse_http(const char *text, int64_t *out) {
    struct reading reading = {0};
    const char *at = text;
    if (at == NULL) {
        return false;
    }
    int weekday = named(&at, "MonTueWedThuFriSatSun");
    if (weekday == 0 || *at++ != ',' || *at++ != ' ' ||
        !zp__civil_digits(&at, 2, &reading.date.day) || *at++ != ' ') {
        return false;
    }
    reading.date.month = named(&at, "JanFebMarAprMayJunJulAugSepOctNovDec");
    if (reading.date.month == 0 || *at++ != ' ' || !zp__civil_digits(&at, 4, &reading.date.year) ||
        *at++ != ' ' || !zp__civil_digits(&at, 2, &reading.hour) || *at++ != ':' ||
        !zp__civil_digits(&at, 2, &reading.minute) || *at++ != ':' ||
        !zp__civil_digits(&at, 2, &reading.second) || strcmp(at, " GMT") != 0) {
        return false;
    }
    if (!zp_date_valid(reading.date) || zp_date_weekday(reading.date) != weekday ||
        reading.hour > 23 || reading.minute > 59 || reading.second > 60) {
        return false;
    }
    *out = with_offset(&reading);
    return true;
}
