// Tasks: leases, what ends them, and the counts.
#include "store/sqlite.h"

#include "base/memory.h"

#include <zapis/i18n.h>
#include <zapis/time.h>

// As zp__store_task_is_crm() has it, in the words of the index.
#define IS_CRM "(substr(kind, 1, 4) = '" ZP_TASK_OF_CRM "' OR kind = '" ZP_TASK_LOOK_ENTRY "')"

const char zp__sql_claim_due[] =
    "SELECT id, next_at FROM task WHERE company = ? AND"
    " state = 'waiting' AND " IS_CRM " = ? AND next_at <= ? ORDER BY next_at, id LIMIT ?";
const char zp__sql_claim_running[] = "SELECT id, next_at, owner, boot_id, lease_until_boot_ms, kind"
                                     " FROM task WHERE company = ? AND state = 'running'";
const char zp__sql_task[] = "SELECT request_id, kind, state, attempts, next_at, error, memory,"
                            " owner, boot_id, lease_until_boot_ms FROM task"
                            " WHERE company = ? AND id = ?";
// Housekeeping is not shown while nothing is wrong with it.
const char zp__sql_tasks[] = "SELECT id, next_at FROM task WHERE company = ?"
                             " AND (quiet = 0 OR error <> '' OR state = 'attention')";
const char zp__sql_waiting[] = "SELECT count(*) FROM task WHERE company = ?"
                               " AND state IN ('waiting', 'running')"
                               " AND (quiet = 0 OR error <> '')";

// A step into task_due for each service, however many wait.
#define FIRST_DUE                                                                                  \
    "SELECT min(next_at) AS first FROM task WHERE company = ?1 AND state = 'waiting' AND " IS_CRM
const char zp__sql_next_due[] =
    "SELECT min(first) FROM (" FIRST_DUE " = 0 UNION ALL " FIRST_DUE " = 1)";

// ---- leases

// True while nobody else may have the task: its owner lives and its time is not up. A lease of
// another start of the machine is no lease.
static bool lease_holds(const struct zp__sqlite *self, int64_t owner, const char *boot_id,
                        int64_t until_boot_ms) {
    return boot_id != NULL && strcmp(boot_id, self->owners->boot_id) == 0 &&
           until_boot_ms > zp_clock_boot_ms() && zp__owners_alive(self->owners, owner);
}

static bool lease(struct zp__sqlite *self, int64_t id, struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE task SET state = 'running', owner = ?3, boot_id = ?4,"
                          " lease_until_boot_ms = ?5 WHERE company = ?1 AND id = ?2",
                          "tiiti", self->company, id, self->owners->self, self->owners->boot_id,
                          zp_clock_boot_ms() + self->lease_ms);
}

// ---- reading

static enum zp_task_state state_of(const struct zp__sqlite *self, sqlite3_stmt *statement) {
    const char *word = (const char *)sqlite3_column_text(statement, 2);
    if (strcmp(word, zp_task_state_name(ZP_TASK_ATTENTION)) == 0) {
        return ZP_TASK_ATTENTION;
    }
    // Left by a process that died: it waits to be taken over.
    bool running = strcmp(word, zp_task_state_name(ZP_TASK_RUNNING)) == 0 &&
                   lease_holds(self, sqlite3_column_int64(statement, 7),
                               (const char *)sqlite3_column_text(statement, 8),
                               sqlite3_column_int64(statement, 9));
    return running ? ZP_TASK_RUNNING : ZP_TASK_WAITING;
}

bool zp__sqlite_task_read(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t id,
                          struct zp__store_task *out, struct zp_error *err) {
    sqlite3_stmt *statement = zp__sqlite_query(self, err, zp__sql_task, "ti", self->company, id);
    int found = zp__sqlite_step(self, statement, err);
    if (found <= 0) {
        return found == 0 && zp_error_set(err, ZP_E_NOT_FOUND, NULL,
                                          _("The queue has no task %lld any more. Look at the "
                                            "queue again."),
                                          (long long)id);
    }
    *out = (struct zp__store_task){
        .task = {.id = id,
                 .request_id = zp__sqlite_text(ctx, statement, 0),
                 .kind = zp__sqlite_text(ctx, statement, 1),
                 .state = state_of(self, statement),
                 .attempts = sqlite3_column_int(statement, 3),
                 .next_at = sqlite3_column_int64(statement, 4),
                 .error = zp__sqlite_text(ctx, statement, 5)},
        .memory = zp__sqlite_text(ctx, statement, 6),
        .lease_until_boot_ms = sqlite3_column_int64(statement, 9),
    };
    zp__sqlite_reset(statement);
    struct zp_error failed = {0};
    out->booking = zp__sqlite_booking_of(self, ctx, out->task.request_id, &failed);
    if (failed.code != ZP_OK) {
        *err = failed;
        return false;
    }
    const char *number = out->booking != NULL ? out->booking->booking_id
                                              : zp__sqlite_subject_number(out->task.request_id);
    out->task.booking_id = zp__memory_strdup_or_null(ctx, number);
    return true;
}

