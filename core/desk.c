#include "desk_private.h"
#include <pwd.h>
#include <string.h>
#include <unistd.h>
#include <zapis/i18n.h>

static const zp__ask_fn starters[ZP_ASKS] = {
    [ZP_ASK_CATALOGUE] = zp__ask_catalogue,
    [ZP_ASK_SHIFTS] = zp__ask_shifts,
    [ZP_ASK_SLOTS] = zp__ask_slots,
    [ZP_ASK_LOOK] = zp__ask_look,
    [ZP_ASK_BOOK] = zp__ask_book,
    [ZP_ASK_CANCEL] = zp__ask_cancel_booking,
    [ZP_ASK_MOVE] = zp__ask_move,
    [ZP_ASK_MARK] = zp__ask_mark,
    [ZP_ASK_ADOPT] = zp__ask_adopt,
    [ZP_ASK_MEND] = zp__ask_mend,
    [ZP_ASK_SHOW] = zp__ask_show,
    [ZP_ASK_DAY] = zp__ask_day,
    [ZP_ASK_TRUTH] = zp__ask_truth,
    [ZP_ASK_CLIENTS] = zp__ask_clients,
    [ZP_ASK_CLIENT] = zp__ask_client,
    [ZP_ASK_CLIENT_NOTE] = zp__ask_client_note,
    [ZP_ASK_FORGET] = zp__ask_forget,
    [ZP_ASK_NUMBERS] = zp__ask_numbers,
    [ZP_ASK_WAITING] = zp__ask_waiting,
    [ZP_ASK_WAITING_PUT] = zp__ask_waiting_put,
    [ZP_ASK_WAITING_DROP] = zp__ask_waiting_drop,
    [ZP_ASK_QUEUE] = zp__ask_queue,
    [ZP_ASK_QUEUE_RETRY] = zp__ask_queue_retry,
    [ZP_ASK_QUEUE_DROP] = zp__ask_queue_drop,
    [ZP_ASK_SYNC_ONCE] = zp__ask_sync_once,
    [ZP_ASK_CHECK] = zp__ask_check,
    [ZP_ASK_SETUP] = zp__ask_setup,
};

// ---- asks
// ------------------------------------------------------------------------------------------------------
struct zp__ask *zp__ask_find(struct zp_desk *desk, uint64_t id) {
    for (struct zp__ask *ask = desk->asks; ask != NULL; ask = ask->next) {
        if (ask->id == id) {
            return ask;
        }
    }
    return NULL;
}

static void unlink_ask(struct zp__ask *ask) {
    struct zp__ask **link = &ask->desk->asks;
    while (*link != ask) {
        link = &(*link)->next;
    }
    *link = ask->next;
}

void zp__ask_answer(struct zp__ask *ask, const struct zp_error *error) {
    struct zp_desk *desk = ask->desk;
    unlink_ask(ask); // before the event: what it calls may look
    ask->event.kind = ZP_EVENT_ANSWER;
    ask->event.id = ask->id;
    ask->event.ask = ask->request.ask;
    ask->event.ok = error == NULL;
    if (error != NULL) {
        ask->event.error = *error;
    }
    desk->o.on_event(&ask->event, desk->o.data);
    talloc_free(ask);
}

void zp__ask_refuse(struct zp__ask *ask, enum zp_error_code code, const char *name,
                    const char *message) {
    struct zp_error error = {0};
    zp_error_set(&error, code, name, "%s", message);
    zp__ask_answer(ask, &error);
}

struct zp__ticket *zp__ask_ticket(struct zp__ask *ask, size_t index) {
    struct zp__ticket *ticket = talloc_zero(ask->desk, struct zp__ticket);
    *ticket = (struct zp__ticket){.desk = ask->desk, .ask_id = ask->id, .index = index};
    return ticket;
}

struct zp__ask *zp__ticket_take(void *data, size_t *index) {
    struct zp__ticket *ticket = data;
    struct zp__ask *ask = zp__ask_find(ticket->desk, ticket->ask_id);
    if (index != NULL) {
        *index = ticket->index;
    }
    talloc_free(ticket);
    return ask;
}

struct zp__ask *zp__ticket_answered(void *data, const struct zp__store_answer *answer) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask != NULL && !answer->ok) {
        zp__ask_answer(ask, &answer->error);
        return NULL;
    }
    return ask;
}

