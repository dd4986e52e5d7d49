// The practice salon itself: masters, rotas, services, clients and bookings in memory, with the
// rules that a real booking server keeps. Knows no wire form; both the API (dikidi.c) and the other
// side's hands (control.c) act on it through these functions.
#ifndef ZP_PRACTICE_SALON_H
#define ZP_PRACTICE_SALON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/json.h>
#include <zapis/memory.h>
#include <zapis/time.h>

#define ZP_SALON_DAYS_AHEAD 45 // how far the rota is open for booking, today not counted

// Working hours of one day; minutes after 00:00 of the salon's clock. from == to: off. Break -1:
// none. `to` may exceed 1440.
struct zp__salon_hours {
    int from_min, to_min;
    int break_from_min, break_to_min;
};

// An exception to the rota on one date.
struct zp__salon_shift {
    struct zp_date date;
    struct zp__salon_hours hours;
};

struct zp__salon_master {
    char *id, *name, *surname, *username, *post;
    int rating_tenths, reviews;
    bool online, active;
    int step_min; // distance of the starts offered inside one free stretch
    bool has_rota;
    struct zp__salon_hours rota[14]; // Monday … Sunday of even weeks, then of odd ones
    struct zp__salon_shift *shifts;
    size_t shift_count;
};

struct zp__salon_terms {
    char *master_id;
    int64_t price_minor;
    bool price_from;
    int duration_min;
};

struct zp__salon_service {
    char *id, *name, *description, *category_id, *category;
    int64_t price_minor;
    bool price_from;
    int duration_min, break_after_min;
    int64_t sort;
    bool online, active;
    bool prepayment;               // cannot be booked through the API
    struct zp__salon_terms *terms; // one for each master who does it
    size_t term_count;
};

struct zp__salon_client {
    char *id, *name, *surname, *phone;
    bool blocked;
};

struct zp__salon_line {
    char *service_id, *name;
    int duration_min;
    int64_t price_minor;
};

enum zp__salon_attendance { ZP_SALON_WAITING, ZP_SALON_CAME, ZP_SALON_NO_SHOW };

struct zp__salon_booking {
    char *id, *master_id, *client_id;
    bool cancelled, confirmed;
    bool cancel_forbidden;
    enum zp__salon_attendance attendance;
    int64_t starts_at, ends_at; // UTC seconds
    int break_after_min;        // held free after ends_at
    struct zp__salon_line *lines;
    size_t line_count;
    int64_t total_minor, paid_minor;
    char *comment, *source;
    char *external_id; // NULL: none. The idempotency key of an API booking
    char *asked;       // what was asked under that key, to tell a repeat from a misuse
    int64_t created_at, updated_at;
    int64_t cancelled_at; // 0: not cancelled
    char *cancel_reason;  // NULL: none
    int64_t version;
};

// What became of a booking, for whoever tells the world (dikidi_hook.c).
enum zp__salon_news { ZP_SALON_CREATED, ZP_SALON_UPDATED, ZP_SALON_CANCELLED };
// changed: names of fields of the API, ends at NULL.
typedef void (*zp__salon_news_fn)(const struct zp__salon_booking *booking, enum zp__salon_news news,
                                  const char *const *changed, void *data);

struct zp__salon {
    char *company, *name, *timezone, *currency;
    int lead_min; // no booking through the API starts sooner than this
    bool split;   // each service of an API visit becomes a booking of its own
    struct zp_zone *zone;
    struct zp_clock clock;
    struct zp__salon_master *masters;
    size_t master_count;
    struct zp__salon_service *services; // in `sort` order
    size_t service_count;
    struct zp__salon_client **clients;
    size_t client_count;
    struct zp__salon_booking **bookings; // in order of id
    size_t booking_count;
    int64_t next_booking_id, next_client_id;
    void (*changed)(void *data); // after each change; may be NULL
    void *changed_data;
    zp__salon_news_fn news; // after each change of a booking; may be NULL
    void *news_data;
};

// A salon full of people, the same for the same seed, zone and practice day (salon_seed.c).
struct zp__salon *zp__salon_seeded(TALLOC_CTX *ctx, uint64_t seed, const char *zone,
                                   struct zp_clock clock, struct zp_error *err);
// The whole salon as JSON, and back; the clock is the caller's (salon_json.c).
void zp__salon_save(const struct zp__salon *salon, struct zp_json *into);
struct zp__salon *zp__salon_load(TALLOC_CTX *ctx, const struct zp_json *from, struct zp_clock clock,
                                 struct zp_error *err);
void zp__salon_on_change(struct zp__salon *salon, void (*changed)(void *data), void *data);
void zp__salon_on_news(struct zp__salon *salon, zp__salon_news_fn news, void *data);

struct zp_date zp__salon_today(const struct zp__salon *salon);
// NULL when there is no such.
const struct zp__salon_master *zp__salon_master(const struct zp__salon *salon, const char *id);
const struct zp__salon_service *zp__salon_service(const struct zp__salon *salon, const char *id);
struct zp__salon_client *zp__salon_client(const struct zp__salon *salon, const char *id);
struct zp__salon_client *zp__salon_client_by_phone(const struct zp__salon *salon,
                                                   const char *phone);
