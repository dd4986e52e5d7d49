// The HTTP server against raw clients: what reaches the handler, what does not, the three ways to
// answer, and every order of ending.
#include "support.h"

#include <sys/socket.h>
#include <unistd.h>

#define HELD_MAX 300

struct fixture {
    TALLOC_CTX *ctx;
    struct zp_loop *loop;
    struct zp_httpd *httpd;
    struct raw_client *client;
    struct zp_httpd_request *held[HELD_MAX];
    int held_count, handled;
    bool all_held;
    int wanted;
    char seen[1024];
};

static void look(struct fixture *f, struct zp_httpd_request *request) {
    const char *a0 = zp__httpd_parameter(request, "a", 0);
    const char *a1 = zp__httpd_parameter(request, "a", 1);
    const char *a2 = zp__httpd_parameter(request, "a", 2);
    const char *header = zp__httpd_header(request, "x-TEST");
    size_t size;
    const char *body = zp__httpd_body(request, &size);
    snprintf(f->seen, sizeof f->seen, "%s %s ?%s [%s][%s][%s] %s %s %zu:%s",
             zp__httpd_method(request), zp__httpd_path(request), zp__httpd_query(request),
             a0 ? a0 : "-", a1 ? a1 : "-", a2 ? a2 : "-", header ? header : "-",
             zp__httpd_peer(request), size, body);
}

static void stream(struct zp_httpd_request *request, size_t announced, size_t piece, int pause_ms) {
    struct zp__httpd_trickle trickle = {announced, piece, pause_ms};
    const struct zp__httpd_header headers[] = {{"X-Stream", "yes"}, {NULL, NULL}};
    zp__httpd_stream(request, 201, "text/plain", "0123456789", 10, headers, &trickle);
}

static void on_request(struct zp_httpd_request *request, void *data) {
    struct fixture *f = data;
    const char *path = zp__httpd_path(request);
    f->handled++;
    look(f, request);
    if (strcmp(path, "/hold") == 0) {
        f->held[f->held_count++] = request;
        f->all_held = f->held_count == f->wanted;
    } else if (strcmp(path, "/drop") == 0) {
        zp__httpd_drop(request);
    } else if (strcmp(path, "/free") == 0) {
        talloc_free(f->httpd);
        f->httpd = NULL;
        zp__httpd_reply(request, 200, NULL, "x", 1, NULL);
    } else if (strcmp(path, "/cut") == 0) {
        stream(request, 20, 0, 0);
    } else if (strcmp(path, "/slow") == 0) {
        stream(request, 10, 3, 15);
    } else if (strcmp(path, "/stall") == 0) {
        stream(request, 10, 3, 3600000);
    } else {
        const struct zp__httpd_header headers[] = {
            {"X-One", "1"}, {"X-Bad", "a\r\nX-Injected: b"}, {NULL, NULL}};
        zp__httpd_reply(request, 200, "text/plain", path, strlen(path), headers);
    }
}

static struct zp__httpd_options options_of(const char *address, uint16_t port) {
    return (struct zp__httpd_options){.address = address,
                                      .port = port,
                                      .max_body = 1000,
                                      .max_connections = 400,
                                      .idle_timeout_s = 30};
}

static void start(struct fixture *f, struct zp__httpd_options options) {
    struct zp_error err = {0};
    talloc_free(f->httpd);
    f->httpd = zp__httpd_new(f->ctx, f->loop, &options, on_request, f, &err);
    assert_non_null(f->httpd);
}

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->ctx = talloc_new(NULL);
    f->loop = zp_loop_new(f->ctx);
    *state = f;
    start(f, options_of("127.0.0.1", 0));
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    talloc_free(f->ctx);
    free(f);
    return 0;
}

static void turn(struct fixture *f, int64_t ms) {
    bool never = false;
    zp_loop_run_until(f->loop, &never, ms);
}

static struct raw_client *say(struct fixture *f, const char *bytes) {
    f->client = raw_client_new(f->ctx, f->loop, zp__httpd_port(f->httpd));
    raw_client_send(f->client, bytes, strlen(bytes));
    return f->client;
}

// Waits until the answer has come and the connection ended.
static const char *hear(struct fixture *f) {
    assert_true(zp_loop_run_until(f->loop, &f->client->ended, LONG_MS));
    return f->client->bytes;
}

static void assert_status(const char *answer, int status) {
    char line[32];
    snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
    assert_memory_equal(answer, line, strlen(line));
}

