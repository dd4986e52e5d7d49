// The waiting list: wishes with a history that is only added to, and the times that cancelled
// visits left.
#include "store/sqlite.h"

#include "base/memory.h"

#include <zapis/i18n.h>
#include <zapis/json.h>

#define COLUMNS                                                                                    \
    "id, state, client_phone, client_name, service_ids, master_id, date_from, date_to, from_min,"  \
    " to_min, comment, made_at, made_by, request_id, ended_at, ended_by, reason"
#define ORDER " ORDER BY made_at, id"

const char zp__sql_waiting_open[] = "SELECT " COLUMNS " FROM waiting WHERE company = ?"
                                    " AND state IN ('waiting', 'booking')" ORDER;
const char zp__sql_waiting_all[] = "SELECT " COLUMNS " FROM waiting WHERE company = ?" ORDER;
const char zp__sql_waiting_phone[] =
    "SELECT " COLUMNS " FROM waiting INDEXED BY"
    " waiting_client WHERE company = ?1 AND client_phone = ?2 AND (?3 OR state IN"
    " ('waiting', 'booking'))" ORDER;
static const char one_sql[] = "SELECT " COLUMNS " FROM waiting WHERE company = ? AND id = ?";

const char zp__sql_freed[] =
    "SELECT master_id, starts_at, ends_at FROM booking WHERE company = ? AND state = 'cancelled'"
    " AND starts_at >= ? AND starts_at < ? AND master_id IS NOT NULL AND ends_at > starts_at"
    " ORDER BY starts_at";
// No visit of this branch is longer than the salon's row says.
const char zp__sql_freed_taken[] =
    "SELECT starts_at, ends_at FROM booking WHERE company = ?1 AND starts_at < ?3"
    " AND starts_at >= ?2 - (SELECT longest_visit_s FROM salon WHERE company = ?1)"
    " AND ends_at > ?2 AND master_id = ?4"
    " AND state IN ('intent', 'sent', 'booked', 'uncertain', 'cancelling') ORDER BY starts_at";

// ---- rows

static char *ids_print(TALLOC_CTX *ctx, const struct zp_waiting *row) {
    struct zp_json *list = zp_json_new_array(ctx);
    for (size_t i = 0; i < row->service_count; i++) {
        zp_json_add_string(list, NULL, row->service_ids[i]);
    }
    return zp_json_print(ctx, list);
}

static void ids_parse(TALLOC_CTX *ctx, struct zp_waiting *row, const char *text) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    const struct zp_json *list = zp_json_parse(work, text, strlen(text), NULL);
    row->service_count = zp_json_count(list);
    row->service_ids = zp__memory_array(ctx, char *, (unsigned)row->service_count);
    for (size_t i = 0; i < row->service_count; i++) {
        const char *id = zp_json_string(zp_json_at(list, i));
        row->service_ids[i] = zp__memory_strdup(row->service_ids, id == NULL ? "" : id);
    }
    talloc_free(work);
}

static const char *word(sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text == NULL ? "" : text;
}

static bool read_row(struct zp__sqlite *self, TALLOC_CTX *ctx, sqlite3_stmt *statement,
                     struct zp_waiting *row, struct zp_error *err) {
    row->id = sqlite3_column_int64(statement, 0);
    bool ok = zp_waiting_state_parse(word(statement, 1), &row->state);
    row->client_phone = zp__sqlite_text(ctx, statement, 2);
    row->client_name = zp__sqlite_text(ctx, statement, 3);
    ids_parse(ctx, row, word(statement, 4));
    row->master_id = zp__sqlite_text(ctx, statement, 5);
    ok = zp_date_parse(word(statement, 6), &row->from) && ok;
    ok = zp_date_parse(word(statement, 7), &row->to) && ok;
    row->from_min = sqlite3_column_int(statement, 8);
    row->to_min = sqlite3_column_int(statement, 9);
    row->comment = zp__sqlite_text(ctx, statement, 10);
    row->made_at = sqlite3_column_int64(statement, 11);
    row->made_by = zp__sqlite_text(ctx, statement, 12);
    row->request_id = zp__sqlite_text(ctx, statement, 13);
    row->ended_at = sqlite3_column_int64(statement, 14);
    row->ended_by = zp__sqlite_text(ctx, statement, 15);
    row->reason = zp__sqlite_text(ctx, statement, 16);
    return ok || zp_error_set(err, ZP_E_STORE, NULL,
                              _("The journal %s has a row of the waiting list (%lld) that makes no "
                                "sense. Keep a copy of the file and restore it from a backup."),
                              self->path, (long long)row->id);
}

