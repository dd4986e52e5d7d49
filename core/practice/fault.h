// Faults on demand: which call goes wrong next, and how. Only decides; serve.c does it.
#ifndef ZP_PRACTICE_FAULT_H
#define ZP_PRACTICE_FAULT_H

#include "practice/answer.h"
#include <stdint.h>
#include <zapis/error.h>

enum zp__fault_kind {
    ZP_FAULT_NONE,
    ZP_FAULT_DELAY,       // done at once, answered after --ms
    ZP_FAULT_DROP_BEFORE, // not done; closed without a byte
    ZP_FAULT_DROP_AFTER,  // done; closed without a byte
    ZP_FAULT_500,         // not done
    ZP_FAULT_500_AFTER,   // done, and yet 500
    ZP_FAULT_502,         // not done; a proxy's page
    ZP_FAULT_504_AFTER,   // done; a proxy's page
    ZP_FAULT_503,         // not done; Dikidi: a proxy's page, Bitrix24: QUERY_LIMIT_EXCEEDED
    ZP_FAULT_OVERLOAD,    // not done; Bitrix24's OVERLOAD_LIMIT (503)
    ZP_FAULT_429,         // not done; Retry-After from --ms
    ZP_FAULT_HTML,        // not done; 200 with a challenge page
    ZP_FAULT_HTML_AFTER,  // done; 200 with a challenge page
    ZP_FAULT_TRUNCATED,   // done; half of the body, then closed
    ZP_FAULT_EMPTY,       // done; 200 without a body
    ZP_FAULT_401,         // not done
    ZP_FAULT_302,         // not done; sent to another host
};
const char *zp__fault_kind_name(enum zp__fault_kind kind);
bool zp__fault_kind_parse(const char *name, enum zp__fault_kind *out);
// True when the call itself is carried out.
bool zp__fault_kind_runs(enum zp__fault_kind kind);

struct zp__faults;
struct zp__faults *zp__faults_new(TALLOC_CTX *ctx);

struct zp__fault {
    char *call; // a call's name, a server's name, "*", or a pattern ("crm.deal.*")
    enum zp__fault_kind kind;
    int64_t count; // times left; -1: until cleared
    int64_t after; // matching calls that still pass before it begins
    int ms;        // of delay, and of Retry-After
};
void zp__faults_add(struct zp__faults *faults, const struct zp__fault *fault);
void zp__faults_clear(struct zp__faults *faults);
void zp__faults_list(const struct zp__faults *faults, struct zp_json *into); // an array
// The fault for this call, used up by one: the oldest that matches. kind NONE: none.
struct zp__fault zp__faults_take(struct zp__faults *faults, const char *server, const char *call);

// The answer that stands in for the true one; `php` as Bitrix24 spells it.
struct zp__answer *zp__fault_answer(TALLOC_CTX *ctx, const struct zp__fault *fault, bool php);

#endif
