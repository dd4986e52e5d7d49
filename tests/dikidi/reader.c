// What the reader must survive (dikidi-api.md): other spellings of the same thing.
#include "bench.h"

#include <zapis/limits.h>

static struct heard *services(TALLOC_CTX *ctx, const char *body) {
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "", body));
    zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    bench_wait(bench, heard);
    return heard;
}

static struct heard *masters(TALLOC_CTX *ctx, const char *body) {
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    struct zp_date date = bench_date("2026-09-24");
    bench_answer(bench, raw_message(ctx, "200 OK", "", body));
    zp__dikidi_masters(bench->dikidi, ZP_PACE_URGENT, &date, 2, heard_answer, heard);
    bench_wait(bench, heard);
    return heard;
}

static struct heard *schedule(TALLOC_CTX *ctx, const char *master, const char *body) {
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    const char *ids[] = {"5159500"};
    bench_answer(bench, raw_message(ctx, "200 OK", "", body));
    zp__dikidi_schedule(bench->dikidi, ZP_PACE_URGENT, ids, 1, master, bench_date("2026-09-24"),
                        heard_answer, heard);
    bench_wait(bench, heard);
    return heard;
}

static struct heard *booking(TALLOC_CTX *ctx, const char *body) {
    struct bench *bench = bench_new(ctx);
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "", body));
    zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, "5", heard_answer, heard);
    bench_wait(bench, heard);
    return heard;
}

static void other_spellings_of_services(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct heard *heard = services(
        ctx, "[{\"id\":5159500,\"name\":\"A\\u001b[31m\\u202e\",\"price\":\"1 500,00\","
             "\"priceFrom\":1,\"time\":5400,\"category\":[],\"breakAfter\":\"5\",\"masters\":"
             "[{\"id\":1357200,\"price\":1800.5,\"priceFrom\":false},7]},"
             "{\"id\":\"2\",\"price\":2500,\"active\":\"0\"},{\"name\":\"no id\"},null,"
             "{\"id\":9007199254740993123,\"price\":-1,\"currency\":\"KZT\",\"duration\":null}]");
    assert_true(heard->answer.ok);
    assert_int_equal(heard->answer.catalogue->service_count, 2);
    const struct zp_service *service = &heard->answer.catalogue->services[0];
    assert_string_equal(service->id, "5159500");
    assert_null(strchr(service->name, '\033'));
    assert_null(strstr(service->name, "\xe2\x80\xae"));
    assert_int_equal(service->price_minor, 150000);
    assert_true(service->price_from);
    assert_int_equal(service->duration_min, 90); // 5400 are seconds
    assert_int_equal(service->break_after_min, 5);
    assert_string_equal(service->category, "");
    assert_string_equal(service->currency, "RUB");
    assert_int_equal(service->term_count, 2);
    assert_string_equal(service->terms[0].master_id, "1357200");
    assert_int_equal(service->terms[0].price_minor, 180050);
    assert_int_equal(service->terms[1].price_minor, 150000); // an id alone: the service's own
    service = &heard->answer.catalogue->services[1];
    assert_string_equal(service->id, "9007199254740993123"); // whole, beyond 2^53
    assert_string_equal(service->name, "9007199254740993123");
    assert_true(service->price_from); // no believable price: nothing is called free
    assert_int_equal(service->price_minor, 0);
    assert_int_equal(service->duration_min, 0);
    assert_string_equal(service->currency, "KZT");
    talloc_free(ctx);
}

static void empty_and_error_are_different(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    assert_true(services(ctx, "{\"data\":[]}")->answer.ok);
    assert_true(services(ctx, "[]")->answer.ok);
    assert_int_equal(services(ctx, "{\"data\":[{\"name\":\"no id\"}]}")->answer.error.code,
                     ZP_E_BAD_ANSWER);
    assert_int_equal(services(ctx, "{\"data\":5}")->answer.error.code, ZP_E_BAD_ANSWER);
    assert_true(schedule(ctx, NULL, "{\"data\":{\"slots\":[]}}")->answer.ok);
    assert_true(schedule(ctx, NULL, "{\"data\":{\"slots\":{}}}")->answer.ok);
    assert_int_equal(schedule(ctx, NULL, "{\"data\":{}}")->answer.error.code, ZP_E_BAD_ANSWER);
    assert_int_equal(schedule(ctx, NULL, "{\"data\":[]}")->answer.error.code, ZP_E_BAD_ANSWER);
    assert_int_equal(
        schedule(ctx, NULL, "{\"date\":\"2026-09-25\",\"slots\":[]}")->answer.error.code,
        ZP_E_BAD_ANSWER); // another day
    assert_int_equal(
        schedule(ctx, NULL, "{\"slots\":[{\"starts_at\":\"soon\"}]}")->answer.error.code,
        ZP_E_BAD_ANSWER);
    assert_int_equal(booking(ctx, "{\"data\":{\"id\":5}}")->answer.error.code, ZP_E_BAD_ANSWER);
    assert_int_equal(booking(ctx, "{\"data\":[]}")->answer.error.code, ZP_E_BAD_ANSWER);
    talloc_free(ctx);
}

