// Every screen of the table, open and filled: for tests that hold for all of them, so that a new
// screen is covered by the line it adds to the table.
#ifndef TESTS_TUI_EVERY_H
#define TESTS_TUI_EVERY_H

#include "bench.h"

// The screen with that id over nothing (help: over the Day), what it asked for answered. NULL: it
// is not built. `language`: "en", "ru".
struct bench *every_open(enum screen_id id, const char *language);
// Answers what is asked for until nothing that reads is pending; asks that change something stay.
void every_settle(struct bench *bench);
// What the salon says to an ask that reads; the event belongs to ctx.
struct zp_event *every_answer(TALLOC_CTX *ctx, enum zp_ask ask);
bool every_writes(enum zp_ask ask);
// How many asks so far would change something.
size_t every_writes_asked(const struct bench *bench);
const char *every_name(enum screen_id id); // NULL: not built
// The frame as text, freed with the bench.
char *every_text(const struct bench *bench);

#endif
