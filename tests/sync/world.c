#include "world.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define BEGIN INT64_C(1795433520) // 2026-11-23 14:32 in Moscow

static const char *const requests[ROWS] = {"01a2076b-0000-7000-8000-000000000001",
                                           "01a2076b-0000-7000-8000-000000000002"};

// ---- the journal
static int row_of(const struct world *world, const char *reference) {
    for (int i = 0; i < ROWS; i++) {
        const struct zp_booking *row = world->rows[i];
        if (strcmp(row->request_id, reference) == 0 ||
            (row->booking_id != NULL && strcmp(row->booking_id, reference) == 0)) {
            return i;
        }
    }
    return -1;
}

static struct world_task *find_task(struct world *world, int row, const char *kind) {
    for (size_t i = 0; i < world->task_count; i++) {
        if (world->tasks[i].row == row && strcmp(world->tasks[i].kind, kind) == 0) {
            return &world->tasks[i];
        }
    }
    return NULL;
}

static struct world_task *task_by_id(struct world *world, int64_t id) {
    for (size_t i = 0; i < world->task_count; i++) {
        if (world->tasks[i].id == id) {
            return &world->tasks[i];
        }
    }
    return NULL;
}

static void delete_task(struct world *world, struct world_task *task) {
    const size_t at = (size_t)(task - world->tasks);
    memmove(task, task + 1, (world->task_count - at - 1) * sizeof(*task));
    world->task_count--;
}

static void add_task(struct world *world, int row, const struct zp__store_new_task *asked) {
    struct world_task *task = find_task(world, row, asked->kind);
    if (task == NULL) {
        assert(world->task_count < TASKS);
        task = &world->tasks[world->task_count++];
        *task = (struct world_task){.id = ++world->last_task, .row = row};
        task->kind = talloc_strdup(world, asked->kind);
    }
    task->memory = talloc_strdup(world, asked->memory != NULL ? asked->memory : "");
    task->next_at = asked->next_at;
    task->attention = false;
    task->attempts = 0;
}

static void end_task(struct world *world, const struct zp__change *change) {
    struct world_task *task = task_by_id(world, change->task_id);
    if (change->task_memory != NULL) {
        task->memory = talloc_strdup(world, change->task_memory);
    }
    if (change->task_end == ZP_TASK_FINISHED) {
        delete_task(world, task);
    } else if (change->task_end == ZP_TASK_AGAIN) {
        task->next_at = change->task_next_at;
        task->attempts++;
    } else if (change->task_end == ZP_TASK_TO_PERSON) {
        task->attention = true;
        task->error = talloc_strdup(world, change->task_error);
    }
}

// All of it, or nothing: false.
static bool apply(struct world *world, const struct zp__change *change) {
    int row = -1;
    if (change->task_id != 0 && task_by_id(world, change->task_id) == NULL) {
        return false;
    }
    if (change->booking != NULL) {
        row = row_of(world, change->booking->request_id);
        if (world->rows[row]->revision != change->expected_revision) {
            return false;
        }
    } else {
        row = task_by_id(world, change->task_id)->row;
    }
    if (change->task_id != 0) {
        end_task(world, change);
    }
    if (change->booking != NULL) {
        world->rows[row] = zp_booking_copy(world, change->booking);
        world->rows[row]->revision = change->expected_revision + 1;
    }
    for (size_t i = 0; i < change->task_count; i++) {
        add_task(world, row, &change->tasks[i]);
    }
    return true;
}

// ---- Dikidi
static struct zp__dikidi_booking *told(TALLOC_CTX *ctx, const struct world *world, int number) {
    struct zp__dikidi_booking *booking = talloc_zero(ctx, struct zp__dikidi_booking);
    booking->ids = talloc_zero_array(booking, char *, 1);
    booking->ids[0] = talloc_asprintf(booking, "%d", number);
    booking->id_count = 1;
    booking->status = world->active[number] ? ZP_DIKIDI_ACTIVE : ZP_DIKIDI_CANCELLED;
    return booking;
}

