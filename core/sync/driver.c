#include "sync/driver.h"
#include <string.h>
#include <zapis/log.h>
#include <zapis/time.h>

#define RUNS_AT_ONCE   8
#define LEASE_SPARE_MS 5000 // nothing is sent in the last seconds of a lease
#define CONFLICTS      8    // a change that is refused so often in a row will not be written by us

// A person waits for a run and for those that follow it at once in this process (the old time of a
// move): told when the last of them has ended, with the first one's booking and result; where that
// went well, with the first failure of the others.
struct wait {
    size_t runs;
    char *request_id;
    char *kind;
    struct zp_booking *booking;
    bool ok;
    struct zp_error error;
    zp__driver_fn fn;
    void *data;
};

struct flight {
    struct flight *next;
    uint64_t id;
    struct zp__run *run;
    int64_t lease_until_boot_ms;
    int conflicts;     // without a change written between them
    char *waiting_for; // LOAD: a cancel of this booking, which runs in this process
    struct wait *wait; // NULL: nobody waits
};

struct zp__driver {
    struct zp__driver_options o;
    struct flight *flights;
    uint64_t last_id;
    size_t flying;
    bool working;  // the worker claims by itself
    bool claiming; // a claim is under way
    bool again;    // poked while claiming
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

static void claim(struct zp__driver *driver);

static struct flight *find_flight(struct zp__driver *driver, uint64_t id) {
    for (struct flight *flight = driver->flights; flight != NULL; flight = flight->next) {
        if (flight->id == id) {
            return flight;
        }
    }
    return NULL;
}

static struct ticket *new_ticket(struct zp__driver *driver, const struct flight *flight) {
    struct ticket *ticket = talloc_zero(driver, struct ticket);
    ticket->driver = driver;
    ticket->id = flight->id;
    return ticket;
}

// The run's share of what a person waits for; the last one tells.
static void end_wait(struct wait *wait, const struct zp__run *run) {
    const bool first = strcmp(run->kind, wait->kind) == 0 &&
                       strcmp(run->booking->request_id, wait->request_id) == 0;
    if (!run->ok && (wait->ok || first)) {
        wait->ok = false;
        wait->error = run->end_error;
    }
    if (strcmp(run->booking->request_id, wait->request_id) == 0 &&
        (wait->booking == NULL || run->booking->revision >= wait->booking->revision)) {
        talloc_free(wait->booking);
        wait->booking = zp_booking_copy(wait, run->booking);
    }
    if (--wait->runs == 0) {
        wait->fn(wait->ok, wait->ok ? NULL : &wait->error, wait->booking, wait->data);
        talloc_free(wait);
    }
}

static void load(struct zp__driver *driver, struct flight *flight, const char *reference);

// Those that waited for this cancel read what became of it.
static void wake_waiting(struct zp__driver *driver, const struct zp__run *ended) {
    for (struct flight *flight = driver->flights; flight != NULL; flight = flight->next) {
        if (flight->waiting_for != NULL && strcmp(ended->kind, ZP_TASK_CANCEL) == 0 &&
            strcmp(flight->waiting_for, ended->booking->request_id) == 0) {
            char *reference = flight->waiting_for;
            flight->waiting_for = NULL;
            load(driver, flight, reference);
            talloc_free(reference);
        }
    }
}

// What a drain tells of the runs that failed: what somebody must set right before the rest.
static void keep_failure(struct zp__driver *driver, const struct zp_error *error) {
    switch (error->code) {
    case ZP_E_DENIED:
    case ZP_E_CONFIG: break;
    case ZP_E_UNREACHABLE:
    case ZP_E_UNKNOWN:
    case ZP_E_LIMITED:
    case ZP_E_BAD_ANSWER:
        if (driver->drain_failed) {
            return;
        }
        break;
    default: return;
    }
    driver->drain_failed = true;
    driver->drain_error = *error;
}

static void land(struct zp__driver *driver, struct flight *flight) {
    struct flight **link = &driver->flights;
    while (*link != flight) {
        link = &(*link)->next;
    }
    *link = flight->next;
    driver->flying--;
    const struct zp__run *run = flight->run;
    if (!run->ok) {
        keep_failure(driver, &run->end_error);
    }
    wake_waiting(driver, run);
    if (flight->wait != NULL) {
        end_wait(flight->wait, run);
    }
    talloc_free(flight);
    driver->o.on_queue(driver->o.data);
    if (driver->working || driver->drained != NULL) {
        claim(driver);
    }
}

static void advance(struct zp__driver *driver, struct flight *flight,
                    const struct zp__input *input);

// ---- answers come back
// -----------------------------------------------------------------------------------------
static bool lease_holds(const struct flight *flight) {
    return zp_clock_boot_ms() + LEASE_SPARE_MS < flight->lease_until_boot_ms;
}

static bool still_ours(void *data) {
    const struct ticket *ticket = data;
    const struct flight *flight = find_flight(ticket->driver, ticket->id);
    return flight != NULL && lease_holds(flight);
}

static void on_reloaded(const struct zp__store_answer *answer, void *data) {
    struct ticket *ticket = data;
    struct zp__driver *driver = ticket->driver;
    struct flight *flight = find_flight(driver, ticket->id);
    talloc_free(ticket);
    if (flight == NULL) {
        return;
    }
    if (!answer->ok || !lease_holds(flight)) {
        flight->run->ok = false;
        flight->run->end_error = answer->error;
        if (answer->ok) {
            zp_error_set(&flight->run->end_error, ZP_E_CONFLICT, NULL,
                         "the lease of the task ended");
        }
        land(driver, flight);
        return;
    }
    talloc_free(flight->run->booking);
    flight->run->booking = zp_booking_copy(flight->run, answer->booking);
    advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_RELOADED});
}

