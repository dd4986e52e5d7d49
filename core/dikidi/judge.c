// How a reply is judged: done, refused, unknown or not sent. "Never doubled, never lost" rests on
// this file: NOT_SENT only where nothing can have happened, REFUSED only where Dikidi said no.
#include "dikidi/call.h"
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/text.h>

#define PAUSE_MS    30000       // a 429 that does not say how long
#define MAX_PAUSE_S (15 * 60LL) // asked again after that: a wrong header must not stop a desk
#define EPOCH_FROM  1000000000  // a larger number of seconds is an instant, not a pause

#define CODE_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

// Dikidi's codes (dikidi-api.md "Errors"). `says`: its own text is shown too.
static const struct known {
    const char *name, *sentence;
    enum zp_error_code code; // NOT_FOUND: of a read; a write is REFUSED
    bool says;
} known_codes[] = {
    {"SLOT_TAKEN", N_("This time has just been taken: choose another one"), ZP_E_REFUSED, false},
    {"OUT_OF_SCHEDULE", N_("The master does not work at this time: choose another one"),
     ZP_E_REFUSED, false},
    {"LEAD_TIME", N_("Dikidi does not take bookings for so soon: choose a later time"),
     ZP_E_REFUSED, true},
    {"CLIENT_BLOCKED", N_("This client is blocked at Dikidi: unblock them there"), ZP_E_REFUSED,
     false},
    {"PREPAYMENT_REQUIRED", N_("Dikidi wants a prepayment for this booking: book it in Dikidi"),
     ZP_E_REFUSED, false},
    {"NUMBER_NOT_TRUE", N_("Dikidi does not accept this phone number: check the number"),
     ZP_E_REFUSED, false},
    {"VALIDATION_ERROR", N_("Dikidi does not accept these details: check the booking"),
     ZP_E_REFUSED, true},
    {"IDEMPOTENCY_CONFLICT", N_("Dikidi knows this request with other details: book again"),
     ZP_E_REFUSED, false},
    {"BOOKING_CLOSED", N_("The visit has begun already, so it cannot be cancelled any more"),
     ZP_E_REFUSED, false},
    {"CANCEL_FORBIDDEN",
     N_("The salon's rules at Dikidi forbid to cancel this booking: cancel it in Dikidi"),
     ZP_E_REFUSED, true},
    {"BOOKING_NOT_FOUND", N_("Dikidi does not know this booking: check the number"), ZP_E_NOT_FOUND,
     false},
    {"MASTER_NOT_FOUND", N_("Dikidi does not know this master: refresh the masters"),
     ZP_E_NOT_FOUND, false},
    {"SERVICE_NOT_FOUND", N_("Dikidi does not know this service: refresh the services"),
     ZP_E_NOT_FOUND, false},
    {"COMPANY_ERROR",
     N_("Dikidi does not know this company: check salon.company in the configuration"), ZP_E_DENIED,
     false},
    {"USER_AUTHORISATION_ERROR",
     N_("Dikidi does not accept the key: check dikidi.key_file and dikidi.auth_scheme"),
     ZP_E_DENIED, false},
    {"ACCESS_DENIED", N_("The key may not do this at Dikidi: ask Dikidi for the rights of the API"),
     ZP_E_DENIED, true},
    {"PLAN_REQUIRED",
     N_("The salon's plan at Dikidi does not include the API: the plan must be Business or higher"),
     ZP_E_DENIED, false},
    {"RATE_LIMITED", N_("Too many requests to Dikidi: it will be asked again in a moment"),
     ZP_E_LIMITED, false},
};

void zp__dikidi_unbelievable(bool write, int status, const char *what, struct zp_error *err) {
    if (write)
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("Dikidi's answer makes no sense (%s), so it is not known whether this was "
                       "done"),
                     _(what));
    else
        zp_error_set(err, ZP_E_BAD_ANSWER, NULL,
                     _("Dikidi's answer makes no sense (%s): try again, and tell the "
                       "administrator if it stays"),
                     _(what));
    err->http_status = status;
}

static bool unbelievable(struct zp__dikidi_judged *judged, bool write, int status,
                         const char *what) {
    judged->outcome = ZP_OUTCOME_UNKNOWN;
    zp__dikidi_unbelievable(write, status, what, &judged->error);
    return false;
}

