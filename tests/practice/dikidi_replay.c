// Each hand-written request of tests/fixtures/dikidi is sent as it stands to a practice Dikidi over
// the small salon, and the answer compared with the hand-written one; so are those of
// tests/fixtures/dikidi-dialects, NAME.TWIN.response, in the dialect NAME with the request of TWIN.
#include "dikidi_bench.h"
#include "practice/dialect.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#define DIR   ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi/"
#define FORMS ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi-dialects/"

// ---- JSON equality, but for instants of a change made by the exchange itself

// With or without an offset: two of one form are compared.
static bool parse(const char *text, int64_t *instant) {
    char utc[40];
    if (text == NULL)
        return false;
    snprintf(utc, sizeof utc, "%s%s", text, strchr(text, 'Z') != NULL ? "" : "Z");
    return zp_instant_parse(utc, NULL, instant) == ZP_INSTANT_UTC;
}

static bool is_fresh(const char *key, const struct zp_json *expected, const struct zp_json *got) {
    static const char *const keys[] = {
        "created_at", "updated_at", "cancelled_at", "createdAt", "updatedAt", "cancelledAt", NULL};
    int64_t a, b;
    for (int i = 0; key != NULL && keys[i] != NULL; i++) {
        if (strcmp(key, keys[i]) == 0)
            return parse(zp_json_string(expected), &a) && parse(zp_json_string(got), &b) &&
                   llabs(a - b) <= 120;
    }
    return false;
}

static void same(const char *path, const struct zp_json *expected, const struct zp_json *got) {
    if (zp_json_type(expected) != zp_json_type(got))
        fail_msg("%s: another type", path);
    bool object = zp_json_type(expected) == ZP_JSON_OBJECT;
    if (object || zp_json_type(expected) == ZP_JSON_ARRAY) {
        if (zp_json_count(expected) != zp_json_count(got))
            fail_msg("%s: %zu items, not %zu", path, zp_json_count(got), zp_json_count(expected));
        for (size_t i = 0; i < zp_json_count(expected); i++) {
            const struct zp_json *one = zp_json_at(expected, i);
            char *deeper = object ? talloc_asprintf(NULL, "%s.%s", path, zp_json_key(one))
                                  : talloc_asprintf(NULL, "%s[%zu]", path, i);
            same(deeper, one, object ? zp_json_get(got, zp_json_key(one)) : zp_json_at(got, i));
            talloc_free(deeper);
        }
        return;
    }
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *a = zp_json_text(ctx, expected), *b = zp_json_text(ctx, got);
    if (a != NULL && strcmp(a, b) != 0 && !is_fresh(zp_json_key(expected), expected, got))
        fail_msg("%s: \"%s\", not \"%s\"", path, b, a);
    talloc_free(ctx);
}

// What the bytes alone do not show.
static void prepare(struct bench *bench, const char *name) {
    if (strcmp(name, "error-plan-required") == 0)
        zp__practice_dikidi_set_plan(bench->dikidi, ZP_PRACTICE_PLAN_BASIC);
    if (strcmp(name, "error-access-denied") == 0)
        zp__practice_dikidi_set_access(bench->dikidi, ZP_PRACTICE_ACCESS_NO);
    if (strcmp(name, "error-rate-limited") == 0) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        for (int i = 0; i < 60; i++)
            assert_int_equal(
                bench_call(bench, ctx, "GET", "/api/v2/company/550001/booking/1", NULL, NULL)
                    ->status,
                404);
        talloc_free(ctx);
    }
    if (strncmp(name, "fault-", 6) == 0) {
        struct zp__fault fault = {.call = (char[]){"*"}, .count = 1};
        assert_true(zp__fault_kind_parse(name + 6, &fault.kind));
        zp__faults_add(bench->faults, &fault);
    }
}

static void same_headers(TALLOC_CTX *ctx, const char *name, const struct bench_answer *expected,
                         const struct bench_answer *got) {
    static const char *const compared[] = {"Content-Type", "X-RateLimit-Limit", NULL};
    for (int i = 0; compared[i] != NULL; i++) {
        char *a = bench_header(ctx, expected, compared[i]);
        char *b = bench_header(ctx, got, compared[i]);
        if (a != NULL && (b == NULL || strcmp(a, b) != 0))
            fail_msg("%s: %s is \"%s\", not \"%s\"", name, compared[i], b != NULL ? b : "", a);
    }
    static const char *const present[] = {
        "X-Request-Id", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "Date", NULL};
    for (int i = 0; present[i] != NULL; i++) {
        if (bench_header(ctx, expected, present[i]) != NULL &&
            bench_header(ctx, got, present[i]) == NULL)
            fail_msg("%s: no %s", name, present[i]);
    }
}

