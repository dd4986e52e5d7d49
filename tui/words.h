// Dates, times and spans in words, in the person's language. Results are in the caller's buffer.
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <zapis/time.h>

#define WORDS_SIZE 96
void words_date(struct zp_date date, char out[WORDS_SIZE]);       // "Mon 23 November 2026"
void words_date_short(struct zp_date date, char out[WORDS_SIZE]); // "Mon 23 Nov"
const char *words_weekday(int weekday);                           // "Mon": 1 Monday … 7 Sunday
const char *words_month(int month);                  // "November" (genitive in Russian)
const char *words_month_short(int month);            // "Nov"
void words_minute(int minute, char out[WORDS_SIZE]); // minutes of a day: "09:30", "24:30"
// Hour and minutes as typed: "15:30", "15.30", "15-30", "1530", "930", "3:30"; minutes of the day,
// or -1. Without a 0 before it an hour that no salon is open at is one of the afternoon.
int words_minute_read(const char *text);
#define WORDS_AFTERNOON_BEFORE 8
void words_clock(const struct zp_zone *zone, int64_t instant, char out[WORDS_SIZE]); // "14:32"
// "today", "tomorrow", "yesterday", "in 3 days", "3 days ago".
void words_relative(struct zp_date date, struct zp_date today, char out[WORDS_SIZE]);
void words_age(int64_t seconds, char out[WORDS_SIZE]);  // "now", "5 min", "2 h", "3 d"
void words_duration(int minutes, char out[WORDS_SIZE]); // "90 min"

#endif
