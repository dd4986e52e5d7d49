#include "check.h"

#include <zapis/json.h>
#include <zapis/limits.h>
#include <zapis/memory.h>

static const struct zp_json *parse(TALLOC_CTX *ctx, const char *text) {
    struct zp_error err = {0};
    const struct zp_json *root = zp_json_parse(ctx, text, strlen(text), &err);
    if (root == NULL) {
        fail_msg("%s: %s", text, err.message);
    }
    return root;
}

static void refuses(const char *bytes, size_t size) {
    struct zp_error err = {0};
    TALLOC_CTX *ctx = talloc_new(NULL);
    if (zp_json_parse(ctx, bytes, size, &err) != NULL) {
        fail_msg("accepted: %.*s", (int)size, bytes);
    }
    assert_int_equal(err.code, ZP_E_BAD_ANSWER);
    assert_string_equal(err.name, "BAD_ANSWER");
    assert_true(err.message[0] != '\0');
    // Nothing of a refused document is left behind.
    assert_int_equal(talloc_total_blocks(ctx), 1);
    talloc_free(ctx);
}

static void strictness(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "{} {}",
        "1 x",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "1e400",
        "-1e400",
        "\"",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"\\ud800x\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\n\"",
        "\"\t\"",
        "{\"a\":1,\"a\":2}",
        "[{\"x\":{\"k\":1,\"m\":2,\"\\u006b\":3}}]",
        "\xef\xbb\xbf{}",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "// c\n1",
        "/**/1",
        "[1]]",
        "{\"a\":1]",
        "[1}",
        "{1:2}",
        "123456789012345678901234567890123456789012345678901234567890123456789",
    };
    for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
        refuses(bad[i], strlen(bad[i]));
    }
    refuses("1\0", 2);
    refuses("\"a\0b\"", 5);
    refuses("true", 3);
    refuses("{\"a\":12}", 6);
}

static void half_a_character_is_mended_in_answers(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *text; // NULL: refused all the same
    } cases[] = {
        {"\"a\\ud83d\"", "a\xef\xbf\xbd"},
        {"\"\\ud83dx\"", "\xef\xbf\xbdx"},
        {"\"\\ude00\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\"a\\u0000b\"", "a\xef\xbf\xbd"
                          "b"},
        {"\"\xd0\"", "\xef\xbf\xbd"},                 // half of a Cyrillic letter
        {"\"\\\\ud83d\xff\"", "\\ud83d\xef\xbf\xbd"}, // no escape: a backslash and letters
        {"\xef\xbb\xbf\"a\"", "a"},
        {"\"\\ud83d", NULL},
        {"\"\\u12g4\"", NULL},
        {"\"a\nb\xff\"", NULL},
        {"[\"\xff\"", NULL},
        {"\"\\", NULL},
        {"\xff", NULL},
    };
    TALLOC_CTX *ctx = talloc_new(NULL);
    for (size_t i = 0; i < CHECK_COUNT(cases); i++) {
        bool mended = false;
        const struct zp_json *root =
            zp_json_parse_mended(ctx, cases[i].bytes, strlen(cases[i].bytes), &mended);
        assert_int_equal(mended, cases[i].text != NULL);
        if (cases[i].text == NULL) {
            assert_null(root);
        } else {
            assert_string_equal(zp_json_string(root), cases[i].text);
        }
    }
    bool mended = true;
    assert_non_null(zp_json_parse_mended(ctx, "{\"a\":1}", 7, &mended));
    assert_false(mended);
    assert_null(zp_json_parse_mended(ctx, "", 0, &mended));
    talloc_free(ctx);
}

