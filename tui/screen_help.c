// Help: the keys of the screen it was opened on, made from the one list of actions, so that it
// cannot drift; for the Day also every sign that it draws.
#include "facts.h"
#include "marks.h"
#include "memory.h"
#include "screen.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define KEYS_COLS 20

// The signs of the Day that are no marks of a booking, in the order of the screen.
enum sign_kind { SIGN_GLYPH, SIGN_PAIR, SIGN_TEXT };
static const struct sign {
    enum sign_kind kind;
    enum glyph glyph, other; // GLYPH: a stretch of it; PAIR: both
    const char *text;        // TEXT
    enum style style;
    const char *words;
} signs[] = {
    {SIGN_TEXT, 0, 0, N_("free"), STYLE_FREE, N_("Dikidi offers this time")},
    {SIGN_GLYPH, GLYPH_OUTSIDE, 0, NULL, STYLE_OUTSIDE,
     N_("busy in Dikidi: booked there, not in our journal")},
    {SIGN_GLYPH, GLYPH_UNKNOWN, 0, NULL, STYLE_UNKNOWN, N_("not known: nobody could tell (yet)")},
    {SIGN_GLYPH, GLYPH_HATCH, 0, NULL, STYLE_OFF, N_("the master does not work then")},
    {SIGN_GLYPH, GLYPH_LINE, 0, NULL, STYLE_NOW, N_("the time now; grey: a break")},
    {SIGN_PAIR, GLYPH_UP, GLYPH_DOWN, NULL, STYLE_DIM, N_("the day goes on above, below")},
    {SIGN_PAIR, GLYPH_LEFT, GLYPH_RIGHT, NULL, STYLE_STRONG,
     N_("more masters at the left, at the right")},
    {SIGN_TEXT, 0, 0, "+1", STYLE_WARN, N_("one more booking in this row: the arrows go to it")},
    {SIGN_TEXT, 0, 0, "", STYLE_TITLE, N_("The last line, from the left:")},
    {SIGN_PAIR, GLYPH_DOT, GLYPH_RING, NULL, STYLE_DEFAULT,
     N_("answers, does not answer; the time of its last good answer")},
    {SIGN_TEXT, 0, 0, "CRM A = B", STYLE_DEFAULT,
     N_("A bookings of the day in the journal, B deals in Bitrix24")},
    {SIGN_TEXT, 0, 0, N_("busy: 3"), STYLE_OUTSIDE,
     N_("3 times are busy in Dikidi and not in our journal")},
    {SIGN_TEXT, 0, 0, N_("queue: 3"), STYLE_WARN,
     N_("3 tasks are sent to Dikidi and the CRM by themselves")},
    {SIGN_TEXT, 0, 0, N_("attention: 3"), STYLE_ERROR,
     N_("3 tasks need a person: Ctrl-T; short: !3")},
    {SIGN_TEXT, 0, 0, N_("free: 15:30"), STYLE_FREE,
     N_("the soonest start that Dikidi offers, and with whom")},
};
#define SIGNS ((int)(sizeof(signs) / sizeof(signs[0])))

struct help {
    const struct screen_env *env;
    enum action *list;
    size_t count;
    bool marks; // the Day: its marks and signs too
    int top, rows;
};

static void *help_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    struct help *help = memory_new(ctx, struct help);
    help->env = env;
    help->count = args->action_count;
    help->list = memory_array(help, enum action, args->action_count);
    if (args->action_count > 0) {
        memcpy(help->list, args->actions, args->action_count * sizeof(*help->list));
    }
    help->marks = args->of != NULL && strcmp(args->of, "day") == 0;
    return help;
}

static int line_count(const struct help *help) {
    return (int)help->count + (help->marks ? MARKS + 1 + SIGNS : 0);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct help *help = model;
    const int last = line_count(help) - 1;
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
    case ACTION_PAGE_UP: help->top -= help->rows - 2; break;
    case ACTION_PAGE_DOWN: help->top += help->rows - 2; break;
    default: break;
    }
    const int most = last - (help->rows - 3) > 0 ? last - (help->rows - 3) : 0;
    help->top = help->top > most ? most : help->top;
    help->top = help->top < 0 ? 0 : help->top;
}

static void draw_action(const struct grid *grid, int row, enum action action) {
    char keys[ACTION_KEYS_TEXT];

    action_keys_words(action, true, keys);
    grid_put(grid, row, 1, KEYS_COLS - 2, keys, STYLE_KEY);
    grid_cell(grid, row, KEYS_COLS, grid->cols - KEYS_COLS - 1, action_help(action), STYLE_DEFAULT);
}

static void draw_mark(const struct grid *grid, int row, enum mark mark) {
    // The CRM's marks stand alone beside the client's name.
    const bool crm = mark == MARK_CRM_LATER || mark == MARK_CRM_HELP;
    grid_printf(grid, row, 1, KEYS_COLS - 2, mark_style(mark), crm ? " %s" : "[%s]",
                mark_text(grid, mark));
    grid_cell(grid, row, KEYS_COLS, grid->cols - KEYS_COLS - 1, mark_words(mark), STYLE_DEFAULT);
}

static void draw_sign(const struct grid *grid, int row, const struct sign *sign) {
    switch (sign->kind) {
    case SIGN_GLYPH:
        grid_fill(grid, row, 1, 1, 4, grid_glyph(grid, sign->glyph), sign->style);
        break;
    case SIGN_PAIR:
        grid_printf(grid, row, 1, KEYS_COLS - 2, sign->style, "%s %s",
                    grid_glyph(grid, sign->glyph), grid_glyph(grid, sign->other));
        break;
    case SIGN_TEXT:
        if (sign->text[0] == '\0') { // a heading
            grid_put(grid, row, 1, grid->cols - 2, zp_i18n(sign->words), sign->style);
            return;
        }
        grid_put(grid, row, 1, KEYS_COLS - 2, zp_i18n(sign->text), sign->style);
        break;
    }
    grid_cell(grid, row, KEYS_COLS, grid->cols - KEYS_COLS - 1, zp_i18n(sign->words),
              STYLE_DEFAULT);
}

static void view(const void *model, struct grid *grid) {
    const struct help *help = model;
    facts_header(grid, help->env->config, _("The keys of this screen"));
    for (int row = 2; row < grid->rows; row++) {
        const int line = help->top + row - 2;
        if (line < (int)help->count) {
            draw_action(grid, row, help->list[line]);
        } else if (help->marks && line > (int)help->count && line < (int)help->count + MARKS) {
            draw_mark(grid, row, (enum mark)(line - (int)help->count));
        } else if (help->marks && line > (int)help->count + MARKS && line < line_count(help)) {
            draw_sign(grid, row, &signs[line - (int)help->count - MARKS - 1]);
        }
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
