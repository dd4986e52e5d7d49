// A portal of canned bytes on loopback and the real client towards it.
#ifndef BITRIX24_WIRE_H
#define BITRIX24_WIRE_H

#include "salon.h"

#define WIRE_REQUESTS 8
#define WIRE_SECRET   "portal-secret"

struct wire {
    struct zp_loop *loop;
    struct raw *raw;
    struct zp_config *config;
    struct zp_bitrix24 *crm;
    const char *answers[WIRE_REQUESTS]; // whole HTTP messages, in order; the last one stays
    size_t answer_count;
    bool hang; // never answer
    char *requests[WIRE_REQUESTS];
    size_t request_count;
};
// Funnel 0, fields UF_CRM_DIKIDI_ID and UF_CRM_VISIT_AT, the salon in Moscow.
struct wire *wire_new(TALLOC_CTX *ctx, enum zp_crm_methods methods);
void wire_client(struct wire *wire);
void wire_answer(struct wire *wire, const char *message);
// The body of the n-th request.
const char *wire_body(const struct wire *wire, size_t n);
// Whether the n-th request was to that method.
bool wire_is(const struct wire *wire, size_t n, const char *method);
char *wire_file(TALLOC_CTX *ctx, const char *name);
struct zp__crm_fields wire_fields(void);
// An item of crm.item.* that holds wire_fields(), with id 75.
extern const char wire_item[];

#endif
