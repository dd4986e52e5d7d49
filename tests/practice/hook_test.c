// Dikidi's webhooks as the contract tells them (dikidi-api.md, Webhooks): what is sent, how it is
// signed, that it comes again until it is taken, and everything that may go wrong on the way.
#include "hook_bench.h"

#include "practice/sign.h"

#include <inttypes.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

// HMAC of the parts one after the other, by another door of the library than the sender's.
static size_t hmac(const char *secret, const char *head, const struct heard *heard,
                   unsigned char digest[32]) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){"SHA256"}, 0),
        OSSL_PARAM_construct_end()};
    size_t size = 0;
    assert_true(EVP_MAC_init(ctx, (const unsigned char *)secret, strlen(secret), params));
    assert_true(EVP_MAC_update(ctx, (const unsigned char *)head, strlen(head)));
    assert_true(EVP_MAC_update(ctx, (const unsigned char *)heard->body, heard->size));
    assert_true(EVP_MAC_final(ctx, digest, &size, 32));
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    assert_int_equal(size, 32);
    return size;
}

static char *hex(const struct heard *heard, const char *secret, const char *head) {
    unsigned char digest[32];
    size_t size = hmac(secret, head, heard, digest);
    char *text = talloc_strdup(heard, "");
    for (size_t i = 0; i < size; i++)
        text = talloc_asprintf_append(text, "%02x", digest[i]);
    return text;
}

static char *base64(const struct heard *heard, const char *secret, const char *head) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char digest[33] = {0};
    hmac(secret, head, heard, digest);
    char *text = talloc_strdup(heard, "");
    for (size_t i = 0; i < 33; i += 3) {
        unsigned bits = (unsigned)digest[i] << 16 | (unsigned)digest[i + 1] << 8 | digest[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            text = talloc_asprintf_append(text, "%c", letters[bits >> shift & 63]);
    }
    text[43] = '='; // 32 bytes leave one place over
    return text;
}

// Whether it is signed well in the contract's own scheme; *age_s: how old the signature says it is.
static bool well_signed(const struct hook_bench *bench, const struct heard *heard, int64_t *age_s) {
    assert_int_equal(strncmp(heard->signature, "t=", 2), 0);
    char *comma = strchr(heard->signature, ',');
    assert_non_null(comma);
    assert_int_equal(strncmp(comma, ",v1=", 4), 0);
    int64_t at = strtoll(heard->signature + 2, NULL, 10);
    *age_s = zp_clock_now(&bench->practice->clock) - at;
    char *head = talloc_asprintf(bench, "%" PRId64 ".", at);
    return strcmp(comma + 4, hex(heard, bench->practice->hook_secret, head)) == 0;
}

static void assert_true_letter(const struct hook_bench *bench, const struct heard *heard) {
    int64_t age_s;
    assert_true(well_signed(bench, heard, &age_s));
    assert_in_range(age_s + 1, 0, 60);
    assert_string_equal(heard->path, "/hooks/dikidi");
    assert_non_null(heard->json);
    assert_string_equal(hook_text(heard->json, "company_id"), "550001");
    assert_string_equal(hook_text(heard->json, "id"), heard->id);
    assert_string_equal(hook_text(heard->json, "event"), heard->event);
}

static const char *booking_id(const struct heard *heard) {
    return hook_text(zp_json_get(heard->json, "booking"), "id");
}

