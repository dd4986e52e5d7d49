// A single-line edit field: moves and deletes by grapheme, scrolls sideways, takes a paste.
#ifndef TUI_WIDGETS_FIELD_H
#define TUI_WIDGETS_FIELD_H

#include "../grid.h"
#include "../key.h"
#include <stdbool.h>
#include <stddef.h>
#include <zapis/memory.h>

struct field;
// At most max_bytes of UTF-8; what would exceed it is not taken.
struct field *field_new(TALLOC_CTX *ctx, size_t max_bytes);
const char *field_text(const struct field *field);     // never NULL, clean UTF-8
void field_set(struct field *field, const char *text); // cleaned; the cursor goes to the end
bool field_empty(const struct field *field);

enum field_result {
    FIELD_IGNORED, // not a key for a field
    FIELD_MOVED,   // the cursor moved, or would have
    FIELD_CHANGED,
};
// Characters, Left, Right, Home, End, Backspace, Del, Ctrl-U (clear), Ctrl-W (word before).
enum field_result field_key(struct field *field, const struct key *key);
enum field_result field_paste(struct field *field, const char *text); // line ends become blanks

// Draws `columns` wide; puts the terminal's cursor when focused. `hint` (or NULL) stands dim in an
// empty field.
void field_draw(const struct field *field, const struct grid *grid, int row, int col, int columns,
                bool focused, const char *hint);

#endif
