// Moves, marks and visits of several numbers, step by step; what a sweep of faults does not tell.
#include "machine.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct zp__crm_answer done = {.ok = true, .id = (char *)"9"};

static struct machine *moving(void **state, const char *kind, enum zp_booking_state row,
                              const char *memory) {
    struct machine *m = machine_new(*state, kind, row, memory);
    machine_moving(m);
    return m;
}

// ---- the new time
static void book__of_a_move__looks_at_the_old_one_first(void **state) {
    struct machine *m = moving(state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_LOAD);
    assert_string_equal(m->effect.id, OTHER);
    machine_loaded(m, ZP_BOOKING_BOOKED, NULL);
    expect_change(m, ZP_BOOKING_SENT, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CREATE);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_MOVE);
    assert_false(m->effect.change.tasks[0].claimed);
}

static void book__a_person_waits__the_move_follows_at_once(void **state) {
    struct machine *m = moving(state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "");
    m->run->foreground = true;
    machine_start(m);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    assert_true(m->effect.change.tasks[0].claimed);
}

static void book__old_one_gone_meanwhile__nothing_is_sent(void **state) {
    static const int states[] = {ZP_BOOKING_CANCELLED, ZP_BOOKING_CANCELLING, -1};
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = moving(state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
        machine_start(m);
        machine_loaded(m, states[i], NULL);
        expect_change(m, ZP_BOOKING_DROPPED, ZP_TASK_FINISHED);
        assert_string_equal(m->effect.change.booking->error_code, "NOT_BOOKED");
        machine_applied(m);
        expect_over(m, false);
    }
}

static void book__too_late__gives_nothing_up(void **state) {
    struct machine *m = moving(state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, ZP_MEMORY_RELEASE_FIRST);
    m->run->now = NOW + INT64_C(660);
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_BOOKED, NULL);
    expect_task(m, ZP_TASK_TO_PERSON);
    // Given up before: a person is told that the time is lost unless it is retried.
    m = moving(state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, ZP_MEMORY_RELEASE_FIRST);
    m->run->now = NOW + INT64_C(660);
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_CANCELLED, REQUEST);
    expect_task(m, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, "given up"));
}

static void book__person_retries_an_old_intent__it_goes(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_INTENT, "");
    m->run->now = NOW + INT64_C(660);
    m->run->foreground = true;
    machine_start(m);
    expect_change(m, ZP_BOOKING_SENT, ZP_TASK_NOTE);
    // One that may have left is looked at only, whoever asks.
    m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "");
    m->run->now = NOW + INT64_C(660);
    m->run->foreground = true;
    machine_start(m);
    expect_effect(m, ZP_EFFECT_SCHEDULE);
}

static void book__number_known_elsewhere__is_given_up(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "");
    machine_start(m);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    machine_reloaded(m, ZP_BOOKING_SENT); // the same row: the number was the conflict
    expect_effect(m, ZP_EFFECT_LOAD);
    assert_string_equal(m->effect.id, NUMBER);
    machine_loaded(m, ZP_BOOKING_BOOKED, NULL);
    expect_change(m, ZP_BOOKING_DROPPED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.task_count, 0); // no second entry
    assert_string_equal(m->effect.change.booking->error_code, "KNOWN_NUMBER");
}

static void book__changed_by_another_meanwhile__is_written_again(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "");
    machine_start(m);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    m->run->tried_revision--; // the row that was read again is a newer one
    machine_reloaded(m, ZP_BOOKING_UNCERTAIN);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
}

// ---- the old time
static void move__somebody_else_cancels__waits(void **state) {
    struct machine *m = moving(state, ZP_TASK_MOVE, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_CANCELLING, NULL);
    expect_task(m, ZP_TASK_AGAIN);
    m = moving(state, ZP_TASK_MOVE, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_CANCELLED, NULL); // its entry falls with it
    expect_task(m, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
}

static void move__moved_twice__a_person_decides(void **state) {
    struct machine *m = moving(state, ZP_TASK_MOVE, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_BOOKED, "01a2076b-f94a-7ca7-8aa3-c83330e19999");
    expect_task(m, ZP_TASK_TO_PERSON);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
}

static void move__the_old_one_is_let_go_under_our_lease(void **state) {
    struct machine *m = moving(state, ZP_TASK_MOVE, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    machine_loaded(m, ZP_BOOKING_BOOKED, NULL);
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.booking->request_id, OTHER);
    assert_string_equal(m->effect.change.booking->moved_to, REQUEST);
    assert_int_equal(m->effect.change.task_id, 7);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CANCEL);
    machine_applied(m);
    expect_task(m, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_MOVE);
}

