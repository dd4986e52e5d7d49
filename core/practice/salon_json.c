// The salon as JSON and back. Instants are seconds, money minor units: this file is for ourselves,
// not a wire form.
#include "practice/salon.h"

#include <inttypes.h>

// ---- writing

static void save_hours(struct zp_json *into, const struct zp__salon_hours *hours) {
    zp_json_add_int(into, "from", hours->from_min);
    zp_json_add_int(into, "to", hours->to_min);
    zp_json_add_int(into, "break_from", hours->break_from_min);
    zp_json_add_int(into, "break_to", hours->break_to_min);
}

static void save_master(struct zp_json *list, const struct zp__salon_master *master) {
    struct zp_json *into = zp_json_add_object(list, NULL);
    zp_json_add_string(into, "id", master->id);
    zp_json_add_string(into, "name", master->name);
    zp_json_add_string(into, "surname", master->surname);
    zp_json_add_string(into, "username", master->username);
    zp_json_add_string(into, "post", master->post);
    zp_json_add_int(into, "rating_tenths", master->rating_tenths);
    zp_json_add_int(into, "reviews", master->reviews);
    zp_json_add_bool(into, "online", master->online);
    zp_json_add_bool(into, "active", master->active);
    zp_json_add_int(into, "step", master->step_min);
    if (master->has_rota) {
        struct zp_json *rota = zp_json_add_array(into, "rota");
        for (int i = 0; i < 14; i++)
            save_hours(zp_json_add_object(rota, NULL), &master->rota[i]);
    }
    struct zp_json *shifts = zp_json_add_array(into, "shifts");
    for (size_t i = 0; i < master->shift_count; i++) {
        struct zp_json *shift = zp_json_add_object(shifts, NULL);
        char date[ZP_DATE_SIZE];
        zp_date_format(master->shifts[i].date, date);
        zp_json_add_string(shift, "date", date);
        save_hours(shift, &master->shifts[i].hours);
    }
}

static void save_service(struct zp_json *list, const struct zp__salon_service *service) {
    struct zp_json *into = zp_json_add_object(list, NULL);
    zp_json_add_string(into, "id", service->id);
    zp_json_add_string(into, "name", service->name);
    zp_json_add_string(into, "description", service->description);
    zp_json_add_string(into, "category_id", service->category_id);
    zp_json_add_string(into, "category", service->category);
    zp_json_add_int(into, "price_minor", service->price_minor);
    zp_json_add_bool(into, "price_from", service->price_from);
    zp_json_add_int(into, "duration", service->duration_min);
    zp_json_add_int(into, "break_after", service->break_after_min);
    zp_json_add_int(into, "sort", service->sort);
    zp_json_add_bool(into, "online", service->online);
    zp_json_add_bool(into, "active", service->active);
    zp_json_add_bool(into, "prepayment", service->prepayment);
    struct zp_json *terms = zp_json_add_array(into, "masters");
    for (size_t i = 0; i < service->term_count; i++) {
        struct zp_json *term = zp_json_add_object(terms, NULL);
        zp_json_add_string(term, "id", service->terms[i].master_id);
        zp_json_add_int(term, "price_minor", service->terms[i].price_minor);
        zp_json_add_bool(term, "price_from", service->terms[i].price_from);
        zp_json_add_int(term, "duration", service->terms[i].duration_min);
    }
}

static const char *const ATTENDANCE[] = {"waiting", "came", "no_show"};

