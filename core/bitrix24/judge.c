// How a reply of Bitrix24 is judged (bitrix24.md 1.4, 2.3-2.5, 16.2). The presence of the key
// `error` marks a failure, its text decides, the HTTP status is a hint.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>

#define LIMIT_PAUSE_MS      1000 // 503 QUERY_LIMIT_EXCEEDED; the caller backs off from it
#define OPERATING_PAUSE_S   30   // 429 without a time
#define OPERATING_LEAST_S   10
#define OPERATING_LONGEST_S 900

enum kind { DENIED, BROKEN, TOO_FAST, TOO_MUCH, BLOCKED, NO_METHOD, NO_OWNER };

static const struct known {
    const char *code;
    enum kind kind;
} known_codes[] = {
    {"QUERY_LIMIT_EXCEEDED", TOO_FAST},
    {"OPERATION_TIME_LIMIT", TOO_MUCH},
    {"OVERLOAD_LIMIT", BLOCKED},
    {"INTERNAL_SERVER_ERROR", BROKEN},
    {"ERROR_UNEXPECTED_ANSWER", BROKEN},
    {"ERROR_METHOD_NOT_FOUND", NO_METHOD},
    {"NOT_FOUND", NO_OWNER},
    {"OWNER_NOT_FOUND", NO_OWNER},
    {"NO_AUTH_FOUND", DENIED},
    {"INVALID_CREDENTIALS", DENIED},
    {"INVALID_REQUEST", DENIED},
    {"insufficient_scope", DENIED},
    {"expired_token", DENIED},
    {"invalid_token", DENIED},
    {"authorization_error", DENIED},
    {"ERROR_OAUTH", DENIED},
    {"APPLICATION_NOT_FOUND", DENIED},
    {"WRONG_AUTH_TYPE", DENIED},
    {"ERROR_WRONG_CONTEXT", DENIED},
    {"user_access_error", DENIED},
    {"PORTAL_DELETED", DENIED},
    {"ACCESS_DENIED", DENIED},
    {"METHOD_CONFIRM_WAITING", DENIED},
    {"METHOD_CONFIRM_DENIED", DENIED},
    {"allowed_only_intranet_user", DENIED},
};

static const struct known *find_known(const char *code) {
    for (size_t i = 0; i < sizeof known_codes / sizeof *known_codes; i++)
        if (strcasecmp(known_codes[i].code, code) == 0)
            return &known_codes[i];
    return NULL;
}

void zp__crm_unbelievable(bool writing, int status, const char *what, struct zp_error *err) {
    if (writing)
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("Bitrix24's answer makes no sense (%s), so it is not known whether this was "
                       "done"),
                     _(what));
    else
        zp_error_set(err, ZP_E_BAD_ANSWER, NULL,
                     _("Bitrix24's answer makes no sense (%s): try again, and tell the "
                       "administrator if it stays"),
                     _(what));
    err->http_status = status;
}

static void unbelievable(struct zp__crm_result *result, bool writing, int status,
                         const char *what) {
    result->outcome = ZP_CRM_UNKNOWN;
    zp__crm_unbelievable(writing, status, what, &result->error);
}

static void broken(struct zp__crm_result *result, bool writing, int status) {
    result->outcome = ZP_CRM_UNKNOWN;
    if (writing)
        zp_error_set(&result->error, ZP_E_UNKNOWN, NULL,
                     _("Bitrix24 failed on its side (HTTP %d), so it is not known whether this "
                       "was done"),
                     status);
    else
        zp_error_set(&result->error, ZP_E_UNREACHABLE, NULL,
                     _("Bitrix24 does not work at the moment (HTTP %d): try again in a minute"),
                     status);
    result->error.http_status = status;
}

static void lost(struct zp__crm_result *result, const struct zp__http_reply *reply, bool writing) {
    result->error = reply->error;
    result->error.http_status = reply->status;
    if (reply->outcome == ZP_HTTP_NOT_SENT) {
        result->outcome = ZP_CRM_NOT_SENT;
        zp_error_context(&result->error, "Bitrix24");
        return;
    }
    result->outcome = ZP_CRM_UNKNOWN;
    if (writing)
        zp_error_set(&result->error, ZP_E_UNKNOWN, NULL, "%s",
                     _("Bitrix24's answer was lost on the way, so it is not known whether this "
                       "was done"));
    else if (reply->too_large)
        unbelievable(result, false, reply->status, N_("too large"));
    else
        zp_error_set(&result->error, reply->cancelled ? ZP_E_CANCELLED : ZP_E_UNREACHABLE, NULL,
                     "%s",
                     reply->cancelled ? _("This was given up before Bitrix24 answered")
                                      : _("Bitrix24's answer was lost on the way: try again"));
}

// ---- limits

