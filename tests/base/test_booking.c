#include "check.h"

#include <zapis/booking.h>
#include <zapis/catalogue.h>
#include <zapis/memory.h>

static void words(void **state) {
    (void)state;
    static const struct {
        enum zp_booking_state state;
        const char *name;
        bool holds;
    } table[ZP_BOOKING_STATES] = {
        {ZP_BOOKING_INTENT, "intent", true},        {ZP_BOOKING_SENT, "sent", true},
        {ZP_BOOKING_BOOKED, "booked", true},        {ZP_BOOKING_REFUSED, "refused", false},
        {ZP_BOOKING_UNCERTAIN, "uncertain", true},  {ZP_BOOKING_CANCELLING, "cancelling", true},
        {ZP_BOOKING_CANCELLED, "cancelled", false}, {ZP_BOOKING_DROPPED, "dropped", false},
    };
    for (size_t i = 0; i < ZP_BOOKING_STATES; i++) {
        enum zp_booking_state parsed = ZP_BOOKING_DROPPED;
        assert_string_equal(zp_booking_state_name(table[i].state), table[i].name);
        assert_true(zp_booking_state_parse(table[i].name, &parsed));
        assert_int_equal(parsed, table[i].state);
        assert_int_equal(zp_booking_state_holds_time(table[i].state), table[i].holds);
        assert_true(zp_booking_state_words(table[i].state)[0] != '\0');
    }
    enum zp_booking_state parsed = ZP_BOOKING_SENT;
    assert_false(zp_booking_state_parse("Booked", &parsed));
    assert_false(zp_booking_state_parse("", &parsed));
    assert_false(zp_booking_state_parse(NULL, &parsed));
    assert_int_equal(parsed, ZP_BOOKING_SENT);
    assert_string_equal(zp_booking_state_name((enum zp_booking_state)77), "?");
    assert_string_equal(zp_crm_state_name(ZP_CRM_NONE), "none");
    assert_string_equal(zp_crm_state_name(ZP_CRM_QUEUED), "queued");
    assert_string_equal(zp_crm_state_name(ZP_CRM_LOGGED), "logged");
    assert_string_equal(zp_crm_state_name(ZP_CRM_ATTENTION), "attention");
    assert_string_equal(zp_booking_origin_name(ZP_ORIGIN_DESK), "desk");
    assert_string_equal(zp_booking_origin_name(ZP_ORIGIN_APP), "app");
    assert_string_equal(zp_booking_origin_name(ZP_ORIGIN_WALK_IN), "walk-in");
    assert_string_equal(zp_task_state_name(ZP_TASK_WAITING), "waiting");
    assert_string_equal(zp_task_state_name(ZP_TASK_RUNNING), "running");
    assert_string_equal(zp_task_state_name(ZP_TASK_ATTENTION), "attention");
}

static void copy_owns_everything(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_booking *from = talloc_zero(ctx, struct zp_booking);
    // Every pointer of the struct that is a text, so that a new one is not forgotten in the copy:
    // what is left shared is freed below and then read.
    char **const texts[] = {
        &from->request_id, &from->company,       &from->booking_id,     &from->master_id,
        &from->master,     &from->currency,      &from->client_name,    &from->client_phone,
        &from->comment,    &from->cancel_reason, &from->moved_from,     &from->moved_to,
        &from->crm_entity, &from->crm_id,        &from->crm_contact_id, &from->crm_stage,
        &from->error_code, &from->error_message, &from->sent_body,      &from->created_by};
    for (size_t i = 0; i < CHECK_COUNT(texts); i++) {
        *texts[i] = talloc_asprintf(from, "text %zu", i);
    }
    from->service_count = 1;
    from->services = talloc_zero_array(from, struct zp_booked_service, 1);
    from->services[0] = (struct zp_booked_service){talloc_strdup(from, "s"), NULL, 90, 150000};
    from->booking_id_count = 2;
    from->booking_ids = talloc_zero_array(from, char *, 2);
    from->booking_ids[1] = talloc_strdup(from, "852900002");
    from->revision = 7;
    struct zp_booking *copy = zp_booking_copy(ctx, from);
    talloc_free(from);
    const char *copied[] = {
        copy->request_id, copy->company,       copy->booking_id,     copy->master_id,
        copy->master,     copy->currency,      copy->client_name,    copy->client_phone,
        copy->comment,    copy->cancel_reason, copy->moved_from,     copy->moved_to,
        copy->crm_entity, copy->crm_id,        copy->crm_contact_id, copy->crm_stage,
        copy->error_code, copy->error_message, copy->sent_body,      copy->created_by};
    for (size_t i = 0; i < CHECK_COUNT(copied); i++) {
        char want[16];
        snprintf(want, sizeof want, "text %zu", i);
        assert_string_equal(copied[i], want);
    }
    assert_string_equal(copy->services[0].id, "s");
    assert_null(copy->services[0].name);
    assert_int_equal(copy->services[0].price_minor, 150000);
    assert_null(copy->booking_ids[0]);
    assert_string_equal(copy->booking_ids[1], "852900002");
    assert_int_equal(copy->revision, 7);
    struct zp_booking empty = {0};
    struct zp_booking *none = zp_booking_copy(ctx, &empty);
    assert_null(none->services);
    assert_null(none->request_id);
    talloc_free(ctx);
}

