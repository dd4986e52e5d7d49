// zapis show: one booking with its history.
#include "cli_commands.h"
#include "cli_export.h"
#include "cli_json.h"
#include "cli_text.h"
#include "words_history.h"

#include <zapis/i18n.h>

const struct cli_option cli_show_options[] = {
    {"refresh", NULL, 0, N_("ask Dikidi how it stands now")},
    {"slip", NULL, 0, N_("a slip for the client, 42 columns for a receipt printer")},
    {"pdf", N_("FILE"), 0, N_("the slip as a PDF, 80 mm wide; - is standard output")},
    {0},
};

static void print_history(struct cli *cli, const struct zp_history *history, size_t count) {
    struct cli_table *table = cli_table_new(cli, "llll");
    for (size_t i = 0; i < count; i++)
        CLI_ROW(table, cli_text_instant(table, cli->config->zone, history[i].at),
                words_history(history[i].what), history[i].by, words_history_detail(&history[i]));
    fputc('\n', cli->out);
    cli_table_print(table, cli->out);
}

static void print_whole(struct cli *cli, const struct zp_event *answer) {
    cli_text_booking(cli->out, cli, answer->booking);
    if (answer->history_count > 0)
        print_history(cli, answer->history, answer->history_count);
}

static void print_json(struct cli *cli, const struct zp_event *answer) {
    struct zp_json *document = zp_json_new_object(cli);
    cli_json_booking(document, answer->booking, cli->config->zone,
                     answer->ok ? NULL : &answer->error);
    cli_json_remarks(document, answer->booking);
    cli_json_history(document, answer->history, answer->history_count, cli->config->zone);
    cli_json_print(cli->out, document);
}

int cli_show_run(struct cli *cli) {
    struct zp_error error = {0};
    const struct zp_request request = {
        .ask = ZP_ASK_SHOW,
        .u.show = {.booking = cli->call.operands[0], .refresh = cli_flag(&cli->call, "refresh")}};
    const char *pdf = cli_value(&cli->call, "pdf");
    int status = 0;
    if (!cli_export_one_form(cli, &error) || !cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = cli_ask(cli, &request);
    if (cli->call.json)
        print_json(cli, answer);
    else if (answer->booking && cli_flag(&cli->call, "slip"))
        status = cli_sheet_print(cli, cli_sheet_visit_json(cli, answer->booking));
    else if (answer->booking && pdf)
        status = cli_pdf_write(cli, cli_sheet_visit_json(cli, answer->booking), pdf);
    else if (answer->booking)
        print_whole(cli, answer);
    if (answer->ok || status != 0)
        return status;
    cli_complain(cli, answer->error.message);
    return zp_error_exit_status(answer->error.code);
}
