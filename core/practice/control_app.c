// What clients do in the app and receptionists at the salon itself, past the API.
#include "practice/frame.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

static bool refused(enum zp__salon_refusal refusal, struct zp_error *err) {
    struct zp__practice_refusal told = zp__practice_dikidi_refusal(refusal);
    bool unknown = told.status == 404;
    bool usage = told.status == 400;
    return zp_error_set(err,
                        unknown ? ZP_E_NOT_FOUND
                        : usage ? ZP_E_USAGE
                                : ZP_E_REFUSED,
                        told.code, "%s", told.message);
}

static void show(const struct zp_practice *practice, const struct zp__salon_booking *booking,
                 struct zp_json *into) {
    zp__practice_dikidi_booking(practice->salon, booking, into);
    char local[ZP_INSTANT_SIZE];
    zp_instant_format(practice->salon->zone, booking->starts_at, local);
    zp_json_add_string(into, "local", local);
}

static struct zp__salon_booking *named(const struct zp_practice *practice,
                                       const struct zp__practice_args *args, struct zp_error *err) {
    if (args->word_count < 2) {
        zp_error_set(err, ZP_E_USAGE, NULL, _("Say which booking: its number comes after “%s”."),
                     args->words[0]);
        return NULL;
    }
    struct zp__salon_booking *booking = zp__salon_booking(practice->salon, args->words[1]);
    if (booking == NULL)
        refused(ZP_SALON_BOOKING_NOT_FOUND, err);
    return booking;
}

static bool read_at(const struct zp_practice *practice, const struct zp__practice_args *args,
                    int64_t *at, struct zp_error *err) {
    const char *text = zp__practice_option(args, "at", 0);
    if (text == NULL)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Say when: --at '2026-11-23 15:00', on the salon's clock."));
    return zp_instant_parse_human(text, practice->salon->zone, at, err);
}

static bool read_order(const struct zp_practice *practice, const struct zp__practice_args *args,
                       struct zp__salon_order *order, const char **services,
                       char phone[ZP_PHONE_SIZE], struct zp_error *err) {
    while (order->service_count < ZP_LIMIT_SERVICES_PER_VISIT &&
           (services[order->service_count] =
                zp__practice_option(args, "service", order->service_count)) != NULL)
        order->service_count++;
    order->service_ids = services;
    order->client_name = zp__practice_option(args, "name", 0);
    order->comment = zp__practice_option(args, "comment", 0);
    const char *typed = zp__practice_option(args, "phone", 0);
    if (order->service_count == 0 || order->client_name == NULL || typed == NULL)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("A booking needs --service, --at, --phone and --name."));
    order->client_phone = phone;
    return read_at(practice, args, &order->starts_at, err) &&
           zp_phone_normalise(typed, "RU", phone, err);
}

bool zp__practice_app_book(struct zp_practice *practice, const struct zp__practice_args *args,
                           struct zp_json *answer, struct zp_error *err) {
    struct zp__salon_order order = {.source = "app", .by_hand = true};
    const char *services[ZP_LIMIT_SERVICES_PER_VISIT];
    char phone[ZP_PHONE_SIZE];
    if (!read_order(practice, args, &order, services, phone, err))
        return false;
    struct zp__salon_booking *made = NULL;
    order.master_id = zp__practice_option(args, "master", 0);
    enum zp__salon_refusal refusal = ZP_SALON_OUT_OF_SCHEDULE;
    if (order.master_id != NULL) {
        refusal = zp__salon_book(practice->salon, &order, &made);
    } else {
        for (size_t i = 0; made == NULL && i < practice->salon->master_count; i++) {
            order.master_id = practice->salon->masters[i].id;
            enum zp__salon_refusal his = zp__salon_book(practice->salon, &order, &made);
            if (his != ZP_SALON_SERVICE_NOT_HIS)
                refusal = his;
        }
    }
    if (made == NULL)
        return refused(refusal, err);
    show(practice, made, answer);
    return true;
}

