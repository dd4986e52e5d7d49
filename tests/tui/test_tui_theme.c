// The four themes: what each may use, that what must be told apart is, and that no state says
// itself by colour alone.
#include "marks.h"
#include "theme.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OWN      (-1)
#define CONTRAST 4.5  // WCAG 2 AA for text
#define STRONG   15.0 // of the theme that is named for it; 7 is AAA

static const enum theme themes[] = {THEME_DEFAULT, THEME_LIGHT, THEME_HIGH_CONTRAST, THEME_MONO};
#define THEMES (sizeof(themes) / sizeof(themes[0]))

static bool same(struct theme_look a, struct theme_look b) {
    return a.foreground == b.foreground && a.background == b.background &&
           a.foreground_256 == b.foreground_256 && a.background_256 == b.background_256 &&
           a.attributes == b.attributes;
}

// ---- contrast, by the luminance of the 256 colours' standard values

static double channel(int value) {
    const double x = value / 255.0;
    double power = 1;

    if (x <= 0.03928)
        return x / 12.92;
    // ((x + 0.055) / 1.055) ^ 2.4, as ^ 12/5 by Newton's fifth root: no libm is linked here
    const double base = (x + 0.055) / 1.055;
    double root = 1;
    for (int i = 0; i < 60; i++)
        root = (4 * root + base / (root * root * root * root)) / 5;
    for (int i = 0; i < 12; i++)
        power *= root;
    return power;
}

static double luminance(short colour) {
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    int red = 8 + (colour - 232) * 10, green = red, blue = red;

    if (colour < 232) {
        red = steps[(colour - 16) / 36];
        green = steps[(colour - 16) / 6 % 6];
        blue = steps[(colour - 16) % 6];
    }
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
}

static double contrast(short foreground, short background) {
    const double a = luminance(foreground), b = luminance(background);

    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

// Frames, hatching and what is gone carry no text that must be read.
static bool is_text(enum style style) {
    return style != STYLE_LINE && style != STYLE_OFF && style != STYLE_UNKNOWN &&
           style != STYLE_GONE && style != STYLE_OUTSIDE && style != STYLE_FREE;
}

static void text__of_each_theme__has_contrast(void **state) {
    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        // The terminal's own ground: black in the dark theme, white in the light one.
        const short ground = themes[t] == THEME_LIGHT ? 231 : 16, ink = ground == 16 ? 231 : 16;

        for (int style = 0; style < STYLES; style++) {
            const struct theme_look look = theme_look(themes[t], (enum style)style);
            const short front = look.foreground_256 == OWN ? ink : look.foreground_256;
            const short back = look.background_256 == OWN ? ground : look.background_256;
            const double wanted = themes[t] == THEME_HIGH_CONTRAST ? STRONG : CONTRAST;

            if (is_text((enum style)style) && contrast(front, back) < wanted)
                fail_msg("theme %d, style %c: contrast %.1f", themes[t],
                         style_letter((enum style)style), contrast(front, back));
        }
    }
}

static void high_contrast__uses_black_and_white_alone(void **state) {
    (void)state;
    for (int style = 0; style < STYLES; style++) {
        const struct theme_look look = theme_look(THEME_HIGH_CONTRAST, (enum style)style);

        assert_int_equal(look.foreground, 7);
        assert_int_equal(look.background, 0);
        assert_int_equal(look.foreground_256, 231);
        assert_int_equal(look.background_256, 16);
        assert_false(look.attributes & THEME_DIM);
    }
}

static void mono__uses_attributes_alone(void **state) {
    (void)state;
    for (int style = 0; style < STYLES; style++) {
        const struct theme_look look = theme_look(THEME_MONO, (enum style)style);

        assert_int_equal(look.foreground, OWN);
        assert_int_equal(look.background, OWN);
        assert_int_equal(look.foreground_256, OWN);
        assert_int_equal(look.background_256, OWN);
        assert_false(look.attributes & THEME_DIM);
    }
}

static void themes__differ__where_they_should(void **state) {
    (void)state;
    for (size_t a = 0; a < THEMES; a++) {
        for (size_t b = a + 1; b < THEMES; b++) {
            size_t different = 0;

            for (int style = 0; style < STYLES; style++)
                different += !same(theme_look(themes[a], (enum style)style),
                                   theme_look(themes[b], (enum style)style));
            assert_true(different >= STYLES / 2);
        }
    }
}

