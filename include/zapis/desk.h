// The narrow waist: what a front end may ask of the core, and what comes back.
// The console, the command line, `serve` and the tests are front ends of this one header.
//
// Rules: an event is never delivered inside submit; every id gets exactly one final answer,
// cancellation included; answers carry ids and values, never pointers into the core. Everything in
// an event is owned by the event and valid during the callback; talloc_steal(ctx, event->x) keeps
// it.
#ifndef ZAPIS_DESK_H
#define ZAPIS_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/booking.h>
#include <zapis/catalogue.h>
#include <zapis/config.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>
#include <zapis/numbers.h>
#include <zapis/time.h>
#include <zapis/waiting.h>

struct zp_desk;

enum zp_ask {
    ZP_ASK_CATALOGUE, // services and masters from the local copy; fetched when empty, older than 24
                      // h, or refresh
    ZP_ASK_SHIFTS,    // shifts of all masters for some days: local copy, fetched when missing or
                      // refresh
    ZP_ASK_SLOTS,     // free slots, always asked of Dikidi
    ZP_ASK_LOOK, // what a day's shift time is: offered, or busy outside the journal, or not known
                 // (background budget)
    ZP_ASK_BOOK,
    ZP_ASK_CANCEL,
    ZP_ASK_MOVE,  // books the new time, then cancels the old; the same CRM entry is pointed at the
                  // new
    ZP_ASK_MARK,  // attendance: journal and CRM only, Dikidi has no call for it
    ZP_ASK_ADOPT, // read bookings made elsewhere by their Dikidi number into the journal and the
                  // CRM
    ZP_ASK_MEND,  // a booking that the journal and the CRM do not both have is made alike, by its
                  // Dikidi number
    ZP_ASK_SHOW,  // one booking with its history
    ZP_ASK_DAY,   // the journal's bookings of a day, or of some days on end
    ZP_ASK_TRUTH, // the figures of the truth bar for a day
    ZP_ASK_CLIENTS,      // known clients by digits of the phone or letters of the name
    ZP_ASK_CLIENT,       // one client's card, by phone
    ZP_ASK_CLIENT_NOTE,  // what the salon keeps in mind about a client; the card is the answer
    ZP_ASK_FORGET,       // erases a person's data from the journal
    ZP_ASK_WAITING,      // the waiting list, and who fits a time that turned free
    ZP_ASK_WAITING_PUT,  // a wish is added, or changed
    ZP_ASK_WAITING_DROP, // a wish is taken off the list
    ZP_ASK_QUEUE,
    ZP_ASK_QUEUE_RETRY, // one task is due now
    ZP_ASK_QUEUE_DROP,  // a person gives one task up
    ZP_ASK_NUMBERS,     // what a manager counts over some days
    ZP_ASK_SYNC_ONCE,   // poll the CRM once, run what is due until nothing is due, answer
    ZP_ASK_CHECK,
    ZP_ASK_SETUP,
};
#define ZP_ASKS (ZP_ASK_SETUP + 1)

// What a person wants to book. Pointers are copied by submit.
struct zp_draft {
    const char *request_id;         // NULL: a new one is made
    const char *const *service_ids; // in order, at least one
    size_t service_count;
    const char *master_id; // NULL: any master free at exactly starts_at (fewest booked minutes that
                           // day, then lowest id)
    int64_t starts_at;
    const char *client_phone; // as typed or E.164; NULL or "" with walk_in
    const char *client_name;
    bool walk_in; // no client: the configured walk-in phone is sent, no contact is made
    const char *comment;
    int64_t waiting_id; // the wish of the waiting list that it is for: it ends with the booking; 0
};

