// The journal behind an asynchronous face: every call is queued to the store's own thread, in
// order, and answered once, from the loop. SQLite today (sqlite*.c); the face is the same for
// PostgreSQL (pg*.c, later), so that it changes no caller. Every row carries the company in its
// key; a store may hold several branches, a zp_store sees one.
#ifndef ZP_STORE_STORE_H
#define ZP_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/booking.h>
#include <zapis/catalogue.h>
#include <zapis/config.h>
#include <zapis/desk.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>
#include <zapis/waiting.h>

struct zp_store;

// Opens (makes with mode 0600 in a directory made with 0700, migrates in one transaction) and
// starts the thread. url: "sqlite:/path". A newer schema than ours, a directory that cannot be
// written, a file that is no database: NULL with a sentence.
struct zp_store *zp__store_open(TALLOC_CTX *ctx, struct zp_loop *loop, const char *url,
                                const char *company, struct zp_error *err);
// talloc_free(store) finishes what is queued (no callbacks), joins the thread, closes.

// Called (from the loop, at most once a turn) when ANOTHER process committed to the journal:
// inotify on the write-ahead log and PRAGMA data_version, never polling.
void zp__store_on_foreign_change(struct zp_store *store, void (*fn)(void *data), void *data);

// ---- tasks: the outbox
// ----------------------------------------------------------------------------------------- A task
// is one open piece of work about one booking; (company, request_id, kind) is unique. A claim is a
// lease: no other process may work on it until the lease ends or its owner is dead. Owners are
// known by a lock that the kernel drops when a process dies (one byte of FILE-owners, an
// open-file-description lock), so that work of a killed process is taken over at once and work of a
// sleeping one only when the lease ends. Lease clock: CLOCK_BOOTTIME together with the boot id.
// What a task is about, its subject, stands in task.request_id: a booking of the journal (its
// request id), or something outside: ZP_SUBJECT_NUMBER + Dikidi's number, ZP_SUBJECT_DEAL or _LEAD
// + an id of Bitrix24, or a service as a whole (ZP_SUBJECT_DIKIDI, ZP_SUBJECT_BITRIX24).
#define ZP_SUBJECT_NUMBER   "dikidi:"
#define ZP_SUBJECT_DEAL     "deal:"
#define ZP_SUBJECT_LEAD     "lead:"
#define ZP_SUBJECT_DIKIDI   "dikidi"
#define ZP_SUBJECT_BITRIX24 "bitrix24"
// The kinds that the journal adds by itself, for a hook or a hint.
#define ZP_TASK_LOOK       "look"       // a booking at Dikidi: read it, make the journal agree
#define ZP_TASK_LOOK_ENTRY "look-entry" // a deal or lead: read it, see what became of it
#define ZP_TASK_CRM_LOG    "crm-log"    // exactly one deal or lead for the booking
// The first memory of a crm-log that looks although the booking has its entry: is there another?
#define ZP_MEMORY_LOOK_AGAIN "{\"again\":true}"

struct zp__store_task {
    struct zp_task task;         // as the queue shows it
    char *memory;                // the step machine's own notes (JSON text, "" at first)
    int64_t lease_until_boot_ms; // claimed by us until then (zp_clock_boot_ms())
    struct zp_booking *booking;  // its booking, read in the same transaction: by request id, by
                                 // Dikidi's number, by its entry; NULL where the journal has none
};
#define ZP__STORE_LEASE_MS 150000 // the longest deadline (Bitrix24: 70 s) plus a minute, rounded up

// A task to add, or (same request and kind) to make due again, in a change.
struct zp__store_new_task {
    const char *kind;
    const char *subject; // NULL: that of the change (its booking, or its task)
    bool quiet;          // housekeeping: neither counted nor listed while it has no error
    bool nudge; // if it is there already: its memory stays, it is due no later than next_at (given
                // to a person it waits again)
    int64_t next_at;
    bool claimed; // leased to us at once; its id and lease come back in the answer
    const char *memory;
};

enum zp__store_task_end {
    ZP_TASK_KEEP = 0,  // leave the task as it is (still leased)
    ZP_TASK_NOTE,      // keep the lease, write `memory`
    ZP_TASK_FINISHED,  // delete it
    ZP_TASK_AGAIN,     // release: due at next_at, attempts + 1, `error` and `memory` written
    ZP_TASK_TO_PERSON, // attention, with `error`
    ZP_TASK_LATER,     // release: due at next_at, attempts 0, no error, `memory` written. Asked for
                       // again meanwhile: due when that was, with the memory that came with it
};

