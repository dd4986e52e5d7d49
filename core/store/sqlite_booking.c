// Bookings: a row to a struct and back, one by reference, and a day.
#include "store/sqlite.h"

#include "base/memory.h"

#include <errno.h>
#include <zapis/i18n.h>
#include <zapis/json.h>

// A day shows a visit that began so long ago, but no longer.
#define LONGEST_VISIT_S (31 * 86400LL)

#define COLUMNS                                                                                    \
    "request_id, revision, state, booking_id, booking_ids, starts_at, ends_at, master_id, master," \
    " services, price_minor, currency, client_name, client_phone, comment, origin, attendance,"    \
    " cancel_reason, moved_from, moved_to, crm_state, crm_entity, crm_id, crm_contact_id,"         \
    " crm_stage, error_code, error_message, sent_body, remote_version, remote_updated_at,"         \
    " created_at, updated_at, created_by"
#define COLUMN_TYPES                                                                               \
    "tittt"                                                                                        \
    "iittt"                                                                                        \
    "itttt"                                                                                        \
    "ttttttttttttt"                                                                                \
    "iiiit"
// Written by forgetting alone.
#define ALL_COLUMNS COLUMNS ", forgotten_at"
enum { NUMBERS = 4, SERVICES = 9 }; // the places of the lists among them

const char zp__sql_booking[] =
    "SELECT " ALL_COLUMNS " FROM booking WHERE company = ?1 AND request_id = coalesce("
    "(SELECT request_id FROM booking_number WHERE company = ?1 AND booking_id = ?2), ?2)";

const char zp__sql_booking_request[] =
    "SELECT " ALL_COLUMNS " FROM booking WHERE company = ? AND request_id = ?";
const char zp__sql_booking_number[] =
    "SELECT " ALL_COLUMNS " FROM booking WHERE company = ?1 AND request_id ="
    " (SELECT request_id FROM booking_number WHERE company = ?1 AND booking_id = ?2)";
// While a move is under way both bookings have the entry: it is the new one's.
const char zp__sql_booking_entry[] =
    "SELECT " ALL_COLUMNS " FROM booking WHERE company = ? AND crm_entity = ? AND crm_id = ?"
    " ORDER BY " ZP__SQLITE_ENTRY_FIRST " LIMIT 1";

const char zp__sql_history[] = "SELECT at, what, by, detail FROM history"
                               " WHERE company = ? AND request_id = ? ORDER BY sequence";

// No visit of this branch is longer than the salon's row says, so that nothing that began earlier
// can reach into the time asked for. ?4: refused, dropped and cancelled ones too.
#define DAY                                                                                        \
    "SELECT " ALL_COLUMNS " FROM booking WHERE company = ?1 AND starts_at < ?3"                    \
    " AND starts_at >= ?2 - (SELECT longest_visit_s FROM salon WHERE company = ?1)"                \
    " AND (ends_at > ?2 OR starts_at >= ?2)"                                                       \
    " AND (?4 OR state IN ('intent', 'sent', 'booked', 'uncertain', 'cancelling'))"
const char zp__sql_day[] = DAY " ORDER BY starts_at, request_id";
const char zp__sql_day_master[] = DAY " AND master_id = ?5 ORDER BY starts_at, request_id";

const char zp__sql_client_bookings[] =
    "SELECT " ALL_COLUMNS " FROM booking WHERE company = ? AND client_phone = ?"
    " ORDER BY starts_at DESC LIMIT ?";

// ---- words of the columns

static const char *attendance_word(enum zp_attendance attendance) {
    switch (attendance) {
    case ZP_ATTENDANCE_WAITING: return "waiting";
    case ZP_ATTENDANCE_CAME: return "came";
    case ZP_ATTENDANCE_NO_SHOW: return "no-show";
    }
    return "";
}

static bool crm_state_parse(const char *word, enum zp_crm_state *out) {
    for (int i = ZP_CRM_NONE; i <= ZP_CRM_ATTENTION; i++) {
        if (strcmp(word, zp_crm_state_name((enum zp_crm_state)i)) == 0) {
            *out = (enum zp_crm_state)i;
            return true;
        }
    }
    return false;
}

