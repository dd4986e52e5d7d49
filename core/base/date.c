#include <zapis/time.h>

#include "base/civil.h"

// Days are counted from 0000-03-01, so that the leap day ends a year; a 400-year era has 146097.
int64_t zp__civil_days(struct zp_date date) {
    int64_t year = (int64_t)date.year - (date.month <= 2);
    int64_t era = zp__civil_floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct zp_date zp__civil_date(int64_t days) {
    days += 719468;
    int64_t era = zp__civil_floor_div(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct zp_date date = {
        .year = (int)(year_of_era + era * 400),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
    date.year += date.month <= 2;
    return date;
}

bool zp__civil_digits(const char **at, int digits, int *out) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *at += digits;
    *out = value;
    return true;
}

bool zp_date_valid(struct zp_date date) {
    if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31) {
        return false;
    }
    return zp_date_compare(zp__civil_date(zp__civil_days(date)), date) == 0;
}

int zp_date_compare(struct zp_date a, struct zp_date b) {
    int difference = a.year != b.year     ? (a.year > b.year) - (a.year < b.year)
                     : a.month != b.month ? a.month - b.month
                                          : a.day - b.day;
    return (difference > 0) - (difference < 0);
}

struct zp_date zp_date_add_days(struct zp_date date, int days) {
    return zp__civil_date(zp__civil_days(date) + days);
}

int zp_date_weekday(struct zp_date date) {
    // 1970-01-01 was a Thursday.
    int64_t days = zp__civil_days(date) + 3;
    return (int)(days - zp__civil_floor_div(days, 7) * 7) + 1;
}

int zp_date_days_between(struct zp_date from, struct zp_date to) {
    return (int)(zp__civil_days(to) - zp__civil_days(from));
}

void zp_date_format(struct zp_date date, char out[ZP_DATE_SIZE]) {
    if (!zp_date_valid(date)) {
        snprintf(out, ZP_DATE_SIZE, "0000-00-00");
        return;
    }
    snprintf(out, ZP_DATE_SIZE, "%04u-%02u-%02u", (unsigned)date.year % 10000u,
             (unsigned)date.month % 100u, (unsigned)date.day % 100u);
}

bool zp_date_parse(const char *text, struct zp_date *out) {
    struct zp_date date = {0};
    if (text == NULL || !zp__civil_digits(&text, 4, &date.year) || *text++ != '-' ||
        !zp__civil_digits(&text, 2, &date.month) || *text++ != '-' ||
        !zp__civil_digits(&text, 2, &date.day) || *text != '\0' || !zp_date_valid(date)) {
        return false;
    }
    *out = date;
    return true;
}
