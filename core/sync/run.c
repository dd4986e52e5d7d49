#include "sync/run.h"
#include "sync/entry.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/json.h>

static void read_memory(struct zp__run *run, const char *text) {
    if (text == NULL || text[0] == '\0') {
        return;
    }
    TALLOC_CTX *tmp = talloc_new(run);
    const struct zp_json *doc = zp_json_parse(tmp, text, strlen(text), NULL);
    struct zp__memory *memory = &run->memory;
    zp_json_int(zp_json_get(doc, "post_sent_at"), &memory->post_sent_at);
    zp_json_int(zp_json_get(doc, "contact_sent_at"), &memory->contact_sent_at);
    zp_json_int(zp_json_get(doc, "add_sent_at"), &memory->add_sent_at);
    zp_json_int(zp_json_get(doc, "stage_sent_at"), &memory->stage_sent_at);
    zp_json_int(zp_json_get(doc, "comment_sent_at"), &memory->comment_sent_at);
    zp_json_bool(zp_json_get(doc, "unknown"), &memory->unknown);
    zp_json_bool(zp_json_get(doc, "release_first"), &memory->release_first);
    zp_json_bool(zp_json_get(doc, "again"), &memory->again);
    zp_json_int(zp_json_get(doc, "mark"), &memory->mark);
    zp_json_bool(zp_json_get(doc, "background"), &memory->background);
    zp_json_bool(zp_json_get(doc, "wished"), &memory->wished);
    const char *contact_id = zp_json_string(zp_json_get(doc, "contact_id"));
    const char *told = zp_json_string(zp_json_get(doc, "told"));
    memory->contact_id = contact_id ? talloc_strdup(run, contact_id) : NULL;
    memory->told = told ? talloc_strdup(run, told) : NULL;
    talloc_free(tmp);
}

static const struct zp_json *memory_field(TALLOC_CTX *ctx, const char *memory, const char *name) {
    return memory != NULL && memory[0] != '\0'
               ? zp_json_get(zp_json_parse(ctx, memory, strlen(memory), NULL), name)
               : NULL;
}

static bool memory_flag(const char *memory, const char *name) {
    TALLOC_CTX *tmp = talloc_new(NULL);
    bool flag = false;
    zp_json_bool(memory_field(tmp, memory, name), &flag);
    talloc_free(tmp);
    return flag;
}

int64_t zp__memory_told_at(const char *memory) {
    TALLOC_CTX *tmp = talloc_new(NULL);
    int64_t told_at = 0;
    zp_json_int(memory_field(tmp, memory, "comment_sent_at"), &told_at);
    talloc_free(tmp);
    return told_at;
}

bool zp__memory_unknown(const char *memory) {
    return memory_flag(memory, "unknown");
}

bool zp__memory_release_first(const char *memory) {
    return memory_flag(memory, "release_first");
}

static char *write_memory(TALLOC_CTX *ctx, const struct zp__memory *memory) {
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        {"post_sent_at", memory->post_sent_at},       {"contact_sent_at", memory->contact_sent_at},
        {"add_sent_at", memory->add_sent_at},         {"stage_sent_at", memory->stage_sent_at},
        {"comment_sent_at", memory->comment_sent_at}, {"mark", memory->mark},
    };
    const struct {
        const char *name;
        bool value;
    } flags[] = {
        {"unknown", memory->unknown}, {"release_first", memory->release_first},
        {"again", memory->again},     {"background", memory->background},
        {"wished", memory->wished},
    };
    struct zp_json *doc = zp_json_new_object(ctx);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (numbers[i].value != 0) {
            zp_json_add_int(doc, numbers[i].name, numbers[i].value);
        }
    }
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (flags[i].value) {
            zp_json_add_bool(doc, flags[i].name, true);
        }
    }
    if (memory->contact_id != NULL) {
        zp_json_add_string(doc, "contact_id", memory->contact_id);
    }
    if (memory->told != NULL) {
        zp_json_add_string(doc, "told", memory->told);
    }
    return zp_json_print(ctx, doc);
}

// The journal has no booking for this task: an empty row stands in, named after the subject.
static struct zp_booking *unknown_booking(struct zp__run *run) {
    struct zp_booking *booking = talloc_zero(run, struct zp_booking);
    booking->request_id = talloc_strdup(booking, run->subject);
    booking->company = talloc_strdup(booking, run->config->salon.company);
    return booking;
}

void zp__run_set_booking(struct zp__run *run, const struct zp_booking *booking) {
    talloc_free(run->booking);
    run->unknown_booking = booking == NULL;
    run->booking = booking != NULL ? zp_booking_copy(run, booking) : unknown_booking(run);
}

