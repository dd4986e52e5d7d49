// Fills a salon from a seed: the catalogue is always the same, the clients and the bookings are the
// same for the same seed and practice day.
#include "practice/salon_names.h"

#include <inttypes.h>

#define FIRST_MASTER   1357200
#define FIRST_SERVICE  5159500
#define FIRST_CATEGORY 1933700
#define FIRST_CLIENT   77001
#define FIRST_BOOKING  852900001
#define CLIENTS        160
#define DAYS_BACK      15
#define DAYS_BOOKED    24   // ahead; later days are empty
#define EVENING_MIN    80   // of today's shift are left free at each master, and up to 50 more
#define MEAN_GAP_MIN   35.0 // see booking_chance()
#define MEAN_VISIT_MIN 68.0

// splitmix64: small, well spread, and the same everywhere.
static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int below(uint64_t *state, int bound) {
    return bound <= 0 ? 0 : (int)(next_random(state) % (uint64_t)bound);
}

static bool chance(uint64_t *state, int percent) {
    return below(state, 100) < percent;
}

static const char *pick(uint64_t *state, const char *const *list) {
    int count = 0;
    while (list[count] != NULL)
        count++;
    return list[below(state, count)];
}

static char *number_text(TALLOC_CTX *ctx, int64_t number) {
    char *text = talloc_asprintf(ctx, "%" PRId64, number);
    if (text == NULL)
        zp_panic("out of memory");
    return text;
}

// ---- the catalogue

static void fill_masters(struct zp__salon *salon) {
    salon->masters = talloc_zero_array(salon, struct zp__salon_master, ZP_SALON_MASTERS);
    if (salon->masters == NULL)
        zp_panic("out of memory");
    salon->master_count = ZP_SALON_MASTERS;
    for (int i = 0; i < ZP_SALON_MASTERS; i++) {
        const struct zp__salon_master_row *row = &zp__salon_master_rows[i];
        struct zp__salon_master *master = &salon->masters[i];
        *master = (struct zp__salon_master){
            .id = number_text(salon, FIRST_MASTER + i),
            .name = zp__salon_text(salon, row->name),
            .surname = zp__salon_text(salon, row->surname),
            .username = talloc_asprintf(salon, "%s %s", row->name, row->surname),
            .post = zp__salon_text(salon, row->post),
            .rating_tenths = row->rating_tenths,
            .reviews = row->reviews,
            .online = true,
            .active = true,
            .step_min = row->step_min,
            .has_rota = true,
        };
        for (int day = 0; day < 14; day++) {
            if ((row->days_off & (1u << (day % 7))) == 0)
                master->rota[day] = day < 7 ? row->even : row->odd;
        }
    }
}

static int round_to_5(int minutes) {
    return minutes < 10 ? 10 : (minutes + 2) / 5 * 5;
}

static void fill_terms(struct zp__salon *salon, struct zp__salon_service *service,
                       const struct zp__salon_service_row *row) {
    service->terms = talloc_zero_array(salon, struct zp__salon_terms, ZP_SALON_MASTERS);
    if (service->terms == NULL)
        zp_panic("out of memory");
    for (int i = 0; i < ZP_SALON_MASTERS; i++) {
        const struct zp__salon_master_row *master = &zp__salon_master_rows[i];
        if ((master->categories & (1u << row->category)) == 0)
            continue;
        int64_t price = (int64_t)row->price * master->price_percent / 100;
        service->terms[service->term_count++] = (struct zp__salon_terms){
            .master_id = zp__salon_text(salon, salon->masters[i].id),
            .price_minor = price / 50 * 50 * 100, // whole fifties, in minor units
            .price_from = row->price_from && master->price_percent <= 100,
            .duration_min = round_to_5(row->duration_min * master->duration_percent / 100),
        };
    }
}

