// What must hold after each history, read from the journal and held against the two services.
#include "sim.h"

#include "store/sqlite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROWS 256

// ---- while it runs: what is known of a booking never gets older

static struct seen {
    char request[40];
    int64_t version;
} seen[ROWS];
static int seen_count;

void sim_check_reset(void) {
    seen_count = 0;
}

void sim_check_apply(const char *request, int64_t version) {
    for (int i = 0; i < seen_count; i++) {
        if (strcmp(seen[i].request, request) != 0) {
            continue;
        }
        if (version < seen[i].version) {
            sim_violation("older: %s went back from version %" PRId64 " to %" PRId64, request,
                          seen[i].version, version);
        }
        seen[i].version = version;
        return;
    }
    if (seen_count < ROWS) {
        snprintf(seen[seen_count].request, sizeof seen[0].request, "%s", request);
        seen[seen_count++].version = version;
    }
}

// ---- the journal

struct row {
    char request[40], number[24], state[16], crm_state[16], crm_id[16], crm_entity[8];
    int64_t starts_at, version;
    char moved_to[40], moved_from[40];
};
struct number { // of a row; a visit may have several
    char request[40], number[24];
};
struct task {
    char subject[64], kind[24], state[16];
    bool quiet;
};
static struct row rows[ROWS];
static struct task tasks[ROWS];
static struct number numbers[ROWS];
static int row_count, task_count, number_count;

static struct zp__sqlite *database(void) {
    // What store.c keeps of the daemon's connection.
    struct head {
        struct sim_process *process;
        struct zp__sqlite *self;
    };
    const struct head *store = (const struct head *)the.processes[SIM_DAEMON].store;
    return store != NULL ? store->self : NULL;
}

static void text_of(sqlite3_stmt *statement, int column, char *out, size_t size) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(out, size, "%s", text != NULL ? text : "");
}

static void read_rows(struct zp__sqlite *db) {
    row_count = 0;
    sqlite3_stmt *s =
        zp__sqlite_query(db, NULL,
                         "SELECT request_id, booking_id, state, crm_state, crm_id, starts_at,"
                         " remote_version, moved_to, moved_from, crm_entity FROM booking",
                         "");
    while (sqlite3_step(s) == SQLITE_ROW && row_count < ROWS) {
        struct row *row = &rows[row_count++];
        text_of(s, 0, row->request, sizeof row->request);
        text_of(s, 1, row->number, sizeof row->number);
        text_of(s, 2, row->state, sizeof row->state);
        text_of(s, 3, row->crm_state, sizeof row->crm_state);
        text_of(s, 4, row->crm_id, sizeof row->crm_id);
        row->starts_at = sqlite3_column_int64(s, 5);
        row->version = sqlite3_column_int64(s, 6);
        text_of(s, 7, row->moved_to, sizeof row->moved_to);
        text_of(s, 8, row->moved_from, sizeof row->moved_from);
        text_of(s, 9, row->crm_entity, sizeof row->crm_entity);
    }
    zp__sqlite_reset(s);
}

static void read_numbers(struct zp__sqlite *db) {
    number_count = 0;
    sqlite3_stmt *s =
        zp__sqlite_query(db, NULL, "SELECT request_id, booking_id FROM booking_number", "");
    while (sqlite3_step(s) == SQLITE_ROW && number_count < ROWS) {
        struct number *number = &numbers[number_count++];
        text_of(s, 0, number->request, sizeof number->request);
        text_of(s, 1, number->number, sizeof number->number);
    }
    zp__sqlite_reset(s);
}

static void read_tasks(struct zp__sqlite *db) {
    task_count = 0;
    sqlite3_stmt *s =
        zp__sqlite_query(db, NULL, "SELECT request_id, kind, state, quiet FROM task", "");
    while (sqlite3_step(s) == SQLITE_ROW && task_count < ROWS) {
        struct task *task = &tasks[task_count++];
        text_of(s, 0, task->subject, sizeof task->subject);
        text_of(s, 1, task->kind, sizeof task->kind);
        text_of(s, 2, task->state, sizeof task->state);
        task->quiet = sqlite3_column_int(s, 3) != 0;
    }
    zp__sqlite_reset(s);
}

