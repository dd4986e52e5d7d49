// Who acts in a history: receptionists at their desks, clients in the app, managers in the CRM;
// and the life of the processes: starts, kills, clean ends, a loss of power.
#include "sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zapis/error.h>
#include <zapis/receiver.h>

#define SLOTS  12
#define WAIT_S 3 // what a person asked for leaves within that, when nothing is wrong

static int clients; // so far: each has a phone of his own

// ---- processes

struct restart {
    struct sim_process *process;
    unsigned life;
};

static void on_event(const struct zp_event *event, void *data);
static void on_undo(void *data); // data: the wish to cancel

void sim_process_start(struct sim_process *process) {
    struct zp_error error = {0};
    process->alive = true;
    process->dead_disk = process->torn = false;
    process->life++;
    process->paused_until = process->late_until = 0;
    process->root = talloc_new(NULL);
    process->loop = sim_loop_new(process->root, process);
    the.running = process;
    const struct zp_desk_options options = {.config = the.config,
                                            .sync = true,
                                            .operator_name = "desk",
                                            .on_event = on_event,
                                            .data = process};
    process->desk = zp_desk_open(process->root, process->loop, &options, &error);
    if (process->desk != NULL && process->index == SIM_DAEMON) {
        process->receiver =
            zp_receiver_open(process->root, process->loop, process->desk, the.config, &error);
    }
    the.running = NULL;
    sim_note("p%d starts", process->index);
    if (process->desk == NULL) {
        sim_violation("open: the journal cannot be opened: %s", error.message);
    }
}

static void on_restart(void *data) {
    const struct restart *restart = data;
    if (!restart->process->alive && restart->process->life == restart->life) {
        sim_process_start(restart->process);
    }
}

static void end_process(struct sim_process *process, const char *how, int64_t again_at) {
    sim_note("p%d %s", process->index, how);
    process->alive = false;
    process->owner = 0;
    TALLOC_FREE(process->root);
    process->desk = NULL;
    process->receiver = NULL;
    struct restart *restart = talloc_zero(the.ctx, struct restart);
    *restart = (struct restart){process, process->life};
    sim_at(again_at, NULL, on_restart, restart);
}

void sim_process_kill(struct sim_process *process, const char *how) {
    const bool clean = !process->dead_disk && sim_chance(1, 4); // its program was ended
    process->dead_disk = !clean;
    the.crashes++;
    end_process(process, clean ? "ends" : how, the.now + sim_between(1, 90) * SIM_S);
    bool any = false;
    for (int i = 0; i < SIM_PROCESSES; i++) {
        any = any || the.processes[i].alive;
    }
    if (clean && !any) {
        sim_store_checkpoint(false);
    }
}

void sim_power_loss(void) {
    const int64_t up_at = the.now + sim_between(10, 60) * SIM_S;
    the.powers++;
    for (int i = 0; i < SIM_PROCESSES; i++) {
        struct sim_process *process = &the.processes[i];
        if (process->alive) {
            process->dead_disk = true;
            end_process(process, "loses power", up_at + sim_between(0, 30) * SIM_S);
        }
    }
    if (sim_chance(1, 3)) {
        sim_store_checkpoint(true); // somebody was in the middle of it
    }
    sim_vfs_power_loss();
    the.boots++;
    the.boot_at = up_at;
}

// ---- what a person at a desk asks for, and is told

static struct sim_wish *wish_of(const struct sim_process *process, uint64_t id) {
    for (int i = 0; i < the.wish_count; i++) {
        struct sim_wish *wish = &the.wishes[i];
        if (wish->process == process->index && wish->life == process->life && wish->id == id) {
            return wish;
        }
    }
    return NULL;
}

static const struct sim_booking *made_of(const char *request) {
    for (int i = 0; i < sim_booking_count; i++) {
        if (strcmp(sim_bookings[i].request, request) == 0) {
            return &sim_bookings[i];
        }
    }
    return NULL;
}

