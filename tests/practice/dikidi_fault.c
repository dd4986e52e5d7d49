// Every fault as a stranger sees it, and whether the call was carried out: bytes over a raw socket.
#include "dikidi_bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define COMPANY "/api/v2/company/550001"
#define KNOWN   COMPANY "/booking/852900001"
#define TURN_MS 5000

static void set(struct bench *bench, const char *call, enum zp__fault_kind kind, int ms) {
    char *copy = talloc_strdup(bench, call);
    zp__faults_add(bench->faults,
                   &(struct zp__fault){.call = copy, .kind = kind, .count = 1, .ms = ms});
}

static struct bench_answer *get(struct bench *bench, TALLOC_CTX *ctx) {
    return bench_call(bench, ctx, "GET", KNOWN, NULL, NULL);
}

static char *create_bytes(TALLOC_CTX *ctx, const char *key) {
    char *body = talloc_asprintf(
        ctx,
        "{\"master_id\":\"1357200\",\"services\":[{\"id\":\"5159500\"}],"
        "\"starts_at\":\"2026-09-24T11:00:00Z\",\"client\":{\"name\":\"Мария\",\"surname\":\"\","
        "\"phone\":\"+79990000000\",\"email\":null},\"comment\":\"\",\"source\":\"partner\","
        "\"external_id\":\"%s\"}",
        key);
    return talloc_asprintf(ctx,
                           "POST " COMPANY "/booking HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                           "Bearer " BENCH_KEY "\r\nIdempotency-Key: %s\r\nContent-Length: %zu"
                           "\r\n\r\n%s",
                           key, strlen(body), body);
}

static struct bench_answer *create(struct bench *bench, TALLOC_CTX *ctx) {
    char *bytes = create_bytes(ctx, "F");
    return bench_exchange(bench, ctx, bytes, strlen(bytes));
}

static int connect_now(struct bench *bench) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(zp__serve_port(bench->serve)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    assert_int_equal(errno, ECONNREFUSED);
    close(fd);
    return -1;
}

static void assert_refused(struct bench *bench, bool refused) {
    int fd = connect_now(bench);
    assert_int_equal(fd < 0, refused);
    if (fd >= 0)
        close(fd);
}

static void test_nobody_listens(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    set(bench, "bitrix24", ZP_FAULT_REFUSE, 0); // the other server
    assert_refused(bench, false);
    set(bench, "dikidi", ZP_FAULT_REFUSE, 0);
    assert_refused(bench, true);
    assert_refused(bench, true); // the count does not matter
    zp__faults_clear(bench->faults);
    assert_int_equal(get(bench, ctx)->status, 200);
    // Two calls pass; the second is told that the connection ends.
    zp__faults_add(bench->faults,
                   &(struct zp__fault){.call = (char[]){"*"}, .kind = ZP_FAULT_REFUSE, .after = 2});
    assert_null(bench_header(ctx, get(bench, ctx), "Connection"));
    assert_refused(bench, false);
    struct bench_answer *last = get(bench, ctx);
    assert_int_equal(last->status, 200);
    assert_string_equal(bench_header(ctx, last, "Connection"), "close");
    assert_refused(bench, true);
    zp__faults_clear(bench->faults);
    // For a call's name: it is dropped undone, and then nobody listens for any call.
    size_t before = bench->salon->booking_count;
    set(bench, "create", ZP_FAULT_REFUSE, 0);
    assert_int_equal(get(bench, ctx)->status, 200);
    assert_int_equal(create(bench, ctx)->status, 0);
    assert_int_equal(bench->salon->booking_count, before);
    assert_refused(bench, true);
    zp__faults_clear(bench->faults);
    assert_int_equal(create(bench, ctx)->status, 201);
    talloc_free(ctx);
}

static void test_the_port_stays_ours(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    set(bench, "dikidi", ZP_FAULT_REFUSE, 0);
    const struct zp__httpd_options options = {.address = "127.0.0.1",
                                              .port = zp__serve_port(bench->serve),
                                              .max_connections = 4,
                                              .idle_timeout_s = 5};
    struct zp_error err = {0};
    assert_null(zp__httpd_new(ctx, bench->loop, &options, NULL, NULL, &err));
    zp__faults_clear(bench->faults);
    assert_int_equal(get(bench, ctx)->status, 200);
    talloc_free(ctx);
}

static void test_done_when_nobody_waits(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    size_t before = bench->salon->booking_count;
    char *bytes = create_bytes(ctx, "L");
    bool never = false;
    set(bench, "create", ZP_FAULT_LATE, 150);
    int fd = connect_now(bench);
    assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (ssize_t)strlen(bytes));
    (void)zp_loop_run_until(bench->loop, &never, 50);
    assert_int_equal(bench->salon->booking_count, before); // not yet
    close(fd);
    int64_t end = zp_clock_boot_ms() + TURN_MS;
    while (bench->salon->booking_count == before && zp_clock_boot_ms() < end)
        (void)zp_loop_run_until(bench->loop, &never, 10);
    assert_int_equal(bench->salon->booking_count, before + 1);
    // A repeat under its key, in time or not, finds it.
    bytes = create_bytes(ctx, "L");
    assert_int_equal(bench_exchange(bench, ctx, bytes, strlen(bytes))->status, 200);
    assert_int_equal(bench->salon->booking_count, before + 1);
    talloc_free(ctx);
}

