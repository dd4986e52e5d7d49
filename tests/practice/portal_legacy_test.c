// bitrix24.md 17.14-17.33 as calls: what the practice portal must do with each. One step a rule.
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

static void test_containers(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"14 fields", "crm.deal.add", "{'fields':{'TITLE':'a'}}", 0, "result=?", 'a'},
        {"14 FIELDS", "crm.deal.add", "{'FIELDS':{'TITLE':'b'}}", 0, "result=?", 'b'},
        {"14 Fields", "crm.deal.add", "{'Fields':{'TITLE':'c'}}", 0, "result=?", 'c'},
        {"14 arFields", "crm.deal.add", "{'arFields':{'TITLE':'d'}}", 0, "result=?", 'd'},
        {"14 read", "crm.deal.get", "{'ID':$b}", 0, "result.TITLE='b'"},
        {"14 read", "crm.deal.get", "{'id':'$d'}", 0, "result.TITLE='d'"},
        {"15 keys are case-sensitive", "crm.deal.add", "{'fields':{'title':'e'}}", 0, "result=?",
         'e'},
        {"15, 20 dropped; named by itself", "crm.deal.get", "{'id':$e}", 0,
         "result.TITLE='Deal #$e'"},
        {"15 no fields: an empty deal", "crm.deal.add", "{'filds':{'TITLE':'f'}}", 0, "result=?",
         'f'},
        {"15 empty deal", "crm.deal.get", "{'id':$f}", 0,
         "result.TITLE='Deal #$f';result.CONTACT_ID=null"},
        {"15 fields no array", "crm.deal.add", "{'fields':'x'}", 400,
         "error='';error_description='Parameter `fields` must be array.';result=-;time=-"},
        {"15 fields a number", "crm.lead.add", "{'fields':5}", 400, "error=''"},
        {"15 read-only dropped", "crm.deal.update",
         "{'id':$a,'fields':{'STAGE_SEMANTIC_ID':'F','DATE_CREATE':'2020-01-01',"
         "'NO_SUCH':1}}",
         0, "result=true"},
        {"15 read-only kept", "crm.deal.get", "{'id':$a}", 0,
         "result.STAGE_SEMANTIC_ID='P';result.DATE_CREATE=*;result.NO_SUCH=-"},
        {"26 params no array", "crm.deal.add", "{'fields':{},'params':1}", 400,
         "error_description='Parameter `params` must be array.'"},
        {"14 timeline takes fields only", "crm.timeline.comment.add",
         "{'FIELDS':{'ENTITY_ID':$a,'ENTITY_TYPE':'deal','COMMENT':'x'}}", 400, "error='100'"},
    };
    RUN(steps);
}

