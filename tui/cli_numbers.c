// zapis numbers: a manager's figures over a day, a week, a month, from the journal alone.
#include "cli_commands.h"
#include "cli_export.h"
#include "cli_json.h"
#include "cli_text.h"
#include "memory.h"
#include "numbers.h"

#include <zapis/booking.h>
#include <zapis/i18n.h>

const struct cli_option cli_numbers_options[] = {
    {"days", N_("N"), 0, N_("so many days from the date on, 1 to 366")},
    {"week", NULL, 0, N_("the week of the date, Monday to Sunday")},
    {"month", NULL, 0, N_("the month of the date")},
    {"csv", NULL, 0, N_("a table for a spreadsheet: UTF-8, semicolons")},
    {0},
};

void cli_numbers_notes(FILE *file) {
    fprintf(file, "\n%s\n",
            _("A visit counts on the day on which it begins, a cancelled one on the day it was "
              "booked for.\nMoney is what was agreed when it was booked; what was paid the "
              "journal does not know.\nShifts are those the journal has; “zapis masters --date "
              "DATE --days N” asks Dikidi for them."));
}

// ---- for people

static void print_facts(struct cli *cli, const struct zp_numbers *numbers) {
    size_t count = 0;
    const struct numbers_fact *facts = numbers_facts(cli, cli->config, numbers, &count);
    struct cli_table *table = cli_table_new(cli, "ll");
    CLI_ROW(table, _("Days"), numbers_title(table, numbers->date, numbers->days));
    for (size_t i = 0; i < count; i++)
        CLI_ROW(table, facts[i].label, facts[i].text);
    cli_table_print(table, cli->out);
}

static void print_masters(struct cli *cli, const struct zp_numbers *numbers) {
    struct cli_table *table = cli_table_new(cli, "lrrrr");
    if (numbers->master_count == 0)
        return;
    CLI_ROW(table, _("master"), _("visits"), _("taken"), _("shift"), _("load"));
    for (size_t i = 0; i < numbers->master_count; i++) {
        const struct zp_numbers_load *load = &numbers->masters[i];
        CLI_ROW(table, numbers_master(load), memory_printf(table, "%d", load->bookings),
                numbers_hours(table, load->booked_min), numbers_shift(table, numbers, load),
                numbers_load(table, numbers, load));
    }
    fputc('\n', cli->out);
    cli_table_print(table, cli->out);
}

// ---- for programs

static void add_known(struct zp_json *object, const char *key, int number, bool known) {
    if (known)
        zp_json_add_int(object, key, number);
    else
        zp_json_add_null(object, key);
}

static void add_money(struct zp_json *document, const struct zp_numbers *numbers) {
    struct zp_json *list = zp_json_add_array(document, "money");
    for (size_t i = 0; i < numbers->money_count; i++) {
        const struct zp_numbers_money *sum = &numbers->money[i];
        struct zp_json *one = zp_json_add_object(list, NULL);
        zp_json_add_string(one, "currency", sum->currency[0] ? sum->currency : NULL);
        zp_json_add_int(one, "booked_minor", sum->booked_minor);
        zp_json_add_int(one, "no_show_minor", sum->no_show_minor);
        zp_json_add_int(one, "cancelled_minor", sum->cancelled_minor);
    }
}

static void add_masters(struct zp_json *document, const struct zp_numbers *numbers) {
    struct zp_json *list = zp_json_add_array(document, "masters");
    for (size_t i = 0; i < numbers->master_count; i++) {
        const struct zp_numbers_load *load = &numbers->masters[i];
        const int percent = zp_numbers_percent(numbers, load);
        struct zp_json *one = zp_json_add_object(list, NULL);
        zp_json_add_string(one, "master_id", load->master_id[0] ? load->master_id : NULL);
        zp_json_add_string(one, "master", load->master);
        zp_json_add_int(one, "bookings", load->bookings);
        zp_json_add_int(one, "booked_min", load->booked_min);
        zp_json_add_int(one, "booked_min_on_known_days", load->known_min);
        add_known(one, "shift_min", load->shift_min, numbers->shift_days > 0);
        add_known(one, "load_percent", percent, percent >= 0);
    }
}

