// The six calls: what is asked, and how the answer is held against it.
#include "base/memory.h"
#include "dikidi/call.h"
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/text.h>

#define REASON_BYTES 512 // a reason goes into the address

// ---- pages

// A server that knows no offset gives the first page for ever.
static bool same_page(struct zp__dikidi_call *call, const struct zp_json *list) {
    char *first = zp__dikidi_id(call, zp__dikidi_field(zp_json_at(list, 0), "id"));
    bool same = first != NULL && call->first_row != NULL && strcmp(first, call->first_row) == 0;
    talloc_free(call->first_row);
    call->first_row = first;
    return same;
}

// True when the answer is whole; false when the next page must be asked.
static bool last_page(struct zp__dikidi_call *call, const struct zp__dikidi_body *body,
                      const struct zp_json *list, size_t rows) {
    call->offset += rows;
    int64_t total = 0;
    const struct zp_json *more = zp__dikidi_field(body->meta, "more");
    bool again = zp__dikidi_flag(more, false), same = same_page(call, list);
    bool told = more != NULL || zp_json_int(zp__dikidi_field(body->meta, "total"), &total);
    // Nothing is told of pages: a full one may be followed by another, or by itself again.
    if (!told)
        return rows < ZP_DIKIDI_PAGE || same;
    if (same)
        return zp__dikidi_call_nonsense(call, N_("the same page twice"));
    if (more == NULL)
        again = rows > 0 && total > (int64_t)call->offset;
    if (again && rows == 0)
        return zp__dikidi_call_nonsense(call, N_("an empty page that is not the last"));
    return !again;
}

static struct zp_catalogue *catalogue_of(struct zp__dikidi_call *call) {
    if (call->answer.catalogue == NULL)
        call->answer.catalogue = zp__memory_new(call, struct zp_catalogue);
    call->answer.catalogue->fetched_at = zp_clock_now(&call->dikidi->config->clock);
    return call->answer.catalogue;
}

static bool read_services(struct zp__dikidi_call *call, const struct zp__dikidi_body *body) {
    struct zp__dikidi_reader reader = zp__dikidi_call_reader(call, body);
    struct zp_catalogue *catalogue = catalogue_of(call);
    const struct zp_json *list = zp__dikidi_list(body->data, "services");
    size_t rows = 0;
    bool sense = zp__dikidi_read_services(&reader, list, catalogue, &rows);
    talloc_free(reader.ctx);
    if (!sense)
        return zp__dikidi_call_nonsense(call, N_("no list of services"));
    return last_page(call, body, list, rows);
}

static bool read_masters(struct zp__dikidi_call *call, const struct zp__dikidi_body *body) {
    struct zp__dikidi_reader reader = zp__dikidi_call_reader(call, body);
    struct zp_catalogue *catalogue = catalogue_of(call);
    if (call->asked_days > 0 && call->answer.shifts == NULL)
        call->answer.shifts = zp__memory_array(call, struct zp_shift, 0);
    struct zp__dikidi_shifts shifts = {.from = call->asked_date,
                                       .days = call->asked_days,
                                       .shifts = call->answer.shifts,
                                       .count = call->answer.shift_count};
    const struct zp_json *list = zp__dikidi_list(body->data, "masters");
    size_t rows = 0;
    bool sense = zp__dikidi_read_masters(&reader, list, catalogue,
                                         call->asked_days > 0 ? &shifts : NULL, &rows);
    call->answer.shifts = shifts.shifts;
    call->answer.shift_count = shifts.count;
    talloc_free(reader.ctx);
    if (!sense)
        return zp__dikidi_call_nonsense(call, N_("no list of masters"));
    return last_page(call, body, list, rows);
}

uint64_t zp__dikidi_services(struct zp_dikidi *dikidi, enum zp__pace_class class_, zp__dikidi_fn fn,
                             void *data) {
    struct zp__dikidi_call *call =
        zp__dikidi_call_new(dikidi, class_, &dikidi->config->dikidi.paths.services, NULL, fn, data);
    call->paged = true;
    call->read = read_services;
    return zp__dikidi_call_start(call);
}

uint64_t zp__dikidi_masters(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                            const struct zp_date *date, int days, zp__dikidi_fn fn, void *data) {
    struct zp__dikidi_call *call =
        zp__dikidi_call_new(dikidi, class_, &dikidi->config->dikidi.paths.masters, NULL, fn, data);
    call->paged = true;
    call->read = read_masters;
    if (date != NULL) {
        char text[ZP_DATE_SIZE];
        call->asked_date = *date;
        call->asked_days = days < 1 ? 1 : days > ZP_LIMIT_DAYS ? ZP_LIMIT_DAYS : days;
        zp_date_format(*date, text);
        zp__dikidi_call_query(call, "date_from", text);
        zp_date_format(zp_date_add_days(*date, call->asked_days - 1), text);
        zp__dikidi_call_query(call, "date_to", text);
    }
    return zp__dikidi_call_start(call);
}

// ---- free times

static bool read_schedule(struct zp__dikidi_call *call, const struct zp__dikidi_body *body) {
    struct zp__dikidi_reader reader = zp__dikidi_call_reader(call, body);
    call->answer.slots =
        zp__dikidi_read_slots(call, &reader, body->data, call->asked_date, call->asked_master);
    talloc_free(reader.ctx);
    if (call->answer.slots == NULL)
        return zp__dikidi_call_nonsense(call, N_("no free times of that day"));
    call->answer.slots->asked_at = zp_clock_now(&call->dikidi->config->clock);
    return true;
}

