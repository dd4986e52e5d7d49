// /health and /metrics: what a load balancer, a person and Prometheus ask. No secret, no name and
// no number of a client is in them.
#include "receiver_private.h"

#include "base/memory.h"

#include <inttypes.h>
#include <string.h>
#include <zapis/json.h>

// ---- health

static const char *state_word(const struct zp_connection *connection) {
    if (!connection->known) {
        return "unknown";
    }
    if (connection->ok) {
        return "ok";
    }
    return connection->error.code == ZP_E_DENIED        ? "denied"
           : connection->error.code == ZP_E_UNREACHABLE ? "unreachable"
                                                        : "failing";
}

static void answer_health(const struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                          const struct zp__store_answer *answer) {
    struct zp_json *document = zp_json_new_object(zp__httpd_context(request));
    zp_json_add_string(document, "status", answer->ok ? "ok" : "failing");
    struct zp_json *queue = zp_json_add_object(document, "queue");
    zp_json_add_int(queue, "waiting", answer->waiting);
    zp_json_add_int(queue, "attention", answer->attention);
    zp_json_add_string(document, "dikidi", state_word(&rule->desk->dikidi_state));
    zp_json_add_string(document, "bitrix24", state_word(&rule->desk->crm_state));
    zp__receiver_answer(request, answer->ok ? 200 : 503, zp_json_print(document, document));
}

// ---- metrics

static char *put_family(char *text, const char *name, const char *type, const char *help) {
    return zp__memory_must(talloc_asprintf_append_buffer(text, "# HELP %s %s\n# TYPE %s %s\n", name,
                                                         help, name, type));
}

static char *put_number(char *text, const char *sample, int64_t number) {
    return zp__memory_must(talloc_asprintf_append_buffer(text, "%s %" PRId64 "\n", sample, number));
}

// Never through a double's own printing: the decimal sign is the locale's.
static char *put_seconds(char *text, const char *sample, int64_t us) {
    return zp__memory_must(talloc_asprintf_append_buffer(text, "%s %" PRId64 ".%06" PRId64 "\n",
                                                         sample, us / 1000000, us % 1000000));
}

static char *put_hooks(char *text, const struct zp_receiver_counters *counters) {
    static const char *const sources[] = {"dikidi", "bitrix24"};
    static const char *const results[] = {"stored",    "repeated", "forged",
                                          "malformed", "foreign",  "failed"};
    char sample[96];
    text = put_family(text, "zapis_hooks_total", "counter", "Webhooks, by what became of them.");
    for (int source = 0; source < ZP_RECEIVER_SOURCES; source++) {
        for (int result = 0; result < ZP_RECEIVER_RESULTS; result++) {
            snprintf(sample, sizeof sample, "zapis_hooks_total{source=\"%s\",result=\"%s\"}",
                     sources[source], results[result]);
            text = put_number(text, sample, (int64_t)counters->hooks[source][result]);
        }
    }
    text = put_family(text, "zapis_hooks_unknown_total", "counter",
                      "Webhooks stored whose event is not an expected one.");
    for (int source = 0; source < ZP_RECEIVER_SOURCES; source++) {
        snprintf(sample, sizeof sample, "zapis_hooks_unknown_total{source=\"%s\"}",
                 sources[source]);
        text = put_number(text, sample, (int64_t)counters->unknown[source]);
    }
    return text;
}

static char *put_commits(char *text, const struct zp_receiver_counters *counters) {
    text = put_family(text, "zapis_hook_commit_seconds", "summary",
                      "From handing a batch of webhooks to the journal until it is durable.");
    text = put_seconds(text, "zapis_hook_commit_seconds_sum", counters->commit_us);
    text = put_number(text, "zapis_hook_commit_seconds_count", (int64_t)counters->batches);
    text = put_family(text, "zapis_hook_batches_total", "counter", "Batches of webhooks stored.");
    text = put_number(text, "zapis_hook_batches_total", (int64_t)counters->batches);
    text = put_family(text, "zapis_hook_commit_worst_seconds", "gauge", "The longest of them.");
    return put_seconds(text, "zapis_hook_commit_worst_seconds", counters->commit_worst_us);
}

static char *put_service(char *text, const char *name, const struct zp_connection *connection) {
    char sample[64];
    if (!connection->known) {
        return text;
    }
    snprintf(sample, sizeof sample, "zapis_service_up{service=\"%s\"}", name);
    return put_number(text, sample, connection->ok);
}

static char *put_server(char *text, const struct zp_receiver_counters *counters) {
    text = put_family(text, "zapis_connections", "gauge", "Connections open now.");
    text = put_number(text, "zapis_connections", counters->connections);
    text = put_family(text, "zapis_connections_closed_total", "counter",
                      "Connections closed for sending too slowly, or because there were too many.");
    text = put_number(text, "zapis_connections_closed_total{reason=\"slow\"}",
                      (int64_t)counters->slow);
    return put_number(text, "zapis_connections_closed_total{reason=\"crowded\"}",
                      (int64_t)counters->crowded);
}

static void answer_metrics(const struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                           const struct zp__store_answer *answer) {
    const struct zp_receiver_counters counters = zp_receiver_counters(rule->receiver);
    char *text = zp__memory_strdup(zp__httpd_context(request), "");
    text = put_server(put_commits(put_hooks(text, &counters), &counters), &counters);
    if (answer->ok) {
        text = put_family(text, "zapis_queue_tasks", "gauge", "Tasks of the journal's queue.");
        text = put_number(text, "zapis_queue_tasks{state=\"waiting\"}", answer->waiting);
        text = put_number(text, "zapis_queue_tasks{state=\"attention\"}", answer->attention);
    }
    text = put_family(text, "zapis_service_up", "gauge",
                      "1: the last call was answered; left out: not asked yet.");
    text = put_service(text, "dikidi", &rule->desk->dikidi_state);
    text = put_service(text, "bitrix24", &rule->desk->crm_state);
    text = put_family(text, "zapis_store_up", "gauge", "1: the journal can be read.");
    text = put_number(text, "zapis_store_up", answer->ok);
    text = put_family(text, "zapis_uptime_seconds", "gauge", "Since the receiver was opened.");
    text = put_number(text, "zapis_uptime_seconds",
                      (zp_clock_boot_ms() - rule->receiver->opened_boot_ms) / 1000);
    zp__httpd_reply(request, 200, "text/plain; version=0.0.4; charset=utf-8", text, strlen(text),
                    NULL);
}

static void on_counts(const struct zp__store_answer *answer, void *data) {
    struct zp__receiver_call *call = data;
    struct zp_httpd_request *request = call->request;
    const bool metrics = call->metrics;
    const struct zp__receiver_rule *rule = zp__receiver_call_end(call);
    if (!rule) {
        return;
    }
    if (metrics) {
        answer_metrics(rule, request, answer);
    } else {
        answer_health(rule, request, answer);
    }
}

void zp__receiver_status(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                         bool metrics) {
    struct zp__receiver_call *call = zp__receiver_call_new(rule);
    call->request = request;
    call->metrics = metrics;
    zp__store_task_counts(rule->desk->store, on_counts, call);
}
