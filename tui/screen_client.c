// A client's card: visits, no-shows, what is usual, what is due, and a note of the salon's own.
#include "client_words.h"
#include "facts.h"
#include "marks.h"
#include "memory.h"
#include "screen.h"
#include "undo.h"
#include "waiting_words.h"
#include "widgets/field.h"
#include "words.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>
#include <zapis/text.h>

enum { TAG_CARD = 1, TAG_NOTE };
enum { OPENED = 1 };

#define FACTS     6
#define WHEN_COLS 17 // "12 Nov 2026 14:30"

struct client {
    const struct screen_env *env;
    int64_t now;
    int rows;
    char *phone;
    struct zp_client_card *card; // NULL: not read (yet)
    struct zp_booking **bookings;
    TALLOC_CTX *owner; // of the bookings
    size_t count, cursor;
    char *on;    // request id of the booking under the cursor, whatever becomes of the list
    char *waits; // what he is on the waiting list for; NULL: he is not
    char *trouble;
    struct field *note; // while it is being written; NULL
    bool saving, leaving;
    struct undo undo;
};

static void *client_new(TALLOC_CTX *ctx, const struct screen_env *env,
                        const struct screen_args *args) {
    struct client *client = memory_new(ctx, struct client);

    client->env = env;
    client->phone = memory_strdup(client, args->client ? args->client : "");
    return client;
}

static void ask(const struct client *client, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_CLIENT, .u.client = {.phone = client->phone}};

    command_ask(commands, TAG_CARD, &request);
}

static const struct zp_booking *current(const struct client *client) {
    return client->cursor < client->count ? client->bookings[client->cursor] : NULL;
}

static void remember(struct client *client, const char *request_id) {
    char *own = request_id ? memory_strdup(client, request_id) : NULL;

    talloc_free(client->on);
    client->on = own;
}

static void cursor_to(struct client *client, size_t at) {
    client->cursor = at;
    remember(client, current(client) ? current(client)->request_id : NULL);
}

// What is done with a visit is done with the one that was chosen: the list changes around it.
static void place_cursor(struct client *client) {
    size_t at = client->cursor;

    for (size_t i = 0; client->on && i < client->count; i++)
        if (strcmp(client->bookings[i]->request_id, client->on) == 0)
            at = i;
    if (at >= client->count)
        at = client->count > 0 ? client->count - 1 : 0;
    cursor_to(client, at);
}

static void take(struct client *client, const struct zp_event *event) {
    TALLOC_FREE(client->trouble);
    if (!event->ok)
        client->trouble = memory_strdup(client, event->error.message);
    if (!event->card)
        return;
    talloc_free(client->card);
    talloc_free(client->owner);
    client->card = talloc_steal(client, event->card);
    client->owner = memory_must(talloc_new(client));
    for (size_t i = 0; i < event->booking_count; i++)
        talloc_steal(client->owner, event->bookings[i]);
    client->bookings = talloc_steal(client->owner, event->bookings);
    client->count = event->booking_count;
    TALLOC_FREE(client->waits);
    if (event->waiting_count > 0)
        client->waits = waiting_card_text(client, &event->waitings[0]);
    place_cursor(client);
}

// ---- the note

static const char *note_of(const struct client *client) {
    return client->card && client->card->client.note ? client->card->client.note : "";
}

static bool note_changed(const struct client *client) {
    return client->note && strcmp(field_text(client->note), note_of(client)) != 0;
}

static void note_open(struct client *client) {
    if (!client->card)
        return;
    client->note = field_new(client, ZP_LIMIT_COMMENT_BYTES);
    field_set(client->note, note_of(client));
}

static void note_close(struct client *client) {
    TALLOC_FREE(client->note);
    TALLOC_FREE(client->trouble);
    client->leaving = false;
}

static void note_save(struct client *client, struct commands *commands) {
    const struct zp_request request = {
        .ask = ZP_ASK_CLIENT_NOTE,
        .u.client = {.phone = client->phone, .note = field_text(client->note)}};

    if (!note_changed(client)) {
        note_close(client);
        return;
    }
    client->saving = true;
    command_ask(commands, TAG_NOTE, &request);
}

static void note_saved(struct client *client, const struct zp_event *event,
                       struct commands *commands) {
    client->saving = false;
    if (event->ok) {
        note_close(client);
        command_notice(commands, STYLE_NOTICE, "%s", _("The note is kept."));
    }
    take(client, event); // a refusal keeps what was typed
}

