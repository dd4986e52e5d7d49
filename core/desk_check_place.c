// check: what needs no service: configuration, secrets, who may, time zone, store, clock; and the
// questions that only Dikidi can answer.
#include "desk_check.h"
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>

#define SKEW_WARN_S    60
#define RULES_OLD_DAYS 400

void zp__prove_config(struct zp__ask *ask) {
    zp__check_add(ask, "config", ZP_CHECK_OK, "%s", ask->desk->o.config->file);
    zp__check_next(ask);
}

// ---- secrets

static const char *name_of_user(TALLOC_CTX *ctx, uid_t uid) {
    struct passwd account;
    struct passwd *found = NULL;
    char buffer[4096];
    if (getpwuid_r(uid, &account, buffer, sizeof(buffer), &found) != 0 || found == NULL) {
        return talloc_asprintf(ctx, "%u", (unsigned)uid);
    }
    return talloc_strdup(ctx, account.pw_name);
}

static const char *name_of_group(TALLOC_CTX *ctx, gid_t gid) {
    struct group group;
    struct group *found = NULL;
    char buffer[4096];
    if (getgrgid_r(gid, &group, buffer, sizeof(buffer), &found) != 0 || found == NULL) {
        return talloc_asprintf(ctx, "%u", (unsigned)gid);
    }
    return talloc_strdup(ctx, group.gr_name);
}

// "anna", "anna, the group desk", "anna, everybody".
static char *readers(TALLOC_CTX *ctx, const struct stat *status) {
    char *who = talloc_strdup(ctx, name_of_user(ctx, status->st_uid));
    if (status->st_mode & S_IROTH) {
        return talloc_asprintf(ctx, _("%s, everybody"), who);
    }
    if (status->st_mode & S_IRGRP) {
        return talloc_asprintf(ctx, _("%s, the group %s"), who, name_of_group(ctx, status->st_gid));
    }
    return who;
}

