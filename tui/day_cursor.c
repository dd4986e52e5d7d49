// The cursor of the Day: a master, and a booking or a time. What changes around it does not move
// it.
#include "day.h"
#include "memory.h"
#include <string.h>

static const int zooms[] = {15, 30, 60};

static bool place_on_booking(struct day *day) {
    for (size_t c = 0; day->booking && c < day->board->count; c++) {
        const struct day_column *column = &day->board->columns[c];

        for (size_t i = 0; i < column->count; i++) {
            const struct day_item *item = &column->items[i];

            if (!item->booking || strcmp(item->booking->request_id, day->booking) != 0)
                continue;
            day->column = (int)c;
            day->item = (int)i;
            day->minute = item->from;
            talloc_free(day->master_id);
            day->master_id = memory_strdup(day, column->master_id);
            return true;
        }
    }
    return false;
}

void day_place_cursor(struct day *day) {
    day->column = day->item = -1;
    if (day->board && day->board->count > 0 && !place_on_booking(day)) {
        day->column = 0;
        for (size_t c = 0; day->master_id && c < day->board->count; c++)
            if (strcmp(day->board->columns[c].master_id, day->master_id) == 0)
                day->column = (int)c;
        day->item = day_column_find(&day->board->columns[day->column], day->minute);
    }
    day_scroll(day);
}

void day_cursor_to(struct day *day, const char *booking, int minute) {
    char *own = booking ? memory_strdup(day, booking) : NULL;

    talloc_free(day->booking);
    day->booking = own;
    day->minute = minute;
}

void day_move_item(struct day *day, int step) {
    const struct day_column *column = day_cursor_column(day);

    if (!column)
        return;
    for (int at = day->item + step; at >= 0 && (size_t)at < column->count; at += step) {
        const struct day_item *item = &column->items[at];

        if (day_item_stops(item)) {
            day_cursor_to(day, item->booking ? item->booking->request_id : NULL, item->from);
            break;
        }
    }
    day_place_cursor(day);
}

void day_move_end(struct day *day, int step) {
    const struct day_column *column = day_cursor_column(day);

    if (!column)
        return;
    day->item = step < 0 ? (int)column->count : -1;
    day_move_item(day, step);
}

// The time stays while the cursor goes from master to master.
void day_move_master(struct day *day, int step) {
    int count = day->board ? (int)day->board->count : 0, at = 0;

    if (count == 0)
        return;
    at = (day->column + step + count) % count;
    talloc_free(day->master_id);
    day->master_id = memory_strdup(day, day->board->columns[at].master_id);
    day_cursor_to(day, NULL, day->minute);
    day_place_cursor(day);
}

void day_zoom(struct day *day, int step) {
    int count = (int)(sizeof(zooms) / sizeof(zooms[0])), at = 0;

    while (at < count - 1 && zooms[at] < day->zoom)
        at++;
    at += step;
    day->zoom = zooms[at < 0 ? 0 : at >= count ? count - 1 : at];
    day_scroll(day);
}

#define ITEMS_OF_COLUMN 10000 // more than a day has

int day_hit(int column, int item) {
    return column * ITEMS_OF_COLUMN + item + 2;
}

// A column's head moves the cursor there and leaves the time.
void day_click(struct day *day, int hit) {
    const int at = (hit - 1) / ITEMS_OF_COLUMN, place = (hit - 1) % ITEMS_OF_COLUMN - 1;
    const struct day_column *column = NULL;
    const struct day_item *item = NULL;

    if (!day->board || hit < 1 || (size_t)at >= day->board->count)
        return;
    column = &day->board->columns[at];
    if (place >= 0 && (size_t)place < column->count)
        item = &column->items[place];
    talloc_free(day->master_id);
    day->master_id = memory_strdup(day, column->master_id);
    day_cursor_to(day, item && item->booking ? item->booking->request_id : NULL,
                  item ? item->from : day->minute);
    day_place_cursor(day);
}
