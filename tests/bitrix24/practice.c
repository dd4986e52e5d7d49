// Every call against the practice portal, in both method families, with deals and with leads.
#include "salon.h"

static struct heard *contacts(struct salon *salon, TALLOC_CTX *ctx, const char *phone) {
    struct heard *heard = heard_new(ctx);
    zp__crm_find_contacts(salon->crm, ZP_PACE_SYNC, phone, heard_answer, heard);
    heard_good(salon->loop, heard);
    return heard;
}

static const char *word(const struct salon *salon) {
    return salon->config->bitrix24.entity == ZP_CRM_LEAD ? "lead" : "deal";
}

static const char *shown(const struct zp_json *answer, const struct salon *salon,
                         const char *field) {
    const char *text = zp_json_string(zp_json_get(zp_json_get(answer, word(salon)), field));
    return text != NULL ? text : "";
}

// ---- a booking's log, from nothing to cancelled

static void an_entry(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct zp__crm_fields fields = salon_fields();
    assert_int_equal(salon_find(salon, ctx, "852999001")->answer.entry_count, 0);
    struct heard *added = salon_add(salon, ctx, &fields);
    assert_int_equal(added->asked_sending, 1);
    assert_non_null(added->answer.id);
    assert_int_equal(added->answer.entry_count, 1);
    const struct zp__crm_entry *entry = &added->answer.entries[0];
    assert_string_equal(entry->id, added->answer.id);
    assert_string_equal(entry->booking_field, "852999001");
    assert_string_equal(entry->originator_id, "dikidi");
    assert_string_equal(entry->origin_id, "852999001");
    assert_string_equal(entry->source_id, "DIKIDI");
    assert_int_equal(entry->opportunity_minor, 180050);
    assert_int_equal(entry->visit_at, salon_instant("2026-09-24T11:00:00Z"));
    assert_int_equal(entry->semantic, 'P');
    assert_true(added->answer.server_time != 0);
    const struct zp_json *deal = HAND(salon, ctx, word(salon), added->answer.id);
    assert_string_equal(shown(deal, salon, "TITLE"), fields.title);
    assert_string_equal(shown(deal, salon, "SOURCE_DESCRIPTION"), "desk");
    assert_non_null(strstr(shown(deal, salon, "COMMENTS"), "(b)жирно(/b)"));
    assert_non_null(strstr(shown(deal, salon, "COMMENTS"), "Маникюр\nКомментарий"));
    assert_string_equal(shown(deal, salon, "CURRENCY_ID"), "RUB");
    if (salon->config->bitrix24.entity == ZP_CRM_DEAL) {
        assert_int_equal(strncmp(shown(deal, salon, "BEGINDATE"), "2026-09-24", 10), 0);
        assert_int_equal(strncmp(shown(deal, salon, "CLOSEDATE"), "2026-09-24", 10), 0);
    }
    struct heard *found = salon_find(salon, ctx, "852999001");
    assert_int_equal(found->answer.entry_count, 1);
    assert_string_equal(found->answer.entries[0].id, added->answer.id);
    assert_int_equal(salon_find(salon, ctx, "85299900")->answer.entry_count, 0);
    assert_int_equal(salon_find(salon, ctx, "85299900_")->answer.entry_count, 0);
    assert_int_equal(salon_find(salon, ctx, "%")->answer.entry_count, 0);
    talloc_free(ctx);
}

static void a_double(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct zp__crm_fields fields = salon_fields();
    char *first = salon_add(salon, ctx, &fields)->answer.id;
    char *second = salon_add(salon, ctx, &fields)->answer.id;
    assert_string_not_equal(first, second);
    struct heard *found = salon_find(salon, ctx, "852999001");
    assert_int_equal(found->answer.entry_count, 2);
    assert_string_equal(found->answer.entries[0].id, first); // the lowest first
    if (salon->config->bitrix24.entity == ZP_CRM_DEAL) {
        // staff wiped the field: the origin still finds it
        HAND(salon, ctx, "deal-edit", first, salon->config->bitrix24.booking_field, "");
        assert_int_equal(salon_find(salon, ctx, "852999001")->answer.entry_count, 2);
    }
    talloc_free(ctx);
}

