// Where things stand on the Day, and what scrolls into view. Pure: the same for update and view.
#include "day.h"

#define LIST_BELOW_COLS 80
#define LIST_BELOW_ROWS 12
#define TIME_WIDTH      6
#define NARROWEST       14

struct day_layout day_layout(int rows, int cols, size_t columns, int narrowest) {
    struct day_layout layout = {.list = cols < LIST_BELOW_COLS || rows < LIST_BELOW_ROWS,
                                .detail = -1,
                                .bar = -1,
                                .visible = 1,
                                .width = cols};

    if (layout.list) {
        layout.head = rows >= 6 ? 2 : rows >= 2 ? 1 : 0;
        layout.bar = rows >= 6 ? rows - 1 : -1;
    } else {
        int room = cols - TIME_WIDTH;

        layout.head = 3;
        layout.bar = rows - 1;
        layout.detail = rows - 2;
        layout.time = TIME_WIDTH;
        layout.visible = room / (narrowest > 0 ? narrowest : NARROWEST);
        if (columns > 0 && (size_t)layout.visible > columns)
            layout.visible = (int)columns;
        layout.width = room / layout.visible;
        layout.wider = room % layout.visible;
    }
    layout.body = rows - layout.head - (layout.bar >= 0) - (layout.detail >= 0);
    layout.body = layout.body < 0 ? 0 : layout.body;
    return layout;
}

int day_column_left(const struct day_layout *layout, int place) {
    return layout->time + place * layout->width + (place < layout->wider ? place : layout->wider);
}

int day_column_width(const struct day_layout *layout, int place) {
    return layout->width + (place < layout->wider ? 1 : 0);
}

int day_rows(const struct day *day) {
    return day->board ? (day->board->to - day->board->from + day->zoom - 1) / day->zoom : 0;
}

const struct day_column *day_cursor_column(const struct day *day) {
    if (!day->board || day->column < 0 || (size_t)day->column >= day->board->count)
        return NULL;
    return &day->board->columns[day->column];
}

const struct day_item *day_cursor_item(const struct day *day) {
    const struct day_column *column = day_cursor_column(day);

    if (!column || day->item < 0 || (size_t)day->item >= column->count)
        return NULL;
    return &column->items[day->item];
}

// Scrolls [first, last] into a window of `size` that begins at `top`; the first wins.
static int into_view(int top, int size, int first, int last, int count) {
    if (last >= top + size)
        top = last - size + 1;
    if (first < top)
        top = first;
    if (top > count - size)
        top = count - size;
    return top < 0 ? 0 : top;
}

void day_scroll(struct day *day) {
    size_t columns = day->board ? day->board->count : 0;
    struct day_layout layout = day_layout(day->rows, day->cols, columns, day->narrowest);
    const struct day_column *column = day_cursor_column(day);
    const struct day_item *item = day_cursor_item(day);

    if (day->follows && day->board && !layout.list)
        day->top = (day->minute - day->board->from) / day->zoom - layout.body / 3;
    day->left = into_view(day->left, layout.visible, day->column, day->column, (int)columns);
    if (layout.list) {
        day->top =
            into_view(day->top, layout.body, day->item, day->item, column ? (int)column->count : 0);
    } else if (item) {
        int first = (item->from - day->board->from) / day->zoom;
        int last = (item->to - day->board->from - 1) / day->zoom;

        day->top = into_view(day->top, layout.body, first, last, day_rows(day));
    } else {
        day->top = into_view(day->top, layout.body, day->top, day->top, day_rows(day));
    }
}
