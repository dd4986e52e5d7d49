// The simulator: one history of a salon on a virtual clock. Desks and the daemon are the shipped
// code (core without its loop, HTTP, store thread and clock); this is what stands in for the rest
// of the world. One history at a time, one thread, everything out of one seed.
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/config.h>
#include <zapis/desk.h>
#include <zapis/memory.h>

#define SIM_JOURNAL    "/simulated.db" // a path from the root: desks share budgets beside it
#define SIM_MS         INT64_C(1000)   // the simulator counts microseconds
#define SIM_S          (1000 * SIM_MS)
#define SIM_MIN        (60 * SIM_S)
#define SIM_DESKS      5
#define SIM_PROCESSES  (SIM_DESKS + 1) // the last one is the daemon
#define SIM_DAEMON     SIM_DESKS
#define SIM_BOOKINGS   64
#define SIM_ENTRIES    128
#define SIM_WISHES     64
#define SIM_VIOLATIONS 8

struct zp_loop;
struct zp_receiver;
struct sim_store;

// A simulated process: a desk or the daemon. `life` tells one start of it from the next: what was
// meant for an earlier one finds nobody.
struct sim_process {
    int index;
    bool alive;
    unsigned life;
    int64_t paused_until; // 0: it runs
    int64_t late_until;   // what it sends in this turn leaves after its pause only
    TALLOC_CTX *root;
    struct zp_loop *loop;
    struct zp_desk *desk;
    struct zp_receiver *receiver;
    struct sim_store *store;
    int64_t owner;  // of its store, 0 none
    bool dead_disk; // the crash has come: nothing of it reaches the disk any more
    bool torn;      // in the middle of a call of its store
};

// What one history may contain; drawn from the seed.
struct sim_plan {
    int desks;
    bool legacy, naive, key_ignored; // dialects of the two services
    bool leads;                      // simple mode of a CRM: an entry is a lead first
    enum zp_idempotency idempotency;
    bool slow_crm;                        // each of its answers takes up to 3 s
    bool calm;                            // no fault at all: what a person waits for is timed
    int fault_permil;                     // of each exchange
    int crash_permyriad, pause_permyriad; // of each turn of a process
    int torn_permil;                      // of each write of a journal: it is the last one
    bool power;                           // a crash may be one of the whole machine
    bool late;                            // what left may be on its way for long
    int bookings, app, managers;
    int64_t active; // how long people do things and faults happen
};

enum sim_wish_kind { SIM_BOOK, SIM_CANCEL, SIM_MOVE, SIM_LOOK, SIM_RETRY };

// What a person at a desk asked for, and what it was told.
struct sim_wish {
    enum sim_wish_kind kind;
    int process;
    unsigned life;
    uint64_t id;
    char request[40]; // of the booking made, or to be cancelled or moved
    char number[24];
    char phone[20]; // of a booking
    int master;
    int64_t asked_at, sent_at, slot;
    bool answered, ok;
    char error[48];
};

struct sim {
    uint64_t seed, random[4];
    int64_t now;     // since the beginning
    int64_t boot_at; // of the machine
    unsigned boots;
    uint64_t hash, steps;
    bool trace, active;
    struct sim_plan plan;
    TALLOC_CTX *ctx;
    struct zp_config *config;
    struct sim_process processes[SIM_PROCESSES];
    struct sim_process *running; // whose turn it is
    struct sim_wish wishes[SIM_WISHES];
    int wish_count;
    struct zp_truth *truth;
    bool truth_answered;
    char *violations[SIM_VIOLATIONS];
    int violation_count;
    uint64_t requests, crashes, pauses, powers, hooks, commits;
};
extern struct sim the;

// ---- world.c: chance, the order of things, what is written down
uint64_t sim_random(void);
int64_t sim_between(int64_t low, int64_t high); // both included
bool sim_chance(int64_t of, int64_t in);
typedef void (*sim_fn)(void *data);
// fn(data) at `at`; with a process in a turn of it, if it lives then (after its pause). The data of
// what finds nobody is freed with the history.
void sim_at(int64_t at, struct sim_process *process, sim_fn fn, void *data);
void sim_run(int64_t until); // everything that happens before that
void sim_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void sim_violation(const char *format, ...) __attribute__((format(printf, 1, 2)));
void sim_world_reset(uint64_t seed);
void sim_world_free(void);
int64_t sim_wall(void);               // UTC seconds
#define SIM_EPOCH INT64_C(1795420800) // 2026-11-23 08:00:00 UTC

