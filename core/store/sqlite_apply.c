// The one write: guards, row, history, tasks and what came from outside, all or nothing.
#include "store/sqlite.h"

#include "base/memory.h"

#include <zapis/i18n.h>

// What a change is about, found by the guards.
struct target {
    const char *request_id; // NULL: nothing but a task id was given
    char *old_phone;        // of the row as it was; NULL: it is new
    bool forgotten;         // its person was: nothing that tells of him is written again
};

static bool guard_booking(struct zp__sqlite *self, TALLOC_CTX *ctx, const struct zp__change *change,
                          struct target *target, struct zp_error *err) {
    const struct zp_booking *booking = change->booking;
    sqlite3_stmt *statement = zp__sqlite_query(self, err,
                                               "SELECT revision, client_phone, forgotten_at FROM "
                                               "booking WHERE company = ? AND request_id = ?",
                                               "tt", self->company, booking->request_id);
    int found = zp__sqlite_step(self, statement, err);
    if (found < 0) {
        return false;
    }
    int64_t revision = 0;
    if (found > 0) {
        revision = sqlite3_column_int64(statement, 0);
        target->old_phone = zp__sqlite_text(ctx, statement, 1);
        target->forgotten = sqlite3_column_int64(statement, 2) != 0;
        zp__sqlite_reset(statement);
    }
    if (revision != change->expected_revision) {
        return zp_error_set(err, ZP_E_CONFLICT, NULL,
                            _("The booking was changed by somebody else in the meantime. Read it "
                              "again and repeat."));
    }
    target->request_id = booking->request_id;
    return true;
}

// Without a booking and a task there is nothing that the rest of a change could belong to.
static bool stands_alone(const struct zp__change *change) {
    bool alone = change->task_count + change->hint_count > 0 && change->history_count == 0 &&
                 change->drop_kinds == NULL && change->reverse_count == 0 &&
                 change->reverse_drop == NULL && change->seen_number == NULL;
    for (size_t i = 0; i < change->task_count && alone; i++) {
        alone = change->tasks[i].subject != NULL;
    }
    return alone;
}

static bool guards(struct zp__sqlite *self, TALLOC_CTX *ctx, const struct zp__change *change,
                   struct target *target, struct zp_error *err) {
    if (change->task_id != 0) {
        target->request_id =
            zp__sqlite_task_guard(self, ctx, change->task_id, change->task_lease_boot_ms, err);
        if (target->request_id == NULL) {
            return false;
        }
    }
    if (change->booking != NULL && !guard_booking(self, ctx, change, target, err)) {
        return false;
    }
    if (target->request_id == NULL && !stands_alone(change)) {
        return zp_error_set(err, ZP_E_INTERNAL, NULL,
                            _("A change of the journal names neither a booking nor a task. Please "
                              "report this."));
    }
    return true;
}

static bool write_history(struct zp__sqlite *self, const struct target *target,
                          const struct zp__change *change, struct zp_error *err) {
    bool ok = true;
    for (size_t i = 0; i < change->history_count && ok; i++) {
        const struct zp_history *entry = &change->history[i];
        const char *what = entry->what == NULL ? "" : entry->what;
        bool kept = !target->forgotten || zp__sqlite_forget_keeps(what);
        ok = zp__sqlite_run(self, err,
                            "INSERT INTO history (company, request_id, sequence, at, what, by,"
                            " detail) VALUES (?1, ?2, 1 + coalesce((SELECT max(sequence)"
                            " FROM history WHERE company = ?1 AND request_id = ?2), 0), ?3, ?4,"
                            " ?5, ?6)",
                            "ttittt", self->company, target->request_id, entry->at, what, entry->by,
                            kept ? entry->detail : "");
    }
    return ok;
}

// The tasks that were added as claimed go into the answer.
static bool add_tasks(struct zp__sqlite *self, const char *request_id,
                      const struct zp__change *change, struct zp__store_answer *answer) {
    answer->tasks = zp__memory_array(answer, struct zp__store_task, change->task_count);
    bool ok = true;
    for (size_t i = 0; i < change->task_count && ok; i++) {
        int64_t id = 0;
        const struct zp__store_new_task *task = &change->tasks[i];
        ok = zp__sqlite_task_add(self, task->subject == NULL ? request_id : task->subject, task,
                                 &id, &answer->error);
        if (ok && id != 0) {
            ok = zp__sqlite_task_read(self, answer->tasks, id, &answer->tasks[answer->task_count],
                                      &answer->error);
            answer->task_count++;
        }
    }
    return ok;
}

static bool carry_out(struct zp__sqlite *self, TALLOC_CTX *work, const struct zp__change *change,
                      struct zp__store_answer *answer) {
    struct zp_error *err = &answer->error;
    struct target target = {0};
    if (!guards(self, work, change, &target, err)) {
        return false;
    }
    if (change->task_id != 0 && !zp__sqlite_task_end(self, change, err)) {
        return false;
    }
    if (change->booking != NULL) {
        int64_t revision = change->expected_revision + 1;
        const struct zp_booking *booking = change->booking;
        if (target.forgotten) {
            booking = answer->booking = zp__sqlite_forget_blank(answer, booking);
        }
        if (!zp__sqlite_booking_write(self, booking, revision, err) ||
            !zp__sqlite_client_keep(self, booking, target.old_phone, revision == 1, err)) {
            return false;
        }
    }
    return write_history(self, &target, change, err) &&
           zp__sqlite_task_drop(self, target.request_id, change, err) &&
           add_tasks(self, target.request_id, change, answer) &&
           zp__sqlite_hints(self, change, err) && zp__sqlite_reverse_change(self, change, err) &&
           zp__sqlite_seen(self, change, err) && zp__sqlite_waiting_bind(self, change, err);
}

void zp__sqlite_apply(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    const struct zp__change *change = call->u.apply;
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    answer->ok = carry_out(self, work, change, answer);
    talloc_free(work);
    if (answer->ok && change->booking != NULL) {
        if (answer->booking == NULL) {
            answer->booking = zp_booking_copy(answer, change->booking);
        }
        answer->booking->revision = change->expected_revision + 1;
        talloc_free(answer->booking->company);
        answer->booking->company = zp__memory_strdup(answer->booking, self->company);
    }
}
