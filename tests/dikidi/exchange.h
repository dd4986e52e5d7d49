// A hand-written exchange as a call of the real client: which call a request stands for, and
// whether what was sent is that request.
#ifndef DIKIDI_EXCHANGE_H
#define DIKIDI_EXCHANGE_H

#include "bench.h"

// Starts the call whose request this is, on a client configured for it (key, scheme, paths).
void exchange_call(struct bench *bench, TALLOC_CTX *ctx, const char *request, struct heard *heard);
// Method, path, query ("limit" apart, which is the client's choice), headers and body.
void exchange_same_request(TALLOC_CTX *ctx, const char *expected, const char *sent);
const char *exchange_body(const char *message);

#endif
