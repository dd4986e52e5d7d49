// The local copy of what Dikidi tells, and small facts.
#include "fixture.h"

static struct zp__store_answer *catalogue(struct place *place) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_catalogue(place->store, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static void put_catalogue(struct place *place, const struct zp_catalogue *wanted) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_put_catalogue(place->store, wanted, ticket_fn, &ticket);
    assert_true(ticket_wait(place, &ticket)->ok);
}

static struct zp__store_answer *shifts(struct place *place, struct zp_date date, int days) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_shifts(place->store, date, days, ticket_fn, &ticket);
    struct zp__store_answer *answer = ticket_wait(place, &ticket);
    assert_true(answer->ok);
    return answer;
}

static void put_shifts(struct place *place, const struct zp_shift *list, size_t count,
                       struct zp_date date, int days, int64_t fetched_at) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_put_shifts(place->store, list, count, date, days, fetched_at, ticket_fn, &ticket);
    assert_true(ticket_wait(place, &ticket)->ok);
}

#define S(text) ((char *)(uintptr_t)(text))

static void test_a_catalogue_is_kept_by_halves(void **state) {
    struct place *place = *state;
    struct zp__store_answer *answer = catalogue(place);
    assert_true(answer->ok);
    assert_int_equal(answer->catalogue->fetched_at, 0);
    assert_int_equal(answer->catalogue->service_count, 0);

    struct zp_terms terms[] = {{S("10"), 150050, true, 90}, {S("11"), 9007199254740993, false, 0}};
    struct zp_service services[] = {
        {S("1"), S("Стрижка \"каре\""), S("5"), S("Волосы"), 100, true, S("RUB"), 60, 10, true,
         false, -7, terms, 2},
        {S("2"), S("Маникюр"), S(""), S(""), 0, false, S("RUB"), 0, 0, true, true, 3, NULL, 0},
    };
    put_catalogue(
        place, &(struct zp_catalogue){.services = services, .service_count = 2, .fetched_at = 500});
    answer = catalogue(place);
    assert_int_equal(answer->catalogue->service_count, 2);
    assert_int_equal(answer->catalogue->fetched_at, 0);

    char *ids[] = {S("1"), S("2")};
    struct zp_master master = {S("10"), S("Анна П."), S("стилист"), true, true, ids, 2};
    put_catalogue(place,
                  &(struct zp_catalogue){.masters = &master, .master_count = 1, .fetched_at = 400});
    place_close(place);
    place_open(place);
    answer = catalogue(place);
    const struct zp_catalogue *got = answer->catalogue;
    assert_int_equal(got->fetched_at, 400);
    assert_int_equal(got->service_count, 2);
    const struct zp_service *service = &got->services[0];
    assert_string_equal(service->id, "1");
    assert_string_equal(service->name, "Стрижка \"каре\"");
    assert_string_equal(service->category_id, "5");
    assert_string_equal(service->category, "Волосы");
    assert_int_equal(service->price_minor, 100);
    assert_true(service->price_from && service->active && !service->online);
    assert_string_equal(service->currency, "RUB");
    assert_int_equal(service->duration_min, 60);
    assert_int_equal(service->break_after_min, 10);
    assert_int_equal(service->sort, -7);
    assert_int_equal(service->term_count, 2);
    assert_string_equal(service->terms[0].master_id, "10");
    assert_int_equal(service->terms[0].price_minor, 150050);
    assert_true(service->terms[0].price_from);
    assert_int_equal(service->terms[0].duration_min, 90);
    assert_int_equal(service->terms[1].price_minor, 9007199254740993);
    assert_int_equal(got->services[1].term_count, 0);
    assert_int_equal(got->master_count, 1);
    assert_string_equal(got->masters[0].post, "стилист");
    assert_int_equal(got->masters[0].service_count, 2);
    assert_string_equal(got->masters[0].service_ids[1], "2");

    // Told to be empty.
    put_catalogue(place, &(struct zp_catalogue){.fetched_at = 600});
    answer = catalogue(place);
    assert_int_equal(answer->catalogue->service_count, 0);
    assert_int_equal(answer->catalogue->master_count, 0);
    assert_int_equal(answer->catalogue->fetched_at, 600);
}

static void test_shifts_by_day(void **state) {
    struct place *place = *state;
    const struct zp_date monday = {2026, 12, 30};
    struct zp_shift list[] = {
        {S("10"), {2026, 12, 30}, 600, 1200, 780, 840}, {S("10"), {2027, 1, 1}, 540, 1500, -1, -1},
        {S("11"), {2026, 12, 30}, 660, 1260, -1, -1},   {S("11"), {2027, 1, 1}, 540, 1080, -1, -1},
        {S("12"), {2027, 1, 9}, 540, 1080, -1, -1},
    };
    assert_int_equal(shifts(place, monday, 3)->shifts->fetched_at, 0);
    put_shifts(place, list, 5, monday, 3, 700);
    const struct zp_shifts *got = shifts(place, monday, 3)->shifts;
    assert_int_equal(got->fetched_at, 700);
    assert_int_equal(got->shift_count, 4);
    assert_string_equal(got->shifts[0].master_id, "10");
    assert_string_equal(got->shifts[1].master_id, "11");
    assert_int_equal(got->shifts[0].break_from_min, 780);
    assert_int_equal(got->shifts[0].break_to_min, 840);
    assert_int_equal(got->shifts[2].to_min, 1500);
    assert_int_equal(zp_date_compare(got->shifts[2].date, (struct zp_date){2027, 1, 1}), 0);
    assert_int_equal(got->shifts[3].break_from_min, -1);
    // Asked and empty; never asked; partly asked.
    got = shifts(place, (struct zp_date){2026, 12, 31}, 1)->shifts;
    assert_int_equal(got->shift_count, 0);
    assert_int_equal(got->fetched_at, 700);
    assert_int_equal(shifts(place, (struct zp_date){2027, 1, 9}, 1)->shifts->fetched_at, 0);
    got = shifts(place, monday, 4)->shifts;
    assert_int_equal(got->fetched_at, 0);
    assert_int_equal(got->shift_count, 4);
    // One day anew: only it is replaced, the oldest asking counts.
    put_shifts(place, list + 2, 1, monday, 1, 900);
    got = shifts(place, monday, 3)->shifts;
    assert_int_equal(got->shift_count, 3);
    assert_string_equal(got->shifts[0].master_id, "11");
    assert_int_equal(got->fetched_at, 700);
    assert_int_equal(shifts(place, monday, 1)->shifts->fetched_at, 900);
}

static char *note(struct place *place, const char *name) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_note(place->store, name, ticket_fn, &ticket);
    struct zp__store_answer *answer = ticket_wait(place, &ticket);
    assert_true(answer->ok);
    return answer->text;
}

static void put_note(struct place *place, const char *name, const char *text) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_put_note(place->store, name, text, ticket_fn, &ticket);
    assert_true(ticket_wait(place, &ticket)->ok);
}

static void test_notes(void **state) {
    struct place *place = *state;
    assert_null(note(place, "poll"));
    put_note(place, "poll", "1");
    put_note(place, "poll", "два");
    put_note(place, "other", "");
    assert_string_equal(note(place, "poll"), "два");
    assert_string_equal(note(place, "other"), "");
    put_note(place, "poll", NULL);
    assert_null(note(place, "poll"));
    put_note(place, "poll", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_a_catalogue_is_kept_by_halves),
        TEST(test_shifts_by_day),
        TEST(test_notes),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
