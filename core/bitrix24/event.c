#include "bitrix24/event.h"

#include "base/memory.h"
#include "net/httpd.h"

#include <ctype.h>
#include <string.h>
#include <zapis/limits.h>

#define MAX_PAIRS 256
#define ID_DIGITS 18 // of an int64

struct form {
    struct zp__form_pair *pairs;
    size_t count;
};

// Of several with one name PHP keeps the last. "" when there is none.
static const char *value_of(const struct form *form, const char *name) {
    const char *value = "";
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->pairs[i].name, name) == 0) {
            value = form->pairs[i].value;
        }
    }
    return value;
}

static bool parse(TALLOC_CTX *ctx, const char *body, size_t size, struct form *form,
                  struct zp__crm_event *out) {
    *form = (struct form){0};
    *out = (struct zp__crm_event){.token = zp__memory_strdup(ctx, ""),
                                  .event = zp__memory_strdup(ctx, "")};
    return zp__form_parse(ctx, body, size, MAX_PAIRS, &form->pairs, &form->count);
}

static bool is_id(const char *text) {
    size_t size = strlen(text);
    return size > 0 && size <= ID_DIGITS && text[0] != '0' && strspn(text, "0123456789") == size;
}

static bool take_event_name(TALLOC_CTX *ctx, const char *text, struct zp__crm_event *out) {
    size_t size = strlen(text);
    if (size == 0 || size > ZP_LIMIT_ID_BYTES) {
        return false;
    }
    out->event = zp__memory_strdup(ctx, text);
    for (char *at = out->event; *at != '\0'; at++) {
        *at = (char)toupper((unsigned char)*at);
        if (!isalnum((unsigned char)*at) && !strchr("_-.:\\", *at)) {
            return false;
        }
    }
    return true;
}

// ONCRMDEALADD, ONCRMLEADDELETE …; other events are about something else.
static bool is_about_entry(const char *event, enum zp_crm_entity *entity) {
    static const char *const ends[] = {"ADD", "UPDATE", "DELETE"};
    bool deal = strncmp(event, "ONCRMDEAL", 9) == 0;
    if (!deal && strncmp(event, "ONCRMLEAD", 9) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(event + 9, ends[i]) == 0) {
            *entity = deal ? ZP_CRM_DEAL : ZP_CRM_LEAD;
            return true;
        }
    }
    return false;
}

void zp__crm_event_read(TALLOC_CTX *ctx, const char *body, size_t size, struct zp__crm_event *out) {
    struct form form;
    if (!parse(ctx, body, size, &form, out)) {
        return;
    }
    out->token = zp__memory_strdup(ctx, value_of(&form, "auth[application_token]"));
    if (!take_event_name(ctx, value_of(&form, "event"), out)) {
        return;
    }
    const char *id = value_of(&form, "data[FIELDS][ID]");
    out->about_entry = is_about_entry(out->event, &out->entity);
    out->id = out->about_entry && is_id(id) ? zp__memory_strdup(ctx, id) : NULL;
    out->readable = !out->about_entry || out->id;
}

void zp__crm_robot_read(TALLOC_CTX *ctx, const char *body, size_t size, struct zp__crm_event *out) {
    static const struct {
        const char *type, *prefix;
        enum zp_crm_entity entity;
    } documents[] = {{"CCrmDocumentDeal", "DEAL_", ZP_CRM_DEAL},
                     {"CCrmDocumentLead", "LEAD_", ZP_CRM_LEAD}};
    struct form form;
    if (!parse(ctx, body, size, &form, out)) {
        return;
    }
    out->event = zp__memory_strdup(ctx, "robot");
    const char *type = value_of(&form, "document_id[1]");
    const char *document = value_of(&form, "document_id[2]");
    out->readable = strcmp(value_of(&form, "document_id[0]"), "crm") == 0 && type[0] != '\0' &&
                    document[0] != '\0';
    for (size_t i = 0; out->readable && i < sizeof documents / sizeof *documents; i++) {
        if (strcmp(type, documents[i].type) != 0) {
            continue;
        }
        const size_t skip = strlen(documents[i].prefix);
        out->about_entry = true;
        out->entity = documents[i].entity;
        out->readable = strncmp(document, documents[i].prefix, skip) == 0 && is_id(document + skip);
        out->id = out->readable ? zp__memory_strdup(ctx, document + skip) : NULL;
    }
}
