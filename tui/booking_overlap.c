// Move, the starts that nobody can offer: Dikidi holds the old time, so "half an hour later" is not
// among the free ones. They are shown apart, since they cost the old time first, and only where
// nothing that is known of the master's day stands in their way: somebody else's booking, time that
// is busy outside the journal, the end of the shift.
#include "booking.h"
#include "memory.h"
#include <string.h>

#define STEP_S (INT64_C(15) * 60)

void booking_overlap_ask(struct booking *booking, struct commands *commands) {
    const struct zp_booking *row = booking->old.row;
    struct zp_request request = {.ask = ZP_ASK_LOOK};

    if (booking->purpose != BOOKING_MOVE || row->state != ZP_BOOKING_BOOKED)
        return;
    request.u.look.date = zp_zone_wall(booking->env->config->zone, row->starts_at).date;
    booking->old.looking = true;
    command_ask(commands, BOOKING_TAG_LOOK, &request);
}

void booking_overlap_answer(struct booking *booking, const struct zp_event *event) {
    booking->old.looking = false;
    if (!event->look)
        return; // then only what is offered can be chosen
    talloc_free(booking->old.look);
    booking->old.look = talloc_steal(booking, event->look);
    booking_time_regroup(booking);
    if (booking_undo(booking) && booking->time.chosen_at == 0)
        booking_time_select(booking);
}

// All of it is offered, or too short for anybody to tell. Stretches come by master, then time.
static bool open_time(const struct zp_look *look, const char *master_id, int64_t from, int64_t to) {
    for (size_t i = 0; i < look->stretch_count && from < to; i++) {
        const struct zp_stretch *stretch = &look->stretches[i];

        if (strcmp(stretch->master_id, master_id) == 0 && stretch->kind != ZP_STRETCH_OUTSIDE &&
            stretch->from <= from && stretch->to > from)
            from = stretch->to;
    }
    return from >= to;
}

static bool has(const struct booking_day *day, int64_t starts_at) {
    for (size_t i = 0; i < day->count; i++)
        if (day->starts[i].starts_at == starts_at)
            return true;
    return false;
}

static bool wanted(const struct booking *booking, const struct booking_day *day,
                   int64_t starts_at) {
    const struct zp_zone *zone = booking->env->config->zone;
    const struct zp_booking *row = booking->old.row;
    bool later = starts_at > row->starts_at;

    return starts_at != row->starts_at && starts_at > booking->now &&
           zp_date_compare(zp_zone_wall(zone, starts_at).date, day->date) == 0 &&
           !has(day, starts_at) &&
           open_time(booking->old.look, row->master_id, later ? row->ends_at : starts_at,
                     later ? starts_at + (row->ends_at - row->starts_at) : row->starts_at);
}

bool booking_overlap_is(const struct zp_booking *row, int64_t starts_at) {
    return starts_at > row->starts_at - (row->ends_at - row->starts_at) && starts_at < row->ends_at;
}

static void insert(struct booking_day *day, const struct booking_start *start) {
    size_t at = day->count;

    for (; at > 0 && day->starts[at - 1].starts_at > start->starts_at; at--)
        day->starts[at] = day->starts[at - 1];
    day->starts[at] = *start;
    day->count++;
}

static void add(const struct booking *booking, struct booking_day *day, int64_t starts_at) {
    const struct zp_booking *row = booking->old.row;
    struct zp_slot *slot = NULL;

    if (!wanted(booking, day, starts_at))
        return;
    slot = memory_new(day->starts, struct zp_slot);
    *slot = (struct zp_slot){memory_strdup(slot, row->master_id), starts_at,
                             starts_at + (row->ends_at - row->starts_at)};
    insert(day, &(struct booking_start){
                    .starts_at = starts_at, .slots = slot, .count = 1, .overlaps = true});
}

void booking_overlap_add(const struct booking *booking, struct booking_day *day) {
    const struct zp_booking *row = booking->old.row;
    const char *master_id = booking->choice.master_id;
    int64_t length = row ? row->ends_at - row->starts_at : 0, first = 0;
    size_t most = 0;

    if (booking->purpose != BOOKING_MOVE || !row || !booking->old.look ||
        row->state != ZP_BOOKING_BOOKED || length <= 0 || !row->master_id ||
        (master_id && strcmp(master_id, row->master_id) != 0))
        return;
    first = row->starts_at - (length - 1) / STEP_S * STEP_S;
    most = (size_t)((row->ends_at - first) / STEP_S + 2);
    day->starts = memory_grow(day->slots, day->starts, struct booking_start, day->count + most);
    for (int64_t at = first; at < row->ends_at; at += STEP_S)
        add(booking, day, at);
    if (booking_undo(booking) && booking_overlap_is(row, booking->time.stated_at))
        add(booking, day, booking->time.stated_at); // it may begin between these steps
}

bool booking_overlap_chosen(const struct booking *booking) {
    const struct booking_start *start = booking_time_start(booking);

    return start && start->overlaps;
}
