// check: Bitrix24: access and plan, rights, mode, funnel, stages, source, fields, and that entries
// and contacts can be read.
#include "desk_check.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

struct zp__ask *zp__check_take_crm(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask != NULL && answer->server_time != 0) {
        struct zp__check_state *state = ask->state;
        state->crm_dated = true;
        state->crm_skew_s = zp__desk_clock(ask->desk) - answer->server_time;
    }
    return ask;
}

static bool skipped(struct zp__ask *ask, const char *name) {
    const struct zp__check_state *state = ask->state;
    if (state->crm_why != NULL) {
        zp__check_skip(ask, name, state->crm_why);
    }
    return state->crm_why != NULL;
}

// ---- access: the webhook, its owner, the plan

static bool is_of(const char *name, const char *const *names) {
    for (; *names != NULL; names++) {
        if (strcasecmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

static void on_denied(struct zp__ask *ask, const struct zp_error *error) {
    static const char *const dead[] = {"INVALID_CREDENTIALS", "NO_AUTH_FOUND", "invalid_token",
                                       "expired_token", NULL};
    static const char *const owner[] = {"authorization_error", "user_access_error", NULL};
    struct zp__check_state *state = ask->state;
    if (strcmp(error->name, "ACCESS_DENIED") == 0) {
        zp__check_add(ask, "bitrix24.access", ZP_CHECK_OK, "%s", _("the webhook is known"));
        zp__check_add(ask, "bitrix24.plan", ZP_CHECK_FAIL, "%s",
                      _("the portal's plan has no REST (any more): renew the paid plan; bookings "
                        "wait in the queue until then and are entered afterwards"));
        state->crm_why = _("not asked: the portal's plan does not include it");
        return;
    }
    if (is_of(error->name, dead)) {
        zp__check_add(ask, "bitrix24.access", ZP_CHECK_FAIL, "%s",
                      _("the portal does not accept the webhook: it was deleted, has expired, or "
                        "an administrator changed it, which makes a new secret. Put its present "
                        "address into bitrix24.webhook_url_file"));
    } else if (is_of(error->name, owner)) {
        zp__check_add(ask, "bitrix24.access", ZP_CHECK_FAIL, "%s",
                      _("the employee who owns the webhook is dismissed or may not use it: make a "
                        "webhook of another one"));
    } else {
        zp__check_add(ask, "bitrix24.access", ZP_CHECK_FAIL, "%s", error->message);
    }
    zp__check_add(ask, "bitrix24.plan", ZP_CHECK_SKIPPED, "%s",
                  _("not known: the portal does not accept the webhook"));
    state->crm_why = _("not asked: the portal does not accept the webhook");
}

static void on_profile(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    struct zp__check_state *state = ask->state;
    if (answer->ok) {
        zp__check_add(ask, "bitrix24.access", ZP_CHECK_OK,
                      answer->number == 1
                          ? _("the webhook works with an administrator's rights (%s)")
                          : _("the webhook works, without an administrator's rights (%s): setup "
                              "cannot create the source or fields, an administrator must"),
                      answer->name_count > 0 ? answer->names[0] : "");
        zp__check_add(ask, "bitrix24.plan", ZP_CHECK_OK, "%s", _("the plan includes REST"));
    } else if (answer->error.code == ZP_E_DENIED) {
        on_denied(ask, &answer->error);
    } else {
        zp__check_error(ask, "bitrix24.access", &answer->error);
        zp__check_add(ask, "bitrix24.plan", ZP_CHECK_SKIPPED, "%s",
                      _("not known: the portal could not be asked"));
        state->crm_why = _("not asked: the service could not be reached");
    }
    zp__check_next(ask);
}

void zp__prove_access(struct zp__ask *ask) {
    zp__crm_profile(ask->desk->crm, ZP_PACE_URGENT, on_profile, zp__ask_ticket(ask, 0));
}

// ---- names of a list: "ID", "ID=Name", "ID:type:N"

static const char *rest_of(const struct zp__crm_answer *answer, const char *id, char separator) {
    const size_t length = strlen(id);
    for (size_t i = 0; i < answer->name_count; i++) {
        const char *name = answer->names[i];
        if (strncmp(name, id, length) == 0 && name[length] == separator) {
            return separator == '\0' ? "" : name + length + 1;
        }
    }
    return NULL;
}

static void on_scope(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.scope", &answer->error);
    } else if (rest_of(answer, "crm", '\0') == NULL) {
        zp__check_add(ask, "bitrix24.scope", ZP_CHECK_FAIL, "%s",
                      _("the webhook lacks the scope crm: tick it in the webhook's settings"));
    } else {
        zp__check_add(ask, "bitrix24.scope", ZP_CHECK_OK, "crm");
    }
    zp__check_next(ask);
}

void zp__prove_scope(struct zp__ask *ask) {
    if (!skipped(ask, "bitrix24.scope")) {
        zp__crm_scope(ask->desk->crm, ZP_PACE_URGENT, on_scope, zp__ask_ticket(ask, 0));
    }
}

// ---- with leads or without

static void on_mode(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const bool lead = ask->desk->o.config->bitrix24.entity == ZP_CRM_LEAD;
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.mode", &answer->error);
    } else if (lead && answer->number == 2) {
        zp__check_add(ask, "bitrix24.mode", ZP_CHECK_FAIL, "%s",
                      _("bookings are to be leads, but this CRM works without leads and turns each "
                        "into a deal at once: set bitrix24.entity to \"deal\", or switch leads on "
                        "in the CRM's settings"));
    } else {
        zp__check_add(ask, "bitrix24.mode", ZP_CHECK_OK, "%s",
                      lead ? _("bookings are leads, and the CRM works with leads")
                           : _("bookings are deals"));
    }
    zp__check_next(ask);
}

void zp__prove_mode(struct zp__ask *ask) {
    if (!skipped(ask, "bitrix24.mode")) {
        zp__crm_mode(ask->desk->crm, ZP_PACE_URGENT, on_mode, zp__ask_ticket(ask, 0));
    }
}

// ---- funnel and stages

static void on_funnels(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    char *id = talloc_asprintf(ask, "%d", ask->desk->o.config->bitrix24.funnel);
    const char *name = rest_of(answer, id, '=');
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.funnel", &answer->error);
    } else if (name == NULL) {
        char *known = talloc_strdup(ask, "");
        for (size_t i = 0; i < answer->name_count; i++) {
            known = talloc_asprintf_append(known, "%s%s", i > 0 ? ", " : "", answer->names[i]);
        }
        zp__check_add(
            ask, "bitrix24.funnel", ZP_CHECK_FAIL,
            _("there is no funnel %s, or the webhook's owner may not see it, and Bitrix24 "
              "would put deals into the first one without a word: set bitrix24.funnel to "
              "one of these: %s"),
            id, known);
    } else {
        zp__check_add(ask, "bitrix24.funnel", ZP_CHECK_OK, "%s (%s)", id, name);
    }
    zp__check_next(ask);
}

