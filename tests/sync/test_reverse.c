// crm-reverse, step by step: what little of what managers do in Bitrix24 becomes a
// cancel at Dikidi.
#include "reverse.h"

#define ROWS 200
struct wishes {
    struct zp__reverse reverse[ROWS];
    struct zp_booking *bookings[ROWS];
    size_t count;
    int looking, recent;
};

static struct wishes *wishes_of(TALLOC_CTX *ctx, size_t count, int64_t found_at) {
    struct wishes *wishes = talloc_zero(ctx, struct wishes);
    wishes->count = count;
    for (size_t i = 0; i < count; i++) {
        struct machine *row = machine_new(wishes, ZP_TASK_CANCEL, ZP_BOOKING_BOOKED, "");
        struct zp_booking *booking = talloc_steal(wishes, row->run->booking);
        booking->request_id = talloc_asprintf(booking, "request-%zu", i);
        booking->booking_id = talloc_asprintf(booking, "8529%05zu", i);
        log_it(booking, "LOSE");
        booking->crm_id = talloc_asprintf(booking, "%zu", 100 + i);
        wishes->bookings[i] = booking;
        wishes->reverse[i] = (struct zp__reverse){.request_id = booking->request_id,
                                                  .crm_id = booking->crm_id,
                                                  .stage_id = "LOSE",
                                                  .found_at = found_at};
    }
    return wishes;
}

static void answer_wishes(struct machine *m, struct wishes *wishes) {
    expect_effect(m, ZP_EFFECT_REVERSE);
    machine_journal(m, &(struct zp__store_answer){.ok = true,
                                                  .reverse = wishes->reverse,
                                                  .reverse_count = wishes->count,
                                                  .bookings = wishes->bookings,
                                                  .booking_count = wishes->count,
                                                  .looking = wishes->looking,
                                                  .recent = wishes->recent,
                                                  .last_task = 40});
}

static struct machine *reversing(void **state, const char *memory) {
    struct machine *m = machine_about(*state, ZP_TASK_CRM_REVERSE, ZP_SUBJECT_BITRIX24, -1, memory);
    set_up_reverse(m);
    return m;
}

static void answer_wished(struct machine *m, const struct zp_booking *booking, char semantic,
                          const char *stage) {
    expect_effect(m, ZP_EFFECT_CRM_GET);
    assert_string_equal(m->effect.id, booking->crm_id);
    struct zp__crm_entry entry = entry_of(semantic, stage, booking->booking_id);
    entry.category_id = 1;
    answer_of(m, entry);
}

static void answer_stages(struct machine *m) {
    struct zp__crm_stage stages[] = {
        {.id = (char *)"NEW", .name = (char *)"Новая", .semantic = 'P'},
        {.id = (char *)"LOSE", .name = (char *)"Сделка провалена", .semantic = 'F'}};
    expect_effect(m, ZP_EFFECT_CRM_STAGES);
    assert_int_equal(m->effect.category_id, 1);
    machine_crm(m, &(struct zp__crm_answer){.ok = true, .stages = stages, .stage_count = 2});
}

// The first of the wishes is cancelled and comes off the list.
static void expect_cancelled_by(struct machine *m, struct wishes *wishes, const char *by) {
    struct zp_booking *booking = wishes->bookings[0];
    answer_wished(m, booking, 'F', "LOSE");
    answer_stages(m);
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.booking->request_id, booking->request_id);
    assert_int_equal(m->effect.change.expected_revision, booking->revision);
    assert_non_null(strstr(m->effect.change.booking->cancel_reason, "Сделка провалена"));
    assert_string_equal(m->effect.change.reverse_drop[0], booking->request_id);
    assert_int_equal(m->effect.change.task_count, 1);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CANCEL);
    assert_null(m->effect.change.tasks[0].subject); // of the booking
    assert_string_equal(what(m), "cancelling");
    assert_string_equal(m->effect.change.history[0].by, by);
    wishes->count--;
    memmove(wishes->bookings, wishes->bookings + 1, wishes->count * sizeof(*wishes->bookings));
    memmove(wishes->reverse, wishes->reverse + 1, wishes->count * sizeof(*wishes->reverse));
    machine_applied(m);
}

static void expect_cancelled(struct machine *m, struct wishes *wishes) {
    expect_cancelled_by(m, wishes, "bitrix24");
}

