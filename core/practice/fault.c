#include "practice/fault.h"

#include <fnmatch.h>

#define HUGE_BYTES    (50u * 1000 * 1000)
#define DEEP_BRACKETS 10000

static const struct {
    enum zp__fault_kind kind;
    const char *name;
    bool runs, stands;
} KINDS[] = {
    {ZP_FAULT_NONE, "none", true, true},
    {ZP_FAULT_DELAY, "delay", true, true},
    {ZP_FAULT_DROP_BEFORE, "drop-before", false, false},
    {ZP_FAULT_DROP_AFTER, "drop-after", true, true},
    {ZP_FAULT_500, "500", false, false},
    {ZP_FAULT_500_AFTER, "500-after", true, false},
    {ZP_FAULT_502, "502", false, false},
    {ZP_FAULT_504_AFTER, "504-after", true, false},
    {ZP_FAULT_503, "503", false, false},
    {ZP_FAULT_OVERLOAD, "overload", false, false},
    {ZP_FAULT_429, "429", false, false},
    {ZP_FAULT_HTML, "html", false, false},
    {ZP_FAULT_HTML_AFTER, "html-after", true, false},
    {ZP_FAULT_TRUNCATED, "truncated", true, true},
    {ZP_FAULT_EMPTY, "empty", true, false},
    {ZP_FAULT_401, "401", false, false},
    {ZP_FAULT_302, "302", false, false},
    {ZP_FAULT_REFUSE, "refuse", false, false},
    {ZP_FAULT_LATE, "late", true, true},
    {ZP_FAULT_429_BARE, "429-bare", false, false},
    {ZP_FAULT_503_PAGE, "503-page", false, false},
    {ZP_FAULT_DRIP, "drip", true, true},
    {ZP_FAULT_HUGE, "huge", true, true},
    {ZP_FAULT_DEEP, "deep", true, false},
    {ZP_FAULT_WRONG_TYPE, "wrong-type", true, false},
    {ZP_FAULT_REVOKED, "revoked", false, false},
    {ZP_FAULT_DROPPED, "dropped", true, true},
    {ZP_FAULT_DOUBLED, "doubled", true, true},
    {ZP_FAULT_DELAYED, "delayed", true, true},
    {ZP_FAULT_REORDERED, "reordered", true, true},
    {ZP_FAULT_BURST, "burst", true, true},
    {ZP_FAULT_FORGED, "forged", true, true},
    {ZP_FAULT_STALE, "stale", true, true},
    {ZP_FAULT_FOREIGN, "foreign", true, true},
    {ZP_FAULT_MALFORMED, "malformed", true, true},
    {ZP_FAULT_OVERSIZED, "oversized", true, true},
};
#define KIND_COUNT (sizeof KINDS / sizeof *KINDS)

const char *zp__fault_kind_name(enum zp__fault_kind kind) {
    return KINDS[kind].name;
}

bool zp__fault_kind_runs(enum zp__fault_kind kind) {
    return KINDS[kind].runs;
}

bool zp__fault_kind_stands(enum zp__fault_kind kind) {
    return KINDS[kind].stands;
}

