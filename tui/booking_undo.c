// Move, opened by an undo that cannot go back at once: the old time is chosen where it can be had,
// and else nothing is, so that a hurried Enter moves nobody to a time that was never theirs.
#include "booking.h"
#include "memory.h"
#include "words.h"
#include <string.h>
#include <zapis/i18n.h>

bool booking_undo(const struct booking *booking) {
    return booking->purpose == BOOKING_MOVE && booking->time.stated_at != 0;
}

bool booking_undo_lost(const struct booking *booking) {
    const char *back_to = booking->old.back_to, *master_id = booking->choice.master_id;

    return booking_undo(booking) && back_to && (!master_id || strcmp(back_to, master_id) != 0);
}

bool booking_undo_asks(const struct booking *booking) {
    return booking_undo(booking) && booking->time.chosen_at == 0 &&
           booking->time.stated_at > booking->now && !booking_undo_lost(booking) &&
           (booking->time.loading || booking->old.looking);
}

static void old_time(const struct booking *booking, char date[WORDS_SIZE], char clock[WORDS_SIZE]) {
    const struct zp_zone *zone = booking->env->config->zone;

    words_date_short(zp_zone_wall(zone, booking->time.stated_at).date, date);
    words_clock(zone, booking->time.stated_at, clock);
}

char *booking_undo_text(TALLOC_CTX *ctx, const struct booking *booking) {
    char date[WORDS_SIZE], clock[WORDS_SIZE];

    if (!booking_undo(booking))
        return NULL;
    old_time(booking, date, clock);
    if (booking->time.chosen_at == booking->time.stated_at)
        return memory_printf(ctx, _("Undo, back to %s %s: Enter."), date, clock);
    if (booking_undo_asks(booking))
        return memory_printf(ctx, _("Undo, back to %s %s: asking whether it is free ..."), date,
                             clock);
    return NULL;
}

// What overlaps the visit's own time nobody offers: without a look at the day it is not known.
char *booking_undo_unmet_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const int64_t at = booking->time.stated_at;
    char date[WORDS_SIZE], clock[WORDS_SIZE];

    if (booking_undo_lost(booking))
        return memory_strdup(
            ctx, _("The former master does not do this any more: choose master and time."));
    old_time(booking, date, clock);
    if (at <= booking->now)
        return memory_printf(ctx, _("The old time, %s %s, is past. Choose another."), date, clock);
    if (!booking->old.look && booking_overlap_is(booking->old.row, at))
        return memory_printf(
            ctx, _("The old time, %s %s: not known whether it is free. Choose another."), date,
            clock);
    return memory_printf(ctx, _("The old time, %s %s, is taken. Choose another."), date, clock);
}
