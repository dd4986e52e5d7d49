// Cancel: what is cancelled, a reason (one key chooses it, or free text), and what came of it. Only
// Enter cancels: a slip on a digit costs nothing, and a reason may begin with one. Keys typed while
// the answer is awaited are kept by the app; what was typed stays when it is refused.
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "widgets/field.h"
#include "words_history.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

enum { TAG_SHOW = 1, TAG_CANCEL };

enum phase { PHASE_ASK, PHASE_WAITING, PHASE_UNKNOWN };

struct cancel {
    const struct screen_env *env;
    char *request_id;
    struct zp_booking *booking;
    enum phase phase;
    size_t cursor; // a reason; WORDS_REASONS: the free text
    struct field *text;
    char *trouble;
};

static void *cancel_new(TALLOC_CTX *ctx, const struct screen_env *env,
                        const struct screen_args *args) {
    struct cancel *cancel = memory_new(ctx, struct cancel);
    cancel->env = env;
    cancel->request_id = memory_strdup(cancel, args->booking ? args->booking : "");
    cancel->text = field_new(cancel, ZP_LIMIT_COMMENT_BYTES);
    return cancel;
}

static void send(struct cancel *cancel, struct commands *commands) {
    const char *reason =
        cancel->cursor < WORDS_REASONS ? words_reason(cancel->cursor) : field_text(cancel->text);
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
    const struct screen_result result = {.done = true,
                                         .booking = cancel->request_id,
                                         .starts_at =
                                             cancel->booking ? cancel->booking->starts_at : 0,
                                         .text = _("Cancelled. The CRM follows by itself."),
                                         .undo = booked ? UNDO_CANCEL : UNDO_NOTHING};
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

static void key(struct cancel *cancel, const struct message *message, struct commands *commands) {
    const struct key *key = &message->u.key.key;
    switch (message->u.key.action) {
    case ACTION_BACK:
        if (cancel->cursor == WORDS_REASONS && !field_empty(cancel->text) &&
            cancel->phase == PHASE_ASK) {
            cancel->cursor = 0; // one level back; what was typed stays in its line
        } else {
            close_left(commands);
        }
        return;
    case ACTION_UP: cancel->cursor -= cancel->cursor > 0; return;
    case ACTION_DOWN: cancel->cursor += cancel->cursor < WORDS_REASONS; return;
    case ACTION_ENTER:
        if (cancel->phase == PHASE_UNKNOWN) {
            close_left(commands);
        } else {
            send(cancel, commands);
        }
        return;
    default: break;
    }
    if (cancel->phase != PHASE_ASK) {
        return;
    }
    if (cancel->cursor < WORDS_REASONS && key->name == K_CHAR && key->code >= '1' &&
        key->code < '1' + WORDS_REASONS) {
        cancel->cursor = key->code - '1';
    } else if (key_is_text(key) && cancel->cursor < WORDS_REASONS) {
        cancel->cursor = WORDS_REASONS; // typing goes into the free text at once
        field_key(cancel->text, key);
    } else if (cancel->cursor == WORDS_REASONS) {
        field_key(cancel->text, key);
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct cancel *cancel = model;
    const struct zp_request request = {.ask = ZP_ASK_SHOW,
                                       .u.show = {.booking = cancel->request_id}};
    switch (message->kind) {
    case MESSAGE_OPENED: command_ask(commands, TAG_SHOW, &request); break;
    case MESSAGE_KEY: key(cancel, message, commands); break;
    case MESSAGE_PASTE:
        if (cancel->phase == PHASE_ASK) {
            cancel->cursor = WORDS_REASONS;
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
        if (cancel->phase == PHASE_ASK)
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
    grid_hit(grid, row, 0, 1, grid->cols, -(int)WORDS_REASONS - 1);
    const int label = grid_put(grid, row, 1, grid->cols - 2, _("Other:"), STYLE_DIM);
    field_draw(cancel->text, grid, row, label + 2, grid->cols - label - 3,
               cancel->cursor == WORDS_REASONS, _("type it here"));
}

// The first line, where the facts do not all fit: when it is and whose, what nobody may mistake.
static void draw_whose(const struct cancel *cancel, const struct grid *grid) {
    char *line = facts_whose(NULL, cancel->env->config, cancel->booking);

    grid_fill(grid, 1, 0, 1, grid->cols, " ", STYLE_DEFAULT);
    grid_cell(grid, 1, 1, grid->cols - 2, line, STYLE_STRONG);
    talloc_free(line);
}

static void view(const void *model, struct grid *grid) {
    const struct cancel *cancel = model;
    int row = 2;
    facts_header(grid, cancel->env->config, _("Cancel this booking?"));
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
    switch (cancel->phase) {
    case PHASE_WAITING:
        grid_put(grid, row, 1, grid->cols - 2, _("asking Dikidi to cancel …"), STYLE_NOTICE);
        return;
    case PHASE_UNKNOWN:
        facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2,
                   _("The cancel is written down and goes on by itself; the queue shows it. Enter "
                     "or Esc: back."),
                   STYLE_NOTICE);
        return;
    case PHASE_ASK: break;
    }
    grid_put(grid, row, 1, grid->cols - 2,
             _("Why: a digit or the arrows, then Enter. Esc keeps it."), STYLE_TITLE);
    draw_reasons(cancel, grid, row + 1);
}

static size_t actions(const void *model, enum action *out) {
    (void)model;
    out[0] = ACTION_BACK;
    out[1] = ACTION_ENTER;
    out[2] = ACTION_UP;
    out[3] = ACTION_DOWN;
    return 4;
}

static bool typing(const void *model) {
    return ((const struct cancel *)model)->phase != PHASE_UNKNOWN; // there it is only told
}

static bool waiting(const void *model) {
    return ((const struct cancel *)model)->phase == PHASE_WAITING;
}

static bool unsaved(const void *model) {
    const struct cancel *cancel = model;
    return cancel->phase == PHASE_ASK && !field_empty(cancel->text);
}

const struct screen_ops screen_cancel = {.name = "cancel",
                                         .new = cancel_new,
                                         .update = update,
                                         .view = view,
                                         .actions = actions,
                                         .typing = typing,
                                         .waiting = waiting,
                                         .unsaved = unsaved};