static void depth_has_a_limit(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char text[2 * ZP_LIMIT_JSON_DEPTH + 3];
    memset(text, '[', ZP_LIMIT_JSON_DEPTH);
    memset(text + ZP_LIMIT_JSON_DEPTH, ']', ZP_LIMIT_JSON_DEPTH);
    text[2 * ZP_LIMIT_JSON_DEPTH] = '\0';
    assert_non_null(parse(ctx, text));
    memset(text, '[', ZP_LIMIT_JSON_DEPTH + 1);
    memset(text + ZP_LIMIT_JSON_DEPTH + 1, ']', ZP_LIMIT_JSON_DEPTH + 1);
    refuses(text, 2 * ZP_LIMIT_JSON_DEPTH + 2);
    size_t size = 1 << 20;
    char *deep = talloc_size(ctx, size);
    memset(deep, '[', size);
    refuses(deep, size);
    memset(deep, '{', size);
    refuses(deep, size);
    talloc_free(ctx);
}

static void reads_all_types(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    const struct zp_json *root = parse(
        ctx, " { \"s\" : \"Мария \\u041c\\ud83d\\ude00\\n\" , \"n\" : -12 ,\"t\":true,\"f\":false,"
             "\"z\":null,\"a\":[1,\"2\",[]],\"o\":{\"k\":{}}, \"S\":\"case\"}\r\n\t");
    assert_int_equal(zp_json_type(root), ZP_JSON_OBJECT);
    assert_int_equal(zp_json_count(root), 8);
    assert_string_equal(zp_json_string(zp_json_get(root, "s")), "Мария М😀\n");
    assert_string_equal(zp_json_string(zp_json_get(root, "S")), "case");
    int64_t number = 0;
    assert_true(zp_json_int(zp_json_get(root, "n"), &number));
    assert_int_equal(number, -12);
    bool value = false;
    assert_true(zp_json_bool(zp_json_get(root, "t"), &value) && value);
    assert_true(zp_json_bool(zp_json_get(root, "f"), &value) && !value);
    assert_false(zp_json_bool(zp_json_get(root, "n"), &value));
    assert_int_equal(zp_json_type(zp_json_get(root, "z")), ZP_JSON_NULL);
    const struct zp_json *array = zp_json_get(root, "a");
    assert_int_equal(zp_json_count(array), 3);
    assert_true(zp_json_int(zp_json_at(array, 1), &number) && number == 2);
    assert_null(zp_json_at(array, 3));
    assert_null(zp_json_at(array, SIZE_MAX));
    assert_string_equal(zp_json_key(zp_json_at(root, 0)), "s");
    assert_int_equal(zp_json_count(zp_json_get(zp_json_get(root, "o"), "k")), 0);
    assert_null(zp_json_get(array, "s"));
    talloc_free(ctx);
}

static void missing_is_harmless(void **state) {
    (void)state;
    int64_t number = 5;
    bool value = true;
    assert_int_equal(zp_json_type(NULL), ZP_JSON_NONE);
    assert_null(zp_json_get(NULL, "a"));
    assert_null(zp_json_at(NULL, 0));
    assert_int_equal(zp_json_count(NULL), 0);
    assert_null(zp_json_key(NULL));
    assert_null(zp_json_string(NULL));
    assert_false(zp_json_int(NULL, &number));
    assert_false(zp_json_bool(NULL, &value));
    assert_null(zp_json_text(NULL, NULL));
    assert_int_equal(number, 5);
    assert_true(value);
}

