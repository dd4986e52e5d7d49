// Dikidi as a model: two masters, one rule (no two visits at once), hooks that get lost.
#include "sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zapis/json.h>

struct sim_booking sim_bookings[SIM_BOOKINGS];
int sim_booking_count;
bool sim_stale;
static struct sim_booking before[SIM_BOOKINGS]; // each as it was before its last change
static int last_event;

#define FIRST_NUMBER 852900001
#define MASTER_ID    101 // and 102
#define HOOK_TRIES   40

void sim_dikidi_reset(void) {
    sim_booking_count = 0;
    last_event = 0;
}

struct sim_booking *sim_booking_of(const char *number) {
    const int at = (int)strtol(number, NULL, 10) - FIRST_NUMBER;
    return at >= 0 && at < sim_booking_count ? &sim_bookings[at] : NULL;
}

bool sim_slot_free(int master, int64_t at, int minutes, const struct sim_booking *but) {
    for (int i = 0; i < sim_booking_count; i++) {
        const struct sim_booking *one = &sim_bookings[i];
        if (one != but && !one->cancelled && one->master == master &&
            one->starts_at < at + minutes * 60 && at < one->starts_at + one->minutes * 60) {
            return false;
        }
    }
    return true;
}

// ---- hooks

struct hook {
    int booking, event, tries;
    int64_t version, updated_at;
    const char *name;
};

static void deliver(void *data);

static void on_delivered(int status, void *data) {
    struct hook *hook = data;
    struct sim_booking *booking = &sim_bookings[hook->booking];
    if (status >= 200 && status < 300) {
        booking->hooked = hook->version > booking->hooked ? hook->version : booking->hooked;
        return;
    }
    if (++hook->tries < HOOK_TRIES) {
        sim_at(the.now + sim_between(5, 60) * SIM_S, NULL, deliver, hook);
    }
}

static void deliver(void *data) {
    const struct hook *hook = data;
    // What is told of the booking is a hint: now and then it is not true.
    const bool lie = the.active && sim_chance(the.plan.fault_permil, 2000);
    const char *name = lie ? "booking.cancelled" : hook->name;
    sim_note("hook %s of %d v%d", name, FIRST_NUMBER + hook->booking, (int)hook->version);
    char *body = talloc_asprintf(
        the.ctx,
        "{\"event\":\"%s\",\"id\":\"ev-%d\",\"company_id\":\"550001\",\"booking\":{\"id\":\"%d\","
        "\"status\":\"%s\",\"version\":%" PRId64 "}}",
        name, hook->event, FIRST_NUMBER + hook->booking,
        strcmp(name, "booking.cancelled") == 0 ? "cancelled" : "active", hook->version);
    sim_hook("/hooks/dikidi/sesame", body, on_delivered, data);
    talloc_free(body);
}

static void changed(struct sim_booking *booking, const char *name) {
    booking->version++;
    booking->updated_at = sim_wall();
    sim_note("dikidi %s %d v%d", name, booking->number, (int)booking->version);
    if (the.active && sim_chance(the.plan.fault_permil, 1000)) {
        sim_note("its hook is lost");
        return;
    }
    struct hook *hook = talloc_zero(the.ctx, struct hook);
    *hook = (struct hook){.booking = (int)(booking - sim_bookings),
                          .event = ++last_event,
                          .version = booking->version,
                          .name = name};
    const int64_t longest = the.active && sim_chance(the.plan.fault_permil, 500) ? 300000 : 2000;
    const int64_t at = the.now + sim_between(20, longest) * SIM_MS;
    sim_at(at, NULL, deliver, hook);
    if (the.active && sim_chance(the.plan.fault_permil, 1000)) {
        sim_at(at + sim_between(0, 60000) * SIM_MS, NULL, deliver, hook);
    }
}

// ---- what happens there

static struct sim_booking *add(int master, int64_t at, int minutes) {
    if (sim_booking_count == SIM_BOOKINGS) {
        return NULL;
    }
    struct sim_booking *booking = &sim_bookings[sim_booking_count];
    *booking = (struct sim_booking){.number = FIRST_NUMBER + sim_booking_count,
                                    .master = master,
                                    .starts_at = at,
                                    .minutes = minutes,
                                    .created_at = sim_wall()};
    sim_booking_count++;
    return booking;
}

