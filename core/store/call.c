// The calls of the face: each makes a root of its own with a copy of what was asked.
#include "store/call.h"

#include "base/memory.h"

static struct zp__store_call *call_new(enum zp__store_ask ask) {
    struct zp__store_call *call = zp__memory_new(NULL, struct zp__store_call);
    call->ask = ask;
    return call;
}

bool zp__store_ask_writes(enum zp__store_ask ask) {
    switch (ask) {
    case ZP__STORE_APPLY:
    case ZP__STORE_CLAIM:
    case ZP__STORE_CLAIM_ONE:
    case ZP__STORE_PUT_CATALOGUE:
    case ZP__STORE_PUT_SHIFTS:
    case ZP__STORE_PUT_NOTE:
    case ZP__STORE_CLIENT_NOTE:
    case ZP__STORE_PUT_WAITING:
    case ZP__STORE_HOOKS: return true;
    case ZP__STORE_BOOKING:
    case ZP__STORE_DAY:
    case ZP__STORE_TASKS:
    case ZP__STORE_COUNTS:
    case ZP__STORE_NEXT_DUE:
    case ZP__STORE_CATALOGUE:
    case ZP__STORE_SHIFTS:
    case ZP__STORE_CLIENTS:
    case ZP__STORE_CLIENT:
    case ZP__STORE_FORGET:
    case ZP__STORE_NOTE:
    case ZP__STORE_REVERSE:
    case ZP__STORE_STALE:
    case ZP__STORE_NUMBERS:
    case ZP__STORE_WAITING:
    case ZP__STORE_FREED:
    case ZP__STORE_FOREIGN: return false;
    }
    return false;
}

// ---- copies

static struct zp_history *copy_history(TALLOC_CTX *ctx, const struct zp_history *from,
                                       size_t count) {
    struct zp_history *to = zp__memory_array(ctx, struct zp_history, count);
    for (size_t i = 0; i < count; i++) {
        to[i].at = from[i].at;
        to[i].what = zp__memory_strdup_or_null(to, from[i].what);
        to[i].by = zp__memory_strdup_or_null(to, from[i].by);
        to[i].detail = zp__memory_strdup_or_null(to, from[i].detail);
    }
    return to;
}

static struct zp__store_new_task *
copy_new_tasks(TALLOC_CTX *ctx, const struct zp__store_new_task *from, size_t count) {
    struct zp__store_new_task *to = zp__memory_array(ctx, struct zp__store_new_task, count);
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        to[i].kind = zp__memory_strdup_or_null(to, from[i].kind);
        to[i].subject = zp__memory_strdup_or_null(to, from[i].subject);
        to[i].memory = zp__memory_strdup_or_null(to, from[i].memory);
    }
    return to;
}

// Ends with NULL, as it came.
static const char *const *copy_words(TALLOC_CTX *ctx, const char *const *from) {
    size_t count = 0;
    while (from[count] != NULL) {
        count++;
    }
    char **to = zp__memory_array(ctx, char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        to[i] = zp__memory_strdup(to, from[i]);
    }
    return (const char *const *)to;
}

static struct zp__reverse *copy_reverse(TALLOC_CTX *ctx, const struct zp__reverse *from,
                                        size_t count) {
    struct zp__reverse *to = zp__memory_array(ctx, struct zp__reverse, count);
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        to[i].request_id = zp__memory_strdup_or_null(to, from[i].request_id);
        to[i].crm_id = zp__memory_strdup_or_null(to, from[i].crm_id);
        to[i].stage_id = zp__memory_strdup_or_null(to, from[i].stage_id);
    }
    return to;
}

static struct zp__crm_hint *copy_hints(TALLOC_CTX *ctx, const struct zp__crm_hint *from,
                                       size_t count) {
    struct zp__crm_hint *to = zp__memory_array(ctx, struct zp__crm_hint, count);
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        to[i].id = zp__memory_strdup_or_null(to, from[i].id);
        to[i].stage_id = zp__memory_strdup_or_null(to, from[i].stage_id);
        to[i].number = zp__memory_strdup_or_null(to, from[i].number);
    }
    return to;
}

