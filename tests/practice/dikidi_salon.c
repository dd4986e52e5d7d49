// What must hold over any salon: no two live bookings of a master overlap, every offered slot can
// be booked and nothing else of that time, keys make one booking, the day has free time.
#include "dikidi_bench.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MOSCOW  "Europe/Moscow"
#define COMPANY "/api/v2/company/550001"

static uint64_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

// ---- overlap, counted here anew: not by the function under test

static void assert_no_overlap(const struct zp__salon *salon) {
    for (size_t i = 0; i < salon->booking_count; i++) {
        const struct zp__salon_booking *a = salon->bookings[i];
        if (a->cancelled)
            continue;
        for (size_t k = i + 1; k < salon->booking_count; k++) {
            const struct zp__salon_booking *b = salon->bookings[k];
            if (b->cancelled || strcmp(a->master_id, b->master_id) != 0)
                continue;
            const struct zp__salon_booking *first = a->starts_at <= b->starts_at ? a : b;
            const struct zp__salon_booking *second = first == a ? b : a;
            if (first->ends_at + first->break_after_min * 60 > second->starts_at)
                fail_msg("bookings %s and %s overlap", a->id, b->id);
        }
    }
}

static void assert_in_hours(const struct zp__salon *salon) {
    for (size_t i = 0; i < salon->booking_count; i++) {
        const struct zp__salon_booking *booking = salon->bookings[i];
        const struct zp__salon_master *master = zp__salon_master(salon, booking->master_id);
        struct zp_wall from = zp_zone_wall(salon->zone, booking->starts_at);
        struct zp_wall to = zp_zone_wall(salon->zone, booking->ends_at);
        struct zp__salon_hours hours;
        assert_true(zp__salon_hours(master, from.date, &hours));
        int begins = from.hour * 60 + from.minute, ends = to.hour * 60 + to.minute;
        if (begins < hours.from_min || ends > hours.to_min ||
            (hours.break_from_min >= 0 && begins < hours.break_to_min &&
             ends > hours.break_from_min))
            fail_msg("booking %s lies outside %s's hours", booking->id, master->username);
    }
}

// ---- the seeded salon

static size_t free_masters(const struct zp__salon *salon) {
    size_t count = 0;
    struct zp_date today = zp__salon_today(salon);
    for (size_t m = 0; m < salon->master_count; m++) {
        bool free_time = false;
        for (size_t s = 0; s < salon->service_count && !free_time; s++) {
            const struct zp__salon_service *service = &salon->services[s];
            const struct zp__salon_ask ask = {&salon->masters[m], &service, 1};
            free_time = zp__salon_has_slot(salon, &ask, today);
        }
        count += free_time;
    }
    return count;
}

static int sold_share(const struct zp__salon *salon, struct zp_date date) {
    int64_t sold = 0, open = 0;
    int64_t from = zp_zone_day_start(salon->zone, date), to = zp_zone_day_end(salon->zone, date);
    for (size_t i = 0; i < salon->booking_count; i++) {
        const struct zp__salon_booking *booking = salon->bookings[i];
        if (!booking->cancelled && booking->starts_at >= from && booking->starts_at < to)
            sold += (booking->ends_at - booking->starts_at) / 60 + booking->break_after_min;
    }
    for (size_t m = 0; m < salon->master_count; m++) {
        struct zp__salon_hours hours;
        if (zp__salon_hours(&salon->masters[m], date, &hours))
            open += hours.to_min - hours.from_min -
                    (hours.break_from_min < 0 ? 0 : hours.break_to_min - hours.break_from_min);
    }
    return (int)(sold * 100 / open);
}

