// What must hold of a console whatever happens: of each frame, of where the cursor stands, and of
// each key that was typed.
#ifndef TESTS_TUI_RANDOM_CHECKS_H
#define TESTS_TUI_RANDOM_CHECKS_H

#include "bench.h"

// NULL: a terminal can show it as it is. `after_wide`: the cell before it is a wide character.
const char *checks_cell_trouble(const struct cell *cell, bool after_wide);

// Fails where something does not hold. `history`: the seed that is told then.
void checks_begin(unsigned long history); // a new console from now on
// The frame that the terminal has: every cell of it.
void checks_frame(const struct bench *bench);
// The view of the screen on top in a window of that size: every cell of it, that nothing around
// the window is touched, and that the cursor stands on what has the focus.
void checks_view(const struct bench *bench, int rows, int cols);
void checks_wrong(const struct bench *bench, const char *what);
void checks_free(void);

// Keys. Each one typed must reach a screen in the order of typing, be one of the app's own, wait
// for its turn, or be dropped with a word about it.
struct checks_keys {
    unsigned long typed, delivered, own, dropped; // of all histories
};
extern struct checks_keys checks_keys;
// Goes into the terminal now; NULL: a paste. `passes`: before those that wait.
void checks_typed(const struct key *key, bool passes);
void checks_after(const struct bench *bench, bool may_drop); // after each step

#endif
