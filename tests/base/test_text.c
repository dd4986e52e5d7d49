#include "check.h"

#include <locale.h>
#include <zapis/memory.h>
#include <zapis/text.h>

static void cleaned(const char *bytes, const char *want) {
    char *got = zp_text_clean(NULL, bytes, SIZE_MAX, SIZE_MAX);
    assert_string_equal(got, want);
    talloc_free(got);
}

static void clean_drops_what_must_not_reach_a_screen(void **state) {
    (void)state;
    cleaned("", "");
    cleaned("Мария И.", "Мария И.");
    cleaned("\x1b[31mred\x1b]0;title\x07", "[31mred]0;title");
    cleaned("a\xc2\x9b"
            "31mb\x7f\x08",
            "a31mb");
    cleaned("a\nb\r\nc\td\n\n\te", "a b c d e");
    cleaned("a  b", "a  b"); // blanks are the writer's
    cleaned("a\u202eb\u2066c\u200fd\u061ce", "abcde");
    cleaned("a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg", "abcdefg");
    cleaned("a\u2028b\u2029c", "abc");
    cleaned("a\U000e0041\U000e007fb", "ab");
    cleaned("a\U000e0101b", "ab");
    cleaned("\xff\xc0\x80 \xed\xa0\x80\xf5", "\uFFFD\uFFFD\uFFFD \uFFFD\uFFFD\uFFFD\uFFFD");
    cleaned("\xd0", "\uFFFD");
    cleaned("\ue000\uffff\U0010ffff", "\uFFFD\uFFFD\uFFFD");
    // Composed: е with a diaeresis, и with a breve.
    cleaned("е\u0308и\u0306", "ёй");
    // Two marks on a base and no more; none on nothing.
    cleaned("q\u0301\u0302\u0303\u0304z", "q\u0301\u0302z");
    cleaned("\u0301a", "a");
    char *nul = zp_text_clean(NULL, "a\0b", 3, SIZE_MAX);
    assert_string_equal(nul, "ab");
    talloc_free(nul);
    char *none = zp_text_clean(NULL, NULL, 5, 5);
    assert_string_equal(none, "");
    talloc_free(none);
}

static void clean_keeps_pictures(void **state) {
    (void)state;
    cleaned("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧");
    cleaned("👍🏽 ❤️", "👍🏽 ❤️");
    cleaned("❤️\u200d🔥", "❤️\u200d🔥");
    cleaned("a\u200d👩", "a👩");
    cleaned("👩\u200d", "👩");
    cleaned("👩\u200d\u200d👩", "👩\u200d👩");
    cleaned("a\ufe0f", "a");
    // No endless picture.
    cleaned("👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩", "👩\u200d👩\u200d👩\u200d👩\u200d👩👩\u200d👩");
}

static void clean_lines_keeps_line_ends(void **state) {
    (void)state;
    char *got = zp_text_clean_lines(NULL, "a\r\nb\rc\n\n\td\x1b", SIZE_MAX, SIZE_MAX);
    assert_string_equal(got, "a\nb\nc\n\n d");
    talloc_free(got);
}

static void clean_cuts_between_characters(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *want;
    } table[] = {
        {"abc", 2, "ab"},
        {"щука", 5, "щу"},
        {"щука", 1, ""},
        {"щука", 8, "щука"},
        {"aq\u0301", 3, "a"},
        {"👍🏽b", 7, "👍"},
        {"👍🏽b", 8, "👍🏽"},
        {"🇷🇺🇰🇿", 12, "🇷🇺"},
        {"a👩\u200d👩", 9, "a"},
        {"👩\u200d👩", 8, "👩"},
        {"abc", 0, ""},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char *got = zp_text_clean(NULL, table[i].text, SIZE_MAX, table[i].max);
        assert_string_equal(got, table[i].want);
        talloc_free(got);
    }
}

static bool forbidden(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x200b ||
           c == 0x200c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xd800 && c <= 0xdfff) || (c >= 0xe0000 && c <= 0xe0fff);
}

