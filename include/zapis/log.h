// Log: logfmt lines, UTC, one a line, to a descriptor chosen by the front end (none by default).
// Core never prints. Values are cleaned and quoted; phones are masked by type; nothing that is a
// secret has a function here.
#ifndef ZAPIS_LOG_H
#define ZAPIS_LOG_H

#include <stdint.h>

enum zp_log_level { ZP_LOG_ERROR, ZP_LOG_WARN, ZP_LOG_INFO, ZP_LOG_DEBUG };

// -1: no log. Level: lines above it are dropped. The descriptor stays the caller's.
void zp_log_init(int fd, enum zp_log_level level);

enum zp_log_kind { ZP_LOG_TEXT, ZP_LOG_NUMBER, ZP_LOG_PHONE };
struct zp_log_field {
    const char *key;
    enum zp_log_kind kind;
    const char *text;
    int64_t number;
};
#define ZP_LOG_S(k, v) ((struct zp_log_field){(k), ZP_LOG_TEXT, (v), 0})
#define ZP_LOG_I(k, v) ((struct zp_log_field){(k), ZP_LOG_NUMBER, NULL, (v)})
#define ZP_LOG_P(k, v) ((struct zp_log_field){(k), ZP_LOG_PHONE, (v), 0})

// At least one field. zp_log(ZP_LOG_INFO, "booking sent", ZP_LOG_S("request", id),
// ZP_LOG_P("phone", phone));
#define zp_log(level, event, ...)                                                                  \
    zp_log_write((level), (event), (const struct zp_log_field[]){__VA_ARGS__, {0}})
void zp_log_write(enum zp_log_level level, const char *event,
                  const struct zp_log_field *fields); // ends at key NULL

#endif
