// The ledger of a budget: what of it is used. In a file, so that all processes of a store keep one
// budget; each reading and writing of it is under a lock that the kernel drops with its holder.
#ifndef ZP_NET_PACE_LEDGER_H
#define ZP_NET_PACE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/memory.h>

// Microseconds of CLOCK_BOOTTIME. They only grow, so of two readings the larger is the newer.
struct zp__pace_ledger {
    int64_t full_at_us;            // when the whole burst is there again, if nothing goes
    int64_t background_full_at_us; // the same of background's share
    int64_t held_until_us;
    uint64_t last_turn; // whose was the last turn that was no person's; 0: nobody's
};

struct zp__pace_file;
// A file that this call makes says that nothing is used. NULL, and a line in the log: it cannot be
// used.
struct zp__pace_file *zp__pace_file_open(TALLOC_CTX *ctx, const char *path);

enum zp__pace_page {
    ZP_PACE_PAGE_READ,
    ZP_PACE_PAGE_UNKNOWN, // not ours, torn, or of another start of the machine: nothing is known
    ZP_PACE_PAGE_BUSY,    // another process is at it: try again; nothing is locked
    ZP_PACE_PAGE_LOST     // it cannot be used any more, and the log says so; nothing is locked
};
// Locks and reads; never waits. After READ and UNKNOWN zp__pace_file_end must follow at once.
enum zp__pace_page zp__pace_file_begin(struct zp__pace_file *file, struct zp__pace_ledger *ledger);
// Writes (NULL: nothing) and unlocks. False: it cannot be used any more, and the log says so.
bool zp__pace_file_end(struct zp__pace_file *file, const struct zp__pace_ledger *ledger);

#endif
