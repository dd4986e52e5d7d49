// The HTTP client: answers, requests that are never sent, cancelling and freeing.
#include "http_fixture.h"

#include <dlfcn.h>
#include <netdb.h>
#include <semaphore.h>
#include <zapis/limits.h>

// ------------------------------------------------------------------------------------- answered

static void test_get(void **state) {
    struct fixture *f = *state;
    const char *headers[] = {"X-Test: mine", "X-Empty:"};
    send_path(f, "/e%20cho?a=1&b=%2B", REQUEST(.headers = headers, .header_count = 2));
    assert_false(f->got.done);
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
    assert_int_equal(f->got.status, 200);
    assert_string_equal(f->got.body, "GET /e cho?a=1&b=%2B|-|-|-|-|mine|0|");
    assert_string_equal(f->got.content_type, "text/plain");
    assert_string_equal(f->got.header, "first");
    assert_int_equal(f->got.code, ZP_OK);
    assert_true(f->got.server_date > 1700000000);
    assert_true(f->got.elapsed_ms >= 0 && f->got.elapsed_ms < LONG_MS);
}

static void test_bodies_have_their_length(void **state) {
    struct fixture *f = *state;
    const char *json[] = {"Content-Type: application/json"};
    send_path(f, "/",
              REQUEST(.method = "POST", .body = "{\"a\":1}", .body_size = 7, .headers = json,
                      .header_count = 1));
    wait_for(f, &f->got);
    assert_string_equal(f->got.body, "POST /?|application/json|-|-|7|-|7|{\"a\":1}");
    send_path(f, "/", REQUEST(.method = "POST"));
    wait_for(f, &f->got);
    assert_string_equal(f->got.body, "POST /?|-|-|-|0|-|0|");
    send_path(f, "/", REQUEST(.method = "DELETE", .body = "why", .body_size = 3));
    wait_for(f, &f->got);
    assert_string_equal(f->got.body, "DELETE /?|-|-|-|3|-|3|why");
    send_path(f, "/", REQUEST(.method = "DELETE"));
    wait_for(f, &f->got);
    assert_string_equal(f->got.body, "DELETE /?|-|-|-|-|-|0|");
}

static void test_a_large_body_waits_for_no_leave(void **state) {
    struct fixture *f = *state;
    size_t size = ZP_LIMIT_HTTP_REQUEST_BYTES;
    char *body = talloc_zero_array(f->ctx, char, size);
    send_path(f, "/", REQUEST(.method = "POST", .body = body, .body_size = size));
    talloc_free(body); // everything was copied
    wait_for(f, &f->got);
    assert_string_equal(f->got.body, "POST /?|-|-|-|1048576|-|1048576|...");
}

static void test_a_redirect_is_an_answer(void **state) {
    struct fixture *f = *state;
    send_path(f, "/redirect", REQUEST(.method = "POST", .body = "x", .body_size = 1));
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
    assert_int_equal(f->got.status, 302);
    assert_int_equal(f->handled, 1);
}

static void test_connections_are_kept(void **state) {
    struct fixture *f = *state;
    f->raw = raw_new(f->ctx, f->loop, answer_ok, f);
    for (int i = 0; i < 10; i++) {
        send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = i % 2 ? "POST" : "GET"));
        wait_for(f, &f->got);
        assert_string_equal(f->got.body, "ok");
    }
    assert_int_equal(raw_connections(f->raw), 1);
}

static void test_fifty_at_once_share_few_connections(void **state) {
    struct fixture *f = *state;
    struct got *got = talloc_zero_array(f->ctx, struct got, 50);
    f->raw = raw_new(f->ctx, f->loop, answer_ok, f);
    for (int i = 0; i < 50; i++) {
        send_to(f, &got[i], raw_port(f->raw), "/", REQUEST(.method = "GET"));
    }
    for (int i = 0; i < 50; i++) {
        assert_true(zp_loop_run_until(f->loop, &got[i].done, LONG_MS));
    }
    for (int i = 0; i < 50; i++) {
        assert_int_equal(got[i].calls, 1);
        assert_int_equal(got[i].outcome, ZP_HTTP_ANSWERED);
        assert_string_equal(got[i].body, "ok");
    }
    assert_int_equal(raw_seen(f->raw, "GET"), 50);
    assert_in_range(raw_connections(f->raw), 1, 8);
}

