// Golden screens of the whole table: every screen in every state at 80x24 in Russian; filled at
// other sizes, in English, and as mono shows it. A screen without its states fails.
#include "every.h"
#include "theme.h"
#include <dirent.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t written; // golden screens compared so far

static bool golden(const char *folder, const char *screen, const char *name, const char *text) {
    char *path = talloc_asprintf(NULL, "%s/%s-%s", folder, screen, name);
    const bool same = bench_golden_text(path, text);

    written++;
    talloc_free(path);
    return same;
}

static bool frame_is(const struct bench *bench, const char *folder, const char *screen,
                     const char *name) {
    char *text = surface_screen(NULL, bench_frame(bench));
    const bool same = golden(folder, screen, name, text);

    talloc_free(text);
    return same;
}

static void every__state__in_russian(void **state) {
    const struct every_row *row = NULL;
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; (row = every_row(i)) != NULL; i++) {
        struct bench *bench = every_play(row, "ru");

        wrong += !frame_is(bench, "ru", every_name(row->screen), row->name);
        talloc_free(bench);
    }
    assert_int_equal(wrong, 0);
}

static void every__full__at_other_sizes_and_in_english(void **state) {
    static const int sizes[][2] = {{15, 60}, {40, 120}, {60, 200}};
    const struct every_row *row = NULL;
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; (row = every_row(i)) != NULL; i++) {
        struct bench *bench = NULL;
        char name[32];

        if (!(row->covers & EVERY_FULL))
            continue;
        bench = every_play(row, "ru");
        for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++) {
            bench_resize(bench, sizes[size][0], sizes[size][1]);
            (void)snprintf(name, sizeof(name), "%dx%d", sizes[size][1], sizes[size][0]);
            wrong += !frame_is(bench, "ru", every_name(row->screen), name);
        }
        talloc_free(bench);
        bench = every_play(row, "en");
        wrong += !frame_is(bench, "en", every_name(row->screen), row->name);
        talloc_free(bench);
    }
    assert_int_equal(wrong, 0);
}

// What mono makes of a role: '.' plain, 'b' bold, 'u' underlined, 'w' both, 'r' reversed.
static char attribute_letter(enum style style) {
    const struct theme_look look = theme_look(THEME_MONO, style);

    assert_int_equal(look.foreground, -1);
    assert_int_equal(look.background, -1);
    switch (look.attributes) {
    case 0: return '.';
    case THEME_BOLD: return 'b';
    case THEME_UNDERLINE: return 'u';
    case THEME_BOLD | THEME_UNDERLINE: return 'w';
    case THEME_REVERSE: return 'r';
    default: fail_msg("mono has no other attributes"); return '?';
    }
}

static char *mono_text(TALLOC_CTX *ctx, const struct surface *frame) {
    char *text = surface_text(ctx, frame);

    for (int row = 0; row < frame->rows; row++) {
        text = talloc_asprintf_append(text, "%d: ", row);
        for (int col = 0; col < frame->cols; col++)
            text = talloc_asprintf_append(
                text, "%c", attribute_letter((enum style)surface_cell(frame, row, col)->style));
        text = talloc_strdup_append(text, "|\n");
    }
    return text;
}

static void every__full__in_mono(void **state) {
    const struct every_row *row = NULL;
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; (row = every_row(i)) != NULL; i++) {
        struct bench *bench = NULL;
        char *text = NULL;

        if (!(row->covers & EVERY_FULL))
            continue;
        bench = every_play(row, "ru");
        text = mono_text(NULL, bench_frame(bench));
        wrong += !golden("mono", every_name(row->screen), row->name, text);
        talloc_free(text);
        talloc_free(bench);
    }
    assert_int_equal(wrong, 0);
}

// ---- nothing is left out

static unsigned covered(enum screen_id screen) {
    const struct every_row *row = NULL;
    unsigned covers = 0;

    for (size_t i = 0; (row = every_row(i)) != NULL; i++)
        if (row->screen == screen)
            covers |= row->covers;
    return covers;
}

// What the screen's own behaviour says it must be shown in.
static unsigned needed(enum screen_id screen) {
    struct bench *bench = every_open_as(screen, "en", '?');
    const struct every_row *row = NULL;
    unsigned needs = EVERY_FULL;

    for (int ask = 0; ask < ZP_ASKS; ask++)
        if (bench_pending(bench, (enum zp_ask)ask))
            needs |= EVERY_LOADING | EVERY_OFFLINE;
    talloc_free(bench);
    for (size_t i = 0; (row = every_row(i)) != NULL; i++) {
        if (row->screen != screen)
            continue;
        bench = every_play(row, "en");
        if (every_writes_asked(bench) > 0)
            needs |= EVERY_REFUSED;
        if (bench_asked(bench, ZP_ASK_BOOK) + bench_asked(bench, ZP_ASK_MOVE) +
                bench_asked(bench, ZP_ASK_CANCEL) >
            0)
            needs |= EVERY_UNKNOWN;
        talloc_free(bench);
    }
    return needs;
}

static void every__screen__has_its_states(void **state) {
    size_t wrong = 0;

    (void)state;
    for (int id = 0; id < SCREENS; id++) {
        const enum screen_id screen = (enum screen_id)id;
        const unsigned lacks = every_name(screen) ? needed(screen) & ~covered(screen) : 0;

        if (lacks != 0) {
            print_error("%s has no row for states %#x (every.h) in every_states.c\n",
                        every_name(screen), lacks);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static size_t files_in(const char *folder) {
    char *path = talloc_asprintf(NULL, "%s/tests/tui/screens/%s", ZAPIS_SOURCE_DIR, folder);
    DIR *directory = opendir(path);
    size_t count = 0;

    assert_non_null(directory);
    for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory))
        count += strstr(entry->d_name, ".screen") != NULL;
    closedir(directory);
    talloc_free(path);
    return count;
}

// After the others: each file belongs to a row.
static void golden__files__are_all_of_the_table(void **state) {
    (void)state;
    assert_int_equal(files_in("ru") + files_in("en") + files_in("mono"), written);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every__state__in_russian),
        cmocka_unit_test(every__full__at_other_sizes_and_in_english),
        cmocka_unit_test(every__full__in_mono),
        cmocka_unit_test(every__screen__has_its_states),
        cmocka_unit_test(golden__files__are_all_of_the_table),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui golden", tests, NULL, NULL);
}
