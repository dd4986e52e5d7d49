// A run: one claimed task worked on, as a pure step machine. State and an input go in, state and
// ONE effect come out; the driver (or the simulator) carries the effect out and comes back with
// what happened. No clock, network, store or random in here.
//
// Every machine obeys the three ideas of design/architecture.md: what is about to happen is in the
// journal before its effect is asked for (APPLY comes before CREATE, ADD …); an UNKNOWN outcome is
// never read as yes or no; whoever takes a task over looks first.
#ifndef ZP_SYNC_RUN_H
#define ZP_SYNC_RUN_H

#include "bitrix24/bitrix24.h"
#include "dikidi/dikidi.h"
#include "store/store.h"
#include <zapis/booking.h>
#include <zapis/config.h>
#include <zapis/memory.h>

#define ZP_TASK_BOOK       "book"       // bring an intent to booked, refused or a person
#define ZP_TASK_CANCEL     "cancel"     // bring cancelling to cancelled or back to booked
#define ZP_TASK_CRM_CANCEL "crm-cancel" // its deal or lead in a failure stage of its own funnel
#define ZP_TASK_MOVE       "move"       // of the new booking: the old one is brought to cancelling
#define ZP_TASK_CRM_MOVE   "crm-move"   // of the new booking: the old one's deal becomes its own
#define ZP_TASK_CRM_UPDATE "crm-update" // its deal or lead shows what changed at Dikidi
// ZP_TASK_LOOK, ZP_TASK_LOOK_ENTRY and ZP_TASK_CRM_LOG: store.h. Of a service as a whole, without a
// booking:
#define ZP_TASK_CRM_REVERSE "crm-reverse" // what managers cancelled: held, counted, then cancelled
#define ZP_TASK_CRM_POLL    "crm-poll"    // housekeeping: which entries changed in Bitrix24
#define ZP_TASK_CRM_COMPARE "crm-compare" // housekeeping: entries that are not in Bitrix24 any more
#define ZP_TASK_REREAD      "reread"      // housekeeping: bookings not read at Dikidi for a while
#define ZP_TASK_CRM_MARK    "crm-mark"    // a comment in its deal or lead: came, no-show, waiting

enum zp__effect_kind {
    ZP_EFFECT_APPLY,   // write `change`; on a conflict the driver reads the booking again and steps
                       // with ZP_INPUT_RELOADED
    ZP_EFFECT_LOAD,    // another booking of the journal, by request id or Dikidi's number (`id`). A
                       // cancel of it that runs in this process is waited for
    ZP_EFFECT_TWINS,   // rows of the journal at run->remote's start and master: run->rows
    ZP_EFFECT_REVERSE, // the list of cancels wished in the CRM: run->journal
    ZP_EFFECT_AHEAD,   // visits of the next two days: run->journal
    ZP_EFFECT_STALE,   // numbers to read again, at most `limit`: run->journal
    ZP_EFFECT_CREATE,
    ZP_EFFECT_DELETE,
    ZP_EFFECT_READ,     // the booking at Dikidi, by id
    ZP_EFFECT_SCHEDULE, // the free slots of the booking's day, master and services
    ZP_EFFECT_CRM_FIND,
    ZP_EFFECT_CRM_FIND_LEADS,
    ZP_EFFECT_CRM_FIND_CONTACTS,
    ZP_EFFECT_CRM_ADD_CONTACT,
    ZP_EFFECT_CRM_ADD,
    ZP_EFFECT_CRM_UPDATE,
    ZP_EFFECT_CRM_GET,
    ZP_EFFECT_CRM_LEAD_DEAL, // the deal that the lead `id` became
    ZP_EFFECT_CRM_STAGES,
    ZP_EFFECT_CRM_MOVE,
    ZP_EFFECT_CRM_COMMENT,
    ZP_EFFECT_CRM_VISITS,  // numbers of the live entries of the next two days
    ZP_EFFECT_CRM_CHANGED, // entries of `entity` that changed since `since`
};

