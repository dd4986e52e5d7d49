// A booking on Dikidi's wire <-> ours: the bytes of a create, what an answer tells, and whether the
// answer to a create is the booking that was asked for.
#include "base/memory.h"
#include "dikidi/call.h"
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/log.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define LONGEST_VISIT_S INT64_C(172800) // two days

char *zp__dikidi_create_body(TALLOC_CTX *ctx, const struct zp__dikidi_create *create) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    struct zp_json *body = zp_json_new_object(scratch);
    zp_json_add_string(body, "master_id", create->master_id);
    struct zp_json *services = zp_json_add_array(body, "services");
    for (size_t i = 0; i < create->service_count; i++)
        zp_json_add_string(zp_json_add_object(services, NULL), "id", create->service_ids[i]);
    char starts_at[ZP_INSTANT_SIZE];
    zp_instant_format_utc(create->starts_at, starts_at);
    zp_json_add_string(body, "starts_at", starts_at);
    struct zp_json *client = zp_json_add_object(body, "client");
    zp_json_add_string(client, "name", create->client_name ? create->client_name : "");
    zp_json_add_string(client, "surname", "");
    zp_json_add_string(client, "phone", create->client_phone ? create->client_phone : "");
    zp_json_add_null(client, "email");
    zp_json_add_string(body, "comment", create->comment ? create->comment : "");
    zp_json_add_string(body, "source", "partner");
    zp_json_add_string(body, "external_id", create->request_id);
    char *bytes = zp_json_print(ctx, body);
    talloc_free(scratch);
    return bytes;
}

// ---- reading one part

static bool is_nothing(const struct zp_json *value) {
    enum zp_json_type type = zp_json_type(value);
    const char *text = zp_json_string(value);
    return type == ZP_JSON_NONE || type == ZP_JSON_NULL || (text != NULL && text[0] == '\0') ||
           ((type == ZP_JSON_ARRAY || type == ZP_JSON_OBJECT) && zp_json_count(value) == 0);
}

// An instant that no answer is doubted for.
static int64_t side_time(struct zp__dikidi_reader *reader, const struct zp_json *row,
                         const char *name) {
    const char *wrong = reader->wrong;
    int64_t instant = 0;
    if (!zp__dikidi_instant(reader, zp__dikidi_field(row, name), NULL, &instant))
        instant = 0;
    reader->wrong = wrong;
    return instant;
}

// Words and the numbers that were seen. A word we do not know is never a cancelled booking, nor one
// that stands: who asked for the booking is told so.
static enum zp__dikidi_status read_status(struct zp__dikidi_reader *reader,
                                          const struct zp_json *row,
                                          struct zp__dikidi_booking *booking) {
    const struct zp_json *value = zp__dikidi_field(row, "status");
    char *word = zp_json_words(reader->ctx, value, 32);
    if (strcasecmp(word, "cancelled") == 0 || strcasecmp(word, "canceled") == 0 ||
        strcmp(word, "4") == 0)
        return ZP_DIKIDI_CANCELLED;
    if (strcasecmp(word, "deleted") == 0 || strcmp(word, "5") == 0)
        return ZP_DIKIDI_DELETED;
    if (strcasecmp(word, "active") == 0 || strcmp(word, "1") == 0)
        return ZP_DIKIDI_ACTIVE;
    if (is_nothing(value))
        return side_time(reader, row, "cancelled_at") != 0 ? ZP_DIKIDI_CANCELLED : ZP_DIKIDI_ACTIVE;
    zp_log(ZP_LOG_WARN, "dikidi booking status unknown", ZP_LOG_S("status", word));
    reader->odds->of[ZP_DIKIDI_ODD_UNKNOWN_STATUS]++;
    booking->status_unknown = true;
    reader->wrong = ZP_DIKIDI_STATUS_WRONG;
    return ZP_DIKIDI_ACTIVE;
}

