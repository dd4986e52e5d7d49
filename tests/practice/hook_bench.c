#include "hook_bench.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_TEXT "2026-11-23T11:07:00Z"

// ---- the listener

static char *copy(TALLOC_CTX *ctx, const char *text) {
    return talloc_strdup(ctx, text != NULL ? text : "");
}

static void take(struct zp_httpd_request *request, void *data) {
    struct hook_bench *bench = data;
    assert_true(bench->count < HOOK_MOST);
    struct heard *heard = talloc_zero(bench, struct heard);
    heard->at_ms = zp_clock_boot_ms();
    heard->path = copy(heard, zp__httpd_path(request));
    heard->query = copy(heard, zp__httpd_query(request));
    heard->event = copy(heard, zp__httpd_header(request, "X-Dikidi-Event"));
    heard->id = copy(heard, zp__httpd_header(request, "X-Dikidi-Event-Id"));
    heard->signature = copy(heard, zp__httpd_header(request, "X-Dikidi-Signature"));
    heard->type = copy(heard, zp__httpd_header(request, "Content-Type"));
    heard->body = copy(heard, zp__httpd_body(request, &heard->size));
    heard->json = zp_json_parse(heard, heard->body, heard->size, NULL);
    int status = bench->count < bench->status_count ? bench->statuses[bench->count] : 200;
    bench->heard[bench->count++] = heard;
    if (status == 0)
        zp__httpd_drop(request);
    else
        zp__httpd_reply(request, status, "text/plain", "seen", 4, NULL);
}

void hook_listen(struct hook_bench *bench) {
    struct zp_error err = {0};
    const char *colon = strchr(bench->practice->listen, ':');
    const struct zp__httpd_options options = {.address = "127.0.0.1",
                                              .port = (uint16_t)strtoul(colon + 1, NULL, 10),
                                              .max_body = 1024 * 1024,
                                              .max_connections = 64,
                                              .idle_timeout_s = 30};
    bench->httpd = zp__httpd_new(bench->loop, bench->loop, &options, take, bench, &err);
    if (bench->httpd == NULL)
        fail_msg("%s", err.message);
}

void hook_deafen(struct hook_bench *bench) {
    TALLOC_FREE(bench->httpd);
}

int hook_setup(void **state) {
    struct hook_bench *bench = talloc_zero(NULL, struct hook_bench);
    struct zp_error err = {0};
    struct zp_practice_options options = {.state_dir = bench->dir, .seed = 11, .has_now = true};
    snprintf(bench->dir, sizeof bench->dir, "/tmp/zapis-hook-test-XXXXXX");
    if (mkdtemp(bench->dir) == NULL ||
        zp_instant_parse(NOW_TEXT, NULL, &options.now) != ZP_INSTANT_UTC)
        return -1;
    bench->loop = zp_loop_new(bench);
    bench->practice = zp_practice_start(bench->loop, bench->loop, &options, &err);
    if (bench->practice == NULL)
        fail_msg("%s", err.message);
    bench->http = zp__http_new(bench->loop, bench->loop, &(struct zp__http_options){.ca_path = ""});
    hook_listen(bench);
    *state = bench;
    return 0;
}

int hook_teardown(void **state) {
    struct hook_bench *bench = *state;
    static const char *const files[] = {"zapis.conf",     "dikidi.key",     "bitrix24.url",
                                        "control",        "state.json",     "control.addr",
                                        "lock",           "dikidi.hook",    "bitrix24.token",
                                        "bitrix24.robot", ".state.json.new"};
    char dir[64];
    memcpy(dir, bench->dir, sizeof dir);
    talloc_free(bench->practice);
    talloc_free(bench);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    return rmdir(dir);
}

// ---- the other side's hands

static bool run(struct hook_bench *bench, const char *line, struct zp_json *answer,
                struct zp_error *err) {
    const char *words[ZP_PRACTICE_ARGS];
    int count = 0;
    for (const char *at = line; *at != '\0' && count < ZP_PRACTICE_ARGS;) {
        size_t size = strcspn(at, " ");
        char *word = talloc_strndup(answer, at, size);
        for (char *blank = word; (blank = strchr(blank, '~')) != NULL;)
            *blank = ' ';
        words[count++] = word;
        at += size + (at[size] == ' ');
    }
    return zp__practice_control_run(bench->practice, bench, count, words, answer, err);
}

