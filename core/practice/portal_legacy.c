// crm.deal.*, crm.lead.*, crm.contact.*: add, get, list, update, delete, fields (bitrix24.md 9).
// Everything that does not fit is corrected or dropped without a word, as there.
#include "practice/portal_internal.h"

#include <inttypes.h>

static const char *const multi_types[] = {"PHONE", "EMAIL", "WEB", "IM", "LINK", NULL};

static bool is_multi(const struct zp__portal_entity *entity, const char *name) {
    size_t i = 0;
    while (entity->multi && multi_types[i] != NULL && strcmp(multi_types[i], name) != 0)
        i++;
    return entity->multi && multi_types[i] != NULL;
}

// ---- reading

static struct zp__php *contact_id(TALLOC_CTX *ctx, const struct zp__portal_row *row) {
    if (row->primary == 0)
        return zp__php_new_null(ctx);
    return zp__php_new_string(ctx, zp__portal_need(talloc_asprintf(ctx, "%" PRId64, row->primary)));
}

static struct zp__php *show_field(struct zp__portal *portal, TALLOC_CTX *ctx,
                                  const struct zp__portal_row *row, size_t at) {
    const struct zp__portal_field *field = &row->entity->fields[at];
    if (strcmp(field->name, "CONTACT_ID") == 0)
        return contact_id(ctx, row);
    if (row->values[at] == NULL && (field->flags & ZP_PORTAL_BLANK) != 0)
        return zp__php_new_string(ctx, "");
    return zp__portal_show(portal, ctx, field->kind, row->values[at], false);
}

static void put_multi(struct zp__php *into, const struct zp__portal_row *row, const char *type) {
    struct zp__php *array = NULL;
    for (size_t i = 0; i < row->multi_count; i++) {
        const struct zp__portal_multi *multi = &row->multis[i];
        if (strcmp(multi->type, type) != 0)
            continue;
        if (array == NULL)
            array = zp__php_put_array(into, type);
        struct zp__php *item = zp__php_put_array(array, NULL);
        zp__php_put_string(item, "ID",
                           zp__portal_need(talloc_asprintf(item, "%" PRId64, multi->id)));
        zp__php_put_string(item, "VALUE_TYPE", multi->value_type);
        zp__php_put_string(item, "VALUE", multi->value);
        zp__php_put_string(item, "TYPE_ID", multi->type);
    }
}

struct zp__php *zp__portal_legacy_row(struct zp__portal *portal, TALLOC_CTX *ctx,
                                      const struct zp__portal_row *row) {
    struct zp__php *shown = zp__php_new_array(ctx);
    for (size_t i = 0; i < row->entity->field_count; i++)
        zp__php_put(shown, row->entity->fields[i].name, show_field(portal, shown, row, i));
    for (size_t i = 0; i < portal->uf_count; i++) {
        if (portal->ufs[i]->type == row->entity->type)
            zp__php_put(shown, portal->ufs[i]->name,
                        zp__portal_show_uf(portal, shown, portal->ufs[i], row, false, false));
    }
    for (size_t i = 0; multi_types[i] != NULL; i++)
        put_multi(shown, row, multi_types[i]);
    return shown;
}

static bool selected(const struct zp__php *select, const char *name) {
    for (size_t i = 0; zp__php_is_array(select) && i < select->count; i++) {
        const struct zp__php *item = select->items[i];
        if (item->type == ZP_PHP_STRING && strcmp(item->text, name) == 0)
            return true;
    }
    return false;
}

static struct zp__php *list_row(struct zp__portal_call *call, const struct zp__portal_row *row,
                                const struct zp__php *select) {
    struct zp__portal *portal = call->portal;
    bool everything = !zp__php_is_array(select) || select->count == 0;
    bool system = everything || selected(select, "*");
    bool users = everything || selected(select, "UF_*");
    struct zp__php *shown = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < row->entity->field_count; i++) {
        const char *name = row->entity->fields[i].name;
        if (system || strcmp(name, "ID") == 0 || selected(select, name))
            zp__php_put(shown, name, show_field(portal, shown, row, i));
    }
    for (size_t i = 0; i < portal->uf_count; i++) {
        const struct zp__portal_uf *uf = portal->ufs[i];
        if (uf->type == row->entity->type && (users || selected(select, uf->name)))
            zp__php_put(shown, uf->name, zp__portal_show_uf(portal, shown, uf, row, false, true));
    }
    for (size_t i = 0; multi_types[i] != NULL; i++) {
        if (selected(select, multi_types[i]))
            put_multi(shown, row, multi_types[i]);
    }
    return shown;
}

// ---- what a caller gave