static void reverse__none__finished(void **state) {
    struct machine *m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes_of(*state, 0, 0));
    expect_task(m, ZP_TASK_FINISHED);
}

// A manager gave the lead up and then made a deal of it: the visit is minded there from now on.
static void reverse__lead_became_a_deal__is_followed(void **state) {
    for (int lead = 0; lead < 2; lead++) {
        struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
        struct zp_booking *booking = wishes->bookings[0];
        booking->crm_entity = talloc_strdup(booking, lead ? "lead" : "deal");
        wishes->reverse[0].entity = lead ? ZP_CRM_LEAD : ZP_CRM_DEAL;
        struct machine *m = reversing(state, "");
        m->config.bitrix24.entity = wishes->reverse[0].entity;
        machine_start(m);
        answer_wishes(m, wishes);
        answer_wished(m, booking, 'S', lead ? "CONVERTED" : "WON");
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_NOTE);
        assert_string_equal(what(m), "crm-open");
        assert_int_equal(m->effect.change.task_count, lead ? 1 : 0);
        if (lead) {
            assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
            assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_QUEUED);
        }
    }
}

static void reverse__up_to_the_limit__each_is_cancelled(void **state) {
    for (size_t count = 1; count <= LIMIT; count++) {
        struct wishes *wishes = wishes_of(*state, count, NOW - HOLD);
        struct machine *m = reversing(state, "");
        machine_start(m);
        for (size_t i = 0; i < count; i++) {
            answer_wishes(m, wishes);
            expect_cancelled(m, wishes);
        }
        answer_wishes(m, wishes);
        expect_task(m, ZP_TASK_FINISHED);
        machine_applied(m);
        expect_over(m, true);
    }
}

// The journal as far as the list goes: what an APPLY leaves of it.
static void apply_to(struct wishes *wishes, const struct zp__change *change, size_t *cancels) {
    if (change->reverse_drop == NULL) {
        return;
    }
    for (size_t i = 0; i < wishes->count; i++) {
        if (strcmp(wishes->reverse[i].request_id, change->reverse_drop[0]) == 0) {
            wishes->count--;
            memmove(wishes->bookings + i, wishes->bookings + i + 1,
                    (wishes->count - i) * sizeof(*wishes->bookings));
            memmove(wishes->reverse + i, wishes->reverse + i + 1,
                    (wishes->count - i) * sizeof(*wishes->reverse));
        }
    }
    for (size_t i = 0; i < change->task_count; i++) {
        *cancels += strcmp(change->tasks[i].kind, ZP_TASK_CANCEL) == 0;
    }
}

static void expect_told(struct machine *m, const struct wishes *wishes) {
    expect_task(m, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.task_count, 0);
    assert_null(m->effect.change.reverse_drop);
    size_t lines = 0;
    for (const char *c = m->effect.change.task_error; (c = strchr(c, '\n')) != NULL; c++) {
        lines++;
    }
    assert_int_equal(lines, wishes->count);
    for (size_t i = 0; i < wishes->count; i++) {
        const struct zp_booking *booking = wishes->bookings[i];
        char *line = talloc_asprintf(m, "\ndeal %s · %s · ", booking->crm_id, booking->booking_id);
        const char *found = strstr(m->effect.change.task_error, line);
        assert_non_null(found);
        assert_non_null(strstr(found, "Мария · Анна П."));
        assert_non_null(strstr(found, "15:32")); // on the salon's clock
    }
}

static void reverse__more_than_the_limit__one_task_lists_them(void **state) {
    static const size_t counts[] = {LIMIT + 1, 40};
    for (size_t i = 0; i < 2; i++) {
        struct wishes *wishes = wishes_of(*state, counts[i], NOW - HOLD);
        struct machine *m = reversing(state, "");
        machine_start(m);
        answer_wishes(m, wishes);
        expect_told(m, wishes);
        machine_applied(m);
        expect_over(m, false);
    }
}

