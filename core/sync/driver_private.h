// Between the driver's two files: what flies, and what an asynchronous call carries.
#ifndef ZP_SYNC_DRIVER_PRIVATE_H
#define ZP_SYNC_DRIVER_PRIVATE_H

#include "sync/driver.h"

struct wait;

struct flight {
    struct flight *next;
    uint64_t id;
    struct zp__run *run;
    int64_t lease_until_boot_ms;
    bool background;   // as it was when it began: not counted among `flying`
    int conflicts;     // without a change written between them
    char *waiting_for; // LOAD: a cancel of this booking, which runs in this process
    struct wait *wait; // NULL: nobody waits
};

struct zp__driver {
    struct zp__driver_options o;
    struct flight *flights;
    uint64_t last_id;
    size_t flying[ZP_SERVICE_BITRIX24 + 1]; // background ones not counted: they wait for their
                                            // share of the budget
    bool working;                           // the worker claims by itself
    bool claiming;                          // a claim is under way
    bool again;                             // poked while claiming
    struct zp_timer *due;
    zp__driver_fn drained; // a drain waits for this
    void *drained_data;
    struct zp_error drain_error;
    bool drain_failed;
};

// What an asynchronous call carries: the driver and the flight's id.
struct ticket {
    struct zp__driver *driver;
    uint64_t id;
    struct zp_booking *row; // APPLY: as it was written
};

struct flight *zp__driver_find(struct zp__driver *driver, uint64_t id); // NULL: it has ended
struct flight *zp__driver_take(struct ticket *ticket);                  // and frees the ticket
struct ticket *zp__driver_ticket(struct zp__driver *driver, const struct flight *flight);
// zp__dikidi_sending_fn, zp__crm_sending_fn: may the flight of this ticket still send?
bool zp__driver_still_ours(void *ticket);
// The same for what the task's memory has a mark of, which holds a minute: it leaves within seconds
// of the step that asks for it, or not at all.
bool zp__driver_mark_holds(void *ticket);
void zp__driver_advance(struct zp__driver *driver, struct flight *flight,
                        const struct zp__input *input);
void zp__driver_land(struct zp__driver *driver, struct flight *flight); // its run has ended
// Asks a service, or the journal for what is not a row by its name; comes back by advance.
void zp__driver_ask(struct zp__driver *driver, struct flight *flight,
                    const struct zp__effect *effect);

#endif
