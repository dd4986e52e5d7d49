// What cannot be: bodies without measure, every type in every place, values out of this world.
// Reads fail with a sentence, writes are not believed, nothing is guessed.
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zapis/limits.h>

enum call { SERVICES, MASTERS, SCHEDULE, BOOKING, CREATE, CANCEL };

static struct heard *ask(struct bench *bench, TALLOC_CTX *ctx, enum call call) {
    struct heard *heard = heard_new(ctx);
    struct zp_date date = bench_date("2026-09-24");
    const char *ids[] = {"5159500"};
    const char *number = "852900005";
    switch (call) {
    case SERVICES: zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard); break;
    case MASTERS:
        zp__dikidi_masters(bench->dikidi, ZP_PACE_URGENT, &date, 2, heard_answer, heard);
        break;
    case SCHEDULE:
        zp__dikidi_schedule(bench->dikidi, ZP_PACE_URGENT, ids, 1, NULL, date, heard_answer, heard);
        break;
    case BOOKING:
        zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, number, heard_answer, heard);
        break;
    case CREATE:
        zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                                  bench_create_body(ctx), NULL, heard_answer, heard);
        break;
    case CANCEL:
        zp__dikidi_cancel_booking(bench->dikidi, ZP_PACE_URGENT, number, NULL, NULL, heard_answer,
                                  heard);
        break;
    }
    bench_wait(bench, heard);
    return heard;
}

static struct heard *answered(TALLOC_CTX *ctx, enum call call, const char *body) {
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, call == CREATE ? "201 Created" : "200 OK", "", body));
    struct heard *heard = ask(bench, ctx, call);
    assert_int_equal(heard->answer.ok, heard->answer.error.code == ZP_OK);
    return heard;
}

static void is_nonsense(const struct heard *heard, enum call call) {
    bool write = call == CREATE || call == CANCEL;
    assert_false(heard->answer.ok);
    assert_int_equal(heard->answer.outcome, ZP_OUTCOME_UNKNOWN);
    assert_int_equal(heard->answer.error.code, write ? ZP_E_UNKNOWN : ZP_E_BAD_ANSWER);
    assert_true(strlen(heard->answer.error.message) > 20);
    assert_null(heard->answer.booking);
}

// The believable booking with one text in it replaced.
static char *changed(TALLOC_CTX *ctx, const char *from, const char *to) {
    const char *at = strstr(bench_booking, from);
    assert_non_null(at);
    return talloc_asprintf(ctx, "{\"data\":%.*s%s%s}", (int)(at - bench_booking), bench_booking, to,
                           at + strlen(from));
}

static bool told(const struct bench *bench, const char *word, uint64_t count) {
    struct zp__dikidi_oddity odd[ZP_DIKIDI_ODDITIES];
    size_t kinds = zp__dikidi_oddities(bench->dikidi, odd);
    for (size_t i = 0; i < kinds; i++)
        if (strcmp(odd[i].word, word) == 0)
            return odd[i].count == count;
    return count == 0;
}

// ---- bodies

// A child that answers one request with a head and spaces until the other side has had enough.
static pid_t endless_server(const char *head, size_t bytes, uint16_t *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        static char blanks[65536];
        int fd = accept(listener, NULL, NULL);
        ssize_t got = recv(fd, blanks, sizeof blanks, 0);
        memset(blanks, ' ', sizeof blanks);
        ssize_t sent = got > 0 ? send(fd, head, strlen(head), MSG_NOSIGNAL) : -1;
        for (size_t done = 0; sent > 0 && done < bytes; done += (size_t)sent)
            sent = send(fd, blanks, sizeof blanks, MSG_NOSIGNAL);
        _exit(sent > 0 ? 1 : 0); // 1: everything was taken
    }
    close(listener);
    return child;
}