// ---- the entry
static struct machine *taking(void **state, enum zp_crm_state crm, const char *id) {
    struct machine *m = moving(state, ZP_TASK_CRM_MOVE, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_LOAD);
    machine_loaded(m, ZP_BOOKING_CANCELLED, REQUEST);
    m->run->other->crm_state = crm;
    m->run->other->crm_id = id != NULL ? talloc_strdup(m->run->other, id) : NULL;
    m->run->other->crm_entity = id != NULL ? talloc_strdup(m->run->other, "lead") : NULL;
    machine_start(m);
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    return m;
}

static void crm_move__logged__the_same_entry(void **state) {
    struct machine *m = taking(state, ZP_CRM_LOGGED, "71");
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    assert_string_equal(m->effect.id, "71");
    assert_int_equal(m->effect.entity, ZP_CRM_LEAD); // its own kind, whatever is configured now
    assert_string_equal(m->effect.fields.booking_id, NUMBER);
    machine_crm(m, &done); // written, and not looked at
    expect_effect(m, ZP_EFFECT_CRM_GET);
    assert_string_equal(m->effect.id, "71");
    char id[] = "71", stage[] = "NEW";
    struct zp__crm_entry entry = {.id = id, .stage_id = stage, .semantic = 'P'};
    machine_crm(m, &(struct zp__crm_answer){.ok = true, .entries = &entry, .entry_count = 1});
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.booking->crm_id, "71");
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED); // until both rows say so
}

static void crm_move__being_logged__waits(void **state) {
    struct machine *m = taking(state, ZP_CRM_QUEUED, NULL);
    expect_task(m, ZP_TASK_AGAIN);
    m = taking(state, ZP_CRM_ATTENTION, NULL);
    expect_task(m, ZP_TASK_AGAIN);
}

// What a person was told of the old booking's entry may never be settled once it is moved: waiting
// for that would be for ever, with nobody to tell.
static void crm_move__entry_with_a_person__goes_along(void **state) {
    struct machine *m = taking(state, ZP_CRM_ATTENTION, "71");
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    assert_string_equal(m->effect.id, "71");
}

// A manager put the entry into a failure stage before it was moved: the visit stands, so a person
// is told, and again until it is well.
static void crm_move__entry_in_a_failure_stage__a_person(void **state) {
    char id[] = "71", stage[] = "LOSE";
    struct zp__crm_entry entry = {.id = id, .stage_id = stage, .semantic = 'F'};
    const struct zp__crm_answer lost = {
        .ok = true, .outcome = ZP_CRM_DONE, .entries = &entry, .entry_count = 1};
    struct machine *m = taking(state, ZP_CRM_LOGGED, "71");
    machine_crm(m, &lost);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.booking->error_code, "ENTRY_LOST");
    TALLOC_FREE(m->run->other->crm_id); // the old row has let it go
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
    // A retry looks, whatever else the row was told of since.
    const struct zp_error other = {.name = "ENTRY_GONE", .message = "cannot be seen"};
    zp__run_set_error(m->run->booking, &other);
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    expect_effect(m, ZP_EFFECT_CRM_GET);
    machine_crm(m, &lost);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
    assert_string_equal(m->effect.change.booking->error_code, "ENTRY_LOST");
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    expect_effect(m, ZP_EFFECT_CRM_GET);
    entry.semantic = 'P';
    machine_crm(m, &lost);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
}

