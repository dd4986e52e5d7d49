// The list behind the truth bar: which bookings differ, in words, and how it is reached.
#include "bench.h"
#include "salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

// Rows wrapped to the width, as one text.
static bool says(const struct bench *bench, const char *text) {
    char *all = talloc_strdup(NULL, "");
    for (int row = 0; row < bench_frame(bench)->rows; row++) {
        const char *line = bench_row(bench, row);
        size_t length = strlen(line);
        line += strspn(line, " ");
        length = strlen(line);
        while (length > 0 && line[length - 1] == ' ')
            length--;
        all = talloc_asprintf_append(all, "%.*s ", (int)length, line);
    }
    bool found = strstr(all, text) != NULL;
    talloc_free(all);
    return found;
}

static struct zp_event *truth_event(TALLOC_CTX *ctx, int journal, int crm, const char *only_journal,
                                    const char *only_crm) {
    struct zp_event *event = salon_truth(ctx, journal, crm);
    struct zp_truth *truth = event->truth;
    char *copy = talloc_strdup(truth, only_journal);
    for (char *save = NULL, *word = strtok_r(copy, " ", &save); word;
         word = strtok_r(NULL, " ", &save)) {
        truth->only_journal = talloc_realloc(truth, truth->only_journal, char *,
                                             (unsigned)truth->only_journal_count + 1);
        truth->only_journal[truth->only_journal_count++] = word;
    }
    copy = talloc_strdup(truth, only_crm);
    for (char *save = NULL, *word = strtok_r(copy, " ", &save); word;
         word = strtok_r(NULL, " ", &save)) {
        truth->only_crm =
            talloc_realloc(truth, truth->only_crm, char *, (unsigned)truth->only_crm_count + 1);
        truth->only_crm[truth->only_crm_count++] = word;
    }
    return event;
}

static struct bench *open_truth(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);
    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    return bench;
}

static void day__what_both_have__opens_no_list(void **state) {
    struct bench *bench = open_truth(30, 160);
    (void)state;
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 41, "", ""));
    assert_true(shows(bench, "41 = 41"));
    assert_false(shows(bench, "^E"));
    bench_keys(bench, "Ctrl-E");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void day__a_difference__is_named_and_opens_the_list(void **state) {
    struct bench *bench = open_truth(30, 160);
    (void)state;
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 40, "989", ""));
    assert_true(shows(bench, "41 ≠ 40 (989 ^E)"));
    assert_true(shows(bench, "^E Compare"));
    bench_keys(bench, "Ctrl-E");
    assert_string_equal(app_screen(bench->app), "truth");
    assert_true(bench_pending(bench, ZP_ASK_DAY)->request.u.day.all);
    talloc_free(bench);
}

static void day__as_many_but_not_the_same__differs_too(void **state) {
    struct bench *bench = open_truth(30, 160);
    (void)state;
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 41, "989", "777"));
    assert_true(shows(bench, "41 ≠ 41 (^E)"));
    talloc_free(bench);
}

// Where room is short only what is known to be none goes, and a figure never parts from its word.
static void day__truth_bar__narrow__what_is_known_to_be_none_goes_first(void **state) {
    struct bench *bench = open_truth(24, 120);
    struct zp_event sync = {.kind = ZP_EVENT_SYNC, .ok = true, .waiting = 17};

    (void)state;
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 41, "", ""));
    bench_event(bench, &sync);
    bench_resize(bench, 24, 120);
    assert_non_null(strstr(bench_row(bench, 22), "busy in Dikidi: 1  queue: 17  attention: 0  "));
    bench_resize(bench, 24, 66);
    assert_non_null(strstr(bench_row(bench, 22), " CRM ? 41 = 41 busy: 1 queue: 17 free: 14:45"));
    assert_null(strstr(bench_row(bench, 22), "attention"));
    talloc_free(bench);
}

static void day__shifts_known_after_the_look__it_is_asked_again(void **state) {
    struct bench *bench = open_truth(24, 100);
    (void)state;
    size_t asked = bench_asked(bench, ZP_ASK_LOOK) + 1;
    bench_keys(bench, "Right");
    bench_until_asked(bench, ZP_ASK_LOOK, asked);
    bench_answer(
        bench, ZP_ASK_LOOK,
        salon_failure(bench, ZP_E_UNREACHABLE, "the shifts of this day are not known yet"));
    assert_int_equal(bench_asked(bench, ZP_ASK_LOOK), asked);
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    assert_int_equal(bench_asked(bench, ZP_ASK_LOOK), asked + 1);
    talloc_free(bench);
}

