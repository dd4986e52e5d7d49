// A list with a cursor that filters as one types (zp_text_matches: other layout, transliteration).
#ifndef TUI_WIDGETS_LIST_H
#define TUI_WIDGETS_LIST_H

#include "../grid.h"
#include "../key.h"
#include <stdbool.h>
#include <stddef.h>
#include <zapis/memory.h>

struct list_item {
    const char *id;   // stable; the cursor stays on it when items are set again
    const char *text; // shown at the left, filtered by
    const char *more; // shown at the right edge; NULL: nothing
    bool marked;      // shows a check
    bool fixed;       // stays whatever is typed ("any master")
    enum style style;
};

struct list;
struct list *list_new(TALLOC_CTX *ctx, bool filterable);
void list_set(struct list *list, const struct list_item *items, size_t count); // copies
size_t list_count(const struct list *list);                                    // shown now
const struct list_item *list_current(const struct list *list); // NULL: nothing shown
bool list_select(struct list *list, const char *id);           // cursor to it, if it is shown
// Clicks on it are `base` + 1 and so on (grid_hit); false: the click was not for this list.
void list_hits(struct list *list, int base);
bool list_click(struct list *list, int hit);
void list_mark(struct list *list, const char *id, bool marked);
const char *list_filter(const struct list *list); // what was typed, never NULL
void list_clear_filter(struct list *list);

enum list_result {
    LIST_IGNORED,
    LIST_MOVED,
    LIST_FILTERED, // another filter, perhaps another current item
};
// Up, Down, PgUp, PgDn, Home, End; where filterable also characters, Backspace, Ctrl-U.
// Enter, Ins, Esc and Tab are the screen's.
enum list_result list_key(struct list *list, const struct key *key);

// Fills the whole grid given; the window scrolls so that the current item shows. The terminal's
// cursor is put on the current item when focused. `empty` stands there when nothing is shown.
void list_draw(const struct list *list, const struct grid *grid, bool focused, const char *empty);

#endif
