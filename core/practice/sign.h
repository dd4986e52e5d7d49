// Signatures of Dikidi's webhooks. Only sign.c knows the library behind them; the receiver has code
// of its own, so that a misreading on one side shows.
#ifndef ZP_PRACTICE_SIGN_H
#define ZP_PRACTICE_SIGN_H

#include <stddef.h>
#include <zapis/memory.h>

// HMAC-SHA256 of two texts one after the other, in lower-case hexadecimal digits.
char *zp__sign_hex(TALLOC_CTX *ctx, const char *secret, const char *head, const char *body,
                   size_t body_size);
// The same in base64, padded.
char *zp__sign_base64(TALLOC_CTX *ctx, const char *secret, const char *head, const char *body,
                      size_t body_size);

#endif
