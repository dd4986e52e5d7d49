// zapis wait: who waits for a time that is not free, and who fits one that turned free.
#include "cli_commands.h"
#include "cli_json.h"
#include "cli_text.h"
#include "memory.h"
#include "waiting_words.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

const struct cli_option cli_wait_options[] = {
    {"add", NULL, 0, N_("put a client on the list")},
    {"change", N_("ID"), 0, N_("another wish of this one: what is given, the rest stays")},
    {"drop", N_("ID"), 0, N_("take this one off the list; with --reason")},
    {"show", N_("ID"), 0, N_("this one with its history")},
    {"all", NULL, 0, N_("those that are booked or were taken off the list too")},
    {"service", N_("ID"), CLI_MANY, N_("a service; several in the order they are done")},
    {"master", N_("ID"), 0, N_("only this master; “any”: whoever does it")},
    {"date", N_("DATE"), 0, N_("the first day; without it: today")},
    {"days", N_("N"), 0, N_("so many days; without it: one")},
    {"time", N_("FROM-TO"), 0, N_("the visit begins within these hours: 10:00-14:00")},
    {"phone", N_("PHONE"), 0, N_("the client's phone, as it is dictated")},
    {"name", N_("NAME"), 0, N_("the client's name")},
    {"comment", N_("TEXT"), 0, N_("what else matters")},
    {"reason", N_("TEXT"), 0, N_("why the client does not wait any more")},
    {0},
};

void cli_wait_notes(FILE *file) {
    fprintf(
        file, "\n%s\n",
        _("Without an option: who waits, longest first, and whom a cancelled visit's time fits.\n"
          "It turned free here; whether it is free only Dikidi tells: “zapis slots”.\n"
          "To book for somebody on the list: “zapis book … --waiting ID”."));
}

// ---- as JSON

static void add_date(struct zp_json *object, const char *key, struct zp_date date) {
    char out[ZP_DATE_SIZE];
    zp_date_format(date, out);
    zp_json_add_string(object, key, out);
}

static void add_minute(struct zp_json *object, const char *key, int minute) {
    char out[WORDS_SIZE];
    words_minute(minute, out);
    zp_json_add_string(object, key, out);
}

static void json_fits(struct zp_json *object, const struct zp_waiting *one,
                      const struct zp_fits *fits, const struct zp_zone *zone) {
    if (!fits) {
        zp_json_add_null(object, "fits"); // without a price list nobody can tell
        return;
    }
    struct zp_json *list = zp_json_add_array(object, "fits");
    for (size_t i = 0; i < fits->count; i++) {
        const struct zp_fit *fit = &fits->fits[i];
        if (fit->waiting_id != one->id)
            continue;
        struct zp_json *place = zp_json_add_object(list, NULL);
        zp_json_add_string(place, "master_id", fit->master_id);
        zp_json_add_string(place, "master", fit->master);
        cli_json_instant(place, "starts_at", zone, fit->starts_at);
        cli_json_instant(place, "ends_at", zone, fit->ends_at);
    }
}

void cli_json_waiting(struct zp_json *object, const struct zp_waiting *one,
                      const struct zp_zone *zone) {
    char id[24];
    (void)snprintf(id, sizeof id, "%lld", (long long)one->id);
    zp_json_add_string(object, "id", id);
    zp_json_add_string(object, "state", zp_waiting_state_name(one->state));
    struct zp_json *client = zp_json_add_object(object, "client");
    zp_json_add_string(client, "name", one->client_name);
    zp_json_add_string(client, "phone", one->client_phone);
    struct zp_json *ids = zp_json_add_array(object, "service_ids");
    for (size_t i = 0; i < one->service_count; i++)
        zp_json_add_string(ids, NULL, one->service_ids[i]);
    zp_json_add_string(object, "services", one->services);
    zp_json_add_string(object, "master_id", one->master_id);
    zp_json_add_string(object, "master", one->master);
    add_date(object, "from", one->from);
    add_date(object, "to", one->to);
    add_minute(object, "time_from", one->from_min);
    add_minute(object, "time_to", one->to_min);
    zp_json_add_string(object, "comment", one->comment);
    cli_json_instant(object, "made_at", zone, one->made_at);
    zp_json_add_string(object, "made_by", one->made_by);
    zp_json_add_string(object, "request_id", one->request_id);
    zp_json_add_string(object, "reason", one->reason);
}

