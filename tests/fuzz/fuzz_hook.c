// A webhook of Dikidi in each scheme: the header's value, the byte 0x1E, the body. What is let
// through was signed; what is read of a signed body is what it says, and clean.
#include "answers.h"
#include "base/memory.h"
#include "dikidi/hook.h"
#include "dikidi/verify.h"
#include "fuzz.h"

#include <string.h>

#define NOW    1795510800
#define SECRET "the salon's secret"
#define URL    "https://salon.example"

static const char *const SCHEMES[] = {"timestamped-hex", "body-hex", "url-body-base64"};

static void check_schemes(const char *header, const char *body, size_t size) {
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct zp__verifier *verifier = zp__verifier_new(ctx, SCHEMES[i], SECRET, "", URL);
        FUZZ_CHECK(verifier != NULL);
        // The secret is in no corpus, and 32 bytes are not found by chance.
        FUZZ_CHECK(zp__verify_signature(verifier, header, body, size, NOW) != ZP_VERDICT_GOOD);
        FUZZ_CHECK(zp__verify_signature(verifier, NULL, body, size, NOW) == ZP_VERDICT_MISSING);
        talloc_free(ctx);
    }
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__verifier *path = zp__verifier_new(ctx, "secret-path", SECRET, "", URL);
    FUZZ_CHECK(path != NULL && zp__verify_secret(path, SECRET) == ZP_VERDICT_GOOD);
    if (strcmp(header, SECRET) != 0)
        FUZZ_CHECK(zp__verify_secret(path, header) != ZP_VERDICT_GOOD);
    talloc_free(ctx);
}

// The same bytes, rightly signed, are let through; with one bit changed they are not.
static void check_signed(TALLOC_CTX *ctx, const char *body, size_t size) {
    unsigned char digest[ZP__VERIFY_DIGEST];
    char header[2 * ZP__VERIFY_DIGEST + 1];
    struct zp__verifier *verifier = zp__verifier_new(ctx, "body-hex", SECRET, "", URL);

    zp__verify_hmac(SECRET, strlen(SECRET), body, size, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(header + 2 * i, 3, "%02x", digest[i]);
    FUZZ_CHECK(zp__verify_signature(verifier, header, body, size, NOW) == ZP_VERDICT_GOOD);
    header[7] = header[7] == '0' ? '1' : '0';
    FUZZ_CHECK(zp__verify_signature(verifier, header, body, size, NOW) == ZP_VERDICT_FORGED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct zp_config *config;
    if (config == NULL)
        config = fuzz_config(NULL);
    TALLOC_CTX *ctx = talloc_new(NULL);
    const uint8_t *end = size > 0 ? memchr(data, ANSWERS_END, size) : NULL;
    const size_t head = end != NULL ? (size_t)(end - data) : 0, skip = end != NULL ? head + 1 : 0;
    char *header = talloc_strndup(ctx, (const char *)data, head);
    char *body = talloc_size(ctx, size - skip + 1);
    FUZZ_CHECK(header != NULL && body != NULL);
    memcpy(body, data + skip, size - skip);
    body[size - skip] = '\0';

    check_schemes(header, body, size - skip);
    check_signed(ctx, body, size - skip);
    struct zp__dikidi_hook hook = {0};
    if (zp__dikidi_hook_read(ctx, config->zone, body, size - skip, header, &hook)) {
        FUZZ_CHECK(fuzz_is_clean(hook.id) && fuzz_is_clean(hook.event));
        FUZZ_CHECK(fuzz_is_clean(hook.company_id) && fuzz_is_clean(hook.booking_id));
        FUZZ_CHECK(!hook.known || hook.booking_id != NULL);
        FUZZ_CHECK(hook.version >= 0);
    }
    talloc_free(ctx);
    return 0;
}
