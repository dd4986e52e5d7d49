// The life of a call: its turn in the budget, the exchange, the judgement, the one callback.
#include "base/memory.h"
#include "dikidi/call.h"
#include <assert.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/log.h>
#include <zapis/text.h>

#define PAGES            100
#define BACKGROUND_SHARE 20

static int dikidi_destroy(struct zp_dikidi *dikidi) {
    dikidi->closing = true;
    TALLOC_FREE(dikidi->http);
    TALLOC_FREE(dikidi->pace);
    return 0;
}

struct zp_dikidi *zp__dikidi_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                 const struct zp_config *config) {
    struct zp_dikidi *dikidi = zp__memory_new(ctx, struct zp_dikidi);
    dikidi->loop = loop;
    dikidi->config = config;
    struct zp__http_options options = {.ca_path = config->dikidi.ca_path};
    dikidi->http = zp__http_new(dikidi, loop, &options);
    int rate = config->dikidi.requests_per_minute;
    // A quarter at once after a rest: enough for a week's schedule. Others than a person may use a
    // third of that.
    struct zp__pace_limits limits = {.per_minute = rate,
                                     .others_burst = rate >= 12 ? rate / 12 : 1,
                                     .background_share = BACKGROUND_SHARE,
                                     .shared_path =
                                         zp__pace_path(dikidi, config->store.url, "dikidi")};
    dikidi->pace = zp__pace_new(dikidi, loop, &limits);
    talloc_set_destructor(dikidi, dikidi_destroy);
    return dikidi;
}

static char *replaced(TALLOC_CTX *ctx, char *text, const char *mark, const char *value) {
    char *at;
    while (value != NULL && (at = strstr(text, mark)) != NULL)
        text = zp__memory_printf(ctx, "%.*s%s%s", (int)(at - text), text, value, at + strlen(mark));
    return text;
}

// A booking id goes into the path: "." and ".." would climb out of it, whatever the escaping.
static bool id_fits_path(const char *id) {
    return id != NULL && id[0] != '\0' && strlen(id) <= ZP_LIMIT_ID_BYTES && strcmp(id, ".") != 0 &&
           strcmp(id, "..") != 0;
}

struct zp__dikidi_call *zp__dikidi_call_new(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                                            const struct zp_path_template *template_,
                                            const char *booking_id, zp__dikidi_fn fn, void *data) {
    const struct zp_config *config = dikidi->config;
    struct zp__dikidi_call *call = zp__memory_new(dikidi, struct zp__dikidi_call);
    call->dikidi = dikidi;
    call->id = ++dikidi->last_id;
    call->class_ = class_;
    call->fn = fn;
    call->data = data;
    call->next = dikidi->calls;
    if (call->next != NULL)
        call->next->previous = call;
    dikidi->calls = call;

    call->method = template_->method;
    char *path = zp__memory_strdup(call, template_->path);
    // The booking first: a company whose text held the mark would be replaced twice otherwise.
    if (strstr(path, "{booking}") != NULL) {
        if (!id_fits_path(booking_id)) {
            zp_error_set(&call->answer.error, ZP_E_USAGE, NULL, "%s",
                         _("This is no booking number of Dikidi: look it up again"));
            booking_id = "0";
        }
        path = replaced(call, path, "{booking}", zp__http_escape(call, booking_id));
    }
    path = replaced(call, path, "{company}", zp__http_escape(call, config->salon.company));
    const char *base = path[0] == '/' ? config->dikidi.base_url : "";
    size_t length = strlen(base);
    while (length > 0 && base[length - 1] == '/')
        length--;
    call->url = zp__memory_printf(call, "%.*s%s", (int)length, base, path);
    if (config->secrets.dikidi_key == NULL || config->secrets.dikidi_key[0] == '\0')
        zp_error_set(&call->answer.error, ZP_E_CONFIG, NULL, "%s",
                     _("There is no key for Dikidi: set dikidi.key_file in the configuration"));
    return call;
}

