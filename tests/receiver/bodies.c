// What is read from the bodies of hooks, events and rules, and what is refused.
#include "bitrix24/event.h"
#include "dikidi/hook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *or_dash(const char *text) {
    return text ? text : "-";
}

// ---- Dikidi

// "id event known company booking version updated_at", or "none".
static char *dikidi(TALLOC_CTX *ctx, const char *body, const char *header) {
    struct zp_error error = {0};
    struct zp_zone *zone = zp_zone_open(ctx, "Europe/Moscow", &error);
    struct zp__dikidi_hook hook;
    if (!zp__dikidi_hook_read(ctx, zone, body, strlen(body), header, &hook)) {
        return talloc_strdup(ctx, "none");
    }
    return talloc_asprintf(ctx, "%s %s %d %s %s %lld %lld", or_dash(hook.id),
                           hook.event[0] ? hook.event : "\"\"", hook.known,
                           or_dash(hook.company_id), or_dash(hook.booking_id),
                           (long long)hook.version, (long long)hook.updated_at);
}

#define LONG_ID                                                                                    \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"  \
    "12345678901234567890123456789012345678"

static void test_bodies_of_dikidi(void **state) {
    (void)state;
    static const struct {
        const char *body, *header, *read;
    } cases[] = {
        {"{\"id\":\"evt_1\",\"event\":\"booking.updated\",\"created_at\":\"2026-09-24T06:00:00Z\","
         "\"company_id\":\"550001\",\"booking\":{\"id\":\"852900001\",\"status\":\"active\","
         "\"updated_at\":\"2026-09-24T05:59:58Z\",\"version\":3},\"changed\":[\"starts_at\"]}",
         NULL, "evt_1 booking.updated 1 550001 852900001 3 1790229598"},
        // Numbers for ids, camelCase, a time without offset: the salon's clock.
        {"{\"id\":17,\"event\":\"booking.cancelled\",\"companyId\":550001,\"booking\":{\"id\":"
         "852900001,\"updatedAt\":\"2026-09-24T08:59:58\",\"version\":\"4\"}}",
         NULL, "17 booking.cancelled 1 550001 852900001 4 1790229598"},
        {"{\"event\":\"booking.created\",\"booking\":{\"id\":\"1\",\"company_id\":\"550001\"}}",
         NULL, "- booking.created 1 550001 1 0 0"},
        {"{\"id\":null,\"event\":\"booking.created\",\"booking_id\":\"1\",\"company_id\":\"\"}",
         NULL, "- booking.created 1 - 1 0 0"},
        {"{\"id\":\"\",\"booking\":5}", "booking.updated", "- booking.updated 1 - 5 0 0"},
        {"{\"event\":\"booking.updated\",\"booking\":5}", "client.created",
         "- booking.updated 1 - 5 0 0"},
        {"{\"event\":\"review.created\",\"id\":\"r\"}", NULL, "r review.created 0 - - 0 0"},
        {"{\"id\":\"r\",\"booking\":{\"id\":\"7\",\"version\":-2,\"updated_at\":\"soon\"}}", NULL,
         "r \"\" 0 - 7 0 0"},
        {"{\"event\":\"booking.updated\",\"booking\":{\"id\":\"99999999999999999999999\"}}", NULL,
         "- booking.updated 1 - 99999999999999999999999 0 0"},
        {"{\"event\":\"booking.updated\",\"booking\":{}}", NULL, "none"},
        {"{\"event\":\"booking.updated\"}", NULL, "none"},
        {"{\"event\":\"booking.updated\",\"booking\":[]}", NULL, "none"},
        {"{\"event\":\"booking.updated\",\"booking\":{\"id\":\"a b\"}}", NULL, "none"},
        {"{\"event\":\"booking.updated\",\"booking\":{\"id\":1.5}}", NULL, "none"},
        {"{\"event\":\"booking.updated\",\"booking\":{\"id\":\"" LONG_ID "\"}}", NULL, "none"},
        {"{\"id\":\"" LONG_ID "\",\"event\":\"booking.updated\",\"booking\":5}", NULL, "none"},
        {"{\"id\":{},\"event\":\"booking.updated\",\"booking\":5}", NULL, "none"},
        {"{\"id\":\"e\",\"company_id\":[1],\"event\":\"booking.updated\",\"booking\":5}", NULL,
         "none"},
        {"{}", NULL, "none"},
        {"[]", NULL, "none"},
        {"\"booking.updated\"", NULL, "none"},
        {"", NULL, "none"},
        {"{\"id\":\"e\",\"event\":\"booking.updated\",\"booking\":5", NULL, "none"},
        {"{\"id\":\"e\",\"event\":\"booking.updated\",\"booking\":5}x", NULL, "none"},
        {"{\"id\":\"e\",\"id\":\"f\",\"event\":\"booking.updated\",\"booking\":5}", NULL, "none"},
        {"event=booking.updated", NULL, "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        assert_string_equal(dikidi(ctx, cases[i].body, cases[i].header), cases[i].read);
        talloc_free(ctx);
    }
}

// ---- Bitrix24

// "token event deal|lead|other id", or "token none".
static char *crm(TALLOC_CTX *ctx, const char *body, bool robot) {
    struct zp__crm_event event;
    if (robot) {
        zp__crm_robot_read(ctx, body, strlen(body), &event);
    } else {
        zp__crm_event_read(ctx, body, strlen(body), &event);
    }
    const char *token = event.token[0] ? event.token : "\"\"";
    if (!event.readable) {
        return talloc_asprintf(ctx, "%s none", token);
    }
    return talloc_asprintf(ctx, "%s %s %s %s", token, event.event,
                           !event.about_entry            ? "other"
                           : event.entity == ZP_CRM_DEAL ? "deal"
                                                         : "lead",
                           or_dash(event.id));
}

static void assert_reads(const char *body, bool robot, const char *read) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    assert_string_equal(crm(ctx, body, robot), read);
    talloc_free(ctx);
}

