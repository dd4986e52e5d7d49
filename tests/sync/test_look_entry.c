// look-entry, step by step: what of a change in Bitrix24 becomes a wish to cancel.
#include "reverse.h"

static const struct zp__crm_answer nothing = {.ok = true, .outcome = ZP_CRM_DONE};

static void answer_entry(struct machine *m, char semantic, const char *stage) {
    answer_of(m, entry_of(semantic, stage, NUMBER));
}

// The journal's row: logged in stage NEW.
static struct machine *looking(void **state, enum zp_booking_state booked) {
    struct machine *m = machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, (int)booked, "");
    set_up_reverse(m);
    log_it(m->run->booking, booked == ZP_BOOKING_CANCELLED ? "LOSE" : "NEW");
    return m;
}

static struct machine *looked(void **state, enum zp_booking_state booked) {
    struct machine *m = looking(state, booked);
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_GET);
    assert_string_equal(m->effect.id, ENTRY);
    assert_int_equal(m->effect.entity, ZP_CRM_DEAL);
    return m;
}

static void expect_no_wish(const struct machine *m) {
    assert_int_equal(m->effect.change.reverse_count, 0);
    assert_int_equal(m->effect.change.task_count, 0);
}

static void look__not_of_the_journal__nothing(void **state) {
    struct machine *m = machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, -1, "");
    machine_start(m);
    expect_task(m, ZP_TASK_FINISHED);
    m = looking(state, ZP_BOOKING_BOOKED); // the row has another entry by now
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "72");
    machine_start(m);
    expect_task(m, ZP_TASK_FINISHED);
    m = looking(state, ZP_BOOKING_CANCELLING); // the entry goes along with a move
    m->run->booking->moved_to = talloc_strdup(m->run->booking, OTHER);
    machine_start(m);
    expect_task(m, ZP_TASK_FINISHED);
}

static void look__failure_stage__is_a_wish(void **state) {
    struct machine *m = looked(state, ZP_BOOKING_BOOKED);
    answer_entry(m, 'F', "LOSE");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->crm_stage, "LOSE");
    assert_string_equal(what(m), "crm-lost");
    assert_string_equal(m->effect.change.history[0].by, "bitrix24");
    assert_int_equal(m->effect.change.reverse_count, 1);
    const struct zp__reverse *reverse = m->effect.change.reverse;
    assert_string_equal(reverse->request_id, REQUEST);
    assert_string_equal(reverse->crm_id, ENTRY);
    assert_string_equal(reverse->stage_id, "LOSE");
    assert_int_equal(reverse->entity, ZP_CRM_DEAL);
    assert_int_equal(reverse->found_at, NOW);
    assert_int_equal(m->effect.change.task_count, 1);
    const struct zp__store_new_task *task = m->effect.change.tasks;
    assert_string_equal(task->kind, ZP_TASK_CRM_REVERSE);
    assert_string_equal(task->subject, ZP_SUBJECT_BITRIX24);
    assert_true(task->nudge && !task->quiet);
    assert_int_equal(task->next_at, NOW + HOLD);
}

static void look__lead__is_read_as_a_lead(void **state) {
    struct machine *m =
        machine_about(*state, ZP_TASK_LOOK_ENTRY, ZP_SUBJECT_LEAD ENTRY, ZP_BOOKING_BOOKED, "");
    set_up_reverse(m);
    log_it(m->run->booking, "NEW");
    m->run->booking->crm_entity = talloc_strdup(m->run->booking, "lead");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_GET);
    assert_int_equal(m->effect.entity, ZP_CRM_LEAD);
    answer_entry(m, 'F', "JUNK");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.reverse[0].entity, ZP_CRM_LEAD);
}

static void look__stage_of_the_journal__is_an_echo(void **state) {
    struct machine *m = looked(state, ZP_BOOKING_BOOKED);
    answer_entry(m, 'P', "NEW");
    expect_task(m, ZP_TASK_FINISHED);
    m = looking(state, ZP_BOOKING_BOOKED); // our own write, a failure stage too
    m->run->booking->crm_stage = talloc_strdup(m->run->booking, "LOSE");
    machine_start(m);
    answer_entry(m, 'F', "LOSE");
    expect_task(m, ZP_TASK_FINISHED);
    expect_no_wish(m);
    m = looked(state, ZP_BOOKING_CANCELLED);
    answer_entry(m, 'F', "LOSE");
    expect_task(m, ZP_TASK_FINISHED);
}

