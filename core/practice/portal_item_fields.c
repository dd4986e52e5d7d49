// What crm.item.add and crm.item.update take: checked and named errors where the legacy family
// corrects silently (bitrix24.md 10).
#include "practice/portal_item.h"

#include <inttypes.h>

static void not_valid(struct zp__portal_call *call, const char *title) {
    const char *text = call->portal->russian
                           ? talloc_asprintf(call->ctx, "Недопустимое значение поля «%s»", title)
                           : talloc_asprintf(call->ctx, "Invalid value of the field \"%s\"", title);
    zp__portal_fail(call, "CRM_FIELD_ERROR_VALUE_NOT_VALID", text);
}

static void not_array(struct zp__portal_call *call, const char *name) {
    zp__portal_fail(call, "100",
                    talloc_asprintf(call->ctx, "The field %s must be an array.", name));
}

// Whether a directory has the value; blank is no value, and that is allowed.
static bool in_directory(const struct zp__portal_call *call, const struct zp__portal_field *field,
                         const char *value) {
    return field->kind != ZP_PORTAL_STATUS || field->directory == NULL || value == NULL ||
           value[0] == '\0' ||
           zp__portal_status_find(call->portal, field->directory, value) != NULL;
}

static bool is_currency(const char *value) {
    return value == NULL ||
           (strlen(value) == 3 && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3);
}

static void read_field(struct zp__portal_call *call, struct zp__portal_change *change,
                       const struct zp__portal_row *row, int at, const struct zp__php *given) {
    const struct zp__portal_field *field = &call->entity->fields[at];
    char *value;
    if (strcmp(field->name, "ID") == 0 && row != NULL) {
        zp__portal_fail(call, "100",
                        "Setting value for Primary ID is not allowed, it is read-only field");
        return;
    }
    if ((field->flags & (ZP_PORTAL_READONLY | ZP_PORTAL_COMPUTED)) != 0 ||
        strcmp(field->name, "CONTACT_ID") == 0)
        return;
    if (zp__portal_canon(call->portal, change, field->kind, given, true, &value) ==
        ZP_PORTAL_UNREADABLE)
        return; // an unreadable date is dropped here too
    bool blank = value == NULL || value[0] == '\0';
    if (blank && ((field->flags & ZP_PORTAL_BLANK_OFF) != 0 || field->kind == ZP_PORTAL_PERSON ||
                  field->kind == ZP_PORTAL_CURRENCY))
        return;
    if (!in_directory(call, field, value) ||
        (field->kind == ZP_PORTAL_CURRENCY && !is_currency(value))) {
        not_valid(call, field->title);
        return;
    }
    change->set[at] = true;
    change->values[at] = value;
}

static void read_uf(struct zp__portal_call *call, struct zp__portal_change *change,
                    const struct zp__portal_uf *uf, const struct zp__php *given) {
    enum zp__portal_kind kind = zp__portal_uf_kind(uf->user_type);
    bool unset = given->type == ZP_PHP_NULL;
    if (uf->multiple && !zp__php_is_array(given) && !unset) {
        not_array(call, uf->name);
        return;
    }
    size_t count = uf->multiple ? given->count : 1, kept = 0;
    char **values = zp__portal_need(talloc_array(change, char *, count + 1));
    for (size_t i = 0; i < count; i++) {
        char *value;
        const struct zp__php *item = uf->multiple ? given->items[i] : given;
        if (zp__portal_canon(call->portal, change, kind, item, true, &value) ==
            ZP_PORTAL_UNREADABLE)
            return;
        if (value != NULL && (value[0] != '\0' || !uf->multiple))
            values[kept++] = value;
    }
    zp__portal_change_uf(change, uf, values, kept);
}

static void take_contact(struct zp__portal_call *call, struct zp__portal_change *change,
                         int64_t id) {
    if (zp__portal_row_find(call->portal, ZP_PORTAL_CONTACT, id) == NULL)
        not_valid(call, "Contact");
    else
        zp__portal_change_contact(change, id);
}

static void read_contacts(struct zp__portal_call *call, struct zp__portal_change *change,
                          const struct zp__portal_row *row, const struct zp__php *fields) {
    const struct zp__php *many = zp__php_get(fields, "contactIds");
    const struct zp__php *one = zp__php_get(fields, "contactId");
    if (zp__php_get(fields, "contacts") != NULL) {
        zp__portal_fail(call, "100", "The field contacts is not allowed here.");
        return;
    }
    if (many != NULL && !zp__php_is_array(many)) {
        not_array(call, "contactIds");
        return;
    }
    if (many != NULL) {
        change->contacts_set = true;
        for (size_t i = 0; i < many->count; i++)
            take_contact(call, change, zp__php_number(many->items[i]));
        return;
    }
    if (one == NULL || zp__php_is_array(one))
        return;
    int64_t id = zp__php_number(one);
    for (size_t i = 0; row != NULL && i < row->contact_count; i++) {
        if (row->contacts[i] == id)
            return;
    }
    change->contacts_set = true;
    if (id != 0)
        take_contact(call, change, id);
}

