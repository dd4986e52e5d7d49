// From the command line to the desk: configuration, one loop, questions answered one at a time.
#include "cli.h"
#include "cli_practice.h"
#include "memory.h"

#include <zapis/i18n.h>

// The desk answers everything within its own deadlines; this only bounds a defect.
#define ANSWER_TIMEOUT_MS (INT64_C(60) * 60 * 1000)

// No configuration, but a practice salon runs here: it is named with what to type, never taken for
// the salon that was meant.
static void tell_practice(struct cli *cli, struct zp_error *err) {
    const struct cli_command *command = cli->call.command;
    const char *own = cli_flag(&cli->call, "linear") ? "--linear" : "";
    const char *words = command ? command->name : own;
    char *path = cli_practice_running(cli);
    if (path && !cli->call.config && !cli_environment("ZAPIS_CONFIG"))
        zp_error_set(err, ZP_E_CONFIG, NULL,
                     _("There is no configuration of a salon. A practice salon (PRACTICE) runs "
                       "here: “zapis %s%s--config %s” opens it."),
                     words, words[0] ? " " : "", path);
    talloc_free(path);
}

bool cli_config(struct cli *cli, enum zp_config_need need, struct zp_error *err) {
    char *path = zp_config_find(cli, cli->call.config, err);
    if (!path) {
        tell_practice(cli, err);
        return false;
    }
    cli->config = zp_config_load(cli, path, need, err);
    if (!cli->config)
        return false;
    zp_i18n_init(cli->config->console.language);
    return true;
}

void cli_keep_answer(TALLOC_CTX *ctx, struct zp_event *answer, const struct zp_event *event) {
    void *const parts[] = {event->catalogue, event->shifts,  event->slots,   event->look,
                           event->booking,   event->history, event->offers,  event->bookings,
                           event->truth,     event->clients, event->numbers, event->card,
                           event->forgotten, event->tasks,   event->checks,  event->steps,
                           event->waitings,  event->fits,    event->told};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i])
            talloc_steal(ctx, parts[i]);
    *answer = *event;
}

static bool is_settled(const struct zp_booking *booking) {
    switch (booking->state) {
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_DROPPED: return true;
    case ZP_BOOKING_BOOKED:
    case ZP_BOOKING_CANCELLED: return booking->crm_state != ZP_CRM_QUEUED;
    default: return false;
    }
}

static void follow(struct cli *cli, const struct zp_booking *booking) {
    if (!booking || !cli->followed || strcmp(booking->request_id, cli->followed->request_id) != 0 ||
        booking->revision < cli->followed->revision)
        return;
    struct zp_booking *copy = zp_booking_copy(cli->answers, booking);
    talloc_free(cli->followed);
    cli->followed = copy;
    cli->settled = is_settled(copy);
}

// Another process of this journal may do what we wait for: its rows are read again.
static void read_again(struct cli *cli) {
    if (!cli->followed || cli->settled)
        return;
    if (cli->reading) {
        cli->stale = true;
        return;
    }
    const struct zp_request request = {.ask = ZP_ASK_SHOW,
                                       .u.show.booking = cli->followed->request_id};
    cli->stale = false;
    cli->reading = zp_desk_submit(cli->desk, &request);
}

// Of other events than the answer only the newest row of a followed booking is kept.
static void on_event(const struct zp_event *event, void *data) {
    struct cli *cli = data;
    if (event->kind == ZP_EVENT_BOOKING) {
        follow(cli, event->booking);
    } else if (event->kind == ZP_EVENT_JOURNAL) {
        read_again(cli);
    } else if (event->kind == ZP_EVENT_ANSWER && event->id == cli->reading) {
        cli->reading = 0;
        follow(cli, event->booking);
        if (cli->stale)
            read_again(cli);
    } else if (event->kind == ZP_EVENT_ANSWER && event->id == cli->awaited && !cli->answered) {
        cli_keep_answer(cli->answers, &cli->answer, event);
        cli->answered = true;
    }
}

bool cli_open(struct cli *cli, bool sync, struct zp_error *err) {
    if (!cli->config && !cli_config(cli, ZP_CONFIG_NEED_ALL, err))
        return false;
    cli->answers = memory_must(talloc_new(cli));
    cli->loop = zp_loop_new(NULL);
    const struct zp_desk_options options = {
        .config = cli->config, .sync = sync, .on_event = on_event, .data = cli};
    cli->desk = zp_desk_open(NULL, cli->loop, &options, err);
    return cli->desk != NULL;
}

const struct zp_event *cli_ask(struct cli *cli, const struct zp_request *request) {
    cli->answered = false;
    cli->answer = (struct zp_event){0};
    cli->awaited = zp_desk_submit(cli->desk, request);
    if (!zp_loop_run_until(cli->loop, &cli->answered, ANSWER_TIMEOUT_MS)) {
        cli->answer = (struct zp_event){.kind = ZP_EVENT_ANSWER, .ask = request->ask};
        zp_error_set(&cli->answer.error, ZP_E_UNKNOWN, NULL,
                     _("No answer came within an hour: see “zapis queue” for what is still "
                       "on its way."));
    }
    return &cli->answer;
}

const struct zp_booking *cli_wait(struct cli *cli, const struct zp_booking *booking,
                                  int64_t seconds) {
    cli->followed = zp_booking_copy(cli->answers, booking);
    cli->settled = is_settled(booking);
    read_again(cli); // it may have moved on before we followed it
    if (!cli->settled && seconds > 0)
        zp_loop_run_until(cli->loop, &cli->settled, seconds * 1000);
    return cli->followed;
}
