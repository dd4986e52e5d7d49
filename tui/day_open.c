// Day: the screens that are opened from it, and which of them make sense where the cursor stands.
#include "day.h"
#include <string.h>
#include <zapis/text.h>

// Where a booking from this gap starts: the first offer in it, else its beginning, and on a rounded
// minute where that beginning is only "now". 0: time gone by.
static int64_t start_of(const struct day *day, const struct day_column *column,
                        const struct day_item *item) {
    const struct zp_look *look = day->look;
    int minute = item->from, rounded = (minute + 14) / 15 * 15;
    int64_t end = zp_zone_day_minute(day->env->config->zone, day->date, item->to);

    for (size_t i = 0; look && item->kind == DAY_FREE && i < look->offer_count; i++)
        if (strcmp(look->offers[i].master_id, column->master_id) == 0 &&
            look->offers[i].starts_at >= day->now && look->offers[i].starts_at >= item->starts_at &&
            look->offers[i].starts_at < end)
            return look->offers[i].starts_at;
    if (end <= day->now)
        return 0;
    if (minute == day_minute(day->env->config->zone, day->date, day->now) && rounded < item->to)
        return zp_zone_day_minute(day->env->config->zone, day->date, rounded);
    return item->starts_at;
}

// F7: a new booking of this day, whoever is free. Enter on a gap: at that master and time.
static void open_booking(struct day *day, bool gap, struct commands *commands) {
    const struct day_column *column = day_cursor_column(day);
    const struct day_item *item = day_cursor_item(day);
    struct screen_args args = {.date = day->date};

    if (zp_date_compare(day->date, day->today) < 0)
        args.date = day->today;
    if (gap && column)
        args.master_id = column->master_id;
    if (gap && column && item && !item->booking)
        args.starts_at = start_of(day, column, item);
    command_open(commands, DAY_OPENED, SCREEN_BOOKING, &args);
}

static void open_on_booking(const struct day *day, enum screen_id screen,
                            struct commands *commands) {
    const struct day_item *item = day_cursor_item(day);
    const struct screen_args args = {
        .date = day->date, .booking = item && item->booking ? item->booking->request_id : NULL};

    if (args.booking)
        command_open(commands, DAY_OPENED, screen, &args);
}

static void enter(struct day *day, struct commands *commands) {
    const struct day_item *item = day_cursor_item(day);

    if (item && item->booking)
        open_on_booking(day, SCREEN_CARD, commands);
    else if (day_cursor_column(day) && screen_find(SCREEN_BOOKING))
        open_booking(day, true, commands);
}

static void open_of_date(const struct day *day, enum screen_id screen, struct commands *commands) {
    const struct screen_args args = {.date = day->date};

    command_open(commands, DAY_OPENED, screen, &args);
}

// Typing finds a client: what was typed goes there.
void day_open_typed(const struct key *key, struct commands *commands) {
    char text[5] = "";
    const struct screen_args args = {.text = text};
    const uint32_t code = key->code, lower = code | 0x20;
    const bool word = (code >= '0' && code <= '9') || (lower >= 'a' && lower <= 'z') || code > 0x7f;

    if (!key_is_text(key) || !word)
        return;
    zp_text_encode(code, text);
    command_open(commands, DAY_OPENED, SCREEN_CLIENTS, &args);
}

static void copy_number(const struct day *day, struct commands *commands) {
    const struct day_item *item = day_cursor_item(day);

    if (item && item->booking && item->booking->booking_id)
        command_copy(commands, item->booking->booking_id);
}

// Of the master under the cursor.
static void open_week(const struct day *day, struct commands *commands) {
    const struct day_column *column = day_cursor_column(day);
    const struct screen_args args = {.date = day->date,
                                     .master_id = column ? column->master_id : NULL};

    if (column)
        command_open(commands, DAY_OPENED, SCREEN_WEEK, &args);
}

void day_open_key(struct day *day, enum action action, struct commands *commands) {
    switch (action) {
    case ACTION_ENTER: enter(day, commands); break;
    case ACTION_SHOW: open_on_booking(day, SCREEN_CARD, commands); break;
    case ACTION_MARK: open_on_booking(day, SCREEN_MARK, commands); break;
    case ACTION_AGAIN: open_on_booking(day, SCREEN_AGAIN, commands); break;
    case ACTION_MOVE: open_on_booking(day, SCREEN_MOVE, commands); break;
    case ACTION_BOOK: open_booking(day, false, commands); break;
    case ACTION_CANCEL: open_on_booking(day, SCREEN_CANCEL, commands); break;
    case ACTION_COPY: copy_number(day, commands); break;
    case ACTION_QUEUE: command_open(commands, DAY_OPENED, SCREEN_QUEUE, NULL); break;
    case ACTION_TRUTH: open_of_date(day, SCREEN_TRUTH, commands); break;
    case ACTION_NUMBERS: open_of_date(day, SCREEN_NUMBERS, commands); break;
    case ACTION_WAITING: command_open(commands, DAY_OPENED, SCREEN_WAITING, NULL); break;
    case ACTION_CLIENTS: command_open(commands, DAY_OPENED, SCREEN_CLIENTS, NULL); break;
    case ACTION_WEEK: open_week(day, commands); break;
    case ACTION_PRICES: command_open(commands, DAY_OPENED, SCREEN_PRICES, NULL); break;
    case ACTION_WIDGET: command_open(commands, DAY_OPENED, SCREEN_WIDGET, NULL); break;
    case ACTION_CHECK: command_open(commands, DAY_OPENED, SCREEN_CHECK, NULL); break;
    default: break;
    }
}

size_t day_open_actions(const struct day *day, enum action *out) {
    const struct day_item *item = day_cursor_item(day);
    const struct zp_booking *booking = item ? item->booking : NULL;
    const bool booked = booking && booking->state == ZP_BOOKING_BOOKED;
    size_t count = 0;

    if (booking)
        out[count++] = ACTION_SHOW;
    if (booked)
        out[count++] = ACTION_MARK;
    if (booking)
        out[count++] = ACTION_AGAIN;
    if (booked && booking->starts_at > day->now)
        out[count++] = ACTION_MOVE;
    out[count++] = ACTION_BOOK;
    if (booked)
        out[count++] = ACTION_CANCEL;
    if (booking && booking->booking_id)
        out[count++] = ACTION_COPY;
    out[count++] = ACTION_QUEUE;
    if (day_truth_differs(day))
        out[count++] = ACTION_TRUTH;
    return count;
}
