// Between the files of the manager's hands: portal_control.c (the verbs, what is shown and done to
// rows), portal_control_set.c (what the portal is like).
#ifndef ZP_PRACTICE_PORTAL_CONTROL_H
#define ZP_PRACTICE_PORTAL_CONTROL_H

#include "practice/portal_internal.h"

struct zp__portal_hand { // one verb being carried out
    struct zp__portal *portal;
    TALLOC_CTX *ctx;
    int argc;
    const char *const *argv;
    struct zp_json *answer;
    struct zp_error *err;
};
typedef bool (*zp__portal_hand_fn)(struct zp__portal_hand *hand, int type);

bool zp__portal_hand_wrong(struct zp__portal_hand *hand, const char *text); // false
bool zp__portal_hand_done(struct zp__portal_hand *hand);                    // true
// portal_control_set.c
bool zp__portal_hand_persona(struct zp__portal_hand *hand, int type);
bool zp__portal_hand_plan(struct zp__portal_hand *hand, int type);
bool zp__portal_hand_revoke(struct zp__portal_hand *hand, int type);
bool zp__portal_hand_oauth(struct zp__portal_hand *hand, int type);
bool zp__portal_hand_operating(struct zp__portal_hand *hand, int type);
bool zp__portal_hand_set(struct zp__portal_hand *hand, int type);

#endif