static void test_there_is_always_free_time_today(void **state) {
    (void)state;
    struct zp_zone *zone = zp_zone_open(NULL, MOSCOW, NULL);
    for (uint64_t seed = 1; seed <= 6; seed++) {
        for (int day = 0; day < 14; day++) {
            struct zp_date date = zp_date_add_days((struct zp_date){2026, 11, 23}, day);
            TALLOC_CTX *ctx = talloc_new(NULL);
            // The day is seeded once, at ten, and lived through.
            struct zp__salon *salon = zp__salon_seeded(
                ctx, seed, MOSCOW, bench_clock(zp_zone_day_minute(zone, date, 600)), NULL);
            assert_non_null(salon);
            int share = sold_share(salon, date);
            if (share < 30 || share > 65)
                fail_msg("seed %d, day %d: %d %% sold", (int)seed, day, share);
            assert_true(sold_share(salon, zp_date_add_days(date, 12)) < share);
            for (int minute = 600; minute <= 1140; minute += 60) {
                salon->clock = bench_clock(zp_zone_day_minute(zone, date, minute));
                size_t count = free_masters(salon);
                if (count < 5)
                    fail_msg("seed %d, day %d, minute %d: only %zu masters have free time",
                             (int)seed, day, minute, count);
            }
            talloc_free(ctx);
        }
    }
    talloc_free(zone);
}

static void test_seed_makes_a_sound_salon(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_clock clock = bench_clock(bench_instant("2026-11-23T11:00:00Z"));
    struct zp__salon *one = zp__salon_seeded(ctx, 7, MOSCOW, clock, NULL);
    struct zp__salon *two = zp__salon_seeded(ctx, 7, MOSCOW, clock, NULL);
    struct zp__salon *other = zp__salon_seeded(ctx, 8, MOSCOW, clock, NULL);
    assert_no_overlap(one);
    assert_in_hours(one);
    assert_int_equal(one->master_count, 8);
    assert_true(one->service_count >= 40);
    struct zp_json *a = zp_json_new_object(ctx), *b = zp_json_new_object(ctx);
    struct zp_json *c = zp_json_new_object(ctx);
    zp__salon_save(one, a);
    zp__salon_save(two, b);
    zp__salon_save(other, c);
    char *text = zp_json_print(ctx, a);
    assert_string_equal(text, zp_json_print(ctx, b));
    assert_string_not_equal(text, zp_json_print(ctx, c));
    struct zp_error err = {0};
    struct zp__salon *back = zp__salon_load(ctx, a, clock, &err);
    if (back == NULL)
        fail_msg("%s", err.message);
    struct zp_json *again = zp_json_new_object(ctx);
    zp__salon_save(back, again);
    assert_string_equal(text, zp_json_print(ctx, again));
    talloc_free(ctx);
}

// ---- over the wire

struct offer {
    char starts_at[32], ends_at[32], master_id[32];
    char service_id[32];
};

static const struct zp_json *data_of(const struct bench_answer *answer) {
    return zp_json_get(answer->json, "data");
}

// A random service on a random day of the next two weeks; false when nothing is offered.
static bool random_offer(struct bench *bench, TALLOC_CTX *ctx, uint64_t *random,
                         struct offer *offer) {
    const struct zp__salon *salon = bench->salon;
    const struct zp__salon_service *service =
        &salon->services[next_random(random) % (salon->service_count - 1)];
    char date[ZP_DATE_SIZE];
    zp_date_format(zp_date_add_days(zp__salon_today(salon), (int)(next_random(random) % 14)), date);
    char *target =
        talloc_asprintf(ctx, COMPANY "/schedule?date=%s&service_id=%s", date, service->id);
    struct bench_answer *answer = bench_call(bench, ctx, "GET", target, NULL, NULL);
    assert_int_equal(answer->status, 200);
    const struct zp_json *slots = zp_json_get(data_of(answer), "slots");
    if (zp_json_count(slots) == 0)
        return false;
    const struct zp_json *slot = zp_json_at(slots, next_random(random) % zp_json_count(slots));
    snprintf(offer->starts_at, sizeof offer->starts_at, "%s",
             zp_json_string(zp_json_get(slot, "starts_at")));
    snprintf(offer->ends_at, sizeof offer->ends_at, "%s",
             zp_json_string(zp_json_get(slot, "ends_at")));
    snprintf(offer->master_id, sizeof offer->master_id, "%s",
             zp_json_string(zp_json_get(slot, "master_id")));
    snprintf(offer->service_id, sizeof offer->service_id, "%s", service->id);
    return true;
}

static char *body_of(TALLOC_CTX *ctx, const struct offer *offer, const char *name,
                     const char *key) {
    return talloc_asprintf(ctx,
                           "{\"master_id\":\"%s\",\"services\":[{\"id\":\"%s\"}],"
                           "\"starts_at\":\"%s\",\"client\":{\"name\":\"%s\",\"surname\":\"\","
                           "\"phone\":\"+79991234567\",\"email\":null},\"comment\":\"\","
                           "\"source\":\"partner\",\"external_id\":\"%s\"}",
                           offer->master_id, offer->service_id, offer->starts_at, name, key);
}

