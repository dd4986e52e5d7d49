// The hand-written exchanges of tests/fixtures/bitrix24 that a call of ours makes: what is sent
// holds what NAME.request asks, and the bytes of NAME.response are read as what they mean.
#include "wire.h"

// ---- the request

static void same(const char *path, const struct zp_json *expected, const struct zp_json *sent,
                 bool all);

// `select` and a list of labels may hold more than the fixture's.
static void same_array(const char *path, const struct zp_json *expected, const struct zp_json *sent,
                       bool all) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    for (size_t i = 0; i < zp_json_count(expected); i++) {
        const struct zp_json *one = zp_json_at(expected, i);
        if (zp_json_type(one) == ZP_JSON_OBJECT) {
            same(path, one, zp_json_at(sent, i), all);
            continue;
        }
        bool found = false;
        for (size_t j = 0; j < zp_json_count(sent); j++)
            found = found ||
                    strcmp(zp_json_text(ctx, zp_json_at(sent, j)), zp_json_text(ctx, one)) == 0;
        if (!found)
            fail_msg("%s: %s was not sent", path, zp_json_text(ctx, one));
    }
    talloc_free(ctx);
}

static void same(const char *path, const struct zp_json *expected, const struct zp_json *sent,
                 bool all) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    if (zp_json_type(expected) != zp_json_type(sent))
        fail_msg("%s: of another type, or not sent", path);
    if (zp_json_type(expected) == ZP_JSON_ARRAY) {
        same_array(path, expected, sent, all);
    } else if (zp_json_type(expected) == ZP_JSON_OBJECT) {
        if (all && zp_json_count(expected) != zp_json_count(sent))
            fail_msg("%s: %zu members, not %zu", path, zp_json_count(sent),
                     zp_json_count(expected));
        for (size_t i = 0; i < zp_json_count(expected); i++) {
            const struct zp_json *one = zp_json_at(expected, i);
            same(talloc_asprintf(ctx, "%s.%s", path, zp_json_key(one)), one,
                 zp_json_get(sent, zp_json_key(one)), all);
        }
    } else {
        assert_string_equal(zp_json_text(ctx, sent), zp_json_text(ctx, expected));
    }
    talloc_free(ctx);
}

static const struct zp_json *body_json(TALLOC_CTX *ctx, const char *message) {
    const char *body = strstr(message, "\r\n\r\n") + 4;
    const struct zp_json *json = zp_json_parse(ctx, body, strlen(body), NULL);
    assert_non_null(json);
    return json;
}

// `all`: nothing more than the fixture; else at least all of it.
static void same_request(TALLOC_CTX *ctx, const struct wire *wire, size_t n, const char *name,
                         bool all) {
    char *expected = wire_file(ctx, talloc_asprintf(ctx, "%s.request", name));
    assert_true(n < wire->request_count);
    size_t line = strcspn(expected, "\r");
    if (strncmp(expected, wire->requests[n], line + 1) != 0)
        fail_msg("%s: sent \"%.*s\"", name, (int)strcspn(wire->requests[n], "\r"),
                 wire->requests[n]);
    assert_non_null(strstr(wire->requests[n], "\r\nAccept: application/json\r\n"));
    assert_non_null(strstr(wire->requests[n], "\r\nContent-Type: application/json\r\n"));
    same(name, body_json(ctx, expected), body_json(ctx, wire->requests[n]), all);
}

static struct wire *wire_of(TALLOC_CTX *ctx, enum zp_crm_methods methods, const char *name) {
    struct wire *wire = wire_new(ctx, methods);
    wire_answer(wire, wire_file(ctx, talloc_asprintf(ctx, "%s.response", name)));
    return wire;
}

// ---- reads without parameters

static void set_up_reads(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "profile");
    struct heard *heard = heard_new(ctx);
    zp__crm_profile(wire->crm, ZP_PACE_URGENT, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "profile", true);
    assert_int_equal(heard->answer.number, 1);
    assert_int_equal(heard->answer.server_time, salon_instant("2026-09-23T09:00:00Z"));
    assert_int_equal(heard->answer.server_offset_s, 7200);
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "scope");
    heard = heard_new(ctx);
    zp__crm_scope(wire->crm, ZP_PACE_URGENT, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "scope", true);
    assert_int_equal(heard->answer.name_count, 2);
    assert_string_equal(heard->answer.names[0], "crm");
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "mode");
    heard = heard_new(ctx);
    zp__crm_mode(wire->crm, ZP_PACE_URGENT, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "mode", true);
    assert_int_equal(heard->answer.number, 1);
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "method-get");
    heard = heard_new(ctx);
    zp__crm_method_exists(wire->crm, ZP_PACE_URGENT, "crm.item.add", heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "method-get", true);
    assert_true(heard->answer.flag);
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "category-list");
    heard = heard_new(ctx);
    zp__crm_funnels(wire->crm, ZP_PACE_URGENT, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "category-list", true);
    assert_int_equal(heard->answer.name_count, 3);
    assert_string_equal(heard->answer.names[1], "1=Салон");
    talloc_free(ctx);
}

