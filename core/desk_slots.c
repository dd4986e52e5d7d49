// slots: always fresh, only for what is chosen. look: the day's shift time in the background's
// budget.
#include "desk_private.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

// ---- slots
// ------------------------------------------------------------------------------------------------------
static void merge_day(struct zp_slots *into, size_t index, struct zp_slots *from) {
    if (from->day_count > 0) {
        into->days[index].slots = from->days[0].slots;
        into->days[index].slot_count = from->days[0].slot_count;
    }
    if (into->available_count == 0 && from->available_count > 0) {
        into->available = from->available;
        into->available_count = from->available_count;
    }
    if (from->has_nearest &&
        (!into->has_nearest || zp_date_compare(from->nearest, into->nearest) < 0)) {
        into->has_nearest = true;
        into->nearest = from->nearest;
    }
    into->naive_count += from->naive_count;
    if (from->foreign_timezone != NULL) {
        into->foreign_timezone = from->foreign_timezone;
    }
    if (into->asked_at == 0 || from->asked_at < into->asked_at) {
        into->asked_at = from->asked_at;
    }
}

// A list of start times tells no end: the visit's own durations do, where the catalogue has them.
static void tell_ends(const struct zp__ask *ask, struct zp_slots *slots) {
    const struct zp_catalogue *catalogue = ask->desk->catalogue;
    for (size_t d = 0; d < slots->day_count && catalogue != NULL; d++) {
        for (size_t i = 0; i < slots->days[d].slot_count; i++) {
            struct zp_slot *slot = &slots->days[d].slots[i];
            int64_t minutes = 0;
            bool told = slot->ends_at == 0 && slot->master_id[0] != '\0';
            for (size_t k = 0; k < ask->request.u.slots.service_count && told; k++) {
                const struct zp_service *service =
                    zp_catalogue_service(catalogue, ask->request.u.slots.service_ids[k]);
                const int own =
                    service != NULL ? zp_catalogue_terms(service, slot->master_id).duration_min : 0;
                told = own > 0;
                minutes += own;
            }
            if (told) {
                slot->ends_at = slot->starts_at + minutes * 60;
            }
        }
    }
}

// What the answer for the first day says of a later one. dates_available is believed from the asked
// day to its last date and nearest_date up to itself, both only where they agree with the free
// times that they came with: a list that leaves its own day out means something else.
static bool may_be_free(const struct zp_slots *first, struct zp_date date) {
    const struct zp_day_slots *day = &first->days[0];
    bool own = day->slot_count == 0;
    bool listed = false;
    bool within = false;
    for (size_t i = 0; i < first->available_count; i++) {
        own = own || zp_date_compare(first->available[i], day->date) == 0;
        listed = listed || zp_date_compare(first->available[i], date) == 0;
        within = within || zp_date_compare(first->available[i], date) >= 0;
    }
    const bool before_nearest =
        first->has_nearest && day->slot_count == 0 && zp_date_compare(date, first->nearest) < 0;
    return listed || !(before_nearest || (within && own));
}

static void ask_day(struct zp__ask *ask, size_t index);

static void ask_other_days(struct zp__ask *ask, const struct zp_slots *first) {
    for (size_t i = 1; i < ask->event.slots->day_count; i++) {
        if (may_be_free(first, ask->event.slots->days[i].date)) {
            ask_day(ask, i);
        }
    }
}

static void on_slots(const struct zp__dikidi_answer *answer, void *data) {
    size_t index = 0;
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, &index);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        for (size_t i = 0; i < ask->call_count; i++) {
            zp__dikidi_cancel_call(ask->desk->dikidi, ask->calls[i]);
        }
        ask->call_count = 0;
        zp__ask_answer(ask, &answer->error);
        return;
    }
    tell_ends(ask, answer->slots);
    struct zp_slots *slots = talloc_steal(ask->event.slots, answer->slots);
    merge_day(ask->event.slots, index, slots);
    if (index == 0) {
        ask_other_days(ask, slots);
    }
    if (--ask->pending == 0) {
        zp__ask_answer(ask, NULL);
    }
}

static void ask_day(struct zp__ask *ask, size_t index) {
    ask->pending++;
    zp__ask_remember_call(
        ask, zp__dikidi_schedule(
                 ask->desk->dikidi, ZP_PACE_URGENT, ask->request.u.slots.service_ids,
                 ask->request.u.slots.service_count, ask->request.u.slots.master_id,
                 ask->event.slots->days[index].date, on_slots, zp__ask_ticket(ask, index)));
}

// The first day's answer tells on which of the others there is anything to ask for.
void zp__ask_slots(struct zp__ask *ask) {
    const int days = ask->request.u.slots.days < 1 ? 1 : ask->request.u.slots.days;
    if (days > ZP_LIMIT_DAYS || ask->request.u.slots.service_count == 0) {
        zp__ask_refuse(ask, ZP_E_USAGE, NULL,
                       _("name a service, and ask for at most 62 days at once"));
        return;
    }
    struct zp_slots *slots = talloc_zero(ask, struct zp_slots);
    slots->days = talloc_zero_array(slots, struct zp_day_slots, (unsigned)days);
    slots->day_count = (size_t)days;
    for (int i = 0; i < days; i++) {
        slots->days[i].date = zp_date_add_days(ask->request.u.slots.date, i);
    }
    ask->event.slots = slots;
    ask_day(ask, 0);
}

