// Every screen of the table, open and filled: for tests that hold for all of them, so that a new
// screen is covered by the line it adds to the table.
#ifndef TESTS_TUI_EVERY_H
#define TESTS_TUI_EVERY_H

#include "bench.h"

// The screen with that id over nothing (help: over the Day), what it asked for answered. NULL: it
// is not built. `language`: "en", "ru".
struct bench *every_open(enum screen_id id, const char *language);
// The same in its states: what was typed, a question, a refusal. Numbered from 0; every screen that
// is built has at least one. NULL beyond the last. `name`: what it is, NULL: not wanted.
struct bench *every_state(size_t number, const char *language, const char **name);
// Letters of the fixtures' own names and texts become digits from now on: what is left of letters
// on a screen was written by the program.
void every_without_letters(void);
void every_settle_again(struct bench *bench); // where the state is that nobody can be reached
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
