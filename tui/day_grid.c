// The board as columns of masters over rows of time.
#include "day.h"
#include "marks.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

// One column of the board on the screen.
struct pane {
    const struct day *day;
    const struct day_column *column;
    struct grid grid; // its body; the first grid column is the edge
    int index;        // in the board
};

// First and last row of a stretch on the screen, not clipped. Part of a row counts for bookings;
// other time begins with the first whole row, so that a booking's row is never also called free.
static void rows_of(const struct pane *pane, const struct day_item *item, int *first, int *last) {
    int base = pane->day->board->from, zoom = pane->day->zoom;

    *first = (item->from - base) / zoom;
    *last = (item->to - base + zoom - 1) / zoom - 1;
    if (!item->booking && (item->from - base + zoom - 1) / zoom <= *last)
        *first = (item->from - base + zoom - 1) / zoom;
    *first -= pane->day->top;
    *last -= pane->day->top;
}

// The last row of a booking where the next one begins in it: that row is the other's, for a row is
// named by what starts in it. A booking of one row keeps it.
static int yielded(const struct pane *pane, const struct day_item *item, int first, int last) {
    for (size_t i = (size_t)(item - pane->column->items) + 1; i < pane->column->count; i++) {
        const struct day_item *next = &pane->column->items[i];
        int next_first = 0, next_last = 0;

        if (!next->booking)
            continue;
        rows_of(pane, next, &next_first, &next_last);
        return next_first == last && last > first && next->from >= item->to ? last - 1 : last;
    }
    return last;
}

static bool is_current(const struct pane *pane, const struct day_item *item) {
    return day_cursor_item(pane->day) == item;
}

static void mark_hit(const struct pane *pane, const struct day_item *item, int row, int rows) {
    if (day_item_stops(item))
        grid_hit(&pane->grid, row, 0, rows, pane->grid.cols,
                 day_hit(pane->index, (int)(item - pane->column->items)));
}

// ---- time that is no booking

static const char *pattern(const struct grid *grid, enum day_kind kind) {
    switch (kind) {
    case DAY_OUTSIDE: return grid_glyph(grid, GLYPH_OUTSIDE);
    case DAY_UNKNOWN: return grid_glyph(grid, GLYPH_UNKNOWN);
    case DAY_BREAK: return grid_glyph(grid, GLYPH_LINE);
    default: return " ";
    }
}

static void draw_break(const struct pane *pane, int row) {
    const char *words = day_kind_words(pane->day, pane->index, DAY_BREAK);
    int room = pane->grid.cols - 1, width = zp_text_width(words);

    if (width + 4 <= room) {
        int at = 1 + (room - width) / 2;

        grid_put(&pane->grid, row, at - 1, 1, " ", STYLE_BREAK);
        grid_put(&pane->grid, row, at, width, words, STYLE_BREAK);
        grid_put(&pane->grid, row, at + width, 1, " ", STYLE_BREAK);
    }
}

// What the time is stands there in any case; the cursor's exact span only beside it. The line below
// the board has it always.
static void draw_words(const struct pane *pane, const struct day_item *item, int row,
                       enum style style) {
    const char *full = day_kind_words(pane->day, pane->index, item->kind);
    const bool brief = item->kind == DAY_OUTSIDE && zp_text_width(full) > pane->grid.cols - 2;
    const char *words = brief ? _("busy") : full;
    int col = 2 + zp_text_width(words) + 1;
    char from[WORDS_SIZE], to[WORDS_SIZE], span[WORDS_SIZE];

    if (col - 1 > pane->grid.cols) // a column of the week
        grid_cell(&pane->grid, row, 2, pane->grid.cols - 2, words, style);
    else
        grid_put(&pane->grid, row, 2, pane->grid.cols - 2, words, style);
    if (!is_current(pane, item))
        return;
    words_minute(item->from, from);
    words_minute(item->to, to);
    (void)snprintf(span, sizeof(span), "%.9s-%.9s", from, to);
    if (col + zp_text_width(span) <= pane->grid.cols)
        grid_put(&pane->grid, row, col, pane->grid.cols - col, span, style);
    grid_cursor(&pane->grid, row, 1);
}

