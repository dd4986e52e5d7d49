// The day sheet and a visit's slip as plain text, for printers that know nothing else.
#include "cli_export.h"
#include "cli_json.h"
#include "cli_text.h"
#include "memory.h"
#include "words.h"

#include <zapis/i18n.h>
#include <zapis/text.h>

#define DAY_COLUMNS  80
#define DAY_LINES    60 // of a page: A4 and Letter hold it in every usual setting
#define DAY_HEAD     5  // lines above the first row
#define DAY_MASTERS  3  // side by side
#define TIME_COLUMNS 7  // "15:00" and a gap
#define GAP          2
#define CELL_LINES   9
#define SLIP_COLUMNS 42 // what a receipt printer of 80 mm has

// ---- documents

static void add_top(struct cli *cli, struct zp_json *document) {
    const int64_t now = zp_clock_now(&cli->config->clock);
    zp_json_add_string(document, "salon", cli->config->salon.name);
    zp_json_add_string(document, "printed_at", cli_text_instant(cli, cli->config->zone, now));
}

struct zp_json *cli_sheet_day_json(struct cli *cli, struct zp_date date,
                                   struct zp_booking *const *bookings, size_t count) {
    struct zp_json *document = zp_json_new_object(cli);
    add_top(cli, document);
    cli_json_date(document, "date", date);
    zp_json_add_string(document, "timezone", zp_zone_name(cli->config->zone));
    struct zp_json *array = zp_json_add_array(document, "bookings");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *booking = zp_json_add_object(array, NULL);
        cli_json_booking(booking, bookings[i], cli->config->zone, NULL);
        cli_json_remarks(booking, bookings[i]);
    }
    return document;
}

struct zp_json *cli_sheet_visit_json(struct cli *cli, const struct zp_booking *booking) {
    struct zp_json *document = zp_json_new_object(cli);
    add_top(cli, document);
    cli_json_booking(document, booking, cli->config->zone, NULL);
    cli_json_remarks(document, booking);
    return document;
}

// ---- lines

struct lines {
    TALLOC_CTX *ctx;
    int columns;
    size_t count, max; // max: what comes after is dropped
    char **texts;
};

static void add_line(struct lines *lines, char *text) {
    if (lines->count == lines->max)
        return;
    lines->texts = memory_grow(lines->ctx, lines->texts, char *, (unsigned)lines->count + 1);
    lines->texts[lines->count++] = text;
}

// Bytes of the first line of `text`: whole words where one fits.
static size_t line_bytes(const char *text, int columns) {
    int used;
    const size_t fits = zp_text_fit(text, columns, &used);
    if (text[fits] == '\0' || text[fits] == ' ')
        return fits;
    for (size_t at = fits; at > 0; at--)
        if (text[at] == ' ')
            return at;
    return fits > 0 ? fits : zp_text_grapheme(text, &used);
}

// Wraps at blanks; of more than `rows` lines the last one is cut with an ellipsis.
static void wrap(struct lines *lines, const char *text, size_t rows) {
    while (*text && rows > 0) {
        const size_t bytes = rows == 1 ? strlen(text) : line_bytes(text, lines->columns);
        char *line = memory_must(talloc_strndup(lines->ctx, text, bytes));
        add_line(lines, zp_text_ellipsis(lines->ctx, line, lines->columns, false));
        text += bytes;
        while (*text == ' ')
            text++;
        rows--;
    }
}

static void blanks(FILE *file, int count) {
    fprintf(file, "%*s", count > 0 ? count : 0, "");
}

// Two texts at the edges of a line; the left one gives way.
static void edges(FILE *file, const char *left, const char *right, int columns) {
    const int right_columns = zp_text_width(right);
    char *text = zp_text_ellipsis(NULL, left, columns - right_columns - 1, false);
    fputs(text, file);
    if (*right) {
        blanks(file, columns - zp_text_width(text) - right_columns);
        fputs(right, file);
    }
    fputc('\n', file);
    talloc_free(text);
}

static void rule(FILE *file, int columns) {
    for (int i = 0; i < columns; i++)
        fputc('-', file);
    fputc('\n', file);
}

static void centre(FILE *file, const struct lines *lines) {
    for (size_t i = 0; i < lines->count; i++) {
        blanks(file, (lines->columns - zp_text_width(lines->texts[i])) / 2);
        fprintf(file, "%s\n", lines->texts[i]);
    }
}

