// Each hand-written exchange of tests/fixtures/dikidi: what the client sends equals NAME.request,
// and what it makes of the bytes of NAME.response is what they mean.
#include "bench.h"

#define DIR ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi/"

// ---- the request

static char *head_value(TALLOC_CTX *ctx, const char *message, const char *name) {
    const char *end = strstr(message, "\r\n\r\n");
    char *mark = talloc_asprintf(ctx, "\r\n%s:", name);
    const char *at = strcasestr(message, mark);
    if (at == NULL || at > end)
        return NULL;
    at += strlen(mark);
    at += strspn(at, " ");
    return talloc_strndup(ctx, at, strcspn(at, "\r"));
}

static const char *body_of(const char *message) {
    return strstr(message, "\r\n\r\n") + 4;
}

static char *target_of(TALLOC_CTX *ctx, const char *message) {
    const char *at = strchr(message, ' ') + 1;
    return talloc_strndup(ctx, at, strcspn(at, " "));
}

// The query as a sorted list; "limit" apart, which is the client's choice.
static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted_query(TALLOC_CTX *ctx, const char *target) {
    char *parts[32], *sorted = talloc_strdup(ctx, "");
    size_t count = 0;
    const char *at = strchr(target, '?');
    for (at = at != NULL ? at + 1 : ""; *at != '\0'; at += *at == '&') {
        size_t size = strcspn(at, "&");
        if (strncmp(at, "limit=", 6) != 0)
            parts[count++] = talloc_strndup(ctx, at, size);
        at += size;
    }
    if (count > 0)
        qsort(parts, count, sizeof *parts, by_text);
    for (size_t i = 0; i < count; i++)
        sorted = talloc_asprintf(ctx, "%s&%s", sorted, parts[i]);
    return sorted;
}

static void same_text(const char *what, const char *expected, const char *sent) {
    if ((expected == NULL) != (sent == NULL) || (sent != NULL && strcmp(expected, sent) != 0))
        fail_msg("%s: \"%s\" was sent, not \"%s\"", what, sent ? sent : "-",
                 expected ? expected : "-");
}

static void same_request(TALLOC_CTX *ctx, const char *expected, const char *sent) {
    static const char *const headers[] = {"Authorization", "Accept", "Content-Type",
                                          "Idempotency-Key"};
    char *a = target_of(ctx, expected), *b = target_of(ctx, sent);
    same_text("method", talloc_strndup(ctx, expected, strcspn(expected, " ")),
              talloc_strndup(ctx, sent, strcspn(sent, " ")));
    same_text("path", talloc_strndup(ctx, a, strcspn(a, "?")),
              talloc_strndup(ctx, b, strcspn(b, "?")));
    same_text("query", sorted_query(ctx, a), sorted_query(ctx, b));
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        same_text(headers[i], head_value(ctx, expected, headers[i]),
                  head_value(ctx, sent, headers[i]));
    same_text("body", body_of(expected), body_of(sent));
}

// ---- the call behind a request

static char *parameter(TALLOC_CTX *ctx, const char *target, const char *name, size_t n) {
    char *mark = talloc_asprintf(ctx, "%s=", name);
    const char *at = strchr(target, '?');
    while (at != NULL) {
        at++;
        if (strncmp(at, mark, strlen(mark)) == 0 && n-- == 0)
            return talloc_strndup(ctx, at + strlen(mark), strcspn(at + strlen(mark), "&"));
        at = strchr(at, '&');
    }
    return NULL;
}

