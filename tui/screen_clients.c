// Clients: found as one types, by digits of the phone or letters of the name in either layout.
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "undo.h"
#include "widgets/field.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

enum { TAG_CLIENTS = 1 };
enum { OPENED = 1 };

#define QUERY_BYTES 128
#define LISTED      100
#define LIST_ROW    4
#define FIELD_COLS  40
#define PHONE_COLS  17
#define DATE_COLS   12

struct clients {
    const struct screen_env *env;
    int64_t now;
    int rows; // of the window
    struct field *query;
    struct zp_client *list;
    size_t count, cursor;
    bool asked; // an answer is awaited
    bool enter; // Enter waits for it
    char *trouble;
    struct undo undo;
};

static void *clients_new(TALLOC_CTX *ctx, const struct screen_env *env,
                         const struct screen_args *args) {
    struct clients *clients = memory_new(ctx, struct clients);

    clients->env = env;
    clients->query = field_new(clients, QUERY_BYTES);
    field_set(clients->query, args->text ? args->text : "");
    return clients;
}

static bool blank(const char *text) {
    return text[strspn(text, " ")] == '\0';
}

static void forget_list(struct clients *clients) {
    TALLOC_FREE(clients->list);
    clients->count = clients->cursor = 0;
}

static void look(struct clients *clients, struct commands *commands) {
    const char *query = field_text(clients->query);
    const struct zp_request request = {.ask = ZP_ASK_CLIENTS,
                                       .u.clients = {.query = query, .limit = LISTED}};

    clients->enter = false;
    clients->asked = !blank(query);
    if (clients->asked) {
        command_ask(commands, TAG_CLIENTS, &request);
        return;
    }
    command_cancel_ask(commands, TAG_CLIENTS);
    TALLOC_FREE(clients->trouble);
    forget_list(clients);
}

static const struct zp_client *current(const struct clients *clients) {
    return clients->cursor < clients->count ? &clients->list[clients->cursor] : NULL;
}

static void open_current(struct clients *clients, struct commands *commands) {
    const struct zp_client *client = current(clients);
    struct screen_args args = {0};

    clients->enter = clients->asked; // whom it finds is opened; keys are kept till then
    if (clients->asked || !client)
        return;
    args.client = client->phone;
    command_open(commands, OPENED, SCREEN_CLIENT, &args);
}

// F7: for the client of the list; where nobody is found, for a new one of whom that much is known.
static void book(struct clients *clients, struct commands *commands) {
    const struct zp_client *client = current(clients);
    const char *query = field_text(clients->query);
    struct screen_args args = {0};

    if (client) {
        args.client = client->phone;
        args.client_name = client->name;
    } else if (strpbrk(query, "0123456789")) {
        args.client = query;
    } else if (!blank(query)) {
        args.client_name = query;
    }
    command_open(commands, OPENED, SCREEN_BOOKING, &args);
}

static void answer(struct clients *clients, const struct zp_event *event,
                   struct commands *commands) {
    char *phone = current(clients) ? memory_strdup(clients, current(clients)->phone) : NULL;
    bool enter = clients->enter;

    clients->asked = clients->enter = false;
    TALLOC_FREE(clients->trouble);
    forget_list(clients);
    if (!event->ok)
        clients->trouble = memory_strdup(clients, event->error.message);
    if (event->ok && event->client_count > 0) {
        clients->list = talloc_steal(clients, event->clients);
        clients->count = event->client_count;
    }
    for (size_t i = 0; phone && i < clients->count; i++)
        if (strcmp(clients->list[i].phone, phone) == 0)
            clients->cursor = i; // the cursor stays on its client
    talloc_free(phone);
    if (enter)
        open_current(clients, commands);
}

static void event(struct clients *clients, const struct message *message,
                  struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    if (message->u.event.tag == TAG_CLIENTS)
        answer(clients, event, commands);
    else if (message->u.event.tag == UNDO_TAG)
        undo_answer(&clients->undo, event, commands);
    else if ((event->kind == ZP_EVENT_JOURNAL || event->kind == ZP_EVENT_BOOKING) &&
             !clients->asked)
        look(clients, commands);
}

static void move(struct clients *clients, int by) {
    const int last = (int)clients->count - 1;
    int to = (int)clients->cursor + by;

    to = to > last ? last : to;
    clients->cursor = to < 0 ? 0 : (size_t)to;
}

static int list_rows(int rows) {
    return rows > LIST_ROW + 3 ? rows - LIST_ROW - 2 : 1;
}

