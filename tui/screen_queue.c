// Queue: what waits and what needs a person, in words, with the keys that resolve it.
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "words.h"
#include <string.h>
#include <zapis/i18n.h>

enum { TAG_QUEUE = 1, TAG_ACT };
enum { OPENED_CARD = 1 };

struct queue {
    const struct screen_env *env;
    int64_t now;
    struct zp_task *tasks;
    size_t count;
    bool known, acting;
    int64_t cursor_id; // the task the cursor stands on
    char *trouble;
};

static void *queue_new(TALLOC_CTX *ctx, const struct screen_env *env,
                       const struct screen_args *args) {
    struct queue *queue = memory_new(ctx, struct queue);
    (void)args;
    queue->env = env;
    return queue;
}

static void ask(struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_QUEUE};
    command_ask(commands, TAG_QUEUE, &request);
}

static size_t cursor(const struct queue *queue) {
    for (size_t i = 0; i < queue->count; i++) {
        if (queue->tasks[i].id == queue->cursor_id) {
            return i;
        }
    }
    return 0;
}

static const struct zp_task *current(const struct queue *queue) {
    return queue->count > 0 ? &queue->tasks[cursor(queue)] : NULL;
}

static void take(struct queue *queue, const struct zp_event *event) {
    if (!event->ok) {
        talloc_free(queue->trouble);
        queue->trouble = memory_strdup(queue, event->error.message);
        return;
    }
    const size_t at = cursor(queue);
    talloc_free(queue->tasks);
    queue->tasks = talloc_steal(queue, event->tasks);
    queue->count = event->task_count;
    queue->known = true;
    if (queue->count > 0 && queue->tasks[cursor(queue)].id != queue->cursor_id) {
        queue->cursor_id = queue->tasks[at < queue->count ? at : queue->count - 1].id;
    }
}

static void act(struct queue *queue, enum zp_ask what, struct commands *commands) {
    const struct zp_task *task = current(queue);
    if (task == NULL || queue->acting) {
        return;
    }
    const struct zp_request request = {.ask = what, .u.queue = {.task_id = task->id}};
    TALLOC_FREE(queue->trouble);
    queue->acting = true;
    command_ask(commands, TAG_ACT, &request);
}

static void event(struct queue *queue, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    if (message->u.event.tag == TAG_QUEUE) {
        take(queue, event);
    } else if (message->u.event.tag == TAG_ACT) {
        queue->acting = false;
        if (!event->ok) {
            queue->trouble = memory_strdup(queue, event->error.message);
        } else {
            command_notice(commands, STYLE_OK, "%s", _("Done."));
        }
        ask(commands);
    } else if (event->kind == ZP_EVENT_SYNC || event->kind == ZP_EVENT_JOURNAL ||
               event->kind == ZP_EVENT_BOOKING) {
        ask(commands);
    }
}

static void key(struct queue *queue, const struct message *message, struct commands *commands) {
    const size_t at = cursor(queue);
    const struct zp_task *task = current(queue);
    switch (message->u.key.action) {
    case ACTION_BACK: command_close(commands, NULL); break;
    case ACTION_UP:
        if (at > 0) {
            queue->cursor_id = queue->tasks[at - 1].id;
        }
        break;
    case ACTION_DOWN:
        if (at + 1 < queue->count) {
            queue->cursor_id = queue->tasks[at + 1].id;
        }
        break;
    case ACTION_RETRY: act(queue, ZP_ASK_QUEUE_RETRY, commands); break;
    case ACTION_DROP: act(queue, ZP_ASK_QUEUE_DROP, commands); break;
    case ACTION_ENTER:
    case ACTION_SHOW:
        if (task != NULL) {
            const struct screen_args args = {.booking = task->request_id};
            command_open(commands, OPENED_CARD, SCREEN_CARD, &args);
        }
        break;
    case ACTION_REFRESH: ask(commands); break;
    default: break;
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct queue *queue = model;
    queue->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED: ask(commands); break;
    case MESSAGE_KEY: key(queue, message, commands); break;
    case MESSAGE_EVENT: event(queue, message, commands); break;
    default: break;
    }
}

