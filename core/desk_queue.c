// queue: what waits; one task tried again, or given up by a person.
#include "desk_private.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

// ---- which list a person decides about
#define LIST_BASE 100000 // six digits: short enough to be typed
#define LIST_SPAN 900000

static int64_t list_of(const struct zp__store_task *task) {
    const char *text = task->task.error;
    if (strcmp(task->task.kind, ZP_TASK_CRM_REVERSE) != 0 || text == NULL || text[0] == '\0' ||
        zp__memory_told_at(task->memory) == 0) {
        return 0;
    }
    uint32_t hash = 2166136261u;
    for (const char *c = text; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    return LIST_BASE + hash % LIST_SPAN;
}

// ---- the list
static void on_tasks(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
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
        out->list = list_of(&answer->tasks[i]);
    }
    zp__ask_answer(ask, NULL);
}

void zp__ask_queue(struct zp__ask *ask) {
    zp__store_tasks(ask->desk->store, on_tasks, zp__ask_ticket(ask, 0));
}

// ---- once more
static void on_retried(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_ended(data, booking);
    if (ask == NULL) {
        return;
    }
    if (ok) {
        zp__ask_answer(ask, NULL);
        return;
    }
    struct zp_error friendly = *error;
    if (booking == NULL || booking->moved_from == NULL) { // a move tells what became of both times
        zp__texts_friendly(&friendly);
    }
    zp__ask_answer(ask, &friendly);
}

// Nothing was done with a task that we hold: it goes back, and the person looks again.
static void on_given_back(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    (void)answer; // where it could not be written the lease ends by itself
    zp__desk_queue_changed(desk);
    zp__driver_poke(desk->driver);
    if (ask == NULL) {
        return;
    }
    zp__ask_refuse(ask, ZP_E_CONFLICT, "LIST_CHANGED",
                   ask->request.u.queue.list == 0
                       ? _("this is a list of visits, and it may change: look at the queue, and "
                           "say which list is meant. Nothing was done")
                       : _("the list of visits has changed since it was shown: look at it again. "
                           "Nothing was done"));
}

// Is what was claimed the list that the person saw, or no list at all? False: answered.
static bool is_as_shown(struct zp__ask *ask, const struct zp__store_task *task) {
    const int64_t list = list_of(task);
    if (list == ask->request.u.queue.list) {
        return true;
    }
    struct zp__change change = {
        .task_id = task->task.id, .task_end = ZP_TASK_TO_PERSON, .task_error = task->task.error};
    if (list == 0) { // it has changed, and is not told anew yet
        change.task_end = ZP_TASK_LATER;
        change.task_next_at = zp__desk_clock(ask->desk);
    }
    zp__store_apply(ask->desk->store, &change, on_given_back, zp__ask_ticket(ask, 0));
    return false;
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
    const struct zp__store_task *task = &answer->tasks[0];
    if (ask != NULL && !is_as_shown(ask, task)) {
        return;
    }
    // Only who saw the list consents to it; of somebody who has left that is not known.
    const bool seen =
        strcmp(task->task.kind, ZP_TASK_CRM_REVERSE) != 0 || (ask != NULL && list_of(task) != 0);
    zp__driver_run(desk->driver, task, seen, ask != NULL ? on_retried : NULL,
                   ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
}

void zp__ask_queue_retry(struct zp__ask *ask) {
    zp__store_claim_one(ask->desk->store, ask->request.u.queue.task_id, on_claimed_for_retry,
                        zp__ask_ticket(ask, 0));
}

// ---- given up
static void on_dropped(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    zp__desk_queue_changed(desk);
    if (answer->ok) {
        zp__driver_poke(desk->driver);
    }
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    if (ask->event.booking != NULL) {
        zp__desk_booking_changed(desk, ask->event.booking);
    }
    zp__ask_answer(ask, NULL);
}

// The new time of a move is given up after the old one was: the machine ends the old one's entry.
static void on_dropped_open(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return; // the task is ours until the lease ends; whoever takes it over does the rest
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    struct zp__store_task *task = ask->state;
    task->booking = answer->booking;
    zp__desk_booking_changed(desk, answer->booking);
    zp__driver_run(desk->driver, task, true, on_retried, zp__ask_ticket(ask, 0));
}

// A cancel whose answer was lost: it stays with the person, and nobody holds it.
static void on_kept(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    zp__desk_queue_changed(desk);
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    zp__ask_refuse(
        ask, ZP_E_UNKNOWN, NULL,
        _("this cancel may have been carried out: retry it, the retry asks Dikidi what is so"));
}

static void keep_for_person(struct zp__ask *ask, const struct zp__store_task *task) {
    const struct zp__change change = {
        .task_id = task->task.id,
        .task_end = ZP_TASK_TO_PERSON,
        .task_error = _("it is not known whether this cancel was carried out: retry it, the retry "
                        "asks Dikidi what is so")};
    zp__store_apply(ask->desk->store, &change, on_kept, zp__ask_ticket(ask, 0));
}

static bool is_open(const struct zp_booking *booking) {
    return booking->state == ZP_BOOKING_INTENT || booking->state == ZP_BOOKING_SENT ||
           booking->state == ZP_BOOKING_UNCERTAIN;
}

// The old time of a move stays after all: it stands alone, with an entry of its own where the other
// has taken its. Returns the task that must follow, NULL none.
static const char *stay(struct zp_booking *booking) {
    booking->state = ZP_BOOKING_BOOKED;
    TALLOC_FREE(booking->moved_to);
    if (booking->crm_state != ZP_CRM_NONE || booking->crm_id != NULL) {
        return NULL;
    }
    booking->crm_state = ZP_CRM_QUEUED;
    return ZP_TASK_CRM_LOG;
}

// What giving a task up means for its booking. Returns the task that must follow, NULL none.
static const char *give_up(struct zp_booking *booking, const struct zp__store_task *task) {
    const char *kind = task->task.kind;
    const bool releasing = zp__memory_release_first(task->memory); // a `book` minds moved_to itself
    const bool unlogged = booking->crm_id == NULL;
    if (strcmp(kind, ZP_TASK_BOOK) == 0) {
        booking->state = is_open(booking) ? ZP_BOOKING_DROPPED : booking->state;
        return NULL;
    }
    if (strcmp(kind, ZP_TASK_CANCEL) == 0) {
        if (booking->moved_to != NULL && !releasing) {
            return stay(booking);
        }
        if (booking->state == ZP_BOOKING_CANCELLING) {
            booking->state = ZP_BOOKING_BOOKED;
        }
        return NULL;
    }
    if (strcmp(kind, ZP_TASK_MOVE) == 0) { // both bookings stay, each with an entry of its own
        return unlogged ? ZP_TASK_CRM_LOG : NULL;
    }
    if (strcmp(kind, ZP_TASK_LOOK) == 0) { // of Dikidi; the entry is as it was
        return NULL;
    }
    if (unlogged && (strcmp(kind, ZP_TASK_CRM_LOG) == 0 || strcmp(kind, ZP_TASK_CRM_MOVE) == 0)) {
        booking->crm_state = ZP_CRM_NONE;
    } else if (booking->crm_state == ZP_CRM_ATTENTION || strcmp(kind, ZP_TASK_CRM_MOVE) == 0) {
        booking->crm_state = ZP_CRM_LOGGED;
    }
    return NULL;
}

// A task about something outside the journal, and the managers' cancels, which are about many of
// its bookings: the task goes, and with the latter the list; with more left on it the task stays.
static void drop_task(struct zp__ask *ask, const char *const *reverse_drop, bool more) {
    const struct zp__store_task *task = ask->state;
    const struct zp__change change = {.task_id = task->task.id,
                                      .task_end = more ? ZP_TASK_LATER : ZP_TASK_FINISHED,
                                      .task_next_at = zp__desk_clock(ask->desk),
                                      .reverse_drop = reverse_drop};
    zp__store_apply(ask->desk->store, &change, on_dropped, zp__ask_ticket(ask, 0));
}

static void on_reverse(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return; // the task is ours until the lease ends
    }
    if (!answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return;
    }
    const struct zp__store_task *task = ask->state;
    const int64_t told_at = zp__memory_told_at(task->memory);
    const char **drop = talloc_zero_array(ask, const char *, (unsigned)answer->reverse_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < answer->reverse_count; i++) {
        if (told_at == 0 || answer->reverse[i].found_at <= told_at) {
            drop[count++] = answer->reverse[i].request_id;
        }
    }
    drop_task(ask, drop, count < answer->reverse_count);
}

