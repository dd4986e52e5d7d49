// The console on a real terminal: puts loop, desk, terminal and app together.
#include "console.h"
#include "app.h"
#include "memory.h"
#include "receiver_watch.h"
#include <malloc.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct console {
    struct zp_loop *loop;
    struct zp_desk *desk;
    struct app *app;
    struct screen_env env;
    const struct console_options *options;
};

static uint64_t submit(void *data, const struct zp_request *request) {
    return zp_desk_submit(((struct console *)data)->desk, request);
}

static void cancel(void *data, uint64_t id) {
    zp_desk_cancel(((struct console *)data)->desk, id);
}

static int64_t now_ms(void *data) {
    return zp_clock_now_ms(&((struct console *)data)->env.config->clock);
}

static void on_event(const struct zp_event *event, void *data) {
    struct console *console = data;

    if (console->app)
        app_event(event, console->app);
}

static void resized(int signum, void *data) {
    struct console *console = data;

    (void)signum;
    if (console->app)
        app_resize(console->app);
}

static void told_to_stop(int signum, void *data) {
    struct console *console = data;

    (void)signum;
    if (console->app)
        app_quit(console->app);
}

static const char *account_name(void) {
    const struct passwd *account = getpwuid(getuid());

    return account && account->pw_name ? account->pw_name : "";
}

static struct zp_desk *open_desk(struct console *console, struct zp_error *err) {
    const struct zp_desk_options options = {
        .config = console->env.config,
        .sync = true,
        .operator_name = console->env.operator_name,
        .on_event = on_event,
        .data = console,
    };

    return zp_desk_open(console, console->loop, &options, err);
}

// The handlers stand before curses starts, which then leaves them alone.
static void watch_signals(struct console *console) {
    static const int stops[] = {SIGTERM, SIGHUP, SIGINT};

    zp_signal_background(zp_signal_new(console, console->loop, SIGWINCH, resized, console));
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
        zp_signal_background(
            zp_signal_new(console, console->loop, stops[i], told_to_stop, console));
}

static void receiver_ended(const char *text, void *data) {
    app_say(((struct console *)data)->app, STYLE_WARN, text);
}

static void run(struct console *console, struct term *term) {
    const struct app_options options = {
        .loop = console->loop,
        .env = &console->env,
        .term = term,
        .desk = {submit, cancel, now_ms, console},
        .dump_path = getenv("ZAPIS_GRID_DUMP"),
    };

    console->app = app_new(console, &options);
    app_start(console->app, SCREEN_DAY, NULL);
    struct receiver_watch *receiver =
        receiver_watch_new(console, console->loop, console->options->receiver,
                           console->options->receiver_log, receiver_ended, console);
    zp_loop_run(console->loop);
    talloc_free(receiver);
    TALLOC_FREE(console->app);
}

bool console_run(const struct console_options *options, struct zp_error *err) {
    struct console *console = memory_new(NULL, struct console);
    const char *name = options->operator_name ? options->operator_name : account_name();
    bool ok = false;

    mallopt(M_ARENA_MAX, 1); // the journal's thread takes and gives where the screen does
    console->options = options;
    console->env.config = options->config;
    console->env.operator_name = memory_strdup(console, name);
    console->loop = memory_must(zp_loop_new(console));
    watch_signals(console);
    console->desk = open_desk(console, err);
    if (console->desk) {
        struct term *term = term_curses_new(console, options->config->console.theme, err);

        ok = term != NULL;
        if (ok)
            run(console, term);
        talloc_free(term); // the person has the terminal back before the journal is closed
        TALLOC_FREE(console->desk);
    }
    talloc_free(console);
    return ok;
}
