// The runtime: asks and their answers, keys typed ahead, opening and closing, drawing. The screens
// here are its own: screen_find below stands in for the table of the program.
#include "bench.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

enum { TAG_ONE = 1, TAG_TWO };

// A screen that types what it gets: letters are kept, upper-case ones are commands.
struct probe {
    char typed[256];
    size_t length;
    bool waits, typing;
    int answers, last_tag, events, ticks, timers, results, resizes;
    bool last_ok, result_done;
    int rows, cols;
};
static struct probe *last_probe; // the one opened last

static void *probe_new(TALLOC_CTX *ctx, const struct screen_env *env,
                       const struct screen_args *args) {
    struct probe *probe = talloc_zero(ctx, struct probe);

    (void)env;
    probe->typing = args->starts_at == 7;
    last_probe = probe;
    return probe;
}

static void note(struct probe *probe, char letter) {
    if (probe->length + 1 < sizeof(probe->typed))
        probe->typed[probe->length++] = letter;
}

static void command_letter(struct probe *probe, uint32_t code, struct commands *commands) {
    const struct zp_request book = {.ask = ZP_ASK_BOOK}, day = {.ask = ZP_ASK_DAY};
    const struct screen_result result = {.done = true, .text = "done"};

    switch (code) {
    case 'B':
        command_ask(commands, TAG_ONE, &book);
        probe->waits = true;
        break;
    case 'D': command_ask(commands, TAG_TWO, &day); break;
    case 'X': command_cancel_ask(commands, TAG_TWO); break;
    case 'O': command_open(commands, 5, SCREEN_BOOKING, NULL); break;
    case 'C': command_close(commands, &result); break;
    case 'T': command_timer(commands, 9, 1); break;
    case 'N': command_notice(commands, STYLE_NOTICE, "%s", "a notice"); break;
    case 'L': command_bell(commands); break;
    default: break;
    }
}

static void probe_key(struct probe *probe, const struct message *message,
                      struct commands *commands) {
    const struct key *key = &message->u.key.key;

    if (message->u.key.action == ACTION_BACK) {
        note(probe, '<');
        probe->waits = false;
    } else if (key->name == K_F) {
        note(probe, 'F');
        note(probe, (char)('0' + key->code % 10));
    } else if (key_is_text(key) && key->code < 128) {
        note(probe, (char)key->code);
        command_letter(probe, key->code, commands);
    }
}

static void probe_update(void *model, const struct message *message, struct commands *commands) {
    struct probe *probe = model;

    assert_true(message->now > 0);
    switch (message->kind) {
    case MESSAGE_OPENED:
    case MESSAGE_RESIZE:
        probe->rows = message->u.size.rows;
        probe->cols = message->u.size.cols;
        probe->resizes += message->kind == MESSAGE_RESIZE;
        break;
    case MESSAGE_KEY: probe_key(probe, message, commands); break;
    case MESSAGE_MOUSE: note(probe, 'M'); break;
    case MESSAGE_PASTE: note(probe, 'P'); break;
    case MESSAGE_TICK: probe->ticks++; break;
    case MESSAGE_TIMER: probe->timers += message->u.timer.id; break;
    case MESSAGE_EVENT:
        if (message->u.event.tag == 0) {
            probe->events++;
            break;
        }
        probe->answers++;
        probe->last_tag = message->u.event.tag;
        probe->last_ok = message->u.event.event->ok;
        if (message->u.event.tag == TAG_ONE) {
            probe->waits = false;
            if (!probe->last_ok) {
                command_question_changed(commands);
                command_notice(commands, STYLE_WARN,
                               "refused"); // that keys went is said all the same
            }
        }
        break;
    case MESSAGE_RESULT:
        probe->results += message->u.result.tag;
        probe->result_done = message->u.result.result->done;
        break;
    case MESSAGE_LANGUAGE: break;
    }
}

static void probe_view(const void *model, struct grid *grid) {
    const struct probe *probe = model;

    grid_put(grid, 0, 0, grid->cols, probe->typed, STYLE_DEFAULT);
    grid_cursor(grid, 0, (int)probe->length);
}

static size_t probe_actions(const void *model, enum action *out) {
    (void)model;
    out[0] = ACTION_BACK;
    return 1;
}

static bool probe_waiting(const void *model) {
    return ((const struct probe *)model)->waits;
}

static bool probe_typing(const void *model) {
    return ((const struct probe *)model)->typing;
}

const struct screen_ops *screen_find(enum screen_id id) {
    static const struct screen_ops ops = {.name = "probe",
                                          .new = probe_new,
                                          .update = probe_update,
                                          .view = probe_view,
                                          .actions = probe_actions,
                                          .waiting = probe_waiting,
                                          .typing = probe_typing,
                                          .esc_digits = true};

    return id == SCREEN_DAY || id == SCREEN_BOOKING ? &ops : NULL;
}

