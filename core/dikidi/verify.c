#include "dikidi/verify.h"

#include "base/memory.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define HEX_SIZE    (ZP__VERIFY_DIGEST * 2)
#define BASE64_SIZE 44 // of 32 bytes
#define MAX_SECRETS 2
#define MAX_SIGNS   8  // signatures looked at in one header
#define TIME_DIGITS 12 // of t, seconds

enum scheme { TIMESTAMPED_HEX, BODY_HEX, URL_BODY_BASE64, SECRET_PATH, PLAIN };

// A context with its key is made once and copied for each use: half the price of making one.
struct secret {
    EVP_MAC_CTX *keyed;
    unsigned char itself[ZP__VERIFY_DIGEST]; // the HMAC of the secret under itself
};

struct zp__verifier {
    enum scheme scheme;
    char *url; // URL_BODY_BASE64: what is signed before the body
    struct secret secrets[MAX_SECRETS];
    size_t count;
};

struct part {
    const void *bytes;
    size_t size;
};

// ---- HMAC

static EVP_MAC_CTX *keyed_new(const void *key, size_t size) {
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac); // the context keeps it
    if (!context || EVP_MAC_init(context, key, size, params) != 1) {
        zp_panic("OpenSSL has no HMAC-SHA256");
    }
    return context;
}

static void sign(const EVP_MAC_CTX *keyed, const struct part *parts, size_t count,
                 unsigned char out[ZP__VERIFY_DIGEST]) {
    EVP_MAC_CTX *context = EVP_MAC_CTX_dup(keyed);
    size_t size = 0;
    bool done = context != NULL;
    for (size_t i = 0; i < count; i++) {
        done = done && EVP_MAC_update(context, parts[i].bytes, parts[i].size) == 1;
    }
    if (!done || EVP_MAC_final(context, out, &size, ZP__VERIFY_DIGEST) != 1 ||
        size != ZP__VERIFY_DIGEST) {
        zp_panic("an HMAC could not be made");
    }
    EVP_MAC_CTX_free(context);
}

void zp__verify_hmac(const void *key, size_t key_size, const void *data, size_t size,
                     unsigned char out[ZP__VERIFY_DIGEST]) {
    EVP_MAC_CTX *keyed = keyed_new(key, key_size);
    sign(keyed, &(struct part){data, size}, 1, out);
    EVP_MAC_CTX_free(keyed);
}

static void put_hex(const unsigned char *bytes, size_t size, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

char *zp__verify_body_id(TALLOC_CTX *ctx, const char *body, size_t size) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    unsigned length = 0;
    if (EVP_Digest(body, size, digest, &length, EVP_sha256(), NULL) != 1) {
        zp_panic("a SHA-256 could not be made");
    }
    put_hex(digest, length, hex);
    return zp__memory_printf(ctx, "sha256:%s", hex);
}

// ---- secrets

static int verifier_gone(struct zp__verifier *verifier) {
    for (size_t i = 0; i < verifier->count; i++) {
        EVP_MAC_CTX_free(verifier->secrets[i].keyed);
        OPENSSL_cleanse(verifier->secrets[i].itself, ZP__VERIFY_DIGEST);
    }
    return 0;
}

// An empty secret is none: equality with empty never holds.
static void add_secret(struct zp__verifier *verifier, const char *text) {
    if (!text || text[0] == '\0') {
        return;
    }
    struct secret *secret = &verifier->secrets[verifier->count++];
    secret->keyed = keyed_new(text, strlen(text));
    sign(secret->keyed, &(struct part){text, strlen(text)}, 1, secret->itself);
}

static enum scheme scheme_of(const char *name) {
    static const char *const names[] = {
        [TIMESTAMPED_HEX] = "timestamped-hex",
        [BODY_HEX] = "body-hex",
        [URL_BODY_BASE64] = "url-body-base64",
        [SECRET_PATH] = "secret-path",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (enum scheme)i;
        }
    }
    zp_panic("a webhook scheme that the configuration does not know");
}