char *zp__memory_telling(TALLOC_CTX *ctx, const char *told, bool wished) {
    return write_memory(ctx, &(struct zp__memory){.told = (char *)told, .wished = wished});
}

struct zp__run *zp__run_new(TALLOC_CTX *ctx, const struct zp_config *config,
                            const struct zp__store_task *task, bool foreground) {
    struct zp__run *run = talloc_zero(ctx, struct zp__run);
    if (run == NULL) {
        zp_panic("out of memory");
    }
    run->config = config;
    run->foreground = foreground;
    run->task_id = task->task.id;
    run->attempts = task->task.attempts;
    run->kind = talloc_strdup(run, task->task.kind);
    run->subject = talloc_strdup(run, task->task.request_id);
    zp__run_set_booking(run, task->booking);
    read_memory(run, task->memory);
    run->step = talloc_new(run);
    return run;
}

typedef bool (*machine_fn)(struct zp__run *run, const struct zp__input *input,
                           struct zp__effect *effect);

static machine_fn machine_of(const char *kind) {
    static const struct {
        const char *kind;
        machine_fn machine;
    } machines[] = {
        {ZP_TASK_BOOK, zp__run_book},
        {ZP_TASK_CANCEL, zp__run_cancel},
        {ZP_TASK_MOVE, zp__run_move},
        {ZP_TASK_CRM_LOG, zp__run_crm_log},
        {ZP_TASK_CRM_MOVE, zp__run_crm_move},
        {ZP_TASK_CRM_CANCEL, zp__run_crm_cancel},
        {ZP_TASK_CRM_MARK, zp__run_crm_mark},
        {ZP_TASK_CRM_UPDATE, zp__run_crm_update},
        {ZP_TASK_LOOK, zp__run_look},
        {ZP_TASK_LOOK_ENTRY, zp__run_look_entry},
        {ZP_TASK_CRM_REVERSE, zp__run_crm_reverse},
        {ZP_TASK_CRM_POLL, zp__run_crm_poll},
        {ZP_TASK_REREAD, zp__run_reread},
        {ZP_TASK_CRM_COMPARE, zp__run_crm_compare},
    };
    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (strcmp(machines[i].kind, kind) == 0) {
            return machines[i].machine;
        }
    }
    return NULL;
}

bool zp__run_step(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    if (run->over && input->kind == ZP_INPUT_APPLIED) {
        return false;
    }
    run->over = false;
    talloc_free_children(run->step);
    *effect = (struct zp__effect){.entity = run->config->bitrix24.entity};
    const machine_fn machine = machine_of(run->kind);
    if (machine != NULL) {
        return machine(run, input, effect);
    }
    // A kind that a newer version wrote: left for it, shown to a person here.
    struct zp_error error;
    zp_error_set(&error, ZP_E_INTERNAL, NULL,
                 _("this version does not know the task \"%s\": update zapis"), run->kind);
    return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
}

