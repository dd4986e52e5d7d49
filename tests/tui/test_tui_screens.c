// Card, cancel, queue and help: golden screens, and what their keys ask for.
#include "bench.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

static struct zp_event *show_event(TALLOC_CTX *ctx, enum zp_booking_state state) {
    static const struct {
        int ago_s;
        const char *what, *by, *detail;
    } lines[] = {{3600, "intent", "Anna @ desk 1", ""},
                 {3600, "sent", "Anna @ desk 1", ""},
                 {3599, "booked", "dikidi", "989"},
                 {3597, "logged", "bitrix24", "deal 4711"},
                 {3590, "dropped", "zapis", "crm-mark"}};
    struct zp_event *event = talloc_zero(ctx, struct zp_event);
    struct zp_booking *booking = salon_booking(event, "9", 2, 975, 1020, "Лиза О'Нил", "чёлка");

    booking->state = state;
    booking->comment = talloc_strdup(booking, "просила окно у двери, второй этаж не подходит");
    booking->crm_entity = talloc_strdup(booking, "deal");
    booking->crm_id = talloc_strdup(booking, "4711");
    booking->crm_stage = talloc_strdup(booking, "NEW");
    event->ok = true;
    event->booking = booking;
    event->history_count = sizeof(lines) / sizeof(lines[0]);
    event->history = talloc_zero_array(event, struct zp_history, sizeof(lines) / sizeof(lines[0]));
    for (size_t i = 0; i < event->history_count; i++)
        event->history[i] =
            (struct zp_history){.at = BENCH_NOW - lines[i].ago_s,
                                .what = talloc_strdup(event->history, lines[i].what),
                                .by = talloc_strdup(event->history, lines[i].by),
                                .detail = talloc_strdup(event->history, lines[i].detail)};
    return event;
}

static struct zp_event *queue_event(TALLOC_CTX *ctx) {
    static const struct {
        const char *kind, *booking_id, *error;
        enum zp_task_state state;
    } tasks[] = {
        {"crm-log", "989", "Bitrix24 does not answer.", ZP_TASK_WAITING},
        {"book", NULL, "It is not known whether this booking was made.", ZP_TASK_ATTENTION},
        {"look", "985", "", ZP_TASK_RUNNING}};
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->task_count = 3;
    event->tasks = talloc_zero_array(event, struct zp_task, 3);
    for (int i = 0; i < 3; i++)
        event->tasks[i] = (struct zp_task){
            .id = 40 + i,
            .kind = talloc_strdup(event->tasks, tasks[i].kind),
            .request_id = talloc_asprintf(event->tasks, "%d", 9 - i),
            .booking_id =
                tasks[i].booking_id ? talloc_strdup(event->tasks, tasks[i].booking_id) : NULL,
            .state = tasks[i].state,
            .attempts = 3 - i,
            .next_at = BENCH_NOW + 90,
            .error = talloc_strdup(event->tasks, tasks[i].error)};
    return event;
}

static struct zp_event *ok_event(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    return event;
}

// The bookings of the queue's tasks, read one after the other; the last one is not to be read.
static void answer_shows(struct bench *bench, int count) {
    for (int i = 0; i < count; i++)
        bench_answer(bench, ZP_ASK_SHOW,
                     i + 1 < count
                         ? show_event(bench, ZP_BOOKING_BOOKED)
                         : salon_failure(bench, ZP_E_STORE, "The journal could not be read."));
    assert_null(bench_pending(bench, ZP_ASK_SHOW));
}

static struct bench *open_on_booking(enum screen_id screen, int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);
    const struct screen_args args = {.booking = "9", .date = BENCH_DATE};

    bench_open(bench, SCREEN_DAY, NULL);
    app_start(bench->app, screen, &args);
    bench_turn(bench);
    return bench;
}

