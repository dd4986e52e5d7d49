#include "clipboard.h"
#include "memory.h"
#include <string.h>

static bool begins(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

// The console of Linux, hardware terminals and PuTTY have no such thing; what is unknown is tried.
static bool cannot(const char *type) {
    static const char *const without[] = {"dumb", "linux", "vt", "ansi", "cons", "putty"};

    if (!type || type[0] == '\0')
        return true;
    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
        if (begins(type, without[i]))
            return true;
    return false;
}

static char *base64(TALLOC_CTX *ctx, const char *text) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = strlen(text), used = 0;
    char *out = memory_array(ctx, char, (size + 2) / 3 * 4 + 1);

    for (size_t i = 0; i < size; i += 3) {
        const size_t left = size - i;
        const unsigned a = (unsigned char)text[i], b = left > 1 ? (unsigned char)text[i + 1] : 0,
                       c = left > 2 ? (unsigned char)text[i + 2] : 0;

        out[used++] = digits[a >> 2];
        out[used++] = digits[(a & 3) << 4 | b >> 4];
        out[used++] = left > 1 ? digits[(b & 15) << 2 | c >> 6] : '=';
        out[used++] = left > 2 ? digits[c & 63] : '=';
    }
    out[used] = '\0';
    return out;
}

char *clipboard_sequence(TALLOC_CTX *ctx, const char *type, bool in_tmux, const char *text) {
    char *code = NULL, *sequence = NULL;

    if (!in_tmux && cannot(type))
        return NULL;
    code = base64(ctx, text);
    if (!in_tmux && begins(type, "screen")) // handed through in a device control string
        sequence = memory_printf(ctx, "\033P\033]52;c;%s\a\033\\", code);
    else
        sequence = memory_printf(ctx, "\033]52;c;%s\a", code);
    talloc_free(code);
    return sequence;
}
