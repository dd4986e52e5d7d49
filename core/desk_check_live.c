// check: the live questions of the reference (bitrix24.md 18) that only read. Nothing of ours rests
// on them: an answer that was not expected is a warning.
#include "desk_check.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>

static bool skipped(struct zp__ask *ask, const char *name, bool needs_logged) {
    const struct zp__check_state *state = ask->state;
    const char *why = state->crm_why;
    if (why == NULL) {
        why = state->deals_why;
    }
    if (why == NULL && needs_logged && state->logged == NULL) {
        why = _("not asked: no booking of these days is in the CRM yet");
    }
    if (why != NULL) {
        zp__check_skip(ask, name, why);
    }
    return why != NULL;
}

static void refused(struct zp__ask *ask, const char *name, const struct zp_error *error) {
    if (zp__check_is_unreachable(error)) {
        zp__check_error(ask, name, error);
    } else {
        zp__check_add(ask, name, ZP_CHECK_WARN, "%s", error->message);
    }
}

// ---- 2: an unknown key of a filter

#define UNKNOWN_KEY "bitrix24.live.unknown-key"

static void on_unknown_key(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        refused(ask, UNKNOWN_KEY, &answer->error);
    } else {
        zp__check_add(ask, UNKNOWN_KEY, ZP_CHECK_OK, "%s",
                      answer->flag
                          ? _("older lists leave out a condition on a field they do not "
                              "know and give everything, as expected")
                          : _("older lists give nothing for a condition on a field they do "
                              "not know (everything was expected)"));
    }
    zp__check_next(ask);
}

void zp__prove_live_unknown_key(struct zp__ask *ask) {
    if (!skipped(ask, UNKNOWN_KEY, false)) {
        zp__crm_ask_unknown_key(ask->desk->crm, ZP_PACE_URGENT,
                                ask->desk->o.config->bitrix24.entity, on_unknown_key,
                                zp__ask_ticket(ask, 0));
    }
}

// ---- 4: "_" in a filter without a prefix

#define WILDCARD "bitrix24.live.wildcard"

static void on_wildcard(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        refused(ask, WILDCARD, &answer->error);
    } else {
        zp__check_add(
            ask, WILDCARD, ZP_CHECK_OK, "%s",
            answer->flag ? _("“_” is a wildcard in a condition without a sign, as expected")
                         : _("“_” is no wildcard in a condition without a sign (it was expected)"));
    }
    zp__check_next(ask);
}

void zp__prove_live_wildcard(struct zp__ask *ask) {
    if (!skipped(ask, WILDCARD, true)) {
        zp__crm_ask_wildcard(ask->desk->crm, ZP_PACE_URGENT, ask->desk->o.config->bitrix24.entity,
                             zp__check_state(ask)->logged->booking_id, on_wildcard,
                             zp__ask_ticket(ask, 0));
    }
}

// ---- 6: by which spellings of a phone a contact is found

#define SPELLINGS "bitrix24.live.phone-spellings"

static void ask_spelling(struct zp__ask *ask);

// The form of a spelling without the client's digits: "+7…", "8…".
static char *form_of(TALLOC_CTX *ctx, const char *spelling, size_t national) {
    const size_t length = strlen(spelling);
    return talloc_asprintf(ctx, "%.*s%s", length > national ? (int)(length - national) : 0,
                           spelling, "…");
}

static void on_spelling(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    struct zp__check_state *state = ask->state;
    if (!answer->ok) {
        refused(ask, SPELLINGS, &answer->error);
        zp__check_next(ask);
        return;
    }
    char variants[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE];
    const size_t count = zp_phone_variants(state->logged->client_phone,
                                           ask->desk->o.config->salon.country, variants);
    if (answer->flag) {
        // The last spelling is the national number alone.
        state->spellings = talloc_asprintf_append(
            state->spellings, "%s%s", state->spellings_known > 0 ? ", " : "",
            form_of(state, variants[state->spelling], strlen(variants[count - 1])));
        state->spellings_known++;
    }
    state->spelling++;
    ask_spelling(ask);
}

static void ask_spelling(struct zp__ask *ask) {
    struct zp__check_state *state = ask->state;
    char variants[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE];
    const size_t count = zp_phone_variants(state->logged->client_phone,
                                           ask->desk->o.config->salon.country, variants);
    if ((size_t)state->spelling < count) {
        zp__crm_ask_spelling(ask->desk->crm, ZP_PACE_URGENT, variants[state->spelling], on_spelling,
                             zp__ask_ticket(ask, 0));
        return;
    }
    if (state->spellings_known == 0) {
        zp__check_add(ask, SPELLINGS, ZP_CHECK_WARN, "%s",
                      _("the contact of the newest booking is found by no spelling of its phone"));
    } else {
        zp__check_add(ask, SPELLINGS, ZP_CHECK_OK,
                      _("a contact is found by %d of %zu spellings of its phone: %s"),
                      state->spellings_known, count, state->spellings);
    }
    zp__check_next(ask);
}

