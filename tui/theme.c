#include "theme.h"
#include <string.h>

#define OWN (-1)
enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

#define LOOK(fg, bg, fg256, bg256, attributes)                                                     \
    { (fg), (bg), (fg256), (bg256), (attributes) }
#define SAME(fg, bg, attributes)                                                                   \
    { (fg), (bg), (fg), (bg), (attributes) }

static const struct theme_look dark[STYLES] = {
    [STYLE_DEFAULT] = SAME(OWN, OWN, 0),
    [STYLE_HEADER] = LOOK(BLACK, CYAN, 16, 110, 0),
    [STYLE_TITLE] = SAME(OWN, OWN, THEME_BOLD),
    [STYLE_DIM] = LOOK(WHITE, OWN, 247, OWN, 0),
    [STYLE_STRONG] = SAME(OWN, OWN, THEME_BOLD),
    [STYLE_CURSOR] = SAME(OWN, OWN, THEME_REVERSE),
    [STYLE_SELECTED] = LOOK(CYAN, OWN, 117, OWN, THEME_BOLD),
    [STYLE_FIELD] = LOOK(WHITE, BLUE, 252, 238, 0),
    [STYLE_FIELD_ON] = LOOK(BLACK, WHITE, 16, 252, 0),
    [STYLE_MATCH] = LOOK(YELLOW, OWN, 221, OWN, THEME_BOLD),
    [STYLE_KEY] = SAME(OWN, OWN, THEME_BOLD),
    [STYLE_KEY_LABEL] = LOOK(BLACK, CYAN, 16, 110, 0),
    [STYLE_LINE] = LOOK(WHITE, OWN, 240, OWN, 0),
    [STYLE_NOTICE] = LOOK(BLACK, YELLOW, 16, 221, 0),
    [STYLE_OK] = LOOK(GREEN, OWN, 114, OWN, 0),
    [STYLE_WARN] = LOOK(YELLOW, OWN, 221, OWN, 0),
    [STYLE_ERROR] = LOOK(RED, OWN, 210, OWN, THEME_BOLD),
    [STYLE_PRACTICE] = LOOK(BLACK, YELLOW, 16, 214, THEME_BOLD),
    [STYLE_BOOKED] = LOOK(CYAN, OWN, 153, OWN, 0),
    [STYLE_CAME] = LOOK(GREEN, OWN, 151, OWN, 0),
    [STYLE_NO_SHOW] = LOOK(MAGENTA, OWN, 182, OWN, 0),
    [STYLE_PENDING] = LOOK(YELLOW, OWN, 229, OWN, 0),
    [STYLE_UNCERTAIN] = LOOK(RED, OWN, 217, OWN, THEME_BOLD),
    [STYLE_GONE] = LOOK(WHITE, OWN, 243, OWN, THEME_DIM),
    [STYLE_FREE] = LOOK(GREEN, OWN, 71, OWN, 0),
    [STYLE_OUTSIDE] = LOOK(MAGENTA, OWN, 139, OWN, 0),
    [STYLE_OFF] = LOOK(BLUE, OWN, 238, OWN, 0),
    [STYLE_UNKNOWN] = LOOK(WHITE, OWN, 243, OWN, 0),
    [STYLE_BREAK] = LOOK(YELLOW, OWN, 179, OWN, 0),
    [STYLE_NOW] = LOOK(RED, OWN, 203, OWN, THEME_BOLD),
    [STYLE_QR] = LOOK(BLACK, WHITE, 16, 231, 0),
};

