// A terminal that is none: the last frame drawn is kept, inputs are pushed. For tests.
#include "memory.h"
#include "term.h"
#include <string.h>
#include <zapis/text.h>

struct term_null {
    struct term term; // first: the back end is found from it
    int rows, cols, frames, bells;
    bool mouse, cannot;
    char *copied;
    struct surface *last;
    struct term_input *queue;
    size_t count, next;
};

static struct term_null *null_of(struct term *term) {
    return (struct term_null *)term;
}

static void null_size(struct term *term, int *rows, int *cols) {
    *rows = null_of(term)->rows;
    *cols = null_of(term)->cols;
}

static bool same_row(const struct surface *a, const struct surface *b, size_t at) {
    return memcmp(&a->cells[at], &b->cells[at], (size_t)b->cols * sizeof(b->cells[at])) == 0;
}

// Applies only the difference, as a real terminal does: a wrong `before` shows as a wrong frame.
static void null_draw(struct term *term, const struct surface *frame,
                      const struct surface *before) {
    struct term_null *null = null_of(term);
    const size_t cols = (size_t)frame->cols, count = (size_t)frame->rows * cols;

    if (!null->last || null->last->rows != frame->rows || null->last->cols != frame->cols) {
        talloc_free(null->last);
        null->last = surface_new(null, frame->rows, frame->cols, frame->ascii);
    }
    for (size_t row = 0; row < count; row += cols) {
        if (before && same_row(before, frame, row))
            continue;
        for (size_t i = row; i < row + cols; i++)
            if (!before || memcmp(&before->cells[i], &frame->cells[i], sizeof(*frame->cells)) != 0)
                null->last->cells[i] = frame->cells[i];
    }
    null->last->cursor_row = frame->cursor_row;
    null->last->cursor_col = frame->cursor_col;
    null->frames++;
}

static void null_read(struct term *term, struct term_input *out) {
    struct term_null *null = null_of(term);

    *out = (struct term_input){.kind = TERM_NOTHING};
    if (null->next < null->count) {
        *out = null->queue[null->next++];
        return;
    }
    TALLOC_FREE(null->queue);
    null->count = null->next = 0;
}

static void null_bell(struct term *term) {
    null_of(term)->bells++;
}

static bool null_mouse(struct term *term, bool on) {
    null_of(term)->mouse = on && !null_of(term)->cannot;
    return !null_of(term)->cannot;
}

static bool null_copy(struct term *term, const char *text) {
    struct term_null *null = null_of(term);

    if (null->cannot)
        return false;
    talloc_free(null->copied);
    null->copied = memory_strdup(null, text);
    return true;
}

struct term *term_null_new(TALLOC_CTX *ctx, int rows, int cols, bool ascii) {
    static const struct term_ops ops = {null_size, null_draw,  null_read,
                                        null_bell, null_mouse, null_copy};
    struct term_null *null = memory_new(ctx, struct term_null);

    null->term.ops = &ops;
    null->term.fd = -1;
    null->term.ascii = ascii;
    null->rows = rows;
    null->cols = cols;
    return &null->term;
}

void term_null_resize(struct term *term, int rows, int cols) {
    null_of(term)->rows = rows;
    null_of(term)->cols = cols;
}

static struct term_input *push(struct term_null *null) {
    null->queue = memory_grow(null, null->queue, struct term_input, null->count + 1);
    return &null->queue[null->count++];
}

void term_null_push(struct term *term, const struct key *key) {
    *push(null_of(term)) = (struct term_input){.kind = TERM_KEY, .key = *key};
}

void term_null_push_paste(struct term *term, const char *text) {
    struct term_input *input = push(null_of(term));

    *input = (struct term_input){.kind = TERM_PASTE};
    input->text = zp_text_clean_lines(null_of(term)->queue, text, strlen(text), strlen(text));
}

void term_null_push_mouse(struct term *term, enum mouse_kind kind, int row, int col) {
    *push(null_of(term)) =
        (struct term_input){.kind = TERM_MOUSE, .mouse = {.kind = kind, .row = row, .col = col}};
}

const struct surface *term_null_frame(const struct term *term) {
    return ((const struct term_null *)term)->last;
}

int term_null_frames(const struct term *term) {
    return ((const struct term_null *)term)->frames;
}

int term_null_bells(const struct term *term) {
    return ((const struct term_null *)term)->bells;
}

bool term_null_mouse(const struct term *term) {
    return ((const struct term_null *)term)->mouse;
}

const char *term_null_copied(const struct term *term) {
    return ((const struct term_null *)term)->copied;
}

void term_null_cannot(struct term *term) {
    null_of(term)->cannot = true;
    null_of(term)->mouse = false;
}
