// CSV for a spreadsheet (RFC 4180, in the dialect that Excel reads where a comma is the decimal
// sign): semicolons, CRLF, a byte-order mark, so that a double click shows Cyrillic in columns.
#include "cli_export.h"
#include "cli_text.h"
#include "memory.h"

#include <zapis/i18n.h>
#include <zapis/money.h>
#include <zapis/text.h>

#define SEPARATOR ';'

// What a spreadsheet may take for the beginning of a formula, full-width twins included.
static bool begins_formula(uint32_t c) {
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r' || c == 0xFF1D ||
           c == 0xFF0B || c == 0xFF0D || c == 0xFF20;
}

// Where a program that splits at other signs than ours, or knows no quotes, sees a cell begin.
static bool begins_cell(uint32_t c) {
    return c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r' || c == '"' || c == '|';
}

static bool blank(uint32_t c) {
    return c == ' ' || c == 0xA0 || c == 0x3000;
}

// An apostrophe before each beginning of a formula: what spreadsheets take for "this is text".
static char *disarmed(TALLOC_CTX *ctx, const char *text) {
    char *out = memory_strdup(ctx, "");
    bool at_start = true;
    uint32_t c;
    for (size_t bytes; (bytes = zp_text_decode(text, &c)) > 0; text += bytes) {
        if (at_start && begins_formula(c))
            out = memory_must(talloc_strdup_append_buffer(out, "'"));
        out = memory_must(talloc_strndup_append_buffer(out, text, bytes));
        at_start = begins_cell(c) || (at_start && blank(c));
    }
    return out;
}

char *cli_csv_cell(TALLOC_CTX *ctx, const char *text) {
    char *plain = disarmed(ctx, text ? text : "");
    if (!strpbrk(plain, ",;\"\r\n\t'") && plain[0] != ' ')
        return plain;
    char *quoted = memory_strdup(ctx, "\"");
    for (const char *at = plain; *at; at++)
        quoted = memory_must(
            talloc_strndup_append_buffer(quoted, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1));
    talloc_free(plain);
    return memory_must(talloc_strdup_append_buffer(quoted, "\""));
}

void cli_csv_row(FILE *file, const char *const *cells, size_t count) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            fputc(SEPARATOR, file);
        fputs(cli_csv_cell(ctx, cells[i]), file);
    }
    fputs("\r\n", file);
    talloc_free(ctx);
}

static const char *day_of(TALLOC_CTX *ctx, const struct zp_zone *zone, int64_t instant) {
    char text[ZP_DATE_SIZE];
    zp_date_format(zp_zone_wall(zone, instant).date, text);
    return memory_strdup(ctx, text);
}

// The comma makes it a number where our semicolons part cells.
char *cli_csv_money(TALLOC_CTX *ctx, int64_t minor, const char *currency) {
    char text[ZP_MONEY_SIZE];
    zp_money_format_plain(minor, currency, text);
    char *point = strchr(text, '.');
    if (point)
        *point = ',';
    return memory_strdup(ctx, text);
}

// Without the plus, which would need an apostrophe; the blanks keep it a text, not a number.
static const char *phone_of(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    const char *phone = cli_text_phone(ctx, booking->client_phone);
    return *phone == '+' ? phone + 1 : phone;
}

static const char *entity_words(const char *entity) {
    if (!entity)
        return "";
    return strcmp(entity, "lead") == 0   ? _("lead")
           : strcmp(entity, "deal") == 0 ? _("deal")
                                         : entity;
}

static const char *origin_words(enum zp_booking_origin origin) {
    switch (origin) {
    case ZP_ORIGIN_DESK: return _("desk");
    case ZP_ORIGIN_APP: return _("app");
    case ZP_ORIGIN_WALK_IN: return _("walk-in");
    }
    return "";
}

void cli_csv_day(FILE *file, const struct zp_zone *zone, struct zp_booking *const *bookings,
                 size_t count) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    fputs(CLI_CSV_MARK, file);
    CLI_CSV_ROW(file, _("date"), _("from"), _("to"), _("master"), _("services"), _("client"),
                _("phone"), _("price"), _("currency"), _("state"), _("Dikidi number"),
                _("CRM entry"), _("CRM number"), _("origin"), _("comment"));
    for (size_t i = 0; i < count; i++) {
        const struct zp_booking *b = bookings[i];
        CLI_CSV_ROW(file, day_of(ctx, zone, b->starts_at), cli_text_clock(ctx, zone, b->starts_at),
                    cli_text_clock(ctx, zone, b->ends_at), b->master, cli_text_services(ctx, b),
                    b->client_name, phone_of(ctx, b),
                    cli_csv_money(ctx, b->price_minor, b->currency), b->currency,
                    zp_booking_state_words(b->state), b->booking_id, entity_words(b->crm_entity),
                    b->crm_id, origin_words(b->origin), b->comment);
    }
    talloc_free(ctx);
}