static void draw_time(const struct pane *pane, const struct day_item *item) {
    bool current = is_current(pane, item);
    enum style style = current ? STYLE_CURSOR : day_kind_style(item->kind);
    const char *fill = current ? " " : pattern(&pane->grid, item->kind);
    int first = 0, last = 0, top = 0;

    rows_of(pane, item, &first, &last);
    if (last < 0 || first >= pane->grid.rows)
        return;
    top = first < 0 ? 0 : first;
    grid_fill(&pane->grid, top, 1, last - top + 1, pane->grid.cols - 1, fill,
              item->kind == DAY_PAST ? STYLE_DEFAULT : style);
    mark_hit(pane, item, top, last - top + 1);
    if (item->kind == DAY_PAST)
        return;
    if (item->kind == DAY_BREAK) {
        draw_break(pane, top);
        return;
    }
    draw_words(pane, item, top, style);
}

// ---- bookings

// The second line: the service, or what is being done where it is not simply booked.
static const char *second_line(const struct zp_booking *booking) {
    switch (mark_of(booking)) {
    case MARK_PENDING: return _("being booked");
    case MARK_UNCERTAIN: return _("awaiting answer");
    case MARK_LEAVING: return _("being cancelled");
    default: break;
    }
    return booking->service_count > 0 ? booking->services[0].name : "";
}

static const char *first_line(const struct zp_booking *booking, int lines) {
    if (mark_of(booking) == MARK_UNCERTAIN && lines == 1)
        return _("awaiting answer");
    return booking->client_name && booking->client_name[0] != '\0' ? booking->client_name
                                                                   : _("no name");
}

static void draw_first_line(const struct pane *pane, const struct day_item *item, int row,
                            int lines, enum style style) {
    const struct zp_booking *booking = item->booking;
    enum mark tail_mark = lines == 1 ? mark_of(booking) : mark_crm_of(booking);
    bool uncertain = mark_of(booking) == MARK_UNCERTAIN;
    int cols = pane->grid.cols, tail = 2;
    char from[WORDS_SIZE], text[512];

    words_minute(item->from, from);
    (void)snprintf(text, sizeof(text), "%s %s%s", from, uncertain ? "?" : "",
                   first_line(booking, lines));
    if (tail_mark == MARK_NONE || tail_mark == MARK_UNCERTAIN) // the "?" stands before the name
        tail = 0;
    grid_cell(&pane->grid, row, 1, cols - 1 - tail, text, style);
    if (tail > 0)
        grid_put(&pane->grid, row, cols - 1, 1, mark_text(&pane->grid, tail_mark),
                 style == STYLE_CURSOR ? style : mark_style(tail_mark));
}

static void draw_mark(const struct pane *pane, const struct zp_booking *booking, int row,
                      enum style style) {
    grid_printf(&pane->grid, row, pane->grid.cols - 3, 3, style, "[%s]",
                mark_text(&pane->grid, mark_of(booking)));
}

static void draw_booking(const struct pane *pane, const struct day_item *item, int first,
                         int last) {
    const struct zp_booking *booking = item->booking;
    bool current = is_current(pane, item);
    enum style style = current ? STYLE_CURSOR : mark_style(mark_of(booking));
    int top = first < 0 ? 0 : first, cols = pane->grid.cols, lines = 0;
    char length[WORDS_SIZE];

    if (last < 0 || first >= pane->grid.rows)
        return;
    if (last >= pane->grid.rows)
        last = pane->grid.rows - 1;
    lines = last - top + 1;
    grid_fill(&pane->grid, top, 0, lines, 1, grid_glyph(&pane->grid, GLYPH_BAR),
              mark_style(mark_of(booking)));
    grid_fill(&pane->grid, top, 1, lines, cols - 1, " ", style);
    mark_hit(pane, item, top, lines);
    draw_first_line(pane, item, top, lines, style);
    if (lines >= 2)
        grid_cell(&pane->grid, top + 1, 2, cols - 2 - (lines == 2 ? 4 : 0), second_line(booking),
                  style);
    if (lines >= 3) {
        words_duration(item->to - item->from, length);
        grid_cell(&pane->grid, top + 2, 2, cols - 6, length, style);
    }
    if (lines >= 2)
        draw_mark(pane, booking, top + (lines >= 3 ? 2 : 1), style);
    if (current)
        grid_cursor(&pane->grid, top, 1);
}