static void add_cancelled(struct zp_json *document, const struct zp_numbers *numbers) {
    struct zp_json *cancelled = zp_json_add_object(document, "cancelled");
    zp_json_add_int(cancelled, "count", numbers->cancelled);
    struct zp_json *reasons = zp_json_add_array(cancelled, "reasons");
    for (size_t i = 0; i < numbers->reason_count; i++) {
        struct zp_json *one = zp_json_add_object(reasons, NULL);
        zp_json_add_string(one, "reason", numbers->reasons[i].reason);
        zp_json_add_int(one, "count", numbers->reasons[i].count);
    }
}

static void add_clients(struct zp_json *document, const struct cli *cli,
                        const struct zp_numbers *numbers) {
    const bool known = numbers_knows_new(cli->config, numbers);
    struct zp_json *clients = zp_json_add_object(document, "clients");
    zp_json_add_int(clients, "count", numbers->clients);
    add_known(clients, "new", numbers->new_clients, known);
    add_known(clients, "returning", numbers->clients - numbers->new_clients, known);
    zp_json_add_int(clients, "visits_without_phone", numbers->nameless);
    cli_json_instant(document, "journal_since", cli->config->zone, numbers->since);
}

static struct zp_json *document(struct cli *cli, const struct zp_numbers *numbers) {
    struct zp_json *document = zp_json_new_object(cli);
    cli_json_date(document, "date", numbers->date);
    zp_json_add_int(document, "days", numbers->days);
    zp_json_add_string(document, "timezone", cli->config->salon.timezone);
    zp_json_add_int(document, "bookings", numbers->bookings);
    zp_json_add_int(document, "ahead", numbers->ahead);
    zp_json_add_int(document, "came", numbers->came);
    zp_json_add_int(document, "no_shows", numbers->no_shows);
    zp_json_add_int(document, "unmarked", numbers->unmarked);
    zp_json_add_int(document, "unsettled", numbers->unsettled);
    zp_json_add_int(document, "unpriced", numbers->unpriced);
    add_money(document, numbers);
    add_cancelled(document, numbers);
    struct zp_json *sources = zp_json_add_object(document, "sources");
    for (int i = 0; i < ZP_NUMBERS_SOURCES; i++)
        zp_json_add_int(sources, zp_booking_origin_name((enum zp_booking_origin)i),
                        numbers->sources[i]);
    add_clients(document, cli, numbers);
    zp_json_add_int(document, "shift_days", numbers->shift_days);
    add_masters(document, numbers);
    return document;
}

// ---- for spreadsheets: a figure a row, so that any of them can be looked up by its names

struct csv {
    struct cli *cli;
    TALLOC_CTX *ctx;
};

static void csv_row(const struct csv *csv, const char *figure, const char *of, const char *value,
                    const char *unit) {
    CLI_CSV_ROW(csv->cli->out, figure, of, value, unit);
}

static void csv_count(const struct csv *csv, const char *figure, const char *of, int count) {
    csv_row(csv, figure, of, memory_printf(csv->ctx, "%d", count), "");
}

static void csv_money(const struct csv *csv, const struct zp_numbers *numbers) {
    for (size_t i = 0; i < numbers->money_count; i++) {
        const struct zp_numbers_money *sum = &numbers->money[i];
        csv_row(csv, _("money"), _("agreed"),
                cli_csv_money(csv->ctx, sum->booked_minor, sum->currency), sum->currency);
        csv_row(csv, _("money"), _("no-shows"),
                cli_csv_money(csv->ctx, sum->no_show_minor, sum->currency), sum->currency);
        csv_row(csv, _("money"), _("cancellations"),
                cli_csv_money(csv->ctx, sum->cancelled_minor, sum->currency), sum->currency);
    }
}

// What is not known is an empty cell, never a zero.
static void csv_masters(const struct csv *csv, const struct zp_numbers *numbers) {
    for (size_t i = 0; i < numbers->master_count; i++) {
        const struct zp_numbers_load *load = &numbers->masters[i];
        const char *name = numbers_master(load);
        const int percent = zp_numbers_percent(numbers, load);
        csv_count(csv, _("visits"), name, load->bookings);
        csv_row(csv, _("taken"), name, memory_printf(csv->ctx, "%d", load->booked_min), _("min"));
        csv_row(csv, _("shift"), name,
                numbers->shift_days > 0 ? memory_printf(csv->ctx, "%d", load->shift_min) : "",
                _("min"));
        csv_row(csv, _("load"), name, percent >= 0 ? memory_printf(csv->ctx, "%d", percent) : "",
                "%");
    }
}