// Seconds or a date (RFC 9110 10.2.3), at least a second; 0 when there is none that can be read.
static int64_t retry_after_ms(struct zp__dikidi_judged *judged, const struct zp__http_reply *reply,
                              int64_t now) {
    const char *text = zp__http_reply_header(reply, "Retry-After");
    if (text == NULL)
        text = zp__http_reply_header(reply, "X-RateLimit-Reset");
    if (text == NULL)
        return 0;
    int64_t at = 0, from = reply->server_date != 0 ? reply->server_date : now;
    char *end = NULL;
    long long seconds = strtoll(text, &end, 10);
    if (end != text && *end == '\0' && seconds >= 0)
        seconds = seconds > EPOCH_FROM ? seconds - from : seconds;
    else if (zp_instant_parse_http(text, &at)) {
        seconds = at - from;
        judged->pause_date = true;
    } else
        return 0;
    if (seconds < 1)
        return 1000;
    return seconds < MAX_PAUSE_S ? seconds * 1000 : MAX_PAUSE_S * 1000;
}

static bool limited(struct zp__dikidi_judged *judged, const struct zp__http_reply *reply,
                    bool write, int64_t now) {
    int64_t pause_ms = retry_after_ms(judged, reply, now);
    judged->hold_ms = pause_ms > 0 ? pause_ms : PAUSE_MS;
    judged->outcome = ZP_OUTCOME_NOT_SENT;
    if (write)
        zp_error_set(&judged->error, ZP_E_LIMITED, "RATE_LIMITED", "%s",
                     _("Too many requests to Dikidi: it will be asked again in a moment"));
    else
        zp_error_set(&judged->error, ZP_E_LIMITED, "RATE_LIMITED",
                     _("Too many requests to Dikidi: try again in %d seconds"),
                     (int)(judged->hold_ms / 1000));
    judged->error.retry_after_ms = judged->hold_ms;
    return false;
}

// What a body says about an error: none, or a code (may be "") and a text.
struct complaint {
    bool any;
    const char *code, *text;
};

static const char *scalar(TALLOC_CTX *ctx, const struct zp_json *value, size_t max_bytes) {
    return zp_json_words(ctx, value, max_bytes);
}

// null, false, 0, "", "0", [] and {} are no error.
static struct complaint complaint_of(TALLOC_CTX *ctx, const struct zp_json *root) {
    struct complaint found = {.code = "", .text = ""};
    const struct zp_json *error = zp__dikidi_field(root, "error");
    const struct zp_json *text = zp__dikidi_field(root, "message");
    bool flag = false;
    switch (zp_json_type(error)) {
    case ZP_JSON_BOOL: found.any = zp_json_bool(error, &flag) && flag; break;
    case ZP_JSON_NUMBER:
    case ZP_JSON_STRING:
        found.code = scalar(ctx, error, 47);
        // A sentence where a code stands elsewhere.
        if (found.code[strspn(found.code, CODE_BYTES)] != '\0') {
            text = error;
            found = (struct complaint){.any = true, .code = "", .text = ""};
        }
        break;
    case ZP_JSON_OBJECT:
        found.code = scalar(ctx, zp__dikidi_field(error, "code"), 47);
        text = zp__dikidi_field(error, "message");
        break;
    default: break;
    }
    found.any = found.any || (found.code[0] != '\0' && strcmp(found.code, "0") != 0);
    found.text = scalar(ctx, text, ZP_LIMIT_MESSAGE_BYTES);
    if (zp_json_type(error) == ZP_JSON_OBJECT && found.code[0] == '\0' && found.text[0] != '\0')
        found.any = true;
    // A bare number or flag says nothing; a code may stand beside it.
    if (found.any && (found.code[0] == '\0' || strspn(found.code, "0123456789-") > 0)) {
        const char *beside = scalar(ctx, zp__dikidi_field(root, "code"), 47);
        if (beside[0] != '\0' && strspn(beside, "0123456789-") == 0)
            found.code = beside;
    }
    return found;
}

// Codes by which a server says that it broke, not that it refused.
static bool says_broken(const char *code) {
    static const char *const words[] = {"INTERNAL",    "SERVER",  "TIMEOUT",
                                        "UNAVAILABLE", "UNKNOWN", "EXCEPTION"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(code, words[i]) != NULL)
            return true;
    return strlen(code) == 3 && code[0] == '5' && strspn(code, "0123456789") == 3;
}

static const struct known *find_known(const char *code) {
    for (size_t i = 0; i < sizeof known_codes / sizeof *known_codes; i++)
        if (strcasecmp(known_codes[i].name, code) == 0)
            return &known_codes[i];
    return NULL;
}

enum zp_error_code zp__dikidi_refusal(const char *name) {
    const struct known *known = find_known(name != NULL ? name : "");
    return known != NULL && known->code == ZP_E_DENIED ? ZP_E_DENIED : ZP_E_REFUSED;
}

