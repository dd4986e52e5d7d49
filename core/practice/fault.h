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
    ZP_FAULT_REFUSE,      // not done; nobody listens any more, until the faults are cleared
    ZP_FAULT_LATE,        // done only after --ms, then answered
    ZP_FAULT_429_BARE,    // not done; without Retry-After
    ZP_FAULT_503_PAGE,    // not done; a proxy's page from both servers
    ZP_FAULT_DRIP,        // done; the body comes byte by byte, --ms between two
    ZP_FAULT_HUGE,        // done; the body goes on for 50 MB
    ZP_FAULT_DEEP,        // done; 200 with ten thousand brackets in one another
    ZP_FAULT_WRONG_TYPE,  // done; 200 with a text where data belongs
    ZP_FAULT_REVOKED,     // not done; 401 from this call on, until the faults are cleared
    // Of what the services send by themselves (post.c). Those after BURST spoil a copy that is sent
    // before the true letter.
    ZP_FAULT_DROPPED,   // never sent
    ZP_FAULT_DOUBLED,   // sent twice
    ZP_FAULT_DELAYED,   // sent --ms later
    ZP_FAULT_REORDERED, // held back until another one was sent
    ZP_FAULT_BURST,     // held back until the last of --count, then all at once
    ZP_FAULT_FORGED,    // a wrong signature, token or key
    ZP_FAULT_STALE,     // of an hour ago
    ZP_FAULT_FOREIGN,   // of another company, another portal
    ZP_FAULT_MALFORMED, // a body that cannot be read, signed
    ZP_FAULT_OVERSIZED, // more than 64 KiB
};
const char *zp__fault_kind_name(enum zp__fault_kind kind);
bool zp__fault_kind_parse(const char *name, enum zp__fault_kind *out);
// True when the call itself is carried out.
bool zp__fault_kind_runs(enum zp__fault_kind kind);
// True for a fault of what is sent, not of what is answered.
bool zp__fault_kind_posts(enum zp__fault_kind kind);
// True when what is sent, if anything is, is the true answer.
bool zp__fault_kind_stands(enum zp__fault_kind kind);

struct zp__faults;
struct zp__faults *zp__faults_new(TALLOC_CTX *ctx);

struct zp__fault {
    char *call; // a call's name, a server's name, "*", or a pattern ("crm.deal.*")
    enum zp__fault_kind kind;
    int64_t count;  // times left; -1: until cleared, as REFUSE and REVOKED always are
    int64_t after;  // matching calls that still pass before it begins
    int64_t every;  // then only each N-th matching call, the first of them first; 0, 1: each
    int64_t passed; // of those, calls that still pass
    int ms;         // of delay, late, drip, and of Retry-After
};
void zp__faults_add(struct zp__faults *faults, const struct zp__fault *fault);
void zp__faults_clear(struct zp__faults *faults);
// fn is called when it may have changed whether a server is to refuse connections. Ends with ctx.
void zp__faults_watch(TALLOC_CTX *ctx, struct zp__faults *faults, void (*fn)(void *data),
                      void *data);
// Is nobody to listen? A REFUSE for a server's name (or "*") begins as soon as its --after are
// over, one for a call when the call comes: that one is dropped.
bool zp__faults_refused(const struct zp__faults *faults, const char *server);
void zp__faults_list(const struct zp__faults *faults, struct zp_json *into); // an array
// The fault for this call, used up by one: the oldest that matches. kind NONE: none.
struct zp__fault zp__faults_take(struct zp__faults *faults, const char *server, const char *call);
// The same for a letter that a service is about to send; `count` is that before the use.
struct zp__fault zp__faults_take_post(struct zp__faults *faults, const char *server,
                                      const char *event);

// The answer that stands in for the true one; `php` as Bitrix24 spells it.
struct zp__answer *zp__fault_answer(TALLOC_CTX *ctx, const struct zp__fault *fault, bool php);
// HUGE: the answer goes on with blanks.
void zp__fault_swell(struct zp__answer *answer);

#endif