// Pointers live until the next step of the run.
struct zp__effect {
    enum zp__effect_kind kind;
    struct zp__change change;     // APPLY
    struct zp__crm_fields fields; // CRM_ADD, CRM_UPDATE
    enum zp_crm_entity entity;    // CRM_*
    const char *id;   // CRM_GET, MOVE, COMMENT, UPDATE: the entry; READ, DELETE: Dikidi's number;
                      // LOAD: the booking
    const char *text; // COMMENT; MOVE: the stage; DELETE: the reason
    int category_id;  // STAGES
    int64_t since;    // CHANGED, REVERSE, UTC seconds: from when on
    int64_t task_id;  // REVERSE: up to which looks are counted, 0 all
    size_t limit;     // STALE
};

enum zp__input_kind {
    ZP_INPUT_START,    // begin, with run->booking as it was read with the task
    ZP_INPUT_APPLIED,  // the change is durable
    ZP_INPUT_RELOADED, // it was not (conflict): run->booking is the row as it is now; decide again
    ZP_INPUT_LOADED,   // run->other is what LOAD asked for, NULL: the journal has no such booking
    ZP_INPUT_JOURNAL,  // `journal` is what TWINS (bookings), REVERSE or STALE asked for
    ZP_INPUT_DIKIDI,
    ZP_INPUT_CRM,
};
struct zp__input {
    enum zp__input_kind kind;
    const struct zp__dikidi_answer *dikidi;
    const struct zp__crm_answer *crm;
    const struct zp__store_answer *journal;
};

// What a machine must remember across processes: in the task's memory, written before the call it
// speaks of.
struct zp__memory {
    int64_t post_sent_at;    // last time the POST may have left
    int64_t contact_sent_at; // contact.add may have left, its answer is not known
    int64_t add_sent_at;     // deal or lead add may have left, its answer is not known
    int64_t stage_sent_at;   // crm-cancel: the failure stage may have left since, in that lease
    int64_t comment_sent_at; // the comment may have left: it is not sent twice
    bool unknown;            // a cancel's answer was lost once
    bool release_first;      // book: the old time is given up before the new one is asked for;
                             // cancel: it serves such a move, which tells the person itself
    bool again; // book: the old one is cancelled already, and is booked once more; crm-cancel: an
                // entry that stands in a failure stage already was told why
    char *contact_id;
    int64_t mark; // crm-poll: changes up to here are known (the portal's clock); crm-reverse: the
                  // last task id that it waits for
    bool background; // look: nobody waits, at most a fifth of the budget
    char *told;      // crm-update: what changed, in words; NULL: written anew for another reason
    bool wished; // cancel: by a manager, in the CRM; crm-update: `told` is why that was not done
};

// A visit whose entry stands in Bitrix24, as far as it is compared.
struct zp__run_logged {
    char *booking_id;
    char *subject; // of the look at its entry
    bool was_told; // a person was told that the entry is gone
    bool waits;    // and has not decided
};

struct zp__run {
    const struct zp_config *config;
    int64_t now;               // UTC seconds, set by the driver before each step
    bool foreground;           // a person waits for the first attempt
    const char *operator_name; // who that is, for the history

    int64_t task_id;
    int attempts;
    const char *kind;
    const char *subject; // what the task is about: store.h
    // The task's booking. Where it has none: an empty row with the subject as its request id, and
    // `unknown_booking`.
    struct zp_booking *booking;
    bool unknown_booking;
    const char *fresh_request_id;  // for a row that is learned
    struct zp__run_logged *logged; // crm-compare: what the journal has logged
    size_t logged_count;
    struct zp_booking *other; // of LOAD: the old booking of a move
    struct zp__memory memory;

    int phase;
    bool released;                     // book of a move: the old one is as it must be, send
    int64_t tried_revision;            // book: of the row that "booked" was written to
    size_t number, gone;               // cancel: which of the visit's numbers; how many are gone
    bool repeated;                     // book: the POST may have left before this run
    enum zp__outcome outcome;          // the answer in hand, kept over a conflict
    struct zp_error error;             //
    struct zp__dikidi_booking *remote; //
    char *crm_id;
    enum zp_crm_entity entity; // crm-log: of crm_id
    char *stage_id;
    char semantic;   // crm-log, crm-move: of the stage where the entry stands; 0 not known
    int category_id; // crm-cancel, crm-move: the funnel of the entry
    size_t entry_count;
    int64_t until;    // crm-poll: up to when the first of two entities is known
    bool consented;   // crm-reverse: a person has seen the list, and wants it cancelled
    char *old_title;  // crm-update: of the entry, before its fields were written
    int64_t asked_at; // look: when the booking was asked for, UTC seconds
    bool over; // after the APPLY now asked for (or at once when no effect is asked for) the run has
               // ended
    bool ok;   // how it ended, for whoever waits
    struct zp_error end_error; //
    TALLOC_CTX *step;          // owns the effect's pointers
};

