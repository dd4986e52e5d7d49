// The JSON documents, byte for byte: scripts rely on these keys.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli_json.h"
#include <zapis/i18n.h>

// 2026-11-23 15:00 in Moscow.
#define AT_15 INT64_C(1795435200)

static char text_request[] = "01930000-0000-7000-8000-000000000001", text_number[] = "7001",
            text_second[] = "7002", text_master[] = "11", text_name[] = "Анна П.",
            text_service[] = "5", text_haircut[] = "Стрижка", text_rub[] = "RUB",
            text_client[] = "Мария", text_phone[] = "+79161234567", text_empty[] = "",
            text_deal[] = "deal", text_deal_id[] = "17", text_taken[] = "SLOT_TAKEN",
            text_taken_words[] = "The time is taken.";

static struct zp_zone *moscow(TALLOC_CTX *ctx) {
    struct zp_error error = {0};
    struct zp_zone *zone = zp_zone_open(ctx, "Europe/Moscow", &error);
    assert_non_null(zone);
    return zone;
}

static void assert_prints(TALLOC_CTX *ctx, struct zp_json *document, const char *expected) {
    char *text = zp_json_print(ctx, document);
    assert_string_equal(text, expected);
    struct zp_error error = {0};
    assert_non_null(zp_json_parse(ctx, text, strlen(text), &error));
}

static struct zp_booked_service haircut = {text_service, text_haircut, 60, 150000};
static char *numbers[] = {text_number, text_second};

static struct zp_booking booked(void) {
    return (struct zp_booking){
        .request_id = text_request,
        .state = ZP_BOOKING_BOOKED,
        .booking_id = text_number,
        .booking_ids = numbers,
        .booking_id_count = 2,
        .starts_at = AT_15,
        .ends_at = AT_15 + 3600,
        .master_id = text_master,
        .master = text_name,
        .services = &haircut,
        .service_count = 1,
        .price_minor = 150000,
        .currency = text_rub,
        .client_name = text_client,
        .client_phone = text_phone,
        .crm_state = ZP_CRM_LOGGED,
        .crm_entity = text_deal,
        .crm_id = text_deal_id,
    };
}

static void test_booking(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_booking booking = booked();
    struct zp_json *document = zp_json_new_object(ctx);
    cli_json_booking(document, &booking, moscow(ctx), NULL);
    assert_prints(ctx, document,
                  "{\"request_id\":\"01930000-0000-7000-8000-000000000001\",\"state\":\"booked\","
                  "\"booking_id\":\"7001\",\"booking_ids\":[\"7001\",\"7002\"],"
                  "\"starts_at\":\"2026-11-23T15:00:00+03:00\","
                  "\"ends_at\":\"2026-11-23T16:00:00+03:00\","
                  "\"master_id\":\"11\",\"master\":\"Анна П.\","
                  "\"services\":[{\"id\":\"5\",\"name\":\"Стрижка\",\"duration_min\":60,"
                  "\"price_minor\":150000}],"
                  "\"price_minor\":150000,\"currency\":\"RUB\","
                  "\"client\":{\"name\":\"Мария\",\"phone\":\"+79161234567\"},"
                  "\"moved_from\":null,\"moved_to\":null,"
                  "\"crm\":{\"state\":\"logged\",\"entity\":\"deal\",\"id\":\"17\"}}");
    talloc_free(ctx);
}

// What is not known is null and present; a failure stands in "error".
static void test_refused_booking(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_booking booking = {.request_id = text_request,
                                 .state = ZP_BOOKING_REFUSED,
                                 .starts_at = AT_15,
                                 .client_name = text_empty,
                                 .client_phone = text_empty,
                                 .crm_state = ZP_CRM_NONE};
    struct zp_error error = {0};
    zp_error_set(&error, ZP_E_REFUSED, "SLOT_TAKEN", "The time is taken.");
    struct zp_json *document = zp_json_new_object(ctx);
    cli_json_booking(document, &booking, moscow(ctx), &error);
    assert_prints(ctx, document,
                  "{\"request_id\":\"01930000-0000-7000-8000-000000000001\",\"state\":\"refused\","
                  "\"booking_id\":null,\"booking_ids\":[],"
                  "\"starts_at\":\"2026-11-23T15:00:00+03:00\",\"ends_at\":null,"
                  "\"master_id\":null,\"master\":null,\"services\":[],\"price_minor\":0,"
                  "\"currency\":null,\"client\":{\"name\":null,\"phone\":null},"
                  "\"moved_from\":null,\"moved_to\":null,"
                  "\"crm\":{\"state\":\"none\",\"entity\":null,\"id\":null},"
                  "\"error\":{\"code\":\"SLOT_TAKEN\",\"message\":\"The time is taken.\"}}");
    talloc_free(ctx);
}

