// The dialogue's frame: opens the desk, reads commands until the end, asks and says.
#include "linear.h"
#include "cli_ask.h"
#include "memory.h"
#include "receiver_watch.h"
#include "words.h"

#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define PATIENCE_MS 1500 // after which a person hears that an answer is awaited
#define ANSWER_MS   (INT64_C(60) * 60 * 1000)
#define LISTED      15 // of a list to choose from, before a word is asked for
#define TWICE_MS    5000

// ---- saying

void linear_say(struct linear *linear, const char *format, ...) {
    va_list args;
    va_start(args, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): begun just above
    vfprintf(linear->out, format, args);
    va_end(args);
    fputc('\n', linear->out);
}

// A defect is worse than a set-up, a set-up than silence, silence than a refusal.
static int gravity(int status) {
    return status == 1 ? 6 : status;
}

void linear_worse(struct linear *linear, int status) {
    if (gravity(status) > gravity(linear->status))
        linear->status = status;
}

void linear_fail(struct linear *linear, const struct zp_error *error) {
    linear_say(linear, "%s", linear_sentence(linear->scratch, error->message));
    linear_worse(linear, zp_error_exit_status(error->code));
}

void linear_misuse(struct linear *linear, const char *sentence) {
    linear_say(linear, "%s", sentence);
    linear_worse(linear, zp_error_exit_status(ZP_E_USAGE));
}

// ---- asking the desk

static void on_event(const struct zp_event *event, void *data) {
    struct linear *linear = data;
    if (event->kind != ZP_EVENT_ANSWER) {
        linear_news_event(linear, event);
    } else if (event->id == linear->awaited) {
        cli_keep_answer(linear->keeper, &linear->answer, event);
        linear->awaited = 0;
        linear->answered = true;
    }
}

static void wait_for_answer(struct linear *linear) {
    struct zp_loop *loop = linear->cli->loop;
    if (linear->terminal && !zp_loop_run_until(loop, &linear->answered, PATIENCE_MS)) {
        linear_say(linear, "%s", _("Waiting for the answer …"));
        fflush(linear->out);
    }
    while (linear->awaited != 0) {
        if (zp_loop_run_until(loop, &linear->answered, ANSWER_MS) && linear->interrupted) {
            zp_desk_cancel(linear->cli->desk, linear->awaited);
            linear->interrupted = false;
        }
        linear->answered = linear->awaited == 0;
    }
}

const struct zp_event *linear_ask(struct linear *linear, TALLOC_CTX *ctx,
                                  const struct zp_request *request) {
    linear->keeper = ctx;
    linear->answered = linear->interrupted = false;
    linear->awaited = zp_desk_submit(linear->cli->desk, request);
    wait_for_answer(linear);
    return &linear->answer;
}

// ---- asking the person

bool linear_is_word(const char *line, const char *words) {
    bool found = false;
    char *folded = zp_text_fold(NULL, line);
    char *other = zp_text_other_layout(folded, folded);
    while (*words && !found) {
        const size_t size = strcspn(words, " ");
        found = (strlen(folded) == size && memcmp(folded, words, size) == 0) ||
                (strlen(other) == size && memcmp(other, words, size) == 0);
        words += size + (words[size] == ' ');
    }
    talloc_free(folded);
    return found;
}

// No other layout for a yes: the Russian letter on the key of y is the first one of "no".
enum linear_reply linear_yes_or_no(struct linear *linear, const char *question, bool *yes) {
    char *line = NULL;
    for (;;) {
        const enum linear_reply reply = linear_question(linear, question, &line);
        *yes = reply == LINEAR_REPLY && cli_ask_is_yes(line);
        if (reply != LINEAR_REPLY || *yes || !linear_may_repeat(linear) ||
            linear_is_word(line, "n no н нет"))
            return reply;
        linear_say(linear, "%s", _("Nothing is done yet: answer “yes” or “no”."));
    }
}

bool linear_yes(struct linear *linear, const char *question) {
    bool yes = false;
    return linear_yes_or_no(linear, question, &yes) == LINEAR_REPLY && yes;
}

static void list_some(struct linear *linear, const char *const *names, const size_t *which,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        linear_say(linear, "%zu. %s", which[i] + 1, names[which[i]]);
}

// Every word that was written begins one of the name's, in any order.
static bool all_words_fit(const char *line, const char *name) {
    bool fits = true;
    char *words = memory_strdup(NULL, line);
    char *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word && fits; word = strtok_r(NULL, " ", &rest))
        fits = zp_text_matches(name, word);
    talloc_free(words);
    return fits;
}

static bool is_same(const char *line, const char *name) {
    char *a = zp_text_fold(NULL, line), *b = zp_text_fold(NULL, name);
    const bool same = strcmp(a, b) == 0;
    talloc_free(a);
    talloc_free(b);
    return same;
}

// The number itself, the whole name, or those whose words begin so.
size_t linear_fitting(const char *line, const char *const *names, size_t count, size_t *which) {
    char *end = NULL;
    const unsigned long number = strtoul(line, &end, 10);
    size_t found = 0;
    if (line[0] >= '0' && line[0] <= '9' && *end == '\0') {
        which[0] = number - 1;
        return number >= 1 && number <= count ? 1 : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_same(line, names[i])) {
            which[0] = i;
            return 1;
        }
        if (all_words_fit(line, names[i]))
            which[found++] = i;
    }
    return found;
}

