// The files of the state directory.
#include "practice/dialect.h"
#include "practice/frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>

// Below 32768: no connection of anybody's gets such a port from the kernel.
#define PORT_FROM  20000
#define PORT_COUNT 12000
#define PORT_TRIES 200

bool zp__practice_write(const char *dir, const char *name, int mode, const char *bytes, size_t size,
                        struct zp_error *err) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    char *path = talloc_asprintf(scratch, "%s/%s", dir, name);
    char *fresh = talloc_asprintf(scratch, "%s/.%s.new", dir, name);
    if (path == NULL || fresh == NULL)
        zp_panic("out of memory");
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    bool done = fd >= 0 && fchmod(fd, (mode_t)mode) == 0;
    for (size_t at = 0; done && at < size;) {
        ssize_t wrote = write(fd, bytes + at, size - at);
        done = wrote > 0 || (wrote < 0 && errno == EINTR);
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        why = errno;
        done = false;
    }
    if (done && rename(fresh, path) != 0) {
        why = errno;
        done = false;
    }
    if (!done)
        zp_error_set(err, ZP_E_CONFIG, NULL,
                     _("%s cannot be written (%s): give another directory with --state."), path,
                     strerror(why));
    talloc_free(scratch);
    return done;
}

static bool read_whole(TALLOC_CTX *ctx, int fd, size_t max_bytes, char **bytes, size_t *size) {
    struct stat about;
    if (fstat(fd, &about) != 0 || about.st_size < 0 || (size_t)about.st_size > max_bytes)
        return false;
    *bytes = talloc_array(ctx, char, (size_t)about.st_size + 1);
    if (*bytes == NULL)
        zp_panic("out of memory");
    *size = 0;
    while (*size < (size_t)about.st_size) {
        ssize_t got = read(fd, *bytes + *size, (size_t)about.st_size - *size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        *size += (size_t)got;
    }
    (*bytes)[*size] = '\0';
    return true;
}

char *zp__practice_read(TALLOC_CTX *ctx, const char *dir, const char *name, size_t max_bytes,
                        size_t *size, struct zp_error *err) {
    char *path = talloc_asprintf(ctx, "%s/%s", dir, name);
    if (path == NULL)
        zp_panic("out of memory");
    char *bytes = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (!read_whole(ctx, fd, max_bytes, &bytes, size)) {
            zp_error_set(err, ZP_E_CONFIG, NULL,
                         _("%s cannot be read: remove it, or give another directory with --state."),
                         path);
            TALLOC_FREE(bytes);
        }
        close(fd);
    } else if (errno != ENOENT) {
        zp_error_set(err, ZP_E_CONFIG, NULL, _("%s cannot be opened: %s."), path, strerror(errno));
    }
    talloc_free(path);
    return bytes;
}

char *zp__practice_secret(TALLOC_CTX *ctx) {
    unsigned char random[16];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        zp_panic("the kernel gives no random bytes");
    char *text = talloc_strdup(ctx, "");
    for (size_t i = 0; i < sizeof random && text != NULL; i++)
        text = talloc_asprintf_append(text, "%02x", random[i]);
    if (text == NULL)
        zp_panic("out of memory");
    return text;
}

static bool is_free(uint16_t port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return bound;
}

bool zp__practice_free_port(uint16_t *port) {
    for (int i = 0; i < PORT_TRIES; i++) {
        uint16_t random;
        if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
            zp_panic("the kernel gives no random bytes");
        *port = (uint16_t)(PORT_FROM + random % PORT_COUNT);
        if (is_free(*port))
            return true;
    }
    return false;
}

// A libconfig string.
static char *quoted(TALLOC_CTX *ctx, const char *text) {
    char *out = talloc_strdup(ctx, "\"");
    for (; *text != '\0' && out != NULL; text++) {
        if (*text == '"' || *text == '\\')
            out = talloc_asprintf_append(out, "\\%c", *text);
        else
            out = talloc_asprintf_append(out, "%c", *text);
    }
    if (out != NULL)
        out = talloc_strdup_append(out, "\"");
    if (out == NULL)
        zp_panic("out of memory");
    return out;
}

// A word of the shell.
static char *shell_quoted(TALLOC_CTX *ctx, const char *text) {
    char *out = talloc_strdup(ctx, "'");
    for (; *text != '\0' && out != NULL; text++)
        out = *text == '\'' ? talloc_strdup_append(out, "'\\''")
                            : talloc_asprintf_append(out, "%c", *text);
    if (out != NULL)
        out = talloc_strdup_append(out, "'");
    if (out == NULL)
        zp_panic("out of memory");
    return out;
}

static char *in_dir(TALLOC_CTX *ctx, const struct zp_practice *practice, const char *prefix,
                    const char *name) {
    char *path = talloc_asprintf(ctx, "%s%s/%s", prefix, practice->dir, name);
    if (path == NULL)
        zp_panic("out of memory");
    return quoted(ctx, path);
}

