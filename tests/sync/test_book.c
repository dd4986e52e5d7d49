// book and cancel, step by step: what is asked for, and what is believed.
#include "machine.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void book__done__is_booked_and_logs(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    machine_start(m);
    expect_change(m, ZP_BOOKING_SENT, ZP_TASK_NOTE); // in the journal before the POST
    assert_non_null(strstr(m->effect.change.task_memory, "post_sent_at"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CREATE);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->booking_id, NUMBER);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED);
    assert_int_equal(m->effect.change.task_count, 1);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
    machine_applied(m);
    expect_over(m, true);
}

static void book__refused_at_first__is_refused(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    machine_start(m);
    machine_applied(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "SLOT_TAKEN");
    expect_change(m, ZP_BOOKING_REFUSED, ZP_TASK_FINISHED);
    machine_applied(m);
    expect_over(m, false);
}

static void book__no_answer__is_uncertain_and_goes_on(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    machine_start(m);
    machine_applied(m);
    machine_dikidi(m, ZP_OUTCOME_UNKNOWN, ZP_E_UNKNOWN, NULL);
    expect_change(m, ZP_BOOKING_UNCERTAIN, ZP_TASK_AGAIN);
    assert_true(m->effect.change.task_next_at > NOW);
    machine_applied(m);
    expect_over(m, false);
    assert_int_equal(m->run->end_error.code, ZP_E_UNKNOWN);
}

static void book__not_sent__stays_an_intent(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    machine_start(m);
    machine_applied(m);
    machine_dikidi(m, ZP_OUTCOME_NOT_SENT, ZP_E_UNREACHABLE, NULL);
    expect_change(m, ZP_BOOKING_INTENT, ZP_TASK_AGAIN);
    assert_null(strstr(m->effect.change.task_memory, "post_sent_at"));
}

static void book__nothing_to_send__asks_a_person(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    TALLOC_FREE(m->run->booking->sent_body);
    m->run->foreground = true;
    machine_moving(m); // the old time is not given up for it
    machine_start(m);
    expect_task(m, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, "drop it and book again"));
    machine_applied(m);
    expect_over(m, false);
}

static void book__nothing_to_repeat__looks(void **state) {
    static const enum zp_booking_state states[] = {ZP_BOOKING_SENT, ZP_BOOKING_UNCERTAIN};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m =
            machine_new(*state, ZP_TASK_BOOK, states[i], "{\"post_sent_at\":1795430000}");
        TALLOC_FREE(m->run->booking->sent_body);
        machine_start(m);
        expect_effect(m, ZP_EFFECT_SCHEDULE);
        machine_slots(m, true);
        expect_change(m, ZP_BOOKING_REFUSED, ZP_TASK_FINISHED);
    }
}

static void book__taken_over_after_send__repeats_with_the_same_key(void **state) {
    static const enum zp_booking_state states[] = {ZP_BOOKING_SENT, ZP_BOOKING_UNCERTAIN};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m =
            machine_new(*state, ZP_TASK_BOOK, states[i], "{\"post_sent_at\":1795433500}");
        machine_start(m);
        expect_effect(m, ZP_EFFECT_CREATE);
        machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    }
}

// The client cancelled it in the app before a repeat was answered, with its latest version: a hook
// of the cancel says nothing new, so it is read.
static void book__cancelled_before_the_repeat__is_looked_at(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "{\"post_sent_at\":1795433500}");
    machine_start(m);
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.task_count, 2);
    assert_string_equal(m->effect.change.tasks[1].kind, ZP_TASK_LOOK);
    assert_string_equal(m->effect.change.tasks[1].subject, ZP_SUBJECT_NUMBER NUMBER);
}

static void book__repeat_refused__is_not_believed(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "LEAD_TIME");
    expect_change(m, ZP_BOOKING_UNCERTAIN, ZP_TASK_AGAIN);
}

static void book__repeat_not_sent__stays_uncertain(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_NOT_SENT, ZP_E_UNREACHABLE, NULL);
    expect_change(m, ZP_BOOKING_UNCERTAIN, ZP_TASK_AGAIN);
}

static void book__repeat_taken__looks_and_asks_a_person(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "{\"post_sent_at\":1795433000}");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "SLOT_TAKEN");
    expect_effect(m, ZP_EFFECT_SCHEDULE);
    machine_slots(m, false); // taken: by this booking or by another, nobody can tell
    expect_change(m, ZP_BOOKING_UNCERTAIN, ZP_TASK_TO_PERSON);
}

static void book__no_idempotency__is_never_sent_twice(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "{\"post_sent_at\":1795433500}");
    m->config.dikidi.idempotency = ZP_IDEMPOTENCY_NO;
    machine_start(m);
    expect_effect(m, ZP_EFFECT_SCHEDULE);
    machine_slots(m, true); // free, but the POST is 20 s old: the other side may still be at it
    expect_change(m, ZP_BOOKING_UNCERTAIN, ZP_TASK_AGAIN);
    assert_int_equal(m->effect.change.task_next_at, 1795433500 + RECHECK);

    m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "{\"post_sent_at\":1795433000}");
    m->config.dikidi.idempotency = ZP_IDEMPOTENCY_NO;
    machine_start(m);
    machine_slots(m, true); // still free long after: it was not made
    expect_change(m, ZP_BOOKING_REFUSED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->error_code, "NOT_MADE");
}

