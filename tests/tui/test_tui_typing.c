// What is typed: ahead of the screen, in the wrong layout, pasted, and in characters that are hard.
#include "booking_salon.h"
#include "every.h"
#include "widgets/field.h"
#include "widgets/list.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/text.h>

static void paste(struct bench *bench, const char *text) {
    term_null_push_paste(bench->term, text);
    app_read(bench->app);
    bench_turn(bench);
}

// ---- typed ahead

// Enter, twice and more, before anything was answered or painted: nothing is changed by it.
static void every__opened_and_entered_at_once__changes_nothing(void **state) {
    static const enum screen_id ids[] = {SCREEN_CANCEL,  SCREEN_MOVE,    SCREEN_AGAIN, SCREEN_QUEUE,
                                         SCREEN_BOOKING, SCREEN_WAITING, SCREEN_TRUTH};

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const struct screen_args args = {.booking = "7", .date = BENCH_DATE};
        struct bench *bench = bench_new(NULL, 24, 80, false);

        bench_open(bench, SCREEN_DAY, NULL);
        app_start(bench->app, ids[i], &args);
        bench_keys(bench, "Enter Enter Enter");
        every_settle(bench);
        assert_int_equal(every_writes_asked(bench), 0);
        talloc_free(bench);
    }
}

static void question__entered_before_it_is_seen__is_not_answered(void **state) {
    struct bench *bench = every_open(SCREEN_QUEUE, "en");

    (void)state;
    bench_keys(bench, "F8 Enter");
    assert_int_equal(every_writes_asked(bench), 0);
    booking_assert_shows(bench, "Give it up?");
    booking_assert_shows(bench, "typed ahead were not used");
    bench_keys(bench, "Enter"); // seen by now
    assert_int_equal(every_writes_asked(bench), 1);
    talloc_free(bench);
    bench = every_open(SCREEN_CLIENT, "en");
    bench_keys(bench, "F4 7 Esc Enter"); // leave the note, yes: not before it was asked
    booking_assert_shows(bench, "Leave the note");
    talloc_free(bench);
}

// Each key, pressed again and again before anything was answered, asks once or not at all.
static void key__pressed_again_while_asked__asks_once(void **state) {
    static const struct {
        enum screen_id id;
        const char *keys;
        size_t writes;
    } ways[] = {
        {SCREEN_MARK, "1 1 1 Enter", 1}, // the first digit marks
        {SCREEN_QUEUE, "F5 F5 F5", 1},   // retry
        {SCREEN_QUEUE, "F8 Enter F8 Enter", 0},
        {SCREEN_WAITING, "F8 Enter Enter Enter", 0}, // nobody is taken off without a reason
        {SCREEN_WAITING, "F8 1 Enter Enter Enter", 1},
        {SCREEN_TRUTH, "F5 F5 F5", 1}, // mend
        // A time that overlaps the old one: nobody has read yet what it may cost.
        {SCREEN_MOVE, "Down Down Down Down Enter 2 Enter Enter", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct bench *bench = every_open(ways[i].id, "en");

        bench_keys(bench, ways[i].keys);
        if (every_writes_asked(bench) != ways[i].writes)
            print_error("%s, %s: %zu writes\n", every_name(ways[i].id), ways[i].keys,
                        every_writes_asked(bench));
        assert_int_equal(every_writes_asked(bench), ways[i].writes);
        talloc_free(bench);
    }
}

// Of everything that confirms one Enter is taken; those behind it wait for the answer and, as that
// changes the question, are dropped.
static void every__entered_again_while_sent__is_sent_once(void **state) {
    static const struct {
        enum screen_id id;
        const char *keys;
    } ways[] = {{SCREEN_CANCEL, "1 Enter"}, {SCREEN_MOVE, "Enter"}, {SCREEN_AGAIN, "Enter"}};

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct bench *bench = every_open(ways[i].id, "en");
        size_t asked = 0;

        for (int more = 0; more < 4 && every_writes_asked(bench) == 0; more++) {
            bench_keys(bench, ways[i].keys);
            every_settle(bench);
        }
        assert_int_equal(every_writes_asked(bench), 1);
        bench_keys(bench, "Enter Enter Enter");
        for (int ask = 0; ask < ZP_ASKS; ask++)
            if (every_writes((enum zp_ask)ask) && bench_pending(bench, (enum zp_ask)ask))
                bench_answer(bench, (enum zp_ask)ask, salon_failure(bench, ZP_E_REFUSED, "409"));
        asked = every_writes_asked(bench);
        every_settle(bench);
        assert_int_equal(asked, 1);
        assert_int_equal(every_writes_asked(bench), 1);
        talloc_free(bench);
    }
}

