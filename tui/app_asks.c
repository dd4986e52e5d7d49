// Asks and timers of the open screens, by ids.
#include "app_private.h"
#include "memory.h"

// Asks that change something run to their end even when nobody waits for the answer any more.
static bool writes(enum zp_ask ask) {
    switch (ask) {
    case ZP_ASK_BOOK:
    case ZP_ASK_CANCEL:
    case ZP_ASK_MOVE:
    case ZP_ASK_MARK:
    case ZP_ASK_ADOPT:
    case ZP_ASK_MEND:
    case ZP_ASK_CLIENT_NOTE:
    case ZP_ASK_FORGET:
    case ZP_ASK_WAITING_PUT:
    case ZP_ASK_WAITING_DROP:
    case ZP_ASK_QUEUE_RETRY:
    case ZP_ASK_QUEUE_DROP:
    case ZP_ASK_SYNC_ONCE:
    case ZP_ASK_SETUP: return true;
    default: return false;
    }
}

void app_ask_submit(struct app *app, uint64_t screen, int tag, const struct zp_request *request) {
    struct app_ask *ask = NULL;

    app_ask_cancel(app, screen, tag);
    app->asks = memory_grow(app, app->asks, struct app_ask, app->ask_count + 1);
    ask = &app->asks[app->ask_count++];
    ask->screen = screen;
    ask->tag = tag;
    ask->writes = writes(request->ask);
    ask->desk_id = app->desk.submit(app->desk.data, request);
}

// Forgets the ask first: its answer, which still comes, then finds nobody.
static void forget(struct app *app, size_t at) {
    struct app_ask ask = app->asks[at];

    app->asks[at] = app->asks[--app->ask_count];
    if (!ask.writes)
        app->desk.cancel(app->desk.data, ask.desk_id);
}

void app_ask_cancel(struct app *app, uint64_t screen, int tag) {
    for (size_t i = 0; i < app->ask_count; i++) {
        if (app->asks[i].screen == screen && app->asks[i].tag == tag) {
            forget(app, i);
            return;
        }
    }
}

void app_ask_forget_screen(struct app *app, uint64_t screen) {
    size_t i = 0;

    while (i < app->ask_count) {
        if (app->asks[i].screen == screen)
            forget(app, i);
        else
            i++;
    }
}

static void timer_remove(struct app *app, size_t at) {
    talloc_free(app->timers[at]);
    app->timers[at] = app->timers[--app->timer_count];
}

static void timer_fired(void *data) {
    struct app_timer *timer = data;
    struct app *app = timer->app;
    struct app_screen *screen = app_screen_by_id(app, timer->screen);
    struct message message = {.kind = MESSAGE_TIMER};

    message.u.timer.id = timer->id;
    for (size_t i = 0; i < app->timer_count; i++) {
        if (app->timers[i] == timer) {
            timer_remove(app, i);
            break;
        }
    }
    if (screen)
        app_deliver(app, screen, &message);
    app_apply_kept(app);
}

void app_timer_set(struct app *app, uint64_t screen, int id, int64_t delay_ms) {
    struct app_timer *timer = NULL;

    for (size_t i = 0; i < app->timer_count; i++) {
        if (app->timers[i]->screen == screen && app->timers[i]->id == id) {
            timer_remove(app, i);
            break;
        }
    }
    if (delay_ms <= 0)
        return;
    timer = memory_new(app, struct app_timer);
    timer->app = app;
    timer->screen = screen;
    timer->id = id;
    timer->timer = zp_timer_new(timer, app->loop, timer_fired, timer);
    zp_timer_start(timer->timer, delay_ms, 0);
    app->timers = memory_grow(app, app->timers, struct app_timer *, app->timer_count + 1);
    app->timers[app->timer_count++] = timer;
}

void app_timer_forget_screen(struct app *app, uint64_t screen) {
    size_t i = 0;

    while (i < app->timer_count) {
        if (app->timers[i]->screen == screen)
            timer_remove(app, i);
        else
            i++;
    }
}
