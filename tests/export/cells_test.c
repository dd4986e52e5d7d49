// Cells of our CSV: what is quoted, what is kept from being a formula. And lines of iCalendar.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli_export.h"

static void expect_cell(const char *text, const char *wanted) {
    char *cell = cli_csv_cell(NULL, text);
    assert_string_equal(cell, wanted);
    talloc_free(cell);
}

static void test_plain_cells_stay(void **state) {
    (void)state;
    expect_cell("", "");
    expect_cell(NULL, "");
    expect_cell("Мария", "Мария");
    expect_cell("Анна-Мария", "Анна-Мария");
    expect_cell("1500,5", "\"1500,5\"");
    expect_cell("a@example", "a@example");
    expect_cell("2026-11-23", "2026-11-23");
}

static void test_quotes_by_rfc_4180(void **state) {
    (void)state;
    expect_cell("a;b", "\"a;b\"");
    expect_cell("say \"hi\"", "\"say \"\"hi\"\"\"");
    expect_cell("one\ntwo", "\"one\ntwo\"");
    expect_cell("\"", "\"\"\"\"");
}

static void test_no_cell_is_a_formula(void **state) {
    (void)state;
    expect_cell("=1+1", "\"'=1+1\"");
    expect_cell("+7916", "\"'+7916\"");
    expect_cell("-2", "\"'-2\"");
    expect_cell("@SUM(A1)", "\"'@SUM(A1)\"");
    expect_cell("\t=1", "\"'\t'=1\"");
    expect_cell("\r=1", "\"'\r'=1\"");
    expect_cell("  =1", "\"  '=1\"");
    expect_cell("\xC2\xA0=1", "\"\xC2\xA0'=1\"");
    expect_cell("\xEF\xBC\x9D"
                "1",
                "\"'\xEF\xBC\x9D"
                "1\"");
}

// Split at another sign, or read without quotes, a part of a cell is a cell.
static void test_no_part_of_a_cell_is_a_formula(void **state) {
    (void)state;
    expect_cell("Анна, =1", "\"Анна, '=1\"");
    expect_cell("Анна;=1", "\"Анна;'=1\"");
    expect_cell("a\"=1", "\"a\"\"'=1\"");
    expect_cell("a|=1", "\"a|'=1\"");
    expect_cell("a\n=1", "\"a\n'=1\"");
    expect_cell("2+2=4", "2+2=4");
}

static char request[] = "01930000-0000-7000-8000-000000000001", salon_name[] = "Лотос",
            nobody[] = "", name[] = "a,b;c\\d\ne";

// Escapes, the order of properties and their values, byte for byte.
static void test_one_event(void **state) {
    (void)state;
    char *text;
    size_t size;
    struct zp_booking booking = {.request_id = request,
                                 .revision = 3,
                                 .state = ZP_BOOKING_UNCERTAIN,
                                 .starts_at = INT64_C(1795435200),
                                 .ends_at = INT64_C(1795435200),
                                 .updated_at = INT64_C(1795435201),
                                 .client_name = name,
                                 .client_phone = nobody};
    struct zp_booking *const bookings[] = {&booking};
    struct zp_config config = {.salon.name = salon_name};
    FILE *file = open_memstream(&text, &size);
    cli_ics_day(file, &config, bookings, 1);
    fclose(file);
    const char *wanted = "UID:01930000-0000-7000-8000-000000000001\r\n"
                         "DTSTAMP:20261123T120001Z\r\n"
                         "SEQUENCE:2\r\n"
                         "DTSTART:20261123T120000Z\r\n"
                         "SUMMARY:a\\,b\\;c\\\\d\\ne\r\n"
                         "LOCATION:Лотос\r\n"
                         "DESCRIPTION:client: a\\,b\\;c\\\\d\\ne\\n";
    assert_non_null(strstr(text, wanted));
    assert_non_null(strstr(text, "STATUS:TENTATIVE\r\n"));
    assert_null(strstr(text, "DTEND")); // no end is known that is later than the beginning
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_cells_stay),
        cmocka_unit_test(test_quotes_by_rfc_4180),
        cmocka_unit_test(test_no_cell_is_a_formula),
        cmocka_unit_test(test_no_part_of_a_cell_is_a_formula),
        cmocka_unit_test(test_one_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