static bool origin_parse(const char *word, enum zp_booking_origin *out) {
    for (int i = ZP_ORIGIN_DESK; i <= ZP_ORIGIN_WALK_IN; i++) {
        if (strcmp(word, zp_booking_origin_name((enum zp_booking_origin)i)) == 0) {
            *out = (enum zp_booking_origin)i;
            return true;
        }
    }
    return false;
}

static bool attendance_parse(const char *word, enum zp_attendance *out) {
    for (int i = ZP_ATTENDANCE_WAITING; i <= ZP_ATTENDANCE_NO_SHOW; i++) {
        if (strcmp(word, attendance_word((enum zp_attendance)i)) == 0) {
            *out = (enum zp_attendance)i;
            return true;
        }
    }
    return false;
}

// ---- JSON columns

// One flat list of texts, four for a service: id, name, minutes, price. Nearly all are cut apart
// where they stand, without a tree of JSON.
#define SERVICE_TEXTS 4

static void add_number(struct zp_json *list, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    zp_json_add_string(list, NULL, text);
}

static char *services_print(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    struct zp_json *list = zp_json_new_array(ctx);
    for (size_t i = 0; i < booking->service_count; i++) {
        const struct zp_booked_service *service = &booking->services[i];
        zp_json_add_string(list, NULL, service->id);
        zp_json_add_string(list, NULL, service->name);
        add_number(list, service->duration_min);
        add_number(list, service->price_minor);
    }
    return zp_json_print(ctx, list);
}

static char *numbers_print(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    if (booking->booking_id_count < 2) {
        return NULL;
    }
    struct zp_json *list = zp_json_new_array(ctx);
    for (size_t i = 0; i < booking->booking_id_count; i++) {
        zp_json_add_string(list, NULL, booking->booking_ids[i]);
    }
    return zp_json_print(ctx, list);
}

// How many texts a flat list of JSON holds if none of them has an escape: what stands between two
// quotes is a text then. 0: none, or the list is not so plain.
static size_t plain_texts(const char *list) {
    size_t count = 0;
    const char *at = list;
    for (char wanted = '['; *at == wanted; wanted = ',') {
        at += 1 + strspn(at + 1, " ");
        const size_t size = *at == '"' ? strcspn(at + 1, "\"\\") : 0;
        if (*at != '"' || at[1 + size] != '"') {
            return 0;
        }
        at += size + 2;
        count++;
    }
    return strcmp(at, "]") == 0 ? count : 0;
}

// The texts of a list, one after the other: of a plain one cut apart where it stands, of any other
// as the whole reader finds them.
struct texts {
    char *at;    // in a plain one, behind what was taken
    char **list; // of any other
    size_t count, taken;
};

static char *next_text(struct texts *texts) {
    if (texts->list != NULL) {
        return texts->list[texts->taken++];
    }
    char *text = strchr(texts->at, '"') + 1;
    texts->at = strchr(text, '"');
    *texts->at++ = '\0';
    return text;
}

static bool next_number(struct texts *texts, int64_t *out) {
    const char *text = next_text(texts);
    char *end = NULL;
    errno = 0;
    *out = text == NULL ? 0 : strtoll(text, &end, 10);
    return errno == 0 && end != NULL && end != text && *end == '\0';
}

// False: it is no list.
static bool read_json(struct zp_booking *booking, const char *text, struct texts *out) {
    const struct zp_json *list = zp_json_parse(NULL, text, strlen(text), NULL);
    const bool ok = zp_json_type(list) == ZP_JSON_ARRAY;
    out->count = ok ? zp_json_count(list) : 0;
    out->list = zp__memory_array(booking, char *, out->count);
    for (size_t i = 0; i < out->count; i++) {
        const char *one = zp_json_string(zp_json_at(list, i));
        out->list[i] = zp__memory_strdup_or_null(out->list, one);
    }
    talloc_free((void *)(uintptr_t)list);
    return ok;
}

// ---- a row

