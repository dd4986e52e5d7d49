// Tasks: leases, what ends them, asking again meanwhile, the queue and its counts.
#include "fixture.h"

#include <zapis/time.h>

static int64_t add(struct place *place, const char *request_id, const char *kind, int64_t next_at) {
    struct zp__store_new_task task = {.kind = kind, .next_at = next_at, .memory = "{}"};
    struct zp_booking *b = booking_plain(place->ctx, request_id, MORNING, MORNING + 60);
    struct zp__store_answer *have = booking(place, request_id);
    struct zp__change change = {.booking = b,
                                .expected_revision = have->ok ? have->booking->revision : 0,
                                .tasks = &task,
                                .task_count = 1};
    assert_true(apply(place, &change)->ok);
    struct zp__store_answer *all = tasks(place);
    for (size_t i = 0; i < all->task_count; i++) {
        const struct zp_task *one = &all->tasks[i].task;
        if (strcmp(one->request_id, request_id) == 0 && strcmp(one->kind, kind) == 0) {
            return one->id;
        }
    }
    fail_msg("no task of kind %s", kind);
    return 0;
}

static struct zp__store_answer *end(struct place *place, int64_t id, enum zp__store_task_end how,
                                    int64_t next_at, const char *error, const char *memory) {
    return apply(place, &(struct zp__change){.task_id = id,
                                             .task_end = how,
                                             .task_next_at = next_at,
                                             .task_error = error,
                                             .task_memory = memory});
}

static const struct zp__store_task *only_task(struct place *place) {
    struct zp__store_answer *all = tasks(place);
    assert_true(all->ok);
    assert_int_equal(all->task_count, 1);
    return &all->tasks[0];
}

// A long queue of one service leaves the other's room to the other's tasks.
static void test_each_service_has_its_own_room(void **state) {
    struct place *place = *state;
    int64_t looks[3];
    for (int i = 0; i < 3; i++) {
        looks[i] = add(place, talloc_asprintf(place->ctx, "l%d", i), ZP_TASK_LOOK, MORNING + i);
    }
    int64_t log = add(place, "a", "crm-log", MORNING + 10);
    int64_t entry = add(place, "b", ZP_TASK_LOOK_ENTRY, MORNING + 11);
    add(place, "c", "crm-update", MORNING + 12);
    assert_int_equal(claim_room(place, MORNING + 20, (struct zp__store_room){0})->task_count, 0);
    struct zp__store_answer *answer =
        claim_room(place, MORNING + 20, (struct zp__store_room){.dikidi = 1, .crm = 2});
    assert_int_equal(answer->task_count, 3);
    assert_int_equal(answer->tasks[0].task.id, looks[0]);
    assert_int_equal(answer->tasks[1].task.id, log);
    assert_int_equal(answer->tasks[2].task.id, entry);
    answer = claim_room(place, MORNING + 20, (struct zp__store_room){.dikidi = 9});
    assert_int_equal(answer->task_count, 2);
    assert_int_equal(answer->tasks[0].task.id, looks[1]);
    // What nobody holds any more is taken over by whoever has room for it.
    run_outside(place->path, "UPDATE task SET boot_id = 'another start of the machine'");
    answer = claim_room(place, MORNING, (struct zp__store_room){.crm = 9});
    assert_int_equal(answer->task_count, 2);
    assert_int_equal(answer->tasks[0].task.id, log);
}

static void test_due_ones_are_claimed_once_oldest_first(void **state) {
    struct place *place = *state;
    int64_t late = add(place, "a", "book", MORNING + 20);
    int64_t early = add(place, "b", "book", MORNING + 10);
    int64_t second = add(place, "b", "look", MORNING + 15);
    add(place, "c", "book", MORNING + 101);
    assert_int_equal(claim(place, MORNING + 9, 9)->task_count, 0);
    struct zp__store_answer *answer = claim(place, MORNING + 100, 2);
    assert_int_equal(answer->task_count, 2);
    assert_int_equal(answer->tasks[0].task.id, early);
    assert_int_equal(answer->tasks[1].task.id, second);
    assert_int_equal(answer->tasks[0].task.state, ZP_TASK_RUNNING);
    assert_string_equal(answer->tasks[0].task.request_id, "b");
    assert_string_equal(answer->tasks[0].booking->request_id, "b");
    assert_string_equal(answer->tasks[0].memory, "{}");
    int64_t left = answer->tasks[0].lease_until_boot_ms - zp_clock_boot_ms();
    assert_in_range(left, ZP__STORE_LEASE_MS - PATIENCE_MS, ZP__STORE_LEASE_MS);
    answer = claim(place, MORNING + 100, 9);
    assert_int_equal(answer->task_count, 1);
    assert_int_equal(answer->tasks[0].task.id, late);
    assert_int_equal(claim(place, MORNING + 100, 9)->task_count, 0);
}

