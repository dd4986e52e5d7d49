#include "practice/answer.h"

#include <zapis/error.h>

struct zp__answer *zp__answer_new(TALLOC_CTX *ctx, int status, const char *content_type,
                                  const char *body) {
    struct zp__answer *answer = talloc_zero(ctx, struct zp__answer);
    if (answer == NULL)
        zp_panic("out of memory");
    answer->status = status;
    if (content_type != NULL) {
        answer->content_type = talloc_strdup(answer, content_type);
        if (answer->content_type == NULL)
            zp_panic("out of memory");
    }
    if (body != NULL) {
        answer->body = talloc_strdup(answer, body);
        if (answer->body == NULL)
            zp_panic("out of memory");
        answer->size = strlen(body);
    }
    return answer;
}

static struct zp__answer *of_text(TALLOC_CTX *ctx, int status, char *text) {
    struct zp__answer *answer =
        zp__answer_new(ctx, status, "application/json; charset=utf-8", NULL);
    answer->body = talloc_steal(answer, text);
    answer->size = strlen(text);
    return answer;
}

struct zp__answer *zp__answer_json(TALLOC_CTX *ctx, int status, const struct zp_json *json) {
    return of_text(ctx, status, zp_json_print(ctx, json));
}

struct zp__answer *zp__answer_json_php(TALLOC_CTX *ctx, int status, const struct zp_json *json) {
    return of_text(ctx, status, zp_json_print_php(ctx, json));
}

void zp__answer_header(struct zp__answer *answer, const char *name, const char *value) {
    if (answer->header_count == ZP_ANSWER_HEADERS)
        zp_panic("a practice answer has room for %d headers", ZP_ANSWER_HEADERS);
    struct zp__httpd_header *header = &answer->headers[answer->header_count++];
    header->name = talloc_strdup(answer, name);
    header->value = talloc_strdup(answer, value);
    if (header->name == NULL || header->value == NULL)
        zp_panic("out of memory");
}