// Reads the columns in the order of ALL_COLUMNS into one block: the booking, its lists, its texts.
struct row {
    sqlite3_stmt *statement;
    int column;
    struct zp_booking *booking;
    char *at; // of the block, where the next text goes
};

static const char *column_text(sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text == NULL ? "" : text;
}

static const char *row_word(struct row *row) {
    return column_text(row->statement, row->column++);
}

static char *row_text(struct row *row) {
    const int column = row->column++;
    const char *text = (const char *)sqlite3_column_text(row->statement, column);
    if (text == NULL) {
        return NULL;
    }
    const size_t size = (size_t)sqlite3_column_bytes(row->statement, column);
    char *copy = memcpy(row->at, text, size);
    copy[size] = '\0';
    row->at += size + 1;
    return copy;
}

static int64_t row_number(struct row *row) {
    return sqlite3_column_int64(row->statement, row->column++);
}

static bool row_texts(struct row *row, struct texts *out) {
    const char *text = column_text(row->statement, row->column);
    out->count = plain_texts(text);
    if (out->count == 0) {
        row->column++;
        return read_json(row->booking, text, out);
    }
    out->at = row_text(row);
    return true;
}

// Both lists have their place in the block where they are plain ones.
static bool row_services(struct row *row) {
    struct zp_booking *booking = row->booking;
    struct texts texts = {0};
    bool ok = row_texts(row, &texts) && texts.count % SERVICE_TEXTS == 0;
    booking->service_count = ok ? texts.count / SERVICE_TEXTS : 0;
    if (texts.list != NULL) {
        booking->services =
            zp__memory_array(booking, struct zp_booked_service, booking->service_count);
    }
    for (size_t i = 0; i < booking->service_count && ok; i++) {
        struct zp_booked_service *service = &booking->services[i];
        int64_t minutes = 0;
        service->id = next_text(&texts);
        service->name = next_text(&texts);
        ok = next_number(&texts, &minutes);
        ok = next_number(&texts, &service->price_minor) && ok;
        service->duration_min = (int)minutes;
    }
    return ok;
}

// Several numbers as JSON, one, or none.
static void row_numbers(struct row *row) {
    struct zp_booking *booking = row->booking;
    struct texts texts = {0};
    booking->booking_id_count = booking->booking_id != NULL;
    booking->booking_ids[0] = booking->booking_id;
    if (booking->booking_id == NULL || *column_text(row->statement, row->column) == '\0') {
        row->column++;
        return;
    }
    if (!row_texts(row, &texts)) {
        return;
    }
    booking->booking_id_count = texts.count;
    if (texts.list != NULL) {
        booking->booking_ids = texts.list;
    }
    for (size_t i = 0; i < texts.count; i++) {
        char *number = next_text(&texts);
        booking->booking_ids[i] = number == NULL ? booking->booking_id : number;
    }
}

static bool read_visit(struct zp_booking *booking, struct row *row) {
    booking->request_id = row_text(row);
    booking->revision = row_number(row);
    bool ok = zp_booking_state_parse(row_word(row), &booking->state);
    booking->booking_id = row_text(row);
    row_numbers(row);
    booking->starts_at = row_number(row);
    booking->ends_at = row_number(row);
    booking->master_id = row_text(row);
    booking->master = row_text(row);
    ok = row_services(row) && ok;
    booking->price_minor = row_number(row);
    booking->currency = row_text(row);
    booking->client_name = row_text(row);
    booking->client_phone = row_text(row);
    booking->comment = row_text(row);
    ok = origin_parse(row_word(row), &booking->origin) && ok;
    return attendance_parse(row_word(row), &booking->attendance) && ok;
}

static bool read_rest(struct zp_booking *booking, struct row *row) {
    booking->cancel_reason = row_text(row);
    booking->moved_from = row_text(row);
    booking->moved_to = row_text(row);
    bool ok = crm_state_parse(row_word(row), &booking->crm_state);
    booking->crm_entity = row_text(row);
    booking->crm_id = row_text(row);
    booking->crm_contact_id = row_text(row);
    booking->crm_stage = row_text(row);
    booking->error_code = row_text(row);
    booking->error_message = row_text(row);
    booking->sent_body = row_text(row);
    booking->remote_version = row_number(row);
    booking->remote_updated_at = row_number(row);
    booking->created_at = row_number(row);
    booking->updated_at = row_number(row);
    booking->created_by = row_text(row);
    booking->forgotten_at = row_number(row);
    return ok;
}