struct zp__change *zp__store_copy_change(TALLOC_CTX *ctx, const struct zp__change *from) {
    struct zp__change *to = zp__memory_new(ctx, struct zp__change);
    *to = *from;
    if (from->booking != NULL) {
        to->booking = zp_booking_copy(to, from->booking);
    }
    to->history = copy_history(to, from->history, from->history_count);
    to->tasks = copy_new_tasks(to, from->tasks, from->task_count);
    to->task_error = zp__memory_strdup_or_null(to, from->task_error);
    to->task_memory = zp__memory_strdup_or_null(to, from->task_memory);
    if (from->drop_kinds != NULL) {
        to->drop_kinds = copy_words(to, from->drop_kinds);
    }
    to->reverse = copy_reverse(to, from->reverse, from->reverse_count);
    if (from->reverse_drop != NULL) {
        to->reverse_drop = copy_words(to, from->reverse_drop);
    }
    to->hints = copy_hints(to, from->hints, from->hint_count);
    to->seen_number = zp__memory_strdup_or_null(to, from->seen_number);
    return to;
}

struct zp__hook *zp__store_copy_hooks(TALLOC_CTX *ctx, const struct zp__hook *from, size_t count) {
    struct zp__hook *to = zp__memory_array(ctx, struct zp__hook, count);
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        to[i].source = zp__memory_strdup_or_null(to, from[i].source);
        to[i].event_id = zp__memory_strdup_or_null(to, from[i].event_id);
        to[i].event = zp__memory_strdup_or_null(to, from[i].event);
        to[i].subject = zp__memory_strdup_or_null(to, from[i].subject);
    }
    return to;
}

static void copy_service(struct zp_service *to, TALLOC_CTX *ctx, const struct zp_service *from) {
    *to = *from;
    to->id = zp__memory_strdup_or_null(ctx, from->id);
    to->name = zp__memory_strdup_or_null(ctx, from->name);
    to->category_id = zp__memory_strdup_or_null(ctx, from->category_id);
    to->category = zp__memory_strdup_or_null(ctx, from->category);
    to->currency = zp__memory_strdup_or_null(ctx, from->currency);
    to->terms = zp__memory_array(ctx, struct zp_terms, from->term_count);
    for (size_t i = 0; i < from->term_count; i++) {
        to->terms[i] = from->terms[i];
        to->terms[i].master_id = zp__memory_strdup_or_null(to->terms, from->terms[i].master_id);
    }
}

static void copy_master(struct zp_master *to, TALLOC_CTX *ctx, const struct zp_master *from) {
    *to = *from;
    to->id = zp__memory_strdup_or_null(ctx, from->id);
    to->name = zp__memory_strdup_or_null(ctx, from->name);
    to->post = zp__memory_strdup_or_null(ctx, from->post);
    to->service_ids = zp__memory_array(ctx, char *, from->service_count);
    for (size_t i = 0; i < from->service_count; i++) {
        to->service_ids[i] = zp__memory_strdup_or_null(to->service_ids, from->service_ids[i]);
    }
}

struct zp_catalogue *zp__store_copy_catalogue(TALLOC_CTX *ctx, const struct zp_catalogue *from) {
    struct zp_catalogue *to = zp__memory_new(ctx, struct zp_catalogue);
    *to = *from;
    if (from->services != NULL) {
        to->services = zp__memory_array(to, struct zp_service, from->service_count);
        for (size_t i = 0; i < from->service_count; i++) {
            copy_service(&to->services[i], to->services, &from->services[i]);
        }
    }
    if (from->masters != NULL) {
        to->masters = zp__memory_array(to, struct zp_master, from->master_count);
        for (size_t i = 0; i < from->master_count; i++) {
            copy_master(&to->masters[i], to->masters, &from->masters[i]);
        }
    }
    return to;
}