static struct zp__verifier *verifier_new(TALLOC_CTX *ctx, enum scheme scheme, const char *secret,
                                         const char *previous) {
    struct zp__verifier *verifier = zp__memory_new(ctx, struct zp__verifier);
    talloc_set_destructor(verifier, verifier_gone);
    verifier->scheme = scheme;
    add_secret(verifier, secret);
    add_secret(verifier, previous);
    if (verifier->count == 0) {
        TALLOC_FREE(verifier);
    }
    return verifier;
}

struct zp__verifier *zp__verifier_new(TALLOC_CTX *ctx, const char *scheme, const char *secret,
                                      const char *previous, const char *public_url) {
    enum scheme found = scheme_of(scheme);
    size_t url_size = public_url ? strlen(public_url) : 0;
    while (url_size > 0 && public_url[url_size - 1] == '/') {
        url_size--;
    }
    if (found == URL_BODY_BASE64 && url_size == 0) {
        return NULL;
    }
    struct zp__verifier *verifier = verifier_new(ctx, found, secret, previous);
    if (verifier && found == URL_BODY_BASE64) {
        verifier->url = zp__memory_printf(verifier, "%.*s/hooks/dikidi", (int)url_size, public_url);
    }
    return verifier;
}

struct zp__verifier *zp__verifier_new_plain(TALLOC_CTX *ctx, const char *secret) {
    return verifier_new(ctx, PLAIN, secret, NULL);
}

bool zp__verifier_in_path(const struct zp__verifier *verifier) {
    return verifier->scheme == SECRET_PATH;
}

// ---- judging

const char *zp__verdict_name(enum zp__verdict verdict) {
    switch (verdict) {
    case ZP_VERDICT_GOOD: return "good";
    case ZP_VERDICT_MISSING: return "missing";
    case ZP_VERDICT_FORGED: return "forged";
    case ZP_VERDICT_STALE: return "stale";
    }
    return "forged";
}