static void print_json(struct cli *cli, const struct zp_event *answer, bool fits, bool history) {
    struct zp_json *root = zp_json_new_object(cli);
    struct zp_json *list = zp_json_add_array(root, "waiting");
    for (size_t i = 0; i < answer->waiting_count; i++) {
        struct zp_json *object = zp_json_add_object(list, NULL);
        cli_json_waiting(object, &answer->waitings[i], cli->config->zone);
        if (fits)
            json_fits(object, &answer->waitings[i], answer->fits, cli->config->zone);
        if (history)
            cli_json_history(object, answer->history, answer->history_count, cli->config->zone);
    }
    cli_json_print(cli->out, root);
}

// ---- as text

static void print_fits(struct cli *cli, const struct zp_event *answer) {
    const struct zp_fits *fits = answer->fits;
    if (!fits)
        cli_remark(cli, "%s", _("The price list is not known: nobody can tell whom a time fits."));
    for (size_t i = 0; fits && i < fits->count; i++) {
        const struct zp_waiting *one = &answer->waitings[fits->fits[i].at];
        fprintf(cli->out, "%s%s\n", i == 0 ? "\n" : "",
                waiting_fit_text(cli, cli->config->zone, one, &fits->fits[i]));
    }
}

static void print_list(struct cli *cli, const struct zp_event *answer) {
    if (answer->waiting_count == 0) {
        fprintf(cli->out, "%s\n", _("Nobody waits."));
        return;
    }
    struct cli_table *table = cli_table_new(cli, "rllllll");
    CLI_ROW(table, _("id"), _("since"), _("client"), _("phone"), _("wish"), _("when"), _("state"));
    for (size_t i = 0; i < answer->waiting_count; i++) {
        const struct zp_waiting *one = &answer->waitings[i];
        char phone[ZP_PHONE_TEXT_SIZE];
        zp_phone_format(one->client_phone, phone);
        CLI_ROW(table, memory_printf(table, "%lld", (long long)one->id),
                cli_text_instant(table, cli->config->zone, one->made_at), one->client_name,
                memory_strdup(table, phone), waiting_wish_text(table, one),
                waiting_when_text(table, one), zp_waiting_state_words(one->state));
    }
    cli_table_print(table, cli->out);
    if (answer->ask == ZP_ASK_WAITING)
        print_fits(cli, answer);
}

static void print_history(struct cli *cli, const struct zp_event *answer) {
    fputc('\n', cli->out);
    for (size_t i = 0; i < answer->history_count; i++) {
        const struct zp_history *line = &answer->history[i];
        fprintf(cli->out, "%s  %s  %s%s%s\n", cli_text_instant(cli, cli->config->zone, line->at),
                line->by, waiting_history_words(line->what), line->detail[0] ? ": " : "",
                line->detail);
    }
}

static int show(struct cli *cli, const struct zp_event *answer, bool history) {
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    if (cli->call.json) {
        print_json(cli, answer, answer->ask == ZP_ASK_WAITING, history);
        return 0;
    }
    print_list(cli, answer);
    if (history)
        print_history(cli, answer);
    return 0;
}

// ---- what is asked for

static struct zp_date today(const struct cli *cli) {
    return zp_zone_wall(cli->config->zone, zp_clock_now(&cli->config->clock)).date;
}

