// A cancelled booking booked once more: what happens to the old row and to its entry, step by step.
#include "machine.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct machine *again(void **state, enum zp_booking_state row) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, row, ZP_MEMORY_AGAIN);
    machine_moving(m);
    machine_start(m);
    return m;
}

static void book__the_old_one_is_taken_over_first(void **state) {
    struct machine *m = again(state, ZP_BOOKING_INTENT);
    expect_effect(m, ZP_EFFECT_LOAD);
    machine_loaded(m, ZP_BOOKING_CANCELLED, NULL);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.booking->request_id, OTHER);
    assert_string_equal(m->effect.change.booking->moved_to, REQUEST);
    assert_int_equal(m->effect.change.task_count, 0); // nothing is cancelled at Dikidi
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_LOAD);
    machine_loaded(m, ZP_BOOKING_CANCELLED, REQUEST);
    expect_change(m, ZP_BOOKING_SENT, ZP_TASK_NOTE);
    machine_applied(m);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_MOVE);
}

static void book__stands_or_was_moved__nothing_is_sent(void **state) {
    struct machine *m = again(state, ZP_BOOKING_INTENT);
    machine_loaded(m, ZP_BOOKING_CANCELLED, "01a2076b-f94a-7ca7-8aa3-c83330e19999");
    expect_change(m, ZP_BOOKING_DROPPED, ZP_TASK_FINISHED);
    m = again(state, ZP_BOOKING_INTENT);
    m->run->now = NOW + INT64_C(660); // too late to go by itself: nothing is taken over either
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_CANCELLED, NULL);
    expect_change(m, ZP_BOOKING_DROPPED, ZP_TASK_FINISHED);
}

// Refused: the old one is its own again, and its end in the CRM is looked after, whatever came
// between; one that stands there already is not told why a second time.
static void book__refused__the_old_one_stays_cancelled(void **state) {
    struct machine *m = again(state, ZP_BOOKING_REFUSED);
    expect_effect(m, ZP_EFFECT_LOAD);
    machine_loaded(m, ZP_BOOKING_CANCELLED, REQUEST);
    m->run->other->moved_to = talloc_strdup(m->run->other, REQUEST);
    m->run->other->crm_state = ZP_CRM_LOGGED;
    machine_start(m);
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    assert_null(m->effect.change.booking->moved_to);
    assert_int_equal(m->effect.change.task_count, 1);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_CANCEL);
    assert_string_equal(m->effect.change.tasks[0].memory, ZP_MEMORY_END_AGAIN);
}

// ---- the entry
static struct machine *taking(void **state, const char *wanted, enum zp_crm_state crm) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_MOVE, ZP_BOOKING_BOOKED, "");
    machine_moving(m);
    m->run->booking->crm_stage = talloc_strdup(m->run->booking, wanted);
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_CANCELLED, REQUEST);
    struct zp_booking *old = m->run->other;
    old->crm_state = crm;
    old->crm_id = talloc_strdup(old, "71");
    old->crm_entity = talloc_strdup(old, "deal");
    old->crm_stage = talloc_strdup(old, "C1:LOSE");
    machine_start(m);
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    return m;
}

static void told_entry(struct machine *m, char semantic, const char *stage) {
    struct zp__crm_entry entry = {
        .id = (char *)"71", .stage_id = (char *)stage, .semantic = semantic, .category_id = 1};
    const struct zp__crm_answer answer = {
        .ok = true, .outcome = ZP_CRM_DONE, .entries = &entry, .entry_count = 1};
    machine_crm(m, &answer);
}

static void told_stages(struct machine *m) {
    struct zp__crm_stage stages[] = {{.id = (char *)"C1:NEW", .semantic = 'P'},
                                     {.id = (char *)"C1:CALLED", .semantic = 'P'},
                                     {.id = (char *)"C1:WON", .semantic = 'S'},
                                     {.id = (char *)"C1:LOSE", .semantic = 'F'}};
    const struct zp__crm_answer list = {.ok = true, .stages = stages, .stage_count = 4};
    machine_crm(m, &list);
}

static void crm_move__leaves_the_failure_stage_for_its_former_one(void **state) {
    static const char *const wanted[] = {"C1:CALLED", "-", "C1:WON"};
    static const char *const stage[] = {"C1:CALLED", "C1:NEW", "C1:NEW"};
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = taking(state, wanted[i], ZP_CRM_LOGGED);
        expect_effect(m, ZP_EFFECT_CRM_GET);
        told_entry(m, 'F', "C1:LOSE");
        expect_effect(m, ZP_EFFECT_CRM_STAGES);
        assert_int_equal(m->effect.category_id, 1);
        told_stages(m);
        expect_effect(m, ZP_EFFECT_CRM_MOVE);
        assert_string_equal(m->effect.id, "71");
        assert_string_equal(m->effect.text, stage[i]);
        told_entry(m, 'P', stage[i]);
        expect_effect(m, ZP_EFFECT_CRM_UPDATE); // only now does it carry the new number
        assert_string_equal(m->effect.fields.booking_id, NUMBER);
        told_entry(m, 'P', stage[i]);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
        assert_string_equal(m->effect.change.booking->crm_id, "71");
        assert_string_equal(m->effect.change.booking->crm_stage, stage[i]);
    }
}

