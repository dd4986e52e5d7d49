// The proleptic Gregorian calendar: days since 1970-01-01 and back. Shared by date.c, instant.c and
// clock_zone.c.
#ifndef ZP_BASE_CIVIL_H
#define ZP_BASE_CIVIL_H

#include <stdint.h>
#include <zapis/time.h>

#define ZP__DAY_SECONDS 86400

// Days from 1970-01-01 to `date`, which need not be valid in month and day ranges but its month
// must be 1-12.
int64_t zp__civil_days(struct zp_date date);
struct zp_date zp__civil_date(int64_t days);

// Quotient rounded down (for instants before 1970).
static inline int64_t zp__civil_floor_div(int64_t a, int64_t b) {
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

// Exactly `digits` decimal digits at *at -> *out; moves *at. False (and *at unmoved) otherwise.
bool zp__civil_digits(const char **at, int digits, int *out);

#endif
