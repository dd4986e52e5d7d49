// Lines of standard input as the dialogue reads them: bounded, cleaned, one at a time.
#include "linear.h"
#include "memory.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define WAIT_MS (INT64_C(24) * 60 * 60 * 1000) // only how often the loop is entered anew

struct linear_input {
    struct zp_watch *watch; // NULL: a file, which is always ready
    char bytes[LINEAR_LINE_BYTES + 1];
    size_t used;
    bool skipping; // the rest of a line that was too long
    bool too_long; // the next line is that one
    bool ended, ready;
    bool interrupted; // Ctrl-C while a line was awaited
};

static char *line_end(const struct linear_input *input) {
    return memchr(input->bytes, '\n', input->used);
}

// Of a line that does not fit only its end is looked for.
static void skip_rest(struct linear_input *input) {
    const char *end = line_end(input);
    if (!end && input->used < LINEAR_LINE_BYTES)
        return;
    if (!end) {
        input->skipping = true;
        input->used = 0;
        return;
    }
    if (input->skipping) {
        const size_t gone = (size_t)(end - input->bytes);
        memmove(input->bytes, end, input->used - gone);
        input->used -= gone;
        input->skipping = false;
        input->too_long = true;
    }
}

static void read_more(struct linear_input *input) {
    ssize_t got;
    do
        got = read(STDIN_FILENO, input->bytes + input->used, LINEAR_LINE_BYTES - input->used);
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        input->ended = true;
        if (input->skipping) {
            input->too_long = true;
            input->skipping = false;
            input->used = 0;
        }
    } else {
        input->used += (size_t)got;
        skip_rest(input);
    }
}

static bool has_line(const struct linear_input *input) {
    return input->ended || line_end(input) != NULL;
}

static void on_input(int events, void *data) {
    struct linear_input *input = data;
    (void)events;
    read_more(input);
    input->ready = input->ready || has_line(input);
}

struct linear_input *linear_input_new(struct linear *linear) {
    struct linear_input *input = memory_new(linear, struct linear_input);
    input->watch =
        zp_watch_new(input, linear->cli->loop, STDIN_FILENO, ZP_WATCH_READ, on_input, input);
    if (input->watch)
        zp_watch_set(input->watch, 0);
    return input;
}

void linear_interrupt(struct linear *linear) {
    linear->interrupted = true;
    linear->answered = true;
    linear->input->interrupted = true;
    linear->input->ready = true;
}

void linear_stop(struct linear *linear) {
    linear->stopping = true;
    linear_interrupt(linear);
}

void linear_drop_typed(struct linear *linear) {
    struct linear_input *input = linear->input;
    if (!linear->terminal)
        return;
    tcflush(STDIN_FILENO, TCIFLUSH);
    input->used = 0;
    input->skipping = input->too_long = false;
}

static void wait_for_line(struct linear *linear) {
    struct linear_input *input = linear->input;
    input->ready = has_line(input);
    while (!input->ready && !input->watch) {
        read_more(input);
        input->ready = has_line(input);
    }
    if (!input->ready)
        zp_watch_set(input->watch, ZP_WATCH_READ);
    while (!input->ready)
        zp_loop_run_until(linear->cli->loop, &input->ready, WAIT_MS);
    if (input->watch)
        zp_watch_set(input->watch, 0);
}

// The first line off the buffer, cleaned and trimmed; NULL: there is none and none comes.
static char *take_line(TALLOC_CTX *ctx, struct linear_input *input) {
    char *end = line_end(input);
    size_t size = end ? (size_t)(end - input->bytes) : input->used;
    if (!end && (size == 0 && !input->too_long))
        return NULL;
    char *line = zp_text_clean(ctx, input->bytes, size, LINEAR_LINE_BYTES);
    size_t gone = end ? size + 1 : size;
    memmove(input->bytes, input->bytes + gone, input->used - gone);
    input->used -= gone;
    size_t first = strspn(line, " "), last = strlen(line);
    while (last > first && line[last - 1] == ' ')
        last--;
    line[last] = '\0';
    return memory_strdup(ctx, line + first);
}

static void show_question(struct linear *linear, const char *question) {
    if (!linear->terminal && !question)
        return; // a script needs no prompt: its commands are repeated before their answers
    fprintf(linear->out, "%s%s", question ? question : _("Command?"),
            linear->terminal ? " " : "\n");
}

// A person at a terminal sees what was typed; what a script says stands before its answer.
static void echo(struct linear *linear, const char *line) {
    if (!linear->terminal)
        fprintf(linear->out, "> %s\n", line);
}

static enum linear_reply next_line(struct linear *linear, const char *question, char **line) {
    struct linear_input *input = linear->input;
    input->interrupted = false;
    linear_news_tell(linear);
    if (linear->stopping)
        return LINEAR_END;
    show_question(linear, question);
    if (fflush(linear->out) != 0)
        return LINEAR_END; // nobody reads any more
    wait_for_line(linear);
    if (input->interrupted) {
        fputc('\n', linear->out);
        return linear->stopping ? LINEAR_END : LINEAR_BACK;
    }
    *line = take_line(linear->scratch, input);
    if (!*line) {
        fputs(linear->terminal ? "\n" : "", linear->out);
        return LINEAR_END;
    }
    echo(linear, input->too_long ? "…" : *line);
    return LINEAR_REPLY;
}

enum linear_reply linear_question(struct linear *linear, const char *question, char **line) {
    for (;;) {
        enum linear_reply reply = next_line(linear, question, line);
        if (reply == LINEAR_END && question && !linear->stopping)
            linear_misuse(linear, _("The input has ended in the middle: what was being asked is "
                                    "left undone."));
        if (reply != LINEAR_REPLY)
            return reply;
        if (linear->input->too_long) {
            linear->input->too_long = false;
            linear_misuse(linear, _("That line is too long: nothing of it was taken."));
            if (question && !linear_may_repeat(linear))
                return LINEAR_END;
            continue;
        }
        return question && linear_is_word(*line, "back назад") ? LINEAR_BACK : LINEAR_REPLY;
    }
}

bool linear_may_repeat(const struct linear *linear) {
    return linear->terminal;
}
