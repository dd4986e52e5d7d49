// The schema, as a list of steps. A step that was released is never changed: a new one is added.
// The company is in every key and index, so that one file can hold several branches.
#include "store/sqlite.h"

#include <zapis/i18n.h>

#define APPLICATION_ID 0x7a617069 // "zapi": tells our files from other programs' (file(1) reads it)

static const char step_1[] =
    // What is known of a branch as a whole. longest_visit_s bounds the day's query from below.
    "CREATE TABLE salon ("
    " company TEXT NOT NULL PRIMARY KEY,"
    " longest_visit_s INTEGER NOT NULL DEFAULT 86400,"
    " last_task_id INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE booking ("
    " company TEXT NOT NULL, request_id TEXT NOT NULL, revision INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " booking_id TEXT,"  // Dikidi's first number
    " booking_ids TEXT," // JSON, only where there are several; looked up through booking_number
    " starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,"
    " master_id TEXT, master TEXT, services TEXT NOT NULL, price_minor INTEGER NOT NULL,"
    " currency TEXT, client_name TEXT, client_phone TEXT, comment TEXT,"
    " origin TEXT NOT NULL, attendance TEXT NOT NULL, cancel_reason TEXT,"
    " moved_from TEXT, moved_to TEXT,"
    " crm_state TEXT NOT NULL, crm_entity TEXT, crm_id TEXT, crm_contact_id TEXT, crm_stage TEXT,"
    " error_code TEXT, error_message TEXT, sent_body TEXT,"
    " remote_version INTEGER NOT NULL, remote_updated_at INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, created_by TEXT,"
    " PRIMARY KEY (company, request_id)"
    ") STRICT;"
    "CREATE INDEX booking_day ON booking (company, starts_at, request_id);"
    "CREATE INDEX booking_client ON booking"
    " (company, client_phone, starts_at, state, attendance, master_id);"

    "CREATE TABLE booking_number ("
    " company TEXT NOT NULL, booking_id TEXT NOT NULL, request_id TEXT NOT NULL,"
    " PRIMARY KEY (company, booking_id),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX booking_number_request ON booking_number (company, request_id);"

    "CREATE TABLE history ("
    " company TEXT NOT NULL, request_id TEXT NOT NULL, sequence INTEGER NOT NULL,"
    " at INTEGER NOT NULL, what TEXT NOT NULL, by TEXT, detail TEXT,"
    " PRIMARY KEY (company, request_id, sequence),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"

    // again_at: it was asked for once more while it was leased; it does not end then.
    "CREATE TABLE task ("
    " company TEXT NOT NULL, id INTEGER NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL,"
    " state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,"
    " error TEXT NOT NULL DEFAULT '', memory TEXT NOT NULL DEFAULT '',"
    " owner INTEGER NOT NULL DEFAULT 0, boot_id TEXT NOT NULL DEFAULT '',"
    " lease_until_boot_ms INTEGER NOT NULL DEFAULT 0,"
    " again_at INTEGER, again_memory TEXT,"
    " PRIMARY KEY (company, id), UNIQUE (company, request_id, kind),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX task_due ON task (company, state, next_at);"

    "CREATE TABLE catalogue ("
    " company TEXT NOT NULL, half TEXT NOT NULL, document TEXT NOT NULL,"
    " fetched_at INTEGER NOT NULL,"
    " PRIMARY KEY (company, half)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE shift_day ("
    " company TEXT NOT NULL, date TEXT NOT NULL, fetched_at INTEGER NOT NULL,"
    " PRIMARY KEY (company, date)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE shift ("
    " company TEXT NOT NULL, date TEXT NOT NULL, position INTEGER NOT NULL,"
    " master_id TEXT NOT NULL, from_min INTEGER NOT NULL, to_min INTEGER NOT NULL,"
    " break_from_min INTEGER NOT NULL, break_to_min INTEGER NOT NULL,"
    " PRIMARY KEY (company, date, position)"
    ") STRICT, WITHOUT ROWID;"

    // id: only because the full-text index needs a number that stays. words: the folded name and
    // its Latin spelling. national and tail: the digits without the country's code, and backwards.
    "CREATE TABLE client ("
    " id INTEGER PRIMARY KEY,"
    " company TEXT NOT NULL, phone TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL,"
    " national TEXT NOT NULL, tail TEXT NOT NULL, last_visit_at INTEGER NOT NULL,"
    " UNIQUE (company, phone)"
    ") STRICT;"
    "CREATE INDEX client_national ON client (company, national, last_visit_at);"
    "CREATE INDEX client_tail ON client (company, tail, last_visit_at);"
    "CREATE INDEX client_recent ON client (company, last_visit_at);"
    "CREATE VIRTUAL TABLE client_words USING fts5(words, content='client', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 2', prefix='3');"

    "CREATE TABLE note ("
    " company TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (company, name)"
    ") STRICT, WITHOUT ROWID;";

