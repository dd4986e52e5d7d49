// Understanding the command line: options anywhere, the nearest name when one is unknown.
#include "cli.h"
#include "memory.h"

#include <errno.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define ARGUMENT_BYTES 80 // as much of a wrong argument as an error repeats

// Known before and after every command.
static const struct cli_option everywhere[] = {
    {"config", N_("FILE"), 0, N_("use this configuration")},
    {"json", NULL, 0, N_("one JSON document on standard output")},
    {"quiet", NULL, 0, N_("only what was asked for, no remarks")},
    {"verbose", NULL, 0, N_("what happens, as log lines on standard error")},
    {"help", NULL, 0, N_("this help")},
    {"version", NULL, 0, N_("the version")},
    {0},
};

// Of the console, which has no command's name.
static const struct cli_option console[] = {
    {"linear", NULL, 0, N_("a plain dialogue, for screen readers, slow links and scripts")},
    {0},
};

static const struct cli_option *options_of(const struct cli_command *command) {
    return command ? command->options : console;
}

static const struct cli_option *find_in(const struct cli_option *options, const char *name,
                                        size_t length) {
    for (const struct cli_option *o = options; o && o->name; o++)
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0)
            return o;
    return NULL;
}

// Typing errors up to this many letters apart are worth a guess.
static int guess_limit(const char *typed) {
    return strlen(typed) < 4 ? 1 : 2;
}

static void nearer(const char *typed, const char *known, int *best, const char **name) {
    int distance = zp_text_distance(typed, known, *best);
    if (distance < *best) {
        *best = distance;
        *name = known;
    }
}

static bool unknown_option(const struct cli_command *command, const char *typed, size_t length,
                           struct zp_error *err) {
    char *name = zp_text_clean(NULL, typed, length, ARGUMENT_BYTES);
    int best = guess_limit(name) + 1;
    const char *guess = NULL;
    for (const struct cli_option *o = options_of(command); o && o->name; o++)
        nearer(name, o->name, &best, &guess);
    for (const struct cli_option *o = everywhere; o->name; o++)
        nearer(name, o->name, &best, &guess);
    const char *of = command ? command->name : "";
    if (guess)
        zp_error_set(err, ZP_E_USAGE, NULL, _("There is no option --%s here; did you mean --%s?"),
                     name, guess);
    else if (command)
        zp_error_set(err, ZP_E_USAGE, NULL,
                     _("There is no option --%s here; “zapis %s --help” lists them."), name, of);
    else
        zp_error_set(err, ZP_E_USAGE, NULL,
                     _("There is no option --%s here; “zapis --help” lists them."), name);
    talloc_free(name);
    return false;
}

static bool unknown_command(const char *typed, struct zp_error *err) {
    char *name = zp_text_clean(NULL, typed, SIZE_MAX, ARGUMENT_BYTES);
    int best = guess_limit(name) + 1;
    const char *guess = NULL;
    for (const struct cli_command *c = cli_commands(); c->name; c++)
        nearer(name, c->name, &best, &guess);
    if (guess)
        zp_error_set(err, ZP_E_USAGE, NULL, _("There is no command “%s”; did you mean “zapis %s”?"),
                     name, guess);
    else
        zp_error_set(err, ZP_E_USAGE, NULL,
                     _("There is no command “%s”; “zapis --help” lists them."), name);
    talloc_free(name);
    return false;
}

static void keep_given(TALLOC_CTX *ctx, struct cli_call *call, const struct cli_option *option,
                       const char *value) {
    call->given = memory_grow(ctx, call->given, struct cli_given, (unsigned)call->given_count + 1);
    call->given[call->given_count++] = (struct cli_given){option, value};
}

static void keep_operand(TALLOC_CTX *ctx, struct cli_call *call, const char *operand) {
    call->operands =
        memory_grow(ctx, call->operands, const char *, (unsigned)call->operand_count + 2);
    call->operands[call->operand_count++] = operand;
    call->operands[call->operand_count] = NULL;
}

static bool keep_everywhere(struct cli_call *call, const struct cli_option *option,
                            const char *value) {
    switch (option - everywhere) {
    case 0: call->config = value; break;
    case 1: call->json = true; break;
    case 2: call->quiet = true; break;
    case 3: call->verbose = true; break;
    case 4: call->help = true; break;
    default: call->version = true; break;
    }
    return true;
}

