// What the salon of salon.h offers: services, free time, known clients, for the new booking.
#ifndef TESTS_TUI_BOOKING_SALON_H
#define TESTS_TUI_BOOKING_SALON_H

#include "bench.h"
#include "salon.h"

// The masters of salon.h with forty services: "Маникюр" (501), "Стрижка" (502), "Борода" (503),
// "Педикюр" (504), then "Процедура 5" (505) and so on. Борис does 502 and 503 only, Анна all but
// 503; at the others everybody's terms are the salon's.
struct zp_event *booking_catalogue(TALLOC_CTX *ctx);
// Free time on a day: `minutes` of the day, ended by -1, each at the master whose index (0 Анна)
// stands in `masters`.
struct zp_event *booking_slots(TALLOC_CTX *ctx, struct zp_date date, const int *minutes,
                               const int *masters);
// 15:00 Борис, 15:30 Анна and Борис, 16:15 Анна, 17:30 Вера, 18:00 Анна, and the next morning.
struct zp_event *booking_monday(TALLOC_CTX *ctx);
struct zp_event *booking_nothing(TALLOC_CTX *ctx, struct zp_date nearest);
// `count` wait; `fits`: 15:30 at Анна fits the second of them, and 17:30 the first.
struct zp_event *booking_waitings(TALLOC_CTX *ctx, size_t count, int fits);
struct zp_event *booking_clients(TALLOC_CTX *ctx); // three, Мария first
// The answer to a booking of 15:30 at Анна: ok when booked.
struct zp_event *booking_made(TALLOC_CTX *ctx, enum zp_booking_state state, enum zp_error_code code,
                              const char *message);
struct zp_event *booking_taken(TALLOC_CTX *ctx, size_t offers);

// The Day, all that it asks for answered, with these services.
struct bench *booking_day(int rows, int cols);
// The screen over the Day, whose cursor stands on a booking: nothing is forced. The price list is
// there.
struct bench *booking_open(int rows, int cols);
bool booking_shows(const struct bench *bench, const char *text);
void booking_assert_shows(const struct bench *bench, const char *text);

#endif
