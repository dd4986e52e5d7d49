// Every shape of answer, and how a create and a read end on it; giving a call up; the budget.
#include "bench.h"

#define JSON "Content-Type: application/json\r\n"

struct shape {
    const char *status, *headers, *body;
    enum zp__outcome outcome; // of a create
    enum zp_error_code write; // of a create
    enum zp_error_code read;  // of services
    const char *name;         // of both; NULL: not looked at
};

#define ERROR(code)                                                                                \
    "{\"error\":{\"code\":\"" code "\",\"message\":\"Причина\",\"fields\":{}},\"data\":null}"
#define DONE     ZP_OUTCOME_DONE
#define REFUSED  ZP_OUTCOME_REFUSED
#define UNKNOWN  ZP_OUTCOME_UNKNOWN
#define NOT_SENT ZP_OUTCOME_NOT_SENT
#define PAGE     "<!DOCTYPE html><html><body>Войдите</body></html>"

static const struct shape shapes[] = {
    // refusals by status and code
    {"400 Bad Request", "", ERROR("VALIDATION_ERROR"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED,
     "VALIDATION_ERROR"},
    {"409 Conflict", "", ERROR("SLOT_TAKEN"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED, "SLOT_TAKEN"},
    {"422 No", "", ERROR("LEAD_TIME"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED, "LEAD_TIME"},
    {"422 No", "", ERROR("SOMETHING_NEW"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED, "SOMETHING_NEW"},
    {"404 Not Found", "", ERROR("SERVICE_NOT_FOUND"), REFUSED, ZP_E_REFUSED, ZP_E_NOT_FOUND,
     "SERVICE_NOT_FOUND"},
    {"404 Not Found", "", ERROR("COMPANY_ERROR"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "COMPANY_ERROR"},
    {"401 Unauthorized", "", ERROR("USER_AUTHORISATION_ERROR"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "USER_AUTHORISATION_ERROR"},
    {"401 Unauthorized", "", "{}", REFUSED, ZP_E_DENIED, ZP_E_DENIED, "USER_AUTHORISATION_ERROR"},
    {"401 Unauthorized", "", PAGE, REFUSED, ZP_E_DENIED, ZP_E_DENIED, "USER_AUTHORISATION_ERROR"},
    {"403 Forbidden", "", ERROR("PLAN_REQUIRED"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "PLAN_REQUIRED"},
    {"403 Forbidden", "", ERROR("NEW_RIGHT"), REFUSED, ZP_E_DENIED, ZP_E_DENIED, "NEW_RIGHT"},
    // errors inside 200
    {"200 OK", "", "{\"error\":1,\"message\":\"Время занято\"}", REFUSED, ZP_E_REFUSED,
     ZP_E_REFUSED, "1"},
    {"200 OK", "", "{\"error\":true,\"message\":\"Нет\"}", REFUSED, ZP_E_REFUSED, ZP_E_REFUSED,
     "REFUSED"},
    {"200 OK", "", "{\"error\":\"Время занято\"}", REFUSED, ZP_E_REFUSED, ZP_E_REFUSED, "REFUSED"},
    {"200 OK", "", "{\"error\":\"COMPANY_ERROR\",\"message\":\"\"}", REFUSED, ZP_E_DENIED,
     ZP_E_DENIED, "COMPANY_ERROR"},
    {"200 OK", "", "{\"error\":1,\"code\":\"SLOT_TAKEN\"}", REFUSED, ZP_E_REFUSED, ZP_E_REFUSED,
     "SLOT_TAKEN"},
    {"200 OK", "", "{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"\"}}", UNKNOWN,
     ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "{\"error\":500,\"message\":\"x\"}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER,
     NULL},
    {"200 OK", "", "{\"error\":1,\"data\":{\"id\":\"7\"}}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_REFUSED,
     NULL},
    // not executed
    {"429 Too Many Requests", "", ERROR("RATE_LIMITED"), NOT_SENT, ZP_E_LIMITED, ZP_E_LIMITED,
     "RATE_LIMITED"},
    {"429 Too Many Requests", "", PAGE, NOT_SENT, ZP_E_LIMITED, ZP_E_LIMITED, "RATE_LIMITED"},
    {"503 Busy", "", ERROR("RATE_LIMITED"), NOT_SENT, ZP_E_LIMITED, ZP_E_LIMITED, "RATE_LIMITED"},
    {"200 OK", "", "{\"error\":\"RATE_LIMITED\"}", NOT_SENT, ZP_E_LIMITED, ZP_E_LIMITED,
     "RATE_LIMITED"},
    // broken
    {"500 Error", "", ERROR("INTERNAL_ERROR"), UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"500 Error", "", ERROR("SLOT_TAKEN"), UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"502 Bad Gateway", "", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"503 Busy", "Retry-After: 7\r\n", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"504 Time-out", "", "", UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"408 Time-out", "", ERROR("X"), UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"302 Found", "Location: https://other.example/\r\n", "", UNKNOWN, ZP_E_UNKNOWN,
     ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"403 Forbidden", "", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"404 Not Found", "", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"400 Bad Request", "", "{\"message\":\"x\"}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"204 No Content", "", "", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "null", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "7", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "{\"error\":{\"code\":0,\"message\":null},\"data\":null}", UNKNOWN, ZP_E_UNKNOWN,
     ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "{\"data\":{\"id\":\"1\"}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "", "{\"data\":\"ok\"}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
};

static struct heard *create(struct bench *bench, TALLOC_CTX *ctx) {
    struct heard *heard = heard_new(ctx);
    zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                              bench_create_body(ctx), heard_sending, heard_answer, heard);
    bench_wait(bench, heard);
    return heard;
}

static void one_shape(const struct shape *shape) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, shape->status, shape->headers, shape->body));
    struct heard *wrote = create(bench, ctx);
    if (wrote->answer.outcome != shape->outcome || wrote->answer.error.code != shape->write)
        fail_msg("create on %s %s: outcome %d, %s: %s", shape->status, shape->body,
                 wrote->answer.outcome, wrote->answer.error.name, wrote->answer.error.message);
    assert_false(wrote->answer.ok);
    assert_null(wrote->answer.booking);
    bench_client(bench); // a client without the pause that a limit put on it
    struct heard *read = heard_new(ctx);
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, read);
    bench_wait(bench, read);
    if (read->answer.ok || read->answer.error.code != shape->read)
        fail_msg("services on %s %s: %s: %s", shape->status, shape->body, read->answer.error.name,
                 read->answer.error.message);
    if (shape->name != NULL) {
        assert_string_equal(wrote->answer.error.name, shape->name);
        assert_string_equal(read->answer.error.name, shape->name);
    }
    assert_true(wrote->answer.error.http_status != 0 && read->answer.error.http_status != 0);
    talloc_free(ctx);
}

static void every_shape(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        one_shape(&shapes[i]);
}

static void says_what_dikidi_says(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "422 No", "", ERROR("SOMETHING_NEW")));
    assert_non_null(strstr(create(bench, ctx)->answer.error.message, "Причина"));
    bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "422 No", "",
                                    "{\"error\":{\"code\":\"X\",\"message\":\"key practice-key "
                                    "is \\u001b[31mbad\"}}"));
    struct heard *heard = create(bench, ctx);
    assert_null(strstr(heard->answer.error.message, "practice-key"));
    assert_null(strchr(heard->answer.error.message, '\033'));
    talloc_free(ctx);
}

// ---- a create must be believed

static void believe(const char *body, enum zp__outcome outcome) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "201 Created", "", body));
    struct heard *heard = create(bench, ctx);
    if (heard->answer.outcome != outcome)
        fail_msg("%s: outcome %d (%s)", body, heard->answer.outcome, heard->answer.error.message);
    assert_int_equal(heard->answer.booking != NULL, outcome == DONE);
    talloc_free(ctx);
}

