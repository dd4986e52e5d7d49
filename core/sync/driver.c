#include "sync/driver_private.h"
#include <string.h>
#include <zapis/log.h>
#include <zapis/time.h>

#define RUNS_AT_ONCE   8    // of each service: one that makes us wait holds up its own tasks alone
#define LEASE_SPARE_MS 5000 // nothing is sent in the last seconds of a lease
#define MARK_S         5 // a mark says "may have left since": a write leaves soon after it, or not
#define CONFLICTS      8 // a change that is refused so often in a row will not be written by us

// A person waits for a run and for those that follow it at once in this process (the old time of a
// move): told when the last of them has ended, with the first one's booking and result; where that
// went well, with the first failure of the others.
struct wait {
    size_t runs;
    char *subject, *kind; // of the first
    struct zp_booking *booking;
    bool ok;
    struct zp_error error;
    zp__driver_fn fn;
    void *data;
};

static void claim(struct zp__driver *driver);

struct flight *zp__driver_find(struct zp__driver *driver, uint64_t id) {
    for (struct flight *flight = driver->flights; flight != NULL; flight = flight->next) {
        if (flight->id == id) {
            return flight;
        }
    }
    return NULL;
}

struct flight *zp__driver_take(struct ticket *ticket) {
    struct flight *flight = zp__driver_find(ticket->driver, ticket->id);
    talloc_free(ticket);
    return flight;
}

struct ticket *zp__driver_ticket(struct zp__driver *driver, const struct flight *flight) {
    struct ticket *ticket = talloc_zero(driver, struct ticket);
    ticket->driver = driver;
    ticket->id = flight->id;
    return ticket;
}

// The run's share of what a person waits for; the last one tells.
static void end_wait(struct wait *wait, const struct zp__run *run) {
    const bool same = strcmp(run->subject, wait->subject) == 0;
    const bool first = same && strcmp(run->kind, wait->kind) == 0;
    if (!run->ok && (wait->ok || first)) {
        wait->ok = false;
        wait->error = run->end_error;
    }
    if (same && !run->unknown_booking &&
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

// How many fly for the service that this one waits for.
static size_t *flying(struct zp__driver *driver, const struct flight *flight) {
    return &driver->flying[zp__store_task_is_crm(flight->run->kind) ? ZP_SERVICE_BITRIX24
                                                                    : ZP_SERVICE_DIKIDI];
}

void zp__driver_land(struct zp__driver *driver, struct flight *flight) {
    struct flight **link = &driver->flights;
    while (*link != flight) {
        link = &(*link)->next;
    }
    *link = flight->next;
    const struct zp__run *run = flight->run;
    *flying(driver, flight) -= !flight->background;
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

// ---- answers come back
// -----------------------------------------------------------------------------------------
static bool lease_holds(const struct flight *flight) {
    return zp_clock_boot_ms() + LEASE_SPARE_MS < flight->lease_until_boot_ms;
}

// Was the last step of the run taken just now?
static bool is_fresh(const struct zp__driver *driver, const struct flight *flight) {
    return zp_clock_now(&driver->o.config->clock) - flight->run->now <= MARK_S;
}

bool zp__driver_still_ours(void *data) {
    const struct ticket *ticket = data;
    const struct flight *flight = zp__driver_find(ticket->driver, ticket->id);
    return flight != NULL && lease_holds(flight);
}

bool zp__driver_mark_holds(void *data) {
    const struct ticket *ticket = data;
    const struct flight *flight = zp__driver_find(ticket->driver, ticket->id);
    return zp__driver_still_ours(data) && is_fresh(ticket->driver, flight);
}

// The number at Dikidi that a task without a row of the journal is about; NULL: no such task.
static const char *number_of(const struct zp__run *run) {
    const size_t length = strlen(ZP_SUBJECT_NUMBER);
    return run->unknown_booking && strncmp(run->subject, ZP_SUBJECT_NUMBER, length) == 0
               ? run->subject + length
               : NULL;
}

static void on_reloaded(const struct zp__store_answer *answer, void *data) {
    struct zp__driver *driver = ((struct ticket *)data)->driver;
    struct flight *flight = zp__driver_take(data);
    if (flight == NULL) {
        return;
    }
    struct zp__run *run = flight->run;
    const bool unknown = !answer->ok && answer->error.code == ZP_E_NOT_FOUND &&
                         number_of(run) != NULL; // nobody has learned it
    if ((!answer->ok && !unknown) || !lease_holds(flight)) {
        run->ok = false;
        run->end_error = answer->error;
        if (answer->ok || unknown) {
            zp_error_set(&run->end_error, ZP_E_CONFLICT, NULL, "the lease of the task ended");
        }
        zp__driver_land(driver, flight);
        return;
    }
    zp__run_set_booking(run, answer->ok ? answer->booking : NULL);
    zp__driver_advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_RELOADED});
}

static void on_loaded(const struct zp__store_answer *answer, void *data) {
    struct zp__driver *driver = ((struct ticket *)data)->driver;
    struct flight *flight = zp__driver_take(data);
    if (flight == NULL) {
        return;
    }
    if (!answer->ok && answer->error.code != ZP_E_NOT_FOUND) {
        flight->run->ok = false;
        flight->run->end_error = answer->error;
        zp__driver_land(driver, flight);
        return;
    }
    TALLOC_FREE(flight->run->other);
    if (answer->ok) {
        flight->run->other = zp_booking_copy(flight->run, answer->booking);
    }
    zp__driver_advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_LOADED});
}

