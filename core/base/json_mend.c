// The reader for answers of a service: strict, but a text that was cut in the middle of a character
// must not make a whole catalogue unreadable. What is no character becomes U+FFFD; nothing else is
// forgiven.
#include <zapis/json.h>

#include "base/memory.h"
#include "base/text_unicode.h"

#define ESCAPE_SIZE 6 // "\uXXXX"

static const char replacement[3] = {'\xef', '\xbf', '\xbd'}; // U+FFFD

// The code unit of an escape at `at`, -1 if none is there.
static long unit_at(const char *bytes, size_t size, size_t at) {
    long unit = 0;
    if (size - at < ESCAPE_SIZE || bytes[at] != '\\' || bytes[at + 1] != 'u') {
        return -1;
    }
    for (size_t i = 2; i < ESCAPE_SIZE; i++) {
        const char c = bytes[at + i];
        const int nibble = c >= '0' && c <= '9'   ? c - '0'
                           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                  : -1;
        if (nibble < 0) {
            return -1;
        }
        unit = unit << 4 | nibble;
    }
    return unit;
}

// Bytes at an escape that stay as they are; 0: it is half a character, or a NUL.
static size_t whole_escape(const char *bytes, size_t size, size_t at) {
    const long unit = unit_at(bytes, size, at);
    if (unit < 0) {
        return size - at < 2 ? 1 : 2; // another escape: its second byte is never looked at alone
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        const long low = unit_at(bytes, size, at + ESCAPE_SIZE);
        return low >= 0xDC00 && low <= 0xDFFF ? (size_t)2 * ESCAPE_SIZE : 0;
    }
    return unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF) ? 0 : ESCAPE_SIZE;
}

// A copy that is at most three times as long.
static char *mend(TALLOC_CTX *ctx, const char *bytes, size_t size, size_t *mended_size) {
    char *out = zp__memory_must(talloc_size(ctx, size * 3 + 1));
    size_t length = 0, at = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < size) {
        uint32_t codepoint = 0;
        size_t keep = bytes[at] == '\\' ? whole_escape(bytes, size, at)
                                        : zp__text_decode_n(bytes + at, size - at, &codepoint);
        size_t skip = keep;
        if (bytes[at] == '\\' && keep == 0) {
            skip = ESCAPE_SIZE;
        } else if (codepoint == 0xFFFD) {
            keep = 0; // invalid, or this very character
        }
        if (keep > 0) {
            memcpy(out + length, bytes + at, keep);
            length += keep;
        } else {
            memcpy(out + length, replacement, sizeof replacement);
            length += sizeof replacement;
        }
        at += skip;
    }
    *mended_size = length;
    return out;
}

const struct zp_json *zp_json_parse_mended(TALLOC_CTX *ctx, const char *bytes, size_t size,
                                           bool *mended) {
    const struct zp_json *root = zp_json_parse(ctx, bytes, size, NULL);
    *mended = false;
    if (root != NULL) {
        return root;
    }
    size_t mended_size = 0;
    char *text = mend(ctx, bytes, size, &mended_size);
    root = zp_json_parse(ctx, text, mended_size, NULL);
    talloc_free(text);
    *mended = root != NULL;
    return root;
}
