// malloc for one thread: blocks of a class of sizes go back to the list of their class. A third of
// a history went into glibc's locks and merging.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HEAD    16 // keeps what follows aligned
#define STEP    32
#define SMALL   1024
#define CLASSES (SMALL / STEP + 40)
#define CHUNK   (4u << 20)

struct block {
    size_t class;
    struct block *next;
};

static struct block *spare[CLASSES];
static char *rest, *rest_end;

// Small ones in steps of 32, larger ones in powers of two.
static size_t class_of(size_t size) {
    if (size <= SMALL) {
        return size == 0 ? 0 : (size - 1) / STEP;
    }
    return SMALL / STEP + 63 - (size_t)__builtin_clzl(size - 1) - 10;
}

static size_t size_of(size_t class) {
    return class < SMALL / STEP ? (class + 1) * STEP : (size_t)SMALL << (class - SMALL / STEP + 1);
}

static void *carve(size_t class) {
    const size_t size = size_of(class) + HEAD;
    if (size > (size_t)(rest_end - rest)) {
        const size_t chunk = size > CHUNK ? size : CHUNK;
        void *made = mmap(NULL, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (made == MAP_FAILED) {
            errno = ENOMEM;
            return NULL;
        }
        rest = made;
        rest_end = rest + chunk;
    }
    struct block *block = (struct block *)rest;
    rest += size;
    block->class = class;
    return (char *)block + HEAD;
}

void *malloc(size_t size) {
    if (size > (size_t)1 << 40) {
        errno = ENOMEM;
        return NULL;
    }
    const size_t class = class_of(size);
    struct block *block = spare[class];
    if (block == NULL) {
        return carve(class);
    }
    spare[class] = block->next;
    return (char *)block + HEAD;
}

void free(void *memory) {
    if (memory != NULL) {
        struct block *block = (struct block *)((char *)memory - HEAD);
        block->next = spare[block->class];
        spare[block->class] = block;
    }
}

void *calloc(size_t count, size_t size) {
    size_t all;
    if (__builtin_mul_overflow(count, size, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = malloc(all);
    return memory != NULL ? memset(memory, 0, all) : NULL;
}

void *realloc(void *memory, size_t size) {
    if (memory == NULL) {
        return malloc(size);
    }
    const size_t had = size_of(((struct block *)((char *)memory - HEAD))->class);
    if (size <= had) {
        return memory;
    }
    void *moved = malloc(size);
    if (moved != NULL) {
        memcpy(moved, memory, had);
        free(memory);
    }
    return moved;
}
size_t malloc_usable_size(void *memory);
size_t malloc_usable_size(void *memory) {
    return memory != NULL ? size_of(((struct block *)((char *)memory - HEAD))->class) : 0;
}
