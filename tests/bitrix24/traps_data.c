// Traps that make wrong data silently (bitrix24.md 16.1), one function each.
#include "trial.h"

// What arrives without parameters makes an empty deal: no redirect is followed, no body is empty.
static void t1_empty_add(struct trial *trial) {
    size_t before = trial_deal_count(trial);
    DO(trial, "fault", trial_adds(trial), "302", "--count", "1");
    trial_outcome(trial_add(trial), ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    assert_int_equal(trial_deal_count(trial), before);
    assert_int_equal(zp_json_count(trial_sent(trial, trial_adds(trial))), 1);
    char *id = trial_added(trial);
    assert_string_equal(trial_text(trial_card(trial, "deal", id), "TITLE"), "Маникюр · Ксения");
    assert_int_equal(trial_deal_count(trial), before + 1);
}

// The filter's field is gone: the older family gives every deal there is.
static void t2_filter_ignored(struct trial *trial) {
    const char *field = trial->salon->config->bitrix24.booking_field;
    DO(trial, "field-delete", field);
    struct heard *heard = trial_find(trial);
    assert_int_equal(heard->answer.entry_count, 0);
    if (!trial->legacy)
        assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    struct heard *count = heard_new(trial->ctx);
    zp__crm_count_visits(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, 0, INT64_C(4000000000),
                         heard_answer, count);
    heard_wait(trial->salon->loop, count);
    assert_int_equal(count->answer.error.code, ZP_E_CONFIG); // not a figure of strangers
    DO(trial, "field-add", field, "string");
    assert_true(trial_find(trial)->answer.ok);
}

static void t3_lost_answer(struct trial *trial) {
    DO(trial, "fault", trial_adds(trial), "drop-after", "--count", "1");
    trial_outcome(trial_add(trial), ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    assert_int_equal(zp_json_count(trial_sent(trial, trial_adds(trial))), 1); // not repeated
    assert_int_equal(trial_find(trial)->answer.entry_count, 1);               // but looked for
}

static void t4_foreign_stage(struct trial *trial) {
    char *id = trial_added(trial);
    struct heard *heard = trial_move(trial, id, "C1:LOSE");
    trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_CONFIG);
    assert_int_equal(heard->asked_sending, 0);
    heard = trial_move(trial, id, "NO_SUCH_STAGE"); // the older family ignores it and says true
    assert_int_equal(heard->answer.outcome, ZP_CRM_REFUSED);
    assert_string_equal(trial_get(trial, id)->answer.entries[0].stage_id, "NEW");
    DO(trial, "deal-funnel", id, "1");
    heard = trial_move(trial, id, "LOSE");
    trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_CONFIG);
    heard = trial_move(trial, id, "C1:UC_4KQ7ZD");
    assert_int_equal(heard->answer.outcome, ZP_CRM_DONE);
    assert_int_equal(heard->answer.entries[0].semantic, 'F');
}

// Adopting a lead writes to it; its phone stays one.
static void t5_phone_multiplies(struct trial *trial) {
    struct zp__crm_fields call = {
        .title = "Звонок", .client_name = "Ксения", .client_phone = trial->phone};
    char *id = trial_add_fields(trial, ZP_CRM_LEAD, &call)->answer.id;
    struct zp__crm_fields fields = trial_visit(trial);
    for (int i = 0; i < 2; i++) {
        struct heard *heard = heard_new(trial->ctx);
        zp__crm_update(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, id, &fields, heard_sending,
                       heard_answer, heard);
        heard_good(trial->salon->loop, heard);
    }
    assert_int_equal(zp_json_count(zp_json_get(trial_card(trial, "lead", id), "PHONE")), 1);
}

static void t6_contacts_replaced(struct trial *trial) {
    char *ours = trial_contact(trial), *id = trial_added(trial);
    DO(trial, "contact-add", "Мама", "+79160000011");
    const struct zp_json *all = zp_json_get(DO(trial, "contacts"), "contacts");
    const char *mother = trial_text(zp_json_at(all, zp_json_count(all) - 1), "ID");
    const char *const binds[] = {mother, ours};
    for (int i = 0; i < 2; i++) {
        struct zp__crm_fields fields = trial_visit(trial);
        struct heard *heard = heard_new(trial->ctx);
        fields.contact_id = binds[i];
        zp__crm_update(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, id, &fields, heard_sending,
                       heard_answer, heard);
        heard_good(trial->salon->loop, heard);
    }
    assert_int_equal(zp_json_count(zp_json_get(trial_card(trial, "deal", id), "CONTACT_IDS")), 2);
}

// Ten digits, twenty leads of the same number, several contacts: the same one is taken each time,
// and it is told.
static void t7_blind_spots(struct trial *trial) {
    assert_int_equal(trial_contacts(trial)->answer.contact_count, 0);
    DO(trial, "contact-add", "Десять цифр", trial->phone + 2);
    struct heard *heard = trial_contacts(trial);
    assert_int_equal(heard->answer.contact_count, 1);
    assert_null(heard->answer.told);
    char *first = heard->answer.contacts[0].id;
    struct zp__crm_fields call = {.title = "Звонок", .client_phone = trial->phone};
    for (int i = 0; i < 21; i++)
        assert_true(trial_add_fields(trial, ZP_CRM_LEAD, &call)->answer.ok);
    char *second = trial_contact(trial);
    heard = trial_contacts(trial);
    assert_int_equal(heard->answer.contact_count, 2);
    assert_string_equal(heard->answer.contacts[0].id, first); // both are the number: the lower id
    assert_string_equal(trial_contacts(trial)->answer.contacts[0].id, first);
    assert_non_null(heard->answer.told);
    assert_non_null(strstr(heard->answer.told, first));
    assert_non_null(strchr(heard->answer.told, '2'));
    DO(trial, "contact-merge", second, first); // a person tidies up
    heard = trial_contacts(trial);
    assert_int_equal(heard->answer.contact_count, 1);
    assert_string_equal(heard->answer.contacts[0].id, second);
    assert_null(heard->answer.told);
}

