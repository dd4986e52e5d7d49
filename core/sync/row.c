// What follows from a booking's row, and what Dikidi's word does to it: for the machines and the
// desk alike.
#include "sync/run.h"
#include <string.h>

const char *zp__booking_follow_up(const struct zp_booking *booking) {
    return booking->moved_from != NULL ? ZP_TASK_MOVE : ZP_TASK_CRM_LOG;
}

enum zp_crm_state zp__booking_logged_state(const struct zp_booking *booking) {
    const bool falls = booking->state == ZP_BOOKING_CANCELLED && booking->moved_to == NULL;
    return falls ? ZP_CRM_QUEUED : ZP_CRM_LOGGED; // crm-cancel has the rest to do
}

bool zp__booking_cancelled(struct zp_booking *booking) {
    booking->state = ZP_BOOKING_CANCELLED;
    if (booking->crm_state == ZP_CRM_NONE || booking->moved_to != NULL) {
        return false;
    }
    booking->crm_state = ZP_CRM_QUEUED; // until the entry shows it too
    return true;
}

static bool same_text(const char *a, const char *b) {
    return a != NULL && b != NULL && a[0] != '\0' && strcmp(a, b) == 0;
}

bool zp__booking_is_remote(const struct zp_booking *booking,
                           const struct zp__dikidi_booking *remote) {
    const bool open = booking->state == ZP_BOOKING_INTENT || booking->state == ZP_BOOKING_SENT ||
                      booking->state == ZP_BOOKING_UNCERTAIN;
    if (!open || remote->status != ZP_DIKIDI_ACTIVE ||
        (remote->company_id != NULL && remote->company_id[0] != '\0' &&
         strcmp(remote->company_id, booking->company) != 0)) {
        return false;
    }
    if (same_text(booking->request_id, remote->external_id)) {
        return true;
    }
    return booking->starts_at == remote->starts_at &&
           same_text(booking->master_id, remote->master_id) &&
           same_text(booking->client_phone, remote->client_phone);
}

void zp__run_set_error(struct zp_booking *booking, const struct zp_error *error) {
    TALLOC_FREE(booking->error_code);
    TALLOC_FREE(booking->error_message);
    if (error != NULL) {
        booking->error_code = talloc_strdup(booking, error->name);
        booking->error_message = talloc_strdup(booking, error->message);
    }
}

static void set_text(struct zp_booking *booking, char **field, const char *text) {
    if (text != NULL && text[0] != '\0') {
        talloc_free(*field);
        *field = talloc_strdup(booking, text);
    }
}

static void take_services(struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    if (remote->service_count == 0) {
        return;
    }
    struct zp_booked_service *services =
        talloc_zero_array(booking, struct zp_booked_service, (unsigned)remote->service_count);
    for (size_t i = 0; i < remote->service_count; i++) {
        const struct zp__dikidi_service *told = &remote->services[i];
        const struct zp_booked_service *known = NULL;
        for (size_t k = 0; k < booking->service_count && told->id != NULL; k++) {
            if (strcmp(booking->services[k].id, told->id) == 0) {
                known = &booking->services[k];
            }
        }
        const char *name = told->name != NULL && told->name[0] != '\0' ? told->name
                           : known != NULL                             ? known->name
                                                                       : "";
        services[i].id = talloc_strdup(services, told->id ? told->id : "");
        services[i].name = talloc_strdup(services, name);
        services[i].duration_min = told->duration_min ? told->duration_min
                                   : known            ? known->duration_min
                                                      : 0;
        services[i].price_minor = told->price_minor ? told->price_minor
                                  : known           ? known->price_minor
                                                    : 0;
    }
    talloc_free(booking->services);
    booking->services = services;
    booking->service_count = remote->service_count;
}

void zp__booking_take_remote(struct zp_booking *booking, const struct zp__dikidi_booking *remote) {
    talloc_free(booking->booking_ids);
    booking->booking_ids = talloc_zero_array(booking, char *, (unsigned)remote->id_count);
    for (size_t i = 0; i < remote->id_count; i++) {
        booking->booking_ids[i] = talloc_strdup(booking->booking_ids, remote->ids[i]);
    }
    booking->booking_id_count = remote->id_count;
    set_text(booking, &booking->booking_id, remote->id_count > 0 ? remote->ids[0] : NULL);
    if (remote->starts_at != 0) {
        booking->starts_at = remote->starts_at;
    }
    if (remote->ends_at != 0) {
        booking->ends_at = remote->ends_at;
    }
    set_text(booking, &booking->master_id, remote->master_id);
    set_text(booking, &booking->master, remote->master);
    take_services(booking, remote);
    if (remote->total_minor != 0) {
        booking->price_minor = remote->total_minor;
    }
    set_text(booking, &booking->currency, remote->currency);
    if (remote->version != 0) {
        booking->remote_version = remote->version;
    }
    if (remote->updated_at != 0) {
        booking->remote_updated_at = remote->updated_at;
    }
}
