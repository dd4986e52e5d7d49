// New booking, step 3: who comes. The phone finds known clients as it is typed, by digits or by
// letters of the name.
#include "booking.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define PHONE_BYTES    128
#define CLIENTS_LISTED 40
#define CLIENTS_QUERY  2 // characters from which clients are looked for

void booking_client_init(struct booking *booking, const struct screen_args *args) {
    struct booking_client *client = &booking->client;
    char phone[ZP_PHONE_TEXT_SIZE];

    client->fields[BOOKING_PHONE] = field_new(booking, PHONE_BYTES);
    client->fields[BOOKING_NAME] = field_new(booking, ZP_LIMIT_NAME_BYTES);
    client->fields[BOOKING_COMMENT] = field_new(booking, ZP_LIMIT_COMMENT_BYTES);
    if (args->client && args->client[0] == '+') {
        zp_phone_format(args->client, phone);
        field_set(client->fields[BOOKING_PHONE], phone);
    } else if (args->client) { // not whole yet
        field_set(client->fields[BOOKING_PHONE], args->client);
    }
    if (args->client_name)
        field_set(client->fields[BOOKING_NAME], args->client_name);
}

void booking_client_fill(struct booking *booking, const struct zp_booking *from) {
    struct booking_client *client = &booking->client;
    char phone[ZP_PHONE_TEXT_SIZE];

    client->walk_in = from->origin == ZP_ORIGIN_WALK_IN;
    if (!client->walk_in) {
        zp_phone_format(from->client_phone, phone);
        field_set(client->fields[BOOKING_PHONE], phone);
    }
    field_set(client->fields[BOOKING_NAME], from->client_name);
    if (booking->purpose == BOOKING_MOVE) // a comment is about its own visit
        field_set(client->fields[BOOKING_COMMENT], from->comment ? from->comment : "");
}

const char *booking_client_text(const struct booking *booking, enum booking_field field) {
    return field_text(booking->client.fields[field]);
}

bool booking_client_dirty(const struct booking *booking) {
    for (int i = 0; i < BOOKING_FIELDS; i++)
        if (!field_empty(booking->client.fields[i]))
            return true;
    return false;
}

bool booking_walk_in_allowed(const struct booking *booking) {
    const char *phone = booking->env->config->salon.walk_in_phone;

    return phone && phone[0] != '\0';
}

static bool blank(const char *text) {
    return text[strspn(text, " ")] == '\0';
}

static bool phone_of(const struct booking *booking, char out[ZP_PHONE_SIZE], struct zp_error *err) {
    return zp_phone_normalise(booking_client_text(booking, BOOKING_PHONE),
                              booking->env->config->salon.country, out, err);
}

static void say(struct booking *booking, const char *sentence) {
    char *own = sentence ? memory_strdup(booking, sentence) : NULL;

    talloc_free(booking->client.trouble);
    booking->client.trouble = own;
    booking->client.nobody = booking->client.refused = false;
}

// ---- known clients

static void forget_list(struct booking_client *client) {
    TALLOC_FREE(client->list);
    client->count = client->cursor = 0;
    client->picked = false;
}

static void look_for(struct booking *booking, struct commands *commands) {
    struct booking_client *client = &booking->client;
    const char *query = booking_client_text(booking, BOOKING_PHONE);
    const struct zp_request request = {.ask = ZP_ASK_CLIENTS,
                                       .u.clients = {.query = query, .limit = CLIENTS_LISTED}};
    uint32_t code = 0;
    size_t length = 0;

    for (const char *at = query; *at != '\0'; length++)
        at += zp_text_decode(at, &code);
    if (length >= CLIENTS_QUERY) {
        client->asked = true;
        client->picked = false;
        command_ask(commands, BOOKING_TAG_CLIENTS, &request);
        return;
    }
    if (client->asked)
        command_cancel_ask(commands, BOOKING_TAG_CLIENTS);
    client->asked = false;
    forget_list(client);
}

static void typed(struct booking *booking, struct commands *commands) {
    booking->client.touched = true;
    say(booking, NULL);
    if (booking->client.focus == BOOKING_PHONE) // a walk-in may leave a name, but no phone
        booking->client.walk_in = false;
    if (booking->client.focus == BOOKING_PHONE)
        look_for(booking, commands);
}

static const struct zp_client *same_phone(const struct booking *booking, const char *phone) {
    const struct booking_client *client = &booking->client;

    for (size_t i = 0; i < client->count; i++)
        if (strcmp(client->list[i].phone, phone) == 0)
            return &client->list[i];
    return NULL;
}

void booking_client_look(struct booking *booking, struct commands *commands) {
    if (booking->filled)
        look_for(booking, commands);
}

const char *booking_client_other(TALLOC_CTX *ctx, const struct booking *booking) {
    const char *name = booking_client_text(booking, BOOKING_NAME);
    const struct zp_client *known = NULL;
    char phone[ZP_PHONE_SIZE];
    struct zp_error err = {0};

    if (!booking->client.walk_in && phone_of(booking, phone, &err))
        known = same_phone(booking, phone);
    if (!known || blank(known->name) || blank(name) ||
        strcmp(zp_text_fold(ctx, known->name), zp_text_fold(ctx, name)) == 0)
        return NULL;
    return known->name;
}

