// New booking, step 2, drawn: the strip of days, the soonest starts, the day's starts in three
// columns.
#include "booking.h"
#include "facts.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define DAY_COLS 10
#define PARTS    3

static struct zp_date today(const struct booking *booking) {
    return zp_zone_wall(booking->env->config->zone, booking->now).date;
}

// ---- the strip of days

// What is known of a day: a count where it was visited, a dot where an answer listed it.
static void day_mark(const struct booking *booking, const struct grid *grid, struct zp_date date,
                     char out[8]) {
    const struct booking_time *time = &booking->time;
    const struct booking_day *day = booking_time_day(booking, date);

    out[0] = '\0';
    if (day) {
        (void)snprintf(out, 8, "%zu", day->offered > 999 ? (size_t)999 : day->offered);
        return;
    }
    for (size_t d = 0; d < time->day_count; d++)
        for (size_t i = 0; i < time->days[d].slots->available_count; i++)
            if (zp_date_compare(time->days[d].slots->available[i], date) == 0)
                (void)snprintf(out, 8, "%s", grid_glyph(grid, GLYPH_BULLET));
}

static void strip(const struct booking *booking, const struct grid *grid, int row) {
    struct zp_date first = today(booking);
    int shown = grid->cols / DAY_COLS, at = zp_date_days_between(first, booking->time.date),
        from = 0;

    if (shown < 1)
        return;
    from = at / shown * shown; // pages, so that a step seldom moves the rest
    for (int i = 0; i < shown; i++) {
        struct zp_date date = zp_date_add_days(first, from + i);
        bool on = from + i == at;
        enum style style = on                                ? STYLE_SELECTED
                           : booking_time_day(booking, date) ? STYLE_DEFAULT
                                                             : STYLE_DIM;
        char mark[8], text[WORDS_SIZE];

        day_mark(booking, grid, date, mark);
        (void)snprintf(text, sizeof(text), "%s %d %s", words_weekday(zp_date_weekday(date)),
                       date.day, mark);
        grid_cell(grid, row, i * DAY_COLS + (grid->cols > DAY_COLS), DAY_COLS - 1, text, style);
        grid_hit(grid, row, i * DAY_COLS, 1, DAY_COLS, BOOKING_HITS_DAYS + from + i + 1);
    }
}

// ---- what the answer says, and its age

static void state_line(const struct booking *booking, const struct grid *grid, int row) {
    const struct booking_time *time = &booking->time;
    const struct booking_day *day = booking_time_day(booking, time->date);
    char date[WORDS_SIZE], relative[WORDS_SIZE], clock[WORDS_SIZE], age[WORDS_SIZE];
    int col = 1;

    grid_cursor(grid, row, col); // until a start takes it

    words_date(time->date, date);
    words_relative(time->date, today(booking), relative);
    col += grid_printf(grid, row, col, grid->cols - col, STYLE_TITLE, "%s (%s)", date, relative);
    col += 2;
    if (day) {
        words_clock(booking->env->config->zone, day->slots->asked_at, clock);
        words_age(booking->now - day->slots->asked_at, age);
        col += grid_printf(grid, row, col, grid->cols - col, STYLE_DIM, _("asked at %s (%s)"),
                           clock, age);
        col += 2;
    }
    if (time->loading)
        grid_put(grid, row, col, grid->cols - col, _("asking for free time ..."), STYLE_NOTICE);
}

// Not "nothing": why it is not known. Returns the rows taken.
static int trouble(const struct booking *booking, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const char *text =
        memory_printf(ctx, _("Could not ask for free time: %s"), booking->time.trouble);
    int taken = facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, text, STYLE_ERROR);

    taken +=
        facts_wrap(grid, row + taken, 1, 1, grid->cols - 2, _("Ctrl-R asks again."), STYLE_DEFAULT);
    talloc_free(ctx);
    return taken;
}