void zp__prove_funnel(struct zp__ask *ask) {
    if (skipped(ask, "bitrix24.funnel")) {
        return;
    }
    if (ask->desk->o.config->bitrix24.entity == ZP_CRM_LEAD) {
        zp__check_skip(ask, "bitrix24.funnel", _("not asked: leads have no funnels"));
        return;
    }
    zp__crm_funnels(ask->desk->crm, ZP_PACE_URGENT, on_funnels, zp__ask_ticket(ask, 0));
}

static void on_stages(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const char *wanted = ask->desk->o.config->bitrix24.cancelled_stage;
    const struct zp__crm_stage *stage = answer->ok ? zp__crm_failure_stage(answer, wanted) : NULL;
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.stages", &answer->error);
    } else if (stage == NULL) {
        zp__check_add(ask, "bitrix24.stages", ZP_CHECK_FAIL, "%s",
                      _("this funnel has no failure stage, so that a cancelled booking cannot be "
                        "shown: an administrator must make one"));
    } else if (wanted[0] != '\0' && strcmp(stage->id, wanted) != 0) {
        zp__check_add(
            ask, "bitrix24.stages", ZP_CHECK_FAIL,
            _("%s is no failure stage of this funnel, so that %s (%s) is used for "
              "cancelled bookings: set bitrix24.cancelled_stage to it, or leave it empty"),
            wanted, stage->id, stage->name);
    } else {
        zp__check_add(ask, "bitrix24.stages", ZP_CHECK_OK, _("cancelled bookings go to %s (%s)"),
                      stage->id, stage->name);
    }
    zp__check_next(ask);
}

void zp__prove_stages(struct zp__ask *ask) {
    const struct zp_config *config = ask->desk->o.config;
    if (!skipped(ask, "bitrix24.stages")) {
        zp__crm_stages(ask->desk->crm, ZP_PACE_URGENT, config->bitrix24.entity,
                       config->bitrix24.funnel, on_stages, zp__ask_ticket(ask, 0));
    }
}

// ---- source and fields

static void on_sources(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const char *id = ask->desk->o.config->bitrix24.source_id;
    const char *name = rest_of(answer, id, '=');
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.source", &answer->error);
    } else if (name == NULL) {
        zp__check_add(ask, "bitrix24.source", ZP_CHECK_FAIL,
                      _("the source %s is missing: run zapis setup"), id);
    } else {
        zp__check_add(ask, "bitrix24.source", ZP_CHECK_OK, "%s: %s", id, name);
    }
    zp__check_next(ask);
}

void zp__prove_source(struct zp__ask *ask) {
    if (!skipped(ask, "bitrix24.source")) {
        zp__crm_sources(ask->desk->crm, ZP_PACE_URGENT, on_sources, zp__ask_ticket(ask, 0));
    }
}