// The value of an option: after "=", or the next argument. *at moves on over what it takes.
static bool take_value(const struct cli_option *option, const char *equals, int argc,
                       const char *const *argv, int *at, const char **value, struct zp_error *err) {
    *value = NULL;
    if (!option->value) {
        if (equals)
            return zp_error_set(err, ZP_E_USAGE, NULL,
                                _("--%s takes no value: leave out what follows “=”."),
                                option->name);
        return true;
    }
    if (equals) {
        *value = equals + 1;
        return true;
    }
    if (*at + 1 >= argc || strncmp(argv[*at + 1], "--", 2) == 0)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("--%s needs a value: --%s %s."), option->name,
                            option->name, _(option->value));
    *value = argv[++*at];
    return true;
}

static bool given_already(const struct cli_call *call, const struct cli_option *option) {
    for (size_t i = 0; i < call->given_count; i++)
        if (call->given[i].option == option)
            return true;
    return option == &everywhere[0] && call->config;
}

// One "--name", "--name=value" or "--name value" at argv[*at].
static bool parse_option(TALLOC_CTX *ctx, int argc, const char *const *argv, int *at,
                         struct cli_call *call, bool *rest, struct zp_error *err) {
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const struct cli_option *option = find_in(options_of(call->command), name, length);
    bool own = option != NULL;
    if (!own)
        option = find_in(everywhere, name, length);
    if (!option)
        return unknown_option(call->command, name, length, err);
    const char *value;
    if (!take_value(option, equals, argc, argv, at, &value, err))
        return false;
    if (option->value && !(option->flags & CLI_MANY) && given_already(call, option))
        return zp_error_set(err, ZP_E_USAGE, NULL, _("--%s is given twice: give it once."),
                            option->name);
    if (!own)
        return keep_everywhere(call, option, value);
    keep_given(ctx, call, option, value);
    *rest = option->flags & CLI_REST;
    return true;
}

// What stood before the command is one of its options too, or it is out of place.
static bool fits_given(const struct cli_call *call, struct zp_error *err) {
    for (size_t i = 0; i < call->given_count; i++) {
        const char *name = call->given[i].option->name;
        if (!find_in(call->command->options, name, strlen(name)))
            return unknown_option(call->command, name, strlen(name), err);
    }
    return true;
}

static bool parse_word(TALLOC_CTX *ctx, const char *word, struct cli_call *call,
                       struct zp_error *err) {
    if (call->command) {
        keep_operand(ctx, call, word);
        return true;
    }
    for (const struct cli_command *c = cli_commands(); c->name; c++)
        if (strcmp(c->name, word) == 0) {
            call->command = c;
            return fits_given(call, err);
        }
    return unknown_command(word, err);
}

static bool parse_all(TALLOC_CTX *ctx, int argc, const char *const *argv, struct cli_call *call,
                      struct zp_error *err) {
    bool rest = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (rest || word[0] != '-' || word[1] == '\0') {
            if (!parse_word(ctx, word, call, err))
                return false;
        } else if (strcmp(word, "--") == 0) {
            rest = true;
        } else if (word[1] == '-') {
            if (!parse_option(ctx, argc, argv, &i, call, &rest, err))
                return false;
        } else {
            char *clean = zp_text_clean(NULL, word, SIZE_MAX, ARGUMENT_BYTES);
            zp_error_set(err, ZP_E_USAGE, NULL,
                         _("“%s” begins with one dash: options have two, like --help."), clean);
            talloc_free(clean);
            return false;
        }
    }
    return true;
}

static bool complete(const struct cli_call *call, struct zp_error *err) {
    const struct cli_command *command = call->command;
    if (call->operand_count < command->operands_min)
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s", _(command->missing));
    for (const struct cli_option *o = command->options; o && o->name; o++)
        if ((o->flags & CLI_REQUIRED) && !cli_flag(call, o->name))
            return zp_error_set(err, ZP_E_USAGE, NULL, _("“zapis %s” needs --%s %s."),
                                command->name, o->name, _(o->value));
    if (command->operands_max >= 0 && call->operand_count > command->operands_max) {
        char *extra =
            zp_text_clean(NULL, call->operands[command->operands_max], SIZE_MAX, ARGUMENT_BYTES);
        zp_error_set(err, ZP_E_USAGE, NULL,
                     _("“%s” is one too many: “zapis %s --help” shows what it takes."), extra,
                     command->name);
        talloc_free(extra);
        return false;
    }
    return true;
}