static const char *read_attendance(TALLOC_CTX *ctx, const struct zp_json *row) {
    char *word = zp_json_words(ctx, zp__dikidi_field(row, "attendance"), 32);
    if (strcmp(word, "noShow") == 0 || strcmp(word, "no-show") == 0)
        return "no_show";
    if (strcmp(word, "waiting") == 0 || strcmp(word, "came") == 0 || strcmp(word, "no_show") == 0)
        return word;
    return "";
}

static void read_services(struct zp__dikidi_reader *reader, const struct zp_json *row,
                          struct zp__dikidi_booking *booking) {
    const struct zp_json *list = zp__dikidi_field(row, "services");
    if (zp_json_type(list) != ZP_JSON_ARRAY)
        return;
    for (size_t i = 0; i < zp_json_count(list); i++) {
        const struct zp_json *one = zp_json_at(list, i);
        bool object = zp_json_type(one) == ZP_JSON_OBJECT;
        char *id = zp__dikidi_id(reader->ctx, object ? zp__dikidi_field(one, "id") : one);
        if (id == NULL || booking->service_count >= ZP_LIMIT_SERVICES_PER_VISIT)
            continue;
        booking->services =
            zp__memory_must(talloc_realloc(booking, booking->services, struct zp__dikidi_service,
                                           (unsigned)(booking->service_count + 1)));
        struct zp__dikidi_service *service = &booking->services[booking->service_count++];
        *service = (struct zp__dikidi_service){.id = talloc_steal(booking->services, id)};
        service->name =
            zp_json_words(booking->services, zp__dikidi_field(one, "name"), ZP_LIMIT_NAME_BYTES);
        service->duration_min = zp__dikidi_minutes(reader, zp__dikidi_field(one, "duration"));
        if (!zp__dikidi_money(reader, zp__dikidi_field(one, "cost"), booking->currency,
                              &service->price_minor) &&
            !zp__dikidi_money(reader, zp__dikidi_field(one, "price"), booking->currency,
                              &service->price_minor))
            service->price_minor = 0;
    }
}

static void read_client(struct zp__dikidi_reader *reader, const struct zp_json *row,
                        struct zp__dikidi_booking *booking) {
    const struct zp_json *client = zp__dikidi_field(row, "client");
    char *name = zp_json_words(reader->ctx, zp__dikidi_field(client, "name"), ZP_LIMIT_NAME_BYTES);
    char *surname =
        zp_json_words(reader->ctx, zp__dikidi_field(client, "surname"), ZP_LIMIT_NAME_BYTES);
    bool both = name[0] != '\0' && surname[0] != '\0';
    booking->client_name = zp__memory_printf(booking, "%s%s%s", name, both ? " " : "", surname);
    char *phone = zp_json_words(reader->ctx, zp__dikidi_field(client, "phone"), 64);
    char clean[ZP_PHONE_SIZE];
    // As sent where it is no phone of the region (a walk-in's own): it is compared as text then.
    bool good = phone[0] != '\0' && zp_phone_normalise(phone, reader->country, clean, NULL);
    booking->client_phone = zp__memory_strdup(booking, good ? clean : phone);
}

// A short visit in seconds (900 of them) is told from minutes by its own end.
static bool in_seconds(const struct zp__dikidi_reader *reader, const struct zp_json *row) {
    const char *start = zp_json_string(zp__dikidi_field(row, "starts_at"));
    const char *end = zp_json_string(zp__dikidi_field(row, "ends_at"));
    int64_t starts_at = 0, ends_at = 0, duration = 0;
    return start != NULL && end != NULL &&
           zp_instant_parse(start, reader->zone, &starts_at) != ZP_INSTANT_NONE &&
           zp_instant_parse(end, reader->zone, &ends_at) != ZP_INSTANT_NONE &&
           zp_json_int(zp__dikidi_field(row, "duration"), &duration) && duration > 0 &&
           duration == ends_at - starts_at;
}