static void numbers_keep_their_text(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    static const char text[] =
        "[9007199254740993,18446744073709551617,1500.50,1e3,-0,9223372036854775807,"
        "-9223372036854775808,9223372036854775808,1500.00,1.5]";
    const struct zp_json *root = parse(ctx, text);
    static const struct {
        const char *text;
        bool integral;
        int64_t number;
    } table[] = {
        {"9007199254740993", true, 9007199254740993},
        {"18446744073709551617", false, 0},
        {"1500.50", false, 0},
        {"1e3", false, 0},
        {"-0", true, 0},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"1500.00", true, 1500},
        {"1.5", false, 0},
    };
    assert_int_equal(zp_json_count(root), CHECK_COUNT(table));
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        const struct zp_json *item = zp_json_at(root, i);
        int64_t number = 0;
        assert_int_equal(zp_json_type(item), ZP_JSON_NUMBER);
        assert_string_equal(zp_json_text(ctx, item), table[i].text);
        assert_int_equal(zp_json_int(item, &number), table[i].integral);
        assert_true(number == table[i].number);
        assert_null(zp_json_string(item));
    }
    assert_string_equal(zp_json_print(ctx, root), text);
    const struct zp_json *strings =
        parse(ctx, "[\"12\",\"12a\",\"\",\" 12\",\"+1\",\"0x1\",\"007\"]");
    int64_t number = 0;
    assert_true(zp_json_int(zp_json_at(strings, 0), &number) && number == 12);
    for (size_t i = 1; i < zp_json_count(strings); i++) {
        assert_false(zp_json_int(zp_json_at(strings, i), &number));
    }
    assert_string_equal(zp_json_text(ctx, parse(ctx, "true")), "true");
    assert_string_equal(zp_json_text(ctx, parse(ctx, "\"x\"")), "x");
    assert_null(zp_json_text(ctx, parse(ctx, "null")));
    assert_null(zp_json_text(ctx, parse(ctx, "{}")));
    talloc_free(ctx);
}

static void writes_and_prints(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_json *root = zp_json_new_object(ctx);
    assert_int_equal(zp_json_count(root), 0);
    zp_json_add_string(root, "имя", "Мария \"М\"\\/\n\x01😀");
    zp_json_add_string(root, "nothing", NULL);
    zp_json_add_string(root, "broken", "a\xff");
    zp_json_add_int(root, "min", INT64_MIN);
    zp_json_add_bool(root, "yes", true);
    zp_json_add_null(root, "null");
    zp_json_add_number_text(root, "price", "1500.50");
    struct zp_json *array = zp_json_add_array(root, "list");
    zp_json_add_int(array, NULL, 1);
    assert_int_equal(zp_json_count(array), 1);
    zp_json_add_string(array, NULL, "two");
    // The count follows what is added after it was asked for.
    assert_int_equal(zp_json_count(array), 2);
    assert_string_equal(zp_json_string(zp_json_at(array, 1)), "two");
    zp_json_add_object(array, NULL);
    assert_string_equal(zp_json_print(ctx, root),
                        "{\"имя\":\"Мария \\\"М\\\"\\\\/\\n\\u0001😀\",\"nothing\":null,\"broken\":"
                        "\"a\uFFFD\",\"min\":-9223372036854775808,\"yes\":true,\"null\":null,"
                        "\"price\":1500.50,\"list\":[1,\"two\",{}]}");
    assert_string_equal(zp_json_print(ctx, array), "[1,\"two\",{}]");
    struct zp_json *php = zp_json_new_array(ctx);
    zp_json_add_string(php, NULL, "Щ/😀\"\\");
    assert_string_equal(zp_json_print_php(ctx, php), "[\"\\u0429\\/\\ud83d\\ude00\\\"\\\\\"]");
    assert_string_equal(zp_json_print(ctx, NULL), "null");
    talloc_free(ctx);
}

static void copies_are_deep(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    static const char text[] =
        "{\"a\":[1,2.50,\"x\",null,true,{\"b\":[]}],\"id\":9007199254740993}";
    const struct zp_json *from = parse(ctx, text);
    assert_int_equal(zp_json_count(zp_json_get(from, "a")), 6);
    struct zp_json *into = zp_json_new_object(ctx);
    zp_json_add_copy(into, "copy", from);
    zp_json_add_copy(into, "none", NULL);
    talloc_free((void *)(uintptr_t)from);
    assert_string_equal(zp_json_print(ctx, zp_json_get(into, "copy")), text);
    assert_int_equal(zp_json_count(zp_json_get(zp_json_get(into, "copy"), "a")), 6);
    assert_int_equal(zp_json_type(zp_json_get(into, "none")), ZP_JSON_NULL);
    // Into itself: what was there before, once.
    zp_json_add_copy(into, "self", into);
    assert_int_equal(zp_json_count(zp_json_get(into, "self")), 2);
    talloc_free(ctx);
}