enum linear_reply linear_choose(struct linear *linear, const char *question,
                                const char *const *names, size_t count, bool none, size_t *chosen) {
    size_t *which = memory_array(linear->scratch, size_t, count);
    char *line = NULL;
    for (size_t i = 0; i < count; i++)
        which[i] = i;
    if (count <= LISTED)
        list_some(linear, names, which, count);
    for (;;) {
        const enum linear_reply reply = linear_question(linear, question, &line);
        size_t found = 0;
        if (reply != LINEAR_REPLY)
            return reply;
        *chosen = (size_t)-1;
        if (line[0] == '\0' && none)
            return LINEAR_REPLY;
        const bool all = line[0] == '\0' || linear_is_word(line, "? list список");
        found = all ? count : linear_fitting(line, names, count, which);
        for (size_t i = 0; all && i < count; i++)
            which[i] = i;
        if (found == 1 && !all) {
            *chosen = which[0];
            return LINEAR_REPLY;
        }
        if (found == 0)
            linear_misuse(linear, _("Nothing in the list fits: write a number, the beginning of a "
                                    "word, or “list”."));
        list_some(linear, names, which, found);
        if (!all && !linear_may_repeat(linear)) {
            if (found > 1)
                linear_misuse(linear, _("Several fit: write more of the word, or the number."));
            return LINEAR_END;
        }
    }
}

// ---- the run

static void on_interrupt(int signum, void *data) {
    (void)signum;
    linear_interrupt(data);
}

static void on_stop(int signum, void *data) {
    (void)signum;
    linear_stop(data);
}

static bool open_desk(struct linear *linear, struct zp_error *err) {
    static const int stops[] = {SIGTERM, SIGHUP};
    const struct passwd *account = getpwuid(getuid()); // NOLINT(concurrency-mt-unsafe): one thread
    struct cli *cli = linear->cli;
    cli->loop = zp_loop_new(NULL);
    zp_signal_background(zp_signal_new(cli->loop, cli->loop, SIGINT, on_interrupt, linear));
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
        zp_signal_background(zp_signal_new(cli->loop, cli->loop, stops[i], on_stop, linear));
    linear->input = linear_input_new(linear);
    linear->news = linear_news_new(linear);
    const struct zp_desk_options options = {.config = cli->config,
                                            .sync = true,
                                            .operator_name = account ? account->pw_name : NULL,
                                            .on_event = on_event,
                                            .data = linear};
    cli->desk = zp_desk_open(NULL, cli->loop, &options, err);
    return cli->desk != NULL;
}

static void greet(struct linear *linear) {
    const struct zp_date today = linear_today(linear);
    char date[WORDS_SIZE], clock[WORDS_SIZE];
    words_date(today, date);
    words_clock(linear->config->zone, zp_desk_now(linear->cli->desk), clock);
    if (linear->config->practice.on)
        linear_say(linear, "%s. %s", _("PRACTICE"), _("Nothing leaves this machine."));
    linear_say(linear, "%s. %s, %s.", linear->config->salon.name, date, clock);
    linear_news_greet(linear);
    linear_say(linear, "%s", _("“help” lists the commands; Enter alone tells what is new."));
}

// Ctrl-C at the top: once more within some seconds leaves.
static bool leaves_by_interrupt(struct linear *linear) {
    const int64_t now = zp_loop_now_ms(linear->cli->loop);
    const bool twice = linear->interrupted_at != 0 && now - linear->interrupted_at < TWICE_MS;
    linear->interrupted_at = now;
    if (!linear->terminal || twice)
        return true;
    linear_say(linear, "%s", _("Ctrl-C once more leaves."));
    return false;
}

static void converse(struct linear *linear) {
    bool on = true;
    greet(linear);
    while (on) {
        TALLOC_CTX *scratch = memory_must(talloc_new(linear));
        char *line = NULL;
        linear->scratch = scratch;
        const enum linear_reply reply = linear_question(linear, NULL, &line);
        if (reply == LINEAR_REPLY) {
            linear->interrupted_at = 0;
            on = linear_command(linear, line);
        } else {
            on = reply == LINEAR_BACK && !leaves_by_interrupt(linear);
        }
        linear->scratch = NULL;
        talloc_free(scratch);
    }
}

// The desk and the loop stay the run's: cli_main closes them in their order.
int linear_run(struct cli *cli, pid_t receiver, const char *log) {
    struct zp_error error = {0};
    struct linear *linear = memory_new(NULL, struct linear);
    linear->cli = cli;
    linear->config = cli->config;
    linear->out = cli->out;
    linear->terminal = isatty(STDIN_FILENO);
    linear->scratch = linear;
    int status = 0;
    if (open_desk(linear, &error)) {
        struct receiver_watch *watch =
            receiver_watch_new(linear, cli->loop, receiver, log, linear_news_receiver, linear);
        converse(linear);
        talloc_free(watch);
        status = linear->terminal ? 0 : linear->status;
    } else {
        status = cli_fail(cli, &error);
    }
    talloc_free(cli->desk);
    cli->desk = NULL;
    talloc_free(linear);
    return status;
}