static void save_booking(struct zp_json *list, const struct zp__salon_booking *booking) {
    struct zp_json *into = zp_json_add_object(list, NULL);
    zp_json_add_string(into, "id", booking->id);
    zp_json_add_string(into, "master_id", booking->master_id);
    zp_json_add_string(into, "client_id", booking->client_id);
    zp_json_add_bool(into, "cancelled", booking->cancelled);
    zp_json_add_bool(into, "confirmed", booking->confirmed);
    zp_json_add_bool(into, "cancel_forbidden", booking->cancel_forbidden);
    zp_json_add_string(into, "attendance", ATTENDANCE[booking->attendance]);
    zp_json_add_int(into, "starts_at", booking->starts_at);
    zp_json_add_int(into, "ends_at", booking->ends_at);
    zp_json_add_int(into, "break_after", booking->break_after_min);
    zp_json_add_int(into, "total_minor", booking->total_minor);
    zp_json_add_int(into, "paid_minor", booking->paid_minor);
    zp_json_add_string(into, "comment", booking->comment);
    zp_json_add_string(into, "source", booking->source);
    zp_json_add_string(into, "external_id", booking->external_id);
    zp_json_add_string(into, "asked", booking->asked);
    zp_json_add_int(into, "created_at", booking->created_at);
    zp_json_add_int(into, "updated_at", booking->updated_at);
    zp_json_add_int(into, "cancelled_at", booking->cancelled_at);
    zp_json_add_string(into, "cancel_reason", booking->cancel_reason);
    zp_json_add_int(into, "version", booking->version);
    struct zp_json *lines = zp_json_add_array(into, "services");
    for (size_t i = 0; i < booking->line_count; i++) {
        struct zp_json *line = zp_json_add_object(lines, NULL);
        zp_json_add_string(line, "id", booking->lines[i].service_id);
        zp_json_add_string(line, "name", booking->lines[i].name);
        zp_json_add_int(line, "duration", booking->lines[i].duration_min);
        zp_json_add_int(line, "price_minor", booking->lines[i].price_minor);
    }
}

void zp__salon_save(const struct zp__salon *salon, struct zp_json *into) {
    zp_json_add_string(into, "company", salon->company);
    zp_json_add_string(into, "name", salon->name);
    zp_json_add_string(into, "timezone", salon->timezone);
    zp_json_add_string(into, "currency", salon->currency);
    zp_json_add_int(into, "lead_min", salon->lead_min);
    zp_json_add_int(into, "next_booking_id", salon->next_booking_id);
    zp_json_add_int(into, "next_client_id", salon->next_client_id);
    struct zp_json *masters = zp_json_add_array(into, "masters");
    for (size_t i = 0; i < salon->master_count; i++)
        save_master(masters, &salon->masters[i]);
    struct zp_json *services = zp_json_add_array(into, "services");
    for (size_t i = 0; i < salon->service_count; i++)
        save_service(services, &salon->services[i]);
    struct zp_json *clients = zp_json_add_array(into, "clients");
    for (size_t i = 0; i < salon->client_count; i++) {
        struct zp_json *client = zp_json_add_object(clients, NULL);
        zp_json_add_string(client, "id", salon->clients[i]->id);
        zp_json_add_string(client, "name", salon->clients[i]->name);
        zp_json_add_string(client, "surname", salon->clients[i]->surname);
        zp_json_add_string(client, "phone", salon->clients[i]->phone);
        zp_json_add_bool(client, "blocked", salon->clients[i]->blocked);
    }
    struct zp_json *bookings = zp_json_add_array(into, "bookings");
    for (size_t i = 0; i < salon->booking_count; i++)
        save_booking(bookings, salon->bookings[i]);
}

// ---- reading: what is missing reads as 0, false or ""; what the rules rest on is checked

static int64_t number(const struct zp_json *from, const char *key) {
    int64_t value = 0;
    (void)zp_json_int(zp_json_get(from, key), &value);
    return value;
}

static bool flag(const struct zp_json *from, const char *key) {
    bool value = false;
    (void)zp_json_bool(zp_json_get(from, key), &value);
    return value;
}

static char *text(TALLOC_CTX *ctx, const struct zp_json *from, const char *key) {
    const char *value = zp_json_string(zp_json_get(from, key));
    return zp__salon_text(ctx, value != NULL ? value : "");
}

static char *text_or_null(TALLOC_CTX *ctx, const struct zp_json *from, const char *key) {
    return zp__salon_text(ctx, zp_json_string(zp_json_get(from, key)));
}

static struct zp__salon_hours load_hours(const struct zp_json *from) {
    return (struct zp__salon_hours){
        .from_min = (int)number(from, "from"),
        .to_min = (int)number(from, "to"),
        .break_from_min = (int)number(from, "break_from"),
        .break_to_min = (int)number(from, "break_to"),
    };
}

