// Each screen of the table in each state that it can have.
#include "booking_salon.h"
#include "every.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

// A script. First of all, where it is not opened filled: "?" nothing is answered yet, "x" nobody
// can be reached, "e" there is nothing, "u" what is not known. Then keys; "=91" types; "+20"
// minutes go by; "?", "x", "e", "u" and "!" (what the salon says) answer what reads; "-409", "-503"
// and "-0" what writes: refused, not reached, its outcome is not known; "-t": the time is taken.
static const struct every_row rows[] = {
    {SCREEN_DAY, "full", EVERY_FULL, ""},
    {SCREEN_DAY, "empty", EVERY_EMPTY, "e"},
    {SCREEN_DAY, "loading", EVERY_LOADING, "?"},
    {SCREEN_DAY, "offline", EVERY_OFFLINE, "u c"},
    {SCREEN_DAY, "unknown", EVERY_UNKNOWN, "u"},
    {SCREEN_DAY, "stale", EVERY_STALE, "+20 Ctrl-R u c"},
    {SCREEN_DAY, "unreadable", 0, "x"},
    {SCREEN_DAY, "date", 0, "Ctrl-G =77"},
    {SCREEN_DAY, "date-wrong", 0, "Ctrl-G =77 Enter"},
    {SCREEN_DAY, "tomorrow-loading", 0, "Right"},
    {SCREEN_DAY, "tomorrow-unread", 0, "Right x"},
    {SCREEN_DAY, "yesterday", 0, "F9 Left !"},
    {SCREEN_DAY, "last", 0, "PgDn"},
    {SCREEN_DAY, "undo-refused", EVERY_REFUSED, "Up Up F8 ! 1 Enter -y Ctrl-Z -409"},
    {SCREEN_BOOKING, "full", EVERY_FULL, ""},
    {SCREEN_BOOKING, "choice-empty", EVERY_EMPTY, "e"},
    {SCREEN_BOOKING, "choice-loading", EVERY_LOADING, "?"},
    {SCREEN_BOOKING, "choice-offline", EVERY_OFFLINE, "x"},
    {SCREEN_BOOKING, "choice-filtered", 0, "=77"},
    {SCREEN_BOOKING, "choice-two", 0, "Down Enter ! F3 Tab Down Ins"},
    {SCREEN_BOOKING, "leaving", 0, "Down Esc"},
    {SCREEN_BOOKING, "time-loading", 0, "Down Enter"},
    {SCREEN_BOOKING, "time-offline", 0, "Down Enter x"},
    {SCREEN_BOOKING, "time", 0, "Down Enter !"},
    {SCREEN_BOOKING, "time-typed", 0, "Down Enter ! =1530"},
    {SCREEN_BOOKING, "time-typed-taken", 0, "Down Enter ! =1310"},
    {SCREEN_BOOKING, "time-empty", 0, "Down Enter e"},
    {SCREEN_BOOKING, "time-stale", EVERY_STALE, "Down Enter ! +9 Ctrl-R x"},
    {SCREEN_BOOKING, "time-next-day", 0, "Down Enter ! Right !"},
    {SCREEN_BOOKING, "client", 0, "Down Enter ! Enter Ctrl-U"},
    {SCREEN_BOOKING, "client-known", 0, "Down Enter ! Enter Ctrl-U =91 !"},
    {SCREEN_BOOKING, "client-nobody", 0, "Down Enter ! Enter Ctrl-U =9031112233 e"},
    {SCREEN_BOOKING, "client-lacks", 0, "Down Enter ! Enter Ctrl-U Tab Ctrl-U Tab F6"},
    {SCREEN_BOOKING, "client-wrong", 0, "Down Enter ! Enter Ctrl-U =7 F6"},
    {SCREEN_BOOKING, "client-nameless", 0, "Down Enter ! Enter Tab Ctrl-U F6"},
    {SCREEN_BOOKING, "confirm", 0, "Down Enter ! Enter F6"},
    {SCREEN_BOOKING, "confirm-walk-in", 0, "Down Enter ! Enter F9"},
    {SCREEN_BOOKING, "sending", 0, "Down Enter ! Enter F6 Enter"},
    {SCREEN_BOOKING, "refused", EVERY_REFUSED, "Down Enter ! Enter F6 Enter -409"},
    {SCREEN_BOOKING, "taken", 0, "Down Enter ! Enter F6 Enter -t"},
    {SCREEN_BOOKING, "unsent", 0, "Down Enter ! Enter F6 Enter -503"},
    {SCREEN_BOOKING, "unknown", EVERY_UNKNOWN, "Down Enter ! Enter F6 Enter -0"},
    {SCREEN_AGAIN, "full", EVERY_FULL, ""},
    {SCREEN_AGAIN, "empty", EVERY_EMPTY, "?s e"},
    {SCREEN_AGAIN, "loading", EVERY_LOADING, "?"},
    {SCREEN_AGAIN, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_AGAIN, "confirm", 0, "Enter"},
    {SCREEN_AGAIN, "refused", EVERY_REFUSED, "Enter Enter -409"},
    {SCREEN_AGAIN, "unknown", EVERY_UNKNOWN, "Enter Enter -0"},
    {SCREEN_MOVE, "full", EVERY_FULL, ""},
    {SCREEN_MOVE, "empty", EVERY_EMPTY, "?s e"},
    {SCREEN_MOVE, "loading", EVERY_LOADING, "?"},
    {SCREEN_MOVE, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_MOVE, "master", 0, "F3"},
    {SCREEN_MOVE, "confirm", 0, "Enter"},
    {SCREEN_MOVE, "sending", 0, "Enter Enter"},
    {SCREEN_MOVE, "refused", EVERY_REFUSED, "Enter Enter -409"},
    {SCREEN_MOVE, "taken", 0, "Enter Enter -t"},
    {SCREEN_MOVE, "unsent", 0, "Enter Enter -503"},
    {SCREEN_MOVE, "unknown", EVERY_UNKNOWN, "Enter Enter -0"},
    {SCREEN_MARK, "full", EVERY_FULL, ""},
    {SCREEN_MARK, "loading", EVERY_LOADING, "?"},
    {SCREEN_MARK, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_MARK, "unknown", EVERY_UNKNOWN, "u"},
    {SCREEN_MARK, "refused", EVERY_REFUSED, "2 -409"},
    {SCREEN_CARD, "full", EVERY_FULL, ""},
    {SCREEN_CARD, "loading", EVERY_LOADING, "?"},
    {SCREEN_CARD, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_CARD, "unknown", EVERY_UNKNOWN, "u"},
    {SCREEN_CARD, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_CANCEL, "full", EVERY_FULL, ""},
    {SCREEN_CANCEL, "loading", EVERY_LOADING, "?"},
    {SCREEN_CANCEL, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_CANCEL, "typed", 0, "=77"},
    {SCREEN_CANCEL, "chosen", 0, "2"},
    {SCREEN_CANCEL, "sending", 0, "1 Enter"},
    {SCREEN_CANCEL, "refused", EVERY_REFUSED, "1 Enter -409"},
    {SCREEN_CANCEL, "unsent", 0, "1 Enter -503"},
    {SCREEN_CANCEL, "unknown", EVERY_UNKNOWN, "1 Enter -0"},
    {SCREEN_CLIENTS, "full", EVERY_FULL, ""},
    {SCREEN_CLIENTS, "empty", EVERY_EMPTY, "e"},
    {SCREEN_CLIENTS, "loading", EVERY_LOADING, "?"},
    {SCREEN_CLIENTS, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_CLIENTS, "nothing-typed", 0, "Ctrl-U"},
    {SCREEN_CLIENTS, "stale", EVERY_STALE, "=7 x"},
    {SCREEN_CLIENT, "full", EVERY_FULL, ""},
    {SCREEN_CLIENT, "empty", EVERY_EMPTY, "e"},
    {SCREEN_CLIENT, "loading", EVERY_LOADING, "?"},
    {SCREEN_CLIENT, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_CLIENT, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_CLIENT, "note", 0, "F4 =7"},
    {SCREEN_CLIENT, "note-leaving", 0, "F4 =7 Esc"},
    {SCREEN_CLIENT, "note-sending", 0, "F4 =7 Enter"},
    {SCREEN_CLIENT, "note-refused", EVERY_REFUSED, "F4 =7 Enter -409"},
    {SCREEN_QUEUE, "full", EVERY_FULL, ""},
    {SCREEN_QUEUE, "empty", EVERY_EMPTY, "e"},
    {SCREEN_QUEUE, "loading", EVERY_LOADING, "?"},
    {SCREEN_QUEUE, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_QUEUE, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_QUEUE, "drop", 0, "Down F8"},
    {SCREEN_QUEUE, "retry-cancels", 0, "Down Down Down F5"},
    {SCREEN_QUEUE, "refused", EVERY_REFUSED | EVERY_PASSING, "Down F8 Enter -409"},
    {SCREEN_WAITING, "full", EVERY_FULL, ""},
    {SCREEN_WAITING, "empty", EVERY_EMPTY, "e"},
    {SCREEN_WAITING, "loading", EVERY_LOADING, "?"},
    {SCREEN_WAITING, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_WAITING, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_WAITING, "drop", 0, "F8"},
    {SCREEN_WAITING, "refused", EVERY_REFUSED | EVERY_PASSING, "F8 2 Enter -409"},
    {SCREEN_WISH, "full", EVERY_FULL, ""},
    {SCREEN_WISH, "loading", EVERY_LOADING, "?"},
    {SCREEN_WISH, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_WISH, "wrong", 0, "Tab =77 Enter"},
    {SCREEN_WISH, "sending", 0, "Enter"},
    {SCREEN_WISH, "refused", EVERY_REFUSED, "Enter -409"},
    {SCREEN_WISH, "leaving", 0, "=7 Esc"},
    {SCREEN_WEEK, "full", EVERY_FULL, ""},
    {SCREEN_WEEK, "empty", EVERY_EMPTY, "e"},
    {SCREEN_WEEK, "loading", EVERY_LOADING, "?"},
    {SCREEN_WEEK, "offline", EVERY_OFFLINE, "u c"},
    {SCREEN_WEEK, "unreadable", 0, "x"},
    {SCREEN_WEEK, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_WEEK, "next", 0, "PgDn"},
    {SCREEN_TRUTH, "full", EVERY_FULL, ""},
    {SCREEN_TRUTH, "empty", EVERY_EMPTY, "e"},
    {SCREEN_TRUTH, "loading", EVERY_LOADING, "?"},
    {SCREEN_TRUTH, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_TRUTH, "unknown", EVERY_UNKNOWN, "u"},
    {SCREEN_TRUTH, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_TRUTH, "second", 0, "Down"},
    {SCREEN_TRUTH, "mending", 0, "F5"},
    {SCREEN_TRUTH, "refused", EVERY_REFUSED | EVERY_PASSING, "F5 -409"},
    {SCREEN_TRUTH, "only-crm", 0, "Down Down"},
    {SCREEN_NUMBERS, "full", EVERY_FULL, ""},
    {SCREEN_NUMBERS, "empty", EVERY_EMPTY, "e"},
    {SCREEN_NUMBERS, "loading", EVERY_LOADING, "?"},
    {SCREEN_NUMBERS, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_NUMBERS, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_PRICES, "full", EVERY_FULL, ""},
    {SCREEN_PRICES, "empty", EVERY_EMPTY, "e"},
    {SCREEN_PRICES, "loading", EVERY_LOADING, "?"},
    {SCREEN_PRICES, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_PRICES, "stale", EVERY_STALE, "+20 Ctrl-R x"},
    {SCREEN_PRICES, "nothing-found", 0, "=777"},
    {SCREEN_WIDGET, "full", EVERY_FULL, ""},
    {SCREEN_CHECK, "full", EVERY_FULL, ""},
    {SCREEN_CHECK, "loading", EVERY_LOADING, "?"},
    {SCREEN_CHECK, "offline", EVERY_OFFLINE, "x"},
    {SCREEN_CHECK, "failed", 0, "PgDn"},
    {SCREEN_PALETTE, "full", EVERY_FULL, ""},
    {SCREEN_PALETTE, "loading", EVERY_LOADING, "? =9161234567"},
    {SCREEN_PALETTE, "offline", EVERY_OFFLINE, "x =9161234567"},
    {SCREEN_PALETTE, "filtered", EVERY_TYPED, "=очередь"},
    {SCREEN_PALETTE, "nothing-found", EVERY_EMPTY, "=$$$"},
    {SCREEN_PALETTE, "line", EVERY_TYPED, "=маникюр_аня_15:30_9161234567_Мария !"},
    {SCREEN_PALETTE, "line-lacks", EVERY_TYPED, "=маникюр_аня"},
    {SCREEN_PALETTE, "line-two-meanings", EVERY_TYPED, "=процедура_завтра_в_8"},
    {SCREEN_PALETTE, "leaving", 0, "=15:30 Esc"},
    {SCREEN_HELP, "full", EVERY_FULL, ""},
    {SCREEN_HELP, "second", 0, "PgDn"},
    {SCREEN_HELP, "third", 0, "PgDn PgDn"},
    {SCREEN_HELP, "last", 0, "PgDn PgDn PgDn"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

const struct every_row *every_row(size_t number) {
    return number < ROWS ? &rows[number] : NULL;
}

// Why it was refused, as whoever refuses such a thing says it.
static const char *refusal(enum zp_ask ask) {
    switch (ask) {
    case ZP_ASK_CANCEL:
        return _("The salon's rules at Dikidi forbid to cancel this booking: cancel it in Dikidi");
    case ZP_ASK_BOOK:
    case ZP_ASK_MOVE: return every_sentence('4');
    case ZP_ASK_MARK: return _("only a visit that is booked can be marked: see zapis show");
    default: return _("no such booking in the journal");
    }
}

static struct zp_event *write_answer(struct bench *bench, enum zp_ask ask, char how) {
    const bool books = ask == ZP_ASK_BOOK || ask == ZP_ASK_MOVE;

    switch (how) {
    case 't': {
        struct zp_event *event = booking_taken(bench, 3);

        (void)snprintf(event->error.message, sizeof(event->error.message), "%s",
                       every_saying(_("This time has just been taken: choose another one")));
        return event;
    }
    case 'y': return every_answer(bench, ZP_ASK_SHOW);
    case '4': return salon_failure(bench, ZP_E_REFUSED, every_saying(refusal(ask)));
    case '0':
        return books ? booking_made(bench, ZP_BOOKING_UNCERTAIN, ZP_E_UNKNOWN,
                                    every_saying(every_sentence('0')))
                     : salon_failure(bench, ZP_E_UNKNOWN, every_saying(every_sentence('0')));
    default:
        return books ? booking_made(bench, ZP_BOOKING_INTENT, ZP_E_UNREACHABLE,
                                    every_saying(every_sentence('x')))
                     : salon_failure(bench, ZP_E_UNREACHABLE, every_saying(every_sentence('x')));
    }
}

static void written(struct bench *bench, char how) {
    for (int ask = 0; ask < ZP_ASKS; ask++)
        if (every_writes((enum zp_ask)ask) && bench_pending(bench, (enum zp_ask)ask))
            every_give(bench, (enum zp_ask)ask, write_answer(bench, (enum zp_ask)ask, how));
}

static char last_how = '!';

void every_settle_again(struct bench *bench) {
    if (last_how == 'x')
        every_settle_as(bench, 'x');
}

// What a new look needs but the free time is answered.
static void settle_but_slots(struct bench *bench) {
    bool more = true;

    while (more) {
        more = false;
        for (int ask = 0; ask < ZP_ASKS; ask++)
            if (ask != ZP_ASK_SLOTS && !every_writes((enum zp_ask)ask) &&
                bench_pending(bench, (enum zp_ask)ask)) {
                every_give(bench, (enum zp_ask)ask, every_answer(bench, (enum zp_ask)ask));
                more = true;
            }
    }
}

static void type(struct bench *bench, const char *word) {
    char *text = talloc_strdup(NULL, word);

    for (char *c = text; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
    bench_type(bench, text);
    talloc_free(text);
}

// Neither service answers any more.
static void cut_off(struct bench *bench) {
    struct zp_event *event = talloc_zero(bench, struct zp_event);

    event->kind = ZP_EVENT_CONNECTION;
    event->dikidi = (struct zp_connection){.known = true, .last_good_at = BENCH_NOW - 60};
    zp_error_set(&event->dikidi.error, ZP_E_UNREACHABLE, NULL, "%s", every_sentence('x'));
    event->bitrix24 = event->dikidi;
    bench_event(bench, event);
}

static bool is_how(const char *word) {
    return word[0] != '\0' && strchr("!?xeu", word[0]) != NULL && word[1] == '\0';
}

static void play_word(struct bench *bench, const char *word) {
    if (word[0] == '=')
        type(bench, word + 1);
    else if (strcmp(word, "c") == 0)
        cut_off(bench);
    else if (strcmp(word, "?s") == 0)
        settle_but_slots(bench);
    else if (is_how(word))
        every_settle_as(bench, last_how = word[0]);
    else if (word[0] == '-' && word[1] != '\0')
        written(bench, word[1]);
    else if (word[0] == '+' && word[1] != '\0')
        bench_tick(bench, bench->now_ms / 1000 + 60 * strtol(word + 1, NULL, 10));
    else
        bench_keys(bench, word);
}

struct bench *every_play(const struct every_row *row, const char *language) {
    char *copy = talloc_strdup(NULL, row->script), *rest = NULL;
    char *word = strtok_r(copy, " ", &rest);
    struct bench *bench = NULL;

    last_how = '!';
    if (word && (is_how(word) || strcmp(word, "?s") == 0)) {
        last_how = word[0];
        bench = every_open_as(row->screen, language, word[0]);
        if (word[1] == 's')
            settle_but_slots(bench);
        word = strtok_r(NULL, " ", &rest);
    } else {
        bench = every_open(row->screen, language);
    }
    for (; word; word = strtok_r(NULL, " ", &rest))
        play_word(bench, word);
    talloc_free(copy);
    return bench;
}

struct bench *every_state(size_t number, const char *language, const char **name) {
    static char what[200];
    const struct every_row *row = every_row(number);

    if (!row)
        return NULL;
    (void)snprintf(what, sizeof(what), "%s %s: %s", every_name(row->screen), row->name,
                   row->script);
    if (name)
        *name = what;
    return every_play(row, language);
}
