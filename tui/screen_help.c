// Help: the keys of the screen it was opened on, and the marks. Made from the one list of actions,
// so it cannot drift.
#include "facts.h"
#include "marks.h"
#include "memory.h"
#include "screen.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define KEYS_COLS 20

struct help {
    const struct screen_env *env;
    enum action *list;
    size_t count;
    bool marks; // the Day: its marks too
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
    return (int)help->count + (help->marks ? MARKS : 0);
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
    char keys[KEYS_COLS * 4];
    // "Esc Ctrl-Q" as "Esc, Ctrl-Q"
    size_t used = 0;
    for (const char *c = action_keys(action); *c != '\0' && used + 3 < sizeof(keys); c++) {
        if (*c == ' ') {
            keys[used++] = ',';
        }
        keys[used++] = *c;
    }
    keys[used] = '\0';
    grid_put(grid, row, 1, KEYS_COLS - 2, keys, STYLE_KEY);
    grid_cell(grid, row, KEYS_COLS, grid->cols - KEYS_COLS - 1, action_help(action), STYLE_DEFAULT);
}

static void draw_mark(const struct grid *grid, int row, enum mark mark) {
    grid_printf(grid, row, 1, KEYS_COLS - 2, mark_style(mark), "[%s]", mark_text(grid, mark));
    grid_cell(grid, row, KEYS_COLS, grid->cols - KEYS_COLS - 1, mark_words(mark), STYLE_DEFAULT);
}

static void view(const void *model, struct grid *grid) {
    const struct help *help = model;
    facts_header(grid, help->env->config, _("The keys of this screen"));
    for (int row = 2; row < grid->rows; row++) {
        const int line = help->top + row - 2;
        if (line < (int)help->count) {
            draw_action(grid, row, help->list[line]);
        } else if (line > (int)help->count && line < line_count(help)) {
            draw_mark(grid, row, (enum mark)(line - (int)help->count));
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
