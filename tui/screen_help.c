// Help: the keys of the screen it was opened on, made from the one list of actions, so that it
// cannot drift; below them every sign and word that this screen draws.
#include "facts.h"
#include "marks.h"
#include "memory.h"
#include "screen.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define TOP_ROW 2

// A sign that is no mark of a booking, and what it says.
enum sign_kind { SIGN_GLYPH, SIGN_MARK, SIGN_PAIR, SIGN_TEXT, SIGN_WHO };
struct sign {
    enum sign_kind kind;
    enum glyph glyph, other; // GLYPH: a stretch of it; MARK: one; PAIR: both
    const char *text;        // TEXT; "": a heading
    enum style style;
    const char *words;
};

// Of the columns, in the Day and in the Week.
static const struct sign board_signs[] = {
    {SIGN_TEXT, 0, 0, "", STYLE_TITLE, N_("The columns:")},
    {SIGN_TEXT, 0, 0, N_("free"), STYLE_FREE, N_("Dikidi offers this time")},
    {SIGN_GLYPH, GLYPH_OUTSIDE, 0, NULL, STYLE_OUTSIDE,
     N_("busy in Dikidi: booked there, not in our journal")},
    {SIGN_GLYPH, GLYPH_UNKNOWN, 0, NULL, STYLE_UNKNOWN, N_("not known: nobody could tell (yet)")},
    {SIGN_TEXT, 0, 0, N_("? could not ask"), STYLE_UNKNOWN,
     N_("not known either: Dikidi does not answer, Ctrl-R asks again")},
    {SIGN_GLYPH, GLYPH_HATCH, 0, NULL, STYLE_OFF, N_("the master does not work then")},
    {SIGN_TEXT, 0, 0, N_("? shift"), STYLE_DIM, N_("whether the master works is not known")},
    {SIGN_TEXT, 0, 0, N_("(blank)"), STYLE_DIM, N_("time gone by without a booking")},
    {SIGN_GLYPH, GLYPH_LINE, 0, NULL, STYLE_NOW, N_("the time now; grey: a break")},
    {SIGN_PAIR, GLYPH_UP, GLYPH_DOWN, NULL, STYLE_DIM, N_("the day goes on above, below")},
    {SIGN_PAIR, GLYPH_LEFT, GLYPH_RIGHT, NULL, STYLE_STRONG,
     N_("more masters at the left, at the right")},
    {SIGN_TEXT, 0, 0, "+1", STYLE_WARN, N_("one more booking in this row: the arrows go to it")},
};
static const struct sign day_signs[] = {
    {SIGN_TEXT, 0, 0, "", STYLE_TITLE, N_("The first line:")},
    {SIGN_WHO, 0, 0, NULL, STYLE_HEADER, N_("who is at this desk: the account's name")},
    {SIGN_TEXT, 0, 0, N_("PRACTICE"), STYLE_PRACTICE,
     N_("a salon to practise on: nothing leaves this machine")},
    {SIGN_TEXT, 0, 0, "", STYLE_TITLE, N_("The last line, from the left:")},
    {SIGN_PAIR, GLYPH_DOT, GLYPH_RING, NULL, STYLE_DEFAULT,
     N_("answers, does not answer; the time of its last good answer")},
    {SIGN_TEXT, 0, 0, "CRM A = B", STYLE_DEFAULT,
     N_("A bookings of the day in the journal, B deals in Bitrix24")},
    {SIGN_MARK, GLYPH_UNEQUAL, 0, NULL, STYLE_ERROR,
     N_("journal and CRM differ: Ctrl-E says in which bookings")},
    {SIGN_TEXT, 0, 0, N_("busy: 3"), STYLE_OUTSIDE,
     N_("3 times are busy in Dikidi and not in our journal")},
    {SIGN_TEXT, 0, 0, N_("queue: 3"), STYLE_WARN,
     N_("3 tasks are sent to Dikidi and the CRM by themselves")},
    {SIGN_TEXT, 0, 0, N_("attention: 3"), STYLE_ERROR,
     N_("3 tasks need a person: Ctrl-T; short: !3")},
    {SIGN_TEXT, 0, 0, N_("free: 15:30"), STYLE_FREE,
     N_("the soonest start that Dikidi offers, and with whom")},
    {SIGN_TEXT, 0, 0, N_("^V waits: …"), STYLE_WARN,
     N_("a time turned free that fits one of the waiting list")},
    {SIGN_TEXT, 0, 0, "?", STYLE_DIM, N_("not known (yet); what is left out is none")},
};
static const struct sign week_signs[] = {
    {SIGN_TEXT, 0, 0, "", STYLE_TITLE, N_("Below each day:")},
    {SIGN_TEXT, 0, 0, "3 4:30/10", STYLE_DEFAULT,
     N_("3 bookings, 4 h 30 min of a shift of 10 h; short: 3 45%")},
    {SIGN_TEXT, 0, 0, "?  -", STYLE_DEFAULT, N_("not known; a day off without bookings")},
};
static const struct sign time_signs[] = {
    {SIGN_TEXT, 0, 0, "", STYLE_TITLE, N_("Beside the days of step 2:")},
    {SIGN_TEXT, 0, 0, "5", STYLE_DEFAULT, N_("so many starts are free on that day")},
    {SIGN_MARK, GLYPH_BULLET, 0, NULL, STYLE_DIM,
     N_("free time on that day; how much is asked when you go there")},
    {SIGN_TEXT, 0, 0, N_("(blank)"), STYLE_DIM,
     N_("no free time that is known: going there asks Dikidi")},
};
static const struct sign waiting_signs[] = {
    {SIGN_TEXT, 0, 0, "!", STYLE_FREE, N_("a time turned free that fits: Enter books it")},
    {SIGN_TEXT, 0, 0, "?", STYLE_UNKNOWN, N_("being booked, no answer yet")},
    {SIGN_TEXT, 0, 0, "-", STYLE_DIM, N_("the days that were wished are over")},
};
static const struct sign queue_signs[] = {
    {SIGN_TEXT, 0, 0, "!", STYLE_WARN, N_("needs a person; the others go by themselves")},
};