static void test_offered_is_bookable_and_then_gone(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_seed(ctx, 3, MOSCOW, bench_instant("2026-11-23T09:00:00Z"));
    uint64_t random = 42;
    int booked = 0, cancelled = 0;
    for (int i = 0; i < 250; i++) {
        TALLOC_CTX *turn = talloc_new(ctx);
        struct offer offer;
        if (random_offer(bench, turn, &random, &offer)) {
            char key[32];
            snprintf(key, sizeof key, "key-%d", i);
            char *body = body_of(turn, &offer, "Мария", key);
            struct bench_answer *made =
                bench_call(bench, turn, "POST", COMPANY "/booking", body, key);
            if (made->status != 201)
                fail_msg("offered, and yet %d: %s", made->status, made->body);
            const struct zp_json *booking = data_of(made);
            assert_string_equal(zp_json_string(zp_json_get(booking, "ends_at")), offer.ends_at);
            char other_key[32];
            snprintf(other_key, sizeof other_key, "other-%d", i);
            struct bench_answer *second =
                bench_call(bench, turn, "POST", COMPANY "/booking",
                           body_of(turn, &offer, "Ольга", other_key), other_key);
            assert_int_equal(second->status, 409);
            booked++;
            if (next_random(&random) % 4 == 0) {
                char *target = talloc_asprintf(turn, COMPANY "/booking/%s",
                                               zp_json_string(zp_json_get(booking, "id")));
                assert_int_equal(bench_call(bench, turn, "DELETE", target, NULL, NULL)->status,
                                 200);
                // The time is free again: the very same slot can be booked.
                struct bench_answer *again =
                    bench_call(bench, turn, "POST", COMPANY "/booking",
                               body_of(turn, &offer, "Ольга", other_key), other_key);
                assert_int_equal(again->status, 201);
                cancelled++;
            }
        }
        talloc_free(turn);
    }
    assert_true(booked > 150 && cancelled > 20);
    assert_no_overlap(bench->salon);
    assert_in_hours(bench->salon);
    talloc_free(ctx);
}

static void test_one_key_makes_one_booking(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_seed(ctx, 4, MOSCOW, bench_instant("2026-11-23T09:00:00Z"));
    uint64_t random = 7;
    struct offer offer;
    while (!random_offer(bench, ctx, &random, &offer))
        ;
    size_t before = bench->salon->booking_count;
    char *body = body_of(ctx, &offer, "Мария", "K");
    struct bench_answer *first = bench_call(bench, ctx, "POST", COMPANY "/booking", body, "K");
    struct bench_answer *again = bench_call(bench, ctx, "POST", COMPANY "/booking", body, "K");
    assert_int_equal(first->status, 201);
    assert_int_equal(again->status, 200);
    assert_string_equal(zp_json_string(zp_json_get(data_of(first), "id")),
                        zp_json_string(zp_json_get(data_of(again), "id")));
    struct bench_answer *other =
        bench_call(bench, ctx, "POST", COMPANY "/booking", body_of(ctx, &offer, "Ольга", "K"), "K");
    assert_int_equal(other->status, 409);
    assert_non_null(strstr(other->body, "IDEMPOTENCY_CONFLICT"));
    struct bench_answer *torn = bench_call(bench, ctx, "POST", COMPANY "/booking", body, "another");
    assert_int_equal(torn->status, 400);
    assert_int_equal(bench->salon->booking_count, before + 1);
    talloc_free(ctx);
}