// The name was written together with the phone, and nothing changed since: it is the visitor's.
static bool named(const struct booking *booking) {
    return booking->filled && !booking->client.touched &&
           !blank(booking_client_text(booking, BOOKING_NAME));
}

// ---- Enter

static void take(struct booking *booking, const struct zp_client *known,
                 struct commands *commands) {
    struct booking_client *client = &booking->client;
    char phone[ZP_PHONE_TEXT_SIZE];

    zp_phone_format(known->phone, phone);
    field_set(client->fields[BOOKING_PHONE], phone);
    if (!blank(known->name))
        field_set(client->fields[BOOKING_NAME], known->name);
    client->walk_in = false;
    client->cursor = (size_t)(known - client->list);
    say(booking, NULL);
    booking_go(booking, BOOKING_CONFIRM, commands);
}

// Letters that no known client answers to are the name of a new one.
static bool letters_to_name(struct booking *booking) {
    struct booking_client *client = &booking->client;
    const char *text = booking_client_text(booking, BOOKING_PHONE);

    if (blank(text) || strpbrk(text, "0123456789") || !field_empty(client->fields[BOOKING_NAME]))
        return false;
    field_set(client->fields[BOOKING_NAME], text);
    field_set(client->fields[BOOKING_PHONE], "");
    return true;
}

// Whom a booking without a phone leaves out: chosen in the list, or by the phone that was typed.
// NULL: nobody.
static char *left_out(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct booking_client *client = &booking->client;
    const char *text = booking_client_text(booking, BOOKING_PHONE);
    const struct zp_client *known = NULL;
    char phone[ZP_PHONE_SIZE];
    struct zp_error err = {0};

    if (client->picked && client->cursor < client->count)
        known = &client->list[client->cursor];
    else if (phone_of(booking, phone, &err))
        known = same_phone(booking, phone);
    if (known && !blank(known->name))
        return memory_strdup(ctx, known->name);
    return known || strpbrk(text, "0123456789") ? memory_strdup(ctx, known ? known->phone : text)
                                                : NULL;
}

void booking_client_walk_in(struct booking *booking, struct commands *commands) {
    char *whom = booking->client.walk_in || !booking_walk_in_allowed(booking)
                     ? NULL
                     : left_out(booking, booking);

    if (whom)
        command_notice(commands, STYLE_WARN,
                       _("No phone goes along: the booking is not tied to %s."), whom);
    talloc_free(whom);
    if (booking_walk_in_allowed(booking))
        letters_to_name(booking);
    say(booking, NULL);
    booking->client.walk_in = true;
}

void booking_client_back(struct booking *booking) {
    if (!blank(booking_client_text(booking, BOOKING_PHONE)))
        booking->client.walk_in = false;
}

static void say_phone_wanted(struct booking *booking) {
    say(booking, booking_walk_in_allowed(booking)
                     ? _("Type the client's phone, or F9 for a client without a phone.")
                     : _("Type the client's phone."));
}

static void say_nobody(struct booking *booking) {
    say(booking, _("Nobody of this name is known: type the phone of the new client."));
    booking->client.nobody = true;
}

static void enter_phone(struct booking *booking, struct commands *commands) {
    struct booking_client *client = &booking->client;
    struct zp_error err = {0};
    char phone[ZP_PHONE_SIZE];
    bool whole = phone_of(booking, phone, &err);
    const struct zp_client *known = whole && !named(booking) ? same_phone(booking, phone) : NULL;

    client->take = false;
    if (client->picked && client->cursor < client->count)
        known = &client->list[client->cursor];
    else if (!whole && client->asked)
        client->take = true; // whom it finds is taken; keys are kept till then
    else if (!whole && client->count > 0)
        known = &client->list[client->cursor];
    if (known)
        take(booking, known, commands);
    else if (whole && blank(booking_client_text(booking, BOOKING_NAME)))
        client->focus = BOOKING_NAME;
    else if (whole || client->walk_in)
        booking_go(booking, BOOKING_CONFIRM, commands);
    else if (!client->take && blank(booking_client_text(booking, BOOKING_PHONE)))
        say_phone_wanted(booking);
    else if (!client->take && letters_to_name(booking))
        say_nobody(booking);
    else if (!client->take)
        say(booking, err.message);
}

static void enter(struct booking *booking, struct commands *commands) {
    if (booking->client.focus == BOOKING_PHONE)
        enter_phone(booking, commands);
    else
        booking_go(booking, BOOKING_CONFIRM, commands);
}

