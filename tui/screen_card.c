// Booking card: all facts and the history (who, when, from where). Follows its booking live.
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "undo.h"
#include "words.h"
#include "words_history.h"
#include <string.h>
#include <zapis/i18n.h>

enum { TAG_SHOW = 1 };
enum { OPENED = 1 };

struct card {
    const struct screen_env *env;
    char *request_id;
    struct zp_booking *booking; // NULL: not read yet
    struct zp_history *history;
    size_t history_count;
    char *trouble; // why it could not be read or refreshed; NULL
    bool refreshing;
    int top; // first line of history shown
    int64_t now;
    struct undo undo;
};

static void *card_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    struct card *card = memory_new(ctx, struct card);
    card->env = env;
    card->request_id = memory_strdup(card, args->booking ? args->booking : "");
    return card;
}

static void ask(struct card *card, bool refresh, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_SHOW,
                                       .u.show = {.booking = card->request_id, .refresh = refresh}};
    card->refreshing = refresh;
    command_ask(commands, TAG_SHOW, &request);
}

static void take(struct card *card, const struct zp_event *event) {
    card->refreshing = false;
    TALLOC_FREE(card->trouble);
    if (!event->ok) {
        card->trouble = memory_strdup(card, event->error.message);
    }
    if (event->booking != NULL) {
        talloc_free(card->booking);
        card->booking = talloc_steal(card, event->booking);
    }
    if (event->history != NULL) {
        talloc_free(card->history);
        card->history = talloc_steal(card, event->history);
        card->history_count = event->history_count;
    }
}

// What was moved or booked again goes on as another booking: that one is shown from now on.
static void follow(struct card *card, const char *request_id) {
    if (request_id != NULL && strcmp(request_id, card->request_id) != 0) {
        char *own = memory_strdup(card, request_id);
        talloc_free(card->request_id);
        card->request_id = own;
        card->top = 0;
    }
}

static void event(struct card *card, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    if (message->u.event.tag == TAG_SHOW) {
        take(card, event);
    } else if (message->u.event.tag == UNDO_TAG) {
        undo_answer(&card->undo, event, commands);
        follow(card, event->ok && event->booking ? event->booking->request_id : NULL);
        ask(card, false, commands);
    } else if (event->kind == ZP_EVENT_JOURNAL) {
        ask(card, false, commands);
    } else if (event->kind == ZP_EVENT_BOOKING && event->booking != NULL &&
               strcmp(event->booking->request_id, card->request_id) == 0) {
        ask(card, false, commands);
    }
}

static void close_card(const struct card *card, struct commands *commands) {
    struct screen_result result = {0};
    undo_pass_on(&card->undo, &result);
    command_close(commands, &result);
}

static void open_screen(const struct card *card, enum screen_id screen, struct commands *commands) {
    const struct screen_args args = {.booking = card->request_id};
    command_open(commands, OPENED, screen, &args);
}

static bool has_client(const struct card *card) {
    return card->booking != NULL && card->booking->origin != ZP_ORIGIN_WALK_IN &&
           card->booking->client_phone != NULL && card->booking->client_phone[0] != '\0';
}

static void open_client(struct card *card, struct commands *commands) {
    const struct screen_args args = {.client = card->booking->client_phone};
    command_open(commands, OPENED, SCREEN_CLIENT, &args);
}

static void key(struct card *card, const struct message *message, struct commands *commands) {
    switch (message->u.key.action) {
    case ACTION_BACK:
    case ACTION_ENTER: close_card(card, commands); break;
    case ACTION_MARK: open_screen(card, SCREEN_MARK, commands); break;
    case ACTION_AGAIN: open_screen(card, SCREEN_AGAIN, commands); break;
    case ACTION_MOVE: open_screen(card, SCREEN_MOVE, commands); break;
    case ACTION_CANCEL: open_screen(card, SCREEN_CANCEL, commands); break;
    case ACTION_CLIENT: open_client(card, commands); break;
    case ACTION_UNDO: undo_key(&card->undo, OPENED, commands); break;
    case ACTION_COPY: command_copy(commands, card->booking->booking_id); break;
    case ACTION_REFRESH:
        ask(card, true, commands);
        command_notice(commands, STYLE_NOTICE, "%s", _("Asking Dikidi for this booking."));
        break;
    case ACTION_UP: card->top -= card->top > 0; break;
    case ACTION_DOWN: card->top += (size_t)card->top + 1 < card->history_count; break;
    default: break;
    }
}