// ---- look
// -------------------------------------------------------------------------------------------------------
#define LOOK_IS_FRESH_MS 60000

struct look_state {
    struct zp_shifts *shifts;
    struct zp_booking **bookings;
    size_t booking_count;
    struct zp__look_answer *answers;
    size_t answer_count;
    struct zp_error error; // the last failure of a schedule call
};

static struct zp_look *copy_look(TALLOC_CTX *ctx, const struct zp_look *from) {
    struct zp_look *to = talloc_zero(ctx, struct zp_look);
    *to = *from;
    to->stretches = talloc_zero_array(to, struct zp_stretch, (unsigned)from->stretch_count);
    for (size_t i = 0; i < from->stretch_count; i++) {
        to->stretches[i] = from->stretches[i];
        to->stretches[i].master_id = talloc_strdup(to, from->stretches[i].master_id);
    }
    to->offers = talloc_zero_array(to, struct zp_slot, (unsigned)from->offer_count);
    for (size_t i = 0; i < from->offer_count; i++) {
        to->offers[i] = from->offers[i];
        to->offers[i].master_id = talloc_strdup(to, from->offers[i].master_id);
    }
    return to;
}

// ---- what is offered inside a booked time
#define DOUBT_REST_MS INT64_C(600000)

// A booking that was sent to be read again, and when.
struct zp__doubt {
    char *number;
    int64_t at_boot_ms;
};

static void on_doubted(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = data;
    if (answer->ok) {
        zp__driver_poke(desk->driver);
    }
}

// True at most once in ten minutes for a booking.
static bool may_doubt(struct zp_desk *desk, const char *number) {
    const int64_t now = zp_clock_boot_ms();
    size_t kept = 0;
    bool rests = false;
    for (size_t i = 0; i < desk->doubt_count; i++) {
        struct zp__doubt *doubt = &desk->doubts[i];
        if (now - doubt->at_boot_ms >= DOUBT_REST_MS) {
            talloc_free(doubt->number);
            continue;
        }
        rests = rests || strcmp(doubt->number, number) == 0;
        desk->doubts[kept++] = *doubt;
    }
    desk->doubt_count = kept;
    if (rests) {
        return false;
    }
    desk->doubts = talloc_realloc(desk, desk->doubts, struct zp__doubt, (unsigned)kept + 1);
    desk->doubts[desk->doubt_count++] =
        (struct zp__doubt){.number = talloc_strdup(desk, number), .at_boot_ms = now};
    return true;
}

static void doubt_bookings(struct zp__ask *ask) {
    const struct look_state *state = ask->state;
    struct zp_desk *desk = ask->desk;
    struct zp__store_new_task *tasks =
        talloc_zero_array(ask, struct zp__store_new_task, (unsigned)state->booking_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < state->booking_count; i++) {
        const struct zp_booking *booking = state->bookings[i];
        if (zp__look_doubts(booking, state->answers, state->answer_count) &&
            may_doubt(desk, booking->booking_id)) {
            tasks[count++] = (struct zp__store_new_task){
                .kind = ZP_TASK_LOOK,
                .subject = talloc_asprintf(tasks, "%s%s", ZP_SUBJECT_NUMBER, booking->booking_id),
                .quiet = true,
                .nudge = true,
                .next_at = zp__desk_clock(desk),
                .memory = ZP_MEMORY_BACKGROUND};
        }
    }
    if (count > 0) {
        const struct zp__change change = {.tasks = tasks, .task_count = count};
        zp__store_apply(desk->store, &change, on_doubted, desk);
    }
}

static void give_look(struct zp__ask *ask) {
    struct look_state *state = ask->state;
    struct zp_desk *desk = ask->desk;
    const bool one = ask->request.u.look.master_id != NULL;
    if (one && state->error.code != ZP_OK) {
        zp__ask_answer(ask, &state->error);
        return;
    }
    const struct zp__look_input input = {.date = ask->request.u.look.date,
                                         .zone = desk->o.config->zone,
                                         .now = zp__desk_clock(desk),
                                         .shifts = state->shifts->shifts,
                                         .shift_count = state->shifts->shift_count,
                                         .bookings = state->bookings,
                                         .booking_count = state->booking_count,
                                         .answers = state->answers,
                                         .answer_count = state->answer_count};
    ask->event.look = zp__look_make(ask, &input);
    if (!one) {
        talloc_free(desk->look.look);
        desk->look.look = copy_look(desk, ask->event.look);
        desk->look.made_boot_ms = zp_clock_boot_ms();
    }
    doubt_bookings(ask);
    zp__ask_answer(ask, NULL); // what could not be asked says so itself: complete is false
}

