// The practice servers, and the receiver of their webhooks, as children that die with us.
#ifndef ZAPIS_TUI_CLI_PRACTICE_H
#define ZAPIS_TUI_CLI_PRACTICE_H

#include "cli.h"
#include <sys/types.h>
#include <zapis/practice.h>

struct cli_practice {
    struct zp_practice_options options;
    bool fresh;     // the directory was made for this run and goes with it
    pid_t child;    // after cli_practice_begin()
    int life;       // the child ends when this descriptor is closed, by us or by our death
    pid_t receiver; // `zapis serve` under the child, -1: it could not be started
    char *receiver_log;
};

bool cli_practice_read(struct cli *cli, struct cli_practice *practice, struct zp_error *err);
// Forks before anything has a thread, a loop or a lock, and waits until the servers listen. From
// then on cli->call.config is theirs.
bool cli_practice_begin(struct cli *cli, struct cli_practice *practice, struct zp_error *err);
// At the first start those of today's bookings that the practice CRM has already become known to
// the journal; the rest stays outside it, as in a salon that began with zapis today.
bool cli_practice_populate(struct cli *cli, const struct cli_practice *practice,
                           struct zp_error *err);
void cli_practice_end(struct cli_practice *practice);
// The configuration of a practice salon of this account that runs here, made for one run; owned by
// ctx. NULL: none.
char *cli_practice_running(TALLOC_CTX *ctx);

#endif
