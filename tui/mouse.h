// Mouse events. Only the press of the first button and the wheel: nobody drags here, and a terminal
// that tells of motion would wake an idle program.
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include <stdbool.h>

enum mouse_kind { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    enum mouse_kind kind;
    int row, col; // of the terminal, from 0
};

// What follows "ESC [ <" in xterm's SGR encoding, without its last letter: "0;12;5" is the first
// button at column 12, row 5 (from 1). `press`: the last letter was M. False: an event that means
// nothing here (another button, a release, motion), or nonsense.
bool mouse_parse(const char *text, bool press, struct mouse *out);

#endif
