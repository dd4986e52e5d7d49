#include <zapis/time.h>

#include <glib.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>

#include "base/civil.h"
#include "base/environment.h"
#include "base/memory.h"

struct zp_zone {
    char *name;
    GTimeZone *rules;
};

// Where GLib itself looks.
static const char *zone_directory(void) {
    const char *directory = zp__environment_get("TZDIR");
    return directory == NULL ? "/usr/share/zoneinfo" : directory;
}

// Letters, digits and "_+-/", as IANA names them; no way out of the directory.
static bool well_named(const char *name) {
    if (strlen(name) > 64 || !g_ascii_isalpha(name[0])) {
        return false;
    }
    return name[strspn(
               name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")] == '\0';
}

// GLib also takes POSIX rules ("MSK-3") for a name; a zone of ours is always a file of tzdata.
static bool installed(const char *name) {
    char path[PATH_MAX];
    struct stat status;
    int length = snprintf(path, sizeof path, "%s/%s", zone_directory(), name);
    return length > 0 && (size_t)length < sizeof path && stat(path, &status) == 0 &&
           S_ISREG(status.st_mode);
}

static int zone_free(struct zp_zone *zone) {
    g_time_zone_unref(zone->rules);
    return 0;
}

struct zp_zone *zp_zone_open(TALLOC_CTX *ctx, const char *name, struct zp_error *err) {
    GTimeZone *rules = NULL;
    if (name != NULL && well_named(name) && installed(name)) {
        rules = g_time_zone_new_identifier(name);
    }
    if (rules == NULL) {
        zp_error_set(err, ZP_E_CONFIG, NULL,
                     _("There is no time zone “%s” on this machine: write a name such as "
                       "Europe/Moscow, and install the package tzdata if it is missing."),
                     name == NULL ? "" : name);
        return NULL;
    }
    struct zp_zone *zone = zp__memory_new(ctx, struct zp_zone);
    zone->name = zp__memory_strdup(zone, name);
    zone->rules = rules;
    talloc_set_destructor(zone, zone_free);
    return zone;
}

const char *zp_zone_name(const struct zp_zone *zone) {
    return zone->name;
}

static int interval_at(const struct zp_zone *zone, int64_t instant) {
    return g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, instant);
}

static int offset_at(const struct zp_zone *zone, int64_t instant) {
    return g_time_zone_get_offset(zone->rules, interval_at(zone, instant));
}

struct zp_wall zp_zone_wall(const struct zp_zone *zone, int64_t instant) {
    if (instant > INT64_MAX - ZP__DAY_SECONDS) { // nonsense, but no overflow
        instant = INT64_MAX - ZP__DAY_SECONDS;
    } else if (instant < INT64_MIN + ZP__DAY_SECONDS) {
        instant = INT64_MIN + ZP__DAY_SECONDS;
    }
    int offset = offset_at(zone, instant);
    int64_t local = instant + offset;
    int64_t days = zp__civil_floor_div(local, ZP__DAY_SECONDS);
    int second = (int)(local - days * ZP__DAY_SECONDS);
    struct zp_wall wall = {
        .date = zp__civil_date(days),
        .hour = second / 3600,
        .minute = second / 60 % 60,
        .second = second % 60,
        .offset_s = offset,
    };
    wall.weekday = zp_date_weekday(wall.date);
    return wall;
}

// No zone is further than a day from UTC: what a wall clock shows lies within this of its reading
// taken as UTC.
#define REACH_S ZP__DAY_SECONDS

// All instants whose local reading is `local` seconds: for every offset in force near it, one
// candidate, which must fall where that offset is in force.
static int instants_of(const struct zp_zone *zone, int64_t local, int64_t out[2]) {
    int first = interval_at(zone, local - REACH_S), last = interval_at(zone, local + REACH_S);
    int count = 0;
    for (int i = first; i <= last; i++) {
        int64_t candidate = local - g_time_zone_get_offset(zone->rules, i);
        if (interval_at(zone, candidate) == i && count < 2) {
            out[count++] = candidate;
        }
    }
    return count;
}

// First instant at or after which the clock shows `local` or later, where it never shows `local`.
static int64_t after_gap(const struct zp_zone *zone, int64_t local) {
    int64_t early = local - REACH_S, late = local + REACH_S;
    while (late - early > 1) {
        int64_t middle = early + (late - early) / 2;
        if (middle + offset_at(zone, middle) >= local) {
            late = middle;
        } else {
            early = middle;
        }
    }
    return late;
}

static int64_t local_seconds(struct zp_date date, int hour, int minute, int second) {
    return zp__civil_days(date) * ZP__DAY_SECONDS + (int64_t)hour * 3600 + (int64_t)minute * 60 +
           second;
}

static int64_t first_instant(const struct zp_zone *zone, int64_t local) {
    int64_t found[2];
    return instants_of(zone, local, found) > 0 ? found[0] : after_gap(zone, local);
}

int zp_zone_instants(const struct zp_zone *zone, struct zp_date date, int hour, int minute,
                     int second, int64_t out[2]) {
    return instants_of(zone, local_seconds(date, hour, minute, second), out);
}

int64_t zp_zone_day_start(const struct zp_zone *zone, struct zp_date date) {
    return first_instant(zone, local_seconds(date, 0, 0, 0));
}

int64_t zp_zone_day_end(const struct zp_zone *zone, struct zp_date date) {
    return zp_zone_day_start(zone, zp_date_add_days(date, 1));
}

int64_t zp_zone_day_minute(const struct zp_zone *zone, struct zp_date date, int minutes) {
    return first_instant(zone, local_seconds(date, 0, minutes, 0));
}

// "# version 2026a" is the first line of tzdata.zi.
static void read_version(const char *path, char out[32]) {
    FILE *file = fopen(path, "re");
    char line[128] = "";
    if (file == NULL) {
        return;
    }
    static const char before[] = "# version ";
    if (fgets(line, sizeof line, file) != NULL && strncmp(line, before, strlen(before)) == 0) {
        const char *version = line + strlen(before);
        snprintf(out, 32, "%.*s",
                 (int)MIN(strspn(version, "0123456789abcdefghijklmnopqrstuvwxyz"), 31), version);
    }
    fclose(file);
}

void zp_zone_rules_version(char out[32], int *age_days) {
    char path[PATH_MAX];
    struct stat status;
    out[0] = '\0';
    *age_days = -1;
    snprintf(path, sizeof path, "%s/tzdata.zi", zone_directory());
    read_version(path, out);
    if (stat(path, &status) != 0) {
        snprintf(path, sizeof path, "%s/UTC", zone_directory());
        if (stat(path, &status) != 0) {
            return;
        }
    }
    int64_t age_s = zp_clock_now(&(struct zp_clock){0}) - (int64_t)status.st_mtime;
    *age_days = age_s < 0 ? 0 : (int)(age_s / ZP__DAY_SECONDS);
}
