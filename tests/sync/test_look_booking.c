// look: what Dikidi says of a booking after a hook, a re-read or a doubt, and what the journal
// makes of it.
#include "machine.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SUBJECT    ZP_SUBJECT_NUMBER NUMBER
#define SECOND     "852900002"
#define BACKGROUND "{\"background\":true}"

static struct zp__dikidi_service manicure = {
    .id = (char *)"5159500", .name = (char *)"Маникюр", .duration_min = 90, .price_minor = 150000};
static char *one[] = {(char *)NUMBER};
static char *second[] = {(char *)SECOND};

// The machine's booking as Dikidi tells it.
static struct zp__dikidi_booking as_booked(void) {
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
                                       .currency = (char *)"RUB",
                                       .client_name = (char *)"Мария",
                                       .client_phone = (char *)"+79161234567",
                                       .attendance = (char *)"waiting",
                                       .version = 2,
                                       .updated_at = NOW};
}

static struct machine *asked(void **state, int row, const char *memory) {
    struct machine *m = machine_about(*state, ZP_TASK_LOOK, SUBJECT, row, memory);
    if (row >= 0) {
        m->run->booking->remote_version = 1;
    }
    machine_start(m);
    expect_effect(m, ZP_EFFECT_READ);
    assert_string_equal(m->effect.id, NUMBER);
    return m;
}

// A booking whose deal is made.
static struct machine *logged(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    m->run->booking->crm_state = ZP_CRM_LOGGED;
    m->run->booking->crm_id = talloc_strdup(m->run->booking, "71");
    return m;
}

static void expect_seen(const struct machine *m) {
    assert_string_equal(m->effect.change.seen_number, NUMBER);
    assert_int_equal(m->effect.change.seen_at, NOW);
}

// The one line of history that the change has.
static void expect_line(const struct machine *m, const char *what, const char *part) {
    assert_int_equal(m->effect.change.history_count, 1);
    assert_string_equal(m->effect.change.history[0].what, what);
    assert_string_equal(m->effect.change.history[0].by, "dikidi");
    assert_non_null(strstr(m->effect.change.history[0].detail, part));
}

static void expect_follow(const struct machine *m, const char *kind) {
    assert_int_equal(m->effect.change.task_count, kind != NULL ? 1 : 0);
    if (kind != NULL) {
        assert_string_equal(m->effect.change.tasks[0].kind, kind);
        assert_null(m->effect.change.tasks[0].subject);
    }
}

