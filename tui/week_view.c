// The Week on the screen: the Day's board with heads, totals and the age of what is shown.
#include "facts.h"
#include "week.h"
#include "words.h"
#include <stdio.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

static void hours(int minutes, char out[WORDS_SIZE]) {
    if (minutes % 60 == 0)
        (void)snprintf(out, WORDS_SIZE, "%d", minutes / 60);
    else
        (void)snprintf(out, WORDS_SIZE, "%d:%02d", minutes / 60, minutes % 60);
}

// "3 4:30/10": bookings, hours booked of the shift's hours; a part that is not known is "?".
static void total_words(const struct week_total *total, int room, char out[WORDS_SIZE]) {
    char booked[WORDS_SIZE], shift[WORDS_SIZE] = "?";

    if (!total->known) {
        (void)snprintf(out, WORDS_SIZE, "?");
        return;
    }
    hours(total->booked_min, booked);
    if (total->shift_min >= 0)
        hours(total->shift_min, shift);
    (void)snprintf(out, WORDS_SIZE, "%d %.20s/%.20s", total->bookings, booked, shift);
    if (total->bookings == 0 && total->shift_min == 0)
        (void)snprintf(out, WORDS_SIZE, "-");
    else if (zp_text_width(out) > room && total->shift_min > 0)
        (void)snprintf(out, WORDS_SIZE, "%d %d%%", total->bookings,
                       total->booked_min * 100 / total->shift_min);
}

// The list shows one day, and has room for words.
static void draw_day_total(const struct week *week, const struct grid *grid, int row) {
    const int day = week->face->column < 0 ? 0 : week->face->column;
    const struct week_total total = week_total(week, day);
    char booked[WORDS_SIZE], shift[WORDS_SIZE] = "?";

    if (!total.known)
        return;
    hours(total.booked_min, booked);
    if (total.shift_min >= 0)
        hours(total.shift_min, shift);
    grid_printf(grid, row, 1, grid->cols - 2, STYLE_STRONG, _("bookings: %d, hours: %s of %s"),
                total.bookings, booked, shift);
}

static void draw_totals(const struct week *week, const struct grid *grid,
                        const struct day_layout *layout) {
    const struct day *face = week->face;
    char text[WORDS_SIZE];

    if (layout->bar < 0)
        return;
    if (layout->list) {
        draw_day_total(week, grid, layout->bar);
        return;
    }
    grid_cell(grid, layout->bar, 0, layout->time - 1, _("total"), STYLE_DIM);
    for (int place = 0; place < layout->visible && face->left + place < WEEK_DAYS; place++) {
        const struct week_total total = week_total(week, face->left + place);
        const int width = day_column_width(layout, place) - 1;

        total_words(&total, width, text);
        grid_cell(grid, layout->bar, day_column_left(layout, place) + 1, width, text, STYLE_STRONG);
    }
}

static void draw_title(const struct week *week, const struct grid *grid) {
    const struct day *face = week->face;
    const struct zp_date sunday = zp_date_add_days(week->monday, WEEK_DAYS - 1);
    const int days = zp_date_days_between(week->monday, face->today);
    const char *dot = grid_glyph(grid, GLYPH_MIDDLE);
    char from[WORDS_SIZE], to[WORDS_SIZE], title[4 * WORDS_SIZE];

    words_date_short(week->monday, from);
    words_date_short(sunday, to);
    (void)snprintf(title, sizeof(title), "%.96s %s %s %s - %s %s%s%s", week_master_name(week), dot,
                   grid_glyph(grid, GLYPH_LEFT), from, to, grid_glyph(grid, GLYPH_RIGHT),
                   days >= 0 && days < WEEK_DAYS ? " · " : "",
                   days >= 0 && days < WEEK_DAYS ? _("this week") : "");
    facts_header(grid, week->env->config, title);
}

// What is said of free time, and since when.
static void free_words(const struct week *week, char out[2 * WORDS_SIZE]) {
    const struct day *face = week->face;
    const int gone = zp_date_days_between(week->monday, face->today), first = gone > 0 ? gone : 0;
    char clock[WORDS_SIZE], age[WORDS_SIZE];
    int64_t asked_at = 0;
    int known = 0;

    out[0] = '\0';
    for (int day = first; day < WEEK_DAYS; day++) {
        const struct zp_look *look = week->looks[day];

        known += look != NULL;
        if (look && look->asked_at != 0 && (asked_at == 0 || look->asked_at < asked_at))
            asked_at = look->asked_at;
    }
    if (face->look_asked) {
        (void)snprintf(out, 2 * WORDS_SIZE, "%s", _("asking Dikidi ..."));
    } else if (first < WEEK_DAYS && known == 0) {
        (void)snprintf(out, 2 * WORDS_SIZE, "%s",
                       face->look_failed ? _("free: could not ask") : _("free time not asked"));
    } else if (first + known < WEEK_DAYS) {
        (void)snprintf(out, 2 * WORDS_SIZE, _("free: %d of %d days asked"), known,
                       WEEK_DAYS - first);
    } else if (asked_at != 0) {
        words_clock(week->env->config->zone, asked_at, clock);
        words_age(face->now - asked_at, age);
        (void)snprintf(out, 2 * WORDS_SIZE, _("free: asked at %s (%s)"), clock, age);
    }
}

static void draw_detail(const struct week *week, const struct grid *grid, int row) {
    char age[2 * WORDS_SIZE];
    int width = 0;

    if (row < 0)
        return;
    if (week->look_trouble && !week->face->trouble) {
        grid_cell(grid, row, 1, grid->cols - 2, week->look_trouble, STYLE_ERROR);
        return;
    }
    free_words(week, age);
    width = zp_text_width(age);
    if (width < grid->cols / 2)
        grid_put(grid, row, grid->cols - 1 - width, width, age, STYLE_DIM);
    else
        width = 0;
    const struct grid part = grid_part(grid, row, 0, 1, grid->cols - width - 2);
    day_view_detail(week->face, &part, 0);
}

void week_view(const void *model, struct grid *grid) {
    const struct week *week = model;
    const struct day *face = week->face;
    struct day_layout layout = day_layout(grid->rows, grid->cols, WEEK_DAYS, face->narrowest);

    if (!face->board)
        return;
    if (layout.list)
        day_view_list(face, grid, &layout);
    else
        day_view_board(face, grid, &layout);
    if (layout.head > 0)
        draw_title(week, grid);
    draw_detail(week, grid, layout.detail);
    draw_totals(week, grid, &layout);
}