// Each booking takes the rows that those before it left. One that got no row is told by "+1" beside
// its neighbour, and shows when the cursor comes to it.
static void draw_bookings(const struct pane *pane) {
    int taken = INT32_MIN, hidden_row = INT32_MIN, hidden = 0;

    for (size_t i = 0; i < pane->column->count; i++) {
        const struct day_item *item = &pane->column->items[i];
        int first = 0, last = 0;

        if (!item->booking)
            continue;
        rows_of(pane, item, &first, &last);
        last = yielded(pane, item, first, last);
        if (first <= taken)
            first = taken + 1;
        if (first <= last) {
            draw_booking(pane, item, first, last);
            taken = last;
            continue;
        }
        if (hidden_row != taken)
            hidden = 0;
        hidden_row = taken;
        hidden++;
        grid_printf(&pane->grid, taken, pane->grid.cols - 2, 2, STYLE_WARN, "+%d",
                    hidden > 9 ? 9 : hidden);
    }
}

// How many other bookings have no row but this one.
static int sharing(const struct pane *pane, const struct day_item *item, int row) {
    int count = 0;

    for (size_t i = 0; i < pane->column->count; i++) {
        const struct day_item *other = &pane->column->items[i];
        int first = 0, last = 0;

        if (!other->booking || other == item)
            continue;
        rows_of(pane, other, &first, &last);
        count += first == row && last == row;
    }
    return count;
}

static void draw_current_booking(const struct pane *pane, const struct day_item *item) {
    int first = 0, last = 0, others = 0;

    rows_of(pane, item, &first, &last);
    last = yielded(pane, item, first, last);
    for (size_t i = 0; &pane->column->items[i] != item; i++) {
        const struct day_item *other = &pane->column->items[i];
        int other_first = 0, other_last = 0;

        if (!other->booking)
            continue;
        rows_of(pane, other, &other_first, &other_last);
        other_last = yielded(pane, other, other_first, other_last);
        if (other_last >= first && other_last < last)
            first = other_last + 1;
    }
    draw_booking(pane, item, first, last);
    others = first == last ? sharing(pane, item, first) : 0;
    if (others > 0)
        grid_printf(&pane->grid, first, pane->grid.cols - 2, 2, STYLE_WARN, "+%d",
                    others > 9 ? 9 : others);
}

// What the cursor stands on is always seen, whatever shares its rows.
static void draw_current(const struct pane *pane) {
    const struct day_item *item = day_cursor_item(pane->day);
    int first = 0, last = 0;

    if (!item || pane->day->column != pane->index)
        return;
    if (item->booking) {
        draw_current_booking(pane, item);
        return;
    }
    rows_of(pane, item, &first, &last);
    if (first == last && first >= 0)
        draw_time(pane, item);
}

static void draw_column(const struct pane *pane) {
    int end = day_rows(pane->day) - pane->day->top;

    if (pane->column->shift != DAY_SHIFT_UNKNOWN)
        grid_fill(&pane->grid, 0, 1, end < pane->grid.rows ? end : pane->grid.rows,
                  pane->grid.cols - 1, grid_glyph(&pane->grid, GLYPH_HATCH), STYLE_OFF);
    for (size_t i = 0; i < pane->column->count; i++)
        if (!pane->column->items[i].booking)
            draw_time(pane, &pane->column->items[i]);
    draw_bookings(pane);
    draw_current(pane);
}

// ---- heads, hours, the now-line

// "10" for a whole hour where room is short, else "10:30".
static void short_minute(int minute, char out[WORDS_SIZE]) {
    if (minute % 60 == 0)
        (void)snprintf(out, WORDS_SIZE, "%d", minute / 60);
    else
        words_minute(minute, out);
}

