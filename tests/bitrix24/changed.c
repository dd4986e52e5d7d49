// What changed in the CRM since an instant, and leads that became deals: against canned bytes and
// against the practice portal, in both method families.
#include "wire.h"

#include "base/memory.h"

static struct heard *changed(struct zp_bitrix24 *crm, struct zp_loop *loop, TALLOC_CTX *ctx,
                             enum zp_crm_entity entity, int64_t since) {
    struct heard *heard = heard_new(ctx);
    zp__crm_changed(crm, ZP_PACE_BACKGROUND, entity, since, heard_answer, heard);
    heard_wait(loop, heard);
    return heard;
}

// ---- canned bytes

#define SINCE    "2026-09-23T08:00:00Z"
#define TIME(at) "\"time\":{\"date_finish\":\"" at "\"}"
#define ITEM(i, n, at, f)                                                                          \
    "{\"id\":" #i ",\"stageId\":\"LOSE\",\"stageSemanticId\":\"" f "\",\"UF_CRM_DIKIDI_ID\":"      \
    "\"" n "\",\"updatedTime\":\"2026-09-23T" at "+02:00\"}"

static const char *item_page(TALLOC_CTX *ctx, const char *rows, const char *next) {
    return raw_message(ctx, "200 OK", "",
                       talloc_asprintf(ctx, "{\"result\":{\"items\":[%s]},%s%s}", rows, next,
                                       TIME("2026-09-23T11:30:00+02:00")));
}

static void what_is_asked(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, item_page(ctx, ITEM(75, "8124", "11:00:00", "F"), ""));
    struct heard *heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL, salon_instant(SINCE));
    assert_true(heard->answer.ok);
    assert_true(wire_is(wire, 0, "crm.item.list"));
    const char *body = wire_body(wire, 0);
    assert_non_null(strstr(body, "\"filter\":{\">=updatedTime\":\"2026-09-23T11:00:00+03:00\","
                                 "\"!=UF_CRM_DIKIDI_ID\":\"\"}"));
    assert_non_null(strstr(body, "\"order\":{\"updatedTime\":\"ASC\",\"id\":\"ASC\"}"));
    assert_int_equal(heard->answer.entry_count, 1);
    assert_string_equal(heard->answer.entries[0].id, "75");
    assert_int_equal(heard->answer.entries[0].semantic, 'F');
    assert_int_equal(heard->answer.entries[0].updated_at, salon_instant("2026-09-23T09:00:00Z"));
    assert_int_equal(heard->answer.server_time, salon_instant("2026-09-23T09:30:00Z"));
    assert_false(heard->answer.flag);
    static const char *const methods[] = {"crm.deal.list", "crm.lead.list"};
    for (int i = 0; i < 2; i++) {
        wire = wire_new(ctx, ZP_CRM_METHODS_LEGACY);
        wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":[],\"total\":0}"));
        heard = changed(wire->crm, wire->loop, ctx, i == 0 ? ZP_CRM_DEAL : ZP_CRM_LEAD,
                        salon_instant(SINCE));
        assert_true(heard->answer.ok);
        assert_int_equal(heard->answer.entry_count, 0);
        assert_true(wire_is(wire, 0, methods[i]));
        body = wire_body(wire, 0);
        assert_non_null(
            strstr(body, "\"filter\":{\">=DATE_MODIFY\":\"2026-09-23T11:00:00+03:00\""));
        assert_non_null(strstr(body, "\"order\":{\"DATE_MODIFY\":\"ASC\",\"ID\":\"ASC\"}"));
    }
    talloc_free(ctx);
}

// A row that changes between two pages would push others over the edge of an offset: the next page
// begins at the last change seen; within one second it goes by offset.
static void pages_go_by_time(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire,
                item_page(ctx,
                          ITEM(75, "8124", "11:00:00", "P") "," ITEM(76, "8125", "11:00:05", "P"),
                          "\"next\":50,"));
    wire_answer(wire,
                item_page(ctx,
                          ITEM(76, "8125", "11:00:05", "P") "," ITEM(77, "8126", "11:00:05", "P"),
                          "\"next\":50,"));
    wire_answer(wire,
                item_page(ctx,
                          ITEM(78, "8127", "11:00:05", "F") "," ITEM(75, "8124", "11:00:09", "F"),
                          ""));
    struct heard *heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL, salon_instant(SINCE));
    assert_true(heard->answer.ok);
    assert_int_equal(wire->request_count, 3);
    assert_non_null(strstr(wire_body(wire, 1), "\">=updatedTime\":\"2026-09-23T12:00:05+03:00\""));
    assert_null(strstr(wire_body(wire, 1), "\"start\""));
    assert_non_null(strstr(wire_body(wire, 2), "\"start\":50"));
    static const char *const order[] = {"76", "77", "78", "75"}; // 75 as it was seen last
    assert_int_equal(heard->answer.entry_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(heard->answer.entries[i].id, order[i]);
    assert_int_equal(heard->answer.entries[3].semantic, 'F');
    talloc_free(ctx);
}

