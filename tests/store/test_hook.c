// Hooks: stored once, followed by a look where something may be new; what a poll of the CRM saw.
#include "fixture.h"

#define DAY_S 86400LL

static struct zp__hook dikidi(const char *event_id, const char *subject, int64_t version,
                              int64_t received_at) {
    return (struct zp__hook){.source = "dikidi",
                             .event_id = event_id,
                             .event = "booking.updated",
                             .subject = subject,
                             .version = version,
                             .received_at = received_at};
}

static size_t take_one(struct place *place, struct zp__hook hook) {
    struct zp__store_answer *answer = hooks(place, &hook, 1);
    assert_true(answer->ok);
    return answer->repeats;
}

static int64_t stored(struct place *place) {
    return number_outside(place->path, "SELECT count(*) FROM hook");
}

static void drop_tasks(struct place *place) {
    run_outside(place->path, "DELETE FROM task");
}

static void test_an_event_is_stored_once_and_followed_once(void **state) {
    struct place *place = *state;
    const struct zp__hook list[] = {
        dikidi("e1", "dikidi:5", 0, MORNING),     dikidi("e2", "dikidi:6", 0, MORNING + 1),
        dikidi("e1", "dikidi:5", 0, MORNING + 2), // again within the batch
        dikidi(NULL, "dikidi:5", 0, MORNING + 3), dikidi(NULL, "dikidi:5", 0, MORNING + 4),
    };
    struct zp__store_answer *answer = hooks(place, list, 5);
    assert_true(answer->ok);
    assert_int_equal(answer->repeats, 1);
    assert_int_equal(stored(place), 4);
    assert_int_equal(tasks(place)->task_count, 2);
    const struct zp__store_task *task = listed(place, "dikidi:5", ZP_TASK_LOOK);
    assert_non_null(task);
    assert_int_equal(task->task.next_at, MORNING);
    assert_string_equal(task->task.booking_id, "5");
    assert_null(task->booking);
    assert_int_equal(counts(place)->waiting, 2);
    // Another source's id, and another company's, are others.
    struct zp__hook other = dikidi("e1", NULL, 0, MORNING);
    other.source = "bitrix24";
    assert_int_equal(take_one(place, other), 0);
    struct zp_store *ours = place->store;
    place->store = place_open_other(place, "550002");
    assert_int_equal(take_one(place, dikidi("e1", "dikidi:5", 0, MORNING)), 0);
    assert_int_equal(tasks(place)->task_count, 1);
    place->store = ours;
    // A repeat later, when its look is over, is followed by nothing.
    drop_tasks(place);
    assert_int_equal(take_one(place, dikidi("e2", "dikidi:6", 0, MORNING + 99)), 1);
    assert_int_equal(tasks(place)->task_count, 0);
}

static void test_what_names_nothing_is_stored_only(void **state) {
    struct place *place = *state;
    assert_int_equal(take_one(place, dikidi("a", NULL, 0, MORNING)), 0);
    assert_int_equal(take_one(place, dikidi("b", ZP_SUBJECT_DIKIDI, 0, MORNING)), 0);
    assert_int_equal(take_one(place, dikidi("c", "deal:404", 0, MORNING)), 0);
    assert_int_equal(stored(place), 3);
    assert_int_equal(tasks(place)->task_count, 0);
    assert_true(hooks(place, NULL, 0)->ok);
}

static void test_what_the_journal_has_already_is_not_looked_at(void **state) {
    struct place *place = *state;
    struct zp_booking *one = booking_full(place->ctx, 1); // version 3, of MORNING + 5
    one->booking_id_count = 1;
    put(place, one);
    struct {
        int64_t version, updated_at;
        bool look;
    } table[] = {{2, 0, false},
                 {3, MORNING + 99, false},
                 {4, 0, true},
                 {4, MORNING, true},
                 {0, MORNING + 4, false},
                 {0, MORNING + 5, true},
                 {0, MORNING + 6, true},
                 {0, 0, true}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct zp__hook hook = dikidi(NULL, "dikidi:7000-1", table[i].version, MORNING + 50);
        hook.updated_at = table[i].updated_at;
        assert_int_equal(take_one(place, hook), 0);
        const struct zp__store_task *task = listed(place, hook.subject, ZP_TASK_LOOK);
        assert_int_equal(task != NULL, table[i].look);
        if (task != NULL) {
            assert_string_equal(task->booking->request_id, "request-000001");
            assert_string_equal(task->task.booking_id, "7000-1");
        }
        drop_tasks(place);
    }
    // Without a version of ours the time decides.
    struct zp_booking *b = booking_full(place->ctx, 2);
    b->remote_version = 0;
    b->booking_id_count = 1;
    put(place, b);
    struct zp__hook hook = dikidi(NULL, "dikidi:7000-2", 9, MORNING);
    hook.updated_at = MORNING + 4;
    take_one(place, hook);
    assert_null(listed(place, hook.subject, ZP_TASK_LOOK));
}