struct zp__ask *zp__ticket_ended(void *data, const struct zp_booking *booking) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask != NULL && booking != NULL) {
        talloc_free(ask->event.booking);
        ask->event.booking = zp_booking_copy(ask, booking);
    }
    return ask;
}

bool zp__ask_phone(struct zp__ask *ask, const char *typed, char phone[ZP_PHONE_SIZE]) {
    struct zp_error error = {0};
    if (!zp_phone_normalise(typed, ask->desk->o.config->salon.country, phone, &error)) {
        zp__ask_answer(ask, &error);
        return false;
    }
    return true;
}

void zp__ask_remember_call(struct zp__ask *ask, uint64_t dikidi_call) {
    ask->calls = talloc_realloc(ask, ask->calls, uint64_t, (unsigned)ask->call_count + 1);
    ask->calls[ask->call_count++] = dikidi_call;
}

int64_t zp__desk_clock(const struct zp_desk *desk) {
    return zp_clock_now(&desk->o.config->clock);
}

struct zp_history *zp__ask_line(struct zp__ask *ask, const char *what, const char *by,
                                const char *detail) {
    struct zp_history *line = talloc_zero(ask, struct zp_history);
    line->at = zp__desk_clock(ask->desk);
    line->what = talloc_strdup(line, what);
    line->by = talloc_strdup(line, by);
    line->detail = talloc_strdup(line, detail ? detail : "");
    return line;
}

int64_t zp_desk_now(const struct zp_desk *desk) {
    return zp__desk_clock(desk);
}

// ---- requests in
// -----------------------------------------------------------------------------------------------
static const char *copy_text(TALLOC_CTX *ctx, const char *text) {
    return text == NULL ? NULL : talloc_strdup(ctx, text);
}

static const char *const *copy_list(TALLOC_CTX *ctx, const char *const *list, size_t count) {
    const char **copy = talloc_zero_array(ctx, const char *, (unsigned)count + 1);
    for (size_t i = 0; i < count; i++) {
        copy[i] = talloc_strdup(copy, list[i]);
    }
    return copy;
}

static void copy_request(struct zp__ask *ask, const struct zp_request *from) {
    struct zp_request *to = &ask->request;
    *to = *from;
    switch (from->ask) {
    case ZP_ASK_SLOTS:
        to->u.slots.service_ids =
            copy_list(ask, from->u.slots.service_ids, from->u.slots.service_count);
        to->u.slots.master_id = copy_text(ask, from->u.slots.master_id);
        break;
    case ZP_ASK_BOOK:
        to->u.book.request_id = copy_text(ask, from->u.book.request_id);
        to->u.book.service_ids =
            copy_list(ask, from->u.book.service_ids, from->u.book.service_count);
        to->u.book.master_id = copy_text(ask, from->u.book.master_id);
        to->u.book.client_phone = copy_text(ask, from->u.book.client_phone);
        to->u.book.client_name = copy_text(ask, from->u.book.client_name);
        to->u.book.comment = copy_text(ask, from->u.book.comment);
        break;
    case ZP_ASK_CANCEL:
        to->u.cancel.booking = copy_text(ask, from->u.cancel.booking);
        to->u.cancel.reason = copy_text(ask, from->u.cancel.reason);
        to->u.cancel.undo = from->u.cancel.undo;
        break;
    case ZP_ASK_MOVE:
        to->u.move.booking = copy_text(ask, from->u.move.booking);
        to->u.move.master_id = copy_text(ask, from->u.move.master_id);
        break;
    case ZP_ASK_MARK: to->u.mark.booking = copy_text(ask, from->u.mark.booking); break;
    case ZP_ASK_ADOPT: to->u.adopt.booking = copy_text(ask, from->u.adopt.booking); break;
    case ZP_ASK_MEND: to->u.mend.booking = copy_text(ask, from->u.mend.booking); break;
    case ZP_ASK_SHOW: to->u.show.booking = copy_text(ask, from->u.show.booking); break;
    case ZP_ASK_LOOK: to->u.look.master_id = copy_text(ask, from->u.look.master_id); break;
    case ZP_ASK_DAY: to->u.day.master_id = copy_text(ask, from->u.day.master_id); break;
    case ZP_ASK_CLIENTS: to->u.clients.query = copy_text(ask, from->u.clients.query); break;
    case ZP_ASK_CLIENT:
    case ZP_ASK_CLIENT_NOTE:
    case ZP_ASK_FORGET:
        to->u.client.phone = copy_text(ask, from->u.client.phone);
        to->u.client.note = copy_text(ask, from->u.client.note);
        break;
    case ZP_ASK_WAITING:
        to->u.waiting.phone = copy_text(ask, from->u.waiting.phone);
        to->u.waiting.gap.master_id = talloc_strdup(
            ask, from->u.waiting.gap.master_id != NULL ? from->u.waiting.gap.master_id : "");
        break;
    case ZP_ASK_WAITING_PUT:
        to->u.waiting_put.wish = zp_waiting_copy(ask, from->u.waiting_put.wish, 1);
        break;
    case ZP_ASK_WAITING_DROP:
        to->u.waiting_drop.reason = copy_text(ask, from->u.waiting_drop.reason);
        break;
    default: break;
    }
}