// ---- the wrong layout

static void finds(enum screen_id id, const char *before, const char *typed, const char *wanted) {
    struct bench *bench = every_open(id, "en");

    if (before[0])
        bench_keys(bench, before);
    bench_type(bench, typed);
    if (!booking_shows(bench, wanted))
        print_error("%s does not find %s\n", typed, wanted);
    booking_assert_shows(bench, wanted);
    talloc_free(bench);
}

static void lists__typed_in_any_layout__find(void **state) {
    static const char *const services[] = {"стри", "СТРИ", "cnhb", "stri"};
    static const char *const masters[] = {"галин", "ufkby", "galin"};

    (void)state;
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        struct bench *bench = every_open(SCREEN_BOOKING, "en");

        bench_type(bench, services[i]);
        booking_assert_shows(bench, "Стрижка");
        assert_false(booking_shows(bench, "Процедура"));
        talloc_free(bench);
    }
    for (size_t i = 0; i < sizeof(masters) / sizeof(masters[0]); i++) {
        struct bench *bench = every_open(SCREEN_BOOKING, "en");

        bench_keys(bench, "Tab");
        bench_type(bench, masters[i]);
        booking_assert_shows(bench, "Галина Т.");
        assert_false(booking_shows(bench, "Борис М."));
        talloc_free(bench);
    }
    finds(SCREEN_PRICES, "", "cnhb", "Стрижка");
}

static void words__typed_in_any_layout__match(void **state) {
    static const char *const queries[] = {"иван", "ivan", "bdfy", "ИВАН", "Ivan"};

    (void)state;
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
        assert_true(zp_text_matches("Иван Петров", queries[i]));
    assert_true(zp_text_matches("Алёна", "алена"));
    assert_true(zp_text_matches("Алена", "алёна"));
    assert_true(zp_text_matches("Алёна", "fktyf"));
    assert_true(zp_text_matches("Ivan", "шмфт"));
    assert_false(zp_text_matches("Иван", "петр"));
}

// ---- pasted

#define PASTED "77\r\n\r\n88\033[2J\n\x11"

static void every__pasted__confirms_nothing(void **state) {
    const char *name = NULL;
    struct bench *bench = NULL;

    (void)state;
    for (size_t i = 0; (bench = every_state(i, "en", &name)) != NULL; i++) {
        const size_t before = every_writes_asked(bench);

        paste(bench, PASTED);
        every_settle(bench);
        if (every_writes_asked(bench) != before || !app_screen(bench->app))
            print_error("%s: a paste was taken for keys\n", name);
        assert_int_equal(every_writes_asked(bench), before);
        assert_non_null(app_screen(bench->app));
        talloc_free(bench);
    }
}

// One line, in the field that has the focus.
static void fields__pasted__hold_one_line(void **state) {
    static const struct {
        enum screen_id id;
        const char *keys;
    } fields[] = {{SCREEN_DAY, "Ctrl-G"},
                  {SCREEN_CLIENTS, "Ctrl-U"},
                  {SCREEN_CANCEL, ""},
                  {SCREEN_CLIENT, "F4 Ctrl-U"},
                  {SCREEN_PRICES, ""}};

    (void)state;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct bench *bench = every_open(fields[i].id, "en");

        if (fields[i].keys[0])
            bench_keys(bench, fields[i].keys);
        paste(bench, PASTED);
        if (!booking_shows(bench, "77 88"))
            print_error("%s\n", every_name(fields[i].id));
        booking_assert_shows(bench, "77 88");
        talloc_free(bench);
    }
}

// ---- characters that are hard

// Each with what one Backspace takes away: what a person takes for one character, though a terminal
// shows its parts side by side (the persons of a family, a thumb and its colour).
static const struct {
    const char *text;
    int graphemes;
} hard[] = {
    {"абв", 3},
    {"и\u0306", 1},                          // й in two characters, composed when taken
    {"x\u0301\u0302y", 2},                   // two marks
    {"金小明", 3},                           // wide
    {"👩‍👩‍👧", 1},               // joined by ZWJ
    {"👍🏽!", 2},                        // skin tone
    {"🇷🇺🇰🇿", 2},                             // flags: two letters each
    {"שלום", 4},                             // right to left
    {"a\u202Eb\u2066c\u200Bd", 4},           // overrides and zero width go
    {"e\u0300\u0300\u0300\u0300\u0300f", 2}, // a pile of marks is cut to two
};
#define HARD (sizeof(hard) / sizeof(hard[0]))

