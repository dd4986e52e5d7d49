// A Dikidi of canned bytes on loopback, the real client towards it, and one call at a time.
#ifndef DIKIDI_BENCH_H
#define DIKIDI_BENCH_H

#include "../net/support.h"
#include "dikidi/dikidi.h"

#include <zapis/json.h>

#define BENCH_REQUESTS 8

struct bench {
    struct zp_loop *loop;
    struct raw *raw;
    struct zp_config *config;
    struct zp_dikidi *dikidi;
    const char *answers[BENCH_REQUESTS]; // whole HTTP messages, in order; the last one stays
    size_t answer_count;
    bool hang; // never answer
    char *requests[BENCH_REQUESTS];
    size_t request_count;
};

// A salon 550001 in Moscow with the key "practice-key".
struct bench *bench_new(TALLOC_CTX *ctx);
// A client over the configuration as it is now (paths and scheme may have been changed).
void bench_client(struct bench *bench);
void bench_answer(struct bench *bench, const char *message);

// The answer of a call, kept after the callback.
struct heard {
    int calls;
    bool done;
    struct zp__dikidi_answer answer;
    TALLOC_CTX *ctx;
    int asked_sending;
    bool may_send;
};
struct heard *heard_new(TALLOC_CTX *ctx);
void heard_answer(const struct zp__dikidi_answer *answer, void *heard);
bool heard_sending(void *heard);
// Runs the loop until the answer is there.
void bench_wait(struct bench *bench, struct heard *heard);

struct zp_date bench_date(const char *text);
int64_t bench_instant(const char *utc);

// A create of the fixtures' kind: its bytes and its answer's body.
#define BENCH_REQUEST_ID "0199e1a0-0000-7000-8000-000000000005"
char *bench_create_body(TALLOC_CTX *ctx);
extern const char bench_booking[];

#endif