bool zp__fault_kind_posts(enum zp__fault_kind kind) {
    return kind >= ZP_FAULT_DROPPED;
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

struct watcher {
    struct watcher *next;
    struct zp__faults *faults;
    void (*fn)(void *data);
    void *data;
};

struct zp__faults {
    struct zp__fault *list;
    size_t count;
    struct watcher *watchers;
};

struct zp__faults *zp__faults_new(TALLOC_CTX *ctx) {
    struct zp__faults *faults = talloc_zero(ctx, struct zp__faults);
    if (faults == NULL)
        zp_panic("out of memory");
    return faults;
}

static bool lasts(enum zp__fault_kind kind) {
    return kind == ZP_FAULT_REFUSE || kind == ZP_FAULT_REVOKED;
}

static void tell(struct zp__faults *faults) {
    for (struct watcher *watcher = faults->watchers; watcher != NULL; watcher = watcher->next)
        watcher->fn(watcher->data);
}

void zp__faults_add(struct zp__faults *faults, const struct zp__fault *fault) {
    faults->list = talloc_realloc(faults, faults->list, struct zp__fault, faults->count + 1);
    if (faults->list == NULL)
        zp_panic("out of memory");
    struct zp__fault *added = &faults->list[faults->count++];
    *added = *fault;
    if (lasts(fault->kind))
        added->count = -1;
    added->call = talloc_strdup(faults->list, fault->call);
    if (added->call == NULL)
        zp_panic("out of memory");
    if (fault->kind == ZP_FAULT_REFUSE)
        tell(faults);
}

void zp__faults_clear(struct zp__faults *faults) {
    faults->count = 0;
    TALLOC_FREE(faults->list);
    tell(faults);
}

static int watcher_gone(struct watcher *watcher) {
    struct watcher **link = &watcher->faults->watchers;
    while (*link != watcher)
        link = &(*link)->next;
    *link = watcher->next;
    return 0;
}

void zp__faults_watch(TALLOC_CTX *ctx, struct zp__faults *faults, void (*fn)(void *data),
                      void *data) {
    struct watcher *watcher = talloc_zero(ctx, struct watcher);
    if (watcher == NULL)
        zp_panic("out of memory");
    *watcher = (struct watcher){faults->watchers, faults, fn, data};
    faults->watchers = watcher;
    talloc_set_destructor(watcher, watcher_gone);
}

void zp__faults_list(const struct zp__faults *faults, struct zp_json *into) {
    for (size_t i = 0; i < faults->count; i++) {
        struct zp_json *one = zp_json_add_object(into, NULL);
        zp_json_add_string(one, "call", faults->list[i].call);
        zp_json_add_string(one, "kind", zp__fault_kind_name(faults->list[i].kind));
        zp_json_add_int(one, "count", faults->list[i].count);
        zp_json_add_int(one, "after", faults->list[i].after);
        zp_json_add_int(one, "every", faults->list[i].every);
        zp_json_add_int(one, "ms", faults->list[i].ms);
    }
}

static bool matches(const struct zp__fault *fault, const char *server, const char *call) {
    return strcmp(fault->call, server) == 0 || fnmatch(fault->call, call, FNM_CASEFOLD) == 0;
}

static bool is_server(const struct zp__fault *fault, const char *server) {
    return strcmp(fault->call, server) == 0 || strcmp(fault->call, "*") == 0;
}

bool zp__faults_refused(const struct zp__faults *faults, const char *server) {
    for (size_t i = 0; i < faults->count; i++) {
        const struct zp__fault *fault = &faults->list[i];
        if (fault->kind == ZP_FAULT_REFUSE && fault->after == 0 && is_server(fault, server))
            return true;
    }
    return false;
}

static void use_up(struct zp__faults *faults, struct zp__fault *fault) {
    if (fault->count < 0 || --fault->count > 0)
        return;
    talloc_free(fault->call);
    size_t at = (size_t)(fault - faults->list);
    memmove(fault, fault + 1, (faults->count - at - 1) * sizeof *fault);
    faults->count--;
}

// A server that refuses for the sake of a call refuses everything from then on.
static void refuse_all(struct zp__fault *list, struct zp__fault *fault, const char *server) {
    talloc_free(fault->call);
    fault->call = talloc_strdup(list, server);
    if (fault->call == NULL)
        zp_panic("out of memory");
}

static struct zp__fault take(struct zp__faults *faults, const char *server, const char *call,
                             bool posts) {
    struct zp__fault taken = {.kind = ZP_FAULT_NONE};
    bool refused = false;
    for (size_t i = 0; i < faults->count; i++) {
        struct zp__fault *fault = &faults->list[i];
        if (zp__fault_kind_posts(fault->kind) != posts || !matches(fault, server, call))
            continue;
        if (fault->after > 0) {
            refused |= --fault->after == 0 && fault->kind == ZP_FAULT_REFUSE;
            continue;
        }
        if (fault->passed > 0) {
            fault->passed--;
            continue;
        }
        if (fault->kind == ZP_FAULT_REFUSE) {
            refuse_all(faults->list, fault, server);
            refused = true;
        }
        fault->passed = fault->every > 1 ? fault->every - 1 : 0;
        taken = *fault;
        taken.call = NULL; // the list may go before the fault has run its course
        use_up(faults, fault);
        break;
    }
    if (refused)
        tell(faults);
    return taken;
}

struct zp__fault zp__faults_take(struct zp__faults *faults, const char *server, const char *call) {
    return take(faults, server, call, false);
}

struct zp__fault zp__faults_take_post(struct zp__faults *faults, const char *server,
                                      const char *event) {
    return take(faults, server, event, true);
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
    if (fault->kind == ZP_FAULT_429_BARE)
        return answer;
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

static struct zp__answer *deep(TALLOC_CTX *ctx, bool php) {
    struct zp__answer *answer = zp__answer_new(ctx, 200, "application/json; charset=utf-8",
                                               php ? "{\"result\":" : "{\"data\":");
    size_t head = answer->size;
    char *body = talloc_array(answer, char, head + 2 * (size_t)DEEP_BRACKETS + 2);
    if (body == NULL)
        zp_panic("out of memory");
    memcpy(body, answer->body, head);
    memset(body + head, '[', DEEP_BRACKETS);
    memset(body + head + DEEP_BRACKETS, ']', DEEP_BRACKETS);
    memcpy(body + head + 2 * (size_t)DEEP_BRACKETS, "}", 2);
    answer->body = body;
    answer->size = strlen(body);
    return answer;
}

// The same bytes and then blanks: right JSON, and more of it than anybody should read.
void zp__fault_swell(struct zp__answer *answer) {
    char *body = talloc_array(answer, char, HUGE_BYTES);
    if (body == NULL)
        zp_panic("out of memory");
    memset(body, ' ', HUGE_BYTES);
    if (answer->size > 0)
        memcpy(body, answer->body, answer->size);
    answer->body = body;
    answer->size = HUGE_BYTES;
}

static struct zp__answer *text_for_data(TALLOC_CTX *ctx, bool php) {
    return zp__answer_new(ctx, 200, "application/json; charset=utf-8",
                          php ? "{\"result\":\"ok\"}"
                              : "{\"error\":{\"code\":0,\"message\":null},\"data\":\"ok\"}");
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
    case ZP_FAULT_503_PAGE: return proxy_page(ctx, 503, "Service Temporarily Unavailable");
    case ZP_FAULT_429:
    case ZP_FAULT_429_BARE: return too_many(ctx, fault, php);
    case ZP_FAULT_DEEP: return deep(ctx, php);
    case ZP_FAULT_WRONG_TYPE: return text_for_data(ctx, php);
    case ZP_FAULT_HTML:
    case ZP_FAULT_HTML_AFTER:
        return zp__answer_new(ctx, 200, "text/html; charset=utf-8",
                              "<!DOCTYPE html><html><head><title>Проверка браузера</title></head>"
                              "<body><h1>Подождите, мы проверяем ваш браузер</h1></body></html>");
    case ZP_FAULT_EMPTY: return zp__answer_new(ctx, 200, "application/json; charset=utf-8", "");
    case ZP_FAULT_401:
    case ZP_FAULT_REVOKED:
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
