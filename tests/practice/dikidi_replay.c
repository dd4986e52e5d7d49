// Each hand-written request of tests/fixtures/dikidi is sent as it stands to a practice Dikidi over
// the small salon, and the answer compared with the hand-written one.
#include "dikidi_bench.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DIR ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi/"

// ---- JSON equality, but for instants of a change made by the exchange itself

static bool is_fresh(const char *key, const struct zp_json *expected, const struct zp_json *got) {
    static const char *const keys[] = {"created_at", "updated_at", "cancelled_at", NULL};
    int64_t a, b;
    for (int i = 0; key != NULL && keys[i] != NULL; i++) {
        if (strcmp(key, keys[i]) == 0)
            return zp_json_string(expected) != NULL && zp_json_string(got) != NULL &&
                   zp_instant_parse(zp_json_string(expected), NULL, &a) == ZP_INSTANT_UTC &&
                   zp_instant_parse(zp_json_string(got), NULL, &b) == ZP_INSTANT_UTC &&
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

static void replay(const char *name) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    size_t size;
    char *bytes = bench_file(ctx, talloc_asprintf(ctx, DIR "%s.response", name), &size);
    struct bench_answer *expected = of_bytes(ctx, bytes, size);
    bytes = bench_file(ctx, talloc_asprintf(ctx, DIR "%s.request", name), &size);
    prepare(bench, name);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_exchange),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
