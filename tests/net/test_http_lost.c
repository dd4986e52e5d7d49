// The HTTP client where an answer does not come, or not whole; and that a write goes out once at
// most.
#include "http_fixture.h"

// ----------------------------------------------------------------------------------------- lost

static void assert_lost(const struct got *got) {
    assert_int_equal(got->outcome, ZP_HTTP_LOST);
    assert_int_equal(got->code, ZP_E_UNKNOWN);
    assert_true(strlen(got->message) > 0);
    assert_null(strstr(got->message, "secret"));
}

static void test_dropped_after_reading_is_lost(void **state) {
    struct fixture *f = *state;
    send_path(f, "/drop?secret", REQUEST(.method = "POST", .body = "x", .body_size = 1));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_int_equal(f->got.status, 0);
    assert_int_equal(f->handled, 1);
}

static void test_an_answer_cut_short_is_lost(void **state) {
    struct fixture *f = *state;
    send_path(f, "/broken", REQUEST(.method = "POST"));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_int_equal(f->got.status, 200);
}

static void test_a_time_out_while_the_answer_drips_is_lost(void **state) {
    struct fixture *f = *state;
    send_path(f, "/drip", REQUEST(.method = "POST", .timeout_ms = 150));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_true(f->got.timed_out);
    assert_in_range(f->got.elapsed_ms, 140, LONG_MS / 2);
}

static void test_a_time_out_without_answer_is_lost(void **state) {
    struct fixture *f = *state;
    send_path(f, "/hold", REQUEST(.method = "POST", .timeout_ms = 100));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_true(f->got.timed_out);
    zp__httpd_reply(f->held, 200, NULL, NULL, 0, NULL); // to nobody
    send_path(f, "/", REQUEST(.method = "GET"));
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
}

static void test_a_body_over_the_ceiling_is_lost(void **state) {
    struct fixture *f = *state;
    send_path(f, "/large", REQUEST(.method = "POST", .max_reply_bytes = 99999));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_true(f->got.too_large);
    send_path(f, "/large", REQUEST(.method = "POST", .max_reply_bytes = 100000));
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
    assert_int_equal(f->got.body_size, 100000);
}

static struct raw_answer answer_and_close(int connection, int nth, const char *request,
                                          void *data) {
    (void)connection, (void)nth, (void)request;
    return (struct raw_answer){data, true};
}

static void test_a_body_without_length_over_the_ceiling_is_lost(void **state) {
    struct fixture *f = *state;
    f->raw =
        raw_new(f->ctx, f->loop, answer_and_close, (char[]){"HTTP/1.1 200 OK\r\n\r\n0123456789"});
    send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "GET", .max_reply_bytes = 9));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_true(f->got.too_large);
}

static void test_headers_over_the_ceiling_are_lost(void **state) {
    struct fixture *f = *state;
    char *answer = talloc_strdup(f->ctx, "HTTP/1.1 200 OK\r\n");
    char *value = talloc_array(f->ctx, char, 1001);
    memset(value, 'v', 1000);
    value[1000] = '\0';
    for (int i = 0; i < 70; i++) {
        answer = talloc_asprintf_append(answer, "X-%d: %s\r\n", i, value);
    }
    answer = talloc_asprintf_append(answer, "Content-Length: 0\r\n\r\n");
    f->raw = raw_new(f->ctx, f->loop, answer_and_close, answer);
    send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "GET"));
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_true(f->got.too_large);
}

static void test_an_answer_that_is_not_http_is_lost(void **state) {
    struct fixture *f = *state;
    f->raw =
        raw_new(f->ctx, f->loop, answer_and_close, (char[]){"hello, this is no HTTP at all\n"});
    send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "POST"));
    wait_for(f, &f->got);
    assert_lost(&f->got);
}

// `spare`: so many of the last bytes add nothing that libcurl would miss.
static void check_cut_everywhere(struct fixture *f, const char *whole, size_t spare) {
    size_t size = strlen(whole);
    for (size_t cut = 0; cut <= size; cut++) {
        char *part = talloc_strndup(f->ctx, whole, cut);
        f->raw = raw_new(f->ctx, f->loop, answer_and_close, part);
        send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "POST"));
        wait_for(f, &f->got);
        if (cut < size - spare || cut == size) {
            assert_int_equal(f->got.outcome, cut == size ? ZP_HTTP_ANSWERED : ZP_HTTP_LOST);
        }
        assert_int_equal(raw_seen(f->raw, "POST"), 1);
        talloc_free(f->raw);
    }
}

