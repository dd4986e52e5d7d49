// Who sent a hook. The digests here were computed by Python's hmac, and those of RFC 4231 are its
// own.
#include "dikidi/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECRET   "whsec_5f1d7c3a9e"
#define PREVIOUS "old-secret-0042"
#define NOW      INT64_C(1790229600)
#define T        "1790229600"
#define SIGNED   "0841c002570ffd8ae6c13ce69bea636c1fb7d30340a703539f3999c5fea673ef"
#define FORMER   "c619696a250b5717e1017f41fb89ab8a76e1358dc82344bdfebb733fc8594fbb"
#define EMPTY    "f6cb365fa56030fbfa5efc7b8b63cc0a91a72faf8fc5e4d3e0d971322f10cb65" // with the key ""
#define ZERO_T                                                                                     \
    "1ceb844e956e16d14bd93b0f9c00985446cd37e6e8e12246ee752993fb1b6477" // of "01790229600"
#define BODY_HEX "c84e5c7511c5b033129f23742a6567f72cfc33b25d50c9c176ac9b10b9948409"
#define BODY_OLD "a5d33cd778611eba4f09704c073040609e01ba7a6246b06a947414d984737dda"
#define URL_SIGN "7xbEKIM74zQHjgWVGy2SOaHI/Qz2RtHQfjxpLCh/gdw="
#define URL_OLD  "j8h4vP34ajHQyKk/Kzxkzfs9/WbYip0OKdahYo48AQQ="

static const char body[] =
    "{\"id\":\"evt_01J\",\"event\":\"booking.updated\",\"company_id\":\"550001\",\"booking\":{"
    "\"id\":\"852900001\"},\"note\":\"Маникюр\"}";
#define SIZE (sizeof body - 1)

static struct zp__verifier *both(const char *scheme) {
    return zp__verifier_new(NULL, scheme, SECRET, PREVIOUS, "https://zapis.example/salon/");
}

