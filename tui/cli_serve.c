// zapis serve: the receiver of webhooks and the sync worker, until it is stopped. SIGTERM and
// SIGINT end it after what is in flight, SIGHUP reads the configuration anew.
#include "cli_commands.h"
#include "memory.h"

#include <signal.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/log.h>
#include <zapis/receiver.h>

#define STOP_MS 10000 // what is in flight then is broken off; nothing that was answered is lost

struct serve {
    struct cli *cli;
    struct zp_receiver *receiver;
    struct zp_timer *deadline;
    bool stopping;
};

// A desk and its configuration that the receiver has left.
struct former {
    struct zp_desk *desk;
    struct zp_config *config;
};

static void on_event(const struct zp_event *event, void *data) {
    (void)event; // the worker needs nobody who watches
    (void)data;
}

static struct zp_desk *open_desk(struct cli *cli, const struct zp_config *config,
                                 struct zp_error *err) {
    const struct zp_desk_options options = {.config = config, .sync = true, .on_event = on_event};
    return zp_desk_open(NULL, cli->loop, &options, err);
}

// ---- what is said

static char *put_endpoints(struct serve *serve, char *text, bool on) {
    struct zp_receiver_endpoint endpoints[ZP_RECEIVER_ENDPOINTS];
    size_t said = 0;
    zp_receiver_endpoints(serve->receiver, endpoints);
    for (size_t i = 0; i < ZP_RECEIVER_ENDPOINTS; i++) {
        const struct zp_receiver_endpoint *at = &endpoints[i];
        if ((at->off == NULL) != on)
            continue;
        text = talloc_asprintf_append(text, "%s%s", said++ > 0 ? ", " : "", at->path);
        if (at->off)
            text = talloc_asprintf_append(text, _(" (without %s)"), at->off);
        else if (at->how[0])
            text = talloc_asprintf_append(text, " (%s)", at->how);
    }
    return memory_must(said > 0 ? text : talloc_strdup_append(text, _("none")));
}

// The address as it is configured, with the port that was really got.
static char *address(struct serve *serve) {
    const char *listen = serve->cli->config->serve.listen;
    const char *colon = strrchr(listen, ':');
    return memory_must(talloc_asprintf(serve->cli, "%.*s:%u", (int)(colon - listen), listen,
                                       (unsigned)zp_receiver_port(serve->receiver)));
}

static void say_ready(struct serve *serve) {
    struct cli *cli = serve->cli;
    char *on = put_endpoints(serve, talloc_strdup(cli, ""), true);
    char *off = put_endpoints(serve, talloc_strdup(cli, ""), false);
    cli_remark(cli, _("Listening on http://%s: webhooks at %s; off: %s. Ctrl-C ends it."),
               address(serve), on, off);
    fflush(cli->err);
}

// ---- signals

static void on_stopped(void *data) {
    struct serve *serve = data;
    zp_loop_stop(serve->cli->loop);
}

static void on_deadline(void *data) {
    struct serve *serve = data;
    zp_log(ZP_LOG_WARN, "stopped before all was answered",
           ZP_LOG_I("connections", zp_receiver_counters(serve->receiver).connections));
    zp_loop_stop(serve->cli->loop);
}

static void on_stop(int signum, void *data) {
    struct serve *serve = data;
    if (serve->stopping) { // a second time: at once
        zp_loop_stop(serve->cli->loop);
        return;
    }
    serve->stopping = true;
    zp_log(ZP_LOG_INFO, "stopping", ZP_LOG_I("signal", signum));
    zp_timer_start(serve->deadline, STOP_MS, 0);
    zp_receiver_stop(serve->receiver, on_stopped, serve);
}

static void let_go(void *data) {
    struct former *former = data;
    talloc_free(former->desk); // before the configuration it reads
    talloc_free(former->config);
    talloc_free(former);
}

static bool reload(struct serve *serve, struct zp_error *err) {
    struct cli *cli = serve->cli;
    struct zp_config *config = zp_config_load(cli, cli->config->file, ZP_CONFIG_NEED_ALL, err);
    struct zp_desk *desk = config ? open_desk(cli, config, err) : NULL;
    struct former *former = memory_new(NULL, struct former);
    *former = (struct former){.desk = cli->desk, .config = cli->config};
    if (!desk || !zp_receiver_change(serve->receiver, desk, config, let_go, former, err)) {
        talloc_free(desk);
        talloc_free(config);
        talloc_free(former);
        return false;
    }
    cli->desk = desk;
    cli->config = config;
    return true;
}

static void on_reload(int signum, void *data) {
    struct serve *serve = data;
    struct zp_error error = {0};
    (void)signum;
    if (serve->stopping)
        return;
    if (reload(serve, &error)) {
        zp_i18n_init(serve->cli->config->console.language);
        zp_log(ZP_LOG_INFO, "configuration read anew", ZP_LOG_S("file", serve->cli->config->file));
        say_ready(serve);
    } else {
        zp_log(ZP_LOG_ERROR, "the new configuration is not used", ZP_LOG_S("why", error.message));
    }
}

// ---- the command

int cli_serve_run(struct cli *cli) {
    struct zp_error error = {0};
    struct serve *serve = memory_new(cli, struct serve);
    serve->cli = cli;
    if (cli->call.json)
        return cli_misuse(cli, _("serve has no --json: it never ends. Ask GET /health."));
    if (!cli->call.verbose) // systemd takes standard error into its journal
        zp_log_init(STDERR_FILENO, cli->call.quiet ? ZP_LOG_WARN : ZP_LOG_INFO);
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error))
        return cli_fail(cli, &error);
    cli->loop = zp_loop_new(NULL);
    // Before the port is open: whoever sees it open may stop us.
    zp_signal_new(serve, cli->loop, SIGTERM, on_stop, serve);
    zp_signal_new(serve, cli->loop, SIGINT, on_stop, serve);
    zp_signal_new(serve, cli->loop, SIGHUP, on_reload, serve);
    cli->desk = open_desk(cli, cli->config, &error);
    if (!cli->desk)
        return cli_fail(cli, &error);
    serve->receiver = zp_receiver_open(serve, cli->loop, cli->desk, cli->config, &error);
    if (!serve->receiver)
        return cli_fail(cli, &error);
    serve->deadline = zp_timer_new(serve, cli->loop, on_deadline, serve);
    say_ready(serve);
    zp_loop_run(cli->loop);
    talloc_free(serve); // the receiver goes before the desk
    return 0;
}
