// The practice portal's front door: addresses, credentials, limits, the envelope of an answer.
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <time.h>

#define DEFAULT_BURST      250 // of a lively practice: a desk, a worker and a test at once
#define DEFAULT_PER_SECOND 50
#define DEFAULT_UF_LENGTH  50
#define OPERATING_LIMIT_S  480
#define EVENTS_DELAY_MS    300

struct zp__portal *zp__portal_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                  const struct zp__portal_options *options) {
    (void)loop; // nothing happens by itself: events come with zp__portal_send_to
    struct zp__portal *portal = zp__portal_need(talloc_zero(ctx, struct zp__portal));
    portal->secret = zp__portal_dup(portal, options->secret);
    portal->clock = options->clock;
    portal->zone = options->zone;
    portal->russian = true;
    portal->close_today = true;
    portal->events = true;
    portal->events_delay_ms = EVENTS_DELAY_MS;
    portal->mode = 1;
    portal->uf_length = DEFAULT_UF_LENGTH;
    portal->rate_burst = DEFAULT_BURST;
    portal->rate_per_second = DEFAULT_PER_SECOND;
    portal->operating_limit_s = OPERATING_LIMIT_S;
    zp__portal_fill(portal);
    return portal;
}

void zp__portal_on_change(struct zp__portal *portal, void (*changed)(void *data), void *data) {
    portal->changed = changed;
    portal->changed_data = data;
}

const char *zp__portal_say(const struct zp__portal *portal, const char *english,
                           const char *russian) {
    return portal->russian ? russian : english;
}

void zp__portal_fail_status(struct zp__portal_call *call, int status, const char *code,
                            const char *text) {
    if (call->status != 0)
        return;
    call->status = status;
    call->code = code;
    call->text = text;
}

void zp__portal_fail(struct zp__portal_call *call, const char *code, const char *text) {
    zp__portal_fail_status(call, 400, code, text);
}

bool zp__portal_container(struct zp__portal_call *call, const char *name, struct zp__php **out) {
    char *upper = zp__portal_need(talloc_strdup(call->ctx, name));
    for (char *at = upper; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    char *title = zp__portal_need(talloc_strdup(call->ctx, name));
    title[0] = upper[0];
    char *hungarian = zp__portal_need(talloc_asprintf(call->ctx, "ar%s", title));
    const char *const keys[] = {name, upper, title, hungarian, NULL};
    struct zp__php *found = zp__php_get_any(call->params, keys);
    if (found == NULL) {
        *out = zp__php_new_array(call->ctx);
        return true;
    }
    *out = found;
    if (zp__php_is_array(found))
        return true;
    zp__portal_fail(call, "", talloc_asprintf(call->ctx, "Parameter '%s' must be array.", name));
    return false;
}

bool zp__portal_id(struct zp__portal_call *call, int64_t *id) {
    static const char *const keys[] = {"id", "ID", "Id", NULL};
    *id = zp__php_number(zp__php_get_any(call->params, keys));
    if (*id > 0)
        return true;
    zp__portal_fail(call, "", "ID is not defined or invalid.");
    return false;
}

// ---- methods

const struct zp__portal_method *zp__portal_method_find(const struct zp__portal *portal,
                                                       const char *name) {
    static const struct zp__portal_method *const tables[] = {
        zp__portal_common_methods,   zp__portal_directory_methods, zp__portal_userfield_methods,
        zp__portal_legacy_methods,   zp__portal_item_methods,      zp__portal_duplicate_methods,
        zp__portal_timeline_methods, zp__portal_product_methods,   zp__portal_batch_methods,
    };
    static const char universal[] = "crm.item.";
    if (portal->legacy_only && strncmp(name, universal, sizeof universal - 1) == 0)
        return NULL;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct zp__portal_method *method = tables[i]; method->name != NULL; method++) {
            if (strcmp(method->name, name) == 0)
                return method;
        }
    }
    return NULL;
}

