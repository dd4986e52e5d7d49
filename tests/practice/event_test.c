// The portal's outgoing webhook and its robot (bitrix24.md 13, 17.34, 17.35), and the manager's
// hands that set them off.
#include "hook_bench.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST_PAIRS 32

static const char *pair(const struct heard *heard, const char *name) {
    struct zp__form_pair *pairs;
    size_t count;
    assert_true(
        zp__form_parse((TALLOC_CTX *)heard, heard->body, heard->size, MOST_PAIRS, &pairs, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].name, name) == 0)
            return pairs[i].value;
    }
    return NULL;
}

static bool is_event(const struct heard *heard, const char *event, int64_t id) {
    const char *told = pair(heard, "data[FIELDS][ID]");
    return strcmp(pair(heard, "event"), event) == 0 && told != NULL &&
           strtoll(told, NULL, 10) == id;
}

static int64_t add_deal(struct hook_bench *bench, const char *fields) {
    const struct zp_json *result =
        hook_rest(bench, "crm.deal.add", "{'fields':{'TITLE':'Стрижка'%s}}", fields);
    int64_t id = 0;
    assert_true(zp_json_int(result, &id));
    return id;
}

static int setup(void **state) {
    if (hook_setup(state) != 0)
        return -1;
    hook_hand(*state, "set events-delay 0");
    return 0;
}

static void test_what_an_event_looks_like(void **state) {
    struct hook_bench *bench = *state;
    int64_t id = add_deal(bench, "");
    const struct heard *heard = hook_wait(bench, 1);
    assert_string_equal(heard->path, "/hooks/bitrix24/event");
    assert_string_equal(heard->type, "application/x-www-form-urlencoded");
    assert_string_equal(heard->event, ""); // no header of Dikidi's
    char *begin = talloc_asprintf(
        bench, "event=ONCRMDEALADD&event_handler_id=975&data%%5BFIELDS%%5D%%5BID%%5D=%" PRId64, id);
    assert_int_equal(strncmp(heard->body, begin, strlen(begin)), 0);
    char *domain =
        talloc_asprintf(bench, "127.0.0.1:%d", zp__serve_port(bench->practice->portal_serve));
    assert_string_equal(pair(heard, "auth[domain]"), domain);
    assert_string_equal(pair(heard, "auth[client_endpoint]"),
                        talloc_asprintf(bench, "http://%s/rest/", domain));
    assert_string_equal(pair(heard, "auth[server_endpoint]"), "https://oauth.bitrix.info/rest/");
    assert_string_equal(pair(heard, "auth[member_id]"), "a223c6b3710f85df22e9377d6c4f7553");
    assert_string_equal(pair(heard, "auth[application_token]"), bench->practice->event_token);
    int64_t age = zp_clock_now(&bench->practice->clock) - strtoll(pair(heard, "ts"), NULL, 10);
    assert_in_range(age + 1, 0, 60);
    // Neither tokens nor anything of the deal but its number.
    assert_null(strstr(heard->body, "access_token"));
    assert_null(strstr(heard->body, "STAGE"));
}

