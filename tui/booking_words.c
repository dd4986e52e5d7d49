// New booking: what is chosen, in words. The summary, the steps and the confirmation say the same.
#include "booking.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/money.h>

// "₽1,500-1,800", "1 500-1 800 ₽": the currency stands once, on its side of the figures.
static char *money_range(TALLOC_CTX *ctx, const char *least, const char *most) {
    size_t end = strlen(least);

    while (end > 0 && (least[end - 1] < '0' || least[end - 1] > '9'))
        end--;
    return memory_printf(ctx, "%.*s-%s", (int)end, least, most + strcspn(most, "0123456789"));
}

char *booking_price_text(TALLOC_CTX *ctx, const struct booking *booking,
                         const struct price_span *sum) {
    const char *currency = booking->env->config->salon.currency;
    char least[ZP_MONEY_SIZE], most[ZP_MONEY_SIZE];

    zp_money_format(sum->price_min, currency, zp_i18n_russian(), least);
    zp_money_format(sum->price_max, currency, zp_i18n_russian(), most);
    if (sum->price_from)
        return memory_printf(ctx, _("from %s"), least);
    if (sum->price_max > sum->price_min)
        return money_range(ctx, least, most);
    return memory_strdup(ctx, least);
}

char *booking_minutes_text(TALLOC_CTX *ctx, const struct price_span *sum) {
    char most[WORDS_SIZE];

    if (sum->minutes_max <= 0)
        return memory_strdup(ctx, ""); // Dikidi does not say
    words_duration(sum->minutes_max, most);
    if (sum->minutes_min > 0 && sum->minutes_max > sum->minutes_min)
        return memory_printf(ctx, "%d-%s", sum->minutes_min, most);
    return memory_strdup(ctx, most);
}

char *booking_services_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct booking_choice *choice = &booking->choice;
    char *text = memory_strdup(ctx, "");

    for (size_t i = 0; choice->catalogue && i < choice->count; i++) {
        const struct zp_service *service = zp_catalogue_service(choice->catalogue, choice->ids[i]);

        text = memory_must(talloc_asprintf_append(text, "%s%s", i > 0 ? ", " : "",
                                                  service ? service->name : choice->ids[i]));
    }
    return text;
}

char *booking_who_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct booking_start *start = booking_time_start(booking);
    const char *master_id =
        booking->choice.master_id ? booking->choice.master_id : booking->time.master_id;

    if (master_id)
        return memory_strdup(ctx, booking_master_name(booking, master_id));
    if (!start)
        return memory_strdup(ctx, _("any master"));
    if (start->count == 1)
        return booking_time_masters(ctx, booking, start);
    return memory_printf(ctx, _("any of %s"), booking_time_masters(ctx, booking, start));
}

// "15:30-16:15"; with masters of different speed "15:30-16:15/16:30".
static char *span_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct zp_zone *zone = booking->env->config->zone;
    int64_t earliest = 0, latest = 0;
    char from[WORDS_SIZE], to[WORDS_SIZE], late[WORDS_SIZE];

    words_clock(zone, booking->time.chosen_at, from);
    if (!booking_time_end(booking, &earliest, &latest) || latest <= booking->time.chosen_at)
        return memory_strdup(ctx, from);
    words_clock(zone, earliest, to);
    words_clock(zone, latest, late);
    if (latest > earliest)
        return memory_printf(ctx, "%s-%s/%s", from, to, late);
    return memory_printf(ctx, "%s-%s", from, to);
}

char *booking_when_text(TALLOC_CTX *ctx, const struct booking *booking, bool whole) {
    const struct zp_zone *zone = booking->env->config->zone;
    struct zp_date date = zp_zone_wall(zone, booking->time.chosen_at).date;
    char day[WORDS_SIZE], relative[WORDS_SIZE];

    if (booking->time.chosen_at == 0)
        return memory_strdup(ctx, "");
    if (!whole) {
        words_date_short(date, day);
        return memory_printf(ctx, "%s %s", day, span_text(ctx, booking));
    }
    words_date(date, day);
    words_relative(date, zp_zone_wall(zone, booking->now).date, relative);
    return memory_printf(ctx, "%s (%s)  %s", day, relative, span_text(ctx, booking));
}

char *booking_missed_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct booking_time *time = &booking->time;
    const struct zp_zone *zone = booking->env->config->zone;
    char date[WORDS_SIZE], clock[WORDS_SIZE];

    if (booking_time_unmet(booking) && booking_undo(booking))
        return booking_undo_unmet_text(ctx, booking);
    if (booking_time_unmet(booking)) {
        words_date_short(zp_zone_wall(zone, time->stated_at).date, date);
        words_clock(zone, time->stated_at, clock);
        return memory_printf(ctx, _("Asked for %s %s: not offered. Choose a time."), date, clock);
    }
    if (time->chosen_at == 0)
        return NULL;
    if (time->missed_at != 0) {
        words_clock(zone, time->missed_at, clock);
        return memory_printf(ctx, _("%s is not offered; the nearest is chosen."), clock);
    }
    if (time->empty.year == 0 || time->moved)
        return NULL;
    words_date_short(time->empty, date);
    return memory_printf(ctx, _("%s has no free time; this is the nearest day that has."), date);
}
