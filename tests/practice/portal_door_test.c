// The practice portal's door, envelope, limits, set-up methods, batch, hands, and state
// (bitrix24.md 17.1-17.13, 17.26-17.29).
#include "portal_bench.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void run(const struct portal_step *steps, size_t count) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    portal_steps(portal_bench_new(ctx), steps, count);
    talloc_free(ctx);
}
#define RUN(steps) run((steps), sizeof(steps) / sizeof((steps)[0]))

#define DOOR "/rest/1/" PORTAL_SECRET "/"

// A request line and headers with a body, and what must come back somewhere in the answer.
struct knock {
    const char *rule, *line, *type, *body;
    int status;
    const char *holds;
};

static void knock(struct portal_bench *bench, const struct knock *knock) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *body = knock->body == NULL ? "" : knock->body;
    char *bytes = talloc_asprintf(
        ctx, "%s HTTP/1.1\r\nHost: portal.example\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
        knock->line,
        knock->type == NULL ? "" : "Content-Type: ", knock->type == NULL ? "" : knock->type,
        knock->type == NULL ? "" : "\r\n", strlen(body), body);
    struct portal_answer *answer = portal_exchange(bench, ctx, bytes, strlen(bytes));
    if (answer->status != knock->status || strstr(answer->body, knock->holds) == NULL)
        fail_msg("%s: HTTP %d: %s", knock->rule, answer->status, answer->body);
    if (strcasestr(answer->head, "\r\nContent-Type: application/json; charset=utf-8") == NULL)
        fail_msg("%s: %s", knock->rule, answer->head);
    talloc_free(ctx);
}

static void test_door(void **state) {
    (void)state;
    static const char form[] = "application/x-www-form-urlencoded";
    static const char json[] = "application/json";
    static const struct knock knocks[] = {
        {"1 plain", "GET " DOOR "profile", NULL, NULL, 200, "\"ID\":\"1\",\"ADMIN\":true"},
        {"1 .json", "GET " DOOR "profile.json", NULL, NULL, 200, "\"ADMIN\":true"},
        {"1 slash", "GET " DOOR "profile/", NULL, NULL, 200, "\"ADMIN\":true"},
        {"1 any case", "GET " DOOR "PROFILE.JSON", NULL, NULL, 200, "\"ADMIN\":true"},
        {"1 any case", "POST " DOOR "Crm.Deal.Get", json, "{\"id\":71}", 200, "\"ID\":\"71\""},
        {"1 wrong secret", "GET /rest/1/wrong/profile", NULL, NULL, 401,
         "{\"error\":\"INVALID_CREDENTIALS\",\"error_description\":\"Invalid request "
         "credentials\"}"},
        {"1 another employee", "GET /rest/2/" PORTAL_SECRET "/profile", NULL, NULL, 401,
         "INVALID_CREDENTIALS"},
        {"1 no employee", "GET /rest/" PORTAL_SECRET "/profile", NULL, NULL, 404,
         "{\"error\":\"ERROR_METHOD_NOT_FOUND\",\"error_description\":\"Method not found!\"}"},
        {"1.4 nothing", "GET /rest/profile", NULL, NULL, 401, "NO_AUTH_FOUND"},
        {"1 unknown method", "GET " DOOR "crm.deal.destroy", NULL, NULL, 404,
         "ERROR_METHOD_NOT_FOUND"},
        {"11 REST 3.0 has no CRM", "GET /rest/api/1/" PORTAL_SECRET "/crm.deal.get", NULL, NULL,
         404, "{\"error\":{\"code\":\"BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION\",\"mess"},
        {"3 query", "GET " DOOR "crm.deal.get?id=71", NULL, NULL, 200, "\"ID\":\"71\""},
        {"3 query brackets", "GET " DOOR "crm.deal.list?filter[ID]=72&select[]=ID&select[]=TITLE",
         NULL, NULL, 200, "\"total\":1"},
        {"3 brackets encoded", "GET " DOOR "crm.deal.list?filter%5BID%5D=72", NULL, NULL, 200,
         "\"total\":1"},
        {"3 form", "POST " DOOR "crm.contact.add", form,
         "fields[NAME]=%D0%90%D0%BD%D0%BD%D0%B0&fields[PHONE][0][VALUE]=%2B79161234567", 200,
         "{\"result\":25,"},
        {"5 PHP's escapes", "POST " DOOR "crm.contact.get", form, "id=25", 200,
         "\"NAME\":\"\\u0410\\u043d\\u043d\\u0430\""},
        {"5 and slashes", "POST " DOOR "crm.contact.add", json, "{\"fields\":{\"NAME\":\"a/b\"}}",
         200, "{\"result\":26,"},
        {"5 and slashes", "POST " DOOR "crm.contact.get", form, "id=26", 200, "\"a\\/b\""},
        {"3 JSON with a charset", "POST " DOOR "crm.deal.get", "application/json; charset=utf-8",
         "{\"id\":71}", 200, "\"ID\":\"71\""},
        {"3 merged, the body wins", "POST " DOOR "crm.deal.get?id=72&x=1", json, "{\"id\":71}", 200,
         "\"ID\":\"71\""},
        {"3 multipart", "POST " DOOR "crm.deal.get", "multipart/form-data; boundary=XX",
         "--XX\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n73\r\n--XX--\r\n", 200,
         "\"ID\":\"73\""},
        {"4 invalid JSON is nothing: an empty deal", "POST " DOOR "crm.deal.add", json,
         "{\"fields\":{\"TITLE\":\"x\"}", 200, "{\"result\":74,"},
        {"4", "GET " DOOR "crm.deal.get?id=74", NULL, NULL, 200, "\"TITLE\":\"Deal #74\""},
        {"4 JSON under another type", "POST " DOOR "crm.deal.get", "text/plain", "{\"id\":71}", 400,
         "ID is not defined"},
        {"4 JSON on GET is nothing", "GET " DOOR "crm.deal.get", json, "{\"id\":71}", 400,
         "{\"error\":\"\",\"error_description\":\"ID is not defined or invalid.\"}"},
        {"2.1 telemetry does no harm", "POST " DOOR "server.time?bx24_sdk_type=js", json, "{}", 200,
         "\"result\":\"2026-09-23T11:0"},
        {"11 an idempotency header does nothing", "POST " DOOR "crm.deal.add",
         "application/json\r\nIdempotency-Key: k1", "{}", 200, "{\"result\":75,"},
        {"11 nor the second time", "POST " DOOR "crm.deal.add",
         "application/json\r\nIdempotency-Key: k1", "{}", 200, "{\"result\":76,"},
    };
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    for (size_t i = 0; i < sizeof knocks / sizeof knocks[0]; i++)
        knock(bench, &knocks[i]);
    talloc_free(ctx);
}

