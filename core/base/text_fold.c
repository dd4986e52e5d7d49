#include <zapis/text.h>

#include "base/memory.h"
#include "base/text_unicode.h"

// Runs of white space as one blank, none at the ends; ё as е. In place: nothing grows.
static void squeeze(char *text) {
    char *out = text;
    bool blank = false, begun = false;
    uint32_t codepoint = 0;
    char bytes[5];
    for (size_t length; (length = zp_text_decode(text, &codepoint)) > 0;) {
        text += length;
        if (codepoint == ' ' || (codepoint > '~' && zp__text_is_blank(codepoint))) {
            blank = begun;
            continue;
        }
        if (blank) {
            *out++ = ' ';
        }
        blank = false;
        begun = true;
        size_t size = zp_text_encode(codepoint == 0x0451 ? 0x0435 : codepoint, bytes);
        memcpy(out, bytes, size);
        out += size;
    }
    *out = '\0';
}

// ASCII and Russian letters, which are all that most names have: each folds alone and is its own
// normal form. NULL where the text has anything else.
static char *fold_plain(TALLOC_CTX *ctx, const char *text) {
    char *out = zp__memory_bytes(ctx, strlen(text) + 1), *at = out;
    uint32_t codepoint = 0;
    for (size_t length; (length = zp_text_decode(text, &codepoint)) > 0; text += length) {
        if (codepoint >= 'A' && codepoint <= 'Z') {
            codepoint += 'a' - 'A';
        } else if (codepoint >= 0x0410 && codepoint <= 0x042F) {
            codepoint += 0x20;
        } else if (codepoint == 0x0401) {
            codepoint = 0x0451;
        }
        bool russian = (codepoint >= 0x0430 && codepoint <= 0x044F) || codepoint == 0x0451;
        if (!russian && (codepoint < ' ' || codepoint > '~')) {
            talloc_free(out);
            return NULL;
        }
        char bytes[5];
        size_t size = zp_text_encode(codepoint, bytes);
        memcpy(at, bytes, size);
        at += size;
    }
    *at = '\0';
    return out;
}

char *zp_text_fold(TALLOC_CTX *ctx, const char *text) {
    char *plain = fold_plain(ctx, text);
    if (plain != NULL) {
        squeeze(plain);
        return plain;
    }
    // Folding wants valid UTF-8 of visible characters: the guard's work.
    char *clean = zp_text_clean(NULL, text, SIZE_MAX, SIZE_MAX);
    char *folded = zp__text_normalise(ctx, clean, true);
    talloc_free(clean);
    squeeze(folded);
    return folded;
}
