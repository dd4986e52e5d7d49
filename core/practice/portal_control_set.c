// What the portal is like: whose webhook it is, its plan and limits, its settings.
#include "practice/portal_control.h"

#include <zapis/i18n.h>

#define MOST_BURST    1000000
#define MOST_SECONDS  86400
#define MOST_DELAY_MS 600000

static bool choose(struct zp__portal_hand *hand, const char *given, const char *no, const char *yes,
                   bool *out) {
    if (strcmp(given, no) != 0 && strcmp(given, yes) != 0)
        return zp_error_set(hand->err, ZP_E_USAGE, NULL, _("Say %s or %s."), no, yes);
    *out = strcmp(given, yes) == 0;
    return zp__portal_hand_done(hand);
}

bool zp__portal_hand_persona(struct zp__portal_hand *hand, int type) {
    (void)type;
    bool outsider = strcmp(hand->argv[1], "outsider") == 0;
    if (!outsider && strcmp(hand->argv[1], "admin") != 0 && strcmp(hand->argv[1], "clerk") != 0)
        return zp__portal_hand_wrong(hand, _("Say persona admin, clerk or outsider."));
    hand->portal->outsider = outsider;
    hand->portal->clerk = strcmp(hand->argv[1], "admin") != 0;
    return zp__portal_hand_done(hand);
}

bool zp__portal_hand_plan(struct zp__portal_hand *hand, int type) {
    (void)type;
    return choose(hand, hand->argv[1], "paid", "lapsed", &hand->portal->lapsed);
}

bool zp__portal_hand_revoke(struct zp__portal_hand *hand, int type) {
    (void)type;
    if (hand->argc == 1) {
        hand->portal->revoked = true;
        return zp__portal_hand_done(hand);
    }
    if (strcmp(hand->argv[1], "undo") != 0)
        return zp__portal_hand_wrong(hand, _("Say revoke, or revoke undo."));
    hand->portal->revoked = false;
    return zp__portal_hand_done(hand);
}

bool zp__portal_hand_oauth(struct zp__portal_hand *hand, int type) {
    (void)type;
    struct zp__portal_application *app = &hand->portal->application;
    if (strcmp(hand->argv[1], "install") == 0) {
        zp__portal_oauth_install(hand->portal);
        zp_json_add_string(hand->answer, "client_id", app->id);
        zp_json_add_string(hand->answer, "client_secret", app->secret);
        zp_json_add_string(hand->answer, "code", app->code);
    } else if (strcmp(hand->argv[1], "expire") == 0) {
        app->expires_at = 0;
    } else if (strcmp(hand->argv[1], "remove") == 0) {
        zp__portal_oauth_remove(hand->portal);
    } else {
        return zp__portal_hand_wrong(hand, _("Say oauth install, oauth expire or oauth remove."));
    }
    return zp__portal_hand_done(hand);
}

bool zp__portal_hand_operating(struct zp__portal_hand *hand, int type) {
    (void)type;
    if (hand->argc == 2) {
        if (strcmp(hand->argv[1], "over") != 0)
            return zp__portal_hand_wrong(hand, _("Say operating, or operating over."));
        zp__portal_rest_over(hand->portal);
        return zp__portal_hand_done(hand);
    }
    struct zp_json *methods = zp_json_add_array(hand->answer, "operating");
    for (size_t i = 0; i < hand->portal->work_count; i++) {
        const char *method = hand->portal->works[i].method;
        int64_t reset_at;
        double worked_s = zp__portal_worked_s(hand->portal, method, &reset_at);
        char shown[32];
        snprintf(shown, sizeof shown, "%.3f", worked_s);
        struct zp_json *one = zp_json_add_object(methods, NULL);
        zp_json_add_string(one, "method", method);
        zp_json_add_number_text(one, "seconds", shown);
        zp_json_add_int(one, "reset_at", reset_at);
        zp_json_add_bool(one, "blocked", !zp__portal_may_work(hand->portal, method));
    }
    return true;
}

