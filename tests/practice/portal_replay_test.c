// Each hand-written request of tests/fixtures/bitrix24 is sent as it stands to a practice portal
// with one logged booking in it, and the answer compared with the hand-written one.
#include "portal_bench.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DIR       ZAPIS_SOURCE_DIR "/tests/fixtures/bitrix24/"
#define STARTS_AT "2026-09-24T12:00:00Z"
#define MUTATIONS 40  // of each request
#define SLACK_S   120 // between the clock of the bytes and that of the run

// What the bytes alone do not show.
static const struct {
    const char *name, *verb;
} preparations[] = {
    {"status-add-denied", "persona clerk"},
    {"userfield-add-denied", "persona clerk"},
    {"method-get-old", "set legacy-only on"},
    {"item-old-portal", "set legacy-only on"},
    {"error-plan", "plan lapsed"},
    {"error-revoked", "revoke"},
    {"trap-24-operating", "set cost crm.deal.list 500"},
    {"trap-24-other-method", "set cost crm.deal.list 500"},
    {"trap-25-unreadable", "persona clerk"},
    {"trap-25-unreadable-item", "persona clerk"},
    {"trap-27-mandatory", "field-add UF_CRM_HAIR string mandatory"},
    {"trap-27-mandatory", "set mandatory on"},
    {"trap-27-mandatory-item", "field-add UF_CRM_HAIR string mandatory"},
    {"trap-27-mandatory-item", "set mandatory on"},
};

static void prepare(struct portal_bench *bench, const char *name) {
    struct zp_error err = {0};
    int64_t starts_at = 0;
    assert_int_equal(zp_instant_parse(STARTS_AT, bench->zone, &starts_at), ZP_INSTANT_UTC);
    assert_true(portal_verb(bench, "set lang ru", &err));
    zp__portal_seed(
        bench->portal,
        &(struct zp__portal_seed){.client_name = "Мария Иванова",
                                  .client_phone = "+79161234567",
                                  .booking_id = "8123",
                                  .title = "Маникюр · Мария Иванова · Анна П. · 24.09.2026 15:00",
                                  .source_id = "DIKIDI",
                                  .starts_at = starts_at,
                                  .price_minor = 150050,
                                  .currency = "RUB"});
    for (size_t i = 0; i < sizeof preparations / sizeof preparations[0]; i++) {
        if (strcmp(preparations[i].name, name) == 0)
            assert_true(portal_verb(bench, preparations[i].verb, &err));
    }
    TALLOC_CTX *ctx = talloc_new(NULL);
    if (strcmp(name, "error-rate") == 0) {
        assert_true(portal_verb(bench, "set rate 1 0", &err));
        for (int i = 0; i < 2; i++)
            assert_int_equal(portal_call(bench, ctx, "profile", "{}")->status, 200);
    }
    if (strncmp(name, "trap-24-", 8) == 0) // the call that crosses the limit
        assert_int_equal(portal_call(bench, ctx, "crm.deal.list", "{}")->status, 200);
    talloc_free(ctx);
}

// Two moments of which one is that of the run.
static bool both_now(const char *a, const char *b) {
    int64_t expected, got;
    return zp_instant_parse(a, NULL, &expected) == ZP_INSTANT_UTC &&
           zp_instant_parse(b, NULL, &got) == ZP_INSTANT_UTC && llabs(expected - got) <= SLACK_S &&
           strcmp(a + strlen(a) - 6, b + strlen(b) - 6) == 0;
}

