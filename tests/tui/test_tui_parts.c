// The parts of a screen: grid, keys, actions, fields, lists, words, commands.
#include "action.h"
#include "command.h"
#include "day.h"
#include "grid.h"
#include "key.h"
#include "widgets/field.h"
#include "widgets/list.h"
#include "words.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

static void expect_text(const struct surface *surface, const char *wanted) {
    char *text = surface_text(NULL, surface);

    assert_string_equal(text, wanted);
    talloc_free(text);
}

static void grid__put__stays_in_its_columns(void **state) {
    struct surface *surface = surface_new(NULL, 2, 8, false);
    struct grid grid = grid_of(surface);

    (void)state;
    assert_int_equal(grid_put(&grid, 0, 0, 5, "привет, мир", STYLE_DEFAULT), 5);
    assert_int_equal(grid_put(&grid, 1, 6, 10, "abcdef", STYLE_DEFAULT), 2);
    assert_int_equal(grid_put(&grid, 2, 0, 5, "below", STYLE_DEFAULT), 0);
    assert_int_equal(grid_put(&grid, -1, 0, 5, "above", STYLE_DEFAULT), 0);
    assert_int_equal(grid_put(&grid, 0, 8, 5, "right", STYLE_DEFAULT), 0);
    expect_text(surface, "приве   |\n      ab|\n");
    talloc_free(surface);
}

static void grid__put__cuts_the_left_of_a_text_that_begins_outside(void **state) {
    struct surface *surface = surface_new(NULL, 1, 4, false);
    struct grid grid = grid_of(surface);

    (void)state;
    grid_put(&grid, 0, -2, 10, "abcdefgh", STYLE_DEFAULT);
    expect_text(surface, "cdef|\n");
    talloc_free(surface);
}

static void grid__put__wide_characters_take_two_cells_or_none(void **state) {
    struct surface *surface = surface_new(NULL, 1, 5, false);
    struct grid grid = grid_of(surface);

    (void)state;
    assert_int_equal(grid_put(&grid, 0, 0, 5, "金小明", STYLE_DEFAULT), 4);
    assert_int_equal(surface_cell(surface, 0, 0)->width, 2);
    assert_int_equal(surface_cell(surface, 0, 1)->width, 0);
    expect_text(surface, "金小 |\n");
    grid_put(&grid, 0, 1, 1, "x", STYLE_DEFAULT); // the right half goes: the left is a blank
    expect_text(surface, " x小 |\n");
    grid_put(&grid, 0, 2, 1, "y", STYLE_DEFAULT); // and the other way round
    expect_text(surface, " xy  |\n");
    talloc_free(surface);
}

static void grid__put__a_cell_holds_what_a_terminal_shows_in_one_place(void **state) {
    struct surface *surface = surface_new(NULL, 1, 8, false);
    struct grid grid = grid_of(surface);

    (void)state;
    grid_put(&grid, 0, 0, 8, "и\u0306e\u0301\u0302\u0303x", STYLE_DEFAULT);
    assert_string_equal(surface_cell(surface, 0, 0)->text, "и\u0306");
    assert_string_equal(surface_cell(surface, 0, 1)->text, "e\u0301\u0302");
    assert_string_equal(surface_cell(surface, 0, 2)->text, "x");
    surface_clear(surface);
    grid_put(&grid, 0, 0, 8, "👩\u200D👩\u200D👧z", STYLE_DEFAULT);
    assert_string_equal(surface_cell(surface, 0, 0)->text, "👩");
    assert_string_equal(surface_cell(surface, 0, 4)->text, "👧");
    assert_string_equal(surface_cell(surface, 0, 6)->text, "z");
    talloc_free(surface);
}

static void grid__put__control_characters_are_blanks(void **state) {
    struct surface *surface = surface_new(NULL, 1, 8, false);
    struct grid grid = grid_of(surface);

    (void)state;
    grid_put(&grid, 0, 0, 8, "a\033[2J\n\x07\xc2\x9b", STYLE_DEFAULT);
    for (int col = 0; col < 8; col++) {
        unsigned char first = (unsigned char)surface_cell(surface, 0, col)->text[0];

        assert_true(first >= 0x20 && first != 0x7F && first != 0xC2);
    }
    talloc_free(surface);
}

