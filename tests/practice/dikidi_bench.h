// A practice Dikidi on loopback inside the test's own loop, and a raw socket towards it: no client
// of ours stands between the bytes and the test.
#ifndef DIKIDI_BENCH_H
#define DIKIDI_BENCH_H

#include "practice/dikidi.h"
#include "practice/serve.h"
#include <zapis/loop.h>

struct bench {
    struct zp_loop *loop;
    struct zp__salon *salon;
    struct zp__practice_dikidi *dikidi;
    struct zp__faults *faults;
    struct zp__trace *trace;
    struct zp__serve *serve;
    int64_t now; // at which the salon's clock began
};

#define BENCH_KEY "practice-key"

// Over tests/fixtures/practice/state.json, its clock put at 2026-09-23T09:00:00Z.
struct bench *bench_of_fixture(TALLOC_CTX *ctx);
// Over a seeded salon.
struct bench *bench_of_seed(TALLOC_CTX *ctx, uint64_t seed, const char *zone, int64_t now);
// A clock that shows `now` at this moment.
struct zp_clock bench_clock(int64_t now);

struct bench_answer {
    int status; // 0: closed without an answer
    char *head; // header lines
    char *body;
    size_t body_size;
    bool whole;                 // as many bytes as announced
    const struct zp_json *json; // NULL when the body is none
};
// Sends raw bytes on a connection of its own, runs the loop until the server has answered or
// closed.
struct bench_answer *bench_exchange(struct bench *bench, TALLOC_CTX *ctx, const char *bytes,
                                    size_t size);
// A call with the right key. body NULL: none; key NULL: no Idempotency-Key.
struct bench_answer *bench_call(struct bench *bench, TALLOC_CTX *ctx, const char *method,
                                const char *target, const char *body, const char *key);
// A header's value of an answer, NULL when absent.
char *bench_header(TALLOC_CTX *ctx, const struct bench_answer *answer, const char *name);
// A whole file; fails the test when it cannot be read.
char *bench_file(TALLOC_CTX *ctx, const char *path, size_t *size);
int64_t bench_instant(const char *utc);

#endif
