// zapis --linear: the desk as a plain dialogue, line by line, for screen readers, slow links and
// scripts. No cursor addressing, no colour. The same core and the same words as the console.
//
// A dialogue is written as it is spoken: a function asks, waits in the loop for a line or an
// answer, and goes on. Live events are only noted while it waits, and told before the next prompt.
#ifndef TUI_LINEAR_H
#define TUI_LINEAR_H

#include "action.h"
#include "cli.h"
#include "undo.h"
#include <sys/types.h>

#define LINEAR_LINE_BYTES 4096 // a longer line is refused whole

struct linear_input;
struct linear_news;
struct linear_draft;
struct linear_fits;

// What a bare number means: the list that was told last.
enum linear_list_kind {
    LINEAR_LIST_NONE,
    LINEAR_LIST_BOOKINGS, // a number opens the card
    LINEAR_LIST_CLIENTS,  // a number opens the client's card
    LINEAR_LIST_OFFERS,   // a number takes that time for the booking at hand
    LINEAR_LIST_WAITING,  // a number books for who waits
};

struct linear {
    struct cli *cli; // its loop and desk are the dialogue's
    const struct zp_config *config;
    FILE *out;
    bool terminal;          // standard input is one: a person types; else a script is read
    bool stopping;          // told to stop, or nobody reads what is said
    int status;             // the worst exit status of a command so far
    int64_t interrupted_at; // when Ctrl-C was pressed at the top, 0: the last was a command
    TALLOC_CTX *scratch;    // freed when a command has ended
    struct linear_input *input;
    struct linear_news *news;

    uint64_t awaited;   // the id whose answer is waited for
    TALLOC_CTX *keeper; // of its parts
    bool answered, interrupted;
    struct zp_event answer;

    enum linear_list_kind list;
    char **bookings; // references of the list of bookings told last
    size_t booking_count;
    char **phones; // of the list of clients
    size_t phone_count;
    int64_t *wishes; // of the waiting list
    size_t wish_count;
    char *last_booking; // the one that was told last; NULL none
    char *last_phone;   // the client that was told last; NULL none
    struct undo_step undo;
    int64_t undo_until;         // salon's clock
    struct linear_draft *draft; // kept after a refusal; NULL none
};

// The whole dialogue; the exit status. receiver, log: as receiver_watch_new() takes them.
int linear_run(struct cli *cli, pid_t receiver, const char *log);

// ---- saying and asking (linear.c, linear_input.c)