static void test_envelope(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"7 eight keys", "crm.category.list", "{'entityTypeId':2}", 0,
         "time.start=*;time.finish=*;time.duration=*;time.processing=*;time.date_start=*;"
         "time.date_finish=*;time.operating_reset_at=?;time.operating=0;total=3"},
        {"6.4 funnels", "crm.category.list", "{'entityTypeId':2}", 0,
         "result.categories.0.id=0;result.categories.0.isDefault='Y';"
         "result.categories.0.originId=-;result.categories.1.id=1;"
         "result.categories.1.isDefault='N';result.categories.1.originId='';"
         "result.categories.2.id=5;result.categories.2.sort=200"},
        {"7 the switch", "!set time short"},
        {"7 an old portal's", "server.time", "{}", 0,
         "time.start=*;time.processing=-;time.operating=-;time.operating_reset_at=-"},
        {"14 scope", "scope", "{}", 0, "result=['crm','user_brief']"},
        {"14 me", "user.current", "{}", 0, "result.ID='1';result.ACTIVE=true;result.IS_ONLINE='Y'"},
        {"14 profile", "profile", "{}", 0, "result.ID='1';result.ADMIN=true"},
        {"36 no application", "event.bind", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"36", "event.get", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"36", "event.unbind", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"36", "event.offline.get", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"36", "event.offline.clear", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"36", "event.offline.error", "{}", 403, "error='WRONG_AUTH_TYPE'"},
        {"12 no application", "crm.activity.configurable.add", "{}", 400,
         "error='ERROR_WRONG_CONTEXT'"},
        {"28 the plan lapses", "!plan lapsed"},
        {"T28", "profile", "{}", 403,
         "error='ACCESS_DENIED';error_description='REST API is available only on commercial "
         "plans'"},
        {"T28", "!plan paid"},
        {"T28 the webhook is revoked", "!revoke"},
        {"T28", "profile", "{}", 401, "error='INVALID_CREDENTIALS'"},
        {"T28", "!revoke undo"},
        {"T28", "profile", "{}", 0, NULL},
    };
    RUN(steps);
}

