// Questions on the terminal.
#ifndef ZAPIS_TUI_CLI_ASK_H
#define ZAPIS_TUI_CLI_ASK_H

#include "cli.h"

#define CLI_ASK_BYTES 128

// True if somebody is there who can answer.
bool cli_ask_possible(void);
// The question on standard error, a line of standard input without its end; false: there is none.
bool cli_ask_line(struct cli *cli, const char *question, char out[CLI_ASK_BYTES]);
// True only for what is meant as a yes.
bool cli_ask_yes(struct cli *cli, const char *question);
bool cli_ask_is_yes(const char *line);

#endif