static struct bench_answer *of_bytes(TALLOC_CTX *ctx, const char *bytes, size_t size) {
    struct bench_answer *answer = talloc_zero(ctx, struct bench_answer);
    const char *end = strstr(bytes, "\r\n\r\n");
    assert_non_null(end);
    answer->status = (int)strtol(bytes + 9, NULL, 10);
    answer->head = talloc_strndup(answer, bytes, (size_t)(end + 2 - bytes));
    answer->body_size = size - (size_t)(end + 4 - bytes);
    answer->body = talloc_strndup(answer, end + 4, answer->body_size);
    answer->json = zp_json_parse(answer, answer->body, answer->body_size, NULL);
    return answer;
}

static void compare(TALLOC_CTX *ctx, struct bench *bench, const char *name, const char *request,
                    const char *response) {
    size_t size;
    char *bytes = bench_file(ctx, response, &size);
    struct bench_answer *expected = of_bytes(ctx, bytes, size);
    bytes = bench_file(ctx, request, &size);
    struct bench_answer *got = bench_exchange(bench, ctx, bytes, size);
    if (got->status != expected->status)
        fail_msg("%s: %d, not %d: %s", name, got->status, expected->status, got->body);
    same_headers(ctx, name, expected, got);
    if (expected->json != NULL) {
        same(name, expected->json, got->json);
    } else {
        assert_string_equal(got->body, expected->body);
        assert_int_equal(got->whole, strcmp(name, "fault-truncated") != 0);
    }
}

static void replay(const char *name) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    prepare(bench, name);
    compare(ctx, bench, name, talloc_asprintf(ctx, DIR "%s.request", name),
            talloc_asprintf(ctx, DIR "%s.response", name));
    talloc_free(ctx);
}

static void replay_form(const char *path) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    const char *name = strrchr(path, '/') + 1;
    char *dialect = talloc_strndup(ctx, name, strcspn(name, "."));
    char *twin = talloc_strdup(ctx, name + strlen(dialect) + 1);
    twin[strcspn(twin, ".")] = '\0';
    uint32_t bits;
    assert_true(zp__dialect_parse(dialect, &bits, NULL));
    prepare(bench, twin);
    zp__practice_dikidi_set_dialect(bench->dikidi, bits);
    char *own = talloc_asprintf(ctx, FORMS "%s.%s.request", dialect, twin);
    char *request = access(own, R_OK) == 0 ? own : talloc_asprintf(ctx, DIR "%s.request", twin);
    compare(ctx, bench, name, request, path);
    talloc_free(ctx);
}

static void test_every_exchange(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob(DIR "*.request", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 40);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char name[128];
        const char *base = strrchr(found.gl_pathv[i], '/') + 1;
        snprintf(name, sizeof name, "%.*s", (int)(strlen(base) - strlen(".request")), base);
        replay(name);
    }
    print_message("%zu exchanges replayed\n", found.gl_pathc);
    globfree(&found);
}

static void test_every_form(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob(FORMS "*.response", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 70);
    for (size_t i = 0; i < found.gl_pathc; i++)
        replay_form(found.gl_pathv[i]);
    print_message("%zu exchanges replayed in other forms\n", found.gl_pathc);
    globfree(&found);
}

// A pause as a date is that of the seconds; a key with a scheme word is none where it must be bare;
// what is no dialect is told with all that are.
static void test_pauses_keys_and_names(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    struct zp_error err = {0};
    uint32_t bits;
    assert_true(zp__dialect_parse("bare-key,v1", &bits, &err));
    zp__practice_dikidi_set_dialect(bench->dikidi, bits);
    assert_int_equal(
        bench_call(bench, ctx, "GET", "/api/v1/companies/550001/services", NULL, NULL)->status,
        401);
    zp__practice_dikidi_set_dialect(bench->dikidi, ZP_DIALECT_RETRY_DATE);
    zp__practice_dikidi_set_rate(bench->dikidi, 1);
    bench_call(bench, ctx, "GET", "/api/v2/company/550001/booking/1", NULL, NULL);
    struct bench_answer *limited =
        bench_call(bench, ctx, "GET", "/api/v2/company/550001/booking/1", NULL, NULL);
    int64_t at = 0, now = zp_clock_now(&(struct zp_clock){0});
    assert_int_equal(limited->status, 429);
    assert_true(zp_instant_parse_http(bench_header(ctx, limited, "Retry-After"), &at));
    assert_true(at > now + 50 && at <= now + 61);
    assert_false(zp__dialect_parse("camel,klingon", &bits, &err));
    assert_int_equal(err.code, ZP_E_USAGE);
    assert_non_null(strstr(err.message, "klingon"));
    assert_non_null(strstr(err.message, "bare-key"));
    assert_true(zp__dialect_parse("clean", &bits, &err) && bits == 0);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_exchange),
        cmocka_unit_test(test_every_form),
        cmocka_unit_test(test_pauses_keys_and_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
