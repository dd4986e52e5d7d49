// The JSON documents that scripts rely on.
#include "cli_json.h"
#include "error_text.h"

#include <zapis/money.h>

void cli_json_print(FILE *file, struct zp_json *document) {
    char *text = zp_json_print(NULL, document);
    fprintf(file, "%s\n", text);
    talloc_free(text);
    talloc_free(document);
}

static void add_sentence(struct zp_json *object, const char *key, const char *message) {
    char *text = error_text(NULL, message);
    zp_json_add_string(object, key, text);
    talloc_free(text);
}

void cli_json_error(struct zp_json *object, const struct zp_error *error) {
    struct zp_json *inner = zp_json_add_object(object, "error");
    zp_json_add_string(inner, "code",
                       error->name[0] ? error->name : zp_error_code_name(error->code));
    add_sentence(inner, "message", error->message);
}

void cli_json_fail(struct cli *cli, const struct zp_error *error) {
    struct zp_json *document = zp_json_new_object(cli);
    cli_json_error(document, error);
    cli_json_print(cli->out, document);
}

void cli_json_instant(struct zp_json *object, const char *key, const struct zp_zone *zone,
                      int64_t instant) {
    char text[ZP_INSTANT_SIZE];
    if (instant == 0) {
        zp_json_add_null(object, key);
        return;
    }
    zp_instant_format(zone, instant, text);
    zp_json_add_string(object, key, text);
}

void cli_json_date(struct zp_json *object, const char *key, struct zp_date date) {
    char text[ZP_DATE_SIZE];
    zp_date_format(date, text);
    zp_json_add_string(object, key, text);
}

static void add_known(struct zp_json *object, const char *key, const char *text) {
    zp_json_add_string(object, key, text && *text ? text : NULL);
}

static void add_services(struct zp_json *object, const struct zp_booking *booking) {
    struct zp_json *services = zp_json_add_array(object, "services");
    for (size_t i = 0; i < booking->service_count; i++) {
        struct zp_json *service = zp_json_add_object(services, NULL);
        zp_json_add_string(service, "id", booking->services[i].id);
        zp_json_add_string(service, "name", booking->services[i].name);
        zp_json_add_int(service, "duration_min", booking->services[i].duration_min);
        zp_json_add_int(service, "price_minor", booking->services[i].price_minor);
    }
}

static void add_error_of(struct zp_json *object, const struct zp_booking *booking,
                         const struct zp_error *error) {
    if (error) {
        cli_json_error(object, error);
        return;
    }
    bool failed = booking->state == ZP_BOOKING_REFUSED || booking->state == ZP_BOOKING_UNCERTAIN;
    if (!failed || !booking->error_code)
        return;
    struct zp_json *inner = zp_json_add_object(object, "error");
    zp_json_add_string(inner, "code", booking->error_code);
    add_sentence(inner, "message", booking->error_message);
}

static void no_booking(struct zp_json *object, const struct zp_error *error) {
    static const char *const keys[] = {"request_id", "state",       "booking_id", "booking_ids",
                                       "starts_at",  "ends_at",     "master_id",  "master",
                                       "services",   "price_minor", "currency",   "client",
                                       "moved_from", "moved_to",    "crm"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        zp_json_add_null(object, keys[i]);
    if (error)
        cli_json_error(object, error);
}

void cli_json_booking(struct zp_json *object, const struct zp_booking *booking,
                      const struct zp_zone *zone, const struct zp_error *error) {
    if (!booking) {
        no_booking(object, error);
        return;
    }
    zp_json_add_string(object, "request_id", booking->request_id);
    zp_json_add_string(object, "state", zp_booking_state_name(booking->state));
    zp_json_add_string(object, "booking_id", booking->booking_id);
    struct zp_json *ids = zp_json_add_array(object, "booking_ids");
    for (size_t i = 0; i < booking->booking_id_count; i++)
        zp_json_add_string(ids, NULL, booking->booking_ids[i]);
    cli_json_instant(object, "starts_at", zone, booking->starts_at);
    cli_json_instant(object, "ends_at", zone, booking->ends_at);
    add_known(object, "master_id", booking->master_id);
    add_known(object, "master", booking->master);
    add_services(object, booking);
    zp_json_add_int(object, "price_minor", booking->price_minor);
    add_known(object, "currency", booking->currency);
    struct zp_json *client = zp_json_add_object(object, "client");
    add_known(client, "name", booking->client_name);
    add_known(client, "phone", booking->client_phone);
    zp_json_add_string(object, "moved_from", booking->moved_from);
    zp_json_add_string(object, "moved_to", booking->moved_to);
    struct zp_json *crm = zp_json_add_object(object, "crm");
    zp_json_add_string(crm, "state", zp_crm_state_name(booking->crm_state));
    zp_json_add_string(crm, "entity", booking->crm_entity);
    zp_json_add_string(crm, "id", booking->crm_id);
    add_error_of(object, booking, error);
}

void cli_json_remarks(struct zp_json *object, const struct zp_booking *booking) {
    add_known(object, "reason", booking ? booking->cancel_reason : NULL);
    add_known(object, "comment", booking ? booking->comment : NULL);
}

void cli_json_history(struct zp_json *object, const struct zp_history *history, size_t count,
                      const struct zp_zone *zone) {
    struct zp_json *array = zp_json_add_array(object, "history");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *entry = zp_json_add_object(array, NULL);
        cli_json_instant(entry, "at", zone, history[i].at);
        zp_json_add_string(entry, "what", history[i].what);
        zp_json_add_string(entry, "by", history[i].by);
        add_known(entry, "detail", history[i].detail);
    }
}

