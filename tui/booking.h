// What the files of the new booking share. Nobody else includes this.
//
// The same steps serve three purposes: a new booking; another booking made anew (AGAIN: a draft
// that is filled in); and one that gets another time (MOVE: services and client stay, and where it
// is cancelled already it is booked once more).
//
// Four steps over one draft. Everything chosen stays in the model while the steps change, so that
// no refusal and no step back loses anything. Texts are made in view.
#ifndef TUI_BOOKING_H
#define TUI_BOOKING_H

#include "price_span.h"
#include "screen.h"
#include "widgets/field.h"
#include "widgets/list.h"

enum {
    BOOKING_TAG_CATALOGUE = 1,
    BOOKING_TAG_SLOTS, // of the day shown: a day left behind is cancelled
    BOOKING_TAG_SOON,  // of the nearest day, where the first one has nothing
    BOOKING_TAG_CLIENTS,
    BOOKING_TAG_BOOK, // or move
    BOOKING_TAG_OLD,
    BOOKING_TAG_LOOK,  // of the old time's day
    BOOKING_TAG_TWICE, // the journal's bookings of the day chosen
};
#define BOOKING_OPENED_WISH 1

// What clicks mean (grid_hit) in the steps: the base of each list, whose items are 1, 2, …
enum {
    BOOKING_HITS_SERVICES = 0,
    BOOKING_HITS_MASTERS = 10000,
    BOOKING_HITS_STARTS = 0,
    BOOKING_HITS_DAYS = 10000, // from today on
    BOOKING_HITS_SOONEST = 20000,
    BOOKING_HITS_FIELDS = 0,
    BOOKING_HITS_CLIENTS = 100,
};

enum booking_purpose { BOOKING_NEW, BOOKING_AGAIN, BOOKING_MOVE };

// The booking that this one is made from (AGAIN, MOVE).
struct booking_old {
    char *request_id;       // NULL: a new booking
    struct zp_booking *row; // NULL: not read yet
    bool filled;            // the draft has what it gives; until then there is nothing to choose
    char *trouble;          // why it could not be read; NULL
    char *back_to;          // an undo: the master whose it was; NULL: not said
    struct zp_look *look;   // MOVE: what is around the old time; NULL: not known (yet)
    bool looking;           // it is asked for
};

enum booking_step { BOOKING_CHOICE = 1, BOOKING_TIME, BOOKING_CLIENT, BOOKING_CONFIRM };
#define BOOKING_STEPS 4

// ---- step 1: master and services

struct booking_choice {
    struct zp_catalogue *catalogue; // NULL: not known (yet)
    struct price_span *spans;       // of its services, at whoever does them
    bool asked;
    char *trouble; // why it could not be read; NULL
    struct list *masters, *services;
    bool on_masters; // the keys act in the list of masters
    char *master_id; // NULL: any
    char
        *wished_id; // a service chosen before this screen: taken when the price list is there; NULL
    char **ids;     // services chosen, in order
    size_t count;
    bool adding; // Ins was used: Enter adds a service, else it takes another instead
};

// ---- step 2: date and time

// A start that is offered, with all masters who are free then.
struct booking_start {
    int64_t starts_at;
    const struct zp_slot *slots; // `count` of them, of the answer
    size_t count;
    bool overlaps; // not offered: it overlaps the old time of a move, which must be given up first
};

struct booking_day { // an answer at hand
    struct zp_date date;
    struct zp_slots *slots;
    struct booking_start *starts;
    size_t count, offered; // starts; those of them that are offered
};

struct booking_time {
    struct zp_date date, first; // the day shown; the day opened with
    bool moved;                 // a person chose the day
    bool loading, soon_loading, soon_asked;
    char *trouble; // why the day shown could not be asked; NULL
    struct booking_day *days;
    size_t day_count;
    int64_t chosen_at;    // 0: none
    char *master_id;      // who of those free then, with "any master"; NULL: any of them
    int wish_minute;      // of the day: where the cursor stays when the day changes; -1: the first
    int64_t wished_at;    // asked for from a gap, or had before; 0: nothing special
    int64_t missed_at;    // wished and not offered: said so beside what is
    int64_t stated_at;    // a line said it, or an undo goes back to it: nothing else is chosen by
                          // itself; 0: none, or by hand
    struct field *typed;  // a time as it is typed
    bool refused;         // Enter did not take it: the next digit begins another
    enum action held;     // the way on that waits for the answer about that time; ACTION_NONE
    bool skip;            // the step is left by itself if the wished time is offered
    struct zp_date empty; // the day opened with, when it had nothing; year 0
};

// ---- step 3: client

