// What the files of the receiver share.
#ifndef ZP_RECEIVER_PRIVATE_H
#define ZP_RECEIVER_PRIVATE_H

#include "desk_private.h"
#include "dikidi/verify.h"
#include "net/httpd.h"
#include <zapis/receiver.h>

// A configuration with its desk, and all that is in flight under it. The present one, and former
// ones until they are idle.
struct zp__receiver_rule {
    struct zp_receiver *receiver;
    struct zp__receiver_rule *next; // former ones
    struct zp_desk *desk;
    const struct zp_config *config;
    struct zp__verifier *dikidi, *event, *robot; // NULL: the endpoint is off
    struct zp__receiver_hook *first, *last;      // to be stored in the next batch
    struct zp__receiver_call *calls;             // asked of the store
    bool storing;                                // one of them is a batch
    zp_receiver_fn let_go;
    void *data;
};

// A hook that is not answered yet; a child of its request.
struct zp__receiver_hook {
    struct zp_httpd_request *request;
    enum zp_receiver_source source;
    struct zp__hook hook;
    struct zp__receiver_hook *next;
};

// A question to the store. It belongs to the desk, since its answer may come after the receiver has
// gone; `rule` is NULL then.
struct zp__receiver_call {
    struct zp__receiver_rule *rule;
    struct zp__receiver_call *prev, *next;
    int64_t asked_us;
    struct zp__receiver_hook **hooks; // a batch
    size_t count;
    struct zp_httpd_request *request; // health, metrics
    bool metrics;
};

// A log line that outsiders can cause: one in ten seconds, with the number of those left out.
struct zp__receiver_line {
    int64_t last_ms;
    uint64_t left_out;
};

struct zp__receiver_door {
    struct zp__receiver_door *next;
    struct zp_receiver *receiver;
    struct zp_httpd *httpd;
    char *listen;
};

struct zp_receiver {
    struct zp_loop *loop;
    struct zp_loop_hook *hook;
    struct zp__receiver_door *door;    // the present one
    struct zp__receiver_door *closing; // former ones, until they are idle
    struct zp__receiver_rule *rule;
    struct zp__receiver_rule *former;
    struct zp_timer *poke;
    bool poked, poke_again;
    struct zp_receiver_counters counters;
    struct zp__receiver_line refused, malformed, foreign, unknown, failed;
    int64_t opened_boot_ms;
    bool stopping;
    zp_receiver_fn stopped;
    void *data;
    struct zp_timer *tidy;
};

// receiver_route.c: judges a request and answers it, or hands it to one of the two below.
void zp__receiver_route(struct zp_httpd_request *request, void *door);
void zp__receiver_answer(struct zp_httpd_request *request, int status, const char *json);
bool zp__receiver_may_log(struct zp_receiver *receiver, struct zp__receiver_line *line,
                          uint64_t *left_out);

// receiver_store.c: group commit.
void zp__receiver_add(struct zp__receiver_rule *rule, struct zp__receiver_hook *hook);
void zp__receiver_flush(struct zp__receiver_rule *rule);
void zp__receiver_on_poke(void *receiver);
struct zp__receiver_call *zp__receiver_call_new(struct zp__receiver_rule *rule);
// Ends it; its rule, or NULL when the receiver has gone.
struct zp__receiver_rule *zp__receiver_call_end(struct zp__receiver_call *call);
int64_t zp__receiver_now_us(void);

// receiver_status.c: /health and /metrics.
void zp__receiver_status(struct zp__receiver_rule *rule, struct zp_httpd_request *request,
                         bool metrics);

#endif
