#include "http_fixture.h"

#include <zapis/limits.h>

static void echo(struct zp_httpd_request *request) {
    size_t size;
    const char *body = zp__httpd_body(request, &size);
    const char *type = zp__httpd_header(request, "content-type");
    const char *expect = zp__httpd_header(request, "expect");
    const char *encoding = zp__httpd_header(request, "accept-encoding");
    const char *length = zp__httpd_header(request, "content-length");
    const char *test = zp__httpd_header(request, "X-Test");
    char *text = talloc_asprintf(zp__httpd_context(request), "%s %s?%s|%s|%s|%s|%s|%s|%zu|%s",
                                 zp__httpd_method(request), zp__httpd_path(request),
                                 zp__httpd_query(request), type ? type : "-", expect ? expect : "-",
                                 encoding ? encoding : "-", length ? length : "-",
                                 test ? test : "-", size, size < 100 ? body : "...");
    const struct zp__httpd_header headers[] = {
        {"X-Test", "first"}, {"X-Test", "second"}, {NULL, NULL}};
    zp__httpd_reply(request, 200, "text/plain", text, strlen(text), headers);
}

static void on_request(struct zp_httpd_request *request, void *data) {
    struct fixture *f = data;
    const char *path = zp__httpd_path(request);
    f->handled++;
    if (strcmp(path, "/hold") == 0) {
        f->held = request;
    } else if (strcmp(path, "/drop") == 0) {
        zp__httpd_drop(request);
    } else if (strcmp(path, "/redirect") == 0) {
        const struct zp__httpd_header headers[] = {{"Location", "/echo"}, {NULL, NULL}};
        zp__httpd_reply(request, 302, NULL, NULL, 0, headers);
    } else if (strcmp(path, "/broken") == 0) {
        struct zp__httpd_trickle trickle = {.announced = 100};
        zp__httpd_stream(request, 200, NULL, "half", 4, NULL, &trickle);
    } else if (strcmp(path, "/drip") == 0) {
        struct zp__httpd_trickle trickle = {.announced = 1000, .piece = 1, .pause_ms = 20};
        char *body = talloc_zero_array(zp__httpd_context(request), char, 1000);
        zp__httpd_stream(request, 200, NULL, body, 1000, NULL, &trickle);
    } else if (strcmp(path, "/large") == 0) {
        char *body = talloc_zero_array(zp__httpd_context(request), char, 100000);
        zp__httpd_reply(request, 200, NULL, body, 100000, NULL);
    } else {
        echo(request);
    }
}

int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    struct zp_error err = {0};
    f->ctx = talloc_new(NULL);
    f->loop = zp_loop_new(f->ctx);
    f->http = zp__http_new(f->ctx, f->loop, &(struct zp__http_options){.max_connections = 8});
    struct zp__httpd_options options = {.address = "127.0.0.1",
                                        .max_body = ZP_LIMIT_HTTP_REQUEST_BYTES,
                                        .max_connections = 100,
                                        .idle_timeout_s = 30};
    f->httpd = zp__httpd_new(f->ctx, f->loop, &options, on_request, f, &err);
    *state = f;
    return f->httpd ? 0 : -1;
}

int tear_down(void **state) {
    struct fixture *f = *state;
    talloc_free(f->ctx);
    free(f);
    return 0;
}

uint64_t send_to(struct fixture *f, struct got *got, int port, const char *path,
                 struct zp__http_request request) {
    char url[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    request.url = url;
    request.method = request.method ? request.method : "GET";
    return zp__http_send(f->http, &request, got_reply, got);
}

uint64_t send_path(struct fixture *f, const char *path, struct zp__http_request request) {
    return send_to(f, &f->got, zp__httpd_port(f->httpd), path, request);
}

void wait_for(struct fixture *f, struct got *got) {
    assert_true(zp_loop_run_until(f->loop, &got->done, LONG_MS));
    assert_int_equal(got->calls, 1);
    got->done = false;
    got->calls = 0;
}

struct raw_answer answer_ok(int connection, int nth, const char *request, void *data) {
    (void)connection, (void)nth, (void)request, (void)data;
    return (struct raw_answer){"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false};
}
