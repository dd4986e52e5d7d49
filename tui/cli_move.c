// zapis move
#include "cli_commands.h"
#include "cli_outcome.h"

#include <zapis/i18n.h>

const struct cli_option cli_move_options[] = {
    {"at", N_("TIME"), CLI_REQUIRED, N_("the new time: 2026-11-23 15:00 on the salon's clock")},
    {"master", N_("ID"), 0, N_("another master; without it the same one")},
    {"release-first", NULL, 0,
     N_("cancel, then book: needed where the times overlap; the old time may be lost")},
    {"again", NULL, 0, N_("the booking is cancelled: book it once more, its CRM entry goes along")},
    CLI_WAIT_OPTION,
    {0},
};

int cli_move_run(struct cli *cli) {
    struct zp_error error = {0};
    const struct cli_call *call = &cli->call;
    struct zp_request request = {.ask = ZP_ASK_MOVE};
    request.u.move.booking = call->operands[0];
    request.u.move.master_id = cli_value(call, "master");
    request.u.move.release_first = cli_flag(call, "release-first");
    request.u.move.again = cli_flag(call, "again");
    int64_t wait_s;
    if (!cli_outcome_wait(cli, &wait_s, &error) || !cli_config(cli, ZP_CONFIG_NEED_ALL, &error) ||
        !zp_instant_parse_human(cli_value(call, "at"), cli->config->zone, &request.u.move.starts_at,
                                &error) ||
        !cli_open(cli, wait_s > 0, &error))
        return cli_fail(cli, &error);
    if (request.u.move.release_first)
        cli_remark(cli, _("The old time is given back first: if the new one is refused, the visit "
                          "has no time until you choose a free one."));
    const struct zp_event *answer = cli_ask(cli, &request);
    // The new time stands, the old one does too: waiting for the CRM would not make that good.
    const struct zp_booking *booking = answer->booking;
    bool half = !answer->ok && booking && booking->state == ZP_BOOKING_BOOKED;
    return cli_outcome_show(cli, answer, half ? 0 : wait_s);
}
