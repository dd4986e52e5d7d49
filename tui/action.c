#include "action.h"
#include <stdio.h>
#include <string.h>
#include <zapis/text.h>

struct entry {
    const char *name, *keys, *label, *help, *words;
};

static const struct entry entries[ACTIONS] = {[ACTION_NONE] = {"none", "", "", "", ""},
#define ACTION(id, name, keys, label, help, words) [ACTION_##id] = {name, keys, label, help, words},
                                              ACTION_LIST
#undef ACTION
};

static const struct entry *entry_of(enum action action) {
    return &entries[(unsigned)action < ACTIONS ? action : ACTION_NONE];
}

// The catalogue's entry for "" is its own heading, never a word for a person.
static const char *translated(const char *msgid) {
    return msgid[0] == '\0' ? msgid : zp_i18n(msgid);
}

const char *action_name(enum action action) {
    return entry_of(action)->name;
}

const char *action_keys(enum action action) {
    return entry_of(action)->keys;
}

const char *action_label(enum action action) {
    return translated(entry_of(action)->label);
}

const char *action_help(enum action action) {
    return translated(entry_of(action)->help);
}

int action_called(enum action action, const struct zp_text_query *text) {
    const struct entry *entry = entry_of(action);
    const char *names[] = {translated(entry->label), translated(entry->words), entry->name,
                           entry->words};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (zp_text_query_finds(text, names[i]))
            return 2;
    return zp_text_query_finds(text, translated(entry->help)) ? 1 : 0;
}

const char *action_needs(enum action action) {
    switch (action) {
    case ACTION_SHOW:
    case ACTION_MARK:
    case ACTION_AGAIN:
    case ACTION_CANCEL:
    case ACTION_COPY: return _("choose a booking first (Up, Down, Tab)");
    case ACTION_MOVE: return _("first go to a booking that has not begun yet (Up, Down, Tab)");
    case ACTION_UNDO: return _("nothing more to undo here");
    default: return NULL;
    }
}

// The next key of a list parted by blanks; false at its end.
static bool next_key(const char **keys, struct key *out) {
    while (**keys != '\0') {
        size_t size = 0;
        const char *at = NULL;

        *keys += strspn(*keys, " ");
        at = *keys;
        size = strcspn(at, " ");
        *keys += size;
        if (size > 0 && key_parse(at, size, out))
            return true;
    }
    return false;
}

// Only the arrows have names of the language; the others stand so on the keyboard.
static const char *key_words(const struct key *key, char text[KEY_TEXT]) {
    switch (key->name) {
    case K_LEFT: return _("Left");
    case K_RIGHT: return _("Right");
    case K_UP: return _("Up");
    case K_DOWN: return _("Down");
    default: key_format(key, text); return text;
    }
}

void action_keys_words(enum action action, bool all, char out[ACTION_KEYS_TEXT]) {
    const char *keys = entry_of(action)->keys;
    char text[KEY_TEXT];
    struct key key;
    size_t used = 0;

    out[0] = '\0';
    while ((used == 0 || all) && used + 1 < ACTION_KEYS_TEXT && next_key(&keys, &key)) {
        (void)snprintf(out + used, ACTION_KEYS_TEXT - used, "%s%s", used > 0 ? ", " : "",
                       key_words(&key, text));
        used = strlen(out);
    }
}

// A letter command is matched by the key's position and without its case.
static uint32_t letter_of(uint32_t code) {
    uint32_t latin = zp_text_latin_key(code);

    return latin >= 'A' && latin <= 'Z' ? latin + ('a' - 'A') : latin;
}

static bool is_letter(uint32_t code) {
    return code >= 'a' && code <= 'z';
}

static bool matches(const struct key *wanted, const struct key *key, bool typing) {
    if (key_is_text(wanted)) {
        if (typing || !key_is_text(key))
            return false;
        // By position only letters: the sign ":" is no Ж, which begins a name.
        return wanted->code == key->code || (is_letter(letter_of(wanted->code)) &&
                                             letter_of(wanted->code) == letter_of(key->code));
    }
    return key_equal(wanted, key);
}

enum action action_find(const enum action *actions, size_t count, const struct key *key,
                        bool typing) {
    for (size_t i = 0; i < count; i++) {
        const char *keys = entry_of(actions[i])->keys;
        struct key wanted;

        while (next_key(&keys, &wanted))
            if (matches(&wanted, key, typing))
                return actions[i];
    }
    return ACTION_NONE;
}

