#include "term_type.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool begins(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static size_t add(char out[TERM_TYPES][TERM_TYPE_BYTES], size_t count, const char *type,
                  const char *suffix) {
    const int size = snprintf(out[count], TERM_TYPE_BYTES, "%s%s", type, suffix);

    return size > 0 && size < TERM_TYPE_BYTES ? count + 1 : count;
}

// What speaks like them; NULL: nobody knows.
static const char *relative(const char *type) {
    static const char *const like_xterm[] = {"xterm", "putty",   "kitty", "alacritty", "foot",
                                             "st",    "wezterm", "vte",   "gnome",     "konsole",
                                             "iterm", "contour", "mlterm"};

    if (begins(type, "tmux") || begins(type, "screen"))
        return "screen";
    for (size_t i = 0; i < sizeof(like_xterm) / sizeof(like_xterm[0]); i++)
        if (begins(type, like_xterm[i]))
            return "xterm";
    return begins(type, "rxvt") ? "rxvt" : NULL;
}

size_t term_types(const char *type, const char *colorterm, char out[TERM_TYPES][TERM_TYPE_BYTES]) {
    const char *like = type ? relative(type) : NULL;
    const bool more =
        colorterm && (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0);
    const bool many = type && strstr(type, "256color") != NULL;
    size_t count = 0;

    if (!type || type[0] == '\0')
        return 0;
    if (more && !many && like)
        count = add(out, count, type, "-256color");
    count = add(out, count, type, "");
    if (like && (many || more))
        count = add(out, count, like, "-256color");
    if (like)
        count = add(out, count, like, "");
    return count;
}

bool term_type_ascii(const char *type) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    if (type && strcmp(type, "linux") == 0)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value && value[0] != '\0')
            return !strcasestr(value, "utf-8") && !strcasestr(value, "utf8");
    }
    return true;
}
