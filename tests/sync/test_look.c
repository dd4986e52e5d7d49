// The look at a day: free is what is offered; what is neither known nor offered is busy outside the
// journal; the rest is not known.
#include "sync/look.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct zp_date day = {2026, 11, 23};
static struct zp_zone *zone;

static int64_t at(int hour, int minute) {
    return zp_zone_day_minute(zone, day, hour * 60 + minute);
}

static const struct zp_shift shift = {.master_id = (char *)"1",
                                      .date = {2026, 11, 23},
                                      .from_min = 600,
                                      .to_min = 1200,
                                      .break_from_min = 780,
                                      .break_to_min = 840};

static struct zp_look *look_at(TALLOC_CTX *ctx, int64_t now, const int64_t *starts, size_t count,
                               bool asked, struct zp_booking *booking) {
    struct zp_slot slots[8];
    for (size_t i = 0; i < count; i++) {
        slots[i] = (struct zp_slot){.master_id = (char *)"1", .starts_at = starts[i]};
    }
    const struct zp__look_answer answer = {.master_id = "1",
                                           .asked = asked,
                                           .asked_at = now,
                                           .duration_min = 30,
                                           .spare_min = 10,
                                           .slots = slots,
                                           .slot_count = count};
    const struct zp__look_input input = {.date = day,
                                         .zone = zone,
                                         .now = now,
                                         .shifts = &shift,
                                         .shift_count = 1,
                                         .bookings = &booking,
                                         .booking_count = booking != NULL ? 1 : 0,
                                         .answers = &answer,
                                         .answer_count = 1};
    return zp__look_make(ctx, &input);
}

static enum zp_stretch_kind kind_at(const struct zp_look *look, int64_t instant, bool *found) {
    for (size_t i = 0; i < look->stretch_count; i++) {
        if (look->stretches[i].from <= instant && instant < look->stretches[i].to) {
            *found = true;
            return look->stretches[i].kind;
        }
    }
    *found = false;
    return ZP_STRETCH_UNKNOWN;
}

#define expect_kind(look, hour, minute, wanted)                                                    \
    do {                                                                                           \
        bool found = false;                                                                        \
        assert_int_equal(kind_at(look, at(hour, minute), &found), wanted);                         \
        assert_true(found);                                                                        \
    } while (0)
#define expect_none(look, hour, minute)                                                            \
    do {                                                                                           \
        bool found = false;                                                                        \
        (void)kind_at(look, at(hour, minute), &found);                                             \
        assert_false(found);                                                                       \
    } while (0)

static void look__empty_schedule__nothing_is_free(void **state) {
    const struct zp_look *look = look_at(*state, at(9, 0), NULL, 0, true, NULL);
    expect_kind(look, 10, 0, ZP_STRETCH_OUTSIDE);
    expect_kind(look, 19, 59, ZP_STRETCH_OUTSIDE);
    expect_none(look, 13, 30); // the break is no shift time
    assert_int_equal(look->outside_count, 2);
    assert_true(look->complete);
}

static void look__not_asked__is_not_known(void **state) {
    const struct zp_look *look = look_at(*state, at(9, 0), NULL, 0, false, NULL);
    expect_kind(look, 10, 0, ZP_STRETCH_UNKNOWN);
    assert_int_equal(look->outside_count, 0);
    assert_false(look->complete);
}

static void look__offers__are_free_and_slivers_with_them(void **state) {
    const int64_t starts[] = {at(10, 0), at(10, 40), at(15, 0)};
    const struct zp_look *look = look_at(*state, at(9, 0), starts, 3, true, NULL);
    expect_kind(look, 10, 15, ZP_STRETCH_OFFERED);
    expect_kind(look, 10, 35, ZP_STRETCH_OFFERED); // ten minutes in which nothing fits
    expect_kind(look, 12, 0, ZP_STRETCH_OUTSIDE);
    expect_kind(look, 15, 15, ZP_STRETCH_OFFERED);
    expect_kind(look, 16, 0, ZP_STRETCH_OUTSIDE);
    assert_int_equal(look->offer_count, 3);
    assert_int_equal(look->outside_count, 3); // 11:10-13:00, 14:00-15:00, 15:30-20:00
}

