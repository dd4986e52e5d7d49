// Short words for the allocations of <zapis/memory.h>, which end the program when they fail.
#ifndef TUI_MEMORY_H
#define TUI_MEMORY_H

#include <stddef.h>
#include <zapis/memory.h>

#define memory_must(memory)                 zp_memory_must(memory)
#define memory_new(ctx, type)               talloc_zero(ctx, type)
#define memory_array(ctx, type, count)      talloc_zero_array(ctx, type, (count) > 0 ? (count) : 1)
#define memory_grow(ctx, list, type, count) talloc_realloc(ctx, list, type, count)
#define memory_strdup(ctx, text)            ((char *)zp_memory_must(talloc_strdup(ctx, text)))
#define memory_printf(ctx, ...)             talloc_asprintf(ctx, __VA_ARGS__)

#endif
