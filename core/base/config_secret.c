#include "base/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

#include "base/environment.h"
#include "base/memory.h"

// The value of a string setting, NULL where it is missing or empty.
static bool string_at(struct zp__config_file *file, const char *path, const char **out,
                      struct zp_error *err) {
    const config_setting_t *setting = config_lookup(&file->parsed, path);
    *out = setting == NULL ? NULL : config_setting_get_string(setting);
    if (setting != NULL && *out == NULL) {
        return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s: “%s” must be a text in quotes."),
                            zp__config_where(file, path), path);
    }
    if (*out != NULL && (*out)[0] == '\0') {
        *out = NULL;
    }
    return true;
}

const char *zp__config_os_reason(TALLOC_CTX *ctx, int number) {
    char text[128];
    return zp__memory_strdup(ctx, strerror_r(number, text, sizeof text));
}

// Why a secret of this mode is refused, NULL if it is not.
static const char *exposed(const struct stat *status) {
    if (!S_ISREG(status->st_mode)) {
        return _("it is no file");
    }
    if ((status->st_mode & (S_IRWXO | S_IWGRP)) != 0) {
        return _("others may read or change it: chmod 600");
    }
    if (status->st_size > ZP_LIMIT_SECRET_BYTES) {
        return _("it is too large for a secret");
    }
    return NULL;
}

// Reads a whole secret; the mode is asked of the open file, so that it cannot be exchanged between.
static const char *read_secret(TALLOC_CTX *ctx, const char *path, char **out) {
    struct stat status;
    // Not blocking: a named pipe must not hold the program before its kind is known.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &status) != 0) {
        const char *reason = zp__config_os_reason(ctx, errno);
        if (fd >= 0) {
            close(fd);
        }
        return reason;
    }
    const char *reason = exposed(&status);
    char *secret = zp__memory_array(ctx, char, ZP_LIMIT_SECRET_BYTES + 2);
    size_t size = 0;
    while (reason == NULL && size <= ZP_LIMIT_SECRET_BYTES) {
        ssize_t got = read(fd, secret + size, ZP_LIMIT_SECRET_BYTES + 1 - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            reason = zp__config_os_reason(ctx, errno);
        }
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
    }
    close(fd);
    if (reason == NULL && size > ZP_LIMIT_SECRET_BYTES) {
        reason = _("it is too large for a secret");
    }
    if (reason == NULL && memchr(secret, '\0', size) != NULL) {
        reason = _("it holds a NUL");
    }
    *out = reason == NULL ? secret : NULL;
    return reason;
}

// Ends the secret before its line end; what is left must be printable ASCII, since it goes into a
// header or an address.
static const char *trim(char *secret) {
    size_t size = strlen(secret);
    while (size > 0 && (secret[size - 1] == '\n' || secret[size - 1] == '\r')) {
        secret[--size] = '\0';
    }
    for (const char *at = secret; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~') {
            return _("it has a blank, a line end or a letter that is not ASCII inside");
        }
    }
    return NULL;
}

static void remember_place(struct zp_config *config, const char *key, const char *file,
                           const char *variable) {
    config->secret_places = zp__memory_must(talloc_realloc(
        config, config->secret_places, struct zp_secret_place, config->secret_place_count + 1));
    config->secret_places[config->secret_place_count++] = (struct zp_secret_place){
        .key = zp__memory_strdup(config->secret_places, key),
        .file = zp__memory_strdup_or_null(config->secret_places, file),
        .variable = zp__memory_strdup_or_null(config->secret_places, variable)};
}

bool zp__config_take_secret(struct zp__config_file *file, const char *path, char **out,
                            struct zp_error *err) {
    const char *name = NULL, *variable = NULL, *reason = NULL, *source = NULL;
    char *secret = NULL;
    char *file_key = zp__memory_printf(file->config, "%s_file", path);
    char *env_key = zp__memory_printf(file->config, "%s_env", path);
    *out = NULL;
    if (!string_at(file, file_key, &name, err) || !string_at(file, env_key, &variable, err)) {
        return false;
    }
    if (name != NULL && variable != NULL) {
        return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s: give “%s” or “%s”, not both."),
                            zp__config_where(file, env_key), file_key, env_key);
    }
    if (name != NULL) {
        source = zp__config_path(file->config, file->directory, name);
        reason = read_secret(file->config, source, &secret);
    } else if (variable != NULL) {
        source = variable;
        const char *value = zp__environment_get(variable);
        secret = value == NULL ? NULL : zp__memory_strdup(file->config, value);
    }
    if (reason == NULL && secret != NULL) {
        reason = trim(secret);
    }
    if (reason != NULL) {
        return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s: the secret in %s is not used: %s."),
                            zp__config_where(file, name != NULL ? file_key : env_key), source,
                            reason);
    }
    if (secret != NULL && secret[0] != '\0') {
        *out = secret;
        remember_place(file->config, name != NULL ? file_key : env_key,
                       name != NULL ? source : NULL, name != NULL ? NULL : source);
    }
    return true;
}
