// Mark: came, did not come, expected. A digit does it at once, since it is undone by one key; it
// goes to the journal and the CRM, and the screen says that Dikidi does not learn of it.
#include "facts.h"
#include "marks.h"
#include "memory.h"
#include "screen.h"
#include <zapis/i18n.h>

enum { TAG_SHOW = 1, TAG_MARK };

struct mark_choice {
    enum action action;
    enum zp_attendance attendance;
    enum mark mark;
};
static const struct mark_choice choices[] = {
    {ACTION_CAME, ZP_ATTENDANCE_CAME, MARK_CAME},
    {ACTION_NO_SHOW, ZP_ATTENDANCE_NO_SHOW, MARK_NO_SHOW},
    {ACTION_EXPECTED, ZP_ATTENDANCE_WAITING, MARK_EXPECTED},
};
#define CHOICES (sizeof(choices) / sizeof(choices[0]))

struct marking {
    const struct screen_env *env;
    char *request_id;
    struct zp_booking *booking; // NULL: not read yet
    size_t cursor;
    bool waiting;
    enum zp_attendance was;
    char *trouble;
};

static void *mark_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    struct marking *marking = memory_new(ctx, struct marking);
    marking->env = env;
    marking->request_id = memory_strdup(marking, args->booking ? args->booking : "");
    return marking;
}

static void send(struct marking *marking, size_t choice, struct commands *commands) {
    const struct zp_request request = {
        .ask = ZP_ASK_MARK,
        .u.mark = {.booking = marking->request_id, .attendance = choices[choice].attendance}};
    if (marking->booking == NULL || marking->waiting) {
        return; // nobody marks what is not on the screen
    }
    TALLOC_FREE(marking->trouble);
    marking->cursor = choice;
    marking->waiting = true;
    marking->was = marking->booking->attendance;
    command_ask(commands, TAG_MARK, &request);
}

static void close_done(const struct marking *marking, const struct zp_event *event,
                       struct commands *commands) {
    const bool changed = marking->was != choices[marking->cursor].attendance;
    char *text =
        memory_printf(commands, _("Marked: %s. In the journal and the CRM, not in Dikidi."),
                      mark_words(choices[marking->cursor].mark));
    const struct screen_result result = {
        .done = true,
        .booking = marking->request_id,
        .starts_at = event->booking ? event->booking->starts_at : 0,
        .text = text,
        .undos = {{.kind = UNDO_MARK, .booking = marking->request_id, .was = marking->was}},
        .undo_count = changed};
    command_close(commands, &result);
    talloc_free(text);
}

static void shown(struct marking *marking, const struct zp_event *event) {
    if (event->booking == NULL) {
        talloc_free(marking->trouble);
        marking->trouble = memory_strdup(marking, event->error.message);
        return;
    }
    talloc_free(marking->booking);
    marking->booking = talloc_steal(marking, event->booking);
    // What it is already is no news: the likeliest other one is first.
    marking->cursor = marking->booking->attendance == ZP_ATTENDANCE_CAME ? 1 : 0;
}

static void event(struct marking *marking, const struct message *message,
                  struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    if (message->u.event.tag == TAG_SHOW) {
        shown(marking, event);
    } else if (message->u.event.tag == TAG_MARK) {
        marking->waiting = false;
        if (event->ok) {
            close_done(marking, event, commands);
        } else {
            marking->trouble = memory_strdup(marking, event->error.message);
            command_question_changed(commands);
        }
    }
}

static void key(struct marking *marking, enum action action, struct commands *commands) {
    switch (action) {
    case ACTION_BACK: command_close(commands, NULL); return;
    case ACTION_ENTER: send(marking, marking->cursor, commands); return;
    case ACTION_UP: marking->cursor -= marking->cursor > 0; return;
    case ACTION_DOWN: marking->cursor += marking->cursor + 1 < CHOICES; return;
    default: break;
    }
    for (size_t i = 0; i < CHOICES; i++) {
        if (choices[i].action == action) {
            send(marking, i, commands);
        }
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct marking *marking = model;
    const struct zp_request request = {.ask = ZP_ASK_SHOW,
                                       .u.show = {.booking = marking->request_id}};
    switch (message->kind) {
    case MESSAGE_OPENED: command_ask(commands, TAG_SHOW, &request); break;
    case MESSAGE_KEY: key(marking, message->u.key.action, commands); break;
    case MESSAGE_LANGUAGE:
        if (marking->booking == NULL && marking->trouble != NULL) {
            TALLOC_FREE(marking->trouble);
            command_ask(commands, TAG_SHOW, &request);
        }
        break;
    case MESSAGE_MOUSE: marking->cursor = (size_t)-message->u.mouse.hit - 1; break;
    case MESSAGE_EVENT: event(marking, message, commands); break;
    default: break;
    }
}

static void draw_choices(const struct marking *marking, const struct grid *grid, int row) {
    grid_put(grid, row++, 1, grid->cols - 2, _("A digit marks it at once; Ctrl-Z undoes it."),
             STYLE_TITLE);
    for (size_t i = 0; i < CHOICES && row < grid->rows; i++, row++) {
        const bool on = marking->cursor == i;
        const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
        grid_fill(grid, row, 0, 1, grid->cols, " ", style);
        grid_hit(grid, row, 0, 1, grid->cols, -(int)i - 1); // Enter would mark it
        grid_printf(grid, row, 1, grid->cols - 2, style, "%zu  [%s] %s", i + 1,
                    mark_text(grid, choices[i].mark), mark_words(choices[i].mark));
        if (on) {
            grid_cursor(grid, row, 1);
        }
    }
    facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2,
               _("It stays in the journal and the CRM: Dikidi has no call for it, mark the visit "
                 "there by hand."),
               STYLE_DIM);
}

static void view(const void *model, struct grid *grid) {
    const struct marking *marking = model;
    int row = 2;
    facts_header(grid, marking->env->config, _("Has the client come?"));
    if (marking->booking != NULL) {
        row = facts_draw(grid, row, marking->env->config, marking->booking) + 1;
    } else if (marking->trouble == NULL) {
        grid_put(grid, row, 1, grid->cols - 2, _("reading …"), STYLE_DIM);
        row += 2;
    }
    // The choice matters most: on a low window it covers the last facts.
    const int need = (int)CHOICES + 3 + (marking->trouble != NULL ? 2 : 0);
    row = row + need > grid->rows ? grid->rows - need : row;
    row = row < 1 ? 1 : row;
    grid_fill(grid, row, 0, grid->rows - row, grid->cols, " ", STYLE_DEFAULT);
    if (marking->trouble != NULL) {
        row += facts_wrap(grid, row, 1, 2, grid->cols - 2, marking->trouble, STYLE_ERROR);
    }
    if (marking->booking != NULL) {
        draw_choices(marking, grid, row);
    }
}

static size_t actions(const void *model, enum action *out) {
    (void)model;
    size_t count = 0;
    for (size_t i = 0; i < CHOICES; i++) {
        out[count++] = choices[i].action;
    }
    out[count++] = ACTION_BACK;
    out[count++] = ACTION_ENTER;
    out[count++] = ACTION_UP;
    out[count++] = ACTION_DOWN;
    return count;
}

// What was typed ahead is for the booking that is about to be shown.
static bool waiting(const void *model) {
    const struct marking *marking = model;
    return marking->waiting || (marking->booking == NULL && marking->trouble == NULL);
}

const struct screen_ops screen_mark = {.name = "mark",
                                       .new = mark_new,
                                       .update = update,
                                       .view = view,
                                       .actions = actions,
                                       .waiting = waiting};
