// What update wants done: data, appended to a list, carried out by the app alone after update has
// returned. Everything given is copied into the list.
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "message.h"
#include "screen_id.h"
#include "style.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/desk.h>
#include <zapis/memory.h>

enum command_kind {
    COMMAND_ASK,        // `ask`
    COMMAND_CANCEL_ASK, // `cancel_ask`
    COMMAND_OPEN,       // `open`
    COMMAND_CLOSE,      // `close`
    COMMAND_RUN,        // `run`
    COMMAND_TIMER,      // `timer`
    COMMAND_SECONDS,    // `seconds`
    COMMAND_HOLD,       // `hold`
    COMMAND_NOTICE,     // `notice`
    COMMAND_QUESTION_CHANGED,
    COMMAND_BELL,
    COMMAND_LANGUAGE, // `language`
    COMMAND_COPY,     // `copy`
    COMMAND_QUIT,
};

// With what a screen is opened. Zeroed where it does not matter to that screen.
struct screen_args {
    struct zp_date date;   // year 0: today
    const char *master_id; // NULL: none chosen
    int64_t starts_at;     // 0: none chosen
    const char *booking;   // request id
    const char *client;    // phone, E.164 or as typed
    const char *client_name;
    const char *service_id;         // BOOKING: chosen in the price list
    const char *const *service_ids; // in order
    size_t service_count;
    int64_t waiting_id;         // a wish of the waiting list; 0: none
    bool listing;               // BOOKING: it becomes a wish, not a booking
    const char *text;           // CLIENTS: typed so far
    bool walk_in;               // BOOKING: a client without a phone
    bool filled;                // BOOKING: to the confirmation, or the step that lacks something
    const char *of;             // HELP, PALETTE: name of the screen it explains
    bool takes_line;            // PALETTE: screen.h
    const enum action *actions; // HELP, PALETTE: that screen's actions
    size_t action_count;
};

struct command {
    enum command_kind kind;
    union {
        struct {
            int tag;
            struct zp_request request;
        } ask;
        struct {
            int tag;
        } cancel_ask;
        struct {
            int tag;
            enum screen_id screen;
            struct screen_args args;
        } open;
        struct {
            struct screen_result result;
        } close;
        struct {
            enum action action;
        } run;
        struct {
            int id;
            int64_t delay_ms;
        } timer;
        struct {
            bool on;
        } seconds;
        struct {
            int tag;
        } hold;
        struct {
            const char *text;
            enum style style;
            bool stays;
        } notice;
        struct {
            const char *language;
        } language;
        struct {
            const char *number;
        } copy;
    } u;
};

struct commands {
    struct command *list; // owned by the struct itself
    size_t count;
};
struct commands *commands_new(TALLOC_CTX *ctx);
void commands_clear(struct commands *commands);

// Asks the desk. A tag (> 0) is one place of the model: asking again under the same tag cancels the
// earlier ask, and its answer is not delivered. The answer comes as MESSAGE_EVENT with the tag, if
// the screen is still open.
void command_ask(struct commands *commands, int tag, const struct zp_request *request);
void command_cancel_ask(struct commands *commands, int tag); // no answer is delivered after this
void command_open(struct commands *commands, int tag, enum screen_id screen,
                  const struct screen_args *args);
void command_close(struct commands *commands, const struct screen_result *result);
// After the screen has closed: the action as if its key were pressed on the screen below.
void command_run(struct commands *commands, enum action action);
// MESSAGE_TIMER with this id once after delay_ms; set again: moved; 0: stopped.
void command_timer(struct commands *commands, int id, int64_t delay_ms);
void command_seconds(struct commands *commands, bool on); // TICK each second while on
// The terminal keeps its frame until the ask of this tag is answered, for some milliseconds at
// most: the journal answers sooner than an eye sees, and a frame without the answer is a flicker.
void command_hold(struct commands *commands, int tag);
// A line above the key bar until the next key.
void command_notice(struct commands *commands, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// The same of what was done (STYLE_NOTICE, STYLE_OK): it stays for some seconds whatever is typed
// on this screen, until something else is told or opened. Enter too often is no reason to miss
// whether one has booked.
void command_told(struct commands *commands, enum style style, const char *text);
// What came back changed the question (slot taken): keys typed ahead are dropped and the person is
// told so.
void command_question_changed(struct commands *commands);
void command_bell(struct commands *commands);
void command_language(struct commands *commands, const char *language); // "ru", "en", "auto"
// Hands a booking's number to the terminal's clipboard and says what came of it.
void command_copy(struct commands *commands, const char *number);
void command_quit(struct commands *commands);

#endif
