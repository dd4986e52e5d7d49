// Cancel: what is cancelled, a reason (one key chooses it, or free text), and what came of it. Only
// Enter cancels, and only with a reason that was chosen: a slip on a digit or on Enter costs
// nothing, and a reason may begin with a digit. Keys typed while the answer is awaited are kept by
// the app; what was typed stays when it is refused. A visit that has begun is told so, and nothing
// is asked.
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "widgets/field.h"
#include "words_history.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

enum { TAG_SHOW = 1, TAG_CANCEL };

enum phase { PHASE_ASK, PHASE_WAITING, PHASE_UNKNOWN, PHASE_CLOSED };

// Where the cursor stands but on a reason.
enum { OTHER = WORDS_REASONS, NOWHERE };

struct cancel {
    const struct screen_env *env;
    char *request_id;
    struct zp_booking *booking;
    enum phase phase;
    int64_t now;
    size_t cursor; // a reason, OTHER: the free text, NOWHERE: none is chosen
    struct field *text;
    char *trouble;
};

static void *cancel_new(TALLOC_CTX *ctx, const struct screen_env *env,
                        const struct screen_args *args) {
    struct cancel *cancel = memory_new(ctx, struct cancel);
    cancel->env = env;
    cancel->request_id = memory_strdup(cancel, args->booking ? args->booking : "");
    cancel->text = field_new(cancel, ZP_LIMIT_COMMENT_BYTES);
    cancel->cursor = NOWHERE;
    return cancel;
}

// Dikidi cancels no visit that has begun (BOOKING_CLOSED); one that was never made may be given up.
static enum phase phase_of(const struct cancel *cancel) {
    const struct zp_booking *booking = cancel->booking;
    const bool begun =
        booking && booking->state == ZP_BOOKING_BOOKED && booking->starts_at <= cancel->now;

    return cancel->phase == PHASE_ASK && begun ? PHASE_CLOSED : cancel->phase;
}

// "": none.
static const char *reason_of(const struct cancel *cancel) {
    if (cancel->cursor == NOWHERE)
        return "";
    return cancel->cursor == OTHER ? field_text(cancel->text) : words_reason(cancel->cursor);
}

static void send(struct cancel *cancel, struct commands *commands) {
    const char *reason = reason_of(cancel);
    const struct zp_request request = {
        .ask = ZP_ASK_CANCEL, .u.cancel = {.booking = cancel->request_id, .reason = reason}};
    if (cancel->booking == NULL) {
        return; // nobody cancels what is not on the screen
    }
    if (reason[0] == '\0') {
        command_notice(commands, STYLE_WARN, "%s", _("Type the reason, or choose one."));
        return;
    }
    TALLOC_FREE(cancel->trouble);
    cancel->phase = PHASE_WAITING;
    command_ask(commands, TAG_CANCEL, &request);
}

static void close_done(struct cancel *cancel, struct commands *commands) {
    // What was never sent is given up: there is nothing to book again.
    const bool booked = cancel->booking && cancel->booking->state == ZP_BOOKING_BOOKED;
    const struct screen_result result = {
        .done = true,
        .booking = cancel->request_id,
        .starts_at = cancel->booking ? cancel->booking->starts_at : 0,
        .text = _("Cancelled. The CRM follows by itself."),
        .undos = {{.kind = UNDO_CANCEL, .booking = cancel->request_id}},
        .undo_count = booked};
    command_close(commands, &result);
}

static void answered(struct cancel *cancel, const struct zp_event *event,
                     struct commands *commands) {
    if (event->ok) {
        close_done(cancel, commands);
        return;
    }
    cancel->trouble = memory_strdup(cancel, event->error.message);
    // Kept in the journal: asked for once more it would only be told that it is under way.
    cancel->phase = zp_error_exit_status(event->error.code) == zp_error_exit_status(ZP_E_UNKNOWN)
                        ? PHASE_UNKNOWN
                        : PHASE_ASK;
    if (strcmp(event->error.name, "BOOKING_CLOSED") == 0) {
        cancel->phase = PHASE_CLOSED;
        TALLOC_FREE(cancel->trouble); // what is said there
    }
    command_question_changed(commands);
}