struct zp__salon_booking *zp__salon_booking(const struct zp__salon *salon, const char *id);
struct zp__salon_booking *zp__salon_booking_by_key(const struct zp__salon *salon,
                                                   const char *external_id);
// The master's terms for a service; NULL when he does not do it.
const struct zp__salon_terms *zp__salon_terms(const struct zp__salon_service *service,
                                              const char *master_id);
// The hours of a master on a date, exceptions before the rota; false on a day off.
bool zp__salon_hours(const struct zp__salon_master *master, struct zp_date date,
                     struct zp__salon_hours *out);

// ---- free time (salon_slots.c)
struct zp__salon_slot {
    int64_t starts_at, ends_at;
    const struct zp__salon_master *master;
};
// What is asked: one or more services at one master, or at any (NULL).
struct zp__salon_ask {
    const struct zp__salon_master *master;
    const struct zp__salon_service *const *services;
    size_t service_count;
};
// Free starts of the day, in order of time, then master id; *slots on ctx. None in the past, within
// the lead time, or beyond ZP_SALON_DAYS_AHEAD.
size_t zp__salon_slots(const struct zp__salon *salon, TALLOC_CTX *ctx,
                       const struct zp__salon_ask *ask, struct zp_date date,
                       struct zp__salon_slot **slots);
bool zp__salon_has_slot(const struct zp__salon *salon, const struct zp__salon_ask *ask,
                        struct zp_date date);
// Sums of a visit at a master; false when he does not do one of the services.
bool zp__salon_visit(const struct zp__salon_ask *ask, const struct zp__salon_master *master,
                     int *duration_min, int *break_after_min);
// True while the visit lies inside the master's working time on that date, break kept.
bool zp__salon_in_hours(const struct zp__salon *salon, const struct zp__salon_master *master,
                        int64_t starts_at, int64_t ends_at);
// The live booking of the master that a visit would overlap, buffers of both counted; NULL: none.
// `except` (NULL: none) is left out.
const struct zp__salon_booking *zp__salon_overlap(const struct zp__salon *salon,
                                                  const char *master_id, int64_t starts_at,
                                                  int64_t ends_at, int break_after_min,
                                                  const struct zp__salon_booking *except);

// ---- bookings (salon_booking.c)
// Why something was refused. The order is that of the checks.
enum zp__salon_refusal {
    ZP_SALON_OK = 0,
    ZP_SALON_MASTER_NOT_FOUND,
    ZP_SALON_SERVICE_NOT_FOUND,
    ZP_SALON_SERVICE_NOT_HIS, // the master does not do it
    ZP_SALON_CLIENT_BLOCKED,
    ZP_SALON_PREPAYMENT_REQUIRED,
    ZP_SALON_LEAD_TIME,
    ZP_SALON_OUT_OF_SCHEDULE,
    ZP_SALON_SLOT_TAKEN,
    ZP_SALON_BOOKING_NOT_FOUND,
    ZP_SALON_BOOKING_CLOSED,
    ZP_SALON_CANCEL_FORBIDDEN,
};

struct zp__salon_order {
    const char *master_id;
    const char *const *service_ids;
    size_t service_count;
    int64_t starts_at;
    const char *client_name, *client_surname, *client_phone; // phone E.164, checked before
    const char *comment, *source;
    const char *external_id, *asked; // NULL: none
    bool by_hand; // made at the salon itself: no lead time, no prepayment, blocked clients too
};
// Where the salon splits visits, one of the API becomes a booking for each of its services, one
// after the other; *made is the first.
enum zp__salon_refusal zp__salon_book(struct zp__salon *salon, const struct zp__salon_order *order,
                                      struct zp__salon_booking **made);
// Cancels; a cancelled booking stays as it is. by_hand: also once the visit has begun, and
// forbidden ones.
enum zp__salon_refusal zp__salon_cancel(struct zp__salon *salon, struct zp__salon_booking *booking,
                                        const char *reason, bool by_hand);
// Moves a live booking; master_id NULL: the same master. Prices and durations become the new
// master's. Only by hand: the API has no such call.
enum zp__salon_refusal zp__salon_move(struct zp__salon *salon, struct zp__salon_booking *booking,
                                      int64_t starts_at, const char *master_id);
// What the client or the salon wrote under it; also of one that is over.
void zp__salon_comment(struct zp__salon *salon, struct zp__salon_booking *booking,
                       const char *comment);
void zp__salon_attend(struct zp__salon *salon, struct zp__salon_booking *booking,
                      enum zp__salon_attendance attendance);

// ---- for the seeder and the reader
struct zp__salon *zp__salon_new(TALLOC_CTX *ctx, const char *zone, struct zp_clock clock,
                                struct zp_error *err);
struct zp__salon_client *zp__salon_add_client(struct zp__salon *salon, const char *id,
                                              const char *name, const char *surname,
                                              const char *phone);
// An empty booking (its strings NULL) at the end of the list.
struct zp__salon_booking *zp__salon_add_booking(struct zp__salon *salon);
// talloc_strdup that never gives NULL for a text and gives NULL for NULL.
char *zp__salon_text(TALLOC_CTX *ctx, const char *text);

#endif
