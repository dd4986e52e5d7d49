// What the practice portal allows and how it answers besides JSON: the rate to the letter, working
// time, applications' tokens, XML, product rows, directories of directories, log entries
// (bitrix24.md 1.3, 3, 9.6, 12, 17.2, 17.10, 17.11, 17.32).
#include "portal_bench.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DOOR "/rest/1/" PORTAL_SECRET "/"

static void run(const struct portal_step *steps, size_t count) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    portal_steps(portal_bench_new(ctx), steps, count);
    talloc_free(ctx);
}
#define RUN(steps) run((steps), sizeof(steps) / sizeof((steps)[0]))

static struct portal_answer *get(struct portal_bench *bench, TALLOC_CTX *ctx, const char *path) {
    char *bytes = talloc_asprintf(ctx, "GET %s HTTP/1.1\r\nHost: portal.example\r\n\r\n", path);
    return portal_exchange(bench, ctx, bytes, strlen(bytes));
}

// ---- rate

// An ordinary plan: the counter may reach 51, what comes after is refused, and the refused count
// too.
static void test_ordinary_plan(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    assert_true(portal_verb(bench, "set rate 50 0", &(struct zp_error){0}));
    for (int i = 0; i < 51; i++)
        assert_int_equal(portal_call(bench, ctx, "profile", "{}")->status, 200);
    struct portal_answer *refused = portal_call(bench, ctx, "crm.deal.add", "{}");
    assert_int_equal(refused->status, 503);
    assert_non_null(strstr(refused->body, "QUERY_LIMIT_EXCEEDED"));
    assert_true(portal_verb(bench, "set rate 50 2", &(struct zp_error){0}));
    assert_int_equal(portal_call(bench, ctx, "crm.deal.add", "{}")->status, 200); // a new counter
    talloc_free(ctx);
}

// ---- working time

static void test_operating(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"11 nothing yet", "crm.deal.list", "{}", 0, "time.operating=0;time.operating_reset_at=?"},
        {"11 a call takes four minutes", "!set cost crm.deal.list 240"},
        {"11", "crm.deal.list", "{}", 0, "time.operating=240"},
        {"11 as much as the limit is not over it", "crm.deal.list", "{}", 0, "time.operating=480"},
        {"11 the crossing call is answered", "crm.deal.list", "{}", 0, "time.operating=720"},
        {"11 the next is not", "crm.deal.list", "{}", 429,
         "error='OPERATION_TIME_LIMIT';"
         "error_description='Method is blocked due to operation time limit.';"
         "operating_reset_at=?;result=-;time=-"},
        {"11 T24 other methods go on", "crm.deal.get", "{'id':71}", 0, "result.ID='71'"},
        {"11 in a batch each for itself", "batch",
         "{'cmd':{'a':'crm.deal.list','b':'crm.deal.get?id=71'}}", 0,
         "result.result_error.a.error='OPERATION_TIME_LIMIT';result.result.b.ID='71';"
         "time.operating=0"},
        {"11 an old portal says no time", "!set time short"},
        {"11", "crm.deal.list", "{}", 429, "error='OPERATION_TIME_LIMIT';operating_reset_at=-"},
        {"11 ten minutes later", "!operating over"},
        {"11", "crm.deal.list", "{}", 0, "total=3"},
        {"11 batch counts the commands", "!set time full"},
        {"11", "!set cost crm.deal.get 300"},
        {"11", "batch", "{'cmd':{'a':'crm.deal.get?id=71','b':'crm.deal.get?id=72'}}", 0,
         "result.result_time.a.operating=300;result.result_time.b.operating=600"},
        {"11", "crm.deal.get", "{'id':71}", 429, NULL},
        {"11 the limit can be moved", "!set operating 700"},
        {"11", "crm.deal.get", "{'id':71}", 0, NULL},
    };
    RUN(steps);
}

// The answer's own time says when: not before ten minutes after the first minute that counts.
static void test_reset_at(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    int64_t now = 0, reset_at = 0;
    assert_true(portal_verb(bench, "set cost crm.deal.list 500", &(struct zp_error){0}));
    (void)portal_call(bench, ctx, "crm.deal.list", "{}");
    struct portal_answer *refused = portal_call(bench, ctx, "crm.deal.list", "{}");
    assert_int_equal(refused->status, 429);
    assert_int_equal(zp_instant_parse(PORTAL_NOW, bench->zone, &now), ZP_INSTANT_UTC);
    assert_true(zp_json_int(zp_json_get(refused->json, "operating_reset_at"), &reset_at));
    assert_true(reset_at > now + 9 * 60 && reset_at <= now + 11 * 60);
    talloc_free(ctx);
}

