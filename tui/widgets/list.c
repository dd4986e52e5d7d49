#include "list.h"
#include "../memory.h"
#include "field.h"
#include <string.h>
#include <zapis/text.h>

#define FILTER_BYTES 128

struct list {
    struct list_item *items; // owned, with their strings
    size_t count;
    size_t *shown; // indexes of items that pass the filter
    size_t shown_count;
    size_t cursor; // in shown
    struct field *filter;
    bool filterable;
    int base; // of clicks
};

struct list *list_new(TALLOC_CTX *ctx, bool filterable) {
    struct list *list = memory_new(ctx, struct list);

    list->filterable = filterable;
    list->filter = field_new(list, FILTER_BYTES);
    return list;
}

size_t list_count(const struct list *list) {
    return list->shown_count;
}

const struct list_item *list_current(const struct list *list) {
    if (list->cursor >= list->shown_count)
        return NULL;
    return &list->items[list->shown[list->cursor]];
}

const char *list_filter(const struct list *list) {
    return field_text(list->filter);
}

bool list_select(struct list *list, const char *id) {
    for (size_t i = 0; id && i < list->shown_count; i++) {
        if (strcmp(list->items[list->shown[i]].id, id) == 0) {
            list->cursor = i;
            return true;
        }
    }
    return false;
}

void list_hits(struct list *list, int base) {
    list->base = base;
}

bool list_click(struct list *list, int hit) {
    if (hit <= list->base || (size_t)(hit - list->base) > list->shown_count)
        return false;
    list->cursor = (size_t)(hit - list->base - 1);
    return true;
}

void list_mark(struct list *list, const char *id, bool marked) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, id) == 0)
            list->items[i].marked = marked;
}

// Applies the filter. The cursor goes to the first item that the letters chose, not to a fixed one.
static void filter(struct list *list) {
    const char *typed = field_text(list->filter);
    struct zp_text_query *query = typed[0] != '\0' ? zp_text_query_new(list, typed) : NULL;
    bool found = false;

    list->shown_count = 0;
    list->cursor = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct list_item *item = &list->items[i];
        bool matches = query && zp_text_query_finds(query, item->text);

        if (query && !item->fixed && !matches)
            continue;
        if (matches && !found) {
            found = true;
            list->cursor = list->shown_count;
        }
        list->shown[list->shown_count++] = i;
    }
    talloc_free(query);
}

void list_set(struct list *list, const struct list_item *items, size_t count) {
    const struct list_item *current = list_current(list);
    char *id = current ? memory_strdup(list, current->id) : NULL;
    size_t cursor = list->cursor;
    struct list_item *own = memory_array(list, struct list_item, count);

    for (size_t i = 0; i < count; i++) {
        own[i] = items[i];
        own[i].id = memory_strdup(own, items[i].id ? items[i].id : "");
        own[i].text = memory_strdup(own, items[i].text ? items[i].text : "");
        own[i].more = items[i].more ? memory_strdup(own, items[i].more) : NULL;
    }
    talloc_free(list->items);
    talloc_free(list->shown);
    list->items = own;
    list->count = count;
    list->shown = memory_array(list, size_t, count);
    filter(list);
    if (id && !list_select(list, id) && list->shown_count > 0)
        list->cursor = cursor < list->shown_count ? cursor : list->shown_count - 1;
    talloc_free(id);
}

void list_clear_filter(struct list *list) {
    const struct list_item *current = list_current(list);
    char *id = current ? memory_strdup(list, current->id) : NULL;

    field_set(list->filter, "");
    filter(list);
    list_select(list, id);
    talloc_free(id);
}

static enum list_result move(struct list *list, long by) {
    long last = (long)list->shown_count - 1, at = (long)list->cursor + by;

    if (last >= 0)
        list->cursor = (size_t)(at < 0 ? 0 : at > last ? last : at);
    return LIST_MOVED;
}

enum list_result list_key(struct list *list, const struct key *key) {
    switch (key->name) {
    case K_UP: return move(list, -1);
    case K_DOWN: return move(list, 1);
    case K_PAGE_UP: return move(list, -10);
    case K_PAGE_DOWN: return move(list, 10);
    case K_HOME: return move(list, -(long)list->cursor);
    case K_END: return move(list, (long)list->shown_count);
    default: break;
    }
    if (!list->filterable || key->name == K_LEFT || key->name == K_RIGHT || key->name == K_DELETE ||
        field_key(list->filter, key) == FIELD_IGNORED)
        return LIST_IGNORED;
    filter(list);
    return LIST_FILTERED;
}

// The first item of a window of `rows` that has the cursor in it: pages of half a window, so that a
// step of the cursor seldom moves the rest.
static size_t window(const struct list *list, size_t rows) {
    size_t half = rows > 1 ? rows / 2 : 1, top = 0;

    if (list->shown_count <= rows || list->cursor < rows)
        return 0;
    top = (list->cursor - rows + half) / half * half;
    if (top > list->cursor)
        top = list->cursor;
    if (top + rows > list->shown_count)
        top = list->shown_count - rows;
    return top;
}

static void draw_item(const struct grid *grid, int row, const struct list_item *item,
                      enum style style) {
    int more = item->more ? zp_text_width(item->more) : 0, text = 0;

    if (more > grid->cols / 2)
        more = grid->cols / 2;
    text = grid->cols - 2 - (more > 0 ? more + 1 : 0);
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_put(grid, row, 0, 1, item->marked ? grid_glyph(grid, GLYPH_CHECK) : " ", style);
    grid_cell(grid, row, 2, text, item->text, style);
    if (more > 0)
        grid_right(grid, row, grid->cols - more, more, item->more, style);
}

void list_draw(const struct list *list, const struct grid *grid, bool focused, const char *empty) {
    size_t top = grid->rows > 0 ? window(list, (size_t)grid->rows) : 0;

    if (list->shown_count == 0 && empty)
        grid_cell(grid, 0, 2, grid->cols - 2, empty, STYLE_DIM);
    for (int row = 0; row < grid->rows && top + (size_t)row < list->shown_count; row++) {
        size_t at = top + (size_t)row;
        const struct list_item *item = &list->items[list->shown[at]];
        enum style style = item->style;

        if (at == list->cursor)
            style = focused ? STYLE_CURSOR : STYLE_SELECTED;
        draw_item(grid, row, item, style);
        grid_hit(grid, row, 0, 1, grid->cols, list->base + (int)at + 1);
        if (at == list->cursor && focused)
            grid_cursor(grid, row, 0);
    }
}
