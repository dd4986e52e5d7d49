#include "practice/serve.h"

#include <zapis/limits.h>

#define MAX_CONNECTIONS 256
#define IDLE_TIMEOUT_S  120

struct zp__serve {
    struct zp_loop *loop;
    struct zp_httpd *httpd;
    uint16_t port;
    bool refusing; // nobody listens
    struct zp__serve_options options;
};

// An answer on its way out later, or a call that is carried out later.
struct outgoing {
    struct zp__serve *serve;
    struct zp_httpd_request *request;
    struct zp__answer *answer; // NULL: not carried out yet
    struct zp__fault fault;
    const char *call;
};

static void send_answer(struct zp_httpd_request *request, const struct zp__answer *answer) {
    zp__httpd_reply(request, answer->status, answer->content_type, answer->body, answer->size,
                    answer->headers);
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

static bool closes(enum zp__fault_kind kind) {
    return kind == ZP_FAULT_DROP_BEFORE || kind == ZP_FAULT_DROP_AFTER || kind == ZP_FAULT_REFUSE;
}

static void note(struct zp__serve *serve, struct zp_httpd_request *request, const char *call,
                 const struct zp__fault *fault, const struct zp__answer *answer) {
    struct zp__trace_entry entry = {
        .server = serve->options.name,
        .call = call,
        .method = zp__httpd_method(request),
        .path = without_secret(serve, zp__httpd_context(request), zp__httpd_path(request)),
        .query = zp__httpd_query(request),
        .key = zp__httpd_header(request, "Idempotency-Key"),
        .fault = fault->kind == ZP_FAULT_NONE ? NULL : zp__fault_kind_name(fault->kind),
        .status = closes(fault->kind) || answer == NULL ? 0 : answer->status,
        .out = answer != NULL ? answer->body : NULL,
        .out_size = answer != NULL ? answer->size : 0,
        .at = zp_clock_now(&serve->options.clock),
    };
    entry.in = zp__httpd_body(request, &entry.in_size);
    zp__trace_add(serve->options.trace, &entry);
}

static void send_later(void *data) {
    struct outgoing *outgoing = data;
    struct zp__serve *serve = outgoing->serve;
    if (outgoing->answer == NULL) {
        outgoing->answer = serve->options.answer(outgoing->request, serve->options.data);
        note(serve, outgoing->request, outgoing->call, &outgoing->fault, outgoing->answer);
    }
    send_answer(outgoing->request, outgoing->answer);
}

static void send_after(struct zp__serve *serve, struct zp_httpd_request *request, const char *call,
                       const struct zp__fault *fault, struct zp__answer *answer) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    struct outgoing *outgoing = talloc_zero(ctx, struct outgoing);
    if (outgoing == NULL)
        zp_panic("out of memory");
    *outgoing = (struct outgoing){serve, request, answer, *fault, call};
    zp_timer_start(zp_timer_new(ctx, serve->loop, send_later, outgoing), fault->ms, 0);
}

static void send_drops(struct zp_httpd_request *request, const struct zp__answer *answer, int ms) {
    const struct zp__httpd_trickle trickle = {
        .announced = answer->size, .piece = 1, .pause_ms = ms > 0 ? ms : 1};
    zp__httpd_stream(request, answer->status, answer->content_type, answer->body, answer->size,
                     answer->headers, &trickle);
}

static void spoil(struct zp__serve *serve, struct zp_httpd_request *request, const char *call,
                  const struct zp__fault *fault, struct zp__answer *answer) {
    if (answer == NULL &&
        fault->kind != ZP_FAULT_LATE) { // nothing to send: the client hears nothing
        zp__httpd_drop(request);
        return;
    }
    switch (fault->kind) {
    case ZP_FAULT_REFUSE:
    case ZP_FAULT_DROP_BEFORE:
    case ZP_FAULT_DROP_AFTER: zp__httpd_drop(request); break;
    case ZP_FAULT_LATE:
    case ZP_FAULT_DELAY: send_after(serve, request, call, fault, answer); break;
    case ZP_FAULT_TRUNCATED: send_half(request, answer); break;
    case ZP_FAULT_DRIP: send_drops(request, answer, fault->ms); break;
    case ZP_FAULT_HUGE:
        zp__fault_swell(answer);
        send_answer(request, answer);
        break;
    default:
        if (serve->refusing) // the last one that is answered
            zp__answer_header(answer, "Connection", "close");
        send_answer(request, answer);
    }
}

static void handle(struct zp_httpd_request *request, void *data) {
    struct zp__serve *serve = data;
    TALLOC_CTX *ctx = zp__httpd_context(request);
    if (serve->refusing) { // over a connection of before
        zp__httpd_drop(request);
        return;
    }
    const char *call = serve->options.call(ctx, zp__httpd_method(request), zp__httpd_path(request));
    if (call == NULL)
        call = "unknown";
    struct zp__fault fault = zp__faults_take(serve->options.faults, serve->options.name, call);
    struct zp__answer *answer = NULL;
    if (fault.kind == ZP_FAULT_LATE) {
        spoil(serve, request, call, &fault, NULL);
        return;
    }
    if (zp__fault_kind_runs(fault.kind))
        answer = serve->options.answer(request, serve->options.data);
    if (!zp__fault_kind_stands(fault.kind) && !closes(fault.kind))
        answer = zp__fault_answer(ctx, &fault, serve->options.php);
    note(serve, request, call, &fault, answer);
    spoil(serve, request, call, &fault, answer);
}

static bool listen_on(struct zp__serve *serve, uint16_t port, struct zp_error *err) {
    const struct zp__httpd_options listen = {
        .address = "127.0.0.1",
        .port = port,
        .max_body = ZP_LIMIT_HTTP_REQUEST_BYTES,
        .max_connections = MAX_CONNECTIONS,
        .idle_timeout_s = IDLE_TIMEOUT_S,
    };
    serve->httpd = zp__httpd_new(serve, serve->loop, &listen, handle, serve, err);
    return serve->httpd != NULL;
}

// Nobody listens while the faults say so; the port stays ours.
static void on_faults(void *data) {
    struct zp__serve *serve = data;
    bool refused = zp__faults_refused(serve->options.faults, serve->options.name);
    struct zp_error err = {0};
    if (refused == serve->refusing)
        return;
    serve->refusing = refused;
    if (refused) {
        zp__httpd_stop_listening(serve->httpd);
        return;
    }
    TALLOC_FREE(serve->httpd);
    if (!listen_on(serve, serve->port, &err))
        zp_panic("the practice server lost its port: %s", err.message);
}

struct zp__serve *zp__serve_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                const struct zp__serve_options *options, struct zp_error *err) {
    struct zp__serve *serve = talloc_zero(ctx, struct zp__serve);
    if (serve == NULL)
        zp_panic("out of memory");
    serve->loop = loop;
    serve->options = *options;
    bool listening = listen_on(serve, options->port, err);
    if (!listening && options->port != 0) {
        zp_error_clear(err);
        listening = listen_on(serve, 0, err);
    }
    if (!listening) {
        talloc_free(serve);
        return NULL;
    }
    serve->port = zp__httpd_port(serve->httpd);
    zp__faults_watch(serve, options->faults, on_faults, serve);
    return serve;
}

uint16_t zp__serve_port(const struct zp__serve *serve) {
    return serve->port;
}
