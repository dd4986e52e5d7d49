// The queue, the thread and the way back: knows no database. Calls are worked on in order by one
// thread; answers come back to the loop in the same order through a waker.
#include "store/call.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <zapis/i18n.h>
#include <zapis/log.h>

// Writes that wait together are committed together, at most so many.
#define BATCH_LIMIT 64
// A foreign commit that is under way is looked at again after this, doubled up to the limit.
#define FOREIGN_FIRST_MS 2
#define FOREIGN_LIMIT_MS 64
// The timer that keeps the loop alive while answers are outstanding; what it does is nothing.
#define KEEP_ALIVE_MS (24 * 3600 * 1000)
// Nothing was asked for so long after a write: the back end may do what it put off. Under a flood
// it never comes to that.
#define REST_MS 10

struct call_list {
    struct zp__store_call *first, *last;
};

struct zp_store {
    struct zp_loop *loop;
    const struct zp__store_backend *backend;
    char *place; // what follows the scheme in the URL
    void *self;  // the back end's own root: only the thread touches it between start and join
    struct zp_waker *waker;

    // The loop's side.
    struct zp_timer *keep_alive; // the waker alone does not hold the loop
    size_t outstanding;
    bool *freed; // set when the store is freed inside a callback of ours

    void (*foreign_fn)(void *data);
    void *foreign_data;
    struct zp_timer *foreign_timer;
    int foreign_delay_ms;
    bool foreign_asked; // a question is in the queue
    bool foreign_again; // something moved since it was put there

    // Shared, under the mutex.
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t work;
    struct call_list queue, ready;
    bool closing;
};

static const struct zp__store_backend *const backends[] = {&zp__store_sqlite};

static void list_push(struct call_list *list, struct zp__store_call *call) {
    call->next = NULL;
    if (list->last != NULL) {
        list->last->next = call;
    } else {
        list->first = call;
    }
    list->last = call;
}

static struct zp__store_call *list_pop(struct call_list *list) {
    struct zp__store_call *call = list->first;
    if (call != NULL) {
        list->first = call->next;
        if (list->first == NULL) {
            list->last = NULL;
        }
        call->next = NULL;
    }
    return call;
}

// ---- the thread

// Under the mutex: the next call, and with a write those writes that stand right behind it.
static size_t take(struct zp_store *store, struct zp__store_call **calls) {
    size_t count = 0;
    calls[count++] = list_pop(&store->queue);
    if (!zp__store_ask_writes(calls[0]->ask)) {
        return count;
    }
    while (count < BATCH_LIMIT && store->queue.first != NULL &&
           zp__store_ask_writes(store->queue.first->ask)) {
        calls[count++] = list_pop(&store->queue);
    }
    return count;
}

static struct timespec in_ms(int ms) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += (long)ms * 1000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

// Under the mutex: until there is a call or the store is closed. `wrote`: since it rested last.
static void wait_for_work(struct zp_store *store, bool *wrote) {
    const struct timespec at = in_ms(REST_MS);
    int rc = 0;
    while (*wrote && rc == 0 && store->queue.first == NULL && !store->closing) {
        rc = pthread_cond_clockwait(&store->work, &store->mutex, CLOCK_MONOTONIC, &at);
    }
    if (*wrote && rc == ETIMEDOUT && store->queue.first == NULL && !store->closing) {
        *wrote = false;
        pthread_mutex_unlock(&store->mutex);
        store->backend->rest(store->self);
        pthread_mutex_lock(&store->mutex);
    }
    while (store->queue.first == NULL && !store->closing) {
        pthread_cond_wait(&store->work, &store->mutex);
    }
}

static void *thread_main(void *data) {
    struct zp_store *store = data;
    struct zp__store_call *calls[BATCH_LIMIT];
    bool wrote = false;
    pthread_mutex_lock(&store->mutex);
    for (;;) {
        wait_for_work(store, &wrote);
        if (store->queue.first == NULL) {
            break;
        }
        size_t count = take(store, calls);
        pthread_mutex_unlock(&store->mutex);
        wrote = wrote || zp__store_ask_writes(calls[0]->ask);
        for (size_t i = 0; i < count; i++) {
            calls[i]->again = false;
            if (calls[i]->answer == NULL) { // else it is worked on in pieces
                calls[i]->answer = zp__memory_new(calls[i], struct zp__store_answer);
            }
        }
        store->backend->run(store->self, calls, count);
        pthread_mutex_lock(&store->mutex);
        for (size_t i = 0; i < count; i++) {
            list_push(calls[i]->again ? &store->queue : &store->ready, calls[i]);
        }
        zp_waker_wake(store->waker);
    }
    pthread_mutex_unlock(&store->mutex);
    return NULL;
}

// Signals are the loop's; the thread keeps only those that say it crashed itself.
static bool thread_start(struct zp_store *store, struct zp_error *err) {
    sigset_t all, before;
    sigfillset(&all);
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        sigdelset(&all, own[i]);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&store->thread, NULL, thread_main, store);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) {
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The journal's thread could not be started: %s. Close other "
                              "programs and repeat."),
                            strerror(failed));
    }
    return true;
}

// ---- the loop's side

static void submit(struct zp_store *store, struct zp__store_call *call) {
    pthread_mutex_lock(&store->mutex);
    list_push(&store->queue, call);
    pthread_cond_signal(&store->work);
    pthread_mutex_unlock(&store->mutex);
}

void zp__store_submit(struct zp_store *store, struct zp__store_call *call, zp__store_fn fn,
                      void *data) {
    call->fn = fn;
    call->data = data;
    if (store->outstanding++ == 0) {
        zp_timer_start(store->keep_alive, KEEP_ALIVE_MS, KEEP_ALIVE_MS);
    }
    submit(store, call);
}