// An answer too large to keep: its size, and how much of it is no blank.
struct swallowed {
    int fd;
    size_t size, words;
    bool done;
};

static void swallow(int events, void *data) {
    static char piece[1024 * 1024];
    struct swallowed *got = data;
    (void)events;
    ssize_t size = recv(got->fd, piece, sizeof piece, MSG_DONTWAIT);
    got->done = size == 0 || (size < 0 && errno != EAGAIN);
    for (ssize_t i = 0; i < size; i++)
        got->words += piece[i] != ' ';
    got->size += size > 0 ? (size_t)size : 0;
}

static struct swallowed swallow_booking(struct bench *bench) {
    static const char request[] = "GET " KNOWN " HTTP/1.1\r\nHost: localhost\r\nConnection: close"
                                  "\r\nAuthorization: Bearer " BENCH_KEY "\r\n\r\n";
    struct swallowed got = {.fd = connect_now(bench)};
    assert_int_equal(send(got.fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    struct zp_watch *watch = zp_watch_new(bench, bench->loop, got.fd, ZP_WATCH_READ, swallow, &got);
    assert_true(zp_loop_run_until(bench->loop, &got.done, 10 * TURN_MS));
    talloc_free(watch);
    close(got.fd);
    return got;
}

static void test_too_much_of_it(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    struct bench_answer *good = get(bench, ctx);
    struct swallowed whole = swallow_booking(bench);
    set(bench, "booking", ZP_FAULT_HUGE, 0);
    struct swallowed huge = swallow_booking(bench);
    assert_in_range(huge.size - whole.size, 50000000 - good->body_size, 50000064 - good->body_size);
    assert_in_range(huge.words, whole.words, whole.words + 64); // a longer length in the head
    set(bench, "booking", ZP_FAULT_DRIP, 1);
    int64_t began = zp_clock_boot_ms();
    struct bench_answer *drip = get(bench, ctx);
    assert_true(drip->whole);
    assert_string_equal(drip->body, good->body);
    assert_true(zp_clock_boot_ms() - began >= (int64_t)good->body_size - 1);
    set(bench, "booking", ZP_FAULT_DEEP, 0);
    struct bench_answer *deep = get(bench, ctx);
    assert_int_equal(deep->status, 200);
    assert_null(deep->json);
    assert_int_equal(strspn(strchr(deep->body, '['), "["), 10000);
    talloc_free(ctx);
}

static void test_something_else(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    size_t before = bench->salon->booking_count;
    set(bench, "create", ZP_FAULT_WRONG_TYPE, 0);
    struct bench_answer *text = create(bench, ctx);
    assert_int_equal(text->status, 200);
    assert_string_equal(zp_json_string(zp_json_get(text->json, "data")), "ok");
    assert_int_equal(bench->salon->booking_count, before + 1);
    set(bench, "booking", ZP_FAULT_429, 7000);
    set(bench, "booking", ZP_FAULT_429_BARE, 7000);
    struct bench_answer *limited = get(bench, ctx), *bare = get(bench, ctx);
    assert_int_equal(limited->status, 429);
    assert_string_equal(bench_header(ctx, limited, "Retry-After"), "7");
    assert_int_equal(bare->status, 429);
    assert_null(bench_header(ctx, bare, "Retry-After"));
    set(bench, "booking", ZP_FAULT_503_PAGE, 0);
    struct bench_answer *page = get(bench, ctx);
    assert_int_equal(page->status, 503);
    assert_null(page->json);
    assert_string_equal(bench_header(ctx, page, "Content-Type"), "text/html; charset=utf-8");
    talloc_free(ctx);
}

static void test_a_key_taken_away(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    zp__faults_add(bench->faults, &(struct zp__fault){.call = (char[]){"dikidi"},
                                                      .kind = ZP_FAULT_REVOKED,
                                                      .count = 1,
                                                      .after = 1});
    assert_int_equal(get(bench, ctx)->status, 200);
    for (int i = 0; i < 3; i++) // the count does not matter
        assert_int_equal(get(bench, ctx)->status, 401);
    zp__faults_clear(bench->faults);
    assert_int_equal(get(bench, ctx)->status, 200);
    talloc_free(ctx);
}

static void test_names(void **state) {
    (void)state;
    for (int kind = ZP_FAULT_DELAY; kind <= ZP_FAULT_REVOKED; kind++) {
        enum zp__fault_kind parsed;
        assert_true(zp__fault_kind_parse(zp__fault_kind_name((enum zp__fault_kind)kind), &parsed));
        assert_int_equal(parsed, kind);
    }
    enum zp__fault_kind none;
    assert_false(zp__fault_kind_parse("none", &none));
    assert_false(zp__fault_kind_parse("", &none));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_the_port_stays_ours),
        cmocka_unit_test(test_done_when_nobody_waits),
        cmocka_unit_test(test_too_much_of_it),
        cmocka_unit_test(test_something_else),
        cmocka_unit_test(test_a_key_taken_away),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
