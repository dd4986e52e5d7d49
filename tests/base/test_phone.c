#include "check.h"

#include <zapis/phone.h>

static void normalises(void **state) {
    (void)state;
    static const struct {
        const char *text, *country, *want; // want NULL: refused
    } table[] = {
        {"8 (916) 123-45-67", "RU", "+79161234567"},
        {"8-916-123-45-67", "RU", "+79161234567"},
        {"9161234567", "RU", "+79161234567"},
        {"+7 916 123 45 67", "RU", "+79161234567"},
        {"+7(916)123–45–67", "RU", "+79161234567"},
        {"79161234567", "RU", "+79161234567"},
        {"0079161234567", "RU", "+79161234567"},
        {"\u00a0 8\u00a0916.123.45.67\u200b", "RU", "+79161234567"},
        {"(+7) 9161234567", "RU", "+79161234567"},
        {"\u202a+79161234567\u202c", "RU", "+79161234567"},
        {"8 800 555 35 35", "RU", "+78005553535"},
        {"8 495 123 45 67", "RU", "+74951234567"},
        {"8 701 234 56 78", "RU", "+77012345678"}, // a neighbour, dialled in full
        {"810 49 30 1234567", "RU", "+49301234567"},
        {"+375 29 123-45-67", "RU", "+375291234567"},
        {"+1 (212) 555-01-23", "RU", "+12125550123"},
        {"7916123456", "RU", NULL}, // a digit is missing
        {"916123456", "RU", NULL},
        {"89161234567890", "RU", NULL},
        {"375291234567", "RU", NULL}, // another country wants its plus
        {"1234567", "RU", NULL},
        {"", "RU", NULL},
        {"+", "RU", NULL},
        {"телефон", "RU", NULL},
        {"8 916 123-45-67 доб. 12", "RU", NULL},
        {"8916123456a", "RU", NULL},
        {"89161234567+", "RU", NULL},
        {"++79161234567", "RU", NULL},
        {"+89161234567", "RU", NULL}, // no country has the code 89
        {"+7 116 123 45 67", "RU", NULL},
        {"+7916123456", "RU", NULL},
        {"+0123456789", "RU", NULL},
        {"+1234567890123456", "RU", NULL},
        {"+7 8 916 123-45-67", "RU", "+79161234567"}, // a trunk prefix inside
        {"+380 (0)50 123-45-67", "RU", "+380501234567"},
        {"8 701 234 56 78", "KZ", "+77012345678"},
        {"7012345678", "KZ", "+77012345678"},
        {"77012345678", "KZ", "+77012345678"},
        {"87271234567", "KZ", "+77271234567"},
        {"80291234567", "BY", "+375291234567"},
        {"8 029 123-45-67", "BY", "+375291234567"},
        {"291234567", "BY", "+375291234567"},
        {"375291234567", "BY", "+375291234567"},
        {"00375291234567", "BY", "+375291234567"},
        {"050 123 45 67", "UA", "+380501234567"},
        {"501234567", "UA", "+380501234567"},
        {"380501234567", "UA", "+380501234567"},
        {"80501234567", "UA", "+380501234567"},
        {"90 123 45 67", "UZ", "+998901234567"},
        {"998901234567", "UZ", "+998901234567"},
        {"0555 123 456", "KG", "+996555123456"},
        {"555123456", "KG", "+996555123456"},
        {"0888 248 185", "KG", "+996888248185"},
        {"091 123456", "AM", "+37491123456"},
        {"91123456", "AM", "+37491123456"},
        {"555 12 34 56", "GE", "+995555123456"},
        {"050 123 45 67", "AZ", "+994501234567"},
        {"069 123 456", "MD", "+37369123456"},
        {"8 92 777 12 34", "TJ", "+992927771234"},
        {"92 777 12 34", "TJ", "+992927771234"},
        {"00 970 2651", "TJ", "+992009702651"}, // its own 00, since no country has so few digits
        {"8 800 19 094", "BY", NULL},
        {"8 65 12 34 56", "TM", "+99365123456"},
        {"65 12 34 56", "TM", "+99365123456"},
        {"+49 30 1234567", "DE", "+49301234567"},
        {"0049 30 1234567", "DE", "+49301234567"},
        {"030 1234567", "DE", NULL},
        {"89161234567", "DE", NULL},
        {"+7 916 123-45-67", NULL, "+79161234567"},
        {"89161234567", NULL, NULL},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char out[ZP_PHONE_SIZE];
        struct zp_error err = {0};
        bool fine = zp_phone_normalise(table[i].text, table[i].country, out, &err);
        if (fine != (table[i].want != NULL) || (fine && strcmp(out, table[i].want) != 0)) {
            fail_msg("“%s” in %s gives “%s”", table[i].text, table[i].country, out);
        }
        if (!fine) {
            assert_int_equal(err.code, ZP_E_USAGE);
            assert_string_equal(out, "");
            assert_non_null(strchr(err.message, '+'));
        }
    }
    char out[ZP_PHONE_SIZE];
    assert_false(zp_phone_normalise(NULL, "RU", out, NULL));
}

