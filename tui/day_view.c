// The frame of the Day: header, list for small terminals, the line about the cursor's item.
#include "day.h"
#include "marks.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/money.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define LINE 1024

static const char *unknown_words(const struct day *day, int column) {
    if (day->column_asked) // each has its own answer
        return column >= 0 && day->column_asked[column] ? _("asking …") : _("? not known");
    if (!day->look && day->look_asked)
        return _("asking …");
    return !day->look && day->look_failed ? _("? could not ask") : _("? not known");
}

const char *day_kind_words(const struct day *day, int column, enum day_kind kind) {
    switch (kind) {
    case DAY_FREE: return _("free");
    case DAY_OUTSIDE: return _("busy in Dikidi");
    case DAY_UNKNOWN: return unknown_words(day, column);
    case DAY_PAST: return _("past");
    case DAY_BREAK: return _("break");
    case DAY_BOOKING: break;
    }
    return "";
}

enum style day_kind_style(enum day_kind kind) {
    switch (kind) {
    case DAY_FREE: return STYLE_FREE;
    case DAY_OUTSIDE: return STYLE_OUTSIDE;
    case DAY_UNKNOWN: return STYLE_UNKNOWN;
    case DAY_PAST: return STYLE_DIM;
    case DAY_BREAK: return STYLE_BREAK;
    case DAY_BOOKING: break;
    }
    return STYLE_BOOKED;
}

// ---- header

static void header_left(const struct day *day, const struct grid *grid, int variant,
                        char out[LINE]) {
    const char *dot = grid_glyph(grid, GLYPH_MIDDLE);
    const char *left = grid_glyph(grid, GLYPH_LEFT), *right = grid_glyph(grid, GLYPH_RIGHT);
    char plain[WORDS_SIZE], date[WORDS_SIZE + 16], relative[WORDS_SIZE];

    words_relative(day->date, day->today, relative);
    if (variant < 2)
        words_date(day->date, plain);
    else
        words_date_short(day->date, plain);
    (void)snprintf(date, sizeof(date), "%s %s %s", left, plain, right); // which keys change it
    if (variant == 0)
        (void)snprintf(out, LINE, "%s %s %s %s %s", day->env->config->salon.name, dot, date, dot,
                       relative);
    else if (variant == 1)
        (void)snprintf(out, LINE, "%s %s %s", date, dot, relative);
    else
        (void)snprintf(out, LINE, "%s", date);
}

void day_view_header(const struct day *day, const struct grid *grid) {
    bool practice = day->env->config->practice.on;
    const char *who = day->env->operator_name ? day->env->operator_name : "";
    char left[LINE], clock[WORDS_SIZE];
    int practice_width = practice ? zp_text_width(_("PRACTICE")) + 3 : 0;
    int who_width = who[0] != '\0' ? zp_text_width(who) + 2 : 0, who_shown = 0;
    int room = grid->cols - 1 - 6 - practice_width;

    grid_fill(grid, 0, 0, 1, grid->cols, " ", STYLE_HEADER);
    words_clock(day->env->config->zone, day->now, clock);
    for (int variant = 0; variant < 6; variant++) { // the operator goes before words of the date
        header_left(day, grid, variant / 2, left);
        who_shown = variant % 2 == 0 ? who_width : 0;
        if (zp_text_width(left) + who_shown <= room)
            break;
    }
    grid_put(grid, 0, 1, room, left, STYLE_HEADER);
    grid_right(grid, 0, grid->cols - 6, 5, clock, STYLE_HEADER);
    if (practice)
        grid_printf(grid, 0, grid->cols - 6 - practice_width, practice_width - 1, STYLE_PRACTICE,
                    " %s ", _("PRACTICE"));
    if (who_shown > 0)
        grid_put(grid, 0, grid->cols - 6 - practice_width - who_shown, who_width, who,
                 STYLE_HEADER);
}

// ---- the line about the cursor's item

