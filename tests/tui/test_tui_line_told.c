// The one-line booking: what is told and marked, and that nothing typed breaks it.
#include "line_salon.h"
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

static void line__clock_changes__both_readings(void **state) {
    struct line_context context = line_salon_here();
    struct zp_error err = {0};
    const struct line_draft *draft = NULL;

    (void)state;
    context.zone = zp_zone_open(salon.ctx, "Europe/Berlin", &err);
    draft = line_parse(salon.ctx, "28.03 02:30", &context); // clocks go forward over it
    assert_int_equal(draft->troubles[0].kind, LINE_NO_SUCH_TIME);
    assert_non_null(strstr(draft->troubles[0].sentence, "2027-03-28T01:30:00+01:00"));
    assert_non_null(strstr(draft->troubles[0].sentence, "2027-03-28T03:30:00+02:00"));
    assert_true(draft->lacks & LINE_LACKS_TIME);
    draft = line_parse(salon.ctx, "31.10.2027 02:30", &context); // it comes twice
    assert_int_equal(draft->troubles[0].kind, LINE_NO_SUCH_TIME);
    assert_int_equal(draft->troubles[0].choice_count, 2);
    for (size_t i = 0; i < 2; i++) { // each is understood when it is put in the word's place
        char *text =
            talloc_asprintf(salon.ctx, "31.10.2027 %s", draft->troubles[0].choices[i].typed);
        const struct line_draft *chosen = line_parse(salon.ctx, text, &context);

        assert_int_equal(chosen->trouble_count, 0);
        assert_int_equal(chosen->starts_at, INT64_C(1824942600) + (int64_t)i * 3600);
    }
}

static void line__known_client__gives_his_name(void **state) {
    static char phone[] = "+79161234567", name[] = "Мария Иванова";
    static const struct zp_client known[] = {{.phone = phone, .name = name}};
    struct line_context context = line_salon_here();
    const struct line_draft *draft = NULL;

    (void)state;
    context.known = known;
    context.known_count = 1;
    draft = line_parse(salon.ctx, "укладка 15:30 9161234567", &context);
    assert_string_equal(draft->name, "Мария Иванова");
    assert_true(draft->name_known);
    assert_int_equal(draft->lacks, 0);
    draft = line_parse(salon.ctx, "укладка 15:30 9161234567 Оля", &context);
    assert_string_equal(draft->name, "Оля");
    draft = line_parse(salon.ctx, "укладка 15:30 9161234567 вера", &context); // she is the master
    assert_string_equal(draft->master_id, "73");
    assert_string_equal(draft->name, "Мария Иванова");
}

static void line__other_countries_and_salons(void **state) {
    struct line_context context = line_salon_here();
    const struct line_draft *draft = NULL;

    (void)state;
    context.country = "AM"; // eight digits: a date is no phone, and a time none of its parts
    draft = line_parse(salon.ctx, "25.11.2026 15:30 91 234567", &context);
    assert_string_equal(line_salon_told(salon.ctx, draft),
                        "2026-11-25 15:30 +37491234567 -service -name");
    draft = line_parse(salon.ctx, "1530 9123 4567", &context);
    assert_string_equal(draft->phone, "+37491234567");
    context.walk_in_allowed = false;
    draft = line_parse(salon.ctx, "15:30 walk-in", &context);
    assert_int_equal(draft->troubles[0].kind, LINE_NO_WALK_IN);
    assert_true(draft->lacks & LINE_LACKS_PHONE);
    context.names = NULL; // the price list is not there yet
    draft = line_parse(salon.ctx, "укладка вера 15:30", &context);
    assert_int_equal(draft->minute, 930);
    assert_true(draft->lacks & LINE_LACKS_SERVICE);
}

static void line__words__marked_and_a_booking_told_apart(void **state) {
    const struct line_context context = line_salon_here();
    const enum line_role roles[] = {LINE_SERVICE, LINE_FILLER, LINE_MASTER, LINE_FILLER, LINE_TIME,
                                    LINE_PHONE,   LINE_PHONE,  LINE_NAME,   LINE_COMMENT};
    const char *text = "укладка к вере в 15:30 916 1234567 Мария #x";
    const struct line_draft *draft = line_parse(salon.ctx, text, &context);
    size_t end = 0;

    (void)state;
    assert_int_equal(draft->word_count, COUNT(roles));
    for (size_t i = 0; i < draft->word_count; i++) {
        assert_int_equal(draft->words[i].role, roles[i]);
        assert_true(draft->words[i].at >= end);
        end = draft->words[i].at + draft->words[i].size;
    }
    assert_int_equal(end, strlen(text));
    assert_true(draft->booking);
    assert_int_equal(draft->starts_at, NOW + 58 * 60);
    assert_false(line_parse(salon.ctx, "очередь", &context)->booking);
    assert_false(line_parse(salon.ctx, "укладка", &context)->booking);
    assert_true(line_parse(salon.ctx, "укладка вера", &context)->booking);
}

