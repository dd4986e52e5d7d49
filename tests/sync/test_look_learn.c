// look: a number that the journal does not know; crm-update, what the CRM shows of a change;
// reread, which bookings are looked at without a hook.
#include "machine.h"
#include "sync/learn.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SUBJECT ZP_SUBJECT_NUMBER NUMBER

static struct zp__dikidi_service manicure = {
    .id = (char *)"5159500", .name = (char *)"Маникюр", .duration_min = 90, .price_minor = 150000};
static char *one[] = {(char *)NUMBER};

// A booking made in Dikidi's app; `request` the external id, "": none.
static struct zp__dikidi_booking from_app(const char *request) {
    return (struct zp__dikidi_booking){.ids = one,
                                       .id_count = 1,
                                       .company_id = (char *)"550001",
                                       .status = ZP_DIKIDI_ACTIVE,
                                       .starts_at = STARTS,
                                       .ends_at = STARTS + 5400,
                                       .master_id = (char *)"1357200",
                                       .master = (char *)"Анна П.",
                                       .services = &manicure,
                                       .service_count = 1,
                                       .total_minor = 150000,
                                       .currency = (char *)"RUB",
                                       .client_name = (char *)"Вера",
                                       .client_phone = (char *)"+79161234567",
                                       .external_id = (char *)request,
                                       .version = 1};
}

static struct machine *told(void **state, const struct zp__dikidi_booking *booking) {
    struct machine *m = machine_about(*state, ZP_TASK_LOOK, SUBJECT, -1, "");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_READ);
    assert_string_equal(m->effect.id, NUMBER);
    machine_told(m, booking);
    return m;
}

static void no_twins(struct machine *m) {
    expect_effect(m, ZP_EFFECT_TWINS);
    machine_journal(m, &(struct zp__store_answer){.ok = true});
}

static void expect_line(const struct machine *m, const char *what, const char *detail) {
    assert_int_equal(m->effect.change.history_count, 1);
    assert_string_equal(m->effect.change.history[0].what, what);
    assert_string_equal(m->effect.change.history[0].by, "dikidi");
    assert_string_equal(m->effect.change.history[0].detail, detail);
}

// ---- nobody's yet
static void look__made_elsewhere__a_row_and_its_log(void **state) {
    const struct zp__dikidi_booking booking = from_app("");
    struct machine *m = told(state, &booking);
    no_twins(m);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    const struct zp__change *change = &m->effect.change;
    assert_int_equal(change->expected_revision, 0);
    assert_string_equal(change->booking->request_id, FRESH);
    assert_string_equal(change->booking->booking_id, NUMBER);
    assert_string_equal(change->booking->company, "550001");
    assert_string_equal(change->booking->client_name, "Вера");
    assert_int_equal(change->booking->origin, ZP_ORIGIN_APP);
    assert_int_equal(change->booking->crm_state, ZP_CRM_QUEUED);
    assert_int_equal(change->booking->price_minor, 150000);
    assert_int_equal(change->task_id, 7);
    assert_int_equal(change->task_count, 1);
    assert_string_equal(change->tasks[0].kind, ZP_TASK_CRM_LOG);
    assert_null(change->tasks[0].subject); // the row's own
    assert_string_equal(change->seen_number, NUMBER);
    expect_line(m, "learned", NUMBER);
    machine_applied(m);
    expect_over(m, true);
}

// Dikidi may know for years who was erased here.
static void look__person_forgotten__the_visit_alone_is_learned(void **state) {
    struct machine *m = *state;
    struct zp__dikidi_booking booking = from_app("");
    struct machine *known = machine_about(m, ZP_TASK_LOOK, SUBJECT, ZP_BOOKING_BOOKED, "");
    struct zp_booking *row = known->run->booking;
    row->forgotten_at = STARTS;
    row->client_name = talloc_strdup(row, "");
    row->client_phone = talloc_strdup(row, "");
    booking.comment = (char *)"на хну аллергия";
    booking.total_minor = row->price_minor + 100;
    booking.version = 9;
    struct zp__lesson *lesson =
        zp__booking_learn(known, &known->config, STARTS + 90000, row, &booking);
    assert_int_equal(lesson->history_count, 1); // the sum
    assert_null(strstr(lesson->history[0].detail, "Вера"));
    assert_null(strstr(lesson->history[0].detail, "хну"));
    assert_null(strstr(lesson->history[0].detail, "9161234567"));
    assert_string_equal(row->client_name, "");
    assert_string_equal(row->client_phone, "");
    assert_int_equal(row->price_minor, booking.total_minor);
}

