// Every shape of answer, and how an add and a read end on it; limits, families, giving up, paging.
#include "wire.h"

#define DONE              ZP_CRM_DONE
#define REFUSED           ZP_CRM_REFUSED
#define UNKNOWN           ZP_CRM_UNKNOWN
#define NOT_SENT          ZP_CRM_NOT_SENT
#define PAGE              "<html><body>502</body></html>"
#define ERROR(code, text) "{\"error\":" code ",\"error_description\":\"" text "\"}"

struct shape {
    const char *status, *body;
    enum zp__crm_outcome outcome; // of an add
    enum zp_error_code write, read;
    const char *name; // NULL: not looked at
};

static const struct shape shapes[] = {
    // the presence of `error` marks a failure, not its truth
    {"400 Bad Request", ERROR("\"\"", "Parameter 'fields' must be array."), REFUSED, ZP_E_REFUSED,
     ZP_E_REFUSED, "REFUSED"},
    {"200 OK", ERROR("\"\"", "x"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED, "REFUSED"},
    {"400 Bad Request", ERROR("422", "Invalid date period"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED,
     "422"},
    {"400 Bad Request", ERROR("\"100\"", "x"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED, "100"},
    {"400 Bad Request", ERROR("\"ERROR_CORE\"", "Дубль.<br>"), REFUSED, ZP_E_REFUSED, ZP_E_REFUSED,
     "ERROR_CORE"},
    {"400 Bad Request", "{\"error\":{\"code\":\"X_Y\",\"message\":\"z\"}}", REFUSED, ZP_E_REFUSED,
     ZP_E_REFUSED, "X_Y"},
    // rights and plan
    {"401 Unauthorized", ERROR("\"INVALID_CREDENTIALS\"", "Invalid request credentials"), REFUSED,
     ZP_E_DENIED, ZP_E_DENIED, "INVALID_CREDENTIALS"},
    {"403 Forbidden", ERROR("\"INVALID_CREDENTIALS\"", "x"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "INVALID_CREDENTIALS"},
    {"401 Unauthorized", ERROR("\"NO_AUTH_FOUND\"", "x"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "NO_AUTH_FOUND"},
    {"403 Forbidden", ERROR("\"insufficient_scope\"", "x"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "insufficient_scope"},
    {"403 Forbidden", ERROR("\"ACCESS_DENIED\"", "REST API is available only on commercial plans"),
     REFUSED, ZP_E_DENIED, ZP_E_DENIED, "ACCESS_DENIED"},
    {"400 Bad Request", ERROR("\"\"", "Access denied."), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "DENIED"},
    {"400 Bad Request", ERROR("\"\"", "Доступ запрещен."), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "DENIED"},
    {"500 Error", ERROR("\"PORTAL_DELETED\"", "Portal was deleted"), REFUSED, ZP_E_DENIED,
     ZP_E_DENIED, "PORTAL_DELETED"},
    {"401 Unauthorized", ERROR("\"expired_token\"", "x"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "expired_token"},
    {"401 Unauthorized", PAGE, REFUSED, ZP_E_DENIED, ZP_E_DENIED, "DENIED"},
    {"503 Busy", ERROR("\"OVERLOAD_LIMIT\"", "x"), REFUSED, ZP_E_DENIED, ZP_E_DENIED,
     "OVERLOAD_LIMIT"},
    {"400 Bad Request", ERROR("\"INVALID_REQUEST\"", "Https required."), REFUSED, ZP_E_DENIED,
     ZP_E_DENIED, "INVALID_REQUEST"},
    // not executed
    {"503 Busy", ERROR("\"QUERY_LIMIT_EXCEEDED\"", "Too many requests"), NOT_SENT, ZP_E_LIMITED,
     ZP_E_LIMITED, "QUERY_LIMIT_EXCEEDED"},
    {"429 Too Many", ERROR("\"OPERATION_TIME_LIMIT\"", "x"), NOT_SENT, ZP_E_LIMITED, ZP_E_LIMITED,
     "OPERATION_TIME_LIMIT"},
    {"429 Too Many", PAGE, NOT_SENT, ZP_E_LIMITED, ZP_E_LIMITED, "OPERATION_TIME_LIMIT"},
    // broken: not known
    {"500 Error", ERROR("\"INTERNAL_SERVER_ERROR\"", "x"), UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE,
     NULL},
    {"500 Error", ERROR("\"ERROR_CORE\"", "SQL"), UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"200 OK", ERROR("\"ERROR_UNEXPECTED_ANSWER\"", "x"), UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE,
     NULL},
    {"503 Busy", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"502 Bad Gateway", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"504 Time-out", "", UNKNOWN, ZP_E_UNKNOWN, ZP_E_UNREACHABLE, NULL},
    {"302 Found", "", UNKNOWN, ZP_E_UNKNOWN, ZP_E_CONFIG, NULL},
    {"200 OK", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"403 Forbidden", PAGE, UNKNOWN, ZP_E_UNKNOWN, ZP_E_DENIED, NULL},
    {"200 OK", "", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "[]", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "{}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "{\"result\":{\"item\":{\"id\":75}}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"400 Bad Request", "{\"result\":75}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "{\"result\":{\"item\":{\"id\":75}},\"error\":\"X\"}", UNKNOWN, ZP_E_UNKNOWN,
     ZP_E_REFUSED, NULL},
    {"200 OK", "{\"result\":null}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "{\"result\":false}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "{\"result\":\"\"}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
    {"200 OK", "{\"result\":{\"item\":{\"id\":0}}}", UNKNOWN, ZP_E_UNKNOWN, ZP_E_BAD_ANSWER, NULL},
};

static struct heard *add(struct wire *wire, TALLOC_CTX *ctx) {
    struct heard *heard = heard_new(ctx);
    struct zp__crm_fields fields = wire_fields();
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, heard_sending, heard_answer, heard);
    fields.title = "changed after the call"; // everything is copied
    heard_wait(wire->loop, heard);
    return heard;
}

static struct heard *find(struct wire *wire, TALLOC_CTX *ctx) {
    struct heard *heard = heard_new(ctx);
    zp__crm_find_by_booking(wire->crm, ZP_PACE_URGENT, ZP_CRM_DEAL, "8124", heard_answer, heard);
    heard_wait(wire->loop, heard);
    return heard;
}

static void one_shape(const struct shape *shape) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, raw_message(ctx, shape->status, "", shape->body));
    struct heard *wrote = add(wire, ctx);
    if (wrote->answer.outcome != shape->outcome || wrote->answer.error.code != shape->write)
        fail_msg("add on %s %s: outcome %d, %s: %s", shape->status, shape->body,
                 wrote->answer.outcome, wrote->answer.error.name, wrote->answer.error.message);
    assert_false(wrote->answer.ok);
    assert_null(wrote->answer.id);
    wire_client(wire); // a client without the pause that a limit put on it
    struct heard *read = find(wire, ctx);
    if (read->answer.ok || read->answer.error.code != shape->read)
        fail_msg("list on %s %s: %s: %s", shape->status, shape->body, read->answer.error.name,
                 read->answer.error.message);
    if (shape->name != NULL) {
        assert_string_equal(wrote->answer.error.name, shape->name);
        assert_string_equal(read->answer.error.name, shape->name);
    }
    assert_null(strstr(wrote->answer.error.message, WIRE_SECRET));
    assert_null(strchr(wrote->answer.error.message, '<'));
    talloc_free(ctx);
}

static void every_shape(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        one_shape(&shapes[i]);
}

static void the_address_stays_secret(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, raw_message(ctx, "400 Bad Request", "",
                                  ERROR("\"X\"", "no /rest/1/" WIRE_SECRET "/crm.item.add")));
    assert_null(strstr(add(wire, ctx)->answer.error.message, WIRE_SECRET));
    wire->config->secrets.bitrix24_url =
        talloc_asprintf(wire, "http://127.0.0.1:%d/rest/1/" WIRE_SECRET "/", refused_port());
    wire_client(wire);
    struct heard *heard = add(wire, ctx);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_UNREACHABLE);
    assert_null(strstr(heard->answer.error.message, WIRE_SECRET));
    wire->config->secrets.bitrix24_url = NULL;
    wire_client(wire);
    heard = add(wire, ctx);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_CONFIG);
    talloc_free(ctx);
}

// ---- limits

static void limits_hold(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, raw_message(ctx, "503 Busy", "", ERROR("\"QUERY_LIMIT_EXCEEDED\"", "x")));
    struct heard *next = heard_new(ctx);
    assert_int_equal(add(wire, ctx)->answer.error.retry_after_ms, 1000);
    uint64_t id = zp__crm_profile(wire->crm, ZP_PACE_URGENT, heard_answer, next);
    zp_loop_run_until(wire->loop, &next->done, 50);
    assert_false(next->done);
    assert_int_equal(wire->request_count, 1);
    heard_wait(wire->loop, next); // goes by itself after the pause, and meets the limit again
    assert_int_equal(next->answer.error.retry_after_ms, 2000);
    assert_int_equal(wire->request_count, 2);
    zp__crm_cancel_call(wire->crm, id);
    talloc_free(ctx);
}

static void one_method_rests(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    int64_t now = zp_clock_now(&(struct zp_clock){0});
    char *body = talloc_asprintf(ctx,
                                 "{\"error\":\"OPERATION_TIME_LIMIT\",\"time\":{"
                                 "\"operating_reset_at\":%lld}}",
                                 (long long)now + 100);
    wire_answer(wire, raw_message(ctx, "429 Too Many", "", body));
    wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":[\"crm\"]}"));
    int64_t told = add(wire, ctx)->answer.error.retry_after_ms;
    assert_true(told > 95000 && told <= 100000);
    struct heard *other = heard_new(ctx);
    zp__crm_scope(wire->crm, ZP_PACE_URGENT, heard_answer, other); // another method goes on (T24)
    heard_good(wire->loop, other);
    talloc_free(ctx);
}

// ---- families

static void the_family_is_found_once(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_AUTO);
    wire_answer(wire, raw_message(ctx, "200 OK", "",
                                  "{\"result\":{\"isExisting\":true,\"isAvailable\":true}}"));
    wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":{\"items\":[]}}"));
    assert_true(find(wire, ctx)->answer.ok);
    assert_true(find(wire, ctx)->answer.ok);
    assert_int_equal(wire->request_count, 3);
    assert_true(wire_is(wire, 0, "method.get"));
    assert_true(wire_is(wire, 1, "crm.item.list"));
    assert_true(wire_is(wire, 2, "crm.item.list"));
    talloc_free(ctx);
}

// A text where data belongs: not "an old portal", not "nobody has this phone", not "deleted".
static void nonsense_is_not_nothing(void **state) {
    (void)state;
    static const char *const odd[] = {"\"ok\"", "true", "[1]", "{\"CONTACT\":\"ok\"}"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
        struct heard *contacts = heard_new(ctx), *entry = heard_new(ctx), *family = heard_new(ctx);
        char *body = talloc_asprintf(ctx, "{\"result\":%s}", odd[i]);
        wire_answer(wire, raw_message(ctx, "200 OK", "", body));
        zp__crm_find_contacts(wire->crm, ZP_PACE_SYNC, SALON_PHONE, heard_answer, contacts);
        heard_wait(wire->loop, contacts);
        assert_int_equal(contacts->answer.error.code, ZP_E_BAD_ANSWER);
        if (i < 2) {
            zp__crm_get(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "75", heard_answer, entry);
            heard_wait(wire->loop, entry);
            assert_int_equal(entry->answer.error.code, ZP_E_BAD_ANSWER);
            assert_false(entry->answer.missing);
        }
        wire->config->bitrix24.methods = ZP_CRM_METHODS_AUTO;
        wire_client(wire);
        zp__crm_get(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "75", heard_answer, family);
        heard_wait(wire->loop, family);
        assert_int_equal(family->answer.error.code, ZP_E_BAD_ANSWER);
        assert_true(wire_is(wire, wire->request_count - 1, "method.get"));
        talloc_free(ctx);
    }
}

static void a_family_by_an_error(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_AUTO);
    wire_answer(wire, raw_message(ctx, "404 Not Found", "",
                                  ERROR("\"ERROR_METHOD_NOT_FOUND\"", "Method not found!")));
    wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":[]}"));
    assert_true(find(wire, ctx)->answer.ok);
    assert_true(wire_is(wire, 1, "crm.deal.list"));
    assert_true(wire_is(wire, 2, "crm.deal.list"));
    talloc_free(ctx);
}

