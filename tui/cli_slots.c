// zapis slots: free times, always asked of Dikidi.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>

const struct cli_option cli_slots_options[] = {
    {"service", N_("ID"), CLI_MANY | CLI_REQUIRED,
     N_("a service; several in the order they are done")},
    {"master", N_("ID"), 0, N_("at this master; without it: at any")},
    {"date", N_("DATE"), CLI_REQUIRED, N_("27.11, fri, tomorrow, +3 or 2026-11-27")},
    {"days", N_("N"), 0, N_("this day and those after it, N in all")},
    {0},
};

static void print_day(struct cli *cli, const struct zp_day_slots *day,
                      const struct zp_catalogue *catalogue, struct cli_table *table) {
    char date[ZP_DATE_SIZE];
    zp_date_format(day->date, date);
    for (size_t i = 0; i < day->slot_count; i++) {
        const struct zp_slot *slot = &day->slots[i];
        const struct zp_master *master =
            catalogue ? zp_catalogue_master(catalogue, slot->master_id) : NULL;
        CLI_ROW(table, date, cli_text_clock(table, cli->config->zone, slot->starts_at),
                cli_text_clock(table, cli->config->zone, slot->ends_at), slot->master_id,
                master ? master->name : "");
    }
}

// Other days with free time, so that an empty answer leads on.
static void print_elsewhere(struct cli *cli, const struct zp_slots *slots) {
    char date[ZP_DATE_SIZE];
    fprintf(cli->out, "%s\n", _("No free time."));
    if (slots->has_nearest) {
        zp_date_format(slots->nearest, date);
        cli_remark(cli, _("The nearest day with free time is %s."), date);
    } else if (slots->available_count > 0) {
        zp_date_format(slots->available[0], date);
        cli_remark(cli, _("There is free time on %s."), date);
    }
}

static void print_slots(struct cli *cli, const struct zp_slots *slots,
                        const struct zp_catalogue *catalogue) {
    struct cli_table *table = cli_table_new(cli, "lllll");
    size_t total = 0;
    CLI_ROW(table, _("date"), _("from"), _("to"), _("id"), _("master"));
    for (size_t i = 0; i < slots->day_count; i++) {
        print_day(cli, &slots->days[i], catalogue, table);
        total += slots->days[i].slot_count;
    }
    if (total > 0)
        cli_table_print(table, cli->out);
    else
        print_elsewhere(cli, slots);
    if (slots->naive_count > 0)
        cli_remark(cli,
                   _("Dikidi sent times without a zone: they were read on the salon's clock."));
    if (slots->foreign_timezone)
        cli_remark(cli,
                   _("Dikidi says the salon's zone is %s, the configuration says %s: one of "
                     "them must be corrected."),
                   slots->foreign_timezone, zp_zone_name(cli->config->zone));
}

static bool read_request(struct cli *cli, struct zp_request *request, struct zp_error *err) {
    int64_t days;
    struct zp_date today = zp_zone_wall(cli->config->zone, zp_clock_now(&cli->config->clock)).date;
    *request = (struct zp_request){.ask = ZP_ASK_SLOTS};
    request->u.slots.service_ids =
        cli_values(cli, &cli->call, "service", &request->u.slots.service_count);
    request->u.slots.master_id = cli_value(&cli->call, "master");
    if (request->u.slots.service_count > ZP_LIMIT_SERVICES_PER_VISIT)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("One visit takes at most %d services: leave some out."),
                            ZP_LIMIT_SERVICES_PER_VISIT);
    if (!cli_number(&cli->call, "days", 1, ZP_LIMIT_DAYS, 1, &days, err))
        return false;
    request->u.slots.days = (int)days;
    return zp_date_parse_human(cli_value(&cli->call, "date"), today, &request->u.slots.date, err);
}

int cli_slots_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_request request;
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error) || !read_request(cli, &request, &error) ||
        !cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_request names = {.ask = ZP_ASK_CATALOGUE};
    const struct zp_event *answer = cli_ask(cli, &names);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    const struct zp_catalogue *catalogue = answer->catalogue;
    if (!zp_catalogue_check(catalogue, request.u.slots.master_id, request.u.slots.service_ids,
                            request.u.slots.service_count, &error))
        return cli_fail(cli, &error);
    answer = cli_ask(cli, &request);
    if (!answer->ok || !answer->slots)
        return cli_fail(cli, &answer->error);
    if (cli->call.json)
        cli_json_print(cli->out, cli_json_free(cli, answer->slots, cli_flag(&cli->call, "days"),
                                               catalogue, cli->config->zone));
    else
        print_slots(cli, answer->slots, catalogue);
    return 0;
}
