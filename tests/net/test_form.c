// application/x-www-form-urlencoded text.
#include "net/httpd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    size_t count;
    const char *pairs[8];
} good[] = {
    {"", 0, {NULL}},
    {"a=1", 1, {"a", "1"}},
    {"a=1&b%5Bc%5D=2", 2, {"a", "1", "b[c]", "2"}},
    {"auth[application_token]=t&data%5BFIELDS%5D%5BID%5D=7",
     2,
     {"auth[application_token]", "t", "data[FIELDS][ID]", "7"}},
    {"&&a&=v&b==&", 3, {"a", "", "", "v", "b", "="}},
    {"x=+%2B+%D0%AF", 1, {"x", " + Я"}},
    {"a=1&a=2", 2, {"a", "1", "a", "2"}},
    {"a=%&b=%4&c=%zz", 3, {"a", "%", "b", "%4", "c", "%zz"}},
};

static void test_pairs_in_order(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct zp__form_pair *pairs = NULL;
        size_t count = 99;
        assert_true(zp__form_parse(ctx, good[i].text, strlen(good[i].text), 4, &pairs, &count));
        assert_int_equal(count, good[i].count);
        for (size_t j = 0; j < count; j++) {
            assert_string_equal(pairs[j].name, good[i].pairs[j * 2]);
            assert_string_equal(pairs[j].value, good[i].pairs[j * 2 + 1]);
        }
        talloc_free(ctx);
    }
}

static void test_what_is_refused_leaves_nothing(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__form_pair *pairs = NULL;
    size_t count = 0;
    assert_false(zp__form_parse(ctx, "a&b&c", 5, 2, &pairs, &count)); // one too many
    assert_false(zp__form_parse(ctx, "a", 1, 0, &pairs, &count));
    assert_false(zp__form_parse(ctx, "a=b%00c", 7, 9, &pairs, &count)); // would be cut as text
    assert_false(zp__form_parse(ctx, "a%00=b", 6, 9, &pairs, &count));
    assert_false(zp__form_parse(ctx, "a=\0b", 4, 9, &pairs, &count));
    assert_int_equal(talloc_total_blocks(ctx), 1);
    assert_true(zp__form_parse(ctx, "a=1&b=2", 3, 9, &pairs, &count)); // the size ends it
    assert_int_equal(count, 1);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_in_order),
        cmocka_unit_test(test_what_is_refused_leaves_nothing),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