// ---- applications

struct keys {
    const char *id, *secret, *code, *access, *refresh;
};

static struct keys install(struct portal_bench *bench, TALLOC_CTX *ctx) {
    const char *const words[] = {"oauth", "install"};
    struct zp_json *shown = zp_json_new_object(ctx);
    assert_true(zp__portal_control(bench->portal, ctx, 2, words, shown, &(struct zp_error){0}));
    return (struct keys){.id = zp_json_string(zp_json_get(shown, "client_id")),
                         .secret = zp_json_string(zp_json_get(shown, "client_secret")),
                         .code = zp_json_string(zp_json_get(shown, "code"))};
}

static struct portal_answer *token(struct portal_bench *bench, TALLOC_CTX *ctx,
                                   const struct keys *keys, const char *type, const char *key,
                                   const char *value) {
    return get(bench, ctx,
               talloc_asprintf(ctx,
                               "/oauth/token/?grant_type=%s&client_id=%s&client_secret=%s&%s=%s",
                               type, keys->id, keys->secret, key, value));
}

static void take(struct keys *keys, const struct portal_answer *answer) {
    assert_int_equal(answer->status, 200);
    keys->access = zp_json_string(zp_json_get(answer->json, "access_token"));
    keys->refresh = zp_json_string(zp_json_get(answer->json, "refresh_token"));
    assert_non_null(keys->access);
    assert_non_null(keys->refresh);
}

static void refused(const struct portal_answer *answer, int status, const char *code) {
    const char *said = zp_json_string(zp_json_get(answer->json, "error"));
    if (answer->status != status || said == NULL || strcmp(said, code) != 0)
        fail_msg("HTTP %d: %s", answer->status, answer->body);
}

static struct portal_answer *as_app(struct portal_bench *bench, TALLOC_CTX *ctx,
                                    const char *access) {
    return get(bench, ctx, talloc_asprintf(ctx, "/rest/crm.deal.get?id=71&auth=%s", access));
}

static void test_application(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    refused(get(bench, ctx, "/rest/profile"), 401, "NO_AUTH_FOUND");
    refused(as_app(bench, ctx, "guess"), 401, "invalid_token");
    struct keys keys = install(bench, ctx);
    refused(token(bench, ctx, &keys, "password", "code", keys.code), 400, "invalid_request");
    refused(token(bench, ctx, &keys, "authorization_code", "code", "other"), 400, "invalid_grant");
    struct keys stranger = keys;
    stranger.secret = "other";
    refused(token(bench, ctx, &stranger, "authorization_code", "code", keys.code), 401,
            "invalid_client");
    take(&keys, token(bench, ctx, &keys, "authorization_code", "code", keys.code));
    refused(token(bench, ctx, &keys, "authorization_code", "code", keys.code), 400,
            "invalid_grant"); // once
    assert_int_equal(as_app(bench, ctx, keys.access)->status, 200);
    assert_true(portal_verb(bench, "oauth expire", &(struct zp_error){0}));
    refused(as_app(bench, ctx, keys.access), 401, "expired_token");
    struct keys newer = keys;
    take(&newer, token(bench, ctx, &keys, "refresh_token", "refresh_token", keys.refresh));
    assert_string_not_equal(newer.refresh, keys.refresh);
    refused(token(bench, ctx, &keys, "refresh_token", "refresh_token", keys.refresh), 400,
            "invalid_grant"); // the old one is worth nothing
    assert_int_equal(as_app(bench, ctx, newer.access)->status, 200);
    refused(as_app(bench, ctx, keys.access), 401, "invalid_token");
    char *body = talloc_asprintf(ctx, "{\"auth\":\"%s\",\"id\":71}", newer.access);
    char *bytes =
        talloc_asprintf(ctx,
                        "POST /rest/crm.deal.get.json HTTP/1.1\r\nHost: portal.example\r\n"
                        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        strlen(body), body);
    assert_int_equal(portal_exchange(bench, ctx, bytes, strlen(bytes))->status, 200);
    assert_true(portal_verb(bench, "oauth remove", &(struct zp_error){0}));
    refused(as_app(bench, ctx, newer.access), 401, "invalid_token");
    talloc_free(ctx);
}

