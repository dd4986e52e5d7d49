// The environment, read.
#ifndef ZP_BASE_ENVIRONMENT_H
#define ZP_BASE_ENVIRONMENT_H

#include <stdlib.h>

// A variable's value; NULL where it is missing or empty. Only zp_i18n_init() ever writes to the
// environment, in the main thread.
static inline const char *zp__environment_get(const char *name) {
    const char *value = getenv(name); // NOLINT(concurrency-mt-unsafe): see above
    return value == NULL || value[0] == '\0' ? NULL : value;
}

#endif
