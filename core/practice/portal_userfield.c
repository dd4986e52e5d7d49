// crm.deal.userfield.*, crm.lead.userfield.*, crm.contact.userfield.* (bitrix24.md 7).
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>

#define PREFIX       "UF_CRM_"
#define DEFAULT_SORT 100

static const char *const label_keys[] = {"EDIT_FORM_LABEL",   "LIST_COLUMN_LABEL",
                                         "LIST_FILTER_LABEL", "ERROR_MESSAGE",
                                         "HELP_MESSAGE",      NULL};

static bool known_type(const char *type) {
    static const char *const types[] = {
        "string", "integer",  "double",     "boolean",        "datetime",
        "date",   "money",    "url",        "address",        "enumeration",
        "file",   "employee", "crm_status", "iblock_section", "iblock_element",
        "crm",    NULL};
    size_t i = 0;
    while (types[i] != NULL && strcmp(types[i], type) != 0)
        i++;
    return types[i] != NULL;
}

// "x", "UF_X" and "UF_CRM_X" are one name: UF_CRM_X.
static char *full_name(TALLOC_CTX *ctx, const char *given) {
    char *upper = zp__portal_need(talloc_strdup(ctx, given));
    for (char *at = upper; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    const char *code = strncmp(upper, PREFIX, strlen(PREFIX)) == 0 ? upper + strlen(PREFIX)
                       : strncmp(upper, "UF_", 3) == 0             ? upper + 3
                                                                   : upper;
    return zp__portal_need(talloc_asprintf(ctx, PREFIX "%s", code));
}

static bool check_name(struct zp__portal_call *call, const char *name) {
    const struct zp__portal *portal = call->portal;
    const char *text = NULL;
    if ((int)strlen(name) > portal->uf_length)
        text = portal->russian
                   ? talloc_asprintf(call->ctx, "Слишком длинное имя поля (более %d символов).<br>",
                                     portal->uf_length)
                   : talloc_asprintf(call->ctx,
                                     "Field name is too long (more than %d characters).<br>",
                                     portal->uf_length);
    else if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] != '\0' ||
             strcmp(name, PREFIX) == 0)
        text =
            zp__portal_say(portal,
                           "Field name contains invalid characters. Allowed characters are: "
                           "A-Z, 0-9 and _.<br>",
                           "Имя поля содержит недопустимые символы. Допустимы: A-Z, 0-9 и _.<br>");
    else if (zp__portal_uf_find(portal, (int)call->entity->type, name) != NULL)
        text =
            portal->russian
                ? talloc_asprintf(call->ctx, "Поле %s для объекта %s уже существует.<br>", name,
                                  call->entity->uf_entity)
                : talloc_asprintf(call->ctx, "The field %s for the %s object already exists.<br>",
                                  name, call->entity->uf_entity);
    if (text != NULL)
        zp__portal_fail(call, "ERROR_CORE", text);
    return text == NULL;
}

static void put_number_text(struct zp__php *into, const char *key, int64_t number) {
    zp__php_put_string(into, key, zp__portal_need(talloc_asprintf(into, "%" PRId64, number)));
}

static const char *flag(TALLOC_CTX *ctx, const struct zp__php *fields, const char *key,
                        const char *otherwise) {
    const char *text = zp__php_text(ctx, zp__php_get(fields, key));
    return text == NULL ? otherwise : text[0] == 'Y' ? "Y" : "N";
}

// The labels: each its own or LABEL; as a map by language.
static void put_labels(struct zp__php *record, const struct zp__php *fields) {
    const struct zp__php *common = zp__php_get(fields, "LABEL");
    for (size_t i = 0; label_keys[i] != NULL; i++) {
        const struct zp__php *own = zp__php_get(fields, label_keys[i]);
        const struct zp__php *label = own != NULL ? own : i < 3 ? common : NULL;
        if (label == NULL) {
            zp__php_put_null(record, label_keys[i]);
        } else if (zp__php_is_array(label)) {
            zp__php_put(record, label_keys[i], zp__php_copy(record, label));
        } else {
            struct zp__php *map = zp__php_put_array(record, label_keys[i]);
            const char *text = zp__php_text(record, label);
            zp__php_put_string(map, "ru", text);
            zp__php_put_string(map, "en", text);
        }
    }
}

