// Short words for the allocations of <zapis/memory.h>, which end the program when they fail.
#ifndef ZP_BASE_MEMORY_H
#define ZP_BASE_MEMORY_H

#include <zapis/memory.h>

#define zp__memory_must(memory)            zp_memory_must(memory)
#define zp__memory_new(ctx, type)          talloc_zero(ctx, type)
#define zp__memory_array(ctx, type, count) talloc_zero_array(ctx, type, count)
#define zp__memory_bytes(ctx, size)        ((char *)talloc_size(ctx, size))
#define zp__memory_strdup(ctx, text)       ((char *)zp_memory_must(talloc_strdup(ctx, text)))
#define zp__memory_strndup(ctx, text, size)                                                        \
    ((char *)zp_memory_must(talloc_strndup(ctx, text, size)))
// NULL stays NULL.
#define zp__memory_strdup_or_null(ctx, text) talloc_strdup(ctx, text)
#define zp__memory_printf(ctx, ...)          talloc_asprintf(ctx, __VA_ARGS__)

#endif
