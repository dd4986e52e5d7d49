#include "dikidi/hook.h"

#include "base/memory.h"
#include "dikidi/fields.h"

#include <string.h>
#include <zapis/json.h>
#include <zapis/limits.h>
#include <zapis/text.h>

// An id that is there but cannot be one is a fault; one that is left out, null or empty is not.
static bool take_id(TALLOC_CTX *ctx, const struct zp_json *value, char **out) {
    const char *text = zp_json_string(value);
    *out = zp__dikidi_id(ctx, value);
    enum zp_json_type type = zp_json_type(value);
    return *out || type == ZP_JSON_NONE || type == ZP_JSON_NULL || (text && text[0] == '\0');
}

static const struct zp_json *first_of(const struct zp_json *object, const char *name,
                                      const char *other) {
    const struct zp_json *value = zp__dikidi_field(object, name);
    return value ? value : zp__dikidi_field(object, other);
}

static bool is_known(const char *event) {
    static const char *const events[] = {"booking.created", "booking.updated", "booking.cancelled"};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (strcmp(event, events[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void take_event(TALLOC_CTX *ctx, const struct zp_json *root, const char *header,
                       struct zp__dikidi_hook *out) {
    out->event = zp_json_words(ctx, zp__dikidi_field(root, "event"), ZP_LIMIT_ID_BYTES);
    if (out->event[0] == '\0' && header) {
        out->event = zp_text_clean(ctx, header, SIZE_MAX, ZP_LIMIT_ID_BYTES);
    }
    out->known = is_known(out->event);
}

// {"booking":{"id":…}}, {"booking_id":…} or {"booking":852900001}
static bool take_booking(TALLOC_CTX *ctx, const struct zp_json *root, const struct zp_zone *zone,
                         struct zp__dikidi_hook *out) {
    struct zp__dikidi_odds odds = {0};
    struct zp__dikidi_reader reader = {.ctx = ctx, .zone = zone, .odds = &odds};
    const struct zp_json *booking = zp__dikidi_field(root, "booking");
    const bool whole = zp_json_type(booking) == ZP_JSON_OBJECT;
    const struct zp_json *id = whole ? first_of(booking, "id", "booking_id") : booking;
    if (!take_id(ctx, id ? id : zp__dikidi_field(root, "booking_id"), &out->booking_id)) {
        return false;
    }
    if (!out->company_id &&
        !take_id(ctx, zp__dikidi_field(booking, "company_id"), &out->company_id)) {
        return false;
    }
    if (!zp_json_int(zp__dikidi_field(booking, "version"), &out->version) || out->version < 0) {
        out->version = 0;
    }
    if (!zp__dikidi_instant(&reader, zp__dikidi_field(booking, "updated_at"), NULL,
                            &out->updated_at)) {
        out->updated_at = 0;
    }
    return true;
}

static bool read_root(TALLOC_CTX *ctx, const struct zp_json *root, const struct zp_zone *zone,
                      const char *event_header, struct zp__dikidi_hook *out) {
    if (zp_json_type(root) != ZP_JSON_OBJECT ||
        !take_id(ctx, first_of(root, "id", "event_id"), &out->id) ||
        !take_id(ctx, zp__dikidi_field(root, "company_id"), &out->company_id)) {
        return false;
    }
    take_event(ctx, root, event_header, out);
    if (!take_booking(ctx, root, zone, out)) {
        return false;
    }
    const bool says_nothing = out->event[0] == '\0' && !out->booking_id;
    return !says_nothing && (out->booking_id || !out->known);
}

bool zp__dikidi_hook_read(TALLOC_CTX *ctx, const struct zp_zone *zone, const char *body,
                          size_t size, const char *event_header, struct zp__dikidi_hook *out) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    struct zp_error error = {0};
    *out = (struct zp__dikidi_hook){0};
    const struct zp_json *root = zp_json_parse(scratch, body, size, &error);
    bool read = root && read_root(ctx, root, zone, event_header, out);
    talloc_free(scratch);
    return read;
}