static void unescape(char *text) {
    char *out = text;
    for (; *text != '\0'; text++) {
        unsigned byte;
        if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) {
            *out++ = (char)byte;
            text += 2;
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
}

static void call_masters(struct bench *bench, TALLOC_CTX *ctx, const char *target,
                         struct heard *heard) {
    char *from = parameter(ctx, target, "date_from", 0);
    char *service = parameter(ctx, target, "service_id", 0);
    struct zp_date date;
    int days = 0;
    if (from != NULL) {
        date = bench_date(from);
        days = zp_date_days_between(date, bench_date(parameter(ctx, target, "date_to", 0))) + 1;
    }
    if (service != NULL) { // a question that only a template asks
        bench->config->dikidi.paths.masters.path =
            talloc_asprintf(bench, "/api/v2/company/{company}/masters?service_id=%s", service);
        bench_client(bench);
    }
    zp__dikidi_masters(bench->dikidi, ZP_PACE_URGENT, from != NULL ? &date : NULL, days,
                       heard_answer, heard);
}

static void call_schedule(struct bench *bench, TALLOC_CTX *ctx, const char *target,
                          struct heard *heard) {
    const char *services[4];
    size_t count = 0;
    while (count < 4 && (services[count] = parameter(ctx, target, "service_id", count)) != NULL)
        count++;
    zp__dikidi_schedule(bench->dikidi, ZP_PACE_URGENT, services, count,
                        parameter(ctx, target, "master_id", 0),
                        bench_date(parameter(ctx, target, "date", 0)), heard_answer, heard);
}

static void call_booking(struct bench *bench, TALLOC_CTX *ctx, const char *request,
                         const char *target, struct heard *heard) {
    char *id = talloc_strdup(ctx, strstr(target, "/booking") + 8);
    if (strncmp(request, "POST ", 5) == 0) {
        zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT,
                                  head_value(ctx, request, "Idempotency-Key"), body_of(request),
                                  heard_sending, heard_answer, heard);
        return;
    }
    id[strcspn(id, "?")] = '\0';
    char *reason = parameter(ctx, target, "reason", 0);
    if (reason != NULL)
        unescape(reason);
    if (strncmp(target, "/booking/", 9) == 0) {
        bench->config->dikidi.paths.cancel.path = talloc_strdup(bench, "/booking/{booking}");
        bench_client(bench);
    }
    if (strncmp(request, "DELETE ", 7) == 0)
        zp__dikidi_cancel_booking(bench->dikidi, ZP_PACE_URGENT, id + 1, reason, heard_sending,
                                  heard_answer, heard);
    else
        zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, id + 1, heard_answer, heard);
}

static void call_like(struct bench *bench, TALLOC_CTX *ctx, const char *request,
                      struct heard *heard) {
    char *target = target_of(ctx, request);
    if (strstr(request, "wrong-key") != NULL)
        bench->config->secrets.dikidi_key = talloc_strdup(bench, "wrong-key");
    const char *company = strstr(target, "/company/");
    if (company != NULL)
        bench->config->salon.company =
            talloc_strndup(bench, company + 9, strcspn(company + 9, "/"));
    if (strstr(target, "/services?") != NULL)
        zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    else if (strstr(target, "/masters?") != NULL)
        call_masters(bench, ctx, target, heard);
    else if (strstr(target, "/schedule?") != NULL)
        call_schedule(bench, ctx, target, heard);
    else
        call_booking(bench, ctx, request, target, heard);
}

// ---- what each one means

struct expected {
    const char *name;
    enum zp_error_code code; // ZP_OK: it worked
    const char *error;       // Dikidi's code
    enum zp__outcome outcome;
};

static struct heard *exchange(TALLOC_CTX *ctx, const struct expected *expected) {
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    char *request = bench_file(ctx, talloc_asprintf(ctx, DIR "%s.request", expected->name));
    char *response = bench_file(ctx, talloc_asprintf(ctx, DIR "%s.response", expected->name));
    bench_answer(bench, response);
    call_like(bench, ctx, request, heard);
    bench_wait(bench, heard);
    same_request(ctx, request, bench->requests[0]);
    if (heard->answer.error.code != expected->code)
        fail_msg("%s: %s (%s)", expected->name, heard->answer.error.name,
                 heard->answer.error.message);
    assert_int_equal(heard->answer.ok, expected->code == ZP_OK);
    if (expected->error != NULL)
        assert_string_equal(heard->answer.error.name, expected->error);
    if (expected->code != ZP_OK)
        assert_true(strlen(heard->answer.error.message) > 10);
    bool write = strncmp(request, "GET ", 4) != 0;
    assert_int_equal(heard->asked_sending, write);
    if (write)
        assert_int_equal(heard->answer.outcome, expected->outcome);
    if (strcmp(expected->name, "fault-truncated") != 0)
        assert_int_equal(heard->answer.server_date, bench_instant("2026-09-23T09:00:00Z"));
    return heard;
}

