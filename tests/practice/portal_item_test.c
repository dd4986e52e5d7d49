// crm.item.* of the practice portal (bitrix24.md 10, 17.22, 17.33), and that both families show the
// same truth.
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

static void test_a_booking(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"29", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'DIKIDI_ID','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"29", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'VISIT_AT','USER_TYPE_ID':'datetime'}}", 0, "result=?"},
        {"27", "crm.status.add",
         "{'fields':{'ENTITY_ID':'SOURCE','STATUS_ID':'DIKIDI','NAME':'Запись с сайта (Dikidi)',"
         "'SORT':500}}",
         0, "result=?"},
        {"33 a contact", "crm.item.add",
         "{'entityTypeId':3,'fields':{'name':'Мария','originatorId':'dikidi',"
         "'fm':[{'typeId':'PHONE','valueType':'MOBILE','value':'+79161234567'}]}}",
         0,
         "result.item.id=?;result.item.name='Мария';result.item.hasPhone='Y';"
         "result.item.fm.0.value='+79161234567';result.item.fm.0.id=?;"
         "result.item.fm.0.typeId='PHONE';result.item.entityTypeId=3",
         'c'},
        {"33 a deal", "crm.item.add",
         "{'entityTypeId':2,'useOriginalUfNames':'Y','fields':{'title':'Маникюр','categoryId':1,"
         "'contactIds':[$c],'sourceId':'DIKIDI','opportunity':1500.5,'currencyId':'RUB',"
         "'isManualOpportunity':'Y','begindate':'2026-09-24','closedate':'2026-09-24',"
         "'originatorId':'dikidi','originId':'8123','UF_CRM_DIKIDI_ID':'8123',"
         "'UF_CRM_VISIT_AT':'2026-09-24T15:00:00+03:00'}}",
         0,
         "result.item.id=?;result.item.stageId='C1:NEW';result.item.categoryId=1;"
         "result.item.opportunity=1500.5;result.item.isManualOpportunity='Y';"
         "result.item.contactIds=[$c];result.item.contactId=$c;result.item.stageSemanticId='P';"
         "result.item.begindate='2026-09-24T02:00:00+02:00';result.item.UF_CRM_DIKIDI_ID='8123';"
         "result.item.UF_CRM_VISIT_AT='2026-09-24T14:00:00+02:00';result.item.entityTypeId=2;"
         "result.item.probability=null;result.item.companyId=0;result.item.observers=[];"
         "result.item.closed='N';result.item.createdBy=1;result.item.fm=-",
         'd'},
        {"33 the same in legacy", "crm.deal.get", "{'id':$d}", 0,
         "result.TITLE='Маникюр';result.OPPORTUNITY='1500.50';result.CATEGORY_ID='1';"
         "result.CONTACT_ID='$c';result.SOURCE_ID='DIKIDI';result.UF_CRM_DIKIDI_ID='8123';"
         "result.UF_CRM_VISIT_AT='2026-09-24T14:00:00+02:00'"},
        {"7.4 camelCase names", "crm.item.get", "{'entityTypeId':2,'id':$d}", 0,
         "result.item.ufCrmDikidiId='8123';result.item.UF_CRM_DIKIDI_ID=-"},
        {"19 the idempotency look-up", "crm.item.list",
         "{'entityTypeId':2,'useOriginalUfNames':'Y','select':['id','stageId','contactIds',"
         "'UF_CRM_DIKIDI_ID'],'filter':{'0':{'logic':'OR','0':{'=UF_CRM_DIKIDI_ID':'8123'},"
         "'1':{'=originatorId':'dikidi','=originId':'8123'}}},'order':{'id':'ASC'}}",
         0,
         "total=1;next=-;result.items.0={'id':$d,'stageId':'C1:NEW','UF_CRM_DIKIDI_ID':'8123',"
         "'contactIds':[$c]}"},
        {"19 nobody's", "crm.item.list",
         "{'entityTypeId':2,'useOriginalUfNames':'Y','filter':{'0':{'logic':'OR','0':"
         "{'=UF_CRM_DIKIDI_ID':'9'},'1':{'=originatorId':'dikidi','=originId':'9'}}}}",
         0, "total=0;result.items=[]"},
        {"33 cancel", "crm.item.update",
         "{'entityTypeId':2,'id':$d,'fields':{'stageId':'C1:UC_4KQ7ZD'}}", 0,
         "result.item.stageSemanticId='F';result.item.closed='Y';"
         "result.item.stageId='C1:UC_4KQ7ZD'"},
        {"33 the same in legacy", "crm.deal.get", "{'id':$d}", 0,
         "result.STAGE_SEMANTIC_ID='F';result.CLOSED='Y'"},
        {"13.4 the poll", "crm.item.list",
         "{'entityTypeId':2,'useOriginalUfNames':'Y','filter':{'>=updatedTime':"
         "'2026-09-23T12:00:00+03:00','!=UF_CRM_DIKIDI_ID':'','=stageSemanticId':'F'}}",
         0, "total=1;result.items.0.id=$d"},
        {"13.4 by stages", "crm.item.list",
         "{'entityTypeId':2,'filter':{'@stageId':['C1:LOSE','C1:UC_4KQ7ZD'],"
         "'!ufCrmDikidiId':''}}",
         0, "total=1"},
        {"33 delete", "crm.item.delete", "{'entityTypeId':2,'id':$d}", 0, "result=[]"},
        {"33 gone", "crm.item.get", "{'entityTypeId':2,'id':$d}", 400, "error='NOT_FOUND'"},
    };
    RUN(steps);
}

