// Check: the set-up proof in plain words, line by line as it comes. Reads only.
#include "check_words.h"
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

enum { TAG_CHECK = 1 };

#define LIST_ROW   2
#define FOOT_ROWS  5 // the whole detail of the current line
#define TITLE_COLS 36
#define STATES     (ZP_CHECK_SKIPPED + 1)

struct check {
    const struct screen_env *env;
    int64_t now, asked_at;
    int rows; // of the window
    struct zp_check *checks;
    size_t count, cursor;
    bool running;
    char *trouble; // why there is no proof at all; NULL
};

static void *check_new(TALLOC_CTX *ctx, const struct screen_env *env,
                       const struct screen_args *args) {
    struct check *check = memory_new(ctx, struct check);

    (void)args;
    check->env = env;
    return check;
}

static void forget(struct check *check) {
    TALLOC_FREE(check->checks);
    TALLOC_FREE(check->trouble);
    check->count = 0;
}

static void ask(struct check *check, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_CHECK};

    if (check->running)
        return;
    forget(check);
    check->cursor = 0;
    check->running = true;
    check->asked_at = check->now;
    command_ask(commands, TAG_CHECK, &request);
}

static void add(struct check *check, const struct zp_event *event) {
    const size_t count = check->count + event->check_count;

    if (event->check_count == 0)
        return;
    check->checks = memory_grow(check, check->checks, struct zp_check, count);
    for (size_t i = 0; i < event->check_count; i++) {
        struct zp_check *own = &check->checks[check->count + i];

        *own = event->checks[i];
        own->name = memory_strdup(check->checks, own->name);
        own->detail = memory_strdup(check->checks, own->detail);
    }
    check->count = count;
}

static void event(struct check *check, const struct message *message) {
    const struct zp_event *event = message->u.event.event;

    if (event->kind == ZP_EVENT_CHECK && check->running) {
        add(check, event);
    } else if (message->u.event.tag == TAG_CHECK) {
        forget(check); // the answer has all of them
        add(check, event);
        check->running = false;
        if (!event->ok && event->check_count == 0)
            check->trouble = memory_strdup(check, event->error.message);
        if (check->cursor >= check->count)
            check->cursor = check->count > 0 ? check->count - 1 : 0;
    }
}

// ---- geometry

static int foot_rows(int rows) {
    return rows >= LIST_ROW + FOOT_ROWS + 4 ? FOOT_ROWS : rows >= LIST_ROW + 6 ? 3 : 0;
}

static int list_rows(int rows) {
    const int left = rows - LIST_ROW - foot_rows(rows);

    return left > 1 ? left : 1;
}

static void move(struct check *check, int by) {
    const int last = (int)check->count - 1;
    int to = (int)check->cursor + by;

    to = to > last ? last : to;
    check->cursor = to < 0 ? 0 : (size_t)to;
}

static void key(struct check *check, enum action action, struct commands *commands) {
    switch (action) {
    case ACTION_BACK: command_close(commands, NULL); break;
    case ACTION_REFRESH: ask(check, commands); break;
    case ACTION_UP: move(check, -1); break;
    case ACTION_DOWN: move(check, 1); break;
    case ACTION_PAGE_UP: move(check, -list_rows(check->rows)); break;
    case ACTION_PAGE_DOWN: move(check, list_rows(check->rows)); break;
    default: break;
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct check *check = model;

    check->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
        check->rows = message->u.size.rows;
        ask(check, commands);
        break;
    case MESSAGE_RESIZE: check->rows = message->u.size.rows; break;
    case MESSAGE_KEY: key(check, message->u.key.action, commands); break;
    case MESSAGE_MOUSE: move(check, message->u.mouse.hit - 1 - (int)check->cursor); break;
    case MESSAGE_EVENT: event(check, message); break;
    case MESSAGE_LANGUAGE:
        if (check->trouble) // its reason in the new language
            ask(check, commands);
        break;
    default: break;
    }
}

// ---- drawing