// The task and its booking are moved into the run.
struct zp__run *zp__run_new(TALLOC_CTX *ctx, const struct zp_config *config,
                            const struct zp__store_task *task, bool foreground);

// The task's booking as it is now; NULL: the journal has none for the subject.
void zp__run_set_booking(struct zp__run *run, const struct zp_booking *booking);

// One step. Returns true with an effect to carry out; false: nothing more to do (run->over is
// true).
bool zp__run_step(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);

// Does a cancel's memory say that an answer was lost once?
bool zp__memory_unknown(const char *memory);
// When a person was told of the list of a crm-reverse, UTC seconds; 0: never.
int64_t zp__memory_told_at(const char *memory);
// Does a task serve a move that gives its old time up first?
bool zp__memory_release_first(const char *memory);
#define ZP_MEMORY_RELEASE_FIRST "{\"release_first\":true}"
#define ZP_MEMORY_AGAIN         "{\"release_first\":true,\"again\":true}"
#define ZP_MEMORY_END_AGAIN     "{\"again\":true}"
#define ZP_MEMORY_BACKGROUND    "{\"background\":true}"
#define ZP_MEMORY_WISHED        "{\"wished\":true}"

// Between the two stages in the history of a cancelled entry: where it stood > where it stands.
#define ZP_FORMER_STAGE " > "

// The first memory of a crm-update; wished: it tells why a manager's cancel was not done.
char *zp__memory_telling(TALLOC_CTX *ctx, const char *told, bool wished);

// When to try again after `attempts` failures, seconds: 2, 5, 15, 30, 60, 120, 300 … with jitter
// that depends on the request id only.
int64_t zp__run_backoff(const struct zp__run *run);
// The same, but no sooner than the server asked for with this error. Seconds.
int64_t zp__run_delay(const struct zp__run *run, const struct zp_error *error);

// ---- between the machines' files
// -------------------------------------------------------------------------------
bool zp__run_book(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);
bool zp__run_cancel(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);
bool zp__run_crm_log(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);
bool zp__run_crm_cancel(struct zp__run *run, const struct zp__input *input,
                        struct zp__effect *effect);
bool zp__run_move(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);
bool zp__run_crm_move(struct zp__run *run, const struct zp__input *input,
                      struct zp__effect *effect);
bool zp__run_crm_mark(struct zp__run *run, const struct zp__input *input,
                      struct zp__effect *effect);
bool zp__run_crm_update(struct zp__run *run, const struct zp__input *input,
                        struct zp__effect *effect);
bool zp__run_look(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);
bool zp__run_look_entry(struct zp__run *run, const struct zp__input *input,
                        struct zp__effect *effect);
bool zp__run_crm_reverse(struct zp__run *run, const struct zp__input *input,
                         struct zp__effect *effect);
bool zp__run_crm_poll(struct zp__run *run, const struct zp__input *input,
                      struct zp__effect *effect);
bool zp__run_crm_compare(struct zp__run *run, const struct zp__input *input,
                         struct zp__effect *effect);
bool zp__run_reread(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect);

// The part of `book` that minds the old booking of a move (run_release.c). Its phases begin at
// ZP_RELEASE_PHASES; while run->phase is one of them the inputs are its own.
#define ZP_RELEASE_PHASES 100
bool zp__run_release(struct zp__run *run, struct zp__effect *effect); // before the first POST
bool zp__run_release_step(struct zp__run *run, const struct zp__input *input,
                          struct zp__effect *effect);
// The new booking will not be: an old one that was released for it ends as any cancelled one.
bool zp__run_release_close(struct zp__run *run, struct zp__effect *effect);
// A move that gave its old time up before the new one was asked for.
bool zp__run_releases_first(const struct zp__run *run);
// The beginning of `book`, for when the old one is as it must be.
bool zp__run_book_start(struct zp__run *run, struct zp__effect *effect);
// May an intent go by itself still?
bool zp__run_book_may_send(const struct zp__run *run);
// It was never sent, and a person must decide; `sentence` says why.
bool zp__run_book_held(struct zp__run *run, struct zp__effect *effect, const char *sentence);