static void foreign_ask(void *data) {
    struct zp_store *store = data;
    if (store->foreign_asked) {
        store->foreign_again = true;
        return;
    }
    zp_timer_stop(store->foreign_timer);
    store->foreign_asked = true;
    struct zp__store_call *call = zp__memory_new(NULL, struct zp__store_call);
    call->ask = ZP__STORE_FOREIGN;
    submit(store, call);
}

static void foreign_answered(struct zp_store *store, enum zp__store_foreign foreign) {
    store->foreign_asked = false;
    if (store->foreign_again) {
        store->foreign_again = false;
        store->foreign_delay_ms = FOREIGN_FIRST_MS;
        foreign_ask(store);
    } else if (foreign != ZP__STORE_FOREIGN_NO) {
        // After a change too: the next commit's log may have been written already, and when it can
        // be seen nothing tells.
        zp_timer_start(store->foreign_timer, store->foreign_delay_ms, 0);
        if (store->foreign_delay_ms < FOREIGN_LIMIT_MS) {
            store->foreign_delay_ms *= 2;
        }
    } else {
        store->foreign_delay_ms = FOREIGN_FIRST_MS;
    }
    if (foreign == ZP__STORE_FOREIGN_YES) {
        store->foreign_fn(store->foreign_data);
    }
}

static void answered(struct zp_store *store, const struct zp__store_call *call) {
    if (call->ask == ZP__STORE_FOREIGN) {
        foreign_answered(store, call->u.foreign);
        return;
    }
    if (--store->outstanding == 0) {
        zp_timer_stop(store->keep_alive);
    }
    if (call->fn != NULL) {
        call->fn(call->answer, call->data);
    }
}

// Callbacks may submit, run the loop once more, or free the store.
static void deliver(void *data) {
    struct zp_store *store = data;
    bool freed = false;
    bool *outer = store->freed;
    store->freed = &freed;
    for (;;) {
        pthread_mutex_lock(&store->mutex);
        struct zp__store_call *call = list_pop(&store->ready);
        pthread_mutex_unlock(&store->mutex);
        if (call == NULL) {
            break;
        }
        answered(store, call);
        talloc_free(call);
        if (freed) {
            if (outer != NULL) {
                *outer = true;
            }
            return;
        }
    }
    store->freed = outer;
}

void zp__store_on_foreign_change(struct zp_store *store, void (*fn)(void *data), void *data) {
    bool first = store->foreign_fn == NULL;
    store->foreign_fn = fn;
    store->foreign_data = data;
    if (!first) {
        return;
    }
    store->foreign_delay_ms = FOREIGN_FIRST_MS;
    store->foreign_timer = zp_timer_new(store, store->loop, foreign_ask, store);
    zp_timer_background(store->foreign_timer);
    if (!store->backend->watch(store, store->loop, store->place, foreign_ask, store)) {
        zp_log(ZP_LOG_WARN, "other processes' changes are not seen",
               ZP_LOG_S("journal", store->place), ZP_LOG_S("error", strerror(errno)));
    }
    // What was committed between the opening and the watch.
    foreign_ask(store);
}

// ---- opening and closing

static void list_free(struct call_list *list) {
    for (struct zp__store_call *call; (call = list_pop(list)) != NULL;) {
        talloc_free(call);
    }
}

static int store_close(struct zp_store *store) {
    if (store->freed != NULL) {
        *store->freed = true;
    }
    pthread_mutex_lock(&store->mutex);
    store->closing = true;
    pthread_cond_signal(&store->work);
    pthread_mutex_unlock(&store->mutex);
    pthread_join(store->thread, NULL);
    list_free(&store->ready);
    talloc_free(store->self);
    pthread_cond_destroy(&store->work);
    pthread_mutex_destroy(&store->mutex);
    return 0;
}

static void nothing(void *data) {
    (void)data;
}

static const struct zp__store_backend *backend_of(const char *url, struct zp_error *err) {
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        if (strncmp(url, backends[i]->scheme, strlen(backends[i]->scheme)) == 0) {
            return backends[i];
        }
    }
    zp_error_set(err, ZP_E_CONFIG, NULL,
                 _("“%s” names no journal that this program can open. Write store.url as "
                   "sqlite:/path/of/zapis.db."),
                 url);
    return NULL;
}

struct zp_store *zp__store_open_with(TALLOC_CTX *ctx, struct zp_loop *loop, const char *url,
                                     const char *company, const struct zp__store_options *options,
                                     struct zp_error *err) {
    const struct zp__store_backend *backend = backend_of(url, err);
    if (backend == NULL) {
        return NULL;
    }
    const char *place = url + strlen(backend->scheme);
    void *self = backend->open(place, company, options, err);
    if (self == NULL) {
        return NULL;
    }
    struct zp_store *store = zp__memory_new(ctx, struct zp_store);
    store->loop = loop;
    store->backend = backend;
    store->self = self;
    store->place = zp__memory_strdup(store, place);
    store->waker = zp_waker_new(store, loop, deliver, store);
    zp_waker_background(store->waker);
    store->keep_alive = zp_timer_new(store, loop, nothing, NULL);
    pthread_mutex_init(&store->mutex, NULL);
    pthread_cond_init(&store->work, NULL);
    if (!thread_start(store, err)) {
        talloc_free(self);
        talloc_free(store);
        return NULL;
    }
    talloc_set_destructor(store, store_close);
    return store;
}

struct zp_store *zp__store_open(TALLOC_CTX *ctx, struct zp_loop *loop, const char *url,
                                const char *company, struct zp_error *err) {
    const struct zp__store_options options = {.lease_ms = ZP__STORE_LEASE_MS};
    return zp__store_open_with(ctx, loop, url, company, &options, err);
}