static char *changed(TALLOC_CTX *ctx, const char *from, const char *to) {
    const char *at = strstr(bench_booking, from);
    assert_non_null(at);
    return talloc_asprintf(ctx, "{\"data\":%.*s%s%s}", (int)(at - bench_booking), bench_booking, to,
                           at + strlen(from));
}

static void a_create_is_believed(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    believe(bench_booking, DONE); // no envelope
    believe(changed(ctx, "", ""), DONE);
    believe("{\"booking_id\":852900005}", DONE);
    believe("{\"data\":{\"booking_id\":\"852900005\"}}", DONE);
    believe("{\"data\":{\"booking_ids\":[1,2]}}", DONE);
    believe("{\"data\":{\"bookingId\":\"852900005\"}}", DONE);
    believe("{\"data\":{\"booking\":{\"id\":5}}}", DONE);
    believe("{\"data\":[{\"id\":5},{\"id\":6}]}", DONE);
    believe(changed(ctx, "\"external_id\":\"" BENCH_REQUEST_ID "\",", ""), DONE);
    believe(changed(ctx, "\"2026-09-24T11:00:00Z\"", "\"2026-09-24T14:00:00+03:00\""), DONE);
    believe(changed(ctx, "\"2026-09-24T11:00:00Z\"", "\"2026-09-24 14:00:00\""), DONE);
    believe(changed(ctx, "\"id\":\"852900005\",", ""), UNKNOWN);
    believe(changed(ctx, "\"852900005\"", "null"), UNKNOWN);
    believe(changed(ctx, "\"852900005\"", "0"), UNKNOWN);
    believe(changed(ctx, "\"852900005\"", "\"\""), UNKNOWN);
    believe(changed(ctx, "\"852900005\"", "[]"), UNKNOWN);
    believe(changed(ctx, "\"852900005\"", "-5"), UNKNOWN);
    believe(changed(ctx, "\"852900005\"", "1.5"), UNKNOWN);
    believe(changed(ctx, BENCH_REQUEST_ID, "another"), UNKNOWN);
    believe(changed(ctx, "\"1357200\"", "\"1357201\""), UNKNOWN);
    believe(changed(ctx, "T11:00:00Z", "T11:05:00Z"), UNKNOWN);
    believe(changed(ctx, "\"550001\"", "\"550002\""), UNKNOWN);
    believe("{\"data\":{}}", UNKNOWN);
    believe("{\"data\":[]}", UNKNOWN);
    believe("{\"data\":[{\"id\":5,\"external_id\":\"" BENCH_REQUEST_ID
            "\"},{\"id\":6,\"external_id\":\"x\"}]}",
            UNKNOWN);
    believe("{\"data\":[{\"id\":5},{}]}", UNKNOWN);
    talloc_free(ctx);
}