static void card__booking__all_its_facts(void **state) {
    struct bench *bench = open_on_booking(SCREEN_CARD, 24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    bench_golden(bench, "card");
    assert_true(shows(bench, "by itself  given up  write the attendance in Bitrix24"));
    bench_keys(bench, "Ctrl-R");
    assert_true(bench_pending(bench, ZP_ASK_SHOW)->request.u.show.refresh);
    bench_answer(bench, ZP_ASK_SHOW,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    assert_true(shows(bench, "Dikidi could not be reached."));
    assert_true(shows(bench, "Лиза О'Нил")); // what was known stays
    bench_resize(bench, 15, 60);
    bench_golden(bench, "card-60x15");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// Opened by the Day's own key, so that the Day hears of the end.
static struct bench *open_cancel(void) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_keys(bench, "Tab Tab Down F8");
    assert_string_equal(app_screen(bench->app), "cancel");
    return bench;
}

static void cancel__digit__chooses_and_enter_cancels(void **state) {
    struct bench *bench = open_cancel();

    (void)state;
    bench_keys(bench, "1 Enter"); // nobody cancels what is not on the screen
    assert_null(bench_pending(bench, ZP_ASK_CANCEL));
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    bench_golden(bench, "cancel");
    bench_keys(bench, "2"); // a slip costs nothing
    assert_null(bench_pending(bench, ZP_ASK_CANCEL));
    bench_golden(bench, "cancel-chosen");
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_CANCEL));
    bench_golden(bench, "cancel-waiting");
    bench_answer(bench, ZP_ASK_CANCEL, show_event(bench, ZP_BOOKING_CANCELLED));
    assert_string_equal(app_screen(bench->app), "day");
    assert_true(shows(bench, "Cancelled."));
    talloc_free(bench);
}

static void cancel__enter_without_a_reason__cancels_nothing(void **state) {
    struct bench *bench = open_cancel();

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    bench_keys(bench, "Enter Enter");
    assert_null(bench_pending(bench, ZP_ASK_CANCEL));
    assert_true(shows(bench, "Type the reason, or choose one."));
    bench_keys(bench, "Down"); // the first of them
    assert_true(shows(bench, "Enter cancels, Esc keeps it. Why: the client cannot come"));
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_CANCEL));
    talloc_free(bench);
}

// Dikidi cancels none of those: it is said, and no reason is asked for.
static void cancel__visit_that_has_begun__is_only_told(void **state) {
    struct bench *bench = open_cancel();
    struct zp_event *show = show_event(bench, ZP_BOOKING_BOOKED);
    struct zp_event *closed = salon_failure(bench, ZP_E_REFUSED, "Dikidi: it has begun.");

    (void)state;
    show->booking->starts_at = BENCH_NOW + 60;
    bench_answer(bench, ZP_ASK_SHOW, show);
    bench_keys(bench, "1 Enter");
    (void)snprintf(closed->error.name, sizeof(closed->error.name), "BOOKING_CLOSED");
    bench_answer(bench, ZP_ASK_CANCEL, closed); // its clock is ahead of ours
    assert_true(shows(bench, "The visit has begun or is over: it can no longer be cancelled."));
    assert_false(shows(bench, "Dikidi: it has begun."));
    assert_false(shows(bench, "the client cannot come"));
    bench_keys(bench, "Esc F8");
    show = show_event(bench, ZP_BOOKING_BOOKED);
    show->booking->starts_at = BENCH_NOW + 60;
    bench_answer(bench, ZP_ASK_SHOW, show);
    bench_keys(bench, "2");
    bench_tick(bench, BENCH_NOW + 60); // it begins while it is asked
    bench_golden(bench, "cancel-begun");
    bench_keys(bench, "2 Enter");
    assert_null(bench_pending(bench, ZP_ASK_CANCEL));
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// Whose visit it is, and when, is never what a low window covers.
static void cancel__any_size__shows_whose_and_when(void **state) {
    static const int sizes[][2] = {{60, 200}, {24, 80}, {15, 60}, {10, 40}, {5, 20}};
    struct bench *bench = open_cancel();

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        bench_resize(bench, sizes[i][0], sizes[i][1]);
        assert_true(shows(bench, "Лиза О'Нил"));
        assert_true(shows(bench, "16:15"));
    }
    talloc_free(bench);
}

static void cancel__free_text__may_begin_with_a_digit(void **state) {
    struct bench *bench = open_cancel();

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    bench_keys(bench, "Down Down Down Down Down Down Down");
    bench_type(bench, "2 x1");
    assert_true(shows(bench, "2 x1"));
    bench_keys(bench, "F10"); // typed: asked first
    assert_true(shows(bench, "Quit and lose"));
    bench_golden(bench, "cancel-quit-asked");
    bench_keys(bench, "Esc");
    assert_false(shows(bench, "Quit and lose"));
    assert_true(shows(bench, "2 x1"));
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_CANCEL));
    talloc_free(bench);
}