static bool read_list(struct zp__sqlite *self, struct zp__store_answer *answer,
                      sqlite3_stmt *statement) {
    struct zp_waiting *list = zp__memory_array(answer, struct zp_waiting, 0);
    size_t count = 0;
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        list =
            zp__memory_must(talloc_realloc(answer, list, struct zp_waiting, (unsigned)count + 1));
        list[count] = (struct zp_waiting){0};
        if (!read_row(self, list, statement, &list[count], &answer->error)) {
            zp__sqlite_reset(statement);
            return false;
        }
        count++;
    }
    answer->waitings = list;
    answer->waiting_count = count;
    return more == 0;
}

static bool read_history(struct zp__sqlite *self, struct zp__store_answer *answer, int64_t id) {
    struct zp_history *list = zp__memory_array(answer, struct zp_history, 0);
    size_t count = 0;
    sqlite3_stmt *statement =
        zp__sqlite_query(self, &answer->error,
                         "SELECT at, what, by, detail FROM waiting_history WHERE company = ?"
                         " AND id = ? ORDER BY sequence",
                         "ti", self->company, id);
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        list =
            zp__memory_must(talloc_realloc(answer, list, struct zp_history, (unsigned)count + 1));
        list[count++] = (struct zp_history){.at = sqlite3_column_int64(statement, 0),
                                            .what = zp__sqlite_text(list, statement, 1),
                                            .by = zp__sqlite_text(list, statement, 2),
                                            .detail = zp__sqlite_text(list, statement, 3)};
    }
    answer->history = list;
    answer->history_count = count;
    return more == 0;
}

static bool read_one(struct zp__sqlite *self, struct zp__store_answer *answer, int64_t id) {
    if (!read_list(self, answer,
                   zp__sqlite_query(self, &answer->error, one_sql, "ti", self->company, id))) {
        return false;
    }
    return answer->waiting_count > 0 ||
           zp_error_set(&answer->error, ZP_E_NOT_FOUND, NULL,
                        _("The waiting list has no number %lld. See zapis wait."), (long long)id);
}

void zp__sqlite_waiting(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct zp_error *err = &answer->error;
    const struct zp__waiting_query *query = &call->u.waiting;
    if (query->id != 0) {
        answer->ok = read_one(self, answer, query->id) && read_history(self, answer, query->id);
    } else if (query->phone != NULL) {
        answer->ok =
            read_list(self, answer,
                      zp__sqlite_query(self, err, zp__sql_waiting_phone, "tti", self->company,
                                       query->phone, (int64_t)query->ended));
    } else if (query->ended) {
        answer->ok = read_list(
            self, answer, zp__sqlite_query(self, err, zp__sql_waiting_all, "t", self->company));
    } else {
        answer->ok = read_list(
            self, answer, zp__sqlite_query(self, err, zp__sql_waiting_open, "t", self->company));
    }
}

// ---- writing

static bool write_line(struct zp__sqlite *self, int64_t id, int64_t at, const char *what,
                       const char *by, const char *detail, struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "INSERT INTO waiting_history (company, id, sequence, at, what, by,"
                          " detail) VALUES (?1, ?2, 1 + coalesce((SELECT max(sequence)"
                          " FROM waiting_history WHERE company = ?1 AND id = ?2), 0), ?3, ?4, ?5,"
                          " ?6)",
                          "tiittt", self->company, id, at, what, by, detail);
}

static bool say_ended(struct zp_error *err) {
    return zp_error_set(err, ZP_E_REFUSED, "WAITING_ENDED",
                        _("This client does not wait any more: booked or taken off the list by "
                          "somebody else meanwhile."));
}

// "2026-11-23..2026-11-25 600-1080 [12,7] 31": what was wished, without the person.
static char *wish_text(TALLOC_CTX *ctx, const struct zp_waiting *row, const char *ids) {
    char from[ZP_DATE_SIZE], to[ZP_DATE_SIZE];
    zp_date_format(row->from, from);
    zp_date_format(row->to, to);
    return zp__memory_printf(ctx, "%s..%s %02d:%02d-%02d:%02d %s %s", from, to, row->from_min / 60,
                             row->from_min % 60, row->to_min / 60, row->to_min % 60, ids,
                             row->master_id != NULL ? row->master_id : "*");
}