static void other_spellings_of_masters(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct heard *heard = masters(
        ctx,
        "{\"data\":[{\"id\":1,\"name\":\"Анна\",\"surname\":\"П.\",\"serviceIds\":[5,\"6\",{\"id\":"
        "7},null],\"schedule\":[{\"date\":\"2026-09-24\",\"workFrom\":\"20:00\",\"workTo\":"
        "\"02:00\",\"breakFrom\":\"00:30\",\"breakTo\":\"01:00\"},{\"date\":\"2026-09-25\","
        "\"work_from\":null,\"work_to\":null},{\"date\":\"2026-10-25\",\"work_from\":\"10:00\","
        "\"work_to\":\"20:00\"},{\"date\":\"2026-09-25\",\"work_from\":\"9:00\",\"work_to\":"
        "\"24:00\",\"break_from\":\"13:00\"},{\"date\":\"2026-09-25\",\"work_from\":\"25:00\","
        "\"work_to\":\"26:00\"}]},{\"id\":2,\"username\":\"Б\",\"schedule\":{}}]}");
    assert_true(heard->answer.ok);
    assert_int_equal(heard->answer.catalogue->master_count, 2);
    const struct zp_master *master = &heard->answer.catalogue->masters[0];
    assert_string_equal(master->name, "Анна П.");
    assert_int_equal(master->service_count, 3);
    assert_string_equal(master->service_ids[2], "7");
    assert_int_equal(heard->answer.shift_count, 2);
    assert_int_equal(heard->answer.shifts[0].to_min, 26 * 60);
    assert_int_equal(heard->answer.shifts[0].break_from_min, 24 * 60 + 30);
    assert_int_equal(heard->answer.shifts[0].break_to_min, 25 * 60);
    assert_int_equal(heard->answer.shifts[1].from_min, 540);
    assert_int_equal(heard->answer.shifts[1].to_min, 1440);
    assert_int_equal(heard->answer.shifts[1].break_from_min, -1);
    talloc_free(ctx);
}

static void slots_as_a_map(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct heard *heard = schedule(
        ctx, NULL,
        "{\"slots\":{\"1357200\":[\"2026-09-24T11:00:00Z\",\"14:15\",\"2026-09-24 15:55:00\"],"
        "\"0\":[\"2026-09-24T06:00:00Z\"],\"1357199\":[\"2026-09-24T11:00:00Z\","
        "\"2026-09-24T11:00:00Z\",\"2026-09-26T11:00:00Z\"]},\"timezone\":\"Asia/Almaty\","
        "\"nearestDate\":\"2026-09-24\"}");
    assert_true(heard->answer.ok);
    const struct zp_day_slots *day = &heard->answer.slots->days[0];
    assert_int_equal(day->slot_count, 4);
    assert_string_equal(day->slots[0].master_id, "1357199");
    assert_string_equal(day->slots[1].master_id, "1357200");
    assert_int_equal(day->slots[1].starts_at, bench_instant("2026-09-24T11:00:00Z"));
    // 14:15 and 15:55 are the salon's clock, never UTC
    assert_int_equal(day->slots[2].starts_at, bench_instant("2026-09-24T11:15:00Z"));
    assert_int_equal(day->slots[3].starts_at, bench_instant("2026-09-24T12:55:00Z"));
    assert_int_equal(day->slots[3].ends_at, 0);
    assert_int_equal(heard->answer.slots->naive_count, 2);
    assert_string_equal(heard->answer.slots->foreign_timezone, "Asia/Almaty");
    assert_true(heard->answer.slots->has_nearest);
    heard = schedule(ctx, "1357200", "{\"slots\":{\"0\":[\"2026-09-24T06:00:00Z\"]}}");
    assert_string_equal(heard->answer.slots->days[0].slots[0].master_id, "1357200");
    heard = schedule(ctx, "1357200", "{\"slots\":[\"2026-09-24T06:00:00Z\"]}");
    assert_string_equal(heard->answer.slots->days[0].slots[0].master_id, "1357200");
    heard = schedule(ctx, NULL, "{\"slots\":{\"0\":[\"2026-09-24T06:00:00Z\"]}}");
    assert_string_equal(heard->answer.slots->days[0].slots[0].master_id, "");
    talloc_free(ctx);
}

