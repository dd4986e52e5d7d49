// The board of a day out of what is known: shifts, bookings, and the look at the schedule.
#include "day.h"
#include "memory.h"
#include <stdlib.h>
#include <string.h>

#define DAY_FROM (9 * 60) // shown when nothing tells more
#define DAY_TO   (21 * 60)
#define LATEST   (48 * 60)

#define LEAST_STOP 15 // minutes: shorter ones are the rest between a booking and a whole quarter

int day_minute(const struct zp_zone *zone, struct zp_date date, int64_t instant) {
    struct zp_wall wall = zp_zone_wall(zone, instant);
    int days = zp_date_days_between(date, wall.date);

    days = days < -2 ? -2 : days > 2 ? 2 : days;
    return days * 1440 + wall.hour * 60 + wall.minute;
}

bool day_item_stops(const struct day_item *item) {
    switch (item->kind) {
    case DAY_BOOKING:
    case DAY_FREE: return true;
    case DAY_OUTSIDE:
    case DAY_UNKNOWN: return item->to - item->from >= LEAST_STOP;
    case DAY_PAST:
    case DAY_BREAK: break;
    }
    return false;
}

int day_column_find(const struct day_column *column, int minute) {
    int best = -1, distance = 0;

    for (size_t i = 0; i < column->count; i++) {
        const struct day_item *item = &column->items[i];
        int away = minute < item->from  ? item->from - minute
                   : minute >= item->to ? minute - item->to + 1
                                        : 0;

        if (day_item_stops(item) && (best < 0 || away < distance)) {
            best = (int)i;
            distance = away;
        }
    }
    return best;
}

struct build {
    const struct day_facts *facts;
    struct day_board *board;
    struct day_column *column;
    int now; // minute of now on that day: past days INT_MAX-like, days to come negative
    // The day has 24 hours: its minutes are counted from here, without looking into the zone's
    // rules for each.
    bool even;
    int64_t start;
};

#define EVEN_S 86400

// Room is made for 8, and for twice as many each time.
static struct day_item *add(const struct build *build, enum day_kind kind, int from, int to) {
    struct day_column *column = build->column;
    const size_t count = column->count;
    struct day_item *item = NULL;

    if (!column->items || (count >= 8 && (count & (count - 1)) == 0))
        column->items = memory_grow(build->board, column->items, struct day_item,
                                    (unsigned)(column->items ? 2 * count : 8));
    item = &column->items[column->count++];
    *item = (struct day_item){.kind = kind, .from = from, .to = to};
    return item;
}

static int64_t instant_of(const struct build *build, int minute) {
    if (build->even && minute >= 0 && minute < 1440)
        return build->start + (int64_t)minute * 60;
    return zp_zone_day_minute(build->facts->zone, build->facts->date, minute);
}

static int minute_of(const struct build *build, int64_t instant) {
    if (build->even && instant >= build->start && instant - build->start < EVEN_S)
        return (int)((instant - build->start) / 60);
    return day_minute(build->facts->zone, build->facts->date, instant);
}

static void add_time(const struct build *build, enum day_kind kind, int from, int to) {
    if (from >= to)
        return;
    add(build, kind, from, to)->starts_at = instant_of(build, from);
}

static enum day_kind kind_of(enum zp_stretch_kind kind) {
    switch (kind) {
    case ZP_STRETCH_OFFERED: return DAY_FREE;
    case ZP_STRETCH_OUTSIDE: return DAY_OUTSIDE;
    case ZP_STRETCH_UNKNOWN: break;
    }
    return DAY_UNKNOWN;
}

// Time to come of a shift without bookings: as the look says, and unknown where it says nothing.
static void add_future(const struct build *build, int from, int to) {
    const struct zp_look *look = build->facts->look;
    int at = from;

    for (size_t i = 0; look && i < look->stretch_count && at < to; i++) {
        const struct zp_stretch *stretch = &look->stretches[i];
        int begin = 0, end = 0;

        if (strcmp(stretch->master_id, build->column->master_id) != 0 ||
            stretch->kind == ZP_STRETCH_UNKNOWN)
            continue;
        begin = minute_of(build, stretch->from);
        end = minute_of(build, stretch->to);
        begin = begin < at ? at : begin;
        end = end > to ? to : end;
        if (begin >= end)
            continue;
        add_time(build, DAY_UNKNOWN, at, begin);
        add_time(build, kind_of(stretch->kind), begin, end);
        at = end;
    }
    add_time(build, DAY_UNKNOWN, at, to);
}

static void add_gap(const struct build *build, int from, int to) {
    int now = build->now;

    if (from >= to)
        return;
    if (now > from)
        add_time(build, build->facts->bookings_known ? DAY_PAST : DAY_UNKNOWN, from,
                 now < to ? now : to);
    if (now < to)
        add_future(build, now > from ? now : from, to);
}

// What [from, to) of a shift holds beside the `booked` first items of the column.
static void add_around(const struct build *build, size_t booked, int from, int to, bool is_break) {
    int at = from;

    for (size_t i = 0; i <= booked && at < to; i++) {
        const struct day_item *item = i < booked ? &build->column->items[i] : NULL;
        int end = item && item->from < to ? item->from : to;
        int next = item ? item->to : to;

        if (end > at && is_break)
            add_time(build, DAY_BREAK, at, end);
        else if (end > at)
            add_gap(build, at, end);
        at = next > at ? next : at;
    }
}

static int by_time(const void *a, const void *b) {
    const struct day_item *one = a, *other = b;

    if (one->from != other->from)
        return one->from < other->from ? -1 : 1;
    if (one->booking && other->booking)
        return strcmp(one->booking->request_id, other->booking->request_id);
    return 0;
}

