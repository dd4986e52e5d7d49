// The practice salon put together: one data set, three listeners, one state directory.
#include "practice/dialect.h"
#include "practice/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>

#define STATE_VERSION    1
#define STATE_MAX_BYTES  (64u * 1024 * 1024)
#define SAVE_DELAY_MS    150
#define DAY_BEGINS       10 // without --now: the hours in which the true time is kept
#define DAY_ENDS         19
#define DAY_PUT_AT       14
#define DEFAULT_ZONE     "Europe/Moscow"
#define PORTAL_ZONE      "Asia/Yekaterinburg" // not the salon's, as at many a chain
#define PORTAL_ZONE_ELSE "Europe/Kaliningrad"

// ---- saving

static char *state_text(TALLOC_CTX *ctx, const struct zp_practice *practice) {
    struct zp_json *root = zp_json_new_object(ctx);
    zp_json_add_int(root, "version", STATE_VERSION);
    zp_json_add_int(root, "offset_ms", practice->clock.offset_ms);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, practice->seed);
    zp_json_add_string(root, "seed", seed);
    zp_json_add_int(root, "dikidi_port", zp__serve_port(practice->dikidi_serve));
    zp_json_add_int(root, "portal_port", zp__serve_port(practice->portal_serve));
    zp_json_add_string(root, "dikidi_key", practice->dikidi_key);
    zp_json_add_string(root, "portal_secret", practice->portal_secret);
    zp_json_add_string(root, "listen", practice->listen);
    zp_json_add_string(root, "hook_secret", practice->hook_secret);
    zp_json_add_string(root, "event_token", practice->event_token);
    zp_json_add_string(root, "robot_key", practice->robot_key);
    zp__salon_save(practice->salon, zp_json_add_object(root, "salon"));
    zp__portal_save(practice->portal, zp_json_add_object(root, "portal"));
    return zp_json_print(ctx, root);
}

static bool save(struct zp_practice *practice, struct zp_error *err) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    char *text = state_text(scratch, practice);
    bool done = zp__practice_write(practice->dir, "state.json", 0600, text, strlen(text), err);
    practice->dirty = practice->dirty && !done;
    talloc_free(scratch);
    return done;
}

static void save_now(void *data) {
    struct zp_practice *practice = data;
    // A full disk must not end a training: it is tried again with the next change and at the end.
    (void)save(practice, NULL);
}

static void changed(void *data) {
    struct zp_practice *practice = data;
    if (practice->dirty)
        return;
    practice->dirty = true;
    zp_timer_start(practice->save_timer, SAVE_DELAY_MS, 0);
}

static int at_end(struct zp_practice *practice) {
    if (practice->dirty)
        (void)save(practice, NULL);
    if (practice->lock_fd >= 0)
        close(practice->lock_fd);
    return 0;
}

// ---- the state directory

static bool open_dir(struct zp_practice *practice, const char *dir, struct zp_error *err) {
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s cannot be made (%s): give another directory with --state."), dir,
                            strerror(errno));
    char *real = realpath(dir, NULL);
    if (real == NULL)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s cannot be opened (%s): give another directory with --state."),
                            dir, strerror(errno));
    practice->dir = zp__salon_text(practice, real);
    free(real);
    practice->config_path = talloc_asprintf(practice, "%s/zapis.conf", practice->dir);
    char *lock = talloc_asprintf(practice, "%s/lock", practice->dir);
    if (lock == NULL || practice->config_path == NULL)
        zp_panic("out of memory");
    practice->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (practice->lock_fd < 0)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s cannot be written (%s): give another directory with --state."),
                            lock, strerror(errno));
    if (flock(practice->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("Practice servers already run on %s: end them with its “control "
                              "quit”, or give another directory with --state."),
                            practice->dir);
    return true;
}