// What fails before the write has left the write undone.
static void the_family_cannot_be_found(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_AUTO); // closes without an answer
    struct heard *heard = add(wire, ctx);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_UNREACHABLE);
    assert_int_equal(heard->asked_sending, 0);
    talloc_free(ctx);
}

// ---- what an add gave

static void kept(const char *from, const char *to, const char *name) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    const char *at = strstr(wire_item, from);
    assert_non_null(at);
    char *body = talloc_asprintf(ctx, "{\"result\":{\"item\":%.*s%s%s}}", (int)(at - wire_item),
                                 wire_item, to, at + strlen(from));
    wire_answer(wire, raw_message(ctx, "200 OK", "", body));
    struct heard *heard = add(wire, ctx);
    assert_int_equal(heard->answer.outcome, DONE);
    assert_string_equal(heard->answer.id, "75");
    assert_int_equal(heard->answer.ok, name == NULL);
    if (name != NULL && strstr(heard->answer.error.message, name) == NULL)
        fail_msg("%s: %s", name, heard->answer.error.message);
    talloc_free(ctx);
}

static void what_was_kept(void **state) {
    (void)state;
    kept("", "", NULL);
    kept("1800.5", "\"1800.50\"", NULL);
    kept("T11:00:00+02:00", "T12:00:00+03:00", NULL);
    kept("\"UF_CRM_DIKIDI_ID\":\"8124\"", "\"UF_CRM_DIKIDI_ID\":8124", NULL);
    kept("\"UF_CRM_DIKIDI_ID\":\"8124\",", "", "UF_CRM_DIKIDI_ID");
    kept("\"UF_CRM_DIKIDI_ID\":\"8124\"", "\"UF_CRM_DIKIDI_ID\":[]", "UF_CRM_DIKIDI_ID");
    kept("T11:00:00+02:00", "T11:00:00+03:00", "UF_CRM_VISIT_AT");
    kept("\"sourceId\":\"DIKIDI\"", "\"sourceId\":\"CALL\"", "SOURCE_ID");
    kept("1800.5", "0", "OPPORTUNITY");
    kept("\"categoryId\":0", "\"categoryId\":5", "CATEGORY_ID");
    kept("\"originId\":\"8124\"", "\"originId\":null", "ORIGIN_ID");
}

