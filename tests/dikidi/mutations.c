// Random damage to believable answers: nothing crashes, and a create is never done without a
// number. The seed is fixed, so that a failure comes again; ZAPIS_TEST_SEED tries another.
#include "../net/damage.h"
#include "exchange.h"

#include <glob.h>

#define ROUNDS 1500
#define CLEAN  ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi/"
#define FORMS  ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi-dialects/"

static const char *const pieces[] = {"null",
                                     "[]",
                                     "{}",
                                     "0",
                                     "-1",
                                     "1e400",
                                     "true",
                                     "\"\"",
                                     "\"\\u0000\"",
                                     "1.5",
                                     "\"",
                                     "{",
                                     "]",
                                     ",",
                                     ":",
                                     "\\",
                                     "\x80",
                                     "\xff",
                                     "99999999999999999999",
                                     "\"id\":",
                                     "\"starts_at\":\"24:61\"",
                                     "\"error\":1",
                                     "\"data\":",
                                     "\xe2\x80\xae",
                                     "[[[[[[[[[[[[[[[[",
                                     "\"status\":\"gone\"",
                                     "\"status\":5",
                                     "\"duration\":-60",
                                     "\"price\":\"-1 500,00\"",
                                     "\"startsAt\":\"9999-12-31T23:59:59Z\"",
                                     "\"2026-09-24T11:00:00\"",
                                     "<html>",
                                     "\"0\":[]"};

static char *mutated(TALLOC_CTX *ctx, const char *body) {
    return damaged(ctx, body, pieces, sizeof pieces / sizeof *pieces);
}

static const char *const statuses[] = {"200 OK",      "201 Created",   "201 Created",
                                       "201 Created", "404 Not Found", "409 Conflict",
                                       "500 Error"};

static void check_create(const struct heard *heard, const char *body) {
    const struct zp__dikidi_answer *answer = &heard->answer;
    bool done = answer->outcome == ZP_OUTCOME_DONE;
    assert_int_equal(answer->ok, done);
    assert_int_equal(answer->booking != NULL, done);
    assert_true(done || answer->error.code != ZP_OK);
    if (!done)
        return;
    const struct zp__dikidi_booking *booking = answer->booking;
    if (booking->id_count == 0 || booking->ids[0][0] == '\0' ||
        strstr(body, booking->ids[0]) == NULL)
        fail_msg("done without a number of its own: %s", body);
    assert_string_equal(booking->master_id, "1357200");
    assert_int_equal(booking->starts_at, bench_instant("2026-09-24T11:00:00Z"));
    assert_string_equal(booking->external_id, BENCH_REQUEST_ID);
}

static void creates(void **state) {
    (void)state;
    int counts[4] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct bench *bench = bench_new(ctx);
        char *whole = talloc_asprintf(ctx,
                                      "{\"error\":{\"code\":0,\"message\":null},\"data\":%s,"
                                      "\"meta\":{}}",
                                      bench_booking);
        char *body = mutated(ctx, whole);
        struct heard *heard = heard_new(ctx);
        bench_answer(bench, raw_message(ctx, statuses[random_below(7)], "", body));
        zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                                  bench_create_body(ctx), NULL, heard_answer, heard);
        bench_wait(bench, heard);
        check_create(heard, body);
        counts[heard->answer.outcome]++;
        talloc_free(ctx);
    }
    // The damage is neither too light nor too heavy to say anything.
    assert_true(counts[ZP_OUTCOME_DONE] > ROUNDS / 50);
    assert_true(counts[ZP_OUTCOME_UNKNOWN] > ROUNDS / 5);
}

static const char services_body[] =
    "{\"data\":[{\"id\":\"5159500\",\"name\":\"Маникюр\",\"category\":{\"id\":\"1\",\"name\":"
    "\"Ногти\"},\"price\":1500,\"price_from\":true,\"currency\":\"RUB\",\"duration\":90,"
    "\"masters\":[{\"id\":\"1357200\",\"price\":1800,\"duration\":75}]}],\"meta\":{\"total\":1,"
    "\"more\":false}}";
static const char masters_body[] =
    "{\"data\":[{\"id\":\"1357200\",\"name\":\"Анна\",\"username\":\"Анна П.\",\"service_ids\":"
    "[\"5159500\"],\"schedule\":[{\"date\":\"2026-09-24\",\"work_from\":\"10:00\",\"work_to\":"
    "\"20:00\",\"break_from\":\"13:00\",\"break_to\":\"14:00\"}]}]}";
static const char schedule_body[] =
    "{\"data\":{\"date\":\"2026-09-24\",\"timezone\":\"Europe/Moscow\",\"slots\":[{\"starts_at\":"
    "\"2026-09-24T06:00:00Z\",\"ends_at\":\"2026-09-24T07:30:00Z\",\"master_id\":\"1357200\"}],"
    "\"dates_available\":[\"2026-09-24\"],\"nearest_date\":\"2026-09-24\"}}";

