// Shared by the sqlite*.c files: the open database, its cached statements, and who does what.
// Everything here runs on the store's thread but the opening.
#ifndef ZP_STORE_SQLITE_H
#define ZP_STORE_SQLITE_H

#include "store/call.h"
#include "store/owners.h"

#include <sqlite3.h>

#define ZP__SQLITE_STATEMENTS 128

struct zp__sqlite_cached {
    const char *sql; // a literal: found again by its address
    sqlite3_stmt *statement;
};

struct zp__sqlite {
    sqlite3 *db;
    char *path;    // as given, for sentences
    char *company; // in the key of every row
    struct zp__owners *owners;
    int64_t lease_ms, piece_us;
    bool no_wait;             // the busy handler gives up at once
    int64_t busy_since_ms;    // when the handler was called first for the present statement
    int64_t writing_since_us; // since when we commit without leaving the others a gap
    int64_t last_commit_us;
    int64_t data_version; // as it was when foreign changes were last asked for
    int log_pages;        // of the write-ahead log after our last commit, 0: not known
    int64_t last_task_id; // given out in the present write transaction, -1: none is yet
    struct zp__sqlite_cached cache[ZP__SQLITE_STATEMENTS];
    size_t cached;
};

// ---- sqlite.c

// Fills err from the connection's last failure (or from `rc` where it says more); returns false.
bool zp__sqlite_fail(struct zp__sqlite *self, int rc, struct zp_error *err);
// A ready statement with its parameters bound: "t" const char * (NULL is null), "i" int64_t. The
// texts must live until it is reset. NULL on failure.
sqlite3_stmt *zp__sqlite_query(struct zp__sqlite *self, struct zp_error *err, const char *sql,
                               const char *types, ...);
// 1 a row, 0 no more, -1 failed; the statement is reset in the last two cases.
int zp__sqlite_step(struct zp__sqlite *self, sqlite3_stmt *statement, struct zp_error *err);
void zp__sqlite_reset(sqlite3_stmt *statement);
// query, and step to the end.
bool zp__sqlite_run(struct zp__sqlite *self, struct zp_error *err, const char *sql,
                    const char *types, ...);
// One number: 1 found, 0 no row or null, -1 failed.
int zp__sqlite_number(struct zp__sqlite *self, struct zp_error *err, int64_t *out, const char *sql,
                      const char *types, ...);
// Statements without parameters or results, not cached (transactions, schema).
bool zp__sqlite_exec(struct zp__sqlite *self, const char *sql, struct zp_error *err);
// A column's text copied into ctx; NULL for null.
char *zp__sqlite_text(TALLOC_CTX *ctx, sqlite3_stmt *statement, int column);

// A write transaction of its own; what others wait for stands at them. End: committed, or taken
// back.
bool zp__sqlite_write_begin(struct zp__sqlite *self, struct zp_error *err);
bool zp__sqlite_write_end(struct zp__sqlite *self, struct zp_error *err);
int64_t zp__sqlite_steady_us(void);

// ---- sqlite_schema.c

// True if the file is ours, or empty, and not newer than we are.
bool zp__sqlite_check(struct zp__sqlite *self, int64_t *version, struct zp_error *err);
// Brings it from `version` to the present schema in one transaction.
bool zp__sqlite_migrate(struct zp__sqlite *self, int64_t version, struct zp_error *err);
// Makes our company's row if it is missing.
bool zp__sqlite_salon(struct zp__sqlite *self, struct zp_error *err);

// ---- the calls; each runs inside a transaction that the caller ends, and says in its answer how
// it went