// ---- the day

// Rows of one grid on one page.
struct page {
    const struct sheet_grid *grid;
    const struct lines *cells; // of the grid's first row on this page
    size_t first, row_count;
};

static void fill_cell(struct lines *cell, const struct sheet_visit *visit) {
    const char *price = sheet_money(cell->ctx, visit->price_minor, visit->currency);
    const char *span = sheet_span(cell->ctx, visit);
    wrap(cell, *price ? memory_printf(cell->ctx, "%s  %s", span, price) : span, 1);
    wrap(cell, sheet_remark(visit), 1);
    wrap(cell, visit->client, 1);
    wrap(cell, visit->phone, 1);
    wrap(cell, sheet_services(cell->ctx, visit), 2);
    wrap(cell, visit->comment, 2);
}

static size_t row_height(const struct lines *cells, size_t columns) {
    size_t height = 0;
    for (size_t i = 0; i < columns; i++)
        height = cells[i].count > height ? cells[i].count : height;
    return height + 1;
}

static int cell_columns(const struct sheet_grid *grid) {
    const int count = grid->column_count > 1 ? (int)grid->column_count : 1;
    return (DAY_COLUMNS - TIME_COLUMNS - GAP * (count - 1)) / count;
}

static struct lines *fill_cells(TALLOC_CTX *ctx, const struct sheet_grid *grid) {
    const size_t count = grid->row_count * grid->column_count;
    struct lines *cells = memory_array(ctx, struct lines, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        cells[i] = (struct lines){.ctx = cells, .columns = cell_columns(grid), .max = CELL_LINES};
        if (grid->cells[i])
            fill_cell(&cells[i], grid->cells[i]);
    }
    return cells;
}

static struct page *paginate(TALLOC_CTX *ctx, const struct sheet_grid *grids, size_t grid_count,
                             size_t *page_count) {
    struct page *pages = NULL;
    *page_count = 0;
    for (size_t i = 0; i < grid_count; i++) {
        const struct sheet_grid *grid = &grids[i];
        const struct lines *cells = fill_cells(ctx, grid);
        size_t used = DAY_LINES;
        for (size_t row = 0; row < grid->row_count; row++, cells += grid->column_count) {
            const size_t height = row_height(cells, grid->column_count);
            if (row == 0 || used + height > DAY_LINES) {
                pages = memory_grow(ctx, pages, struct page, (unsigned)*page_count + 1);
                pages[(*page_count)++] = (struct page){grid, cells, row, 0};
                used = DAY_HEAD;
            }
            used += height;
            pages[*page_count - 1].row_count++;
        }
    }
    return pages;
}

// One line of texts under each other's columns; blanks only before a text.
static void print_cells(FILE *file, const char *hour, const char *const *texts, size_t count,
                        int columns) {
    int at = fprintf(file, "%s", hour);
    for (size_t i = 0; i < count; i++) {
        if (!*texts[i])
            continue;
        const int begin = TIME_COLUMNS + (int)i * (columns + GAP);
        blanks(file, begin - at);
        fputs(texts[i], file);
        at = begin + zp_text_width(texts[i]);
    }
    fputc('\n', file);
}

static void print_row(FILE *file, const struct sheet_grid *grid, const struct lines *cells,
                      const char *hour) {
    const char *texts[DAY_MASTERS];
    const size_t height = row_height(cells, grid->column_count);
    for (size_t line = 0; line < height; line++) {
        for (size_t i = 0; i < grid->column_count; i++)
            texts[i] = line < cells[i].count ? cells[i].texts[line] : "";
        print_cells(file, line == 0 ? hour : "", texts, grid->column_count, cell_columns(grid));
    }
}

static void print_head(FILE *file, const struct sheet *sheet, size_t page, size_t page_count) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    char date[WORDS_SIZE];
    words_date(sheet->date, date);
    edges(file, sheet->salon,
          *sheet->printed_at ? memory_printf(ctx, _("printed %s"), sheet->printed_at) : "",
          DAY_COLUMNS);
    edges(file, memory_printf(ctx, "%s, %s", date, sheet_count(ctx, sheet)),
          memory_printf(ctx, _("page %zu of %zu"), page, page_count), DAY_COLUMNS);
    fputc('\n', file);
    talloc_free(ctx);
}

