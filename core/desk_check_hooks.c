// check: the round trip of webhooks: does `zapis serve` answer on this machine, and does what is
// sent to the public address arrive there? Nothing is stored: the second is a POST without a
// signature, which has to be refused.
#include "desk_check.h"
#include "net/http.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/json.h>

#define SERVE      "serve"
#define PUBLIC     "serve.public"
#define TIMEOUT_MS 5000

static void ask_public(struct zp__ask *ask);

static const char *health_url(struct zp__ask *ask) {
    const char *listen = ask->desk->o.config->serve.listen;
    const char *colon = strrchr(listen, ':');
    const char *host = strncmp(listen, "0.0.0.0:", 8) == 0 ? "127.0.0.1"
                       : strncmp(listen, "[::]:", 5) == 0  ? "[::1]"
                                                           : NULL;
    return host != NULL ? talloc_asprintf(ask, "http://%s%s/health", host, colon)
                        : talloc_asprintf(ask, "http://%s/health", listen);
}

static void send_to(struct zp__ask *ask, const char *method, const char *url, zp__http_fn fn) {
    struct zp__check_state *state = ask->state;
    const struct zp__http_request request = {.method = method,
                                             .url = url,
                                             .body = strcmp(method, "POST") == 0 ? "" : NULL,
                                             .timeout_ms = TIMEOUT_MS,
                                             .max_reply_bytes = 65536};
    if (state->http == NULL) {
        state->http = zp__http_new(state, ask->desk->loop, &(struct zp__http_options){0});
    }
    zp__http_send(state->http, &request, fn, zp__ask_ticket(ask, 0));
}

// ---- on this machine

static bool says_ok(const struct zp__http_reply *reply) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    struct zp_error error = {0};
    const struct zp_json *health = zp_json_parse(scratch, reply->body, reply->body_size, &error);
    const char *status = zp_json_string(zp_json_get(health, "status"));
    const bool ok = reply->status == 200 && status != NULL && strcmp(status, "ok") == 0;
    talloc_free(scratch);
    return ok;
}

static void add_silence(struct zp__ask *ask) {
    const char *listen = ask->desk->o.config->serve.listen;
    if (ask->desk->o.config->practice.on) {
        zp__check_add(ask, SERVE, ZP_CHECK_SKIPPED, _("zapis serve does not run at %s"), listen);
    } else {
        zp__check_add(ask, SERVE, ZP_CHECK_WARN,
                      _("zapis serve does not answer at %s, so that no webhook arrives: start it "
                        "(systemctl start zapis)"),
                      listen);
    }
}

static void on_health(const struct zp__http_reply *reply, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    const char *listen = ask->desk->o.config->serve.listen;
    if (reply->outcome != ZP_HTTP_ANSWERED) {
        add_silence(ask);
        zp__check_next(ask);
        return;
    }
    if (!says_ok(reply)) {
        zp__check_add(ask, SERVE, ZP_CHECK_WARN,
                      _("what answers at %s is not zapis serve, or its journal cannot be read: see "
                        "journalctl -u zapis"),
                      listen);
    } else {
        zp__check_add(ask, SERVE, ZP_CHECK_OK, _("zapis serve takes webhooks at %s"), listen);
    }
    ask_public(ask);
}

// ---- from the outside

// An endpoint that is on.
static const char *endpoint(const struct zp_config *config) {
    if (config->secrets.dikidi_webhook != NULL || config->secrets.dikidi_webhook_previous != NULL) {
        return strcmp(config->dikidi.webhook.scheme, "secret-path") == 0
                   ? "/hooks/dikidi/zapis-check"
                   : "/hooks/dikidi";
    }
    return config->secrets.bitrix24_event_token != NULL ? "/hooks/bitrix24/event"
                                                        : "/hooks/bitrix24/robot";
}

static void on_public(const struct zp__http_reply *reply, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    const struct zp_config *config = ask->desk->o.config;
    if (reply->outcome != ZP_HTTP_ANSWERED) {
        zp__check_add(ask, PUBLIC, ZP_CHECK_WARN, _("%s cannot be reached from here: %s"),
                      config->serve.public_url, reply->error.message);
    } else if (reply->status == 401 && strstr(reply->body, "\"SIGNATURE\"") != NULL) {
        zp__check_add(ask, PUBLIC, ZP_CHECK_OK,
                      _("what is sent to %s arrives here, and is refused without a signature"),
                      config->serve.public_url);
    } else {
        zp__check_add(ask, PUBLIC, ZP_CHECK_WARN,
                      _("%s answers with HTTP %d where zapis serve would with 401: let the proxy "
                        "pass POST to /hooks/ on to %s"),
                      config->serve.public_url, reply->status, config->serve.listen);
    }
    zp__check_next(ask);
}

static void ask_public(struct zp__ask *ask) {
    const struct zp_config *config = ask->desk->o.config;
    size_t size = strlen(config->serve.public_url);
    while (size > 0 && config->serve.public_url[size - 1] == '/') {
        size--;
    }
    if (size == 0) {
        zp__check_next(ask);
        return;
    }
    send_to(ask, "POST",
            talloc_asprintf(ask, "%.*s%s", (int)size, config->serve.public_url, endpoint(config)),
            on_public);
}

void zp__prove_hooks(struct zp__ask *ask) {
    const struct zp_config *config = ask->desk->o.config;
    const struct zp_secrets *secrets = &config->secrets;
    const char *colon = strrchr(config->serve.listen, ':');
    if (secrets->dikidi_webhook == NULL && secrets->dikidi_webhook_previous == NULL &&
        secrets->bitrix24_event_token == NULL && secrets->bitrix24_robot == NULL) {
        zp__check_skip(
            ask, SERVE,
            _("webhooks are off, since none has a secret: bookings made elsewhere are not "
              "heard of, and the CRM is only asked now and then"));
    } else if (strcmp(colon, ":0") == 0) {
        zp__check_skip(ask, SERVE, _("not asked: serve.listen leaves the port to the system"));
    } else {
        send_to(ask, "GET", health_url(ask), on_health);
    }
}