static void what_is_left_out_is_filled_in(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "201 Created", "", "{\"booking_id\":852900005}"));
    const struct zp__dikidi_booking *booking = create(bench, ctx)->answer.booking;
    assert_string_equal(booking->ids[0], "852900005");
    assert_string_equal(booking->master_id, "1357200");
    assert_int_equal(booking->starts_at, bench_instant("2026-09-24T11:00:00Z"));
    assert_string_equal(booking->services[0].id, "5159500");
    assert_string_equal(booking->client_phone, "+79160000005");
    assert_string_equal(booking->external_id, BENCH_REQUEST_ID);
    assert_int_equal(booking->status, ZP_DIKIDI_ACTIVE);
    talloc_free(ctx);
}

// ---- a cancel must be said

static void cancel_on(const char *status, const char *body, enum zp__outcome outcome) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, status, "", body));
    zp__dikidi_cancel_booking(bench->dikidi, ZP_PACE_URGENT, "852900005", NULL, heard_sending,
                              heard_answer, heard);
    bench_wait(bench, heard);
    if (heard->answer.outcome != outcome)
        fail_msg("%s %s: outcome %d", status, body, heard->answer.outcome);
    talloc_free(ctx);
}

static void a_cancel_must_be_said(void **state) {
    (void)state;
    cancel_on("200 OK", "{\"id\":852900005,\"status\":\"cancelled\"}", DONE);
    cancel_on("200 OK", "{\"id\":852900005,\"status\":4}", DONE);
    cancel_on("200 OK", "{\"data\":{\"id\":\"852900005\",\"status\":\"5\"}}", DONE);
    cancel_on("200 OK", "{\"id\":852900005,\"status\":\"active\"}", UNKNOWN);
    cancel_on("200 OK", "{\"id\":852900005}", UNKNOWN);
    cancel_on("200 OK", "{\"id\":852900006,\"status\":\"cancelled\"}", UNKNOWN);
    cancel_on("200 OK", "{\"success\":true}", UNKNOWN);
    cancel_on("204 No Content", "", UNKNOWN);
    cancel_on("404 Not Found", ERROR("BOOKING_NOT_FOUND"), REFUSED);
    cancel_on("409 Conflict", ERROR("BOOKING_CLOSED"), REFUSED);
    cancel_on("200 OK",
              "[{\"id\":852900005,\"status\":\"cancelled\"},{\"id\":7,\"status\":\"active\"}]",
              UNKNOWN);
}

// ---- lost, not sent, given up

static void nothing_listens(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench->config->dikidi.base_url = talloc_asprintf(bench, "http://127.0.0.1:%d", refused_port());
    bench_client(bench);
    struct heard *heard = create(bench, ctx);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_UNREACHABLE);
    talloc_free(ctx);
}

static void the_connection_drops(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx); // no answer: closed after the request
    struct heard *heard = create(bench, ctx);
    assert_int_equal(heard->answer.outcome, UNKNOWN);
    assert_int_equal(heard->answer.error.code, ZP_E_UNKNOWN);
    assert_int_equal(bench->request_count, 1);
    struct heard *read = heard_new(ctx);
    zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, "1", heard_answer, read);
    bench_wait(bench, read);
    assert_int_equal(read->answer.error.code, ZP_E_UNREACHABLE);
    talloc_free(ctx);
}