static void refuse(struct zp__dikidi_answer *answer, const char *name) {
    answer->outcome = ZP_OUTCOME_REFUSED;
    zp_error_set(&answer->error, ZP_E_REFUSED, name, "told by a test");
}

static void create(struct world *world, TALLOC_CTX *ctx, struct zp__dikidi_answer *answer) {
    if (world->taken && !world->made[2]) {
        refuse(answer, "SLOT_TAKEN");
        return;
    }
    if (!world->made[2]) {
        world->made[2] = world->active[2] = true;
    }
    answer->ok = true; // a repeat under the same key: the same booking
    answer->booking = told(ctx, world, 2);
}

static void dikidi(struct world *world, const struct zp__effect *effect, TALLOC_CTX *ctx,
                   struct zp__dikidi_answer *answer) {
    static struct zp_slots none;
    const int number = effect->id != NULL ? effect->id[0] - '0' : 0;
    switch (effect->kind) {
    case ZP_EFFECT_CREATE: create(world, ctx, answer); return;
    case ZP_EFFECT_DELETE:
        if (world->keeps && world->active[number]) {
            refuse(answer, "CANCEL_FORBIDDEN");
            return;
        }
        world->active[number] = false;
        break;
    case ZP_EFFECT_SCHEDULE:
        answer->ok = true;
        answer->slots = &none; // nothing is offered: the time is taken, by whomever
        return;
    default: break;
    }
    answer->ok = true;
    answer->booking = told(ctx, world, number);
}

// ---- Bitrix24
static void crm(struct world *world, const struct zp__effect *effect, const char *booking_id,
                struct zp__crm_answer *answer) {
    static struct zp__crm_entry entry;
    static struct zp__crm_stage stages[] = {{.id = (char *)"NEW", .semantic = 'P'},
                                            {.id = (char *)"LOSE", .semantic = 'F'}};
    static struct zp__crm_contact contact = {.id = (char *)"184"};
    answer->ok = true;
    answer->entries = &entry;
    switch (effect->kind) {
    case ZP_EFFECT_CRM_FIND:
        answer->entry_count = world->entries > 0 && world->number == booking_id[0] - '0' ? 1 : 0;
        break;
    case ZP_EFFECT_CRM_FIND_CONTACTS:
        answer->contacts = &contact;
        answer->contact_count = (size_t)world->contacts;
        break;
    case ZP_EFFECT_CRM_ADD_CONTACT:
        world->contacts++;
        answer->id = (char *)"184";
        break;
    case ZP_EFFECT_CRM_ADD:
        world->entries++;
        world->semantic = 'P';
        world->number = effect->fields.booking_id[0] - '0';
        answer->id = (char *)"71";
        break;
    case ZP_EFFECT_CRM_UPDATE: world->number = effect->fields.booking_id[0] - '0'; break;
    case ZP_EFFECT_CRM_STAGES:
        answer->stages = stages;
        answer->stage_count = 2;
        break;
    case ZP_EFFECT_CRM_MOVE:
        world->semantic = strcmp(effect->text, "LOSE") == 0 ? 'F' : 'P';
        world->falls += world->semantic == 'F';
        answer->entry_count = 1;
        break;
    case ZP_EFFECT_CRM_GET: answer->entry_count = 1; break;
    default:
        world->comments++;
        answer->id = (char *)"9";
        break;
    }
    entry = (struct zp__crm_entry){.id = (char *)"71",
                                   .stage_id = (char *)(world->semantic == 'F' ? "LOSE" : "NEW"),
                                   .semantic = world->semantic};
}

// ---- the worker
static void lose_answer(struct zp__dikidi_answer *answer) {
    answer->ok = false;
    answer->outcome = ZP_OUTCOME_UNKNOWN;
    answer->booking = NULL;
    answer->slots = NULL;
    zp_error_set(&answer->error, ZP_E_UNKNOWN, NULL, "lost by a test");
}

static void touch_row(struct world *world, const struct zp__change *change) {
    if (change->booking != NULL) {
        world->rows[row_of(world, change->booking->request_id)]->revision++;
    }
}