static void on_loaded(const struct zp__store_answer *answer, void *data) {
    struct ticket *ticket = data;
    struct zp__driver *driver = ticket->driver;
    struct flight *flight = find_flight(driver, ticket->id);
    talloc_free(ticket);
    if (flight == NULL) {
        return;
    }
    if (!answer->ok && answer->error.code != ZP_E_NOT_FOUND) {
        flight->run->ok = false;
        flight->run->end_error = answer->error;
        land(driver, flight);
        return;
    }
    TALLOC_FREE(flight->run->other);
    if (answer->ok) {
        flight->run->other = zp_booking_copy(flight->run, answer->booking);
    }
    advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_LOADED});
}

static void load(struct zp__driver *driver, struct flight *flight, const char *reference) {
    for (const struct flight *f = driver->flights; f != NULL; f = f->next) {
        if (f != flight && strcmp(f->run->kind, ZP_TASK_CANCEL) == 0 &&
            strcmp(f->run->booking->request_id, reference) == 0) {
            flight->waiting_for = talloc_strdup(flight, reference);
            return;
        }
    }
    zp__store_booking(driver->o.store, reference, false, on_loaded, new_ticket(driver, flight));
}

// A change without a booking is guarded by the lease alone: then the task is another's by now.
// Where the run had nothing more to do that is no failure.
static void on_conflict(struct zp__driver *driver, struct flight *flight,
                        const struct zp_error *error, bool task_alone) {
    struct zp__run *run = flight->run;
    if (!task_alone && ++flight->conflicts < CONFLICTS) {
        zp__store_booking(driver->o.store, run->booking->request_id, false, on_reloaded,
                          new_ticket(driver, flight));
        return;
    }
    if (!task_alone || !run->over || !run->ok) {
        run->ok = false;
        run->end_error = *error;
    }
    land(driver, flight);
}

static void launch(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                   struct wait *wait);

static void on_applied(const struct zp__store_answer *answer, void *data) {
    struct ticket *ticket = data;
    struct zp__driver *driver = ticket->driver;
    struct flight *flight = find_flight(driver, ticket->id);
    struct zp_booking *row = talloc_steal(driver, ticket->row);
    talloc_free(ticket);
    if (flight == NULL) {
        talloc_free(row);
        return;
    }
    if (!answer->ok && answer->error.code == ZP_E_CONFLICT) {
        on_conflict(driver, flight, &answer->error, row == NULL);
        talloc_free(row);
        return;
    }
    if (!answer->ok) { // the journal itself fails: nothing more is done, the lease ends by itself
        talloc_free(row);
        flight->run->ok = false;
        flight->run->end_error = answer->error;
        land(driver, flight);
        return;
    }
    flight->conflicts = 0;
    if (row != NULL) {
        row->revision++;
        if (strcmp(row->request_id, flight->run->booking->request_id) == 0) {
            flight->run->booking->revision = row->revision;
        }
        driver->o.on_booking(row, driver->o.data);
        talloc_free(row);
    }
    for (size_t i = 0; i < answer->task_count; i++) { // added as claimed: this process goes on
        launch(driver, &answer->tasks[i], flight->run->foreground, flight->wait);
    }
    advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_APPLIED});
}

// A refusal is an answer too: the service lives.
static void tell_service(struct zp__driver *driver, enum zp__service service, bool ok,
                         const struct zp_error *error) {
    const bool silent = !ok && (error->code == ZP_E_UNREACHABLE || error->code == ZP_E_UNKNOWN ||
                                error->code == ZP_E_BAD_ANSWER || error->code == ZP_E_DENIED);
    if (error->code != ZP_E_CANCELLED) {
        driver->o.on_service(service, silent ? error : NULL, driver->o.data);
    }
}

