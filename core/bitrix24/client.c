// The life of a call: the method family, its turns in the budget, the exchanges, the one callback.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>
#include <zapis/log.h>

#define BURST            10
#define OTHERS_BURST     7 // the rest is a person's
#define BACKGROUND_SHARE 20

static int crm_gone(struct zp_bitrix24 *crm) {
    crm->closing = true;
    TALLOC_FREE(crm->http);
    TALLOC_FREE(crm->pace);
    return 0;
}

struct zp_bitrix24 *zp__bitrix24_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                     const struct zp_config *config) {
    struct zp_bitrix24 *crm = zp__memory_new(ctx, struct zp_bitrix24);
    crm->loop = loop;
    crm->config = config;
    if (config->bitrix24.methods == ZP_CRM_METHODS_ITEM)
        crm->family = ZP_CRM_FAMILY_ITEM;
    else if (config->bitrix24.methods == ZP_CRM_METHODS_LEGACY)
        crm->family = ZP_CRM_FAMILY_LEGACY;
    struct zp__http_options options = {.ca_path = config->bitrix24.ca_path};
    crm->http = zp__http_new(crm, loop, &options);
    struct zp__pace_limits limits = {.per_second = config->bitrix24.requests_per_second,
                                     .burst = BURST,
                                     .others_burst = OTHERS_BURST,
                                     .background_share = BACKGROUND_SHARE,
                                     .shared_path =
                                         zp__pace_path(crm, config->store.url, "bitrix24")};
    crm->pace = zp__pace_new(crm, loop, &limits);
    talloc_set_destructor(crm, crm_gone);
    return crm;
}

// ---- a call's beginning and end

struct zp__crm_call *zp__crm_call_new(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                      zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__memory_new(crm, struct zp__crm_call);
    call->crm = crm;
    call->id = ++crm->last_id;
    call->class_ = class_;
    call->fn = fn;
    call->data = data;
    call->next = crm->calls;
    if (call->next != NULL)
        call->next->previous = call;
    crm->calls = call;
    return call;
}

struct zp__crm_call *zp__crm_write_new(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                       zp__crm_sending_fn sending, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->is_write = true;
    call->sending = sending;
    return call;
}

static void deliver(struct zp__crm_call *call) {
    struct zp_bitrix24 *crm = call->crm;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        crm->calls = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    // The callback may free the whole client; the answer must outlive that.
    talloc_steal(NULL, call);
    call->answer.ok = call->answer.error.code == ZP_OK;
    call->fn(&call->answer, call->data);
    talloc_free(call);
}

static void on_end(void *data) {
    deliver(data);
}

static uint64_t end_later(struct zp__crm_call *call) {
    call->phase = ZP_CRM_ENDING;
    if (call->end_timer == NULL)
        call->end_timer = zp_timer_new(call, call->crm->loop, on_end, call);
    zp_timer_start(call->end_timer, 0, 0);
    return call->id;
}

uint64_t zp__crm_refuse(struct zp__crm_call *call, enum zp_error_code code, const char *sentence) {
    call->answer.outcome = ZP_CRM_NOT_SENT;
    zp_error_set(&call->answer.error, code, NULL, "%s", sentence);
    return end_later(call);
}

void zp__crm_settle(struct zp__crm_call *call) {
    call->settled = true;
}

void zp__crm_nonsense(struct zp__crm_call *call, const char *what) {
    bool unknown = call->is_write && (call->writing || call->wrote);
    call->answer.outcome = unknown ? ZP_CRM_UNKNOWN : ZP_CRM_NOT_SENT;
    zp__crm_unbelievable(unknown, 200, what, &call->answer.error);
    zp_log(ZP_LOG_WARN, "bitrix24 answer makes no sense", ZP_LOG_S("method", call->method),
           ZP_LOG_S("what", what));
    zp__crm_settle(call);
}

// A failed exchange ends the call. What failed before the write left the write undone.
static void fail(struct zp__crm_call *call, const struct zp__crm_result *result) {
    call->answer.error = result->error;
    if (call->writing)
        call->answer.outcome = result->outcome;
    else if (call->wrote)
        call->answer.outcome = ZP_CRM_UNKNOWN;
    else
        call->answer.outcome = result->outcome == ZP_CRM_REFUSED ? ZP_CRM_REFUSED : ZP_CRM_NOT_SENT;
    zp__crm_settle(call);
}

