// zapis adopt: bookings made elsewhere, by their Dikidi number.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_outcome.h"

// Several numbers give one document {"bookings":[…]}; the status is that of the first that failed.
static int adopt_many(struct cli *cli) {
    int status = 0;
    struct zp_json *document = zp_json_new_object(cli);
    struct zp_json *array = zp_json_add_array(document, "bookings");
    for (int i = 0; i < cli->call.operand_count; i++) {
        const struct zp_request request = {.ask = ZP_ASK_ADOPT,
                                           .u.adopt.booking = cli->call.operands[i]};
        const struct zp_event *answer = cli_ask(cli, &request);
        if (cli->call.json)
            cli_json_booking(zp_json_add_object(array, NULL), answer->booking, cli->config->zone,
                             answer->ok ? NULL : &answer->error);
        if (!answer->ok && cli->call.json)
            cli_complain(cli, answer->error.message);
        int one = answer->ok ? 0 : zp_error_exit_status(answer->error.code);
        if (!cli->call.json) {
            if (i > 0 && !cli->call.quiet)
                fputc('\n', cli->out);
            one = cli_outcome_show(cli, answer, 0);
        }
        status = status ? status : one;
    }
    if (cli->call.json)
        cli_json_print(cli->out, document);
    return status;
}

int cli_adopt_run(struct cli *cli) {
    struct zp_error error = {0};
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    if (cli->call.operand_count > 1)
        return adopt_many(cli);
    const struct zp_request request = {.ask = ZP_ASK_ADOPT,
                                       .u.adopt.booking = cli->call.operands[0]};
    return cli_outcome_show(cli, cli_ask(cli, &request), 0);
}