struct line {
    char text[LINE];
    size_t length;
    const char *separator;
};

static void line_add(struct line *line, const char *text) {
    int written = 0;

    if (!text || text[0] == '\0')
        return;
    written = snprintf(line->text + line->length, sizeof(line->text) - line->length, "%s%s",
                       line->length > 0 ? line->separator : "", text);
    if (written > 0)
        line->length += (size_t)written;
    if (line->length >= sizeof(line->text))
        line->length = sizeof(line->text) - 1;
}

static void span_text(const struct day_item *item, char out[WORDS_SIZE]) {
    char from[WORDS_SIZE], to[WORDS_SIZE];

    words_minute(item->from, from);
    words_minute(item->to, to);
    (void)snprintf(out, WORDS_SIZE, "%.9s-%.9s", from, to);
}

static void add_services(struct line *line, const struct zp_booking *booking) {
    for (size_t i = 0; i < booking->service_count; i++)
        line_add(line, booking->services[i].name);
}

static void booking_line(struct line *line, const struct day_item *item, bool full) {
    const struct zp_booking *booking = item->booking;
    char phone[ZP_PHONE_TEXT_SIZE], money[ZP_MONEY_SIZE];

    line_add(line, booking->client_name && booking->client_name[0] != '\0' ? booking->client_name
                                                                           : _("no name"));
    // The phone of a walk-in is the salon's own stand-in for one.
    if (full && booking->origin != ZP_ORIGIN_WALK_IN && booking->client_phone &&
        booking->client_phone[0] != '\0') {
        zp_phone_format(booking->client_phone, phone);
        line_add(line, phone);
    }
    add_services(line, booking);
    if (!full)
        return;
    if (booking->currency) {
        zp_money_format(booking->price_minor, booking->currency, zp_i18n_russian(), money);
        line_add(line, money);
    }
    line_add(line, mark_words(mark_of(booking)));
    line_add(line, mark_words(mark_crm_of(booking)));
    line_add(line, booking->error_message);
}

static const char *shift_words(const struct day_column *column) {
    return column->shift == DAY_SHIFT_OFF ? _("day off") : _("? shift not known");
}

void day_view_detail(const struct day *day, const struct grid *grid, int row) {
    const struct day_column *column = day_cursor_column(day);
    const struct day_item *item = day_cursor_item(day);
    struct line line = {.separator = ", "};
    char span[WORDS_SIZE];

    if (row < 0)
        return;
    if (day->trouble) {
        grid_cell(grid, row, 1, grid->cols - 1, day->trouble, STYLE_ERROR);
        return;
    }
    if (!column)
        return;
    if (!item) {
        line_add(&line, column->name);
        if (column->shift != DAY_SHIFT_ON)
            line_add(&line, shift_words(column));
        grid_cell(grid, row, 1, grid->cols - 1, line.text, STYLE_DIM);
        return;
    }
    span_text(item, span);
    if (item->booking) {
        booking_line(&line, item, true);
    } else {
        line_add(&line, column->name);
        line_add(&line, day_kind_words(day, day->column, item->kind));
    }
    grid_put(grid, row, 1, grid->cols - 1, span, STYLE_STRONG);
    grid_cell(grid, row, 13, grid->cols - 13, line.text,
              item->booking ? mark_style(mark_of(item->booking)) : day_kind_style(item->kind));
}

// ---- the list: one master, one item a row

