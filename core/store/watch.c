// The log is watched itself, and its directory for the case that it is made anew (the last process
// that closes the journal removes it).
#include "store/watch.h"

#include "base/memory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

// A log that is written all the time is looked at so often; our own commits write it too.
#define REST_MS 10

struct log_watch {
    int fd;
    int log; // inotify's number of the log itself, -1: there is none now
    char *path;
    const char *name; // within path
    struct zp_watch *watch;
    struct zp_timer *rest;
    zp_loop_fn fn;
    void *data;
};

static void watch_log_itself(struct log_watch *watch) {
    watch->log = inotify_add_watch(watch->fd, watch->path, IN_MODIFY);
}

// True if the event says that the log was written or made.
static bool concerns(struct log_watch *watch, const struct inotify_event *event) {
    if ((event->mask & IN_Q_OVERFLOW) != 0) {
        return true;
    }
    if (event->wd == watch->log && (event->mask & IN_IGNORED) != 0) {
        watch->log = -1;
        return false;
    }
    if (event->wd == watch->log) {
        return true;
    }
    if (event->len > 0 && strcmp(event->name, watch->name) == 0) {
        watch_log_itself(watch);
        return true;
    }
    return false;
}

static void on_readable(int events, void *data) {
    (void)events;
    struct log_watch *watch = data;
    _Alignas(struct inotify_event) char buffer[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    bool written = false;
    for (ssize_t size; (size = read(watch->fd, buffer, sizeof buffer)) > 0;) {
        for (const char *at = buffer; at < buffer + size;) {
            const struct inotify_event *event = (const void *)at;
            written = concerns(watch, event) || written;
            at += sizeof *event + event->len;
        }
    }
    if (written) {
        zp_watch_set(watch->watch, 0); // what comes meanwhile waits with the kernel
        zp_timer_start(watch->rest, REST_MS, 0);
        watch->fn(watch->data);
    }
}

static void on_rested(void *data) {
    struct log_watch *watch = data;
    zp_watch_set(watch->watch, ZP_WATCH_READ);
}

static int watch_close(struct log_watch *watch) {
    talloc_free(watch->watch);
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    return 0;
}

bool zp__watch_log(TALLOC_CTX *ctx, struct zp_loop *loop, const char *database, zp_loop_fn fn,
                   void *data) {
    struct log_watch *watch = zp__memory_new(ctx, struct log_watch);
    talloc_set_destructor(watch, watch_close);
    watch->fn = fn;
    watch->data = data;
    watch->path = zp__memory_printf(watch, "%s-wal", database);
    char *slash = strrchr(watch->path, '/');
    watch->name = slash == NULL ? watch->path : slash + 1;
    char *directory =
        slash == NULL ? zp__memory_strdup(watch, ".")
                      : zp__memory_strndup(watch, watch->path, (size_t)(slash - watch->path) + 1);
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->fd < 0 ||
        inotify_add_watch(watch->fd, directory, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
        int reason = errno;
        talloc_free(watch);
        errno = reason;
        return false;
    }
    watch_log_itself(watch);
    watch->watch = zp_watch_new(watch, loop, watch->fd, ZP_WATCH_READ, on_readable, watch);
    zp_watch_background(watch->watch);
    watch->rest = zp_timer_new(watch, loop, on_rested, watch);
    zp_timer_background(watch->rest);
    return true;
}
