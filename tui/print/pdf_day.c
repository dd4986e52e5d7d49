// The day sheet: A4 on its side, masters next to each other, rows in order of time.
#include "print/pdf.h"

#include "memory.h"
#include "words.h"

#include <zapis/i18n.h>

#define WIDTH         PDF_MM(297)
#define HEIGHT        PDF_MM(210)
#define MARGIN        PDF_MM(10)
#define INNER         (WIDTH - 2 * MARGIN)
#define TIME_WIDTH    34.0
#define MASTERS       6 // side by side: a name and a phone still fit
#define PADDING       4.0
#define HEAD_HEIGHT   42.0 // salon and date
#define MASTER_HEIGHT 17.0

static const struct pdf_style small = {.size = 9, .lines = 1},
                              heading = {.size = 14, .bold = true, .lines = 1},
                              master = {.size = 9.5, .bold = true, .lines = 1},
                              strong = {.size = 8.5, .bold = true, .lines = 1},
                              plain = {.size = 8.5, .lines = 1}, two = {.size = 8.5, .lines = 2},
                              aside = {.size = 8, .italic = true, .lines = 3};

// Rows of one grid on one page.
struct page {
    const struct sheet_grid *grid;
    size_t first, row_count;
    const double *heights; // of the grid's rows
};

static double draw_visit(struct pdf *pdf, const struct sheet_visit *visit, double x, double y,
                         double width) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    const double from = y;
    y += pdf_edges(pdf, &strong, x, y, width, sheet_span(ctx, visit),
                   sheet_money(ctx, visit->price_minor, visit->currency));
    y += pdf_text(pdf, &aside, x, y, width, sheet_remark(visit));
    y += pdf_text(pdf, &strong, x, y, width, visit->client);
    y += pdf_text(pdf, &plain, x, y, width, visit->phone);
    y += pdf_text(pdf, &two, x, y, width, sheet_services(ctx, visit));
    y += pdf_text(pdf, &aside, x, y, width, visit->comment);
    talloc_free(ctx);
    return y - from;
}

static double column_width(const struct sheet_grid *grid) {
    return (INNER - TIME_WIDTH) / (double)grid->column_count;
}

static double column_x(const struct sheet_grid *grid, size_t column) {
    return MARGIN + TIME_WIDTH + column_width(grid) * (double)column;
}

static double draw_row(struct pdf *pdf, const struct sheet_grid *grid, size_t row, const char *hour,
                       double y) {
    const double width = column_width(grid) - 2 * PADDING;
    double height = pdf_text(pdf, &strong, MARGIN + 2, y + PADDING, TIME_WIDTH - 2, hour);
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct sheet_visit *visit = grid->cells[row * grid->column_count + i];
        const double used =
            visit ? draw_visit(pdf, visit, column_x(grid, i) + PADDING, y + PADDING, width) : 0;
        height = used > height ? used : height;
    }
    return height + 2 * PADDING;
}

static const double *row_heights(TALLOC_CTX *ctx, struct pdf *pdf, const struct sheet_grid *grid) {
    double *heights = memory_array(ctx, double, (unsigned)grid->row_count);
    pdf_set_dry(pdf, true);
    for (size_t row = 0; row < grid->row_count; row++)
        heights[row] = draw_row(pdf, grid, row, "", 0);
    pdf_set_dry(pdf, false);
    return heights;
}

static struct page *paginate(TALLOC_CTX *ctx, struct pdf *pdf, const struct sheet_grid *grids,
                             size_t grid_count, size_t *page_count) {
    const double bottom = HEIGHT - MARGIN;
    struct page *pages = NULL;
    *page_count = 0;
    for (size_t i = 0; i < grid_count; i++) {
        const struct sheet_grid *grid = &grids[i];
        const double *heights = row_heights(ctx, pdf, grid);
        double y = bottom;
        for (size_t row = 0; row < grid->row_count; row++) {
            if (row == 0 || y + heights[row] > bottom) {
                pages = memory_grow(ctx, pages, struct page, (unsigned)*page_count + 1);
                pages[(*page_count)++] = (struct page){grid, row, 0, heights};
                y = MARGIN + HEAD_HEIGHT + MASTER_HEIGHT;
            }
            y += heights[row];
            pages[*page_count - 1].row_count++;
        }
    }
    return pages;
}

static void draw_head(struct pdf *pdf, const struct sheet *sheet, size_t page, size_t page_count) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    char date[WORDS_SIZE];
    words_date(sheet->date, date);
    pdf_edges(pdf, &small, MARGIN, MARGIN, INNER, sheet->salon,
              memory_printf(ctx, _("page %zu of %zu"), page, page_count));
    pdf_text(pdf, &heading, MARGIN, MARGIN + 14, INNER * 0.6, date);
    const char *count = sheet_count(ctx, sheet);
    if (*sheet->printed_at) {
        const char *when = memory_printf(ctx, _("printed %s"), sheet->printed_at);
        count = memory_printf(ctx, "%s, %s", count, when);
    }
    pdf_edges(pdf, &small, MARGIN, MARGIN + 20, INNER, "", count);
    talloc_free(ctx);
}

static void draw_masters(struct pdf *pdf, const struct sheet_grid *grid) {
    const double y = MARGIN + HEAD_HEIGHT;
    pdf_fill(pdf, MARGIN, y, INNER, MASTER_HEIGHT, 0.9);
    for (size_t i = 0; i < grid->column_count; i++)
        pdf_text(pdf, &master, column_x(grid, i) + PADDING, y + 3, column_width(grid) - 2 * PADDING,
                 grid->masters[i]);
}

static void draw_page(struct pdf *pdf, const struct page *page) {
    const struct sheet_grid *grid = page->grid;
    const double top = MARGIN + HEAD_HEIGHT + MASTER_HEIGHT;
    double y = top;
    draw_masters(pdf, grid);
    for (size_t i = 0; i < page->row_count; i++) {
        const char *hour = sheet_row_hour(grid, page->first + i, i > 0);
        if (*hour && i > 0)
            pdf_line(pdf, MARGIN, y, MARGIN + INNER, y, 0.5);
        draw_row(pdf, grid, page->first + i, hour, y);
        y += page->heights[page->first + i];
    }
    pdf_line(pdf, MARGIN, y, MARGIN + INNER, y, 0.5);
    for (size_t i = 0; i < grid->column_count; i++)
        pdf_line(pdf, column_x(grid, i), top, column_x(grid, i), y, 0.75);
}

struct pdf *pdf_day(TALLOC_CTX *ctx, const struct sheet *sheet, struct zp_error *err) {
    size_t grid_count, page_count;
    struct pdf *pdf = pdf_new(ctx, WIDTH, HEIGHT, err);
    if (!pdf)
        return NULL;
    TALLOC_CTX *work = talloc_new(pdf);
    const struct sheet_grid *grids = sheet_grids(work, sheet, MASTERS, &grid_count);
    const struct page *pages = paginate(work, pdf, grids, grid_count, &page_count);
    if (page_count == 0) {
        draw_head(pdf, sheet, 1, 1);
        pdf_text(pdf, &small, MARGIN, MARGIN + HEAD_HEIGHT + PADDING, INNER,
                 _("No bookings in the journal for this day."));
        pdf_page_end(pdf);
    }
    for (size_t i = 0; i < page_count; i++) {
        draw_head(pdf, sheet, i + 1, page_count);
        draw_page(pdf, &pages[i]);
        pdf_page_end(pdf);
    }
    talloc_free(work);
    return pdf;
}