static enum zp_error_code code_of(const struct known *known, int status, bool write) {
    enum zp_error_code code = ZP_E_REFUSED;
    if (known != NULL)
        code = known->code;
    else if (status == 401 || status == 403)
        code = ZP_E_DENIED;
    else if (status == 404)
        code = ZP_E_NOT_FOUND;
    return code == ZP_E_NOT_FOUND && write ? ZP_E_REFUSED : code;
}

static bool refused(struct zp__dikidi_judged *judged, int status, bool write,
                    const struct complaint *complaint, const char *secret) {
    const struct known *known = find_known(complaint->code);
    const char *text = complaint->text;
    if (secret != NULL && secret[0] != '\0' && strstr(text, secret) != NULL)
        text = "";
    enum zp_error_code code = code_of(known, status, write);
    const char *name = known != NULL ? known->name : complaint->code;
    judged->outcome = ZP_OUTCOME_REFUSED;
    if (known != NULL && (!known->says || text[0] == '\0'))
        zp_error_set(&judged->error, code, name, "%s", _(known->sentence));
    else if (known != NULL)
        zp_error_set(&judged->error, code, name, _("%s (Dikidi says: %s)"), _(known->sentence),
                     text);
    else if (text[0] != '\0')
        zp_error_set(&judged->error, code, name[0] ? name : NULL, _("Dikidi refused this: %s"),
                     text);
    else
        zp_error_set(&judged->error, code, name[0] ? name : NULL,
                     _("Dikidi refused this without a reason (%s)"), name[0] ? name : "-");
    judged->error.http_status = status;
    return false;
}

static bool lost(struct zp__dikidi_judged *judged, const struct zp__http_reply *reply, bool write) {
    judged->error = reply->error;
    if (reply->outcome == ZP_HTTP_NOT_SENT) {
        judged->outcome = ZP_OUTCOME_NOT_SENT;
        return zp_error_context(&judged->error, "Dikidi");
    }
    judged->outcome = ZP_OUTCOME_UNKNOWN;
    if (write)
        zp_error_set(&judged->error, ZP_E_UNKNOWN, NULL, "%s",
                     _("Dikidi's answer was lost on the way, so it is not known whether this was "
                       "done"));
    else if (reply->too_large)
        return unbelievable(judged, false, reply->status, N_("too large"));
    else if (reply->cancelled)
        zp_error_set(&judged->error, ZP_E_CANCELLED, NULL, "%s",
                     _("This was given up before Dikidi answered"));
    else
        zp_error_set(&judged->error, ZP_E_UNREACHABLE, NULL, "%s",
                     reply->timed_out ? _("Dikidi did not answer in time: try again")
                                      : _("Dikidi's answer was lost on the way: try again"));
    judged->error.http_status = reply->status;
    return false;
}

static bool broken(struct zp__dikidi_judged *judged, const struct zp__http_reply *reply, bool write,
                   int64_t now) {
    judged->outcome = ZP_OUTCOME_UNKNOWN;
    if (write)
        zp_error_set(&judged->error, ZP_E_UNKNOWN, NULL,
                     _("Dikidi failed on its side (HTTP %d), so it is not known whether this was "
                       "done"),
                     reply->status);
    else
        zp_error_set(&judged->error, ZP_E_UNREACHABLE, NULL,
                     _("Dikidi does not work at the moment (HTTP %d): try again in a minute"),
                     reply->status);
    judged->error.http_status = reply->status;
    if (zp__http_reply_header(reply, "Retry-After") != NULL)
        judged->hold_ms = retry_after_ms(judged, reply, now);
    judged->error.retry_after_ms = judged->hold_ms;
    return false;
}

// A protection, login or proxy page in Dikidi's place. One sentence whatever its status is; the
// code is that of the status, since a proxy says 502 and 503 of a server that is down.
static bool page(struct zp__dikidi_judged *judged, const struct zp__http_reply *reply, bool write,
                 int64_t now) {
    judged->page = true;
    judged->outcome = ZP_OUTCOME_UNKNOWN;
    if (reply->status >= 500)
        broken(judged, reply, write, now);
    int64_t pause_ms = judged->hold_ms;
    if (write)
        zp_error_set(&judged->error, ZP_E_UNKNOWN, NULL,
                     _("Dikidi answered with a web page instead of data (HTTP %d), so it is not "
                       "known whether this was done"),
                     reply->status);
    else
        zp_error_set(
            &judged->error, reply->status >= 500 ? ZP_E_UNREACHABLE : ZP_E_BAD_ANSWER, NULL,
            _("Dikidi answered with a web page instead of data (HTTP %d): something stands "
              "in between; try again, and tell the administrator if it stays"),
            reply->status);
    judged->error.http_status = reply->status;
    judged->error.retry_after_ms = pause_ms;
    return false;
}

