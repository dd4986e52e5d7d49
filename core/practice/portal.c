// The practice portal's front door: addresses, credentials, limits, the envelope of an answer.
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <time.h>

#define DEFAULT_BURST      250 // of a lively practice: a desk, a worker and a test at once
#define DEFAULT_PER_SECOND 50
#define DEFAULT_UF_LENGTH  50
#define OPERATING_WINDOW_S 600

struct zp__portal *zp__portal_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                  const struct zp__portal_options *options) {
    (void)loop; // nothing happens by itself yet: events come with their own timer
    struct zp__portal *portal = zp__portal_need(talloc_zero(ctx, struct zp__portal));
    portal->secret = zp__portal_dup(portal, options->secret);
    portal->clock = options->clock;
    portal->zone = options->zone;
    portal->russian = true;
    portal->close_today = true;
    portal->mode = 1;
    portal->uf_length = DEFAULT_UF_LENGTH;
    portal->rate_burst = DEFAULT_BURST;
    portal->rate_per_second = DEFAULT_PER_SECOND;
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
        zp__portal_timeline_methods, zp__portal_batch_methods,
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
    call->entity = zp__portal_entity(method->type);
    method->fn(call);
}

// ---- limits

// One bucket an address: each request fills it by one, it drains steadily, and a request that finds
// it full is refused.
static bool within_rate(struct zp__portal *portal, const char *peer) {
    int64_t now = zp_clock_boot_ms();
    struct zp__portal_bucket *bucket = NULL;
    for (size_t i = 0; i < portal->bucket_count; i++) {
        if (strcmp(portal->buckets[i].peer, peer) == 0)
            bucket = &portal->buckets[i];
    }
    if (bucket == NULL) {
        bool room = portal->bucket_count < ZP_PORTAL_BUCKETS;
        bucket = &portal->buckets[room ? portal->bucket_count++ : 0];
        *bucket = (struct zp__portal_bucket){.at_ms = now};
        snprintf(bucket->peer, sizeof bucket->peer, "%s", peer);
    }
    double drained = (double)(now - bucket->at_ms) / 1000.0 * portal->rate_per_second;
    bucket->level = bucket->level > drained ? bucket->level - drained : 0;
    bucket->at_ms = now;
    if (bucket->level + 1 > portal->rate_burst)
        return false;
    bucket->level += 1;
    return true;
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

struct zp__php *zp__portal_time(struct zp__portal *portal, TALLOC_CTX *ctx, int64_t started_at_ms,
                                int64_t started_ns) {
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
        zp__php_put_int(time, "operating_reset_at", finish_ms / 1000 + OPERATING_WINDOW_S);
        zp__php_put_int(time, "operating", 0);
    }
    return time;
}

static struct zp__answer *answer(TALLOC_CTX *ctx, int status, const struct zp__php *envelope) {
    struct zp_json *json = zp_json_new_object(ctx);
    for (size_t i = 0; i < envelope->count; i++)
        zp__php_to_json(json, envelope->items[i]->key, envelope->items[i]);
    return zp__answer_json_php(ctx, status, json);
}

static struct zp__answer *refuse(TALLOC_CTX *ctx, int status, const char *code, const char *text) {
    struct zp__php *envelope = zp__php_new_array(ctx);
    zp__php_put_string(envelope, "error", code);
    zp__php_put_string(envelope, "error_description", text);
    return answer(ctx, status, envelope);
}

static struct zp__answer *run(struct zp__portal *portal, TALLOC_CTX *ctx, const char *method,
                              struct zp__php *params) {
    int64_t started_at_ms = zp_clock_now_ms(&portal->clock);
    int64_t started_ns = zp__portal_monotonic_ns();
    struct zp__portal_call call = {
        .portal = portal, .ctx = ctx, .method = method, .params = params};
    zp__portal_run(&call);
    if (call.status != 0)
        return refuse(ctx, call.status, call.code, call.text);
    struct zp__php *envelope = zp__php_new_array(ctx);
    zp__php_put(envelope, "result", call.result == NULL ? zp__php_new_null(envelope) : call.result);
    if (call.next >= 0)
        zp__php_put_int(envelope, "next", call.next);
    if (call.total >= 0)
        zp__php_put_int(envelope, "total", call.total);
    zp__php_put(envelope, "time", zp__portal_time(portal, envelope, started_at_ms, started_ns));
    return answer(ctx, 200, envelope);
}

// ---- the door

// The parts of /rest/A/B/C/, at most 4 of them.
static size_t split(TALLOC_CTX *ctx, const char *path, char *parts[4]) {
    static const char root[] = "/rest/";
    if (strncmp(path, root, sizeof root - 1) != 0)
        return 0;
    size_t count = 0;
    for (const char *at = path + sizeof root - 1; *at != '\0' && count < 4;) {
        size_t size = strcspn(at, "/");
        if (size > 0)
            parts[count++] = zp__portal_need(talloc_strndup(ctx, at, size));
        at += size + (at[size] == '/');
    }
    return count;
}

// "CRM.Deal.Add.json" -> "crm.deal.add"
static char *method_name(TALLOC_CTX *ctx, const char *part) {
    static const char suffix[] = ".json";
    char *name = zp__portal_need(talloc_strdup(ctx, part));
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    size_t size = strlen(name);
    if (size > sizeof suffix - 1 && strcmp(name + size - (sizeof suffix - 1), suffix) == 0)
        name[size - (sizeof suffix - 1)] = '\0';
    return name;
}

static bool all_digits(const char *text) {
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

struct zp__answer *zp__portal_answer(struct zp_httpd_request *request, void *data) {
    struct zp__portal *portal = data;
    TALLOC_CTX *ctx = zp__httpd_context(request);
    char *parts[4] = {NULL};
    size_t count = split(ctx, zp__httpd_path(request), parts);
    if (!within_rate(portal, zp__httpd_peer(request)))
        return refuse(ctx, 503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
    if (portal->lapsed)
        return refuse(ctx, 403, "ACCESS_DENIED", "REST API is available only on commercial plans");
    if (count == 1) // an application's address, and no application is installed
        return refuse(ctx, 401, "NO_AUTH_FOUND", "Wrong authorization data");
    if (count != 3 || !all_digits(parts[0]))
        return refuse(ctx, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
    if (portal->revoked || strtoll(parts[0], NULL, 10) != ZP_PORTAL_USER ||
        strcmp(parts[1], portal->secret) != 0)
        return refuse(ctx, 401, "INVALID_CREDENTIALS", "Invalid request credentials");
    return run(portal, ctx, method_name(ctx, parts[2]), zp__portal_params(ctx, request));
}
