// check: proves the set-up, reads only. A list of proofs, one after the other; one that fails does
// not stop the next, but proofs that rest on an unreachable service are skipped and say so.
#include "desk_private.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

#define SKEW_WARN_S 60

struct check_state {
    bool dikidi_down, crm_down; // reached and failed: what rests on it is skipped
    bool failed, unreachable;
    int64_t dikidi_date;
};

static void next_proof(struct zp__ask *ask);

static void add_check(struct zp__ask *ask, const char *name, enum zp_check_state state,
                      const char *detail) {
    struct check_state *checks = ask->state;
    ask->event.checks = talloc_realloc(ask, ask->event.checks, struct zp_check,
                                       (unsigned)ask->event.check_count + 1);
    ask->event.checks[ask->event.check_count++] =
        (struct zp_check){.name = talloc_strdup(ask->event.checks, name),
                          .state = state,
                          .detail = talloc_strdup(ask->event.checks, detail)};
    checks->failed = checks->failed || state == ZP_CHECK_FAIL;
}

static bool is_unreachable(const struct zp_error *error) {
    return error->code == ZP_E_UNREACHABLE || error->code == ZP_E_UNKNOWN ||
           error->code == ZP_E_LIMITED;
}

static void add_failure(struct zp__ask *ask, const char *name, const struct zp_error *error) {
    struct check_state *checks = ask->state;
    const bool failed_before = checks->failed;
    add_check(ask, name, ZP_CHECK_FAIL, error->message);
    if (is_unreachable(error)) {
        ask->event.checks[ask->event.check_count - 1].unreachable = true;
        checks->failed = failed_before; // only unreachable: exit 4, not 5
        checks->unreachable = true;
    }
}

static void skip(struct zp__ask *ask, const char *name) {
    add_check(ask, name, ZP_CHECK_SKIPPED, _("not asked: the service could not be reached"));
    next_proof(ask);
}

// ---- what needs no service
// --------------------------------------------------------------------------------------
static void prove_config(struct zp__ask *ask) {
    add_check(ask, "config", ZP_CHECK_OK, ask->desk->o.config->file);
    next_proof(ask);
}

static void prove_zone(struct zp__ask *ask) {
    char version[32];
    int age_days = -1;
    zp_zone_rules_version(version, &age_days);
    char *detail = version[0] != '\0'
                       ? talloc_asprintf(ask, _("%s, zone rules %s, %d days old"),
                                         ask->desk->o.config->salon.timezone, version, age_days)
                       : talloc_asprintf(ask, _("%s, the version of the zone rules is not told"),
                                         ask->desk->o.config->salon.timezone);
    add_check(ask, "timezone", age_days > 400 ? ZP_CHECK_WARN : ZP_CHECK_OK, detail);
    next_proof(ask);
}

static void on_store(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) {
        char *detail =
            talloc_asprintf(ask, _("%s: %d waiting, %d in attention"),
                            ask->desk->o.config->store.url, answer->waiting, answer->attention);
        add_check(ask, "store", answer->attention > 0 ? ZP_CHECK_WARN : ZP_CHECK_OK, detail);
    } else {
        add_failure(ask, "store", &answer->error);
    }
    next_proof(ask);
}

static void prove_store(struct zp__ask *ask) {
    zp__store_task_counts(ask->desk->store, zp__desk_clock(ask->desk), on_store,
                          zp__ask_ticket(ask, 0));
}

// ---- Dikidi
// -----------------------------------------------------------------------------------------------------
static struct zp__ask *take_dikidi(const struct zp__dikidi_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_dikidi(desk, answer);
    if (ask != NULL && answer->server_date != 0) {
        ((struct check_state *)ask->state)->dikidi_date = answer->server_date;
    }
    return ask;
}

static void on_services(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take_dikidi(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        ((struct check_state *)ask->state)->dikidi_down = true;
        add_failure(ask, "dikidi.services", &answer->error);
    } else {
        const size_t count = answer->catalogue->service_count;
        add_check(ask, "dikidi.services", count > 0 ? ZP_CHECK_OK : ZP_CHECK_WARN,
                  talloc_asprintf(ask, _("%zu services"), count));
    }
    next_proof(ask);
}

static void prove_services(struct zp__ask *ask) {
    zp__dikidi_services(ask->desk->dikidi, ZP_PACE_URGENT, on_services, zp__ask_ticket(ask, 0));
}