static int nothing_free(const struct booking *booking, const struct grid *grid, int row) {
    const struct zp_slots *slots = booking_time_day(booking, booking->time.date)->slots;
    const int first = row;
    char date[WORDS_SIZE];

    grid_put(grid, row, 1, grid->cols - 2, _("No free time on this day."), STYLE_WARN);
    if (slots->has_nearest) {
        words_date(slots->nearest, date);
        grid_printf(grid, ++row, 1, grid->cols - 2, STYLE_DEFAULT, _("The nearest free day: %s."),
                    date);
    }
    if (booking->purpose == BOOKING_NEW)
        grid_put(grid, ++row, 1, grid->cols - 2, _("Ctrl-V: to the waiting list."), STYLE_DIM);
    return row + 1 - first;
}

static int typed(const struct booking *booking, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const char *text = booking_typed_text(ctx, booking);
    const bool wrong = booking->time.chosen_at == 0 && booking_typed_minute(booking) >= 0;

    grid_cell(grid, row, 1, grid->cols - 2, text, wrong ? STYLE_WARN : STYLE_STRONG);
    grid_cursor(grid, row, 1);
    talloc_free(ctx);
    return 1;
}

// What is to be said of the time that is chosen, or not.
static int missed(const struct booking *booking, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = NULL;
    const char *text = NULL;
    enum style style = STYLE_WARN;

    if (booking_typed(booking))
        return typed(booking, grid, row);
    ctx = memory_must(talloc_new(NULL));
    text = booking_undo_text(ctx, booking);
    if (text) {
        style = STYLE_NOTICE;
    } else {
        text = booking_missed_text(ctx, booking);
    }
    if (text)
        grid_put(grid, row, 1, grid->cols - 2, text, style);
    talloc_free(ctx);
    return text ? 1 : 0;
}

// ---- the soonest

// The day beside a time that is not of the day shown: "Today ", "Mon 23 "; "" for the day shown.
static void soonest_day(const struct booking *booking, int64_t starts_at, char out[WORDS_SIZE]) {
    struct zp_date day = zp_zone_wall(booking->env->config->zone, starts_at).date;

    if (zp_date_compare(day, booking->time.date) == 0)
        out[0] = '\0';
    else if (zp_date_compare(day, today(booking)) == 0)
        (void)snprintf(out, WORDS_SIZE, "%s ", _("Today"));
    else
        (void)snprintf(out, WORDS_SIZE, "%s %d ", words_weekday(zp_date_weekday(day)), day.day);
}

// What is asked for begins with the day that was opened: what is sooner is not known.
static char *soonest_title(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct zp_date first = booking->time.days[0].date;

    return zp_date_compare(first, today(booking)) == 0
               ? memory_strdup(ctx, _("Soonest:"))
               : memory_printf(ctx, _("From %s %d:"), words_weekday(zp_date_weekday(first)),
                               first.day);
}

static int soonest(const struct booking *booking, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct booking_start *starts[BOOKING_SOONEST];
    size_t count = booking_time_soonest(booking, starts);
    int col = 1, share = 0;

    if (count > 0) {
        col +=
            grid_put(grid, row, col, grid->cols - col, soonest_title(ctx, booking), STYLE_DIM) + 1;
        share = (grid->cols - col) / BOOKING_SOONEST;
    }
    for (size_t i = 0; i < count; i++) {
        char clock[WORDS_SIZE], date[WORDS_SIZE];

        words_clock(booking->env->config->zone, starts[i]->starts_at, clock);
        soonest_day(booking, starts[i]->starts_at, date);
        grid_printf(grid, row, col, 2, STYLE_KEY, "%zu ", i + 1);
        grid_cell(grid, row, col + 2, share - 3,
                  memory_printf(ctx, "%s%s %s", date, clock,
                                booking_time_masters(ctx, booking, starts[i])),
                  STYLE_FREE);
        grid_hit(grid, row, col, 1, share - 1, BOOKING_HITS_SOONEST + (int)i + 1);
        col += share;
    }
    talloc_free(ctx);
    return count > 0 ? 1 : 0;
}

// ---- the starts of the day