static void look__gone_before_we_knew__a_row_alone(void **state) {
    struct zp__dikidi_booking booking = from_app("");
    booking.status = ZP_DIKIDI_DELETED;
    booking.cancel_reason = (char *)"ошибка";
    struct machine *m = told(state, &booking);
    no_twins(m);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_NONE);
    assert_string_equal(m->effect.change.booking->cancel_reason, "ошибка");
    assert_int_equal(m->effect.change.task_count, 0);
}

static void look__the_walk_in_phone__is_a_walk_in(void **state) {
    struct zp__dikidi_booking booking = from_app("");
    booking.client_phone = (char *)"+70000000000";
    struct machine *m = machine_about(*state, ZP_TASK_LOOK, SUBJECT, -1, "");
    m->config.salon.walk_in_phone = talloc_strdup(m, "+70000000000");
    machine_start(m);
    machine_told(m, &booking);
    no_twins(m);
    assert_int_equal(m->effect.change.booking->origin, ZP_ORIGIN_WALK_IN);
}

static void look__learned_by_another_meanwhile__is_known_then(void **state) {
    const struct zp__dikidi_booking booking = from_app("");
    struct machine *m = told(state, &booking);
    no_twins(m);
    machine_reloaded(m, ZP_BOOKING_BOOKED);
    expect_effect(m, ZP_EFFECT_READ);
    assert_string_equal(m->effect.id, NUMBER);
    struct zp__dikidi_booking same = from_app("");
    same.client_name = (char *)"Мария";
    m->run->booking->price_minor = same.total_minor;
    m->run->booking->remote_version = 1;
    machine_told(m, &same);
    expect_task(m, ZP_TASK_FINISHED);
}

static void look__another_number_of_it_stands_elsewhere__its_own_alone(void **state) {
    char *both[] = {(char *)NUMBER, (char *)"852900002"};
    struct zp__dikidi_booking booking = from_app("");
    booking.ids = both;
    booking.id_count = 2;
    struct machine *m = told(state, &booking);
    no_twins(m);
    assert_int_equal(m->effect.change.booking->booking_id_count, 2);
    machine_reloaded(m, -1); // not this one was the conflict
    expect_effect(m, ZP_EFFECT_READ);
    machine_told(m, &booking);
    no_twins(m);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->booking_id_count, 1);
    assert_string_equal(m->effect.change.booking->booking_ids[0], NUMBER);
}

// ---- ours, of which nobody knew
static void look__our_open_request__is_booked(void **state) {
    static const int rows[] = {ZP_BOOKING_INTENT, ZP_BOOKING_SENT, ZP_BOOKING_UNCERTAIN};
    const struct zp__dikidi_booking booking = from_app(OTHER);
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = told(state, &booking);
        expect_effect(m, ZP_EFFECT_LOAD);
        assert_string_equal(m->effect.id, OTHER);
        machine_loaded(m, rows[i], NULL);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        const struct zp__change *change = &m->effect.change;
        assert_string_equal(change->booking->request_id, OTHER);
        assert_string_equal(change->booking->booking_id, NUMBER);
        assert_int_equal(change->booking->crm_state, ZP_CRM_QUEUED);
        assert_int_equal(change->expected_revision, 3); // who writes first decides
        assert_int_equal(change->task_id, 7);
        assert_int_equal(change->task_count, 1);
        assert_string_equal(change->tasks[0].kind, ZP_TASK_CRM_LOG);
        assert_string_equal(change->drop_kinds[0], ZP_TASK_BOOK);
        expect_line(m, "booked", NUMBER);
    }
}