static void on_masters(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take_dikidi(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        add_failure(ask, "dikidi.masters", &answer->error);
    } else {
        add_check(ask, "dikidi.masters",
                  answer->catalogue->master_count > 0 ? ZP_CHECK_OK : ZP_CHECK_WARN,
                  talloc_asprintf(ask, _("%zu masters, %zu shifts in the next 7 days"),
                                  answer->catalogue->master_count, answer->shift_count));
    }
    next_proof(ask);
}

static struct zp_date today(const struct zp_desk *desk) {
    return zp_zone_wall(desk->o.config->zone, zp__desk_clock(desk)).date;
}

static void prove_masters(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->dikidi_down) {
        skip(ask, "dikidi.masters");
        return;
    }
    const struct zp_date date = today(ask->desk);
    zp__dikidi_masters(ask->desk->dikidi, ZP_PACE_URGENT, &date, 7, on_masters,
                       zp__ask_ticket(ask, 0));
}

static void on_schedule(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take_dikidi(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        add_failure(ask, "dikidi.schedule", &answer->error);
    } else if (answer->slots->foreign_timezone != NULL) {
        add_check(
            ask, "dikidi.schedule", ZP_CHECK_WARN,
            talloc_asprintf(
                ask,
                _("Dikidi says the salon's zone is %s, the configuration says %s: ours is used"),
                answer->slots->foreign_timezone, ask->desk->o.config->salon.timezone));
    } else {
        const size_t count = answer->slots->day_count > 0 ? answer->slots->days[0].slot_count : 0;
        add_check(ask, "dikidi.schedule", ZP_CHECK_OK,
                  talloc_asprintf(ask, _("%zu free times tomorrow"), count));
    }
    next_proof(ask);
}

static void ask_schedule(struct zp__ask *ask) {
    const struct zp_catalogue *catalogue = ask->desk->catalogue;
    if (ask->then_error.code != ZP_OK || catalogue->service_count == 0) {
        skip(ask, "dikidi.schedule");
        return;
    }
    const char *ids[] = {catalogue->services[0].id};
    zp__dikidi_schedule(ask->desk->dikidi, ZP_PACE_URGENT, ids, 1, NULL,
                        zp_date_add_days(today(ask->desk), 1), on_schedule, zp__ask_ticket(ask, 0));
}

static void prove_schedule(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->dikidi_down) {
        skip(ask, "dikidi.schedule");
        return;
    }
    zp__desk_need_catalogue(ask, false, ask_schedule);
}

// The newest booking of ours from yesterday on, cancelled ones too, is read by its number.
static void on_read(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take_dikidi(answer, data);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) {
        add_check(ask, "dikidi.booking", ZP_CHECK_OK,
                  talloc_asprintf(ask, _("booking %s can be read"), answer->booking->ids[0]));
    } else if (answer->error.code == ZP_E_NOT_FOUND) {
        add_check(ask, "dikidi.booking", ZP_CHECK_WARN, answer->error.message);
    } else {
        add_failure(ask, "dikidi.booking", &answer->error);
    }
    next_proof(ask);
}

static void on_ours(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    const struct zp_booking *newest = NULL;
    for (size_t i = 0; answer->ok && i < answer->booking_count; i++) {
        const struct zp_booking *booking = answer->bookings[i];
        if (booking->booking_id != NULL &&
            (newest == NULL || booking->created_at >= newest->created_at)) {
            newest = booking;
        }
    }
    if (newest == NULL) {
        add_check(ask, "dikidi.booking", ZP_CHECK_SKIPPED,
                  _("not asked: the journal has no booking of these days yet"));
        next_proof(ask);
        return;
    }
    zp__dikidi_booking(ask->desk->dikidi, ZP_PACE_URGENT, newest->booking_id, on_read,
                       zp__ask_ticket(ask, 0));
}

static void prove_booking(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->dikidi_down) {
        skip(ask, "dikidi.booking");
        return;
    }
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = today(ask->desk);
    zp__store_day(ask->desk->store, zp_zone_day_start(zone, zp_date_add_days(date, -1)),
                  zp_zone_day_end(zone, zp_date_add_days(date, 14)), NULL, true, on_ours,
                  zp__ask_ticket(ask, 0));
}