static void rows_are_held_against_the_question(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, item_page(ctx,
                                ITEM(1, "8120", "09:59:59", "F") "," // before
                                ITEM(2, "", "11:00:00", "F") ","     // a stranger's
                                ITEM(3, "8124", "11:00:00", "F"),
                                ""));
    struct heard *heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL, salon_instant(SINCE));
    assert_int_equal(heard->answer.entry_count, 1);
    assert_string_equal(heard->answer.entries[0].id, "3");

    // The older family drops a filter by a field that is not there: never "nothing changed".
    wire = wire_new(ctx, ZP_CRM_METHODS_LEGACY);
    wire_answer(wire, raw_message(ctx, "200 OK", "",
                                  "{\"result\":[{\"ID\":\"1\",\"STAGE_ID\":\"LOSE\","
                                  "\"DATE_MODIFY\":\"2026-09-23T11:00:00+02:00\"}],\"total\":900,"
                                  "\"next\":50}"));
    heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL, salon_instant(SINCE));
    assert_false(heard->answer.ok);
    assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    assert_int_equal(wire->request_count, 1);

    wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, item_page(ctx, "{\"id\":3,\"UF_CRM_DIKIDI_ID\":\"8124\"}", ""));
    heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL, salon_instant(SINCE));
    assert_int_equal(heard->answer.error.code, ZP_E_BAD_ANSWER);
    static const char *const bodies[] = {"{\"result\":true}", "{\"error\":\"\",\"result\":[]}",
                                         "<html>"};
    for (size_t i = 0; i < 3; i++) {
        wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
        wire_answer(wire, raw_message(ctx, "200 OK", "", bodies[i]));
        heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL, salon_instant(SINCE));
        assert_false(heard->answer.ok);
    }
    talloc_free(ctx);
}

// A portal that never ends is left at a bound, and the answer says that there is more.
static void the_rows_have_a_bound(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    for (int same = 0; same < 2; same++) {
        struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
        char *rows = talloc_strdup(ctx, "");
        for (int i = 1; i <= 400; i++)
            rows = talloc_asprintf_append(rows, "%s" ITEM(% d, "%d", "11:00:00", "P"),
                                          i > 1 ? "," : "", i, i);
        // The same second for ever, and an offset that grows; or every page a second later.
        wire_answer(wire, item_page(ctx, rows, "\"next\":99999,"));
        struct heard *heard = changed(wire->crm, wire->loop, ctx, ZP_CRM_DEAL,
                                      salon_instant(same ? "2026-09-23T09:00:00Z" : SINCE));
        assert_true(heard->answer.ok);
        assert_int_equal(heard->answer.entry_count, 400);
        assert_true(wire->request_count < 5);
    }
    talloc_free(ctx);
}

// ---- the practice portal

static struct heard *changed_there(struct salon *salon, TALLOC_CTX *ctx, int64_t since) {
    struct heard *heard =
        changed(salon->crm, salon->loop, ctx, salon->config->bitrix24.entity, since);
    if (!heard->answer.ok)
        fail_msg("%s: %s", heard->answer.error.name, heard->answer.error.message);
    return heard;
}

static bool has(const struct heard *heard, const char *id) {
    for (size_t i = 0; i < heard->answer.entry_count; i++)
        if (strcmp(heard->answer.entries[i].id, id) == 0)
            return true;
    return false;
}