enum booking_field { BOOKING_PHONE, BOOKING_NAME, BOOKING_COMMENT };
#define BOOKING_FIELDS 3

struct booking_client {
    struct field *fields[BOOKING_FIELDS];
    int focus;
    char *trouble; // the sentence under the phone; NULL
    bool nobody;   // it says that nobody of that name is known
    bool refused;  // it is the desk's
    bool walk_in;
    bool touched;     // a person typed here
    bool asked, take; // take: Enter waits for the answer
    struct zp_client *list;
    size_t count, cursor;
    bool picked; // a person moved the cursor in the list
};

// ---- step 4: confirmation

enum booking_phase {
    BOOKING_ASK,
    BOOKING_OVERLAPS, // of a move: another time, or the old one is given up first?
    BOOKING_SENDING,
    BOOKING_TAKEN,   // refused: offers
    BOOKING_UNSENT,  // kept, goes by itself
    BOOKING_UNKNOWN, // the answer never came
    BOOKING_HALF,    // of a move: the new time stands, the old one does too, for now
};

struct booking_send {
    enum booking_phase phase;
    char *trouble;    // Dikidi's or our sentence; NULL
    char *request_id; // UNSENT, UNKNOWN
    struct zp_slot *offers;
    size_t count, cursor;
    bool release_first; // what was asked for last gave the old time up before
    bool again;         // it was to book what is cancelled once more
};

// ---- the client's other visits
struct booking_twice {
    struct zp_date date;      // whose bookings they are, or are asked for; year 0: none yet
    struct zp_booking **rows; // of the journal, those that stand; NULL: not known (yet)
    size_t count;
    bool stale; // they changed meanwhile
    bool told;  // another visit is on the screen
};

struct booking {
    const struct screen_env *env;
    int64_t now;
    enum booking_purpose purpose;
    struct booking_old old;
    enum booking_step step;
    int64_t waiting_id;  // the wish of the waiting list that it is for; 0: none
    char *waiting_phone; // whose wish that is; NULL
    char **wished;       // services to begin with, once the price list is there; ends with NULL
    bool filled;         // opened with what a line said: on to the confirmation by itself
    bool listing;        // it becomes a wish: from step 1 on to the list
    bool leaving;        // asked whether to give up what was typed
    struct booking_choice choice;
    struct booking_time time;
    struct booking_client client;
    struct booking_send send;
    struct booking_twice twice;
};

// booking_old.c
void booking_old_ask(struct booking *booking, struct commands *commands);
void booking_old_answer(struct booking *booking, const struct zp_event *event,
                        struct commands *commands);
// A booking of the journal changed: perhaps that one.
void booking_old_event(struct booking *booking, const struct zp_booking *changed);
// Fills the draft in once price list and booking are there.
void booking_old_fill(struct booking *booking, struct commands *commands);
bool booking_old_pending(const struct booking *booking); // nothing to choose yet, it comes
// A move of what is cancelled by now: it is booked again.
bool booking_is_again(const struct booking *booking);
// "New booking", "Move", "Book again".
const char *booking_title(const struct booking *booking);
// "Mon 23 Nov 15:30, Анна П.": where it stands now, owned by ctx.
char *booking_old_text(TALLOC_CTX *ctx, const struct booking *booking);

// booking_undo.c: a move that was opened to go back to an old time, until another one is chosen
bool booking_undo(const struct booking *booking);
bool booking_undo_lost(const struct booking *booking); // its master does not do this any more
bool booking_undo_asks(const struct booking *booking); // whether that time is free is on its way
char *booking_undo_text(TALLOC_CTX *ctx, const struct booking *booking); // NULL: nothing to say
char *booking_undo_unmet_text(TALLOC_CTX *ctx, const struct booking *booking); // it cannot be had

// booking_overlap.c
void booking_overlap_ask(struct booking *booking, struct commands *commands);
void booking_overlap_answer(struct booking *booking, const struct zp_event *event);
// Adds to a day's starts those that overlap the old time of a move, where nothing known forbids it.
void booking_overlap_add(const struct booking *booking, struct booking_day *day);
// Begun then, the visit would overlap the time that it has.
bool booking_overlap_is(const struct zp_booking *row, int64_t starts_at);
// The time chosen is one of them.
bool booking_overlap_chosen(const struct booking *booking);

// booking_twice.c
// After each message: asks for the bookings of the day chosen where they are not known, and sees to
// it that another visit is read before the question is answered.
void booking_twice_look(struct booking *booking, struct commands *commands);
void booking_twice_answer(struct booking *booking, const struct zp_event *event);
// Another visit of the same phone in the time chosen; NULL: none is known, or nothing is asked now.
const struct zp_booking *booking_twice_other(const struct booking *booking);
char *booking_twice_text(TALLOC_CTX *ctx, const struct booking *booking); // NULL: nothing to say