// sqlite_booking.c
void zp__sqlite_booking(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_day(struct zp__sqlite *self, struct zp__store_call *call);
// NULL with err untouched: there is none.
struct zp_booking *zp__sqlite_booking_read(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                           const char *reference, struct zp_error *err);
// A client's bookings, newest first, into answer->bookings.
bool zp__sqlite_bookings_of_client(struct zp__sqlite *self, struct zp__store_answer *answer,
                                   const char *phone);
// Which of several rows with the same entry has it.
#define ZP__SQLITE_ENTRY_FIRST                                                                     \
    "moved_to IS NOT NULL, state IN ('cancelled', 'dropped', 'refused'), starts_at DESC"
// What a subject names outside the journal: Dikidi's number; an entry's id. NULL: no such thing.
const char *zp__sqlite_subject_number(const char *subject);
const char *zp__sqlite_subject_entry(const char *subject, enum zp_crm_entity *entity);
const char *zp__sqlite_entity_word(enum zp_crm_entity entity); // as the rows have it
// Its booking, if `subject` of a task has one: by request id, by Dikidi's number, by its entry.
// NULL with err untouched: there is none.
struct zp_booking *zp__sqlite_booking_of(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                         const char *subject, struct zp_error *err);
// Writes the whole row as `revision`; ZP_E_CONFLICT where one of its numbers belongs to another.
bool zp__sqlite_booking_write(struct zp__sqlite *self, const struct zp_booking *booking,
                              int64_t revision, struct zp_error *err);
// sqlite_apply.c
void zp__sqlite_apply(struct zp__sqlite *self, struct zp__store_call *call);
// sqlite_task.c
bool zp__sqlite_claim_needed(struct zp__sqlite *self, const struct zp__store_call *call);
void zp__sqlite_claim(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_claim_one(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_tasks(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_counts(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_next_due(struct zp__sqlite *self, struct zp__store_call *call);
// The request that the task is about, copied into ctx; ZP_E_CONFLICT if it is not leased to us.
char *zp__sqlite_task_guard(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t task_id,
                            int64_t lease_boot_ms, struct zp_error *err);
bool zp__sqlite_task_end(struct zp__sqlite *self, const struct zp__change *change,
                         struct zp_error *err);
bool zp__sqlite_task_drop(struct zp__sqlite *self, const char *request_id,
                          const struct zp__change *change, struct zp_error *err);
// Writes how far the ids went; before a write transaction is committed.
bool zp__sqlite_task_ids_keep(struct zp__sqlite *self, struct zp_error *err);
// Adds or makes due again; *id is the task leased to us, 0 if it is not (not asked for, or another
// has it).
bool zp__sqlite_task_add(struct zp__sqlite *self, const char *request_id,
                         const struct zp__store_new_task *task, int64_t *id, struct zp_error *err);
// Reads one task with its booking, if it has one.
bool zp__sqlite_task_read(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t id,
                          struct zp__store_task *out, struct zp_error *err);
// sqlite_hook.c
void zp__sqlite_hooks(struct zp__sqlite *self, struct zp__store_call *call);
bool zp__sqlite_hints(struct zp__sqlite *self, const struct zp__change *change,
                      struct zp_error *err);
// sqlite_reverse.c
void zp__sqlite_reverse(struct zp__sqlite *self, struct zp__store_call *call);
bool zp__sqlite_reverse_change(struct zp__sqlite *self, const struct zp__change *change,
                               struct zp_error *err);
void zp__sqlite_stale(struct zp__sqlite *self, struct zp__store_call *call);
bool zp__sqlite_seen(struct zp__sqlite *self, const struct zp__change *change,
                     struct zp_error *err);
// sqlite_catalogue.c
void zp__sqlite_catalogue(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_put_catalogue(struct zp__sqlite *self, struct zp__store_call *call);
// sqlite_shift.c
void zp__sqlite_shifts(struct zp__sqlite *self, struct zp__store_call *call);
struct zp_shifts *zp__sqlite_shifts_read(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                         struct zp_date date, int days,
                                         struct zp_error *err); // NULL: failed
void zp__sqlite_put_shifts(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_note(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_put_note(struct zp__sqlite *self, struct zp__store_call *call);
// sqlite_client.c
void zp__sqlite_clients(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_client(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_client_note(struct zp__sqlite *self, struct zp__store_call *call);
// Keeps the client of a booking that was just written up to date; old_phone: of the row before
// (NULL: there was none); fresh: it was made by this write.
bool zp__sqlite_client_keep(struct zp__sqlite *self, const struct zp_booking *booking,
                            const char *old_phone, bool fresh, struct zp_error *err);
// sqlite_numbers.c
void zp__sqlite_numbers(struct zp__sqlite *self, struct zp__store_call *call);
// Makes a client known by this name who has no visit yet; one who is known stays as he is.
bool zp__sqlite_client_meet(struct zp__sqlite *self, const char *phone, const char *name,
                            struct zp_error *err);
// sqlite_waiting.c
void zp__sqlite_waiting(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_put_waiting(struct zp__sqlite *self, struct zp__store_call *call);
void zp__sqlite_freed(struct zp__sqlite *self, struct zp__store_call *call);
// Binds the wish that a new booking is for to that booking.
bool zp__sqlite_waiting_bind(struct zp__sqlite *self, const struct zp__change *change,
                             struct zp_error *err);
// Takes a person out of the list and its history; *rows: how many wishes were his.
bool zp__sqlite_waiting_forget(struct zp__sqlite *self, const char *phone, int64_t now,
                               int64_t *rows, struct zp_error *err);
// sqlite_forget.c
void zp__sqlite_forget(struct zp__sqlite *self, struct zp__store_call *call);
// Of a booking whose person was forgotten: a copy in ctx without what tells of him.
struct zp_booking *zp__sqlite_forget_blank(TALLOC_CTX *ctx, const struct zp_booking *booking);
// True if the detail of such a line of history tells nothing of a person.
bool zp__sqlite_forget_keeps(const char *what);

// Of the queries that must never walk a whole table: the text, so that a test can ask for its plan.
extern const char zp__sql_booking[], zp__sql_history[], zp__sql_day[], zp__sql_day_master[],
    zp__sql_claim_due[], zp__sql_claim_running[], zp__sql_task[], zp__sql_client_phone_start[],
    zp__sql_client_phone_end[], zp__sql_client_words[], zp__sql_client_recent_phone[],
    zp__sql_client_recent_words[], zp__sql_client_visits[], zp__sql_client_last[],
    zp__sql_client_count[], zp__sql_client_one[], zp__sql_client_bookings[],
    zp__sql_client_undone[], zp__sql_forget_live[], zp__sql_forget_flight[],
    zp__sql_forget_bookings[], zp__sql_forget_history[], zp__sql_booking_request[],
    zp__sql_booking_number[], zp__sql_booking_entry[], zp__sql_hook_old[], zp__sql_hook_forget[],
    zp__sql_hint[], zp__sql_reverse[], zp__sql_looking[], zp__sql_wished[], zp__sql_stale[],
    zp__sql_seen[], zp__sql_tasks[], zp__sql_waiting[], zp__sql_next_due[], zp__sql_numbers[],
    zp__sql_numbers_before[], zp__sql_numbers_since[], zp__sql_numbers_shift_days[],
    zp__sql_waiting_open[], zp__sql_waiting_all[], zp__sql_waiting_phone[], zp__sql_freed[],
    zp__sql_freed_taken[];

#endif
