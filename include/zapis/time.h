// Time: instants are UTC int64 seconds; a wall clock exists only at the edges, through one
// conversion. Zones come from the system's tzdata through GTimeZone (design/architecture.md: not
// ICU, whose rules are stale).
#ifndef ZAPIS_TIME_H
#define ZAPIS_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/memory.h>

// A calendar day of the salon. A type of its own: never an instant, never an offset.
struct zp_date {
    int year;
    int month; // 1-12
    int day;   // 1-31
};

// A wall-clock reading in a zone.
struct zp_wall {
    struct zp_date date;
    int hour, minute, second;
    int offset_s; // seconds east of UTC at that instant
    int weekday;  // 1 Monday … 7 Sunday
};

struct zp_zone; // an IANA zone with all its rules

// Opens "Europe/Moscow". An unknown name is an error (GLib alone would silently give UTC).
struct zp_zone *zp_zone_open(TALLOC_CTX *ctx, const char *name, struct zp_error *err);
const char *zp_zone_name(const struct zp_zone *zone);
struct zp_wall zp_zone_wall(const struct zp_zone *zone, int64_t instant);

// The instants at which the zone's clock shows that wall time: 1 usually, 0 in a gap, 2 in an
// overlap (earlier first).
int zp_zone_instants(const struct zp_zone *zone, struct zp_date date, int hour, int minute,
                     int second, int64_t out[2]);

// First instant of the salon's calendar day (00:00, or the first that exists), and of the next one.
int64_t zp_zone_day_start(const struct zp_zone *zone, struct zp_date date);
int64_t zp_zone_day_end(const struct zp_zone *zone, struct zp_date date);
// The instant of `minutes` after 00:00 on the wall clock (in a gap: the instant after it; in an
// overlap: the earlier).
int64_t zp_zone_day_minute(const struct zp_zone *zone, struct zp_date date, int minutes);

bool zp_date_valid(struct zp_date date);
int zp_date_compare(struct zp_date a, struct zp_date b);
struct zp_date zp_date_add_days(struct zp_date date, int days);
int zp_date_weekday(struct zp_date date); // 1 Monday … 7 Sunday
int zp_date_days_between(struct zp_date from, struct zp_date to);
#define ZP_DATE_SIZE 11
void zp_date_format(struct zp_date date, char out[ZP_DATE_SIZE]); // "2026-11-23"
bool zp_date_parse(const char *text, struct zp_date *out);        // only "2026-11-23"
// D as people type it, in Russian and English whatever the program speaks: "2026-11-23", "today",
// "завтра", "+3", a weekday ("fri", "пятница": the next such day, today included), "23" (the coming
// one), "23.11", "23/11/2026", "23 ноября". `today` is the salon's day now.
bool zp_date_parse_human(const char *text, struct zp_date today, struct zp_date *out,
                         struct zp_error *err);

// T of the command line: "2026-11-23 15:00" (or with T, with seconds) on the zone's clock, or RFC
// 3339 with an offset. A wall time in a gap or an overlap is refused with both readings in the
// message.
bool zp_instant_parse_human(const char *text, const struct zp_zone *zone, int64_t *out,
                            struct zp_error *err);

enum zp_instant_kind {
    ZP_INSTANT_NONE,  // not a time
    ZP_INSTANT_UTC,   // carried Z or an offset: *out is the instant
    ZP_INSTANT_NAIVE, // no offset: *out was read on the zone's clock (earlier of two); the caller
                      // counts and reports it
};
// RFC 3339 as servers write it: fraction optional, "Z" or "+03:00" or "+0300", 'T' or a blank.
enum zp_instant_kind zp_instant_parse(const char *text, const struct zp_zone *zone, int64_t *out);

#define ZP_INSTANT_SIZE 26
void zp_instant_format_utc(int64_t instant, char out[ZP_INSTANT_SIZE]); // 2026-11-23T12:00:00Z
void zp_instant_format(const struct zp_zone *zone, int64_t instant,
                       char out[ZP_INSTANT_SIZE]); // …T15:00:00+03:00
// IMF-fixdate of HTTP ("Sun, 06 Nov 1994 08:49:37 GMT"); false if it is none.
bool zp_instant_parse_http(const char *text, int64_t *out);

// The program's clock: the system's, moved by an offset (practice with --now). Passed, never
// global.
struct zp_clock {
    int64_t offset_ms;
};
int64_t zp_clock_now_ms(const struct zp_clock *clock); // UTC milliseconds
int64_t zp_clock_now(const struct zp_clock *clock);    // UTC seconds
// Milliseconds that count suspend (CLOCK_BOOTTIME) and never jump: leases, ages.
int64_t zp_clock_boot_ms(void);
// Names this start of the machine: readings of zp_clock_boot_ms of another one mean nothing. False,
// with errno: the kernel does not tell.
#define ZP_BOOT_ID_SIZE 40
bool zp_clock_boot_id(char out[ZP_BOOT_ID_SIZE]);
// The version of the zone rules in use ("2026a", "" if it is not told) and the age of their files
// in days (-1 unknown).
void zp_zone_rules_version(char out[32], int *age_days);

#endif
