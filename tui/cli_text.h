// Text for people: columns by their width on the screen, times on the salon's clock, money.
#ifndef ZAPIS_TUI_CLI_TEXT_H
#define ZAPIS_TUI_CLI_TEXT_H

#include "cli.h"

struct cli_table;
// `align`: one letter a column, 'l' or 'r'. The first row is the heading.
struct cli_table *cli_table_new(TALLOC_CTX *ctx, const char *align);
// One cell for each column; copied, NULL is "".
void cli_table_row(struct cli_table *table, const char *const *cells, size_t count);
#define CLI_ROW(table, ...)                                                                        \
    cli_table_row((table), (const char *const[]){__VA_ARGS__},                                     \
                  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
void cli_table_print(const struct cli_table *table, FILE *file);
// Two columns as "name: value", for who hears them.
void cli_table_say(const struct cli_table *table, FILE *file);

// "2026-11-23 15:00" on the salon's clock: what --at takes back. "" for 0.
const char *cli_text_instant(TALLOC_CTX *ctx, const struct zp_zone *zone, int64_t instant);
const char *cli_text_clock(TALLOC_CTX *ctx, const struct zp_zone *zone, int64_t instant); // "15:00"
const char *cli_text_minutes(TALLOC_CTX *ctx, int minutes); // after 00:00: "15:00", "25:30"
const char *cli_text_money(TALLOC_CTX *ctx, int64_t minor, const char *currency);
const char *cli_text_services(TALLOC_CTX *ctx, const struct zp_booking *booking); // "a + b"
const char *cli_text_phone(TALLOC_CTX *ctx, const char *e164);
const char *cli_text_crm(TALLOC_CTX *ctx, const struct zp_booking *booking); // "deal 17", "queued"

// What a person needs to know of one booking, a line a fact; _table: to be printed.
struct cli_table *cli_text_booking_table(TALLOC_CTX *ctx, const struct cli *cli,
                                         const struct zp_booking *booking);
void cli_text_booking(FILE *file, const struct cli *cli, const struct zp_booking *booking);
// The same of a client.
struct cli_table *cli_client_table(struct cli *cli, const struct zp_client_card *card);
// Who of those found is meant: the whole phone's owner, the only one with that whole name, or the
// only one; NULL: any of them may be.
const struct zp_client *cli_client_meant(struct cli *cli, const char *query,
                                         const struct zp_client *clients, size_t count);
// What all checks are worth: the exit status of `check`.
int cli_check_status(const struct zp_check *checks, size_t count);

#endif
