// The table of commands and the way in and out of every run.
#include "cli.h"
#include "cli_commands.h"
#include "cli_json.h"
#include "error_text.h"
#include "memory.h"

#include <poll.h>
#include <stdarg.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/log.h>

static const struct cli_command commands[] = {
    {"practice", NULL, 0, -1, cli_practice_options, cli_practice_run,
     N_("the console on a practice salon; nothing leaves this machine"), cli_practice_notes, NULL},
    {"services", NULL, 0, 0, cli_services_options, cli_services_run,
     N_("the price list: services with prices and durations"), NULL, NULL},
    {"masters", NULL, 0, 0, cli_masters_options, cli_masters_run,
     N_("the masters, with their shifts when a date is given"), NULL, NULL},
    {"slots", NULL, 0, 0, cli_slots_options, cli_slots_run, N_("free times, asked of Dikidi now"),
     NULL, NULL},
    {"book", NULL, 0, 0, cli_book_options, cli_book_run, N_("book a visit"), NULL, NULL},
    {"cancel", N_("BOOKING"), 1, 1, cli_cancel_options, cli_cancel_run,
     N_("cancel a booking at Dikidi, then in the CRM"), NULL,
     N_("Which booking? Write “zapis cancel NUMBER --reason WHY”.")},
    {"move", N_("BOOKING"), 1, 1, cli_move_options, cli_move_run,
     N_("book another time for a booking, then cancel the old one; the CRM entry goes along"), NULL,
     N_("Which booking? Write “zapis move NUMBER --at TIME”.")},
    {"mark", N_("BOOKING came|no-show|waiting"), 2, 2, NULL, cli_mark_run,
     N_("note whether the client came, in the journal and the CRM (not in Dikidi)"), NULL,
     N_("Which booking, and what of it? Write “zapis mark NUMBER came”, “no-show” or “waiting”.")},
    {"adopt", N_("BOOKING…"), 1, 100, NULL, cli_adopt_run,
     N_("take bookings made elsewhere into the journal and the CRM, by their Dikidi numbers"), NULL,
     N_("Which booking? Write “zapis adopt NUMBER”, with the number it has in Dikidi.")},
    {"day", N_("[DATE]"), 0, 3, cli_day_options, cli_day_run, N_("the bookings of a day"), NULL,
     NULL},
    {"show", N_("BOOKING"), 1, 1, cli_show_options, cli_show_run,
     N_("one booking with its history and its place in the CRM"), NULL,
     N_("Which booking? Write “zapis show NUMBER”.")},
    {"client", N_("PHONE-OR-NAME"), 1, 8, NULL, cli_client_run,
     N_("a client's card: visits, what is usual, what is due"), NULL,
     N_("Whose card? Write “zapis client PHONE” or “zapis client NAME”.")},
    {"forget", N_("PHONE"), 1, 1, cli_forget_options, cli_forget_run,
     N_("erase a person's data from the journal, for good"), cli_forget_notes,
     N_("Whom? Write “zapis forget PHONE”.")},
    {"numbers", N_("[DATE]"), 0, 3, cli_numbers_options, cli_numbers_run,
     N_("a manager's figures: visits, money, cancellations, sources, clients, load"),
     cli_numbers_notes, NULL},
    {"wait", NULL, 0, 0, cli_wait_options, cli_wait_run,
     N_("who waits for a time that is not free, and whom one that turned free fits"),
     cli_wait_notes, NULL},
    {"queue", NULL, 0, 0, cli_queue_options, cli_queue_run,
     N_("what waits to be done, what failed and why"), NULL, NULL},
    {"sync", NULL, 0, 0, cli_sync_options, cli_sync_run,
     N_("keep journal, Dikidi and CRM in step until stopped"), NULL, NULL},
    {"serve", NULL, 0, 0, NULL, cli_serve_run,
     N_("receive webhooks, and keep journal, Dikidi and CRM in step, until stopped"), NULL, NULL},
    {"check", NULL, 0, 0, cli_check_options, cli_check_run,
     N_("prove that the set-up works; writes nothing"), NULL, NULL},
    {"setup", NULL, 0, 0, cli_setup_options, cli_setup_run,
     N_("create what the CRM lacks and load the catalogue"), NULL, NULL},
    {"widget", NULL, 0, 0, cli_widget_options, cli_widget_run,
     N_("the salon's booking page: code for a web site, address, QR code"), NULL, NULL},
    {0},
};