// Each choice, put in the word's place, ends that trouble.
static void line__choices__are_understood(void **state) {
    static const char *const lines[] = {"маникюр покрытием аня",
                                        "парафин",
                                        "массаж",
                                        "стрижка",
                                        "завтра в 8",
                                        "15",
                                        "15.12 14.10 15",
                                        "14:00",
                                        "вер",
                                        "укладка 9161234567 Вера",
                                        "укладка вера дина"};
    const struct line_context context = line_salon_here();

    (void)state;
    for (size_t l = 0; l < COUNT(lines); l++) {
        const struct line_draft *draft = line_parse(salon.ctx, lines[l], &context);
        const struct line_trouble *trouble = draft->troubles;

        for (size_t i = 0; draft->trouble_count > 0 && i < trouble->choice_count; i++) {
            const struct line_word *word = &draft->words[trouble->word];
            char *chosen =
                talloc_asprintf(salon.ctx, "%.*s%s%s", (int)word->at, lines[l],
                                trouble->choices[i].typed, lines[l] + word->at + word->size);
            const struct line_draft *after = line_parse(salon.ctx, chosen, &context);

            if (after->trouble_count >= draft->trouble_count)
                fail_msg("“%s” as “%s”: %s", lines[l], chosen, line_salon_told(salon.ctx, after));
        }
    }
}

static uint64_t random_state = 20261122;

static unsigned below(unsigned limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

// Whatever is typed: no crash, words in order and inside the text, the same twice.
static void line__random_pieces__hold(void **state) {
    static const char *const pieces[] = {"стрижка",
                                         "аня",
                                         "15:30",
                                         "9161234567",
                                         "Мария",
                                         " ",
                                         " ",
                                         " ",
                                         "+",
                                         "#",
                                         "\"",
                                         "«",
                                         "»",
                                         "в",
                                         "к",
                                         "id:",
                                         "71",
                                         ".",
                                         ",",
                                         "-",
                                         "8",
                                         "916",
                                         "+7",
                                         "(",
                                         ")",
                                         "завтра",
                                         "25",
                                         "ноября",
                                         "15.10",
                                         "\xd0",
                                         "\xff",
                                         "№",
                                         "ё",
                                         "e",
                                         "имя",
                                         "мастер",
                                         "без",
                                         "телефона",
                                         "pm",
                                         "00:00",
                                         "99999999999999999999",
                                         "2026-11-25T15:30:00+03:00",
                                         "\t",
                                         "👩‍🦰",
                                         "укладка"};
    const struct line_context context = line_salon_here();

    (void)state;
    for (int run = 0; run < 600; run++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        char *text = talloc_strdup(ctx, "");
        const struct line_draft *draft = NULL;
        size_t end = 0;

        for (unsigned n = below(14); n > 0; n--)
            text = talloc_strdup_append(text, pieces[below(COUNT(pieces))]);
        draft = line_parse(ctx, text, &context);
        for (size_t i = 0; i < draft->word_count; i++) {
            assert_true(draft->words[i].at >= end && draft->words[i].size > 0);
            end = draft->words[i].at + draft->words[i].size;
        }
        assert_true(end <= strlen(text));
        assert_true(zp_text_valid_utf8(draft->name, strlen(draft->name)));
        assert_true(draft->starts_at == 0 || draft->minute >= 0);
        assert_string_equal(line_salon_told(ctx, draft),
                            line_salon_told(ctx, line_parse(ctx, text, &context)));
        talloc_free(ctx);
    }
}

static void line__too_long__said(void **state) {
    const struct line_context context = line_salon_here();
    char *words = talloc_strdup(salon.ctx, "15:30"),
         *letters = talloc_array(salon.ctx, char, 100000);

    (void)state;
    for (int i = 0; i < 100; i++)
        words = talloc_strdup_append(words, " а");
    memset(letters, 'a', 99999);
    letters[99999] = '\0';
    assert_int_equal(line_parse(salon.ctx, words, &context)->troubles[0].kind, LINE_TOO_MANY);
    assert_int_equal(line_parse(salon.ctx, letters, &context)->troubles[0].kind, LINE_TOO_MANY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__clock_changes__both_readings),
        cmocka_unit_test(line__known_client__gives_his_name),
        cmocka_unit_test(line__other_countries_and_salons),
        cmocka_unit_test(line__words__marked_and_a_booking_told_apart),
        cmocka_unit_test(line__choices__are_understood),
        cmocka_unit_test(line__random_pieces__hold),
        cmocka_unit_test(line__too_long__said),
    };

    setlocale(LC_ALL, "C.UTF-8");
    zp_i18n_init("en");
    return cmocka_run_group_tests(tests, line_salon_open, line_salon_close);
}