static void read_multi(struct zp__portal_change *change, const char *type,
                       const struct zp__php *given) {
    for (size_t i = 0; zp__php_is_array(given) && i < given->count; i++) {
        const struct zp__php *item = given->items[i];
        const char *value = zp__php_text(change, zp__php_get(item, "VALUE"));
        const char *value_type = zp__php_text(change, zp__php_get(item, "VALUE_TYPE"));
        const char *gone = zp__php_text(change, zp__php_get(item, "DELETE"));
        struct zp__portal_multi_change multi = {
            .id = zp__php_number(zp__php_get(item, "ID")),
            .type = type,
            .value = value,
            .value_type = value_type,
            .remove = gone != NULL && strcmp(gone, "Y") == 0,
        };
        bool blank = value == NULL || value[0] == '\0';
        if (multi.id != 0 && value != NULL && blank)
            multi.remove = true;
        if (multi.id == 0 && blank)
            continue;
        if (multi.id == 0 && (value_type == NULL || value_type[0] == '\0'))
            multi.value_type = strcmp(type, "IM") == 0 ? "OTHER" : "WORK";
        zp__portal_change_multi(change, &multi);
    }
}

static void read_contacts(struct zp__portal_call *call, struct zp__portal_change *change,
                          const struct zp__portal_row *row, const struct zp__php *fields) {
    const struct zp__php *many = zp__php_get(fields, "CONTACT_IDS");
    const struct zp__php *one = zp__php_get(fields, "CONTACT_ID");
    if (zp__php_is_array(many)) {
        change->contacts_set = true;
        for (size_t i = 0; i < many->count; i++) {
            int64_t id = zp__php_number(many->items[i]);
            if (zp__portal_row_find(call->portal, ZP_PORTAL_CONTACT, id) != NULL)
                zp__portal_change_contact(change, id);
        }
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
    if (zp__portal_row_find(call->portal, ZP_PORTAL_CONTACT, id) != NULL)
        zp__portal_change_contact(change, id);
}

static void read_uf(struct zp__portal_call *call, struct zp__portal_change *change,
                    const struct zp__portal_uf *uf, const struct zp__php *given) {
    enum zp__portal_kind kind = zp__portal_uf_kind(uf->user_type);
    bool many = uf->multiple && zp__php_is_array(given);
    size_t count = many ? given->count : 1, kept = 0;
    char **values = zp__portal_need(talloc_array(change, char *, count + 1));
    for (size_t i = 0; i < count; i++) {
        char *value;
        if (zp__portal_canon(call->portal, change, kind, many ? given->items[i] : given, false,
                             &value) == ZP_PORTAL_UNREADABLE)
            return;
        if (value != NULL && (value[0] != '\0' || !uf->multiple))
            values[kept++] = value;
    }
    zp__portal_change_uf(change, uf, values, kept);
}

static bool currency_known(const char *currency) {
    static const char *const known[] = {"RUB", "USD", "EUR", "KZT", "BYN", "UAH", "UZS", "KGS",
                                        "AMD", "GEL", "AZN", "MDL", "TJS", "TMT", NULL};
    size_t i = 0;
    while (known[i] != NULL && strcmp(known[i], currency) != 0)
        i++;
    return known[i] != NULL;
}

static void read_field(struct zp__portal_call *call, struct zp__portal_change *change,
                       const struct zp__portal_row *row, int at, const struct zp__php *given) {
    const struct zp__portal_field *field = &call->entity->fields[at];
    unsigned closed = ZP_PORTAL_READONLY | ZP_PORTAL_COMPUTED;
    char *value;
    if (row != NULL)
        closed |= ZP_PORTAL_IMMUTABLE;
    if ((field->flags & closed) != 0 || strcmp(field->name, "CONTACT_ID") == 0)
        return;
    if (zp__portal_canon(call->portal, change, field->kind, given, false, &value) ==
        ZP_PORTAL_UNREADABLE)
        return;
    bool blank = value == NULL || value[0] == '\0';
    if (blank && ((row != NULL && (field->flags & ZP_PORTAL_BLANK_OFF) != 0) ||
                  field->kind == ZP_PORTAL_PERSON))
        return;
    if (field->kind == ZP_PORTAL_CURRENCY && !currency_known(blank ? "" : value)) {
        if (!blank)
            zp__portal_fail(
                call, "",
                zp__portal_say(call->portal, "The currency is not found.", "Валюта не найдена."));
        return;
    }
    change->set[at] = true;
    change->values[at] = value;
}

// The stage asked for, if it is one of the funnel's; else the first one for a new row, and nothing
// for an old one.
static void settle_stage(struct zp__portal_call *call, struct zp__portal_change *change,
                         const struct zp__portal_row *row) {
    if (call->entity->stage == NULL)
        return;
    int64_t category = 0;
    int at = zp__portal_field_find(call->entity, "CATEGORY_ID", false);
    if (row != NULL) {
        category = zp__portal_category_of(row);
    } else if (at >= 0) {
        if (change->values[at] != NULL)
            category = strtoll(change->values[at], NULL, 10);
        if (zp__portal_category_find(call->portal, category) == NULL)
            category = 0;
        zp__portal_change_set(change, "CATEGORY_ID",
                              zp__portal_need(talloc_asprintf(change, "%" PRId64, category)));
    }
    const char *directory =
        zp__portal_stage_directory(call->ctx, (int)call->entity->type, category);
    int stage = zp__portal_field_find(call->entity, call->entity->stage, false);
    const char *asked = change->values[stage];
    if (asked != NULL && zp__portal_status_find(call->portal, directory, asked) != NULL)
        return;
    if (row == NULL)
        zp__portal_change_set(change, call->entity->stage,
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
            call, "",
            call->portal->russian
                ? talloc_asprintf(call->ctx, "Поле «%s» обязательно.<br>", uf->name)
                : talloc_asprintf(call->ctx, "Field \"%s\" is required.<br>", uf->name));
}

static struct zp__portal_change *read_change(struct zp__portal_call *call,
                                             const struct zp__php *fields,
                                             const struct zp__portal_row *row) {
    struct zp__portal_change *change = zp__portal_change_new(call->ctx, call->entity);
    for (size_t i = 0; i < fields->count; i++) {
        const struct zp__php *given = fields->items[i];
        int at = zp__portal_field_find(call->entity, given->key, false);
        const struct zp__portal_uf *uf =
            zp__portal_uf_find(call->portal, (int)call->entity->type, given->key);
        if (at >= 0)
            read_field(call, change, row, at, given);
        else if (uf != NULL)
            read_uf(call, change, uf, given);
        else if (is_multi(call->entity, given->key))
            read_multi(change, given->key, given);
    }
    if (call->entity->contacts)
        read_contacts(call, change, row, fields);
    settle_stage(call, change, row);
    check_mandatory(call, change, row == NULL);
    return change;
}

// ---- methods

static struct zp__portal_row *find_row(struct zp__portal_call *call, const char *missing) {
    int64_t id;
    if (!zp__portal_id(call, &id))
        return NULL;
    struct zp__portal_row *row = zp__portal_row_find(call->portal, (int)call->entity->type, id);
    if (row != NULL && zp__portal_readable(call->portal, row))
        return row;
    zp__portal_fail(call, "", missing);
    return NULL;
}

static void add(struct zp__portal_call *call) {
    struct zp__php *fields, *params;
    if (!zp__portal_container(call, "fields", &fields) ||
        !zp__portal_container(call, "params", &params))
        return;
    struct zp__portal_change *change = read_change(call, fields, NULL);
    if (call->status != 0)
        return;
    struct zp__portal_row *row = zp__portal_create(call->portal, (int)call->entity->type, change);
    row->imported = !zp__php_empty(zp__php_get(params, "IMPORT")); // "N" is not empty (T12)
    call->result = zp__php_new_int(call->ctx, row->id);
    if (row->entity->type == ZP_PORTAL_LEAD && call->portal->mode == 2)
        zp__portal_convert(call->portal, row);
}

static void get(struct zp__portal_call *call) {
    struct zp__portal_row *row = find_row(call, "Not found");
    if (row != NULL)
        call->result = zp__portal_legacy_row(call->portal, call->ctx, row);
}

static void update(struct zp__portal_call *call) {
    struct zp__php *fields, *params;
    bool contact = call->entity->type == ZP_PORTAL_CONTACT;
    struct zp__portal_row *row = find_row(call, contact ? "Contact is not found" : "Not found");
    if (row == NULL || !zp__portal_container(call, "fields", &fields) ||
        !zp__portal_container(call, "params", &params))
        return;
    struct zp__portal_change *change = read_change(call, fields, row);
    if (call->status != 0)
        return;
    zp__portal_update(call->portal, row, change, true, ZP_PORTAL_USER);
    call->result = zp__php_new_bool(call->ctx, true);
}

static void remove_one(struct zp__portal_call *call) {
    struct zp__portal_row *row = find_row(call, "Not found");
    if (row == NULL)
        return;
    zp__portal_delete(call->portal, row);
    call->result = zp__php_new_bool(call->ctx, true);
}

static void list(struct zp__portal_call *call) {
    struct zp__php *select, *filter, *order;
    struct zp__portal_row **rows;
    size_t count, from, to;
    if (!zp__portal_container(call, "select", &select) ||
        !zp__portal_container(call, "filter", &filter) ||
        !zp__portal_container(call, "order", &order))
        return;
    struct zp__portal_node *node = zp__portal_filter(call, filter, true);
    if (!zp__portal_select(call, node, order, true, &rows, &count))
        return;
    zp__portal_page(call, count, &from, &to);
    call->result = zp__php_new_array(call->ctx);
    for (; from < to; from++)
        zp__php_put(call->result, NULL, list_row(call, rows[from], select));
}

static void put_flag(struct zp__php *into, const char *key, bool truth) {
    zp__php_put_bool(into, key, truth);
}

static void put_field(struct zp__php *into, const struct zp__portal_entity *entity,
                      const struct zp__portal_field *field) {
    struct zp__php *shown = zp__php_put_array(into, field->name);
    zp__php_put_string(shown, "type", zp__portal_kind_type(field));
    put_flag(shown, "isRequired", false);
    put_flag(shown, "isReadOnly", (field->flags & ZP_PORTAL_READONLY) != 0);
    put_flag(shown, "isImmutable", (field->flags & ZP_PORTAL_IMMUTABLE) != 0);
    put_flag(shown, "isMultiple", false);
    put_flag(shown, "isDynamic", false);
    if (field->kind == ZP_PORTAL_STATUS)
        zp__php_put_string(shown, "statusType",
                           field->directory != NULL         ? field->directory
                           : entity->type == ZP_PORTAL_LEAD ? "STATUS"
                                                            : "DEAL_STAGE");
    if (strcmp(field->name, "CONTACT_ID") == 0)
        put_flag(shown, "isDeprecated", true);
    zp__php_put_string(shown, "title", field->title);
}

static void put_uf(struct zp__php *into, const struct zp__portal_uf *uf) {
    struct zp__php *shown = zp__php_put_array(into, uf->name);
    zp__php_put_string(shown, "type", uf->user_type);
    put_flag(shown, "isRequired", uf->mandatory);
    put_flag(shown, "isReadOnly", false);
    put_flag(shown, "isImmutable", false);
    put_flag(shown, "isMultiple", uf->multiple);
    put_flag(shown, "isDynamic", true);
    zp__php_put_string(shown, "title", uf->name);
    const char *label = zp__php_text(shown, zp__php_get(uf->record, "EDIT_FORM_LABEL"));
    label = label == NULL ? uf->name : label;
    zp__php_put_string(shown, "listLabel", label);
    zp__php_put_string(shown, "formLabel", label);
    zp__php_put_string(shown, "filterLabel", label);
    zp__php_put_array(shown, "settings");
}

static void fields(struct zp__portal_call *call) {
    call->result = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < call->entity->field_count; i++)
        put_field(call->result, call->entity, &call->entity->fields[i]);
    for (size_t i = 0; call->entity->multi && multi_types[i] != NULL; i++)
        put_field(call->result, call->entity,
                  &(struct zp__portal_field){multi_types[i], "fm", ZP_PORTAL_STRING, 0, NULL,
                                             multi_types[i]});
    for (size_t i = 0; i < call->portal->uf_count; i++) {
        if (call->portal->ufs[i]->type == call->entity->type)
            put_uf(call->result, call->portal->ufs[i]);
    }
}