static void test_values(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"16 a deal", "crm.deal.add",
         "{'fields':{'TITLE':'v','OPPORTUNITY':1500.5,'PROBABILITY':30,"
         "'IS_MANUAL_OPPORTUNITY':'Y','COMPANY_ID':0,'ASSIGNED_BY_ID':7}}",
         0, "result=?", 'a'},
        {"16 texts", "crm.deal.get", "{'id':$a}", 0,
         "result.ID='$a';result.OPPORTUNITY='1500.50';result.PROBABILITY='30';"
         "result.COMPANY_ID=null;result.ASSIGNED_BY_ID='7';result.ORIGIN_ID=null;"
         "result.COMMENTS=null;result.IS_MANUAL_OPPORTUNITY='Y'"},
        {"20 defaults", "crm.deal.get", "{'id':$a}", 0,
         "result.SOURCE_ID='CALL';result.CURRENCY_ID='RUB';result.OPENED='Y';"
         "result.CATEGORY_ID='0';result.STAGE_ID='NEW';result.TYPE_ID='SALE';"
         "result.BEGINDATE='2026-09-23T02:00:00+02:00';"
         "result.CLOSEDATE='2026-09-30T02:00:00+02:00';result.CREATED_BY_ID='1'"},
        {"16 update is true", "crm.deal.update", "{'id':$a,'fields':{'COMMENTS':''}}", 0,
         "result=true"},
        {"16 blank is blank", "crm.deal.get", "{'id':$a}", 0, "result.COMMENTS=''"},
        {"24 a date", "crm.deal.update",
         "{'id':$a,'fields':{'BEGINDATE':'2026-12-31','CLOSEDATE':'soon'}}", 0, "result=true"},
        {"24 midnight UTC in the portal's offset; garbage dropped", "crm.deal.get", "{'id':$a}", 0,
         "result.BEGINDATE='2026-12-31T02:00:00+02:00';"
         "result.CLOSEDATE='2026-09-30T02:00:00+02:00'"},
        {"24 blanks ignored", "crm.deal.update",
         "{'id':$a,'fields':{'TITLE':'','BEGINDATE':'','CLOSEDATE':''}}", 0, "result=true"},
        {"24 still there", "crm.deal.get", "{'id':$a}", 0,
         "result.TITLE='v';result.BEGINDATE='2026-12-31T02:00:00+02:00'"},
        {"30 unknown currency", "crm.deal.add", "{'fields':{'CURRENCY_ID':'XXX'}}", 400,
         "error=''"},
        {"T11 unknown source is kept", "crm.deal.add", "{'fields':{'SOURCE_ID':'DIKIDI'}}", 0,
         "result=?", 'b'},
        {"T11", "crm.deal.get", "{'id':$b}", 0, "result.SOURCE_ID='DIKIDI'"},
        {"25 the same twice", "crm.deal.add",
         "{'fields':{'ORIGINATOR_ID':'dikidi','ORIGIN_ID':'77'}}", 0, "result=?"},
        {"25 makes two rows", "crm.deal.add",
         "{'fields':{'ORIGINATOR_ID':'dikidi','ORIGIN_ID':'77'}}", 0, "result=?"},
        {"25", "crm.deal.list", "{'filter':{'=ORIGINATOR_ID':'dikidi','=ORIGIN_ID':'77'}}", 0,
         "total=2"},
        {"26 not found", "crm.deal.get", "{'id':99999}", 400,
         "error='';error_description='Not found'"},
        {"26 no id", "crm.deal.get", "{}", 400, "error=''"},
        {"26 update", "crm.deal.update", "{'id':99999,'fields':{}}", 400, "error=''"},
        {"26 contact", "crm.contact.update", "{'id':99999,'fields':{}}", 400,
         "error_description='Contact is not found'"},
        {"9.6 delete", "crm.deal.delete", "{'id':$b}", 0, "result=true"},
        {"9.6 gone", "crm.deal.get", "{'id':$b}", 400, "error_description='Not found'"},
    };
    RUN(steps);
}