static bool read_days(const struct cli *cli, struct zp_waiting *wish, struct zp_error *err) {
    const struct cli_call *call = &cli->call;
    int64_t days = zp_date_days_between(wish->from, wish->to) + 1;
    if (cli_value(call, "date") &&
        !zp_date_parse_human(cli_value(call, "date"), today(cli), &wish->from, err))
        return false;
    if (!cli_number(call, "days", 1, ZP_LIMIT_DAYS, days, &days, err))
        return false;
    wish->to = zp_date_add_days(wish->from, (int)days - 1);
    return !cli_value(call, "time") ||
           waiting_time_parse(cli_value(call, "time"), &wish->from_min, &wish->to_min, err);
}

// What the options say goes over what is there.
static bool read_wish(struct cli *cli, struct zp_waiting *wish, struct zp_error *err) {
    const struct cli_call *call = &cli->call;
    size_t count = 0;
    const char *const *ids = cli_values(cli, call, "service", &count);
    const char *master = cli_value(call, "master");
    if (count > 0) {
        wish->service_count = count;
        wish->service_ids = memory_array(cli, char *, count);
        for (size_t i = 0; i < count; i++)
            wish->service_ids[i] = memory_strdup(cli, ids[i]);
    }
    if (master)
        wish->master_id = strcmp(master, "any") == 0 ? NULL : memory_strdup(cli, master);
    if (cli_value(call, "phone"))
        wish->client_phone = memory_strdup(cli, cli_value(call, "phone"));
    if (cli_value(call, "name"))
        wish->client_name = memory_strdup(cli, cli_value(call, "name"));
    if (cli_value(call, "comment"))
        wish->comment = memory_strdup(cli, cli_value(call, "comment"));
    return read_days(cli, wish, err);
}

static int put(struct cli *cli, struct zp_waiting *wish) {
    struct zp_error error = {0};
    if (!read_wish(cli, wish, &error))
        return cli_fail(cli, &error);
    const struct zp_request request = {.ask = ZP_ASK_WAITING_PUT, .u.waiting_put = {.wish = wish}};
    return show(cli, cli_ask(cli, &request), false);
}

static int add(struct cli *cli) {
    struct zp_waiting wish = {.from = today(cli), .to = today(cli), .to_min = ZP_WAITING_DAY_MIN};
    return put(cli, &wish);
}

static int change(struct cli *cli, int64_t id) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING, .u.waiting = {.id = id}};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok)
        return cli_fail(cli, &answer->error);
    struct zp_waiting wish = answer->waitings[0];
    return put(cli, &wish);
}

static int drop(struct cli *cli, int64_t id) {
    const struct zp_request request = {
        .ask = ZP_ASK_WAITING_DROP,
        .u.waiting_drop = {.id = id, .reason = cli_value(&cli->call, "reason")}};
    return show(cli, cli_ask(cli, &request), false);
}

static int list(struct cli *cli, int64_t id) {
    const struct zp_request request = {
        .ask = ZP_ASK_WAITING, .u.waiting = {.id = id, .ended = cli_flag(&cli->call, "all")}};
    return show(cli, cli_ask(cli, &request), id != 0);
}

int cli_wait_run(struct cli *cli) {
    static const char *const ways[] = {"change", "drop", "show"};
    struct zp_error error = {0};
    int64_t ids[3] = {0};
    int given = cli_flag(&cli->call, "add");
    for (size_t i = 0; i < 3; i++) {
        if (!cli_number(&cli->call, ways[i], 1, INT64_MAX, 0, &ids[i], &error))
            return cli_fail(cli, &error);
        given += ids[i] != 0;
    }
    if (given > 1)
        return cli_misuse(cli, _("Give only one of --add, --change, --drop and --show."));
    if (!cli_open(cli, false, &error))
        return cli_fail(cli, &error);
    if (cli_flag(&cli->call, "add"))
        return add(cli);
    if (ids[0] != 0)
        return change(cli, ids[0]);
    return ids[1] != 0 ? drop(cli, ids[1]) : list(cli, ids[2]);
}