static void test_rate(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"10 three and none a second", "!set rate 3 0"},
        {"10", "profile", "{}", 0, NULL},
        {"10 a batch is one", "batch", "{'cmd':{'a':'profile','b':'profile','c':'profile'}}", 0,
         "result.result.c.ID='1'"},
        {"10", "profile", "{}", 0, NULL},
        {"10 the counter passes three", "profile", "{}", 0, NULL},
        {"10 full", "profile", "{}", 503,
         "error='QUERY_LIMIT_EXCEEDED';error_description='Too many requests'"},
        {"10 nothing was done", "crm.deal.add", "{}", 503, NULL},
        {"10 drains", "!set rate 2 1000"},
        {"10", "crm.deal.list", "{}", 0, "total=3"},
    };
    RUN(steps);
}

static void test_directories(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"28 sources", "crm.status.list",
         "{'filter':{'ENTITY_ID':'SOURCE'},'order':{'SORT':'ASC'}}", 0,
         "total=13;result.0.STATUS_ID='CALL';result.0.SYSTEM='Y';result.0.SORT='10';"
         "result.0.SEMANTICS=null;result.0.EXTRA=-;result.0.CATEGORY_ID=null;"
         "result.9.STATUS_ID='RC_GENERATOR';result.12.STATUS_ID='1|VK'"},
        {"28 funnel 1", "crm.status.list",
         "{'filter':{'ENTITY_ID':'DEAL_STAGE_1'},'order':{'SORT':'ASC'}}", 0,
         "total=6;result.0.STATUS_ID='C1:NEW';result.0.CATEGORY_ID='1';"
         "result.0.EXTRA.SEMANTICS='process';result.3.SEMANTICS='S';"
         "result.5.STATUS_ID='C1:UC_4KQ7ZD';result.5.NAME='Отменено';result.5.SEMANTICS='F';"
         "result.5.SYSTEM='N'"},
        {"28 funnel 0", "crm.status.list", "{'filter':{'ENTITY_ID':'DEAL_STAGE','SEMANTICS':'F'}}",
         0, "total=2;result.1.EXTRA.SEMANTICS='apology';result.1.STATUS_ID='APOLOGY'"},
        {"28 no DEAL_STAGE_0", "crm.status.list", "{'filter':{'ENTITY_ID':'DEAL_STAGE_0'}}", 0,
         "total=0;result=[]"},
        {"6.2 items", "crm.status.entity.items", "{'entityId':'STATUS'}", 0,
         "result.0={'NAME':'Не обработан','SORT':10,'STATUS_ID':'NEW'}"},
        {"27 add", "crm.status.add",
         "{'fields':{'ENTITY_ID':'SOURCE','STATUS_ID':'DIKIDI','NAME':'Запись с сайта'}}", 0,
         "result=?", 'a'},
        {"27 as added", "crm.status.list", "{'filter':{'=STATUS_ID':'DIKIDI'}}", 0,
         "total=1;result.0.ID='$a';result.0.SYSTEM='N';result.0.SORT='10';"
         "result.0.NAME='Запись с сайта'"},
        {"27 again", "crm.status.add",
         "{'fields':{'ENTITY_ID':'SOURCE','STATUS_ID':'DIKIDI','NAME':'x'}}", 400,
         "error='ERROR_CORE';error_description='The specified status ID already exists.<br>'"},
        {"27 both missing", "crm.status.add", "{'fields':{'NAME':'x'}}", 400,
         "error='';error_description='The field ENTITY_ID is required.\\nThe field STATUS_ID is "
         "required.'"},
        {"27 no name", "crm.status.add", "{'fields':{'ENTITY_ID':'SOURCE','STATUS_ID':'X'}}", 400,
         "error='';error_description='The field Title is required.'"},
        {"27 fields no array", "crm.status.add", "{'fields':1}", 400,
         "error_description='Parameter `fields` must be array.'"},
        {"27 unknown directory", "crm.status.add",
         "{'fields':{'ENTITY_ID':'NOPE','STATUS_ID':'X','NAME':'x'}}", 400,
         "error_description='Specified entity type is not supported.'"},
        {"27 prefixed", "crm.status.add",
         "{'fields':{'ENTITY_ID':'DEAL_STAGE_1','STATUS_ID':'NOSHOW','NAME':'x','SORT':70,"
         "'SEMANTICS':'F'}}",
         0, "result=?", 'b'},
        {"27", "crm.status.get", "{'id':$b}", 0,
         "result.STATUS_ID='C1:NOSHOW';result.SEMANTICS='F'"},
        {"27 above the final stages", "crm.status.add",
         "{'fields':{'ENTITY_ID':'DEAL_STAGE','STATUS_ID':'LATE','NAME':'x','SORT':65}}", 400,
         "error=''"},
        {"27 below them", "crm.status.add",
         "{'fields':{'ENTITY_ID':'DEAL_STAGE','STATUS_ID':'MID','NAME':'x','SORT':55}}", 0,
         "result=?"},
        {"27 failure before success", "crm.status.add",
         "{'fields':{'ENTITY_ID':'DEAL_STAGE','STATUS_ID':'F1','NAME':'x','SEMANTICS':'F'}}", 400,
         "error=''"},
        {"27 characters of a stage", "crm.status.add",
         "{'fields':{'ENTITY_ID':'DEAL_STAGE','STATUS_ID':'a b','NAME':'x'}}", 400, "error=''"},
        {"27 length of a lead's", "crm.status.add",
         "{'fields':{'ENTITY_ID':'STATUS','STATUS_ID':'A234567890123456789012','NAME':'x'}}", 400,
         "error=''"},
        {"27 any characters in a source", "crm.status.add",
         "{'fields':{'ENTITY_ID':'SOURCE','STATUS_ID':'a b|c','NAME':'x'}}", 0, "result=?"},
        {"6.2 update", "crm.status.update",
         "{'id':$a,'fields':{'NAME':'Сайт','SORT':500,'SEMANTICS':'S'}}", 0, "result=true"},
        {"6.2", "crm.status.get", "{'id':$a}", 0,
         "result.NAME='Сайт';result.SORT='500';result.SEMANTICS=null"},
        {"6.2 delete ours", "crm.status.delete", "{'id':$a}", 0, "result=true"},
        {"6.2 not a system one", "crm.status.delete", "{'id':101}", 400, "error=''"},
        {"6.2 unless forced", "crm.status.delete", "{'id':101,'params':{'FORCED':'Y'}}", 0,
         "result=true"},
        {"6.3 exactly one success stage", "crm.status.delete", "{'id':119,'params':{'FORCED':'Y'}}",
         400, "error=''"},
        {"26 the clerk", "!persona clerk"},
        {"26 profile", "profile", "{}", 0, "result.ADMIN=false"},
        {"26 may not", "crm.status.add",
         "{'fields':{'ENTITY_ID':'SOURCE','STATUS_ID':'Y','NAME':'x'}}", 400,
         "error='';error_description='Access denied.'"},
        {"26 nor this", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'X','USER_TYPE_ID':'string'}}", 400,
         "error='';error_description='Access denied.'"},
    };
    RUN(steps);
}

