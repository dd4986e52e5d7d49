// What the tests of the HTTP client share: a server of ours with a path for each kind of answer.
#ifndef TESTS_NET_HTTP_FIXTURE_H
#define TESTS_NET_HTTP_FIXTURE_H

#include "support.h"

struct fixture {
    TALLOC_CTX *ctx;
    struct zp_loop *loop;
    struct zp_http *http;
    struct zp_httpd *httpd;
    struct raw *raw;
    struct got got;
    struct zp_httpd_request *held;
    int handled, last_connection;
};

int set_up(void **state);
int tear_down(void **state);
uint64_t send_to(struct fixture *f, struct got *got, int port, const char *path,
                 struct zp__http_request request);
uint64_t send_path(struct fixture *f, const char *path, struct zp__http_request request);
// Waits for exactly one call and makes *got ready for another.
void wait_for(struct fixture *f, struct got *got);
// A raw server's "200 ok" that keeps the connection.
struct raw_answer answer_ok(int connection, int nth, const char *request, void *data);

#define REQUEST(...) ((struct zp__http_request){__VA_ARGS__})
#define T(test)      cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
