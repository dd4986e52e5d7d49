// HTTP server: libmicrohttpd, its epoll descriptor inside our loop (no thread). Only
// core/net/httpd*.c knows the library.
#ifndef ZP_NET_HTTPD_H
#define ZP_NET_HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

struct zp_httpd;
struct zp_httpd_request;

struct zp__httpd_options {
    const char *address; // "127.0.0.1", "::1", "0.0.0.0"
    uint16_t port;       // 0: the kernel chooses
    size_t
        max_body; // larger announced or sent bodies are answered 413 without reaching the handler
    unsigned max_connections;
    unsigned idle_timeout_s;
    size_t max_head; // bytes of memory for a request's head, 0: the library's 32 KiB. More: 431
    // A request must be there whole so long after its first byte (on a new connection: after it was
    // opened), else the connection is closed. The idle time-out alone would let a client send a
    // byte now and then for ever. 0: no such limit.
    unsigned request_timeout_s;
    // When all connections are in use, the oldest that has not completed a request within a second
    // is closed for a new one, else the one that has been silent longest. Otherwise new ones wait.
    bool make_room;
};

struct zp__httpd_counts {
    unsigned connections;
    uint64_t slow;    // closed by request_timeout_s
    uint64_t crowded; // closed by make_room
};

// A complete request (body read whole). The handler must, now or in a later turn, call exactly one
// of reply, drop or stream on it. It is valid until then (or until the loop is freed), also if the
// client goes away or the server is freed first: the calls are still made and do nothing. The
// handler may free the server. Malformed requests, NULs in path or query, more than 256 query
// parameters are answered 400 without reaching it.
typedef void (*zp__httpd_fn)(struct zp_httpd_request *request, void *data);

struct zp_httpd *zp__httpd_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                               const struct zp__httpd_options *options, zp__httpd_fn fn, void *data,
                               struct zp_error *err);
uint16_t zp__httpd_port(const struct zp_httpd *httpd);
// From now on connections are refused; those that are there live on, and the port stays taken.
void zp__httpd_stop_listening(struct zp_httpd *httpd);
// For good: the port is given up, and each connection ends with the answer to its next request.
// With a request_timeout_s, what is still being sent then has two seconds.
void zp__httpd_wind_down(struct zp_httpd *httpd);
// No request has begun that is not answered to its last byte.
bool zp__httpd_is_idle(const struct zp_httpd *httpd);
struct zp__httpd_counts zp__httpd_counts(const struct zp_httpd *httpd);

const char *zp__httpd_method(const struct zp_httpd_request *request);
const char *
zp__httpd_path(const struct zp_httpd_request *request); // decoded once, without the query
const char *zp__httpd_query(const struct zp_httpd_request *request); // raw, "" when none
// The n-th value of a query parameter, decoded ("+" is a blank); NULL when there is no such.
const char *zp__httpd_parameter(const struct zp_httpd_request *request, const char *name, size_t n);
const char *zp__httpd_header(const struct zp_httpd_request *request,
                             const char *name); // NULL when absent
const char *zp__httpd_body(const struct zp_httpd_request *request, size_t *size); // NUL-terminated
const char *zp__httpd_peer(const struct zp_httpd_request *request);               // "127.0.0.1"

struct zp__httpd_header {
    const char *name, *value;
};
// body is copied. content_type NULL: none. headers end at name NULL, may be NULL; one with a line
// end in it is left out and logged.
void zp__httpd_reply(struct zp_httpd_request *request, int status, const char *content_type,
                     const char *body, size_t size, const struct zp__httpd_header *headers);
// Closes the connection without a byte of answer.
void zp__httpd_drop(struct zp_httpd_request *request);
// An answer that misbehaves, for the practice servers: announces `announced` bytes of body but
// sends only `size`, pausing `pause_ms` between pieces of `piece` bytes, then closes. Headers as
// for reply.
struct zp__httpd_trickle {
    size_t announced, piece;
    int pause_ms;
};
void zp__httpd_stream(struct zp_httpd_request *request, int status, const char *content_type,
                      const char *body, size_t size, const struct zp__httpd_header *headers,
                      const struct zp__httpd_trickle *trickle);
// A talloc context that lives as long as the request.
TALLOC_CTX *zp__httpd_context(struct zp_httpd_request *request);

// Decodes application/x-www-form-urlencoded text into pairs, in order ("a=1&b%5Bc%5D=2": bracket
// names stay text). More than `max_pairs`, or a NUL in a name or value, is an error: false, nothing
// is allocated. A lone "%" stands for itself, as PHP reads it.
struct zp__form_pair {
    char *name, *value;
};
bool zp__form_parse(TALLOC_CTX *ctx, const char *text, size_t size, size_t max_pairs,
                    struct zp__form_pair **pairs, size_t *count);

#endif
