// New booking and move: a client who would sit in two chairs at once. Only what the journal has of
// that day is known here; it is told before the person confirms, and forbids nothing: twins, or a
// daughter under her mother's phone, are two people.
#include "booking.h"
#include "marks.h"
#include "memory.h"
#include "words.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>

static struct zp_date day_of(const struct booking *booking) {
    return zp_zone_wall(booking->env->config->zone, booking->time.chosen_at).date;
}

static void ask(struct booking *booking, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_DAY, .u.day = {.date = day_of(booking)}};

    booking->twice.date = request.u.day.date;
    booking->twice.stale = false;
    command_ask(commands, BOOKING_TAG_TWICE, &request);
}

// The sentence belongs to the question: what was typed ahead of it confirms nothing.
void booking_twice_look(struct booking *booking, struct commands *commands) {
    struct booking_twice *twice = &booking->twice;
    bool told = false;

    if (booking->step >= BOOKING_CLIENT && booking->time.chosen_at != 0 &&
        (twice->stale || zp_date_compare(twice->date, day_of(booking)) != 0))
        ask(booking, commands);
    told = booking->step == BOOKING_CONFIRM && booking_twice_other(booking);
    if (told && !twice->told)
        command_question_changed(commands);
    twice->told = told;
}

void booking_twice_answer(struct booking *booking, const struct zp_event *event) {
    struct booking_twice *twice = &booking->twice;

    if (!event->ok)
        return; // the journal could not be read: what was known of it stays
    TALLOC_FREE(twice->rows);
    twice->rows = talloc_steal(booking, event->bookings);
    twice->count = twice->rows ? event->booking_count : 0;
    for (size_t i = 0; i < twice->count; i++)
        talloc_steal(twice->rows, twice->rows[i]);
}

// The one that this one takes the place of is no other.
static bool is_own(const struct booking *booking, const struct zp_booking *row) {
    return booking->purpose == BOOKING_MOVE &&
           strcmp(row->request_id, booking->old.request_id) == 0;
}

const struct zp_booking *booking_twice_other(const struct booking *booking) {
    const struct booking_twice *twice = &booking->twice;
    char phone[ZP_PHONE_SIZE];
    struct zp_error err = {0};
    int64_t earliest = 0, latest = 0;

    if (booking->client.walk_in || booking->send.phase != BOOKING_ASK ||
        !booking_time_end(booking, &earliest, &latest) ||
        !zp_phone_normalise(booking_client_text(booking, BOOKING_PHONE),
                            booking->env->config->salon.country, phone, &err))
        return NULL;
    if (latest <= booking->time.chosen_at) // how long it takes is not told
        latest = booking->time.chosen_at + 1;
    for (size_t i = 0; i < twice->count; i++) {
        const struct zp_booking *row = twice->rows[i];

        if (row->starts_at < latest && row->ends_at > booking->time.chosen_at &&
            row->origin != ZP_ORIGIN_WALK_IN && row->client_phone &&
            strcmp(row->client_phone, phone) == 0 && !is_own(booking, row))
            return row;
    }
    return NULL;
}

char *booking_twice_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct zp_booking *other = booking_twice_other(booking);
    const struct zp_zone *zone = booking->env->config->zone;
    char from[WORDS_SIZE], to[WORDS_SIZE];

    if (!other)
        return NULL;
    words_clock(zone, other->starts_at, from);
    words_clock(zone, other->ends_at, to);
    if (other->state != ZP_BOOKING_BOOKED)
        return memory_printf(ctx, _("! This client already has a visit then: %s-%s, %s (%s)"), from,
                             to, other->master ? other->master : "?", mark_words(mark_of(other)));
    return memory_printf(ctx, _("! This client already has a visit then: %s-%s, %s"), from, to,
                         other->master ? other->master : "?");
}
