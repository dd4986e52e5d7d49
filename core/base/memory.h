// Allocation that cannot fail: out of memory ends the program (architecture.md "Memory").
#ifndef ZP_BASE_MEMORY_H
#define ZP_BASE_MEMORY_H

#include <talloc.h>
#include <zapis/error.h>

static inline void *zp__memory_must(void *memory) {
    if (memory == NULL) {
        zp_panic("out of memory");
    }
    return memory;
}

#define zp__memory_new(ctx, type) ((type *)zp__memory_must(talloc_zero(ctx, type)))
#define zp__memory_array(ctx, type, count)                                                         \
    ((type *)zp__memory_must(talloc_zero_array(ctx, type, count)))
#define zp__memory_bytes(ctx, size)  ((char *)zp__memory_must(talloc_size(ctx, size)))
#define zp__memory_strdup(ctx, text) ((char *)zp__memory_must(talloc_strdup(ctx, text)))
#define zp__memory_strndup(ctx, text, size)                                                        \
    ((char *)zp__memory_must(talloc_strndup(ctx, text, size)))
// NULL stays NULL.
#define zp__memory_strdup_or_null(ctx, text) ((text) == NULL ? NULL : zp__memory_strdup(ctx, text))
#define zp__memory_printf(ctx, ...)          ((char *)zp__memory_must(talloc_asprintf(ctx, __VA_ARGS__)))

#endif