static void fifty_megabytes(void **state) {
    (void)state;
    static const char *const heads[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n{\"data\":[",
        "HTTP/1.1 200 OK\r\n\r\n{\"data\":["}; // and one that does not say how much will come
    for (int i = 0; i < 2 * (CANCEL + 1); i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct bench *bench = bench_new(ctx);
        enum call call = (enum call)(i / 2);
        uint16_t port;
        int status = -1;
        pid_t child = endless_server(heads[i % 2], (size_t)50 * 1024 * 1024, &port);
        bench->config->dikidi.base_url = talloc_asprintf(bench, "http://127.0.0.1:%d", port);
        bench_client(bench);
        is_nonsense(ask(bench, ctx, call), call);
        TALLOC_FREE(bench->dikidi); // and its connection
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        talloc_free(ctx);
    }
}

static char *nested(TALLOC_CTX *ctx, size_t depth, const char *open, const char *close) {
    char *text = talloc_strdup(ctx, "{\"data\":[],\"x\":");
    for (size_t i = 0; i < depth; i++)
        text = talloc_strdup_append_buffer(text, open);
    text = talloc_strdup_append_buffer(text, "1");
    for (size_t i = 0; i < depth; i++)
        text = talloc_strdup_append_buffer(text, close);
    return talloc_strdup_append_buffer(text, "}");
}

static void deep_nesting(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    is_nonsense(answered(ctx, SERVICES, nested(ctx, 40000, "[", "]")), SERVICES);
    is_nonsense(answered(ctx, CREATE, nested(ctx, 12000, "{\"a\":", "}")), CREATE);
    is_nonsense(answered(ctx, SERVICES, nested(ctx, ZP_LIMIT_JSON_DEPTH, "[", "]")), SERVICES);
    // Deep, but within reason, and in a field that nobody reads.
    assert_true(answered(ctx, SERVICES, nested(ctx, ZP_LIMIT_JSON_DEPTH - 4, "[", "]"))->answer.ok);
    char *unclosed = talloc_zero_array(ctx, char, 90001);
    memset(unclosed, '[', 90000);
    is_nonsense(answered(ctx, MASTERS, unclosed), MASTERS);
    talloc_free(ctx);
}

static void doubled_keys(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{\"data\":{\"id\":\"852900005\",\"starts_at\":\"2026-09-24T11:00:00Z\",\"id\":\"6\"}}",
        "{\"data\":{\"id\":\"852900005\",\"starts_at\":\"2026-09-24T11:00:00Z\",\"status\":"
        "\"active\","
        "\"status\":\"cancelled\"}}",
        "{\"error\":{\"code\":0},\"error\":{\"code\":\"SLOT_TAKEN\"},\"data\":null}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        is_nonsense(answered(ctx, BOOKING, bodies[i]), BOOKING);
        is_nonsense(answered(ctx, CREATE, bodies[i]), CREATE);
        is_nonsense(answered(ctx, CANCEL, bodies[i]), CANCEL);
        talloc_free(ctx);
    }
}

// ---- values

static void unknown_status(void **state) {
    (void)state;
    static const char *const words[] = {
        "\"confirmed\"", "2",          "\"4 \"", "true",  "\"Отменена\"", "4.5",
        "[4]",           "{\"id\":4}", "-1",     "\"0\"", "\"ok\""};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        char *body = changed(ctx, "\"active\"", words[i]);
        struct heard *heard = answered(ctx, BOOKING, body);
        is_nonsense(heard, BOOKING);
        assert_non_null(strstr(heard->answer.error.message, "status"));
        is_nonsense(answered(ctx, CANCEL, body), CANCEL); // never cancelled
        heard = answered(ctx, CREATE, body);              // but made: it has a number
        assert_int_equal(heard->answer.outcome, ZP_OUTCOME_DONE);
        assert_true(heard->answer.booking->status_unknown);
        assert_int_equal(heard->answer.booking->status, ZP_DIKIDI_ACTIVE);
        talloc_free(ctx);
    }
}

// A read of it fails; the create is not believed where the start itself is wrong.
static void times_that_cannot_be(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
        bool create_done;
    } table[] = {
        {"\"2026-09-24T11:00:00Z\"", "\"9999-09-24T11:00:00Z\"", false},
        {"\"2026-09-24T11:00:00Z\"", "\"1926-09-24T11:00:00Z\"", false},
        {"\"2026-09-24T11:00:00Z\"", "\"2026-02-30T11:00:00Z\"", false},
        {"\"2026-09-24T11:00:00Z\"", "\"2026-09-24T25:00:00Z\"", false},
        {"\"2026-09-24T11:00:00Z\"", "\"2026-09-24T11:00:00+99:00\"", false},
        {"\"2026-09-24T11:00:00Z\"", "\"завтра в 11\"", false},
        {"\"2026-09-24T11:00:00Z\"", "1790247600", false},
        {"\"2026-09-24T11:00:00Z\"", "[\"2026-09-24T11:00:00Z\"]", false},
        {"\"2026-09-24T11:00:00Z\"", "true", false},
        {"\"2026-09-24T12:15:00Z\"", "\"2026-09-24T10:00:00Z\"", true}, // ends before it starts
        {"\"2026-09-24T12:15:00Z\"", "\"2026-10-24T12:15:00Z\"", true}, // a month long
        {"\"2026-09-24T12:15:00Z\"", "\"later\"", true},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        char *body = changed(ctx, table[i].from, table[i].to);
        is_nonsense(answered(ctx, BOOKING, body), BOOKING);
        struct heard *heard = answered(ctx, CREATE, body);
        if (!table[i].create_done) {
            is_nonsense(heard, CREATE);
        } else {
            assert_int_equal(heard->answer.outcome, ZP_OUTCOME_DONE);
            assert_int_equal(heard->answer.booking->ends_at, bench_instant("2026-09-24T12:15:00Z"));
        }
        talloc_free(ctx);
    }
}

