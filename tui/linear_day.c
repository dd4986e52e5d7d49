// What the dialogue reads out: a day, a booking's card, the price list, who works.
#include "cli_text.h"
#include "client_words.h"
#include "linear.h"
#include "marks.h"
#include "memory.h"
#include "words.h"
#include "words_history.h"

#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

// ---- a day

void linear_keep_bookings(struct linear *linear, struct zp_booking *const *bookings, size_t count) {
    char **list = memory_array(linear, char *, count);
    for (size_t i = 0; i < count; i++)
        list[i] = memory_strdup(list, bookings[i]->request_id);
    talloc_free(linear->bookings);
    linear->bookings = list;
    linear->booking_count = count;
    linear->list = LINEAR_LIST_BOOKINGS;
}

// The state in words, and the CRM's where it is not simply there.
static const char *state_words(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    const enum mark crm = mark_crm_of(booking);
    if (crm == MARK_NONE)
        return mark_words(mark_of(booking));
    return memory_printf(ctx, "%s; %s", mark_words(mark_of(booking)), mark_words(crm));
}

// The time first: that is what is looked for.
static void say_booking(struct linear *linear, size_t number, const struct zp_booking *b) {
    const struct zp_zone *zone = linear->config->zone;
    TALLOC_CTX *ctx = linear->scratch;
    linear_say(linear, "%zu. %s-%s %s, %s, %s, %s", number, cli_text_clock(ctx, zone, b->starts_at),
               cli_text_clock(ctx, zone, b->ends_at),
               b->client_name && b->client_name[0] ? b->client_name : _("no name"),
               cli_text_services(ctx, b), b->master ? b->master : "?", state_words(ctx, b));
}

void linear_day(struct linear *linear, const char *args) {
    struct zp_request request = {.ask = ZP_ASK_DAY};
    char words[WORDS_SIZE];
    if (!linear_date(linear, args, linear_today(linear), &request.u.day.date))
        return;
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok) {
        linear_fail(linear, &answer->error);
        return;
    }
    words_date(request.u.day.date, words);
    linear_say(linear,
               P_("%s: %zu booking in the journal.", "%s: %zu bookings in the journal.",
                  answer->booking_count),
               words, answer->booking_count);
    linear_keep_bookings(linear, answer->bookings, answer->booking_count);
    for (size_t i = 0; i < answer->booking_count; i++)
        say_booking(linear, i + 1, answer->bookings[i]);
    linear_say(linear, "%s",
               _("What was booked elsewhere and is not in the journal is not in this "
                 "list: only Dikidi knows what is free."));
}

// ---- a card

static void say_history(struct linear *linear, const struct zp_event *answer) {
    const struct zp_zone *zone = linear->config->zone;
    for (size_t i = 0; i < answer->history_count; i++) {
        const struct zp_history *line = &answer->history[i];
        const char *detail = words_history_detail(line);
        const char *at = cli_text_instant(linear->scratch, zone, line->at);
        linear_say(linear, "%s %s, %s%s%s", at, words_history(line->what), line->by,
                   detail && detail[0] ? ": " : "", detail ? detail : "");
    }
}

void linear_card(struct linear *linear, const char *args) {
    const char *reference = linear_reference(linear, args);
    if (!reference)
        return;
    const struct zp_request request = {.ask = ZP_ASK_SHOW, .u.show = {.booking = reference}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (answer->booking) {
        linear_say(linear, "%s, %s", linear_booking_line(linear, linear->scratch, answer->booking),
                   client_words_state(answer->booking));
        cli_table_say(cli_text_booking_table(linear->scratch, linear->cli, answer->booking),
                      linear->out);
        say_history(linear, answer);
        linear_remember(linear, answer->booking);
    }
    if (!answer->ok)
        linear_fail(linear, &answer->error);
}

// ---- the price list, the masters

void linear_services(struct linear *linear, const char *args) {
    const struct zp_catalogue *catalogue = linear_catalogue(linear);
    size_t told = 0;
    for (size_t i = 0; catalogue && i < catalogue->service_count; i++) {
        const struct zp_service *service = &catalogue->services[i];
        char minutes[WORDS_SIZE] = "";
        if (args[0] != '\0' && !zp_text_matches(service->name, args))
            continue;
        const char *price =
            cli_text_money(linear->scratch, service->price_minor, service->currency);
        if (service->duration_min > 0)
            words_duration(service->duration_min, minutes);
        linear_say(linear, "%s: %s%s%s", service->name,
                   service->price_from ? memory_printf(linear->scratch, _("from %s"), price)
                                       : price,
                   minutes[0] ? ", " : "", minutes);
        told++;
    }
    if (catalogue && told == 0)
        linear_misuse(linear, _("No service begins so."));
}

static const struct zp_shift *shift_of(const struct zp_shifts *shifts, const char *master_id) {
    for (size_t i = 0; i < shifts->shift_count; i++)
        if (strcmp(shifts->shifts[i].master_id, master_id) == 0)
            return &shifts->shifts[i];
    return NULL;
}

static void say_shift(struct linear *linear, const struct zp_master *master,
                      const struct zp_shift *shift) {
    char from[WORDS_SIZE], to[WORDS_SIZE];
    if (!shift) {
        linear_say(linear, "%s: %s", master->name, _("day off"));
        return;
    }
    words_minute(shift->from_min, from);
    words_minute(shift->to_min, to);
    linear_say(linear, "%s: %s-%s", master->name, from, to);
}

void linear_masters(struct linear *linear, const char *args) {
    struct zp_request request = {.ask = ZP_ASK_SHIFTS, .u.shifts = {.days = 1}};
    char words[WORDS_SIZE];
    const struct zp_catalogue *catalogue = linear_catalogue(linear);
    if (!catalogue || !linear_date(linear, args, linear_today(linear), &request.u.shifts.date))
        return;
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok || !answer->shifts) {
        linear_fail(linear, &answer->error);
        return;
    }
    words_date(request.u.shifts.date, words);
    linear_say(linear, "%s", words);
    for (size_t i = 0; i < catalogue->master_count; i++)
        say_shift(linear, &catalogue->masters[i],
                  shift_of(answer->shifts, catalogue->masters[i].id));
}
