// What the files of `check` share: a list of proofs, one after the other. Each adds what it found
// and calls the next one; one that fails does not stop the next.
#ifndef ZP_DESK_CHECK_H
#define ZP_DESK_CHECK_H

#include "desk_private.h"

struct zp__check_state {
    bool proving, proved; // in the loop of zp__check_next(); the present proof has ended
    bool failed, unreachable;
    size_t told;                      // checks that were told as they came
    const char *dikidi_why, *crm_why; // why nothing more is asked of it; NULL: it is asked
    bool dikidi_dated, crm_dated;     // its clock is known
    int64_t dikidi_skew_s, crm_skew_s;
    struct zp_catalogue *services; // as Dikidi just told them
    struct zp_booking *newest;     // of the journal, with a number, of these days; NULL none
    struct zp_booking *logged;     // the same, entered in the CRM
    struct zp_bitrix24 *stranger;  // the portal with a secret that is none
    struct zp_http *http;          // to zapis serve
    int spelling, spellings_known; // of the phone of `logged`
    char *spellings;               // those the portal knows, in words
    char *deals_why;               // why no entry can be read
};

struct zp__check_state *zp__check_state(const struct zp__ask *ask);
void zp__check_add(struct zp__ask *ask, const char *name, enum zp_check_state state,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
// FAIL with the error's sentence; only unreachable where that is what it was.
void zp__check_error(struct zp__ask *ask, const char *name, const struct zp_error *error);
void zp__check_skip(struct zp__ask *ask, const char *name, const char *why);
void zp__check_next(struct zp__ask *ask);
// True: the error says that the other side could not be asked, so that the rest need not be.
bool zp__check_is_down(const struct zp_error *error);
bool zp__check_is_unreachable(const struct zp_error *error);

// desk_check_place.c: this machine
void zp__prove_config(struct zp__ask *ask);
void zp__prove_secrets(struct zp__ask *ask);
void zp__prove_who_may(struct zp__ask *ask);
void zp__prove_zone(struct zp__ask *ask);
void zp__prove_store(struct zp__ask *ask);
void zp__prove_journal(struct zp__ask *ask); // finds `newest` and `logged`
void zp__prove_clock(struct zp__ask *ask);
void zp__prove_questions(struct zp__ask *ask);

// desk_check_hooks.c: zapis serve, here and from the outside
void zp__prove_hooks(struct zp__ask *ask);

// desk_check_dikidi.c
void zp__prove_services(struct zp__ask *ask); // the key and the plan too
void zp__prove_masters(struct zp__ask *ask);
void zp__prove_schedule(struct zp__ask *ask);
void zp__prove_unknown_booking(struct zp__ask *ask);
void zp__prove_booking(struct zp__ask *ask);
void zp__prove_form(struct zp__ask *ask);

// desk_check_crm.c
void zp__prove_access(struct zp__ask *ask);
void zp__prove_scope(struct zp__ask *ask);
void zp__prove_mode(struct zp__ask *ask);
void zp__prove_funnel(struct zp__ask *ask);
void zp__prove_stages(struct zp__ask *ask);
void zp__prove_source(struct zp__ask *ask);
void zp__prove_fields(struct zp__ask *ask);
void zp__prove_entries(struct zp__ask *ask);
void zp__prove_contacts(struct zp__ask *ask);
struct zp__ask *zp__check_take_crm(const struct zp__crm_answer *answer, void *data);

// desk_check_live.c: the live questions that only read
void zp__prove_live_unknown_key(struct zp__ask *ask);
void zp__prove_live_wildcard(struct zp__ask *ask);
void zp__prove_live_spellings(struct zp__ask *ask);
void zp__prove_live_secret(struct zp__ask *ask);
void zp__prove_live_field_filter(struct zp__ask *ask);
void zp__prove_live_visit(struct zp__ask *ask);
void zp__prove_live_rest(struct zp__ask *ask);

#endif
