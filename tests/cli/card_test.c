// What is counted from a client's bookings.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client_words.h"
#include "desk_private.h"

#define DAY 86400
#define NOW INT64_C(1795433520) // Monday 2026-11-23, 14:32 in Moscow

struct visit {
    int days_ago;
    enum zp_booking_state state;
    enum zp_attendance attendance;
    const char *master, *service;
    bool moved;
};

static struct zp_client_card *card_of(TALLOC_CTX *ctx, const struct visit *visits, size_t count) {
    struct zp_zone *zone = zp_zone_open(ctx, "Europe/Moscow", NULL);
    struct zp_booking **list = talloc_zero_array(ctx, struct zp_booking *, (unsigned)count + 1);
    struct zp_client client = {.phone = talloc_strdup(ctx, "+79160000001")};
    for (size_t i = 0; i < count; i++) {
        struct zp_booking *b = list[i] = talloc_zero(ctx, struct zp_booking);
        b->state = visits[i].state;
        b->attendance = visits[i].attendance;
        b->starts_at = NOW - visits[i].days_ago * DAY;
        b->master_id = b->master = talloc_strdup(b, visits[i].master);
        b->services = talloc_zero_array(b, struct zp_booked_service, 1);
        b->service_count = 1;
        b->services[0].id = b->services[0].name = talloc_strdup(b, visits[i].service);
        b->moved_to = visits[i].moved ? talloc_strdup(b, "x") : NULL;
    }
    return zp__client_card(ctx, zone, &client, list, count, NOW);
}

#define CAME      ZP_BOOKING_BOOKED, ZP_ATTENDANCE_CAME
#define EXPECTED  ZP_BOOKING_BOOKED, ZP_ATTENDANCE_WAITING
#define NO_SHOW   ZP_BOOKING_BOOKED, ZP_ATTENDANCE_NO_SHOW
#define CANCELLED ZP_BOOKING_CANCELLED, ZP_ATTENDANCE_WAITING
#define REFUSED   ZP_BOOKING_REFUSED, ZP_ATTENDANCE_WAITING

static void test_everything_counted(void **state) {
    (void)state;
    static const struct visit visits[] = {
        {-9, EXPECTED, "Вера", "брови", false}, {-2, EXPECTED, "Вера", "брови", false},
        {1, CANCELLED, "Вера", "брови", false}, {1, CANCELLED, "Вера", "брови", true},
        {2, REFUSED, "Вера", "брови", false},   {20, CAME, "Борис", "борода", false},
        {48, NO_SHOW, "Вера", "брови", false},  {50, EXPECTED, "Анна", "маникюр", false},
        {50, CAME, "Анна", "маникюр", false},   {79, CAME, "Борис", "борода", false},
        {200, CAME, "Анна", "педикюр", false},
    };
    TALLOC_CTX *ctx = talloc_new(NULL);
    const struct zp_client_card *card = card_of(ctx, visits, sizeof visits / sizeof *visits);
    assert_int_equal(card->client.visits, 5);
    assert_int_equal(card->client.no_shows, 1);
    assert_int_equal(card->cancellations, 1);
    assert_int_equal(card->coming, 2);
    assert_int_equal(card->next_at, NOW + 2 * DAY);
    assert_int_equal(card->last_at, NOW - 20 * DAY);
    assert_int_equal(card->last_days_ago, 20);
    assert_int_equal(card->usual_days, 30); // of 30, 29 and 121; two on one day are one
    assert_string_equal(card->client.usual_master, "Анна");
    assert_string_equal(card->usual_service, "борода"); // as often as маникюр, and newer
    assert_false(client_words_is_due(card));
    assert_string_equal(client_words_counts(ctx, card), "5 visits, 1 no-show, 1 cancelled");
    assert_string_equal(client_words_due(ctx, card), "usually every 30 days, last 20 days ago");
    talloc_free(ctx);
}

// What a person took back was no visit and no cancelled one.
static void test_undone_is_not_cancelled(void **state) {
    (void)state;
    struct zp_booking mistake = {.state = ZP_BOOKING_CANCELLED, .undone = true};
    struct zp_booking restored = {
        .state = ZP_BOOKING_CANCELLED, .undone = true, .moved_to = (char[]){"x"}};
    struct zp_booking moved = {.state = ZP_BOOKING_CANCELLED, .moved_to = (char[]){"x"}};
    struct zp_booking *list[] = {&mistake, &restored, &moved};
    struct zp_client client = {.phone = (char[]){"+79160000001"}};
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_zone *zone = zp_zone_open(ctx, "Europe/Moscow", NULL);
    const struct zp_client_card *card = zp__client_card(ctx, zone, &client, list, 3, NOW);
    assert_int_equal(card->cancellations, 0);
    assert_string_equal(client_words_state(&mistake), "undone");
    assert_string_equal(client_words_state(&restored), "cancel undone");
    assert_string_equal(client_words_state(&moved), "moved");
    talloc_free(ctx);
}

static void test_a_rhythm_needs_three_days(void **state) {
    (void)state;
    static const struct visit visits[] = {{5, CAME, "Анна", "маникюр", false},
                                          {5, CAME, "Анна", "педикюр", false},
                                          {9, CAME, "Анна", "маникюр", false},
                                          {13, CAME, "Анна", "маникюр", false}};
    TALLOC_CTX *ctx = talloc_new(NULL);
    const struct zp_client_card *card = card_of(ctx, visits, 3);
    assert_int_equal(card->usual_days, 0);
    assert_string_equal(client_words_due(ctx, card), "last 5 days ago");
    card = card_of(ctx, visits, 4);
    assert_int_equal(card->usual_days, 4);
    assert_true(client_words_is_due(card));
    assert_string_equal(client_words_due(ctx, card), "usually every 4 days, last 5 days ago: due");
    card = card_of(ctx, visits, 0);
    assert_string_equal(client_words_due(ctx, card), "");
    assert_string_equal(client_words_usual(ctx, card), "");
    assert_string_equal(client_words_counts(ctx, card), "0 visits");
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(test_everything_counted),
        cmocka_unit_test(test_undone_is_not_cancelled),
        cmocka_unit_test(test_a_rhythm_needs_three_days),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