static void test_the_ends_of_a_lease(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "book", MORNING);
    assert_int_equal(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->error.code, ZP_E_CONFLICT);
    assert_int_equal(claim(place, MORNING, 1)->task_count, 1);
    assert_true(end(place, id, ZP_TASK_KEEP, 0, NULL, "lost")->ok);
    assert_string_equal(only_task(place)->memory, "{}");
    assert_true(end(place, id, ZP_TASK_NOTE, 0, NULL, "noted")->ok);
    assert_string_equal(only_task(place)->memory, "noted");
    assert_int_equal(only_task(place)->task.state, ZP_TASK_RUNNING);

    assert_true(end(place, id, ZP_TASK_AGAIN, MORNING + 60, "ждём", NULL)->ok);
    const struct zp__store_task *task = only_task(place);
    assert_int_equal(task->task.state, ZP_TASK_WAITING);
    assert_int_equal(task->task.attempts, 1);
    assert_int_equal(task->task.next_at, MORNING + 60);
    assert_string_equal(task->task.error, "ждём");
    assert_string_equal(task->memory, "noted");
    assert_int_equal(end(place, id, ZP_TASK_AGAIN, 0, NULL, NULL)->error.code, ZP_E_CONFLICT);

    assert_int_equal(claim(place, MORNING + 60, 1)->task_count, 1);
    assert_true(end(place, id, ZP_TASK_TO_PERSON, 0, "кто-то нужен", "last")->ok);
    task = only_task(place);
    assert_int_equal(task->task.state, ZP_TASK_ATTENTION);
    assert_string_equal(task->task.error, "кто-то нужен");
    assert_int_equal(claim(place, MORNING + 999, 1)->task_count, 0);
    assert_int_equal(counts(place)->attention, 1);

    struct zp__store_answer *one = claim_one(place, id);
    assert_true(one->ok);
    assert_int_equal(one->task_count, 1);
    assert_string_equal(one->tasks[0].memory, "last");
    assert_int_equal(claim_one(place, id)->error.code, ZP_E_CONFLICT);
    assert_true(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->ok);
    assert_int_equal(tasks(place)->task_count, 0);
    assert_int_equal(claim_one(place, id)->error.code, ZP_E_NOT_FOUND);
}

// A run that slept past its lease, and the one that this process began after it woke.
static void test_a_change_may_name_its_claim(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_plain(place->ctx, "req-1", MORNING, MORNING + 3600);
    put(place, b);
    const int64_t id = add(place, b->request_id, "crm-log", MORNING);
    const int64_t lease = claim_one(place, id)->tasks[0].lease_until_boot_ms;
    struct zp__change change = {
        .task_id = id, .task_lease_boot_ms = lease - 1, .task_end = ZP_TASK_FINISHED};
    assert_int_equal(apply(place, &change)->error.code, ZP_E_CONFLICT);
    change.task_lease_boot_ms = lease;
    assert_true(apply(place, &change)->ok);
}

static void test_an_id_is_never_used_twice(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "book", MORNING);
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->ok);
    assert_int_not_equal(add(place, "a", "book", MORNING), id);
}

static void test_asked_again_a_task_is_due_again(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "look", MORNING);
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_TO_PERSON, 0, "x", "old")->ok);
    assert_int_equal(add(place, "a", "look", MORNING + 5), id);
    const struct zp__store_task *task = only_task(place);
    assert_int_equal(task->task.state, ZP_TASK_WAITING);
    assert_int_equal(task->task.next_at, MORNING + 5);
    assert_int_equal(task->task.attempts, 0);
    assert_string_equal(task->task.error, "");
    assert_string_equal(task->memory, "{}");
}