static bool read_hex(const char *text, size_t size, unsigned char out[ZP__VERIFY_DIGEST]) {
    if (size != HEX_SIZE) {
        return false;
    }
    for (size_t i = 0; i < ZP__VERIFY_DIGEST; i++) {
        int high = OPENSSL_hexchar2int((unsigned char)text[2 * i]);
        int low = OPENSSL_hexchar2int((unsigned char)text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

// Every secret is tried against every signature: the time tells nothing of which was right.
static bool any_matches(const struct zp__verifier *verifier, const struct part *parts,
                        size_t part_count, const unsigned char given[][ZP__VERIFY_DIGEST],
                        size_t given_count) {
    bool match = false;
    for (size_t i = 0; i < verifier->count; i++) {
        unsigned char wanted[ZP__VERIFY_DIGEST];
        sign(verifier->secrets[i].keyed, parts, part_count, wanted);
        for (size_t k = 0; k < given_count; k++) {
            match |= CRYPTO_memcmp(wanted, given[k], ZP__VERIFY_DIGEST) == 0;
        }
    }
    return match;
}

struct timestamped {
    const char *t; // as it was signed
    size_t t_size;
    unsigned char signs[MAX_SIGNS][ZP__VERIFY_DIGEST];
    size_t count;
};

static bool read_member(const char *text, size_t size, struct timestamped *out) {
    if (size > 2 && strncmp(text, "t=", 2) == 0) {
        if (out->t || size - 2 > TIME_DIGITS || strspn(text + 2, "0123456789") < size - 2) {
            return false; // two times: which one was meant?
        }
        out->t = text + 2;
        out->t_size = size - 2;
    } else if (size > 3 && strncmp(text, "v1=", 3) == 0 && out->count < MAX_SIGNS) {
        out->count += read_hex(text + 3, size - 3, out->signs[out->count]);
    } // other members are of other versions
    return true;
}

// "t=1790229600,v1=HEX,v1=HEX"
static bool read_timestamped(const char *text, struct timestamped *out) {
    while (*text != '\0') {
        text += strspn(text, ", \t");
        size_t size = strcspn(text, ", \t");
        if (!read_member(text, size, out)) {
            return false;
        }
        text += size;
    }
    return out->t && out->count > 0;
}

static enum zp__verdict verify_timestamped(const struct zp__verifier *verifier,
                                           const char *signature, struct part body, int64_t now) {
    struct timestamped given = {0};
    if (!read_timestamped(signature, &given)) {
        return ZP_VERDICT_MISSING;
    }
    const struct part parts[] = {{given.t, given.t_size}, {".", 1}, body};
    if (!any_matches(verifier, parts, 3, given.signs, given.count)) {
        return ZP_VERDICT_FORGED;
    }
    int64_t off = strtoll(given.t, NULL, 10) - now;
    return off > ZP__VERIFY_WINDOW_S || off < -ZP__VERIFY_WINDOW_S ? ZP_VERDICT_STALE
                                                                   : ZP_VERDICT_GOOD;
}

static enum zp__verdict verify_body(const struct zp__verifier *verifier, const char *signature,
                                    struct part body) {
    unsigned char given[1][ZP__VERIFY_DIGEST];
    const char *hex = strncmp(signature, "sha256=", 7) == 0 ? signature + 7 : signature;
    if (!read_hex(hex, strlen(hex), given[0])) {
        return ZP_VERDICT_MISSING;
    }
    return any_matches(verifier, &body, 1, given, 1) ? ZP_VERDICT_GOOD : ZP_VERDICT_FORGED;
}

static enum zp__verdict verify_url(const struct zp__verifier *verifier, const char *signature,
                                   struct part body) {
    const struct part parts[] = {{verifier->url, strlen(verifier->url)}, body};
    bool match = false;
    if (strlen(signature) != BASE64_SIZE) {
        return ZP_VERDICT_MISSING;
    }
    for (size_t i = 0; i < verifier->count; i++) {
        unsigned char wanted[ZP__VERIFY_DIGEST];
        unsigned char text[BASE64_SIZE + 1];
        sign(verifier->secrets[i].keyed, parts, 2, wanted);
        EVP_EncodeBlock(text, wanted, ZP__VERIFY_DIGEST);
        match |= CRYPTO_memcmp(text, signature, BASE64_SIZE) == 0;
    }
    return match ? ZP_VERDICT_GOOD : ZP_VERDICT_FORGED;
}

enum zp__verdict zp__verify_signature(const struct zp__verifier *verifier, const char *signature,
                                      const char *body, size_t size, int64_t now) {
    const struct part part = {body, size};
    if (!signature || signature[0] == '\0') {
        return ZP_VERDICT_MISSING;
    }
    switch (verifier->scheme) {
    case TIMESTAMPED_HEX: return verify_timestamped(verifier, signature, part, now);
    case BODY_HEX: return verify_body(verifier, signature, part);
    case URL_BODY_BASE64: return verify_url(verifier, signature, part);
    case SECRET_PATH:
    case PLAIN: break;
    }
    return ZP_VERDICT_MISSING;
}

enum zp__verdict zp__verify_secret(const struct zp__verifier *verifier, const char *given) {
    bool match = false;
    if (!given || given[0] == '\0') {
        return ZP_VERDICT_MISSING;
    }
    for (size_t i = 0; i < verifier->count; i++) {
        const struct secret *secret = &verifier->secrets[i];
        unsigned char digest[ZP__VERIFY_DIGEST];
        sign(secret->keyed, &(struct part){given, strlen(given)}, 1, digest);
        match |= CRYPTO_memcmp(digest, secret->itself, ZP__VERIFY_DIGEST) == 0;
    }
    return match ? ZP_VERDICT_GOOD : ZP_VERDICT_FORGED;
}
