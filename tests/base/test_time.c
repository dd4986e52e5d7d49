#include "check.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <zapis/memory.h>
#include <zapis/time.h>

struct zones {
    struct zp_zone *moscow, *almaty, *new_york, *london;
};

static int open_zones(void **state) {
    struct zones *zones = talloc_zero(NULL, struct zones);
    zones->moscow = zp_zone_open(zones, "Europe/Moscow", NULL);
    zones->almaty = zp_zone_open(zones, "Asia/Almaty", NULL);
    zones->new_york = zp_zone_open(zones, "America/New_York", NULL);
    zones->london = zp_zone_open(zones, "Europe/London", NULL);
    *state = zones;
    return zones->moscow && zones->almaty && zones->new_york && zones->london ? 0 : -1;
}

static int close_zones(void **state) {
    return talloc_free(*state);
}

static struct zp_date date(int year, int month, int day) {
    return (struct zp_date){year, month, day};
}

static void unknown_zones_are_errors(void **state) {
    (void)state;
    static const char *const names[] = {
        "",
        "Europe/Moskau",
        "MSK-3",
        "EST5EDT4,M3.2.0,M11.1.0",
        "+03:00",
        "03:00",
        "-3",
        "/etc/passwd",
        "../../../etc/passwd",
        "/usr/share/zoneinfo/Europe/Moscow",
        "Europe",
        "Europe/Moscow ",
        "Москва",
        "Europe/../Europe/Moscow",
        "tzdata.zi",
        "zone.tab",
    };
    for (size_t i = 0; i < CHECK_COUNT(names); i++) {
        struct zp_error err = {0};
        if (zp_zone_open(NULL, names[i], &err) != NULL) {
            fail_msg("“%s” was opened", names[i]);
        }
        assert_int_equal(err.code, ZP_E_CONFIG);
        assert_non_null(strstr(err.message, "Europe/Moscow"));
    }
    assert_null(zp_zone_open(NULL, NULL, NULL));
}

// Kazakhstan became one zone at UTC+5 when 2024-03-01 began (field-notes F8).
static void almaty_changed_in_2024(void **state) {
    const struct zp_zone *almaty = ((struct zones *)*state)->almaty;
    char text[ZP_INSTANT_SIZE];
    int64_t turn = 1709229600; // 2024-02-29T18:00:00Z
    zp_instant_format(almaty, turn - 1, text);
    assert_string_equal(text, "2024-02-29T23:59:59+06:00");
    zp_instant_format(almaty, turn, text);
    assert_string_equal(text, "2024-02-29T23:00:00+05:00");
    zp_instant_format(almaty, 1763800000, text);
    assert_string_equal(text, "2025-11-22T13:26:40+05:00");
    assert_int_equal(zp_zone_day_end(almaty, date(2024, 2, 29)) -
                         zp_zone_day_start(almaty, date(2024, 2, 29)),
                     25 * 3600);
}

static void days_begin_on_the_previous_utc_date(void **state) {
    const struct zones *zones = *state;
    char text[ZP_INSTANT_SIZE];
    zp_instant_format_utc(zp_zone_day_start(zones->moscow, date(2026, 9, 24)), text);
    assert_string_equal(text, "2026-09-23T21:00:00Z");
    // 23:30 and 00:30 of the salon stand on the right days (field-notes F7).
    struct zp_wall late = zp_zone_wall(zones->moscow, 1790281800);
    struct zp_wall early = zp_zone_wall(zones->moscow, 1790281800 + 3600);
    assert_int_equal(late.hour * 100 + late.minute, 2330);
    assert_int_equal(late.date.day, 24);
    assert_int_equal(early.hour * 100 + early.minute, 30);
    assert_int_equal(early.date.day, 25);
    assert_int_equal(late.weekday, 4);
    assert_int_equal(zp_zone_day_minute(zones->moscow, date(2026, 9, 24), 1470),
                     zp_zone_day_minute(zones->moscow, date(2026, 9, 25), 30));
}

