// HTTP server: libmicrohttpd run by our loop; reading requests and handing them out. Answers are
// in httpd_reply.c.
#include "net/httpd.h"

#include "base/memory.h"
#include "net/httpd_private.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/log.h>

// A body that is too large is read on this far, unseen, so that the client hears 413 and not only a
// broken connection; then it is cut off.
#define READ_OVER_BYTES (1024u * 1024)
#define MAX_PARAMETERS  256
#define MHD_HEAD_BYTES  (32u * 1024) // the library's own choice

// Lives on the loop: tells the server that the loop is gone.
struct zp__httpd_mark {
    struct zp_httpd *httpd;
};

// ------------------------------------------------------------------------------------- requests

static void link_request(struct zp_httpd *httpd, struct zp_httpd_request *request) {
    request->httpd = httpd;
    request->next = httpd->first;
    if (httpd->first) {
        httpd->first->prev = request;
    }
    httpd->first = request;
}

static void unlink_request(struct zp_httpd_request *request) {
    if (request->prev) {
        request->prev->next = request->next;
    } else {
        request->httpd->first = request->next;
    }
    if (request->next) {
        request->next->prev = request->prev;
    }
    request->prev = NULL;
    request->next = NULL;
    request->httpd = NULL;
}

void zp__httpd_suspend(struct zp_httpd_request *request) {
    request->suspended = true;
    MHD_suspend_connection(request->connection);
}

void zp__httpd_resume(struct zp_httpd_request *request) {
    request->suspended = false;
    MHD_resume_connection(request->connection);
}

static char *peer_of(struct zp_httpd_request *request, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[NI_MAXHOST] = "";
    if (info && info->client_addr) {
        socklen_t size = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                  : sizeof(struct sockaddr_in);
        if (getnameinfo(info->client_addr, size, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0) {
            text[0] = '\0';
        }
    }
    return zp__memory_strdup(request, text);
}

// The first line of a request came. The library would cut a path at "%00" and drop the raw query,
// so we take the line as it is.
static void *on_first_line(void *cls, const char *uri, struct MHD_Connection *connection) {
    struct zp_httpd *httpd = cls;
    struct zp_httpd_request *request = zp__memory_new(httpd, struct zp_httpd_request);
    link_request(httpd, request);
    request->on = zp__httpd_connection_of(connection);
    zp__httpd_enter(request->on, ZP_HTTPD_READS);
    size_t path_size = strcspn(uri, "?");
    request->path = zp__form_decode(request, uri, path_size, false);
    request->query = zp__memory_strdup(request, uri[path_size] ? uri + path_size + 1 : "");
    request->malformed =
        !request->path ||
        !zp__form_parse(request, request->query, strlen(request->query), MAX_PARAMETERS,
                        &request->parameters, &request->parameter_count);
    request->peer = peer_of(request, connection);
    request->body = zp__memory_strdup(request, "");
    return request;
}

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                    const char *value) {
    (void)kind, (void)name, (void)value;
    (*(size_t *)cls)++;
    return MHD_YES;
}

static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value) {
    (void)kind;
    struct zp_httpd_request *request = cls;
    struct zp__form_pair *header = &request->headers[request->header_count++];
    header->name = zp__memory_strdup(request->headers, name);
    header->value = zp__memory_strdup(request->headers, value ? value : "");
    return MHD_YES;
}

static enum MHD_Result answer_at_once(struct MHD_Connection *connection, unsigned status) {
    struct MHD_Response *response =
        zp__memory_must(MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result take_head(struct zp_httpd_request *request, const char *method) {
    struct MHD_Connection *connection = request->connection;
    size_t count = 0;
    request->state = ZP_HTTPD_READING;
    request->method = zp__memory_strdup(request, method);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &count);
    request->headers = zp__memory_array(request, struct zp__form_pair, count + 1);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, copy_header, request);
    if (request->malformed) {
        return answer_at_once(connection, MHD_HTTP_BAD_REQUEST);
    }
    // The library has refused a length that is no number.
    const char *announced = zp__httpd_header(request, "Content-Length");
    unsigned long long length = announced ? strtoull(announced, NULL, 10) : 0;
    request->too_large = length > request->httpd->max_body;
    // A client that asks first has not sent it yet.
    bool asks = zp__httpd_header(request, "Expect") != NULL;
    if ((request->too_large && asks) || length > request->httpd->max_body + READ_OVER_BYTES) {
        return answer_at_once(connection, MHD_HTTP_CONTENT_TOO_LARGE);
    }
    return MHD_YES;
}

