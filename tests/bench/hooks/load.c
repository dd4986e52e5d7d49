// Sends signed hooks as fast as they are answered: N kept connections, one request at a time on
// each (a closed loop). Every event is another one, signed before the clock starts.
//   bench_load PORT CONNECTIONS WARM_UP_MS MEASURED_MS MAX_EVENTS TAG SECRET ACKED_FILE
// Prints one line of JSON. ACKED_FILE gets the number of every event that was answered 200, warm-up
// included: the caller looks whether each of them was stored.
#include "dikidi/verify.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS  256
#define MAX_ANSWER       4096
#define REQUEST_ROOM     1024
#define ANSWER_TIMEOUT_S 60
#define NS               INT64_C(1000000000)

struct request {
    uint32_t size;
    char bytes[REQUEST_ROOM - sizeof(uint32_t)];
};

struct connection {
    int fd;
    size_t event; // the one in flight; only while `busy`
    bool busy;
    size_t sent;
    int64_t asked_ns;
    size_t got;
    char answer[MAX_ANSWER + 1];
};

struct load {
    uint16_t port;
    size_t connection_count;
    int64_t warm_up_ns, measured_ns;
    struct request *requests;
    size_t event_count, next_event;
    uint32_t *taken_us; // of the measured ones
    size_t taken_count;
    bool *acked;
    size_t refused, broken; // other answers than 200; connections that ended without one
    int64_t started_ns, last_answer_ns;
    int epoll;
    size_t busy;
    struct connection connections[MAX_CONNECTIONS];
};

static void die(const char *what) {
    fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS + now.tv_nsec;
}

// ---- events

// As long as Dikidi's are assumed to be, with a whole booking.
static const char body_form[] =
    "{\"id\":\"evt_%s_%08zu\",\"event\":\"booking.updated\",\"created_at\":\"2026-11-22T09:00:"
    "00Z\","
    "\"company_id\":\"550001\",\"booking\":{\"id\":\"%zu\",\"company_id\":\"550001\","
    "\"status\":\"active\",\"starts_at\":\"2026-11-24T06:00:00Z\","
    "\"ends_at\":\"2026-11-24T07:30:00Z\",\"master\":{\"id\":\"1357200\",\"name\":\"Анна П.\"},"
    "\"services\":[{\"id\":\"5159500\",\"name\":\"Маникюр с покрытием\",\"price\":1500}],"
    "\"client\":{\"id\":\"77001\",\"name\":\"Мария\",\"phone\":\"+79990000000\"},"
    "\"updated_at\":\"2026-11-22T08:59:58Z\",\"version\":3},\"changed\":[\"starts_at\"]}";

static void make_request(struct request *out, size_t number, const char *tag, const char *secret) {
    char body[REQUEST_ROOM], hex[2 * ZP__VERIFY_DIGEST + 1], text[REQUEST_ROOM + 32];
    unsigned char digest[ZP__VERIFY_DIGEST];
    long long at = (long long)time(NULL);
    int body_size = snprintf(body, sizeof body, body_form, tag, number, (size_t)852900000 + number);
    int text_size = snprintf(text, sizeof text, "%lld.%s", at, body);
    zp__verify_hmac(secret, strlen(secret), text, (size_t)text_size, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    int size = snprintf(out->bytes, sizeof out->bytes,
                        "POST /hooks/dikidi HTTP/1.1\r\nHost: localhost\r\n"
                        "Content-Type: application/json\r\nX-Dikidi-Event: booking.updated\r\n"
                        "X-Dikidi-Signature: t=%lld,v1=%s\r\nContent-Length: %d\r\n\r\n%s",
                        at, hex, body_size, body);
    if (size < 0 || (size_t)size >= sizeof out->bytes) {
        errno = EMSGSIZE;
        die("an event");
    }
    out->size = (uint32_t)size;
}

static void make_events(struct load *load, const char *tag, const char *secret) {
    load->requests = calloc(load->event_count, sizeof *load->requests);
    load->taken_us = calloc(load->event_count, sizeof *load->taken_us);
    load->acked = calloc(load->event_count, sizeof *load->acked);
    if (!load->requests || !load->taken_us || !load->acked) {
        die("memory");
    }
    for (size_t i = 0; i < load->event_count; i++) {
        make_request(&load->requests[i], i, tag, secret);
        load->taken_us[i] = 0; // touched: no page fault is measured
    }
}

// ---- connections

static void plug_in(struct load *load, struct connection *connection) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(load->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        die("connecting");
    }
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0) {
        die("epoll");
    }
}

