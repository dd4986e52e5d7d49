// crm-log, step by step: looked for before it is added, added once, re-read.
#include "crm.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// Through look-up, contact and marks to the add of the deal.
static void to_the_add(struct machine *m) {
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_FIND);
    machine_crm(m, &nothing);
    expect_effect(m, ZP_EFFECT_CRM_FIND_CONTACTS);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_NOTE); // the mark is durable before the contact is added
    assert_non_null(strstr(m->effect.change.task_memory, "contact_sent_at"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_ADD_CONTACT);
    machine_crm(m, &added);
    expect_task(m, ZP_TASK_NOTE);
    assert_non_null(strstr(m->effect.change.task_memory, "\"contact_id\":\"184\""));
    machine_applied(m);
    expect_task(m, ZP_TASK_NOTE);
    assert_non_null(strstr(m->effect.change.task_memory, "add_sent_at"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_ADD);
}

static void log__new_client__one_contact_one_deal(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    to_the_add(m);
    assert_string_equal(m->effect.fields.contact_id, "184");
    assert_string_equal(m->effect.fields.booking_id, NUMBER);
    assert_string_equal(m->effect.fields.source_description, "desk");
    answer_entry(m, 'P', "C1:NEW", 1);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
    assert_string_equal(m->effect.change.booking->crm_id, "71");
    assert_string_equal(m->effect.change.booking->crm_contact_id, "184");
}

static void log__there_already__is_adopted(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    answer_entry(m, 'P', "NEW", 1);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_id, "71");
}

static void log__two_there__lowest_and_a_person(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    answer_entry(m, 'P', "NEW", 2);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
}

// A manager put it into a failure stage before the journal had it: told, and again until it is
// well.
static void log__there_in_a_failure_stage__a_person(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    answer_entry(m, 'F', "LOSE", 1);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
    assert_string_equal(m->effect.change.booking->crm_id, "71");
    m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_CANCELLED, ""); // then it is as it must be
    machine_start(m);
    answer_entry(m, 'F', "LOSE", 1);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
}

// Another one was seen, or a person asks: it is looked at although the row has its entry.
static void log__logged__looks_again_where_it_is_asked_to(void **state) {
    for (int i = 0; i < 3; i++) {
        struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED,
                                        i == 1 ? ZP_MEMORY_LOOK_AGAIN : "");
        m->run->foreground = i == 2;
        m->run->booking->crm_state = ZP_CRM_LOGGED;
        m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
        machine_start(m);
        if (i == 0) {
            expect_task(m, ZP_TASK_FINISHED);
            continue;
        }
        expect_effect(m, ZP_EFFECT_CRM_FIND);
        answer_entry(m, 'P', "NEW", 2);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    }
}

// The entry of a booking that was moved went along: a retry of its log makes no second one.
static void log__moved_away__none_of_its_own(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_CANCELLED, "");
    m->run->booking->crm_state = ZP_CRM_NONE;
    m->run->booking->moved_to = talloc_strdup(m->run->booking, "another");
    machine_start(m);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_FINISHED);
}

// One that carries its number all the same is a person's: its visit has an entry.
static void log__moved_away_and_another_is_there__a_person(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_CANCELLED, ZP_MEMORY_LOOK_AGAIN);
    m->run->booking->crm_state = ZP_CRM_NONE;
    m->run->booking->moved_to = talloc_strdup(m->run->booking, "another");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_FIND);
    answer_entry(m, 'P', "NEW", 1);
    expect_task(m, ZP_TASK_TO_PERSON);
    assert_null(m->effect.change.booking); // the row does not take it for its own
    assert_non_null(strstr(m->effect.change.task_error, m->run->booking->booking_id));
}

// The lead with its number became a deal, which went along with the move; the other way round the
// deal still carries the number that the booking had before it was moved.
static void log__deal_with_another_number__is_the_latest_bookings(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_CANCELLED, "");
    m->run->booking->crm_state = ZP_CRM_NONE;
    m->run->booking->moved_to = talloc_strdup(m->run->booking, "another");
    m->config.bitrix24.entity = ZP_CRM_LEAD;
    machine_start(m);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', "852000001");
    expect_task(m, ZP_TASK_FINISHED);
    m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    m->config.bitrix24.entity = ZP_CRM_LEAD;
    machine_start(m);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', "852000001");
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    assert_string_equal(m->effect.id, "71");
}

// Cancelled, and booked once more, while it was logged: its cancel may have a stage on its way.
static void log__booked_once_more_meanwhile__its_end_comes_first(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_CANCELLED, "");
    m->run->booking->crm_state = ZP_CRM_QUEUED;
    m->run->booking->moved_to = talloc_strdup(m->run->booking, "another");
    machine_start(m);
    answer_entry(m, 'P', "NEW", 1);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED);
    assert_int_equal(m->effect.change.task_count, 1);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_CANCEL);
}

