// The other side's hands: a third listener takes verbs as JSON arrays from DIR/control.
#include "practice/dialect.h"
#include "practice/frame.h"

#include <errno.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

#define QUIT_DELAY_MS 50 // the answer to quit leaves first

const char *zp__practice_option(const struct zp__practice_args *args, const char *name, size_t n) {
    for (size_t i = 0; i < args->option_count; i++) {
        if (strcmp(args->names[i], name) == 0 && n-- == 0)
            return args->values[i];
    }
    return NULL;
}

static bool parse_number(const char *text, const char *what, int64_t *out, struct zp_error *err) {
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || *out < 0)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("“%s” needs a whole number, not “%s”."), what,
                            text);
    return true;
}

bool zp__practice_number(const struct zp__practice_args *args, const char *name, int64_t otherwise,
                         int64_t *out, struct zp_error *err) {
    const char *text = zp__practice_option(args, name, 0);
    *out = otherwise;
    return text == NULL || parse_number(text, name, out, err);
}

static bool parse_args(struct zp__practice_args *args, int argc, const char *const *argv,
                       struct zp_error *err) {
    *args = (struct zp__practice_args){0};
    if (argc > ZP_PRACTICE_ARGS)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("Too many words for one verb."));
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            args->words[args->word_count++] = argv[i];
            continue;
        }
        const char *name = argv[i] + 2;
        const char *value = "";
        if (strcmp(name, "all") != 0) {
            if (i + 1 == argc)
                return zp_error_set(err, ZP_E_USAGE, NULL, _("“--%s” needs a value after it."),
                                    name);
            value = argv[++i];
        }
        args->names[args->option_count] = name;
        args->values[args->option_count++] = value;
    }
    return true;
}

// ---- verbs about the servers

static bool verb_log(struct zp_practice *practice, const struct zp__practice_args *args,
                     struct zp_json *answer, struct zp_error *err) {
    struct zp__trace_ask ask = {.server = zp__practice_option(args, "server", 0),
                                .call = zp__practice_option(args, "call", 0)};
    if (!zp__practice_number(args, "since", 0, &ask.since, err))
        return false;
    zp__trace_print(practice->trace, &ask, answer);
    return true;
}

static bool verb_rate(struct zp_practice *practice, const struct zp__practice_args *args,
                      struct zp_json *answer, struct zp_error *err) {
    (void)args;
    (void)err;
    static const char *const servers[] = {"dikidi", "bitrix24"};
    for (size_t i = 0; i < 2; i++) {
        struct zp__trace_rate rate = zp__trace_rate(practice->trace, servers[i]);
        struct zp_json *one = zp_json_add_object(answer, servers[i]);
        zp_json_add_int(one, "total", rate.total);
        zp_json_add_int(one, "last_second", rate.last_second);
        zp_json_add_int(one, "last_minute", rate.last_minute);
        zp_json_add_int(one, "most_in_a_second", rate.most_in_a_second);
        zp_json_add_int(one, "most_in_a_minute", rate.most_in_a_minute);
        if (i == 0)
            zp_json_add_int(one, "limit_per_minute", zp__practice_dikidi_rate(practice->dikidi));
    }
    return true;
}

static bool add_fault(struct zp_practice *practice, const struct zp__practice_args *args,
                      struct zp_error *err) {
    struct zp__fault fault = {.call = zp__salon_text(practice, args->words[1])};
    int64_t count, after, every, ms;
    bool right = zp__practice_number(args, "count", 1, &count, err) &&
                 zp__practice_number(args, "after", 0, &after, err) &&
                 zp__practice_number(args, "every", 1, &every, err) &&
                 zp__practice_number(args, "ms", 1000, &ms, err);
    if (right && !zp__fault_kind_parse(args->words[2], &fault.kind))
        right = zp_error_set(err, ZP_E_USAGE, NULL,
                             _("There is no fault “%s”: “help” lists the kinds."), args->words[2]);
    if (right && ms > 600000)
        right = zp_error_set(err, ZP_E_USAGE, NULL, _("--ms goes up to 600000."));
    if (right) {
        fault.count = count == 0 ? -1 : count;
        fault.after = after;
        fault.every = every;
        fault.ms = (int)ms;
        zp__faults_add(practice->faults, &fault);
    }
    talloc_free(fault.call);
    return right;
}

static bool verb_fault(struct zp_practice *practice, const struct zp__practice_args *args,
                       struct zp_json *answer, struct zp_error *err) {
    bool clear = args->word_count == 2 && strcmp(args->words[1], "clear") == 0;
    bool list = args->word_count == 2 && strcmp(args->words[1], "list") == 0;
    if (clear)
        zp__faults_clear(practice->faults);
    else if (!list && args->word_count != 3)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Say “fault CALL KIND”, “fault list” or “fault clear”."));
    else if (!list && !add_fault(practice, args, err))
        return false;
    zp__faults_list(practice->faults, zp_json_add_array(answer, "faults"));
    return true;
}