static void too_fast(struct zp__crm_result *result, int status) {
    result->outcome = ZP_CRM_NOT_SENT;
    result->hold_ms = LIMIT_PAUSE_MS;
    zp_error_set(&result->error, ZP_E_LIMITED, "QUERY_LIMIT_EXCEEDED", "%s",
                 _("Too many requests to Bitrix24: it will be asked again in a moment"));
    result->error.http_status = status;
    result->error.retry_after_ms = LIMIT_PAUSE_MS;
}

// The limit is one method's; the others may go on, so the budget is not held (T24).
static void too_much(struct zp__crm_result *result, const struct zp_json *root, int64_t now) {
    const struct zp_json *at = ZP_CRM_FIELD(root, "operating_reset_at");
    if (at == NULL)
        at = ZP_CRM_FIELD(ZP_CRM_FIELD(root, "time"), "operating_reset_at");
    result->rests = true;
    result->reset_at = zp__crm_number(at);
    int64_t pause_s = result->reset_at > 0 ? result->reset_at - now : OPERATING_PAUSE_S;
    if (pause_s < OPERATING_LEAST_S)
        pause_s = OPERATING_LEAST_S;
    if (pause_s > OPERATING_LONGEST_S)
        pause_s = OPERATING_LONGEST_S;
    result->outcome = ZP_CRM_NOT_SENT;
    zp_error_set(&result->error, ZP_E_LIMITED, "OPERATION_TIME_LIMIT", "%s",
                 _("Bitrix24 has worked too long for this webhook and rests: it will be asked "
                   "again later"));
    result->error.http_status = 429;
    result->error.retry_after_ms = pause_s * 1000;
}

// ---- refusals

static const char *or_null(const char *name) {
    return name[0] != '\0' ? name : NULL;
}

static void denied(struct zp__crm_result *result, int status, const char *text) {
    result->outcome = ZP_CRM_REFUSED;
    zp_error_set(&result->error, ZP_E_DENIED, or_null(result->code),
                 _("Bitrix24 does not let the webhook do this: check its address, its rights "
                   "(crm), its owner and the portal's plan%s%s"),
                 text[0] != '\0' ? ". Bitrix24: " : "", text);
    result->error.http_status = status;
}

static void blocked(struct zp__crm_result *result, int status) {
    result->outcome = ZP_CRM_REFUSED;
    zp_error_set(&result->error, ZP_E_DENIED, "OVERLOAD_LIMIT", "%s",
                 _("Bitrix24 has blocked the portal's REST by hand because of overload: ask "
                   "Bitrix24's support"));
    result->error.http_status = status;
}

static void no_method(struct zp__crm_result *result, int status) {
    result->outcome = ZP_CRM_REFUSED;
    zp_error_set(&result->error, ZP_E_CONFIG, "ERROR_METHOD_NOT_FOUND", "%s",
                 _("The portal does not know a method that is needed: tick crm in the webhook's "
                   "rights, or set bitrix24.methods to legacy for an old portal"));
    result->error.http_status = status;
}

static void refused(struct zp__crm_result *result, int status, const char *text) {
    result->outcome = ZP_CRM_REFUSED;
    enum zp_error_code code = result->missing ? ZP_E_NOT_FOUND : ZP_E_REFUSED;
    if (result->missing)
        zp_error_set(&result->error, code, or_null(result->code), "%s",
                     _("Bitrix24 does not have this entry any more, or the webhook may not read "
                       "it: look in the CRM"));
    else if (text[0] != '\0')
        zp_error_set(&result->error, code, or_null(result->code), _("Bitrix24 refused this: %s"),
                     text);
    else
        zp_error_set(&result->error, code, or_null(result->code),
                     _("Bitrix24 refused this without a reason (HTTP %d)"), status);
    result->error.http_status = status;
}

// The only wordings that are looked at: legacy errors have an empty code (2.4).
static bool says_denied(const char *text) {
    return strcasestr(text, "access denied") != NULL || strstr(text, "Доступ запрещ") != NULL ||
           strstr(text, "доступ запрещ") != NULL;
}

static bool says_missing(const char *text) {
    return strcasestr(text, "not found") != NULL || strstr(text, "не найден") != NULL;
}

static void judge_known(struct zp__crm_result *result, const struct known *known, int status,
                        bool writing, const char *text, const struct zp_json *root, int64_t now) {
    switch (known->kind) {
    case DENIED: denied(result, status, text); break;
    case BROKEN: broken(result, writing, status); break;
    case TOO_FAST: too_fast(result, status); break;
    case TOO_MUCH: too_much(result, root, now); break;
    case BLOCKED: blocked(result, status); break;
    case NO_METHOD: no_method(result, status); break;
    case NO_OWNER:
        result->missing = true;
        refused(result, status, text);
        break;
    }
}