// A bulk change that is slow: each is alone on the list, and those before it count.
static void reverse__one_after_the_other__those_of_some_minutes_count(void **state) {
    struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
    wishes->recent = LIMIT - 1;
    struct machine *m = reversing(state, "");
    machine_start(m);
    assert_int_equal(m->effect.since, NOW - 300);
    answer_wishes(m, wishes);
    expect_cancelled(m, wishes);

    wishes = wishes_of(*state, 1, NOW - HOLD);
    wishes->recent = LIMIT;
    m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_told(m, wishes);
    assert_non_null(strstr(m->effect.change.task_error, "with those shortly before it"));
    assert_non_null(strstr(m->effect.change.task_memory, "1795433520")); // told now

    wishes = wishes_of(*state, 1, NOW - 600); // a person consents to it all the same
    wishes->recent = LIMIT;
    m = reversing(state, "{\"comment_sent_at\":1795433000}");
    m->run->foreground = true;
    machine_start(m);
    answer_wishes(m, wishes);
    expect_cancelled_by(m, wishes, OPERATOR);
}

// What a person was asked about waits for their answer, though the minutes went by or others came
// off the list.
static void reverse__asked_about_and_not_answered__does_not_go_by_itself(void **state) {
    struct wishes *wishes = wishes_of(*state, 2, NOW - 600);
    wishes->reverse[1].found_at = NOW - HOLD; // a later wish woke the task
    struct machine *m = reversing(state, "{\"comment_sent_at\":1795433000}");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_told(m, wishes);
    wishes = wishes_of(*state, 1, NOW - HOLD); // those were answered: this one is new
    m = reversing(state, "{\"comment_sent_at\":1795433000}");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_cancelled(m, wishes);
}

static void reverse__needless_ones_among_many__are_neither_counted_nor_listed(void **state) {
    struct wishes *wishes = wishes_of(*state, LIMIT + 2, NOW - HOLD);
    wishes->bookings[1]->state = ZP_BOOKING_CANCELLED;
    wishes->bookings[3]->starts_at = NOW - 60;
    struct machine *m = reversing(state, "");
    size_t cancels = 0;
    machine_start(m);
    for (int i = 0; i < 2; i++) {
        answer_wishes(m, wishes);
        expect_effect(m, ZP_EFFECT_APPLY);
        assert_string_equal(what(m), "crm-kept");
        apply_to(wishes, &m->effect.change, &cancels);
        machine_applied(m);
    }
    answer_wishes(m, wishes); // LIMIT of them are left
    expect_cancelled(m, wishes);
    assert_int_equal(cancels, 0);

    wishes = wishes_of(*state, LIMIT + 2, NOW - HOLD); // one more than the limit is left
    wishes->bookings[LIMIT + 1]->moved_to = talloc_strdup(wishes, OTHER);
    m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes);
    apply_to(wishes, &m->effect.change, &cancels);
    machine_applied(m);
    answer_wishes(m, wishes);
    expect_told(m, wishes);
}

// A person's retry cancels what was on the list when it was told, and nothing that came later.
static void reverse__retried_by_a_person__all_of_the_told(void **state) {
    struct wishes *wishes = wishes_of(*state, 40, NOW - 600);
    struct machine *m = reversing(state, "{\"comment_sent_at\":1795433000}");
    m->run->foreground = true;
    wishes->looking = 7; // others are looked at: the consent is not theirs to wait for
    machine_start(m);
    for (size_t i = 0; i < 40; i++) {
        answer_wishes(m, wishes);
        expect_cancelled_by(m, wishes, OPERATOR); // not counted with what went by itself
    }
    answer_wishes(m, wishes);
    expect_task(m, ZP_TASK_FINISHED);

    wishes = wishes_of(*state, 40, NOW - 600);
    wishes->reverse[39].found_at = NOW - 10; // after the list was told
    m = reversing(state, "{\"comment_sent_at\":1795433000}");
    m->run->foreground = true;
    machine_start(m);
    answer_wishes(m, wishes);
    expect_told(m, wishes);
    assert_non_null(strstr(m->effect.change.task_memory, "1795433520")); // told now

    m = reversing(state, ""); // a retry before anything was told
    m->run->foreground = true;
    machine_start(m);
    answer_wishes(m, wishes);
    expect_told(m, wishes);

    m = reversing(state, "{\"comment_sent_at\":1795433000}"); // not by a person
    machine_start(m);
    answer_wishes(m, wishes_of(*state, 40, NOW - 600));
    expect_task(m, ZP_TASK_TO_PERSON);
}