static bool drops(const struct machine *m, const char *kind) {
    const char *const *kinds = m->effect.change.drop_kinds;
    for (size_t i = 0; kinds != NULL && kinds[i] != NULL; i++) {
        if (strcmp(kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

// ---- known, nothing to do
static void look__as_it_was__only_seen(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    struct zp__dikidi_booking told = as_booked();
    told.version = 1; // our own write, come back as a hook
    told.starts_at += 60;
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
    expect_seen(m);
    assert_int_equal(m->effect.change.history_count + m->effect.change.task_count, 0);
    machine_applied(m);
    expect_over(m, true);
}

static void look__older_than_the_row__changes_nothing(void **state) {
    static const enum zp__dikidi_status statuses[] = {ZP_DIKIDI_ACTIVE, ZP_DIKIDI_CANCELLED};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
        struct zp__dikidi_booking told = as_booked();
        m->run->booking->remote_version = 5;
        told.status = statuses[i];
        told.starts_at += 3600;
        machine_told(m, &told);
        expect_task(m, ZP_TASK_FINISHED);
        expect_seen(m);
        // Without versions the time of the last change tells.
        m = asked(state, ZP_BOOKING_BOOKED, "");
        m->run->booking->remote_version = told.version = 0;
        m->run->booking->remote_updated_at = NOW + 1;
        machine_told(m, &told);
        expect_task(m, ZP_TASK_FINISHED);
    }
}

static void look__only_the_version_rose__is_kept_without_a_line(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    const struct zp__dikidi_booking told = as_booked();
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->remote_version, 2);
    assert_int_equal(m->effect.change.history_count + m->effect.change.task_count, 0);
    expect_seen(m);
}

static void look__what_is_not_told__is_not_changed(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    const struct zp__dikidi_booking told = {
        .ids = one, .id_count = 1, .status = ZP_DIKIDI_ACTIVE, .starts_at = STARTS};
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
    // Lines and spaces of a comment get lost on the way.
    m = asked(state, ZP_BOOKING_BOOKED, "");
    m->run->booking->comment = talloc_strdup(m->run->booking, "чёрный\nлак \n");
    struct zp__dikidi_booking same = as_booked();
    same.comment = (char *)"чёрный лак";
    machine_told(m, &same);
    assert_int_equal(m->effect.change.history_count, 0);
    assert_string_equal(m->effect.change.booking->comment, "чёрный\nлак \n");
}

// ---- known, changed
static void look__changed_there__goes_into_row_and_crm(void **state) {
    struct {
        struct zp__dikidi_booking told;
        const char *words;
    } cases[] = {
        {as_booked(), "Time: 2026-11-23 15:32 → 2026-11-23 16:32"},
        {as_booked(), "End: 2026-11-23 17:02 → 2026-11-23 17:32"},
        {as_booked(), "Master: Анна П. → Юлия С."},
        {as_booked(), "Services: Маникюр → Педикюр"},
        {as_booked(), "Sum: ₽1,500 → ₽1,800"},
        {as_booked(), "Comment: — → без лака"},
        {as_booked(), "Client: Мария → Мария Ким"},
        {as_booked(), "Phone: +79161234567 → +79160000001"},
    };
    struct zp__dikidi_service pedicure = {.id = (char *)"5159501", .name = (char *)"Педикюр"};
    cases[0].told.starts_at += 3600;
    cases[0].told.ends_at += 3600;
    cases[1].told.ends_at += 1800;
    cases[2].told.master_id = (char *)"1357201";
    cases[2].told.master = (char *)"Юлия С.";
    cases[3].told.services = &pedicure;
    cases[4].told.total_minor = 180000;
    cases[5].told.comment = (char *)"без лака";
    cases[6].told.client_name = (char *)"Мария Ким";
    cases[7].told.client_phone = (char *)"+79160000001";
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct machine *m = logged(state);
        m->run->booking->price_minor = 150000;
        machine_told(m, &cases[i].told);
        expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
        expect_line(m, "changed", "");
        assert_string_equal(m->effect.change.history[0].detail, cases[i].words);
        expect_follow(m, ZP_TASK_CRM_UPDATE);
        assert_non_null(strstr(m->effect.change.tasks[0].memory, cases[i].words));
        expect_seen(m);
        assert_int_equal(m->effect.change.expected_revision, 3);
        assert_int_equal(m->effect.change.booking->crm_state, ZP_CRM_LOGGED);
        const struct zp_booking *row = m->effect.change.booking;
        assert_int_equal(row->starts_at, cases[i].told.starts_at);
        assert_int_equal(row->ends_at, cases[i].told.ends_at);
        assert_string_equal(row->master_id, cases[i].told.master_id);
        assert_string_equal(row->services[0].id, cases[i].told.services[0].id);
        assert_string_equal(row->client_phone, cases[i].told.client_phone);
        assert_int_equal(row->remote_version, 2);
    }
}

static void look__several_changes__one_line(void **state) {
    struct machine *m = logged(state);
    struct zp__dikidi_booking told = as_booked();
    told.starts_at += 86400;
    told.ends_at += 86400;
    told.client_name = (char *)"Анна";
    machine_told(m, &told);
    expect_line(m, "changed", "Time: 2026-11-23 15:32 → 2026-11-24 15:32; Client: Мария → Анна");
}

static void look__no_entry__no_crm_task(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    struct zp__dikidi_booking told = as_booked();
    told.starts_at += 3600;
    m->run->booking->crm_state = ZP_CRM_NONE;
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    expect_follow(m, NULL);
    // Nor for the old booking of a move: its entry is the new one's.
    m = logged(state);
    m->run->booking->moved_to = talloc_strdup(m->run->booking, OTHER);
    machine_told(m, &told);
    expect_follow(m, NULL);
}

static void look__walk_in__the_client_stays(void **state) {
    struct machine *m = logged(state);
    struct zp__dikidi_booking told = as_booked();
    m->run->booking->origin = ZP_ORIGIN_WALK_IN;
    told.client_name = (char *)"Гость салона";
    told.client_phone = (char *)"+70000000000";
    machine_told(m, &told);
    assert_int_equal(m->effect.change.history_count, 0);
    assert_string_equal(m->effect.change.booking->client_name, "Мария");
}

static void look__came_or_not__is_taken_once(void **state) {
    struct machine *m = logged(state);
    struct zp__dikidi_booking told = as_booked();
    told.attendance = (char *)"no_show";
    told.version = 1; // a server that does not count it as a change
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_int_equal(m->effect.change.booking->attendance, ZP_ATTENDANCE_NO_SHOW);
    expect_line(m, "no-show", "");
    expect_follow(m, ZP_TASK_CRM_MARK);
    // What was marked here stays.
    m = logged(state);
    m->run->booking->attendance = ZP_ATTENDANCE_CAME;
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
}

// ---- known, cancelled there
static void look__cancelled_there__here_and_in_the_crm(void **state) {
    static const enum zp__dikidi_status statuses[] = {ZP_DIKIDI_CANCELLED, ZP_DIKIDI_DELETED};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = logged(state);
        struct zp__dikidi_booking told = as_booked();
        told.status = statuses[i];
        told.cancel_reason = (char *)"клиент передумал";
        told.version = 1; // of the same version all the same
        machine_told(m, &told);
        expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
        assert_string_equal(m->effect.change.booking->cancel_reason, "клиент передумал");
        expect_line(m, "cancelled", "клиент передумал");
        expect_follow(m, ZP_TASK_CRM_CANCEL);
        assert_true(drops(m, ZP_TASK_CANCEL)); // one that was refused once
        expect_seen(m);
        machine_applied(m);
        expect_over(m, true);
    }
}