static void stages(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "status-list-stages");
    struct heard *heard = heard_new(ctx);
    zp__crm_stages(wire->crm, ZP_PACE_URGENT, ZP_CRM_DEAL, 0, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "status-list-stages", true);
    assert_string_equal(heard->answer.stages[0].id, "NEW");
    assert_int_equal(heard->answer.stages[0].semantic, 'P');
    assert_string_equal(zp__crm_failure_stage(&heard->answer, "")->id, "LOSE");
    assert_string_equal(zp__crm_failure_stage(&heard->answer, "APOLOGY")->id, "APOLOGY");
    assert_string_equal(zp__crm_failure_stage(&heard->answer, "WON")->id, "LOSE");
    assert_null(zp__crm_failure_stage(&(struct zp__crm_answer){0}, "LOSE"));
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "status-list-stages-funnel");
    heard = heard_new(ctx);
    zp__crm_stages(wire->crm, ZP_PACE_URGENT, ZP_CRM_DEAL, 1, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "status-list-stages-funnel", true);
    assert_string_equal(zp__crm_failure_stage(&heard->answer, "LOSE")->id, "C1:LOSE");
    talloc_free(ctx);
}

// ---- entries

static void found(const char *name, enum zp_crm_methods methods, size_t n, const char *second) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_of(ctx, methods, name);
    struct heard *heard = heard_new(ctx);
    if (second != NULL)
        wire_answer(wire, wire_file(ctx, talloc_asprintf(ctx, "%s.response", second)));
    zp__crm_find_by_booking(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "8123", heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, name, false);
    if (second != NULL)
        same_request(ctx, wire, 1, "deal-list", false);
    assert_int_equal(wire->request_count, n);
    assert_int_equal(heard->answer.entry_count, 1);
    const struct zp__crm_entry *entry = &heard->answer.entries[0];
    assert_string_equal(entry->id, "74");
    assert_string_equal(entry->stage_id, "NEW");
    assert_int_equal(entry->semantic, 'P');
    assert_int_equal(entry->contact_count, 1);
    assert_string_equal(entry->contact_ids[0], "25");
    talloc_free(ctx);
}

static void entries_of_a_booking(void **state) {
    (void)state;
    found("item-deal-list", ZP_CRM_METHODS_ITEM, 1, NULL);
    found("deal-list-origin", ZP_CRM_METHODS_LEGACY, 2, "deal-list");
    found("deal-list-origin", ZP_CRM_METHODS_LEGACY, 2, "deal-list-unknown-key"); // T2
}

static void one_entry(void **state) {
    (void)state;
    static const char *const names[] = {"item-deal-get", "deal-get"};
    for (int i = 0; i < 2; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct wire *wire =
            wire_of(ctx, i == 0 ? ZP_CRM_METHODS_ITEM : ZP_CRM_METHODS_LEGACY, names[i]);
        struct heard *heard = heard_new(ctx);
        zp__crm_get(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "74", heard_answer, heard);
        heard_good(wire->loop, heard);
        same_request(ctx, wire, 0, names[i], true);
        const struct zp__crm_entry *entry = &heard->answer.entries[0];
        assert_string_equal(entry->title, "Маникюр · Мария Иванова · Анна П. · 24.09.2026 15:00");
        assert_int_equal(entry->opportunity_minor, 150050);
        assert_string_equal(entry->source_id, "DIKIDI");
        assert_string_equal(entry->booking_field, "8123");
        assert_int_equal(entry->visit_at, salon_instant("2026-09-24T12:00:00Z"));
        talloc_free(ctx);
    }
}

