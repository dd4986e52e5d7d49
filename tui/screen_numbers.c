// Numbers: what a manager counts over a day, a week or a month, from the journal alone. Each line
// says in words what is not known. The figures change when bookings change.
#include "facts.h"
#include "memory.h"
#include "numbers.h"
#include "screen.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

enum { TAG_NUMBERS = 1, TAG_SHIFTS };
enum { TIMER_READ = 1, TIMER_SHIFTS };

#define READ_DELAY_MS   300 // bookings that change together are counted once
#define SHIFTS_DELAY_MS 400 // who leafs on does not ask Dikidi for each period

#define BODY_ROW   3 // first line of the list
#define LABEL_COLS 15
#define CELLS      4 // of a master: visits, booked, shift, load

// A line of the list: a fact in words, or a master with his cells. Made in update.
struct line {
    const char *label;
    char *text; // NULL: a master's
    char *cells[CELLS];
    bool doubtful;
};

struct numbers {
    const struct screen_env *env;
    enum numbers_period period;
    struct zp_date date, today; // date: the first day of the period
    struct zp_numbers *figures; // of the period shown, or NULL
    int64_t read_at;
    char *title;        // of the period
    struct line *lines; // first the facts, then the masters
    size_t line_count, fact_count, cursor;
    int rows;
    char *trouble;
    bool reading, read_again; // asked; something changed since
};

static void *numbers_new(TALLOC_CTX *ctx, const struct screen_env *env,
                         const struct screen_args *args) {
    struct numbers *numbers = memory_new(ctx, struct numbers);

    numbers->env = env;
    numbers->date = args->date;
    return numbers;
}

// ---- asking

static int days(const struct numbers *numbers) {
    return numbers_days(numbers->period, numbers->date);
}

static void ask(struct numbers *numbers, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_NUMBERS,
                                       .u.numbers = {.date = numbers->date, .days = days(numbers)}};

    numbers->reading = true;
    numbers->read_again = false;
    command_ask(commands, TAG_NUMBERS, &request);
}

// Shifts of days gone by are known or not: Dikidi is asked for those to come alone.
static void ask_shifts(const struct numbers *numbers, struct commands *commands) {
    const int gone = zp_date_days_between(numbers->date, numbers->today);
    const int skip = gone > 0 ? gone : 0;
    const struct zp_request request = {
        .ask = ZP_ASK_SHIFTS,
        .u.shifts = {.date = zp_date_add_days(numbers->date, skip), .days = days(numbers) - skip}};

    if (request.u.shifts.days > 0)
        command_ask(commands, TAG_SHIFTS, &request);
}

static void put_words(struct numbers *numbers) {
    const struct zp_numbers *figures = numbers->figures;

    TALLOC_FREE(numbers->lines);
    talloc_free(numbers->title);
    numbers->title = numbers_title(numbers, numbers->date, days(numbers));
    numbers->fact_count = numbers->line_count = 0;
    if (!figures)
        return;
    struct numbers_fact *facts =
        numbers_facts(numbers, numbers->env->config, figures, &numbers->fact_count);
    numbers->line_count = numbers->fact_count + figures->master_count;
    numbers->lines = memory_array(numbers, struct line, numbers->line_count);
    talloc_steal(numbers->lines, facts);
    for (size_t i = 0; i < numbers->fact_count; i++)
        numbers->lines[i] = (struct line){
            .label = facts[i].label, .text = facts[i].text, .doubtful = facts[i].doubtful};
    for (size_t i = 0; i < figures->master_count; i++) {
        const struct zp_numbers_load *load = &figures->masters[i];
        numbers->lines[numbers->fact_count + i] =
            (struct line){.label = numbers_master(load),
                          .cells = {memory_printf(numbers->lines, "%d", load->bookings),
                                    numbers_hours(numbers->lines, load->booked_min),
                                    numbers_shift(numbers->lines, figures, load),
                                    numbers_load(numbers->lines, figures, load)},
                          .doubtful = zp_numbers_percent(figures, load) < 0};
    }
}