static void look__our_request_was_answered_meanwhile__is_known_then(void **state) {
    const struct zp__dikidi_booking booking = from_app(OTHER);
    struct machine *m = told(state, &booking);
    machine_loaded(m, ZP_BOOKING_SENT, NULL);
    machine_reloaded(m, ZP_BOOKING_BOOKED); // its POST was answered in another process
    expect_effect(m, ZP_EFFECT_READ);       // at which version is not known
    m->run->booking->remote_version = 1;
    machine_told(m, &booking);
    expect_task(m, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.task_count, 0); // no second entry
    // At the version that was read: nothing is asked again.
    m = told(state, &booking);
    machine_loaded(m, ZP_BOOKING_SENT, NULL);
    struct zp_booking *row = zp_booking_copy(m, m->run->other);
    row->state = ZP_BOOKING_BOOKED;
    row->booking_id = talloc_strdup(row, NUMBER);
    row->remote_version = 1;
    zp__run_set_booking(m->run, row);
    assert_true(zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_RELOADED}, &m->effect));
    expect_task(m, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.task_count, 0);
}

static void look__new_time_of_a_move__the_old_one_follows(void **state) {
    const struct zp__dikidi_booking booking = from_app("");
    struct machine *m = told(state, &booking);
    expect_effect(m, ZP_EFFECT_TWINS);
    struct machine *row = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "");
    machine_moving(row);
    struct zp_booking *rows[] = {row->run->booking};
    machine_journal(m,
                    &(struct zp__store_answer){.ok = true, .bookings = rows, .booking_count = 1});
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->request_id, REQUEST);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_MOVE);
    assert_false(m->effect.change.tasks[0].claimed);
}

static void look__same_time_of_somebody_else__is_another(void **state) {
    const struct zp__dikidi_booking booking = from_app("");
    struct machine *row = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "");
    row->run->booking->client_phone = talloc_strdup(row, "+79160000002");
    struct zp_booking *rows[] = {row->run->booking};
    struct machine *m = told(state, &booking);
    machine_journal(m,
                    &(struct zp__store_answer){.ok = true, .bookings = rows, .booking_count = 1});
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->request_id, FRESH);
}

static void look__made_and_cancelled__the_open_row_ends(void **state) {
    struct zp__dikidi_booking booking = from_app(OTHER);
    booking.status = ZP_DIKIDI_CANCELLED;
    booking.cancel_reason = (char *)"передумала";
    struct machine *m = told(state, &booking);
    machine_loaded(m, ZP_BOOKING_UNCERTAIN, NULL);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->request_id, OTHER);
    assert_string_equal(m->effect.change.booking->booking_id, NUMBER);
    assert_int_equal(m->effect.change.task_count, 0); // the CRM never had it
    assert_string_equal(m->effect.change.drop_kinds[0], ZP_TASK_BOOK);
    expect_line(m, "cancelled", "передумала");
}

static void look__one_more_number_of_our_visit__joins_it(void **state) {
    const struct zp__dikidi_booking booking = from_app(OTHER);
    struct machine *m = told(state, &booking);
    machine_loaded(m, ZP_BOOKING_BOOKED, NULL);
    m->run->other->booking_ids = talloc_zero_array(m->run->other, char *, 1);
    m->run->other->booking_ids[0] = talloc_strdup(m->run->other, "852900000");
    m->run->other->booking_id_count = 1;
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_LOADED}, &m->effect);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->booking_id_count, 2);
    assert_string_equal(m->effect.change.booking->booking_ids[1], NUMBER);
    assert_int_equal(m->effect.change.task_count, 0);
    expect_line(m, "learned", NUMBER);
}

static void look__our_request_given_up__is_learned_anew(void **state) {
    static const int rows[] = {ZP_BOOKING_DROPPED, ZP_BOOKING_REFUSED, -1};
    const struct zp__dikidi_booking booking = from_app(OTHER);
    for (size_t i = 0; i < 3; i++) {
        struct machine *m = told(state, &booking);
        machine_loaded(m, rows[i], NULL);
        no_twins(m);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        assert_string_equal(m->effect.change.booking->request_id, FRESH);
        assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_LOG);
    }
}