static void look__cancelled_there_while_we_ask__is_done(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_CANCELLING, "");
    struct zp__dikidi_booking told = as_booked();
    told.status = ZP_DIKIDI_CANCELLED;
    told.cancel_reason = (char *)"API";
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    assert_string_equal(m->effect.change.booking->cancel_reason, "болеет"); // ours
    assert_true(drops(m, ZP_TASK_CANCEL));
    // Not yet: the cancel has the word.
    m = asked(state, ZP_BOOKING_CANCELLING, "");
    told.status = ZP_DIKIDI_ACTIVE;
    told.starts_at += 3600;
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
}

static void look__moved_away_and_cancelled__the_entry_is_the_new_ones(void **state) {
    struct machine *m = logged(state);
    struct zp__dikidi_booking told = as_booked();
    m->run->booking->moved_to = talloc_strdup(m->run->booking, OTHER);
    told.status = ZP_DIKIDI_CANCELLED;
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    expect_follow(m, NULL);
}

static void look__cancelled_on_both_sides__only_seen(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_CANCELLED, "");
    struct zp__dikidi_booking told = as_booked();
    told.status = ZP_DIKIDI_CANCELLED;
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
    expect_seen(m);
}

static void look__stands_again__a_person(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_CANCELLED, "");
    const struct zp__dikidi_booking told = as_booked();
    machine_told(m, &told);
    expect_task(m, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, NUMBER));
    machine_applied(m);
    expect_over(m, false);
    // As it was before our cancel: a late answer, nothing more.
    m = asked(state, ZP_BOOKING_CANCELLED, "");
    m->run->booking->remote_version = 2;
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
}

// ---- known, and not to be read
static void look__not_there__is_never_cancelled(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, BACKGROUND);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    expect_line(m, "re-read", NUMBER);
    expect_follow(m, NULL);
    assert_string_equal(m->effect.change.task_memory, "{}"); // asked for again it is loud again
    // Told once: a re-read is quiet, a hook is not.
    m = asked(state, ZP_BOOKING_BOOKED, BACKGROUND);
    m->run->booking->error_code = talloc_strdup(m->run->booking, "BOOKING_NOT_FOUND");
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_task(m, ZP_TASK_FINISHED);
    m = asked(state, ZP_BOOKING_BOOKED, "");
    m->run->booking->error_code = talloc_strdup(m->run->booking, "BOOKING_NOT_FOUND");
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
}

static void look__not_there_but_of_no_concern__is_left(void **state) {
    static const int rows[] = {ZP_BOOKING_CANCELLED, ZP_BOOKING_CANCELLING};
    for (size_t i = 0; i < 2; i++) {
        struct machine *m = asked(state, rows[i], "");
        machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
        expect_task(m, ZP_TASK_FINISHED);
        expect_follow(m, NULL);
    }
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    m->run->now = STARTS + 5400; // the visit is over
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_task(m, ZP_TASK_FINISHED);
}

