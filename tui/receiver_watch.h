// The receiver of webhooks that runs for a console or a dialogue: when it ends, the person is told.
#ifndef TUI_RECEIVER_WATCH_H
#define TUI_RECEIVER_WATCH_H

#include <sys/types.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

// text: "Webhooks do not arrive: …", the caller's only until the call returns.
typedef void (*receiver_ended_fn)(const char *text, void *data);

// Watches the process `receiver` ("zapis serve") until the result is freed. It may be told within
// the call, where it has ended already. receiver 0: there is none, -1: it could not be started. The
// last line of `log` that begins with "zapis: " says why; NULL: nobody knows.
struct receiver_watch *receiver_watch_new(TALLOC_CTX *ctx, struct zp_loop *loop, pid_t receiver,
                                          const char *log, receiver_ended_fn fn, void *data);

#endif