static void read_times(struct zp__dikidi_reader *reader, const struct zp_json *row,
                       struct zp__dikidi_booking *booking) {
    const struct zp_json *start = zp__dikidi_field(row, "starts_at");
    if (!zp__dikidi_instant(reader, start, NULL, &booking->starts_at)) {
        booking->starts_at = 0;
        reader->bad_start = reader->bad_start || !is_nothing(start);
    }
    if (!zp__dikidi_instant(reader, zp__dikidi_field(row, "ends_at"), NULL, &booking->ends_at))
        booking->ends_at = 0;
    if (booking->ends_at != 0 && (booking->ends_at < booking->starts_at ||
                                  booking->ends_at - booking->starts_at > LONGEST_VISIT_S)) {
        if (booking->starts_at != 0 && reader->wrong == NULL)
            reader->wrong = N_("a booking whose end and start do not fit");
        booking->ends_at = 0;
    }
    if (booking->ends_at == 0 && booking->starts_at != 0) {
        int minutes = zp__dikidi_minutes(reader, zp__dikidi_field(row, "duration"));
        for (size_t i = 0; minutes == 0 && i < booking->service_count; i++)
            booking->ends_at += booking->services[i].duration_min * INT64_C(60);
        booking->ends_at += booking->starts_at + minutes * INT64_C(60);
    }
    booking->updated_at = side_time(reader, row, "updated_at");
    booking->created_at = side_time(reader, row, "created_at");
    booking->cancelled_at = side_time(reader, row, "cancelled_at");
}

static char *words_of(TALLOC_CTX *ctx, const struct zp_json *row, const char *name, size_t max) {
    return zp_json_words(ctx, zp__dikidi_field(row, name), max);
}

// "booking_id": the one thing that is certain of a create's answer (dikidi-api.md "Given").
static void read_ids(const struct zp_json *row, struct zp__dikidi_booking *booking) {
    const struct zp_json *list = zp__dikidi_field(row, "booking_ids");
    booking->ids = zp__memory_array(booking, char *, ZP_LIMIT_SERVICES_PER_VISIT);
    char *id = zp__dikidi_id(booking->ids, zp__dikidi_field(row, "id"));
    if (id == NULL)
        id = zp__dikidi_id(booking->ids, zp__dikidi_field(row, "booking_id"));
    if (id != NULL)
        booking->ids[booking->id_count++] = id;
    for (size_t i = 0; id == NULL && i < zp_json_count(list); i++) {
        char *one = zp__dikidi_id(booking->ids, zp_json_at(list, i));
        if (one != NULL && booking->id_count < ZP_LIMIT_SERVICES_PER_VISIT)
            booking->ids[booking->id_count++] = one;
    }
}

// A part's `id` may be absent only where `booking_id` or `booking_ids` stands.
static struct zp__dikidi_booking *read_part(TALLOC_CTX *ctx, struct zp__dikidi_reader *reader,
                                            const struct zp_json *row) {
    const struct zp_json *inner = zp__dikidi_field(row, "booking");
    if (zp_json_type(inner) == ZP_JSON_OBJECT)
        row = inner;
    if (zp_json_type(row) != ZP_JSON_OBJECT)
        return NULL;
    struct zp__dikidi_booking *booking = zp__memory_new(ctx, struct zp__dikidi_booking);
    read_ids(row, booking);
    if (booking->id_count == 0) {
        talloc_free(booking);
        return NULL;
    }
    char *company = zp__dikidi_id_of(booking, row, "company");
    booking->company_id = company != NULL ? company : zp__memory_strdup(booking, "");
    booking->status = read_status(reader, row, booking);
    booking->currency = words_of(booking, row, "currency", 8);
    if (booking->currency[0] == '\0')
        booking->currency = zp__memory_strdup(booking, reader->currency);
    char *master = zp__dikidi_id_of(booking, row, "master");
    booking->master_id = master != NULL ? master : zp__memory_strdup(booking, "");
    booking->master =
        words_of(booking, zp__dikidi_field(row, "master"), "name", ZP_LIMIT_NAME_BYTES);
    bool seconds = reader->seconds;
    reader->seconds = seconds || in_seconds(reader, row);
    read_services(reader, row, booking);
    read_times(reader, row, booking);
    reader->seconds = seconds;
    read_client(reader, row, booking);
    if (!zp__dikidi_money(reader, zp__dikidi_field(row, "total"), booking->currency,
                          &booking->total_minor)) {
        booking->total_minor = 0;
        for (size_t i = 0; i < booking->service_count; i++)
            booking->total_minor += booking->services[i].price_minor;
    }
    booking->comment = words_of(booking, row, "comment", ZP_LIMIT_COMMENT_BYTES);
    booking->source = words_of(booking, row, "source", ZP_LIMIT_NAME_BYTES);
    booking->external_id = words_of(booking, row, "external_id", ZP_LIMIT_ID_BYTES);
    booking->cancel_reason = words_of(booking, row, "cancel_reason", ZP_LIMIT_COMMENT_BYTES);
    booking->attendance = zp__memory_strdup(booking, read_attendance(booking, row));
    if (!zp_json_int(zp__dikidi_field(row, "version"), &booking->version))
        booking->version = 0;
    return booking;
}

