// crm-log on a portal without leads: the machine, the real client and the practice portal. The lead
// becomes a deal at once; wherever the process dies, the booking ends with exactly one entry.
#include "../bitrix24/salon.h"
#include "machine.h"

#define BOOKING "852999077" // not one of the newborn portal's

static void start_call(struct salon *salon, const struct machine *m, struct heard *heard) {
    const struct zp__effect *e = &m->effect;
    const struct zp_booking *booking = m->run->booking;
    struct zp_bitrix24 *crm = salon->crm;
    switch (e->kind) {
    case ZP_EFFECT_CRM_FIND:
        zp__crm_find_by_booking(crm, ZP_PACE_SYNC, e->entity, booking->booking_id, heard_answer,
                                heard);
        return;
    case ZP_EFFECT_CRM_FIND_LEADS:
        zp__crm_find_open_leads(crm, ZP_PACE_SYNC, booking->client_phone, heard_answer, heard);
        return;
    case ZP_EFFECT_CRM_FIND_CONTACTS:
        zp__crm_find_contacts(crm, ZP_PACE_SYNC, booking->client_phone, heard_answer, heard);
        return;
    case ZP_EFFECT_CRM_ADD_CONTACT:
        zp__crm_add_contact(crm, ZP_PACE_SYNC, booking->client_name, booking->client_phone, NULL,
                            heard_answer, heard);
        return;
    case ZP_EFFECT_CRM_ADD:
        zp__crm_add(crm, ZP_PACE_SYNC, e->entity, &e->fields, NULL, heard_answer, heard);
        return;
    case ZP_EFFECT_CRM_UPDATE:
        zp__crm_update(crm, ZP_PACE_SYNC, e->entity, e->id, &e->fields, NULL, heard_answer, heard);
        return;
    default: fail_msg("effect %d is not of crm-log", e->kind);
    }
}

// One worker's life: at most `lives` calls, after the last of which it dies before it hears the
// answer. True: the booking is logged. What is in the journal stays in *memory and *row.
static bool work(struct salon *salon, TALLOC_CTX *ctx, int lives, char **memory,
                 struct zp_booking **row) {
    struct machine *m = machine_new(ctx, ZP_TASK_CRM_LOG, ZP_BOOKING_BOOKED, *memory);
    m->config = *salon->config;
    if (*row != NULL) {
        zp__run_set_booking(m->run, *row);
    } else {
        m->run->booking->booking_id = talloc_strdup(m->run->booking, BOOKING);
    }
    machine_start(m);
    for (;;) {
        if (m->effect.kind == ZP_EFFECT_APPLY) {
            const struct zp__change *change = &m->effect.change;
            if (change->task_memory != NULL) {
                *memory = talloc_strdup(ctx, change->task_memory);
            }
            if (change->booking != NULL) {
                *row = zp_booking_copy(ctx, change->booking);
            }
            if (change->task_end != ZP_TASK_NOTE) {
                return change->task_end == ZP_TASK_FINISHED;
            }
            machine_applied(m);
            continue;
        }
        struct heard *heard = heard_new(ctx);
        start_call(salon, m, heard);
        heard_wait(salon->loop, heard);
        if (--lives == 0) {
            return false;
        }
        machine_crm(m, &heard->answer);
    }
}

static size_t entries(struct salon *salon, TALLOC_CTX *ctx, const char *many) {
    const struct zp_json *rows = zp_json_get(HAND(salon, ctx, many), many);
    size_t count = 0;
    for (size_t i = 0; i < zp_json_count(rows); i++) {
        const char *text = zp_json_string(zp_json_get(zp_json_at(rows, i), "UF_CRM_DIKIDI_ID"));
        count += text != NULL && strcmp(text, BOOKING) == 0;
    }
    return count;
}

static void expect_one_deal(struct salon *salon, TALLOC_CTX *ctx, const struct zp_booking *row,
                            size_t deals_before) {
    assert_string_equal(row->crm_entity, "deal");
    assert_int_equal(row->crm_state, ZP_CRM_LOGGED);
    assert_int_equal(entries(salon, ctx, "deals"), 1);
    assert_int_equal(entries(salon, ctx, "leads"), 1); // the one that became it
    assert_int_equal(zp_json_count(zp_json_get(HAND(salon, ctx, "deals"), "deals")),
                     deals_before + 1);
    const struct zp_json *deal = zp_json_get(HAND(salon, ctx, "deal", row->crm_id), "deal");
    assert_string_equal(zp_json_string(zp_json_get(deal, "ORIGIN_ID")), BOOKING);
    assert_string_equal(zp_json_string(zp_json_get(deal, "ORIGINATOR_ID")), "dikidi");
    assert_non_null(strstr(zp_json_string(zp_json_get(deal, "TITLE")), "Маникюр"));
    assert_int_equal(zp_json_count(zp_json_get(deal, "CONTACT_IDS")), 1);
}

// Dies at every call in turn; the last round has no death left in it.
static void one_entry_wherever_it_dies(void **state) {
    for (int dies_at = 1; dies_at <= 7; dies_at++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct salon *salon = salon_open(ctx, state);
        HAND(salon, ctx, "set", "mode", "2");
        salon->config->bitrix24.recheck_seconds = 0; // what is not there is believed at once
        const size_t before = zp_json_count(zp_json_get(HAND(salon, ctx, "deals"), "deals"));
        char *memory = talloc_strdup(ctx, "");
        struct zp_booking *row = NULL;
        bool logged = work(salon, ctx, dies_at, &memory, &row);
        assert_false(dies_at < 5 && logged); // find, leads, contacts, contact, add, update
        for (int i = 0; i < 3 && !logged; i++) {
            logged = work(salon, ctx, 100, &memory, &row);
        }
        assert_true(logged);
        expect_one_deal(salon, ctx, row, before);
        talloc_free(ctx);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {BOTH(one_entry_wherever_it_dies, item_lead, legacy_lead)};
    return cmocka_run_group_tests_name("sync_convert", tests, NULL, NULL);
}