static void fill_services(struct zp__salon *salon) {
    salon->services = talloc_zero_array(salon, struct zp__salon_service, ZP_SALON_SERVICES);
    if (salon->services == NULL)
        zp_panic("out of memory");
    salon->service_count = ZP_SALON_SERVICES;
    for (int i = 0; i < ZP_SALON_SERVICES; i++) {
        const struct zp__salon_service_row *row = &zp__salon_service_rows[i];
        salon->services[i] = (struct zp__salon_service){
            .id = number_text(salon, FIRST_SERVICE + i),
            .name = zp__salon_text(salon, row->name),
            .description = zp__salon_text(salon, row->description),
            .category_id = number_text(salon, FIRST_CATEGORY + row->category),
            .category = zp__salon_text(salon, zp__salon_categories[row->category]),
            .price_minor = (int64_t)row->price * 100,
            .price_from = row->price_from,
            .duration_min = row->duration_min,
            .break_after_min = row->break_after_min,
            .sort = i + 1,
            .online = i + 1 < ZP_SALON_SERVICES,
            .active = i + 1 < ZP_SALON_SERVICES,
        };
        fill_terms(salon, &salon->services[i], row);
    }
}

// ---- people and bookings

static void fill_clients(struct zp__salon *salon, uint64_t *random) {
    for (int i = 0; i < CLIENTS; i++) {
        bool woman = chance(random, 75);
        const char *name = pick(random, woman ? zp__salon_women : zp__salon_men);
        char surname[64];
        snprintf(surname, sizeof surname, "%s%s", pick(random, zp__salon_surnames),
                 woman ? "а" : "");
        char phone[40]; // as wide as three ints can be: the compiler does not know their bounds
        // The running number keeps phones apart, the random one makes them look like phones.
        snprintf(phone, sizeof phone, "+79%02d%03d%04d", 1 + below(random, 98), i,
                 below(random, 10000));
        zp__salon_add_client(salon, NULL, name, surname, phone);
    }
}

// How many percent of the time the walk below aims at, `ahead` days from today. What does not fit
// before a break or the end is lost, so about three quarters of it are really sold.
static int sold_percent(int ahead) {
    if (ahead < 0)
        return 85;
    if (ahead == 0)
        return 80;
    int percent = 58 - ahead * 4;
    return percent > 6 ? percent : ahead <= DAYS_BOOKED ? 6 : 0;
}

// The chance (percent) that a visit begins at a free point of the walk below, so that `share`
// percent of the time is sold when visits and gaps alternate with their mean lengths.
static int booking_chance(int share) {
    double sold = share / 100.0;
    double visit = MEAN_VISIT_MIN * (1 - sold);
    double gap = MEAN_GAP_MIN * sold;
    return (int)(100.0 * gap / (visit + gap));
}

static const struct zp__salon_service *pick_service(const struct zp__salon *salon,
                                                    const struct zp__salon_master *master,
                                                    uint64_t *random) {
    for (;;) {
        const struct zp__salon_service *service =
            &salon->services[below(random, (int)salon->service_count)];
        if (service->active && zp__salon_terms(service, master->id) != NULL)
            return service;
    }
}

// What has become of it by now: attendance, cancelled or not.
static void fill_fate(const struct zp__salon *salon, struct zp__salon_booking *booking,
                      uint64_t *random) {
    int64_t now = zp_clock_now(&salon->clock);
    int luck = below(random, 100);
    // Made some days before, but never later than now.
    booking->created_at = booking->starts_at - 3600 * (2 + below(random, 24 * 12));
    if (booking->created_at > now - 600)
        booking->created_at = now - 600 - 60 * below(random, 4000);
    booking->updated_at = booking->created_at;
    booking->version = 1;
    if (luck < 6) {
        booking->cancelled = true;
        booking->cancelled_at = booking->created_at + 300 + 60 * below(random, 30);
        if (booking->cancelled_at > now)
            booking->cancelled_at = now;
        booking->cancel_reason = zp__salon_text(booking, "Клиент передумал");
        booking->updated_at = booking->cancelled_at;
        booking->version = 2;
    } else if (booking->ends_at <= now) {
        booking->attendance = luck < 12 ? ZP_SALON_NO_SHOW : ZP_SALON_CAME;
        booking->paid_minor = luck < 12 ? 0 : booking->total_minor;
        booking->updated_at = booking->ends_at;
        booking->version = 2;
    } else {
        booking->confirmed = luck < 40;
    }
}