static void watch(struct load *load, struct connection *connection, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    epoll_ctl(load->epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

static void push(struct load *load, struct connection *connection) {
    const struct request *request = &load->requests[connection->event];
    ssize_t size =
        write(connection->fd, request->bytes + connection->sent, request->size - connection->sent);
    if (size < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET) {
        die("sending");
    }
    connection->sent += size > 0 ? (size_t)size : 0; // a broken one is told by reading
    if (connection->sent < request->size) {
        watch(load, connection, EPOLLIN | EPOLLOUT);
    }
}

static bool is_time(const struct load *load, int64_t now) {
    return load->next_event < load->event_count &&
           now < load->started_ns + load->warm_up_ns + load->measured_ns;
}

static void ask(struct load *load, struct connection *connection) {
    connection->asked_ns = now_ns();
    if (!is_time(load, connection->asked_ns)) {
        return;
    }
    connection->event = load->next_event++;
    connection->busy = true;
    connection->sent = connection->got = 0;
    load->busy++;
    push(load, connection);
}

static void take_answer(struct load *load, struct connection *connection) {
    int64_t now = now_ns();
    const int64_t begin = load->started_ns + load->warm_up_ns;
    bool good = strncmp(connection->answer, "HTTP/1.1 200 ", 13) == 0;
    load->acked[connection->event] = good;
    load->refused += !good;
    // By the time of the answer: throughput counts what was answered inside the window.
    if (good && now >= begin && now < begin + load->measured_ns) {
        load->taken_us[load->taken_count++] = (uint32_t)((now - connection->asked_ns) / 1000);
        load->last_answer_ns = now;
    }
    connection->busy = false;
    load->busy--;
    ask(load, connection);
}

// The whole answer is there. Only answers with a length are expected.
static bool is_whole(const struct connection *connection) {
    const char *end = strstr(connection->answer, "\r\n\r\n");
    const char *field = end ? strcasestr(connection->answer, "\r\nContent-Length:") : NULL;
    if (end && (!field || field > end)) {
        errno = EPROTO;
        die("an answer without a length");
    }
    return end && connection->got >= (size_t)(end + 4 - connection->answer) +
                                         strtoul(field + strlen("\r\nContent-Length:"), NULL, 10);
}

static void reconnect(struct load *load, struct connection *connection) {
    load->broken += connection->busy;
    load->busy -= connection->busy;
    connection->busy = false;
    close(connection->fd);
    plug_in(load, connection);
    ask(load, connection);
}

static void pull(struct load *load, struct connection *connection) {
    ssize_t size =
        read(connection->fd, connection->answer + connection->got, MAX_ANSWER - connection->got);
    if (size < 0 && errno == EAGAIN) {
        return;
    }
    if (size <= 0) {
        reconnect(load, connection);
        return;
    }
    connection->got += (size_t)size;
    connection->answer[connection->got] = '\0';
    if (is_whole(connection)) {
        take_answer(load, connection);
    } else if (connection->got == MAX_ANSWER) {
        errno = EMSGSIZE;
        die("an answer");
    }
}

// ---- the run

static void run(struct load *load) {
    struct epoll_event events[MAX_CONNECTIONS];
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < load->connection_count; i++) {
        plug_in(load, &load->connections[i]);
    }
    load->started_ns = now_ns();
    for (size_t i = 0; i < load->connection_count; i++) {
        ask(load, &load->connections[i]);
    }
    while (load->busy > 0) { // what is in flight at the end is waited for
        int count = epoll_wait(load->epoll, events, MAX_CONNECTIONS, ANSWER_TIMEOUT_S * 1000);
        if (count <= 0) {
            errno = count == 0 ? ETIMEDOUT : errno;
            die("waiting for answers");
        }
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) {
                watch(load, connection, EPOLLIN);
                push(load, connection);
            }
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
                pull(load, connection);
            }
        }
    }
}

static int by_size(const void *left, const void *right) {
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static uint32_t at_share(const struct load *load, double share) {
    size_t index = (size_t)(share * (double)load->taken_count);
    return load->taken_count == 0
               ? 0
               : load->taken_us[index < load->taken_count ? index : load->taken_count - 1];
}

static void tell(struct load *load) {
    // Out of events: the window ends with the last answer.
    const int64_t begin = load->started_ns + load->warm_up_ns;
    bool exhausted = load->next_event == load->event_count;
    double seconds =
        (double)(exhausted ? load->last_answer_ns - begin : load->measured_ns) / (double)NS;
    qsort(load->taken_us, load->taken_count, sizeof *load->taken_us, by_size);
    printf("{\"connections\": %zu, \"sent\": %zu, \"refused\": %zu, \"broken\": %zu,"
           " \"exhausted\": %s, \"answers\": %zu, \"per_second\": %.1f, \"p50_us\": %u,"
           " \"p99_us\": %u, \"max_us\": %u}\n",
           load->connection_count, load->next_event, load->refused, load->broken,
           exhausted ? "true" : "false", load->taken_count,
           seconds > 0 ? (double)load->taken_count / seconds : 0, at_share(load, 0.50),
           at_share(load, 0.99), at_share(load, 1.0));
}

static void write_acked(const struct load *load, const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) {
        die(path);
    }
    for (size_t i = 0; i < load->next_event; i++) {
        if (load->acked[i]) {
            fprintf(file, "%zu\n", i);
        }
    }
    if (fclose(file) != 0) {
        die(path);
    }
}

int main(int argc, char **argv) {
    static struct load load;
    if (argc != 9) {
        fprintf(stderr, "usage: bench_load PORT CONNECTIONS WARM_UP_MS MEASURED_MS MAX_EVENTS TAG "
                        "SECRET ACKED_FILE\n");
        return 2;
    }
    load.port = (uint16_t)strtoul(argv[1], NULL, 10);
    load.connection_count = strtoul(argv[2], NULL, 10);
    load.warm_up_ns = strtoll(argv[3], NULL, 10) * 1000000;
    load.measured_ns = strtoll(argv[4], NULL, 10) * 1000000;
    load.event_count = strtoul(argv[5], NULL, 10);
    if (load.connection_count < 1 || load.connection_count > MAX_CONNECTIONS ||
        load.event_count < 1) {
        fprintf(stderr, "bench_load: 1 to %d connections, 1 event or more\n", MAX_CONNECTIONS);
        return 2;
    }
    make_events(&load, argv[6], argv[7]);
    run(&load);
    write_acked(&load, argv[8]);
    tell(&load);
    return 0;
}