// Begins a change of the run's booking and task. `what` NULL: no history line.
struct zp__change *zp__run_change(struct zp__run *run, struct zp__effect *effect, const char *what,
                                  const char *by, const char *detail);
// The same of run->other, guarded by our own lease; tasks that are added are the other's.
struct zp__change *zp__run_change_other(struct zp__run *run, struct zp__effect *effect,
                                        const char *what, const char *by, const char *detail);
// The task alone (the booking row is not written).
struct zp__change *zp__run_task_change(struct zp__run *run, struct zp__effect *effect);
// A line of history with a change.
void zp__run_tell(struct zp__run *run, struct zp__change *change, const char *what, const char *by,
                  const char *detail);
// How the task goes on; each also says how the run ends.
bool zp__run_finish(struct zp__run *run, struct zp__change *change);
bool zp__run_finish_with(struct zp__run *run, struct zp__change *change,
                         const struct zp_error *error);
bool zp__run_again(struct zp__run *run, struct zp__change *change, int64_t delay_s,
                   const struct zp_error *error);
// Housekeeping: due again after delay_s as if it had never failed; memory written.
bool zp__run_later(struct zp__run *run, struct zp__change *change, int64_t delay_s);
bool zp__run_to_person(struct zp__run *run, struct zp__change *change,
                       const struct zp_error *error);
bool zp__run_note(struct zp__run *run,
                  struct zp__change *change); // keep the lease, write the memory
void zp__run_add_task(struct zp__run *run, struct zp__change *change, const char *kind,
                      int64_t next_at);
// The same, with its first memory; claimed: worked on at once by this process.
void zp__run_add_task_with(struct zp__run *run, struct zp__change *change,
                           const struct zp__store_new_task *task);
// A failed CRM call that may pass by itself is tried again; false: it is for a person.
bool zp__run_crm_passes(const struct zp_error *error);
// Ends the run after a failed CRM call by that rule.
bool zp__run_crm_failed(struct zp__run *run, struct zp__effect *effect,
                        const struct zp_error *error);
// Ends the run: the booking's entry and its task are for a person.
bool zp__run_crm_to_person(struct zp__run *run, struct zp__effect *effect,
                           const struct zp_error *error);
// A comment that may have left, or is refused, changes nothing. False: it certainly never left and
// may go later; then it is as if it had not been tried.
bool zp__run_comment_is_over(struct zp__run *run, const struct zp__crm_answer *answer);
// The row's entry is a lead that a person or a robot turned into a deal: from now on the visit is
// minded there. True: the row says so, and needs a task ZP_TASK_CRM_LOG, which follows it and
// writes our fields to the deal.
bool zp__run_follows_lead(const struct zp__run *run, struct zp_booking *booking);
// Ends the run until the booking's entry is there: its log is still under way.
bool zp__run_crm_waits(struct zp__run *run, struct zp__effect *effect);
// run->other is released for this run's booking: it becomes cancelling, with its task.
bool zp__run_let_go(struct zp__run *run, struct zp__effect *effect, bool release_first);
// Has run->other been given up for this run's booking?
bool zp__run_is_ours(const struct zp__run *run);
bool zp__run_load_old(struct zp__run *run, struct zp__effect *effect, int phase);
void zp__run_set_error(struct zp_booking *booking, const struct zp_error *error); // NULL clears

// ---- what follows from a row, for the machines and the desk alike
// ------------------------------------------------------------------------
// The kind of task that follows when a booking has become booked.
const char *zp__booking_follow_up(const struct zp_booking *booking);
// A booking that has become cancelled: true when its entry must go to a failure stage (a task
// ZP_TASK_CRM_CANCEL; crm_state is set). One that was moved leaves its entry to the new booking.
bool zp__booking_cancelled(struct zp_booking *booking);
// crm_state when the entry is there and nothing of it waits any more but a cancel.
enum zp_crm_state zp__booking_logged_state(const struct zp_booking *booking);
// Is what Dikidi tells this open row of ours (intent, sent, uncertain): the same request, or the
// same company, master, start and phone?
bool zp__booking_is_remote(const struct zp_booking *booking,
                           const struct zp__dikidi_booking *remote);

// Writes what Dikidi says into the row (numbers, times, master, services, sum, version).
void zp__booking_take_remote(struct zp_booking *booking, const struct zp__dikidi_booking *remote);

#endif