// Its lead was converted before the entry came here, so the deal has the number of before; and it
// was moved on meanwhile. Whoever takes the entry over waits until this is not queued any more.
static void log__deal_with_the_former_number__does_not_hold_up_the_next(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_CANCELLED, "");
    struct zp_booking *booking = m->run->booking;
    booking->crm_state = ZP_CRM_QUEUED;
    booking->crm_id = talloc_strdup(booking, "70");
    booking->crm_entity = talloc_strdup(booking, "lead");
    booking->moved_to = talloc_strdup(booking, "another");
    m->config.bitrix24.entity = ZP_CRM_LEAD;
    machine_start(m);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', "852000001");
    expect_task(m, ZP_TASK_FINISHED);
    assert_null(m->effect.change.booking); // the deal is not its own
    assert_int_equal(m->effect.change.task_count, 1);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_CANCEL);
}

static void log__walk_in__no_contact(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    m->run->booking->origin = ZP_ORIGIN_WALK_IN;
    machine_start(m);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_ADD);
    assert_null(m->effect.fields.contact_id);
    assert_string_equal(m->effect.fields.source_description, "walk-in");
}

static void log__add_unanswered__looks_before_a_second(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    to_the_add(m);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_task(m, ZP_TASK_AGAIN);
    assert_non_null(strstr(m->effect.change.task_memory, "add_sent_at"));

    // Looked at once: not there yet, and the server may still be at it.
    m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED,
                    "{\"add_sent_at\":1795433515,\"contact_id\":\"184\"}");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_FIND);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_AGAIN);
    assert_int_equal(m->effect.change.task_next_at, 1795433515 + RECHECK);

    // Once more after recheck_seconds: only now a second add.
    m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED,
                    "{\"add_sent_at\":1795433400,\"contact_id\":\"184\"}");
    machine_start(m);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_ADD);
}

static void log__contact_unanswered__looks_before_a_second(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "{\"contact_sent_at\":1795433515}");
    machine_start(m);
    machine_crm(m, &nothing);
    expect_effect(m, ZP_EFFECT_CRM_FIND_CONTACTS);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_AGAIN);
}

static void log__look_up_failed__adds_nothing(void **state) {
    static const enum zp_error_code codes[] = {ZP_E_UNREACHABLE, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER,
                                               ZP_E_LIMITED};
    for (size_t i = 0; i < 4; i++) {
        struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
        machine_start(m);
        machine_crm_error(m, ZP_CRM_UNKNOWN, codes[i]);
        expect_task(m, ZP_TASK_AGAIN);
    }
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_DENIED);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
}

static void log__add_certainly_not_sent__leaves_no_mark(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    to_the_add(m);
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(strstr(m->effect.change.task_memory, "add_sent_at"));
}

static void log__field_not_kept__the_retry_writes_the_same_entry(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    struct zp__crm_answer kept_not = {.ok = false, .outcome = ZP_CRM_DONE, .id = (char *)"71"};
    zp_error_set(&kept_not.error, ZP_E_CONFIG, "NOT_KEPT", "told by a test");
    to_the_add(m);
    machine_crm(m, &kept_not);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_string_equal(m->effect.change.booking->crm_id, "71");

    m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "{\"contact_id\":\"184\"}");
    m->run->booking->crm_state = ZP_CRM_ATTENTION;
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
    machine_start(m);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_UPDATE); // never a second add
    assert_string_equal(m->effect.id, "71");
}

static void log__several_contacts__the_choice_is_told(void **state) {
    struct zp__crm_contact contact = {.id = (char *)"275"};
    const struct zp__crm_answer answer = {
        .ok = true, .contacts = &contact, .contact_count = 1, .told = (char *)"3 contacts"};
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    machine_crm(m, &nothing);
    machine_crm(m, &answer);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.history[0].detail, "3 contacts");
}

static void log__contact_gone__is_searched_again(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "");
    to_the_add(m);
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_REFUSED);
    expect_effect(m, ZP_EFFECT_APPLY);
    assert_null(strstr(m->effect.change.task_memory, "contact_id"));
}

static void log__lead_of_a_person__is_adopted(void **state) {
    struct machine *m =
        machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, "{\"contact_id\":\"184\"}");
    m->config.bitrix24.entity = ZP_CRM_LEAD;
    machine_start(m);
    machine_crm(m, &nothing);
    expect_effect(m, ZP_EFFECT_CRM_FIND_LEADS);
    struct zp__crm_entry lead = entry_of('P', "NEW");
    lead.entity = ZP_CRM_LEAD;
    machine_crm(m, &(struct zp__crm_answer){.ok = true, .entries = &lead, .entry_count = 1});
    expect_task(m, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    assert_string_equal(m->effect.id, "71");
}

// ---- a portal without leads turns the lead into a deal at once (bitrix24.md 9.7)
static struct machine *logging_lead(void **state, const char *memory) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, memory);
    m->config.bitrix24.entity = ZP_CRM_LEAD;
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_FIND);
    assert_int_equal(m->effect.entity, ZP_CRM_LEAD);
    return m;
}

