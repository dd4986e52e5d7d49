// A deal or a lead as Bitrix24 tells it, in either family's names, and whether it is what we wrote.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/limits.h>

#define TITLE_BYTES (ZP_LIMIT_TITLE_CHARS * (size_t)4)

int zp__crm_type_id(enum zp_crm_entity entity) {
    return entity == ZP_CRM_LEAD ? 1 : 2;
}

char *zp__crm_legacy_method(TALLOC_CTX *ctx, enum zp_crm_entity entity, const char *verb) {
    return zp__memory_printf(ctx, "crm.%s.%s", entity == ZP_CRM_LEAD ? "lead" : "deal", verb);
}

struct zp_json *zp__crm_entry_params(struct zp__crm_call *call, enum zp_crm_entity entity) {
    struct zp_json *params = zp_json_new_object(call);
    if (!zp__crm_legacy(call)) {
        zp_json_add_int(params, "entityTypeId", zp__crm_type_id(entity));
        zp_json_add_string(params, "useOriginalUfNames", "Y");
    }
    return params;
}

const char *zp__crm_entry_method(TALLOC_CTX *ctx, const struct zp__crm_call *call,
                                 enum zp_crm_entity entity, const char *verb) {
    return zp__crm_legacy(call) ? zp__crm_legacy_method(ctx, entity, verb)
                                : zp__memory_printf(ctx, "crm.item.%s", verb);
}

void zp__crm_select(const struct zp__crm_call *call, enum zp_crm_entity entity,
                    struct zp_json *params) {
    static const char *const item[] = {
        "id",          "title",      "stageId",  "contactId", "contactIds",   "stageSemanticId",
        "opportunity", "currencyId", "sourceId", "originId",  "originatorId", "updatedTime",
        NULL};
    static const char *const deal[] = {"ID",
                                       "TITLE",
                                       "STAGE_ID",
                                       "CATEGORY_ID",
                                       "CONTACT_ID",
                                       "STAGE_SEMANTIC_ID",
                                       "OPPORTUNITY",
                                       "CURRENCY_ID",
                                       "SOURCE_ID",
                                       "ORIGIN_ID",
                                       "ORIGINATOR_ID",
                                       "DATE_MODIFY",
                                       "LEAD_ID",
                                       NULL};
    static const char *const lead[] = {"ID",          "TITLE",         "STATUS_ID",
                                       "CONTACT_ID",  "PHONE",         "STATUS_SEMANTIC_ID",
                                       "OPPORTUNITY", "CURRENCY_ID",   "SOURCE_ID",
                                       "ORIGIN_ID",   "ORIGINATOR_ID", "DATE_MODIFY",
                                       NULL};
    bool is_lead = entity == ZP_CRM_LEAD;
    const char *const *names = !zp__crm_legacy(call) ? item : is_lead ? lead : deal;
    struct zp_json *select = zp_json_add_array(params, "select");
    for (size_t i = 0; names[i] != NULL; i++)
        zp_json_add_string(select, NULL, names[i]);
    if (names == item && !is_lead) {
        zp_json_add_string(select, NULL, "categoryId");
        zp_json_add_string(select, NULL, "leadId");
    }
    zp_json_add_string(select, NULL, call->crm->config->bitrix24.booking_field);
    zp_json_add_string(select, NULL, call->crm->config->bitrix24.visit_field);
}

static void read_contacts(TALLOC_CTX *ctx, const struct zp_json *row, struct zp__crm_entry *entry) {
    const struct zp_json *list = ZP_CRM_FIELD(row, "contactIds", "CONTACT_IDS");
    size_t count = zp_json_type(list) == ZP_JSON_ARRAY ? zp_json_count(list) : 0;
    if (count > ZP_CRM_PAGE)
        count = ZP_CRM_PAGE;
    entry->contact_ids = zp__memory_array(ctx, char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        char *id = zp__crm_id(entry->contact_ids, zp_json_at(list, i));
        if (id != NULL)
            entry->contact_ids[entry->contact_count++] = id;
    }
    char *single = zp__crm_id(entry->contact_ids, ZP_CRM_FIELD(row, "contactId", "CONTACT_ID"));
    if (entry->contact_count == 0 && single != NULL)
        entry->contact_ids[entry->contact_count++] = single;
}

// The first phone of PHONE (legacy) or of fm (crm.item).
static char *read_phone(TALLOC_CTX *ctx, const struct zp_json *row) {
    const struct zp_json *list = ZP_CRM_FIELD(row, "PHONE", "fm");
    for (size_t i = 0; i < zp_json_count(list); i++) {
        const struct zp_json *one = zp_json_at(list, i);
        const char *type = zp_json_string(ZP_CRM_FIELD(one, "typeId", "TYPE_ID"));
        if (type != NULL && strcmp(type, "PHONE") != 0)
            continue;
        char *phone = zp_json_words(ctx, ZP_CRM_FIELD(one, "value", "VALUE"), 64);
        if (phone[0] != '\0')
            return phone;
    }
    return zp__memory_strdup(ctx, "");
}