static void texts(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    struct heard *heard = heard_new(ctx);
    char *title = talloc_strdup(ctx, "");
    for (int i = 0; i < 100; i++)
        title = talloc_strdup_append(title, "é👍🏽я"); // e with an accent; a hand of two
    struct zp__crm_fields fields = wire_fields();
    fields.title = title;
    fields.comments = "a\r\n[img]x[/img]\x1b[31m";
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, NULL, heard_answer, heard);
    heard_wait(wire->loop, heard);
    const char *body = wire_body(wire, 0);
    const struct zp_json *sent =
        zp_json_get(zp_json_parse(ctx, body, strlen(body), NULL), "fields");
    const char *cut = zp_json_string(zp_json_get(sent, "title"));
    size_t characters = 0;
    for (const char *c = cut; *c != '\0'; c++)
        characters += ((unsigned char)*c & 0xc0) != 0x80;
    // Four characters a turn (NFC joins the e and its accent); the hand is never halved.
    assert_true(characters <= 255 && characters >= 253);
    assert_true(strlen(cut) < 7 || strcmp(cut + strlen(cut) - 4, "👍") != 0);
    const char *comments = zp_json_string(zp_json_get(sent, "comments"));
    assert_string_equal(comments, "a\n(img)x(/img)(31m");
    assert_string_equal(zp_json_string(zp_json_get(sent, "begindate")), "2026-09-25");
    talloc_free(ctx);
}

