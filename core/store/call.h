// What lies between the store's face and a back end: one queued call, and what a back end must be
// able to do. A call owns one talloc root of its own: made on the loop's thread, worked on by the
// store's thread, freed on the loop's thread; a mutex hands it over, so that no talloc tree is ever
// touched by two threads at once.
#ifndef ZP_STORE_CALL_H
#define ZP_STORE_CALL_H

#include "store/store.h"

enum zp__store_ask {
    ZP__STORE_APPLY,
    ZP__STORE_BOOKING,
    ZP__STORE_DAY,
    ZP__STORE_CLAIM,
    ZP__STORE_CLAIM_ONE,
    ZP__STORE_TASKS,
    ZP__STORE_COUNTS,
    ZP__STORE_NEXT_DUE,
    ZP__STORE_CATALOGUE,
    ZP__STORE_PUT_CATALOGUE,
    ZP__STORE_SHIFTS,
    ZP__STORE_PUT_SHIFTS,
    ZP__STORE_CLIENTS,
    ZP__STORE_CLIENT,
    ZP__STORE_CLIENT_NOTE,
    ZP__STORE_FORGET, // its transactions are its own
    ZP__STORE_NOTE,
    ZP__STORE_PUT_NOTE,
    ZP__STORE_HOOKS,
    ZP__STORE_REVERSE,
    ZP__STORE_STALE,
    ZP__STORE_NUMBERS,
    ZP__STORE_WAITING,
    ZP__STORE_PUT_WAITING,
    ZP__STORE_FREED,
    ZP__STORE_FOREIGN, // the store's own: did another process commit?
};
bool zp__store_ask_writes(enum zp__store_ask ask);

enum zp__store_foreign {
    ZP__STORE_FOREIGN_NO,
    ZP__STORE_FOREIGN_YES,
    ZP__STORE_FOREIGN_BUSY, // somebody is in the middle of a commit: ask again in a moment
};

struct zp__store_call {
    enum zp__store_ask ask;
    union {
        struct zp__change *apply;
        struct {
            const char *reference;
            bool with_history;
        } booking;
        struct {
            int64_t from, to;
            const char *master_id;
            bool all;
        } day;
        struct {
            int64_t now;
            struct zp__store_room room;
        } claim;
        struct {
            int64_t task_id;
        } claim_one;
        struct {
            int64_t now;
        } next_due;
        struct zp_catalogue *put_catalogue;
        struct {
            const struct zp_shift *shifts; // put only
            size_t count;
            struct zp_date date;
            int days;
            int64_t fetched_at;
        } shifts;
        struct {
            const char *query;
            size_t limit;
            int64_t now;
        } clients;
        struct {
            const char *phone, *note;
            int64_t now;
        } client; // and its note, and forget
        struct {
            const char *name, *text;
        } note;
        struct {
            const struct zp__hook *list;
            size_t count;
        } hooks;
        struct {
            int64_t task_id, since;
        } reverse;
        struct zp__stale stale;
        struct zp__numbers_asked *numbers;
        struct zp__waiting_query waiting;
        struct zp__waiting_change put_waiting;
        struct {
            int64_t from, to;
        } freed;
        enum zp__store_foreign foreign; // the answer
    } u;

    zp__store_fn fn;
    void *data;
    struct zp__store_answer *answer;
    // A long read is worked on in pieces: the back end wants it `again`, behind what was asked
    // meanwhile, and keeps how far it got in `progress`, a child of the call.
    bool again;
    void *progress;
    struct zp__store_call *next;
};

// The longest piece of a long read: what a booking may have to wait for.
#define ZP__STORE_PIECE_US 3000

struct zp__store_options {
    int64_t lease_ms; // of a claim; ZP__STORE_LEASE_MS unless a test needs a short one
    int64_t piece_us; // of a long read; 0: ZP__STORE_PIECE_US
};

// The same as zp__store_open(); options in the open, for tests.
struct zp_store *zp__store_open_with(TALLOC_CTX *ctx, struct zp_loop *loop, const char *url,
                                     const char *company, const struct zp__store_options *options,
                                     struct zp_error *err);

struct zp__store_backend {
    const char *scheme; // of the URL, with its colon
    // On the loop's thread. The result is a talloc object of its own root; talloc_free() closes.
    void *(*open)(const char *place, const char *company, const struct zp__store_options *options,
                  struct zp_error *err);
    // On the store's thread: fills the answers. More than one call only where each of them writes:
    // they are committed together before this returns, and fail together if that fails.
    void (*run)(void *self, struct zp__store_call **calls, size_t count);
    // On the store's thread, when nothing was asked for a moment after a write: what can be put off
    // until nobody waits for an answer.
    void (*rest)(void *self);
    // On the loop's thread: from now on fn(data) runs when somebody may have committed.
    bool (*watch)(TALLOC_CTX *ctx, struct zp_loop *loop, const char *place, zp_loop_fn fn,
                  void *data);
};
extern const struct zp__store_backend zp__store_sqlite;

// call.c: deep copies into ctx.
struct zp__change *zp__store_copy_change(TALLOC_CTX *ctx, const struct zp__change *from);
struct zp__hook *zp__store_copy_hooks(TALLOC_CTX *ctx, const struct zp__hook *from, size_t count);
struct zp_catalogue *zp__store_copy_catalogue(TALLOC_CTX *ctx, const struct zp_catalogue *from);
struct zp_shift *zp__store_copy_shifts(TALLOC_CTX *ctx, const struct zp_shift *from, size_t count);

// store.c: puts a call (a talloc root) at the end of the queue.
void zp__store_submit(struct zp_store *store, struct zp__store_call *call, zp__store_fn fn,
                      void *data);

#endif