// ---- XML

static void test_xml(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int status;
        const char *holds;
    } rows[] = {
        {DOOR "profile.xml", 200, "<response><result><ID>1</ID><ADMIN>1</ADMIN><NAME>Ольга</NAME>"},
        {DOOR "PROFILE.XML", 200, "<time><start>"},
        {DOOR "crm.deal.list.xml?select[]=ID&filter[ID]=72", 200,
         "<result><item><ID>72</ID></item></result><total>1</total>"},
        {DOOR "crm.deal.get.xml?id=9999", 400,
         "<response><error></error><error_description>Not found</error_description></response>"},
        {DOOR "crm.contact.add.xml?fields[NAME]=%3Cb%3E%26", 200, "<result>25</result>"},
        {DOOR "crm.contact.get.xml?id=25", 200, "<NAME>&lt;b&gt;&amp;</NAME>"},
        {"/rest/1/wrong/profile.xml", 401, "<error>INVALID_CREDENTIALS</error>"},
    };
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct portal_answer *answer = get(bench, ctx, rows[i].path);
        if (answer->status != rows[i].status || strstr(answer->body, rows[i].holds) == NULL ||
            strncmp(answer->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", 38) != 0)
            fail_msg("%s: HTTP %d: %s", rows[i].path, answer->status, answer->body);
        assert_non_null(strcasestr(answer->head, "\r\nContent-Type: text/xml; charset=utf-8"));
    }
    talloc_free(ctx);
}

// ---- product rows

static void test_products(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"32 a sum by hand stays", "crm.deal.update",
         "{'id':71,'fields':{'OPPORTUNITY':'900','IS_MANUAL_OPPORTUNITY':'Y'}}", 0, "result=true"},
        {"32", "crm.deal.productrows.set",
         "{'id':71,'rows':[{'PRODUCT_NAME':'Стрижка','PRICE':1500.5,'QUANTITY':2},"
         "{'PRODUCT_ID':0,'PRODUCT_NAME':'Масло','PRICE':'350'}]}",
         0, "result=true"},
        {"32", "crm.deal.get", "{'id':71}", 0, "result.OPPORTUNITY='900.00'"},
        {"32 rows", "crm.deal.productrows.get", "{'id':71}", 0,
         "result.0.PRODUCT_NAME='Стрижка';result.0.PRICE=1500.5;result.0.QUANTITY=2;"
         "result.0.OWNER_TYPE='D';result.0.DISCOUNT_TYPE_ID=2;result.0.TAX_RATE=null;"
         "result.1.PRICE=350;result.1.QUANTITY=1;result.2=-"},
        {"T10 otherwise the sum of the rows", "crm.deal.update",
         "{'id':71,'fields':{'IS_MANUAL_OPPORTUNITY':'N'}}", 0, "result=true"},
        {"T10", "crm.deal.productrows.set",
         "{'id':71,'rows':[{'PRODUCT_NAME':'Стрижка','PRICE':1500.5,'QUANTITY':2}]}", 0,
         "result=true"},
        {"T10", "crm.deal.get", "{'id':71}", 0, "result.OPPORTUNITY='3001.00'"},
        {"T10 and the others are gone", "crm.deal.productrows.get", "{'id':71}", 0,
         "result.0.PRODUCT_NAME='Стрижка';result.1=-"},
        {"32 discount", "crm.deal.productrows.set",
         "{'id':71,'rows':[{'PRODUCT_NAME':'x','PRICE':1,'DISCOUNT_TYPE_ID':1}]}", 400,
         "error='ERROR_CORE';error_description='Discount Sum (DISCOUNT_SUM) is required if "
         "Monetary Discount Type (DISCOUNT_TYPE_ID) is defined.<br>'"},
        {"32 discount", "crm.deal.productrows.set",
         "{'id':71,'rows':[{'PRODUCT_NAME':'x','PRICE':1,'DISCOUNT_TYPE_ID':2}]}", 400,
         "error='ERROR_CORE'"},
        {"32 discount", "crm.deal.productrows.set",
         "{'id':71,'rows':[{'PRODUCT_NAME':'x','DISCOUNT_TYPE_ID':2,'DISCOUNT_RATE':100}]}", 400,
         "error='ERROR_CORE'"},
        {"32 nothing was changed", "crm.deal.productrows.get", "{'id':71}", 0,
         "result.0.PRODUCT_NAME='Стрижка';result.1=-"},
        {"32 no such deal", "crm.deal.productrows.set", "{'id':9999,'rows':[]}", 400,
         "error='';error_description='Not found'"},
        {"32 no id", "crm.deal.productrows.set", "{'rows':[]}", 400,
         "error='';error_description='The parameter id is invalid or not defined.'"},
        {"32 rows no array", "crm.deal.productrows.set", "{'id':71,'rows':'x'}", 400, "error=''"},
        {"32 emptied", "crm.deal.productrows.set", "{'id':71,'rows':[]}", 0, "result=true"},
        {"32", "crm.deal.productrows.get", "{'id':71}", 0, "result=[]"},
        {"32", "crm.deal.get", "{'id':71}", 0, "result.OPPORTUNITY='0.00'"},
        {"32 newer", "crm.item.productrow.set",
         "{'ownerType':'D','ownerId':71,'productRows':[{'productName':'Маска','price':400.25,"
         "'quantity':3}]}",
         0,
         "result.productRows.0.price=400.25;result.productRows.0.quantity=3;"
         "result.productRows.0.ownerId=71;result.productRows.0.ownerType='D';"
         "result.productRows.0.id=?"},
        {"32", "crm.item.get", "{'entityTypeId':2,'id':71}", 0, "result.item.opportunity=1200.75"},
        {"32", "crm.item.productrow.list", "{'filter':{'=ownerType':'D','=ownerId':71}}", 0,
         "total=1;result.productRows.0.productName='Маска'"},
        {"32 both families", "crm.deal.productrows.get", "{'id':71}", 0, "result.0.PRICE=400.25"},
        {"32 a row without a name", "crm.item.productrow.set",
         "{'ownerType':'D','ownerId':71,'productRows':[{'price':1}]}", 400,
         "error='INVALID_ARG_VALUE'"},
        {"32 no rows", "crm.item.productrow.set", "{'ownerType':'D','ownerId':71}", 400,
         "error='100'"},
        {"32 no type", "crm.item.productrow.set", "{'ownerId':71,'productRows':[]}", 400,
         "error='100'"},
        {"32 no owner", "crm.item.productrow.set",
         "{'ownerType':'D','ownerId':9999,'productRows':[]}", 400, "error='OWNER_NOT_FOUND'"},
        {"37 a person adds one", "!deal-product 71 Шпилька 50"},
        {"37", "crm.deal.get", "{'id':71}", 0, "result.OPPORTUNITY='1250.75'"},
    };
    RUN(steps);
}

