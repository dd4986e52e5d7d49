#include "sync/learn.h"
#include "base/memory.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <ctype.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/money.h>
#include <zapis/text.h>

static bool told(const char *text) {
    return text != NULL && text[0] != '\0';
}

static const char *text_of(const char *text) {
    return text != NULL ? text : "";
}

static bool is_open(const struct zp_booking *booking) {
    return booking->state == ZP_BOOKING_INTENT || booking->state == ZP_BOOKING_SENT ||
           booking->state == ZP_BOOKING_UNCERTAIN;
}

// ---- not known by its number
struct zp_booking *zp__booking_learned(TALLOC_CTX *ctx, const struct zp_config *config,
                                       const char *request_id, int64_t now,
                                       const struct zp__dikidi_booking *remote) {
    struct zp_booking *booking = zp__memory_new(ctx, struct zp_booking);
    booking->request_id = zp__memory_strdup(booking, request_id);
    booking->company = zp__memory_strdup(booking, text_of(config->salon.company));
    booking->master_id = zp__memory_strdup(booking, "");
    booking->master = zp__memory_strdup(booking, "");
    booking->currency = zp__memory_strdup(booking, text_of(config->salon.currency));
    booking->client_name = zp__memory_strdup(booking, text_of(remote->client_name));
    booking->client_phone = zp__memory_strdup(booking, text_of(remote->client_phone));
    booking->comment = zp__memory_strdup(booking, text_of(remote->comment));
    booking->cancel_reason = zp__memory_strdup(booking, text_of(remote->cancel_reason));
    booking->created_by = zp__memory_strdup(booking, "dikidi");
    booking->created_at = booking->updated_at = now;
    zp__booking_take_remote(booking, remote);
    const bool walk_in = told(config->salon.walk_in_phone) &&
                         strcmp(booking->client_phone, config->salon.walk_in_phone) == 0;
    booking->origin = walk_in ? ZP_ORIGIN_WALK_IN : ZP_ORIGIN_APP;
    const bool stands = remote->status == ZP_DIKIDI_ACTIVE;
    booking->state = stands ? ZP_BOOKING_BOOKED : ZP_BOOKING_CANCELLED;
    booking->crm_state = stands ? ZP_CRM_QUEUED : ZP_CRM_NONE;
    return booking;
}

void zp__booking_resolve(struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    struct zp__dikidi_booking known = *remote;
    if (known.service_count < booking->service_count) { // a part of the visit: it tells its own
        known.service_count = 0;
        known.starts_at = known.ends_at = known.total_minor = 0;
    }
    zp__booking_take_remote(booking, &known);
    booking->state = ZP_BOOKING_BOOKED;
    booking->crm_state = ZP_CRM_QUEUED;
    zp__run_set_error(booking, NULL);
}

void zp__booking_join(struct zp_booking *booking, const char *number) {
    const size_t count = booking->booking_id_count;
    char **ids = zp__memory_array(booking, char *, (unsigned)count + 1);
    for (size_t i = 0; i < count; i++) {
        ids[i] = zp__memory_strdup(ids, booking->booking_ids[i]);
    }
    ids[count] = zp__memory_strdup(ids, number);
    talloc_free(booking->booking_ids);
    booking->booking_ids = ids;
    booking->booking_id_count = count + 1;
}

enum zp__kinship zp__booking_kinship(const struct zp_booking *row,
                                     const struct zp__dikidi_booking *remote) {
    if (row == NULL || strcmp(row->request_id, text_of(remote->external_id)) != 0) {
        return ZP_KIN_NONE;
    }
    if (zp__booking_is_remote(row, remote)) {
        return ZP_KIN_OPEN;
    }
    const bool stands = remote->status == ZP_DIKIDI_ACTIVE;
    if (is_open(row) && !stands && row->moved_from == NULL) { // a move's own `book` ends both times
        return ZP_KIN_GONE;
    }
    return row->state == ZP_BOOKING_BOOKED && stands ? ZP_KIN_PART : ZP_KIN_NONE;
}

const struct zp_booking *zp__booking_twin(struct zp_booking *const *rows, size_t count,
                                          const struct zp__dikidi_booking *remote) {
    for (size_t i = 0; i < count; i++) {
        if (zp__booking_is_remote(rows[i], remote)) {
            return rows[i];
        }
    }
    return NULL;
}

bool zp__dikidi_is_foreign(const struct zp_config *config,
                           const struct zp__dikidi_booking *remote) {
    return told(remote->company_id) &&
           strcmp(remote->company_id, text_of(config->salon.company)) != 0;
}

