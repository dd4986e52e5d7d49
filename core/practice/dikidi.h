// Dikidi's partner API over the practice salon: made in its clean form, written in the dialect
// asked for. From the contract alone: it shares no wire code with the client that talks to it.
#ifndef ZP_PRACTICE_DIKIDI_H
#define ZP_PRACTICE_DIKIDI_H

#include "net/httpd.h"
#include "practice/answer.h"
#include "practice/salon.h"

struct zp__practice_dikidi;

struct zp__practice_dikidi_options {
    const char *key;     // of the Authorization header, after "Bearer "
    int rate_per_minute; // requests in any 60 s; 0: no limit
    uint32_t dialect;    // dialect.h; 0: the contract's form
};
// The salon stays the caller's and must outlive it.
struct zp__practice_dikidi *
zp__practice_dikidi_new(TALLOC_CTX *ctx, struct zp__salon *salon,
                        const struct zp__practice_dikidi_options *options);

// A zp__answer_fn; data: the struct above.
struct zp__answer *zp__practice_dikidi_answer(struct zp_httpd_request *request, void *data);
// Which of the six calls a request is: "services", "masters", "schedule", "create", "booking",
// "cancel"; NULL: none.
const char *zp__practice_dikidi_call(const char *method, const char *path);

enum zp__practice_plan { ZP_PRACTICE_PLAN_BUSINESS, ZP_PRACTICE_PLAN_BASIC };
enum zp__practice_access {
    ZP_PRACTICE_ACCESS_FULL,
    ZP_PRACTICE_ACCESS_READ,
    ZP_PRACTICE_ACCESS_NO
};
void zp__practice_dikidi_set_rate(struct zp__practice_dikidi *dikidi, int rate_per_minute);
int zp__practice_dikidi_rate(const struct zp__practice_dikidi *dikidi);
void zp__practice_dikidi_set_plan(struct zp__practice_dikidi *dikidi, enum zp__practice_plan plan);
void zp__practice_dikidi_set_access(struct zp__practice_dikidi *dikidi,
                                    enum zp__practice_access access);

void zp__practice_dikidi_set_dialect(struct zp__practice_dikidi *dikidi, uint32_t dialect);

// The whole booking as the API shows it (also what DIR/control prints).
void zp__practice_dikidi_booking(const struct zp__salon *salon,
                                 const struct zp__salon_booking *booking, struct zp_json *into);

// How the contract tells a refusal.
struct zp__practice_refusal {
    int status;
    const char *code, *message;
};
struct zp__practice_refusal zp__practice_dikidi_refusal(enum zp__salon_refusal refusal);

// Between the files of this concept (dikidi.c, dikidi_wire.c, dikidi_create.c) -------------------
struct zp__answer *zp__practice_dikidi_refuse(TALLOC_CTX *ctx, enum zp__salon_refusal refusal);
// fields: pairs name, sentence; ends at NULL.
struct zp__answer *zp__practice_dikidi_error(TALLOC_CTX *ctx, int status, const char *code,
                                             const char *message, const char *const *fields);
// {"error":{…},"data":…,"meta":{}} begun: the caller adds "data" and "meta".
struct zp_json *zp__practice_dikidi_envelope(TALLOC_CTX *ctx);
struct zp__answer *zp__practice_dikidi_one(TALLOC_CTX *ctx, int status,
                                           const struct zp__salon *salon,
                                           const struct zp__salon_booking *booking);
void zp__practice_dikidi_service(const struct zp__salon *salon,
                                 const struct zp__salon_service *service, struct zp_json *into);
// With dates (from NULL: none) the shifts of those days come along.
void zp__practice_dikidi_master(const struct zp__salon *salon,
                                const struct zp__salon_master *master, const struct zp_date *from,
                                const struct zp_date *to, struct zp_json *into);
struct zp__answer *zp__practice_dikidi_create(struct zp_httpd_request *request,
                                              struct zp__salon *salon);

#endif
