// The request log of the practice servers: what came in and what went out, numbered. For people who
// learn what the program sends, and for tests that count requests.
#ifndef ZP_PRACTICE_TRACE_H
#define ZP_PRACTICE_TRACE_H

#include <stdint.h>
#include <zapis/json.h>
#include <zapis/memory.h>

#define ZP_TRACE_ENTRIES    4000 // the oldest go first
#define ZP_TRACE_BODY_BYTES (64u * 1024)
#define ZP_TRACE_BYTES      (32u * 1024 * 1024) // of all bodies together

struct zp__trace;
struct zp__trace *zp__trace_new(TALLOC_CTX *ctx);

struct zp__trace_entry {
    const char *server, *call, *method;
    const char *path;  // without a secret
    const char *query; // raw
    const char *key;   // Idempotency-Key; NULL
    const char *in, *out;
    size_t in_size, out_size;
    const char *fault; // NULL: none
    int status;        // 0: closed without an answer
    int64_t at;        // UTC seconds of the practice clock
};
// Copied. Bodies beyond ZP_TRACE_BODY_BYTES are cut.
void zp__trace_add(struct zp__trace *trace, const struct zp__trace_entry *entry);

struct zp__trace_ask {
    int64_t since;             // entries numbered above it
    const char *server, *call; // NULL: all
};
// {"last":N,"requests":[…]}; bodies as JSON where they are, else as text.
void zp__trace_print(const struct zp__trace *trace, const struct zp__trace_ask *ask,
                     struct zp_json *into);

struct zp__trace_rate {
    int64_t total, last_second, last_minute, most_in_a_second, most_in_a_minute;
};
// How fast requests came to a server, by the machine's own clock.
struct zp__trace_rate zp__trace_rate(const struct zp__trace *trace, const char *server);

#endif
