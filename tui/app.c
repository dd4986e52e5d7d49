// The runtime: screens, messages, commands.
#include "app_private.h"
#include "error_text.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

struct app_screen *app_top(const struct app *app) {
    return app->depth > 0 ? app->stack[app->depth - 1] : NULL;
}

struct app_screen *app_screen_by_id(const struct app *app, uint64_t id) {
    for (size_t i = 0; i < app->depth; i++)
        if (app->stack[i]->id == id)
            return app->stack[i];
    return NULL;
}

const char *app_screen(const struct app *app) {
    const struct app_screen *top = app_top(app);

    return top ? top->ops->name : NULL;
}

static void notice_over(void *data) {
    app_notice(data, STYLE_NOTICE, NULL);
}

// What only informs goes by itself, since it covers the screen's last row; a warning stays until
// the next key.
void app_notice(struct app *app, enum style style, const char *text) {
    char *own = text ? memory_strdup(app, text) : NULL;

    talloc_free(app->notice);
    app->notice = own;
    app->notice_style = style;
    app->notice_seen = app->notice_stays = false;
    app->quit_asked = false; // the question was a notice: without it nothing is asked any more
    app->dirty = true;
    if (!app->notice_timer) {
        app->notice_timer = zp_timer_new(app, app->loop, notice_over, app);
        zp_timer_background(app->notice_timer);
    }
    zp_timer_stop(app->notice_timer);
    if (own && (style == STYLE_NOTICE || style == STYLE_OK))
        zp_timer_start(app->notice_timer, APP_NOTICE_MS, 0);
}

void app_notice_pass(struct app *app) {
    if (app->notice && app->notice_seen && !app->notice_stays)
        app_notice(app, STYLE_NOTICE, NULL);
}

void app_say(struct app *app, enum style style, const char *text) {
    app_notice(app, style, text);
}

void app_window(const struct app *app, int *rows, int *cols) {
    *cols = app->frame->cols;
    *rows = app->frame->rows > 1 ? app->frame->rows - 1 : 1;
}

void app_deliver(struct app *app, struct app_screen *screen, struct message *message) {
    struct commands *commands = commands_new(app);

    message->now = app->desk.now_ms(app->desk.data) / 1000;
    screen->ops->update(screen->model, message, commands);
    app->dirty = true;
    app_perform(app, screen->id, commands);
    talloc_free(commands);
}

// To every open screen, the lowest first. Screens may open or close meanwhile: ids, not places.
static void broadcast(struct app *app, struct message *message, bool seconds_only) {
    uint64_t ids[APP_SCREENS];
    size_t count = app->depth;

    for (size_t i = 0; i < count; i++)
        ids[i] = app->stack[i]->id;
    for (size_t i = 0; i < count; i++) {
        struct app_screen *screen = app_screen_by_id(app, ids[i]);

        if (screen && (!seconds_only || screen->seconds))
            app_deliver(app, screen, message);
    }
}

bool app_open(struct app *app, enum screen_id id, const struct screen_args *args, uint64_t opener,
              int tag) {
    static const struct screen_args none = {0};
    const struct screen_ops *ops = screen_find(id);
    struct app_screen *screen = NULL;
    struct message message = {.kind = MESSAGE_OPENED};

    if (!ops || app->depth == APP_SCREENS)
        return false;
    app->notice_stays = false; // told on the screen that goes out of sight
    app_notice_pass(app);
    screen = memory_new(app, struct app_screen);
    screen->id = ++app->last_id;
    screen->ops = ops;
    screen->opener = opener;
    screen->opened_tag = tag;
    screen->model = ops->new (screen, app->env, args ? args : &none);
    app->stack[app->depth++] = screen;
    app_window(app, &message.u.size.rows, &message.u.size.cols);
    app_deliver(app, screen, &message);
    return true;
}

