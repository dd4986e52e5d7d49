// crm-cancel, step by step: moved to a failure stage of its own funnel and re-read, or a person is
// told.
#include "crm.h"
#include "sync/texts.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct machine *cancelled(void **state, const char *memory) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED, memory);
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
    m->run->booking->crm_entity = talloc_strdup(m->run->booking, "deal");
    machine_start(m);
    return m;
}

static void lose__open_deal__moves_in_its_own_funnel(void **state) {
    struct zp__crm_stage stages[] = {{.id = (char *)"C1:NEW", .semantic = 'P'},
                                     {.id = (char *)"C1:WON", .semantic = 'S'},
                                     {.id = (char *)"C1:LOSE", .semantic = 'F'}};
    const struct zp__crm_answer list = {.ok = true, .stages = stages, .stage_count = 3};
    struct machine *m = cancelled(state, "");
    expect_effect(m, ZP_EFFECT_CRM_GET);
    answer_entry(m, 'P', "C1:NEW", 1);
    expect_task(m, ZP_TASK_NOTE); // from now on the stage may be on its way
    assert_non_null(strstr(m->effect.change.task_memory, "stage_sent_at"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_STAGES);
    assert_int_equal(m->effect.category_id, 1);
    machine_crm(m, &list);
    expect_effect(m, ZP_EFFECT_CRM_MOVE);
    assert_string_equal(m->effect.text, "C1:LOSE");
    answer_entry(m, 'F', "C1:LOSE", 1);
    expect_task(m, ZP_TASK_NOTE); // the comment's mark first
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_COMMENT);
    assert_non_null(strstr(m->effect.text, "болеет"));
    machine_crm(m, &added);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_stage, "C1:LOSE");
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
}

static void lose__comment_may_have_left__is_not_sent_twice(void **state) {
    struct machine *m = cancelled(state, "{\"comment_sent_at\":1795433515}");
    answer_entry(m, 'F', "LOSE", 1);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
}

static struct machine *commenting(void **state) {
    struct machine *m = cancelled(state, "");
    answer_entry(m, 'F', "LOSE", 1);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_COMMENT);
    return m;
}

static void lose__comment_never_left__is_tried_again(void **state) {
    struct machine *m = commenting(state);
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
    m = commenting(state);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    m = commenting(state);
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_DENIED);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
}

static void lose__cancelled_by_a_manager__the_comment_says_so(void **state) {
    struct machine *m = cancelled(state, "");
    m->run->booking->cancel_reason = zp__texts_crm_reason(m->run->booking, "Сделка провалена");
    answer_entry(m, 'F', "LOSE", 1);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_COMMENT);
    assert_non_null(strstr(m->effect.text, "moved to the stage Сделка провалена"));
    assert_non_null(strstr(m->effect.text, NUMBER));
}

static void lose__move_ignored__is_told(void **state) {
    struct zp__crm_stage stage = {.id = (char *)"LOSE", .semantic = 'F'};
    const struct zp__crm_answer list = {.ok = true, .stages = &stage, .stage_count = 1};
    struct machine *m = cancelled(state, "");
    answer_entry(m, 'P', "C1:NEW", 1);
    machine_applied(m);
    machine_crm(m, &list);
    answer_entry(m, 'P', "C1:NEW", 1); // Bitrix24 said true and did nothing
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
}

static void lose__won_or_missing__is_left_to_a_person(void **state) {
    struct machine *m = cancelled(state, "");
    answer_entry(m, 'S', "WON", 1);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
    m = cancelled(state, "");
    const struct zp__crm_answer missing = {.ok = false, .missing = true};
    machine_crm(m, &missing);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
}

// What the lead became, if anything: `semantic` 0 for nothing.
static void answer_deal_of_lead(struct machine *m, char semantic, const char *number) {
    expect_effect(m, ZP_EFFECT_CRM_LEAD_DEAL);
    assert_string_equal(m->effect.id, "70");
    if (semantic != 0) {
        answer_of_entity(m, ZP_CRM_DEAL, semantic, number);
        return;
    }
    const struct zp__crm_answer none = {.ok = true};
    machine_crm(m, &none);
}

static struct machine *cancelled_lead(void **state, const char *memory) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED, memory);
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "70");
    m->run->booking->crm_entity = talloc_strdup(m->run->booking, "lead");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_GET);
    return m;
}

