// What a manager counts over some days: one walk over the visits that begin in them, then their
// clients one by one. Nothing but the index of days and the rows that it names is read, so that the
// size of the journal does not matter; a busy month is a tenth of a second all the same. So it is
// counted in pieces, and what was asked meanwhile, a booking above all, comes between them. All
// pieces are of one state of the journal: where it changed between two the count begins anew.
#include "store/sqlite.h"

#include "base/memory.h"

#include <stdlib.h>

// Distinct reasons of cancels that are told; whatever comes after counts as one without a reason.
#define REASONS 200

// Goes on behind the visit (?2, ?3).
const char zp__sql_numbers[] =
    "SELECT state, starts_at, ends_at, master_id, master, price_minor, currency, client_phone,"
    " origin, attendance, cancel_reason, request_id, moved_to IS NOT NULL FROM booking"
    " WHERE company = ?1 AND starts_at >= ?2 AND (starts_at > ?2 OR request_id > ?3)"
    " AND starts_at < ?4 ORDER BY starts_at, request_id";
// Who of those has been here before; the journal's index of clients answers without its rows.
const char zp__sql_numbers_before[] =
    "SELECT 1 FROM booking WHERE company = ?1 AND client_phone = ?2 AND starts_at < ?3"
    " AND state = 'booked' AND attendance <> 'no-show' LIMIT 1";
const char zp__sql_numbers_since[] =
    "SELECT starts_at FROM booking WHERE company = ? ORDER BY starts_at LIMIT 1";
const char zp__sql_numbers_shift_days[] =
    "SELECT date FROM shift_day WHERE company = ? AND date BETWEEN ? AND ?";

enum column {
    STATE,
    STARTS,
    ENDS,
    MASTER_ID,
    MASTER,
    PRICE,
    CURRENCY,
    PHONE,
    ORIGIN,
    ATTENDANCE,
    REASON,
    REQUEST,
    MOVED
};

// How far it went; kept with the call between two pieces.
struct count {
    const struct zp__numbers_asked *asked;
    struct zp_numbers *to;
    sqlite3_stmt *row;
    bool *shift_known; // for each day

    int64_t version, changes; // of the journal: others' commits, ours
    int begun;                // how often
    int64_t until_us;         // of this piece
    bool walked;              // all visits; then it is about the clients
    int64_t at;               // the last visit: it goes on behind it
    char *request_id;
    // The phones of the visits that stand, one behind the other, then in order.
    char *phones;
    size_t phones_size, phones_room, phone_count, checked;
    const char **sorted;
};

// So often it begins anew at most, then it is counted in one piece.
#define BEGIN_LIMIT 3

static const char *text(const struct count *count, enum column column) {
    const char *found = (const char *)sqlite3_column_text(count->row, column);
    return found == NULL ? "" : found;
}

static int64_t number(const struct count *count, enum column column) {
    return sqlite3_column_int64(count->row, column);
}