static void test_versions_rise(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    struct zp__salon_booking *booking = zp__salon_booking(bench->salon, "852900001");
    assert_int_equal(
        zp__salon_move(bench->salon, booking, bench_instant("2026-09-24T11:00:00Z"), NULL),
        ZP_SALON_OK);
    assert_int_equal(booking->version, 2);
    assert_true(booking->updated_at >= bench->now);
    // Onto itself is no overlap; onto another is; to one who does not do it is refused.
    assert_int_equal(
        zp__salon_move(bench->salon, booking, bench_instant("2026-09-24T11:30:00Z"), NULL),
        ZP_SALON_OK);
    assert_int_equal(
        zp__salon_move(bench->salon, booking, bench_instant("2026-09-24T11:00:00Z"), "1357201"),
        ZP_SALON_SERVICE_NOT_HIS);
    assert_int_equal(
        zp__salon_move(bench->salon, booking, bench_instant("2026-09-25T06:00:00Z"), "1357202"),
        ZP_SALON_OK);
    assert_int_equal(booking->total_minor, 150000);
    assert_int_equal(booking->ends_at - booking->starts_at, 90 * 60);
    assert_int_equal(booking->version, 4);
    struct bench_answer *gone =
        bench_call(bench, ctx, "DELETE", COMPANY "/booking/852900001?reason=x", NULL, NULL);
    int64_t version = 0;
    assert_true(zp_json_int(zp_json_get(data_of(gone), "version"), &version));
    assert_int_equal(version, 5);
    gone = bench_call(bench, ctx, "DELETE", "/booking/852900001", NULL, NULL);
    assert_true(zp_json_int(zp_json_get(data_of(gone), "version"), &version));
    assert_int_equal(version, 5);
    talloc_free(ctx);
}

// New York, 2026-11-01: the night has two one o'clocks, the working day is offset by an hour from
// the day before. 2026-03-08 loses an hour.
static void check_day_of_change(const char *now, struct zp_date date, const char *first) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_seed(ctx, 5, "America/New_York", bench_instant(now));
    const struct zp__salon_service *service = zp__salon_service(bench->salon, "5159522");
    struct zp__salon_booking **bookings = bench->salon->bookings;
    for (size_t i = 0; i < bench->salon->booking_count; i++)
        bookings[i]->cancelled = true; // an empty salon: the shift alone decides
    // A night shift on that date, across the change.
    struct zp__salon_master *master = &bench->salon->masters[1];
    struct zp__salon_shift shift = {date, {0, 5 * 60, -1, -1}};
    master->shifts = &shift;
    master->shift_count = 1;
    master->step_min = 60;
    const struct zp__salon_ask ask = {master, &service, 1};
    struct zp__salon_slot *slots;
    size_t count = zp__salon_slots(bench->salon, ctx, &ask, date, &slots);
    char text[ZP_INSTANT_SIZE];
    assert_true(count > 0);
    zp_instant_format_utc(slots[0].starts_at, text);
    assert_string_equal(text, first);
    // 300 minutes of the clock are 360 or 240 of time: one more or one less start than usual.
    int64_t open = zp_zone_day_minute(bench->salon->zone, date, 300) -
                   zp_zone_day_minute(bench->salon->zone, date, 0);
    assert_int_equal(count, open / 3600);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(slots[i].ends_at - slots[i].starts_at, 45 * 60);
        assert_int_equal(slots[i].starts_at - slots[0].starts_at, (int64_t)i * 3600);
    }
    master->shifts = NULL;
    master->shift_count = 0;
    talloc_free(ctx);
}

static void test_days_when_clocks_change(void **state) {
    (void)state;
    check_day_of_change("2026-10-31T12:00:00Z", (struct zp_date){2026, 11, 1},
                        "2026-11-01T04:00:00Z");
    check_day_of_change("2026-03-07T12:00:00Z", (struct zp_date){2026, 3, 8},
                        "2026-03-08T05:00:00Z");
}

static void test_the_budget_is_kept(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    zp__practice_dikidi_set_rate(bench->dikidi, 3);
    for (int i = 0; i < 3; i++) {
        struct bench_answer *answer =
            bench_call(bench, ctx, "GET", COMPANY "/services", NULL, NULL);
        assert_int_equal(answer->status, 200);
        assert_int_equal(strtol(bench_header(ctx, answer, "X-RateLimit-Remaining"), NULL, 10),
                         2 - i);
    }
    struct bench_answer *refused = bench_call(bench, ctx, "GET", COMPANY "/services", NULL, NULL);
    assert_int_equal(refused->status, 429);
    long wait = strtol(bench_header(ctx, refused, "Retry-After"), NULL, 10);
    assert_true(wait > 50 && wait <= 60);
    zp__practice_dikidi_set_rate(bench->dikidi, 0);
    struct bench_answer *free_again =
        bench_call(bench, ctx, "GET", COMPANY "/services", NULL, NULL);
    assert_int_equal(free_again->status, 200);
    assert_null(bench_header(ctx, free_again, "X-RateLimit-Limit"));
    talloc_free(ctx);
}