static void sending_says_no(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    heard->may_send = false;
    zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                              bench_create_body(ctx), heard_sending, heard_answer, heard);
    assert_int_equal(heard->asked_sending, 0); // in the turn of the sending, not before
    bench_wait(bench, heard);
    assert_int_equal(heard->asked_sending, 1);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_CANCELLED);
    assert_int_equal(bench->request_count, 0);
    talloc_free(ctx);
}

static void given_up_before_sending(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    uint64_t id = zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                                            bench_create_body(ctx), NULL, heard_answer, heard);
    assert_true(id != 0);
    zp__dikidi_cancel_call(bench->dikidi, id);
    zp__dikidi_cancel_call(bench->dikidi, id);
    zp__dikidi_cancel_call(bench->dikidi, id + 1000);
    bench_wait(bench, heard);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_CANCELLED);
    zp__dikidi_cancel_call(bench->dikidi, id);
    talloc_free(ctx);
}

static bool arrived(struct bench *bench) {
    for (int i = 0; i < 2000 && bench->request_count == 0; i++) {
        bool never = false;
        zp_loop_run_until(bench->loop, &never, 5);
    }
    return bench->request_count > 0;
}

static void given_up_after_sending(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *wrote = heard_new(ctx), *read = heard_new(ctx);
    bench->hang = true;
    uint64_t id = zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                                            bench_create_body(ctx), NULL, heard_answer, wrote);
    assert_true(arrived(bench));
    zp__dikidi_cancel_call(bench->dikidi, id);
    bench_wait(bench, wrote);
    assert_int_equal(wrote->answer.outcome, UNKNOWN);
    assert_int_equal(wrote->answer.error.code, ZP_E_UNKNOWN);
    bench->request_count = 0;
    id = zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, read);
    assert_true(arrived(bench));
    zp__dikidi_cancel_call(bench->dikidi, id);
    bench_wait(bench, read);
    assert_int_equal(read->answer.error.code, ZP_E_CANCELLED);
    talloc_free(ctx);
}

static void no_key(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench->config->secrets.dikidi_key = NULL;
    struct heard *heard = create(bench, ctx);
    assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    talloc_free(ctx);
}

static void ids_that_would_climb(void **state) {
    (void)state;
    static const char *const ids[] = {"", ".", ".."};
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    for (size_t i = 0; i < 3; i++) {
        struct heard *heard = heard_new(ctx);
        zp__dikidi_cancel_booking(bench->dikidi, ZP_PACE_URGENT, ids[i], NULL, heard_sending,
                                  heard_answer, heard);
        bench_wait(bench, heard);
        assert_int_equal(heard->answer.error.code, ZP_E_USAGE);
        assert_int_equal(heard->answer.outcome, NOT_SENT);
    }
    assert_int_equal(bench->request_count, 0);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "404 Not Found", "", ERROR("BOOKING_NOT_FOUND")));
    zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, "a/../b?c#d", heard_answer, heard);
    bench_wait(bench, heard);
    assert_non_null(strstr(bench->requests[0], "/booking/a%2F..%2Fb%3Fc%23d HTTP"));
    talloc_free(ctx);
}

// ---- addresses

static void templates(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "", "{\"data\":[]}"));
    bench->config->dikidi.auth_scheme = talloc_strdup(bench, "");
    bench->config->dikidi.base_url = talloc_strdup(bench, "https://nowhere.invalid");
    bench->config->dikidi.paths.services.path =
        talloc_asprintf(bench, "http://127.0.0.1:%d/api/v1/companies/{company}/services?lang=ru",
                        raw_port(bench->raw));
    bench_client(bench);
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    assert_true(heard->answer.ok);
    assert_non_null(strstr(bench->requests[0],
                           "GET /api/v1/companies/550001/services?lang=ru&limit=100&offset=0 "));
    assert_non_null(strstr(bench->requests[0], "\r\nAuthorization: practice-key\r\n"));
    talloc_free(ctx);
}

// ---- the budget

static void retry_after(const char *header, int64_t low_ms, int64_t high_ms) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "429 Slow", header, ERROR("RATE_LIMITED")));
    struct heard *heard = create(bench, ctx);
    int64_t told = heard->answer.error.retry_after_ms;
    if (told < low_ms || told > high_ms)
        fail_msg("%s: %lld ms", header, (long long)told);
    struct heard *next = heard_new(ctx);
    uint64_t id = zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, next);
    zp_loop_run_until(bench->loop, &next->done, 50); // the pause holds
    assert_false(next->done);
    assert_int_equal(bench->request_count, 1);
    zp__dikidi_cancel_call(bench->dikidi, id);
    bench_wait(bench, next);
    talloc_free(ctx);
}