static bool stands(const char *request) {
    for (int i = 0; i < sim_booking_count; i++) {
        if (!sim_bookings[i].cancelled && strcmp(sim_bookings[i].request, request) == 0) {
            return true;
        }
    }
    return false;
}

// The client booked the very visit in the app a moment before: nobody can tell the two apart.
static bool is_of_app(const struct sim_wish *wish) {
    for (int i = 0; i < sim_booking_count; i++) {
        const struct sim_booking *one = &sim_bookings[i];
        if (one->app && one->starts_at == wish->slot && one->master == wish->master &&
            strcmp(one->phone, wish->phone) == 0) {
            return true;
        }
    }
    return false;
}

// It was the wrong one: at once, or when the telephone has rung again.
static void take_back_later(const struct sim_wish *wish) {
    if (the.active && sim_chance(1, 3)) {
        struct sim_process *process = &the.processes[wish->process];
        sim_at(the.now +
                   (sim_chance(1, 2) ? sim_between(20, 2000) * SIM_MS : sim_between(2, 60) * SIM_S),
               process, on_undo, talloc_memdup(the.ctx, wish, sizeof *wish));
    }
}

static void answered(struct sim_wish *wish, const struct zp_event *event) {
    wish->answered = true;
    wish->ok = event->ok;
    snprintf(wish->error, sizeof wish->error, "%s", event->ok ? "" : event->error.name);
    sim_note("p%d told %s %s: %s", wish->process, wish->request, event->ok ? "yes" : "no",
             event->ok ? "" : event->error.message);
    if (wish->kind == SIM_CANCEL && event->ok) {
        take_back_later(wish);
    }
    if (wish->kind != SIM_BOOK) {
        return;
    }
    if (event->ok && made_of(wish->request) == NULL && !is_of_app(wish)) {
        sim_violation("untrue: %s was told as booked and is not", wish->request);
    }
    if (!event->ok && event->error.code == ZP_E_REFUSED && stands(wish->request)) {
        sim_violation("untrue: %s was told as refused and stands", wish->request);
    }
}

static void on_event(const struct zp_event *event, void *data) {
    const struct sim_process *process = data;
    if (event->kind != ZP_EVENT_ANSWER) {
        return;
    }
    if (event->ask == ZP_ASK_TRUTH) {
        the.truth = event->ok ? talloc_memdup(the.ctx, event->truth, sizeof *event->truth) : NULL;
        the.truth_answered = true;
        return;
    }
    struct sim_wish *wish = wish_of(process, event->id);
    if (wish != NULL && !wish->answered) {
        answered(wish, event);
    }
}

// A request leaves for Dikidi: of whom is it, and did it wait?
void sim_people_sent(const struct sim_process *process, const char *method, const char *key) {
    (void)process;
    for (int i = 0; i < the.wish_count && strcmp(method, "POST") == 0; i++) {
        struct sim_wish *wish = &the.wishes[i];
        if (wish->kind != SIM_BOOK || wish->sent_at != 0 || strcmp(wish->request, key) != 0) {
            continue;
        }
        wish->sent_at = the.now;
        if (the.plan.calm && the.now - wish->asked_at > WAIT_S * SIM_S) {
            sim_violation("waits: %s left %" PRId64 " ms after it was asked for", wish->request,
                          (the.now - wish->asked_at) / SIM_MS);
        }
    }
}

static int64_t slot_at(int64_t slot) {
    const struct zp_date today = zp_zone_wall(the.config->zone, SIM_EPOCH).date;
    return zp_zone_day_minute(the.config->zone, zp_date_add_days(today, 1),
                              10 * 60 + (int)slot * 30);
}

static struct sim_process *some_desk(void) {
    struct sim_process *process = &the.processes[sim_between(0, the.plan.desks - 1)];
    return process->alive && process->paused_until <= the.now ? process : NULL;
}