void zp__booking_foreign(const char *number, struct zp_error *error) {
    zp_error_set(error, ZP_E_REFUSED, ZP_NAME_FOREIGN,
                 _("Dikidi says that booking %s belongs to another company: nothing was changed"),
                 number);
}

// ---- a visit of several numbers
// The times of the parts that stand, or of all where none does.
static void add_times(struct zp__dikidi_booking *sum, const struct zp__dikidi_booking *part) {
    if (sum->starts_at == 0 || part->starts_at < sum->starts_at) {
        sum->starts_at = part->starts_at;
        sum->master_id = zp__memory_strdup_or_null(sum, part->master_id);
        sum->master = zp__memory_strdup_or_null(sum, part->master);
    }
    sum->ends_at = part->ends_at > sum->ends_at ? part->ends_at : sum->ends_at;
}

static void add_text(struct zp__dikidi_booking *sum, char **field, const char *text) {
    if (!told(*field) && told(text)) {
        *field = zp__memory_strdup(sum, text);
    }
}

void zp__visit_add(struct zp__dikidi_booking *sum, const struct zp__dikidi_booking *part,
                   bool first) {
    const bool stands = part->status == ZP_DIKIDI_ACTIVE;
    if (first || (stands && sum->status != ZP_DIKIDI_ACTIVE)) {
        sum->status = part->status;
        sum->starts_at = sum->ends_at = 0;
    }
    if (stands == (sum->status == ZP_DIKIDI_ACTIVE)) {
        add_times(sum, part);
    }
    add_text(sum, &sum->cancel_reason, part->cancel_reason);
    add_text(sum, &sum->company_id, part->company_id);
    add_text(sum, &sum->client_name, part->client_name);
    add_text(sum, &sum->client_phone, part->client_phone);
    if (sum->attendance == NULL || strcmp(sum->attendance, "waiting") == 0) {
        sum->attendance = NULL;
        add_text(sum, &sum->attendance, part->attendance);
    }
}

// ---- which of two readings is the later one
static bool is_older(const struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    if (remote->version != 0 && booking->remote_version != 0) {
        return remote->version < booking->remote_version;
    }
    return remote->updated_at != 0 && booking->remote_updated_at != 0 &&
           remote->updated_at < booking->remote_updated_at;
}

// Read before as it is. Without versions a second may hold two changes, so then the row is
// compared.
bool zp__booking_is_same(const struct zp_booking *booking,
                         const struct zp__dikidi_booking *remote) {
    return remote->version != 0 && remote->version == booking->remote_version &&
           (remote->updated_at == 0 || booking->remote_updated_at == 0 ||
            remote->updated_at == booking->remote_updated_at);
}

// ---- what changed, in words
static void say(char **words, const char *label, const char *before, const char *after) {
    *words = zp__memory_must(talloc_asprintf_append(*words, "%s%s: %s → %s",
                                                    (*words)[0] != '\0' ? "; " : "", label,
                                                    told(before) ? before : "—", after));
}

static void say_time(TALLOC_CTX *ctx, const struct zp_config *config, char **words,
                     const char *label, int64_t before, int64_t after) {
    if (after != 0 && after != before) {
        say(words, label, before != 0 ? zp__texts_when(ctx, config, before) : "",
            zp__texts_when(ctx, config, after));
    }
}

static bool same_services(const struct zp_booking *booking,
                          const struct zp__dikidi_booking *remote) {
    bool same = remote->service_count == booking->service_count;
    for (size_t i = 0; i < remote->service_count; i++) {
        if (!told(remote->services[i].id)) {
            return true; // not told which
        }
        bool found = false;
        for (size_t k = 0; k < booking->service_count && !found; k++) {
            found = strcmp(text_of(booking->services[k].id), remote->services[i].id) == 0;
        }
        same = same && found;
    }
    return same || remote->service_count == 0;
}

static char *service_names(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    char *names = zp__memory_strdup(ctx, "");
    for (size_t i = 0; i < booking->service_count; i++) {
        names = zp__memory_must(talloc_asprintf_append(names, "%s%s", i == 0 ? "" : ", ",
                                                       text_of(booking->services[i].name)));
    }
    return names;
}

// Spaces and line ends are not a difference: what came from outside has lost its lines.
static bool same_words(const char *a, const char *b) {
    for (;; a++, b++) {
        while (isspace((unsigned char)*a) && (a[1] == '\0' || isspace((unsigned char)a[1]))) {
            a++;
        }
        while (isspace((unsigned char)*b) && (b[1] == '\0' || isspace((unsigned char)b[1]))) {
            b++;
        }
        const bool both_space = isspace((unsigned char)*a) && isspace((unsigned char)*b);
        if (*a != *b && !both_space) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
    }
}