static struct machine *adding_lead(void **state) {
    struct machine *m = logging_lead(state, "{\"contact_id\":\"184\"}");
    machine_crm(m, &nothing);
    expect_effect(m, ZP_EFFECT_CRM_FIND_LEADS);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_NOTE);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_ADD);
    assert_int_equal(m->effect.entity, ZP_CRM_LEAD);
    return m;
}

static void expect_deal_written(struct machine *m) {
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    assert_string_equal(m->effect.id, "71");
    assert_int_equal(m->effect.entity, ZP_CRM_DEAL);
    assert_string_equal(m->effect.fields.booking_id, NUMBER);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', NUMBER);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_entity, "deal");
    assert_string_equal(m->effect.change.booking->crm_id, "71");
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
    machine_reloaded(m, ZP_BOOKING_BOOKED); // a conflict does not forget which it is
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_entity, "deal");
}

static void convert__lead_becomes_a_deal__the_deal_is_written(void **state) {
    struct machine *m = adding_lead(state);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', "");
    expect_deal_written(m);
}

static void convert__lead_stays_a_lead__is_the_entry(void **state) {
    struct machine *m = adding_lead(state);
    answer_of_entity(m, ZP_CRM_LEAD, 'P', NUMBER);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_entity, "lead");
    assert_string_equal(m->effect.change.booking->crm_id, "70");
}

#define ADDED "{\"add_sent_at\":1795433515,\"contact_id\":\"184\"}"

static void convert__crash_before_the_update__never_a_second(void **state) {
    struct machine *m = logging_lead(state, ADDED);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', ""); // the lead was found, and followed
    expect_deal_written(m);
    m = logging_lead(state, ADDED);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', NUMBER); // written already
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_entity, "deal");
    m = logging_lead(state, ADDED); // the lead is gone: the deal is found by its number
    machine_crm(m, &nothing);
    expect_effect(m, ZP_EFFECT_CRM_FIND);
    assert_int_equal(m->effect.entity, ZP_CRM_DEAL);
    answer_of_entity(m, ZP_CRM_DEAL, 'P', NUMBER);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    m = logging_lead(state, ADDED); // neither: the server may be at it still
    machine_crm(m, &nothing);
    machine_crm(m, &nothing);
    expect_task(m, ZP_TASK_AGAIN);
}

static void convert__its_deal_is_not_there_yet__waits_for_it(void **state) {
    struct machine *m = adding_lead(state);
    answer_of_entity(m, ZP_CRM_LEAD, 'S', NUMBER);
    expect_task(m, ZP_TASK_AGAIN);
    assert_non_null(strstr(m->effect.change.task_memory, "add_sent_at"));
    m = logging_lead(state, ADDED);
    answer_of_entity(m, ZP_CRM_LEAD, 'S', NUMBER);
    expect_task(m, ZP_TASK_AGAIN);
    // Turned into no deal at all, by a person: the lead is what there is.
    m = logging_lead(state, "{\"add_sent_at\":1795433400,\"contact_id\":\"184\"}");
    answer_of_entity(m, ZP_CRM_LEAD, 'S', NUMBER);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_entity, "lead");

    m = adding_lead(state); // gone, and its deal could not be asked for: its number is kept
    const struct zp__crm_answer gone = {
        .ok = true, .outcome = ZP_CRM_DONE, .id = (char *)"70", .missing = true};
    machine_crm(m, &gone);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_AGAIN);
    assert_string_equal(m->effect.change.booking->crm_id, "70");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)
    const struct CMUnitTest tests[] = {
        T(log__new_client__one_contact_one_deal),
        T(log__there_already__is_adopted),
        T(log__two_there__lowest_and_a_person),
        T(log__there_in_a_failure_stage__a_person),
        T(log__moved_away__none_of_its_own),
        T(log__moved_away_and_another_is_there__a_person),
        T(log__logged__looks_again_where_it_is_asked_to),
        T(log__deal_with_another_number__is_the_latest_bookings),
        T(log__booked_once_more_meanwhile__its_end_comes_first),
        T(log__deal_with_the_former_number__does_not_hold_up_the_next),
        T(log__walk_in__no_contact),
        T(log__add_unanswered__looks_before_a_second),
        T(log__contact_unanswered__looks_before_a_second),
        T(log__look_up_failed__adds_nothing),
        T(log__add_certainly_not_sent__leaves_no_mark),
        T(log__field_not_kept__the_retry_writes_the_same_entry),
        T(log__several_contacts__the_choice_is_told),
        T(log__contact_gone__is_searched_again),
        T(log__lead_of_a_person__is_adopted),
        T(convert__lead_becomes_a_deal__the_deal_is_written),
        T(convert__lead_stays_a_lead__is_the_entry),
        T(convert__crash_before_the_update__never_a_second),
        T(convert__its_deal_is_not_there_yet__waits_for_it),
    };
    return cmocka_run_group_tests_name("sync_crm", tests, NULL, NULL);
}
