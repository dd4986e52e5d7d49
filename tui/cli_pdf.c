// A PDF is made by zapis-print, a program of its own: Pango and Cairo would double the start of
// every other command. It gets the document and gives the file through memory, so that neither
// waits for the other and nothing half made is ever seen.
#include "cli_export.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define PRINTER       "zapis-print"
#define SENTENCE_SIZE 512

struct printing {
    int document, pdf, complaint; // in memory
};

static bool give_up(struct zp_error *err) {
    return zp_error_set(err, ZP_E_INTERNAL, NULL, _("The PDF could not be made (%s)."),
                        strerror(errno));
}

static bool write_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        const ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

// ---- running zapis-print

// The program's secrets may stand in its environment; zapis-print needs where fonts and
// translations are, and no more.
static char **short_environment(TALLOC_CTX *ctx) {
    static const char *const names[] = {"LANGUAGE",
                                        "LANG",
                                        "LC_ALL",
                                        "LC_MESSAGES",
                                        "LC_CTYPE",
                                        "HOME",
                                        "PATH",
                                        "XDG_CACHE_HOME",
                                        "XDG_CONFIG_HOME",
                                        "XDG_DATA_HOME",
                                        "FONTCONFIG_FILE",
                                        "FONTCONFIG_PATH",
                                        "ZAPIS_LOCALE_DIR",
                                        "ASAN_OPTIONS",
                                        "LSAN_OPTIONS",
                                        "UBSAN_OPTIONS"};
    const size_t count = sizeof names / sizeof *names;
    char **environment = memory_array(ctx, char *, count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const char *value = cli_environment(names[i]);
        if (value)
            environment[kept++] = memory_printf(environment, "%s=%s", names[i], value);
    }
    return environment;
}

// Beside this program, as it is built and installed; else wherever PATH has it.
static bool beside(char path[PATH_MAX]) {
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof PRINTER);
    if (length <= 0)
        return false;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(slash ? slash + 1 : path, sizeof PRINTER, "%s", PRINTER);
    return access(path, X_OK) == 0;
}

static int begin(const struct printing *printing, pid_t *child) {
    char path[PATH_MAX];
    char name[] = PRINTER;
    char *const arguments[] = {name, NULL};
    TALLOC_CTX *ctx = talloc_new(NULL);
    char **environment = short_environment(ctx);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, printing->document, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, printing->pdf, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, printing->complaint, STDERR_FILENO);
    const int failed = beside(path)
                           ? posix_spawn(child, path, &actions, NULL, arguments, environment)
                           : posix_spawnp(child, name, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    talloc_free(ctx);
    return failed;
}

// The sentence that zapis-print said, without its name; NULL if it said none. A library may have
// spoken before it.
static const char *complaint_of(TALLOC_CTX *ctx, const struct printing *printing) {
    char bytes[SENTENCE_SIZE];
    const char *name = PRINTER ": ";
    const ssize_t size = pread(printing->complaint, bytes, sizeof bytes, 0);
    const char *text = zp_text_clean(ctx, bytes, size > 0 ? (size_t)size : 0, sizeof bytes);
    const char *own = strstr(text, name);
    return own ? own + strlen(name) : NULL;
}

static enum zp_error_code code_of(int status) {
    switch (status) {
    case 2: return ZP_E_USAGE;
    case 5: return ZP_E_CONFIG;
    default: return ZP_E_INTERNAL;
    }
}

static bool wait_for(const struct printing *printing, pid_t child, struct zp_error *err) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *complaint = complaint_of(ctx, printing);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (WIFEXITED(status) && complaint)
        zp_error_set(err, code_of(code), NULL, "%s", complaint);
    else
        zp_error_set(err, ZP_E_INTERNAL, NULL,
                     _("The program zapis-print broke off (%d), so no PDF was made: print the text "
                       "with --text or --slip instead."),
                     code);
    talloc_free(ctx);
    return false;
}

