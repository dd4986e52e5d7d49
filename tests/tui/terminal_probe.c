// The real app on the real terminal back end, over a desk that answers at once from a made-up
// salon: what terminal_test.py runs on a pty. ZAPIS_GRID_DUMP is its grid, as in the console.
#include "app.h"
#include "bench.h"
#include "salon.h"
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <zapis/i18n.h>

#define MASTERS 9

struct probe {
    struct zp_loop *loop;
    struct app *app;
    uint64_t last_id;
    int64_t now_ms;
};

struct due {
    struct probe *probe;
    uint64_t id;
    enum zp_ask ask;
};

static struct zp_event *event_for(TALLOC_CTX *ctx, const struct due *due) {
    switch (due->ask) {
    case ZP_ASK_CATALOGUE: return salon_big_catalogue(ctx, MASTERS);
    case ZP_ASK_SHIFTS: return salon_big_shifts(ctx, MASTERS);
    case ZP_ASK_DAY:
        return due->id % 2 ? salon_day(ctx) : salon_big_day(ctx, MASTERS, (unsigned)due->id);
    case ZP_ASK_LOOK: return salon_look(ctx);
    case ZP_ASK_TRUTH: return salon_truth(ctx, 41, 41 - (int)(due->id % 2));
    default: return salon_failure(ctx, ZP_E_UNREACHABLE, "Nobody answers here.");
    }
}

static void answer(void *data) {
    struct due *due = data;
    struct zp_event *event = event_for(due, due);

    event->kind = ZP_EVENT_ANSWER;
    event->id = due->id;
    event->ask = due->ask;
    app_event(event, due->probe->app);
    talloc_free(due);
}

static uint64_t submit(void *data, const struct zp_request *request) {
    struct probe *probe = data;
    struct due *due = talloc(probe->loop, struct due);

    *due = (struct due){probe, ++probe->last_id, request->ask};
    zp_loop_defer(probe->loop, answer, due);
    return due->id;
}

static void cancel(void *data, uint64_t id) {
    (void)data;
    (void)id;
}

static int64_t now_ms(void *data) {
    return ((struct probe *)data)->now_ms;
}

static void resized(int signum, void *data) {
    (void)signum;
    app_resize(((struct probe *)data)->app);
}

static void told_to_stop(int signum, void *data) {
    (void)signum;
    app_quit(((struct probe *)data)->app);
}

int main(void) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct probe *probe = talloc_zero(ctx, struct probe);
    struct zp_config *config = bench_config(ctx);
    const struct screen_env env = {config, "Anna @ desk 1"};
    struct app_options options = {.env = &env, .desk = {submit, cancel, now_ms, probe}};
    struct zp_error err = {0};

    setlocale(LC_ALL, "");
    zp_i18n_init("en");
    probe->now_ms = BENCH_NOW * 1000;
    probe->loop = options.loop = zp_loop_new(ctx);
    zp_signal_background(zp_signal_new(ctx, probe->loop, SIGWINCH, resized, probe));
    zp_signal_background(zp_signal_new(ctx, probe->loop, SIGTERM, told_to_stop, probe));
    options.term = term_curses_new(ctx, getenv("PROBE_THEME"), &err);
    options.dump_path = getenv("ZAPIS_GRID_DUMP");
    if (!options.term) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    probe->app = app_new(ctx, &options);
    app_start(probe->app, SCREEN_DAY, NULL);
    zp_loop_run(probe->loop);
    talloc_free(probe->app);
    talloc_free(options.term);
    puts("the terminal is yours again");
    talloc_free(ctx);
    return 0;
}