static void note_key(struct client *client, const struct message *message,
                     struct commands *commands) {
    const enum action action = message->u.key.action;

    if (client->leaving) {
        client->leaving = false;
        if (action == ACTION_YES)
            note_close(client);
        if (action == ACTION_YES || action == ACTION_STAY)
            return;
    }
    if (action == ACTION_ENTER)
        note_save(client, commands);
    else if (action == ACTION_BACK && note_changed(client))
        client->leaving = true;
    else if (action == ACTION_BACK)
        note_close(client);
    else if (!client->saving)
        field_key(client->note, &message->u.key.key);
}

// ---- keys

static void open_on_booking(const struct client *client, enum screen_id screen,
                            struct commands *commands) {
    const struct zp_booking *booking = current(client);
    struct screen_args args = {0};

    if (!booking)
        return;
    args.booking = booking->request_id;
    command_open(commands, OPENED, screen, &args);
}

static void book(const struct client *client, struct commands *commands) {
    struct screen_args args = {.client = client->phone};

    if (client->card)
        args.client_name = client->card->client.name;
    command_open(commands, OPENED, SCREEN_BOOKING, &args);
}

static void leave(const struct client *client, struct commands *commands) {
    struct screen_result result = {0};

    undo_pass_on(&client->undo, &result);
    command_close(commands, &result);
}

// The rows of the list; what stands above it is as in view.
static int list_rows(int rows) {
    return rows > FACTS + 5 ? rows - FACTS - 4 : 1;
}

static void move(struct client *client, int by) {
    const int last = (int)client->count - 1;
    int to = (int)client->cursor + by;

    to = to > last ? last : to;
    cursor_to(client, to < 0 ? 0 : (size_t)to);
}

static bool to_come(const struct client *client, const struct zp_booking *booking) {
    return booking && booking->state == ZP_BOOKING_BOOKED && booking->starts_at > client->now;
}

// A visit gone by, or none, is under the cursor: where the one is that can be moved or cancelled.
static void tell_lack(const struct client *client, const struct key *key,
                      struct commands *commands) {
    static const enum action wanted[] = {ACTION_MOVE, ACTION_CANCEL};
    const enum action action = action_find(wanted, sizeof(wanted) / sizeof(wanted[0]), key, false);
    bool any = false;

    for (size_t i = 0; i < client->count; i++)
        any = any || to_come(client, client->bookings[i]);
    if (action != ACTION_NONE && client->card)
        command_notice(commands, STYLE_WARN, "%s: %s", action_label(action),
                       any ? _("go to a visit that is still to come (Up, Down).")
                           : _("this client has no visit to come; F7 books one."));
}

static void key(struct client *client, const struct message *message, struct commands *commands) {
    if (client->note) {
        note_key(client, message, commands);
        return;
    }
    switch (message->u.key.action) {
    case ACTION_BACK: leave(client, commands); break;
    case ACTION_VISIT: open_on_booking(client, SCREEN_CARD, commands); break;
    case ACTION_AGAIN: open_on_booking(client, SCREEN_AGAIN, commands); break;
    case ACTION_MOVE: open_on_booking(client, SCREEN_MOVE, commands); break;
    case ACTION_CANCEL: open_on_booking(client, SCREEN_CANCEL, commands); break;
    case ACTION_NONE: tell_lack(client, &message->u.key.key, commands); break;
    case ACTION_BOOK: book(client, commands); break;
    case ACTION_NOTE: note_open(client); break;
    case ACTION_UNDO: undo_key(&client->undo, OPENED, commands); break;
    case ACTION_REFRESH: ask(client, commands); break;
    case ACTION_UP: move(client, -1); break;
    case ACTION_DOWN: move(client, 1); break;
    case ACTION_PAGE_UP: move(client, -list_rows(client->rows)); break;
    case ACTION_PAGE_DOWN: move(client, list_rows(client->rows)); break;
    default: break;
    }
}