static void stages_and_move(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    enum zp_crm_entity entity = salon->config->bitrix24.entity;
    struct zp__crm_fields fields = salon_fields();
    char *id = salon_add(salon, ctx, &fields)->answer.id;
    struct heard *stages = heard_new(ctx), *moved = heard_new(ctx);
    zp__crm_stages(salon->crm, ZP_PACE_SYNC, entity, salon->config->bitrix24.funnel, heard_answer,
                   stages);
    heard_good(salon->loop, stages);
    const struct zp__crm_stage *failure = zp__crm_failure_stage(&stages->answer, "");
    assert_non_null(failure);
    assert_int_equal(failure->semantic, 'F');
    zp__crm_move(salon->crm, ZP_PACE_SYNC, entity, id, failure->id, heard_sending, heard_answer,
                 moved);
    heard_good(salon->loop, moved);
    assert_int_equal(moved->answer.outcome, ZP_CRM_DONE);
    assert_int_equal(moved->asked_sending, 1);
    assert_int_equal(moved->answer.entry_count, 1);
    assert_string_equal(moved->answer.entries[0].stage_id, failure->id);
    assert_int_equal(moved->answer.entries[0].semantic, 'F');
    struct heard *again = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, entity, id, failure->id, heard_sending, heard_answer,
                 again);
    heard_good(salon->loop, again);
    assert_int_equal(again->asked_sending, 0); // it is there already: nothing is sent
    struct heard *strange = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, entity, id, entity == ZP_CRM_LEAD ? "NONE" : "C1:LOSE",
                 heard_sending, heard_answer, strange);
    heard_wait(salon->loop, strange);
    assert_false(strange->answer.ok);
    assert_int_equal(strange->answer.outcome, ZP_CRM_REFUSED);
    assert_string_equal(salon_get(salon, ctx, id)->answer.entries[0].stage_id, failure->id);
    struct heard *none = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, entity, "999999", failure->id, heard_sending,
                 heard_answer, none);
    heard_wait(salon->loop, none);
    assert_true(none->answer.missing);
    assert_int_equal(none->answer.outcome, ZP_CRM_REFUSED);
    assert_int_equal(none->asked_sending, 0);
    talloc_free(ctx);
}

static void another_funnel(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    salon->config->bitrix24.funnel = 1;
    struct zp__crm_fields fields = salon_fields();
    struct heard *added = salon_add(salon, ctx, &fields), *stages = heard_new(ctx);
    assert_int_equal(added->answer.entries[0].category_id, 1);
    zp__crm_stages(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, 1, heard_answer, stages);
    heard_good(salon->loop, stages);
    const struct zp__crm_stage *failure = zp__crm_failure_stage(&stages->answer, "LOSE");
    assert_int_equal(strncmp(failure->id, "C1:", 3), 0); // LOSE is not of this funnel
    struct heard *moved = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, added->answer.id, failure->id,
                 heard_sending, heard_answer, moved);
    heard_good(salon->loop, moved);
    assert_int_equal(moved->answer.entries[0].semantic, 'F');
    talloc_free(ctx);
}

static void gone_is_missing(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct heard *heard = salon_get(salon, ctx, "999999");
    assert_false(heard->answer.ok);
    assert_true(heard->answer.missing);
    assert_int_equal(heard->answer.error.code, ZP_E_NOT_FOUND);
    HAND(salon, ctx, "set", "lang", "ru");
    heard = salon_get(salon, ctx, "999999");
    assert_true(heard->answer.missing);
    talloc_free(ctx);
}

