// The parser of the command line: what is understood, and the one sentence when it is not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"
#include <zapis/i18n.h>

#define WORDS 24

struct parsed {
    TALLOC_CTX *ctx;
    struct cli_call call;
    struct zp_error error;
    bool ok;
};

// Parses "zapis" and the words, ended by NULL.
static struct parsed parse(const char *const *words) {
    const char *argv[WORDS + 1] = {"zapis"};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = words[argc - 1];
    struct parsed p = {.ctx = talloc_new(NULL)};
    p.ok = cli_parse(p.ctx, argc, argv, &p.call, &p.error);
    return p;
}
#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const struct parsed *p, const char *part) {
    assert_false(p->ok);
    assert_int_equal(p->error.code, ZP_E_USAGE);
    assert_int_equal(zp_error_exit_status(p->error.code), 2);
    if (!strstr(p->error.message, part))
        fail_msg("“%s” does not say “%s”", p->error.message, part);
}

static void test_no_command_is_the_console(void **state) {
    (void)state;
    struct parsed p = parse((const char *const[]){NULL});
    assert_true(p.ok);
    assert_null(p.call.command);
    talloc_free(p.ctx);
    p = PARSE("--config", "/x/zapis.conf");
    assert_true(p.ok);
    assert_null(p.call.command);
    assert_string_equal(p.call.config, "/x/zapis.conf");
    talloc_free(p.ctx);
}

static void test_options_stand_anywhere(void **state) {
    (void)state;
    struct parsed p = PARSE("--json", "cancel", "--reason=client asked", "7001", "--wait", "10",
                            "--config", "c", "--quiet", "--verbose");
    assert_true(p.ok);
    assert_string_equal(p.call.command->name, "cancel");
    assert_true(p.call.json && p.call.quiet && p.call.verbose);
    assert_string_equal(p.call.config, "c");
    assert_int_equal(p.call.operand_count, 1);
    assert_string_equal(p.call.operands[0], "7001");
    assert_null(p.call.operands[1]);
    assert_string_equal(cli_value(&p.call, "reason"), "client asked");
    int64_t seconds = 0;
    assert_true(cli_number(&p.call, "wait", 1, 3600, 0, &seconds, &p.error));
    assert_int_equal(seconds, 10);
    talloc_free(p.ctx);
}

static void test_many_services_keep_their_order(void **state) {
    (void)state;
    struct parsed p =
        PARSE("book", "--service", "12", "--at", "2026-11-23 15:00", "--service=3", "--walk-in");
    assert_true(p.ok);
    size_t count;
    const char *const *ids = cli_values(p.ctx, &p.call, "service", &count);
    assert_int_equal(count, 2);
    assert_string_equal(ids[0], "12");
    assert_string_equal(ids[1], "3");
    assert_null(ids[2]);
    assert_true(cli_flag(&p.call, "walk-in"));
    assert_false(cli_flag(&p.call, "comment"));
    assert_null(cli_value(&p.call, "comment"));
    talloc_free(p.ctx);
}

static void test_after_two_dashes_all_are_operands(void **state) {
    (void)state;
    struct parsed p = PARSE("show", "--", "--json");
    assert_true(p.ok);
    assert_false(p.call.json);
    assert_string_equal(p.call.operands[0], "--json");
    talloc_free(p.ctx);
}

static void test_control_takes_the_rest_as_it_stands(void **state) {
    (void)state;
    struct parsed p =
        PARSE("practice", "--control", "/run/p", "bookings", "--date", "today", "--json");
    assert_true(p.ok);
    assert_string_equal(cli_value(&p.call, "control"), "/run/p");
    assert_int_equal(p.call.operand_count, 4);
    assert_string_equal(p.call.operands[1], "--date");
    assert_string_equal(p.call.operands[3], "--json");
    talloc_free(p.ctx);
}