static void kinship__new_time_of_a_move_cancelled__is_left_to_its_book(void **state) {
    struct zp__dikidi_booking booking = from_app(REQUEST);
    struct machine *row = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_UNCERTAIN, "");
    booking.status = ZP_DIKIDI_CANCELLED;
    assert_int_equal(zp__booking_kinship(row->run->booking, &booking), ZP_KIN_GONE);
    machine_moving(row);
    assert_int_equal(zp__booking_kinship(row->run->booking, &booking), ZP_KIN_NONE);
}

// ---- the CRM shows it
static const struct zp__crm_answer done = {.ok = true, .id = (char *)"9"};

static struct machine *updating(void **state, const char *memory) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_UPDATE, ZP_BOOKING_BOOKED, memory);
    m->run->booking->crm_state = ZP_CRM_LOGGED;
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
    m->run->booking->crm_entity = talloc_strdup(m->run->booking, "lead");
    return m;
}

static void give_entry(struct machine *m, const char *title) {
    struct zp__crm_entry entry = {.id = (char *)"71", .title = (char *)title};
    expect_effect(m, ZP_EFFECT_CRM_GET);
    machine_crm(m, &(struct zp__crm_answer){.ok = true, .entries = &entry, .entry_count = 1});
}

#define TOLD "{\"told\":\"Time: 14:00 → 15:32\"}"

static void update__a_change__fields_then_one_comment(void **state) {
    struct machine *m = updating(state, TOLD);
    machine_start(m);
    assert_string_equal(m->effect.id, "71");
    assert_int_equal(m->effect.entity, ZP_CRM_LEAD);
    give_entry(m, "Маникюр · Мария · Анна П. · 2026-11-23 14:00");
    expect_effect(m, ZP_EFFECT_CRM_UPDATE);
    assert_int_equal(m->effect.fields.visit_at, STARTS);
    assert_string_equal(m->effect.fields.booking_id, NUMBER);
    machine_crm(m, &done);
    expect_task(m, ZP_TASK_NOTE); // the mark before the comment
    assert_non_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
    assert_non_null(strstr(m->effect.change.task_memory, "Time: 14:00 → 15:32"));
    machine_applied(m);
    expect_effect(m, ZP_EFFECT_CRM_COMMENT);
    assert_string_equal(m->effect.text,
                        "The booking was changed in Dikidi: " NUMBER "\nTime: 14:00 → 15:32"
                        "\nBefore: Маникюр · Мария · Анна П. · 2026-11-23 14:00"
                        "\nNow: Маникюр · Мария · Анна П. · 2026-11-23 15:32");
    machine_crm(m, &done);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.history[0].what, "crm-updated");
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
    machine_applied(m);
    expect_over(m, true);
}

static void update__the_title_is_the_same__what_was_told(void **state) {
    struct machine *m = updating(state, TOLD);
    machine_start(m);
    give_entry(m, "Маникюр · Мария · Анна П. · 2026-11-23 15:32");
    machine_crm(m, &done);
    machine_applied(m);
    assert_string_equal(m->effect.text,
                        "The booking was changed in Dikidi: " NUMBER "\nTime: 14:00 → 15:32");
}

static void update__nothing_was_told__the_titles_or_nothing(void **state) {
    struct machine *m = updating(state, "");
    machine_start(m);
    give_entry(m, "Маникюр · Мария · Анна П. · 2026-11-23 14:00");
    machine_crm(m, &done);
    machine_applied(m);
    assert_null(strstr(m->effect.text, "changed in Dikidi"));
    assert_non_null(strstr(m->effect.text, "Before: Маникюр · Мария · Анна П. · 2026-11-23 14:00"));
    m = updating(state, "");
    machine_start(m);
    give_entry(m, "Маникюр · Мария · Анна П. · 2026-11-23 15:32");
    machine_crm(m, &done);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
}