// Room for the booking, for what its two lists have at most, and for all its texts.
static struct zp_booking *row_block(struct zp__sqlite *self, TALLOC_CTX *ctx, struct row *row) {
    const size_t numbers = plain_texts(column_text(row->statement, NUMBERS)) + 1;
    const size_t services = plain_texts(column_text(row->statement, SERVICES)) / SERVICE_TEXTS;
    size_t size = strlen(self->company) + 1;
    for (int i = 0; COLUMN_TYPES[i] != '\0'; i++) {
        if (COLUMN_TYPES[i] == 't') {
            size += (size_t)sqlite3_column_bytes(row->statement, i) + 1;
        }
    }
    struct zp_booking *booking = zp__memory_must(talloc_named_const(
        ctx,
        sizeof *booking + services * sizeof *booking->services + numbers * sizeof(char *) + size,
        "struct zp_booking"));
    *booking = (struct zp_booking){.services = (struct zp_booked_service *)(booking + 1)};
    booking->booking_ids = (char **)(booking->services + services);
    row->booking = booking;
    row->at = (char *)(booking->booking_ids + numbers);
    booking->company = memcpy(row->at, self->company, strlen(self->company) + 1);
    row->at += strlen(self->company) + 1;
    return booking;
}

static struct zp_booking *read_row(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                   sqlite3_stmt *statement, struct zp_error *err) {
    struct row row = {.statement = statement};
    struct zp_booking *booking = row_block(self, ctx, &row);
    bool ok = read_visit(booking, &row);
    if (!read_rest(booking, &row) || !ok) {
        zp_error_set(err, ZP_E_STORE, NULL,
                     _("The journal %s has a row of booking %s that makes no sense. Keep a copy "
                       "of the file and restore it from a backup."),
                     self->path, booking->request_id == NULL ? "?" : booking->request_id);
        talloc_free(booking);
        return NULL;
    }
    return booking;
}

// One that the caller may change: each text for itself.
static struct zp_booking *read_one(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                   sqlite3_stmt *statement, struct zp_error *err) {
    if (zp__sqlite_step(self, statement, err) <= 0) {
        return NULL;
    }
    struct zp_booking *row = read_row(self, NULL, statement, err);
    struct zp_booking *booking = row == NULL ? NULL : zp_booking_copy(ctx, row);
    talloc_free(row);
    zp__sqlite_reset(statement);
    return booking;
}

struct zp_booking *zp__sqlite_booking_read(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                           const char *reference, struct zp_error *err) {
    return read_one(self, ctx,
                    zp__sqlite_query(self, err, zp__sql_booking, "tt", self->company, reference),
                    err);
}

const char *zp__sqlite_subject_number(const char *subject) {
    const size_t length = strlen(ZP_SUBJECT_NUMBER);
    return strncmp(subject, ZP_SUBJECT_NUMBER, length) == 0 ? subject + length : NULL;
}

const char *zp__sqlite_subject_entry(const char *subject, enum zp_crm_entity *entity) {
    if (strncmp(subject, ZP_SUBJECT_DEAL, strlen(ZP_SUBJECT_DEAL)) == 0) {
        *entity = ZP_CRM_DEAL;
        return subject + strlen(ZP_SUBJECT_DEAL);
    }
    if (strncmp(subject, ZP_SUBJECT_LEAD, strlen(ZP_SUBJECT_LEAD)) == 0) {
        *entity = ZP_CRM_LEAD;
        return subject + strlen(ZP_SUBJECT_LEAD);
    }
    return NULL;
}

const char *zp__sqlite_entity_word(enum zp_crm_entity entity) {
    return entity == ZP_CRM_LEAD ? "lead" : "deal";
}