static void grid__cell__ends_in_an_ellipsis_only_when_cut(void **state) {
    struct surface *surface = surface_new(NULL, 4, 6, false),
                   *ascii = surface_new(NULL, 1, 6, true);
    struct grid grid = grid_of(surface), plain = grid_of(ascii);

    (void)state;
    grid_cell(&grid, 0, 0, 6, "abcdef", STYLE_DIM);
    grid_cell(&grid, 1, 0, 6, "abcdefg", STYLE_DIM);
    grid_cell(&grid, 2, 0, 6, "金小明金", STYLE_DIM);
    grid_right(&grid, 3, 0, 6, "ab", STYLE_DIM);
    expect_text(surface, "abcdef|\nabcde…|\n金小 …|\n    ab|\n");
    grid_cell(&plain, 0, 0, 6, "abcdefg", STYLE_DIM);
    expect_text(ascii, "abcde~|\n");
    talloc_free(surface);
    talloc_free(ascii);
}

static void grid__part__is_clipped_and_moves_the_cursor(void **state) {
    struct surface *surface = surface_new(NULL, 4, 6, true);
    struct grid grid = grid_of(surface), part = grid_part(&grid, 1, 2, 10, 10), none;

    (void)state;
    assert_int_equal(part.rows, 3);
    assert_int_equal(part.cols, 4);
    grid_cursor(&part, 1, 1);
    assert_int_equal(surface->cursor_row, 2);
    assert_int_equal(surface->cursor_col, 3);
    grid_cursor(&part, 3, 0); // outside: not moved
    assert_int_equal(surface->cursor_row, 2);
    none = grid_part(&part, 5, 0, 2, 2);
    assert_int_equal(none.rows, 0);
    grid_fill(&none, 0, 0, 5, 5, "#", STYLE_DEFAULT);
    grid_box(&part, 0, 0, 3, 4, NULL, STYLE_LINE);
    expect_text(surface, "      |\n  +--+|\n  |  ||\n  +--+|\n");
    talloc_free(surface);
}

static void key__words__go_both_ways(void **state) {
    static const char *const words[] = {"F1",    "F10",  "Ctrl-G", "Shift-Tab", "Alt-1",
                                        "Enter", "PgDn", "Ins",    "q",         "+",
                                        "-",     "й",    "Esc",    "Ctrl-\\",   "Backspace"};
    char text[KEY_TEXT];
    struct key key;

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        assert_true(key_parse(words[i], strlen(words[i]), &key));
        key_format(&key, text);
        assert_string_equal(text, words[i]);
    }
    assert_false(key_parse("", 0, &key));
    assert_false(key_parse("F25", 3, &key));
    assert_false(key_parse("Entry", 5, &key));
}

static void action__list__every_key_is_one(void **state) {
    (void)state;
    for (int action = 1; action < ACTIONS; action++) {
        const char *keys = action_keys((enum action)action);

        assert_true(action_name((enum action)action)[0] != '\0');
        assert_true(action_help((enum action)action)[0] != '\0');
        while (*keys != '\0') {
            size_t size = strcspn(keys, " ");
            struct key key;

            assert_true(key_parse(keys, size, &key));
            keys += size;
            keys += strspn(keys, " ");
        }
    }
}

static void action__find__is_blind_to_the_layout_but_not_in_a_field(void **state) {
    static const enum action actions[] = {ACTION_ZOOM_IN, ACTION_QUIT, ACTION_HELP};
    const struct key f1 = {.name = K_F, .code = 1}, plus = {.name = K_CHAR, .code = '+'};
    const struct key ctrl_q = {.name = K_CHAR, .code = 'q', .ctrl = true};

    (void)state;
    assert_int_equal(action_find(actions, 3, &f1, true), ACTION_HELP);
    assert_int_equal(action_find(actions, 3, &ctrl_q, true), ACTION_QUIT);
    assert_int_equal(action_find(actions, 3, &plus, false), ACTION_ZOOM_IN);
    assert_int_equal(action_find(actions, 3, &plus, true), ACTION_NONE);
    assert_int_equal(action_find(actions, 1, &f1, false), ACTION_NONE);
}