// ---- one exchange

bool zp__crm_legacy(const struct zp__crm_call *call) {
    return call->crm->family == ZP_CRM_FAMILY_LEGACY;
}

// The portal lacks the newer family after all: the call begins again with the older one. Nothing
// was executed, so this is safe for a write too.
static bool change_family(struct zp__crm_call *call, const struct zp__crm_result *result) {
    struct zp_bitrix24 *crm = call->crm;
    if (strcasecmp(result->code, "ERROR_METHOD_NOT_FOUND") != 0 ||
        strncmp(call->method, "crm.item.", 9) != 0 ||
        crm->config->bitrix24.methods != ZP_CRM_METHODS_AUTO)
        return false;
    zp_log(ZP_LOG_WARN, "bitrix24 has older methods only", ZP_LOG_S("missing", "crm.item.add"));
    crm->family = ZP_CRM_FAMILY_LEGACY;
    call->start = 0;
    call->failed = NULL;
    call->begin(call);
    return true;
}

static void on_reply(const struct zp__http_reply *reply, void *data) {
    struct zp__crm_call *call = data;
    struct zp_bitrix24 *crm = call->crm;
    if (crm->closing)
        return;
    TALLOC_CTX *scratch = talloc_new(call);
    struct zp__crm_result result;
    int64_t now = zp_clock_now(&crm->config->clock);
    zp__crm_judge(scratch, reply, call->writing, now, crm->config->secrets.bitrix24_url, &result);
    zp__crm_count_limits(crm, call->method, &result, now);
    if (result.server_time != 0) {
        call->answer.server_time = result.server_time;
        call->answer.server_offset_s = result.server_offset_s;
    }
    zp_log(ZP_LOG_DEBUG, "bitrix24 exchange", ZP_LOG_I("call", (int64_t)call->id),
           ZP_LOG_S("method", call->method), ZP_LOG_I("status", reply->status),
           ZP_LOG_I("ms", reply->elapsed_ms), ZP_LOG_S("error", result.error.name));
    if (result.error.code == ZP_OK) {
        call->wrote = call->wrote || call->writing;
        call->then(call, &result);
    } else if (!change_family(call, &result) &&
               !(call->failed != NULL && call->failed(call, &result))) {
        fail(call, &result);
    }
    talloc_free(scratch);
    if (call->settled)
        deliver(call);
}

static void send_now(struct zp__crm_call *call) {
    static const char *const headers[] = {"Accept: application/json",
                                          "Content-Type: application/json"};
    const char *base = call->crm->config->secrets.bitrix24_url;
    TALLOC_CTX *scratch = talloc_new(call);
    struct zp__http_request request = {
        .method = "POST",
        .url = zp__memory_printf(scratch, "%s%s", base, call->method),
        .headers = headers,
        .header_count = sizeof headers / sizeof *headers,
        .body = call->body,
        .body_size = strlen(call->body),
        .timeout_ms = call->crm->config->bitrix24.timeout_seconds * 1000};
    call->phase = ZP_CRM_IN_FLIGHT;
    call->http_id = zp__http_send(call->crm->http, &request, on_reply, call);
    talloc_free(scratch);
}

static void not_sent(struct zp__crm_call *call, const struct zp_error *error) {
    struct zp__crm_result result = {.outcome = ZP_CRM_NOT_SENT, .error = *error};
    if (call->failed == NULL || !call->failed(call, &result))
        fail(call, &result);
    end_later(call);
}

static void given_up(struct zp__crm_call *call) {
    struct zp_error error = {0};
    zp_error_set(&error, ZP_E_CANCELLED, NULL, "%s",
                 _("This was given up before anything was sent to Bitrix24"));
    not_sent(call, &error);
}

static void on_turn(void *data) {
    struct zp__crm_call *call = data;
    struct zp_error error = {0};
    if (call->crm->closing)
        return;
    if (zp__crm_rests(call->crm, call->method, &error)) {
        not_sent(call, &error);
        return;
    }
    call->phase = ZP_CRM_SENDING;
    bool allowed = !call->writing || call->sending == NULL || call->sending(call->data);
    if (allowed && !call->given_up)
        send_now(call);
    else
        given_up(call);
}