// ---- one visit out of several parts

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static void merge(struct zp__dikidi_booking *visit, struct zp__dikidi_booking *part) {
    for (size_t i = 0; i < part->id_count && visit->id_count < ZP_LIMIT_SERVICES_PER_VISIT; i++)
        visit->ids[visit->id_count++] = talloc_steal(visit->ids, part->ids[i]);
    // Cancelled only when every part is.
    if (part->status == ZP_DIKIDI_ACTIVE || visit->status == ZP_DIKIDI_ACTIVE)
        visit->status = ZP_DIKIDI_ACTIVE;
    else if (part->status == ZP_DIKIDI_CANCELLED)
        visit->status = ZP_DIKIDI_CANCELLED;
    visit->status_unknown = visit->status_unknown || part->status_unknown;
    if (part->starts_at != 0 && (visit->starts_at == 0 || part->starts_at < visit->starts_at)) {
        visit->starts_at = part->starts_at;
        visit->master_id = talloc_steal(visit, part->master_id);
        visit->master = talloc_steal(visit, part->master);
    }
    visit->ends_at = later(visit->ends_at, part->ends_at);
    visit->services =
        zp__memory_must(talloc_realloc(visit, visit->services, struct zp__dikidi_service,
                                       (unsigned)(visit->service_count + part->service_count + 1)));
    for (size_t i = 0; i < part->service_count; i++) {
        struct zp__dikidi_service *service = &part->services[i];
        talloc_steal(visit->services, service->id);
        talloc_steal(visit->services, service->name);
        visit->services[visit->service_count++] = *service;
    }
    visit->total_minor += part->total_minor;
    visit->version = later(visit->version, part->version);
    visit->updated_at = later(visit->updated_at, part->updated_at);
    visit->created_at = later(visit->created_at, part->created_at);
    visit->cancelled_at = later(visit->cancelled_at, part->cancelled_at);
    talloc_free(part);
}

// Parts of one visit agree in company and external id; else they are no answer to one question.
static bool belong_together(const struct zp__dikidi_booking *a,
                            const struct zp__dikidi_booking *b) {
    return strcmp(a->company_id, b->company_id) == 0 && strcmp(a->external_id, b->external_id) == 0;
}

struct zp__dikidi_booking *zp__dikidi_read_booking(TALLOC_CTX *ctx,
                                                   struct zp__dikidi_reader *reader,
                                                   const struct zp_json *data) {
    size_t naive = reader->naive;
    const struct zp_json *inner = zp__dikidi_field(data, "booking");
    data = zp_json_type(inner) == ZP_JSON_ARRAY ? inner : zp__dikidi_list(data, "bookings");
    if (zp_json_type(data) != ZP_JSON_ARRAY) {
        struct zp__dikidi_booking *booking = read_part(ctx, reader, data);
        if (booking != NULL)
            booking->naive_times = reader->naive > naive;
        return booking;
    }
    struct zp__dikidi_booking *visit = NULL;
    size_t count = zp_json_count(data);
    if (count > ZP_LIMIT_SERVICES_PER_VISIT)
        return NULL;
    reader->odds->of[ZP_DIKIDI_ODD_SPLIT_VISIT] += count > 0;
    for (size_t i = 0; i < count; i++) {
        struct zp__dikidi_booking *part = read_part(ctx, reader, zp_json_at(data, i));
        if (part == NULL || (visit != NULL && !belong_together(visit, part))) {
            talloc_free(part);
            talloc_free(visit);
            return NULL;
        }
        if (visit == NULL)
            visit = part;
        else
            merge(visit, part);
    }
    if (visit != NULL)
        visit->naive_times = reader->naive > naive;
    return visit;
}