uint64_t zp__dikidi_schedule(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                             const char *const *service_ids, size_t service_count,
                             const char *master_id, struct zp_date date, zp__dikidi_fn fn,
                             void *data) {
    struct zp__dikidi_call *call =
        zp__dikidi_call_new(dikidi, class_, &dikidi->config->dikidi.paths.schedule, NULL, fn, data);
    char text[ZP_DATE_SIZE];
    call->read = read_schedule;
    call->asked_date = date;
    if (service_count > ZP_LIMIT_SERVICES_PER_VISIT)
        zp_error_set(&call->answer.error, ZP_E_USAGE, NULL,
                     _("Too many services for one visit: choose at most %d"),
                     ZP_LIMIT_SERVICES_PER_VISIT);
    zp_date_format(date, text);
    zp__dikidi_call_query(call, "date", text);
    if (master_id != NULL) {
        call->asked_master = zp__memory_strdup(call, master_id);
        zp__dikidi_call_query(call, "master_id", master_id);
    }
    for (size_t i = 0; i < service_count && i < ZP_LIMIT_SERVICES_PER_VISIT; i++)
        zp__dikidi_call_query(call, "service_id", service_ids[i]);
    return zp__dikidi_call_start(call);
}

// ---- bookings

static bool has_id(const struct zp__dikidi_booking *booking, const char *id) {
    for (size_t i = 0; i < booking->id_count; i++)
        if (strcmp(booking->ids[i], id) == 0)
            return true;
    return false;
}

// A booking by its number: what was asked for, in our company.
static const char *wrong_booking(const struct zp__dikidi_call *call,
                                 const struct zp__dikidi_booking *booking) {
    if (booking == NULL)
        return N_("no booking in it");
    if (!has_id(booking, call->asked_booking))
        return N_("another booking than was asked for");
    if (booking->company_id[0] != '\0' &&
        strcmp(booking->company_id, call->dikidi->config->salon.company) != 0)
        return N_("a booking of another company");
    return NULL;
}

static bool settle_booking(struct zp__dikidi_call *call, struct zp__dikidi_reader *reader,
                           struct zp__dikidi_booking *booking, const char *wrong) {
    talloc_free(reader->ctx);
    if (wrong != NULL) {
        talloc_free(booking);
        return zp__dikidi_call_nonsense(call, wrong);
    }
    call->answer.booking = booking;
    return true;
}

static bool read_booking(struct zp__dikidi_call *call, const struct zp__dikidi_body *body) {
    struct zp__dikidi_reader reader = zp__dikidi_call_reader(call, body);
    struct zp__dikidi_booking *booking = zp__dikidi_read_booking(call, &reader, body->data);
    const char *wrong = wrong_booking(call, booking);
    if (wrong == NULL)
        wrong = reader.wrong;
    if (wrong == NULL && booking->starts_at == 0)
        wrong = N_("a booking without a time");
    return settle_booking(call, &reader, booking, wrong);
}

static bool read_create(struct zp__dikidi_call *call, const struct zp__dikidi_body *body) {
    struct zp__dikidi_reader reader = zp__dikidi_call_reader(call, body);
    struct zp__dikidi_booking *booking = zp__dikidi_read_booking(call, &reader, body->data);
    const char *wrong = N_("no booking in it");
    if (booking != NULL)
        wrong = zp__dikidi_believe_create(&reader, call->body, call->dikidi->config->salon.company,
                                          booking);
    return settle_booking(call, &reader, booking, wrong);
}

static bool read_cancel(struct zp__dikidi_call *call, const struct zp__dikidi_body *body) {
    struct zp__dikidi_reader reader = zp__dikidi_call_reader(call, body);
    struct zp__dikidi_booking *booking = zp__dikidi_read_booking(call, &reader, body->data);
    const char *wrong = wrong_booking(call, booking);
    // The word alone decides: a cancel is no less done for an odd price beside it.
    if (wrong == NULL && booking->status_unknown)
        wrong = ZP_DIKIDI_STATUS_WRONG;
    if (wrong == NULL && booking->status == ZP_DIKIDI_ACTIVE)
        wrong = N_("the booking still stands");
    return settle_booking(call, &reader, booking, wrong);
}

uint64_t zp__dikidi_booking(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                            const char *booking_id, zp__dikidi_fn fn, void *data) {
    struct zp__dikidi_call *call = zp__dikidi_call_new(
        dikidi, class_, &dikidi->config->dikidi.paths.booking, booking_id, fn, data);
    call->asked_booking = zp__memory_strdup_or_null(call, booking_id);
    call->read = read_booking;
    return zp__dikidi_call_start(call);
}

uint64_t zp__dikidi_create_booking(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                                   const char *request_id, const char *body,
                                   zp__dikidi_sending_fn sending, zp__dikidi_fn fn, void *data) {
    struct zp__dikidi_call *call =
        zp__dikidi_call_new(dikidi, class_, &dikidi->config->dikidi.paths.create, NULL, fn, data);
    call->write = true;
    call->request_id = zp__memory_strdup(call, request_id);
    call->body = zp__memory_strdup(call, body);
    call->sending = sending;
    call->read = read_create;
    return zp__dikidi_call_start(call);
}

uint64_t zp__dikidi_cancel_booking(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                                   const char *booking_id, const char *reason,
                                   zp__dikidi_sending_fn sending, zp__dikidi_fn fn, void *data) {
    struct zp__dikidi_call *call = zp__dikidi_call_new(
        dikidi, class_, &dikidi->config->dikidi.paths.cancel, booking_id, fn, data);
    call->write = true;
    call->asked_booking = zp__memory_strdup_or_null(call, booking_id);
    call->sending = sending;
    call->read = read_cancel;
    if (reason != NULL && reason[0] != '\0')
        zp__dikidi_call_query(call, "reason", zp_text_clean(call, reason, SIZE_MAX, REASON_BYTES));
    return zp__dikidi_call_start(call);
}
