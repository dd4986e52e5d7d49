// The loop and the page of the budgets over the virtual clock: other objects behind the headers of
// core/net.
#include "sim.h"

#include "base/memory.h"
#include "net/pace_ledger.h"

#include <string.h>

// ---- the loop

struct zp_loop_hook {
    struct zp_loop_hook *next;
    struct zp_loop *loop;
    zp_loop_fn fn;
    void *data;
};

struct zp_loop {
    struct sim_process *process;
    struct zp_loop_hook *hooks;
};

struct shot {
    struct zp_timer *timer; // NULL: stopped, or freed
};

struct zp_timer {
    struct zp_loop *loop;
    zp_loop_fn fn;
    void *data;
    struct shot *shot;
    int64_t repeat_ms;
};

struct zp_loop *sim_loop_new(TALLOC_CTX *ctx, struct sim_process *process) {
    struct zp_loop *loop = zp__memory_new(ctx, struct zp_loop);
    loop->process = process;
    return loop;
}

struct sim_process *sim_loop_process(const struct zp_loop *loop) {
    return loop->process;
}

void sim_loop_turn(struct zp_loop *loop) {
    for (struct zp_loop_hook *hook = loop->hooks; hook != NULL; hook = hook->next) {
        hook->fn(hook->data);
    }
}

int64_t zp_loop_now_ms(const struct zp_loop *loop) {
    (void)loop;
    return 1000000 + the.now / SIM_MS;
}

void zp_loop_defer(struct zp_loop *loop, zp_loop_fn fn, void *data) {
    sim_at(the.now, loop->process, fn, data);
}

static int hook_gone(struct zp_loop_hook *hook) {
    struct zp_loop_hook **link = &hook->loop->hooks;
    while (*link != hook) {
        link = &(*link)->next;
    }
    *link = hook->next;
    return 0;
}

struct zp_loop_hook *zp_loop_before_wait(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn,
                                         void *data) {
    struct zp_loop_hook *hook = zp__memory_new(ctx, struct zp_loop_hook);
    *hook = (struct zp_loop_hook){.next = loop->hooks, .loop = loop, .fn = fn, .data = data};
    loop->hooks = hook;
    talloc_set_destructor(hook, hook_gone);
    return hook;
}

void zp_timer_stop(struct zp_timer *timer) {
    if (timer->shot != NULL) {
        timer->shot->timer = NULL;
        timer->shot = NULL;
    }
}

static int timer_gone(struct zp_timer *timer) {
    zp_timer_stop(timer);
    return 0;
}

struct zp_timer *zp_timer_new(TALLOC_CTX *ctx, struct zp_loop *loop, zp_loop_fn fn, void *data) {
    struct zp_timer *timer = zp__memory_new(ctx, struct zp_timer);
    *timer = (struct zp_timer){.loop = loop, .fn = fn, .data = data};
    talloc_set_destructor(timer, timer_gone);
    return timer;
}

static void on_shot(void *data) {
    struct shot *shot = data;
    struct zp_timer *timer = shot->timer;
    talloc_free(shot);
    if (timer == NULL) {
        return;
    }
    timer->shot = NULL;
    if (timer->repeat_ms > 0) {
        zp_timer_start(timer, timer->repeat_ms, timer->repeat_ms);
    }
    timer->fn(timer->data);
}

void zp_timer_start(struct zp_timer *timer, int64_t delay_ms, int64_t repeat_ms) {
    zp_timer_stop(timer);
    timer->repeat_ms = repeat_ms;
    timer->shot = zp__memory_new(the.ctx, struct shot);
    timer->shot->timer = timer;
    sim_at(the.now + delay_ms * SIM_MS, timer->loop->process, on_shot, timer->shot);
}

void zp_timer_background(struct zp_timer *timer) {
    (void)timer;
}

// ---- the budgets: a page of memory in place of the file

struct zp__pace_file {
    int api;
};
static struct zp__pace_ledger ledgers[2];
static unsigned ledger_boots[2];

struct zp__pace_file *zp__pace_file_open(TALLOC_CTX *ctx, const char *path) {
    struct zp__pace_file *file = zp__memory_new(ctx, struct zp__pace_file);
    file->api = strstr(path, "dikidi") != NULL ? 0 : 1;
    return file;
}

enum zp__pace_page zp__pace_file_begin(struct zp__pace_file *file, struct zp__pace_ledger *ledger) {
    if (ledger_boots[file->api] != the.boots + 1) {
        return ZP_PACE_PAGE_UNKNOWN; // of another start of the machine
    }
    *ledger = ledgers[file->api];
    return ZP_PACE_PAGE_READ;
}

bool zp__pace_file_end(struct zp__pace_file *file, const struct zp__pace_ledger *ledger) {
    if (ledger != NULL) {
        ledgers[file->api] = *ledger;
        ledger_boots[file->api] = the.boots + 1;
    }
    return true;
}

// As if the file had been made just now: nothing is used.
void sim_loop_reset(void) {
    memset(ledgers, 0, sizeof ledgers);
    ledger_boots[0] = ledger_boots[1] = 1;
}