static void test_userfields(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"29 code alone", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'dikidi_id','USER_TYPE_ID':'string','XML_ID':'D',"
         "'EDIT_FORM_LABEL':{'ru':'Запись','en':'Booking'}}}",
         0, "result=?", 'a'},
        {"29 full name only", "crm.deal.userfield.list", "{'filter':{'FIELD_NAME':'DIKIDI_ID'}}", 0,
         "total=0"},
        {"29 as added", "crm.deal.userfield.list", "{'filter':{'FIELD_NAME':'UF_CRM_DIKIDI_ID'}}",
         0,
         "total=1;result.0.ID='$a';result.0.ENTITY_ID='CRM_DEAL';result.0.USER_TYPE_ID='string';"
         "result.0.MULTIPLE='N';result.0.MANDATORY='N';result.0.XML_ID='D';result.0.SORT='100';"
         "result.0.EDIT_FORM_LABEL=-;result.0.SETTINGS=[]"},
        {"29 labels with LANG", "crm.deal.userfield.list",
         "{'filter':{'FIELD_NAME':'UF_CRM_DIKIDI_ID','LANG':'ru'}}", 0,
         "total=1;result.0.EDIT_FORM_LABEL='Запись'"},
        {"29 get", "crm.deal.userfield.get", "{'id':$a}", 0,
         "result.FIELD_NAME='UF_CRM_DIKIDI_ID';result.EDIT_FORM_LABEL.en='Booking'"},
        {"29 the same again, UF_", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'UF_DIKIDI_ID','USER_TYPE_ID':'string'}}", 400,
         "error='ERROR_CORE';error_description='The field UF_CRM_DIKIDI_ID for the CRM_DEAL object "
         "already exists.<br>'"},
        {"29 and whole", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'UF_CRM_DIKIDI_ID','USER_TYPE_ID':'string'}}", 400,
         "error='ERROR_CORE'"},
        {"29 leads have their own", "crm.lead.userfield.add",
         "{'fields':{'FIELD_NAME':'DIKIDI_ID','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"29", "crm.lead.userfield.list", "{}", 0, "total=1;result.0.ENTITY_ID='CRM_LEAD'"},
        {"29 no name", "crm.deal.userfield.add", "{'fields':{'USER_TYPE_ID':'string'}}", 400,
         "error='';error_description='The `FIELD_NAME` field is not found.'"},
        {"29 no type", "crm.deal.userfield.add", "{'fields':{'FIELD_NAME':'X'}}", 400,
         "error='';error_description='The `USER_TYPE_ID` field is not found.'"},
        {"29 wrong type", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'X','USER_TYPE_ID':'text'}}", 400,
         "error='ERROR_CORE';error_description='Incorrect custom type specified.<br>'"},
        {"29 characters", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'X-Y','USER_TYPE_ID':'string'}}", 400, "error='ERROR_CORE'"},
        {"29 50 characters in all", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'A234567890123456789012345678901234567890123',"
         "'USER_TYPE_ID':'string'}}",
         0, "result=?"},
        {"29 not 51", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'B2345678901234567890123456789012345678901234',"
         "'USER_TYPE_ID':'string'}}",
         400, "error='ERROR_CORE'"},
        {"29 the older length", "!set uf-length 20"},
        {"29 13 of code", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'C234567890123','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"29 not 14", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'D2345678901234','USER_TYPE_ID':'string'}}", 400,
         "error='ERROR_CORE'"},
        {"8 in Russian", "!set lang ru"},
        {"8", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'DIKIDI_ID','USER_TYPE_ID':'string'}}", 400,
         "error='ERROR_CORE';error_description='Поле UF_CRM_DIKIDI_ID для объекта CRM_DEAL уже "
         "существует.<br>'"},
        {"37 the owner removes it", "!field-delete UF_CRM_DIKIDI_ID"},
        {"37", "crm.deal.userfield.get", "{'id':$a}", 400, "error=''"},
    };
    RUN(steps);
}