// ---- loop.c, server.c, net.c
struct sim_process *sim_loop_process(const struct zp_loop *loop);
void sim_loop_reset(void);
void sim_server_reset(void);
struct zp_loop *sim_loop_new(TALLOC_CTX *ctx, struct sim_process *process);
void sim_loop_turn(struct zp_loop *loop); // what runs before a loop waits
void sim_net_reset(void);
void sim_net_check(void); // the budgets
struct sim_reply {
    int status;
    char *body;
    int retry_after_s;
};
// A hook comes to the daemon. fn: with the status of the answer, 0 none came.
typedef void (*sim_hooked_fn)(int status, void *data);
void sim_hook(const char *path, const char *body, sim_hooked_fn fn, void *data);

// ---- store.c, vfs.c
void sim_store_keep(void);            // before the first history
void sim_store_checkpoint(bool torn); // what the last one to close the journal does
void sim_vfs_install(void);
void sim_vfs_remember(void); // the files as they are now are how each history begins
void sim_vfs_reset(void);
void sim_vfs_power_loss(void);
void sim_vfs_process(struct sim_process *process); // whose call follows
bool sim_vfs_wrote(void);                          // and has it written since?
void sim_vfs_crash_after(int writes);              // the process dies at that write

// ---- services
extern bool sim_stale; // a reading shows what was before the last change
extern bool sim_late;  // what arrives just now left, or arrives, long after it was sent
void sim_dikidi_reset(void);
struct sim_reply sim_dikidi(TALLOC_CTX *ctx, const char *method, const char *url, const char *key,
                            const char *body);
void sim_bitrix_reset(void);
struct sim_reply sim_bitrix(TALLOC_CTX *ctx, const char *method, const char *body);

struct sim_booking {
    int number;
    char request[40], key[40], phone[20], name[32];
    int master, minutes;
    int64_t starts_at, created_at, updated_at;
    bool cancelled, by_us, wanted; // cancelled by our DELETE; somebody wanted it
    bool app, late;                // late: asked for long before
    int64_t version, hooked;       // the latest version of which a hook was answered 2xx
};
extern struct sim_booking sim_bookings[SIM_BOOKINGS];
extern int sim_booking_count;
struct sim_booking *sim_booking_of(const char *number);
bool sim_slot_free(int master, int64_t at, int minutes, const struct sim_booking *but);
void sim_app_book(int master, int64_t at, const char *name, const char *phone);
void sim_app_cancel(struct sim_booking *booking);
void sim_app_move(struct sim_booking *booking, int master, int64_t at);

enum sim_stage { SIM_STAGE_NEW, SIM_STAGE_PREP, SIM_STAGE_WON, SIM_STAGE_LOST };
struct sim_entry {
    int id, contact, from_lead; // the lead that became this deal
    bool lead, deleted, late;   // its add left after a pause, or arrived long after it was sent
    char stage[16], number[24], originator[16], origin[24], title[160], source[24];
    char visit[40], money[32], phone[24];
    int64_t updated_at, failed_at, back_at; // put into a failure stage by a manager; taken back
    bool failed_by_person, bulk;
};
extern struct sim_entry sim_entries[SIM_ENTRIES];
extern int sim_entry_count;
#define SIM_FIRST_ENTRY 501
void sim_crm_reset(void);
struct sim_entry *sim_entry_new(bool lead); // NULL: no room
void sim_entry_changed(struct sim_entry *entry, const char *event);
const char *sim_entry_semantic(const struct sim_entry *entry);
const char *sim_stage_id(enum sim_stage stage, bool lead);
void sim_manager_stage(struct sim_entry *entry, enum sim_stage stage, bool bulk);
void sim_manager_delete(struct sim_entry *entry);
void sim_manager_lead(const char *phone); // an open lead of a client who called
void sim_manager_convert(struct sim_entry *lead, bool mapped);
bool sim_entry_failed(const struct sim_entry *entry);
bool sim_entry_won(const struct sim_entry *entry);
bool sim_entry_live(const struct sim_entry *entry); // a booking's, and in no failure stage

// ---- people.c, check.c
void sim_people_sent(const struct sim_process *process, const char *method, const char *key);
void sim_process_start(struct sim_process *process);
void sim_process_kill(struct sim_process *process, const char *how);
void sim_power_loss(void);
void sim_people_plan(void);
bool sim_wanted(const struct sim_booking *booking); // did anybody ask for its cancel?
void sim_check(void);
void sim_check_apply(const char *request, int64_t version); // a row is written
void sim_check_reset(void);
int64_t sim_attention_task(int64_t which); // one that a person has in hand; 0 none

#endif
