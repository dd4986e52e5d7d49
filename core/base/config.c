#include <zapis/config.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/text.h>

#include "base/config_file.h"
#include "base/environment.h"
#include "base/memory.h"

static bool readable(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

// A place somebody named himself: that or nothing.
static char *named(TALLOC_CTX *ctx, const char *path, const char *by, struct zp_error *err) {
    if (readable(path)) {
        return zp__memory_strdup(ctx, path);
    }
    zp_error_set(err, ZP_E_CONFIG, NULL,
                 _("There is no configuration “%s” (named by %s). To try the program without one: "
                   "zapis practice."),
                 path, by);
    return NULL;
}

char *zp_config_find(TALLOC_CTX *ctx, const char *option, struct zp_error *err) {
    static const char system_wide[] = "/etc/zapis/zapis.conf";
    const char *variable = zp__environment_get("ZAPIS_CONFIG");
    if (option != NULL) {
        return named(ctx, option, "--config", err);
    }
    if (variable != NULL) {
        return named(ctx, variable, "ZAPIS_CONFIG", err);
    }
    const char *base = zp__environment_get("XDG_CONFIG_HOME");
    char *own = zp__config_path(ctx, "", base != NULL && base[0] == '/' ? base : "~/.config");
    own = zp__memory_must(talloc_strdup_append(own, "/zapis/zapis.conf"));
    if (readable(own)) {
        return own;
    }
    if (readable(system_wide)) {
        talloc_free(own);
        return zp__memory_strdup(ctx, system_wide);
    }
    zp_error_set(err, ZP_E_CONFIG, NULL,
                 _("There is no configuration in %s or %s. To try the program: zapis practice. To "
                   "set it up: copy zapis.conf.example to one of these places and fill it in."),
                 own, system_wide);
    talloc_free(own);
    return NULL;
}

// The whole file as one string. NULL with a sentence.
static char *read_file(TALLOC_CTX *ctx, const char *path, struct zp_error *err) {
    const size_t limit = (size_t)ZP_LIMIT_CONFIG_BYTES;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char *bytes = zp__memory_array(ctx, char, limit + 2);
    size_t size = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && size <= limit) {
        got = read(fd, bytes + size, limit + 1 - size);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        size += got > 0 ? (size_t)got : 0;
    }
    int why = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (got < 0) {
        zp_error_set(err, ZP_E_CONFIG, NULL, _("The configuration %s cannot be read: %s."), path,
                     zp__config_os_reason(ctx, why));
        return NULL;
    }
    if (size > limit || memchr(bytes, '\0', size) != NULL || !zp_text_valid_utf8(bytes, size)) {
        zp_error_set(err, ZP_E_CONFIG, NULL, _("%s is no configuration: it must be UTF-8 text."),
                     path);
        return NULL;
    }
    return bytes;
}

static bool take_all(struct zp__config_file *file, struct zp_error *err) {
    const config_setting_t *version = config_lookup(&file->parsed, "version");
    if (version != NULL &&
        (config_setting_type(version) != CONFIG_TYPE_INT || config_setting_get_int(version) != 1)) {
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s: this program reads version 1 of the configuration only."),
                            zp__config_where(file, "version"));
    }
    if (!zp__config_refuse_unknown(file, err)) {
        return false;
    }
    for (size_t i = 0; i < zp__config_key_count; i++) {
        if (!zp__config_take(file, &zp__config_keys[i], err)) {
            return false;
        }
    }
    file->config->clock.offset_ms = file->config->practice.offset_ms;
    return zp__config_check(file, err);
}

static bool parse(struct zp__config_file *file, const char *bytes, struct zp_error *err) {
    int line = 0;
    const char *reason = zp__config_scan(bytes, &line);
    if (reason != NULL) {
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s:%d: the configuration cannot be read: %s."), file->path, line,
                            reason);
    }
    if (config_read_string(&file->parsed, bytes) == CONFIG_TRUE) {
        return true;
    }
    const char *source = config_error_file(&file->parsed);
    return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s:%d: the configuration cannot be read: %s."),
                        source == NULL ? file->path : source, config_error_line(&file->parsed),
                        config_error_text(&file->parsed));
}

struct zp_config *zp_config_load(TALLOC_CTX *ctx, const char *path, enum zp_config_need need,
                                 struct zp_error *err) {
    struct zp_config *config = zp__memory_new(ctx, struct zp_config);
    char resolved[PATH_MAX];
    config->file = zp__memory_strdup(config, realpath(path, resolved) == NULL ? path : resolved);
    char *bytes = read_file(config, config->file, err);
    if (bytes == NULL) {
        talloc_free(config);
        return NULL;
    }
    const char *slash = strrchr(config->file, '/');
    struct zp__config_file file = {
        .path = config->file,
        .directory = zp__memory_strndup(config, config->file,
                                        slash == NULL ? 0 : (size_t)(slash - config->file)),
        .config = config,
        .need = need,
    };
    config_init(&file.parsed);
    bool fine = parse(&file, bytes, err) && take_all(&file, err);
    config_destroy(&file.parsed);
    talloc_free(bytes);
    if (!fine) {
        talloc_free(config);
        return NULL;
    }
    return config;
}
