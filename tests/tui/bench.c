#include "bench.h"
#include "app_private.h"
#include "key.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

static uint64_t submit(void *data, const struct zp_request *request) {
    struct bench *bench = data;
    struct bench_ask *ask = &bench->asks[bench->ask_count];

    assert_true(bench->ask_count < BENCH_ASKS);
    *ask = (struct bench_ask){.id = ++bench->ask_count, .request = *request};
    return ask->id;
}

static void cancel(void *data, uint64_t id) {
    struct bench *bench = data;

    assert_in_range(id, 1, bench->ask_count);
    assert_false(bench->asks[id - 1].answered);
    bench->asks[id - 1].cancelled = true;
}

static int64_t now_ms(void *data) {
    return ((struct bench *)data)->now_ms;
}

struct zp_config *bench_config(TALLOC_CTX *ctx) {
    struct zp_config *config = talloc_zero(ctx, struct zp_config);
    struct zp_error err = {0};

    config->salon.name = talloc_strdup(config, "Lotus");
    config->salon.company = talloc_strdup(config, "550001");
    config->salon.timezone = talloc_strdup(config, "Europe/Moscow");
    config->salon.country = talloc_strdup(config, "RU");
    config->salon.currency = talloc_strdup(config, "RUB");
    config->salon.walk_in_phone = talloc_strdup(config, "+79990000000");
    config->salon.walk_in_name = talloc_strdup(config, "Гость");
    config->salon.intent_minutes = 10;
    config->console.theme = talloc_strdup(config, "auto");
    config->console.language = talloc_strdup(config, "en");
    config->console.mouse = true;
    config->zone = zp_zone_open(config, "Europe/Moscow", &err);
    assert_non_null(config->zone);
    return config;
}

struct bench *bench_new(TALLOC_CTX *ctx, int rows, int cols, bool ascii) {
    struct bench *bench = talloc_zero(ctx, struct bench);
    struct app_options options = {.desk = {submit, cancel, now_ms, bench}};

    zp_i18n_init("en");
    bench->loop = zp_loop_new(bench);
    bench->config = bench_config(bench);
    bench->env = (struct screen_env){bench->config, "Anna @ desk 1"};
    bench->term = term_null_new(bench, rows, cols, ascii);
    bench->now_ms = BENCH_NOW * 1000;
    options.loop = bench->loop;
    options.env = &bench->env;
    options.term = bench->term;
    bench->app = app_new(bench, &options);
    return bench;
}

void bench_russian(struct bench *bench) {
    setenv("ZAPIS_LOCALE_DIR", ZAPIS_BUILT_LOCALE_DIR, 1);
    zp_i18n_init("ru");
    assert_string_not_equal(zp_i18n("Back"), "Back"); // else it is not built
    bench->config->console.language = talloc_strdup(bench->config, "ru");
}

static void set(void *data) {
    *(bool *)data = true;
}

void bench_turn(struct bench *bench) {
    // Nobody answers here: it draws when it has waited enough.
    while (app_holds(bench->app) && !bench->app->quitting)
        bench_wait(bench, 1);
    bench_turn_held(bench);
}

void bench_wait(struct bench *bench, int64_t ms) {
    bool never = false;

    if (!bench->app->quitting)
        zp_loop_run_until(bench->loop, &never, ms);
}

void bench_turn_held(struct bench *bench) {
    bool done = false;

    if (bench->app->quitting) // the loop has been stopped: nothing is drawn any more
        return;
    zp_loop_defer(bench->loop, set, &done);
    zp_loop_run_until(bench->loop, &done, 5000);
    assert_true(done);
    done = false; // a second one: hooks of the first may have run before the deferred call
    zp_loop_defer(bench->loop, set, &done);
    zp_loop_run_until(bench->loop, &done, 5000);
}

void bench_open(struct bench *bench, enum screen_id screen, const struct screen_args *args) {
    app_start(bench->app, screen, args);
    bench_turn(bench);
}

void bench_keys(struct bench *bench, const char *keys) {
    while (*keys != '\0') {
        size_t size = strcspn(keys, " ");
        struct key key;

        assert_true(key_parse(keys, size, &key));
        term_null_push(bench->term, &key);
        keys += size;
        keys += strspn(keys, " ");
    }
    app_read(bench->app);
    bench_turn(bench);
}