static void draw_head(const struct pane *pane, const struct grid *grid, int left, int width) {
    const struct day_column *column = pane->column;
    bool current = pane->day->column == pane->index;
    char from[WORDS_SIZE], to[WORDS_SIZE];

    grid_hit(grid, 1, left, 2, width, day_hit(pane->index, -1));
    grid_cell(grid, 1, left + 1, width - 1, column->name, current ? STYLE_SELECTED : STYLE_TITLE);
    if (column->shift == DAY_SHIFT_ON) {
        words_minute(column->from, from);
        words_minute(column->to, to);
        if ((int)(strlen(from) + strlen(to)) >= width - 1) {
            short_minute(column->from, from);
            short_minute(column->to, to);
        }
        grid_printf(grid, 2, left + 1, width - 1, STYLE_DIM, "%s-%s", from, to);
    } else {
        grid_cell(grid, 2, left + 1, width - 1,
                  column->shift == DAY_SHIFT_OFF ? _("day off") : _("? shift"), STYLE_DIM);
    }
    if (current && !day_cursor_item(pane->day))
        grid_cursor(grid, 1, left + 1);
}

static void draw_hours(const struct day *day, const struct grid *grid,
                       const struct day_layout *layout) {
    int rows = day_rows(day);

    for (int row = 0; row < layout->body && day->top + row < rows; row++) {
        int minute = day->board->from + (day->top + row) * day->zoom;
        char text[WORDS_SIZE];

        words_minute(minute, text);
        grid_put(grid, layout->head + row, 0, 5, text,
                 minute % 60 == 0 ? STYLE_DEFAULT : STYLE_DIM);
    }
    if (day->top > 0)
        grid_put(grid, layout->head, 5, 1, grid_glyph(grid, GLYPH_UP), STYLE_DIM);
    if (day->top + layout->body < rows && layout->body > 1)
        grid_put(grid, layout->head + layout->body - 1, 5, 1, grid_glyph(grid, GLYPH_DOWN),
                 STYLE_DIM);
}

// The line takes blank cells only: bookings and what the cursor stands on stay as they are.
static void draw_now(const struct pane *pane, const struct grid *grid,
                     const struct day_layout *layout, int left, int width) {
    const struct day *day = pane->day;
    int minute = day_minute(day->env->config->zone, pane->column->date, day->now);
    int row = (minute - day->board->from) / day->zoom - day->top;
    char text[WORDS_SIZE];

    if (minute < day->board->from || minute >= day->board->to || row < 0 || row >= layout->body)
        return;
    row += layout->head;
    words_minute(minute, text);
    grid_put(grid, row, 0, 5, text, STYLE_NOW);
    for (int col = left; col < left + width; col++) {
        const struct cell *cell = surface_cell(grid->surface, grid->top + row, grid->left + col);

        if (strcmp(cell->text, " ") == 0 &&
            (cell->style == STYLE_DEFAULT || cell->style == STYLE_FREE))
            grid_put(grid, row, col, 1, grid_glyph(grid, GLYPH_LINE), STYLE_NOW);
    }
}

static void draw_empty(const struct day *day, const struct grid *grid,
                       const struct day_layout *layout) {
    const char *text = day->catalogue ? _("The catalogue has no masters.")
                                      : _("The list of masters is not here yet.");

    grid_cell(grid, layout->head + 1, layout->time, grid->cols - layout->time, text, STYLE_DIM);
}

void day_view_board(const struct day *day, const struct grid *grid,
                    const struct day_layout *layout) {
    if (!day->board || day->board->count == 0) {
        draw_empty(day, grid, layout);
        return;
    }
    draw_hours(day, grid, layout);
    for (int place = 0; place < layout->visible; place++) {
        int left = day_column_left(layout, place), width = day_column_width(layout, place);
        struct pane pane = {.day = day, .index = day->left + place};

        if ((size_t)pane.index >= day->board->count)
            break;
        pane.column = &day->board->columns[pane.index];
        pane.grid = grid_part(grid, layout->head, left, layout->body, width);
        draw_head(&pane, grid, left, width);
        draw_column(&pane);
        // The first one has the edge between the hours and itself, too.
        draw_now(&pane, grid, layout, place == 0 ? layout->time - 1 : left,
                 place == 0 ? width + left - layout->time + 1 : width);
    }
    if (day->board->count > 1) // which key goes from column to column
        grid_put(grid, 2, 0, layout->time - 1, day->column_key, STYLE_DIM);
    if (day->left > 0)
        grid_put(grid, 1, 0, 1, grid_glyph(grid, GLYPH_LEFT), STYLE_STRONG);
    if (day->left + layout->visible < (int)day->board->count)
        grid_put(grid, 1, 4, 1, grid_glyph(grid, GLYPH_RIGHT), STYLE_STRONG);
}