static void test_what_sets_one_off(void **state) {
    struct hook_bench *bench = *state;
    int64_t id = add_deal(bench, ",'CATEGORY_ID':1");
    assert_true(is_event(hook_wait(bench, 1), "ONCRMDEALADD", id));
    // crm.deal.update always, crm.item.update only on a difference (17.34).
    hook_rest(bench, "crm.deal.update", "{'id':%" PRId64 ",'fields':{'TITLE':'Стрижка'}}", id);
    assert_true(is_event(hook_wait(bench, 2), "ONCRMDEALUPDATE", id));
    hook_rest(bench, "crm.item.update",
              "{'entityTypeId':2,'id':%" PRId64 ",'fields':{'title':'Стрижка'}}", id);
    hook_rest(bench, "crm.item.update",
              "{'entityTypeId':2,'id':%" PRId64 ",'fields':{'title':'Бритьё'}}", id);
    assert_true(is_event(hook_wait(bench, 3), "ONCRMDEALUPDATE", id));
    // Another funnel is silent (T32); the next deed is heard, and nothing came in between.
    hook_hand(bench, "deal-funnel %" PRId64 " 5", id);
    hook_rest(bench, "crm.item.update",
              "{'entityTypeId':2,'id':%" PRId64 ",'fields':{'categoryId':1}}", id);
    hook_hand(bench, "deal-move %" PRId64 " C1:LOSE", id);
    assert_true(is_event(hook_wait(bench, 4), "ONCRMDEALUPDATE", id));
    hook_hand(bench, "deal-delete %" PRId64, id);
    assert_true(is_event(hook_wait(bench, 5), "ONCRMDEALDELETE", id));
    // Leads of the universal family; contacts are not subscribed to.
    hook_hand(bench, "contact-add Пётр +79997654321");
    const struct zp_json *item = zp_json_get(
        hook_rest(bench, "crm.item.add", "{'entityTypeId':1,'fields':{'title':'Лид'}}"), "item");
    int64_t lead = hook_number(item, "id");
    assert_true(is_event(hook_wait(bench, 6), "ONCRMLEADADD", lead));
    hook_hand(bench, "lead-move %" PRId64 " JUNK", lead);
    assert_true(is_event(hook_wait(bench, 7), "ONCRMLEADUPDATE", lead));
    hook_hand(bench, "lead-delete %" PRId64, lead);
    assert_true(is_event(hook_wait(bench, 8), "ONCRMLEADDELETE", lead));
    hook_hand(bench, "set events off");
    add_deal(bench, "");
    hook_hand(bench, "set events on");
    id = add_deal(bench, "");
    assert_true(is_event(hook_wait(bench, 9), "ONCRMDEALADD", id));
}

static void test_simple_mode_in_both_families(void **state) {
    struct hook_bench *bench = *state;
    hook_hand(bench, "set mode 2");
    int64_t lead = 0;
    assert_true(zp_json_int(
        hook_rest(bench, "crm.lead.add",
                  "{'fields':{'TITLE':'Один','NAME':'Анна','PHONE':[{'VALUE':'+79167654321'}]}}"),
        &lead));
    hook_wait(bench, 3);
    assert_true(is_event(bench->heard[0], "ONCRMLEADADD", lead));
    assert_string_equal(pair(bench->heard[1], "event"), "ONCRMDEALADD");
    assert_true(is_event(bench->heard[2], "ONCRMLEADUPDATE", lead));
    const struct zp_json *deals =
        hook_rest(bench, "crm.deal.list", "{'filter':{'=LEAD_ID':%" PRId64 "}}", lead);
    assert_int_equal(zp_json_count(deals), 1);
    const struct zp_json *item =
        zp_json_get(hook_rest(bench, "crm.item.add",
                              "{'entityTypeId':1,'fields':{'title':'Два','name':'Ольга'}}"),
                    "item");
    lead = hook_number(item, "id");
    const struct zp_json *items =
        zp_json_get(hook_rest(bench, "crm.item.list",
                              "{'entityTypeId':2,'filter':{'=leadId':%" PRId64 "}}", lead),
                    "items");
    assert_int_equal(zp_json_count(items), 1);
    item = zp_json_get(
        hook_rest(bench, "crm.item.get", "{'entityTypeId':1,'id':%" PRId64 "}", lead), "item");
    assert_string_equal(hook_text(item, "stageId"), "CONVERTED");
}

static void test_at_most_once_and_late(void **state) {
    struct hook_bench *bench = *state;
    static const int statuses[] = {500, 0};
    memcpy(bench->statuses, statuses, sizeof statuses);
    bench->status_count = 2;
    int64_t first = add_deal(bench, ""), second = add_deal(bench, "");
    hook_wait(bench, 2);
    hook_deafen(bench);
    add_deal(bench, ""); // refused: gone as well
    const struct zp_json *events;
    int64_t began = zp_clock_boot_ms();
    do {
        bool done = false;
        (void)zp_loop_run_until(bench->loop, &done, 5);
        events = zp_json_get(hook_hand(bench, "hooks"), "events");
    } while (zp_json_count(zp_json_get(events, "waiting")) > 0 &&
             zp_clock_boot_ms() - began < HOOK_DEADLINE);
    assert_int_equal(zp_json_count(zp_json_get(events, "waiting")), 0);
    hook_listen(bench);
    hook_hand(bench, "set events-delay 300");
    int64_t told = zp_clock_boot_ms();
    int64_t last = add_deal(bench, "");
    assert_true(hook_wait(bench, 3)->at_ms - told >= 290);
    assert_true(is_event(bench->heard[0], "ONCRMDEALADD", first));
    assert_true(is_event(bench->heard[1], "ONCRMDEALADD", second));
    assert_true(is_event(bench->heard[2], "ONCRMDEALADD", last));
    const struct zp_json *log = zp_json_get(hook_hand(bench, "log --server events"), "requests");
    assert_int_equal(hook_number(zp_json_at(log, 0), "status"), 500);
    assert_int_equal(hook_number(zp_json_at(log, 1), "status"), 0);
}

