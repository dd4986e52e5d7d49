// Every screen of the table, open and filled: for tests that hold for all of them, so that a new
// screen is covered by the line it adds to the table.
#ifndef TESTS_TUI_EVERY_H
#define TESTS_TUI_EVERY_H

#include "bench.h"

// The screen with that id over nothing (help: over the Day), what it asked for answered. NULL: it
// is not built. `language`: "en", "ru".
struct bench *every_open(enum screen_id id, const char *language);
struct bench *every_open_as(enum screen_id id, const char *language, char how);

// What a state shows, as far as one of these words says it.
enum every_covers {
    EVERY_EMPTY = 1,
    EVERY_FULL = 2,
    EVERY_LOADING = 4,
    EVERY_STALE = 8,
    EVERY_REFUSED = 16,
    EVERY_UNKNOWN = 32,
    EVERY_OFFLINE = 64,
    EVERY_PASSING = 256, // shows a sentence or a text that is not made again in another language
    EVERY_TYPED = 128,   // letters are typed: they are the person's, in no catalogue
};
// every_states.c: a screen, a state of it, and the script that leads there.
struct every_row {
    enum screen_id screen;
    const char *name;
    unsigned covers; // of enum every_covers; 0: another one
    const char *script;
};
const struct every_row *every_row(size_t number); // NULL beyond the last
struct bench *every_play(const struct every_row *row, const char *language);
// The row of that number, played. NULL beyond the last. `name`: what it is, NULL: not wanted.
struct bench *every_state(size_t number, const char *language, const char **name);
// Letters of the fixtures' own names and texts become digits from now on: what is left of letters
// on a screen was written by the program.
void every_without_letters(void);
void every_settle_again(struct bench *bench); // where the state is that nobody can be reached
// Answers what is asked for until nothing that reads is pending; asks that change something stay.
void every_settle(struct bench *bench);
// The same with '!' what the salon says, 'e' that there is nothing, 'u' what is not known, 'x' that
// nobody can be reached, '?' nothing.
void every_settle_as(struct bench *bench, char how);
// Answers one ask; letters become digits where that was wanted. The event belongs to the caller.
void every_give(struct bench *bench, enum zp_ask ask, struct zp_event *event);
// Why nobody can be reached ('x'), nothing is known of a write ('0'), or Dikidi refuses ('4').
const char *every_sentence(char how);
// What others say, kept in the language it was said in, is figures from now on.
void every_without_sayings(void);
const char *every_saying(const char *sentence); // that sentence, or figures
// What the salon says to an ask that reads; the event belongs to ctx.
struct zp_event *every_answer(TALLOC_CTX *ctx, enum zp_ask ask);
// The same where there is nothing yet.
struct zp_event *every_nothing(TALLOC_CTX *ctx, enum zp_ask ask);
bool every_writes(enum zp_ask ask);
// How many asks so far would change something.
size_t every_writes_asked(const struct bench *bench);
const char *every_name(enum screen_id id); // NULL: not built
// The frame as text, freed with the bench.
char *every_text(const struct bench *bench);

#endif
