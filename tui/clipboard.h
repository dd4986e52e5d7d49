// The clipboard of the terminal, by OSC 52: what a program on the other end of SSH can put there.
#ifndef TUI_CLIPBOARD_H
#define TUI_CLIPBOARD_H

#include <stdbool.h>
#include <zapis/memory.h>

// What makes a terminal of this type (TERM) take `text`; NULL: such a terminal is known not to.
// There is no answer to it: a terminal may refuse all the same. `in_tmux`: TMUX is set, which takes
// the sequence itself (its set-clipboard) whatever its TERM says; GNU screen only hands it through.
char *clipboard_sequence(TALLOC_CTX *ctx, const char *type, bool in_tmux, const char *text);

#endif