static void test_stages(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"17 unknown funnel", "crm.deal.add", "{'fields':{'CATEGORY_ID':9}}", 0, "result=?", 'a'},
        {"17 is 0", "crm.deal.get", "{'id':$a}", 0, "result.CATEGORY_ID='0';result.STAGE_ID='NEW'"},
        {"17 foreign stage on add", "crm.deal.add",
         "{'fields':{'CATEGORY_ID':1,'STAGE_ID':'LOSE'}}", 0, "result=?", 'b'},
        {"17 is the first stage", "crm.deal.get", "{'id':$b}", 0,
         "result.CATEGORY_ID='1';result.STAGE_ID='C1:NEW'"},
        {"17 the third funnel begins elsewhere", "crm.deal.add", "{'fields':{'CATEGORY_ID':5}}", 0,
         "result=?", 'c'},
        {"17", "crm.deal.get", "{'id':$c}", 0, "result.STAGE_ID='C5:UC_Y0A3RT'"},
        {"17 foreign stage on update says true", "crm.deal.update",
         "{'id':$b,'fields':{'STAGE_ID':'LOSE','CATEGORY_ID':0}}", 0, "result=true"},
        {"17 and changes nothing", "crm.deal.get", "{'id':$b}", 0,
         "result.STAGE_ID='C1:NEW';result.CATEGORY_ID='1';result.CLOSED='N';"
         "result.IS_NEW='Y'"},
        {"18 a failure stage", "crm.deal.update", "{'id':$b,'fields':{'STAGE_ID':'C1:UC_4KQ7ZD'}}",
         0, "result=true"},
        {"18 side effects", "crm.deal.get", "{'id':$b}", 0,
         "result.STAGE_SEMANTIC_ID='F';result.CLOSED='Y';result.MOVED_BY_ID='1';"
         "result.IS_NEW='N';result.CLOSEDATE='2026-09-23T02:00:00+02:00'"},
        {"18 history", "crm.stagehistory.list",
         "{'entityTypeId':2,'filter':{'OWNER_ID':$b},'order':{'ID':'ASC'}}", 0,
         "total=2;result.items.0.TYPE_ID=1;result.items.1.TYPE_ID=3;"
         "result.items.1.STAGE_SEMANTIC_ID='F';result.items.1.OWNER_ID=$b;"
         "result.items.1.STAGE_ID='C1:UC_4KQ7ZD';result.items.1.CATEGORY_ID=1"},
        {"6.6 a cancel feed", "crm.stagehistory.list",
         "{'entityTypeId':2,'filter':{'STAGE_SEMANTIC_ID':'F','>ID':503}}", 0, "total=1"},
        {"18 switched off", "!set close-date off"},
        {"18 won", "crm.deal.update", "{'id':$a,'fields':{'STAGE_ID':'WON'}}", 0, "result=true"},
        {"18 CLOSEDATE stays", "crm.deal.get", "{'id':$a}", 0,
         "result.STAGE_SEMANTIC_ID='S';result.CLOSEDATE='2026-09-30T02:00:00+02:00'"},
        {"T36 taken back", "crm.deal.update", "{'id':$a,'fields':{'STAGE_ID':'NEW'}}", 0,
         "result=true"},
        {"T36", "crm.deal.get", "{'id':$a}", 0, "result.STAGE_SEMANTIC_ID='P';result.CLOSED='N'"},
        {"37 the manager moves", "!deal-move $a APOLOGY"},
        {"37", "crm.deal.get", "{'id':$a}", 0,
         "result.STAGE_ID='APOLOGY';result.MOVED_BY_ID='7';result.STAGE_SEMANTIC_ID='F'"},
        {"37 another funnel", "!deal-funnel $a 1"},
        {"6.6 only the present funnel is shown", "crm.stagehistory.list",
         "{'entityTypeId':2,'filter':{'OWNER_ID':$a}}", 0,
         "total=1;result.items.0.TYPE_ID=5;result.items.0.STAGE_ID='C1:NEW'"},
        {"37 the manager edits", "!deal-edit $a TITLE Other"},
        {"37", "crm.deal.get", "{'id':$a}", 0, "result.TITLE='Other';result.MODIFY_BY_ID='7'"},
        {"37 the manager deletes", "!deal-delete $a"},
        {"37", "crm.deal.get", "{'id':$a}", 400, "error_description='Not found'"},
    };
    RUN(steps);
}

