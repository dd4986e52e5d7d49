// The set-up, rights, old and simple portals, and every fault against the practice portal.
#include "salon.h"

#include "practice/fault.h"

// ---- the set-up

static bool has_name(const struct heard *heard, const char *name) {
    for (size_t i = 0; i < heard->answer.name_count; i++)
        if (strcmp(heard->answer.names[i], name) == 0)
            return true;
    return false;
}

typedef uint64_t (*plain_fn)(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                             void *data);

static struct heard *plain(struct salon *salon, TALLOC_CTX *ctx, plain_fn call) {
    struct heard *heard = heard_new(ctx);
    call(salon->crm, ZP_PACE_URGENT, heard_answer, heard);
    heard_good(salon->loop, heard);
    return heard;
}

static struct heard *userfields(struct salon *salon, TALLOC_CTX *ctx) {
    struct heard *heard = heard_new(ctx);
    zp__crm_userfields(salon->crm, ZP_PACE_URGENT, salon->config->bitrix24.entity, heard_answer,
                       heard);
    heard_good(salon->loop, heard);
    return heard;
}

static void what_the_portal_has(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct heard *heard = plain(salon, ctx, zp__crm_profile);
    assert_int_equal(heard->answer.number, 1);
    assert_non_null(heard->answer.id);
    HAND(salon, ctx, "persona", "clerk");
    assert_int_equal(plain(salon, ctx, zp__crm_profile)->answer.number, 0);
    assert_true(has_name(plain(salon, ctx, zp__crm_scope), "crm"));
    int mode = plain(salon, ctx, zp__crm_mode)->answer.number;
    assert_true(mode == 1 || mode == 2);
    heard = plain(salon, ctx, zp__crm_funnels);
    assert_true(heard->answer.name_count >= 3);
    assert_int_equal(strncmp(heard->answer.names[0], "0=", 2), 0);
    heard = heard_new(ctx);
    zp__crm_method_exists(salon->crm, ZP_PACE_URGENT, "crm.item.add", heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_true(heard->answer.flag);
    heard = heard_new(ctx);
    zp__crm_method_exists(salon->crm, ZP_PACE_URGENT, "crm.nothing", heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_false(heard->answer.flag);
    talloc_free(ctx);
}

static struct heard *make_field(struct salon *salon, TALLOC_CTX *ctx, const char *name,
                                const char *type) {
    struct heard *heard = heard_new(ctx);
    zp__crm_add_userfield(salon->crm, salon->config->bitrix24.entity, name, type, "Номер Dikidi",
                          heard_answer, heard);
    heard_wait(salon->loop, heard);
    return heard;
}

static struct heard *make_source(struct salon *salon, TALLOC_CTX *ctx) {
    struct heard *heard = heard_new(ctx);
    zp__crm_add_source(salon->crm, "DIKIDI2", "Запись с сайта", heard_answer, heard);
    heard_wait(salon->loop, heard);
    return heard;
}

static void what_is_lacking_is_made(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct heard *made = make_source(salon, ctx);
    assert_true(made->answer.ok && made->answer.outcome == ZP_CRM_DONE);
    assert_true(has_name(plain(salon, ctx, zp__crm_sources), "DIKIDI2=Запись с сайта"));
    made = make_source(salon, ctx); // again
    assert_int_equal(made->answer.outcome, ZP_CRM_REFUSED);
    assert_string_equal(made->answer.error.name, "ERROR_CORE");
    made = make_field(salon, ctx, "UF_CRM_NEW_ONE", "datetime");
    assert_true(made->answer.ok && made->answer.id != NULL);
    assert_true(has_name(userfields(salon, ctx), "UF_CRM_NEW_ONE:datetime:N"));
    assert_int_equal(make_field(salon, ctx, "UF_CRM_NEW_ONE", "datetime")->answer.outcome,
                     ZP_CRM_REFUSED);
    HAND(salon, ctx, "persona", "clerk");
    made = make_field(salon, ctx, "UF_CRM_OTHER", "string");
    assert_int_equal(made->answer.outcome, ZP_CRM_REFUSED);
    assert_int_equal(made->answer.error.code, ZP_E_DENIED);
    talloc_free(ctx);
}

// The field is not there: the entry is made all the same, and it is said.
static void a_field_does_not_stick(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    enum zp_crm_entity entity = salon->config->bitrix24.entity;
    HAND(salon, ctx, "field-delete", salon->config->bitrix24.booking_field);
    struct zp__crm_fields fields = salon_fields();
    struct heard *heard = heard_new(ctx);
    zp__crm_add(salon->crm, ZP_PACE_SYNC, entity, &fields, heard_sending, heard_answer, heard);
    heard_wait(salon->loop, heard);
    assert_false(heard->answer.ok);
    assert_int_equal(heard->answer.outcome, ZP_CRM_DONE);
    assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    assert_string_equal(heard->answer.error.name, "NOT_KEPT");
    assert_non_null(strstr(heard->answer.error.message, salon->config->bitrix24.booking_field));
    assert_null(strstr(heard->answer.error.message, salon->config->bitrix24.visit_field));
    assert_non_null(heard->answer.id);
    struct heard *count = heard_new(ctx);
    zp__crm_count_visits(salon->crm, ZP_PACE_SYNC, entity, 0, fields.visit_at + 1, heard_answer,
                         count);
    heard_wait(salon->loop, count);
    assert_int_equal(count->answer.error.code, ZP_E_CONFIG);
    talloc_free(ctx);
}

// ---- families and rights

static void an_old_portal(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_new(ctx, ZP_CRM_METHODS_AUTO, ZP_CRM_DEAL);
    struct zp__crm_fields fields = salon_fields();
    assert_true(salon_add(salon, ctx, &fields)->answer.ok);
    HAND(salon, ctx, "set", "legacy-only", "on"); // under a client that knows crm.item
    fields.booking_id = "852999002";
    struct heard *heard = salon_add(salon, ctx, &fields);
    assert_int_equal(heard->answer.entry_count, 1);
    assert_int_equal(salon_find(salon, ctx, "852999001")->answer.entry_count, 1);
    salon_client(salon); // one that finds it out
    fields.booking_id = "852999003";
    assert_int_equal(salon_add(salon, ctx, &fields)->answer.entry_count, 1);
    salon->config->bitrix24.methods = ZP_CRM_METHODS_ITEM; // one that may not change
    salon_client(salon);
    heard = heard_new(ctx);
    zp__crm_add(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, heard_sending, heard_answer, heard);
    heard_wait(salon->loop, heard);
    assert_int_equal(heard->answer.outcome, ZP_CRM_REFUSED);
    assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    talloc_free(ctx);
}

static void rights(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    struct zp__crm_fields fields = salon_fields();
    static const char *const verbs[2][3] = {{"plan", "lapsed", NULL}, {"revoke", NULL, NULL}};
    for (int i = 0; i < 2; i++) {
        salon_hand(salon, ctx, verbs[i]);
        struct heard *heard = heard_new(ctx);
        zp__crm_add(salon->crm, ZP_PACE_SYNC, salon->config->bitrix24.entity, &fields,
                    heard_sending, heard_answer, heard);
        heard_wait(salon->loop, heard);
        assert_int_equal(heard->answer.outcome, ZP_CRM_REFUSED);
        assert_int_equal(heard->answer.error.code, ZP_E_DENIED);
        assert_null(strstr(heard->answer.error.message, "/rest/"));
    }
    talloc_free(ctx);
}

static int64_t visits_of(struct salon *salon, TALLOC_CTX *ctx,
                         const struct zp__crm_fields *fields) {
    struct heard *heard = heard_new(ctx);
    zp__crm_count_visits(salon->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, fields->visit_at,
                         fields->visit_at + 1, heard_answer, heard);
    heard_good(salon->loop, heard);
    return heard->answer.total;
}

// A portal without leads turns a new lead into a deal at once.
static void simple_mode(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    HAND(salon, ctx, "set", "mode", "2");
    struct zp__crm_fields fields = salon_fields();
    struct heard *heard = heard_new(ctx);
    zp__crm_add(salon->crm, ZP_PACE_SYNC, ZP_CRM_LEAD, &fields, heard_sending, heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_int_equal(heard->answer.outcome, ZP_CRM_DONE);
    assert_non_null(heard->answer.id);
    assert_int_equal(heard->answer.entry_count, 1);
    assert_int_equal(heard->answer.entries[0].entity, ZP_CRM_DEAL); // more of it in changed.c
    // The lead stays converted for ever; the day's figure follows its deal.
    const char *deal = talloc_strdup(ctx, heard->answer.entries[0].id);
    assert_int_equal(visits_of(salon, ctx, &fields), 1); // the lead: its deal has no number yet
    struct heard *update = heard_new(ctx);
    zp__crm_update(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, deal, &fields, heard_sending,
                   heard_answer, update);
    heard_good(salon->loop, update);
    assert_int_equal(visits_of(salon, ctx, &fields), 1);
    struct zp__crm_fields moved = fields; // to another number: the lead keeps the old one
    moved.booking_id = "852990001";
    struct heard *move = heard_new(ctx);
    zp__crm_update(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, deal, &moved, heard_sending, heard_answer,
                   move);
    heard_good(salon->loop, move);
    assert_int_equal(visits_of(salon, ctx, &fields), 1);
    struct heard *lost = heard_new(ctx);
    zp__crm_move(salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, deal, "LOSE", heard_sending, heard_answer,
                 lost);
    heard_good(salon->loop, lost);
    assert_int_equal(visits_of(salon, ctx, &fields), 0);
    talloc_free(ctx);
}

// ---- faults: what the client says of an add is held against what the portal then has

static enum zp__crm_outcome expected_of(enum zp__fault_kind kind) {
    switch (kind) {
    case ZP_FAULT_DELAY: return ZP_CRM_DONE;
    case ZP_FAULT_429:
    case ZP_FAULT_503: return ZP_CRM_NOT_SENT;
    case ZP_FAULT_401:
    case ZP_FAULT_OVERLOAD: return ZP_CRM_REFUSED;
    default: return ZP_CRM_UNKNOWN;
    }
}

static void one_fault(struct salon *salon, const struct mode *mode, enum zp__fault_kind kind) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__crm_fields fields = salon_fields();
    fields.booking_id = talloc_asprintf(ctx, "7700%d", kind);
    struct heard *heard = heard_new(ctx);
    const char *call = mode->methods == ZP_CRM_METHODS_ITEM ? "crm.item.add"
                       : mode->entity == ZP_CRM_LEAD        ? "crm.lead.add"
                                                            : "crm.deal.add";
    HAND(salon, ctx, "fault", call, zp__fault_kind_name(kind), "--count", "1", "--ms", "20");
    zp__crm_add(salon->crm, ZP_PACE_SYNC, mode->entity, &fields, heard_sending, heard_answer,
                heard);
    heard_wait(salon->loop, heard);
    if (heard->answer.outcome != expected_of(kind))
        fail_msg("%s: outcome %d (%s)", zp__fault_kind_name(kind), heard->answer.outcome,
                 heard->answer.error.message);
    salon_client(salon); // without the pause
    size_t made = salon_find(salon, ctx, fields.booking_id)->answer.entry_count;
    assert_int_equal(made, zp__fault_kind_runs(kind)); // the fault was the one meant
    if (heard->answer.outcome != ZP_CRM_UNKNOWN)
        assert_int_equal(made, heard->answer.outcome == ZP_CRM_DONE);
    talloc_free(ctx);
}

static void faults(void **state) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon = salon_open(ctx, state);
    for (int kind = ZP_FAULT_DELAY; kind <= ZP_FAULT_302; kind++)
        one_fault(salon, *state, (enum zp__fault_kind)kind);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(what_the_portal_has, item, item_lead),
        BOTH(what_is_lacking_is_made, item, item_lead),
        ALL(a_field_does_not_stick),
        cmocka_unit_test(an_old_portal),
        ALL(rights),
        BOTH(simple_mode, item_lead, legacy_lead),
        ALL(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