// screen_booking.c
// The step after the time: the client, or the confirmation where he is known already.
void booking_go_on(struct booking *booking, struct commands *commands);
// Goes to a step, or to the first one before it that lacks something.
void booking_go(struct booking *booking, enum booking_step step, struct commands *commands);

// booking_waiting.c
void booking_waiting_init(struct booking *booking, const struct screen_args *args);
// The price list is there: services and master that the screen was opened with are chosen, and the
// time that goes with them is asked for.
void booking_waiting_fill(struct booking *booking, struct commands *commands);
// The time wished is offered: on to the confirmation, where client and all are known.
void booking_waiting_go_on(struct booking *booking, struct commands *commands);
// Which wish ends with this booking; 0: none, or it is somebody else's booking by now.
int64_t booking_waiting_id(const struct booking *booking);
void booking_waiting_list(struct booking *booking, struct commands *commands); // to the list
void booking_waiting_result(struct booking *booking, const struct screen_result *result,
                            struct commands *commands);

// booking_choice.c
void booking_choice_init(struct booking *booking);
// Takes another booking's services and master, as far as the price list has them.
void booking_choice_fill(struct booking *booking, const struct zp_booking *from);
// Takes these services and this master (NULL: any), as far as the price list has them. True: all.
bool booking_choice_take(struct booking *booking, char *const *ids, const char *master_id);
void booking_choice_ask(struct booking *booking, bool refresh, struct commands *commands);
void booking_choice_answer(struct booking *booking, const struct zp_event *event);
void booking_choice_rebuild(struct booking *booking); // the lists, in the present language
void booking_choice_key(struct booking *booking, const struct message *message,
                        struct commands *commands);
void booking_choice_click(struct booking *booking, int hit, struct commands *commands);
// Takes what the cursor stands on, as Enter does. False: nothing is chosen, and it was said.
bool booking_choice_commit(struct booking *booking, struct commands *commands);
bool booking_choice_others_do(const struct booking *booking);
const char *booking_master_name(const struct booking *booking, const char *master_id);
// At those whom the choice and the chosen time leave.
struct price_span booking_sum(const struct booking *booking);

// booking_time.c
void booking_time_enter(struct booking *booking, struct commands *commands); // asks afresh
void booking_time_need(struct booking *booking, struct commands *commands);  // asks if never asked
void booking_time_language(struct booking *booking, struct commands *commands);
void booking_time_forget(struct booking *booking, struct commands *commands);
void booking_time_answer(struct booking *booking, const struct message *message,
                         struct commands *commands);
void booking_time_tick(struct booking *booking); // starts go by
void booking_time_regroup(struct booking *booking);
void booking_time_take_offer(struct booking *booking, const struct zp_slot *offer);
bool booking_time_pending(const struct booking *booking); // nothing chosen, an answer will choose
// What a line said is not offered, and a person is to choose: no step is left before.
bool booking_time_unmet(const struct booking *booking);
const struct booking_day *booking_time_day(const struct booking *booking,
                                           struct zp_date date);               // NULL: not at hand
const struct booking_start *booking_time_start(const struct booking *booking); // NULL: none
#define BOOKING_SOONEST 3
size_t booking_time_soonest(const struct booking *booking,
                            const struct booking_start *out[BOOKING_SOONEST]);
// When the visit ends: with several masters from the earliest to the latest. False: nothing chosen.
bool booking_time_end(const struct booking *booking, int64_t *earliest, int64_t *latest);
// Who is free at a start: "Анна П., Вера С.", owned by ctx.
char *booking_time_masters(TALLOC_CTX *ctx, const struct booking *booking,
                           const struct booking_start *start);
// Which of morning, day and evening (0, 1, 2).
int booking_time_part(const struct booking *booking, int64_t starts_at);

// Chooses the start at that minute of the day shown, if there is one; else nothing (-1: nothing).
// The minute stays wished when the day changes.
void booking_time_at(struct booking *booking, int minute);
// Chooses out of the answer at hand what is typed, was wished or had, or the first.
void booking_time_select(struct booking *booking);

int booking_time_minute(const struct booking *booking, int64_t instant); // of its day
void booking_time_choose(struct booking *booking, const struct booking_start *start);
void booking_time_ask(struct booking *booking, struct commands *commands); // for the day shown
#define BOOKING_DAYS_AHEAD 366                                             // how far the strip goes

// booking_time_keys.c
void booking_time_key(struct booking *booking, const struct message *message,
                      struct commands *commands);
void booking_time_click(struct booking *booking, int hit, struct commands *commands);
// Takes a start of an answer at hand, as a key did; the day shown is its day then.
void booking_time_take(struct booking *booking, const struct booking_start *start,
                       struct commands *commands);