// 2: tasks may be about something outside the journal (request_id holds the subject); hooks;
// cancels wished in the CRM; when a booking was last read at Dikidi.
static const char step_2[] =
    "CREATE TABLE task_2 ("
    " company TEXT NOT NULL, id INTEGER NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL,"
    " state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,"
    " error TEXT NOT NULL DEFAULT '', memory TEXT NOT NULL DEFAULT '',"
    " owner INTEGER NOT NULL DEFAULT 0, boot_id TEXT NOT NULL DEFAULT '',"
    " lease_until_boot_ms INTEGER NOT NULL DEFAULT 0,"
    " again_at INTEGER, again_memory TEXT," // again_memory null: what it has stays
    " quiet INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (company, id), UNIQUE (company, request_id, kind)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO task_2 SELECT company, id, request_id, kind, state, attempts, next_at, error,"
    " memory, owner, boot_id, lease_until_boot_ms, again_at, again_memory, 0 FROM task;"
    "DROP TABLE task;"
    "ALTER TABLE task_2 RENAME TO task;"
    "CREATE INDEX task_due ON task (company, state, next_at);"
    "CREATE TRIGGER booking_gone AFTER DELETE ON booking BEGIN"
    " DELETE FROM task WHERE company = old.company AND request_id = old.request_id;"
    " END;"

    // No key of its own: a hook without an event id is no other hook's repeat.
    "CREATE TABLE hook ("
    " company TEXT NOT NULL, source TEXT NOT NULL, event_id TEXT, event TEXT, subject TEXT,"
    " version INTEGER NOT NULL, updated_at INTEGER NOT NULL, received_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX hook_event ON hook (company, source, event_id)"
    " WHERE event_id IS NOT NULL;"
    "CREATE INDEX hook_age ON hook (company, received_at);"

    "CREATE TABLE reverse ("
    " company TEXT NOT NULL, request_id TEXT NOT NULL, entity TEXT NOT NULL,"
    " crm_id TEXT NOT NULL, stage_id TEXT NOT NULL, found_at INTEGER NOT NULL,"
    " PRIMARY KEY (company, request_id),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"

    // Not among the columns that a rewrite of the row names.
    "ALTER TABLE booking ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX booking_entry ON booking (company, crm_entity, crm_id);"
    "CREATE INDEX booking_ahead ON booking"
    " (company, starts_at, seen_at, booking_id, request_id, state) WHERE state = 'booked';";

// 3: what the salon keeps in mind about a client; whose person was forgotten (not among the columns
// that a rewrite of the row names): when.
static const char step_3[] = "ALTER TABLE client ADD COLUMN note TEXT NOT NULL DEFAULT '';"
                             "ALTER TABLE booking ADD COLUMN forgotten_at INTEGER NOT NULL"
                             " DEFAULT 0;";

// 4: what is due is found for one service beside a long queue of the other; the cancels that the
// CRM's wish alone asked for, by time.
static const char step_4[] =
    "DROP INDEX task_due;"
    "CREATE INDEX task_due ON task"
    " (company, state, (substr(kind, 1, 4) = 'crm-' OR kind = 'look-entry'), next_at);"
    "CREATE INDEX history_wish ON history (company, at)"
    " WHERE what = 'cancelling' AND by = 'bitrix24';";

// 5: the waiting list. A wish ends as booked in the same transaction as its booking is booked,
// whoever writes that (a webhook, a look, another process): it is the booking's row that ends it.
// Made alive again is a wish whose booking came to nothing.
static const char step_5[] =
    "CREATE TABLE waiting ("
    " company TEXT NOT NULL, id INTEGER NOT NULL, state TEXT NOT NULL,"
    " client_phone TEXT NOT NULL, client_name TEXT NOT NULL, service_ids TEXT NOT NULL,"
    " master_id TEXT, date_from TEXT NOT NULL, date_to TEXT NOT NULL,"
    " from_min INTEGER NOT NULL, to_min INTEGER NOT NULL, comment TEXT NOT NULL,"
    " made_at INTEGER NOT NULL, made_by TEXT NOT NULL, request_id TEXT,"
    " ended_at INTEGER NOT NULL DEFAULT 0, ended_by TEXT NOT NULL DEFAULT '',"
    " reason TEXT NOT NULL DEFAULT '',"
    " PRIMARY KEY (company, id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX waiting_state ON waiting (company, state, made_at);"
    "CREATE INDEX waiting_client ON waiting (company, client_phone, made_at);"
    "CREATE INDEX waiting_request ON waiting (company, request_id) WHERE request_id IS NOT NULL;"
    // Only added to; forgetting a person takes details away.
    "CREATE TABLE waiting_history ("
    " company TEXT NOT NULL, id INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " at INTEGER NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL, detail TEXT NOT NULL,"
    " PRIMARY KEY (company, id, sequence)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER waiting_history_stays BEFORE DELETE ON waiting_history BEGIN"
    " SELECT raise(ABORT, 'the history of the waiting list is only added to'); END;"
    "CREATE TRIGGER waiting_is_booked AFTER UPDATE OF state ON booking"
    " WHEN new.state = 'booked' AND old.state <> 'booked' BEGIN"
    " INSERT INTO waiting_history SELECT w.company, w.id, 1 + (SELECT max(h.sequence)"
    " FROM waiting_history AS h WHERE h.company = w.company AND h.id = w.id), new.updated_at,"
    " 'booked', coalesce(new.created_by, ''), coalesce(new.booking_id, '') FROM waiting AS w"
    " WHERE w.company = new.company AND w.request_id = new.request_id AND w.state = 'booking';"
    " UPDATE waiting SET state = 'booked', ended_at = new.updated_at,"
    " ended_by = coalesce(new.created_by, '') WHERE company = new.company"
    " AND request_id = new.request_id AND state = 'booking'; END;"
    "CREATE TRIGGER waiting_goes_on AFTER UPDATE OF state ON booking"
    " WHEN new.state IN ('refused', 'dropped', 'cancelled') AND old.state <> new.state BEGIN"
    " INSERT INTO waiting_history SELECT w.company, w.id, 1 + (SELECT max(h.sequence)"
    " FROM waiting_history AS h WHERE h.company = w.company AND h.id = w.id), new.updated_at,"
    " 'waiting', coalesce(new.created_by, ''), new.state FROM waiting AS w"
    " WHERE w.company = new.company AND w.request_id = new.request_id AND w.state = 'booking';"
    " UPDATE waiting SET state = 'waiting', request_id = NULL WHERE company = new.company"
    " AND request_id = new.request_id AND state = 'booking'; END;"
    "CREATE INDEX booking_freed ON booking (company, starts_at) WHERE state = 'cancelled';";

