// The practice salon in the test's own loop, the real Bitrix24 client towards its portal, and the
// other side's hands.
#ifndef BITRIX24_SALON_H
#define BITRIX24_SALON_H

#include "../net/support.h"
#include "bitrix24/bitrix24.h"

#include <zapis/json.h>
#include <zapis/practice.h>

struct salon {
    struct zp_loop *loop;
    struct zp_practice *practice;
    struct zp_config *config;
    struct zp_bitrix24 *crm;
    char dir[64];
};

// Its clock says 2026-09-23T09:00:00Z at the start; fields and source are there.
struct salon *salon_new(TALLOC_CTX *ctx, enum zp_crm_methods methods, enum zp_crm_entity entity);
void salon_client(struct salon *salon); // a new client over the configuration as it is now
// A verb of the practice salon's control, its words apart; fails the test when it is refused.
const struct zp_json *salon_hand(struct salon *salon, TALLOC_CTX *ctx, const char *const *argv);
#define HAND(salon, ctx, ...) salon_hand((salon), (ctx), (const char *const[]){__VA_ARGS__, NULL})
int64_t salon_instant(const char *utc);

struct mode {
    enum zp_crm_methods methods;
    enum zp_crm_entity entity;
};
// The prestate of a test: both families, deals and leads.
extern struct mode salon_item, salon_legacy, salon_item_lead, salon_legacy_lead;
#define BOTH(test, a, b)                                                                           \
    cmocka_unit_test_prestate(test, &salon_##a), cmocka_unit_test_prestate(test, &salon_##b)
#define ALL(test) BOTH(test, item, legacy), BOTH(test, item_lead, legacy_lead)
struct salon *salon_open(TALLOC_CTX *ctx, void **state);

#define SALON_PHONE "+79161234500"
struct zp__crm_fields salon_fields(void); // of booking 852999001

// The answer of a call, kept after the callback.
struct heard {
    int calls;
    bool done;
    struct zp__crm_answer answer;
    int asked_sending;
    bool may_send;
};
struct heard *heard_new(TALLOC_CTX *ctx);
void heard_answer(const struct zp__crm_answer *answer, void *heard);
bool heard_sending(void *heard);
void heard_wait(struct zp_loop *loop, struct heard *heard);
// Fails the test unless the call worked.
void heard_good(struct zp_loop *loop, struct heard *heard);

// One call each, in the entity of the configuration; fails the test unless it worked (but get).
struct heard *salon_add(struct salon *salon, TALLOC_CTX *ctx, const struct zp__crm_fields *fields);
struct heard *salon_get(struct salon *salon, TALLOC_CTX *ctx, const char *id);
struct heard *salon_find(struct salon *salon, TALLOC_CTX *ctx, const char *booking_id);

#endif
