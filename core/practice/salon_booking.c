// What may become of a booking: made, cancelled, moved, marked.
#include "practice/salon.h"

#include <inttypes.h>

static void touched(struct zp__salon *salon, struct zp__salon_booking *booking) {
    booking->updated_at = zp_clock_now(&salon->clock);
    booking->version++;
    if (salon->changed != NULL)
        salon->changed(salon->changed_data);
}

static void tell(const struct zp__salon *salon, const struct zp__salon_booking *booking,
                 enum zp__salon_news news, const char *const *changed) {
    if (salon->news != NULL)
        salon->news(booking, news, changed, salon->news_data);
}

static enum zp__salon_refusal find_services(const struct zp__salon *salon, TALLOC_CTX *ctx,
                                            const char *const *ids, size_t count,
                                            const struct zp__salon_service ***services) {
    *services = talloc_array(ctx, const struct zp__salon_service *, count);
    if (*services == NULL)
        zp_panic("out of memory");
    for (size_t i = 0; i < count; i++) {
        (*services)[i] = zp__salon_service(salon, ids[i]);
        if ((*services)[i] == NULL || !(*services)[i]->active)
            return ZP_SALON_SERVICE_NOT_FOUND;
    }
    return ZP_SALON_OK;
}

// The lines, sums and end of a visit of `ask` at the master.
static void fill_visit(struct zp__salon_booking *booking, const struct zp__salon_ask *ask,
                       const struct zp__salon_master *master, int64_t starts_at) {
    int duration_min;
    (void)zp__salon_visit(ask, master, &duration_min, &booking->break_after_min);
    talloc_free(booking->lines);
    booking->lines = talloc_zero_array(booking, struct zp__salon_line, ask->service_count);
    if (booking->lines == NULL)
        zp_panic("out of memory");
    booking->line_count = ask->service_count;
    booking->total_minor = 0;
    for (size_t i = 0; i < ask->service_count; i++) {
        const struct zp__salon_terms *terms = zp__salon_terms(ask->services[i], master->id);
        booking->lines[i] = (struct zp__salon_line){
            .service_id = zp__salon_text(booking->lines, ask->services[i]->id),
            .name = zp__salon_text(booking->lines, ask->services[i]->name),
            .duration_min = terms->duration_min,
            .price_minor = terms->price_minor,
        };
        booking->total_minor += terms->price_minor;
    }
    booking->starts_at = starts_at;
    booking->ends_at = starts_at + (int64_t)duration_min * 60;
    talloc_free(booking->master_id);
    booking->master_id = zp__salon_text(booking, master->id);
}

static enum zp__salon_refusal check_time(const struct zp__salon *salon,
                                         const struct zp__salon_ask *ask, int64_t starts_at,
                                         bool by_hand, const struct zp__salon_booking *except) {
    int duration_min, break_after_min;
    if (!zp__salon_visit(ask, ask->master, &duration_min, &break_after_min))
        return ZP_SALON_SERVICE_NOT_HIS;
    int64_t ends_at = starts_at + (int64_t)duration_min * 60;
    if (!by_hand && starts_at < zp_clock_now(&salon->clock) + (int64_t)salon->lead_min * 60)
        return ZP_SALON_LEAD_TIME;
    struct zp_date date = zp_zone_wall(salon->zone, starts_at).date;
    if (zp_date_days_between(zp__salon_today(salon), date) > ZP_SALON_DAYS_AHEAD ||
        !zp__salon_in_hours(salon, ask->master, starts_at, ends_at))
        return ZP_SALON_OUT_OF_SCHEDULE;
    if (zp__salon_overlap(salon, ask->master->id, starts_at, ends_at, break_after_min, except) !=
        NULL)
        return ZP_SALON_SLOT_TAKEN;
    return ZP_SALON_OK;
}

