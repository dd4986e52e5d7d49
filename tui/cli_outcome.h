// How book, cancel and adopt end: wait for the CRM if asked, show the booking, say what is not
// known.
#ifndef ZAPIS_TUI_CLI_OUTCOME_H
#define ZAPIS_TUI_CLI_OUTCOME_H

#include "cli.h"

#define CLI_WAIT_OPTION                                                                            \
    { "wait", N_("SECONDS"), 0, N_("wait up to so long until the CRM has it too") }
// Reads --wait; 0 without it.
bool cli_outcome_wait(const struct cli *cli, int64_t *seconds, struct zp_error *err);

// Shows the answer to a BOOK or CANCEL, after waiting up to `wait_s`; returns the exit status.
int cli_outcome_show(struct cli *cli, const struct zp_event *answer, int64_t wait_s);

#endif