static void test_errors(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"33 no type", "crm.item.list", "{}", 400,
         "error='100';error_description='Could not find value for parameter {entityTypeId}';"
         "result=-;time=-"},
        {"33 no id", "crm.item.get", "{'entityTypeId':2}", 400, "error='100'"},
        {"33 no fields", "crm.item.add", "{'entityTypeId':2}", 400, "error='100'"},
        {"33 fields a text", "crm.item.add", "{'entityTypeId':2,'fields':'x'}", 400, "error='100'"},
        {"33 exact spelling", "crm.item.add", "{'entityTypeId':2,'FIELDS':{}}", 400, "error='100'"},
        {"33 another type", "crm.item.add", "{'entityTypeId':31,'fields':{}}", 400,
         "error='ENTITY_TYPE_NOT_SUPPORTED'"},
        {"33 no such process", "crm.item.list", "{'entityTypeId':177}", 400, "error='NOT_FOUND'"},
        {"22 unknown filter key", "crm.item.list",
         "{'entityTypeId':2,'filter':{'=UF_CRM_OTHER':'1'}}", 400,
         "error='INVALID_ARG_VALUE';"
         "error_description='Invalid filter: field `UF_CRM_OTHER` is not allowed in filter'"},
        {"22 inside OR", "crm.item.list",
         "{'entityTypeId':2,'filter':{'0':{'logic':'OR','0':{'=id':1},'1':{'nope':1}}}}", 400,
         "error='INVALID_ARG_VALUE'"},
        {"22 the legacy name", "crm.item.list", "{'entityTypeId':2,'filter':{'STAGE_ID':'NEW'}}",
         400, "error='INVALID_ARG_VALUE'"},
        {"22 an order it does not know", "crm.item.list", "{'entityTypeId':2,'order':{'ID':'ASC'}}",
         400, "error_description='Invalid order: field `ID` is not allowed in order'"},
        {"22 neither up nor down", "crm.item.list", "{'entityTypeId':2,'order':{'id':'UP'}}", 400,
         "error='INVALID_ARG_VALUE'"},
        {"22 a date it cannot read", "crm.item.list",
         "{'entityTypeId':2,'filter':{'>=updatedTime':'later'}}", 400, "error='INVALID_ARG_VALUE'"},
        {"33 unknown source", "crm.item.add", "{'entityTypeId':2,'fields':{'sourceId':'DIKIDI'}}",
         400, "error='CRM_FIELD_ERROR_VALUE_NOT_VALID'"},
        {"33 another funnel's stage", "crm.item.add",
         "{'entityTypeId':2,'fields':{'categoryId':1,'stageId':'LOSE'}}", 400,
         "error='CRM_FIELD_ERROR_VALUE_NOT_VALID'"},
        {"33 unknown funnel", "crm.item.add", "{'entityTypeId':2,'fields':{'categoryId':9}}", 400,
         "error='CRM_FIELD_ERROR_VALUE_NOT_VALID'"},
        {"8.2 a contact that is gone", "crm.item.add",
         "{'entityTypeId':2,'fields':{'contactIds':[99999]}}", 400,
         "error='CRM_FIELD_ERROR_VALUE_NOT_VALID'"},
        {"33 contactIds a number", "crm.item.add", "{'entityTypeId':2,'fields':{'contactIds':21}}",
         400, "error='100'"},
        {"33 id in fields", "crm.item.update", "{'entityTypeId':2,'id':71,'fields':{'id':5}}", 400,
         "error='100'"},
        {"33 unknown keys are nothing", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'nope':5,'stageSemanticId':'S'}}", 0,
         "result.item.id=71;result.item.stageSemanticId='P'"},
        {"8 the portal's language", "!set lang ru"},
        {"8 texts differ, codes do not", "crm.item.get", "{'entityTypeId':2,'id':99999}", 400,
         "error='NOT_FOUND';error_description='Элемент не найден'"},
        {"26 the clerk", "!persona clerk"},
        {"26 a colleague's own", "crm.item.get", "{'entityTypeId':3,'id':24}", 400,
         "error='ACCESS_DENIED'"},
        {"26 not listed", "crm.item.list", "{'entityTypeId':3}", 0, "total=3"},
        {"no such family", "!set legacy-only on"},
        {"an old portal", "crm.item.list", "{'entityTypeId':2}", 404,
         "error='ERROR_METHOD_NOT_FOUND';error_description='Method not found!'"},
        {"an old portal says so", "method.get", "{'name':'crm.item.add'}", 0,
         "result={'isExisting':false,'isAvailable':false}"},
        {"but has the older ones", "method.get", "{'name':'CRM.Deal.Add'}", 0,
         "result={'isExisting':true,'isAvailable':true}"},
    };
    RUN(steps);
}

