// QR codes as text: what a client's phone reads off the screen. The only file that knows
// libqrencode is qr.c.
#ifndef ZAPIS_TUI_QR_H
#define ZAPIS_TUI_QR_H

#include <stdbool.h>
#include <zapis/memory.h>

#define QR_QUIET 4 // light modules that must surround the code

struct qr {
    int size;             // modules a side, without the quiet zone
    unsigned char *cells; // size × size, 1 dark
};

// NULL when the text does not fit a code.
struct qr *qr_new(TALLOC_CTX *ctx, const char *text);
// A module; outside the code everything is light.
bool qr_dark(const struct qr *qr, int x, int y);

enum qr_style {
    QR_COLOUR, // half blocks in black on white, whatever the terminal's own colours are
    QR_PLAIN,  // half blocks, light modules filled: right on a dark background
    QR_ASCII,  // two characters a module, "##" is dark: for printing and for old terminals
};
// Lines ended by \n, quiet zone included.
char *qr_text(TALLOC_CTX *ctx, const struct qr *qr, enum qr_style style);

#endif