static const char *body_of(const char *answer) {
    const char *end = strstr(answer, "\r\n\r\n");
    assert_non_null(end);
    return end + 4;
}

static void hold(struct fixture *f, int count) {
    f->wanted = count;
    for (int i = 0; i < count; i++) {
        say(f, "GET /hold HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        turn(f, 0);
    }
    assert_true(zp_loop_run_until(f->loop, &f->all_held, LONG_MS));
}

// -------------------------------------------------------------------------------- what is handed

static void test_a_request_is_handed_over_whole(void **state) {
    struct fixture *f = *state;
    say(f, "PATCH /a%2Fb%20c%?a=1&b&a=%D0%90+%2b&c HTTP/1.1\r\nHost: h\r\nX-Test: one\r\n"
           "X-Test: two\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    const char *answer = hear(f);
    assert_status(answer, 200);
    assert_string_equal(f->seen, "PATCH /a/b c% ?a=1&b&a=%D0%90+%2b&c [1][А +][-] one 127.0.0.1 "
                                 "5:hello");
    assert_string_equal(body_of(answer), "/a/b c%");
    assert_non_null(strstr(answer, "\r\nX-One: 1\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Type: text/plain\r\n"));
    assert_null(strstr(answer, "X-Injected"));
}

static void test_a_body_in_pieces_with_a_nul(void **state) {
    struct fixture *f = *state;
    say(f, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    turn(f, 2);
    raw_client_send(f->client, "3\r\na\0b\r\n", 8);
    turn(f, 2);
    raw_client_send(f->client, "2\r\ncd\r\n0\r\n\r\n", 12);
    assert_status(hear(f), 200);
    assert_string_equal(f->seen, "POST / ? [-][-][-] - 127.0.0.1 5:a");
}

static void test_several_requests_on_one_connection(void **state) {
    struct fixture *f = *state;
    say(f, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: "
           "1\r\n\r\nxGET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const char *answer = hear(f);
    const char *one = strstr(answer, "\r\n\r\n/1");
    const char *two = strstr(answer, "\r\n\r\n/2");
    const char *three = strstr(answer, "\r\n\r\n/3");
    assert_true(one && two && three && one < two && two < three);
}

static void test_head_has_no_body(void **state) {
    struct fixture *f = *state;
    say(f, "HEAD /page HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const char *answer = hear(f);
    assert_status(answer, 200);
    assert_string_equal(body_of(answer), "");
    assert_non_null(strstr(answer, "Content-Length: 5"));
}

// ---------------------------------------------------------------------------- what is not handed

static void test_malformed_requests_are_answered_400(void **state) {
    struct fixture *f = *state;
    const char *const bad[] = {
        "GET /a%00b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "GET /?a=%00 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nno colon here\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        say(f, bad[i]);
        assert_status(hear(f), 400);
    }
    say(f, "\x16\x03\x01 nonsense\r\n\r\n");
    hear(f);
    assert_int_equal(f->handled, 0);
}

static void test_too_many_parameters_are_answered_400(void **state) {
    struct fixture *f = *state;
    char *request = talloc_strdup(f->ctx, "GET /?");
    for (int i = 0; i < 257; i++) {
        request = talloc_strdup_append(request, "a&");
    }
    request = talloc_strdup_append(request, " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    say(f, request);
    assert_status(hear(f), 400);
    assert_int_equal(f->handled, 0);
}

static void test_requests_that_break_off_leave_nothing_behind(void **state) {
    struct fixture *f = *state;
    const char *const parts[] = {
        "GET / HT",
        "GET / HTTP/1.1\r\nHos",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc",
    };
    // The library may miss the end of a connection that comes together with its last bytes; the
    // idle time-out then ends it.
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.idle_timeout_s = 1;
    start(f, options);
    size_t before = talloc_total_blocks(f->httpd);
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            say(f, parts[i]);
            turn(f, round % 2);
            talloc_free(f->client);
        }
    }
    for (int i = 0; i < LONG_MS && talloc_total_blocks(f->httpd) > before; i++) {
        turn(f, 1);
    }
    assert_int_equal(talloc_total_blocks(f->httpd), before);
    assert_int_equal(f->handled, 0);
}

static void test_a_body_over_the_ceiling_is_answered_413(void **state) {
    struct fixture *f = *state;
    char body[2001];
    memset(body, 'b', sizeof body);
    char *announced = talloc_asprintf(
        f->ctx,
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1001\r\n\r\n%.*s", 1001,
        body);
    say(f, announced);
    assert_status(hear(f), 413);
    char *chunked = talloc_asprintf(f->ctx,
                                    "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n3e9\r\n%.*s\r\n0\r\n\r\n",
                                    1001, body);
    say(f, chunked);
    assert_status(hear(f), 413);
    say(f, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n"); // and no body
    assert_status(hear(f), 413);
    assert_int_equal(f->handled, 0);
    char *fits = talloc_asprintf(
        f->ctx,
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n%.*s", 1000,
        body);
    say(f, fits);
    assert_status(hear(f), 200);
    assert_int_equal(f->handled, 1);
}

static void test_an_endless_body_is_cut_off(void **state) {
    struct fixture *f = *state;
    char *piece = talloc_zero_array(f->ctx, char, 65536);
    say(f, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 64 && !f->client->ended; i++) { // 4 MiB, if it lets us
        if (write(f->client->fd, "10000\r\n", 7) < 0 || write(f->client->fd, piece, 65536) < 0 ||
            write(f->client->fd, "\r\n", 2) < 0) {
            break;
        }
        turn(f, 2);
    }
    hear(f);
    assert_int_equal(f->handled, 0);
}

// --------------------------------------------------------------------------------------- answers

static void test_drop_sends_nothing(void **state) {
    struct fixture *f = *state;
    say(f, "POST /drop HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
    assert_string_equal(hear(f), "");
    assert_int_equal(f->handled, 1);
}

static void test_a_stream_that_announces_more_than_it_sends(void **state) {
    struct fixture *f = *state;
    say(f, "GET /cut HTTP/1.1\r\nHost: h\r\n\r\n");
    const char *answer = hear(f);
    assert_status(answer, 201);
    assert_non_null(strstr(answer, "\r\nContent-Length: 20\r\n"));
    assert_non_null(strstr(answer, "\r\nX-Stream: yes\r\n"));
    assert_string_equal(body_of(answer), "0123456789");
}

static void test_a_stream_in_pieces_takes_its_time(void **state) {
    struct fixture *f = *state;
    int64_t before = zp_loop_now_ms(f->loop);
    say(f, "GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_string_equal(body_of(hear(f)), "0123456789");
    assert_true(zp_loop_now_ms(f->loop) - before >= 3 * 15); // 3 + 3 + 3 + 1 bytes
}

static void test_answers_in_any_order_and_much_later(void **state) {
    struct fixture *f = *state;
    hold(f, 200);
    assert_int_equal(f->held_count, 200);
    for (int i = f->held_count - 1; i >= 0; i--) {
        zp__httpd_reply(f->held[i], 200, NULL, "late", 4, NULL);
    }
    assert_string_equal(body_of(hear(f)), "late");
}

static void test_a_client_that_left_before_its_answer(void **state) {
    struct fixture *f = *state;
    hold(f, 3);
    talloc_free(f->client);
    turn(f, 5);
    assert_string_equal(zp__httpd_path(f->held[2]), "/hold");
    struct zp__httpd_trickle trickle = {.announced = 3, .piece = 1, .pause_ms = 1};
    zp__httpd_stream(f->held[2], 200, NULL, "abc", 3, NULL, &trickle);
    zp__httpd_drop(f->held[1]);
    zp__httpd_reply(f->held[0], 200, NULL, NULL, 0, NULL);
    turn(f, 5);
    say(f, "GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_string_equal(body_of(hear(f)), "/next");
}

// ---------------------------------------------------------------------------------------- ending

static void test_the_server_may_be_freed_with_requests_in_hand(void **state) {
    struct fixture *f = *state;
    hold(f, 4);
    talloc_free(f->httpd);
    f->httpd = NULL;
    assert_string_equal(hear(f), ""); // its sockets are closed
    struct zp__httpd_trickle trickle = {.announced = 1};
    assert_string_equal(zp__httpd_header(f->held[0], "host"), "h");
    zp__httpd_reply(f->held[0], 200, NULL, "x", 1, NULL);
    zp__httpd_drop(f->held[1]);
    zp__httpd_stream(f->held[2], 200, NULL, "x", 1, NULL, &trickle);
    // The fourth is never answered: it goes with the loop.
}

static void test_the_server_may_be_freed_in_its_handler(void **state) {
    struct fixture *f = *state;
    say(f, "GET /free HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_string_equal(hear(f), "");
    assert_null(f->httpd);
}

static void test_the_server_may_be_freed_while_it_reads_and_streams(void **state) {
    struct fixture *f = *state;
    say(f, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    say(f, "GET /stall HTTP/1.1\r\nHost: h\r\n\r\n");
    for (int i = 0; i < 1000 && !strstr(f->client->bytes, "\r\n\r\n012"); i++) {
        turn(f, 1);
    }
    assert_string_equal(body_of(f->client->bytes), "012");
    talloc_free(f->httpd);
    f->httpd = NULL;
    assert_string_equal(body_of(hear(f)), "012");
}

static void test_the_loop_may_be_freed_before_the_server(void **state) {
    struct fixture *f = *state;
    hold(f, 2);
    say(f, "GET /stall HTTP/1.1\r\nHost: h\r\n\r\n");
    turn(f, 5);
    talloc_free(f->loop);
    talloc_free(f->httpd);
    f->httpd = NULL;
}

// ---------------------------------------------------------------------------- addresses and limits

static void test_a_taken_port_and_a_wrong_address_are_told(void **state) {
    struct fixture *f = *state;
    struct zp_error err = {0};
    struct zp__httpd_options taken = options_of("127.0.0.1", zp__httpd_port(f->httpd));
    assert_null(zp__httpd_new(f->ctx, f->loop, &taken, on_request, f, &err));
    assert_int_equal(err.code, ZP_E_CONFIG);
    struct zp__httpd_options wrong = options_of("localhost.example", 0);
    err = (struct zp_error){0};
    assert_null(zp__httpd_new(f->ctx, f->loop, &wrong, on_request, f, &err));
    assert_int_equal(err.code, ZP_E_CONFIG);
    // Freed, the port can be had again at once.
    start(f, taken);
    assert_int_equal(zp__httpd_port(f->httpd), taken.port);
}

static void test_more_connections_than_allowed_wait(void **state) {
    struct fixture *f = *state;
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.max_connections = 2;
    start(f, options);
    hold(f, 2);
    say(f, "GET /third HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    turn(f, 30);
    assert_int_equal(f->handled, 2);
    zp__httpd_drop(f->held[0]);
    assert_string_equal(body_of(hear(f)), "/third");
    zp__httpd_drop(f->held[1]);
}

static void test_an_idle_connection_is_closed(void **state) {
    struct fixture *f = *state;
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.idle_timeout_s = 1;
    start(f, options);
    say(f, "GET / HTTP/1.1\r\nHost:");
    hear(f);
    assert_int_equal(f->handled, 0);
}

// The time-out of the library begins anew with each byte; this one does not.
static void test_a_slow_sender_is_cut_off(void **state) {
    struct fixture *f = *state;
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.request_timeout_s = 1;
    static const char no_body[] = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n";
    const char *const starts[] = {"P", "POST / HTTP/1.1\r\nHost: h\r\nX-", no_body};
    start(f, options);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        say(f, starts[i]);
        const int64_t began = zp_loop_now_ms(f->loop);
        while (!f->client->ended && zp_loop_now_ms(f->loop) - began < LONG_MS) {
            turn(f, 20);
            if (!f->client->ended) {
                (void)!send(f->client->fd, "y", 1, MSG_NOSIGNAL);
            }
        }
        assert_true(f->client->ended);
        assert_true(zp_loop_now_ms(f->loop) - began >= 900);
        assert_true(zp_loop_now_ms(f->loop) - began < LONG_MS / 2);
        assert_int_equal(zp__httpd_counts(f->httpd).slow, i + 1);
    }
    assert_int_equal(f->handled, 0);
    // One that is asked and not yet answered is not slow.
    hold(f, 1);
    turn(f, 2500);
    zp__httpd_reply(f->held[0], 200, NULL, "late", 4, NULL);
    assert_string_equal(body_of(hear(f)), "late");
    assert_int_equal(zp__httpd_counts(f->httpd).slow, 3);
}

static void test_a_crowd_makes_room(void **state) {
    struct fixture *f = *state;
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.max_connections = 4;
    options.make_room = true;
    options.request_timeout_s = 30;
    start(f, options);
    hold(f, 2); // those that are being worked on stay
    struct raw_client *silent[60];
    for (int i = 0; i < 60; i++) {
        silent[i] = say(f, i % 2 ? "GET" : "GET /kept HTTP/1.1\r\nHost: h\r\n\r\n");
        turn(f, 0);
        if (i % 10 == 9) {
            say(f, "GET /genuine HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assert_string_equal(body_of(hear(f)), "/genuine");
        }
    }
    assert_true(zp__httpd_counts(f->httpd).crowded >= 50);
    assert_true(zp__httpd_counts(f->httpd).connections <= 4 + 16);
    assert_true(silent[0]->ended);
    say(f, "GET /hold HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    f->all_held = false;
    f->wanted = 3;
    assert_true(zp_loop_run_until(f->loop, &f->all_held, LONG_MS));
    for (int i = 0; i < 3; i++) {
        zp__httpd_reply(f->held[i], 200, NULL, "held", 4, NULL);
    }
    assert_string_equal(body_of(hear(f)), "held");
}

static void test_a_head_over_the_ceiling_is_refused(void **state) {
    struct fixture *f = *state;
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.max_head = 4096;
    start(f, options);
    char *head = talloc_asprintf(f->ctx, "GET / HTTP/1.1\r\nHost: h\r\nX-Long: %05000d\r\n\r\n", 0);
    say(f, head);
    assert_status(hear(f), 431);
    assert_int_equal(f->handled, 0);
}

static void test_a_body_is_refused_before_it_is_sent(void **state) {
    struct fixture *f = *state;
    say(f, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    assert_status(hear(f), 413);
    assert_int_equal(f->handled, 0);
}

// What is in hand is answered, connections end with it, the port is free.
static void test_winding_down(void **state) {
    struct fixture *f = *state;
    say(f, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"); // a connection that would be kept
    f->wanted = 1;
    assert_true(zp_loop_run_until(f->loop, &f->all_held, LONG_MS));
    assert_false(zp__httpd_is_idle(f->httpd));
    zp__httpd_wind_down(f->httpd);
    zp__httpd_wind_down(f->httpd);
    struct zp__httpd_options again = options_of("127.0.0.1", zp__httpd_port(f->httpd));
    struct zp_error err = {0};
    struct zp_httpd *other = zp__httpd_new(f->ctx, f->loop, &again, on_request, f, &err);
    assert_non_null(other);
    zp__httpd_reply(f->held[0], 200, NULL, "held", 4, NULL);
    const char *answer = hear(f); // the connection ends
    assert_non_null(strstr(answer, "\r\nConnection: close\r\n"));
    assert_string_equal(body_of(answer), "held");
    assert_true(zp__httpd_is_idle(f->httpd));
    talloc_free(other);
}

static void test_winding_down_waits_two_seconds_for_a_sender(void **state) {
    struct fixture *f = *state;
    struct zp__httpd_options options = options_of("127.0.0.1", 0);
    options.request_timeout_s = 30;
    start(f, options);
    say(f, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    for (int i = 0; i < LONG_MS && zp__httpd_is_idle(f->httpd); i++) {
        turn(f, 1);
    }
    const int64_t began = zp_loop_now_ms(f->loop);
    zp__httpd_wind_down(f->httpd);
    assert_string_equal(hear(f), "");
    assert_in_range(zp_loop_now_ms(f->loop) - began, 1900, 10000);
    assert_true(zp__httpd_is_idle(f->httpd));
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_a_request_is_handed_over_whole),
        T(test_a_body_in_pieces_with_a_nul),
        T(test_several_requests_on_one_connection),
        T(test_head_has_no_body),
        T(test_malformed_requests_are_answered_400),
        T(test_too_many_parameters_are_answered_400),
        T(test_requests_that_break_off_leave_nothing_behind),
        T(test_a_body_over_the_ceiling_is_answered_413),
        T(test_an_endless_body_is_cut_off),
        T(test_drop_sends_nothing),
        T(test_a_stream_that_announces_more_than_it_sends),
        T(test_a_stream_in_pieces_takes_its_time),
        T(test_answers_in_any_order_and_much_later),
        T(test_a_client_that_left_before_its_answer),
        T(test_the_server_may_be_freed_with_requests_in_hand),
        T(test_the_server_may_be_freed_in_its_handler),
        T(test_the_server_may_be_freed_while_it_reads_and_streams),
        T(test_the_loop_may_be_freed_before_the_server),
        T(test_a_taken_port_and_a_wrong_address_are_told),
        T(test_more_connections_than_allowed_wait),
        T(test_an_idle_connection_is_closed),
        T(test_a_slow_sender_is_cut_off),
        T(test_a_crowd_makes_room),
        T(test_a_head_over_the_ceiling_is_refused),
        T(test_a_body_is_refused_before_it_is_sent),
        T(test_winding_down),
        T(test_winding_down_waits_two_seconds_for_a_sender),
    };
    return cmocka_run_group_tests_name("httpd", tests, NULL, NULL);
}
