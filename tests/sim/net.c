// The HTTP client over the virtual clock, behind the header of core/net. Between a process and a
// service lies a network with every fault; which one an exchange meets is drawn when it begins.
#include "sim.h"

#include "base/memory.h"
#include "net/http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// ---- the client

enum fate {
    FATE_WELL,
    FATE_NOT_SENT,      // no connection
    FATE_LOST_REQUEST,  // left and never arrived
    FATE_LOST_ANSWER,   // carried out; the connection broke, or nothing came
    FATE_BROKEN_AFTER,  // carried out, and then 5xx
    FATE_BROKEN_BEFORE, // 5xx, and nothing was carried out
    FATE_LIMITED,       // 429, not carried out
    FATE_SLOW,          // the answer comes late, or too late
    FATE_LATE,          // it arrives long after it was sent, and the answer too late
    FATE_TWICE,         // a proxy sends it twice
    FATE_GARBAGE,       // carried out; the answer makes no sense
    FATE_DENIED,        // a read is refused: rights lost for a while
    FATE_MISSING,       // a read by number: "not found"
    FATE_STALE,         // a read by number is answered by a copy that lags behind
    FATES
};

struct zp_http {
    struct sim_process *process;
    struct flight *flights;
};

struct flight {
    struct flight *next;
    struct zp_http *http; // NULL: freed, or answered
    struct sim_process *process;
    unsigned life;
    uint64_t id;
    zp__http_fn fn;
    void *data;
    const char *method, *url, *body, *key;
    int64_t sent_at, timeout_ms;
    bool dikidi, write;
    enum fate fate;
    struct sim_reply reply;
};
static uint64_t last_flight;
bool sim_late;

static int http_gone(struct zp_http *http) {
    for (struct flight *flight = http->flights; flight != NULL; flight = flight->next) {
        flight->http = NULL;
    }
    return 0;
}

struct zp_http *zp__http_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__http_options *options) {
    struct zp_http *http = zp__memory_new(ctx, struct zp_http);
    (void)options;
    http->process = sim_loop_process(loop);
    talloc_set_destructor(http, http_gone);
    return http;
}

static void end_flight(struct flight *flight, struct zp__http_reply *reply) {
    struct zp_http *http = flight->http;
    if (http == NULL) {
        return;
    }
    struct flight **link = &http->flights;
    while (*link != flight) {
        link = &(*link)->next;
    }
    *link = flight->next;
    flight->http = NULL;
    reply->content_type = "application/json";
    reply->elapsed_ms = (the.now - flight->sent_at) / SIM_MS;
    flight->fn(reply, flight->data);
}

static void on_lost(void *data) {
    struct flight *flight = data;
    struct zp__http_reply reply = {.outcome = ZP_HTTP_LOST};
    reply.timed_out = the.now >= flight->sent_at + flight->timeout_ms * SIM_MS;
    zp_error_set(&reply.error, ZP_E_UNKNOWN, NULL, "the answer was lost");
    end_flight(flight, &reply);
}

static void on_not_sent(void *data) {
    struct zp__http_reply reply = {.outcome = ZP_HTTP_NOT_SENT};
    zp_error_set(&reply.error, ZP_E_UNREACHABLE, NULL, "no connection");
    end_flight(data, &reply);
}

static void on_answer(void *data) {
    struct flight *flight = data;
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%d", flight->reply.retry_after_s);
    const struct zp__http_header headers[] = {{"Retry-After", seconds}, {NULL, NULL}};
    struct zp__http_reply reply = {.outcome = ZP_HTTP_ANSWERED,
                                   .status = flight->reply.status,
                                   .body = flight->reply.body,
                                   .body_size = strlen(flight->reply.body)};
    reply.headers = flight->reply.retry_after_s > 0 ? headers : NULL;
    end_flight(flight, &reply);
}

static struct sim_reply carry_out(struct flight *flight) {
    sim_stale = flight->fate == FATE_STALE;
    sim_late = the.now - flight->sent_at > 5 * SIM_S;
    const struct sim_reply reply =
        flight->dikidi ? sim_dikidi(the.ctx, flight->method, flight->url, flight->key, flight->body)
                       : sim_bitrix(the.ctx, strrchr(flight->url, '/') + 1, flight->body);
    sim_late = sim_stale = false;
    return reply;
}

static struct sim_reply fixed(int status, const char *body, int retry_after_s) {
    return (struct sim_reply){
        .status = status, .body = talloc_strdup(the.ctx, body), .retry_after_s = retry_after_s};
}

static struct sim_reply limited(const struct flight *flight) {
    return flight->dikidi
               ? fixed(429, "{\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"\"}}",
                       (int)sim_between(1, 5))
               : fixed(503, "{\"error\":\"QUERY_LIMIT_EXCEEDED\",\"error_description\":\"\"}", 0);
}

