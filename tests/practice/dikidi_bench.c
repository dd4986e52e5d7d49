#include "dikidi_bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE_MS 10000

struct zp_clock bench_clock(int64_t now) {
    struct zp_clock real = {0};
    return (struct zp_clock){now * 1000 - zp_clock_now_ms(&real)};
}

int64_t bench_instant(const char *utc) {
    int64_t instant = 0;
    assert_int_equal(zp_instant_parse(utc, NULL, &instant), ZP_INSTANT_UTC);
    return instant;
}

char *bench_file(TALLOC_CTX *ctx, const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("cannot open %s", path);
    char *bytes = NULL;
    *size = 0;
    for (;;) {
        bytes = talloc_realloc(ctx, bytes, char, *size + 65536);
        assert_non_null(bytes);
        size_t got = fread(bytes + *size, 1, 65535, file);
        *size += got;
        bytes[*size] = '\0';
        if (got == 0)
            break;
    }
    fclose(file);
    return bytes;
}

static const char *call_name(TALLOC_CTX *ctx, const char *method, const char *path) {
    (void)ctx;
    return zp__practice_dikidi_call(method, path);
}

static struct bench *bench_over(TALLOC_CTX *ctx, struct zp__salon *salon, int64_t now, int rate) {
    struct bench *bench = talloc_zero(ctx, struct bench);
    bench->loop = zp_loop_new(bench);
    bench->salon = talloc_steal(bench, salon);
    bench->now = now;
    bench->dikidi = zp__practice_dikidi_new(
        bench, salon,
        &(struct zp__practice_dikidi_options){.key = BENCH_KEY, .rate_per_minute = rate});
    bench->faults = zp__faults_new(bench->loop); // outlives the server, a later child
    bench->trace = zp__trace_new(bench);
    struct zp_error err = {0};
    bench->serve = zp__serve_new(bench->loop, bench->loop,
                                 &(struct zp__serve_options){.name = "dikidi",
                                                             .clock = salon->clock,
                                                             .faults = bench->faults,
                                                             .trace = bench->trace,
                                                             .answer = zp__practice_dikidi_answer,
                                                             .data = bench->dikidi,
                                                             .call = call_name},
                                 &err);
    if (bench->serve == NULL)
        fail_msg("%s", err.message);
    return bench;
}

struct bench *bench_of_fixture(TALLOC_CTX *ctx) {
    size_t size;
    char *bytes = bench_file(ctx, ZAPIS_SOURCE_DIR "/tests/fixtures/practice/state.json", &size);
    struct zp_error err = {0};
    const struct zp_json *state = zp_json_parse(ctx, bytes, size, &err);
    if (state == NULL)
        fail_msg("%s", err.message);
    int64_t now = bench_instant("2026-09-23T09:00:00Z");
    struct zp__salon *salon = zp__salon_load(ctx, state, bench_clock(now), &err);
    if (salon == NULL)
        fail_msg("%s", err.message);
    return bench_over(ctx, salon, now, 60);
}

struct bench *bench_of_seed(TALLOC_CTX *ctx, uint64_t seed, const char *zone, int64_t now) {
    struct zp_error err = {0};
    struct zp__salon *salon = zp__salon_seeded(ctx, seed, zone, bench_clock(now), &err);
    if (salon == NULL)
        fail_msg("%s", err.message);
    return bench_over(ctx, salon, now, 0);
}

// ---- the raw client

struct wire {
    int fd;
    const char *out;
    size_t out_left;
    char *in;
    size_t in_size;
    bool done;
};

static size_t announced(const struct wire *wire, const char *head_end) {
    const char *at = strcasestr(wire->in, "\r\nContent-Length:");
    return at != NULL && at < head_end ? strtoul(at + 17, NULL, 10) : 0;
}

static bool complete(const struct wire *wire) {
    const char *end = wire->in != NULL ? strstr(wire->in, "\r\n\r\n") : NULL;
    if (end == NULL)
        return false;
    size_t head = (size_t)(end + 4 - wire->in);
    return wire->in_size >= head + announced(wire, end);
}

