// HTTP server: who may stay connected. Slow senders are closed by a clock of ours, since the
// library's time-out begins anew with each byte; crowds are closed oldest first.
#include "net/httpd_private.h"

#include "base/memory.h"

#include <sys/socket.h>

#define TICK_MS   1000
#define CHANCE_MS 1000
// When the server is being stopped, what is still being sent has so long.
#define WIND_DOWN_MS 2000
// Connections that we have closed are the library's until its next run: new ones must be let in
// beside them to be seen at all.
#define SPARE_CONNECTIONS 16

static int64_t now_ms(const struct zp_httpd *httpd) {
    return httpd->loop ? zp_loop_now_ms(httpd->loop) : 0;
}

// The library has no call for this: it sees the end of the connection in its next run. Should it
// miss it (an end that comes together with bytes), its time-out follows in a second.
static void cut(struct zp__httpd_connection *on) {
    on->cut = true;
    on->httpd->limits.cut++;
    MHD_set_connection_option(on->connection, MHD_CONNECTION_OPTION_TIMEOUT, 1u);
    shutdown(on->fd, SHUT_RDWR);
}

static void on_tick(void *data) {
    struct zp_httpd *httpd = data;
    struct zp__httpd_limits *limits = &httpd->limits;
    int64_t now = now_ms(httpd);
    for (struct zp__httpd_connection *on = limits->first; on; on = on->next) {
        bool between = on->phase == ZP_HTTPD_WAITS && on->served;
        int64_t limit_ms = between ? limits->idle_ms : limits->request_ms;
        if (!on->cut && on->phase != ZP_HTTPD_WORKS && now - on->since_ms >= limit_ms) {
            limits->counts.slow += !between;
            cut(on);
        }
    }
    limits->ticking = limits->first != NULL;
    if (limits->ticking) {
        zp_timer_start(limits->timer, TICK_MS, 0);
    }
}

void zp__httpd_limits_init(struct zp_httpd *httpd, const struct zp__httpd_options *options) {
    struct zp__httpd_limits *limits = &httpd->limits;
    httpd->max_connections = options->max_connections;
    if (options->make_room) {
        limits->connections = options->max_connections;
        httpd->max_connections += SPARE_CONNECTIONS;
    }
    if (options->request_timeout_s > 0) {
        limits->request_ms = (int64_t)options->request_timeout_s * 1000;
        limits->idle_ms = (int64_t)options->idle_timeout_s * 1000;
        limits->timer = zp_timer_new(httpd, httpd->loop, on_tick, httpd);
    }
}

static void opened(struct zp_httpd *httpd, struct MHD_Connection *connection, void **data) {
    struct zp__httpd_limits *limits = &httpd->limits;
    struct zp__httpd_connection *on = zp__memory_new(httpd, struct zp__httpd_connection);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *on = (struct zp__httpd_connection){.httpd = httpd,
                                        .connection = connection,
                                        .prev = limits->last,
                                        .fd = info ? info->connect_fd : -1,
                                        .since_ms = now_ms(httpd)};
    if (limits->last) {
        limits->last->next = on;
    } else {
        limits->first = on;
    }
    limits->last = on;
    limits->counts.connections++;
    *data = on;
    if (limits->timer && !limits->ticking) {
        limits->ticking = true;
        zp_timer_start(limits->timer, TICK_MS, 0);
    }
}

static void closed(struct zp_httpd *httpd, void **data) {
    struct zp__httpd_limits *limits = &httpd->limits;
    struct zp__httpd_connection *on = *data;
    *data = NULL;
    if (!on) {
        return;
    }
    if (on->prev) {
        on->prev->next = on->next;
    } else {
        limits->first = on->next;
    }
    if (on->next) {
        on->next->prev = on->prev;
    } else {
        limits->last = on->prev;
    }
    limits->counts.connections--;
    limits->cut -= on->cut;
    talloc_free(on);
}

void zp__httpd_on_connection(void *cls, struct MHD_Connection *connection, void **data,
                             enum MHD_ConnectionNotificationCode code) {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        opened(cls, connection, data);
    } else {
        closed(cls, data);
    }
}

struct zp__httpd_connection *zp__httpd_connection_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void zp__httpd_enter(struct zp__httpd_connection *on, enum zp__httpd_phase phase) {
    if (!on) {
        return;
    }
    if (phase == ZP_HTTPD_READS && !on->served) {
        on->phase = phase; // its time runs since it was opened
        return;
    }
    on->served = on->served || phase == ZP_HTTPD_WAITS;
    on->phase = phase;
    on->since_ms = now_ms(on->httpd);
}

// The oldest that has not completed a request and had its chance; else the one that has been silent
// longest, so that it is never the newest, which may be genuine.
static struct zp__httpd_connection *find_to_cut(const struct zp_httpd *httpd) {
    struct zp__httpd_connection *silent = NULL;
    int64_t now = now_ms(httpd);
    for (struct zp__httpd_connection *on = httpd->limits.first; on; on = on->next) {
        if (on->cut || on->phase == ZP_HTTPD_WORKS) {
            continue;
        }
        if (!on->served && now - on->since_ms >= CHANCE_MS) {
            return on;
        }
        if (!silent || on->since_ms < silent->since_ms) {
            silent = on;
        }
    }
    return silent;
}

void zp__httpd_hurry(struct zp_httpd *httpd) {
    struct zp__httpd_limits *limits = &httpd->limits;
    if (!limits->timer) {
        return;
    }
    limits->request_ms = limits->request_ms < WIND_DOWN_MS ? limits->request_ms : WIND_DOWN_MS;
    for (struct zp__httpd_connection *on = limits->first; on; on = on->next) {
        on->since_ms = now_ms(httpd);
    }
}

void zp__httpd_make_room(struct zp_httpd *httpd) {
    struct zp__httpd_limits *limits = &httpd->limits;
    struct zp__httpd_connection *on = NULL;
    while (limits->connections > 0 &&
           limits->counts.connections - limits->cut > limits->connections &&
           (on = find_to_cut(httpd)) != NULL) {
        limits->counts.crowded++;
        cut(on);
    }
}
