// The commands of the dialogue: by name in Russian and English, by the beginning of a name, in
// either layout.
#include "linear.h"
#include "memory.h"

#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

typedef void (*linear_fn)(struct linear *linear, const char *args);

struct verb {
    enum action action; // whose name and label are names too; ACTION_NONE: none of the console's
    const char *names;  // parted by blanks
    linear_fn run;      // NULL: leave
    const char *help;   // N_(): how it is written, and what it does
};

static void help(struct linear *linear, const char *args);
static void back(struct linear *linear, const char *args);

static const struct verb verbs[] = {
    {ACTION_NONE, "day день", linear_day, N_("day [DATE]: the bookings of a day")},
    {ACTION_BOOK, "записать", linear_book,
     N_("book [IN ONE LINE]: a new booking, step by step, or service, master, day, "
        "time, phone and name in any order")},
    {ACTION_SHOW, "card карточка показать", linear_card,
     N_("card NUMBER: a booking's facts and history")},
    {ACTION_MOVE, "перенести", linear_move, N_("move NUMBER [DATE]: another time or master")},
    {ACTION_CANCEL, "отмена отменить", linear_cancel,
     N_("cancel NUMBER [REASON]: cancels at Dikidi, then in the CRM")},
    {ACTION_MARK, "отметка", linear_mark,
     N_("mark NUMBER came, no-show or expected: in the journal and the CRM")},
    {ACTION_AGAIN, "повтор", linear_again,
     N_("again [NUMBER]: the same once more; after a refusal: another time")},
    {ACTION_UNDO, "вернуть", linear_undo, N_("undo: takes back what was just done")},
    {ACTION_CLIENT, "клиент", linear_client, N_("client PHONE or NAME: a client's card")},
    {ACTION_NOTE, "заметка", linear_note,
     N_("note TEXT: what the salon keeps in mind about that client; “-” takes it away")},
    {ACTION_WAITING, "waiting ждут ожидание лист", linear_waiting,
     N_("waiting [add, book NUMBER or drop NUMBER REASON]: who waits for a time, and whom "
        "one fits that turned free")},
    {ACTION_QUEUE, "очередь", linear_queue, N_("queue: what waits and what needs a person")},
    {ACTION_NONE, "explain объяснить", linear_explain, N_("explain NUMBER: a task in full")},
    {ACTION_RETRY, "", linear_retry, N_("retry NUMBER: the task is tried now")},
    {ACTION_DROP, "", linear_drop, N_("drop NUMBER: the task is given up")},
    {ACTION_NONE, "state состояние", linear_state,
     N_("state: connections, the journal and the CRM, what waits")},
    {ACTION_MEND, "mend исправить", linear_mend,
     N_("mend [NUMBER or DAY]: puts right what journal and CRM do not both have")},
    {ACTION_NONE, "services услуги прайс prices цены", linear_services,
     N_("services [WORD]: the price list")},
    {ACTION_NONE, "masters мастера", linear_masters, N_("masters [DATE]: who works when")},
    {ACTION_WEEK, "week неделя", linear_week, N_("week [MASTER] [DATE]: a master's week")},
    {ACTION_NONE, "numbers числа цифры", linear_numbers,
     N_("numbers [week or month] [DATE]: a manager's figures")},
    {ACTION_NONE, "check проверка", linear_check, N_("check: proves that the set-up works")},
    {ACTION_HELP, "помощь ?", help, N_("help: this list")},
    {ACTION_BACK, "назад", back, N_("back: one level, as Ctrl-C does; nothing is done")},
    {ACTION_QUIT, "exit выход", NULL, N_("quit: leave; what waits stays in the journal")},
};
#define VERBS (sizeof verbs / sizeof verbs[0])

static void help(struct linear *linear, const char *args) {
    (void)args;
    linear_say(linear, "%s",
               _("A command is its name or the beginning of it, Russian or "
                 "English:"));
    for (size_t i = 0; i < VERBS; i++)
        linear_say(linear, "%s", _(verbs[i].help));
    linear_say(linear, "%s",
               _("NUMBER: of the list told last, or Dikidi's. A number alone opens "
                 "that line of the list."));
}

static void back(struct linear *linear, const char *args) {
    (void)args;
    linear_say(linear, "%s", _("This is the top; “quit” leaves."));
}

// ---- which one is meant

enum fit { FIT_NONE, FIT_BEGINS, FIT_WHOLE };

