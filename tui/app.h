// The runtime: the only code of the console with side effects. It owns the stack of open screens,
// turns input and desk events into messages, carries commands out, and draws just before the loop
// waits, if something changed.
#ifndef TUI_APP_H
#define TUI_APP_H

#include "screen.h"
#include "term.h"
#include <stdint.h>
#include <zapis/desk.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

// The desk as the app needs it, so that tests can stand in for it.
struct app_desk {
    uint64_t (*submit)(void *data, const struct zp_request *request);
    void (*cancel)(void *data, uint64_t id);
    int64_t (*now_ms)(void *data); // the salon's clock, UTC milliseconds
    void *data;
};

struct app_options {
    struct zp_loop *loop;
    const struct screen_env *env; // must outlive the app
    struct term *term;            // must outlive the app
    struct app_desk desk;
    const char *dump_path; // NULL: none. After each draw the grid is written there (app.c)
};

struct app;
struct app *app_new(TALLOC_CTX *ctx, const struct app_options *options);
// Opens the first screen. After this zp_loop_run() is the console; it is stopped by quitting.
void app_start(struct app *app, enum screen_id screen, const struct screen_args *args);
// For zp_desk_options.on_event: `data` is the app.
void app_event(const struct zp_event *event, void *data);
// A line above the key bar, as a screen's notice.
void app_say(struct app *app, enum style style, const char *text);
void app_resize(struct app *app); // SIGWINCH
// Takes all input there is: called by itself where the terminal has a descriptor.
void app_read(struct app *app);
void app_tick(struct app *app); // the minute hand: called by itself
void app_quit(struct app *app);
bool app_holds(const struct app *app);         // the next frame waits for an answer (command_hold)
const char *app_screen(const struct app *app); // name of the screen on top, NULL: none

#endif
