#include "config_place.h"

static void defaults(void **state) {
    const struct place *place = *state;
    write_secrets(place);
    struct zp_config *c = load(place, least);
    assert_string_equal(c->file, place->file);
    assert_string_equal(c->salon.name, "550001");
    assert_string_equal(c->salon.country, "RU");
    assert_string_equal(c->salon.currency, "RUB");
    assert_string_equal(c->salon.walk_in_phone, "");
    assert_string_equal(c->salon.walk_in_name, "Гость");
    assert_int_equal(c->salon.intent_minutes, 10);
    assert_string_equal(c->dikidi.base_url, "https://api.example");
    assert_string_equal(c->dikidi.ca_path, "");
    assert_string_equal(c->dikidi.auth_scheme, "Bearer");
    assert_int_equal(c->dikidi.requests_per_minute, 60);
    assert_int_equal(c->dikidi.timeout_seconds, 30);
    assert_int_equal(c->dikidi.idempotency, ZP_IDEMPOTENCY_ASSUMED);
    static const char base[] = "/api/v2/company/{company}/";
    const struct {
        struct zp_path_template got;
        const char *method, *rest;
    } paths[] = {
        {c->dikidi.paths.services, "GET", "services"},
        {c->dikidi.paths.masters, "GET", "masters"},
        {c->dikidi.paths.schedule, "GET", "schedule"},
        {c->dikidi.paths.create, "POST", "booking"},
        {c->dikidi.paths.booking, "GET", "booking/{booking}"},
        {c->dikidi.paths.cancel, "DELETE", "booking/{booking}"},
    };
    for (size_t i = 0; i < CHECK_COUNT(paths); i++) {
        assert_string_equal(paths[i].got.method, paths[i].method);
        assert_memory_equal(paths[i].got.path, base, strlen(base));
        assert_string_equal(paths[i].got.path + strlen(base), paths[i].rest);
    }
    assert_string_equal(c->dikidi.webhook.scheme, "timestamped-hex");
    assert_string_equal(c->bitrix24.ca_path, "");
    assert_int_equal(c->bitrix24.methods, ZP_CRM_METHODS_AUTO);
    assert_int_equal(c->bitrix24.entity, ZP_CRM_DEAL);
    assert_int_equal(c->bitrix24.funnel, 0);
    assert_string_equal(c->bitrix24.cancelled_stage, "");
    assert_string_equal(c->bitrix24.source_id, "DIKIDI");
    assert_string_equal(c->bitrix24.source_name, "Site booking (Dikidi)");
    assert_string_equal(c->bitrix24.booking_field, "UF_CRM_DIKIDI_ID");
    assert_string_equal(c->bitrix24.visit_field, "UF_CRM_VISIT_AT");
    assert_int_equal(c->bitrix24.poll_seconds, 60);
    assert_true(c->bitrix24.requests_per_second == 1.0);
    assert_int_equal(c->bitrix24.timeout_seconds, 70);
    assert_int_equal(c->bitrix24.recheck_seconds, 60);
    assert_int_equal(c->bitrix24.reverse_hold_seconds, 5);
    assert_int_equal(c->bitrix24.reverse_limit, 3);
    assert_string_equal(c->store.url, "sqlite:/var/lib/zapis/zapis.db");
    assert_string_equal(c->serve.listen, "127.0.0.1:8085");
    assert_string_equal(c->serve.public_url, "");
    assert_string_equal(c->console.language, "auto");
    assert_string_equal(c->console.theme, "auto");
    assert_true(c->console.mouse);
    assert_false(c->practice.on);
    assert_int_equal(c->clock.offset_ms, 0);
    assert_string_equal(c->secrets.dikidi_key, "dikidi-key");
    assert_string_equal(c->secrets.bitrix24_url, "https://portal.example/rest/1/s3cret/");
    assert_null(c->secrets.dikidi_webhook);
    assert_null(c->secrets.dikidi_webhook_previous);
    assert_null(c->secrets.bitrix24_event_token);
    assert_null(c->secrets.bitrix24_robot);
    assert_string_equal(zp_zone_name(c->zone), "Europe/Moscow");
    talloc_free(c);
}

