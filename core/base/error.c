#include <zapis/error.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include <zapis/text.h>

#include "base/memory.h"

static const struct {
    const char *name;
    int exit_status;
} codes[] = {
    [ZP_OK] = {"OK", 0},
    [ZP_E_INTERNAL] = {"INTERNAL", 1},
    [ZP_E_USAGE] = {"USAGE", 2},
    [ZP_E_NOT_FOUND] = {"NOT_FOUND", 3},
    [ZP_E_REFUSED] = {"REFUSED", 3},
    [ZP_E_UNREACHABLE] = {"UNREACHABLE", 4},
    [ZP_E_UNKNOWN] = {"UNKNOWN_OUTCOME", 4},
    [ZP_E_BAD_ANSWER] = {"BAD_ANSWER", 4},
    [ZP_E_LIMITED] = {"LIMITED", 4},
    [ZP_E_CONFIG] = {"CONFIG", 5},
    [ZP_E_DENIED] = {"DENIED", 5},
    [ZP_E_STORE] = {"STORE", 5},
    [ZP_E_CONFLICT] = {"CONFLICT", 3},
    // What the asker no longer waits for stays in the journal, as after an outage.
    [ZP_E_CANCELLED] = {"CANCELLED", 4},
};

static bool known(enum zp_error_code code) {
    return (size_t)code < sizeof codes / sizeof codes[0];
}

int zp_error_exit_status(enum zp_error_code code) {
    return known(code) ? codes[code].exit_status : codes[ZP_E_INTERNAL].exit_status;
}

const char *zp_error_code_name(enum zp_error_code code) {
    return known(code) ? codes[code].name : codes[ZP_E_INTERNAL].name;
}

void zp_error_clear(struct zp_error *err) {
    if (err != NULL) {
        *err = (struct zp_error){0};
    }
}

// A name is a word for machines: only printable ASCII without blanks and quotes is kept.
static void name_copy(char *out, size_t size, const char *name) {
    size_t used = 0;
    for (const char *at = name; *at != '\0' && used + 1 < size; at++) {
        if (*at > ' ' && *at < 0x7f && *at != '"' && *at != '\\') {
            out[used++] = *at;
        }
    }
    out[used] = '\0';
}

// The sentence of a message, cleaned and cut to what the struct holds; `raw` is freed.
static void message_take(struct zp_error *err, char *raw) {
    char *clean = zp_text_clean(raw, raw, SIZE_MAX, sizeof err->message - 1);
    snprintf(err->message, sizeof err->message, "%s", clean);
    talloc_free(raw);
}

bool zp_error_set(struct zp_error *err, enum zp_error_code code, const char *name,
                  const char *format, ...) {
    if (err == NULL) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    // Formatted before *err changes: an argument may point into it.
    char *raw = zp__memory_must(talloc_vasprintf(NULL, format, arguments));
    va_end(arguments);
    char kept[sizeof err->name];
    name_copy(kept, sizeof kept, name == NULL ? "" : name);
    *err = (struct zp_error){.code = code};
    snprintf(err->name, sizeof err->name, "%s", kept[0] == '\0' ? zp_error_code_name(code) : kept);
    message_take(err, raw);
    return false;
}

bool zp_error_context(struct zp_error *err, const char *format, ...) {
    if (err == NULL) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    char *raw = zp__memory_must(talloc_vasprintf(NULL, format, arguments));
    va_end(arguments);
    raw = zp__memory_must(talloc_asprintf_append(raw, ": %s", err->message));
    message_take(err, raw);
    return false;
}

#define HOLD_MS 200

static _Atomic(void (*)(void)) panic_hook;
static pthread_t hook_thread;
static atomic_bool held;

void zp_panic_set_hook(void (*restore)(void)) {
    hook_thread = pthread_self();
    atomic_store(&panic_hook, restore);
}

static void hold(int number) {
    (void)number;
    atomic_store(&held, true);
    for (;;) {
        pause();
    }
}

// Another thread's terminal: that one must not draw on while it is given back.
static void hold_thread_of_hook(void) {
    struct sigaction action = {.sa_handler = hold};
    sigemptyset(&action.sa_mask);
    if (pthread_equal(pthread_self(), hook_thread) || sigaction(SIGUSR2, &action, NULL) != 0 ||
        pthread_kill(hook_thread, SIGUSR2) != 0) {
        return;
    }
    for (int waited_ms = 0; !atomic_load(&held) && waited_ms < HOLD_MS; waited_ms++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static void restore_once(void) {
    // Taken out before it is called: a hook that panics itself must not come back here for ever.
    void (*restore)(void) = atomic_exchange(&panic_hook, NULL);
    if (restore != NULL) {
        hold_thread_of_hook();
        restore();
    }
}

// No allocation: memory may be what is missing.
__attribute__((format(printf, 1, 0))) static void last_words(const char *format,
                                                             va_list arguments) {
    char line[1024] = "zapis: ";
    size_t used = strlen(line);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the caller began it
    vsnprintf(line + used, sizeof line - used - 1, format, arguments);
    used = strlen(line);
    line[used++] = '\n';
    for (size_t done = 0; done < used;) {
        ssize_t wrote = write(STDERR_FILENO, line + done, used - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            break;
        }
        done += (size_t)wrote;
    }
}

static atomic_bool has_spoken;

static const int fatal[] = {SIGABRT, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static struct sigaction before[sizeof fatal / sizeof fatal[0]]; // a sanitizer's, or the default

// When memory runs out libuv and GLib end the program by themselves and say nothing or their own,
// and libconfig 1.5 writes to where its memory is not.
static void on_fatal(int number, siginfo_t *info, void *context) {
    (void)context;
    // A restoring that hangs (who aborts may hold the allocator's lock) must not keep the process.
    signal(SIGALRM, SIG_DFL);
    alarm(2);
    restore_once();
    if (!atomic_exchange(&has_spoken, true)) {
        static const char words[] = "zapis: out of memory in a library, or a fault\n";
        const ssize_t wrote = write(STDERR_FILENO, words, sizeof words - 1);
        (void)wrote;
    }
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        if (fatal[i] == number) {
            sigaction(number, &before[i], NULL);
        }
    }
    // A fault is met again by going back to it, with the address that a sanitizer tells.
    if (number == SIGABRT || number == SIGTRAP || info->si_code <= 0) {
        raise(number);
    }
}

void zp_panic_catch_faults(void) {
    // Not deferred: the hook may fault in the same library again, and then the words are still due.
    struct sigaction action = {.sa_sigaction = on_fatal,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        sigaction(fatal[i], &action, &before[i]);
    }
}

void zp_panic(const char *format, ...) {
    restore_once();
    va_list arguments;
    va_start(arguments, format);
    last_words(format, arguments);
    va_end(arguments);
    atomic_store(&has_spoken, true);
    abort();
}