// booking_typed.c
bool booking_typed(const struct booking *booking); // something is
void booking_typed_clear(struct booking *booking);
// Another key chooses: what was typed is gone, and what it chose stays; where it chose nothing,
// what was chosen before it is again.
void booking_typed_leave(struct booking *booking);
// Which of the soonest the digit means; NULL: it is no such digit.
const struct booking_start *booking_typed_offer(const struct booking *booking);
int booking_typed_minute(const struct booking *booking); // of the day; -1: it is not whole
// A key of a time: taken, and the time chosen if it is offered. False: it is none.
bool booking_typed_key(struct booking *booking, const struct key *key);
// Of an answer: chooses what is typed, or nothing. False: nothing is typed, choose as ever.
bool booking_typed_choose(struct booking *booking);
// The step is to be left. True: with the time typed, if one was. False: that cannot be, and why was
// said.
bool booking_typed_take(struct booking *booking, struct commands *commands);
// It is not known yet whether the time typed is offered: the action is kept until it is.
bool booking_typed_holds(struct booking *booking, enum action action);
char *booking_typed_text(TALLOC_CTX *ctx,
                         const struct booking *booking); // what is to be said of it

// booking_client.c
void booking_client_init(struct booking *booking, const struct screen_args *args);
// A client who came filled in, as out of a line: is his phone known?
void booking_client_look(struct booking *booking, struct commands *commands);
void booking_client_fill(struct booking *booking, const struct zp_booking *from);
void booking_client_key(struct booking *booking, const struct message *message,
                        struct commands *commands);
void booking_client_click(struct booking *booking, int hit, struct commands *commands);
void booking_client_paste(struct booking *booking, const char *text, struct commands *commands);
void booking_client_answer(struct booking *booking, const struct zp_event *event,
                           struct commands *commands);
void booking_client_language(struct booking *booking, struct commands *commands);
// A name typed so far stays; that a known client or a phone does not is told.
void booking_client_walk_in(struct booking *booking, struct commands *commands);
// Back from the confirmation: a phone that stands there counts again, even after F9.
void booking_client_back(struct booking *booking);
// Phone and name make sense, or it is a walk-in. False: the sentence stands under the field.
bool booking_client_check(struct booking *booking);
bool booking_client_dirty(const struct booking *booking);
// Whose the phone is in the journal, where another name is typed with it; NULL: nothing to say.
const char *booking_client_other(TALLOC_CTX *ctx, const struct booking *booking);
const char *booking_client_text(const struct booking *booking, enum booking_field field);
bool booking_walk_in_allowed(const struct booking *booking);

// booking_send.c
void booking_send_key(struct booking *booking, const struct message *message,
                      struct commands *commands);
void booking_send_click(struct booking *booking, int hit);
void booking_send_answer(struct booking *booking, const struct zp_event *event,
                         struct commands *commands);
// A booking of the journal changed: perhaps the one whose answer is awaited.
void booking_send_event(struct booking *booking, const struct zp_booking *changed,
                        struct commands *commands);
void booking_send_again(struct booking *booking); // the question was changed by hand
void booking_send_leave(struct booking *booking, struct commands *commands);
// "zapis book …", "zapis move …": what does the same in one line, owned by ctx.
char *booking_send_line(TALLOC_CTX *ctx, const struct booking *booking);

// booking_view*.c
void booking_view(const struct booking *booking, const struct grid *grid);
void booking_view_choice(const struct booking *booking, const struct grid *grid, bool narrow);
void booking_view_time(const struct booking *booking, const struct grid *grid, bool narrow);
void booking_view_client(const struct booking *booking, const struct grid *grid);
// The draft in labelled lines from `row` on; returns the row after the last.
int booking_view_facts(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                       int row);
void booking_view_confirm(const struct booking *booking, const struct grid *grid);
// "₽1,500", "₽1,500-1,800", "from ₽1,500"; "90 min", "60-90 min"; owned by ctx.
char *booking_price_text(TALLOC_CTX *ctx, const struct booking *booking,
                         const struct price_span *sum);
char *booking_minutes_text(TALLOC_CTX *ctx, const struct price_span *sum);
char *booking_services_text(TALLOC_CTX *ctx, const struct booking *booking);
char *booking_when_text(TALLOC_CTX *ctx, const struct booking *booking, bool whole);
char *booking_who_text(TALLOC_CTX *ctx, const struct booking *booking); // master
// What was wished and is not offered, or is chosen in its stead; NULL: nothing to say.
char *booking_missed_text(TALLOC_CTX *ctx, const struct booking *booking);

#endif