static void field__hard_text__is_edited_by_grapheme(void **state) {
    const struct key left = {.name = K_LEFT}, right = {.name = K_RIGHT},
                     backspace = {.name = K_BACKSPACE}, home = {.name = K_HOME},
                     del = {.name = K_DELETE};

    (void)state;
    for (size_t i = 0; i < HARD; i++) {
        struct surface *surface = surface_new(NULL, 1, 40, false);
        struct grid grid = grid_of(surface);
        struct field *field = field_new(surface, 200);
        int steps = 0;

        field_paste(field, hard[i].text);
        field_draw(field, &grid, 0, 0, 40, true, NULL);
        assert_int_equal(surface->cursor_col, zp_text_width(field_text(field)));
        field_key(field, &home);
        for (int last = -1; steps < 20; steps++) { // the cursor goes on with each step
            surface_clear(surface);
            field_draw(field, &grid, 0, 0, 40, true, NULL);
            if (surface->cursor_col == last)
                break;
            last = surface->cursor_col;
            field_key(field, &right);
        }
        assert_int_equal(steps - 1, hard[i].graphemes);
        for (int at = 0; at < hard[i].graphemes; at++) {
            assert_false(field_empty(field));
            field_key(field, &backspace);
            assert_true(zp_text_valid_utf8(field_text(field), strlen(field_text(field))));
        }
        assert_true(field_empty(field));
        field_paste(field, hard[i].text);
        for (int at = 0; at < hard[i].graphemes; at++) {
            field_key(field, &left);
            field_key(field, &del);
        }
        assert_true(field_empty(field));
        talloc_free(surface);
    }
}

// In every width: no cell outside, no half of a wide character, the terminal's cursor in the field.
static void hard_text__in_narrow_places__stays_in_them(void **state) {
    (void)state;
    for (size_t i = 0; i < HARD * 12; i++) {
        const char *text = hard[i / 12].text;
        const int cols = 1 + (int)(i % 12);
        struct surface *surface = surface_new(NULL, 3, 20, false);
        struct grid whole = grid_of(surface), window = grid_part(&whole, 0, 4, 3, cols);
        struct field *field = field_new(surface, 200);
        struct list *list = list_new(surface, false);
        char *clean = zp_text_clean(surface, text, SIZE_MAX, 200);
        const struct list_item item = {.id = "1", .text = clean, .more = clean};

        grid_fill(&whole, 0, 0, 3, 20, "#", STYLE_LINE);
        field_paste(field, text);
        field_draw(field, &window, 0, 0, cols, true, NULL);
        assert_in_range(surface->cursor_col, 4, 4 + cols - 1);
        grid_cell(&window, 1, 0, cols, clean, STYLE_DEFAULT);
        list_set(list, &item, 1);
        window = grid_part(&whole, 2, 4, 1, cols);
        list_draw(list, &window, false, NULL);
        for (int cell = 0; cell < 60; cell++) {
            const int col = cell % 20;
            const struct cell *at = surface_cell(surface, cell / 20, col);

            if (col < 4 || col >= 4 + cols)
                assert_string_equal(at->text, "#");
            else if (at->width > 0)
                assert_int_equal(zp_text_width(at->text), at->width);
        }
        talloc_free(surface);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every__opened_and_entered_at_once__changes_nothing),
        cmocka_unit_test(question__entered_before_it_is_seen__is_not_answered),
        cmocka_unit_test(key__pressed_again_while_asked__asks_once),
        cmocka_unit_test(every__entered_again_while_sent__is_sent_once),
        cmocka_unit_test(lists__typed_in_any_layout__find),
        cmocka_unit_test(words__typed_in_any_layout__match),
        cmocka_unit_test(every__pasted__confirms_nothing),
        cmocka_unit_test(fields__pasted__hold_one_line),
        cmocka_unit_test(field__hard_text__is_edited_by_grapheme),
        cmocka_unit_test(hard_text__in_narrow_places__stays_in_them),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui typing", tests, NULL, NULL);
}