static struct zp__portal_uf *make(struct zp__portal *portal, const struct zp__portal_entity *entity,
                                  const char *name, const char *user_type,
                                  const struct zp__php *fields) {
    struct zp__portal_uf *uf = zp__portal_need(talloc_zero(portal, struct zp__portal_uf));
    uf->id = ++portal->last_uf_id;
    uf->type = entity->type;
    uf->name = zp__portal_dup(uf, name);
    uf->user_type = zp__portal_dup(uf, user_type);
    uf->multiple = strcmp(flag(uf, fields, "MULTIPLE", "N"), "Y") == 0;
    uf->mandatory = strcmp(flag(uf, fields, "MANDATORY", "N"), "Y") == 0;
    struct zp__php *record = uf->record = zp__php_new_array(uf);
    const char *xml_id = zp__php_text(uf, zp__php_get(fields, "XML_ID"));
    const char *show = zp__php_text(uf, zp__php_get(fields, "SHOW_FILTER"));
    int64_t sort = zp__php_number(zp__php_get(fields, "SORT"));
    put_number_text(record, "ID", uf->id);
    zp__php_put_string(record, "ENTITY_ID", entity->uf_entity);
    zp__php_put_string(record, "FIELD_NAME", name);
    zp__php_put_string(record, "USER_TYPE_ID", user_type);
    zp__php_put_string(record, "XML_ID", xml_id);
    put_number_text(record, "SORT", sort > 0 ? sort : DEFAULT_SORT);
    zp__php_put_string(record, "MULTIPLE", uf->multiple ? "Y" : "N");
    zp__php_put_string(record, "MANDATORY", uf->mandatory ? "Y" : "N");
    zp__php_put_string(record, "SHOW_FILTER", show == NULL ? "N" : show[0] == 'Y' ? "E" : show);
    zp__php_put_string(record, "SHOW_IN_LIST", flag(uf, fields, "SHOW_IN_LIST", "N"));
    zp__php_put_string(record, "EDIT_IN_LIST", flag(uf, fields, "EDIT_IN_LIST", "Y"));
    zp__php_put_string(record, "IS_SEARCHABLE", flag(uf, fields, "IS_SEARCHABLE", "N"));
    const struct zp__php *settings = zp__php_get(fields, "SETTINGS");
    zp__php_put(record, "SETTINGS",
                zp__php_is_array(settings) ? zp__php_copy(record, settings)
                                           : zp__php_new_array(record));
    put_labels(record, fields);
    portal->ufs = zp__portal_need(
        talloc_realloc(portal, portal->ufs, struct zp__portal_uf *, portal->uf_count + 1));
    portal->ufs[portal->uf_count++] = uf;
    zp__portal_touched(portal);
    return uf;
}

struct zp__portal_uf *zp__portal_uf_new(struct zp__portal *portal, int type, const char *name,
                                        const char *user_type, const char *label) {
    struct zp__php *fields = zp__php_new_array(NULL);
    zp__php_put_string(fields, "LABEL", label);
    struct zp__portal_uf *uf = make(portal, zp__portal_entity(type), name, user_type, fields);
    talloc_free(fields);
    return uf;
}

static void add(struct zp__portal_call *call) {
    struct zp__php *fields;
    if (!zp__portal_container(call, "fields", &fields))
        return;
    if (call->portal->clerk) {
        zp__portal_fail(call, "", "Access denied.");
        return;
    }
    const char *given = zp__php_text(call->ctx, zp__php_get(fields, "FIELD_NAME"));
    const char *type = zp__php_text(call->ctx, zp__php_get(fields, "USER_TYPE_ID"));
    if (type == NULL || type[0] == '\0') {
        zp__portal_fail(call, "", "The 'USER_TYPE_ID' field is not found.");
        return;
    }
    if (given == NULL || given[0] == '\0') {
        zp__portal_fail(call, "", "The 'FIELD_NAME' field is not found.");
        return;
    }
    const char *name = full_name(call->ctx, given);
    if (!check_name(call, name))
        return;
    if (!known_type(type)) {
        zp__portal_fail(call, "ERROR_CORE",
                        zp__portal_say(call->portal, "Incorrect custom type specified.<br>",
                                       "Указан неверный пользовательский тип.<br>"));
        return;
    }
    call->result =
        zp__php_new_int(call->ctx, make(call->portal, call->entity, name, type, fields)->id);
}

