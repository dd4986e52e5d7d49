// What people see: columns, facts of a booking, QR codes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli_text.h"
#include "error_text.h"
#include "linear.h"
#include "qr.h"
#include <locale.h>
#include <zapis/i18n.h>

static char *printed(const struct cli_table *table) {
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    cli_table_print(table, file);
    fclose(file);
    return text;
}

static void test_columns_go_by_width(void **state) {
    (void)state;
    struct cli_table *table = cli_table_new(NULL, "lrl");
    CLI_ROW(table, "id", "price", "name");
    CLI_ROW(table, "5", "1 500 ₽", "Стрижка");
    CLI_ROW(table, "日本", "0", NULL);
    char *text = printed(table);
    assert_string_equal(text, "id      price  name\n"
                              "5     1 500 ₽  Стрижка\n"
                              "日本        0\n");
    free(text);
    talloc_free(table);
}

static char secret_address[] = "https://lotus.example/rest/1/verysecret/", lead[] = "lead",
            number[] = "42", request[] = "01930000-0000-7000-8000-000000000001", name[] = "Мария",
            phone[] = "+79161234567";

// The CRM page is told; the webhook address behind it is a password and is not.
static void test_booking_facts_hide_the_secret(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_error error = {0};
    struct zp_config config = {.zone = zp_zone_open(ctx, "Europe/Moscow", &error)};
    config.secrets.bitrix24_url = secret_address;
    struct cli cli = {.config = &config};
    struct zp_booking booking = {.request_id = request,
                                 .state = ZP_BOOKING_BOOKED,
                                 .starts_at = INT64_C(1795435200),
                                 .client_name = name,
                                 .client_phone = phone,
                                 .crm_state = ZP_CRM_LOGGED,
                                 .crm_entity = lead,
                                 .crm_id = number};
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    cli_text_booking(file, &cli, &booking);
    fclose(file);
    assert_non_null(strstr(text, "https://lotus.example/crm/lead/details/42/\n"));
    assert_non_null(strstr(text, "2026-11-23 15:00\n"));
    assert_non_null(strstr(text, "lead 42\n"));
    assert_null(strstr(text, "verysecret"));
    free(text);
    talloc_free(ctx);
}

static void test_errors_are_sentences(void **state) {
    (void)state;
    static const struct {
        const char *message, *shown;
    } table[] = {
        {"this time is over: choose a later one", "This time is over: choose a later one."},
        {"время прошло", "Время прошло."},
        {"ёлка упала", "Ёлка упала."},
        {"no master", "No master."},
        {"Done already.", "Done already."},
        {"Is it so?", "Is it so?"},
        {"“x” is not there", "“x” is not there."},
        {"Say “wait.”", "Say “wait.”"},
        {"dikidi.base_url is empty", "dikidi.base_url is empty."},
        {"/etc/zapis.conf is not there", "/etc/zapis.conf is not there."},
        {"zapis.conf is not there", "zapis.conf is not there."},
        {"zapis needs a terminal", "zapis needs a terminal."},
        {"key: no such", "Key: no such."},
        {"", ""}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *shown = error_text(NULL, table[i].message);
        assert_string_equal(shown, table[i].shown);
        talloc_free(shown);
    }
    assert_null(error_text(NULL, NULL));
    struct zp_error error = {0};
    zp_error_set(&error, ZP_E_REFUSED, NULL, "taken");
    error_text_speak(&error);
    assert_string_equal(error.message, "Taken.");
    memset(error.message, 'a', sizeof error.message - 1); // no room for a full stop
    error_text_speak(&error);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
}

// The dialogue names the queue by its own command.
static void test_dialogue_names_what_can_be_typed(void **state) {
    (void)state;
    static const struct {
        const char *message, *shown;
    } table[] = {{"it is found out; “zapis queue” shows it", "It is found out; “queue” shows it."},
                 {"выясняется; смотрите «zapis queue»", "Выясняется; смотрите “queue”."},
                 {"under way: see zapis queue", "Under way: see “queue”."},
                 {"see zapis queue, then move it", "See “queue”, then move it."},
                 {"zapis queue", "“queue”."},
                 {"no master", "No master."}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *shown = linear_sentence(NULL, table[i].message);
        assert_string_equal(shown, table[i].shown);
        talloc_free(shown);
    }
    assert_null(linear_sentence(NULL, NULL));
}