// A list of task ids, oldest due first.
struct due {
    int64_t id, next_at;
    bool crm;
};
struct due_list {
    struct due *items;
    size_t count;
};

static void due_add(TALLOC_CTX *ctx, struct due_list *list, struct due due) {
    list->items = zp__memory_must(talloc_realloc(ctx, list->items, struct due, list->count + 1));
    list->items[list->count++] = due;
}

static int by_due(const void *left, const void *right) {
    const struct due *a = left, *b = right;
    if (a->next_at != b->next_at) {
        return a->next_at < b->next_at ? -1 : 1;
    }
    return a->id < b->id ? -1 : a->id > b->id;
}

// Waiting ones of a service that are due.
static bool due_waiting(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t now, bool crm,
                        size_t room, struct due_list *list, struct zp_error *err) {
    if (room == 0) {
        return true;
    }
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_claim_due, "tiii", self->company, (int64_t)crm, now,
                         room > INT32_MAX ? INT32_MAX : (int64_t)room);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        due_add(ctx, list,
                (struct due){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                             crm});
    }
    return more == 0;
}

// And running ones that nobody holds any more.
static bool due_left(struct zp__sqlite *self, TALLOC_CTX *ctx, struct zp__store_room room,
                     struct due_list *list, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_claim_running, "t", self->company);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        const bool crm = zp__store_task_is_crm((const char *)sqlite3_column_text(statement, 5));
        if ((crm ? room.crm : room.dikidi) > 0 &&
            !lease_holds(self, sqlite3_column_int64(statement, 2),
                         (const char *)sqlite3_column_text(statement, 3),
                         sqlite3_column_int64(statement, 4))) {
            due_add(ctx, list,
                    (struct due){sqlite3_column_int64(statement, 0),
                                 sqlite3_column_int64(statement, 1), crm});
        }
    }
    return more == 0;
}

static bool due_find(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t now,
                     struct zp__store_room room, struct due_list *list, struct zp_error *err) {
    if (!due_waiting(self, ctx, now, false, room.dikidi, list, err) ||
        !due_waiting(self, ctx, now, true, room.crm, list, err) ||
        !due_left(self, ctx, room, list, err)) {
        return false;
    }
    if (list->count > 0) {
        qsort(list->items, list->count, sizeof list->items[0], by_due);
    }
    return true;
}

// ---- claiming

// False if there is certainly nothing to claim; asked without a write transaction.
bool zp__sqlite_claim_needed(struct zp__sqlite *self, const struct zp__store_call *call) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    struct due_list list = {0};
    const struct zp__store_room room = {.dikidi = call->u.claim.room.dikidi > 0,
                                        .crm = call->u.claim.room.crm > 0};
    bool known = due_find(self, work, call->u.claim.now, room, &list, NULL);
    talloc_free(work);
    return !known || list.count > 0;
}

static bool lease_list(struct zp__sqlite *self, const struct due_list *list,
                       struct zp__store_room room, struct zp__store_answer *answer) {
    answer->tasks = zp__memory_array(answer, struct zp__store_task, list->count);
    for (size_t i = 0; i < list->count; i++) {
        size_t *left = list->items[i].crm ? &room.crm : &room.dikidi;
        if (*left == 0) {
            continue;
        }
        --*left;
        if (!lease(self, list->items[i].id, &answer->error) ||
            !zp__sqlite_task_read(self, answer->tasks, list->items[i].id,
                                  &answer->tasks[answer->task_count], &answer->error)) {
            return false;
        }
        answer->task_count++;
    }
    return true;
}

void zp__sqlite_claim(struct zp__sqlite *self, struct zp__store_call *call) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    struct due_list list = {0};
    const struct zp__store_room room = call->u.claim.room;
    call->answer->ok = due_find(self, work, call->u.claim.now, room, &list, &call->answer->error) &&
                       lease_list(self, &list, room, call->answer);
    talloc_free(work);
}