void cli_json_slots(struct zp_json *object, const char *key, const struct zp_slot *slots,
                    size_t count, const struct zp_catalogue *catalogue,
                    const struct zp_zone *zone) {
    struct zp_json *array = zp_json_add_array(object, key);
    for (size_t i = 0; i < count; i++) {
        const struct zp_master *master =
            catalogue ? zp_catalogue_master(catalogue, slots[i].master_id) : NULL;
        struct zp_json *slot = zp_json_add_object(array, NULL);
        zp_json_add_string(slot, "master_id", slots[i].master_id);
        zp_json_add_string(slot, "master", master ? master->name : NULL);
        cli_json_instant(slot, "starts_at", zone, slots[i].starts_at);
        cli_json_instant(slot, "ends_at", zone, slots[i].ends_at);
    }
}

struct zp_json *cli_json_services(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue,
                                  const struct zp_zone *zone) {
    struct zp_json *document = zp_json_new_object(ctx);
    struct zp_json *array = zp_json_add_array(document, "services");
    for (size_t i = 0; i < catalogue->service_count; i++) {
        const struct zp_service *s = &catalogue->services[i];
        struct zp_json *service = zp_json_add_object(array, NULL);
        zp_json_add_string(service, "id", s->id);
        zp_json_add_string(service, "name", s->name);
        add_known(service, "category", s->category);
        if (s->duration_min > 0)
            zp_json_add_int(service, "duration_min", s->duration_min);
        else
            zp_json_add_null(service, "duration_min");
        zp_json_add_int(service, "price_minor", s->price_minor);
        zp_json_add_bool(service, "price_from", s->price_from);
        add_known(service, "currency", s->currency);
    }
    cli_json_instant(document, "fetched_at", zone, catalogue->fetched_at);
    return document;
}

static void add_minutes(struct zp_json *object, const char *key, int minutes) {
    char text[16];
    snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
    zp_json_add_string(object, key, minutes < 0 ? NULL : text);
}

static void add_shifts(struct zp_json *master, const char *master_id,
                       const struct zp_shifts *shifts) {
    if (!shifts) {
        zp_json_add_null(master, "shifts");
        return;
    }
    struct zp_json *array = zp_json_add_array(master, "shifts");
    for (size_t i = 0; i < shifts->shift_count; i++) {
        const struct zp_shift *s = &shifts->shifts[i];
        if (strcmp(s->master_id, master_id) != 0)
            continue;
        struct zp_json *shift = zp_json_add_object(array, NULL);
        cli_json_date(shift, "date", s->date);
        add_minutes(shift, "from", s->from_min);
        add_minutes(shift, "to", s->to_min);
        add_minutes(shift, "break_from", s->break_from_min);
        add_minutes(shift, "break_to", s->break_to_min);
    }
}