static struct sim_wish *wish_new(const struct sim_process *process, enum sim_wish_kind kind) {
    if (the.wish_count == SIM_WISHES) {
        return NULL;
    }
    struct sim_wish *wish = &the.wishes[the.wish_count++];
    *wish = (struct sim_wish){
        .kind = kind, .process = process->index, .life = process->life, .asked_at = the.now};
    return wish;
}

static void submit(struct sim_process *process, struct sim_wish *wish,
                   const struct zp_request *request) {
    sim_note("p%d asks %d %s%s", process->index, (int)wish->kind, wish->request, wish->number);
    the.running = process;
    wish->id = zp_desk_submit(process->desk, request);
    the.running = NULL;
}

static void book(struct sim_process *process) {
    static const char *const services[] = {"201"};
    struct sim_wish *wish = wish_new(process, SIM_BOOK);
    if (wish == NULL) {
        return;
    }
    char name[24];
    snprintf(wish->request, sizeof wish->request, "00000000-0000-7000-8000-%012d", the.wish_count);
    // Some come again.
    const int client = clients > 0 && sim_chance(1, 4) ? (int)sim_between(1, clients) : ++clients;
    snprintf(wish->phone, sizeof wish->phone, "+7916000%04d", client);
    snprintf(name, sizeof name, "Client %d", client);
    wish->master = (int)sim_between(0, 1);
    wish->slot = slot_at(sim_between(0, SLOTS - 1));
    submit(process, wish,
           &(struct zp_request){.ask = ZP_ASK_BOOK,
                                .u.book = {.request_id = wish->request,
                                           .service_ids = services,
                                           .service_count = 1,
                                           .master_id = wish->master == 0 ? "101" : "102",
                                           .starts_at = wish->slot,
                                           .client_phone = wish->phone,
                                           .client_name = name}});
}

static struct sim_booking *some_booking(void) {
    if (sim_booking_count == 0) {
        return NULL;
    }
    struct sim_booking *booking = &sim_bookings[sim_between(0, sim_booking_count - 1)];
    return booking->cancelled ? NULL : booking;
}

static void cancel(struct sim_process *process, struct sim_booking *booking) {
    struct sim_wish *wish = wish_new(process, SIM_CANCEL);
    if (wish == NULL) {
        return;
    }
    booking->wanted = true;
    snprintf(wish->number, sizeof wish->number, "%d", booking->number);
    submit(process, wish,
           &(struct zp_request){.ask = ZP_ASK_CANCEL,
                                .u.cancel = {.booking = wish->number, .reason = "asked by phone"}});
}

static void move(struct sim_process *process, struct sim_booking *booking) {
    struct sim_wish *wish = wish_new(process, SIM_MOVE);
    if (wish == NULL) {
        return;
    }
    booking->wanted = true;
    snprintf(wish->number, sizeof wish->number, "%d", booking->number);
    submit(process, wish,
           &(struct zp_request){.ask = ZP_ASK_MOVE,
                                .u.move = {.booking = wish->number,
                                           .starts_at = slot_at(sim_between(0, SLOTS - 1)),
                                           .release_first = sim_chance(1, 3)}});
}

// Booked once more as it was, under a number of its own.
static void on_undo(void *data) {
    const struct sim_wish *cancelled = data;
    struct sim_process *process = &the.processes[cancelled->process];
    const struct sim_booking *booking = sim_booking_of(cancelled->number);
    struct sim_wish *wish = wish_new(process, SIM_MOVE);
    if (booking == NULL || wish == NULL) {
        return;
    }
    snprintf(wish->number, sizeof wish->number, "%s", cancelled->number);
    const struct zp_request request = {
        .ask = ZP_ASK_MOVE,
        .u.move = {.booking = wish->number, .starts_at = booking->starts_at, .again = true}};
    submit(process, wish, &request);
}

// A booking of the app by its number, or what Dikidi says of one now.
static void look(struct sim_process *process, const struct sim_booking *booking, bool adopt) {
    struct sim_wish *wish = wish_new(process, SIM_LOOK);
    if (wish == NULL) {
        return;
    }
    snprintf(wish->number, sizeof wish->number, "%d", booking->number);
    struct zp_request request = {.ask = ZP_ASK_ADOPT, .u.adopt = {.booking = wish->number}};
    if (!adopt) {
        request = (struct zp_request){.ask = ZP_ASK_SHOW,
                                      .u.show = {.booking = wish->number, .refresh = true}};
    }
    submit(process, wish, &request);
}

