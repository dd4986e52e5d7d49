// What changed in the CRM since an instant (bitrix24.md 13.4): entries with a booking number, the
// oldest change first.
//
// Pages by offset would miss rows: one that changes meanwhile leaves its place and the others move
// up. So the next page begins at the last change that was seen, and only within one second (the
// resolution of Bitrix24) by offset.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>

// Read at most, however much changed in one second or is not ours.
#define ROWS_CEILING (10 * ZP_CRM_CHANGED_ROWS)

static void on_changed(struct zp__crm_call *call, const struct zp__crm_result *result);

static void add_filter(struct zp__crm_call *call, struct zp_json *filter) {
    const struct zp_config *config = call->crm->config;
    char instant[ZP_INSTANT_SIZE];
    char *booked = zp__memory_printf(call, "!=%s", config->bitrix24.booking_field);
    zp_instant_format(config->zone, call->from, instant);
    zp_json_add_string(filter, zp__crm_legacy(call) ? ">=DATE_MODIFY" : ">=updatedTime", instant);
    zp_json_add_string(filter, booked, "");
    talloc_free(booked);
}

static void ask_changed(struct zp__crm_call *call) {
    struct zp_json *params = zp__crm_entry_params(call, call->entity);
    const bool legacy = zp__crm_legacy(call);
    const char *method = zp__crm_entry_method(params, call, call->entity, "list");
    zp__crm_select(call, call->entity, params);
    add_filter(call, zp_json_add_object(params, "filter"));
    struct zp_json *order = zp_json_add_object(params, "order");
    zp_json_add_string(order, legacy ? "DATE_MODIFY" : "updatedTime", "ASC");
    zp_json_add_string(order, legacy ? "ID" : "id", "ASC");
    if (call->start > 0)
        zp_json_add_int(params, "start", call->start);
    zp__crm_ask(call, method, params, on_changed);
    talloc_free(params);
}

// Seen before, on an earlier page: the later look is the one that counts.
static void forget_earlier(struct zp__crm_call *call) {
    struct zp__crm_answer *answer = &call->answer;
    const char *id = answer->entries[answer->entry_count - 1].id;
    for (size_t i = 0; i + 1 < answer->entry_count; i++) {
        if (strcmp(answer->entries[i].id, id) != 0)
            continue;
        memmove(&answer->entries[i], &answer->entries[i + 1],
                (answer->entry_count - i - 1) * sizeof *answer->entries);
        answer->entry_count--;
        return;
    }
}

// Takes what is ours out of the rows. False: they are not what was asked for.
static bool take_changed(struct zp__crm_call *call, const struct zp_json *rows, int64_t *last) {
    const struct zp_config *config = call->crm->config;
    struct zp__crm_answer *answer = &call->answer;
    // A legacy list drops a filter by a field that is not there, and tells of strangers (T2).
    if (zp_json_count(rows) > 0 &&
        ZP_CRM_FIELD(zp_json_at(rows, 0), config->bitrix24.booking_field) == NULL) {
        zp__crm_no_fields(call);
        return false;
    }
    for (size_t i = 0; i < zp_json_count(rows) && i < ZP_CRM_NAMES; i++) {
        const size_t before = answer->entry_count;
        if (!zp__crm_read_entry(call, call->entity, zp_json_at(rows, i)))
            continue;
        const struct zp__crm_entry *entry = &answer->entries[before];
        if (entry->updated_at == 0) {
            zp__crm_nonsense(call, N_("an entry without the time of its change"));
            return false;
        }
        *last = entry->updated_at;
        if (entry->booking_field[0] == '\0' || entry->updated_at < call->from)
            answer->entry_count--;
        else
            forget_earlier(call);
    }
    return true;
}

static void finish_changed(struct zp__crm_call *call, bool more) {
    call->answer.flag = more;
    call->answer.server_time = call->to; // of the first page: what changes later is not lost
    zp__crm_settle(call);
}

static void on_changed(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, "items");
    int64_t last = 0;
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of entries"));
        return;
    }
    if (call->to == 0)
        call->to = result->server_time;
    if (!take_changed(call, rows, &last))
        return;
    call->found_count += zp_json_count(rows);
    const bool more = result->next > call->start && zp_json_count(rows) > 0;
    const bool onwards = last > call->from;
    const bool full = call->answer.entry_count >= ZP_CRM_CHANGED_ROWS && onwards;
    const bool endless = call->found_count >= ROWS_CEILING;
    if (more && endless && call->answer.entry_count == 0) {
        zp__crm_nonsense(call, N_("a list without an end"));
        return;
    }
    if (!more || full || endless) {
        finish_changed(call, more);
        return;
    }
    call->start = onwards ? 0 : result->next;
    call->from = onwards ? last : call->from;
    ask_changed(call);
}

static void begin_changed(struct zp__crm_call *call) {
    call->failed = zp__crm_filter_failed;
    zp__crm_drop_entries(call);
    call->found_count = 0;
    call->to = 0;
    ask_changed(call);
}

uint64_t zp__crm_changed(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                         enum zp_crm_entity entity, int64_t since, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    call->from = since;
    return zp__crm_start(call, true, begin_changed);
}
