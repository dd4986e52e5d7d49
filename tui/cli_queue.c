// zapis queue: what waits, what failed and why; one task tried again or given up.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"
#include "error_text.h"
#include "memory.h"
#include "words_history.h"

#include <string.h>
#include <zapis/i18n.h>

const struct cli_option cli_queue_options[] = {
    {"retry", N_("ID"), 0, N_("this task is due now")},
    {"drop", N_("ID"), 0, N_("give this task up: it will not be done")},
    {"list", N_("ID"), 0, N_("with --retry or --drop of a list of visits: the list you saw")},
    {0},
};

static const char *state_words(enum zp_task_state state) {
    switch (state) {
    case ZP_TASK_WAITING: return _("waiting");
    case ZP_TASK_RUNNING: return _("running");
    case ZP_TASK_ATTENTION: return _("needs a person");
    }
    return "";
}

// What a task is about: a booking's number, or what else it is.
static const char *about(TALLOC_CTX *ctx, const struct zp_task *task) {
    const char *subject = words_subject(ctx, task->request_id);
    if (subject && !task->booking_id)
        return subject;
    return task->booking_id ? task->booking_id : task->request_id;
}

// A table has lines: of a problem that has several the first stands in it, all of it below.
static const char *first_line(TALLOC_CTX *ctx, const char *problem) {
    const size_t length = problem ? strcspn(problem, "\n") : 0;
    return problem && problem[length] ? talloc_strndup(ctx, problem, length) : problem;
}

static void print_long_problem(struct cli *cli, const struct zp_task *task) {
    const long long id = task->id, list = task->list;
    fprintf(cli->out, "\n%lld:\n%s\n", id, error_text(cli, task->error));
    if (list != 0)
        fprintf(cli->out,
                _("retry: zapis queue --retry %lld --list %lld\n"
                  "drop:  zapis queue --drop %lld --list %lld\n"),
                id, list, id, list);
}

static void print_long_problems(struct cli *cli, const struct zp_task *tasks, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (tasks[i].error && strchr(tasks[i].error, '\n'))
            print_long_problem(cli, &tasks[i]);
}

static void print_queue(struct cli *cli, const struct zp_task *tasks, size_t count) {
    if (count == 0) {
        fprintf(cli->out, "%s\n", _("Nothing waits."));
        return;
    }
    struct cli_table *table = cli_table_new(cli, "rlllrll");
    CLI_ROW(table, _("id"), _("task"), _("booking"), _("state"), _("tries"), _("next"),
            _("problem"));
    for (size_t i = 0; i < count; i++) {
        const struct zp_task *t = &tasks[i];
        CLI_ROW(table, memory_printf(table, "%lld", (long long)t->id), words_task(t->kind),
                about(table, t), state_words(t->state), memory_printf(table, "%d", t->attempts),
                cli_text_instant(table, cli->config->zone, t->next_at),
                first_line(table, error_text(table, t->error)));
    }
    cli_table_print(table, cli->out);
    print_long_problems(cli, tasks, count);
}

// --retry or --drop first, when given.
static bool change_task(struct cli *cli, struct zp_error *err) {
    bool retry = cli_flag(&cli->call, "retry");
    if (!retry && !cli_flag(&cli->call, "drop"))
        return true;
    const char *const text = cli_value(&cli->call, retry ? "retry" : "drop");
    struct zp_request request = {.ask = retry ? ZP_ASK_QUEUE_RETRY : ZP_ASK_QUEUE_DROP};
    if (!cli_number(&cli->call, retry ? "retry" : "drop", 1, INT64_MAX, 0, &request.u.queue.task_id,
                    err))
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("“%s” is not a task number: “zapis queue” lists them."), text);
    const char *const list = cli_value(&cli->call, "list");
    if (!cli_number(&cli->call, "list", 1, INT64_MAX, 0, &request.u.queue.list, err))
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("“%s” is not the number of a list: “zapis queue” shows it."), list);
    const struct zp_event *answer = cli_ask(cli, &request);
    *err = answer->error;
    return answer->ok;
}

int cli_queue_run(struct cli *cli) {
    struct zp_error error = {0};
    if (cli_flag(&cli->call, "retry") && cli_flag(&cli->call, "drop"))
        return cli_misuse(cli, _("Give either --retry or --drop."));
    if (cli_flag(&cli->call, "list") && !cli_flag(&cli->call, "retry") &&
        !cli_flag(&cli->call, "drop"))
        return cli_misuse(cli, _("--list goes with --retry or --drop."));
    if (!cli_open(cli, false, &error) || !change_task(cli, &error))
        return cli_fail(cli, &error);
    const struct zp_request request = {.ask = ZP_ASK_QUEUE};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (cli->call.json)
        cli_json_print(cli->out,
                       cli_json_queue(cli, answer->tasks, answer->task_count, cli->config->zone));
    else
        print_queue(cli, answer->tasks, answer->task_count);
    return 0;
}