static void missing_entries(void **state) {
    (void)state;
    static const char *const names[] = {"item-deal-get-missing", "deal-get-missing",
                                        "lead-get-missing"};
    for (int i = 0; i < 3; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct wire *wire =
            wire_of(ctx, i == 0 ? ZP_CRM_METHODS_ITEM : ZP_CRM_METHODS_LEGACY, names[i]);
        struct heard *heard = heard_new(ctx);
        zp__crm_get(wire->crm, ZP_PACE_SYNC, i == 2 ? ZP_CRM_LEAD : ZP_CRM_DEAL, "9999",
                    heard_answer, heard);
        heard_wait(wire->loop, heard);
        assert_true(heard->answer.missing && !heard->answer.ok);
        talloc_free(ctx);
    }
}

// ---- writes

static struct zp__crm_fields pedicure(void) {
    return (struct zp__crm_fields){.title = "Педикюр · Мария Иванова",
                                   .comments = "Услуга: педикюр\nМастер: Анна П.",
                                   .source_id = "DIKIDI",
                                   .source_description = "desk",
                                   .opportunity_minor = 200000,
                                   .currency = "RUB",
                                   .booking_id = "8124",
                                   .visit_at = salon_instant("2026-09-25T09:00:00Z"),
                                   .contact_id = "25"};
}

static void a_deal_is_added(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__crm_fields fields = pedicure();
    struct wire *wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "item-deal-add");
    struct heard *heard = heard_new(ctx);
    wire->config->bitrix24.funnel = 1;
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, heard_sending, heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "item-deal-add", true);
    assert_string_equal(heard->answer.id, "75");
    assert_string_equal(heard->answer.entries[0].stage_id, "C1:NEW");
    wire = wire_of(ctx, ZP_CRM_METHODS_LEGACY, "deal-add");
    wire_answer(wire, wire_file(ctx, "deal-get-missing.response"));
    heard = heard_new(ctx);
    wire->config->bitrix24.funnel = 1;
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, heard_sending, heard_answer, heard);
    heard_good(wire->loop, heard);
    assert_string_equal(heard->answer.id, "75");
    assert_true(heard->answer.missing); // it cannot be looked at; it is made all the same
    const struct zp_json *sent = zp_json_get(body_json(ctx, wire->requests[0]), "fields");
    const struct zp_json *asked =
        zp_json_get(body_json(ctx, wire_file(ctx, "deal-add.request")), "fields");
    assert_int_equal(zp_json_count(sent), zp_json_count(asked));
    for (size_t i = 0; i < zp_json_count(asked); i++) {
        const struct zp_json *one = zp_json_at(asked, i);
        if (strcmp(zp_json_key(one), "CONTACT_ID") != 0) // CONTACT_IDS: the other is deprecated
            same(zp_json_key(one), one, zp_json_get(sent, zp_json_key(one)), true);
    }
    assert_int_equal(zp_json_count(zp_json_get(sent, "CONTACT_IDS")), 1);
    talloc_free(ctx);
}

static void a_lead_is_added(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    static const char *const names[] = {"item-lead-add", "lead-add"};
    struct zp__crm_fields fields = pedicure();
    fields.contact_id = NULL;
    fields.client_name = "Мария Иванова";
    fields.client_phone = "+79161234567";
    for (int i = 0; i < 2; i++) {
        struct wire *wire =
            wire_of(ctx, i == 0 ? ZP_CRM_METHODS_ITEM : ZP_CRM_METHODS_LEGACY, names[i]);
        wire_answer(wire, wire_file(ctx, "lead-get-missing.response"));
        struct heard *heard = heard_new(ctx);
        zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, &fields, heard_sending, heard_answer,
                    heard);
        heard_good(wire->loop, heard);
        same_request(ctx, wire, 0, names[i], false);
        assert_string_equal(heard->answer.id, "41");
    }
    talloc_free(ctx);
}

static void a_stage_is_set(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "item-deal-get");
    struct heard *heard = heard_new(ctx);
    char *response = wire_file(ctx, "item-deal-update-cancel.response");
    wire_answer(wire, response);
    wire_answer(wire, response); // looked at again
    zp__crm_move(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "74", "LOSE", heard_sending, heard_answer,
                 heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 1, "item-deal-update-cancel", true);
    assert_int_equal(wire->request_count, 3);
    assert_int_equal(heard->answer.entries[0].semantic, 'F');
    wire = wire_of(ctx, ZP_CRM_METHODS_LEGACY, "deal-get");
    wire_answer(wire, wire_file(ctx, "deal-update-cancel.response"));
    wire_answer(wire, wire_file(ctx, "deal-get.response")); // `true`, and nothing changed (T4)
    heard = heard_new(ctx);
    zp__crm_move(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "74", "LOSE", heard_sending, heard_answer,
                 heard);
    heard_wait(wire->loop, heard);
    same_request(ctx, wire, 1, "deal-update-cancel", true);
    assert_int_equal(heard->answer.outcome, ZP_CRM_REFUSED);
    assert_string_equal(heard->answer.error.name, "STAGE_NOT_TAKEN");
    assert_string_equal(heard->answer.entries[0].stage_id, "NEW");
    talloc_free(ctx);
}

