// New booking, step 2: the answers at hand, day by day, and the time chosen out of them. Asked
// afresh each time the step is entered and with each day, only for what is chosen; the ask of a day
// left behind is cancelled, because the next one has the same tag.
#include "booking.h"
#include "memory.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

#define DAYS_KEPT   31 // answers; the first of them goes first
#define NOON_MINUTE 720
#define EVENING     1020

// ---- the answers at hand

const struct booking_day *booking_time_day(const struct booking *booking, struct zp_date date) {
    for (size_t i = 0; i < booking->time.day_count; i++)
        if (zp_date_compare(booking->time.days[i].date, date) == 0)
            return &booking->time.days[i];
    return NULL;
}

int booking_time_minute(const struct booking *booking, int64_t instant) {
    struct zp_wall wall = zp_zone_wall(booking->env->config->zone, instant);

    return wall.hour * 60 + wall.minute;
}

int booking_time_part(const struct booking *booking, int64_t starts_at) {
    int minute = booking_time_minute(booking, starts_at);

    return minute < NOON_MINUTE ? 0 : minute < EVENING ? 1 : 2;
}

// Groups the slots of an answer by their start; what has gone by is left out.
static void group(const struct booking *booking, struct booking_day *day) {
    const struct zp_day_slots *slots = day->slots->day_count > 0 ? day->slots->days : NULL;
    size_t count = slots ? slots->slot_count : 0;

    talloc_free(day->starts);
    day->starts = memory_array(day->slots, struct booking_start, count);
    day->count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct zp_slot *slot = &slots->slots[i];
        struct booking_start *last = day->count > 0 ? &day->starts[day->count - 1] : NULL;

        if (slot->starts_at <= booking->now || (last && slot->starts_at < last->starts_at))
            continue;
        if (last && last->starts_at == slot->starts_at)
            last->count++;
        else
            day->starts[day->count++] =
                (struct booking_start){.starts_at = slot->starts_at, .slots = slot, .count = 1};
    }
    day->offered = day->count;
    booking_overlap_add(booking, day);
}

static void forget_day(struct booking_time *time, size_t at) {
    talloc_free(time->days[at].slots); // and the starts with it
    memmove(&time->days[at], &time->days[at + 1],
            (time->day_count - at - 1) * sizeof(time->days[0]));
    time->day_count--;
}

// Keeps an answer, by date.
static void keep(struct booking *booking, struct zp_date date, struct zp_slots *slots) {
    struct booking_time *time = &booking->time;
    struct booking_day day = {.date = date, .slots = talloc_steal(booking, slots)};
    size_t at = 0;

    for (size_t i = 0; i < time->day_count; i++)
        if (zp_date_compare(time->days[i].date, date) == 0)
            forget_day(time, i);
    if (time->day_count == DAYS_KEPT)
        forget_day(time, 0);
    time->days = memory_grow(booking, time->days, struct booking_day, time->day_count + 1);
    while (at < time->day_count && zp_date_compare(time->days[at].date, date) < 0)
        at++;
    memmove(&time->days[at + 1], &time->days[at], (time->day_count - at) * sizeof(time->days[0]));
    group(booking, &day);
    time->days[at] = day;
    time->day_count++;
}

// ---- asking

static void ask(struct booking *booking, int tag, struct zp_date date, struct commands *commands) {
    const struct booking_choice *choice = &booking->choice;
    const struct zp_request request = {.ask = ZP_ASK_SLOTS,
                                       .u.slots = {.service_ids = (const char *const *)choice->ids,
                                                   .service_count = choice->count,
                                                   .master_id = choice->master_id,
                                                   .date = date,
                                                   .days = 1}};

    command_ask(commands, tag, &request);
}

void booking_time_ask(struct booking *booking, struct commands *commands) {
    booking->time.loading = true;
    TALLOC_FREE(booking->time.trouble);
    ask(booking, BOOKING_TAG_SLOTS, booking->time.date, commands);
}

void booking_time_enter(struct booking *booking, struct commands *commands) {
    if (!booking->time.loading && booking->choice.count > 0)
        booking_time_ask(booking, commands);
}

