// A visit of the salon of salon.h that is moved, marked, cancelled: what the desk says of it.
#ifndef TESTS_TUI_MOVE_SALON_H
#define TESTS_TUI_MOVE_SALON_H

#include "bench.h"
#include "salon.h"

#define MOVE_NEW_ID "77" // request id of the new booking

// Ким, 18:00-19:00 at Анна, whom the price list has with this service.
struct zp_event *move_show(TALLOC_CTX *ctx, enum zp_booking_state state);
struct zp_event *move_slots(TALLOC_CTX *ctx); // 15:30, 16:15 and 19:00 at Анна
// The new booking of a move, 19:00-20:00, in a state; ok when booked and no code is given.
struct zp_event *move_made(TALLOC_CTX *ctx, enum zp_booking_state state, enum zp_error_code code,
                           const char *name, const char *message);
struct zp_event *move_taken(TALLOC_CTX *ctx); // three offers

// The Day, its cursor on Ким.
struct bench *move_day(int rows, int cols);
// The screen that the key opens there, all that it asks for answered.
struct bench *move_open_from(struct bench *bench, const char *key, enum zp_booking_state state);
struct bench *move_open(int rows, int cols); // F6, with what is around the old time
// What was asked of that kind and is not answered yet; there must be one.
struct zp_request move_asked(struct bench *bench, enum zp_ask ask);

#endif
