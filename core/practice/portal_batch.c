// batch: up to 50 commands in one request, with references between them (bitrix24.md 4).
#include "practice/portal_internal.h"

#include <ctype.h>

#define MOST_COMMANDS 50

struct maps {
    struct zp__php *result, *error, *total, *next, *time;
};

static const struct zp__php *map_of(const struct maps *maps, const char *name, size_t size) {
    static const char *const names[] = {"result", "result_error", "result_total", "result_next",
                                        "result_time"};
    const struct zp__php *const all[] = {maps->result, maps->error, maps->total, maps->next,
                                         maps->time};
    for (size_t i = 0; i < 5; i++) {
        if (strlen(names[i]) == size && strncmp(names[i], name, size) == 0)
            return all[i];
    }
    return NULL;
}

// Reads one reference "$result[key][0]" at `text`; *end is what follows it. A path that is not
// there stops where it last was. NULL: no reference.
static const struct zp__php *follow(const struct maps *maps, TALLOC_CTX *ctx, const char *text,
                                    const char **end) {
    if (*text != '$')
        return NULL;
    size_t size = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_");
    const struct zp__php *at = map_of(maps, text + 1, size);
    const char *next = text + 1 + size;
    if (at == NULL || *next != '[')
        return NULL;
    bool lost = false;
    while (*next == '[' && strchr(next, ']') != NULL) {
        const char *close = strchr(next, ']');
        char *key = zp__portal_need(talloc_strndup(ctx, next + 1, (size_t)(close - next) - 1));
        const struct zp__php *deeper = lost ? NULL : zp__php_get(at, key);
        lost = lost || deeper == NULL;
        at = deeper == NULL ? at : deeper;
        next = close + 1;
    }
    *end = next;
    return at;
}

static struct zp__php *resolve(const struct maps *maps, TALLOC_CTX *ctx,
                               const struct zp__php *value) {
    if (value->type == ZP_PHP_ARRAY) {
        struct zp__php *copy = zp__php_new_array(ctx);
        for (size_t i = 0; i < value->count; i++)
            zp__php_put(copy, value->items[i]->key, resolve(maps, copy, value->items[i]));
        return copy;
    }
    if (value->type != ZP_PHP_STRING || strchr(value->text, '$') == NULL)
        return zp__php_copy(ctx, value);
    const char *end = NULL;
    const struct zp__php *whole = follow(maps, ctx, value->text, &end);
    if (whole != NULL && *end == '\0')
        return zp__php_copy(ctx, whole); // the type stays
    char *text = zp__portal_need(talloc_strdup(ctx, ""));
    for (const char *at = value->text; *at != '\0';) {
        const struct zp__php *found = follow(maps, ctx, at, &end);
        const char *scalar = zp__php_text(ctx, found);
        if (found != NULL && scalar != NULL) {
            text = zp__portal_need(talloc_strdup_append(text, scalar));
            at = end;
        } else {
            text = zp__portal_need(talloc_strndup_append(text, at, 1));
            at++;
        }
    }
    struct zp__php *resolved = zp__php_new_string(ctx, text);
    return resolved;
}

static void put_error(struct maps *maps, const char *key, const char *code, const char *text) {
    struct zp__php *error = zp__php_put_array(maps->error, key);
    zp__php_put_string(error, "error", code);
    zp__php_put_string(error, "error_description", text);
}

// One command "method?query". False: it failed.
static bool run_one(struct zp__portal_call *batch, struct maps *maps, const char *key,
                    const char *command) {
    int64_t started_at_ms = zp_clock_now_ms(&batch->portal->clock);
    int64_t started_ns = zp__portal_monotonic_ns();
    size_t fragment = strcspn(command, "#"); // what follows is cut, as in any address
    size_t question = strcspn(command, "?#");
    char *method = zp__portal_need(talloc_strndup(batch->ctx, command, question));
    for (char *at = method; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    if (strcmp(method, "batch") == 0) {
        put_error(maps, key, "ERROR_BATCH_METHOD_NOT_ALLOWED",
                  "Method is not allowed for batch usage");
        return false;
    }
    struct zp__php *given = zp__php_new_array(batch->ctx);
    if (question < fragment)
        zp__portal_params_form(given, command + question + 1, fragment - question - 1);
    struct zp__portal_call call = {.portal = batch->portal,
                                   .ctx = batch->ctx,
                                   .method = method,
                                   .params = resolve(maps, batch->ctx, given)};
    zp__portal_run(&call);
    if (call.status != 0) {
        put_error(maps, key, call.code, call.text);
        return false;
    }
    zp__php_put(maps->result, key,
                call.result == NULL ? zp__php_new_null(maps->result) : call.result);
    if (call.total >= 0)
        zp__php_put_int(maps->total, key, call.total);
    if (call.next >= 0)
        zp__php_put_int(maps->next, key, call.next);
    zp__php_put(maps->time, key,
                zp__portal_time(batch->portal, maps->time, method, started_at_ms, started_ns));
    return true;
}

static bool truth(TALLOC_CTX *ctx, const struct zp__php *value) {
    const char *text = zp__php_text(ctx, value);
    return !zp__php_empty(value) && (text == NULL || strcasecmp(text, "false") != 0);
}

static void batch(struct zp__portal_call *call) {
    const struct zp__php *commands = zp__php_get(call->params, "cmd");
    bool halt = truth(call->ctx, zp__php_get(call->params, "halt"));
    call->result = zp__php_new_array(call->ctx);
    struct maps maps;
    maps.result = zp__php_put_array(call->result, "result");
    maps.error = zp__php_put_array(call->result, "result_error");
    maps.total = zp__php_put_array(call->result, "result_total");
    maps.next = zp__php_put_array(call->result, "result_next");
    maps.time = zp__php_put_array(call->result, "result_time");
    for (size_t i = 0; zp__php_is_array(commands) && i < commands->count; i++) {
        const struct zp__php *command = commands->items[i];
        if (i >= MOST_COMMANDS)
            put_error(&maps, command->key, "ERROR_BATCH_LENGTH_EXCEEDED",
                      "Max batch length exceeded");
        else if (command->type == ZP_PHP_STRING &&
                 !run_one(call, &maps, command->key, command->text) && halt)
            break;
    }
}

const struct zp__portal_method zp__portal_batch_methods[] = {
    {"batch", batch, 0},
    {NULL, NULL, 0},
};