static bool known_multi(const char *type) {
    static const char *const known[] = {"PHONE", "EMAIL", "WEB", "IM", "LINK", NULL};
    size_t i = 0;
    while (known[i] != NULL && strcmp(known[i], type) != 0)
        i++;
    return known[i] != NULL;
}

// fm: given as a text, or without typeId, it is nothing and no error (trap T13). A key that is the
// id of a value of the row changes that value.
static void read_fm(struct zp__portal_change *change, const struct zp__portal_row *row,
                    const struct zp__php *fm) {
    for (size_t i = 0; zp__php_is_array(fm) && i < fm->count; i++) {
        const struct zp__php *item = fm->items[i];
        const char *type = zp__php_text(change, zp__php_get(item, "typeId"));
        const char *value = zp__php_text(change, zp__php_get(item, "value"));
        const char *value_type = zp__php_text(change, zp__php_get(item, "valueType"));
        if (type == NULL || !known_multi(type))
            continue;
        struct zp__portal_multi_change multi = {0, type, value_type, value, false};
        int64_t id = strtoll(item->key, NULL, 10);
        for (size_t j = 0; row != NULL && j < row->multi_count; j++) {
            if (row->multis[j].id == id)
                multi.id = id;
        }
        bool blank = value == NULL || value[0] == '\0';
        if (multi.id == 0 && blank)
            continue;
        multi.remove = multi.id != 0 && value != NULL && blank;
        if (multi.id == 0 && (value_type == NULL || value_type[0] == '\0'))
            multi.value_type = "WORK";
        zp__portal_change_multi(change, &multi);
    }
}

// The funnel and the stage together: both must be real, and the stage of that funnel. A funnel
// without a stage begins at its first one.
static void settle_stage(struct zp__portal_call *call, struct zp__portal_change *change,
                         const struct zp__portal_row *row) {
    const struct zp__portal_entity *entity = call->entity;
    if (entity->stage == NULL)
        return;
    int64_t before = row == NULL ? 0 : zp__portal_category_of(row), category = before;
    int at = zp__portal_field_find(entity, "CATEGORY_ID", false);
    if (at >= 0 && change->set[at] && change->values[at] != NULL)
        category = strtoll(change->values[at], NULL, 10);
    if (zp__portal_category_find(call->portal, category) == NULL) {
        not_valid(call, "Funnel");
        return;
    }
    if (at >= 0)
        zp__portal_change_set(change, "CATEGORY_ID",
                              zp__portal_need(talloc_asprintf(change, "%" PRId64, category)));
    const char *directory = zp__portal_stage_directory(call->ctx, (int)entity->type, category);
    int stage = zp__portal_field_find(entity, entity->stage, false);
    const char *asked = change->values[stage];
    if (asked != NULL && asked[0] != '\0') {
        if (zp__portal_status_find(call->portal, directory, asked) == NULL)
            not_valid(call, "Stage");
        return;
    }
    if (row == NULL || category != before)
        zp__portal_change_set(change, entity->stage,
                              zp__portal_status_first(call->portal, directory)->status_id);
    else
        change->set[stage] = false;
}

static void check_mandatory(struct zp__portal_call *call, const struct zp__portal_change *change,
                            bool adding) {
    size_t at = 0;
    const struct zp__portal_uf *uf;
    while ((uf = zp__portal_uf_missing(call, change, adding, &at)) != NULL)
        zp__portal_fail(
            call, "CRM_FIELD_ERROR_REQUIRED",
            call->portal->russian
                ? talloc_asprintf(call->ctx, "Поле «%s» обязательно для заполнения", uf->name)
                : talloc_asprintf(call->ctx, "Field \"%s\" is required", uf->name));
}

static const struct zp__portal_uf *uf_of(struct zp__portal_call *call, const char *key,
                                         bool original) {
    for (size_t i = 0; i < call->portal->uf_count; i++) {
        const struct zp__portal_uf *uf = call->portal->ufs[i];
        if (uf->type != call->entity->type)
            continue;
        const char *name = original ? uf->name : zp__portal_uf_camel(call->ctx, uf->name);
        if (strcmp(name, key) == 0)
            return uf;
    }
    return NULL;
}

struct zp__portal_change *zp__portal_item_change(struct zp__portal_call *call,
                                                 const struct zp__php *fields,
                                                 const struct zp__portal_row *row,
                                                 bool original_ufs) {
    struct zp__portal_change *change = zp__portal_change_new(call->ctx, call->entity);
    for (size_t i = 0; i < fields->count; i++) {
        const struct zp__php *given = fields->items[i];
        int at = zp__portal_field_find(call->entity, given->key, true);
        const struct zp__portal_uf *uf = uf_of(call, given->key, original_ufs);
        if (at >= 0)
            read_field(call, change, row, at, given);
        else if (uf != NULL)
            read_uf(call, change, uf, given);
    }
    if (call->entity->contacts)
        read_contacts(call, change, row, fields);
    if (call->entity->multi)
        read_fm(change, row, zp__php_get(fields, "fm"));
    settle_stage(call, change, row);
    check_mandatory(call, change, row == NULL);
    return call->status == 0 ? change : NULL;
}