// What is not told is not changed; a walk-in's client is the configured one.
static void take_person(struct zp_booking *booking, char **words, const char *label, char **field,
                        const char *text) {
    if (told(text) && !same_words(text_of(*field), text)) {
        say(words, label, *field, text);
        talloc_free(*field);
        *field = zp__memory_strdup(booking, text);
    }
}

static void take(struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    TALLOC_CTX *tmp = zp__memory_must(talloc_new(NULL));
    struct zp__dikidi_booking known = *remote;
    // Numbers join a visit by themselves: one that stands in another row must not hold this up.
    if (booking->booking_id != NULL) {
        known.id_count = booking->booking_id_count > 0 ? booking->booking_id_count : 1;
        known.ids = zp__memory_array(tmp, char *, (unsigned)known.id_count);
        for (size_t i = 0; i < known.id_count; i++) {
            known.ids[i] = zp__memory_strdup(
                tmp, booking->booking_id_count > 0 ? booking->booking_ids[i] : booking->booking_id);
        }
    }
    zp__booking_take_remote(booking, &known);
    talloc_free(tmp);
}

// Takes what Dikidi tells; "": nothing that anybody sees has changed.
static char *take_changes(TALLOC_CTX *ctx, const struct zp_config *config,
                          struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    char *words = zp__memory_strdup(ctx, "");
    const bool other_start = remote->starts_at != 0 && remote->starts_at != booking->starts_at;
    const bool other_master =
        told(remote->master_id) && strcmp(text_of(booking->master_id), remote->master_id) != 0;
    const bool other_services = !same_services(booking, remote);
    const bool other_sum = remote->total_minor != 0 && remote->total_minor != booking->price_minor;
    say_time(ctx, config, &words, _("Time"), booking->starts_at, remote->starts_at);
    if (!other_start) {
        say_time(ctx, config, &words, _("End"), booking->ends_at, remote->ends_at);
    }
    char *master = zp__memory_strdup(ctx, text_of(booking->master));
    char *services = service_names(ctx, booking);
    char before[ZP_MONEY_SIZE];
    zp_money_format(booking->price_minor, text_of(booking->currency), zp_i18n_russian(), before);
    take(booking, remote);
    if (other_master) {
        say(&words, _("Master"), master, text_of(booking->master));
    }
    if (other_services) {
        say(&words, _("Services"), services, service_names(ctx, booking));
    }
    if (other_sum) {
        char after[ZP_MONEY_SIZE];
        zp_money_format(booking->price_minor, text_of(booking->currency), zp_i18n_russian(), after);
        say(&words, _("Sum"), before, after);
    }
    if (booking->forgotten_at != 0) { // Dikidi may know him still
        return words;
    }
    take_person(booking, &words, _("Comment"), &booking->comment, remote->comment);
    if (booking->origin != ZP_ORIGIN_WALK_IN) {
        take_person(booking, &words, _("Client"), &booking->client_name, remote->client_name);
        take_person(booking, &words, _("Phone"), &booking->client_phone, remote->client_phone);
    }
    return words;
}

// ---- the lesson
static void add_line(struct zp__lesson *lesson, int64_t now, const char *what, const char *detail) {
    lesson->history = zp__memory_must(talloc_realloc(lesson, lesson->history, struct zp_history,
                                                     (unsigned)lesson->history_count + 1));
    lesson->history[lesson->history_count++] = (struct zp_history){
        .at = now,
        .what = zp__memory_strdup(lesson, what),
        .by = zp__memory_strdup(lesson, "dikidi"),
        .detail = zp_text_clean(lesson, text_of(detail), SIZE_MAX, ZP_LIMIT_COMMENT_BYTES)};
    lesson->write = true;
}

static void add_task(struct zp__lesson *lesson, int64_t now, const char *kind, const char *memory) {
    lesson->tasks = zp__memory_must(talloc_realloc(lesson, lesson->tasks, struct zp__store_new_task,
                                                   (unsigned)lesson->task_count + 1));
    lesson->tasks[lesson->task_count++] =
        (struct zp__store_new_task){.kind = kind, .next_at = now, .memory = memory};
}