static void add_booking(struct zp__salon *salon, const struct zp__salon_master *master,
                        const struct zp__salon_service *service, int64_t starts_at,
                        uint64_t *random) {
    static const char *const sources[] = {"online", "online", "app", "app", "widget", NULL};
    const struct zp__salon_terms *terms = zp__salon_terms(service, master->id);
    struct zp__salon_booking *booking = zp__salon_add_booking(salon);
    booking->id = number_text(booking, salon->next_booking_id++);
    booking->master_id = zp__salon_text(booking, master->id);
    booking->client_id =
        zp__salon_text(booking, salon->clients[below(random, (int)salon->client_count)]->id);
    booking->starts_at = starts_at;
    booking->ends_at = starts_at + (int64_t)terms->duration_min * 60;
    booking->break_after_min = service->break_after_min;
    booking->lines = talloc_zero_array(booking, struct zp__salon_line, 1);
    if (booking->lines == NULL)
        zp_panic("out of memory");
    booking->line_count = 1;
    booking->lines[0] = (struct zp__salon_line){
        .service_id = zp__salon_text(booking->lines, service->id),
        .name = zp__salon_text(booking->lines, service->name),
        .duration_min = terms->duration_min,
        .price_minor = terms->price_minor,
    };
    booking->total_minor = terms->price_minor;
    booking->comment = zp__salon_text(booking, pick(random, zp__salon_comments));
    booking->source = zp__salon_text(booking, pick(random, sources));
    fill_fate(salon, booking, random);
}

// Walks through a shift: at each free point either a visit begins or some time passes.
static void fill_shift(struct zp__salon *salon, const struct zp__salon_master *master,
                       struct zp_date date, int ahead, uint64_t *random) {
    struct zp__salon_hours hours;
    if (!zp__salon_hours(master, date, &hours))
        return;
    int percent = booking_chance(sold_percent(ahead));
    int to = hours.to_min - (ahead == 0 ? EVENING_MIN + 5 * below(random, 11) : 0);
    int at = hours.from_min;
    while (at < to) {
        if (at >= hours.break_from_min && at < hours.break_to_min)
            at = hours.break_to_min;
        const struct zp__salon_service *service = pick_service(salon, master, random);
        int end = at + zp__salon_terms(service, master->id)->duration_min;
        bool before_break = at < hours.break_from_min;
        if (!chance(random, percent) || end > to || (before_break && end > hours.break_from_min)) {
            at += 10 + 5 * below(random, 11);
            continue;
        }
        add_booking(salon, master, service, zp_zone_day_minute(salon->zone, date, at), random);
        at = end + service->break_after_min;
    }
}

struct zp__salon *zp__salon_seeded(TALLOC_CTX *ctx, uint64_t seed, const char *zone,
                                   struct zp_clock clock, struct zp_error *err) {
    struct zp__salon *salon = zp__salon_new(ctx, zone, clock, err);
    if (salon == NULL)
        return NULL;
    salon->company = zp__salon_text(salon, "550001");
    salon->name = zp__salon_text(salon, "Лотос");
    salon->currency = zp__salon_text(salon, "RUB");
    salon->lead_min = 10;
    salon->next_booking_id = FIRST_BOOKING;
    salon->next_client_id = FIRST_CLIENT;
    fill_masters(salon);
    fill_services(salon);
    uint64_t random = seed;
    fill_clients(salon, &random);
    struct zp_date today = zp__salon_today(salon);
    for (int ahead = -DAYS_BACK; ahead <= DAYS_BOOKED; ahead++) {
        for (size_t i = 0; i < salon->master_count; i++)
            fill_shift(salon, &salon->masters[i], zp_date_add_days(today, ahead), ahead, &random);
    }
    return salon;
}
