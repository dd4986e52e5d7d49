#include <zapis/text.h>

#include "base/memory.h"
#include "base/text_unicode.h"

// What a base may carry, and how many emoji one picture may be joined of.
enum { MARKS_MAX = 2, JOINS_MAX = 4 };

struct cleaner {
    char *out;
    size_t used, size;
    bool keep_lines;
    bool base;         // something stands there that a mark may sit on
    int marks;         // on that base
    bool emoji;        // the last base is an emoji and a joiner may follow
    int joins;         // in that picture
    bool joined;       // a joiner was written just now
    bool line_blank;   // the last one written is the blank of a line end
    bool after_return; // a \r was just read: its \n is the same line end
    bool unusual;      // something was written that a normal form may change
};

static void put(struct cleaner *c, uint32_t codepoint) {
    char bytes[5];
    size_t length = zp_text_encode(codepoint, bytes);
    if (c->used + length + 1 > c->size) {
        c->size = c->size * 2 + 16;
        c->out = zp__memory_must(talloc_realloc(NULL, c->out, char, c->size));
    }
    memcpy(c->out + c->used, bytes, length + 1);
    c->used += length;
    // Below U+0300 and in basic Cyrillic every character is its own normal form.
    c->unusual = c->unusual || (codepoint >= 0x0300 && (codepoint < 0x0400 || codepoint > 0x0482) &&
                                (codepoint < 0x2010 || codepoint > 0x2027) && codepoint != 0x2116);
}

// A line end, or a tab, which is a blank of unknown width.
static void put_line_end(struct cleaner *c, uint32_t codepoint) {
    bool second = codepoint == '\n' && c->after_return;
    c->after_return = codepoint == '\r';
    if (c->keep_lines && codepoint != '\t') {
        if (!second) {
            put(c, '\n');
        }
        c->base = false;
        c->line_blank = false;
    } else if (!c->line_blank) {
        put(c, ' ');
        c->base = true;
        c->line_blank = true;
    }
    c->marks = 0;
    c->emoji = c->joined = false;
}

static void put_base(struct cleaner *c, uint32_t codepoint, bool emoji) {
    put(c, codepoint);
    c->joins = emoji && c->joined ? c->joins : 0;
    c->emoji = emoji;
    c->base = true;
    c->marks = 0;
}

static void put_mark(struct cleaner *c, uint32_t codepoint) {
    // The emoji variation selector has a meaning on an emoji alone; elsewhere it only hides.
    if (!c->base || c->marks >= MARKS_MAX || (codepoint == 0xFE0F && !c->emoji)) {
        return;
    }
    put(c, codepoint);
    c->marks++;
    // Only the emoji variation selector leaves a picture open to be joined.
    c->emoji = c->emoji && codepoint == 0xFE0F;
    c->line_blank = false;
}

static bool skin_tone(uint32_t codepoint) {
    return codepoint >= 0x1F3FB && codepoint <= 0x1F3FF;
}

static void take(struct cleaner *c, uint32_t codepoint, const char *rest, size_t rest_size) {
    if (codepoint == '\n' || codepoint == '\r' || codepoint == '\t') {
        put_line_end(c, codepoint);
        return;
    }
    c->after_return = false;
    uint32_t next = 0;
    enum zp__text_class kind = zp__text_classify(codepoint);
    switch (kind) {
    case ZP__TEXT_DROP: return;
    case ZP__TEXT_MARK: put_mark(c, codepoint); break;
    case ZP__TEXT_JOINER:
        if (!c->emoji || c->joined || c->joins >= JOINS_MAX ||
            zp__text_decode_n(rest, rest_size, &next) == 0 ||
            zp__text_classify(next) != ZP__TEXT_EMOJI) {
            return;
        }
        put(c, codepoint);
        c->joins++;
        c->joined = true;
        return;
    case ZP__TEXT_UNKNOWN: put_base(c, 0xFFFD, false); break;
    case ZP__TEXT_PLAIN:
    case ZP__TEXT_EMOJI:
        if (c->emoji && skin_tone(codepoint)) {
            put(c, codepoint);
            c->marks = 0;
        } else {
            put_base(c, codepoint, kind == ZP__TEXT_EMOJI);
        }
        break;
    }
    c->joined = false;
    c->line_blank = false;
}

// One pass over the bytes; `unusual` receives whether a normal form may change the result.
static char *pass(const char *bytes, size_t size, bool keep_lines, bool *unusual) {
    struct cleaner c = {.size = size + 16, .keep_lines = keep_lines};
    c.out = zp__memory_array(NULL, char, c.size);
    uint32_t codepoint = 0;
    for (size_t at = 0; at < size;) {
        at += zp__text_decode_n(bytes + at, size - at, &codepoint);
        take(&c, codepoint, bytes + at, size - at);
    }
    *unusual = c.unusual;
    return c.out;
}

// Dropping a character may bring two together that a normal form joins, and joining two may leave
// something that must go: both are repeated until nothing changes. Each round shortens the text.
static char *settle(const char *bytes, size_t size, bool keep_lines) {
    bool unusual = false;
    char *text = pass(bytes, size, keep_lines, &unusual);
    while (unusual) {
        char *normal = zp__text_normalise(NULL, text, false);
        char *again = pass(normal, strlen(normal), keep_lines, &unusual);
        bool same = strcmp(again, text) == 0;
        talloc_free(normal);
        talloc_free(text);
        text = again;
        if (same) {
            break;
        }
    }
    return text;
}

// Bytes of `text` within `max`, whole grapheme clusters; of a first cluster that is longer than
// that alone, whole code points.
static size_t cut(const char *text, size_t max) {
    size_t boundary = 0, at = 0;
    uint32_t before = 0, codepoint = 0;
    int32_t state = 0;
    for (size_t length; (length = zp_text_decode(text + at, &codepoint)) > 0; at += length) {
        if (at > 0 && zp__text_breaks(before, codepoint, &state)) {
            boundary = at;
        }
        if (at + length > max) {
            break;
        }
        before = codepoint;
    }
    if (text[at] == '\0') {
        return at;
    }
    if (boundary == 0) {
        boundary = at;
        if (before == 0x200D) {
            boundary -= 3;
        }
    }
    return boundary;
}

static char *clean(TALLOC_CTX *ctx, const char *bytes, size_t size, size_t max_bytes,
                   bool keep_lines) {
    if (bytes == NULL) {
        return zp__memory_strdup(ctx, "");
    }
    char *text = settle(bytes, size == SIZE_MAX ? strlen(bytes) : size, keep_lines);
    char *result = zp__memory_strndup(ctx, text, cut(text, max_bytes));
    talloc_free(text);
    return result;
}

char *zp_text_clean(TALLOC_CTX *ctx, const char *bytes, size_t size, size_t max_bytes) {
    return clean(ctx, bytes, size, max_bytes, false);
}

char *zp_text_clean_lines(TALLOC_CTX *ctx, const char *bytes, size_t size, size_t max_bytes) {
    return clean(ctx, bytes, size, max_bytes, true);
}
