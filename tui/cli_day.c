// zapis day: the journal's bookings of one day.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"

#include <zapis/i18n.h>

const struct cli_option cli_day_options[] = {
    {"master", "ID", 0, N_("of this master only")},
    {"all", NULL, 0, N_("refused and cancelled ones too")},
    {0},
};

static void print_day(struct cli *cli, struct zp_booking *const *bookings, size_t count) {
    const struct zp_zone *zone = cli->config->zone;
    if (count == 0) {
        fprintf(cli->out, "%s\n", _("No bookings in the journal."));
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

int cli_day_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_request request = {.ask = ZP_ASK_DAY};
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error))
        return cli_fail(cli, &error);
    struct zp_date date = zp_zone_wall(cli->config->zone, zp_clock_now(&cli->config->clock)).date;
    if (cli->call.operand_count > 0 &&
        !zp_date_parse_human(cli->call.operands[0], date, &date, &error))
        return cli_fail(cli, &error);
    request.u.day.date = date;
    request.u.day.master_id = cli_value(&cli->call, "master");
    request.u.day.all = cli_flag(&cli->call, "all");
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (cli->call.json)
        cli_json_print(cli->out, cli_json_day(cli, date, answer->bookings, answer->booking_count,
                                              cli->config->zone));
    else
        print_day(cli, answer->bookings, answer->booking_count);
    return 0;
}
