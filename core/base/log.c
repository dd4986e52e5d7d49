#include <zapis/log.h>

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include <zapis/phone.h>
#include <zapis/text.h>
#include <zapis/time.h>

#include "base/memory.h"

// A value longer than this is cut: a log line is for a look, not an archive.
#define VALUE_BYTES 1024

// Set once by the front end; read by every thread.
static _Atomic int log_fd = -1;
static _Atomic int log_level = ZP_LOG_INFO;

void zp_log_init(int fd, enum zp_log_level level) {
    atomic_store(&log_level, (int)level);
    atomic_store(&log_fd, fd);
}

static const char *level_name(enum zp_log_level level) {
    switch (level) {
    case ZP_LOG_ERROR: return "error";
    case ZP_LOG_WARN: return "warn";
    case ZP_LOG_INFO: return "info";
    case ZP_LOG_DEBUG: return "debug";
    }
    return "error";
}

// Letters, digits, "_", "-" and "."; whatever else becomes "_".
static char *put_key(char *line, const char *key) {
    line = zp__memory_must(talloc_strdup_append_buffer(line, key));
    for (char *at = line + strlen(line) - strlen(key); *at != '\0'; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= '0' && *at <= '9') || *at == '_' || *at == '-' || *at == '.';
        *at = plain ? *at : '_';
    }
    return line;
}

// Bare where that cannot be misread, else in quotes with \" and \\ escaped. Control characters,
// line ends among them, are gone after cleaning.
static char *put_value(char *line, const char *value) {
    char *clean = zp_text_clean(NULL, value, SIZE_MAX, VALUE_BYTES);
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-.:/+@,*";
    size_t length = strlen(clean);
    if (length > 0 && strspn(clean, bare) == length) {
        line = zp__memory_must(talloc_strdup_append_buffer(line, clean));
        talloc_free(clean);
        return line;
    }
    char *quoted = zp__memory_bytes(NULL, length * 2 + 3);
    size_t used = 0;
    quoted[used++] = '"';
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            quoted[used++] = '\\';
        }
        quoted[used++] = *at;
    }
    quoted[used++] = '"';
    quoted[used] = '\0';
    line = zp__memory_must(talloc_strdup_append_buffer(line, quoted));
    talloc_free(quoted);
    talloc_free(clean);
    return line;
}

static char *put_field(char *line, const struct zp_log_field *field) {
    line = zp__memory_must(talloc_strdup_append_buffer(line, " "));
    line = put_key(line, field->key);
    line = zp__memory_must(talloc_strdup_append_buffer(line, "="));
    char masked[ZP_PHONE_TEXT_SIZE];
    switch (field->kind) {
    case ZP_LOG_NUMBER:
        return zp__memory_must(talloc_asprintf_append_buffer(line, "%" PRId64, field->number));
    case ZP_LOG_PHONE:
        zp_phone_mask(field->text == NULL ? "" : field->text, masked);
        return put_value(line, masked);
    case ZP_LOG_TEXT: break;
    }
    return put_value(line, field->text == NULL ? "" : field->text);
}

// One write for a line, so that lines of several threads and processes do not mix.
static void write_line(int fd, const char *line) {
    size_t size = strlen(line);
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(fd, line + done, size - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return; // a log that cannot be written must not stop the work
        }
        done += (size_t)wrote;
    }
}

void zp_log_write(enum zp_log_level level, const char *event, const struct zp_log_field *fields) {
    int fd = atomic_load(&log_fd);
    if (fd < 0 || (int)level > atomic_load(&log_level)) {
        return;
    }
    int saved = errno;
    int64_t now_ms = zp_clock_now_ms(&(struct zp_clock){0});
    char at[ZP_INSTANT_SIZE];
    zp_instant_format_utc(now_ms / 1000, at);
    char *line = zp__memory_printf(NULL, "ts=%.19s.%03dZ level=%s event=", at, (int)(now_ms % 1000),
                                   level_name(level));
    line = put_value(line, event);
    for (; fields != NULL && fields->key != NULL; fields++) {
        line = put_field(line, fields);
    }
    line = zp__memory_must(talloc_strdup_append_buffer(line, "\n"));
    write_line(fd, line);
    talloc_free(line);
    errno = saved;
}