static void cancel__refused__what_was_typed_stays(void **state) {
    struct bench *bench = open_cancel();

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    bench_type(bench, "передумала");
    bench_keys(bench, "Enter Enter"); // the second answers what nobody has seen
    bench_answer(bench, ZP_ASK_CANCEL,
                 salon_failure(bench, ZP_E_REFUSED, "Dikidi does not allow it."));
    assert_null(bench_pending(bench, ZP_ASK_CANCEL));
    bench_keys(bench, "Left");
    bench_golden(bench, "cancel-refused");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CANCEL, salon_failure(bench, ZP_E_UNKNOWN, "The answer was lost."));
    bench_golden(bench, "cancel-unknown");
    talloc_free(bench);
}

static void queue__tasks__named_and_retried(void **state) {
    struct bench *bench = open_on_booking(SCREEN_QUEUE, 24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_QUEUE, queue_event(bench));
    answer_shows(bench, 3);
    bench_golden(bench, "queue");
    bench_keys(bench, "Down F5");
    assert_int_equal(bench_pending(bench, ZP_ASK_QUEUE_RETRY)->request.u.queue.task_id, 41);
    talloc_free(bench);
}

static void queue__drop__asks_first(void **state) {
    struct bench *bench = open_on_booking(SCREEN_QUEUE, 24, 80);
    struct zp_event *empty = talloc_zero(bench, struct zp_event);

    (void)state;
    bench_answer(bench, ZP_ASK_QUEUE, queue_event(bench));
    answer_shows(bench, 3);
    bench_keys(bench, "F8");
    assert_null(bench_pending(bench, ZP_ASK_QUEUE_DROP));
    bench_golden(bench, "queue-drop");
    bench_keys(bench, "Esc");
    assert_false(shows(bench, "Give it up?"));
    assert_null(bench_pending(bench, ZP_ASK_QUEUE_DROP));
    bench_keys(bench, "F8");
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_QUEUE_DROP)->request.u.queue.task_id, 40);
    bench_answer(bench, ZP_ASK_QUEUE_DROP, ok_event(bench));
    empty->ok = true;
    bench_answer(bench, ZP_ASK_QUEUE, empty);
    assert_true(shows(bench, " Nothing waits. "));
    assert_false(shows(bench, "CRM"));
    talloc_free(bench);
}

// What was asked about is gone when the answer comes: the Enter typed ahead drops nothing else.
static void queue__task_gone_while_asked__nothing_is_dropped(void **state) {
    struct bench *bench = open_on_booking(SCREEN_QUEUE, 12, 60);
    struct zp_event *fewer = queue_event(bench);

    (void)state;
    bench_answer(bench, ZP_ASK_QUEUE, queue_event(bench));
    answer_shows(bench, 3);
    bench_keys(bench, "Ctrl-R F8");
    assert_true(shows(bench, "Give it up?"));
    fewer->tasks++;
    fewer->task_count--;
    fewer->tasks = talloc_memdup(fewer, fewer->tasks, 2 * sizeof(*fewer->tasks));
    bench_answer(bench, ZP_ASK_QUEUE, fewer);
    assert_false(shows(bench, "Give it up?"));
    assert_null(bench_pending(bench, ZP_ASK_QUEUE_DROP));
    talloc_free(bench);
}

struct outside_task {
    const char *kind, *subject, *booking_id, *error;
};

static struct zp_event *outside_event(TALLOC_CTX *ctx, const struct outside_task *tasks,
                                      size_t count) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->task_count = count;
    event->tasks = talloc_zero_array(event, struct zp_task, count);
    for (size_t i = 0; i < count; i++)
        event->tasks[i] = (struct zp_task){
            .id = 40 + (int64_t)i,
            .kind = talloc_strdup(event->tasks, tasks[i].kind),
            .request_id = talloc_strdup(event->tasks, tasks[i].subject),
            .booking_id =
                tasks[i].booking_id ? talloc_strdup(event->tasks, tasks[i].booking_id) : NULL,
            .state = tasks[i].error[0] ? ZP_TASK_ATTENTION : ZP_TASK_WAITING,
            .next_at = BENCH_NOW,
            .error = talloc_strdup(event->tasks, tasks[i].error)};
    return event;
}