static void drop_booking_task(struct zp__ask *ask) {
    struct zp_desk *desk = ask->desk;
    const struct zp__store_task *task = ask->state;
    struct zp_booking *booking = zp_booking_copy(ask, task->booking);
    ask->event.booking = booking;
    const bool cancel = strcmp(task->task.kind, ZP_TASK_CANCEL) == 0;
    if (cancel && booking->state == ZP_BOOKING_CANCELLING && zp__memory_unknown(task->memory)) {
        keep_for_person(ask, task);
        return;
    }
    const bool closes = is_open(booking) && strcmp(task->task.kind, ZP_TASK_BOOK) == 0 &&
                        zp__memory_release_first(task->memory);
    const char *follow_up = give_up(booking, task);
    booking->updated_at = zp__desk_clock(desk);
    const struct zp__store_new_task next = {.kind = follow_up, .next_at = booking->updated_at};
    const struct zp__change change = {
        .booking = booking,
        .expected_revision = booking->revision,
        .history = zp__ask_line(ask, "dropped", desk->operator_name, task->task.kind),
        .history_count = 1,
        .tasks = &next,
        .task_count = follow_up != NULL ? 1 : 0,
        .task_id = task->task.id,
        .task_end = closes ? ZP_TASK_KEEP : ZP_TASK_FINISHED};
    zp__store_apply(desk->store, &change, closes ? on_dropped_open : on_dropped,
                    zp__ask_ticket(ask, 0));
}

static void on_claimed_for_drop(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    struct zp__store_task *task = talloc_steal(ask, answer->tasks);
    ask->state = task;
    if (!is_as_shown(ask, task)) {
        return;
    }
    if (strcmp(task->task.kind, ZP_TASK_CRM_REVERSE) == 0) {
        zp__store_reverse(ask->desk->store, 0, 0, on_reverse, zp__ask_ticket(ask, 0));
    } else if (task->booking == NULL) {
        drop_task(ask, NULL, false);
    } else {
        drop_booking_task(ask);
    }
}

void zp__ask_queue_drop(struct zp__ask *ask) {
    zp__store_claim_one(ask->desk->store, ask->request.u.queue.task_id, on_claimed_for_drop,
                        zp__ask_ticket(ask, 0));
}
