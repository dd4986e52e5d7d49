#include "fixture.h"

#include <ftw.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void place_open(struct place *place) {
    place->store = place_open_other(place, "550001");
}

struct zp_store *place_open_other(struct place *place, const char *company) {
    struct zp_error error = {0};
    struct zp_store *store = zp__store_open(place->ctx, place->loop, place->url, company, &error);
    if (store == NULL) {
        fail_msg("%s", error.message);
    }
    return store;
}

void place_close(struct place *place) {
    talloc_free(place->store);
    place->store = NULL;
}

int place_setup(void **state) {
    struct place *place = talloc_zero(NULL, struct place);
    place->ctx = talloc_new(place);
    char dir[] = "/tmp/zapis-store-XXXXXX";
    assert_non_null(mkdtemp(dir));
    place->dir = talloc_strdup(place, dir);
    place->path = talloc_asprintf(place, "%s/journal/zapis.db", dir);
    place->url = talloc_asprintf(place, "sqlite:%s", place->path);
    place->loop = zp_loop_new(place);
    place_open(place);
    *state = place;
    return 0;
}

int place_teardown(void **state) {
    struct place *place = *state;
    talloc_free(place->ctx);
    nftw(place->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    talloc_free(place);
    return 0;
}

// ---- calls that wait

void ticket_fn(const struct zp__store_answer *answer, void *data) {
    struct ticket *ticket = data;
    assert_false(ticket->done);
    ticket->done = true;
    ticket->answer = talloc_steal(ticket->ctx, (void *)(uintptr_t)answer);
}

struct zp__store_answer *ticket_wait(struct place *place, struct ticket *ticket) {
    assert_true(zp_loop_run_until(place->loop, &ticket->done, PATIENCE_MS));
    assert_int_equal(ticket->answer->ok, ticket->answer->error.code == ZP_OK);
    return ticket->answer;
}

struct zp__store_answer *apply(struct place *place, const struct zp__change *change) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_apply(place->store, change, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *booking(struct place *place, const char *reference) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_booking(place->store, reference, true, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *day(struct place *place, int64_t from, int64_t to, const char *master_id,
                             bool all) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_day(place->store, from, to, master_id, all, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *claim_room(struct place *place, int64_t now, struct zp__store_room room) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_claim(place->store, now, room, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *claim(struct place *place, int64_t now, size_t limit) {
    return claim_room(place, now, (struct zp__store_room){limit, limit});
}

struct zp__store_answer *claim_one(struct place *place, int64_t task_id) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_claim_one(place->store, task_id, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *tasks(struct place *place) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_tasks(place->store, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *counts(struct place *place) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_task_counts(place->store, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

int64_t next_due(struct place *place, int64_t now) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_next_due(place->store, now, ticket_fn, &ticket);
    const struct zp__store_answer *answer = ticket_wait(place, &ticket);
    assert_true(answer->ok);
    return answer->next_due_at;
}

struct zp__store_answer *clients(struct place *place, const char *query, size_t limit) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_clients(place->store, query, limit, MORNING + 86400 * 2, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *hooks(struct place *place, const struct zp__hook *list, size_t count) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_hooks(place->store, list, count, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *reverse_since(struct place *place, int64_t since) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_reverse(place->store, 0, since, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *reverse(struct place *place, int64_t task_id) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_reverse(place->store, task_id, 0, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

struct zp__store_answer *stale(struct place *place, const struct zp__stale *asked) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_stale(place->store, asked, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

const struct zp__store_task *listed(struct place *place, const char *subject, const char *kind) {
    struct zp__store_answer *all = tasks(place);
    assert_true(all->ok);
    for (size_t i = 0; i < all->task_count; i++) {
        const struct zp_task *one = &all->tasks[i].task;
        if (strcmp(one->request_id, subject) == 0 && strcmp(one->kind, kind) == 0) {
            return &all->tasks[i];
        }
    }
    return NULL;
}

// ---- bookings

struct zp_booking *booking_plain(TALLOC_CTX *ctx, const char *request_id, int64_t starts_at,
                                 int64_t ends_at) {
    struct zp_booking *b = talloc_zero(ctx, struct zp_booking);
    b->request_id = talloc_strdup(b, request_id);
    b->company = talloc_strdup(b, "550001");
    b->state = ZP_BOOKING_BOOKED;
    b->starts_at = starts_at;
    b->ends_at = ends_at;
    b->master_id = talloc_strdup(b, "10");
    b->master = talloc_strdup(b, "Анна П.");
    b->client_name = talloc_strdup(b, "");
    b->client_phone = talloc_strdup(b, "");
    return b;
}

static char *say(TALLOC_CTX *ctx, const char *what, int number) {
    return talloc_asprintf(ctx, "%s-%d", what, number);
}

static void fill_services(struct zp_booking *b, int number) {
    b->service_count = 2;
    b->services = talloc_zero_array(b, struct zp_booked_service, 2);
    for (int i = 0; i < 2; i++) {
        b->services[i].id = say(b, "service", number * 2 + i);
        b->services[i].name = talloc_strdup(b, i == 0 ? "Стрижка \"каре\"" : "Окрашивание \\ тон");
        b->services[i].duration_min = 30 + i;
        b->services[i].price_minor = 9007199254740993 + i; // beyond a double's whole numbers
    }
    b->booking_id_count = 2;
    b->booking_ids = talloc_zero_array(b, char *, 2);
    b->booking_ids[0] = say(b, "7000", number);
    b->booking_ids[1] = say(b, "7001", number);
    b->booking_id = talloc_strdup(b, b->booking_ids[0]);
}

struct zp_booking *booking_full(TALLOC_CTX *ctx, int number) {
    char request_id[32];
    snprintf(request_id, sizeof request_id, "request-%06d", number);
    struct zp_booking *b =
        booking_plain(ctx, request_id, MORNING + number * 60, MORNING + number * 60 + 3600);
    fill_services(b, number);
    b->price_minor = 150050;
    b->currency = talloc_strdup(b, "RUB");
    talloc_free(b->client_name);
    talloc_free(b->client_phone);
    b->client_name = talloc_strdup(b, "Мария Ёлкина");
    b->client_phone = talloc_asprintf(b, "+7916%07d", number);
    b->comment = talloc_strdup(b, "первая строка\nвторая — «кавычки» ' \"");
    b->origin = ZP_ORIGIN_APP;
    b->attendance = ZP_ATTENDANCE_CAME;
    b->cancel_reason = talloc_strdup(b, "");
    b->moved_from = say(b, "from", number);
    b->moved_to = say(b, "to", number);
    b->crm_state = ZP_CRM_LOGGED;
    b->crm_entity = talloc_strdup(b, "deal");
    b->crm_id = say(b, "deal", number);
    b->crm_contact_id = say(b, "contact", number);
    b->crm_stage = talloc_strdup(b, "C1:NEW");
    b->error_code = talloc_strdup(b, "SLOT_TAKEN");
    b->error_message = talloc_strdup(b, "Занято");
    b->sent_body = talloc_strdup(b, "{\"a\":1}");
    b->remote_version = 3;
    b->remote_updated_at = MORNING + 5;
    b->created_at = MORNING - 100;
    b->updated_at = MORNING - 50;
    b->created_by = talloc_strdup(b, "Анна");
    return b;
}

static char *borrowed(const char *text) {
    return (char *)(uintptr_t)text;
}

struct zp_history entry(int64_t at, const char *what, const char *by, const char *detail) {
    return (struct zp_history){at, borrowed(what), borrowed(by), borrowed(detail)};
}

static void assert_text_equal(const char *a, const char *b) {
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL) {
        assert_string_equal(a, b);
    }
}

static void assert_lists_equal(const struct zp_booking *a, const struct zp_booking *b) {
    assert_int_equal(a->service_count, b->service_count);
    for (size_t i = 0; i < a->service_count; i++) {
        assert_text_equal(a->services[i].id, b->services[i].id);
        assert_text_equal(a->services[i].name, b->services[i].name);
        assert_int_equal(a->services[i].duration_min, b->services[i].duration_min);
        assert_int_equal(a->services[i].price_minor, b->services[i].price_minor);
    }
    assert_int_equal(a->booking_id_count, b->booking_id_count);
    for (size_t i = 0; i < a->booking_id_count; i++) {
        assert_text_equal(a->booking_ids[i], b->booking_ids[i]);
    }
}

// All but the revision.
void assert_booking_equal(const struct zp_booking *a, const struct zp_booking *b) {
    assert_lists_equal(a, b);
    assert_text_equal(a->request_id, b->request_id);
    assert_text_equal(a->company, b->company);
    assert_int_equal(a->state, b->state);
    assert_text_equal(a->booking_id, b->booking_id);
    assert_int_equal(a->starts_at, b->starts_at);
    assert_int_equal(a->ends_at, b->ends_at);
    assert_text_equal(a->master_id, b->master_id);
    assert_text_equal(a->master, b->master);
    assert_int_equal(a->price_minor, b->price_minor);
    assert_text_equal(a->currency, b->currency);
    assert_text_equal(a->client_name, b->client_name);
    assert_text_equal(a->client_phone, b->client_phone);
    assert_text_equal(a->comment, b->comment);
    assert_int_equal(a->origin, b->origin);
    assert_int_equal(a->attendance, b->attendance);
    assert_text_equal(a->cancel_reason, b->cancel_reason);
    assert_text_equal(a->moved_from, b->moved_from);
    assert_text_equal(a->moved_to, b->moved_to);
    assert_int_equal(a->crm_state, b->crm_state);
    assert_text_equal(a->crm_entity, b->crm_entity);
    assert_text_equal(a->crm_id, b->crm_id);
    assert_text_equal(a->crm_contact_id, b->crm_contact_id);
    assert_text_equal(a->crm_stage, b->crm_stage);
    assert_text_equal(a->error_code, b->error_code);
    assert_text_equal(a->error_message, b->error_message);
    assert_text_equal(a->sent_body, b->sent_body);
    assert_int_equal(a->remote_version, b->remote_version);
    assert_int_equal(a->remote_updated_at, b->remote_updated_at);
    assert_int_equal(a->created_at, b->created_at);
    assert_int_equal(a->updated_at, b->updated_at);
    assert_text_equal(a->created_by, b->created_by);
}

void put(struct place *place, const struct zp_booking *b) {
    struct zp__store_answer *answer = apply(place, &(struct zp__change){.booking = b});
    if (!answer->ok) {
        fail_msg("%s", answer->error.message);
    }
    talloc_free(answer);
}
