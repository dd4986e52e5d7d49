// A salon to show: five masters on Monday 2026-11-23, built from the structs of the waist.
#ifndef TESTS_TUI_SALON_H
#define TESTS_TUI_SALON_H

#include <zapis/desk.h>

// Instant of "14:30" on that Monday (Moscow).
int64_t salon_at(int hour, int minute);

// Each event owns all that is in it.
struct zp_event *salon_catalogue(TALLOC_CTX *ctx);
struct zp_event *salon_shifts(TALLOC_CTX *ctx);
struct zp_event *salon_day(TALLOC_CTX *ctx);
struct zp_event *salon_look(TALLOC_CTX *ctx);
struct zp_event *salon_truth(TALLOC_CTX *ctx, int journal, int crm);
// A manager's figures, with everything in them.
struct zp_event *salon_numbers(TALLOC_CTX *ctx, struct zp_date date, int days);
struct zp_event *salon_failure(TALLOC_CTX *ctx, enum zp_error_code code, const char *message);

struct zp_booking *salon_booking(TALLOC_CTX *ctx, const char *request_id, int master, int from,
                                 int to, const char *client, const char *service);
// Adds a booking to the event of a day.
void salon_add(struct zp_event *day, struct zp_booking *booking);
// A salon of many masters, each with bookings all day: for speed and random tests.
struct zp_event *salon_big_catalogue(TALLOC_CTX *ctx, int masters);
struct zp_event *salon_big_shifts(TALLOC_CTX *ctx, int masters);
struct zp_event *salon_big_day(TALLOC_CTX *ctx, int masters, unsigned seed);
// Lines of the set-up proof, as they come: from, up to but not including `to`.
#define SALON_CHECKS 15
struct zp_event *salon_checks(TALLOC_CTX *ctx, size_t from, size_t to);

#endif