static void result(struct card *card, const struct screen_result *result,
                   struct commands *commands) {
    undo_offer(card, &card->undo, result, commands);
    if (result == NULL || !result->done) {
        return;
    }
    if (result->text != NULL) {
        command_told(commands, STYLE_NOTICE, result->text);
    }
    follow(card, result->booking);
    ask(card, false, commands);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct card *card = model;
    card->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED: ask(card, false, commands); break;
    case MESSAGE_KEY: key(card, message, commands); break;
    case MESSAGE_EVENT: event(card, message, commands); break;
    case MESSAGE_LANGUAGE:
        if (card->trouble != NULL) {
            TALLOC_FREE(card->trouble);
            ask(card, false, commands);
        }
        break;
    case MESSAGE_RESULT: result(card, message->u.result.result, commands); break;
    case MESSAGE_TIMER: undo_timer(&card->undo); break;
    default: break;
    }
}

// Who did it: the two other sides by their names, this program, or the operator as he is called.
static const char *by_words(const char *by) {
    if (strcmp(by, "dikidi") == 0) {
        return "Dikidi";
    }
    if (strcmp(by, "bitrix24") == 0) {
        return _("Bitrix24");
    }
    return strcmp(by, "zapis") == 0 ? _("by itself") : by;
}

// "deal 646" and the kind of a task are the journal's own words.
static char *detail_words(TALLOC_CTX *ctx, const struct zp_history *line) {
    static const char *const entities[][2] = {{"deal ", N_("deal")}, {"lead ", N_("lead")}};
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        const size_t size = strlen(entities[i][0]);
        if (strncmp(line->detail, entities[i][0], size) == 0) {
            return memory_printf(ctx, "%s %s", zp_i18n(entities[i][1]), line->detail + size);
        }
    }
    return memory_strdup(ctx, strcmp(line->what, "dropped") == 0 ? words_task(line->detail)
                                                                 : line->detail);
}

static void draw_history(const struct card *card, const struct grid *grid, int row) {
    if (row + 1 >= grid->rows) {
        return;
    }
    grid_line(grid, row, 0, grid->cols, STYLE_LINE);
    grid_put(grid, row, 2, grid->cols - 4, _(" History "), STYLE_TITLE);
    for (size_t i = (size_t)card->top; i < card->history_count && ++row < grid->rows; i++) {
        const struct zp_history *line = &card->history[i];
        const struct zp_wall wall = zp_zone_wall(card->env->config->zone, line->at);
        char date[WORDS_SIZE];
        words_date_short(wall.date, date);
        const int taken = grid_printf(grid, row, 1, grid->cols - 2, STYLE_DIM, "%s %02d:%02d  %s  ",
                                      date, wall.hour, wall.minute, by_words(line->by));
        const int more = grid_put(grid, row, 1 + taken, grid->cols - taken - 2,
                                  words_history(line->what), STYLE_DEFAULT);
        char *detail = detail_words(NULL, line);
        grid_printf(grid, row, 1 + taken + more, grid->cols - taken - more - 2, STYLE_DIM, "  %s",
                    detail);
        talloc_free(detail);
    }
}

static void view(const void *model, struct grid *grid) {
    const struct card *card = model;
    int row = 2;
    facts_header(grid, card->env->config, _("Booking"));
    if (card->booking != NULL) {
        row = facts_draw(grid, row, card->env->config, card->booking) + 1;
        if (card->refreshing) {
            grid_put(grid, 1, 1, grid->cols - 2, _("asking Dikidi …"), STYLE_DIM);
        }
        draw_history(card, grid, row);
    } else if (card->trouble == NULL) {
        grid_put(grid, row, 1, grid->cols - 2, _("reading …"), STYLE_DIM);
    }
    if (card->trouble != NULL) {
        grid_fill(grid, 1, 0, 1, grid->cols, " ", STYLE_ERROR);
        grid_put(grid, 1, 1, grid->cols - 2, card->trouble, STYLE_ERROR);
    }
    grid_cursor(grid, 0, 1);
}

static size_t actions(const void *model, enum action *out) {
    const struct card *card = model;
    const struct zp_booking *booking = card->booking;
    const bool booked = booking != NULL && booking->state == ZP_BOOKING_BOOKED;
    size_t count = 0;
    if (undo_offered(&card->undo)) {
        out[count++] = ACTION_UNDO;
    }
    if (booked) {
        out[count++] = ACTION_MARK;
    }
    if (booking != NULL) {
        out[count++] = ACTION_AGAIN;
    }
    if (booked && booking->starts_at > card->now) {
        out[count++] = ACTION_MOVE;
    }
    if (booked || (booking != NULL && booking->state == ZP_BOOKING_INTENT)) {
        out[count++] = ACTION_CANCEL;
    }
    if (has_client(card)) {
        out[count++] = ACTION_CLIENT;
    }
    if (booking != NULL && booking->booking_id != NULL) {
        out[count++] = ACTION_COPY;
    }
    out[count++] = ACTION_BACK;
    out[count++] = ACTION_ENTER;
    out[count++] = ACTION_REFRESH;
    out[count++] = ACTION_UP;
    out[count++] = ACTION_DOWN;
    return count;
}

const struct screen_ops screen_card = {
    .name = "card",
    .new = card_new,
    .update = update,
    .view = view,
    .actions = actions,
    .takes_line = true,
};