static void test_unknown_names_lead_to_the_nearest(void **state) {
    (void)state;
    struct parsed p = PARSE("shwo", "1");
    assert_says(&p, "zapis show");
    talloc_free(p.ctx);
    p = PARSE("book", "--servise", "1");
    assert_says(&p, "--service");
    talloc_free(p.ctx);
    p = PARSE("day", "--jsno");
    assert_says(&p, "--json");
    talloc_free(p.ctx);
    p = PARSE("gibberish");
    assert_says(&p, "zapis --help");
    talloc_free(p.ctx);
    p = PARSE("day", "--gibberish");
    assert_says(&p, "zapis day --help");
    talloc_free(p.ctx);
    p = PARSE("-h");
    assert_says(&p, "--help");
    talloc_free(p.ctx);
}

// Commands that are not built yet are not there at all.
static void test_later_commands_are_unknown(void **state) {
    (void)state;
    static const char *const later[] = {"report", "export"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        struct parsed p = PARSE(later[i]);
        assert_says(&p, later[i]);
        talloc_free(p.ctx);
    }
    struct parsed p = PARSE("day", "--xlsx", "file");
    assert_says(&p, "--xlsx");
    talloc_free(p.ctx);
}

static void test_what_is_missing_or_too_much_is_named(void **state) {
    (void)state;
    struct parsed p = PARSE("book", "--service", "1", "--walk-in");
    assert_says(&p, "--at TIME");
    talloc_free(p.ctx);
    p = PARSE("slots", "--date", "today");
    assert_says(&p, "--service ID");
    talloc_free(p.ctx);
    p = PARSE("cancel", "--reason", "x");
    assert_says(&p, "Which booking?");
    assert_says(&p, "zapis cancel NUMBER --reason WHY");
    talloc_free(p.ctx);
    p = PARSE("cancel");
    assert_says(&p, "zapis cancel NUMBER --reason WHY");
    talloc_free(p.ctx);
    p = PARSE("show");
    assert_says(&p, "zapis show NUMBER");
    talloc_free(p.ctx);
    p = PARSE("adopt");
    assert_says(&p, "zapis adopt NUMBER");
    talloc_free(p.ctx);
    p = PARSE("day", "27", "november", "2026", "tomorrow");
    assert_says(&p, "tomorrow");
    talloc_free(p.ctx);
    p = PARSE("slots", "--service", "--date", "today");
    assert_says(&p, "--service ID");
    talloc_free(p.ctx);
    p = PARSE("book", "--at");
    assert_says(&p, "--at TIME");
    talloc_free(p.ctx);
    p = PARSE("cancel", "1", "--reason", "a", "--reason", "b");
    assert_says(&p, "twice");
    talloc_free(p.ctx);
    p = PARSE("--config", "a", "day", "--config", "b");
    assert_says(&p, "twice");
    talloc_free(p.ctx);
    p = PARSE("day", "--all=yes");
    assert_says(&p, "--all");
    talloc_free(p.ctx);
    p = PARSE("--json");
    assert_says(&p, "--json");
    talloc_free(p.ctx);
}

static void test_numbers_have_bounds(void **state) {
    (void)state;
    static const char *const wrong[] = {"0", "63", "-1",  "2x",
                                        "",  " 2", "1.5", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *option = talloc_asprintf(NULL, "--days=%s", wrong[i]);
        struct parsed p = PARSE("masters", option);
        int64_t days;
        assert_true(p.ok);
        if (cli_number(&p.call, "days", 1, 62, 1, &days, &p.error))
            fail_msg("--days=%s was taken as %lld", wrong[i], (long long)days);
        assert_int_equal(p.error.code, ZP_E_USAGE);
        talloc_free(p.ctx);
        talloc_free(option);
    }
    struct parsed p = PARSE("masters", "--days", "62");
    int64_t days = 0;
    assert_true(cli_number(&p.call, "days", 1, 62, 1, &days, &p.error));
    assert_int_equal(days, 62);
    talloc_free(p.ctx);
}

// A wrong argument is repeated in the message: it must not carry escape sequences to a terminal.
static void test_messages_repeat_nothing_raw(void **state) {
    (void)state;
    struct parsed p = PARSE("\033]0;title\007day");
    assert_false(p.ok);
    assert_null(strchr(p.error.message, '\033'));
    assert_null(strchr(p.error.message, '\007'));
    talloc_free(p.ctx);
    p = PARSE("day", "--\033[2Jx");
    assert_false(p.ok);
    assert_null(strchr(p.error.message, '\033'));
    talloc_free(p.ctx);
}

