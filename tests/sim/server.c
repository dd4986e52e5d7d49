// The HTTP server of the daemon, and the hooks that come to it.
#include "sim.h"

#include "base/memory.h"
#include "net/httpd.h"

#include <string.h>

// ---- the server: one, the daemon's

struct zp_httpd {
    struct sim_process *process;
    zp__httpd_fn fn;
    void *data;
};
static struct zp_httpd *door;

struct hooking {
    char *path, *body;
    sim_hooked_fn fn;
    void *data;
    bool told;
    int status;
};

struct zp_httpd_request {
    struct hooking *hooking;
    const char *path, *body;
};

static int httpd_gone(struct zp_httpd *httpd) {
    door = door == httpd ? NULL : door;
    return 0;
}

struct zp_httpd *zp__httpd_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                               const struct zp__httpd_options *options, zp__httpd_fn fn, void *data,
                               struct zp_error *err) {
    struct zp_httpd *httpd = zp__memory_new(ctx, struct zp_httpd);
    (void)options;
    (void)err;
    *httpd = (struct zp_httpd){.process = sim_loop_process(loop), .fn = fn, .data = data};
    door = httpd;
    talloc_set_destructor(httpd, httpd_gone);
    return httpd;
}

static void tell(struct hooking *hooking, int status) {
    if (!hooking->told) {
        hooking->told = true;
        hooking->fn(status, hooking->data);
    }
}

static void on_deadline(void *data) {
    tell(data, 0);
}

static void on_told(void *data) {
    struct hooking *hooking = data;
    tell(hooking, hooking->status);
}

static void on_request(void *data) {
    struct hooking *hooking = data;
    if (door == NULL) {
        return;
    }
    struct zp_httpd_request *request = zp__memory_new(door->process->root, struct zp_httpd_request);
    request->hooking = hooking;
    request->path = hooking->path;
    request->body = hooking->body;
    door->fn(request, door->data);
}

void sim_hook(const char *path, const char *body, sim_hooked_fn fn, void *data) {
    struct hooking *hooking = zp__memory_new(the.ctx, struct hooking);
    hooking->path = zp__memory_strdup(hooking, path);
    hooking->body = zp__memory_strdup(hooking, body);
    hooking->fn = fn;
    hooking->data = data;
    the.hooks++;
    sim_at(the.now + 10 * SIM_S, NULL, on_deadline, hooking);
    if (door != NULL && door->process->alive) {
        sim_at(the.now + sim_between(1, 50) * SIM_MS, door->process, on_request, hooking);
    }
}

void zp__httpd_reply(struct zp_httpd_request *request, int status, const char *content_type,
                     const char *body, size_t size, const struct zp__httpd_header *headers) {
    struct hooking *hooking = request->hooking;
    (void)content_type;
    (void)body;
    (void)size;
    (void)headers;
    hooking->status = status;
    sim_note("hook answered %d", status);
    if (!the.active || !sim_chance(the.plan.fault_permil, 2000)) { // else the answer is lost
        sim_at(the.now + sim_between(1, 20) * SIM_MS, NULL, on_told, hooking);
    }
}

void zp__httpd_drop(struct zp_httpd_request *request) {
    (void)request;
}

uint16_t zp__httpd_port(const struct zp_httpd *httpd) {
    (void)httpd;
    return 8085;
}

void zp__httpd_wind_down(struct zp_httpd *httpd) {
    httpd_gone(httpd);
}

bool zp__httpd_is_idle(const struct zp_httpd *httpd) {
    (void)httpd;
    return true;
}

struct zp__httpd_counts zp__httpd_counts(const struct zp_httpd *httpd) {
    (void)httpd;
    return (struct zp__httpd_counts){0};
}

const char *zp__httpd_method(const struct zp_httpd_request *request) {
    (void)request;
    return "POST";
}

const char *zp__httpd_path(const struct zp_httpd_request *request) {
    return request->path;
}

const char *zp__httpd_parameter(const struct zp_httpd_request *request, const char *name,
                                size_t n) {
    (void)request;
    (void)name;
    (void)n;
    return NULL;
}

const char *zp__httpd_header(const struct zp_httpd_request *request, const char *name) {
    (void)request;
    (void)name;
    return NULL;
}

const char *zp__httpd_body(const struct zp_httpd_request *request, size_t *size) {
    *size = strlen(request->body);
    return request->body;
}

const char *zp__httpd_peer(const struct zp_httpd_request *request) {
    (void)request;
    return "192.0.2.1";
}

TALLOC_CTX *zp__httpd_context(struct zp_httpd_request *request) {
    return request;
}

void sim_server_reset(void) {
    door = NULL;
}
