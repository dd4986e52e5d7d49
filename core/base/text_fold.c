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
        if (zp__text_is_blank(codepoint)) {
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

char *zp_text_fold(TALLOC_CTX *ctx, const char *text) {
    // Folding wants valid UTF-8 of visible characters: the guard's work.
    char *clean = zp_text_clean(NULL, text, SIZE_MAX, SIZE_MAX);
    char *folded = zp__text_normalise(ctx, clean, true);
    talloc_free(clean);
    squeeze(folded);
    return folded;
}