// A record as list gives it: without labels, or with those of one language.
static struct zp__php *show(TALLOC_CTX *ctx, const struct zp__portal_uf *uf, const char *language) {
    struct zp__php *shown = zp__php_copy(ctx, uf->record);
    for (size_t i = 0; label_keys[i] != NULL; i++) {
        const struct zp__php *label = zp__php_get(uf->record, label_keys[i]);
        if (language == NULL)
            zp__php_remove(shown, label_keys[i]);
        else
            zp__php_put_string(shown, label_keys[i],
                               zp__php_text(shown, zp__php_get(label, language)));
    }
    return shown;
}

static void list(struct zp__portal_call *call) {
    static const char *const known[] = {"ID",        "FIELD_NAME", "USER_TYPE_ID", "XML_ID",
                                        "SORT",      "MULTIPLE",   "MANDATORY",    "SHOW_FILTER",
                                        "ENTITY_ID", NULL};
    struct zp__php *filter, *order;
    if (!zp__portal_container(call, "filter", &filter) ||
        !zp__portal_container(call, "order", &order))
        return;
    const char *language = zp__php_text(call->ctx, zp__php_get(filter, "LANG"));
    struct zp__php *records = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < call->portal->uf_count; i++) {
        if (call->portal->ufs[i]->type == call->entity->type)
            zp__php_put(records, NULL, show(records, call->portal->ufs[i], language));
    }
    call->result = zp__php_new_array(call->ctx);
    zp__portal_records(call, records, filter, order, known, call->result);
}

static struct zp__portal_uf *find(struct zp__portal_call *call) {
    int64_t id;
    if (!zp__portal_id(call, &id))
        return NULL;
    for (size_t i = 0; i < call->portal->uf_count; i++) {
        struct zp__portal_uf *uf = call->portal->ufs[i];
        if (uf->id == id && uf->type == call->entity->type)
            return uf;
    }
    zp__portal_fail(call, "", "The entity with ID is not found.");
    return NULL;
}

static void get(struct zp__portal_call *call) {
    struct zp__portal_uf *uf = find(call);
    if (uf != NULL)
        call->result = zp__php_copy(call->ctx, uf->record);
}

static void remove_one(struct zp__portal_call *call) {
    struct zp__portal *portal = call->portal;
    if (portal->clerk) {
        zp__portal_fail(call, "", "Access denied.");
        return;
    }
    struct zp__portal_uf *uf = find(call);
    if (uf == NULL)
        return;
    size_t at = 0;
    while (portal->ufs[at] != uf)
        at++;
    portal->uf_count--;
    for (; at < portal->uf_count; at++)
        portal->ufs[at] = portal->ufs[at + 1];
    talloc_free(uf);
    zp__portal_touched(portal);
    call->result = zp__php_new_bool(call->ctx, true);
}

const struct zp__portal_method zp__portal_userfield_methods[] = {
    {"crm.deal.userfield.add", add, ZP_PORTAL_DEAL},
    {"crm.deal.userfield.list", list, ZP_PORTAL_DEAL},
    {"crm.deal.userfield.get", get, ZP_PORTAL_DEAL},
    {"crm.deal.userfield.delete", remove_one, ZP_PORTAL_DEAL},
    {"crm.lead.userfield.add", add, ZP_PORTAL_LEAD},
    {"crm.lead.userfield.list", list, ZP_PORTAL_LEAD},
    {"crm.lead.userfield.get", get, ZP_PORTAL_LEAD},
    {"crm.lead.userfield.delete", remove_one, ZP_PORTAL_LEAD},
    {"crm.contact.userfield.add", add, ZP_PORTAL_CONTACT},
    {"crm.contact.userfield.list", list, ZP_PORTAL_CONTACT},
    {"crm.contact.userfield.get", get, ZP_PORTAL_CONTACT},
    {NULL, NULL, 0},
};
