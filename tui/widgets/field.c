#include "field.h"
#include "../memory.h"
#include <stdint.h>
#include <string.h>
#include <zapis/text.h>

#define JOINER 0x200D // of the parts of an emoji

struct field {
    char *text;
    size_t length, cursor; // bytes; the cursor stands before a grapheme or at the end
    size_t max_bytes;
    bool joiner; // typed just now: it takes what is typed next to what stands before
};

struct field *field_new(TALLOC_CTX *ctx, size_t max_bytes) {
    struct field *field = memory_new(ctx, struct field);

    field->max_bytes = max_bytes;
    field->text = memory_strdup(field, "");
    return field;
}

const char *field_text(const struct field *field) {
    return field->text;
}

bool field_empty(const struct field *field) {
    return field->length == 0;
}

void field_set(struct field *field, const char *text) {
    char *clean = zp_text_clean(field, text, SIZE_MAX, field->max_bytes);

    talloc_free(field->text);
    field->text = clean;
    field->length = field->cursor = strlen(clean);
}

// Where the grapheme before `at` begins.
static size_t before(const struct field *field, size_t at) {
    size_t last = 0;

    for (size_t i = 0; i < at;) {
        size_t bytes = zp_text_cluster(field->text + i);

        last = i;
        i += bytes > 0 ? bytes : 1;
    }
    return last;
}

static size_t after(const struct field *field, size_t at) {
    size_t bytes = zp_text_cluster(field->text + at);

    return at + bytes > field->length ? field->length : at + bytes;
}

static bool insert(struct field *field, const char *text) {
    size_t size = strlen(text);
    char *whole = NULL, *clean = NULL;
    size_t tail = field->length - field->cursor;

    if (size == 0 || field->length + size > field->max_bytes)
        return false;
    whole = memory_printf(field, "%.*s%s%s", (int)field->cursor, field->text, text,
                          field->text + field->cursor);
    clean = zp_text_clean(field, whole, SIZE_MAX, field->max_bytes);
    talloc_free(whole);
    if (strcmp(clean, field->text) == 0) { // a character that no text may hold
        talloc_free(clean);
        return false;
    }
    talloc_free(field->text);
    field->text = clean;
    field->length = strlen(clean);
    // Cleaning may compose (й from и and its mark): count from the end, then go to a boundary.
    field->cursor = field->length > tail ? field->length - tail : 0;
    for (size_t i = 0, bytes = 0; i <= field->cursor; i += bytes) {
        bytes = zp_text_cluster(field->text + i);
        if (bytes == 0 || i + bytes > field->cursor) {
            field->cursor = i;
            break;
        }
    }
    return true;
}

static void erase(struct field *field, size_t from, size_t to) {
    memmove(field->text + from, field->text + to, field->length - to + 1);
    field->length -= to - from;
    field->cursor = from;
}

static size_t word_before(const struct field *field) {
    size_t at = field->cursor;

    while (at > 0 && field->text[at - 1] == ' ')
        at--;
    while (at > 0 && field->text[at - 1] != ' ')
        at--;
    return at;
}

static enum field_result remove_range(struct field *field, size_t from, size_t to) {
    if (from == to)
        return FIELD_MOVED;
    erase(field, from, to);
    return FIELD_CHANGED;
}

static enum field_result control_key(struct field *field, uint32_t code) {
    if (code == 'u')
        return remove_range(field, 0, field->length);
    if (code == 'w')
        return remove_range(field, word_before(field), field->cursor);
    return FIELD_IGNORED;
}

enum field_result field_key(struct field *field, const struct key *key) {
    const bool joins = field->joiner;
    char typed[8] = "";

    field->joiner = key_is_text(key) && key->code == JOINER;
    if (field->joiner)
        return FIELD_MOVED;
    if (key_is_text(key)) {
        if (joins)
            zp_text_encode(JOINER, typed);
        zp_text_encode(key->code, typed + strlen(typed));
        return insert(field, typed) ? FIELD_CHANGED : FIELD_MOVED;
    }
    if (key->name == K_CHAR)
        return key->ctrl && !key->alt ? control_key(field, key->code) : FIELD_IGNORED;
    switch (key->name) {
    case K_LEFT: field->cursor = before(field, field->cursor); return FIELD_MOVED;
    case K_RIGHT: field->cursor = after(field, field->cursor); return FIELD_MOVED;
    case K_HOME: field->cursor = 0; return FIELD_MOVED;
    case K_END: field->cursor = field->length; return FIELD_MOVED;
    case K_BACKSPACE: return remove_range(field, before(field, field->cursor), field->cursor);
    case K_DELETE: return remove_range(field, field->cursor, after(field, field->cursor));
    default: return FIELD_IGNORED;
    }
}

enum field_result field_paste(struct field *field, const char *text) {
    size_t room = field->max_bytes - field->length;
    char *clean = zp_text_clean(field, text, SIZE_MAX, room);
    bool changed = insert(field, clean);

    talloc_free(clean);
    return changed ? FIELD_CHANGED : FIELD_MOVED;
}

void field_draw(const struct field *field, const struct grid *grid, int row, int col, int columns,
                bool focused, const char *hint) {
    enum style style = focused ? STYLE_FIELD_ON : STYLE_FIELD;
    size_t start = 0;
    int to_cursor = 0;

    // The first grapheme shown: the cursor, a column of its own at the end, must be visible.
    for (size_t i = 0; i < field->cursor;) {
        int width = 0;
        size_t bytes = zp_text_grapheme(field->text + i, &width);

        to_cursor += width;
        i += bytes > 0 ? bytes : 1;
    }
    while (to_cursor > columns - 1 && start < field->cursor) {
        int width = 0;
        size_t bytes = zp_text_grapheme(field->text + start, &width);

        to_cursor -= width;
        start += bytes > 0 ? bytes : 1;
    }
    grid_fill(grid, row, col, 1, columns, " ", style);
    if (field->length == 0 && hint)
        grid_put(grid, row, col, columns, hint, STYLE_DIM);
    else
        grid_put(grid, row, col, columns, field->text + start, style);
    if (focused)
        grid_cursor(grid, row, col + to_cursor);
}
