// Which descriptions of the terminal to try, and what the environment tells of it.
#ifndef TUI_TERM_TYPE_H
#define TUI_TERM_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#define TERM_TYPES      4
#define TERM_TYPE_BYTES 64

// The types to try in order for TERM: one with 256 colours where COLORTERM tells of so many and
// TERM does not; the name itself; for a terminal that Debian's base system has no description of
// (PuTTY, kitty, foot …) the xterm or screen that it understands. Returns how many.
size_t term_types(const char *type, const char *colorterm, char out[TERM_TYPES][TERM_TYPE_BYTES]);

// The lines and marks that are drawn have to be ASCII: the locale that is asked for (LC_ALL,
// LC_CTYPE, LANG) is none of UTF-8, or it is the console of Linux, whose font of 256 or 512
// characters lacks half of them. Text is UTF-8 all the same: there is no other way to write a name.
bool term_type_ascii(const char *type);

#endif
