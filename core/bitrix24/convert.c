// A lead that has become a deal: at once on a portal without leads, or by a robot or a person
// (bitrix24.md 6.5, 9.7). None of our fields is on the deal; LEAD_ID is what ties them.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>

static void on_deals(struct zp__crm_call *call, const struct zp__crm_result *result);

static void ask_deals(struct zp__crm_call *call) {
    struct zp_json *params = zp__crm_entry_params(call, ZP_CRM_DEAL);
    const bool legacy = zp__crm_legacy(call);
    zp__crm_select(call, ZP_CRM_DEAL, params);
    struct zp_json *filter = zp_json_add_object(params, "filter");
    zp__crm_add_id(filter, legacy ? "=LEAD_ID" : "=leadId", call->ids[call->found_count]);
    zp_json_add_string(zp_json_add_object(params, "order"), legacy ? "ID" : "id", "ASC");
    zp__crm_ask(call, zp__crm_entry_method(params, call, ZP_CRM_DEAL, "list"), params, on_deals);
    talloc_free(params);
}

static bool is_of_lead(const struct zp_json *row, const char *lead_id) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *id = zp__crm_id(scratch, ZP_CRM_FIELD(row, "leadId", "LEAD_ID"));
    const bool same = id != NULL && strcmp(id, lead_id) == 0;
    talloc_free(scratch);
    return same;
}

// Of the deals behind `first`, one: that with the booking's number, else the oldest.
static void keep_one(struct zp__crm_call *call, size_t first, const char *booking_id) {
    struct zp__crm_answer *answer = &call->answer;
    size_t best = first;
    for (size_t i = first; i < answer->entry_count; i++)
        if (booking_id != NULL && zp__crm_has_booking(&answer->entries[i], booking_id)) {
            best = i;
            break;
        }
    if (answer->entry_count > first) {
        answer->entries[first] = answer->entries[best];
        answer->entry_count = first + 1;
    }
}

static void drop_lead(struct zp__crm_call *call, const char *lead_id) {
    struct zp__crm_answer *answer = &call->answer;
    for (size_t i = 0; i < answer->entry_count; i++) {
        if (answer->entries[i].entity != ZP_CRM_LEAD || strcmp(answer->entries[i].id, lead_id) != 0)
            continue;
        memmove(&answer->entries[i], &answer->entries[i + 1],
                (answer->entry_count - i - 1) * sizeof *answer->entries);
        answer->entry_count--;
        return;
    }
}

static void on_deals(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, "items");
    const char *lead_id = call->ids[call->found_count];
    const char *booking_id = call->fields != NULL ? call->fields->booking_id : call->booking_id;
    const size_t first = call->answer.entry_count;
    if (rows == NULL && !call->is_write) {
        zp__crm_nonsense(call, N_("no list of deals"));
        return;
    }
    // Held against what was asked: a filter may have been dropped (T2).
    for (size_t i = 0; i < zp_json_count(rows) && i < ZP_CRM_PAGE; i++)
        if (is_of_lead(zp_json_at(rows, i), lead_id))
            zp__crm_read_entry(call, ZP_CRM_DEAL, zp_json_at(rows, i));
    keep_one(call, first, booking_id);
    if (call->answer.entry_count > first)
        drop_lead(call, lead_id);
    if (++call->found_count < call->id_count)
        ask_deals(call);
    else
        zp__crm_settle(call);
}

bool zp__crm_follow_leads(struct zp__crm_call *call, const char *gone_id) {
    const struct zp__crm_answer *answer = &call->answer;
    call->ids = zp__memory_array(call, char *, answer->entry_count + 1);
    call->id_count = call->found_count = 0;
    for (size_t i = 0; i < answer->entry_count; i++)
        if (answer->entries[i].entity == ZP_CRM_LEAD &&
            (answer->entries[i].semantic == 'S' || call->booking_id != NULL))
            call->ids[call->id_count++] = zp__memory_strdup(call->ids, answer->entries[i].id);
    if (call->id_count == 0 && gone_id != NULL)
        call->ids[call->id_count++] = zp__memory_strdup(call->ids, gone_id);
    if (call->id_count == 0)
        return false;
    ask_deals(call);
    return true;
}

static void begin_deal(struct zp__crm_call *call) {
    if (!zp__crm_follow_leads(call, call->wanted_id))
        zp__crm_settle(call);
}

uint64_t zp__crm_deal_of_lead(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              const char *lead_id, const char *booking_id, zp__crm_fn fn,
                              void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->wanted_id = zp__memory_strdup(call, lead_id);
    call->booking_id = zp__memory_strdup(call, booking_id);
    return zp__crm_start(call, true, begin_deal);
}
