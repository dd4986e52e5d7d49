// From a request to its endpoint: whether that is on, who asks, what is told. The order is that of
// trust: nothing of a body is read before its sender is known.
#include "receiver_private.h"

#include "base/memory.h"
#include "bitrix24/event.h"
#include "dikidi/hook.h"

#include <string.h>
#include <zapis/limits.h>
#include <zapis/log.h>
#include <zapis/text.h>

#define LOG_EVERY_MS 10000

// ---- answers

void zp__receiver_answer(struct zp_httpd_request *request, int status, const char *json) {
    zp__httpd_reply(request, status, "application/json", json, strlen(json), NULL);
}

static void not_found(struct zp_httpd_request *request) {
    zp__receiver_answer(request, 404,
                        "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"no such endpoint\"}}");
}

static void wrong_method(struct zp_httpd_request *request, const char *allow) {
    static const char json[] =
        "{\"error\":{\"code\":\"METHOD\",\"message\":\"not with this method\"}}";
    const struct zp__httpd_header headers[] = {{"Allow", allow}, {NULL, NULL}};
    zp__httpd_reply(request, 405, "application/json", json, sizeof json - 1, headers);
}

bool zp__receiver_may_log(struct zp_receiver *receiver, struct zp__receiver_line *line,
                          uint64_t *left_out) {
    const int64_t now_ms = zp_loop_now_ms(receiver->loop);
    if (line->last_ms != 0 && now_ms - line->last_ms < LOG_EVERY_MS) {
        line->left_out++;
        return false;
    }
    *left_out = line->left_out;
    *line = (struct zp__receiver_line){.last_ms = now_ms};
    return true;
}

static const char *source_name(enum zp_receiver_source source) {
    return source == ZP_RECEIVER_DIKIDI ? "dikidi" : "bitrix24";
}

static void refuse_forged(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                          enum zp_receiver_source source, enum zp__verdict verdict) {
    uint64_t left_out = 0;
    rule->receiver->counters.hooks[source][ZP_RECEIVER_FORGED]++;
    if (zp__receiver_may_log(rule->receiver, &rule->receiver->refused, &left_out)) {
        zp_log(ZP_LOG_WARN, "hook refused", ZP_LOG_S("source", source_name(source)),
               ZP_LOG_S("why", zp__verdict_name(verdict)),
               ZP_LOG_S("peer", zp__httpd_peer(request)), ZP_LOG_I("left_out", (int64_t)left_out));
    }
    zp__receiver_answer(request, 401,
                        "{\"error\":{\"code\":\"SIGNATURE\",\"message\":\"the signature, token or "
                        "secret is missing, wrong or too old\"}}");
}

static void refuse_malformed(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                             enum zp_receiver_source source) {
    uint64_t left_out = 0;
    rule->receiver->counters.hooks[source][ZP_RECEIVER_MALFORMED]++;
    if (zp__receiver_may_log(rule->receiver, &rule->receiver->malformed, &left_out)) {
        zp_log(ZP_LOG_WARN, "hook malformed", ZP_LOG_S("source", source_name(source)),
               ZP_LOG_I("left_out", (int64_t)left_out));
    }
    zp__receiver_answer(
        request, 400, "{\"error\":{\"code\":\"MALFORMED\",\"message\":\"the body is no event\"}}");
}

static void refuse_foreign(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                           const char *company) {
    uint64_t left_out = 0;
    rule->receiver->counters.hooks[ZP_RECEIVER_DIKIDI][ZP_RECEIVER_FOREIGN]++;
    if (zp__receiver_may_log(rule->receiver, &rule->receiver->foreign, &left_out)) {
        zp_log(ZP_LOG_WARN, "hook of another company", ZP_LOG_S("company", company),
               ZP_LOG_I("left_out", (int64_t)left_out));
    }
    zp__receiver_answer(request, 403,
                        "{\"error\":{\"code\":\"OTHER_COMPANY\",\"message\":\"this receiver is of "
                        "another company: nothing was stored\"}}");
}

