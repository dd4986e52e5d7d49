// Queue: what waits and what needs a person, in words, with the keys that resolve it.
#include "error_text.h"
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "words.h"
#include "words_history.h"
#include <string.h>
#include <zapis/i18n.h>

enum { TAG_QUEUE = 1, TAG_ACT, TAG_SHOW };
enum { OPENED_CARD = 1 };

#define WHEN_COLS 11
#define KIND_COLS 28
#define FOOT_ROWS 6 // at least

// Whose booking a task is about. Asked one at a time, that of the cursor first.
struct about {
    char *reference;            // by which it was asked for
    struct zp_booking *booking; // NULL: it could not be read
};

struct queue {
    const struct screen_env *env;
    int64_t now;
    struct zp_task *tasks;
    size_t count;
    bool known, acting;
    int64_t cursor_id;  // the task the cursor stands on
    int64_t asked_list; // as it was when it was asked about
    int64_t asked_id;   // asked whether this one shall be done away with; 0: not asked
    enum zp_ask asked;  // how: given up, or tried again
    int page; // of an explanation that is longer than its room; those beyond the last begin anew
    char *trouble;
    struct about *abouts;
    size_t about_count;
    char *asking; // reference of the booking that is being read; NULL: none
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

// ---- what the tasks are about

static struct about *about(const struct queue *queue, const char *reference) {
    for (size_t i = 0; i < queue->about_count; i++) {
        if (strcmp(queue->abouts[i].reference, reference) == 0) {
            return &queue->abouts[i];
        }
    }
    return NULL;
}

static const struct zp_booking *booking_of(const struct queue *queue, const struct zp_task *task) {
    const char *reference = words_subject_booking(task);
    const struct about *known = reference != NULL ? about(queue, reference) : NULL;
    return known != NULL ? known->booking : NULL;
}

static bool is_unread(const struct queue *queue, const struct zp_task *task) {
    const char *reference = words_subject_booking(task);
    return reference != NULL && about(queue, reference) == NULL;
}

static void ask_about(struct queue *queue, struct commands *commands) {
    const struct zp_task *next = current(queue);
    if (queue->asking != NULL || next == NULL) {
        return;
    }
    for (size_t i = 0; i < queue->count && !is_unread(queue, next); i++) {
        next = &queue->tasks[i];
    }
    if (!is_unread(queue, next)) {
        return;
    }
    queue->asking = memory_strdup(queue, words_subject_booking(next));
    const struct zp_request request = {.ask = ZP_ASK_SHOW, .u.show = {.booking = queue->asking}};
    command_ask(commands, TAG_SHOW, &request);
}

static void keep_about(struct queue *queue, const char *reference, struct zp_booking *booking) {
    struct about *known = about(queue, reference);
    if (known == NULL) {
        queue->abouts = memory_grow(queue, queue->abouts, struct about, queue->about_count + 1);
        known = &queue->abouts[queue->about_count++];
        known->reference = memory_strdup(queue, reference);
    } else {
        talloc_free(known->booking);
    }
    known->booking = booking != NULL ? talloc_steal(queue, booking) : NULL;
}

static void take_about(struct queue *queue, const struct zp_event *event) {
    if (queue->asking != NULL) {
        keep_about(queue, queue->asking, event->booking);
        TALLOC_FREE(queue->asking);
    }
}

// It may have been asked for by either of its names.
static void refresh_about(struct queue *queue, const struct zp_booking *booking) {
    const char *const names[] = {booking->request_id, booking->booking_id};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i] != NULL && about(queue, names[i]) != NULL) {
            keep_about(queue, names[i], zp_booking_copy(queue, booking));
        }
    }
}

// Only what the tasks at hand are about is kept.
static void forget_others(struct queue *queue) {
    size_t kept = 0;
    for (size_t i = 0; i < queue->about_count; i++) {
        bool wanted = false;
        for (size_t t = 0; t < queue->count && !wanted; t++) {
            const char *reference = words_subject_booking(&queue->tasks[t]);
            wanted = reference != NULL && strcmp(reference, queue->abouts[i].reference) == 0;
        }
        if (wanted) {
            queue->abouts[kept++] = queue->abouts[i];
        } else {
            talloc_free(queue->abouts[i].reference);
            talloc_free(queue->abouts[i].booking);
        }
    }
    queue->about_count = kept;
}

// ---- answers