// Read again later, the reason kept in the journal is told; a booking that stands has none.
static void test_kept_error(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_booking booking = booked();
    booking.error_code = text_taken;
    booking.error_message = text_taken_words;
    struct zp_json *document = zp_json_new_object(ctx);
    cli_json_booking(document, &booking, moscow(ctx), NULL);
    assert_null(zp_json_get(document, "error"));
    booking.state = ZP_BOOKING_REFUSED;
    document = zp_json_new_object(ctx);
    cli_json_booking(document, &booking, moscow(ctx), NULL);
    assert_string_equal(zp_json_string(zp_json_get(zp_json_get(document, "error"), "code")),
                        "SLOT_TAKEN");
    talloc_free(ctx);
}

static void test_no_booking_has_the_same_keys(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_booking booking = booked();
    struct zp_json *full = zp_json_new_object(ctx), *none = zp_json_new_object(ctx);
    struct zp_error error = {0};
    zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "Dikidi could not be reached.");
    cli_json_booking(full, &booking, moscow(ctx), &error);
    cli_json_booking(none, NULL, moscow(ctx), &error);
    assert_int_equal(zp_json_count(full), zp_json_count(none));
    for (size_t i = 0; i < zp_json_count(full); i++)
        assert_string_equal(zp_json_key(zp_json_at(full, i)), zp_json_key(zp_json_at(none, i)));
    assert_string_equal(zp_json_string(zp_json_get(zp_json_get(none, "error"), "code")),
                        "UNREACHABLE");
    talloc_free(ctx);
}

static void test_history(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char what[] = "booked", by[] = "dikidi";
    struct zp_history history = {AT_15, what, by, text_empty};
    struct zp_json *document = zp_json_new_object(ctx);
    cli_json_history(document, &history, 1, moscow(ctx));
    assert_prints(ctx, document,
                  "{\"history\":[{\"at\":\"2026-11-23T15:00:00+03:00\",\"what\":\"booked\","
                  "\"by\":\"dikidi\",\"detail\":null}]}");
    talloc_free(ctx);
}

static void test_slots(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_master master = {.id = text_master, .name = text_name};
    struct zp_catalogue catalogue = {.masters = &master, .master_count = 1};
    struct zp_slot slot = {text_master, AT_15, 0};
    struct zp_day_slots days[2] = {{{2026, 11, 23}, &slot, 1}, {{2026, 11, 24}, NULL, 0}};
    struct zp_slots slots = {.days = days, .day_count = 2};
    assert_prints(ctx, cli_json_free(ctx, &slots, true, &catalogue, moscow(ctx)),
                  "{\"timezone\":\"Europe/Moscow\",\"dates\":[{\"date\":\"2026-11-23\",\"slots\":"
                  "[{\"master_id\":\"11\",\"master\":\"Анна П.\","
                  "\"starts_at\":\"2026-11-23T15:00:00+03:00\",\"ends_at\":null}]},"
                  "{\"date\":\"2026-11-24\",\"slots\":[]}]}");
    slots.day_count = 1;
    assert_prints(ctx, cli_json_free(ctx, &slots, false, NULL, moscow(ctx)),
                  "{\"date\":\"2026-11-23\",\"timezone\":\"Europe/Moscow\",\"slots\":"
                  "[{\"master_id\":\"11\",\"master\":null,"
                  "\"starts_at\":\"2026-11-23T15:00:00+03:00\",\"ends_at\":null}]}");
    assert_prints(ctx, cli_json_free(ctx, &slots, true, NULL, moscow(ctx)),
                  "{\"timezone\":\"Europe/Moscow\",\"dates\":[{\"date\":\"2026-11-23\",\"slots\":"
                  "[{\"master_id\":\"11\",\"master\":null,"
                  "\"starts_at\":\"2026-11-23T15:00:00+03:00\",\"ends_at\":null}]}]}");
    talloc_free(ctx);
}

static void test_services(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char category[] = "Волосы";
    struct zp_service services[2] = {
        {.id = text_service,
         .name = text_haircut,
         .category = category,
         .price_minor = 150050,
         .price_from = true,
         .currency = text_rub,
         .duration_min = 60},
        {.id = text_number, .name = text_haircut, .category = text_empty, .currency = text_rub}};
    struct zp_catalogue catalogue = {.services = services, .service_count = 2, .fetched_at = AT_15};
    assert_prints(ctx, cli_json_services(ctx, &catalogue, moscow(ctx)),
                  "{\"services\":[{\"id\":\"5\",\"name\":\"Стрижка\",\"category\":\"Волосы\","
                  "\"duration_min\":60,\"price_minor\":150050,\"price_from\":true,"
                  "\"currency\":\"RUB\"},"
                  "{\"id\":\"7001\",\"name\":\"Стрижка\",\"category\":null,"
                  "\"duration_min\":null,\"price_minor\":0,\"price_from\":false,"
                  "\"currency\":\"RUB\"}],"
                  "\"fetched_at\":\"2026-11-23T15:00:00+03:00\"}");
    talloc_free(ctx);
}