// ---- lists

static void a_filter_that_was_dropped(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_LEGACY);
    wire_answer(wire, raw_message(ctx, "200 OK", "",
                                  "{\"result\":[{\"ID\":\"1\",\"ORIGINATOR_ID\":\"other\","
                                  "\"ORIGIN_ID\":\"8124\"},{\"ID\":\"2\",\"UF_CRM_DIKIDI_ID\":"
                                  "\"81240\"},{\"ID\":\"3\",\"UF_CRM_DIKIDI_ID\":\"\"}],\"total\":"
                                  "900,\"next\":50}"));
    struct heard *heard = find(wire, ctx);
    assert_true(heard->answer.ok);
    assert_int_equal(heard->answer.entry_count, 0); // no stranger's deal is ours
    assert_int_equal(wire->request_count, 2);       // and their pages are not walked
    struct heard *count = heard_new(ctx);
    zp__crm_count_visits(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, 0, 10, heard_answer, count);
    heard_wait(wire->loop, count);
    assert_int_equal(count->answer.error.code, ZP_E_CONFIG);
    talloc_free(ctx);
}

static void pages_end(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    struct heard *heard = heard_new(ctx);
    wire_answer(wire, raw_message(ctx, "200 OK", "",
                                  "{\"result\":[{\"STATUS_ID\":\"A\",\"NAME\":\"a\"}],\"next\":"
                                  "50}")); // the same next for ever
    zp__crm_sources(wire->crm, ZP_PACE_SYNC, heard_answer, heard);
    heard_good(wire->loop, heard);
    assert_int_equal(wire->request_count, 2);
    assert_non_null(strstr(wire_body(wire, 1), "\"start\":50"));
    talloc_free(ctx);
}

