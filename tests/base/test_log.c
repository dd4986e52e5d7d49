#include "check.h"

#include <fcntl.h>
#include <unistd.h>
#include <zapis/log.h>
#include <zapis/text.h>

static const struct zp_log_field no_fields[] = {{0}};

static int ends[2];

static int open_pipe(void **state) {
    (void)state;
    return pipe2(ends, O_NONBLOCK);
}

static int close_pipe(void **state) {
    (void)state;
    zp_log_init(-1, ZP_LOG_INFO);
    return close(ends[0]) | close(ends[1]);
}

// What was logged since, without the time stamp (whose shape is checked).
static const char *logged(void) {
    static char text[8192];
    ssize_t got = read(ends[0], text, sizeof text - 1);
    if (got <= 0) {
        return "";
    }
    text[got] = '\0';
    assert_int_equal(strncmp(text, "ts=20", 5), 0);
    assert_int_equal(text[3 + 23], 'Z');
    assert_int_equal(text[3 + 19], '.');
    return text + 28;
}

static void writes_logfmt(void **state) {
    (void)state;
    zp_log_init(ends[1], ZP_LOG_INFO);
    zp_log(ZP_LOG_INFO, "booking sent", ZP_LOG_S("request", "0198-ab"), ZP_LOG_I("attempt", -2),
           ZP_LOG_P("phone", "+79161234567"), ZP_LOG_S("name", "Мария И."), ZP_LOG_S("none", NULL));
    assert_string_equal(logged(), "level=info event=\"booking sent\" request=0198-ab attempt=-2 "
                                  "phone=\"+7 *** ***-45-67\" name=\"Мария И.\" none=\"\"\n");
    zp_log_write(ZP_LOG_WARN, "bare", no_fields);
    assert_string_equal(logged(), "level=warn event=bare\n");
}

static void phones_are_masked_by_type(void **state) {
    (void)state;
    zp_log_init(ends[1], ZP_LOG_INFO);
    static const char *const spellings[] = {"89161234567", "9161234567", "+7916 1234567",
                                            "мой номер 916"};
    for (size_t i = 0; i < CHECK_COUNT(spellings); i++) {
        zp_log(ZP_LOG_ERROR, "e", ZP_LOG_P("phone", spellings[i]));
        assert_string_equal(logged(), "level=error event=e phone=***\n");
    }
    zp_log(ZP_LOG_ERROR, "e", ZP_LOG_P("phone", NULL));
    assert_string_equal(logged(), "level=error event=e phone=\"\"\n");
}

static void levels_and_no_log(void **state) {
    (void)state;
    zp_log_init(ends[1], ZP_LOG_WARN);
    zp_log_write(ZP_LOG_INFO, "dropped", no_fields);
    zp_log_write(ZP_LOG_DEBUG, "dropped", no_fields);
    assert_string_equal(logged(), "");
    zp_log_init(-1, ZP_LOG_DEBUG);
    zp_log_write(ZP_LOG_ERROR, "nowhere", no_fields);
    assert_string_equal(logged(), "");
}

// Whatever a value is: one line, and reading the quotes gives the cleaned value back.
static void quoting_cannot_be_broken(void **state) {
    (void)state;
    zp_log_init(ends[1], ZP_LOG_DEBUG);
    uint64_t random = 99;
    static const char bits[] = "\"\\= \n\r\t\x1b\x9b"
                               "ab\xd0\xb9\xff,{}";
    for (int round = 0; round < 5000; round++) {
        char value[32] = "", back[200];
        size_t size = check_below(&random, sizeof value - 1);
        for (size_t i = 0; i < size; i++) {
            value[i] = bits[check_below(&random, sizeof bits - 1)];
        }
        zp_log(ZP_LOG_INFO, "e", ZP_LOG_S("k e=y", value), ZP_LOG_I("after", 1));
        const char *line = logged();
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
        const char *at = strstr(line, "event=e k_e_y=");
        assert_non_null(at);
        at += strlen("event=e k_e_y=");
        size_t used = 0;
        if (*at == '"') {
            for (at++; *at != '"'; at++) {
                at += *at == '\\';
                back[used++] = *at;
            }
            at++;
        } else {
            while (*at != ' ') {
                back[used++] = *at++;
            }
        }
        back[used] = '\0';
        assert_string_equal(at, " after=1\n");
        char *clean = zp_text_clean(NULL, value, SIZE_MAX, SIZE_MAX);
        assert_string_equal(back, clean);
        talloc_free(clean);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_logfmt, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(phones_are_masked_by_type, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(levels_and_no_log, open_pipe, close_pipe),
        cmocka_unit_test_setup_teardown(quoting_cannot_be_broken, open_pipe, close_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