struct zp_booking *zp__sqlite_booking_of(struct zp__sqlite *self, TALLOC_CTX *ctx,
                                         const char *subject, struct zp_error *err) {
    struct zp_error failed = {0};
    sqlite3_stmt *statement =
        zp__sqlite_query(self, &failed, zp__sql_booking_request, "tt", self->company, subject);
    struct zp_booking *booking = read_one(self, ctx, statement, &failed);
    enum zp_crm_entity entity = ZP_CRM_DEAL;
    const char *number = zp__sqlite_subject_number(subject);
    const char *entry = zp__sqlite_subject_entry(subject, &entity);
    if (booking == NULL && failed.code == ZP_OK && number != NULL) {
        statement =
            zp__sqlite_query(self, &failed, zp__sql_booking_number, "tt", self->company, number);
        booking = read_one(self, ctx, statement, &failed);
    } else if (booking == NULL && failed.code == ZP_OK && entry != NULL) {
        statement = zp__sqlite_query(self, &failed, zp__sql_booking_entry, "ttt", self->company,
                                     zp__sqlite_entity_word(entity), entry);
        booking = read_one(self, ctx, statement, &failed);
    }
    if (failed.code != ZP_OK && err != NULL) {
        *err = failed;
    }
    return booking;
}

// ---- writing

static bool write_numbers(struct zp__sqlite *self, const struct zp_booking *booking,
                          struct zp_error *err) {
    if (!zp__sqlite_run(self, err,
                        "DELETE FROM booking_number WHERE company = ? AND request_id = ?", "tt",
                        self->company, booking->request_id)) {
        return false;
    }
    // A row that knows its first number only has a list of one.
    bool alone = booking->booking_id_count == 0 && booking->booking_id != NULL;
    size_t count = alone ? 1 : booking->booking_id_count;
    for (size_t i = 0; i < count; i++) {
        const char *number = alone ? booking->booking_id : booking->booking_ids[i];
        if (!zp__sqlite_run(self, err,
                            "INSERT INTO booking_number (company, booking_id, request_id)"
                            " VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                            "ttt", self->company, number, booking->request_id)) {
            return false;
        }
        if (sqlite3_changes(self->db) == 0) {
            return zp_error_set(err, ZP_E_CONFLICT, NULL,
                                _("Dikidi's number %s stands in the journal under another "
                                  "booking. Read that one again."),
                                number);
        }
    }
    return true;
}

#define PLACES                                                                                     \
    "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,"  \
    " ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34"
#define PLACE_TYPES "t" COLUMN_TYPES

// Never REPLACE: it would delete the row first, and its history and tasks with it.
static const char insert_sql[] =
    "INSERT INTO booking (company, " COLUMNS ") VALUES (?1, " PLACES ")";
static const char update_sql[] =
    "UPDATE booking SET (" COLUMNS ") = (" PLACES ") WHERE company = ?1 AND request_id = ?2";

static bool write_row(struct zp__sqlite *self, const struct zp_booking *b, int64_t revision,
                      const char *services, const char *numbers, struct zp_error *err) {
    return zp__sqlite_run(
        self, err, revision == 1 ? insert_sql : update_sql, PLACE_TYPES, self->company,
        b->request_id, revision, zp_booking_state_name(b->state), b->booking_id, numbers,
        b->starts_at, b->ends_at, b->master_id, b->master, services, b->price_minor, b->currency,
        b->client_name, b->client_phone, b->comment, zp_booking_origin_name(b->origin),
        attendance_word(b->attendance), b->cancel_reason, b->moved_from, b->moved_to,
        zp_crm_state_name(b->crm_state), b->crm_entity, b->crm_id, b->crm_contact_id, b->crm_stage,
        b->error_code, b->error_message, b->sent_body, b->remote_version, b->remote_updated_at,
        b->created_at, b->updated_at, b->created_by);
}

// No end that somebody outside makes up may turn the day's query into a walk over all years.
static bool write_bound(struct zp__sqlite *self, const struct zp_booking *booking,
                        struct zp_error *err) {
    int64_t length_s = LONGEST_VISIT_S;
    if (booking->ends_at < booking->starts_at) {
        length_s = 0;
    } else if ((uint64_t)booking->ends_at - (uint64_t)booking->starts_at < LONGEST_VISIT_S) {
        length_s = booking->ends_at - booking->starts_at;
    }
    return zp__sqlite_run(self, err,
                          "UPDATE salon SET longest_visit_s = ?2"
                          " WHERE company = ?1 AND longest_visit_s < ?2",
                          "ti", self->company, length_s);
}

bool zp__sqlite_booking_write(struct zp__sqlite *self, const struct zp_booking *booking,
                              int64_t revision, struct zp_error *err) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    bool ok = write_row(self, booking, revision, services_print(work, booking),
                        numbers_print(work, booking), err) &&
              write_numbers(self, booking, err) && write_bound(self, booking, err);
    talloc_free(work);
    return ok;
}

