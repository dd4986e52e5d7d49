// The six calls against the practice Dikidi, and every fault it knows: what the client says of a
// write is held against what the salon then has.
#include "bench.h"

#include "base/memory.h"
#include "practice/frame.h"

#include <ftw.h>
#include <unistd.h>

struct desk {
    struct bench bench; // loop and client
    struct zp_practice *practice;
    char dir[64];
};

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static int desk_gone(struct desk *desk) {
    TALLOC_FREE(desk->bench.dikidi);
    TALLOC_FREE(desk->practice);
    nftw(desk->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

static struct desk *desk_new(TALLOC_CTX *ctx) {
    struct desk *desk = zp__memory_new(ctx, struct desk);
    struct zp_error err = {0};
    snprintf(desk->dir, sizeof desk->dir, "/tmp/zapis-api-XXXXXX");
    assert_non_null(mkdtemp(desk->dir));
    talloc_set_destructor(desk, desk_gone);
    struct bench *bench = &desk->bench;
    bench->loop = zp_loop_new(desk);
    struct zp_practice_options options = {.state_dir = desk->dir,
                                          .seed = 11,
                                          .has_now = true,
                                          .now = bench_instant("2026-09-23T09:00:00Z"),
                                          .zone = "Europe/Moscow",
                                          .program = "/bin/true"};
    desk->practice = zp_practice_start(desk, bench->loop, &options, &err);
    if (desk->practice == NULL)
        fail_msg("%s", err.message);
    bench->config =
        zp_config_load(desk, zp_practice_config_path(desk->practice), ZP_CONFIG_NEED_ALL, &err);
    if (bench->config == NULL)
        fail_msg("%s", err.message);
    bench->dikidi = zp__dikidi_new(desk, bench->loop, bench->config);
    return desk;
}

static const struct zp_json *hand(struct desk *desk, TALLOC_CTX *ctx, const char *const *argv) {
    struct zp_error err = {0};
    struct zp_json *answer = zp_json_new_object(ctx);
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    if (!zp__practice_control_run(desk->practice, ctx, argc, argv, answer, &err))
        fail_msg("%s: %s", argv[0], err.message);
    char *printed = zp_json_print(ctx, answer);
    return zp_json_parse(ctx, printed, strlen(printed), NULL);
}
#define HAND(desk, ctx, ...) hand((desk), (ctx), (const char *const[]){__VA_ARGS__, NULL})

static size_t bookings_in_salon(struct desk *desk) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    size_t count =
        zp_json_count(zp_json_get(HAND(desk, ctx, "bookings", "--date", "2026-09-25"), "bookings"));
    talloc_free(ctx);
    return count;
}

// A free time of any service on that day.
struct offer {
    const char *service_id;
    struct zp_slot slot;
};

static struct offer free_time(struct desk *desk, TALLOC_CTX *ctx) {
    struct heard *services = heard_new(ctx);
    zp__dikidi_services(desk->bench.dikidi, ZP_PACE_URGENT, heard_answer, services);
    bench_wait(&desk->bench, services);
    assert_true(services->answer.ok);
    for (size_t i = 0; i < services->answer.catalogue->service_count; i++) {
        const char *id = services->answer.catalogue->services[i].id;
        struct heard *heard = heard_new(ctx);
        zp__dikidi_schedule(desk->bench.dikidi, ZP_PACE_URGENT, &id, 1, NULL,
                            bench_date("2026-09-25"), heard_answer, heard);
        bench_wait(&desk->bench, heard);
        assert_true(heard->answer.ok);
        if (heard->answer.slots->days[0].slot_count > 0)
            return (struct offer){id, heard->answer.slots->days[0].slots[0]};
    }
    fail_msg("the practice salon has no free time");
    return (struct offer){0};
}

static char *body_of(TALLOC_CTX *ctx, const struct offer *offer, const char *request_id) {
    struct zp__dikidi_create create = {.request_id = request_id,
                                       .master_id = offer->slot.master_id,
                                       .service_ids = &offer->service_id,
                                       .service_count = 1,
                                       .starts_at = offer->slot.starts_at,
                                       .client_name = "Ксения",
                                       .client_phone = "+79161234500",
                                       .comment = "Первый раз"};
    return zp__dikidi_create_body(ctx, &create);
}

static struct heard *book(struct desk *desk, TALLOC_CTX *ctx, const char *request_id,
                          const char *body) {
    struct heard *heard = heard_new(ctx);
    zp__dikidi_create_booking(desk->bench.dikidi, ZP_PACE_URGENT, request_id, body, heard_sending,
                              heard_answer, heard);
    bench_wait(&desk->bench, heard);
    return heard;
}

#define KEY "0199e1a0-0000-7000-8000-0000000000aa"

static void a_booking_and_its_end(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct desk *desk = desk_new(ctx);
    struct offer offer = free_time(desk, ctx);
    char *body = body_of(ctx, &offer, KEY);
    struct heard *made = book(desk, ctx, KEY, body), *again = book(desk, ctx, KEY, body);
    assert_int_equal(made->answer.outcome, ZP_OUTCOME_DONE);
    assert_int_equal(again->answer.outcome, ZP_OUTCOME_DONE);
    const char *id = made->answer.booking->ids[0];
    assert_string_equal(again->answer.booking->ids[0], id);
    struct heard *taken = book(desk, ctx, "other", body_of(ctx, &offer, "other"));
    assert_int_equal(taken->answer.outcome, ZP_OUTCOME_REFUSED);
    assert_true(zp__dikidi_is_slot_taken(&taken->answer.error));
    struct heard *read = heard_new(ctx), *cancelled = heard_new(ctx), *after = heard_new(ctx);
    zp__dikidi_booking(desk->bench.dikidi, ZP_PACE_SYNC, id, heard_answer, read);
    bench_wait(&desk->bench, read);
    assert_int_equal(read->answer.booking->starts_at, offer.slot.starts_at);
    assert_string_equal(read->answer.booking->client_phone, "+79161234500");
    zp__dikidi_cancel_booking(desk->bench.dikidi, ZP_PACE_URGENT, id, "По просьбе", heard_sending,
                              heard_answer, cancelled);
    bench_wait(&desk->bench, cancelled);
    assert_int_equal(cancelled->answer.outcome, ZP_OUTCOME_DONE);
    assert_string_equal(cancelled->answer.booking->cancel_reason, "По просьбе");
    zp__dikidi_booking(desk->bench.dikidi, ZP_PACE_SYNC, id, heard_answer, after);
    bench_wait(&desk->bench, after);
    assert_int_equal(after->answer.booking->status, ZP_DIKIDI_CANCELLED);
    talloc_free(ctx);
}

static void the_catalogue(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct desk *desk = desk_new(ctx);
    struct heard *heard = heard_new(ctx);
    struct zp_date date = bench_date("2026-09-24");
    zp__dikidi_masters(desk->bench.dikidi, ZP_PACE_SYNC, &date, 7, heard_answer, heard);
    bench_wait(&desk->bench, heard);
    assert_true(heard->answer.ok);
    assert_true(heard->answer.catalogue->master_count > 2);
    assert_true(heard->answer.shift_count > 7);
    for (size_t i = 0; i < heard->answer.shift_count; i++) {
        int day = zp_date_days_between(date, heard->answer.shifts[i].date);
        assert_true(day >= 0 && day < 7);
    }
    talloc_free(ctx);
}

// ---- faults

static enum zp__outcome expected_of(enum zp__fault_kind kind) {
    switch (kind) {
    case ZP_FAULT_DELAY: return ZP_OUTCOME_DONE;
    case ZP_FAULT_429: return ZP_OUTCOME_NOT_SENT;
    case ZP_FAULT_401: return ZP_OUTCOME_REFUSED;
    default: return ZP_OUTCOME_UNKNOWN;
    }
}

static void one_fault(struct desk *desk, enum zp__fault_kind kind) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct offer offer = free_time(desk, ctx);
    char *key = talloc_asprintf(ctx, "0199e1a0-0000-7000-8000-%012d", kind);
    char *body = body_of(ctx, &offer, key);
    size_t before = bookings_in_salon(desk);
    HAND(desk, ctx, "fault", "create", zp__fault_kind_name(kind), "--count", "1", "--ms", "20");
    struct heard *heard = book(desk, ctx, key, body);
    bool made = bookings_in_salon(desk) > before;
    if (heard->answer.outcome != expected_of(kind))
        fail_msg("%s: outcome %d (%s)", zp__fault_kind_name(kind), heard->answer.outcome,
                 heard->answer.error.message);
    assert_int_equal(made, zp__fault_kind_runs(kind)); // the fault was the one meant
    if (heard->answer.outcome == ZP_OUTCOME_DONE)
        assert_true(made);
    if (heard->answer.outcome == ZP_OUTCOME_REFUSED || heard->answer.outcome == ZP_OUTCOME_NOT_SENT)
        assert_false(made);
    talloc_free(desk->bench.dikidi); // a client without the pause
    desk->bench.dikidi = zp__dikidi_new(desk, desk->bench.loop, desk->bench.config);
    struct heard *again = book(desk, ctx, key, body);
    assert_int_equal(again->answer.outcome, ZP_OUTCOME_DONE);
    assert_int_equal(bookings_in_salon(desk), before + 1); // neither lost nor doubled
    talloc_free(ctx);
}

static void faults(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct desk *desk = desk_new(ctx);
    for (int kind = ZP_FAULT_DELAY; kind <= ZP_FAULT_302; kind++)
        if (kind != ZP_FAULT_OVERLOAD) // Bitrix24's
            one_fault(desk, (enum zp__fault_kind)kind);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_booking_and_its_end),
                                       cmocka_unit_test(the_catalogue), cmocka_unit_test(faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