// "27 ok · 1 warning · 14:32", as far as it is known.
static void draw_summary(const struct check *check, const struct grid *grid) {
    size_t counts[STATES] = {0};
    char clock[WORDS_SIZE], text[WORDS_SIZE];
    int col = 1;

    for (size_t i = 0; i < check->count; i++)
        counts[check->checks[i].state]++;
    for (int state = 0; state < STATES; state++) {
        if (counts[state] == 0)
            continue;
        (void)snprintf(text, sizeof(text), "[%s] %s: %zu",
                       check_words_mark(grid, (enum zp_check_state)state),
                       check_words_state((enum zp_check_state)state), counts[state]);
        col += grid_put(grid, 1, col, grid->cols - col, text,
                        check_words_style((enum zp_check_state)state)) +
               2;
    }
    if (check->running) {
        grid_put(grid, 1, col, grid->cols - col, _("checking ..."), STYLE_NOTICE);
        return;
    }
    words_clock(check->env->config->zone, check->asked_at, clock);
    grid_put(grid, 1, col, grid->cols - col, clock, STYLE_DIM);
}

static void draw_line(const struct grid *grid, int row, const struct zp_check *one, bool on) {
    const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
    const int titles = grid->cols >= 70 ? TITLE_COLS : grid->cols - 6;
    char mark[16];

    (void)snprintf(mark, sizeof(mark), "[%s]", check_words_mark(grid, one->state));
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_put(grid, row, 1, 3, mark, on ? style : check_words_style(one->state));
    grid_cell(grid, row, 5, titles, check_words_title(one->name), style);
    grid_cell(grid, row, 6 + titles, grid->cols - titles - 7, one->detail,
              on                          ? style
              : one->state == ZP_CHECK_OK ? STYLE_DIM
                                          : STYLE_DEFAULT);
    if (on)
        grid_cursor(grid, row, 1);
}

static void draw_foot(const struct check *check, const struct grid *grid) {
    const int rows = foot_rows(grid->rows), top = grid->rows - rows;
    const struct zp_check *one = &check->checks[check->cursor];
    const char *again = _("Ctrl-R: once more");
    int col = 1;

    if (rows < 2)
        return;
    grid_line(grid, top, 0, grid->cols, STYLE_LINE);
    if (!check->running)
        grid_put(grid, top, grid->cols - 2 - zp_text_width(again), grid->cols, again, STYLE_DIM);
    col += grid_put(grid, top + 1, col, grid->cols - 2, check_words_title(one->name), STYLE_STRONG);
    grid_printf(grid, top + 1, col + 1, grid->cols - col - 2, check_words_style(one->state),
                "[%s] %s", check_words_mark(grid, one->state), check_words_state(one->state));
    facts_wrap(grid, top + 2, 1, rows - 2, grid->cols - 2, one->detail, STYLE_DEFAULT);
}

static void draw_list(const struct check *check, const struct grid *grid) {
    const int rows = list_rows(grid->rows);
    const size_t top = check->cursor >= (size_t)rows ? check->cursor - (size_t)rows + 1 : 0;

    for (int i = 0; i < rows && top + (size_t)i < check->count; i++) {
        draw_line(grid, LIST_ROW + i, &check->checks[top + (size_t)i],
                  top + (size_t)i == check->cursor);
        grid_hit(grid, LIST_ROW + i, 0, 1, grid->cols, (int)top + i + 1);
    }
    if (top + (size_t)rows < check->count)
        grid_put(grid, LIST_ROW + rows - 1, grid->cols - 1, 1, grid_glyph(grid, GLYPH_DOWN),
                 STYLE_DIM);
    if (top > 0)
        grid_put(grid, LIST_ROW, grid->cols - 1, 1, grid_glyph(grid, GLYPH_UP), STYLE_DIM);
}

static void view(const void *model, struct grid *grid) {
    const struct check *check = model;

    facts_header(grid, check->env->config, _("Check of the set-up: nothing is written"));
    if (check->trouble) {
        facts_wrap(grid, LIST_ROW, 1, grid->rows - LIST_ROW, grid->cols - 2, check->trouble,
                   STYLE_ERROR);
        return;
    }
    draw_summary(check, grid);
    if (check->count == 0)
        return;
    draw_list(check, grid);
    draw_foot(check, grid);
}

static size_t actions(const void *model, enum action *out) {
    const struct check *check = model;
    size_t count = 0;

    if (!check->running)
        out[count++] = ACTION_REFRESH;
    out[count++] = ACTION_BACK;
    if (check->count > 0) {
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
        out[count++] = ACTION_PAGE_UP;
        out[count++] = ACTION_PAGE_DOWN;
    }
    return count;
}

const struct screen_ops screen_check = {
    .name = "check", .new = check_new, .update = update, .view = view, .actions = actions};
