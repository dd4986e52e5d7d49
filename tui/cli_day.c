// zapis day: the journal's bookings of one day, in the form asked for.
#include "cli_commands.h"
#include "cli_export.h"
#include "cli_json.h"
#include "cli_text.h"
#include "memory.h"
#include "words.h"

#include <zapis/i18n.h>

const struct cli_option cli_day_options[] = {
    {"master", N_("ID"), 0, N_("of this master only")},
    {"all", NULL, 0, N_("refused and cancelled ones too")},
    {"csv", NULL, 0, N_("a table for a spreadsheet: UTF-8, semicolons")},
    {"ics", NULL, 0, N_("events for a calendar program")},
    {"text", NULL, 0, N_("a sheet to print, masters side by side: 80 columns, 60 lines a page")},
    {"pdf", N_("FILE"), 0, N_("the sheet as a PDF on A4; - is standard output")},
    {0},
};

static void print_day(struct cli *cli, struct zp_date date, struct zp_booking *const *bookings,
                      size_t count) {
    const struct zp_zone *zone = cli->config->zone;
    if (count == 0) {
        char words[WORDS_SIZE];
        words_date(date, words);
        fprintf(cli->out, _("No bookings in the journal for %s."), words);
        fputc('\n', cli->out);
        return;
    }
    struct cli_table *table = cli_table_new(cli, "lllllllll");
    CLI_ROW(table, _("from"), _("to"), _("master"), _("service"), _("client"), _("phone"),
            _("booking"), _("state"), "CRM");
    for (size_t i = 0; i < count; i++) {
        const struct zp_booking *b = bookings[i];
        CLI_ROW(table, cli_text_clock(table, zone, b->starts_at),
                cli_text_clock(table, zone, b->ends_at), b->master, cli_text_services(table, b),
                b->client_name, cli_text_phone(table, b->client_phone),
                b->booking_id ? b->booking_id : b->request_id, zp_booking_state_words(b->state),
                cli_text_crm(table, b));
    }
    cli_table_print(table, cli->out);
}

// An empty day of somebody who is not there would look like a free one. Where the catalogue cannot
// be had, nothing is known against the name.
static bool known_master(struct cli *cli, const char *master_id, struct zp_error *err) {
    if (!master_id)
        return true;
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE};
    const struct zp_event *answer = cli_ask(cli, &request);
    return !answer->ok || !answer->catalogue ||
           zp_catalogue_check(answer->catalogue, master_id, NULL, 0, err);
}

static int put_day(struct cli *cli, struct zp_date date, struct zp_booking *const *bookings,
                   size_t count) {
    const struct zp_zone *zone = cli->config->zone;
    const char *pdf = cli_value(&cli->call, "pdf");
    if (cli->call.json)
        cli_json_print(cli->out, cli_json_day(cli, date, bookings, count, zone));
    else if (cli_flag(&cli->call, "csv"))
        cli_csv_day(cli->out, zone, bookings, count);
    else if (cli_flag(&cli->call, "ics"))
        cli_ics_day(cli->out, cli->config, bookings, count);
    else if (cli_flag(&cli->call, "text"))
        return cli_sheet_print(cli, cli_sheet_day_json(cli, date, bookings, count));
    else if (pdf)
        return cli_pdf_write(cli, cli_sheet_day_json(cli, date, bookings, count), pdf);
    else
        print_day(cli, date, bookings, count);
    return 0;
}

int cli_day_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_request request = {.ask = ZP_ASK_DAY};
    if (!cli_export_one_form(cli, &error))
        return cli_fail(cli, &error);
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error))
        return cli_fail(cli, &error);
    struct zp_date date = zp_zone_wall(cli->config->zone, zp_clock_now(&cli->config->clock)).date;
    if (cli->call.operand_count > 0 &&
        !zp_date_parse_human(cli_operands_text(cli), date, &date, &error))
        return cli_fail(cli, &error);
    request.u.day.date = date;
    request.u.day.master_id = cli_value(&cli->call, "master");
    request.u.day.all = cli_flag(&cli->call, "all");
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (answer->booking_count == 0 && !known_master(cli, request.u.day.master_id, &error))
        return cli_fail(cli, &error);
    return put_day(cli, date, answer->bookings, answer->booking_count);
}
