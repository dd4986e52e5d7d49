// A journal, a Dikidi and a Bitrix24 in a few structs, and a worker that can be killed, or lose an
// answer, or meet a conflict at any effect: what the machines do is what is shipped.
#ifndef TESTS_SYNC_WORLD_H
#define TESTS_SYNC_WORLD_H

#include "sync/run.h"

enum world_fault {
    WORLD_FAULT_NONE,
    WORLD_KILLED_BEFORE, // the effect was not carried out, and the process died
    WORLD_KILLED_AFTER,  // it was, and the process died before the answer
    WORLD_LOST,          // it was, and the answer did not come
    WORLD_CONFLICT,      // somebody else wrote the row just before
};
#define WORLD_FAULTS 5

#define OLD     0
#define NEW     1
#define ROWS    2
#define TASKS   16
#define NUMBERS 4 // of Dikidi's bookings

struct world_task {
    int64_t id;
    int row;
    char *kind, *memory, *error;
    int attempts;
    int64_t next_at;
    bool attention;
};

struct world {
    struct zp_config config;
    int64_t now;
    struct zp_booking *rows[ROWS];
    struct world_task tasks[TASKS];
    size_t task_count;
    int64_t last_task;

    // At Dikidi: numbers 1 (the old one) and 2; `parts` more for each of them (3, 4).
    bool made[NUMBERS + 1], active[NUMBERS + 1];
    bool taken; // the new time went to somebody else
    bool keeps; // no cancel is allowed
    // In Bitrix24: the entry, 0 none.
    int entries, number, falls, comments, contacts;
    char semantic;

    bool newest_first; // which of two due tasks goes first
    int effects;       // carried out so far
    int fault_at;      // the effect that goes wrong
    enum world_fault fault;
    bool foreground;
};

// A booked visit with its entry (logged) or with its log still to be done, and the intent to move
// it.
struct world *world_new(TALLOC_CTX *ctx, bool logged, bool release_first);
// The old visit was cancelled before, its entry has fallen (or its log and its end are still to be
// done): it is booked once more.
void world_cancelled(struct world *world);
// Works until nothing waits but what a person must decide. False: it goes round and round.
bool world_settle(struct world *world);
// A person gives the new booking up, as `queue --drop` does.
void world_drop_new(struct world *world);
size_t world_attention(const struct world *world);

#endif