static void note_unknown(struct zp__receiver_rule *rule, enum zp_receiver_source source,
                         const char *event) {
    uint64_t left_out = 0;
    rule->receiver->counters.unknown[source]++;
    if (zp__receiver_may_log(rule->receiver, &rule->receiver->unknown, &left_out)) {
        zp_log(ZP_LOG_INFO, "unknown event", ZP_LOG_S("source", source_name(source)),
               ZP_LOG_S("name", event), ZP_LOG_I("left_out", (int64_t)left_out));
    }
}

// ---- hooks

static struct zp__receiver_hook *hook_new(const struct zp__receiver_rule *rule,
                                          struct zp_httpd_request *request,
                                          enum zp_receiver_source source, const char *event) {
    struct zp__receiver_hook *hook =
        zp__memory_new(zp__httpd_context(request), struct zp__receiver_hook);
    hook->request = request;
    hook->source = source;
    hook->hook.source = source_name(source);
    hook->hook.event = event;
    hook->hook.received_at = zp__desk_clock(rule->desk);
    return hook;
}

// Of the body; where that has none of the header, so that two events with the same few words are
// two (it is not signed, but a look too many does no harm); else the body itself.
static const char *event_id_of(TALLOC_CTX *ctx, struct zp_httpd_request *request,
                               const struct zp__dikidi_hook *told) {
    size_t size = 0;
    const char *body = zp__httpd_body(request, &size);
    const char *header = zp__httpd_header(request, "X-Dikidi-Event-Id");
    if (told->id != NULL) {
        return told->id;
    }
    if (header != NULL && header[0] != '\0' && strlen(header) <= ZP_LIMIT_ID_BYTES) {
        return zp_text_clean(ctx, header, SIZE_MAX, ZP_LIMIT_ID_BYTES);
    }
    return zp__verify_body_id(ctx, body, size);
}

static void take_dikidi(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                        enum zp__verdict verdict) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    struct zp__dikidi_hook told;
    size_t size = 0;
    const char *body = zp__httpd_body(request, &size);
    if (verdict != ZP_VERDICT_GOOD) {
        refuse_forged(rule, request, ZP_RECEIVER_DIKIDI, verdict);
        return;
    }
    if (!zp__dikidi_hook_read(ctx, rule->config->zone, body, size,
                              zp__httpd_header(request, "X-Dikidi-Event"), &told)) {
        refuse_malformed(rule, request, ZP_RECEIVER_DIKIDI);
        return;
    }
    if (told.company_id && strcmp(told.company_id, rule->config->salon.company) != 0) {
        refuse_foreign(rule, request, told.company_id);
        return;
    }
    if (!told.known) {
        note_unknown(rule, ZP_RECEIVER_DIKIDI, told.event);
    }
    struct zp__receiver_hook *hook = hook_new(rule, request, ZP_RECEIVER_DIKIDI, told.event);
    hook->hook.event_id = event_id_of(ctx, request, &told);
    hook->hook.version = told.version;
    hook->hook.updated_at = told.updated_at;
    if (told.booking_id) {
        hook->hook.subject = zp__memory_printf(ctx, "%s%s", ZP_SUBJECT_NUMBER, told.booking_id);
    }
    zp__receiver_add(rule, hook);
}

static void on_dikidi(struct zp__receiver_rule *rule, struct zp_httpd_request *request) {
    size_t size = 0;
    const char *body = zp__httpd_body(request, &size);
    take_dikidi(rule, request,
                zp__verify_signature(rule->dikidi, zp__httpd_header(request, "X-Dikidi-Signature"),
                                     body, size, zp__desk_clock(rule->desk)));
}

#define SECRET_PATH "/hooks/dikidi/"

static void on_dikidi_secret(struct zp__receiver_rule *rule, struct zp_httpd_request *request) {
    take_dikidi(rule, request,
                zp__verify_secret(rule->dikidi, zp__httpd_path(request) + strlen(SECRET_PATH)));
}