static void start_ask(void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask != NULL) {
        starters[ask->request.ask](ask);
    }
}

uint64_t zp_desk_submit(struct zp_desk *desk, const struct zp_request *request) {
    struct zp__ask *ask = talloc_zero(desk, struct zp__ask);
    if (ask == NULL) {
        zp_panic("out of memory");
    }
    ask->id = ++desk->last_id;
    ask->desk = desk;
    copy_request(ask, request);
    ask->next = desk->asks;
    desk->asks = ask;
    zp_loop_defer(desk->loop, start_ask, zp__ask_ticket(ask, 0));
    return ask->id;
}

static void answer_cancelled(void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask != NULL) {
        zp__ask_refuse(ask, ZP_E_CANCELLED, NULL, _("it was given up"));
    }
}

void zp_desk_cancel(struct zp_desk *desk, uint64_t id) {
    struct zp__ask *ask = zp__ask_find(desk, id);
    if (ask == NULL) {
        return;
    }
    for (size_t i = 0; i < ask->call_count; i++) {
        zp__dikidi_cancel_call(desk->dikidi, ask->calls[i]);
    }
    ask->call_count = 0;
    zp_loop_defer(desk->loop, answer_cancelled, zp__ask_ticket(ask, 0));
}

// ---- events out
// ------------------------------------------------------------------------------------------------
void zp__desk_told(struct zp_desk *desk, enum zp__service service, const struct zp_error *error) {
    struct zp_connection *state =
        service == ZP_SERVICE_DIKIDI ? &desk->dikidi_state : &desk->crm_state;
    state->known = true;
    state->ok = error == NULL;
    zp_error_clear(&state->error);
    if (error == NULL) {
        state->last_good_at = zp__desk_clock(desk);
    } else {
        state->error = *error;
    }
    const struct zp_event event = {.kind = ZP_EVENT_CONNECTION,
                                   .ok = true,
                                   .dikidi = desk->dikidi_state,
                                   .bitrix24 = desk->crm_state};
    desk->o.on_event(&event, desk->o.data);
}

static bool is_silence(const struct zp_error *error) {
    return error->code == ZP_E_UNREACHABLE || error->code == ZP_E_UNKNOWN ||
           error->code == ZP_E_BAD_ANSWER || error->code == ZP_E_DENIED;
}

void zp__desk_heard_dikidi(struct zp_desk *desk, const struct zp__dikidi_answer *answer) {
    if (answer->ok || answer->error.code != ZP_E_CANCELLED) {
        zp__desk_told(desk, ZP_SERVICE_DIKIDI,
                      !answer->ok && is_silence(&answer->error) ? &answer->error : NULL);
    }
}

void zp__desk_heard_crm(struct zp_desk *desk, const struct zp__crm_answer *answer) {
    if (answer->ok || answer->error.code != ZP_E_CANCELLED) {
        zp__desk_told(desk, ZP_SERVICE_BITRIX24,
                      !answer->ok && is_silence(&answer->error) ? &answer->error : NULL);
    }
}

void zp__desk_booking_changed(struct zp_desk *desk, const struct zp_booking *booking) {
    talloc_free(desk->look.look); // what a look said is no longer so
    desk->look.look = NULL;
    struct zp_booking *copy = zp_booking_copy(desk, booking);
    const struct zp_event event = {.kind = ZP_EVENT_BOOKING, .ok = true, .booking = copy};
    desk->o.on_event(&event, desk->o.data);
    talloc_free(copy);
}

// Counting walks the queue on the thread that commits; what moves it comes in bursts. So after a
// count a rest, and one more at its end if the queue moved meanwhile.
#define COUNT_REST_MS 300