static void test_masters(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *ids[] = {text_service};
    struct zp_master masters[2] = {{.id = text_master,
                                    .name = text_name,
                                    .post = text_empty,
                                    .service_ids = ids,
                                    .service_count = 1},
                                   {.id = text_number, .name = text_client, .post = text_empty}};
    struct zp_shift shifts[2] = {{text_master, {2026, 11, 23}, 600, 1500, 840, 885},
                                 {text_number, {2026, 11, 23}, 540, 1080, -1, -1}};
    struct zp_catalogue catalogue = {.masters = masters, .master_count = 2};
    struct zp_shifts known = {.shifts = shifts, .shift_count = 2};
    assert_prints(ctx, cli_json_masters(ctx, &catalogue, &known, moscow(ctx)),
                  "{\"masters\":[{\"id\":\"11\",\"name\":\"Анна П.\",\"post\":null,"
                  "\"service_ids\":[\"5\"],\"shifts\":[{\"date\":\"2026-11-23\",\"from\":\"10:00\","
                  "\"to\":\"25:00\",\"break_from\":\"14:00\",\"break_to\":\"14:45\"}]},"
                  "{\"id\":\"7001\",\"name\":\"Мария\",\"post\":null,\"service_ids\":[],"
                  "\"shifts\":[{\"date\":\"2026-11-23\",\"from\":\"09:00\",\"to\":\"18:00\","
                  "\"break_from\":null,\"break_to\":null}]}],\"fetched_at\":null}");
    catalogue.master_count = 1;
    assert_prints(ctx, cli_json_masters(ctx, &catalogue, NULL, moscow(ctx)),
                  "{\"masters\":[{\"id\":\"11\",\"name\":\"Анна П.\",\"post\":null,"
                  "\"service_ids\":[\"5\"],\"shifts\":null}],\"fetched_at\":null}");
    talloc_free(ctx);
}

static void test_day_queue_checks(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_booking booking = booked();
    struct zp_booking *bookings[] = {&booking};
    struct zp_json *day =
        cli_json_day(ctx, (struct zp_date){2026, 11, 23}, bookings, 1, moscow(ctx));
    assert_string_equal(zp_json_string(zp_json_get(day, "date")), "2026-11-23");
    assert_string_equal(zp_json_string(zp_json_get(day, "timezone")), "Europe/Moscow");
    assert_int_equal(zp_json_count(zp_json_get(day, "bookings")), 1);
    assert_null(zp_json_get(zp_json_at(zp_json_get(day, "bookings"), 0), "history"));
    char kind[] = "crm-log", problem[] = "Bitrix24 is not there.";
    struct zp_task task = {INT64_C(9007199254740993),
                           kind,
                           text_request,
                           text_number,
                           ZP_TASK_WAITING,
                           2,
                           AT_15,
                           problem,
                           0};
    assert_prints(ctx, cli_json_queue(ctx, &task, 1, moscow(ctx)),
                  "{\"tasks\":[{\"id\":\"9007199254740993\",\"kind\":\"crm-log\","
                  "\"booking_id\":\"7001\",\"state\":\"waiting\",\"attempts\":2,"
                  "\"next_at\":\"2026-11-23T15:00:00+03:00\",\"error\":\"Bitrix24 is not there.\","
                  "\"request_id\":\"01930000-0000-7000-8000-000000000001\"}]}");
    task.list = 483201; // goes along with what a person decides about it
    assert_int_equal(zp_json_count(zp_json_at(
                         zp_json_get(cli_json_queue(ctx, &task, 1, moscow(ctx)), "tasks"), 0)),
                     9);
    char name[] = "config", detail[] = "read";
    struct zp_check check = {name, ZP_CHECK_WARN, detail, false};
    assert_prints(ctx, cli_json_checks(ctx, &check, 1),
                  "{\"checks\":[{\"name\":\"config\",\"state\":\"warn\",\"detail\":\"read\"}]}");
    struct zp_setup_step step = {name, ZP_SETUP_BY_HAND, text_empty};
    assert_prints(ctx, cli_json_setup(ctx, &step, 1),
                  "{\"steps\":[{\"name\":\"config\",\"state\":\"by-hand\",\"detail\":null}]}");
    talloc_free(ctx);
}

int main(void) {
    zp_i18n_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_booking),
        cmocka_unit_test(test_refused_booking),
        cmocka_unit_test(test_kept_error),
        cmocka_unit_test(test_no_booking_has_the_same_keys),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_masters),
        cmocka_unit_test(test_day_queue_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