void booking_time_language(struct booking *booking, struct commands *commands) {
    if (booking->time.trouble)
        booking_time_ask(booking, commands);
}

void booking_time_need(struct booking *booking, struct commands *commands) {
    if (booking->time.chosen_at == 0 && !booking_time_day(booking, booking->time.date))
        booking_time_enter(booking, commands);
}

void booking_time_forget(struct booking *booking, struct commands *commands) {
    struct booking_time *time = &booking->time;

    while (time->day_count > 0)
        forget_day(time, time->day_count - 1);
    if (time->loading)
        command_cancel_ask(commands, BOOKING_TAG_SLOTS);
    if (time->soon_loading)
        command_cancel_ask(commands, BOOKING_TAG_SOON);
    time->loading = time->soon_loading = time->soon_asked = false;
    TALLOC_FREE(time->trouble);
    TALLOC_FREE(time->master_id);
    booking_typed_clear(booking);
    if (booking->purpose == BOOKING_MOVE) // with another master it is no undo
        time->stated_at = 0;
    time->chosen_at = time->missed_at = 0;
    time->empty = (struct zp_date){0};
    if (!time->moved)
        time->date = time->first;
}

bool booking_time_unmet(const struct booking *booking) {
    const struct booking_time *time = &booking->time;

    return time->stated_at != 0 && time->chosen_at == 0 && !booking_undo_asks(booking) &&
           (booking_undo_lost(booking) ||
            (booking_undo(booking) && time->stated_at <= booking->now) ||
            booking_time_day(booking,
                             zp_zone_wall(booking->env->config->zone, time->stated_at).date));
}

bool booking_time_pending(const struct booking *booking) {
    return booking->time.chosen_at == 0 && !booking_time_unmet(booking) &&
           (booking->time.loading || booking->time.soon_loading);
}

// ---- the time chosen

const struct booking_start *booking_time_start(const struct booking *booking) {
    const struct booking_time *time = &booking->time;
    const struct booking_day *day = NULL;

    if (time->chosen_at == 0)
        return NULL;
    day = booking_time_day(booking, zp_zone_wall(booking->env->config->zone, time->chosen_at).date);
    for (size_t i = 0; day && i < day->count; i++)
        if (day->starts[i].starts_at == time->chosen_at)
            return &day->starts[i];
    return NULL;
}

static bool frees(const struct booking_start *start, const char *master_id) {
    for (size_t i = 0; i < start->count; i++)
        if (strcmp(start->slots[i].master_id, master_id) == 0)
            return true;
    return false;
}

// A move names its master: the one it had where he is free then, else the first who is.
static void name_master(struct booking *booking, const struct booking_start *start) {
    const struct zp_booking *row = booking->old.row;
    const char *had = row && row->master_id ? row->master_id : "";

    if (booking->purpose == BOOKING_MOVE && !booking->choice.master_id && !booking->time.master_id)
        booking->time.master_id =
            memory_strdup(booking, frees(start, had) ? had : start->slots[0].master_id);
}

void booking_time_choose(struct booking *booking, const struct booking_start *start) {
    struct booking_time *time = &booking->time;

    time->chosen_at = start->starts_at;
    if (time->master_id && !frees(start, time->master_id))
        TALLOC_FREE(time->master_id);
    name_master(booking, start);
}

// The offered start that is nearest to `instant`, of two as near the later; another one only where
// it was chosen by hand. NULL: none.
static const struct booking_start *nearest(const struct booking_day *day, int64_t instant) {
    const struct booking_start *found = NULL;

    for (size_t i = 0; i < day->count; i++) {
        const struct booking_start *start = &day->starts[i];

        if (start->overlaps && start->starts_at != instant)
            continue;
        if (!found || llabs(start->starts_at - instant) <= llabs(found->starts_at - instant))
            found = start;
    }
    return found;
}