static void test_timeline(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"12 comment", "crm.timeline.comment.add",
         "{'fields':{'ENTITY_ID':71,'ENTITY_TYPE':'deal','COMMENT':'Отменено в Dikidi'}}", 0,
         "result=?", 'a'},
        {"12 read", "crm.timeline.comment.list", "{'filter':{'ENTITY_ID':71,'ENTITY_TYPE':'deal'}}",
         0, "total=1;result.0.ID='$a';result.0.COMMENT='Отменено в Dikidi';result.0.ENTITY_ID=71"},
        {"12 lower-case", "crm.timeline.comment.add",
         "{'fields':{'ENTITY_ID':71,'ENTITY_TYPE':'DEAL','COMMENT':'x'}}", 400,
         "error='OWNER_NOT_FOUND'"},
        {"12 no such deal", "crm.timeline.comment.add",
         "{'fields':{'ENTITY_ID':9999,'ENTITY_TYPE':'deal','COMMENT':'x'}}", 400,
         "error='OWNER_NOT_FOUND'"},
        {"12 empty", "crm.timeline.comment.add",
         "{'fields':{'ENTITY_ID':71,'ENTITY_TYPE':'deal','COMMENT':''}}", 400,
         "error='INVALID_ARG_VALUE'"},
        {"12 no fields", "crm.timeline.comment.add", "{}", 400, "error='100'"},
        {"12 twice is two", "crm.timeline.comment.add",
         "{'fields':{'ENTITY_ID':71,'ENTITY_TYPE':'deal','COMMENT':'Отменено в Dikidi'}}", 0,
         "result=?"},
        {"12", "crm.timeline.comment.list", "{'filter':{'ENTITY_ID':71,'ENTITY_TYPE':'deal'}}", 0,
         "total=2"},
        {"12 todo", "crm.activity.todo.add",
         "{'ownerTypeId':2,'ownerId':71,'deadline':'2026-09-24T15:00:00+03:00','title':'Визит'}", 0,
         "result.id=?"},
        {"12 deadline", "crm.activity.todo.add",
         "{'ownerTypeId':2,'ownerId':71,'deadline':'tomorrow'}", 400,
         "error='WRONG_DATETIME_FORMAT'"},
        {"12 missing", "crm.activity.todo.add", "{'ownerTypeId':2,'ownerId':71}", 400,
         "error='100'"},
        {"12 owner", "crm.activity.todo.add",
         "{'ownerTypeId':2,'ownerId':9999,'deadline':'2026-09-24T15:00:00'}", 400,
         "error='OWNER_NOT_FOUND'"},
    };
    RUN(steps);
}