// 200 entries move at once, 40 of them with a visit to come: the burst is looked at to its end
// before anything is decided, and later hints do not hold it up.
static void reverse__burst_is_looked_at__waits(void **state) {
    struct wishes *wishes = wishes_of(*state, 2, NOW - HOLD);
    struct machine *m = reversing(state, "");
    wishes->looking = 198;
    machine_start(m);
    assert_int_equal(m->effect.task_id, 0); // all of them, the first time
    answer_wishes(m, wishes);
    expect_task(m, ZP_TASK_LATER);
    assert_in_range(m->effect.change.task_next_at, NOW + 1, NOW + 2);
    assert_non_null(strstr(m->effect.change.task_memory, "\"mark\":40"));
    m = reversing(state, "{\"mark\":40}");
    wishes = wishes_of(*state, 40, NOW - HOLD);
    machine_start(m);
    assert_int_equal(m->effect.task_id, 40);
    answer_wishes(m, wishes);
    expect_told(m, wishes);
    assert_null(strstr(m->effect.change.task_memory, "mark"));

    // One that can never be looked at does not hold the others up for ever.
    wishes = wishes_of(*state, 1, NOW - 1800);
    wishes->looking = 1;
    m = reversing(state, "{\"mark\":40}");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_cancelled(m, wishes);
}

static void reverse__in_the_hold__waits_for_it(void **state) {
    struct wishes *wishes = wishes_of(*state, 2, NOW - 2);
    struct machine *m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.task_next_at, NOW - 2 + HOLD);

    wishes->reverse[0].found_at = NOW - HOLD; // the older one goes, the younger one waits
    m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_cancelled(m, wishes);
    answer_wishes(m, wishes);
    expect_task(m, ZP_TASK_LATER);

    wishes = wishes_of(*state, LIMIT + 1, NOW); // in the hold they are counted all the same
    m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes);
    expect_told(m, wishes);
}

static struct machine *taken_up(void **state, struct wishes *wishes) {
    struct machine *m = reversing(state, "");
    machine_start(m);
    answer_wishes(m, wishes);
    return m;
}

static void expect_off(struct machine *m, enum zp_booking_state booked, const char *word) {
    expect_change(m, booked, ZP_TASK_NOTE);
    assert_string_equal(m->effect.change.reverse_drop[0], "request-0");
    assert_string_equal(what(m), word);
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_REVERSE);
}

static void reverse__no_longer_to_be_cancelled__comes_off(void **state) {
    struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
    wishes->bookings[0]->state = ZP_BOOKING_CANCELLED;
    expect_off(taken_up(state, wishes), ZP_BOOKING_CANCELLED, "crm-kept");
    wishes = wishes_of(*state, 1, NOW - HOLD);
    wishes->bookings[0]->starts_at = NOW; // it began in the hold
    expect_off(taken_up(state, wishes), ZP_BOOKING_BOOKED, "crm-kept");
    wishes = wishes_of(*state, 1, NOW - HOLD);
    wishes->reverse[0].crm_id = "9"; // it has another entry now
    expect_off(taken_up(state, wishes), ZP_BOOKING_BOOKED, "crm-kept");
    wishes = wishes_of(*state, 1, NOW - HOLD);
    wishes->bookings[0]->moved_to = talloc_strdup(wishes, OTHER);
    expect_off(taken_up(state, wishes), ZP_BOOKING_BOOKED, "crm-kept");
}

static void reverse__not_a_failure_any_more__comes_off(void **state) {
    static const char semantics[] = {'P', 'S'};
    for (size_t i = 0; i < 2; i++) {
        struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
        struct machine *m = taken_up(state, wishes);
        answer_wished(m, wishes->bookings[0], semantics[i], "PREPARATION");
        assert_string_equal(m->effect.change.booking->crm_stage, "PREPARATION");
        assert_int_equal(m->effect.change.task_count, 0);
        expect_off(m, ZP_BOOKING_BOOKED, "crm-open");
    }
}

static void reverse__gone_or_not_ours__is_kept_out_and_told(void **state) {
    for (int missing = 0; missing < 2; missing++) {
        struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
        struct machine *m = taken_up(state, wishes);
        if (missing) {
            answer_missing(m);
        } else {
            answer_of(m, entry_of('F', "LOSE", "852900077"));
        }
        assert_int_equal(m->effect.change.task_count, 1); // whose look tells it
        assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_LOOK_ENTRY);
        assert_string_equal(m->effect.change.tasks[0].subject, "deal:100");
        assert_null(m->effect.change.booking->crm_stage); // or a later look would call it an echo
        expect_off(m, ZP_BOOKING_BOOKED, "crm-gone");
    }
}