// Once more what a person was told of.
static void retry(struct sim_process *process, int64_t which) {
    const int64_t task = sim_attention_task(which);
    struct sim_wish *wish = task != 0 ? wish_new(process, SIM_RETRY) : NULL;
    if (wish == NULL) {
        return;
    }
    snprintf(wish->number, sizeof wish->number, "task %" PRId64, task);
    submit(process, wish,
           &(struct zp_request){.ask = ZP_ASK_QUEUE_RETRY, .u.queue = {.task_id = task}});
}

// When the faults are over a person goes through what is in hand: each once more.
static void on_tidy(void *data) {
    struct sim_process *process = &the.processes[0];
    if (process->alive && process->paused_until <= the.now) {
        retry(process, *(const int64_t *)data);
    }
}

static void on_desk(void *data) {
    (void)data;
    struct sim_process *process = some_desk();
    if (process == NULL) {
        return;
    }
    struct sim_booking *booking = some_booking();
    const int64_t what = sim_between(0, 9);
    if (booking == NULL || what < 5) {
        book(process);
    } else if (what < 7) {
        cancel(process, booking);
    } else if (what < 8) {
        move(process, booking);
    } else if (what < 9) {
        look(process, booking, sim_chance(1, 2));
    } else {
        retry(process, sim_between(0, 9));
    }
}

// ---- clients in the app, managers in the CRM

static void on_app(void *data) {
    (void)data;
    struct sim_booking *booking = some_booking();
    const int master = (int)sim_between(0, 1);
    const int64_t at = slot_at(sim_between(0, SLOTS - 1)), what = sim_between(0, 9);
    if (booking == NULL || what < 5) {
        char name[24], phone[24];
        clients++;
        snprintf(name, sizeof name, "App %d", clients);
        snprintf(phone, sizeof phone, "+7916000%04d", clients);
        sim_app_book(master, at, name, phone);
    } else if (what < 7) {
        sim_app_cancel(booking);
    } else if (booking->app || booking->hooked > 0) {
        // Nobody can find one again that is moved before anything was heard of it.
        sim_app_move(booking, master, at);
    }
}

static void on_manager(void *data) {
    (void)data;
    const int64_t what = sim_between(0, 9);
    if (the.plan.leads && sim_chance(1, 4)) { // of one who will come, or has
        char phone[20];
        snprintf(phone, sizeof phone, "+7916000%04d", (int)sim_between(1, clients + 1));
        sim_manager_lead(phone);
        return;
    }
    if (sim_entry_count < 2) {
        return;
    }
    struct sim_entry *entry = &sim_entries[sim_between(1, sim_entry_count - 1)];
    if (entry->deleted || (entry->lead && sim_entry_won(entry))) {
        return; // what became a deal stays that
    }
    if (what < 5) {
        sim_manager_stage(entry, sim_entry_failed(entry) ? SIM_STAGE_PREP : SIM_STAGE_LOST, false);
    } else if (what < 6) {
        sim_manager_delete(entry);
    } else if (entry->lead && what == 6) {
        sim_manager_convert(entry, sim_chance(1, 2));
    } else {
        sim_manager_stage(entry, what == 6 ? SIM_STAGE_WON : SIM_STAGE_PREP, false);
    }
}

// Did anybody want it: at a desk, or by a deal in a failure stage, now or a moment ago?
bool sim_wanted(const struct sim_booking *booking) {
    char number[24];
    snprintf(number, sizeof number, "%d", booking->number);
    if (booking->wanted) {
        return true;
    }
    for (int i = 0; i < sim_entry_count; i++) {
        const struct sim_entry *entry = &sim_entries[i];
        if (strcmp(entry->number, number) == 0 && entry->failed_at != 0 &&
            (entry->failed_by_person || the.now - entry->back_at < 600 * SIM_S)) {
            return true;
        }
    }
    return false;
}

