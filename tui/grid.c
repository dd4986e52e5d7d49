#include "grid.h"
#include "memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zapis/text.h>

static const struct cell blank = {.text = " ", .width = 1, .style = STYLE_DEFAULT};

struct surface *surface_new(TALLOC_CTX *ctx, int rows, int cols, bool ascii) {
    struct surface *surface = memory_new(ctx, struct surface);

    surface->rows = rows < 1 ? 1 : rows;
    surface->cols = cols < 1 ? 1 : cols;
    surface->ascii = ascii;
    surface->cells =
        memory_array(surface, struct cell, (size_t)surface->rows * (size_t)surface->cols);
    surface->hits = memory_array(surface, int, (size_t)surface->rows *(size_t)surface->cols);
    surface_clear(surface);
    return surface;
}

void surface_clear(struct surface *surface) {
    const size_t cols = (size_t)surface->cols, count = (size_t)surface->rows * cols;

    for (size_t i = 0; i < cols; i++)
        surface->cells[i] = blank;
    for (size_t at = cols; at < count; at += cols)
        memcpy(&surface->cells[at], surface->cells, cols * sizeof(blank));
    memset(surface->hits, 0, count * sizeof(surface->hits[0]));
    surface->cursor_row = surface->cursor_col = -1;
}

static struct cell *cell_at(const struct surface *surface, int row, int col) {
    return &surface->cells[(size_t)row * (size_t)surface->cols + (size_t)col];
}

const struct cell *surface_cell(const struct surface *surface, int row, int col) {
    if (row < 0 || col < 0 || row >= surface->rows || col >= surface->cols)
        return &blank;
    return cell_at(surface, row, col);
}

int surface_hit(const struct surface *surface, int row, int col) {
    if (row < 0 || col < 0 || row >= surface->rows || col >= surface->cols)
        return 0;
    return surface->hits[(size_t)row * (size_t)surface->cols + (size_t)col];
}

static char *append_rows(char *text, const struct surface *surface) {
    for (int row = 0; row < surface->rows; row++) {
        for (int col = 0; col < surface->cols; col++)
            text = talloc_strdup_append_buffer(text, cell_at(surface, row, col)->text);
        text = talloc_strdup_append_buffer(text, "|\n");
    }
    return text;
}

char *surface_text(TALLOC_CTX *ctx, const struct surface *surface) {
    return append_rows(memory_strdup(ctx, ""), surface);
}

char *surface_screen(TALLOC_CTX *ctx, const struct surface *surface) {
    char *text = talloc_asprintf(ctx, "%dx%d cursor=%d,%d\n", surface->cols, surface->rows,
                                 surface->cursor_row, surface->cursor_col);

    text = append_rows(text, surface);
    for (int row = 0; row < surface->rows; row++) {
        bool any = false;

        for (int col = 0; col < surface->cols && !any; col++)
            any = cell_at(surface, row, col)->style != STYLE_DEFAULT;
        if (!any)
            continue;
        text = talloc_asprintf_append_buffer(text, "%d: ", row);
        for (int col = 0; col < surface->cols; col++)
            text = talloc_asprintf_append_buffer(
                text, "%c", style_letter((enum style)cell_at(surface, row, col)->style));
        text = talloc_strdup_append_buffer(text, "|\n");
    }
    return text;
}

struct grid grid_of(struct surface *surface) {
    return (struct grid){surface, 0, 0, surface->rows, surface->cols};
}

// Cuts [*at, *at + *size) to [0, limit); false when nothing is left.
static bool clip(int *at, int *size, int limit) {
    if (*at < 0) {
        *size = *size > INT32_MAX + *at ? INT32_MAX : *size; // far left and endless: no overflow
        *size += *at;
        *at = 0;
    }
    if (*at >= limit || *size <= 0)
        return false;
    if (*size > limit - *at)
        *size = limit - *at;
    return true;
}

struct grid grid_part(const struct grid *grid, int row, int col, int rows, int cols) {
    struct grid part = {grid->surface, grid->top, grid->left, 0, 0};

    if (!clip(&row, &rows, grid->rows) || !clip(&col, &cols, grid->cols))
        return part;
    part.top += row;
    part.left += col;
    part.rows = rows;
    part.cols = cols;
    return part;
}

// Writes one cell, `cell->width` columns wide, at surface coordinates that are known to be inside;
// what is left of a wide character that is half overwritten becomes a blank.
static void set_cell(struct surface *surface, int row, int col, const struct cell *cell) {
    struct cell *at = cell_at(surface, row, col);
    struct cell *last = at + cell->width - 1;
    int last_col = col + cell->width - 1;

    if (at->width == 0 && col > 0) {
        at[-1].width = 1;
        memcpy(at[-1].text, " ", 2);
    }
    if (last->width == 2 && last_col + 1 < surface->cols) {
        last[1].width = 1;
        memcpy(last[1].text, " ", 2);
    }
    *at = *cell;
    if (cell->width == 2)
        *last = (struct cell){.text = "", .width = 0, .style = cell->style};
}