#define SIGNS(list)                                                                                \
    { list, (int)(sizeof(list) / sizeof((list)[0])) }
#define PARTS 2
static const struct legend {
    const char *of; // a screen's name
    bool marks;     // those of bookings
    struct part {
        const struct sign *signs;
        int count;
    } parts[PARTS];
} legends[] = {
    {"day", true, {SIGNS(board_signs), SIGNS(day_signs)}},
    {"week", true, {SIGNS(board_signs), SIGNS(week_signs)}},
    {"booking", false, {SIGNS(time_signs)}},
    {"again", false, {SIGNS(time_signs)}},
    {"move", false, {SIGNS(time_signs)}},
    {"waiting", false, {SIGNS(waiting_signs)}},
    {"queue", false, {SIGNS(queue_signs)}},
    {"card", true, {{NULL, 0}}},
    {"mark", true, {{NULL, 0}}},
    {"client", true, {{NULL, 0}}},
};

struct help {
    const struct screen_env *env;
    enum action *list;
    size_t count;
    const struct legend *legend; // NULL: none
    int top, rows;
};

static const struct legend *legend_of(const char *screen) {
    for (size_t i = 0; screen && i < sizeof(legends) / sizeof(legends[0]); i++)
        if (strcmp(legends[i].of, screen) == 0)
            return &legends[i];
    return NULL;
}

static void *help_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    struct help *help = memory_new(ctx, struct help);
    help->env = env;
    help->count = args->action_count;
    help->list = memory_array(help, enum action, args->action_count);
    if (args->action_count > 0) {
        memcpy(help->list, args->actions, args->action_count * sizeof(*help->list));
    }
    help->legend = legend_of(args->of);
    return help;
}

// The marks of a legend, below a blank line: MARK_NONE is that line.
static int mark_lines(const struct help *help) {
    return help->legend != NULL && help->legend->marks ? MARKS : 0;
}

static int line_count(const struct help *help) {
    int count = (int)help->count + mark_lines(help);
    for (int i = 0; help->legend != NULL && i < PARTS; i++) {
        const int signs = help->legend->parts[i].count;
        count += signs > 0 ? 1 + signs : 0;
    }
    return count;
}

// The sign on that line below the marks; NULL: the blank line above a part.
static const struct sign *sign_at(const struct legend *legend, int line) {
    for (int i = 0; i < PARTS; i++) {
        const struct part *part = &legend->parts[i];
        if (part->count > 0 && line <= part->count) {
            return line > 0 ? &part->signs[line - 1] : NULL;
        }
        line -= part->count > 0 ? 1 + part->count : 0;
    }
    return NULL;
}

static int keys_cols(const struct grid *grid) {
    return grid->cols < 70 ? 16 : 20;
}

static int page_rows(int rows) {
    return rows > TOP_ROW ? rows - TOP_ROW : 1;
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct help *help = model;
    const int page = page_rows(help->rows);
    if (message->kind == MESSAGE_OPENED || message->kind == MESSAGE_RESIZE) {
        help->rows = message->u.size.rows;
    }
    if (message->kind != MESSAGE_KEY) {
        return;
    }
    switch (message->u.key.action) {
    case ACTION_BACK:
    case ACTION_ENTER: command_close(commands, NULL); return;
    case ACTION_UP: help->top--; break;
    case ACTION_DOWN: help->top++; break;
    case ACTION_PAGE_UP: help->top -= page; break;
    case ACTION_PAGE_DOWN: help->top += page; break;
    default: break;
    }
    const int most = line_count(help) > page ? line_count(help) - page : 0;
    help->top = help->top > most ? most : help->top;
    help->top = help->top < 0 ? 0 : help->top;
}