struct zp_request {
    enum zp_ask ask;
    union {
        struct {
            bool refresh;
        } catalogue;
        struct {
            struct zp_date date;
            int days;
            bool refresh;
        } shifts;
        struct {
            const char *const *service_ids;
            size_t service_count;
            const char *master_id; // NULL: any
            struct zp_date date;
            int days; // >= 1
        } slots;
        struct {
            struct zp_date date;
            bool refresh;          // even if a look younger than a minute is at hand
            const char *master_id; // only he is asked for; NULL: all. Fails if he could not be
        } look;
        struct zp_draft book;
        struct {
            const char *booking; // Dikidi's number or our request id
            const char *reason;
            bool undo; // the booking was a mistake: who was booked from the waiting list waits on
        } cancel;
        struct {
            const char *booking; // Dikidi's number or our request id
            int64_t starts_at;
            const char *master_id; // NULL: the old one's
            bool release_first;    // cancel, then book: the time may be lost
            bool again; // the old one is cancelled: it is booked once more under a new number
                        // (starts_at 0: at its own time), and its CRM entry goes along, out of the
                        // failure stage
        } move;
        struct {
            const char *booking; // Dikidi's number or our request id
            enum zp_attendance attendance;
        } mark;
        struct {
            const char *booking; // Dikidi's number
        } adopt;
        struct {
            const char *booking; // Dikidi's number
        } mend;
        struct {
            const char *booking; // Dikidi's number or our request id
            bool refresh;        // asked of Dikidi
        } show;
        struct {
            struct zp_date date;
            int days;              // from that date on; 0 means 1
            const char *master_id; // NULL: all
            bool all;              // refused, dropped and cancelled too
        } day;
        struct {
            struct zp_date date;
        } truth;
        struct {
            struct zp_date date; // the first day
            int days;            // 1 to ZP_NUMBERS_DAYS
        } numbers;
        struct {
            const char *query;
            size_t limit;
        } clients;
        struct {
            const char *phone; // as typed or E.164
            const char *note;  // NOTE only: the whole text, "" takes it away
        } client;              // CLIENT, CLIENT_NOTE, FORGET
        struct {
            int64_t id;        // this one with its history; 0: the list
            const char *phone; // only his, as typed or E.164; NULL: everybody's
            bool ended;        // those that are booked or dropped too
            struct zp_gap gap; // fits for this time; from 0: for what cancelled visits left
        } waiting;
        struct {
            const struct zp_waiting *wish; // id 0: a new one. Phone as typed or E.164
        } waiting_put;
        struct {
            int64_t id;
            const char *reason;
        } waiting_drop;
        struct {
            int64_t task_id;
            int64_t list; // zp_task.list as the person saw it; another one by now is ZP_E_CONFLICT,
                          // and nothing was done
        } queue;
        struct {
            bool dry_run;
        } setup;
    } u;
};

struct zp_shifts {
    struct zp_shift *shifts; // in order of date, then the catalogue's order of masters
    size_t shift_count;
    int64_t fetched_at; // the oldest of them
};

// What is known of a stretch of a master's shift. Stretches of a day do not overlap; bookings of
// the journal are not among them.
enum zp_stretch_kind {
    ZP_STRETCH_OFFERED, // a schedule answer offers starts in it
    ZP_STRETCH_OUTSIDE, // in the future, in a shift, not in the journal and not offered: busy
                        // outside the journal
    ZP_STRETCH_UNKNOWN, // could not be asked, too short to tell, or past
};
struct zp_stretch {
    char *master_id;
    int64_t from, to; // UTC seconds
    enum zp_stretch_kind kind;
};
struct zp_look {
    struct zp_date date;
    struct zp_stretch *stretches; // by master, then time
    size_t stretch_count;
    struct zp_slot *offers; // starts offered for the master's shortest service, by time
    size_t offer_count;
    size_t outside_count; // stretches of kind OUTSIDE
    int64_t asked_at;     // oldest answer in it
    bool complete;        // every master on shift could be asked
};

struct zp_client {
    char *phone, *name;
    int visits, no_shows;
    int64_t last_visit_at; // 0 none
    char *usual_master_id, *usual_master, *last_service_id, *last_service;
    bool from_crm; // found in Bitrix24, not in the journal
    char *note;    // what the salon keeps in mind; NULL none
};

// What is counted from a client's visits. A visit took place if it is booked, has begun and is not
// marked no-show.
struct zp_client_card {
    struct zp_client client; // visits: those that took place; the usual master is one of theirs
    int coming;              // booked visits that lie ahead
    int cancellations;       // cancelled ones; those that were moved or undone not counted
    int64_t last_at;         // the last one that took place, 0 none
    int64_t next_at;         // the next one that lies ahead, 0 none
    char *usual_service_id, *usual_service; // NULL none
    int usual_days;    // days between visits (median), from three days with a visit on; 0 not known
    int last_days_ago; // of last_at, in days of the salon's calendar
};

// What became of erasing a person.
struct zp_forgotten {
    char *phone;     // E.164
    size_t bookings; // whose personal data went
    bool traces;     // old bytes could not be cleaned out of the file yet: to be repeated
};

struct zp_connection {
    bool known;            // asked at all since the start
    bool ok;               // the last answer was good
    int64_t last_good_at;  // UTC seconds, 0 never
    struct zp_error error; // why not ok
};

struct zp_truth {
    struct zp_date date;
    int journal_count; // live bookings of the day in the journal that the CRM should have
    int crm_count;  // deals or leads counted in Bitrix24, not in a failure stage; -1: could not be
                    // counted
    int64_t crm_at; // when it was counted
    char **
        only_journal; // Dikidi numbers that the CRM lacks (when counts differ and it could be told)
    size_t only_journal_count;
    char **only_crm;
    size_t only_crm_count;
    char **only_crm_titles;   // what those entries are called there, "" for none; NULL: not known
    int64_t *only_crm_visits; // when their visits begin, UTC seconds; NULL: not known
};

