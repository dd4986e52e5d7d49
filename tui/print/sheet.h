// What is printed of a day or of one visit, read from the JSON of `zapis day --json` or
// `zapis show --json`: the one layout behind the text of `zapis` and the PDF of `zapis-print`.
// Besides the documents' own keys these are used where they are there: "salon" and "printed_at"
// (both texts) at the top, "comment" in a booking.
#ifndef TUI_PRINT_SHEET_H
#define TUI_PRINT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/booking.h>
#include <zapis/error.h>
#include <zapis/json.h>
#include <zapis/memory.h>
#include <zapis/time.h>

#define SHEET_VISITS_MAX 5000 // of one day; more is no salon's day

struct sheet_service {
    char *name;
    int64_t price_minor;
    bool priced; // false: the document has no price for it
};

// Texts are cleaned, in one line, and never NULL.
struct sheet_visit {
    struct zp_date date; // on the salon's clock
    char *from, *to;     // "15:00" on the salon's clock; `to` is "" when it is not known
    char *hour;          // "15:00" of "15:40"
    int64_t starts_at;   // UTC seconds
    char *master_id, *master;
    struct sheet_service *services;
    size_t service_count;
    int64_t price_minor;
    char *currency;
    char *client, *phone; // the phone as people write it
    char *number;         // Dikidi's; "" until it is known
    char *comment;
    enum zp_booking_state state;
};

struct sheet {
    char *salon;      // "" when the document does not name it
    char *printed_at; // "2026-11-23 14:02", "" when the document does not tell
    bool one;         // a document of `show`: one visit, no day
    struct zp_date date;
    struct sheet_visit *visits; // in order of time
    size_t visit_count;
};

// Reads a document; NULL with err (ZP_E_USAGE) if it is neither of the two.
struct sheet *sheet_read(TALLOC_CTX *ctx, const struct zp_json *document, struct zp_error *err);

// Masters side by side. A row holds at most one visit of each master, all beginning in one hour;
// the second visit of a master in that hour stands in the next row.
struct sheet_grid {
    size_t column_count;
    const char **masters; // column_count names
    size_t row_count;
    const struct sheet_visit **cells; // row_count × column_count, NULL where nothing begins
};

// All masters with visits, by name, on as few grids of at most `columns_max` as hold them, evenly.
// None for a day without visits.
struct sheet_grid *sheet_grids(TALLOC_CTX *ctx, const struct sheet *sheet, size_t columns_max,
                               size_t *count);

// The hour of a row's visits, "15:00"; `shown`: on the first row of an hour alone, else "".
const char *sheet_row_hour(const struct sheet_grid *grid, size_t row, bool shown);

// "a + b"
char *sheet_services(TALLOC_CTX *ctx, const struct sheet_visit *visit);
// The price for people; "" when it is nothing.
const char *sheet_money(TALLOC_CTX *ctx, int64_t price_minor, const char *currency);
// "" of a booked visit, else its state in words.
const char *sheet_remark(const struct sheet_visit *visit);
// "15:00-16:30", or "15:00".
char *sheet_span(TALLOC_CTX *ctx, const struct sheet_visit *visit);
// "5 visits"
char *sheet_count(TALLOC_CTX *ctx, const struct sheet *sheet);

#endif