const struct cli_command *cli_commands(void) {
    return commands;
}

// Only the main thread reads the environment, and nothing of ours writes it once threads run.
const char *cli_environment(const char *name) {
    const char *value = getenv(name); // NOLINT(concurrency-mt-unsafe)
    return value && *value ? value : NULL;
}

void cli_complain(struct cli *cli, const char *sentence) {
    char *text = error_text(cli, sentence);
    fprintf(cli->err, "zapis: %s\n", text);
    talloc_free(text);
}

void cli_remark(struct cli *cli, const char *format, ...) {
    if (cli->call.quiet || cli->call.json)
        return;
    va_list args;
    va_start(args, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): begun just above
    vfprintf(cli->err, format, args);
    va_end(args);
    fputc('\n', cli->err);
}

int cli_fail(struct cli *cli, const struct zp_error *error) {
    if (cli->call.json)
        cli_json_fail(cli, error);
    cli_complain(cli, error->message);
    return zp_error_exit_status(error->code);
}

int cli_misuse(struct cli *cli, const char *sentence) {
    struct zp_error error = {0};
    zp_error_set(&error, ZP_E_USAGE, NULL, "%s", sentence);
    return cli_fail(cli, &error);
}

const char *cli_operands_text(struct cli *cli) {
    char *text = memory_strdup(cli, cli->call.operands[0]);
    for (int i = 1; i < cli->call.operand_count; i++)
        text = memory_printf(cli, "%s %s", text, cli->call.operands[i]);
    return text;
}

static int dispatch(struct cli *cli) {
    const struct cli_call *call = &cli->call;
    if (call->verbose)
        zp_log_init(STDERR_FILENO, ZP_LOG_DEBUG);
    if (call->version) {
        fprintf(cli->out, "zapis %s\n", ZAPIS_VERSION);
        return 0;
    }
    if (call->help) {
        if (call->command)
            cli_help_command(cli->out, call->command);
        else
            cli_help(cli->out);
        return 0;
    }
    return call->command ? call->command->run(cli) : cli_console_run(cli);
}

// What was printed in parts may have failed at any of them, and the cause is gone by now: the pipe
// itself tells.
static bool reader_left(FILE *file) {
    struct pollfd pipe = {.fd = fileno(file), .events = POLLOUT};
    return pipe.fd >= 0 && poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLERR);
}

// A reader that went away (`zapis day | head`) wanted no more; any other failure to write means
// that the answer was lost, which must be heard.
static int flush_out(struct cli *cli, int status) {
    bool lost = fflush(cli->out) != 0 || ferror(cli->out);
    if (!lost || reader_left(cli->out))
        return status;
    cli_complain(cli, _("The answer could not be written; what was asked for may have been done "
                        "all the same: look before you repeat it."));
    return status ? status : 1;
}

int cli_main(int argc, const char *const *argv, FILE *out, FILE *err) {
    struct cli *cli = memory_new(NULL, struct cli);
    cli->out = out;
    cli->err = err;
    struct zp_error error = {0};
    int status =
        cli_parse(cli, argc, argv, &cli->call, &error) ? dispatch(cli) : cli_fail(cli, &error);
    status = flush_out(cli, status);
    // The desk goes before the loop it lives on.
    talloc_free(cli->desk);
    talloc_free(cli->loop);
    talloc_free(cli);
    return status;
}