static void take_crm(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                     enum zp__verdict verdict, const struct zp__crm_event *told) {
    if (verdict != ZP_VERDICT_GOOD) {
        refuse_forged(rule, request, ZP_RECEIVER_BITRIX24, verdict);
        return;
    }
    if (!told->readable) {
        refuse_malformed(rule, request, ZP_RECEIVER_BITRIX24);
        return;
    }
    if (!told->about_entry) {
        note_unknown(rule, ZP_RECEIVER_BITRIX24, told->event);
    }
    struct zp__receiver_hook *hook = hook_new(rule, request, ZP_RECEIVER_BITRIX24, told->event);
    if (told->id) {
        hook->hook.subject = zp__memory_printf(
            hook, "%s%s", told->entity == ZP_CRM_DEAL ? ZP_SUBJECT_DEAL : ZP_SUBJECT_LEAD,
            told->id);
    }
    zp__receiver_add(rule, hook);
}

static void on_event(struct zp__receiver_rule *rule, struct zp_httpd_request *request) {
    struct zp__crm_event told;
    size_t size = 0;
    const char *body = zp__httpd_body(request, &size);
    zp__crm_event_read(zp__httpd_context(request), body, size, &told);
    take_crm(rule, request, zp__verify_secret(rule->event, told.token), &told);
}

static void on_robot(struct zp__receiver_rule *rule, struct zp_httpd_request *request) {
    struct zp__crm_event told;
    size_t size = 0;
    const char *body = zp__httpd_body(request, &size);
    zp__crm_robot_read(zp__httpd_context(request), body, size, &told);
    take_crm(rule, request, zp__verify_secret(rule->robot, zp__httpd_parameter(request, "key", 0)),
             &told);
}

static void on_health(struct zp__receiver_rule *rule, struct zp_httpd_request *request) {
    zp__receiver_status(rule, request, false);
}

static void on_metrics(struct zp__receiver_rule *rule, struct zp_httpd_request *request) {
    zp__receiver_status(rule, request, true);
}

// ---- routes

static bool always(const struct zp__receiver_rule *rule) {
    (void)rule;
    return true;
}

static bool is_signed(const struct zp__receiver_rule *rule) {
    return rule->dikidi && !zp__verifier_in_path(rule->dikidi);
}

static bool is_in_path(const struct zp__receiver_rule *rule) {
    return rule->dikidi && zp__verifier_in_path(rule->dikidi);
}

static bool has_event(const struct zp__receiver_rule *rule) {
    return rule->event != NULL;
}

static bool has_robot(const struct zp__receiver_rule *rule) {
    return rule->robot != NULL;
}

static const struct route {
    const char *path; // ends in "/": and one part more
    bool hook;        // POST; else GET and HEAD
    bool (*is_on)(const struct zp__receiver_rule *rule);
    void (*take)(struct zp__receiver_rule *rule, struct zp_httpd_request *request);
} routes[] = {
    {"/hooks/dikidi", true, is_signed, on_dikidi},
    {SECRET_PATH, true, is_in_path, on_dikidi_secret},
    {"/hooks/bitrix24/event", true, has_event, on_event},
    {"/hooks/bitrix24/robot", true, has_robot, on_robot},
    {"/health", false, always, on_health},
    {"/metrics", false, always, on_metrics},
};

static bool fits(const struct route *route, const char *path) {
    const size_t size = strlen(route->path);
    return route->path[size - 1] == '/' ? strncmp(path, route->path, size) == 0
                                        : strcmp(path, route->path) == 0;
}

static const struct route *find_route(const struct zp__receiver_rule *rule, const char *path) {
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (fits(&routes[i], path)) {
            return routes[i].is_on(rule) ? &routes[i] : NULL;
        }
    }
    return NULL;
}

void zp__receiver_route(struct zp_httpd_request *request, void *data) {
    struct zp__receiver_door *door = data;
    struct zp__receiver_rule *rule = door->receiver->rule;
    const char *method = zp__httpd_method(request);
    const struct route *route = find_route(rule, zp__httpd_path(request));
    if (!route) {
        not_found(request);
    } else if (route->hook && strcmp(method, "POST") != 0) {
        wrong_method(request, "POST");
    } else if (!route->hook && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        wrong_method(request, "GET, HEAD");
    } else {
        route->take(rule, request);
    }
}