struct zp_shift *zp__store_copy_shifts(TALLOC_CTX *ctx, const struct zp_shift *from, size_t count) {
    struct zp_shift *to = zp__memory_array(ctx, struct zp_shift, count);
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        to[i].master_id = zp__memory_strdup_or_null(to, from[i].master_id);
    }
    return to;
}

// ---- the face

void zp__store_apply(struct zp_store *store, const struct zp__change *change, zp__store_fn fn,
                     void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_APPLY);
    call->u.apply = zp__store_copy_change(call, change);
    zp__store_submit(store, call, fn, data);
}

void zp__store_booking(struct zp_store *store, const char *reference, bool with_history,
                       zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_BOOKING);
    call->u.booking.reference = zp__memory_strdup(call, reference);
    call->u.booking.with_history = with_history;
    zp__store_submit(store, call, fn, data);
}

void zp__store_day(struct zp_store *store, int64_t from, int64_t to, const char *master_id,
                   bool all, zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_DAY);
    call->u.day.from = from;
    call->u.day.to = to;
    call->u.day.master_id = zp__memory_strdup_or_null(call, master_id);
    call->u.day.all = all;
    zp__store_submit(store, call, fn, data);
}

void zp__store_claim(struct zp_store *store, int64_t now, struct zp__store_room room,
                     zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_CLAIM);
    call->u.claim.now = now;
    call->u.claim.room = room;
    zp__store_submit(store, call, fn, data);
}

bool zp__store_task_is_crm(const char *kind) {
    return strncmp(kind, ZP_TASK_OF_CRM, strlen(ZP_TASK_OF_CRM)) == 0 ||
           strcmp(kind, ZP_TASK_LOOK_ENTRY) == 0;
}

void zp__store_claim_one(struct zp_store *store, int64_t task_id, zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_CLAIM_ONE);
    call->u.claim_one.task_id = task_id;
    zp__store_submit(store, call, fn, data);
}

void zp__store_tasks(struct zp_store *store, zp__store_fn fn, void *data) {
    zp__store_submit(store, call_new(ZP__STORE_TASKS), fn, data);
}

void zp__store_task_counts(struct zp_store *store, zp__store_fn fn, void *data) {
    zp__store_submit(store, call_new(ZP__STORE_COUNTS), fn, data);
}

void zp__store_next_due(struct zp_store *store, int64_t now, zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_NEXT_DUE);
    call->u.next_due.now = now;
    zp__store_submit(store, call, fn, data);
}

void zp__store_catalogue(struct zp_store *store, zp__store_fn fn, void *data) {
    zp__store_submit(store, call_new(ZP__STORE_CATALOGUE), fn, data);
}

void zp__store_put_catalogue(struct zp_store *store, const struct zp_catalogue *catalogue,
                             zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_PUT_CATALOGUE);
    call->u.put_catalogue = zp__store_copy_catalogue(call, catalogue);
    zp__store_submit(store, call, fn, data);
}

void zp__store_shifts(struct zp_store *store, struct zp_date date, int days, zp__store_fn fn,
                      void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_SHIFTS);
    call->u.shifts.date = date;
    call->u.shifts.days = days;
    zp__store_submit(store, call, fn, data);
}

void zp__store_put_shifts(struct zp_store *store, const struct zp_shift *shifts, size_t count,
                          struct zp_date date, int days, int64_t fetched_at, zp__store_fn fn,
                          void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_PUT_SHIFTS);
    call->u.shifts.shifts = zp__store_copy_shifts(call, shifts, count);
    call->u.shifts.count = count;
    call->u.shifts.date = date;
    call->u.shifts.days = days;
    call->u.shifts.fetched_at = fetched_at;
    zp__store_submit(store, call, fn, data);
}

