// Errors: a code the caller can act on, the other side's own name for it, a sentence for a person.
#ifndef ZAPIS_ERROR_H
#define ZAPIS_ERROR_H

#include <stdbool.h>
#include <stdint.h>

// What a caller can do about a failure. The exit status of each stands in design "Exit status":
// zp_error_exit_status() is the only place that maps them.
enum zp_error_code {
    ZP_OK = 0,
    ZP_E_INTERNAL,    // a defect of ours
    ZP_E_USAGE,       // the person asked for something that makes no sense
    ZP_E_NOT_FOUND,   // what was named is not there
    ZP_E_REFUSED,     // the other side said no; nothing changed
    ZP_E_UNREACHABLE, // nothing left this machine, or nothing was asked: certainly not done
    ZP_E_UNKNOWN,     // it left and no answer came that can be believed: done or not done
    ZP_E_BAD_ANSWER,  // an answer to a READ that makes no sense (for a write it is ZP_E_UNKNOWN)
    ZP_E_LIMITED,     // not executed, try again after retry_after_ms
    ZP_E_CONFIG,      // our configuration or set-up is wrong
    ZP_E_DENIED,      // 401, 403, plan, company, rights: set-up at the other side is wrong
    ZP_E_STORE,       // the journal could not be read or written
    ZP_E_CONFLICT,    // the row changed since it was read: read again and decide again
    ZP_E_CANCELLED,   // the asker cancelled it
};

struct zp_error {
    enum zp_error_code code;
    int http_status;        // 0 when no HTTP answer is behind it
    int64_t retry_after_ms; // 0 when not told
    char name[48]; // the other side's code ("SLOT_TAKEN") or ours ("USAGE"); never empty on error
    char message[512]; // one sentence, cleaned UTF-8, in the person's language, no secret in it
};

// Clears *err. A struct zp_error may also be initialised with {0}.
void zp_error_clear(struct zp_error *err);

// Fills *err (err may be NULL) and returns false, so that `return zp_error_set(...)` reads well.
// `name` NULL takes the default name of the code. The message is cut at a character boundary.
bool zp_error_set(struct zp_error *err, enum zp_error_code code, const char *name,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

// Puts "context: " before the message. Used on the way up. Returns false.
bool zp_error_context(struct zp_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// The process exit status for a code: 0, 1, 2, 3, 4 or 5 as design/interface.md lists them.
int zp_error_exit_status(enum zp_error_code code);

// The default name of a code: "INTERNAL", "USAGE", "UNREACHABLE", "UNKNOWN_OUTCOME", "BAD_ANSWER",
// "CONFIG" …
const char *zp_error_code_name(enum zp_error_code code);

// Restores what must be restored (the terminal) through the hook, says `what` on standard error and
// aborts. Used when memory runs out or an invariant is broken; the journal makes that safe.
_Noreturn void zp_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
void zp_panic_set_hook(void (*restore)(void));

// From here on a library that aborts the program (libuv and GLib do when memory runs out) or faults
// (libconfig and libcurl do then) ends it in the same way: what the hook restores is restored, a
// line on standard error says so, and the signal ends the process.
void zp_panic_catch_faults(void);

#endif
