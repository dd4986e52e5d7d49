#include "base/config_file.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

#include "base/environment.h"
#include "base/memory.h"

// "localhost", 127.0.0.0/8 and ::1 reach nobody but this machine.
static bool loopback(const char *host) {
    struct in_addr v4;
    struct in6_addr v6;
    if (strcasecmp(host, "localhost") == 0) {
        return true;
    }
    if (inet_pton(AF_INET, host, &v4) == 1) {
        return (ntohl(v4.s_addr) >> 24) == 127;
    }
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

// "host:port" or "[::1]:port" of `size` bytes -> host (without brackets). False if it is neither.
static bool split_host(const char *authority, size_t size, char host[256], const char **port) {
    const char *end = authority + size;
    const char *close = authority;
    size_t length = 0;
    if (size > 0 && authority[0] == '[') {
        close = memchr(authority, ']', size);
        if (close == NULL) {
            return false;
        }
        length = (size_t)(close - authority) - 1;
        authority++;
        close++;
    } else {
        const char *colon = memchr(authority, ':', size);
        close = colon == NULL ? end : colon;
        length = (size_t)(close - authority);
    }
    if (length == 0 || length > 255 || (close < end && *close != ':')) {
        return false;
    }
    snprintf(host, 256, "%.*s", (int)length, authority);
    *port = close < end ? close + 1 : end;
    size_t digits = (size_t)(end - *port);
    return strspn(*port, "0123456789") >= digits && digits <= 5;
}

bool zp__config_address_ok(const char *address, const char **reason) {
    char host[256];
    const char *port = NULL;
    bool plain = strncmp(address, "http://", 7) == 0;
    *reason = _("must be an address that begins with https://");
    if (!plain && strncmp(address, "https://", 8) != 0) {
        return false;
    }
    for (const char *at = address; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || *at == '\\' || *at == '#' || *at == '"' || *at == '<') {
            *reason = _("has a character that no address has");
            return false;
        }
    }
    const char *authority = address + (plain ? 7 : 8);
    size_t size = strcspn(authority, "/?");
    if (memchr(authority, '@', size) != NULL) {
        *reason = _("must not hold a user name or a password");
        return false;
    }
    if (!split_host(authority, size, host, &port)) {
        *reason = _("has no host that makes sense");
        return false;
    }
    if (plain && !loopback(host)) {
        *reason = _("must begin with https:// (http:// is for this machine alone)");
        return false;
    }
    return true;
}

// Every {…} must be one we fill.
static bool placeholders_ok(const char *path, bool booking, const char **reason) {
    bool found = false;
    for (const char *at = strpbrk(path, "{}"); at != NULL; at = strpbrk(at, "{}")) {
        size_t size = strcspn(at, "}") + 1;
        bool is_booking = strncmp(at, "{booking}", size) == 0 && size == 9;
        if (!(is_booking && booking) && !(strncmp(at, "{company}", size) == 0 && size == 9)) {
            *reason = booking ? _("may have only {company} and {booking} in braces")
                              : _("may have only {company} in braces");
            return false;
        }
        found = found || is_booking;
        at += size;
    }
    if (booking && !found) {
        *reason = _("must have {booking} in it");
        return false;
    }
    return true;
}

bool zp__config_template(TALLOC_CTX *ctx, const char *text, bool booking,
                         struct zp_path_template *out, const char **reason) {
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    size_t length = strcspn(text, " ");
    const char *path = text + length + strspn(text + length, " ");
    bool known = false;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        known = known || (strlen(methods[i]) == length && strncmp(text, methods[i], length) == 0);
    }
    *reason = _("must be a method and a path, such as GET /api/v2/company/{company}/services");
    if (!known || *path == '\0') {
        return false;
    }
    if (*path == '/') {
        if (strpbrk(path, " \\#\"<") != NULL) {
            *reason = _("has a character that no address has");
            return false;
        }
    } else if (!zp__config_address_ok(path, reason)) {
        return false;
    }
    if (!placeholders_ok(path, booking, reason)) {
        return false;
    }
    out->method = zp__memory_strndup(ctx, text, length);
    out->path = zp__memory_strdup(ctx, path);
    return true;
}

// Services of the system may have no HOME; the account has one then.
static char *home(TALLOC_CTX *ctx) {
    const char *directory = zp__environment_get("HOME");
    char buffer[4096];
    struct passwd account, *found = NULL;
    if (directory != NULL && directory[0] == '/') {
        return zp__memory_strdup(ctx, directory);
    }
    if (getpwuid_r(getuid(), &account, buffer, sizeof buffer, &found) != 0 || found == NULL) {
        return zp__memory_strdup(ctx, "/");
    }
    return zp__memory_strdup(ctx, account.pw_dir);
}

char *zp__config_path(TALLOC_CTX *ctx, const char *directory, const char *path) {
    if (path[0] == '~' && (path[1] == '/' || path[1] == '\0')) {
        return zp__memory_must(talloc_strdup_append(home(ctx), path + 1));
    }
    if (path[0] == '/') {
        return zp__memory_strdup(ctx, path);
    }
    return zp__memory_printf(ctx, "%s/%s", directory, path);
}

static bool refuse(struct zp__config_file *file, const char *path, const char *reason,
                   struct zp_error *err) {
    return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s: “%s” %s."), zp__config_where(file, path),
                        path, reason);
}

// Letters of one case, as many as asked.
static bool capitals(const char *text, size_t count) {
    return strlen(text) == count && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == count;
}

