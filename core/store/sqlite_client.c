// Known clients: kept up to date by every booking written, found by digits or by words in any
// spelling. What a client's card says is counted from the bookings, not kept twice.
#include "store/sqlite.h"

#include "base/memory.h"
#include "base/phone_rules.h"

#include <zapis/i18n.h>
#include <zapis/json.h>
#include <zapis/text.h>

// Where too many fit (a query of one or two characters, a first name), sorting them by their last
// visit takes long: the clients are walked newest first until enough are found, but not further
// than RECENT. Where that does not find enough there are few, and the indexes are quick. Three
// digits may also be the end of a number.
#define RECENT    "5000"
#define MANY      "500"
#define SHORT     2
#define SPELLINGS 4

#define WORDS_BYTES 512 // of the names a phone was ever booked under

#define TAKEN_PLACE "state IN ('booked', 'cancelling')"

const char zp__sql_client_phone_start[] =
    "SELECT c.id, c.phone, c.last_visit_at FROM (SELECT id FROM client"
    " WHERE company = ?1 AND national >= ?2 AND national < ?2 || ':'"
    " ORDER BY last_visit_at DESC LIMIT ?3) AS hit CROSS JOIN client AS c ON c.id = hit.id";
const char zp__sql_client_phone_end[] =
    "SELECT c.id, c.phone, c.last_visit_at FROM (SELECT id FROM client"
    " WHERE company = ?1 AND tail >= ?2 AND tail < ?2 || ':'"
    " ORDER BY last_visit_at DESC LIMIT ?3) AS hit CROSS JOIN client AS c ON c.id = hit.id";
const char zp__sql_client_words[] =
    "SELECT c.id, c.phone, c.last_visit_at FROM client_words CROSS JOIN client AS c"
    " ON c.id = client_words.rowid WHERE client_words MATCH ?2 AND c.company = ?1"
    " ORDER BY c.last_visit_at DESC LIMIT ?3";
const char zp__sql_client_recent_phone[] =
    "SELECT id, phone, last_visit_at FROM (SELECT id, phone, last_visit_at, national"
    " FROM client WHERE company = ?1 ORDER BY last_visit_at DESC LIMIT " RECENT
    ") WHERE substr(national, 1, length(?2)) = ?2"
    " LIMIT ?3";
const char zp__sql_client_recent_words[] =
    "SELECT id, phone, last_visit_at FROM (SELECT id, phone, last_visit_at, words"
    " FROM client WHERE company = ?1 ORDER BY last_visit_at DESC LIMIT " RECENT
    ") WHERE instr(' ' || words, ' ' || ?2)"
    " OR instr(' ' || words, ' ' || ?4) OR instr(' ' || words, ' ' || ?5)"
    " OR instr(' ' || words, ' ' || ?6) LIMIT ?3";
const char zp__sql_client_count[] = "SELECT count(*) = " MANY " FROM (SELECT 1 FROM client_words"
                                    " WHERE client_words MATCH ? LIMIT " MANY ")";
// Visits by master, out of the index alone.
const char zp__sql_client_visits[] =
    "SELECT master_id, sum(attendance <> 'no-show'), sum(attendance = 'no-show'), max(starts_at)"
    " FROM booking WHERE company = ? AND client_phone = ? AND " TAKEN_PLACE
    " AND starts_at <= ? GROUP BY master_id";
const char zp__sql_client_one[] =
    "SELECT name, last_visit_at, note FROM client WHERE company = ? AND phone = ?";
const char zp__sql_client_last[] =
    "SELECT starts_at, master, services FROM booking WHERE company = ?1 AND client_phone = ?2"
    " AND " TAKEN_PLACE " AND attendance <> 'no-show' AND starts_at <= ?4"
    " AND (?3 IS NULL OR master_id = ?3)"
    " ORDER BY starts_at DESC LIMIT 1";

