// zapis sync: the worker alone, until it is stopped or once.
#include "cli_commands.h"
#include "cli_json.h"

#include <signal.h>
#include <zapis/i18n.h>

const struct cli_option cli_sync_options[] = {
    {"once", NULL, 0, N_("look at the CRM once, do what is due, and leave")},
    {0},
};

// Is there work that goes on by itself? What is with a person does not.
static bool anything_waits(struct cli *cli) {
    const struct zp_request request = {.ask = ZP_ASK_QUEUE};
    const struct zp_event *answer = cli_ask(cli, &request);
    for (size_t i = 0; answer->ok && i < answer->task_count; i++)
        if (answer->tasks[i].state != ZP_TASK_ATTENTION)
            return true;
    return !answer->ok;
}

static int fail_once(struct cli *cli, const struct zp_error *told) {
    struct zp_error error = {0};
    const bool open = zp_error_exit_status(told->code) == zp_error_exit_status(ZP_E_UNKNOWN);
    zp_error_set(&error, told->code, told->name,
                 open && anything_waits(cli)
                     ? _("%s. What waits is tried again; “zapis queue” shows it.")
                     : _("%s. Then retry what “zapis queue” shows."),
                 told->message);
    return cli_fail(cli, &error);
}

static int sync_once(struct cli *cli) {
    const struct zp_request request = {.ask = ZP_ASK_SYNC_ONCE};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok) {
        const struct zp_error told = answer->error;
        return fail_once(cli, &told);
    }
    if (!cli->call.json)
        return 0;
    struct zp_json *document = zp_json_new_object(cli);
    zp_json_add_bool(document, "ok", true);
    cli_json_print(cli->out, document);
    return 0;
}

static void on_stop(int signum, void *data) {
    (void)signum;
    zp_loop_stop(data);
}

int cli_sync_run(struct cli *cli) {
    struct zp_error error = {0};
    bool once = cli_flag(&cli->call, "once");
    if (cli->call.json && !once)
        return cli_misuse(cli, _("--json goes with --once: without it the worker never ends."));
    if (!cli_open(cli, !once, &error))
        return cli_fail(cli, &error);
    if (once)
        return sync_once(cli);
    zp_signal_new(cli->loop, cli->loop, SIGTERM, on_stop, cli->loop);
    zp_signal_new(cli->loop, cli->loop, SIGINT, on_stop, cli->loop);
    cli_remark(cli, _("Working for %s; Ctrl-C ends it."), cli->config->salon.name);
    zp_loop_run(cli->loop);
    return 0;
}