static void human_times(void **state) {
    const struct zones *zones = *state;
    static const struct {
        const char *text;
        const char *utc; // NULL: refused
    } table[] = {
        {"2026-11-23 15:00", "2026-11-23T12:00:00Z"},
        {"2026-11-23T15:00", "2026-11-23T12:00:00Z"},
        {"2026-11-23 15:00:30", "2026-11-23T12:00:30Z"},
        {"2026-11-23T15:00:00+05:00", "2026-11-23T10:00:00Z"},
        {"2026-11-23T15:00:00Z", "2026-11-23T15:00:00Z"},
        {"2026-11-23T15:00:00.250-0130", "2026-11-23T16:30:00Z"},
        {"2026-11-23", NULL},
        {"2026-02-30 15:00", NULL},
        {"2026-11-23 24:00", NULL},
        {"2026-11-23 15:60", NULL},
        {"2026-11-23 15", NULL},
        {"2026-11-23  15:00", NULL},
        {"2026-11-23 15:00 ", NULL},
        {"2026-11-23 15:00+3", NULL},
        {"2026-11-23 15:00+24:00", NULL},
        {"26-11-23 15:00", NULL},
        {"", NULL},
        {"tomorrow", NULL},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        struct zp_error err = {0};
        int64_t at = 0;
        char text[ZP_INSTANT_SIZE] = "";
        bool fine = zp_instant_parse_human(table[i].text, zones->moscow, &at, &err);
        if (fine != (table[i].utc != NULL)) {
            fail_msg("%s", table[i].text);
        }
        if (fine) {
            zp_instant_format_utc(at, text);
            assert_string_equal(text, table[i].utc);
        } else {
            assert_int_equal(err.code, ZP_E_USAGE);
        }
    }
}

static void gaps_and_overlaps_are_refused_with_both_readings(void **state) {
    const struct zones *zones = *state;
    const struct {
        const struct zp_zone *zone;
        const char *text, *first, *second;
    } table[] = {
        {zones->new_york, "2026-03-08 02:30", "2026-03-08T01:30:00-05:00",
         "2026-03-08T03:30:00-04:00"},
        {zones->new_york, "2026-11-01 01:30", "2026-11-01T01:30:00-04:00",
         "2026-11-01T01:30:00-05:00"},
        {zones->london, "2026-03-29 01:00:00", "2026-03-29T00:00:00+00:00",
         "2026-03-29T02:00:00+01:00"},
        {zones->london, "2026-10-25 01:59", "2026-10-25T01:59:00+01:00",
         "2026-10-25T01:59:00+00:00"},
        {zones->almaty, "2024-02-29 23:30", "2024-02-29T23:30:00+06:00",
         "2024-02-29T23:30:00+05:00"},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        struct zp_error err = {0};
        int64_t at = 0, first = 0, second = 0;
        assert_false(zp_instant_parse_human(table[i].text, table[i].zone, &at, &err));
        assert_int_equal(err.code, ZP_E_USAGE);
        if (strstr(err.message, table[i].first) == NULL ||
            strstr(err.message, table[i].second) == NULL) {
            fail_msg("%s: %s", table[i].text, err.message);
        }
        // What is offered is taken.
        assert_true(zp_instant_parse_human(table[i].first, table[i].zone, &first, NULL));
        assert_true(zp_instant_parse_human(table[i].second, table[i].zone, &second, NULL));
        assert_true(first < second);
    }
    int64_t at = 0;
    assert_true(zp_instant_parse_human("2026-03-08 03:00", zones->new_york, &at, NULL));
    assert_true(zp_instant_parse_human("2026-03-08 01:59:59", zones->new_york, &at, NULL));
    assert_true(zp_instant_parse_human("2026-10-25 02:00", zones->london, &at, NULL));
    assert_true(zp_instant_parse_human("2026-10-25 00:59", zones->london, &at, NULL));
}