static void leave(const struct clients *clients, struct commands *commands) {
    struct screen_result result = {0};

    undo_pass_on(&clients->undo, &result);
    command_close(commands, &result);
}

static void key(struct clients *clients, const struct message *message, struct commands *commands) {
    switch (message->u.key.action) {
    case ACTION_BACK: leave(clients, commands); return;
    case ACTION_ENTER: open_current(clients, commands); return;
    case ACTION_BOOK: book(clients, commands); return;
    case ACTION_UNDO: undo_key(&clients->undo, OPENED, commands); return;
    case ACTION_UP: move(clients, -1); return;
    case ACTION_DOWN: move(clients, 1); return;
    case ACTION_PAGE_UP: move(clients, -list_rows(clients->rows)); return;
    case ACTION_PAGE_DOWN: move(clients, list_rows(clients->rows)); return;
    default: break;
    }
    if (field_key(clients->query, &message->u.key.key) == FIELD_CHANGED) {
        clients->cursor = 0;
        look(clients, commands);
    }
}

// The terminal's cursor is in the field: that the list's cursor stands there is known here alone.
static void click(struct clients *clients, size_t at, struct commands *commands) {
    if (clients->cursor == at)
        open_current(clients, commands);
    else if (at < clients->count)
        clients->cursor = at;
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct clients *clients = model;

    clients->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
        clients->rows = message->u.size.rows;
        look(clients, commands);
        break;
    case MESSAGE_RESIZE: clients->rows = message->u.size.rows; break;
    case MESSAGE_KEY: key(clients, message, commands); break;
    case MESSAGE_LANGUAGE:
        if (clients->trouble)
            look(clients, commands);
        break;
    case MESSAGE_MOUSE: click(clients, (size_t)message->u.mouse.hit - 1, commands); break;
    case MESSAGE_PASTE:
        if (field_paste(clients->query, message->u.paste.text) == FIELD_CHANGED)
            look(clients, commands);
        break;
    case MESSAGE_EVENT: event(clients, message, commands); break;
    case MESSAGE_TIMER: undo_timer(&clients->undo); break;
    case MESSAGE_RESULT: {
        const struct screen_result *result = message->u.result.result;

        undo_offer(clients, &clients->undo, result, commands);
        if (result && result->done && result->text)
            command_told(commands, STYLE_NOTICE, result->text);
        if (!clients->asked)
            look(clients, commands);
        break;
    }
    default: break;
    }
}

// ---- drawing

// Where each column begins; a narrow window has name, phone and the last visit.
struct cols {
    int phone, date, visits, missed, master;
};

static int after(const char *head, int least) {
    const int width = zp_text_width(head);

    return (width > least ? width : least) + 1;
}

static struct cols cols_of(const struct grid *grid) {
    struct cols cols;

    cols.phone = 1 + after(_("Client"), grid->cols >= 100 ? 34 : grid->cols >= 70 ? 22 : 20);
    cols.date = cols.phone + after(_("phone"), PHONE_COLS);
    cols.visits = cols.date + after(_("last visit"), DATE_COLS);
    cols.missed = cols.visits + after(_("visits"), 4);
    cols.master = cols.missed + after(_("missed"), 3);
    return cols;
}

static void draw_heads(const struct grid *grid, const struct cols *cols) {
    grid_cell(grid, LIST_ROW - 1, 1, cols->phone - 2, _("Client"), STYLE_DIM);
    grid_cell(grid, LIST_ROW - 1, cols->phone, PHONE_COLS, _("phone"), STYLE_DIM);
    grid_cell(grid, LIST_ROW - 1, cols->date, cols->visits - cols->date - 1, _("last visit"),
              STYLE_DIM);
    grid_cell(grid, LIST_ROW - 1, cols->visits, cols->missed - cols->visits - 1, _("visits"),
              STYLE_DIM);
    grid_cell(grid, LIST_ROW - 1, cols->missed, cols->master - cols->missed - 1, _("missed"),
              STYLE_DIM);
    grid_cell(grid, LIST_ROW - 1, cols->master, grid->cols - cols->master - 1, _("usual master"),
              STYLE_DIM);
}