static enum MHD_Result take_body(struct zp_httpd_request *request, const char *bytes, size_t size) {
    size_t max_body = request->httpd->max_body;
    if (size > max_body + READ_OVER_BYTES - request->body_seen) {
        return MHD_NO;
    }
    request->body_seen += size;
    request->too_large = request->too_large || request->body_seen > max_body;
    if (request->too_large) {
        return MHD_YES;
    }
    size_t need = request->body_size + size + 1;
    if (need > request->body_room) {
        size_t room = request->body_room ? request->body_room : 1024;
        while (room < need) {
            room *= 2;
        }
        request->body = zp__memory_must(talloc_realloc(request, request->body, char, room));
        request->body_room = room;
    }
    memcpy(request->body + request->body_size, bytes, size);
    request->body_size += size;
    request->body[request->body_size] = '\0';
    return MHD_YES;
}

// fn is not called from inside the library: it may free the server.
static void make_ready(struct zp_httpd_request *request) {
    struct zp_httpd *httpd = request->httpd;
    request->state = ZP_HTTPD_READY;
    zp__httpd_enter(request->on, ZP_HTTPD_WORKS);
    zp__httpd_suspend(request);
    if (httpd->last_ready) {
        httpd->last_ready->next_ready = request;
    } else {
        httpd->first_ready = request;
    }
    httpd->last_ready = request;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **data) {
    (void)cls, (void)url, (void)version;
    struct zp_httpd_request *request = *data;
    if (request->state == ZP_HTTPD_BEGUN) {
        request->connection = connection;
        return take_head(request, method);
    }
    if (*size > 0) {
        size_t given = *size;
        *size = 0;
        return take_body(request, bytes, given);
    }
    if (request->state == ZP_HTTPD_READING) {
        if (request->too_large) {
            return answer_at_once(connection, MHD_HTTP_CONTENT_TOO_LARGE);
        }
        make_ready(request);
        return MHD_YES;
    }
    if (request->state != ZP_HTTPD_ANSWERED) {
        return MHD_YES;
    }
    return request->response ? MHD_queue_response(connection, request->status, request->response)
                             : MHD_NO;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **data,
                         enum MHD_RequestTerminationCode how) {
    (void)connection, (void)how;
    struct zp_httpd *httpd = cls;
    struct zp_httpd_request *request = *data;
    if (!request) {
        return;
    }
    *data = NULL;
    zp__httpd_enter(request->on, ZP_HTTPD_WAITS);
    unlink_request(request);
    request->connection = NULL;
    request->on = NULL;
    if (request->response) {
        MHD_destroy_response(request->response);
        request->response = NULL;
    }
    if (request->state == ZP_HTTPD_HANDED && httpd->loop) {
        talloc_steal(httpd->loop, request); // its handler will still answer it
    } else {
        talloc_free(request);
    }
}

// --------------------------------------------------------------------------------------- server

static void hand_out(struct zp_httpd *httpd) {
    if (!httpd->first_ready) {
        return;
    }
    bool *freed = zp__memory_new(NULL, bool); // outlives the server, which a handler may free
    httpd->freed = freed;
    while (!*freed && httpd->first_ready) {
        struct zp_httpd_request *request = httpd->first_ready;
        httpd->first_ready = request->next_ready;
        if (!httpd->first_ready) {
            httpd->last_ready = NULL;
        }
        request->next_ready = NULL;
        request->state = ZP_HTTPD_HANDED;
        httpd->fn(request, httpd->data);
    }
    if (!*freed) {
        httpd->freed = NULL;
    }
    talloc_free(freed);
}

static bool is_full(struct zp_httpd *httpd) {
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info && info->num_connections >= httpd->max_connections;
}

