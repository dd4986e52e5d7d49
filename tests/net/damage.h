// Random damage to believable texts, the same for the same seed.
#ifndef TESTS_NET_DAMAGE_H
#define TESTS_NET_DAMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>

void damage_seed_from_environment(void); // $ZAPIS_TEST_SEED, or always the same
uint32_t random_below(uint32_t limit);
// One to four places cut, and mostly one of `pieces` put there; now and then an end in the middle.
char *damaged(TALLOC_CTX *ctx, const char *body, const char *const *pieces, size_t piece_count);

#endif
