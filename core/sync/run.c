#include "sync/run.h"
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
    zp_json_int(zp_json_get(doc, "comment_sent_at"), &memory->comment_sent_at);
    zp_json_bool(zp_json_get(doc, "unknown"), &memory->unknown);
    const char *contact_id = zp_json_string(zp_json_get(doc, "contact_id"));
    memory->contact_id = contact_id ? talloc_strdup(run, contact_id) : NULL;
    talloc_free(tmp);
}

bool zp__memory_unknown(const char *memory) {
    bool unknown = false;
    if (memory != NULL && memory[0] != '\0') {
        TALLOC_CTX *tmp = talloc_new(NULL);
        zp_json_bool(zp_json_get(zp_json_parse(tmp, memory, strlen(memory), NULL), "unknown"),
                     &unknown);
        talloc_free(tmp);
    }
    return unknown;
}

static char *write_memory(TALLOC_CTX *ctx, const struct zp__memory *memory) {
    struct zp_json *doc = zp_json_new_object(ctx);
    if (memory->post_sent_at != 0) {
        zp_json_add_int(doc, "post_sent_at", memory->post_sent_at);
    }
    if (memory->contact_sent_at != 0) {
        zp_json_add_int(doc, "contact_sent_at", memory->contact_sent_at);
    }
    if (memory->add_sent_at != 0) {
        zp_json_add_int(doc, "add_sent_at", memory->add_sent_at);
    }
    if (memory->comment_sent_at != 0) {
        zp_json_add_int(doc, "comment_sent_at", memory->comment_sent_at);
    }
    if (memory->unknown) {
        zp_json_add_bool(doc, "unknown", true);
    }
    if (memory->contact_id != NULL) {
        zp_json_add_string(doc, "contact_id", memory->contact_id);
    }
    return zp_json_print(ctx, doc);
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
    run->booking = zp_booking_copy(run, task->booking);
    read_memory(run, task->memory);
    run->step = talloc_new(run);
    return run;
}

bool zp__run_step(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    if (run->over && input->kind == ZP_INPUT_APPLIED) {
        return false;
    }
    run->over = false;
    talloc_free_children(run->step);
    *effect = (struct zp__effect){.entity = run->config->bitrix24.entity};
    if (strcmp(run->kind, ZP_TASK_BOOK) == 0) {
        return zp__run_book(run, input, effect);
    }
    if (strcmp(run->kind, ZP_TASK_CANCEL) == 0) {
        return zp__run_cancel(run, input, effect);
    }
    if (strcmp(run->kind, ZP_TASK_CRM_LOG) == 0) {
        return zp__run_crm_log(run, input, effect);
    }
    if (strcmp(run->kind, ZP_TASK_CRM_CANCEL) == 0) {
        return zp__run_crm_cancel(run, input, effect);
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
    for (const char *c = run->booking->request_id; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    hash ^= (uint32_t)run->attempts * 2654435761u;
    return base + (int64_t)(hash % 1000u) * base /
                      3000; // up to a third more, so that desks do not march in step
}

struct zp__change *zp__run_task_change(struct zp__run *run, struct zp__effect *effect) {
    effect->kind = ZP_EFFECT_APPLY;
    effect->change = (struct zp__change){.task_id = run->task_id};
    return &effect->change;
}

struct zp__change *zp__run_change(struct zp__run *run, struct zp__effect *effect, const char *what,
                                  const char *by, const char *detail) {
    struct zp__change *change = zp__run_task_change(run, effect);
    run->booking->updated_at = run->now;
    change->booking = run->booking;
    change->expected_revision = run->booking->revision;
    if (what != NULL) {
        struct zp_history *line = talloc_zero(run->step, struct zp_history);
        line->at = run->now;
        line->what = talloc_strdup(line, what);
        line->by = talloc_strdup(line, by);
        line->detail = talloc_strdup(line, detail ? detail : "");
        change->history = line;
        change->history_count = 1;
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

void zp__run_add_task(struct zp__run *run, struct zp__change *change, const char *kind,
                      int64_t next_at) {
    struct zp__store_new_task *tasks =
        talloc_zero_array(run->step, struct zp__store_new_task, (unsigned)change->task_count + 1);
    if (change->task_count > 0) {
        memcpy(tasks, change->tasks, change->task_count * sizeof(*tasks));
    }
    tasks[change->task_count] = (struct zp__store_new_task){.kind = kind, .next_at = next_at};
    change->tasks = tasks;
    change->task_count++;
}

void zp__run_set_error(struct zp_booking *booking, const struct zp_error *error) {
    TALLOC_FREE(booking->error_code);
    TALLOC_FREE(booking->error_message);
    if (error != NULL) {
        booking->error_code = talloc_strdup(booking, error->name);
        booking->error_message = talloc_strdup(booking, error->message);
    }
}

static void set_text(struct zp_booking *booking, char **field, const char *text) {
    if (text != NULL && text[0] != '\0') {
        talloc_free(*field);
        *field = talloc_strdup(booking, text);
    }
}

static void take_services(struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    if (remote->service_count == 0) {
        return;
    }
    struct zp_booked_service *services =
        talloc_zero_array(booking, struct zp_booked_service, (unsigned)remote->service_count);
    for (size_t i = 0; i < remote->service_count; i++) {
        const struct zp__dikidi_service *told = &remote->services[i];
        const struct zp_booked_service *known = NULL;
        for (size_t k = 0; k < booking->service_count && told->id != NULL; k++) {
            if (strcmp(booking->services[k].id, told->id) == 0) {
                known = &booking->services[k];
            }
        }
        const char *name = told->name != NULL && told->name[0] != '\0' ? told->name
                           : known != NULL                             ? known->name
                                                                       : "";
        services[i].id = talloc_strdup(services, told->id ? told->id : "");
        services[i].name = talloc_strdup(services, name);
        services[i].duration_min = told->duration_min ? told->duration_min
                                   : known            ? known->duration_min
                                                      : 0;
        services[i].price_minor = told->price_minor ? told->price_minor
                                  : known           ? known->price_minor
                                                    : 0;
    }
    talloc_free(booking->services);
    booking->services = services;
    booking->service_count = remote->service_count;
}

void zp__booking_take_remote(struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    talloc_free(booking->booking_ids);
    booking->booking_ids = talloc_zero_array(booking, char *, (unsigned)remote->id_count);
    for (size_t i = 0; i < remote->id_count; i++) {
        booking->booking_ids[i] = talloc_strdup(booking->booking_ids, remote->ids[i]);
    }
    booking->booking_id_count = remote->id_count;
    set_text(booking, &booking->booking_id, remote->id_count > 0 ? remote->ids[0] : NULL);
    if (remote->starts_at != 0) {
        booking->starts_at = remote->starts_at;
    }
    if (remote->ends_at != 0) {
        booking->ends_at = remote->ends_at;
    }
    set_text(booking, &booking->master_id, remote->master_id);
    set_text(booking, &booking->master, remote->master);
    take_services(booking, remote);
    if (remote->total_minor != 0) {
        booking->price_minor = remote->total_minor;
    }
    set_text(booking, &booking->currency, remote->currency);
    if (remote->version != 0) {
        booking->remote_version = remote->version;
    }
    if (remote->updated_at != 0) {
        booking->remote_updated_at = remote->updated_at;
    }
}
