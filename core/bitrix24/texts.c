// What is written to Bitrix24: fields of a deal, a lead, a contact in both method families, and the
// guards of its texts.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <ctype.h>
#include <zapis/limits.h>
#include <zapis/money.h>
#include <zapis/text.h>

#define COMMENT_BYTES ((size_t)16 * 1024)
#define TITLE_BYTES   (ZP_LIMIT_TITLE_CHARS * (size_t)4)

struct zp__crm_fields *zp__crm_copy_fields(TALLOC_CTX *ctx, const struct zp__crm_fields *fields) {
    struct zp__crm_fields *copy = zp__memory_new(ctx, struct zp__crm_fields);
    *copy = *fields;
    const char **texts[] = {&copy->title,      &copy->comments,    &copy->source_id,
                            &copy->currency,   &copy->booking_id,  &copy->source_description,
                            &copy->contact_id, &copy->client_name, &copy->client_phone};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = zp__memory_strdup_or_null(copy, *texts[i]);
    return copy;
}

// At most 255 characters, never half of one (bitrix24.md 16.4).
char *zp__crm_title(TALLOC_CTX *ctx, const char *text) {
    char *clean = zp_text_clean(ctx, text, SIZE_MAX, TITLE_BYTES);
    size_t used = 0, characters = 0, step;
    while ((step = zp_text_grapheme(clean + used, NULL)) > 0) {
        size_t own = 0;
        uint32_t codepoint;
        for (size_t at = 0; at < step; own++)
            at += zp_text_decode(clean + used + at, &codepoint);
        if (characters + own > ZP_LIMIT_TITLE_CHARS)
            break;
        characters += own;
        used += step;
    }
    clean[used] = '\0';
    return clean;
}

// "<" where an HTML tag would begin: "<b", "</b", "<!--".
static bool opens_tag(const char *c) {
    return c[0] == '<' &&
           (c[1] == '/' || c[1] == '!' || c[1] == '?' || isalpha((unsigned char)c[1]));
}

// Comments are BB code, on older portals HTML: a client's "[url=…]" or "<a …>" must stay text.
// Other brackets read the same.
char *zp__crm_comment_text(TALLOC_CTX *ctx, const char *text) {
    static const char quote[] = "‹";
    char *clean = zp_text_clean_lines(NULL, text, SIZE_MAX, COMMENT_BYTES);
    size_t tags = 0, used = 0;
    for (const char *c = clean; *c != '\0'; c++)
        tags += opens_tag(c);
    char *out = zp__memory_bytes(ctx, strlen(clean) + tags * (sizeof quote - 2) + 1);
    for (const char *c = clean; *c != '\0'; c++) {
        if (opens_tag(c)) {
            memcpy(out + used, quote, sizeof quote - 1);
            used += sizeof quote - 1;
        } else {
            out[used++] = (char)(*c == '[' ? '(' : *c == ']' ? ')' : *c);
        }
    }
    out[used] = '\0';
    talloc_free(clean);
    return out;
}

void zp__crm_add_id(struct zp_json *params, const char *key, const char *id) {
    char *end = NULL;
    long long number = strtoll(id, &end, 10);
    zp_json_add_int(params, key, end != id && *end == '\0' ? number : 0);
}

static void add_text(struct zp_json *fields, const char *key, const char *text) {
    if (text != NULL)
        zp_json_add_string(fields, key, text);
}

// An array of its own kind in each family; fm given as anything else is dropped silently (T13).
void zp__crm_write_phone(const struct zp__crm_call *call, struct zp_json *fields,
                         const char *phone) {
    if (phone == NULL || phone[0] == '\0')
        return;
    bool legacy = zp__crm_legacy(call);
    struct zp_json *list = zp_json_add_array(fields, legacy ? "PHONE" : "fm");
    struct zp_json *one = zp_json_add_object(list, NULL);
    if (!legacy)
        zp_json_add_string(one, "typeId", "PHONE");
    zp_json_add_string(one, legacy ? "VALUE" : "value", phone);
    zp_json_add_string(one, legacy ? "VALUE_TYPE" : "valueType", "MOBILE");
}

