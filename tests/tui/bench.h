// A console without a terminal, a network and a clock: the real app over a terminal that keeps its
// last frame, a desk that only notes what it is asked, and a clock that stands until it is set.
// Golden screens are compared cell by cell; ZAPIS_GOLDEN=write writes them anew.
#ifndef TESTS_TUI_BENCH_H
#define TESTS_TUI_BENCH_H

#include "app.h"
#include "grid.h"
#include "screen.h"
#include "term.h"
#include <zapis/config.h>
#include <zapis/desk.h>
#include <zapis/loop.h>

#define BENCH_ASKS 256

struct bench_ask {
    uint64_t id;
    struct zp_request request; // strings are gone after submit: only ask and plain values
    bool cancelled, answered;
};

struct bench {
    struct zp_loop *loop;
    struct zp_config *config;
    struct screen_env env;
    struct term *term;
    struct app *app;
    int64_t now_ms;
    struct bench_ask asks[BENCH_ASKS];
    size_t ask_count;
};

// Monday 2026-11-23, 14:32 in Moscow.
#define BENCH_NOW  INT64_C(1795433520)
#define BENCH_DATE ((struct zp_date){2026, 11, 23})

struct bench *bench_new(TALLOC_CTX *ctx, int rows, int cols, bool ascii);
// The program's own Russian from here on.
void bench_russian(struct bench *bench);
void bench_open(struct bench *bench, enum screen_id screen, const struct screen_args *args);
// One turn of the loop: what is dirty is drawn. None once the app has quit, whatever led there: a
// key kept while an answer was awaited does so too.
void bench_turn(struct bench *bench);
void bench_turn_held(struct bench *bench); // the same; a frame that is held is not waited for
void bench_wait(struct bench *bench, int64_t ms);       // of the loop's time
void bench_keys(struct bench *bench, const char *keys); // "F7 Down Ctrl-G a", then a turn
void bench_type(struct bench *bench, const char *text);
void bench_resize(struct bench *bench, int rows, int cols);
void bench_tick(struct bench *bench, int64_t now); // the clock goes there and the hand falls
const struct surface *bench_frame(const struct bench *bench);
char *bench_row(const struct bench *bench, int row); // text of a row, freed with the bench

// The last ask of that kind that is neither cancelled nor answered; NULL: none.
struct bench_ask *bench_pending(struct bench *bench, enum zp_ask ask);
size_t bench_asked(const struct bench *bench, enum zp_ask ask); // how often so far
// Turns until it was asked so often: what is asked by a timer. Fails after 5 s.
void bench_until_asked(struct bench *bench, enum zp_ask ask, size_t count);
// Answers it: id and ask are filled in. The event stays the caller's.
void bench_answer(struct bench *bench, enum zp_ask ask, struct zp_event *event);
void bench_event(struct bench *bench, struct zp_event *event);

// Compares the frame with screens/NAME.screen, fails with the first rows that differ.
void bench_golden(const struct bench *bench, const char *name);
// The same of a text in that notation; false: it differs, and the rows are told.
bool bench_golden_text(const char *name, const char *got);

struct zp_config *bench_config(TALLOC_CTX *ctx);

#endif