static bool at_hand(const struct queue *queue, int64_t id) {
    for (size_t i = 0; i < queue->count; i++) {
        if (queue->tasks[i].id == id) {
            return true;
        }
    }
    return false;
}

static void take(struct queue *queue, const struct zp_event *event, struct commands *commands) {
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
    if (queue->asked_id != 0 && !at_hand(queue, queue->asked_id)) {
        queue->asked_id = 0; // it is done or gone: an Enter on its way answers nothing any more
        command_question_changed(commands);
    }
    forget_others(queue);
    ask_about(queue, commands);
}

static void act(struct queue *queue, enum zp_ask what, int64_t list, struct commands *commands) {
    const struct zp_task *task = current(queue);
    if (task == NULL || queue->acting) {
        return;
    }
    const struct zp_request request = {.ask = what, .u.queue = {.task_id = task->id, .list = list}};
    TALLOC_FREE(queue->trouble);
    queue->acting = true;
    command_ask(commands, TAG_ACT, &request);
}

static void event(struct queue *queue, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    if (message->u.event.tag == TAG_QUEUE) {
        take(queue, event, commands);
    } else if (message->u.event.tag == TAG_SHOW) {
        take_about(queue, event);
        ask_about(queue, commands);
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
        if (event->kind == ZP_EVENT_BOOKING && event->booking != NULL) {
            refresh_about(queue, event->booking);
        }
        ask(commands);
    }
}

static void question(struct queue *queue, enum zp_ask what) {
    const struct zp_task *task = current(queue);
    queue->asked_id = task != NULL && !queue->acting ? task->id : 0;
    queue->asked_list = task != NULL ? task->list : 0;
    queue->asked = what;
}

// Enter does it, every other key leaves the task.
static void asked_key(struct queue *queue, enum action action, struct commands *commands) {
    queue->cursor_id = queue->asked_id;
    queue->asked_id = 0;
    if (action == ACTION_YES) {
        act(queue, queue->asked, queue->asked_list, commands);
    }
}

static void go(struct queue *queue, int step) {
    const size_t at = cursor(queue);
    if (step < 0 ? at > 0 : at + 1 < queue->count) {
        queue->cursor_id = queue->tasks[step < 0 ? at - 1 : at + 1].id;
        queue->page = 0;
    }
}

static void key(struct queue *queue, const struct message *message, struct commands *commands) {
    if (queue->asked_id != 0 && message->u.key.action != ACTION_PAGE_UP &&
        message->u.key.action != ACTION_PAGE_DOWN) {
        asked_key(queue, message->u.key.action, commands);
        return;
    }
    const struct zp_task *task = current(queue);
    switch (message->u.key.action) {
    case ACTION_BACK: command_close(commands, NULL); break;
    case ACTION_UP:
    case ACTION_DOWN: go(queue, message->u.key.action == ACTION_UP ? -1 : 1); break;
    case ACTION_PAGE_UP: queue->page--; break;
    case ACTION_PAGE_DOWN: queue->page++; break;
    case ACTION_RETRY:
        if (task != NULL && words_task_is_grave(task)) {
            question(queue, ZP_ASK_QUEUE_RETRY);
        } else {
            act(queue, ZP_ASK_QUEUE_RETRY, task != NULL ? task->list : 0, commands);
        }
        break;
    case ACTION_DROP: question(queue, ZP_ASK_QUEUE_DROP); break;
    case ACTION_ENTER:
    case ACTION_SHOW:
        if (task != NULL && words_subject_booking(task) != NULL) {
            const struct zp_booking *booking = booking_of(queue, task);
            const struct screen_args args = {
                .booking = booking != NULL ? booking->request_id : words_subject_booking(task)};
            command_open(commands, OPENED_CARD, SCREEN_CARD, &args);
        }
        break;
    case ACTION_REFRESH: ask(commands); break;
    default: break;
    }
    ask_about(queue, commands);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct queue *queue = model;
    queue->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED: ask(commands); break;
    case MESSAGE_KEY: key(queue, message, commands); break;
    case MESSAGE_LANGUAGE:
        if (queue->trouble != NULL) {
            TALLOC_FREE(queue->trouble);
            ask(commands);
        }
        break;
    case MESSAGE_MOUSE:
        if (queue->asked_id == 0 && (size_t)message->u.mouse.hit <= queue->count) {
            queue->cursor_id = queue->tasks[message->u.mouse.hit - 1].id;
            queue->page = 0;
            ask_about(queue, commands);
        }
        break;
    case MESSAGE_EVENT: event(queue, message, commands); break;
    default: break;
    }
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