static void more_than_a_page(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    const bool lead = salon->config->bitrix24.entity == ZP_CRM_LEAD;
    const int64_t start = salon_instant("2026-09-23T09:00:00Z");
    HAND(salon, ctx, "set", "rate", "10000", "10000");
    struct heard *before = changed_there(salon, ctx, start);
    const size_t born = before->answer.entry_count;
    assert_in_range(before->answer.server_time, start, start + 60);
    struct zp__crm_fields fields = salon_fields();
    char *ids[130];
    for (int i = 0; i < 130; i++) {
        fields.booking_id = i == 7 ? NULL : talloc_asprintf(ctx, "7100%d", i); // 7: a stranger's
        ids[i] = salon_add(salon, ctx, &fields)->answer.id;
    }
    HAND(salon, ctx, lead ? "lead-move" : "deal-move", ids[100], lead ? "JUNK" : "LOSE");
    struct heard *heard = changed_there(salon, ctx, start);
    assert_int_equal(heard->answer.entry_count, born + 129);
    assert_false(heard->answer.flag);
    for (int i = 0; i < 130; i++)
        assert_int_equal(has(heard, ids[i]), i != 7);
    for (size_t i = 0; i < heard->answer.entry_count; i++) {
        const struct zp__crm_entry *entry = &heard->answer.entries[i];
        assert_string_not_equal(entry->booking_field, "");
        assert_true(entry->updated_at >= start);
        assert_true(i == 0 || entry->updated_at >= heard->answer.entries[i - 1].updated_at);
        assert_int_equal(entry->semantic == 'F', strcmp(entry->id, ids[100]) == 0);
    }
    assert_int_equal(changed_there(salon, ctx, start + 86400)->answer.entry_count, 0);
    talloc_free(ctx);
}

static void without_the_field(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct zp__crm_fields fields = salon_fields();
    salon_add(salon, ctx, &fields);
    HAND(salon, ctx, "field-delete", salon->config->bitrix24.booking_field);
    struct heard *heard = changed(salon->crm, salon->loop, ctx, salon->config->bitrix24.entity,
                                  salon_instant("2026-09-23T09:00:00Z"));
    assert_false(heard->answer.ok);
    assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    talloc_free(ctx);
}

// ---- leads that became deals

static struct heard *added_lead(struct salon *salon, TALLOC_CTX *ctx) {
    struct zp__crm_fields fields = salon_fields();
    struct heard *heard = heard_new(ctx);
    zp__crm_add(salon->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, &fields, heard_sending, heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_int_equal(heard->answer.outcome, ZP_CRM_DONE);
    return heard;
}

// `deal_id` NULL: none.
static void expect_deal_of(struct salon *salon, TALLOC_CTX *ctx, const char *lead_id,
                           const char *deal_id) {
    struct heard *heard = heard_new(ctx);
    zp__crm_deal_of_lead(salon->crm, ZP_PACE_SYNC, lead_id, "852999001", heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_int_equal(heard->answer.entry_count, deal_id != NULL ? 1 : 0);
    if (deal_id != NULL) {
        assert_int_equal(heard->answer.entries[0].entity, ZP_CRM_DEAL);
        assert_string_equal(heard->answer.entries[0].id, deal_id);
    }
}

static void a_lead_becomes_a_deal(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    HAND(salon, ctx, "set", "mode", "2");
    struct heard *added = added_lead(salon, ctx);
    assert_int_equal(added->answer.entry_count, 1);
    const struct zp__crm_entry *deal = &added->answer.entries[0];
    assert_int_equal(deal->entity, ZP_CRM_DEAL);
    assert_int_equal(deal->semantic, 'P');
    assert_string_equal(deal->booking_field, ""); // nothing of ours is on it
    assert_string_equal(deal->origin_id, "");
    assert_true(deal->contact_count > 0);

    // As after a crash: the lead is found by its number, and leads to the same deal.
    struct heard *found = salon_find(salon, ctx, "852999001");
    assert_int_equal(found->answer.entry_count, 1);
    assert_int_equal(found->answer.entries[0].entity, ZP_CRM_DEAL);
    assert_string_equal(found->answer.entries[0].id, deal->id);

    struct zp__crm_fields fields = salon_fields();
    struct heard *updated = heard_new(ctx);
    zp__crm_update(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, deal->id, &fields, heard_sending,
                   heard_answer, updated);
    heard_good(salon->loop, updated);
    found = salon_find(salon, ctx, "852999001");
    assert_int_equal(found->answer.entry_count, 1);
    assert_string_equal(found->answer.entries[0].booking_field, "852999001");
    assert_string_equal(found->answer.entries[0].origin_id, "852999001");

    // A move finds it converted and leaves it alone; the deal is found from the lead.
    const char *lead_id = added->answer.id;
    struct heard *moved = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, lead_id, "JUNK", heard_sending,
                 heard_answer, moved);
    heard_good(salon->loop, moved);
    assert_int_equal(moved->answer.entries[0].semantic, 'S');
    expect_deal_of(salon, ctx, lead_id, deal->id);
    // Converted between the look and the move: the lead stands in its failure stage, the deal
    // lives.
    HAND(salon, ctx, "lead-move", lead_id, "JUNK");
    expect_deal_of(salon, ctx, lead_id, deal->id);
    HAND(salon, ctx, "set", "mode", "1");
    added = added_lead(salon, ctx);
    expect_deal_of(salon, ctx, added->answer.id, NULL);
    talloc_free(ctx);
}

#define CONVERTED                                                                                  \
    "{\"result\":{\"item\":{\"id\":75,\"stageId\":\"CONVERTED\",\"stageSemanticId\":\"S\"}}}"

static struct heard *add_against(TALLOC_CTX *ctx, const char *look, const char *deals) {
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    struct zp__crm_fields fields = wire_fields();
    struct heard *heard = heard_new(ctx);
    wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":{\"item\":{\"id\":75}}}"));
    wire_answer(wire, raw_message(ctx, look[2] == 'r' ? "200 OK" : "400 Bad Request", "", look));
    wire_answer(wire, deals);
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, &fields, heard_sending, heard_answer, heard);
    heard_wait(wire->loop, heard);
    assert_int_equal(wire->request_count, 3);
    assert_non_null(strstr(wire_body(wire, 2), "\"entityTypeId\":2"));
    assert_non_null(strstr(wire_body(wire, 2), "\"=leadId\":75"));
    assert_non_null(strstr(wire_body(wire, 2), "\"leadId\""));
    assert_true(heard->answer.ok); // the add is done whatever the look at it says
    assert_int_equal(heard->answer.outcome, ZP_CRM_DONE);
    assert_string_equal(heard->answer.id, "75");
    return heard;
}

