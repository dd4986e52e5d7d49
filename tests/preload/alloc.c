// Preloaded into the real program: knows each allocation by the calls that lead to it, and lets one
// of them fail, once.
//
//     ZAPIS_ALLOC_LOG=FILE     at the end a line "PATH COUNT" for each path
//     ZAPIS_ALLOC_FAIL=PATH:N  the N-th allocation on that path fails; FILE tells where it was
//
// A path is a digest of the innermost return addresses, so address-space randomisation must be off.
// Works with a build without sanitizers only: they have an allocator of their own.
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEPTH 12
#define SLOTS 65536u // of paths; a power of two

// The C library's own, under names that nobody stands before.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

struct path {
    uint64_t digest;
    unsigned count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct path paths[SLOTS];
static unsigned order[SLOTS], known;
static _Thread_local bool inside;
static bool counting;
static uint64_t fail_digest;
static unsigned fail_nth;
static int log_fd = -1;

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("ZAPIS_ALLOC_LOG");
    const char *fail = getenv("ZAPIS_ALLOC_FAIL");
    if (log == NULL) {
        return;
    }
    log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fail != NULL) {
        char *rest = NULL;
        fail_digest = strtoull(fail, &rest, 16);
        fail_nth = *rest == ':' ? (unsigned)strtoul(rest + 1, NULL, 10) : 1;
    }
    void *frames[2];
    backtrace(frames, 2); // the first one loads a library
    counting = true;
}

__attribute__((destructor)) static void end(void) {
    counting = false;
    for (unsigned i = 0; fail_nth == 0 && i < known; i++) {
        dprintf(log_fd, "%016llx %u\n", (unsigned long long)paths[order[i]].digest,
                paths[order[i]].count);
    }
}

// How often this path was come along, this time included.
static unsigned come(uint64_t digest) {
    unsigned at = (unsigned)digest & (SLOTS - 1);
    while (paths[at].count > 0 && paths[at].digest != digest) {
        at = (at + 1) & (SLOTS - 1);
    }
    if (paths[at].count == 0) {
        if (known == SLOTS / 2) {
            abort();
        }
        paths[at].digest = digest;
        order[known++] = at;
    }
    return ++paths[at].count;
}

static bool fails(void) {
    if (!counting || inside) {
        return false;
    }
    inside = true;
    void *frames[DEPTH + 2];
    const int depth = backtrace(frames, DEPTH + 2);
    uint64_t digest = 14695981039346656037u;
    for (int i = 2; i < depth; i++) {
        digest = (digest ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
    }
    pthread_mutex_lock(&lock);
    const bool now = come(digest) == fail_nth && digest == fail_digest;
    pthread_mutex_unlock(&lock);
    if (now) {
        backtrace_symbols_fd(frames + 2, depth > 2 ? depth - 2 : 0, log_fd);
        errno = ENOMEM;
    }
    inside = false;
    return now;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return fails() ? NULL : __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *memory = memalign(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *out = memory;
    return 0;
}