static bool load_master(struct zp__salon *salon, struct zp__salon_master *master,
                        const struct zp_json *from, struct zp_error *err) {
    master->id = text(salon, from, "id");
    master->name = text(salon, from, "name");
    master->surname = text(salon, from, "surname");
    master->username = text(salon, from, "username");
    master->post = text(salon, from, "post");
    master->rating_tenths = (int)number(from, "rating_tenths");
    master->reviews = (int)number(from, "reviews");
    master->online = flag(from, "online");
    master->active = flag(from, "active");
    master->step_min = (int)number(from, "step");
    if (master->id[0] == '\0' || master->step_min <= 0)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            "a master of the saved practice salon has no id or no step");
    const struct zp_json *rota = zp_json_get(from, "rota");
    master->has_rota = zp_json_count(rota) == 14;
    for (size_t i = 0; master->has_rota && i < 14; i++)
        master->rota[i] = load_hours(zp_json_at(rota, i));
    const struct zp_json *shifts = zp_json_get(from, "shifts");
    master->shift_count = zp_json_count(shifts);
    master->shifts = talloc_zero_array(salon, struct zp__salon_shift, master->shift_count);
    if (master->shifts == NULL)
        zp_panic("out of memory");
    for (size_t i = 0; i < master->shift_count; i++) {
        const char *date = zp_json_string(zp_json_get(zp_json_at(shifts, i), "date"));
        if (date == NULL || !zp_date_parse(date, &master->shifts[i].date))
            return zp_error_set(err, ZP_E_CONFIG, NULL,
                                "a shift of the saved practice salon has no date");
        master->shifts[i].hours = load_hours(zp_json_at(shifts, i));
    }
    return true;
}

static bool load_service(struct zp__salon *salon, struct zp__salon_service *service,
                         const struct zp_json *from, struct zp_error *err) {
    service->id = text(salon, from, "id");
    service->name = text(salon, from, "name");
    service->description = text(salon, from, "description");
    service->category_id = text(salon, from, "category_id");
    service->category = text(salon, from, "category");
    service->price_minor = number(from, "price_minor");
    service->price_from = flag(from, "price_from");
    service->duration_min = (int)number(from, "duration");
    service->break_after_min = (int)number(from, "break_after");
    service->sort = number(from, "sort");
    service->online = flag(from, "online");
    service->active = flag(from, "active");
    service->prepayment = flag(from, "prepayment");
    const struct zp_json *terms = zp_json_get(from, "masters");
    service->term_count = zp_json_count(terms);
    service->terms = talloc_zero_array(salon, struct zp__salon_terms, service->term_count);
    if (service->terms == NULL)
        zp_panic("out of memory");
    for (size_t i = 0; i < service->term_count; i++) {
        const struct zp_json *term = zp_json_at(terms, i);
        service->terms[i] = (struct zp__salon_terms){
            .master_id = text(salon, term, "id"),
            .price_minor = number(term, "price_minor"),
            .price_from = flag(term, "price_from"),
            .duration_min = (int)number(term, "duration"),
        };
        if (zp__salon_master(salon, service->terms[i].master_id) == NULL ||
            service->terms[i].duration_min <= 0)
            return zp_error_set(err, ZP_E_CONFIG, NULL,
                                "service %s of the saved practice salon has a master or a duration "
                                "that makes no sense",
                                service->id);
    }
    return true;
}

static void load_lines(struct zp__salon_booking *booking, const struct zp_json *lines) {
    booking->line_count = zp_json_count(lines);
    booking->lines = talloc_zero_array(booking, struct zp__salon_line, booking->line_count);
    if (booking->lines == NULL)
        zp_panic("out of memory");
    for (size_t i = 0; i < booking->line_count; i++) {
        const struct zp_json *line = zp_json_at(lines, i);
        booking->lines[i] = (struct zp__salon_line){
            .service_id = text(booking->lines, line, "id"),
            .name = text(booking->lines, line, "name"),
            .duration_min = (int)number(line, "duration"),
            .price_minor = number(line, "price_minor"),
        };
    }
}