static void on_ready(int events, void *data) {
    struct wire *wire = data;
    if ((events & ZP_WATCH_WRITE) != 0 && wire->out_left > 0) {
        ssize_t sent = send(wire->fd, wire->out, wire->out_left, MSG_NOSIGNAL);
        if (sent > 0) {
            wire->out += sent;
            wire->out_left -= (size_t)sent;
        }
    }
    if ((events & ZP_WATCH_READ) != 0) {
        wire->in = talloc_realloc(NULL, wire->in, char, wire->in_size + 65537);
        ssize_t got = recv(wire->fd, wire->in + wire->in_size, 65536, 0);
        if (got > 0)
            wire->in_size += (size_t)got;
        wire->in[wire->in_size] = '\0';
        if (got == 0 || (got < 0 && errno != EAGAIN) || complete(wire))
            wire->done = true;
    }
}

static struct bench_answer *read_answer(TALLOC_CTX *ctx, const struct wire *wire) {
    struct bench_answer *answer = talloc_zero(ctx, struct bench_answer);
    const char *end = wire->in != NULL ? strstr(wire->in, "\r\n\r\n") : NULL;
    if (end == NULL)
        return answer;
    assert_int_equal(strncmp(wire->in, "HTTP/1.1 ", 9), 0);
    answer->status = (int)strtol(wire->in + 9, NULL, 10);
    answer->head = talloc_strndup(answer, wire->in, (size_t)(end + 2 - wire->in));
    answer->body_size = wire->in_size - (size_t)(end + 4 - wire->in);
    answer->body = talloc_strndup(answer, end + 4, answer->body_size);
    answer->whole = answer->body_size == announced(wire, end);
    answer->json = zp_json_parse(answer, answer->body, answer->body_size, NULL);
    return answer;
}

struct bench_answer *bench_exchange(struct bench *bench, TALLOC_CTX *ctx, const char *bytes,
                                    size_t size) {
    struct wire wire = {.out = bytes, .out_left = size};
    wire.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(wire.fd >= 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(zp__serve_port(bench->serve)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connected = connect(wire.fd, (struct sockaddr *)&address, sizeof address);
    assert_true(connected == 0 || errno == EINPROGRESS);
    struct zp_watch *watch =
        zp_watch_new(bench, bench->loop, wire.fd, ZP_WATCH_WRITE, on_ready, &wire);
    bool written = false;
    while (!written) {
        (void)zp_loop_run_until(bench->loop, &wire.done, 1);
        written = wire.out_left == 0;
        if (written)
            zp_watch_set(watch, ZP_WATCH_READ);
    }
    if (!zp_loop_run_until(bench->loop, &wire.done, DEADLINE_MS))
        fail_msg("no answer within %d ms", DEADLINE_MS);
    talloc_free(watch);
    close(wire.fd);
    struct bench_answer *answer = read_answer(ctx, &wire);
    talloc_free(wire.in);
    return answer;
}

struct bench_answer *bench_call(struct bench *bench, TALLOC_CTX *ctx, const char *method,
                                const char *target, const char *body, const char *key) {
    char *bytes = talloc_asprintf(
        ctx,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " BENCH_KEY
        "\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
        method, target, key != NULL ? "Idempotency-Key: " : "", key != NULL ? key : "",
        key != NULL ? "\r\n" : "", body != NULL ? strlen(body) : 0, body != NULL ? body : "");
    return bench_exchange(bench, ctx, bytes, strlen(bytes));
}

char *bench_header(TALLOC_CTX *ctx, const struct bench_answer *answer, const char *name) {
    char *wanted = talloc_asprintf(ctx, "\r\n%s:", name);
    const char *at = answer->head != NULL ? strcasestr(answer->head, wanted) : NULL;
    if (at == NULL)
        return NULL;
    at += strlen(wanted);
    at += strspn(at, " ");
    return talloc_strndup(ctx, at, strcspn(at, "\r"));
}