static void look__visit_is_past__nothing_is_cancelled(void **state) {
    static const int64_t ahead[] = {0, -86400};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = looking(state, ZP_BOOKING_BOOKED);
        m->run->booking->starts_at = NOW + ahead[i];
        machine_start(m);
        answer_entry(m, 'F', "LOSE");
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        expect_no_wish(m);
        assert_string_equal(what(m), "crm-lost");
        assert_non_null(strstr(m->effect.change.history[0].detail, "LOSE"));
        assert_string_not_equal(m->effect.change.history[0].detail, "LOSE");
        assert_string_equal(m->effect.change.booking->crm_stage, "LOSE");
    }
}

static void look__cancelled_moves_between_failures__stage_alone(void **state) {
    struct machine *m = looked(state, ZP_BOOKING_CANCELLED);
    answer_entry(m, 'F', "APOLOGY");
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    expect_no_wish(m);
    assert_int_equal(m->effect.change.history_count, 0);
    assert_string_equal(m->effect.change.booking->crm_stage, "APOLOGY");
    m = looked(state, ZP_BOOKING_CANCELLING); // our own cancel is under way
    answer_entry(m, 'F', "LOSE");
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_FINISHED);
    expect_no_wish(m);
}

static void answer_list(struct machine *m, bool on_it) {
    struct zp__reverse reverse = {.request_id = on_it ? REQUEST : OTHER, .crm_id = ENTRY};
    machine_journal(m, &(struct zp__store_answer){
                           .ok = true, .reverse = &reverse, .reverse_count = 1, .last_task = 9});
}

// The mover told a person that it stands in a failure stage: not to be seen for once does not
// take the place of that.
static void look__gone_while_told_as_lost__stays_so(void **state) {
    struct machine *m = looking(state, ZP_BOOKING_BOOKED);
    const struct zp_error lost = {.name = "ENTRY_LOST", .message = "stands in a failure stage"};
    zp__run_set_error(m->run->booking, &lost);
    m->run->booking->crm_state = ZP_CRM_ATTENTION;
    machine_start(m);
    answer_missing(m);
    expect_task(m, ZP_TASK_FINISHED);
    assert_null(m->effect.change.booking);
}

static void look__gone_or_no_rights__nothing_is_cancelled(void **state) {
    for (int denied = 0; denied < 2; denied++) {
        struct machine *m = looked(state, ZP_BOOKING_BOOKED);
        if (denied) {
            machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_DENIED);
        } else {
            answer_missing(m);
        }
        expect_effect(m, ZP_EFFECT_REVERSE);
        answer_list(m, false);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
        expect_no_wish(m);
        assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
        assert_string_equal(m->effect.change.booking->crm_stage, "NEW");
        assert_non_null(strstr(m->effect.change.task_error, ENTRY));
        assert_string_equal(what(m), "crm-gone");

        // Again, and the row says that it was told: no second line of history.
        char *memory = talloc_strdup(*state, m->effect.change.task_memory);
        struct machine *again =
            machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, ZP_BOOKING_BOOKED, memory);
        zp__run_set_booking(again->run, m->effect.change.booking);
        machine_start(again);
        answer_missing(again);
        answer_list(again, false);
        expect_task(again, ZP_TASK_TO_PERSON);

        // The rights are back: it is as ever.
        again = machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, ZP_BOOKING_BOOKED, memory);
        zp__run_set_booking(again->run, m->effect.change.booking);
        machine_start(again);
        answer_entry(again, 'P', "NEW");
        expect_change(again, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        assert_int_equal(again->effect.change.booking->crm_state, ZP_CRM_LOGGED);
        assert_null(again->effect.change.booking->error_code);

        m = looked(state, ZP_BOOKING_BOOKED); // crm-reverse has it in hand, and tells it once
        answer_missing(m);
        answer_list(m, true);
        expect_task(m, ZP_TASK_FINISHED);

        m = looked(state, ZP_BOOKING_CANCELLED); // nobody waits for that one
        answer_missing(m);
        expect_task(m, ZP_TASK_FINISHED);
    }
}

