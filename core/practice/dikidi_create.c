// POST …/booking: read, checked, made once for each key.
#include "practice/dikidi.h"

#include <zapis/limits.h>

#define MAX_FIELD_ERRORS 8

// What was asked, and what is wrong with it.
struct asked {
    struct zp__salon_order order;
    const char *services[ZP_LIMIT_SERVICES_PER_VISIT];
    const char *fields[2 * MAX_FIELD_ERRORS + 1];
    size_t field_count;
    bool bad_phone;
};

static void wrong(struct asked *asked, const char *field, const char *message) {
    if (asked->field_count == MAX_FIELD_ERRORS)
        return;
    asked->fields[2 * asked->field_count] = field;
    asked->fields[2 * asked->field_count + 1] = message;
    asked->field_count++;
}

static bool phone_is_sane(const char *phone) {
    size_t digits = phone[0] == '+' ? strspn(phone + 1, "0123456789") : 0;
    return digits >= 10 && digits <= 15 && phone[1 + digits] == '\0';
}

static void read_services(struct asked *asked, TALLOC_CTX *ctx, const struct zp_json *body) {
    const struct zp_json *services = zp_json_get(body, "services");
    size_t count = zp_json_count(services);
    if (zp_json_type(services) != ZP_JSON_ARRAY || count == 0) {
        wrong(asked, "services", "Выберите хотя бы одну услугу.");
        return;
    }
    if (count > ZP_LIMIT_SERVICES_PER_VISIT) {
        wrong(asked, "services", "Слишком много услуг.");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        asked->services[i] = zp_json_text(ctx, zp_json_get(zp_json_at(services, i), "id"));
        if (asked->services[i] == NULL) {
            wrong(asked, "services", "У услуги нет номера.");
            return;
        }
    }
    asked->order.service_ids = asked->services;
    asked->order.service_count = count;
}

static void read_client(struct asked *asked, TALLOC_CTX *ctx, const struct zp_json *body) {
    const struct zp_json *client = zp_json_get(body, "client");
    asked->order.client_name = zp_json_string(zp_json_get(client, "name"));
    asked->order.client_surname = zp_json_string(zp_json_get(client, "surname"));
    const char *const names[] = {asked->order.client_name, asked->order.client_surname};
    for (size_t i = 0; i < 2; i++) {
        if (names[i] != NULL && strlen(names[i]) > ZP_LIMIT_NAME_BYTES)
            wrong(asked, "client.name", "Слишком длинное имя.");
    }
    asked->order.client_phone = zp_json_text(ctx, zp_json_get(client, "phone"));
    if (asked->order.client_phone == NULL || asked->order.client_phone[0] == '\0')
        wrong(asked, "client.phone", "Укажите телефон.");
    else
        asked->bad_phone = !phone_is_sane(asked->order.client_phone);
}

static void read_key(struct asked *asked, struct zp_httpd_request *request,
                     const struct zp_json *body) {
    const char *header = zp__httpd_header(request, "Idempotency-Key");
    asked->order.external_id = zp_json_string(zp_json_get(body, "external_id"));
    if (asked->order.external_id == NULL || asked->order.external_id[0] == '\0')
        asked->order.external_id = header;
    else if (header != NULL && strcmp(header, asked->order.external_id) != 0)
        wrong(asked, "external_id", "Не совпадает с Idempotency-Key.");
    if (asked->order.external_id != NULL && strlen(asked->order.external_id) > ZP_LIMIT_ID_BYTES)
        wrong(asked, "external_id", "Слишком длинный ключ.");
}

static void read_body(struct asked *asked, struct zp_httpd_request *request,
                      const struct zp__salon *salon, const struct zp_json *body) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    asked->order.master_id = zp_json_text(ctx, zp_json_get(body, "master_id"));
    if (asked->order.master_id == NULL)
        wrong(asked, "master_id", "Укажите мастера.");
    read_services(asked, ctx, body);
    const char *starts_at = zp_json_string(zp_json_get(body, "starts_at"));
    if (starts_at == NULL ||
        zp_instant_parse(starts_at, salon->zone, &asked->order.starts_at) != ZP_INSTANT_UTC ||
        asked->order.starts_at % 60 != 0)
        wrong(asked, "starts_at", "Нужно время вида 2026-09-24T06:00:00Z.");
    read_client(asked, ctx, body);
    asked->order.comment = zp_json_string(zp_json_get(body, "comment"));
    if (asked->order.comment != NULL && strlen(asked->order.comment) > ZP_LIMIT_COMMENT_BYTES)
        wrong(asked, "comment", "Слишком длинный комментарий.");
    const char *source = zp_json_string(zp_json_get(body, "source"));
    asked->order.source = source != NULL && source[0] != '\0' ? source : "partner";
    read_key(asked, request, body);
}

