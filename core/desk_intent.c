// The intent of a booking: made from the catalogue, in the journal before anything is sent, then
// handed to the step machine.
#include "desk_private.h"
#include <zapis/i18n.h>

void zp__desk_fill_visit(const struct zp_desk *desk, struct zp_booking *booking,
                         const char *const *service_ids, size_t service_count) {
    const struct zp_master *master = zp_catalogue_master(desk->catalogue, booking->master_id);
    struct zp_booked_service *services =
        talloc_zero_array(booking, struct zp_booked_service, (unsigned)service_count);
    int minutes = 0;
    booking->price_minor = 0;
    for (size_t i = 0; i < service_count; i++) {
        const struct zp_service *service = zp_catalogue_service(desk->catalogue, service_ids[i]);
        const struct zp_terms terms = zp_catalogue_terms(service, booking->master_id);
        services[i] = (struct zp_booked_service){.id = talloc_strdup(services, service->id),
                                                 .name = talloc_strdup(services, service->name),
                                                 .duration_min = terms.duration_min,
                                                 .price_minor = terms.price_minor};
        minutes += terms.duration_min;
        booking->price_minor += terms.price_minor;
    }
    talloc_free(booking->services);
    booking->services = services;
    booking->service_count = service_count;
    booking->ends_at = booking->starts_at + (int64_t)minutes * 60;
    booking->master = talloc_strdup(booking, master != NULL ? master->name : "");
}

static char *sent_body(struct zp_booking *booking) {
    const char **ids = talloc_zero_array(booking, const char *, (unsigned)booking->service_count);
    for (size_t i = 0; i < booking->service_count; i++) {
        ids[i] = booking->services[i].id;
    }
    const struct zp__dikidi_create create = {.request_id = booking->request_id,
                                             .master_id = booking->master_id,
                                             .service_ids = ids,
                                             .service_count = booking->service_count,
                                             .starts_at = booking->starts_at,
                                             .client_name = booking->client_name,
                                             .client_phone = booking->client_phone,
                                             .comment = booking->comment};
    char *body = zp__dikidi_create_body(booking, &create);
    talloc_free(ids);
    return body;
}

static void on_intent(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (!answer->ok) {
        if (ask != NULL) {
            struct zp_error error = answer->error;
            if (error.code == ZP_E_CONFLICT) {
                zp_error_set(&error, ZP_E_USAGE, NULL, "%s",
                             _("this request id is in the journal already: show it instead"));
            }
            zp__ask_answer(ask, &error);
        }
        return;
    }
    // Even when the asker is gone the intent is written, and is finished: it may not be lost.
    zp__desk_queue_changed(desk);
    zp__desk_booking_changed(desk, answer->tasks[0].booking);
    zp__driver_run(desk->driver, &answer->tasks[0], true, ask != NULL ? ask->run_end : NULL,
                   ask != NULL ? zp__ask_ticket(ask, 0) : NULL);
}

void zp__desk_write_intent(struct zp__ask *ask, struct zp_booking *booking, const char *memory,
                           zp__driver_fn run_end) {
    struct zp_desk *desk = ask->desk;
    booking->state = ZP_BOOKING_INTENT;
    booking->created_at = booking->updated_at = zp__desk_clock(desk);
    booking->created_by = talloc_strdup(booking, desk->operator_name);
    booking->sent_body = sent_body(booking);
    const struct zp__store_new_task task = {
        .kind = ZP_TASK_BOOK, .next_at = booking->created_at, .claimed = true, .memory = memory};
    const struct zp__change change = {
        .booking = booking,
        .history = zp__ask_line(ask, "intent", desk->operator_name, NULL),
        .history_count = 1,
        .tasks = &task,
        .task_count = 1,
        .waiting_id = ask->request.ask == ZP_ASK_BOOK ? ask->request.u.book.waiting_id : 0};
    ask->run_end = run_end;
    zp__store_apply(desk->store, &change, on_intent, zp__ask_ticket(ask, 0));
}