// A read of it fails; a create is done by its number, a cancel by its status.
static void sums_that_cannot_be(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
    } table[] = {{"\"total\":1800", "\"total\":-1800"},
                 {"\"total\":1800", "\"total\":1e12"},
                 {"\"total\":1800", "\"total\":99999999999999999999"},
                 {"\"total\":1800", "\"total\":\"-1 800,00\""},
                 {"\"cost\":1800", "\"cost\":-0.01"},
                 {"\"cost\":1800", "\"cost\":1800.001"},
                 {"\"duration\":75,\"price\"", "\"duration\":-75,\"price\""},
                 {"\"duration\":75,\"price\"", "\"duration\":86401,\"price\""},
                 {"\"duration\":75,\"price\"", "\"duration\":9000000000000,\"price\""}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        char *body = changed(ctx, table[i].from, table[i].to);
        is_nonsense(answered(ctx, BOOKING, body), BOOKING);
        struct heard *heard = answered(ctx, CREATE, body);
        assert_int_equal(heard->answer.outcome, ZP_OUTCOME_DONE);
        assert_true(heard->answer.booking->total_minor >= 0);
        char *gone = strstr(body, "\"active\"");
        memcpy(gone, "\"4\"     ", 8);
        heard = answered(ctx, CANCEL, body);
        assert_int_equal(heard->answer.outcome, ZP_OUTCOME_DONE);
        talloc_free(ctx);
    }
}

// One service with a price below nothing must not close the whole price list; it is told.
static void a_catalogue_that_cannot_be(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "",
                                    "{\"data\":[{\"id\":\"1\",\"price\":-5,\"duration\":-30,"
                                    "\"currency\":\"RUB\"},{\"id\":\"2\",\"price\":500,"
                                    "\"duration\":30,\"currency\":\"RUB\"},{\"name\":\"none\"}]}"));
    struct heard *heard = ask(bench, ctx, SERVICES);
    assert_true(heard->answer.ok);
    assert_int_equal(heard->answer.catalogue->service_count, 2);
    assert_true(heard->answer.catalogue->services[0].price_from);
    assert_int_equal(heard->answer.catalogue->services[0].price_minor, 0);
    assert_int_equal(heard->answer.catalogue->services[0].duration_min, 0);
    assert_true(told(bench, "absurd-value", 2));
    assert_true(told(bench, "no-duration", 1));
    assert_true(told(bench, "rows-skipped", 1));
    assert_true(told(bench, "no-currency", 0));
    talloc_free(ctx);
}

// ---- every type in every place

static const char *const types[] = {"null",
                                    "true",
                                    "-1",
                                    "0",
                                    "1.5",
                                    "1e999",
                                    "\"\"",
                                    "\"x\"",
                                    "[]",
                                    "{}",
                                    "[[],[1]]",
                                    "{\"id\":[]}",
                                    "[null]",
                                    "{\"a\":{\"b\":[{}]}}",
                                    "18446744073709551616"};

// The end of the value that begins at `at`.
static const char *value_end(const char *at) {
    int depth = 0;
    bool text = false;
    for (; *at != '\0'; at++) {
        if (*at == '"' && at[-1] != '\\')
            text = !text;
        if (text)
            continue;
        if (depth == 0 && (*at == ',' || *at == '}' || *at == ']'))
            return at;
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
    }
    return at;
}

static void check_any(const struct heard *heard, enum call call) {
    const struct zp__dikidi_booking *booking = heard->answer.booking;
    assert_int_equal(heard->answer.ok, heard->answer.error.code == ZP_OK);
    if (!heard->answer.ok)
        assert_true(strlen(heard->answer.error.message) > 10);
    if (call < BOOKING || !heard->answer.ok)
        return;
    assert_true(booking->id_count == 1 && booking->ids[0][0] != '\0');
    if (call != CREATE) // its number is what it says it is
        assert_string_equal(booking->ids[0], "852900005");
    if (call != CANCEL || booking->starts_at != 0) // a cancel is done by its status
        assert_int_equal(booking->starts_at, bench_instant("2026-09-24T11:00:00Z"));
    assert_true(booking->ends_at == 0 || booking->ends_at >= booking->starts_at);
    assert_true(booking->total_minor >= 0);
    if (call == CANCEL)
        assert_int_not_equal(booking->status, ZP_DIKIDI_ACTIVE);
    for (size_t i = 0; i < booking->service_count; i++)
        assert_true(booking->services[i].price_minor >= 0 &&
                    booking->services[i].duration_min >= 0);
}