static enum fit fit_one(const char *typed, size_t size, const char *name, size_t length) {
    if (size > length || memcmp(typed, name, size) != 0)
        return FIT_NONE;
    return size == length ? FIT_WHOLE : FIT_BEGINS;
}

static enum fit fit_names(const char *typed, const char *names) {
    enum fit best = FIT_NONE;
    while (*names) {
        const size_t size = strcspn(names, " ");
        const enum fit fit = fit_one(typed, strlen(typed), names, size);
        best = fit > best ? fit : best;
        names += size + (names[size] == ' ');
    }
    return best;
}

// The names of the dialogue, and the console's own for the same action.
static enum fit fit_verb(const char *typed, const struct verb *verb) {
    enum fit best = fit_names(typed, verb->names);
    if (verb->action != ACTION_NONE) {
        char *label = zp_text_fold(NULL, action_label(verb->action));
        const enum fit name = fit_names(typed, action_name(verb->action));
        const enum fit shown = fit_one(typed, strlen(typed), label, strlen(label));
        best = name > best ? name : best;
        best = shown > best ? shown : best;
        talloc_free(label);
    }
    return best;
}

// Those that fit best; a whole name beats the beginning of another.
static size_t fitting(const char *typed, const struct verb *found[VERBS]) {
    enum fit best = FIT_BEGINS;
    size_t count = 0;
    for (size_t i = 0; i < VERBS; i++) {
        const enum fit fit = fit_verb(typed, &verbs[i]);
        if (fit < best)
            continue;
        count = fit > best ? 0 : count;
        best = fit;
        found[count++] = &verbs[i];
    }
    return count;
}

// As typed, in the other layout, as Russian written in Latin letters.
static size_t find(struct linear *linear, const char *word, const struct verb *found[VERBS]) {
    const char *typed = zp_text_fold(linear->scratch, word);
    const char *const spellings[] = {typed, zp_text_other_layout(linear->scratch, typed),
                                     zp_text_translit_to_cyrillic(linear->scratch, typed)};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        const size_t count = fitting(spellings[i], found);
        if (count > 0)
            return count;
    }
    return 0;
}

static void ambiguous(struct linear *linear, const char *word, const struct verb *const *found,
                      size_t count) {
    linear_misuse(
        linear,
        memory_printf(linear->scratch, _("“%s” may be several commands: write more of it."), word));
    for (size_t i = 0; i < count; i++)
        linear_say(linear, "%s", _(found[i]->help));
}

// ---- a line

static void number_alone(struct linear *linear, unsigned long number) {
    const bool first = number >= 1;
    if (linear->list == LINEAR_LIST_BOOKINGS && first && number <= linear->booking_count)
        linear_card(linear, linear->bookings[number - 1]);
    else if (linear->list == LINEAR_LIST_CLIENTS && first && number <= linear->phone_count)
        linear_show_client(linear, linear->phones[number - 1]);
    else if (linear->list == LINEAR_LIST_WAITING && first)
        linear_book_waiting(linear, number - 1);
    else if (linear->list == LINEAR_LIST_OFFERS && first)
        linear_take_offer(linear, number - 1);
    else
        linear_misuse(linear, _("No list with that number was told: “day” or “client” tell one."));
}

static bool is_number(const char *line, unsigned long *number) {
    char *end = NULL;
    *number = strtoul(line, &end, 10);
    return line[0] >= '0' && line[0] <= '9' && *end == '\0' && strlen(line) <= 4;
}

static void unknown(struct linear *linear, const char *word) {
    linear_misuse(linear,
                  memory_printf(linear->scratch, _("There is no command “%s”; “help” lists them."),
                                zp_text_clean(linear->scratch, word, SIZE_MAX, 60)));
}

bool linear_command(struct linear *linear, const char *line) {
    const struct verb *found[VERBS];
    const char *args = line;
    unsigned long number = 0;
    const char *word = linear_word(linear, &args);
    if (word[0] == '\0' || (word[0] == '#' && !linear->terminal)) // a script's remark
        return true;
    if (is_number(line, &number)) {
        number_alone(linear, number);
        return true;
    }
    const size_t count = find(linear, word, found);
    if (count == 0)
        unknown(linear, word);
    else if (count > 1)
        ambiguous(linear, word, found, count);
    else if (found[0]->run)
        found[0]->run(linear, args);
    else
        return false;
    return true;
}