static void instants_of_servers(void **state) {
    const struct zones *zones = *state;
    static const struct {
        const char *text;
        enum zp_instant_kind kind;
        int64_t at;
    } table[] = {
        {"2026-09-24T06:00:00Z", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24T06:00:00.123456789Z", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24t06:00:00z", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24T09:00:00+03:00", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24T09:00:00+0300", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24 09:00:00+03", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-23T20:30:00-09:30", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24T06:00:00-00:00", ZP_INSTANT_UTC, 1790229600},
        {"2026-09-24T09:00:00", ZP_INSTANT_NAIVE, 1790229600},
        {"2026-09-24 09:00", ZP_INSTANT_NAIVE, 1790229600},
        {"2016-12-31T23:59:60Z", ZP_INSTANT_UTC, 1483228800},
        {"1969-12-31T23:59:59Z", ZP_INSTANT_UTC, -1},
        {"2026-09-24T06:00:00+03:0", ZP_INSTANT_NONE, 0},
        {"2026-09-24T06:00:00+3", ZP_INSTANT_NONE, 0},
        {"2026-09-24T06:00:00.Z", ZP_INSTANT_NONE, 0},
        {"2026-09-24T06:00:61Z", ZP_INSTANT_NONE, 0},
        {"2026-09-24T06:00:00Zx", ZP_INSTANT_NONE, 0},
        {"2026-09-24", ZP_INSTANT_NONE, 0},
        {"2026-13-24T06:00:00Z", ZP_INSTANT_NONE, 0},
        {"0000-01-01T06:00:00Z", ZP_INSTANT_NONE, 0},
        {"1790229600", ZP_INSTANT_NONE, 0},
        {"", ZP_INSTANT_NONE, 0},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        int64_t at = 0;
        if (zp_instant_parse(table[i].text, zones->moscow, &at) != table[i].kind ||
            at != table[i].at) {
            fail_msg("%s: %lld", table[i].text, (long long)at);
        }
    }
    int64_t at = 0;
    assert_int_equal(zp_instant_parse(NULL, zones->moscow, &at), ZP_INSTANT_NONE);
    // Naive: of two readings the earlier, of none the first instant after the gap.
    assert_int_equal(zp_instant_parse("2026-11-01T01:30:00", zones->new_york, &at),
                     ZP_INSTANT_NAIVE);
    assert_int_equal(at, 1793511000);
    assert_int_equal(zp_instant_parse("2026-03-08T02:30:00", zones->new_york, &at),
                     ZP_INSTANT_NAIVE);
    assert_int_equal(at, 1772953200);
}

static void instants_print_and_read_again(void **state) {
    const struct zones *zones = *state;
    const struct zp_zone *all[] = {zones->moscow, zones->almaty, zones->new_york, zones->london};
    uint64_t random = 7;
    for (int i = 0; i < 20000; i++) {
        int64_t at = (int64_t)(check_random(&random) % 5000000000u) - 1000000000, again = 0;
        char text[ZP_INSTANT_SIZE];
        zp_instant_format(all[i % 4], at, text);
        assert_int_equal(zp_instant_parse(text, zones->moscow, &again), ZP_INSTANT_UTC);
        assert_int_equal(again, at);
        zp_instant_format_utc(at, text);
        assert_int_equal(zp_instant_parse(text, zones->moscow, &again), ZP_INSTANT_UTC);
        assert_int_equal(again, at);
    }
    // Nothing overflows at the ends.
    char text[ZP_INSTANT_SIZE];
    zp_instant_format_utc(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    zp_instant_format_utc(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01T00:00:00Z");
    zp_instant_format(zones->moscow, INT64_MAX, text);
    zp_instant_format(zones->new_york, INT64_MIN, text);
    zp_zone_wall(zones->moscow, INT64_MAX);
    zp_zone_wall(zones->moscow, INT64_MIN);
}

static void http_dates(void **state) {
    (void)state;
    int64_t at = 0;
    assert_true(zp_instant_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &at));
    assert_int_equal(at, 784111777);
    static const char *const bad[] = {
        "",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "120",
    };
    for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
        assert_false(zp_instant_parse_http(bad[i], &at));
    }
    assert_false(zp_instant_parse_http(NULL, &at));
}

static void dates(void **state) {
    (void)state;
    struct zp_date got;
    char text[ZP_DATE_SIZE];
    assert_true(zp_date_parse("2024-02-29", &got));
    zp_date_format(got, text);
    assert_string_equal(text, "2024-02-29");
    static const char *const bad[] = {"2026-02-29",  "1900-02-29", "2026-00-10", "2026-13-01",
                                      "2026-1-1",    "2026-11-31", "2026-11-00", "2026-11-23 ",
                                      " 2026-11-23", "20261123",   "0000-01-01", "",
                                      "2026/11/23",  "+026-11-23"};
    for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
        if (zp_date_parse(bad[i], &got)) {
            fail_msg("%s", bad[i]);
        }
    }
    assert_true(zp_date_parse("2000-02-29", &got));
    assert_int_equal(zp_date_weekday(date(2026, 11, 23)), 1);
    assert_int_equal(zp_date_weekday(date(1969, 12, 31)), 3);
    assert_int_equal(zp_date_days_between(date(2026, 2, 28), date(2027, 2, 28)), 365);
    assert_int_equal(zp_date_days_between(date(2027, 2, 28), date(2026, 2, 28)), -365);
    assert_int_equal(zp_date_compare(date(2026, 2, 28), date(2026, 3, 1)), -1);
    assert_int_equal(zp_date_compare(date(2027, 1, 1), date(2026, 12, 31)), 1);
    assert_int_equal(zp_date_compare(date(2027, 1, 1), date(2027, 1, 1)), 0);
    assert_true(zp_date_valid(date(9999, 12, 31)));
    assert_false(zp_date_valid(date(10000, 1, 1)));
    assert_false(zp_date_valid(date(INT_MIN, INT_MAX, INT_MAX)));
    zp_date_format(date(-5, 99, 99), text);
    assert_string_equal(text, "0000-00-00");
    // Every day of four centuries, one after the other.
    struct zp_date day = date(1900, 1, 1);
    for (int i = 0; i < 146097; i++) {
        struct zp_date next = zp_date_add_days(day, 1);
        assert_true(zp_date_valid(next));
        assert_int_equal(zp_date_compare(next, day), 1);
        assert_int_equal(zp_date_days_between(day, next), 1);
        assert_int_equal(zp_date_weekday(next), zp_date_weekday(day) % 7 + 1);
        day = next;
    }
    assert_int_equal(zp_date_compare(day, date(2300, 1, 1)), 0);
}

