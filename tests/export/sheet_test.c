// The day sheet as text, with many visits of many heights: no page is longer or wider than it may
// be, and every visit is on one of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli_export.h"
#include <zapis/text.h>

#define VISITS 200

static void add_visit(struct zp_json *array, int number, int masters) {
    struct zp_json *visit = zp_json_add_object(array, NULL);
    char text[64];
    const int minute = 9 * 60 + number * 7 % (12 * 60);
    zp_json_add_string(visit, "state", "booked");
    snprintf(text, sizeof text, "2026-11-23T%02d:%02d:00+03:00", minute / 60, minute % 60);
    zp_json_add_string(visit, "starts_at", text);
    zp_json_add_null(visit, "ends_at");
    snprintf(text, sizeof text, "%d", number % masters);
    zp_json_add_string(visit, "master_id", text);
    zp_json_add_string(visit, "master", text);
    struct zp_json *client = zp_json_add_object(visit, "client");
    snprintf(text, sizeof text, "Client%03d", number);
    zp_json_add_string(client, "name", text);
    if (number % 2)
        zp_json_add_string(client, "phone", "+79161234567");
    if (number % 3)
        zp_json_add_string(visit, "comment", "日本語の長いコメント、日本語の長いコメント、日本語");
    struct zp_json *services = zp_json_add_array(visit, "services");
    for (int i = 0; i < number % 5; i++)
        zp_json_add_string(zp_json_add_object(services, NULL), "name", "Женская стрижка");
}

static char *printed(int masters) {
    struct zp_error error = {0};
    struct zp_json *document = zp_json_new_object(NULL);
    zp_json_add_string(document, "date", "2026-11-23");
    struct zp_json *array = zp_json_add_array(document, "bookings");
    for (int i = 0; i < VISITS; i++)
        add_visit(array, i, masters);
    const struct sheet *sheet = sheet_read(document, document, &error);
    assert_non_null(sheet);
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    cli_sheet_day(file, sheet);
    fclose(file);
    talloc_free(document);
    return text;
}

// Lines of the longest page; each line is measured on the way.
static int longest_page(const char *text) {
    int lines = 0, longest = 0;
    while (*text) {
        if (*text == '\f') {
            lines = 0;
            text++;
        }
        const size_t size = strcspn(text, "\n");
        char *line = talloc_strndup(NULL, text, size);
        assert_true(zp_text_width(line) <= 80);
        talloc_free(line);
        text += size + 1;
        lines++;
        longest = lines > longest ? lines : longest;
    }
    return longest;
}

static void test_pages_hold_their_lines(void **state) {
    (void)state;
    int longest = 0;
    for (int masters = 1; masters <= 10; masters++) {
        char *text = printed(masters);
        const int lines = longest_page(text);
        assert_true(lines <= 60);
        longest = lines > longest ? lines : longest;
        for (int i = 0; i < VISITS; i++) {
            char name[16];
            snprintf(name, sizeof name, "Client%03d", i);
            const char *found = strstr(text, name);
            assert_non_null(found);
            assert_null(strstr(found + 1, name));
        }
        free(text);
    }
    assert_int_equal(longest, 60); // the paper is made use of
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_hold_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