static void request_ids_are_uuids_of_version_7(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *id = zp_booking_new_request_id(ctx, 0x0198A1B2C3D4);
    assert_int_equal(strlen(id), 36);
    assert_memory_equal(id, "0198a1b2-c3d4-7", 15);
    assert_non_null(strchr("89ab", id[19]));
    assert_int_equal(strspn(id, "0123456789abcdef-"), 36);
    assert_true(id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-');
    char *later = zp_booking_new_request_id(ctx, 0x0198A1B2C3D5);
    assert_true(strcmp(id, later) < 0);
    assert_string_not_equal(id, zp_booking_new_request_id(ctx, 0x0198A1B2C3D4));
    talloc_free(ctx);
}

static void catalogue(void **state) {
    (void)state;
    char m1[] = "m1", m2[] = "m2", m3[] = "m3", s1[] = "s1", s2[] = "s2";
    struct zp_terms terms[] = {{m1, 180000, false, 75}, {m3, 170000, true, 0}};
    struct zp_service services[] = {
        {.id = s1,
         .price_minor = 150000,
         .price_from = true,
         .duration_min = 90,
         .terms = terms,
         .term_count = 2},
        {.id = s2, .price_minor = 50000, .duration_min = 30},
    };
    char *ids[] = {s2};
    struct zp_master masters[] = {{.id = m1}, {.id = m2, .service_ids = ids, .service_count = 1}};
    struct zp_catalogue all = {services, 2, masters, 2, 0};
    assert_ptr_equal(zp_catalogue_service(&all, "s2"), &services[1]);
    assert_null(zp_catalogue_service(&all, "s3"));
    assert_null(zp_catalogue_service(&all, NULL));
    assert_ptr_equal(zp_catalogue_master(&all, "m1"), &masters[0]);
    assert_null(zp_catalogue_master(&all, "m3"));
    assert_true(zp_catalogue_offers(&all, "m1", "s1"));
    assert_true(zp_catalogue_offers(&all, "m2", "s2"));
    assert_false(zp_catalogue_offers(&all, "m2", "s1"));
    assert_true(
        zp_catalogue_offers(&all, "m1", "s2")); // nobody told who does it: nobody is excluded
    const char *const wished[] = {"s1", "s2", "s3"};
    struct zp_error err = {0};
    assert_true(zp_catalogue_check(&all, NULL, wished, 2, &err));
    assert_true(zp_catalogue_check(&all, "m2", &wished[1], 1, &err));
    assert_true(zp_catalogue_check(&all, "m1", NULL, 0, &err));
    assert_false(zp_catalogue_check(&all, NULL, wished, 3, &err));
    assert_non_null(strstr(err.message, "“s3”"));
    assert_false(zp_catalogue_check(&all, "m3", wished, 1, &err));
    assert_non_null(strstr(err.message, "no master “m3”"));
    assert_false(zp_catalogue_check(&all, "m2", wished, 1, &err));
    assert_non_null(strstr(err.message, "does not do this service"));
    assert_int_equal(err.code, ZP_E_USAGE);
    assert_false(zp_catalogue_offers(&all, "m3", "s1"));
    assert_false(zp_catalogue_offers(&all, NULL, "s1"));
    struct zp_terms own = zp_catalogue_terms(&services[0], "m1");
    assert_int_equal(own.price_minor, 180000);
    assert_int_equal(own.duration_min, 75);
    assert_false(own.price_from);
    struct zp_terms untold = zp_catalogue_terms(&services[0], "m3");
    assert_int_equal(untold.price_minor, 170000);
    assert_int_equal(untold.duration_min, 90);
    struct zp_terms any = zp_catalogue_terms(&services[0], NULL);
    assert_int_equal(any.price_minor, 150000);
    assert_null(any.master_id);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(copy_owns_everything),
        cmocka_unit_test(request_ids_are_uuids_of_version_7),
        cmocka_unit_test(catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
