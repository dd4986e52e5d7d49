// What a practice server answers, as a value: the two servers make it, the layer in front of them
// (serve.c) logs it, spoils it when a fault is due, and sends it.
#ifndef ZP_PRACTICE_ANSWER_H
#define ZP_PRACTICE_ANSWER_H

#include "net/httpd.h"
#include <stddef.h>
#include <zapis/json.h>
#include <zapis/memory.h>

#define ZP_ANSWER_HEADERS 12

struct zp__answer {
    int status;
    const char *content_type; // NULL: none
    const char *body;         // owned by the answer; NULL: none
    size_t size;
    struct zp__httpd_header headers[ZP_ANSWER_HEADERS + 1]; // ends at name NULL
    size_t header_count;
};

// One request under a server's root in, one answer out, on zp__httpd_context(request). Everything
// that the call changes is changed when it returns; whether the asker ever hears of it is decided
// later.
typedef struct zp__answer *(*zp__answer_fn)(struct zp_httpd_request *request, void *data);

// An answer with a body of text (copied; NULL: none).
struct zp__answer *zp__answer_new(TALLOC_CTX *ctx, int status, const char *content_type,
                                  const char *body);
// "application/json; charset=utf-8", UTF-8 as it is. Frees nothing of `json`.
struct zp__answer *zp__answer_json(TALLOC_CTX *ctx, int status, const struct zp_json *json);
// The same in PHP's spelling: \uXXXX and "\/".
struct zp__answer *zp__answer_json_php(TALLOC_CTX *ctx, int status, const struct zp_json *json);
// Adds a header (copied). At most ZP_ANSWER_HEADERS.
void zp__answer_header(struct zp__answer *answer, const char *name, const char *value);

#endif
