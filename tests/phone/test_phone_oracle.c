// zp_phone_normalise against libphonenumber: what the oracle calls a valid number gives the
// oracle's E.164 in every form in which people of the region type it. Where we differ on purpose
// stands in `reviewed` with the reason; a difference that stands nowhere fails, and so does a
// reason that no number needs any more.
#include "../base/check.h"
#include "oracle.h"

#include <stdio.h>
#include <string.h>
#include <zapis/phone.h>

enum { NUMBERS = 500, TRIES = 40 * NUMBERS, KEPT_DIGITS = 5 };

static const struct country {
    const char *name, *code;
    size_t digits;         // of an ordinary national number
    const char *trunks[2]; // dialled before it at home
    const char *abroad;    // dialled at home to leave the country
} countries[] = {
    {"RU", "7", 10, {"8"}, "810"},        {"KZ", "7", 10, {"8"}, "810"},
    {"BY", "375", 9, {"80", "8"}, "810"}, {"UA", "380", 9, {"0"}, "00"},
    {"UZ", "998", 9, {"8"}, "810"},       {"KG", "996", 9, {"0"}, "00"},
    {"AM", "374", 8, {"0"}, "00"},        {"GE", "995", 9, {"0"}, "00"},
    {"AZ", "994", 9, {"0"}, "00"},        {"MD", "373", 8, {"0"}, "00"},
    {"TJ", "992", 9, {"8"}, "810"},       {"TM", "993", 8, {"8"}, "810"},
};

// The forms, as bits of `reviewed`.
enum form {
    FULL,         // +79161234567
    AS_AT_HOME,   // the oracle's own way: 8 (916) 123-45-67
    AS_ABROAD,    // +7 916 123-45-67
    BARE,         // 9161234567
    NO_PLUS,      // 79161234567
    TRUNK,        // 89161234567
    OTHER_TRUNK,  // a country with two
    DIALLED_OUT,  // 81079161234567
    DOUBLE_ZERO,  // 0079161234567
    TRUNK_INSIDE, // +7 (8) 9161234567
    FORMS
};

enum { REFUSED = 1, OTHER = 2 };
#define ANY ((1u << FORMS) - 1)

static struct reviewed {
    const char *country;
    unsigned forms;
    const char *oracle; // what the oracle's E.164 begins with
    size_t length;      // of it, 0: any
    unsigned how;
    const char *reason;
    unsigned used;
} reviewed[] = {
    {"RU", 1u << BARE, "+77", 12, REFUSED,
     "10 digits that begin with 7 are a Russian number with a digit missing far more often than a "
     "Kazakh one without its 8",
     0},
    {"KZ", 1u << BARE, "+73", 12, REFUSED, "a Russian land line wants its 8 or +7 in Kazakhstan",
     0},
    {"KZ", 1u << BARE, "+74", 12, REFUSED, "the same", 0},
    {"KZ", 1u << BARE, "+78", 12, REFUSED, "the same, and 8 at the front is the trunk's digit", 0},
    {"BY", ANY, "+37580", 14, REFUSED, "a service number of 10 digits, nobody's phone", 0},
    {"BY", ANY, "+375902", 14, REFUSED, "the same", 0},
    {"BY", ANY, "+375800", 0, REFUSED | OTHER,
     "a toll-free number of another length than 9 digits, nobody's phone; some of its forms are "
     "read as the 9 digits that they also are",
     0},
    {"TJ", 1u << TRUNK, "+47", 8, OTHER,
     "8 and 9 digits are read as Tajikistan's own 10x, not as a call to Norway with half a number",
     0},
};

static bool is_reviewed(const char *country, enum form form, const char *oracle, unsigned how) {
    for (size_t i = 0; i < CHECK_COUNT(reviewed); i++) {
        struct reviewed *entry = &reviewed[i];
        if (strcmp(entry->country, country) == 0 && (entry->forms & 1u << form) != 0 &&
            strncmp(oracle, entry->oracle, strlen(entry->oracle)) == 0 &&
            (entry->length == 0 || strlen(oracle) == entry->length) && (entry->how & how) != 0) {
            entry->used++;
            return true;
        }
    }
    return false;
}

