#include "check.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zapis/booking.h>
#include <zapis/i18n.h>

static void environment(const char *lang, const char *language) {
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    unsetenv("LC_CTYPE");
    setenv("ZAPIS_LOCALE_DIR", TEST_LOCALE_DIR, 1);
    lang == NULL ? unsetenv("LANG") : setenv("LANG", lang, 1);
    language == NULL ? unsetenv("LANGUAGE") : setenv("LANGUAGE", language, 1);
}

// Each case needs a process of its own: the language of the environment is read once.
static void in_a_process(bool (*check)(void)) {
    pid_t child = fork();
    if (child == 0) {
        _exit(check() ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static bool says(const char *word) {
    return strcmp(_("booked"), word) == 0 &&
           strcmp(zp_booking_state_words(ZP_BOOKING_BOOKED), word) == 0;
}

static bool russian_without_a_russian_locale(void) {
    environment(NULL, NULL);
    zp_i18n_init("ru");
    return zp_i18n_russian() && says("записан") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool switched_in_place(void) {
    environment("C", NULL);
    zp_i18n_init("ru");
    bool first = says("записан");
    zp_i18n_init("en");
    bool second = says("booked") && !zp_i18n_russian();
    zp_i18n_init("ru");
    return first && second && says("записан");
}

static bool automatic_by_lang_of_a_missing_locale(void) {
    environment("ru_RU.UTF-8", NULL);
    zp_i18n_init("auto");
    return zp_i18n_russian() && says("записан") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool automatic_by_language_first(void) {
    environment("ru_RU.UTF-8", "en:ru");
    zp_i18n_init("auto");
    return !zp_i18n_russian() && says("booked");
}

static bool automatic_again_after_a_choice(void) {
    environment("ru_RU.UTF-8", NULL);
    zp_i18n_init("en");
    zp_i18n_init("auto");
    return zp_i18n_russian() && says("записан");
}

static bool automatic_without_anything(void) {
    environment(NULL, NULL);
    zp_i18n_init("auto");
    return !zp_i18n_russian() && says("booked");
}

static bool numbers_stay_those_of_c(void) {
    environment("ru_RU.UTF-8", NULL);
    zp_i18n_init("ru");
    char text[16];
    snprintf(text, sizeof text, "%.2f", 1500.5);
    return strcmp(text, "1500.50") == 0 && strtod("1500.5", NULL) > 1500.4;
}

static bool plural(unsigned long n, const char *want) {
    char text[64];
    snprintf(text, sizeof text, P_("%lu booking", "%lu bookings", n), n);
    return strcmp(text, want) == 0;
}

static bool plurals(void) {
    environment(NULL, NULL);
    zp_i18n_init("ru");
    bool russian = plural(1, "1 запись") && plural(2, "2 записи") && plural(5, "5 записей") &&
                   plural(11, "11 записей") && plural(21, "21 запись") &&
                   plural(112, "112 записей");
    zp_i18n_init("en");
    return russian && plural(1, "1 booking") && plural(2, "2 bookings") && plural(0, "0 bookings");
}

static bool what_is_not_translated_is_shown_in_english(void) {
    environment(NULL, NULL);
    zp_i18n_init("ru");
    // The empty sentence must not become the catalogue's header.
    return strcmp(_("never translated"), "never translated") == 0 && strcmp(_(""), "") == 0;
}

static void works_with_only_c_utf8(void **state) {
    (void)state;
    in_a_process(russian_without_a_russian_locale);
    in_a_process(switched_in_place);
    in_a_process(automatic_by_lang_of_a_missing_locale);
    in_a_process(automatic_by_language_first);
    in_a_process(automatic_again_after_a_choice);
    in_a_process(automatic_without_anything);
    in_a_process(numbers_stay_those_of_c);
    in_a_process(plurals);
    in_a_process(what_is_not_translated_is_shown_in_english);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(works_with_only_c_utf8)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