static bool verb_clock(struct zp_practice *practice, const struct zp__practice_args *args,
                       struct zp_json *answer, struct zp_error *err) {
    (void)args;
    (void)err;
    int64_t now = zp_clock_now(&practice->clock);
    char text[ZP_INSTANT_SIZE];
    zp_instant_format_utc(now, text);
    zp_json_add_string(answer, "now", text);
    zp_instant_format(practice->salon->zone, now, text);
    zp_json_add_string(answer, "local", text);
    zp_json_add_string(answer, "timezone", practice->salon->timezone);
    zp_json_add_int(answer, "offset_ms", practice->clock.offset_ms);
    return true;
}

static void stop(void *data) {
    zp_loop_stop(data);
}

static bool verb_quit(struct zp_practice *practice, const struct zp__practice_args *args,
                      struct zp_json *answer, struct zp_error *err) {
    (void)args;
    (void)err;
    if (practice->quit_timer == NULL)
        practice->quit_timer = zp_timer_new(practice, practice->loop, stop, practice->loop);
    zp_timer_start(practice->quit_timer, QUIT_DELAY_MS, 0);
    zp_json_add_bool(answer, "quit", true);
    return true;
}

static bool verb_help(struct zp_practice *practice, const struct zp__practice_args *args,
                      struct zp_json *answer, struct zp_error *err) {
    (void)practice;
    (void)args;
    (void)err;
    struct zp_json *lines = zp_json_add_array(answer, "verbs");
    for (const char *const *line = zp_practice_control_help(); *line != NULL; line++)
        zp_json_add_string(lines, NULL, *line);
    return true;
}

// ---- set: what the practice Dikidi lets one do; other names are the portal's

static bool one_of(const char *word, const char *const *words, int *index) {
    for (*index = 0; words[*index] != NULL; (*index)++) {
        if (strcmp(words[*index], word) == 0)
            return true;
    }
    return false;
}

static bool set_value(struct zp_practice *practice, const char *name, const char *value,
                      struct zp_error *err) {
    static const char *const plans[] = {"business", "basic", NULL};
    static const char *const accesses[] = {"full", "read", "none", NULL};
    static const char *const switches[] = {"off", "on", NULL};
    int64_t number;
    int index;
    if (strcmp(name, "plan") == 0 && one_of(value, plans, &index)) {
        zp__practice_dikidi_set_plan(practice->dikidi, (enum zp__practice_plan)index);
    } else if (strcmp(name, "access") == 0 && one_of(value, accesses, &index)) {
        zp__practice_dikidi_set_access(practice->dikidi, (enum zp__practice_access)index);
    } else if (strcmp(name, "dialect") == 0) {
        uint32_t dialect;
        if (!zp__dialect_parse(value, &dialect, err))
            return false;
        zp__practice_dikidi_set_dialect(practice->dikidi, dialect);
    } else if (strncmp(name, "hook-", 5) == 0) {
        return zp__practice_hook_set(practice, name, value, err);
    } else if (strcmp(name, "split") == 0 && one_of(value, switches, &index)) {
        practice->salon->split = index == 1;
    } else if (strcmp(name, "rate") == 0 || strcmp(name, "lead") == 0) {
        if (!parse_number(value, name, &number, err))
            return false;
        if (number > 100000)
            return zp_error_set(err, ZP_E_USAGE, NULL, _("“%s” goes up to 100000."), name);
        if (name[0] == 'r')
            zp__practice_dikidi_set_rate(practice->dikidi, (int)number);
        else
            practice->salon->lead_min = (int)number;
    } else {
        return zp_error_set(err, ZP_E_USAGE, NULL, _("“set %s” does not know “%s”: see “help”."),
                            name, value);
    }
    return true;
}

// *mine false: it is not the frame's to set.
static bool verb_set(struct zp_practice *practice, const struct zp__practice_args *args, bool *mine,
                     struct zp_json *answer, struct zp_error *err) {
    static const char *const names[] = {"rate",        "plan",    "access",      "lead",
                                        "split",       "dialect", "hook-scheme", "hook-body",
                                        "hook-secret", NULL};
    int index;
    *mine = args->word_count == 3 && one_of(args->words[1], names, &index);
    if (!*mine)
        return true;
    if (!set_value(practice, args->words[1], args->words[2], err))
        return false;
    zp_json_add_string(answer, args->words[1], args->words[2]);
    return true;
}

// ---- which verb

