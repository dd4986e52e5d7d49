// Text for people on a terminal or in a pipe: no escape sequences, columns by width.
#include "cli_text.h"
#include "error_text.h"
#include "memory.h"
#include "words.h"

#include <zapis/i18n.h>
#include <zapis/money.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define GAP 2 // blanks between columns

struct cli_table {
    const char *align;
    size_t columns, rows;
    char **cells; // rows × columns
    int *widths;
};

struct cli_table *cli_table_new(TALLOC_CTX *ctx, const char *align) {
    struct cli_table *table = memory_new(ctx, struct cli_table);
    table->columns = strlen(align);
    table->align = memory_strdup(table, align);
    table->widths = memory_array(table, int, (unsigned)table->columns);
    return table;
}

void cli_table_row(struct cli_table *table, const char *const *cells, size_t count) {
    if (count != table->columns)
        zp_panic("a row of %zu cells in a table of %zu columns", count, table->columns);
    size_t first = table->rows * table->columns;
    table->cells = talloc_realloc(table, table->cells, char *, (unsigned)(first + table->columns));
    for (size_t i = 0; i < count; i++) {
        char *cell = memory_strdup(table, cells[i] ? cells[i] : "");
        int width = zp_text_width(cell);
        table->widths[i] = width > table->widths[i] ? width : table->widths[i];
        table->cells[first + i] = cell;
    }
    table->rows++;
}

// The last column is not filled up, so that no line ends in blanks.
static void print_row(const struct cli_table *table, char *const *cells, FILE *file) {
    size_t last = table->columns;
    while (last > 0 && !*cells[last - 1])
        last--;
    for (size_t i = 0; i < last; i++) {
        int fill = table->widths[i] - zp_text_width(cells[i]);
        bool right = table->align[i] == 'r';
        int before = right ? fill : 0;
        int after = i + 1 == last ? 0 : (right ? 0 : fill) + GAP;
        fprintf(file, "%*s%s%*s", before, "", cells[i], after, "");
    }
    fputc('\n', file);
}

void cli_table_print(const struct cli_table *table, FILE *file) {
    for (size_t row = 0; row < table->rows; row++)
        print_row(table, table->cells + row * table->columns, file);
}

void cli_table_say(const struct cli_table *table, FILE *file) {
    for (size_t row = 0; row < table->rows; row++) {
        char *const *cells = table->cells + row * table->columns;
        fprintf(file, "%s: %s\n", cells[0], cells[1]);
    }
}

const char *cli_text_instant(TALLOC_CTX *ctx, const struct zp_zone *zone, int64_t instant) {
    if (instant == 0)
        return "";
    struct zp_wall wall = zp_zone_wall(zone, instant);
    return memory_printf(ctx, "%04d-%02d-%02d %02d:%02d", wall.date.year, wall.date.month,
                         wall.date.day, wall.hour, wall.minute);
}

const char *cli_text_clock(TALLOC_CTX *ctx, const struct zp_zone *zone, int64_t instant) {
    char text[WORDS_SIZE];
    if (instant == 0)
        return "";
    words_clock(zone, instant, text);
    return memory_strdup(ctx, text);
}

const char *cli_text_minutes(TALLOC_CTX *ctx, int minutes) {
    char text[WORDS_SIZE];
    if (minutes < 0)
        return "";
    words_minute(minutes, text);
    return memory_strdup(ctx, text);
}

const char *cli_text_money(TALLOC_CTX *ctx, int64_t minor, const char *currency) {
    char text[ZP_MONEY_SIZE];
    zp_money_format(minor, currency, zp_i18n_russian(), text);
    return memory_strdup(ctx, text);
}

const char *cli_text_services(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    char *text = memory_strdup(ctx, "");
    for (size_t i = 0; i < booking->service_count; i++)
        text =
            talloc_asprintf_append_buffer(text, "%s%s", i ? " + " : "", booking->services[i].name);
    return text;
}

const char *cli_text_phone(TALLOC_CTX *ctx, const char *e164) {
    char text[ZP_PHONE_TEXT_SIZE];
    if (!e164 || !*e164)
        return "";
    zp_phone_format(e164, text);
    return memory_strdup(ctx, text);
}

const char *cli_text_crm(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    const char *state = "";
    switch (booking->crm_state) {
    case ZP_CRM_NONE: break;
    case ZP_CRM_QUEUED: state = _("queued"); break;
    case ZP_CRM_LOGGED: break;
    case ZP_CRM_ATTENTION: state = _("needs a person"); break;
    }
    if (!booking->crm_id)
        return state;
    bool lead = booking->crm_entity && strcmp(booking->crm_entity, "lead") == 0;
    const char *entry = memory_printf(ctx, lead ? _("lead %s") : _("deal %s"), booking->crm_id);
    return *state ? memory_printf(ctx, "%s, %s", entry, state) : entry;
}

// The portal's page of a deal or lead. Bitrix24's webhook address is a password from "/rest/" on,
// so only what stands before it is used.
static const char *crm_page(TALLOC_CTX *ctx, const struct zp_config *config,
                            const struct zp_booking *booking) {
    const char *hook = config->secrets.bitrix24_url;
    const char *rest = hook ? strstr(hook, "/rest/") : NULL;
    if (!rest || !booking->crm_id || !booking->crm_entity)
        return "";
    return memory_printf(ctx, "%.*s/crm/%s/details/%s/", (int)(rest - hook), hook,
                         booking->crm_entity, booking->crm_id);
}

static void fact(struct cli_table *table, const char *name, const char *value) {
    if (value && *value)
        CLI_ROW(table, name, value);
}

static void add_time(struct cli_table *table, const struct zp_zone *zone,
                     const struct zp_booking *booking) {
    const char *from = cli_text_instant(table, zone, booking->starts_at);
    const char *to = cli_text_clock(table, zone, booking->ends_at);
    fact(table, _("time"), *to ? memory_printf(table, "%s-%s", from, to) : from);
}

struct cli_table *cli_text_booking_table(TALLOC_CTX *ctx, const struct cli *cli,
                                         const struct zp_booking *booking) {
    const struct zp_zone *zone = cli->config->zone;
    struct cli_table *table = cli_table_new(ctx, "ll");
    char *numbers = memory_strdup(table, "");
    for (size_t i = 0; i < booking->booking_id_count; i++)
        numbers =
            talloc_asprintf_append_buffer(numbers, "%s%s", i ? ", " : "", booking->booking_ids[i]);
    fact(table, _("booking"), numbers);
    fact(table, _("request"), booking->request_id);
    fact(table, _("state"), zp_booking_state_words(booking->state));
    add_time(table, zone, booking);
    fact(table, _("master"), booking->master);
    fact(table, _("service"), cli_text_services(table, booking));
    fact(table, _("price"), cli_text_money(table, booking->price_minor, booking->currency));
    fact(table, _("client"), booking->client_name);
    fact(table, _("phone"), cli_text_phone(table, booking->client_phone));
    fact(table, _("comment"), booking->comment);
    fact(table, _("reason"), booking->cancel_reason);
    fact(table, _("moved from"), booking->moved_from);
    fact(table, _("moved to"), booking->moved_to);
    fact(table, "CRM", cli_text_crm(table, booking));
    fact(table, _("CRM page"), crm_page(table, cli->config, booking));
    fact(table, _("problem"), error_text(table, booking->error_message));
    return table;
}

void cli_text_booking(FILE *file, const struct cli *cli, const struct zp_booking *booking) {
    struct cli_table *table = cli_text_booking_table(NULL, cli, booking);
    cli_table_print(table, file);
    talloc_free(table);
}