static void contact_add(struct zp__portal_call *call) {
    struct zp__php *given;
    struct zp__portal_row *row = find_row(call, "Not found");
    if (row == NULL || !zp__portal_container(call, "fields", &given))
        return;
    int64_t id = zp__php_number(zp__php_get(given, "CONTACT_ID"));
    if (zp__portal_row_find(call->portal, ZP_PORTAL_CONTACT, id) == NULL) {
        zp__portal_fail(call, "", "The parameter 'fields' is not valid.");
        return;
    }
    struct zp__portal_change *change = zp__portal_change_new(call->ctx, call->entity);
    change->contacts_set = true;
    for (size_t i = 0; i < row->contact_count; i++)
        zp__portal_change_contact(change, row->contacts[i]);
    size_t before = change->contact_count;
    zp__portal_change_contact(change, id);
    bool added = change->contact_count > before;
    if (added) {
        zp__portal_update(call->portal, row, change, true, ZP_PORTAL_USER);
        const char *primary = zp__php_text(call->ctx, zp__php_get(given, "IS_PRIMARY"));
        if (primary != NULL && strcmp(primary, "Y") == 0)
            row->primary = id;
    }
    call->result = zp__php_new_bool(call->ctx, added);
}

// The whole set, or one of it taken away.
static void put_contacts(struct zp__portal_call *call, struct zp__portal_row *row,
                         struct zp__portal_change *change) {
    change->contacts_set = true;
    zp__portal_update(call->portal, row, change, true, ZP_PORTAL_USER);
}

