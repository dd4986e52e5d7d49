#include "base/config_file.h"

#define AT(member) offsetof(struct zp_config, member)
#define COMPANY    "/api/v2/company/{company}/"
#define DAY_S      86400

const struct zp__config_key zp__config_keys[] = {
    {"salon.name", ZP__CONFIG_TEXT, AT(salon.name), "", 0, 0, 0},
    {"salon.company", ZP__CONFIG_TEXT, AT(salon.company), "", 0, 0, 0},
    {"salon.timezone", ZP__CONFIG_TEXT, AT(salon.timezone), "", 0, 0, 0},
    {"salon.country", ZP__CONFIG_TEXT, AT(salon.country), "RU", 0, 0, 0},
    {"salon.currency", ZP__CONFIG_TEXT, AT(salon.currency), "RUB", 0, 0, 0},
    {"salon.walk_in.phone", ZP__CONFIG_TEXT, AT(salon.walk_in_phone), "", 0, 0, 0},
    {"salon.walk_in.name", ZP__CONFIG_TEXT, AT(salon.walk_in_name), "Гость", 0, 0, 0},
    {"salon.intent_minutes", ZP__CONFIG_INT, AT(salon.intent_minutes), NULL, 10, 0, 1440},

    {"dikidi.base_url", ZP__CONFIG_TEXT, AT(dikidi.base_url), "", 0, 0, 0},
    {"dikidi.ca_path", ZP__CONFIG_TEXT, AT(dikidi.ca_path), "", 0, 0, 0},
    {"dikidi.key", ZP__CONFIG_SECRET, AT(secrets.dikidi_key), NULL, 0, 0, 0},
    {"dikidi.auth_scheme", ZP__CONFIG_TEXT, AT(dikidi.auth_scheme), "Bearer", 0, 0, 0},
    {"dikidi.requests_per_minute", ZP__CONFIG_INT, AT(dikidi.requests_per_minute), NULL, 60, 1,
     6000},
    // A lease of a task outlasts the longest of both (store/store.h).
    {"dikidi.timeout_seconds", ZP__CONFIG_INT, AT(dikidi.timeout_seconds), NULL, 30, 1, 70},
    {"dikidi.idempotency", ZP__CONFIG_WORD, AT(dikidi.idempotency), "assumed|yes|no", 0, 0, 0},
    {"dikidi.paths.services", ZP__CONFIG_TEMPLATE, AT(dikidi.paths.services),
     "GET " COMPANY "services", 0, 0, 0},
    {"dikidi.paths.masters", ZP__CONFIG_TEMPLATE, AT(dikidi.paths.masters),
     "GET " COMPANY "masters", 0, 0, 0},
    {"dikidi.paths.schedule", ZP__CONFIG_TEMPLATE, AT(dikidi.paths.schedule),
     "GET " COMPANY "schedule", 0, 0, 0},
    {"dikidi.paths.create", ZP__CONFIG_TEMPLATE, AT(dikidi.paths.create), "POST " COMPANY "booking",
     0, 0, 0},
    {"dikidi.paths.booking", ZP__CONFIG_TEMPLATE, AT(dikidi.paths.booking),
     "GET " COMPANY "booking/{booking}", 0, 0, 0},
    {"dikidi.paths.cancel", ZP__CONFIG_TEMPLATE, AT(dikidi.paths.cancel),
     "DELETE " COMPANY "booking/{booking}", 0, 0, 0},
    {"dikidi.webhook.scheme", ZP__CONFIG_CHOICE, AT(dikidi.webhook.scheme),
     "timestamped-hex|body-hex|url-body-base64|secret-path", 0, 0, 0},
    {"dikidi.webhook.secret", ZP__CONFIG_SECRET, AT(secrets.dikidi_webhook), NULL, 0, 0, 0},
    {"dikidi.webhook.previous_secret", ZP__CONFIG_SECRET, AT(secrets.dikidi_webhook_previous), NULL,
     0, 0, 0},

    {"bitrix24.webhook_url", ZP__CONFIG_SECRET, AT(secrets.bitrix24_url), NULL, 0, 0, 0},
    {"bitrix24.ca_path", ZP__CONFIG_TEXT, AT(bitrix24.ca_path), "", 0, 0, 0},
    {"bitrix24.methods", ZP__CONFIG_WORD, AT(bitrix24.methods), "auto|item|legacy", 0, 0, 0},
    {"bitrix24.entity", ZP__CONFIG_WORD, AT(bitrix24.entity), "deal|lead", 0, 0, 0},
    {"bitrix24.funnel", ZP__CONFIG_INT, AT(bitrix24.funnel), NULL, 0, 0, 1000000000},
    {"bitrix24.cancelled_stage", ZP__CONFIG_TEXT, AT(bitrix24.cancelled_stage), "", 0, 0, 0},
    {"bitrix24.source.id", ZP__CONFIG_TEXT, AT(bitrix24.source_id), "DIKIDI", 0, 0, 0},
    {"bitrix24.source.name", ZP__CONFIG_TEXT, AT(bitrix24.source_name), "Site booking (Dikidi)", 0,
     0, 0},
    {"bitrix24.booking_field", ZP__CONFIG_TEXT, AT(bitrix24.booking_field), "UF_CRM_DIKIDI_ID", 0,
     0, 0},
    {"bitrix24.visit_field", ZP__CONFIG_TEXT, AT(bitrix24.visit_field), "UF_CRM_VISIT_AT", 0, 0, 0},
    {"bitrix24.event_token", ZP__CONFIG_SECRET, AT(secrets.bitrix24_event_token), NULL, 0, 0, 0},
    {"bitrix24.robot_secret", ZP__CONFIG_SECRET, AT(secrets.bitrix24_robot), NULL, 0, 0, 0},
    {"bitrix24.poll_seconds", ZP__CONFIG_INT, AT(bitrix24.poll_seconds), NULL, 60, 1, DAY_S},
    {"bitrix24.requests_per_second", ZP__CONFIG_REAL, AT(bitrix24.requests_per_second), NULL, 1.0,
     0.01, 50},
    // The portal itself gives a request 60 s (bitrix24.md 3).
    {"bitrix24.timeout_seconds", ZP__CONFIG_INT, AT(bitrix24.timeout_seconds), NULL, 70, 1, 70},
    {"bitrix24.recheck_seconds", ZP__CONFIG_INT, AT(bitrix24.recheck_seconds), NULL, 60, 1, DAY_S},
    {"bitrix24.reverse_hold_seconds", ZP__CONFIG_INT, AT(bitrix24.reverse_hold_seconds), NULL, 5, 0,
     DAY_S},
    {"bitrix24.reverse_limit", ZP__CONFIG_INT, AT(bitrix24.reverse_limit), NULL, 3, 0, 1000},

    {"store.url", ZP__CONFIG_TEXT, AT(store.url), "sqlite:/var/lib/zapis/zapis.db", 0, 0, 0},
    {"serve.listen", ZP__CONFIG_TEXT, AT(serve.listen), "127.0.0.1:8085", 0, 0, 0},
    {"serve.public_url", ZP__CONFIG_TEXT, AT(serve.public_url), "", 0, 0, 0},
    {"console.language", ZP__CONFIG_CHOICE, AT(console.language), "auto|ru|en", 0, 0, 0},
    {"console.theme", ZP__CONFIG_CHOICE, AT(console.theme), "auto|default|light|high-contrast|mono",
     0, 0, 0},
    {"console.mouse", ZP__CONFIG_BOOL, AT(console.mouse), NULL, 1, 0, 0},

    // Written by `zapis practice` into its own configuration; nobody sets it by hand. A century
    // either way is more than any lesson needs.
    {"practice.on", ZP__CONFIG_BOOL, AT(practice.on), NULL, 0, 0, 0},
    {"practice.offset_ms", ZP__CONFIG_LONG, AT(practice.offset_ms), NULL, 0, -3.2e12, 3.2e12},
};

const size_t zp__config_key_count = sizeof zp__config_keys / sizeof zp__config_keys[0];
