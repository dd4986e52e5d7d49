// Percent-encoding and application/x-www-form-urlencoded text, as servers read it.
#include "net/httpd.h"

#include "base/memory.h"
#include "net/httpd_private.h"

#include <string.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *zp__form_decode(TALLOC_CTX *ctx, const char *text, size_t size, bool plus_is_blank) {
    char *out = zp__memory_bytes(ctx, size + 1);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '+' && plus_is_blank) {
            c = ' ';
        } else if (c == '%' && size - i > 2 && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            c = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } // a lone "%" stands for itself, as PHP reads it
        if (c == '\0') {
            talloc_free(out);
            return NULL;
        }
        out[used++] = c;
    }
    out[used] = '\0';
    return out;
}

static bool parse_pair(TALLOC_CTX *ctx, const char *text, size_t size, struct zp__form_pair *pair) {
    const char *equals = memchr(text, '=', size);
    size_t name_size = equals ? (size_t)(equals - text) : size;
    const char *value = equals ? equals + 1 : text + size;
    pair->name = zp__form_decode(ctx, text, name_size, true);
    pair->value = zp__form_decode(ctx, value, (size_t)(text + size - value), true);
    return pair->name && pair->value;
}

bool zp__form_parse(TALLOC_CTX *ctx, const char *text, size_t size, size_t max_pairs,
                    struct zp__form_pair **pairs, size_t *count) {
    size_t room = 1;
    for (size_t i = 0; i < size; i++) {
        room += text[i] == '&';
    }
    room = room > max_pairs ? max_pairs : room;
    struct zp__form_pair *list = zp__memory_array(ctx, struct zp__form_pair, room + 1);
    size_t used = 0;
    const char *end = text + size;
    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        if (stop > at) {
            if (used == max_pairs || !parse_pair(list, at, (size_t)(stop - at), &list[used])) {
                talloc_free(list);
                return false;
            }
            used++;
        }
        at = stop + 1;
    }
    *pairs = list;
    *count = used;
    return true;
}
