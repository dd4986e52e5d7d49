// The console on a real terminal: what `zapis` without a command runs.
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include <sys/types.h>
#include <zapis/config.h>
#include <zapis/error.h>

struct console_options {
    const struct zp_config *config;
    const char *operator_name; // NULL: the account's name
    pid_t receiver; // `zapis serve` for this console: when it ends the person is told; 0: none, -1:
                    // it could not be started
    const char *receiver_log; // the last line there that begins with "zapis: " says why it ended
};
// Opens the journal, the terminal and the Day; returns when the person quits or the process is told
// to stop. False with a sentence (the terminal is restored by then) when it could not be opened.
bool console_run(const struct console_options *options, struct zp_error *err);

#endif