// A booking whose entry a manager put into a failure stage: to be cancelled at Dikidi after the
// hold, if it is still so then. At most one for a booking.
struct zp__reverse {
    const char *request_id;
    enum zp_crm_entity entity;
    const char *crm_id, *stage_id;
    int64_t found_at; // UTC seconds
};

// An entry that changed in Bitrix24, as the poll sees it.
struct zp__crm_hint {
    enum zp_crm_entity entity;
    const char *id;
    const char *stage_id; // as it is now
    const char *number;   // Dikidi's, that it carries; NULL: not told, or it is in a failure stage
};

// ---- the one write
// --------------------------------------------------------------------------------------------- All
// of it in one transaction, or nothing (ZP_E_CONFLICT when the guard fails: read again, decide
// again).
struct zp__change {
    const struct zp_booking *booking; // the whole row as it shall be; NULL: only the task
    int64_t expected_revision;        // of the row now; 0: it must not exist yet. The store writes
                                      // expected + 1
    const struct zp_history *history; // appended
    size_t history_count;
    const struct zp__store_new_task *tasks;
    size_t task_count;
    int64_t task_id; // 0 none: the task this change is part of; it must still be leased to us (else
                     // conflict)
    int64_t
        task_lease_boot_ms; // and by just that claim (its lease_until_boot_ms): the task may have
                            // been handed out to this process once more since. 0: any of ours
    enum zp__store_task_end task_end;
    int64_t task_next_at;
    const char *task_error;
    const char *task_memory; // NULL: unchanged
    // Other tasks of the same booking to delete by kind (a cancel makes the log of an unlogged
    // booking needless), NULL-terminated.
    const char *const *drop_kinds;
    // Cancels wished in the CRM: put on the list (a second one for the same booking replaces the
    // first), taken off it by request id (NULL-terminated; may be NULL).
    const struct zp__reverse *reverse;
    size_t reverse_count;
    const char *const *reverse_drop;
    // Entries of which the journal knows the booking, in another stage than the journal has, get a
    // task ZP_TASK_LOOK_ENTRY that is due at hint_at. One that the journal does not know, of a
    // booking that has another one of its kind, gets that booking a ZP_TASK_CRM_LOG. The others
    // nothing.
    const struct zp__crm_hint *hints;
    size_t hint_count;
    int64_t hint_at;
    // Dikidi's number that was read at seen_at (for zp__store_stale); NULL none.
    const char *seen_number;
    int64_t seen_at;
    // The wish of the waiting list that this (new) booking is for; 0 none. It is bound to the
    // booking, and ends or waits on with it; one that does not wait any more is ZP_E_REFUSED,
    // "WAITING_ENDED".
    int64_t waiting_id;
    // The wish that ended with this booking is under way again: it waits on once the booking is
    // cancelled, and ends once more if the booking stands after all.
    bool waiting_again;
};
// A change without booking and task_id is one that only adds tasks with a subject, or hints.

// ---- answers
// ---------------------------------------------------------------------------------------------------
struct zp__store_answer {
    bool ok;
    struct zp_error error; // ZP_E_CONFLICT, ZP_E_NOT_FOUND, ZP_E_STORE
    struct zp_booking *booking;
    struct zp_history *history;
    size_t history_count;
    struct zp_booking **bookings;
    size_t booking_count;
    struct zp__store_task *tasks; // claim: ours now; apply: those added as claimed; tasks: all
    size_t task_count;
    int waiting, attention; // counts (running ones are among waiting)
    int64_t next_due_at;    // next_due; 0: no task waits or runs
    struct zp_catalogue *catalogue;
    struct zp_shifts *shifts;
    struct zp_client *clients;
    size_t client_count;
    struct zp_numbers *figures;  // numbers, with what it was counted from in shifts and catalogue
    char *text;                  // note; NULL when there is none
    struct zp__reverse *reverse; // reverse; bookings are theirs, in the same order
    size_t reverse_count;
    int looking;         // reverse: tasks LOOK_ENTRY not yet worked on, attention not counted
    int recent;          // reverse: cancels that the CRM's wish alone asked for since `since`
    int64_t last_task;   // reverse: the highest task id given out so far
    char **numbers;      // stale: the first number of each
    size_t number_count; //
    size_t repeats;      // hooks: how many of them were stored before
    size_t forgotten;    // forget: bookings whose personal data went
    bool traces;         // forget: old bytes may still be in the file
    struct zp_waiting *waitings; // waiting, put_waiting
    size_t waiting_count;
    struct zp_gap *gaps; // freed
    size_t gap_count;
};
// Owned by the answer, valid during the callback; talloc_steal keeps a part.
typedef void (*zp__store_fn)(const struct zp__store_answer *answer, void *data);