static struct raw_answer answer_interim(int connection, int nth, const char *request, void *data) {
    (void)connection, (void)nth, (void)request, (void)data;
    return (struct raw_answer){"HTTP/1.1 103 Early Hints\r\nX-Test: early\r\n\r\n"
                               "HTTP/1.1 200 OK\r\nX-Test: final\r\nTransfer-Encoding: chunked\r\n"
                               "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
                               "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
                               false};
}

static void test_interim_answers_and_pieces(void **state) {
    struct fixture *f = *state;
    f->raw = raw_new(f->ctx, f->loop, answer_interim, f);
    send_to(f, &f->got, raw_port(f->raw), "/", REQUEST(.method = "GET"));
    wait_for(f, &f->got);
    assert_int_equal(f->got.status, 200);
    assert_string_equal(f->got.header, "final");
    assert_string_equal(f->got.body, "abc");
    assert_string_equal(f->got.content_type, "");
    assert_int_equal(f->got.server_date, 784111777);
}

// ------------------------------------------------------------------------------------- not sent

static void assert_not_sent(const struct got *got, enum zp_error_code code) {
    assert_int_equal(got->outcome, ZP_HTTP_NOT_SENT);
    assert_int_equal(got->status, 0);
    assert_int_equal(got->code, code);
    assert_true(strlen(got->message) > 0);
    assert_null(strstr(got->message, "secret"));
}

static void test_a_refused_port_is_not_sent(void **state) {
    struct fixture *f = *state;
    send_to(f, &f->got, refused_port(), "/secret/", REQUEST(.method = "POST"));
    wait_for(f, &f->got);
    assert_not_sent(&f->got, ZP_E_UNREACHABLE);
    assert_non_null(strstr(f->got.message, "127.0.0.1"));
}

static void test_an_unknown_name_is_not_sent(void **state) {
    struct fixture *f = *state;
    zp__http_send(f->http,
                  &REQUEST(.method = "POST", .url = "https://no-such-host.invalid/secret/",
                           .timeout_ms = 3000),
                  got_reply, &f->got);
    wait_for(f, &f->got);
    assert_not_sent(&f->got, ZP_E_UNREACHABLE);
}

static void test_addresses_that_are_refused(void **state) {
    struct fixture *f = *state;
    const char *const urls[] = {
        "http://example.com/secret",
        "http://127.0.0.1.example.com/secret",
        "http://localhost.example/",
        "ftp://127.0.0.1/secret",
        "file:///etc/secret",
        "127.0.0.1/secret",
        "https://u:secret@example.com",
        "http://127.0.0.1/secret\r\nX: y",
        "http://127.0.0.1/a b",
        "",
        "https://",
        "http://128.0.0.1/",
        "http://[::2]/",
        "http://user@127.0.0.1/secret",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        zp__http_send(f->http, &REQUEST(.method = "GET", .url = urls[i]), got_reply, &f->got);
        assert_false(f->got.done);
        wait_for(f, &f->got);
        assert_not_sent(&f->got, ZP_E_CONFIG);
    }
}

static void test_headers_that_are_refused(void **state) {
    struct fixture *f = *state;
    const char *const headers[] = {"X: a\r\nY: b",
                                   "X: a\nY: b",
                                   "X",
                                   ": a",
                                   "X Y: a",
                                   "X\r\nY: a",
                                   "X: \x01",
                                   "Content-Length: 10",
                                   "transfer-encoding: chunked"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        send_path(f, "/secret", REQUEST(.headers = &headers[i], .header_count = 1));
        wait_for(f, &f->got);
        assert_not_sent(&f->got, ZP_E_INTERNAL);
    }
    send_path(f, "/secret", REQUEST(.method = "GET / HTTP/1.1\r\nX:"));
    wait_for(f, &f->got);
    assert_not_sent(&f->got, ZP_E_INTERNAL);
    assert_int_equal(f->handled, 0);
}