static void look__journal_bookings__are_not_outside(void **state) {
    struct zp_booking booking = {.state = ZP_BOOKING_BOOKED,
                                 .master_id = (char *)"1",
                                 .starts_at = at(14, 0),
                                 .ends_at = at(20, 0)};
    const struct zp_look *look = look_at(*state, at(9, 0), NULL, 0, true, &booking);
    expect_none(look, 15, 0);
    assert_int_equal(look->outside_count, 1);
    booking.state = ZP_BOOKING_CANCELLED; // holds no time
    look = look_at(*state, at(9, 0), NULL, 0, true, &booking);
    expect_kind(look, 15, 0, ZP_STRETCH_OUTSIDE);
    booking.state = ZP_BOOKING_UNCERTAIN; // may hold it
    look = look_at(*state, at(9, 0), NULL, 0, true, &booking);
    expect_none(look, 15, 0);
}

static void look__past__is_not_known(void **state) {
    const struct zp_look *look = look_at(*state, at(16, 0), NULL, 0, true, NULL);
    expect_kind(look, 15, 0, ZP_STRETCH_UNKNOWN);
    expect_kind(look, 16, 30, ZP_STRETCH_OUTSIDE);
    assert_int_equal(look->outside_count, 1);
}

static void look__short_gap__is_not_told(void **state) {
    struct zp_booking booking = {.state = ZP_BOOKING_BOOKED,
                                 .master_id = (char *)"1",
                                 .starts_at = at(14, 35),
                                 .ends_at = at(20, 0)};
    const struct zp_look *look = look_at(*state, at(13, 0), NULL, 0, true, &booking);
    expect_kind(look, 14, 10, ZP_STRETCH_UNKNOWN); // 35 minutes: the service and its pause take 40
    assert_int_equal(look->outside_count, 0);
}

static void doubts__a_start_inside_a_booked_time__only(void **state) {
    (void)state;
    struct zp_slot slot = {.master_id = (char *)"1"};
    struct zp__look_answer answer = {
        .master_id = "1", .asked = true, .slots = &slot, .slot_count = 1};
    struct zp_booking booking = {.state = ZP_BOOKING_BOOKED,
                                 .booking_id = (char *)"852900001",
                                 .master_id = (char *)"1",
                                 .starts_at = at(14, 0),
                                 .ends_at = at(15, 0)};
    const struct {
        int hour, minute;
        bool doubted;
    } starts[] = {{13, 59, false}, {14, 0, true}, {14, 59, true}, {15, 0, false}};
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        slot.starts_at = at(starts[i].hour, starts[i].minute);
        assert_int_equal(zp__look_doubts(&booking, &answer, 1), starts[i].doubted);
    }
    slot.starts_at = at(14, 30);
    assert_false(zp__look_doubts(&booking, &answer, 0));
    answer.asked = false; // nothing believable came
    assert_false(zp__look_doubts(&booking, &answer, 1));
    answer.asked = true;
    slot.master_id = (char *)"2";
    assert_false(zp__look_doubts(&booking, &answer, 1));
    slot.master_id = (char *)"1";
    booking.state = ZP_BOOKING_CANCELLING; // its own task asks Dikidi
    assert_false(zp__look_doubts(&booking, &answer, 1));
    booking.state = ZP_BOOKING_BOOKED;
    booking.booking_id = NULL; // nothing to read it by
    assert_false(zp__look_doubts(&booking, &answer, 1));
}

static int set_up(void **state) {
    *state = talloc_new(NULL);
    zone = zp_zone_open(*state, "Europe/Moscow", NULL);
    return zone == NULL;
}

static int tear_down(void **state) {
    talloc_free(*state);
    return 0;
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(look__empty_schedule__nothing_is_free),
        T(look__not_asked__is_not_known),
        T(look__offers__are_free_and_slivers_with_them),
        T(look__journal_bookings__are_not_outside),
        T(look__past__is_not_known),
        T(look__short_gap__is_not_told),
        T(doubts__a_start_inside_a_booked_time__only),
    };
    return cmocka_run_group_tests_name("sync_look", tests, NULL, NULL);
}