static const struct zp_json *read_state(TALLOC_CTX *ctx, const struct zp_practice *practice,
                                        struct zp_error *err) {
    size_t size;
    char *bytes = zp__practice_read(ctx, practice->dir, "state.json", STATE_MAX_BYTES, &size, err);
    if (bytes == NULL)
        return NULL;
    const struct zp_json *state = zp_json_parse(ctx, bytes, size, err);
    int64_t version = 0;
    if (state == NULL) {
        zp_error_context(err, "%s/state.json", practice->dir);
    } else if (!zp_json_int(zp_json_get(state, "version"), &version) || version != STATE_VERSION) {
        zp_error_set(err, ZP_E_CONFIG, NULL,
                     _("%s/state.json was written by another version: remove it, or give another "
                       "directory with --state."),
                     practice->dir);
        return NULL;
    }
    return state;
}

// ---- the practice clock

// Now, or today at 14:00 when the salon would be closed or closing.
static int64_t offset_of_day(const struct zp_zone *zone) {
    const struct zp_clock real = {0};
    int64_t now = zp_clock_now(&real);
    struct zp_wall wall = zp_zone_wall(zone, now);
    if (wall.hour >= DAY_BEGINS && wall.hour < DAY_ENDS)
        return 0;
    return (zp_zone_day_minute(zone, wall.date, DAY_PUT_AT * 60) - now) * 1000;
}

static bool set_clock(struct zp_practice *practice, const struct zp_practice_options *options,
                      const struct zp_json *state, const char *zone_name, struct zp_error *err) {
    const struct zp_clock real = {0};
    if (options->has_now) {
        practice->clock.offset_ms = options->now * 1000 - zp_clock_now_ms(&real);
        return true;
    }
    if (state != NULL)
        return zp_json_int(zp_json_get(state, "offset_ms"), &practice->clock.offset_ms) ||
               zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("%s/state.json has no clock: remove it, or give another directory "
                              "with --state."),
                            practice->dir);
    struct zp_zone *zone = zp_zone_open(practice, zone_name, err);
    if (zone == NULL)
        return false;
    practice->clock.offset_ms = offset_of_day(zone);
    talloc_free(zone);
    return true;
}

// ---- the two halves

static struct zp__portal *open_portal(struct zp_practice *practice, struct zp_error *err) {
    const char *name =
        strcmp(practice->salon->timezone, PORTAL_ZONE) == 0 ? PORTAL_ZONE_ELSE : PORTAL_ZONE;
    struct zp_zone *zone = zp_zone_open(practice, name, err);
    if (zone == NULL)
        return NULL;
    return zp__portal_new(practice, practice->loop,
                          &(struct zp__portal_options){.secret = practice->portal_secret,
                                                       .clock = practice->clock,
                                                       .zone = zone,
                                                       .seed = practice->seed});
}

// About two thirds of the bookings were logged in the CRM by an earlier day's work; the rest were
// made in the app and nobody entered them.
static bool was_logged(const struct zp__salon_booking *booking) {
    return !booking->cancelled && strtoll(booking->id, NULL, 10) % 3 != 0;
}

static void seed_portal(struct zp_practice *practice) {
    const struct zp__salon *salon = practice->salon;
    TALLOC_CTX *scratch = talloc_new(NULL);
    for (size_t i = 0; i < salon->booking_count; i++) {
        const struct zp__salon_booking *booking = salon->bookings[i];
        if (!was_logged(booking))
            continue;
        const struct zp__salon_client *client = zp__salon_client(salon, booking->client_id);
        struct zp_wall wall = zp_zone_wall(salon->zone, booking->starts_at);
        char *name = talloc_asprintf(scratch, "%s %s", client->name, client->surname);
        char *title = talloc_asprintf(
            scratch, "%s · %s · %s · %02d.%02d.%d %02d:%02d", booking->lines[0].name, name,
            zp__salon_master(salon, booking->master_id)->username, wall.date.day, wall.date.month,
            wall.date.year, wall.hour, wall.minute);
        if (name == NULL || title == NULL)
            zp_panic("out of memory");
        zp__portal_seed(practice->portal,
                        &(struct zp__portal_seed){.client_name = name,
                                                  .client_phone = client->phone,
                                                  .booking_id = booking->id,
                                                  .title = title,
                                                  .source_id = "DIKIDI",
                                                  .starts_at = booking->starts_at,
                                                  .price_minor = booking->total_minor,
                                                  .currency = salon->currency});
    }
    talloc_free(scratch);
}

