// What the dialogue says of bookings, days and those it was told about.
#include "cli_text.h"
#include "error_text.h"
#include "linear.h"
#include "memory.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>

// In quotes or without them: "see zapis queue", "“zapis queue” shows it".
char *linear_names(TALLOC_CTX *ctx, const char *text) {
    static const char command[] = "zapis queue";
    static const char *const opened[] = {"“", "«"}, *const closed[] = {"”", "»"};
    const char *at = strstr(text, command);
    size_t before = at ? (size_t)(at - text) : 0;
    const char *rest = at ? at + sizeof(command) - 1 : "";
    if (!at)
        return memory_strdup(ctx, text);
    for (size_t i = 0; i < sizeof opened / sizeof opened[0]; i++) {
        const size_t size = strlen(opened[i]);
        if (before >= size && memcmp(text + before - size, opened[i], size) == 0 &&
            strncmp(rest, closed[i], strlen(closed[i])) == 0) {
            before -= size;
            rest += strlen(closed[i]);
            break;
        }
    }
    return memory_printf(ctx, "%.*s%s%s", (int)before, text, _("“queue”"), rest);
}

char *linear_sentence(TALLOC_CTX *ctx, const char *message) {
    char *text = error_text(ctx, message);
    char *named = text ? linear_names(ctx, text) : NULL;
    talloc_free(text);
    return named;
}

struct zp_date linear_today(const struct linear *linear) {
    return zp_zone_wall(linear->config->zone, zp_desk_now(linear->cli->desk)).date;
}

char *linear_day_words(struct linear *linear, TALLOC_CTX *ctx, struct zp_date date) {
    const struct zp_date today = linear_today(linear);
    const int days = zp_date_days_between(today, date);
    char text[WORDS_SIZE];
    if (days >= -1 && days <= 1)
        words_relative(date, today, text);
    else
        words_date_short(date, text);
    return memory_strdup(ctx, text);
}

char *linear_booking_line(struct linear *linear, TALLOC_CTX *ctx,
                          const struct zp_booking *booking) {
    const struct zp_zone *zone = linear->config->zone;
    const char *name =
        booking->client_name && booking->client_name[0] ? booking->client_name : _("no name");
    return memory_printf(ctx, "%s %s, %s, %s, %s", cli_text_clock(ctx, zone, booking->starts_at),
                         linear_day_words(linear, ctx, zp_zone_wall(zone, booking->starts_at).date),
                         name, cli_text_services(ctx, booking),
                         booking->master ? booking->master : "?");
}

bool linear_date(struct linear *linear, const char *text, struct zp_date fallback,
                 struct zp_date *out) {
    struct zp_error error = {0};
    *out = fallback;
    if (text[0] == '\0' || zp_date_parse_human(text, linear_today(linear), out, &error))
        return true;
    linear_fail(linear, &error);
    return false;
}

struct zp_catalogue *linear_catalogue(struct linear *linear) {
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok || !answer->catalogue) {
        linear_fail(linear, &answer->error);
        return NULL;
    }
    return answer->catalogue;
}

const char *linear_reference(struct linear *linear, const char *text) {
    char *end = NULL;
    if (text[0] == '\0') {
        if (!linear->last_booking)
            linear_misuse(linear, _("Which booking? Write its number in the list of “day”, or its "
                                    "number at Dikidi."));
        return linear->last_booking;
    }
    const unsigned long number = strtoul(text, &end, 10);
    // Dikidi's numbers are far longer than a list.
    if (*end != '\0' || text[0] < '0' || text[0] > '9' || strlen(text) > 4)
        return text;
    if (number >= 1 && number <= linear->booking_count)
        return linear->bookings[number - 1];
    linear_misuse(linear, _("There is no such number in the list: “day” tells it anew."));
    return NULL;
}

void linear_remember(struct linear *linear, const struct zp_booking *booking) {
    char *reference = memory_strdup(linear, booking->request_id);
    talloc_free(linear->last_booking);
    linear->last_booking = reference;
}

char *linear_word(struct linear *linear, const char **args) {
    *args += strspn(*args, " ");
    const size_t size = strcspn(*args, " ");
    char *word = memory_must(talloc_strndup(linear->scratch, *args, size));
    *args += size;
    *args += strspn(*args, " ");
    return word;
}