static void test_batch(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"13 maps", "batch",
         "{'cmd':{'me':'profile','deals':'crm.deal.list?select[]=ID','no':'crm.deal.get?id=9999'}}",
         0,
         "result.result.me.ID='1';result.result.deals.0.ID='71';result.result.no=-;"
         "result.result_error.no={'error':'','error_description':'Not found'};"
         "result.result_total={'deals':3};result.result_next=[];result.result_time.me.start=*"},
        {"13 empty maps", "batch", "{'cmd':{'me':'profile'}}", 0,
         "result.result_error=[];result.result_total=[]"},
        {"13 keys 0, 1: lists", "batch", "{'cmd':['profile','profile']}", 0,
         "result.result.1.ID='1'"},
        {"13 references", "batch",
         "{'cmd':{'c':'crm.contact.add?fields[NAME]=%D0%90','d':'crm.deal.add?fields[TITLE]=N "
         "$result[c]&fields[CONTACT_ID]=$result[c]','g':'crm.deal.get?id=$result[d]'}}",
         0, "result.result.g.TITLE='N 25';result.result.g.CONTACT_ID='25'"},
        {"13 a path that is not there stops where it was", "batch",
         "{'cmd':{'d':'crm.deal.get?id=71','x':'crm.deal.add?fields[TITLE]=$result[d][NOPE]'}}", 0,
         "result.result_error=[];result.result.x=?"},
        {"T8 a plus is a blank", "batch",
         "{'cmd':{'c':'crm.contact.add?fields[NAME]=+7'," //
         "'g':'crm.contact.get?id=$result[c]'}}",
         0, "result.result.g.NAME=' 7'"},
        {"T8 # cuts", "batch",
         "{'cmd':{'c':'crm.contact.add?fields[NAME]=a#b','g':'crm.contact.get?id=$result[c]'}}", 0,
         "result.result.g.NAME='a'"},
        {"T8 encoded once", "batch",
         "{'cmd':{'c':'crm.contact.add?fields[NAME]=%2B7%23','g':'crm.contact.get?"
         "id=%24result%5Bc%5D'}}",
         0, "result.result.g.NAME='+7#'"},
        {"13 nested refused", "batch", "{'cmd':{'b':'batch?cmd[x]=profile'}}", 0,
         "result.result=[];result.result_error.b.error='ERROR_BATCH_METHOD_NOT_ALLOWED'"},
        {"13 halt", "batch",
         "{'halt':1,'cmd':{'a':'profile','b':'crm.deal.get?id=9999','c':'profile'}}", 0,
         "result.result.a=*;result.result.c=-;result.result_error.c=-;result.result_error.b=*"},
        {"13 not a text: skipped", "batch", "{'cmd':{'a':5,'b':'profile'}}", 0,
         "result.result.a=-;result.result_error=[];result.result.b=*"},
    };
    RUN(steps);
}

static void test_long_batch(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    char *body = talloc_strdup(ctx, "{\"cmd\":{");
    for (int i = 0; i < 52; i++)
        body = talloc_asprintf_append(body, "%s\"k%d\":\"server.time\"", i == 0 ? "" : ",", i);
    struct portal_answer *answer =
        portal_call(bench, ctx, "batch", talloc_asprintf(ctx, "%s}}", body));
    const struct zp_json *result = zp_json_get(answer->json, "result");
    assert_int_equal(answer->status, 200);
    assert_int_equal(zp_json_count(zp_json_get(result, "result")), 50);
    const struct zp_json *errors = zp_json_get(result, "result_error");
    assert_int_equal(zp_json_count(errors), 2);
    assert_string_equal(zp_json_string(zp_json_get(zp_json_get(errors, "k51"), "error")),
                        "ERROR_BATCH_LENGTH_EXCEEDED");
    talloc_free(ctx);
}

