// What reaches a screen's update. Everything in a message is valid during update only.
#ifndef TUI_MESSAGE_H
#define TUI_MESSAGE_H

#include "action.h"
#include "key.h"
#include <stdint.h>
#include <zapis/desk.h>
#include <zapis/memory.h>
#include <zapis/time.h>

enum message_kind {
    MESSAGE_OPENED, // first of all, once; `size`
    MESSAGE_KEY,    // `key`, and the action it stands for in this screen now
    MESSAGE_MOUSE,  // `hit`: a click on what the view marked by grid_hit: the cursor goes there
    MESSAGE_PASTE,  // `text`: cleaned, several lines possible
    MESSAGE_RESIZE, // `size`
    MESSAGE_TICK,   // the minute turned (each second where the screen asked for it)
    MESSAGE_TIMER,  // `timer`: what command_timer set
    MESSAGE_EVENT, // `event`: of the desk. `tag` > 0: the final answer to this screen's ask of that
                   // tag. `tag` 0: booking, journal, sync, connection; every open screen gets those
    MESSAGE_RESULT,   // a screen that this one opened has closed: `tag` of command_open, `result`
    MESSAGE_LANGUAGE, // the language changed: texts made in update must be made again
};

// What a closed screen did that one key can undo (undo.h).
enum undo_kind {
    UNDO_NOTHING,
    UNDO_BOOKING, // made: it is cancelled
    UNDO_WAITED,  // the same of one who was on the waiting list, and waits on then
    UNDO_CANCEL,  // cancelled: it is booked again
    UNDO_MARK,    // marked: it gets the mark it had
    UNDO_MOVE,    // moved: it is moved back
};

// One of those deeds. Strings may be NULL.
struct undo_step {
    enum undo_kind kind;
    const char *booking;    // request id of the booking it is about, as it is now
    enum zp_attendance was; // MARK
    const char *from;       // MOVE: request id of the one given up for it, with its master and time
    const char *master_id;
    int64_t starts_at;
    bool elsewhere;  // MOVE, CANCEL: cannot be had back at once: the time is chosen on a screen
    TALLOC_CTX *own; // its strings, where it is kept (undo.h)
};
#define UNDO_STEPS 5 // taken back one after the other, the last deed first

// What was taken back stands under another number: deeds done to the former one are now its own.
struct undo_heir {
    const char *former, *now; // request ids
    TALLOC_CTX *own;          // as of a step
};

// What a closed screen gives back. Strings may be NULL.
struct screen_result {
    bool done;           // something was decided (booked, cancelled); false: left by Esc
    const char *booking; // request id of the booking it was about
    const char *text;    // a sentence for the notice line, or a chosen text
    struct zp_date date; // year 0: none
    int64_t starts_at;   // 0: none
    struct undo_step undos[UNDO_STEPS]; // in the order of the deeds
    size_t undo_count;
    struct undo_heir heirs[UNDO_STEPS]; // of what was taken back there, in that order
    size_t heir_count;
};

struct message {
    enum message_kind kind;
    int64_t now; // the salon's clock, UTC seconds: always filled; the only clock a screen has
    union {
        struct {
            struct key key;
            enum action action; // ACTION_NONE: only the key itself
        } key;
        struct {
            int hit;
        } mouse;
        struct {
            const char *text;
        } paste;
        struct {
            int rows, cols; // of the screen's window: the terminal without the key bar
        } size;
        struct {
            int id;
        } timer;
        struct {
            int tag;
            const struct zp_event *event;
        } event;
        struct {
            int tag;
            const struct screen_result *result;
        } result;
    } u;
};

#endif