static void reverse__bitrix24_fails__nothing_is_cancelled(void **state) {
    struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
    struct machine *m = taken_up(state, wishes);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNREACHABLE);
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(m->effect.change.reverse_drop);
    m = taken_up(state, wishes);
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_DENIED);
    expect_task(m, ZP_TASK_TO_PERSON); // the wishes stay on the list
    assert_non_null(strstr(m->effect.change.task_error, "Nothing was cancelled"));
    assert_null(m->effect.change.reverse_drop);

    m = taken_up(state, wishes); // what kind of stage it is was not told
    answer_wished(m, wishes->bookings[0], 0, "LOSE");
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(m->effect.change.reverse_drop);

    m = taken_up(state, wishes); // the stage's name is all that is lost
    answer_wished(m, wishes->bookings[0], 'F', "LOSE");
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNREACHABLE);
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_NOTE);
    assert_non_null(strstr(m->effect.change.booking->cancel_reason, "LOSE"));
}

static void reverse__conflict__begins_with_the_list(void **state) {
    struct wishes *wishes = wishes_of(*state, 1, NOW - HOLD);
    struct machine *m = taken_up(state, wishes);
    answer_wished(m, wishes->bookings[0], 'F', "LOSE");
    answer_stages(m);
    machine_reloaded(m, -1);
    wishes->bookings[0]->state = ZP_BOOKING_CANCELLING; // a person was faster
    answer_wishes(m, wishes);
    expect_change(m, ZP_BOOKING_CANCELLING, ZP_TASK_NOTE);
    assert_int_equal(m->effect.change.task_count, 0);
}

// A worker that dies before its nth effect, or never; true: the task is finished.
static bool work(void **state, struct wishes *wishes, int lives, size_t *cancels) {
    struct machine *m = reversing(state, "");
    machine_start(m);
    while (lives-- > 0) {
        if (m->effect.kind == ZP_EFFECT_REVERSE) {
            answer_wishes(m, wishes);
        } else if (m->effect.kind == ZP_EFFECT_CRM_GET) {
            answer_wished(m, wishes->bookings[0], 'F', "LOSE");
        } else if (m->effect.kind == ZP_EFFECT_CRM_STAGES) {
            answer_stages(m);
        } else {
            expect_effect(m, ZP_EFFECT_APPLY);
            apply_to(wishes, &m->effect.change, cancels);
            if (m->effect.change.task_end == ZP_TASK_FINISHED) {
                return true;
            }
            machine_applied(m);
        }
    }
    return false;
}

static void reverse__dies_anywhere__each_is_cancelled_once(void **state) {
    for (int dies_at = 0; dies_at < 15; dies_at++) {
        struct wishes *wishes = wishes_of(*state, LIMIT, NOW - HOLD);
        size_t cancels = 0;
        const bool finished = work(state, wishes, dies_at, &cancels);
        assert_int_equal(cancels + wishes->count, LIMIT);
        assert_int_equal(finished, dies_at == 14); // 4 effects each, the empty list, the end
        assert_true(finished || work(state, wishes, 100, &cancels));
        assert_int_equal(cancels, LIMIT);
        assert_int_equal(wishes->count, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(reverse__none__finished),
        T(reverse__lead_became_a_deal__is_followed),
        T(reverse__up_to_the_limit__each_is_cancelled),
        T(reverse__more_than_the_limit__one_task_lists_them),
        T(reverse__one_after_the_other__those_of_some_minutes_count),
        T(reverse__asked_about_and_not_answered__does_not_go_by_itself),
        T(reverse__needless_ones_among_many__are_neither_counted_nor_listed),
        T(reverse__retried_by_a_person__all_of_the_told),
        T(reverse__burst_is_looked_at__waits),
        T(reverse__in_the_hold__waits_for_it),
        T(reverse__no_longer_to_be_cancelled__comes_off),
        T(reverse__not_a_failure_any_more__comes_off),
        T(reverse__gone_or_not_ours__is_kept_out_and_told),
        T(reverse__bitrix24_fails__nothing_is_cancelled),
        T(reverse__conflict__begins_with_the_list),
        T(reverse__dies_anywhere__each_is_cancelled_once),
    };
    return cmocka_run_group_tests_name("sync_reverse", tests, NULL, NULL);
}