// How it was cancelled last, or that it was not after all. ?3: it was booked once more.
const char zp__sql_client_undone[] =
    "SELECT what FROM history WHERE company = ?1 AND request_id = ?2"
    " AND (what IN ('" ZP_HISTORY_UNDONE "', '" ZP_HISTORY_CANCELLING "', 'cancel-refused')"
    " OR (?3 AND what = '" ZP_HISTORY_AGAIN "'))"
    " ORDER BY sequence DESC LIMIT 1";

// ---- keeping

static char *digits_of(TALLOC_CTX *ctx, const char *text) {
    char *digits = zp__memory_bytes(ctx, strlen(text) + 1), *to = digits;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9') {
            *to++ = *at;
        }
    }
    *to = '\0';
    return digits;
}

static char *backwards(TALLOC_CTX *ctx, const char *digits) {
    size_t size = strlen(digits);
    char *out = zp__memory_bytes(ctx, size + 1);
    for (size_t i = 0; i < size; i++) {
        out[i] = digits[size - 1 - i];
    }
    out[size] = '\0';
    return out;
}

// What the full-text index holds of a name: folded, and its Latin spelling where that differs.
static char *words_of(TALLOC_CTX *ctx, const char *name) {
    char *folded = zp_text_fold(ctx, name);
    char *latin = zp_text_translit_to_latin(ctx, name);
    return strcmp(folded, latin) == 0 ? folded : zp__memory_printf(ctx, "%s %s", folded, latin);
}

// The words of the new name, then those the phone was known by before: a mother's number is also
// her daughter's, and each is looked for by her own name.
static char *words_with_old(TALLOC_CTX *ctx, const char *name, const char *old_words) {
    char *words = words_of(ctx, name);
    for (const char *word = old_words; *word != '\0';) {
        size_t size = strcspn(word, " ");
        char *edged = zp__memory_printf(ctx, " %.*s ", (int)size, word);
        if (size > 0 && strlen(words) + size < WORDS_BYTES &&
            strstr(zp__memory_printf(ctx, " %s ", words), edged) == NULL) {
            words = zp__memory_printf(ctx, "%s %.*s", words, (int)size, word);
        }
        word += size + (word[size] == ' ');
    }
    return words;
}

// The newest that is booked, to come or not.
static int last_visit(struct zp__sqlite *self, const char *phone, int64_t *at,
                      struct zp_error *err) {
    return zp__sqlite_number(self, err, at, zp__sql_client_last, "ttti", self->company, phone,
                             (const char *)NULL, INT64_MAX);
}

static bool client_new(struct zp__sqlite *self, TALLOC_CTX *work, const char *phone,
                       const char *name, int64_t last_visit_at, struct zp_error *err) {
    const char *digits = digits_of(work, phone), *words = words_of(work, name);
    int64_t id = 0;
    int made = zp__sqlite_number(
        self, err, &id,
        "INSERT INTO client (company, phone, name, words, national, tail, last_visit_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        "ttttt"
        "ti",
        self->company, phone, name, words, digits + zp__phone_code_length(digits),
        backwards(work, digits), last_visit_at);
    return made > 0 &&
           zp__sqlite_run(self, err, "INSERT INTO client_words (rowid, words) VALUES (?, ?)", "it",
                          id, words);
}

static bool client_rename(struct zp__sqlite *self, TALLOC_CTX *work, int64_t id, const char *name,
                          const char *old_words, struct zp_error *err) {
    const char *words = words_with_old(work, name, old_words);
    return zp__sqlite_run(self, err,
                          "INSERT INTO client_words (client_words, rowid, words)"
                          " VALUES ('delete', ?, ?)",
                          "it", id, old_words) &&
           zp__sqlite_run(self, err, "UPDATE client SET name = ?, words = ? WHERE id = ?", "tti",
                          name, words, id) &&
           zp__sqlite_run(self, err, "INSERT INTO client_words (rowid, words) VALUES (?, ?)", "it",
                          id, words);
}

static bool visit_moved(struct zp__sqlite *self, const char *phone, struct zp_error *err) {
    int64_t at = 0;
    return last_visit(self, phone, &at, err) >= 0 &&
           zp__sqlite_run(self, err,
                          "UPDATE client SET last_visit_at = ?3 WHERE company = ?1 AND phone = ?2"
                          " AND last_visit_at <> ?3",
                          "tti", self->company, phone, at);
}

