// Verbs about what the practice services send by themselves.
#include "practice/frame.h"

#include <zapis/i18n.h>

// --as KIND: how a letter by hand is spoiled. NONE when it is not said.
static bool read_kind(const struct zp__practice_args *args, enum zp__fault_kind *kind,
                      struct zp_error *err) {
    const char *text = zp__practice_option(args, "as", 0);
    *kind = ZP_FAULT_NONE;
    if (text == NULL)
        return true;
    if (zp__fault_kind_parse(text, kind) && (*kind == ZP_FAULT_DOUBLED || *kind >= ZP_FAULT_FORGED))
        return true;
    return zp_error_set(err, ZP_E_USAGE, NULL,
                        _("--as takes doubled, forged, stale, foreign, malformed or oversized."));
}

static bool read_id(const char *text, int64_t *id, struct zp_error *err) {
    char *end;
    *id = strtoll(text, &end, 10);
    return (end != text && *end == '\0' && *id > 0) ||
           zp_error_set(err, ZP_E_USAGE, NULL, _("“%s” is not the number of a deal or a lead."),
                        text);
}

// Every booking that is not cancelled, of a day or of all.
static bool hook_all(struct zp_practice *practice, const struct zp__practice_args *args,
                     enum zp__fault_kind kind, int64_t *count, struct zp_error *err) {
    const struct zp__salon *salon = practice->salon;
    const char *text = zp__practice_option(args, "date", 0);
    struct zp_date date;
    if (text != NULL && !zp_date_parse_human(text, zp__salon_today(salon), &date, err))
        return false;
    for (size_t i = 0; i < salon->booking_count; i++) {
        const struct zp__salon_booking *booking = salon->bookings[i];
        if (booking->cancelled ||
            (text != NULL && (booking->starts_at < zp_zone_day_start(salon->zone, date) ||
                              booking->starts_at >= zp_zone_day_end(salon->zone, date))))
            continue;
        zp__practice_hook_by_hand(practice->hook, booking, args->words[2], kind);
        ++*count;
    }
    return true;
}

bool zp__practice_hook_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                            struct zp_json *answer, struct zp_error *err) {
    enum zp__fault_kind kind;
    if (args->word_count != 3)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Say “hook BOOKING created”, “updated” or “cancelled”."));
    if (!read_kind(args, &kind, err))
        return false;
    int64_t count = 1;
    const struct zp__salon_booking *booking = zp__salon_booking(practice->salon, args->words[1]);
    if (booking != NULL) {
        zp__practice_hook_by_hand(practice->hook, booking, args->words[2], kind);
    } else if (strcmp(args->words[1], "all") != 0) {
        return zp_error_set(err, ZP_E_NOT_FOUND, NULL, _("There is no booking %s at Dikidi."),
                            args->words[1]);
    } else {
        count = 0;
        if (!hook_all(practice, args, kind, &count, err))
            return false;
    }
    zp_json_add_string(answer, "sent", args->words[2]);
    zp_json_add_int(answer, "count", count);
    return true;
}

bool zp__practice_hooks_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err) {
    struct zp__post *post = zp__practice_hook_post(practice->hook);
    const char *word = args->word_count == 2 ? args->words[1] : "";
    bool on = strcmp(word, "on") == 0;
    if (on || strcmp(word, "off") == 0)
        zp__post_switch(post, on);
    else if (strcmp(word, "retry") == 0)
        zp__post_hurry(post);
    else if (args->word_count != 1)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("Say hooks, hooks on, hooks off or hooks retry."));
    zp__practice_hook_print(practice->hook, zp_json_add_object(answer, "hooks"));
    zp__portal_outgoing_print(practice->portal, answer);
    return true;
}

bool zp__practice_event_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err) {
    enum zp__fault_kind kind;
    int64_t id;
    if (args->word_count != 3)
        return zp_error_set(err, ZP_E_USAGE, NULL, _("Say “event ONCRMDEALUPDATE ID”."));
    if (!read_id(args->words[2], &id, err) || !read_kind(args, &kind, err))
        return false;
    zp__portal_event_by_hand(practice->portal, args->words[1], id, kind);
    zp_json_add_string(answer, "sent", args->words[1]);
    return true;
}

bool zp__practice_robot_verb(struct zp_practice *practice, const struct zp__practice_args *args,
                             struct zp_json *answer, struct zp_error *err) {
    enum zp__fault_kind kind;
    int64_t id;
    bool deal = args->word_count == 3 && strcmp(args->words[1], "deal") == 0;
    if (args->word_count != 3 || (!deal && strcmp(args->words[1], "lead") != 0))
        return zp_error_set(err, ZP_E_USAGE, NULL, _("Say “robot deal ID” or “robot lead ID”."));
    if (!read_id(args->words[2], &id, err) || !read_kind(args, &kind, err))
        return false;
    zp__portal_robot_by_hand(practice->portal, deal, id, kind);
    zp_json_add_string(answer, "sent", "robot");
    return true;
}

bool zp__practice_hook_set(struct zp_practice *practice, const char *name, const char *value,
                           struct zp_error *err) {
    const char *const *schemes = zp__practice_hook_schemes();
    if (strcmp(name, "hook-secret") == 0) {
        zp__practice_hook_set_secret(practice->hook, value);
        return true;
    }
    if (strcmp(name, "hook-body") == 0 &&
        (strcmp(value, "short") == 0 || strcmp(value, "full") == 0)) {
        zp__practice_hook_set_short(practice->hook, value[0] == 's');
        return true;
    }
    for (int i = 0; strcmp(name, "hook-scheme") == 0 && schemes[i] != NULL; i++) {
        if (strcmp(schemes[i], value) == 0) {
            zp__practice_hook_set_scheme(practice->hook, (enum zp__practice_scheme)i);
            return true;
        }
    }
    return zp_error_set(err, ZP_E_USAGE, NULL, _("“set %s” does not know “%s”: see “help”."), name,
                        value);
}
