// zapis client: a client's card, or those who fit.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"
#include "client_words.h"
#include "memory.h"
#include "waiting_words.h"

#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define LISTED 20 // of those who fit

// ---- one client

static void fact(struct cli_table *table, const char *name, const char *value) {
    if (value && value[0])
        CLI_ROW(table, name, value);
}

struct cli_table *cli_client_table(struct cli *cli, const struct zp_client_card *card) {
    const struct zp_zone *zone = cli->config->zone;
    struct cli_table *table = cli_table_new(cli, "ll");
    fact(table, _("client"), card->client.name);
    fact(table, _("phone"), cli_text_phone(table, card->client.phone));
    fact(table, _("so far"), client_words_counts(table, card));
    fact(table, _("last"), cli_text_instant(table, zone, card->last_at));
    fact(table, _("next"), cli_text_instant(table, zone, card->next_at));
    fact(table, _("usual"), client_words_usual(table, card));
    fact(table, _("rhythm"), client_words_due(table, card));
    fact(table, _("note"), card->client.note);
    return table;
}

static void print_bookings(struct cli *cli, struct zp_booking *const *bookings, size_t count) {
    struct cli_table *table = cli_table_new(cli, "lllllr");
    CLI_ROW(table, _("time"), _("booking"), _("state"), _("master"), _("service"), _("price"));
    for (size_t i = 0; i < count; i++) {
        const struct zp_booking *b = bookings[i];
        CLI_ROW(table, cli_text_instant(table, cli->config->zone, b->starts_at),
                b->booking_id ? b->booking_id : b->request_id, client_words_state(b), b->master,
                cli_text_services(table, b), cli_text_money(table, b->price_minor, b->currency));
    }
    fputc('\n', cli->out);
    cli_table_print(table, cli->out);
}

static void add_text(struct zp_json *object, const char *key, const char *text) {
    zp_json_add_string(object, key, text && text[0] ? text : NULL);
}

static void add_count(struct zp_json *object, const char *key, int number, bool known) {
    if (known)
        zp_json_add_int(object, key, number);
    else
        zp_json_add_null(object, key);
}

static struct zp_json *card_json(struct cli *cli, const struct zp_event *answer) {
    const struct zp_client_card *card = answer->card;
    const struct zp_zone *zone = cli->config->zone;
    struct zp_json *document = zp_json_new_object(cli);
    struct zp_json *client = zp_json_add_object(document, "client");
    add_text(client, "name", card->client.name);
    zp_json_add_string(client, "phone", card->client.phone);
    add_text(client, "note", card->client.note);
    zp_json_add_int(document, "visits", card->client.visits);
    zp_json_add_int(document, "no_shows", card->client.no_shows);
    zp_json_add_int(document, "cancellations", card->cancellations);
    zp_json_add_int(document, "coming", card->coming);
    cli_json_instant(document, "last_visit_at", zone, card->last_at);
    cli_json_instant(document, "next_visit_at", zone, card->next_at);
    add_text(document, "usual_master_id", card->client.usual_master_id);
    add_text(document, "usual_master", card->client.usual_master);
    add_text(document, "usual_service_id", card->usual_service_id);
    add_text(document, "usual_service", card->usual_service);
    add_count(document, "usual_days", card->usual_days, card->usual_days > 0);
    add_count(document, "last_days_ago", card->last_days_ago, card->last_at != 0);
    zp_json_add_bool(document, "due", client_words_is_due(card));
    struct zp_json *waiting = zp_json_add_array(document, "waiting");
    for (size_t i = 0; i < answer->waiting_count; i++)
        cli_json_waiting(zp_json_add_object(waiting, NULL), &answer->waitings[i], zone);
    struct zp_json *bookings = zp_json_add_array(document, "bookings");
    for (size_t i = 0; i < answer->booking_count; i++)
        cli_json_booking(zp_json_add_object(bookings, NULL), answer->bookings[i], zone, NULL);
    return document;
}

