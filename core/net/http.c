// HTTP client: libcurl's multi handle driven by the loop; transfers, their order and their reports.
// Preparing and concluding one transfer is in http_transfer.c.
#include "net/http_private.h"

#include "base/memory.h"

#include <string.h>
#include <sys/stat.h>

#define DEFAULT_CA_PATH     "/etc/ssl/certs"
#define DEFAULT_CONNECTIONS 6

// A socket of libcurl's that the loop watches for it.
struct socket_watch {
    struct zp_http *http;
    curl_socket_t fd;
    struct zp_watch *watch;
};

// ----------------------------------------------------------------------------------- transfers

// Ends libcurl's part in a transfer. What the report needs has been copied by then.
static void drop_easy(struct zp__transfer *transfer) {
    if (transfer->easy) {
        curl_multi_remove_handle(transfer->http->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
        transfer->easy = NULL;
    }
    curl_slist_free_all(transfer->headers);
    transfer->headers = NULL;
}

static void link_transfer(struct zp__transfer *transfer) {
    struct zp_http *http = transfer->http;
    transfer->prev = http->last;
    if (http->last) {
        http->last->next = transfer;
    } else {
        http->first = transfer;
    }
    http->last = transfer;
}

static void unlink_transfer(struct zp__transfer *transfer) {
    struct zp_http *http = transfer->http;
    if (transfer->prev) {
        transfer->prev->next = transfer->next;
    } else {
        http->first = transfer->next;
    }
    if (transfer->next) {
        transfer->next->prev = transfer->prev;
    } else {
        http->last = transfer->prev;
    }
    transfer->prev = NULL;
    transfer->next = NULL;
}

// The oldest transfer that waits for its report, of those sent up to an id.
static struct zp__transfer *next_report(const struct zp_http *http, uint64_t newest) {
    for (struct zp__transfer *transfer = http->first; transfer; transfer = transfer->next) {
        if (transfer->finished && transfer->id <= newest) {
            return transfer;
        }
    }
    return NULL;
}

// Calls fn for what is finished, in order of sending. fn may send, cancel and free the client.
static void on_report(void *data) {
    struct zp_http *http = data;
    bool freed = false;
    http->freed = &freed;
    uint64_t newest = http->last_id; // what fn sends, and is refused, is for the next turn
    struct zp__transfer *transfer;
    while ((transfer = next_report(http, newest))) {
        unlink_transfer(transfer);
        talloc_steal(NULL, transfer); // outlives the client if fn frees that
        transfer->reply.elapsed_ms = zp_loop_now_ms(http->loop) - transfer->started_ms;
        transfer->fn(&transfer->reply, transfer->data);
        talloc_free(transfer);
        if (freed) {
            return;
        }
    }
    http->freed = NULL;
}

static void finish(struct zp__transfer *transfer) {
    drop_easy(transfer);
    transfer->finished = true;
    zp_timer_start(transfer->http->report_timer, 0, 0);
}

// After each step of libcurl's: which transfers are done.
static void collect(struct zp_http *http) {
    int left = 0;
    const CURLMsg *message;
    while ((message = curl_multi_info_read(http->multi, &left))) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        char *private = NULL;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        struct zp__transfer *transfer = (struct zp__transfer *)private;
        zp__transfer_conclude(transfer, result);
        finish(transfer);
    }
}

// ---------------------------------------------------------------------------- libcurl and loop

static void step(struct zp_http *http, curl_socket_t fd, int events) {
    int running;
    // Refused is what it had no memory for, and then nobody would ever come back to that transfer.
    const CURLMcode code = curl_multi_socket_action(http->multi, fd, events, &running);
    if (code != CURLM_OK) {
        zp_panic("the HTTP client cannot go on: %s", curl_multi_strerror(code));
    }
    collect(http);
}

static void on_curl_timer(void *data) {
    step(data, CURL_SOCKET_TIMEOUT, 0);
}

static int set_curl_timer(CURLM *multi, long timeout_ms, void *data) {
    (void)multi;
    struct zp_http *http = data;
    if (timeout_ms < 0) {
        zp_timer_stop(http->curl_timer);
    } else {
        zp_timer_start(http->curl_timer, timeout_ms, 0);
    }
    return 0;
}