// ---- calls

static bool read_history(struct zp__sqlite *self, struct zp__store_answer *answer) {
    struct zp_history *list = zp__memory_array(answer, struct zp_history, 0);
    size_t count = 0;
    sqlite3_stmt *statement = zp__sqlite_query(self, &answer->error, zp__sql_history, "tt",
                                               self->company, answer->booking->request_id);
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        list = zp__memory_must(talloc_realloc(answer, list, struct zp_history, count + 1));
        list[count++] = (struct zp_history){
            .at = sqlite3_column_int64(statement, 0),
            .what = zp__sqlite_text(list, statement, 1),
            .by = zp__sqlite_text(list, statement, 2),
            .detail = zp__sqlite_text(list, statement, 3),
        };
    }
    answer->history = list;
    answer->history_count = count;
    return more == 0;
}

void zp__sqlite_booking(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    const char *reference = call->u.booking.reference;
    answer->booking = zp__sqlite_booking_read(self, answer, reference, &answer->error);
    if (answer->booking == NULL) {
        if (answer->error.code == ZP_OK) {
            zp_error_set(&answer->error, ZP_E_NOT_FOUND, NULL,
                         _("The journal has no booking %s. Check the number, or adopt it if it "
                           "was made elsewhere."),
                         reference);
        }
        return;
    }
    answer->ok = !call->u.booking.with_history || read_history(self, answer);
}

static bool read_list(struct zp__sqlite *self, struct zp__store_answer *answer,
                      sqlite3_stmt *statement) {
    struct zp_booking **list = zp__memory_array(answer, struct zp_booking *, 0);
    size_t count = 0, room = 0;
    int more;
    while ((more = zp__sqlite_step(self, statement, &answer->error)) > 0) {
        if (count == room) {
            room = room == 0 ? 64 : room * 2;
            list = zp__memory_must(talloc_realloc(answer, list, struct zp_booking *, room));
        }
        list[count] = read_row(self, list, statement, &answer->error);
        if (list[count] == NULL) {
            zp__sqlite_reset(statement);
            return false;
        }
        count++;
    }
    answer->bookings = list;
    answer->booking_count = count;
    return more == 0;
}

bool zp__sqlite_bookings_of_client(struct zp__sqlite *self, struct zp__store_answer *answer,
                                   const char *phone) {
    return read_list(self, answer,
                     zp__sqlite_query(self, &answer->error, zp__sql_client_bookings, "tti",
                                      self->company, phone, (int64_t)ZP__STORE_CLIENT_BOOKINGS));
}

void zp__sqlite_day(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    sqlite3_stmt *statement;
    const char *master_id = call->u.day.master_id;
    int64_t from = call->u.day.from, to = call->u.day.to, all = call->u.day.all;
    if (master_id == NULL) {
        statement = zp__sqlite_query(self, &answer->error, zp__sql_day, "tiii", self->company, from,
                                     to, all);
    } else {
        statement = zp__sqlite_query(self, &answer->error, zp__sql_day_master, "tiiit",
                                     self->company, from, to, all, master_id);
    }
    answer->ok = read_list(self, answer, statement);
}
