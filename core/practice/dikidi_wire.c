// How the practice Dikidi writes: the envelope, the bodies, the errors of the contract.
#include "practice/dikidi.h"

#include <zapis/money.h>

struct zp_json *zp__practice_dikidi_envelope(TALLOC_CTX *ctx) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *error = zp_json_add_object(root, "error");
    zp_json_add_int(error, "code", 0);
    zp_json_add_null(error, "message");
    return root;
}

struct zp__answer *zp__practice_dikidi_error(TALLOC_CTX *ctx, int status, const char *code,
                                             const char *message, const char *const *fields) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *error = zp_json_add_object(root, "error");
    zp_json_add_string(error, "code", code);
    zp_json_add_string(error, "message", message);
    struct zp_json *into = zp_json_add_object(error, "fields");
    for (size_t i = 0; fields != NULL && fields[i] != NULL; i += 2)
        zp_json_add_string(into, fields[i], fields[i + 1]);
    zp_json_add_null(root, "data");
    return zp__answer_json(ctx, status, root);
}

struct zp__practice_refusal zp__practice_dikidi_refusal(enum zp__salon_refusal refusal) {
    static const struct zp__practice_refusal refusals[] = {
        [ZP_SALON_OK] = {500, "INTERNAL_ERROR", "Внутренняя ошибка сервера."},
        [ZP_SALON_MASTER_NOT_FOUND] = {404, "MASTER_NOT_FOUND", "Мастер не найден."},
        [ZP_SALON_SERVICE_NOT_FOUND] = {404, "SERVICE_NOT_FOUND", "Услуга не найдена."},
        [ZP_SALON_SERVICE_NOT_HIS] = {400, "VALIDATION_ERROR", "Проверьте данные запроса."},
        [ZP_SALON_CLIENT_BLOCKED] = {422, "CLIENT_BLOCKED", "Клиент заблокирован."},
        [ZP_SALON_PREPAYMENT_REQUIRED] = {422, "PREPAYMENT_REQUIRED",
                                          "Для этой услуги нужна предоплата."},
        [ZP_SALON_LEAD_TIME] = {422, "LEAD_TIME", "Записаться на это время уже нельзя."},
        [ZP_SALON_OUT_OF_SCHEDULE] = {422, "OUT_OF_SCHEDULE", "Мастер в это время не работает."},
        [ZP_SALON_SLOT_TAKEN] = {409, "SLOT_TAKEN", "Это время уже занято."},
        [ZP_SALON_BOOKING_NOT_FOUND] = {404, "BOOKING_NOT_FOUND", "Запись не найдена."},
        [ZP_SALON_BOOKING_CLOSED] = {409, "BOOKING_CLOSED", "Визит уже начался."},
        [ZP_SALON_CANCEL_FORBIDDEN] = {422, "CANCEL_FORBIDDEN", "Эту запись отменить нельзя."},
    };
    return refusals[refusal];
}

struct zp__answer *zp__practice_dikidi_refuse(TALLOC_CTX *ctx, enum zp__salon_refusal refusal) {
    static const char *const not_his[] = {"services", "Мастер не оказывает эту услугу.", NULL};
    struct zp__practice_refusal told = zp__practice_dikidi_refusal(refusal);
    return zp__practice_dikidi_error(ctx, told.status, told.code, told.message,
                                     refusal == ZP_SALON_SERVICE_NOT_HIS ? not_his : NULL);
}

static void add_money(struct zp_json *into, const char *key, const struct zp__salon *salon,
                      int64_t minor) {
    char text[ZP_MONEY_SIZE];
    zp_money_format_plain(minor, salon->currency, text);
    zp_json_add_number_text(into, key, text);
}

static void add_instant(struct zp_json *into, const char *key, int64_t instant) {
    char text[ZP_INSTANT_SIZE];
    zp_instant_format_utc(instant, text);
    zp_json_add_string(into, key, text);
}

static void add_clock(struct zp_json *into, const char *key, int minute) {
    if (minute < 0) {
        zp_json_add_null(into, key);
        return;
    }
    char text[16];
    // The salon's clock knows no 25:30: a shift past midnight ends before it begins.
    snprintf(text, sizeof text, "%02d:%02d", minute / 60 % 24, minute % 60);
    zp_json_add_string(into, key, text);
}

void zp__practice_dikidi_service(const struct zp__salon *salon,
                                 const struct zp__salon_service *service, struct zp_json *into) {
    zp_json_add_string(into, "id", service->id);
    zp_json_add_string(into, "name", service->name);
    zp_json_add_string(into, "description", service->description);
    zp_json_add_string(into, "image", "");
    struct zp_json *category = zp_json_add_object(into, "category");
    zp_json_add_string(category, "id", service->category_id);
    zp_json_add_string(category, "name", service->category);
    add_money(into, "price", salon, service->price_minor);
    zp_json_add_bool(into, "price_from", service->price_from);
    zp_json_add_int(into, "discount", 0);
    zp_json_add_string(into, "currency", salon->currency);
    zp_json_add_int(into, "duration", service->duration_min);
    zp_json_add_int(into, "break_after", service->break_after_min);
    zp_json_add_bool(into, "online", service->online);
    zp_json_add_int(into, "sort", service->sort);
    zp_json_add_bool(into, "active", service->active);
    struct zp_json *masters = zp_json_add_array(into, "masters");
    for (size_t i = 0; i < service->term_count; i++) {
        struct zp_json *one = zp_json_add_object(masters, NULL);
        zp_json_add_string(one, "id", service->terms[i].master_id);
        add_money(one, "price", salon, service->terms[i].price_minor);
        zp_json_add_bool(one, "price_from", service->terms[i].price_from);
        zp_json_add_int(one, "duration", service->terms[i].duration_min);
    }
}

