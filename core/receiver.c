// The receiver's life: opening, changing to another configuration without losing the port, stopping
// without losing a hook.
#include <zapis/receiver.h>

#include "base/memory.h"
#include "receiver_private.h"

#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

#define MAX_CONNECTIONS   256
#define IDLE_TIMEOUT_S    60
#define REQUEST_TIMEOUT_S 10
#define MAX_HEAD_BYTES    (16u * 1024)

// ---- doors

// "127.0.0.1:8085", "[::1]:8085": the configuration was checked.
static char *split_listen(TALLOC_CTX *ctx, const char *listen, uint16_t *port) {
    const char *colon = strrchr(listen, ':');
    const bool brackets = listen[0] == '[';
    *port = (uint16_t)strtoul(colon + 1, NULL, 10);
    return zp__memory_strndup(ctx, listen + brackets,
                              (size_t)(colon - listen) - (brackets ? 2 : 0));
}

static struct zp__receiver_door *open_door(struct zp_receiver *receiver, const char *listen,
                                           struct zp_error *err) {
    struct zp__receiver_door *door = zp__memory_new(receiver, struct zp__receiver_door);
    door->receiver = receiver;
    door->listen = zp__memory_strdup(door, listen);
    struct zp__httpd_options options = {.max_body = ZP_LIMIT_HOOK_BYTES,
                                        .max_connections = MAX_CONNECTIONS,
                                        .idle_timeout_s = IDLE_TIMEOUT_S,
                                        .max_head = MAX_HEAD_BYTES,
                                        .request_timeout_s = REQUEST_TIMEOUT_S,
                                        .make_room = true};
    options.address = split_listen(door, listen, &options.port);
    door->httpd = zp__httpd_new(door, receiver->loop, &options, zp__receiver_route, door, err);
    if (!door->httpd) {
        TALLOC_FREE(door);
    }
    return door;
}

static void close_door(struct zp_receiver *receiver, struct zp__receiver_door *door) {
    zp__httpd_wind_down(door->httpd);
    door->next = receiver->closing;
    receiver->closing = door;
}

// ---- rules

static int rule_gone(struct zp__receiver_rule *rule) {
    while (rule->calls) { // their answers find nobody
        struct zp__receiver_call *call = rule->calls;
        rule->calls = call->next;
        call->rule = NULL;
    }
    return 0;
}

static struct zp__receiver_rule *rule_new(struct zp_receiver *receiver, struct zp_desk *desk,
                                          const struct zp_config *config) {
    struct zp__receiver_rule *rule = zp__memory_new(receiver, struct zp__receiver_rule);
    const struct zp_secrets *secrets = &config->secrets;
    rule->receiver = receiver;
    rule->desk = desk;
    rule->config = config;
    rule->dikidi = zp__verifier_new(rule, config->dikidi.webhook.scheme, secrets->dikidi_webhook,
                                    secrets->dikidi_webhook_previous, config->serve.public_url);
    rule->event = zp__verifier_new_plain(rule, secrets->bitrix24_event_token);
    rule->robot = zp__verifier_new_plain(rule, secrets->bitrix24_robot);
    talloc_set_destructor(rule, rule_gone);
    return rule;
}

static bool is_idle(const struct zp__receiver_rule *rule) {
    return !rule->first && !rule->calls;
}

// ---- each turn, before the loop waits

static bool is_over(const struct zp_receiver *receiver) {
    return receiver->stopping && receiver->stopped && !receiver->closing && !receiver->former &&
           is_idle(receiver->rule);
}

static bool needs_tidying(const struct zp_receiver *receiver) {
    for (const struct zp__receiver_door *door = receiver->closing; door; door = door->next) {
        if (zp__httpd_is_idle(door->httpd)) {
            return true;
        }
    }
    for (const struct zp__receiver_rule *rule = receiver->former; rule; rule = rule->next) {
        if (is_idle(rule)) {
            return true;
        }
    }
    return is_over(receiver);
}

static void tidy_doors(struct zp_receiver *receiver) {
    struct zp__receiver_door **link = &receiver->closing;
    while (*link) {
        struct zp__receiver_door *door = *link;
        if (!zp__httpd_is_idle(door->httpd)) {
            link = &door->next;
            continue;
        }
        const struct zp__httpd_counts counts = zp__httpd_counts(door->httpd);
        receiver->counters.slow += counts.slow;
        receiver->counters.crowded += counts.crowded;
        *link = door->next;
        receiver->door = receiver->door == door ? NULL : receiver->door;
        talloc_free(door);
    }
}

static void tidy_rules(struct zp_receiver *receiver) {
    struct zp__receiver_rule **link = &receiver->former;
    while (*link) {
        struct zp__receiver_rule *rule = *link;
        if (!is_idle(rule)) {
            link = &rule->next;
            continue;
        }
        zp_receiver_fn let_go = rule->let_go;
        void *data = rule->data;
        *link = rule->next;
        talloc_free(rule);
        let_go(data);
    }
}

