// The language is switched in place: every screen in every state says nothing of the former one,
// and cursor and typed text stay.
#include "every.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

static size_t different; // all of them are told, not only the first

static void same(const char *name, const char *what, const char *got, const char *wanted) {
    size_t shown = 0;

    if (strcmp(got, wanted) == 0)
        return;
    different++;
    fprintf(stderr, "%s, %s\n", name, what);
    while ((*got != '\0' || *wanted != '\0') && shown < 4) {
        const size_t a = strcspn(got, "\n"), b = strcspn(wanted, "\n");

        if (a != b || strncmp(got, wanted, a) != 0) {
            fprintf(stderr, "  is     %.*s\n  wanted %.*s\n", (int)a, got, (int)b, wanted);
            shown++;
        }
        got += a + (got[a] == '\n');
        wanted += b + (wanted[b] == '\n');
    }
}

static char *frame(const struct bench *bench) {
    return surface_screen(bench->term, bench_frame(bench));
}

static void switched(const char *from, const char *to) {
    const char *name = NULL;
    struct bench *bench = NULL;

    different = 0;
    for (size_t i = 0; every_row(i) != NULL; i++) {
        char *wanted = NULL, *first = NULL;

        if (every_row(i)->covers & EVERY_PASSING)
            continue;
        bench = every_state(i, to, &name);
        bench_keys(bench, "Ctrl-L"); // what is only told for a while goes with the language
        wanted = talloc_strdup(NULL, frame(bench));
        talloc_free(bench);
        bench = every_state(i, from, NULL);
        bench_keys(bench, "Ctrl-L");
        first = frame(bench);
        bench_keys(bench, "F12");
        every_settle_again(bench);
        same(name, "switched once", frame(bench), wanted);
        bench_keys(bench, "F12");
        every_settle_again(bench);
        same(name, "switched twice", frame(bench), first);
        talloc_free(wanted);
        talloc_free(bench);
    }
    assert_int_equal(different, 0);
}

static void english__switched__is_russian(void **state) {
    (void)state;
    switched("en", "ru");
}

static void russian__switched__is_english(void **state) {
    (void)state;
    switched("ru", "en");
}

static void question__switched__is_put_again(void **state) {
    struct bench *bench = every_open(SCREEN_CANCEL, "en");
    char *first = NULL;

    (void)state;
    different = 0;
    bench_type(bench, "77");
    bench_keys(bench, "F10");
    first = frame(bench);
    bench_keys(bench, "F12");
    assert_true(zp_i18n_russian());
    assert_non_null(
        strstr(frame(bench), _("Quit and lose what was chosen? Enter: yes, Esc: stay")));
    bench_keys(bench, "F12");
    same("quit", "switched twice", frame(bench), first);
    assert_int_equal(different, 0);
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english__switched__is_russian),
        cmocka_unit_test(russian__switched__is_english),
        cmocka_unit_test(question__switched__is_put_again),
    };

    setlocale(LC_ALL, "C.UTF-8");
    every_without_sayings();
    return cmocka_run_group_tests_name("tui language", tests, NULL, NULL);
}
