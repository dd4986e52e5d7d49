// Preloaded into the real program: counts its calls on the journal's files and on sockets, each
// thread for itself, and kills it right before one of them.
//
//     ZAPIS_KILL_LOG=FILE    a line "THREAD NUMBER CALL" for each call
//     ZAPIS_KILL_AT=T:N      SIGKILL right before the N-th call of thread T
//
// Counting begins when the journal is opened. Threads are numbered as they first come here, main is
// 0. Counted is what others can see: the disk, the peers. Between two such calls a kill leaves
// what a kill right before the second one leaves.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_bool counting;
static atomic_int threads = 1;
static _Thread_local int thread = -1;
static _Thread_local int calls;
static int log_fd = -1, kill_thread = -1, kill_call;

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("ZAPIS_KILL_LOG");
    const char *at = getenv("ZAPIS_KILL_AT");
    if (log != NULL) {
        log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    if (at != NULL) {
        char *rest = NULL;
        kill_thread = (int)strtol(at, &rest, 10);
        kill_call = *rest == ':' ? (int)strtol(rest + 1, NULL, 10) : 0;
    }
}

static void opened(const char *path) {
    const size_t length = strlen(path);
    if (length > 3 && strcmp(path + length - 3, ".db") == 0) {
        atomic_store(&counting, true);
    }
}

static void reach(const char *call) {
    if (!atomic_load(&counting)) {
        return;
    }
    if (thread < 0) {
        thread = getpid() == gettid() ? 0 : atomic_fetch_add(&threads, 1);
    }
    calls++;
    if (log_fd >= 0) {
        char line[64];
        const int length = snprintf(line, sizeof line, "%d %d %s\n", thread, calls, call);
        const ssize_t wrote = ((ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(
            log_fd, line, (size_t)length);
        (void)wrote;
    }
    if (thread == kill_thread && calls == kill_call) {
        kill(getpid(), SIGKILL);
        for (;;) {
            pause();
        }
    }
}

static bool is_socket(int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode);
}

// The next one of that name: the sanitizer's, or the C library's.
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;  \
        va_end(arguments);                                                                         \
        opened(path);                                                                              \
        return NEXT(name)(path, flags, mode);                                                      \
    }
OPEN(open)
OPEN(open64)

#define COUNTED(result, name, parameters, ...)                                                     \
    result name parameters {                                                                       \
        reach(#name);                                                                              \
        return NEXT(name)(__VA_ARGS__);                                                            \
    }
COUNTED(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), fd, data, size, at)
COUNTED(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), fd, data, size, at)
COUNTED(int, fsync, (int fd), fd)
COUNTED(int, fdatasync, (int fd), fd)
COUNTED(int, ftruncate, (int fd, off_t size), fd, size)
COUNTED(int, ftruncate64, (int fd, off64_t size), fd, size)
COUNTED(int, unlink, (const char *path), path)
COUNTED(int, connect, (int fd, const struct sockaddr *to, socklen_t size), fd, to, size)
COUNTED(int, accept4, (int fd, struct sockaddr *from, socklen_t *size, int flags), fd, from, size,
        flags)
COUNTED(ssize_t, send, (int fd, const void *data, size_t size, int flags), fd, data, size, flags)
COUNTED(ssize_t, sendto,
        (int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
         socklen_t to_size),
        fd, data, size, flags, to, to_size)
COUNTED(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), fd, message, flags)
COUNTED(ssize_t, recv, (int fd, void *data, size_t size, int flags), fd, data, size, flags)
COUNTED(ssize_t, recvfrom,
        (int fd, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *from_size),
        fd, data, size, flags, from, from_size)
COUNTED(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), fd, message, flags)

// These are used for pipes and terminals as well.
#define COUNTED_ON_SOCKETS(name, parameters, ...)                                                  \
    ssize_t name parameters {                                                                      \
        if (is_socket(fd)) {                                                                       \
            reach(#name);                                                                          \
        }                                                                                          \
        return NEXT(name)(__VA_ARGS__);                                                            \
    }
COUNTED_ON_SOCKETS(read, (int fd, void *data, size_t size), fd, data, size)
COUNTED_ON_SOCKETS(write, (int fd, const void *data, size_t size), fd, data, size)
COUNTED_ON_SOCKETS(readv, (int fd, const struct iovec *parts, int count), fd, parts, count)
COUNTED_ON_SOCKETS(writev, (int fd, const struct iovec *parts, int count), fd, parts, count)
