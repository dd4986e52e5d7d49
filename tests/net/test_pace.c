// Pace: who goes first, and that no window is ever exceeded.
#include "net/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG_MS 20000
#define MAX     256

struct fixture;

struct ticket {
    struct fixture *f;
    char letter;
    uint64_t id;
    int64_t went_at_ms;
};

struct fixture {
    TALLOC_CTX *ctx;
    struct zp_loop *loop;
    struct zp_pace *pace;
    struct ticket tickets[MAX];
    int asked, went, wanted;
    char order[MAX + 1];
    bool done, inside;
    uint64_t victim;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->ctx = talloc_new(NULL);
    f->loop = zp_loop_new(f->ctx);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    talloc_free(f->ctx);
    free(f);
    return 0;
}

static void limit(struct fixture *f, struct zp__pace_limits limits) {
    f->pace = zp__pace_new(f->ctx, f->loop, &limits);
}

#define LIMITS(...) ((struct zp__pace_limits){__VA_ARGS__})

static void on_go(void *data) {
    struct ticket *ticket = data;
    struct fixture *f = ticket->f;
    ticket->went_at_ms = zp_loop_now_ms(f->loop);
    f->order[f->went++] = ticket->letter;
    f->done = f->went == f->wanted;
}

static struct ticket *new_ticket(struct fixture *f, char letter) {
    struct ticket *ticket = &f->tickets[f->asked++];
    *ticket = (struct ticket){.f = f, .letter = letter};
    return ticket;
}

static uint64_t ask(struct fixture *f, enum zp__pace_class class_, char letter) {
    struct ticket *ticket = new_ticket(f, letter);
    ticket->id = zp__pace_ask(f->pace, class_, on_go, ticket);
    assert_true(ticket->id != 0);
    return ticket->id;
}

static void ask_many(struct fixture *f, enum zp__pace_class class_, int count) {
    for (int i = 0; i < count; i++) {
        ask(f, class_, "usb"[class_]);
    }
}

static void wait_for(struct fixture *f, int count) {
    f->wanted = count;
    f->done = f->went == count;
    assert_true(zp_loop_run_until(f->loop, &f->done, LONG_MS));
}

// In any span of time no more went than the burst and what the rate gives for that span.
static void assert_never_exceeded(const struct fixture *f, double per_ms, int burst) {
    for (int i = 0; i < f->asked; i++) {
        for (int j = i; j < f->asked; j++) {
            int64_t span_ms = f->tickets[j].went_at_ms - f->tickets[i].went_at_ms;
            if (span_ms >= 0) {
                int count = 0;
                for (int k = 0; k < f->asked; k++) {
                    count += f->tickets[k].went_at_ms >= f->tickets[i].went_at_ms &&
                             f->tickets[k].went_at_ms <= f->tickets[j].went_at_ms;
                }
                assert_true(count <= burst + (double)span_ms * per_ms + 1e-3);
            }
        }
    }
}

static void test_nothing_goes_inside_the_call(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.burst = 5));
    ask(f, ZP_PACE_URGENT, 'u');
    assert_int_equal(f->went, 0);
    wait_for(f, 1);
}

static void test_classes_go_in_order_and_within_one_in_turn(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 50, .burst = 1, .background_share = 100));
    ask(f, ZP_PACE_BACKGROUND, '5');
    ask(f, ZP_PACE_SYNC, '3');
    ask(f, ZP_PACE_URGENT, '1');
    ask(f, ZP_PACE_SYNC, '4');
    ask(f, ZP_PACE_URGENT, '2');
    wait_for(f, 5);
    assert_string_equal(f->order, "12345");
    assert_never_exceeded(f, 0.05, 1);
}

static void test_a_person_overtakes_what_waits(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 100, .burst = 1, .background_share = 100));
    ask_many(f, ZP_PACE_SYNC, 5);
    wait_for(f, 2);
    ask_many(f, ZP_PACE_URGENT, 1);
    wait_for(f, 6);
    assert_string_equal(f->order, "ssusss");
}

static void test_the_rate_is_never_exceeded(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 200, .burst = 4));
    int64_t before = zp_loop_now_ms(f->loop);
    ask_many(f, ZP_PACE_URGENT, 24);
    wait_for(f, 24);
    int64_t took = zp_loop_now_ms(f->loop) - before;
    assert_never_exceeded(f, 0.2, 4);
    assert_in_range(took, 100, 5000); // 20 after the burst, 5 ms each: it does not dawdle either
    // A rest gives the burst back, and not more.
    while (zp__pace_wait_ms(f->pace) > 0 || zp_loop_now_ms(f->loop) < before + took + 40) {
        bool never = false;
        zp_loop_run_until(f->loop, &never, 5);
    }
    ask_many(f, ZP_PACE_URGENT, 10);
    wait_for(f, 34);
    assert_never_exceeded(f, 0.2, 4);
}