static void test_rfc_4231(void **state) {
    (void)state;
    static const struct {
        int key_byte, key_size; // key_byte -1: the bytes 1, 2, 3 …; -2: "Jefe"
        const char *data;       // NULL: data_byte fifty times
        int data_byte;
        const char *digest;
    } cases[] = {
        {0x0b, 20, "Hi There", 0,
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {-2, 4, "what do ya want for nothing?", 0,
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xaa, 20, NULL, 0xdd, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {-1, 25, NULL, 0xcd, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {0xaa, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 0,
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, 131,
         "This is a test using a larger than block-size key and a larger than block-size data. The "
         "key needs to be hashed before being used by the HMAC algorithm.",
         0, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char key[131], data[50], digest[ZP__VERIFY_DIGEST];
        char hex[2 * ZP__VERIFY_DIGEST + 1];
        for (int k = 0; k < cases[i].key_size; k++) {
            key[k] = cases[i].key_byte == -1   ? (unsigned char)(k + 1)
                     : cases[i].key_byte == -2 ? (unsigned char)"Jefe"[k]
                                               : (unsigned char)cases[i].key_byte;
        }
        memset(data, cases[i].data_byte, sizeof data);
        zp__verify_hmac(key, (size_t)cases[i].key_size,
                        cases[i].data ? cases[i].data : (char *)data,
                        cases[i].data ? strlen(cases[i].data) : sizeof data, digest);
        for (size_t k = 0; k < ZP__VERIFY_DIGEST; k++) {
            snprintf(hex + 2 * k, 3, "%02x", digest[k]);
        }
        assert_string_equal(hex, cases[i].digest);
    }
}

static void test_a_timestamped_signature(void **state) {
    (void)state;
    struct zp__verifier *verifier = both("timestamped-hex");
    static const struct {
        const char *signature;
        int64_t now;
        enum zp__verdict verdict;
    } cases[] = {
        {"t=" T ",v1=" SIGNED, NOW, ZP_VERDICT_GOOD},
        {"t=" T ",v1=" FORMER, NOW, ZP_VERDICT_GOOD},
        {"v1=" SIGNED ", t=" T, NOW, ZP_VERDICT_GOOD},
        {"t=" T ",v1=" EMPTY ",v0=x,v1=" SIGNED, NOW, ZP_VERDICT_GOOD},
        {"t=" T ",v1=0841C002570FFD8AE6C13CE69BEA636C1FB7D30340A703539F3999C5FEA673EF", NOW,
         ZP_VERDICT_GOOD},
        {"t=0" T ",v1=" ZERO_T, NOW, ZP_VERDICT_GOOD}, // what stands there is what is signed
        {"t=" T ",v1=" SIGNED, NOW + 300, ZP_VERDICT_GOOD},
        {"t=" T ",v1=" SIGNED, NOW + 301, ZP_VERDICT_STALE},
        {"t=" T ",v1=" SIGNED, NOW - 300, ZP_VERDICT_GOOD},
        {"t=" T ",v1=" SIGNED, NOW - 301, ZP_VERDICT_STALE},
        {"t=" T ",v1=" EMPTY, NOW, ZP_VERDICT_FORGED},
        {"t=1790229601,v1=" SIGNED, NOW, ZP_VERDICT_FORGED},
        {"t=0" T ",v1=" SIGNED, NOW, ZP_VERDICT_FORGED},
        {"t=" T ",v1=" BODY_HEX, NOW, ZP_VERDICT_FORGED}, // of another scheme
        {"t=" T ",v1=1841c002570ffd8ae6c13ce69bea636c1fb7d30340a703539f3999c5fea673ef", NOW,
         ZP_VERDICT_FORGED},
        {"t=" T ",t=" T ",v1=" SIGNED, NOW, ZP_VERDICT_MISSING},
        {"t=" T, NOW, ZP_VERDICT_MISSING},
        {"v1=" SIGNED, NOW, ZP_VERDICT_MISSING},
        {"t=,v1=" SIGNED, NOW, ZP_VERDICT_MISSING},
        {"t=-1,v1=" SIGNED, NOW, ZP_VERDICT_MISSING},
        {"t=1790229600000000,v1=" SIGNED, NOW, ZP_VERDICT_MISSING},
        {"t=" T ",v1=" SIGNED "00", NOW, ZP_VERDICT_MISSING},
        {"t=" T ",v1=", NOW, ZP_VERDICT_MISSING},
        {"t=" T ",v0=" SIGNED, NOW, ZP_VERDICT_MISSING},
        {SIGNED, NOW, ZP_VERDICT_MISSING},
        {",,=,", NOW, ZP_VERDICT_MISSING},
        {"", NOW, ZP_VERDICT_MISSING},
        {NULL, NOW, ZP_VERDICT_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum zp__verdict verdict =
            zp__verify_signature(verifier, cases[i].signature, body, SIZE, cases[i].now);
        if (verdict != cases[i].verdict) {
            fail_msg("%s: %s", cases[i].signature ? cases[i].signature : "(none)",
                     zp__verdict_name(verdict));
        }
    }
    assert_int_equal(zp__verify_signature(verifier, "t=" T ",v1=" SIGNED, body, SIZE - 1, NOW),
                     ZP_VERDICT_FORGED);
    talloc_free(verifier);
}

static void test_a_signature_of_the_body(void **state) {
    (void)state;
    struct zp__verifier *verifier = both("body-hex");
    static const struct {
        const char *signature;
        enum zp__verdict verdict;
    } cases[] = {
        {BODY_HEX, ZP_VERDICT_GOOD},
        {"sha256=" BODY_HEX, ZP_VERDICT_GOOD},
        {BODY_OLD, ZP_VERDICT_GOOD},
        {SIGNED, ZP_VERDICT_FORGED},
        {BODY_HEX "0", ZP_VERDICT_MISSING},
        {"sha256=", ZP_VERDICT_MISSING},
        {"sha1=" BODY_HEX, ZP_VERDICT_MISSING},
        {"", ZP_VERDICT_MISSING},
        {NULL, ZP_VERDICT_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        // No time is signed: any clock will do.
        assert_int_equal(zp__verify_signature(verifier, cases[i].signature, body, SIZE, 1),
                         cases[i].verdict);
    }
    talloc_free(verifier);
}

static void test_a_signature_of_address_and_body(void **state) {
    (void)state;
    struct zp__verifier *verifier = both("url-body-base64");
    assert_int_equal(zp__verify_signature(verifier, URL_SIGN, body, SIZE, 1), ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_signature(verifier, URL_OLD, body, SIZE, 1), ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_signature(verifier, "8" URL_SIGN, body, SIZE, 1),
                     ZP_VERDICT_MISSING);
    assert_int_equal(zp__verify_signature(
                         verifier, "7xbEKIM74zQHjgWVGy2SOaHI/Qz2RtHQfjxpLCh/gdx=", body, SIZE, 1),
                     ZP_VERDICT_FORGED);
    talloc_free(verifier);
    // Another address is another signature; no address, no verifying.
    verifier =
        zp__verifier_new(NULL, "url-body-base64", SECRET, NULL, "https://other.example/salon");
    assert_int_equal(zp__verify_signature(verifier, URL_SIGN, body, SIZE, 1), ZP_VERDICT_FORGED);
    talloc_free(verifier);
    assert_null(zp__verifier_new(NULL, "url-body-base64", SECRET, NULL, ""));
    assert_null(zp__verifier_new(NULL, "url-body-base64", SECRET, NULL, "/"));
}

static void test_a_secret_given_as_it_is(void **state) {
    (void)state;
    struct zp__verifier *verifier = both("secret-path");
    assert_true(zp__verifier_in_path(verifier));
    assert_int_equal(zp__verify_secret(verifier, SECRET), ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_secret(verifier, PREVIOUS), ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_secret(verifier, SECRET "x"), ZP_VERDICT_FORGED);
    assert_int_equal(zp__verify_secret(verifier, "whsec_5f1d7c3a9"), ZP_VERDICT_FORGED);
    assert_int_equal(zp__verify_secret(verifier, "W"), ZP_VERDICT_FORGED);
    assert_int_equal(zp__verify_secret(verifier, ""), ZP_VERDICT_MISSING);
    assert_int_equal(zp__verify_secret(verifier, NULL), ZP_VERDICT_MISSING);
    // A signature is none here.
    assert_int_equal(zp__verify_signature(verifier, BODY_HEX, body, SIZE, NOW), ZP_VERDICT_MISSING);
    talloc_free(verifier);
    verifier = zp__verifier_new_plain(NULL, SECRET);
    assert_false(zp__verifier_in_path(verifier));
    assert_int_equal(zp__verify_secret(verifier, SECRET), ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_secret(verifier, PREVIOUS), ZP_VERDICT_FORGED);
    talloc_free(verifier);
}

static void test_equality_with_empty_never_holds(void **state) {
    (void)state;
    assert_null(zp__verifier_new_plain(NULL, NULL));
    assert_null(zp__verifier_new_plain(NULL, ""));
    assert_null(zp__verifier_new(NULL, "timestamped-hex", "", "", ""));
    assert_null(zp__verifier_new(NULL, "body-hex", NULL, NULL, NULL));
    // An empty secret beside a real one does not count either.
    struct zp__verifier *verifier = zp__verifier_new(NULL, "timestamped-hex", SECRET, "", "");
    assert_int_equal(zp__verify_signature(verifier, "t=" T ",v1=" SIGNED, body, SIZE, NOW),
                     ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_signature(verifier, "t=" T ",v1=" EMPTY, body, SIZE, NOW),
                     ZP_VERDICT_FORGED);
    talloc_free(verifier);
    // While a secret is being replaced the former alone may be set.
    verifier = zp__verifier_new(NULL, "timestamped-hex", NULL, PREVIOUS, "");
    assert_int_equal(zp__verify_signature(verifier, "t=" T ",v1=" FORMER, body, SIZE, NOW),
                     ZP_VERDICT_GOOD);
    assert_int_equal(zp__verify_signature(verifier, "t=" T ",v1=" SIGNED, body, SIZE, NOW),
                     ZP_VERDICT_FORGED);
    talloc_free(verifier);
}

static void test_the_id_of_a_body(void **state) {
    (void)state;
    char *id = zp__verify_body_id(NULL, body, SIZE);
    assert_string_equal(id,
                        "sha256:0f9a560b2ceeb71e6c6997f307fc3633fdf002d08a5ec9f7f11ba9df36200ff9");
    talloc_free(id);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_4231),
        cmocka_unit_test(test_a_timestamped_signature),
        cmocka_unit_test(test_a_signature_of_the_body),
        cmocka_unit_test(test_a_signature_of_address_and_body),
        cmocka_unit_test(test_a_secret_given_as_it_is),
        cmocka_unit_test(test_equality_with_empty_never_holds),
        cmocka_unit_test(test_the_id_of_a_body),
    };
    return cmocka_run_group_tests_name("receiver_verify", tests, NULL, NULL);
}
