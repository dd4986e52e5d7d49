// The terminal as the app sees it: a back end that draws surfaces and gives input. term_curses.c is
// the real one and the only file that knows curses; term_null.c keeps the last frame for tests.
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "grid.h"
#include "key.h"
#include "mouse.h"
#include <stdbool.h>
#include <zapis/error.h>
#include <zapis/memory.h>

enum term_input_kind { TERM_NOTHING, TERM_KEY, TERM_PASTE, TERM_MOUSE, TERM_CLOSED };
struct term_input {
    enum term_input_kind kind;
    struct key key;
    struct mouse mouse;
    const char *text; // PASTE: cleaned; valid until the next read
};

struct term;
struct term_ops {
    void (*size)(struct term *term, int *rows, int *cols); // asks the terminal anew
    // Shows `frame`; `before` is what was drawn last (NULL: everything must be drawn).
    void (*draw)(struct term *term, const struct surface *frame, const struct surface *before);
    // One input, TERM_NOTHING when there is no more for now. Alt and a digit is that F-key; Esc and
    // another character that come together are two keys: no key is lost.
    void (*read)(struct term *term, struct term_input *out);
    void (*bell)(struct term *term);
    // Clicks and the wheel come to us, or stay the terminal's own (selecting text). False: it has
    // no mouse that can be asked for.
    bool (*mouse)(struct term *term, bool on);
    // Hands a text to the terminal's clipboard. False: this terminal cannot. True is no promise.
    bool (*copy)(struct term *term, const char *text);
};
struct term {
    const struct term_ops *ops;
    int fd;     // to be watched for reading, -1: none
    bool ascii; // lines and marks in ASCII
};

// theme: "auto", "default", "light", "high-contrast", "mono". NO_COLOR and TERM=dumb give mono.
// talloc_free restores the terminal, and so does zp_panic.
struct term *term_curses_new(TALLOC_CTX *ctx, const char *theme, struct zp_error *err);
void term_curses_restore(void); // from a panic or a fatal signal

// No terminal: keeps a copy of the last frame; inputs are pushed.
struct term *term_null_new(TALLOC_CTX *ctx, int rows, int cols, bool ascii);
void term_null_resize(struct term *term, int rows, int cols);
void term_null_push(struct term *term, const struct key *key);
void term_null_push_paste(struct term *term, const char *text);
void term_null_push_mouse(struct term *term, enum mouse_kind kind, int row, int col);
const struct surface *term_null_frame(const struct term *term); // NULL before the first draw
int term_null_frames(const struct term *term);                  // drawn so far
int term_null_bells(const struct term *term);
bool term_null_mouse(const struct term *term);         // asked for
const char *term_null_copied(const struct term *term); // the last text; NULL: none
void term_null_cannot(struct term *term);              // from now on: no mouse, no clipboard

#endif
