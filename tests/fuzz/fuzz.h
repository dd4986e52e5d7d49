// What every target shares. A target is a function over bytes; libFuzzer drives it where it is
// built with clang (preset "fuzz"), replay.c with the inputs of a corpus file everywhere else.
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zapis/config.h>
#include <zapis/memory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(what)                                                                           \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            (void)fprintf(stderr, "%s:%d: not held: %s\n", __FILE__, __LINE__, #what);             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// A salon with all that the clients ask for, its services on an address where nobody is asked.
struct zp_config *fuzz_config(TALLOC_CTX *ctx);
// NULL, or UTF-8 without control characters and overrides: what may reach a screen or a file.
bool fuzz_is_clean(const char *text);

#endif
