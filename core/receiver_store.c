// Group commit: at most one batch is with the store; what comes meanwhile is the next one. A hook
// is answered when its batch is durable, never before.
#include "receiver_private.h"

#include "base/memory.h"

#include <time.h>
#include <zapis/log.h>

#define BATCH_HOOKS 256
// Under load the worker is told of new tasks at most so often: each telling costs a claim, which is
// a write of its own between the batches.
#define POKE_MS 100

int64_t zp__receiver_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// ---- calls

static int call_gone(struct zp__receiver_call *call) {
    if (!call->rule) {
        return 0;
    }
    if (call->prev) {
        call->prev->next = call->next;
    } else {
        call->rule->calls = call->next;
    }
    if (call->next) {
        call->next->prev = call->prev;
    }
    return 0;
}

struct zp__receiver_call *zp__receiver_call_new(struct zp__receiver_rule *rule) {
    struct zp__receiver_call *call = zp__memory_new(rule->desk, struct zp__receiver_call);
    call->rule = rule;
    call->asked_us = zp__receiver_now_us();
    call->next = rule->calls;
    if (call->next) {
        call->next->prev = call;
    }
    rule->calls = call;
    talloc_set_destructor(call, call_gone);
    return call;
}

struct zp__receiver_rule *zp__receiver_call_end(struct zp__receiver_call *call) {
    struct zp__receiver_rule *rule = call->rule;
    talloc_free(call);
    return rule;
}

// ---- what follows

static void poke(struct zp_receiver *receiver) {
    zp__driver_poke(receiver->rule->desk->driver);
}

void zp__receiver_on_poke(void *data) {
    struct zp_receiver *receiver = data;
    receiver->poked = receiver->poke_again;
    if (receiver->poke_again) {
        receiver->poke_again = false;
        zp_timer_start(receiver->poke, POKE_MS, 0);
        poke(receiver);
    }
}

static void poke_soon(struct zp_receiver *receiver) {
    if (receiver->poked) {
        receiver->poke_again = true;
        return;
    }
    receiver->poked = true;
    zp_timer_start(receiver->poke, POKE_MS, 0);
    poke(receiver);
}

// ---- batches

static void count_batch(struct zp_receiver *receiver, const struct zp__receiver_call *call,
                        const struct zp__store_answer *answer) {
    struct zp_receiver_counters *counters = &receiver->counters;
    const int64_t took_us = zp__receiver_now_us() - call->asked_us;
    counters->batches++;
    counters->commit_us += took_us;
    counters->commit_worst_us =
        took_us > counters->commit_worst_us ? took_us : counters->commit_worst_us;
    for (size_t i = 0; i < call->count; i++) {
        counters
            ->hooks[call->hooks[i]->source][answer->ok ? ZP_RECEIVER_STORED : ZP_RECEIVER_FAILED]++;
    }
    if (answer->ok) { // only Dikidi's hooks have ids
        counters->hooks[ZP_RECEIVER_DIKIDI][ZP_RECEIVER_STORED] -= answer->repeats;
        counters->hooks[ZP_RECEIVER_DIKIDI][ZP_RECEIVER_REPEATED] += answer->repeats;
    }
}

static void log_failure(struct zp_receiver *receiver, const struct zp__store_answer *answer,
                        size_t count) {
    uint64_t left_out = 0;
    if (zp__receiver_may_log(receiver, &receiver->failed, &left_out)) {
        zp_log(ZP_LOG_ERROR, "hooks could not be stored", ZP_LOG_S("why", answer->error.message),
               ZP_LOG_I("hooks", (int64_t)count), ZP_LOG_I("left_out", (int64_t)left_out));
    }
}

static void answer_hook(struct zp_httpd_request *request, bool stored) {
    static const struct zp__httpd_header later[] = {{"Retry-After", "5"}, {NULL, NULL}};
    static const char refusal[] =
        "{\"error\":{\"code\":\"STORE\",\"message\":\"not stored: send it "
        "again later\"}}";
    if (stored) {
        zp__receiver_answer(request, 200, "{\"ok\":true}");
    } else {
        zp__httpd_reply(request, 503, "application/json", refusal, sizeof refusal - 1, later);
    }
}

static void on_stored(const struct zp__store_answer *answer, void *data) {
    struct zp__receiver_call *call = data;
    struct zp__receiver_rule *rule = call->rule;
    if (!rule) {
        talloc_free(call);
        return;
    }
    rule->storing = false;
    count_batch(rule->receiver, call, answer);
    if (!answer->ok) {
        log_failure(rule->receiver, answer, call->count);
    }
    for (size_t i = 0; i < call->count; i++) {
        answer_hook(call->hooks[i]->request, answer->ok); // frees the hook, sooner or later
    }
    zp__receiver_call_end(call);
    zp__receiver_flush(rule);
    if (answer->ok) {
        poke_soon(rule->receiver);
    }
}

void zp__receiver_add(struct zp__receiver_rule *rule, struct zp__receiver_hook *hook) {
    zp_log(ZP_LOG_DEBUG, "hook", ZP_LOG_S("source", hook->hook.source),
           ZP_LOG_S("name", hook->hook.event), ZP_LOG_S("about", hook->hook.subject));
    if (rule->last) {
        rule->last->next = hook;
    } else {
        rule->first = hook;
    }
    rule->last = hook;
}

void zp__receiver_flush(struct zp__receiver_rule *rule) {
    if (rule->storing || !rule->first) {
        return;
    }
    struct zp__hook hooks[BATCH_HOOKS];
    struct zp__receiver_call *call = zp__receiver_call_new(rule);
    call->hooks = zp__memory_array(call, struct zp__receiver_hook *, BATCH_HOOKS);
    while (rule->first && call->count < BATCH_HOOKS) {
        struct zp__receiver_hook *hook = rule->first;
        rule->first = hook->next;
        hooks[call->count] = hook->hook;
        call->hooks[call->count++] = hook;
    }
    if (!rule->first) {
        rule->last = NULL;
    }
    rule->storing = true;
    zp__store_hooks(rule->desk->store, hooks, call->count, on_stored, call);
}
