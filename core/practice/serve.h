// One practice server on loopback: a listener, the log, and the faults in front of the function
// that answers.
#ifndef ZP_PRACTICE_SERVE_H
#define ZP_PRACTICE_SERVE_H

#include "practice/answer.h"
#include "practice/fault.h"
#include "practice/trace.h"
#include <zapis/loop.h>
#include <zapis/time.h>

struct zp__serve;

struct zp__serve_options {
    const char *name; // "dikidi", "bitrix24": in the log and in faults
    uint16_t port;    // tried first; when it is taken, or 0, the kernel chooses
    bool php;         // stand-in answers as Bitrix24 spells them
    struct zp_clock clock;
    struct zp__faults *faults; // shared by both servers, the caller's
    struct zp__trace *trace;
    zp__answer_fn answer;
    void *data;
    // The name of the call for the log and the faults; NULL: none of the known ones.
    const char *(*call)(TALLOC_CTX *ctx, const char *method, const char *path);
    // Cut out of logged paths; NULL: none.
    const char *secret;
};
struct zp__serve *zp__serve_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                const struct zp__serve_options *options, struct zp_error *err);
uint16_t zp__serve_port(const struct zp__serve *serve);

#endif