// The newest booking's name is the client's; he is found by the earlier ones too.
static bool client_keep(struct zp__sqlite *self, TALLOC_CTX *work, const struct zp_booking *booking,
                        bool fresh, struct zp_error *err) {
    const char *phone = booking->client_phone;
    const char *name = booking->client_name == NULL ? "" : booking->client_name;
    sqlite3_stmt *statement = zp__sqlite_query(
        self, err,
        "SELECT id, name, words, last_visit_at FROM client WHERE company = ? AND phone = ?", "tt",
        self->company, phone);
    int found = zp__sqlite_step(self, statement, err);
    if (found < 0) {
        return false;
    }
    if (found == 0) {
        int64_t at = 0;
        return last_visit(self, phone, &at, err) >= 0 &&
               client_new(self, work, phone, name, at, err);
    }
    int64_t id = sqlite3_column_int64(statement, 0);
    const char *old_name = zp__sqlite_text(work, statement, 1);
    const char *old_words = zp__sqlite_text(work, statement, 2);
    bool newest = fresh || booking->starts_at >= sqlite3_column_int64(statement, 3);
    zp__sqlite_reset(statement);
    bool rename = name[0] != '\0' && strcmp(name, old_name) != 0 && (newest || old_name[0] == '\0');
    return (!rename || client_rename(self, work, id, name, old_words, err)) &&
           visit_moved(self, phone, err);
}

bool zp__sqlite_client_meet(struct zp__sqlite *self, const char *phone, const char *name,
                            struct zp_error *err) {
    int64_t known = 0, at = 0;
    int found = zp__sqlite_number(self, err, &known,
                                  "SELECT 1 FROM client WHERE company = ?"
                                  " AND phone = ?",
                                  "tt", self->company, phone);
    if (found != 0) {
        return found > 0;
    }
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    bool ok =
        last_visit(self, phone, &at, err) >= 0 && client_new(self, work, phone, name, at, err);
    talloc_free(work);
    return ok;
}

bool zp__sqlite_client_keep(struct zp__sqlite *self, const struct zp_booking *booking,
                            const char *old_phone, bool fresh, struct zp_error *err) {
    const char *phone = booking->client_phone == NULL ? "" : booking->client_phone;
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    bool ok = phone[0] == '\0' || client_keep(self, work, booking, fresh, err);
    if (ok && old_phone != NULL && strcmp(old_phone, phone) != 0) {
        ok = visit_moved(self, old_phone, err);
    }
    talloc_free(work);
    return ok;
}

// ---- finding

struct hit {
    int64_t id, last_visit_at;
    char *phone;
};
struct hit_list {
    struct hit *items;
    size_t count;
};

// Takes the rows of (id, phone, last_visit_at), each client once.
static bool hits_take(struct zp__sqlite *self, TALLOC_CTX *ctx, sqlite3_stmt *statement,
                      struct hit_list *hits, struct zp_error *err) {
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        int64_t id = sqlite3_column_int64(statement, 0);
        size_t i = 0;
        while (i < hits->count && hits->items[i].id != id) {
            i++;
        }
        if (i < hits->count) {
            continue;
        }
        hits->items =
            zp__memory_must(talloc_realloc(ctx, hits->items, struct hit, hits->count + 1));
        hits->items[hits->count++] = (struct hit){
            .id = id,
            .phone = zp__sqlite_text(ctx, statement, 1),
            .last_visit_at = sqlite3_column_int64(statement, 2),
        };
    }
    return more == 0;
}

static int by_visit(const void *left, const void *right) {
    const struct hit *a = left, *b = right;
    if (a->last_visit_at != b->last_visit_at) {
        return a->last_visit_at > b->last_visit_at ? -1 : 1;
    }
    return a->id > b->id ? -1 : a->id < b->id;
}