static void look__unreachable__again(void **state) {
    static const enum zp_error_code codes[] = {ZP_E_UNREACHABLE, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER,
                                               ZP_E_LIMITED};
    for (size_t i = 0; i < 4; i++) {
        struct machine *m = looked(state, ZP_BOOKING_BOOKED);
        machine_crm_error(m, ZP_CRM_UNKNOWN, codes[i]);
        expect_task(m, ZP_TASK_AGAIN);
        expect_no_wish(m);
    }
    struct machine *m = looked(state, ZP_BOOKING_BOOKED);
    answer_entry(m, 0, "LOSE"); // what kind of stage it is was not told
    expect_task(m, ZP_TASK_AGAIN);
    expect_no_wish(m);
}

static void look__other_number__is_not_ours(void **state) {
    struct zp__crm_entry others[4];
    others[0] = entry_of('F', "LOSE", "");
    others[1] = entry_of('F', "LOSE", "852900002");
    others[2] = entry_of('F', "LOSE", ""); // made by another integration
    others[2].originator_id = (char *)"yclients";
    others[2].origin_id = (char *)NUMBER;
    others[3] = entry_of('F', "LOSE", NUMBER); // the two contradict each other
    others[3].originator_id = (char *)"dikidi";
    others[3].origin_id = (char *)"852900002";
    for (size_t i = 0; i < 4; i++) {
        struct machine *m = looked(state, ZP_BOOKING_BOOKED);
        answer_of(m, others[i]);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
        expect_no_wish(m);
        assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
        m = looking(state, ZP_BOOKING_BOOKED); // its log is under way: told by that
        m->run->booking->crm_state = ZP_CRM_QUEUED;
        machine_start(m);
        answer_of(m, others[i]);
        expect_task(m, ZP_TASK_FINISHED);
        expect_no_wish(m);
    }
    // Staff wiped the field: the origin says whose it is.
    struct zp__crm_entry wiped = entry_of('F', "LOSE", "");
    wiped.originator_id = (char *)"dikidi";
    wiped.origin_id = (char *)NUMBER;
    struct machine *m = looked(state, ZP_BOOKING_BOOKED);
    answer_of(m, wiped);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.reverse_count, 1);
}

// The journal's list, with the row in hand on it or not.
static void look__other_stages__are_remembered(void **state) {
    static const struct {
        char semantic;
        const char *stage, *what;
    } cases[] = {{'P', "PREPARATION", ""}, {'P', "C1:NEW", "crm-stage"}, {'S', "WON", "crm-won"}};
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = looked(state, ZP_BOOKING_BOOKED);
        answer_entry(m, cases[i].semantic, cases[i].stage);
        expect_effect(m, ZP_EFFECT_REVERSE);
        answer_list(m, false);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        expect_no_wish(m);
        assert_null(m->effect.change.reverse_drop);
        assert_string_equal(what(m), cases[i].what);
        assert_string_equal(m->effect.change.booking->crm_stage, cases[i].stage);
    }
}

// A lead that became a deal in the manager's hands: the deal is looked for, and minded from then
// on.
static void look__lead_is_converted__its_deal_is_followed(void **state) {
    for (int past = 0; past < 2; past++) {
        struct machine *m =
            machine_about(*state, ZP_TASK_LOOK_ENTRY, ZP_SUBJECT_LEAD ENTRY, ZP_BOOKING_BOOKED, "");
        set_up_reverse(m);
        m->config.bitrix24.entity = ZP_CRM_LEAD;
        log_it(m->run->booking, "NEW");
        m->run->booking->crm_entity = talloc_strdup(m->run->booking, "lead");
        m->run->booking->starts_at = past ? NOW : STARTS;
        machine_start(m);
        answer_entry(m, 'S', "CONVERTED");
        answer_list(m, false);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        assert_string_equal(what(m), "crm-won");
        assert_int_equal(m->effect.change.task_count, past ? 0 : 1);
        if (!past) {
            assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
            assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED);
        }
    }
}

static void look__taken_back_in_the_hold__off_the_list(void **state) {
    for (int won = 0; won < 2; won++) {
        struct machine *m = looking(state, ZP_BOOKING_BOOKED);
        m->run->booking->crm_stage = talloc_strdup(m->run->booking, "LOSE");
        machine_start(m);
        answer_entry(m, won ? 'S' : 'P', won ? "WON" : "NEW");
        expect_effect(m, ZP_EFFECT_REVERSE);
        answer_list(m, true);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        assert_string_equal(m->effect.change.reverse_drop[0], REQUEST);
        assert_null(m->effect.change.reverse_drop[1]);
        assert_string_equal(what(m), "crm-taken-back");
    }
}

