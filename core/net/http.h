// HTTP client: libcurl's multi_socket interface inside the loop. One zp_http for each service, for
// the life of the program (connections are reused). Redirects are never followed (bitrix24.md 1.5,
// trap T1). Only core/net/http*.c knows libcurl.
#ifndef ZP_NET_HTTP_H
#define ZP_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

struct zp_http;

struct zp__http_options {
    const char *ca_path;    // "" : /etc/ssl/certs as a CA *path* (never the bundle: engineering.md
                            // B4). A file or a directory
    const char *user_agent; // NULL: "zapis/VERSION"
    int max_connections;    // to one host; 0: 6
};
struct zp_http *zp__http_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__http_options *options);

struct zp__http_request {
    const char *method; // "GET", "POST", "DELETE"
    const char *url;    // https://, or http:// for loopback only (refused otherwise, nothing sent)
    const char *const *headers; // "Name: value", no CR LF inside (refused)
    size_t header_count;
    const char *body; // NULL: none
    size_t body_size;
    int timeout_ms;         // the whole exchange; 0: 30 000. Connecting: at most 10 000 of it
    size_t max_reply_bytes; // 0: ZP_LIMIT_HTTP_REPLY_BYTES
};

// How an exchange ended. The line between NOT_SENT and LOST is what "never doubled" rests on.
enum zp__http_outcome {
    ZP_HTTP_ANSWERED, // a complete HTTP answer, whatever its status
    ZP_HTTP_NOT_SENT, // certainly nothing of the request reached the other side (no address,
                      // refused, TLS failed, cancelled before)
    ZP_HTTP_LOST,     // the request, or part of it, left, and no complete answer came (time-out,
                      // dropped, truncated, too large, cancelled after sending)
};

struct zp__http_header {
    const char *name, *value;
};

struct zp__http_reply {
    enum zp__http_outcome outcome;
    int status;               // 0 unless headers came
    const char *content_type; // "" when none
    const char *body;         // NUL-terminated, may hold NULs; valid during the callback only
    size_t body_size;
    const struct zp__http_header *headers; // end at name NULL; NULL: none
    bool too_large, cancelled, timed_out;
    int64_t server_date; // the Date header, UTC seconds, 0 when none: for clock skew
    int64_t elapsed_ms;
    struct zp_error error; // filled unless ANSWERED; no URL in it. NOT_SENT: ZP_E_UNREACHABLE, or
                           // ZP_E_CONFIG (an address that is refused), ZP_E_INTERNAL (a method or
                           // header that is). LOST: ZP_E_UNKNOWN. Either: ZP_E_CANCELLED
};
// The value of a header of the answer (case-insensitive), NULL when absent; valid during the
// callback.
const char *zp__http_reply_header(const struct zp__http_reply *reply, const char *name);

typedef void (*zp__http_fn)(const struct zp__http_reply *reply, void *data);

// Starts an exchange; returns its id (never 0). fn is called exactly once, never inside this call.
// Everything is copied.
uint64_t zp__http_send(struct zp_http *http, const struct zp__http_request *request, zp__http_fn fn,
                       void *data);
// Ends it early; fn is called with cancelled = true, from the loop. Unknown ids are ignored. If it
// has ended by itself and only its report waits, the report says how. Freeing the client ends
// everything in flight without a call of fn, also from inside fn.
void zp__http_cancel(struct zp_http *http, uint64_t id);

// Percent-encodes one path segment or query value.
char *zp__http_escape(TALLOC_CTX *ctx, const char *text);

#endif
