// The questions of a booking but day and time: what, with whom, for whom, and is it right so.
#include "cli_ask.h"
#include "cli_text.h"
#include "client_words.h"
#include "linear_book.h"
#include "memory.h"
#include "price_span.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

enum linear_went linear_went_of(enum linear_reply reply) {
    return reply == LINEAR_BACK ? LINEAR_PREVIOUS : LINEAR_LEAVE;
}

void linear_set(struct linear_draft *draft, char **text, const char *value) {
    char *copy = memory_strdup(draft, value);
    talloc_free(*text);
    *text = copy;
}

const char *linear_master_name(const struct linear_draft *draft, const char *master_id) {
    const struct zp_master *master =
        master_id ? zp_catalogue_master(draft->catalogue, master_id) : NULL;
    return master ? master->name : master_id ? master_id : _("any master");
}

// ---- services

static const char **service_names(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue) {
    const char **names = memory_array(ctx, const char *, catalogue->service_count);
    for (size_t i = 0; i < catalogue->service_count; i++)
        names[i] = catalogue->services[i].name;
    return names;
}

static char *trimmed(TALLOC_CTX *ctx, const char *text, size_t size) {
    while (size > 0 && text[size - 1] == ' ')
        size--;
    while (size > 0 && *text == ' ') {
        text++;
        size--;
    }
    return memory_must(talloc_strndup(ctx, text, size));
}

// One service by what was written; of several that fit one is chosen.
static enum linear_reply one_service(struct linear *linear, const struct linear_draft *draft,
                                     const char *written, size_t *chosen) {
    const struct zp_catalogue *catalogue = draft->catalogue;
    const char **names = service_names(linear->scratch, catalogue);
    size_t *which = memory_array(linear->scratch, size_t, catalogue->service_count);
    const size_t found = linear_fitting(written, names, catalogue->service_count, which);
    if (found == 0) {
        linear_misuse(linear, memory_printf(linear->scratch, _("No service fits “%s”."), written));
        return LINEAR_END;
    }
    *chosen = which[0];
    if (found == 1)
        return LINEAR_REPLY;
    const char **some = memory_array(linear->scratch, const char *, found);
    for (size_t i = 0; i < found; i++)
        some[i] = names[which[i]];
    const enum linear_reply reply =
        linear_choose(linear, _("Which service?"), some, found, false, chosen);
    if (reply == LINEAR_REPLY)
        *chosen = which[*chosen];
    return reply;
}

static enum linear_reply read_services(struct linear *linear, struct linear_draft *draft,
                                       const char *line) {
    const char **ids = memory_array(draft, const char *, ZP_LIMIT_SERVICES_PER_VISIT);
    size_t count = 0;
    while (*line && count < ZP_LIMIT_SERVICES_PER_VISIT) {
        const size_t size = strcspn(line, "+");
        const char *part = trimmed(linear->scratch, line, size);
        size_t chosen = 0;
        line += size + (line[size] == '+');
        if (part[0] == '\0')
            continue;
        const enum linear_reply reply = one_service(linear, draft, part, &chosen);
        if (reply != LINEAR_REPLY)
            return reply;
        ids[count++] = draft->catalogue->services[chosen].id;
    }
    draft->services = ids;
    draft->count = count;
    return count > 0 ? LINEAR_REPLY : LINEAR_END;
}

enum linear_went linear_step_service(struct linear *linear, struct linear_draft *draft) {
    for (;;) {
        char *line = NULL;
        const enum linear_reply reply = linear_question(
            linear, _("Service? A word of its name, several parted by +, or “list”."), &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        if (linear_is_word(line, "? list список")) {
            for (size_t i = 0; i < draft->catalogue->service_count; i++)
                linear_say(linear, "%zu. %s", i + 1, draft->catalogue->services[i].name);
            continue;
        }
        if (read_services(linear, draft, line) == LINEAR_REPLY)
            return LINEAR_NEXT;
        if (!linear_may_repeat(linear))
            return LINEAR_LEAVE;
    }
}

// ---- master

enum linear_went linear_step_master(struct linear *linear, struct linear_draft *draft) {
    const struct zp_catalogue *catalogue = draft->catalogue;
    const char **names = memory_array(linear->scratch, const char *, catalogue->master_count);
    const char **ids = memory_array(linear->scratch, const char *, catalogue->master_count);
    size_t count = 0, chosen = 0;
    for (size_t i = 0; i < catalogue->master_count; i++) {
        if (zp_catalogue_check(catalogue, catalogue->masters[i].id, draft->services, draft->count,
                               NULL)) {
            names[count] = catalogue->masters[i].name;
            ids[count++] = catalogue->masters[i].id;
        }
    }
    if (count == 0) {
        linear_misuse(linear, _("No master does all of that."));
        return linear_may_repeat(linear) ? LINEAR_PREVIOUS : LINEAR_LEAVE;
    }
    const enum linear_reply reply =
        linear_choose(linear, _("Master? Enter: any."), names, count, true, &chosen);
    if (reply != LINEAR_REPLY)
        return linear_went_of(reply);
    draft->master_id = chosen < count ? ids[chosen] : NULL;
    return LINEAR_NEXT;
}

// ---- client

bool linear_walk_in_allowed(const struct linear *linear) {
    const char *phone = linear->config->salon.walk_in_phone;
    return phone && phone[0] != '\0';
}

static const struct zp_event *find_clients(struct linear *linear, const char *query) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENTS,
                                       .u.clients = {.query = query, .limit = 10}};
    return linear_ask(linear, linear->scratch, &request);
}