static void read_once(int kind, const char *body, TALLOC_CTX *ctx) {
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    struct zp_date date = bench_date("2026-09-24");
    const char *ids[] = {"5159500"};
    bench_answer(bench, raw_message(ctx, "200 OK", "", body));
    if (kind == 0)
        zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    else if (kind == 1)
        zp__dikidi_masters(bench->dikidi, ZP_PACE_URGENT, &date, 3, heard_answer, heard);
    else if (kind == 2)
        zp__dikidi_schedule(bench->dikidi, ZP_PACE_URGENT, ids, 1, NULL, date, heard_answer, heard);
    else
        zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, "852900005", heard_answer, heard);
    bench_wait(bench, heard);
    assert_int_equal(heard->answer.ok, heard->answer.error.code == ZP_OK);
    if (kind == 3 && heard->answer.ok)
        assert_true(heard->answer.booking->starts_at != 0);
}

static void reads(void **state) {
    (void)state;
    const char *const bodies[] = {services_body, masters_body, schedule_body, bench_booking};
    for (int i = 0; i < ROUNDS; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        int kind = i % 4;
        read_once(kind, mutated(ctx, bodies[kind]), ctx);
        talloc_free(ctx);
    }
}

// ---- damage to the other forms, and two of their values changed places

// The n-th value of the body, from its colon to its end; false when there are fewer.
static bool find_value(const char *body, uint32_t n, size_t *from, size_t *size) {
    const char *at = body;
    do {
        at = strstr(at, "\":");
        if (at == NULL)
            return false;
        at += 2;
    } while (n-- > 0);
    *from = (size_t)(at - body);
    *size = strcspn(at, ",}]");
    return true;
}

static char *swapped(TALLOC_CTX *ctx, const char *body) {
    size_t a, a_size, b, b_size;
    uint32_t first = random_below(20), second = first + 1 + random_below(20);
    if (!find_value(body, first, &a, &a_size) || !find_value(body, second, &b, &b_size) ||
        a + a_size > b)
        return talloc_strdup(ctx, body);
    return talloc_asprintf(ctx, "%.*s%.*s%.*s%.*s%s", (int)a, body, (int)b_size, body + b,
                           (int)(b - a - a_size), body + a + a_size, (int)a_size, body + a,
                           body + b + b_size);
}

static void check_other(const struct heard *heard, const char *request, const char *body) {
    const struct zp__dikidi_answer *answer = &heard->answer;
    assert_int_equal(answer->ok, answer->error.code == ZP_OK);
    assert_true(answer->ok || answer->error.message[0] != '\0');
    if (answer->booking == NULL)
        return;
    assert_true(answer->booking->id_count > 0 && answer->booking->ids[0][0] != '\0');
    assert_true(answer->booking->total_minor >= 0);
    // Never cancelled but by a word or number that means it.
    if (answer->booking->status != ZP_DIKIDI_ACTIVE && strstr(body, "cancel") == NULL &&
        strstr(body, "deleted") == NULL && strpbrk(body, "45") == NULL)
        fail_msg("cancelled by nothing: %s", body);
    if (strncmp(request, "DELETE ", 7) == 0)
        assert_int_not_equal(answer->booking->status, ZP_DIKIDI_ACTIVE);
    else
        assert_true(answer->booking->starts_at != 0);
}

static void one_other(const char *path) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *name = strrchr(path, '/') + 1;
    char *dialect = talloc_strndup(ctx, name, strcspn(name, "."));
    char *twin = talloc_strdup(ctx, name + strlen(dialect) + 1);
    twin[strcspn(twin, ".")] = '\0';
    char *request = raw_file(ctx, talloc_asprintf(ctx, CLEAN "%s.request", twin));
    char *response = raw_file(ctx, path);
    char *status = talloc_strndup(ctx, response + 9, strcspn(response + 9, "\r"));
    char *body = swapped(ctx, exchange_body(response));
    if (random_below(3) > 0)
        body = mutated(ctx, body);
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, status, "", body));
    exchange_call(bench, ctx, request, heard);
    bench_wait(bench, heard);
    check_other(heard, request, body);
    talloc_free(ctx);
}

static void other_forms(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob(FORMS "*.response", 0, NULL, &found), 0);
    for (int i = 0; i < ROUNDS; i++)
        one_other(found.gl_pathv[(size_t)i % found.gl_pathc]);
    globfree(&found);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(creates), cmocka_unit_test(reads),
                                       cmocka_unit_test(other_forms)};
    damage_seed_from_environment();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
