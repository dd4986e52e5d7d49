// zapis book
#include "cli_commands.h"
#include "cli_outcome.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

const struct cli_option cli_book_options[] = {
    {"service", N_("ID"), CLI_MANY | CLI_REQUIRED,
     N_("a service; several in the order they are done")},
    {"master", N_("ID"), 0, N_("at this master; without it: whoever is free and least booked")},
    {"at", N_("TIME"), CLI_REQUIRED,
     N_("\"2026-11-23 15:00\" on the salon's clock, or 2026-11-23T15:00:00+03:00")},
    {"phone", N_("PHONE"), 0, N_("the client's phone, as it is dictated")},
    {"name", N_("NAME"), 0, N_("the client's name")},
    {"walk-in", NULL, 0, N_("a visitor who leaves no phone, and a name only if you like")},
    {"comment", N_("TEXT"), 0, N_("for the master")},
    {"waiting", N_("ID"), 0,
     N_("for this one of the waiting list, who does not wait any more then")},
    CLI_WAIT_OPTION,
    {0},
};

static bool read_client(const struct cli *cli, struct zp_draft *draft, struct zp_error *err) {
    const struct cli_call *call = &cli->call;
    char phone[ZP_PHONE_SIZE];
    draft->walk_in = cli_flag(call, "walk-in");
    draft->client_phone = cli_value(call, "phone");
    draft->client_name = cli_value(call, "name");
    if (draft->walk_in && draft->client_phone)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Give either --phone and --name, or --walk-in, not both."));
    if (draft->walk_in)
        return true;
    if (!draft->client_phone && !draft->client_name)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Say who comes: --phone PHONE --name NAME, or --walk-in."));
    if (!draft->client_phone)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Add --phone PHONE, or --walk-in for a visitor who leaves none."));
    if (!draft->client_name)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("Add --name NAME."));
    if (draft->client_name[strspn(draft->client_name, " \t")] == '\0')
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("The client's name is empty: give --name NAME, or --walk-in."));
    return zp_phone_normalise(draft->client_phone, cli->config->salon.country, phone, err);
}

static bool read_draft(struct cli *cli, struct zp_draft *draft, struct zp_error *err) {
    const struct cli_call *call = &cli->call;
    *draft = (struct zp_draft){0};
    draft->service_ids = cli_values(cli, call, "service", &draft->service_count);
    draft->master_id = cli_value(call, "master");
    draft->comment = cli_value(call, "comment");
    if (draft->service_count > ZP_LIMIT_SERVICES_PER_VISIT)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("One visit takes at most %d services: leave some out."),
                            ZP_LIMIT_SERVICES_PER_VISIT);
    return cli_number(call, "waiting", 1, INT64_MAX, 0, &draft->waiting_id, err) &&
           zp_instant_parse_human(cli_value(call, "at"), cli->config->zone, &draft->starts_at,
                                  err) &&
           read_client(cli, draft, err);
}

int cli_book_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_request request = {.ask = ZP_ASK_BOOK};
    int64_t wait_s;
    if (!cli_outcome_wait(cli, &wait_s, &error) || !cli_config(cli, ZP_CONFIG_NEED_ALL, &error) ||
        !read_draft(cli, &request.u.book, &error) || !cli_open(cli, wait_s > 0, &error))
        return cli_fail(cli, &error);
    return cli_outcome_show(cli, cli_ask(cli, &request), wait_s);
}
