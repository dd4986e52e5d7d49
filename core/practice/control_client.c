// The other end of control.c, for the command line: one verb, blocking.
#include "practice/frame.h"
#include "practice/trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

#define WAIT_S 30
// The whole request log, its texts quoted; it comes from our own servers.
#define ANSWER_BYTES ((size_t)3 * ZP_TRACE_BYTES)
#define HELP_LINES   128

static const char *const OWN_HELP[] = {
    N_("app-book --service ID… [--master ID] --at T --phone P --name N [--comment C]"),
    N_("                           a client books in the app; no --master: whoever is free"),
    N_("app-move BOOKING [--at T] [--master ID]"),
    N_("                           a client or the salon changes its time, its master, or both"),
    N_("app-comment BOOKING TEXT   a client writes under it"),
    N_("app-cancel BOOKING [--reason R]"),
    N_("                           a client or the salon cancels"),
    N_("bookings [--date D] [--master ID] [--all]"),
    N_("                           a day's bookings at Dikidi; --all: cancelled ones too"),
    N_("booking ID                 one booking"),
    N_("attendance BOOKING came|no-show|waiting"),
    N_("                           what became of the visit"),
    N_("hook BOOKING created|updated|cancelled [--as KIND]"),
    N_("                           Dikidi sends a hook; KIND: doubled, or those that spoil it"),
    N_("hook all updated [--date D]  one for every booking that is not cancelled"),
    N_("hooks [on|off|retry]       what is sent where, and what waits; retry: at once"),
    N_("event ONCRMDEALUPDATE ID [--as KIND]"),
    N_("                           the portal sends an event"),
    N_("robot deal|lead ID [--as KIND]"),
    N_("                           the portal's robot calls"),
    N_("log [--since N] [--server dikidi|bitrix24|hooks|events|robot] [--call C]"),
    N_("                           every request and its answer, numbered; hooks too, once"),
    N_("                           somebody listens"),
    N_("rate                       how many requests came, and how fast"),
    N_("fault CALL KIND [--count N] [--after M] [--every K] [--ms T]"),
    N_("                           the next N calls go wrong (0: until cleared), M pass before;"),
    N_("                           of each K calls the first; the oldest fault that matches"),
    N_("   CALL                    services masters schedule create booking cancel, a method"),
    N_("                           of Bitrix24 (crm.deal.*), dikidi, bitrix24, *"),
    N_("   KIND, not done          drop-before 500 502 503 503-page overload 429 429-bare html 401 "
       "302"),
    N_("   KIND, done, and yet     delay drop-after 500-after 504-after html-after truncated empty "
       "drip"),
    N_("                           huge deep wrong-type; late: done only after --ms"),
    N_("   KIND, until cleared     revoked: 401; refuse: nobody listens"),
    N_("fault HOOK KIND            the same for what is sent"),
    N_("   HOOK                    hooks, booking.updated; events, oncrmdeal*; robot"),
    N_("   KIND                    dropped doubled delayed (--ms); reordered: after the next one;"),
    N_("                           burst: all --count at once"),
    N_("   KIND, a spoiled copy    forged stale foreign malformed oversized; the true one follows"),
    N_("fault list, fault clear    what is set; none any more"),
    N_("set rate N                 Dikidi's requests a minute (0: no limit)"),
    N_("set lead MINUTES           how soon one may still book"),
    N_("set split on|off           each service of a visit becomes a booking of its own"),
    N_("set plan business|basic    Dikidi's plan of the salon"),
    N_("set access full|read|none  what Dikidi's key may do"),
    N_("set hook-scheme NAME       timestamped-hex body-hex url-body-base64 secret-path"),
    N_("set hook-body full|short   the whole booking, or number, status and version"),
    N_("set hook-secret SECRET     Dikidi signs with another secret"),
    N_("set dialect NAME[,NAME]    how Dikidi writes from now on; clean: as the contract"),
    N_("clock                      the practice time"),
    N_("quit                       ends the servers"),
    N_("help                       this list"),
};

// The one piece of mutable static data here: the two lists joined, the same at each call.
const char *const *zp_practice_control_help(void) {
    static const char *lines[HELP_LINES + 1];
    size_t count = 0;
    for (size_t i = 0; i < sizeof OWN_HELP / sizeof *OWN_HELP; i++)
        lines[count++] = OWN_HELP[i];
    for (size_t i = 0; zp__portal_control_help[i] != NULL && count < HELP_LINES; i++)
        lines[count++] = zp__portal_control_help[i];
    lines[count] = NULL;
    return lines;
}

