// A request's parameters as PHP hands them to a REST method (bitrix24.md 2.1): query, then form or
// JSON body over it. What cannot be read becomes nothing, without an error.
#include "practice/portal_internal.h"

#include <ctype.h>

#define FORM_PAIRS 2000 // of one request, PHP's max_input_vars and some

void zp__portal_params_form(struct zp__php *array, const char *text, size_t size) {
    struct zp__form_pair *pairs = NULL;
    size_t count = 0;
    TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
    if (zp__form_parse(scratch, text, size, FORM_PAIRS, &pairs, &count)) {
        for (size_t i = 0; i < count; i++)
            zp__php_put_form(array, pairs[i].name, pairs[i].value);
    }
    talloc_free(scratch);
}

// Whether a Content-Type names this media type, whatever parameters follow it.
static bool is_type(const char *content_type, const char *wanted) {
    size_t size = strlen(wanted);
    if (content_type == NULL || strncasecmp(content_type, wanted, size) != 0)
        return false;
    char after = content_type[size];
    return after == '\0' || after == ';' || isspace((unsigned char)after);
}

// The text between `from` and the next quote of a header's parameter, or NULL.
static char *quoted(TALLOC_CTX *ctx, const char *line, const char *line_end, const char *from) {
    size_t size = strlen(from);
    for (const char *at = line; at + size < line_end; at++) {
        if (strncasecmp(at, from, size) != 0 || (at > line && isalpha((unsigned char)at[-1])))
            continue;
        const char *end = memchr(at + size, '"', (size_t)(line_end - at) - size);
        return end == NULL
                   ? NULL
                   : zp__portal_need(talloc_strndup(ctx, at + size, (size_t)(end - at) - size));
    }
    return NULL;
}

// multipart/form-data: fields only; a file part is left out.
static void read_multipart(struct zp__php *array, const char *content_type, const char *body,
                           size_t size) {
    const char *at = strstr(content_type, "boundary=");
    if (at == NULL)
        return;
    at += strlen("boundary=");
    size_t length = *at == '"' ? strcspn(++at, "\"") : strcspn(at, "; ");
    char *mark = zp__portal_need(talloc_asprintf(array, "--%.*s", (int)length, at));
    size_t mark_size = strlen(mark);
    const char *end = body + size;
    const char *part = memmem(body, size, mark, mark_size);
    while (part != NULL) {
        part += mark_size;
        const char *next = memmem(part, (size_t)(end - part), mark, mark_size);
        const char *data = memmem(part, (size_t)(end - part), "\r\n\r\n", 4);
        if (next == NULL || data == NULL || data > next)
            break;
        char *name = quoted(array, part, data, "name=\"");
        char *file = quoted(array, part, data, "filename=\"");
        data += 4;
        if (name != NULL && file == NULL && next - data >= 2) {
            char *value = zp__portal_need(talloc_strndup(array, data, (size_t)(next - data) - 2));
            zp__php_put_form(array, name, value);
            talloc_free(value);
        }
        talloc_free(name);
        talloc_free(file);
        part = next;
    }
    talloc_free(mark);
}

static void merge(struct zp__php *into, const struct zp__php *over) {
    for (size_t i = 0; i < over->count; i++)
        zp__php_put(into, over->items[i]->key, zp__php_copy(into, over->items[i]));
}

struct zp__php *zp__portal_params(TALLOC_CTX *ctx, struct zp_httpd_request *request) {
    struct zp__php *params = zp__php_new_array(ctx);
    const char *query = zp__httpd_query(request);
    zp__portal_params_form(params, query, strlen(query));
    if (strcmp(zp__httpd_method(request), "POST") != 0)
        return params;
    size_t size = 0;
    const char *body = zp__httpd_body(request, &size);
    const char *type = zp__httpd_header(request, "Content-Type");
    struct zp__php *posted = zp__php_new_array(ctx);
    if (is_type(type, "application/x-www-form-urlencoded")) {
        zp__portal_params_form(posted, body, size);
    } else if (is_type(type, "multipart/form-data")) {
        read_multipart(posted, type, body, size);
    } else if (is_type(type, "application/json")) {
        const struct zp_json *json = zp_json_parse(ctx, body, size, NULL);
        struct zp__php *read = zp__php_from_json(ctx, json);
        if (zp__php_is_array(read))
            posted = read;
    }
    merge(params, posted);
    return params;
}
