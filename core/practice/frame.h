// What the files of the practice frame share: practice.c (start, save), files.c, control*.c.
#ifndef ZP_PRACTICE_FRAME_H
#define ZP_PRACTICE_FRAME_H

#include "practice/dikidi.h"
#include "practice/dikidi_hook.h"
#include "practice/fault.h"
#include "practice/portal.h"
#include "practice/serve.h"
#include "practice/trace.h"
#include <zapis/practice.h>

// Requests a minute of the practice Dikidi: lively enough for a person and for tests. The written
// configuration says the same, `set rate N` changes the server's side.
#define ZP_PRACTICE_RATE 600

struct zp_practice {
    struct zp_loop *loop;
    struct zp_clock clock;
    char *dir;         // absolute
    char *config_path; // DIR/zapis.conf
    char *program;     // the zapis binary, for DIR/control
    const char *entity;
    uint32_t dialect; // dialect.h
    uint64_t seed;
    int lock_fd; // DIR/lock, held while the servers run

    char *dikidi_key, *portal_secret, *control_secret;
    char *listen; // "127.0.0.1:8085": where `zapis serve` is to listen, and hooks go
    char *hook_secret, *event_token, *robot_key;
    struct zp__salon *salon;
    struct zp__practice_dikidi *dikidi;
    struct zp__practice_hook *hook;
    struct zp__portal *portal;
    struct zp__faults *faults;
    struct zp__trace *trace;
    struct zp__serve *dikidi_serve, *portal_serve;
    struct zp_httpd *control;

    struct zp_timer *save_timer, *quit_timer;
    bool dirty; // something changed since state.json was written
};

// ---- files.c
// Replaces DIR/name in one step.
bool zp__practice_write(const char *dir, const char *name, int mode, const char *bytes, size_t size,
                        struct zp_error *err);
// NULL and err clear when there is no such file.
char *zp__practice_read(TALLOC_CTX *ctx, const char *dir, const char *name, size_t max_bytes,
                        size_t *size, struct zp_error *err);
// 32 random hexadecimal digits.
char *zp__practice_secret(TALLOC_CTX *ctx);
// A port of 127.0.0.1 that nobody has, below those that the kernel gives out; false: none found.
bool zp__practice_free_port(uint16_t *port);
// zapis.conf, the secrets, control: everything a client or a person needs.
bool zp__practice_write_files(const struct zp_practice *practice, struct zp_error *err);

// ---- control.c
// Listens for verbs and writes DIR/control.addr.
bool zp__practice_control_listen(struct zp_practice *practice, struct zp_error *err);
// Carries out one verb; false with a sentence.
bool zp__practice_control_run(struct zp_practice *practice, TALLOC_CTX *ctx, int argc,
                              const char *const *argv, struct zp_json *answer,
                              struct zp_error *err);

// Words and options of a verb ("--service ID" may come several times).
#define ZP_PRACTICE_ARGS 32
struct zp__practice_args {
    const char *words[ZP_PRACTICE_ARGS]; // words[0]: the verb
    size_t word_count;
    const char *names[ZP_PRACTICE_ARGS], *values[ZP_PRACTICE_ARGS];
    size_t option_count;
};
// The n-th value of an option ("service"), NULL when there is none.
const char *zp__practice_option(const struct zp__practice_args *args, const char *name, size_t n);
bool zp__practice_number(const struct zp__practice_args *args, const char *name, int64_t otherwise,
                         int64_t *out, struct zp_error *err);

// ---- control_app.c: clients and receptionists at the salon itself
typedef bool (*zp__practice_verb_fn)(struct zp_practice *practice,
                                     const struct zp__practice_args *args, struct zp_json *answer,
                                     struct zp_error *err);
bool zp__practice_app_book(struct zp_practice *practice, const struct zp__practice_args *args,
                           struct zp_json *answer, struct zp_error *err);
bool zp__practice_app_move(struct zp_practice *practice, const struct zp__practice_args *args,
                           struct zp_json *answer, struct zp_error *err);
bool zp__practice_app_cancel(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err);
bool zp__practice_bookings(struct zp_practice *practice, const struct zp__practice_args *args,
                           struct zp_json *answer, struct zp_error *err);
bool zp__practice_booking(struct zp_practice *practice, const struct zp__practice_args *args,
                          struct zp_json *answer, struct zp_error *err);
bool zp__practice_app_comment(struct zp_practice *practice, const struct zp__practice_args *args,
                              struct zp_json *answer, struct zp_error *err);
bool zp__practice_attendance(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err);

// ---- control_hook.c: what the services send by themselves
bool zp__practice_hook_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                            struct zp_json *answer, struct zp_error *err);
bool zp__practice_hooks_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err);
bool zp__practice_event_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err);
bool zp__practice_robot_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err);
// hook-scheme, hook-body, hook-secret; false with a sentence.
bool zp__practice_hook_set(struct zp_practice *practice, const char *name, const char *value,
                           struct zp_error *err);

#endif