static void on_socket(int events, void *data) {
    const struct socket_watch *watch = data;
    step(watch->http, watch->fd,
         (events & ZP_WATCH_READ ? CURL_CSELECT_IN : 0) |
             (events & ZP_WATCH_WRITE ? CURL_CSELECT_OUT : 0));
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *known) {
    (void)easy;
    struct zp_http *http = data;
    struct socket_watch *watch = known;
    if (what == CURL_POLL_REMOVE) {
        talloc_free(watch);
        return 0;
    }
    int events =
        (what & CURL_POLL_IN ? ZP_WATCH_READ : 0) | (what & CURL_POLL_OUT ? ZP_WATCH_WRITE : 0);
    if (watch) {
        zp_watch_set(watch->watch, events);
        return 0;
    }
    watch = zp__memory_new(http, struct socket_watch);
    watch->http = http;
    watch->fd = fd;
    watch->watch = zp_watch_new(watch, http->loop, fd, events, on_socket, watch);
    if (!watch->watch) {
        talloc_free(watch);
        return -1; // libcurl fails the transfer
    }
    curl_multi_assign(http->multi, fd, watch);
    return 0;
}

// -------------------------------------------------------------------------------------- client

static int http_gone(struct zp_http *http) {
    if (http->freed) {
        *http->freed = true;
    }
    while (http->first) {
        struct zp__transfer *transfer = http->first;
        drop_easy(transfer);
        unlink_transfer(transfer);
        talloc_free(transfer);
    }
    curl_multi_cleanup(http->multi); // calls watch_socket and set_curl_timer while they still stand
    curl_share_cleanup(http->share);
    curl_global_cleanup();
    return 0;
}

static void set_up_multi(struct zp_http *http, int connections) {
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_curl_timer);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections);
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)connections * 2);
    curl_share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

struct zp_http *zp__http_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                             const struct zp__http_options *options) {
    struct zp_http *http = zp__memory_new(ctx, struct zp_http);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        zp_panic("libcurl could not be started");
    }
    const char *ca_path =
        options->ca_path && *options->ca_path ? options->ca_path : DEFAULT_CA_PATH;
    struct stat status;
    http->loop = loop;
    http->ca_path = zp__memory_strdup(http, ca_path);
    http->ca_is_file = stat(ca_path, &status) == 0 && S_ISREG(status.st_mode);
    http->user_agent =
        zp__memory_strdup(http, options->user_agent ? options->user_agent : "zapis/" ZAPIS_VERSION);
    http->multi = zp__memory_must(curl_multi_init());
    http->share = zp__memory_must(curl_share_init());
    http->curl_timer = zp_timer_new(http, loop, on_curl_timer, http);
    http->report_timer = zp_timer_new(http, loop, on_report, http);
    set_up_multi(http,
                 options->max_connections > 0 ? options->max_connections : DEFAULT_CONNECTIONS);
    talloc_set_destructor(http, http_gone);
    return http;
}

uint64_t zp__http_send(struct zp_http *http, const struct zp__http_request *request, zp__http_fn fn,
                       void *data) {
    struct zp__transfer *transfer = zp__memory_new(http, struct zp__transfer);
    transfer->http = http;
    transfer->id = ++http->last_id;
    transfer->fn = fn;
    transfer->data = data;
    transfer->started_ms = zp_loop_now_ms(http->loop);
    transfer->reply.content_type = "";
    transfer->reply.body = "";
    link_transfer(transfer);
    uint64_t id = transfer->id;
    if (!zp__transfer_prepare(transfer, request)) {
        finish(transfer);
        return id;
    }
    if (curl_multi_add_handle(http->multi, transfer->easy) != CURLM_OK) {
        zp_panic("the HTTP client could not take a request");
    }
    return id;
}

void zp__http_cancel(struct zp_http *http, uint64_t id) {
    for (struct zp__transfer *transfer = http->first; transfer; transfer = transfer->next) {
        if (transfer->id == id) {
            if (!transfer->finished) {
                zp__transfer_conclude_cancelled(transfer);
                finish(transfer);
            }
            return;
        }
    }
}
