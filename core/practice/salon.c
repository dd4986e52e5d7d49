#include "practice/salon.h"

#include <inttypes.h>

char *zp__salon_text(TALLOC_CTX *ctx, const char *text) {
    if (text == NULL)
        return NULL;
    char *copy = talloc_strdup(ctx, text);
    if (copy == NULL)
        zp_panic("out of memory");
    return copy;
}

struct zp__salon *zp__salon_new(TALLOC_CTX *ctx, const char *zone, struct zp_clock clock,
                                struct zp_error *err) {
    struct zp__salon *salon = talloc_zero(ctx, struct zp__salon);
    if (salon == NULL)
        zp_panic("out of memory");
    salon->zone = zp_zone_open(salon, zone, err);
    if (salon->zone == NULL) {
        talloc_free(salon);
        return NULL;
    }
    salon->timezone = zp__salon_text(salon, zone);
    salon->clock = clock;
    return salon;
}

void zp__salon_on_change(struct zp__salon *salon, void (*changed)(void *data), void *data) {
    salon->changed = changed;
    salon->changed_data = data;
}

void zp__salon_on_news(struct zp__salon *salon, zp__salon_news_fn news, void *data) {
    salon->news = news;
    salon->news_data = data;
}

struct zp_date zp__salon_today(const struct zp__salon *salon) {
    return zp_zone_wall(salon->zone, zp_clock_now(&salon->clock)).date;
}

const struct zp__salon_master *zp__salon_master(const struct zp__salon *salon, const char *id) {
    for (size_t i = 0; id != NULL && i < salon->master_count; i++) {
        if (strcmp(salon->masters[i].id, id) == 0)
            return &salon->masters[i];
    }
    return NULL;
}

const struct zp__salon_service *zp__salon_service(const struct zp__salon *salon, const char *id) {
    for (size_t i = 0; id != NULL && i < salon->service_count; i++) {
        if (strcmp(salon->services[i].id, id) == 0)
            return &salon->services[i];
    }
    return NULL;
}

struct zp__salon_client *zp__salon_client(const struct zp__salon *salon, const char *id) {
    for (size_t i = 0; id != NULL && i < salon->client_count; i++) {
        if (strcmp(salon->clients[i]->id, id) == 0)
            return salon->clients[i];
    }
    return NULL;
}

struct zp__salon_client *zp__salon_client_by_phone(const struct zp__salon *salon,
                                                   const char *phone) {
    for (size_t i = 0; phone != NULL && i < salon->client_count; i++) {
        if (strcmp(salon->clients[i]->phone, phone) == 0)
            return salon->clients[i];
    }
    return NULL;
}

struct zp__salon_booking *zp__salon_booking(const struct zp__salon *salon, const char *id) {
    for (size_t i = 0; id != NULL && i < salon->booking_count; i++) {
        if (strcmp(salon->bookings[i]->id, id) == 0)
            return salon->bookings[i];
    }
    return NULL;
}

struct zp__salon_booking *zp__salon_booking_by_key(const struct zp__salon *salon,
                                                   const char *external_id) {
    for (size_t i = 0; external_id != NULL && i < salon->booking_count; i++) {
        const char *known = salon->bookings[i]->external_id;
        if (known != NULL && strcmp(known, external_id) == 0)
            return salon->bookings[i];
    }
    return NULL;
}

const struct zp__salon_terms *zp__salon_terms(const struct zp__salon_service *service,
                                              const char *master_id) {
    for (size_t i = 0; i < service->term_count; i++) {
        if (strcmp(service->terms[i].master_id, master_id) == 0)
            return &service->terms[i];
    }
    return NULL;
}

bool zp__salon_hours(const struct zp__salon_master *master, struct zp_date date,
                     struct zp__salon_hours *out) {
    for (size_t i = 0; i < master->shift_count; i++) {
        if (zp_date_compare(master->shifts[i].date, date) == 0) {
            *out = master->shifts[i].hours;
            return out->from_min < out->to_min;
        }
    }
    if (!master->has_rota)
        return false;
    const struct zp_date monday = {1970, 1, 5};
    int weeks = zp_date_days_between(monday, date) / 7;
    *out = master->rota[(weeks % 2) * 7 + zp_date_weekday(date) - 1];
    return out->from_min < out->to_min;
}

struct zp__salon_client *zp__salon_add_client(struct zp__salon *salon, const char *id,
                                              const char *name, const char *surname,
                                              const char *phone) {
    struct zp__salon_client *client = talloc_zero(salon, struct zp__salon_client);
    salon->clients =
        talloc_realloc(salon, salon->clients, struct zp__salon_client *, salon->client_count + 1);
    if (client == NULL || salon->clients == NULL)
        zp_panic("out of memory");
    salon->clients[salon->client_count++] = client;
    client->id = id != NULL ? zp__salon_text(client, id)
                            : talloc_asprintf(client, "%" PRId64, salon->next_client_id++);
    client->name = zp__salon_text(client, name != NULL ? name : "");
    client->surname = zp__salon_text(client, surname != NULL ? surname : "");
    client->phone = zp__salon_text(client, phone);
    return client;
}

struct zp__salon_booking *zp__salon_add_booking(struct zp__salon *salon) {
    struct zp__salon_booking *booking = talloc_zero(salon, struct zp__salon_booking);
    salon->bookings = talloc_realloc(salon, salon->bookings, struct zp__salon_booking *,
                                     salon->booking_count + 1);
    if (booking == NULL || salon->bookings == NULL)
        zp_panic("out of memory");
    salon->bookings[salon->booking_count++] = booking;
    return booking;
}
