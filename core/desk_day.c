// day, truth, clients, queue, sync once: what the journal holds, and what waits.
#include "desk_private.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

// ---- day
// --------------------------------------------------------------------------------------------------------
static void on_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    ask->event.bookings = talloc_steal(ask, answer->bookings);
    ask->event.booking_count = answer->booking_count;
    zp__ask_answer(ask, NULL);
}

void zp__ask_day(struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = ask->request.u.day.date;
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, date), zp_zone_day_end(zone, date),
                  ask->request.u.day.master_id, ask->request.u.day.all, on_day,
                  zp__ask_ticket(ask, 0));
}

// ---- truth
// ------------------------------------------------------------------------------------------------------
static bool is_of_the_day(const struct zp_booking *booking, int64_t from, int64_t to) {
    return (booking->state == ZP_BOOKING_BOOKED || booking->state == ZP_BOOKING_CANCELLING) &&
           booking->starts_at >= from && booking->starts_at < to;
}

static void add_name(TALLOC_CTX *ctx, char ***list, size_t *count, const char *name) {
    *list = talloc_realloc(ctx, *list, char *, (unsigned)*count + 1);
    (*list)[(*count)++] = talloc_strdup(ctx, name);
}

static void compare(struct zp__ask *ask, const struct zp__crm_answer *crm, int64_t from,
                    int64_t to) {
    struct zp_truth *truth = ask->event.truth;
    bool *seen = talloc_zero_array(truth, bool, (unsigned)crm->name_count + 1);
    for (size_t i = 0; i < ask->event.booking_count; i++) {
        const struct zp_booking *booking = ask->event.bookings[i];
        bool found = false;
        for (size_t k = 0; k < crm->name_count && booking->booking_id != NULL; k++) {
            if (!seen[k] && strcmp(crm->names[k], booking->booking_id) == 0) {
                found = seen[k] = true;
                break;
            }
        }
        if (!found && is_of_the_day(booking, from, to) && booking->booking_id != NULL) {
            add_name(truth, &truth->only_journal, &truth->only_journal_count, booking->booking_id);
        }
    }
    for (size_t k = 0; k < crm->name_count; k++) {
        if (!seen[k]) {
            add_name(truth, &truth->only_crm, &truth->only_crm_count, crm->names[k]);
        }
    }
}

static void on_crm_count(const struct zp__crm_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_crm(desk, answer);
    if (ask == NULL) {
        return;
    }
    struct zp_truth *truth = ask->event.truth;
    if (answer->ok) {
        const struct zp_zone *zone = desk->o.config->zone;
        truth->crm_count = (int)answer->total;
        truth->crm_at = zp__desk_clock(desk);
        compare(ask, answer, zp_zone_day_start(zone, truth->date),
                zp_zone_day_end(zone, truth->date));
    }
    ask->event.booking_count = 0; // the rows were only for counting
    TALLOC_FREE(ask->event.bookings);
    zp__ask_answer(ask, NULL); // a CRM that could not be asked stands as crm_count -1
}

static void on_truth_day(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    struct zp_desk *desk = ask->desk;
    const struct zp_zone *zone = desk->o.config->zone;
    const struct zp_date date = ask->request.u.truth.date;
    const int64_t from = zp_zone_day_start(zone, date);
    const int64_t to = zp_zone_day_end(zone, date);
    ask->event.bookings = talloc_steal(ask, answer->bookings);
    ask->event.booking_count = answer->booking_count;
    ask->event.truth = talloc_zero(ask, struct zp_truth);
    ask->event.truth->date = date;
    ask->event.truth->crm_count = -1;
    for (size_t i = 0; i < answer->booking_count; i++) {
        ask->event.truth->journal_count += is_of_the_day(ask->event.bookings[i], from, to);
    }
    zp__crm_count_visits(desk->crm, ZP_PACE_BACKGROUND, desk->o.config->bitrix24.entity, from, to,
                         on_crm_count, zp__ask_ticket(ask, 0));
}

void zp__ask_truth(struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = ask->request.u.truth.date;
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, date), zp_zone_day_end(zone, date),
                  NULL, true, on_truth_day, zp__ask_ticket(ask, 0));
}

// ---- clients
// ----------------------------------------------------------------------------------------------------
static void on_clients(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    ask->event.clients = talloc_steal(ask, answer->clients);
    ask->event.client_count = answer->client_count;
    zp__ask_answer(ask, NULL);
}

void zp__ask_clients(struct zp__ask *ask) {
    zp__store_clients(ask->desk->store, ask->request.u.clients.query, ask->request.u.clients.limit,
                      on_clients, zp__ask_ticket(ask, 0));
}