static const char *name_of(struct linear *linear, const char *phone) {
    const struct zp_event *answer = find_clients(linear, phone);
    for (size_t i = 0; i < answer->client_count; i++)
        if (strcmp(answer->clients[i].phone, phone) == 0)
            return answer->clients[i].name;
    return NULL;
}

// What a receptionist wants to know of a client she knows: visits, what is usual, the note.
static void say_known(struct linear *linear, const char *phone, const char *name) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENT, .u.client = {.phone = phone}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    const struct zp_client_card *card = answer->card;
    if (!card) {
        linear_say(linear, _("Known client: %s."), name);
        return;
    }
    const char *due = client_words_due(linear->scratch, card);
    const char *usual = client_words_usual(linear->scratch, card);
    linear_say(linear, _("Known client: %s, %s."), name,
               client_words_counts(linear->scratch, card));
    if (due[0])
        linear_say(linear, "%s: %s", _("rhythm"), due);
    if (usual[0])
        linear_say(linear, "%s: %s", _("usual"), usual);
    if (card->client.note && card->client.note[0])
        linear_say(linear, "%s: %s", _("note"), card->client.note);
}

void linear_take_phone(struct linear *linear, struct linear_draft *draft, const char *phone) {
    const char *name = name_of(linear, phone);
    linear_set(draft, &draft->phone, phone);
    draft->walk_in = false;
    TALLOC_FREE(draft->known_name);
    if (name && name[0]) {
        draft->known_name = memory_strdup(draft, name);
        say_known(linear, phone, name);
    } else {
        linear_say(linear, "%s",
                   linear->answer.ok ? _("A new client.")
                                     : _("Whether the client is known could not be "
                                         "asked."));
    }
}

// A name: one of those who fit.
static enum linear_reply take_by_name(struct linear *linear, struct linear_draft *draft,
                                      const char *name) {
    const struct zp_event answer = *find_clients(linear, name);
    size_t chosen = 0;
    if (!answer.ok) {
        linear_fail(linear, &answer.error);
        return LINEAR_END;
    }
    if (answer.client_count == 0) {
        linear_misuse(linear, memory_printf(linear->scratch, _("Nobody is known by “%s”."), name));
        return LINEAR_END;
    }
    const char **lines = memory_array(linear->scratch, const char *, answer.client_count);
    for (size_t i = 0; i < answer.client_count; i++)
        lines[i] = memory_printf(linear->scratch, "%s, %s", answer.clients[i].name,
                                 cli_text_phone(linear->scratch, answer.clients[i].phone));
    const enum linear_reply reply = linear_choose(linear, _("Which client? “back”: another one."),
                                                  lines, answer.client_count, false, &chosen);
    if (reply == LINEAR_REPLY)
        linear_take_phone(linear, draft, answer.clients[chosen].phone);
    return reply;
}

static size_t digits_in(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += *text >= '0' && *text <= '9';
    return count;
}

static bool takes_walk_in(const struct linear *linear, const struct linear_draft *draft) {
    return linear_walk_in_allowed(linear) && !draft->listing;
}

// Done, or what was wrong was said.
static enum linear_reply take_client(struct linear *linear, struct linear_draft *draft,
                                     const char *line) {
    char phone[ZP_PHONE_SIZE];
    struct zp_error error = {0};
    const char *name = memory_strdup(linear->scratch, line);
    if (line[0] == '\0')
        return LINEAR_END;
    if (linear_is_word(line, "walk-in гость")) {
        if (!takes_walk_in(linear, draft)) {
            linear_misuse(linear, draft->listing
                                      ? _("Who waits is called: a phone is needed.")
                                      : _("This salon needs a phone for every booking."));
            return LINEAR_END;
        }
        draft->walk_in = true;
        linear_set(draft, &draft->phone, "");
        return LINEAR_REPLY;
    }
    if (digits_in(line) == 0)
        return take_by_name(linear, draft, name);
    if (!zp_phone_normalise(line, linear->config->salon.country, phone, &error)) {
        linear_fail(linear, &error);
        return LINEAR_END;
    }
    linear_take_phone(linear, draft, phone);
    return LINEAR_REPLY;
}