// A manager had made a deal of the lead, whatever was done to the lead since: the deal goes along.
static void crm_move__of_a_lead_that_became_a_deal__the_deal(void **state) {
    static const char semantics[] = {'F', 'S'};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = taking(state, "NEW", ZP_CRM_ATTENTION);
        struct zp_booking *old = m->run->other;
        old->crm_entity = talloc_strdup(old, "lead");
        told_entry(m, semantics[i], "JUNK");
        expect_effect(m, ZP_EFFECT_CRM_LEAD_DEAL);
        assert_string_equal(m->effect.id, "71");
        struct zp__crm_entry deal = {.id = (char *)"72",
                                     .entity = ZP_CRM_DEAL,
                                     .semantic = 'P',
                                     .stage_id = (char *)"NEW",
                                     .booking_field = (char *)""};
        machine_crm(m, &(struct zp__crm_answer){.ok = true, .entries = &deal, .entry_count = 1});
        expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_NOTE); // the old row has it first
        assert_string_equal(m->effect.change.booking->crm_entity, "deal");
        assert_string_equal(m->effect.change.booking->crm_id, "72");
        machine_applied(m);
        expect_effect(m, ZP_EFFECT_LOAD);
    }
    struct machine *m = taking(state, "NEW", ZP_CRM_LOGGED); // of nothing: the lead goes along
    m->run->other->crm_entity = talloc_strdup(m->run->other, "lead");
    told_entry(m, 'F', "JUNK");
    expect_effect(m, ZP_EFFECT_CRM_LEAD_DEAL);
    machine_crm(m, &(struct zp__crm_answer){.ok = true});
    expect_effect(m, ZP_EFFECT_CRM_STAGES);
}

static void crm_move__not_in_a_failure_stage__stays_where_it_is(void **state) {
    struct machine *m = taking(state, "C1:NEW", ZP_CRM_LOGGED); // its end had not come yet
    expect_effect(m, ZP_EFFECT_CRM_GET);
    told_entry(m, 'P', "C1:CALLED");
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    told_entry(m, 'P', "C1:CALLED");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.booking->crm_stage, "C1:CALLED");
}

// The end of the old one may be under way: its stage would come after the entry was taken over.
static void crm_move__the_end_is_under_way__waits(void **state) {
    struct machine *m = taking(state, "C1:NEW", ZP_CRM_QUEUED);
    expect_task(m, ZP_TASK_AGAIN);
    m = machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED, "");
    struct zp_booking *booking = m->run->booking;
    booking->crm_state = ZP_CRM_QUEUED;
    booking->crm_id = talloc_strdup(booking, "71");
    booking->crm_entity = talloc_strdup(booking, "deal");
    booking->moved_to = talloc_strdup(booking, OTHER);
    machine_start(m);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED); // and now it may be taken over
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
    assert_int_equal(m->effect.change.history_count, 0);
}

static void crm_move__the_stage_is_ignored_or_missing__a_person(void **state) {
    struct machine *m = taking(state, "C1:NEW", ZP_CRM_LOGGED);
    told_entry(m, 'F', "C1:LOSE");
    told_stages(m);
    told_entry(m, 'F', "C1:LOSE");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_string_equal(m->effect.change.booking->crm_stage, "C1:NEW"); // a retry knows it still
    m = taking(state, "C1:NEW", ZP_CRM_LOGGED);
    machine_crm(m, &(struct zp__crm_answer){.missing = true});
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    m = taking(state, "C1:NEW", ZP_CRM_LOGGED);
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_UNREACHABLE);
    expect_task(m, ZP_TASK_AGAIN);
}

// What makes the way back possible: the end writes down where the entry stood.
static void crm_cancel__the_former_stage_is_in_the_history(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED, "");
    struct zp_booking *booking = m->run->booking;
    booking->crm_state = ZP_CRM_QUEUED;
    booking->crm_id = talloc_strdup(booking, "71");
    booking->crm_entity = talloc_strdup(booking, "deal");
    machine_start(m);
    told_entry(m, 'P', "C1:CALLED");
    told_stages(m);
    told_entry(m, 'F', "C1:LOSE");
    machine_applied(m);
    machine_crm(m, &(struct zp__crm_answer){.ok = true, .outcome = ZP_CRM_DONE});
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.history[0].detail, "C1:CALLED" ZP_FORMER_STAGE "C1:LOSE");
}

static void crm_cancel__ended_before__no_second_comment(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED, ZP_MEMORY_END_AGAIN);
    struct zp_booking *booking = m->run->booking;
    booking->crm_state = ZP_CRM_QUEUED;
    booking->crm_id = talloc_strdup(booking, "71");
    booking->crm_entity = talloc_strdup(booking, "deal");
    machine_start(m);
    told_entry(m, 'F', "C1:LOSE");
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
}

#define ONE(f) cmocka_unit_test_setup_teardown(f, machine_set_up, machine_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ONE(book__the_old_one_is_taken_over_first),
        ONE(book__stands_or_was_moved__nothing_is_sent),
        ONE(book__refused__the_old_one_stays_cancelled),
        ONE(crm_move__leaves_the_failure_stage_for_its_former_one),
        ONE(crm_move__of_a_lead_that_became_a_deal__the_deal),
        ONE(crm_move__not_in_a_failure_stage__stays_where_it_is),
        ONE(crm_move__the_end_is_under_way__waits),
        ONE(crm_move__the_stage_is_ignored_or_missing__a_person),
        ONE(crm_cancel__ended_before__no_second_comment),
        ONE(crm_cancel__the_former_stage_is_in_the_history),
    };
    return cmocka_run_group_tests_name("sync again", tests, NULL, NULL);
}
