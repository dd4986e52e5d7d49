// What the files of the runtime share. Nobody else includes this.
#ifndef TUI_APP_PRIVATE_H
#define TUI_APP_PRIVATE_H

#include "app.h"

#define APP_SCREENS      16                   // screens open at once
#define APP_QUEUE        4096                 // keys and pastes kept while an answer is awaited
#define APP_ESC_DIGIT_MS 2000                 // how long after Esc a digit is still an F-key
#define APP_HOLD_MS      12                   // the journal's answer is waited for so long
#define APP_NOTICE_MS    8000                 // what only informs stays this long
#define APP_ACTIONS      (SCREEN_ACTIONS + 6) // a screen's and those of the app

// An open screen. Replies find it by its id: it may be gone when they come.
struct app_screen {
    uint64_t id;
    const struct screen_ops *ops;
    void *model;
    uint64_t opener; // 0: none
    int opened_tag;  // of the opener's command
    bool seconds;
};

struct app_ask {
    uint64_t desk_id, screen;
    int tag;
    bool writes; // something is to be changed: not cancelled when its screen closes
};

struct app_timer {
    struct app *app;
    uint64_t screen;
    int id;
    struct zp_timer *timer;
};

struct app_typed {
    bool paste;
    struct key key;
    char *text;
};

struct app {
    struct zp_loop *loop;
    const struct screen_env *env;
    struct term *term;
    struct app_desk desk;
    char *dump_path;

    struct app_screen *stack[APP_SCREENS];
    size_t depth;
    uint64_t last_id;
    struct app_ask *asks;
    size_t ask_count;
    struct app_timer **timers;
    size_t timer_count;

    struct app_typed *typed; // kept keys, oldest first
    size_t typed_count;
    bool applying;     // kept keys are being applied: no second time inside
    bool unseen;       // the question changed and is not painted yet: keys until then are dropped
    int64_t esc_at_ms; // loop time of the last Esc on a screen with esc_digits, 0: none

    struct zp_timer *hand; // minute or second hand
    struct zp_watch *watch;
    struct zp_loop_hook *hook;
    struct surface *frame, *shown; // shown: what the terminal has, NULL: nothing certain
    bool dirty, quitting;
    uint64_t held_by; // the screen whose ask the next frame waits for, 0: none
    int held_tag;
    struct zp_timer *hold_timer;
    bool mouse; // clicks and the wheel are ours, not the terminal's own
    char *notice;
    enum style notice_style;
    bool quit_asked;   // the notice asks whether to quit and lose what is unsaved
    bool notice_seen;  // painted: only then the next key takes it away
    bool notice_stays; // what was done: keys do not, but what they open
    struct zp_timer *notice_timer;
    int64_t frames;
    int64_t minute; // of the last tick
};

struct app_screen *app_top(const struct app *app);
struct app_screen *app_screen_by_id(const struct app *app, uint64_t id);
// Fills in the clock, runs update and carries its commands out.
void app_deliver(struct app *app, struct app_screen *screen, struct message *message);
void app_perform(struct app *app, uint64_t screen, const struct commands *commands);
bool app_open(struct app *app, enum screen_id id, const struct screen_args *args, uint64_t opener,
              int tag);
void app_notice(struct app *app, enum style style, const char *text); // NULL: none
void app_notice_pass(struct app *app);                        // a key comes: what was seen goes
void app_window(const struct app *app, int *rows, int *cols); // a screen's size
void app_set_hand(struct app *app);
void app_set_language(struct app *app, const char *language);
void app_other_language(struct app *app); // English for Russian, Russian for English

// app_asks.c
void app_ask_submit(struct app *app, uint64_t screen, int tag, const struct zp_request *request);
void app_ask_cancel(struct app *app, uint64_t screen, int tag);
void app_ask_forget_screen(struct app *app, uint64_t screen);
void app_timer_set(struct app *app, uint64_t screen, int id, int64_t delay_ms);
void app_timer_forget_screen(struct app *app, uint64_t screen);

// app_input.c
void app_apply_kept(struct app *app);
void app_drop_kept(struct app *app, bool tell);
// Quits, or asks first where that would lose something.
void app_quit_or_ask(struct app *app);
void app_quit_ask(struct app *app); // puts the question, in the present language
size_t app_actions(const struct app *app, enum action out[APP_ACTIONS]);
// Gives the screen on top an action as if its key were pressed; one that does not make sense there
// (any more) is said so.
void app_run(struct app *app, enum action action);
void app_take(struct app *app, const struct term_input *input);
bool app_waiting(const struct app *app); // the screen on top awaits an answer: keys are kept

// app_mouse.c
void app_mouse(struct app *app, const struct mouse *mouse);
void app_mouse_start(struct app *app); // as the configuration says
void app_mouse_toggle(struct app *app);
void app_copy(struct app *app, const char *number);

// app_draw.c
void app_draw(struct app *app);

#endif
