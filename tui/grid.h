// The in-memory screen. A view writes cells; only the terminal back end reads them.
//
// A surface is the memory; a grid is a window into it, passed by value or address. Rows and columns
// of every call are relative to the window, and nothing that is put can leave it: text is cut at a
// grapheme boundary, a wide character that would not fit leaves a blank, a row or column outside
// is no error and does nothing. No call here allocates but surface_new.
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include "style.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>

// One column of a row. A wide character is a cell of width 2 followed by one of width 0.
// `text`: one base character and at most two combining marks, NUL-terminated: exactly what a
// terminal shows in one place, so that the terminal equals the grid (the parts of a joined emoji
// stand side by side; joiners and variation selectors go).
#define CELL_TEXT 13
struct cell {
    char text[CELL_TEXT];
    uint8_t width; // 1, 2, or 0 for the right half of a wide character
    uint8_t style; // enum style
    uint8_t pad;   // always 0: cells are compared as bytes
};

struct surface {
    int rows, cols;
    struct cell *cells;         // rows * cols, row by row
    bool ascii;                 // draw lines and marks in ASCII
    int cursor_row, cursor_col; // -1, -1: hidden
    int *hits;                  // rows * cols: what a click there means to the screen, 0: nothing
};

// A blank surface. rows and cols of at least 1 are made of smaller values.
struct surface *surface_new(TALLOC_CTX *ctx, int rows, int cols, bool ascii);
void surface_clear(struct surface *surface); // blanks of STYLE_DEFAULT, cursor hidden
int surface_hit(const struct surface *surface, int row, int col); // 0: nothing, or outside
const struct cell *surface_cell(const struct surface *surface, int row, int col);
// The rows as text, each ended by "|\n", without styles.
char *surface_text(TALLOC_CTX *ctx, const struct surface *surface);
// The whole notation of screen tests: header "80x24 cursor=r,c", the rows, then the rows of style
// letters that have any.
char *surface_screen(TALLOC_CTX *ctx, const struct surface *surface);

struct grid {
    struct surface *surface;
    int top, left;  // of the window in the surface
    int rows, cols; // of the window; may be 0
};

struct grid grid_of(struct surface *surface);
// A part of a window, clipped to it; what lies outside is cut off (0 rows or columns are possible).
struct grid grid_part(const struct grid *grid, int row, int col, int rows, int cols);

// Puts one line of text at (row, col), at most `columns` wide and never beyond the window. Returns
// the columns taken. Control characters become blanks. A text that is too long is cut.
int grid_put(const struct grid *grid, int row, int col, int columns, const char *text,
             enum style style);
// The same, and the rest of `columns` is filled with blanks of the style. A text that is too long
// ends in an ellipsis.
void grid_cell(const struct grid *grid, int row, int col, int columns, const char *text,
               enum style style);
// The same at the right edge of `columns`.
void grid_right(const struct grid *grid, int row, int col, int columns, const char *text,
                enum style style);
int grid_printf(const struct grid *grid, int row, int col, int columns, enum style style,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

// Fills a rectangle with one character (a string of one grapheme, one column wide; others: blank).
void grid_fill(const struct grid *grid, int row, int col, int rows, int cols, const char *text,
               enum style style);
// Changes the style of a rectangle and leaves its text.
void grid_restyle(const struct grid *grid, int row, int col, int rows, int cols, enum style style);

void grid_line(const struct grid *grid, int row, int col, int cols, enum style style);
void grid_rule(const struct grid *grid, int row, int col, int rows, enum style style); // vertical
// A frame around the rectangle, with a title in its top line (NULL: none); the inside is untouched.
void grid_box(const struct grid *grid, int row, int col, int rows, int cols, const char *title,
              enum style style);

// Where the terminal's cursor stands: on the focused item (screen readers follow it). Outside the
// window: not set.
void grid_cursor(const struct grid *grid, int row, int col);

// What a click on the rectangle means: a number of the screen's own, handed to its update
// (MESSAGE_MOUSE), which moves its cursor there. A second click, on what the cursor stands on by
// then, is Enter; not so where the number is negative: a click alone never confirms anything.
void grid_hit(const struct grid *grid, int row, int col, int rows, int cols, int hit);

// Characters of the program's own drawing, in UTF-8 or ASCII as the surface says.
enum glyph {
    GLYPH_LINE,     // ─ -
    GLYPH_RULE,     // │ |
    GLYPH_BAR,      // ▐ |   left edge of a booking
    GLYPH_DOT,      // ● *   connection, good
    GLYPH_RING,     // ○ o   connection, not good
    GLYPH_MIDDLE,   // · .   separator in headers
    GLYPH_CHECK,    // ✓ v   came
    GLYPH_BULLET,   // • *   expected
    GLYPH_CROSS,    // ✗ x   gone
    GLYPH_ELLIPSIS, // … ~
    GLYPH_HATCH,    // ░ :   off hours
    GLYPH_UNKNOWN,  // · .   shift time that nobody could tell
    GLYPH_OUTSIDE,  // ▒ #   busy outside the journal
    GLYPH_RIGHT,    // ▸ >
    GLYPH_LEFT,     // ◂ <
    GLYPH_UP,       // ▴ ^
    GLYPH_DOWN,     // ▾ v
    GLYPH_MINUS,    // − -
    GLYPH_UNEQUAL,  // ≠ !=  alone of two columns in ASCII
};
#define GLYPHS (GLYPH_UNEQUAL + 1)
const char *grid_glyph(const struct grid *grid, enum glyph glyph);

#endif
