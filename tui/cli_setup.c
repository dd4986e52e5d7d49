// zapis setup: what the CRM lacks is made, or named for an administrator.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"

#include <zapis/i18n.h>

const struct cli_option cli_setup_options[] = {
    {"dry-run", NULL, 0, N_("only say what would be made")},
    {0},
};

static const char *kind_words(enum zp_setup_kind kind) {
    switch (kind) {
    case ZP_SETUP_PRESENT: return _("is there");
    case ZP_SETUP_CREATED: return _("created");
    case ZP_SETUP_WOULD_CREATE: return _("would be created");
    case ZP_SETUP_BY_HAND: return _("BY HAND");
    case ZP_SETUP_FAILED: return _("FAILED");
    }
    return "";
}

static void print_steps(struct cli *cli, const struct zp_setup_step *steps, size_t count) {
    struct cli_table *table = cli_table_new(cli, "lll");
    for (size_t i = 0; i < count; i++)
        CLI_ROW(table, kind_words(steps[i].kind), steps[i].name, steps[i].detail);
    cli_table_print(table, cli->out);
}

static bool has_kind(const struct zp_event *answer, enum zp_setup_kind kind) {
    for (size_t i = 0; i < answer->step_count; i++)
        if (answer->steps[i].kind == kind)
            return true;
    return false;
}

int cli_setup_run(struct cli *cli) {
    struct zp_error error = {0};
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_request request = {.ask = ZP_ASK_SETUP,
                                       .u.setup.dry_run = cli_flag(&cli->call, "dry-run")};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (cli->call.json) {
        struct zp_json *document = cli_json_setup(cli, answer->steps, answer->step_count);
        if (!answer->ok)
            cli_json_error(document, &answer->error);
        cli_json_print(cli->out, document);
    } else {
        print_steps(cli, answer->steps, answer->step_count);
    }
    if (!answer->ok) {
        cli_complain(cli, answer->error.message);
        return zp_error_exit_status(answer->error.code);
    }
    if (!has_kind(answer, ZP_SETUP_BY_HAND) && !has_kind(answer, ZP_SETUP_FAILED))
        return 0;
    cli_complain(cli, _("An administrator must finish what is named above; then run “zapis "
                        "check”."));
    return zp_error_exit_status(ZP_E_CONFIG);
}