// Tasks about what the journal does not know: nothing is read for them, and no card is offered.
static void queue__about_something_else__is_named(void **state) {
    static const struct outside_task tasks[] = {
        {"look", "dikidi:852900001", "852900001", ""},
        {"look-entry", "deal:7405", NULL, ""},
        {"look-entry", "lead:12", "985", ""},
        {"crm-reverse", "bitrix24", NULL, "Managers ended four visits."},
        {"crm-poll", "bitrix24", NULL, "Bitrix24 does not answer."},
        {"reread", "dikidi", NULL, "Dikidi does not answer."}};
    static const struct {
        const char *row, *drop;
    } wanted[] = {{"read the booking again       852900001 at Dikidi", "will not be read"},
                  {"look at its CRM entry        deal 7405", "will not be looked at"},
                  {"look at its CRM entry        Mon 23 Nov 16:15", "will not be looked at"},
                  {"cancel what managers ended   Bitrix24", "None of these bookings"},
                  {"look for changes in the CRM  Bitrix24", "not asked for changes"},
                  {"read bookings again          Dikidi", "not read again by themselves"}};
    struct bench *bench = open_on_booking(SCREEN_QUEUE, 24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_QUEUE, outside_event(bench, tasks, sizeof tasks / sizeof *tasks));
    bench_answer(bench, ZP_ASK_SHOW, salon_failure(bench, ZP_E_NOT_FOUND, "There is none."));
    bench_answer(bench, ZP_ASK_SHOW, show_event(bench, ZP_BOOKING_BOOKED));
    assert_null(bench_pending(bench, ZP_ASK_SHOW)); // nobody is asked for the others
    bench_golden(bench, "queue-outside");
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(shows(bench, wanted[i].row));
        bench_keys(bench, "F8");
        assert_true(shows(bench, wanted[i].drop));
        bench_keys(bench, "Esc Down");
    }
    assert_false(shows(bench, "3Show"));
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "queue");
    bench_keys(bench, "Up Up Up Enter"); // the lead's booking is known
    assert_string_equal(app_screen(bench->app), "card");
    talloc_free(bench);
}

static char *long_error(TALLOC_CTX *ctx, int lines) {
    char *error = talloc_strdup(ctx, "Managers ended these visits:");

    for (int i = 1; i <= lines; i++)
        error = talloc_asprintf_append(error, "\nvisit number %d", i);
    return error;
}

// A list of many lines has the room that the tasks leave, and pages where that is not enough.
static void queue__explanation_of_many_lines__is_read_in_pages(void **state) {
    struct bench *bench = open_on_booking(SCREEN_QUEUE, 24, 80);
    struct outside_task task = {"crm-reverse", "bitrix24", NULL, long_error(bench, 12)};

    (void)state;
    bench_answer(bench, ZP_ASK_QUEUE, outside_event(bench, &task, 1));
    assert_true(shows(bench, "visit number 1 ") && shows(bench, "visit number 12."));
    task.error = long_error(bench, 40);
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_QUEUE, outside_event(bench, &task, 1));
    bench_golden(bench, "queue-long");
    assert_true(shows(bench, "visit number 1 "));
    assert_false(shows(bench, "visit number 40."));
    bench_keys(bench, "PgDn");
    assert_false(shows(bench, "visit number 1 "));
    bench_keys(bench, "PgDn");
    assert_true(shows(bench, "visit number 40."));
    assert_true(shows(bench, "of 41, PgDn: the next"));
    bench_keys(bench, "PgDn"); // round
    assert_true(shows(bench, "visit number 1 "));
    bench_keys(bench, "PgUp");
    assert_true(shows(bench, "visit number 40."));
    for (int rows = 1; rows < 24; rows++) {
        bench_resize(bench, rows, 40);
        bench_keys(bench, "PgDn");
    }
    talloc_free(bench);
}

// A retry that cancels visits is asked about, with the visits in sight.
static void queue__retry_of_many_cancels__asks_first(void **state) {
    struct bench *bench = open_on_booking(SCREEN_QUEUE, 24, 80);
    const struct outside_task task = {"crm-reverse", "bitrix24", NULL, long_error(bench, 4)};

    (void)state;
    bench_answer(bench, ZP_ASK_QUEUE, outside_event(bench, &task, 1));
    bench_keys(bench, "F5");
    assert_null(bench_pending(bench, ZP_ASK_QUEUE_RETRY));
    bench_golden(bench, "queue-many-cancels");
    bench_keys(bench, "Esc");
    assert_false(shows(bench, "Cancel them?"));
    bench_keys(bench, "F5");
    for (int rows = 1; rows < 24; rows++)
        bench_resize(bench, rows, 40);
    bench_keys(bench, "PgDn"); // reading on is no answer
    assert_true(shows(bench, "Cancel them?"));
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_QUEUE_RETRY)->request.u.queue.task_id, 40);
    assert_int_equal(bench_asked(bench, ZP_ASK_QUEUE_DROP), 0);
    talloc_free(bench);
}

