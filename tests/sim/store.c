// The journal's face over the shipped SQLite back end: the queue and the thread of
// core/store/store.c as happenings of the virtual clock; who is alive; what others committed.
#include "sim.h"

#include "base/memory.h"
#include "store/call.h"
#include "store/owners.h"
#include "store/sqlite.h"
#include "store/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/types.h>

#define BATCH_LIMIT 64
#define REST_MS     10

struct zp_store {
    struct sim_process *process;
    void *self;
    struct zp__store_call *first, *last; // in the queue
    bool working, wrote;                 // wrote: since it rested last
    int64_t answered_at;                 // the last answer on its way: answers come in order
    void (*foreign_fn)(void *data);
    void *foreign_data;
    bool foreign_due;
};

// ---- who is alive

struct zp__owners *zp__owners_open(TALLOC_CTX *ctx, const char *path, struct zp_error *err) {
    struct zp__owners *owners = zp__memory_new(ctx, struct zp__owners);
    (void)path;
    (void)err;
    owners->fd = -1;
    owners->self = (int64_t)(sim_random() >> 2) | 1;
    zp_clock_boot_id(owners->boot_id);
    if (the.running != NULL) {
        the.running->owner = owners->self;
    }
    return owners;
}

bool zp__owners_alive(const struct zp__owners *owners, int64_t number) {
    (void)owners;
    for (int i = 0; i < SIM_PROCESSES; i++) {
        if (the.processes[i].alive && the.processes[i].owner == number) {
            return true;
        }
    }
    return false;
}

bool zp__watch_log(TALLOC_CTX *ctx, struct zp_loop *loop, const char *database, zp_loop_fn fn,
                   void *data) {
    (void)ctx;
    (void)loop;
    (void)database;
    (void)fn;
    (void)data;
    return true; // foreign() below tells instead
}

// The journal's own file is no file here.
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
    if (strcmp(path, SIM_JOURNAL) == 0) {
        errno = EEXIST;
        return -1;
    }
    va_list list;
    va_start(list, flags);
    const unsigned mode = (flags & O_CREAT) != 0 ? va_arg(list, unsigned) : 0;
    va_end(list);
    return __real_open(path, flags, mode);
}

// ---- other processes' commits

static void on_foreign(void *data) {
    struct zp_store *store = data;
    store->foreign_due = false;
    store->foreign_fn(store->foreign_data);
}

static void tell_others(const struct sim_process *writer) {
    for (int i = 0; i < SIM_PROCESSES; i++) {
        struct sim_process *process = &the.processes[i];
        struct zp_store *store = (struct zp_store *)process->store;
        if (process == writer || !process->alive || store == NULL || store->foreign_fn == NULL ||
            store->foreign_due) {
            continue;
        }
        store->foreign_due = true;
        sim_at(the.now + sim_between(1, 60) * SIM_MS, process, on_foreign, store);
    }
}

void zp__store_on_foreign_change(struct zp_store *store, void (*fn)(void *data), void *data) {
    store->foreign_fn = fn;
    store->foreign_data = data;
}

// ---- the queue

static struct zp__store_call *next_call(struct zp_store *store) {
    struct zp__store_call *call = store->first;
    store->first = call->next;
    store->last = store->first == NULL ? NULL : store->last;
    call->next = NULL;
    return call;
}

static void on_answer(void *data) {
    struct zp__store_call *call = data;
    if (call->fn != NULL) {
        call->fn(call->answer, call->data);
    }
    talloc_free(call);
}

static void note_applied(const struct zp__store_call *call) {
    if (call->ask == ZP__STORE_APPLY && call->answer->ok && call->u.apply->booking != NULL) {
        const struct zp_booking *booking = call->u.apply->booking;
        sim_note("p%d row %s %s crm %s v%d", the.running->index, booking->request_id,
                 zp_booking_state_name(booking->state), zp_crm_state_name(booking->crm_state),
                 (int)booking->remote_version);
        sim_check_apply(booking->request_id, booking->remote_version);
    }
}

static void work(void *data);

static void die(struct sim_process *process, const char *how) {
    if (the.plan.power && sim_chance(1, 2)) {
        sim_power_loss();
    } else {
        sim_process_kill(process, how);
    }
}

static void work_later(struct zp_store *store) {
    store->working = true;
    sim_at(the.now + sim_between(20, 1500), store->process, work, store);
}

// Runs a batch as the store's thread does. False: the process died in the middle of it.
static bool run_batch(struct zp_store *store, struct zp__store_call **calls, size_t count) {
    struct sim_process *process = store->process;
    const bool writes = zp__store_ask_writes(calls[0]->ask);
    sim_vfs_process(process);
    if (the.active && writes && sim_chance(the.plan.torn_permil, 1000)) {
        sim_vfs_crash_after((int)sim_between(0, 30));
    }
    zp__store_sqlite.run(store->self, calls, count);
    const bool wrote = sim_vfs_wrote();
    sim_vfs_process(NULL);
    if (process->dead_disk) {
        return false;
    }
    if (wrote) {
        the.commits++;
        tell_others(process);
    }
    return true;
}

