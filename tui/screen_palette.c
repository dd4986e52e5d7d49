// Palette: every command of the screen below by its name with its key beside it; or a booking in
// one line, each word marked as it is understood.
#include "memory.h"
#include "palette.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

enum { TAG_CATALOGUE = 1, TAG_CLIENTS };
enum { OPENED_BOOKING = 1 };

// Keys that only move are no commands.
static bool moves(enum action action) {
    static const char *const keys[] = {"Up",  "Down",      "PgUp", "PgDn",
                                       "Tab", "Shift-Tab", "Esc",  "Enter"};
    const char *first = action_keys(action);
    const size_t size = strcspn(first, " ");

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strlen(keys[i]) == size && strncmp(first, keys[i], size) == 0)
            return true;
    return action == ACTION_PALETTE;
}

static bool given(const struct screen_args *args, enum action action) {
    for (size_t i = 0; i < args->action_count; i++)
        if (args->actions[i] == action)
            return true;
    return false;
}

static void *palette_new(TALLOC_CTX *ctx, const struct screen_env *env,
                         const struct screen_args *args) {
    const bool books = given(args, ACTION_BOOK);
    struct palette *palette = memory_new(ctx, struct palette);

    palette->env = env;
    palette->field = field_new(palette, LINE_BYTES);
    palette->actions = memory_array(palette, enum action, args->action_count + ACTIONS);
    palette->shown = memory_array(palette, size_t, args->action_count + ACTIONS);
    palette->ranks = memory_array(palette, int, args->action_count + ACTIONS);
    for (size_t i = 0; i < args->action_count; i++) {
        if (!moves(args->actions[i]))
            palette->actions[palette->action_count++] = args->actions[i];
    }
    palette->usable = palette->action_count;
    palette->books = books || args->takes_line;
    for (int i = 0; books && i < ACTIONS; i++)
        if (action_needs((enum action)i) && !given(args, (enum action)i))
            palette->actions[palette->action_count++] = (enum action)i;
    return palette;
}

static bool blank(const char *text) {
    return text[strspn(text, " ")] == '\0';
}

// ---- what the text means

static void parse(struct palette *palette) {
    const struct zp_config *config = palette->env->config;
    const struct line_context context = {
        .names = palette->names,
        .zone = config->zone,
        .country = config->salon.country,
        .now = palette->now,
        .walk_in_allowed = config->salon.walk_in_phone && config->salon.walk_in_phone[0] != '\0',
        .known = palette->known,
        .known_count = palette->known_count,
    };

    talloc_free(palette->draft);
    palette->draft = line_parse(palette, field_text(palette->field), &context);
}

// A word of the price list that is no command begins a booking, too.
static bool says_booking(const struct palette *palette) {
    const struct line_draft *draft = palette->draft;

    if (draft->booking)
        return true;
    for (size_t i = 0; palette->shown_count == 0 && i < draft->word_count; i++)
        if (draft->words[i].role >= LINE_SERVICE && draft->words[i].role <= LINE_TIME)
            return true;
    return palette->shown_count == 0 && draft->trouble_count > 0;
}

static void understand(struct palette *palette) {
    const char *text = field_text(palette->field);
    struct zp_text_query *query = zp_text_query_new(palette, text);

    for (size_t i = 0; i < palette->action_count; i++)
        palette->ranks[i] =
            blank(text) ? (i < palette->usable ? 1 : 0) : action_called(palette->actions[i], query);
    talloc_free(query);
    palette->shown_count = palette->cursor = 0;
    for (int rank = 2; rank > 0; rank--) // what is called so stands before what has to do with it
        for (size_t i = 0; i < palette->action_count; i++)
            if (rank == palette->ranks[i])
                palette->shown[palette->shown_count++] = i;
    parse(palette);
    palette->line = palette->books && !blank(text) && says_booking(palette);
    palette->leaving = palette->leaving && palette->line; // nothing is asked about a command
}

// Whose phone it is, once it is whole.
static void look_for_client(struct palette *palette, struct commands *commands) {
    const char *phone = palette->line ? palette->draft->phone : "";
    const struct zp_request request = {.ask = ZP_ASK_CLIENTS,
                                       .u.clients = {.query = phone, .limit = 1}};

    if (phone[0] == '\0' || (palette->asked_phone && strcmp(palette->asked_phone, phone) == 0))
        return;
    talloc_free(palette->asked_phone);
    palette->asked_phone = memory_strdup(palette, phone);
    command_ask(commands, TAG_CLIENTS, &request);
}