static void on_fields(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const struct zp_config *config = ask->desk->o.config;
    const struct {
        const char *name, *type, *rest;
    } fields[] = {
        {config->bitrix24.booking_field, "string",
         rest_of(answer, config->bitrix24.booking_field, ':')},
        {config->bitrix24.visit_field, "datetime",
         rest_of(answer, config->bitrix24.visit_field, ':')},
    };
    struct zp__check_state *state = ask->state;
    char *trouble = talloc_strdup(ask, "");
    for (size_t i = 0; i < 2 && answer->ok; i++) {
        const char *wanted = talloc_asprintf(ask, "%s:N", fields[i].type);
        const char *comma = trouble[0] != '\0' ? "; " : "";
        if (fields[i].rest == NULL) {
            trouble = talloc_asprintf_append(
                trouble, _("%sthe field %s is missing: run zapis setup"), comma, fields[i].name);
        } else if (strcmp(fields[i].rest, wanted) != 0) {
            trouble = talloc_asprintf_append(
                trouble,
                _("%sthe field %s is not a single %s (it is %s, which cannot be changed): name "
                  "another field in the configuration"),
                comma, fields[i].name, fields[i].type, fields[i].rest);
        }
    }
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.fields", &answer->error);
    } else if (trouble[0] != '\0') {
        zp__check_add(ask, "bitrix24.fields", ZP_CHECK_FAIL, "%s", trouble);
        state->deals_why = talloc_strdup(state, _("not asked: the fields are not as they must be"));
    } else {
        zp__check_add(ask, "bitrix24.fields", ZP_CHECK_OK, "%s, %s", fields[0].name,
                      fields[1].name);
    }
    zp__check_next(ask);
}

void zp__prove_fields(struct zp__ask *ask) {
    if (!skipped(ask, "bitrix24.fields")) {
        zp__crm_userfields(ask->desk->crm, ZP_PACE_URGENT, ask->desk->o.config->bitrix24.entity,
                           on_fields, zp__ask_ticket(ask, 0));
    }
}

// ---- may deals, leads and contacts be read

static const char *entries_name(const struct zp__ask *ask) {
    return ask->desk->o.config->bitrix24.entity == ZP_CRM_LEAD ? "bitrix24.leads"
                                                               : "bitrix24.deals";
}

// Entries that the webhook's owner may not see are left out of a list without a word: only one that
// must be there tells.
static void on_entries(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const char *name = entries_name(ask);
    const struct zp_booking *logged = zp__check_state(ask)->logged;
    if (!answer->ok) {
        zp__check_error(ask, name, &answer->error);
    } else if (logged != NULL && answer->entry_count == 0) {
        zp__check_add(ask, name, ZP_CHECK_WARN,
                      _("%s %s of booking %s is not found: it was deleted, or the webhook's owner "
                        "may not see it; give him the right to read all of them"),
                      logged->crm_entity, logged->crm_id, logged->booking_id);
    } else if (logged != NULL) {
        zp__check_add(ask, name, ZP_CHECK_OK, _("%s %s of booking %s can be read"),
                      logged->crm_entity, answer->entries[0].id, logged->booking_id);
    } else {
        zp__check_add(ask, name, ZP_CHECK_OK, "%s", _("they can be listed"));
    }
    zp__check_next(ask);
}

void zp__prove_entries(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    const char *name = entries_name(ask);
    if (skipped(ask, name)) {
        return;
    }
    if (state->deals_why != NULL) {
        zp__check_skip(ask, name, state->deals_why);
        return;
    }
    zp__crm_find_by_booking(ask->desk->crm, ZP_PACE_URGENT, ask->desk->o.config->bitrix24.entity,
                            state->logged != NULL ? state->logged->booking_id : "zapis-check",
                            on_entries, zp__ask_ticket(ask, 0));
}

static void on_contacts(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const struct zp_booking *logged = zp__check_state(ask)->logged;
    if (!answer->ok) {
        zp__check_error(ask, "bitrix24.contacts", &answer->error);
    } else if (logged != NULL && logged->crm_contact_id != NULL &&
               logged->crm_contact_id[0] != '\0' && answer->contact_count == 0) {
        zp__check_add(
            ask, "bitrix24.contacts", ZP_CHECK_WARN,
            _("contact %s of booking %s is not found by its phone: it was changed, or the "
              "webhook's owner may not see it, and then contacts would be made twice"),
            logged->crm_contact_id, logged->booking_id);
    } else {
        zp__check_add(ask, "bitrix24.contacts", ZP_CHECK_OK, "%s",
                      _("they can be looked for by phone"));
    }
    zp__check_next(ask);
}

void zp__prove_contacts(struct zp__ask *ask) {
    const struct zp_booking *logged = zp__check_state(ask)->logged;
    const bool phone =
        logged != NULL && logged->client_phone != NULL && logged->client_phone[0] != '\0';
    if (!skipped(ask, "bitrix24.contacts")) {
        zp__crm_find_contacts(ask->desk->crm, ZP_PACE_URGENT,
                              phone ? logged->client_phone : "+70000000000", on_contacts,
                              zp__ask_ticket(ask, 0));
    }
}
