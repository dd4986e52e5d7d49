#include "practice/fault.h"

#include <fnmatch.h>

static const struct {
    enum zp__fault_kind kind;
    const char *name;
    bool runs;
} KINDS[] = {
    {ZP_FAULT_NONE, "none", true},
    {ZP_FAULT_DELAY, "delay", true},
    {ZP_FAULT_DROP_BEFORE, "drop-before", false},
    {ZP_FAULT_DROP_AFTER, "drop-after", true},
    {ZP_FAULT_500, "500", false},
    {ZP_FAULT_500_AFTER, "500-after", true},
    {ZP_FAULT_502, "502", false},
    {ZP_FAULT_504_AFTER, "504-after", true},
    {ZP_FAULT_503, "503", false},
    {ZP_FAULT_OVERLOAD, "overload", false},
    {ZP_FAULT_429, "429", false},
    {ZP_FAULT_HTML, "html", false},
    {ZP_FAULT_HTML_AFTER, "html-after", true},
    {ZP_FAULT_TRUNCATED, "truncated", true},
    {ZP_FAULT_EMPTY, "empty", true},
    {ZP_FAULT_401, "401", false},
    {ZP_FAULT_302, "302", false},
};
#define KIND_COUNT (sizeof KINDS / sizeof *KINDS)

const char *zp__fault_kind_name(enum zp__fault_kind kind) {
    return KINDS[kind].name;
}

bool zp__fault_kind_runs(enum zp__fault_kind kind) {
    return KINDS[kind].runs;
}

bool zp__fault_kind_parse(const char *name, enum zp__fault_kind *out) {
    for (size_t i = 1; i < KIND_COUNT; i++) {
        if (strcmp(KINDS[i].name, name) == 0) {
            *out = KINDS[i].kind;
            return true;
        }
    }
    return false;
}

struct zp__faults {
    struct zp__fault *list;
    size_t count;
};

struct zp__faults *zp__faults_new(TALLOC_CTX *ctx) {
    struct zp__faults *faults = talloc_zero(ctx, struct zp__faults);
    if (faults == NULL)
        zp_panic("out of memory");
    return faults;
}

void zp__faults_add(struct zp__faults *faults, const struct zp__fault *fault) {
    faults->list = talloc_realloc(faults, faults->list, struct zp__fault, faults->count + 1);
    if (faults->list == NULL)
        zp_panic("out of memory");
    struct zp__fault *added = &faults->list[faults->count++];
    *added = *fault;
    added->call = talloc_strdup(faults->list, fault->call);
    if (added->call == NULL)
        zp_panic("out of memory");
}

void zp__faults_clear(struct zp__faults *faults) {
    faults->count = 0;
    TALLOC_FREE(faults->list);
}

void zp__faults_list(const struct zp__faults *faults, struct zp_json *into) {
    for (size_t i = 0; i < faults->count; i++) {
        struct zp_json *one = zp_json_add_object(into, NULL);
        zp_json_add_string(one, "call", faults->list[i].call);
        zp_json_add_string(one, "kind", zp__fault_kind_name(faults->list[i].kind));
        zp_json_add_int(one, "count", faults->list[i].count);
        zp_json_add_int(one, "after", faults->list[i].after);
        zp_json_add_int(one, "ms", faults->list[i].ms);
    }
}

static bool matches(const struct zp__fault *fault, const char *server, const char *call) {
    return strcmp(fault->call, server) == 0 || fnmatch(fault->call, call, FNM_CASEFOLD) == 0;
}

struct zp__fault zp__faults_take(struct zp__faults *faults, const char *server, const char *call) {
    struct zp__fault taken = {.kind = ZP_FAULT_NONE};
    for (size_t i = 0; i < faults->count; i++) {
        struct zp__fault *fault = &faults->list[i];
        if (!matches(fault, server, call))
            continue;
        if (fault->after > 0) {
            fault->after--;
            continue;
        }
        taken = *fault;
        taken.call = NULL; // the list may go before the fault has run its course
        if (fault->count > 0 && --fault->count == 0) {
            talloc_free(fault->call);
            memmove(fault, fault + 1, (faults->count - i - 1) * sizeof *fault);
            faults->count--;
        }
        break;
    }
    return taken;
}

