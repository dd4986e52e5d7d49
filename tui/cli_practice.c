// zapis practice: the practice servers alone, or as a child under the console; the other side's
// hands. zapis without a command stands here too: it is the same console.
#include "cli_practice.h"
#include "cli_commands.h"
#include "cli_json.h"
#include "console.h"
#include "linear.h"
#include "memory.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/practice.h>

#define DEFAULT_SEED 1
#define DEFAULT_ZONE "Europe/Moscow"

const struct cli_option cli_practice_options[] = {
    {"headless", NULL, 0, N_("only the servers; prints the path of their configuration")},
    {"state", N_("DIR"), 0, N_("keep the practice salon here; without it: a fresh directory")},
    {"seed", N_("N"), 0, N_("the same number gives the same salon")},
    {"now", N_("TIME"), 0, N_("servers and clients live at this time and run on from there")},
    {"zone", N_("ZONE"), 0, N_("the salon's time zone, Europe/Moscow without it")},
    {"dialect", N_("NAME[,NAME]"), 0, N_("Dikidi answers in other forms, listed below")},
    {"linear", NULL, 0, N_("a plain dialogue, for screen readers, slow links and scripts")},
    {"control", N_("DIR"), CLI_REST, N_("one deed of the other side; DIR/control calls this")},
    {0},
};

void cli_practice_notes(FILE *file) {
    const char *const *dialects = zp_practice_dialect_help();
    fprintf(file, "\n%s\n", _("Dialects, forms that Dikidi's answers may have:"));
    for (; dialects[0]; dialects += 2)
        fprintf(file, "  %-14s %s\n", dialects[0], _(dialects[1]));
    fprintf(file, "\n%s\n", _("DIR/control VERB is the other side's hands:"));
    for (const char *const *line = zp_practice_control_help(); *line; line++)
        fprintf(file, "  %s\n", _(*line));
}

static char *absolute(TALLOC_CTX *ctx, const char *path) {
    char here[PATH_MAX];
    if (path[0] == '/' || !getcwd(here, sizeof here))
        return memory_strdup(ctx, path);
    return memory_printf(ctx, "%s/%s", here, path);
}

static const char *base_dir(void) {
    const char *base = cli_environment("XDG_RUNTIME_DIR");
    return base && base[0] == '/' && access(base, W_OK) == 0 ? base : "/tmp";
}

char *cli_practice_running(TALLOC_CTX *ctx) {
    return zp_practice_running(ctx, base_dir());
}

// A directory of its own for one run, readable by nobody else.
static char *fresh_dir(TALLOC_CTX *ctx, struct zp_error *err) {
    const char *base = base_dir();
    char *path = memory_printf(ctx, "%s/" ZP_PRACTICE_PREFIX "XXXXXX", base);
    if (mkdtemp(path))
        return path;
    zp_error_set(err, ZP_E_CONFIG, NULL,
                 _("No directory could be made in %s: give one with --state DIR."), base);
    return NULL;
}

static char *own_program(TALLOC_CTX *ctx) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    if (length <= 0 || (size_t)length >= sizeof path)
        return memory_strdup(ctx, "zapis");
    return talloc_strndup(ctx, path, (size_t)length);
}

static bool read_now(const struct cli_call *call, struct zp_practice_options *options,
                     struct zp_error *err) {
    const char *text = cli_value(call, "now");
    options->zone = cli_value(call, "zone");
    struct zp_zone *zone = zp_zone_open(NULL, options->zone ? options->zone : DEFAULT_ZONE, err);
    if (!zone) {
        err->code = ZP_E_USAGE;
        return false;
    }
    options->has_now = text != NULL;
    bool ok = !text || zp_instant_parse_human(text, zone, &options->now, err);
    talloc_free(zone);
    return ok;
}

bool cli_practice_read(struct cli *cli, struct cli_practice *practice, struct zp_error *err) {
    int64_t seed;
    *practice = (struct cli_practice){0};
    if (!cli_number(&cli->call, "seed", 0, INT64_MAX, DEFAULT_SEED, &seed, err) ||
        !read_now(&cli->call, &practice->options, err))
        return false;
    const char *state = cli_value(&cli->call, "state");
    char *dir = state ? absolute(cli, state) : fresh_dir(cli, err);
    if (!dir)
        return false;
    practice->fresh = !state;
    practice->options.state_dir = dir;
    practice->options.seed = (uint64_t)seed;
    practice->options.program = own_program(cli);
    practice->options.dialect = cli_value(&cli->call, "dialect");
    return true;
}