static enum zp__salon_refusal check_order(const struct zp__salon *salon,
                                          const struct zp__salon_order *order,
                                          const struct zp__salon_ask *ask) {
    int duration_min, break_after_min;
    if (!zp__salon_visit(ask, ask->master, &duration_min, &break_after_min))
        return ZP_SALON_SERVICE_NOT_HIS;
    if (!order->by_hand) {
        const struct zp__salon_client *client =
            zp__salon_client_by_phone(salon, order->client_phone);
        if (client != NULL && client->blocked)
            return ZP_SALON_CLIENT_BLOCKED;
        for (size_t i = 0; i < ask->service_count; i++) {
            if (ask->services[i]->prepayment)
                return ZP_SALON_PREPAYMENT_REQUIRED;
        }
    }
    return check_time(salon, ask, order->starts_at, order->by_hand, NULL);
}

static struct zp__salon_booking *make(struct zp__salon *salon, const struct zp__salon_order *order,
                                      const struct zp__salon_ask *ask) {
    struct zp__salon_client *client = zp__salon_client_by_phone(salon, order->client_phone);
    if (client == NULL)
        client = zp__salon_add_client(salon, NULL, order->client_name, order->client_surname,
                                      order->client_phone);
    struct zp__salon_booking *booking = zp__salon_add_booking(salon);
    booking->id = talloc_asprintf(booking, "%" PRId64, salon->next_booking_id++);
    booking->client_id = zp__salon_text(booking, client->id);
    booking->comment = zp__salon_text(booking, order->comment != NULL ? order->comment : "");
    booking->source = zp__salon_text(booking, order->source);
    booking->external_id = zp__salon_text(booking, order->external_id);
    booking->asked = zp__salon_text(booking, order->asked);
    fill_visit(booking, ask, ask->master, order->starts_at);
    booking->created_at = zp_clock_now(&salon->clock);
    touched(salon, booking);
    return booking;
}

// The part of a visit that holds one of its lines; the buffer stays behind the last one.
static void fill_part(struct zp__salon_booking *part, const struct zp__salon_line *line,
                      int64_t starts_at, int break_after_min) {
    talloc_free(part->lines);
    part->lines = talloc_zero_array(part, struct zp__salon_line, 1);
    if (part->lines == NULL)
        zp_panic("out of memory");
    part->lines[0] = (struct zp__salon_line){
        .service_id = zp__salon_text(part->lines, line->service_id),
        .name = zp__salon_text(part->lines, line->name),
        .duration_min = line->duration_min,
        .price_minor = line->price_minor,
    };
    part->line_count = 1;
    part->total_minor = line->price_minor;
    part->starts_at = starts_at;
    part->ends_at = starts_at + (int64_t)line->duration_min * 60;
    part->break_after_min = break_after_min;
}

static void split(struct zp__salon *salon, struct zp__salon_booking *booking) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    struct zp__salon_line *lines = talloc_steal(scratch, booking->lines);
    const size_t count = booking->line_count;
    const int break_after_min = booking->break_after_min;
    int64_t starts_at = booking->starts_at;
    booking->lines = NULL;
    for (size_t i = 0; i < count; i++) {
        struct zp__salon_booking *part = booking;
        if (i > 0) {
            part = zp__salon_add_booking(salon);
            part->id = talloc_asprintf(part, "%" PRId64, salon->next_booking_id++);
            part->master_id = zp__salon_text(part, booking->master_id);
            part->client_id = zp__salon_text(part, booking->client_id);
            part->comment = zp__salon_text(part, booking->comment);
            part->source = zp__salon_text(part, booking->source);
            part->external_id = zp__salon_text(part, booking->external_id);
            part->asked = zp__salon_text(part, booking->asked);
            part->created_at = booking->created_at;
        }
        fill_part(part, &lines[i], starts_at, i + 1 == count ? break_after_min : 0);
        starts_at = part->ends_at;
        touched(salon, part);
    }
    talloc_free(scratch);
}

static void tell_made(const struct zp__salon *salon, size_t first) {
    static const char *const nothing[] = {NULL};
    for (size_t i = first; i < salon->booking_count; i++)
        tell(salon, salon->bookings[i], ZP_SALON_CREATED, nothing);
}

