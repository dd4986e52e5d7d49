#include "check.h"

#include <zapis/money.h>

static void parses_what_servers_write(void **state) {
    (void)state;
    static const struct {
        const char *text, *currency;
        bool fine;
        int64_t minor;
    } table[] = {
        {"1500", "RUB", true, 150000},
        {"1500.5", "RUB", true, 150050},
        {"1500.00", "RUB", true, 150000},
        {"1500.000", "RUB", true, 150000},
        {"1500,5", "RUB", true, 150050},
        {"1 500,00", "RUB", true, 150000},
        {"1\u00a0500,00", "RUB", true, 150000},
        {"1\u202f500,75", "RUB", true, 150075},
        {"1\u2009234\u2009567", "RUB", true, 123456700},
        {"1,234,567.89", "USD", true, 123456789},
        {"1,500.00", "USD", true, 150000},
        {"  1500 ", "RUB", true, 150000},
        {"0", "RUB", true, 0},
        {"0.01", "RUB", true, 1},
        {"-0.50", "RUB", true, -50},
        {"007", "RUB", true, 700},
        {"1500", "JPY", true, 1500},
        {"1500.00", "JPY", true, 1500},
        {"1500.5", "JPY", false, 0},
        {"1.234", "KWD", true, 1234},
        {"1500", NULL, true, 150000},
        {"92233720368547758.07", "RUB", true, INT64_MAX},
        {"92233720368547758.08", "RUB", false, 0},
        {"99999999999999999999", "RUB", false, 0},
        {"1,500", "RUB", false, 0}, // fifteen hundred or one and a half: not guessed
        {"1,000", "RUB", false, 0},
        {"1500.005", "RUB", false, 0},
        {"15 00", "RUB", false, 0},
        {"1 5000", "RUB", false, 0},
        {"1 500 00", "RUB", false, 0},
        {"1500 500", "RUB", false, 0},
        {"1.500,00", "RUB", false, 0},
        {"1,5,0", "RUB", false, 0},
        {"1500.", "RUB", false, 0},
        {".5", "RUB", false, 0},
        {"", "RUB", false, 0},
        {" ", "RUB", false, 0},
        {"-", "RUB", false, 0},
        {"--1", "RUB", false, 0},
        {"+1", "RUB", false, 0},
        {"1e3", "RUB", false, 0},
        {"0x10", "RUB", false, 0},
        {"1500 ₽", "RUB", false, 0},
        {"abc", "RUB", false, 0},
        {"NaN", "RUB", false, 0},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        int64_t minor = 0;
        if (zp_money_parse(table[i].text, table[i].currency, &minor) != table[i].fine ||
            minor != table[i].minor) {
            fail_msg("“%s” %lld", table[i].text, (long long)minor);
        }
    }
    int64_t minor = 0;
    assert_false(zp_money_parse(NULL, "RUB", &minor));
}

static void formats(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        const char *currency, *plain, *russian, *english;
    } table[] = {
        {150000, "RUB", "1500", "1 500 ₽", "₽1,500"},
        {150050, "RUB", "1500.50", "1 500,50 ₽", "₽1,500.50"},
        {0, "RUB", "0", "0 ₽", "₽0"},
        {5, "RUB", "0.05", "0,05 ₽", "₽0.05"},
        {-50, "RUB", "-0.50", "-0,50 ₽", "-₽0.50"},
        {123456789, "USD", "1234567.89", "1 234 567,89 $", "$1,234,567.89"},
        {1500, "JPY", "1500", "1 500 ¥", "¥1,500"},
        {1234, "KWD", "1.234", "1,234 KWD", "KWD 1.234"},
        {100, "UZS", "1", "1 UZS", "UZS 1"},
        {100000, "BYN", "1000", "1 000 Br", "Br 1,000"},
        {INT64_MIN, "RUB", "-92233720368547758.08", "-92 233 720 368 547 758,08 ₽",
         "-₽92,233,720,368,547,758.08"},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char out[ZP_MONEY_SIZE];
        zp_money_format_plain(table[i].minor, table[i].currency, out);
        assert_string_equal(out, table[i].plain);
        zp_money_format(table[i].minor, table[i].currency, true, out);
        assert_string_equal(out, table[i].russian);
        zp_money_format(table[i].minor, table[i].currency, false, out);
        assert_string_equal(out, table[i].english);
    }
    char out[ZP_MONEY_SIZE];
    zp_money_format(INT64_MIN, "a currency with a very long name indeed", true, out);
    assert_true(strlen(out) < ZP_MONEY_SIZE);
    zp_money_format(100, NULL, true, out);
    assert_string_equal(out, "1");
    assert_int_equal(zp_money_digits("RUB"), 2);
    assert_int_equal(zp_money_digits("KZT"), 2);
    assert_int_equal(zp_money_digits("KRW"), 0);
    assert_int_equal(zp_money_digits("BHD"), 3);
    assert_int_equal(zp_money_digits(NULL), 2);
    assert_int_equal(zp_money_digits(""), 2);
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    static const char *const currencies[] = {"RUB", "JPY", "KWD", "KZT"};
    uint64_t random = 5;
    for (int i = 0; i < 50000; i++) {
        int64_t minor = (int64_t)(check_random(&random) >> check_below(&random, 60)), back = 0;
        minor = i % 2 && minor != INT64_MIN ? -minor : minor;
        if (minor == INT64_MIN) {
            continue;
        }
        char out[ZP_MONEY_SIZE];
        zp_money_format_plain(minor, currencies[i % 4], out);
        assert_true(zp_money_parse(out, currencies[i % 4], &back));
        assert_true(back == minor);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_what_servers_write),
        cmocka_unit_test(formats),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
