// Cancels wished in the CRM, and which bookings have not been read at Dikidi for a while.
#include "store/sqlite.h"

#include "base/memory.h"

const char zp__sql_reverse[] = "SELECT request_id, entity, crm_id, stage_id, found_at FROM reverse"
                               " WHERE company = ? ORDER BY found_at, request_id";
const char zp__sql_looking[] =
    "SELECT count(*) FROM task WHERE company = ?1 AND state IN ('waiting', 'running')"
    " AND kind = '" ZP_TASK_LOOK_ENTRY "' AND (?2 = 0 OR id <= ?2)";
// One step into history_wish, and what is recent.
const char zp__sql_wished[] =
    "SELECT count(*) FROM history WHERE company = ? AND at >= ? AND"
    " what = '" ZP_HISTORY_CANCELLING "' AND by = '" ZP_HISTORY_BY_CRM "'";
// Oldest reading first, so that none starves. ?3: where the near ones end. What it walks is what
// lies ahead, in the index alone.
const char zp__sql_stale[] =
    "SELECT booking_id FROM booking AS b WHERE company = ?1 AND state = 'booked'"
    " AND starts_at > ?2 AND booking_id IS NOT NULL"
    " AND (seen_at = 0 OR seen_at <= iif(starts_at <= ?3, ?4, ?5))"
    " AND NOT EXISTS (SELECT 1 FROM task AS t WHERE t.company = ?1"
    " AND t.request_id IN ('" ZP_SUBJECT_NUMBER "' || b.booking_id, b.request_id)"
    " AND t.kind = '" ZP_TASK_LOOK "')"
    " ORDER BY seen_at, starts_at, booking_id LIMIT ?6";
const char zp__sql_seen[] =
    "UPDATE booking SET seen_at = ?3 WHERE company = ?1 AND request_id ="
    " (SELECT request_id FROM booking_number WHERE company = ?1 AND booking_id = ?2)";

// ---- the list

static bool read_list(struct zp__sqlite *self, struct zp__store_answer *answer) {
    struct zp__reverse *list = zp__memory_array(answer, struct zp__reverse, 0);
    size_t count = 0;
    sqlite3_stmt *statement =
        zp__sqlite_query(self, &answer->error, zp__sql_reverse, "t", self->company);
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        list = zp__memory_must(talloc_realloc(answer, list, struct zp__reverse, count + 1));
        const char *entity = (const char *)sqlite3_column_text(statement, 1);
        list[count++] = (struct zp__reverse){
            .request_id = zp__sqlite_text(list, statement, 0),
            .entity = strcmp(entity, zp__sqlite_entity_word(ZP_CRM_LEAD)) == 0 ? ZP_CRM_LEAD
                                                                               : ZP_CRM_DEAL,
            .crm_id = zp__sqlite_text(list, statement, 2),
            .stage_id = zp__sqlite_text(list, statement, 3),
            .found_at = sqlite3_column_int64(statement, 4),
        };
    }
    answer->reverse = list;
    answer->reverse_count = count;
    return more == 0;
}

void zp__sqlite_reverse(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    int64_t looking = 0, recent = 0;
    if (!read_list(self, answer) ||
        zp__sqlite_number(self, &answer->error, &looking, zp__sql_looking, "ti", self->company,
                          call->u.reverse.task_id) < 0 ||
        zp__sqlite_number(self, &answer->error, &recent, zp__sql_wished, "ti", self->company,
                          call->u.reverse.since) < 0 ||
        zp__sqlite_number(self, &answer->error, &answer->last_task,
                          "SELECT last_task_id FROM salon WHERE company = ?", "t",
                          self->company) < 0) {
        return;
    }
    answer->looking = (int)looking;
    answer->recent = (int)recent;
    answer->bookings = zp__memory_array(answer, struct zp_booking *, answer->reverse_count);
    for (size_t i = 0; i < answer->reverse_count; i++) {
        answer->bookings[i] = zp__sqlite_booking_of(self, answer->bookings,
                                                    answer->reverse[i].request_id, &answer->error);
        if (answer->bookings[i] == NULL) {
            return;
        }
        answer->booking_count++;
    }
    answer->ok = true;
}

// What is both put on and taken off is taken off: nobody's visit is cancelled by that.
bool zp__sqlite_reverse_change(struct zp__sqlite *self, const struct zp__change *change,
                               struct zp_error *err) {
    bool ok = true;
    for (size_t i = 0; i < change->reverse_count && ok; i++) {
        const struct zp__reverse *one = &change->reverse[i];
        ok = zp__sqlite_run(self, err,
                            "INSERT OR REPLACE INTO reverse (company, request_id, entity, crm_id,"
                            " stage_id, found_at) VALUES (?, ?, ?, ?, ?, ?)",
                            "ttttti", self->company, one->request_id,
                            zp__sqlite_entity_word(one->entity), one->crm_id, one->stage_id,
                            one->found_at);
    }
    for (size_t i = 0; change->reverse_drop != NULL && change->reverse_drop[i] != NULL && ok; i++) {
        ok = zp__sqlite_run(self, err, "DELETE FROM reverse WHERE company = ? AND request_id = ?",
                            "tt", self->company, change->reverse_drop[i]);
    }
    return ok;
}

// ---- reading again

bool zp__sqlite_seen(struct zp__sqlite *self, const struct zp__change *change,
                     struct zp_error *err) {
    return change->seen_number == NULL ||
           zp__sqlite_run(self, err, zp__sql_seen, "tti", self->company, change->seen_number,
                          change->seen_at);
}

void zp__sqlite_stale(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    const struct zp__stale *stale = &call->u.stale;
    int64_t limit = stale->limit > INT32_MAX ? INT32_MAX : (int64_t)stale->limit;
    sqlite3_stmt *statement =
        zp__sqlite_query(self, &answer->error, zp__sql_stale, "tiiiii", self->company, stale->now,
                         stale->now + stale->near_s, stale->now - stale->near_age_s,
                         stale->now - stale->far_age_s, limit);
    char **list = zp__memory_array(answer, char *, 0);
    size_t count = 0;
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        list = zp__memory_must(talloc_realloc(answer, list, char *, count + 1));
        list[count++] = zp__sqlite_text(list, statement, 0);
    }
    answer->numbers = list;
    answer->number_count = count;
    answer->ok = more == 0;
}