// ---- the plan of a history

static void draw_plan(struct sim_plan *plan) {
    static const int faults[] = {0, 20, 60, 150};
    *plan = (struct sim_plan){.desks = (int)sim_between(1, sim_chance(1, 4) ? SIM_DESKS : 2),
                              .legacy = sim_chance(1, 3),
                              .naive = sim_chance(1, 4),
                              .key_ignored = sim_chance(1, 4),
                              .calm = sim_chance(1, 10),
                              // Not drawn: the other histories stay as they were.
                              .slow_crm = the.seed % 6 == 0};
    plan->idempotency =
        plan->key_ignored && sim_chance(1, 2) ? ZP_IDEMPOTENCY_NO : ZP_IDEMPOTENCY_ASSUMED;
    plan->bookings = (int)sim_between(1, 4);
    plan->app = (int)sim_between(0, 2);
    plan->managers = (int)sim_between(0, 2);
    plan->active = sim_between(30, 400) * SIM_S;
    plan->leads = sim_chance(1, 5);
    plan->managers += plan->leads ? (int)sim_between(0, 2) : 0;
    if (plan->calm) {
        return;
    }
    plan->fault_permil = faults[sim_between(0, 3)];
    plan->crash_permyriad = sim_chance(1, 2) ? (int)sim_between(0, 60) : 0;
    plan->pause_permyriad = sim_chance(1, 3) ? (int)sim_between(0, 60) : 0;
    plan->torn_permil = sim_chance(1, 3) ? (int)sim_between(0, 60) : 0;
    plan->power = sim_chance(1, 3);
    plan->late = sim_chance(1, 3);
}

static void spread(int count, sim_fn fn) {
    for (int i = 0; i < count; i++) {
        sim_at(sim_between(100 * SIM_MS, the.plan.active), NULL, fn, NULL);
    }
}

static void on_calm(void *data) {
    (void)data;
    the.active = false;
    sim_note("faults stop");
}

void sim_people_plan(void) {
    clients = 0;
    draw_plan(&the.plan);
    the.config->bitrix24.methods = the.plan.legacy ? ZP_CRM_METHODS_LEGACY : ZP_CRM_METHODS_ITEM;
    the.config->bitrix24.entity = the.plan.leads ? ZP_CRM_LEAD : ZP_CRM_DEAL;
    the.config->dikidi.idempotency = the.plan.idempotency;
    the.active = true;
    sim_note("plan: %d desks%s%s%s%s%s%s faults %d crash %d pause %d torn %d%s%s, %d s",
             the.plan.desks, the.plan.leads ? " leads" : "", the.plan.legacy ? " legacy" : "",
             the.plan.naive ? " naive" : "", the.plan.key_ignored ? " keyless" : "",
             the.plan.calm ? " calm" : "", the.plan.slow_crm ? " slow CRM" : "",
             the.plan.fault_permil, the.plan.crash_permyriad, the.plan.pause_permyriad,
             the.plan.torn_permil, the.plan.power ? " power" : "", the.plan.late ? " late" : "",
             (int)(the.plan.active / SIM_S));
    for (int i = 0; i < the.plan.desks; i++) {
        sim_process_start(&the.processes[i]);
    }
    sim_process_start(&the.processes[SIM_DAEMON]);
    spread(the.plan.bookings + (int)sim_between(0, 3), on_desk);
    spread(the.plan.app, on_app);
    spread(the.plan.managers, on_manager);
    sim_at(the.plan.active, NULL, on_calm, NULL);
    static const int64_t each[] = {0, 1, 2, 3};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        int64_t *which = talloc_memdup(the.ctx, &each[i], sizeof each[i]);
        sim_at(the.plan.active + (480 + 5 * each[i]) * SIM_S, NULL, on_tidy, which);
    }
}
