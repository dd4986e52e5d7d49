#include "key.h"
#include <stdio.h>
#include <string.h>
#include <zapis/text.h>

struct name {
    enum key_name key;
    const char *text;
};

static const struct name names[] = {
    {K_ENTER, "Enter"},  {K_ESC, "Esc"},        {K_TAB, "Tab"},   {K_BACKSPACE, "Backspace"},
    {K_INSERT, "Ins"},   {K_DELETE, "Del"},     {K_HOME, "Home"}, {K_END, "End"},
    {K_PAGE_UP, "PgUp"}, {K_PAGE_DOWN, "PgDn"}, {K_UP, "Up"},     {K_DOWN, "Down"},
    {K_LEFT, "Left"},    {K_RIGHT, "Right"},
};
#define NAMES (sizeof(names) / sizeof(names[0]))

bool key_equal(const struct key *a, const struct key *b) {
    return a->name == b->name && a->code == b->code && a->ctrl == b->ctrl && a->alt == b->alt &&
           a->shift == b->shift;
}

bool key_is_text(const struct key *key) {
    return key->name == K_CHAR && !key->ctrl && !key->alt && key->code >= 0x20 && key->code != 0x7F;
}

static bool take(const char **text, size_t *size, const char *prefix) {
    size_t length = strlen(prefix);

    if (*size <= length || strncmp(*text, prefix, length) != 0)
        return false;
    *text += length;
    *size -= length;
    return true;
}

// "F1" to "F24".
static bool parse_function(const char *text, size_t size, struct key *out) {
    uint32_t number = 0;

    if (size < 2 || size > 3 || text[0] != 'F')
        return false;
    for (size_t i = 1; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(text[i] - '0');
    }
    if (number < 1 || number > 24)
        return false;
    out->name = K_F;
    out->code = number;
    return true;
}

bool key_parse(const char *text, size_t size, struct key *out) {
    struct key key = {.name = K_NONE};
    bool more = true;

    while (more) {
        more = false;
        if (take(&text, &size, "Ctrl-"))
            more = key.ctrl = true;
        else if (take(&text, &size, "Alt-"))
            more = key.alt = true;
        else if (take(&text, &size, "Shift-"))
            more = key.shift = true;
    }
    for (size_t i = 0; i < NAMES && key.name == K_NONE; i++)
        if (strlen(names[i].text) == size && strncmp(names[i].text, text, size) == 0)
            key.name = names[i].key;
    if (key.name == K_NONE && !parse_function(text, size, &key)) {
        if (size == 0 || zp_text_decode(text, &key.code) != size)
            return false;
        key.name = K_CHAR;
        if ((key.ctrl || key.alt) && key.code >= 'A' && key.code <= 'Z')
            key.code += 'a' - 'A';
    }
    *out = key;
    return true;
}

void key_format(const struct key *key, char out[KEY_TEXT]) {
    char single[5] = "";
    const char *text = single;
    uint32_t code = key->code;

    if (key->name == K_F) {
        (void)snprintf(single, sizeof(single), "F%u", code % 100);
    } else if (key->name == K_CHAR) {
        if ((key->ctrl || key->alt) && code >= 'a' && code <= 'z')
            code -= 'a' - 'A';
        zp_text_encode(code, single);
    } else {
        for (size_t i = 0; i < NAMES; i++)
            if (names[i].key == key->name)
                text = names[i].text;
    }
    (void)snprintf(out, KEY_TEXT, "%s%s%s%s", key->ctrl ? "Ctrl-" : "", key->alt ? "Alt-" : "",
                   key->shift ? "Shift-" : "", text);
}