// The ways in which a national number may have been begun: as it is, after the code of a country of
// the region, after what is dialled at home before it.
static size_t phone_spellings(const char *digits, const char *out[SPELLINGS]) {
    const struct zp__phone_rule *rule = zp__phone_rule_for(digits);
    const size_t skips[] = {0, rule == NULL ? 0 : strlen(rule->code),
                            strncmp(digits, "80", 2) == 0 ? 2 : 0,
                            digits[0] == '8' || digits[0] == '0' ? 1 : 0};
    size_t count = 0;
    for (size_t i = 0; i < sizeof skips / sizeof skips[0]; i++) {
        if ((i == 0 || skips[i] > 0) && digits[skips[i]] != '\0') {
            out[count++] = digits + skips[i];
        }
    }
    return count;
}

static bool find_starts(struct zp__sqlite *self, TALLOC_CTX *ctx, const char *sql,
                        const char *digits, int64_t limit, struct hit_list *hits,
                        struct zp_error *err) {
    const char *spellings[SPELLINGS];
    size_t count = phone_spellings(digits, spellings);
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        ok = hits_take(self, ctx,
                       zp__sqlite_query(self, err, sql, "tti", self->company, spellings[i], limit),
                       hits, err);
    }
    return ok;
}

static bool find_phone(struct zp__sqlite *self, TALLOC_CTX *ctx, const char *digits, int64_t limit,
                       struct hit_list *hits, struct zp_error *err) {
    bool few = strlen(digits) <= SHORT;
    if (few && !find_starts(self, ctx, zp__sql_client_recent_phone, digits, limit, hits, err)) {
        return false;
    }
    if ((int64_t)hits->count >= limit) {
        return true;
    }
    return find_starts(self, ctx, zp__sql_client_phone_start, digits, limit, hits, err) &&
           (few || hits_take(self, ctx,
                             zp__sqlite_query(self, err, zp__sql_client_phone_end, "tti",
                                              self->company, backwards(ctx, digits), limit),
                             hits, err));
}