static void every_key_is_read(void **state) {
    const struct place *place = *state;
    write_secrets(place);
    write_text(place, "hook", "h1\n");
    write_text(place, "empty", "\n");
    setenv("TEST_ZAPIS_TOKEN", "from-the-environment", 1);
    setenv("HOME", "/home/anna", 1);
    struct zp_config *c =
        load(place,
             "version = 1;\n"
             "salon: { name: \"Але\u0308на\"; company: 550001; timezone: \"Asia/Almaty\"; country: "
             "\"KZ\"; currency: \"KZT\";\n"
             "  walk_in: { phone: \"+77010000000\"; name: \"Қонақ\"; }; intent_minutes: 0; };\n"
             "dikidi: { base_url: \"http://127.0.0.1:8080/v2//\"; ca_path: \"/ca\"; key_file: "
             "\"key\"; auth_scheme: \"\";\n"
             "  requests_per_minute: 6000; timeout_seconds: 1; idempotency: \"no\"; paths: { "
             "cancel: \"DELETE "
             "https://x.example/booking/{booking}\";\n"
             "  services: \"GET http://localhost/{company}/s?v=1\"; };\n"
             "  webhook: { scheme: \"secret-path\"; secret_file: \"hook\"; previous_secret_file: "
             "\"empty\"; }; };\n"
             "bitrix24: { webhook_url_file: \"url\"; methods: \"legacy\"; entity: \"lead\"; "
             "funnel: 7; cancelled_stage: \"C7:LOSE\";\n"
             "  source: { id: \"S\"; name: \"N\"; }; booking_field: \"UF_A\"; visit_field: "
             "\"UF_B\"; event_token_env: \"TEST_ZAPIS_TOKEN\";\n"
             "  robot_secret_env: \"TEST_ZAPIS_UNSET\"; poll_seconds: 5; requests_per_second: 2; "
             "recheck_seconds: 1; timeout_seconds: 2;\n"
             "  reverse_hold_seconds: 0; reverse_limit: 0; ca_path: \"~/ca2\"; };\n"
             "store: { url: \"sqlite:~/salon/zapis.db\"; }; serve: { listen: \"[::1]:0\"; "
             "public_url: \"https://s.example/h\"; };\n"
             "console: { language: \"ru\"; theme: \"mono\"; mouse: false; };\n"
             "practice: { on: true; offset_ms: -86400000123L; };\n");
    assert_string_equal(c->salon.name, "Алёна");
    assert_string_equal(c->salon.company, "550001");
    assert_string_equal(c->salon.walk_in_phone, "+77010000000");
    assert_string_equal(c->salon.walk_in_name, "Қонақ");
    assert_int_equal(c->salon.intent_minutes, 0);
    assert_string_equal(c->dikidi.base_url, "http://127.0.0.1:8080/v2");
    assert_string_equal(c->dikidi.ca_path, "/ca");
    assert_string_equal(c->dikidi.auth_scheme, "");
    assert_int_equal(c->dikidi.requests_per_minute, 6000);
    assert_int_equal(c->dikidi.timeout_seconds, 1);
    assert_int_equal(c->dikidi.idempotency, ZP_IDEMPOTENCY_NO);
    assert_string_equal(c->dikidi.paths.cancel.path, "https://x.example/booking/{booking}");
    assert_string_equal(c->dikidi.paths.services.path, "http://localhost/{company}/s?v=1");
    assert_string_equal(c->dikidi.webhook.scheme, "secret-path");
    assert_string_equal(c->secrets.dikidi_webhook, "h1");
    assert_null(c->secrets.dikidi_webhook_previous);
    assert_string_equal(c->secrets.bitrix24_event_token, "from-the-environment");
    assert_null(c->secrets.bitrix24_robot);
    assert_int_equal(c->bitrix24.methods, ZP_CRM_METHODS_LEGACY);
    assert_int_equal(c->bitrix24.entity, ZP_CRM_LEAD);
    assert_int_equal(c->bitrix24.funnel, 7);
    assert_string_equal(c->bitrix24.cancelled_stage, "C7:LOSE");
    assert_string_equal(c->bitrix24.source_id, "S");
    assert_string_equal(c->bitrix24.source_name, "N");
    assert_string_equal(c->bitrix24.booking_field, "UF_A");
    assert_string_equal(c->bitrix24.visit_field, "UF_B");
    assert_string_equal(c->bitrix24.ca_path, "/home/anna/ca2");
    assert_int_equal(c->bitrix24.poll_seconds, 5);
    assert_true(c->bitrix24.requests_per_second == 2.0);
    assert_int_equal(c->bitrix24.timeout_seconds, 2);
    assert_int_equal(c->bitrix24.recheck_seconds, 1);
    assert_int_equal(c->bitrix24.reverse_hold_seconds, 0);
    assert_int_equal(c->bitrix24.reverse_limit, 0);
    assert_string_equal(c->store.url, "sqlite:/home/anna/salon/zapis.db");
    assert_string_equal(c->serve.listen, "[::1]:0");
    assert_string_equal(c->serve.public_url, "https://s.example/h");
    assert_string_equal(c->console.language, "ru");
    assert_string_equal(c->console.theme, "mono");
    assert_false(c->console.mouse);
    assert_true(c->practice.on);
    assert_true(c->clock.offset_ms == -86400000123);
    talloc_free(c);
}