static void an_update(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    enum zp_crm_entity entity = salon->config->bitrix24.entity;
    struct zp__crm_fields fields = salon_fields();
    char *id = salon_add(salon, ctx, &fields)->answer.id;
    struct heard *contact = heard_new(ctx), *updated = heard_new(ctx);
    zp__crm_add_contact(salon->crm, ZP_PACE_SYNC, "Ксения", SALON_PHONE, heard_sending,
                        heard_answer, contact);
    heard_good(salon->loop, contact);
    fields.booking_id = "852999002";
    fields.visit_at = salon_instant("2026-09-25T08:30:00Z");
    fields.contact_id = contact->answer.id;
    fields.title = NULL; // stays
    zp__crm_update(salon->crm, ZP_PACE_SYNC, entity, id, &fields, heard_sending, heard_answer,
                   updated);
    heard_good(salon->loop, updated);
    assert_int_equal(updated->answer.outcome, ZP_CRM_DONE);
    const struct zp__crm_entry *entry = &updated->answer.entries[0];
    assert_string_equal(entry->booking_field, "852999002");
    assert_string_equal(entry->origin_id, "852999002");
    assert_int_equal(entry->visit_at, fields.visit_at);
    const struct zp_json *deal = HAND(salon, ctx, word(salon), id);
    assert_string_equal(shown(deal, salon, "TITLE"), salon_fields().title);
    if (entity == ZP_CRM_DEAL) {
        const struct zp_json *ids = zp_json_get(zp_json_get(deal, "deal"), "CONTACT_IDS");
        assert_int_equal(zp_json_count(ids), 1);
        assert_string_equal(zp_json_text(ctx, zp_json_at(ids, 0)), contact->answer.id);
    } else {
        // the phone did not multiply
        const struct heard *lead = salon_get(salon, ctx, id);
        assert_true(lead->answer.ok);
    }
    talloc_free(ctx);
}

// Contacts that staff added stay (T6).
static void staff_contacts_stay(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct heard *first = heard_new(ctx), *second = heard_new(ctx), *updated = heard_new(ctx);
    zp__crm_add_contact(salon->crm, ZP_PACE_SYNC, "Мама", "+79160000011", NULL, heard_answer,
                        first);
    heard_good(salon->loop, first);
    zp__crm_add_contact(salon->crm, ZP_PACE_SYNC, "Дочь", "+79160000012", NULL, heard_answer,
                        second);
    heard_good(salon->loop, second);
    struct zp__crm_fields fields = salon_fields();
    fields.contact_id = first->answer.id;
    struct heard *added = salon_add(salon, ctx, &fields);
    assert_int_equal(salon_get(salon, ctx, added->answer.id)->answer.entries[0].contact_count, 1);
    fields.contact_id = second->answer.id;
    zp__crm_update(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, added->answer.id, &fields, heard_sending,
                   heard_answer, updated);
    heard_good(salon->loop, updated);
    const struct zp_json *deal = HAND(salon, ctx, "deal", added->answer.id);
    assert_int_equal(zp_json_count(zp_json_get(zp_json_get(deal, "deal"), "CONTACT_IDS")), 2);
    talloc_free(ctx);
}