static void book__too_old_an_intent__asks_a_person(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    m->run->now = NOW + INT64_C(660);
    machine_start(m);
    expect_task(m, ZP_TASK_TO_PERSON);
    m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    m->run->now = STARTS;
    machine_start(m);
    expect_task(m, ZP_TASK_TO_PERSON);
}

static void book__decided_by_another_meanwhile__is_left_as_it_is(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    machine_start(m);
    machine_applied(m);
    machine_dikidi(m, ZP_OUTCOME_UNKNOWN, ZP_E_UNKNOWN, NULL);
    machine_reloaded(m, ZP_BOOKING_BOOKED); // a hook was faster
    expect_task(m, ZP_TASK_FINISHED);
}

static void cancel__done__the_version_is_kept_so_that_its_own_hook_is_old(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_DELETE);
    machine_told(m, &(struct zp__dikidi_booking){
                        .status = ZP_DIKIDI_CANCELLED, .version = 7, .updated_at = NOW - 1});
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->remote_version, 7);
    assert_int_equal(m->effect.change.booking->remote_updated_at, NOW - 1);
}

static void cancel__done__follows_in_the_crm(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_DELETE);
    assert_string_equal(m->effect.id, NUMBER);
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_CANCEL);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED);
}

static void cancel__refused__is_looked_at_first(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "BOOKING_CLOSED");
    expect_effect(m, ZP_EFFECT_READ);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
}

// The manager who gave the entry up reads why the visit stands; of another's cancel nothing is
// written, and nothing when a person waits for the answer.
static void cancel__refused_to_a_manager__is_told_under_the_entry(void **state) {
    static const char *const memories[] = {ZP_MEMORY_WISHED, "", ZP_MEMORY_WISHED};
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, memories[i]);
        m->run->foreground = i == 2;
        machine_start(m);
        machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "CANCEL_FORBIDDEN");
        machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
        expect_change(m, ZP_BOOKING_BOOKED, i == 2 ? ZP_TASK_FINISHED : ZP_TASK_TO_PERSON);
        assert_int_equal(m->effect.change.task_count, i == 0);
        if (i == 0) {
            assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_UPDATE);
            const char *memory = m->effect.change.tasks[0].memory;
            assert_non_null(strstr(memory, "does not allow this booking to be cancelled"));
            assert_non_null(strstr(memory, "\"wished\":true"));
        }
    }
}

static void cancel__not_found__is_never_cancelled(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_effect(m, ZP_EFFECT_READ);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
}

static void cancel__lost_then_refused__is_read_back(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_UNKNOWN, ZP_E_UNKNOWN, NULL);
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_AGAIN);
    assert_true(zp__memory_unknown(m->effect.change.task_memory));

    m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "{\"unknown\":true}");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "BOOKING_CLOSED");
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED); // the first try had worked
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);

    m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, "{\"unknown\":true}");
    machine_start(m);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_task(m, ZP_TASK_TO_PERSON); // nobody knows: the state stays cancelling
}

static void backoff__grows__and_differs_by_request(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    int64_t last = 0;
    for (m->run->attempts = 0; m->run->attempts < 7; m->run->attempts++) {
        const int64_t delay = zp__run_backoff(m->run);
        assert_true(delay > last);
        last = delay;
    }
    m->run->attempts = 1000;
    assert_in_range(zp__run_backoff(m->run), 300, 400);
}

static void unknown_kind__is_left_to_a_person(void **state) {
    struct machine *m = machine_new(*state, "of-the-future", ZP_BOOKING_BOOKED, "");
    machine_start(m);
    expect_task(m, ZP_TASK_TO_PERSON);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)
    const struct CMUnitTest tests[] = {
        T(book__done__is_booked_and_logs),
        T(book__refused_at_first__is_refused),
        T(book__no_answer__is_uncertain_and_goes_on),
        T(book__not_sent__stays_an_intent),
        T(book__nothing_to_send__asks_a_person),
        T(book__nothing_to_repeat__looks),
        T(book__taken_over_after_send__repeats_with_the_same_key),
        T(book__cancelled_before_the_repeat__is_looked_at),
        T(book__repeat_refused__is_not_believed),
        T(book__repeat_not_sent__stays_uncertain),
        T(book__repeat_taken__looks_and_asks_a_person),
        T(book__no_idempotency__is_never_sent_twice),
        T(book__too_old_an_intent__asks_a_person),
        T(book__decided_by_another_meanwhile__is_left_as_it_is),
        T(cancel__done__follows_in_the_crm),
        T(cancel__done__the_version_is_kept_so_that_its_own_hook_is_old),
        T(cancel__refused__is_looked_at_first),
        T(cancel__refused_to_a_manager__is_told_under_the_entry),
        T(cancel__not_found__is_never_cancelled),
        T(cancel__lost_then_refused__is_read_back),
        T(backoff__grows__and_differs_by_request),
        T(unknown_kind__is_left_to_a_person),
    };
    return cmocka_run_group_tests_name("sync_book", tests, NULL, NULL);
}
