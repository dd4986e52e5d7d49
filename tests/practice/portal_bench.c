#include "portal_bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE_MS 10000
#define MOST_WORDS  8

static void serve(struct zp_httpd_request *request, void *data) {
    const struct zp__answer *answer = zp__portal_answer(request, data);
    zp__httpd_reply(request, answer->status, answer->content_type, answer->body, answer->size,
                    answer->headers);
}

struct portal_bench *portal_bench_new(TALLOC_CTX *ctx) {
    struct zp_clock real = {0};
    struct zp_error err = {0};
    int64_t now = 0;
    struct portal_bench *bench = talloc_zero(ctx, struct portal_bench);
    bench->loop = zp_loop_new(bench);
    bench->zone = zp_zone_open(bench, PORTAL_ZONE, &err);
    assert_non_null(bench->zone);
    assert_int_equal(zp_instant_parse(PORTAL_NOW, bench->zone, &now), ZP_INSTANT_UTC);
    bench->portal =
        zp__portal_new(bench, bench->loop,
                       &(struct zp__portal_options){.secret = PORTAL_SECRET,
                                                    .clock = {now * 1000 - zp_clock_now_ms(&real)},
                                                    .zone = bench->zone});
    bench->httpd = zp__httpd_new(bench->loop, bench->loop,
                                 &(struct zp__httpd_options){.address = "127.0.0.1",
                                                             .max_body = 1024 * 1024,
                                                             .max_connections = 16,
                                                             .idle_timeout_s = 30},
                                 serve, bench->portal, &err);
    if (bench->httpd == NULL)
        fail_msg("%s", err.message);
    zp_error_clear(&err);
    assert_true(portal_verb(bench, "set lang en", &err));
    return bench;
}

// ---- the wire

struct wire {
    int fd;
    const char *out;
    size_t left;
    char *in;
    size_t size;
    bool done;
    struct zp_watch *watch;
};

static bool complete(const struct wire *wire) {
    const char *end = wire->in == NULL ? NULL : strstr(wire->in, "\r\n\r\n");
    if (end == NULL)
        return false;
    const char *length = strcasestr(wire->in, "\r\nContent-Length:");
    size_t body = length == NULL || length > end ? 0 : strtoul(length + 17, NULL, 10);
    return wire->size >= (size_t)(end + 4 - wire->in) + body;
}

static void on_ready(int events, void *data) {
    struct wire *wire = data;
    if ((events & ZP_WATCH_WRITE) != 0) {
        ssize_t sent = send(wire->fd, wire->out, wire->left, MSG_NOSIGNAL);
        if (sent > 0) {
            wire->out += sent;
            wire->left -= (size_t)sent;
        }
        if (wire->left == 0)
            zp_watch_set(wire->watch, ZP_WATCH_READ);
    }
    if ((events & ZP_WATCH_READ) != 0) {
        wire->in = talloc_realloc(NULL, wire->in, char, wire->size + 65537);
        ssize_t got = recv(wire->fd, wire->in + wire->size, 65536, 0);
        if (got > 0)
            wire->size += (size_t)got;
        wire->in[wire->size] = '\0';
        wire->done = got == 0 || (got < 0 && errno != EAGAIN) || complete(wire);
    }
}

struct portal_answer *portal_split(TALLOC_CTX *ctx, const char *bytes, size_t size) {
    const char *end = strstr(bytes, "\r\n\r\n");
    assert_non_null(end);
    assert_int_equal(strncmp(bytes, "HTTP/1.1 ", 9), 0);
    struct portal_answer *answer = talloc_zero(ctx, struct portal_answer);
    answer->status = (int)strtol(bytes + 9, NULL, 10);
    answer->head = talloc_strndup(answer, bytes, (size_t)(end + 2 - bytes));
    answer->body_size = size - (size_t)(end + 4 - bytes);
    answer->body = talloc_strndup(answer, end + 4, answer->body_size);
    answer->json = zp_json_parse(answer, answer->body, answer->body_size, NULL);
    return answer;
}

