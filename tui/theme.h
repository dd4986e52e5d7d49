// Themes: how a role looks. Colours are those of the 8-colour palette, or of 256 where there are so
// many; -1 is the terminal's own.
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "style.h"
#include <stdbool.h>

enum theme_attribute {
    THEME_BOLD = 1,
    THEME_DIM = 2,
    THEME_REVERSE = 4,
    THEME_UNDERLINE = 8,
};
struct theme_look {
    short foreground, background; // 8 colours
    short foreground_256, background_256;
    unsigned attributes;
};
enum theme { THEME_DEFAULT, THEME_LIGHT, THEME_HIGH_CONTRAST, THEME_MONO };

// "auto" and words that are none give the default one; mono_only (NO_COLOR, TERM=dumb, a terminal
// without colours) wins over all.
enum theme theme_parse(const char *name, bool mono_only);
struct theme_look theme_look(enum theme theme, enum style style);

#endif