struct zp_json *cli_json_masters(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue,
                                 const struct zp_shifts *shifts, const struct zp_zone *zone) {
    struct zp_json *document = zp_json_new_object(ctx);
    struct zp_json *array = zp_json_add_array(document, "masters");
    for (size_t i = 0; i < catalogue->master_count; i++) {
        const struct zp_master *m = &catalogue->masters[i];
        struct zp_json *master = zp_json_add_object(array, NULL);
        zp_json_add_string(master, "id", m->id);
        zp_json_add_string(master, "name", m->name);
        add_known(master, "post", m->post);
        struct zp_json *ids = zp_json_add_array(master, "service_ids");
        for (size_t k = 0; k < m->service_count; k++)
            zp_json_add_string(ids, NULL, m->service_ids[k]);
        add_shifts(master, m->id, shifts);
    }
    cli_json_instant(document, "fetched_at", zone, catalogue->fetched_at);
    return document;
}

struct zp_json *cli_json_free(TALLOC_CTX *ctx, const struct zp_slots *slots, bool many,
                              const struct zp_catalogue *catalogue, const struct zp_zone *zone) {
    struct zp_json *document = zp_json_new_object(ctx);
    if (!many && slots->day_count > 0)
        cli_json_date(document, "date", slots->days[0].date);
    zp_json_add_string(document, "timezone", zp_zone_name(zone));
    struct zp_json *dates = many ? zp_json_add_array(document, "dates") : NULL;
    for (size_t i = 0; i < slots->day_count && (many || i == 0); i++) {
        struct zp_json *day = many ? zp_json_add_object(dates, NULL) : document;
        if (many)
            cli_json_date(day, "date", slots->days[i].date);
        cli_json_slots(day, "slots", slots->days[i].slots, slots->days[i].slot_count, catalogue,
                       zone);
    }
    return document;
}

struct zp_json *cli_json_day(TALLOC_CTX *ctx, struct zp_date date,
                             struct zp_booking *const *bookings, size_t count,
                             const struct zp_zone *zone) {
    struct zp_json *document = zp_json_new_object(ctx);
    cli_json_date(document, "date", date);
    zp_json_add_string(document, "timezone", zp_zone_name(zone));
    struct zp_json *array = zp_json_add_array(document, "bookings");
    for (size_t i = 0; i < count; i++)
        cli_json_booking(zp_json_add_object(array, NULL), bookings[i], zone, NULL);
    return document;
}

struct zp_json *cli_json_queue(TALLOC_CTX *ctx, const struct zp_task *tasks, size_t count,
                               const struct zp_zone *zone) {
    struct zp_json *document = zp_json_new_object(ctx);
    struct zp_json *array = zp_json_add_array(document, "tasks");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *task = zp_json_add_object(array, NULL);
        char id[24];
        snprintf(id, sizeof id, "%lld", (long long)tasks[i].id);
        zp_json_add_string(task, "id", id);
        zp_json_add_string(task, "kind", tasks[i].kind);
        add_known(task, "booking_id", tasks[i].booking_id);
        zp_json_add_string(task, "state", zp_task_state_name(tasks[i].state));
        zp_json_add_int(task, "attempts", tasks[i].attempts);
        cli_json_instant(task, "next_at", zone, tasks[i].next_at);
        add_known(task, "error", tasks[i].error);
        if (tasks[i].list != 0)
            zp_json_add_int(task, "list", tasks[i].list);
        add_known(task, "request_id", tasks[i].request_id);
    }
    return document;
}

struct zp_json *cli_json_checks(TALLOC_CTX *ctx, const struct zp_check *checks, size_t count) {
    struct zp_json *document = zp_json_new_object(ctx);
    struct zp_json *array = zp_json_add_array(document, "checks");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *check = zp_json_add_object(array, NULL);
        zp_json_add_string(check, "name", checks[i].name);
        zp_json_add_string(check, "state", zp_check_state_name(checks[i].state));
        add_known(check, "detail", checks[i].detail);
    }
    return document;
}

struct zp_json *cli_json_setup(TALLOC_CTX *ctx, const struct zp_setup_step *steps, size_t count) {
    struct zp_json *document = zp_json_new_object(ctx);
    struct zp_json *array = zp_json_add_array(document, "steps");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *step = zp_json_add_object(array, NULL);
        zp_json_add_string(step, "name", steps[i].name);
        zp_json_add_string(step, "state", zp_setup_kind_name(steps[i].kind));
        add_known(step, "detail", steps[i].detail);
    }
    return document;
}