static void test_faults_of_events(void **state) {
    struct hook_bench *bench = *state;
    hook_hand(bench, "fault oncrmdealadd dropped");
    add_deal(bench, "");
    hook_hand(bench, "fault events doubled");
    int64_t twice = add_deal(bench, "");
    hook_wait(bench, 2);
    assert_true(is_event(bench->heard[0], "ONCRMDEALADD", twice));
    assert_string_equal(bench->heard[1]->body, bench->heard[0]->body);
    // One that was on its way before releases nothing; only one that comes after does.
    hook_hand(bench, "set events-delay 200");
    int64_t before = add_deal(bench, "");
    hook_hand(bench, "fault events reordered");
    int64_t later = add_deal(bench, "");
    assert_true(is_event(hook_wait(bench, 3), "ONCRMDEALADD", before));
    int64_t sooner = add_deal(bench, "");
    assert_true(is_event(hook_wait(bench, 4), "ONCRMDEALADD", sooner));
    assert_true(is_event(hook_wait(bench, 5), "ONCRMDEALADD", later));
    hook_hand(bench, "set events-delay 0");
    hook_hand(bench, "event ONCRMDEALUPDATE 71 --as forged");
    assert_string_not_equal(pair(hook_wait(bench, 6), "auth[application_token]"),
                            bench->practice->event_token);
    hook_hand(bench, "event ONCRMDEALUPDATE 71 --as malformed");
    assert_string_equal(pair(hook_wait(bench, 7), "auth[application_token]"),
                        bench->practice->event_token);
    assert_string_equal(pair(bench->heard[6], "data[FIELDS][ID]"), "?");
    hook_hand(bench, "event ONCRMDEALUPDATE 71 --as foreign");
    assert_string_not_equal(pair(hook_wait(bench, 8), "auth[member_id]"),
                            "a223c6b3710f85df22e9377d6c4f7553");
    hook_hand(bench, "event ONCRMDEALUPDATE 71 --as oversized");
    assert_true(hook_wait(bench, 9)->size > 64 * 1024);
    assert_true(hook_hand_fails(bench, "event ONCRMDEALUPDATE many"));
}

static void test_robot(void **state) {
    struct hook_bench *bench = *state;
    hook_hand(bench, "set events off");
    int64_t id = add_deal(bench, ",'CATEGORY_ID':1");
    hook_hand(bench, "deal-move %" PRId64 " C1:UC_4KQ7ZD", id); // off, as a portal is born
    hook_hand(bench, "set robot on");
    hook_hand(bench, "deal-reopen %" PRId64, id);
    hook_hand(bench, "deal-move %" PRId64 " C1:UC_4KQ7ZD", id);
    const struct heard *heard = hook_wait(bench, 1);
    assert_string_equal(heard->path, "/hooks/bitrix24/robot");
    assert_string_equal(heard->query, talloc_asprintf(bench, "key=%s", bench->practice->robot_key));
    char *begin = talloc_asprintf(bench,
                                  "document_id%%5B0%%5D=crm&document_id%%5B1%%5D=CCrmDocumentDeal&"
                                  "document_id%%5B2%%5D=DEAL_%" PRId64 "&auth%%5Bdomain%%5D=",
                                  id);
    assert_int_equal(strncmp(heard->body, begin, strlen(begin)), 0);
    static const char *const absent[] = {"event", "ts", "auth[application_token]"};
    for (size_t i = 0; i < 3; i++)
        assert_null(pair(heard, absent[i]));
    assert_non_null(pair(heard, "auth[member_id]"));
    // From one failure stage to the other it goes off again (T38); a success is none of it.
    hook_hand(bench, "deal-move %" PRId64 " C1:LOSE", id);
    assert_string_equal(hook_wait(bench, 2)->body, heard->body);
    hook_hand(bench, "deal-win %" PRId64, id);
    hook_rest(bench, "crm.deal.update", "{'id':%" PRId64 ",'fields':{'STAGE_ID':'C1:LOSE'}}",
              id); // by us as well
    assert_string_equal(hook_wait(bench, 3)->body, heard->body);
    int64_t lead = 0;
    assert_true(zp_json_int(hook_rest(bench, "crm.lead.add", "{'fields':{'TITLE':'Лид'}}"), &lead));
    hook_hand(bench, "leads-fail %" PRId64, lead);
    heard = hook_wait(bench, 4);
    assert_string_equal(pair(heard, "document_id[1]"), "CCrmDocumentLead");
    assert_string_equal(pair(heard, "document_id[2]"),
                        talloc_asprintf(bench, "LEAD_%" PRId64, lead));
    hook_hand(bench, "robot deal %" PRId64 " --as forged", id);
    assert_string_not_equal(hook_wait(bench, 5)->query, bench->heard[0]->query);
    const struct zp_json *log = zp_json_get(hook_hand(bench, "log --server robot"), "requests");
    assert_string_equal(hook_text(zp_json_at(log, 0), "query"), "key=***");
}