static struct bench *open_probe(struct probe **probe) {
    struct bench *bench = bench_new(NULL, 10, 40, false);

    bench_open(bench, SCREEN_DAY, NULL);
    *probe = last_probe;
    return bench;
}

static void app__opened__knows_its_window(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);

    (void)state;
    assert_int_equal(probe->rows, 9); // the key bar is the app's
    assert_int_equal(probe->cols, 40);
    bench_resize(bench, 1, 1);
    assert_int_equal(probe->rows, 1);
    assert_int_equal(probe->resizes, 1);
    bench_resize(bench, 50, 200);
    assert_int_equal(probe->cols, 200);
    assert_int_equal(bench_frame(bench)->cols, 200);
    talloc_free(bench);
}

static void app__answer__reaches_the_tag_that_asked(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    struct zp_event event = {.ok = true};

    (void)state;
    bench_type(bench, "D");
    bench_answer(bench, ZP_ASK_DAY, &event);
    assert_int_equal(probe->answers, 1);
    assert_int_equal(probe->last_tag, TAG_TWO);
    app_event(&event, bench->app); // the same id again: nobody asked
    assert_int_equal(probe->answers, 1);
    talloc_free(bench);
}

static void app__asking_again__cancels_and_does_not_deliver_the_earlier(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    struct zp_event late = {.kind = ZP_EVENT_ANSWER, .id = 1, .ask = ZP_ASK_DAY};

    (void)state;
    bench_type(bench, "DD");
    assert_true(bench->asks[0].cancelled);
    assert_false(bench->asks[1].cancelled);
    app_event(&late, bench->app);
    assert_int_equal(probe->answers, 0);
    bench_type(bench, "X");
    assert_true(bench->asks[1].cancelled);
    talloc_free(bench);
}

static void app__closed_screen__gets_no_answer_and_its_writes_go_on(void **state) {
    struct probe *home = NULL, *sub = NULL;
    struct bench *bench = open_probe(&home);
    struct zp_event event = {.ok = true};

    (void)state;
    bench_type(bench, "O");
    sub = last_probe;
    assert_ptr_not_equal(sub, home);
    bench_type(bench, "DB"); // a read and a booking under way
    bench_keys(bench, "Esc");
    bench_type(bench, "C");
    assert_int_equal(home->results, 5);
    assert_true(home->result_done);
    assert_true(bench->asks[0].cancelled);
    assert_false(bench->asks[1].cancelled);
    bench_answer(bench, ZP_ASK_BOOK, &event);
    assert_int_equal(home->answers, 0);
    talloc_free(bench);
}

static void app__broadcast__reaches_every_open_screen(void **state) {
    struct probe *home = NULL;
    struct bench *bench = open_probe(&home);
    struct zp_event event = {.kind = ZP_EVENT_SYNC};

    (void)state;
    bench_type(bench, "O");
    bench_event(bench, &event);
    assert_int_equal(home->events, 1);
    assert_int_equal(last_probe->events, 1);
    talloc_free(bench);
}

static void app__typed_ahead__is_kept_and_applied_in_order(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    struct zp_event event = {.ok = true};

    (void)state;
    bench_type(bench, "aBcd");
    assert_string_equal(probe->typed, "aB");
    term_null_push_paste(bench->term, "text");
    bench_type(bench, "e");
    bench_answer(bench, ZP_ASK_BOOK, &event);
    assert_string_equal(probe->typed, "aBcdPe");
    talloc_free(bench);
}

static void app__typed_ahead__waits_again_in_the_middle(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    struct zp_event event = {.ok = true};

    (void)state;
    bench_type(bench, "BxByz");
    bench_answer(bench, ZP_ASK_BOOK, &event);
    assert_string_equal(probe->typed, "BxB");
    bench_answer(bench, ZP_ASK_BOOK, &event);
    assert_string_equal(probe->typed, "BxByz");
    talloc_free(bench);
}

static void app__question_changed__drops_the_rest_and_says_so(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    struct zp_event *refusal = salon_failure(NULL, ZP_E_REFUSED, "taken");
    struct key late = {.name = K_CHAR, .code = 'z'};

    (void)state;
    bench_type(bench, "Bxy");
    refusal->kind = ZP_EVENT_ANSWER;
    refusal->id = 1;
    app_event(refusal, bench->app);
    // In the terminal already, but typed before anybody could see the new question.
    term_null_push(bench->term, &late);
    bench_turn(bench);
    assert_string_equal(probe->typed, "B");
    assert_non_null(strstr(bench_row(bench, 8), "The question changed"));
    bench_type(bench, "k"); // painted by now
    assert_string_equal(probe->typed, "Bk");
    talloc_free(refusal);
    talloc_free(bench);
}