static void show(struct numbers *numbers, struct commands *commands) {
    TALLOC_FREE(numbers->figures);
    TALLOC_FREE(numbers->trouble);
    numbers->cursor = 0;
    put_words(numbers);
    ask(numbers, commands);
    command_cancel_ask(commands, TAG_SHIFTS);
    command_timer(commands, TIMER_SHIFTS, SHIFTS_DELAY_MS);
}

// Something changed: read again, but not for each of a burst, nor while it is being read.
static void changed(struct numbers *numbers, struct commands *commands) {
    numbers->read_again = true;
    if (!numbers->reading)
        command_timer(commands, TIMER_READ, READ_DELAY_MS);
}

static void take(struct numbers *numbers, const struct message *message,
                 struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    numbers->reading = false;
    TALLOC_FREE(numbers->trouble);
    if (event->ok) {
        talloc_free(numbers->figures);
        numbers->figures = talloc_steal(numbers, event->numbers);
        numbers->read_at = message->now;
        put_words(numbers);
    } else {
        numbers->trouble = memory_strdup(numbers, event->error.message);
    }
    if (numbers->cursor >= numbers->line_count)
        numbers->cursor = numbers->line_count > 0 ? numbers->line_count - 1 : 0;
    if (numbers->read_again)
        changed(numbers, commands);
}

static void event(struct numbers *numbers, const struct message *message,
                  struct commands *commands) {
    const enum zp_event_kind kind = message->u.event.event->kind;

    if (message->u.event.tag == TAG_NUMBERS)
        take(numbers, message, commands);
    else if (message->u.event.tag == TAG_SHIFTS || kind == ZP_EVENT_BOOKING ||
             kind == ZP_EVENT_JOURNAL)
        changed(numbers, commands);
}

// ---- keys

static void set_period(struct numbers *numbers, enum numbers_period period,
                       struct commands *commands) {
    const struct zp_date last = zp_date_add_days(numbers->date, days(numbers) - 1);
    const bool has_today = zp_date_compare(numbers->date, numbers->today) <= 0 &&
                           zp_date_compare(numbers->today, last) <= 0;

    if (period == numbers->period)
        return;
    // From a month that holds today to the week and the day that hold it.
    numbers->date = numbers_first(period, has_today ? numbers->today : numbers->date);
    numbers->period = period;
    show(numbers, commands);
}

static void go(struct numbers *numbers, int step, struct commands *commands) {
    const int to = step > 0 ? days(numbers) : -1;

    numbers->date = numbers_first(numbers->period, zp_date_add_days(numbers->date, to));
    show(numbers, commands);
}

static void move(struct numbers *numbers, int lines) {
    const size_t last = numbers->line_count > 0 ? numbers->line_count - 1 : 0;
    const size_t far = (size_t)(lines < 0 ? -lines : lines);

    if (lines < 0)
        numbers->cursor = numbers->cursor > far ? numbers->cursor - far : 0;
    else
        numbers->cursor = last - numbers->cursor > far ? numbers->cursor + far : last;
}

static void key(struct numbers *numbers, const struct message *message, struct commands *commands) {
    const int page = numbers->rows > BODY_ROW + 2 ? numbers->rows - BODY_ROW - 1 : 1;

    switch (message->u.key.action) {
    case ACTION_BACK: command_close(commands, NULL); break;
    case ACTION_PERIOD_NEXT:
        set_period(numbers, (enum numbers_period)((numbers->period + 1) % NUMBERS_PERIODS),
                   commands);
        break;
    case ACTION_PERIOD_DAY: set_period(numbers, NUMBERS_DAY, commands); break;
    case ACTION_PERIOD_WEEK: set_period(numbers, NUMBERS_WEEK, commands); break;
    case ACTION_PERIOD_MONTH: set_period(numbers, NUMBERS_MONTH, commands); break;
    case ACTION_PERIOD_BEFORE: go(numbers, -1, commands); break;
    case ACTION_PERIOD_AFTER: go(numbers, 1, commands); break;
    case ACTION_TODAY:
        numbers->date = numbers_first(numbers->period, numbers->today);
        show(numbers, commands);
        break;
    case ACTION_UP: move(numbers, -1); break;
    case ACTION_DOWN: move(numbers, 1); break;
    case ACTION_PAGE_UP: move(numbers, -page); break;
    case ACTION_PAGE_DOWN: move(numbers, page); break;
    case ACTION_REFRESH:
        ask(numbers, commands);
        ask_shifts(numbers, commands);
        break;
    default: break;
    }
}

