// The console on a real terminal: what `zapis` without a command runs.
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include <zapis/config.h>
#include <zapis/error.h>

struct console_options {
    const struct zp_config *config;
    const char *operator_name; // NULL: the account's name
};
// Opens the journal, the terminal and the Day; returns when the person quits or the process is told
// to stop. False with a sentence (the terminal is restored by then) when it could not be opened.
bool console_run(const struct console_options *options, struct zp_error *err);

#endif