bool zp__practice_app_move(struct zp_practice *practice, const struct zp__practice_args *args,
                           struct zp_json *answer, struct zp_error *err) {
    struct zp__salon_booking *booking = named(practice, args, err);
    const char *master_id = zp__practice_option(args, "master", 0);
    int64_t at = booking != NULL ? booking->starts_at : 0;
    bool stays = zp__practice_option(args, "at", 0) == NULL && master_id != NULL;
    if (booking == NULL || (!stays && !read_at(practice, args, &at, err)))
        return false;
    enum zp__salon_refusal refusal = zp__salon_move(practice->salon, booking, at, master_id);
    if (refusal != ZP_SALON_OK)
        return refused(refusal, err);
    show(practice, booking, answer);
    return true;
}

bool zp__practice_app_cancel(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err) {
    struct zp__salon_booking *booking = named(practice, args, err);
    if (booking == NULL)
        return false;
    enum zp__salon_refusal refusal =
        zp__salon_cancel(practice->salon, booking, zp__practice_option(args, "reason", 0), true);
    if (refusal != ZP_SALON_OK)
        return refused(refusal, err);
    show(practice, booking, answer);
    return true;
}

bool zp__practice_app_comment(struct zp_practice *practice, const struct zp__practice_args *args,
                              struct zp_json *answer, struct zp_error *err) {
    struct zp__salon_booking *booking = named(practice, args, err);
    if (booking == NULL)
        return false;
    if (args->word_count != 3 || strlen(args->words[2]) > ZP_LIMIT_COMMENT_BYTES)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Say “app-comment BOOKING TEXT”, the text in quotes."));
    zp__salon_comment(practice->salon, booking, args->words[2]);
    show(practice, booking, answer);
    return true;
}

static int by_time(const void *left, const void *right) {
    const struct zp__salon_booking *a = *(struct zp__salon_booking *const *)left;
    const struct zp__salon_booking *b = *(struct zp__salon_booking *const *)right;
    if (a->starts_at != b->starts_at)
        return a->starts_at < b->starts_at ? -1 : 1;
    return strcmp(a->id, b->id);
}

bool zp__practice_bookings(struct zp_practice *practice, const struct zp__practice_args *args,
                           struct zp_json *answer, struct zp_error *err) {
    const struct zp__salon *salon = practice->salon;
    struct zp_date date = zp__salon_today(salon);
    const char *text = zp__practice_option(args, "date", 0);
    if (text != NULL && !zp_date_parse_human(text, date, &date, err))
        return false;
    int64_t from = zp_zone_day_start(salon->zone, date), to = zp_zone_day_end(salon->zone, date);
    const char *master_id = zp__practice_option(args, "master", 0);
    bool all = zp__practice_option(args, "all", 0) != NULL;
    struct zp__salon_booking **found =
        talloc_array(practice, struct zp__salon_booking *, salon->booking_count + 1);
    if (found == NULL)
        zp_panic("out of memory");
    size_t count = 0;
    for (size_t i = 0; i < salon->booking_count; i++) {
        struct zp__salon_booking *booking = salon->bookings[i];
        if (booking->starts_at >= from && booking->starts_at < to && (all || !booking->cancelled) &&
            (master_id == NULL || strcmp(booking->master_id, master_id) == 0))
            found[count++] = booking;
    }
    qsort(found, count, sizeof *found, by_time);
    char day[ZP_DATE_SIZE];
    zp_date_format(date, day);
    zp_json_add_string(answer, "date", day);
    struct zp_json *list = zp_json_add_array(answer, "bookings");
    for (size_t i = 0; i < count; i++)
        show(practice, found[i], zp_json_add_object(list, NULL));
    talloc_free(found);
    return true;
}

bool zp__practice_booking(struct zp_practice *practice, const struct zp__practice_args *args,
                          struct zp_json *answer, struct zp_error *err) {
    struct zp__salon_booking *booking = named(practice, args, err);
    if (booking == NULL)
        return false;
    show(practice, booking, answer);
    return true;
}

bool zp__practice_attendance(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err) {
    static const char *const words[] = {"waiting", "came", "no-show"};
    struct zp__salon_booking *booking = named(practice, args, err);
    if (booking == NULL)
        return false;
    for (int i = 0; args->word_count == 3 && i < 3; i++) {
        if (strcmp(args->words[2], words[i]) != 0)
            continue;
        zp__salon_attend(practice->salon, booking, (enum zp__salon_attendance)i);
        show(practice, booking, answer);
        return true;
    }
    return zp_error_set(err, ZP_E_USAGE, NULL,
                        _("Say “attendance BOOKING came”, “no-show” or “waiting”."));
}
