#include "support.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

void got_reply(const struct zp__http_reply *reply, void *data) {
    struct got *got = data;
    const char *header = zp__http_reply_header(reply, "x-test");
    got->done = true;
    got->calls++;
    got->outcome = reply->outcome;
    got->status = reply->status;
    got->too_large = reply->too_large;
    got->cancelled = reply->cancelled;
    got->timed_out = reply->timed_out;
    got->code = reply->error.code;
    got->body_size = reply->body_size;
    got->server_date = reply->server_date;
    got->elapsed_ms = reply->elapsed_ms;
    snprintf(got->message, sizeof got->message, "%s", reply->error.message);
    snprintf(got->content_type, sizeof got->content_type, "%s", reply->content_type);
    snprintf(got->body, sizeof got->body, "%s", reply->body);
    snprintf(got->header, sizeof got->header, "%s", header ? header : "");
}

#define RAW_REQUESTS 128
#define RAW_BYTES    16384

struct raw {
    struct zp_loop *loop;
    struct zp_watch *watch;
    int fd, port, connections, requests;
    char methods[RAW_REQUESTS][8];
    raw_fn fn;
    void *data;
};

struct raw_connection {
    struct raw *raw;
    struct zp_watch *watch;
    int fd, number, nth;
    char bytes[RAW_BYTES];
    size_t size;
};

static int raw_connection_gone(struct raw_connection *connection) {
    talloc_free(connection->watch);
    close(connection->fd);
    return 0;
}

// The size of the complete request at the start of the buffer, 0 if there is none yet.
static size_t complete_size(const struct raw_connection *connection) {
    const char *head_end = strstr(connection->bytes, "\r\n\r\n");
    if (!head_end) {
        return 0;
    }
    const char *length = strcasestr(connection->bytes, "\r\nContent-Length:");
    size_t body = length && length < head_end ? strtoul(length + 17, NULL, 10) : 0;
    size_t all = (size_t)(head_end + 4 - connection->bytes) + body;
    return all <= connection->size ? all : 0;
}

static bool raw_answer_next(struct raw_connection *connection) {
    struct raw *raw = connection->raw;
    size_t size = complete_size(connection);
    if (size == 0) {
        return false;
    }
    if (raw->requests < RAW_REQUESTS) {
        snprintf(raw->methods[raw->requests], sizeof raw->methods[0], "%.*s",
                 (int)strcspn(connection->bytes, " "), connection->bytes);
    }
    raw->requests++;
    struct raw_answer answer =
        raw->fn(connection->number, ++connection->nth, connection->bytes, raw->data);
    if (answer.bytes && write(connection->fd, answer.bytes, strlen(answer.bytes)) !=
                            (ssize_t)strlen(answer.bytes)) {
        answer.close = true;
    }
    if (answer.close) {
        talloc_free(connection);
        return false;
    }
    memmove(connection->bytes, connection->bytes + size, connection->size - size + 1);
    connection->size -= size;
    return true;
}

static void raw_on_bytes(int events, void *data) {
    (void)events;
    struct raw_connection *connection = data;
    ssize_t size = read(connection->fd, connection->bytes + connection->size,
                        sizeof connection->bytes - 1 - connection->size);
    if (size <= 0) {
        talloc_free(connection);
        return;
    }
    connection->size += (size_t)size;
    connection->bytes[connection->size] = '\0';
    while (raw_answer_next(connection)) {
    }
}

static void raw_on_accept(int events, void *data) {
    (void)events;
    struct raw *raw = data;
    int fd = accept(raw->fd, NULL, NULL);
    if (fd < 0) {
        return;
    }
    struct raw_connection *connection = zp__memory_new(raw, struct raw_connection);
    connection->raw = raw;
    connection->fd = fd;
    connection->number = ++raw->connections;
    connection->watch =
        zp_watch_new(connection, raw->loop, fd, ZP_WATCH_READ, raw_on_bytes, connection);
    talloc_set_destructor(connection, raw_connection_gone);
}

static int listen_on_loopback(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        zp_panic("no socket for the test's server");
    }
    *port = ntohs(address.sin_port);
    return fd;
}

static int raw_gone(struct raw *raw) {
    talloc_free(raw->watch);
    close(raw->fd);
    return 0;
}

struct raw *raw_new(TALLOC_CTX *ctx, struct zp_loop *loop, raw_fn fn, void *data) {
    struct raw *raw = zp__memory_new(ctx, struct raw);
    raw->loop = loop;
    raw->fn = fn;
    raw->data = data;
    raw->fd = listen_on_loopback(&raw->port);
    raw->watch = zp_watch_new(raw, loop, raw->fd, ZP_WATCH_READ, raw_on_accept, raw);
    talloc_set_destructor(raw, raw_gone);
    return raw;
}

int raw_port(const struct raw *raw) {
    return raw->port;
}

int raw_connections(const struct raw *raw) {
    return raw->connections;
}

int raw_seen(const struct raw *raw, const char *method) {
    int seen = 0;
    for (int i = 0; i < raw->requests && i < RAW_REQUESTS; i++) {
        seen += strcmp(raw->methods[i], method) == 0;
    }
    return seen;
}

int refused_port(void) {
    int port;
    close(listen_on_loopback(&port));
    return port;
}

static int raw_client_gone(struct raw_client *client) {
    talloc_free(client->watch);
    close(client->fd);
    return 0;
}

static void raw_client_on_bytes(int events, void *data) {
    (void)events;
    struct raw_client *client = data;
    ssize_t size =
        read(client->fd, client->bytes + client->size, sizeof client->bytes - 1 - client->size);
    if (size > 0) {
        client->size += (size_t)size;
        client->bytes[client->size] = '\0';
        return;
    }
    client->ended = true;
    zp_watch_set(client->watch, 0);
}

char *raw_message(TALLOC_CTX *ctx, const char *status, const char *headers, const char *body) {
    return zp__memory_printf(ctx,
                             "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
                             "Content-Length: %zu\r\n\r\n%s",
                             status, headers, strlen(body), body);
}

char *raw_file(TALLOC_CTX *ctx, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s cannot be read", path);
    }
    char *bytes = zp__memory_bytes(ctx, 65536);
    size_t size = fread(bytes, 1, 65535, file);
    fclose(file);
    bytes[size] = '\0';
    return bytes;
}

struct raw_client *raw_client_new(TALLOC_CTX *ctx, struct zp_loop *loop, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)port)};
    struct raw_client *client = zp__memory_new(ctx, struct raw_client);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        zp_panic("the test's client could not connect");
    }
    client->watch =
        zp_watch_new(client, loop, client->fd, ZP_WATCH_READ, raw_client_on_bytes, client);
    talloc_set_destructor(client, raw_client_gone);
    return client;
}

void raw_client_send(struct raw_client *client, const char *bytes, size_t size) {
    if (write(client->fd, bytes, size) != (ssize_t)size) {
        zp_panic("the test's client could not send");
    }
}