static void event(struct cancel *cancel, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    if (message->u.event.tag == TAG_SHOW) {
        if (event->booking != NULL) {
            talloc_free(cancel->booking);
            cancel->booking = talloc_steal(cancel, event->booking);
        } else if (!event->ok) {
            cancel->trouble = memory_strdup(cancel, event->error.message);
        }
    } else if (message->u.event.tag == TAG_CANCEL) {
        answered(cancel, event, commands);
    }
}

static void close_left(struct commands *commands) {
    const struct screen_result result = {0};
    command_close(commands, &result);
}

static void back(struct cancel *cancel, struct commands *commands) {
    if (cancel->cursor == OTHER && !field_empty(cancel->text) && phase_of(cancel) == PHASE_ASK)
        cancel->cursor = NOWHERE; // one level back; what was typed stays in its line
    else
        close_left(commands);
}

// A reason by its digit, or a letter of another one.
static void reason_key(struct cancel *cancel, const struct key *key) {
    if (cancel->cursor != OTHER && key->name == K_CHAR && key->code >= '1' &&
        key->code < '1' + WORDS_REASONS) {
        cancel->cursor = key->code - '1';
        return;
    }
    if (key_is_text(key)) // typing goes into the free text at once
        cancel->cursor = OTHER;
    if (cancel->cursor == OTHER)
        field_key(cancel->text, key);
}

static void key(struct cancel *cancel, const struct message *message, struct commands *commands) {
    const enum action action = message->u.key.action;
    const enum phase phase = phase_of(cancel);

    if (action == ACTION_BACK)
        back(cancel, commands);
    else if (action == ACTION_ENTER && (phase == PHASE_UNKNOWN || phase == PHASE_CLOSED))
        close_left(commands);
    else if (phase != PHASE_ASK)
        return;
    else if (action == ACTION_ENTER)
        send(cancel, commands);
    else if (cancel->cursor == NOWHERE && (action == ACTION_UP || action == ACTION_DOWN))
        cancel->cursor = 0;
    else if (action == ACTION_UP)
        cancel->cursor -= cancel->cursor > 0;
    else if (action == ACTION_DOWN)
        cancel->cursor += cancel->cursor < OTHER;
    else
        reason_key(cancel, &message->u.key.key);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct cancel *cancel = model;
    const struct zp_request request = {.ask = ZP_ASK_SHOW,
                                       .u.show = {.booking = cancel->request_id}};

    cancel->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED: command_ask(commands, TAG_SHOW, &request); break;
    case MESSAGE_KEY: key(cancel, message, commands); break;
    case MESSAGE_PASTE:
        if (phase_of(cancel) == PHASE_ASK) {
            cancel->cursor = OTHER;
            field_paste(cancel->text, message->u.paste.text);
        }
        break;
    case MESSAGE_LANGUAGE:
        if (cancel->booking == NULL && cancel->trouble != NULL) {
            TALLOC_FREE(cancel->trouble);
            command_ask(commands, TAG_SHOW, &request);
        }
        break;
    case MESSAGE_MOUSE:
        if (phase_of(cancel) == PHASE_ASK)
            cancel->cursor = (size_t)-message->u.mouse.hit - 1;
        break;
    case MESSAGE_EVENT: event(cancel, message, commands); break;
    default: break;
    }
}

static void draw_reasons(const struct cancel *cancel, const struct grid *grid, int row) {
    for (size_t i = 0; i < WORDS_REASONS && row < grid->rows; i++, row++) {
        const bool on = cancel->cursor == i;
        grid_fill(grid, row, 0, 1, grid->cols, " ", on ? STYLE_CURSOR : STYLE_DEFAULT);
        grid_printf(grid, row, 1, grid->cols - 2, on ? STYLE_CURSOR : STYLE_DEFAULT, "%zu  %s",
                    i + 1, words_reason(i));
        grid_hit(grid, row, 0, 1, grid->cols, -(int)i - 1); // Enter would cancel the booking
        if (on) {
            grid_cursor(grid, row, 1);
        }
    }
    grid_hit(grid, row, 0, 1, grid->cols, -OTHER - 1);
    const int label = grid_put(grid, row, 1, grid->cols - 2, _("Other:"), STYLE_DIM);
    field_draw(cancel->text, grid, row, label + 2, grid->cols - label - 3, cancel->cursor == OTHER,
               _("type it here"));
}

