#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>
#include <zapis/config.h>

struct place {
    char directory[64];
    char file[96];
};

// A directory with a configuration and two secrets in it.
static int open_place(void **state) {
    struct place *place = talloc_zero(NULL, struct place);
    snprintf(place->directory, sizeof place->directory, "/tmp/zapis-config-XXXXXX");
    if (mkdtemp(place->directory) == NULL) {
        return -1;
    }
    snprintf(place->file, sizeof place->file, "%s/zapis.conf", place->directory);
    *state = place;
    return 0;
}

static void write_file(const struct place *place, const char *name, const char *bytes, size_t size,
                       mode_t mode) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", place->directory, name);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void write_text(const struct place *place, const char *name, const char *text) {
    write_file(place, name, text, strlen(text), 0600);
}

static int close_place(void **state) {
    struct place *place = *state;
    DIR *directory = opendir(place->directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        unlinkat(dirfd(directory), entry->d_name, 0);
    }
    closedir(directory);
    int result = rmdir(place->directory);
    talloc_free(place);
    return result;
}

static const char least[] =
    "salon = { company = \"550001\"; timezone = \"Europe/Moscow\"; };\n"
    "dikidi = { base_url = \"https://api.example/\"; key_file = \"key\"; };\n"
    "bitrix24 = { webhook_url_file = \"url\"; };\n";

static void write_secrets(const struct place *place) {
    write_text(place, "key", "dikidi-key\n");
    write_text(place, "url", "https://portal.example/rest/1/s3cret\r\n");
}

static struct zp_config *load(const struct place *place, const char *text) {
    struct zp_error err = {0};
    write_text(place, "zapis.conf", text);
    struct zp_config *config = zp_config_load(NULL, place->file, ZP_CONFIG_NEED_ALL, &err);
    if (config == NULL) {
        fail_msg("%s", err.message);
    }
    return config;
}

// Loading must fail with a message that has `part` in it and names the file.
static void refused(const struct place *place, const char *text, enum zp_config_need need,
                    const char *part) {
    struct zp_error err = {0};
    write_text(place, "zapis.conf", text);
    struct zp_config *config = zp_config_load(NULL, place->file, need, &err);
    if (config != NULL || err.code != ZP_E_CONFIG || strstr(err.message, part) == NULL) {
        fail_msg("%s\n→ %s", text, config == NULL ? err.message : "accepted");
    }
    assert_non_null(strstr(err.message, place->file));
    assert_null(strstr(err.message, "s3cret"));
    assert_null(strstr(err.message, "dikidi-key"));
}

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
             "  requests_per_minute: 6000; idempotency: \"no\"; paths: { cancel: \"DELETE "
             "https://x.example/booking/{booking}\";\n"
             "  services: \"GET http://localhost/{company}/s?v=1\"; };\n"
             "  webhook: { scheme: \"secret-path\"; secret_file: \"hook\"; previous_secret_file: "
             "\"empty\"; }; };\n"
             "bitrix24: { webhook_url_file: \"url\"; methods: \"legacy\"; entity: \"lead\"; "
             "funnel: 7; cancelled_stage: \"C7:LOSE\";\n"
             "  source: { id: \"S\"; name: \"N\"; }; booking_field: \"UF_A\"; visit_field: "
             "\"UF_B\"; event_token_env: \"TEST_ZAPIS_TOKEN\";\n"
             "  robot_secret_env: \"TEST_ZAPIS_UNSET\"; poll_seconds: 5; requests_per_second: 2; "
             "recheck_seconds: 1;\n"
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

// `least` with one more line.
static void refused_line(const struct place *place, const char *line, const char *part) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s\n", least, line);
    refused(place, text, ZP_CONFIG_NEED_ALL, part);
}