static void learn_attendance(struct zp__lesson *lesson, int64_t now, struct zp_booking *booking,
                             const char *word) {
    const bool came = told(word) && strcmp(word, "came") == 0;
    const bool missed = told(word) && strcmp(word, "no_show") == 0;
    if (booking->attendance != ZP_ATTENDANCE_WAITING || (!came && !missed)) {
        return;
    }
    booking->attendance = came ? ZP_ATTENDANCE_CAME : ZP_ATTENDANCE_NO_SHOW;
    add_line(lesson, now, zp_attendance_name(booking->attendance), "");
    if (booking->crm_state != ZP_CRM_NONE) {
        add_task(lesson, now, ZP_TASK_CRM_MARK, NULL);
    }
}

bool zp__booking_was_told(const struct zp_booking *booking, const char *name) {
    return booking->error_code != NULL && strcmp(booking->error_code, name) == 0;
}

static void learn_stands(struct zp__lesson *lesson, const struct zp_config *config, int64_t now,
                         struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    if (!zp__booking_is_same(booking, remote)) {
        const int64_t version = booking->remote_version;
        const int64_t updated_at = booking->remote_updated_at;
        const char *words = take_changes(lesson, config, booking, remote);
        if (words[0] != '\0') {
            add_line(lesson, now, "changed", words);
        }
        // An entry that is the other booking's of a move is left to that one.
        if (words[0] != '\0' && booking->crm_state != ZP_CRM_NONE && booking->moved_to == NULL) {
            add_task(lesson, now, ZP_TASK_CRM_UPDATE, zp__memory_telling(lesson, words, false));
        }
        lesson->write = lesson->write || version != booking->remote_version ||
                        updated_at != booking->remote_updated_at;
    }
    learn_attendance(lesson, now, booking, remote->attendance);
    if (zp__booking_was_told(booking, ZP_NAME_NOT_FOUND) ||
        zp__booking_was_told(booking, ZP_NAME_FOREIGN)) {
        zp__run_set_error(booking, NULL);
        lesson->write = true;
    }
}

static void learn_cancelled(struct zp__lesson *lesson, int64_t now, struct zp_booking *booking,
                            const struct zp__dikidi_booking *remote) {
    static const char *const done[] = {ZP_TASK_BOOK, ZP_TASK_CANCEL, NULL}; // what they were to do
    const bool asked_here = booking->state == ZP_BOOKING_CANCELLING && told(booking->cancel_reason);
    take(booking, remote);
    if (told(remote->cancel_reason) && !asked_here) {
        talloc_free(booking->cancel_reason);
        booking->cancel_reason = zp__memory_strdup(booking, remote->cancel_reason);
    }
    zp__run_set_error(booking, NULL);
    add_line(lesson, now, "cancelled", booking->cancel_reason);
    if (zp__booking_cancelled(booking)) {
        add_task(lesson, now, ZP_TASK_CRM_CANCEL, NULL);
    }
    lesson->drop_kinds = done;
}

static void learn_made(struct zp__lesson *lesson, int64_t now, struct zp_booking *booking,
                       const struct zp__dikidi_booking *remote) {
    static const char *const done[] = {ZP_TASK_BOOK, NULL};
    zp__booking_resolve(booking, remote);
    add_line(lesson, now, "booked", booking->booking_id);
    add_task(lesson, now, zp__booking_follow_up(booking), NULL);
    lesson->drop_kinds = done;
}

struct zp__lesson *zp__booking_learn(TALLOC_CTX *ctx, const struct zp_config *config, int64_t now,
                                     struct zp_booking *booking,
                                     const struct zp__dikidi_booking *remote) {
    struct zp__lesson *lesson = zp__memory_new(ctx, struct zp__lesson);
    const bool stands = remote->status == ZP_DIKIDI_ACTIVE;
    if (is_older(booking, remote)) {
        return lesson;
    }
    switch (booking->state) {
    case ZP_BOOKING_BOOKED:
        if (stands) {
            learn_stands(lesson, config, now, booking, remote);
        } else {
            learn_cancelled(lesson, now, booking, remote);
        }
        break;
    case ZP_BOOKING_CANCELLING:
        if (!stands) {
            learn_cancelled(lesson, now, booking, remote);
        }
        break; // the cancel is on its way: it has the word
    case ZP_BOOKING_CANCELLED:
        lesson->revived = stands && !zp__booking_is_same(booking, remote);
        break;
    case ZP_BOOKING_INTENT:
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN:
        if (stands) {
            learn_made(lesson, now, booking, remote);
        } else if (booking->moved_from == NULL) { // a move's own `book` ends both times
            learn_cancelled(lesson, now, booking, remote);
        }
        break;
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_DROPPED: break;
    }
    return lesson;
}