void zp__store_apply(struct zp_store *store, const struct zp__change *change, zp__store_fn fn,
                     void *data);

// By Dikidi's number or our request id; with_history adds it.
void zp__store_booking(struct zp_store *store, const char *reference, bool with_history,
                       zp__store_fn fn, void *data);
// Bookings that overlap [from, to), of a master or all, `all`: refused, dropped and cancelled too.
// In order of time. Each is one block with its texts: it may be kept or freed as a whole, to change
// one takes a copy (zp_booking_copy). The same holds for the bookings of a client.
void zp__store_day(struct zp_store *store, int64_t from, int64_t to, const char *master_id,
                   bool all, zp__store_fn fn, void *data);

// How many tasks a worker has room for, by the service that they wait for: Bitrix24's are those
// whose kind begins with ZP_TASK_OF_CRM, and ZP_TASK_LOOK_ENTRY; all the others are Dikidi's.
#define ZP_TASK_OF_CRM "crm-"
struct zp__store_room {
    size_t dikidi, crm;
};
bool zp__store_task_is_crm(const char *kind);
// Leases tasks that are due at `now` (or whose lease ended, or whose owner is dead), no more than
// there is room for. Oldest due first.
void zp__store_claim(struct zp_store *store, int64_t now, struct zp__store_room room,
                     zp__store_fn fn, void *data);
// Leases one task by id whatever its due time or attention (a person asked); ZP_E_CONFLICT while it
// is leased and its owner lives, this store included.
void zp__store_claim_one(struct zp_store *store, int64_t task_id, zp__store_fn fn, void *data);
void zp__store_tasks(struct zp_store *store, zp__store_fn fn, void *data);
// Costs as much as the queue is long (0.2 ms for a thousand tasks): a few times a second at most.
void zp__store_task_counts(struct zp_store *store, zp__store_fn fn, void *data);
// When there is something to claim next, by the clock that `now` is of: a waiting task is due, or a
// running one can be taken over. Costs the same however long the queue is.
void zp__store_next_due(struct zp_store *store, int64_t now, zp__store_fn fn, void *data);

void zp__store_catalogue(struct zp_store *store, zp__store_fn fn,
                         void *data); // empty one with fetched_at 0 when there is none
// Only `services` or only `masters` may be filled with the other count 0 and pointer NULL: that
// half stays. fetched_at from the struct.
void zp__store_put_catalogue(struct zp_store *store, const struct zp_catalogue *catalogue,
                             zp__store_fn fn, void *data);
void zp__store_shifts(struct zp_store *store, struct zp_date date, int days, zp__store_fn fn,
                      void *data);
// Replaces what is stored for these days (a day without a shift is stored as asked-and-empty;
// fetched_at 0 in a read: never asked).
void zp__store_put_shifts(struct zp_store *store, const struct zp_shift *shifts, size_t count,
                          struct zp_date date, int days, int64_t fetched_at, zp__store_fn fn,
                          void *data);

// Known clients by digits of the phone (prefix of the national number, or its end) or by a folded
// part of the name, or of one the phone was booked under before; newest visit first. Visits and
// no-shows are those that have begun by `now`, and so are the last visit and what is usual.
void zp__store_clients(struct zp_store *store, const char *query, size_t limit, int64_t now,
                       zp__store_fn fn, void *data);

// One client by his phone (E.164), as zp__store_clients() tells him, with his bookings in all
// states, newest first, at most ZP__STORE_CLIENT_BOOKINGS. ZP_E_NOT_FOUND.
#define ZP__STORE_CLIENT_BOOKINGS 2000
void zp__store_client(struct zp_store *store, const char *phone, int64_t now, zp__store_fn fn,
                      void *data);
// What the salon keeps in mind about a client. ZP_E_NOT_FOUND.
void zp__store_client_note(struct zp_store *store, const char *phone, const char *note,
                           zp__store_fn fn, void *data);
// Erases a person: the client's row and its words in the index go; bookings, history and what was
// sent lose what tells of him, now and whenever they are written again. ZP_E_REFUSED while a
// booking of his is to come or not settled ("LIVE_BOOKING", answer->booking is that one) or a task
// is about him ("IN_FLIGHT"). Afterwards the file is written anew, so that no page, free or not,
// and no log holds the old bytes; where others keep that from being done answer->traces is set, and
// the next call does it, whatever its phone. ZP_E_NOT_FOUND where nothing had to be done.
void zp__store_forget(struct zp_store *store, const char *phone, int64_t now, zp__store_fn fn,
                      void *data);