static void test_a_proxy_of_the_environment_is_ignored(void **state) {
    struct fixture *f = *state;
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", refused_port());
    setenv("http_proxy", proxy, 1);
    setenv("ALL_PROXY", proxy, 1);
    send_path(f, "/", REQUEST(.method = "GET"));
    wait_for(f, &f->got);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
}

// ----------------------------------------------------------------------------- cancel and freeing

static void test_cancelled_before_it_left(void **state) {
    struct fixture *f = *state;
    uint64_t id = send_path(f, "/", REQUEST(.method = "POST"));
    assert_true(id != 0);
    zp__http_cancel(f->http, id);
    zp__http_cancel(f->http, id);
    zp__http_cancel(f->http, id + 1000);
    assert_false(f->got.done);
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_NOT_SENT);
    assert_true(f->got.cancelled);
    assert_int_equal(f->got.code, ZP_E_CANCELLED);
    zp__http_cancel(f->http, id);
    send_path(f, "/", REQUEST(.method = "GET"));
    wait_for(f, &f->got);
    assert_int_equal(f->handled, 1);
}

static void test_cancelled_after_it_left(void **state) {
    struct fixture *f = *state;
    bool held = false;
    uint64_t id = send_path(f, "/hold", REQUEST(.method = "POST"));
    for (int i = 0; i < 1000 && !f->held; i++) {
        zp_loop_run_until(f->loop, &held, 1);
    }
    assert_non_null(f->held);
    zp__http_cancel(f->http, id);
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_LOST);
    assert_true(f->got.cancelled);
    assert_int_equal(f->got.code, ZP_E_CANCELLED);
    zp__httpd_drop(f->held);
}

// A name server that does not answer, until the test lets it.
static sem_t names_answer;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
    if (node && strcmp(node, "slow.invalid") == 0) {
        sem_wait(&names_answer);
        return EAI_NONAME;
    }
    union { // a data pointer that is a function
        void *found;
        int (*call)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    } next = {dlsym(RTLD_NEXT, "getaddrinfo")};
    return next.call(node, service, hints, result);
}

static void test_a_look_up_by_name_holds_nothing_up(void **state) {
    struct fixture *f = *state;
    bool never = false;
    assert_int_equal(sem_init(&names_answer, 0, 0), 0);
    struct zp__http_request slow =
        REQUEST(.method = "POST", .url = "https://slow.invalid/secret", .timeout_ms = 50);
    zp__http_send(f->http, &slow, got_reply, &f->got);
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_NOT_SENT);
    assert_true(f->got.timed_out);

    slow.timeout_ms = 2 * LONG_MS;
    uint64_t id = zp__http_send(f->http, &slow, got_reply, &f->got);
    zp_loop_run_until(f->loop, &never, 5);
    zp__http_cancel(f->http, id);
    wait_for(f, &f->got);
    assert_int_equal(f->got.outcome, ZP_HTTP_NOT_SENT);
    assert_true(f->got.cancelled);

    zp__http_send(f->http, &slow, got_reply, &f->got);
    zp_loop_run_until(f->loop, &never, 5);
    talloc_free(f->http);
    f->http = NULL;
    assert_false(f->got.done);
    for (int i = 0; i < 3; i++) { // only now: none of the above waited for it
        sem_post(&names_answer);
    }
}

static void free_client(const struct zp__http_reply *reply, void *data) {
    struct fixture *f = data;
    talloc_free(f->http);
    f->http = NULL;
    got_reply(reply, &f->got); // the reply outlives the client
}

