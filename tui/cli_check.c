// zapis check: the set-up proof.
#include "check_words.h"
#include "cli_check_book.h"
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"
#include "memory.h"

#include <zapis/i18n.h>

const struct cli_option cli_check_options[] = {
    {"book", NULL, 0, N_("make one booking and cancel it, after asking")},
    {0},
};

// A configuration that cannot be read, or a journal that cannot be opened, is the first failed
// check, not a lack of checks.
static int check_failed(struct cli *cli, const char *name, const struct zp_error *error) {
    struct zp_check check = {.name = memory_strdup(cli, name),
                             .state = ZP_CHECK_FAIL,
                             .detail = memory_strdup(cli, error->message)};
    if (cli->call.json) {
        struct zp_json *document = cli_json_checks(cli, &check, 1);
        cli_json_error(document, error);
        cli_json_print(cli->out, document);
    }
    cli_complain(cli, error->message);
    return zp_error_exit_status(error->code);
}

int cli_check_status(const struct zp_check *checks, size_t count) {
    bool unreachable = false;
    for (size_t i = 0; i < count; i++) {
        if (checks[i].state != ZP_CHECK_FAIL)
            continue;
        if (!checks[i].unreachable)
            return zp_error_exit_status(ZP_E_CONFIG);
        unreachable = true;
    }
    return unreachable ? zp_error_exit_status(ZP_E_UNREACHABLE) : 0;
}

static void print_checks(struct cli *cli, const struct zp_check *checks, size_t count) {
    struct cli_table *table = cli_table_new(cli, "lll");
    for (size_t i = 0; i < count; i++)
        CLI_ROW(table, check_words_state(checks[i].state), checks[i].name, checks[i].detail);
    cli_table_print(table, cli->out);
}

static void add_trial(struct cli *cli, struct zp_check **checks, size_t *count) {
    if (cli_check_status(*checks, *count) != 0) {
        cli_remark(cli, "%s", _("Nothing is booked while a check fails."));
        return;
    }
    size_t more = 0;
    struct zp_check *trial = cli_check_book(cli, &more);
    struct zp_check *all = memory_array(cli, struct zp_check, *count + more);
    memcpy(all, *checks, *count * sizeof *all);
    if (more > 0)
        memcpy(all + *count, trial, more * sizeof *all);
    *checks = all;
    *count += more;
}

int cli_check_run(struct cli *cli) {
    struct zp_error error = {0};
    bool book = cli_flag(&cli->call, "book");
    if (book && !cli_check_can_ask())
        return cli_misuse(cli, _("check --book asks before it books: run it in a terminal."));
    if (!cli_config(cli, ZP_CONFIG_NEED_ALL, &error))
        return check_failed(cli, "config", &error);
    if (!cli_open(cli, false, &error))
        return check_failed(cli, "store", &error);
    const struct zp_request request = {.ask = ZP_ASK_CHECK};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok && answer->check_count == 0)
        return cli_fail(cli, &answer->error);
    struct zp_check *checks = answer->checks;
    size_t count = answer->check_count;
    if (book)
        add_trial(cli, &checks, &count);
    if (cli->call.json)
        cli_json_print(cli->out, cli_json_checks(cli, checks, count));
    else
        print_checks(cli, checks, count);
    int status = cli_check_status(checks, count);
    if (status == 4)
        cli_complain(cli, _("A service could not be reached: see the lines that failed, and try "
                            "again."));
    else if (status != 0)
        cli_complain(cli, _("The set-up is not complete: correct what the failed lines name."));
    return status;
}
