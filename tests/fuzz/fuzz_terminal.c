// What a terminal sends: any bytes give keys and pastes that make sense, an end, and no others.
// The real back end reads them from a pty of this process.
#include "fuzz.h"
#include "term.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int host = -1;

static void drain(void) {
    char bytes[4096];

    while (read(host, bytes, sizeof bytes) > 0)
        continue;
}

static struct term *open_terminal(void) {
    struct zp_error err = {0};
    host = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    FUZZ_CHECK(host >= 0 && grantpt(host) == 0 && unlockpt(host) == 0);
    const int guest = open(ptsname(host), O_RDWR | O_NOCTTY);
    FUZZ_CHECK(guest >= 0 && dup2(guest, STDIN_FILENO) >= 0 && dup2(guest, STDOUT_FILENO) >= 0);
    FUZZ_CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    (void)setenv("TERM", "xterm-256color", 1);
    struct term *term = term_curses_new(NULL, "auto", &err);
    FUZZ_CHECK(term != NULL);
    return term;
}

static void check(const struct term_input *input) {
    char words[KEY_TEXT];

    if (input->kind == TERM_PASTE) {
        FUZZ_CHECK(input->text != NULL && strchr(input->text, '\033') == NULL);
    } else if (input->kind == TERM_KEY) {
        FUZZ_CHECK(input->key.name > K_NONE && input->key.name <= K_F);
        if (input->key.name == K_CHAR)
            FUZZ_CHECK(input->key.code >= 0x20 && input->key.code <= 0x10FFFF);
        if (input->key.name == K_F)
            FUZZ_CHECK(input->key.code >= 1 && input->key.code <= 24);
        key_format(&input->key, words);
        FUZZ_CHECK(words[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct term *term;
    struct term_input input;

    if (term == NULL)
        term = open_terminal();
    while (size > 0) {
        const size_t piece = size < 1024 ? size : 1024;
        FUZZ_CHECK(write(host, data, piece) == (ssize_t)piece);
        data += piece;
        size -= piece;
        for (size_t keys = 0;; keys++) {
            FUZZ_CHECK(keys <= 2 * piece); // it ends
            term->ops->read(term, &input);
            if (input.kind == TERM_NOTHING)
                break;
            check(&input);
        }
        term->ops->read(term, &input);
        FUZZ_CHECK(input.kind == TERM_NOTHING); // no key waits for the next one
    }
    // The end of a paste that was left open, so that the next input begins as a person would.
    FUZZ_CHECK(write(host, "\033[201~", 6) == 6);
    do {
        term->ops->read(term, &input);
        check(&input);
    } while (input.kind != TERM_NOTHING);
    drain();
    return 0;
}