const struct zp_json *hook_hand(struct hook_bench *bench, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *line = talloc_vasprintf(bench, format, args);
    va_end(args);
    struct zp_error err = {0};
    struct zp_json *answer = zp_json_new_object(bench);
    if (!run(bench, line, answer, &err))
        fail_msg("%s: %s", line, err.message);
    return answer;
}

bool hook_hand_fails(struct hook_bench *bench, const char *line) {
    struct zp_error err = {0};
    return !run(bench, line, zp_json_new_object(bench), &err) && err.message[0] != '\0';
}

const struct heard *hook_wait(struct hook_bench *bench, size_t count) {
    int64_t began = zp_clock_boot_ms();
    bool done = false;
    while (bench->count < count && zp_clock_boot_ms() - began < HOOK_DEADLINE)
        (void)zp_loop_run_until(bench->loop, &done, 5);
    if (bench->count < count)
        fail_msg("%zu of %zu requests were heard", bench->count, count);
    return bench->heard[count - 1];
}

// ---- calls

struct call {
    struct hook_bench *bench;
    bool done;
};

static void answered(const struct zp__http_reply *reply, void *data) {
    struct call *call = data;
    assert_int_equal(reply->outcome, ZP_HTTP_ANSWERED);
    assert_int_equal(reply->status / 100, 2);
    call->bench->called = zp_json_parse(call->bench, reply->body, reply->body_size, NULL);
    assert_non_null(call->bench->called);
    call->done = true;
}

static void exchange(struct hook_bench *bench, const struct zp__http_request *request) {
    struct call call = {bench, false};
    zp__http_send(bench->http, request, answered, &call);
    assert_true(zp_loop_run_until(bench->loop, &call.done, HOOK_DEADLINE));
}

const struct zp_json *hook_rest(struct hook_bench *bench, const char *method, const char *format,
                                ...) {
    static const char *const headers[] = {"Content-Type: application/json"};
    va_list args;
    va_start(args, format);
    char *body = talloc_vasprintf(bench, format, args);
    va_end(args);
    for (char *quote = body; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    char *url = talloc_asprintf(bench, "http://127.0.0.1:%d/rest/1/%s/%s",
                                zp__serve_port(bench->practice->portal_serve),
                                bench->practice->portal_secret, method);
    exchange(bench, &(struct zp__http_request){.method = "POST",
                                               .url = url,
                                               .headers = headers,
                                               .header_count = 1,
                                               .body = body,
                                               .body_size = strlen(body)});
    const struct zp_json *result = zp_json_get(bench->called, "result");
    assert_non_null(result);
    return result;
}

void hook_dikidi(struct hook_bench *bench, const char *method, const char *path, const char *body) {
    const char *headers[] = {
        talloc_asprintf(bench, "Authorization: Bearer %s", bench->practice->dikidi_key),
        "Content-Type: application/json"};
    exchange(bench, &(struct zp__http_request){
                        .method = method,
                        .url = talloc_asprintf(bench, "http://127.0.0.1:%d%s",
                                               zp__serve_port(bench->practice->dikidi_serve), path),
                        .headers = headers,
                        .header_count = 2,
                        .body = body,
                        .body_size = body != NULL ? strlen(body) : 0});
}

char *hook_book(struct hook_bench *bench) {
    const struct zp_json *made =
        hook_hand(bench, "app-book --service 5159522 --master 1357201 --at 2026-12-30~11:30 "
                         "--phone +79997654321 --name Пётр");
    return talloc_strdup(bench, hook_text(made, "id"));
}

const char *hook_text(const struct zp_json *object, const char *key) {
    const char *text = zp_json_string(zp_json_get(object, key));
    if (text == NULL)
        fail_msg("no %s", key);
    return text;
}

int64_t hook_number(const struct zp_json *object, const char *key) {
    int64_t number = 0;
    if (!zp_json_int(zp_json_get(object, key), &number))
        fail_msg("no number %s", key);
    return number;
}