static void test_faults_come_when_asked(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    size_t before = bench->salon->booking_count;
    struct offer offer = {
        .starts_at = "2026-09-24T11:00:00Z", .master_id = "1357200", .service_id = "5159500"};
    char *body = body_of(ctx, &offer, "Мария", "F");
    zp__faults_add(
        bench->faults,
        &(struct zp__fault){.call = (char[]){"create"}, .kind = ZP_FAULT_DROP_BEFORE, .count = 1});
    zp__faults_add(
        bench->faults,
        &(struct zp__fault){.call = (char[]){"create"}, .kind = ZP_FAULT_DROP_AFTER, .count = 1});
    assert_int_equal(bench_call(bench, ctx, "POST", COMPANY "/booking", body, "F")->status, 0);
    assert_int_equal(bench->salon->booking_count, before); // nothing was made
    assert_int_equal(bench_call(bench, ctx, "POST", COMPANY "/booking", body, "F")->status, 0);
    assert_int_equal(bench->salon->booking_count, before + 1); // made, and nobody was told
    struct bench_answer *known = bench_call(bench, ctx, "POST", COMPANY "/booking", body, "F");
    assert_int_equal(known->status, 200);
    assert_int_equal(bench->salon->booking_count, before + 1);
    // --after lets one pass; --count ends it; other calls are left alone.
    zp__faults_add(bench->faults,
                   &(struct zp__fault){
                       .call = (char[]){"book*"}, .kind = ZP_FAULT_503, .count = 2, .after = 1});
    static const int expected[] = {200, 503, 503, 200};
    for (size_t i = 0; i < 4; i++) {
        struct bench_answer *answer =
            bench_call(bench, ctx, "GET", COMPANY "/booking/852900001", NULL, NULL);
        assert_int_equal(answer->status, expected[i]);
        assert_int_equal(bench_call(bench, ctx, "GET", COMPANY "/services", NULL, NULL)->status,
                         200);
    }
    // --every spoils one of three, the first of them first, and what stands behind it the others.
    zp__faults_add(
        bench->faults,
        &(struct zp__fault){
            .call = (char[]){"booking"}, .kind = ZP_FAULT_502, .count = 2, .after = 1, .every = 3});
    static const int one_of_three[] = {200, 502, 200, 200, 502, 200};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(
            bench_call(bench, ctx, "GET", COMPANY "/booking/852900001", NULL, NULL)->status,
            one_of_three[i]);
    zp__faults_add(bench->faults,
                   &(struct zp__fault){
                       .call = (char[]){"booking"}, .kind = ZP_FAULT_DELAY, .count = 1, .ms = 120});
    int64_t began = zp_clock_boot_ms();
    struct bench_answer *late =
        bench_call(bench, ctx, "GET", COMPANY "/booking/852900001", NULL, NULL);
    assert_int_equal(late->status, 200);
    assert_true(zp_clock_boot_ms() - began >= 120);
    struct zp_json *log = zp_json_new_object(ctx);
    zp__trace_print(bench->trace, &(struct zp__trace_ask){.call = "create"}, log);
    const struct zp_json *requests = zp_json_get(log, "requests");
    assert_int_equal(zp_json_count(requests), 3);
    const struct zp_json *second = zp_json_at(requests, 1);
    assert_string_equal(zp_json_string(zp_json_get(second, "fault")), "drop-after");
    assert_string_equal(zp_json_string(zp_json_get(second, "key")), "F");
    assert_string_equal(zp_json_string(zp_json_get(zp_json_get(second, "in"), "external_id")), "F");
    talloc_free(ctx);
}

