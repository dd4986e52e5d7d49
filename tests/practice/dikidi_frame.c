// The practice servers as a process of their own, as `zapis practice --headless` runs them: the
// files they write, the other side's hands, and what survives their end, orderly or not.
#include <zapis/config.h>
#include <zapis/json.h>
#include <zapis/practice.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE_MS 20000
#define NOW_TEXT    "2026-11-23T11:07:00Z" // 14:07 in Moscow, a Monday
#define SERVICE     "5159522"              // a man's haircut
#define MASTER      "1357201"              // Boris

struct servers {
    char dir[64];
    pid_t child;
};

// ---- the child

static void stop(int signum, void *data) {
    (void)signum;
    zp_loop_stop(data);
}

// Ends by the status: 0 an orderly end, 3 could not start.
static _Noreturn void be_servers(const char *dir, bool has_now, int64_t now, int ready) {
    struct zp_loop *loop = zp_loop_new(NULL);
    struct zp_error err = {0};
    const struct zp_practice_options options = {.state_dir = dir,
                                                .seed = 11,
                                                .has_now = has_now,
                                                .now = now,
                                                .program = "/opt/it's here/zapis"};
    zp_signal_new(loop, loop, SIGTERM, stop, loop);
    struct zp_practice *practice = zp_practice_start(loop, loop, &options, &err);
    if (practice == NULL) {
        dprintf(STDERR_FILENO, "%s\n", err.message);
        _exit(3);
    }
    if (write(ready, "!", 1) != 1)
        _exit(4);
    close(ready);
    zp_loop_run(loop);
    talloc_free(practice);
    talloc_free(loop);
    exit(0);
}

static bool start(struct servers *servers, bool has_now) {
    int64_t now;
    assert_int_equal(zp_instant_parse(NOW_TEXT, NULL, &now), ZP_INSTANT_UTC);
    int pipe_fd[2];
    assert_int_equal(pipe(pipe_fd), 0);
    servers->child = fork();
    assert_true(servers->child >= 0);
    if (servers->child == 0) {
        close(pipe_fd[0]);
        be_servers(servers->dir, has_now, now, pipe_fd[1]);
    }
    close(pipe_fd[1]);
    char byte;
    bool up = read(pipe_fd[0], &byte, 1) == 1;
    close(pipe_fd[0]);
    return up;
}

