// A store in a directory of its own, with calls that wait for their answer.
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

// cmocka wants these four before it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/call.h"

// Longest any answer may take here; reached only when something is broken.
#define PATIENCE_MS 20000
// 2026-11-23 09:00 UTC.
#define MORNING 1795424400LL

struct place {
    TALLOC_CTX *ctx;
    char *dir, *path, *url;
    struct zp_loop *loop;
    struct zp_store *store;
};

int place_setup(void **state); // an open store
int place_teardown(void **state);
void place_open(struct place *place); // (again), for company "550001"
void place_close(struct place *place);
struct zp_store *place_open_other(struct place *place, const char *company);

// Waits for the one answer; it belongs to place->ctx.
struct zp__store_answer *apply(struct place *place, const struct zp__change *change);
struct zp__store_answer *booking(struct place *place, const char *reference);
struct zp__store_answer *day(struct place *place, int64_t from, int64_t to, const char *master_id,
                             bool all);
// `limit` of each service.
struct zp__store_answer *claim(struct place *place, int64_t now, size_t limit);
struct zp__store_answer *claim_room(struct place *place, int64_t now, struct zp__store_room room);
struct zp__store_answer *claim_one(struct place *place, int64_t task_id);
struct zp__store_answer *tasks(struct place *place);
struct zp__store_answer *counts(struct place *place);
int64_t next_due(struct place *place, int64_t now);
struct zp__store_answer *clients(struct place *place, const char *query, size_t limit);
struct zp__store_answer *hooks(struct place *place, const struct zp__hook *list, size_t count);
struct zp__store_answer *reverse(struct place *place, int64_t task_id);
struct zp__store_answer *reverse_since(struct place *place, int64_t since);
struct zp__store_answer *stale(struct place *place, const struct zp__stale *asked);
// Of the queue: the task of that subject and kind; NULL: it is not listed.
const struct zp__store_task *listed(struct place *place, const char *subject, const char *kind);

// The same for any call: pass ticket_fn and &ticket, then wait.
struct ticket {
    TALLOC_CTX *ctx;
    bool done;
    struct zp__store_answer *answer;
};
void ticket_fn(const struct zp__store_answer *answer, void *data);
struct zp__store_answer *ticket_wait(struct place *place, struct ticket *ticket);

// Every field filled, after `number`.
struct zp_booking *booking_full(TALLOC_CTX *ctx, int number);
// The least that makes sense.
struct zp_booking *booking_plain(TALLOC_CTX *ctx, const char *request_id, int64_t starts_at,
                                 int64_t ends_at);
// Borrows its texts.
struct zp_history entry(int64_t at, const char *what, const char *by, const char *detail);
void assert_booking_equal(const struct zp_booking *a, const struct zp_booking *b);
// Writes a new one; must succeed.
void put(struct place *place, const struct zp_booking *booking);
// "ok" by SQLite's own look at the closed file.
void assert_file_whole(const char *path);
// Runs one statement on the file from outside (another program).
void run_outside(const char *path, const char *sql);
// One number, read from outside.
int64_t number_outside(const char *path, const char *sql);
// Takes the write lock and keeps it.
void hold_outside(const char *path);
// Reads in a transaction that stays open: what is there now is kept for it.
void read_outside(const char *path);
void release_outside(void); // commits
// Writes so much in the transaction held that its pages leave memory before the commit.
void spill_outside(void);

#endif