static void draw_action(const struct grid *grid, int row, enum action action) {
    char keys[ACTION_KEYS_TEXT];

    action_keys_words(action, true, keys);
    grid_put(grid, row, 1, keys_cols(grid) - 2, keys, STYLE_KEY);
    grid_cell(grid, row, keys_cols(grid), grid->cols - keys_cols(grid) - 1, action_help(action),
              STYLE_DEFAULT);
}

static void draw_mark(const struct grid *grid, int row, enum mark mark) {
    // The CRM's marks stand alone beside the client's name.
    const bool crm = mark == MARK_CRM_LATER || mark == MARK_CRM_HELP;
    grid_printf(grid, row, 1, keys_cols(grid) - 2, mark_style(mark), crm ? " %s" : "[%s]",
                mark_text(grid, mark));
    grid_cell(grid, row, keys_cols(grid), grid->cols - keys_cols(grid) - 1, mark_words(mark),
              STYLE_DEFAULT);
}

static void draw_sign(const struct help *help, const struct grid *grid, int row,
                      const struct sign *sign) {
    switch (sign->kind) {
    case SIGN_GLYPH:
        grid_fill(grid, row, 1, 1, 4, grid_glyph(grid, sign->glyph), sign->style);
        break;
    case SIGN_MARK:
        grid_put(grid, row, 1, keys_cols(grid) - 2, grid_glyph(grid, sign->glyph), sign->style);
        break;
    case SIGN_PAIR:
        grid_printf(grid, row, 1, keys_cols(grid) - 2, sign->style, "%s %s",
                    grid_glyph(grid, sign->glyph), grid_glyph(grid, sign->other));
        break;
    case SIGN_WHO:
        grid_cell(grid, row, 1, keys_cols(grid) - 2,
                  help->env->operator_name ? help->env->operator_name : "", sign->style);
        break;
    case SIGN_TEXT:
        if (sign->text[0] == '\0') { // a heading
            grid_put(grid, row, 1, grid->cols - 2, zp_i18n(sign->words), sign->style);
            return;
        }
        grid_put(grid, row, 1, keys_cols(grid) - 2, zp_i18n(sign->text), sign->style);
        break;
    }
    grid_cell(grid, row, keys_cols(grid), grid->cols - keys_cols(grid) - 1, zp_i18n(sign->words),
              STYLE_DEFAULT);
}

// That there is more than one page stands in the title: what is not seen is not looked for.
static void title(const struct help *help, int rows, char *out, size_t size) {
    const int lines = line_count(help), page = page_rows(rows);
    const int pages = (lines + page - 1) / page;
    const int at = help->top + page >= lines ? pages : help->top / page + 1;
    if (pages <= 1) {
        (void)snprintf(out, size, "%s", _("The keys of this screen"));
    } else if (at < pages) {
        (void)snprintf(out, size, _("Keys and signs, page %d of %d: PgDn goes on"), at, pages);
    } else {
        (void)snprintf(out, size, _("Keys and signs, page %d of %d: PgUp goes back"), at, pages);
    }
}

static void draw_line(const struct help *help, const struct grid *grid, int row, int line) {
    const int marks = (int)help->count, signs = marks + mark_lines(help);
    if (line < marks) {
        draw_action(grid, row, help->list[line]);
    } else if (line < signs) {
        if (line > marks) {
            draw_mark(grid, row, (enum mark)(line - marks));
        }
    } else if (help->legend != NULL) {
        const struct sign *sign = sign_at(help->legend, line - signs);
        if (sign != NULL) {
            draw_sign(help, grid, row, sign);
        }
    }
}

static void view(const void *model, struct grid *grid) {
    const struct help *help = model;
    char text[256];
    title(help, grid->rows, text, sizeof(text));
    facts_header(grid, help->env->config, text);
    for (int row = TOP_ROW; row < grid->rows; row++) {
        draw_line(help, grid, row, help->top + row - TOP_ROW);
    }
    grid_cursor(grid, 0, 1);
}

static size_t actions(const void *model, enum action *out) {
    (void)model;
    static const enum action list[] = {ACTION_BACK, ACTION_ENTER,   ACTION_UP,
                                       ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN};
    memcpy(out, list, sizeof(list));
    return sizeof(list) / sizeof(list[0]);
}

const struct screen_ops screen_help = {
    .name = "help", .new = help_new, .update = update, .view = view, .actions = actions};