static void test_control(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    static const struct {
        const char *line;
        bool done;
        enum zp_error_code code; // when not done
    } lines[] = {
        {"deals", true, ZP_OK},
        {"deal 71", true, ZP_OK},
        {"deal 99999", false, ZP_E_NOT_FOUND},
        {"deal", false, ZP_E_USAGE},
        {"leads", true, ZP_OK},
        {"lead 5", false, ZP_E_NOT_FOUND},
        {"contacts", true, ZP_OK},
        {"contact 21", true, ZP_OK},
        {"comments", true, ZP_OK},
        {"contact-add Анна +79161234567", true, ZP_OK},
        {"deal-move 71 C1:LOSE", false, ZP_E_USAGE},
        {"deal-move 71 LOSE", true, ZP_OK},
        {"deal-edit 71 OPPORTUNITY 700", true, ZP_OK},
        {"deal-edit 71 STAGE_ID WON", false, ZP_E_USAGE},
        {"deal-edit 71 DATE_CREATE 2020-01-01", false, ZP_E_USAGE},
        {"deal-edit 71 BEGINDATE soon", false, ZP_E_USAGE},
        {"deal-funnel 71 9", false, ZP_E_USAGE},
        {"deal-product 72 Масло 350", true, ZP_OK},
        {"deal-product 9999 Масло 350", false, ZP_E_NOT_FOUND},
        {"contact-add Анна 89161234567", true, ZP_OK},
        {"contact-merge 25 26", true, ZP_OK},
        {"contact-merge 25 25", false, ZP_E_USAGE},
        {"contact-merge 25 26", false, ZP_E_USAGE},
        {"contact-delete 25", true, ZP_OK},
        {"contact-delete 25", false, ZP_E_NOT_FOUND},
        {"stage-rename LOSE Отмена", true, ZP_OK},
        {"stage-rename NOPE x", false, ZP_E_USAGE},
        {"field-add UF_CRM_HAIR string mandatory", true, ZP_OK},
        {"field-add UF_CRM_HAIR string", false, ZP_E_USAGE},
        {"field-add HAIR string", false, ZP_E_USAGE},
        {"field-add UF_CRM_X string maybe", false, ZP_E_USAGE},
        {"oauth install", true, ZP_OK},
        {"oauth dance", false, ZP_E_USAGE},
        {"operating", true, ZP_OK},
        {"operating over", true, ZP_OK},
        {"operating under", false, ZP_E_USAGE},
        {"set operating 100", true, ZP_OK},
        {"set operating -1", false, ZP_E_USAGE},
        {"set cost crm.deal.list 12.5", true, ZP_OK},
        {"set cost crm.deal.list", false, ZP_E_USAGE},
        {"set cost crm.deal.list ages", false, ZP_E_USAGE},
        {"source-delete 1|VK", true, ZP_OK},
        {"source-delete NOPE", false, ZP_E_USAGE},
        {"field-delete UF_CRM_NOPE", false, ZP_E_USAGE},
        {"persona king", false, ZP_E_USAGE},
        {"set mode 3", false, ZP_E_USAGE},
        {"set rate 0 1", false, ZP_E_USAGE},
        {"set colour red", false, ZP_OK}, // somebody else's
        {"app-book", false, ZP_OK},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct zp_error err = {0};
        if (portal_verb(bench, lines[i].line, &err) != lines[i].done || err.code != lines[i].code)
            fail_msg("%s: %d %s", lines[i].line, (int)err.code, err.message);
    }
    struct zp_json *shown = zp_json_new_object(ctx);
    const char *const words[] = {"deal", "71"};
    assert_true(zp__portal_control(bench->portal, ctx, 2, words, shown, &(struct zp_error){0}));
    const struct zp_json *deal = zp_json_get(shown, "deal");
    assert_string_equal(zp_json_string(zp_json_get(deal, "STAGE_ID")), "LOSE");
    assert_string_equal(zp_json_string(zp_json_get(deal, "OPPORTUNITY")), "700.00");
    assert_int_equal(zp_json_count(zp_json_get(deal, "CONTACT_IDS")), 1);
    talloc_free(ctx);
}

static void counted(void *data) {
    ++*(int *)data;
}