static bool write_wish(struct zp__sqlite *self, TALLOC_CTX *work,
                       const struct zp__waiting_change *change, int64_t id, struct zp_error *err) {
    const struct zp_waiting *row = change->row;
    const char *ids = ids_print(work, row);
    char from[ZP_DATE_SIZE], to[ZP_DATE_SIZE];
    zp_date_format(row->from, from);
    zp_date_format(row->to, to);
    bool ok =
        row->id == 0
            ? zp__sqlite_run(self, err,
                             "INSERT INTO waiting (company, id, state, client_phone, client_name,"
                             " service_ids, master_id, date_from, date_to, from_min, to_min,"
                             " comment, made_at, made_by) VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?,"
                             " ?, ?, ?, ?, ?, ?)",
                             "titttttt"
                             "iitit",
                             self->company, id, row->client_phone, row->client_name, ids,
                             row->master_id, from, to, (int64_t)row->from_min, (int64_t)row->to_min,
                             row->comment, change->now, change->by)
            : zp__sqlite_run(self, err,
                             "UPDATE waiting SET client_phone = ?3, client_name = ?4,"
                             " service_ids = ?5, master_id = ?6, date_from = ?7, date_to = ?8,"
                             " from_min = ?9, to_min = ?10, comment = ?11"
                             " WHERE company = ?1 AND id = ?2",
                             "titttttt"
                             "iit",
                             self->company, id, row->client_phone, row->client_name, ids,
                             row->master_id, from, to, (int64_t)row->from_min, (int64_t)row->to_min,
                             row->comment);
    return ok &&
           write_line(self, id, change->now, row->id == 0 ? "added" : "changed", change->by,
                      wish_text(work, row, ids), err) &&
           zp__sqlite_client_meet(self, row->client_phone, row->client_name, err);
}

static bool write_drop(struct zp__sqlite *self, const struct zp__waiting_change *change,
                       struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE waiting SET state = 'dropped', ended_at = ?3, ended_by = ?4,"
                          " reason = ?5 WHERE company = ?1 AND id = ?2",
                          "tiitt", self->company, change->row->id, change->now, change->by,
                          change->drop_reason) &&
           write_line(self, change->row->id, change->now, "dropped", change->by,
                      change->drop_reason, err);
}

static bool put(struct zp__sqlite *self, TALLOC_CTX *work, struct zp__store_call *call) {
    const struct zp__waiting_change *change = &call->u.put_waiting;
    struct zp__store_answer *answer = call->answer;
    struct zp_error *err = &answer->error;
    int64_t id = change->row->id;
    if (id == 0) {
        // Ids are never used again: nothing is deleted.
        return zp__sqlite_number(self, err, &id,
                                 "SELECT 1 + coalesce(max(id), 0) FROM waiting WHERE company = ?",
                                 "t", self->company) > 0 &&
               write_wish(self, work, change, id, err) && read_one(self, answer, id);
    }
    if (!read_one(self, answer, id)) {
        return false;
    }
    if (answer->waitings[0].state != ZP_WAITING_OPEN) {
        return say_ended(err);
    }
    return (change->drop_reason != NULL ? write_drop(self, change, err)
                                        : write_wish(self, work, change, id, err)) &&
           read_one(self, answer, id);
}

void zp__sqlite_put_waiting(struct zp__sqlite *self, struct zp__store_call *call) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    call->answer->ok = put(self, work, call);
    talloc_free(work);
}

// What becomes of it the booking's row decides (the triggers of the schema).
static bool take_up(struct zp__sqlite *self, const struct zp__change *change,
                    struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "UPDATE waiting SET state = 'booking', ended_at = 0, ended_by = ''"
                          " WHERE company = ?1 AND request_id = ?2 AND state = 'booked'"
                          " AND client_phone <> ''",
                          "tt", self->company, change->booking->request_id);
}

bool zp__sqlite_waiting_bind(struct zp__sqlite *self, const struct zp__change *change,
                             struct zp_error *err) {
    if (change->waiting_again && change->booking != NULL && !take_up(self, change, err)) {
        return false;
    }
    if (change->waiting_id == 0 || change->booking == NULL) {
        return true;
    }
    const struct zp_booking *booking = change->booking;
    if (!zp__sqlite_run(self, err,
                        "UPDATE waiting SET state = 'booking', request_id = ?3"
                        " WHERE company = ?1 AND id = ?2 AND state = 'waiting'",
                        "tit", self->company, change->waiting_id, booking->request_id)) {
        return false;
    }
    if (sqlite3_changes(self->db) == 0) {
        return say_ended(err);
    }
    return write_line(self, change->waiting_id, booking->updated_at, "booking",
                      booking->created_by == NULL ? "" : booking->created_by, booking->request_id,
                      err);
}