// "Mon 23 Nov 16:15  Лиза О'Нил, чёлка", so that the row's end loses least.
static char *about_text(TALLOC_CTX *ctx, const struct queue *queue, const struct zp_task *task) {
    const struct zp_booking *booking = booking_of(queue, task);
    const struct zp_zone *zone = queue->env->config->zone;
    char date[WORDS_SIZE], clock[WORDS_SIZE];
    if (booking == NULL) {
        char *subject = task->request_id != NULL ? words_subject(ctx, task->request_id) : NULL;
        return subject != NULL ? subject
                               : memory_strdup(ctx, task->booking_id ? task->booking_id : "");
    }
    words_date_short(zp_zone_wall(zone, booking->starts_at).date, date);
    words_clock(zone, booking->starts_at, clock);
    return memory_printf(ctx, "%s %s  %s%s%s", date, clock,
                         booking->client_name != NULL && booking->client_name[0] != '\0'
                             ? booking->client_name
                             : _("no name"),
                         booking->service_count > 0 ? ", " : "",
                         booking->service_count > 0 ? booking->services[0].name : "");
}

static void draw_task(const struct queue *queue, const struct grid *grid, int row, size_t i) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct zp_task *task = &queue->tasks[i];
    const bool on = i == cursor(queue);
    const bool attention = task->state == ZP_TASK_ATTENTION;
    const enum style style = on ? STYLE_CURSOR : attention ? STYLE_WARN : STYLE_DEFAULT;
    char when[WORDS_SIZE];
    when_words(queue, task, when);
    grid_hit(grid, row, 0, 1, grid->cols, (int)i + 1);
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    int col = 1 + grid_printf(grid, row, 1, grid->cols - 2, style, "%s ", attention ? "!" : " ");
    grid_cell(grid, row, col, WHEN_COLS, when, style);
    col += WHEN_COLS + 1;
    // A wide window has the kind in a column of its own; a narrow one would lose the client by it.
    const int kind = grid->cols >= 70 ? KIND_COLS : KIND_COLS / 2;
    grid_cell(grid, row, col, kind, words_task(task->kind), style);
    col += kind + 1;
    grid_cell(grid, row, col, grid->cols - col - 1, about_text(ctx, queue, task), style);
    if (on) {
        grid_cursor(grid, row, 1);
    }
    talloc_free(ctx);
}

static char *why_text(TALLOC_CTX *ctx, const struct queue *queue, const struct zp_task *task) {
    if (queue->trouble != NULL) {
        return memory_strdup(ctx, queue->trouble);
    }
    return task->error != NULL && task->error[0] != '\0'
               ? error_text(ctx, task->error)
               : memory_strdup(ctx, _("It goes by itself; nothing is to be done."));
}

// One page of the explanation; where it has more, the last row says so.
static void draw_why(const struct queue *queue, const struct grid *grid, int row,
                     const char *text) {
    const enum style style = queue->trouble ? STYLE_ERROR : STYLE_DEFAULT;
    const int rows = grid->rows - row;
    const int columns = grid->cols - 2;
    const int lines = facts_lines(text, columns, 0, NULL);
    if (lines <= rows || rows < 2) {
        facts_wrap(grid, row, 1, rows, columns, text, style);
        return;
    }
    const int pages = (lines + rows - 2) / (rows - 1);
    const int first = (queue->page % pages + pages) % pages * (rows - 1);
    const int last = first + rows - 1 < lines ? first + rows - 1 : lines;
    facts_lines(text, columns, first, &text);
    facts_wrap(grid, row, 1, last - first, columns, text, style);
    grid_printf(grid, grid->rows - 1, 1, columns, STYLE_DIM, _("lines %d-%d of %d, PgDn: the next"),
                first + 1, last, lines);
}

static const char *prompt(const struct queue *queue) {
    return queue->asked == ZP_ASK_QUEUE_DROP ? _("Give it up? Enter: yes, Esc: leave it")
                                             : _("Cancel them? Enter: yes, Esc: leave it");
}