// The start at that instant of the day shown, or nothing.
static void choose_at(struct booking *booking, int64_t instant) {
    const struct booking_day *day = booking_time_day(booking, booking->time.date);

    booking->time.chosen_at = 0;
    for (size_t i = 0; day && i < day->count; i++)
        if (day->starts[i].starts_at == instant)
            booking_time_choose(booking, &day->starts[i]);
}

void booking_time_at(struct booking *booking, int minute) {
    struct booking_time *time = &booking->time;

    time->missed_at = time->wished_at = 0;
    if (minute >= 0)
        time->wish_minute = minute;
    choose_at(booking,
              minute < 0 ? 0 : zp_zone_day_minute(booking->env->config->zone, time->date, minute));
}

// After an answer or a change of the day: what was wished, or had, or the same time of another day,
// or the first.
void booking_time_select(struct booking *booking) {
    struct booking_time *time = &booking->time;
    const struct booking_day *day = booking_time_day(booking, time->date);
    int64_t wished = time->chosen_at != 0 ? time->chosen_at : time->wished_at;
    const struct booking_start *start = NULL;

    if (booking_typed_choose(booking))
        return;
    if (!day || day->count == 0) {
        if (day)
            time->chosen_at = 0;
        return;
    }
    if (time->stated_at != 0) {
        choose_at(booking, booking_undo_lost(booking) ? 0 : time->stated_at);
        return;
    }
    if (wished != 0 &&
        zp_date_compare(zp_zone_wall(booking->env->config->zone, wished).date, time->date) != 0)
        wished = 0;
    if (wished != 0)
        start = nearest(day, wished);
    else if (time->wish_minute >= 0)
        start = nearest(
            day, zp_zone_day_minute(booking->env->config->zone, time->date, time->wish_minute));
    else
        start = nearest(day, 0);
    if (!start) {
        time->chosen_at = 0;
        return;
    }
    if (wished != 0 && start->starts_at != wished)
        time->missed_at = wished;
    booking_time_choose(booking, start);
}

void booking_time_take_offer(struct booking *booking, const struct zp_slot *offer) {
    struct booking_time *time = &booking->time;

    time->chosen_at = offer->starts_at;
    time->missed_at = time->wished_at = time->stated_at = 0;
    time->date = zp_zone_wall(booking->env->config->zone, offer->starts_at).date;
    TALLOC_FREE(time->master_id);
    if (!booking->choice.master_id && offer->master_id) // the one who was named beside the offer
        time->master_id = memory_strdup(booking, offer->master_id);
}

bool booking_time_end(const struct booking *booking, int64_t *earliest, int64_t *latest) {
    const struct booking_time *time = &booking->time;
    const struct booking_start *start = booking_time_start(booking);
    struct price_span sum = booking_sum(booking);
    bool told = false;

    if (time->chosen_at == 0)
        return false;
    *earliest = time->chosen_at + (int64_t)sum.minutes_min * 60;
    *latest = time->chosen_at + (int64_t)sum.minutes_max * 60;
    for (size_t i = 0; start && i < start->count; i++) {
        const struct zp_slot *slot = &start->slots[i];

        if (slot->ends_at == 0 ||
            (time->master_id && strcmp(slot->master_id, time->master_id) != 0))
            continue;
        if (!told || slot->ends_at < *earliest)
            *earliest = slot->ends_at;
        if (!told || slot->ends_at > *latest)
            *latest = slot->ends_at;
        told = true;
    }
    return true;
}

size_t booking_time_soonest(const struct booking *booking,
                            const struct booking_start *out[BOOKING_SOONEST]) {
    size_t count = 0;

    for (size_t d = 0; d < booking->time.day_count; d++)
        for (size_t i = 0; i < booking->time.days[d].count && count < BOOKING_SOONEST; i++)
            if (!booking->time.days[d].starts[i].overlaps)
                out[count++] = &booking->time.days[d].starts[i];
    return count;
}

char *booking_time_masters(TALLOC_CTX *ctx, const struct booking *booking,
                           const struct booking_start *start) {
    char *text = memory_strdup(ctx, "");

    for (size_t i = 0; i < start->count; i++)
        text = memory_must(
            talloc_asprintf_append(text, "%s%s", i > 0 ? ", " : "",
                                   booking_master_name(booking, start->slots[i].master_id)));
    return text;
}

