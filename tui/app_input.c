// Keys and pastes: which screen gets them, when, and as which action.
#include "app_private.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

static bool listed(const enum action *actions, size_t count, enum action action) {
    for (size_t i = 0; i < count; i++)
        if (actions[i] == action)
            return true;
    return false;
}

size_t app_actions(const struct app *app, enum action out[APP_ACTIONS]) {
    const struct app_screen *top = app_top(app);
    size_t count = 0;

    if (!top)
        return 0;
    if (app->quit_asked) {
        out[count++] = ACTION_YES;
        out[count++] = ACTION_STAY;
        out[count++] = ACTION_QUIT;
        return count;
    }
    if (screen_find(SCREEN_HELP) && top->ops != screen_find(SCREEN_HELP))
        out[count++] = ACTION_HELP;
    count += top->ops->actions(top->model, out + count);
    if (screen_find(SCREEN_PALETTE) && top->ops != screen_find(SCREEN_PALETTE) &&
        top->ops != screen_find(SCREEN_HELP) && !listed(out, count, ACTION_PALETTE))
        out[count++] = ACTION_PALETTE;
    out[count++] = ACTION_REDRAW;
    out[count++] = ACTION_MOUSE;
    out[count++] = ACTION_LANGUAGE;
    out[count++] = ACTION_QUIT;
    return count;
}

static bool any_unsaved(const struct app *app) {
    for (size_t i = 0; i < app->depth; i++) {
        const struct app_screen *screen = app->stack[i];

        if (screen->ops->unsaved && screen->ops->unsaved(screen->model))
            return true;
    }
    return false;
}

void app_quit_ask(struct app *app) {
    app_notice(app, STYLE_WARN, _("Quit and lose what was chosen? Enter: yes, Esc: stay"));
    app->quit_asked = true;
}

void app_quit_or_ask(struct app *app) {
    if (app->quit_asked || !any_unsaved(app)) {
        app_quit(app);
        return;
    }
    app_quit_ask(app);
}

// A key while the app asks whether to quit. False: no answer to it; the question is gone and the
// key goes its way.
static bool quit_key(struct app *app, const struct key *key) {
    static const enum action answers[] = {ACTION_YES, ACTION_STAY, ACTION_QUIT, ACTION_LANGUAGE};
    enum action answer = action_find(answers, sizeof(answers) / sizeof(answers[0]), key, true);

    if (answer == ACTION_YES && !app->notice_seen)
        return true; // typed before the question was on the screen
    if (answer == ACTION_YES || answer == ACTION_QUIT)
        app_quit(app);
    else if (answer == ACTION_LANGUAGE)
        app_other_language(app);
    else
        app_notice(app, STYLE_NOTICE, NULL);
    return answer != ACTION_NONE;
}

// Help and palette are about the screen below; what the palette's booking did is told there.
static void open_about(struct app *app, enum screen_id screen) {
    struct app_screen *top = app_top(app);
    enum action actions[APP_ACTIONS];
    struct screen_args args = {
        .of = top->ops->name, .takes_line = top->ops->takes_line, .actions = actions};

    args.action_count = app_actions(app, actions);
    app_open(app, screen, &args, screen == SCREEN_PALETTE ? top->id : 0, 0);
}

void app_drop_kept(struct app *app, bool tell) {
    bool any = app->typed_count > 0;

    for (size_t i = 0; i < app->typed_count; i++)
        talloc_free(app->typed[i].text);
    app->typed_count = 0;
    if (any && tell)
        app_notice(app, STYLE_WARN,
                   _("The question changed: the keys typed ahead were not used. Look again, then "
                     "type."));
}

bool app_waiting(const struct app *app) {
    const struct app_screen *top = app_top(app);

    return top && top->ops->waiting && top->ops->waiting(top->model);
}

static bool typing(const struct app_screen *screen) {
    return screen->ops->typing && screen->ops->typing(screen->model);
}

// Esc, then a digit, is an F-key where the screen says so; Esc itself has been delivered by then.
static struct key with_esc_digit(struct app *app, const struct app_screen *top, struct key key) {
    int64_t now_ms = zp_loop_now_ms(app->loop);
    bool after_esc = app->esc_at_ms > 0 && now_ms - app->esc_at_ms < APP_ESC_DIGIT_MS;

    app->esc_at_ms = 0;
    if (!top->ops->esc_digits || typing(top))
        return key;
    if (key.name == K_ESC)
        app->esc_at_ms = now_ms > 0 ? now_ms : 1;
    else if (after_esc && key_is_text(&key) && key.code >= '0' && key.code <= '9')
        return (struct key){.name = K_F, .code = key.code == '0' ? 10 : key.code - '0'};
    return key;
}

// Why nothing happens: what must be chosen first where that can be told.
static void tell_lack(struct app *app, enum action action) {
    const char *needs = action_needs(action);
    char *text = NULL;

    if (!needs) {
        app_notice(app, STYLE_WARN, _("This makes no sense here any more."));
        return;
    }
    text = memory_printf(app, "%s: %s.", action_label(action), needs);
    app_notice(app, STYLE_WARN, text);
    talloc_free(text);
}

static void unused_key(struct app *app, const struct key *key) {
    static const enum action undo = ACTION_UNDO;
    enum action actions[APP_ACTIONS];
    const size_t count = app_actions(app, actions);
    const enum action lacking =
        listed(actions, count, ACTION_BOOK) ? action_lacking(key) : ACTION_NONE;

    if (action_find(&undo, 1, key, true) == undo)
        app_notice(
            app, STYLE_NOTICE,
            _("Nothing more to undo here: Ctrl-Z works for two minutes, where it was done."));
    else if (key->name == K_CHAR && key->ctrl && key->code == 'c')
        app_notice(app, STYLE_NOTICE, _("F10 or Ctrl-Q leaves the program."));
    else if (lacking != ACTION_NONE)
        tell_lack(app, lacking);
    else if (key->name == K_F)
        app_notice(app, STYLE_NOTICE, _("That key does nothing here now; F1: those that do."));
}