static void the_widget_needs_the_company_alone(void **state) {
    const struct place *place = *state;
    write_text(place, "zapis.conf",
               "salon = { company = \"550001\"; };\n"
               "dikidi = { key_file = \"not-readable-for-me\"; };");
    struct zp_error err = {0};
    struct zp_config *c = zp_config_load(NULL, place->file, ZP_CONFIG_NEED_COMPANY, &err);
    assert_non_null(c);
    assert_string_equal(c->salon.company, "550001");
    assert_null(c->zone);
    assert_null(c->secrets.dikidi_key);
    assert_string_equal(c->dikidi.paths.services.method, "GET");
    talloc_free(c);
    refused(place, "", ZP_CONFIG_NEED_COMPANY, "“salon.company” is missing");
}

static void is_found_in_order(void **state) {
    const struct place *place = *state;
    char home[200], path[300];
    snprintf(home, sizeof home, "%s/nothing", place->directory);
    setenv("HOME", home, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("ZAPIS_CONFIG");
    struct zp_error err = {0};
    if (access("/etc/zapis/zapis.conf", F_OK) != 0) {
        assert_null(zp_config_find(NULL, NULL, &err));
        assert_int_equal(err.code, ZP_E_CONFIG);
        assert_non_null(strstr(err.message, "zapis practice"));
        assert_non_null(strstr(err.message, "/nothing/.config/zapis/zapis.conf"));
        assert_non_null(strstr(err.message, "/etc/zapis/zapis.conf"));
    }
    write_text(place, "zapis.conf", least);
    char *found = zp_config_find(NULL, place->file, &err);
    assert_string_equal(found, place->file);
    talloc_free(found);
    setenv("ZAPIS_CONFIG", place->file, 1);
    found = zp_config_find(NULL, NULL, &err);
    assert_string_equal(found, place->file);
    talloc_free(found);
    // Named and missing is an error, never another file.
    snprintf(path, sizeof path, "%s/other.conf", place->directory);
    assert_null(zp_config_find(NULL, path, &err));
    assert_non_null(strstr(err.message, "--config"));
    setenv("ZAPIS_CONFIG", path, 1);
    assert_null(zp_config_find(NULL, NULL, &err));
    assert_non_null(strstr(err.message, "ZAPIS_CONFIG"));
    unsetenv("ZAPIS_CONFIG");
    char own[250];
    snprintf(own, sizeof own, "%s/zapis", place->directory);
    assert_int_equal(mkdir(own, 0700), 0);
    setenv("XDG_CONFIG_HOME", place->directory, 1);
    write_text(place, "zapis/zapis.conf", least);
    found = zp_config_find(NULL, NULL, &err);
    snprintf(path, sizeof path, "%s/zapis.conf", own);
    assert_string_equal(found, path);
    talloc_free(found);
    unlink(path);
    rmdir(own);
}

static char *read_whole(TALLOC_CTX *ctx, const char *path) {
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    char *text = talloc_zero_size(ctx, 65536);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

// True if `key` of `group` is set in the text of the example.
static bool sets(const char *text, const char *group, const char *key) {
    char setting[80];
    const char *from = text;
    if (group[0] != '\0') {
        snprintf(setting, sizeof setting, "%s = {", group);
        from = strstr(text, setting);
    }
    snprintf(setting, sizeof setting, "%s%s = ", group[0] == '\0' ? "\n" : " ", key);
    const char *at = from == NULL ? NULL : strstr(from, setting);
    const char *end = group[0] == '\0' || from == NULL ? NULL : strstr(from, "};");
    // A group that holds groups ends at its own "};" in the first column.
    if (from != NULL && (from == text || from[-1] == '\n')) {
        end = strstr(from, "\n};");
    }
    return at != NULL && (end == NULL || at < end);
}

// The example parses, says the defaults, and sets every key but those of the practice salon.
static void the_example_is_whole(void **state) {
    const struct place *place = *state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    write_secrets(place);
    char *text = read_whole(ctx, ZAPIS_SOURCE_DIR "/etc/zapis.conf.example");
    static const char *const secrets[][2] = {{"/etc/zapis/dikidi.key", "key"},
                                             {"/etc/zapis/bitrix24.url", "url"}};
    for (size_t i = 0; i < CHECK_COUNT(secrets); i++) {
        char *at = strstr(text, secrets[i][0]);
        assert_non_null(at);
        size_t from = strlen(secrets[i][0]), to = strlen(secrets[i][1]);
        memcpy(at, secrets[i][1], to);
        memmove(at + to, at + from, strlen(at + from) + 1);
    }
    struct zp_config *example = load(place, text), *plain = load(place, least);
    // What the example does not have to set is what is set without it.
    assert_string_equal(example->salon.country, plain->salon.country);
    assert_string_equal(example->salon.walk_in_name, plain->salon.walk_in_name);
    assert_int_equal(example->salon.intent_minutes, plain->salon.intent_minutes);
    assert_string_equal(example->dikidi.paths.cancel.path, plain->dikidi.paths.cancel.path);
    assert_string_equal(example->dikidi.webhook.scheme, plain->dikidi.webhook.scheme);
    assert_string_equal(example->bitrix24.source_name, plain->bitrix24.source_name);
    assert_int_equal(example->bitrix24.reverse_limit, plain->bitrix24.reverse_limit);
    assert_string_equal(example->store.url, plain->store.url);
    assert_string_equal(example->serve.listen, plain->serve.listen);
    static const char *const keys[][2] = {{"", "version"},
                                          {"salon", "name"},
                                          {"salon", "company"},
                                          {"salon", "timezone"},
                                          {"salon", "country"},
                                          {"salon", "currency"},
                                          {"walk_in", "phone"},
                                          {"walk_in", "name"},
                                          {"salon", "intent_minutes"},
                                          {"dikidi", "base_url"},
                                          {"dikidi", "ca_path"},
                                          {"dikidi", "key_file"},
                                          {"dikidi", "auth_scheme"},
                                          {"dikidi", "requests_per_minute"},
                                          {"dikidi", "timeout_seconds"},
                                          {"dikidi", "idempotency"},
                                          {"paths", "services"},
                                          {"paths", "masters"},
                                          {"paths", "schedule"},
                                          {"paths", "create"},
                                          {"paths", "booking"},
                                          {"paths", "cancel"},
                                          {"webhook", "scheme"},
                                          {"webhook", "secret_file"},
                                          {"webhook", "previous_secret_file"},
                                          {"bitrix24", "webhook_url_file"},
                                          {"bitrix24", "ca_path"},
                                          {"bitrix24", "methods"},
                                          {"bitrix24", "entity"},
                                          {"bitrix24", "funnel"},
                                          {"bitrix24", "cancelled_stage"},
                                          {"source", "id"},
                                          {"source", "name"},
                                          {"bitrix24", "booking_field"},
                                          {"bitrix24", "visit_field"},
                                          {"bitrix24", "event_token_file"},
                                          {"bitrix24", "robot_secret_file"},
                                          {"bitrix24", "poll_seconds"},
                                          {"bitrix24", "requests_per_second"},
                                          {"bitrix24", "timeout_seconds"},
                                          {"bitrix24", "recheck_seconds"},
                                          {"bitrix24", "reverse_hold_seconds"},
                                          {"bitrix24", "reverse_limit"},
                                          {"store", "url"},
                                          {"serve", "listen"},
                                          {"serve", "public_url"},
                                          {"console", "language"},
                                          {"console", "theme"},
                                          {"console", "mouse"}};
    for (size_t i = 0; i < CHECK_COUNT(keys); i++) {
        if (!sets(text, keys[i][0], keys[i][1])) {
            fail_msg("the example lacks %s.%s", keys[i][0], keys[i][1]);
        }
    }
    assert_false(sets(text, "serve", "theme"));
    assert_false(sets(text, "walk_in", "company"));
    talloc_free(example);
    talloc_free(plain);
    talloc_free(ctx);
}

// Whatever the file holds: an answer, no crash and no leak.
static void survives_garbage(void **state) {
    const struct place *place = *state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    write_secrets(place);
    const char *text = read_whole(ctx, ZAPIS_SOURCE_DIR "/etc/zapis.conf.example");
    size_t whole = strlen(text);
    static const char bits[] = "{}()[];=:,\"\\@#/*0x9.e-L\n \xff\x00\x1b";
    uint64_t random = 31;
    int accepted = 0;
    for (int round = 0; round < 1500; round++) {
        char *bytes = talloc_memdup(ctx, text, whole);
        size_t size = round % 4 ? whole : check_below(&random, whole);
        for (size_t edits = check_below(&random, 4); edits > 0 && size > 0; edits--) {
            bytes[check_below(&random, size)] = bits[check_below(&random, sizeof bits)];
        }
        write_file(place, "zapis.conf", bytes, size, 0600);
        struct zp_error err = {0};
        enum zp_config_need need = round % 2 ? ZP_CONFIG_NEED_ALL : ZP_CONFIG_NEED_COMPANY;
        struct zp_config *config = zp_config_load(ctx, place->file, need, &err);
        if (config == NULL) {
            assert_int_equal(err.code, ZP_E_CONFIG);
            assert_non_null(strstr(err.message, place->file));
        }
        accepted += config != NULL;
        talloc_free(config);
        talloc_free(bytes);
    }
    assert_in_range(accepted, 1, 1499);
    char *large = talloc_zero_size(ctx, 300000);
    memset(large, '#', 300000);
    write_file(place, "zapis.conf", large, 300000, 0600);
    struct zp_error err = {0};
    assert_null(zp_config_load(ctx, place->file, ZP_CONFIG_NEED_ALL, &err));
    assert_null(zp_config_load(ctx, place->directory, ZP_CONFIG_NEED_ALL, &err));
    assert_null(zp_config_load(ctx, "/nothing/there", ZP_CONFIG_NEED_ALL, &err));
    assert_int_equal(err.code, ZP_E_CONFIG);
    assert_int_equal(talloc_total_blocks(ctx), 3);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults, open_place, close_place),
        cmocka_unit_test_setup_teardown(every_key_is_read, open_place, close_place),
        cmocka_unit_test_setup_teardown(the_widget_needs_the_company_alone, open_place,
                                        close_place),
        cmocka_unit_test_setup_teardown(is_found_in_order, open_place, close_place),
        cmocka_unit_test_setup_teardown(the_example_is_whole, open_place, close_place),
        cmocka_unit_test_setup_teardown(survives_garbage, open_place, close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