// Takes the screen off the stack and tells its opener.
static void close_screen(struct app *app, uint64_t id, const struct screen_result *result) {
    struct app_screen *screen = app_screen_by_id(app, id), *opener = NULL;
    size_t at = 0;

    if (!screen)
        return;
    while (app->stack[at] != screen)
        at++;
    memmove(&app->stack[at], &app->stack[at + 1], (app->depth - at - 1) * sizeof(app->stack[0]));
    app->depth--;
    app_ask_forget_screen(app, id);
    app_timer_forget_screen(app, id);
    app->dirty = true;
    opener = app_screen_by_id(app, screen->opener);
    if (opener) {
        struct message message = {.kind = MESSAGE_RESULT};

        message.u.result.tag = screen->opened_tag;
        message.u.result.result = result;
        app_deliver(app, opener, &message);
    }
    talloc_free(screen);
    if (app->depth == 0)
        app_quit(app);
    app_set_hand(app);
}

static void question_changed(struct app *app) {
    app_drop_kept(app, true);
    app->unseen = true;
}

// A notice is a sentence of the former language: it goes, but a question is put again.
void app_set_language(struct app *app, const char *language) {
    struct message message = {.kind = MESSAGE_LANGUAGE};
    const bool asked = app->quit_asked;

    zp_i18n_init(language);
    app_notice(app, STYLE_NOTICE, NULL);
    broadcast(app, &message, false);
    if (asked)
        app_quit_ask(app);
}

void app_other_language(struct app *app) {
    app_set_language(app, zp_i18n_russian() ? "en" : "ru");
}

static void set_seconds(struct app *app, uint64_t id, bool on) {
    struct app_screen *screen = app_screen_by_id(app, id);

    if (screen)
        screen->seconds = on;
    app_set_hand(app);
}

static void release(void *data) {
    struct app *app = data;

    app->held_by = 0;
    zp_timer_stop(app->hold_timer);
}

// Held already: the time runs on, so that keys typed quickly cannot keep an old frame.
static void hold(struct app *app, uint64_t screen, int tag) {
    if (app->held_by == 0)
        zp_timer_start(app->hold_timer, APP_HOLD_MS, 0);
    app->held_by = screen;
    app->held_tag = tag;
}

bool app_holds(const struct app *app) {
    return app->held_by != 0;
}

static void perform_one(struct app *app, uint64_t screen, const struct command *command) {
    switch (command->kind) {
    case COMMAND_ASK:
        app_ask_submit(app, screen, command->u.ask.tag, &command->u.ask.request);
        break;
    case COMMAND_CANCEL_ASK: app_ask_cancel(app, screen, command->u.cancel_ask.tag); break;
    case COMMAND_OPEN:
        app_open(app, command->u.open.screen, &command->u.open.args, screen, command->u.open.tag);
        break;
    case COMMAND_CLOSE: close_screen(app, screen, &command->u.close.result); break;
    case COMMAND_RUN: app_run(app, command->u.run.action); break;
    case COMMAND_TIMER:
        app_timer_set(app, screen, command->u.timer.id, command->u.timer.delay_ms);
        break;
    case COMMAND_SECONDS: set_seconds(app, screen, command->u.seconds.on); break;
    case COMMAND_HOLD: hold(app, screen, command->u.hold.tag); break;
    case COMMAND_NOTICE:
        app_notice(app, command->u.notice.style, command->u.notice.text);
        app->notice_stays = command->u.notice.stays;
        break;
    case COMMAND_QUESTION_CHANGED: question_changed(app); break;
    case COMMAND_BELL: app->term->ops->bell(app->term); break;
    case COMMAND_LANGUAGE: app_set_language(app, command->u.language.language); break;
    case COMMAND_COPY: app_copy(app, command->u.copy.number); break;
    case COMMAND_QUIT: app_quit(app); break;
    }
}

// A screen that closes does so after its other commands, whatever their order; what the one below
// is to do comes last. That keys were dropped is said after what else there is to say.
void app_perform(struct app *app, uint64_t screen, const struct commands *commands) {
    const struct command *changed = NULL, *closing = NULL, *run = NULL;

    for (size_t i = 0; i < commands->count; i++) {
        if (commands->list[i].kind == COMMAND_CLOSE)
            closing = &commands->list[i];
        else if (commands->list[i].kind == COMMAND_RUN)
            run = &commands->list[i];
        else if (commands->list[i].kind == COMMAND_QUESTION_CHANGED)
            changed = &commands->list[i];
        else
            perform_one(app, screen, &commands->list[i]);
    }
    if (changed)
        perform_one(app, screen, changed);
    if (closing)
        perform_one(app, screen, closing);
    if (run)
        perform_one(app, screen, run);
}