void zp__sqlite_claim_one(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    int64_t id = call->u.claim_one.task_id;
    struct zp__store_task before = {0};
    if (!zp__sqlite_task_read(self, answer, id, &before, &answer->error)) {
        return;
    }
    if (before.task.state == ZP_TASK_RUNNING) {
        zp_error_set(&answer->error, ZP_E_CONFLICT, NULL,
                     _("Task %lld is being worked on at this moment. Wait for it to end."),
                     (long long)id);
        return;
    }
    const struct due_list list = {&(struct due){.id = id}, 1};
    answer->ok = lease_list(self, &list, (struct zp__store_room){.dikidi = 1}, answer);
}

// ---- inside a change

char *zp__sqlite_task_guard(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t task_id,
                            int64_t lease_boot_ms, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err,
                         "SELECT request_id FROM task WHERE company = ?1 AND id = ?2 AND owner = ?3"
                         " AND state = 'running' AND (?4 = 0 OR lease_until_boot_ms = ?4)",
                         "tiii", self->company, task_id, self->owners->self, lease_boot_ms);
    int found = zp__sqlite_step(self, statement, err);
    if (found == 0) {
        zp_error_set(err, ZP_E_CONFLICT, NULL,
                     _("Task %lld was taken over or ended by somebody else. Look at the queue "
                       "again."),
                     (long long)task_id);
    }
    if (found <= 0) {
        return NULL;
    }
    char *request_id = zp__sqlite_text(ctx, statement, 0);
    zp__sqlite_reset(statement);
    return request_id;
}

// ONCE_MORE changes nothing unless the task was asked for again while it was leased. Asked by a
// nudge it goes on with the notes that it has. AT_ONCE: the time asked for had come before; it is
// due as it was.
#define RELEASED "owner = 0, boot_id = '', lease_until_boot_ms = 0"
#define AT_ONCE  "9223372036854775807"
#define ONCE_MORE                                                                                  \
    "UPDATE task SET state = 'waiting', attempts = 0, error = '',"                                 \
    " next_at = iif(again_at = " AT_ONCE ", next_at, again_at),"                                   \
    " memory = coalesce(again_memory, ?3, memory), again_at = NULL, again_memory = NULL,"          \
    " " RELEASED " WHERE company = ?1 AND id = ?2 AND again_at IS NOT NULL"

static bool once_more(struct zp__sqlite *self, int64_t id, const char *memory, bool *done,
                      struct zp_error *err) {
    bool ok = zp__sqlite_run(self, err, ONCE_MORE, "tit", self->company, id, memory);
    *done = sqlite3_changes(self->db) > 0;
    return ok;
}

bool zp__sqlite_task_end(struct zp__sqlite *self, const struct zp__change *change,
                         struct zp_error *err) {
    int64_t id = change->task_id;
    const char *memory = change->task_memory;
    const char *error = change->task_error == NULL ? "" : change->task_error;
    bool again = false;
    switch (change->task_end) {
    case ZP_TASK_KEEP: return true;
    case ZP_TASK_NOTE:
        return zp__sqlite_run(self, err,
                              "UPDATE task SET memory = coalesce(?3, memory)"
                              " WHERE company = ?1 AND id = ?2",
                              "tit", self->company, id, memory);
    case ZP_TASK_FINISHED:
        return once_more(self, id, memory, &again, err) &&
               (again || zp__sqlite_run(self, err, "DELETE FROM task WHERE company = ? AND id = ?",
                                        "ti", self->company, id));
    case ZP_TASK_AGAIN:
        // Asked for meanwhile: no later than that, once, or every failure after it would be
        // repeated at once; the next end still runs it once more, since this run may go on from
        // notes that are older than the asking. A nudge has no notes: it is answered by the next
        // run.
        return zp__sqlite_run(self, err,
                              "UPDATE task SET state = 'waiting', attempts = attempts + 1,"
                              " next_at = min(?3, coalesce(again_at, ?3)), error = ?4,"
                              " again_at = iif(again_memory IS NULL, NULL, " AT_ONCE "),"
                              " memory = coalesce(?5, memory), " RELEASED
                              " WHERE company = ?1 AND id = ?2",
                              "tiitt", self->company, id, change->task_next_at, error, memory);
    case ZP_TASK_TO_PERSON:
        return once_more(self, id, memory, &again, err) &&
               (again || zp__sqlite_run(self, err,
                                        "UPDATE task SET state = 'attention', error = ?3,"
                                        " memory = coalesce(?4, memory), " RELEASED
                                        " WHERE company = ?1 AND id = ?2",
                                        "titt", self->company, id, error, memory));
    case ZP_TASK_LATER:
        // Asked for meanwhile: due when that was; notes that came with the asking go before ours.
        return zp__sqlite_run(self, err,
                              "UPDATE task SET state = 'waiting', attempts = 0, error = '',"
                              " next_at = min(?3, coalesce(again_at, ?3)),"
                              " memory = coalesce(nullif(again_memory, ''), ?4, memory),"
                              " again_at = NULL, again_memory = NULL, " RELEASED
                              " WHERE company = ?1 AND id = ?2",
                              "tiit", self->company, id, change->task_next_at, memory);
    }
    return zp_error_set(err, ZP_E_INTERNAL, NULL,
                        _("A change of the journal ends a task in an unknown way. Please report "
                          "this."));
}