static void app__esc_while_waiting__goes_through(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);

    (void)state;
    bench_type(bench, "Bxy");
    bench_keys(bench, "Esc");
    assert_string_equal(probe->typed, "B<");
    bench_type(bench, "k");
    assert_string_equal(probe->typed, "B<k");
    talloc_free(bench);
}

static void app__esc_then_digit__is_the_f_key(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);

    (void)state;
    bench_keys(bench, "Esc 7");
    assert_string_equal(probe->typed, "<F7");
    bench_type(bench, "7");
    assert_string_equal(probe->typed, "<F77");
    probe->typing = true;
    bench_keys(bench, "Esc 8");
    assert_string_equal(probe->typed, "<F77<8");
    talloc_free(bench);
}

static void app__quit__even_while_waiting(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    struct key quit = {.name = K_F, .code = 10};
    int frames = 0;

    (void)state;
    bench_type(bench, "Bx");
    frames = term_null_frames(bench->term);
    term_null_push(bench->term, &quit);
    app_read(bench->app);
    zp_loop_run(bench->loop); // stopped: returns at once
    assert_int_equal(term_null_frames(bench->term), frames);
    talloc_free(bench);
}

static void app__timer_and_tick__reach_the_screen(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);

    (void)state;
    bench_type(bench, "T");
    for (int i = 0; i < 500 && probe->timers == 0; i++) {
        bool never = false;

        zp_loop_run_until(bench->loop, &never, 5);
    }
    assert_int_equal(probe->timers, 9);
    bench_tick(bench, BENCH_NOW + 60);
    bench_tick(bench, BENCH_NOW + 61); // a second is no minute
    assert_int_equal(probe->ticks, 1);
    talloc_free(bench);
}

static void app__notice__stands_until_the_next_key(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);

    (void)state;
    bench_type(bench, "N");
    assert_non_null(strstr(bench_row(bench, 8), "a notice"));
    bench_type(bench, "k");
    assert_null(strstr(bench_row(bench, 8), "a notice"));
    bench_keys(bench, "Ctrl-C");
    assert_non_null(strstr(bench_row(bench, 8), "F10"));
    bench_type(bench, "L");
    assert_int_equal(term_null_bells(bench->term), 1);
    talloc_free(bench);
}

static void app__idle__draws_nothing(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);
    int frames = term_null_frames(bench->term);

    (void)state;
    for (int i = 0; i < 10; i++)
        bench_turn(bench);
    assert_int_equal(term_null_frames(bench->term), frames);
    bench_type(bench, "abc"); // three keys in one turn: one frame
    assert_int_equal(term_null_frames(bench->term), frames + 1);
    bench_keys(bench, "Ctrl-L");
    assert_int_equal(term_null_frames(bench->term), frames + 2);
    talloc_free(bench);
}

static void app__last_screen_closed__ends(void **state) {
    struct probe *probe = NULL;
    struct bench *bench = open_probe(&probe);

    (void)state;
    bench_type(bench, "O");
    bench_type(bench, "C");
    assert_string_equal(app_screen(bench->app), "probe");
    term_null_push(bench->term, &(struct key){.name = K_CHAR, .code = 'C'});
    app_read(bench->app);
    assert_null(app_screen(bench->app));
    zp_loop_run(bench->loop);
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app__opened__knows_its_window),
        cmocka_unit_test(app__answer__reaches_the_tag_that_asked),
        cmocka_unit_test(app__asking_again__cancels_and_does_not_deliver_the_earlier),
        cmocka_unit_test(app__closed_screen__gets_no_answer_and_its_writes_go_on),
        cmocka_unit_test(app__broadcast__reaches_every_open_screen),
        cmocka_unit_test(app__typed_ahead__is_kept_and_applied_in_order),
        cmocka_unit_test(app__typed_ahead__waits_again_in_the_middle),
        cmocka_unit_test(app__question_changed__drops_the_rest_and_says_so),
        cmocka_unit_test(app__esc_while_waiting__goes_through),
        cmocka_unit_test(app__esc_then_digit__is_the_f_key),
        cmocka_unit_test(app__quit__even_while_waiting),
        cmocka_unit_test(app__timer_and_tick__reach_the_screen),
        cmocka_unit_test(app__notice__stands_until_the_next_key),
        cmocka_unit_test(app__idle__draws_nothing),
        cmocka_unit_test(app__last_screen_closed__ends),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui app", tests, NULL, NULL);
}