static void test_asked_again_while_running_it_runs_once_more(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "look", MORNING);
    static const enum zp__store_task_end ends[] = {ZP_TASK_FINISHED, ZP_TASK_TO_PERSON};
    for (size_t i = 0; i < 2; i++) {
        assert_true(claim_one(place, id)->ok);
        assert_true(end(place, id, ZP_TASK_NOTE, 0, NULL, "half way")->ok);
        // Twice: the earlier time holds.
        assert_int_equal(add(place, "a", "look", MORNING + 7), id);
        assert_int_equal(add(place, "a", "look", MORNING + 9), id);
        assert_int_equal(only_task(place)->task.state, ZP_TASK_RUNNING);
        assert_string_equal(only_task(place)->memory, "half way");
        assert_true(end(place, id, ends[i], 0, "x", "done")->ok);
        const struct zp__store_task *task = only_task(place);
        assert_int_equal(task->task.state, ZP_TASK_WAITING);
        assert_int_equal(task->task.next_at, MORNING + 7);
        assert_string_equal(task->memory, "{}");
    }
    // A failed run does not forget that it was asked again.
    assert_true(claim_one(place, id)->ok);
    add(place, "a", "look", MORNING + 3);
    assert_true(end(place, id, ZP_TASK_AGAIN, MORNING + 3600, "x", "step 2")->ok);
    assert_int_equal(only_task(place)->task.next_at, MORNING + 3);
    assert_string_equal(only_task(place)->memory, "step 2");
    // Those that fail after it wait as they say.
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_AGAIN, MORNING + 7200, "x", NULL)->ok);
    assert_int_equal(only_task(place)->task.next_at, MORNING + 7200);
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->ok);
    assert_string_equal(only_task(place)->memory, "{}");
    assert_true(claim_one(place, id)->ok);
    assert_true(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->ok);
    assert_int_equal(tasks(place)->task_count, 0);
}

static void test_claimed_with_the_change_and_its_followers(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    struct zp__store_new_task both[] = {
        {.kind = "book", .next_at = MORNING, .claimed = true, .memory = "m"},
        {.kind = "look", .next_at = MORNING + 600},
    };
    struct zp__store_answer *answer =
        apply(place, &(struct zp__change){.booking = b, .tasks = both, .task_count = 2});
    assert_true(answer->ok);
    assert_int_equal(answer->task_count, 1);
    const struct zp__store_task *task = &answer->tasks[0];
    assert_string_equal(task->task.kind, "book");
    assert_string_equal(task->memory, "m");
    assert_int_equal(task->task.state, ZP_TASK_RUNNING);
    assert_int_equal(task->booking->revision, 1);
    assert_string_equal(task->task.booking_id, "7000-1");
    assert_int_equal(claim(place, MORNING + 1, 9)->task_count, 0);

    // Booked: the task ends, the log follows, the look is not needed; one transaction.
    static const char *const drop[] = {"look", "crm-cancel", NULL};
    struct zp__store_new_task log = {.kind = "crm-log", .next_at = MORNING + 1, .claimed = true};
    struct zp_history line = entry(MORNING + 1, "booked", "dikidi", "");
    struct zp__change change = {.booking = b,
                                .expected_revision = 1,
                                .task_id = task->task.id,
                                .task_end = ZP_TASK_FINISHED,
                                .history = &line,
                                .history_count = 1,
                                .tasks = &log,
                                .task_count = 1,
                                .drop_kinds = drop};
    answer = apply(place, &change);
    assert_true(answer->ok);
    assert_string_equal(answer->tasks[0].task.kind, "crm-log");
    assert_int_equal(answer->tasks[0].booking->revision, 2);
    assert_string_equal(only_task(place)->task.kind, "crm-log");
    // The same change once more: the task is gone, nothing of it is written.
    change.expected_revision = 2;
    assert_int_equal(apply(place, &change)->error.code, ZP_E_CONFLICT);
    assert_int_equal(booking(place, b->request_id)->history_count, 1);
}

static void test_a_change_of_a_task_alone_may_add_to_its_booking(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "look", MORNING);
    assert_true(claim_one(place, id)->ok);
    struct zp_history line = entry(MORNING, "looked", "dikidi", "");
    struct zp__store_new_task next = {.kind = "crm-log", .next_at = MORNING};
    assert_true(apply(place, &(struct zp__change){.task_id = id,
                                                  .task_end = ZP_TASK_FINISHED,
                                                  .history = &line,
                                                  .history_count = 1,
                                                  .tasks = &next,
                                                  .task_count = 1})
                    ->ok);
    assert_string_equal(only_task(place)->task.kind, "crm-log");
    struct zp__store_answer *answer = booking(place, "a");
    assert_int_equal(answer->history_count, 1);
    assert_int_equal(answer->booking->revision, 1);
}