// A portal of the largest plan: the written configuration asks for 20 requests a second.
static bool widen_portal(struct zp_practice *practice, struct zp_error *err) {
    static const char *const words[] = {"set", "rate", "250", "25"};
    TALLOC_CTX *scratch = talloc_new(NULL);
    bool done =
        zp__portal_control(practice->portal, scratch, 4, words, zp_json_new_object(scratch), err);
    talloc_free(scratch);
    return done;
}

static char *kept_secret(struct zp_practice *practice, const struct zp_json *state,
                         const char *name) {
    const char *kept = zp_json_string(zp_json_get(state, name));
    return kept != NULL ? zp__salon_text(practice, kept) : zp__practice_secret(practice);
}

// The address that hooks go to: chosen once, so that whoever listens there is found again.
static bool choose_listen(struct zp_practice *practice, const struct zp_json *state,
                          struct zp_error *err) {
    const char *kept = zp_json_string(zp_json_get(state, "listen"));
    uint16_t port;
    practice->listen = zp__salon_text(practice, kept);
    if (kept != NULL)
        return true;
    if (!zp__practice_free_port(&port))
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            _("No free port was found on 127.0.0.1: end a program that listens."));
    practice->listen = talloc_asprintf(practice, "127.0.0.1:%d", port);
    if (practice->listen == NULL)
        zp_panic("out of memory");
    return true;
}

static bool fill(struct zp_practice *practice, const struct zp_json *state, const char *zone,
                 struct zp_error *err) {
    practice->dikidi_key = kept_secret(practice, state, "dikidi_key");
    practice->portal_secret = kept_secret(practice, state, "portal_secret");
    practice->hook_secret = kept_secret(practice, state, "hook_secret");
    practice->event_token = kept_secret(practice, state, "event_token");
    practice->robot_key = kept_secret(practice, state, "robot_key");
    if (!choose_listen(practice, state, err))
        return false;
    practice->salon =
        state != NULL ? zp__salon_load(practice, zp_json_get(state, "salon"), practice->clock, err)
                      : zp__salon_seeded(practice, practice->seed, zone, practice->clock, err);
    if (practice->salon == NULL)
        return false;
    practice->portal = open_portal(practice, err);
    if (practice->portal == NULL)
        return false;
    if (state == NULL)
        seed_portal(practice);
    bool ready = state == NULL
                     ? widen_portal(practice, err)
                     : zp__portal_load(practice->portal, zp_json_get(state, "portal"), err);
    if (!ready)
        return false;
    practice->dikidi = zp__practice_dikidi_new(
        practice, practice->salon,
        &(struct zp__practice_dikidi_options){.key = practice->dikidi_key,
                                              .rate_per_minute = ZP_PRACTICE_RATE,
                                              .dialect = practice->dialect});
    zp__salon_on_change(practice->salon, changed, practice);
    zp__portal_on_change(practice->portal, changed, practice);
    return true;
}

// ---- listening

static const char *dikidi_call(TALLOC_CTX *ctx, const char *method, const char *path) {
    (void)ctx;
    return zp__practice_dikidi_call(method, path);
}

// The method is the last part of the path, ".json" or a slash after it or not.
static const char *portal_call(TALLOC_CTX *ctx, const char *method, const char *path) {
    (void)method;
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    if (end - begin > 5 && strncasecmp(path + end - 5, ".json", 5) == 0)
        end -= 5;
    char *call = talloc_strndup(ctx, path + begin, end - begin);
    if (call == NULL)
        zp_panic("out of memory");
    return call;
}

static uint16_t kept_port(const struct zp_json *state, const char *name) {
    int64_t port = 0;
    (void)zp_json_int(zp_json_get(state, name), &port);
    return port > 0 && port <= UINT16_MAX ? (uint16_t)port : 0;
}