static void on_counts(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = data;
    zp_timer_start(desk->count_rest, COUNT_REST_MS, 0);
    if (!answer->ok || (answer->waiting == desk->waiting && answer->attention == desk->attention)) {
        return;
    }
    desk->waiting = answer->waiting;
    desk->attention = answer->attention;
    const struct zp_event event = {
        .kind = ZP_EVENT_SYNC, .ok = true, .waiting = desk->waiting, .attention = desk->attention};
    desk->o.on_event(&event, desk->o.data);
}

void zp__desk_queue_changed(struct zp_desk *desk) {
    if (desk->counting) {
        desk->count_again = true;
        return;
    }
    desk->counting = true;
    zp__store_task_counts(desk->store, on_counts, desk);
}

static void on_count_rest(void *data) {
    struct zp_desk *desk = data;
    desk->counting = false;
    if (desk->count_again) {
        desk->count_again = false;
        zp__desk_queue_changed(desk);
    }
}

static void on_foreign_change(void *data) {
    struct zp_desk *desk = data;
    talloc_free(desk->look.look);
    desk->look.look = NULL;
    const struct zp_event event = {.kind = ZP_EVENT_JOURNAL, .ok = true};
    desk->o.on_event(&event, desk->o.data);
    zp__desk_queue_changed(desk);
    zp__driver_poke(desk->driver);
}

static void on_booking(const struct zp_booking *booking, void *data) {
    zp__desk_booking_changed(data, booking);
}

static void on_queue(void *data) {
    zp__desk_queue_changed(data);
}

static void on_service(enum zp__service service, const struct zp_error *error, void *data) {
    zp__desk_told(data, service, error);
}

// ---- open and close
// --------------------------------------------------------------------------------------------
static char *account_name(TALLOC_CTX *ctx) {
    char buffer[1024];
    struct passwd entry;
    struct passwd *found = NULL;
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof(buffer), &found) == 0 && found != NULL) {
        return talloc_strdup(ctx, entry.pw_name);
    }
    return talloc_asprintf(ctx, "uid %u", (unsigned)geteuid());
}

// The services first (their calls end without a callback), then the journal (what is queued is
// still written), then the rest.
static int close_desk(struct zp_desk *desk) {
    TALLOC_FREE(desk->driver);
    TALLOC_FREE(desk->dikidi);
    TALLOC_FREE(desk->crm);
    TALLOC_FREE(desk->store);
    return 0;
}

struct zp_desk *zp_desk_open(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp_desk_options *options, struct zp_error *err) {
    struct zp_desk *desk = talloc_zero(ctx, struct zp_desk);
    if (desk == NULL) {
        zp_panic("out of memory");
    }
    desk->o = *options;
    desk->loop = loop;
    desk->operator_name = options->operator_name != NULL
                              ? talloc_strdup(desk, options->operator_name)
                              : account_name(desk);
    desk->waiting = desk->attention = -1;
    desk->count_rest = zp_timer_new(desk, loop, on_count_rest, desk);
    zp_timer_background(desk->count_rest);
    desk->store =
        zp__store_open(desk, loop, options->config->store.url, options->config->salon.company, err);
    if (desk->store == NULL) {
        talloc_free(desk);
        return NULL;
    }
    desk->dikidi = zp__dikidi_new(desk, loop, options->config);
    desk->crm = zp__bitrix24_new(desk, loop, options->config);
    const struct zp__driver_options driver = {.config = options->config,
                                              .loop = loop,
                                              .store = desk->store,
                                              .dikidi = desk->dikidi,
                                              .crm = desk->crm,
                                              .operator_name = desk->operator_name,
                                              .on_booking = on_booking,
                                              .on_queue = on_queue,
                                              .on_service = on_service,
                                              .data = desk};
    desk->driver = zp__driver_new(desk, &driver);
    talloc_set_destructor(desk, close_desk);
    zp__store_on_foreign_change(desk->store, on_foreign_change, desk);
    if (options->sync) {
        zp__driver_start_worker(desk->driver);
        zp__desk_queue_changed(desk);
    }
    return desk;
}

struct zp__ask *zp__ticket_heard_dikidi(void *data, const struct zp__dikidi_answer *answer,
                                        size_t *index) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, index);
    zp__desk_heard_dikidi(desk, answer);
    return ask;
}

struct zp__ask *zp__ticket_heard_crm(void *data, const struct zp__crm_answer *answer) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_crm(desk, answer);
    return ask;
}
