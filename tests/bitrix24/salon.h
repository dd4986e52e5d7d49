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

#endif