enum linear_went linear_step_phone(struct linear *linear, struct linear_draft *draft) {
    for (;;) {
        char *line = NULL;
        const enum linear_reply reply = linear_question(
            linear,
            takes_walk_in(linear, draft) ? _("Phone, a known client's name, or “walk-in”?")
                                         : _("Phone, or a known client's name?"),
            &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        if (take_client(linear, draft, line) == LINEAR_REPLY)
            return LINEAR_NEXT;
        if (!linear_may_repeat(linear))
            return LINEAR_LEAVE;
    }
}

enum linear_went linear_step_name(struct linear *linear, struct linear_draft *draft) {
    const char *proposed = draft->walk_in && !draft->known_name ? linear->config->salon.walk_in_name
                                                                : draft->known_name;
    const char *question = proposed && proposed[0]
                               ? memory_printf(linear->scratch, _("Name? Enter: %s."), proposed)
                               : _("Name?");
    for (;;) {
        char *line = NULL;
        const enum linear_reply reply = linear_question(linear, question, &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        if (line[0] != '\0' || (proposed && proposed[0])) {
            linear_set(draft, &draft->name, line[0] != '\0' ? line : proposed);
            return LINEAR_NEXT;
        }
        linear_misuse(linear, _("A booking needs a name."));
        if (!linear_may_repeat(linear))
            return LINEAR_LEAVE;
    }
}

enum linear_went linear_step_comment(struct linear *linear, struct linear_draft *draft) {
    char *line = NULL;
    const enum linear_reply reply =
        linear_question(linear, _("Comment for the master? Enter: none."), &line);
    if (reply != LINEAR_REPLY)
        return linear_went_of(reply);
    linear_set(draft, &draft->comment, line);
    return LINEAR_NEXT;
}

// ---- is it right so

static const char *services_text(struct linear *linear, const struct linear_draft *draft) {
    char *text = memory_strdup(linear->scratch, "");
    for (size_t i = 0; i < draft->count; i++) {
        const struct zp_service *service =
            zp_catalogue_service(draft->catalogue, draft->services[i]);
        text = memory_must(talloc_asprintf_append(text, "%s%s", i > 0 ? " + " : "",
                                                  service ? service->name : draft->services[i]));
    }
    return text;
}

// Nothing where a price is not known: a sum without it would be untrue.
static void say_sum(struct linear *linear, const struct linear_draft *draft) {
    const struct price_span *spans = price_spans_new(linear->scratch, draft->catalogue);
    struct price_span sum = {0};
    bool all_minutes = true;
    char text[WORDS_SIZE];
    for (size_t i = 0; i < draft->count; i++) {
        const struct zp_service *service =
            zp_catalogue_service(draft->catalogue, draft->services[i]);
        if (!service)
            return;
        const struct price_span one = draft->master_id
                                          ? price_span_at(service, draft->master_id)
                                          : spans[service - draft->catalogue->services];
        price_span_add(&sum, &one);
        all_minutes = all_minutes && one.minutes_min > 0 && one.minutes_min == one.minutes_max;
    }
    const char *price =
        cli_text_money(linear->scratch, sum.price_min, linear->config->salon.currency);
    linear_say(linear, "%s: %s", _("Sum"),
               sum.price_from || sum.price_max > sum.price_min
                   ? memory_printf(linear->scratch, _("from %s"), price)
                   : price);
    if (!all_minutes)
        return;
    words_duration(sum.minutes_min, text);
    linear_say(linear, "%s: %s", _("Duration"), text);
}

void linear_say_client(struct linear *linear, const struct linear_draft *draft) {
    const char *phone = cli_text_phone(linear->scratch, draft->phone);
    linear_say(linear, "%s: %s, %s", _("Client"), draft->name,
               draft->walk_in ? _("walk-in") : phone);
    if (draft->comment[0])
        linear_say(linear, "%s: %s", _("Comment"), draft->comment);
}

static void say_draft(struct linear *linear, const struct linear_draft *draft) {
    const struct zp_zone *zone = linear->config->zone;
    const struct zp_date date = zp_zone_wall(zone, draft->starts_at).date;
    char day[WORDS_SIZE], relative[WORDS_SIZE], clock[WORDS_SIZE];
    words_date(date, day);
    words_relative(date, linear_today(linear), relative);
    words_clock(zone, draft->starts_at, clock);
    if (draft->old)
        linear_say(linear, "%s: %s", _("Before"),
                   linear_booking_line(linear, linear->scratch, draft->old));
    linear_say(linear, "%s: %s, %s, %s", _("Time"), clock, day, relative);
    linear_say(linear, "%s: %s", _("Service"), services_text(linear, draft));
    linear_say(linear, "%s: %s", _("Master"), linear_master_name(draft, draft->master_id));
    linear_say_client(linear, draft);
    say_sum(linear, draft);
}

enum linear_went linear_step_confirm(struct linear *linear, struct linear_draft *draft) {
    bool yes = false;
    say_draft(linear, draft);
    const enum linear_reply reply = linear_yes_or_no(
        linear, draft->old ? _("Move it? yes or no") : _("Book it? yes or no"), &yes);
    if (reply != LINEAR_REPLY)
        return linear_went_of(reply);
    return yes ? LINEAR_NEXT : LINEAR_LEAVE;
}
