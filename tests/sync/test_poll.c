// crm-poll, step by step: from when on changes are asked for, and what is known afterwards.
#include "reverse.h"

static struct machine *polling(void **state, const char *memory) {
    struct machine *m = machine_about(*state, ZP_TASK_CRM_POLL, ZP_SUBJECT_BITRIX24, -1, memory);
    set_up_reverse(m);
    return m;
}

static void answer_changed(struct machine *m, size_t count, int64_t updated_at, int64_t server_time,
                           bool more) {
    struct zp__crm_entry entries[3] = {entry_of('P', "NEW", NUMBER), entry_of('F', "LOSE", "8"),
                                       entry_of('S', "WON", "9")};
    for (size_t i = 0; i < count; i++) {
        entries[i].entity = m->effect.entity;
        entries[i].updated_at = updated_at;
    }
    machine_crm(m, &(struct zp__crm_answer){.ok = true,
                                            .entries = entries,
                                            .entry_count = count,
                                            .server_time = server_time,
                                            .flag = more});
}

static char *mark(struct machine *m, int64_t at) {
    return talloc_asprintf(m, "\"mark\":%lld", (long long)at);
}

static void poll__first_time__a_day_back(void **state) {
    struct machine *m = polling(state, "");
    machine_start(m);
    expect_effect(m, ZP_EFFECT_CRM_CHANGED);
    assert_int_equal(m->effect.entity, ZP_CRM_DEAL);
    assert_int_equal(m->effect.since, NOW - 86400);
    answer_changed(m, 3, NOW - 50, NOW + 7, false);
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.task_next_at, NOW + 60);
    assert_non_null(strstr(m->effect.change.task_memory, mark(m, NOW + 7))); // the portal's clock
    assert_int_equal(m->effect.change.hint_count, 3);
    assert_int_equal(m->effect.change.hint_at, NOW);
    assert_string_equal(m->effect.change.hints[1].id, ENTRY);
    assert_string_equal(m->effect.change.hints[1].stage_id, "LOSE");
    machine_applied(m);
    expect_over(m, true);
}

static void poll__next_time__overlaps(void **state) {
    struct machine *m = polling(state, "{\"mark\":1795433460}");
    machine_start(m);
    assert_int_equal(m->effect.since, 1795433460 - 300);
    answer_changed(m, 0, 0, NOW, false);
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.hint_count, 0);
}

static void poll__more_than_an_answer__goes_on_at_the_last(void **state) {
    struct machine *m = polling(state, "{\"mark\":1795433460}");
    machine_start(m);
    answer_changed(m, 2, NOW - 100, NOW, true);
    expect_task(m, ZP_TASK_LATER);
    assert_int_equal(m->effect.change.task_next_at, NOW + 1);
    assert_int_equal(m->effect.change.hint_count, 2);
    m = polling(state, m->effect.change.task_memory);
    machine_start(m);
    assert_int_equal(m->effect.since, NOW - 100);
    answer_changed(m, 2, NOW - 100, NOW, true); // no progress: never the same for ever
    m = polling(state, m->effect.change.task_memory);
    machine_start(m);
    assert_int_equal(m->effect.since, NOW - 99);
}

static void poll__fails__heals_itself(void **state) {
    static const enum zp_error_code codes[] = {ZP_E_UNREACHABLE, ZP_E_DENIED, ZP_E_CONFIG,
                                               ZP_E_REFUSED};
    for (size_t i = 0; i < 4; i++) {
        struct machine *m = polling(state, "{\"mark\":1795433460}");
        m->run->attempts = 9;
        machine_start(m);
        machine_crm_error(m, ZP_CRM_UNKNOWN, codes[i]);
        expect_task(m, ZP_TASK_AGAIN);
        assert_in_range(m->effect.change.task_next_at, NOW + 1, NOW + 60);
        assert_string_equal(m->effect.change.task_error, "told by a test");
        assert_non_null(strstr(m->effect.change.task_memory, "\"mark\":1795433460"));
        assert_int_equal(m->effect.change.hint_count, 0);
    }
}

static void poll__lead_mode__both_and_the_earlier_mark(void **state) {
    for (int more = 0; more < 2; more++) {
        struct machine *m = polling(state, "{\"mark\":1795433460}");
        m->config.bitrix24.entity = ZP_CRM_LEAD;
        machine_start(m);
        assert_int_equal(m->effect.entity, ZP_CRM_LEAD);
        answer_changed(m, 1, NOW - 350, NOW, more);
        expect_task(m, ZP_TASK_NOTE);
        assert_int_equal(m->effect.change.hints[0].entity, ZP_CRM_LEAD);
        assert_non_null(strstr(m->effect.change.task_memory, "\"mark\":1795433460"));
        machine_applied(m);
        expect_effect(m, ZP_EFFECT_CRM_CHANGED);
        assert_int_equal(m->effect.entity, ZP_CRM_DEAL);
        assert_int_equal(m->effect.since, 1795433460 - 300);
        answer_changed(m, 2, NOW - 50, NOW + 3, false);
        expect_task(m, ZP_TASK_LATER);
        assert_int_equal(m->effect.change.hints[0].entity, ZP_CRM_DEAL);
        assert_int_equal(m->effect.change.task_next_at, more ? NOW + 1 : NOW + 60);
        assert_non_null(
            strstr(m->effect.change.task_memory, mark(m, more ? NOW - 350 + 300 : NOW)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(poll__first_time__a_day_back),
        T(poll__next_time__overlaps),
        T(poll__more_than_an_answer__goes_on_at_the_last),
        T(poll__fails__heals_itself),
        T(poll__lead_mode__both_and_the_earlier_mark),
    };
    return cmocka_run_group_tests_name("sync_poll", tests, NULL, NULL);
}
