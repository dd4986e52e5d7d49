// Error sentences as they are shown to people. Core writes most of them as parts that can stand
// after a context ("not reachable: …"); alone they begin with a capital and end with a full stop.
#ifndef TUI_ERROR_TEXT_H
#define TUI_ERROR_TEXT_H

#include <zapis/error.h>
#include <zapis/memory.h>

// A copy of `message` (NULL: NULL) as a sentence. A first word that is no plain word (a path, a
// key, a name in quotes, "zapis") stays as it is.
char *error_text(TALLOC_CTX *ctx, const char *message);

// The same in place.
void error_text_speak(struct zp_error *error);

#endif
