#include "practice/sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <zapis/error.h>

#define DIGEST_BYTES 32

static void digest_of(const char *secret, const char *head, const char *body, size_t body_size,
                      unsigned char digest[DIGEST_BYTES]) {
    size_t head_size = strlen(head);
    unsigned char *bytes = talloc_array(NULL, unsigned char, head_size + body_size + 1);
    unsigned size = 0;
    if (bytes == NULL)
        zp_panic("out of memory");
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): bytes to be signed, no text
    memcpy(bytes, head, head_size);
    if (body_size > 0)
        memcpy(bytes + head_size, body, body_size);
    if (HMAC(EVP_sha256(), secret, (int)strlen(secret), bytes, head_size + body_size, digest,
             &size) == NULL ||
        size != DIGEST_BYTES)
        zp_panic("the signature library failed");
    talloc_free(bytes);
}

char *zp__sign_hex(TALLOC_CTX *ctx, const char *secret, const char *head, const char *body,
                   size_t body_size) {
    unsigned char digest[DIGEST_BYTES];
    char text[2 * DIGEST_BYTES + 1];
    digest_of(secret, head, body, body_size, digest);
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    char *copy = talloc_strdup(ctx, text);
    if (copy == NULL)
        zp_panic("out of memory");
    return copy;
}

char *zp__sign_base64(TALLOC_CTX *ctx, const char *secret, const char *head, const char *body,
                      size_t body_size) {
    unsigned char digest[DIGEST_BYTES];
    char text[4 * (DIGEST_BYTES / 3 + 1) + 1];
    digest_of(secret, head, body, body_size, digest);
    EVP_EncodeBlock((unsigned char *)text, digest, DIGEST_BYTES);
    char *copy = talloc_strdup(ctx, text);
    if (copy == NULL)
        zp_panic("out of memory");
    return copy;
}