// What is answered is the list that stood there when it was asked, whatever came meanwhile.
static void queue__a_list_grows_while_it_is_asked_about__the_one_read_is_meant(void **state) {
    static const struct {
        const char *key;
        enum zp_ask ask;
    } decisions[] = {{"F5", ZP_ASK_QUEUE_RETRY}, {"F8", ZP_ASK_QUEUE_DROP}};

    (void)state;
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
        struct bench *bench = open_on_booking(SCREEN_QUEUE, 24, 80);
        const struct outside_task task = {"crm-reverse", "bitrix24", NULL, long_error(bench, 4)};
        struct zp_event *read = outside_event(bench, &task, 1);
        struct zp_event *grown = outside_event(bench, &task, 1);
        struct zp_event *again = outside_event(bench, &task, 1);
        struct zp_event sync = {.kind = ZP_EVENT_SYNC, .ok = true};

        read->tasks[0].list = 483201;
        grown->tasks[0].list = again->tasks[0].list = 100007;
        bench_answer(bench, ZP_ASK_QUEUE, read);
        bench_keys(bench, decisions[i].key);
        bench_event(bench, &sync);
        bench_answer(bench, ZP_ASK_QUEUE, grown);
        bench_keys(bench, "Enter");
        assert_int_equal(bench_pending(bench, decisions[i].ask)->request.u.queue.list, 483201);
        bench_answer(bench, decisions[i].ask,
                     salon_failure(bench, ZP_E_CONFLICT, "The list has changed."));
        assert_true(shows(bench, "The list has changed."));
        bench_answer(bench, ZP_ASK_QUEUE, again);
        bench_keys(bench, decisions[i].key);
        bench_keys(bench, "Enter");
        assert_int_equal(bench_pending(bench, decisions[i].ask)->request.u.queue.list, 100007);
        talloc_free(bench);
    }
}

static void help__of_the_day__its_keys_and_marks(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_open(bench, SCREEN_DAY, NULL);
    bench_keys(bench, "F1");
    assert_string_equal(app_screen(bench->app), "help");
    bench_golden(bench, "help");
    bench_keys(bench, "PgDn PgDn PgDn");
    bench_golden(bench, "help-signs");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// Each page says that there are more and how to get there; each screen has its own signs.
static void help__pages_and_signs__of_the_screen_below(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_open(bench, SCREEN_DAY, NULL);
    bench_keys(bench, "F1");
    assert_true(shows(bench, "page 1 of 4: PgDn goes on"));
    bench_keys(bench, "PgDn PgDn PgDn");
    assert_true(shows(bench, "page 4 of 4: PgUp goes back"));
    assert_true(shows(bench, "PRACTICE"));
    assert_true(shows(bench, "≠ "));
    assert_false(shows(bench, "Below each day"));
    bench_keys(bench, "Esc F7");
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_keys(bench, "F1 PgDn PgDn");
    assert_true(shows(bench, "Beside the days of step 2"));
    assert_true(shows(bench, "(blank)"));
    assert_false(shows(bench, "PRACTICE"));
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(card__booking__all_its_facts),
        cmocka_unit_test(cancel__digit__chooses_and_enter_cancels),
        cmocka_unit_test(cancel__enter_without_a_reason__cancels_nothing),
        cmocka_unit_test(cancel__visit_that_has_begun__is_only_told),
        cmocka_unit_test(cancel__any_size__shows_whose_and_when),
        cmocka_unit_test(cancel__free_text__may_begin_with_a_digit),
        cmocka_unit_test(cancel__refused__what_was_typed_stays),
        cmocka_unit_test(queue__tasks__named_and_retried),
        cmocka_unit_test(queue__drop__asks_first),
        cmocka_unit_test(queue__task_gone_while_asked__nothing_is_dropped),
        cmocka_unit_test(queue__about_something_else__is_named),
        cmocka_unit_test(queue__explanation_of_many_lines__is_read_in_pages),
        cmocka_unit_test(queue__retry_of_many_cancels__asks_first),
        cmocka_unit_test(queue__a_list_grows_while_it_is_asked_about__the_one_read_is_meant),
        cmocka_unit_test(help__of_the_day__its_keys_and_marks),
        cmocka_unit_test(help__pages_and_signs__of_the_screen_below),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui screens", tests, NULL, NULL);
}