static void failures(void **state) {
    (void)state;
    static const struct expected table[] = {
        {"booking-not-found", ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND", 0},
        {"cancel-closed", ZP_E_REFUSED, "BOOKING_CLOSED", ZP_OUTCOME_REFUSED},
        {"cancel-forbidden", ZP_E_REFUSED, "CANCEL_FORBIDDEN", ZP_OUTCOME_REFUSED},
        {"cancel-not-found", ZP_E_REFUSED, "BOOKING_NOT_FOUND", ZP_OUTCOME_REFUSED},
        {"create-client-blocked", ZP_E_REFUSED, "CLIENT_BLOCKED", ZP_OUTCOME_REFUSED},
        {"create-idempotency-conflict", ZP_E_REFUSED, "IDEMPOTENCY_CONFLICT", ZP_OUTCOME_REFUSED},
        {"create-lead-time", ZP_E_REFUSED, "LEAD_TIME", ZP_OUTCOME_REFUSED},
        {"create-master-not-found", ZP_E_REFUSED, "MASTER_NOT_FOUND", ZP_OUTCOME_REFUSED},
        {"create-number-not-true", ZP_E_REFUSED, "NUMBER_NOT_TRUE", ZP_OUTCOME_REFUSED},
        {"create-out-of-schedule", ZP_E_REFUSED, "OUT_OF_SCHEDULE", ZP_OUTCOME_REFUSED},
        {"create-prepayment-required", ZP_E_REFUSED, "PREPAYMENT_REQUIRED", ZP_OUTCOME_REFUSED},
        {"create-service-not-found", ZP_E_REFUSED, "SERVICE_NOT_FOUND", ZP_OUTCOME_REFUSED},
        {"create-slot-taken", ZP_E_REFUSED, "SLOT_TAKEN", ZP_OUTCOME_REFUSED},
        {"create-validation", ZP_E_REFUSED, "VALIDATION_ERROR", ZP_OUTCOME_REFUSED},
        {"error-access-denied", ZP_E_DENIED, "ACCESS_DENIED", 0},
        {"error-company", ZP_E_DENIED, "COMPANY_ERROR", 0},
        {"error-plan-required", ZP_E_DENIED, "PLAN_REQUIRED", 0},
        {"error-rate-limited", ZP_E_LIMITED, "RATE_LIMITED", 0},
        {"error-unauthorised", ZP_E_DENIED, "USER_AUTHORISATION_ERROR", 0},
        {"fault-500", ZP_E_UNREACHABLE, NULL, 0},
        {"fault-503", ZP_E_UNREACHABLE, NULL, 0},
        {"fault-empty", ZP_E_BAD_ANSWER, NULL, 0},
        {"fault-html", ZP_E_BAD_ANSWER, NULL, 0},
        {"fault-truncated", ZP_E_UNREACHABLE, NULL, 0},
        {"schedule-master-not-found", ZP_E_NOT_FOUND, "MASTER_NOT_FOUND", 0},
        {"schedule-service-not-found", ZP_E_NOT_FOUND, "SERVICE_NOT_FOUND", 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct heard *heard = exchange(ctx, &table[i]);
        assert_null(heard->answer.booking);
        assert_null(heard->answer.slots);
        assert_true(zp__dikidi_is_slot_taken(&heard->answer.error) ==
                    (strcmp(table[i].name, "create-slot-taken") == 0));
        if (table[i].code == ZP_E_LIMITED)
            assert_int_equal(heard->answer.error.retry_after_ms, 60000);
        talloc_free(ctx);
    }
}

static struct zp__dikidi_booking *booked(TALLOC_CTX *ctx, const char *name) {
    struct heard *heard =
        exchange(ctx, &(struct expected){.name = name, .outcome = ZP_OUTCOME_DONE});
    assert_non_null(heard->answer.booking);
    return heard->answer.booking;
}

static void a_create(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__dikidi_booking *booking = booked(ctx, "create");
    char *request = bench_file(ctx, DIR "create.request");
    assert_string_equal(bench_create_body(ctx), body_of(request));
    assert_int_equal(booking->id_count, 1);
    assert_string_equal(booking->ids[0], "852900005");
    assert_string_equal(booking->company_id, "550001");
    assert_int_equal(booking->status, ZP_DIKIDI_ACTIVE);
    assert_int_equal(booking->starts_at, bench_instant("2026-09-24T11:00:00Z"));
    assert_int_equal(booking->ends_at, bench_instant("2026-09-24T12:15:00Z"));
    assert_string_equal(booking->master_id, "1357200");
    assert_string_equal(booking->master, "Анна П.");
    assert_int_equal(booking->service_count, 1);
    assert_string_equal(booking->services[0].name, "Маникюр с покрытием");
    assert_int_equal(booking->services[0].duration_min, 75);
    assert_int_equal(booking->services[0].price_minor, 180000);
    assert_int_equal(booking->total_minor, 180000);
    assert_string_equal(booking->client_name, "Ксения");
    assert_string_equal(booking->client_phone, "+79160000005");
    assert_string_equal(booking->comment, "Первый раз");
    assert_string_equal(booking->source, "partner");
    assert_string_equal(booking->external_id, BENCH_REQUEST_ID);
    assert_string_equal(booking->attendance, "waiting");
    assert_int_equal(booking->version, 1);
    assert_int_equal(booking->created_at, bench_instant("2026-09-23T09:00:00Z"));
    assert_int_equal(booking->cancelled_at, 0);
    assert_false(booking->naive_times);
    talloc_free(ctx);
}

static void bookings(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__dikidi_booking *booking = booked(ctx, "create-two-services");
    assert_int_equal(booking->service_count, 2);
    assert_int_equal(booking->services[1].price_minor, 40050);
    assert_int_equal(booking->total_minor, 220050);
    assert_string_equal(booked(ctx, "create-repeated")->ids[0], "852900001");
    booking = booked(ctx, "booking");
    assert_string_equal(booking->ids[0], "852900001");
    assert_int_equal(booking->status, ZP_DIKIDI_ACTIVE);
    assert_int_equal(booked(ctx, "booking-cancelled")->status, ZP_DIKIDI_CANCELLED);
    booking = booked(ctx, "cancel");
    assert_int_equal(booking->status, ZP_DIKIDI_CANCELLED);
    assert_string_equal(booking->cancel_reason, "По просьбе клиента");
    assert_int_equal(booking->cancelled_at, bench_instant("2026-09-23T09:00:00Z"));
    assert_int_equal(booking->version, 2);
    assert_int_equal(booked(ctx, "cancel-short-path")->status, ZP_DIKIDI_CANCELLED);
    booking = booked(ctx, "cancel-repeated");
    assert_int_equal(booking->status, ZP_DIKIDI_CANCELLED);
    assert_string_equal(booking->external_id, "");
    assert_string_equal(booking->source, "app");
    talloc_free(ctx);
}

static void services(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, bench_file(ctx, DIR "services-page-1.response"));
    bench_answer(bench, bench_file(ctx, DIR "services-page-2.response"));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    assert_true(heard->answer.ok);
    assert_int_equal(bench->request_count, 2);
    same_request(ctx, bench_file(ctx, DIR "services-page-1.request"), bench->requests[0]);
    same_request(ctx, bench_file(ctx, DIR "services-page-2.request"), bench->requests[1]);
    assert_non_null(strstr(bench->requests[1], "?limit=100&offset=2 "));
    const struct zp_catalogue *catalogue = heard->answer.catalogue;
    assert_int_equal(catalogue->service_count, 4);
    assert_int_equal(catalogue->master_count, 0);
    const struct zp_service *service = &catalogue->services[0];
    assert_string_equal(service->id, "5159500");
    assert_string_equal(service->name, "Маникюр с покрытием");
    assert_string_equal(service->category, "Ногти");
    assert_string_equal(service->category_id, "1933700");
    assert_int_equal(service->price_minor, 150000);
    assert_true(service->price_from);
    assert_int_equal(service->duration_min, 90);
    assert_int_equal(service->break_after_min, 10);
    assert_int_equal(service->sort, 2);
    assert_int_equal(service->term_count, 2);
    assert_string_equal(service->terms[0].master_id, "1357200");
    assert_int_equal(service->terms[0].price_minor, 180000);
    assert_false(service->terms[0].price_from);
    assert_int_equal(service->terms[0].duration_min, 75);
    assert_int_equal(catalogue->services[1].price_minor, 40050);
    assert_string_equal(catalogue->services[3].name, "Свадебная причёска");
    talloc_free(ctx);
}

static void masters(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct heard *heard = exchange(ctx, &(struct expected){.name = "masters"});
    assert_int_equal(heard->answer.catalogue->master_count, 3);
    assert_int_equal(heard->answer.shift_count, 0);
    const struct zp_master *master = &heard->answer.catalogue->masters[0];
    assert_string_equal(master->name, "Анна П.");
    assert_string_equal(master->post, "Топ-мастер");
    assert_int_equal(master->service_count, 2);
    assert_string_equal(master->service_ids[1], "5159501");
    heard = exchange(ctx, &(struct expected){.name = "masters-of-service"});
    assert_int_equal(heard->answer.catalogue->master_count, 2);
    heard = exchange(ctx, &(struct expected){.name = "masters-with-dates"});
    assert_int_equal(heard->answer.shift_count, 4);
    const struct zp_shift *shift = &heard->answer.shifts[0];
    assert_string_equal(shift->master_id, "1357200");
    assert_int_equal(shift->from_min, 600);
    assert_int_equal(shift->to_min, 1200);
    assert_int_equal(shift->break_from_min, 780);
    assert_int_equal(shift->break_to_min, 840);
    assert_int_equal(heard->answer.shifts[1].break_from_min, -1);
    assert_string_equal(heard->answer.shifts[3].master_id, "1357202");
    talloc_free(ctx);
}

static void schedule(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct heard *heard = exchange(ctx, &(struct expected){.name = "schedule-any-master"});
    const struct zp_slots *slots = heard->answer.slots;
    assert_int_equal(slots->day_count, 1);
    assert_int_equal(slots->days[0].slot_count, 4);
    assert_string_equal(slots->days[0].slots[0].master_id, "1357202");
    assert_int_equal(slots->days[0].slots[3].starts_at, bench_instant("2026-09-25T14:35:00Z"));
    assert_int_equal(slots->days[0].slots[3].ends_at, bench_instant("2026-09-25T15:50:00Z"));
    assert_int_equal(slots->available_count, 2);
    assert_true(slots->has_nearest);
    assert_int_equal(slots->naive_count, 0);
    assert_null(slots->foreign_timezone);
    assert_true(llabs(slots->asked_at - zp_clock_now(&(struct zp_clock){0})) < 60);
    heard = exchange(ctx, &(struct expected){.name = "schedule-two-services"});
    assert_int_equal(heard->answer.slots->days[0].slot_count, 3);
    heard = exchange(ctx, &(struct expected){.name = "schedule-one-master"});
    assert_true(heard->answer.slots->days[0].slot_count > 0);
    heard = exchange(ctx, &(struct expected){.name = "schedule-empty-day"});
    assert_int_equal(heard->answer.slots->days[0].slot_count, 0);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures), cmocka_unit_test(a_create), cmocka_unit_test(bookings),
        cmocka_unit_test(services), cmocka_unit_test(masters),  cmocka_unit_test(schedule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