// One line of everything that makes two orders the same order.
static char *in_one_line(TALLOC_CTX *ctx, const struct zp__salon_order *order) {
    char *services = talloc_strdup(ctx, "");
    for (size_t i = 0; i < order->service_count && services != NULL; i++)
        services =
            talloc_asprintf_append(services, "%s%s", i > 0 ? "," : "", order->service_ids[i]);
    char starts_at[ZP_INSTANT_SIZE];
    zp_instant_format_utc(order->starts_at, starts_at);
    char *line =
        talloc_asprintf(ctx, "%s|%s|%s|%s|%s|%s|%s", order->master_id, services, starts_at,
                        order->client_phone, order->client_name != NULL ? order->client_name : "",
                        order->client_surname != NULL ? order->client_surname : "",
                        order->comment != NULL ? order->comment : "");
    if (line == NULL)
        zp_panic("out of memory");
    return line;
}

// The visit under that key: one booking, or the list of its parts.
static struct zp__answer *visit(TALLOC_CTX *ctx, int status, const struct zp__salon *salon,
                                const struct zp__salon_booking *booking) {
    struct zp_json *root = zp__practice_dikidi_envelope(ctx);
    struct zp_json *list = zp_json_new_array(ctx);
    for (size_t i = 0; i < salon->booking_count && booking->external_id != NULL; i++) {
        const struct zp__salon_booking *part = salon->bookings[i];
        if (part->external_id != NULL && strcmp(part->external_id, booking->external_id) == 0)
            zp__practice_dikidi_booking(salon, part, zp_json_add_object(list, NULL));
    }
    if (zp_json_count(list) < 2)
        return zp__practice_dikidi_one(ctx, status, salon, booking);
    zp_json_add_copy(root, "data", list);
    zp_json_add_object(root, "meta");
    return zp__answer_json(ctx, status, root);
}

struct zp__answer *zp__practice_dikidi_create(struct zp_httpd_request *request,
                                              struct zp__salon *salon) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    size_t size;
    const char *bytes = zp__httpd_body(request, &size);
    const struct zp_json *body = zp_json_parse(ctx, bytes, size, NULL);
    if (zp_json_type(body) != ZP_JSON_OBJECT)
        return zp__practice_dikidi_error(ctx, 400, "VALIDATION_ERROR", "Тело запроса — не JSON.",
                                         NULL);
    struct asked asked = {0};
    read_body(&asked, request, salon, body);
    if (asked.field_count > 0)
        return zp__practice_dikidi_error(ctx, 400, "VALIDATION_ERROR", "Проверьте данные запроса.",
                                         asked.fields);
    static const char *const phone[] = {"client.phone", "Неверный номер телефона.", NULL};
    if (asked.bad_phone)
        return zp__practice_dikidi_error(ctx, 400, "NUMBER_NOT_TRUE", "Неверный номер телефона.",
                                         phone);
    asked.order.asked = in_one_line(ctx, &asked.order);
    struct zp__salon_booking *known = zp__salon_booking_by_key(salon, asked.order.external_id);
    if (known != NULL && known->asked != NULL && strcmp(known->asked, asked.order.asked) == 0)
        return visit(ctx, 200, salon, known);
    if (known != NULL)
        return zp__practice_dikidi_error(ctx, 409, "IDEMPOTENCY_CONFLICT",
                                         "Этот ключ уже использован с другими данными.", NULL);
    struct zp__salon_booking *made;
    enum zp__salon_refusal refusal = zp__salon_book(salon, &asked.order, &made);
    if (refusal != ZP_SALON_OK)
        return zp__practice_dikidi_refuse(ctx, refusal);
    return visit(ctx, 201, salon, made);
}