enum action action_lacking(const struct key *key) {
    enum action lacking[ACTIONS];
    size_t count = 0;

    for (int i = 0; i < ACTIONS; i++)
        if (action_needs((enum action)i))
            lacking[count++] = (enum action)i;
    return action_find(lacking, count, key, false);
}

bool action_first_key(enum action action, struct key *out) {
    const char *keys = entry_of(action)->keys;

    return next_key(&keys, out);
}

// The short name in the bar: "7" for F7, "^G " for Ctrl-G, else the name itself and a blank.
static void short_key(enum action action, char out[KEY_TEXT]) {
    struct key key;

    out[0] = '\0';
    if (!action_first_key(action, &key))
        return;
    if (key.name == K_F)
        (void)snprintf(out, KEY_TEXT, "%u", key.code);
    else if (key.name == K_CHAR && key.ctrl)
        (void)snprintf(out, KEY_TEXT, "^%c ", (char)(key.code - 'a' + 'A'));
    else {
        char text[KEY_TEXT];

        key_format(&key, text);
        (void)snprintf(out, KEY_TEXT, "%.20s ", text);
    }
}

// An action of the same first key stands before it: the key is that one's (action_find).
static bool hidden(const enum action *actions, size_t at) {
    const char *keys = entry_of(actions[at])->keys;
    const size_t size = strcspn(keys, " ");

    for (size_t i = 0; i < at; i++) {
        const char *other = entry_of(actions[i])->keys;

        if (strcspn(other, " ") == size && strncmp(keys, other, size) == 0)
            return true;
    }
    return false;
}

static int entry_width(const enum action *actions, size_t at) {
    const enum action action = actions[at];
    char key[KEY_TEXT];

    if (entry_of(action)->label[0] == '\0' || hidden(actions, at))
        return 0;
    short_key(action, key);
    return 1 + zp_text_width(key) + zp_text_width(action_label(action));
}

static int draw_entry(const struct grid *grid, int col, enum action action) {
    char key[KEY_TEXT];
    int start = col;

    short_key(action, key);
    col += 1;
    col += grid_put(grid, 0, col, grid->cols, key, STYLE_KEY);
    col += grid_put(grid, 0, col, grid->cols, action_label(action), STYLE_KEY_LABEL);
    return col - start;
}

// What stands in the bar whatever the width, the most needed first; of the others those that the
// screen names first.
static const enum action needed[] = {
    ACTION_HELP,     ACTION_YES,    ACTION_STAY, ACTION_BACK,    ACTION_BOOK, ACTION_WAIT_BOOK,
    ACTION_WAIT_ADD, ACTION_CANCEL, ACTION_UNDO, ACTION_WAITING, ACTION_MOVE, ACTION_WAIT,
};
#define NEEDED (sizeof(needed) / sizeof(needed[0]))

static void choose_needed(const enum action *actions, size_t count, int cols, int *used,
                          bool *chosen) {
    for (size_t i = 0; i < NEEDED; i++)
        for (size_t at = 0; at + 1 < count; at++) {
            const int width = entry_width(actions, at);

            if (actions[at] != needed[i] || width == 0 || *used + width > cols)
                continue;
            chosen[at] = true;
            *used += width;
        }
}

// Which of them stand in a bar so wide. The last one always does.
static void choose(const enum action *actions, size_t count, int cols, bool *chosen) {
    int used = count > 0 ? entry_width(actions, count - 1) : 0;

    memset(chosen, 0, ACTIONS * sizeof(*chosen));
    choose_needed(actions, count, cols, &used, chosen);
    for (size_t at = 0; at + 1 < count; at++) {
        if (chosen[at])
            continue;
        used += entry_width(actions, at);
        if (used > cols)
            break;
        chosen[at] = true;
    }
    if (count > 0)
        chosen[count - 1] = true;
}

void action_bar(const struct grid *grid, const enum action *actions, size_t count) {
    bool chosen[ACTIONS];
    int col = 0;

    choose(actions, count, grid->cols, chosen);
    for (size_t i = 0; i < count; i++)
        if (chosen[i] && entry_width(actions, i) > 0)
            col += draw_entry(grid, col, actions[i]);
}

enum action action_bar_at(const enum action *actions, size_t count, int cols, int col) {
    bool chosen[ACTIONS];

    choose(actions, count, cols, chosen);
    for (size_t i = 0; i < count && col >= 0; i++) {
        col -= chosen[i] ? entry_width(actions, i) : 0;
        if (col < 0)
            return actions[i];
    }
    return ACTION_NONE;
}