static void changed(struct palette *palette, struct commands *commands) {
    understand(palette);
    look_for_client(palette, commands);
}

// ---- Enter

const struct line_trouble *palette_trouble(const struct palette *palette) {
    const struct line_draft *draft = palette->draft;

    for (size_t i = 0; i < draft->trouble_count; i++)
        if (draft->troubles[i].choice_count > 0)
            return &draft->troubles[i];
    return draft->trouble_count > 0 ? draft->troubles : NULL;
}

// Puts what was chosen in the place of the word that has two meanings.
static void take_choice(struct palette *palette, const struct line_trouble *trouble,
                        struct commands *commands) {
    const struct line_word *word = &palette->draft->words[trouble->word];
    const char *text = field_text(palette->field);
    char *line =
        memory_printf(palette, "%.*s%s%s", (int)word->at, text,
                      trouble->choices[palette->cursor].typed, text + word->at + word->size);

    field_set(palette->field, line);
    talloc_free(line);
    changed(palette, commands);
}

static void open_booking(const struct palette *palette, struct commands *commands) {
    const struct line_draft *draft = palette->draft;
    const struct screen_args args = {
        .date = draft->date,
        .master_id = draft->master_id,
        .starts_at = draft->starts_at,
        .client = draft->phone[0] ? draft->phone : NULL,
        .client_name = draft->name[0] ? draft->name : NULL,
        .service_ids = draft->service_ids,
        .service_count = draft->service_count,
        .text = draft->comment[0] ? draft->comment : NULL,
        .walk_in = draft->walk_in,
        .filled = true,
    };

    command_open(commands, OPENED_BOOKING, SCREEN_BOOKING, &args);
}

static void enter_line(struct palette *palette, struct commands *commands) {
    const struct line_trouble *trouble = palette_trouble(palette);

    palette->enter = !palette->names && !palette->trouble;
    if (palette->enter)
        return;
    if (trouble && trouble->choice_count > 0)
        take_choice(palette, trouble, commands);
    else if (trouble)
        command_notice(commands, STYLE_WARN, "%s", trouble->sentence);
    else if (!palette->names)
        command_notice(commands, STYLE_WARN, "%s", palette->trouble);
    else
        open_booking(palette, commands);
}

static void enter(struct palette *palette, struct commands *commands) {
    enum action action = ACTION_NONE;

    if (palette->line) {
        enter_line(palette, commands);
        return;
    }
    if (palette->cursor >= palette->shown_count)
        return;
    action = palette->actions[palette->shown[palette->cursor]];
    command_close(commands, NULL);
    command_run(commands, action);
}

// ---- messages

static size_t rows_of_list(const struct palette *palette) {
    const struct line_trouble *trouble = palette->line ? palette_trouble(palette) : NULL;

    return palette->line ? (trouble ? trouble->choice_count : 0) : palette->shown_count;
}

static void move(struct palette *palette, int by) {
    const size_t count = rows_of_list(palette);
    const size_t last = count > 0 ? count - 1 : 0;

    if (by < 0)
        palette->cursor -= palette->cursor < (size_t)-by ? palette->cursor : (size_t)-by;
    else
        palette->cursor = palette->cursor + (size_t)by > last ? last : palette->cursor + (size_t)by;
}

// One level back. A booking typed so far is given up only after a question; a command's name costs
// a letter or two.
static void back(struct palette *palette, struct commands *commands) {
    palette->enter = false;
    palette->leaving = palette->line;
    if (palette->leaving)
        return;
    if (blank(field_text(palette->field))) {
        command_close(commands, NULL);
        return;
    }
    field_set(palette->field, "");
    changed(palette, commands);
}

