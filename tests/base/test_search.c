#include "check.h"

#include <zapis/memory.h>
#include <zapis/text.h>

static void folds(void **state) {
    (void)state;
    static const char *const table[][2] = {
        {"Алёна", "алена"},
        {"АЛЁНА", "алена"},
        {"Але\u0308на", "алена"},
        {"Йод", "йод"},
        {"  Анна \t П.  ", "анна п."},
        {"Straße", "strasse"},
        {"", ""},
        {" ", ""},
        {"ÉCLAIR", "éclair"},
        {"И\u0306ОД", "йод"},
        {"\xff", "\uFFFD"},
        {"a\u00a0b", "a b"},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char *got = zp_text_fold(NULL, table[i][0]);
        assert_string_equal(got, table[i][1]);
        talloc_free(got);
    }
}

// The short way for Russian and English letters gives what the long way does.
static void plain_letters_fold_alike(void **state) {
    (void)state;
    uint64_t random = 8;
    for (int round = 0; round < 20000; round++) {
        char text[64], longer[80];
        size_t used = 0;
        for (size_t count = check_below(&random, 12); count > 0; count--) {
            uint32_t c = check_below(&random, 2) ? 0x20 + (uint32_t)check_below(&random, 0x5f)
                                                 : 0x400 + (uint32_t)check_below(&random, 0x52);
            used += zp_text_encode(c, text + used);
        }
        text[used] = '\0';
        // A letter with an accent at the end sends the whole the long way.
        snprintf(longer, sizeof longer, "%sé", text);
        char *got = zp_text_fold(NULL, text), *whole = zp_text_fold(NULL, longer);
        whole[strlen(whole) - 2] = '\0';
        size_t length = strlen(whole);
        if (length > 0 && whole[length - 1] == ' ') {
            whole[length - 1] = '\0';
        }
        assert_string_equal(got, whole);
        talloc_free(got);
        talloc_free(whole);
    }
}

static void transliterates(void **state) {
    (void)state;
    static const char *const to_cyrillic[][2] = {
        {"anna", "анна"},        {"Ivan", "иван"},       {"shchukin", "щукин"}, {"Zhenya", "женя"},
        {"Sergey", "сергей"},    {"Dmitry", "дмитри"},   {"ryba", "рыба"},      {"Yulia", "юлиа"},
        {"Khariton", "харитон"}, {"hariton", "харитон"}, {"Alexey", "алексей"}, {"анна", "анна"},
        {"tsoy", "цой"},         {"kuz'min", "кузьмин"}, {"9 mm", "9 мм"},      {"", ""},
    };
    static const char *const to_latin[][2] = {
        {"щука", "shchuka"}, {"Анна", "anna"},     {"Юлия", "yuliya"}, {"объём", "obem"},
        {"Їжак", "yizhak"},  {"Қайрат", "kayrat"}, {"x-ray", "x-ray"}, {"", ""},
    };
    for (size_t i = 0; i < CHECK_COUNT(to_cyrillic); i++) {
        char *got = zp_text_translit_to_cyrillic(NULL, to_cyrillic[i][0]);
        assert_string_equal(got, to_cyrillic[i][1]);
        talloc_free(got);
    }
    for (size_t i = 0; i < CHECK_COUNT(to_latin); i++) {
        char *got = zp_text_translit_to_latin(NULL, to_latin[i][0]);
        assert_string_equal(got, to_latin[i][1]);
        talloc_free(got);
    }
}

static void other_layout(void **state) {
    (void)state;
    static const char *const table[][2] = {
        {"bdfy", "иван"}, {"фттф", "anna"},   {"[fhbnjy", "харитон"},
        {"`krf", "ёлка"}, {"]'.,;", "ъэюбж"}, {"Юля,", ">kz,"},
        {"Bdfy", "Иван"}, {"'kz", "эля"},     {"12-3", "12-3"},
        {"", ""},         {"é", "é"},         {"ёхъжэбю", "`[];',."},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char *got = zp_text_other_layout(NULL, table[i][0]);
        assert_string_equal(got, table[i][1]);
        talloc_free(got);
    }
    // The whole alphabet goes over and comes back.
    static const char alphabet[] =
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ";
    char *there = zp_text_other_layout(NULL, alphabet), *back = zp_text_other_layout(NULL, there);
    assert_int_equal(strlen(there), 66);
    assert_string_equal(back, alphabet);
    talloc_free(there);
    talloc_free(back);
    assert_int_equal(zp_text_latin_key(0x439), 'q');
    assert_int_equal(zp_text_latin_key(0x419), 'Q');
    assert_int_equal(zp_text_latin_key('q'), 'q');
    assert_int_equal(zp_text_latin_key('['), '[');
    assert_int_equal(zp_text_latin_key(0x1F600), 0x1F600);
}

static void finds(void **state) {
    (void)state;
    static const struct {
        const char *text, *query;
        bool found;
    } table[] = {
        {"Иван Петров", "ив", true},
        {"Иван Петров", "ivan", true},
        {"Иван Петров", "bdfy", true},
        {"Иван Петров", "ИВАН", true},
        {"Иван Петров", "петр", true},
        {"Иван Петров", "petr", true},
        {"Иван Петров", "ван", false},
        {"Иван Петров", "петров ив", true},
        {"Иван Петров", "ив сид", false},
        {"Алёна", "алена", true},
        {"Алена", "алёна", true},
        {"Anna Smith", "анна", true},
        {"Anna Smith", "фттф", true},
        {"Юлия", "yulia", true},
        {"Юлия", "yuliya", true},
        {"Мария", "maria", true},
        {"Диана", "diana", true},
        {"Щукин", "shchuk", true},
        {"Харитонов", "[fhb", true},
        {"Харитонов", "hari", true},
        {"Дмитрий", "dmitry", true},
        {"Стрижка (муж.)", "муж", true},
        {"Анна-Мария", "мар", true},
        {"Иван", "", true},
        {"Иван", "  ", true},
        {"Иван", "ь", false},
        {"", "а", false},
        {"", "", true},
        {"Маникюр + покрытие", "покр", true},
        {"Пётр", "gtnh", true},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        if (zp_text_matches(table[i].text, table[i].query) != table[i].found) {
            fail_msg("“%s” in “%s”", table[i].query, table[i].text);
        }
    }
}

static void distances(void **state) {
    (void)state;
    assert_int_equal(zp_text_distance("company", "compny", 10), 1);
    assert_int_equal(zp_text_distance("щука", "щукарь", 10), 2);
    assert_int_equal(zp_text_distance("kitten", "sitting", 10), 3);
    assert_int_equal(zp_text_distance("kitten", "sitting", 2), 2);
    assert_int_equal(zp_text_distance("", "abc", 10), 3);
    assert_int_equal(zp_text_distance("", "", 10), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds),          cmocka_unit_test(plain_letters_fold_alike),
        cmocka_unit_test(transliterates), cmocka_unit_test(other_layout),
        cmocka_unit_test(finds),          cmocka_unit_test(distances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
