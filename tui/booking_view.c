// New booking, drawn: the header with the four steps, the summary of all that is chosen, the step,
// and what the keys do.
#include "booking.h"
#include "facts.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define HINT            512 // bytes
#define FULL_COLS       80
#define FULL_ROWS       23
#define PANEL_COLS      54
#define PANEL_FROM_COLS 134

static const char *step_words(const struct booking *booking, int step) {
    switch (step) {
    case BOOKING_CHOICE:
        return booking->purpose == BOOKING_MOVE ? _("Master") : _("Master and service");
    case BOOKING_TIME: return _("Date and time");
    case BOOKING_CLIENT: return _("Client");
    case BOOKING_CONFIRM: return _("Confirmation");
    default: return "";
    }
}

// Of a move there is no step for the client: the numbers go on without it. 0: not a step of it.
static int number_of(const struct booking *booking, int step) {
    if (booking->purpose != BOOKING_MOVE)
        return step;
    return step == BOOKING_CLIENT ? 0 : step == BOOKING_CONFIRM ? BOOKING_STEPS - 1 : step;
}

static int steps_of(const struct booking *booking) {
    return number_of(booking, BOOKING_CONFIRM);
}

static const char *corner(const struct booking *booking) {
    const struct zp_config *config = booking->env->config;

    return config->practice.on ? _("PRACTICE") : config->salon.name;
}

static enum style corner_style(const struct booking *booking) {
    return booking->env->config->practice.on ? STYLE_PRACTICE : STYLE_HEADER;
}

// All four steps with the one at hand lit; false if they do not fit.
static bool header_whole(const struct booking *booking, const struct grid *grid, int *taken) {
    const char *title = booking_title(booking), *mark = grid_glyph(grid, GLYPH_RIGHT);
    int width = 1 + zp_text_width(title) + 2, col = 0;

    for (int i = 1; i <= BOOKING_STEPS; i++)
        if (number_of(booking, i) > 0)
            width += 2 + zp_text_width(step_words(booking, i)) + (i > 1 ? 3 : 0);
    if (width > grid->cols)
        return false;
    col = 1 + grid_put(grid, 0, 1, grid->cols, title, STYLE_HEADER) + 2;
    for (int i = 1; i <= BOOKING_STEPS; i++) {
        enum style style = i == (int)booking->step ? STYLE_SELECTED : STYLE_HEADER;

        if (number_of(booking, i) == 0)
            continue;
        if (i > 1)
            col += grid_printf(grid, 0, col, grid->cols - col, STYLE_HEADER, " %s ", mark);
        col += grid_printf(grid, 0, col, grid->cols - col, style, "%d %s", number_of(booking, i),
                           step_words(booking, i));
    }
    *taken = col;
    return true;
}

// True if the corner (PRACTICE, or the salon) has been shown.
static bool header(const struct booking *booking, const struct grid *grid) {
    int width = zp_text_width(corner(booking)), taken = 0;

    grid_fill(grid, 0, 0, 1, grid->cols, " ", STYLE_HEADER);
    if (!header_whole(booking, grid, &taken))
        taken = 1 + grid_printf(grid, 0, 1, grid->cols - 1, STYLE_HEADER, "%s %d/%d %s",
                                booking_title(booking), number_of(booking, (int)booking->step),
                                steps_of(booking), step_words(booking, (int)booking->step));
    if (taken + 2 + width > grid->cols)
        return false;
    grid_put(grid, 0, grid->cols - width - 1, width, corner(booking), corner_style(booking));
    return true;
}

// ---- the summary

struct pen {
    const struct grid *grid;
    int row, col, end;
};

static void put(struct pen *pen, const char *text, enum style style) {
    if (text[0] == '\0' || pen->col >= pen->end)
        return;
    if (pen->col > 1)
        pen->col += grid_printf(pen->grid, pen->row, pen->col, pen->end - pen->col, STYLE_DIM,
                                " %s ", grid_glyph(pen->grid, GLYPH_MIDDLE));
    if (pen->col < pen->end && zp_text_width(text) > pen->end - pen->col) {
        grid_cell(pen->grid, pen->row, pen->col, pen->end - pen->col, text, style);
        pen->col = pen->end;
    } else {
        pen->col += grid_put(pen->grid, pen->row, pen->col, pen->end - pen->col, text, style);
    }
}

static void put_what(TALLOC_CTX *ctx, const struct booking *booking, struct pen *pen) {
    struct price_span sum = booking_sum(booking);

    if (booking->choice.count == 0) {
        put(pen, booking_who_text(ctx, booking), STYLE_STRONG);
        put(pen, _("no service yet"), STYLE_DIM);
        return;
    }
    put(pen, booking_services_text(ctx, booking), STYLE_STRONG);
    put(pen, booking_minutes_text(ctx, &sum), STYLE_DEFAULT);
    put(pen, booking_price_text(ctx, booking, &sum), STYLE_DEFAULT);
    put(pen, booking_who_text(ctx, booking), STYLE_STRONG);
}