static void test_update(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"19 the manager changed it", "!deal-edit 71 TITLE Заказ"},
        {"19 update without a difference", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'title':'Заказ','stageId':'PREPARATION'}}", 0,
         "result.item.updatedBy=7"},
        {"19 with one", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'title':'Другой заказ'}}", 0,
         "result.item.updatedBy=1;result.item.title='Другой заказ'"},
        {"19 the manager again", "!deal-edit 71 TITLE Заказ"},
        {"19 legacy writes in any case", "crm.deal.update", "{'id':71,'fields':{'TITLE':'Заказ'}}",
         0, "result=true"},
        {"19", "crm.item.get", "{'entityTypeId':2,'id':71}", 0, "result.item.updatedBy=1"},
        {"10 another funnel", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'categoryId':5}}", 0,
         "result.item.categoryId=5;result.item.stageId='C5:UC_Y0A3RT'"},
        {"10 funnel and stage", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'categoryId':1,'stageId':'C1:EXECUTING'}}", 0,
         "result.item.categoryId=1;result.item.stageId='C1:EXECUTING'"},
        {"10 history of the present funnel", "crm.stagehistory.list",
         "{'entityTypeId':2,'filter':{'OWNER_ID':71}}", 0,
         "total=1;result.items.0.TYPE_ID=5;result.items.0.STAGE_ID='C1:EXECUTING'"},
        {"10 contacts replaced", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'contactIds':[22,23]}}", 0,
         "result.item.contactIds=[22,23];result.item.contactId=22"},
        {"10 contacts are filterable", "crm.item.list",
         "{'entityTypeId':2,'filter':{'=contactIds':23},'select':['id']}", 0,
         "total=1;result.items.0={'id':71}"},
        {"24 a date it cannot read is dropped", "crm.item.update",
         "{'entityTypeId':2,'id':71,'fields':{'begindate':'soon','comments':null}}", 0,
         "result.item.begindate='2026-09-23T02:00:00+02:00'"},
        {"T13 fm a text", "crm.item.add", "{'entityTypeId':3,'fields':{'name':'x','fm':'+7916'}}",
         0, "result.item.fm=[];result.item.hasPhone='N'", 'a'},
        {"T13 without typeId", "crm.item.update",
         "{'entityTypeId':3,'id':$a,'fields':{'fm':{'n0':{'value':'+79161234567'}}}}", 0,
         "result.item.fm=[]"},
        {"8.4 n0 adds", "crm.item.update",
         "{'entityTypeId':3,'id':$a,'fields':{'fm':{'n0':{'typeId':'PHONE','value':'+79161234567'}"
         "}}}",
         0, "result.item.fm.0.value='+79161234567';result.item.fm.0.valueType='WORK'"},
        {"8.4 its id changes", "crm.item.update",
         "{'entityTypeId':3,'id':$a,'fields':{'fm':{'304':{'typeId':'PHONE','value':'+79160000000'}"
         "}}}",
         0, "result.item.fm.0.value='+79160000000';result.item.fm.1=-"},
        {"8.4 fm only with everything", "crm.item.list",
         "{'entityTypeId':3,'select':['id','fm'],'filter':{'id':$a}}", 0,
         "result.items.0={'id':$a}"},
        {"8.4 *", "crm.item.list", "{'entityTypeId':3,'select':['*'],'filter':{'id':$a}}", 0,
         "result.items.0.fm.0.id=304"},
        {"22 fm does not filter", "crm.item.list", "{'entityTypeId':3,'filter':{'fm':'x'}}", 400,
         "error='INVALID_ARG_VALUE'"},
        {"9.7 a lead", "crm.item.add",
         "{'entityTypeId':1,'fields':{'title':'l','name':'Анна','stageId':'IN_PROCESS','fm':"
         "[{'typeId':'PHONE','value':'+79167654321'}]}}",
         0,
         "result.item.stageId='IN_PROCESS';result.item.stageSemanticId='P';"
         "result.item.categoryId=-;result.item.contactIds=[];result.item.contactId=0",
         'l'},
        {"9.7 the same in legacy", "crm.lead.get", "{'id':$l}", 0,
         "result.STATUS_ID='IN_PROCESS';result.PHONE.0.VALUE='+79167654321'"},
    };
    RUN(steps);
}

