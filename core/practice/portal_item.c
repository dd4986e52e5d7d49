// crm.item.* for leads (1), deals (2) and contacts (3): the methods, and how an item is shown
// (bitrix24.md 10). What a caller may set is in portal_item_fields.c.
#include "practice/portal_item.h"
#include "practice/portal_internal.h"

#include <inttypes.h>

// ---- showing

static void put_fm(struct zp__php *item, const struct zp__portal_row *row) {
    struct zp__php *array = zp__php_put_array(item, "fm");
    for (size_t i = 0; i < row->multi_count; i++) {
        const struct zp__portal_multi *multi = &row->multis[i];
        struct zp__php *shown = zp__php_put_array(array, NULL);
        zp__php_put_int(shown, "id", multi->id);
        zp__php_put_string(shown, "valueType", multi->value_type);
        zp__php_put_string(shown, "value", multi->value);
        zp__php_put_string(shown, "typeId", multi->type);
    }
}

static bool wanted(const struct zp__php *select, const char *name) {
    if (select == NULL || !zp__php_is_array(select) || select->count == 0 ||
        strcmp(name, "id") == 0)
        return true;
    for (size_t i = 0; i < select->count; i++) {
        const struct zp__php *item = select->items[i];
        if (item->type == ZP_PHP_STRING &&
            (strcmp(item->text, "*") == 0 || strcmp(item->text, name) == 0))
            return true;
    }
    return false;
}

static bool everything(const struct zp__php *select) {
    return wanted(select, "*");
}

static void put_field(struct zp__portal *portal, struct zp__php *item,
                      const struct zp__portal_row *row, size_t at) {
    const struct zp__portal_field *field = &row->entity->fields[at];
    if (strcmp(field->name, "CONTACT_ID") == 0)
        zp__php_put_int(item, field->item, row->primary);
    else if (strcmp(field->name, "COMPANY_ID") == 0 && row->values[at] == NULL)
        zp__php_put_int(item, field->item, 0);
    else
        zp__php_put(item, field->item,
                    zp__portal_show(portal, item, field->kind, row->values[at], true));
}

struct zp__php *zp__portal_item_row(struct zp__portal *portal, TALLOC_CTX *ctx,
                                    const struct zp__portal_row *row, bool original_ufs,
                                    const struct zp__php *select) {
    struct zp__php *item = zp__php_new_array(ctx);
    for (size_t i = 0; i < row->entity->field_count; i++) {
        if (wanted(select, row->entity->fields[i].item))
            put_field(portal, item, row, i);
    }
    for (size_t i = 0; i < portal->uf_count; i++) {
        const struct zp__portal_uf *uf = portal->ufs[i];
        if (uf->type != row->entity->type)
            continue;
        const char *name = original_ufs ? uf->name : zp__portal_uf_camel(item, uf->name);
        if (wanted(select, name))
            zp__php_put(item, name, zp__portal_show_uf(portal, item, uf, row, true, false));
    }
    if (row->entity->multi && everything(select))
        put_fm(item, row);
    if (row->entity->contacts && wanted(select, "observers"))
        zp__php_put_array(item, "observers");
    if (row->entity->contacts && wanted(select, "contactIds")) {
        struct zp__php *contacts = zp__php_put_array(item, "contactIds");
        for (size_t i = 0; i < row->contact_count; i++)
            zp__php_put_int(contacts, NULL, row->contacts[i]);
    }
    if (everything(select))
        zp__php_put_int(item, "entityTypeId", (int64_t)row->entity->type);
    return item;
}

// ---- parameters

static void missing(struct zp__portal_call *call, const char *name) {
    zp__portal_fail(call, "100",
                    talloc_asprintf(call->ctx, "Could not find value for parameter {%s}", name));
}