static void same(const char *path, const struct zp_json *expected, const struct zp_json *got) {
    if (zp_json_type(expected) != zp_json_type(got))
        fail_msg("%s: another type", path);
    bool object = zp_json_type(expected) == ZP_JSON_OBJECT;
    if (!object && zp_json_type(expected) != ZP_JSON_ARRAY) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        const char *a = zp_json_text(ctx, expected), *b = zp_json_text(ctx, got);
        bool clock = strstr(path, "time.") != NULL && zp_json_type(expected) == ZP_JSON_NUMBER;
        if (a != NULL && strcmp(a, b) != 0 && !clock && !both_now(a, b))
            fail_msg("%s: \"%s\", not \"%s\"", path, b, a);
        talloc_free(ctx);
        return;
    }
    for (size_t i = 0; i < zp_json_count(expected); i++) {
        const struct zp_json *one = zp_json_at(expected, i);
        char *deeper = object ? talloc_asprintf(NULL, "%s.%s", path, zp_json_key(one))
                              : talloc_asprintf(NULL, "%s.%zu", path, i);
        same(deeper, one, object ? zp_json_get(got, zp_json_key(one)) : zp_json_at(got, i));
        talloc_free(deeper);
    }
    if (zp_json_count(expected) != zp_json_count(got))
        fail_msg("%s: %zu items, not %zu: %s", path, zp_json_count(got), zp_json_count(expected),
                 zp_json_print(NULL, got));
}

static char *file(TALLOC_CTX *ctx, const char *name, const char *suffix, size_t *size) {
    char *path = talloc_asprintf(ctx, DIR "%s.%s", name, suffix);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        fail_msg("cannot open %s", path);
    char *bytes = talloc_zero_array(ctx, char, 65536);
    *size = fread(bytes, 1, 65535, stream);
    fclose(stream);
    return bytes;
}

static void replay(const char *name) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    size_t size;
    char *bytes = file(ctx, name, "response", &size);
    struct portal_answer *expected = portal_split(ctx, bytes, size);
    if (expected->json == NULL)
        fail_msg("%s.response is not JSON", name);
    bytes = file(ctx, name, "request", &size);
    prepare(bench, name);
    struct portal_answer *got = portal_exchange(bench, ctx, bytes, size);
    if (got->status != expected->status || got->json == NULL)
        fail_msg("%s: HTTP %d, not %d: %s", name, got->status, expected->status, got->body);
    same(name, expected->json, got->json);
    // PHP's spelling: nothing but ASCII, and no bare slash.
    for (const char *at = got->body; *at != '\0'; at++) {
        if ((unsigned char)*at > 126 || (*at == '/' && at[-1] != '\\'))
            fail_msg("%s: not as PHP spells it: %s", name, at);
    }
    talloc_free(ctx);
}

static void test_every_exchange(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob(DIR "*.request", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 80);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char name[128];
        const char *base = strrchr(found.gl_pathv[i], '/') + 1;
        snprintf(name, sizeof name, "%.*s", (int)(strlen(base) - strlen(".request")), base);
        replay(name);
    }
    print_message("%zu exchanges replayed\n", found.gl_pathc);
    globfree(&found);
}

// Whatever the body of a call becomes, the portal answers JSON and goes on living.
static void test_broken_bodies(void **state) {
    (void)state;
    glob_t found;
    unsigned random = 20260923;
    size_t calls = 0;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    prepare(bench, "");
    assert_true(portal_verb(bench, "set rate 1000000 1", &(struct zp_error){0}));
    assert_int_equal(glob(DIR "*.request", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc * MUTATIONS; i++) {
        TALLOC_CTX *turn = talloc_new(ctx);
        const char *base = strrchr(found.gl_pathv[i % found.gl_pathc], '/') + 1;
        char *name = talloc_strndup(turn, base, strlen(base) - strlen(".request"));
        size_t size;
        char *bytes = file(turn, name, "request", &size);
        size_t body = (size_t)(strstr(bytes, "\r\n\r\n") + 4 - bytes);
        for (int change = 0; size > body && change < 3; change++) {
            random = random * 1103515245u + 12345u;
            bytes[body + (random >> 8) % (size - body)] =
                "{}[]\",:0\\$%=&?\xff-9aZ"[(random >> 24) % 20];
        }
        struct portal_answer *answer = portal_exchange(bench, turn, bytes, size);
        if (answer->json == NULL || answer->status < 200 || answer->status >= 500)
            fail_msg("%s: HTTP %d: %s", name, answer->status, bytes + body);
        talloc_free(turn);
        calls++;
    }
    assert_int_equal(calls, found.gl_pathc * MUTATIONS);
    globfree(&found);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_exchange),
        cmocka_unit_test(test_broken_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