static void unknown_keys_name_line_and_nearest(void **state) {
    const struct place *place = *state;
    write_secrets(place);
    static const char *const table[][2] = {
        {"consol = { };", ":4: there is no key “consol”; did you mean “console”?"},
        {"console = {\n theem = \"x\"; };",
         ":5: there is no key “console.theem”; did you mean “console.theme”?"},
        {"serve = { port = 8085; };", ":4: there is no key “serve.port”"},
        {"store = { ulr = \"x\"; };", "“store.url”?"},
        {"practice = { of = true; };", "“practice.on”?"},
        {"salon_name = \"x\";", "“salon.name”?"},
        {"console = \"x\";", "there is no key “console”"},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        refused_line(place, table[i][0], table[i][1]);
    }
    refused(place, "salon = { compny = \"1\"; };", ZP_CONFIG_NEED_COMPANY,
            ":1: there is no key “salon.compny”; did you mean “salon.company”?");
    // A secret in the file itself is no key: the name of its file is.
    refused(place, "dikidi = { key = \"s3cret\"; };", ZP_CONFIG_NEED_ALL, "“dikidi.key_file”?");
}

static void wrong_values_say_what_is_right(void **state) {
    const struct place *place = *state;
    write_secrets(place);
    static const char *const table[][2] = {
        {"version = 2;", "version 1"},
        {"version = \"1\";", "version 1"},
        {"console = { mouse = 1; };", ":4: “console.mouse” must be true or false."},
        {"console = { language = \"de\"; };", "“console.language” must be one of auto|ru|en."},
        {"console = { theme = true; };", "“console.theme” must be a text in quotes."},
        {"console = { theme = \"a\\x1bb\"; };", "without control characters"},
        {"serve = { listen = \"8085\"; };", "127.0.0.1:8085"},
        {"serve = { listen = \"127.0.0.1:\"; };", "127.0.0.1:8085"},
        {"serve = { listen = \"127.0.0.1:65536\"; };", "127.0.0.1:8085"},
        {"serve = { listen = \"127.0.0.1:80x\"; };", "127.0.0.1:8085"},
        {"serve = { listen = \"[::1:80\"; };", "127.0.0.1:8085"},
        {"store = { url = \"zapis.db\"; };", "sqlite:/"},
        {"store = { url = \"sqlite:zapis.db\"; };", "sqlite:/"},
        {"store = { url = \"postgresql://anna:s3cret@db/zapis\"; };", "~/.pgpass"},
        {"store = { url = \"postgresql://db/zapis?password=s3cret\"; };", "~/.pgpass"},
        {"practice = { offset_ms = 1.5; };", "a whole number"},
        {"practice = { offset_ms = 9223372036854775807L; };", "from -"},
        {"salon : { };", "duplicate"},
        {"console = { theme = \"a\"; theme = \"b\"; };", "duplicate"},
        {"console = {", ":5:"},
        {"console = { theme = \"a;\n };",
         ":4: the configuration cannot be read: the closing quote"},
        {"\n/* console", ":5: the configuration cannot be read: the comment"},
        {"console = { \"theme\" = 1; };", ":4: the configuration cannot be read: a text"},
        {"x = ((((((((((((((((((1))))))))))))))))));", "nested too deeply"},
        {"@include \"nothing-there.conf\"", "cannot be read"},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        refused_line(place, table[i][0], table[i][1]);
    }
    static const char *const salon[][2] = {
        {"company = \"\"", "“salon.company” is missing"},
        {"company = \"55/01\"", "“salon.company” must be a number"},
        {"company = [1]", "“salon.company” must be a text"},
        {"company = \"1\"", "“salon.timezone” is missing"},
        {"company = \"1\"; timezone = \"Europe/Moskau\"",
         ":1: There is no time zone “Europe/Moskau”"},
        {"company = \"1\"; timezone = \"UTC\"; country = \"Russia\"", "two letters"},
        {"company = \"1\"; timezone = \"UTC\"; currency = \"rub\"", "three letters"},
        {"company = \"1\"; timezone = \"UTC\"; intent_minutes = -1", "from 0 to 1440"},
        {"company = \"1\"; timezone = \"UTC\"; intent_minutes = 1441", "from 0 to 1440"},
        {"company = \"1\"; timezone = \"UTC\"; intent_minutes = 1.5", "a whole number"},
        {"company = \"1\"; timezone = \"UTC\"", "“dikidi.base_url” is missing"},
    };
    for (size_t i = 0; i < CHECK_COUNT(salon); i++) {
        char text[300];
        snprintf(text, sizeof text, "salon = { %s; };", salon[i][0]);
        refused(place, text, ZP_CONFIG_NEED_ALL, salon[i][1]);
    }
}

