#include "wire.h"

#include "base/memory.h"

const char wire_item[] =
    "{\"id\":75,\"title\":\"Маникюр\",\"stageId\":\"NEW\",\"stageSemanticId\":\"P\",\"categoryId\":"
    "0,\"contactId\":25,\"contactIds\":[25],\"sourceId\":\"DIKIDI\",\"opportunity\":1800.5,"
    "\"currencyId\":\"RUB\",\"originatorId\":\"dikidi\",\"originId\":\"8124\","
    "\"UF_CRM_DIKIDI_ID\":\"8124\",\"UF_CRM_VISIT_AT\":\"2026-09-25T11:00:00+02:00\"}";

static struct raw_answer answer_raw(int connection, int nth, const char *request, void *data) {
    (void)connection, (void)nth;
    struct wire *wire = data;
    size_t n = wire->request_count++;
    if (n < WIRE_REQUESTS)
        wire->requests[n] = zp__memory_strdup(wire, request);
    if (wire->hang || wire->answer_count == 0)
        return (struct raw_answer){.close = !wire->hang};
    size_t last = wire->answer_count - 1;
    return (struct raw_answer){.bytes = wire->answers[n < last ? n : last], .close = true};
}

struct wire *wire_new(TALLOC_CTX *ctx, enum zp_crm_methods methods) {
    struct wire *wire = zp__memory_new(ctx, struct wire);
    wire->loop = zp_loop_new(wire);
    wire->raw = raw_new(wire, wire->loop, answer_raw, wire);
    struct zp_config *config = wire->config = zp__memory_new(wire, struct zp_config);
    config->salon.country = zp__memory_strdup(config, "RU");
    config->salon.currency = zp__memory_strdup(config, "RUB");
    config->zone = zp_zone_open(config, "Europe/Moscow", NULL);
    config->bitrix24.ca_path = zp__memory_strdup(config, "");
    config->bitrix24.methods = methods;
    config->bitrix24.source_id = zp__memory_strdup(config, "DIKIDI");
    config->bitrix24.booking_field = zp__memory_strdup(config, "UF_CRM_DIKIDI_ID");
    config->bitrix24.visit_field = zp__memory_strdup(config, "UF_CRM_VISIT_AT");
    config->bitrix24.requests_per_second = 1000;
    config->secrets.bitrix24_url = zp__memory_printf(
        config, "http://127.0.0.1:%d/rest/1/" WIRE_SECRET "/", raw_port(wire->raw));
    wire_client(wire);
    return wire;
}

void wire_client(struct wire *wire) {
    talloc_free(wire->crm);
    wire->crm = zp__bitrix24_new(wire, wire->loop, wire->config);
}

void wire_answer(struct wire *wire, const char *message) {
    assert_true(wire->answer_count < WIRE_REQUESTS);
    wire->answers[wire->answer_count++] = message;
}

const char *wire_body(const struct wire *wire, size_t n) {
    assert_true(n < wire->request_count && n < WIRE_REQUESTS);
    return strstr(wire->requests[n], "\r\n\r\n") + 4;
}

bool wire_is(const struct wire *wire, size_t n, const char *method) {
    char line[256];
    assert_true(n < wire->request_count && n < WIRE_REQUESTS);
    snprintf(line, sizeof line, "POST /rest/1/" WIRE_SECRET "/%s HTTP/1.1\r\n", method);
    return strncmp(wire->requests[n], line, strlen(line)) == 0;
}

char *wire_file(TALLOC_CTX *ctx, const char *name) {
    char *path = zp__memory_printf(ctx, ZAPIS_SOURCE_DIR "/tests/fixtures/bitrix24/%s", name);
    return raw_file(ctx, path);
}

struct zp__crm_fields wire_fields(void) {
    return (struct zp__crm_fields){.title = "Маникюр",
                                   .comments = "Услуга: маникюр",
                                   .source_id = "DIKIDI",
                                   .source_description = "desk",
                                   .opportunity_minor = 180050,
                                   .currency = "RUB",
                                   .booking_id = "8124",
                                   .visit_at = salon_instant("2026-09-25T09:00:00Z"),
                                   .contact_id = "25",
                                   .client_name = "Мария",
                                   .client_phone = "+79161234567"};
}