static void action__bar__keeps_the_last_when_narrow(void **state) {
    static const enum action actions[] = {ACTION_HELP, ACTION_BOOK, ACTION_REDRAW, ACTION_DATE,
                                          ACTION_QUIT};
    struct surface *wide = surface_new(NULL, 1, 30, false),
                   *narrow = surface_new(NULL, 1, 14, false);
    struct grid grid = grid_of(wide), small = grid_of(narrow);

    (void)state;
    zp_i18n_init("en");
    action_bar(&grid, actions, 5);
    expect_text(wide, " 1Help 7Book ^G Date 10Quit   |\n");
    action_bar(&small, actions, 5);
    expect_text(narrow, " 1Help 10Quit |\n");
    talloc_free(wide);
    talloc_free(narrow);
}

// To book and to cancel, the way back and the waiting list come before what the screen names first.
static void action__bar__narrow__the_most_needed_stay(void **state) {
    static const enum action actions[] = {ACTION_HELP, ACTION_PALETTE, ACTION_SHOW,  ACTION_MARK,
                                          ACTION_BOOK, ACTION_CANCEL,  ACTION_QUEUE, ACTION_WAITING,
                                          ACTION_BACK, ACTION_QUIT};
    struct surface *wide = surface_new(NULL, 1, 60, false),
                   *narrow = surface_new(NULL, 1, 50, false);
    struct grid grid = grid_of(wide), small = grid_of(narrow);

    (void)state;
    zp_i18n_init("en");
    action_bar(&grid, actions, 10);
    expect_text(wide, " 1Help 2Palette 7Book 8Cancel ^V Wait list Esc Back 10Quit  |\n");
    action_bar(&small, actions, 10);
    expect_text(narrow, " 1Help 7Book 8Cancel ^V Wait list Esc Back 10Quit |\n");
    talloc_free(wide);
    talloc_free(narrow);
}

static void press(struct field *field, const char *name, enum field_result wanted) {
    struct key key;

    assert_true(key_parse(name, strlen(name), &key));
    assert_int_equal(field_key(field, &key), wanted);
}

static void field__keys__edit_by_grapheme(void **state) {
    struct field *field = field_new(NULL, 64);

    (void)state;
    field_set(field, "Ко金");
    press(field, "Left", FIELD_MOVED);
    press(field, "т", FIELD_CHANGED);
    assert_string_equal(field_text(field), "Кот金");
    press(field, "Del", FIELD_CHANGED);
    press(field, "Del", FIELD_MOVED);
    assert_string_equal(field_text(field), "Кот");
    press(field, "Home", FIELD_MOVED);
    press(field, "Backspace", FIELD_MOVED);
    press(field, "Del", FIELD_CHANGED);
    assert_string_equal(field_text(field), "от");
    press(field, "End", FIELD_MOVED);
    assert_int_equal(field_paste(field, " два\nтри"), FIELD_CHANGED);
    assert_string_equal(field_text(field), "от два три");
    press(field, "Ctrl-W", FIELD_CHANGED);
    assert_string_equal(field_text(field), "от два ");
    press(field, "Ctrl-U", FIELD_CHANGED);
    assert_true(field_empty(field));
    press(field, "Enter", FIELD_IGNORED);
    press(field, "F7", FIELD_IGNORED);
    talloc_free(field);
}

// What a person takes for one character goes with one key, though its parts take a cell each; typed
// part by part it is one as well.
static void field__emoji_of_several_parts__is_one_character(void **state) {
    static const char *const whole[] = {"👨\u200d👩\u200d👧", "👍🏽", "🇷🇺", "👩\u200d💻"};

    (void)state;
    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        struct field *field = field_new(NULL, 64);
        uint32_t code = 0;

        field_set(field, "я");
        for (const char *at = whole[i]; *at;) {
            at += zp_text_decode(at, &code);
            field_key(field, &(struct key){.name = K_CHAR, .code = code});
        }
        assert_string_equal(field_text(field) + strlen("я"), whole[i]);
        press(field, "Left", FIELD_MOVED);
        press(field, "Left", FIELD_MOVED);
        press(field, "Home", FIELD_MOVED);
        press(field, "Del", FIELD_CHANGED);
        assert_string_equal(field_text(field), whole[i]);
        press(field, "End", FIELD_MOVED);
        press(field, "Backspace", FIELD_CHANGED);
        assert_string_equal(field_text(field), "");
        talloc_free(field);
    }
}

