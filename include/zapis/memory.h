// talloc, whose allocations do not fail here: out of memory restores the terminal and ends the
// program (architecture.md "Memory"), so that who calls them need not look. Nothing else includes
// <talloc.h>. What is nothing by right stays NULL: a copy of no text, an array made empty.
#ifndef ZAPIS_MEMORY_H
#define ZAPIS_MEMORY_H

#include <stddef.h>
#include <talloc.h>
#include <zapis/error.h>

static inline void *zp_memory_must(void *memory) {
    if (memory == NULL) {
        zp_panic("out of memory");
    }
    return memory;
}

static inline char *zp_memory_strdup(const void *ctx, const char *text) {
    return text == NULL ? NULL : zp_memory_must(talloc_strdup(ctx, text));
}

static inline char *zp_memory_strndup(const void *ctx, const char *text, size_t size) {
    return text == NULL ? NULL : zp_memory_must(talloc_strndup(ctx, text, size));
}

static inline void *zp_memory_realloc(const void *ctx, void *old, size_t size, unsigned count,
                                      const char *name) {
    void *memory = _talloc_realloc_array(ctx, old, size, count, name);
    return count == 0 ? memory : zp_memory_must(memory);
}

// The functions that talloc's macros come down to, and those that have none. Of the same name, so
// that no call can be forgotten: a macro is not expanded within itself.
// NOLINTBEGIN(bugprone-reserved-identifier)
#define talloc_named_const(...)           zp_memory_must(talloc_named_const(__VA_ARGS__))
#define _talloc_zero(...)                 zp_memory_must(_talloc_zero(__VA_ARGS__))
#define _talloc_array(...)                zp_memory_must(_talloc_array(__VA_ARGS__))
#define _talloc_zero_array(...)           zp_memory_must(_talloc_zero_array(__VA_ARGS__))
#define _talloc_memdup(...)               zp_memory_must(_talloc_memdup(__VA_ARGS__))
#define _talloc_pooled_object(...)        zp_memory_must(_talloc_pooled_object(__VA_ARGS__))
#define _talloc_realloc_array(...)        zp_memory_realloc(__VA_ARGS__)
#define talloc_strdup(...)                zp_memory_strdup(__VA_ARGS__)
#define talloc_strndup(...)               zp_memory_strndup(__VA_ARGS__)
#define ZP_MEMORY_TEXT(call)              ((char *)zp_memory_must(call))
#define talloc_strdup_append(...)         ZP_MEMORY_TEXT(talloc_strdup_append(__VA_ARGS__))
#define talloc_strdup_append_buffer(...)  ZP_MEMORY_TEXT(talloc_strdup_append_buffer(__VA_ARGS__))
#define talloc_strndup_append(...)        ZP_MEMORY_TEXT(talloc_strndup_append(__VA_ARGS__))
#define talloc_strndup_append_buffer(...) ZP_MEMORY_TEXT(talloc_strndup_append_buffer(__VA_ARGS__))
#define talloc_asprintf(...)              ZP_MEMORY_TEXT(talloc_asprintf(__VA_ARGS__))
#define talloc_vasprintf(...)             ZP_MEMORY_TEXT(talloc_vasprintf(__VA_ARGS__))
#define talloc_asprintf_append(...)       ZP_MEMORY_TEXT(talloc_asprintf_append(__VA_ARGS__))
#define talloc_asprintf_append_buffer(...)                                                         \
    ZP_MEMORY_TEXT(talloc_asprintf_append_buffer(__VA_ARGS__))
// NOLINTEND(bugprone-reserved-identifier)

#endif