void zp__dikidi_call_query(struct zp__dikidi_call *call, const char *name, const char *value) {
    call->url = zp__memory_printf(call, "%s%c%s=%s", call->url, strchr(call->url, '?') ? '&' : '?',
                                  name, zp__http_escape(call, value));
}

struct zp__dikidi_reader zp__dikidi_call_reader(const struct zp__dikidi_call *call,
                                                const struct zp__dikidi_body *body) {
    const struct zp_config *config = call->dikidi->config;
    return (struct zp__dikidi_reader){.ctx = talloc_new(call),
                                      .odds = &call->dikidi->odds,
                                      .seconds = body->seconds,
                                      .zone = config->zone,
                                      .currency = config->salon.currency,
                                      .country = config->salon.country};
}

static void deliver(struct zp__dikidi_call *call) {
    struct zp_dikidi *dikidi = call->dikidi;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        dikidi->calls = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    // The callback may free the whole client; the answer must outlive that.
    talloc_steal(NULL, call);
    call->answer.ok = call->answer.error.code == ZP_OK;
    if (call->write)
        call->answer.ok = call->answer.outcome == ZP_OUTCOME_DONE;
    call->fn(&call->answer, call->data);
    talloc_free(call);
}

static void on_end(void *data) {
    deliver(data);
}

uint64_t zp__dikidi_call_end(struct zp__dikidi_call *call) {
    call->phase = ZP_DIKIDI_ENDING;
    if (call->end_timer == NULL)
        call->end_timer = zp_timer_new(call, call->dikidi->loop, on_end, call);
    zp_timer_start(call->end_timer, 0, 0);
    return call->id;
}

static void not_sent(struct zp__dikidi_call *call) {
    call->answer.outcome = ZP_OUTCOME_NOT_SENT;
    zp_error_set(&call->answer.error, ZP_E_CANCELLED, NULL, "%s",
                 _("This was given up before anything was sent to Dikidi"));
}

bool zp__dikidi_call_nonsense(struct zp__dikidi_call *call, const char *what) {
    call->answer.outcome = ZP_OUTCOME_UNKNOWN;
    zp__dikidi_unbelievable(call->write, call->answer.error.http_status, what, &call->answer.error);
    zp_log(ZP_LOG_WARN, "dikidi answer makes no sense", ZP_LOG_I("call", (int64_t)call->id),
           ZP_LOG_S("what", what));
    return true;
}

static void on_reply(const struct zp__http_reply *reply, void *data) {
    struct zp__dikidi_call *call = data;
    struct zp_dikidi *dikidi = call->dikidi;
    if (dikidi->closing)
        return;
    int64_t now = zp_clock_now(&dikidi->config->clock);
    struct zp__dikidi_judged judged;
    TALLOC_CTX *scratch = talloc_new(call);
    call->answer.server_date = reply->server_date;
    bool sense = zp__dikidi_judge(scratch, reply, call->write, now,
                                  dikidi->config->secrets.dikidi_key, &judged);
    if (judged.hold_ms > 0)
        zp__pace_hold(dikidi->pace, judged.hold_ms);
    dikidi->odds.of[ZP_DIKIDI_ODD_RETRY_DATE] += judged.pause_date;
    dikidi->odds.of[ZP_DIKIDI_ODD_WEB_PAGE] += judged.page;
    dikidi->odds.of[ZP_DIKIDI_ODD_BROKEN_TEXT] += judged.mended;
    bool stands = true;
    if (sense) {
        judged.body.seconds = zp__dikidi_odd_survey(judged.body.root, &dikidi->odds);
        call->answer.outcome = ZP_OUTCOME_DONE;
        stands = call->read(call, &judged.body);
    } else {
        zp__dikidi_odd_error(judged.body.root, &dikidi->odds);
        call->answer.outcome = judged.outcome;
        call->answer.error = judged.error;
    }
    if (call->answer.error.code != ZP_OK && reply->outcome == ZP_HTTP_ANSWERED)
        call->answer.error.http_status = reply->status;
    zp_log(ZP_LOG_DEBUG, "dikidi exchange", ZP_LOG_I("call", (int64_t)call->id),
           ZP_LOG_I("status", reply->status), ZP_LOG_I("ms", reply->elapsed_ms),
           ZP_LOG_S("error", call->answer.error.name));
    talloc_free(scratch);
    if (stands)
        deliver(call);
    else if (++call->pages >= PAGES && zp__dikidi_call_nonsense(call, N_("pages without an end")))
        deliver(call);
    else
        zp__dikidi_call_start(call);
}

