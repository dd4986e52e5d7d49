// Erasing a person: what tells of him goes out of the rows, the index of words, and the file.
#include "store/sqlite.h"

#include "base/memory.h"

#include <zapis/i18n.h>

// A note (by name) while old bytes may still be in the file.
#define UNCLEAN "forget.unclean"

// A new file is made in memory up to this size, beyond it in an unlinked temporary file.
#define IN_MEMORY_BYTES (INT64_C(128) * 1024 * 1024)

// To come, or not settled whenever it was: the first of them.
const char zp__sql_forget_live[] =
    "SELECT request_id FROM booking WHERE company = ?1 AND client_phone = ?2"
    " AND (state IN ('intent', 'sent', 'uncertain', 'cancelling')"
    " OR (state = 'booked' AND ends_at > ?3)) ORDER BY starts_at LIMIT 1";
// A task may name a booking by its request id, by one of Dikidi's numbers or by its entry.
const char zp__sql_forget_flight[] =
    "SELECT id FROM task WHERE company = ?1 AND request_id IN ("
    "SELECT request_id FROM booking WHERE company = ?1 AND client_phone = ?2"
    " UNION ALL SELECT '" ZP_SUBJECT_NUMBER "' || n.booking_id FROM booking AS b"
    " CROSS JOIN booking_number AS n ON n.company = b.company AND n.request_id = b.request_id"
    " WHERE b.company = ?1 AND b.client_phone = ?2"
    " UNION ALL SELECT crm_entity || ':' || crm_id FROM booking"
    " WHERE company = ?1 AND client_phone = ?2 AND crm_id IS NOT NULL) LIMIT 1";
// Lines whose detail is a number or an entry keep it (zp__sqlite_forget_keeps).
const char zp__sql_forget_history[] =
    "UPDATE history SET detail = '' WHERE company = ?1 AND request_id IN"
    " (SELECT request_id FROM booking WHERE company = ?1 AND client_phone = ?2)"
    " AND what NOT IN ('booked', 'adopted', 'logged') AND detail <> ''";
// A cancel's reason is free text about a person; the contact is his number in the CRM.
const char zp__sql_forget_bookings[] =
    "UPDATE booking SET client_name = '', client_phone = '', comment = '', cancel_reason = '',"
    " sent_body = NULL, error_message = NULL, crm_contact_id = NULL, revision = revision + 1,"
    " forgotten_at = ?3 WHERE company = ?1 AND client_phone = ?2";

bool zp__sqlite_forget_keeps(const char *what) {
    return strcmp(what, "booked") == 0 || strcmp(what, "adopted") == 0 ||
           strcmp(what, "logged") == 0;
}

static void blank(struct zp_booking *booking, char **text) {
    if (*text != NULL) {
        talloc_free(*text);
        *text = zp__memory_strdup(booking, "");
    }
}

struct zp_booking *zp__sqlite_forget_blank(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    struct zp_booking *copy = zp_booking_copy(ctx, booking);
    blank(copy, &copy->client_name);
    blank(copy, &copy->client_phone);
    blank(copy, &copy->comment);
    blank(copy, &copy->cancel_reason);
    TALLOC_FREE(copy->sent_body);
    TALLOC_FREE(copy->error_message);
    TALLOC_FREE(copy->crm_contact_id);
    return copy;
}

// ---- may he be forgotten?

static bool is_settled(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct zp_error *err = &answer->error;
    const char *phone = call->u.client.phone;
    sqlite3_stmt *statement = zp__sqlite_query(self, err, zp__sql_forget_live, "tti", self->company,
                                               phone, call->u.client.now);
    int found = zp__sqlite_step(self, statement, err);
    if (found != 0) {
        if (found > 0) {
            char *request_id = zp__sqlite_text(answer, statement, 0);
            zp__sqlite_reset(statement);
            answer->booking = zp__sqlite_booking_read(self, answer, request_id, err);
            zp_error_set(err, ZP_E_REFUSED, "LIVE_BOOKING",
                         _("A booking of this client is still to come or not settled. Cancel it, "
                           "or wait until it is over."));
        }
        return false;
    }
    int64_t id = 0;
    found = zp__sqlite_number(self, err, &id, zp__sql_forget_flight, "tt", self->company, phone);
    return found == 0 ||
           (found > 0 &&
            zp_error_set(err, ZP_E_REFUSED, "IN_FLIGHT",
                         _("The queue still works on a booking of this client (task %lld). Let it "
                           "finish, or drop it: see zapis queue."),
                         (long long)id));
}