// False where the form does not exist for that country.
static bool write_form(const struct country *country, const char *national, enum form form,
                       char out[2 * ORACLE_TEXT]) {
    enum { SIZE = 2 * ORACLE_TEXT };
    char full[ORACLE_TEXT], e164[ORACLE_TEXT], at_home[ORACLE_TEXT], abroad[ORACLE_TEXT];

    snprintf(full, sizeof full, "+%s%.20s", country->code, national);
    if (!oracle_read(full, country->name, e164) || !oracle_write(e164, at_home, abroad))
        return false;
    switch (form) {
    case FULL: snprintf(out, SIZE, "%s", full); break;
    case AS_AT_HOME: snprintf(out, SIZE, "%s", at_home); break;
    case AS_ABROAD: snprintf(out, SIZE, "%s", abroad); break;
    case BARE: snprintf(out, SIZE, "%s", national); break;
    case NO_PLUS: snprintf(out, SIZE, "%s", full + 1); break;
    case TRUNK: snprintf(out, SIZE, "%s%s", country->trunks[0], national); break;
    case OTHER_TRUNK:
        if (country->trunks[1] == NULL)
            return false;
        snprintf(out, SIZE, "%s%s", country->trunks[1], national);
        break;
    case DIALLED_OUT: snprintf(out, SIZE, "%s%s", country->abroad, full + 1); break;
    case DOUBLE_ZERO: snprintf(out, SIZE, "00%s", full + 1); break;
    case TRUNK_INSIDE:
        snprintf(out, SIZE, "+%s (%s) %s", country->code, country->trunks[0], national);
        break;
    case FORMS: return false;
    }
    return true;
}

// A number of the country with a part of one that is known to be good, or any digits at all.
static void make(const struct country *country, uint64_t *random, char out[ORACLE_TEXT]) {
    size_t kind = check_below(random, ORACLE_KINDS + 3), length = country->digits, kept = 0;

    if (kind < ORACLE_KINDS && oracle_example(country->name, (int)kind, out)) {
        kept = check_below(random, KEPT_DIGITS);
        length = strlen(out);
    }
    for (size_t i = kept; i < length; i++)
        out[i] = (char)('0' + check_below(random, 10));
    out[length] = '\0';
}

static void agree(const struct country *country, const char *national, int *compared,
                  int *differing) {
    for (enum form form = FULL; form < FORMS; form++) {
        char text[2 * ORACLE_TEXT], wanted[ORACLE_TEXT], got[ZP_PHONE_SIZE] = "";
        if (!write_form(country, national, form, text) || !oracle_read(text, country->name, wanted))
            continue;
        ++*compared;
        bool fine = zp_phone_normalise(text, country->name, got, NULL);
        if ((fine && strcmp(got, wanted) == 0) ||
            is_reviewed(country->name, form, wanted, fine ? OTHER : REFUSED))
            continue;
        print_error("“%s” in %s is %s for the oracle, %s for us\n", text, country->name, wanted,
                    fine ? got : "nothing");
        ++*differing;
    }
}

static void every_form_of_every_country(void **state) {
    uint64_t random = 2026;
    int differing = 0;
    (void)state;
    for (size_t c = 0; c < CHECK_COUNT(countries); c++) {
        int valid = 0, compared = 0;
        if (strcmp(countries[c].name, "TJ") == 0) // too rare for chance
            agree(&countries[c], "104703997", &compared, &differing);
        for (int i = 0; i < TRIES && valid < NUMBERS && differing < 20; i++) {
            char national[ORACLE_TEXT], full[ORACLE_TEXT], e164[ORACLE_TEXT];
            make(&countries[c], &random, national);
            snprintf(full, sizeof full, "+%s%.20s", countries[c].code, national);
            if (!oracle_read(full, countries[c].name, e164))
                continue;
            valid++;
            agree(&countries[c], national, &compared, &differing);
        }
        print_message("%s: %d numbers, %d spellings\n", countries[c].name, valid, compared);
        assert_int_equal(differing, 0);
        assert_int_equal(valid, NUMBERS);
        assert_true(compared > 5 * valid);
    }
    for (size_t i = 0; i < CHECK_COUNT(reviewed); i++)
        if (reviewed[i].used == 0)
            fail_msg("no number needs this any more: %s %s (%s)", reviewed[i].country,
                     reviewed[i].oracle, reviewed[i].reason);
}

// A client from any country of the region at a desk in any other, written in full.
static void visitors(void **state) {
    uint64_t random = 11;
    int compared = 0;
    (void)state;
    for (int i = 0; i < 6 * NUMBERS; i++) {
        const struct country *home = &countries[check_below(&random, CHECK_COUNT(countries))];
        const struct country *desk = &countries[check_below(&random, CHECK_COUNT(countries))];
        char national[ORACLE_TEXT], full[ORACLE_TEXT], e164[ORACLE_TEXT], got[ZP_PHONE_SIZE] = "";
        make(home, &random, national);
        snprintf(full, sizeof full, "+%s%.20s", home->code, national);
        if (strlen(national) != home->digits || !oracle_read(full, desk->name, e164))
            continue;
        if (!zp_phone_normalise(full, desk->name, got, NULL) || strcmp(got, e164) != 0)
            if (!is_reviewed(home->name, FULL, e164, got[0] != '\0' ? OTHER : REFUSED))
                fail_msg("“%s” in %s is %s for the oracle, “%s” for us", full, desk->name, e164,
                         got);
        compared++;
    }
    assert_true(compared > NUMBERS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_every_country),
        cmocka_unit_test(visitors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