static void test_counts(void **state) {
    struct place *place = *state;
    assert_int_equal(next_due(place, MORNING), 0);
    add(place, "a", "book", MORNING + 50);
    int64_t id = add(place, "b", "book", MORNING + 40);
    struct zp__store_answer *answer = counts(place);
    assert_int_equal(answer->waiting, 2);
    assert_int_equal(answer->attention, 0);
    assert_int_equal(next_due(place, MORNING), MORNING + 40);
    assert_true(claim_one(place, id)->ok);
    answer = counts(place);
    assert_int_equal(answer->waiting, 2);
    assert_int_equal(next_due(place, MORNING), MORNING + 50);
}

static void test_another_store_keeps_its_lease_and_loses_it_when_it_closes(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "book", MORNING);
    assert_true(claim_one(place, id)->ok);
    struct zp_store *first = place->store;
    place_open(place);
    assert_int_equal(claim(place, MORNING, 9)->task_count, 0);
    assert_int_equal(claim_one(place, id)->error.code, ZP_E_CONFLICT);
    assert_int_equal(end(place, id, ZP_TASK_FINISHED, 0, NULL, NULL)->error.code, ZP_E_CONFLICT);
    // Its lease ends after the present moment, by the salon's clock.
    assert_in_range(next_due(place, MORNING), MORNING + 1, MORNING + 1 + ZP__STORE_LEASE_MS / 1000);
    // Asked again by the second, it stays with the first, not claimed.
    struct zp__store_new_task again = {.kind = "book", .next_at = MORNING, .claimed = true};
    struct zp_booking *b = booking_plain(place->ctx, "a", MORNING, MORNING + 60);
    struct zp__store_answer *answer =
        apply(place, &(struct zp__change){
                         .booking = b, .expected_revision = 1, .tasks = &again, .task_count = 1});
    assert_true(answer->ok);
    assert_int_equal(answer->task_count, 0);
    talloc_free(first);
    assert_int_equal(only_task(place)->task.state, ZP_TASK_WAITING);
    assert_int_equal(next_due(place, MORNING), MORNING);
    answer = claim(place, MORNING, 9);
    assert_int_equal(answer->task_count, 1);
    assert_int_equal(answer->tasks[0].task.id, id);
}

static void test_a_lease_of_another_start_of_the_machine_is_none(void **state) {
    struct place *place = *state;
    int64_t id = add(place, "a", "book", MORNING);
    struct zp_store *living = place_open_other(place, "550001");
    struct zp_store *ours = place->store;
    place->store = living;
    assert_true(claim_one(place, id)->ok);
    place->store = ours;
    assert_int_equal(claim(place, MORNING, 9)->task_count, 0);
    run_outside(place->path, "UPDATE task SET boot_id = 'another'");
    assert_int_equal(claim(place, MORNING, 9)->task_count, 1);
}

static void test_an_ended_lease_is_taken_over(void **state) {
    struct place *place = *state;
    struct zp_error error = {0};
    int64_t id = add(place, "a", "book", MORNING);
    const struct zp__store_options options = {.lease_ms = 1};
    struct zp_store *ours = place->store;
    place->store =
        zp__store_open_with(place->ctx, place->loop, place->url, "550001", &options, &error);
    struct zp__store_answer *answer = claim_one(place, id);
    assert_true(answer->ok);
    while (zp_clock_boot_ms() < answer->tasks[0].lease_until_boot_ms) {
    }
    place->store = ours;
    assert_int_equal(claim(place, MORNING, 9)->task_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_due_ones_are_claimed_once_oldest_first),
        TEST(test_each_service_has_its_own_room),
        TEST(test_the_ends_of_a_lease),
        TEST(test_a_change_may_name_its_claim),
        TEST(test_an_id_is_never_used_twice),
        TEST(test_asked_again_a_task_is_due_again),
        TEST(test_asked_again_while_running_it_runs_once_more),
        TEST(test_claimed_with_the_change_and_its_followers),
        TEST(test_a_change_of_a_task_alone_may_add_to_its_booking),
        TEST(test_counts),
        TEST(test_another_store_keeps_its_lease_and_loses_it_when_it_closes),
        TEST(test_a_lease_of_another_start_of_the_machine_is_none),
        TEST(test_an_ended_lease_is_taken_over),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
