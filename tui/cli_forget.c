// zapis forget: erasing a person's data from the journal.
#include "cli_ask.h"
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"
#include "client_words.h"
#include "memory.h"

#include <zapis/i18n.h>

const struct cli_option cli_forget_options[] = {
    {"yes", NULL, 0, N_("do not ask")},
    {0},
};

void cli_forget_notes(FILE *file) {
    fprintf(file, "\n%s\n%s\n",
            _("Bookings keep time, master, services, money and numbers; name, phone, comment, note "
              "and what else tells of the person goes, for good."),
            client_words_not_erased());
}

static void print_json(struct cli *cli, const struct zp_event *answer) {
    static const char *const others[] = {"dikidi", "bitrix24", "backups", "exports", "logs"};
    struct zp_json *document = zp_json_new_object(cli);
    zp_json_add_bool(document, "forgotten", answer->ok);
    zp_json_add_int(document, "bookings", answer->ok ? (int64_t)answer->forgotten->bookings : 0);
    zp_json_add_bool(document, "traces", answer->ok && answer->forgotten->traces);
    struct zp_json *list = zp_json_add_array(document, "not_erased");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        zp_json_add_string(list, NULL, others[i]);
    if (answer->booking)
        zp_json_add_string(document, "booking",
                           answer->booking->booking_id ? answer->booking->booking_id
                                                       : answer->booking->request_id);
    if (answer->error.code != ZP_OK)
        cli_json_error(document, &answer->error);
    cli_json_print(cli->out, document);
}

static void print_done(struct cli *cli, const struct zp_forgotten *forgotten) {
    fprintf(cli->out,
            P_("Erased: the client's card, and what told of the person in %zu booking.\n",
               "Erased: the client's card, and what told of the person in %zu bookings.\n",
               forgotten->bookings),
            forgotten->bookings);
    if (forgotten->traces)
        fprintf(
            cli->out, "%s\n",
            _("Old bytes may still be in free parts of the journal's file: another program used "
              "it, or the disk has no room for a copy of it. Repeat the command later."));
    fprintf(cli->out, "%s\n", client_words_not_erased());
}

// True if it shall be done. What is not known needs no question: nothing can be lost.
static bool agreed(struct cli *cli, const char *phone) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENT, .u.client = {.phone = phone}};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok || cli_flag(&cli->call, "yes"))
        return true;
    const struct zp_client_card *card = answer->card;
    return cli_ask_yes(cli,
                       memory_printf(cli, _("Erase %s, %s (%s)? This cannot be undone. y/N"),
                                     card->client.name, cli_text_phone(cli, card->client.phone),
                                     client_words_counts(cli, card)));
}

int cli_forget_run(struct cli *cli) {
    struct zp_error error = {0};
    const char *phone = cli->call.operands[0];
    const struct zp_request request = {.ask = ZP_ASK_FORGET, .u.client = {.phone = phone}};
    if (!cli_flag(&cli->call, "yes") && !cli_ask_possible())
        return cli_misuse(cli, _("Nobody is there to be asked: add --yes to erase without a "
                                 "question."));
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    if (!agreed(cli, phone)) {
        if (cli->call.json)
            print_json(cli, &(struct zp_event){.ok = false});
        cli_remark(cli, "%s", _("Nothing was erased."));
        return 0;
    }
    const struct zp_event *answer = cli_ask(cli, &request);
    if (cli->call.json)
        print_json(cli, answer);
    else if (answer->ok)
        print_done(cli, answer->forgotten);
    if (answer->ok)
        return 0;
    cli_complain(cli, answer->error.message);
    return zp_error_exit_status(answer->error.code);
}