static void update__comment_may_have_left__not_twice(void **state) {
    struct machine *m = updating(state, "{\"comment_sent_at\":1795433500,\"told\":\"x\"}");
    machine_start(m);
    give_entry(m, "");
    machine_crm(m, &done);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    // Its answer was lost: the same.
    m = updating(state, TOLD);
    machine_start(m);
    give_entry(m, "");
    machine_crm(m, &done);
    machine_applied(m);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    machine_reloaded(m, ZP_BOOKING_BOOKED); // a conflict at the very end
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
    m->run->booking->crm_entity = talloc_strdup(m->run->booking, "deal");
    machine_start(m);
    give_entry(m, "");
    machine_crm(m, &done);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED); // no comment between
    // It certainly did not leave: it goes again.
    m = updating(state, TOLD);
    machine_start(m);
    give_entry(m, "");
    machine_crm(m, &done);
    machine_applied(m);
    machine_crm_error(m, ZP_CRM_NOT_SENT, ZP_E_UNREACHABLE);
    expect_task(m, ZP_TASK_AGAIN);
    assert_null(strstr(m->effect.change.task_memory, "comment_sent_at"));
}

static void update__nothing_to_write__ends(void **state) {
    static const enum zp_booking_state rows[] = {ZP_BOOKING_CANCELLING, ZP_BOOKING_CANCELLED};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = machine_new(*state, ZP_TASK_CRM_UPDATE, rows[i], "");
        machine_start(m);
        expect_task(m, ZP_TASK_FINISHED);
    }
    struct machine *m = updating(state, TOLD);
    m->run->booking->crm_state = ZP_CRM_NONE;
    machine_start(m);
    expect_task(m, ZP_TASK_FINISHED);
}

static void expect_handed_over(struct machine *m) {
    expect_task(m, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.task_count, 1);
    assert_string_equal(m->effect.change.tasks[0].kind, ZP_TASK_CRM_UPDATE);
    assert_string_equal(m->effect.change.tasks[0].subject, OTHER);
}

static void update__moved_meanwhile__the_new_time_is_written_once_more(void **state) {
    static const enum zp_booking_state rows[] = {ZP_BOOKING_BOOKED, ZP_BOOKING_CANCELLED};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = machine_new(*state, ZP_TASK_CRM_UPDATE, rows[i], TOLD);
        m->run->booking->moved_to = talloc_strdup(m->run->booking, OTHER);
        machine_start(m);
        expect_handed_over(m);
    }
    struct machine *m = updating(state, ""); // while its own fields were being written
    machine_start(m);
    give_entry(m, "Маникюр · Мария · Анна П. · 2026-11-23 15:32");
    machine_crm(m, &done);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    m->run->booking->moved_to = talloc_strdup(m->run->booking, OTHER);
    machine_start(m); // a conflict reads the row again and begins anew
    expect_handed_over(m);
}

static void update__being_logged__waits(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_CRM_UPDATE, ZP_BOOKING_BOOKED, "");
    machine_start(m);
    expect_task(m, ZP_TASK_AGAIN);
}

static void update__entry_missing_or_no_rights__a_person(void **state) {
    struct machine *m = updating(state, TOLD);
    machine_start(m);
    machine_crm(m, &(struct zp__crm_answer){.ok = false, .missing = true});
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_ATTENTION);
    assert_non_null(strstr(m->effect.change.task_error, "71"));
    m = updating(state, TOLD);
    machine_start(m);
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_DENIED);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    m = updating(state, TOLD);
    machine_start(m);
    give_entry(m, "");
    machine_crm_error(m, ZP_CRM_REFUSED, ZP_E_NOT_FOUND); // gone between the two
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, "71"));
}

static void update__set_right_by_a_person__is_logged_again(void **state) {
    struct machine *m = updating(state, TOLD);
    m->run->booking->crm_state = ZP_CRM_ATTENTION;
    machine_start(m);
    give_entry(m, "");
    machine_crm(m, &done);
    machine_applied(m);
    machine_crm(m, &done);
    assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
}

static void update__silent__again(void **state) {
    struct machine *m = updating(state, TOLD);
    machine_start(m);
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNREACHABLE);
    expect_task(m, ZP_TASK_AGAIN);
    m = updating(state, TOLD);
    machine_start(m);
    give_entry(m, "");
    machine_crm_error(m, ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    expect_task(m, ZP_TASK_AGAIN);
}

