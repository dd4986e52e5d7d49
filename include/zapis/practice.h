// The practice salon: a Dikidi and a Bitrix24 on loopback over one data set, and the other side's
// hands. It shares no wire code with the clients. State is in memory, saved as JSON in the state
// directory.
#ifndef ZAPIS_PRACTICE_H
#define ZAPIS_PRACTICE_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

struct zp_practice;

struct zp_practice_options {
    const char *state_dir; // made with mode 0700 when missing; must not be NULL
    uint64_t seed;         // same seed, same salon
    bool has_now;          // --now
    int64_t now;           // UTC seconds at which servers and clients live from the start on
    const char *zone;      // IANA name; NULL: Europe/Moscow
    const char *program;   // absolute path of the zapis binary, for DIR/control
    const char *entity;    // "deal" or "lead" for the written configuration; NULL: deal
    const char *dialect;   // "camel,naive": how Dikidi's answers are written; NULL: as the contract
};

// Starts the three listeners (Dikidi, Bitrix24, control) on 127.0.0.1, fills the salon (or reads
// the state saved there) and writes DIR/zapis.conf, DIR/dikidi.key, DIR/bitrix24.url (0600) and
// DIR/control (an executable: the other side's hands). Without has_now, and the salon's clock
// outside 10:00-19:00, the practice day is put at 14:00.
struct zp_practice *zp_practice_start(TALLOC_CTX *ctx, struct zp_loop *loop,
                                      const struct zp_practice_options *options,
                                      struct zp_error *err);
const char *zp_practice_config_path(const struct zp_practice *practice);

// The directories made for one run begin so.
#define ZP_PRACTICE_PREFIX "zapis-practice-"
// The configuration of practice servers of this account that run under a directory of `base` with
// that prefix, owned by ctx; NULL: none.
char *zp_practice_running(TALLOC_CTX *ctx, const char *base);

// What `zapis practice --help` prints about DIR/control: one line a verb. Terminated by NULL.
const char *const *zp_practice_control_help(void);

// The dialects and what they change, for `zapis practice --help`: name, words, name, words … NULL.
const char *const *zp_practice_dialect_help(void);

// One verb of DIR/control, from another process: sends it to the servers of that state directory
// and gives back their JSON. Blocking; for the command line. False with a sentence when they do not
// run or refuse.
bool zp_practice_control(TALLOC_CTX *ctx, const char *state_dir, int argc, const char *const *argv,
                         char **json, struct zp_error *err);

#endif
