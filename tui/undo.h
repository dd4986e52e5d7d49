// Undo of what was just done: offered for a while by one key, one deed after the other, the last
// one first; nothing waits for it, and each is judged by Dikidi when its turn comes. A screen that
// opens others has one of these, shows ACTION_UNDO while it is offered, and hands over the key, the
// timer and the answer.
#ifndef TUI_UNDO_H
#define TUI_UNDO_H

#include "command.h"
#include "message.h"
#include <stdbool.h>
#include <zapis/memory.h>

// The screen's tag and timer that undo takes for itself.
#define UNDO_TAG   900
#define UNDO_TIMER 900
#define UNDO_MS    120000 // how long it is offered after the last deed

struct undo {
    struct undo_step steps[UNDO_STEPS]; // the last deed last
    size_t count;
    bool asked;  // the answer about the last one is awaited
    bool opened; // a screen is open on the last one, which cannot be had back at once
    struct undo_heir heirs[UNDO_STEPS]; // for the screen below, whose deeds follow as well
    size_t heir_count;
};

// Offers what the result brings before what is offered already.
void undo_offer(TALLOC_CTX *ctx, struct undo *undo, const struct screen_result *result,
                struct commands *commands);
bool undo_offered(const struct undo *undo);
// `tag`: under which a screen is opened, where one must be.
void undo_key(struct undo *undo, int tag, struct commands *commands);
void undo_timer(struct undo *undo); // its time is over
// The answer to UNDO_TAG, told in a notice.
void undo_answer(struct undo *undo, const struct zp_event *event, struct commands *commands);
// What is asked of the desk, and what is said before and after: for front ends without screens.
struct zp_request undo_request(const struct undo_step *step);
const char *undo_asking_words(enum undo_kind kind);
char *undo_done_words(TALLOC_CTX *ctx, enum undo_kind kind, const struct zp_booking *booking);
// What is still offered goes on with the screen's result.
void undo_pass_on(const struct undo *undo, struct screen_result *result);

#endif
