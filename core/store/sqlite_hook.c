// What comes from outside by itself: hooks, and what a poll of the CRM saw.
#include "store/sqlite.h"

#include "base/memory.h"

// Of the old hooks so many are forgotten with every call, and for each that came these more: faster
// than they come, and never many at once.
#define FORGET_AT_LEAST 8
#define FORGET_FOR_EACH 2

// A visit of several numbers has one version for all of them: it says nothing of a part.
const char zp__sql_hook_old[] =
    "SELECT b.remote_version, b.remote_updated_at FROM booking_number AS n JOIN booking AS b"
    " ON b.company = n.company AND b.request_id = n.request_id"
    " WHERE n.company = ? AND n.booking_id = ? AND b.booking_ids IS NULL";
const char zp__sql_hook_forget[] =
    "DELETE FROM hook WHERE rowid IN (SELECT rowid FROM hook WHERE company = ? AND received_at < ?"
    " ORDER BY received_at LIMIT ?)";
// Does the journal know an entry, and is it in another stage than the journal has?
const char zp__sql_hint[] = "SELECT crm_stage IS NOT ?4 FROM booking"
                            " WHERE company = ?1 AND crm_entity = ?2 AND crm_id = ?3"
                            " ORDER BY " ZP__SQLITE_ENTRY_FIRST " LIMIT 1";

static bool look(struct zp__sqlite *self, const char *kind, const char *subject, int64_t at,
                 struct zp_error *err) {
    int64_t id = 0;
    const struct zp__store_new_task task = {
        .kind = kind, .subject = subject, .nudge = true, .next_at = at};
    return zp__sqlite_task_add(self, subject, &task, &id, err);
}

// ---- hooks

// 1: the journal has that number as the hook tells it, or later; 0: it has not; -1: failed.
static int is_old(struct zp__sqlite *self, const struct zp__hook *hook, const char *number,
                  struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_hook_old, "tt", self->company, number);
    int found = zp__sqlite_step(self, statement, err);
    if (found <= 0) {
        return found;
    }
    int64_t version = sqlite3_column_int64(statement, 0);
    int64_t updated_at = sqlite3_column_int64(statement, 1);
    zp__sqlite_reset(statement);
    if (version != 0 && hook->version != 0) {
        return version >= hook->version;
    }
    return hook->updated_at != 0 && updated_at > hook->updated_at;
}

static bool follow(struct zp__sqlite *self, const struct zp__hook *hook, struct zp_error *err) {
    enum zp_crm_entity entity = ZP_CRM_DEAL;
    const char *number = zp__sqlite_subject_number(hook->subject);
    if (number != NULL) {
        int old = is_old(self, hook, number, err);
        return old > 0 ||
               (old == 0 && look(self, ZP_TASK_LOOK, hook->subject, hook->received_at, err));
    }
    const char *entry = zp__sqlite_subject_entry(hook->subject, &entity);
    if (entry == NULL) {
        return true;
    }
    int64_t other = 0;
    int known = zp__sqlite_number(self, err, &other, zp__sql_hint, "tttt", self->company,
                                  zp__sqlite_entity_word(entity), entry, (const char *)NULL);
    return known == 0 ||
           (known > 0 && look(self, ZP_TASK_LOOK_ENTRY, hook->subject, hook->received_at, err));
}

// A repeat was followed when it came first.
static bool take(struct zp__sqlite *self, const struct zp__hook *hook, size_t *repeats,
                 struct zp_error *err) {
    if (!zp__sqlite_run(self, err,
                        "INSERT INTO hook (company, source, event_id, event, subject, version,"
                        " updated_at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                        " ON CONFLICT DO NOTHING",
                        "tttttiii", self->company, hook->source, hook->event_id, hook->event,
                        hook->subject, hook->version, hook->updated_at, hook->received_at)) {
        return false;
    }
    if (sqlite3_changes(self->db) == 0) {
        (*repeats)++;
        return true;
    }
    return hook->subject == NULL || follow(self, hook, err);
}

void zp__sqlite_hooks(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    size_t count = call->u.hooks.count;
    int64_t last = 0;
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        const struct zp__hook *hook = &call->u.hooks.list[i];
        ok = take(self, hook, &answer->repeats, &answer->error);
        last = hook->received_at > last ? hook->received_at : last;
    }
    answer->ok = ok && zp__sqlite_run(self, &answer->error, zp__sql_hook_forget, "tii",
                                      self->company, last - ZP__STORE_HOOK_DAYS * INT64_C(86400),
                                      (int64_t)(FORGET_AT_LEAST + FORGET_FOR_EACH * count));
}

// ---- hints

// A second entry of a booking: made by a process that was stopped just before it sent, while
// another one took its task over. Its log looks at all of them, and tells a person; that of a
// booking whose entry went along with a move finds this one alone, and ends it.
static bool seek_second(struct zp__sqlite *self, TALLOC_CTX *work, const struct zp__crm_hint *hint,
                        int64_t at, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err,
                         "SELECT b.request_id FROM booking_number AS n JOIN booking AS b"
                         " ON b.company = n.company AND b.request_id = n.request_id"
                         " WHERE n.company = ?1 AND n.booking_id = ?2 AND"
                         " (b.crm_entity = ?3 AND b.crm_id IS NOT NULL AND b.crm_state IN"
                         " ('logged', 'attention') AND b.state IN ('booked', 'cancelled') OR"
                         " b.crm_id IS NULL AND"
                         " b.crm_state = 'none' AND b.state = 'cancelled' AND b.moved_to IS NOT"
                         " NULL)",
                         "ttt", self->company, hint->number, zp__sqlite_entity_word(hint->entity));
    int found = zp__sqlite_step(self, statement, err);
    if (found <= 0) {
        return found == 0;
    }
    char *request_id = zp__sqlite_text(work, statement, 0);
    zp__sqlite_reset(statement);
    int64_t id = 0;
    const struct zp__store_new_task task = {
        .kind = ZP_TASK_CRM_LOG, .nudge = true, .next_at = at, .memory = ZP_MEMORY_LOOK_AGAIN};
    return zp__sqlite_task_add(self, request_id, &task, &id, err);
}

bool zp__sqlite_hints(struct zp__sqlite *self, const struct zp__change *change,
                      struct zp_error *err) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    bool ok = true;
    for (size_t i = 0; i < change->hint_count && ok; i++) {
        const struct zp__crm_hint *hint = &change->hints[i];
        int64_t other = 0;
        int known =
            zp__sqlite_number(self, err, &other, zp__sql_hint, "tttt", self->company,
                              zp__sqlite_entity_word(hint->entity), hint->id, hint->stage_id);
        ok = known >= 0;
        if (known == 0 && hint->number != NULL) {
            ok = seek_second(self, work, hint, change->hint_at, err);
        }
        if (ok && other != 0) {
            const char *prefix = hint->entity == ZP_CRM_LEAD ? ZP_SUBJECT_LEAD : ZP_SUBJECT_DEAL;
            const char *subject = zp__memory_must(talloc_asprintf(work, "%s%s", prefix, hint->id));
            ok = look(self, ZP_TASK_LOOK_ENTRY, subject, change->hint_at, err);
        }
    }
    talloc_free(work);
    return ok;
}
