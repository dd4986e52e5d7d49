// The journal behind an asynchronous face: every call is queued to the store's own thread, in
// order, and answered once, from the loop. SQLite today (sqlite*.c); the face is the same for
// PostgreSQL (pg*.c, later), so that it changes no caller. Every row carries the company in its
// key; a store may hold several branches, a zp_store sees one.
#ifndef ZP_STORE_STORE_H
#define ZP_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>
#include <zapis/booking.h>
#include <zapis/catalogue.h>
#include <zapis/desk.h>
#include <zapis/error.h>
#include <zapis/loop.h>

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
struct zp__store_task {
    struct zp_task task;         // as the queue shows it
    char *memory;                // the step machine's own notes (JSON text, "" at first)
    int64_t lease_until_boot_ms; // claimed by us until then (zp_clock_boot_ms())
    struct zp_booking *booking;  // its booking, read in the same transaction
};
#define ZP__STORE_LEASE_MS 150000 // the longest deadline (Bitrix24: 70 s) plus a minute, rounded up

// A task to add, or (same request and kind) to make due again, in a change.
struct zp__store_new_task {
    const char *kind;
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
    enum zp__store_task_end task_end;
    int64_t task_next_at;
    const char *task_error;
    const char *task_memory; // NULL: unchanged
    // Other tasks of the same booking to delete by kind (a cancel makes the log of an unlogged
    // booking needless), NULL-terminated.
    const char *const *drop_kinds;
};

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
    int64_t next_due_at;    // counts: when the next waiting task is due, 0 none
    struct zp_catalogue *catalogue;
    struct zp_shifts *shifts;
    struct zp_client *clients;
    size_t client_count;
    char *text; // note; NULL when there is none
};
// Owned by the answer, valid during the callback; talloc_steal keeps a part.
typedef void (*zp__store_fn)(const struct zp__store_answer *answer, void *data);

void zp__store_apply(struct zp_store *store, const struct zp__change *change, zp__store_fn fn,
                     void *data);

// By Dikidi's number or our request id; with_history adds it.
void zp__store_booking(struct zp_store *store, const char *reference, bool with_history,
                       zp__store_fn fn, void *data);
// Bookings that overlap [from, to), of a master or all, `all`: refused, dropped and cancelled too.
// In order of time.
void zp__store_day(struct zp_store *store, int64_t from, int64_t to, const char *master_id,
                   bool all, zp__store_fn fn, void *data);

// Leases up to `limit` tasks that are due at `now` (or whose lease ended, or whose owner is dead).
// Oldest due first.
void zp__store_claim(struct zp_store *store, int64_t now, size_t limit, zp__store_fn fn,
                     void *data);
// Leases one task by id whatever its due time or attention (a person asked); ZP_E_CONFLICT while it
// is leased and its owner lives, this store included.
void zp__store_claim_one(struct zp_store *store, int64_t task_id, zp__store_fn fn, void *data);
void zp__store_tasks(struct zp_store *store, zp__store_fn fn, void *data);
void zp__store_task_counts(struct zp_store *store, int64_t now, zp__store_fn fn, void *data);

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
// part of the name; newest visit first.
void zp__store_clients(struct zp_store *store, const char *query, size_t limit, zp__store_fn fn,
                       void *data);

// Small facts by name (what `check` saw, the poll's mark). text NULL deletes.
void zp__store_note(struct zp_store *store, const char *name, zp__store_fn fn, void *data);
void zp__store_put_note(struct zp_store *store, const char *name, const char *text, zp__store_fn fn,
                        void *data);

#endif