static void test_vectors(void **state) {
    (void)state; // RFC 4231, case 2
    static const char data[] = "what do ya want for nothing?";
    static const char expected[] =
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    char *whole = zp__sign_hex(NULL, "Jefe", "", data, strlen(data));
    char *parts = zp__sign_hex(NULL, "Jefe", "what do ya ", data + 11, strlen(data) - 11);
    char *coded = zp__sign_base64(NULL, "Jefe", data, "", 0);
    assert_string_equal(whole, expected);
    assert_string_equal(parts, expected);
    assert_string_equal(coded, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    talloc_free(whole);
    talloc_free(parts);
    talloc_free(coded);
}

static void test_every_change_is_told(void **state) {
    struct hook_bench *bench = *state;
    char *id = hook_book(bench);
    const struct heard *heard = hook_wait(bench, 1);
    assert_true_letter(bench, heard);
    assert_string_equal(heard->event, "booking.created");
    assert_int_equal(strncmp(heard->id, "evt_01", 6), 0);
    assert_string_equal(heard->type, "application/json");
    const struct zp_json *booking = zp_json_get(heard->json, "booking");
    assert_string_equal(hook_text(booking, "id"), id);
    assert_string_equal(hook_text(zp_json_get(booking, "client"), "phone"), "+79997654321");
    assert_int_equal(hook_number(booking, "version"), 1);

    static const struct {
        const char *verb, *event, *changed;
    } changes[] = {
        {"app-move %s --at 2026-12-30~16:10", "booking.updated", "[\"starts_at\"]"},
        {"app-comment %s мокрая~голова", "booking.updated", "[\"comment\"]"},
        {"attendance %s came", "booking.updated", "[\"attendance\"]"},
        {"app-cancel %s --reason болею", "booking.cancelled", "[\"status\"]"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *blank = talloc_strdup(bench, changes[i].verb);
        char *place = strstr(blank, "%s");
        *place = '\0';
        hook_hand(bench, "%s%s%s", blank, id, place + 2);
        heard = hook_wait(bench, i + 2);
        assert_true_letter(bench, heard);
        assert_string_equal(heard->event, changes[i].event);
        assert_string_equal(zp_json_print(bench, zp_json_get(heard->json, "changed")),
                            changes[i].changed);
        assert_int_equal(hook_number(zp_json_get(heard->json, "booking"), "version"), i + 2);
    }
    assert_string_equal(hook_text(zp_json_get(heard->json, "booking"), "status"), "cancelled");
    hook_hand(bench, "set hook-body short");
    hook_hand(bench, "hook %s updated", id);
    heard = hook_wait(bench, 6);
    assert_true_letter(bench, heard);
    booking = zp_json_get(heard->json, "booking");
    assert_int_equal(zp_json_count(booking), 4); // id, status, updated_at, version
    assert_string_equal(hook_text(booking, "id"), id);
}

static void test_the_api_is_told_too(void **state) {
    struct hook_bench *bench = *state;
    hook_dikidi(bench, "POST", "/api/v2/company/550001/booking",
                "{\"master_id\":\"1357201\",\"services\":[{\"id\":\"5159522\"}],"
                "\"starts_at\":\"2026-12-30T08:30:00Z\","
                "\"client\":{\"name\":\"Пётр\",\"phone\":\"+79997654321\"},"
                "\"external_id\":\"one\"}");
    const struct heard *heard = hook_wait(bench, 1);
    assert_string_equal(heard->event, "booking.created");
    assert_string_equal(hook_text(zp_json_get(heard->json, "booking"), "external_id"), "one");
    hook_dikidi(bench, "DELETE",
                talloc_asprintf(bench, "/api/v2/company/550001/booking/%s", booking_id(heard)),
                NULL);
    assert_string_equal(hook_wait(bench, 2)->event, "booking.cancelled");
}

static void test_each_part_of_a_split_visit_is_told(void **state) {
    struct hook_bench *bench = *state;
    hook_hand(bench, "set split on");
    hook_dikidi(bench, "POST", "/api/v2/company/550001/booking",
                "{\"master_id\":\"1357201\",\"services\":[{\"id\":\"5159522\"},"
                "{\"id\":\"5159523\"}],\"starts_at\":\"2026-12-30T08:30:00Z\","
                "\"client\":{\"name\":\"Пётр\",\"phone\":\"+79997654321\"},"
                "\"external_id\":\"two\"}");
    hook_wait(bench, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(bench->heard[i]->event, "booking.created");
        const struct zp_json *booking = zp_json_get(bench->heard[i]->json, "booking");
        assert_int_equal(zp_json_count(zp_json_get(booking, "services")), 1);
    }
    assert_string_not_equal(booking_id(bench->heard[0]), booking_id(bench->heard[1]));
}

static void test_schemes(void **state) {
    struct hook_bench *bench = *state;
    const char *secret = bench->practice->hook_secret;
    char *id = hook_book(bench);
    hook_wait(bench, 1);
    hook_hand(bench, "set hook-scheme body-hex");
    hook_hand(bench, "hook %s updated", id);
    const struct heard *heard = hook_wait(bench, 2);
    assert_string_equal(heard->signature, hex(heard, secret, ""));
    hook_hand(bench, "set hook-scheme url-body-base64");
    hook_hand(bench, "hook %s updated", id);
    heard = hook_wait(bench, 3);
    char *url = talloc_asprintf(bench, "http://%s/hooks/dikidi", bench->practice->listen);
    assert_string_equal(heard->signature, base64(heard, secret, url));
    hook_hand(bench, "set hook-scheme secret-path");
    hook_hand(bench, "hook %s updated", id);
    heard = hook_wait(bench, 4);
    assert_string_equal(heard->signature, "");
    assert_string_equal(heard->path, talloc_asprintf(bench, "/hooks/dikidi/%s", secret));
    const struct zp_json *log = zp_json_get(hook_hand(bench, "log --server hooks"), "requests");
    char *text = zp_json_print(bench, log);
    assert_null(strstr(text, secret));
    assert_int_equal(zp_json_count(log), 4);
    assert_string_equal(hook_text(zp_json_at(log, 3), "path"), "/hooks/dikidi/***");
    hook_hand(bench, "set hook-scheme timestamped-hex");
    hook_hand(bench, "set hook-secret another");
    hook_hand(bench, "hook %s updated", id);
    int64_t age_s;
    assert_false(well_signed(bench, hook_wait(bench, 5), &age_s));
    assert_true(hook_hand_fails(bench, "set hook-scheme none"));
}

static void test_it_comes_again_until_it_is_taken(void **state) {
    struct hook_bench *bench = *state;
    static const int statuses[] = {503, 0};
    memcpy(bench->statuses, statuses, sizeof statuses);
    bench->status_count = 2;
    hook_book(bench);
    hook_wait(bench, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true_letter(bench, bench->heard[i]);
        assert_string_equal(bench->heard[i]->id, bench->heard[0]->id);
        assert_string_equal(bench->heard[i]->body, bench->heard[0]->body);
    }
    int64_t first = bench->heard[1]->at_ms - bench->heard[0]->at_ms;
    int64_t second = bench->heard[2]->at_ms - bench->heard[1]->at_ms;
    assert_true(first >= 990 && second >= 1990); // the pauses grow
    // It waits for nothing any more, and the log has every attempt with what it was answered.
    const struct zp_json *hooks = NULL;
    int64_t began = zp_clock_boot_ms();
    do {
        bool done = false;
        (void)zp_loop_run_until(bench->loop, &done, 5);
        hooks = zp_json_get(hook_hand(bench, "hooks"), "hooks");
    } while (zp_json_count(zp_json_get(hooks, "waiting")) > 0 &&
             zp_clock_boot_ms() - began < HOOK_DEADLINE);
    assert_int_equal(zp_json_count(zp_json_get(hooks, "waiting")), 0);
    const struct zp_json *log = zp_json_get(hook_hand(bench, "log --server hooks"), "requests");
    static const int64_t seen[] = {503, 0, 200};
    assert_int_equal(zp_json_count(log), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(hook_number(zp_json_at(log, i), "status"), seen[i]);
}

static void test_nobody_listens(void **state) {
    struct hook_bench *bench = *state;
    hook_deafen(bench);
    char *id = hook_book(bench);
    hook_hand(bench, "app-cancel %s", id);
    // Until both were tried and refused.
    int64_t began = zp_clock_boot_ms();
    bool tried = false;
    while (!tried && zp_clock_boot_ms() - began < HOOK_DEADLINE) {
        bool done = false;
        (void)zp_loop_run_until(bench->loop, &done, 5);
        const struct zp_json *waiting =
            zp_json_get(zp_json_get(hook_hand(bench, "hooks"), "hooks"), "waiting");
        assert_int_equal(zp_json_count(waiting), 2);
        tried = hook_number(zp_json_at(waiting, 1), "attempts") > 0;
    }
    assert_true(tried);
    assert_int_equal(zp_json_count(zp_json_get(hook_hand(bench, "log"), "requests")), 0);
    hook_listen(bench);
    hook_hand(bench, "hooks retry");
    hook_wait(bench, 2);
    // Off: what is not taken is forgotten, and nothing new is told.
    hook_deafen(bench);
    hook_hand(bench, "hook %s updated", id);
    hook_hand(bench, "hooks off");
    hook_hand(bench, "attendance %s came", id);
    hook_listen(bench);
    hook_hand(bench, "hooks on");
    hook_hand(bench, "attendance %s waiting", id);
    assert_string_equal(hook_text(zp_json_get(hook_wait(bench, 3)->json, "booking"), "attendance"),
                        "waiting");
}

static void test_spoiled_copies(void **state) {
    struct hook_bench *bench = *state;
    static const char *const kinds[] = {"forged", "stale", "foreign", "malformed", "oversized"};
    char *id = hook_book(bench);
    hook_wait(bench, 1);
    for (size_t i = 0; i < 5; i++) {
        hook_hand(bench, "fault booking.updated %s", kinds[i]);
        hook_hand(bench, "app-comment %s %s", id, kinds[i]);
        hook_wait(bench, 2 * i + 3);
        const struct heard *bad = bench->heard[2 * i + 1];
        int64_t age_s;
        assert_true_letter(bench, bench->heard[2 * i + 2]); // the true one follows
        assert_int_equal(well_signed(bench, bad, &age_s), i != 0);
        assert_int_equal(age_s > 3500, i == 1);
        assert_int_equal(bad->json == NULL, i == 3);
        assert_int_equal(bad->size > 64 * 1024, i == 4);
        assert_int_equal(i == 2, bad->json != NULL &&
                                     strcmp(hook_text(bad->json, "company_id"), "550001") != 0);
    }
    // By hand only the spoiled one leaves, once, whatever it is answered.
    bench->statuses[0] = 401;
    memset(bench->heard, 0, sizeof bench->heard);
    bench->count = 0;
    bench->status_count = 1;
    hook_hand(bench, "hook %s cancelled --as forged", id);
    hook_wait(bench, 1);
    hook_hand(bench, "hook %s updated --as doubled", id);
    hook_wait(bench, 3);
    assert_string_equal(bench->heard[0]->event, "booking.cancelled");
    assert_string_equal(bench->heard[1]->event, "booking.updated");
    assert_string_equal(bench->heard[2]->id, bench->heard[1]->id);
    const struct zp_json *day =
        zp_json_get(hook_hand(bench, "bookings --date 2026-11-24"), "bookings");
    assert_true(zp_json_count(day) > 5);
    assert_int_equal(hook_number(hook_hand(bench, "hook all updated --date 2026-11-24"), "count"),
                     zp_json_count(day));
    hook_wait(bench, 3 + zp_json_count(day));
    assert_true(hook_hand_fails(bench, "hook 1 updated"));
    assert_true(hook_hand_fails(bench, "hook 852900001 updated --as late"));
}

static void test_faults_on_the_way(void **state) {
    struct hook_bench *bench = *state;
    char *id = hook_book(bench);
    hook_wait(bench, 1);
    hook_hand(bench, "fault hooks dropped");
    hook_hand(bench, "app-comment %s dropped", id);
    hook_hand(bench, "fault hooks doubled");
    hook_hand(bench, "app-comment %s doubled", id);
    hook_wait(bench, 3);
    assert_string_equal(hook_text(zp_json_get(bench->heard[1]->json, "booking"), "comment"),
                        "doubled");
    assert_string_equal(bench->heard[1]->id, bench->heard[2]->id);
    hook_hand(bench, "fault hooks reordered");
    hook_hand(bench, "app-comment %s first", id);
    hook_hand(bench, "app-comment %s second", id);
    hook_wait(bench, 5);
    assert_string_equal(hook_text(zp_json_get(bench->heard[3]->json, "booking"), "comment"),
                        "second");
    assert_string_equal(hook_text(zp_json_get(bench->heard[4]->json, "booking"), "comment"),
                        "first");
    hook_hand(bench, "fault hooks delayed --ms 400");
    hook_hand(bench, "app-comment %s slow", id);
    int64_t told = zp_clock_boot_ms();
    hook_hand(bench, "app-comment %s quick", id);
    assert_string_equal(hook_text(zp_json_get(hook_wait(bench, 6)->json, "booking"), "comment"),
                        "quick");
    assert_true(hook_wait(bench, 7)->at_ms - told >= 390);
    hook_hand(bench, "fault hooks burst --count 3");
    hook_hand(bench, "app-comment %s one", id);
    hook_hand(bench, "app-comment %s two", id);
    const struct zp_json *waiting =
        zp_json_get(zp_json_get(hook_hand(bench, "hooks"), "hooks"), "waiting");
    int held_count = 0;
    for (size_t i = 0; i < zp_json_count(waiting); i++) {
        bool held = false;
        (void)zp_json_bool(zp_json_get(zp_json_at(waiting, i), "held"), &held);
        held_count += held ? 1 : 0;
    }
    assert_int_equal(held_count, 2);
    hook_hand(bench, "app-comment %s three", id);
    hook_wait(bench, 10);
    // What was held back leaves when the faults are cleared.
    hook_hand(bench, "fault hooks reordered --count 0");
    hook_hand(bench, "app-comment %s held", id);
    hook_hand(bench, "fault clear");
    hook_wait(bench, 11);
    // A fault of calls is none of hooks.
    hook_hand(bench, "fault * 500");
    hook_hand(bench, "app-comment %s untouched", id);
    hook_wait(bench, 12);
    const struct zp_json *faults = zp_json_get(hook_hand(bench, "fault list"), "faults");
    assert_int_equal(zp_json_count(faults), 1);
    const struct zp_json *log = zp_json_get(hook_hand(bench, "log --server hooks"), "requests");
    assert_string_equal(hook_text(zp_json_at(log, 1), "fault"), "dropped");
    assert_string_equal(hook_text(zp_json_at(log, 2), "fault"), "doubled");
}

int main(void) {
#define HOOK_TEST(test) cmocka_unit_test_setup_teardown(test, hook_setup, hook_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        HOOK_TEST(test_every_change_is_told),
        HOOK_TEST(test_the_api_is_told_too),
        HOOK_TEST(test_each_part_of_a_split_visit_is_told),
        HOOK_TEST(test_schemes),
        HOOK_TEST(test_it_comes_again_until_it_is_taken),
        HOOK_TEST(test_nobody_listens),
        HOOK_TEST(test_spoiled_copies),
        HOOK_TEST(test_faults_on_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
