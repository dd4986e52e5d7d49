#include "mouse.h"
#include <stdlib.h>

// Bits of the button number: shift, alt and ctrl do not matter; motion is never asked for.
#define MODIFIERS (4 + 8 + 16)
#define WHEEL     64

// A number and what must stand after it.
static bool number(const char **text, char after, unsigned long *out) {
    char *end = NULL;

    *out = strtoul(*text, &end, 10);
    if (end == *text || *end != after || *out > 65535)
        return false;
    *text = end + (after != '\0');
    return true;
}

bool mouse_parse(const char *text, bool press, struct mouse *out) {
    unsigned long button = 0, col = 0, row = 0;

    if (!press || !number(&text, ';', &button) || !number(&text, ';', &col) ||
        !number(&text, '\0', &row) || col == 0 || row == 0)
        return false;
    *out = (struct mouse){.row = (int)row - 1, .col = (int)col - 1};
    switch (button & ~(unsigned long)MODIFIERS) {
    case 0: out->kind = MOUSE_CLICK; return true;
    case WHEEL: out->kind = MOUSE_WHEEL_UP; return true;
    case WHEEL + 1: out->kind = MOUSE_WHEEL_DOWN; return true;
    default: return false;
    }
}
