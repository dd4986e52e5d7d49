#include "style.h"

char style_letter(enum style style) {
    static const char letters[] = {
#define STYLE(name, letter) [STYLE_##name] = (letter),
        STYLE_LIST
#undef STYLE
    };
    return (unsigned)style < STYLES ? letters[style] : '.';
}