static size_t every_place(enum call call, const char *body) {
    size_t tried = 0;
    for (const char *colon = strstr(body, "\":"); colon != NULL; colon = strstr(colon + 2, "\":")) {
        const char *end = value_end(colon + 2);
        for (size_t i = 0; i < sizeof types / sizeof *types; i++, tried++) {
            TALLOC_CTX *ctx = talloc_new(NULL);
            char *one =
                talloc_asprintf(ctx, "%.*s%s%s", (int)(colon + 2 - body), body, types[i], end);
            check_any(answered(ctx, call, one), call);
            talloc_free(ctx);
        }
    }
    return tried;
}

static void every_type_in_every_place(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    size_t tried = 0;
    static const char services[] =
        "{\"error\":{\"code\":0,\"message\":null},\"data\":[{\"id\":\"1\",\"name\":\"М\","
        "\"category\":"
        "{\"id\":\"2\",\"name\":\"Н\"},\"price\":1,\"price_from\":true,\"currency\":\"RUB\","
        "\"duration\":90,\"break_after\":5,\"online\":true,\"sort\":2,\"active\":true,\"masters\":"
        "[{\"id\":\"7\",\"price\":1,\"price_from\":false,\"duration\":75}]}],\"meta\":{\"total\":1,"
        "\"more\":false}}";
    static const char masters[] =
        "{\"data\":[{\"id\":\"7\",\"name\":\"А\",\"username\":\"А\",\"post\":\"\",\"active\":true,"
        "\"service_ids\":[\"1\"],\"schedule\":[{\"date\":\"2026-09-24\",\"work_from\":\"10:00\","
        "\"work_to\":\"20:00\",\"break_from\":\"13:00\",\"break_to\":null}]}]}";
    static const char schedule[] =
        "{\"data\":{\"date\":\"2026-09-24\",\"timezone\":\"Europe/"
        "Moscow\",\"slots\":[{\"starts_at\":"
        "\"2026-09-24T06:00:00Z\",\"ends_at\":\"2026-09-24T07:30:00Z\",\"master_id\":\"7\"}],"
        "\"dates_available\":[\"2026-09-24\"],\"nearest_date\":\"2026-09-24\"}}";
    char *booking = changed(ctx, "\"active\"", "\"active\"");
    tried += every_place(SERVICES, services) + every_place(MASTERS, masters);
    tried += every_place(SCHEDULE, schedule) + every_place(BOOKING, booking);
    tried += every_place(CREATE, booking);
    tried += every_place(CANCEL, changed(ctx, "\"active\"", "\"cancelled\""));
    assert_true(tried > 1800);
    talloc_free(ctx);
}

// ---- units, pages, clocks

static void short_visits_in_seconds(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    // 15 minutes as 900: the visit's own end says so.
    struct heard *heard = answered(
        ctx, BOOKING,
        "{\"id\":\"852900005\",\"status\":1,\"starts_at\":\"2026-09-24T11:00:00Z\",\"ends_at\":"
        "\"2026-09-24T11:15:00Z\",\"duration\":900,\"services\":[{\"id\":1,\"duration\":900}]}");
    assert_int_equal(heard->answer.booking->services[0].duration_min, 15);
    // A list: one above 1,440 says so for all of it.
    heard = answered(ctx, SERVICES,
                     "[{\"id\":1,\"duration\":900,\"break_after\":5},{\"id\":2,\"duration\":5400,"
                     "\"break_after\":600},{\"id\":3,\"time\":\"1200\"}]");
    const struct zp_service *services = heard->answer.catalogue->services;
    assert_int_equal(services[0].duration_min, 15);
    assert_int_equal(services[0].break_after_min, 5);
    assert_int_equal(services[1].duration_min, 90);
    assert_int_equal(services[1].break_after_min, 10);
    assert_int_equal(services[2].duration_min, 20);
    // Minutes stay minutes.
    heard = answered(ctx, SERVICES, "[{\"id\":1,\"duration\":900},{\"id\":2,\"duration\":1440}]");
    assert_int_equal(heard->answer.catalogue->services[0].duration_min, 900);
    assert_int_equal(heard->answer.catalogue->services[1].duration_min, 1440);
    talloc_free(ctx);
}