int64_t sim_attention_task(int64_t which) {
    struct zp__sqlite *db = the.processes[SIM_DAEMON].alive ? database() : NULL;
    int64_t ids[ROWS];
    int count = 0;
    if (db == NULL) {
        return 0;
    }
    sqlite3_stmt *s =
        zp__sqlite_query(db, NULL, "SELECT id FROM task WHERE state = 'attention' ORDER BY id", "");
    while (sqlite3_step(s) == SQLITE_ROW && count < ROWS) {
        ids[count++] = sqlite3_column_int64(s, 0);
    }
    zp__sqlite_reset(s);
    return count > 0 ? ids[which % count] : 0;
}

static bool is_state(const struct row *row, const char *state) {
    return strcmp(row->state, state) == 0;
}

static bool has_task(const char *subject) {
    for (int i = 0; i < task_count; i++) {
        if (strcmp(tasks[i].state, "attention") == 0 && strcmp(tasks[i].subject, subject) == 0) {
            return true;
        }
    }
    return false;
}

static struct row *row_of_request(const char *request);

// Is there a task about it that a person sees? What a moved booking waits for may be about the old
// one.
static bool in_attention(const struct row *row, const char *number) {
    char subject[64];
    if (row != NULL && has_task(row->request)) {
        return true;
    }
    if (row != NULL && (has_task(row->moved_to) || has_task(row->moved_from))) {
        return true;
    }
    snprintf(subject, sizeof subject, "dikidi:%s", number);
    if (has_task(subject) || has_task("bitrix24")) {
        return true;
    }
    if (row == NULL) {
        return false;
    }
    snprintf(subject, sizeof subject, "%s:%s", row->crm_entity, row->crm_id);
    const struct row *old = row_of_request(row->moved_from);
    return has_task(subject) || (old != NULL && in_attention(old, old->number));
}

static struct row *row_of_number(const char *number) {
    for (int i = 0; i < number_count; i++) {
        if (strcmp(numbers[i].number, number) == 0) {
            return row_of_request(numbers[i].request);
        }
    }
    return NULL;
}

// A visit of several numbers stands while one of them does.
static bool is_over(const struct row *row) {
    for (int i = 0; i < number_count; i++) {
        const struct sim_booking *one = sim_booking_of(numbers[i].number);
        if (strcmp(numbers[i].request, row->request) == 0 && one != NULL && !one->cancelled) {
            return false;
        }
    }
    return true;
}

