// Clients in the dialogue: found by phone or name, their card, and the note about them.
#include "cli_text.h"
#include "client_words.h"
#include "linear.h"
#include "memory.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>

#define LISTED 15

static void keep_phones(struct linear *linear, const struct zp_client *clients, size_t count) {
    char **phones = memory_array(linear, char *, count);
    for (size_t i = 0; i < count; i++)
        phones[i] = memory_strdup(phones, clients[i].phone);
    talloc_free(linear->phones);
    linear->phones = phones;
    linear->phone_count = count;
    linear->list = LINEAR_LIST_CLIENTS;
}

static void say_visits(struct linear *linear, const struct zp_event *answer) {
    char **list = memory_array(linear, char *, answer->booking_count);
    for (size_t i = 0; i < answer->booking_count; i++) {
        const struct zp_booking *booking = answer->bookings[i];
        list[i] = memory_strdup(list, booking->request_id);
        linear_say(linear, "%zu. %s, %s, %s, %s", i + 1,
                   cli_text_instant(linear->scratch, linear->config->zone, booking->starts_at),
                   cli_text_services(linear->scratch, booking),
                   booking->master ? booking->master : "?", client_words_state(booking));
    }
    talloc_free(linear->bookings);
    linear->bookings = list;
    linear->booking_count = answer->booking_count;
    linear->list = LINEAR_LIST_BOOKINGS;
}

static void say_card(struct linear *linear, const struct zp_event *answer) {
    char *phone = memory_strdup(linear, answer->card->client.phone);
    talloc_free(linear->last_phone);
    linear->last_phone = phone;
    cli_table_say(cli_client_table(linear->cli, answer->card), linear->out);
}

void linear_show_client(struct linear *linear, const char *phone) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENT, .u.client = {.phone = phone}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok || !answer->card) {
        linear_fail(linear, &answer->error);
        return;
    }
    say_card(linear, answer);
    say_visits(linear, answer);
}

void linear_client(struct linear *linear, const char *args) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENTS,
                                       .u.clients = {.query = args, .limit = LISTED + 1}};
    if (args[0] == '\0') {
        linear_misuse(linear, _("Whose card? Write “client” and a phone or a name."));
        return;
    }
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok) {
        linear_fail(linear, &answer->error);
        return;
    }
    if (answer->client_count == 0) {
        linear_say(linear, _("Nobody is known by “%s”."), args);
        return;
    }
    const struct zp_client *client =
        cli_client_meant(linear->cli, args, answer->clients, answer->client_count);
    if (client) {
        linear_show_client(linear, client->phone);
        return;
    }
    const size_t told = answer->client_count > LISTED ? LISTED : answer->client_count;
    keep_phones(linear, answer->clients, told);
    for (size_t i = 0; i < told; i++)
        linear_say(linear, "%zu. %s, %s", i + 1, answer->clients[i].name,
                   cli_text_phone(linear->scratch, answer->clients[i].phone));
    linear_say(linear, "%s",
               told < answer->client_count ? _("There are more: write more of the name or phone.")
                                           : _("A number opens the card."));
}

void linear_note(struct linear *linear, const char *args) {
    if (!linear->last_phone) {
        linear_misuse(linear, _("About whom? Open the client's card first: “client” and a phone or "
                                "a name."));
        return;
    }
    if (args[0] == '\0') {
        linear_show_client(linear, linear->last_phone);
        return;
    }
    // A dash takes the note away.
    const struct zp_request request = {
        .ask = ZP_ASK_CLIENT_NOTE,
        .u.client = {.phone = linear->last_phone,
                     .note = args[0] == '-' && args[1] == '\0' ? "" : args}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok || !answer->card) {
        linear_fail(linear, &answer->error);
        return;
    }
    linear_say(linear, "%s", _("The note is kept."));
    say_card(linear, answer);
}