static void load(struct world *world, struct zp__run *run, const char *reference) {
    const int row = row_of(world, reference);
    TALLOC_FREE(run->other);
    run->other = row < 0 ? NULL : zp_booking_copy(run, world->rows[row]);
}

// Carries the effect out and fills what came back.
static void carry_out(struct world *world, struct zp__run *run, const struct zp__effect *effect,
                      bool lost, struct zp__input *input) {
    static struct zp__dikidi_answer d;
    static struct zp__crm_answer c;
    d = (struct zp__dikidi_answer){0};
    c = (struct zp__crm_answer){0};
    if (effect->kind == ZP_EFFECT_APPLY) {
        if (apply(world, &effect->change)) {
            const int row = row_of(world, run->booking->request_id);
            run->booking->revision = world->rows[row]->revision;
            input->kind = ZP_INPUT_APPLIED;
        } else {
            talloc_free(run->booking);
            const struct world_task *task = task_by_id(world, run->task_id);
            assert(task != NULL); // nobody takes a task away here
            run->booking = zp_booking_copy(run, world->rows[task->row]);
            input->kind = ZP_INPUT_RELOADED;
        }
    } else if (effect->kind == ZP_EFFECT_LOAD) {
        load(world, run, effect->id);
        input->kind = ZP_INPUT_LOADED;
    } else if (effect->kind <= ZP_EFFECT_SCHEDULE) {
        dikidi(world, effect, run, &d);
        if (lost) {
            lose_answer(&d);
        }
        *input = (struct zp__input){.kind = ZP_INPUT_DIKIDI, .dikidi = &d};
    } else {
        crm(world, effect, run->booking->booking_id, &c);
        if (lost) {
            c = (struct zp__crm_answer){.ok = false, .outcome = ZP_CRM_UNKNOWN};
            zp_error_set(&c.error, ZP_E_UNKNOWN, NULL, "lost by a test");
        }
        *input = (struct zp__input){.kind = ZP_INPUT_CRM, .crm = &c};
    }
}

// One task until its run ends or the process dies.
static void work(struct world *world, int64_t task_id) {
    const struct world_task *task = task_by_id(world, task_id);
    const struct zp__store_task claimed = {
        .task = {.id = task->id,
                 .kind = task->kind,
                 .request_id = world->rows[task->row]->request_id,
                 .attempts = task->attempts},
        .memory = task->memory,
        .booking = world->rows[task->row]};
    struct zp__run *run = zp__run_new(world, &world->config, &claimed, world->foreground);
    struct zp__input input = {.kind = ZP_INPUT_START};
    struct zp__effect effect;
    run->now = world->now;
    while (zp__run_step(run, &input, &effect)) {
        const enum world_fault fault =
            ++world->effects == world->fault_at ? world->fault : WORLD_FAULT_NONE;
        if (fault == WORLD_KILLED_BEFORE) {
            break;
        }
        if (fault == WORLD_CONFLICT && effect.kind == ZP_EFFECT_APPLY) {
            touch_row(world, &effect.change);
        }
        carry_out(world, run, &effect, fault == WORLD_LOST, &input);
        if (fault == WORLD_KILLED_AFTER) {
            break;
        }
    }
    talloc_free(run);
}

static struct world_task *next_task(struct world *world) {
    struct world_task *best = NULL;
    for (size_t i = 0; i < world->task_count; i++) {
        struct world_task *task = &world->tasks[i];
        const bool sooner =
            best == NULL || task->next_at < best->next_at ||
            (task->next_at == best->next_at && world->newest_first && task->id > best->id);
        if (!task->attention && sooner) {
            best = task;
        }
    }
    return best;
}

bool world_settle(struct world *world) {
    for (int i = 0; i < 200; i++) {
        const struct world_task *task = next_task(world);
        if (task == NULL) {
            return true;
        }
        world->now = task->next_at > world->now ? task->next_at : world->now;
        work(world, task->id);
    }
    return false;
}

size_t world_attention(const struct world *world) {
    size_t count = 0;
    for (size_t i = 0; i < world->task_count; i++) {
        count += world->tasks[i].attention;
    }
    return count;
}