static void human_dates(void **state) {
    (void)state;
    struct zp_date today = date(2026, 12, 31), got;
    static const struct {
        const char *text, *date;
    } table[] = {{"2026-11-23", "2026-11-23"},
                 {"today", "2026-12-31"},
                 {"tomorrow", "2027-01-01"},
                 {"+3", "2027-01-03"},
                 {"+0", "2026-12-31"},
                 {"-1", "2026-12-30"},
                 {"+12345", NULL},
                 {"+", NULL},
                 {"+3d", NULL},
                 {"yesterday", "2026-12-30"},
                 {"", NULL},
                 {"23.11.2026", "2026-11-23"},
                 {"TODAY", "2026-12-31"}};
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        struct zp_error err = {0};
        char text[ZP_DATE_SIZE];
        bool fine = zp_date_parse_human(table[i].text, today, &got, &err);
        if (fine != (table[i].date != NULL)) {
            fail_msg("%s", table[i].text);
        }
        if (fine) {
            zp_date_format(got, text);
            assert_string_equal(text, table[i].date);
        } else {
            assert_int_equal(err.code, ZP_E_USAGE);
        }
    }
}

static void human_dates_as_said(void **state) {
    (void)state;
    const struct zp_date today = date(2026, 11, 23); // a Monday
    static const struct {
        const char *text, *date;
    } table[] = {{"23", "2026-11-23"},
                 {"5", "2026-12-05"},
                 {"31", "2026-12-31"},
                 {"23.11", "2026-11-23"},
                 {"23.11.", "2026-11-23"},
                 {"27/11", "2026-11-27"},
                 {"1.12", "2026-12-01"},
                 {"20.11", "2026-11-20"}, // a few days past stay past
                 {"5.01", "2027-01-05"},
                 {"1.2.27", "2027-02-01"},
                 {"01.02.2027", "2027-02-01"},
                 {"27 ноября", "2026-11-27"},
                 {"27 Ноя.", "2026-11-27"},
                 {"27 november", "2026-11-27"},
                 {"27 nov 2027", "2027-11-27"},
                 {"5 января", "2027-01-05"},
                 {"3 мая 2027", "2027-05-03"},
                 {"6 july 2027", "2027-07-06"},
                 {"6 июн 2027", "2027-06-06"},
                 {"Сегодня", "2026-11-23"},
                 {" завтра ", "2026-11-24"},
                 {"послезавтра", "2026-11-25"},
                 {"вчера", "2026-11-22"},
                 {"пн", "2026-11-23"}, // today included
                 {"понедельник", "2026-11-23"},
                 {"mon", "2026-11-23"},
                 {"пт", "2026-11-27"},
                 {"Пятница", "2026-11-27"},
                 {"fri", "2026-11-27"},
                 {"friday", "2026-11-27"},
                 {"вс", "2026-11-29"},
                 {"sunday", "2026-11-29"},
                 {"30.02", NULL},
                 {"0", NULL},
                 {"13.13", NULL},
                 {"23x", NULL},
                 {"27 но", NULL},
                 {"27 foo", NULL},
                 {"27.11.2026.", NULL},
                 {"27.11.", "2026-11-27"},
                 {"soon", NULL}};
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        struct zp_error err = {0};
        struct zp_date got = {0};
        char text[ZP_DATE_SIZE] = "";
        const bool fine = zp_date_parse_human(table[i].text, today, &got, &err);
        if (fine) {
            zp_date_format(got, text);
        }
        if (fine != (table[i].date != NULL) || (fine && strcmp(text, table[i].date) != 0)) {
            fail_msg("%s: %s", table[i].text, text);
        }
    }
    struct zp_error err = {0};
    struct zp_date got;
    assert_false(zp_date_parse_human("xyz", today, &got, &err));
    assert_string_equal(err.message, "“xyz” is not a date: write 27.11, fri, tomorrow or +3.");
}