static void csv_visits(const struct csv *csv, const struct zp_numbers *numbers) {
    csv_count(csv, _("visits"), "", numbers->bookings);
    csv_count(csv, _("visits"), _("to come"), numbers->ahead);
    csv_count(csv, _("visits"), _("have come"), numbers->came);
    csv_count(csv, _("visits"), _("no-shows"), numbers->no_shows);
    csv_count(csv, _("visits"), _("not marked"), numbers->unmarked);
    csv_count(csv, _("visits"), _("not settled"), numbers->unsettled);
    csv_count(csv, _("visits"), _("without a price"), numbers->unpriced);
    csv_count(csv, _("visits"), _("desk"), numbers->sources[ZP_ORIGIN_DESK]);
    csv_count(csv, _("visits"), _("app or elsewhere at Dikidi"), numbers->sources[ZP_ORIGIN_APP]);
    csv_count(csv, _("visits"), _("walk-ins"), numbers->sources[ZP_ORIGIN_WALK_IN]);
}

static void print_csv(struct cli *cli, const struct zp_numbers *numbers) {
    const struct csv csv = {cli, memory_must(talloc_new(cli))};
    const bool known = numbers_knows_new(cli->config, numbers);
    char date[ZP_DATE_SIZE];
    fputs(CLI_CSV_MARK, cli->out);
    csv_row(&csv, _("figure"), _("of"), _("value"), _("unit"));
    zp_date_format(numbers->date, date);
    csv_row(&csv, _("date"), "", date, "");
    csv_count(&csv, _("days"), "", numbers->days);
    csv_visits(&csv, numbers);
    csv_money(&csv, numbers);
    csv_count(&csv, _("cancellations"), "", numbers->cancelled);
    for (size_t i = 0; i < numbers->reason_count; i++) {
        const char *reason = numbers->reasons[i].reason;
        csv_count(&csv, _("cancellations"), reason ? reason : _("no reason given"),
                  numbers->reasons[i].count);
    }
    csv_count(&csv, _("clients"), "", numbers->clients);
    csv_row(&csv, _("clients"), _("new"),
            known ? memory_printf(csv.ctx, "%d", numbers->new_clients) : "", "");
    csv_count(&csv, _("days"), _("with known shifts"), numbers->shift_days);
    csv_masters(&csv, numbers);
    talloc_free(csv.ctx);
}

// ---- the command

static bool period(struct cli *cli, struct zp_request *request, struct zp_error *err) {
    const bool week = cli_flag(&cli->call, "week"), month = cli_flag(&cli->call, "month");
    const enum numbers_period kind = month ? NUMBERS_MONTH : week ? NUMBERS_WEEK : NUMBERS_DAY;
    int64_t days = 0;
    if (week + month + cli_flag(&cli->call, "days") > 1)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("Give one of --days, --week, --month."));
    struct zp_date date = zp_zone_wall(cli->config->zone, zp_clock_now(&cli->config->clock)).date;
    if (cli->call.operand_count > 0 &&
        !zp_date_parse_human(cli_operands_text(cli), date, &date, err))
        return false;
    date = numbers_first(kind, date);
    if (!cli_number(&cli->call, "days", 1, ZP_NUMBERS_DAYS, numbers_days(kind, date), &days, err))
        return false;
    request->u.numbers.date = date;
    request->u.numbers.days = (int)days;
    return true;
}

int cli_numbers_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_request request = {.ask = ZP_ASK_NUMBERS};
    if (!cli_export_one_form(cli, &error) || !cli_config(cli, ZP_CONFIG_NEED_ALL, &error) ||
        !period(cli, &request, &error) || !cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (cli->call.json) {
        cli_json_print(cli->out, document(cli, answer->numbers));
    } else if (cli_flag(&cli->call, "csv")) {
        print_csv(cli, answer->numbers);
    } else {
        print_facts(cli, answer->numbers);
        print_masters(cli, answer->numbers);
    }
    return 0;
}