static void run(struct zp_httpd *httpd) {
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    bool was_full = is_full(httpd);
    MHD_run(httpd->daemon);
    if (was_full && !is_full(httpd)) {
        MHD_run(httpd->daemon); // only at its start does the library listen again
    }
    zp__httpd_make_room(httpd);
    if (MHD_get_timeout(httpd->daemon, &timeout_ms) == MHD_YES) {
        zp_timer_start(httpd->timer, timeout_ms > INT32_MAX ? INT32_MAX : (int64_t)timeout_ms, 0);
    } else {
        zp_timer_stop(httpd->timer);
    }
    hand_out(httpd);
}

static void on_timer(void *data) {
    run(data);
}

static void on_ready(int events, void *data) {
    (void)events;
    run(data);
}

void zp__httpd_wake(struct zp_httpd *httpd) {
    zp_timer_start(httpd->timer, 0, 0);
}

static int mark_gone(struct zp__httpd_mark *mark) {
    if (mark->httpd) {
        mark->httpd->loop = NULL;
        mark->httpd->mark = NULL;
    }
    return 0;
}

static int httpd_gone(struct zp_httpd *httpd) {
    if (httpd->freed) {
        *httpd->freed = true;
    }
    talloc_free(httpd->watch); // before the library closes the descriptor
    // The library may not be stopped with suspended connections.
    for (struct zp_httpd_request *request = httpd->first; request; request = request->next) {
        if (request->suspended) {
            zp__httpd_resume(request);
        }
    }
    MHD_stop_daemon(httpd->daemon);
    if (httpd->quiet_fd >= 0) {
        close(httpd->quiet_fd);
    }
    if (httpd->mark) {
        httpd->mark->httpd = NULL;
        talloc_free(httpd->mark);
    }
    return 0;
}

static void on_panic(void *cls, const char *file, unsigned line, const char *reason) {
    (void)cls;
    zp_panic("libmicrohttpd: %s:%u: %s", file, line, reason ? reason : "");
}

static bool say_cannot_listen(const struct zp__httpd_options *options, struct zp_error *err) {
    if (errno == EADDRINUSE) {
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s port %u is taken by another program: stop it, or choose another "
                              "port in the configuration"),
                            options->address, (unsigned)options->port);
    }
    return zp_error_set(err, ZP_E_CONFIG, NULL,
                        _("%s port %u cannot be listened on (%s): choose another address or port "
                          "in the configuration"),
                        options->address, (unsigned)options->port, strerror(errno));
}

// A socket of ours, because the library does not say why it could not listen.
static bool listen_on(const struct zp__httpd_options *options, int *fd, int *family,
                      struct zp_error *err) {
    char port[8];
    snprintf(port, sizeof port, "%u", (unsigned)options->port);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *address = NULL;
    if (getaddrinfo(options->address, port, &hints, &address) != 0) {
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s is no address to listen on: write it like 127.0.0.1"),
                            options->address);
    }
    int one = 1;
    *family = address->ai_family;
    *fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool listening = *fd >= 0 && setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                     bind(*fd, address->ai_addr, address->ai_addrlen) == 0 &&
                     listen(*fd, SOMAXCONN) == 0;
    freeaddrinfo(address);
    if (!listening) {
        say_cannot_listen(options, err);
        if (*fd >= 0) {
            close(*fd);
        }
    }
    return listening;
}

static uint16_t port_of(int fd) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    (void)getsockname(fd, (struct sockaddr *)&address, &size);
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the kernel fills it through another type
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

