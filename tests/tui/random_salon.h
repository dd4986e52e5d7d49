// What a salon may answer, drawn at random: every ask of the desk, every outcome.
#ifndef TESTS_TUI_RANDOM_SALON_H
#define TESTS_TUI_RANDOM_SALON_H

#include "bench.h"

void random_seed(uint64_t seed);
unsigned random_below(unsigned limit);
// An answer to that ask; the event belongs to ctx.
struct zp_event *random_answer_to(TALLOC_CTX *ctx, const struct bench_ask *ask);
// Something that comes unasked.
struct zp_event *random_event(TALLOC_CTX *ctx);

#endif