static char *rows(TALLOC_CTX *ctx, int first, int count) {
    char *text = talloc_strdup(ctx, "[");
    for (int i = 0; i < count; i++)
        text = talloc_asprintf_append(text, "%s{\"id\":%d}", i > 0 ? "," : "", first + i);
    return talloc_asprintf_append(text, "]");
}

// Nothing is told of pages: a full one is followed, by the rest, by an empty one, or by itself.
static void pages_without_an_envelope(void **state) {
    (void)state;
    static const struct {
        int second_first, second_count, services, requests;
    } table[] = {{101, 20, 120, 2}, {101, 0, 100, 2}, {1, 100, 100, 2}, {101, 100, 200, 3}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct bench *bench = bench_new(ctx);
        bench_answer(bench, raw_message(ctx, "200 OK", "", rows(ctx, 1, 100)));
        bench_answer(bench, raw_message(ctx, "200 OK", "",
                                        rows(ctx, table[i].second_first, table[i].second_count)));
        bench_answer(bench, raw_message(ctx, "200 OK", "", "[]"));
        struct heard *heard = ask(bench, ctx, SERVICES);
        assert_true(heard->answer.ok);
        assert_int_equal(heard->answer.catalogue->service_count, table[i].services);
        assert_int_equal(bench->request_count, table[i].requests);
        assert_true(told(bench, "no-envelope", (uint64_t)table[i].requests));
        talloc_free(ctx);
    }
}

// The hour that comes twice, told without an offset, is read as the first of the two; asked for was
// the second, and it is that.
static void naive_time_in_the_doubled_hour(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct bench *bench = bench_new(ctx);
    bench->config->zone = zp_zone_open(bench, "Europe/Berlin", NULL);
    bench_client(bench);
    const char *id = "5159500";
    struct zp__dikidi_create create = {.request_id = BENCH_REQUEST_ID,
                                       .master_id = "1357200",
                                       .service_ids = &id,
                                       .service_count = 1,
                                       .starts_at = bench_instant("2026-10-25T01:30:00Z"),
                                       .client_name = "М",
                                       .client_phone = "+79160000005"};
    bench_answer(bench, raw_message(ctx, "201 Created", "",
                                    "{\"data\":{\"id\":7,\"starts_at\":\"2026-10-25 02:30\","
                                    "\"ends_at\":\"2026-10-25 02:50\"}}"));
    struct heard *heard = heard_new(ctx);
    zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT, BENCH_REQUEST_ID,
                              zp__dikidi_create_body(ctx, &create), NULL, heard_answer, heard);
    bench_wait(bench, heard);
    assert_int_equal(heard->answer.outcome, ZP_OUTCOME_DONE);
    assert_int_equal(heard->answer.booking->starts_at, create.starts_at);
    assert_int_equal(heard->answer.booking->ends_at, bench_instant("2026-10-25T01:50:00Z"));
    assert_true(told(bench, "naive-times", 2));
    talloc_free(ctx);
}

// A naive time that is UTC after all is another time, and is not believed.
static void naive_is_never_utc(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    is_nonsense(answered(ctx, CREATE, changed(ctx, "11:00:00Z", "11:00:00")), CREATE);
    struct heard *heard = answered(ctx, CREATE, changed(ctx, "11:00:00Z", "14:00:00"));
    assert_int_equal(heard->answer.outcome, ZP_OUTCOME_DONE);
    assert_true(heard->answer.booking->naive_times);
    struct bench *bench = bench_new(ctx);
    bench_answer(bench, raw_message(ctx, "200 OK", "",
                                    "{\"data\":{\"timezone\":\"UTC\",\"slots\":[{\"starts_at\":"
                                    "\"2026-09-24T10:00:00\",\"master_id\":7}]}}"));
    heard = ask(bench, ctx, SCHEDULE);
    assert_int_equal(heard->answer.slots->days[0].slots[0].starts_at,
                     bench_instant("2026-09-24T07:00:00Z"));
    assert_true(told(bench, "naive-times", 1) && told(bench, "foreign-zone", 1));
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_megabytes),
        cmocka_unit_test(deep_nesting),
        cmocka_unit_test(doubled_keys),
        cmocka_unit_test(unknown_status),
        cmocka_unit_test(times_that_cannot_be),
        cmocka_unit_test(sums_that_cannot_be),
        cmocka_unit_test(a_catalogue_that_cannot_be),
        cmocka_unit_test(every_type_in_every_place),
        cmocka_unit_test(short_visits_in_seconds),
        cmocka_unit_test(pages_without_an_envelope),
        cmocka_unit_test(naive_time_in_the_doubled_hour),
        cmocka_unit_test(naive_is_never_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