static void event(struct client *client, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    if (message->u.event.tag == TAG_CARD)
        take(client, event);
    else if (message->u.event.tag == TAG_NOTE)
        note_saved(client, event, commands);
    else if (message->u.event.tag == UNDO_TAG)
        undo_answer(&client->undo, event, commands);
    else if (event->kind == ZP_EVENT_JOURNAL || event->kind == ZP_EVENT_BOOKING)
        ask(client, commands);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct client *client = model;

    client->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
        client->rows = message->u.size.rows;
        ask(client, commands);
        break;
    case MESSAGE_RESIZE: client->rows = message->u.size.rows; break;
    case MESSAGE_KEY: key(client, message, commands); break;
    case MESSAGE_LANGUAGE:
        if (client->trouble && !client->note) { // a refused note stays as it was told
            TALLOC_FREE(client->trouble);
            ask(client, commands);
        }
        break;
    case MESSAGE_MOUSE:
        if (!client->note && (size_t)message->u.mouse.hit <= client->count)
            cursor_to(client, (size_t)message->u.mouse.hit - 1);
        break;
    case MESSAGE_PASTE:
        if (client->note && !client->saving)
            field_paste(client->note, message->u.paste.text);
        break;
    case MESSAGE_EVENT: event(client, message, commands); break;
    case MESSAGE_TIMER: undo_timer(&client->undo); break;
    case MESSAGE_RESULT: {
        const struct screen_result *result = message->u.result.result;

        undo_offer(client, &client->undo, result, commands);
        if (result && result->done && result->text)
            command_told(commands, STYLE_NOTICE, result->text);
        if (result && result->done && result->booking)
            remember(client, result->booking);
        ask(client, commands);
        break;
    }
    default: break;
    }
}

// ---- drawing

struct fact {
    const char *label, *text;
    enum style style;
};

static char *next_text(TALLOC_CTX *ctx, const struct client *client) {
    const struct zp_zone *zone = client->env->config->zone;
    const int64_t at = client->card->next_at;
    char date[WORDS_SIZE], clock[WORDS_SIZE] = "";

    if (at != 0) {
        words_date_short(zp_zone_wall(zone, at).date, date);
        words_clock(zone, at, clock);
    }
    return memory_printf(ctx, "%s%s%s%s%s", at != 0 ? date : _("nothing is booked"),
                         at != 0 ? " " : "", clock, client->waits ? " · " : "",
                         client->waits ? client->waits : "");
}

static const char *or_unknown(const char *text) {
    return text[0] ? text : _("not known before the first visit");
}

// One line a fact, so that the list below never jumps.
static void draw_facts(const struct client *client, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct zp_client_card *card = client->card;
    const bool due = client_words_is_due(card);
    char phone[ZP_PHONE_TEXT_SIZE];
    int label = 0;

    zp_phone_format(card->client.phone, phone);
    const struct fact facts[FACTS] = {
        {_("Client"),
         memory_printf(ctx, "%s, %s", card->client.name[0] ? card->client.name : _("no name"),
                       phone),
         STYLE_STRONG},
        {_("So far"), client_words_counts(ctx, card),
         card->client.no_shows > 0 ? STYLE_WARN : STYLE_DEFAULT},
        {_("Usual"), or_unknown(client_words_usual(ctx, card)), STYLE_DEFAULT},
        {_("Rhythm"), or_unknown(client_words_due(ctx, card)), due ? STYLE_NOTICE : STYLE_DEFAULT},
        {_("Next"), next_text(ctx, client), STYLE_DEFAULT},
        {_("Note"), note_of(client), STYLE_NOTICE},
    };
    for (int i = 0; i < FACTS; i++) {
        const int width = zp_text_width(facts[i].label);

        label = width > label ? width : label;
    }
    for (int i = 0; i < FACTS && row + i < grid->rows; i++) {
        const int col = label + 3, room = grid->cols - col - 1;

        grid_put(grid, row + i, 1, label, facts[i].label, STYLE_DIM);
        if (i == FACTS - 1 && client->note && room > 0)
            field_draw(client->note, grid, row + i, col, room, !client->leaving, NULL);
        else
            grid_cell(grid, row + i, col, room, facts[i].text[0] ? facts[i].text : "-",
                      facts[i].style);
    }
    talloc_free(ctx);
}