// The hook of a new booking can be faster than the booking, and is not sent twice.
static void look__not_there_yet__is_read_again_for_a_while(void **state) {
    struct machine *m = asked(state, -1, "");
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_task(m, ZP_TASK_AGAIN);
    m = asked(state, -1, "");
    m->run->attempts = 6;
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_task(m, ZP_TASK_FINISHED);
    m = asked(state, -1, BACKGROUND);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_task(m, ZP_TASK_FINISHED);
}

static void look__there_after_all__the_row_is_clean(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    struct zp__dikidi_booking told = as_booked();
    told.version = 1;
    m->run->booking->error_code = talloc_strdup(m->run->booking, "BOOKING_NOT_FOUND");
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    assert_null(m->effect.change.booking->error_code);
}

static void look__silent__again(void **state) {
    static const enum zp_error_code codes[] = {ZP_E_UNREACHABLE, ZP_E_UNKNOWN, ZP_E_LIMITED,
                                               ZP_E_BAD_ANSWER};
    for (size_t i = 0; i < 4; i++) {
        struct machine *m = asked(state, i % 2 == 0 ? ZP_BOOKING_BOOKED : -1, "");
        machine_dikidi(m, ZP_OUTCOME_UNKNOWN, codes[i], NULL);
        expect_task(m, ZP_TASK_AGAIN);
        assert_true(m->effect.change.task_next_at > NOW);
        assert_null(m->effect.change.seen_number);
        // Nobody waits for a re-read, and it does not fill the queue with errors.
        m = asked(state, ZP_BOOKING_BOOKED, BACKGROUND);
        machine_dikidi(m, ZP_OUTCOME_UNKNOWN, codes[i], NULL);
        expect_task(m, ZP_TASK_LATER);
        assert_int_equal(m->effect.change.task_next_at, NOW + 900);
        assert_null(m->effect.change.task_error);
        assert_string_equal(m->effect.change.task_memory, BACKGROUND);
    }
}

static void look__told_to_wait__waits(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    struct zp__dikidi_answer answer = {.ok = false};
    zp_error_set(&answer.error, ZP_E_LIMITED, "RATE_LIMITED", "told by a test");
    answer.error.retry_after_ms = 70500;
    zp__run_step(m->run, &(struct zp__input){.kind = ZP_INPUT_DIKIDI, .dikidi = &answer},
                 &m->effect);
    assert_int_equal(m->effect.change.task_next_at, NOW + 71);
}

static void look__denied__a_person_only_for_what_is_expected(void **state) {
    struct machine *m = asked(state, ZP_BOOKING_BOOKED, "");
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_DENIED, "ACCESS_DENIED");
    expect_task(m, ZP_TASK_TO_PERSON);
    static const int others[] = {ZP_BOOKING_CANCELLED, ZP_BOOKING_CANCELLING, -1};
    for (size_t i = 0; i < 3; i++) {
        m = asked(state, others[i], "");
        machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_DENIED, "ACCESS_DENIED");
        expect_task(m, ZP_TASK_AGAIN);
    }
    m = asked(state, ZP_BOOKING_BOOKED, BACKGROUND);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_DENIED, "ACCESS_DENIED");
    expect_task(m, ZP_TASK_LATER);
}

static void look__another_company__nothing_but_a_line(void **state) {
    struct zp__dikidi_booking told = as_booked();
    told.company_id = (char *)"550002";
    told.status = ZP_DIKIDI_CANCELLED;
    struct machine *m = asked(state, -1, "");
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
    m = asked(state, ZP_BOOKING_BOOKED, "");
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    expect_line(m, "re-read", NUMBER);
    m = asked(state, ZP_BOOKING_BOOKED, ""); // not a second time
    m->run->booking->error_code = talloc_strdup(m->run->booking, "COMPANY_ERROR");
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
}

static void look__changed_by_another_meanwhile__reads_again(void **state) {
    struct machine *m = logged(state);
    struct zp__dikidi_booking told = as_booked();
    told.starts_at += 3600;
    machine_told(m, &told);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED);
    machine_reloaded(m, ZP_BOOKING_CANCELLED); // what was read may be older than that
    expect_effect(m, ZP_EFFECT_READ);
    told.status = ZP_DIKIDI_CANCELLED;
    machine_told(m, &told);
    expect_task(m, ZP_TASK_FINISHED);
}