static void best_contact_first(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    struct heard *heard = heard_new(ctx);
    wire_answer(wire,
                raw_message(ctx, "200 OK", "", "{\"result\":{\"CONTACT\":[9,\"7\",12,8,0]}}"));
    wire_answer(
        wire,
        raw_message(ctx, "200 OK", "",
                    "{\"result\":{\"items\":[{\"id\":12,\"name\":\"Б\",\"lastName\":\"В\","
                    "\"originatorId\":\"dikidi\",\"fm\":[{\"typeId\":\"PHONE\",\"value\":"
                    "\"8 916 123 45 67\"}]},{\"id\":9,\"fm\":[{\"typeId\":\"EMAIL\",\"value\":"
                    "\"+79161234567\"}]},{\"id\":7,\"fm\":[]},{\"id\":99,\"name\":\"чужой\"},"
                    "{\"id\":8,\"fm\":[{\"typeId\":\"PHONE\",\"value\":\"+79161234567\"}]}]}}"));
    zp__crm_find_contacts(wire->crm, ZP_PACE_SYNC, "+79161234567", heard_answer, heard);
    heard_good(wire->loop, heard);
    static const char *const order[] = {"8", "12", "7", "9"};
    assert_int_equal(heard->answer.contact_count, 4); // not the one that was not asked for
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(heard->answer.contacts[i].id, order[i]);
    assert_string_equal(heard->answer.contacts[1].name, "Б В");
    assert_true(heard->answer.contacts[1].ours);
    assert_int_equal(heard->answer.contacts[3].phone_count, 0);
    talloc_free(ctx);
}

// ---- lost, given up

