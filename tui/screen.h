// A screen is model, update, view. `update` changes only its own model and appends commands; `view`
// only writes cells. Neither knows the terminal, the network or the clock, so that every screen
// runs in a test as it is.
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "action.h"
#include "command.h"
#include "grid.h"
#include "message.h"
#include "screen_id.h"
#include <stdbool.h>
#include <stddef.h>
#include <zapis/config.h>
#include <zapis/memory.h>

// What every screen may know from the start; outlives all screens.
struct screen_env {
    const struct zp_config *config; // salon, zone, practice …
    const char *operator_name;      // "Anna @ desk 1"
};

#define SCREEN_ACTIONS 48 // ceiling of one screen's actions
struct screen_ops {
    const char *name; // "day"
    // A model of its own talloc context under ctx. Nothing is asked here: MESSAGE_OPENED follows.
    void *(*new)(TALLOC_CTX *ctx, const struct screen_env *env, const struct screen_args *args);
    void (*update)(void *model, const struct message *message, struct commands *commands);
    // The grid is blank; its last row is the screen's last (the key bar is the app's, below it).
    void (*view)(const void *model, struct grid *grid);
    // The actions that make sense now, in the order of the bar, at most SCREEN_ACTIONS; returns
    // their number. HELP (first) and QUIT (last) are added by the app.
    size_t (*actions)(const void *model, enum action *out);
    // True while printable characters go into a field or a filter: no letter commands then. NULL:
    // never.
    bool (*typing)(const void *model);
    // True while an answer is awaited that can change the question. Keys are then kept by the app
    // and applied in order afterwards. Esc goes through at once (and drops what was kept), so that
    // nobody is locked in. NULL: never.
    bool (*waiting)(const void *model);
    // True while something was chosen or typed that quitting would lose: the app asks first. NULL:
    // never.
    bool (*unsaved)(const void *model);
    // What comes of a booking said in the palette over it is taken, though F7 makes none here.
    bool takes_line;
    bool esc_digits; // Esc, then a digit, is that F-key (Day)
};

// NULL: not built. screens.c: each screen adds its line to the table there.
const struct screen_ops *screen_find(enum screen_id id);

#endif
