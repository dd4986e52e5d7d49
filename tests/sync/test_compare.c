// crm-compare, step by step: of the visits ahead those whose entry is not alive in Bitrix24 are
// looked at, and nothing else is done.
#include "reverse.h"
#include "sync/entry.h"

// A logged visit of the journal with this number; its entry has the same id.
static struct zp_booking *visit(TALLOC_CTX *ctx, const char *number) {
    struct machine *row = machine_new(ctx, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    struct zp_booking *booking = talloc_steal(ctx, row->run->booking);
    booking->booking_id = talloc_strdup(booking, number);
    log_it(booking, "NEW");
    booking->crm_id = talloc_strdup(booking, number);
    return booking;
}

static struct machine *comparing(void **state) {
    struct machine *m = machine_about(*state, ZP_TASK_CRM_COMPARE, ZP_SUBJECT_BITRIX24, -1, "");
    set_up_reverse(m);
    machine_start(m);
    expect_effect(m, ZP_EFFECT_AHEAD);
    return m;
}

static void answer_ahead(struct machine *m, struct zp_booking **bookings, size_t count) {
    machine_journal(
        m, &(struct zp__store_answer){.ok = true, .bookings = bookings, .booking_count = count});
}

static void answer_visits(struct machine *m, char **names, size_t count, int64_t total) {
    expect_effect(m, ZP_EFFECT_CRM_VISITS);
    machine_crm(m, &(struct zp__crm_answer){
                       .ok = true, .names = names, .name_count = count, .total = total});
}

static void expect_looks(struct machine *m, const char *const *subjects, size_t count) {
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.task_next_at, NOW + 900);
    assert_int_equal(m->effect.change.task_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(m->effect.change.tasks[i].kind, ZP_TASK_LOOK_ENTRY);
        assert_string_equal(m->effect.change.tasks[i].subject, subjects[i]);
        assert_true(m->effect.change.tasks[i].quiet);
        assert_true(m->effect.change.tasks[i].nudge);
    }
    machine_applied(m);
    expect_over(m, true);
}

static void compare__an_entry_is_not_among_the_live_ones__it_alone_is_looked_at(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1"), visit(m, "2"), visit(m, "3")};
    answer_ahead(m, ahead, 3);
    char three[] = "3", strange[] = "77", one[] = "1", *live[] = {three, strange, one};
    answer_visits(m, live, 3, 3);
    expect_looks(m, (const char *const[]){"deal:2"}, 1);
}

static void tell(struct zp_booking *booking, enum zp_crm_state state) {
    booking->crm_state = state;
    booking->error_code = talloc_strdup(booking, ZP_NAME_ENTRY_GONE);
}

// Our rights as likely as a deed on each: one is asked about for all of them, and once.
static void compare__none_is_seen__one_is_looked_at_for_all(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1"), visit(m, "2"), visit(m, "3")};
    answer_ahead(m, ahead, 3);
    char strange[] = "77", *live[] = {strange};
    answer_visits(m, live, 1, 1);
    expect_looks(m, (const char *const[]){"deal:1"}, 1);

    m = comparing(state);
    tell(ahead[0], ZP_CRM_ATTENTION);
    answer_ahead(m, ahead, 3);
    answer_visits(m, live, 1, 1);
    expect_looks(m, NULL, 0);

    m = comparing(state); // a person said: it was deleted. Then the next is asked about
    tell(ahead[0], ZP_CRM_LOGGED);
    answer_ahead(m, ahead, 3);
    answer_visits(m, live, 1, 1);
    expect_looks(m, (const char *const[]){"deal:2"}, 1);
}

// What was told of heals by itself; of the others each that lacks is looked at.
static void compare__seen_again__the_told_and_the_lacking_are_looked_at(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1"), visit(m, "2"), visit(m, "3"), visit(m, "4")};
    tell(ahead[0], ZP_CRM_ATTENTION);
    tell(ahead[3], ZP_CRM_LOGGED);
    answer_ahead(m, ahead, 4);
    char one[] = "1", two[] = "2", *live[] = {one, two};
    answer_visits(m, live, 2, 2);
    expect_looks(m, (const char *const[]){"deal:1", "deal:3"}, 2);
}

static void compare__all_are_there__nothing_is_looked_at(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1")};
    answer_ahead(m, ahead, 1);
    char one[] = "1", *live[] = {one};
    answer_visits(m, live, 1, 1);
    expect_looks(m, NULL, 0);
}

static void compare__rows_that_should_have_no_live_entry__are_left_out(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1"), visit(m, "2"), visit(m, "3"), visit(m, "4"),
                                  visit(m, "5")};
    ahead[0]->state = ZP_BOOKING_CANCELLING;
    ahead[1]->crm_state = ZP_CRM_QUEUED;
    ahead[2]->moved_to = talloc_strdup(ahead[2], OTHER);
    ahead[3]->starts_at = NOW - 60;
    ahead[4]->crm_entity = talloc_strdup(ahead[4], "lead");
    answer_ahead(m, ahead, 5);
    expect_looks(m, NULL, 0); // without a question to Bitrix24
}

static void compare__the_answer_is_not_whole__no_difference_is_one(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1")};
    answer_ahead(m, ahead, 1);
    char two[] = "2", *live[] = {two};
    answer_visits(m, live, 1, 501);
    expect_looks(m, NULL, 0);
}

static void compare__bitrix24_does_not_answer__no_difference_is_one(void **state) {
    struct machine *m = comparing(state);
    struct zp_booking *ahead[] = {visit(m, "1")};
    answer_ahead(m, ahead, 1);
    expect_effect(m, ZP_EFFECT_CRM_VISITS);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNREACHABLE);
    expect_looks(m, NULL, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(compare__an_entry_is_not_among_the_live_ones__it_alone_is_looked_at),
        T(compare__none_is_seen__one_is_looked_at_for_all),
        T(compare__seen_again__the_told_and_the_lacking_are_looked_at),
        T(compare__all_are_there__nothing_is_looked_at),
        T(compare__rows_that_should_have_no_live_entry__are_left_out),
        T(compare__the_answer_is_not_whole__no_difference_is_one),
        T(compare__bitrix24_does_not_answer__no_difference_is_one),
    };
    return cmocka_run_group_tests_name("sync_compare", tests, NULL, NULL);
}
