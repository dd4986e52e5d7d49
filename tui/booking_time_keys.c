// New booking, step 2: the keys. A day, a time of it, or who does it then.
#include "booking.h"
#include "memory.h"
#include <string.h>

#define PARTS 3

static struct zp_date today(const struct booking *booking) {
    return zp_zone_wall(booking->env->config->zone, booking->now).date;
}

static void go_day(struct booking *booking, int by, struct commands *commands) {
    struct booking_time *time = &booking->time;
    struct zp_date date = zp_date_add_days(time->date, by), now = today(booking);

    booking_typed_leave(booking);
    if (zp_date_compare(date, now) < 0 || zp_date_days_between(now, date) > BOOKING_DAYS_AHEAD)
        return;
    if (!booking_time_unmet(booking)) // it is chosen, or never was known: now a day is wished
        time->stated_at = 0;
    time->date = date;
    time->moved = true;
    time->chosen_at = time->missed_at = 0;
    TALLOC_FREE(time->master_id);
    booking_time_select(booking); // of an answer at hand, until the new one is there
    booking_time_ask(booking, commands);
}

static void chosen_by_hand(struct booking *booking, const struct booking_start *start) {
    struct booking_time *time = &booking->time;

    booking_typed_clear(booking);
    booking_time_choose(booking, start);
    time->date = zp_zone_wall(booking->env->config->zone, start->starts_at).date;
    time->wish_minute = booking_time_minute(booking, start->starts_at);
    time->wished_at = time->missed_at = time->stated_at = 0;
}

// Where nothing is chosen: beside the time typed, or said in a line, else the first.
static long beside(const struct booking *booking, const struct booking_day *day, long by) {
    const bool stated = booking_time_unmet(booking) && !booking_typed(booking);
    const int minute = stated ? booking_time_minute(booking, booking->time.stated_at)
                              : booking_typed_minute(booking);
    const int64_t wished = zp_zone_day_minute(booking->env->config->zone, day->date, minute);
    long at = 0, last = (long)day->count - 1;

    if (minute < 0)
        return 0;
    while (at <= last && day->starts[at].starts_at < wished)
        at++;
    at = by < 0 ? at - 1 : at;
    return at < 0 ? 0 : at > last ? last : at;
}

static void move(struct booking *booking, long by) {
    const struct booking_day *day = booking_time_day(booking, booking->time.date);
    const struct booking_start *start = booking_time_start(booking);
    long at = 0;

    if (!day || day->count == 0)
        return;
    at = start ? start - day->starts + by : beside(booking, day, by);
    if (at >= 0 && (size_t)at < day->count)
        chosen_by_hand(booking, &day->starts[at]);
}

// To the first start of the part before or after.
static void move_part(struct booking *booking, int by) {
    const struct booking_day *day = booking_time_day(booking, booking->time.date);
    const struct booking_start *start = booking_time_start(booking);
    int part = 0;

    if (!day || day->count == 0)
        return;
    part = start ? booking_time_part(booking, start->starts_at) + by : 0;
    for (; part >= 0 && part < PARTS; part += by)
        for (size_t i = 0; i < day->count; i++)
            if (booking_time_part(booking, day->starts[i].starts_at) == part) {
                chosen_by_hand(booking, &day->starts[i]);
                return;
            }
    chosen_by_hand(booking, &day->starts[by < 0 ? 0 : day->count - 1]);
}

// Any of those free then, the first of them, the second … and any again.
static void next_master(struct booking *booking, int by) {
    const struct booking_start *start = booking_time_start(booking);
    struct booking_time *time = &booking->time;
    long at = 0, count = start ? (long)start->count : 0;

    if (booking->choice.master_id || count < 2)
        return;
    while (time->master_id && at < count &&
           strcmp(start->slots[at].master_id, time->master_id) != 0)
        at++;
    at = time->master_id ? (at + by) : by > 0 ? 0 : count - 1;
    if (booking->purpose == BOOKING_MOVE) // somebody is always named
        at = (at + count) % count;
    TALLOC_FREE(time->master_id);
    if (at >= 0 && at < count)
        time->master_id = memory_strdup(booking, start->slots[at].master_id);
}

void booking_time_take(struct booking *booking, const struct booking_start *start,
                       struct commands *commands) {
    const struct zp_date date = zp_zone_wall(booking->env->config->zone, start->starts_at).date;

    if (booking->time.loading && zp_date_compare(date, booking->time.date) != 0) {
        command_cancel_ask(commands, BOOKING_TAG_SLOTS);
        booking->time.loading = false;
    }
    TALLOC_FREE(booking->time.trouble);
    chosen_by_hand(booking, start);
}

static void take_soonest(struct booking *booking, size_t number, struct commands *commands) {
    const struct booking_start *soonest[BOOKING_SOONEST];

    if (number >= booking_time_soonest(booking, soonest))
        return;
    booking_time_take(booking, soonest[number], commands);
    booking_go_on(booking, commands);
}

static void back(struct booking *booking, struct commands *commands) {
    booking->time.skip = false;
    booking->time.held = ACTION_NONE;
    if (booking_typed(booking)) { // one level
        booking_typed_clear(booking);
        if (!booking_time_start(booking) || booking->time.stated_at != 0)
            booking_time_select(booking);
    } else if (booking->purpose == BOOKING_NEW) {
        booking->step = BOOKING_CHOICE;
    } else if (booking->client.touched) {
        booking->leaving = true;
    } else {
        command_close(commands, NULL); // here it began, and nothing was typed
    }
}

void booking_time_key(struct booking *booking, const struct message *message,
                      struct commands *commands) {
    const struct key *key = &message->u.key.key;

    switch (message->u.key.action) {
    case ACTION_BACK: back(booking, commands); return;
    case ACTION_ENTER: booking_go_on(booking, commands); return;
    case ACTION_REFRESH: booking_time_ask(booking, commands); return;
    case ACTION_DAY_BEFORE: go_day(booking, -1, commands); return;
    case ACTION_DAY_AFTER: go_day(booking, 1, commands); return;
    case ACTION_UP: move(booking, -1); break;
    case ACTION_DOWN: move(booking, 1); break;
    case ACTION_PAGE_UP: move_part(booking, -1); break;
    case ACTION_PAGE_DOWN: move_part(booking, 1); break;
    case ACTION_NEXT: next_master(booking, 1); break;
    case ACTION_PREVIOUS: next_master(booking, -1); break;
    default: booking_typed_key(booking, key); return;
    }
    booking_typed_leave(booking); // where the arrow found nothing to choose, too
}

void booking_time_click(struct booking *booking, int hit, struct commands *commands) {
    const struct booking_day *day = booking_time_day(booking, booking->time.date);

    if (hit > BOOKING_HITS_SOONEST)
        take_soonest(booking, (size_t)(hit - BOOKING_HITS_SOONEST - 1), commands);
    else if (hit > BOOKING_HITS_DAYS)
        go_day(booking,
               hit - BOOKING_HITS_DAYS - 1 -
                   zp_date_days_between(today(booking), booking->time.date),
               commands);
    else if (day && hit > BOOKING_HITS_STARTS && (size_t)hit <= day->count)
        chosen_by_hand(booking, &day->starts[hit - BOOKING_HITS_STARTS - 1]);
}
