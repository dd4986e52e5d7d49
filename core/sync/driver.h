// The driver: carries out what the step machines ask for, and claims due tasks. One for each desk.
// A run holds ids, never owners: answers that come after a run has ended are dropped.
#ifndef ZP_SYNC_DRIVER_H
#define ZP_SYNC_DRIVER_H

#include "bitrix24/bitrix24.h"
#include "dikidi/dikidi.h"
#include "store/store.h"
#include "sync/run.h"
#include <zapis/config.h>
#include <zapis/loop.h>

struct zp__driver;

enum zp__service { ZP_SERVICE_DIKIDI, ZP_SERVICE_BITRIX24 };

struct zp__driver_options {
    const struct zp_config *config;
    struct zp_loop *loop;
    struct zp_store *store;
    struct zp_dikidi *dikidi;
    struct zp_bitrix24 *crm;
    const char *operator_name; // for the history of what a person wants
    // The row as it is after a change of ours.
    void (*on_booking)(const struct zp_booking *booking, void *data);
    // Something in the queue changed.
    void (*on_queue)(void *data);
    // A call was answered (error NULL or a refusal: the service lives) or could not be.
    void (*on_service)(enum zp__service service, const struct zp_error *error, void *data);
    void *data;
};
struct zp__driver *zp__driver_new(TALLOC_CTX *ctx, const struct zp__driver_options *options);

// Works on a task that is leased to us. fn (may be NULL) is called once, from the loop, when the
// run and those that it began in this process (the old time of a move) have ended: ok, or the
// error, and the task's booking as it is then (borrowed; NULL where the task has none).
typedef void (*zp__driver_fn)(bool ok, const struct zp_error *error,
                              const struct zp_booking *booking, void *data);
void zp__driver_run(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                    zp__driver_fn fn, void *data);

// Claims what is due now and runs it, at most eight of each service at a time; then waits for the
// next due time by a timer. Starts the worker of this process; without it only zp__driver_run()
// works.
void zp__driver_start_worker(struct zp__driver *driver);
// Something became due (a change of ours, or of another process): look now.
void zp__driver_poke(struct zp__driver *driver);
// Polls the CRM once and runs what is due until nothing is due now, then calls fn (ok false with
// the last unreachable or unknown error).
void zp__driver_drain(struct zp__driver *driver, zp__driver_fn fn, void *data);

#endif