// ---- is it ours?

static const char *text_at(const struct zp_json *object, const char *key) {
    const char *text = zp_json_string(zp_json_get(object, key));
    return text != NULL ? text : "";
}

// The answer may be as short as a number; the rest is then what was asked.
static void fill_in(const struct zp_json *asked, int64_t starts_at,
                    struct zp__dikidi_booking *booking) {
    if (booking->starts_at == 0) {
        booking->starts_at = starts_at;
        booking->ends_at = 0;
    }
    if (booking->master_id[0] == '\0')
        booking->master_id = zp__memory_strdup(booking, text_at(asked, "master_id"));
    if (booking->external_id[0] == '\0')
        booking->external_id = zp__memory_strdup(booking, text_at(asked, "external_id"));
    const struct zp_json *client = zp_json_get(asked, "client");
    if (booking->client_name[0] == '\0')
        booking->client_name = zp__memory_strdup(booking, text_at(client, "name"));
    if (booking->client_phone[0] == '\0')
        booking->client_phone = zp__memory_strdup(booking, text_at(client, "phone"));
    if (booking->service_count > 0)
        return;
    const struct zp_json *services = zp_json_get(asked, "services");
    size_t count = zp_json_count(services);
    booking->services = zp__memory_array(booking, struct zp__dikidi_service, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        booking->services[i].id =
            zp__memory_strdup(booking->services, text_at(zp_json_at(services, i), "id"));
        booking->services[i].name = zp__memory_strdup(booking->services, "");
    }
    booking->service_count = count;
}

// An hour that the clock shows twice, told without an offset, is read as the earlier one: the other
// may have been asked for.
static bool same_on_the_clock(const struct zp_zone *zone, int64_t a, int64_t b) {
    struct zp_wall x = zp_zone_wall(zone, a), y = zp_zone_wall(zone, b);
    return zp_date_compare(x.date, y.date) == 0 && x.hour == y.hour && x.minute == y.minute &&
           x.second == y.second;
}

static const char *wrong_time(const struct zp__dikidi_reader *reader, int64_t starts_at,
                              struct zp__dikidi_booking *booking) {
    if (reader->bad_start)
        return N_("a time that cannot be");
    if (booking->starts_at == 0 || booking->starts_at == starts_at)
        return NULL;
    if (!booking->naive_times || !same_on_the_clock(reader->zone, booking->starts_at, starts_at))
        return N_("a booking at another time");
    if (booking->ends_at != 0)
        booking->ends_at += starts_at - booking->starts_at;
    booking->starts_at = starts_at;
    return NULL;
}

const char *zp__dikidi_believe_create(struct zp__dikidi_reader *reader, const char *body,
                                      const char *company, struct zp__dikidi_booking *booking) {
    const struct zp_json *asked = zp_json_parse(reader->ctx, body, strlen(body), NULL);
    int64_t starts_at = 0;
    zp_instant_parse(text_at(asked, "starts_at"), reader->zone, &starts_at);
    const char *external_id = text_at(asked, "external_id");
    if (booking->company_id[0] != '\0' && strcmp(booking->company_id, company) != 0)
        return N_("a booking of another company");
    if (booking->external_id[0] != '\0' && strcmp(booking->external_id, external_id) != 0)
        return N_("the booking of another request");
    if (booking->master_id[0] != '\0' &&
        strcmp(booking->master_id, text_at(asked, "master_id")) != 0)
        return N_("a booking with another master");
    const char *wrong = wrong_time(reader, starts_at, booking);
    if (wrong == NULL)
        fill_in(asked, starts_at, booking);
    return wrong;
}