static struct zp_event *day_event(TALLOC_CTX *ctx) {
    static const struct {
        const char *id;
        enum zp_booking_state state;
        enum zp_crm_state crm;
        const char *client;
    } rows[] = {{"1", ZP_BOOKING_BOOKED, ZP_CRM_LOGGED, "Мария"},
                {"2", ZP_BOOKING_BOOKED, ZP_CRM_QUEUED, "Ольга"},
                {"3", ZP_BOOKING_BOOKED, ZP_CRM_ATTENTION, "Пётр"},
                {"4", ZP_BOOKING_CANCELLED, ZP_CRM_QUEUED, "Нина"},
                {"5", ZP_BOOKING_CANCELLED, ZP_CRM_LOGGED, "Дарья"},
                {"6", ZP_BOOKING_BOOKED, ZP_CRM_LOGGED, "Лиза"},
                {"7", ZP_BOOKING_BOOKED, ZP_CRM_NONE, "Вера"}};
    struct zp_event *day = talloc_zero(ctx, struct zp_event);
    day->ok = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zp_booking *booking = salon_booking(day, rows[i].id, 0, 600 + (int)i * 60,
                                                   660 + (int)i * 60, rows[i].client, "маникюр");
        booking->state = rows[i].state;
        booking->crm_state = rows[i].crm;
        salon_add(day, booking);
    }
    return day;
}

static void list__each_difference__in_words(void **state) {
    static const struct {
        const char *line, *client, *why;
    } wanted[] = {
        {"only in the journal 981", "Мария", "was entered in the CRM and is not counted there"},
        {"only in the journal 982", "Ольга", "waits in the queue and goes by itself. F5: now."},
        {"only in the journal 983", "Пётр", "needs you"},
        {"only in the journal 987", "Вера", "was not entered in the CRM. F5 enters it."},
        {"only in the journal 555", "", "The journal has this booking and the CRM has not."},
        {"only in the CRM 984", "Нина", "the CRM is not told yet"},
        {"only in the CRM 985", "Дарья", "was taken up again. F5 ends the entry"},
        {"only in the CRM 986", "Лиза", "more than one entry"},
        {"only in the CRM 777", "no such booking in the journal", "F5 reads it from Dikidi"},
    };
    struct bench *bench = open_truth(30, 120);
    const struct screen_args args = {.date = BENCH_DATE};
    (void)state;
    app_start(bench->app, SCREEN_TRUTH, &args);
    bench_turn(bench);
    assert_true(shows(bench, "reading …"));
    bench_answer(bench, ZP_ASK_DAY, day_event(bench));
    bench_answer(bench, ZP_ASK_TRUTH,
                 truth_event(bench, 41, 40, "981 982 983 987 555", "984 985 986 777"));
    assert_true(shows(bench, "41 in the journal, 40 counted in Bitrix24 at 14:31."));
    bench_golden(bench, "truth");
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(shows(bench, wanted[i].line));
        assert_true(shows(bench, wanted[i].client));
        if (!says(bench, wanted[i].why))
            fail_msg("“%s” is not explained by “%s”", wanted[i].line, wanted[i].why);
        bench_keys(bench, "Down");
    }
    // The last one has no row of the journal: there is no card of it.
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "truth");
    bench_keys(bench, "Up Enter");
    assert_string_equal(app_screen(bench->app), "card");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "truth");
    // Asked again on the way back; the cursor stays at its booking.
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 40, 40, "", "986"));
    assert_true(says(bench, "more than one entry"));
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 40, 40, "", ""));
    assert_true(shows(bench, "Both have the same bookings."));
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void list__what_could_not_be_asked__is_said(void **state) {
    const struct screen_args args = {.date = BENCH_DATE};
    struct bench *bench = open_truth(24, 80);
    (void)state;
    app_start(bench->app, SCREEN_TRUTH, &args);
    bench_turn(bench);
    bench_answer(bench, ZP_ASK_TRUTH,
                 salon_failure(bench, ZP_E_STORE, "The journal could not be read."));
    assert_true(shows(bench, "The journal could not be read."));
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 12, -1, "", ""));
    assert_true(shows(bench, "12 in the journal; Bitrix24 could not be asked."));
    assert_false(shows(bench, "Both have the same bookings."));
    static const int sizes[][2] = {{1, 2}, {3, 10}, {6, 40}, {9, 80}};
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_DAY, day_event(bench));
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 12, 11, "981", "777"));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bench_resize(bench, sizes[i][0], sizes[i][1]);
        bench_keys(bench, "Down Up");
    }
    talloc_free(bench);
}