static void lost_and_given_up(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM); // closes without an answer
    struct heard *heard = add(wire, ctx);
    assert_int_equal(heard->answer.outcome, UNKNOWN);
    assert_int_equal(heard->answer.error.code, ZP_E_UNKNOWN);
    assert_int_equal(wire->request_count, 1); // never sent again by itself
    assert_int_equal(find(wire, ctx)->answer.error.code, ZP_E_UNREACHABLE);
    heard = heard_new(ctx);
    heard->may_send = false;
    zp__crm_comment(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "1", "x", heard_sending, heard_answer,
                    heard);
    heard_wait(wire->loop, heard);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->answer.error.code, ZP_E_CANCELLED);
    assert_int_equal(wire->request_count, 2);
    heard = heard_new(ctx);
    uint64_t id = zp__crm_comment(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "1", "x", heard_sending,
                                  heard_answer, heard);
    zp__crm_cancel_call(wire->crm, id);
    zp__crm_cancel_call(wire->crm, id);
    heard_wait(wire->loop, heard);
    assert_int_equal(heard->answer.outcome, NOT_SENT);
    assert_int_equal(heard->asked_sending, 0);
    wire->hang = true;
    wire->request_count = 0;
    heard = heard_new(ctx);
    id = zp__crm_comment(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, "1", "x", heard_sending,
                         heard_answer, heard);
    for (int i = 0; i < 2000 && wire->request_count == 0; i++)
        zp_loop_run_until(wire->loop, &heard->done, 5);
    zp__crm_cancel_call(wire->crm, id);
    heard_wait(wire->loop, heard);
    assert_int_equal(heard->answer.outcome, UNKNOWN);
    assert_int_equal(heard->answer.error.code, ZP_E_UNKNOWN);
    talloc_free(ctx);
}

// The add is done; that it cannot be looked at does not undo it.
static void the_look_is_lost(void **state) {
    (void)state;
    static const char *const looks[] = {"502 Bad Gateway", "400 Bad Request", "200 OK"};
    for (int i = 0; i < 3; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_LEGACY);
        wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":\"75\"}"));
        wire_answer(wire,
                    raw_message(ctx, looks[i], "", i == 1 ? ERROR("\"\"", "Not found") : PAGE));
        struct heard *heard = add(wire, ctx);
        assert_int_equal(heard->answer.outcome, DONE);
        assert_true(heard->answer.ok);
        assert_string_equal(heard->answer.id, "75");
        assert_int_equal(heard->answer.entry_count, 0);
        assert_int_equal(heard->answer.missing, i == 1);
        talloc_free(ctx);
    }
}

static void free_client(const struct zp__crm_answer *answer, void *data) {
    struct wire *wire = data;
    assert_int_equal(answer->name_count, 1);
    TALLOC_FREE(wire->crm);
    assert_string_equal(answer->names[0], "crm"); // still there
    wire->hang = true;
}

static void the_client_is_freed_in_a_callback(void **state) {
    (void)state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct wire *wire = wire_new(ctx, ZP_CRM_METHODS_ITEM);
    struct heard *never = heard_new(ctx);
    wire_answer(wire, raw_message(ctx, "200 OK", "", "{\"result\":[\"crm\"]}"));
    zp__crm_scope(wire->crm, ZP_PACE_URGENT, free_client, wire);
    for (int i = 0; i < 5; i++)
        zp__crm_profile(wire->crm, ZP_PACE_BACKGROUND, heard_answer, never);
    assert_true(zp_loop_run_until(wire->loop, &wire->hang, LONG_MS));
    zp_loop_run_until(wire->loop, &never->done, 20);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),
        cmocka_unit_test(the_address_stays_secret),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(one_method_rests),
        cmocka_unit_test(the_family_is_found_once),
        cmocka_unit_test(a_family_by_an_error),
        cmocka_unit_test(the_family_cannot_be_found),
        cmocka_unit_test(what_was_kept),
        cmocka_unit_test(texts),
        cmocka_unit_test(a_filter_that_was_dropped),
        cmocka_unit_test(pages_end),
        cmocka_unit_test(best_contact_first),
        cmocka_unit_test(lost_and_given_up),
        cmocka_unit_test(the_look_is_lost),
        cmocka_unit_test(nonsense_is_not_nothing),
        cmocka_unit_test(the_client_is_freed_in_a_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
