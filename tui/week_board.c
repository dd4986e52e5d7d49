// The board of the Week: the Day's columns of one master, one for each date.
#include "memory.h"
#include "week.h"
#include "words.h"
#include <stdio.h>
#include <string.h>

void week_key(const struct week *week, int day, char out[ZP_DATE_SIZE]) {
    zp_date_format(zp_date_add_days(week->monday, day), out);
}

const char *week_master_name(const struct week *week) {
    const struct day *face = week->face;
    const struct zp_master *master =
        face->catalogue ? zp_catalogue_master(face->catalogue, week->master_id) : NULL;

    if (master)
        return master->name;
    return face->booking_count > 0 && face->bookings[0]->master ? face->bookings[0]->master : "?";
}

// ---- the board

static size_t bookings_of(const struct day *face, struct zp_date date, struct zp_booking **out) {
    const int64_t from = zp_zone_day_start(face->env->config->zone, date);
    const int64_t to = zp_zone_day_end(face->env->config->zone, date);
    size_t count = 0;

    for (size_t i = 0; i < face->booking_count; i++)
        if (face->bookings[i]->starts_at < to && face->bookings[i]->starts_at >= from)
            out[count++] = face->bookings[i];
    return count;
}

// One day of the master: the only column of a Day that knows nobody else.
static struct day_board *day_of(TALLOC_CTX *ctx, const struct week *week, int day) {
    const struct zp_date date = zp_date_add_days(week->monday, day);
    struct day *face = week->face;
    TALLOC_CTX *own = memory_must(talloc_new(NULL));
    struct zp_booking **bookings = memory_array(own, struct zp_booking *, face->booking_count);
    char *id = memory_strdup(own, week->master_id), *name = memory_strdup(own, "");
    struct zp_master master = {.id = id, .name = name};
    const struct zp_catalogue only = {.masters = &master, .master_count = 1};
    const struct day_facts facts = {.zone = face->env->config->zone,
                                    .date = date,
                                    .now = face->now,
                                    .catalogue = &only,
                                    .shifts = face->shifts,
                                    .bookings = bookings,
                                    .booking_count = bookings_of(face, date, bookings),
                                    .bookings_known = face->bookings_known,
                                    .look = week->looks[day]};
    struct day_board *board = day_board_new(ctx, &facts);

    talloc_free(own);
    return board;
}

static void add_day(const struct week *week, struct day_board *board, int day) {
    const struct zp_date date = zp_date_add_days(week->monday, day);
    const struct day_board *one = day_of(board, week, day);
    struct day_column *column = &board->columns[board->count++];
    char key[ZP_DATE_SIZE];

    *column = one->columns[0];
    week_key(week, day, key);
    column->master_id = memory_strdup(board, key);
    column->name = memory_printf(board, "%s %d", words_weekday(zp_date_weekday(date)), date.day);
    // A day off has hours only where it has bookings.
    if (column->shift == DAY_SHIFT_OFF && column->count == 0)
        return;
    board->from = board->from < 0 || one->from < board->from ? one->from : board->from;
    board->to = one->to > board->to ? one->to : board->to;
}

void week_rebuild(struct week *week) {
    struct day *face = week->face;
    struct day_board *board = memory_new(face, struct day_board);

    board->columns = memory_array(board, struct day_column, WEEK_DAYS);
    board->from = -1;
    for (int day = 0; day < WEEK_DAYS; day++)
        add_day(week, board, day);
    if (board->from < 0) { // nobody works all week
        board->from = 9 * 60;
        board->to = 21 * 60;
    }
    if (face->board && face->board->from != board->from)
        face->top += (face->board->from - board->from) / face->zoom;
    talloc_free(face->board);
    face->board = board;
    day_place_cursor(face);
}

struct week_total week_total(const struct week *week, int day) {
    const struct day *face = week->face;
    const struct day_column *column = &face->board->columns[day];
    struct week_total total = {.known = face->bookings_known, .shift_min = -1};

    for (size_t i = 0; i < column->count; i++) {
        const struct day_item *item = &column->items[i];

        if (!item->booking || !zp_booking_state_holds_time(item->booking->state))
            continue;
        total.bookings++;
        total.booked_min += item->to - item->from;
    }
    if (column->shift == DAY_SHIFT_OFF)
        total.shift_min = 0;
    if (column->shift == DAY_SHIFT_ON) {
        total.shift_min = column->to - column->from;
        if (column->break_from >= column->from && column->break_to > column->break_from)
            total.shift_min -= column->break_to - column->break_from;
    }
    return total;
}