static void one_visit_as_several_bookings(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct heard *heard = booking(
        ctx,
        "{\"data\":[{\"id\":6,\"status\":4,\"startsAt\":\"2026-09-24T12:15:00Z\",\"endsAt\":"
        "\"2026-09-24T12:40:00Z\",\"master_id\":9,\"services\":[{\"id\":2,\"price\":\"400,50\"}"
        "],\"total\":400.5,\"version\":3},{\"id\":5,\"status\":\"active\",\"starts_at\":"
        "\"2026-09-24 14:00\",\"duration\":4500,\"master\":{\"id\":8,\"name\":\"Анна\"},"
        "\"services\":[{\"id\":1,\"cost\":1800,\"price\":2000}],\"client\":[],\"attendance\":"
        "\"noShow\"}]}");
    if (!heard->answer.ok)
        fail_msg("%s", heard->answer.error.message);
    const struct zp__dikidi_booking *visit = heard->answer.booking;
    assert_int_equal(visit->id_count, 2);
    assert_string_equal(visit->ids[0], "6");
    assert_int_equal(visit->status, ZP_DIKIDI_ACTIVE); // one part still stands
    assert_int_equal(visit->starts_at, bench_instant("2026-09-24T11:00:00Z"));
    assert_int_equal(visit->ends_at, bench_instant("2026-09-24T12:40:00Z"));
    assert_string_equal(visit->master_id, "8");
    assert_int_equal(visit->service_count, 2);
    assert_int_equal(visit->total_minor, 40050 + 180000);
    assert_int_equal(visit->version, 3);
    assert_true(visit->naive_times);
    talloc_free(ctx);
}

static void status_words(void **state) {
    (void)state;
    static const struct {
        const char *word;
        enum zp__dikidi_status status;
    } table[] = {{"\"active\"", ZP_DIKIDI_ACTIVE}, {"1", ZP_DIKIDI_ACTIVE},
                 {"\"1\"", ZP_DIKIDI_ACTIVE},      {"\"cancelled\"", ZP_DIKIDI_CANCELLED},
                 {"4", ZP_DIKIDI_CANCELLED},       {"\"deleted\"", ZP_DIKIDI_DELETED},
                 {"5", ZP_DIKIDI_DELETED},         {"null", ZP_DIKIDI_ACTIVE},
                 {"[]", ZP_DIKIDI_ACTIVE},         {"\"CANCELED\"", ZP_DIKIDI_CANCELLED}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct heard *heard =
            booking(ctx, talloc_asprintf(ctx,
                                         "{\"id\":5,\"status\":%s,\"starts_at\":"
                                         "\"2026-09-24T11:00:00Z\",\"client\":{\"name\":\"М\","
                                         "\"surname\":\"К\",\"phone\":\"8 (999) 000-00-00\"}}",
                                         table[i].word));
        assert_true(heard->answer.ok);
        assert_int_equal(heard->answer.booking->status, table[i].status);
        assert_string_equal(heard->answer.booking->client_name, "М К");
        assert_string_equal(heard->answer.booking->client_phone, "+79990000000");
        talloc_free(ctx);
    }
}

static void anothers_booking(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    static const char *const bodies[] = {
        "{\"id\":6,\"status\":4,\"starts_at\":\"2026-09-24T11:00:00Z\"}",
        "{\"id\":5,\"company_id\":7,\"starts_at\":\"2026-09-24T11:00:00Z\"}",
        "{\"id\":5,\"starts_at\":\"tomorrow\"}",
        "{\"id\":\"5 \",\"starts_at\":\"2026-09-24T11:00:00Z\"}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct heard *heard = booking(ctx, bodies[i]);
        assert_int_equal(heard->answer.error.code, ZP_E_BAD_ANSWER);
        assert_null(heard->answer.booking);
    }
    talloc_free(ctx);
}

static void long_texts_are_cut(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *name = talloc_strdup(ctx, "");
    for (int i = 0; i < 200; i++)
        name = talloc_strdup_append(name, "Щука");
    struct heard *heard = services(ctx, talloc_asprintf(ctx, "[{\"id\":1,\"name\":\"%s\"}]", name));
    assert_true(strlen(heard->answer.catalogue->services[0].name) <= ZP_LIMIT_NAME_BYTES);
    assert_true(strlen(heard->answer.catalogue->services[0].name) > ZP_LIMIT_NAME_BYTES - 8);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_spellings_of_services),
        cmocka_unit_test(empty_and_error_are_different),
        cmocka_unit_test(other_spellings_of_masters),
        cmocka_unit_test(slots_as_a_map),
        cmocka_unit_test(one_visit_as_several_bookings),
        cmocka_unit_test(status_words),
        cmocka_unit_test(anothers_booking),
        cmocka_unit_test(long_texts_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