static struct sim_reply missing(const struct flight *flight) {
    return flight->dikidi
               ? fixed(404, "{\"error\":{\"code\":\"BOOKING_NOT_FOUND\",\"message\":\"\"}}", 0)
               : fixed(400, "{\"error\":\"\",\"error_description\":\"Not found\"}", 0);
}

static struct sim_reply denied(const struct flight *flight) {
    return flight->dikidi
               ? fixed(403, "{\"error\":{\"code\":\"ACCESS_DENIED\",\"message\":\"\"}}", 0)
               : fixed(403, "{\"error\":\"ACCESS_DENIED\",\"error_description\":\"\"}", 0);
}

static void answer_at(struct flight *flight, int64_t at) {
    if (at < flight->sent_at + flight->timeout_ms * SIM_MS) {
        sim_at(at, flight->process, on_answer, flight);
    }
}

// Only happens for a living process of that life: sim_at keeps the life it was called in, so what
// is answered to a process that died meanwhile has to be held against it here.
static bool asker_lives(const struct flight *flight) {
    return flight->process->alive && flight->process->life == flight->life;
}

static void on_arrival(void *data) {
    struct flight *flight = data;
    static const char *const names[FATES] = {
        "",     "not sent", "lost",  "answer lost", "5xx after", "5xx",     "429",
        "slow", "late",     "twice", "garbage",     "denied",    "missing", "stale"};
    sim_note("p%d %s %s %s%s", flight->process->index, flight->method,
             flight->dikidi ? strstr(flight->url, "/booking") != NULL ? flight->url : "read"
                            : strrchr(flight->url, '/') + 1,
             flight->fate == FATE_WELL ? "" : "! ", names[flight->fate]);
    switch (flight->fate) {
    case FATE_LOST_REQUEST: return;
    case FATE_BROKEN_BEFORE: flight->reply = fixed(502, "<html>bad gateway</html>", 0); break;
    case FATE_LIMITED: flight->reply = limited(flight); break;
    case FATE_DENIED: flight->reply = denied(flight); break;
    case FATE_MISSING: flight->reply = missing(flight); break;
    case FATE_TWICE: carry_out(flight); // fall through
    default: flight->reply = carry_out(flight); break;
    }
    if (!asker_lives(flight)) {
        return;
    }
    int64_t at = the.now + sim_between(5, 150) * SIM_MS;
    switch (flight->fate) {
    case FATE_LOST_ANSWER:
        if (sim_chance(1, 2)) {
            sim_at(at, flight->process, on_lost, flight);
        }
        return;
    case FATE_BROKEN_AFTER:
        flight->reply =
            fixed(sim_chance(1, 2) ? 500 : 503, "{\"error\":{\"code\":\"INTERNAL\"}}", 0);
        break;
    case FATE_GARBAGE: flight->reply = fixed(200, sim_chance(1, 2) ? "" : "{\"result\":", 0); break;
    case FATE_SLOW: at = the.now + sim_between(1, 45) * SIM_S; break;
    default: break;
    }
    if (the.plan.slow_crm && !flight->dikidi) {
        at += sim_between(0, 3000) * SIM_MS;
    }
    answer_at(flight, at);
}

// What is asked often and what changes nothing meets another choice of faults.
static enum fate draw_fate(const struct flight *flight) {
    static const enum fate writes[] = {FATE_NOT_SENT,    FATE_LOST_REQUEST, FATE_LOST_ANSWER,
                                       FATE_LOST_ANSWER, FATE_BROKEN_AFTER, FATE_BROKEN_BEFORE,
                                       FATE_LIMITED,     FATE_SLOW,         FATE_GARBAGE};
    static const enum fate reads[] = {FATE_NOT_SENT, FATE_LOST_ANSWER, FATE_BROKEN_BEFORE,
                                      FATE_LIMITED,  FATE_SLOW,        FATE_SLOW,
                                      FATE_GARBAGE,  FATE_DENIED};
    const bool by_number = flight->dikidi ? strstr(flight->url, "/booking/") != NULL
                                          : strstr(flight->url, ".get") != NULL;
    if (!the.active || the.plan.fault_permil == 0) {
        return FATE_WELL;
    }
    // A copy lags behind just when something was changed, which is when it is asked.
    if (flight->dikidi && by_number && !flight->write && sim_chance(1, 6)) {
        return FATE_STALE;
    }
    if (!sim_chance(the.plan.fault_permil, 1000)) {
        return FATE_WELL;
    }
    if (!flight->write) {
        if (by_number && sim_chance(1, 4)) {
            return FATE_MISSING;
        }
        return reads[sim_between(0, sizeof reads / sizeof *reads - 1)];
    }
    // Where there is no idempotency nobody can undo what a proxy doubles, and none does.
    if (sim_chance(1, 8) && flight->dikidi && !the.plan.key_ignored) {
        return FATE_TWICE;
    }
    if (the.plan.late && sim_chance(1, 6)) {
        return FATE_LATE;
    }
    return writes[sim_between(0, sizeof writes / sizeof *writes - 1)];
}