static int show_card(struct cli *cli, const char *phone) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENT, .u.client = {.phone = phone}};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (cli->call.json) {
        cli_json_print(cli->out, card_json(cli, answer));
    } else {
        cli_table_print(cli_client_table(cli, answer->card), cli->out);
        for (size_t i = 0; i < answer->waiting_count; i++)
            fprintf(cli->out, "%s\n", waiting_card_text(cli, &answer->waitings[i]));
        print_bookings(cli, answer->bookings, answer->booking_count);
    }
    return 0;
}

// ---- several

static void print_several(struct cli *cli, const struct zp_client *clients, size_t count) {
    struct cli_table *table = cli_table_new(cli, "lllr");
    CLI_ROW(table, _("client"), _("phone"), _("last"), _("visits"));
    for (size_t i = 0; i < count; i++)
        CLI_ROW(table, clients[i].name, cli_text_phone(table, clients[i].phone),
                cli_text_instant(table, cli->config->zone, clients[i].last_visit_at),
                memory_printf(table, "%d", clients[i].visits));
    cli_table_print(table, cli->out);
}

static struct zp_json *several_json(struct cli *cli, const struct zp_client *clients, size_t count,
                                    const struct zp_error *error) {
    struct zp_json *document = zp_json_new_object(cli);
    struct zp_json *array = zp_json_add_array(document, "clients");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *client = zp_json_add_object(array, NULL);
        add_text(client, "name", clients[i].name);
        zp_json_add_string(client, "phone", clients[i].phone);
        cli_json_instant(client, "last_booked_at", cli->config->zone, clients[i].last_visit_at);
    }
    cli_json_error(document, error);
    return document;
}

static int tell_several(struct cli *cli, const struct zp_client *clients, size_t count) {
    struct zp_error error = {0};
    if (count > LISTED)
        zp_error_set(&error, ZP_E_USAGE, "SEVERAL",
                     _("More than %d clients fit: write more digits of the phone, or more of the "
                       "name."),
                     LISTED);
    else
        zp_error_set(&error, ZP_E_USAGE, "SEVERAL",
                     P_("%zu client fits: write the whole phone.",
                        "%zu clients fit: write the whole phone of the one you mean.", count),
                     count);
    count = count > LISTED ? LISTED : count;
    if (cli->call.json)
        cli_json_print(cli->out, several_json(cli, clients, count, &error));
    else
        print_several(cli, clients, count);
    cli_complain(cli, error.message);
    return zp_error_exit_status(error.code);
}

// ---- the search

// A whole phone means its owner, whoever else's number has these digits in it; a whole name the
// only one who has it.
const struct zp_client *cli_client_meant(struct cli *cli, const char *query,
                                         const struct zp_client *clients, size_t count) {
    char phone[ZP_PHONE_SIZE] = "";
    const struct zp_client *found = count == 1 ? &clients[0] : NULL;
    char *folded = zp_text_fold(cli, query);
    size_t same = 0;
    zp_phone_normalise(query, cli->config->salon.country, phone, NULL);
    for (size_t i = 0; i < count; i++)
        if (strcmp(clients[i].phone, phone) == 0)
            return &clients[i];
    for (size_t i = 0; i < count; i++) {
        if (strcmp(zp_text_fold(cli, clients[i].name), folded) == 0) {
            found = &clients[i];
            same++;
        }
    }
    return count == 1 || same == 1 ? found : NULL;
}

int cli_client_run(struct cli *cli) {
    struct zp_error error = {0};
    const char *query = cli_operands_text(cli);
    const struct zp_request request = {.ask = ZP_ASK_CLIENTS,
                                       .u.clients = {.query = query, .limit = LISTED + 1}};
    if (query[strspn(query, " \t")] == '\0')
        return cli_misuse(cli, _("Whose card? Write “zapis client PHONE” or “zapis client NAME”."));
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (answer->client_count == 0) {
        zp_error_set(&error, ZP_E_NOT_FOUND, NULL,
                     _("The journal knows nobody by “%s”. Check the digits, or write the beginning "
                       "of the name."),
                     query);
        return cli_fail(cli, &error);
    }
    const struct zp_client *client =
        cli_client_meant(cli, query, answer->clients, answer->client_count);
    if (!client)
        return tell_several(cli, answer->clients, answer->client_count);
    return show_card(cli, client->phone);
}
