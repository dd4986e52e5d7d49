// Day and time of a booking in the dialogue: free time is always asked of Dikidi.
#include "linear_book.h"
#include "memory.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>

#define TOLD 12 // times in one go

#define NEAR 3 // days that have a number of the question's own

// "1" to "3" mean what the question says of them, not days of the month.
static bool take_day(struct linear *linear, const char *line, struct zp_date proposed,
                     struct zp_date *out) {
    if (line[0] >= '1' && line[0] < '1' + NEAR && line[1] == '\0') {
        *out = zp_date_add_days(linear_today(linear), line[0] - '1');
        return true;
    }
    return linear_date(linear, line, proposed, out);
}

enum linear_went linear_step_day(struct linear *linear, struct linear_draft *draft) {
    const struct zp_date proposed = draft->date.year ? draft->date : linear_today(linear);
    TALLOC_CTX *ctx = linear->scratch;
    const char *question =
        memory_printf(ctx, _("Day? 1 today, 2 tomorrow, 3 %s, or a date. Enter: %s."),
                      linear_day_words(linear, ctx, zp_date_add_days(linear_today(linear), 2)),
                      linear_day_words(linear, ctx, proposed));
    for (;;) {
        char *line = NULL;
        const enum linear_reply reply = linear_question(linear, question, &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        if (linear_turns_to_wish(draft, line))
            return linear_wish_days(linear, draft);
        if (take_day(linear, line, proposed, &draft->date))
            return LINEAR_NEXT;
        if (!linear_may_repeat(linear))
            return LINEAR_LEAVE;
    }
}

// ---- the starts of a day

struct starts {
    struct start {
        int64_t at;
        const char *master_id; // of the only one who is free; NULL: several
        const char *words;
    } * list;
    size_t count;
};

static const char *start_words(struct linear *linear, const struct linear_draft *draft,
                               const struct zp_slot *slots, size_t count) {
    char clock[WORDS_SIZE];
    words_clock(linear->config->zone, slots[0].starts_at, clock);
    if (draft->master_id)
        return memory_strdup(linear->scratch, clock);
    char *text = memory_printf(linear->scratch, "%s %s", clock,
                               linear_master_name(draft, slots[0].master_id));
    for (size_t i = 1; i < count; i++)
        text = memory_must(
            talloc_asprintf_append(text, ", %s", linear_master_name(draft, slots[i].master_id)));
    return text;
}

static struct starts starts_of(struct linear *linear, const struct linear_draft *draft,
                               const struct zp_day_slots *day) {
    struct starts starts = {
        .list = memory_array(linear->scratch, struct start, day ? day->slot_count : 0)};
    for (size_t i = 0; day && i < day->slot_count;) {
        size_t same = 1;
        while (i + same < day->slot_count &&
               day->slots[i + same].starts_at == day->slots[i].starts_at)
            same++;
        starts.list[starts.count++] =
            (struct start){.at = day->slots[i].starts_at,
                           .master_id = same == 1 ? day->slots[i].master_id : NULL,
                           .words = start_words(linear, draft, &day->slots[i], same)};
        i += same;
    }
    return starts;
}

static void tell_starts(struct linear *linear, const struct starts *starts, size_t from) {
    size_t i = from;
    for (; i < starts->count && i < from + TOLD; i++)
        linear_say(linear, "%zu. %s", i + 1, starts->list[i].words);
    if (i < starts->count)
        linear_say(linear,
                   P_("%zu more: “more” tells it, or write the time.",
                      "%zu more: “more” tells them, or write the time.", starts->count - i),
                   starts->count - i);
}

static void take_start(struct linear_draft *draft, const struct start *start) {
    draft->starts_at = start->at;
    if (!draft->master_id && start->master_id)
        draft->master_id = memory_strdup(draft, start->master_id);
}

static void tell_near(struct linear *linear, const struct starts *starts, int64_t wished) {
    size_t next = 0;
    while (next < starts->count && starts->list[next].at < wished)
        next++;
    if (next > 0)
        linear_say(linear, "%zu. %s", next, starts->list[next - 1].words);
    if (next < starts->count)
        linear_say(linear, "%zu. %s", next + 1, starts->list[next].words);
}

// A time of the list by its number (one or two digits) or as written. A move may also ask for one
// that nobody offers: its own old time is in the way of what is offered.
static bool take_time(struct linear *linear, struct linear_draft *draft,
                      const struct starts *starts, const char *line) {
    const int minute = words_minute_read(line);
    char *end = NULL;
    const unsigned long number = strtoul(line, &end, 10);
    if (minute < 0) {
        const bool fits = line[0] >= '0' && line[0] <= '9' && *end == '\0' && number >= 1 &&
                          number <= starts->count;
        if (fits)
            take_start(draft, &starts->list[number - 1]);
        else
            linear_misuse(linear, _("Write a number of the list, or the time, such as 15:30."));
        return fits;
    }
    const int64_t wished = zp_zone_day_minute(linear->config->zone, draft->date, minute);
    for (size_t i = 0; i < starts->count; i++) {
        if (starts->list[i].at == wished) {
            take_start(draft, &starts->list[i]);
            return true;
        }
    }
    linear_misuse(linear, _("Dikidi does not offer that time."));
    tell_near(linear, starts, wished);
    if (!draft->old || !linear_yes(linear, _("Try it all the same? yes or no")))
        return false;
    draft->starts_at = wished;
    return true;
}

// ---- asked of Dikidi

static void say_none(struct linear *linear, struct linear_draft *draft,
                     const struct zp_slots *slots) {
    linear_say(linear, _("No free time: %s."),
               linear_day_words(linear, linear->scratch, draft->date));
    const bool other = slots->has_nearest || slots->available_count > 0;
    if (!draft->old && draft->waiting_id == 0)
        linear_say(linear, "%s", _("“wait” instead of a day or a time: to the waiting list."));
    if (!other)
        return;
    const struct zp_date nearest = slots->has_nearest ? slots->nearest : slots->available[0];
    linear_say(linear, _("There is free time: %s."),
               linear_day_words(linear, linear->scratch, nearest));
    if (!draft->old) // a move may still ask for a time of the day it named
        draft->date = nearest;
}

// NULL: it was said that there is none, or that it could not be asked; these are not the same:
// `asked` (may be NULL) tells which.
static const struct zp_day_slots *ask_day(struct linear *linear, struct linear_draft *draft,
                                          bool *asked) {
    const struct zp_request request = {.ask = ZP_ASK_SLOTS,
                                       .u.slots = {.service_ids = draft->services,
                                                   .service_count = draft->count,
                                                   .master_id = draft->master_id,
                                                   .date = draft->date,
                                                   .days = 1}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    const bool known = answer->ok && answer->slots && answer->slots->day_count > 0;
    if (asked)
        *asked = known;
    if (!known) {
        linear_say(linear, "%s", _("Free time could not be asked: it is not known."));
        linear_fail(linear, &answer->error);
        return NULL;
    }
    if (answer->slots->days[0].slot_count > 0)
        return &answer->slots->days[0];
    say_none(linear, draft, answer->slots);
    if (!linear_may_repeat(linear))
        linear_worse(linear, zp_error_exit_status(ZP_E_REFUSED));
    return NULL;
}

static bool offers(const struct zp_day_slots *day, int64_t at) {
    for (size_t i = 0; day && i < day->slot_count; i++)
        if (day->slots[i].starts_at == at)
            return true;
    return false;
}

bool linear_is_offered(struct linear *linear, struct linear_draft *draft) {
    const struct zp_day_slots *day = ask_day(linear, draft, NULL);
    const bool offered = offers(day, draft->starts_at);
    if (day && !offered)
        linear_misuse(linear, _("Dikidi does not offer that time."));
    return offered;
}

bool linear_prove_time(struct linear *linear, struct linear_draft *draft) {
    const int64_t wished = draft->starts_at;
    bool asked = false;
    const struct zp_day_slots *day = ask_day(linear, draft, &asked);
    if (offers(day, wished) || !asked) // Dikidi itself says whether it is free when it is booked
        return true;
    draft->known[LINEAR_TIME] = false;
    draft->known[LINEAR_DAY] = day != NULL;
    if (day) {
        const struct starts starts = starts_of(linear, draft, day);
        linear_say(linear, "%s", _("That time is taken. The nearest that are free:"));
        tell_near(linear, &starts, wished);
    }
    linear_drop_typed(linear); // what was typed ahead answers another question
    return false;
}

enum linear_went linear_step_time(struct linear *linear, struct linear_draft *draft) {
    const struct zp_day_slots *day = ask_day(linear, draft, NULL);
    if (!day && !draft->old)
        return linear_may_repeat(linear) ? LINEAR_PREVIOUS : LINEAR_LEAVE;
    const struct starts starts = starts_of(linear, draft, day);
    size_t told = 0;
    if (starts.count > 0) // a day written short, "1", is heard before a time of it is chosen
        linear_say(linear, "%s:", linear_day_words(linear, linear->scratch, draft->date));
    tell_starts(linear, &starts, 0);
    for (;;) {
        char *line = NULL;
        const enum linear_reply reply =
            linear_question(linear, _("Time? A number or the time."), &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        if (linear_turns_to_wish(draft, line))
            return LINEAR_PREVIOUS; // the days of the wish come first
        if (linear_is_word(line, "more ещё еще")) {
            told = told + TOLD < starts.count ? told + TOLD : 0;
            tell_starts(linear, &starts, told);
        } else if (take_time(linear, draft, &starts, line)) {
            return LINEAR_NEXT;
        } else if (!linear_may_repeat(linear)) {
            return LINEAR_LEAVE;
        }
    }
}
