// Other processes with the same journal: this program again, started with exec (a process that has
// a store open must not fork and go on).
#ifndef TESTS_STORE_WORKER_H
#define TESTS_STORE_WORKER_H

#include "fixture.h"

#include <sys/types.h>

struct worker {
    pid_t pid;
    int out; // what it says, one line at a time
};

// Starts `self mode url arguments…`.
struct worker worker_start(struct place *place, const char *mode, const char *first,
                           const char *second);
// The next line without its end, in ctx; NULL when it said its last.
char *worker_line(TALLOC_CTX *ctx, struct worker *worker);
void worker_signal(const struct worker *worker, int signum);
// Waits for its end; its exit status, or minus the signal that ended it.
int worker_end(struct worker *worker);

// main()'s part of a worker.
int worker_main(int argc, char **argv);

#endif