static void contact_items_set(struct zp__portal_call *call) {
    struct zp__php *items;
    struct zp__portal_row *row = find_row(call, "Not found");
    if (row == NULL || !zp__portal_container(call, "items", &items))
        return;
    struct zp__portal_change *change = zp__portal_change_new(call->ctx, call->entity);
    for (size_t i = 0; i < items->count; i++) {
        int64_t id = zp__php_number(zp__php_get(items->items[i], "CONTACT_ID"));
        if (zp__portal_row_find(call->portal, ZP_PORTAL_CONTACT, id) != NULL)
            zp__portal_change_contact(change, id);
    }
    put_contacts(call, row, change);
    call->result = zp__php_new_bool(call->ctx, true);
}

static void contact_delete(struct zp__portal_call *call) {
    struct zp__php *given;
    struct zp__portal_row *row = find_row(call, "Not found");
    if (row == NULL || !zp__portal_container(call, "fields", &given))
        return;
    int64_t id = zp__php_number(zp__php_get(given, "CONTACT_ID"));
    struct zp__portal_change *change = zp__portal_change_new(call->ctx, call->entity);
    for (size_t i = 0; i < row->contact_count; i++) {
        if (row->contacts[i] != id)
            zp__portal_change_contact(change, row->contacts[i]);
    }
    bool there = change->contact_count < row->contact_count;
    if (there)
        put_contacts(call, row, change);
    call->result = zp__php_new_bool(call->ctx, there);
}

