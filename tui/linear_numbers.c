// A manager's figures in the dialogue.
#include "linear.h"
#include "memory.h"
#include "numbers.h"

#include <zapis/i18n.h>

// "week" or "month" before the date; a day without them.
static enum numbers_period period_of(struct linear *linear, const char **args) {
    const char *rest = *args;
    const char *word = linear_word(linear, &rest);
    enum numbers_period period = NUMBERS_DAY;
    if (linear_is_word(word, "week неделя"))
        period = NUMBERS_WEEK;
    else if (linear_is_word(word, "month месяц"))
        period = NUMBERS_MONTH;
    else if (!linear_is_word(word, "day день"))
        return NUMBERS_DAY;
    *args = rest;
    return period;
}

static void say_masters(struct linear *linear, const struct zp_numbers *numbers) {
    for (size_t i = 0; i < numbers->master_count; i++) {
        const struct zp_numbers_load *load = &numbers->masters[i];
        linear_say(linear, "%s: %s %d, %s %s, %s %s", numbers_master(load), _("visits"),
                   load->bookings, _("taken"), numbers_hours(linear->scratch, load->booked_min),
                   _("load"), numbers_load(linear->scratch, numbers, load));
    }
}

void linear_numbers(struct linear *linear, const char *args) {
    const enum numbers_period period = period_of(linear, &args);
    struct zp_date date;
    size_t count = 0;
    if (!linear_date(linear, args, linear_today(linear), &date))
        return;
    const struct zp_date first = numbers_first(period, date);
    const struct zp_request request = {
        .ask = ZP_ASK_NUMBERS, .u.numbers = {.date = first, .days = numbers_days(period, first)}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok || !answer->numbers) {
        linear_fail(linear, &answer->error);
        return;
    }
    const struct numbers_fact *facts =
        numbers_facts(linear->scratch, linear->config, answer->numbers, &count);
    linear_say(linear, "%s",
               numbers_title(linear->scratch, answer->numbers->date, answer->numbers->days));
    for (size_t i = 0; i < count; i++)
        linear_say(linear, "%s: %s", facts[i].label, facts[i].text);
    say_masters(linear, answer->numbers);
}
