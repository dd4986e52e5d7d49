#include "receiver_watch.h"
#include "memory.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

struct receiver_watch {
    struct zp_watch *watch; // NULL: nobody is watched, or it has ended
    int fd;
    const char *log;
    receiver_ended_fn fn;
    void *data;
};

// What the log says last of why; NULL: nothing.
static char *last_complaint(TALLOC_CTX *ctx, const char *path) {
    static const char mark[] = "zapis: ";
    char line[1024];
    char *found = NULL;
    FILE *file = path ? fopen(path, "re") : NULL;

    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, mark, sizeof(mark) - 1) == 0) {
            line[strcspn(line, "\n")] = '\0';
            talloc_free(found);
            found = zp_text_clean(ctx, line + sizeof(mark) - 1, SIZE_MAX, sizeof(line));
        }
    }
    if (file)
        (void)fclose(file);
    return found;
}

static void ended(int events, void *data) {
    struct receiver_watch *receiver = data;
    char *why = last_complaint(receiver, receiver->log);
    char *text = memory_printf(receiver, _("Webhooks do not arrive: %s"),
                               why ? why : _("zapis serve has ended."));

    (void)events;
    TALLOC_FREE(receiver->watch);
    receiver->fn(text, receiver->data);
    talloc_free(text);
    talloc_free(why);
}

static int forget(struct receiver_watch *receiver) {
    TALLOC_FREE(receiver->watch);
    if (receiver->fd >= 0)
        close(receiver->fd);
    return 0;
}

struct receiver_watch *receiver_watch_new(TALLOC_CTX *ctx, struct zp_loop *loop, pid_t receiver,
                                          const char *log, receiver_ended_fn fn, void *data) {
    struct receiver_watch *made = memory_new(ctx, struct receiver_watch);

    *made = (struct receiver_watch){.fd = -1, .log = log, .fn = fn, .data = data};
    talloc_set_destructor(made, forget);
    if (receiver == 0)
        return made;
    made->fd = receiver > 0 ? pidfd_open(receiver, 0) : -1;
    if (made->fd >= 0) {
        made->watch = zp_watch_new(made, loop, made->fd, ZP_WATCH_READ, ended, made);
        if (made->watch)
            zp_watch_background(made->watch);
    } else if (receiver < 0 || errno == ESRCH) {
        ended(0, made);
    }
    return made;
}