static void a_comment(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct zp__crm_fields fields = salon_fields();
    char *id = salon_add(salon, ctx, &fields)->answer.id;
    struct heard *heard = heard_new(ctx);
    zp__crm_comment(salon->crm, ZP_PACE_SYNC, salon->config->bitrix24.entity, id,
                    "Отменено: [url=x]сюда[/url]", heard_sending, heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_non_null(heard->answer.id);
    const struct zp_json *comments = zp_json_get(HAND(salon, ctx, "comments"), "comments");
    assert_int_equal(zp_json_count(comments), 1);
    assert_string_equal(zp_json_string(zp_json_get(zp_json_at(comments, 0), "text")),
                        "Отменено: (url=x)сюда(/url)");
    struct heard *none = heard_new(ctx);
    zp__crm_comment(salon->crm, ZP_PACE_SYNC, salon->config->bitrix24.entity, "999999", "x",
                    heard_sending, heard_answer, none);
    heard_wait(salon->loop, none);
    assert_int_equal(none->answer.outcome, ZP_CRM_REFUSED);
    talloc_free(ctx);
}

// ---- contacts

static void contacts_by_phone(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    assert_int_equal(contacts(salon, ctx, SALON_PHONE)->answer.contact_count, 0);
    HAND(salon, ctx, "contact-add", "Старая карточка", "8 (916) 123-45-00");
    HAND(salon, ctx, "contact-add", "Десять цифр", "9161234500");
    struct heard *made = heard_new(ctx);
    zp__crm_add_contact(salon->crm, ZP_PACE_SYNC, "Ксения", SALON_PHONE, heard_sending,
                        heard_answer, made);
    heard_good(salon->loop, made);
    assert_int_equal(made->asked_sending, 1);
    struct heard *found = contacts(salon, ctx, SALON_PHONE);
    assert_int_equal(found->answer.contact_count, 3);
    assert_string_equal(found->answer.contacts[0].name, "Старая карточка");
    assert_false(found->answer.contacts[0].ours);
    assert_string_equal(found->answer.contacts[2].id, made->answer.id);
    assert_true(found->answer.contacts[2].ours);
    assert_int_equal(found->answer.contacts[2].phone_count, 1);
    assert_string_equal(found->answer.contacts[2].phones[0], SALON_PHONE);
    const struct zp_json *card =
        zp_json_get(HAND(salon, ctx, "contact", made->answer.id), "contact");
    assert_string_equal(zp_json_string(zp_json_get(card, "SOURCE_ID")), "DIKIDI");
    assert_string_equal(zp_json_string(zp_json_get(card, "OPENED")), "Y");
    talloc_free(ctx);
}

static void open_leads(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct zp__crm_fields fields = salon_fields(), call = {.title = "Звонок",
                                                           .client_name = "Ксения",
                                                           .client_phone = "8 916 123-45-00"};
    struct heard *ours = salon_add(salon, ctx, &fields), *theirs = salon_add(salon, ctx, &call);
    struct heard *closed = salon_add(salon, ctx, &call), *moved = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, closed->answer.id, "JUNK", heard_sending,
                 heard_answer, moved);
    heard_good(salon->loop, moved);
    struct heard *heard = heard_new(ctx);
    zp__crm_find_open_leads(salon->crm, ZP_PACE_SYNC, SALON_PHONE, heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_int_equal(heard->answer.entry_count, 1);
    assert_string_equal(heard->answer.entries[0].id, theirs->answer.id);
    assert_string_not_equal(heard->answer.entries[0].id, ours->answer.id);
    talloc_free(ctx);
}

// ---- the day's figure

static void visits(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    enum zp_crm_entity entity = salon->config->bitrix24.entity;
    int64_t day = salon_instant("2027-03-01T00:00:00Z");
    for (int i = 0; i < 53; i++) { // more than a page
        char *number = talloc_asprintf(ctx, "9000%d", i);
        struct zp__crm_fields fields = salon_fields();
        fields.booking_id = number;
        fields.visit_at = day + i * 600;
        salon_add(salon, ctx, &fields);
    }
    struct heard *cancelled = salon_find(salon, ctx, "900010"), *moved = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, entity, cancelled->answer.entries[0].id,
                 entity == ZP_CRM_LEAD ? "JUNK" : "LOSE", heard_sending, heard_answer, moved);
    heard_good(salon->loop, moved);
    struct heard *heard = heard_new(ctx);
    zp__crm_count_visits(salon->crm, ZP_PACE_SYNC, entity, day, day + 52 * 600, heard_answer,
                         heard);
    heard_good(salon->loop, heard);
    assert_int_equal(heard->answer.total, 51); // the last lies outside, one is cancelled
    assert_int_equal(heard->answer.name_count, 51);
    assert_string_equal(heard->answer.names[0], "90000");
    for (size_t i = 0; i < heard->answer.name_count; i++)
        assert_string_not_equal(heard->answer.names[i], "900010");
    struct heard *none = heard_new(ctx);
    zp__crm_count_visits(salon->crm, ZP_PACE_SYNC, entity, day + 86400, day + 90000, heard_answer,
                         none);
    heard_good(salon->loop, none);
    assert_int_equal(none->answer.total, 0);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ALL(an_entry),
        ALL(a_double),
        ALL(stages_and_move),
        BOTH(another_funnel, item, legacy),
        ALL(gone_is_missing),
        ALL(an_update),
        BOTH(staff_contacts_stay, item, legacy),
        ALL(a_comment),
        BOTH(contacts_by_phone, item, legacy),
        BOTH(open_leads, item_lead, legacy_lead),
        ALL(visits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