// Code points that never reach a cell although they are part of a grapheme: joiners and selectors
// that make terminals disagree about the width.
static bool dropped_mark(uint32_t code) {
    return code == 0x200C || code == 0x200D || (code >= 0xFE00 && code <= 0xFE0F) ||
           code >= 0xE0000;
}

// A part of the grapheme at `text` (`size` bytes) that a terminal shows in one place: a base and at
// most two marks. Returns the bytes consumed; *cell has width 0 when there is nothing to show.
static size_t cell_of(const char *text, size_t size, struct cell *cell) {
    uint32_t base = 0, code = 0;
    size_t used = zp_text_decode(text, &base), length = 0;
    int columns = 0, marks = 0;
    char single[5];

    *cell = (struct cell){.width = 0};
    if (used == 0)
        return size;
    if (base < 0x20 || (base >= 0x7F && base < 0xA0)) {
        *cell = blank;
        return used;
    }
    length = zp_text_encode(base, single);
    zp_text_grapheme(single, &columns);
    if (columns < 1 || columns > 2)
        return used;
    memcpy(cell->text, single, length);
    cell->width = (uint8_t)columns;
    while (used < size) {
        size_t bytes = zp_text_decode(text + used, &code);
        size_t count = zp_text_encode(code, single);

        if (bytes == 0)
            break;
        zp_text_grapheme(single, &columns);
        if (columns > 0)
            break; // it takes a place of its own
        used += bytes;
        if (marks < 2 && !dropped_mark(code)) {
            memcpy(cell->text + length, single, count);
            length += count;
            marks++;
        }
    }
    cell->text[length] = '\0';
    return used;
}

// True where a byte stands for one column by itself: the next byte cannot be a combining mark.
static bool plain(const char *at) {
    return at[0] >= 0x20 && at[0] < 0x7F && (signed char)at[1] >= 0;
}

// Cyrillic letters (U+0410 to U+044F) before ASCII or another of them: most of what is shown.
static bool plain_cyrillic(const unsigned char *at) {
    bool letter = (at[0] == 0xD0 && at[1] >= 0x90 && at[1] <= 0xBF) ||
                  (at[0] == 0xD1 && at[1] >= 0x80 && at[1] <= 0x8F);

    return letter && (at[2] < 0x80 || at[2] == 0xD0 || (at[2] == 0xD1 && at[3] <= 0x8F));
}

// Puts as much of *text as fits; *text is moved on to what did not fit. Returns the columns taken.
static int put(const struct grid *grid, int row, int col, int columns, const char **text,
               enum style style) {
    struct surface *surface = grid->surface;
    int skip = col < 0 ? -col : 0, used = 0;

    if (row < 0 || row >= grid->rows || col >= grid->cols || columns <= 0)
        return 0;
    if (columns > grid->cols - col)
        columns = grid->cols - col;
    while (**text != '\0' && used < columns) {
        struct cell cell = {.width = 1};
        const char *at = *text;
        size_t bytes = 1;

        if (plain(at)) {
            cell.text[0] = at[0];
        } else if (plain_cyrillic((const unsigned char *)at)) {
            memcpy(cell.text, at, 2);
            bytes = 2;
        } else {
            int width = 0;
            size_t size = zp_text_grapheme(at, &width);

            bytes = cell_of(at, size > 0 ? size : 1, &cell);
        }
        if (used + cell.width > columns)
            break;
        *text += bytes;
        if (cell.width == 0)
            continue;
        cell.style = (uint8_t)style;
        if (used >= skip)
            set_cell(surface, grid->top + row, grid->left + col + used, &cell);
        used += cell.width;
    }
    return used;
}

int grid_put(const struct grid *grid, int row, int col, int columns, const char *text,
             enum style style) {
    return put(grid, row, col, columns, &text, style);
}

void grid_fill(const struct grid *grid, int row, int col, int rows, int cols, const char *text,
               enum style style) {
    struct grid part = grid_part(grid, row, col, rows, cols);
    struct cell cell = blank;

    cell_of(text, strlen(text), &cell);
    if (cell.width != 1)
        cell = blank;
    cell.style = (uint8_t)style;
    for (int y = part.top; part.cols > 0 && y < part.top + part.rows; y++) {
        struct cell *from = cell_at(part.surface, y, part.left);

        // A wide character can be half outside only at the ends.
        set_cell(part.surface, y, part.left, &cell);
        set_cell(part.surface, y, part.left + part.cols - 1, &cell);
        for (int x = 1; x < part.cols - 1; x++)
            from[x] = cell;
    }
}