static void long_lists_cost_no_more_than_they_are_long(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    enum { ITEMS = 200000 };
    char *text = talloc_size(ctx, ITEMS * 8 + 2);
    size_t used = 0;
    text[used++] = '[';
    for (int i = 0; i < ITEMS; i++) {
        used += (size_t)snprintf(text + used, 9, "%s%d", i > 0 ? "," : "", i);
    }
    text[used++] = ']';
    const struct zp_json *root = zp_json_parse(ctx, text, used, NULL);
    int64_t number = 0;
    // Quadratic, this would be 4e10 steps and run into the test's time limit.
    for (size_t i = 0; i < zp_json_count(root); i++) {
        assert_true(zp_json_int(zp_json_at(root, i), &number) && number == (int64_t)i);
    }
    assert_int_equal(number, ITEMS - 1);
    talloc_free(ctx);
}

// Whatever bytes come in: refused, or printed and read again the same.
static void survives_hostile_bytes(void **state) {
    (void)state;
    static const char *const seeds[] = {
        "{\"id\":\"5159500\",\"name\":\"Маникюр\",\"price\":1500,\"masters\":[{\"x\":[]}]}",
        "[\"\\ud83d\\ude00\\u0041\\\"\\\\\\/\\b\\f\\n\\r\\t\",-1.5e-3,0,null,true,false,{}]",
        "{\"error\":{\"code\":0,\"message\":null},\"data\":[],\"meta\":{\"more\":false}}",
    };
    static const char bits[] = "{}[]\",:\\u0041ud8ffe+-.19 tfn\n\x01\xff\xd0";
    uint64_t random = 20261122;
    int accepted = 0;
    for (int round = 0; round < 60000; round++) {
        char bytes[160];
        const char *seed = seeds[check_below(&random, CHECK_COUNT(seeds))];
        size_t size = strlen(seed);
        memcpy(bytes, seed, size);
        for (size_t edits = check_below(&random, 5); edits > 0 && size > 0; edits--) {
            size_t at = check_below(&random, size);
            switch (check_below(&random, 4)) {
            case 0: bytes[at] = bits[check_below(&random, sizeof bits)]; break;
            case 1: bytes[at] = (char)check_random(&random); break;
            case 2: memmove(bytes + at, bytes + at + 1, --size - at); break;
            default: size = at; break;
            }
        }
        // An exact allocation, so that the sanitizer sees a read past the end.
        TALLOC_CTX *ctx = talloc_new(NULL);
        char *exact = malloc(size + (size == 0));
        memcpy(exact, bytes, size);
        const struct zp_json *root = zp_json_parse(ctx, exact, size, NULL);
        if (root != NULL) {
            char *printed = zp_json_print(ctx, root);
            const struct zp_json *again = parse(ctx, printed);
            assert_string_equal(zp_json_print(ctx, again), printed);
            const struct zp_json *php = parse(ctx, zp_json_print_php(ctx, root));
            assert_string_equal(zp_json_print(ctx, php), printed);
            accepted++;
        }
        free(exact);
        talloc_free(ctx);
    }
    assert_in_range(accepted, 1000, 59000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strictness),
        cmocka_unit_test(half_a_character_is_mended_in_answers),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(reads_all_types),
        cmocka_unit_test(missing_is_harmless),
        cmocka_unit_test(numbers_keep_their_text),
        cmocka_unit_test(writes_and_prints),
        cmocka_unit_test(copies_are_deep),
        cmocka_unit_test(long_lists_cost_no_more_than_they_are_long),
        cmocka_unit_test(survives_hostile_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