static void draw_booking(const struct client *client, const struct grid *grid, int row,
                         size_t index) {
    const struct zp_booking *booking = client->bookings[index];
    const bool on = index == client->cursor && !client->note;
    const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
    const enum mark mark = mark_of(booking);
    const struct zp_wall wall = zp_zone_wall(client->env->config->zone, booking->starts_at);
    const int master_cols = grid->cols >= 100 ? 24 : 12;
    int col = 1;

    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_hit(grid, row, 0, 1, grid->cols, (int)index + 1);
    col += grid_printf(grid, row, col, 4, on ? style : mark_style(mark), "[%s]",
                       mark_text(grid, mark));
    grid_printf(grid, row, ++col, WHEN_COLS, style, "%d %s %d %02d:%02d", wall.date.day,
                words_month_short(wall.date.month), wall.date.year, wall.hour, wall.minute);
    col += WHEN_COLS + 1;
    grid_cell(grid, row, col, master_cols, booking->master ? booking->master : "", style);
    col += master_cols + 1;
    // Whose visit it is, where the phone was booked under another name.
    if (booking->client_name && booking->client_name[0] &&
        strcmp(booking->client_name, client->card->client.name) != 0)
        col +=
            grid_printf(grid, row, col, grid->cols - col - 1, style, "%s: ", booking->client_name);
    col += grid_put(grid, row, col, grid->cols - col - 1, client_words_state(booking), style);
    for (size_t i = 0; i < booking->service_count && i < 1; i++)
        grid_printf(grid, row, col, grid->cols - col - 1, style, ", %s%s",
                    booking->services[i].name, booking->service_count > 1 ? " …" : "");
    if (on)
        grid_cursor(grid, row, 1);
}

static void draw_list(const struct client *client, const struct grid *grid, int row) {
    const int rows = grid->rows - row - 1;

    if (rows < 1)
        return;
    grid_line(grid, row, 0, grid->cols, STYLE_LINE);
    grid_put(grid, row, 2, grid->cols - 4, _(" Bookings "), STYLE_TITLE);
    const size_t top = client->cursor >= (size_t)rows ? client->cursor - (size_t)rows + 1 : 0;
    for (int i = 0; i < rows && top + (size_t)i < client->count; i++)
        draw_booking(client, grid, row + 1 + i, top + (size_t)i);
}

static void draw_line(const struct client *client, const struct grid *grid) {
    const char *words = client->trouble;
    enum style style = STYLE_ERROR;

    if (client->leaving) {
        words = _("Leave the note as it was? Enter: yes, Esc: stay");
        style = STYLE_WARN;
    } else if (!words && client->note) {
        words = client->saving ? _("keeping it …") : _("Enter keeps the note, Esc leaves it.");
        style = STYLE_DIM;
    } else if (!words && !client->card) {
        words = _("reading …");
        style = STYLE_DIM;
    }
    if (words)
        grid_put(grid, 1, 1, grid->cols - 2, words, style);
}

static void view(const void *model, struct grid *grid) {
    const struct client *client = model;

    facts_header(grid, client->env->config, _("Client"));
    draw_line(client, grid);
    if (client->card) {
        draw_list(client, grid, FACTS + 3);
        draw_facts(client, grid, 2);
    }
}

static size_t note_actions(const struct client *client, enum action *out) {
    if (client->leaving) {
        out[0] = ACTION_YES;
        out[1] = ACTION_STAY;
        return 2;
    }
    out[0] = ACTION_BACK;
    out[1] = ACTION_ENTER;
    return 2;
}

static size_t actions(const void *model, enum action *out) {
    static const enum action always[] = {ACTION_BOOK, ACTION_BACK,    ACTION_REFRESH,  ACTION_UP,
                                         ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN};
    const struct client *client = model;
    size_t count = 0;

    if (client->note)
        return note_actions(client, out);
    if (undo_offered(&client->undo))
        out[count++] = ACTION_UNDO;
    if (client->count > 0)
        out[count++] = ACTION_VISIT;
    if (client->card)
        out[count++] = ACTION_NOTE;
    if (client->count > 0) {
        out[count++] = ACTION_AGAIN;
        if (to_come(client, current(client))) {
            out[count++] = ACTION_MOVE;
            out[count++] = ACTION_CANCEL;
        }
    }
    memcpy(out + count, always, sizeof(always));
    return count + sizeof(always) / sizeof(always[0]);
}

static bool typing(const void *model) {
    const struct client *client = model;

    return client->note && !client->leaving;
}

static bool waiting(const void *model) {
    return ((const struct client *)model)->saving;
}

static bool unsaved(const void *model) {
    return note_changed(model);
}

const struct screen_ops screen_client = {.name = "client",
                                         .new = client_new,
                                         .update = update,
                                         .view = view,
                                         .actions = actions,
                                         .typing = typing,
                                         .waiting = waiting,
                                         .unsaved = unsaved};