// The first line, where the facts do not all fit: when it is and whose, what nobody may mistake.
static void draw_whose(const struct cancel *cancel, const struct grid *grid) {
    char *line = facts_whose(NULL, cancel->env->config, cancel->booking);

    grid_fill(grid, 1, 0, 1, grid->cols, " ", STYLE_DEFAULT);
    grid_cell(grid, 1, 1, grid->cols - 2, line, STYLE_STRONG);
    talloc_free(line);
}

// What Enter would do now, in words.
static void draw_question(const struct cancel *cancel, const struct grid *grid, int row) {
    const char *reason = reason_of(cancel);

    if (cancel->cursor == NOWHERE)
        grid_cursor(grid, row, 1);
    if (reason[0] == '\0')
        grid_put(grid, row, 1, grid->cols - 2,
                 _("Why: a digit or the arrows, then Enter. Esc keeps it."), STYLE_TITLE);
    else
        grid_printf(grid, row, 1, grid->cols - 2, STYLE_TITLE,
                    _("Enter cancels, Esc keeps it. Why: %s"), reason);
}

static void view(const void *model, struct grid *grid) {
    const struct cancel *cancel = model;
    const bool asked = phase_of(cancel) == PHASE_ASK;
    int row = 2;
    facts_header(grid, cancel->env->config,
                 asked ? _("Cancel this booking?") : _("Cancel the booking"));
    if (cancel->booking != NULL) {
        row = facts_draw(grid, row, cancel->env->config, cancel->booking) + 1;
    } else if (cancel->trouble == NULL) {
        grid_put(grid, row, 1, grid->cols - 2, _("reading …"), STYLE_DIM);
        row += 2;
    }
    // The reasons matter most: on a low window they cover the last facts.
    const int need = (int)WORDS_REASONS + 2 + (cancel->trouble != NULL ? 2 : 0);
    if (row + need > grid->rows) {
        row = grid->rows - need < 2 ? 2 : grid->rows - need;
        if (cancel->booking != NULL)
            draw_whose(cancel, grid);
    }
    if (cancel->trouble != NULL) {
        grid_fill(grid, row, 0, 2, grid->cols, " ", STYLE_DEFAULT);
        row += facts_wrap(grid, row, 1, 2, grid->cols - 2, cancel->trouble, STYLE_ERROR);
    }
    grid_fill(grid, row, 0, grid->rows - row, grid->cols, " ", STYLE_DEFAULT);
    switch (phase_of(cancel)) {
    case PHASE_WAITING:
        grid_put(grid, row, 1, grid->cols - 2, _("asking Dikidi to cancel …"), STYLE_NOTICE);
        return;
    case PHASE_UNKNOWN:
        facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2,
                   _("The cancel is written down and goes on by itself; the queue shows it. Enter "
                     "or Esc: back."),
                   STYLE_NOTICE);
        return;
    case PHASE_CLOSED:
        facts_wrap(
            grid, row, 1, grid->rows - row, grid->cols - 2,
            _("The visit has begun or is over: it can no longer be cancelled. F4 marks whether "
              "the client came. Esc: back."),
            STYLE_WARN);
        return;
    case PHASE_ASK: break;
    }
    draw_question(cancel, grid, row);
    draw_reasons(cancel, grid, row + 1);
}

// Where it is only told, nothing is chosen or typed.
static bool told(const struct cancel *cancel) {
    const enum phase phase = phase_of(cancel);

    return phase == PHASE_UNKNOWN || phase == PHASE_CLOSED;
}

static size_t actions(const void *model, enum action *out) {
    out[0] = ACTION_BACK;
    out[1] = ACTION_ENTER;
    if (told(model))
        return 2;
    out[2] = ACTION_UP;
    out[3] = ACTION_DOWN;
    return 4;
}

static bool typing(const void *model) {
    return !told(model);
}

static bool waiting(const void *model) {
    return ((const struct cancel *)model)->phase == PHASE_WAITING;
}

static bool unsaved(const void *model) {
    const struct cancel *cancel = model;
    return phase_of(cancel) == PHASE_ASK && !field_empty(cancel->text);
}

const struct screen_ops screen_cancel = {.name = "cancel",
                                         .new = cancel_new,
                                         .update = update,
                                         .view = view,
                                         .actions = actions,
                                         .typing = typing,
                                         .waiting = waiting,
                                         .unsaved = unsaved};