// ---- a visit of several numbers
static struct machine *twofold(void **state) {
    struct machine *m =
        machine_about(*state, ZP_TASK_LOOK, ZP_SUBJECT_NUMBER SECOND, ZP_BOOKING_BOOKED, "");
    struct zp_booking *booking = m->run->booking;
    booking->booking_ids = talloc_zero_array(booking, char *, 2);
    booking->booking_ids[0] = talloc_strdup(booking, NUMBER);
    booking->booking_ids[1] = talloc_strdup(booking, SECOND);
    booking->booking_id_count = 2;
    booking->remote_version = 9; // of the one that was changed most: it tells nothing of the other
    machine_start(m);
    return m;
}

static void tell_part(struct machine *m, const char *number, char **ids, int64_t offset_s,
                      enum zp__dikidi_status status) {
    struct zp__dikidi_booking told = as_booked();
    expect_effect(m, ZP_EFFECT_READ);
    assert_string_equal(m->effect.id, number);
    told.ids = ids;
    told.starts_at = STARTS + offset_s;
    told.ends_at = told.starts_at + 2700;
    told.status = status;
    told.total_minor = 75000;
    told.cancel_reason = (char *)(status == ZP_DIKIDI_ACTIVE ? "" : "снято");
    machine_told(m, &told);
}

static void look__two_numbers__cancelled_when_both_are(void **state) {
    struct machine *m = twofold(state);
    tell_part(m, NUMBER, one, 0, ZP_DIKIDI_CANCELLED);
    tell_part(m, SECOND, second, 2700, ZP_DIKIDI_CANCELLED);
    expect_change(m, ZP_BOOKING_CANCELLED, ZP_TASK_FINISHED);
    expect_line(m, "cancelled", "снято");
    assert_string_equal(m->effect.change.seen_number, SECOND);
    m = twofold(state);
    tell_part(m, NUMBER, one, 0, ZP_DIKIDI_CANCELLED);
    tell_part(m, SECOND, second, 2700, ZP_DIKIDI_ACTIVE);
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_FINISHED); // what stands begins later
    assert_int_equal(m->effect.change.booking->starts_at, STARTS + 2700);
    assert_int_equal(m->effect.change.booking->booking_id_count, 2);
}

static void look__two_numbers_as_they_were__only_seen(void **state) {
    struct machine *m = twofold(state);
    tell_part(m, NUMBER, one, 0, ZP_DIKIDI_ACTIVE);
    tell_part(m, SECOND, second, 2700, ZP_DIKIDI_ACTIVE);
    expect_task(m, ZP_TASK_FINISHED); // a part's own sum and services are not the visit's
}

static void look__one_of_two_not_there__a_person(void **state) {
    struct machine *m = twofold(state);
    tell_part(m, NUMBER, one, 0, ZP_DIKIDI_CANCELLED);
    machine_dikidi(m, ZP_OUTCOME_REFUSED, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND");
    expect_change(m, ZP_BOOKING_BOOKED, ZP_TASK_TO_PERSON);
    assert_non_null(strstr(m->effect.change.task_error, SECOND));
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)
    const struct CMUnitTest tests[] = {
        T(look__as_it_was__only_seen),
        T(look__older_than_the_row__changes_nothing),
        T(look__only_the_version_rose__is_kept_without_a_line),
        T(look__what_is_not_told__is_not_changed),
        T(look__changed_there__goes_into_row_and_crm),
        T(look__several_changes__one_line),
        T(look__no_entry__no_crm_task),
        T(look__walk_in__the_client_stays),
        T(look__came_or_not__is_taken_once),
        T(look__cancelled_there__here_and_in_the_crm),
        T(look__cancelled_there_while_we_ask__is_done),
        T(look__moved_away_and_cancelled__the_entry_is_the_new_ones),
        T(look__cancelled_on_both_sides__only_seen),
        T(look__stands_again__a_person),
        T(look__not_there__is_never_cancelled),
        T(look__not_there_but_of_no_concern__is_left),
        T(look__not_there_yet__is_read_again_for_a_while),
        T(look__there_after_all__the_row_is_clean),
        T(look__silent__again),
        T(look__told_to_wait__waits),
        T(look__denied__a_person_only_for_what_is_expected),
        T(look__another_company__nothing_but_a_line),
        T(look__changed_by_another_meanwhile__reads_again),
        T(look__two_numbers__cancelled_when_both_are),
        T(look__two_numbers_as_they_were__only_seen),
        T(look__one_of_two_not_there__a_person),
    };
    return cmocka_run_group_tests_name("sync_look_booking", tests, NULL, NULL);
}
