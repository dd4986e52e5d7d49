// A day or a visit in other forms: CSV, iCalendar, plain text for printers, PDF.
// tui/print/README.md says what each of them is for and why it is as it is.
#ifndef ZAPIS_TUI_CLI_EXPORT_H
#define ZAPIS_TUI_CLI_EXPORT_H

#include "cli.h"
#include "print/sheet.h"
#include <zapis/json.h>

// One row a booking, with a heading; for a spreadsheet (cli_csv.c).
void cli_csv_day(FILE *file, const struct zp_zone *zone, struct zp_booking *const *bookings,
                 size_t count);
// The text as one cell of our CSV: nothing in it is a formula to whoever opens the file.
char *cli_csv_cell(TALLOC_CTX *ctx, const char *text);

// The parts of any CSV of ours: what a file begins with, a row, "1500" or "1500,5".
#define CLI_CSV_MARK "\xEF\xBB\xBF"
void cli_csv_row(FILE *file, const char *const *cells, size_t count);
#define CLI_CSV_ROW(file, ...)                                                                     \
    cli_csv_row((file), (const char *const[]){__VA_ARGS__},                                        \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
char *cli_csv_money(TALLOC_CTX *ctx, int64_t minor, const char *currency);

// RFC 5545, one event a booking (cli_ics.c).
void cli_ics_day(FILE *file, const struct zp_config *config, struct zp_booking *const *bookings,
                 size_t count);

// The documents behind text and PDF: those of --json, with what a sheet shows besides.
struct zp_json *cli_sheet_day_json(struct cli *cli, struct zp_date date,
                                   struct zp_booking *const *bookings, size_t count);
struct zp_json *cli_sheet_visit_json(struct cli *cli, const struct zp_booking *booking);

// 80 columns, 60 lines a page, pages parted by form feeds; 42 columns (cli_sheet.c).
void cli_sheet_day(FILE *file, const struct sheet *sheet);
void cli_sheet_slip(FILE *file, const struct sheet *sheet);
// Either, from its document; returns the exit status.
int cli_sheet_print(struct cli *cli, const struct zp_json *document);

// Has zapis-print make a PDF of the document into the file ("-": standard output), whole or not at
// all; returns the exit status (cli_pdf.c).
int cli_pdf_write(struct cli *cli, const struct zp_json *document, const char *path);

// The one form asked for by --json, --csv, --ics, --text, --slip, --pdf; false: more than one.
bool cli_export_one_form(const struct cli *cli, struct zp_error *err);

#endif