// Whoever is asked whether to cancel visits still sees which ones.
static void draw_question(const struct queue *queue, const struct grid *grid, int row,
                          const char *line) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct zp_task *task = current(queue);
    const bool drop = queue->asked == ZP_ASK_QUEUE_DROP;
    const char *words = drop ? words_task_drop(task->kind) : words_task_grave();
    row += facts_wrap(grid, row, 1, grid->rows - row - 1, grid->cols - 2, line, STYLE_STRONG);
    row += facts_wrap(grid, row, 1, grid->rows - row - 1, grid->cols - 2, words, STYLE_WARN);
    row = row < grid->rows ? row : grid->rows - 1;
    grid_put(grid, row, 1, grid->cols - 2, prompt(queue), STYLE_WARN);
    if (!drop && row + 2 < grid->rows) {
        draw_why(queue, grid, row + 1, why_text(ctx, queue, task));
    }
    talloc_free(ctx);
}

static void draw_foot(const struct queue *queue, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct zp_task *task = current(queue);
    const struct zp_booking *booking = booking_of(queue, task);
    const char *line = booking != NULL ? facts_line(ctx, queue->env->config, booking)
                                       : about_text(ctx, queue, task);
    grid_line(grid, row++, 0, grid->cols, STYLE_LINE);
    if (queue->asked_id != 0) {
        draw_question(queue, grid, row, line);
    } else {
        row += facts_wrap(grid, row, 1, 2, grid->cols - 2, line, STYLE_DIM);
        draw_why(queue, grid, row, why_text(ctx, queue, task));
    }
    talloc_free(ctx);
}

// The rows below the list: what the explanation needs, as far as the list leaves them.
static int foot_rows(const struct queue *queue, const struct grid *grid) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const char *why = why_text(ctx, queue, current(queue));
    const bool grave = queue->asked_id != 0 && queue->asked == ZP_ASK_QUEUE_RETRY;
    const int needed = 3 + facts_lines(why, grid->cols - 2, 0, NULL) + (grave ? 3 : 0);
    const int above = queue->count < (size_t)grid->rows ? (int)queue->count + 3 : grid->rows;
    const int rows = needed < grid->rows - above ? needed : grid->rows - above;
    talloc_free(ctx);
    return rows > FOOT_ROWS ? rows : FOOT_ROWS;
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
        grid_put(grid, 2, 1, grid->cols - 2, _("Nothing waits."), STYLE_OK);
        return;
    }
    const int foot = foot_rows(queue, grid); // the explanation of the current task
    const int rows = grid->rows - 2 - foot > 1 ? grid->rows - 2 - foot : 1;
    const size_t at = cursor(queue);
    const size_t top = at >= (size_t)rows ? at - (size_t)rows + 1 : 0;
    for (int row = 0; row < rows && top + (size_t)row < queue->count; row++) {
        draw_task(queue, grid, 2 + row, top + (size_t)row);
    }
    const int below = grid->rows - foot;
    if (below > 3) {
        draw_foot(queue, grid, below);
    } else if (queue->asked_id != 0) { // no room for the foot: the question is what counts
        grid_fill(grid, grid->rows - 1, 0, 1, grid->cols, " ", STYLE_WARN);
        grid_put(grid, grid->rows - 1, 0, grid->cols, prompt(queue), STYLE_WARN);
    }
}

static size_t actions(const void *model, enum action *out) {
    const struct queue *queue = model;
    size_t count = 0;
    if (queue->asked_id != 0) {
        out[count++] = ACTION_YES;
        out[count++] = ACTION_STAY;
        if (queue->asked == ZP_ASK_QUEUE_RETRY) {
            out[count++] = ACTION_PAGE_UP;
            out[count++] = ACTION_PAGE_DOWN;
        }
        return count;
    }
    if (queue->count > 0) {
        if (screen_find(SCREEN_CARD) != NULL && words_subject_booking(current(queue)) != NULL) {
            out[count++] = ACTION_SHOW;
        }
        out[count++] = ACTION_RETRY;
        out[count++] = ACTION_DROP;
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
        out[count++] = ACTION_PAGE_UP;
        out[count++] = ACTION_PAGE_DOWN;
        out[count++] = ACTION_ENTER;
    }
    out[count++] = ACTION_REFRESH;
    out[count++] = ACTION_BACK;
    return count;
}

const struct screen_ops screen_queue = {
    .name = "queue", .new = queue_new, .update = update, .view = view, .actions = actions};
