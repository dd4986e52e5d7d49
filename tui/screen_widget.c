// Widget: the salon's booking page as a QR code for the client's phone, its address, and the code
// for the salon's own site. Asks nobody.
#include "facts.h"
#include "memory.h"
#include "qr.h"
#include "screen.h"
#include "widget_page.h"
#include <stdio.h>
#include <zapis/i18n.h>

#define LINE        512
#define GAP         2  // columns between the code and what stands beside it
#define BESIDE_COLS 26 // the least that makes sense there
#define BELOW_ROWS  2  // the address under the code

struct widget {
    const struct screen_env *env;
    char *address, *iframe;
    struct qr *qr; // NULL: the address is too long for one
};

static void *widget_new(TALLOC_CTX *ctx, const struct screen_env *env,
                        const struct screen_args *args) {
    struct widget *widget = memory_new(ctx, struct widget);

    (void)args;
    widget->env = env;
    widget->address = widget_page_address(widget, env->config);
    widget->iframe = widget_page_iframe(widget, widget->address);
    widget->qr = qr_new(widget, widget->address);
    return widget;
}

static void update(void *model, const struct message *message, struct commands *commands) {
    (void)model;
    if (message->kind == MESSAGE_KEY && message->u.key.action == ACTION_BACK)
        command_close(commands, NULL);
}

// ---- the code: two modules in one cell, or in ASCII each module in two cells

static int modules(const struct qr *qr) {
    return qr->size + 2 * QR_QUIET;
}

static int code_cols(const struct grid *grid, const struct qr *qr) {
    return grid->surface->ascii ? 2 * modules(qr) : modules(qr);
}

static int code_rows(const struct grid *grid, const struct qr *qr) {
    return grid->surface->ascii ? modules(qr) : (modules(qr) + 1) / 2;
}

static const char *cell(const struct grid *grid, const struct qr *qr, int row, int col) {
    static const char *const halves[2][2] = {{" ", "▄"}, {"▀", "█"}};
    const int x = col - QR_QUIET, y = 2 * row - QR_QUIET;

    if (grid->surface->ascii)
        return qr_dark(qr, col / 2 - QR_QUIET, row - QR_QUIET) ? "#" : " ";
    return halves[qr_dark(qr, x, y)][qr_dark(qr, x, y + 1)];
}

static void draw_code(const struct grid *grid, const struct qr *qr, int top) {
    for (int row = 0; row < code_rows(grid, qr); row++)
        for (int col = 0; col < code_cols(grid, qr); col++)
            grid_put(grid, top + row, col, 1, cell(grid, qr, row, col), STYLE_QR);
}

// ---- words

static int draw_text(const struct grid *grid, int row, const char *text, enum style style) {
    return row + facts_wrap(grid, row, 0, grid->rows - row, grid->cols, text, style);
}

// A client who scans a made-up salon would book at whoever has that number.
static int draw_practice(const struct widget *widget, const struct grid *grid, int row) {
    if (!widget->env->config->practice.on)
        return row;
    return draw_text(grid, row, _("Practice: this company's number is made up. Not for clients."),
                     STYLE_WARN);
}

static void draw_words(const struct widget *widget, const struct grid *grid, int row, bool code) {
    if (code)
        row = draw_text(grid, row, _("The client's camera opens this page and books there."),
                        STYLE_DEFAULT) +
              1;
    row = draw_practice(widget, grid, row);
    row = draw_text(grid, row, _("Address"), STYLE_DIM);
    row = draw_text(grid, row, widget->address, STYLE_STRONG) + 1;
    row = draw_text(grid, row, _("For the salon's own site"), STYLE_DIM);
    row = draw_text(grid, row, widget->iframe, STYLE_DEFAULT) + 1;
    draw_text(grid, row, _("“zapis widget” prints both, to be copied."), STYLE_DIM);
}

static void draw_too_small(const struct widget *widget, const struct grid *grid) {
    const struct grid all = grid_part(grid, 1, 1, grid->rows - 1, grid->cols - 2);
    int row = 0;

    if (widget->qr) {
        char text[LINE];

        (void)snprintf(
            text, sizeof(text),
            _("The QR code needs a window of %d columns and %d rows; this one has %d and %d."),
            code_cols(grid, widget->qr), code_rows(grid, widget->qr) + 1 + BELOW_ROWS + 1,
            grid->cols, grid->rows + 1);
        row = draw_text(&all, row, text, STYLE_NOTICE) + 1;
    } else {
        row = draw_text(&all, row, _("This address is too long for a QR code."), STYLE_WARN) + 1;
    }
    draw_words(widget, &all, row, false);
}

static void draw_below(const struct widget *widget, const struct grid *grid, int row) {
    const struct grid rest = grid_part(grid, row, 1, grid->rows - row, grid->cols - 2);

    draw_text(&rest, draw_practice(widget, &rest, 0), widget->address, STYLE_STRONG);
}

static void view(const void *model, struct grid *grid) {
    const struct widget *widget = model;
    const int cols = widget->qr ? code_cols(grid, widget->qr) : 0;
    const int rows = widget->qr ? code_rows(grid, widget->qr) : 0;
    const bool beside = cols + GAP + BESIDE_COLS < grid->cols && grid->rows > rows;
    const bool below = cols <= grid->cols && grid->rows > rows + BELOW_ROWS;

    facts_header(grid, widget->env->config, _("Booking page"));
    if (!widget->qr || (!beside && !below)) {
        draw_too_small(widget, grid);
        return;
    }
    draw_code(grid, widget->qr, 1);
    if (beside) {
        const struct grid side =
            grid_part(grid, 2, cols + GAP, grid->rows - 2, grid->cols - cols - GAP - 1);

        draw_words(widget, &side, 0, true);
    } else {
        draw_below(widget, grid, 1 + rows);
    }
}

static size_t actions(const void *model, enum action *out) {
    (void)model;
    out[0] = ACTION_BACK;
    return 1;
}

const struct screen_ops screen_widget = {
    .name = "widget", .new = widget_new, .update = update, .view = view, .actions = actions};
