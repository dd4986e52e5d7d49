#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zapis/error.h>
#include <zapis/text.h>

static void sets_code_name_and_sentence(void **state) {
    (void)state;
    struct zp_error err = {.http_status = 7, .retry_after_ms = 9};
    assert_false(zp_error_set(&err, ZP_E_REFUSED, "SLOT_TAKEN", "taken at %d", 15));
    assert_int_equal(err.code, ZP_E_REFUSED);
    assert_string_equal(err.name, "SLOT_TAKEN");
    assert_string_equal(err.message, "taken at 15");
    assert_int_equal(err.http_status, 0);
    assert_int_equal(err.retry_after_ms, 0);
    assert_false(zp_error_set(NULL, ZP_E_USAGE, NULL, "nobody listens"));
    zp_error_clear(&err);
    assert_int_equal(err.code, ZP_OK);
    assert_string_equal(err.message, "");
}

static void name_is_never_empty_and_never_text(void **state) {
    (void)state;
    struct zp_error err = {0};
    zp_error_set(&err, ZP_E_UNKNOWN, NULL, "x");
    assert_string_equal(err.name, "UNKNOWN_OUTCOME");
    zp_error_set(&err, ZP_E_DENIED, "\x1b[31m \"\n", "x");
    assert_string_equal(err.name, "[31m");
    zp_error_set(&err, ZP_E_DENIED, "\n\x01", "x");
    assert_string_equal(err.name, "DENIED");
    char longer[200];
    memset(longer, 'A', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    zp_error_set(&err, ZP_E_DENIED, longer, "x");
    assert_int_equal(strlen(err.name), sizeof err.name - 1);
}

static void message_is_cleaned_and_cut_at_a_character(void **state) {
    (void)state;
    struct zp_error err = {0};
    zp_error_set(&err, ZP_E_REFUSED, NULL,
                 "a\x1b[2J\nb\xff"
                 "c\u202e"
                 "d");
    assert_string_equal(err.message, "a[2J b\uFFFDcd");
    // Two bytes a letter, one byte before them: the last letter does not fit whole.
    char text[1024] = "x";
    for (int i = 0; i < 400; i++) {
        memcpy(text + 1 + 2 * i, "щ", 3);
    }
    zp_error_set(&err, ZP_E_REFUSED, NULL, "%s", text);
    assert_int_equal(strlen(err.message), 511);
    zp_error_set(&err, ZP_E_REFUSED, NULL, "%s", text + 1);
    assert_int_equal(strlen(err.message), 510);
    assert_true(zp_text_valid_utf8(err.message, strlen(err.message)));
}

static void context_goes_before(void **state) {
    (void)state;
    struct zp_error err = {0};
    zp_error_set(&err, ZP_E_STORE, NULL, "disk full");
    err.http_status = 503;
    assert_false(zp_error_context(&err, "journal %d", 2));
    assert_string_equal(err.message, "journal 2: disk full");
    assert_int_equal(err.http_status, 503);
    assert_string_equal(err.name, "STORE");
    // An argument may be the message itself.
    zp_error_set(&err, ZP_E_REFUSED, err.name, "again: %s", err.message);
    assert_string_equal(err.message, "again: journal 2: disk full");
    assert_string_equal(err.name, "STORE");
}

static void exit_statuses_are_those_of_the_design(void **state) {
    (void)state;
    static const struct {
        enum zp_error_code code;
        int status;
    } table[] = {
        {ZP_OK, 0},
        {ZP_E_INTERNAL, 1},
        {ZP_E_USAGE, 2},
        {ZP_E_NOT_FOUND, 3},
        {ZP_E_REFUSED, 3},
        {ZP_E_CONFLICT, 3},
        {ZP_E_UNREACHABLE, 4},
        {ZP_E_UNKNOWN, 4},
        {ZP_E_BAD_ANSWER, 4},
        {ZP_E_LIMITED, 4},
        {ZP_E_CANCELLED, 4},
        {ZP_E_CONFIG, 5},
        {ZP_E_DENIED, 5},
        {ZP_E_STORE, 5},
        {(enum zp_error_code)99, 1},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        assert_int_equal(zp_error_exit_status(table[i].code), table[i].status);
        assert_true(zp_error_code_name(table[i].code)[0] != '\0');
    }
}

static int hook_out;

static void hook(void) {
    if (write(hook_out, "restored ", 9) != 9) {
        _exit(7);
    }
    zp_panic("a hook that panics is not called again");
}

static void quiet_hook(void) {
    if (write(STDERR_FILENO, "restored ", 9) != 9) {
        _exit(7);
    }
}

static void panics(void) {
    zp_panic_set_hook(hook);
    zp_panic("out of %s", "memory");
}

static void is_aborted_by_a_library(void) {
    zp_panic_catch_faults();
    zp_panic_set_hook(quiet_hook);
    abort();
}

static void is_faulted_by_a_library(void) {
    char *nowhere = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (nowhere == MAP_FAILED) {
        _exit(7);
    }
    zp_panic_catch_faults();
    zp_panic_set_hook(quiet_hook);
    *(volatile char *)nowhere = 1;
}

static void panics_with_faults_caught(void) {
    zp_panic_catch_faults();
    zp_panic_set_hook(quiet_hook);
    zp_panic("out of %s", "memory");
}

// What a process said that ended in this way, by this signal.
static void assert_last_words(void (*end)(void), int number, const char *words) {
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], STDERR_FILENO);
        hook_out = STDERR_FILENO;
        signal(number, SIG_DFL);
        end();
        _exit(8);
    }
    close(pipes[1]);
    char text[256] = "";
    size_t size = 0;
    ssize_t got;
    while ((got = read(pipes[0], text + size, sizeof text - 1 - size)) > 0) {
        size += (size_t)got;
    }
    close(pipes[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == number);
    assert_string_equal(text, words);
}

static void panic_restores_speaks_and_aborts(void **state) {
    (void)state;
    assert_last_words(panics, SIGABRT, "restored zapis: a hook that panics is not called again\n");
    assert_last_words(panics_with_faults_caught, SIGABRT, "restored zapis: out of memory\n");
    static const char words[] = "restored zapis: out of memory in a library, or a fault\n";
    assert_last_words(is_aborted_by_a_library, SIGABRT, words);
    assert_last_words(is_faulted_by_a_library, SIGSEGV, words);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_code_name_and_sentence),
        cmocka_unit_test(name_is_never_empty_and_never_text),
        cmocka_unit_test(message_is_cleaned_and_cut_at_a_character),
        cmocka_unit_test(context_goes_before),
        cmocka_unit_test(exit_statuses_are_those_of_the_design),
        cmocka_unit_test(panic_restores_speaks_and_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