bool zp__crm_read_entry(struct zp__crm_call *call, enum zp_crm_entity entity,
                        const struct zp_json *row) {
    const struct zp_config *config = call->crm->config;
    struct zp__crm_answer *answer = &call->answer;
    const struct zp_json *id = ZP_CRM_FIELD(row, "id", "ID");
    if (zp__crm_number(id) <= 0)
        return false;
    answer->entries = zp__memory_must(talloc_realloc(call, answer->entries, struct zp__crm_entry,
                                                     (unsigned)answer->entry_count + 1));
    TALLOC_CTX *ctx = answer->entries;
    struct zp__crm_entry *entry = &answer->entries[answer->entry_count++];
    *entry = (struct zp__crm_entry){.entity = entity};
    entry->id = zp__crm_id(ctx, id);
    entry->title = zp_json_words(ctx, ZP_CRM_FIELD(row, "title", "TITLE"), TITLE_BYTES);
    entry->stage_id = zp__crm_raw(ctx, ZP_CRM_FIELD(row, "stageId", "STAGE_ID", "STATUS_ID"));
    const char *semantic = zp_json_string(
        ZP_CRM_FIELD(row, "stageSemanticId", "STAGE_SEMANTIC_ID", "STATUS_SEMANTIC_ID"));
    if (semantic != NULL && strlen(semantic) == 1 && strchr("PSF", semantic[0]) != NULL)
        entry->semantic = semantic[0];
    if (entity == ZP_CRM_DEAL) {
        entry->category_id = (int)zp__crm_number(ZP_CRM_FIELD(row, "categoryId", "CATEGORY_ID"));
        entry->lead_id = zp__crm_id(ctx, ZP_CRM_FIELD(row, "leadId", "LEAD_ID"));
    }
    read_contacts(ctx, row, entry);
    entry->booking_field = zp__crm_raw(ctx, ZP_CRM_FIELD(row, config->bitrix24.booking_field));
    entry->originator_id = zp__crm_raw(ctx, ZP_CRM_FIELD(row, "originatorId", "ORIGINATOR_ID"));
    entry->origin_id = zp__crm_raw(ctx, ZP_CRM_FIELD(row, "originId", "ORIGIN_ID"));
    entry->source_id = zp__crm_raw(ctx, ZP_CRM_FIELD(row, "sourceId", "SOURCE_ID"));
    entry->visit_at =
        zp__crm_instant(ZP_CRM_FIELD(row, config->bitrix24.visit_field), config->zone);
    char *currency = zp_json_words(ctx, ZP_CRM_FIELD(row, "currencyId", "CURRENCY_ID"), 8);
    entry->opportunity_minor =
        zp__crm_money(ZP_CRM_FIELD(row, "opportunity", "OPPORTUNITY"),
                      currency[0] != '\0' ? currency : config->salon.currency);
    entry->phone = read_phone(ctx, row);
    entry->updated_at =
        zp__crm_instant(ZP_CRM_FIELD(row, "updatedTime", "DATE_MODIFY"), config->zone);
    return true;
}

void zp__crm_drop_entries(struct zp__crm_call *call) {
    TALLOC_FREE(call->answer.entries);
    call->answer.entry_count = 0;
}

bool zp__crm_has_booking(const struct zp__crm_entry *entry, const char *booking_id) {
    if (booking_id[0] == '\0')
        return false;
    return strcmp(entry->booking_field, booking_id) == 0 ||
           (strcmp(entry->originator_id, ZP_CRM_ORIGINATOR) == 0 &&
            strcmp(entry->origin_id, booking_id) == 0);
}

static int compare_entries(const void *left, const void *right) {
    const struct zp__crm_entry *a = left, *b = right;
    long long a_id = strtoll(a->id, NULL, 10), b_id = strtoll(b->id, NULL, 10);
    return a_id < b_id ? -1 : a_id > b_id;
}

void zp__crm_sort_entries(struct zp__crm_call *call) {
    struct zp__crm_answer *answer = &call->answer;
    if (answer->entry_count == 0)
        return;
    qsort(answer->entries, answer->entry_count, sizeof *answer->entries, compare_entries);
    size_t kept = 1;
    for (size_t i = 1; i < answer->entry_count; i++)
        if (compare_entries(&answer->entries[kept - 1], &answer->entries[i]) != 0)
            answer->entries[kept++] = answer->entries[i];
    answer->entry_count = kept;
}

// ---- is it what we wrote?

bool zp__crm_has_contact(const struct zp__crm_entry *entry, const char *id) {
    for (size_t i = 0; i < entry->contact_count; i++)
        if (strcmp(entry->contact_ids[i], id) == 0)
            return true;
    return false;
}

static void miss(char **names, TALLOC_CTX *ctx, bool kept, const char *name) {
    if (!kept)
        *names = *names == NULL ? zp__memory_strdup(ctx, name)
                                : zp__memory_printf(ctx, "%s, %s", *names, name);
}

char *zp__crm_not_kept(struct zp__crm_call *call, const struct zp__crm_entry *entry, bool added) {
    const struct zp__crm_fields *fields = call->fields;
    const struct zp_config *config = call->crm->config;
    char *names = NULL;
    if (fields->booking_id != NULL) {
        miss(&names, call, strcmp(entry->booking_field, fields->booking_id) == 0,
             config->bitrix24.booking_field);
        miss(&names, call,
             strcmp(entry->originator_id, ZP_CRM_ORIGINATOR) == 0 &&
                 strcmp(entry->origin_id, fields->booking_id) == 0,
             "ORIGIN_ID");
    }
    if (fields->visit_at != 0)
        miss(&names, call, entry->visit_at == fields->visit_at, config->bitrix24.visit_field);
    if (fields->source_id != NULL)
        miss(&names, call, strcmp(entry->source_id, fields->source_id) == 0, "SOURCE_ID");
    if (fields->currency != NULL)
        miss(&names, call, entry->opportunity_minor == fields->opportunity_minor, "OPPORTUNITY");
    if (added && call->entity == ZP_CRM_DEAL)
        miss(&names, call, entry->category_id == config->bitrix24.funnel, "CATEGORY_ID");
    return names;
}