static struct zp_event *mended_event(TALLOC_CTX *ctx, const char *told) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);
    event->ok = true;
    event->told = talloc_strdup(event, told);
    return event;
}

static struct bench *open_list(int rows, int cols) {
    const struct screen_args args = {.date = BENCH_DATE};
    struct bench *bench = open_truth(rows, cols);
    app_start(bench->app, SCREEN_TRUTH, &args);
    bench_turn(bench);
    bench_answer(bench, ZP_ASK_DAY, day_event(bench));
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 40, "981 982", "777"));
    return bench;
}

static void list__one_key__mends_the_line_and_reads_again(void **state) {
    struct bench *bench = open_list(24, 80);
    (void)state;
    assert_true(shows(bench, "5Mend"));
    bench_keys(bench, "Down");
    const size_t counted = bench_asked(bench, ZP_ASK_TRUTH);
    bench_keys(bench, "F5");
    assert_non_null(bench_pending(bench, ZP_ASK_MEND));
    assert_true(shows(bench, "Asking both …"));
    assert_false(shows(bench, "5Mend"));
    bench_keys(bench, "F5 Down F5"); // one at a time
    assert_int_equal(bench_asked(bench, ZP_ASK_MEND), 1);
    bench_answer(bench, ZP_ASK_MEND, mended_event(bench, "It is entered in Bitrix24 now: deal 7."));
    assert_true(shows(bench, "982: It is entered in Bitrix24 now: deal 7."));
    assert_int_equal(bench_asked(bench, ZP_ASK_TRUTH), counted + 1);
    bench_answer(bench, ZP_ASK_DAY, day_event(bench));
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 41, "981", "777"));
    assert_false(shows(bench, "only in the journal 982"));
    bench_golden(bench, "truth-mended");
    bench_keys(bench, "Up Up"); // what was told goes, the line is explained again
    assert_false(shows(bench, "982"));
    assert_true(says(bench, "was entered in the CRM and is not counted there"));
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_MEND, mended_event(bench, "Mended."));
    bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 41, "", ""));
    assert_true(shows(bench, "Both have the same bookings."));
    assert_true(shows(bench, "981: Mended."));
    assert_false(shows(bench, "5Mend"));
    bench_keys(bench, "F5");
    assert_null(bench_pending(bench, ZP_ASK_MEND));
    talloc_free(bench);
}

static void list__what_cannot_be_mended__is_said_and_stays(void **state) {
    static const int sizes[][2] = {{24, 80}, {8, 60}, {5, 30}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct bench *bench = open_list(24, 80);
        bench_resize(bench, sizes[i][0], sizes[i][1]);
        bench_keys(bench, "Down Down F5");
        bench_answer(bench, ZP_ASK_MEND,
                     salon_failure(bench, ZP_E_NOT_FOUND, "dikidi does not know it"));
        assert_true(shows(bench, "777: Dikidi does not know"));
        bench_answer(bench, ZP_ASK_TRUTH, truth_event(bench, 41, 40, "981 982", "777"));
        assert_true(shows(bench, "777: Dikidi does not know"));
        bench_keys(bench, "F5"); // once more
        assert_non_null(bench_pending(bench, ZP_ASK_MEND));
        bench_keys(bench, "Esc");
        assert_string_equal(app_screen(bench->app), "day");
        assert_false(bench_pending(bench, ZP_ASK_MEND)->cancelled); // it runs to its end
        talloc_free(bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day__what_both_have__opens_no_list),
        cmocka_unit_test(day__a_difference__is_named_and_opens_the_list),
        cmocka_unit_test(day__as_many_but_not_the_same__differs_too),
        cmocka_unit_test(day__truth_bar__narrow__what_is_known_to_be_none_goes_first),
        cmocka_unit_test(day__shifts_known_after_the_look__it_is_asked_again),
        cmocka_unit_test(list__each_difference__in_words),
        cmocka_unit_test(list__what_could_not_be_asked__is_said),
        cmocka_unit_test(list__one_key__mends_the_line_and_reads_again),
        cmocka_unit_test(list__what_cannot_be_mended__is_said_and_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