static bool is_page(const struct zp__http_reply *reply) {
    static const char skipped[] = " \t\r\n\xef\xbb\xbf";
    size_t at = 0;
    while (at < reply->body_size && reply->body[at] != '\0' && strchr(skipped, reply->body[at]))
        at++;
    return at < reply->body_size && reply->body[at] == '<';
}

// A thing with a number of its own beside an error: both cannot be true.
static bool has_booking(TALLOC_CTX *ctx, const struct zp_json *data) {
    if (zp_json_type(data) == ZP_JSON_ARRAY)
        data = zp_json_at(data, 0);
    return zp__dikidi_id(ctx, zp__dikidi_field(data, "id")) != NULL ||
           zp__dikidi_id(ctx, zp__dikidi_field(data, "booking_id")) != NULL;
}

static bool judge_complaint(TALLOC_CTX *ctx, const struct zp__http_reply *reply, bool write,
                            int64_t now, const char *secret, const struct complaint *complaint,
                            struct zp__dikidi_judged *judged) {
    const struct known *known = find_known(complaint->code);
    if (known != NULL && known->code == ZP_E_LIMITED)
        return limited(judged, reply, write, now);
    if (reply->status >= 500)
        return broken(judged, reply, write, now);
    if (reply->status == 408 || (known == NULL && says_broken(complaint->code)))
        return unbelievable(judged, write, reply->status, complaint->code);
    if (write && has_booking(ctx, zp__dikidi_field(judged->body.root, "data")))
        return unbelievable(judged, write, reply->status, N_("an error and a booking at once"));
    return refused(judged, reply->status, write, complaint, secret);
}

static bool judge_json(TALLOC_CTX *ctx, const struct zp__http_reply *reply, bool write, int64_t now,
                       const char *secret, struct zp__dikidi_judged *judged) {
    const struct zp_json *root = judged->body.root;
    enum zp_json_type type = zp_json_type(root);
    if (type == ZP_JSON_OBJECT) {
        struct complaint complaint = complaint_of(ctx, root);
        if (complaint.any)
            return judge_complaint(ctx, reply, write, now, secret, &complaint, judged);
    }
    if (reply->status >= 500)
        return broken(judged, reply, write, now);
    if (reply->status < 200 || reply->status >= 300)
        return unbelievable(judged, write, reply->status, N_("an HTTP error without a reason"));
    if (type != ZP_JSON_OBJECT && type != ZP_JSON_ARRAY)
        return unbelievable(judged, write, reply->status, N_("not an object"));
    const struct zp_json *data = zp__dikidi_field(root, "data");
    judged->body.data = data != NULL ? data : root;
    judged->body.meta = zp__dikidi_field(root, "meta");
    return true;
}

bool zp__dikidi_judge(TALLOC_CTX *ctx, const struct zp__http_reply *reply, bool write, int64_t now,
                      const char *secret, struct zp__dikidi_judged *judged) {
    *judged = (struct zp__dikidi_judged){.outcome = ZP_OUTCOME_DONE};
    if (reply->outcome != ZP_HTTP_ANSWERED)
        return lost(judged, reply, write);
    if (reply->status == 429)
        return limited(judged, reply, write, now);
    if (reply->status >= 300 && reply->status < 400)
        return unbelievable(judged, write, reply->status, N_("a redirect"));
    if (reply->body_size > 0)
        judged->body.root =
            zp_json_parse_mended(ctx, reply->body, reply->body_size, &judged->mended);
    // 401 is said before anything is done, with whatever body.
    struct complaint said = complaint_of(ctx, judged->body.root);
    if (judged->body.root != NULL && (reply->status != 401 || said.any))
        return judge_json(ctx, reply, write, now, secret, judged);
    if (reply->status == 401) {
        struct complaint complaint = {.any = true, .code = "USER_AUTHORISATION_ERROR", .text = ""};
        return refused(judged, 401, write, &complaint, secret);
    }
    if (is_page(reply))
        return page(judged, reply, write, now);
    if (reply->status >= 500)
        return broken(judged, reply, write, now);
    return unbelievable(judged, write, reply->status,
                        reply->body_size == 0 ? N_("empty") : N_("no JSON that can be read"));
}