void zp__portal_run(struct zp__portal_call *call) {
    static const char *const reserved[] = {"auth", "start", "state", "token", "auth_connector"};
    const struct zp__portal_method *method = zp__portal_method_find(call->portal, call->method);
    call->total = call->next = -1;
    call->start = zp__php_number(zp__php_get(call->params, "start"));
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        zp__php_remove(call->params, reserved[i]);
    if (method == NULL) {
        zp__portal_fail_status(call, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
        return;
    }
    // Of a batch only the commands in it are accounted, each to its own method.
    bool accounted = strcmp(call->method, "batch") != 0;
    if (accounted && !zp__portal_may_work(call->portal, call->method)) {
        zp__portal_fail_status(call, 429, "OPERATION_TIME_LIMIT",
                               "Method is blocked due to operation time limit.");
        return;
    }
    int64_t started_ns = zp__portal_monotonic_ns();
    call->entity = zp__portal_entity(method->type);
    method->fn(call);
    if (accounted)
        zp__portal_account(call->portal, call->method,
                           (double)(zp__portal_monotonic_ns() - started_ns) / 1e9);
}

// ---- the envelope

int64_t zp__portal_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void put_seconds(struct zp__php *time, const char *key, int64_t micros) {
    char text[40];
    snprintf(text, sizeof text, "%" PRId64 ".%06d", micros / 1000000, (int)(micros % 1000000));
    zp__php_put(time, key, zp__php_new_double(time, text));
}

struct zp__php *zp__portal_time(struct zp__portal *portal, TALLOC_CTX *ctx, const char *method,
                                int64_t started_at_ms, int64_t started_ns) {
    struct zp__php *time = zp__php_new_array(ctx);
    char shown[ZP_INSTANT_SIZE];
    int64_t took = (zp__portal_monotonic_ns() - started_ns) / 1000;
    int64_t finish_ms = started_at_ms + took / 1000;
    put_seconds(time, "start", started_at_ms * 1000);
    put_seconds(time, "finish", started_at_ms * 1000 + took);
    put_seconds(time, "duration", took);
    if (!portal->short_time)
        put_seconds(time, "processing", took);
    zp_instant_format(portal->zone, started_at_ms / 1000, shown);
    zp__php_put_string(time, "date_start", shown);
    zp_instant_format(portal->zone, finish_ms / 1000, shown);
    zp__php_put_string(time, "date_finish", shown);
    if (!portal->short_time) {
        int64_t reset_at;
        double worked_s = zp__portal_worked_s(portal, method, &reset_at);
        zp__php_put_int(time, "operating_reset_at", reset_at);
        put_seconds(time, "operating", (int64_t)(worked_s * 1e6));
    }
    return time;
}

// One request at the door.
struct visit {
    struct zp__portal *portal;
    struct zp_httpd_request *request;
    TALLOC_CTX *ctx;
    char *parts[4]; // of /rest/A/B/C/, as far as they go
    size_t part_count;
    bool xml;
};

static struct zp__answer *answer(const struct visit *visit, int status,
                                 const struct zp__php *envelope) {
    if (visit->xml)
        return zp__answer_new(visit->ctx, status, "text/xml; charset=utf-8",
                              zp__portal_xml(visit->ctx, envelope));
    struct zp_json *json = zp_json_new_object(visit->ctx);
    for (size_t i = 0; i < envelope->count; i++)
        zp__php_to_json(json, envelope->items[i]->key, envelope->items[i]);
    return zp__answer_json_php(visit->ctx, status, json);
}

static struct zp__php *error_envelope(TALLOC_CTX *ctx, const char *code, const char *text) {
    struct zp__php *envelope = zp__php_new_array(ctx);
    zp__php_put_string(envelope, "error", code);
    zp__php_put_string(envelope, "error_description", text);
    return envelope;
}

static struct zp__answer *refuse(const struct visit *visit, int status, const char *code,
                                 const char *text) {
    return answer(visit, status, error_envelope(visit->ctx, code, text));
}

static struct zp__answer *refuse_call(const struct visit *visit,
                                      const struct zp__portal_call *call) {
    struct zp__php *envelope = error_envelope(visit->ctx, call->code, call->text);
    int64_t reset_at;
    if (call->status == 429 && !visit->portal->short_time) {
        (void)zp__portal_worked_s(visit->portal, call->method, &reset_at);
        zp__php_put_int(envelope, "operating_reset_at", reset_at);
    }
    return answer(visit, call->status, envelope);
}

static struct zp__answer *run(const struct visit *visit, const char *method,
                              struct zp__php *params) {
    struct zp__portal *portal = visit->portal;
    int64_t started_at_ms = zp_clock_now_ms(&portal->clock);
    int64_t started_ns = zp__portal_monotonic_ns();
    struct zp__portal_call call = {
        .portal = portal, .ctx = visit->ctx, .method = method, .params = params};
    zp__portal_run(&call);
    if (call.status != 0)
        return refuse_call(visit, &call);
    struct zp__php *envelope = zp__php_new_array(visit->ctx);
    zp__php_put(envelope, "result", call.result == NULL ? zp__php_new_null(envelope) : call.result);
    if (call.next >= 0)
        zp__php_put_int(envelope, "next", call.next);
    if (call.total >= 0)
        zp__php_put_int(envelope, "total", call.total);
    zp__php_put(envelope, "time",
                zp__portal_time(portal, envelope, method, started_at_ms, started_ns));
    return answer(visit, 200, envelope);
}

// ---- the door

static void split(struct visit *visit, const char *path) {
    static const char root[] = "/rest/";
    if (strncmp(path, root, sizeof root - 1) != 0)
        return;
    for (const char *at = path + sizeof root - 1; *at != '\0' && visit->part_count < 4;) {
        size_t size = strcspn(at, "/");
        if (size > 0)
            visit->parts[visit->part_count++] =
                zp__portal_need(talloc_strndup(visit->ctx, at, size));
        at += size + (at[size] == '/');
    }
}

static bool cut(char *text, const char *suffix) {
    size_t size = strlen(text), cut_size = strlen(suffix);
    if (size <= cut_size || strcmp(text + size - cut_size, suffix) != 0)
        return false;
    text[size - cut_size] = '\0';
    return true;
}

// "CRM.Deal.Add.json" -> "crm.deal.add"
static char *method_name(struct visit *visit) {
    char *name = visit->parts[visit->part_count - 1];
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    visit->xml = cut(name, ".xml");
    if (!visit->xml)
        (void)cut(name, ".json");
    return name;
}

static bool all_digits(const char *text) {
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

// REST 3.0 has a door of its own and no CRM behind it; its errors are objects.
static struct zp__answer *third_version(const struct visit *visit) {
    struct zp__php *envelope = zp__php_new_array(visit->ctx);
    struct zp__php *error = zp__php_put_array(envelope, "error");
    zp__php_put_string(error, "code", "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION");
    zp__php_put_string(
        error, "message",
        zp__portal_need(talloc_asprintf(error, "Method %s not found.", visit->parts[3])));
    return answer(visit, 404, envelope);
}

static struct zp__answer *token(const struct visit *visit) {
    const char *host = zp__httpd_header(visit->request, "Host");
    int status;
    const struct zp__php *given = zp__portal_oauth_token(
        visit->portal, visit->ctx, zp__portal_params(visit->ctx, visit->request),
        host == NULL ? "localhost" : host, &status);
    return answer(visit, status, given);
}

static struct zp__answer *by_application(struct visit *visit) {
    char *method = method_name(visit);
    struct zp__php *params = zp__portal_params(visit->ctx, visit->request);
    const char *code, *text;
    if (!zp__portal_oauth_may(visit->portal, visit->ctx, params, &code, &text))
        return refuse(visit, 401, code, text);
    return run(visit, method, params);
}

static struct zp__answer *by_webhook(struct visit *visit) {
    const struct zp__portal *portal = visit->portal;
    char *method = method_name(visit);
    if (portal->revoked || strtoll(visit->parts[0], NULL, 10) != ZP_PORTAL_USER ||
        strcmp(visit->parts[1], portal->secret) != 0)
        return refuse(visit, 401, "INVALID_CREDENTIALS", "Invalid request credentials");
    return run(visit, method, zp__portal_params(visit->ctx, visit->request));
}

struct zp__answer *zp__portal_answer(struct zp_httpd_request *request, void *data) {
    struct visit visit = {.portal = data, .request = request, .ctx = zp__httpd_context(request)};
    const char *path = zp__httpd_path(request);
    split(&visit, path);
    if (!zp__portal_within_rate(visit.portal, zp__httpd_peer(request)))
        return refuse(&visit, 503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
    if (visit.portal->lapsed)
        return refuse(&visit, 403, "ACCESS_DENIED",
                      "REST API is available only on commercial plans");
    if (strcmp(path, "/oauth/token/") == 0 || strcmp(path, "/oauth/token") == 0)
        return token(&visit);
    if (visit.part_count == 1)
        return by_application(&visit);
    if (visit.part_count == 4 && strcmp(visit.parts[0], "api") == 0)
        return third_version(&visit);
    if (visit.part_count != 3 || !all_digits(visit.parts[0]))
        return refuse(&visit, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
    return by_webhook(&visit);
}