static void key(struct palette *palette, const struct message *message, struct commands *commands) {
    if (palette->leaving) {
        palette->leaving = false;
        if (message->u.key.action == ACTION_YES) {
            command_close(commands, NULL);
            return;
        }
        if (message->u.key.action == ACTION_STAY)
            return;
    }
    switch (message->u.key.action) {
    case ACTION_BACK: back(palette, commands); return;
    case ACTION_ENTER: enter(palette, commands); return;
    case ACTION_UP: move(palette, -1); return;
    case ACTION_DOWN: move(palette, 1); return;
    case ACTION_PAGE_UP: move(palette, -10); return;
    case ACTION_PAGE_DOWN: move(palette, 10); return;
    default: break;
    }
    if (field_key(palette->field, &message->u.key.key) == FIELD_CHANGED)
        changed(palette, commands);
}

// What the Enter leads to is seen before anything else typed with it counts.
static void late_enter(struct palette *palette, struct commands *commands) {
    if (!palette->enter)
        return;
    palette->enter = false;
    enter(palette, commands);
    command_question_changed(commands);
}

static void event(struct palette *palette, const struct message *message,
                  struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    if (message->u.event.tag == TAG_CATALOGUE && event->catalogue) {
        TALLOC_FREE(palette->names);
        talloc_free(palette->catalogue);
        palette->catalogue = talloc_steal(palette, event->catalogue);
        palette->names = line_names_new(palette, palette->catalogue);
        changed(palette, commands);
        late_enter(palette, commands);
    } else if (message->u.event.tag == TAG_CATALOGUE && !event->ok) {
        talloc_free(palette->trouble);
        palette->trouble = memory_strdup(palette, event->error.message);
        late_enter(palette, commands);
    } else if (message->u.event.tag == TAG_CLIENTS && event->ok) {
        talloc_free(palette->known);
        palette->known = talloc_steal(palette, event->clients);
        palette->known_count = palette->known ? event->client_count : 0;
        parse(palette);
    }
}

static void result(const struct screen_result *result, struct commands *commands) {
    if (result && result->done)
        command_close(commands, result); // what was booked is for the screen below
}

static void update(void *model, const struct message *message, struct commands *commands) {
    const struct zp_request catalogue = {.ask = ZP_ASK_CATALOGUE};
    struct palette *palette = model;

    palette->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
        command_ask(commands, TAG_CATALOGUE, &catalogue);
        understand(palette);
        break;
    case MESSAGE_KEY: key(palette, message, commands); break;
    case MESSAGE_PASTE:
        palette->leaving = false;
        if (field_paste(palette->field, message->u.paste.text) == FIELD_CHANGED)
            changed(palette, commands);
        break;
    case MESSAGE_MOUSE: palette->cursor = (size_t)(message->u.mouse.hit - 1); break;
    case MESSAGE_EVENT: event(palette, message, commands); break;
    case MESSAGE_TICK: parse(palette); break; // a time goes by
    case MESSAGE_LANGUAGE:
        understand(palette);
        if (palette->trouble) // its reason in the new language
            command_ask(commands, TAG_CATALOGUE, &catalogue);
        break;
    case MESSAGE_RESULT: result(message->u.result.result, commands); break;
    case MESSAGE_RESIZE:
    case MESSAGE_TIMER: break;
    }
    if (palette->cursor > 0 && palette->cursor >= rows_of_list(palette))
        palette->cursor = 0;
}

static void view(const void *model, struct grid *grid) {
    palette_view(model, grid);
}

static size_t actions(const void *model, enum action *out) {
    static const enum action leaving[] = {ACTION_YES, ACTION_STAY};
    static const enum action list[] = {ACTION_BACK, ACTION_ENTER,   ACTION_UP,
                                       ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN};

    size_t count = 0;

    if (((const struct palette *)model)->leaving) { // first of those with these keys
        memcpy(out, leaving, sizeof(leaving));
        count = sizeof(leaving) / sizeof(leaving[0]);
    }
    memcpy(out + count, list, sizeof(list));
    return count + sizeof(list) / sizeof(list[0]);
}

static bool typing(const void *model) {
    (void)model;
    return true;
}

static bool unsaved(const void *model) {
    const struct palette *palette = model;

    return palette->line;
}

static bool waiting(const void *model) {
    return ((const struct palette *)model)->enter;
}

const struct screen_ops screen_palette = {
    .name = "palette",
    .new = palette_new,
    .update = update,
    .view = view,
    .actions = actions,
    .typing = typing,
    .waiting = waiting,
    .unsaved = unsaved,
};
