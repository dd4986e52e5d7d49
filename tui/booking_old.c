// New booking made from another one: what that one gives to the draft.
#include "booking.h"
#include "memory.h"
#include "words.h"
#include <string.h>
#include <zapis/i18n.h>

void booking_old_ask(struct booking *booking, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_SHOW,
                                       .u.show = {.booking = booking->old.request_id}};

    if (booking->old.request_id)
        command_ask(commands, BOOKING_TAG_OLD, &request);
}

bool booking_old_pending(const struct booking *booking) {
    const struct booking_old *old = &booking->old;

    return old->request_id && !old->filled && !old->trouble && !booking->choice.trouble;
}

// While the answer is awaited the old one changes, and that is no news: what was asked for counts.
bool booking_is_again(const struct booking *booking) {
    const struct zp_booking *row = booking->old.row;

    if (booking->purpose != BOOKING_MOVE || !row)
        return false;
    switch (booking->send.phase) {
    case BOOKING_SENDING:
    case BOOKING_UNSENT:
    case BOOKING_UNKNOWN:
    case BOOKING_HALF: return booking->send.again;
    case BOOKING_ASK:
    case BOOKING_TAKEN:
    case BOOKING_OVERLAPS: break;
    }
    return row->state == ZP_BOOKING_CANCELLED && !row->moved_to;
}

const char *booking_title(const struct booking *booking) {
    if (booking_is_again(booking))
        return _("Book again");
    return booking->purpose == BOOKING_MOVE ? _("Move") : _("New booking");
}

char *booking_old_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct zp_booking *row = booking->old.row;
    const struct zp_zone *zone = booking->env->config->zone;
    char date[WORDS_SIZE], clock[WORDS_SIZE];

    words_date_short(zp_zone_wall(zone, row->starts_at).date, date);
    words_clock(zone, row->starts_at, clock);
    return memory_printf(ctx, "%s %s, %s", date, clock, row->master ? row->master : "?");
}

// A move begins at the day and the hour of the old time, an undo at those it goes back to; the same
// once more at the next free one.
static void fill_time(struct booking *booking) {
    const struct zp_zone *zone = booking->env->config->zone;
    struct booking_time *time = &booking->time;
    struct zp_wall wall =
        zp_zone_wall(zone, booking_undo(booking) ? time->stated_at : booking->old.row->starts_at);

    if (booking->purpose != BOOKING_MOVE)
        return;
    time->wish_minute = wall.hour * 60 + wall.minute;
    if (zp_date_compare(wall.date, time->first) > 0)
        time->first = time->date = wall.date;
}

void booking_old_fill(struct booking *booking, struct commands *commands) {
    struct booking_old *old = &booking->old;

    if (old->filled || !old->row || !booking->choice.catalogue)
        return;
    booking_choice_fill(booking, old->row);
    if (booking->purpose == BOOKING_MOVE &&
        (booking->choice.count < old->row->service_count || old->row->service_count == 0)) {
        old->trouble = memory_strdup(
            booking, _("The price list does not have all its services any more: cancel it, and "
                       "book what there is."));
        return;
    }
    old->filled = true;
    booking_client_fill(booking, old->row);
    fill_time(booking);
    if (booking->choice.count == 0) {
        command_notice(commands, STYLE_WARN, "%s",
                       _("The price list does not have its services any more: choose others."));
        return;
    }
    booking->step = BOOKING_TIME;
    booking_time_enter(booking, commands);
    booking_overlap_ask(booking, commands);
}

// What is cancelled by now overlaps nothing any more.
static void row_changed(struct booking *booking) {
    if (!booking->old.filled)
        return;
    booking_time_regroup(booking);
    if (booking->send.phase == BOOKING_OVERLAPS && booking_is_again(booking))
        booking_send_again(booking);
}

void booking_old_answer(struct booking *booking, const struct zp_event *event,
                        struct commands *commands) {
    struct booking_old *old = &booking->old;

    TALLOC_FREE(old->trouble);
    if (event->booking) {
        talloc_free(old->row);
        old->row = talloc_steal(booking, event->booking);
        row_changed(booking);
        booking_old_fill(booking, commands);
    } else if (!event->ok && !old->row) {
        old->trouble = memory_strdup(booking, event->error.message);
    }
}

void booking_old_event(struct booking *booking, const struct zp_booking *changed) {
    struct booking_old *old = &booking->old;

    if (!changed || !old->row || strcmp(changed->request_id, old->row->request_id) != 0)
        return;
    talloc_free(old->row);
    old->row = memory_must(zp_booking_copy(booking, changed));
    row_changed(booking);
}
