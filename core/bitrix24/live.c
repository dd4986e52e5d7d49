// Questions to a live portal that only read (bitrix24.md 18): what the documentation leaves open.
// Nothing of ours rests on the answers; `check` tells them, so that a wrong guess is seen early.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>

static void on_rows(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, NULL);
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of entries"));
        return;
    }
    call->answer.total = result->total;
    call->answer.flag = zp_json_count(rows) > 0;
    zp__crm_settle(call);
}

static void ask_legacy_list(struct zp__crm_call *call, const char *key, const char *value) {
    struct zp_json *params = zp_json_new_object(call);
    const char *method = zp__crm_legacy_method(params, call->entity, "list");
    zp_json_add_string(zp_json_add_array(params, "select"), NULL, "ID");
    zp_json_add_string(zp_json_add_object(params, "filter"), key, value);
    zp__crm_ask(call, method, params, on_rows);
    talloc_free(params);
}

static void begin_unknown_key(struct zp__crm_call *call) {
    ask_legacy_list(call, "=ZAPIS_NO_SUCH_FIELD", "1");
}

uint64_t zp__crm_ask_unknown_key(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                 enum zp_crm_entity entity, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    return zp__crm_start(call, false, begin_unknown_key);
}

static void begin_wildcard(struct zp__crm_call *call) {
    char *pattern = zp__memory_strdup(call, call->booking_id);
    pattern[strlen(pattern) - 1] = '_';
    ask_legacy_list(call, call->crm->config->bitrix24.booking_field, pattern);
    talloc_free(pattern);
}

uint64_t zp__crm_ask_wildcard(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              enum zp_crm_entity entity, const char *booking_id, zp__crm_fn fn,
                              void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    call->booking_id = zp__memory_strdup(call, booking_id);
    if (booking_id[0] == '\0')
        return zp__crm_refuse(call, ZP_E_INTERNAL, _("A booking without a number was looked for"));
    return zp__crm_start(call, false, begin_wildcard);
}

static void on_spelling(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (zp__crm_found_nonsense(call, result, "CONTACT"))
        return;
    const struct zp_json *found = ZP_CRM_FIELD(result->result, "CONTACT");
    call->answer.total = (int64_t)zp_json_count(found);
    call->answer.flag = call->answer.total > 0;
    zp__crm_settle(call);
}

static void begin_spelling(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    zp_json_add_string(params, "type", "PHONE");
    zp_json_add_string(zp_json_add_array(params, "values"), NULL, call->phone);
    zp_json_add_string(params, "entity_type", "CONTACT");
    zp__crm_ask(call, "crm.duplicate.findbycomm", params, on_spelling);
    talloc_free(params);
}

uint64_t zp__crm_ask_spelling(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              const char *phone, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->phone = zp__memory_strdup(call, phone);
    return zp__crm_start(call, false, begin_spelling);
}
