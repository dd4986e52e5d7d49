// The command line: a table of commands, one parser, one way out. Each family of commands has a
// file cli_*.c; design "Commands" says what each does, "JSON" what it prints, "Exit status" how it
// ends.
#ifndef ZAPIS_TUI_CLI_H
#define ZAPIS_TUI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <zapis/config.h>
#include <zapis/desk.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

#define CLI_MANY     1u // may be given several times
#define CLI_REQUIRED 2u
#define CLI_REST     4u // takes its value, and everything after it is an operand as it stands

struct cli_option {
    const char *name;  // without the two dashes; NULL ends a table
    const char *value; // N_(): what --help calls its value; NULL: a flag
    unsigned flags;
    const char *help; // N_(): one line
};

struct cli;
typedef int (*cli_run_fn)(struct cli *cli); // returns the exit status

struct cli_command {
    const char *name;
    const char *operands; // N_(): as the usage line shows them; NULL: none
    int operands_min, operands_max;
    const struct cli_option *options; // NULL: none
    cli_run_fn run;
    const char *summary;       // N_(): one line
    void (*notes)(FILE *file); // what --help says after the options; NULL: nothing
    const char *missing;       // N_(): said when an operand is missing; NULL where none is needed
};

struct cli_given {
    const struct cli_option *option;
    const char *value; // borrowed from argv; NULL for a flag
};

// A command line that was understood.
struct cli_call {
    const struct cli_command *command; // NULL: the console
    bool help, version, json, quiet, verbose;
    const char *config;
    struct cli_given *given;
    size_t given_count;
    const char **operands; // ends at NULL
    int operand_count;
};

// The commands in the order of --help, ended by a NULL name.
const struct cli_command *cli_commands(void);

// Understands argv[1…]; everything it keeps is borrowed from argv or owned by ctx. On failure
// call->json is right all the same, so that the error can be told in the form asked for.
bool cli_parse(TALLOC_CTX *ctx, int argc, const char *const *argv, struct cli_call *call,
               struct zp_error *err);

bool cli_flag(const struct cli_call *call, const char *name);
const char *cli_value(const struct cli_call *call, const char *name); // NULL: not given
// All values of an option that may be given several times, ended by NULL; *count may be 0.
const char *const *cli_values(TALLOC_CTX *ctx, const struct cli_call *call, const char *name,
                              size_t *count);
// A whole number from lowest to highest; `fallback` when the option is not given.
bool cli_number(const struct cli_call *call, const char *name, int64_t lowest, int64_t highest,
                int64_t fallback, int64_t *out, struct zp_error *err);

// The operands, at least one, as one text: zapis day 27 november.
const char *cli_operands_text(struct cli *cli);

void cli_help(FILE *file);
void cli_help_command(FILE *file, const struct cli_command *command);

// One run of the program.
struct cli {
    struct cli_call call;
    FILE *out, *err;
    struct zp_config *config; // after cli_config() or cli_open()
    struct zp_loop *loop;     // after cli_open()
    struct zp_desk *desk;
    uint64_t awaited; // the id whose answer cli_ask() waits for
    bool answered;
    struct zp_event answer; // parts owned by `answers`
    TALLOC_CTX *answers;
    struct zp_booking *followed; // cli_wait(): the newest row of this booking
    bool settled;
    uint64_t reading; // the id of a SHOW that reads the followed booking again, 0: none
    bool stale;       // the journal changed while it was being read
};

// The whole program: parses, runs the command, flushes; returns the exit status.
int cli_main(int argc, const char *const *argv, FILE *out, FILE *err);

// Finds and reads the configuration, and speaks its language from here on.
bool cli_config(struct cli *cli, enum zp_config_need need, struct zp_error *err);
// The configuration, the loop and the desk. `sync`: the worker runs too.
bool cli_open(struct cli *cli, bool sync, struct zp_error *err);
// Asks the desk and waits for the one answer; what is in it lives until the program ends. A failed
// answer is returned like any other.
const struct zp_event *cli_ask(struct cli *cli, const struct zp_request *request);
// Copies an answer; its parts become ctx's.
void cli_keep_answer(TALLOC_CTX *ctx, struct zp_event *answer, const struct zp_event *event);
// Follows a booking until nothing of it is on its way any more, at most for `seconds`; returns its
// newest row.
const struct zp_booking *cli_wait(struct cli *cli, const struct zp_booking *booking,
                                  int64_t seconds);

// A variable of the environment; NULL when unset or empty.
const char *cli_environment(const char *name);
// Tells an error (standard error, and the JSON document when asked for); returns its exit status.
int cli_fail(struct cli *cli, const struct zp_error *error);
// cli_fail() on something wrong in the command line itself.
int cli_misuse(struct cli *cli, const char *sentence);
// "zapis: sentence" on standard error, never silenced.
void cli_complain(struct cli *cli, const char *sentence);
// A remark for people on standard error: nothing with --quiet or --json.
void cli_remark(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
