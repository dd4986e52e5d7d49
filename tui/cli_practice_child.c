// The practice servers under the console: one child, two pipes. The child tells the path of its
// configuration, or its error, through the first; the second is only held open: its end is ours.
// Under the child runs `zapis serve`, so that what is done in the app is seen at once; the child
// ends it first, and it ends with the child whatever ends that.
#include "cli_practice.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/json.h>

#define RECEIVER_MS 1000 // to end by itself; the journal does not need it

// What the child reports, once. Both sides are the same program.
struct report {
    bool ok;
    pid_t receiver; // -1: it could not be started
    struct zp_error error;
    char config[4096];
};

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

// A directory made for one run goes with it; whichever of the two ends last finds nothing to do.
static void remove_fresh(const struct cli_practice *practice) {
    if (practice->fresh) // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread of ours walks
        nftw(practice->options.state_dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void on_life(int events, void *data) {
    (void)events;
    zp_loop_stop(data);
}

static void on_stop(int signum, void *data) {
    (void)signum;
    zp_loop_stop(data);
}

// The pipe's end is seen before the death signal comes: without this the latter would meet the end
// of the work with its handler gone, and a directory with secrets would stay.
static void finish_undisturbed(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void quiet_descriptors(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
}

// ---- zapis serve under the servers

// Its log is the only thing that outlives a failure of it.
static char *log_path(TALLOC_CTX *ctx, const struct cli_practice *practice) {
    return memory_printf(ctx, "%s/serve.log", practice->options.state_dir);
}

static pid_t begin_receiver(const struct cli_practice *practice, const char *config) {
    const char *const arguments[] = {practice->options.program, "--config", config, "serve", NULL};
    char *path = log_path(NULL, practice);
    const int log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    const pid_t parent = getpid();
    sigset_t none;
    sigemptyset(&none);
    talloc_free(path);
    const pid_t receiver = fork();
    if (receiver == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        sigprocmask(SIG_SETMASK, &none, NULL);
        if (getppid() == parent && dup2(log, STDERR_FILENO) == STDERR_FILENO)
            execv(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    if (log >= 0)
        close(log);
    return receiver;
}

static void end_receiver(pid_t receiver) {
    if (receiver <= 0)
        return;
    struct pollfd ended = {.fd = pidfd_open(receiver, 0), .events = POLLIN};
    kill(receiver, SIGTERM);
    if (ended.fd < 0 || poll(&ended, 1, RECEIVER_MS) != 1)
        kill(receiver, SIGKILL);
    while (waitpid(receiver, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (ended.fd >= 0)
        close(ended.fd);
}

static void send_report(int fd, const struct report *report) {
    const char *bytes = (const char *)report;
    for (size_t sent = 0; sent < sizeof *report;) {
        ssize_t n = write(fd, bytes + sent, sizeof *report - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    close(fd);
}

static _Noreturn void child_main(const struct cli_practice *practice, pid_t parent, int tell,
                                 int life) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    setsid(); // Ctrl-C and a closed terminal are the console's to answer
    quiet_descriptors();
    struct report report = {0};
    struct zp_loop *loop = zp_loop_new(NULL);
    zp_signal_new(loop, loop, SIGTERM, on_stop, loop);
    zp_signal_new(loop, loop, SIGINT, on_stop, loop);
    zp_watch_new(loop, loop, life, ZP_WATCH_READ, on_life, loop);
    struct zp_practice *servers = zp_practice_start(NULL, loop, &practice->options, &report.error);
    report.ok = servers != NULL;
    if (servers) {
        snprintf(report.config, sizeof report.config, "%s", zp_practice_config_path(servers));
        report.receiver = begin_receiver(practice, report.config);
    }
    send_report(tell, &report);
    if (servers)
        zp_loop_run(loop);
    finish_undisturbed();
    end_receiver(report.receiver);
    talloc_free(servers);
    talloc_free(loop);
    remove_fresh(practice);
    _exit(0);
}

static bool read_report(int fd, struct report *report) {
    char *bytes = (char *)report;
    size_t got = 0;
    while (got < sizeof *report) {
        ssize_t n = read(fd, bytes + got, sizeof *report - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static bool cannot_start(struct zp_error *err) {
    return zp_error_set(err, ZP_E_INTERNAL, NULL,
                        _("The practice servers could not be started: %s"), strerrordesc_np(errno));
}

bool cli_practice_begin(struct cli *cli, struct cli_practice *practice, struct zp_error *err) {
    int tell[2], life[2];
    struct report report;
    pid_t parent = getpid();
    if (pipe2(tell, O_CLOEXEC) != 0)
        return cannot_start(err);
    if (pipe2(life, O_CLOEXEC) != 0) {
        close(tell[0]);
        close(tell[1]);
        return cannot_start(err);
    }
    practice->child = fork();
    if (practice->child == 0) {
        close(tell[0]);
        close(life[1]);
        child_main(practice, parent, tell[1], life[0]);
    }
    bool forked = practice->child > 0;
    close(tell[1]);
    close(life[0]);
    practice->life = life[1];
    bool told = forked && read_report(tell[0], &report);
    close(tell[0]);
    if (told && report.ok) {
        cli->call.config = memory_strdup(cli, report.config);
        practice->receiver = report.receiver;
        practice->receiver_log = log_path(cli, practice);
        return true;
    }
    if (told)
        *err = report.error;
    else
        cannot_start(err);
    cli_practice_end(practice);
    return false;
}

void cli_practice_end(struct cli_practice *practice) {
    close(practice->life);
    if (practice->child > 0)
        while (waitpid(practice->child, NULL, 0) < 0 && errno == EINTR)
            continue;
    remove_fresh(practice);
}

// ---- a day that is alive

static bool journal_is_empty(struct cli *cli, struct zp_date today) {
    const struct zp_request request = {.ask = ZP_ASK_DAY, .u.day = {.date = today, .all = true}};
    const struct zp_event *answer = cli_ask(cli, &request);
    return answer->ok && answer->booking_count == 0;
}

static void adopt(struct cli *cli, const char *number) {
    const struct zp_request request = {.ask = ZP_ASK_ADOPT, .u.adopt.booking = number};
    cli_ask(cli, &request);
}

static const struct zp_json *ask_servers(struct cli *cli, const struct cli_practice *practice,
                                         const char *const *verb, int words, const char *list,
                                         struct zp_error *err) {
    char *text = NULL;
    if (!zp_practice_control(cli, practice->options.state_dir, words, verb, &text, err))
        return NULL;
    const struct zp_json *document = zp_json_parse(cli, text, strlen(text), err);
    return document ? zp_json_get(document, list) : NULL;
}

static bool has_deal(TALLOC_CTX *ctx, const struct zp_json *deals, const char *number) {
    for (size_t i = 0; i < zp_json_count(deals); i++) {
        const char *origin = zp_json_text(ctx, zp_json_get(zp_json_at(deals, i), "ORIGIN_ID"));
        if (origin && strcmp(origin, number) == 0)
            return true;
    }
    return false;
}

// What the practice CRM knows from earlier days goes into the journal; the rest of the day stays
// outside it, so that a new user sees both.
static bool adopt_known(struct cli *cli, const struct cli_practice *practice,
                        struct zp_error *err) {
    static const char *const today[] = {"bookings", "--date", "today"};
    static const char *const deals_verb[] = {"deals"};
    const struct zp_json *list = ask_servers(cli, practice, today, 3, "bookings", err);
    const struct zp_json *deals = ask_servers(cli, practice, deals_verb, 1, "deals", err);
    if (!list || !deals)
        return false;
    for (size_t i = 0; i < zp_json_count(list); i++) {
        const char *number = zp_json_text(cli, zp_json_get(zp_json_at(list, i), "id"));
        if (number && has_deal(cli, deals, number))
            adopt(cli, number);
    }
    return true;
}

bool cli_practice_populate(struct cli *cli, const struct cli_practice *practice,
                           struct zp_error *err) {
    if (!cli_open(cli, false, err))
        return false;
    struct zp_date today = zp_zone_wall(cli->config->zone, zp_desk_now(cli->desk)).date;
    bool ok = !journal_is_empty(cli, today) || adopt_known(cli, practice, err);
    // The console opens a desk of its own.
    talloc_free(cli->desk);
    talloc_free(cli->loop);
    cli->desk = NULL;
    cli->loop = NULL;
    return ok;
}