// The row of a visit of several numbers has the version of one of them.
static void test_a_part_of_a_visit_is_always_looked_at(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    static const char *const subjects[] = {"dikidi:7000-1", "dikidi:7001-1"};
    for (size_t i = 0; i < 2; i++) {
        take_one(place, dikidi(NULL, subjects[i], 2, MORNING));
        const struct zp__store_task *task = listed(place, subjects[i], ZP_TASK_LOOK);
        assert_non_null(task);
        assert_string_equal(task->booking->request_id, "request-000001");
    }
}

static void test_an_entry_is_looked_at_if_its_booking_is_known(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    b->moved_to = NULL;
    put(place, b);
    struct zp__hook hook = {.source = "bitrix24", .subject = "lead:deal-1", .received_at = MORNING};
    take_one(place, hook);
    assert_int_equal(tasks(place)->task_count, 0);
    hook.subject = "deal:deal-1";
    take_one(place, hook);
    const struct zp__store_task *task = listed(place, "deal:deal-1", ZP_TASK_LOOK_ENTRY);
    assert_non_null(task);
    assert_int_equal(task->task.next_at, MORNING);
    assert_string_equal(task->booking->request_id, b->request_id);
}

static void test_a_look_that_waits_is_only_made_due(void **state) {
    struct place *place = *state;
    struct zp__store_new_task first = {
        .kind = ZP_TASK_LOOK, .subject = "dikidi:5", .next_at = MORNING + 100, .memory = "notes"};
    assert_true(apply(place, &(struct zp__change){.tasks = &first, .task_count = 1})->ok);
    take_one(place, dikidi(NULL, "dikidi:5", 0, MORNING + 200));
    assert_int_equal(listed(place, "dikidi:5", ZP_TASK_LOOK)->task.next_at, MORNING + 100);
    take_one(place, dikidi(NULL, "dikidi:5", 0, MORNING + 50));
    const struct zp__store_task *task = listed(place, "dikidi:5", ZP_TASK_LOOK);
    assert_int_equal(task->task.next_at, MORNING + 50);
    assert_string_equal(task->memory, "notes");

    // Given to a person it waits again.
    assert_true(claim_one(place, task->task.id)->ok);
    assert_true(apply(place, &(struct zp__change){.task_id = task->task.id,
                                                  .task_end = ZP_TASK_TO_PERSON,
                                                  .task_error = "x"})
                    ->ok);
    take_one(place, dikidi(NULL, "dikidi:5", 0, MORNING + 300));
    task = listed(place, "dikidi:5", ZP_TASK_LOOK);
    assert_int_equal(task->task.state, ZP_TASK_WAITING);
    assert_int_equal(task->task.next_at, MORNING + 300);
    assert_string_equal(task->task.error, "");
    assert_string_equal(task->memory, "notes");
}

static void test_a_look_that_runs_runs_once_more(void **state) {
    struct place *place = *state;
    take_one(place, dikidi(NULL, "dikidi:5", 0, MORNING));
    struct zp__store_answer *mine = claim(place, MORNING, 1);
    int64_t id = mine->tasks[0].task.id;
    take_one(place, dikidi(NULL, "dikidi:5", 0, MORNING + 5));
    assert_int_equal(listed(place, "dikidi:5", ZP_TASK_LOOK)->task.state, ZP_TASK_RUNNING);
    struct zp__change over = {.task_id = id, .task_end = ZP_TASK_FINISHED};
    assert_true(apply(place, &over)->ok);
    const struct zp__store_task *task = listed(place, "dikidi:5", ZP_TASK_LOOK);
    assert_int_equal(task->task.id, id);
    assert_int_equal(task->task.next_at, MORNING + 5);

    // Where it failed the next run is soon, those after that wait as they must.
    assert_true(claim_one(place, id)->ok);
    take_one(place, dikidi(NULL, "dikidi:5", 0, MORNING + 6));
    struct zp__change again = {.task_id = id,
                               .task_end = ZP_TASK_AGAIN,
                               .task_next_at = MORNING + 60,
                               .task_error = "x",
                               .task_memory = "kept"};
    assert_true(apply(place, &again)->ok);
    assert_int_equal(listed(place, "dikidi:5", ZP_TASK_LOOK)->task.next_at, MORNING + 6);
    assert_true(claim_one(place, id)->ok);
    assert_true(apply(place, &again)->ok);
    task = listed(place, "dikidi:5", ZP_TASK_LOOK);
    assert_int_equal(task->task.next_at, MORNING + 60);
    assert_string_equal(task->memory, "kept");
    assert_true(claim_one(place, id)->ok);
    assert_true(apply(place, &over)->ok);
    assert_int_equal(tasks(place)->task_count, 0);
}