static struct MHD_Daemon *start_daemon(struct zp_httpd *httpd, int fd, int family,
                                       const struct zp__httpd_options *options) {
    MHD_set_panic_func(on_panic, NULL);
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (family == AF_INET6 ? MHD_USE_IPv6 : 0), 0, NULL,
        NULL, on_request, httpd, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK,
        on_first_line, httpd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, httpd,
        MHD_OPTION_NOTIFY_CONNECTION, zp__httpd_on_connection, httpd, MHD_OPTION_CONNECTION_LIMIT,
        httpd->max_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        options->max_head > 0 ? options->max_head : (size_t)MHD_HEAD_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_timeout_s, MHD_OPTION_SIGPIPE_HANDLED_BY_APP,
        1, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

struct zp_httpd *zp__httpd_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                               const struct zp__httpd_options *options, zp__httpd_fn fn, void *data,
                               struct zp_error *err) {
    int fd = -1, family = AF_INET;
    if (!listen_on(options, &fd, &family, err)) {
        return NULL;
    }
    struct zp_httpd *httpd = zp__memory_new(ctx, struct zp_httpd);
    httpd->loop = loop;
    httpd->max_body = options->max_body;
    zp__httpd_limits_init(httpd, options);
    httpd->port = port_of(fd);
    httpd->quiet_fd = -1;
    httpd->fn = fn;
    httpd->data = data;
    httpd->daemon = start_daemon(httpd, fd, family, options);
    const union MHD_DaemonInfo *info =
        httpd->daemon ? MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (!info) {
        close(fd);
        talloc_free(httpd);
        zp_error_set(err, ZP_E_INTERNAL, NULL,
                     _("The server could not be started: close other programs and try again"));
        return NULL;
    }
    httpd->mark = zp__memory_new(loop, struct zp__httpd_mark);
    httpd->mark->httpd = httpd;
    talloc_set_destructor(httpd->mark, mark_gone);
    httpd->timer = zp_timer_new(httpd, loop, on_timer, httpd);
    httpd->watch = zp_watch_new(httpd, loop, info->epoll_fd, ZP_WATCH_READ, on_ready, httpd);
    if (!httpd->watch) {
        zp_panic("the server's descriptor cannot be watched");
    }
    talloc_set_destructor(httpd, httpd_gone);
    return httpd;
}

uint16_t zp__httpd_port(const struct zp_httpd *httpd) {
    return httpd->port;
}

// A port that the kernel chose is given up when its socket listens no more: another socket is bound
// to it, beside connections that live on, and then not to be shared.
static int hold_port(int listening) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    int share = 1, alone = 0;
    getsockname(listening, (struct sockaddr *)&address, &size);
    close(listening);
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &share, sizeof share) != 0 ||
        bind(fd, (struct sockaddr *)&address, size) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &alone, sizeof alone) != 0) {
        zp_log(ZP_LOG_WARN, "the port could not be held", ZP_LOG_I("errno", errno));
    }
    return fd;
}

void zp__httpd_stop_listening(struct zp_httpd *httpd) {
    if (!httpd->quiet) {
        httpd->quiet = true;
        httpd->quiet_fd = hold_port(MHD_quiesce_daemon(httpd->daemon));
    }
}

void zp__httpd_wind_down(struct zp_httpd *httpd) {
    httpd->winding_down = true;
    zp__httpd_hurry(httpd);
    if (!httpd->quiet) {
        httpd->quiet = true;
        close(MHD_quiesce_daemon(httpd->daemon));
    }
}

bool zp__httpd_is_idle(const struct zp_httpd *httpd) {
    return httpd->first == NULL;
}

struct zp__httpd_counts zp__httpd_counts(const struct zp_httpd *httpd) {
    return httpd->limits.counts;
}

// ---------------------------------------------------------------------------- what a request has

const char *zp__httpd_method(const struct zp_httpd_request *request) {
    return request->method;
}

const char *zp__httpd_path(const struct zp_httpd_request *request) {
    return request->path;
}

const char *zp__httpd_query(const struct zp_httpd_request *request) {
    return request->query;
}

const char *zp__httpd_peer(const struct zp_httpd_request *request) {
    return request->peer;
}

const char *zp__httpd_body(const struct zp_httpd_request *request, size_t *size) {
    if (size) {
        *size = request->body_size;
    }
    return request->body;
}

const char *zp__httpd_header(const struct zp_httpd_request *request, const char *name) {
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0) {
            return request->headers[i].value;
        }
    }
    return NULL;
}

const char *zp__httpd_parameter(const struct zp_httpd_request *request, const char *name,
                                size_t n) {
    for (size_t i = 0; i < request->parameter_count; i++) {
        if (strcmp(request->parameters[i].name, name) == 0 && n-- == 0) {
            return request->parameters[i].value;
        }
    }
    return NULL;
}

TALLOC_CTX *zp__httpd_context(struct zp_httpd_request *request) {
    return request;
}
