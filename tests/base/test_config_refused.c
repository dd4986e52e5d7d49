// What a configuration must not say, and the sentence with which it is refused.
#include "config_place.h"

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
        {"console = { theme = \"dark\"; };",
         "“console.theme” must be one of auto|default|light|high-contrast|mono."},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unknown_keys_name_line_and_nearest, open_place,
                                        close_place),
        cmocka_unit_test_setup_teardown(wrong_values_say_what_is_right, open_place, close_place),
        cmocka_unit_test_setup_teardown(addresses_are_https_or_loopback, open_place, close_place),
        cmocka_unit_test_setup_teardown(templates, open_place, close_place),
        cmocka_unit_test_setup_teardown(exposed_secrets_are_refused, open_place, close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
