// Who is alive: every open store holds one byte of FILE-owners by a lock that the kernel drops when
// the process dies, however it dies.
#ifndef ZP_STORE_OWNERS_H
#define ZP_STORE_OWNERS_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/memory.h>
#include <zapis/time.h>

struct zp__owners {
    int fd;
    int64_t self;                  // our number, of 62 random bits, never 0
    char boot_id[ZP_BOOT_ID_SIZE]; // of this start of the machine
};

// Opens (mode 0600) `path` and locks a byte of it; talloc_free() gives it back.
struct zp__owners *zp__owners_open(TALLOC_CTX *ctx, const char *path, struct zp_error *err);
// False only if it is certain that nobody holds that number. Our own counts as alive.
bool zp__owners_alive(const struct zp__owners *owners, int64_t number);

#endif