static void write_money(const struct zp__crm_call *call, struct zp_json *json) {
    const struct zp__crm_fields *fields = call->fields;
    bool legacy = zp__crm_legacy(call);
    if (fields->currency == NULL)
        return;
    char amount[ZP_MONEY_SIZE];
    zp_money_format_plain(fields->opportunity_minor, fields->currency, amount);
    if (legacy) // amounts are strings there (5)
        zp_json_add_string(json, "OPPORTUNITY", amount);
    else
        zp_json_add_number_text(json, "opportunity", amount);
    zp_json_add_string(json, legacy ? "CURRENCY_ID" : "currencyId", fields->currency);
    zp_json_add_string(json, legacy ? "IS_MANUAL_OPPORTUNITY" : "isManualOpportunity", "Y");
}

// BEGINDATE and CLOSEDATE are days without a time: the time stands in our own field (5.1).
static void write_visit(const struct zp__crm_call *call, struct zp_json *json) {
    const struct zp_config *config = call->crm->config;
    bool legacy = zp__crm_legacy(call);
    if (call->fields->visit_at == 0)
        return;
    char day[ZP_DATE_SIZE], instant[ZP_INSTANT_SIZE];
    zp_date_format(zp_zone_wall(config->zone, call->fields->visit_at).date, day);
    zp_instant_format(config->zone, call->fields->visit_at, instant);
    if (call->entity == ZP_CRM_DEAL) {
        zp_json_add_string(json, legacy ? "BEGINDATE" : "begindate", day);
        zp_json_add_string(json, legacy ? "CLOSEDATE" : "closedate", day);
    }
    zp_json_add_string(json, config->bitrix24.visit_field, instant);
}

static void write_booking(const struct zp__crm_call *call, struct zp_json *json) {
    const char *booking_id = call->fields->booking_id;
    bool legacy = zp__crm_legacy(call);
    if (booking_id == NULL)
        return;
    zp_json_add_string(json, legacy ? "ORIGINATOR_ID" : "originatorId", ZP_CRM_ORIGINATOR);
    zp_json_add_string(json, legacy ? "ORIGIN_ID" : "originId", booking_id);
    zp_json_add_string(json, call->crm->config->bitrix24.booking_field, booking_id);
}

// Only when adding: CONTACT_IDS replaces what staff linked (T6), a phone multiplies (T5).
static void write_once(const struct zp__crm_call *call, struct zp_json *json) {
    const struct zp__crm_fields *fields = call->fields;
    bool legacy = zp__crm_legacy(call);
    if (call->entity == ZP_CRM_DEAL)
        zp_json_add_int(json, legacy ? "CATEGORY_ID" : "categoryId",
                        call->crm->config->bitrix24.funnel);
    if (fields->contact_id != NULL) {
        struct zp_json *list = zp_json_add_array(json, legacy ? "CONTACT_IDS" : "contactIds");
        zp__crm_add_id(list, NULL, fields->contact_id);
    }
    if (call->entity == ZP_CRM_LEAD)
        zp__crm_write_phone(call, json, fields->client_phone);
}

void zp__crm_write_fields(const struct zp__crm_call *call, struct zp_json *json, bool adding) {
    const struct zp__crm_fields *fields = call->fields;
    bool legacy = zp__crm_legacy(call);
    TALLOC_CTX *scratch = talloc_new(NULL);
    if (fields->title != NULL)
        zp_json_add_string(json, legacy ? "TITLE" : "title", zp__crm_title(scratch, fields->title));
    if (fields->comments != NULL)
        zp_json_add_string(json, legacy ? "COMMENTS" : "comments",
                           zp__crm_comment_text(scratch, fields->comments));
    if (call->entity == ZP_CRM_LEAD && fields->client_name != NULL)
        zp_json_add_string(
            json, legacy ? "NAME" : "name",
            zp_text_clean(scratch, fields->client_name, SIZE_MAX, ZP_LIMIT_NAME_BYTES));
    add_text(json, legacy ? "SOURCE_ID" : "sourceId", fields->source_id);
    add_text(json, legacy ? "SOURCE_DESCRIPTION" : "sourceDescription", fields->source_description);
    write_money(call, json);
    write_visit(call, json);
    write_booking(call, json);
    if (adding)
        write_once(call, json);
    talloc_free(scratch);
}