// The day in which an instant lies; it does lie in one.
static int day_of(const struct zp__numbers_asked *asked, int64_t instant) {
    int low = 0, high = asked->days - 1;
    while (low < high) {
        const int middle = (low + high + 1) / 2;
        if (asked->edges[middle] <= instant) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

// ---- places, made when they are first needed

static struct zp_numbers_load *load_of(struct zp_numbers *numbers, const char *master_id) {
    for (size_t i = 0; i < numbers->master_count; i++) {
        if (strcmp(numbers->masters[i].master_id, master_id) == 0) {
            return &numbers->masters[i];
        }
    }
    numbers->masters = zp__memory_must(talloc_realloc(
        numbers, numbers->masters, struct zp_numbers_load, numbers->master_count + 1));
    struct zp_numbers_load *load = &numbers->masters[numbers->master_count++];
    *load = (struct zp_numbers_load){.master_id = zp__memory_strdup(numbers, master_id)};
    return load;
}

static struct zp_numbers_money *money_of(struct zp_numbers *numbers, const char *currency) {
    for (size_t i = 0; i < numbers->money_count; i++) {
        if (strcmp(numbers->money[i].currency, currency) == 0) {
            return &numbers->money[i];
        }
    }
    numbers->money = zp__memory_must(
        talloc_realloc(numbers, numbers->money, struct zp_numbers_money, numbers->money_count + 1));
    struct zp_numbers_money *money = &numbers->money[numbers->money_count++];
    *money = (struct zp_numbers_money){.currency = zp__memory_strdup(numbers, currency)};
    return money;
}

static struct zp_numbers_reason *reason_of(struct zp_numbers *numbers, const char *reason) {
    if (numbers->reason_count >= REASONS) {
        reason = "";
    }
    for (size_t i = 0; i < numbers->reason_count; i++) {
        const char *known = numbers->reasons[i].reason;
        if (strcmp(known == NULL ? "" : known, reason) == 0) {
            return &numbers->reasons[i];
        }
    }
    numbers->reasons = zp__memory_must(talloc_realloc(
        numbers, numbers->reasons, struct zp_numbers_reason, numbers->reason_count + 1));
    struct zp_numbers_reason *place = &numbers->reasons[numbers->reason_count++];
    *place = (struct zp_numbers_reason){
        .reason = reason[0] == '\0' ? NULL : zp__memory_strdup(numbers, reason)};
    return place;
}

// ---- one visit

static void count_load(const struct count *count) {
    struct zp_numbers_load *load = load_of(count->to, text(count, MASTER_ID));
    const int64_t starts_at = number(count, STARTS), ends_at = number(count, ENDS);
    const int minutes = ends_at > starts_at && ends_at - starts_at < ZP__NUMBERS_VISIT_S
                            ? (int)((ends_at - starts_at) / 60)
                            : 0;
    load->bookings++;
    load->booked_min += minutes;
    if (count->shift_known[day_of(count->asked, starts_at)]) {
        load->known_min += minutes;
    }
    if (load->master == NULL && text(count, MASTER)[0] != '\0') {
        load->master = zp__memory_strdup(count->to, text(count, MASTER));
    }
}

static void add_phone(struct count *count, const char *phone) {
    const size_t size = strlen(phone) + 1;
    if (size == 1) {
        return;
    }
    if (count->phones_size + size > count->phones_room) {
        count->phones_room = 2 * count->phones_room + size + 1024;
        count->phones = zp__memory_must(
            talloc_realloc(count, count->phones, char, (unsigned)count->phones_room));
    }
    memcpy(count->phones + count->phones_size, phone, size);
    count->phones_size += size;
    count->phone_count++;
}

static void count_standing(struct count *count) {
    struct zp_numbers *to = count->to;
    struct zp_numbers_money *money = money_of(to, text(count, CURRENCY));
    const char *attendance = text(count, ATTENDANCE);
    const bool missed = strcmp(attendance, zp_attendance_name(ZP_ATTENDANCE_NO_SHOW)) == 0;
    to->bookings++;
    if (missed) {
        to->no_shows++;
    } else if (strcmp(attendance, zp_attendance_name(ZP_ATTENDANCE_CAME)) == 0) {
        to->came++;
    } else if (number(count, STARTS) > count->asked->now) {
        to->ahead++;
    } else {
        to->unmarked++;
    }
    *(missed ? &money->no_show_minor : &money->booked_minor) += number(count, PRICE);
    to->unpriced += number(count, PRICE) == 0;
    to->nameless += text(count, PHONE)[0] == '\0';
    add_phone(count, text(count, PHONE));
    for (int i = 0; i < ZP_NUMBERS_SOURCES; i++) {
        const char *name = zp_booking_origin_name((enum zp_booking_origin)i);
        to->sources[i] += strcmp(text(count, ORIGIN), name) == 0;
    }
    count_load(count);
}

static void count_visit(struct count *count) {
    enum zp_booking_state state = ZP_BOOKING_DROPPED;
    // A state that makes no sense is told by the screens that show the booking.
    zp_booking_state_parse(text(count, STATE), &state);
    switch (state) {
    case ZP_BOOKING_BOOKED:
    case ZP_BOOKING_CANCELLING: count_standing(count); return;
    case ZP_BOOKING_INTENT:
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN: count->to->unsettled++; return;
    case ZP_BOOKING_CANCELLED:
        count->to->cancelled++;
        money_of(count->to, text(count, CURRENCY))->cancelled_minor += number(count, PRICE);
        reason_of(count->to, text(count, REASON))->count++;
        return;
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_DROPPED: return;
    }
}

// ---- the parts

// True where this piece has lasted long enough.
static bool over(const struct count *count) {
    return count->begun <= BEGIN_LIMIT && zp__sqlite_steady_us() >= count->until_us;
}

static int by_text(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

// In order, each once: neighbours in the index are read together.
static void sort_phones(struct count *count) {
    const char *at = count->phones;
    count->sorted = zp__memory_array(count, const char *, count->phone_count + 1);
    for (size_t i = 0; i < count->phone_count; i++, at += strlen(at) + 1) {
        count->sorted[i] = at;
    }
    qsort(count->sorted, count->phone_count, sizeof(count->sorted[0]), by_text);
    size_t kept = 0;
    for (size_t i = 0; i < count->phone_count; i++) {
        if (kept == 0 || strcmp(count->sorted[kept - 1], count->sorted[i]) != 0) {
            count->sorted[kept++] = count->sorted[i];
        }
    }
    count->phone_count = kept;
    count->to->clients = (int)kept;
}

// 1 to the end, 0 the piece is over, -1 it failed.
static int count_visits(struct zp__sqlite *self, struct count *count, struct zp_error *err) {
    const struct zp__numbers_asked *asked = count->asked;
    count->row = zp__sqlite_query(self, err, zp__sql_numbers, "titi", self->company, count->at,
                                  count->request_id, asked->edges[asked->days]);
    int more;
    while ((more = zp__sqlite_step(self, count->row, err)) > 0) {
        if (number(count, MOVED) == 0) {
            count_visit(count);
        }
        if (over(count)) {
            count->at = number(count, STARTS);
            talloc_free(count->request_id);
            count->request_id = zp__memory_strdup(count, text(count, REQUEST));
            zp__sqlite_reset(count->row);
            return 0;
        }
    }
    if (more < 0) {
        return -1;
    }
    sort_phones(count);
    count->walked = true;
    return 1;
}

static int count_clients(struct zp__sqlite *self, struct count *count, struct zp_error *err) {
    while (count->checked < count->phone_count) {
        int64_t one = 0;
        const int found =
            zp__sqlite_number(self, err, &one, zp__sql_numbers_before, "tti", self->company,
                              count->sorted[count->checked], count->asked->edges[0]);
        if (found < 0) {
            return -1;
        }
        count->to->new_clients += found == 0;
        count->checked++;
        if (over(count)) {
            return 0;
        }
    }
    return 1;
}

static bool know_shift_days(struct zp__sqlite *self, struct count *count, struct zp_error *err) {
    char from[ZP_DATE_SIZE], to[ZP_DATE_SIZE];
    zp_date_format(count->asked->date, from);
    zp_date_format(zp_date_add_days(count->asked->date, count->asked->days - 1), to);
    sqlite3_stmt *statement =
        zp__sqlite_query(self, err, zp__sql_numbers_shift_days, "ttt", self->company, from, to);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
        struct zp_date date = {0};
        if (zp_date_parse((const char *)sqlite3_column_text(statement, 0), &date)) {
            count->shift_known[zp_date_days_between(count->asked->date, date)] = true;
            count->to->shift_days++;
        }
    }
    return more == 0;
}

// Shifts of days that were never asked for are not stored: all that is there is known.
static void add_shifts(struct zp_numbers *numbers, const struct zp_shifts *shifts) {
    for (size_t i = 0; i < shifts->shift_count; i++) {
        const struct zp_shift *shift = &shifts->shifts[i];
        int minutes = shift->to_min - shift->from_min;
        if (shift->break_from_min >= 0 && shift->break_to_min > shift->break_from_min) {
            minutes -= shift->break_to_min - shift->break_from_min;
        }
        load_of(numbers, shift->master_id)->shift_min += minutes > 0 ? minutes : 0;
    }
}

// ---- order

static int by_count(const void *left, const void *right) {
    const struct zp_numbers_reason *a = left, *b = right;
    if (a->count != b->count) {
        return a->count < b->count ? 1 : -1;
    }
    return strcmp(a->reason == NULL ? "" : a->reason, b->reason == NULL ? "" : b->reason);
}

// The catalogue's masters first, in its order and by its names; the others as they came.
static void put_in_order(struct zp_numbers *numbers, const struct zp_catalogue *catalogue) {
    size_t placed = 0;
    for (size_t i = 0; i < catalogue->master_count; i++) {
        for (size_t k = placed; k < numbers->master_count; k++) {
            if (strcmp(numbers->masters[k].master_id, catalogue->masters[i].id) == 0) {
                const struct zp_numbers_load load = numbers->masters[k];
                numbers->masters[k] = numbers->masters[placed];
                numbers->masters[placed] = load;
                numbers->masters[placed++].master =
                    zp__memory_strdup(numbers, catalogue->masters[i].name);
                break;
            }
        }
    }
    if (numbers->reason_count > 0) {
        qsort(numbers->reasons, numbers->reason_count, sizeof(numbers->reasons[0]), by_count);
    }
}

// ---- pieces

// The count as it stands after what was done so far, or anew where the journal has changed since.
static struct count *go_on(struct zp__sqlite *self, struct zp__store_call *call) {
    struct count *count = call->progress;
    int64_t version = 0;
    const int64_t changes = sqlite3_total_changes64(self->db);
    zp__sqlite_number(self, NULL, &version, "PRAGMA data_version", "");
    const bool same = count != NULL && count->version == version && count->changes == changes;
    if (!same) {
        const int begun = count == NULL ? 0 : count->begun;
        talloc_free(count);
        talloc_free(call->answer->figures);
        count = call->progress = zp__memory_new(call, struct count);
        count->begun = begun + 1;
        count->version = version;
        count->changes = changes;
        count->asked = call->u.numbers;
        count->at = count->asked->edges[0];
        count->request_id = zp__memory_strdup(count, "");
        count->shift_known = zp__memory_array(count, bool, (size_t)count->asked->days);
        count->to = call->answer->figures = zp__memory_new(call->answer, struct zp_numbers);
        count->to->date = count->asked->date;
        count->to->days = count->asked->days;
    }
    count->until_us = zp__sqlite_steady_us() + self->piece_us;
    return count;
}

void zp__sqlite_numbers(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    struct count *count = go_on(self, call);
    const bool fresh = !count->walked && count->request_id[0] == '\0';
    int done = fresh && !know_shift_days(self, count, &answer->error) ? -1 : 1;
    if (done > 0 && !count->walked) {
        done = count_visits(self, count, &answer->error);
    }
    if (done > 0) {
        done = count_clients(self, count, &answer->error);
    }
    call->again = done == 0;
    if (done <= 0 || zp__sqlite_number(self, &answer->error, &count->to->since,
                                       zp__sql_numbers_since, "t", self->company) < 0) {
        return;
    }
    answer->shifts = zp__sqlite_shifts_read(self, answer, count->asked->date, count->asked->days,
                                            &answer->error);
    if (answer->shifts == NULL) {
        return;
    }
    add_shifts(count->to, answer->shifts);
    zp__sqlite_catalogue(self, call); // says in the answer how that went
    put_in_order(count->to, answer->catalogue);
}
