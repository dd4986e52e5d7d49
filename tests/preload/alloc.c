// Preloaded into the real program: knows each allocation by the calls that lead to it, and lets one
// of them fail, once.
//
//     ZAPIS_ALLOC_LOG=FILE     at the end a line "PATH CALLER COUNT" for each path
//     ZAPIS_ALLOC_FAIL=PATH:CALLER:N  the N-th allocation on that path fails; FILE tells where it
//     was
//
// A path is a digest of the innermost return addresses, CALLER the innermost of them; so
// address-space randomisation must be off. With a sanitizer's own allocator too, if that is a
// library: what it allocates in its own name (strdup) is not seen.
#include <dlfcn.h>
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

struct path {
    uint64_t digest;
    void *caller;
    unsigned count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct path paths[SLOTS];
static unsigned order[SLOTS], known;
static _Thread_local bool inside;
static bool counting;
static uint64_t fail_digest;
static void *fail_caller;
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
        // NOLINTNEXTLINE(performance-no-int-to-ptr): an address that an earlier run wrote
        fail_caller = (void *)(uintptr_t)(*rest == ':' ? strtoull(rest + 1, &rest, 16) : 0);
        fail_nth = *rest == ':' ? (unsigned)strtoul(rest + 1, NULL, 10) : 1;
    }
    void *frames[2];
    backtrace(frames, 2); // the first one loads a library
    counting = true;
}

__attribute__((destructor)) static void end(void) {
    counting = false;
    for (unsigned i = 0; fail_nth == 0 && i < known; i++) {
        const struct path *path = &paths[order[i]];
        dprintf(log_fd, "%016llx %llx %u\n", (unsigned long long)path->digest,
                (unsigned long long)(uintptr_t)path->caller, path->count);
    }
}

// How often this path was come along, this time included.
static unsigned come(uint64_t digest, void *caller) {
    unsigned at = (unsigned)digest & (SLOTS - 1);
    while (paths[at].count > 0 && paths[at].digest != digest) {
        at = (at + 1) & (SLOTS - 1);
    }
    if (paths[at].count == 0) {
        if (known == SLOTS / 2) {
            abort();
        }
        paths[at].digest = digest;
        paths[at].caller = caller;
        order[known++] = at;
    }
    return ++paths[at].count;
}

static bool path_fails(void *caller) {
    void *frames[DEPTH + 4];
    const int depth = backtrace(frames, DEPTH + 4);
    int first = 0; // the frames before it are those of this file
    while (first < depth && frames[first] != caller) {
        first++;
    }
    uint64_t digest = 14695981039346656037u;
    for (int i = first; i < depth && i < first + DEPTH; i++) {
        digest = (digest ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
    }
    pthread_mutex_lock(&lock);
    const bool now = come(digest, caller) == fail_nth && digest == fail_digest;
    pthread_mutex_unlock(&lock);
    if (now) {
        counting = false; // one fails
        backtrace_symbols_fd(frames + first, depth - first, log_fd);
    }
    return now;
}

static bool fails(void *caller) {
    // Going up the stack is what costs.
    if (!counting || inside || (fail_nth > 0 && caller != fail_caller)) {
        return false;
    }
    inside = true;
    const bool now = path_fails(caller);
    inside = false;
    if (now) {
        errno = ENOMEM;
    }
    return now;
}

#define FAILS fails(__builtin_return_address(0))

// The C library's, or a sanitizer's.
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

void *malloc(size_t size) {
    return FAILS ? NULL : NEXT(malloc)(size);
}

void *calloc(size_t count, size_t size) {
    return FAILS ? NULL : NEXT(calloc)(count, size);
}

void *realloc(void *old, size_t size) {
    return FAILS ? NULL : NEXT(realloc)(old, size);
}

void *memalign(size_t alignment, size_t size) {
    return FAILS ? NULL : NEXT(memalign)(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return FAILS ? NULL : NEXT(memalign)(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *memory = FAILS ? NULL : NEXT(memalign)(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *out = memory;
    return 0;
}