static void on_dikidi(const struct zp__dikidi_answer *answer, void *data) {
    struct ticket *ticket = data;
    struct zp__driver *driver = ticket->driver;
    struct flight *flight = find_flight(driver, ticket->id);
    talloc_free(ticket);
    tell_service(driver, ZP_SERVICE_DIKIDI, answer->ok, &answer->error);
    if (flight != NULL) {
        advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_DIKIDI, .dikidi = answer});
    }
}

static void on_crm(const struct zp__crm_answer *answer, void *data) {
    struct ticket *ticket = data;
    struct zp__driver *driver = ticket->driver;
    struct flight *flight = find_flight(driver, ticket->id);
    talloc_free(ticket);
    tell_service(driver, ZP_SERVICE_BITRIX24, answer->ok || answer->missing, &answer->error);
    if (flight != NULL) {
        advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_CRM, .crm = answer});
    }
}

// ---- effects go out
// --------------------------------------------------------------------------------------------
static void do_dikidi(struct zp__driver *driver, struct flight *flight,
                      const struct zp__effect *effect) {
    const struct zp_booking *booking = flight->run->booking;
    const enum zp__pace_class class_ = flight->run->foreground ? ZP_PACE_URGENT : ZP_PACE_SYNC;
    struct ticket *ticket = new_ticket(driver, flight);
    switch (effect->kind) {
    case ZP_EFFECT_CREATE:
        zp__dikidi_create_booking(driver->o.dikidi, class_, booking->request_id, booking->sent_body,
                                  still_ours, on_dikidi, ticket);
        return;
    case ZP_EFFECT_DELETE:
        zp__dikidi_cancel_booking(driver->o.dikidi, class_, effect->id, effect->text, still_ours,
                                  on_dikidi, ticket);
        return;
    case ZP_EFFECT_READ:
        zp__dikidi_booking(driver->o.dikidi, class_, effect->id, on_dikidi, ticket);
        return;
    default: break;
    }
    const char **ids = talloc_zero_array(ticket, const char *, (unsigned)booking->service_count);
    for (size_t i = 0; i < booking->service_count; i++) {
        ids[i] = booking->services[i].id;
    }
    const struct zp_date date = zp_zone_wall(driver->o.config->zone, booking->starts_at).date;
    zp__dikidi_schedule(driver->o.dikidi, class_, ids, booking->service_count, booking->master_id,
                        date, on_dikidi, ticket);
}

static void do_crm(struct zp__driver *driver, struct flight *flight, const struct zp__effect *e) {
    const struct zp_booking *booking = flight->run->booking;
    struct zp_bitrix24 *crm = driver->o.crm;
    struct ticket *t = new_ticket(driver, flight);
    const enum zp__pace_class class_ = ZP_PACE_SYNC;
    switch (e->kind) {
    case ZP_EFFECT_CRM_FIND:
        zp__crm_find_by_booking(crm, class_, e->entity, booking->booking_id, on_crm, t);
        return;
    case ZP_EFFECT_CRM_FIND_LEADS:
        zp__crm_find_open_leads(crm, class_, booking->client_phone, on_crm, t);
        return;
    case ZP_EFFECT_CRM_FIND_CONTACTS:
        zp__crm_find_contacts(crm, class_, booking->client_phone, on_crm, t);
        return;
    case ZP_EFFECT_CRM_ADD_CONTACT:
        zp__crm_add_contact(crm, class_, booking->client_name, booking->client_phone, still_ours,
                            on_crm, t);
        return;
    case ZP_EFFECT_CRM_ADD:
        zp__crm_add(crm, class_, e->entity, &e->fields, still_ours, on_crm, t);
        return;
    case ZP_EFFECT_CRM_UPDATE:
        zp__crm_update(crm, class_, e->entity, e->id, &e->fields, still_ours, on_crm, t);
        return;
    case ZP_EFFECT_CRM_GET: zp__crm_get(crm, class_, e->entity, e->id, on_crm, t); return;
    case ZP_EFFECT_CRM_STAGES:
        zp__crm_stages(crm, class_, e->entity, e->category_id, on_crm, t);
        return;
    case ZP_EFFECT_CRM_MOVE:
        zp__crm_move(crm, class_, e->entity, e->id, e->text, still_ours, on_crm, t);
        return;
    default: zp__crm_comment(crm, class_, e->entity, e->id, e->text, still_ours, on_crm, t); return;
    }
}