static void a_lead_is_followed_with_care(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    static const char missing[] = "{\"error\":\"\",\"error_description\":\"Not found\"}";
    const char *deals =
        raw_message(ctx, "200 OK", "",
                    "{\"result\":{\"items\":[{\"id\":90,\"leadId\":74,\"stageId\":\"NEW\"},"
                    "{\"id\":91,\"leadId\":null},{\"id\":92,\"leadId\":75,\"stageId\":\"NEW\"},"
                    "{\"id\":93,\"leadId\":75,\"UF_CRM_DIKIDI_ID\":\"8124\"}]}}");
    struct heard *heard = add_against(ctx, CONVERTED, deals);
    assert_int_equal(heard->answer.entry_count, 1);
    assert_string_equal(heard->answer.entries[0].id, "93"); // the one with our number
    heard = add_against(ctx, missing, deals);
    assert_string_equal(heard->answer.entries[0].id, "93");
    assert_int_equal(heard->answer.entries[0].entity, ZP_CRM_DEAL);

    // No deal of that lead, or no answer to the question: the lead itself, converted.
    const char *strangers = raw_message(
        ctx, "200 OK", "", "{\"result\":{\"items\":[{\"id\":90,\"leadId\":74},{\"id\":91}]}}");
    const char *const nothing[] = {strangers, raw_message(ctx, "200 OK", "", "{\"result\":5}"),
                                   raw_message(ctx, "502 Bad Gateway", "", "<html>")};
    for (size_t i = 0; i < 3; i++) {
        heard = add_against(ctx, CONVERTED, nothing[i]);
        assert_int_equal(heard->answer.entry_count, 1);
        assert_int_equal(heard->answer.entries[0].entity, ZP_CRM_LEAD);
        assert_int_equal(heard->answer.entries[0].semantic, 'S');
        heard = add_against(ctx, missing, nothing[i]);
        assert_int_equal(heard->answer.entry_count, 0);
        assert_true(heard->answer.missing);
    }
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked),
        cmocka_unit_test(pages_go_by_time),
        cmocka_unit_test(rows_are_held_against_the_question),
        cmocka_unit_test(the_rows_have_a_bound),
        ALL(more_than_a_page),
        ALL(without_the_field),
        BOTH(a_lead_becomes_a_deal, item_lead, legacy_lead),
        cmocka_unit_test(a_lead_is_followed_with_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