// ---- answers

// Nothing on the day opened with: the nearest day that has something, as the answer told.
static void ask_nearest(struct booking *booking, const struct zp_slots *slots,
                        struct commands *commands) {
    struct booking_time *time = &booking->time;
    int days = slots->has_nearest ? zp_date_days_between(time->date, slots->nearest) : 0;

    if (time->soon_asked || days <= 0 || days > BOOKING_DAYS_AHEAD)
        return;
    time->soon_asked = time->soon_loading = true;
    time->empty = time->date;
    ask(booking, BOOKING_TAG_SOON, slots->nearest, commands);
}

// What stands in the confirmation is never changed under a typed-ahead Enter.
static void chosen_anew(struct booking *booking, int64_t before, struct commands *commands) {
    const struct booking_time *time = &booking->time;

    if (booking->step != BOOKING_CONFIRM || time->chosen_at == before)
        return;
    command_question_changed(commands);
    if (time->chosen_at == 0 && !booking_time_pending(booking)) {
        booking->step = BOOKING_TIME; // it says there why there is nothing to choose
    }
}

static void day_answered(struct booking *booking, const struct zp_event *event,
                         struct commands *commands) {
    struct booking_time *time = &booking->time;
    const struct booking_day *day = NULL;

    time->loading = false;
    if (!event->ok || !event->slots) {
        talloc_free(time->trouble);
        time->trouble = memory_strdup(booking, event->error.message);
        return;
    }
    keep(booking, time->date, event->slots);
    booking_time_select(booking);
    day = booking_time_day(booking, time->date);
    if (time->chosen_at == 0 && !booking_typed(booking) &&
        (time->stated_at == 0 || (day->offered == 0 && !booking_undo(booking))))
        ask_nearest(booking, day->slots, commands);
}

static void soon_answered(struct booking *booking, const struct zp_event *event) {
    struct booking_time *time = &booking->time;

    time->soon_loading = false;
    if (!event->ok || !event->slots || event->slots->day_count == 0)
        return; // the day shown says that it has nothing, and where to look
    keep(booking, event->slots->days[0].date, event->slots);
    if (time->moved || time->chosen_at != 0 || time->day_count == 0 || booking_typed(booking))
        return;
    time->date = time->days[time->day_count - 1].date;
    booking_time_select(booking);
}

void booking_time_answer(struct booking *booking, const struct message *message,
                         struct commands *commands) {
    struct booking_time *time = &booking->time;
    int64_t before = time->chosen_at;
    bool waited = booking->step == BOOKING_CONFIRM && booking_time_pending(booking);

    if (message->u.event.tag == BOOKING_TAG_SLOTS)
        day_answered(booking, message->u.event.event, commands);
    else
        soon_answered(booking, message->u.event.event);
    if (time->skip && !booking_time_pending(booking)) {
        time->skip = false;
        if (time->chosen_at != 0 && time->chosen_at == time->wished_at) {
            booking->step = BOOKING_CLIENT; // the keys typed ahead are for it
            booking_waiting_go_on(booking, commands);
        } else {
            command_question_changed(commands);
        }
    }
    if (waited && booking->time.chosen_at == 0 && !booking_time_pending(booking)) {
        booking->step = BOOKING_TIME;
        command_question_changed(commands);
    }
    chosen_anew(booking, before, commands);
}

void booking_time_regroup(struct booking *booking) {
    for (size_t i = 0; i < booking->time.day_count; i++)
        group(booking, &booking->time.days[i]);
}

void booking_time_tick(struct booking *booking) {
    struct booking_time *time = &booking->time;

    booking_time_regroup(booking);
    if (booking->step < BOOKING_CONFIRM && time->chosen_at != 0 &&
        time->chosen_at <= booking->now) {
        time->missed_at = time->chosen_at;
        time->chosen_at = 0;
        booking_time_select(booking);
    }
}