void grid_cell(const struct grid *grid, int row, int col, int columns, const char *text,
               enum style style) {
    int used = 0;

    if (columns > grid->cols - col)
        columns = grid->cols - col;
    if (columns <= 0)
        return;
    used = put(grid, row, col, columns, &text, style);
    grid_fill(grid, row, col + used, 1, columns - used, " ", style);
    if (*text != '\0')
        grid_put(grid, row, col + columns - 1, 1, grid_glyph(grid, GLYPH_ELLIPSIS), style);
}

void grid_right(const struct grid *grid, int row, int col, int columns, const char *text,
                enum style style) {
    int width = zp_text_width(text);

    if (columns > grid->cols - col)
        columns = grid->cols - col;
    if (columns <= 0)
        return;
    if (width < columns)
        grid_fill(grid, row, col, 1, columns - width, " ", style);
    else
        width = columns;
    grid_cell(grid, row, col + columns - width, width, text, style);
}

int grid_printf(const struct grid *grid, int row, int col, int columns, enum style style,
                const char *format, ...) {
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return grid_put(grid, row, col, columns, text, style);
}

void grid_restyle(const struct grid *grid, int row, int col, int rows, int cols, enum style style) {
    struct grid part = grid_part(grid, row, col, rows, cols);

    for (int y = 0; y < part.rows; y++)
        for (int x = 0; x < part.cols; x++)
            cell_at(part.surface, part.top + y, part.left + x)->style = (uint8_t)style;
}

void grid_line(const struct grid *grid, int row, int col, int cols, enum style style) {
    grid_fill(grid, row, col, 1, cols, grid_glyph(grid, GLYPH_LINE), style);
}

void grid_rule(const struct grid *grid, int row, int col, int rows, enum style style) {
    grid_fill(grid, row, col, rows, 1, grid_glyph(grid, GLYPH_RULE), style);
}

void grid_box(const struct grid *grid, int row, int col, int rows, int cols, const char *title,
              enum style style) {
    static const char *const corners[2][4] = {{"┌", "┐", "└", "┘"}, {"+", "+", "+", "+"}};
    const char *const *corner = corners[grid->surface->ascii ? 1 : 0];

    if (rows < 2 || cols < 2)
        return;
    grid_line(grid, row, col + 1, cols - 2, style);
    grid_line(grid, row + rows - 1, col + 1, cols - 2, style);
    grid_rule(grid, row + 1, col, rows - 2, style);
    grid_rule(grid, row + 1, col + cols - 1, rows - 2, style);
    grid_put(grid, row, col, 1, corner[0], style);
    grid_put(grid, row, col + cols - 1, 1, corner[1], style);
    grid_put(grid, row + rows - 1, col, 1, corner[2], style);
    grid_put(grid, row + rows - 1, col + cols - 1, 1, corner[3], style);
    if (title && title[0] != '\0' && cols > 6) {
        int used = grid_put(grid, row, col + 3, cols - 6, title, STYLE_TITLE);

        grid_put(grid, row, col + 2, 1, " ", style);
        grid_put(grid, row, col + 3 + used, 1, " ", style);
    }
}

void grid_cursor(const struct grid *grid, int row, int col) {
    if (row < 0 || col < 0 || row >= grid->rows || col >= grid->cols)
        return;
    grid->surface->cursor_row = grid->top + row;
    grid->surface->cursor_col = grid->left + col;
}

void grid_hit(const struct grid *grid, int row, int col, int rows, int cols, int hit) {
    struct grid part = grid_part(grid, row, col, rows, cols);

    for (int y = part.top; y < part.top + part.rows; y++)
        for (int x = part.left; x < part.left + part.cols; x++)
            part.surface->hits[(size_t)y * (size_t)part.surface->cols + (size_t)x] = hit;
}

const char *grid_glyph(const struct grid *grid, enum glyph glyph) {
    static const char *const glyphs[GLYPHS][2] = {
        [GLYPH_LINE] = {"─", "-"},     [GLYPH_RULE] = {"│", "|"},   [GLYPH_BAR] = {"▐", "|"},
        [GLYPH_DOT] = {"●", "*"},      [GLYPH_RING] = {"○", "o"},   [GLYPH_MIDDLE] = {"·", "."},
        [GLYPH_CHECK] = {"✓", "v"},    [GLYPH_BULLET] = {"•", "*"}, [GLYPH_CROSS] = {"✗", "x"},
        [GLYPH_ELLIPSIS] = {"…", "~"}, [GLYPH_HATCH] = {"░", ":"},  [GLYPH_UNKNOWN] = {"·", "."},
        [GLYPH_OUTSIDE] = {"▒", "#"},  [GLYPH_RIGHT] = {"▸", ">"},  [GLYPH_LEFT] = {"◂", "<"},
        [GLYPH_UP] = {"▴", "^"},       [GLYPH_DOWN] = {"▾", "v"},   [GLYPH_MINUS] = {"−", "-"},
        [GLYPH_UNEQUAL] = {"≠", "!="},
    };
    if ((unsigned)glyph >= GLYPHS)
        return " ";
    return glyphs[glyph][grid->surface->ascii ? 1 : 0];
}