static char *start_text(TALLOC_CTX *ctx, const struct booking *booking,
                        const struct booking_start *start, int columns) {
    const struct zp_zone *zone = booking->env->config->zone;
    bool chosen = start->starts_at == booking->time.chosen_at;
    char from[WORDS_SIZE], to[WORDS_SIZE];
    const char *who = "";

    if (booking->time.master_id && chosen)
        who = booking_master_name(booking, booking->time.master_id);
    else if (!booking->choice.master_id) // with one master chosen there is nobody to name
        who = booking_time_masters(ctx, booking, start);

    words_clock(zone, start->starts_at, from);
    if (start->overlaps)
        who = _("own visit");
    if ((columns < 30 && who[0]) || start->slots[0].ends_at == 0)
        return memory_printf(ctx, "%s %s", from, who);
    words_clock(zone, start->slots[0].ends_at, to);
    return memory_printf(ctx, "%s-%s  %s", from, to, who);
}

// The starts, the first of them number `number` of the day, in one column, scrolled so that the
// chosen one shows.
static void column(const struct booking *booking, const struct grid *grid,
                   const struct booking_start *starts, size_t count, size_t number) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    size_t at = 0, top = 0, rows = grid->rows > 0 ? (size_t)grid->rows : 0;

    while (at < count && starts[at].starts_at != booking->time.chosen_at)
        at++;
    if (at < count && at >= rows)
        top = at - rows + 1;
    for (size_t i = 0; i < rows && top + i < count; i++) {
        const struct booking_start *start = &starts[top + i];
        bool on = top + i == at;

        grid_cell(grid, (int)i, 0, grid->cols, start_text(ctx, booking, start, grid->cols),
                  on                ? STYLE_CURSOR
                  : start->overlaps ? STYLE_DIM
                                    : STYLE_FREE);
        grid_hit(grid, (int)i, 0, 1, grid->cols, BOOKING_HITS_STARTS + (int)(number + top + i) + 1);
        if (on)
            grid_cursor(grid, (int)i, 0);
    }
    if (top + rows < count && rows > 0)
        grid_put(grid, (int)rows - 1, grid->cols - 1, 1, grid_glyph(grid, GLYPH_DOWN), STYLE_DIM);
    if (top > 0)
        grid_put(grid, 0, grid->cols - 1, 1, grid_glyph(grid, GLYPH_UP), STYLE_DIM);
    talloc_free(ctx);
}

static size_t offered(const struct booking_day *day, size_t from, size_t to) {
    size_t count = 0;

    for (; from < to; from++)
        count += !day->starts[from].overlaps;
    return count;
}

static void columns(const struct booking *booking, const struct grid *grid, int row,
                    const struct booking_day *day) {
    const char *titles[PARTS] = {_("Morning"), _("Day"), _("Evening")};
    int width = grid->cols / PARTS;
    size_t from = 0;

    for (int part = 0; part < PARTS; part++) {
        struct grid place =
            grid_part(grid, row + 1, part * width + 1, grid->rows - row - 1, width - 2);
        size_t to = from;

        while (to < day->count && booking_time_part(booking, day->starts[to].starts_at) == part)
            to++;
        grid_printf(grid, row, part * width + 1, width - 2, STYLE_TITLE, "%s %zu", titles[part],
                    offered(day, from, to));
        column(booking, &place, day->starts + from, to - from, from);
        from = to;
    }
}

void booking_view_time(const struct booking *booking, const struct grid *grid, bool narrow) {
    const struct booking_day *day = booking_time_day(booking, booking->time.date);
    int row = 0;

    if (grid->rows >= 6)
        strip(booking, grid, row++);
    state_line(booking, grid, row++);
    if (grid->rows >= 6)
        row += soonest(booking, grid, row);
    row += missed(booking, grid, row);
    if (booking->time.trouble)
        row += trouble(booking, grid, row);
    if (!day)
        return;
    if (day->offered == 0)
        row += nothing_free(booking, grid, row);
    if (day->count == 0)
        return;
    if (narrow) {
        struct grid place = grid_part(grid, row, 1, grid->rows - row, grid->cols - 2);

        column(booking, &place, day->starts, day->count, 0);
    } else {
        if (grid->rows >= 12)
            grid_printf(
                grid, row, 1, grid->cols - 2, STYLE_DIM,
                _("Beside a day: how many times are free; %s: some are; blank: none known."),
                grid_glyph(grid, GLYPH_BULLET));
        columns(booking, grid, row + 1, day);
    }
}