// The screen asks whether to do something: Enter would be the answer.
static bool asks(const struct app *app) {
    static const struct key enter = {.name = K_ENTER};
    enum action actions[APP_ACTIONS];
    const size_t count = app_actions(app, actions);

    return action_find(actions, count, &enter, true) == ACTION_YES;
}

// A question that a key brought up is answered by no key that was typed before it is painted.
static void deliver_key(struct app *app, struct app_screen *top, struct message *message) {
    const bool asked = asks(app);

    app_deliver(app, top, message);
    if (asked || app->quit_asked || !asks(app))
        return;
    app_drop_kept(app, true);
    app->unseen = true;
}

static void act(struct app *app, const struct key *key, enum action action) {
    struct app_screen *top = app_top(app);
    struct message message = {.kind = MESSAGE_KEY};

    switch (action) {
    case ACTION_QUIT: app_quit_or_ask(app); return;
    case ACTION_HELP: open_about(app, SCREEN_HELP); return;
    case ACTION_PALETTE: open_about(app, SCREEN_PALETTE); return;
    case ACTION_REDRAW: TALLOC_FREE(app->shown); return;
    case ACTION_MOUSE: app_mouse_toggle(app); return;
    case ACTION_LANGUAGE: app_other_language(app); return;
    default: break;
    }
    if (action == ACTION_NONE)
        unused_key(app, key);
    message.u.key.key = *key;
    message.u.key.action = action;
    deliver_key(app, top, &message);
}

void app_run(struct app *app, enum action action) {
    enum action actions[APP_ACTIONS];
    const size_t count = app_actions(app, actions);
    const char *keys = action_keys(action);
    struct key key;

    if (listed(actions, count, action) && key_parse(keys, strcspn(keys, " "), &key))
        act(app, &key, action);
    else
        tell_lack(app, action);
}

static void apply_key(struct app *app, struct key key) {
    struct app_screen *top = app_top(app);
    enum action actions[APP_ACTIONS], action = ACTION_NONE;
    size_t count = 0;

    if (!top)
        return;
    app_notice_pass(app); // keys typed ahead leave what nobody has seen yet
    app->dirty = true;
    key = with_esc_digit(app, top, key);
    count = app_actions(app, actions);
    action = action_find(actions, count, &key, typing(top));
    act(app, &key, action);
}

static void apply_paste(struct app *app, const char *text) {
    struct app_screen *top = app_top(app);
    struct message message = {.kind = MESSAGE_PASTE};

    if (!top)
        return;
    app->esc_at_ms = 0;
    message.u.paste.text = text;
    app_deliver(app, top, &message);
}

static void keep(struct app *app, const struct term_input *input) {
    struct app_typed *typed = NULL;

    if (app->typed_count >= APP_QUEUE)
        return;
    app->typed = memory_grow(app, app->typed, struct app_typed, app->typed_count + 1);
    typed = &app->typed[app->typed_count++];
    typed->paste = input->kind == TERM_PASTE;
    typed->key = input->key;
    typed->text = typed->paste ? memory_strdup(app, input->text) : NULL;
}

void app_apply_kept(struct app *app) {
    if (app->applying)
        return;
    app->applying = true;
    while (app->typed_count > 0 && !app->quitting && !app_waiting(app)) {
        struct app_typed typed = app->typed[0];

        app->typed_count--;
        memmove(&app->typed[0], &app->typed[1], app->typed_count * sizeof(app->typed[0]));
        if (typed.paste)
            apply_paste(app, typed.text);
        else
            apply_key(app, typed.key);
        talloc_free(typed.text);
    }
    app->applying = false;
}

// While an answer is awaited only Esc and quitting go through, so that nobody is locked in, and the
// language.
static void take_while_waiting(struct app *app, const struct term_input *input) {
    static const enum action always[] = {ACTION_QUIT, ACTION_LANGUAGE};
    enum action action = ACTION_NONE;

    if (input->kind == TERM_KEY)
        action = action_find(always, sizeof(always) / sizeof(always[0]), &input->key, true);
    if (action == ACTION_QUIT) {
        app_quit_or_ask(app);
    } else if (action == ACTION_LANGUAGE) { // answers no question, and none of what was typed does
        app_other_language(app);
        app_apply_kept(app); // a reason asked for again may end the waiting
    } else if (input->kind == TERM_KEY && input->key.name == K_ESC) {
        app_drop_kept(app, false);
        apply_key(app, input->key);
    } else {
        keep(app, input);
    }
}

void app_take(struct app *app, const struct term_input *input) {
    if (input->kind == TERM_MOUSE) {
        app_mouse(app, &input->mouse);
        return;
    }
    if (app->unseen) {
        keep(app, input);
        app_drop_kept(app, true);
        return;
    }
    if (app->quit_asked && input->kind == TERM_KEY && quit_key(app, &input->key))
        return;
    if (app_waiting(app)) {
        take_while_waiting(app, input);
        return;
    }
    keep(app, input); // behind what is kept already: order is never changed
    app_apply_kept(app);
}

void app_read(struct app *app) {
    struct term_input input;

    while (!app->quitting) {
        app->term->ops->read(app->term, &input);
        if (input.kind == TERM_NOTHING)
            return;
        if (input.kind == TERM_CLOSED) {
            app_quit(app);
            return;
        }
        app_take(app, &input);
    }
}
