#include "practice/serve.h"

#include <zapis/limits.h>

#define MAX_CONNECTIONS 256
#define IDLE_TIMEOUT_S  120

struct zp__serve {
    struct zp_loop *loop;
    struct zp_httpd *httpd;
    struct zp__serve_options options;
};

// An answer on its way out, perhaps later.
struct outgoing {
    struct zp_httpd_request *request;
    struct zp__answer *answer;
};

static void send_answer(struct zp_httpd_request *request, const struct zp__answer *answer) {
    zp__httpd_reply(request, answer->status, answer->content_type, answer->body, answer->size,
                    answer->headers);
}

static void send_late(void *data) {
    struct outgoing *outgoing = data;
    send_answer(outgoing->request, outgoing->answer);
}

static void send_after(struct zp__serve *serve, struct zp_httpd_request *request,
                       struct zp__answer *answer, int ms) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    struct outgoing *outgoing = talloc_zero(ctx, struct outgoing);
    if (outgoing == NULL)
        zp_panic("out of memory");
    *outgoing = (struct outgoing){request, answer};
    zp_timer_start(zp_timer_new(ctx, serve->loop, send_late, outgoing), ms, 0);
}

static void send_half(struct zp_httpd_request *request, const struct zp__answer *answer) {
    size_t half = answer->size / 2;
    const struct zp__httpd_trickle trickle = {
        .announced = answer->size, .piece = half > 0 ? half : 1, .pause_ms = 0};
    zp__httpd_stream(request, answer->status, answer->content_type, answer->body, half,
                     answer->headers, &trickle);
}

static char *without_secret(const struct zp__serve *serve, TALLOC_CTX *ctx, const char *path) {
    const char *secret = serve->options.secret;
    const char *at = secret != NULL ? strstr(path, secret) : NULL;
    char *clean =
        at == NULL ? talloc_strdup(ctx, path)
                   : talloc_asprintf(ctx, "%.*s***%s", (int)(at - path), path, at + strlen(secret));
    if (clean == NULL)
        zp_panic("out of memory");
    return clean;
}

static void note(struct zp__serve *serve, struct zp_httpd_request *request, const char *call,
                 const struct zp__fault *fault, const struct zp__answer *answer) {
    bool closed = fault->kind == ZP_FAULT_DROP_BEFORE || fault->kind == ZP_FAULT_DROP_AFTER;
    struct zp__trace_entry entry = {
        .server = serve->options.name,
        .call = call,
        .method = zp__httpd_method(request),
        .path = without_secret(serve, zp__httpd_context(request), zp__httpd_path(request)),
        .query = zp__httpd_query(request),
        .key = zp__httpd_header(request, "Idempotency-Key"),
        .fault = fault->kind == ZP_FAULT_NONE ? NULL : zp__fault_kind_name(fault->kind),
        .status = closed ? 0 : answer->status,
        .out = answer != NULL ? answer->body : NULL,
        .out_size = answer != NULL ? answer->size : 0,
        .at = zp_clock_now(&serve->options.clock),
    };
    entry.in = zp__httpd_body(request, &entry.in_size);
    zp__trace_add(serve->options.trace, &entry);
}

static void handle(struct zp_httpd_request *request, void *data) {
    struct zp__serve *serve = data;
    TALLOC_CTX *ctx = zp__httpd_context(request);
    const char *call = serve->options.call(ctx, zp__httpd_method(request), zp__httpd_path(request));
    if (call == NULL)
        call = "unknown";
    struct zp__fault fault = zp__faults_take(serve->options.faults, serve->options.name, call);
    struct zp__answer *answer = NULL;
    if (zp__fault_kind_runs(fault.kind))
        answer = serve->options.answer(request, serve->options.data);
    bool stands = fault.kind == ZP_FAULT_NONE || fault.kind == ZP_FAULT_DELAY ||
                  fault.kind == ZP_FAULT_TRUNCATED || fault.kind == ZP_FAULT_DROP_AFTER;
    if (!stands && fault.kind != ZP_FAULT_DROP_BEFORE)
        answer = zp__fault_answer(ctx, &fault, serve->options.php);
    note(serve, request, call, &fault, answer);
    switch (fault.kind) {
    case ZP_FAULT_DROP_BEFORE:
    case ZP_FAULT_DROP_AFTER: zp__httpd_drop(request); break;
    case ZP_FAULT_DELAY: send_after(serve, request, answer, fault.ms); break;
    case ZP_FAULT_TRUNCATED: send_half(request, answer); break;
    default: send_answer(request, answer);
    }
}

struct zp__serve *zp__serve_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                const struct zp__serve_options *options, struct zp_error *err) {
    struct zp__serve *serve = talloc_zero(ctx, struct zp__serve);
    if (serve == NULL)
        zp_panic("out of memory");
    serve->loop = loop;
    serve->options = *options;
    struct zp__httpd_options listen = {
        .address = "127.0.0.1",
        .port = options->port,
        .max_body = ZP_LIMIT_HTTP_REQUEST_BYTES,
        .max_connections = MAX_CONNECTIONS,
        .idle_timeout_s = IDLE_TIMEOUT_S,
    };
    serve->httpd = zp__httpd_new(serve, loop, &listen, handle, serve, err);
    if (serve->httpd == NULL && listen.port != 0) {
        listen.port = 0;
        zp_error_clear(err);
        serve->httpd = zp__httpd_new(serve, loop, &listen, handle, serve, err);
    }
    if (serve->httpd == NULL) {
        talloc_free(serve);
        return NULL;
    }
    return serve;
}

uint16_t zp__serve_port(const struct zp__serve *serve) {
    return zp__httpd_port(serve->httpd);
}