static void test_contacts(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"23 phones", "crm.contact.add",
         "{'fields':{'NAME':'Мария','PHONE':[{'VALUE':'+79161234567'},"
         "{'VALUE':''},{'VALUE':'+79160000000','VALUE_TYPE':'MOBILE'}]}}",
         0, "result=?", 'a'},
        {"23 with ids and types", "crm.contact.get", "{'id':$a}", 0,
         "result.PHONE.0.VALUE='+79161234567';result.PHONE.0.VALUE_TYPE='WORK';"
         "result.PHONE.0.TYPE_ID='PHONE';result.PHONE.0.ID='304';"
         "result.PHONE.1.VALUE_TYPE='MOBILE';result.PHONE.2=-;result.HAS_PHONE='Y';"
         "result.EMAIL=-;result.BIRTHDATE=''"},
        {"23 without an ID: one more", "crm.contact.update",
         "{'id':$a,'fields':{'PHONE':[{'VALUE':'+79161234567'}]}}", 0, "result=true"},
        {"T5 it multiplies", "crm.contact.get", "{'id':$a}", 0,
         "result.PHONE.2.VALUE='+79161234567'"},
        {"23 by ID: changed, deleted", "crm.contact.update",
         "{'id':$a,'fields':{'PHONE':[{'ID':304,'VALUE':'+79161111111'},"
         "{'ID':305,'DELETE':'Y'},{'ID':306,'VALUE':''}]}}",
         0, "result=true"},
        {"23", "crm.contact.get", "{'id':$a}", 0,
         "result.PHONE.0.VALUE='+79161111111';result.PHONE.1=-"},
        {"23 list without asking", "crm.contact.list", "{'filter':{'ID':$a}}", 0,
         "total=1;result.0.PHONE=-;result.0.NAME='Мария'"},
        {"23 list asking", "crm.contact.list",
         "{'filter':{'PHONE':'+79161111111'},'select':['ID','PHONE']}", 0,
         "total=1;result.0.PHONE.0.VALUE='+79161111111';result.0.NAME=-"},
        {"8.4 the filter is exact", "crm.contact.list", "{'filter':{'PHONE':'79161111111'}}", 0,
         "total=0;result=[]"},
        {"8.3 nameless", "crm.contact.add", "{'fields':{}}", 0, "result=?", 'b'},
        {"8.3 named by itself", "crm.contact.get", "{'id':$b}", 0,
         "result.LAST_NAME='Contact #$b';result.PHONE=-;result.HAS_PHONE='N'"},
        {"21 bindings", "crm.deal.add", "{'fields':{'CONTACT_IDS':[$a,$b,99999]}}", 0, "result=?",
         'd'},
        {"21 not in get", "crm.deal.get", "{'id':$d}", 0,
         "result.CONTACT_ID='$a';result.CONTACT_IDS=-"},
        {"21 items", "crm.deal.contact.items.get", "{'id':$d}", 0,
         "result.0.CONTACT_ID=$a;result.0.IS_PRIMARY='Y';result.1.CONTACT_ID=$b;"
         "result.1.IS_PRIMARY='N';result.2=-"},
        {"21 already bound", "crm.deal.update", "{'id':$d,'fields':{'CONTACT_ID':$b}}", 0,
         "result=true"},
        {"21 stay", "crm.deal.contact.items.get", "{'id':$d}", 0, "result.1.CONTACT_ID=$b"},
        {"T6 replaces", "crm.deal.update", "{'id':$d,'fields':{'CONTACT_IDS':[$b]}}", 0,
         "result=true"},
        {"T6", "crm.deal.contact.items.get", "{'id':$d}", 0,
         "result.0.CONTACT_ID=$b;result.0.IS_PRIMARY='Y';result.1=-"},
        {"9.6 contact.add", "crm.deal.contact.add", "{'id':$d,'fields':{'CONTACT_ID':$a}}", 0,
         "result=true"},
        {"9.6 again", "crm.deal.contact.add", "{'id':$d,'fields':{'CONTACT_ID':$a}}", 0,
         "result=false"},
        {"9.6 primary stays", "crm.deal.contact.items.get", "{'id':$d}", 0,
         "result.0.CONTACT_ID=$b;result.0.IS_PRIMARY='Y';result.1.CONTACT_ID=$a"},
        {"22 filter by contact", "crm.deal.list", "{'filter':{'CONTACT_ID':$a}}", 0,
         "total=1;result.0.ID='$d'"},
    };
    RUN(steps);
}