bool booking_client_check(struct booking *booking) {
    struct booking_client *client = &booking->client;
    struct zp_error err = {0};
    char phone[ZP_PHONE_SIZE];

    if (client->walk_in && booking_walk_in_allowed(booking))
        return true;
    client->walk_in = false;
    if (field_empty(client->fields[BOOKING_PHONE])) {
        client->focus = BOOKING_PHONE;
        say_phone_wanted(booking);
        return false;
    }
    if (!phone_of(booking, phone, &err)) {
        client->focus = BOOKING_PHONE;
        say(booking, err.message);
        return false;
    }
    if (blank(booking_client_text(booking, BOOKING_NAME))) {
        client->focus = BOOKING_NAME;
        say(booking, _("Type the client's name."));
        return false;
    }
    say(booking, NULL);
    return true;
}

// The same sentence in the other language; the desk's is asked for again.
void booking_client_language(struct booking *booking, struct commands *commands) {
    struct booking_client *client = &booking->client;
    const int focus = client->focus;

    if (client->trouble && client->refused) {
        say(booking, NULL);
        look_for(booking, commands);
    } else if (client->trouble && client->nobody) {
        say_nobody(booking);
    } else if (client->trouble) {
        booking_client_check(booking);
        client->focus = focus;
    }
}

// ---- answers

void booking_client_answer(struct booking *booking, const struct zp_event *event,
                           struct commands *commands) {
    struct booking_client *client = &booking->client;
    bool pending = client->take;

    client->asked = client->take = false;
    forget_list(client);
    if (event->ok && event->client_count > 0) {
        client->list = talloc_steal(booking, event->clients);
        client->count = event->client_count;
    } else if (!event->ok) {
        say(booking, event->error.message);
        client->refused = true;
    }
    if (!pending)
        return;
    enter_phone(booking, commands);
    command_question_changed(commands); // whoever it was, nobody has seen him yet
}

// ---- keys

static void up_down(struct booking *booking, int by) {
    struct booking_client *client = &booking->client;

    if (client->focus == BOOKING_PHONE && client->count > 0) {
        size_t last = client->count - 1;

        if (by > 0 && client->picked && client->cursor < last)
            client->cursor++;
        else if (by < 0 && client->cursor > 0)
            client->cursor--;
        client->picked = true; // the first Down chooses the first
        return;
    }
    client->focus += by;
    if (client->focus < 0)
        client->focus = 0;
    else if (client->focus >= BOOKING_FIELDS)
        client->focus = BOOKING_FIELDS - 1;
}

void booking_client_key(struct booking *booking, const struct message *message,
                        struct commands *commands) {
    struct booking_client *client = &booking->client;

    switch (message->u.key.action) {
    case ACTION_BACK:
        client->take = false;
        booking_go(booking, BOOKING_TIME, commands);
        return;
    case ACTION_ENTER: enter(booking, commands); return;
    case ACTION_UP: up_down(booking, -1); return;
    case ACTION_DOWN: up_down(booking, 1); return;
    case ACTION_NEXT: client->focus = (client->focus + 1) % BOOKING_FIELDS; return;
    case ACTION_PREVIOUS:
        client->focus = (client->focus + BOOKING_FIELDS - 1) % BOOKING_FIELDS;
        return;
    default: break;
    }
    if (field_key(client->fields[client->focus], &message->u.key.key) == FIELD_CHANGED)
        typed(booking, commands);
}

// "Phone, line end, name" as it is copied out of a message: each goes into its own field.
static bool paste_phone_and_name(struct booking *booking, const char *text) {
    struct booking_client *client = &booking->client;
    size_t size = strcspn(text, "\r\n");
    const char *rest = text + size + strspn(text + size, "\r\n ");
    char *first = memory_printf(booking, "%.*s", (int)size, text);
    char *second = memory_printf(booking, "%.*s", (int)strcspn(rest, "\r\n"), rest);
    char phone[ZP_PHONE_SIZE];
    struct zp_error err = {0};
    bool both = client->focus == BOOKING_PHONE && !blank(second) &&
                zp_phone_normalise(first, booking->env->config->salon.country, phone, &err);

    if (both) {
        field_set(client->fields[BOOKING_PHONE], first);
        field_set(client->fields[BOOKING_NAME], second);
    }
    talloc_free(first);
    talloc_free(second);
    return both;
}

void booking_client_paste(struct booking *booking, const char *text, struct commands *commands) {
    if (paste_phone_and_name(booking, text)) {
        typed(booking, commands);
        return;
    }
    if (field_paste(booking->client.fields[booking->client.focus], text) == FIELD_CHANGED)
        typed(booking, commands);
}

// The terminal's cursor is in a field: a second click on a known client is told from the first
// here.
void booking_client_click(struct booking *booking, int hit, struct commands *commands) {
    struct booking_client *client = &booking->client;
    const size_t at = (size_t)(hit - BOOKING_HITS_CLIENTS - 1);

    if (hit > BOOKING_HITS_CLIENTS && at < client->count) {
        if (client->picked && client->cursor == at && client->focus == BOOKING_PHONE)
            enter_phone(booking, commands);
        else
            client->focus = BOOKING_PHONE;
        client->cursor = at;
        client->picked = true;
    } else if (hit > BOOKING_HITS_FIELDS && hit <= BOOKING_HITS_FIELDS + BOOKING_FIELDS) {
        client->focus = hit - BOOKING_HITS_FIELDS - 1;
    }
}