static void put_when(TALLOC_CTX *ctx, const struct booking *booking, struct pen *pen) {
    const struct booking_time *time = &booking->time;
    char wished[WORDS_SIZE];

    if (time->chosen_at != 0 && time->missed_at != 0) {
        words_clock(booking->env->config->zone, time->missed_at, wished);
        put(pen,
            memory_printf(ctx, _("%s (%s is not offered)"), booking_when_text(ctx, booking, false),
                          wished),
            STYLE_WARN);
    } else if (time->chosen_at != 0) {
        put(pen,
            memory_printf(ctx, booking->purpose == BOOKING_MOVE ? _("new: %s") : "%s",
                          booking_when_text(ctx, booking, false)),
            STYLE_STRONG);
    } else if (booking_time_pending(booking)) {
        put(pen, _("asking for free time ..."), STYLE_DIM);
    } else {
        put(pen, time->trouble ? _("free time could not be asked") : _("no time yet"),
            time->trouble ? STYLE_ERROR : STYLE_DIM);
    }
}

// From where to where.
static void put_old(TALLOC_CTX *ctx, const struct booking *booking, struct pen *pen) {
    if (booking->purpose != BOOKING_MOVE)
        return;
    if (booking_is_again(booking))
        put(pen, memory_printf(ctx, _("cancelled: %s"), booking_old_text(ctx, booking)),
            STYLE_WARN);
    else
        put(pen, memory_printf(ctx, _("now: %s"), booking_old_text(ctx, booking)), STYLE_DEFAULT);
}

static void put_client(TALLOC_CTX *ctx, const struct booking *booking, struct pen *pen) {
    const char *phone = booking_client_text(booking, BOOKING_PHONE);
    const char *name = booking_client_text(booking, BOOKING_NAME);

    if (booking->client.walk_in)
        put(pen, memory_printf(ctx, "%s%s%s", name, name[0] ? ", " : "", _("walk-in")),
            STYLE_STRONG);
    else if (phone[0] == '\0' && name[0] == '\0')
        put(pen, _("no client yet"), STYLE_DIM);
    else
        put(pen, memory_printf(ctx, "%s%s%s", name, name[0] && phone[0] ? " " : "", phone),
            STYLE_STRONG);
}

// Two rows where there is room for them, else one. Returns the rows taken, with the line below.
static int summary(const struct booking *booking, const struct grid *grid, bool cornered) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    int width = zp_text_width(corner(booking));
    struct pen pen = {grid, 1, 1, grid->cols - 1};
    int rows = grid->rows >= FULL_ROWS ? 3 : grid->rows >= 8 ? 1 : 0;

    if (rows > 0) {
        if (!cornered && grid->cols > width + 20) {
            grid_put(grid, 1, grid->cols - width - 1, width, corner(booking),
                     booking->env->config->practice.on ? STYLE_PRACTICE : STYLE_DIM);
            pen.end = grid->cols - width - 3;
        }
        if (rows == 1)
            put_when(ctx, booking, &pen);
        put_what(ctx, booking, &pen);
        if (rows > 1) {
            pen = (struct pen){grid, 2, 1, grid->cols - 1};
            put_old(ctx, booking, &pen);
            put_when(ctx, booking, &pen);
        }
        put_client(ctx, booking, &pen);
    }
    if (rows > 1)
        grid_line(grid, 3, 0, grid->cols, STYLE_LINE);
    talloc_free(ctx);
    return rows;
}

// ---- the last row

// Enter takes a known client only from the phone.
static const char *client_hint(const struct booking_client *client) {
    if (client->focus == BOOKING_NAME)
        return _("The client's name, Enter: to the confirmation, Tab: comment");
    if (client->focus == BOOKING_COMMENT)
        return _("A comment on the visit, Enter: to the confirmation, Tab: phone");
    return client->count > 0
               ? _("Enter: take the known client, Up Down: another, Tab: name, comment")
               : _("Digits of the phone or letters of the name, Enter: go on, Tab: the next field");
}

