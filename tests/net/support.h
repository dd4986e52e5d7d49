// What the HTTP tests share: a loop, a client, our server, and a server that sends raw bytes.
#ifndef TESTS_NET_SUPPORT_H
#define TESTS_NET_SUPPORT_H

#include "net/http.h"
#include "net/httpd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG_MS 20000 // a wait that must not run out

// The copy of a reply, for looking at it after the callback.
struct got {
    bool done;
    int calls;
    enum zp__http_outcome outcome;
    int status;
    bool too_large, cancelled, timed_out;
    enum zp_error_code code;
    char message[512];
    char content_type[64];
    char body[4096];
    size_t body_size;
    int64_t server_date, elapsed_ms;
    char header[128]; // of the answer's "X-Test", "" when none
};
void got_reply(const struct zp__http_reply *reply, void *got);

// A server whose answers are given byte by byte.
struct raw;
struct raw_answer {
    const char *bytes; // NULL: none
    bool close;        // after sending
};
// `connection` and `nth` count from 1: the nth complete request of that connection.
typedef struct raw_answer (*raw_fn)(int connection, int nth, const char *request, void *data);
struct raw *raw_new(TALLOC_CTX *ctx, struct zp_loop *loop, raw_fn fn, void *data);
int raw_port(const struct raw *raw);
int raw_connections(const struct raw *raw);
int raw_seen(const struct raw *raw, const char *method); // complete requests of a method
// The HTTP message of a status line, headers ("" or "Name: value\r\n"…) and a body of JSON.
char *raw_message(TALLOC_CTX *ctx, const char *status, const char *headers, const char *body);
// A file of at most 64 KiB, as such a server sends it.
char *raw_file(TALLOC_CTX *ctx, const char *path);

// A client that sends raw bytes to a loopback port and collects what comes until the end.
struct raw_client {
    struct zp_watch *watch;
    int fd;
    bool ended; // the other side closed
    char bytes[65536];
    size_t size;
};
struct raw_client *raw_client_new(TALLOC_CTX *ctx, struct zp_loop *loop, int port);
void raw_client_send(struct raw_client *client, const char *bytes, size_t size);

// A loopback port on which nothing listens: it was just given back.
int refused_port(void);

#endif