int64_t zp__run_backoff(const struct zp__run *run) {
    static const int64_t ladder[] = {2, 5, 15, 30, 60, 120, 300};
    const int last = (int)(sizeof(ladder) / sizeof(ladder[0])) - 1;
    const int64_t base = ladder[run->attempts < last ? run->attempts : last];
    uint32_t hash = 2166136261u;
    for (const char *c = run->subject; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    hash ^= (uint32_t)run->attempts * 2654435761u;
    return base + (int64_t)(hash % 1000u) * base /
                      3000; // up to a third more, so that desks do not march in step
}

int64_t zp__run_delay(const struct zp__run *run, const struct zp_error *error) {
    const int64_t told = (error->retry_after_ms + 999) / 1000;
    const int64_t own = zp__run_backoff(run);
    return told > own ? told : own;
}

struct zp__change *zp__run_task_change(struct zp__run *run, struct zp__effect *effect) {
    effect->kind = ZP_EFFECT_APPLY;
    effect->change = (struct zp__change){.task_id = run->task_id};
    return &effect->change;
}

void zp__run_tell(struct zp__run *run, struct zp__change *change, const char *what, const char *by,
                  const char *detail) {
    struct zp_history *line = talloc_zero(run->step, struct zp_history);
    line->at = run->now;
    line->what = talloc_strdup(line, what);
    line->by = talloc_strdup(line, by);
    line->detail = talloc_strdup(line, detail ? detail : "");
    change->history = line;
    change->history_count = 1;
}

static struct zp__change *change_of(struct zp__run *run, struct zp_booking *booking,
                                    struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    booking->updated_at = run->now;
    change->booking = booking;
    change->expected_revision = booking->revision;
    return change;
}

struct zp__change *zp__run_change(struct zp__run *run, struct zp__effect *effect, const char *what,
                                  const char *by, const char *detail) {
    struct zp__change *change = change_of(run, run->booking, effect);
    if (what != NULL) {
        zp__run_tell(run, change, what, by, detail);
    }
    return change;
}

struct zp__change *zp__run_change_other(struct zp__run *run, struct zp__effect *effect,
                                        const char *what, const char *by, const char *detail) {
    struct zp__change *change = change_of(run, run->other, effect);
    if (what != NULL) {
        zp__run_tell(run, change, what, by, detail);
    }
    return change;
}

static void end_with(struct zp__run *run, const struct zp_error *error) {
    run->over = true;
    run->ok = error == NULL;
    zp_error_clear(&run->end_error);
    if (error != NULL) {
        run->end_error = *error;
    }
}

bool zp__run_finish(struct zp__run *run, struct zp__change *change) {
    return zp__run_finish_with(run, change, NULL);
}

bool zp__run_finish_with(struct zp__run *run, struct zp__change *change,
                         const struct zp_error *error) {
    change->task_end = ZP_TASK_FINISHED;
    end_with(run, error);
    return true;
}

bool zp__run_again(struct zp__run *run, struct zp__change *change, int64_t delay_s,
                   const struct zp_error *error) {
    change->task_end = ZP_TASK_AGAIN;
    change->task_next_at = run->now + delay_s;
    change->task_error = talloc_strdup(run->step, error->message);
    change->task_memory = write_memory(run->step, &run->memory);
    end_with(run, error);
    return true;
}

bool zp__run_later(struct zp__run *run, struct zp__change *change, int64_t delay_s) {
    change->task_end = ZP_TASK_LATER;
    change->task_next_at = run->now + delay_s;
    change->task_memory = write_memory(run->step, &run->memory);
    end_with(run, NULL);
    return true;
}

bool zp__run_to_person(struct zp__run *run, struct zp__change *change,
                       const struct zp_error *error) {
    change->task_end = ZP_TASK_TO_PERSON;
    change->task_error = talloc_strdup(run->step, error->message);
    change->task_memory = write_memory(run->step, &run->memory);
    end_with(run, error);
    return true;
}

bool zp__run_note(struct zp__run *run, struct zp__change *change) {
    change->task_end = ZP_TASK_NOTE;
    change->task_memory = write_memory(run->step, &run->memory);
    return true;
}

void zp__run_add_task_with(struct zp__run *run, struct zp__change *change,
                           const struct zp__store_new_task *task) {
    struct zp__store_new_task *tasks =
        talloc_zero_array(run->step, struct zp__store_new_task, (unsigned)change->task_count + 1);
    if (change->task_count > 0) {
        memcpy(tasks, change->tasks, change->task_count * sizeof(*tasks));
    }
    tasks[change->task_count] = *task;
    change->tasks = tasks;
    change->task_count++;
}

void zp__run_add_task(struct zp__run *run, struct zp__change *change, const char *kind,
                      int64_t next_at) {
    zp__run_add_task_with(run, change,
                          &(struct zp__store_new_task){.kind = kind, .next_at = next_at});
}

bool zp__run_crm_passes(const struct zp_error *error) {
    return error->code == ZP_E_UNREACHABLE || error->code == ZP_E_UNKNOWN ||
           error->code == ZP_E_LIMITED || error->code == ZP_E_BAD_ANSWER ||
           error->code == ZP_E_CANCELLED;
}

bool zp__run_crm_to_person(struct zp__run *run, struct zp__effect *effect,
                           const struct zp_error *error) {
    run->booking->crm_state = ZP_CRM_ATTENTION;
    return zp__run_to_person(
        run, zp__run_change(run, effect, "crm-refused", "bitrix24", error->message), error);
}

bool zp__run_crm_failed(struct zp__run *run, struct zp__effect *effect,
                        const struct zp_error *error) {
    if (!zp__run_crm_passes(error)) {
        return zp__run_crm_to_person(run, effect, error);
    }
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_delay(run, error), error);
}

bool zp__run_follows_lead(const struct zp__run *run, struct zp_booking *booking) {
    if (zp__entry_entity(booking) != ZP_CRM_LEAD || run->config->bitrix24.entity != ZP_CRM_LEAD) {
        return false;
    }
    booking->crm_state = ZP_CRM_QUEUED;
    return true;
}

bool zp__run_crm_waits(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "%s",
                 _("waiting for the CRM entry of this booking"));
    return zp__run_again(run, zp__run_task_change(run, effect), zp__run_backoff(run), &error);
}

bool zp__run_comment_is_over(struct zp__run *run, const struct zp__crm_answer *answer) {
    if (answer->outcome != ZP_CRM_NOT_SENT || !zp__run_crm_passes(&answer->error)) {
        return true;
    }
    run->memory.comment_sent_at = 0;
    return false;
}