static const char *kind_words(const char *kind) {
    static const struct {
        const char *kind, *words;
    } known[] = {
        {"book", N_("send the booking to Dikidi")},
        {"cancel", N_("cancel at Dikidi")},
        {"crm-log", N_("enter in Bitrix24")},
        {"crm-cancel", N_("mark as cancelled in Bitrix24")},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].kind, kind) == 0) {
            return zp_i18n(known[i].words);
        }
    }
    return kind;
}

static void when_words(const struct queue *queue, const struct zp_task *task,
                       char out[WORDS_SIZE]) {
    if (task->state == ZP_TASK_ATTENTION) {
        (void)snprintf(out, WORDS_SIZE, "%s", _("needs you"));
    } else if (task->state == ZP_TASK_RUNNING) {
        (void)snprintf(out, WORDS_SIZE, "%s", _("at work"));
    } else if (task->next_at <= queue->now) {
        (void)snprintf(out, WORDS_SIZE, "%s", _("now"));
    } else {
        words_clock(queue->env->config->zone, task->next_at, out);
    }
}

static void draw_task(const struct queue *queue, const struct grid *grid, int row, size_t i) {
    const struct zp_task *task = &queue->tasks[i];
    const bool on = i == cursor(queue);
    const bool attention = task->state == ZP_TASK_ATTENTION;
    const enum style style = on ? STYLE_CURSOR : attention ? STYLE_WARN : STYLE_DEFAULT;
    char when[WORDS_SIZE];
    when_words(queue, task, when);
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    const int taken =
        grid_printf(grid, row, 1, grid->cols - 2, style, "%s %-10s ", attention ? "!" : " ", when);
    grid_printf(grid, row, 1 + taken, grid->cols - taken - 2, style, "%s  %s",
                kind_words(task->kind), task->booking_id ? task->booking_id : "");
    if (on) {
        grid_cursor(grid, row, 1);
    }
}

static void view(const void *model, struct grid *grid) {
    const struct queue *queue = model;
    facts_header(grid, queue->env->config, _("Queue"));
    if (!queue->known) {
        grid_put(grid, 2, 1, grid->cols - 2, queue->trouble ? queue->trouble : _("reading …"),
                 queue->trouble ? STYLE_ERROR : STYLE_DIM);
        return;
    }
    if (queue->count == 0) {
        facts_wrap(grid, 2, 1, grid->rows - 2, grid->cols - 2,
                   _("Nothing waits: every booking is at Dikidi and in the CRM."), STYLE_OK);
        return;
    }
    const int foot = 4; // the explanation of the current task
    const int rows = grid->rows - 2 - foot > 1 ? grid->rows - 2 - foot : 1;
    const size_t at = cursor(queue);
    const size_t top = at >= (size_t)rows ? at - (size_t)rows + 1 : 0;
    for (int row = 0; row < rows && top + (size_t)row < queue->count; row++) {
        draw_task(queue, grid, 2 + row, top + (size_t)row);
    }
    const struct zp_task *task = current(queue);
    const int below = grid->rows - foot;
    if (below > 3) {
        grid_line(grid, below, 0, grid->cols, STYLE_LINE);
        const char *why = queue->trouble           ? queue->trouble
                          : task->error[0] != '\0' ? task->error
                                                   : _("It goes by itself; nothing is to be done.");
        facts_wrap(grid, below + 1, 1, foot - 1, grid->cols - 2, why,
                   queue->trouble ? STYLE_ERROR : STYLE_DEFAULT);
    }
}

static size_t actions(const void *model, enum action *out) {
    const struct queue *queue = model;
    size_t count = 0;
    if (queue->count > 0) {
        if (screen_find(SCREEN_CARD) != NULL) {
            out[count++] = ACTION_SHOW;
        }
        out[count++] = ACTION_RETRY;
        out[count++] = ACTION_DROP;
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
        out[count++] = ACTION_ENTER;
    }
    out[count++] = ACTION_REFRESH;
    out[count++] = ACTION_BACK;
    return count;
}

const struct screen_ops screen_queue = {
    .name = "queue", .new = queue_new, .update = update, .view = view, .actions = actions};
