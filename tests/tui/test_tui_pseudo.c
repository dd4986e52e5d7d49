// Every screen in every state with a catalogue in which nothing is Latin or Cyrillic (pseudo.py)
// and a salon whose own texts are digits: a letter that is left was written past the catalogues.
// Texts are a third longer, too: nothing leaves its place.
#include "every.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

// Names of keys, of the services, and the program's own commands: the same in every language. A and
// B stand for figures.
static const char *const proper[] = {
    "F",    "Ctrl", "Shift",     "Alt",   "Tab",  "Esc",  "Enter",  "Ins", "Del", "Home", "End",
    "PgUp", "PgDn", "Backspace", "zapis", "book", "move", "Dikidi", "CRM", "A",   "B",
};

static bool is_letter(uint32_t code) {
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
           (code >= 0x400 && code <= 0x52F);
}

static bool is_proper(const char *word, size_t size) {
    for (size_t i = 0; i < sizeof(proper) / sizeof(proper[0]); i++)
        if (strlen(proper[i]) == size && strncmp(proper[i], word, size) == 0)
            return true;
    return false;
}

// Between blanks: an option, an address, markup.
static bool is_code(const char *token, size_t size) {
    if (size > 2 && strncmp(token, "--", 2) == 0)
        return true;
    for (size_t i = 0; i < size; i++)
        if (strchr("/<>=\"", token[i]))
            return true;
    return false;
}

// One letter after "^" or "Ctrl-".
static bool is_key(const char *token, size_t from, size_t to) {
    return to == from + 1 && ((from >= 1 && token[from - 1] == '^') ||
                              (from >= 5 && strncmp(token + from - 5, "Ctrl-", 5) == 0));
}

// The first word of a token that has no place there; NULL: none.
static const char *foreign(const char *token, size_t size, size_t *length) {
    uint32_t code = 0;

    for (size_t at = 0; at < size;) {
        size_t end = at;

        for (size_t bytes = 0; end < size; end += bytes) {
            bytes = zp_text_decode(token + end, &code);
            if (!is_letter(code))
                break;
        }
        if (end > at && !is_proper(token + at, end - at) && !is_key(token, at, end)) {
            *length = end - at;
            return token + at;
        }
        at = end > at ? end : at + zp_text_decode(token + at, &code);
    }
    return NULL;
}

static size_t check_row(const char *name, const char *row) {
    size_t found = 0;

    while (*row != '\0') {
        const size_t size = strcspn(row, " ");
        size_t length = 0;
        const char *word = is_code(row, size) ? NULL : foreign(row, size, &length);

        if (word) {
            fprintf(stderr, "%s: \"%.*s\" is in no catalogue\n", name, (int)length, word);
            found++;
        }
        row += size + (row[size] == ' ');
    }
    return found;
}

static void every__state__speaks_out_of_the_catalogue(void **state) {
    const char *name = NULL;
    struct bench *bench = NULL;
    size_t found = 0;

    (void)state;
    every_without_letters();
    for (size_t i = 0; every_row(i) != NULL; i++) {
        if (every_row(i)->covers & EVERY_TYPED)
            continue;
        bench = every_state(i, "ru", &name);
        for (int row = 0; row < bench_frame(bench)->rows; row++)
            found += check_row(name, bench_row(bench, row));
        talloc_free(bench);
    }
    assert_int_equal(found, 0);
}

// The catalogue is the one that is meant, and the check would find what is not in it.
static void check__finds_what_it_should(void **state) {
    (void)state;
    zp_i18n_init("ru");
    assert_string_not_equal(_("Booking"), "Booking");
    assert_int_equal(check_row("", _("Booking")), 0);
    fprintf(stderr, "Two findings follow on purpose:\n");
    assert_int_equal(check_row("", "F7 12:00 Booking ^T Дата"), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check__finds_what_it_should),
        cmocka_unit_test(every__state__speaks_out_of_the_catalogue),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui pseudo", tests, NULL, NULL);
}