// On a light background: dark colours, and no yellow text.
static const struct theme_look light[STYLES] = {
    [STYLE_DEFAULT] = SAME(OWN, OWN, 0),
    [STYLE_HEADER] = LOOK(WHITE, BLUE, 231, 24, 0),
    [STYLE_TITLE] = SAME(OWN, OWN, THEME_BOLD),
    [STYLE_DIM] = LOOK(OWN, OWN, 241, OWN, 0),
    [STYLE_STRONG] = SAME(OWN, OWN, THEME_BOLD),
    [STYLE_CURSOR] = SAME(OWN, OWN, THEME_REVERSE),
    [STYLE_SELECTED] = LOOK(BLUE, OWN, 25, OWN, THEME_BOLD),
    [STYLE_FIELD] = LOOK(BLACK, CYAN, 16, 254, 0),
    [STYLE_FIELD_ON] = LOOK(WHITE, BLUE, 231, 24, 0),
    [STYLE_MATCH] = LOOK(RED, OWN, 124, OWN, THEME_BOLD),
    [STYLE_KEY] = SAME(OWN, OWN, THEME_BOLD),
    [STYLE_KEY_LABEL] = LOOK(WHITE, BLUE, 231, 24, 0),
    [STYLE_LINE] = LOOK(OWN, OWN, 249, OWN, 0),
    [STYLE_NOTICE] = LOOK(WHITE, RED, 231, 130, 0),
    [STYLE_OK] = LOOK(GREEN, OWN, 28, OWN, 0),
    [STYLE_WARN] = LOOK(MAGENTA, OWN, 130, OWN, 0),
    [STYLE_ERROR] = LOOK(RED, OWN, 124, OWN, THEME_BOLD),
    [STYLE_PRACTICE] = LOOK(WHITE, MAGENTA, 231, 130, THEME_BOLD),
    [STYLE_BOOKED] = LOOK(BLUE, OWN, 25, OWN, 0),
    [STYLE_CAME] = LOOK(GREEN, OWN, 28, OWN, 0),
    [STYLE_NO_SHOW] = LOOK(MAGENTA, OWN, 90, OWN, 0),
    [STYLE_PENDING] = LOOK(MAGENTA, OWN, 94, OWN, 0),
    [STYLE_UNCERTAIN] = LOOK(RED, OWN, 124, OWN, THEME_BOLD),
    [STYLE_GONE] = LOOK(OWN, OWN, 246, OWN, THEME_DIM),
    [STYLE_FREE] = LOOK(GREEN, OWN, 28, OWN, 0),
    [STYLE_OUTSIDE] = LOOK(MAGENTA, OWN, 96, OWN, 0),
    [STYLE_OFF] = LOOK(CYAN, OWN, 252, OWN, 0),
    [STYLE_UNKNOWN] = LOOK(OWN, OWN, 246, OWN, 0),
    [STYLE_BREAK] = LOOK(BLUE, OWN, 94, OWN, 0),
    [STYLE_NOW] = LOOK(RED, OWN, 160, OWN, THEME_BOLD),
    [STYLE_QR] = LOOK(BLACK, WHITE, 16, 231, 0),
};

// Black and white only, no dim text; what matters is bold or reversed.
static unsigned contrast_attributes(enum style style) {
    switch (style) {
    case STYLE_HEADER:
    case STYLE_CURSOR:
    case STYLE_KEY_LABEL:
    case STYLE_NOTICE:
    case STYLE_PRACTICE:
    case STYLE_QR:
    case STYLE_FIELD_ON: return THEME_REVERSE;
    case STYLE_TITLE:
    case STYLE_STRONG:
    case STYLE_KEY:
    case STYLE_ERROR:
    case STYLE_UNCERTAIN:
    case STYLE_NOW: return THEME_BOLD;
    case STYLE_SELECTED:
    case STYLE_MATCH: return THEME_BOLD | THEME_UNDERLINE;
    case STYLE_FIELD: return THEME_UNDERLINE;
    default: return 0;
    }
}

enum theme theme_parse(const char *name, bool mono_only) {
    if (mono_only)
        return THEME_MONO;
    if (name && strcmp(name, "light") == 0)
        return THEME_LIGHT;
    if (name && strcmp(name, "high-contrast") == 0)
        return THEME_HIGH_CONTRAST;
    if (name && strcmp(name, "mono") == 0)
        return THEME_MONO;
    return THEME_DEFAULT;
}

struct theme_look theme_look(enum theme theme, enum style style) {
    if ((unsigned)style >= STYLES)
        style = STYLE_DEFAULT;
    switch (theme) {
    case THEME_DEFAULT: return dark[style];
    case THEME_LIGHT: return light[style];
    case THEME_HIGH_CONTRAST:
        return (struct theme_look)LOOK(WHITE, BLACK, 231, 16, contrast_attributes(style));
    case THEME_MONO: break;
    }
    return (struct theme_look)SAME(OWN, OWN, contrast_attributes(style));
}