// entityTypeId, and the other marks of the family. False: the call has failed.
static bool open_call(struct zp__portal_call *call, bool *original_ufs) {
    const struct zp__php *type = zp__php_get(call->params, "entityTypeId");
    const char *original = zp__php_text(call->ctx, zp__php_get(call->params, "useOriginalUfNames"));
    call->item = true;
    *original_ufs = original != NULL && strcmp(original, "Y") == 0;
    if (type == NULL) {
        missing(call, "entityTypeId");
        return false;
    }
    call->entity = zp__portal_entity((int)zp__php_number(type));
    if (call->entity != NULL)
        return true;
    if (zp__php_number(type) >= 128)
        zp__portal_fail(call, "NOT_FOUND",
                        zp__portal_say(call->portal, "SPA not found", "Смарт-процесс не найден"));
    else
        zp__portal_fail(call, "ENTITY_TYPE_NOT_SUPPORTED",
                        zp__portal_say(call->portal, "Entity type is not supported",
                                       "Тип сущности не поддерживается"));
    return false;
}

static struct zp__portal_row *find_row(struct zp__portal_call *call) {
    const struct zp__php *id = zp__php_get(call->params, "id");
    if (id == NULL) {
        missing(call, "id");
        return NULL;
    }
    struct zp__portal_row *row =
        zp__portal_row_find(call->portal, (int)call->entity->type, zp__php_number(id));
    if (row == NULL)
        zp__portal_fail(call, "NOT_FOUND",
                        zp__portal_say(call->portal, "Element not found", "Элемент не найден"));
    else if (!zp__portal_readable(call->portal, row))
        zp__portal_fail(call, "ACCESS_DENIED",
                        zp__portal_say(call->portal, "Access denied", "Доступ запрещен"));
    return call->status == 0 ? row : NULL;
}

static const struct zp__php *find_fields(struct zp__portal_call *call) {
    const struct zp__php *fields = zp__php_get(call->params, "fields");
    if (fields == NULL)
        missing(call, "fields");
    else if (!zp__php_is_array(fields))
        zp__portal_fail(call, "100",
                        talloc_asprintf(call->ctx,
                                        "Invalid value {%s} to match with parameter "
                                        "{fields}. Should be value of type array.",
                                        zp__php_text(call->ctx, fields)));
    return call->status == 0 ? fields : NULL;
}

static void answer_item(struct zp__portal_call *call, const struct zp__portal_row *row,
                        bool original_ufs) {
    call->result = zp__php_new_array(call->ctx);
    zp__php_put(call->result, "item",
                zp__portal_item_row(call->portal, call->result, row, original_ufs, NULL));
}

// ---- methods

static void add(struct zp__portal_call *call) {
    bool original;
    if (!open_call(call, &original))
        return;
    const struct zp__php *fields = find_fields(call);
    if (fields == NULL)
        return;
    struct zp__portal_change *change = zp__portal_item_change(call, fields, NULL, original);
    if (change == NULL)
        return;
    struct zp__portal_row *row = zp__portal_create(call->portal, (int)call->entity->type, change);
    if (row->entity->type == ZP_PORTAL_LEAD && call->portal->mode == 2)
        zp__portal_convert(call->portal, row);
    answer_item(call, row, original);
}

static void get(struct zp__portal_call *call) {
    bool original;
    struct zp__portal_row *row = open_call(call, &original) ? find_row(call) : NULL;
    if (row != NULL)
        answer_item(call, row, original);
}

static void update(struct zp__portal_call *call) {
    bool original;
    struct zp__portal_row *row = open_call(call, &original) ? find_row(call) : NULL;
    const struct zp__php *fields = row == NULL ? NULL : find_fields(call);
    struct zp__portal_change *change =
        fields == NULL ? NULL : zp__portal_item_change(call, fields, row, original);
    if (change == NULL)
        return;
    zp__portal_update(call->portal, row, change, false, ZP_PORTAL_USER);
    answer_item(call, row, original);
}

