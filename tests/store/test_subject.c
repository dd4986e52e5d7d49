// Tasks about something outside the journal, housekeeping, and what it takes to be asked again.
#include "fixture.h"

static struct zp__store_answer *ask(struct place *place, struct zp__store_new_task task) {
    return apply(place, &(struct zp__change){.tasks = &task, .task_count = 1});
}

static struct zp__store_answer *end(struct place *place, int64_t id, enum zp__store_task_end how,
                                    int64_t next_at, const char *error, const char *memory) {
    return apply(place, &(struct zp__change){.task_id = id,
                                             .task_end = how,
                                             .task_next_at = next_at,
                                             .task_error = error,
                                             .task_memory = memory});
}

static void test_a_task_finds_its_booking(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    b->moved_to = NULL;
    put(place, b);
    static const struct {
        const char *subject, *request_id, *booking_id;
    } table[] = {{"dikidi:7001-1", "request-000001", "7000-1"},
                 {"deal:deal-1", "request-000001", "7000-1"},
                 {"request-000001", "request-000001", "7000-1"},
                 {"dikidi:404", NULL, "404"},
                 {"lead:deal-1", NULL, NULL},
                 {"deal:404", NULL, NULL},
                 {"dikidi", NULL, NULL},
                 {"bitrix24", NULL, NULL}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct zp__store_answer *answer =
            ask(place,
                (struct zp__store_new_task){
                    .kind = "k", .subject = table[i].subject, .next_at = MORNING, .claimed = true});
        assert_true(answer->ok);
        assert_int_equal(answer->task_count, 1);
        const struct zp__store_task *task = &answer->tasks[0];
        assert_string_equal(task->task.request_id, table[i].subject);
        assert_int_equal(task->task.state, ZP_TASK_RUNNING);
        assert_int_equal(task->booking == NULL, table[i].request_id == NULL);
        if (task->booking != NULL) {
            assert_string_equal(task->booking->request_id, table[i].request_id);
        }
        assert_int_equal(task->task.booking_id == NULL, table[i].booking_id == NULL);
        if (task->task.booking_id != NULL) {
            assert_string_equal(task->task.booking_id, table[i].booking_id);
        }
    }
}

static void test_a_look_may_make_the_row(void **state) {
    struct place *place = *state;
    struct zp__store_answer *answer =
        ask(place,
            (struct zp__store_new_task){
                .kind = ZP_TASK_LOOK, .subject = "dikidi:9", .next_at = MORNING, .claimed = true});
    int64_t id = answer->tasks[0].task.id;
    struct zp_booking *b = booking_plain(place->ctx, "fresh", MORNING, MORNING + 60);
    b->booking_id = talloc_strdup(b, "9");
    struct zp_history line = entry(MORNING, "learned", "dikidi", "");
    struct zp__store_new_task tasks_of_it[] = {
        {.kind = "crm-log", .next_at = MORNING},
        {.kind = "crm-reverse", .subject = ZP_SUBJECT_BITRIX24, .next_at = MORNING}};
    assert_true(apply(place, &(struct zp__change){.booking = b,
                                                  .task_id = id,
                                                  .task_end = ZP_TASK_FINISHED,
                                                  .history = &line,
                                                  .history_count = 1,
                                                  .tasks = tasks_of_it,
                                                  .task_count = 2})
                    ->ok);
    assert_int_equal(booking(place, "9")->history_count, 1);
    assert_string_equal(listed(place, "fresh", "crm-log")->task.booking_id, "9");
    assert_non_null(listed(place, "bitrix24", "crm-reverse"));
    assert_int_equal(tasks(place)->task_count, 2);
    // A booking that goes takes its tasks along, not those of others.
    run_outside(place->path, "PRAGMA foreign_keys = ON; DELETE FROM booking");
    assert_int_equal(tasks(place)->task_count, 1);
}

