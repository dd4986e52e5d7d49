// The zone conversions against another implementation of the same rules (zone_oracle.py).
#include "check.h"

#include <zapis/memory.h>
#include <zapis/time.h>

static struct zp_zone *zone_of(TALLOC_CTX *ctx, const char *name) {
    static struct zp_zone *last;
    if (last == NULL || strcmp(zp_zone_name(last), name) != 0) {
        struct zp_error err = {0};
        last = zp_zone_open(ctx, name, &err);
        if (last == NULL) {
            fail_msg("%s", err.message);
        }
    }
    return last;
}

static void check_wall(const struct zp_zone *zone, const char *rest, const char *line) {
    long long at = 0;
    struct zp_wall want = {0};
    assert_int_equal(sscanf(rest, "%lld %d %d %d %d %d %d %d %d", &at, &want.date.year,
                            &want.date.month, &want.date.day, &want.hour, &want.minute,
                            &want.second, &want.offset_s, &want.weekday),
                     9);
    struct zp_wall got = zp_zone_wall(zone, at);
    if (zp_date_compare(got.date, want.date) != 0 || got.hour != want.hour ||
        got.minute != want.minute || got.second != want.second || got.offset_s != want.offset_s ||
        got.weekday != want.weekday) {
        fail_msg("got %04d-%02d-%02d %02d:%02d:%02d %+d weekday %d for: %s", got.date.year,
                 got.date.month, got.date.day, got.hour, got.minute, got.second, got.offset_s,
                 got.weekday, line);
    }
}

static void check_local(const struct zp_zone *zone, const char *rest, const char *line) {
    struct zp_date date = {0};
    int hour = 0, minute = 0, second = 0, count = 0;
    long long first = 0, other = 0, after = 0;
    assert_int_equal(sscanf(rest, "%d %d %d %d %d %d %d %lld %lld %lld", &date.year, &date.month,
                            &date.day, &hour, &minute, &second, &count, &first, &other, &after),
                     10);
    int64_t got[2] = {0, 0};
    int found = zp_zone_instants(zone, date, hour, minute, second, got);
    if (found != count || (count > 0 && got[0] != first) || (count > 1 && got[1] != other)) {
        fail_msg("got %d: %lld %lld for: %s", found, (long long)got[0], (long long)got[1], line);
    }
    int64_t minutes = second == 0 ? zp_zone_day_minute(zone, date, hour * 60 + minute) : after;
    if (minutes != after) {
        fail_msg("got %lld for: %s", (long long)minutes, line);
    }
}

static void check_day(const struct zp_zone *zone, const char *rest, const char *line) {
    struct zp_date date = {0};
    long long start = 0, end = 0;
    assert_int_equal(
        sscanf(rest, "%d %d %d %lld %lld", &date.year, &date.month, &date.day, &start, &end), 5);
    if (zp_zone_day_start(zone, date) != start || zp_zone_day_end(zone, date) != end) {
        fail_msg("got %lld %lld for: %s", (long long)zp_zone_day_start(zone, date),
                 (long long)zp_zone_day_end(zone, date), line);
    }
}

static void agrees_with_the_oracle(void **state) {
    (void)state;
    FILE *oracle = popen(ZAPIS_PYTHON " " ZAPIS_SOURCE_DIR "/tests/base/zone_oracle.py", "r");
    assert_non_null(oracle);
    TALLOC_CTX *ctx = talloc_new(NULL);
    char line[256];
    int walls = 0, locals = 0, days = 0;
    while (fgets(line, sizeof line, oracle) != NULL) {
        char kind[16], name[64];
        int used = 0;
        assert_int_equal(sscanf(line, "%15s %63s %n", kind, name, &used), 2);
        const struct zp_zone *zone = zone_of(ctx, name);
        if (strcmp(kind, "wall") == 0) {
            check_wall(zone, line + used, line);
            walls++;
        } else if (strcmp(kind, "local") == 0) {
            check_local(zone, line + used, line);
            locals++;
        } else {
            check_day(zone, line + used, line);
            days++;
        }
    }
    assert_int_equal(pclose(oracle), 0);
    assert_true(walls > 5000 && locals > 5000 && days > 2000);
    print_message("%d readings, %d wall times, %d days\n", walls, locals, days);
    talloc_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_the_oracle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