// ---- the rows

static bool blank_rows(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct zp_error *err = &answer->error;
    const char *phone = call->u.client.phone;
    if (!zp__sqlite_run(self, err, zp__sql_forget_history, "tt", self->company, phone) ||
        !zp__sqlite_run(self, err, zp__sql_forget_bookings, "tti", self->company, phone,
                        call->u.client.now)) {
        return false;
    }
    answer->forgotten = (size_t)sqlite3_changes(self->db);
    if (!zp__sqlite_run(self, err, "DELETE FROM client WHERE company = ? AND phone = ?", "tt",
                        self->company, phone)) {
        return false;
    }
    const bool client = sqlite3_changes(self->db) > 0;
    int64_t wishes = 0;
    if (!zp__sqlite_waiting_forget(self, phone, call->u.client.now, &wishes, err)) {
        return false;
    }
    bool known = answer->forgotten > 0 || client || wishes > 0;
    // A word deleted from the index stays in its segments until they are merged.
    return !known ||
           (zp__sqlite_run(self, err, "INSERT INTO client_words (client_words) VALUES ('rebuild')",
                           "") &&
            zp__sqlite_run(self, err,
                           "INSERT INTO note (company, name, text) VALUES (?, '" UNCLEAN "', '1')"
                           " ON CONFLICT DO NOTHING",
                           "t", self->company));
}

// ---- the file

// What a row held before lies on in free pages, in gaps of pages and in the log. SQLite zeroes most
// of that as it goes (secure_delete), but not what a page leaves behind when it is split: only a
// file written anew and an empty log are sure.
static bool clean(struct zp__sqlite *self, struct zp_error *err) {
    int64_t pages = 0, page_bytes = 0, busy = 0;
    if (zp__sqlite_number(self, err, &pages, "PRAGMA page_count", "") < 0 ||
        zp__sqlite_number(self, err, &page_bytes, "PRAGMA page_size", "") < 0) {
        return false;
    }
    bool large = pages * page_bytes > IN_MEMORY_BYTES;
    bool ok = (!large || zp__sqlite_exec(self, "PRAGMA temp_store=FILE", err)) &&
              zp__sqlite_exec(self, "VACUUM", err);
    if (large) {
        zp__sqlite_exec(self, "PRAGMA temp_store=MEMORY", NULL);
    }
    // Busy: somebody reads what was before; the log keeps it for him.
    return ok && zp__sqlite_number(self, err, &busy, "PRAGMA wal_checkpoint(TRUNCATE)", "") > 0 &&
           busy == 0 &&
           zp__sqlite_run(self, err, "DELETE FROM note WHERE company = ? AND name = '" UNCLEAN "'",
                          "t", self->company);
}

void zp__sqlite_forget(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct zp_error *err = &answer->error;
    int64_t unclean = 0;
    if (!zp__sqlite_write_begin(self, err)) {
        return;
    }
    bool ok = is_settled(self, call) && blank_rows(self, call) &&
              zp__sqlite_number(self, err, &unclean,
                                "SELECT 1 FROM note WHERE company = ? AND name = '" UNCLEAN "'",
                                "t", self->company) >= 0;
    if (!ok) {
        if (sqlite3_get_autocommit(self->db) == 0) {
            zp__sqlite_exec(self, "ROLLBACK", NULL);
        }
        return;
    }
    if (!zp__sqlite_write_end(self, err)) {
        return;
    }
    if (unclean == 0) {
        zp_error_set(err, ZP_E_NOT_FOUND, NULL,
                     _("The journal holds nothing of this phone. Check its digits."));
        return;
    }
    struct zp_error failed = {0};
    answer->traces = !clean(self, &failed);
    answer->ok = true;
}