static void field__combining_mark__composes_with_the_letter_before(void **state) {
    const struct key mark = {.name = K_CHAR, .code = 0x0306};
    struct field *field = field_new(NULL, 64);

    (void)state;
    field_set(field, "И");
    assert_int_equal(field_key(field, &mark), FIELD_CHANGED);
    assert_string_equal(field_text(field), "Й");
    press(field, "Backspace", FIELD_CHANGED);
    assert_true(field_empty(field));
    talloc_free(field);
}

static void field__limit__is_never_exceeded(void **state) {
    struct field *field = field_new(NULL, 5);

    (void)state;
    field_set(field, "абвгд");
    assert_string_equal(field_text(field), "аб");
    press(field, "я", FIELD_MOVED);
    press(field, "x", FIELD_CHANGED);
    assert_int_equal(field_paste(field, "more"), FIELD_MOVED);
    assert_string_equal(field_text(field), "абx");
    talloc_free(field);
}

static void field__draw__scrolls_to_the_cursor(void **state) {
    struct surface *surface = surface_new(NULL, 1, 6, false);
    struct grid grid = grid_of(surface);
    struct field *field = field_new(surface, 64);

    (void)state;
    field_draw(field, &grid, 0, 0, 6, true, "hint");
    expect_text(surface, "hint  |\n");
    field_set(field, "abcdefgh");
    field_draw(field, &grid, 0, 0, 6, true, "hint");
    expect_text(surface, "defgh |\n");
    assert_int_equal(surface->cursor_col, 5);
    press(field, "Home", FIELD_MOVED);
    field_draw(field, &grid, 0, 0, 6, true, NULL);
    expect_text(surface, "abcdef|\n");
    assert_int_equal(surface->cursor_col, 0);
    talloc_free(surface);
}

static const struct list_item masters[] = {
    {.id = "0", .text = "Any master", .fixed = true},
    {.id = "1", .text = "Анна П."},
    {.id = "2", .text = "Борис М.", .more = "2 000"},
    {.id = "3", .text = "Вера С."},
};

static enum list_result list_press(struct list *list, const char *name) {
    struct key key;

    assert_true(key_parse(name, strlen(name), &key));
    return list_key(list, &key);
}

static void list__typing__filters_in_any_layout(void **state) {
    struct list *list = list_new(NULL, true);

    (void)state;
    list_set(list, masters, 4);
    assert_int_equal(list_count(list), 4);
    assert_int_equal(list_press(list, "d"), LIST_FILTERED); // "в" on the other layout
    assert_int_equal(list_press(list, "t"), LIST_FILTERED);
    assert_int_equal(list_count(list), 2); // the fixed one stays
    assert_string_equal(list_current(list)->id, "3");
    list_clear_filter(list);
    assert_int_equal(list_count(list), 4);
    assert_string_equal(list_current(list)->id, "3");
    assert_int_equal(list_press(list, "Enter"), LIST_IGNORED);
    talloc_free(list);
}

static void list__set_again__keeps_the_cursor_on_its_item(void **state) {
    struct list *list = list_new(NULL, false);

    (void)state;
    list_set(list, masters, 4);
    assert_true(list_select(list, "2"));
    list_set(list, masters + 1, 3);
    assert_string_equal(list_current(list)->id, "2");
    list_set(list, masters, 2);
    assert_non_null(list_current(list));
    list_set(list, NULL, 0);
    assert_null(list_current(list));
    assert_int_equal(list_press(list, "Down"), LIST_MOVED);
    assert_int_equal(list_press(list, "x"), LIST_IGNORED);
    talloc_free(list);
}

static void list__draw__shows_the_cursor_in_any_window(void **state) {
    struct surface *surface = surface_new(NULL, 2, 16, true);
    struct grid grid = grid_of(surface);
    struct list *list = list_new(surface, false);

    (void)state;
    list_draw(list, &grid, true, "none");
    expect_text(surface, "  none          |\n                |\n");
    list_set(list, masters, 4);
    list_mark(list, "2", true);
    list_press(list, "End");
    surface_clear(surface);
    list_draw(list, &grid, true, NULL);
    expect_text(surface, "v Борис М. 2 000|\n  Вера С.       |\n");
    assert_int_equal(surface->cursor_row, 1);
    talloc_free(surface);
}