static void test_an_answer_cut_at_any_byte_is_lost(void **state) {
    struct fixture *f = *state;
    check_cut_everywhere(f, "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 2\r\n\r\nok", 0);
    check_cut_everywhere(f,
                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "2\r\nok\r\n0\r\n\r\n",
                         1);
    check_cut_everywhere(f, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 0);
}

// ------------------------------------------------------------------------------- never sent twice

// The first request of a connection is answered, the second read and the connection closed: what a
// server does that restarts at the wrong moment. libcurl alone would send the second again.
static struct raw_answer answer_first_only(int connection, int nth, const char *request,
                                           void *data) {
    (void)request;
    struct fixture *f = data;
    f->last_connection = connection;
    if (nth == 1) {
        return (struct raw_answer){"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false};
    }
    return (struct raw_answer){NULL, true};
}

static void check_sent_once(struct fixture *f, struct zp__http_request request) {
    f->raw = raw_new(f->ctx, f->loop, answer_first_only, f);
    send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "GET"));
    wait_for(f, &f->got);
    send_to(f, &f->got, raw_port(f->raw), "/", request);
    wait_for(f, &f->got);
    assert_lost(&f->got);
    assert_int_equal(raw_seen(f->raw, request.method), 1);
    assert_int_equal(f->last_connection, 1); // it did go out, on the kept connection
}

static void test_a_post_on_a_dying_connection_is_sent_once(void **state) {
    check_sent_once(*state, REQUEST(.method = "POST", .body = "book", .body_size = 4));
}

static void test_a_delete_on_a_dying_connection_is_sent_once(void **state) {
    check_sent_once(*state, REQUEST(.method = "DELETE"));
}

static void test_an_empty_post_on_a_dying_connection_is_sent_once(void **state) {
    check_sent_once(*state, REQUEST(.method = "POST"));
}

static struct raw_answer answer_and_hang_up(int connection, int nth, const char *request,
                                            void *data) {
    struct raw_answer answer = answer_ok(connection, nth, request, data);
    answer.close = true; // without having said so
    return answer;
}

static void test_a_write_takes_no_connection_that_was_closed_meanwhile(void **state) {
    struct fixture *f = *state;
    bool never = false;
    f->raw = raw_new(f->ctx, f->loop, answer_and_hang_up, f);
    for (int i = 0; i < 3; i++) {
        send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "POST"));
        wait_for(f, &f->got);
        assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
        zp_loop_run_until(f->loop, &never, 5); // lets the end of the connection arrive
    }
    assert_int_equal(raw_seen(f->raw, "POST"), 3);
    assert_int_equal(raw_connections(f->raw), 3);
}

static void test_a_read_on_a_dying_connection_is_sent_again(void **state) {
    struct fixture *f = *state;
    f->raw = raw_new(f->ctx, f->loop, answer_first_only, f);
    for (int i = 0; i < 2; i++) {
        send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "GET"));
        wait_for(f, &f->got);
        assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
    }
    assert_int_equal(raw_seen(f->raw, "GET"), 3); // the server's three, our two
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_dropped_after_reading_is_lost),
        T(test_an_answer_cut_short_is_lost),
        T(test_a_time_out_while_the_answer_drips_is_lost),
        T(test_a_time_out_without_answer_is_lost),
        T(test_a_body_over_the_ceiling_is_lost),
        T(test_a_body_without_length_over_the_ceiling_is_lost),
        T(test_headers_over_the_ceiling_are_lost),
        T(test_an_answer_that_is_not_http_is_lost),
        T(test_an_answer_cut_at_any_byte_is_lost),
        T(test_a_post_on_a_dying_connection_is_sent_once),
        T(test_a_delete_on_a_dying_connection_is_sent_once),
        T(test_an_empty_post_on_a_dying_connection_is_sent_once),
        T(test_a_write_takes_no_connection_that_was_closed_meanwhile),
        T(test_a_read_on_a_dying_connection_is_sent_again),
    };
    return cmocka_run_group_tests_name("http_lost", tests, NULL, NULL);
}
