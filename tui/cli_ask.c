#include "cli_ask.h"

#include <string.h>
#include <unistd.h>
#include <zapis/text.h>

bool cli_ask_possible(void) {
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool cli_ask_line(struct cli *cli, const char *question, char out[CLI_ASK_BYTES]) {
    fprintf(cli->err, "%s ", question);
    fflush(cli->err);
    if (!fgets(out, CLI_ASK_BYTES, stdin)) {
        fputc('\n', cli->err);
        return false;
    }
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

bool cli_ask_yes(struct cli *cli, const char *question) {
    char line[CLI_ASK_BYTES];
    return cli_ask_line(cli, question, line) && cli_ask_is_yes(line);
}

// The Russian letter on the key of y is the first one of "no": only what is meant is a yes.
bool cli_ask_is_yes(const char *line) {
    static const char *const words[] = {"y", "yes", "д", "да"};
    bool yes = false;
    char *folded = zp_text_fold(NULL, line);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        yes = yes || strcmp(folded, words[i]) == 0;
    talloc_free(folded);
    return yes;
}
