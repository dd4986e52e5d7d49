// Configuration (libconfig file) and secrets. design/interface.md lists every key;
// etc/zapis.conf.example too.
#ifndef ZAPIS_CONFIG_H
#define ZAPIS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/memory.h>
#include <zapis/time.h>

// A path template of Dikidi's six calls: "GET /api/v2/company/{company}/services" split in two.
struct zp_path_template {
    char *method;
    char *path; // begins with "/" (appended to base_url) or is an absolute https (loopback: http)
                // address
};

enum zp_idempotency { ZP_IDEMPOTENCY_ASSUMED, ZP_IDEMPOTENCY_YES, ZP_IDEMPOTENCY_NO };
enum zp_crm_methods { ZP_CRM_METHODS_AUTO, ZP_CRM_METHODS_ITEM, ZP_CRM_METHODS_LEGACY };
enum zp_crm_entity { ZP_CRM_DEAL, ZP_CRM_LEAD };

// Everything that must never be shown, logged or passed as a process argument, in one struct.
struct zp_secrets {
    char *dikidi_key;     // NULL: not configured (only the widget works)
    char *dikidi_webhook; // NULL: endpoint disabled
    char *dikidi_webhook_previous;
    char *bitrix24_url; // https://portal/rest/1/secret/ , always ends in "/"
    char *bitrix24_event_token;
    char *bitrix24_robot;
};

// Where a secret came from, for `check`: never the secret.
struct zp_secret_place {
    char *key;      // "dikidi.key_file"
    char *file;     // absolute; NULL: from the environment
    char *variable; // its name; NULL: from a file
};

struct zp_config {
    char *file; // where it was read from, absolute
    struct {
        char *name, *company, *timezone, *country, *currency;
        char *walk_in_phone; // "" : every booking needs a phone
        char *walk_in_name;
        int intent_minutes;
    } salon;
    struct {
        char *base_url, *ca_path, *auth_scheme;
        int requests_per_minute;
        int timeout_seconds; // of a whole exchange
        enum zp_idempotency idempotency;
        struct {
            struct zp_path_template services, masters, schedule, create, booking, cancel;
        } paths;
        struct {
            char *scheme;
        } webhook;
    } dikidi;
    struct {
        char *ca_path;
        enum zp_crm_methods methods;
        enum zp_crm_entity entity;
        int funnel;
        char *cancelled_stage; // "": the funnel's first failure stage
        char *source_id, *source_name;
        char *booking_field, *visit_field;
        int poll_seconds;
        double requests_per_second;
        int timeout_seconds; // of a whole exchange
        int recheck_seconds, reverse_hold_seconds, reverse_limit;
    } bitrix24;
    struct {
        char *url; // "sqlite:/path" with ~ expanded
    } store;
    struct {
        char *listen, *public_url;
    } serve;
    struct {
        char *language, *theme;
        bool mouse;
    } console;
    struct {
        bool on;           // the practice salon: the screen says PRACTICE
        int64_t offset_ms; // this configuration's clock against the system's
    } practice;
    struct zp_secrets secrets;
    struct zp_secret_place *secret_places; // of those that are set
    size_t secret_place_count;
    struct zp_clock clock; // derived from practice.offset_ms
    struct zp_zone *zone;  // salon.timezone, opened
};

// What a command needs: the widget works with the company number alone.
enum zp_config_need { ZP_CONFIG_NEED_COMPANY = 0, ZP_CONFIG_NEED_ALL };

// Finds the file: `option` (--config), $ZAPIS_CONFIG, $XDG_CONFIG_HOME/zapis/zapis.conf (or
// ~/.config/…), /etc/zapis/zapis.conf. NULL with a sentence that names where it looked, how to try
// the practice salon, and how to make one.
char *zp_config_find(TALLOC_CTX *ctx, const char *option, struct zp_error *err);

// Reads and checks; every message has the file and, where known, the line. ZP_E_CONFIG on failure.
struct zp_config *zp_config_load(TALLOC_CTX *ctx, const char *path, enum zp_config_need need,
                                 struct zp_error *err);

#endif