static bool not_running(const char *dir, struct zp_error *err) {
    return zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                        _("No practice servers run on %s: start them with “zapis practice "
                          "--headless --state %s”."),
                        dir, dir);
}

// Connects to what DIR/control.addr names; -1 with a sentence.
static int connect_to(TALLOC_CTX *ctx, const char *dir, char **secret, struct zp_error *err) {
    size_t size;
    char *text = zp__practice_read(ctx, dir, "control.addr", ZP_LIMIT_SECRET_BYTES, &size, NULL);
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    const char *blank = colon != NULL ? strchr(colon, ' ') : NULL;
    if (blank == NULL) {
        not_running(dir, err);
        return -1;
    }
    *secret = talloc_strndup(ctx, blank + 1, strcspn(blank + 1, "\n"));
    if (*secret == NULL)
        zp_panic("out of memory");
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval wait = {.tv_sec = WAIT_S};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        if (fd >= 0)
            close(fd);
        not_running(dir, err);
        return -1;
    }
    return fd;
}

static bool send_all(int fd, const char *bytes) {
    size_t left = strlen(bytes);
    while (left > 0) {
        ssize_t sent = send(fd, bytes, left, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        left -= (size_t)sent;
    }
    return true;
}

// Everything until the other side closes; NULL when it does not.
static char *receive_all(TALLOC_CTX *ctx, int fd) {
    char *bytes = NULL;
    for (size_t size = 0; size < ANSWER_BYTES;) {
        bytes = talloc_realloc(ctx, bytes, char, size + 65537);
        if (bytes == NULL)
            zp_panic("out of memory");
        ssize_t got = recv(fd, bytes + size, 65536, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return NULL;
        size += (size_t)got;
        bytes[size] = '\0';
        if (got == 0)
            return bytes;
    }
    return NULL;
}

static char *as_request(TALLOC_CTX *ctx, const char *secret, int argc, const char *const *argv) {
    struct zp_json *words = zp_json_new_array(ctx);
    for (int i = 0; i < argc; i++)
        zp_json_add_string(words, NULL, argv[i]);
    char *body = zp_json_print(ctx, words);
    char *request = talloc_asprintf(ctx,
                                    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                    "X-Practice-Secret: %s\r\nContent-Type: application/json\r\n"
                                    "Content-Length: %zu\r\n\r\n%s",
                                    secret, strlen(body), body);
    if (request == NULL)
        zp_panic("out of memory");
    return request;
}

static bool read_answer(TALLOC_CTX *ctx, TALLOC_CTX *scratch, const char *bytes, char **json,
                        struct zp_error *err) {
    const char *body = bytes != NULL ? strstr(bytes, "\r\n\r\n") : NULL;
    if (body == NULL || strncmp(bytes, "HTTP/1.1 200", 12) != 0)
        return zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                            _("The practice servers did not answer: start them again."));
    const struct zp_json *root = zp_json_parse(scratch, body + 4, strlen(body + 4), err);
    if (root == NULL)
        return false;
    bool done = false;
    (void)zp_json_bool(zp_json_get(root, "ok"), &done);
    if (done) {
        *json = zp_json_print(ctx, zp_json_get(root, "answer"));
        return true;
    }
    const struct zp_json *error = zp_json_get(root, "error");
    const char *message = zp_json_string(zp_json_get(error, "message"));
    int64_t kind = ZP_E_INTERNAL;
    (void)zp_json_int(zp_json_get(error, "kind"), &kind);
    return zp_error_set(err, (enum zp_error_code)kind, zp_json_string(zp_json_get(error, "code")),
                        "%s", message != NULL ? message : "");
}

bool zp_practice_control(TALLOC_CTX *ctx, const char *state_dir, int argc, const char *const *argv,
                         char **json, struct zp_error *err) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    char *secret;
    int fd = connect_to(scratch, state_dir, &secret, err);
    bool done = fd >= 0;
    if (done) {
        char *bytes =
            send_all(fd, as_request(scratch, secret, argc, argv)) ? receive_all(scratch, fd) : NULL;
        close(fd);
        done = read_answer(ctx, scratch, bytes, json, err);
    }
    talloc_free(scratch);
    return done;
}