static void addresses_are_https_or_loopback(void **state) {
    const struct place *place = *state;
    write_secrets(place);
    static const struct {
        const char *url;
        bool fine;
    } table[] = {
        {"https://api.example", true},
        {"https://api.example:8443/x", true},
        {"http://127.0.0.1:8080", true},
        {"http://127.9.9.9", true},
        {"http://localhost", true},
        {"http://LOCALHOST:1", true},
        {"http://[::1]:8080/x", true},
        {"http://api.example", false},
        {"http://127.0.0.1.evil.example", false},
        {"http://127.0.0.1@evil.example", false},
        {"http://localhost@evil.example", false},
        {"http://localhost.evil.example", false},
        {"http://10.0.0.1", false},
        {"http://128.0.0.1", false},
        {"http://127.1", false},
        {"http://[::2]", false},
        {"http://[::1", false},
        {"http://0x7f000001", false},
        {"https://anna:pw@api.example", false},
        {"https://", false},
        {"https:///x", false},
        {"https://:80", false},
        {"https://a:b", false},
        {"https://a:123456", false},
        {"ftp://api.example", false},
        {"api.example", false},
        {"https://api.example/a b", false},
        {"https://api.example\\\\@x", false},
        {"https://api.example/?x=1", false},
        {"https://api.example/#x", false},
        {"HTTPS://api.example", false},
        {"https://апи.example", false},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "salon = { company = \"1\"; timezone = \"UTC\"; };\nbitrix24 = { webhook_url_file "
                 "= \"url\"; };\n"
                 "dikidi = { key_file = \"key\"; base_url = \"%s\"; };",
                 table[i].url);
        if (table[i].fine) {
            talloc_free(load(place, text));
        } else {
            refused(place, text, ZP_CONFIG_NEED_ALL, ":3: “dikidi.base_url”");
        }
    }
    write_text(place, "url", "http://portal.example/rest/1/s3cret/");
    refused(place, least, ZP_CONFIG_NEED_ALL, "“bitrix24.webhook_url”");
    write_text(place, "url", "https://portal.example/rest/1/s3cret/?x");
    refused(place, least, ZP_CONFIG_NEED_ALL, "“bitrix24.webhook_url”");
}

static void templates(void **state) {
    const struct place *place = *state;
    write_secrets(place);
    static const struct {
        const char *name, *text;
        bool fine;
    } table[] = {
        {"cancel", "DELETE /booking/{booking}", true},
        {"cancel", "POST   /b/{company}/{booking}/{company}", true},
        {"cancel", "DELETE http://127.0.0.1:80/{booking}", true},
        {"cancel", "DELETE /booking", false},
        {"cancel", "DELETE http://api.example/{booking}", false},
        {"cancel", "DELETE booking/{booking}", false},
        {"cancel", "delete /booking/{booking}", false},
        {"cancel", "/booking/{booking}", false},
        {"cancel", "DELETE /{booking", false},
        {"cancel", "DELETE /booking}/{booking}", false},
        {"cancel", "DELETE /{Booking}/{booking}", false},
        {"services", "GET /s/{booking}", false},
        {"services", "GET /s", true},
        {"services", "GET", false},
        {"services", "GET ", false},
        {"services", "", false},
        {"services", "GET /s s", false},
        {"services", "GET /s HTTP/1.1\\r\\nX: y", false},
        {"services", "FETCH /s", false},
    };
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        char text[512];
        snprintf(
            text, sizeof text,
            "salon = { company = \"1\"; timezone = \"UTC\"; };\nbitrix24 = { webhook_url_file = "
            "\"url\"; };\n"
            "dikidi = { key_file = \"key\"; base_url = \"https://x\"; paths = { %s = \"%s\"; }; };",
            table[i].name, table[i].text);
        if (table[i].fine) {
            talloc_free(load(place, text));
        } else {
            char part[64];
            snprintf(part, sizeof part, ":3: “dikidi.paths.%s”", table[i].name);
            refused(place, text, ZP_CONFIG_NEED_ALL, part);
        }
    }
}

