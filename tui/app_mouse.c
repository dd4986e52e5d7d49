// What the mouse does, and the clipboard. A click never does more than a key does: on the key bar
// it is that key, on what the view marked it moves the cursor, and on what the cursor stands on it
// is Enter. The wheel is Up and Down.
#include "app_private.h"
#include "memory.h"
#include <zapis/i18n.h>

#define WHEEL_STEPS 3 // as terminals do that turn the wheel into arrow keys by themselves

static void press(struct app *app, struct key key) {
    const struct term_input input = {.kind = TERM_KEY, .key = key};

    app_take(app, &input);
}

static void turn_wheel(struct app *app, enum key_name name) {
    for (int i = 0; i < WHEEL_STEPS; i++)
        press(app, (struct key){.name = name});
}

static void click_bar(struct app *app, int col) {
    enum action actions[APP_ACTIONS];
    const size_t count = app_actions(app, actions);
    struct key key;

    if (action_first_key(action_bar_at(actions, count, app->frame->cols, col), &key))
        press(app, key);
}

// Enter opens something there, and answers no question.
static bool enter_opens(const struct app *app) {
    static const struct key enter = {.name = K_ENTER};
    enum action actions[APP_ACTIONS];
    const size_t count = app_actions(app, actions);
    const enum action action = action_find(actions, count, &enter, true);

    return action == ACTION_ENTER || action == ACTION_VISIT;
}

// A frame that is out of date says where one may go, but not what Enter would mean.
static void click_screen(struct app *app, int hit) {
    const struct surface *frame = app->frame;
    struct message message = {.kind = MESSAGE_MOUSE};

    if (hit > 0 && !app->dirty && enter_opens(app) &&
        surface_hit(frame, frame->cursor_row, frame->cursor_col) == hit) {
        press(app, (struct key){.name = K_ENTER});
        return;
    }
    app_notice_pass(app);
    message.u.mouse.hit = hit;
    app_deliver(app, app_top(app), &message);
}

// While an answer is awaited what a click means is about to change: it is not kept, as keys are.
void app_mouse(struct app *app, const struct mouse *mouse) {
    const struct surface *frame = app->frame;
    const bool bar = frame->rows > 1 && mouse->row == frame->rows - 1;
    int hit = 0;

    if (!app_top(app) || app->unseen)
        return;
    if (mouse->kind == MOUSE_CLICK && bar) {
        click_bar(app, mouse->col);
        return;
    }
    if (app_waiting(app) || app->quit_asked)
        return;
    if (mouse->kind != MOUSE_CLICK) {
        turn_wheel(app, mouse->kind == MOUSE_WHEEL_UP ? K_UP : K_DOWN);
        return;
    }
    hit = surface_hit(frame, mouse->row, mouse->col);
    if (hit != 0)
        click_screen(app, hit);
}

void app_mouse_start(struct app *app) {
    app->mouse = app->env->config->console.mouse && app->term->ops->mouse(app->term, true);
}

void app_mouse_toggle(struct app *app) {
    const bool wanted = !app->mouse;

    if (!app->term->ops->mouse(app->term, wanted)) {
        app_notice(app, STYLE_NOTICE, _("This terminal has no mouse."));
        return;
    }
    app->mouse = wanted;
    app_notice(app, STYLE_NOTICE,
               wanted ? _("The mouse is for zapis again. Ctrl-O: for selecting text.")
                      : _("The mouse is the terminal's: select text with it. Ctrl-O: back."));
}

void app_copy(struct app *app, const char *number) {
    char *text = NULL;

    if (app->term->ops->copy(app->term, number))
        text = memory_printf(
            app, _("Number %s copied, if this terminal lets programs use the clipboard."), number);
    else
        text = memory_printf(app, _("This terminal has no clipboard for programs. Number %s."),
                             number);
    app_notice(app, STYLE_NOTICE, text);
    talloc_free(text);
}