static void test_json_is_known_even_when_the_rest_is_wrong(void **state) {
    (void)state;
    struct parsed p = PARSE("shwo", "1", "--json");
    assert_false(p.ok);
    assert_true(p.call.json);
    talloc_free(p.ctx);
    p = PARSE("shwo", "--", "--json");
    assert_false(p.call.json);
    talloc_free(p.ctx);
}

static void test_help_and_version_ask_for_nothing_else(void **state) {
    (void)state;
    struct parsed p = PARSE("book", "--help");
    assert_true(p.ok);
    assert_true(p.call.help);
    assert_string_equal(p.call.command->name, "book");
    talloc_free(p.ctx);
    p = PARSE("--version");
    assert_true(p.ok);
    assert_true(p.call.version);
    talloc_free(p.ctx);
}

// Every command that needs an operand says so in a sentence of its own.
static void test_missing_operands_have_a_sentence(void **state) {
    (void)state;
    for (const struct cli_command *c = cli_commands(); c->name; c++) {
        if (c->operands_min == 0)
            continue;
        struct parsed p = PARSE(c->name);
        assert_non_null(c->missing);
        assert_says(&p, c->missing);
        talloc_free(p.ctx);
    }
}

// Runs the whole program with what it prints kept; returns the exit status.
static int run(const char *const *argv, int argc, char **out, char **err) {
    size_t out_size, err_size;
    FILE *out_file = open_memstream(out, &out_size);
    FILE *err_file = open_memstream(err, &err_size);
    int status = cli_main(argc, argv, out_file, err_file);
    fclose(out_file);
    fclose(err_file);
    return status;
}

static void test_help_lists_every_command_and_option(void **state) {
    (void)state;
    char *out, *err;
    const char *const all[] = {"zapis", "--help"};
    assert_int_equal(run(all, 2, &out, &err), 0);
    for (const struct cli_command *c = cli_commands(); c->name; c++) {
        if (!strstr(out, c->summary))
            fail_msg("zapis --help does not show %s", c->name);
        char *own_out, *own_err;
        const char *const own[] = {"zapis", c->name, "--help"};
        assert_int_equal(run(own, 3, &own_out, &own_err), 0);
        assert_string_equal(own_err, "");
        for (const struct cli_option *o = c->options; o && o->name; o++)
            if (!strstr(own_out, o->help))
                fail_msg("zapis %s --help does not show --%s", c->name, o->name);
        free(own_out);
        free(own_err);
    }
    assert_string_equal(err, "");
    free(out);
    free(err);
}

static void test_usage_error_with_json_is_one_document(void **state) {
    (void)state;
    char *out, *err;
    const char *const argv[] = {"zapis", "--json", "shwo"};
    assert_int_equal(run(argv, 3, &out, &err), 2);
    assert_non_null(strstr(out, "{\"error\":{\"code\":\"USAGE\",\"message\":\""));
    assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
    assert_non_null(strstr(err, "zapis: "));
    free(out);
    free(err);
}

int main(void) {
    zp_i18n_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_command_is_the_console),
        cmocka_unit_test(test_options_stand_anywhere),
        cmocka_unit_test(test_many_services_keep_their_order),
        cmocka_unit_test(test_after_two_dashes_all_are_operands),
        cmocka_unit_test(test_control_takes_the_rest_as_it_stands),
        cmocka_unit_test(test_unknown_names_lead_to_the_nearest),
        cmocka_unit_test(test_later_commands_are_unknown),
        cmocka_unit_test(test_what_is_missing_or_too_much_is_named),
        cmocka_unit_test(test_missing_operands_have_a_sentence),
        cmocka_unit_test(test_numbers_have_bounds),
        cmocka_unit_test(test_messages_repeat_nothing_raw),
        cmocka_unit_test(test_json_is_known_even_when_the_rest_is_wrong),
        cmocka_unit_test(test_help_and_version_ask_for_nothing_else),
        cmocka_unit_test(test_help_lists_every_command_and_option),
        cmocka_unit_test(test_usage_error_with_json_is_one_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