void sim_app_book(int master, int64_t at, const char *name, const char *phone) {
    struct sim_booking *booking = sim_slot_free(master, at, 60, NULL) ? add(master, at, 60) : NULL;
    if (booking != NULL) {
        booking->app = true;
        snprintf(booking->name, sizeof booking->name, "%s", name);
        snprintf(booking->phone, sizeof booking->phone, "%s", phone);
        changed(booking, "booking.created");
    }
}

static void remember(const struct sim_booking *booking) {
    before[booking - sim_bookings] = *booking;
}

void sim_app_cancel(struct sim_booking *booking) {
    remember(booking);
    booking->cancelled = true;
    changed(booking, "booking.cancelled");
}

void sim_app_move(struct sim_booking *booking, int master, int64_t at) {
    if (sim_slot_free(master, at, booking->minutes, booking)) {
        remember(booking);
        booking->master = master;
        booking->starts_at = at;
        changed(booking, "booking.updated");
    }
}

// ---- its wire

static void add_time(struct zp_json *into, const char *key, int64_t at) {
    char text[ZP_INSTANT_SIZE];
    if (the.plan.naive) {
        zp_instant_format(the.config->zone, at, text);
        text[19] = '\0'; // without its offset
    } else {
        zp_instant_format_utc(at, text);
    }
    zp_json_add_string(into, key, text);
}

static void write_booking(const struct sim_booking *booking, struct zp_json *into) {
    char id[24];
    snprintf(id, sizeof id, "%d", booking->number);
    zp_json_add_string(into, "id", id);
    zp_json_add_string(into, "company_id", "550001");
    zp_json_add_string(into, "status", booking->cancelled ? "cancelled" : "active");
    add_time(into, "starts_at", booking->starts_at);
    add_time(into, "ends_at", booking->starts_at + booking->minutes * 60);
    zp_json_add_int(into, "duration", booking->minutes);
    snprintf(id, sizeof id, "%d", MASTER_ID + booking->master);
    struct zp_json *master = zp_json_add_object(into, "master");
    zp_json_add_string(master, "id", id);
    zp_json_add_string(master, "name", booking->master == 0 ? "Anna" : "Vera");
    struct zp_json *service = zp_json_add_object(zp_json_add_array(into, "services"), NULL);
    zp_json_add_string(service, "id", "201");
    zp_json_add_string(service, "name", "Cut");
    zp_json_add_int(service, "duration", booking->minutes);
    zp_json_add_int(service, "cost", 1500);
    zp_json_add_int(into, "total", 1500);
    zp_json_add_string(into, "currency", "RUB");
    struct zp_json *client = zp_json_add_object(into, "client");
    zp_json_add_string(client, "name", booking->name);
    zp_json_add_string(client, "phone", booking->phone);
    zp_json_add_string(into, "external_id", booking->request);
    zp_json_add_int(into, "version", booking->version);
    char text[ZP_INSTANT_SIZE];
    zp_instant_format_utc(booking->updated_at, text);
    zp_json_add_string(into, "updated_at", text);
}

static struct sim_reply told(TALLOC_CTX *ctx, int status, const struct sim_booking *booking) {
    struct zp_json *root = zp_json_new_object(ctx);
    write_booking(booking, zp_json_add_object(root, "data"));
    const struct sim_reply reply = {.status = status, .body = zp_json_print(ctx, root)};
    talloc_free(root);
    return reply;
}

static struct sim_reply error(TALLOC_CTX *ctx, int status, const char *code) {
    return (struct sim_reply){
        .status = status,
        .body = talloc_asprintf(
            ctx, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"},\"data\":null}", code, code)};
}

static const char *text_at(const struct zp_json *object, const char *key) {
    const char *text = zp_json_string(zp_json_get(object, key));
    return text != NULL ? text : "";
}

// The same key again: what was made with it, unless this server knows no keys.
static struct sim_booking *made_before(const char *key) {
    for (int i = 0; i < sim_booking_count && key[0] != '\0' && !the.plan.key_ignored; i++) {
        if (strcmp(sim_bookings[i].key, key) == 0) {
            return &sim_bookings[i];
        }
    }
    return NULL;
}

// At a server that ignores the key the time that is taken is all that stands against a repeat. One
// that comes when the app has moved the first one would make a second, and the journal may have
// learned of the move too late to stop it: it is lost.
static bool is_lost(const char *request) {
    for (int i = 0; i < sim_booking_count && the.plan.key_ignored; i++) {
        const struct sim_booking *one = &sim_bookings[i];
        if (!one->cancelled && one->version > 1 && strcmp(one->request, request) == 0) {
            return true;
        }
    }
    return false;
}

