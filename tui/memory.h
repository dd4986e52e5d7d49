// Allocation that cannot fail: out of memory restores the terminal and ends the program.
#ifndef TUI_MEMORY_H
#define TUI_MEMORY_H

#include <stddef.h>
#include <talloc.h>
#include <zapis/error.h>

static inline void *memory_must(void *memory) {
    if (memory == NULL)
        zp_panic("out of memory");
    return memory;
}

#define memory_new(ctx, type) ((type *)memory_must(talloc_zero(ctx, type)))
#define memory_array(ctx, type, count)                                                             \
    ((type *)memory_must(talloc_zero_array(ctx, type, (count) > 0 ? (count) : 1)))
#define memory_grow(ctx, list, type, count)                                                        \
    ((type *)memory_must(talloc_realloc(ctx, list, type, count)))
#define memory_strdup(ctx, text) ((char *)memory_must(talloc_strdup(ctx, text)))
#define memory_printf(ctx, ...)  ((char *)memory_must(talloc_asprintf(ctx, __VA_ARGS__)))

#endif