static void load(struct zp__driver *driver, struct flight *flight, const char *reference) {
    for (const struct flight *f = driver->flights; f != NULL; f = f->next) {
        if (f != flight && strcmp(f->run->kind, ZP_TASK_CANCEL) == 0 &&
            strcmp(f->run->booking->request_id, reference) == 0) {
            flight->waiting_for = talloc_strdup(flight, reference);
            return;
        }
    }
    zp__store_booking(driver->o.store, reference, false, on_loaded,
                      zp__driver_ticket(driver, flight));
}

static void look_again(struct zp__driver *driver, struct flight *flight) {
    const char *number = number_of(flight->run);
    zp__store_booking(driver->o.store, number != NULL ? number : flight->run->booking->request_id,
                      false, on_reloaded, zp__driver_ticket(driver, flight));
}

// A change without a booking is guarded by the lease alone: then the task is another's by now.
// Where the run had nothing more to do that is no failure.
static void on_conflict(struct zp__driver *driver, struct flight *flight,
                        const struct zp_error *error, bool task_alone) {
    struct zp__run *run = flight->run;
    if (!task_alone && ++flight->conflicts < CONFLICTS) {
        look_again(driver, flight);
        return;
    }
    if (!task_alone || !run->over || !run->ok) {
        run->ok = false;
        run->end_error = *error;
    }
    zp__driver_land(driver, flight);
}

static void launch(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                   struct wait *wait);

static void on_applied(const struct zp__store_answer *answer, void *data) {
    struct ticket *ticket = data;
    struct zp__driver *driver = ticket->driver;
    struct flight *flight = zp__driver_find(driver, ticket->id);
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
        zp__driver_land(driver, flight);
        return;
    }
    // What was marked as leaving now would leave long after its mark: the run looks again first.
    const bool goes_on =
        flight->run->over || flight->run->unknown_booking || is_fresh(driver, flight);
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
    if (goes_on) {
        zp__driver_advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_APPLIED});
    } else {
        look_again(driver, flight);
    }
}

void zp__driver_advance(struct zp__driver *driver, struct flight *flight,
                        const struct zp__input *input) {
    struct zp__effect effect;
    flight->run->now = zp_clock_now(&driver->o.config->clock);
    if (!zp__run_step(flight->run, input, &effect)) {
        zp__driver_land(driver, flight);
        return;
    }
    if (effect.kind == ZP_EFFECT_APPLY) {
        struct ticket *ticket = zp__driver_ticket(driver, flight);
        if (effect.change.booking != NULL) {
            ticket->row = zp_booking_copy(ticket, effect.change.booking);
        }
        // A run that slept past its lease must not write under that of a later claim of ours.
        effect.change.task_lease_boot_ms = flight->lease_until_boot_ms;
        zp__store_apply(driver->o.store, &effect.change, on_applied, ticket);
    } else if (effect.kind == ZP_EFFECT_LOAD) {
        load(driver, flight, effect.id);
    } else {
        zp__driver_ask(driver, flight, &effect);
    }
}