static void test_the_minute_is_a_quarter_and_what_follows_evenly(void **state) {
    struct fixture *f = *state;
    bool never = false;
    limit(f, LIMITS(.burst = 100, .per_minute = 20, .background_share = 100));
    assert_int_equal(zp__pace_wait_ms(f->pace), 0);
    ask_many(f, ZP_PACE_SYNC, 7);
    wait_for(f, 5);
    zp_loop_run_until(f->loop, &never, 30);
    assert_int_equal(f->went, 5);
    // 16 gaps in a minute: 5 and 15 more, never 21.
    assert_in_range(zp__pace_wait_ms(f->pace), 60500 / 16 - 200, 60500 / 16 + 1);
}

static void test_whoever_asks_one_by_one_waits_less_than_three_seconds(void **state) {
    struct fixture *f = *state;
    for (int rate = 26; rate <= 3000; rate += 7) {
        limit(f, LIMITS(.per_minute = rate));
        f->went = f->asked = 0;
        ask_many(f, ZP_PACE_URGENT, rate / 4 < MAX - 1 ? rate / 4 : MAX - 1);
        wait_for(f, f->asked);
        assert_in_range(zp__pace_wait_ms(f->pace), 0, 2999);
        TALLOC_FREE(f->pace);
    }
}

// By arithmetic alone, for every limit: what a minute can hold at most.
static void test_no_minute_holds_more_than_its_limit(void **state) {
    struct fixture *f = *state;
    for (int rate = 1; rate <= 200; rate++) {
        limit(f, LIMITS(.per_minute = rate));
        f->went = f->asked = 0;
        int burst = rate / 4 > 1 ? rate / 4 : 1;
        ask_many(f, ZP_PACE_URGENT, burst);
        wait_for(f, burst);
        int64_t gap_ms = zp__pace_wait_ms(f->pace);
        assert_true(burst + 60000 / gap_ms <= rate);
        TALLOC_FREE(f->pace);
    }
}

static void test_the_larger_part_of_the_burst_is_a_persons(void **state) {
    struct fixture *f = *state;
    bool never = false;
    limit(f, LIMITS(.per_second = 0.1, .burst = 6, .others_burst = 2, .background_share = 100));
    ask_many(f, ZP_PACE_BACKGROUND, 1);
    ask_many(f, ZP_PACE_SYNC, 4);
    wait_for(f, 2);
    zp_loop_run_until(f->loop, &never, 20);
    assert_string_equal(f->order, "ss");
    ask_many(f, ZP_PACE_URGENT, 5);
    wait_for(f, 6);
    zp_loop_run_until(f->loop, &never, 20);
    assert_string_equal(f->order, "ssuuuu");
}

static void test_background_uses_its_share_only(void **state) {
    struct fixture *f = *state;
    bool never = false;
    limit(f, LIMITS(.per_second = 0.1, .burst = 10, .background_share = 20));
    ask_many(f, ZP_PACE_BACKGROUND, 5);
    wait_for(f, 2);
    zp_loop_run_until(f->loop, &never, 20);
    assert_int_equal(f->went, 2);
    ask_many(f, ZP_PACE_URGENT, 8); // the rest is there for a person, at once
    wait_for(f, 10);
    assert_string_equal(f->order, "bbuuuuuuuu");
}

static void test_background_rate(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 200, .burst = 1, .background_share = 50));
    ask_many(f, ZP_PACE_BACKGROUND, 10);
    wait_for(f, 10);
    assert_never_exceeded(f, 0.1, 1);
}

static void test_no_share_is_never(void **state) {
    struct fixture *f = *state;
    bool never = false;
    limit(f, LIMITS(.burst = 1));
    ask_many(f, ZP_PACE_BACKGROUND, 1);
    zp_loop_run_until(f->loop, &never, 20);
    assert_int_equal(f->went, 0);
    ask_many(f, ZP_PACE_SYNC, 1);
    wait_for(f, 1);
}

static void test_hold_stops_everything_for_its_time(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.burst = 10));
    int64_t before = zp_loop_now_ms(f->loop);
    ask_many(f, ZP_PACE_URGENT, 3);
    zp__pace_hold(f->pace, 60);
    zp__pace_hold(f->pace, 10); // a shorter one shortens nothing
    assert_in_range(zp__pace_wait_ms(f->pace), 40, 60);
    wait_for(f, 3);
    assert_true(zp_loop_now_ms(f->loop) - before >= 60);
}