// A lead may have become a deal before it was the new booking's: crm-log follows it.
static void crm_move__of_a_lead__its_deal_is_looked_for(void **state) {
    for (int lead = 0; lead < 2; lead++) {
        char id[] = "71", stage[] = "NEW";
        struct zp__crm_entry entry = {.id = id, .stage_id = stage, .semantic = lead ? 'S' : 'P'};
        struct machine *m = taking(state, ZP_CRM_LOGGED, "71");
        talloc_free(m->run->other->crm_entity);
        m->run->other->crm_entity = talloc_strdup(m->run->other, lead ? "lead" : "deal");
        zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
        machine_crm(m,
                    &(struct zp__crm_answer){
                        .ok = true, .outcome = ZP_CRM_DONE, .entries = &entry, .entry_count = 1});
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
        TALLOC_FREE(m->run->other->crm_id); // the old row has let it go
        zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        const struct zp__change *change = &m->effect.change;
        assert_int_equal(change->booking->crm_state, lead ? ZP_CRM_QUEUED : ZP_CRM_LOGGED);
        assert_int_equal(change->task_count, lead ? 1 : 0);
        if (lead) {
            assert_string_equal(change->tasks[0].kind, ZP_TASK_CRM_LOG);
        }
    }
}

static void crm_move__no_entry__one_of_its_own(void **state) {
    struct machine *m = taking(state, ZP_CRM_NONE, NULL);
    expect_task(m, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
}

static void crm_move__entry_missing__a_person(void **state) {
    struct machine *m = taking(state, ZP_CRM_LOGGED, "71");
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_NOT_FOUND);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
    m = taking(state, ZP_CRM_LOGGED, "71");
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_task(m, ZP_TASK_AGAIN);
}

static void crm_move__not_kept__again_before_a_person_is_asked(void **state) {
    struct zp__crm_answer answer = {.outcome = ZP_CRM_DONE};
    zp_error_set(&answer.error, ZP_E_CONFIG, "NOT_KEPT", "did not keep all of it");
    for (int attempts = 0; attempts < 3; attempts++) {
        struct machine *m = taking(state, ZP_CRM_LOGGED, "71");
        m->run->attempts = attempts;
        machine_crm(m, &answer);
        if (attempts < 2) {
            expect_task(m, ZP_TASK_AGAIN);
        } else {
            expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
        }
    }
}

// ---- several numbers
static struct machine *twofold(void **state, const char *memory) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_CANCELLING, memory);
    struct zp_booking *booking = m->run->booking;
    booking->booking_ids = talloc_zero_array(booking, char *, 2);
    booking->booking_ids[0] = talloc_strdup(booking, NUMBER);
    booking->booking_ids[1] = talloc_strdup(booking, "852900002");
    booking->booking_id_count = 2;
    machine_start(m);
    return m;
}

static void cancel__two_numbers__both_go(void **state) {
    struct machine *m = twofold(state, "");
    expect_effect(m, ZP_EFFECT_DELETE);
    assert_string_equal(m->effect.id, NUMBER);
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    expect_effect(m, ZP_EFFECT_DELETE);
    assert_string_equal(m->effect.id, "852900002");
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_REFUSED, "BOOKING_CLOSED");
    expect_effect(m, ZP_EFFECT_READ); // gone by an earlier try?
    assert_string_equal(m->effect.id, "852900002");
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
}

static void cancel__conflict_after_the_answer__nothing_is_asked_twice(void **state) {
    struct machine *m = twofold(state, "");
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    machine_reloaded(m, ZP_BOOKING_CANCELLING); // its entry's stage was written meanwhile
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    machine_reloaded(m, ZP_BOOKING_CANCELLED); // a hook was faster
    expect_task(m, ZP_TASK_FINISHED);
}

static void cancel__one_of_two_refused__a_person_even_when_one_waits(void **state) {
    struct machine *m = twofold(state, "");
    m->run->foreground = true;
    machine_dikidi_booking(m, ZP_DIKIDI_CANCELLED);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_DENIED, "ACCESS_DENIED");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, "852900002"));
    machine_applied(m);
    expect_over(m, false);
}

static void cancel__refused_and_retried__is_asked_again(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CANCEL, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_DELETE);
    machine_reloaded(m, ZP_BOOKING_BOOKED); // decided by another: not once more
    expect_task(m, ZP_TASK_FINISHED);
}

// ---- marks
static struct machine *marked(void **state, const char *memory) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_MARK, ZP_BOOKING_BOOKED, memory);
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
    m->run->booking->crm_entity = talloc_strdup(m->run->booking, "deal");
    m->run->booking->crm_state = ZP_CRM_LOGGED;
    m->run->booking->attendance = ZP_ATTENDANCE_NO_SHOW;
    return m;
}