static void clocks(void **state) {
    (void)state;
    struct zp_clock plain = {0}, moved = {.offset_ms = -86400000};
    int64_t before = (int64_t)time(NULL), now = zp_clock_now(&plain);
    assert_true(now >= before && now <= before + 60);
    int64_t difference = zp_clock_now_ms(&plain) - zp_clock_now_ms(&moved);
    assert_true(difference > 86340000 && difference <= 86400000);
    int64_t boot = zp_clock_boot_ms();
    assert_true(boot > 0 && zp_clock_boot_ms() >= boot);
    char id[ZP_BOOT_ID_SIZE], again[ZP_BOOT_ID_SIZE];
    assert_true(zp_clock_boot_id(id) && zp_clock_boot_id(again));
    assert_true(strlen(id) > 8 && strchr(id, '\n') == NULL);
    assert_string_equal(id, again);
    struct zp_clock long_ago = {.offset_ms = -zp_clock_now_ms(&plain) - 1500};
    assert_true(zp_clock_now(&long_ago) >= -2 && zp_clock_now(&long_ago) < 60);
}

static void rules_version_is_told(void **state) {
    (void)state;
    char version[32], line[64] = "";
    int age = -2;
    zp_zone_rules_version(version, &age);
    FILE *file = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
    if (file == NULL) {
        assert_string_equal(version, "");
        return;
    }
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_non_null(strstr(line, version));
    assert_true(version[0] >= '1' && version[0] <= '9');
    assert_true(age >= 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_zones_are_errors),
        cmocka_unit_test(almaty_changed_in_2024),
        cmocka_unit_test(days_begin_on_the_previous_utc_date),
        cmocka_unit_test(human_times),
        cmocka_unit_test(gaps_and_overlaps_are_refused_with_both_readings),
        cmocka_unit_test(instants_of_servers),
        cmocka_unit_test(instants_print_and_read_again),
        cmocka_unit_test(http_dates),
        cmocka_unit_test(dates),
        cmocka_unit_test(human_dates),
        cmocka_unit_test(human_dates_as_said),
        cmocka_unit_test(clocks),
        cmocka_unit_test(rules_version_is_told),
    };
    return cmocka_run_group_tests(tests, open_zones, close_zones);
}