bool zp__sqlite_task_drop(struct zp__sqlite *self, const char *request_id,
                          const struct zp__change *change, struct zp_error *err) {
    bool ok = true;
    for (size_t i = 0; change->drop_kinds != NULL && change->drop_kinds[i] != NULL && ok; i++) {
        ok = zp__sqlite_run(self, err,
                            "DELETE FROM task WHERE company = ? AND request_id = ? AND kind = ?"
                            " AND id <> ?",
                            "ttti", self->company, request_id, change->drop_kinds[i],
                            change->task_id);
    }
    return ok;
}

// The last id is read once in a transaction and written back once, at its end: to move it on with
// every task cost more than the task's own row. One that is taken back leaves a gap.
static bool next_id(struct zp__sqlite *self, int64_t *id, struct zp_error *err) {
    if (self->last_task_id < 0 &&
        zp__sqlite_number(self, err, &self->last_task_id,
                          "SELECT last_task_id FROM salon WHERE company = ?", "t",
                          self->company) <= 0) {
        return false;
    }
    *id = ++self->last_task_id;
    return true;
}

bool zp__sqlite_task_ids_keep(struct zp__sqlite *self, struct zp_error *err) {
    return self->last_task_id < 0 ||
           zp__sqlite_run(self, err, "UPDATE salon SET last_task_id = ?2 WHERE company = ?1", "ti",
                          self->company, self->last_task_id);
}

static bool add_new(struct zp__sqlite *self, const char *request_id,
                    const struct zp__store_new_task *task, int64_t *id, struct zp_error *err) {
    return next_id(self, id, err) &&
           zp__sqlite_run(self, err,
                          "INSERT INTO task (company, id, request_id, kind, state, next_at, memory,"
                          " quiet) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)",
                          "tittiti", self->company, *id, request_id, task->kind, task->next_at,
                          task->memory == NULL ? "" : task->memory, (int64_t)task->quiet);
}

// In what follows: once it is shown a task does not become quiet again.

static bool make_due(struct zp__sqlite *self, const struct zp__store_new_task *task, int64_t id,
                     struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE task SET state = 'waiting', attempts = 0, error = '',"
                          " next_at = ?3, memory = ?4, again_at = NULL, again_memory = NULL,"
                          " quiet = min(quiet, ?5), " RELEASED " WHERE company = ?1 AND id = ?2",
                          "tiiti", self->company, id, task->next_at,
                          task->memory == NULL ? "" : task->memory, (int64_t)task->quiet);
}

static bool mark_again(struct zp__sqlite *self, const struct zp__store_new_task *task, int64_t id,
                       struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE task SET again_at = min(?3, coalesce(again_at, ?3)),"
                          " again_memory = ?4, quiet = min(quiet, ?5)"
                          " WHERE company = ?1 AND id = ?2",
                          "tiiti", self->company, id, task->next_at,
                          task->memory == NULL ? "" : task->memory, (int64_t)task->quiet);
}

// Its notes stay, and what has failed so far still counts, unless it had been given to a person.
static bool nudge(struct zp__sqlite *self, const struct zp__store_new_task *task, int64_t id,
                  struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE task SET"
                          " next_at = iif(state = 'attention', ?3, min(next_at, ?3)),"
                          " attempts = iif(state = 'attention', 0, attempts),"
                          " error = iif(state = 'attention', '', error), state = 'waiting',"
                          " quiet = min(quiet, ?4), " RELEASED " WHERE company = ?1 AND id = ?2",
                          "tiii", self->company, id, task->next_at, (int64_t)task->quiet);
}