static bool set_seconds(struct zp__portal_hand *hand, const char *text, double *out) {
    char *end;
    *out = strtod(text, &end);
    if (end == text || *end != '\0' || !(*out >= 0 && *out <= MOST_SECONDS))
        return zp__portal_hand_wrong(hand, _("Give seconds from 0 to 86400."));
    return true;
}

static bool set_operating(struct zp__portal_hand *hand) {
    double seconds;
    if (hand->argc != 3)
        return zp__portal_hand_wrong(hand,
                                     _("Say set operating SECONDS, as in set operating 480."));
    if (!set_seconds(hand, hand->argv[2], &seconds))
        return false;
    hand->portal->operating_limit_s = seconds;
    return zp__portal_hand_done(hand);
}

static bool set_cost(struct zp__portal_hand *hand) {
    double seconds;
    if (hand->argc != 4)
        return zp__portal_hand_wrong(
            hand, _("Say set cost METHOD SECONDS, as in set cost crm.item.list 100."));
    if (!set_seconds(hand, hand->argv[3], &seconds))
        return false;
    zp__portal_work_cost(hand->portal, hand->argv[2], seconds);
    return zp__portal_hand_done(hand);
}

static bool set_rate(struct zp__portal_hand *hand) {
    if (hand->argc != 4)
        return zp__portal_hand_wrong(hand,
                                     _("Say set rate BURST PER_SECOND, as in set rate 50 2."));
    int64_t burst = strtoll(hand->argv[2], NULL, 10);
    double per_second = strtod(hand->argv[3], NULL);
    if (burst < 1 || burst > MOST_BURST || per_second < 0 || per_second > MOST_BURST)
        return zp__portal_hand_wrong(hand, _("The request limit needs a burst of 1 or more."));
    hand->portal->rate_burst = (double)burst;
    hand->portal->rate_per_second = per_second;
    hand->portal->bucket_count = 0;
    return zp__portal_hand_done(hand);
}

static bool set_number(struct zp__portal_hand *hand, int low, int high, int *out) {
    int64_t number = strtoll(hand->argv[2], NULL, 10);
    if (number < low || number > high)
        return zp_error_set(hand->err, ZP_E_USAGE, NULL, _("Give a number from %d to %d."), low,
                            high);
    *out = (int)number;
    return zp__portal_hand_done(hand);
}

bool zp__portal_hand_set(struct zp__portal_hand *hand, int type) {
    (void)type;
    struct zp__portal *portal = hand->portal;
    const struct {
        const char *key, *no, *yes;
        bool *out;
    } switches[] = {
        {"lang", "en", "ru", &portal->russian},
        {"events", "off", "on", &portal->events},
        {"robot", "off", "on", &portal->robot},
        {"legacy-only", "off", "on", &portal->legacy_only},
        {"mandatory", "off", "on", &portal->mandatory},
        {"close-date", "off", "on", &portal->close_today},
        {"time", "full", "short", &portal->short_time},
    };
    const char *key = hand->argv[1];
    if (strcmp(key, "rate") == 0)
        return set_rate(hand);
    if (strcmp(key, "operating") == 0)
        return set_operating(hand);
    if (strcmp(key, "cost") == 0)
        return set_cost(hand);
    if (strcmp(key, "events-delay") == 0)
        return set_number(hand, 0, MOST_DELAY_MS, &portal->events_delay_ms);
    if (strcmp(key, "mode") == 0)
        return set_number(hand, 1, 2, &portal->mode);
    if (strcmp(key, "uf-length") == 0)
        return set_number(hand, 8, 50, &portal->uf_length);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        if (strcmp(key, switches[i].key) == 0)
            return choose(hand, hand->argv[2], switches[i].no, switches[i].yes, switches[i].out);
    }
    zp_error_clear(hand->err); // a setting of somebody else's
    return false;
}