// ---- queue
// ------------------------------------------------------------------------------------------------------
static void on_tasks(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    ask->event.tasks = talloc_zero_array(ask, struct zp_task, (unsigned)answer->task_count + 1);
    ask->event.task_count = answer->task_count;
    for (size_t i = 0; i < answer->task_count; i++) {
        const struct zp_task *task = &answer->tasks[i].task;
        struct zp_task *out = &ask->event.tasks[i];
        *out = *task;
        out->kind = talloc_strdup(ask->event.tasks, task->kind);
        out->request_id = talloc_strdup(ask->event.tasks, task->request_id);
        out->booking_id =
            task->booking_id ? talloc_strdup(ask->event.tasks, task->booking_id) : NULL;
        out->error = talloc_strdup(ask->event.tasks, task->error ? task->error : "");
    }
    zp__ask_answer(ask, NULL);
}

void zp__ask_queue(struct zp__ask *ask) {
    zp__store_tasks(ask->desk->store, on_tasks, zp__ask_ticket(ask, 0));
}

static void on_retried(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (booking != NULL) {
        talloc_free(ask->event.booking);
        ask->event.booking = zp_booking_copy(ask, booking);
    }
    if (ok) {
        zp__ask_answer(ask, NULL);
        return;
    }
    struct zp_error friendly = *error;
    zp__texts_friendly(&friendly);
    zp__ask_answer(ask, &friendly);
}

static void on_claimed_for_retry(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (!answer->ok) {
        if (ask != NULL) {
            struct zp_error error = answer->error;
            if (error.code == ZP_E_CONFLICT) {
                zp_error_set(&error, ZP_E_UNREACHABLE, "BUSY", "%s",
                             _("another process is working on this task right now"));
            }
            zp__ask_answer(ask, &error);
        }
        return;
    }
    zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? on_retried : NULL,
                   ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
}

void zp__ask_queue_retry(struct zp__ask *ask) {
    zp__store_claim_one(ask->desk->store, ask->request.u.queue.task_id, on_claimed_for_retry,
                        zp__ask_ticket(ask, 0));
}

static void on_dropped(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_queue_changed(desk);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    zp__desk_booking_changed(desk, ask->event.booking);
    zp__ask_answer(ask, NULL);
}

// What giving a task up means for its booking.
static void give_up(struct zp_booking *booking, const char *kind) {
    const bool open = booking->state == ZP_BOOKING_INTENT || booking->state == ZP_BOOKING_SENT ||
                      booking->state == ZP_BOOKING_UNCERTAIN;
    if (strcmp(kind, ZP_TASK_BOOK) == 0 && open) {
        booking->state = ZP_BOOKING_DROPPED;
    } else if (strcmp(kind, ZP_TASK_CANCEL) == 0 && booking->state == ZP_BOOKING_CANCELLING) {
        booking->state = ZP_BOOKING_BOOKED;
    } else if (strcmp(kind, ZP_TASK_CRM_LOG) == 0 && booking->crm_id == NULL) {
        booking->crm_state = ZP_CRM_NONE;
    } else if (booking->crm_state == ZP_CRM_ATTENTION) {
        booking->crm_state = ZP_CRM_LOGGED;
    }
}

static void on_claimed_for_drop(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    struct zp_desk *desk = ask->desk;
    const struct zp__store_task *task = &answer->tasks[0];
    struct zp_booking *booking = zp_booking_copy(ask, task->booking);
    ask->event.booking = booking;
    if (strcmp(task->task.kind, ZP_TASK_CANCEL) == 0 && zp__memory_unknown(task->memory)) {
        zp__ask_refuse(
            ask, ZP_E_UNKNOWN, NULL,
            _("this cancel may have been carried out: retry it, the retry asks Dikidi what is so"));
        return; // our lease ends with this process, or by itself
    }
    give_up(booking, task->task.kind);
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__change change = {
        .booking = booking,
        .expected_revision = booking->revision,
        .history = zp__ask_line(ask, "dropped", desk->operator_name, task->task.kind),
        .history_count = 1,
        .task_id = task->task.id,
        .task_end = ZP_TASK_FINISHED};
    zp__store_apply(desk->store, &change, on_dropped, zp__ask_ticket(ask, 0));
}

void zp__ask_queue_drop(struct zp__ask *ask) {
    zp__store_claim_one(ask->desk->store, ask->request.u.queue.task_id, on_claimed_for_drop,
                        zp__ask_ticket(ask, 0));
}

// ---- sync once
// --------------------------------------------------------------------------------------------------
static void on_drained(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    (void)booking;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask != NULL) {
        zp__ask_answer(ask, ok ? NULL : error);
    }
}

void zp__ask_sync_once(struct zp__ask *ask) {
    zp__driver_drain(ask->desk->driver, on_drained, zp__ask_ticket(ask, 0));
}