static int control(struct cli *cli) {
    struct zp_error error = {0};
    char *json = NULL;
    if (cli->call.operand_count == 0)
        return cli_misuse(cli, _("Say what the other side does: “zapis practice --help” lists the "
                                 "verbs."));
    if (!zp_practice_control(cli, cli_value(&cli->call, "control"), cli->call.operand_count,
                             cli->call.operands, &json, &error))
        return cli_fail(cli, &error);
    fprintf(cli->out, "%s\n", json ? json : "");
    return 0;
}

static void on_stop(int signum, void *data) {
    (void)signum;
    zp_loop_stop(data);
}

static void print_path(struct cli *cli, const char *path) {
    if (cli->call.json) {
        struct zp_json *document = zp_json_new_object(cli);
        zp_json_add_string(document, "config", path);
        cli_json_print(cli->out, document);
    } else {
        fprintf(cli->out, "%s\n", path);
    }
    fflush(cli->out);
}

static int headless(struct cli *cli) {
    struct zp_error error = {0};
    struct cli_practice practice;
    if (!cli_practice_read(cli, &practice, &error))
        return cli_fail(cli, &error);
    struct zp_loop *loop = zp_loop_new(NULL);
    zp_signal_new(loop, loop, SIGTERM, on_stop, loop);
    zp_signal_new(loop, loop, SIGINT, on_stop, loop);
    zp_signal_new(loop, loop, SIGHUP, on_stop, loop);
    struct zp_practice *servers = zp_practice_start(NULL, loop, &practice.options, &error);
    if (servers) {
        print_path(cli, zp_practice_config_path(servers));
        cli_remark(cli,
                   _("The practice salon runs until Ctrl-C. In another terminal:\n"
                     "  export ZAPIS_CONFIG=%s\n  zapis day"),
                   zp_practice_config_path(servers));
        zp_loop_run(loop);
        talloc_free(servers);
    }
    talloc_free(loop);
    return servers ? 0 : cli_fail(cli, &error);
}

static int run_console(struct cli *cli, const struct cli_practice *practice) {
    struct zp_error error = {0};
    if (cli_flag(&cli->call, "linear"))
        return linear_run(cli, practice ? practice->receiver : 0,
                          practice ? practice->receiver_log : NULL);
    const struct console_options options = {.config = cli->config,
                                            .receiver = practice ? practice->receiver : 0,
                                            .receiver_log =
                                                practice ? practice->receiver_log : NULL};
    return console_run(&options, &error) ? 0 : cli_fail(cli, &error);
}

int cli_console_run(struct cli *cli) {
    struct zp_error error = {0};
    return cli_config(cli, ZP_CONFIG_NEED_ALL, &error) ? run_console(cli, NULL)
                                                       : cli_fail(cli, &error);
}

int cli_practice_run(struct cli *cli) {
    if (cli_flag(&cli->call, "control"))
        return control(cli);
    if (cli->call.operand_count > 0)
        return cli_misuse(cli, _("“zapis practice” takes options only; “zapis practice --help” "
                                 "lists them."));
    if (cli_flag(&cli->call, "headless"))
        return headless(cli);
    if (cli->call.json)
        return cli_misuse(cli, _("--json goes with --headless: the console has no JSON."));
    const bool linear = cli_flag(&cli->call, "linear");
    if (!linear &&
        (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) // said before servers are started for it
        return cli_misuse(cli, _("The console needs a terminal: start it in one. Without one, "
                                 "“zapis practice --headless” runs the practice salon for the "
                                 "other commands."));
    struct zp_error error = {0};
    struct cli_practice practice;
    if (!cli_practice_read(cli, &practice, &error) || !cli_practice_begin(cli, &practice, &error))
        return cli_fail(cli, &error);
    int status = 0;
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error) ||
        !cli_practice_populate(cli, &practice, &error))
        status = cli_fail(cli, &error);
    else
        status = run_console(cli, &practice);
    cli_practice_end(&practice);
    return status;
}
