// A client's card, what the salon keeps in mind about him, and erasing a person.
#include "desk_private.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>

#define USUAL_DAYS_AT_LEAST 3 // days with a visit, before an interval is called usual

// ---- what is counted

static bool took_place(const struct zp_booking *booking, int64_t now) {
    return booking->state == ZP_BOOKING_BOOKED && booking->starts_at <= now &&
           booking->attendance != ZP_ATTENDANCE_NO_SHOW && booking->moved_to == NULL;
}

static int by_number(const void *left, const void *right) {
    const int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

// The median of the days between visits; two visits of one day are one. Bookings newest first.
static int usual_days(TALLOC_CTX *ctx, const struct zp_zone *zone,
                      struct zp_booking *const *bookings, size_t count, int64_t now) {
    int *gaps = talloc_array(ctx, int, (unsigned)count + 1);
    struct zp_date later = {0};
    size_t gap_count = 0;
    if (gaps == NULL) {
        zp_panic("out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        if (!took_place(bookings[i], now)) {
            continue;
        }
        const struct zp_date date = zp_zone_wall(zone, bookings[i]->starts_at).date;
        if (later.year != 0 && zp_date_compare(date, later) != 0) {
            gaps[gap_count++] = zp_date_days_between(date, later);
        }
        later = date;
    }
    int days = 0;
    if (gap_count + 1 >= USUAL_DAYS_AT_LEAST) {
        qsort(gaps, gap_count, sizeof(gaps[0]), by_number);
        days = gap_count % 2 == 1 ? gaps[gap_count / 2]
                                  : (gaps[gap_count / 2 - 1] + gaps[gap_count / 2] + 1) / 2;
    }
    talloc_free(gaps);
    return days;
}

static size_t visits_with_master(struct zp_booking *const *bookings, size_t count, int64_t now,
                                 const char *id) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += took_place(bookings[i], now) && bookings[i]->master_id != NULL &&
                 strcmp(bookings[i]->master_id, id) == 0;
    }
    return found;
}

static size_t visits_with_service(struct zp_booking *const *bookings, size_t count, int64_t now,
                                  const char *id) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < bookings[i]->service_count && took_place(bookings[i], now); s++) {
            const char *other = bookings[i]->services[s].id;
            found += other != NULL && strcmp(other, id) == 0;
        }
    }
    return found;
}

static char *copy(TALLOC_CTX *ctx, const char *text) {
    return text == NULL ? NULL : talloc_strdup(ctx, text);
}

// The most frequent; among equals the one of the newest visit.
static void find_usual(struct zp_client_card *card, struct zp_booking *const *bookings,
                       size_t count, int64_t now) {
    size_t most_master = 0, most_service = 0;
    for (size_t i = 0; i < count; i++) {
        const struct zp_booking *booking = bookings[i];
        if (!took_place(booking, now)) {
            continue;
        }
        if (booking->master_id != NULL) {
            const size_t visits = visits_with_master(bookings, count, now, booking->master_id);
            if (visits > most_master) {
                most_master = visits;
                card->client.usual_master_id = copy(card, booking->master_id);
                card->client.usual_master = copy(card, booking->master);
            }
        }
        for (size_t s = 0; s < booking->service_count; s++) {
            const struct zp_booked_service *service = &booking->services[s];
            const size_t visits =
                service->id == NULL ? 0 : visits_with_service(bookings, count, now, service->id);
            if (visits > most_service) {
                most_service = visits;
                card->usual_service_id = copy(card, service->id);
                card->usual_service = copy(card, service->name);
            }
        }
    }
}

static void count_booking(struct zp_client_card *card, const struct zp_booking *booking,
                          int64_t now) {
    if (took_place(booking, now)) {
        card->client.visits++;
        card->last_at = booking->starts_at > card->last_at ? booking->starts_at : card->last_at;
    } else if (booking->state == ZP_BOOKING_BOOKED && booking->moved_to == NULL &&
               booking->starts_at > now) {
        card->coming++;
        card->next_at = booking->starts_at; // newest first: the soonest comes last
    } else if (booking->state == ZP_BOOKING_CANCELLED && booking->moved_to == NULL &&
               !booking->undone) {
        card->cancellations++;
    } else if (booking->state == ZP_BOOKING_BOOKED &&
               booking->attendance == ZP_ATTENDANCE_NO_SHOW) {
        card->client.no_shows++;
    }
}