// What was saved and read again is the same, and goes on with the next ids.
static void test_save(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    int changes = 0;
    zp__portal_on_change(bench->portal, counted, &changes);
    zp__portal_seed(bench->portal, &(struct zp__portal_seed){.client_name = "Мария",
                                                             .client_phone = "+79161234567",
                                                             .booking_id = "8123",
                                                             .title = "Маникюр",
                                                             .source_id = "DIKIDI",
                                                             .starts_at = 1790000000,
                                                             .price_minor = 150050,
                                                             .currency = "RUB"});
    assert_true(changes > 0);
    static const struct portal_step before[] = {
        {"seeded", "crm.item.list",
         "{'entityTypeId':2,'useOriginalUfNames':'Y','filter':{'=UF_CRM_DIKIDI_ID':'8123'}}", 0,
         "total=1;result.items.0.originId='8123';result.items.0.opportunity=1500.5;"
         "result.items.0.sourceId='DIKIDI';result.items.0.contactIds=[25]"},
        {"a comment", "crm.timeline.comment.add",
         "{'fields':{'ENTITY_ID':74,'ENTITY_TYPE':'deal','COMMENT':'x'}}", 0, "result=?"},
        {"a stage", "crm.deal.update", "{'id':74,'fields':{'STAGE_ID':'LOSE'}}", 0, "result=true"},
        {"a switch", "!set mode 2"},
        {"rows of products", "crm.deal.productrows.set",
         "{'id':74,'rows':[{'PRODUCT_NAME':'Масло','PRICE':350,'QUANTITY':2}]}", 0, "result=true"},
        {"a cost", "!set cost crm.deal.list 500"},
        {"an application", "!oauth install"},
    };
    PORTAL_STEPS(bench, before);
    changes = 0;
    zp__portal_seed(bench->portal, &(struct zp__portal_seed){.client_name = "Мария",
                                                             .client_phone = "89161234567"});
    assert_int_equal(changes, 0); // the same client again
    struct zp_json *saved = zp_json_new_object(ctx);
    zp__portal_save(bench->portal, saved);
    struct portal_bench *again = portal_bench_new(ctx);
    struct zp_error err = {0};
    char *text = zp_json_print(ctx, saved);
    const struct zp_json *read = zp_json_parse(ctx, text, strlen(text), &err);
    if (!zp__portal_load(again->portal, read, &err))
        fail_msg("%s", err.message);
    struct zp_json *copy = zp_json_new_object(ctx);
    zp__portal_save(again->portal, copy);
    assert_string_equal(zp_json_print(ctx, copy), text);
    static const struct portal_step after[] = {
        {"read back", "crm.deal.get", "{'id':74}", 0,
         "result.STAGE_SEMANTIC_ID='F';result.UF_CRM_DIKIDI_ID='8123';result.CONTACT_ID='25'"},
        {"the next id", "crm.deal.add", "{}", 0, "result=75"},
        {"comments", "crm.timeline.comment.list",
         "{'filter':{'ENTITY_ID':74,'ENTITY_TYPE':'deal'}}", 0, "total=1"},
        {"the switch", "crm.settings.mode.get", "{}", 0, "result=2"},
        {"rows of products", "crm.deal.productrows.get", "{'id':74}", 0,
         "result.0.PRICE=350;result.0.QUANTITY=2;result.0.PRODUCT_NAME='Масло'"},
        {"the cost", "crm.deal.list", "{}", 0, "time.operating=500"},
        {"the cost", "crm.deal.list", "{}", 429, "error='OPERATION_TIME_LIMIT'"},
        {"history", "crm.stagehistory.list", "{'entityTypeId':2,'filter':{'OWNER_ID':74}}", 0,
         "total=2"},
        {"found by phone", "crm.duplicate.findbycomm",
         "{'type':'PHONE','values':['89161234567'],'entity_type':'CONTACT'}", 0,
         "result={'CONTACT':[25]}"},
    };
    PORTAL_STEPS(again, after);
    const struct zp_json *broken = zp_json_parse(ctx, "{\"rows\":1}", 10, NULL);
    assert_false(zp__portal_load(again->portal, broken, &err));
    assert_int_equal(err.code, ZP_E_CONFIG);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_door),       cmocka_unit_test(test_envelope),
        cmocka_unit_test(test_rate),       cmocka_unit_test(test_directories),
        cmocka_unit_test(test_userfields), cmocka_unit_test(test_timeline),
        cmocka_unit_test(test_batch),      cmocka_unit_test(test_long_batch),
        cmocka_unit_test(test_control),    cmocka_unit_test(test_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