static bool nudge_again(struct zp__sqlite *self, const struct zp__store_new_task *task, int64_t id,
                        struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE task SET again_at = min(?3, coalesce(again_at, ?3)),"
                          " quiet = min(quiet, ?4) WHERE company = ?1 AND id = ?2",
                          "tiii", self->company, id, task->next_at, (int64_t)task->quiet);
}

static bool ask_again(struct zp__sqlite *self, const struct zp__store_new_task *task, int64_t id,
                      bool held, struct zp_error *err) {
    if (task->nudge) {
        return held ? nudge_again(self, task, id, err) : nudge(self, task, id, err);
    }
    return held ? mark_again(self, task, id, err) : make_due(self, task, id, err);
}

bool zp__sqlite_task_add(struct zp__sqlite *self, const char *request_id,
                         const struct zp__store_new_task *task, int64_t *id, struct zp_error *err) {
    sqlite3_stmt *statement = zp__sqlite_query(
        self, err,
        "SELECT id, state = 'running', owner, boot_id, lease_until_boot_ms FROM task"
        " WHERE company = ? AND request_id = ? AND kind = ?",
        "ttt", self->company, request_id, task->kind);
    int found = zp__sqlite_step(self, statement, err);
    bool held = false, ok = found >= 0;
    if (found > 0) {
        *id = sqlite3_column_int64(statement, 0);
        held = sqlite3_column_int(statement, 1) != 0 &&
               lease_holds(self, sqlite3_column_int64(statement, 2),
                           (const char *)sqlite3_column_text(statement, 3),
                           sqlite3_column_int64(statement, 4));
        zp__sqlite_reset(statement);
        ok = ask_again(self, task, *id, held, err);
    } else if (found == 0) {
        ok = add_new(self, request_id, task, id, err);
    }
    if (ok && task->claimed && !held) {
        return lease(self, *id, err);
    }
    *id = 0;
    return ok;
}

// ---- the queue

void zp__sqlite_tasks(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    struct due_list list = {0};
    sqlite3_stmt *statement =
        zp__sqlite_query(self, &answer->error, zp__sql_tasks, "t", self->company);
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        due_add(work, &list,
                (struct due){.id = sqlite3_column_int64(statement, 0),
                             .next_at = sqlite3_column_int64(statement, 1)});
    }
    if (list.count > 0) {
        qsort(list.items, list.count, sizeof list.items[0], by_due);
    }
    answer->tasks = zp__memory_array(answer, struct zp__store_task, list.count);
    answer->ok = more == 0;
    for (size_t i = 0; i < list.count && answer->ok; i++) {
        answer->ok = zp__sqlite_task_read(self, answer->tasks, list.items[i].id, &answer->tasks[i],
                                          &answer->error);
        answer->task_count += answer->ok;
    }
    talloc_free(work);
}

void zp__sqlite_counts(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    int64_t waiting = 0, attention = 0;
    answer->ok =
        zp__sqlite_number(self, &answer->error, &waiting, zp__sql_waiting, "t", self->company) >=
            0 &&
        zp__sqlite_number(self, &answer->error, &attention,
                          "SELECT count(*) FROM task WHERE company = ? AND state = 'attention'",
                          "t", self->company) >= 0;
    answer->waiting = (int)waiting;
    answer->attention = (int)attention;
}

// When the next of the running tasks can be taken over, in wall-clock time: at once where its owner
// is dead, else when the lease ends. 0: none runs.
static bool takeover_at(struct zp__sqlite *self, int64_t now, int64_t *at, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_claim_running, "t", self->company);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        int64_t owner = sqlite3_column_int64(statement, 2);
        int64_t until = sqlite3_column_int64(statement, 4);
        int64_t then = now;
        if (lease_holds(self, owner, (const char *)sqlite3_column_text(statement, 3), until)) {
            then = now + (until - zp_clock_boot_ms()) / 1000 + 1;
        }
        *at = *at == 0 || then < *at ? then : *at;
    }
    return more == 0;
}

void zp__sqlite_next_due(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    int64_t due = 0, takeover = 0;
    answer->ok =
        zp__sqlite_number(self, &answer->error, &due, zp__sql_next_due, "t", self->company) >= 0 &&
        takeover_at(self, call->u.next_due.now, &takeover, &answer->error);
    answer->next_due_at = takeover != 0 && (due == 0 || takeover < due) ? takeover : due;
}