// ---- the waiting list
// Of the list: one by id, those of a phone, or all; `ended` ones too, or only those that wait or
// are being booked. Who waits longest first; with an id the history too (ZP_E_NOT_FOUND).
struct zp__waiting_query {
    int64_t id;        // 0: a list
    const char *phone; // NULL: everybody's
    bool ended;
};
void zp__store_waiting(struct zp_store *store, const struct zp__waiting_query *query,
                       zp__store_fn fn, void *data);
// Adds a wish (row->id 0: the answer has it), changes it, or with a reason takes it off the list.
// One that does not wait any more is ZP_E_REFUSED, "WAITING_ENDED". Its client is known from then
// on, as by a booking.
struct zp__waiting_change {
    const struct zp_waiting *row; // dropped: only its id matters
    const char *drop_reason;      // NULL: it is not dropped
    const char *by;
    int64_t now;
};
void zp__store_put_waiting(struct zp_store *store, const struct zp__waiting_change *change,
                           zp__store_fn fn, void *data);
// What cancelled visits left that begin within [from, to) and that no booking of the journal has
// since: by master, then time, what touches is one.
void zp__store_freed(struct zp_store *store, int64_t from, int64_t to, zp__store_fn fn, void *data);

// ---- what comes from outside by itself
// A hook as it is kept: that it came, and what is to be looked at. Its body is not.
struct zp__hook {
    const char *source;   // "dikidi", "bitrix24"
    const char *event_id; // stored once for a source; NULL: it has none, each is taken
    const char *event;    // its name, for the log of hooks
    const char *subject; // what to look at (ZP_SUBJECT_NUMBER…, DEAL, LEAD); NULL: nothing follows
    int64_t version;     // Dikidi's, 0 not told
    int64_t updated_at;  // Dikidi's, 0 not told
    int64_t received_at;
};
// All in one transaction. A subject of Dikidi gets its ZP_TASK_LOOK, unless the journal has that
// number at this version or a later one (without versions: at a later updated_at); an entry its
// ZP_TASK_LOOK_ENTRY if the journal knows its booking. Both are due at received_at. Ids older than
// ZP__STORE_HOOK_DAYS are forgotten on the way, a few at a time.
#define ZP__STORE_HOOK_DAYS 30
void zp__store_hooks(struct zp_store *store, const struct zp__hook *hooks, size_t count,
                     zp__store_fn fn, void *data);
// The list of cancels wished in the CRM, oldest first, each with its booking; `looking` counts the
// tasks with an id up to `task_id` (0: all), `recent` the history's lines ZP_HISTORY_CANCELLING by
// ZP_HISTORY_BY_CRM that are not older than `since` (UTC seconds).
#define ZP_HISTORY_CANCELLING "cancelling"
#define ZP_HISTORY_BY_CRM     "bitrix24"
// The same of a booking that was a mistake; and of a cancelled one, that it was booked once more.
#define ZP_HISTORY_UNDONE "undone"
#define ZP_HISTORY_AGAIN  "again"
void zp__store_reverse(struct zp_store *store, int64_t task_id, int64_t since, zp__store_fn fn,
                       void *data);
// Dikidi's numbers of booked visits that begin after now and were not read for a while, those
// never read first, then those read longest ago: within near_s of now not read for near_age_s,
// later ones not for far_age_s. Numbers with an open ZP_TASK_LOOK are left out.
struct zp__stale {
    int64_t now, near_s, near_age_s, far_age_s;
    size_t limit;
};
void zp__store_stale(struct zp_store *store, const struct zp__stale *stale, zp__store_fn fn,
                     void *data);

// What a manager counts over some days, from one reading of the journal. A visit that is told to
// last a day or more gives no minutes.
#define ZP__NUMBERS_VISIT_S 86400
struct zp__numbers_asked {
    struct zp_date date;  // the first day
    int days;             // >= 1
    const int64_t *edges; // days + 1 instants: where each day begins, and where the last one ends
    int64_t now;
};
void zp__store_numbers(struct zp_store *store, const struct zp__numbers_asked *asked,
                       zp__store_fn fn, void *data);

// Small facts by name (what `check` saw, the poll's mark). text NULL deletes.
void zp__store_note(struct zp_store *store, const char *name, zp__store_fn fn, void *data);
void zp__store_put_note(struct zp_store *store, const char *name, const char *text, zp__store_fn fn,
                        void *data);

#endif