static void on_look_schedule(const struct zp__dikidi_answer *answer, void *data) {
    size_t index = 0;
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, &index);
    if (ask == NULL) {
        return;
    }
    struct look_state *state = ask->state;
    if (answer->ok) {
        struct zp_slots *slots = talloc_steal(state, answer->slots);
        state->answers[index].asked = true;
        state->answers[index].asked_at = slots->asked_at;
        state->answers[index].slots = slots->day_count > 0 ? slots->days[0].slots : NULL;
        state->answers[index].slot_count = slots->day_count > 0 ? slots->days[0].slot_count : 0;
    } else {
        state->error = answer->error;
    }
    if (--ask->pending == 0) {
        give_look(ask);
    }
}

static int longest_pause(const struct zp_catalogue *catalogue) {
    int longest = 0;
    for (size_t i = 0; i < catalogue->service_count; i++) {
        longest = catalogue->services[i].break_after_min > longest
                      ? catalogue->services[i].break_after_min
                      : longest;
    }
    return longest;
}

static void ask_schedules(struct zp__ask *ask) {
    struct look_state *state = ask->state;
    struct zp_desk *desk = ask->desk;
    const struct zp_catalogue *catalogue = desk->catalogue;
    const int spare = longest_pause(catalogue);
    ask->pending = 1; // this bundle itself
    const enum zp__pace_class pace =
        ask->request.u.look.master_id != NULL ? ZP_PACE_URGENT : ZP_PACE_BACKGROUND;
    const bool past =
        zp_zone_day_end(desk->o.config->zone, ask->request.u.look.date) <= zp__desk_clock(desk);
    for (size_t i = 0; i < state->shifts->shift_count && !past; i++) {
        const char *master_id = state->shifts->shifts[i].master_id;
        int minutes = 0;
        const struct zp_service *service = zp__look_shortest(catalogue, master_id, &minutes);
        if (service == NULL) {
            continue;
        }
        const size_t index = state->answer_count++;
        state->answers[index] = (struct zp__look_answer){
            .master_id = master_id, .duration_min = minutes, .spare_min = spare};
        ask->pending++;
        const char *ids[] = {service->id};
        zp__ask_remember_call(ask, zp__dikidi_schedule(desk->dikidi, pace, ids, 1, master_id,
                                                       ask->request.u.look.date, on_look_schedule,
                                                       zp__ask_ticket(ask, index)));
    }
    if (--ask->pending == 0) {
        give_look(ask);
    }
}

static void on_look_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct look_state *state = ask->state;
    state->bookings = talloc_steal(state, answer->bookings);
    state->booking_count = answer->booking_count;
    ask_schedules(ask);
}

static void keep_master(struct zp_shifts *shifts, const char *master_id) {
    size_t kept = 0;
    for (size_t i = 0; i < shifts->shift_count; i++) {
        if (strcmp(shifts->shifts[i].master_id, master_id) == 0) {
            shifts->shifts[kept++] = shifts->shifts[i];
        }
    }
    shifts->shift_count = kept;
}

static void on_look_shifts(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok || answer->shifts->fetched_at == 0) {
        struct zp_error error = answer->error;
        if (answer->ok) {
            zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "%s",
                         _("the shifts of this day are not known yet"));
        }
        zp__ask_answer(ask, &error);
        return;
    }
    struct zp_desk *desk = ask->desk;
    struct look_state *state = ask->state;
    state->shifts = talloc_steal(state, answer->shifts);
    if (ask->request.u.look.master_id != NULL) {
        keep_master(state->shifts, ask->request.u.look.master_id);
    }
    state->answers =
        talloc_zero_array(state, struct zp__look_answer, (unsigned)state->shifts->shift_count + 1);
    const struct zp_zone *zone = desk->o.config->zone;
    zp__store_day(desk->store, zp_zone_day_start(zone, ask->request.u.look.date),
                  zp_zone_day_end(zone, ask->request.u.look.date), NULL, false, on_look_day,
                  zp__ask_ticket(ask, 0));
}

static void read_shifts(struct zp__ask *ask) {
    if (ask->then_error.code != ZP_OK) {
        zp__ask_answer(ask, &ask->then_error);
        return;
    }
    zp__store_shifts(ask->desk->store, ask->request.u.look.date, 1, on_look_shifts,
                     zp__ask_ticket(ask, 0));
}

void zp__ask_look(struct zp__ask *ask) {
    const struct zp__look_cache *cache = &ask->desk->look;
    if (!ask->request.u.look.refresh && cache->look != NULL && cache->look->complete &&
        zp_date_compare(cache->look->date, ask->request.u.look.date) == 0 &&
        zp_clock_boot_ms() - cache->made_boot_ms < LOOK_IS_FRESH_MS) {
        ask->event.look = copy_look(ask, cache->look);
        zp__ask_answer(ask, NULL);
        return;
    }
    ask->state = talloc_zero(ask, struct look_state);
    zp__desk_need_catalogue(ask, false, read_shifts);
}