enum zp_check_state { ZP_CHECK_OK, ZP_CHECK_WARN, ZP_CHECK_FAIL, ZP_CHECK_SKIPPED };
struct zp_check {
    char *name; // "config", "dikidi.services", "bitrix24.rights" …: stable words
    enum zp_check_state state;
    char *detail; // a sentence
    bool unreachable;
};
const char *zp_check_state_name(enum zp_check_state state); // "ok", "warn", "fail", "skipped"

// What setup did, would do (dry run), or asks an administrator to do by hand.
enum zp_setup_kind {
    ZP_SETUP_PRESENT,
    ZP_SETUP_CREATED,
    ZP_SETUP_WOULD_CREATE,
    ZP_SETUP_BY_HAND,
    ZP_SETUP_FAILED
};
struct zp_setup_step {
    char *name; // "source", "field.deal.booking", "field.deal.visit", "field.lead.booking",
                // "catalogue" …
    enum zp_setup_kind kind;
    char *detail;
};
const char *zp_setup_kind_name(
    enum zp_setup_kind kind); // "present", "created", "would-create", "by-hand", "failed"

enum zp_event_kind {
    ZP_EVENT_ANSWER,     // the one final answer to an id
    ZP_EVENT_BOOKING,    // a booking of the journal changed, by us or another process: `booking` is
                         // its present row
    ZP_EVENT_JOURNAL,    // another process wrote to the journal: what is shown should be read again
    ZP_EVENT_WAITING,    // the waiting list was changed here
    ZP_EVENT_SYNC,       // waiting and attention changed
    ZP_EVENT_CONNECTION, // dikidi or bitrix24 changed state
    ZP_EVENT_CHECK,      // what CHECK found since the last such event: `checks`; the answer to `id`
                         // has all of them once more
};

struct zp_event {
    enum zp_event_kind kind;
    uint64_t id;     // ANSWER, CHECK: the id of submit
    enum zp_ask ask; // ANSWER: what was asked
    bool ok; // ANSWER: false: `error` says why; fields below may be filled all the same (booking on
             // a refusal)
    struct zp_error error;

    struct zp_catalogue *catalogue; // CATALOGUE
    struct zp_shifts *shifts;       // SHIFTS
    struct zp_slots *slots;         // SLOTS
    struct zp_look *look;           // LOOK
    struct zp_booking *booking;     // BOOK, CANCEL, MOVE (the new one; the old one where nothing
                                    // new was written), MARK, ADOPT, MEND, SHOW, and kind BOOKING
    char *told;                     // MEND: what was done, or that nothing had to be: a sentence
    struct zp_history *history;     // SHOW, WAITING of one
    size_t history_count;
    struct zp_slot *offers; // BOOK, MOVE refused with SLOT_TAKEN: the next free times (three, fewer
                            // if there are none)
    size_t offer_count;
    struct zp_booking **bookings; // DAY, in order of time
    size_t booking_count;
    struct zp_truth *truth;     // TRUTH
    struct zp_numbers *numbers; // NUMBERS
    struct zp_client *clients;  // CLIENTS
    size_t client_count;
    struct zp_client_card *card; // CLIENT, CLIENT_NOTE, with `bookings`: newest first, all states
    struct zp_waiting *waitings; // WAITING, WAITING_PUT, _DROP (that one), CLIENT (his): who waits
                                 // longest first
    size_t waiting_count;
    struct zp_fits *fits; // WAITING: of the wishes listed, by their place; NULL: cannot be told
    struct zp_forgotten *forgotten; // FORGET; refused: `booking` is the one in the way, if one is
    struct zp_task *tasks;          // QUEUE
    size_t task_count;
    struct zp_check *checks; // CHECK, and kind CHECK
    size_t check_count;
    struct zp_setup_step *steps; // SETUP
    size_t step_count;

    int waiting, attention;                // SYNC
    struct zp_connection dikidi, bitrix24; // CONNECTION
};
typedef void (*zp_event_fn)(const struct zp_event *event, void *data);

struct zp_desk_options {
    const struct zp_config *config; // must outlive the desk
    bool sync; // run the sync worker in this process (console, serve, sync, book --wait)
    const char *operator_name; // for the history; NULL: the account's name
    zp_event_fn on_event;
    void *data;
};

// Opens the journal (making it if missing, migrating it if old) and the two connections. NULL with
// a sentence.
struct zp_desk *zp_desk_open(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp_desk_options *options, struct zp_error *err);
// talloc_free(desk) closes it: answers outstanding are not delivered; what is in the journal stays
// there.

// Everything in the request is copied. Returns its id, never 0.
uint64_t zp_desk_submit(struct zp_desk *desk, const struct zp_request *request);
// The answer comes all the same, as ZP_E_CANCELLED, unless it is already on its way. A booking or a
// cancel that may have been sent is not undone by this: its row stays and is finished by the
// worker.
void zp_desk_cancel(struct zp_desk *desk, uint64_t id);

// The salon's clock for every front end.
int64_t zp_desk_now(const struct zp_desk *desk);

#endif