// True if the full-text tokenizer makes a word of it: a letter or a digit is in it.
static bool has_word(const char *text, size_t size) {
    for (const char *at = text; at < text + size; at++) {
        bool ascii = ((unsigned char)*at & 0x80) == 0;
        if (!ascii || (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z')) {
            return true;
        }
    }
    return false;
}

// `("иван"* AND "петр"*)`: every word of the spelling begins a word of the name.
static char *match_of(TALLOC_CTX *ctx, const char *spelling) {
    char *match = NULL;
    for (const char *word = spelling; *word != '\0';) {
        size_t size = strcspn(word, " ");
        if (has_word(word, size)) {
            char *quoted = zp__memory_strdup(ctx, "");
            for (size_t i = 0; i < size; i++) {
                quoted = zp__memory_must(
                    talloc_asprintf_append(quoted, word[i] == '"' ? "\"\"" : "%c", word[i]));
            }
            match = match == NULL ? zp__memory_printf(ctx, "(\"%s\"*", quoted)
                                  : zp__memory_printf(ctx, "%s AND \"%s\"*", match, quoted);
        }
        word += size + (word[size] == ' ');
    }
    return match == NULL ? NULL : zp__memory_printf(ctx, "%s)", match);
}

// The spellings of a query that have a word in them; the rest of the list repeats the first.
static size_t word_spellings(TALLOC_CTX *ctx, const char *query, const char *out[SPELLINGS]) {
    const char *all[SPELLINGS] = {
        zp_text_fold(ctx, query),
        zp_text_fold(ctx, zp_text_other_layout(ctx, query)),
        zp_text_translit_to_cyrillic(ctx, query),
        zp_text_translit_to_latin(ctx, query),
    };
    size_t count = 0;
    for (size_t i = 0; i < SPELLINGS; i++) {
        if (has_word(all[i], strlen(all[i]))) {
            out[count++] = all[i];
        }
    }
    for (size_t i = count; i < SPELLINGS; i++) {
        out[i] = out[0];
    }
    return count;
}

static bool fits_many(struct zp__sqlite *self, const char *query, const char *match, bool *many,
                      struct zp_error *err) {
    int64_t count = 0;
    *many = zp_text_width(query) <= SHORT;
    // Words in any order are the full-text index's own.
    if (*many || strchr(query, ' ') != NULL) {
        return true;
    }
    bool ok = zp__sqlite_number(self, err, &count, zp__sql_client_count, "t", match) >= 0;
    *many = count != 0;
    return ok;
}

static bool find_words(struct zp__sqlite *self, TALLOC_CTX *ctx, const char *query, int64_t limit,
                       struct hit_list *hits, struct zp_error *err) {
    const char *spellings[SPELLINGS] = {NULL};
    size_t count = word_spellings(ctx, query, spellings);
    if (count == 0) {
        return true;
    }
    const char *match = match_of(ctx, spellings[0]);
    for (size_t i = 1; i < count; i++) {
        match = zp__memory_printf(ctx, "%s OR %s", match, match_of(ctx, spellings[i]));
    }
    bool many = false;
    if (!fits_many(self, spellings[0], match, &many, err)) {
        return false;
    }
    if (many &&
        !hits_take(self, ctx,
                   zp__sqlite_query(self, err, zp__sql_client_recent_words, "ttittt", self->company,
                                    spellings[0], limit, spellings[1], spellings[2], spellings[3]),
                   hits, err)) {
        return false;
    }
    return (int64_t)hits->count >= limit ||
           hits_take(self, ctx,
                     zp__sqlite_query(self, err, zp__sql_client_words, "tti", self->company, match,
                                      limit),
                     hits, err);
}

// ---- the card

static bool fill_last(struct zp__sqlite *self, TALLOC_CTX *ctx, struct zp_client *client,
                      int64_t now, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_client_last, "ttti", self->company, client->phone,
                         (const char *)NULL, now);
    int found = zp__sqlite_step(self, statement, err);
    if (found <= 0) {
        return found == 0;
    }
    client->last_visit_at = sqlite3_column_int64(statement, 0);
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    // The list begins with the first service's id and name (sqlite_booking.c).
    const struct zp_json *services =
        zp_json_parse(work, (const char *)sqlite3_column_text(statement, 2),
                      (size_t)sqlite3_column_bytes(statement, 2), NULL);
    zp__sqlite_reset(statement);
    const char *id = zp_json_string(zp_json_at(services, 0));
    const char *name = zp_json_string(zp_json_at(services, 1));
    client->last_service_id = zp__memory_strdup_or_null(ctx, id);
    client->last_service = zp__memory_strdup_or_null(ctx, name);
    talloc_free(work);
    return true;
}

static bool fill_visits(struct zp__sqlite *self, TALLOC_CTX *ctx, struct zp_client *client,
                        int64_t now, struct zp_error *err) {
    sqlite3_stmt *statement = zp__sqlite_query(self, err, zp__sql_client_visits, "tti",
                                               self->company, client->phone, now);
    int64_t most = 0, newest = 0;
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        int64_t visits = sqlite3_column_int64(statement, 1);
        int64_t at = sqlite3_column_int64(statement, 3);
        client->visits += (int)visits;
        client->no_shows += sqlite3_column_int(statement, 2);
        if (visits > most || (visits > 0 && visits == most && at > newest)) {
            most = visits;
            newest = at;
            talloc_free(client->usual_master_id);
            client->usual_master_id = zp__sqlite_text(ctx, statement, 0);
        }
    }
    if (more < 0 || client->usual_master_id == NULL) {
        return more == 0;
    }
    statement = zp__sqlite_query(self, err, zp__sql_client_last, "ttti", self->company,
                                 client->phone, client->usual_master_id, now);
    int found = zp__sqlite_step(self, statement, err);
    if (found > 0) {
        client->usual_master = zp__sqlite_text(ctx, statement, 1);
        zp__sqlite_reset(statement);
    }
    return found >= 0;
}