// What was odd about the form of all answers above: nothing is wrong with that, but a person should
// know what is read how.
static void prove_form(struct zp__ask *ask) {
    struct zp__dikidi_oddity odd[ZP_DIKIDI_ODDITIES];
    const size_t count = zp__dikidi_oddities(ask->desk->dikidi, odd);
    if (count == 0 && ((struct check_state *)ask->state)->dikidi_down) {
        skip(ask, "dikidi.form");
        return;
    }
    char *detail = talloc_strdup(ask, count > 0 ? "" : _("the answers have the expected form"));
    for (size_t i = 0; i < count; i++) {
        detail =
            talloc_asprintf_append(detail, "%s%s [%s: %llu]", i > 0 ? "; " : "", odd[i].sentence,
                                   odd[i].word, (unsigned long long)odd[i].count);
    }
    add_check(ask, "dikidi.form", count > 0 ? ZP_CHECK_WARN : ZP_CHECK_OK, detail);
    next_proof(ask);
}

static void prove_clock(struct zp__ask *ask) {
    const struct check_state *state = ask->state;
    if (state->dikidi_date == 0) {
        add_check(ask, "clock", ZP_CHECK_SKIPPED, _("Dikidi's clock is not known"));
    } else {
        // The server's Date header is real time; a practice configuration lives at another time on
        // purpose.
        const int64_t ours = ask->desk->o.config->practice.on ? zp_clock_now(&(struct zp_clock){0})
                                                              : zp__desk_clock(ask->desk);
        const int64_t skew = ours - state->dikidi_date;
        add_check(ask, "clock", llabs(skew) > SKEW_WARN_S ? ZP_CHECK_WARN : ZP_CHECK_OK,
                  talloc_asprintf(ask, _("this machine's clock differs from Dikidi's by %lld s"),
                                  (long long)skew));
    }
    next_proof(ask);
}

// ---- Bitrix24
// ---------------------------------------------------------------------------------------------------
static struct zp__ask *take_crm(const struct zp__crm_answer *answer, void *data) {
    struct zp_desk *desk = ((struct zp__ticket *)data)->desk;
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    zp__desk_heard_crm(desk, answer);
    return ask;
}

static void on_profile(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        ((struct check_state *)ask->state)->crm_down = true;
        add_failure(ask, "bitrix24.access", &answer->error);
    } else {
        add_check(ask, "bitrix24.access", ZP_CHECK_OK,
                  answer->number == 1 ? _("the webhook works with an administrator's rights")
                                      : _("the webhook works, without an administrator's rights: "
                                          "setup cannot create fields"));
    }
    next_proof(ask);
}

static void prove_access(struct zp__ask *ask) {
    zp__crm_profile(ask->desk->crm, ZP_PACE_URGENT, on_profile, zp__ask_ticket(ask, 0));
}

static bool has_name(const struct zp__crm_answer *answer, const char *id, char separator,
                     const char **rest) {
    const size_t length = strlen(id);
    for (size_t i = 0; i < answer->name_count; i++) {
        if (strncmp(answer->names[i], id, length) == 0 &&
            (answer->names[i][length] == separator || answer->names[i][length] == '\0')) {
            *rest = answer->names[i][length] == separator ? answer->names[i] + length + 1 : "";
            return true;
        }
    }
    return false;
}

static void on_scope(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const char *rest = NULL;
    if (!answer->ok) {
        add_failure(ask, "bitrix24.scope", &answer->error);
    } else if (has_name(answer, "crm", '\0', &rest)) {
        add_check(ask, "bitrix24.scope", ZP_CHECK_OK, "crm");
    } else {
        add_check(ask, "bitrix24.scope", ZP_CHECK_FAIL,
                  _("the webhook lacks the scope crm: tick it in the webhook's settings"));
    }
    next_proof(ask);
}

static void prove_scope(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->crm_down) {
        skip(ask, "bitrix24.scope");
        return;
    }
    zp__crm_scope(ask->desk->crm, ZP_PACE_URGENT, on_scope, zp__ask_ticket(ask, 0));
}

static void on_sources(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const char *id = ask->desk->o.config->bitrix24.source_id;
    const char *rest = NULL;
    if (!answer->ok) {
        add_failure(ask, "bitrix24.source", &answer->error);
    } else if (has_name(answer, id, '=', &rest)) {
        add_check(ask, "bitrix24.source", ZP_CHECK_OK, talloc_asprintf(ask, "%s: %s", id, rest));
    } else {
        add_check(ask, "bitrix24.source", ZP_CHECK_FAIL,
                  talloc_asprintf(ask, _("the source %s is missing: run zapis setup"), id));
    }
    next_proof(ask);
}

