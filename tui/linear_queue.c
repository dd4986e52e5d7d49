// The queue and the set-up proof in the dialogue.
#include "check_words.h"
#include "cli_text.h"
#include "linear.h"
#include "memory.h"
#include "words.h"
#include "words_history.h"

#include <string.h>
#include <zapis/i18n.h>

static const struct zp_event *read_queue(struct linear *linear) {
    const struct zp_request request = {.ask = ZP_ASK_QUEUE};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok)
        linear_fail(linear, &answer->error);
    return answer;
}

static const char *when_words(struct linear *linear, const struct zp_task *task) {
    char clock[WORDS_SIZE];
    switch (task->state) {
    case ZP_TASK_ATTENTION: return _("needs you");
    case ZP_TASK_RUNNING: return _("at work");
    case ZP_TASK_WAITING: break;
    }
    if (task->next_at <= zp_desk_now(linear->cli->desk))
        return _("now");
    words_clock(linear->config->zone, task->next_at, clock);
    return memory_strdup(linear->scratch, clock);
}

// Whose booking, or what else it is about.
static const char *about(struct linear *linear, const struct zp_task *task) {
    const char *reference = words_subject_booking(task);
    const char *subject =
        task->request_id ? words_subject(linear->scratch, task->request_id) : NULL;
    if (!reference)
        return subject ? subject : "";
    const struct zp_request request = {.ask = ZP_ASK_SHOW, .u.show = {.booking = reference}};
    TALLOC_CTX *ctx = linear->scratch;
    const struct zp_event *answer = linear_ask(linear, ctx, &request);
    return answer->booking ? linear_booking_line(linear, ctx, answer->booking)
           : subject       ? subject
                           : reference;
}

static void say_task(struct linear *linear, const struct zp_task *task) {
    const char *of = about(linear, task);
    linear_say(linear, _("Task %lld, %s: %s%s%s"), (long long)task->id, when_words(linear, task),
               words_task(task->kind), of[0] ? "; " : "", of);
}

void linear_queue(struct linear *linear, const char *args) {
    const struct zp_event answer = *read_queue(linear);
    (void)args;
    if (!answer.ok)
        return;
    if (answer.task_count == 0)
        linear_say(linear, "%s", _("Nothing waits."));
    for (size_t i = 0; i < answer.task_count; i++)
        say_task(linear, &answer.tasks[i]);
    if (answer.task_count > 0)
        linear_say(linear, "%s", _("“explain”, “retry” or “drop” and the task's number."));
}

// The task that the words after a command name; the only one may be left unnamed.
static const struct zp_task *named(struct linear *linear, const char *args) {
    const struct zp_event *answer = read_queue(linear);
    const struct zp_task *const tasks = answer->tasks;
    const size_t count = answer->task_count;
    char *end = NULL;
    const long long id = strtoll(args, &end, 10);
    if (!answer->ok)
        return NULL;
    if (args[0] == '\0' && count == 1)
        return &tasks[0];
    for (size_t i = 0; i < count && *end == '\0'; i++)
        if (tasks[i].id == id)
            return &tasks[i];
    linear_misuse(linear, memory_printf(linear->scratch,
                                        _("“%s” is not a task number: “queue” lists them."), args));
    return NULL;
}

static void say_why(struct linear *linear, const struct zp_task *task) {
    linear_say(linear, "%s",
               task->error && task->error[0] ? linear_sentence(linear->scratch, task->error)
                                             : _("It goes by itself; nothing is to be done."));
}

void linear_explain(struct linear *linear, const char *args) {
    const struct zp_task *task = named(linear, args);
    if (!task)
        return;
    say_task(linear, task);
    linear_say(linear, P_("Tried %d time.", "Tried %d times.", (unsigned long)task->attempts),
               task->attempts);
    say_why(linear, task);
}

static void act(struct linear *linear, enum zp_ask ask, const struct zp_task *task) {
    const struct zp_request request = {.ask = ask,
                                       .u.queue = {.task_id = task->id, .list = task->list}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (answer->ok)
        linear_say(linear, "%s", ask == ZP_ASK_QUEUE_DROP ? _("Given up.") : _("It is tried now."));
    else
        linear_fail(linear, &answer->error);
}

// What a retry would undo nowhere is asked about first.
void linear_retry(struct linear *linear, const char *args) {
    const struct zp_task *task = named(linear, args);
    if (!task)
        return;
    say_task(linear, task);
    if (words_task_is_grave(task)) {
        say_why(linear, task);
        linear_say(linear, "%s", words_task_grave());
        if (!linear_yes(linear, _("Cancel them? yes or no"))) {
            linear_say(linear, "%s", _("Nothing was done."));
            return;
        }
    }
    act(linear, ZP_ASK_QUEUE_RETRY, task);
}

void linear_drop(struct linear *linear, const char *args) {
    const struct zp_task *task = named(linear, args);
    if (!task)
        return;
    say_task(linear, task);
    if (task->list != 0)
        say_why(linear, task); // what is decided is what was read out
    linear_say(linear, "%s", words_task_drop(task->kind));
    if (linear_yes(linear, _("Give it up? yes or no")))
        act(linear, ZP_ASK_QUEUE_DROP, task);
    else
        linear_say(linear, "%s", _("Nothing was done."));
}

// ---- the set-up proof

void linear_check(struct linear *linear, const char *args) {
    const struct zp_request request = {.ask = ZP_ASK_CHECK};
    (void)args;
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    for (size_t i = 0; i < answer->check_count; i++)
        linear_say(linear, "%s: %s. %s", check_words_state(answer->checks[i].state),
                   check_words_title(answer->checks[i].name),
                   linear_names(linear->scratch, answer->checks[i].detail));
    const int status = cli_check_status(answer->checks, answer->check_count);
    if (!answer->ok && answer->check_count == 0)
        linear_fail(linear, &answer->error);
    else if (status != 0)
        linear_worse(linear, status);
    else
        linear_say(linear, "%s", _("The set-up works."));
}