static struct sim_reply create(TALLOC_CTX *ctx, const char *key, const char *body) {
    const struct zp_json *root = zp_json_parse(ctx, body, strlen(body), NULL);
    const struct zp_json *client = zp_json_get(root, "client");
    struct sim_booking *booking = made_before(key);
    if (booking != NULL) {
        return told(ctx, 200, booking);
    }
    if (is_lost(text_at(root, "external_id"))) {
        return error(ctx, 500, "INTERNAL");
    }
    int64_t at = 0;
    zp_instant_parse(text_at(root, "starts_at"), NULL, &at);
    const int master = (int)strtol(text_at(root, "master_id"), NULL, 10) - MASTER_ID;
    if (!sim_slot_free(master, at, 60, NULL)) {
        return error(ctx, 409, "SLOT_TAKEN");
    }
    booking = add(master, at, 60);
    if (booking == NULL) {
        return error(ctx, 500, "INTERNAL");
    }
    booking->late = sim_late;
    snprintf(booking->request, sizeof booking->request, "%s", text_at(root, "external_id"));
    snprintf(booking->key, sizeof booking->key, "%s", key);
    snprintf(booking->name, sizeof booking->name, "%s", text_at(client, "name"));
    snprintf(booking->phone, sizeof booking->phone, "%s", text_at(client, "phone"));
    changed(booking, "booking.created");
    for (int i = 0; i < sim_booking_count - 1; i++) {
        if (!sim_bookings[i].cancelled && strcmp(sim_bookings[i].request, booking->request) == 0) {
            sim_violation("double: %s is booked as %d and as %d", booking->request,
                          sim_bookings[i].number, booking->number);
        }
    }
    return told(ctx, 201, booking);
}

static struct sim_reply cancel(TALLOC_CTX *ctx, struct sim_booking *booking) {
    if (!booking->cancelled) {
        remember(booking);
        booking->cancelled = booking->by_us = true;
        if (!sim_wanted(booking)) {
            sim_violation("cancel: nobody asked for the cancel of %d", booking->number);
        }
        changed(booking, "booking.cancelled");
    }
    return told(ctx, 200, booking);
}

static void write_slots(struct zp_json *slots, const char *date, int master) {
    struct zp_date day;
    if (!zp_date_parse(date, &day)) {
        return;
    }
    char id[24];
    snprintf(id, sizeof id, "%d", MASTER_ID + master);
    for (int minute = 10 * 60; minute <= 19 * 60; minute += 30) {
        const int64_t at = zp_zone_day_minute(the.config->zone, day, minute);
        if (at <= sim_wall() || !sim_slot_free(master, at, 60, NULL)) {
            continue;
        }
        struct zp_json *one = zp_json_add_object(slots, NULL);
        add_time(one, "starts_at", at);
        zp_json_add_string(one, "master_id", id);
    }
}

static struct sim_reply schedule(TALLOC_CTX *ctx, const char *url) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *data = zp_json_add_object(root, "data");
    struct zp_json *slots = zp_json_add_array(data, "slots");
    const char *master = strstr(url, "master_id=");
    char date[11] = "";
    if (strstr(url, "date=") != NULL) {
        snprintf(date, sizeof date, "%s", strstr(url, "date=") + 5);
    }
    for (int i = 0; i < 2; i++) {
        if (master == NULL || strtol(master + 10, NULL, 10) == MASTER_ID + i) {
            write_slots(slots, date, i);
        }
    }
    const struct sim_reply reply = {.status = 200, .body = zp_json_print(ctx, root)};
    talloc_free(root);
    return reply;
}

struct sim_reply sim_dikidi(TALLOC_CTX *ctx, const char *method, const char *url, const char *key,
                            const char *body) {
    const char *number = strstr(url, "/booking/");
    if (strcmp(method, "POST") == 0) {
        return create(ctx, key, body);
    }
    if (number != NULL) {
        struct sim_booking *booking = sim_booking_of(number + strlen("/booking/"));
        if (booking == NULL) {
            return error(ctx, 404, "BOOKING_NOT_FOUND");
        }
        const bool stale = sim_stale && booking->version > 1;
        return strcmp(method, "DELETE") == 0
                   ? cancel(ctx, booking)
                   : told(ctx, 200, stale ? &before[booking - sim_bookings] : booking);
    }
    if (strstr(url, "/schedule") != NULL) {
        return schedule(ctx, url);
    }
    return (struct sim_reply){.status = 200, .body = talloc_strdup(ctx, "{\"data\":[]}")};
}