static void test_nonsense_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *method, *target, *body;
        int status;
    } calls[] = {
        {"GET", COMPANY "/services?offset=9223372036854775807", NULL, 400},
        {"GET", COMPANY "/services?limit=0", NULL, 400},
        {"GET", COMPANY "/services?limit=-1", NULL, 400},
        {"GET", COMPANY "/masters?date_to=2026-09-24", NULL, 400},
        {"GET", COMPANY "/masters?date_from=2026-09-24&date_to=2027-09-24", NULL, 400},
        {"GET", COMPANY "/masters?date_from=2026-09-24&date_to=2026-09-01", NULL, 200},
        {"GET", COMPANY "/schedule?date=2026-09-24", NULL, 400},
        {"GET", COMPANY "/schedule?date=9999-12-31&service_id=5159500", NULL, 200},
        {"GET", COMPANY "/schedule?date=0001-01-01&service_id=5159500", NULL, 200},
        {"GET", COMPANY "/nothing", NULL, 404},
        {"PUT", COMPANY "/booking/852900001", NULL, 404},
        {"GET", "/", NULL, 404},
        {"GET", "/a/b/c/d/e/f/g/h/i/j/k", NULL, 404},
        {"POST", COMPANY "/booking", "", 400},
        {"POST", COMPANY "/booking", "[]", 400},
        {"POST", COMPANY "/booking", "{\"services\":{\"id\":1},\"client\":7}", 400},
        {"POST", COMPANY "/booking", "not json", 400},
    };
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_of_fixture(ctx);
    size_t before = bench->salon->booking_count;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct bench_answer *answer =
            bench_call(bench, ctx, calls[i].method, calls[i].target, calls[i].body, NULL);
        if (answer->status != calls[i].status || answer->json == NULL)
            fail_msg("%s %s: %d", calls[i].method, calls[i].target, answer->status);
    }
    assert_int_equal(bench->salon->booking_count, before);
    talloc_free(ctx);
}

static int64_t first_of(const struct zp_json *log) {
    int64_t number = 0;
    assert_true(
        zp_json_int(zp_json_get(zp_json_at(zp_json_get(log, "requests"), 0), "n"), &number));
    return number;
}

static void test_the_log_is_bounded(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__trace *trace = zp__trace_new(ctx);
    struct zp__trace_entry entry = {.server = "dikidi", .call = "services", .status = 200};
    for (int i = 0; i < ZP_TRACE_ENTRIES + 10; i++)
        zp__trace_add(trace, &entry);
    struct zp_json *log = zp_json_new_object(ctx);
    zp__trace_print(trace, &(struct zp__trace_ask){0}, log);
    assert_int_equal(zp_json_count(zp_json_get(log, "requests")), ZP_TRACE_ENTRIES);
    assert_int_equal(first_of(log), 11);
    assert_int_equal(zp__trace_rate(trace, "dikidi").most_in_a_minute, ZP_TRACE_ENTRIES);
    assert_int_equal(zp__trace_rate(trace, "bitrix24").total, 0);
    // Large bodies push out more than their own number.
    char *body = talloc_zero_array(ctx, char, ZP_TRACE_BODY_BYTES + 1);
    memset(body, 'x', ZP_TRACE_BODY_BYTES);
    entry.in = entry.out = body;
    entry.in_size = entry.out_size = ZP_TRACE_BODY_BYTES;
    for (int i = 0; i < 300; i++)
        zp__trace_add(trace, &entry);
    log = zp_json_new_object(ctx);
    zp__trace_print(trace, &(struct zp__trace_ask){0}, log);
    assert_int_equal(zp_json_count(zp_json_get(log, "requests")),
                     ZP_TRACE_BYTES / (2 * ZP_TRACE_BODY_BYTES));
    assert_int_equal(first_of(log) + ZP_TRACE_BYTES / (2 * ZP_TRACE_BODY_BYTES) - 1,
                     ZP_TRACE_ENTRIES + 310);
    log = zp_json_new_object(ctx);
    zp__trace_print(trace, &(struct zp__trace_ask){.since = ZP_TRACE_ENTRIES + 309}, log);
    assert_int_equal(zp_json_count(zp_json_get(log, "requests")), 1);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed_makes_a_sound_salon),
        cmocka_unit_test(test_there_is_always_free_time_today),
        cmocka_unit_test(test_offered_is_bookable_and_then_gone),
        cmocka_unit_test(test_one_key_makes_one_booking),
        cmocka_unit_test(test_versions_rise),
        cmocka_unit_test(test_days_when_clocks_change),
        cmocka_unit_test(test_the_budget_is_kept),
        cmocka_unit_test(test_faults_come_when_asked),
        cmocka_unit_test(test_nonsense_is_refused),
        cmocka_unit_test(test_the_log_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
