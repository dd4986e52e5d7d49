// Runs a target over a corpus file: one input a line, in the escapes of C (corpus.py writes them).
// Each corpus is replayed in every test run, with whatever compiler. Exit status 1: nothing to run.
#include "fuzz.h"

#include <string.h>

static int hex(char c) {
    const char *at = c != '\0' ? strchr("0123456789abcdef", c) : NULL;

    return at != NULL ? (int)(at - "0123456789abcdef") : -1;
}

// In place; the number of bytes. A line that is no input ends the run.
static size_t unescape(char *line) {
    char *out = line;

    for (const char *at = line; *at != '\0' && *at != '\n'; at++) {
        if (*at != '\\') {
            *out++ = *at;
        } else if (at[1] == '\\') {
            *out++ = *++at;
        } else {
            FUZZ_CHECK(at[1] == 'x' && hex(at[2]) >= 0 && hex(at[3]) >= 0);
            *out++ = (char)(hex(at[2]) * 16 + hex(at[3]));
            at += 3;
        }
    }
    return (size_t)(out - line);
}

static int replay(const char *path) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    int ran = 0;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    for (; getline(&line, &room, file) > 0; ran++) {
        const size_t size = unescape(line);
        // Exactly as long as the input, so that the sanitizer sees a byte too many.
        uint8_t *bytes = malloc(size > 0 ? size : 1);
        FUZZ_CHECK(bytes != NULL);
        memcpy(bytes, line, size);
        (void)LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
    }
    free(line);
    (void)fclose(file);
    return ran;
}

int main(int count, char **paths) {
    int ran = 0;

    for (int i = 1; i < count; i++)
        ran += replay(paths[i]);
    (void)fprintf(stderr, "%d inputs\n", ran);
    return ran > 0 ? 0 : 1;
}