// ---- what is answered instead

static struct zp__answer *error_answer(TALLOC_CTX *ctx, int status, bool php, const char *code,
                                       const char *message) {
    struct zp_json *root = zp_json_new_object(ctx);
    if (php) {
        zp_json_add_string(root, "error", code);
        zp_json_add_string(root, "error_description", message);
        return zp__answer_json_php(ctx, status, root);
    }
    struct zp_json *error = zp_json_add_object(root, "error");
    zp_json_add_string(error, "code", code);
    zp_json_add_string(error, "message", message);
    zp_json_add_object(error, "fields");
    zp_json_add_null(root, "data");
    return zp__answer_json(ctx, status, root);
}

static struct zp__answer *proxy_page(TALLOC_CTX *ctx, int status, const char *words) {
    char *page = talloc_asprintf(ctx,
                                 "<html><head><title>%d %s</title></head><body><center><h1>%d %s"
                                 "</h1></center><hr><center>nginx</center></body></html>",
                                 status, words, status, words);
    if (page == NULL)
        zp_panic("out of memory");
    return zp__answer_new(ctx, status, "text/html; charset=utf-8", page);
}

static struct zp__answer *too_many(TALLOC_CTX *ctx, const struct zp__fault *fault, bool php) {
    struct zp__answer *answer =
        php ? error_answer(ctx, 429, true, "OPERATION_TIME_LIMIT",
                           "Method is blocked due to operation time limit.")
            : error_answer(ctx, 429, false, "RATE_LIMITED", "Слишком много запросов.");
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%d", fault->ms > 0 ? (fault->ms + 999) / 1000 : 1);
    zp__answer_header(answer, "Retry-After", seconds);
    return answer;
}

static struct zp__answer *elsewhere(TALLOC_CTX *ctx) {
    struct zp__answer *answer = zp__answer_new(ctx, 302, "text/html", "");
    zp__answer_header(answer, "Location", "http://127.0.0.1:9/elsewhere");
    return answer;
}

struct zp__answer *zp__fault_answer(TALLOC_CTX *ctx, const struct zp__fault *fault, bool php) {
    switch (fault->kind) {
    case ZP_FAULT_502: return proxy_page(ctx, 502, "Bad Gateway");
    case ZP_FAULT_504_AFTER: return proxy_page(ctx, 504, "Gateway Time-out");
    case ZP_FAULT_503:
        return php ? error_answer(ctx, 503, true, "QUERY_LIMIT_EXCEEDED", "Too many requests")
                   : proxy_page(ctx, 503, "Service Temporarily Unavailable");
    case ZP_FAULT_OVERLOAD:
        return error_answer(ctx, 503, php, "OVERLOAD_LIMIT",
                            "REST API is blocked due to overload.");
    case ZP_FAULT_429: return too_many(ctx, fault, php);
    case ZP_FAULT_HTML:
    case ZP_FAULT_HTML_AFTER:
        return zp__answer_new(ctx, 200, "text/html; charset=utf-8",
                              "<!DOCTYPE html><html><head><title>Проверка браузера</title></head>"
                              "<body><h1>Подождите, мы проверяем ваш браузер</h1></body></html>");
    case ZP_FAULT_EMPTY: return zp__answer_new(ctx, 200, "application/json; charset=utf-8", "");
    case ZP_FAULT_401:
        return php ? error_answer(ctx, 401, true, "INVALID_CREDENTIALS",
                                  "Invalid request credentials")
                   : error_answer(ctx, 401, false, "USER_AUTHORISATION_ERROR",
                                  "Ключ доступа не подходит.");
    case ZP_FAULT_302: return elsewhere(ctx);
    default:
        return php ? error_answer(ctx, 500, true, "INTERNAL_SERVER_ERROR", "Internal server error")
                   : error_answer(ctx, 500, false, "INTERNAL_ERROR", "Внутренняя ошибка сервера.");
    }
}