static void test_a_task_without_a_subject_needs_a_booking_or_a_task(void **state) {
    struct place *place = *state;
    struct zp__store_new_task with = {.kind = "k", .subject = "dikidi", .next_at = MORNING};
    struct zp__store_new_task both[] = {with, {.kind = "k", .next_at = MORNING}};
    struct zp_history line = entry(MORNING, "x", "y", "");
    static const char *const words[] = {"k", NULL};
    const struct zp__change wrong[] = {
        {.tasks = both, .task_count = 2},
        {.task_count = 0},
        {.tasks = &with, .task_count = 1, .history = &line, .history_count = 1},
        {.tasks = &with, .task_count = 1, .drop_kinds = words},
        {.tasks = &with, .task_count = 1, .reverse_drop = words},
        {.seen_number = "5"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(apply(place, &wrong[i])->error.code, ZP_E_INTERNAL);
    }
    assert_int_equal(tasks(place)->task_count, 0);
}

// ---- housekeeping

static void test_quiet_ones_are_not_shown_while_nothing_is_wrong(void **state) {
    struct place *place = *state;
    const struct zp__store_new_task task = {
        .kind = "poll", .subject = "bitrix24", .quiet = true, .next_at = MORNING};
    assert_true(ask(place, task)->ok);
    assert_int_equal(tasks(place)->task_count, 0);
    struct zp__store_answer *answer = counts(place);
    assert_int_equal(answer->waiting, 0);
    assert_int_equal(next_due(place, MORNING), MORNING);
    // Claimed as any other; running it is not shown either.
    answer = claim(place, MORNING, 9);
    assert_int_equal(answer->task_count, 1);
    int64_t id = answer->tasks[0].task.id;
    assert_int_equal(tasks(place)->task_count + (size_t)counts(place)->waiting, 0);

    assert_true(end(place, id, ZP_TASK_AGAIN, MORNING + 60, "not reached", "m")->ok);
    assert_string_equal(listed(place, "bitrix24", "poll")->task.error, "not reached");
    assert_int_equal(counts(place)->waiting, 1);
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_TO_PERSON, 0, "", NULL)->ok);
    assert_non_null(listed(place, "bitrix24", "poll"));
    assert_int_equal(counts(place)->attention, 1);

    // As if it had never failed.
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_LATER, MORNING + 90, "unread", "mark")->ok);
    assert_int_equal(tasks(place)->task_count, 0);
    answer = claim_one(place, id);
    assert_int_equal(answer->tasks[0].task.attempts, 0);
    assert_string_equal(answer->tasks[0].task.error, "");
    assert_int_equal(answer->tasks[0].task.next_at, MORNING + 90);
    assert_string_equal(answer->tasks[0].memory, "mark");
    // Without a memory of its own it keeps what it has.
    assert_true(end(place, id, ZP_TASK_LATER, MORNING + 99, NULL, NULL)->ok);
    assert_string_equal(claim_one(place, id)->tasks[0].memory, "mark");
    assert_true(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->ok);

    // Asked for by somebody who wants to see it, it is shown.
    assert_true(ask(place, task)->ok);
    struct zp__store_new_task shown = task;
    shown.quiet = false;
    assert_true(ask(place, shown)->ok);
    assert_true(ask(place, task)->ok);
    assert_non_null(listed(place, "bitrix24", "poll"));
}

static void test_later_and_asked_again_meanwhile(void **state) {
    struct place *place = *state;
    struct zp__store_new_task task = {
        .kind = "poll", .subject = "bitrix24", .next_at = MORNING, .claimed = true};
    int64_t id = ask(place, task)->tasks[0].task.id;
    task.claimed = false;
    task.next_at = MORNING + 5;
    assert_true(ask(place, task)->ok);
    assert_true(end(place, id, ZP_TASK_LATER, MORNING + 60, NULL, "mark")->ok);
    assert_int_equal(listed(place, "bitrix24", "poll")->task.next_at, MORNING + 5);
    assert_string_equal(listed(place, "bitrix24", "poll")->memory, "mark");
    // The asking is answered by that.
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_LATER, MORNING + 60, NULL, NULL)->ok);
    assert_int_equal(listed(place, "bitrix24", "poll")->task.next_at, MORNING + 60);
    // Notes that came with the asking hold.
    assert_true(claim_one(place, id)->ok);
    task.memory = "theirs";
    assert_true(ask(place, task)->ok);
    assert_true(end(place, id, ZP_TASK_LATER, MORNING + 60, NULL, "mark")->ok);
    assert_string_equal(listed(place, "bitrix24", "poll")->memory, "theirs");
}

static void test_a_nudge_keeps_what_is_there(void **state) {
    struct place *place = *state;
    struct zp__store_new_task task = {.kind = "poll",
                                      .subject = "bitrix24",
                                      .nudge = true,
                                      .next_at = MORNING + 60,
                                      .memory = "first"};
    assert_true(ask(place, task)->ok);
    task.memory = "second";
    task.next_at = MORNING + 70;
    assert_true(ask(place, task)->ok);
    assert_int_equal(listed(place, "bitrix24", "poll")->task.next_at, MORNING + 60);
    task.next_at = MORNING + 50;
    task.claimed = true;
    struct zp__store_answer *answer = ask(place, task);
    assert_int_equal(answer->task_count, 1);
    assert_int_equal(answer->tasks[0].task.next_at, MORNING + 50);
    assert_string_equal(answer->tasks[0].memory, "first");
    int64_t id = answer->tasks[0].task.id;
    // Held: it runs once more, with the notes of its run.
    assert_int_equal(ask(place, task)->task_count, 0);
    assert_true(end(place, id, ZP_TASK_NOTE, 0, NULL, "noted")->ok);
    assert_true(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->ok);
    assert_string_equal(listed(place, "bitrix24", "poll")->memory, "noted");
    assert_int_equal(listed(place, "bitrix24", "poll")->task.next_at, MORNING + 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_a_task_finds_its_booking),
        TEST(test_a_look_may_make_the_row),
        TEST(test_a_task_without_a_subject_needs_a_booking_or_a_task),
        TEST(test_quiet_ones_are_not_shown_while_nothing_is_wrong),
        TEST(test_later_and_asked_again_meanwhile),
        TEST(test_a_nudge_keeps_what_is_there),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