static void test_a_batch_is_seen_whole_or_not_at_all(void **state) {
    struct place *place = *state;
    enum { COUNT = 200 };
    struct zp__hook *list = talloc_zero_array(place->ctx, struct zp__hook, COUNT);
    for (int i = 0; i < COUNT; i++) {
        list[i] = dikidi(talloc_asprintf(list, "e%d", i), talloc_asprintf(list, "dikidi:%d", i), 0,
                         MORNING);
    }
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_hooks(place->store, list, COUNT, ticket_fn, &ticket);
    talloc_free(list); // the call has a copy
    while (!zp_loop_run_until(place->loop, &ticket.done, 0)) {
        int64_t seen = number_outside(
            place->path, "SELECT (SELECT count(*) FROM hook) + (SELECT count(*) FROM task)");
        assert_true(seen == 0 || seen == 2 * COUNT);
    }
    assert_int_equal(ticket_wait(place, &ticket)->repeats, 0);
    assert_int_equal(tasks(place)->task_count, COUNT);
}

static void test_one_that_cannot_be_stored_leaves_nothing_of_its_batch(void **state) {
    struct place *place = *state;
    const struct zp__hook list[] = {dikidi("e1", "dikidi:5", 0, MORNING), {.event_id = "e2"}};
    assert_int_equal(hooks(place, list, 2)->error.code, ZP_E_STORE); // no source
    assert_int_equal(stored(place), 0);
    assert_int_equal(tasks(place)->task_count, 0);
}

static void test_old_ones_are_forgotten_a_few_at_a_time(void **state) {
    struct place *place = *state;
    enum { OLD = 50 };
    struct zp__hook list[OLD];
    for (int i = 0; i < OLD; i++) {
        list[i] = dikidi(talloc_asprintf(place->ctx, "old%d", i), NULL, 0, MORNING + i);
    }
    assert_true(hooks(place, list, OLD)->ok);
    int64_t later = MORNING + ZP__STORE_HOOK_DAYS * DAY_S;
    take_one(place, dikidi("new", NULL, 0, later)); // none is older than that
    assert_int_equal(stored(place), OLD + 1);
    take_one(place, dikidi("new2", NULL, 0, later + 1)); // one is: the oldest
    assert_int_equal(stored(place), OLD + 1);
    assert_int_equal(take_one(place, list[1]), 1);
    int64_t before = stored(place);
    int rounds = 0;
    for (; before > 0 && rounds < OLD; rounds++) {
        take_one(place, dikidi(NULL, NULL, 0, later + OLD));
        int64_t now = stored(place);
        if (now >= before) {
            break;
        }
        before = now;
    }
    assert_in_range(rounds, 3, 20);
    assert_int_equal(
        number_outside(place->path, "SELECT count(*) FROM hook WHERE event_id LIKE 'old%'"), 0);
    assert_int_equal(take_one(place, dikidi("new", NULL, 0, later)), 1);
}

// ---- hints

static void test_hints_of_entries_in_another_stage(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1); // deal-1 in C1:NEW
    b->moved_to = NULL;
    put(place, b);
    struct zp_booking *lead = booking_full(place->ctx, 2);
    lead->crm_entity = talloc_strdup(lead, "lead");
    lead->crm_stage = NULL;
    put(place, lead);
    const struct zp__crm_hint list[] = {
        {.id = "deal-1", .stage_id = "C1:NEW"},
        {.entity = ZP_CRM_LEAD, .id = "deal-1", .stage_id = "JUNK"},
        {.id = "deal-404", .stage_id = "C1:LOSE"},
    };
    struct zp__change change = {.hints = list, .hint_count = 3, .hint_at = MORNING};
    assert_true(apply(place, &change)->ok);
    assert_int_equal(tasks(place)->task_count, 0);
    const struct zp__crm_hint news[] = {
        {.id = "deal-1", .stage_id = "C1:LOSE"},
        {.entity = ZP_CRM_LEAD, .id = "deal-2", .stage_id = "JUNK"}};
    change = (struct zp__change){.hints = news, .hint_count = 2, .hint_at = MORNING + 3};
    assert_true(apply(place, &change)->ok);
    assert_int_equal(tasks(place)->task_count, 2);
    const struct zp__store_task *task = listed(place, "deal:deal-1", ZP_TASK_LOOK_ENTRY);
    assert_int_equal(task->task.next_at, MORNING + 3);
    assert_string_equal(task->booking->request_id, b->request_id);
    assert_non_null(listed(place, "lead:deal-2", ZP_TASK_LOOK_ENTRY));
}