// ---- the rest

static void test_rest(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"6.2 types", "crm.status.entity.types", "{}", 0,
         "result.0.ID='STATUS';result.0.SEMANTIC_INFO={'START_FIELD':'NEW',"
         "'FINAL_SUCCESS_FIELD':'CONVERTED','FINAL_UNSUCCESS_FIELD':'JUNK','FINAL_SORT':0};"
         "result.1.ID='SOURCE';result.1.SEMANTIC_INFO=-;result.10.ID='DEAL_STAGE';"
         "result.10.CATEGORY_ID=0;result.11.ID='DEAL_STAGE_1';result.11.PREFIX='C1';"
         "result.11.CATEGORY_ID='1';result.11.PARENT_ID='DEAL_STAGE';"
         "result.12.SEMANTIC_INFO.FINAL_UNSUCCESS_FIELD='C5:UC_9PLMWE'"},
        {"12 log", "crm.timeline.logmessage.add",
         "{'fields':{'entityTypeId':2,'entityId':71,'title':'Dikidi','text':'Отменено',"
         "'iconCode':'info'}}",
         0,
         "result.logMessage.id=?;result.logMessage.text='Отменено';result.logMessage.authorId=1"},
        {"12 log", "crm.timeline.logmessage.add", "{'fields':{'entityTypeId':2,'entityId':71}}",
         400, "error='100'"},
        {"12 log", "crm.timeline.logmessage.add",
         "{'fields':{'entityTypeId':2,'entityId':9999,'title':'a','text':'b','iconCode':'info'}}",
         400, "error='OWNER_NOT_FOUND'"},
        {"14 feature", "feature.get", "{'CODE':'rest_offline_extended'}", 0, "result.value='N'"},
        {"14 feature", "feature.get", "{}", 400, "error='CODE_EMPTY'"},
        {"36", "event.offline.list", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"9.6 contacts", "crm.deal.contact.items.set",
         "{'id':71,'items':[{'CONTACT_ID':21},{'CONTACT_ID':22}]}", 0, "result=true"},
        {"9.6", "crm.deal.contact.items.get", "{'id':71}", 0,
         "result.0.CONTACT_ID=21;result.1.CONTACT_ID=22;result.0.IS_PRIMARY='Y'"},
        {"9.6", "crm.deal.contact.delete", "{'id':71,'fields':{'CONTACT_ID':21}}", 0,
         "result=true"},
        {"9.6", "crm.deal.contact.delete", "{'id':71,'fields':{'CONTACT_ID':21}}", 0,
         "result=false"},
        {"9.6", "crm.deal.contact.items.get", "{'id':71}", 0, "result.0.CONTACT_ID=22;result.1=-"},
        {"37 merged", "!contact-merge 21 22"},
        {"37", "crm.deal.contact.items.get", "{'id':71}", 0, "result.0.CONTACT_ID=21"},
        {"37", "crm.contact.get", "{'id':22}", 400, "error_description='Not found'"},
        {"37", "crm.contact.get", "{'id':21}", 0, "result.PHONE.1.VALUE='+7 985 765-43-21'"},
        {"T12 import, whatever is said", "crm.contact.add",
         "{'fields':{'NAME':'A'},'params':{'IMPORT':'N'}}", 0, "result=25"},
        {"37 renamed", "!stage-rename LOSE Отменено"},
        {"37", "crm.status.list", "{'filter':{'ENTITY_ID':'DEAL_STAGE','STATUS_ID':'LOSE'}}", 0,
         "result.0.NAME='Отменено';result.0.NAME_INIT='Сделка провалена'"},
        {"T27 a mandatory field", "!field-add UF_CRM_HAIR string mandatory"},
        {"T27 is not enforced", "crm.item.add", "{'entityTypeId':2,'fields':{'title':'x'}}", 0,
         "result.item.id=?"},
        {"T27 is enforced", "!set mandatory on"},
        {"T27", "crm.item.add", "{'entityTypeId':2,'fields':{'title':'x'}}", 400,
         "error='CRM_FIELD_ERROR_REQUIRED'"},
        {"T27", "crm.item.add", "{'entityTypeId':2,'fields':{'ufCrmHair':'red'}}", 0,
         "result.item.id=?", 'a'},
        {"T27", "crm.item.update", "{'entityTypeId':2,'id':$a,'fields':{'ufCrmHair':''}}", 400,
         "error='CRM_FIELD_ERROR_REQUIRED'"},
        {"T27", "crm.item.update", "{'entityTypeId':2,'id':$a,'fields':{'title':'y'}}", 0,
         "result.item.title='y'"},
        {"T27 the older family", "crm.deal.add", "{'fields':{'TITLE':'x'}}", 400,
         "error='';error_description='Field \\\"UF_CRM_HAIR\\\" is required.<br>'"},
    };
    RUN(steps);
}

static void test_import_is_seen(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    (void)portal_call(bench, ctx, "crm.contact.add",
                      "{\"fields\":{\"NAME\":\"A\"},\"params\":{\"IMPORT\":\"N\"}}");
    (void)portal_call(bench, ctx, "crm.contact.add",
                      "{\"fields\":{\"NAME\":\"B\"},\"params\":{\"IMPORT\":\"\"}}");
    for (int i = 0; i < 2; i++) {
        const char *const words[] = {"contact", i == 0 ? "25" : "26"};
        struct zp_json *shown = zp_json_new_object(ctx);
        bool imported = false;
        assert_true(zp__portal_control(bench->portal, ctx, 2, words, shown, &(struct zp_error){0}));
        (void)zp_json_bool(zp_json_get(zp_json_get(shown, "contact"), "IMPORTED"), &imported);
        assert_int_equal(imported, i == 0);
    }
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary_plan), cmocka_unit_test(test_operating),
        cmocka_unit_test(test_reset_at),      cmocka_unit_test(test_application),
        cmocka_unit_test(test_xml),           cmocka_unit_test(test_products),
        cmocka_unit_test(test_rest),          cmocka_unit_test(test_import_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
