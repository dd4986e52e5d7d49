// Who sent a hook: HMAC-SHA256 over the raw bytes, in constant time (dikidi-api.md "Webhooks").
// With bitrix24's own files this is the only place that knows OpenSSL.
//
// What each scheme signs, and where the signature stands:
//   timestamped-hex  X-Dikidi-Signature: t=SECONDS,v1=HEX; signed: SECONDS "." BODY. Several v1 are
//                    allowed (a sender that changes its secret); SECONDS at most 300 s off.
//   body-hex         X-Dikidi-Signature: HEX, or sha256=HEX; signed: BODY.
//   url-body-base64  X-Dikidi-Signature: BASE64; signed: URL BODY, with nothing between, where URL
//   is
//                    the address as the sender has it: serve.public_url + "/hooks/dikidi".
//   secret-path      nothing is signed: the last part of the path is the secret itself.
#ifndef ZP_DIKIDI_VERIFY_H
#define ZP_DIKIDI_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>

#define ZP__VERIFY_WINDOW_S 300

// A secret, and the one it replaces. Also used for the plain secrets of Bitrix24.
struct zp__verifier;

enum zp__verdict {
    ZP_VERDICT_GOOD,
    ZP_VERDICT_MISSING, // no signature, or nothing that could be one
    ZP_VERDICT_FORGED,
    ZP_VERDICT_STALE, // well signed, but its time is too far from ours
};
const char *zp__verdict_name(enum zp__verdict verdict); // "good", "missing", "forged", "stale"

// scheme: as the configuration has it. secret and previous may be NULL or ""; NULL when neither is
// set, and for url-body-base64 without a public_url: then nothing can be verified. public_url: with
// or without a slash at its end.
struct zp__verifier *zp__verifier_new(TALLOC_CTX *ctx, const char *scheme, const char *secret,
                                      const char *previous, const char *public_url);
// One secret that is given as it is (token, key, path).
struct zp__verifier *zp__verifier_new_plain(TALLOC_CTX *ctx, const char *secret);

// Is the secret a part of the path in this scheme?
bool zp__verifier_in_path(const struct zp__verifier *verifier);

// Of a signed scheme. signature: the header's value, NULL when absent. now: UTC seconds.
enum zp__verdict zp__verify_signature(const struct zp__verifier *verifier, const char *signature,
                                      const char *body, size_t size, int64_t now);
// A secret given as it is; NULL and "" are never right. Neither its length nor how far it is right
// can be told from the time this takes.
enum zp__verdict zp__verify_secret(const struct zp__verifier *verifier, const char *given);

#define ZP__VERIFY_DIGEST 32
// HMAC-SHA256 of `data`; any key size.
void zp__verify_hmac(const void *key, size_t key_size, const void *data, size_t size,
                     unsigned char out[ZP__VERIFY_DIGEST]);
// "sha256:" and the hex digest of a body: the event id of a hook that has none.
char *zp__verify_body_id(TALLOC_CTX *ctx, const char *body, size_t size);

#endif
