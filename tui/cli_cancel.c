// zapis cancel
#include "cli_commands.h"
#include "cli_outcome.h"

#include <zapis/i18n.h>

const struct cli_option cli_cancel_options[] = {
    {"reason", N_("TEXT"), CLI_REQUIRED, N_("why; Dikidi, the journal and the CRM keep it")},
    CLI_WAIT_OPTION,
    {0},
};

int cli_cancel_run(struct cli *cli) {
    struct zp_error error = {0};
    const char *reason = cli_value(&cli->call, "reason");
    const struct zp_request request = {
        .ask = ZP_ASK_CANCEL,
        .u.cancel = {.booking = cli->call.operands[0], .reason = reason},
    };
    int64_t wait_s;
    if (reason[strspn(reason, " \t")] == '\0')
        return cli_misuse(cli, _("The reason is empty: say in a word why it is cancelled."));
    if (!cli_outcome_wait(cli, &wait_s, &error) || !cli_open(cli, wait_s > 0, &error))
        return cli_fail(cli, &error);
    return cli_outcome_show(cli, cli_ask(cli, &request), wait_s);
}