static bool make(const struct printing *printing, const struct zp_json *document,
                 struct zp_error *err) {
    pid_t child;
    char *text = zp_json_print(NULL, document);
    const bool written = write_all(printing->document, text, strlen(text)) &&
                         lseek(printing->document, 0, SEEK_SET) == 0;
    talloc_free(text);
    if (!written)
        return give_up(err);
    const int failed = begin(printing, &child);
    if (failed == ENOENT || failed == EACCES)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("A PDF is made by the program zapis-print, which is not installed: "
                              "install it beside zapis, or print the text with --text or --slip."));
    if (failed) {
        errno = failed;
        return give_up(err);
    }
    return wait_for(printing, child, err);
}

// ---- the file

static bool copy_out(int from, int to) {
    char bytes[65536];
    off_t at = 0;
    ssize_t n;
    while ((n = pread(from, bytes, sizeof bytes, at)) > 0) {
        if (!write_all(to, bytes, (size_t)n))
            return false;
        at += n;
    }
    return n == 0;
}

static bool not_written(struct zp_error *err, const char *path) {
    const char *why = strerror(errno);
    char *clean = zp_text_clean(NULL, path, SIZE_MAX, 200);
    zp_error_set(err, ZP_E_USAGE, NULL, _("“%s” could not be written (%s): name another file."),
                 clean, why);
    talloc_free(clean);
    return false;
}

// A device, a pipe: what comes is passed on.
static bool pass_on(int pdf, const char *path, struct zp_error *err) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return not_written(err, path);
    const bool done = copy_out(pdf, fd);
    const bool closed = close(fd) == 0;
    return (done && closed) || not_written(err, path);
}

// A file is replaced as a whole, so that a full disk leaves the former one.
static bool put_file(int pdf, const char *path, struct zp_error *err) {
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return pass_on(pdf, path, err);
    char *temporary = memory_printf(NULL, "%s.XXXXXX", path);
    const int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        talloc_free(temporary);
        return not_written(err, path);
    }
    const bool written = copy_out(pdf, fd) && fsync(fd) == 0;
    int why = errno;
    bool done = close(fd) == 0 && written;
    if (done && rename(temporary, path) != 0) {
        done = false;
        why = errno;
    }
    if (!done)
        unlink(temporary);
    talloc_free(temporary);
    errno = why;
    return done || not_written(err, path);
}

static bool put_out(struct cli *cli, int pdf, struct zp_error *err) {
    const int fd = fileno(cli->out);
    if (isatty(fd))
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("A PDF means nothing to a terminal: name a file, as in --pdf "
                              "day.pdf."));
    // What could not be written is told by flush_out(), as of any other answer.
    char bytes[65536];
    ssize_t n;
    for (off_t at = 0; (n = pread(pdf, bytes, sizeof bytes, at)) > 0; at += n)
        fwrite(bytes, 1, (size_t)n, cli->out);
    return true;
}

static void close_all(const struct printing *printing) {
    const int fds[] = {printing->document, printing->pdf, printing->complaint};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

int cli_pdf_write(struct cli *cli, const struct zp_json *document, const char *path) {
    struct zp_error error = {0};
    const struct printing printing = {memfd_create("zapis-document", MFD_CLOEXEC),
                                      memfd_create("zapis-pdf", MFD_CLOEXEC),
                                      memfd_create("zapis-complaint", MFD_CLOEXEC)};
    bool done;
    if (printing.document < 0 || printing.pdf < 0 || printing.complaint < 0)
        done = give_up(&error);
    else
        done = make(&printing, document, &error) &&
               (strcmp(path, "-") == 0 ? put_out(cli, printing.pdf, &error)
                                       : put_file(printing.pdf, path, &error));
    close_all(&printing);
    return done ? 0 : cli_fail(cli, &error);
}

bool cli_export_one_form(const struct cli *cli, struct zp_error *err) {
    static const char *const forms[] = {"csv", "ics", "text", "slip", "pdf"};
    int count = cli->call.json;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        count += cli_flag(&cli->call, forms[i]);
    return count <= 1 ||
           zp_error_set(err, ZP_E_USAGE, NULL,
                        _("Ask for one form at a time: only one of --json, --csv, --ics, --text, "
                          "--slip and --pdf."));
}
