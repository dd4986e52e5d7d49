#include "bench.h"

#include "base/memory.h"

#include <zapis/time.h>

const char bench_booking[] =
    "{\"id\":\"852900005\",\"company_id\":\"550001\",\"status\":\"active\",\"confirmed\":false,"
    "\"attendance\":\"waiting\",\"starts_at\":\"2026-09-24T11:00:00Z\",\"ends_at\":"
    "\"2026-09-24T12:15:00Z\",\"duration\":75,\"master\":{\"id\":\"1357200\",\"name\":\"Анна П.\","
    "\"post\":\"Топ-мастер\"},\"services\":[{\"id\":\"5159500\",\"name\":\"Маникюр\","
    "\"duration\":75,\"price\":1800,\"cost\":1800}],\"total\":1800,\"paid\":0,\"currency\":\"RUB\","
    "\"client\":{\"id\":\"77006\",\"name\":\"Ксения\",\"surname\":\"\",\"phone\":"
    "\"+79160000005\"},\"comment\":\"Первый раз\",\"source\":\"partner\",\"external_id\":"
    "\"" BENCH_REQUEST_ID "\",\"created_at\":\"2026-09-23T09:00:00Z\",\"updated_at\":"
    "\"2026-09-23T09:00:00Z\",\"cancelled_at\":null,\"cancel_reason\":null,\"version\":1}";

static struct raw_answer answer_raw(int connection, int nth, const char *request, void *data) {
    (void)connection, (void)nth;
    struct bench *bench = data;
    size_t n = bench->request_count++;
    if (n < BENCH_REQUESTS)
        bench->requests[n] = zp__memory_strdup(bench, request);
    if (bench->hang || bench->answer_count == 0)
        return (struct raw_answer){.close = !bench->hang};
    size_t last = bench->answer_count - 1;
    return (struct raw_answer){.bytes = bench->answers[n < last ? n : last], .close = true};
}

static struct zp_path_template path(struct zp_config *config, const char *method,
                                    const char *text) {
    return (struct zp_path_template){.method = zp__memory_strdup(config, method),
                                     .path = zp__memory_strdup(config, text)};
}

#define COMPANY "/api/v2/company/{company}"

struct bench *bench_new(TALLOC_CTX *ctx) {
    struct bench *bench = zp__memory_new(ctx, struct bench);
    bench->loop = zp_loop_new(bench);
    bench->raw = raw_new(bench, bench->loop, answer_raw, bench);
    struct zp_config *config = bench->config = zp__memory_new(bench, struct zp_config);
    config->salon.company = zp__memory_strdup(config, "550001");
    config->salon.country = zp__memory_strdup(config, "RU");
    config->salon.currency = zp__memory_strdup(config, "RUB");
    config->zone = zp_zone_open(config, "Europe/Moscow", NULL);
    config->dikidi.base_url =
        zp__memory_printf(config, "http://127.0.0.1:%d/", raw_port(bench->raw));
    config->dikidi.ca_path = zp__memory_strdup(config, "");
    config->dikidi.auth_scheme = zp__memory_strdup(config, "Bearer");
    config->dikidi.requests_per_minute = 6000;
    config->dikidi.paths.services = path(config, "GET", COMPANY "/services");
    config->dikidi.paths.masters = path(config, "GET", COMPANY "/masters");
    config->dikidi.paths.schedule = path(config, "GET", COMPANY "/schedule");
    config->dikidi.paths.create = path(config, "POST", COMPANY "/booking");
    config->dikidi.paths.booking = path(config, "GET", COMPANY "/booking/{booking}");
    config->dikidi.paths.cancel = path(config, "DELETE", COMPANY "/booking/{booking}");
    config->secrets.dikidi_key = zp__memory_strdup(config, "practice-key");
    bench_client(bench);
    return bench;
}

void bench_client(struct bench *bench) {
    talloc_free(bench->dikidi);
    bench->dikidi = zp__dikidi_new(bench, bench->loop, bench->config);
}

void bench_answer(struct bench *bench, const char *message) {
    assert_true(bench->answer_count < BENCH_REQUESTS);
    bench->answers[bench->answer_count++] = message;
}

struct heard *heard_new(TALLOC_CTX *ctx) {
    struct heard *heard = zp__memory_new(ctx, struct heard);
    heard->ctx = heard;
    heard->may_send = true;
    return heard;
}

void heard_answer(const struct zp__dikidi_answer *answer, void *data) {
    struct heard *heard = data;
    heard->calls++;
    heard->done = true;
    heard->answer = *answer;
    if (answer->catalogue != NULL)
        talloc_steal(heard->ctx, answer->catalogue);
    if (answer->shifts != NULL)
        talloc_steal(heard->ctx, answer->shifts);
    if (answer->slots != NULL)
        talloc_steal(heard->ctx, answer->slots);
    if (answer->booking != NULL)
        talloc_steal(heard->ctx, answer->booking);
}

bool heard_sending(void *data) {
    struct heard *heard = data;
    heard->asked_sending++;
    return heard->may_send;
}

void bench_wait(struct bench *bench, struct heard *heard) {
    assert_int_equal(heard->calls, 0); // never inside the call
    assert_true(zp_loop_run_until(bench->loop, &heard->done, LONG_MS));
    assert_int_equal(heard->calls, 1);
}

struct zp_date bench_date(const char *text) {
    struct zp_date date;
    assert_true(zp_date_parse(text, &date));
    return date;
}

int64_t bench_instant(const char *utc) {
    int64_t instant = 0;
    assert_int_equal(zp_instant_parse(utc, NULL, &instant), ZP_INSTANT_UTC);
    return instant;
}

char *bench_create_body(TALLOC_CTX *ctx) {
    const char *services[] = {"5159500"};
    struct zp__dikidi_create create = {.request_id = BENCH_REQUEST_ID,
                                       .master_id = "1357200",
                                       .service_ids = services,
                                       .service_count = 1,
                                       .starts_at = bench_instant("2026-09-24T11:00:00Z"),
                                       .client_name = "Ксения",
                                       .client_phone = "+79160000005",
                                       .comment = "Первый раз"};
    return zp__dikidi_create_body(ctx, &create);
}