// What a client must be told for the dialect: a bare key, a catalogue elsewhere.
static const char *dialect_keys(const struct zp_practice *practice) {
    static const char bare[] = "    auth_scheme = \"\";\n";
    static const char v1[] =
        "    paths = { services = \"GET /api/v1/companies/{company}/services\";\n"
        "              masters = \"GET /api/v1/companies/{company}/masters\"; };\n";
    static const char both[] =
        "    auth_scheme = \"\";\n"
        "    paths = { services = \"GET /api/v1/companies/{company}/services\";\n"
        "              masters = \"GET /api/v1/companies/{company}/masters\"; };\n";
    bool has_bare = (practice->dialect & ZP_DIALECT_BARE_KEY) != 0;
    if ((practice->dialect & ZP_DIALECT_V1) != 0)
        return has_bare ? both : v1;
    return has_bare ? bare : "";
}

static char *config_text(TALLOC_CTX *ctx, const struct zp_practice *practice) {
    const struct zp__salon *salon = practice->salon;
    char *text = talloc_asprintf(
        ctx,
        "# The practice salon, written anew at each start of its servers. Nothing leaves this "
        "machine.\n"
        "version = 1;\n"
        "salon = {\n"
        "    name = %s;\n    company = %s;\n    timezone = %s;\n"
        "    country = \"RU\";\n    currency = %s;\n"
        "    walk_in = { phone = \"+70000000000\"; name = \"Гость\"; };\n"
        "};\n"
        "dikidi = {\n"
        "    base_url = \"http://127.0.0.1:%d\";\n    key_file = %s;\n"
        "    requests_per_minute = %d;\n%s"
        "    webhook = { scheme = \"timestamped-hex\"; secret_file = %s; };\n"
        "};\n"
        "bitrix24 = {\n"
        "    webhook_url_file = %s;\n    entity = \"%s\";\n"
        "    requests_per_second = 20.0;\n    recheck_seconds = 2;\n    poll_seconds = 5;\n"
        "    event_token_file = %s;\n    robot_secret_file = %s;\n"
        "};\n"
        "store = { url = %s; };\n"
        "serve = { listen = \"%s\"; public_url = \"http://%s\"; };\n"
        "practice = { on = true; offset_ms = %" PRId64 "L; };\n",
        quoted(ctx, salon->name), quoted(ctx, salon->company), quoted(ctx, salon->timezone),
        quoted(ctx, salon->currency), zp__serve_port(practice->dikidi_serve),
        in_dir(ctx, practice, "", "dikidi.key"), ZP_PRACTICE_RATE, dialect_keys(practice),
        in_dir(ctx, practice, "", "dikidi.hook"), in_dir(ctx, practice, "", "bitrix24.url"),
        practice->entity, in_dir(ctx, practice, "", "bitrix24.token"),
        in_dir(ctx, practice, "", "bitrix24.robot"), in_dir(ctx, practice, "sqlite:", "zapis.db"),
        practice->listen, practice->listen, practice->clock.offset_ms);
    if (text == NULL)
        zp_panic("out of memory");
    return text;
}

static bool write_text(const struct zp_practice *practice, const char *name, int mode, char *text,
                       struct zp_error *err) {
    if (text == NULL)
        zp_panic("out of memory");
    return zp__practice_write(practice->dir, name, mode, text, strlen(text), err);
}

bool zp__practice_write_files(const struct zp_practice *practice, struct zp_error *err) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *program = practice->program != NULL ? practice->program : "zapis";
    char *control =
        talloc_asprintf(scratch, "#!/bin/sh\nexec %s practice --control %s \"$@\"\n",
                        shell_quoted(scratch, program), shell_quoted(scratch, practice->dir));
    bool done =
        write_text(practice, "dikidi.key", 0600,
                   talloc_asprintf(scratch, "%s\n", practice->dikidi_key), err) &&
        write_text(practice, "bitrix24.url", 0600,
                   talloc_asprintf(scratch, "http://127.0.0.1:%d/rest/1/%s/\n",
                                   zp__serve_port(practice->portal_serve), practice->portal_secret),
                   err) &&
        write_text(practice, "dikidi.hook", 0600,
                   talloc_asprintf(scratch, "%s\n", practice->hook_secret), err) &&
        write_text(practice, "bitrix24.token", 0600,
                   talloc_asprintf(scratch, "%s\n", practice->event_token), err) &&
        write_text(practice, "bitrix24.robot", 0600,
                   talloc_asprintf(scratch, "%s\n", practice->robot_key), err) &&
        write_text(practice, "control", 0700, control, err) &&
        write_text(practice, "zapis.conf", 0600, config_text(scratch, practice), err);
    talloc_free(scratch);
    return done;
}
