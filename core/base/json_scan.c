#include "base/json_scan.h"

#include <math.h>
#include <stdint.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/text.h>

#include "base/json.h"
#include "base/memory.h"

struct scanner {
    const char *bytes;
    size_t size, at;
    struct zp__json_scan *result;
    TALLOC_CTX *ctx;
    size_t room; // numbers allocated
};

static bool fail(struct scanner *s, const char *reason) {
    s->result->reason = reason;
    s->result->error_at = s->at;
    return false;
}

static int peek(const struct scanner *s) {
    return s->at < s->size ? (unsigned char)s->bytes[s->at] : -1;
}

static void skip_blanks(struct scanner *s) {
    while (s->at < s->size) {
        char c = s->bytes[s->at];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            return;
        }
        s->at++;
    }
}

static bool digit(int c) {
    return c >= '0' && c <= '9';
}

size_t zp__json_number_length(const char *text, size_t size) {
    size_t at = 0;
#define HERE (at < size ? (unsigned char)text[at] : -1)
    if (HERE == '-') {
        at++;
    }
    if (!digit(HERE)) {
        return 0;
    }
    if (HERE == '0') {
        at++;
    } else {
        while (digit(HERE)) {
            at++;
        }
    }
    if (HERE == '.') {
        at++;
        if (!digit(HERE)) {
            return 0;
        }
        while (digit(HERE)) {
            at++;
        }
    }
    if (HERE == 'e' || HERE == 'E') {
        at++;
        if (HERE == '+' || HERE == '-') {
            at++;
        }
        if (!digit(HERE)) {
            return 0;
        }
        while (digit(HERE)) {
            at++;
        }
    }
#undef HERE
    return at;
}

static bool scan_number(struct scanner *s) {
    size_t length = zp__json_number_length(s->bytes + s->at, s->size - s->at);
    if (length == 0) {
        return fail(s, N_("not a number"));
    }
    if (length > ZP__JSON_NUMBER_BYTES) {
        return fail(s, N_("a number is too long"));
    }
    char text[ZP__JSON_NUMBER_BYTES + 1];
    memcpy(text, s->bytes + s->at, length);
    text[length] = '\0';
    if (isinf(strtod(text, NULL))) {
        return fail(s, N_("a number is too large"));
    }
    if (s->result->number_count == s->room) {
        s->room = s->room == 0 ? 64 : s->room * 2;
        s->result->numbers = zp__memory_must(
            talloc_realloc(s->ctx, s->result->numbers, struct zp__json_span, s->room));
    }
    s->result->numbers[s->result->number_count++] = (struct zp__json_span){s->at, length};
    s->at += length;
    return true;
}

static bool scan_hex4(struct scanner *s, uint32_t *out) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int c = peek(s);
        uint32_t nibble;
        if (digit(c)) {
            nibble = (uint32_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            nibble = (uint32_t)(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            nibble = (uint32_t)(c - 'A' + 10);
        } else {
            return fail(s, N_("a \\u escape is not four hexadecimal digits"));
        }
        value = value << 4 | nibble;
        s->at++;
    }
    *out = value;
    return true;
}

// After "\u".
static bool scan_unicode_escape(struct scanner *s) {
    uint32_t unit = 0;
    if (!scan_hex4(s, &unit)) {
        return false;
    }
    if (unit == 0) {
        return fail(s, N_("a string holds a NUL"));
    }
    if (unit < 0xD800 || unit > 0xDFFF) {
        return true;
    }
    uint32_t low = 0;
    if (unit > 0xDBFF || peek(s) != '\\' || s->at + 1 >= s->size || s->bytes[s->at + 1] != 'u') {
        return fail(s, N_("half a surrogate pair"));
    }
    s->at += 2;
    if (!scan_hex4(s, &low)) {
        return false;
    }
    return low >= 0xDC00 && low <= 0xDFFF ? true : fail(s, N_("half a surrogate pair"));
}

static bool scan_string(struct scanner *s) {
    if (peek(s) != '"') {
        return fail(s, N_("a string is expected"));
    }
    s->at++;
    for (;;) {
        int c = peek(s);
        if (c < 0) {
            return fail(s, N_("it breaks off inside a string"));
        }
        if (c < 0x20) {
            return fail(s, N_("a control character inside a string"));
        }
        s->at++;
        if (c == '"') {
            return true;
        }
        if (c != '\\') {
            continue;
        }
        int escape = peek(s);
        if (escape < 0 || strchr("\"\\/bfnrtu", escape) == NULL || escape == 0) {
            return fail(s, N_("an unknown escape"));
        }
        s->at++;
        if (escape == 'u' && !scan_unicode_escape(s)) {
            return false;
        }
    }
}

static bool scan_word(struct scanner *s, const char *word) {
    size_t length = strlen(word);
    if (s->size - s->at < length || memcmp(s->bytes + s->at, word, length) != 0) {
        return fail(s, N_("an unknown word"));
    }
    s->at += length;
    return true;
}

static bool scan_scalar(struct scanner *s) {
    switch (peek(s)) {
    case '"': return scan_string(s);
    case 't': return scan_word(s, "true");
    case 'f': return scan_word(s, "false");
    case 'n': return scan_word(s, "null");
    case -1: return fail(s, N_("it breaks off"));
    default: return scan_number(s);
    }
}

// `"key" :`
static bool scan_key(struct scanner *s) {
    skip_blanks(s);
    if (!scan_string(s)) {
        return false;
    }
    skip_blanks(s);
    if (peek(s) != ':') {
        return fail(s, N_("a colon is expected"));
    }
    s->at++;
    return true;
}

// One value and what closes or continues the containers around it, until depth is 0 again. A loop
// with a stack of its own: hostile input decides neither the depth of our calls nor their number.
static bool scan_document(struct scanner *s) {
    char open[ZP_LIMIT_JSON_DEPTH];
    size_t depth = 0;
    for (;;) {
        skip_blanks(s);
        int c = peek(s);
        if (c == '{' || c == '[') {
            if (depth == ZP_LIMIT_JSON_DEPTH) {
                return fail(s, N_("it is nested too deeply"));
            }
            open[depth++] = (char)c;
            s->at++;
            skip_blanks(s);
            if (peek(s) != (c == '{' ? '}' : ']')) {
                if (c == '{' && !scan_key(s)) {
                    return false;
                }
                continue;
            }
            s->at++;
            depth--;
        } else if (!scan_scalar(s)) {
            return false;
        }
        // A value ends here: close what closes, or go on after a comma.
        for (;;) {
            if (depth == 0) {
                return true;
            }
            skip_blanks(s);
            c = peek(s);
            s->at += c >= 0;
            if (c == (open[depth - 1] == '{' ? '}' : ']')) {
                depth--;
                continue;
            }
            if (c != ',') {
                return fail(s, c < 0 ? N_("it breaks off") : N_("a comma is expected"));
            }
            if (open[depth - 1] == '{' && !scan_key(s)) {
                return false;
            }
            break;
        }
    }
}

bool zp__json_scan(TALLOC_CTX *ctx, const char *bytes, size_t size, struct zp__json_scan *scan) {
    *scan = (struct zp__json_scan){0};
    struct scanner s = {.bytes = bytes, .size = size, .result = scan, .ctx = ctx};
    if (!zp_text_valid_utf8(bytes, size)) {
        return fail(&s, N_("it is not UTF-8"));
    }
    if (!scan_document(&s)) {
        return false;
    }
    skip_blanks(&s);
    return s.at == size ? true : fail(&s, N_("something follows its end"));
}