static void exposed_secrets_are_refused(void **state) {
    const struct place *place = *state;
    static const struct {
        mode_t mode;
        bool fine;
    } table[] = {{0600, true},  {0400, true},  {0640, true},  {0644, false}, {0604, false},
                 {0601, false}, {0602, false}, {0660, false}, {0620, false}, {0666, false}};
    write_secrets(place);
    for (size_t i = 0; i < CHECK_COUNT(table); i++) {
        write_file(place, "key", "dikidi-key", 10, table[i].mode);
        if (table[i].fine) {
            talloc_free(load(place, least));
        } else {
            refused(place, least, ZP_CONFIG_NEED_ALL, "chmod 600");
        }
    }
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
    } bad[] = {{"a\nb", 3, "inside"},
               {"a b", 3, "inside"},
               {"к", 2, "inside"},
               {"a\0b", 3, "NUL"},
               {"", 0, "“dikidi.key_file” is missing or empty"},
               {"\n\n", 2, "missing or empty"}};
    for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
        write_file(place, "key", bad[i].bytes, bad[i].size, 0600);
        refused(place, least, ZP_CONFIG_NEED_ALL, bad[i].part);
    }
    char large[5000];
    memset(large, 'k', sizeof large);
    write_file(place, "key", large, 4097, 0600);
    refused(place, least, ZP_CONFIG_NEED_ALL, "too large");
    write_file(place, "key", large, 4096, 0600);
    talloc_free(load(place, least));
    char path[200];
    snprintf(path, sizeof path, "%s/key", place->directory);
    unlink(path);
    refused(place, least, ZP_CONFIG_NEED_ALL, "No such file");
    assert_int_equal(mkfifo(path, 0600), 0);
    refused(place, least, ZP_CONFIG_NEED_ALL, "no file");
    unlink(path);
    write_secrets(place);
    refused_line(place, "serve = { };\nbitrix24_x = 1;", "bitrix24_x");
    refused(place,
            "salon = { company = \"1\"; timezone = \"UTC\"; };\n"
            "dikidi = { base_url = \"https://x\"; key_file = \"key\"; key_env = \"KEY\"; };",
            ZP_CONFIG_NEED_ALL, "not both");
    refused(place,
            "salon = { company = \"1\"; timezone = \"UTC\"; };\n"
            "dikidi = { base_url = \"https://x\"; key_env = \"TEST_ZAPIS_UNSET\"; };",
            ZP_CONFIG_NEED_ALL, "“dikidi.key_file” is missing or empty");
    refused(place,
            "salon = { company = \"1\"; timezone = \"UTC\"; };\n"
            "dikidi = { base_url = \"https://x\"; key_file = 5; };",
            ZP_CONFIG_NEED_ALL, "a text in quotes");
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
        cmocka_unit_test_setup_teardown(unknown_keys_name_line_and_nearest, open_place,
                                        close_place),
        cmocka_unit_test_setup_teardown(wrong_values_say_what_is_right, open_place, close_place),
        cmocka_unit_test_setup_teardown(addresses_are_https_or_loopback, open_place, close_place),
        cmocka_unit_test_setup_teardown(templates, open_place, close_place),
        cmocka_unit_test_setup_teardown(exposed_secrets_are_refused, open_place, close_place),
        cmocka_unit_test_setup_teardown(the_widget_needs_the_company_alone, open_place,
                                        close_place),
        cmocka_unit_test_setup_teardown(is_found_in_order, open_place, close_place),
        cmocka_unit_test_setup_teardown(the_example_is_whole, open_place, close_place),
        cmocka_unit_test_setup_teardown(survives_garbage, open_place, close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