static void draw_client(const struct clients *clients, const struct grid *grid, int row,
                        const struct zp_client *client, bool on) {
    const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
    const struct cols cols = cols_of(grid);
    char text[WORDS_SIZE], phone[ZP_PHONE_TEXT_SIZE];

    zp_phone_format(client->phone, phone);
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_cell(grid, row, 1, cols.phone - 2, client->name[0] ? client->name : _("no name"), style);
    grid_cell(grid, row, cols.phone, PHONE_COLS, phone, style);
    // A booking to come is no visit yet.
    if (client->last_visit_at != 0 && client->last_visit_at <= clients->now) {
        const struct zp_date day =
            zp_zone_wall(clients->env->config->zone, client->last_visit_at).date;

        (void)snprintf(text, sizeof(text), "%d %s %d", day.day, words_month_short(day.month),
                       day.year);
        grid_cell(grid, row, cols.date, cols.visits - cols.date - 1, text, style);
    }
    (void)snprintf(text, sizeof(text), "%d", client->visits);
    grid_right(grid, row, cols.visits, cols.missed - cols.visits - 1, text, style);
    if (client->no_shows > 0) {
        (void)snprintf(text, sizeof(text), "%d", client->no_shows);
        grid_right(grid, row, cols.missed, cols.master - cols.missed - 1, text,
                   on ? style : STYLE_WARN);
    }
    grid_cell(grid, row, cols.master, grid->cols - cols.master - 1,
              client->usual_master ? client->usual_master : "", style);
    grid_hit(grid, row, 0, 1, grid->cols, (int)(client - clients->list) + 1);
    if (on)
        grid_cursor(grid, row, 1);
}

static void draw_list(const struct clients *clients, const struct grid *grid) {
    const struct cols cols = cols_of(grid);
    const int rows = list_rows(grid->rows);
    const size_t top = clients->cursor >= (size_t)rows ? clients->cursor - (size_t)rows + 1 : 0;
    const struct zp_client *client = current(clients);

    draw_heads(grid, &cols);
    for (int i = 0; i < rows && top + (size_t)i < clients->count; i++)
        draw_client(clients, grid, LIST_ROW + i, &clients->list[top + (size_t)i],
                    top + (size_t)i == clients->cursor);
    if (client && client->note && grid->rows > LIST_ROW + rows) {
        const int taken = grid_put(grid, grid->rows - 1, 1, grid->cols - 2, _("Note: "), STYLE_DIM);

        grid_put(grid, grid->rows - 1, 1 + taken, grid->cols - taken - 2, client->note,
                 STYLE_NOTICE);
    }
}

static void draw_nobody(const struct clients *clients, const struct grid *grid) {
    const int rows = grid->rows - LIST_ROW + 1;
    const char *words = _("Nobody is found. F7 books for a new client.");
    enum style style = STYLE_DEFAULT;

    if (clients->trouble) {
        words = clients->trouble;
        style = STYLE_ERROR;
    } else if (clients->asked) {
        words = _("looking ...");
        style = STYLE_DIM;
    } else if (blank(field_text(clients->query))) {
        words = _("Type digits of the phone or letters of the name, in either layout.");
        style = STYLE_DIM;
    }
    facts_wrap(grid, LIST_ROW - 1, 1, rows, grid->cols - 2, words, style);
}

static void view(const void *model, struct grid *grid) {
    const struct clients *clients = model;
    int col = 0;

    facts_header(grid, clients->env->config, _("Clients"));
    if (clients->count > 0 && !clients->trouble)
        draw_list(clients, grid);
    else
        draw_nobody(clients, grid);
    col = 2 + grid_put(grid, 1, 1, grid->cols - 2, _("Phone or name"), STYLE_DIM);
    if (col < grid->cols - 2) {
        const int room = grid->cols - col - 1;

        field_draw(clients->query, grid, 1, col, room < FIELD_COLS ? room : FIELD_COLS, true, NULL);
    }
}

static size_t actions(const void *model, enum action *out) {
    const struct clients *clients = model;
    size_t count = 0;

    if (undo_offered(&clients->undo))
        out[count++] = ACTION_UNDO;
    out[count++] = ACTION_BOOK;
    out[count++] = ACTION_BACK;
    if (clients->count > 0 || clients->asked) {
        out[count++] = ACTION_ENTER;
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
        out[count++] = ACTION_PAGE_UP;
        out[count++] = ACTION_PAGE_DOWN;
    }
    return count;
}

static bool typing(const void *model) {
    (void)model;
    return true;
}

static bool waiting(const void *model) {
    return ((const struct clients *)model)->enter;
}

const struct screen_ops screen_clients = {.name = "clients",
                                          .new = clients_new,
                                          .update = update,
                                          .view = view,
                                          .actions = actions,
                                          .typing = typing,
                                          .waiting = waiting};