void zp__practice_dikidi_master(const struct zp__salon *salon,
                                const struct zp__salon_master *master, const struct zp_date *from,
                                const struct zp_date *to, struct zp_json *into) {
    zp_json_add_string(into, "id", master->id);
    zp_json_add_string(into, "name", master->name);
    zp_json_add_string(into, "surname", master->surname);
    zp_json_add_string(into, "username", master->username);
    zp_json_add_string(into, "post", master->post);
    zp_json_add_string(into, "image", "");
    char rating[16];
    snprintf(rating, sizeof rating, "%d.%d", master->rating_tenths / 10,
             master->rating_tenths % 10);
    zp_json_add_number_text(into, "rating", rating);
    zp_json_add_int(into, "reviews_count", master->reviews);
    zp_json_add_bool(into, "online", master->online);
    zp_json_add_bool(into, "active", master->active);
    struct zp_json *services = zp_json_add_array(into, "service_ids");
    for (size_t i = 0; i < salon->service_count; i++) {
        if (zp__salon_terms(&salon->services[i], master->id) != NULL)
            zp_json_add_string(services, NULL, salon->services[i].id);
    }
    struct zp_json *schedule = zp_json_add_array(into, "schedule");
    if (from == NULL)
        return;
    for (struct zp_date date = *from; zp_date_compare(date, *to) <= 0;
         date = zp_date_add_days(date, 1)) {
        struct zp__salon_hours hours;
        if (!zp__salon_hours(master, date, &hours))
            continue;
        struct zp_json *one = zp_json_add_object(schedule, NULL);
        char text[ZP_DATE_SIZE];
        zp_date_format(date, text);
        zp_json_add_string(one, "date", text);
        add_clock(one, "work_from", hours.from_min);
        add_clock(one, "work_to", hours.to_min);
        add_clock(one, "break_from", hours.break_from_min);
        add_clock(one, "break_to", hours.break_to_min);
    }
}

static void add_people(struct zp_json *into, const struct zp__salon *salon,
                       const struct zp__salon_booking *booking) {
    const struct zp__salon_master *master = zp__salon_master(salon, booking->master_id);
    struct zp_json *his = zp_json_add_object(into, "master");
    zp_json_add_string(his, "id", master->id);
    zp_json_add_string(his, "name", master->username);
    zp_json_add_string(his, "post", master->post);
    struct zp_json *services = zp_json_add_array(into, "services");
    for (size_t i = 0; i < booking->line_count; i++) {
        struct zp_json *one = zp_json_add_object(services, NULL);
        zp_json_add_string(one, "id", booking->lines[i].service_id);
        zp_json_add_string(one, "name", booking->lines[i].name);
        zp_json_add_int(one, "duration", booking->lines[i].duration_min);
        add_money(one, "price", salon, booking->lines[i].price_minor);
        add_money(one, "cost", salon, booking->lines[i].price_minor);
    }
}

static void add_client(struct zp_json *into, const struct zp__salon *salon,
                       const struct zp__salon_booking *booking) {
    const struct zp__salon_client *client = zp__salon_client(salon, booking->client_id);
    struct zp_json *hers = zp_json_add_object(into, "client");
    zp_json_add_string(hers, "id", client->id);
    zp_json_add_string(hers, "name", client->name);
    zp_json_add_string(hers, "surname", client->surname);
    zp_json_add_string(hers, "phone", client->phone);
}

void zp__practice_dikidi_booking(const struct zp__salon *salon,
                                 const struct zp__salon_booking *booking, struct zp_json *into) {
    static const char *const attendance[] = {"waiting", "came", "no_show"};
    zp_json_add_string(into, "id", booking->id);
    zp_json_add_string(into, "company_id", salon->company);
    zp_json_add_string(into, "status", booking->cancelled ? "cancelled" : "active");
    zp_json_add_bool(into, "confirmed", booking->confirmed);
    zp_json_add_string(into, "attendance", attendance[booking->attendance]);
    add_instant(into, "starts_at", booking->starts_at);
    add_instant(into, "ends_at", booking->ends_at);
    zp_json_add_int(into, "duration", (booking->ends_at - booking->starts_at) / 60);
    add_people(into, salon, booking);
    add_money(into, "total", salon, booking->total_minor);
    add_money(into, "paid", salon, booking->paid_minor);
    zp_json_add_string(into, "currency", salon->currency);
    add_client(into, salon, booking);
    zp_json_add_string(into, "comment", booking->comment);
    zp_json_add_string(into, "source", booking->source);
    zp_json_add_string(into, "external_id", booking->external_id);
    add_instant(into, "created_at", booking->created_at);
    add_instant(into, "updated_at", booking->updated_at);
    if (booking->cancelled)
        add_instant(into, "cancelled_at", booking->cancelled_at);
    else
        zp_json_add_null(into, "cancelled_at");
    zp_json_add_string(into, "cancel_reason", booking->cancel_reason);
    zp_json_add_int(into, "version", booking->version);
}

struct zp__answer *zp__practice_dikidi_one(TALLOC_CTX *ctx, int status,
                                           const struct zp__salon *salon,
                                           const struct zp__salon_booking *booking) {
    struct zp_json *root = zp__practice_dikidi_envelope(ctx);
    zp__practice_dikidi_booking(salon, booking, zp_json_add_object(root, "data"));
    zp_json_add_object(root, "meta");
    return zp__answer_json(ctx, status, root);
}