// The client of a phone: 1 found, 0 there is none, -1 failed.
static int fill_client(struct zp__sqlite *self, TALLOC_CTX *ctx, const char *phone,
                       struct zp_client *client, int64_t now, struct zp_error *err) {
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_client_one, "tt", self->company, phone);
    int found = zp__sqlite_step(self, statement, err);
    if (found <= 0) {
        return found;
    }
    client->phone = zp__memory_strdup(ctx, phone);
    client->name = zp__sqlite_text(ctx, statement, 0);
    client->note =
        sqlite3_column_bytes(statement, 2) > 0 ? zp__sqlite_text(ctx, statement, 2) : NULL;
    zp__sqlite_reset(statement);
    return fill_last(self, ctx, client, now, err) && fill_visits(self, ctx, client, now, err) ? 1
                                                                                              : -1;
}

static void say_unknown(struct zp_error *err) {
    zp_error_set(err, ZP_E_NOT_FOUND, NULL,
                 _("The journal knows nobody by this phone. Check its digits."));
}

// What a person took back at once: a booking, or (where it was booked once more) its cancel.
static bool mark_undone(struct zp__sqlite *self, struct zp_booking *booking, struct zp_error *err) {
    if (booking->state != ZP_BOOKING_CANCELLED) {
        return true;
    }
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_client_undone, "tti", self->company,
                         booking->request_id, (int64_t)(booking->moved_to != NULL));
    const int found = zp__sqlite_step(self, statement, err);
    if (found > 0) {
        const char *what = (const char *)sqlite3_column_text(statement, 0);
        booking->undone =
            strcmp(what, ZP_HISTORY_UNDONE) == 0 || strcmp(what, ZP_HISTORY_AGAIN) == 0;
        zp__sqlite_reset(statement);
    }
    return found >= 0;
}

void zp__sqlite_client(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    const char *phone = call->u.client.phone;
    answer->clients = zp__memory_array(answer, struct zp_client, 1);
    int found = fill_client(self, answer->clients, phone, &answer->clients[0], call->u.client.now,
                            &answer->error);
    if (found == 0) {
        say_unknown(&answer->error);
    }
    answer->client_count = found > 0;
    answer->ok = found > 0 && zp__sqlite_bookings_of_client(self, answer, phone);
    for (size_t i = 0; i < answer->booking_count && answer->ok; i++) {
        answer->ok = mark_undone(self, answer->bookings[i], &answer->error);
    }
}

void zp__sqlite_client_note(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    answer->ok = zp__sqlite_run(self, &answer->error,
                                "UPDATE client SET note = ?3 WHERE company = ?1 AND phone = ?2",
                                "ttt", self->company, call->u.client.phone, call->u.client.note);
    if (answer->ok && sqlite3_changes(self->db) == 0) {
        answer->ok = false;
        say_unknown(&answer->error);
    }
}

// Only digits and what stands between them in a number.
static bool is_phone(const char *query, const char *digits) {
    return digits[0] != '\0' && query[strspn(query, "0123456789 ()+-.\t")] == '\0';
}

void zp__sqlite_clients(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct zp_error *err = &answer->error;
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    const char *query = call->u.clients.query, *digits = digits_of(work, query);
    size_t limit = call->u.clients.limit > 1000 ? 1000 : call->u.clients.limit;
    struct hit_list hits = {0};
    answer->ok = is_phone(query, digits)
                     ? find_phone(self, work, digits, (int64_t)limit, &hits, err)
                     : find_words(self, work, query, (int64_t)limit, &hits, err);
    if (hits.count > 0) {
        qsort(hits.items, hits.count, sizeof hits.items[0], by_visit);
    }
    size_t count = hits.count < limit ? hits.count : limit;
    answer->clients = zp__memory_array(answer, struct zp_client, count);
    for (size_t i = 0; i < count && answer->ok; i++) {
        struct zp_client *client = &answer->clients[i];
        answer->ok = fill_client(self, answer->clients, hits.items[i].phone, client,
                                 call->u.clients.now, err) > 0;
        answer->client_count += answer->ok;
    }
    talloc_free(work);
}