static struct machine *taken_back(void **state) {
    struct machine *m = looked(state, ZP_BOOKING_CANCELLED);
    answer_entry(m, 'P', "NEW");
    expect_task(m, ZP_TASK_NOTE); // the comment's mark first
    assert_non_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_COMMENT);
    assert_string_equal(m->effect.id, ENTRY);
    assert_non_null(strstr(m->effect.text, NUMBER));
    return m;
}

static void look__taken_back_after_the_cancel__comment_and_a_person(void **state) {
    struct machine *m = taken_back(state);
    machine_crm(m, &nothing);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON); // nothing is booked again by itself
    assert_int_equal(m->effect.change.task_count, 0);
    assert_string_equal(m->effect.change.booking->crm_stage, "NEW");
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
    assert_string_equal(what(m), "crm-reopened");

    // A later hook about the same entry: still with the person, no second comment, no second line.
    struct machine *again =
        machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, ZP_BOOKING_CANCELLED, "");
    zp__run_set_booking(again->run, m->effect.change.booking);
    machine_start(again);
    answer_entry(again, 'P', "NEW");
    expect_task(again, ZP_TASK_TO_PERSON);

    // Moved to a failure stage again: all is well.
    again = machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, ZP_BOOKING_CANCELLED, "");
    zp__run_set_booking(again->run, m->effect.change.booking);
    machine_start(again);
    answer_entry(again, 'F', "LOSE");
    expect_change(again, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_int_equal(again->effect.change.booking->crm_state, ZP_CRM_LOGGED);
    assert_int_equal(again->effect.change.history_count, 0);

    // It cannot be seen for a while: still with the person.
    again = machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, ZP_BOOKING_CANCELLED, "");
    zp__run_set_booking(again->run, m->effect.change.booking);
    machine_start(again);
    machine_crm(again, &(struct zp__crm_answer){.missing = true});
    expect_task(again, ZP_TASK_TO_PERSON);
}

static void look__comment_on_it__is_not_sent_twice(void **state) {
    struct machine *m = taken_back(state);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
    m = taken_back(state); // certainly not sent
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
    m = machine_about(*state, ZP_TASK_LOOK_ENTRY, SUBJECT, ZP_BOOKING_CANCELLED,
                      "{\"comment_sent_at\":1795433515}"); // after a crash
    log_it(m->run->booking, "LOSE");
    machine_start(m);
    answer_entry(m, 'S', "WON");
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_TO_PERSON);
}

// Our own cancel has not come to the entry yet: that is not taking it back.
static void look__crm_cancel_under_way__stage_alone(void **state) {
    struct machine *m = looking(state, ZP_BOOKING_CANCELLED);
    m->run->booking->crm_state = ZP_CRM_QUEUED;
    machine_start(m);
    answer_entry(m, 'P', "PREPARATION");
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED);
}

static void look__conflict__reads_again(void **state) {
    struct machine *m = looked(state, ZP_BOOKING_BOOKED);
    answer_entry(m, 'F', "LOSE");
    machine_reloaded(m, ZP_BOOKING_CANCELLED); // without an entry by now
    expect_task(m, ZP_TASK_FINISHED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(look__not_of_the_journal__nothing),
        T(look__failure_stage__is_a_wish),
        T(look__lead__is_read_as_a_lead),
        T(look__stage_of_the_journal__is_an_echo),
        T(look__visit_is_past__nothing_is_cancelled),
        T(look__cancelled_moves_between_failures__stage_alone),
        T(look__gone_while_told_as_lost__stays_so),
        T(look__gone_or_no_rights__nothing_is_cancelled),
        T(look__unreachable__again),
        T(look__other_number__is_not_ours),
        T(look__other_stages__are_remembered),
        T(look__lead_is_converted__its_deal_is_followed),
        T(look__taken_back_in_the_hold__off_the_list),
        T(look__taken_back_after_the_cancel__comment_and_a_person),
        T(look__comment_on_it__is_not_sent_twice),
        T(look__crm_cancel_under_way__stage_alone),
        T(look__conflict__reads_again),
    };
    return cmocka_run_group_tests_name("sync_look_entry", tests, NULL, NULL);
}