static bool check_salon(struct zp__config_file *file, struct zp_error *err) {
    struct zp_config *config = file->config;
    const char *company = config->salon.company;
    if (company[0] == '\0') {
        return refuse(file, "salon.company",
                      _("is missing: write the number Dikidi gave your company"), err);
    }
    if (strlen(company) > ZP_LIMIT_ID_BYTES ||
        company[strspn(company, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "_-")] != '\0') {
        return refuse(file, "salon.company", _("must be a number, as Dikidi writes it"), err);
    }
    if (config->salon.name[0] == '\0') {
        config->salon.name = zp__memory_strdup(config, company);
    }
    if (!capitals(config->salon.country, 2)) {
        return refuse(file, "salon.country", _("must be two letters, such as RU"), err);
    }
    if (!capitals(config->salon.currency, 3)) {
        return refuse(file, "salon.currency", _("must be three letters, such as RUB"), err);
    }
    return true;
}

static bool check_zone(struct zp__config_file *file, struct zp_error *err) {
    struct zp_config *config = file->config;
    if (config->salon.timezone[0] == '\0') {
        return file->need == ZP_CONFIG_NEED_COMPANY
                   ? true
                   : refuse(file, "salon.timezone",
                            _("is missing: write the zone of the salon, such as Europe/Moscow"),
                            err);
    }
    config->zone = zp_zone_open(config, config->salon.timezone, err);
    return config->zone != NULL ||
           zp_error_context(err, "%s", zp__config_where(file, "salon.timezone"));
}

static bool check_dikidi(struct zp__config_file *file, struct zp_error *err) {
    struct zp_config *config = file->config;
    char *base = config->dikidi.base_url;
    const char *reason = NULL;
    bool all = file->need == ZP_CONFIG_NEED_ALL;
    if (base[0] == '\0' && all) {
        return refuse(file, "dikidi.base_url",
                      _("is missing: write the address Dikidi gave you with the key"), err);
    }
    if (base[0] != '\0' && !zp__config_address_ok(base, &reason)) {
        return refuse(file, "dikidi.base_url", reason, err);
    }
    if (strchr(base, '?') != NULL) {
        return refuse(file, "dikidi.base_url", _("must end before the “?”"), err);
    }
    // The paths begin with "/".
    for (size_t size = strlen(base); size > 0 && base[size - 1] == '/';) {
        base[--size] = '\0';
    }
    if (config->dikidi.auth_scheme[strcspn(config->dikidi.auth_scheme, " \t:")] != '\0') {
        return refuse(file, "dikidi.auth_scheme", _("must be one word, or empty"), err);
    }
    if (all && config->secrets.dikidi_key == NULL) {
        return refuse(file, "dikidi.key_file",
                      _("is missing or empty: write the file that holds the key from Dikidi"), err);
    }
    return true;
}

static bool check_bitrix24(struct zp__config_file *file, struct zp_error *err) {
    struct zp_config *config = file->config;
    char *url = config->secrets.bitrix24_url;
    const char *reason = NULL;
    if (file->need != ZP_CONFIG_NEED_ALL) {
        return true;
    }
    if (url == NULL) {
        return refuse(file, "bitrix24.webhook_url_file",
                      _("is missing or empty: write the file that holds the address of the "
                        "incoming webhook"),
                      err);
    }
    if (!zp__config_address_ok(url, &reason) || strchr(url, '?') != NULL) {
        return refuse(file, "bitrix24.webhook_url",
                      reason != NULL && strchr(url, '?') == NULL ? reason
                                                                 : _("must end before the “?”"),
                      err);
    }
    size_t length = strlen(url);
    if (url[length - 1] != '/') {
        config->secrets.bitrix24_url = zp__memory_printf(config, "%s/", url);
    }
    return true;
}

// A password in the address would be shown wherever the address is.
static bool has_password(const char *url) {
    const char *authority = strstr(url, "://");
    if (authority == NULL) {
        return false;
    }
    authority += 3;
    size_t size = strcspn(authority, "/?");
    const char *at = memchr(authority, '@', size);
    return (at != NULL && memchr(authority, ':', (size_t)(at - authority)) != NULL) ||
           strstr(url, "password=") != NULL;
}

static bool check_store(struct zp__config_file *file, struct zp_error *err) {
    struct zp_config *config = file->config;
    const char *url = config->store.url;
    if (strncmp(url, "sqlite:", 7) == 0 && (url[7] == '/' || url[7] == '~')) {
        char *path = zp__config_path(config, "", url + 7);
        config->store.url = zp__memory_printf(config, "sqlite:%s", path);
        return true;
    }
    if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0) {
        return has_password(url)
                   ? refuse(file, "store.url",
                            _("must not hold the password: put it into ~/.pgpass"), err)
                   : true;
    }
    return refuse(file, "store.url", _("must begin with sqlite:/, sqlite:~/ or postgresql://"),
                  err);
}

static bool check_listen(struct zp__config_file *file, struct zp_error *err) {
    char host[256];
    const char *port = NULL;
    const char *listen = file->config->serve.listen;
    if (!split_host(listen, strlen(listen), host, &port) || *port == '\0' ||
        strtol(port, NULL, 10) > 65535) {
        return refuse(file, "serve.listen", _("must be an address and a port: 127.0.0.1:8085"),
                      err);
    }
    return true;
}

// Empty stays empty: the system's certificates.
static void expand(struct zp__config_file *file, char **path) {
    if ((*path)[0] != '\0') {
        *path = zp__config_path(file->config, file->directory, *path);
    }
}

bool zp__config_check(struct zp__config_file *file, struct zp_error *err) {
    expand(file, &file->config->dikidi.ca_path);
    expand(file, &file->config->bitrix24.ca_path);
    return check_salon(file, err) && check_zone(file, err) && check_dikidi(file, err) &&
           check_bitrix24(file, err) && check_store(file, err) && check_listen(file, err);
}