static bool listen_all(struct zp_practice *practice, const struct zp_json *state,
                       struct zp_error *err) {
    struct zp__serve_options options = {
        .name = "dikidi",
        .port = kept_port(state, "dikidi_port"),
        .clock = practice->clock,
        .faults = practice->faults,
        .trace = practice->trace,
        .answer = zp__practice_dikidi_answer,
        .data = practice->dikidi,
        .call = dikidi_call,
    };
    practice->dikidi_serve = zp__serve_new(practice, practice->loop, &options, err);
    options.name = "bitrix24";
    options.port = kept_port(state, "portal_port");
    options.php = true;
    options.answer = zp__portal_answer;
    options.data = practice->portal;
    options.call = portal_call;
    options.secret = practice->portal_secret;
    if (practice->dikidi_serve != NULL)
        practice->portal_serve = zp__serve_new(practice, practice->loop, &options, err);
    return practice->portal_serve != NULL && zp__practice_control_listen(practice, err);
}

// After the seed: what an earlier day left is no news.
static void send_from_now_on(struct zp_practice *practice) {
    practice->hook =
        zp__practice_hook_new(practice, practice->loop,
                              &(struct zp__practice_hook_options){.salon = practice->salon,
                                                                  .listen = practice->listen,
                                                                  .secret = practice->hook_secret,
                                                                  .clock = practice->clock,
                                                                  .faults = practice->faults,
                                                                  .trace = practice->trace});
    zp__salon_on_news(practice->salon, zp__practice_hook_news, practice->hook);
    char domain[32];
    snprintf(domain, sizeof domain, "127.0.0.1:%d", zp__serve_port(practice->portal_serve));
    zp__portal_send_to(practice->portal, practice->loop,
                       &(struct zp__portal_outgoing){.listen = practice->listen,
                                                     .domain = domain,
                                                     .token = practice->event_token,
                                                     .robot_key = practice->robot_key,
                                                     .faults = practice->faults,
                                                     .trace = practice->trace});
}

static bool start(struct zp_practice *practice, const struct zp_practice_options *options,
                  struct zp_error *err) {
    if (!zp__dialect_parse(options->dialect, &practice->dialect, err) ||
        !open_dir(practice, options->state_dir, err))
        return false;
    TALLOC_CTX *scratch = talloc_new(practice);
    struct zp_error trouble = {0};
    const struct zp_json *state = read_state(scratch, practice, &trouble);
    if (state == NULL && trouble.code != ZP_OK) {
        if (err != NULL)
            *err = trouble;
        return false;
    }
    const char *saved_zone = zp_json_string(zp_json_get(zp_json_get(state, "salon"), "timezone"));
    const char *zone = options->zone != NULL ? options->zone : DEFAULT_ZONE;
    if (saved_zone != NULL && options->zone != NULL && strcmp(saved_zone, options->zone) != 0)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("The salon saved in %s lives in %s: leave --zone out, or give "
                              "another directory with --state."),
                            practice->dir, saved_zone);
    bool done = set_clock(practice, options, state, zone, err) &&
                fill(practice, state, zone, err) && listen_all(practice, state, err) &&
                zp__practice_write_files(practice, err) && save(practice, err);
    talloc_free(scratch);
    if (done)
        send_from_now_on(practice);
    return done;
}

struct zp_practice *zp_practice_start(TALLOC_CTX *ctx, struct zp_loop *loop,
                                      const struct zp_practice_options *options,
                                      struct zp_error *err) {
    struct zp_practice *practice = talloc_zero(ctx, struct zp_practice);
    if (practice == NULL)
        zp_panic("out of memory");
    practice->loop = loop;
    practice->lock_fd = -1;
    practice->seed = options->seed;
    practice->program = zp__salon_text(practice, options->program);
    practice->entity =
        options->entity != NULL && strcmp(options->entity, "lead") == 0 ? "lead" : "deal";
    practice->faults = zp__faults_new(practice);
    practice->trace = zp__trace_new(practice);
    practice->save_timer = zp_timer_new(practice, loop, save_now, practice);
    zp_timer_background(practice->save_timer);
    talloc_set_destructor(practice, at_end);
    if (!start(practice, options, err)) {
        practice->dirty = false; // nothing half made is saved
        talloc_free(practice);
        return NULL;
    }
    return practice;
}

const char *zp_practice_config_path(const struct zp_practice *practice) {
    return practice->config_path;
}
