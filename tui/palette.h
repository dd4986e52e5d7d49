// What the files of the palette share. Nobody else includes this.
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "line.h"
#include "screen.h"
#include "widgets/field.h"

// The palette: every command of the screen below by its name, or a booking in one line.
struct palette {
    const struct screen_env *env;
    int64_t now;
    struct field *field;
    enum action *actions; // of the screen below, without those that only move; then those that
                          // lack something there, found by their names alone
    size_t action_count, usable;
    int *ranks;    // how well the text typed names each of them (action_called)
    size_t *shown; // of actions: what the text typed finds
    size_t shown_count, cursor;
    bool books;   // the screen below can book: a line is understood as a booking
    bool line;    // the text is understood as one
    bool leaving; // asked whether to give up the booking typed
    bool enter;   // Enter waits for the price list: only then the words mean something

    struct zp_catalogue *catalogue; // NULL: not known (yet)
    char *trouble;                  // why not; NULL
    struct line_names *names;
    struct line_draft *draft;
    struct zp_client *known; // the client of the phone typed
    size_t known_count;
    char *asked_phone; // for whom was looked last; NULL: nobody
};

// The first trouble that has choices, or else the first; NULL: none.
const struct line_trouble *palette_trouble(const struct palette *palette);
void palette_view(const struct palette *palette, const struct grid *grid);

#endif
