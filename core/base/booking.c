#include <zapis/booking.h>

#include <string.h>
#include <sys/random.h>
#include <zapis/i18n.h>

#include "base/memory.h"

static const struct {
    const char *name;
    const char *words;
    bool holds_time;
} states[ZP_BOOKING_STATES] = {
    [ZP_BOOKING_INTENT] = {"intent", N_("written, not sent yet"), true},
    [ZP_BOOKING_SENT] = {"sent", N_("sent, waiting for the answer"), true},
    [ZP_BOOKING_BOOKED] = {"booked", N_("booked"), true},
    [ZP_BOOKING_REFUSED] = {"refused", N_("refused by Dikidi"), false},
    [ZP_BOOKING_UNCERTAIN] = {"uncertain", N_("unknown whether it was made"), true},
    [ZP_BOOKING_CANCELLING] = {"cancelling", N_("being cancelled"), true},
    [ZP_BOOKING_CANCELLED] = {"cancelled", N_("cancelled"), false},
    [ZP_BOOKING_DROPPED] = {"dropped", N_("given up"), false},
};

// A name by its number; a number that is none is a defect of ours, shown as such.
static const char *pick(const char *const *names, size_t count, unsigned number) {
    return number < count ? names[number] : "?";
}

const char *zp_booking_state_name(enum zp_booking_state state) {
    return (unsigned)state < ZP_BOOKING_STATES ? states[state].name : "?";
}

bool zp_booking_state_parse(const char *name, enum zp_booking_state *out) {
    for (int i = 0; name != NULL && i < ZP_BOOKING_STATES; i++) {
        if (strcmp(states[i].name, name) == 0) {
            *out = (enum zp_booking_state)i;
            return true;
        }
    }
    return false;
}

const char *zp_booking_state_words(enum zp_booking_state state) {
    return (unsigned)state < ZP_BOOKING_STATES ? _(states[state].words) : "?";
}

bool zp_booking_state_holds_time(enum zp_booking_state state) {
    return (unsigned)state < ZP_BOOKING_STATES && states[state].holds_time;
}

const char *zp_crm_state_name(enum zp_crm_state state) {
    static const char *const names[] = {"none", "queued", "logged", "attention"};
    return pick(names, sizeof names / sizeof names[0], (unsigned)state);
}

const char *zp_attendance_name(enum zp_attendance attendance) {
    static const char *const names[ZP_ATTENDANCES] = {"waiting", "came", "no-show"};
    return pick(names, ZP_ATTENDANCES, (unsigned)attendance);
}

bool zp_attendance_parse(const char *name, enum zp_attendance *out) {
    for (int i = 0; name != NULL && i < ZP_ATTENDANCES; i++) {
        if (strcmp(zp_attendance_name((enum zp_attendance)i), name) == 0) {
            *out = (enum zp_attendance)i;
            return true;
        }
    }
    return false;
}

const char *zp_booking_origin_name(enum zp_booking_origin origin) {
    static const char *const names[] = {"desk", "app", "walk-in"};
    return pick(names, sizeof names / sizeof names[0], (unsigned)origin);
}

const char *zp_task_state_name(enum zp_task_state state) {
    static const char *const names[] = {"waiting", "running", "attention"};
    return pick(names, sizeof names / sizeof names[0], (unsigned)state);
}

static void copy_services(struct zp_booking *copy, const struct zp_booking *from) {
    copy->services = NULL;
    if (from->service_count == 0) {
        return;
    }
    copy->services = zp__memory_array(copy, struct zp_booked_service, from->service_count);
    for (size_t i = 0; i < from->service_count; i++) {
        copy->services[i] = from->services[i];
        copy->services[i].id = zp__memory_strdup_or_null(copy->services, from->services[i].id);
        copy->services[i].name = zp__memory_strdup_or_null(copy->services, from->services[i].name);
    }
}

static void copy_ids(struct zp_booking *copy, const struct zp_booking *from) {
    copy->booking_ids = NULL;
    if (from->booking_id_count == 0) {
        return;
    }
    copy->booking_ids = zp__memory_array(copy, char *, from->booking_id_count);
    for (size_t i = 0; i < from->booking_id_count; i++) {
        copy->booking_ids[i] = zp__memory_strdup_or_null(copy->booking_ids, from->booking_ids[i]);
    }
}

struct zp_booking *zp_booking_copy(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    struct zp_booking *copy = zp__memory_new(ctx, struct zp_booking);
    *copy = *booking;
    char **const texts[] = {
        &copy->request_id, &copy->company,       &copy->booking_id,     &copy->master_id,
        &copy->master,     &copy->currency,      &copy->client_name,    &copy->client_phone,
        &copy->comment,    &copy->cancel_reason, &copy->moved_from,     &copy->moved_to,
        &copy->crm_entity, &copy->crm_id,        &copy->crm_contact_id, &copy->crm_stage,
        &copy->error_code, &copy->error_message, &copy->sent_body,      &copy->created_by,
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = zp__memory_strdup_or_null(copy, *texts[i]);
    }
    copy_services(copy, booking);
    copy_ids(copy, booking);
    return copy;
}

// RFC 9562, version 7: 48 bits of milliseconds, then random bits around version and variant.
char *zp_booking_new_request_id(TALLOC_CTX *ctx, int64_t now_ms) {
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        zp_panic("the kernel gives no random bytes");
    }
    for (int i = 0; i < 6; i++) {
        bytes[i] = (unsigned char)((uint64_t)now_ms >> (40 - 8 * i));
    }
    bytes[6] = (unsigned char)(0x70 | (bytes[6] & 0x0F));
    bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3F));
    char text[37];
    size_t used = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text[used++] = '-';
        }
        text[used++] = "0123456789abcdef"[bytes[i] >> 4];
        text[used++] = "0123456789abcdef"[bytes[i] & 15];
    }
    text[used] = '\0';
    return zp__memory_strdup(ctx, text);
}