static void test_filters(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"22 a", "crm.item.add", "{'entityTypeId':2,'fields':{'title':'Anna','opportunity':5}}", 0,
         "result.item.opportunity=5", 'a'},
        {"22 b", "crm.item.add", "{'entityTypeId':2,'fields':{'title':'Boris','opportunity':50}}",
         0, NULL, 'b'},
        {"22 default is equality", "crm.item.list", "{'entityTypeId':2,'filter':{'title':'an_a'}}",
         0, "total=0"},
        {"22 case does not count", "crm.item.list", "{'entityTypeId':2,'filter':{'=title':'ANNA'}}",
         0, "total=1"},
        {"22 NOT LIKE", "crm.item.list", "{'entityTypeId':2,'filter':{'!%title':'or','>=id':$a}}",
         0, "total=1;result.items.0.id=$a"},
        {"22 NOT LIKE pattern", "crm.item.list",
         "{'entityTypeId':2,'filter':{'!=%title':'B%','>=id':$a}}", 0,
         "total=1;result.items.0.id=$a"},
        {"22 logic at the top", "crm.item.list",
         "{'entityTypeId':2,'filter':{'logic':'OR','=title':'Anna','=opportunity':50}}", 0,
         "total=2"},
        {"22 AND inside OR", "crm.item.list",
         "{'entityTypeId':2,'filter':{'0':{'logic':'OR','0':{'=title':'Anna','=opportunity':50},"
         "'1':{'=title':'Boris','>opportunity':49.5}}}}",
         0, "total=1;result.items.0.id=$b"},
        {"22 null is empty", "crm.item.list",
         "{'entityTypeId':2,'filter':{'=originId':null,'>=id':$a}}", 0, "total=2"},
        {"22 order", "crm.item.list",
         "{'entityTypeId':2,'filter':{'>=id':$a},'order':{'opportunity':'DESC'},'select':['id']}",
         0, "result.items=[{'id':$b},{'id':$a}]"},
        {"7.4 a name with digits", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'DIKIDI_ID2','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"7.4 boolean", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'3_DIGIT','USER_TYPE_ID':'boolean'}}", 0, "result=?"},
        {"7.4 digits only after a number", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'3_1747309727','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"7.4 digits only", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'1747309879','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"T14", "crm.item.fields", "{'entityTypeId':2}", 0,
         "result.fields.ufCrm_DIKIDI_ID2.upperName='UF_CRM_DIKIDI_ID2';"
         "result.fields.ufCrm3Digit.upperName='UF_CRM_3_DIGIT';"
         "result.fields.ufCrm3_1747309727.upperName='UF_CRM_3_1747309727';"
         "result.fields.ufCrm_1747309879.upperName='UF_CRM_1747309879';"
         "result.fields.stageId.upperName='STAGE_ID';result.fields.id.isReadOnly=true;"
         "result.fields.contactIds.isMultiple=true;result.fields.opened.type='boolean'"},
        {"29 original names", "crm.item.fields", "{'entityTypeId':2,'useOriginalUfNames':'Y'}", 0,
         "result.fields.UF_CRM_DIKIDI_ID2.isDynamic=true"},
        {"5 boolean is Y", "crm.item.update",
         "{'entityTypeId':2,'id':$a,'fields':{'ufCrm3Digit':'Y'}}", 0,
         "result.item.ufCrm3Digit='Y'"},
        {"5 filtered by 1", "crm.item.list", "{'entityTypeId':2,'filter':{'=ufCrm3Digit':1}}", 0,
         "total=1"},
        {"5 not by Y", "crm.item.list", "{'entityTypeId':2,'filter':{'=ufCrm3Digit':'Y'}}", 0,
         "total=0"},
        {"7.4 not the original name", "crm.item.list",
         "{'entityTypeId':2,'filter':{'=UF_CRM_DIKIDI_ID2':'1'}}", 400,
         "error='INVALID_ARG_VALUE'"},
        {"7.4 nor set by it", "crm.item.update",
         "{'entityTypeId':2,'id':$a,'fields':{'UF_CRM_DIKIDI_ID2':'1'}}", 0,
         "result.item.ufCrm_DIKIDI_ID2=null"},
    };
    RUN(steps);
}

