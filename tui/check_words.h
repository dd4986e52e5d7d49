// The lines of the set-up proof in plain words. The command line keeps the stable words: scripts
// rely on them.
#ifndef TUI_CHECK_WORDS_H
#define TUI_CHECK_WORDS_H

#include "grid.h"
#include <zapis/desk.h>

// "The price list of Dikidi" for "dikidi.services", translated; the name itself where it is not
// known here.
const char *check_words_title(const char *name);
const char *check_words_state(enum zp_check_state state); // "ok", "warning", …: translated
enum style check_words_style(enum zp_check_state state);
const char *check_words_mark(const struct grid *grid, enum zp_check_state state); // one column

#endif