static void tick(struct numbers *numbers, const struct message *message,
                 struct commands *commands) {
    numbers->today = zp_zone_wall(numbers->env->config->zone, message->now).date;
    // What was to come has begun.
    if (numbers->figures && numbers->figures->ahead > 0)
        changed(numbers, commands);
}

static void opened(struct numbers *numbers, const struct message *message,
                   struct commands *commands) {
    numbers->today = zp_zone_wall(numbers->env->config->zone, message->now).date;
    numbers->rows = message->u.size.rows;
    if (numbers->date.year == 0)
        numbers->date = numbers->today;
    show(numbers, commands);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct numbers *numbers = model;

    switch (message->kind) {
    case MESSAGE_OPENED: opened(numbers, message, commands); break;
    case MESSAGE_KEY: key(numbers, message, commands); break;
    case MESSAGE_MOUSE:
        if ((size_t)message->u.mouse.hit <= numbers->line_count)
            numbers->cursor = (size_t)message->u.mouse.hit - 1;
        break;
    case MESSAGE_RESIZE: numbers->rows = message->u.size.rows; break;
    case MESSAGE_EVENT: event(numbers, message, commands); break;
    case MESSAGE_TICK: tick(numbers, message, commands); break;
    case MESSAGE_TIMER:
        if (message->u.timer.id == TIMER_READ)
            ask(numbers, commands);
        else
            ask_shifts(numbers, commands);
        break;
    case MESSAGE_LANGUAGE:
        put_words(numbers);
        if (numbers->trouble) // its reason in the new language
            ask(numbers, commands);
        break;
    default: break;
    }
}

// ---- view

static int label_cols(const struct grid *grid) {
    return grid->cols >= 45 ? LABEL_COLS : 0;
}

static int name_cols(const struct grid *grid) {
    return grid->cols >= 70 ? 24 : grid->cols / 4;
}

static void draw_periods(const struct numbers *numbers, const struct grid *grid) {
    int col = 1;

    for (int i = 0; i < NUMBERS_PERIODS; i++) {
        const bool on = i == (int)numbers->period;

        col += grid_printf(grid, 1, col, grid->cols - col, on ? STYLE_SELECTED : STYLE_DIM,
                           on ? "[%s]" : " %s ", numbers_period_label((enum numbers_period)i));
    }
    col += grid_printf(grid, 1, col, grid->cols - col, STYLE_DIM, "  %s ",
                       grid_glyph(grid, GLYPH_LEFT));
    col += grid_put(grid, 1, col, grid->cols - col, numbers->title, STYLE_STRONG);
    grid_printf(grid, 1, col, grid->cols - col, STYLE_DIM, " %s", grid_glyph(grid, GLYPH_RIGHT));
}

static void draw_cells(const struct grid *grid, int row, const char *label,
                       const char *const cells[CELLS], enum style style) {
    const int name = name_cols(grid);
    const int wide = (grid->cols - name - 2) / CELLS;

    grid_cell(grid, row, 1, name - 1, label, style);
    for (int i = 0; i < CELLS; i++)
        grid_right(grid, row, 1 + name + i * wide, wide - 1, cells[i], style);
}

static void draw_heading(const struct grid *grid, int row) {
    const char *const cells[CELLS] = {_("visits"), _("taken"), _("shift"), _("load")};

    draw_cells(grid, row, _("master"), cells, STYLE_TITLE);
}

// The rows that a line takes; the last fact has the masters' heading below it.
static int height(const struct numbers *numbers, const struct grid *grid, size_t i) {
    const struct line *line = &numbers->lines[i];
    const bool heads = i + 1 == numbers->fact_count && numbers->fact_count < numbers->line_count;
    int rows = 1;

    if (line->text)
        rows = facts_lines(line->text, grid->cols - label_cols(grid) - 2, 0, NULL);
    return (rows > 0 ? rows : 1) + (heads ? 1 : 0);
}