void app_event(const struct zp_event *event, void *data) {
    struct app *app = data;
    struct message message = {.kind = MESSAGE_EVENT};

    if (app->quitting)
        return;
    struct zp_event spoken = *event; // screens show errors as sentences
    error_text_speak(&spoken.error);
    message.u.event.event = &spoken;
    if (event->kind != ZP_EVENT_ANSWER) {
        broadcast(app, &message, false);
        app_apply_kept(app);
        return;
    }
    for (size_t i = 0; i < app->ask_count; i++) {
        if (app->asks[i].desk_id == event->id) {
            struct app_ask ask = app->asks[i];
            struct app_screen *screen = app_screen_by_id(app, ask.screen);

            app->asks[i] = app->asks[--app->ask_count];
            message.u.event.tag = ask.tag;
            if (ask.screen == app->held_by && ask.tag == app->held_tag)
                release(app);
            if (screen)
                app_deliver(app, screen, &message);
            app_apply_kept(app);
            return;
        }
    }
}

void app_tick(struct app *app) {
    struct message message = {.kind = MESSAGE_TICK};
    int64_t minute = app->desk.now_ms(app->desk.data) / 60000;

    // Not "second 0": after a sleep of the machine the hand comes late.
    broadcast(app, &message, minute == app->minute);
    app->minute = minute;
    app_apply_kept(app);
    app_set_hand(app);
}

static void hand_fell(void *data) {
    app_tick(data);
}

// The next full minute of the salon's clock, or second where a screen shows them. Idle otherwise.
void app_set_hand(struct app *app) {
    int64_t now_ms = app->desk.now_ms(app->desk.data);
    int64_t step = 60000;

    for (size_t i = 0; i < app->depth; i++)
        if (app->stack[i]->seconds)
            step = 1000;
    zp_timer_start(app->hand, step - now_ms % step, 0);
}

void app_resize(struct app *app) {
    struct message message = {.kind = MESSAGE_RESIZE};
    int rows = 0, cols = 0;

    app->term->ops->size(app->term, &rows, &cols);
    talloc_free(app->frame);
    TALLOC_FREE(app->shown);
    app->frame = surface_new(app, rows, cols, app->term->ascii);
    app_window(app, &message.u.size.rows, &message.u.size.cols);
    app->dirty = true;
    broadcast(app, &message, false);
}

void app_quit(struct app *app) {
    app->quitting = true;
    zp_loop_stop(app->loop);
}

static void input_ready(int events, void *data) {
    (void)events;
    app_read(data);
}

static void before_wait(void *data) {
    struct app *app = data;

    if (app->quitting)
        return;
    // What was typed before the changed question is on the screen is not an answer to it.
    if (app->unseen)
        app_read(app);
    if (app->dirty && (app->held_by == 0 || app->unseen))
        app_draw(app);
    app->unseen = false;
}

struct app *app_new(TALLOC_CTX *ctx, const struct app_options *options) {
    struct app *app = memory_new(ctx, struct app);
    int rows = 0, cols = 0;

    app->loop = options->loop;
    app->env = options->env;
    app->term = options->term;
    app->desk = options->desk;
    app->dump_path = options->dump_path ? memory_strdup(app, options->dump_path) : NULL;
    app->term->ops->size(app->term, &rows, &cols);
    app->frame = surface_new(app, rows, cols, app->term->ascii);
    app->hand = zp_timer_new(app, app->loop, hand_fell, app);
    app->hold_timer = zp_timer_new(app, app->loop, release, app);
    zp_timer_background(app->hold_timer);
    app->hook = zp_loop_before_wait(app, app->loop, before_wait, app);
    if (app->term->fd >= 0)
        app->watch = zp_watch_new(app, app->loop, app->term->fd, ZP_WATCH_READ, input_ready, app);
    return app;
}

void app_start(struct app *app, enum screen_id screen, const struct screen_args *args) {
    app->minute = app->desk.now_ms(app->desk.data) / 60000;
    app_mouse_start(app);
    app_open(app, screen, args, 0, 0);
    app_set_hand(app);
}