static bool load_booking(struct zp__salon *salon, const struct zp_json *from,
                         struct zp_error *err) {
    struct zp__salon_booking *booking = zp__salon_add_booking(salon);
    booking->id = text(booking, from, "id");
    booking->master_id = text(booking, from, "master_id");
    booking->client_id = text(booking, from, "client_id");
    booking->cancelled = flag(from, "cancelled");
    booking->confirmed = flag(from, "confirmed");
    booking->cancel_forbidden = flag(from, "cancel_forbidden");
    const char *attendance = zp_json_string(zp_json_get(from, "attendance"));
    for (int i = 0; attendance != NULL && i <= ZP_SALON_NO_SHOW; i++) {
        if (strcmp(attendance, ATTENDANCE[i]) == 0)
            booking->attendance = (enum zp__salon_attendance)i;
    }
    booking->starts_at = number(from, "starts_at");
    booking->ends_at = number(from, "ends_at");
    booking->break_after_min = (int)number(from, "break_after");
    booking->total_minor = number(from, "total_minor");
    booking->paid_minor = number(from, "paid_minor");
    booking->comment = text(booking, from, "comment");
    booking->source = text(booking, from, "source");
    booking->external_id = text_or_null(booking, from, "external_id");
    booking->asked = text_or_null(booking, from, "asked");
    booking->created_at = number(from, "created_at");
    booking->updated_at = number(from, "updated_at");
    booking->cancelled_at = number(from, "cancelled_at");
    booking->cancel_reason = text_or_null(booking, from, "cancel_reason");
    booking->version = number(from, "version");
    load_lines(booking, zp_json_get(from, "services"));
    if (booking->id[0] == '\0' || zp__salon_master(salon, booking->master_id) == NULL ||
        zp__salon_client(salon, booking->client_id) == NULL ||
        booking->ends_at <= booking->starts_at)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            "booking %s of the saved practice salon makes no sense", booking->id);
    return true;
}

static bool load_lists(struct zp__salon *salon, const struct zp_json *from, struct zp_error *err) {
    const struct zp_json *masters = zp_json_get(from, "masters");
    const struct zp_json *services = zp_json_get(from, "services");
    const struct zp_json *clients = zp_json_get(from, "clients");
    const struct zp_json *bookings = zp_json_get(from, "bookings");
    size_t count = zp_json_count(masters);
    salon->masters = talloc_zero_array(salon, struct zp__salon_master, count);
    salon->services = talloc_zero_array(salon, struct zp__salon_service, zp_json_count(services));
    if (salon->masters == NULL || salon->services == NULL)
        zp_panic("out of memory");
    for (size_t i = 0; i < count; i++, salon->master_count++) {
        if (!load_master(salon, &salon->masters[i], zp_json_at(masters, i), err))
            return false;
    }
    count = zp_json_count(services);
    for (size_t i = 0; i < count; i++, salon->service_count++) {
        if (!load_service(salon, &salon->services[i], zp_json_at(services, i), err))
            return false;
    }
    for (size_t i = 0; i < zp_json_count(clients); i++) {
        const struct zp_json *one = zp_json_at(clients, i);
        const char *id = zp_json_string(zp_json_get(one, "id"));
        const char *phone = zp_json_string(zp_json_get(one, "phone"));
        if (id == NULL || phone == NULL)
            return zp_error_set(err, ZP_E_CONFIG, NULL,
                                "a client of the saved practice salon has no id or no phone");
        zp__salon_add_client(salon, id, zp_json_string(zp_json_get(one, "name")),
                             zp_json_string(zp_json_get(one, "surname")), phone)
            ->blocked = flag(one, "blocked");
    }
    for (size_t i = 0; i < zp_json_count(bookings); i++) {
        if (!load_booking(salon, zp_json_at(bookings, i), err))
            return false;
    }
    return true;
}

struct zp__salon *zp__salon_load(TALLOC_CTX *ctx, const struct zp_json *from, struct zp_clock clock,
                                 struct zp_error *err) {
    const char *zone = zp_json_string(zp_json_get(from, "timezone"));
    if (zone == NULL) {
        zp_error_set(err, ZP_E_CONFIG, NULL, "the saved practice salon has no time zone");
        return NULL;
    }
    struct zp__salon *salon = zp__salon_new(ctx, zone, clock, err);
    if (salon == NULL)
        return NULL;
    salon->company = text(salon, from, "company");
    salon->name = text(salon, from, "name");
    salon->currency = text(salon, from, "currency");
    salon->lead_min = (int)number(from, "lead_min");
    salon->next_booking_id = number(from, "next_booking_id");
    salon->next_client_id = number(from, "next_client_id");
    if (!load_lists(salon, from, err)) {
        talloc_free(salon);
        return NULL;
    }
    return salon;
}
