// Every action of the console: one list makes the enum, its name, its default keys, the words of
// the key bar, of help and of the palette.
//
// ACTION(ID, "name", "keys", bar label, help, words). Keys are parted by blanks, the first is
// shown. A single letter is a letter command: it is matched by key position (layout-blind), and
// only where typing does not go into a field. A label "" keeps the action out of the bar (help
// shows it). `words` are what else people call it, parted by commas: the palette finds it by them.
// A screen answers with the actions that make sense now; what is not built is not listed.
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include "grid.h"
#include "key.h"
#include <zapis/i18n.h>
#include <zapis/text.h>

#define ACTION_LIST                                                                                \
    /* every screen: carried out by the app */                                                     \
    ACTION(HELP, "help", "F1", N_("Help"), N_("The keys of this screen"), N_("keys, hint, how"))   \
    ACTION(PALETTE, "palette", "F2 :", N_("Palette"),                                              \
           N_("Every command by its name, or a booking in one line"), "")                          \
    ACTION(QUIT, "quit", "F10 Ctrl-Q", N_("Quit"), N_("Leave the program"),                        \
           N_("exit, close, leave"))                                                               \
    ACTION(REDRAW, "redraw", "Ctrl-L", "", N_("Redraw the screen"), N_("repaint, broken screen"))  \
    ACTION(MOUSE, "mouse", "Ctrl-O", "", N_("The mouse: for zapis, or for selecting text"),        \
           N_("select, text"))                                                                     \
    ACTION(LANGUAGE, "language", "F12", "", N_("English or Russian"), N_("language, russian"))     \
    /* common */                                                                                   \
    ACTION(BACK, "back", "Esc", N_("Back"), N_("Back, one level"), "")                             \
    ACTION(ENTER, "enter", "Enter", "", N_("Open the item under the cursor"), "")                  \
    ACTION(UP, "up", "Up", "", N_("Up"), "")                                                       \
    ACTION(DOWN, "down", "Down", "", N_("Down"), "")                                               \
    ACTION(PAGE_UP, "page-up", "PgUp", "", N_("A page up"), "")                                    \
    ACTION(PAGE_DOWN, "page-down", "PgDn", "", N_("A page down"), "")                              \
    ACTION(NEXT, "next", "Tab", "", N_("To the next part of the screen"), "")                      \
    ACTION(PREVIOUS, "previous", "Shift-Tab", "", N_("To the part before"), "")                    \
    ACTION(REFRESH, "refresh", "Ctrl-R", "", N_("Refresh"), N_("reload, again, read anew"))        \
    /* a question before something is done or left */                                              \
    ACTION(YES, "yes", "Enter", N_("Yes"), N_("Yes: do what is asked about"), "")                  \
    ACTION(STAY, "stay", "Esc", N_("Stay"), N_("No: leave everything as it is"), "")               \
    /* Day */                                                                                      \
    ACTION(SHOW, "show", "F3", N_("Show"), N_("The booking's card"),                               \
           N_("open, look, history, details"))                                                     \
    ACTION(MARK, "mark", "F4", N_("Mark"), N_("Whether the client came"),                          \
           N_("came, no-show, absent, visit"))                                                     \
    ACTION(AGAIN, "again", "F5", N_("Again"), N_("Book the same once more, at a free time"),       \
           N_("repeat, same, once more"))                                                          \
    ACTION(MOVE, "move", "F6", N_("Move"), N_("Move the booking to another time or master"),       \
           N_("reschedule, shift, another time, another master, later, earlier"))                  \
    ACTION(BOOK, "book", "F7 Ins", N_("Book"), N_("New booking"),                                  \
           N_("add, new, visit, appointment"))                                                     \
    ACTION(COPY, "copy", "Ctrl-Y", "", N_("Copy the booking's number"), N_("number"))              \
    ACTION(CANCEL, "cancel", "F8 Del", N_("Cancel"), N_("Cancel the booking"),                     \
           N_("delete, remove, refuse"))                                                           \
    ACTION(UNDO, "undo", "Ctrl-Z", N_("Undo"), N_("Undo what was just done here"),                 \
           N_("take back, revert"))                                                                \
    ACTION(TODAY, "today", "F9 Home", N_("Today"), N_("To today, now"), N_("now, home"))           \
    ACTION(QUEUE, "queue", "Ctrl-T", N_("Queue"), N_("What waits and what needs a person"),        \
           N_("tasks, errors, attention, failed"))                                                 \
    ACTION(TRUTH, "truth", "Ctrl-E", N_("Compare"),                                                \
           N_("Which bookings the journal and the CRM do not both have"),                          \
           N_("differences, compare, crm"))                                                        \
    ACTION(CLIENTS, "clients", "Ctrl-F", N_("Clients"),                                            \
           N_("Find a client (or just type digits or letters)"),                                   \
           N_("search, phone, customer, guest"))                                                   \
    ACTION(DATE, "date", "Ctrl-G", N_("Date"), N_("Go to a date"), N_("calendar, another day"))    \
    ACTION(DAY_BEFORE, "day-before", "Left", "", N_("The day before"), N_("yesterday, back"))      \
    ACTION(DAY_AFTER, "day-after", "Right", "", N_("The day after"), N_("tomorrow, forward"))      \
    ACTION(MASTER_AFTER, "master-after", "Tab", "", N_("The next master"), "")                     \
    ACTION(MASTER_BEFORE, "master-before", "Shift-Tab", "", N_("The master before"), "")           \
    ACTION(ITEM_BEFORE, "item-before", "Up", "", N_("The booking or gap before"), "")              \
    ACTION(ITEM_AFTER, "item-after", "Down", "", N_("The booking or gap after"), "")               \
    ACTION(ITEM_FIRST, "item-first", "PgUp", "", N_("The first of the day"), "")                   \
    ACTION(ITEM_LAST, "item-last", "PgDn End", "", N_("The last of the day"), "")                  \
    ACTION(ZOOM_IN, "zoom-in", "+ =", "", N_("Rows of 30, of 15 minutes"),                         \
           N_("larger, zoom, scale"))                                                              \
    ACTION(ZOOM_OUT, "zoom-out", "-", "", N_("Rows of 30, of 60 minutes"),                         \
           N_("smaller, zoom, scale"))                                                             \
    ACTION(WEEK, "week", "Ctrl-W", "", N_("The week of this master"),                              \
           N_("schedule, shifts, master"))                                                         \
    ACTION(PRICES, "prices", "Ctrl-P", "", N_("The price list, and who does what"),                \
           N_("services, cost, how much"))                                                         \
    ACTION(WIDGET, "widget", "Ctrl-U", "", N_("The salon's booking page as a QR code"),            \
           N_("link, online booking, site, code"))                                                 \
    ACTION(CHECK, "check", "Ctrl-K", "", N_("Check the set-up: reads only, writes nothing"),       \
           N_("diagnosis, connection, settings"))                                                  \
    /* week */                                                                                     \
    ACTION(THIS_WEEK, "this-week", "Home F9", N_("This week"), N_("To this week, now"),            \
           N_("now, today"))                                                                       \
    ACTION(WEEK_BEFORE, "week-before", "Left", "", N_("The week before"), N_("last week, back"))   \
    ACTION(WEEK_AFTER, "week-after", "Right", "", N_("The week after"), N_("next week, forward"))  \
    ACTION(WEEK_DAY_BEFORE, "week-day-before", "PgUp", "", N_("The day before"), "")               \
    ACTION(WEEK_DAY_AFTER, "week-day-after", "PgDn", "", N_("The day after"), "")                  \
    ACTION(FREE_TIME, "free-time", "Ctrl-R", N_("Free time"),                                      \
           N_("Ask Dikidi for the free time of the week"), N_("gaps, openings, slots"))            \
    /* a client */                                                                                 \
    ACTION(CLIENT, "client", "Ctrl-F", N_("Client"), N_("The client's card"),                      \
           N_("card, visits, phone"))                                                              \
    ACTION(VISIT, "visit", "Enter", N_("Visit"), N_("The card of the visit under the cursor"), "") \
    ACTION(NOTE, "note", "F4", N_("Note"), N_("What the salon keeps in mind about the client"),    \
           N_("remark, comment, allergy"))                                                         \
    /* queue */                                                                                    \
    ACTION(RETRY, "retry", "F5", N_("Retry"), N_("Try the task again now"), N_("again, repeat"))   \
    ACTION(DROP, "drop", "F8 Del", N_("Drop"), N_("Give the task up"),                             \
           N_("delete, remove, forget"))                                                           \
    /* the waiting list */                                                                         \
    ACTION(WAITING, "waiting", "Ctrl-V", N_("Wait list"),                                          \
           N_("Who waits for a time that is not free"), N_("waiting list, wishes, waits"))         \
    ACTION(WAIT_LATER, "wait-later", "Ctrl-X", N_("Not now"),                                      \
           N_("The time that turned free is not offered now: out of the bar with it"),             \
           N_("later, waiting list, hide"))                                                        \
    ACTION(WAIT, "wait", "Ctrl-V", N_("To the list"),                                              \
           N_("No time suits: put the client on the waiting list"), N_("waiting list, no time"))   \
    ACTION(WAIT_BOOK, "wait-book", "F7", N_("Book"), N_("Book for the client under the cursor"),   \
           N_("visit, appointment"))                                                               \
    ACTION(WAIT_ADD, "wait-add", "Ins", N_("Add"), N_("Put a client on the waiting list"),         \
           N_("new, wish"))                                                                        \
    ACTION(WAIT_CHANGE, "wait-change", "F4", N_("Change"), N_("Change the wish"),                  \
           N_("edit, wish"))                                                                       \
    ACTION(WAIT_DROP, "wait-drop", "F8 Del", N_("Take off"),                                       \
           N_("Take the client off the waiting list"), N_("delete, remove"))                       \
    /* journal and CRM compared */                                                                 \
    ACTION(MEND, "mend", "F5", N_("Mend"), N_("Make journal and CRM alike for this booking"),      \
           N_("repair, fix, align"))                                                               \
    /* a manager's figures */                                                                      \
    ACTION(NUMBERS, "numbers", "Ctrl-N", N_("Numbers"),                                            \
           N_("Figures: load, money, cancellations, sources"),                                     \
           N_("report, statistics, revenue, money"))                                               \
    ACTION(PERIOD_NEXT, "period-next", "Tab", N_("Period"), N_("Day, week, month in turn"), "")    \
    ACTION(PERIOD_DAY, "period-day", "1", "", N_("Figures of a day"), "")                          \
    ACTION(PERIOD_WEEK, "period-week", "2", "", N_("Figures of a week"), "")                       \
    ACTION(PERIOD_MONTH, "period-month", "3", "", N_("Figures of a month"), "")                    \
    ACTION(PERIOD_BEFORE, "period-before", "Left", "", N_("The period before"), N_("last, back"))  \
    ACTION(PERIOD_AFTER, "period-after", "Right", "", N_("The period after"), N_("next, forward")) \
    /* new booking */                                                                              \
    ACTION(STEP_1, "step-1", "F3", N_("Service"), N_("To step 1: master and services"),            \
           N_("master, what"))                                                                     \
    ACTION(STEP_2, "step-2", "F4", N_("Time"), N_("To step 2: date and time"),                     \
           N_("when, date, slot"))                                                                 \
    ACTION(STEP_3, "step-3", "F5", N_("Client"), N_("To step 3: client"), N_("who, phone, name"))  \
    ACTION(STEP_4, "step-4", "F6", N_("Confirm"), N_("To the confirmation"), N_("done, book"))     \
    ACTION(WALK_IN, "walk-in", "F9", N_("Walk-in"), N_("A client without a phone"),                \
           N_("guest, without phone, passer-by"))                                                  \
    ACTION(TAKE, "take", "Ins", "", N_("Add the service to the booking, or take it off"),          \
           N_("several, one more"))                                                                \
    /* move */                                                                                     \
    ACTION(STEP_MASTER, "step-master", "F3", N_("Master"), N_("To step 1: another master"),        \
           N_("who, another"))                                                                     \
    /* attendance */                                                                               \
    ACTION(CAME, "came", "1", N_("Came"), N_("The client came"), N_("arrived, was here"))          \
    ACTION(NO_SHOW, "no-show", "2", N_("No-show"), N_("The client did not come"),                  \
           N_("absent, did not come"))                                                             \
    ACTION(EXPECTED, "expected", "3", N_("Expected"), N_("The client is expected: no mark"),       \
           N_("waiting, no mark"))

