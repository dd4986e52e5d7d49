// The rows of the Day's board: which booking stands in which.
#include "bench.h"
#include "salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

// The row of the board that begins so; fails where there is none.
static const char *row_of(const struct bench *bench, const char *time) {
    const char *row = NULL;

    for (int i = 3; i < bench_frame(bench)->rows; i++) {
        row = bench_row(bench, i);
        if (strncmp(row, time, strlen(time)) == 0)
            return row;
    }
    fail_msg("no row %s", time);
    return row;
}

static struct bench *open_day(const int (*spans)[2], size_t count) {
    static const char *const clients[] = {"Первая", "Вторая", "Третья"};
    struct bench *bench = bench_new(NULL, 40, 100, false);
    struct zp_event *day = talloc_zero(bench, struct zp_event);

    day->ok = true;
    for (size_t i = 0; i < count; i++)
        salon_add(day, salon_booking(day, talloc_asprintf(day, "%zu", i + 1), 0, spans[i][0],
                                     spans[i][1], clients[i], "маникюр"));
    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, day);
    return bench;
}

// 17:00-18:15, then 18:15-19:00: the row of 18:00 is the second one's, which begins in it.
static void visit__begins_where_one_before_ends__stands_in_the_row_of_its_start(void **state) {
    static const int spans[][2] = {{1020, 1095}, {1095, 1140}};
    struct bench *bench = open_day(spans, 2);

    (void)state;
    bench_keys(bench, "Tab"); // the cursor elsewhere
    assert_non_null(strstr(row_of(bench, "17:00"), "17:00 Первая"));
    assert_non_null(strstr(row_of(bench, "18:00"), "18:15 Вторая"));
    assert_null(strstr(row_of(bench, "18:30"), "18:15"));
    bench_keys(bench, "Shift-Tab");
    for (int i = 0; i < 2; i++) { // nor does the cursor move them
        assert_non_null(strstr(row_of(bench, "17:00"), "17:00 Первая"));
        assert_non_null(strstr(row_of(bench, "18:00"), "18:15 Вторая"));
        bench_keys(bench, "Down");
    }
    talloc_free(bench);
}

// A booking of one row keeps it: the next one shows its own time in the row after it.
static void visit__of_one_row__is_not_covered_by_the_next(void **state) {
    static const int spans[][2] = {{1080, 1095}, {1095, 1140}};
    struct bench *bench = open_day(spans, 2);

    (void)state;
    bench_keys(bench, "Tab");
    assert_non_null(strstr(row_of(bench, "18:00"), "18:00 Первая"));
    assert_non_null(strstr(row_of(bench, "18:30"), "18:15 Вторая"));
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(visit__begins_where_one_before_ends__stands_in_the_row_of_its_start),
        cmocka_unit_test(visit__of_one_row__is_not_covered_by_the_next),
    };

    return cmocka_run_group_tests(list, NULL, NULL);
}
