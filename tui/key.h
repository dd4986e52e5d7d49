// Key events: code points, named keys and their modifiers, and the words for them ("F7", "Ctrl-G").
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_name {
    K_NONE,
    K_CHAR, // `code` holds the code point; with ctrl or alt the lower-case letter or the digit
    K_ENTER,
    K_ESC,
    K_TAB,
    K_BACKSPACE,
    K_INSERT,
    K_DELETE,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_F, // `code` is the number, 1 to 24
};

struct key {
    enum key_name name;
    uint32_t code;
    bool ctrl, alt, shift; // shift is told for named keys only
};

bool key_equal(const struct key *a, const struct key *b);
// "F7", "Ctrl-G", "Shift-Tab", "Alt-1", "Enter", "q", "+". False if it is no key.
bool key_parse(const char *text, size_t size, struct key *out);
#define KEY_TEXT 24
void key_format(const struct key *key, char out[KEY_TEXT]);
// A printable character without modifiers: what a text field takes.
bool key_is_text(const struct key *key);

#endif