static const struct {
    const char *name;
    zp__practice_verb_fn run;
} VERBS[] = {
    {"app-book", zp__practice_app_book},
    {"app-move", zp__practice_app_move},
    {"app-cancel", zp__practice_app_cancel},
    {"app-comment", zp__practice_app_comment},
    {"bookings", zp__practice_bookings},
    {"booking", zp__practice_booking},
    {"attendance", zp__practice_attendance},
    {"hook", zp__practice_hook_verb},
    {"hooks", zp__practice_hooks_verb},
    {"event", zp__practice_event_verb},
    {"robot", zp__practice_robot_verb},
    {"log", verb_log},
    {"rate", verb_rate},
    {"fault", verb_fault},
    {"clock", verb_clock},
    {"quit", verb_quit},
    {"help", verb_help},
};

static bool ask_portal(struct zp_practice *practice, TALLOC_CTX *ctx, int argc,
                       const char *const *argv, struct zp_json *answer, struct zp_error *err) {
    struct zp_error trouble = {0};
    if (zp__portal_control(practice->portal, ctx, argc, argv, answer, &trouble))
        return true;
    if (trouble.code == ZP_OK)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("There is no verb “%s”: see “help”."),
                            argv[0]);
    *err = trouble;
    return false;
}

bool zp__practice_control_run(struct zp_practice *practice, TALLOC_CTX *ctx, int argc,
                              const char *const *argv, struct zp_json *answer,
                              struct zp_error *err) {
    struct zp__practice_args args;
    if (argc < 1)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("Say which verb: see “help”."));
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (strcmp(VERBS[i].name, argv[0]) == 0)
            return parse_args(&args, argc, argv, err) && VERBS[i].run(practice, &args, answer, err);
    }
    if (strcmp(argv[0], "set") == 0) {
        bool mine = false;
        if (!parse_args(&args, argc, argv, err) || !verb_set(practice, &args, &mine, answer, err))
            return false;
        if (mine)
            return true;
    }
    return ask_portal(practice, ctx, argc, argv, answer, err);
}

// ---- the listener

static bool run_body(struct zp_practice *practice, struct zp_httpd_request *request,
                     struct zp_json *answer, struct zp_error *err) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    size_t size;
    const char *bytes = zp__httpd_body(request, &size);
    const struct zp_json *words = zp_json_parse(ctx, bytes, size, err);
    size_t count = zp_json_count(words);
    if (zp_json_type(words) != ZP_JSON_ARRAY || count > ZP_PRACTICE_ARGS)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("A verb is a list of at most %d words."),
                            ZP_PRACTICE_ARGS);
    const char *argv[ZP_PRACTICE_ARGS + 1] = {NULL};
    for (size_t i = 0; i < count; i++) {
        argv[i] = zp_json_string(zp_json_at(words, i));
        if (argv[i] == NULL)
            return zp_error_set(err, ZP_E_USAGE, NULL, _("A verb is a list of words."));
    }
    return zp__practice_control_run(practice, ctx, (int)count, argv, answer, err);
}

static void handle(struct zp_httpd_request *request, void *data) {
    struct zp_practice *practice = data;
    TALLOC_CTX *ctx = zp__httpd_context(request);
    const char *secret = zp__httpd_header(request, "X-Practice-Secret");
    if (strcmp(zp__httpd_method(request), "POST") != 0 || secret == NULL ||
        strcmp(secret, practice->control_secret) != 0) {
        zp__httpd_reply(request, 403, NULL, NULL, 0, NULL);
        return;
    }
    struct zp_error err = {0};
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *answer = zp_json_add_object(root, "answer");
    bool done = run_body(practice, request, answer, &err);
    zp_json_add_bool(root, "ok", done);
    if (!done) {
        struct zp_json *error = zp_json_add_object(root, "error");
        zp_json_add_int(error, "kind", err.code);
        zp_json_add_string(error, "code", err.name);
        zp_json_add_string(error, "message", err.message);
    }
    char *text = zp_json_print(ctx, root);
    zp__httpd_reply(request, 200, "application/json; charset=utf-8", text, strlen(text), NULL);
}

bool zp__practice_control_listen(struct zp_practice *practice, struct zp_error *err) {
    practice->control_secret = zp__practice_secret(practice);
    const struct zp__httpd_options options = {
        .address = "127.0.0.1", .max_body = 64 * 1024, .max_connections = 32, .idle_timeout_s = 30};
    practice->control = zp__httpd_new(practice, practice->loop, &options, handle, practice, err);
    if (practice->control == NULL)
        return false;
    char *text = talloc_asprintf(practice, "127.0.0.1:%d %s\n", zp__httpd_port(practice->control),
                                 practice->control_secret);
    if (text == NULL)
        zp_panic("out of memory");
    bool done = zp__practice_write(practice->dir, "control.addr", 0600, text, strlen(text), err);
    talloc_free(text);
    return done;
}