static void judge_error(TALLOC_CTX *ctx, struct zp__crm_result *result, int status, bool writing,
                        const struct zp_json *root, int64_t now, const char *secret) {
    const struct zp_json *error = ZP_CRM_FIELD(root, "error");
    const struct zp_json *said = ZP_CRM_FIELD(root, "error_description");
    if (zp_json_type(error) == ZP_JSON_OBJECT) { // REST 3.0
        said = ZP_CRM_FIELD(error, "message");
        error = ZP_CRM_FIELD(error, "code");
    }
    const char *text = zp__crm_plain(ctx, said, ZP_LIMIT_MESSAGE_BYTES);
    if (secret != NULL && strstr(text, secret) != NULL)
        text = "";
    snprintf(result->code, sizeof result->code, "%s", zp_json_words(ctx, error, 63));
    const struct known *known = find_known(result->code);
    if (writing && ZP_CRM_FIELD(root, "result") != NULL)
        unbelievable(result, writing, status, N_("an error and a result at once"));
    else if (known != NULL)
        judge_known(result, known, status, writing, text, root, now);
    else if (status == 429)
        too_much(result, root, now);
    else if (status >= 500)
        broken(result, writing, status);
    else if (status == 401 || status == 403 || (result->code[0] == '\0' && says_denied(text)))
        denied(result, status, text);
    else {
        result->missing = result->code[0] == '\0' && says_missing(text);
        refused(result, status, text);
    }
}

// ---- success

static void read_time(struct zp__crm_result *result, const struct zp_json *root) {
    const struct zp_json *time = ZP_CRM_FIELD(root, "time");
    const char *text = zp_json_string(ZP_CRM_FIELD(time, "date_finish", "date_start"));
    int64_t instant = 0;
    result->reset_at = zp__crm_number(ZP_CRM_FIELD(time, "operating_reset_at"));
    if (text == NULL || !zp__crm_offset(text, &result->server_offset_s))
        return;
    if (zp_instant_parse(text, NULL, &instant) == ZP_INSTANT_UTC)
        result->server_time = instant;
}

static void judge_json(TALLOC_CTX *ctx, struct zp__crm_result *result, int status, bool writing,
                       const struct zp_json *root, int64_t now, const char *secret) {
    if (ZP_CRM_FIELD(root, "error") != NULL) {
        judge_error(ctx, result, status, writing, root, now, secret);
        return;
    }
    result->result = ZP_CRM_FIELD(root, "result");
    if (status == 429)
        too_much(result, root, now);
    else if (status >= 500)
        broken(result, writing, status);
    else if (status < 200 || status >= 300)
        unbelievable(result, writing, status, N_("an HTTP error without a reason"));
    else if (result->result == NULL)
        unbelievable(result, writing, status, N_("no result in it"));
    else {
        result->next = zp__crm_number(ZP_CRM_FIELD(root, "next"));
        result->total = zp__crm_number(ZP_CRM_FIELD(root, "total"));
        read_time(result, root);
    }
}

// The old host of a renamed portal answers 302. Followed, a POST would arrive as an empty GET (T1).
static void redirected(struct zp__crm_result *result, bool writing, int status) {
    result->outcome = ZP_CRM_UNKNOWN;
    zp_error_set(&result->error, writing ? ZP_E_UNKNOWN : ZP_E_CONFIG, NULL, "%s",
                 _("The portal sends to another address: if it was renamed, put its new webhook "
                   "address into bitrix24.webhook_url_file"));
    result->error.http_status = status;
}

// The last part of https://portal/rest/1/SECRET/, for keeping it out of messages. NULL: none.
static const char *secret_of(TALLOC_CTX *ctx, const char *webhook_url) {
    size_t size = webhook_url != NULL ? strlen(webhook_url) : 0;
    while (size > 0 && webhook_url[size - 1] == '/')
        size--;
    size_t from = size;
    while (from > 0 && webhook_url[from - 1] != '/')
        from--;
    return size > from ? zp__memory_strndup(ctx, webhook_url + from, size - from) : NULL;
}

void zp__crm_judge(TALLOC_CTX *ctx, const struct zp__http_reply *reply, bool writing, int64_t now,
                   const char *webhook_url, struct zp__crm_result *result) {
    *result = (struct zp__crm_result){.outcome = ZP_CRM_DONE};
    const struct zp_json *root = NULL;
    int status = reply->status;
    bool mended = false;
    if (reply->outcome != ZP_HTTP_ANSWERED) {
        lost(result, reply, writing);
        return;
    }
    if (status >= 300 && status < 400) {
        redirected(result, writing, status);
        return;
    }
    if (reply->body_size > 0)
        root = zp_json_parse_mended(ctx, reply->body, reply->body_size, &mended);
    if (zp_json_type(root) == ZP_JSON_OBJECT)
        judge_json(ctx, result, status, writing, root, now, secret_of(ctx, webhook_url));
    else if (status == 429)
        too_much(result, NULL, now);
    else if (status == 401 || (status == 403 && !writing))
        denied(result, status, "");
    else if (status >= 500)
        broken(result, writing, status);
    else
        unbelievable(result, writing, status,
                     reply->body_size == 0 ? N_("empty") : N_("not JSON: a page of a proxy?"));
}