#define TOKEN "&auth%5Bapplication_token%5D=tok"

static void test_events_of_bitrix24(void **state) {
    (void)state;
    static const struct {
        const char *body, *read;
    } cases[] = {
        {"event=ONCRMDEALUPDATE&event_handler_id=975&data%5BFIELDS%5D%5BID%5D=7405&ts=1766047124&"
         "auth%5Bdomain%5D=x.bitrix24.ru&auth%5Bmember_id%5D=m" TOKEN,
         "tok ONCRMDEALUPDATE deal 7405"},
        {"event=onCrmLeadAdd&data[FIELDS][ID]=12&auth[application_token]=a%2Bb+c",
         "a+b c ONCRMLEADADD lead 12"},
        {"event=ONCRMDEALDELETE&data[FIELDS][ID]=1" TOKEN, "tok ONCRMDEALDELETE deal 1"},
        {"event=ONCRMLEADUPDATE&data[FIELDS][ID]=1&data[FIELDS][ID]=2" TOKEN, // as PHP has it
         "tok ONCRMLEADUPDATE lead 2"},
        {"event=ONCRMCONTACTUPDATE&data[FIELDS][ID]=5" TOKEN, "tok ONCRMCONTACTUPDATE other -"},
        {"event=ONCRMDEALMOVETOCATEGORY&data[FIELDS][ID]=5" TOKEN,
         "tok ONCRMDEALMOVETOCATEGORY other -"},
        {"event=ONCRMDEALUPDATE" TOKEN, "tok none"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=" TOKEN, "tok none"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=5;DROP" TOKEN, "tok none"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=-5" TOKEN, "tok none"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=007" TOKEN, "tok none"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=1234567890123456789" TOKEN, "tok none"},
        {"event=ON%0ACRM&data[FIELDS][ID]=5" TOKEN, "tok none"},
        {"event=%D0%B0" TOKEN, "tok none"},
        {"data[FIELDS][ID]=5" TOKEN, "tok none"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=5", "\"\" ONCRMDEALUPDATE deal 5"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=5&application_token=tok",
         "\"\" ONCRMDEALUPDATE deal 5"},
        {"event=ONCRMDEALUPDATE&data[FIELDS][ID]=%00" TOKEN, "\"\" none"},
        {"", "\"\" none"},
        {"{\"event\":\"ONCRMDEALUPDATE\"}", "\"\" none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_reads(cases[i].body, false, cases[i].read);
    }
}

static void test_rules_of_bitrix24(void **state) {
    (void)state;
    static const struct {
        const char *body, *read;
    } cases[] = {
        {"document_id%5B0%5D=crm&document_id%5B1%5D=CCrmDocumentDeal&document_id%5B2%5D=DEAL_123&"
         "auth%5Bdomain%5D=x",
         "\"\" robot deal 123"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentLead&document_id[2]=LEAD_5",
         "\"\" robot lead 5"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentContact&document_id[2]=CONTACT_5",
         "\"\" robot other -"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentDeal&document_id[2]=LEAD_5", "\"\" none"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentLead&document_id[2]=DEAL_5", "\"\" none"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentDeal&document_id[2]=DEAL_", "\"\" none"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentDeal&document_id[2]=DEAL_5x", "\"\" none"},
        {"document_id[0]=crm&document_id[1]=CCrmDocumentDeal", "\"\" none"},
        {"document_id[0]=lists&document_id[1]=CCrmDocumentDeal&document_id[2]=DEAL_5", "\"\" none"},
        {"document_id[1]=CCrmDocumentDeal&document_id[2]=DEAL_5", "\"\" none"},
        {"", "\"\" none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_reads(cases[i].body, true, cases[i].read);
    }
}

static void test_too_many_pairs_are_no_event(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *body = talloc_strdup(ctx, "event=ONCRMDEALUPDATE&data[FIELDS][ID]=5" TOKEN);
    for (int i = 0; i < 300; i++) {
        body = talloc_strdup_append(body, "&a=b");
    }
    assert_string_equal(crm(ctx, body, false), "\"\" none");
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies_of_dikidi),
        cmocka_unit_test(test_events_of_bitrix24),
        cmocka_unit_test(test_rules_of_bitrix24),
        cmocka_unit_test(test_too_many_pairs_are_no_event),
    };
    return cmocka_run_group_tests_name("receiver_bodies", tests, NULL, NULL);
}