void world_drop_new(struct world *world) {
    struct world_task *task = find_task(world, NEW, ZP_TASK_BOOK);
    world->rows[NEW]->state = ZP_BOOKING_DROPPED;
    world->rows[NEW]->revision++;
    task->attention = false;
    task->next_at = world->now;
}

// ---- how it begins
static struct zp_booking *new_row(TALLOC_CTX *ctx, int index) {
    struct zp_booking *row = talloc_zero(ctx, struct zp_booking);
    row->request_id = talloc_strdup(row, requests[index]);
    row->company = talloc_strdup(row, "550001");
    row->revision = 1;
    row->starts_at = BEGIN + INT64_C(7200) * (index + 1);
    row->ends_at = row->starts_at + 3600;
    row->master_id = talloc_strdup(row, "1357200");
    row->master = talloc_strdup(row, "Анна П.");
    row->services = talloc_zero_array(row, struct zp_booked_service, 1);
    row->service_count = 1;
    row->services[0].id = talloc_strdup(row, "5159500");
    row->services[0].name = talloc_strdup(row, "Маникюр");
    row->currency = talloc_strdup(row, "RUB");
    row->client_name = talloc_strdup(row, "Мария");
    row->client_phone = talloc_strdup(row, "+79161234567");
    row->comment = talloc_strdup(row, "");
    row->cancel_reason = talloc_strdup(row, "");
    row->created_by = talloc_strdup(row, "anna");
    row->created_at = row->updated_at = BEGIN;
    return row;
}

static void set_up_config(struct world *world) {
    world->config.salon.intent_minutes = 10;
    world->config.salon.walk_in_name = talloc_strdup(world, "Гость");
    world->config.bitrix24.recheck_seconds = 60;
    world->config.bitrix24.cancelled_stage = talloc_strdup(world, "");
    world->config.bitrix24.source_id = talloc_strdup(world, "DIKIDI");
    world->config.zone = zp_zone_open(world, "Europe/Moscow", NULL);
}

struct world *world_new(TALLOC_CTX *ctx, bool logged, bool release_first) {
    struct world *world = talloc_zero(ctx, struct world);
    set_up_config(world);
    world->now = BEGIN;
    world->made[1] = world->active[1] = true;
    struct zp_booking *old = world->rows[OLD] = new_row(world, OLD);
    old->state = ZP_BOOKING_BOOKED;
    old->booking_id = talloc_strdup(old, "1");
    old->crm_state = ZP_CRM_QUEUED;
    if (logged) {
        old->crm_state = ZP_CRM_LOGGED;
        old->crm_id = talloc_strdup(old, "71");
        old->crm_entity = talloc_strdup(old, "deal");
        world->entries = world->number = world->contacts = 1;
        world->semantic = 'P';
    } else {
        add_task(world, OLD,
                 &(struct zp__store_new_task){.kind = ZP_TASK_CRM_LOG, .next_at = BEGIN});
    }
    world->rows[NEW] = new_row(world, NEW);
    world->rows[NEW]->moved_from = talloc_strdup(world->rows[NEW], requests[OLD]);
    world->rows[NEW]->sent_body = talloc_strdup(world->rows[NEW], "{}");
    add_task(
        world, NEW,
        &(struct zp__store_new_task){.kind = ZP_TASK_BOOK,
                                     .next_at = BEGIN,
                                     .memory = release_first ? ZP_MEMORY_RELEASE_FIRST : NULL});
    return world;
}

void world_cancelled(struct world *world) {
    struct zp_booking *old = world->rows[OLD];
    const bool logged = old->crm_id != NULL;
    old->state = ZP_BOOKING_CANCELLED;
    world->active[1] = false;
    if (logged) {
        world->semantic = 'F';
        world->falls = 1;
    } else {
        add_task(world, OLD,
                 &(struct zp__store_new_task){.kind = ZP_TASK_CRM_CANCEL, .next_at = BEGIN});
    }
    world->rows[NEW]->crm_stage = talloc_strdup(world->rows[NEW], logged ? "NEW" : "-");
    find_task(world, NEW, ZP_TASK_BOOK)->memory = talloc_strdup(world, ZP_MEMORY_AGAIN);
}
