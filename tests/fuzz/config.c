#include "base/memory.h"
#include "fuzz.h"

#include <string.h>
#include <zapis/text.h>

static struct zp_path_template path(struct zp_config *config, const char *method,
                                    const char *text) {
    return (struct zp_path_template){.method = zp__memory_strdup(config, method),
                                     .path = zp__memory_strdup(config, text)};
}

static void dikidi_of(struct zp_config *config) {
    config->dikidi.base_url = zp__memory_strdup(config, "http://127.0.0.1:9");
    config->dikidi.ca_path = zp__memory_strdup(config, "");
    config->dikidi.auth_scheme = zp__memory_strdup(config, "Bearer");
    config->dikidi.requests_per_minute = 600000;
    config->dikidi.paths.services = path(config, "GET", "/company/{company}/services");
    config->dikidi.paths.masters = path(config, "GET", "/company/{company}/masters");
    config->dikidi.paths.schedule = path(config, "GET", "/company/{company}/schedule");
    config->dikidi.paths.create = path(config, "POST", "/company/{company}/booking");
    config->dikidi.paths.booking = path(config, "GET", "/company/{company}/booking/{booking}");
    config->dikidi.paths.cancel = path(config, "DELETE", "/company/{company}/booking/{booking}");
    config->secrets.dikidi_key = zp__memory_strdup(config, "key");
}

struct zp_config *fuzz_config(TALLOC_CTX *ctx) {
    struct zp_config *config = zp__memory_new(ctx, struct zp_config);

    config->salon.company = zp__memory_strdup(config, "550001");
    config->salon.country = zp__memory_strdup(config, "RU");
    config->salon.currency = zp__memory_strdup(config, "RUB");
    config->zone = zp_zone_open(config, "Europe/Moscow", NULL);
    FUZZ_CHECK(config->zone != NULL);
    dikidi_of(config);
    config->bitrix24.ca_path = zp__memory_strdup(config, "");
    config->bitrix24.source_id = zp__memory_strdup(config, "DIKIDI");
    config->bitrix24.booking_field = zp__memory_strdup(config, "UF_CRM_DIKIDI_ID");
    config->bitrix24.visit_field = zp__memory_strdup(config, "UF_CRM_VISIT_AT");
    config->bitrix24.requests_per_second = 10000;
    config->secrets.bitrix24_url = zp__memory_strdup(config, "http://127.0.0.1:9/rest/1/secret/");
    return config;
}

bool fuzz_is_clean(const char *text) {
    if (text == NULL)
        return true;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *clean = zp_text_clean(ctx, text, strlen(text), strlen(text) + 1);
    const bool same = clean != NULL && strcmp(clean, text) == 0;

    talloc_free(ctx);
    return same;
}