// ---- without a hook
static struct machine *rereading(void **state, int requests_per_minute) {
    struct machine *m = machine_about(*state, ZP_TASK_REREAD, ZP_SUBJECT_DIKIDI, -1, "");
    m->config.dikidi.requests_per_minute = requests_per_minute;
    machine_start(m);
    expect_effect(m, ZP_EFFECT_STALE);
    return m;
}

static void reread__never_more_than_a_fifth(void **state) {
    assert_int_equal(rereading(state, 60)->effect.limit, 8);
    assert_int_equal(rereading(state, 4)->effect.limit, 1);
}

static void reread__stale_ones__a_quiet_look_each(void **state) {
    char *numbers[] = {(char *)NUMBER, (char *)"852900002"};
    struct machine *m = rereading(state, 60);
    machine_journal(m,
                    &(struct zp__store_answer){.ok = true, .numbers = numbers, .number_count = 2});
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.task_next_at, NOW + 60);
    assert_int_equal(m->effect.change.task_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct zp__store_new_task *look = &m->effect.change.tasks[i];
        assert_string_equal(look->kind, ZP_TASK_LOOK);
        assert_string_equal(look->subject + strlen(ZP_SUBJECT_NUMBER), numbers[i]);
        assert_true(look->quiet);
        assert_true(look->nudge);
        assert_int_equal(look->next_at, NOW);
        // The look that is claimed later knows that nobody waits.
        assert_true(machine_about(*state, ZP_TASK_LOOK, look->subject, -1, look->memory)
                        ->run->memory.background);
    }
    machine_applied(m);
    expect_over(m, true);
}

// What a booking's own answer told need not be asked for a moment later.
static void book__done__counts_as_read(void **state) {
    struct machine *m = machine_new(*state, ZP_TASK_BOOK, ZP_BOOKING_SENT, "");
    machine_start(m);
    machine_dikidi_booking(m, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.seen_number, NUMBER);
    assert_int_equal(m->effect.change.seen_at, NOW);
}

static void reread__nothing_stale__later(void **state) {
    struct machine *m = rereading(state, 60);
    machine_journal(m, &(struct zp__store_answer){.ok = true});
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.task_count, 0);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)
    const struct CMUnitTest tests[] = {
        T(look__made_elsewhere__a_row_and_its_log),
        T(look__person_forgotten__the_visit_alone_is_learned),
        T(look__gone_before_we_knew__a_row_alone),
        T(look__the_walk_in_phone__is_a_walk_in),
        T(look__learned_by_another_meanwhile__is_known_then),
        T(look__another_number_of_it_stands_elsewhere__its_own_alone),
        T(look__our_open_request__is_booked),
        T(look__our_request_was_answered_meanwhile__is_known_then),
        T(look__new_time_of_a_move__the_old_one_follows),
        T(look__same_time_of_somebody_else__is_another),
        T(look__made_and_cancelled__the_open_row_ends),
        T(look__one_more_number_of_our_visit__joins_it),
        T(look__our_request_given_up__is_learned_anew),
        T(kinship__new_time_of_a_move_cancelled__is_left_to_its_book),
        T(update__a_change__fields_then_one_comment),
        T(update__the_title_is_the_same__what_was_told),
        T(update__nothing_was_told__the_titles_or_nothing),
        T(update__comment_may_have_left__not_twice),
        T(update__nothing_to_write__ends),
        T(update__moved_meanwhile__the_new_time_is_written_once_more),
        T(update__being_logged__waits),
        T(update__entry_missing_or_no_rights__a_person),
        T(update__set_right_by_a_person__is_logged_again),
        T(update__silent__again),
        T(reread__never_more_than_a_fifth),
        T(reread__stale_ones__a_quiet_look_each),
        T(reread__nothing_stale__later),
        T(book__done__counts_as_read),
    };
    return cmocka_run_group_tests_name("sync_look_learn", tests, NULL, NULL);
}