void zp__store_clients(struct zp_store *store, const char *query, size_t limit, int64_t now,
                       zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_CLIENTS);
    call->u.clients.now = now;
    call->u.clients.query = zp__memory_strdup(call, query);
    call->u.clients.limit = limit;
    zp__store_submit(store, call, fn, data);
}

void zp__store_client(struct zp_store *store, const char *phone, int64_t now, zp__store_fn fn,
                      void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_CLIENT);
    call->u.client.now = now;
    call->u.client.phone = zp__memory_strdup(call, phone);
    zp__store_submit(store, call, fn, data);
}

void zp__store_client_note(struct zp_store *store, const char *phone, const char *note,
                           zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_CLIENT_NOTE);
    call->u.client.phone = zp__memory_strdup(call, phone);
    call->u.client.note = zp__memory_strdup(call, note);
    zp__store_submit(store, call, fn, data);
}

void zp__store_forget(struct zp_store *store, const char *phone, int64_t now, zp__store_fn fn,
                      void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_FORGET);
    call->u.client.phone = zp__memory_strdup(call, phone);
    call->u.client.now = now;
    zp__store_submit(store, call, fn, data);
}

void zp__store_note(struct zp_store *store, const char *name, zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_NOTE);
    call->u.note.name = zp__memory_strdup(call, name);
    zp__store_submit(store, call, fn, data);
}

void zp__store_put_note(struct zp_store *store, const char *name, const char *text, zp__store_fn fn,
                        void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_PUT_NOTE);
    call->u.note.name = zp__memory_strdup(call, name);
    call->u.note.text = zp__memory_strdup_or_null(call, text);
    zp__store_submit(store, call, fn, data);
}

void zp__store_hooks(struct zp_store *store, const struct zp__hook *hooks, size_t count,
                     zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_HOOKS);
    call->u.hooks.list = zp__store_copy_hooks(call, hooks, count);
    call->u.hooks.count = count;
    zp__store_submit(store, call, fn, data);
}

void zp__store_reverse(struct zp_store *store, int64_t task_id, int64_t since, zp__store_fn fn,
                       void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_REVERSE);
    call->u.reverse.task_id = task_id;
    call->u.reverse.since = since;
    zp__store_submit(store, call, fn, data);
}

void zp__store_stale(struct zp_store *store, const struct zp__stale *stale, zp__store_fn fn,
                     void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_STALE);
    call->u.stale = *stale;
    zp__store_submit(store, call, fn, data);
}

void zp__store_numbers(struct zp_store *store, const struct zp__numbers_asked *asked,
                       zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_NUMBERS);
    const size_t count = (size_t)asked->days + 1;
    call->u.numbers = zp__memory_new(call, struct zp__numbers_asked);
    *call->u.numbers = *asked;
    int64_t *edges = zp__memory_array(call, int64_t, count);
    memcpy(edges, asked->edges, count * sizeof(edges[0]));
    call->u.numbers->edges = edges;
    zp__store_submit(store, call, fn, data);
}

void zp__store_waiting(struct zp_store *store, const struct zp__waiting_query *query,
                       zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_WAITING);
    call->u.waiting = *query;
    call->u.waiting.phone = zp__memory_strdup_or_null(call, query->phone);
    zp__store_submit(store, call, fn, data);
}

void zp__store_put_waiting(struct zp_store *store, const struct zp__waiting_change *change,
                           zp__store_fn fn, void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_PUT_WAITING);
    call->u.put_waiting = (struct zp__waiting_change){
        .row = zp_waiting_copy(call, change->row, 1),
        .drop_reason = zp__memory_strdup_or_null(call, change->drop_reason),
        .by = zp__memory_strdup(call, change->by),
        .now = change->now};
    zp__store_submit(store, call, fn, data);
}

void zp__store_freed(struct zp_store *store, int64_t from, int64_t to, zp__store_fn fn,
                     void *data) {
    struct zp__store_call *call = call_new(ZP__STORE_FREED);
    call->u.freed.from = from;
    call->u.freed.to = to;
    zp__store_submit(store, call, fn, data);
}
