// The end of every command that changes a booking.
#include "cli_outcome.h"
#include "cli_json.h"
#include "cli_text.h"

#include <zapis/i18n.h>

#define WAIT_MAX_S (INT64_C(60) * 60)

bool cli_outcome_wait(const struct cli *cli, int64_t *seconds, struct zp_error *err) {
    return cli_number(&cli->call, "wait", 1, WAIT_MAX_S, 0, seconds, err);
}

// Nobody has said no: it is in the journal and goes on.
static bool is_open(const struct zp_error *error) {
    return zp_error_exit_status(error->code) == zp_error_exit_status(ZP_E_UNKNOWN);
}

// While we waited an unknown outcome may have become known: the newest row decides.
static bool now_known(const struct zp_event *answer, const struct zp_booking *booking) {
    if (answer->ok || !booking)
        return answer->ok;
    enum zp_booking_state good =
        answer->ask == ZP_ASK_CANCEL ? ZP_BOOKING_CANCELLED : ZP_BOOKING_BOOKED;
    return is_open(&answer->error) && answer->booking != booking && booking->state == good;
}

// A booking that was uncertain and turned out to be refused is told as refused.
static void learn_refusal(struct zp_error *error, const struct zp_booking *booking) {
    if (booking && booking->state == ZP_BOOKING_REFUSED && is_open(error) && booking->error_code &&
        booking->error_message)
        zp_error_set(error, ZP_E_REFUSED, booking->error_code, "%s", booking->error_message);
}

static const struct zp_catalogue *names_for(struct cli *cli, size_t offer_count) {
    if (offer_count == 0)
        return NULL;
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE};
    return cli_ask(cli, &request)->catalogue;
}

static void print_offers(struct cli *cli, const struct zp_slot *offers, size_t count,
                         const struct zp_catalogue *catalogue) {
    if (count == 0)
        return;
    fprintf(cli->out, "%s\n", _("Free instead:"));
    struct cli_table *table = cli_table_new(cli, "lll");
    for (size_t i = 0; i < count; i++) {
        const struct zp_master *master =
            catalogue ? zp_catalogue_master(catalogue, offers[i].master_id) : NULL;
        CLI_ROW(table, cli_text_instant(table, cli->config->zone, offers[i].starts_at),
                offers[i].master_id, master ? master->name : "");
    }
    cli_table_print(table, cli->out);
}

static void show_json(struct cli *cli, const struct zp_booking *booking,
                      const struct zp_error *error, const struct zp_slot *offers,
                      size_t offer_count) {
    const struct zp_catalogue *catalogue = names_for(cli, offer_count);
    struct zp_json *document = zp_json_new_object(cli);
    cli_json_booking(document, booking, cli->config->zone, error);
    if (error && strcmp(error->name, "SLOT_TAKEN") == 0)
        cli_json_slots(document, "offers", offers, offer_count, catalogue, cli->config->zone);
    cli_json_print(cli->out, document);
}

static void show_text(struct cli *cli, const struct zp_booking *booking,
                      const struct zp_error *error, const struct zp_slot *offers,
                      size_t offer_count) {
    if (booking && !error && cli->call.quiet)
        fprintf(cli->out, "%s\n", booking->booking_id ? booking->booking_id : booking->request_id);
    else if (booking && !(error && booking->state == ZP_BOOKING_REFUSED))
        cli_text_booking(cli->out, cli, booking);
    print_offers(cli, offers, offer_count, names_for(cli, offer_count));
    if (booking && !error && booking->crm_state == ZP_CRM_QUEUED)
        cli_remark(cli, _("The CRM entry waits in the queue: “zapis sync” or the console writes "
                          "it."));
}

// Who reads the sentence is on the phone with the client: may it be asked for once more?
void cli_outcome_follows(struct zp_error *error, const struct zp_booking *booking,
                         int intent_minutes) {
    if (!booking || !is_open(error))
        return;
    switch (booking->state) {
    case ZP_BOOKING_INTENT:
        zp_error_set(error, error->code, error->name,
                     _("%s. Nothing was booked yet: it goes by itself for %d minutes; “zapis "
                       "queue” shows it."),
                     error->message, intent_minutes);
        return;
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN:
        zp_error_set(error, error->code, error->name,
                     _("%s. Do not book it again: it is being found out; “zapis queue” shows it."),
                     error->message);
        return;
    case ZP_BOOKING_CANCELLING:
        zp_error_set(error, error->code, error->name,
                     _("%s. The cancel is kept and goes on by itself; “zapis queue” shows it."),
                     error->message);
        return;
    default: return;
    }
}

int cli_outcome_show(struct cli *cli, const struct zp_event *answer, int64_t wait_s) {
    struct zp_error error = answer->error;
    const struct zp_booking *booking = answer->booking;
    const struct zp_event first = *answer;
    if (booking && wait_s > 0)
        booking = cli_wait(cli, booking, wait_s);
    bool ok = now_known(&first, booking);
    if (!ok && booking != first.booking)
        learn_refusal(&error, booking);
    if (!ok)
        cli_outcome_follows(&error, booking, cli->config->salon.intent_minutes);
    if (cli->call.json)
        show_json(cli, booking, ok ? NULL : &error, first.offers, first.offer_count);
    else
        show_text(cli, booking, ok ? NULL : &error, first.offers, first.offer_count);
    if (ok)
        return 0;
    cli_complain(cli, error.message);
    return zp_error_exit_status(error.code);
}