static struct flight *flight_of(struct zp__driver *driver, int64_t task_id) {
    struct flight *flight = driver->flights;
    while (flight != NULL && flight->run->task_id != task_id) {
        flight = flight->next;
    }
    return flight;
}

static void launch(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                   struct wait *wait) {
    struct flight *flight = flight_of(driver, task->task.id);
    if (flight != NULL && flight->background && wait == NULL) {
        // Its lease ended while it waited for its share of the budget, and is ours again: a second
        // one would only wait behind it. It reads, and the row's revision guards what it writes;
        // any other run begins anew, with looking.
        flight->lease_until_boot_ms = task->lease_until_boot_ms;
        return;
    }
    flight = talloc_zero(driver, struct flight);
    flight->id = ++driver->last_id;
    flight->run = zp__run_new(flight, driver->o.config, task, foreground);
    flight->run->operator_name = driver->o.operator_name;
    if (flight->run->unknown_booking) {
        flight->run->fresh_request_id =
            zp_booking_new_request_id(flight->run, zp_clock_now_ms(&driver->o.config->clock));
    }
    flight->lease_until_boot_ms = task->lease_until_boot_ms;
    flight->wait = wait;
    if (wait != NULL) {
        wait->runs++;
    }
    flight->next = driver->flights;
    driver->flights = flight;
    flight->background = flight->run->memory.background;
    *flying(driver, flight) += !flight->background;
    zp__driver_advance(driver, flight, &(struct zp__input){.kind = ZP_INPUT_START});
}

void zp__driver_run(struct zp__driver *driver, const struct zp__store_task *task, bool foreground,
                    zp__driver_fn fn, void *data) {
    struct wait *wait = NULL;
    if (fn != NULL) {
        wait = talloc_zero(driver, struct wait);
        wait->ok = true;
        wait->kind = talloc_strdup(wait, task->task.kind);
        wait->subject = talloc_strdup(wait, task->task.request_id);
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

static void on_next_due(const struct zp__store_answer *answer, void *data) {
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
    } else if (driver->flights == NULL && driver->drained != NULL) {
        end_drain(driver);
    } else if (driver->working) {
        zp__store_next_due(driver->o.store, zp_clock_now(&driver->o.config->clock), on_next_due,
                           driver);
    }
}

static size_t room_of(const struct zp__driver *driver, enum zp__service service) {
    return driver->flying[service] < RUNS_AT_ONCE ? RUNS_AT_ONCE - driver->flying[service] : 0;
}

static void claim(struct zp__driver *driver) {
    if (driver->claiming) {
        driver->again = true;
        return;
    }
    const struct zp__store_room room = {.dikidi = room_of(driver, ZP_SERVICE_DIKIDI),
                                        .crm = room_of(driver, ZP_SERVICE_BITRIX24)};
    if (room.dikidi == 0 && room.crm == 0) {
        return; // each landing looks again
    }
    driver->claiming = true;
    zp__store_claim(driver->o.store, zp_clock_now(&driver->o.config->clock), room, on_claimed,
                    driver);
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

static void on_nudged(const struct zp__store_answer *answer, void *data) {
    struct zp__driver *driver = data;
    if (!answer->ok) {
        zp_log(ZP_LOG_ERROR, "the queue could not be written",
               ZP_LOG_S("error", answer->error.message));
    }
    claim(driver);
}

// Makes the housekeeping due, and claims when that is written.
static void nudge(struct zp__driver *driver, size_t count) {
    const int64_t now = zp_clock_now(&driver->o.config->clock);
    const struct zp__store_new_task tasks[] = {
        {.kind = ZP_TASK_CRM_POLL,
         .subject = ZP_SUBJECT_BITRIX24,
         .next_at = now,
         .quiet = true,
         .nudge = true},
        {.kind = ZP_TASK_CRM_COMPARE,
         .subject = ZP_SUBJECT_BITRIX24,
         .next_at = now,
         .quiet = true,
         .nudge = true},
        {.kind = ZP_TASK_REREAD,
         .subject = ZP_SUBJECT_DIKIDI,
         .next_at = now,
         .quiet = true,
         .nudge = true},
    };
    const struct zp__change change = {.tasks = tasks, .task_count = count};
    zp__store_apply(driver->o.store, &change, on_nudged, driver);
}

void zp__driver_start_worker(struct zp__driver *driver) {
    driver->working = true;
    nudge(driver, 3);
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
    nudge(driver, 1);
}
