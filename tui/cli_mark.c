// zapis mark: whether the client came; journal and CRM only.
#include "cli_commands.h"
#include "cli_outcome.h"

#include <zapis/i18n.h>

int cli_mark_run(struct cli *cli) {
    struct zp_error error = {0};
    struct zp_request request = {.ask = ZP_ASK_MARK};
    request.u.mark.booking = cli->call.operands[0];
    if (!zp_attendance_parse(cli->call.operands[1], &request.u.mark.attendance))
        return cli_misuse(cli, _("Say “came”, “no-show” or “waiting” after the booking."));
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = cli_ask(cli, &request);
    int status = cli_outcome_show(cli, answer, 0);
    if (answer->ok)
        cli_remark(cli, _("Marked in the journal; the CRM gets a comment from “zapis sync” or the "
                          "console. Dikidi has no call for it: mark the visit there by hand."));
    return status;
}
