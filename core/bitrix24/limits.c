// The portal's limits as a client lives with them (bitrix24.md 3, T23, T24): 503 holds the whole
// budget, 429 is one method's and lets that one rest.
#include "bitrix24/call.h"

#include <zapis/i18n.h>

#define BACK_OFF_MS        1000
#define BACK_OFF_STEPS     5 // 1, 2, 4, 8, 16, 32 s
#define REST_LONGEST_MS    INT64_C(900000)
#define REST_REMEMBERED_MS INT64_C(660000) // a time told longer ago is over

static struct zp__crm_rest *rest_of(struct zp_bitrix24 *crm, const char *method) {
    struct zp__crm_rest *oldest = &crm->rests[0];
    for (size_t i = 0; i < ZP_CRM_RESTS; i++) {
        if (strcmp(crm->rests[i].method, method) == 0)
            return &crm->rests[i];
        if (crm->rests[i].told_at_ms < oldest->told_at_ms)
            oldest = &crm->rests[i];
    }
    *oldest = (struct zp__crm_rest){.told_at_ms = zp_loop_now_ms(crm->loop)};
    snprintf(oldest->method, sizeof oldest->method, "%s", method);
    return oldest;
}

// Several requests may be on their way when the portal says "too many": their refusals are one.
static void back_off(struct zp_bitrix24 *crm, struct zp__crm_result *result) {
    int64_t now_ms = zp_loop_now_ms(crm->loop);
    if (now_ms < crm->held_until_ms) {
        result->error.retry_after_ms = crm->held_until_ms - now_ms;
        return;
    }
    int step = crm->limited_in_a_row < BACK_OFF_STEPS ? crm->limited_in_a_row : BACK_OFF_STEPS;
    int64_t pause_ms = (int64_t)BACK_OFF_MS << step;
    if (pause_ms > result->hold_ms)
        result->hold_ms = pause_ms;
    result->error.retry_after_ms = result->hold_ms;
    crm->limited_in_a_row++;
    crm->held_until_ms = now_ms + result->hold_ms;
    zp__pace_hold(crm->pace, result->hold_ms);
}

// An error has no `time` on many portals: then the last answer of the method has said when.
static void let_rest(struct zp_bitrix24 *crm, const char *method, struct zp__crm_result *result,
                     int64_t now) {
    int64_t now_ms = zp_loop_now_ms(crm->loop);
    struct zp__crm_rest *rest = rest_of(crm, method);
    int64_t pause_ms = result->error.retry_after_ms;
    bool fresh = rest->reset_at > now && now_ms - rest->told_at_ms < REST_REMEMBERED_MS;
    if (result->reset_at == 0 && fresh && (rest->reset_at - now) * 1000 > pause_ms)
        pause_ms = (rest->reset_at - now) * 1000;
    if (pause_ms > REST_LONGEST_MS)
        pause_ms = REST_LONGEST_MS;
    result->error.retry_after_ms = pause_ms;
    rest->until_ms = now_ms + pause_ms;
}

void zp__crm_count_limits(struct zp_bitrix24 *crm, const char *method,
                          struct zp__crm_result *result, int64_t now) {
    if (result->rests)
        let_rest(crm, method, result, now);
    else if (result->hold_ms > 0)
        back_off(crm, result);
    if (result->error.code != ZP_OK)
        return;
    crm->limited_in_a_row = 0;
    struct zp__crm_rest *rest = rest_of(crm, method);
    rest->until_ms = 0;
    rest->reset_at = result->reset_at;
    rest->told_at_ms = zp_loop_now_ms(crm->loop);
}

bool zp__crm_rests(struct zp_bitrix24 *crm, const char *method, struct zp_error *err) {
    int64_t left_ms = rest_of(crm, method)->until_ms - zp_loop_now_ms(crm->loop);
    if (left_ms <= 0)
        return false;
    zp_error_set(err, ZP_E_LIMITED, "OPERATION_TIME_LIMIT", "%s",
                 _("Bitrix24 has worked too long for this webhook and rests: it will be asked "
                   "again later"));
    err->retry_after_ms = left_ms;
    return true;
}