static struct machine *moving_lead(void **state) {
    struct zp__crm_stage stage = {.id = (char *)"JUNK", .semantic = 'F'};
    const struct zp__crm_answer list = {.ok = true, .stages = &stage, .stage_count = 1};
    struct machine *m = cancelled_lead(state, "");
    answer_of_entity(m, ZP_CRM_LEAD, 'P', NUMBER);
    machine_applied(m);
    machine_crm(m, &list);
    expect_effect(m, ZP_EFFECT_CRM_MOVE);
    return m;
}

// Booked once more while a stage of ours may be on its way, from a process that died: whoever takes
// the entry over waits until it has landed, or it would cancel the new visit.
static void lose__booked_once_more__waits_for_the_stage(void **state) {
    for (int later = 0; later < 2; later++) {
        struct machine *m = machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED,
                                        later ? "{\"stage_sent_at\":1795433000}"
                                              : "{\"stage_sent_at\":1795433515}");
        struct zp_booking *booking = m->run->booking;
        booking->crm_id = talloc_strdup(booking, "71");
        booking->crm_entity = talloc_strdup(booking, "deal");
        booking->moved_to = talloc_strdup(booking, "0195c8f2-0000-7000-8000-000000000002");
        booking->crm_state = ZP_CRM_QUEUED;
        machine_start(m);
        if (later) {
            expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
            assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
        } else {
            expect_task(m, ZP_TASK_LATER);
        }
    }
}

static void lose__lead_became_a_deal_meanwhile__a_person(void **state) {
    static const char *const numbers[] = {NUMBER, ""}; // a portal may map our field, or not
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = moving_lead(state);
        answer_of_entity(m, ZP_CRM_LEAD, 'F', NUMBER);
        answer_deal_of_lead(m, 'P', numbers[i]);
        expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
        assert_non_null(strstr(m->effect.change.task_error, "deal 71"));
        m = cancelled_lead(state, "{\"again\":true}"); // a retry looks once more
        answer_of_entity(m, ZP_CRM_LEAD, 'F', NUMBER);
        answer_deal_of_lead(m, 'P', numbers[i]);
        expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
    }
    struct machine *m = moving_lead(state); // converted before the move: it was left alone
    answer_of_entity(m, ZP_CRM_LEAD, 'S', NUMBER);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, "already won"));
    m = moving_lead(state); // no answer: never taken as none
    answer_of_entity(m, ZP_CRM_LEAD, 'F', NUMBER);
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_UNREACHABLE);
    expect_task(m, ZP_TASK_AGAIN);
}

static void lose__lead_without_a_live_deal__is_over(void **state) {
    static const struct {
        char semantic;
        const char *number;
    } deals[] = {{0, ""}, {'F', NUMBER}, {'P', "852000001"}}; // none, given up, of another booking
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = moving_lead(state);
        answer_of_entity(m, ZP_CRM_LEAD, 'F', NUMBER);
        answer_deal_of_lead(m, deals[i].semantic, deals[i].number);
        expect_task(m, ZP_TASK_NOTE); // the comment's mark
        m = cancelled_lead(state, "{\"again\":true}");
        answer_of_entity(m, ZP_CRM_LEAD, 'F', NUMBER);
        answer_deal_of_lead(m, deals[i].semantic, deals[i].number);
        expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    }
}

static void lose__entry_not_made_yet__waits_for_it(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_CANCEL, ZP_BOOKING_CANCELLED, "");
    machine_start(m);
    expect_task(m, ZP_TASK_AGAIN);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)
    const struct CMUnitTest tests[] = {
        T(lose__open_deal__moves_in_its_own_funnel),
        T(lose__cancelled_by_a_manager__the_comment_says_so),
        T(lose__comment_may_have_left__is_not_sent_twice),
        T(lose__comment_never_left__is_tried_again),
        T(lose__move_ignored__is_told),
        T(lose__won_or_missing__is_left_to_a_person),
        T(lose__booked_once_more__waits_for_the_stage),
        T(lose__lead_became_a_deal_meanwhile__a_person),
        T(lose__lead_without_a_live_deal__is_over),
        T(lose__entry_not_made_yet__waits_for_it),
    };
    return cmocka_run_group_tests_name("sync_lose", tests, NULL, NULL);
}
