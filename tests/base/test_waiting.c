// Which wishes of the waiting list fit a time that turned free, and in which order.
#include "check.h"

#include <string.h>
#include <zapis/memory.h>
#include <zapis/waiting.h>

#define NOON 1795424400LL // 2026-11-23 12:00 in Moscow

static char *text(const char *word) {
    return (char *)(uintptr_t)word;
}

static struct zp_catalogue catalogue(void) {
    static struct zp_terms terms[] = {{.duration_min = 90}};
    static char *skills[2];
    static struct zp_service services[2];
    static struct zp_master masters[2];
    skills[0] = text("cut");
    skills[1] = text("dye");
    terms[0].master_id = text("vera");
    services[0] =
        (struct zp_service){.id = text("cut"), .name = text("Стрижка"), .duration_min = 60};
    services[1] = (struct zp_service){.id = text("dye"),
                                      .name = text("Окрашивание"),
                                      .duration_min = 120,
                                      .terms = terms,
                                      .term_count = 1};
    masters[0] = (struct zp_master){
        .id = text("anna"), .name = text("Анна"), .service_ids = skills, .service_count = 1};
    masters[1] = (struct zp_master){
        .id = text("vera"), .name = text("Вера"), .service_ids = skills, .service_count = 2};
    return (struct zp_catalogue){
        .services = services, .service_count = 2, .masters = masters, .master_count = 2};
}

static struct zp_waiting wish(int64_t id, char **service) {
    return (struct zp_waiting){.id = id,
                               .service_ids = service,
                               .service_count = 1,
                               .from = {2026, 11, 23},
                               .to = {2026, 11, 24},
                               .from_min = 0,
                               .to_min = ZP_WAITING_DAY_MIN,
                               .made_at = 100 + id};
}

static struct zp_gap gap(const char *master, int from_min, int to_min) {
    return (struct zp_gap){text(master), NOON + from_min * 60LL, NOON + to_min * 60LL};
}

// Of one wish in one gap: minutes after noon at which it would begin; -1: it does not fit.
static int64_t begins(const struct zp_zone *zone, const struct zp_waiting *one, struct zp_gap place,
                      int64_t now) {
    const struct zp_catalogue list = catalogue();
    struct zp_fits *fits = zp_waiting_fits(NULL, zone, &list, one, 1, &place, 1, now);
    const int64_t at = fits->count > 0 ? (fits->fits[0].starts_at - NOON) / 60 : -1;
    talloc_free(fits);
    return at;
}

static void what_fits(void **state) {
    (void)state;
    char *cut = text("cut"), *dye = text("dye");
    struct zp_zone *zone = zp_zone_open(NULL, "Europe/Moscow", NULL);
    struct zp_waiting one = wish(1, &cut);
    assert_int_equal(begins(zone, &one, gap("anna", 60, 120), NOON), 60);
    assert_int_equal(begins(zone, &one, gap("anna", 60, 119), NOON), -1); // too short
    assert_int_equal(begins(zone, &one, gap("anna", -60, 60), NOON), -1); // has begun
    one.master_id = text("vera");
    assert_int_equal(begins(zone, &one, gap("anna", 60, 120), NOON), -1);
    assert_int_equal(begins(zone, &one, gap("vera", 60, 120), NOON), 60);
    one.master_id = NULL;
    one.service_ids = &dye; // Anna does not do it; Vera takes 90 minutes, not 120
    assert_int_equal(begins(zone, &one, gap("anna", 60, 300), NOON), -1);
    assert_int_equal(begins(zone, &one, gap("vera", 60, 150), NOON), 60);
    assert_int_equal(begins(zone, &one, gap("vera", 60, 149), NOON), -1);
    // Within a window: later in the gap, and not after it.
    one.service_ids = &cut;
    one.from_min = 14 * 60;
    one.to_min = 15 * 60;
    assert_int_equal(begins(zone, &one, gap("vera", 60, 240), NOON), 120);
    assert_int_equal(begins(zone, &one, gap("vera", 60, 179), NOON), -1);
    assert_int_equal(begins(zone, &one, gap("vera", 180, 240), NOON), 180);
    assert_int_equal(begins(zone, &one, gap("vera", 181, 300), NOON), -1);
    // The days, both included; the next day of a gap over midnight.
    const int day = 1440;
    assert_int_equal(begins(zone, &one, gap("vera", day + 120, day + 180), NOON), day + 120);
    assert_int_equal(begins(zone, &one, gap("vera", 2 * day + 120, 2 * day + 180), NOON), -1);
    assert_int_equal(begins(zone, &one, gap("vera", 600, day + 180), NOON), day + 120);
    one.state = ZP_WAITING_BOOKING;
    assert_int_equal(begins(zone, &one, gap("vera", 120, 180), NOON), -1);
    assert_false(zp_waiting_is_over(&one, zone, NOON + (day + 180) * 60LL));
    assert_true(zp_waiting_is_over(&one, zone, NOON + (day + 181) * 60LL));
    talloc_free(zone);
}

static void who_comes_first(void **state) {
    (void)state;
    char *cut = text("cut"), *gone = text("gone");
    struct zp_zone *zone = zp_zone_open(NULL, "Europe/Moscow", NULL);
    struct zp_waiting list[] = {wish(3, &cut), wish(1, &cut), wish(2, &gone)};
    const struct zp_gap gaps[] = {gap("vera", 120, 240), gap("anna", 120, 180),
                                  gap("vera", 60, 120)};
    const struct zp_catalogue prices = catalogue();
    struct zp_fits *fits = zp_waiting_fits(NULL, zone, &prices, list, 3, gaps, 3, NOON);
    assert_int_equal(fits->count, 6); // what the price list does not have fits nowhere
    assert_int_equal(fits->fits[0].waiting_id, 1);
    assert_int_equal(fits->fits[0].at, 1);
    assert_int_equal(fits->fits[0].starts_at, NOON + 3600); // the earliest
    assert_string_equal(fits->fits[1].master, "Анна");      // leaves nothing of its gap
    assert_int_equal(fits->fits[1].spare_min, 0);
    assert_int_equal(fits->fits[2].spare_min, 60);
    assert_int_equal(fits->fits[3].waiting_id, 3);
    zp_waiting_name(list, 0, &prices);
    talloc_free(fits);
    talloc_free(zone);
}

static void words(void **state) {
    (void)state;
    for (int i = 0; i < ZP_WAITING_STATES; i++) {
        enum zp_waiting_state parsed = ZP_WAITING_OPEN;
        const enum zp_waiting_state one = (enum zp_waiting_state)i;
        assert_true(zp_waiting_state_parse(zp_waiting_state_name(one), &parsed));
        assert_int_equal(parsed, one);
        assert_true(zp_waiting_state_words(one)[0] != '\0');
    }
    enum zp_waiting_state parsed = ZP_WAITING_DROPPED;
    assert_false(zp_waiting_state_parse("", &parsed));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits),
        cmocka_unit_test(who_comes_first),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests_name("the waiting list", tests, NULL, NULL);
}