void zp__prove_live_spellings(struct zp__ask *ask) {
    struct zp__check_state *state = ask->state;
    if (skipped(ask, SPELLINGS, true)) {
        return;
    }
    if (state->logged->crm_contact_id == NULL || state->logged->crm_contact_id[0] == '\0' ||
        state->logged->client_phone == NULL || state->logged->client_phone[0] == '\0') {
        zp__check_skip(ask, SPELLINGS, _("not asked: the newest booking has no contact"));
        return;
    }
    state->spellings = talloc_strdup(state, "");
    ask_spelling(ask);
}

// ---- 8: what a wrong secret is answered with

#define SECRET "bitrix24.live.wrong-secret"

static void after_stranger(void *data) {
    struct zp__ask *ask = data;
    TALLOC_FREE(zp__check_state(ask)->stranger);
    zp__check_next(ask);
}

static void on_stranger(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) {
        zp__check_add(ask, SECRET, ZP_CHECK_WARN, "%s",
                      _("the portal takes a secret that is none: tell Bitrix24's support"));
    } else if (zp__check_is_unreachable(&answer->error)) {
        zp__check_error(ask, SECRET, &answer->error);
    } else {
        zp__check_add(ask, SECRET, answer->error.code == ZP_E_DENIED ? ZP_CHECK_OK : ZP_CHECK_WARN,
                      _("a wrong secret is answered with HTTP %d, %s"), answer->error.http_status,
                      answer->error.name);
    }
    // Its client must not be freed under its own call: the next turn does.
    zp_timer_start(zp_timer_new(ask, ask->desk->loop, after_stranger, ask), 0, 0);
}

void zp__prove_live_secret(struct zp__ask *ask) {
    struct zp__check_state *state = ask->state;
    if (skipped(ask, SECRET, false)) {
        return;
    }
    struct zp_config *config = talloc_memdup(state, ask->desk->o.config, sizeof(*config));
    char *url = talloc_strdup(config, config->secrets.bitrix24_url);
    char *slash = NULL;
    url[strlen(url) - 1] = '\0'; // it always ends in one
    slash = strrchr(url, '/');
    if (slash != NULL) {
        slash[1] = '\0';
    }
    config->secrets.bitrix24_url = talloc_asprintf(config, "%szapischeck000000/", url);
    state->stranger = zp__bitrix24_new(state, ask->desk->loop, config);
    zp__crm_profile(state->stranger, ZP_PACE_URGENT, on_stranger, zp__ask_ticket(ask, 0));
}

// ---- 10, 11: the field as a condition; the visit field's time

#define FILTER "bitrix24.live.field-filter"
#define VISIT  "bitrix24.live.visit-time"

static void on_filter(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        refused(ask, FILTER, &answer->error);
    } else {
        const bool found =
            answer->entry_count > 0 &&
            strcmp(answer->entries[0].booking_field, zp__check_state(ask)->logged->booking_id) == 0;
        zp__check_add(ask, FILTER, found ? ZP_CHECK_OK : ZP_CHECK_WARN, "%s",
                      found ? _("the entry of a booking is found by its field")
                            : _("the entry of the newest booking is not found by its field"));
    }
    zp__check_next(ask);
}

void zp__prove_live_field_filter(struct zp__ask *ask) {
    if (!skipped(ask, FILTER, true)) {
        zp__crm_find_by_booking(
            ask->desk->crm, ZP_PACE_URGENT, ask->desk->o.config->bitrix24.entity,
            zp__check_state(ask)->logged->booking_id, on_filter, zp__ask_ticket(ask, 0));
    }
}

static void on_visit(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__check_take_crm(answer, data);
    if (ask == NULL) {
        return;
    }
    const struct zp_booking *logged = zp__check_state(ask)->logged;
    if (!answer->ok && answer->missing) {
        zp__check_add(ask, VISIT, ZP_CHECK_SKIPPED, "%s", answer->error.message);
    } else if (!answer->ok) {
        refused(ask, VISIT, &answer->error);
    } else if (answer->entries[0].visit_at == logged->starts_at) {
        zp__check_add(ask, VISIT, ZP_CHECK_OK, "%s",
                      _("the visit field gives back the time that was written"));
    } else {
        zp__check_add(ask, VISIT, ZP_CHECK_WARN,
                      _("the visit field of %s %s is off by %lld min from the journal: it was "
                        "changed by hand, or the portal reads the time in another zone"),
                      logged->crm_entity, logged->crm_id,
                      (long long)(answer->entries[0].visit_at - logged->starts_at) / 60);
    }
    zp__check_next(ask);
}

void zp__prove_live_visit(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    if (!skipped(ask, VISIT, true)) {
        zp__crm_get(ask->desk->crm, ZP_PACE_URGENT, ask->desk->o.config->bitrix24.entity,
                    state->logged->crm_id, on_visit, zp__ask_ticket(ask, 0));
    }
}

// ---- the rest write

void zp__prove_live_rest(struct zp__ask *ask) {
    zp__check_skip(ask, "bitrix24.live.rest",
                   _("not asked, since it would write: an entry without fields, a stage of another "
                     "funnel, long field names, what is said of things that exist, webhooks, a "
                     "lead without leads"));
}