// A paused process made it, while another one had taken its task over.
static void second_entry(void **state, enum zp_crm_state crm_state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1); // of a deal
    b->state = ZP_BOOKING_BOOKED;
    b->crm_state = crm_state;
    b->moved_to = NULL;
    put(place, b);
    const char *number = b->booking_id;
    struct zp__crm_hint hint = {.id = b->crm_id, .stage_id = b->crm_stage, .number = number};
    struct zp__change change = {.hints = &hint, .hint_count = 1, .hint_at = MORNING};
    assert_true(apply(place, &change)->ok);
    assert_int_equal(tasks(place)->task_count, 0); // its own
    hint = (struct zp__crm_hint){.id = "9999", .stage_id = "NEW", .number = "1"};
    assert_true(apply(place, &change)->ok);
    assert_int_equal(tasks(place)->task_count, 0); // of nobody we know
    hint.number = number;
    assert_true(apply(place, &change)->ok);
    const struct zp__store_task *task = listed(place, b->request_id, ZP_TASK_CRM_LOG);
    assert_non_null(task);
    assert_string_equal(task->memory, ZP_MEMORY_LOOK_AGAIN);
}

static void test_a_second_entry_of_a_booking_is_looked_into(void **state) {
    second_entry(state, ZP_CRM_LOGGED);
}

// Whatever else a person was told of its own.
static void test_a_second_entry_of_one_in_attention_is_looked_into(void **state) {
    second_entry(state, ZP_CRM_ATTENTION);
}

// So is one of a booking whose own entry went along with a move.
static void test_an_entry_of_a_moved_booking_is_looked_into(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1); // moved_to is set
    b->state = ZP_BOOKING_CANCELLED;
    b->crm_state = ZP_CRM_NONE;
    TALLOC_FREE(b->crm_id);
    put(place, b);
    struct zp__crm_hint hint = {.id = "9999", .stage_id = "NEW", .number = b->booking_id};
    struct zp__change change = {.hints = &hint, .hint_count = 1, .hint_at = MORNING};
    assert_true(apply(place, &change)->ok);
    const struct zp__store_task *task = listed(place, b->request_id, ZP_TASK_CRM_LOG);
    assert_non_null(task);
    assert_string_equal(task->memory, ZP_MEMORY_LOOK_AGAIN);
}

// While a booking is moved two rows have the entry.
static void test_an_entry_of_two_rows_is_the_new_ones(void **state) {
    struct place *place = *state;
    struct zp_booking *old = booking_full(place->ctx, 1); // moved_to is set
    struct zp_booking *new = booking_full(place->ctx, 2);
    new->moved_to = NULL;
    new->crm_id = talloc_strdup(new, "deal-1");
    new->crm_stage = talloc_strdup(new, "C1:WON");
    new->starts_at = old->starts_at - 3600;
    put(place, new);
    put(place, old);
    struct zp__crm_hint hint = {.id = "deal-1", .stage_id = "C1:WON"};
    struct zp__change change = {.hints = &hint, .hint_count = 1, .hint_at = MORNING};
    assert_true(apply(place, &change)->ok);
    assert_int_equal(tasks(place)->task_count, 0);
    hint.stage_id = "C1:NEW";
    assert_true(apply(place, &change)->ok);
    assert_string_equal(listed(place, "deal:deal-1", ZP_TASK_LOOK_ENTRY)->booking->request_id,
                        new->request_id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_an_event_is_stored_once_and_followed_once),
        TEST(test_what_names_nothing_is_stored_only),
        TEST(test_what_the_journal_has_already_is_not_looked_at),
        TEST(test_a_part_of_a_visit_is_always_looked_at),
        TEST(test_an_entry_is_looked_at_if_its_booking_is_known),
        TEST(test_a_second_entry_of_a_booking_is_looked_into),
        TEST(test_a_second_entry_of_one_in_attention_is_looked_into),
        TEST(test_an_entry_of_a_moved_booking_is_looked_into),
        TEST(test_a_look_that_waits_is_only_made_due),
        TEST(test_a_look_that_runs_runs_once_more),
        TEST(test_a_batch_is_seen_whole_or_not_at_all),
        TEST(test_one_that_cannot_be_stored_leaves_nothing_of_its_batch),
        TEST(test_old_ones_are_forgotten_a_few_at_a_time),
        TEST(test_hints_of_entries_in_another_stage),
        TEST(test_an_entry_of_two_rows_is_the_new_ones),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
