// Open-file-description locks: they belong to the open file, not to the process, so two stores in
// one process do not undo each other's (as POSIX locks would), and die with it. The file is opened
// with O_CLOEXEC; a process must not fork and go on without exec after it opened a store.
#include "store/owners.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <zapis/i18n.h>

#define OWNER_BITS 62
#define LOCK_TRIES 8

static struct flock byte_of(int64_t number) {
    return (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)number, .l_len = 1};
}

// A number that nobody else has, locked.
static bool lock_one(struct zp__owners *owners) {
    for (int i = 0; i < LOCK_TRIES; i++) {
        uint64_t random = 0;
        if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
            return false;
        }
        owners->self = (int64_t)(random >> (64 - OWNER_BITS)) | 1;
        struct flock lock = byte_of(owners->self);
        if (fcntl(owners->fd, F_OFD_SETLK, &lock) == 0) {
            return true;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
            return false;
        }
    }
    return false;
}

static int owners_close(struct zp__owners *owners) {
    if (owners->fd >= 0) {
        close(owners->fd);
    }
    return 0;
}

struct zp__owners *zp__owners_open(TALLOC_CTX *ctx, const char *path, struct zp_error *err) {
    struct zp__owners *owners = zp__memory_new(ctx, struct zp__owners);
    talloc_set_destructor(owners, owners_close);
    owners->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (owners->fd < 0 || !lock_one(owners)) {
        zp_error_set(err, ZP_E_STORE, NULL,
                     _("The lock file %s cannot be used: %s. Keep the journal on a local disk "
                       "that this account may write."),
                     path, strerror(errno));
        talloc_free(owners);
        return NULL;
    }
    if (!zp_clock_boot_id(owners->boot_id)) {
        zp_error_set(err, ZP_E_STORE, NULL,
                     _("The kernel does not tell its boot id: %s. Mount /proc and repeat."),
                     strerror(errno));
        talloc_free(owners);
        return NULL;
    }
    return owners;
}

bool zp__owners_alive(const struct zp__owners *owners, int64_t number) {
    if (number == owners->self) {
        return true;
    }
    struct flock lock = byte_of(number);
    return fcntl(owners->fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}