// 6: the day's bound was never less than a day, so that each day was read with the one before it.
static const char step_6[] =
    "UPDATE salon SET longest_visit_s = (SELECT coalesce(min(2678400, max(0, max(ends_at -"
    " starts_at))), 0) FROM booking AS b WHERE b.company = salon.company);";

static const char *const steps[] = {step_1, step_2, step_3, step_4, step_5, step_6};
#define SCHEMA_VERSION ((int64_t)(sizeof steps / sizeof steps[0]))

static bool number(struct zp__sqlite *self, const char *sql, int64_t *out, struct zp_error *err) {
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
    }
    bool ok = rc == SQLITE_ROW;
    if (ok) {
        *out = sqlite3_column_int64(statement, 0);
    } else {
        zp__sqlite_fail(self, rc, err);
    }
    sqlite3_finalize(statement);
    return ok;
}

bool zp__sqlite_check(struct zp__sqlite *self, int64_t *version, struct zp_error *err) {
    int64_t application = 0, objects = 0;
    if (!number(self, "PRAGMA application_id", &application, err) ||
        !number(self, "PRAGMA user_version", version, err) ||
        !number(self, "SELECT count(*) FROM sqlite_schema", &objects, err)) {
        return false;
    }
    bool empty = application == 0 && *version == 0 && objects == 0;
    if (!empty && application != APPLICATION_ID) {
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("%s is the database of another program. Correct store.url."),
                            self->path);
    }
    if (*version > SCHEMA_VERSION) {
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The journal %s was written by a newer zapis (schema %lld, this one "
                              "knows %lld). Update zapis on this machine."),
                            self->path, (long long)*version, (long long)SCHEMA_VERSION);
    }
    return true;
}

static bool take_steps(struct zp__sqlite *self, struct zp_error *err) {
    int64_t version = 0;
    // Another process may have been faster: what counts is read under the lock.
    bool ok = zp__sqlite_check(self, &version, err);
    for (int64_t i = version; i < SCHEMA_VERSION && ok; i++) {
        ok = zp__sqlite_exec(self, steps[i], err);
    }
    if (!ok) {
        return false;
    }
    char set[96];
    snprintf(set, sizeof set, "PRAGMA application_id=%d; PRAGMA user_version=%lld", APPLICATION_ID,
             (long long)SCHEMA_VERSION);
    return zp__sqlite_exec(self, set, err);
}

bool zp__sqlite_migrate(struct zp__sqlite *self, int64_t version, struct zp_error *err) {
    if (version == SCHEMA_VERSION) {
        return true;
    }
    if (!zp__sqlite_exec(self, "BEGIN IMMEDIATE", err)) {
        return false;
    }
    if (take_steps(self, err) && zp__sqlite_exec(self, "COMMIT", err)) {
        return true;
    }
    zp__sqlite_exec(self, "ROLLBACK", NULL);
    return false;
}

bool zp__sqlite_salon(struct zp__sqlite *self, struct zp_error *err) {
    int64_t one = 0;
    int found = zp__sqlite_number(self, err, &one, "SELECT 1 FROM salon WHERE company = ?", "t",
                                  self->company);
    if (found != 0) {
        return found > 0;
    }
    return zp__sqlite_run(self, err,
                          "INSERT INTO salon (company, longest_visit_s) VALUES (?, 0)"
                          " ON CONFLICT DO NOTHING",
                          "t", self->company);
}