// Where the next key acts, what is chosen, the field, the bar: seen in every theme, mono included.
static void places__look_unlike_plain_text__in_every_theme(void **state) {
    static const enum style places[] = {STYLE_CURSOR,    STYLE_SELECTED, STYLE_FIELD,
                                        STYLE_FIELD_ON,  STYLE_MATCH,    STYLE_HEADER,
                                        STYLE_KEY_LABEL, STYLE_NOTICE,   STYLE_PRACTICE};

    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        const struct theme_look plain = theme_look(themes[t], STYLE_DEFAULT);
        const struct theme_look cursor = theme_look(themes[t], STYLE_CURSOR);

        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
            assert_false(same(theme_look(themes[t], places[i]), plain));
        assert_false(same(theme_look(themes[t], STYLE_SELECTED), cursor));
        assert_false(
            same(theme_look(themes[t], STYLE_FIELD), theme_look(themes[t], STYLE_FIELD_ON)));
        assert_false(
            same(theme_look(themes[t], STYLE_KEY), theme_look(themes[t], STYLE_KEY_LABEL)));
    }
}

// ---- what says itself before its colour

static void marks__of_every_state__are_signs_of_their_own(void **state) {
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct surface *surface = surface_new(NULL, 1, 10, ascii == 1);
        const struct grid grid = grid_of(surface);

        for (int a = MARK_EXPECTED; a < MARKS; a++) {
            assert_int_equal(strlen(mark_text(&grid, (enum mark)a)) > 0, true);
            assert_string_not_equal(mark_text(&grid, (enum mark)a), " ");
            for (int b = a + 1; b < MARKS; b++) {
                assert_string_not_equal(mark_text(&grid, (enum mark)a),
                                        mark_text(&grid, (enum mark)b));
                assert_string_not_equal(mark_words((enum mark)a), mark_words((enum mark)b));
            }
        }
        talloc_free(surface);
    }
}

// Time that is free, busy elsewhere and not known: three grounds of which no two are alike.
static void grounds__of_time__are_patterns_of_their_own(void **state) {
    static const enum glyph glyphs[] = {GLYPH_OUTSIDE, GLYPH_UNKNOWN, GLYPH_LINE};

    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct surface *surface = surface_new(NULL, 1, 10, ascii == 1);
        const struct grid grid = grid_of(surface);

        for (int a = 0; a < 3; a++) {
            assert_string_not_equal(grid_glyph(&grid, glyphs[a]), " "); // free time is blank
            for (int b = a + 1; b < 3; b++)
                assert_string_not_equal(grid_glyph(&grid, glyphs[a]), grid_glyph(&grid, glyphs[b]));
        }
        assert_string_not_equal(grid_glyph(&grid, GLYPH_DOT), grid_glyph(&grid, GLYPH_RING));
        talloc_free(surface);
    }
}

// Every state that a booking may have, with what came of the visit.
static void bookings__of_any_state__have_a_mark(void **state) {
    (void)state;
    for (int s = 0; s <= ZP_BOOKING_DROPPED; s++) {
        for (int a = 0; a < 3; a++) {
            const struct zp_booking booking = {.state = (enum zp_booking_state)s,
                                               .attendance = (enum zp_attendance)a};

            assert_int_not_equal(mark_of(&booking), MARK_NONE);
        }
    }
}

static void words__of_the_configuration__choose(void **state) {
    (void)state;
    assert_int_equal(theme_parse("light", false), THEME_LIGHT);
    assert_int_equal(theme_parse("high-contrast", false), THEME_HIGH_CONTRAST);
    assert_int_equal(theme_parse("mono", false), THEME_MONO);
    assert_int_equal(theme_parse("auto", false), THEME_DEFAULT);
    assert_int_equal(theme_parse(NULL, false), THEME_DEFAULT);
    assert_int_equal(theme_parse("light", true), THEME_MONO); // NO_COLOR wins
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__of_each_theme__has_contrast),
        cmocka_unit_test(high_contrast__uses_black_and_white_alone),
        cmocka_unit_test(mono__uses_attributes_alone),
        cmocka_unit_test(themes__differ__where_they_should),
        cmocka_unit_test(places__look_unlike_plain_text__in_every_theme),
        cmocka_unit_test(marks__of_every_state__are_signs_of_their_own),
        cmocka_unit_test(grounds__of_time__are_patterns_of_their_own),
        cmocka_unit_test(bookings__of_any_state__have_a_mark),
        cmocka_unit_test(words__of_the_configuration__choose),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui theme", tests, NULL, NULL);
}