#define SENDS 4096
static int64_t sends[2][SENDS];
static int send_count[2];

static const char *header_of(const struct zp__http_request *request, const char *name) {
    for (size_t i = 0; i < request->header_count; i++) {
        if (strncasecmp(request->headers[i], name, strlen(name)) == 0) {
            return request->headers[i] + strlen(name);
        }
    }
    return "";
}

static bool is_write(const struct flight *flight) {
    if (flight->dikidi) {
        return strcmp(flight->method, "GET") != 0;
    }
    return strstr(flight->url, ".add") != NULL || strstr(flight->url, ".update") != NULL;
}

static void on_leave(struct flight *flight, int64_t leave) {
    const int api = flight->dikidi ? 0 : 1;
    if (send_count[api] < SENDS) {
        sends[api][send_count[api]++] = leave;
    }
    the.requests++;
    sim_at(leave + (flight->fate == FATE_LATE ? sim_between(5, 50) * SIM_S
                                              : sim_between(5, 150) * SIM_MS),
           NULL, on_arrival, flight);
}

uint64_t zp__http_send(struct zp_http *http, const struct zp__http_request *request, zp__http_fn fn,
                       void *data) {
    struct sim_process *process = http->process;
    struct flight *flight = zp__memory_new(the.ctx, struct flight);
    *flight = (struct flight){
        .next = http->flights,
        .http = http,
        .process = process,
        .life = process->life,
        .id = ++last_flight,
        .fn = fn,
        .data = data,
        .method = zp__memory_strdup(flight, request->method),
        .url = zp__memory_strdup(flight, request->url),
        .body = zp__memory_strdup(flight, request->body != NULL ? request->body : ""),
        .sent_at = the.now,
        .timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : 30000};
    http->flights = flight;
    flight->dikidi = strstr(flight->url, "dikidi.example") != NULL;
    flight->key = zp__memory_strdup(flight, header_of(request, "Idempotency-Key: "));
    flight->write = is_write(flight);
    flight->fate = draw_fate(flight);
    sim_people_sent(process, flight->method, flight->key);
    if (flight->fate == FATE_NOT_SENT) {
        sim_note("p%d %s not sent", process->index, flight->method);
        sim_at(the.now + sim_between(1, 2000) * SIM_MS, process, on_not_sent, flight);
        return flight->id;
    }
    sim_at(the.now + flight->timeout_ms * SIM_MS, process, on_lost, flight);
    on_leave(flight, process->late_until > the.now ? process->late_until : the.now);
    return flight->id;
}

static void on_given_up(void *data) {
    struct zp__http_reply reply = {.outcome = ZP_HTTP_LOST, .cancelled = true};
    zp_error_set(&reply.error, ZP_E_CANCELLED, NULL, "given up");
    end_flight(data, &reply);
}

void zp__http_cancel(struct zp_http *http, uint64_t id) {
    for (struct flight *flight = http->flights; flight != NULL; flight = flight->next) {
        if (flight->id == id) {
            sim_at(the.now, http->process, on_given_up, flight);
        }
    }
}

const char *zp__http_reply_header(const struct zp__http_reply *reply, const char *name) {
    for (const struct zp__http_header *one = reply->headers; one != NULL && one->name != NULL;
         one++) {
        if (strcasecmp(one->name, name) == 0) {
            return one->value;
        }
    }
    return NULL;
}

char *zp__http_escape(TALLOC_CTX *ctx, const char *text) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    char *out = zp__memory_strdup(ctx, "");
    for (; *text != '\0'; text++) {
        out = strchr(plain, *text) != NULL
                  ? talloc_asprintf_append(out, "%c", *text)
                  : talloc_asprintf_append(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
    return out;
}

// ---- the budgets

static int by_time(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// No minute holds more than the budget; a start of the machine may begin a new one, and what left
// after a pause was counted before it.
void sim_net_check(void) {
    const int64_t limits[2] = {the.config->dikidi.requests_per_minute,
                               10 + (int64_t)(60 * the.config->bitrix24.requests_per_second) + 1};
    for (int api = 0; api < 2; api++) {
        qsort(sends[api], (size_t)send_count[api], sizeof(int64_t), by_time);
        int first = 0;
        for (int i = 0; i < send_count[api]; i++) {
            while (sends[api][first] <= sends[api][i] - SIM_MIN) {
                first++;
            }
            const int64_t extra = (int64_t)(the.boots + the.pauses) * limits[api];
            if (i - first + 1 > limits[api] + extra) {
                sim_violation("budget: %d requests in a minute to service %d", i - first + 1, api);
                return;
            }
        }
    }
}

void sim_net_reset(void) {
    send_count[0] = send_count[1] = 0;
    sim_loop_reset();
    sim_server_reset();
    last_flight = 0;
}