static void advance(struct zp__driver *driver, struct flight *flight,
                    const struct zp__input *input) {
    struct zp__effect effect;
    flight->run->now = zp_clock_now(&driver->o.config->clock);
    if (!zp__run_step(flight->run, input, &effect)) {
        land(driver, flight);
        return;
    }
    if (effect.kind == ZP_EFFECT_APPLY) {
        struct ticket *ticket = new_ticket(driver, flight);
        if (effect.change.booking != NULL) {
            ticket->row = zp_booking_copy(ticket, effect.change.booking);
        }
        zp__store_apply(driver->o.store, &effect.change, on_applied, ticket);
    } else if (effect.kind == ZP_EFFECT_LOAD) {
        load(driver, flight, effect.id);
    } else if (effect.kind <= ZP_EFFECT_SCHEDULE) {
        do_dikidi(driver, flight, &effect);
    } else {
        do_crm(driver, flight, &effect);
    }
}

static void launch(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                   struct wait *wait) {
    struct flight *flight = talloc_zero(driver, struct flight);
    flight->id = ++driver->last_id;
    flight->run = zp__run_new(flight, driver->o.config, task, foreground);
    flight->lease_until_boot_ms = task->lease_until_boot_ms;
    flight->wait = wait;
    if (wait != NULL) {
        wait->runs++;
    }
    flight->next = driver->flights;
    driver->flights = flight;
    driver->flying++;
    advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_START});
}

void zp__driver_run(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                    zp__driver_fn fn, void *data) {
    struct wait *wait = NULL;
    if (fn != NULL) {
        wait = talloc_zero(driver, struct wait);
        wait->ok = true;
        wait->kind = talloc_strdup(wait, task->task.kind);
        wait->request_id = talloc_strdup(wait, task->booking->request_id);
        wait->fn = fn;
        wait->data = data;
    }
    launch(driver, task, foreground, wait);
}

// ---- the worker
// ------------------------------------------------------------------------------------------------
static void end_drain(struct zp__driver *driver) {
    zp__driver_fn fn = driver->drained;
    driver->drained = NULL;
    fn(!driver->drain_failed, driver->drain_failed ? &driver->drain_error : NULL, NULL,
       driver->drained_data);
}

static void on_counts(const struct zp__store_answer *answer, void *data) {
    struct zp__driver *driver = data;
    if (!answer->ok || !driver->working || answer->next_due_at == 0) {
        return;
    }
    const int64_t wait_s = answer->next_due_at - zp_clock_now(&driver->o.config->clock);
    zp_timer_start(driver->due, wait_s < 0 ? 1000 : wait_s * 1000 + 50, 0);
}

static void on_claimed(const struct zp__store_answer *answer, void *data) {
    struct zp__driver *driver = data;
    driver->claiming = false;
    if (!answer->ok) {
        zp_log(ZP_LOG_ERROR, "the queue could not be read",
               ZP_LOG_S("error", answer->error.message));
        driver->drain_failed = true;
        driver->drain_error = answer->error;
    }
    for (size_t i = 0; i < answer->task_count; i++) {
        zp__driver_run(driver, &answer->tasks[i], false, NULL, NULL);
    }
    if (driver->again) {
        driver->again = false;
        claim(driver);
    } else if (driver->flying == 0 && driver->drained != NULL) {
        end_drain(driver);
    } else if (driver->working) {
        zp__store_task_counts(driver->o.store, zp_clock_now(&driver->o.config->clock), on_counts,
                              driver);
    }
}

static void claim(struct zp__driver *driver) {
    if (driver->claiming) {
        driver->again = true;
        return;
    }
    if (driver->flying >= RUNS_AT_ONCE) {
        return; // each landing looks again
    }
    driver->claiming = true;
    zp__store_claim(driver->o.store, zp_clock_now(&driver->o.config->clock),
                    RUNS_AT_ONCE - driver->flying, on_claimed, driver);
}

static void on_due(void *data) {
    claim(data);
}

struct zp__driver *zp__driver_new(TALLOC_CTX *ctx, const struct zp__driver_options *options) {
    struct zp__driver *driver = talloc_zero(ctx, struct zp__driver);
    if (driver == NULL) {
        zp_panic("out of memory");
    }
    driver->o = *options;
    driver->due = zp_timer_new(driver, options->loop, on_due, driver);
    zp_timer_background(driver->due);
    return driver;
}

void zp__driver_start_worker(struct zp__driver *driver) {
    driver->working = true;
    claim(driver);
}

void zp__driver_poke(struct zp__driver *driver) {
    if (driver->working || driver->drained != NULL) {
        claim(driver);
    }
}

void zp__driver_drain(struct zp__driver *driver, zp__driver_fn fn, void *data) {
    driver->drained = fn;
    driver->drained_data = data;
    driver->drain_failed = false;
    claim(driver);
}
