// What the config files share: the open file, its table of keys, its checks. Only config*.c may
// include this.
#ifndef ZP_BASE_CONFIG_FILE_H
#define ZP_BASE_CONFIG_FILE_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <zapis/config.h>

enum zp__config_kind {
    ZP__CONFIG_TEXT,     // char *
    ZP__CONFIG_CHOICE,   // char *, one of the words in `text`
    ZP__CONFIG_WORD,     // an enum: the position of the word in `text`
    ZP__CONFIG_INT,      // int
    ZP__CONFIG_LONG,     // int64_t
    ZP__CONFIG_REAL,     // double
    ZP__CONFIG_BOOL,     // bool
    ZP__CONFIG_TEMPLATE, // struct zp_path_template
    ZP__CONFIG_SECRET,   // char * in struct zp_secrets; in the file PATH_file or PATH_env
};

struct zp__config_key {
    const char *path; // "dikidi.webhook.scheme"
    enum zp__config_kind kind;
    size_t offset;      // in struct zp_config
    const char *text;   // the default; of CHOICE and WORD all words, "a|b|c", the first by default
    double number;      // the default of INT, LONG, REAL, BOOL
    double least, most; // their range
};

// All keys but `version`, which only says which table this is.
extern const struct zp__config_key zp__config_keys[];
extern const size_t zp__config_key_count;

// One file being read.
struct zp__config_file {
    const char *path;      // absolute
    const char *directory; // where it lies: relative paths begin there
    config_t parsed;
    struct zp_config *config;
    enum zp_config_need need;
};

// Where a key stands: "/etc/zapis/zapis.conf:12", or without a line where it does not stand there.
const char *zp__config_where(struct zp__config_file *file, const char *path);

// Refuses what the library's parser mishandles: NULL, or a reason and the line it stands on.
const char *zp__config_scan(const char *bytes, int *line);
// Refuses a key that is not in the table, naming its line and the nearest one that is.
bool zp__config_refuse_unknown(struct zp__config_file *file, struct zp_error *err);
// Sets one key of *file->config from the file, or to its default.
bool zp__config_take(struct zp__config_file *file, const struct zp__config_key *key,
                     struct zp_error *err);
// The secret behind PATH_file or PATH_env -> *out (NULL if neither is given or it is empty).
bool zp__config_take_secret(struct zp__config_file *file, const char *path, char **out,
                            struct zp_error *err);
// The checks that look at values, once all are read.
bool zp__config_check(struct zp__config_file *file, struct zp_error *err);

// The system's words for an errno.
const char *zp__config_os_reason(TALLOC_CTX *ctx, int number);
// An address of http or https: https, or http on loopback; with a host, without user and password.
// `reason` receives a sentence part, translated.
bool zp__config_address_ok(const char *address, const char **reason);
// "METHOD /path" or "METHOD https://…" with {company} and, where `booking`, {booking}.
bool zp__config_template(TALLOC_CTX *ctx, const char *text, bool booking,
                         struct zp_path_template *out, const char **reason);
// A path with "~" at its beginning as the home directory, a relative one from `directory`.
char *zp__config_path(TALLOC_CTX *ctx, const char *directory, const char *path);

#endif