static void test_cancelled_asks_are_not_called(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 200, .burst = 1));
    uint64_t first = ask(f, ZP_PACE_URGENT, 'a');
    ask(f, ZP_PACE_URGENT, 'b');
    uint64_t middle = ask(f, ZP_PACE_URGENT, 'c');
    ask(f, ZP_PACE_URGENT, 'd');
    uint64_t last = ask(f, ZP_PACE_URGENT, 'e');
    zp__pace_cancel(f->pace, middle);
    zp__pace_cancel(f->pace, first);
    zp__pace_cancel(f->pace, last);
    zp__pace_cancel(f->pace, last);
    zp__pace_cancel(f->pace, 999);
    ask(f, ZP_PACE_URGENT, 'f');
    wait_for(f, 3);
    assert_string_equal(f->order, "bdf");
}

static void test_the_wait_of_one_more_counts_those_before(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 10, .burst = 1));
    assert_int_equal(zp__pace_wait_ms(f->pace), 0);
    ask_many(f, ZP_PACE_URGENT, 3);
    assert_in_range(zp__pace_wait_ms(f->pace), 200, 300);
    ask_many(f, ZP_PACE_SYNC, 3); // these would wait for it
    assert_in_range(zp__pace_wait_ms(f->pace), 200, 300);
}

static void cancel_other(void *data) {
    struct ticket *ticket = data;
    zp__pace_cancel(ticket->f->pace, ticket->f->victim);
    on_go(data);
}

static void test_a_call_may_cancel_another(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.burst = 10));
    zp__pace_ask(f->pace, ZP_PACE_URGENT, cancel_other, new_ticket(f, 'c'));
    f->victim = ask(f, ZP_PACE_URGENT, 'v');
    ask(f, ZP_PACE_URGENT, 'l');
    wait_for(f, 2);
    assert_string_equal(f->order, "cl");
}

static void ask_inside(void *data) {
    struct ticket *ticket = data;
    struct fixture *f = ticket->f;
    on_go(data);
    if (f->asked < 20) {
        int before = f->went;
        zp__pace_ask(f->pace, ZP_PACE_URGENT, ask_inside, new_ticket(f, 'i'));
        f->inside = f->inside || f->went != before;
    }
}

static void test_a_call_may_ask_again(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.burst = 100));
    zp__pace_ask(f->pace, ZP_PACE_URGENT, ask_inside, new_ticket(f, 'i'));
    wait_for(f, 20);
    assert_false(f->inside);
}

static void free_pace(void *data) {
    struct ticket *ticket = data;
    talloc_free(ticket->f->pace);
    ticket->f->pace = NULL;
    on_go(data);
}

static void test_a_call_may_free_the_pace(void **state) {
    struct fixture *f = *state;
    bool never = false;
    limit(f, LIMITS(.burst = 100));
    zp__pace_ask(f->pace, ZP_PACE_URGENT, free_pace, new_ticket(f, 'f'));
    ask_many(f, ZP_PACE_URGENT, 3);
    wait_for(f, 1);
    zp_loop_run_until(f->loop, &never, 10);
    assert_int_equal(f->went, 1);
}

static void test_waiting_keeps_the_loop_alive_and_nothing_else_does(void **state) {
    struct fixture *f = *state;
    limit(f, LIMITS(.per_second = 100, .burst = 1));
    zp_loop_run(f->loop);
    ask_many(f, ZP_PACE_SYNC, 3);
    zp_loop_run(f->loop);
    assert_int_equal(f->went, 3);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_nothing_goes_inside_the_call),
        T(test_classes_go_in_order_and_within_one_in_turn),
        T(test_a_person_overtakes_what_waits),
        T(test_the_rate_is_never_exceeded),
        T(test_the_minute_is_a_quarter_and_what_follows_evenly),
        T(test_whoever_asks_one_by_one_waits_less_than_three_seconds),
        T(test_no_minute_holds_more_than_its_limit),
        T(test_the_larger_part_of_the_burst_is_a_persons),
        T(test_background_uses_its_share_only),
        T(test_background_rate),
        T(test_no_share_is_never),
        T(test_hold_stops_everything_for_its_time),
        T(test_cancelled_asks_are_not_called),
        T(test_the_wait_of_one_more_counts_those_before),
        T(test_a_call_may_cancel_another),
        T(test_a_call_may_ask_again),
        T(test_a_call_may_free_the_pace),
        T(test_waiting_keeps_the_loop_alive_and_nothing_else_does),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