bool cli_parse(TALLOC_CTX *ctx, int argc, const char *const *argv, struct cli_call *call,
               struct zp_error *err) {
    *call = (struct cli_call){0};
    if (!parse_all(ctx, argc, argv, call, err)) {
        for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
            call->json = call->json || strcmp(argv[i], "--json") == 0;
        return false;
    }
    if (call->help || call->version)
        return true;
    if (!call->command && call->json)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("--json goes with a command; “zapis --help” lists them."));
    return !call->command || complete(call, err);
}

static const struct cli_given *find_given(const struct cli_call *call, const char *name) {
    for (size_t i = 0; i < call->given_count; i++)
        if (strcmp(call->given[i].option->name, name) == 0)
            return &call->given[i];
    return NULL;
}

bool cli_flag(const struct cli_call *call, const char *name) {
    return find_given(call, name) != NULL;
}

const char *cli_value(const struct cli_call *call, const char *name) {
    const struct cli_given *given = find_given(call, name);
    return given ? given->value : NULL;
}

const char *const *cli_values(TALLOC_CTX *ctx, const struct cli_call *call, const char *name,
                              size_t *count) {
    const char **values = memory_array(ctx, const char *, (unsigned)call->given_count + 1);
    *count = 0;
    for (size_t i = 0; i < call->given_count; i++)
        if (strcmp(call->given[i].option->name, name) == 0)
            values[(*count)++] = call->given[i].value;
    return values;
}

bool cli_number(const struct cli_call *call, const char *name, int64_t lowest, int64_t highest,
                int64_t fallback, int64_t *out, struct zp_error *err) {
    const char *text = cli_value(call, name);
    *out = fallback;
    if (!text)
        return true;
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9';
    if (errno || !digits || *end || number < lowest || number > highest)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("--%s takes a whole number from %lld to %lld."), name,
                            (long long)lowest, (long long)highest);
    *out = number;
    return true;
}

// ---- help

static int option_width(const struct cli_option *option) {
    const int name = (int)strlen(option->name);
    return option->value ? name + 1 + zp_text_width(_(option->value)) : name;
}

static void print_options(FILE *file, const struct cli_option *options) {
    int wide = 0;
    for (const struct cli_option *o = options; o->name; o++)
        wide = option_width(o) > wide ? option_width(o) : wide;
    for (const struct cli_option *o = options; o->name; o++)
        fprintf(file, "  --%s%s%s%*s  %s\n", o->name, o->value ? " " : "",
                o->value ? _(o->value) : "", wide - option_width(o), "", _(o->help));
}

void cli_help(FILE *file) {
    fprintf(file, "%s\n\n  zapis [--linear]\n  zapis %s\n\n", _("A booking desk in the terminal."),
            _("COMMAND [OPTIONS]"));
    int wide = 0;
    for (const struct cli_command *c = cli_commands(); c->name; c++)
        wide = (int)strlen(c->name) > wide ? (int)strlen(c->name) : wide;
    for (const struct cli_command *c = cli_commands(); c->name; c++)
        fprintf(file, "  %-*s  %s\n", wide, c->name, _(c->summary));
    fprintf(file, "\n%s\n", _("The console itself:"));
    print_options(file, console);
    fprintf(file, "\n%s\n", _("With every command:"));
    print_options(file, everywhere);
    fprintf(file, "\n%s\n", _("“zapis practice” needs no configuration: begin there."));
}

void cli_help_command(FILE *file, const struct cli_command *command) {
    fprintf(file, "zapis %s%s%s%s%s\n  %s\n", command->name, command->operands ? " " : "",
            command->operands ? _(command->operands) : "", command->options ? " " : "",
            command->options ? _("[OPTIONS]") : "", _(command->summary));
    if (command->options) {
        fprintf(file, "\n");
        print_options(file, command->options);
    }
    fprintf(file, "\n%s\n", _("With every command:"));
    print_options(file, everywhere);
    if (command->notes)
        command->notes(file);
}