struct zp_client_card *zp__client_card(TALLOC_CTX *ctx, const struct zp_zone *zone,
                                       const struct zp_client *client,
                                       struct zp_booking *const *bookings, size_t count,
                                       int64_t now) {
    struct zp_client_card *card = talloc_zero(ctx, struct zp_client_card);
    if (card == NULL) {
        zp_panic("out of memory");
    }
    card->client = (struct zp_client){.phone = copy(card, client->phone),
                                      .name = copy(card, client->name),
                                      .last_visit_at = client->last_visit_at,
                                      .last_service_id = copy(card, client->last_service_id),
                                      .last_service = copy(card, client->last_service),
                                      .note = copy(card, client->note)};
    for (size_t i = 0; i < count; i++) {
        count_booking(card, bookings[i], now);
    }
    find_usual(card, bookings, count, now);
    card->usual_days = usual_days(card, zone, bookings, count, now);
    if (card->last_at != 0) {
        card->last_days_ago = zp_date_days_between(zp_zone_wall(zone, card->last_at).date,
                                                   zp_zone_wall(zone, now).date);
    }
    return card;
}

// ---- asks

// What he waits for; without the price list it is told by numbers.
static void on_wishes(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.waitings = talloc_steal(ask, answer->waitings);
    ask->event.waiting_count = answer->waiting_count;
    if (ask->desk->catalogue != NULL) {
        zp_waiting_name(ask->event.waitings, ask->event.waiting_count, ask->desk->catalogue);
    }
    zp__ask_answer(ask, NULL);
}

static void on_client(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.bookings = talloc_steal(ask, answer->bookings);
    ask->event.booking_count = answer->booking_count;
    ask->event.card =
        zp__client_card(ask, ask->desk->o.config->zone, &answer->clients[0], ask->event.bookings,
                        ask->event.booking_count, zp__desk_clock(ask->desk));
    const struct zp__waiting_query query = {.phone = ask->event.card->client.phone};
    zp__store_waiting(ask->desk->store, &query, on_wishes, zp__ask_ticket(ask, 0));
}

void zp__ask_client(struct zp__ask *ask) {
    char phone[ZP_PHONE_SIZE];
    if (zp__ask_phone(ask, ask->request.u.client.phone, phone)) {
        zp__store_client(ask->desk->store, phone, zp__desk_clock(ask->desk), on_client,
                         zp__ask_ticket(ask, 0));
    }
}

static void on_noted(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) {
        zp__ask_client(ask);
    } else {
        zp__ask_answer(ask, &answer->error);
    }
}

void zp__ask_client_note(struct zp__ask *ask) {
    char phone[ZP_PHONE_SIZE];
    const char *note = ask->request.u.client.note;
    if (zp__ask_phone(ask, ask->request.u.client.phone, phone)) {
        zp__store_client_note(ask->desk->store, phone, note == NULL ? "" : note, on_noted,
                              zp__ask_ticket(ask, 0));
    }
}

// Which booking is in the way, in the salon's time.
static void refuse_forgetting(struct zp__ask *ask, const struct zp_error *reason) {
    const struct zp_booking *booking = ask->event.booking;
    struct zp_error error = *reason;
    if (booking != NULL) {
        const struct zp_wall wall = zp_zone_wall(ask->desk->o.config->zone, booking->starts_at);
        char date[ZP_DATE_SIZE];
        zp_date_format(wall.date, date);
        zp_error_set(&error, reason->code, reason->name,
                     _("Booking %s of %s %02d:%02d is still to come or not settled. Cancel it, or "
                       "wait until it is over."),
                     booking->booking_id != NULL ? booking->booking_id : booking->request_id, date,
                     wall.hour, wall.minute);
    }
    zp__ask_answer(ask, &error);
}

static void on_forgotten(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (answer->ok) {
        // Whatever shows him reads again.
        const struct zp_event event = {.kind = ZP_EVENT_JOURNAL, .ok = true};
        desk->o.on_event(&event, desk->o.data);
    }
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        ask->event.booking = talloc_steal(ask, answer->booking);
        refuse_forgetting(ask, &answer->error);
        return;
    }
    ask->event.forgotten->bookings = answer->forgotten;
    ask->event.forgotten->traces = answer->traces;
    zp__ask_answer(ask, NULL);
}

void zp__ask_forget(struct zp__ask *ask) {
    char phone[ZP_PHONE_SIZE];
    const struct zp_config *config = ask->desk->o.config;
    char walk_in[ZP_PHONE_SIZE] = "";
    if (!zp__ask_phone(ask, ask->request.u.client.phone, phone)) {
        return;
    }
    zp_phone_normalise(config->salon.walk_in_phone, config->salon.country, walk_in, NULL);
    if (strcmp(phone, walk_in) == 0) {
        zp__ask_refuse(ask, ZP_E_USAGE, "WALK_IN",
                       _("This is the number of visitors who leave none (salon.walk_in), not a "
                         "person's."));
        return;
    }
    ask->event.forgotten = talloc_zero(ask, struct zp_forgotten);
    ask->event.forgotten->phone = talloc_strdup(ask->event.forgotten, phone);
    zp__store_forget(ask->desk->store, phone, zp__desk_clock(ask->desk), on_forgotten,
                     zp__ask_ticket(ask, 0));
}