struct portal_answer *portal_exchange(struct portal_bench *bench, TALLOC_CTX *ctx,
                                      const char *bytes, size_t size) {
    struct wire wire = {.out = bytes, .left = size};
    wire.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(wire.fd >= 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(zp__httpd_port(bench->httpd)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connected = connect(wire.fd, (struct sockaddr *)&address, sizeof address);
    assert_true(connected == 0 || errno == EINPROGRESS);
    wire.watch = zp_watch_new(bench, bench->loop, wire.fd, ZP_WATCH_WRITE, on_ready, &wire);
    if (!zp_loop_run_until(bench->loop, &wire.done, DEADLINE_MS))
        fail_msg("no answer within %d ms", DEADLINE_MS);
    talloc_free(wire.watch);
    close(wire.fd);
    struct portal_answer *answer = portal_split(ctx, wire.in, wire.size);
    talloc_free(wire.in);
    return answer;
}

struct portal_answer *portal_call(struct portal_bench *bench, TALLOC_CTX *ctx, const char *method,
                                  const char *body) {
    char *bytes = talloc_asprintf(ctx,
                                  "POST /rest/1/" PORTAL_SECRET "/%s HTTP/1.1\r\n"
                                  "Host: portal.example\r\nContent-Type: application/json\r\n"
                                  "Content-Length: %zu\r\n\r\n%s",
                                  method, strlen(body), body);
    return portal_exchange(bench, ctx, bytes, strlen(bytes));
}

bool portal_verb(struct portal_bench *bench, const char *line, struct zp_error *err) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *words[MOST_WORDS];
    int count = 0;
    for (const char *at = line; *at != '\0' && count < MOST_WORDS;) {
        size_t size = strcspn(at, " ");
        words[count++] = talloc_strndup(scratch, at, size);
        at += size + (at[size] == ' ');
    }
    struct zp_json *answer = zp_json_new_object(scratch);
    bool done = zp__portal_control(bench->portal, scratch, count, words, answer, err);
    talloc_free(scratch);
    return done;
}

// ---- steps

// `text` with $a … $z replaced by the kept ids, and quotes written as "'" and "`".
static char *filled(struct portal_bench *bench, TALLOC_CTX *ctx, const char *text) {
    char *out = talloc_strdup(ctx, "");
    for (; *text != '\0'; text++) {
        if (text[0] == '$' && text[1] >= 'a' && text[1] <= 'z' &&
            !(text[2] >= 'a' && text[2] <= 'z'))
            out = talloc_asprintf_append(out, "%" PRId64, bench->kept[*++text - 'a']);
        else
            out = talloc_asprintf_append(out, "%c",
                                         *text == '\''  ? '"'
                                         : *text == '`' ? '\''
                                                        : *text);
    }
    return out;
}

// "result.item.stageId", "result.0.ID": the value there, NULL when there is none.
static const struct zp_json *walk(TALLOC_CTX *ctx, const struct zp_json *at, const char *path) {
    while (at != NULL && *path != '\0') {
        size_t size = strcspn(path, ".");
        char *key = talloc_strndup(ctx, path, size);
        bool index = key[strspn(key, "0123456789")] == '\0';
        if (zp_json_type(at) == ZP_JSON_ARRAY && index)
            at = strtoul(key, NULL, 10) < zp_json_count(at) ? zp_json_at(at, strtoul(key, NULL, 10))
                                                            : NULL;
        else
            at = zp_json_get(at, key);
        path += size + (path[size] == '.');
    }
    return at;
}

static void check(const struct portal_step *step, const struct portal_answer *answer, char *pair) {
    char *equals = strchr(pair, '=');
    assert_non_null(equals);
    char *path = talloc_strndup(answer, pair, (size_t)(equals - pair));
    const char *expected = equals + 1;
    const struct zp_json *value = walk(path, answer->json, path);
    int64_t number;
    bool fine;
    const char *shown = value == NULL ? "nothing" : zp_json_print(path, value);
    if (strcmp(expected, "-") == 0)
        fine = value == NULL;
    else if (strcmp(expected, "*") == 0)
        fine = value != NULL;
    else if (strcmp(expected, "?") == 0)
        fine = zp_json_type(value) == ZP_JSON_NUMBER && zp_json_int(value, &number);
    else
        fine = strcmp(shown, expected) == 0;
    if (!fine)
        fail_msg("%s (%s %s): %s is %s, not %s\n%s", step->rule, step->method,
                 step->body == NULL ? "" : step->body, path, shown, expected, answer->body);
}

static void keep(struct portal_bench *bench, const struct portal_step *step,
                 const struct portal_answer *answer) {
    const struct zp_json *result = zp_json_get(answer->json, "result");
    const struct zp_json *item = walk(bench, result, "item.id");
    int64_t id = 0;
    if (!zp_json_int(item == NULL ? result : item, &id))
        fail_msg("%s: no id in %s", step->rule, answer->body);
    bench->kept[step->keep - 'a'] = id;
}

static void run_step(struct portal_bench *bench, const struct portal_step *step) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    if (step->method[0] == '!') {
        struct zp_error err = {0};
        if (!portal_verb(bench, filled(bench, ctx, step->method + 1), &err))
            fail_msg("%s: %s", step->rule, err.message);
        talloc_free(ctx);
        return;
    }
    const char *body = step->body == NULL ? "{}" : filled(bench, ctx, step->body);
    struct portal_answer *answer = portal_call(bench, ctx, step->method, body);
    int status = step->status == 0 ? 200 : step->status;
    if (answer->status != status)
        fail_msg("%s (%s %s): HTTP %d, not %d: %s", step->rule, step->method, body, answer->status,
                 status, answer->body);
    if (answer->json == NULL)
        fail_msg("%s: not JSON: %s", step->rule, answer->body);
    if (step->keep != 0)
        keep(bench, step, answer);
    char *rest = filled(bench, ctx, step->expect == NULL ? "" : step->expect);
    while (*rest != '\0') {
        size_t size = strcspn(rest, ";");
        bool last = rest[size] == '\0';
        rest[size] = '\0';
        check(step, answer, rest);
        rest += size + (last ? 0 : 1);
    }
    talloc_free(ctx);
}

void portal_steps(struct portal_bench *bench, const struct portal_step *steps, size_t count) {
    for (size_t i = 0; i < count; i++)
        run_step(bench, &steps[i]);
}