static void contact_items(struct zp__portal_call *call) {
    struct zp__portal_row *row = find_row(call, "Not found");
    if (row == NULL)
        return;
    call->result = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < row->contact_count; i++) {
        struct zp__php *item = zp__php_put_array(call->result, NULL);
        zp__php_put_int(item, "CONTACT_ID", row->contacts[i]);
        zp__php_put_int(item, "SORT", 10 * ((int64_t)i + 1));
        zp__php_put_int(item, "ROLE_ID", 0);
        zp__php_put_string(item, "IS_PRIMARY", row->contacts[i] == row->primary ? "Y" : "N");
    }
}

const struct zp__portal_method zp__portal_legacy_methods[] = {
    {"crm.deal.add", add, ZP_PORTAL_DEAL},
    {"crm.deal.get", get, ZP_PORTAL_DEAL},
    {"crm.deal.list", list, ZP_PORTAL_DEAL},
    {"crm.deal.update", update, ZP_PORTAL_DEAL},
    {"crm.deal.delete", remove_one, ZP_PORTAL_DEAL},
    {"crm.deal.fields", fields, ZP_PORTAL_DEAL},
    {"crm.deal.contact.add", contact_add, ZP_PORTAL_DEAL},
    {"crm.deal.contact.items.get", contact_items, ZP_PORTAL_DEAL},
    {"crm.deal.contact.items.set", contact_items_set, ZP_PORTAL_DEAL},
    {"crm.deal.contact.delete", contact_delete, ZP_PORTAL_DEAL},
    {"crm.lead.add", add, ZP_PORTAL_LEAD},
    {"crm.lead.get", get, ZP_PORTAL_LEAD},
    {"crm.lead.list", list, ZP_PORTAL_LEAD},
    {"crm.lead.update", update, ZP_PORTAL_LEAD},
    {"crm.lead.delete", remove_one, ZP_PORTAL_LEAD},
    {"crm.lead.fields", fields, ZP_PORTAL_LEAD},
    {"crm.lead.contact.add", contact_add, ZP_PORTAL_LEAD},
    {"crm.lead.contact.items.get", contact_items, ZP_PORTAL_LEAD},
    {"crm.lead.contact.items.set", contact_items_set, ZP_PORTAL_LEAD},
    {"crm.lead.contact.delete", contact_delete, ZP_PORTAL_LEAD},
    {"crm.contact.add", add, ZP_PORTAL_CONTACT},
    {"crm.contact.get", get, ZP_PORTAL_CONTACT},
    {"crm.contact.list", list, ZP_PORTAL_CONTACT},
    {"crm.contact.update", update, ZP_PORTAL_CONTACT},
    {"crm.contact.delete", remove_one, ZP_PORTAL_CONTACT},
    {"crm.contact.fields", fields, ZP_PORTAL_CONTACT},
    {NULL, NULL, 0},
};