// The property, on bytes and on code points of the ranges where trouble lives.
static void clean_holds_on_random_bytes(void **state) {
    (void)state;
    static const struct {
        uint32_t first, count;
    } ranges[] = {{0, 0x100},       {0x300, 0x70},   {0x400, 0x200},  {0x5b0, 0x70},
                  {0x9c0, 0x20},    {0x1100, 0x200}, {0x2000, 0x70},  {0x2190, 0x10},
                  {0xac00, 0x40},   {0xd7b0, 0x50},  {0xfe00, 0x10},  {0xfff0, 0x10},
                  {0x1f1e6, 26},    {0x1f3f0, 0x20}, {0x1f440, 0x40}, {0x1d160, 0x20},
                  {0xe0000, 0x200}, {0x200d, 1},     {0x2190, 0x70},  {0, 0x110000}};
    uint64_t random = 4;
    for (int round = 0; round < 60000; round++) {
        char bytes[200];
        size_t size = 0, wanted = check_below(&random, 40);
        while (wanted-- > 0) {
            if (round % 3 == 0) {
                bytes[size++] = (char)check_random(&random);
            } else {
                size_t range = check_below(&random, CHECK_COUNT(ranges));
                uint32_t c =
                    ranges[range].first + (uint32_t)check_below(&random, ranges[range].count);
                size += zp_text_encode(c, bytes + size);
            }
        }
        size_t max = round % 2 ? SIZE_MAX : check_below(&random, 40);
        char *exact = malloc(size + 1);
        memcpy(exact, bytes, size);
        char *once = round % 5 ? zp_text_clean(NULL, exact, size, max)
                               : zp_text_clean_lines(NULL, exact, size, max);
        free(exact);
        char *twice = round % 5 ? zp_text_clean(NULL, once, SIZE_MAX, max)
                                : zp_text_clean_lines(NULL, once, SIZE_MAX, max);
        assert_string_equal(once, twice);
        assert_true(strlen(once) <= max);
        assert_true(zp_text_valid_utf8(once, strlen(once)));
        uint32_t c = 0;
        for (const char *at = once; *at != '\0';) {
            at += zp_text_decode(at, &c);
            if (forbidden(c) && !(round % 5 == 0 && c == '\n')) {
                fail_msg("round %d leaves U+%04X", round, c);
            }
        }
        int columns = 0, total = 0;
        for (const char *at = once; *at != '\0'; total += columns) {
            at += zp_text_grapheme(at, &columns);
            assert_in_range(columns, 0, 2);
        }
        if (round % 5) {
            assert_int_equal(total, zp_text_width(once));
        }
        talloc_free(once);
        talloc_free(twice);
    }
}

static void utf8_is_decoded_strictly(void **state) {
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xff",
                                      "\xf0\x9f\x98"};
    for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
        uint32_t c = 0;
        assert_false(zp_text_valid_utf8(bad[i], strlen(bad[i])));
        assert_int_equal(zp_text_decode(bad[i], &c), 1);
        assert_int_equal(c, 0xFFFD);
    }
    assert_false(zp_text_valid_utf8("щ", 1));
    for (uint32_t c = 1; c < 0x110000; c++) {
        char out[5];
        uint32_t back = 0;
        size_t size = zp_text_encode(c, out);
        assert_int_equal(zp_text_decode(out, &back), size);
        assert_int_equal(back, c >= 0xd800 && c <= 0xdfff ? 0xFFFD : c);
    }
    char out[5];
    assert_int_equal(zp_text_encode(0x110000, out), 3);
    uint32_t c = 1;
    assert_int_equal(zp_text_decode("", &c), 0);
}

static void widths(void **state) {
    (void)state;
    assert_int_equal(zp_text_width("Мария"), 5);
    assert_int_equal(zp_text_width("q\u0301"), 1);
    assert_int_equal(zp_text_width("日本"), 4);
    assert_int_equal(zp_text_width("👍"), 2);
    int used = 0;
    assert_int_equal(zp_text_fit("日本", 3, &used), 3);
    assert_int_equal(used, 2);
    assert_int_equal(zp_text_fit("щука", 10, &used), 8);
    assert_int_equal(used, 4);
    assert_int_equal(zp_text_fit("щука", 0, &used), 0);
    assert_int_equal(zp_text_fit("aq\u0301b", 2, &used), 4);
    TALLOC_CTX *ctx = talloc_new(NULL);
    assert_string_equal(zp_text_ellipsis(ctx, "Мария", 5, false), "Мария");
    assert_string_equal(zp_text_ellipsis(ctx, "Мария", 4, false), "Мар…");
    assert_string_equal(zp_text_ellipsis(ctx, "Мария", 4, true), "Мар~");
    assert_string_equal(zp_text_ellipsis(ctx, "日本語", 4, false), "日…");
    assert_string_equal(zp_text_ellipsis(ctx, "Мария", 1, false), "…");
    assert_string_equal(zp_text_ellipsis(ctx, "Мария", 0, false), "");
    assert_string_equal(zp_text_ellipsis(ctx, "", 0, false), "");
    talloc_free(ctx);
    int columns = 9;
    assert_int_equal(zp_text_grapheme("", &columns), 0);
    assert_int_equal(columns, 0);
    assert_int_equal(zp_text_grapheme("q\u0301\u0302z", &columns), 5);
    assert_int_equal(columns, 1);
}

static int use_utf8(void **state) {
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

static int use_c(void **state) {
    (void)state;
    return setlocale(LC_CTYPE, "C") == NULL ? -1 : 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_drops_what_must_not_reach_a_screen),
        cmocka_unit_test(clean_keeps_pictures),
        cmocka_unit_test(clean_lines_keeps_line_ends),
        cmocka_unit_test(clean_cuts_between_characters),
        cmocka_unit_test(clean_holds_on_random_bytes),
        cmocka_unit_test(utf8_is_decoded_strictly),
        cmocka_unit_test(widths),
    };
    // The result must not hang on the locale: tests run in the C locale, the program in a UTF-8
    // one.
    int failed = cmocka_run_group_tests_name("C", tests, use_c, NULL);
    return failed + cmocka_run_group_tests_name("C.UTF-8", tests, use_utf8, NULL);
}
