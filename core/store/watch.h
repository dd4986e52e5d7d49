// Tells that a SQLite file's write-ahead log was written, by anybody: inotify, no polling.
#ifndef ZP_STORE_WATCH_H
#define ZP_STORE_WATCH_H

#include <stdbool.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

// fn(data) once for one or many writes: for the first at once, for those that follow 10 ms later.
// It is a hint: the log is written before the commit can be seen. False, with errno, where the
// kernel gives no watch (its limit is reached): changes are then not seen.
bool zp__watch_log(TALLOC_CTX *ctx, struct zp_loop *loop, const char *database, zp_loop_fn fn,
                   void *data);

#endif
