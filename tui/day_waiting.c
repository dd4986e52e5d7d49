// Day and the waiting list: whom a time fits that turned free, said as soon as it is known.
#include "day.h"
#include "memory.h"
#include "waiting_words.h"
#include "words.h"
#include <stdio.h>
#include <zapis/i18n.h>

// Changes that come in quick succession cost two reads, not one each.
void day_waiting_ask(struct day *day, int tag, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING};

    if (day->waiting.asked) {
        day->waiting.stale = true;
        return;
    }
    day->waiting.asked = true;
    day->waiting.stale = false;
    command_ask(commands, tag, &request);
}

static bool put_off(const struct day_waiting *waiting, const struct zp_fit *fit) {
    for (size_t i = 0; i < waiting->later_count; i++)
        if (waiting->later[i].waiting_id == fit->waiting_id &&
            waiting->later[i].starts_at == fit->starts_at)
            return true;
    return false;
}

const struct zp_fit *day_waiting_fit(const struct day *day) {
    const struct zp_fits *fits = day->waiting.fits;

    for (size_t i = 0; fits && i < fits->count; i++)
        if (!put_off(&day->waiting, &fits->fits[i]))
            return &fits->fits[i];
    return NULL;
}

void day_waiting_later(struct day *day, struct commands *commands) {
    struct day_waiting *waiting = &day->waiting;
    const struct zp_fit *fit = day_waiting_fit(day);

    if (!fit)
        return;
    waiting->later = memory_grow(day, waiting->later, struct later, waiting->later_count + 1);
    waiting->later[waiting->later_count++] =
        (struct later){.waiting_id = fit->waiting_id, .starts_at = fit->starts_at};
    command_notice(commands, STYLE_NOTICE, _("Not now: %s stays on the waiting list (Ctrl-V)."),
                   waiting->list[fit->at].client_name);
}

static bool had(const struct zp_fits *before, const struct zp_fit *fit) {
    for (size_t i = 0; i < before->count; i++)
        if (before->fits[i].waiting_id == fit->waiting_id &&
            before->fits[i].starts_at == fit->starts_at)
            return true;
    return false;
}

// What was not so before is said once, whatever screen is open; what stays stands in the bar.
static void tell(const struct day *day, const struct zp_fits *before, struct commands *commands) {
    const struct day_waiting *waiting = &day->waiting;

    for (size_t i = 0; before && waiting->fits && i < waiting->fits->count; i++) {
        const struct zp_fit *fit = &waiting->fits->fits[i];

        if (had(before, fit) || put_off(waiting, fit))
            continue;
        char *text = waiting_fit_text(NULL, day->env->config->zone, &waiting->list[fit->at], fit);

        command_notice(commands, STYLE_WARN, _("Day, Ctrl-V: %s"), text);
        talloc_free(text);
        return;
    }
}

void day_waiting_take(struct day *day, const struct zp_event *event, int tag,
                      struct commands *commands) {
    struct day_waiting *waiting = &day->waiting;
    struct zp_fits *before = waiting->fits;

    waiting->asked = false;
    if (event->ok && event->waitings) {
        talloc_free(waiting->list);
        waiting->list = talloc_steal(day, event->waitings);
        waiting->count = event->waiting_count;
        waiting->fits = event->fits ? talloc_steal(day, event->fits) : NULL;
        tell(day, before, commands);
        talloc_free(before);
    }
    if (waiting->stale)
        day_waiting_ask(day, tag, commands);
}

bool day_waiting_text(const struct day *day, char *out, size_t size) {
    const struct zp_fit *fit = day_waiting_fit(day);
    const struct zp_zone *zone = day->env->config->zone;
    char clock[WORDS_SIZE], date[WORDS_SIZE] = "";
    struct zp_date on = {0};

    if (!fit)
        return false;
    on = zp_zone_wall(zone, fit->starts_at).date;
    words_clock(zone, fit->starts_at, clock);
    if (zp_date_compare(on, day->today) != 0)
        (void)snprintf(date, sizeof(date), "%d.%02d ", on.day, on.month);
    (void)snprintf(out, size, _("^V waits: %.40s %s%s %.40s"),
                   day->waiting.list[fit->at].client_name, date, clock, fit->master);
    return true;
}