static void test_duplicates(void **state) {
    (void)state;
#define FIND(values) "{'type':'PHONE','entity_type':'CONTACT','values':[" values "]}"
    static const struct portal_step steps[] = {
        {"30 one", "crm.contact.add",
         "{'fields':{'NAME':'a','PHONE':[{'VALUE':'+7 (916) 123-45-67'}]}}", 0, "result=?", 'a'},
        {"30 ints", "crm.duplicate.findbycomm", FIND("'8-916-123-45-67'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 digits", "crm.duplicate.findbycomm", FIND("'79161234567'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 00", "crm.duplicate.findbycomm", FIND("'0079161234567'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 011", "crm.duplicate.findbycomm", FIND("'01179161234567'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 leading 0", "crm.duplicate.findbycomm", FIND("'079161234567'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 extension", "crm.duplicate.findbycomm", FIND("'+79161234567;12'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 ten digits do not match", "crm.duplicate.findbycomm", FIND("'9161234567'"), 0,
         "result=[]"},
        {"30 +8 stays 8", "crm.duplicate.findbycomm", FIND("'+89161234567'"), 0, "result=[]"},
        {"30 81 stays 81", "crm.duplicate.findbycomm", FIND("'81161234567'"), 0, "result=[]"},
        {"30 any of several", "crm.duplicate.findbycomm", FIND("'9161234567','+79161234567'"), 0,
         "result={'CONTACT':[$a]}"},
        {"30 none", "crm.duplicate.findbycomm", FIND("'+70000000000'"), 0, "result=[]"},
        {"30 values a text", "crm.duplicate.findbycomm", "{'type':'PHONE','values':'+79161234567'}",
         400, "error='';error_description='Communication values is not defined.'"},
        {"30 no type", "crm.duplicate.findbycomm", "{'values':['1']}", 400,
         "error='';error_description='Communication type is not defined.'"},
        {"30 other type", "crm.duplicate.findbycomm", "{'type':'IM','values':['1']}", 400,
         "error_description='Communication type `IM` is not supported in current context.'"},
        {"30 a lead with it", "crm.lead.add",
         "{'fields':{'NAME':'l','PHONE':[{'VALUE':'89161234567'}]}}", 0, "result=?", 'l'},
        {"30 all types", "crm.duplicate.findbycomm", "{'type':'PHONE','values':['79161234567']}", 0,
         "result={'LEAD':[$l],'CONTACT':[$a]}"},
        {"30 e-mail", "crm.contact.add",
         "{'fields':{'NAME':'m','EMAIL':[{'VALUE':'A@Example.org'}]}}", 0, "result=?", 'm'},
        {"30 e-mail", "crm.duplicate.findbycomm", "{'type':'EMAIL','values':[' a@example.ORG ']}",
         0, "result={'CONTACT':[$m]}"},
        {"26 the clerk", "!persona clerk"},
        {"26 does not see a colleague's own", "crm.duplicate.findbycomm", FIND("'+79990001122'"), 0,
         "result=[]"},
        {"26 nor reads it", "crm.contact.get", "{'id':24}", 400, "error_description='Not found'"},
        {"26 the administrator", "!persona admin"},
        {"26 does", "crm.duplicate.findbycomm", FIND("'+79990001122'"), 0,
         "result={'CONTACT':[24]}"},
    };
    RUN(steps);
#undef FIND
}

static void test_many_duplicates(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct portal_bench *bench = portal_bench_new(ctx);
    static const struct portal_step lead = {
        "30", "crm.lead.add", "{'fields':{'PHONE':[{'VALUE':'+79161234567'}]}}", 0, "result=?", 0};
    static const struct portal_step contact = {
        "30", "crm.contact.add", "{'fields':{'PHONE':[{'VALUE':'+79161234567'}]}}",
        0,    "result=?",        0};
    static const struct portal_step both[] = {{"30 19 leads leave room", "crm.duplicate.findbycomm",
                                               "{'type':'PHONE','values':['79161234567']}", 0,
                                               "result.LEAD.18=?;result.CONTACT.0=?"}};
    static const struct portal_step leads[] = {
        {"30 20 hits leave the next types out", "crm.duplicate.findbycomm",
         "{'type':'PHONE','values':['79161234567']}", 0, "result.LEAD.19=?;result.CONTACT=-"},
        {"30 asked for by type", "crm.duplicate.findbycomm",
         "{'type':'PHONE','values':['79161234567'],'entity_type':'CONTACT'}", 0,
         "result.LEAD=-;result.CONTACT.0=?"},
        {"30 the 21st value is left out", "crm.duplicate.findbycomm",
         "{'type':'PHONE','entity_type':'CONTACT','values':[1,2,3,4,5,6,7,8,9,10,11,12,"
         "13,14,15,16,17,18,19,20,'79161234567']}",
         0, "result=[]"}};
    portal_steps(bench, &contact, 1);
    for (int i = 0; i < 19; i++)
        portal_steps(bench, &lead, 1);
    PORTAL_STEPS(bench, both);
    portal_steps(bench, &lead, 1);
    PORTAL_STEPS(bench, leads);
    talloc_free(ctx);
}

static void test_filters(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"22 a field", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'DIKIDI_ID','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"22", "crm.deal.add",
         "{'fields':{'TITLE':'Стрижка','UF_CRM_DIKIDI_ID':'8_3','OPPORTUNITY':10}}", 0, "result=?",
         'a'},
        {"22", "crm.deal.add",
         "{'fields':{'TITLE':'Окрашивание','UF_CRM_DIKIDI_ID':'873','OPPORTUNITY':9}}", 0,
         "result=?", 'b'},
        {"T2 unknown key: every row", "crm.deal.list", "{'filter':{'=UF_CRM_OTHER':'1'}}", 0,
         "total=5"},
        {"T2 misspelled", "crm.deal.list", "{'filter':{'uf_crm_dikidi_id':'873'}}", 0, "total=5"},
        {"22 exact", "crm.deal.list", "{'filter':{'=UF_CRM_DIKIDI_ID':'8_3'}}", 0,
         "total=1;result.0.ID='$a';result.0.UF_CRM_DIKIDI_ID='8_3'"},
        {"22 without prefix: wildcards", "crm.deal.list", "{'filter':{'UF_CRM_DIKIDI_ID':'8_3'}}",
         0, "total=2"},
        {"22 without prefix: %", "crm.deal.list", "{'filter':{'UF_CRM_DIKIDI_ID':'%7%'}}", 0,
         "total=1;result.0.ID='$b'"},
        {"22 IN", "crm.deal.list", "{'filter':{'@ID':[$a,$b,1]}}", 0, "total=2"},
        {"22 an array is IN", "crm.deal.list", "{'filter':{'ID':[$a,'$b']}}", 0, "total=2"},
        {"22 NOT IN", "crm.deal.list", "{'filter':{'!@ID':[$a,$b]}}", 0, "total=3"},
        {"22 numbers, not texts", "crm.deal.list",
         "{'filter':{'>OPPORTUNITY':9,'<=OPPORTUNITY':'10.00'}}", 0, "total=1;result.0.ID='$a'"},
        {"22 substring, any case", "crm.deal.list", "{'filter':{'%TITLE':'СТРИЖ'}}", 0, "total=1"},
        {"22 pattern", "crm.deal.list", "{'filter':{'=%TITLE':'Окр%ние'}}", 0, "total=1"},
        {"5.2 LIKE on a link is equality", "crm.deal.list", "{'filter':{'%STAGE_ID':'NE'}}", 0,
         "total=0"},
        {"22 not empty", "crm.deal.list", "{'filter':{'!UF_CRM_DIKIDI_ID':''}}", 0, "total=2"},
        {"22 empty", "crm.deal.list", "{'filter':{'=UF_CRM_DIKIDI_ID':''}}", 0, "total=3"},
        {"5.2 no logic in legacy", "crm.deal.list",
         "{'filter':{'logic':'OR','0':{'ID':$a},'1':{'ID':$b}}}", 0, "total=5"},
        {"22 time, any offset", "crm.deal.list",
         "{'filter':{'>=DATE_MODIFY':'2026-09-23T12:00:00+03:00'}}", 0, "total=5"},
        {"13.4 the poll", "crm.deal.list",
         "{'filter':{'>=DATE_MODIFY':'2026-09-23T12:00:00+03:00','!=UF_CRM_DIKIDI_ID':''}}", 0,
         "total=2"},
        {"22 time", "crm.deal.list", "{'filter':{'>DATE_CREATE':'2026-09-23T14:00:00'}}", 0,
         "total=0"},
        {"9.4 order and select", "crm.deal.list",
         "{'order':{'OPPORTUNITY':'DESC'},'select':['OPPORTUNITY'],'filter':"
         "{'<=OPPORTUNITY':10,'>OPPORTUNITY':0}}",
         0,
         "result.0.OPPORTUNITY='10.00';result.1.OPPORTUNITY='9.00';result.0.ID='$a';"
         "result.0.TITLE=-;result.0.UF_CRM_DIKIDI_ID=-"},
        {"9.4 masks", "crm.deal.list", "{'select':['UF_*'],'filter':{'ID':$a}}", 0,
         "result.0={'ID':'$a','UF_CRM_DIKIDI_ID':'8_3'}"},
        {"16 unset user field", "crm.deal.list", "{'filter':{'TITLE':'Курс колористики'}}", 0,
         "result.0.UF_CRM_DIKIDI_ID=null;result.0.CATEGORY_ID='5'"},
        {"16 unset user field in get", "crm.deal.get", "{'id':71}", 0,
         "result.UF_CRM_DIKIDI_ID=''"},
        {"22 filter no array", "crm.deal.list", "{'filter':5}", 400,
         "error_description='Parameter `filter` must be array.'"},
    };
    RUN(steps);
}

static void test_leads(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"31 mode", "crm.settings.mode.get", "{}", 0, "result=1"},
        {"9.7 add", "crm.lead.add",
         "{'fields':{'TITLE':'Маникюр','NAME':'Мария','STATUS_ID':'NO',"
         "'PHONE':[{'VALUE':'+79161234567'}],'OPPORTUNITY':'1500'}}",
         0, "result=?", 'a'},
        {"9.7 get", "crm.lead.get", "{'id':$a}", 0,
         "result.STATUS_ID='NEW';result.STATUS_SEMANTIC_ID='P';result.DATE_CLOSED='';"
         "result.PHONE.0.VALUE='+79161234567';result.OPPORTUNITY='1500.00'"},
        {"9.7 cancel", "crm.lead.update", "{'id':$a,'fields':{'STATUS_ID':'JUNK'}}", 0,
         "result=true"},
        {"9.7 final", "crm.lead.get", "{'id':$a}", 0,
         "result.STATUS_SEMANTIC_ID='F';result.DATE_CLOSED=*;result.STATUS_ID='JUNK'"},
        {"9.7 listed", "crm.lead.list",
         "{'filter':{'=STATUS_SEMANTIC_ID':'F'},'select':['ID','PHONE']}", 0,
         "total=1;result.0.ID='$a';result.0.PHONE.0.VALUE='+79161234567'"},
        {"6.6 lead history", "crm.stagehistory.list", "{'entityTypeId':1,'filter':{'OWNER_ID':$a}}",
         0, "total=2;result.items.1.STATUS_ID='JUNK';result.items.1.STATUS_SEMANTIC_ID='F'"},
        {"9.7 CONVERTED converts nothing", "crm.lead.update",
         "{'id':$a,'fields':{'STATUS_ID':'CONVERTED'}}", 0, "result=true"},
        {"9.7", "crm.deal.list", "{'filter':{'LEAD_ID':$a}}", 0, "total=0"},
        {"31 mode 2", "!set mode 2"},
        {"31", "crm.settings.mode.get", "{}", 0, "result=2"},
        {"31 a field", "crm.lead.userfield.add",
         "{'fields':{'FIELD_NAME':'DIKIDI_ID','USER_TYPE_ID':'string'}}", 0, "result=?"},
        {"31 add", "crm.lead.add",
         "{'fields':{'TITLE':'Педикюр','NAME':'Анна','ORIGIN_ID':'5',"
         "'UF_CRM_DIKIDI_ID':'5','PHONE':[{'VALUE':'+79167654321'}]}}",
         0, "result=?", 'b'},
        {"31 converted", "crm.lead.get", "{'id':$b}", 0,
         "result.STATUS_ID='CONVERTED';result.UF_CRM_DIKIDI_ID='5'"},
        {"31 a deal from it, without our keys", "crm.deal.list", "{'filter':{'=LEAD_ID':$b}}", 0,
         "total=1;result.0.TITLE='Педикюр';result.0.ORIGIN_ID=null;result.0.CONTACT_ID=*"},
        {"31 and a contact", "crm.contact.list", "{'filter':{'PHONE':'+79167654321'}}", 0,
         "total=1;result.0.NAME='Анна';result.0.LEAD_ID='$b'"},
        {"37 the manager moves a lead", "!lead-move $a NEW"},
        {"37", "crm.lead.get", "{'id':$a}", 0, "result.STATUS_ID='NEW';result.DATE_CLOSED=''"},
    };
    RUN(steps);
}

static void test_fields(void **state) {
    (void)state;
    static const struct portal_step steps[] = {
        {"9.5 types", "crm.deal.fields", "{}", 0,
         "result.ID.isReadOnly=true;result.STAGE_ID.statusType='DEAL_STAGE';"
         "result.CATEGORY_ID.isImmutable=true;result.BEGINDATE.type='date';"
         "result.CONTACT_ID.isDeprecated=true;result.CLOSED.isReadOnly=false;"
         "result.STAGE_SEMANTIC_ID.isReadOnly=true"},
        {"29 a field", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'VISIT_AT','USER_TYPE_ID':'datetime',"
         "'LABEL':'Визит'}}",
         0, "result=?"},
        {"29 appears", "crm.deal.fields", "{}", 0,
         "result.UF_CRM_VISIT_AT.type='datetime';result.UF_CRM_VISIT_AT.isDynamic=true;"
         "result.UF_CRM_VISIT_AT.settings=[]"},
        {"24 naive: the portal's zone", "crm.deal.add",
         "{'fields':{'UF_CRM_VISIT_AT':'2026-09-24T15:00:00'}}", 0, "result=?", 'a'},
        {"24", "crm.deal.get", "{'id':$a}", 0,
         "result.UF_CRM_VISIT_AT='2026-09-24T15:00:00+02:00'"},
        {"24 with an offset", "crm.deal.update",
         "{'id':$a,'fields':{'UF_CRM_VISIT_AT':'2026-09-24T15:00:00+03:00'}}", 0, "result=true"},
        {"24 shown in the portal's", "crm.deal.get", "{'id':$a}", 0,
         "result.UF_CRM_VISIT_AT='2026-09-24T14:00:00+02:00'"},
        {"24 garbage dropped", "crm.deal.update",
         "{'id':$a,'fields':{'UF_CRM_VISIT_AT':'tomorrow-ish'}}", 0, "result=true"},
        {"24 kept", "crm.deal.get", "{'id':$a}", 0,
         "result.UF_CRM_VISIT_AT='2026-09-24T14:00:00+02:00'"},
        {"5 a multiple one", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'TAGS','USER_TYPE_ID':'string','MULTIPLE':'Y'}}", 0, "result=?"},
        {"5 unset in get", "crm.deal.get", "{'id':$a}", 0, "result.UF_CRM_TAGS=false"},
        {"5 unset in list", "crm.deal.list", "{'filter':{'ID':$a}}", 0, "result.0.UF_CRM_TAGS=[]"},
        {"5 set", "crm.deal.update", "{'id':$a,'fields':{'UF_CRM_TAGS':['x','y']}}", 0,
         "result=true"},
        {"5", "crm.deal.get", "{'id':$a}", 0, "result.UF_CRM_TAGS=['x','y']"},
        {"5 a boolean", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'VIP','USER_TYPE_ID':'boolean'}}", 0, "result=?"},
        {"5 set", "crm.deal.update", "{'id':$a,'fields':{'UF_CRM_VIP':1}}", 0, "result=true"},
        {"5 1 and 0", "crm.deal.get", "{'id':$a}", 0, "result.UF_CRM_VIP='1'"},
        {"5 filtered by 1", "crm.deal.list", "{'filter':{'=UF_CRM_VIP':1}}", 0, "total=1"},
        {"5 not by Y", "crm.deal.list", "{'filter':{'=UF_CRM_VIP':'Y'}}", 0, "total=0"},
        {"29 no such field: dropped", "crm.deal.add", "{'fields':{'UF_CRM_NO':'1'}}", 0, "result=?",
         'b'},
        {"29", "crm.deal.get", "{'id':$b}", 0, "result.UF_CRM_NO=-"},
        {"29 mandatory", "crm.deal.userfield.add",
         "{'fields':{'FIELD_NAME':'MUST','USER_TYPE_ID':'string','MANDATORY':'Y'}}", 0, "result=?"},
        {"T27 not enforced", "crm.deal.add", "{'fields':{}}", 0, "result=?"},
        {"T27 the switch", "!set mandatory on"},
        {"T27 enforced", "crm.deal.add", "{'fields':{}}", 400, "error=''"},
        {"T27 given", "crm.deal.add", "{'fields':{'UF_CRM_MUST':'1'}}", 0, "result=?"},
        {"T27 update of others", "crm.deal.update", "{'id':$b,'fields':{'TITLE':'x'}}", 0,
         "result=true"},
    };
    RUN(steps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_containers), cmocka_unit_test(test_values),
        cmocka_unit_test(test_stages),     cmocka_unit_test(test_contacts),
        cmocka_unit_test(test_duplicates), cmocka_unit_test(test_many_duplicates),
        cmocka_unit_test(test_filters),    cmocka_unit_test(test_leads),
        cmocka_unit_test(test_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