static const char address[] = "https://dikidi.net/widget/550001";

// The three corners that a camera looks for, inside a light border.
static void test_qr_has_its_corners(void **state) {
    (void)state;
    struct qr *qr = qr_new(NULL, address);
    assert_non_null(qr);
    assert_true(qr->size >= 21 && qr->size % 4 == 1);
    const int corners[3][2] = {{0, 0}, {qr->size - 7, 0}, {0, qr->size - 7}};
    for (size_t c = 0; c < 3; c++)
        for (int y = 0; y < 7; y++)
            for (int x = 0; x < 7; x++) {
                bool border = x == 0 || y == 0 || x == 6 || y == 6;
                bool heart = x >= 2 && x <= 4 && y >= 2 && y <= 4;
                assert_int_equal(qr_dark(qr, corners[c][0] + x, corners[c][1] + y),
                                 border || heart);
            }
    assert_false(qr_dark(qr, -1, 3));
    assert_false(qr_dark(qr, qr->size, 3));
    talloc_free(qr);
}

// Reads the half blocks back into modules; `light` is what a filled half stands for.
static void assert_reads_back(const struct qr *qr, const char *text, bool filled_is_dark) {
    int x = -QR_QUIET, y = -QR_QUIET;
    for (const char *p = text; *p;) {
        bool upper = strncmp(p, "▀", 3) == 0 || strncmp(p, "█", 3) == 0;
        bool lower = strncmp(p, "▄", 3) == 0 || strncmp(p, "█", 3) == 0;
        if (*p == '\033') {
            p = strchr(p, 'm') + 1;
            continue;
        }
        if (*p == '\n') {
            assert_int_equal(x, qr->size + QR_QUIET);
            x = -QR_QUIET;
            y += 2;
            p++;
            continue;
        }
        assert_int_equal(upper == filled_is_dark, qr_dark(qr, x, y));
        if (y + 1 < qr->size + QR_QUIET)
            assert_int_equal(lower == filled_is_dark, qr_dark(qr, x, y + 1));
        p += upper || lower ? 3 : 1;
        x++;
    }
    assert_true(y >= qr->size + QR_QUIET);
}

static void test_qr_text_reads_back(void **state) {
    (void)state;
    struct qr *qr = qr_new(NULL, address);
    assert_reads_back(qr, qr_text(qr, qr, QR_COLOUR), true);
    assert_reads_back(qr, qr_text(qr, qr, QR_PLAIN), false);
    const char *ascii = qr_text(qr, qr, QR_ASCII);
    size_t line = strcspn(ascii, "\n") + 1;
    assert_int_equal(line, 2 * (size_t)(qr->size + 2 * QR_QUIET) + 1);
    for (int y = 0; y < qr->size; y++)
        for (int x = 0; x < qr->size; x++) {
            const char *cell = ascii + (size_t)(y + QR_QUIET) * line + 2 * (size_t)(x + QR_QUIET);
            assert_memory_equal(cell, qr_dark(qr, x, y) ? "##" : "  ", 2);
        }
    talloc_free(qr);
}

static void test_qr_refuses_what_does_not_fit(void **state) {
    (void)state;
    char *huge = talloc_array(NULL, char, 8000);
    memset(huge, 'a', 7999);
    huge[7999] = '\0';
    assert_null(qr_new(NULL, huge));
    talloc_free(huge);
}

int main(void) {
    setlocale(LC_ALL, "C.UTF-8");
    zp_i18n_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_go_by_width),
        cmocka_unit_test(test_booking_facts_hide_the_secret),
        cmocka_unit_test(test_errors_are_sentences),
        cmocka_unit_test(test_dialogue_names_what_can_be_typed),
        cmocka_unit_test(test_qr_has_its_corners),
        cmocka_unit_test(test_qr_text_reads_back),
        cmocka_unit_test(test_qr_refuses_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