static struct row *row_of_request(const char *request) {
    for (int i = 0; i < row_count && request[0] != '\0'; i++) {
        if (strcmp(rows[i].request, request) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

// ---- the rules

// A person was told of it, as the entry of whichever booking has it now.
static bool in_hand(const struct sim_entry *entry) {
    char id[16];
    snprintf(id, sizeof id, "%d", entry->id);
    for (int i = 0; i < row_count; i++) {
        if (strcmp(rows[i].crm_id, id) == 0 && strcmp(rows[i].crm_state, "attention") == 0 &&
            in_attention(&rows[i], rows[i].number)) {
            return true;
        }
    }
    return false;
}

// A lead whose deal was deleted stays converted: no end can be put to it.
static int live_deals(const char *number, bool *late) {
    const struct sim_booking *booking = sim_booking_of(number);
    const bool cancelled = booking != NULL && booking->cancelled;
    int count = 0;
    *late = false;
    for (int i = 0; i < sim_entry_count; i++) {
        const struct sim_entry *entry = &sim_entries[i];
        const bool over = cancelled && ((entry->lead && sim_entry_won(entry)) || in_hand(entry));
        if (strcmp(entry->number, number) == 0 && sim_entry_live(entry) && !over) {
            count++;
            *late = *late || entry->late;
        }
    }
    return count;
}

// Of none of the entries that the journal has logged anything is to be seen: that is our rights as
// likely, and one that a person is told of stands for all (crm-compare).
static bool is_blind(void) {
    bool told = false, late;
    for (int i = 0; i < row_count; i++) {
        char subject[64];
        snprintf(subject, sizeof subject, "%s:%s", rows[i].crm_entity, rows[i].crm_id);
        const bool in_hand = has_task(subject);
        if (!is_state(&rows[i], "booked") || rows[i].moved_to[0] != '\0' ||
            (strcmp(rows[i].crm_state, "logged") != 0 && !in_hand)) {
            continue;
        }
        if (live_deals(rows[i].number, &late) > 0) {
            return false;
        }
        told = told || in_hand;
    }
    return told;
}

static void check_deals(bool over, const struct row *row, const char *number) {
    bool late = false;
    const int count = live_deals(number, &late);
    if (count > 1 && !late) {
        sim_violation("deals: %s has %d live deals, and none was late", number, count);
    }
    if (in_attention(row, number)) {
        return;
    }
    if (!over && count != 1 && !(count == 0 && is_blind())) {
        sim_violation("deals: %s stands and has %d live deals", number, count);
    } else if (over && count != 0) {
        sim_violation("deals: %s is cancelled and has %d live deals", number, count);
    }
}

// At a server that ignores the key a repeat has made this one when the client had cancelled the
// first; if its hook was lost nobody can know of it.
static bool is_secret(const struct sim_booking *booking) {
    if (!the.plan.key_ignored || booking->hooked > 0) {
        return false;
    }
    for (const struct sim_booking *one = sim_bookings; one < booking; one++) {
        if (one->cancelled && strcmp(one->request, booking->request) == 0) {
            return true;
        }
    }
    return false;
}

static void check_unknown(const struct sim_booking *booking, const char *number) {
    const struct row *row = row_of_request(booking->request);
    if (is_secret(booking)) {
        return;
    }
    if (the.plan.key_ignored && booking->cancelled && row != NULL && row->number[0] != '\0') {
        return; // asked for once more after the client had cancelled it: the row is that one's
    }
    if (booking->hooked > 0 && !in_attention(row, number)) {
        sim_violation("hook: that of %s was answered 2xx and is nowhere", number);
    } else if (row != NULL && !booking->cancelled && !in_attention(row, number)) {
        sim_violation("untrue: %s stands as %s and the journal has it as %s", row->request, number,
                      row->state);
    }
}

// By the number that the row and its entry go by.
static void check_booking(const struct sim_booking *booking) {
    char number[24];
    snprintf(number, sizeof number, "%d", booking->number);
    const struct row *row = row_of_number(number);
    if (row == NULL) {
        check_unknown(booking, number);
        return;
    }
    if (strcmp(row->number, number) != 0) {
        return;
    }
    const bool over = is_over(row);
    if (!in_attention(row, number)) {
        if (!is_state(row, over ? "cancelled" : "booked")) {
            sim_violation("untrue: %s is %s and the journal has it as %s", number,
                          over ? "cancelled" : "booked", row->state);
        } else if (!booking->cancelled && row->starts_at != booking->starts_at) {
            sim_violation("untrue: %s begins at another time than the journal has", number);
        } else if (!booking->cancelled && row->version < booking->hooked) {
            sim_violation("hook: %s is at version %" PRId64 ", told was %" PRId64, number,
                          row->version, booking->hooked);
        }
    }
    check_deals(over, row, number);
}

static bool is_open(const struct row *row) {
    return is_state(row, "intent") || is_state(row, "sent") || is_state(row, "uncertain") ||
           is_state(row, "cancelling");
}

// What left after its process was stopped for long, when others had given the request up, stands
// with a row of its own; so does what the app moved before anybody had heard of it, at a server
// that ignores the key: the time is free again, and nothing ties the two.
static bool stands(const char *request) {
    for (int i = 0; i < sim_booking_count; i++) {
        const struct sim_booking *one = &sim_bookings[i];
        char number[24];
        snprintf(number, sizeof number, "%d", one->number);
        if (!one->cancelled && strcmp(one->request, request) == 0 &&
            !((one->late || (the.plan.key_ignored && one->version > 1)) &&
              row_of_number(number) != NULL)) {
            return true;
        }
    }
    return false;
}

static void check_row(const struct row *row) {
    if (is_open(row) && !in_attention(row, row->number)) {
        sim_violation("stuck: %s is %s and nobody is told", row->request, row->state);
    }
    if (is_state(row, "refused") && stands(row->request)) {
        sim_violation("untrue: %s stands and the journal has it as refused", row->request);
    }
}

// What is to be done to an entry waits for a person who has the entry in hand, or its old one.
static bool waits_for_person(const struct task *task) {
    const struct row *row = row_of_request(task->subject);
    return strncmp(task->kind, "crm-", 4) == 0 && row != NULL && in_attention(row, row->number);
}

// Nothing waits that will not go by itself; what is quiet comes again and again.
static bool is_quiet(void) {
    for (int i = 0; i < task_count; i++) {
        const bool housekeeping = tasks[i].quiet && strcmp(tasks[i].kind, "look") != 0;
        if (strcmp(tasks[i].state, "attention") != 0 && !housekeeping &&
            !waits_for_person(&tasks[i])) {
            return false;
        }
    }
    return true;
}

static bool any_attention(void) {
    for (int i = 0; i < task_count; i++) {
        if (strcmp(tasks[i].state, "attention") == 0) {
            return true;
        }
    }
    return false;
}

static void check_truth(void) {
    struct sim_process *daemon = &the.processes[SIM_DAEMON];
    const struct zp_date day = zp_date_add_days(zp_zone_wall(the.config->zone, SIM_EPOCH).date, 1);
    the.truth_answered = false;
    the.running = daemon;
    zp_desk_submit(daemon->desk, &(struct zp_request){.ask = ZP_ASK_TRUTH, .u.truth = {day}});
    the.running = NULL;
    sim_run(the.now + 60 * SIM_S);
    if (!the.truth_answered || the.truth == NULL || the.truth->crm_count < 0) {
        sim_violation("truth: the bar has no answer");
        return;
    }
    int standing = 0;
    for (int i = 0; i < sim_booking_count; i++) {
        char number[24];
        snprintf(number, sizeof number, "%d", sim_bookings[i].number);
        standing += !sim_bookings[i].cancelled && row_of_number(number) != NULL;
    }
    int deals = 0;
    for (int i = 0; i < sim_entry_count; i++) {
        deals += sim_entry_live(&sim_entries[i]);
    }
    if (the.truth->crm_count != deals) {
        sim_violation("truth: the CRM has %d, the bar says %d", deals, the.truth->crm_count);
    } else if (!any_attention() && the.truth->journal_count != standing) {
        sim_violation("truth: %d stand, the bar says %d", standing, the.truth->journal_count);
    }
}

#define CALM_LEAST (17 * SIM_MIN) // a re-reading, a poll and a comparison
#define CALM_MOST  (240 * SIM_MIN)

void sim_check(void) {
    const int64_t end = the.plan.active + CALM_MOST;
    bool quiet = false;
    for (int64_t until = the.plan.active + CALM_LEAST; until < end && !quiet;
         until += 3 * SIM_MIN) {
        sim_run(until);
        if (the.violation_count > 0) {
            return;
        }
        struct zp__sqlite *db = the.processes[SIM_DAEMON].alive ? database() : NULL;
        if (db != NULL) {
            read_numbers(db);
            read_tasks(db);
            read_rows(db);
            quiet = is_quiet();
        }
    }
    if (!quiet) {
        for (int i = 0; i < task_count; i++) {
            sim_note("task %s %s %s", tasks[i].subject, tasks[i].kind, tasks[i].state);
        }
        sim_violation("stuck: the queue does not come to rest");
        return;
    }
    read_rows(database());
    for (int i = 0; i < row_count; i++) {
        check_row(&rows[i]);
    }
    for (int i = 0; i < sim_booking_count; i++) {
        check_booking(&sim_bookings[i]);
    }
    sim_net_check();
    if (the.violation_count == 0) {
        check_truth();
    }
}