// A turn of its own, since what is told here may free the desk whose callback brought us here.
static void on_tidy(void *data) {
    struct zp_receiver *receiver = data;
    tidy_doors(receiver);
    tidy_rules(receiver);
    if (is_over(receiver)) {
        zp_receiver_fn stopped = receiver->stopped;
        receiver->stopped = NULL;
        stopped(receiver->data);
    }
}

static void on_before_wait(void *data) {
    struct zp_receiver *receiver = data;
    zp__receiver_flush(receiver->rule);
    for (struct zp__receiver_rule *rule = receiver->former; rule; rule = rule->next) {
        zp__receiver_flush(rule);
    }
    if (needs_tidying(receiver)) {
        zp_timer_start(receiver->tidy, 0, 0);
    }
}

// ---- the face

struct zp_receiver *zp_receiver_open(TALLOC_CTX *ctx, struct zp_loop *loop, struct zp_desk *desk,
                                     const struct zp_config *config, struct zp_error *err) {
    struct zp_receiver *receiver = zp__memory_new(ctx, struct zp_receiver);
    receiver->loop = loop;
    receiver->opened_boot_ms = zp_clock_boot_ms();
    receiver->door = open_door(receiver, config->serve.listen, err);
    if (!receiver->door) {
        talloc_free(receiver);
        return NULL;
    }
    receiver->rule = rule_new(receiver, desk, config);
    receiver->hook = zp_loop_before_wait(receiver, loop, on_before_wait, receiver);
    receiver->tidy = zp_timer_new(receiver, loop, on_tidy, receiver);
    receiver->poke = zp_timer_new(receiver, loop, zp__receiver_on_poke, receiver);
    return receiver;
}

bool zp_receiver_change(struct zp_receiver *receiver, struct zp_desk *desk,
                        const struct zp_config *config, zp_receiver_fn let_go, void *data,
                        struct zp_error *err) {
    if (receiver->stopping) {
        return zp_error_set(err, ZP_E_CANCELLED, NULL, _("it is being stopped"));
    }
    if (strcmp(config->serve.listen, receiver->door->listen) != 0) {
        struct zp__receiver_door *door = open_door(receiver, config->serve.listen, err);
        if (!door) {
            return false;
        }
        close_door(receiver, receiver->door);
        receiver->door = door;
    }
    struct zp__receiver_rule *former = receiver->rule;
    receiver->rule = rule_new(receiver, desk, config);
    former->let_go = let_go;
    former->data = data;
    former->next = receiver->former;
    receiver->former = former;
    zp_timer_start(receiver->tidy, 0, 0);
    return true;
}

void zp_receiver_stop(struct zp_receiver *receiver, zp_receiver_fn stopped, void *data) {
    receiver->stopped = stopped;
    receiver->data = data;
    if (!receiver->stopping) {
        receiver->stopping = true;
        close_door(receiver, receiver->door);
    }
    zp_timer_start(receiver->tidy, 0, 0);
}

uint16_t zp_receiver_port(const struct zp_receiver *receiver) {
    return receiver->door ? zp__httpd_port(receiver->door->httpd) : 0;
}

void zp_receiver_endpoints(const struct zp_receiver *receiver,
                           struct zp_receiver_endpoint out[ZP_RECEIVER_ENDPOINTS]) {
    const struct zp__receiver_rule *rule = receiver->rule;
    const struct zp_config *config = rule->config;
    const bool in_path = strcmp(config->dikidi.webhook.scheme, "secret-path") == 0;
    const bool has_secret =
        config->secrets.dikidi_webhook || config->secrets.dikidi_webhook_previous;
    out[0] =
        (struct zp_receiver_endpoint){.path = in_path ? "/hooks/dikidi/SECRET" : "/hooks/dikidi",
                                      .how = in_path ? "" : config->dikidi.webhook.scheme,
                                      .off = rule->dikidi ? NULL
                                             : has_secret ? "serve.public_url"
                                                          : "dikidi.webhook.secret_file"};
    out[1] = (struct zp_receiver_endpoint){.path = "/hooks/bitrix24/event",
                                           .how = "",
                                           .off = rule->event ? NULL : "bitrix24.event_token_file"};
    out[2] =
        (struct zp_receiver_endpoint){.path = "/hooks/bitrix24/robot",
                                      .how = "",
                                      .off = rule->robot ? NULL : "bitrix24.robot_secret_file"};
}

struct zp_receiver_counters zp_receiver_counters(const struct zp_receiver *receiver) {
    struct zp_receiver_counters counters = receiver->counters;
    if (receiver->door) {
        const struct zp__httpd_counts counts = zp__httpd_counts(receiver->door->httpd);
        counters.connections = counts.connections;
        counters.slow += counts.slow;
        counters.crowded += counts.crowded;
    }
    return counters;
}