static void print_page(FILE *file, const struct page *page) {
    const struct sheet_grid *grid = page->grid;
    const char *texts[DAY_MASTERS];
    TALLOC_CTX *ctx = talloc_new(NULL);
    for (size_t i = 0; i < grid->column_count; i++)
        texts[i] = zp_text_ellipsis(ctx, grid->masters[i], cell_columns(grid), false);
    print_cells(file, "", texts, grid->column_count, cell_columns(grid));
    rule(file, DAY_COLUMNS);
    const struct lines *cells = page->cells;
    for (size_t row = 0; row < page->row_count; row++, cells += grid->column_count)
        print_row(file, grid, cells, sheet_row_hour(grid, page->first + row, row > 0));
    talloc_free(ctx);
}

void cli_sheet_day(FILE *file, const struct sheet *sheet) {
    size_t grid_count, page_count;
    TALLOC_CTX *ctx = talloc_new(NULL);
    const struct sheet_grid *grids = sheet_grids(ctx, sheet, DAY_MASTERS, &grid_count);
    const struct page *pages = paginate(ctx, grids, grid_count, &page_count);
    if (page_count == 0) {
        print_head(file, sheet, 1, 1);
        fprintf(file, "%s\n", _("No bookings in the journal for this day."));
    }
    for (size_t i = 0; i < page_count; i++) {
        if (i > 0)
            fputc('\f', file);
        print_head(file, sheet, i + 1, page_count);
        print_page(file, &pages[i]);
    }
    talloc_free(ctx);
}

// ---- the slip

static void slip_wrapped(FILE *file, TALLOC_CTX *ctx, const char *text, bool centred) {
    struct lines lines = {.ctx = ctx, .columns = SLIP_COLUMNS, .max = SIZE_MAX};
    wrap(&lines, text, SIZE_MAX);
    if (centred)
        centre(file, &lines);
    else
        for (size_t i = 0; i < lines.count; i++)
            fprintf(file, "%s\n", lines.texts[i]);
}

// A long name takes lines of its own, so that its price is never cut.
static void slip_service(FILE *file, TALLOC_CTX *ctx, const struct sheet_visit *visit,
                         const struct sheet_service *service) {
    const char *price =
        service->priced ? sheet_money(ctx, service->price_minor, visit->currency) : "";
    if (zp_text_width(service->name) + 1 + zp_text_width(price) <= SLIP_COLUMNS) {
        edges(file, service->name, price, SLIP_COLUMNS);
        return;
    }
    slip_wrapped(file, ctx, service->name, false);
    if (*price)
        edges(file, "", price, SLIP_COLUMNS);
}

static void slip_fact(FILE *file, TALLOC_CTX *ctx, const char *name, const char *value) {
    if (*value)
        slip_wrapped(file, ctx, memory_printf(ctx, "%s: %s", name, value), false);
}

void cli_sheet_slip(FILE *file, const struct sheet *sheet) {
    const struct sheet_visit *visit = sheet->visits;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char date[WORDS_SIZE];
    words_date(visit->date, date);
    slip_wrapped(file, ctx, sheet->salon, true);
    slip_wrapped(file, ctx, sheet_remark(visit), true);
    rule(file, SLIP_COLUMNS);
    edges(file, date, sheet_span(ctx, visit), SLIP_COLUMNS);
    slip_fact(file, ctx, _("master"), visit->master);
    rule(file, SLIP_COLUMNS);
    for (size_t i = 0; i < visit->service_count; i++)
        slip_service(file, ctx, visit, &visit->services[i]);
    const char *total = sheet_money(ctx, visit->price_minor, visit->currency);
    if (*total && visit->service_count > 1)
        edges(file, _("total"), total, SLIP_COLUMNS);
    rule(file, SLIP_COLUMNS);
    slip_fact(file, ctx, _("client"), visit->client);
    slip_fact(file, ctx, _("phone"), visit->phone);
    slip_fact(file, ctx, _("booking"), visit->number);
    talloc_free(ctx);
}

int cli_sheet_print(struct cli *cli, const struct zp_json *document) {
    struct zp_error error = {0};
    const struct sheet *sheet = sheet_read(cli, document, &error);
    if (!sheet)
        return cli_fail(cli, &error);
    if (sheet->one)
        cli_sheet_slip(cli->out, sheet);
    else
        cli_sheet_day(cli->out, sheet);
    return 0;
}