static void test_pages(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    static const struct portal_step add = {"12", "crm.deal.add", "{}", 0, "result=?"};
    for (int i = 0; i < 118; i++) // with the three that were there: 121
        portal_steps(bench, &add, 1);
    static const struct portal_step steps[] = {
        {"12 the first page", "crm.item.list", "{'entityTypeId':2,'select':['id']}", 0,
         "total=121;next=50;result.items.0.id=71;result.items.49.id=120;result.items.50=-"},
        {"12 the second", "crm.deal.list", "{'start':50,'select':['ID']}", 0,
         "total=121;next=100;result.0.ID='121'"},
        {"12 floored", "crm.deal.list", "{'start':'99','select':['ID']}", 0,
         "next=100;result.0.ID='121'"},
        {"12 the last", "crm.item.list", "{'entityTypeId':2,'start':100}", 0,
         "total=121;next=-;result.items.0.id=171;result.items.20.id=191;result.items.21=-"},
        {"12 past the end", "crm.deal.list", "{'start':500}", 0, "total=121;next=-;result=[]"},
        {"12 every id is more than 0", "crm.item.list",
         "{'entityTypeId':2,'start':-1,'filter':{'>id':0},'order':{'id':'ASC'}}", 0,
         "result.items.0.id=71;result.items.49.id=*;result.items.50=-;next=-"},
        {"12 and a link that is not set is not", "crm.deal.list", "{'filter':{'>CONTACT_ID':0}}", 0,
         "total=2"},
        {"12 without counting", "crm.deal.list", "{'start':-1,'filter':{'>ID':100}}", 0,
         "total=0;next=-;result.0.ID='101';result.49.ID='150'"},
    };
    PORTAL_STEPS(bench, steps);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_booking), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_update),    cmocka_unit_test(test_filters),
        cmocka_unit_test(test_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