// The contact found a moment ago is merged or deleted before the deal is added.
static void t7_contact_gone(struct trial *trial) {
    char *gone = trial_contact(trial);
    DO(trial, "contact-delete", gone);
    struct zp__crm_fields fields = trial_visit(trial);
    fields.contact_id = gone;
    struct heard *heard = trial_add_fields(trial, ZP_CRM_DEAL, &fields);
    assert_false(heard->answer.ok);
    if (trial->legacy) {
        trial_outcome(heard, ZP_CRM_DONE, ZP_E_CONFIG);
        assert_string_equal(heard->answer.error.name, "CONTACT_GONE");
    } else {
        trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_REFUSED);
    }
    fields.contact_id = trial_contact(trial);
    assert_true(trial_add_fields(trial, ZP_CRM_DEAL, &fields)->answer.ok);
}

// Half past one at night in the salon, another day and another offset elsewhere.
static void t9_dates(struct trial *trial) {
    char *id = trial_added(trial);
    const struct zp_json *deal = trial_card(trial, "deal", id);
    assert_int_equal(strncmp(trial_text(deal, "BEGINDATE"), "2026-09-25", 10), 0);
    assert_int_equal(strncmp(trial_text(deal, "CLOSEDATE"), "2026-09-25", 10), 0);
    assert_int_equal(trial_get(trial, id)->answer.entries[0].visit_at,
                     salon_instant("2026-09-24T22:30:00Z"));
}

static void t10_product_rows(struct trial *trial) {
    char *id = trial_added(trial);
    const struct zp_json *deal = zp_json_get(DO(trial, "deal-product", id, "Масло", "350"), "deal");
    assert_string_equal(trial_text(deal, "OPPORTUNITY"), "1800.50");
    assert_int_equal(zp_json_count(trial_sent(trial, "crm.deal.productrows.set")), 0);
}

static void t11_source_unknown(struct trial *trial) {
    char *kept = trial_added(trial);
    assert_string_equal(trial_text(trial_card(trial, "deal", kept), "SOURCE_ID"),
                        "DIKIDI"); // no number
    salon_client(trial->salon);    // one that has not seen the directory
    DO(trial, "source-delete", "DIKIDI");
    struct heard *heard = trial_add(trial);
    assert_false(heard->answer.ok);
    if (trial->legacy) {
        trial_outcome(heard, ZP_CRM_DONE, ZP_E_CONFIG);
        assert_string_equal(heard->answer.error.name, "NOT_KEPT");
        assert_non_null(strstr(heard->answer.error.message, "SOURCE_ID"));
    } else {
        trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_REFUSED);
    }
    struct heard *made = heard_new(trial->ctx);
    zp__crm_add_source(trial->salon->crm, "DIKIDI", "Dikidi", heard_answer, made);
    heard_good(trial->salon->loop, made);
    assert_true(trial_add(trial)->answer.ok);
}

static void t12_import(struct trial *trial) {
    assert_null(zp_json_get(trial_card(trial, "contact", trial_contact(trial)), "IMPORTED"));
}

static void t13_multi_fields(struct trial *trial) {
    const struct zp_json *phones =
        zp_json_get(trial_card(trial, "contact", trial_contact(trial)), "PHONE");
    assert_int_equal(zp_json_count(phones), 1);
    assert_string_equal(trial_text(zp_json_at(phones, 0), "VALUE"), trial->phone);
    assert_string_equal(trial_text(zp_json_at(phones, 0), "VALUE_TYPE"), "MOBILE");
}

static void t14_field_name(struct trial *trial) {
    char *own = trial->salon->config->bitrix24.booking_field;
    trial->salon->config->bitrix24.booking_field = talloc_strdup(trial->ctx, "UF_CRM_DIKIDI_ID2");
    DO(trial, "field-add", "UF_CRM_DIKIDI_ID2", "string");
    char *id = trial_added(trial);
    assert_string_equal(trial_text(trial_card(trial, "deal", id), "UF_CRM_DIKIDI_ID2"),
                        trial->booking_id);
    assert_int_equal(trial_find(trial)->answer.entry_count, 1);
    DO(trial, "field-delete", "UF_CRM_DIKIDI_ID2");
    trial->salon->config->bitrix24.booking_field = own;
}

const struct trap traps_of_data[] = {
    {"T1 empty add", t1_empty_add},
    {"T2 filter ignored", t2_filter_ignored},
    {"T3 retry after a lost answer", t3_lost_answer},
    {"T4 stage of another funnel", t4_foreign_stage},
    {"T5 phone multiplies", t5_phone_multiplies},
    {"T6 contacts replaced", t6_contacts_replaced},
    {"T7 blind spots of the look by phone", t7_blind_spots},
    {"T7 a contact that is gone", t7_contact_gone},
    {"T9 dates", t9_dates},
    {"T10 product rows", t10_product_rows},
    {"T11 unknown source", t11_source_unknown},
    {"T12 IMPORT", t12_import},
    {"T13 multi-fields", t13_multi_fields},
    {"T14 names of user fields", t14_field_name},
    {NULL, NULL},
};