void linear_say(struct linear *linear, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// An error as a sentence; the dialogue's status becomes that bad.
void linear_fail(struct linear *linear, const struct zp_error *error);
void linear_worse(struct linear *linear, int status);
// A wrong word in a command or an answer.
void linear_misuse(struct linear *linear, const char *sentence);

// The one answer; its parts live in ctx. Ctrl-C gives up waiting: ZP_E_CANCELLED.
const struct zp_event *linear_ask(struct linear *linear, TALLOC_CTX *ctx,
                                  const struct zp_request *request);

enum linear_reply {
    LINEAR_REPLY, // a line, cleaned, without blanks around it; may be ""
    LINEAR_BACK,  // "back" or Ctrl-C: one level
    LINEAR_END,   // nothing more comes, or a script's answer was wrong: the command is left
};
// The next line for a question; NULL: for the prompt of the top, where "back" is a command.
enum linear_reply linear_question(struct linear *linear, const char *question, char **line);
// A person who says neither (a bare Enter, a slip) is asked again: nothing that was said is thrown
// away by it. For a script all but a yes is a no.
enum linear_reply linear_yes_or_no(struct linear *linear, const char *question, bool *yes);
// True only for what is meant as a yes; asks as linear_yes_or_no() does.
bool linear_yes(struct linear *linear, const char *question);
// One of many by its number, or by the beginning of a word of it. `none`: what an empty line means
// is (size_t)-1; else it asks again.
enum linear_reply linear_choose(struct linear *linear, const char *question,
                                const char *const *names, size_t count, bool none, size_t *chosen);
// Which of `names` a line means, by number or by the beginning of a word; `which` has room for all.
size_t linear_fitting(const char *line, const char *const *names, size_t count, size_t *which);
// What comes in answer to something wrong: a person is asked again, a script is not led on.
bool linear_may_repeat(const struct linear *linear);
// After an answer that changes the question: what a person typed ahead is not meant for it.
void linear_drop_typed(struct linear *linear);
bool linear_is_word(const char *line, const char *words); // any layout; words parted by blanks

// ---- input (linear_input.c)

struct linear_input *linear_input_new(struct linear *linear);
void linear_interrupt(struct linear *linear); // Ctrl-C
void linear_stop(struct linear *linear);      // a signal told us to end

// ---- what happens meanwhile (linear_news.c)

struct linear_news *linear_news_new(struct linear *linear);
void linear_news_event(struct linear *linear, const struct zp_event *event);
void linear_news_receiver(const char *text, void *data); // of receiver_watch.h
// Waits shortly until both connections are known, and says how they are.
void linear_news_greet(struct linear *linear);
void linear_news_tell(struct linear *linear);
// What we did ourselves is no news.
void linear_news_own(struct linear *linear, const struct zp_booking *booking);
void linear_state(struct linear *linear, const char *args);
struct linear_fits *linear_fits_new(TALLOC_CTX *ctx); // what was told of them: nothing
// Whom a time fits that turned free since it was told last (linear_waiting.c).
void linear_tell_fits(struct linear *linear, struct linear_fits *told);

// ---- words (linear_words.c)

// A copy of `text` that names the queue as the dialogue does: core and the command line name
// `zapis queue`, which nobody can type here.
char *linear_names(TALLOC_CTX *ctx, const char *text);
// A message as a sentence (error_text.h) with these names.
char *linear_sentence(TALLOC_CTX *ctx, const char *message);
// "15:30 today, Мария, Маникюр, Анна П.": what tells one booking from another first.
char *linear_booking_line(struct linear *linear, TALLOC_CTX *ctx, const struct zp_booking *booking);
// "today", "Tue 24 Nov".
char *linear_day_words(struct linear *linear, TALLOC_CTX *ctx, struct zp_date date);
struct zp_date linear_today(const struct linear *linear);
// A day as people write it; "" is `fallback`. False: it was said what is wrong.
bool linear_date(struct linear *linear, const char *text, struct zp_date fallback,
                 struct zp_date *out);
struct zp_catalogue *linear_catalogue(struct linear *linear); // NULL: it was said why not
// What `text` names: a number of the list told last, a Dikidi number, a request id; "" the booking
// told last. NULL: it was said that there is none.
const char *linear_reference(struct linear *linear, const char *text);
void linear_remember(struct linear *linear, const struct zp_booking *booking);
// The bookings just told, as the list that numbers mean (linear_day.c).
void linear_keep_bookings(struct linear *linear, struct zp_booking *const *bookings, size_t count);
// Takes the first word off *args; "" when there is none.
char *linear_word(struct linear *linear, const char **args);

// ---- commands (linear_command.c and its files)

// Understands one line of the top and does it; false: leave.
bool linear_command(struct linear *linear, const char *line);

// ---- what was done to a booking, or not (linear_change.c)

struct zp_booking *linear_read_booking(struct linear *linear, const char *reference);
void linear_did(struct linear *linear, enum undo_kind kind, const struct zp_booking *booking,
                enum zp_attendance was);
// Says a failed BOOK, CANCEL, MOVE or MARK and what happens now.
void linear_not_done(struct linear *linear, const struct zp_event *answer);

typedef const char *(*linear_reason_fn)(size_t which);
// Why something ends: of a list, or a person's own words; `given` "": it is asked. NULL: no reason.
const char *linear_reason(struct linear *linear, const char *given, linear_reason_fn words,
                          size_t count);

void linear_day(struct linear *linear, const char *args);
void linear_card(struct linear *linear, const char *args);
void linear_services(struct linear *linear, const char *args);
void linear_masters(struct linear *linear, const char *args);
void linear_cancel(struct linear *linear, const char *args);
void linear_mark(struct linear *linear, const char *args);
void linear_undo(struct linear *linear, const char *args);
void linear_client(struct linear *linear, const char *args);
void linear_note(struct linear *linear, const char *args);
void linear_queue(struct linear *linear, const char *args);
void linear_explain(struct linear *linear, const char *args);
void linear_retry(struct linear *linear, const char *args);
void linear_drop(struct linear *linear, const char *args);
void linear_numbers(struct linear *linear, const char *args);
void linear_check(struct linear *linear, const char *args);
void linear_book(struct linear *linear, const char *args);
void linear_again(struct linear *linear, const char *args);
void linear_move(struct linear *linear, const char *args);
void linear_waiting(struct linear *linear, const char *args);
void linear_book_waiting(struct linear *linear, size_t number); // from 0 on
void linear_week(struct linear *linear, const char *args);
void linear_mend(struct linear *linear, const char *args);
// What journal and CRM do not both have, and how it is mended (linear_truth.c).
void linear_say_differences(struct linear *linear, const struct zp_truth *truth);
void linear_take_offer(struct linear *linear, size_t number); // from 0 on
void linear_show_client(struct linear *linear, const char *phone);

#endif
