// Each hand-written exchange of tests/fixtures/dikidi: what the client sends equals NAME.request,
// and what it makes of the bytes of NAME.response is what they mean.
#include "exchange.h"

#define DIR ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi/"

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
    char *request = raw_file(ctx, talloc_asprintf(ctx, DIR "%s.request", expected->name));
    char *response = raw_file(ctx, talloc_asprintf(ctx, DIR "%s.response", expected->name));
    bench_answer(bench, response);
    exchange_call(bench, ctx, request, heard);
    bench_wait(bench, heard);
    exchange_same_request(ctx, request, bench->requests[0]);
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
    char *request = raw_file(ctx, DIR "create.request");
    assert_string_equal(bench_create_body(ctx), exchange_body(request));
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
    bench_answer(bench, raw_file(ctx, DIR "services-page-1.response"));
    bench_answer(bench, raw_file(ctx, DIR "services-page-2.response"));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    assert_true(heard->answer.ok);
    assert_int_equal(bench->request_count, 2);
    exchange_same_request(ctx, raw_file(ctx, DIR "services-page-1.request"), bench->requests[0]);
    exchange_same_request(ctx, raw_file(ctx, DIR "services-page-2.request"), bench->requests[1]);
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