enum zp__salon_refusal zp__salon_book(struct zp__salon *salon, const struct zp__salon_order *order,
                                      struct zp__salon_booking **made) {
    *made = NULL;
    struct zp__salon_ask ask = {.master = zp__salon_master(salon, order->master_id),
                                .service_count = order->service_count};
    if (ask.master == NULL || !ask.master->active)
        return ZP_SALON_MASTER_NOT_FOUND;
    TALLOC_CTX *scratch = talloc_new(NULL);
    const struct zp__salon_service **services;
    enum zp__salon_refusal refusal =
        find_services(salon, scratch, order->service_ids, order->service_count, &services);
    ask.services = services;
    if (refusal == ZP_SALON_OK)
        refusal = check_order(salon, order, &ask);
    size_t first = salon->booking_count;
    if (refusal == ZP_SALON_OK)
        *made = make(salon, order, &ask);
    talloc_free(scratch);
    if (*made != NULL && salon->split && !order->by_hand && (*made)->line_count > 1 &&
        (*made)->external_id != NULL)
        split(salon, *made);
    tell_made(salon, first);
    return refusal;
}

enum zp__salon_refusal zp__salon_cancel(struct zp__salon *salon, struct zp__salon_booking *booking,
                                        const char *reason, bool by_hand) {
    if (booking->cancelled)
        return ZP_SALON_OK;
    if (!by_hand && booking->cancel_forbidden)
        return ZP_SALON_CANCEL_FORBIDDEN;
    if (!by_hand && zp_clock_now(&salon->clock) >= booking->starts_at)
        return ZP_SALON_BOOKING_CLOSED;
    booking->cancelled = true;
    booking->cancelled_at = zp_clock_now(&salon->clock);
    if (reason != NULL && reason[0] != '\0')
        booking->cancel_reason = zp__salon_text(booking, reason);
    touched(salon, booking);
    static const char *const status[] = {"status", NULL};
    tell(salon, booking, ZP_SALON_CANCELLED, status);
    return ZP_SALON_OK;
}

enum zp__salon_refusal zp__salon_move(struct zp__salon *salon, struct zp__salon_booking *booking,
                                      int64_t starts_at, const char *master_id) {
    if (booking->cancelled)
        return ZP_SALON_BOOKING_CLOSED;
    struct zp__salon_ask ask = {
        .master = zp__salon_master(salon, master_id != NULL ? master_id : booking->master_id),
        .service_count = booking->line_count};
    if (ask.master == NULL)
        return ZP_SALON_MASTER_NOT_FOUND;
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char **ids = talloc_array(scratch, const char *, booking->line_count);
    if (ids == NULL)
        zp_panic("out of memory");
    for (size_t i = 0; i < booking->line_count; i++)
        ids[i] = booking->lines[i].service_id;
    const struct zp__salon_service **services;
    enum zp__salon_refusal refusal =
        find_services(salon, scratch, ids, booking->line_count, &services);
    ask.services = services;
    if (refusal == ZP_SALON_OK)
        refusal = check_time(salon, &ask, starts_at, true, booking);
    if (refusal == ZP_SALON_OK) {
        const char *changed[3] = {NULL};
        size_t count = 0;
        if (booking->starts_at != starts_at)
            changed[count++] = "starts_at";
        if (strcmp(booking->master_id, ask.master->id) != 0)
            changed[count++] = "master";
        fill_visit(booking, &ask, ask.master, starts_at);
        touched(salon, booking);
        tell(salon, booking, ZP_SALON_UPDATED, changed);
    }
    talloc_free(scratch);
    return refusal;
}

void zp__salon_attend(struct zp__salon *salon, struct zp__salon_booking *booking,
                      enum zp__salon_attendance attendance) {
    static const char *const changed[] = {"attendance", NULL};
    booking->attendance = attendance;
    touched(salon, booking);
    tell(salon, booking, ZP_SALON_UPDATED, changed);
}

void zp__salon_comment(struct zp__salon *salon, struct zp__salon_booking *booking,
                       const char *comment) {
    static const char *const changed[] = {"comment", NULL};
    talloc_free(booking->comment);
    booking->comment = zp__salon_text(booking, comment);
    touched(salon, booking);
    tell(salon, booking, ZP_SALON_UPDATED, changed);
}