// A file that others may read was refused when the configuration was read: here it can only have
// changed since, or be open to its group.
static bool add_place(char **text, const struct zp_secret_place *place) {
    struct stat status;
    const char *comma = (*text)[0] != '\0' ? "; " : "";
    if (place->file == NULL) {
        *text = talloc_asprintf_append(*text, _("%s%s: the environment variable %s"), comma,
                                       place->key, place->variable);
        return true;
    }
    if (stat(place->file, &status) != 0) {
        *text =
            talloc_asprintf_append(*text, _("%s%s: %s is gone"), comma, place->key, place->file);
        return false;
    }
    *text = talloc_asprintf_append(*text, "%s%s %04o (%s)", comma, place->key,
                                   (unsigned)status.st_mode & 07777u, readers(*text, &status));
    return (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

void zp__prove_secrets(struct zp__ask *ask) {
    const struct zp_config *config = ask->desk->o.config;
    char *text = talloc_strdup(ask, "");
    bool narrow = true;
    for (size_t i = 0; i < config->secret_place_count; i++) {
        narrow = add_place(&text, &config->secret_places[i]) && narrow;
    }
    if (narrow) {
        zp__check_add(ask, "secrets", ZP_CHECK_OK, "%s", text);
    } else {
        zp__check_add(ask, "secrets", ZP_CHECK_WARN,
                      _("%s: more accounts than one can read a secret; chmod 600 unless the group "
                        "is meant to"),
                      text);
    }
    zp__check_next(ask);
}

// ---- who may

static const char *store_file(const struct zp__ask *ask) {
    const char *url = ask->desk->o.config->store.url;
    return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : NULL;
}

// Rights between operators hold only where their accounts cannot read these files.
void zp__prove_who_may(struct zp__ask *ask) {
    const char *file = store_file(ask);
    struct stat status;
    if (file == NULL || stat(file, &status) != 0) {
        zp__check_add(ask, "who-may", ZP_CHECK_OK, "%s",
                      _("an account that can read the store and the secrets can do anything at "
                        "Dikidi and in the CRM: give it to nobody else"));
    } else {
        const bool open = (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
        zp__check_add(ask, "who-may", open ? ZP_CHECK_WARN : ZP_CHECK_OK,
                      _("an account that can read the store and the secrets can do anything at "
                        "Dikidi and in the CRM; the store can be read by: %s%s"),
                      readers(ask, &status),
                      open ? _(". If these are too many: chmod 600 on it") : "");
    }
    zp__check_next(ask);
}

// ---- time zone and clock

void zp__prove_zone(struct zp__ask *ask) {
    const char *zone = ask->desk->o.config->salon.timezone;
    char version[32];
    int age_days = -1;
    zp_zone_rules_version(version, &age_days);
    if (version[0] == '\0') {
        zp__check_add(ask, "timezone", ZP_CHECK_OK,
                      _("%s, the version of the zone rules is not told"), zone);
    } else if (age_days > RULES_OLD_DAYS) {
        zp__check_add(ask, "timezone", ZP_CHECK_WARN,
                      _("%s, zone rules %s, %d days old: update the system's package tzdata"), zone,
                      version, age_days);
    } else {
        zp__check_add(ask, "timezone", ZP_CHECK_OK, _("%s, zone rules %s, %d days old"), zone,
                      version, age_days);
    }
    zp__check_next(ask);
}

static void add_clock(struct zp__ask *ask, const char *name, const char *service, bool dated,
                      int64_t skew_s) {
    if (!dated) {
        zp__check_add(ask, name, ZP_CHECK_SKIPPED, _("the clock of %s is not known"), service);
    } else if (llabs(skew_s) > SKEW_WARN_S) {
        zp__check_add(ask, name, ZP_CHECK_WARN,
                      _("this machine's clock differs from that of %s by %lld s: let it be set by "
                        "the network (timedatectl set-ntp true)"),
                      service, (long long)skew_s);
    } else {
        zp__check_add(ask, name, ZP_CHECK_OK,
                      _("this machine's clock differs from that of %s by %lld s"), service,
                      (long long)skew_s);
    }
}

void zp__prove_clock(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    add_clock(ask, "clock", "Dikidi", state->dikidi_dated, state->dikidi_skew_s);
    add_clock(ask, "clock.bitrix24", "Bitrix24", state->crm_dated, state->crm_skew_s);
    zp__check_next(ask);
}

// ---- store

// The rights alone: nothing is written to find out. SQLite opens a file that may not be written
// without a word, and fails at the first booking.
static bool is_writable(const char *file) {
    char *directory = talloc_strdup(NULL, file);
    char *slash = strrchr(directory, '/');
    if (slash != NULL) {
        slash[slash == directory ? 1 : 0] = '\0';
    }
    const bool writable = access(file, W_OK) == 0 && access(directory, W_OK | X_OK) == 0;
    talloc_free(directory);
    return writable;
}

static void on_store(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    const char *url = ask->desk->o.config->store.url;
    const char *file = store_file(ask);
    if (!answer->ok) {
        zp__check_error(ask, "store", &answer->error);
    } else if (file != NULL && !is_writable(file)) {
        zp__check_add(ask, "store", ZP_CHECK_FAIL,
                      _("%s cannot be written: give this account the file and its directory"),
                      file);
    } else if (answer->attention > 0) {
        zp__check_add(ask, "store", ZP_CHECK_WARN,
                      _("%s: %d waiting, %d in attention: see zapis queue"), url, answer->waiting,
                      answer->attention);
    } else {
        zp__check_add(ask, "store", ZP_CHECK_OK, _("%s: %d waiting, %d in attention"), url,
                      answer->waiting, answer->attention);
    }
    zp__check_next(ask);
}

void zp__prove_store(struct zp__ask *ask) {
    zp__store_task_counts(ask->desk->store, on_store, zp__ask_ticket(ask, 0));
}

static bool is_newer(const struct zp_booking *booking, const struct zp_booking *than) {
    return than == NULL || booking->created_at >= than->created_at;
}

static void on_journal(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    struct zp__check_state *state = ask->state;
    const bool lead = ask->desk->o.config->bitrix24.entity == ZP_CRM_LEAD;
    for (size_t i = 0; answer->ok && i < answer->booking_count; i++) {
        struct zp_booking *booking = answer->bookings[i];
        if (booking->booking_id == NULL || booking->booking_id[0] == '\0') {
            continue;
        }
        if (is_newer(booking, state->newest)) {
            state->newest = booking;
        }
        if (booking->crm_state == ZP_CRM_LOGGED && booking->crm_id != NULL &&
            booking->crm_entity != NULL && // of an entity that was configured before: not asked
            strcmp(booking->crm_entity, lead ? "lead" : "deal") == 0 &&
            is_newer(booking, state->logged)) {
            state->logged = booking;
        }
    }
    state->newest = state->newest != NULL ? zp_booking_copy(state, state->newest) : NULL;
    state->logged = state->logged != NULL ? zp_booking_copy(state, state->logged) : NULL;
    zp__check_next(ask);
}

// From yesterday on, cancelled ones too.
void zp__prove_journal(struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = zp_zone_wall(zone, zp__desk_clock(ask->desk)).date;
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, zp_date_add_days(date, -1)),
                  zp_zone_day_end(zone, zp_date_add_days(date, 14)), NULL, true, on_journal,
                  zp__ask_ticket(ask, 0));
}

// ---- what only Dikidi can answer (dikidi-api.md, the last paragraph)

void zp__prove_questions(struct zp__ask *ask) {
    static const struct {
        const char *name, *question;
    } questions[] = {
        {"ask-dikidi.header", N_("ask Dikidi: which host, and is the key sent as “Authorization: "
                                 "Bearer KEY” or bare?")},
        {"ask-dikidi.names",
         N_("ask Dikidi: are the names in the answers those of its documents?")},
        {"ask-dikidi.times", N_("ask Dikidi: are times in UTC or on the salon's clock?")},
        {"ask-dikidi.calls",
         N_("ask Dikidi: is there a call that lists bookings, or changes one?")},
        {"ask-dikidi.hold", N_("ask Dikidi: how long is a free time held while it is booked?")},
        {"ask-dikidi.changes", N_("ask Dikidi: which changes of a booking send a webhook?")},
        {"ask-dikidi.signature",
         N_("ask Dikidi: how is a webhook signed, and how often is it sent again?")},
        {"ask-dikidi.limits",
         N_("ask Dikidi: how many requests a minute, for a key or a company?")},
        {"ask-dikidi.messages",
         N_("ask Dikidi: does a booking by the API send the client a message?")},
    };
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        zp__check_add(ask, questions[i].name, ZP_CHECK_SKIPPED, "%s",
                      zp_i18n(questions[i].question));
    }
    zp__check_next(ask);
}