static void list_head(const struct day *day, const struct grid *grid, int row) {
    const struct day_column *column = day_cursor_column(day);
    char from[WORDS_SIZE], to[WORDS_SIZE], text[LINE];

    if (!column) {
        grid_cell(grid, row, 0, grid->cols, _("No masters are known yet."), STYLE_DIM);
        return;
    }
    words_minute(column->from, from);
    words_minute(column->to, to);
    if (column->shift == DAY_SHIFT_ON)
        (void)snprintf(text, sizeof(text), "%s %s-%s", column->name, from, to);
    else
        (void)snprintf(text, sizeof(text), "%s %s", column->name, shift_words(column));
    grid_cell(grid, row, 0, grid->cols, text, STYLE_TITLE);
    (void)snprintf(text, sizeof(text), " %s %d/%zu", day->column_key, day->column + 1,
                   day->board->count);
    if (zp_text_width(text) < grid->cols)
        grid_put(grid, row, grid->cols - zp_text_width(text), grid->cols, text, STYLE_DIM);
}

static void list_row(const struct day *day, const struct grid *grid, int row,
                     const struct day_item *item, bool current) {
    struct line line = {.separator = ", "};
    char span[WORDS_SIZE], mark[16] = "";
    enum style style = day_kind_style(item->kind);
    int now = day_minute(day->env->config->zone, day->date, day->now);

    span_text(item, span);
    if (item->booking) {
        style = mark_style(mark_of(item->booking));
        (void)snprintf(mark, sizeof(mark), "[%s]%s", mark_text(grid, mark_of(item->booking)),
                       mark_text(grid, mark_crm_of(item->booking)));
        booking_line(&line, item, false);
    } else {
        line_add(&line, day_kind_words(day, day->column, item->kind));
    }
    if (current)
        style = STYLE_CURSOR;
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_put(grid, row, 0, grid->cols, span, style);
    grid_cell(grid, row, 12, grid->cols - 12 - (mark[0] ? 5 : 0), line.text, style);
    if (mark[0] && grid->cols >= 20)
        grid_put(grid, row, grid->cols - 4, 4, mark, style);
    if (item->from <= now && item->to > now)
        grid_put(grid, row, 11, 1, grid_glyph(grid, GLYPH_LEFT), current ? style : STYLE_NOW);
    if (day_item_stops(item))
        grid_hit(grid, row, 0, 1, grid->cols,
                 day_hit(day->column, (int)(item - day_cursor_column(day)->items)));
    if (current)
        grid_cursor(grid, row, 0);
}

void day_view_list(const struct day *day, const struct grid *grid,
                   const struct day_layout *layout) {
    const struct day_column *column = day_cursor_column(day);
    struct grid body = grid_part(grid, layout->head, 0, layout->body, grid->cols);

    if (layout->head == 2)
        list_head(day, grid, 1);
    for (int row = 0; column && row < body.rows; row++) {
        int at = day->top + row;

        if ((size_t)at >= column->count)
            break;
        list_row(day, &body, row, &column->items[at], at == day->item);
    }
    if (column && column->count == 0)
        grid_cell(&body, 0, 0, body.cols,
                  column->shift == DAY_SHIFT_OFF ? _("day off") : _("nothing here"), STYLE_DIM);
}

// ---- the date asked for

void day_view_date(const struct day *day, const struct grid *grid) {
    int cols = grid->cols < 72 ? grid->cols : 72, rows = 5;
    int top = (grid->rows - rows) / 3, left = (grid->cols - cols) / 2;
    struct grid box;

    if (!day->date_field)
        return;
    if (grid->rows < rows || cols < 12) { // no room for a frame: the last row is the field
        field_draw(day->date_field, grid, grid->rows - 1, 0, grid->cols, true, _("Date"));
        return;
    }
    box = grid_part(grid, top, left, rows, cols);
    grid_fill(&box, 0, 0, rows, cols, " ", STYLE_DEFAULT);
    grid_box(&box, 0, 0, rows, cols, _("Go to date"), STYLE_LINE);
    field_draw(day->date_field, &box, 1, 2, cols - 4, true, _("23.11, +3, tomorrow"));
    if (day->date_error)
        grid_cell(&box, 2, 2, cols - 4, day->date_error, STYLE_ERROR);
    grid_cell(&box, 3, 2, cols - 4, _("Enter goes there, Esc stays"), STYLE_DIM);
}
