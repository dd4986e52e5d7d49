// Dikidi: the six calls of the partner API (dikidi-api.md), wire form <-> our structs. Every name
// of Dikidi's wire stands in this folder alone. Knows base and net; knows nothing of the journal or
// of Bitrix24.
#ifndef ZP_DIKIDI_DIKIDI_H
#define ZP_DIKIDI_DIKIDI_H

#include "net/pace.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/catalogue.h>
#include <zapis/config.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

struct zp_dikidi;
struct zp_dikidi *zp__dikidi_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                 const struct zp_config *config);

// How a WRITE ended. A read has `ok` and an error only.
enum zp__outcome {
    ZP_OUTCOME_DONE,    // the answer says so, and it is believed
    ZP_OUTCOME_REFUSED, // the answer says no: nothing changed at the other side
    ZP_OUTCOME_UNKNOWN, // it left and no answer came that can be believed: lost, 5xx, a body that
                        // makes no sense
    ZP_OUTCOME_NOT_SENT // certainly nothing left this machine, or 429/503 with "not executed": may
                        // be sent again as it is
};

enum zp__dikidi_status { ZP_DIKIDI_ACTIVE, ZP_DIKIDI_CANCELLED, ZP_DIKIDI_DELETED };

// A booking as Dikidi tells it. One visit of several services may come back as several bookings:
// then ids has them all and the times, services and sum are of the whole visit.
struct zp__dikidi_booking {
    char **ids;
    size_t id_count;
    char *company_id;
    enum zp__dikidi_status status; // CANCELLED only when every part is
    bool
        status_unknown; // a word that we do not know, in the answer to a create: `status` is ACTIVE
    int64_t starts_at, ends_at; // UTC seconds
    char *master_id, *master;
    struct zp__dikidi_service {
        char *id, *name;
        int duration_min;
        int64_t price_minor;
    } * services;
    size_t service_count;
    int64_t total_minor;
    char *currency;
    char *client_name, *client_phone;
    char *comment, *source, *external_id, *cancel_reason;
    char *attendance;                                      // "waiting", "came", "no_show", ""
    int64_t version, updated_at, created_at, cancelled_at; // 0 when not told
    bool naive_times; // a time came without offset and was read as the salon's clock
};

// One answer. Valid during the callback; talloc_steal keeps a part.
struct zp__dikidi_answer {
    bool ok; // reads: the body made sense; writes: outcome is DONE
    enum zp__outcome outcome;
    struct zp_error error; // unless ok; name is Dikidi's own code where it gave one ("SLOT_TAKEN")
    int64_t server_date;   // Date header, for skew; 0
    struct zp_catalogue *catalogue; // services: only services filled; masters: only masters
    struct zp_shift *shifts;        // masters with dates
    size_t shift_count;
    struct zp_slots *slots;             // schedule (one day)
    struct zp__dikidi_booking *booking; // create, booking, cancel
};
typedef void (*zp__dikidi_fn)(const struct zp__dikidi_answer *answer, void *data);

// Every call returns an id (never 0) for zp__dikidi_cancel_call; fn is called exactly once, from
// the loop. Reads follow pages to the end. class_ is the place in the budget. Rate answers (429)
// hold the pace for Retry-After.
uint64_t zp__dikidi_services(struct zp_dikidi *dikidi, enum zp__pace_class class_, zp__dikidi_fn fn,
                             void *data);
// date NULL: no shifts.
uint64_t zp__dikidi_masters(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                            const struct zp_date *date, int days, zp__dikidi_fn fn, void *data);
uint64_t zp__dikidi_schedule(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                             const char *const *service_ids, size_t service_count,
                             const char *master_id, struct zp_date date, zp__dikidi_fn fn,
                             void *data);
uint64_t zp__dikidi_booking(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                            const char *booking_id, zp__dikidi_fn fn, void *data);

// The bytes of a create: written to the journal before they are sent, and sent again unchanged with
// the same key.
struct zp__dikidi_create {
    const char *request_id, *master_id;
    const char *const *service_ids;
    size_t service_count;
    int64_t starts_at;
    const char *client_name, *client_phone, *comment;
};
char *zp__dikidi_create_body(TALLOC_CTX *ctx, const struct zp__dikidi_create *create);
// POST with Idempotency-Key request_id. `sending` is called in the same turn, just before the bytes
// go to the network (the lease is checked there); if it returns false nothing is sent and the
// outcome is NOT_SENT with ZP_E_CANCELLED.
typedef bool (*zp__dikidi_sending_fn)(void *data);
uint64_t zp__dikidi_create_booking(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                                   const char *request_id, const char *body,
                                   zp__dikidi_sending_fn sending, zp__dikidi_fn fn, void *data);
// DELETE. 200 with status cancelled (also when it was already): DONE. 404: REFUSED with
// BOOKING_NOT_FOUND - never read as cancelled.
uint64_t zp__dikidi_cancel_booking(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                                   const char *booking_id, const char *reason,
                                   zp__dikidi_sending_fn sending, zp__dikidi_fn fn, void *data);

// What was odd about the form of the answers so far: read all the same, counted, and told by
// `check`.
struct zp__dikidi_oddity {
    const char *word;     // stable: "naive-times", "money-text" (odd.c has them all)
    const char *sentence; // what there was, translated
    uint64_t count;       // never 0
};
#define ZP_DIKIDI_ODDITIES 24
size_t zp__dikidi_oddities(const struct zp_dikidi *dikidi,
                           struct zp__dikidi_oddity out[ZP_DIKIDI_ODDITIES]);

// Gives a call up: fn still comes, once, with ZP_E_CANCELLED (a write that left: UNKNOWN).
void zp__dikidi_cancel_call(struct zp_dikidi *dikidi, uint64_t id);

// True if the error is a slot that went to somebody else, so that the next offers should be shown.
bool zp__dikidi_is_slot_taken(const struct zp_error *error);
// What a refusal that is known by its name alone was: ZP_E_DENIED (key, rights, plan, company) or
// ZP_E_REFUSED. NULL: the latter.
enum zp_error_code zp__dikidi_refusal(const char *name);

#endif