void bench_type(struct bench *bench, const char *text) {
    uint32_t code = 0;

    for (size_t bytes = 0; (bytes = zp_text_decode(text, &code)) > 0; text += bytes) {
        const struct key key = {.name = K_CHAR, .code = code};

        term_null_push(bench->term, &key);
    }
    app_read(bench->app);
    bench_turn(bench);
}

void bench_resize(struct bench *bench, int rows, int cols) {
    term_null_resize(bench->term, rows, cols);
    app_resize(bench->app);
    bench_turn(bench);
}

void bench_tick(struct bench *bench, int64_t now) {
    bench->now_ms = now * 1000;
    app_tick(bench->app);
    bench_turn(bench);
}

const struct surface *bench_frame(const struct bench *bench) {
    return term_null_frame(bench->term);
}

char *bench_row(const struct bench *bench, int row) {
    const struct surface *frame = bench_frame(bench);
    char *text = talloc_strdup(bench->term, "");

    for (int col = 0; col < frame->cols; col++)
        text = talloc_strdup_append(text, surface_cell(frame, row, col)->text);
    return text;
}

struct bench_ask *bench_pending(struct bench *bench, enum zp_ask ask) {
    for (size_t i = bench->ask_count; i > 0; i--) {
        struct bench_ask *found = &bench->asks[i - 1];

        if (found->request.ask == ask && !found->cancelled && !found->answered)
            return found;
    }
    return NULL;
}

size_t bench_asked(const struct bench *bench, enum zp_ask ask) {
    size_t count = 0;

    for (size_t i = 0; i < bench->ask_count; i++)
        count += bench->asks[i].request.ask == ask;
    return count;
}

void bench_until_asked(struct bench *bench, enum zp_ask ask, size_t count) {
    bool never = false;

    for (int i = 0; i < 500 && bench_asked(bench, ask) < count; i++) {
        zp_loop_run_until(bench->loop, &never, 10);
        bench_turn(bench);
    }
    assert_int_equal(bench_asked(bench, ask), count);
}

void bench_answer(struct bench *bench, enum zp_ask ask, struct zp_event *event) {
    struct bench_ask *pending = bench_pending(bench, ask);

    assert_non_null(pending);
    pending->answered = true;
    event->kind = ZP_EVENT_ANSWER;
    event->id = pending->id;
    event->ask = ask;
    app_event(event, bench->app);
    bench_turn(bench);
}

void bench_event(struct bench *bench, struct zp_event *event) {
    app_event(event, bench->app);
    bench_turn(bench);
}

// ---- golden screens

static char *read_file(TALLOC_CTX *ctx, const char *path) {
    FILE *file = fopen(path, "r");
    char *text = talloc_zero_size(ctx, 1 << 20);
    size_t size = 0;

    if (!file)
        return text;
    size = fread(text, 1, (1 << 20) - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

static void print_difference(const char *wanted, const char *got) {
    int line = 1, shown = 0;

    while ((*wanted != '\0' || *got != '\0') && shown < 6) {
        size_t a = strcspn(wanted, "\n"), b = strcspn(got, "\n");

        if (a != b || strncmp(wanted, got, a) != 0) {
            print_error("%4d - %.*s\n     + %.*s\n", line, (int)a, wanted, (int)b, got);
            shown++;
        }
        wanted += a + (wanted[a] == '\n');
        got += b + (got[b] == '\n');
        line++;
    }
}

bool bench_golden_text(const char *name, const char *got) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *path = talloc_asprintf(ctx, "%s/tests/tui/screens/%s.screen", ZAPIS_SOURCE_DIR, name);
    const char *mode = getenv("ZAPIS_GOLDEN");
    char *wanted = NULL;
    bool same = false;

    if (mode && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        fputs(got, file);
        fclose(file);
    }
    wanted = read_file(ctx, path);
    same = strcmp(wanted, got) == 0;
    if (!same) {
        print_error("the screen is not %s (ZAPIS_GOLDEN=write makes it so)\n", path);
        print_difference(wanted, got);
    }
    talloc_free(ctx);
    return same;
}

void bench_golden(const struct bench *bench, const char *name) {
    char *got = surface_screen(NULL, bench_frame(bench));
    const bool same = bench_golden_text(name, got);

    talloc_free(got);
    assert_true(same);
}