// What the back end put off until nobody waits; a process may die in the middle of that, too.
static void on_rest(void *data) {
    struct zp_store *store = data;
    struct sim_process *process = store->process;
    if (!store->wrote || store->working || store->first != NULL) {
        return;
    }
    store->wrote = false;
    sim_vfs_process(process);
    if (the.active && sim_chance(the.plan.torn_permil, 1000)) {
        sim_vfs_crash_after((int)sim_between(0, 60));
    }
    zp__store_sqlite.rest(store->self);
    sim_vfs_process(NULL);
    if (process->dead_disk) {
        die(process, "killed in a checkpoint");
    }
}

static void work(void *data) {
    struct zp_store *store = data;
    struct sim_process *process = store->process;
    struct zp__store_call *calls[BATCH_LIMIT];
    size_t count = 0;
    store->working = false;
    calls[count++] = next_call(store);
    while (zp__store_ask_writes(calls[0]->ask) && count < BATCH_LIMIT && store->first != NULL &&
           zp__store_ask_writes(store->first->ask)) {
        calls[count++] = next_call(store);
    }
    for (size_t i = 0; i < count; i++) {
        talloc_steal(store, calls[i]);
        calls[i]->answer = zp__memory_new(calls[i], struct zp__store_answer);
    }
    store->wrote = store->wrote || zp__store_ask_writes(calls[0]->ask);
    if (!run_batch(store, calls, count)) {
        die(process, "killed in a commit");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        note_applied(calls[i]);
        const int64_t at = the.now + sim_between(10, 800);
        store->answered_at = at > store->answered_at ? at : store->answered_at;
        sim_at(store->answered_at, process, on_answer, calls[i]);
    }
    if (store->first != NULL) {
        work_later(store);
    } else if (store->wrote) {
        sim_at(the.now + REST_MS * SIM_MS, process, on_rest, store);
    }
}

void zp__store_submit(struct zp_store *store, struct zp__store_call *call, zp__store_fn fn,
                      void *data) {
    talloc_steal(store, call);
    call->fn = fn;
    call->data = data;
    call->next = NULL;
    if (store->last != NULL) {
        store->last->next = call;
    } else {
        store->first = call;
    }
    store->last = call;
    if (!store->working) {
        work_later(store);
    }
}

// ---- opening and closing
// Opening a journal and preparing its statements costs more than most histories. So a connection
// that no call was torn in is handed on, as if it were new: it holds no lock and no transaction
// between calls, and SQLite reads the shared index before it believes anything it remembers.

#define KEPT 12
static struct zp__sqlite *kept[KEPT];
static int kept_count;
static void *keeper; // so that the number of those kept makes no difference to a close

void sim_store_keep(void) {
    const struct zp__store_options options = {.lease_ms = ZP__STORE_LEASE_MS};
    keeper = zp__store_sqlite.open(SIM_JOURNAL, "550001", &options, NULL);
}

void sim_store_checkpoint(bool torn) {
    struct sim_process nobody = {.index = -1};
    sqlite3 *db = ((struct zp__sqlite *)keeper)->db;
    sim_vfs_process(&nobody);
    if (torn) {
        sim_vfs_crash_after((int)sim_between(0, 60));
    }
    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sim_vfs_process(NULL);
}

static struct zp__sqlite *take_kept(void) {
    struct zp__sqlite *self = kept[--kept_count];
    TALLOC_FREE(self->owners);
    self->owners = zp__owners_open(self, "", NULL);
    self->writing_since_us = self->last_commit_us = 0;
    self->last_task_id = -1;
    return self;
}

static void let_go(struct zp_store *store) {
    struct sim_process *process = store->process;
    if (!process->torn && kept_count < KEPT) {
        kept[kept_count++] = store->self;
        return;
    }
    process->dead_disk = true;
    sim_vfs_process(process);
    talloc_free(store->self);
    sim_vfs_process(NULL);
}

// What is queued is still written, unless the process was killed.
static int store_close(struct zp_store *store) {
    struct sim_process *process = store->process;
    struct zp__store_call *calls[1];
    while (store->first != NULL && !process->dead_disk) {
        calls[0] = next_call(store);
        calls[0]->answer = zp__memory_new(calls[0], struct zp__store_answer);
        sim_vfs_process(process);
        zp__store_sqlite.run(store->self, calls, 1);
        if (sim_vfs_wrote()) {
            tell_others(process);
        }
    }
    sim_vfs_process(NULL);
    let_go(store);
    process->store = NULL;
    return 0;
}

struct zp_store *zp__store_open_with(TALLOC_CTX *ctx, struct zp_loop *loop, const char *url,
                                     const char *company, const struct zp__store_options *options,
                                     struct zp_error *err) {
    struct sim_process *process = sim_loop_process(loop);
    const bool anew = sim_chance(1, 50);
    sim_vfs_process(process);
    void *self =
        kept_count > 0 && !anew
            ? take_kept()
            : zp__store_sqlite.open(url + strlen(zp__store_sqlite.scheme), company, options, err);
    sim_vfs_process(NULL);
    if (self == NULL) {
        return NULL;
    }
    struct zp_store *store = zp__memory_new(ctx, struct zp_store);
    store->process = process;
    store->self = self;
    process->store = (struct sim_store *)store;
    talloc_set_destructor(store, store_close);
    return store;
}

struct zp_store *zp__store_open(TALLOC_CTX *ctx, struct zp_loop *loop, const char *url,
                                const char *company, struct zp_error *err) {
    const struct zp__store_options options = {.lease_ms = ZP__STORE_LEASE_MS};
    return zp__store_open_with(ctx, loop, url, company, &options, err);
}
