#include <zapis/text.h>

#include <limits.h>

#include "base/memory.h"
#include "base/text_unicode.h"

#define REPLACEMENT 0xFFFD

// How many bytes a sequence has by its first, and the least code point it may stand for.
static size_t sequence(unsigned char first, uint32_t *least) {
    if (first >= 0xC2 && first <= 0xDF) {
        *least = 0x80;
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        *least = 0x800;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        *least = 0x10000;
        return 4;
    }
    return 0;
}

size_t zp__text_decode_n(const char *bytes, size_t size, uint32_t *codepoint) {
    if (size == 0) {
        return 0;
    }
    const unsigned char *at = (const unsigned char *)bytes;
    if (at[0] < 0x80) {
        *codepoint = at[0];
        return 1;
    }
    uint32_t least = 0;
    size_t length = sequence(at[0], &least);
    *codepoint = REPLACEMENT;
    if (length == 0 || length > size) {
        return 1;
    }
    uint32_t value = at[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 1;
        }
        value = value << 6 | (at[i] & 0x3F);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 1;
    }
    *codepoint = value;
    return length;
}

size_t zp_text_decode(const char *text, uint32_t *codepoint) {
    *codepoint = 0;
    // None beyond the NUL is looked at: it continues no sequence.
    return text[0] == '\0' ? 0 : zp__text_decode_n(text, 4, codepoint);
}

size_t zp_text_encode(uint32_t codepoint, char out[5]) {
    if (codepoint > 0x10FFFF || (codepoint >= 0xD800 && codepoint <= 0xDFFF)) {
        codepoint = REPLACEMENT;
    }
    size_t length = codepoint < 0x80 ? 1 : codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;
    if (length == 1) {
        out[0] = (char)codepoint;
    } else {
        static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
        for (size_t i = length - 1; i > 0; i--) {
            out[i] = (char)(0x80 | (codepoint & 0x3F));
            codepoint >>= 6;
        }
        out[0] = (char)(lead[length] | codepoint);
    }
    out[length] = '\0';
    return length;
}

bool zp_text_valid_utf8(const char *bytes, size_t size) {
    uint32_t codepoint = 0;
    for (size_t at = 0; at < size;) {
        size_t length = zp__text_decode_n(bytes + at, size - at, &codepoint);
        if (length == 1 && (unsigned char)bytes[at] >= 0x80) {
            return false;
        }
        at += length;
    }
    return true;
}

static size_t cluster(const char *text, int most, int *columns) {
    uint32_t codepoint = 0, next = 0;
    int32_t state = 0;
    size_t length = zp_text_decode(text, &codepoint);
    int taken = length == 0 ? 0 : zp__text_columns(codepoint);
    while (length > 0) {
        size_t more = zp_text_decode(text + length, &next);
        if (more == 0 || zp__text_breaks(codepoint, next, &state) ||
            taken + zp__text_columns(next) > most) {
            break;
        }
        taken += zp__text_columns(next);
        codepoint = next;
        length += more;
    }
    if (columns != NULL) {
        *columns = taken;
    }
    return length;
}

// A cluster ends where Unicode ends it, and before a code point that would make it wider than two
// columns: the terminal lays code points out one by one, whatever they join to.
size_t zp_text_grapheme(const char *text, int *columns) {
    return cluster(text, 2, columns);
}

size_t zp_text_cluster(const char *text) {
    return cluster(text, INT_MAX, NULL);
}

int zp_text_width(const char *text) {
    int width = 0;
    uint32_t codepoint = 0;
    for (size_t length; (length = zp_text_decode(text, &codepoint)) > 0; text += length) {
        width += zp__text_columns(codepoint);
    }
    return width;
}

size_t zp_text_fit(const char *text, int columns, int *used) {
    size_t at = 0;
    int taken = 0, wide = 0;
    for (size_t length; (length = zp_text_grapheme(text + at, &wide)) > 0; at += length) {
        if (taken + wide > columns) {
            break;
        }
        taken += wide;
    }
    if (used != NULL) {
        *used = taken;
    }
    return at;
}

char *zp_text_ellipsis(TALLOC_CTX *ctx, const char *text, int columns, bool ascii) {
    size_t whole = zp_text_fit(text, columns, NULL);
    if (text[whole] == '\0') {
        return zp__memory_strdup(ctx, text);
    }
    if (columns <= 0) {
        return zp__memory_strdup(ctx, "");
    }
    size_t cut = zp_text_fit(text, columns - 1, NULL);
    return zp__memory_printf(ctx, "%.*s%s", (int)cut, text, ascii ? "~" : "…");
}