static void words__dates_and_spans(void **state) {
    const struct zp_date monday = {2026, 11, 23};
    char text[WORDS_SIZE];

    (void)state;
    zp_i18n_init("en");
    words_date(monday, text);
    assert_string_equal(text, "Mon 23 November 2026");
    words_date_short(monday, text);
    assert_string_equal(text, "Mon 23 Nov");
    words_minute(24 * 60 + 30, text);
    assert_string_equal(text, "24:30");
    words_relative(monday, monday, text);
    assert_string_equal(text, "today");
    words_relative((struct zp_date){2026, 11, 22}, monday, text);
    assert_string_equal(text, "yesterday");
    words_relative((struct zp_date){2026, 11, 26}, monday, text);
    assert_string_equal(text, "in 3 days");
    words_age(59, text);
    assert_string_equal(text, "now");
    words_age(7 * 60, text);
    assert_string_equal(text, "7 min");
}

static void command__ask__owns_what_it_was_given(void **state) {
    struct commands *commands = commands_new(NULL);
    char id[] = "501", phone[] = "9161234567";
    const char *services[] = {id};
    struct zp_request request = {.ask = ZP_ASK_BOOK};

    (void)state;
    request.u.book = (struct zp_draft){
        .service_ids = services, .service_count = 1, .client_phone = phone, .starts_at = 5};
    command_ask(commands, 3, &request);
    command_notice(commands, STYLE_WARN, "%d left", 7);
    memcpy(id, "xxx", 3);
    memcpy(phone, "xxx", 3);
    services[0] = NULL;
    assert_int_equal(commands->count, 2);
    assert_int_equal(commands->list[0].u.ask.tag, 3);
    assert_string_equal(commands->list[0].u.ask.request.u.book.service_ids[0], "501");
    assert_string_equal(commands->list[0].u.ask.request.u.book.client_phone, "9161234567");
    assert_string_equal(commands->list[1].u.notice.text, "7 left");
    commands_clear(commands);
    assert_int_equal(commands->count, 0);
    talloc_free(commands);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid__put__stays_in_its_columns),
        cmocka_unit_test(grid__put__cuts_the_left_of_a_text_that_begins_outside),
        cmocka_unit_test(grid__put__wide_characters_take_two_cells_or_none),
        cmocka_unit_test(grid__put__a_cell_holds_what_a_terminal_shows_in_one_place),
        cmocka_unit_test(grid__put__control_characters_are_blanks),
        cmocka_unit_test(grid__cell__ends_in_an_ellipsis_only_when_cut),
        cmocka_unit_test(grid__part__is_clipped_and_moves_the_cursor),
        cmocka_unit_test(key__words__go_both_ways),
        cmocka_unit_test(action__list__every_key_is_one),
        cmocka_unit_test(action__find__is_blind_to_the_layout_but_not_in_a_field),
        cmocka_unit_test(action__bar__keeps_the_last_when_narrow),
        cmocka_unit_test(action__bar__narrow__the_most_needed_stay),
        cmocka_unit_test(field__keys__edit_by_grapheme),
        cmocka_unit_test(field__emoji_of_several_parts__is_one_character),
        cmocka_unit_test(field__combining_mark__composes_with_the_letter_before),
        cmocka_unit_test(field__limit__is_never_exceeded),
        cmocka_unit_test(field__draw__scrolls_to_the_cursor),
        cmocka_unit_test(list__typing__filters_in_any_layout),
        cmocka_unit_test(list__set_again__keeps_the_cursor_on_its_item),
        cmocka_unit_test(list__draw__shows_the_cursor_in_any_window),
        cmocka_unit_test(words__dates_and_spans),
        cmocka_unit_test(command__ask__owns_what_it_was_given),
    };

    setlocale(LC_ALL, "C.UTF-8");
    zp_i18n_init("en");
    return cmocka_run_group_tests_name("tui parts", tests, NULL, NULL);
}
