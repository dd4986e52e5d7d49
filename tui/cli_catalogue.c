// zapis services, zapis masters: the catalogue from the local copy.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"
#include "memory.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>

const struct cli_option cli_services_options[] = {
    {"refresh", NULL, 0, N_("ask Dikidi instead of the local copy")},
    {0},
};

const struct cli_option cli_masters_options[] = {
    {"date", N_("DATE"), 0,
     N_("with the shifts of this day: 27.11, fri, tomorrow, +3 or 2026-11-27")},
    {"days", N_("N"), 0, N_("and of the days after it, N in all")},
    {"refresh", NULL, 0, N_("ask Dikidi instead of the local copy")},
    {0},
};

static const struct zp_event *ask_catalogue(struct cli *cli) {
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE,
                                       .u.catalogue.refresh = cli_flag(&cli->call, "refresh")};
    return cli_ask(cli, &request);
}

static void print_services(struct cli *cli, const struct zp_catalogue *catalogue) {
    struct cli_table *table = cli_table_new(cli, "lrrll");
    CLI_ROW(table, _("id"), _("min"), _("price"), _("service"), _("category"));
    for (size_t i = 0; i < catalogue->service_count; i++) {
        const struct zp_service *s = &catalogue->services[i];
        const char *price = cli_text_money(table, s->price_minor, s->currency);
        if (s->price_from)
            price = memory_printf(table, _("from %s"), price);
        const char *minutes =
            s->duration_min > 0 ? memory_printf(table, "%d", s->duration_min) : "";
        CLI_ROW(table, s->id, minutes, price, s->name, s->category);
    }
    cli_table_print(table, cli->out);
}

int cli_services_run(struct cli *cli) {
    struct zp_error error = {0};
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = ask_catalogue(cli);
    if (!answer->ok || !answer->catalogue)
        return cli_fail(cli, &answer->error);
    if (cli->call.json)
        cli_json_print(cli->out, cli_json_services(cli, answer->catalogue, cli->config->zone));
    else
        print_services(cli, answer->catalogue);
    return 0;
}

static const char *shift_text(TALLOC_CTX *ctx, const struct zp_shift *shift) {
    const char *text = memory_printf(ctx, "%s-%s", cli_text_minutes(ctx, shift->from_min),
                                     cli_text_minutes(ctx, shift->to_min));
    if (shift->break_from_min < 0)
        return text;
    return memory_printf(ctx, _("%s, break %s-%s"), text,
                         cli_text_minutes(ctx, shift->break_from_min),
                         cli_text_minutes(ctx, shift->break_to_min));
}

static void print_masters(struct cli *cli, const struct zp_catalogue *catalogue) {
    struct cli_table *table = cli_table_new(cli, "lll");
    CLI_ROW(table, _("id"), _("master"), _("post"));
    for (size_t i = 0; i < catalogue->master_count; i++) {
        const struct zp_master *m = &catalogue->masters[i];
        CLI_ROW(table, m->id, m->name, m->post);
    }
    cli_table_print(table, cli->out);
}

// A line for each master and day, so that a day off is seen and not guessed.
static void print_shifts(struct cli *cli, const struct zp_catalogue *catalogue,
                         const struct zp_shifts *shifts, struct zp_date first, int days) {
    struct cli_table *table = cli_table_new(cli, "llll");
    CLI_ROW(table, _("date"), _("id"), _("master"), _("shift"));
    for (int day = 0; day < days; day++) {
        struct zp_date date = zp_date_add_days(first, day);
        char date_text[ZP_DATE_SIZE];
        zp_date_format(date, date_text);
        for (size_t i = 0; i < catalogue->master_count; i++) {
            const struct zp_master *m = &catalogue->masters[i];
            const char *shift = _("day off");
            for (size_t k = 0; k < shifts->shift_count; k++)
                if (strcmp(shifts->shifts[k].master_id, m->id) == 0 &&
                    zp_date_compare(shifts->shifts[k].date, date) == 0)
                    shift = shift_text(table, &shifts->shifts[k]);
            CLI_ROW(table, date_text, m->id, m->name, shift);
        }
    }
    cli_table_print(table, cli->out);
}

// --date and --days on the salon's calendar; *days 0: no shifts are wanted.
static bool shift_days(struct cli *cli, struct zp_date *date, int *days, struct zp_error *err) {
    const char *text = cli_value(&cli->call, "date");
    bool wanted = text || cli_value(&cli->call, "days");
    int64_t number;
    if (!cli_number(&cli->call, "days", 1, ZP_LIMIT_DAYS, 1, &number, err))
        return false;
    *days = wanted ? (int)number : 0;
    struct zp_date today = zp_zone_wall(cli->config->zone, zp_clock_now(&cli->config->clock)).date;
    *date = today;
    return !text || zp_date_parse_human(text, today, date, err);
}

int cli_masters_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_date date;
    int days;
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error) || !shift_days(cli, &date, &days, &error) ||
        !cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = ask_catalogue(cli);
    if (!answer->ok || !answer->catalogue)
        return cli_fail(cli, &answer->error);
    const struct zp_catalogue *catalogue = answer->catalogue;
    const struct zp_shifts *shifts = NULL;
    if (days > 0) {
        const struct zp_request request = {
            .ask = ZP_ASK_SHIFTS,
            .u.shifts = {.date = date, .days = days, .refresh = cli_flag(&cli->call, "refresh")}};
        answer = cli_ask(cli, &request);
        if (!answer->ok || !answer->shifts)
            return cli_fail(cli, &answer->error);
        shifts = answer->shifts;
    }
    if (cli->call.json)
        cli_json_print(cli->out, cli_json_masters(cli, catalogue, shifts, cli->config->zone));
    else if (shifts)
        print_shifts(cli, catalogue, shifts, date, days);
    else
        print_masters(cli, catalogue);
    return 0;
}
