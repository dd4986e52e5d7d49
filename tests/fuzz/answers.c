#include "answers.h"
#include "base/memory.h"
#include "fuzz.h"
#include "net/http.h"

#include <ctype.h>
#include <string.h>

static struct {
    const uint8_t *at, *end;
    int status;
} script; // of the input that runs now

struct zp_http {
    struct zp_loop *loop;
    struct exchange *first;
    uint64_t last_id;
};

struct exchange {
    struct exchange *next;
    struct zp_http *http;
    uint64_t id;
    bool cancelled;
    zp__http_fn fn;
    void *data;
};

void answers_set(const uint8_t *bytes, size_t size) {
    script.at = bytes;
    script.end = bytes + size;
    script.status = 0;
}

int answers_last_status(void) {
    return script.status;
}

struct zp_http *zp__http_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__http_options *options) {
    struct zp_http *http = zp__memory_new(ctx, struct zp_http);

    (void)options;
    http->loop = loop;
    return http;
}

static void failed(struct zp__http_reply *reply, enum zp__http_outcome outcome) {
    reply->outcome = outcome;
    zp_error_set(&reply->error, outcome == ZP_HTTP_LOST ? ZP_E_UNKNOWN : ZP_E_UNREACHABLE, NULL,
                 "%s", "no answer");
}

// The next answer of the script; its body is a copy that ends with NUL, as the real one's.
static struct zp__http_reply next_reply(TALLOC_CTX *ctx) {
    struct zp__http_reply reply = {.content_type = ""};

    script.status = 0;
    if (script.at == script.end) {
        failed(&reply, ZP_HTTP_LOST);
        return reply;
    }
    const size_t left = (size_t)(script.end - script.at);
    const uint8_t *end = memchr(script.at, ANSWERS_END, left);
    const size_t size = end != NULL ? (size_t)(end - script.at) : left;
    char *text = talloc_strndup(ctx, (const char *)script.at, size);
    char head[32] = "";
    const char *line = text != NULL ? strchr(text, '\n') : NULL;

    if (line != NULL)
        (void)snprintf(head, sizeof head, "%.*s", (int)(line - text), text);
    const size_t skip = line != NULL ? (size_t)(line - text) + 1 : 0;
    char *body = zp__memory_bytes(ctx, size - skip + 1);
    memcpy(body, script.at + skip, size - skip);
    body[size - skip] = '\0';
    script.at += size + (end != NULL);
    if (strstr(head, "lost") != NULL || strstr(head, "unsent") != NULL) {
        failed(&reply, strstr(head, "lost") != NULL ? ZP_HTTP_LOST : ZP_HTTP_NOT_SENT);
        return reply;
    }
    reply.status = (int)strtol(head, NULL, 10);
    if (reply.status < 100 || reply.status > 599)
        reply.status = 200;
    script.status = reply.status;
    reply.content_type = strstr(head, "html") != NULL ? "text/html" : "application/json";
    reply.body = body;
    reply.body_size = size - skip;
    return reply;
}

static void deliver(void *data) {
    struct exchange *exchange = data;
    struct exchange **link = &exchange->http->first;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__http_reply reply = {.content_type = "", .cancelled = true};

    while (*link != exchange)
        link = &(*link)->next;
    *link = exchange->next;
    if (exchange->cancelled)
        failed(&reply, ZP_HTTP_LOST);
    else
        reply = next_reply(ctx);
    talloc_steal(ctx, exchange);
    exchange->fn(&reply, exchange->data);
    talloc_free(ctx);
}

uint64_t zp__http_send(struct zp_http *http, const struct zp__http_request *request, zp__http_fn fn,
                       void *data) {
    struct exchange *exchange = zp__memory_new(http, struct exchange);

    // What we write is held too, whatever was read before.
    FUZZ_CHECK(strpbrk(request->url, " \r\n") == NULL);
    for (size_t i = 0; i < request->header_count; i++)
        FUZZ_CHECK(strpbrk(request->headers[i], "\r\n") == NULL);
    *exchange = (struct exchange){
        .next = http->first, .http = http, .id = ++http->last_id, .fn = fn, .data = data};
    http->first = exchange;
    zp_timer_start(zp_timer_new(exchange, http->loop, deliver, exchange), 0, 0);
    return exchange->id;
}

void zp__http_cancel(struct zp_http *http, uint64_t id) {
    for (struct exchange *one = http->first; one != NULL; one = one->next)
        one->cancelled |= one->id == id;
}

const char *zp__http_reply_header(const struct zp__http_reply *reply, const char *name) {
    (void)reply;
    (void)name;
    return NULL;
}

char *zp__http_escape(TALLOC_CTX *ctx, const char *text) {
    char *out = zp__memory_bytes(ctx, strlen(text) * 3 + 1), *at = out;

    for (; *text != '\0'; text++) {
        if (isalnum((unsigned char)*text) || strchr("-_.~", *text) != NULL)
            *at++ = *text;
        else
            at += snprintf(at, 4, "%%%02X", (unsigned char)*text);
    }
    *at = '\0';
    return out;
}
