// The commands, for the one table in cli.c.
#ifndef ZAPIS_TUI_CLI_COMMANDS_H
#define ZAPIS_TUI_CLI_COMMANDS_H

#include "cli.h"

extern const struct cli_option cli_practice_options[], cli_masters_options[],
    cli_services_options[], cli_slots_options[], cli_book_options[], cli_cancel_options[],
    cli_move_options[], cli_show_options[], cli_day_options[], cli_queue_options[],
    cli_sync_options[], cli_check_options[], cli_setup_options[], cli_widget_options[],
    cli_forget_options[], cli_numbers_options[], cli_wait_options[];

int cli_practice_run(struct cli *cli);
void cli_practice_notes(FILE *file);
int cli_services_run(struct cli *cli);
int cli_masters_run(struct cli *cli);
int cli_slots_run(struct cli *cli);
int cli_book_run(struct cli *cli);
int cli_cancel_run(struct cli *cli);
int cli_move_run(struct cli *cli);
int cli_mark_run(struct cli *cli);
int cli_adopt_run(struct cli *cli);
int cli_show_run(struct cli *cli);
int cli_day_run(struct cli *cli);
int cli_client_run(struct cli *cli);
int cli_forget_run(struct cli *cli);
void cli_forget_notes(FILE *file);
int cli_numbers_run(struct cli *cli);
void cli_numbers_notes(FILE *file);
int cli_wait_run(struct cli *cli);
void cli_wait_notes(FILE *file);
int cli_queue_run(struct cli *cli);
int cli_sync_run(struct cli *cli);
int cli_serve_run(struct cli *cli);
int cli_check_run(struct cli *cli);
int cli_setup_run(struct cli *cli);
int cli_widget_run(struct cli *cli);
int cli_console_run(struct cli *cli);

#endif