static void mark__a_comment__marked_before_it_leaves(void **state) {
    struct machine *m = marked(state, "");
    machine_start(m);
    expect_task(m, ZP_TASK_NOTE);
    assert_non_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_COMMENT);
    assert_non_null(strstr(m->effect.text, "did not come"));
    machine_crm(m, &done);
    expect_task(m, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.history_count, 1);
}

static void mark__may_have_left__only_a_person_sends_it_again(void **state) {
    struct machine *m = marked(state, "{\"comment_sent_at\":1795433515}");
    machine_start(m);
    expect_task(m, ZP_TASK_TO_PERSON);
    m = marked(state, "{\"comment_sent_at\":1795433515}");
    m->run->foreground = true;
    machine_start(m);
    expect_task(m, ZP_TASK_NOTE);
    machine_applied(m);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_task(m, ZP_TASK_TO_PERSON);
}

static void mark__certainly_not_written__goes_again(void **state) {
    struct machine *m = marked(state, "");
    machine_start(m);
    machine_applied(m);
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_UNREACHABLE);
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
    m = marked(state, "");
    TALLOC_FREE(m->run->booking->crm_id); // its log is still under way
    m->run->booking->crm_state = ZP_CRM_QUEUED;
    machine_start(m);
    expect_task(m, ZP_TASK_AGAIN);
}

// ---- is it the same booking?
static void remote__equal_to_an_open_row__is_it(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "");
    struct zp_booking *row = m->run->booking;
    struct zp__dikidi_booking remote = {.company_id = (char *)"550001",
                                        .status = ZP_DIKIDI_ACTIVE,
                                        .starts_at = STARTS,
                                        .master_id = (char *)"1357200",
                                        .client_phone = (char *)"+79161234567"};
    assert_true(zp__booking_is_remote(row, &remote));
    remote.starts_at++;
    assert_false(zp__booking_is_remote(row, &remote));
    remote.external_id = (char *)REQUEST; // our own request, moved in the app meanwhile
    assert_true(zp__booking_is_remote(row, &remote));
    remote.company_id = (char *)"550002";
    assert_false(zp__booking_is_remote(row, &remote));
    remote.company_id = NULL;
    remote.status = ZP_DIKIDI_CANCELLED;
    assert_false(zp__booking_is_remote(row, &remote));
    remote.status = ZP_DIKIDI_ACTIVE;
    row->state = ZP_BOOKING_DROPPED;
    assert_false(zp__booking_is_remote(row, &remote));
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)
    const struct CMUnitTest tests[] = {
        T(book__of_a_move__looks_at_the_old_one_first),
        T(book__a_person_waits__the_move_follows_at_once),
        T(book__old_one_gone_meanwhile__nothing_is_sent),
        T(book__too_late__gives_nothing_up),
        T(book__person_retries_an_old_intent__it_goes),
        T(book__number_known_elsewhere__is_given_up),
        T(book__changed_by_another_meanwhile__is_written_again),
        T(move__somebody_else_cancels__waits),
        T(move__moved_twice__a_person_decides),
        T(move__the_old_one_is_let_go_under_our_lease),
        T(crm_move__logged__the_same_entry),
        T(crm_move__being_logged__waits),
        T(crm_move__entry_with_a_person__goes_along),
        T(crm_move__entry_in_a_failure_stage__a_person),
        T(crm_move__of_a_lead__its_deal_is_looked_for),
        T(crm_move__no_entry__one_of_its_own),
        T(crm_move__entry_missing__a_person),
        T(crm_move__not_kept__again_before_a_person_is_asked),
        T(cancel__two_numbers__both_go),
        T(cancel__conflict_after_the_answer__nothing_is_asked_twice),
        T(cancel__one_of_two_refused__a_person_even_when_one_waits),
        T(cancel__refused_and_retried__is_asked_again),
        T(mark__a_comment__marked_before_it_leaves),
        T(mark__may_have_left__only_a_person_sends_it_again),
        T(mark__certainly_not_written__goes_again),
        T(remote__equal_to_an_open_row__is_it),
    };
    return cmocka_run_group_tests_name("sync_move", tests, NULL, NULL);
}
