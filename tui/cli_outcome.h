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
// Adds to an error that leaves a booking open what happens to it now: who reads it is on the phone
// with the client and must know whether to ask once more.
void cli_outcome_follows(struct zp_error *error, const struct zp_booking *booking,
                         int intent_minutes);

#endif