enum action {
    ACTION_NONE,
#define ACTION(id, name, keys, label, help, words) ACTION_##id,
    ACTION_LIST
#undef ACTION
        ACTIONS,
};

const char *action_name(enum action action); // stable word
const char *action_keys(enum action action); // "F7 Ins"
#define ACTION_KEYS_TEXT 64
// The keys as a person reads them, in the present language: "F7, Ins", "Left"; `all`: not only the
// first.
void action_keys_words(enum action action, bool all, char out[ACTION_KEYS_TEXT]);
const char *action_label(enum action action); // translated, "" when not in the bar
const char *action_help(enum action action);  // translated
// How well `text` names it, in either language: 2 by its name or another word for it, 1 by what
// help says of it, 0 not at all.
int action_called(enum action action, const struct zp_text_query *text);
// What it lacks where it makes no sense (what to choose first, or that nothing is there to undo),
// translated; NULL: nothing can be told.
const char *action_needs(enum action action);
enum action action_lacking(const struct key *key); // of those the one with that key; ACTION_NONE

// The first of `actions` that has the key. `typing`: printable characters go into a field, so that
// letter commands and signs are not matched.
enum action action_find(const enum action *actions, size_t count, const struct key *key,
                        bool typing);

// The bottom bar: F-keys as " 1Help", others as " ^G Date", in the order given. What does not fit
// is left out from the end, but the last one (quit) always stands.
void action_bar(const struct grid *grid, const enum action *actions, size_t count);
// Which of them stands at that column of a bar so wide; ACTION_NONE: none.
enum action action_bar_at(const enum action *actions, size_t count, int cols, int col);
// Its first key; false: it has none.
bool action_first_key(enum action action, struct key *out);

#endif