static void send_now(struct zp__dikidi_call *call) {
    const struct zp_config *config = call->dikidi->config;
    const char *scheme = config->dikidi.auth_scheme;
    TALLOC_CTX *scratch = talloc_new(call);
    const char *headers[4];
    size_t count = 0;
    bool bare = scheme == NULL || scheme[0] == '\0';
    headers[count++] = zp__memory_printf(scratch, "Authorization: %s%s%s", bare ? "" : scheme,
                                         bare ? "" : " ", config->secrets.dikidi_key);
    headers[count++] = "Accept: application/json";
    if (call->body != NULL)
        headers[count++] = "Content-Type: application/json";
    if (call->request_id != NULL)
        headers[count++] = zp__memory_printf(scratch, "Idempotency-Key: %s", call->request_id);
    const char *url = call->url;
    if (call->paged)
        url = zp__memory_printf(scratch, "%s%climit=%d&offset=%zu", url,
                                strchr(url, '?') ? '&' : '?', ZP_DIKIDI_PAGE, call->offset);
    struct zp__http_request request = {.method = call->method,
                                       .url = url,
                                       .headers = headers,
                                       .header_count = count,
                                       .body = call->body,
                                       .body_size = call->body != NULL ? strlen(call->body) : 0,
                                       .timeout_ms = config->dikidi.timeout_seconds * 1000};
    call->phase = ZP_DIKIDI_IN_FLIGHT;
    call->http_id = zp__http_send(call->dikidi->http, &request, on_reply, call);
    talloc_free(scratch);
}

static void on_turn(void *data) {
    struct zp__dikidi_call *call = data;
    if (call->dikidi->closing)
        return;
    call->phase = ZP_DIKIDI_SENDING;
    bool allowed = call->sending == NULL || call->sending(call->data);
    if (allowed && !call->given_up) {
        send_now(call);
        return;
    }
    not_sent(call);
    deliver(call);
}

uint64_t zp__dikidi_call_start(struct zp__dikidi_call *call) {
    if (call->answer.error.code != ZP_OK) {
        call->answer.outcome = ZP_OUTCOME_NOT_SENT;
        return zp__dikidi_call_end(call);
    }
    call->phase = ZP_DIKIDI_WAITING;
    call->pace_id = zp__pace_ask(call->dikidi->pace, call->class_, on_turn, call);
    return call->id;
}

void zp__dikidi_cancel_call(struct zp_dikidi *dikidi, uint64_t id) {
    struct zp__dikidi_call *call = dikidi->calls;
    while (call != NULL && call->id != id)
        call = call->next;
    if (call == NULL)
        return;
    call->given_up = true;
    switch (call->phase) {
    case ZP_DIKIDI_WAITING:
        zp__pace_cancel(dikidi->pace, call->pace_id);
        not_sent(call);
        zp__dikidi_call_end(call);
        break;
    case ZP_DIKIDI_IN_FLIGHT: zp__http_cancel(dikidi->http, call->http_id); break;
    case ZP_DIKIDI_SENDING: // `sending` itself gave it up: on_turn sees the mark
    case ZP_DIKIDI_ENDING: break;
    }
}

bool zp__dikidi_is_slot_taken(const struct zp_error *error) {
    return error != NULL && error->code != ZP_OK && strcmp(error->name, "SLOT_TAKEN") == 0;
}