static void test_many_at_once(void **state) {
    struct hook_bench *bench = *state;
    const struct zp_json *past = hook_hand(bench, "deals-fail --past");
    int64_t gone = hook_number(past, "moved");
    assert_true(gone >= 100);
    const struct zp_json *rest = hook_hand(bench, "deals-fail --all");
    int64_t moved = hook_number(rest, "moved");
    assert_true(moved >= 40 && gone + moved < HOOK_MOST);
    hook_wait(bench, (size_t)(gone + moved));
    for (size_t i = 0; i < bench->count; i++)
        assert_string_equal(pair(bench->heard[i], "event"), "ONCRMDEALUPDATE");
    assert_int_equal(hook_number(hook_hand(bench, "deals-fail --all"), "moved"), 0);
    const struct zp_json *open =
        hook_rest(bench, "crm.deal.list", "{'filter':{'=STAGE_SEMANTIC_ID':'P'}}");
    assert_int_equal(zp_json_count(open), 0);
}

static void test_by_booking_number(void **state) {
    struct hook_bench *bench = *state;
    int64_t id = add_deal(bench, ",'UF_CRM_DIKIDI_ID':'777000111','CATEGORY_ID':5");
    const struct zp_json *deal = zp_json_get(hook_hand(bench, "deal @777000111"), "deal");
    assert_int_equal(strtoll(hook_text(deal, "ID"), NULL, 10), id);
    hook_hand(bench, "deals-fail @777000111");
    deal = zp_json_get(hook_hand(bench, "deal @777000111"), "deal");
    assert_string_equal(hook_text(deal, "STAGE_ID"), "C5:UC_9PLMWE"); // the first, not LOSE
    hook_hand(bench, "deal-reopen @777000111");
    deal = zp_json_get(hook_hand(bench, "deal @777000111"), "deal");
    assert_string_equal(hook_text(deal, "STAGE_ID"), "C5:UC_Y0A3RT");
    assert_string_equal(hook_text(deal, "STAGE_SEMANTIC_ID"), "P");
    assert_true(hook_hand_fails(bench, "deals-fail @1"));
    // Who may read no deal is told so, in both families, and finds none.
    hook_hand(bench, "persona outsider");
    assert_int_equal(zp_json_count(hook_rest(bench, "crm.deal.list", "{}")), 0);
    assert_int_equal(zp_json_count(zp_json_get(
                         hook_rest(bench, "crm.item.list", "{'entityTypeId':2}"), "items")),
                     0);
    assert_true(zp_json_count(hook_rest(bench, "crm.contact.list", "{}")) > 0);
    hook_hand(bench, "persona admin");
    assert_int_equal(zp_json_count(hook_rest(bench, "crm.deal.list",
                                             "{'filter':{'=UF_CRM_DIKIDI_ID':'777000111'}}")),
                     1);
    assert_true(hook_hand_fails(bench, "persona nobody"));
}

int main(void) {
#define EVENT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, hook_teardown)
    const struct CMUnitTest tests[] = {
        EVENT_TEST(test_what_an_event_looks_like),
        EVENT_TEST(test_what_sets_one_off),
        EVENT_TEST(test_simple_mode_in_both_families),
        EVENT_TEST(test_at_most_once_and_late),
        EVENT_TEST(test_faults_of_events),
        EVENT_TEST(test_robot),
        EVENT_TEST(test_many_at_once),
        EVENT_TEST(test_by_booking_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