static void ask(struct zp__crm_call *call, const char *method, const struct zp_json *params,
                zp__crm_then_fn then) {
    talloc_free(call->method);
    talloc_free(call->body);
    call->method = zp__memory_strdup(call, method);
    call->body = zp_json_print(call, params);
    // An empty body would not be an error there but an empty deal (bitrix24.md T1).
    if (call->body == NULL || call->body[0] != '{')
        zp_panic("bitrix24: a call without a body");
    if (call->writing && zp_json_count(zp_json_get(params, "fields")) == 0)
        zp_panic("bitrix24: a write without fields");
    call->then = then;
    call->phase = ZP_CRM_WAITING;
    call->pace_id = zp__pace_ask(call->crm->pace, call->class_, on_turn, call);
}

void zp__crm_ask(struct zp__crm_call *call, const char *method, const struct zp_json *params,
                 zp__crm_then_fn then) {
    call->writing = false;
    ask(call, method, params, then);
}

void zp__crm_ask_write(struct zp__crm_call *call, const char *method, const struct zp_json *params,
                       zp__crm_then_fn then) {
    call->writing = true;
    ask(call, method, params, then);
}

// ---- the method family

static void on_family(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (ZP_CRM_FIELD(result->result, "isExisting") == NULL) {
        zp__crm_nonsense(call, N_("no word about the method"));
        return;
    }
    bool has = zp__crm_yes(ZP_CRM_FIELD(result->result, "isExisting")) &&
               zp__crm_yes(ZP_CRM_FIELD(result->result, "isAvailable"));
    call->crm->family = has ? ZP_CRM_FAMILY_ITEM : ZP_CRM_FAMILY_LEGACY;
    call->failed = NULL;
    call->begin(call);
}

// A portal too old for method.get is too old for crm.item.
static bool no_family(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (strcasecmp(result->code, "ERROR_METHOD_NOT_FOUND") != 0)
        return false;
    call->crm->family = ZP_CRM_FAMILY_LEGACY;
    call->failed = NULL;
    call->begin(call);
    return true;
}

uint64_t zp__crm_start(struct zp__crm_call *call, bool family, zp__crm_step_fn begin) {
    const char *url = call->crm->config->secrets.bitrix24_url;
    call->begin = begin;
    if (url == NULL || url[0] == '\0')
        return zp__crm_refuse(call, ZP_E_CONFIG,
                              _("There is no address of Bitrix24: set bitrix24.webhook_url_file "
                                "in the configuration"));
    if (!family || call->crm->family != ZP_CRM_FAMILY_UNKNOWN) {
        begin(call);
        return call->id;
    }
    struct zp_json *params = zp_json_new_object(NULL);
    zp_json_add_string(params, "name", "crm.item.add");
    call->failed = no_family;
    zp__crm_ask(call, "method.get", params, on_family);
    talloc_free(params);
    return call->id;
}

void zp__crm_cancel_call(struct zp_bitrix24 *crm, uint64_t id) {
    struct zp__crm_call *call = crm->calls;
    while (call != NULL && call->id != id)
        call = call->next;
    if (call == NULL)
        return;
    call->given_up = true;
    switch (call->phase) {
    case ZP_CRM_WAITING:
        zp__pace_cancel(crm->pace, call->pace_id);
        given_up(call);
        break;
    case ZP_CRM_IN_FLIGHT: zp__http_cancel(crm->http, call->http_id); break;
    case ZP_CRM_SENDING: // `sending` itself gave it up: on_turn sees the mark
    case ZP_CRM_ENDING: break;
    }
}

// ---- lists

const struct zp_json *zp__crm_rows(const struct zp__crm_result *result, const char *member) {
    if (zp_json_type(result->result) == ZP_JSON_ARRAY)
        return result->result;
    const struct zp_json *rows = member != NULL ? ZP_CRM_FIELD(result->result, member) : NULL;
    return zp_json_type(rows) == ZP_JSON_ARRAY ? rows : NULL;
}

bool zp__crm_more(struct zp__crm_call *call, const struct zp__crm_result *result) {
    call->pages++;
    if (result->next <= call->start || call->pages >= ZP_CRM_PAGES)
        return false;
    call->start = result->next;
    return true;
}
