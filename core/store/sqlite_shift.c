// Shifts by day, with the days that were asked for; and small facts by name.
#include "store/sqlite.h"

#include "base/memory.h"

#include <zapis/time.h>

static struct zp_date last_day(struct zp_date date, int days) {
    return zp_date_add_days(date, days - 1);
}

// When the oldest of the days was asked for; 0 if one never was.
static bool asked_at(struct zp__sqlite *self, const char *from, const char *to, int days,
                     int64_t *out, struct zp_error *err) {
    sqlite3_stmt *statement = zp__sqlite_query(self, err,
                                               "SELECT count(*), min(fetched_at) FROM shift_day "
                                               "WHERE company = ? AND date BETWEEN ? AND ?",
                                               "ttt", self->company, from, to);
    if (zp__sqlite_step(self, statement, err) <= 0) {
        return false;
    }
    *out = sqlite3_column_int64(statement, 0) == days ? sqlite3_column_int64(statement, 1) : 0;
    zp__sqlite_reset(statement);
    return true;
}

struct zp_shifts *zp__sqlite_shifts_read(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                         struct zp_date date, int days, struct zp_error *err) {
    char from[ZP_DATE_SIZE], to[ZP_DATE_SIZE];
    zp_date_format(date, from);
    zp_date_format(last_day(date, days), to);
    struct zp_shifts *shifts = zp__memory_new(ctx, struct zp_shifts);
    if (!asked_at(self, from, to, days, &shifts->fetched_at, err)) {
        return NULL;
    }
    sqlite3_stmt *statement = zp__sqlite_query(
        self, err,
        "SELECT master_id, date, from_min, to_min, break_from_min, break_to_min FROM shift"
        " WHERE company = ? AND date BETWEEN ? AND ? ORDER BY date, position",
        "ttt", self->company, from, to);
    size_t room = 64;
    shifts->shifts = zp__memory_array(shifts, struct zp_shift, room);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        if (shifts->shift_count == room) {
            room *= 2;
            shifts->shifts = zp__memory_must(
                talloc_realloc(shifts, shifts->shifts, struct zp_shift, (unsigned)room));
        }
        struct zp_shift *shift = &shifts->shifts[shifts->shift_count++];
        *shift = (struct zp_shift){
            .master_id = zp__sqlite_text(shifts->shifts, statement, 0),
            .from_min = sqlite3_column_int(statement, 2),
            .to_min = sqlite3_column_int(statement, 3),
            .break_from_min = sqlite3_column_int(statement, 4),
            .break_to_min = sqlite3_column_int(statement, 5),
        };
        zp_date_parse((const char *)sqlite3_column_text(statement, 1), &shift->date);
    }
    return more == 0 ? shifts : NULL;
}

void zp__sqlite_shifts(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    answer->shifts = zp__sqlite_shifts_read(self, answer, call->u.shifts.date, call->u.shifts.days,
                                            &answer->error);
    answer->ok = answer->shifts != NULL;
}

static bool put_shift(struct zp__sqlite *self, const struct zp_shift *shift, size_t position,
                      struct zp_error *err) {
    char date[ZP_DATE_SIZE];
    zp_date_format(shift->date, date);
    return zp__sqlite_run(self, err,
                          "INSERT INTO shift (company, date, position, master_id, from_min, to_min,"
                          " break_from_min, break_to_min) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                          "ttitiiii", self->company, date, (int64_t)position,
                          shift->master_id == NULL ? "" : shift->master_id,
                          (int64_t)shift->from_min, (int64_t)shift->to_min,
                          (int64_t)shift->break_from_min, (int64_t)shift->break_to_min);
}

void zp__sqlite_put_shifts(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp_error *err = &call->answer->error;
    struct zp_date first = call->u.shifts.date,
                   last = last_day(call->u.shifts.date, call->u.shifts.days);
    char from[ZP_DATE_SIZE], to[ZP_DATE_SIZE], day[ZP_DATE_SIZE];
    zp_date_format(first, from);
    zp_date_format(last, to);
    bool ok =
        zp__sqlite_run(self, err, "DELETE FROM shift WHERE company = ? AND date BETWEEN ? AND ?",
                       "ttt", self->company, from, to);
    for (int i = 0; i < call->u.shifts.days && ok; i++) {
        zp_date_format(zp_date_add_days(first, i), day);
        ok = zp__sqlite_run(self, err,
                            "INSERT INTO shift_day (company, date, fetched_at) VALUES (?1, ?2, ?3)"
                            " ON CONFLICT (company, date) DO UPDATE SET fetched_at = ?3",
                            "tti", self->company, day, call->u.shifts.fetched_at);
    }
    for (size_t i = 0; i < call->u.shifts.count && ok; i++) {
        const struct zp_shift *shift = &call->u.shifts.shifts[i];
        // What lies outside the days was not asked for.
        if (zp_date_compare(shift->date, first) >= 0 && zp_date_compare(shift->date, last) <= 0) {
            ok = put_shift(self, shift, i, err);
        }
    }
    call->answer->ok = ok;
}

void zp__sqlite_note(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    sqlite3_stmt *statement = zp__sqlite_query(
        self, &answer->error, "SELECT text FROM note WHERE company = ? AND name = ?", "tt",
        self->company, call->u.note.name);
    int found = zp__sqlite_step(self, statement, &answer->error);
    answer->ok = found >= 0;
    if (found > 0) {
        answer->text = zp__sqlite_text(answer, statement, 0);
        zp__sqlite_reset(statement);
    }
}

void zp__sqlite_put_note(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp_error *err = &call->answer->error;
    if (call->u.note.text == NULL) {
        call->answer->ok =
            zp__sqlite_run(self, err, "DELETE FROM note WHERE company = ? AND name = ?", "tt",
                           self->company, call->u.note.name);
        return;
    }
    call->answer->ok = zp__sqlite_run(self, err,
                                      "INSERT INTO note (company, name, text) VALUES (?1, ?2, ?3)"
                                      " ON CONFLICT (company, name) DO UPDATE SET text = ?3",
                                      "ttt", self->company, call->u.note.name, call->u.note.text);
}