// Of the history stays who did what when, and the number of the booking.
bool zp__sqlite_waiting_forget(struct zp__sqlite *self, const char *phone, int64_t now,
                               int64_t *rows, struct zp_error *err) {
    bool ok = zp__sqlite_run(self, err,
                             "UPDATE waiting_history SET detail = '' WHERE company = ?1 AND id IN"
                             " (SELECT id FROM waiting WHERE company = ?1 AND client_phone = ?2)"
                             " AND what NOT IN ('booking', 'booked')",
                             "tt", self->company, phone) &&
              zp__sqlite_run(self, err,
                             "UPDATE waiting SET client_phone = '', client_name = '', comment = '',"
                             " reason = '', ended_at = iif(state = 'waiting', ?3, ended_at),"
                             " state = iif(state = 'waiting', 'dropped', state)"
                             " WHERE company = ?1 AND client_phone = ?2",
                             "tti", self->company, phone, now);
    *rows = ok ? sqlite3_changes(self->db) : 0;
    return ok;
}

// ---- what cancelled visits left

struct gaps {
    struct zp_gap *list;
    size_t count;
};

static void add_gap(TALLOC_CTX *ctx, struct gaps *gaps, const char *master_id, int64_t from,
                    int64_t to) {
    if (to <= from) {
        return;
    }
    gaps->list =
        zp__memory_must(talloc_realloc(ctx, gaps->list, struct zp_gap, (unsigned)gaps->count + 1));
    gaps->list[gaps->count++] = (struct zp_gap){
        .master_id = zp__memory_strdup(gaps->list, master_id), .from = from, .to = to};
}

// What bookings of the journal leave of one cancelled visit's time.
static bool cut(struct zp__sqlite *self, TALLOC_CTX *ctx, const struct zp_gap *freed,
                struct gaps *gaps, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_freed_taken, "tiit", self->company, freed->from,
                         freed->to, freed->master_id);
    int64_t from = freed->from;
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        const int64_t taken_from = sqlite3_column_int64(statement, 0);
        const int64_t taken_to = sqlite3_column_int64(statement, 1);
        add_gap(ctx, gaps, freed->master_id, from, taken_from);
        from = taken_to > from ? taken_to : from;
    }
    add_gap(ctx, gaps, freed->master_id, from, freed->to);
    return more == 0;
}

static int by_master(const void *left, const void *right) {
    const struct zp_gap *a = left, *b = right;
    const int order = strcmp(a->master_id, b->master_id);
    return order != 0 ? order : (a->from > b->from) - (a->from < b->from);
}

static size_t join(struct zp_gap *list, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && strcmp(list[kept - 1].master_id, list[i].master_id) == 0 &&
            list[i].from <= list[kept - 1].to) {
            list[kept - 1].to = list[i].to > list[kept - 1].to ? list[i].to : list[kept - 1].to;
        } else {
            list[kept++] = list[i];
        }
    }
    return kept;
}

static bool read_freed(struct zp__sqlite *self, TALLOC_CTX *ctx, int64_t from, int64_t to,
                       struct gaps *freed, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_freed, "tii", self->company, from, to);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        add_gap(ctx, freed, word(statement, 0), sqlite3_column_int64(statement, 1),
                sqlite3_column_int64(statement, 2));
    }
    return more == 0;
}

void zp__sqlite_freed(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct gaps freed = {0}, gaps = {0};
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    answer->ok =
        read_freed(self, work, call->u.freed.from, call->u.freed.to, &freed, &answer->error);
    for (size_t i = 0; i < freed.count && answer->ok; i++) {
        answer->ok = cut(self, answer, &freed.list[i], &gaps, &answer->error);
    }
    if (gaps.count > 0) {
        qsort(gaps.list, gaps.count, sizeof gaps.list[0], by_master);
        gaps.count = join(gaps.list, gaps.count);
    }
    answer->gaps = gaps.list;
    answer->gap_count = gaps.count;
    talloc_free(work);
}