static void a_pause_is_kept(void **state) {
    (void)state;
    retry_after("Retry-After: 5\r\n", 5000, 5000);
    retry_after("Retry-After: 0\r\n", 1000, 1000);
    retry_after("", 30000, 30000);
    retry_after("Retry-After: soon\r\n", 30000, 30000);
    retry_after("X-RateLimit-Reset: 12\r\n", 12000, 12000);
    retry_after("Retry-After: 99999999\r\n", 900000, 900000);
    retry_after("Date: Wed, 23 Sep 2026 09:00:00 GMT\r\nRetry-After: Wed, 23 Sep 2026 09:00:40 "
                "GMT\r\n",
                40000, 40000);
}

// ---- pages

static void endless_pages(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "",
                                    "{\"data\":[{\"id\":1,\"name\":\"a\"}],\"meta\":{\"more\":"
                                    "true}}"));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    assert_int_equal(heard->answer.error.code, ZP_E_BAD_ANSWER);
    assert_int_equal(bench->request_count, 2);
    talloc_free(ctx);
}

static void a_page_of_what_is_not_shown(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(
        bench, raw_message(ctx, "200 OK", "", "{\"data\":[{\"id\":1}],\"meta\":{\"more\":true}}"));
    bench_answer(bench, raw_message(ctx, "200 OK", "",
                                    "{\"data\":[{\"id\":2,\"active\":false}],\"meta\":{"
                                    "\"more\":true}}"));
    bench_answer(bench, raw_message(ctx, "200 OK", "", "{\"data\":[{\"id\":3},{\"id\":1}]}"));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    assert_true(heard->answer.ok);
    assert_int_equal(heard->answer.catalogue->service_count, 2);
    assert_non_null(strstr(bench->requests[2], "offset=2 "));
    talloc_free(ctx);
}

static void an_empty_page_in_between(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "", "{\"data\":[],\"meta\":{\"more\":true}}"));
    zp__dikidi_masters(bench->dikidi, ZP_PACE_URGENT, NULL, 0, heard_answer, heard);
    bench_wait(bench, heard);
    assert_int_equal(heard->answer.error.code, ZP_E_BAD_ANSWER);
    talloc_free(ctx);
}

static void a_second_page_fails(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench,
                 raw_message(ctx, "200 OK", "", "{\"data\":[{\"id\":1}],\"meta\":{\"total\":3}}"));
    bench_answer(bench, raw_message(ctx, "500 Error", "", ""));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    assert_int_equal(bench->request_count, 2);
    assert_int_equal(heard->answer.error.code, ZP_E_UNREACHABLE); // half a catalogue is none
    talloc_free(ctx);
}

// ---- owners

static void free_client(const struct zp__dikidi_answer *answer, void *data) {
    struct bench *bench = data;
    assert_non_null(answer->catalogue);
    TALLOC_FREE(bench->dikidi);
    assert_int_equal(answer->catalogue->service_count, 0); // still there
    bench->hang = true;
}

static void the_client_is_freed_in_a_callback(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    struct heard *never = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "", "{\"data\":[]}"));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, free_client, bench);
    for (int i = 0; i < 5; i++)
        zp__dikidi_services(bench->dikidi, ZP_PACE_BACKGROUND, heard_answer, never);
    assert_true(zp_loop_run_until(bench->loop, &bench->hang, LONG_MS));
    zp_loop_run_until(bench->loop, &never->done, 20);
    assert_null(bench->dikidi);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),
        cmocka_unit_test(says_what_dikidi_says),
        cmocka_unit_test(a_create_is_believed),
        cmocka_unit_test(what_is_left_out_is_filled_in),
        cmocka_unit_test(a_cancel_must_be_said),
        cmocka_unit_test(nothing_listens),
        cmocka_unit_test(the_connection_drops),
        cmocka_unit_test(sending_says_no),
        cmocka_unit_test(given_up_before_sending),
        cmocka_unit_test(given_up_after_sending),
        cmocka_unit_test(no_key),
        cmocka_unit_test(ids_that_would_climb),
        cmocka_unit_test(templates),
        cmocka_unit_test(a_pause_is_kept),
        cmocka_unit_test(endless_pages),
        cmocka_unit_test(a_page_of_what_is_not_shown),
        cmocka_unit_test(an_empty_page_in_between),
        cmocka_unit_test(a_second_page_fails),
        cmocka_unit_test(the_client_is_freed_in_a_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
