// What a practice service sends by itself, over real HTTP and never within a call: Dikidi's
// webhooks, the portal's events and its robot. Knows how a letter travels (at most once, or again
// and again for a day), what may go wrong with it on the way, and nothing of what is written in it.
#ifndef ZP_PRACTICE_POST_H
#define ZP_PRACTICE_POST_H

#include "practice/fault.h"
#include "practice/trace.h"
#include <zapis/loop.h>
#include <zapis/time.h>

struct zp__post;

#define ZP_POST_HEADERS 6

// One attempt on paper, on a context of its own.
struct zp__post_sheet {
    TALLOC_CTX *ctx;
    const char *path;  // "/hooks/dikidi", with its query
    const char *shown; // the same for the log, without secrets
    const char *headers[ZP_POST_HEADERS];
    size_t header_count;
    const char *body;
    size_t size;
};
// Writes one attempt. matter: what was given to zp__post_send. spoiled: ZP_FAULT_NONE, or one of
// FORGED, STALE, FOREIGN, MALFORMED, OVERSIZED.
typedef void (*zp__post_write_fn)(struct zp__post_sheet *sheet, const void *matter,
                                  enum zp__fault_kind spoiled, void *data);

struct zp__post_options {
    const char *name;   // "hooks", "events", "robot": in the log and in faults
    const char *target; // "127.0.0.1:8085"
    struct zp_clock clock;
    struct zp__faults *faults; // the caller's, like the trace
    struct zp__trace *trace;
    bool insists; // anything but 2xx is tried again for a day; otherwise each letter leaves once
    zp__post_write_fn write;
    void *data;
};
struct zp__post *zp__post_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                              const struct zp__post_options *options);

// Takes a letter on (event and id copied, matter stolen) and returns at once. It leaves after
// delay_ms, unless a fault that is set says otherwise. Nobody listening is no matter for the log.
void zp__post_send(struct zp__post *post, const char *event, const char *id, void *matter,
                   int delay_ms);
// The same by hand: no fault is used up; a spoiled letter leaves once.
void zp__post_send_as(struct zp__post *post, const char *event, const char *id, void *matter,
                      enum zp__fault_kind spoiled);

// Off: what waits is forgotten, what comes is not taken on.
void zp__post_switch(struct zp__post *post, bool on);
// What waits for its next attempt, or is held back, leaves now.
void zp__post_hurry(struct zp__post *post);
bool zp__post_is_on(const struct zp__post *post);
// {"target","sent","waiting":[{"event","id","attempts","held"}]} into an object.
void zp__post_print(const struct zp__post *post, struct zp_json *into);

#endif