static void draw_line(const struct numbers *numbers, const struct grid *grid, int row, size_t i) {
    const struct line *line = &numbers->lines[i];
    const bool on = i == numbers->cursor;
    const int label = label_cols(grid), rows = height(numbers, grid, i);
    const bool heads = i + 1 == numbers->fact_count && numbers->fact_count < numbers->line_count;
    const enum style style = on ? STYLE_CURSOR : line->doubtful ? STYLE_WARN : STYLE_DEFAULT;

    grid_fill(grid, row, 0, heads ? rows - 1 : rows, grid->cols, " ",
              on ? STYLE_CURSOR : STYLE_DEFAULT);
    if (line->text) {
        grid_put(grid, row, 1, label - 1, line->label, on ? STYLE_CURSOR : STYLE_DIM);
        facts_wrap(grid, row, 1 + label, rows, grid->cols - label - 2, line->text, style);
    } else {
        draw_cells(grid, row, line->label, (const char *const *)line->cells, style);
    }
    grid_hit(grid, row, 0, heads ? rows - 1 : rows, grid->cols, (int)i + 1);
    if (heads)
        draw_heading(grid, row + rows - 1);
    if (on)
        grid_cursor(grid, row, 1);
}

// The first line shown: as many before the cursor as fit with it.
static size_t top_line(const struct numbers *numbers, const struct grid *grid, int rows) {
    size_t top = numbers->cursor;
    int taken = height(numbers, grid, top);

    while (top > 0 && taken + height(numbers, grid, top - 1) <= rows)
        taken += height(numbers, grid, --top);
    return top;
}

static void draw_state(const struct numbers *numbers, const struct grid *grid, int row) {
    char clock[WORDS_SIZE];

    if (numbers->trouble) {
        facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, numbers->trouble, STYLE_ERROR);
    } else if (!numbers->figures) {
        grid_put(grid, row, 1, grid->cols - 2, _("reading …"), STYLE_DIM);
    } else {
        words_clock(numbers->env->config->zone, numbers->read_at, clock);
        grid_printf(grid, row, 1, grid->cols - 2, STYLE_DIM,
                    _("%s, from the journal; what was paid it does not know"), clock);
    }
}

static void view(const void *model, struct grid *grid) {
    const struct numbers *numbers = model;
    const int last = grid->rows - 1; // what the figures are, or why there are none
    const int rows = last - BODY_ROW;

    facts_header(grid, numbers->env->config, _("Numbers"));
    draw_periods(numbers, grid);
    if (!numbers->figures || rows < 1) {
        draw_state(numbers, grid, BODY_ROW);
        return;
    }
    const struct grid body = grid_part(grid, BODY_ROW, 0, rows, grid->cols);
    const size_t top = top_line(numbers, &body, rows);
    int row = 0;

    for (size_t i = top; i < numbers->line_count && row < rows; i++) {
        draw_line(numbers, &body, row, i);
        row += height(numbers, &body, i);
    }
    if (top >= numbers->fact_count)
        draw_heading(grid, BODY_ROW - 1);
    draw_state(numbers, grid, last);
}

static size_t actions(const void *model, enum action *out) {
    static const enum action always[] = {
        ACTION_TODAY,        ACTION_PERIOD_NEXT,   ACTION_PERIOD_DAY,   ACTION_PERIOD_WEEK,
        ACTION_PERIOD_MONTH, ACTION_PERIOD_BEFORE, ACTION_PERIOD_AFTER, ACTION_UP,
        ACTION_DOWN,         ACTION_PAGE_UP,       ACTION_PAGE_DOWN,    ACTION_REFRESH,
        ACTION_BACK,
    };

    (void)model;
    memcpy(out, always, sizeof(always));
    return sizeof(always) / sizeof(always[0]);
}

const struct screen_ops screen_numbers = {
    .name = "numbers", .new = numbers_new, .update = update, .view = view, .actions = actions};