static void a_normal_form_is_its_own(void **state) {
    (void)state;
    static const char *const countries[] = {"RU", "KZ", "BY", "UA", "UZ", "KG", "AM",
                                            "GE", "AZ", "MD", "TJ", "TM", "DE"};
    static const char bits[] = "0123456789012345678900788+ -()";
    uint64_t random = 16;
    int fine = 0;
    for (int round = 0; round < 200000; round++) {
        char text[24] = "", once[ZP_PHONE_SIZE], twice[ZP_PHONE_SIZE], shown[ZP_PHONE_TEXT_SIZE];
        size_t size = 8 + check_below(&random, 10);
        for (size_t i = 0; i < size; i++) {
            text[i] = bits[check_below(&random, sizeof bits - 1)];
        }
        const char *country = countries[check_below(&random, CHECK_COUNT(countries))];
        if (!zp_phone_normalise(text, country, once, NULL)) {
            continue;
        }
        fine++;
        assert_true(zp_phone_normalise(once, country, twice, NULL));
        assert_string_equal(once, twice);
        // What is shown to a person is understood again.
        zp_phone_format(once, shown);
        assert_true(zp_phone_normalise(shown, country, twice, NULL));
        assert_string_equal(once, twice);
        // Every spelling looked for in the CRM is this number, and no two are the same.
        char variants[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE];
        size_t count = zp_phone_variants(once, country, variants);
        assert_in_range(count, 2, ZP_PHONE_VARIANTS);
        assert_string_equal(variants[0], once);
        for (size_t i = 0; i < count; i++) {
            size_t length = strlen(variants[i]);
            assert_string_equal(variants[i] + length - 8, once + strlen(once) - 8);
            for (size_t j = 0; j < i; j++) {
                assert_string_not_equal(variants[i], variants[j]);
            }
        }
    }
    assert_true(fine > 2000);
}

static void variants(void **state) {
    (void)state;
    char out[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE];
    static const char *const russian[] = {"+79161234567", "79161234567", "89161234567",
                                          "9161234567"};
    assert_int_equal(zp_phone_variants("+79161234567", "RU", out), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(out[i], russian[i]);
    }
    static const char *const belarus[] = {"+375291234567", "375291234567", "80291234567",
                                          "8291234567",    "0291234567",   "291234567"};
    assert_int_equal(zp_phone_variants("+375291234567", "RU", out), 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(out[i], belarus[i]);
    }
    assert_int_equal(zp_phone_variants("+49301234567", "RU", out), 2);
    assert_string_equal(out[1], "49301234567");
    assert_int_equal(zp_phone_variants("", "RU", out), 0);
    assert_int_equal(zp_phone_variants(NULL, "RU", out), 0);
}

static void formats_and_masks(void **state) {
    (void)state;
    static const char *const table[][3] = {
        {"+79161234567", "+7 916 123-45-67", "+7 *** ***-45-67"},
        {"+77012345678", "+7 701 234-56-78", "+7 *** ***-56-78"},
        {"+375291234567", "+375 29 123-45-67", "+375 ** ***-45-67"},
        {"+996555123456", "+996 555 12-34-56", "+996 *** **-34-56"},
        {"+37491123456", "+374 91 12-34-56", "+374 ** **-34-56"},
        {"+49301234567", "+49 301234567", "+49 *****4567"},
        {"", "", ""},
        {"Гость", "Гость", "***"},
        {"112", "112", "***"},
        {"+112", "+1 12", "***"},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char out[ZP_PHONE_TEXT_SIZE];
        zp_phone_format(table[i][0], out);
        assert_string_equal(out, table[i][1]);
        zp_phone_mask(table[i][0], out);
        assert_string_equal(out, table[i][2]);
    }
    char out[ZP_PHONE_TEXT_SIZE];
    zp_phone_mask(NULL, out);
    assert_string_equal(out, "");
    zp_phone_format(NULL, out);
    assert_string_equal(out, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalises),
        cmocka_unit_test(a_normal_form_is_its_own),
        cmocka_unit_test(variants),
        cmocka_unit_test(formats_and_masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