static void contacts(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_of(ctx, ZP_CRM_METHODS_LEGACY, "find-contact");
    struct heard *heard = heard_new(ctx);
    wire_answer(wire, wire_file(ctx, "contact-list-phone.response"));
    zp__crm_find_contacts(wire->crm, ZP_PACE_SYNC, "+79161234567", heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "find-contact", true);
    assert_int_equal(heard->answer.contact_count, 1);
    assert_string_equal(heard->answer.contacts[0].id, "25");
    assert_string_equal(heard->answer.contacts[0].name, "Мария Иванова");
    assert_string_equal(heard->answer.contacts[0].phones[0], "+79161234567");
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "find-contact-none");
    heard = heard_new(ctx);
    zp__crm_find_contacts(wire->crm, ZP_PACE_SYNC, "+79169999999", heard_answer, heard);
    heard_good(wire->loop, heard);
    assert_int_equal(heard->answer.contact_count, 0);
    assert_int_equal(wire->request_count, 1);
    static const char *const names[] = {"item-contact-add", "contact-add"};
    for (int i = 0; i < 2; i++) {
        wire = wire_of(ctx, i == 0 ? ZP_CRM_METHODS_ITEM : ZP_CRM_METHODS_LEGACY, names[i]);
        heard = heard_new(ctx);
        zp__crm_add_contact(wire->crm, ZP_PACE_SYNC, "Анна", "+79167654321", heard_sending,
                            heard_answer, heard);
        heard_good(wire->loop, heard);
        same_request(ctx, wire, 0, names[i], false);
        assert_null(strstr(wire_body(wire, 0), "IMPORT")); // any value counts as yes (T12)
        assert_string_equal(heard->answer.id, "26");
    }
    talloc_free(ctx);
}

static void comment_source_field(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "comment-add");
    struct heard *heard = heard_new(ctx);
    zp__crm_comment(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "74", "Отменено в Dikidi", heard_sending,
                    heard_answer, heard);
    heard_good(wire->loop, heard);
    same_request(ctx, wire, 0, "comment-add", true);
    assert_string_equal(heard->answer.id, "901");
    static const char *const refusals[] = {"status-add-exists", "status-add-denied",
                                           "userfield-add-exists", "userfield-add-denied"};
    for (int i = 0; i < 4; i++) {
        wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, refusals[i]);
        heard = heard_new(ctx);
        if (i < 2)
            zp__crm_add_source(wire->crm, "DESK", "Запись", heard_answer, heard);
        else
            zp__crm_add_userfield(wire->crm, ZP_CRM_DEAL, "UF_CRM_X", "string", "X", heard_answer,
                                  heard);
        heard_wait(wire->loop, heard);
        assert_int_equal(heard->answer.outcome, ZP_CRM_REFUSED);
        assert_int_equal(heard->answer.error.code, i % 2 == 0 ? ZP_E_REFUSED : ZP_E_DENIED);
        assert_null(strstr(heard->answer.error.message, "<br>"));
    }
    wire = wire_of(ctx, ZP_CRM_METHODS_ITEM, "userfield-list");
    heard = heard_new(ctx);
    zp__crm_userfields(wire->crm, ZP_PACE_URGENT, ZP_CRM_DEAL, heard_answer, heard);
    heard_good(wire->loop, heard);
    assert_string_equal(heard->answer.names[0], "UF_CRM_DIKIDI_ID:string:N");
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_up_reads),    cmocka_unit_test(stages),
        cmocka_unit_test(one_entry),       cmocka_unit_test(entries_of_a_booking),
        cmocka_unit_test(missing_entries), cmocka_unit_test(a_deal_is_added),
        cmocka_unit_test(a_lead_is_added), cmocka_unit_test(a_stage_is_set),
        cmocka_unit_test(contacts),        cmocka_unit_test(comment_source_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
