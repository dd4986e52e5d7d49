// zapis check --book.
#ifndef ZAPIS_TUI_CLI_CHECK_BOOK_H
#define ZAPIS_TUI_CLI_CHECK_BOOK_H

#include "cli.h"

// There is a person who can be asked.
bool cli_check_can_ask(void);
// Asks, books, cancels, and says how each went; the desk must be open.
struct zp_check *cli_check_book(struct cli *cli, size_t *count);

#endif
