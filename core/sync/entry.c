#include "sync/entry.h"
#include "store/store.h"
#include <string.h>
#include <zapis/i18n.h>

#define ORIGINATOR "dikidi"

const char *zp__entry_word(enum zp_crm_entity entity) {
    return entity == ZP_CRM_LEAD ? "lead" : "deal";
}

enum zp_crm_entity zp__entry_entity(const struct zp_booking *booking) {
    return booking->crm_entity != NULL && strcmp(booking->crm_entity, "lead") == 0 ? ZP_CRM_LEAD
                                                                                   : ZP_CRM_DEAL;
}

char *zp__entry_subject(TALLOC_CTX *ctx, enum zp_crm_entity entity, const char *id) {
    return talloc_asprintf(ctx, "%s%s", entity == ZP_CRM_LEAD ? ZP_SUBJECT_LEAD : ZP_SUBJECT_DEAL,
                           id);
}

static bool is_empty(const char *text) {
    return text == NULL || text[0] == '\0';
}

bool zp__entry_is_of(const struct zp__crm_entry *entry, const struct zp_booking *booking) {
    const bool ours =
        !is_empty(entry->originator_id) && strcmp(entry->originator_id, ORIGINATOR) == 0;
    const char *const numbers[] = {entry->booking_field, ours ? entry->origin_id : NULL};
    bool carried = false;
    for (size_t i = 0; i < 2; i++) {
        if (is_empty(numbers[i])) {
            continue;
        }
        if (is_empty(booking->booking_id) || strcmp(numbers[i], booking->booking_id) != 0) {
            return false;
        }
        carried = true;
    }
    return carried;
}

bool zp__entry_is_of_other(const struct zp__crm_entry *entry, const struct zp_booking *booking) {
    return !is_empty(entry->booking_field) &&
           (is_empty(booking->booking_id) ||
            strcmp(entry->booking_field, booking->booking_id) != 0);
}

static size_t funnel_size(const char *stage_id) {
    const char *end = strchr(stage_id, ':');
    return end != NULL ? (size_t)(end - stage_id) : 0;
}

bool zp__entry_same_funnel(const char *stage_id, const char *other_stage_id) {
    if (is_empty(stage_id) || is_empty(other_stage_id)) {
        return true;
    }
    const size_t size = funnel_size(stage_id);
    return size == funnel_size(other_stage_id) && strncmp(stage_id, other_stage_id, size) == 0;
}

void zp__entry_no_semantic(const char *stage_id, struct zp_error *error) {
    zp_error_set(
        error, ZP_E_BAD_ANSWER, NULL,
        _("Bitrix24 does not say whether the stage %s is a failure: nothing was cancelled, "
          "it is asked again"),
        stage_id);
}

bool zp__entry_is_lost(char semantic, const struct zp_booking *booking, int64_t now,
                       struct zp_error *error) {
    if (semantic != 'F' || booking->state != ZP_BOOKING_BOOKED || booking->starts_at <= now) {
        return false;
    }
    return !zp_error_set(error, ZP_E_REFUSED, ZP_NAME_LOST,
                         _("the entry of booking %s stands in a failure stage in Bitrix24, and the "
                           "visit is booked: cancel the visit, or move the entry to another stage, "
                           "then retry this"),
                         booking->booking_id);
}

const char *const *zp__entry_drop_list(TALLOC_CTX *ctx, const char *request_id) {
    const char **list = talloc_zero_array(ctx, const char *, 2);
    list[0] = talloc_strdup(list, request_id);
    return list;
}