static const char *hint(const struct booking *booking, int cols) {
    const struct booking_start *start = booking_time_start(booking);

    switch (booking->step) {
    case BOOKING_CHOICE:
        if (booking->purpose == BOOKING_MOVE)
            return _("Type to find, Enter: to the free time of this master, Esc: back");
        if (booking->choice.on_masters)
            return _("Type to find, Enter: to the services, Tab: the other list");
        return _("Type to find, Enter: take it and go on, Ins: one more service, Tab: masters");
    case BOOKING_TIME:
        if (!booking->choice.master_id && start && start->count > 1)
            return _("Left Right: day, Up Down or 1530: time, Tab: which master");
        if (start && start->overlaps)
            return _("overlaps the client's own visit, which is being moved");
        return cols < 70 ? _("Arrows: day and time, or type 1530; Enter: go on")
                         : _("Left Right: day, Up Down or 1530: time, Enter: go on");
    case BOOKING_CLIENT: return client_hint(&booking->client);
    case BOOKING_CONFIRM: break;
    }
    switch (booking->send.phase) {
    case BOOKING_ASK:
        if (booking->purpose == BOOKING_MOVE && booking->time.chosen_at != 0)
            return booking_is_again(booking) ? _("Enter: book again, Esc: back")
                                             : _("Enter: move, Esc: back");
        return booking->time.chosen_at != 0 ? _("Enter: book, Esc: back")
                                            : _("asking for free time ...");
    case BOOKING_OVERLAPS: return _("1 2 or Up Down, then Enter; Esc: another time");
    case BOOKING_HALF: return _("Enter or Esc: back to the Day");
    case BOOKING_SENDING:
        if (booking->purpose == BOOKING_MOVE)
            return _("asking Dikidi ... Esc: back to the Day, the move goes on");
        return _("booking at Dikidi ... Esc: back to the Day, the booking goes on");
    case BOOKING_TAKEN: return _("1 2 3 or Enter: take the offer, F4: another time");
    case BOOKING_UNSENT:
    case BOOKING_UNKNOWN: return _("Enter or Esc: back to the Day");
    }
    return "";
}

// As many of its parts as fit, each whole.
static void draw_hint(const struct booking *booking, const struct grid *grid, int row) {
    char text[HINT];

    (void)snprintf(text, sizeof(text), "%s", hint(booking, grid->cols));
    for (char *cut = text; cut && zp_text_width(text) > grid->cols - 1;) {
        cut = strrchr(text, ',');
        if (cut)
            *cut = '\0';
    }
    grid_cell(grid, row, 1, grid->cols - 1, text, STYLE_DIM);
}

static void last_row(const struct booking *booking, const struct grid *grid) {
    int row = grid->rows - 1;

    if (booking->leaving) {
        grid_fill(grid, row, 0, 1, grid->cols, " ", STYLE_WARN);
        grid_cell(grid, row, 1, grid->cols - 1, _("Leave without booking? Enter: yes, Esc: stay"),
                  STYLE_WARN);
        grid_cursor(grid, row, 0);
    } else if (row > 1) {
        draw_hint(booking, grid, row);
    }
}

// A wide window shows the whole draft beside the step.
static struct grid with_panel(const struct booking *booking, const struct grid *body) {
    TALLOC_CTX *ctx = NULL;
    struct grid panel;

    if (body->cols < PANEL_FROM_COLS || booking->step == BOOKING_CONFIRM)
        return *body;
    ctx = memory_must(talloc_new(NULL));
    panel = grid_part(body, 0, body->cols - PANEL_COLS, body->rows, PANEL_COLS);
    grid_rule(&panel, 0, 0, panel.rows, STYLE_LINE);
    panel = grid_part(&panel, 0, 1, panel.rows, PANEL_COLS - 1);
    grid_put(&panel, 0, 1, panel.cols, _("Chosen"), STYLE_TITLE);
    booking_view_facts(ctx, booking, &panel, 1);
    talloc_free(ctx);
    return grid_part(body, 0, 0, body->rows, body->cols - PANEL_COLS);
}

// What it is made from is being read, or cannot be.
static void not_filled(const struct booking *booking, const struct grid *grid) {
    const char *trouble = booking->old.trouble ? booking->old.trouble : booking->choice.trouble;

    grid_cursor(grid, 0, 1);
    if (trouble)
        facts_wrap(grid, 2, 1, grid->rows - 2, grid->cols - 2, trouble, STYLE_ERROR);
    else
        grid_put(grid, 2, 1, grid->cols - 2, _("reading …"), STYLE_DIM);
}

void booking_view(const struct booking *booking, const struct grid *grid) {
    bool narrow = grid->cols < FULL_COLS || grid->rows < FULL_ROWS;
    bool cornered = header(booking, grid);

    if (booking->old.request_id && !booking->old.filled) {
        not_filled(booking, grid);
        return;
    }
    int top = 1 + summary(booking, grid, cornered);
    int bottom = grid->rows > 5 ? 1 : 0;
    struct grid body = grid_part(grid, top, 0, grid->rows - top - bottom, grid->cols);

    body = with_panel(booking, &body);
    switch (booking->step) {
    case BOOKING_CHOICE: booking_view_choice(booking, &body, narrow); break;
    case BOOKING_TIME: booking_view_time(booking, &body, narrow); break;
    case BOOKING_CLIENT: booking_view_client(booking, &body); break;
    case BOOKING_CONFIRM: booking_view_confirm(booking, &body); break;
    }
    if (bottom > 0 || booking->leaving)
        last_row(booking, grid);
}