static int wait_for(struct servers *servers) {
    int status = -1;
    assert_int_equal(waitpid(servers->child, &status, 0), servers->child);
    servers->child = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int setup(void **state) {
    struct servers *servers = talloc_zero(NULL, struct servers);
    snprintf(servers->dir, sizeof servers->dir, "/tmp/zapis-practice-test-XXXXXX");
    if (mkdtemp(servers->dir) == NULL)
        return -1;
    *state = servers;
    return start(servers, true) ? 0 : -1;
}

static int teardown(void **state) {
    struct servers *servers = *state;
    if (servers->child != 0) {
        kill(servers->child, SIGTERM);
        (void)wait_for(servers);
    }
    static const char *const files[] = {"zapis.conf",     "dikidi.key",      "bitrix24.url",
                                        "control",        "state.json",      "control.addr",
                                        "lock",           ".state.json.new", "dikidi.hook",
                                        "bitrix24.token", "bitrix24.robot"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", servers->dir, files[i]);
        unlink(path);
    }
    int gone = rmdir(servers->dir); // fails if anything else was left there
    talloc_free(servers);
    return gone;
}

// ---- the parent

static const struct zp_json *hand(struct servers *servers, struct zp_error *err,
                                  const char *const *argv) {
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    char *json = NULL;
    if (!zp_practice_control(servers, servers->dir, argc, argv, &json, err))
        return NULL;
    const struct zp_json *answer = zp_json_parse(servers, json, strlen(json), err);
    assert_non_null(answer);
    return answer;
}

#define HAND(servers, ...) hand_ok(servers, (const char *const[]){__VA_ARGS__, NULL})
static const struct zp_json *hand_ok(struct servers *servers, const char *const *argv) {
    struct zp_error err = {0};
    const struct zp_json *answer = hand(servers, &err, argv);
    if (answer == NULL)
        fail_msg("%s: %s (%s)", argv[0], err.message, err.name);
    return answer;
}

#define HAND_FAILS(servers, code, name, ...)                                                       \
    hand_fails(servers, code, name, (const char *const[]){__VA_ARGS__, NULL})
static void hand_fails(struct servers *servers, enum zp_error_code code, const char *name,
                       const char *const *argv) {
    struct zp_error err = {0};
    assert_null(hand(servers, &err, argv));
    assert_int_equal(err.code, code);
    assert_string_equal(err.name, name);
    assert_true(err.message[0] != '\0');
}

static const char *text_of(const struct zp_json *object, const char *key) {
    const char *text = zp_json_string(zp_json_get(object, key));
    assert_non_null(text);
    return text;
}

static char *read_file(struct servers *servers, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", servers->dir, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *text = talloc_zero_array(servers, char, 8u * 1024 * 1024);
    size_t size = fread(text, 1, 8u * 1024 * 1024 - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

// One HTTP exchange; the body of the answer, and its status.
static char *exchange(struct servers *servers, const char *base, const char *head, const char *body,
                      int *status) {
    const char *colon = strrchr(base, ':');
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    char *request = talloc_asprintf(servers,
                                    "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    "Authorization: Bearer %.*s\r\n"
                                    "Content-Type: application/json\r\nContent-Length: %zu\r\n"
                                    "\r\n%s",
                                    head, 32, read_file(servers, "dikidi.key"), strlen(body), body);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    char *answer = talloc_zero_array(servers, char, 1u << 20);
    size_t size = 0;
    for (ssize_t got = 1; got > 0; size += (size_t)got) {
        got = recv(fd, answer + size, (1u << 20) - 1 - size, 0);
        assert_true(got >= 0);
    }
    close(fd);
    *status = size > 12 ? (int)strtol(answer + 9, NULL, 10) : 0;
    char *end = strstr(answer, "\r\n\r\n");
    return end != NULL ? end + 4 : answer;
}

static struct zp_config *load_config(struct servers *servers) {
    char path[128];
    snprintf(path, sizeof path, "%s/zapis.conf", servers->dir);
    struct zp_error err = {0};
    struct zp_config *config = zp_config_load(servers, path, ZP_CONFIG_NEED_ALL, &err);
    if (config == NULL)
        fail_msg("%s", err.message);
    return config;
}

// ---- tests

static void test_files_are_ready(void **state) {
    struct servers *servers = *state;
    struct zp_config *config = load_config(servers);
    assert_string_equal(config->salon.company, "550001");
    assert_string_equal(config->salon.timezone, "Europe/Moscow");
    assert_string_equal(config->salon.walk_in_phone, "+70000000000");
    assert_int_equal(config->dikidi.requests_per_minute, 600);
    assert_int_equal(config->bitrix24.poll_seconds, 5);
    assert_true(config->practice.on);
    assert_string_equal(config->dikidi.webhook.scheme, "timestamped-hex");
    assert_int_equal(strncmp(config->serve.listen, "127.0.0.1:", 10), 0);
    char *from_outside = talloc_asprintf(servers, "http://%s", config->serve.listen);
    assert_string_equal(config->serve.public_url, from_outside);
    int64_t now;
    assert_int_equal(zp_instant_parse(NOW_TEXT, NULL, &now), ZP_INSTANT_UTC);
    int64_t drift = zp_clock_now(&config->clock) - now;
    assert_true(drift >= 0 && drift < 60);
    static const struct {
        const char *name;
        mode_t mode;
    } files[] = {{"dikidi.key", 0600},  {"bitrix24.url", 0600},   {"control.addr", 0600},
                 {"control", 0700},     {"state.json", 0600},     {"zapis.conf", 0600},
                 {"dikidi.hook", 0600}, {"bitrix24.token", 0600}, {"bitrix24.robot", 0600}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        struct stat about;
        snprintf(path, sizeof path, "%s/%s", servers->dir, files[i].name);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 07777, files[i].mode);
    }
    char *script = read_file(servers, "control");
    assert_non_null(strstr(script, "exec '/opt/it'\\''s here/zapis' practice --control '/tmp/"));
    // A second set of servers on the same directory is refused.
    struct servers second = *servers;
    assert_false(start(&second, true));
    assert_int_equal(wait_for(&second), 3);
}

static void test_both_servers_answer(void **state) {
    struct servers *servers = *state;
    struct zp_config *config = load_config(servers);
    int status;
    char *body = exchange(servers, config->dikidi.base_url,
                          "GET /api/v2/company/550001/services?limit=100", "", &status);
    assert_int_equal(status, 200);
    assert_non_null(strstr(body, "Маникюр с покрытием"));
    char *base = talloc_strndup(
        servers, config->secrets.bitrix24_url,
        (size_t)(strstr(config->secrets.bitrix24_url, "/rest/") - config->secrets.bitrix24_url));
    char *head = talloc_asprintf(servers, "POST %scrm.deal.list",
                                 strstr(config->secrets.bitrix24_url, "/rest/"));
    body = exchange(servers, base, head, "{\"select\":[\"ID\",\"ORIGIN_ID\"]}", &status);
    assert_int_equal(status, 200);
    // About two thirds of the salon's bookings have their deal.
    const struct zp_json *deals = zp_json_parse(servers, body, strlen(body), NULL);
    int64_t total = 0;
    assert_true(zp_json_int(zp_json_get(deals, "total"), &total));
    assert_true(total > 200);
    // The log has both, and no secret.
    HAND(servers, "clock");
    char *json = NULL;
    const char *const argv[] = {"log"};
    assert_true(zp_practice_control(servers, servers->dir, 1, argv, &json, NULL));
    assert_non_null(strstr(json, "crm.deal.list"));
    assert_non_null(strstr(json, "/rest/1/***/crm.deal.list"));
    char *secret = talloc_strdup(servers, strstr(config->secrets.bitrix24_url, "/rest/1/") + 8);
    secret[strlen(secret) - 1] = '\0';
    assert_null(strstr(json, secret));
    assert_null(strstr(json, config->secrets.dikidi_key));
}

static const struct zp_json *book(struct servers *servers, const char *at, const char *name) {
    return HAND(servers, "app-book", "--service", SERVICE, "--master", MASTER, "--at", at,
                "--phone", "8 999 765-43-21", "--name", name);
}

// A time that is free in the seeded salon in any case: far ahead, nothing is booked there.
#define FREE_AT  "2026-12-30 11:30"
#define FREE_AT2 "2026-12-30 16:10"

static void test_hands(void **state) {
    struct servers *servers = *state;
    const struct zp_json *made = book(servers, FREE_AT, "Пётр");
    const char *id = text_of(made, "id");
    assert_string_equal(text_of(made, "starts_at"), "2026-12-30T08:30:00Z");
    assert_string_equal(text_of(made, "source"), "app");
    assert_string_equal(text_of(zp_json_get(made, "client"), "phone"), "+79997654321");
    HAND_FAILS(servers, ZP_E_REFUSED, "SLOT_TAKEN", "app-book", "--service", SERVICE, "--master",
               MASTER, "--at", FREE_AT, "--phone", "+79997654322", "--name", "Иван");
    HAND_FAILS(servers, ZP_E_REFUSED, "OUT_OF_SCHEDULE", "app-book", "--service", SERVICE,
               "--master", MASTER, "--at", "2026-12-30 03:00", "--phone", "+79997654322", "--name",
               "Иван");
    // Any master: the next who does it and is free.
    const struct zp_json *other = HAND(servers, "app-book", "--service", SERVICE, "--at", FREE_AT,
                                       "--phone", "+79997654322", "--name", "Иван");
    assert_string_not_equal(text_of(zp_json_get(other, "master"), "id"), MASTER);
    const struct zp_json *moved = HAND(servers, "app-move", id, "--at", FREE_AT2);
    assert_string_equal(text_of(moved, "id"), id);
    assert_string_equal(text_of(moved, "local"), "2026-12-30T16:10:00+03:00");
    const struct zp_json *noted = HAND(servers, "app-comment", id, "с мокрой головой");
    assert_string_equal(text_of(noted, "comment"), "с мокрой головой");
    HAND_FAILS(servers, ZP_E_USAGE, "USAGE", "app-move", id);
    const struct zp_json *day = HAND(servers, "bookings", "--date", "2026-12-30");
    assert_int_equal(zp_json_count(zp_json_get(day, "bookings")), 2);
    const struct zp_json *came = HAND(servers, "attendance", id, "no-show");
    assert_string_equal(text_of(came, "attendance"), "no_show");
    const struct zp_json *gone = HAND(servers, "app-cancel", id, "--reason", "заболел");
    assert_string_equal(text_of(gone, "status"), "cancelled");
    assert_string_equal(text_of(HAND(servers, "booking", id), "cancel_reason"), "заболел");
    day = HAND(servers, "bookings", "--date", "2026-12-30");
    assert_int_equal(zp_json_count(zp_json_get(day, "bookings")), 1);
    day = HAND(servers, "bookings", "--date", "2026-12-30", "--all");
    assert_int_equal(zp_json_count(zp_json_get(day, "bookings")), 2);
    HAND_FAILS(servers, ZP_E_NOT_FOUND, "BOOKING_NOT_FOUND", "booking", "1");
    HAND_FAILS(servers, ZP_E_USAGE, "USAGE", "no-such-verb");
    HAND_FAILS(servers, ZP_E_USAGE, "USAGE", "attendance", id, "late");
    HAND_FAILS(servers, ZP_E_USAGE, "USAGE", "fault", "create", "no-such-kind");
    HAND(servers, "deals"); // the portal's verbs come through the same door
    const struct zp_json *hooks = HAND(servers, "hooks");
    assert_string_equal(text_of(zp_json_get(hooks, "hooks"), "target"),
                        load_config(servers)->serve.listen);
    assert_non_null(zp_json_get(zp_json_get(hooks, "events"), "delay_ms"));
    assert_non_null(zp_json_get(zp_json_get(hooks, "robot"), "on"));
    assert_non_null(zp_json_get(HAND(servers, "rate"), "bitrix24"));
}

static void test_set_and_fault(void **state) {
    struct servers *servers = *state;
    const char *base = load_config(servers)->dikidi.base_url;
    static const char *const services = "GET /api/v2/company/550001/services";
    int status;
    HAND(servers, "set", "plan", "basic");
    exchange(servers, base, services, "", &status);
    assert_int_equal(status, 403);
    HAND(servers, "set", "plan", "business");
    HAND(servers, "fault", "services", "drop-after", "--count", "1");
    exchange(servers, base, services, "", &status);
    assert_int_equal(status, 0);
    exchange(servers, base, services, "", &status);
    assert_int_equal(status, 200);
    HAND(servers, "fault", "dikidi", "500", "--count", "0");
    exchange(servers, base, services, "", &status);
    assert_int_equal(status, 500);
    assert_int_equal(zp_json_count(zp_json_get(HAND(servers, "fault", "list"), "faults")), 1);
    HAND(servers, "fault", "clear");
    HAND(servers, "set", "rate", "1");
    exchange(servers, base, services, "", &status);
    assert_int_equal(status, 200);
    exchange(servers, base, services, "", &status);
    assert_int_equal(status, 429);
    HAND_FAILS(servers, ZP_E_USAGE, "USAGE", "set", "plan", "golden");
}

static void test_orderly_end_keeps_everything(void **state) {
    struct servers *servers = *state;
    char *id = talloc_strdup(servers, text_of(book(servers, FREE_AT, "Пётр"), "id"));
    char *address = talloc_strdup(servers, load_config(servers)->dikidi.base_url);
    char *url = read_file(servers, "bitrix24.url");
    char *listen = talloc_strdup(servers, load_config(servers)->serve.listen);
    char *hook = read_file(servers, "dikidi.hook");
    HAND(servers, "quit");
    assert_int_equal(wait_for(servers), 0);
    struct zp_error err = {0};
    const char *const clock[] = {"clock", NULL};
    assert_null(hand(servers, &err, clock));
    assert_int_equal(err.code, ZP_E_UNREACHABLE);
    assert_true(start(servers, false));
    assert_string_equal(text_of(HAND(servers, "booking", id), "status"), "active");
    // A client that still runs finds the same addresses, secrets and time.
    assert_string_equal(load_config(servers)->dikidi.base_url, address);
    assert_string_equal(read_file(servers, "bitrix24.url"), url);
    assert_string_equal(load_config(servers)->serve.listen, listen);
    assert_string_equal(read_file(servers, "dikidi.hook"), hook);
    assert_int_equal(strncmp(text_of(HAND(servers, "clock"), "local"), "2026-11-23T14:", 14), 0);
    HAND_FAILS(servers, ZP_E_REFUSED, "SLOT_TAKEN", "app-book", "--service", SERVICE, "--master",
               MASTER, "--at", FREE_AT, "--phone", "+79997654322", "--name", "Иван");
}

static void test_a_killed_server_keeps_what_was_saved(void **state) {
    struct servers *servers = *state;
    char *id = talloc_strdup(servers, text_of(book(servers, FREE_AT, "Пётр"), "id"));
    char *needle = talloc_asprintf(servers, "\"id\":\"%s\"", id);
    int64_t began = zp_clock_boot_ms();
    bool saved = false;
    while (!saved && zp_clock_boot_ms() - began < DEADLINE_MS) {
        char *text = read_file(servers, "state.json");
        saved = text != NULL && strstr(text, needle) != NULL;
        talloc_free(text);
        poll(NULL, 0, 5);
    }
    assert_true(saved);
    kill(servers->child, SIGKILL);
    assert_int_equal(wait_for(servers), -SIGKILL);
    assert_true(start(servers, false));
    assert_string_equal(text_of(HAND(servers, "booking", id), "status"), "active");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_are_ready, setup, teardown),
        cmocka_unit_test_setup_teardown(test_both_servers_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hands, setup, teardown),
        cmocka_unit_test_setup_teardown(test_set_and_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(test_orderly_end_keeps_everything, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_killed_server_keeps_what_was_saved, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
