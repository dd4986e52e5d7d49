// The JSON documents of design "JSON": RFC 3339 in the salon's offset, money in minor units, ids as
// strings, null for what is not known.
#ifndef ZAPIS_TUI_CLI_JSON_H
#define ZAPIS_TUI_CLI_JSON_H

#include "cli.h"
#include <zapis/json.h>

// Prints one document with a line end and frees it.
void cli_json_print(FILE *file, struct zp_json *document);
// What a command prints when it fails before it has anything to show: {"error":…}.
void cli_json_fail(struct cli *cli, const struct zp_error *error);

void cli_json_instant(struct zp_json *object, const char *key, const struct zp_zone *zone,
                      int64_t instant); // null for 0
void cli_json_date(struct zp_json *object, const char *key, struct zp_date date);
void cli_json_error(struct zp_json *object, const struct zp_error *error);

// Fills `object` with a booking; NULL: every key is there and null. `error`: why the command
// failed, or NULL.
void cli_json_booking(struct zp_json *object, const struct zp_booking *booking,
                      const struct zp_zone *zone, const struct zp_error *error);
// What `show` adds: the reason of a cancel and the comment, null where there is none.
void cli_json_remarks(struct zp_json *object, const struct zp_booking *booking);
void cli_json_history(struct zp_json *object, const struct zp_history *history, size_t count,
                      const struct zp_zone *zone);
// [{"master_id","master","starts_at","ends_at"}]; the catalogue may be NULL.
void cli_json_slots(struct zp_json *object, const char *key, const struct zp_slot *slots,
                    size_t count, const struct zp_catalogue *catalogue, const struct zp_zone *zone);

struct zp_json *cli_json_services(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue,
                                  const struct zp_zone *zone);
// `shifts` NULL: no date was asked for, "shifts" is null.
struct zp_json *cli_json_masters(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue,
                                 const struct zp_shifts *shifts, const struct zp_zone *zone);
// `many`: --days was given.
struct zp_json *cli_json_free(TALLOC_CTX *ctx, const struct zp_slots *slots, bool many,
                              const struct zp_catalogue *catalogue, const struct zp_zone *zone);
struct zp_json *cli_json_day(TALLOC_CTX *ctx, struct zp_date date,
                             struct zp_booking *const *bookings, size_t count,
                             const struct zp_zone *zone);
struct zp_json *cli_json_queue(TALLOC_CTX *ctx, const struct zp_task *tasks, size_t count,
                               const struct zp_zone *zone);
struct zp_json *cli_json_checks(TALLOC_CTX *ctx, const struct zp_check *checks, size_t count);
struct zp_json *cli_json_setup(TALLOC_CTX *ctx, const struct zp_setup_step *steps, size_t count);

// cli_wait.c: one of the waiting list.
void cli_json_waiting(struct zp_json *object, const struct zp_waiting *one,
                      const struct zp_zone *zone);

#endif
