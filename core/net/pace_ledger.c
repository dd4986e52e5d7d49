// One small record, read and written whole. Not mapped: a file that somebody cuts would kill a
// process that has it mapped, and four system calls a request are nothing beside the request.
#include "net/pace_ledger.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/log.h>
#include <zapis/time.h>

#define MAGIC "zpPace01"
// The lock is held for some microseconds; a holder that was put aside keeps it for longer.
#define LOCK_TRIES 4

struct record {
    char magic[8];
    char boot_id[ZP_BOOT_ID_SIZE];
    struct zp__pace_ledger ledger;
    uint64_t sum; // of all bytes before it
};

struct zp__pace_file {
    char *path;
    int fd;
    char boot_id[ZP_BOOT_ID_SIZE];
};

// FNV-1a: tells a torn or foreign record, not a forged one.
static uint64_t sum_of(const struct record *record) {
    const unsigned char *bytes = (const unsigned char *)record;
    uint64_t sum = 0xCBF29CE484222325u;
    for (size_t i = 0; i < offsetof(struct record, sum); i++) {
        sum = (sum ^ bytes[i]) * 0x100000001B3u;
    }
    return sum;
}

static void complain(const struct zp__pace_file *file, const char *what) {
    zp_log(ZP_LOG_WARN, "the shared request budget cannot be used, this process keeps its own",
           ZP_LOG_S("file", file->path), ZP_LOG_S("what", what),
           ZP_LOG_S("error", strerrordesc_np(errno)));
}

static void close_file(struct zp__pace_file *file) {
    if (file->fd >= 0) {
        close(file->fd);
    }
    file->fd = -1;
}

static bool open_file(struct zp__pace_file *file, bool *made) {
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    file->fd = open(file->path, flags | O_EXCL, 0600);
    *made = file->fd >= 0;
    if (file->fd < 0 && errno == EEXIST) {
        file->fd = open(file->path, flags, 0600);
    }
    struct stat status;
    if (file->fd >= 0 && (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close_file(file);
        errno = EINVAL;
    }
    return file->fd >= 0;
}

static int file_gone(struct zp__pace_file *file) {
    close_file(file);
    return 0;
}

// A lock of the open file: of two budgets in one process neither undoes the other's.
static bool set_lock(const struct zp__pace_file *file, short type) {
    for (int i = 0; i < LOCK_TRIES; i++) {
        struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
        if (fcntl(file->fd, F_OFD_SETLK, &lock) == 0) {
            return true;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
            return false;
        }
        sched_yield();
    }
    errno = EAGAIN;
    return false;
}

// Locked, and still the file of that name: somebody may have deleted it, or put back an older one.
static bool lock_current(struct zp__pace_file *file) {
    struct stat ours;
    struct stat named;
    if (!set_lock(file, F_WRLCK)) {
        return false;
    }
    if (fstat(file->fd, &ours) == 0 && stat(file->path, &named) == 0 &&
        ours.st_ino == named.st_ino && ours.st_dev == named.st_dev) {
        return true;
    }
    close_file(file);
    bool made; // or not: what the lost one held is not known
    return open_file(file, &made) && set_lock(file, F_WRLCK);
}

enum zp__pace_page zp__pace_file_begin(struct zp__pace_file *file, struct zp__pace_ledger *ledger) {
    struct record record;
    memset(ledger, 0, sizeof *ledger);
    if (!lock_current(file)) {
        if (errno == EAGAIN) {
            return ZP_PACE_PAGE_BUSY;
        }
        complain(file, "lock");
        return ZP_PACE_PAGE_LOST;
    }
    ssize_t size = pread(file->fd, &record, sizeof record, 0);
    if (size == (ssize_t)sizeof record && memcmp(record.magic, MAGIC, sizeof record.magic) == 0 &&
        memcmp(record.boot_id, file->boot_id, sizeof record.boot_id) == 0 &&
        record.sum == sum_of(&record)) {
        *ledger = record.ledger;
        return ZP_PACE_PAGE_READ;
    }
    return ZP_PACE_PAGE_UNKNOWN;
}

bool zp__pace_file_end(struct zp__pace_file *file, const struct zp__pace_ledger *ledger) {
    bool done = true;
    if (ledger != NULL) {
        struct record record;
        memset(&record, 0, sizeof record);
        memcpy(record.magic, MAGIC, sizeof record.magic);
        memcpy(record.boot_id, file->boot_id, sizeof record.boot_id);
        record.ledger = *ledger;
        record.sum = sum_of(&record);
        done = pwrite(file->fd, &record, sizeof record, 0) == (ssize_t)sizeof record;
        if (!done) {
            complain(file, "write");
        }
    }
    return set_lock(file, F_UNLCK) && done;
}

struct zp__pace_file *zp__pace_file_open(TALLOC_CTX *ctx, const char *path) {
    struct zp__pace_file *file = zp__memory_new(ctx, struct zp__pace_file);
    file->path = zp__memory_strdup(file, path);
    file->fd = -1;
    talloc_set_destructor(file, file_gone);
    bool made = false;
    if (!zp_clock_boot_id(file->boot_id) || !open_file(file, &made)) {
        complain(file, "open");
        talloc_free(file);
        return NULL;
    }
    struct stat status;
    static const struct zp__pace_ledger unused;
    if (made && set_lock(file, F_WRLCK) && fstat(file->fd, &status) == 0) {
        // Somebody may have been faster, and has found it empty.
        const struct zp__pace_ledger *first = NULL;
        if (status.st_size == 0) {
            first = &unused;
        }
        zp__pace_file_end(file, first);
    }
    return file;
}
