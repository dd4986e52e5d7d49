// iCalendar (RFC 5545). Times are instants in UTC, so that no zone has to be described. The same
// journal gives the same bytes: the stamps are the bookings' own.
#include "cli_export.h"
#include "cli_text.h"
#include "memory.h"

#include <zapis/i18n.h>
#include <zapis/text.h>

#define LINE_OCTETS 75 // section 3.1, without the CRLF

struct calendar {
    FILE *file;
    TALLOC_CTX *ctx;
    const struct zp_config *config;
};

// One content line, folded between characters. A continuation begins with a blank that counts.
static void put_line(const struct calendar *calendar, const char *line) {
    size_t room = LINE_OCTETS;
    uint32_t c;
    for (size_t bytes; (bytes = zp_text_decode(line, &c)) > 0; line += bytes) {
        if (bytes > room) {
            fputs("\r\n ", calendar->file);
            room = LINE_OCTETS - 1;
        }
        fwrite(line, 1, bytes, calendar->file);
        room -= bytes;
    }
    fputs("\r\n", calendar->file);
}

// TEXT, section 3.3.11. Other control characters have no place in one.
static char *escaped(TALLOC_CTX *ctx, const char *text) {
    char *out = memory_strdup(ctx, "");
    for (const char *at = text; *at; at++) {
        if (*at == '\n')
            out = memory_must(talloc_strdup_append_buffer(out, "\\n"));
        else if ((unsigned char)*at < 0x20 || *at == 0x7F)
            continue;
        else if (strchr("\\;,", *at))
            out = memory_must(talloc_asprintf_append_buffer(out, "\\%c", *at));
        else
            out = memory_must(talloc_strndup_append_buffer(out, at, 1));
    }
    return out;
}

static void put_text(const struct calendar *calendar, const char *name, const char *text) {
    if (text && *text)
        put_line(calendar,
                 memory_printf(calendar->ctx, "%s:%s", name, escaped(calendar->ctx, text)));
}

static void put_instant(const struct calendar *calendar, const char *name, int64_t instant) {
    char text[ZP_INSTANT_SIZE];
    char digits[ZP_INSTANT_SIZE];
    size_t length = 0;
    zp_instant_format_utc(instant, text);
    for (const char *at = text; *at; at++)
        if (*at != '-' && *at != ':')
            digits[length++] = *at;
    digits[length] = '\0';
    put_line(calendar, memory_printf(calendar->ctx, "%s:%s", name, digits));
}

static const char *status_of(enum zp_booking_state state) {
    switch (state) {
    case ZP_BOOKING_INTENT:
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN: return "TENTATIVE";
    case ZP_BOOKING_BOOKED:
    case ZP_BOOKING_CANCELLING: return "CONFIRMED";
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_CANCELLED:
    case ZP_BOOKING_DROPPED: return "CANCELLED";
    }
    return "TENTATIVE";
}

static void add_fact(char **text, const char *name, const char *value) {
    if (value && *value)
        *text = memory_must(
            talloc_asprintf_append_buffer(*text, "%s%s: %s", **text ? "\n" : "", name, value));
}

static const char *description(TALLOC_CTX *ctx, const struct zp_booking *b) {
    char *text = memory_strdup(ctx, "");
    add_fact(&text, _("client"), b->client_name);
    add_fact(&text, _("phone"), cli_text_phone(ctx, b->client_phone));
    add_fact(&text, _("service"), cli_text_services(ctx, b));
    add_fact(&text, _("master"), b->master);
    add_fact(&text, _("price"), cli_text_money(ctx, b->price_minor, b->currency));
    add_fact(&text, _("booking"), b->booking_id);
    if (b->state != ZP_BOOKING_BOOKED)
        add_fact(&text, _("state"), zp_booking_state_words(b->state));
    add_fact(&text, _("comment"), b->comment);
    return text;
}

static const char *summary(TALLOC_CTX *ctx, const struct zp_booking *b) {
    const char *client = b->client_name && *b->client_name ? b->client_name : _("walk-in");
    const char *services = cli_text_services(ctx, b);
    const char *what = *services ? memory_printf(ctx, "%s: %s", client, services) : client;
    return b->master && *b->master ? memory_printf(ctx, "%s (%s)", what, b->master) : what;
}

static void put_event(const struct calendar *calendar, const struct zp_booking *b) {
    put_line(calendar, "BEGIN:VEVENT");
    put_text(calendar, "UID", b->request_id);
    put_instant(calendar, "DTSTAMP", b->updated_at);
    put_line(calendar, memory_printf(calendar->ctx, "SEQUENCE:%lld",
                                     (long long)(b->revision > 0 ? b->revision - 1 : 0)));
    put_instant(calendar, "DTSTART", b->starts_at);
    if (b->ends_at > b->starts_at) // DTEND must be later; without it the event has no length
        put_instant(calendar, "DTEND", b->ends_at);
    put_text(calendar, "SUMMARY", summary(calendar->ctx, b));
    put_text(calendar, "LOCATION", calendar->config->salon.name);
    put_text(calendar, "DESCRIPTION", description(calendar->ctx, b));
    put_text(calendar, "STATUS", status_of(b->state));
    put_line(calendar, "CLASS:PRIVATE");
    put_line(calendar, "END:VEVENT");
}

void cli_ics_day(FILE *file, const struct zp_config *config, struct zp_booking *const *bookings,
                 size_t count) {
    const struct calendar calendar = {file, talloc_new(NULL), config};
    put_line(&calendar, "BEGIN:VCALENDAR");
    put_line(&calendar, "VERSION:2.0");
    put_line(&calendar, "PRODID:-//zapis//zapis " ZAPIS_VERSION "//EN");
    for (size_t i = 0; i < count; i++)
        put_event(&calendar, bookings[i]);
    put_line(&calendar, "END:VCALENDAR");
    talloc_free(calendar.ctx);
}
