// What the tests of this folder share: cmocka with its headers, and numbers that repeat.
#ifndef TESTS_BASE_CHECK_H
#define TESTS_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// xorshift64*: the same numbers on every machine, so that a failure repeats by its seed.
static inline uint64_t check_random(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1Dull;
}

static inline size_t check_below(uint64_t *state, size_t limit) {
    return (size_t)(check_random(state) % limit);
}

#define CHECK_COUNT(array) (sizeof(array) / sizeof(array)[0])

#endif
