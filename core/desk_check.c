// check: proves the set-up, reads only. The list of proofs and what becomes of them;
// desk_check_*.c have the proofs.
#include "desk_check.h"
#include <zapis/i18n.h>

struct zp__check_state *zp__check_state(const struct zp__ask *ask) {
    return ask->state;
}

void zp__check_add(struct zp__ask *ask, const char *name, enum zp_check_state state,
                   const char *format, ...) {
    va_list args;
    ask->event.checks = talloc_realloc(ask, ask->event.checks, struct zp_check,
                                       (unsigned)ask->event.check_count + 1);
    va_start(args, format);
    char *detail = talloc_vasprintf(ask->event.checks, format, args);
    va_end(args);
    ask->event.checks[ask->event.check_count++] = (struct zp_check){
        .name = talloc_strdup(ask->event.checks, name), .state = state, .detail = detail};
    struct zp__check_state *checks = ask->state;
    checks->failed = checks->failed || state == ZP_CHECK_FAIL;
}

bool zp__check_is_unreachable(const struct zp_error *error) {
    return error->code == ZP_E_UNREACHABLE || error->code == ZP_E_UNKNOWN ||
           error->code == ZP_E_LIMITED;
}

bool zp__check_is_down(const struct zp_error *error) {
    return error->code == ZP_E_LIMITED ||
           (zp__check_is_unreachable(error) && error->http_status == 0);
}

void zp__check_error(struct zp__ask *ask, const char *name, const struct zp_error *error) {
    struct zp__check_state *checks = ask->state;
    const bool failed_before = checks->failed;
    zp__check_add(ask, name, ZP_CHECK_FAIL, "%s", error->message);
    if (zp__check_is_unreachable(error)) {
        ask->event.checks[ask->event.check_count - 1].unreachable = true;
        checks->failed = failed_before; // only unreachable: exit 4, not 5
        checks->unreachable = true;
    }
}

void zp__check_skip(struct zp__ask *ask, const char *name, const char *why) {
    zp__check_add(ask, name, ZP_CHECK_SKIPPED, "%s", why);
    zp__check_next(ask);
}

static zp__ask_fn proof_at(int step) {
    static const zp__ask_fn proofs[] = {
        zp__prove_config,        zp__prove_secrets,
        zp__prove_who_may,       zp__prove_zone,
        zp__prove_store,         zp__prove_journal,
        zp__prove_services,      zp__prove_masters,
        zp__prove_schedule,      zp__prove_unknown_booking,
        zp__prove_booking,       zp__prove_form,
        zp__prove_access,        zp__prove_scope,
        zp__prove_mode,          zp__prove_funnel,
        zp__prove_stages,        zp__prove_source,
        zp__prove_fields,        zp__prove_entries,
        zp__prove_contacts,      zp__prove_clock,
        zp__prove_hooks,         zp__prove_live_unknown_key,
        zp__prove_live_wildcard, zp__prove_live_spellings,
        zp__prove_live_secret,   zp__prove_live_field_filter,
        zp__prove_live_visit,    zp__prove_live_rest,
        zp__prove_questions,
    };
    return step < (int)(sizeof(proofs) / sizeof(proofs[0])) ? proofs[step] : NULL;
}

static void finish(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    struct zp_error error = {0};
    if (state->failed) {
        zp_error_set(&error, ZP_E_CONFIG, NULL, "%s", _("a check failed: see above what to do"));
    } else if (state->unreachable) {
        zp_error_set(&error, ZP_E_UNREACHABLE, NULL, "%s",
                     _("a service could not be reached: check the network and try again"));
    }
    zp__ask_answer(ask, error.code != ZP_OK ? &error : NULL);
}

// What the last proof found, before the next one asks anybody.
static void tell(const struct zp__ask *ask) {
    struct zp__check_state *state = ask->state;
    const struct zp_event *all = &ask->event;
    struct zp_event news = {.kind = ZP_EVENT_CHECK, .id = ask->id, .ask = ZP_ASK_CHECK, .ok = true};
    if (state->told == all->check_count) {
        return;
    }
    news.check_count = all->check_count - state->told;
    TALLOC_CTX *own = talloc_new(NULL); // of the event: it may be stolen from
    news.checks = talloc_array(own, struct zp_check, (unsigned)news.check_count);
    for (size_t i = 0; i < news.check_count; i++) {
        news.checks[i] = all->checks[state->told + i];
        news.checks[i].name = talloc_strdup(news.checks, news.checks[i].name);
        news.checks[i].detail = talloc_strdup(news.checks, news.checks[i].detail);
    }
    state->told = all->check_count;
    ask->desk->o.on_event(&news, ask->desk->o.data);
    talloc_free(own);
}

// Proofs that ask nobody end before they return: they are taken in a loop, so that none comes back
// to an ask that has ended.
void zp__check_next(struct zp__ask *ask) {
    struct zp__check_state *state = ask->state;
    state->proved = true;
    if (state->proving) {
        return;
    }
    state->proving = true;
    while (state->proved && proof_at(ask->step) != NULL) {
        tell(ask);
        state->proved = false;
        proof_at(ask->step++)(ask);
    }
    state->proving = false;
    if (state->proved) {
        finish(ask);
    }
}

void zp__ask_check(struct zp__ask *ask) {
    ask->state = talloc_zero(ask, struct zp__check_state);
    zp__check_next(ask);
}