static void prove_source(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->crm_down) {
        skip(ask, "bitrix24.source");
        return;
    }
    zp__crm_sources(ask->desk->crm, ZP_PACE_URGENT, on_sources, zp__ask_ticket(ask, 0));
}

static void on_fields(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const struct zp_config *config = ask->desk->o.config;
    const char *booking = NULL;
    const char *visit = NULL;
    if (!answer->ok) {
        add_failure(ask, "bitrix24.fields", &answer->error);
    } else if (!has_name(answer, config->bitrix24.booking_field, ':', &booking) ||
               !has_name(answer, config->bitrix24.visit_field, ':', &visit)) {
        add_check(ask, "bitrix24.fields", ZP_CHECK_FAIL,
                  talloc_asprintf(ask, _("the field %s or %s is missing: run zapis setup"),
                                  config->bitrix24.booking_field, config->bitrix24.visit_field));
    } else if (strcmp(booking, "string:N") != 0 || strcmp(visit, "datetime:N") != 0) {
        add_check(ask, "bitrix24.fields", ZP_CHECK_FAIL,
                  talloc_asprintf(ask,
                                  _("the fields %s and %s must be a single string and a single "
                                    "datetime: name others in the configuration"),
                                  config->bitrix24.booking_field, config->bitrix24.visit_field));
    } else {
        add_check(ask, "bitrix24.fields", ZP_CHECK_OK,
                  talloc_asprintf(ask, "%s, %s", config->bitrix24.booking_field,
                                  config->bitrix24.visit_field));
    }
    next_proof(ask);
}

static void prove_fields(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->crm_down) {
        skip(ask, "bitrix24.fields");
        return;
    }
    zp__crm_userfields(ask->desk->crm, ZP_PACE_URGENT, ask->desk->o.config->bitrix24.entity,
                       on_fields, zp__ask_ticket(ask, 0));
}

static void on_stages(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const struct zp_config *config = ask->desk->o.config;
    const char *wanted = config->bitrix24.cancelled_stage;
    const struct zp__crm_stage *stage = answer->ok ? zp__crm_failure_stage(answer, wanted) : NULL;
    if (!answer->ok) {
        add_failure(ask, "bitrix24.stages", &answer->error);
    } else if (stage == NULL) {
        add_check(ask, "bitrix24.stages", ZP_CHECK_FAIL,
                  _("this funnel has no failure stage: an administrator must make one"));
    } else if (wanted[0] != '\0' && strcmp(stage->id, wanted) != 0) {
        add_check(
            ask, "bitrix24.stages", ZP_CHECK_WARN,
            talloc_asprintf(
                ask,
                _("%s is no failure stage of this funnel; %s (%s) is used for cancelled bookings"),
                wanted, stage->id, stage->name));
    } else {
        add_check(
            ask, "bitrix24.stages", ZP_CHECK_OK,
            talloc_asprintf(ask, _("cancelled bookings go to %s (%s)"), stage->id, stage->name));
    }
    next_proof(ask);
}

static void prove_stages(struct zp__ask *ask) {
    if (((struct check_state *)ask->state)->crm_down) {
        skip(ask, "bitrix24.stages");
        return;
    }
    const struct zp_config *config = ask->desk->o.config;
    zp__crm_stages(ask->desk->crm, ZP_PACE_URGENT, config->bitrix24.entity, config->bitrix24.funnel,
                   on_stages, zp__ask_ticket(ask, 0));
}

// ---- the order
// --------------------------------------------------------------------------------------------------
static void next_proof(struct zp__ask *ask) {
    static const zp__ask_fn proofs[] = {
        prove_config,   prove_zone,    prove_store,  prove_services, prove_masters,
        prove_schedule, prove_booking, prove_form,   prove_clock,    prove_access,
        prove_scope,    prove_source,  prove_fields, prove_stages};
    if (ask->step < (int)(sizeof(proofs) / sizeof(proofs[0]))) {
        proofs[ask->step++](ask);
        return;
    }
    const struct check_state *state = ask->state;
    struct zp_error error = {0};
    if (state->failed) {
        zp_error_set(&error, ZP_E_CONFIG, NULL, "%s", _("a check failed: see above what to do"));
    } else if (state->unreachable) {
        zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "%s",
                     _("a service could not be reached: check the network and try again"));
    }
    zp__ask_answer(ask, error.code != ZP_OK ? &error : NULL);
}

void zp__ask_check(struct zp__ask *ask) {
    ask->state = talloc_zero(ask, struct check_state);
    next_proof(ask);
}