static void sort_items(const struct day_column *column) {
    if (column->count > 1)
        qsort(column->items, column->count, sizeof(struct day_item), by_time);
}

static const char *safe(const char *text) {
    return text ? text : "";
}

static void add_booking(const struct build *build, const struct zp_booking *booking) {
    int from = minute_of(build, booking->starts_at), to = minute_of(build, booking->ends_at);
    struct day_item *item = NULL;

    from = from < 0 ? 0 : from;
    to = to > LATEST ? LATEST : to;
    item = add(build, DAY_BOOKING, from, to > from ? to : from + 1);
    item->booking = booking;
    item->starts_at = booking->starts_at;
}

static void set_shift(struct day_column *column, const struct day_facts *facts) {
    column->date = facts->date;
    if (!facts->shifts)
        return;
    column->shift = DAY_SHIFT_OFF;
    for (size_t i = 0; i < facts->shifts->shift_count; i++) {
        const struct zp_shift *shift = &facts->shifts->shifts[i];

        if (strcmp(shift->master_id, column->master_id) != 0 ||
            zp_date_compare(shift->date, facts->date) != 0 || shift->to_min <= shift->from_min)
            continue;
        column->shift = DAY_SHIFT_ON;
        column->from = shift->from_min;
        column->to = shift->to_min > LATEST ? LATEST : shift->to_min;
        column->break_from = shift->break_from_min;
        column->break_to = shift->break_to_min;
        return;
    }
}

static void fill_column(struct build *build, const struct day_board *board) {
    struct day_column *column = build->column;
    bool has_break = column->break_from >= column->from && column->break_to > column->break_from;
    size_t booked = column->count;

    if (column->shift == DAY_SHIFT_UNKNOWN) {
        add_around(build, booked, board->from, board->to, false);
    } else if (column->shift == DAY_SHIFT_ON) {
        int pause = has_break ? column->break_from : column->to;
        int resume = has_break ? column->break_to : column->to;

        add_around(build, booked, column->from, pause, false);
        add_around(build, booked, pause, resume, true);
        add_around(build, booked, resume, column->to, false);
    }
    sort_items(column);
}

static bool works(const struct day_column *column) {
    return column->shift != DAY_SHIFT_OFF || column->count > 0;
}

static struct day_column *find_column(const struct day_board *board, const char *master_id) {
    for (size_t i = 0; i < board->count; i++)
        if (strcmp(board->columns[i].master_id, master_id) == 0)
            return &board->columns[i];
    return NULL;
}

// `room`: for how many columns there is memory.
static struct day_column *add_column(struct day_board *board, size_t *room, const char *master_id,
                                     const char *name) {
    struct day_column *column = NULL;

    if (board->count == *room)
        board->columns =
            memory_grow(board, board->columns, struct day_column, (unsigned)(*room += 32));
    column = &board->columns[board->count++];
    *column = (struct day_column){.break_from = -1, .break_to = -1};
    column->master_id = memory_strdup(board, master_id);
    column->name = memory_strdup(board, name);
    return column;
}

// The masters of the catalogue, then those of bookings that it does not know; with their bookings.
static void add_columns(struct build *build) {
    const struct day_facts *facts = build->facts;
    size_t room = 0;

    for (size_t i = 0; facts->catalogue && i < facts->catalogue->master_count; i++) {
        const struct zp_master *master = &facts->catalogue->masters[i];

        if (!find_column(build->board, master->id))
            add_column(build->board, &room, master->id, safe(master->name));
    }
    for (size_t i = 0; i < facts->booking_count; i++) {
        const struct zp_booking *booking = facts->bookings[i];

        build->column = find_column(build->board, safe(booking->master_id));
        if (!build->column)
            build->column =
                add_column(build->board, &room, safe(booking->master_id), safe(booking->master));
        add_booking(build, booking);
    }
}

static void working_first(struct day_board *board) {
    struct day_column *sorted = memory_array(board, struct day_column, board->count);
    size_t count = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < board->count; i++)
            if (works(&board->columns[i]) == (pass == 0))
                sorted[count++] = board->columns[i];
    talloc_free(board->columns);
    board->columns = sorted;
}

static void set_hours(struct day_board *board) {
    int from = LATEST, to = 0;

    for (size_t i = 0; i < board->count; i++) {
        const struct day_column *column = &board->columns[i];

        if (column->shift == DAY_SHIFT_ON) {
            from = column->from < from ? column->from : from;
            to = column->to > to ? column->to : to;
        }
        for (size_t j = 0; j < column->count; j++) {
            from = column->items[j].from < from ? column->items[j].from : from;
            to = column->items[j].to > to ? column->items[j].to : to;
        }
    }
    if (from >= to) {
        from = DAY_FROM;
        to = DAY_TO;
    }
    board->from = from / 60 * 60;
    board->to = (to + 59) / 60 * 60;
}

struct day_board *day_board_new(TALLOC_CTX *ctx, const struct day_facts *facts) {
    struct day_board *board = memory_new(ctx, struct day_board);
    struct build build = {.facts = facts, .board = board};

    build.start = zp_zone_day_start(facts->zone, facts->date);
    build.even = zp_zone_day_end(facts->zone, facts->date) - build.start == EVEN_S;
    build.now = day_minute(facts->zone, facts->date, facts->now);
    add_columns(&build);
    for (size_t i = 0; i < board->count; i++) {
        sort_items(&board->columns[i]);
        set_shift(&board->columns[i], facts);
    }
    working_first(board);
    set_hours(board);
    for (size_t i = 0; i < board->count; i++) {
        build.column = &board->columns[i];
        fill_column(&build, board);
    }
    return board;
}