static void remove_one(struct zp__portal_call *call) {
    bool original;
    struct zp__portal_row *row = open_call(call, &original) ? find_row(call) : NULL;
    if (row == NULL)
        return;
    zp__portal_delete(call->portal, row);
    call->result = zp__php_new_array(call->ctx);
}

static void list(struct zp__portal_call *call) {
    bool original;
    struct zp__portal_row **rows;
    size_t count, from, to;
    if (!open_call(call, &original))
        return;
    const struct zp__php *select = zp__php_get(call->params, "select");
    struct zp__portal_node *node =
        zp__portal_filter(call, zp__php_get(call->params, "filter"), original);
    if (node == NULL ||
        !zp__portal_select(call, node, zp__php_get(call->params, "order"), original, &rows, &count))
        return;
    zp__portal_page(call, count, &from, &to);
    call->result = zp__php_new_array(call->ctx);
    struct zp__php *items = zp__php_put_array(call->result, "items");
    for (; from < to; from++)
        zp__php_put(items, NULL,
                    zp__portal_item_row(call->portal, items, rows[from], original, select));
}

static struct zp__php *put_description(struct zp__php *into, const char *name, const char *type,
                                       unsigned flags, bool multiple, bool dynamic,
                                       const char *title, const char *upper) {
    struct zp__php *shown = zp__php_put_array(into, name);
    zp__php_put_string(shown, "type", type);
    zp__php_put_bool(shown, "isRequired", false);
    zp__php_put_bool(shown, "isReadOnly", (flags & ZP_PORTAL_READONLY) != 0);
    zp__php_put_bool(shown, "isImmutable", false);
    zp__php_put_bool(shown, "isMultiple", multiple);
    zp__php_put_bool(shown, "isDynamic", dynamic);
    zp__php_put_string(shown, "title", title);
    zp__php_put_string(shown, "upperName", upper);
    return shown;
}

static void fields(struct zp__portal_call *call) {
    bool original;
    if (!open_call(call, &original))
        return;
    call->result = zp__php_new_array(call->ctx);
    struct zp__php *into = zp__php_put_array(call->result, "fields");
    for (size_t i = 0; i < call->entity->field_count; i++) {
        const struct zp__portal_field *field = &call->entity->fields[i];
        struct zp__php *shown =
            put_description(into, field->item, zp__portal_kind_type(field), field->flags, false,
                            false, field->title, field->name);
        if (field->kind == ZP_PORTAL_STATUS && field->directory != NULL)
            zp__php_put_string(shown, "statusType", field->directory);
        if (field->kind == ZP_PORTAL_FLAG)
            zp__php_put_string(shown, "type", "boolean");
    }
    if (call->entity->contacts) {
        put_description(into, "observers", "user", 0, true, false, "Observers", "OBSERVER_IDS");
        put_description(into, "contactIds", "crm_contact", 0, true, false, "Contacts",
                        "CONTACT_IDS");
    }
    if (call->entity->multi)
        put_description(into, "fm", "crm_multifield", 0, true, false, "Multi-fields", "FM");
    for (size_t i = 0; i < call->portal->uf_count; i++) {
        const struct zp__portal_uf *uf = call->portal->ufs[i];
        if (uf->type != call->entity->type)
            continue;
        const char *label = zp__php_text(into, zp__php_get(uf->record, "EDIT_FORM_LABEL"));
        put_description(into, original ? uf->name : zp__portal_uf_camel(into, uf->name),
                        uf->user_type, 0, uf->multiple, true, label == NULL ? uf->name : label,
                        uf->name);
    }
}

const struct zp__portal_method zp__portal_item_methods[] = {
    {"crm.item.add", add, 0},
    {"crm.item.get", get, 0},
    {"crm.item.update", update, 0},
    {"crm.item.delete", remove_one, 0},
    {"crm.item.list", list, 0},
    {"crm.item.fields", fields, 0},
    {NULL, NULL, 0},
};