static void test_the_client_may_be_freed_in_a_report(void **state) {
    struct fixture *f = *state;
    struct got others[3] = {0};
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", (int)zp__httpd_port(f->httpd));
    zp__http_send(f->http, &REQUEST(.method = "GET", .url = url), free_client, f);
    for (int i = 0; i < 3; i++) {
        send_to(f, &others[i], zp__httpd_port(f->httpd), i ? "/hold" : "/",
                REQUEST(.method = "GET"));
    }
    wait_for(f, &f->got);
    assert_string_equal(f->got.header, "first");
    bool never = false;
    zp_loop_run_until(f->loop, &never, 20);
    assert_int_equal(others[0].calls + others[1].calls + others[2].calls, 0);
}

static void test_the_client_may_be_freed_in_flight(void **state) {
    struct fixture *f = *state;
    bool never = false;
    send_path(f, "/hold", REQUEST(.method = "POST"));
    send_path(f, "/drip", REQUEST(.method = "GET"));
    for (int i = 0; i < 1000 && f->handled < 2; i++) {
        zp_loop_run_until(f->loop, &never, 1);
    }
    assert_int_equal(f->handled, 2);
    send_path(f, "/", REQUEST(.method = "GET", .url = ""));
    talloc_free(f->http);
    zp_loop_run_until(f->loop, &never, 20);
    assert_int_equal(f->got.calls, 0);
    zp__httpd_reply(f->held, 200, NULL, "x", 1, NULL);
    zp_loop_run_until(f->loop, &never, 20);
}

static void test_the_loop_may_be_freed_before_the_client(void **state) {
    struct fixture *f = *state;
    bool never = false;
    send_path(f, "/drip", REQUEST(.method = "GET"));
    for (int i = 0; i < 1000 && f->handled < 1; i++) {
        zp_loop_run_until(f->loop, &never, 1);
    }
    assert_int_equal(f->handled, 1);
    talloc_free(f->loop);
    talloc_free(f->http);
    assert_int_equal(f->got.calls, 0);
}

static void send_again(const struct zp__http_reply *reply, void *data) {
    struct fixture *f = data;
    (void)reply;
    f->handled++;
    zp__http_send(f->http, &REQUEST(.method = "GET", .url = "refused"), send_again, f);
}

static void test_refused_requests_do_not_starve_the_loop(void **state) {
    struct fixture *f = *state;
    bool never = false;
    zp__http_send(f->http, &REQUEST(.method = "GET", .url = "refused"), send_again, f);
    assert_false(zp_loop_run_until(f->loop, &never, 20)); // it does come back
    assert_true(f->handled > 1);
}

static void test_escape(void **state) {
    struct fixture *f = *state;
    assert_string_equal(zp__http_escape(f->ctx, "a b/c?&=+%é~-._"),
                        "a%20b%2Fc%3F%26%3D%2B%25%C3%A9~-._");
    assert_string_equal(zp__http_escape(f->ctx, ""), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_get),
        T(test_bodies_have_their_length),
        T(test_a_large_body_waits_for_no_leave),
        T(test_a_redirect_is_an_answer),
        T(test_connections_are_kept),
        T(test_fifty_at_once_share_few_connections),
        T(test_interim_answers_and_pieces),
        T(test_a_refused_port_is_not_sent),
        T(test_an_unknown_name_is_not_sent),
        T(test_addresses_that_are_refused),
        T(test_headers_that_are_refused),
        T(test_a_proxy_of_the_environment_is_ignored),
        T(test_cancelled_before_it_left),
        T(test_cancelled_after_it_left),
        T(test_a_look_up_by_name_holds_nothing_up),
        T(test_the_client_may_be_freed_in_a_report),
        T(test_the_client_may_be_freed_in_flight),
        T(test_the_loop_may_be_freed_before_the_client),
        T(test_refused_requests_do_not_starve_the_loop),
        T(test_escape),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
