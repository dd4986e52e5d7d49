// The portal's state as JSON and back. Rows are saved by the legacy names of their fields, in
// canonical texts.
#include "practice/portal_internal.h"

#include <inttypes.h>

// ---- writing

static void save_settings(const struct zp__portal *portal, struct zp_json *into) {
    struct zp_json *settings = zp_json_add_object(into, "settings");
    zp_json_add_bool(settings, "clerk", portal->clerk);
    zp_json_add_bool(settings, "outsider", portal->outsider);
    zp_json_add_bool(settings, "silent", !portal->events);
    zp_json_add_int(settings, "events_delay_ms", portal->events_delay_ms);
    zp_json_add_bool(settings, "robot", portal->robot);
    zp_json_add_bool(settings, "russian", portal->russian);
    zp_json_add_bool(settings, "legacy_only", portal->legacy_only);
    zp_json_add_bool(settings, "lapsed", portal->lapsed);
    zp_json_add_bool(settings, "revoked", portal->revoked);
    zp_json_add_bool(settings, "short_time", portal->short_time);
    zp_json_add_bool(settings, "close_today", portal->close_today);
    zp_json_add_bool(settings, "mandatory", portal->mandatory);
    zp_json_add_int(settings, "mode", portal->mode);
    zp_json_add_int(settings, "uf_length", portal->uf_length);
    zp_json_add_int(settings, "rate_burst", (int64_t)portal->rate_burst);
    zp_json_add_int(settings, "rate_milli", (int64_t)(portal->rate_per_second * 1000));
    zp_json_add_int(settings, "last_status", portal->last_status_id);
    zp_json_add_int(settings, "last_uf", portal->last_uf_id);
    zp_json_add_int(settings, "last_multi", portal->last_multi_id);
    zp_json_add_int(settings, "last_moment", portal->last_moment_id);
    zp_json_add_int(settings, "last_note", portal->last_note_id);
    zp_json_add_int(settings, "last_product", portal->last_product_id);
    zp_json_add_int(settings, "operating_milli", (int64_t)(portal->operating_limit_s * 1000));
    struct zp_json *costs = zp_json_add_object(settings, "costs_milli");
    for (size_t i = 0; i < portal->work_count; i++) {
        if (portal->works[i].cost_s > 0)
            zp_json_add_int(costs, portal->works[i].method,
                            (int64_t)(portal->works[i].cost_s * 1000));
    }
    const struct zp__portal_application *app = &portal->application;
    struct zp_json *saved = zp_json_add_object(settings, "application");
    zp_json_add_string(saved, "id", app->id);
    zp_json_add_string(saved, "secret", app->secret);
    zp_json_add_string(saved, "code", app->code);
    zp_json_add_string(saved, "access", app->access);
    zp_json_add_string(saved, "refresh", app->refresh);
    zp_json_add_int(saved, "expires_at", app->expires_at);
}

static void save_directories(const struct zp__portal *portal, struct zp_json *into) {
    struct zp_json *categories = zp_json_add_array(into, "categories");
    for (size_t i = 0; i < portal->category_count; i++) {
        const struct zp__portal_category *category = &portal->categories[i];
        struct zp_json *saved = zp_json_add_object(categories, NULL);
        zp_json_add_int(saved, "id", category->id);
        zp_json_add_int(saved, "sort", category->sort);
        zp_json_add_string(saved, "name", category->name);
    }
    struct zp_json *statuses = zp_json_add_array(into, "statuses");
    for (size_t i = 0; i < portal->status_count; i++) {
        const struct zp__portal_status *status = portal->statuses[i];
        struct zp_json *saved = zp_json_add_object(statuses, NULL);
        zp_json_add_int(saved, "id", status->id);
        zp_json_add_string(saved, "entity_id", status->entity_id);
        zp_json_add_string(saved, "status_id", status->status_id);
        zp_json_add_string(saved, "name", status->name);
        zp_json_add_string(saved, "name_init", status->name_init);
        zp_json_add_string(saved, "color", status->color);
        zp_json_add_int(saved, "sort", status->sort);
        zp_json_add_bool(saved, "system", status->system);
        zp_json_add_bool(saved, "apology", status->apology);
        zp_json_add_string(saved, "semantics", (char[]){status->semantics, '\0'});
    }
    struct zp_json *ufs = zp_json_add_array(into, "userfields");
    for (size_t i = 0; i < portal->uf_count; i++) {
        const struct zp__portal_uf *uf = portal->ufs[i];
        struct zp_json *saved = zp_json_add_object(ufs, NULL);
        zp_json_add_int(saved, "id", uf->id);
        zp_json_add_int(saved, "type", (int64_t)uf->type);
        zp_json_add_string(saved, "name", uf->name);
        zp_json_add_string(saved, "user_type", uf->user_type);
        zp_json_add_bool(saved, "multiple", uf->multiple);
        zp_json_add_bool(saved, "mandatory", uf->mandatory);
        zp__php_to_json(saved, "record", uf->record);
    }
}

static void save_products(const struct zp__portal_row *row, struct zp_json *into) {
    struct zp_json *products = zp_json_add_array(into, "products");
    for (size_t i = 0; i < row->product_count; i++) {
        const struct zp__portal_product *product = &row->products[i];
        struct zp_json *saved = zp_json_add_object(products, NULL);
        zp_json_add_int(saved, "id", product->id);
        zp_json_add_int(saved, "product_id", product->product_id);
        zp_json_add_string(saved, "name", product->name);
        zp_json_add_int(saved, "price_minor", product->price_minor);
        zp_json_add_string(saved, "quantity", product->quantity);
        zp_json_add_int(saved, "discount_type", product->discount_type);
        zp_json_add_string(saved, "discount_rate", product->discount_rate);
        zp_json_add_int(saved, "discount_sum_minor", product->discount_sum_minor);
        zp_json_add_string(saved, "tax_rate", product->tax_rate);
        zp_json_add_bool(saved, "tax_included", product->tax_included);
        zp_json_add_int(saved, "measure_code", product->measure_code);
        zp_json_add_string(saved, "measure_name", product->measure_name);
        zp_json_add_int(saved, "sort", product->sort);
    }
}

static void save_row(const struct zp__portal_row *row, struct zp_json *into) {
    struct zp_json *saved = zp_json_add_object(into, NULL);
    zp_json_add_int(saved, "id", row->id);
    struct zp_json *values = zp_json_add_object(saved, "values");
    for (size_t i = 0; i < row->entity->field_count; i++) {
        if (row->values[i] != NULL)
            zp_json_add_string(values, row->entity->fields[i].name, row->values[i]);
    }
    struct zp_json *ufs = zp_json_add_array(saved, "ufs");
    for (size_t i = 0; i < row->uf_count; i++) {
        struct zp_json *uf = zp_json_add_object(ufs, NULL);
        zp_json_add_int(uf, "id", row->ufs[i].uf_id);
        struct zp_json *texts = zp_json_add_array(uf, "values");
        for (size_t j = 0; j < row->ufs[i].count; j++)
            zp_json_add_string(texts, NULL, row->ufs[i].values[j]);
    }
    struct zp_json *contacts = zp_json_add_array(saved, "contacts");
    for (size_t i = 0; i < row->contact_count; i++)
        zp_json_add_int(contacts, NULL, row->contacts[i]);
    zp_json_add_int(saved, "primary", row->primary);
    struct zp_json *multis = zp_json_add_array(saved, "multis");
    for (size_t i = 0; i < row->multi_count; i++) {
        struct zp_json *multi = zp_json_add_object(multis, NULL);
        zp_json_add_int(multi, "id", row->multis[i].id);
        zp_json_add_string(multi, "type", row->multis[i].type);
        zp_json_add_string(multi, "value_type", row->multis[i].value_type);
        zp_json_add_string(multi, "value", row->multis[i].value);
    }
    zp_json_add_bool(saved, "imported", row->imported);
    if (row->product_count > 0)
        save_products(row, saved);
}

static void save_history(const struct zp__portal *portal, struct zp_json *into) {
    struct zp_json *moments = zp_json_add_array(into, "moments");
    for (size_t i = 0; i < portal->moment_count; i++) {
        const struct zp__portal_moment *moment = portal->moments[i];
        struct zp_json *saved = zp_json_add_object(moments, NULL);
        zp_json_add_int(saved, "id", moment->id);
        zp_json_add_int(saved, "type", (int64_t)moment->type);
        zp_json_add_int(saved, "owner", moment->owner);
        zp_json_add_int(saved, "created_at", moment->created_at);
        zp_json_add_int(saved, "category", moment->category);
        zp_json_add_int(saved, "kind", moment->kind);
        zp_json_add_string(saved, "semantic", (char[]){moment->semantic, '\0'});
        zp_json_add_string(saved, "stage", moment->stage);
    }
    struct zp_json *notes = zp_json_add_array(into, "notes");
    for (size_t i = 0; i < portal->note_count; i++) {
        const struct zp__portal_note *note = portal->notes[i];
        struct zp_json *saved = zp_json_add_object(notes, NULL);
        zp_json_add_int(saved, "id", note->id);
        zp_json_add_int(saved, "type", (int64_t)note->type);
        zp_json_add_int(saved, "owner", note->owner);
        zp_json_add_int(saved, "created_at", note->created_at);
        zp_json_add_int(saved, "deadline", note->deadline);
        zp_json_add_bool(saved, "todo", note->todo);
        zp_json_add_string(saved, "title", note->title);
        zp_json_add_string(saved, "text", note->text);
    }
}

void zp__portal_save(const struct zp__portal *portal, struct zp_json *into) {
    static const char *const names[] = {NULL, "leads", "deals", "contacts"};
    save_settings(portal, into);
    save_directories(portal, into);
    for (int type = ZP_PORTAL_LEAD; type <= ZP_PORTAL_CONTACT; type++) {
        struct zp_json *saved = zp_json_add_object(into, names[type]);
        zp_json_add_int(saved, "last", portal->rows[type].last_id);
        struct zp_json *rows = zp_json_add_array(saved, "rows");
        for (size_t i = 0; i < portal->rows[type].count; i++)
            save_row(portal->rows[type].items[i], rows);
    }
    save_history(portal, into);
}

// ---- reading

static int64_t number(const struct zp_json *object, const char *key) {
    int64_t value = 0;
    return zp_json_int(zp_json_get(object, key), &value) ? value : 0;
}

static bool truth(const struct zp_json *object, const char *key) {
    bool value = false;
    return zp_json_bool(zp_json_get(object, key), &value) && value;
}

static const char *text(const struct zp_json *object, const char *key) {
    const char *value = zp_json_string(zp_json_get(object, key));
    return value == NULL ? "" : value;
}

static void load_limits(struct zp__portal *portal, const struct zp_json *settings) {
    const struct zp_json *costs = zp_json_get(settings, "costs_milli");
    int64_t limit_milli = 0;
    // A state written before there was one has the limit of a new portal.
    if (zp_json_int(zp_json_get(settings, "operating_milli"), &limit_milli))
        portal->operating_limit_s = (double)limit_milli / 1000;
    portal->work_count = 0;
    for (size_t i = 0; i < zp_json_count(costs); i++) {
        const struct zp_json *cost = zp_json_at(costs, i);
        zp__portal_work_cost(portal, zp_json_key(cost),
                             (double)number(costs, zp_json_key(cost)) / 1000);
    }
}

static void load_application(struct zp__portal *portal, const struct zp_json *saved) {
    struct zp__portal_application *app = &portal->application;
    zp__portal_oauth_remove(portal);
    app->id = zp__portal_dup(portal, zp_json_string(zp_json_get(saved, "id")));
    app->secret = zp__portal_dup(portal, zp_json_string(zp_json_get(saved, "secret")));
    app->code = zp__portal_dup(portal, zp_json_string(zp_json_get(saved, "code")));
    app->access = zp__portal_dup(portal, zp_json_string(zp_json_get(saved, "access")));
    app->refresh = zp__portal_dup(portal, zp_json_string(zp_json_get(saved, "refresh")));
    app->expires_at = number(saved, "expires_at");
}

static void load_settings(struct zp__portal *portal, const struct zp_json *settings) {
    portal->clerk = truth(settings, "clerk");
    portal->outsider = truth(settings, "outsider");
    portal->events = !truth(settings, "silent");
    portal->robot = truth(settings, "robot");
    int64_t delay_ms = 0; // a state written before there were events has the delay of a new portal
    if (zp_json_int(zp_json_get(settings, "events_delay_ms"), &delay_ms))
        portal->events_delay_ms = (int)delay_ms;
    portal->russian = truth(settings, "russian");
    portal->legacy_only = truth(settings, "legacy_only");
    portal->lapsed = truth(settings, "lapsed");
    portal->revoked = truth(settings, "revoked");
    portal->short_time = truth(settings, "short_time");
    portal->close_today = truth(settings, "close_today");
    portal->mandatory = truth(settings, "mandatory");
    portal->mode = (int)number(settings, "mode");
    portal->uf_length = (int)number(settings, "uf_length");
    portal->rate_burst = (double)number(settings, "rate_burst");
    portal->rate_per_second = (double)number(settings, "rate_milli") / 1000;
    portal->last_status_id = number(settings, "last_status");
    portal->last_uf_id = number(settings, "last_uf");
    portal->last_multi_id = number(settings, "last_multi");
    portal->last_moment_id = number(settings, "last_moment");
    portal->last_note_id = number(settings, "last_note");
    portal->last_product_id = number(settings, "last_product");
    load_limits(portal, settings);
    load_application(portal, zp_json_get(settings, "application"));
}

static void load_directories(struct zp__portal *portal, const struct zp_json *from) {
    const struct zp_json *categories = zp_json_get(from, "categories");
    portal->category_count = zp_json_count(categories);
    portal->categories = zp__portal_need(
        talloc_zero_array(portal, struct zp__portal_category, portal->category_count + 1));
    for (size_t i = 0; i < portal->category_count; i++) {
        const struct zp_json *saved = zp_json_at(categories, i);
        portal->categories[i] =
            (struct zp__portal_category){number(saved, "id"), number(saved, "sort"),
                                         zp__portal_dup(portal->categories, text(saved, "name"))};
    }
    const struct zp_json *statuses = zp_json_get(from, "statuses");
    for (size_t i = 0; i < zp_json_count(statuses); i++) {
        const struct zp_json *saved = zp_json_at(statuses, i);
        struct zp__portal_status *status = zp__portal_status_new(
            portal, text(saved, "entity_id"), text(saved, "status_id"), text(saved, "name"),
            number(saved, "sort"), text(saved, "semantics")[0]);
        status->id = number(saved, "id");
        status->name_init = zp__portal_dup(status, text(saved, "name_init"));
        status->color = zp__portal_dup(status, text(saved, "color"));
        status->system = truth(saved, "system");
        status->apology = truth(saved, "apology");
    }
    const struct zp_json *ufs = zp_json_get(from, "userfields");
    for (size_t i = 0; i < zp_json_count(ufs); i++) {
        const struct zp_json *saved = zp_json_at(ufs, i);
        struct zp__portal_uf *uf =
            zp__portal_uf_new(portal, (int)number(saved, "type"), text(saved, "name"),
                              text(saved, "user_type"), NULL);
        uf->id = number(saved, "id");
        uf->multiple = truth(saved, "multiple");
        uf->mandatory = truth(saved, "mandatory");
        talloc_free(uf->record);
        uf->record = zp__php_from_json(uf, zp_json_get(saved, "record"));
    }
}

static void load_values(struct zp__portal_row *row, const struct zp_json *saved) {
    const struct zp_json *values = zp_json_get(saved, "values");
    for (size_t i = 0; i < zp_json_count(values); i++) {
        const struct zp_json *value = zp_json_at(values, i);
        zp__portal_put(row, zp_json_key(value), zp_json_string(value));
    }
    const struct zp_json *ufs = zp_json_get(saved, "ufs");
    row->uf_count = zp_json_count(ufs);
    row->ufs =
        zp__portal_need(talloc_zero_array(row, struct zp__portal_uf_value, row->uf_count + 1));
    for (size_t i = 0; i < row->uf_count; i++) {
        const struct zp_json *texts = zp_json_get(zp_json_at(ufs, i), "values");
        struct zp__portal_uf_value *uf = &row->ufs[i];
        uf->uf_id = number(zp_json_at(ufs, i), "id");
        uf->count = zp_json_count(texts);
        uf->values = zp__portal_need(talloc_array(row, char *, uf->count + 1));
        for (size_t j = 0; j < uf->count; j++) {
            const char *value = zp_json_string(zp_json_at(texts, j));
            uf->values[j] = zp__portal_dup(uf->values, value == NULL ? "" : value);
        }
    }
}

static void load_products(struct zp__portal_row *row, const struct zp_json *products) {
    row->product_count = zp_json_count(products);
    row->products =
        zp__portal_need(talloc_zero_array(row, struct zp__portal_product, row->product_count + 1));
    for (size_t i = 0; i < row->product_count; i++) {
        const struct zp_json *saved = zp_json_at(products, i);
        row->products[i] = (struct zp__portal_product){
            .id = number(saved, "id"),
            .product_id = number(saved, "product_id"),
            .name = zp__portal_dup(row->products, text(saved, "name")),
            .price_minor = number(saved, "price_minor"),
            .quantity = zp__portal_dup(row->products, text(saved, "quantity")),
            .discount_type = (int)number(saved, "discount_type"),
            .discount_rate = zp__portal_dup(row->products, text(saved, "discount_rate")),
            .discount_sum_minor = number(saved, "discount_sum_minor"),
            .tax_rate =
                zp__portal_dup(row->products, zp_json_string(zp_json_get(saved, "tax_rate"))),
            .tax_included = truth(saved, "tax_included"),
            .measure_code = number(saved, "measure_code"),
            .measure_name = zp__portal_dup(row->products, text(saved, "measure_name")),
            .sort = number(saved, "sort"),
        };
    }
}

static void load_row(struct zp__portal *portal, int type, const struct zp_json *saved) {
    struct zp__portal_rows *rows = &portal->rows[type];
    struct zp__portal_row *row = zp__portal_need(talloc_zero(portal, struct zp__portal_row));
    row->entity = zp__portal_entity(type);
    row->values = zp__portal_need(talloc_zero_array(row, char *, row->entity->field_count));
    row->id = number(saved, "id");
    row->primary = number(saved, "primary");
    load_values(row, saved);
    const struct zp_json *contacts = zp_json_get(saved, "contacts");
    row->contact_count = zp_json_count(contacts);
    row->contacts = zp__portal_need(talloc_zero_array(row, int64_t, row->contact_count + 1));
    for (size_t i = 0; i < row->contact_count; i++)
        zp_json_int(zp_json_at(contacts, i), &row->contacts[i]);
    const struct zp_json *multis = zp_json_get(saved, "multis");
    row->multi_count = zp_json_count(multis);
    row->multis =
        zp__portal_need(talloc_zero_array(row, struct zp__portal_multi, row->multi_count + 1));
    for (size_t i = 0; i < row->multi_count; i++) {
        const struct zp_json *multi = zp_json_at(multis, i);
        row->multis[i] =
            (struct zp__portal_multi){number(multi, "id"), zp__portal_dup(row, text(multi, "type")),
                                      zp__portal_dup(row, text(multi, "value_type")),
                                      zp__portal_dup(row, text(multi, "value"))};
    }
    rows->items = zp__portal_need(
        talloc_realloc(portal, rows->items, struct zp__portal_row *, rows->count + 1));
    row->imported = truth(saved, "imported");
    load_products(row, zp_json_get(saved, "products"));
    rows->items[rows->count++] = row;
}

static void load_history(struct zp__portal *portal, const struct zp_json *from) {
    const struct zp_json *moments = zp_json_get(from, "moments");
    portal->moment_count = zp_json_count(moments);
    portal->moments = zp__portal_need(
        talloc_zero_array(portal, struct zp__portal_moment *, portal->moment_count + 1));
    for (size_t i = 0; i < portal->moment_count; i++) {
        const struct zp_json *saved = zp_json_at(moments, i);
        struct zp__portal_moment *moment = portal->moments[i] =
            zp__portal_need(talloc_zero(portal, struct zp__portal_moment));
        moment->id = number(saved, "id");
        moment->type = (enum zp__portal_type)number(saved, "type");
        moment->owner = number(saved, "owner");
        moment->created_at = number(saved, "created_at");
        moment->category = number(saved, "category");
        moment->kind = (int)number(saved, "kind");
        moment->semantic = text(saved, "semantic")[0];
        moment->stage = zp__portal_dup(moment, text(saved, "stage"));
    }
    const struct zp_json *notes = zp_json_get(from, "notes");
    portal->note_count = zp_json_count(notes);
    portal->notes = zp__portal_need(
        talloc_zero_array(portal, struct zp__portal_note *, portal->note_count + 1));
    for (size_t i = 0; i < portal->note_count; i++) {
        const struct zp_json *saved = zp_json_at(notes, i);
        struct zp__portal_note *note = portal->notes[i] =
            zp__portal_need(talloc_zero(portal, struct zp__portal_note));
        note->id = number(saved, "id");
        note->type = (enum zp__portal_type)number(saved, "type");
        note->owner = number(saved, "owner");
        note->created_at = number(saved, "created_at");
        note->deadline = number(saved, "deadline");
        note->todo = truth(saved, "todo");
        note->title = zp__portal_dup(note, zp_json_string(zp_json_get(saved, "title")));
        note->text = zp__portal_dup(note, text(saved, "text"));
    }
}

static void forget_everything(struct zp__portal *portal) {
    for (size_t i = 0; i < portal->status_count; i++)
        talloc_free(portal->statuses[i]);
    for (size_t i = 0; i < portal->uf_count; i++)
        talloc_free(portal->ufs[i]);
    for (size_t i = 0; i < portal->moment_count; i++)
        talloc_free(portal->moments[i]);
    for (size_t i = 0; i < portal->note_count; i++)
        talloc_free(portal->notes[i]);
    for (int type = ZP_PORTAL_LEAD; type <= ZP_PORTAL_CONTACT; type++) {
        for (size_t i = 0; i < portal->rows[type].count; i++)
            talloc_free(portal->rows[type].items[i]);
        portal->rows[type].count = 0;
    }
    TALLOC_FREE(portal->categories);
    TALLOC_FREE(portal->moments);
    TALLOC_FREE(portal->notes);
    portal->status_count = portal->uf_count = portal->moment_count = portal->note_count = 0;
}

bool zp__portal_load(struct zp__portal *portal, const struct zp_json *from, struct zp_error *err) {
    static const char *const names[] = {NULL, "leads", "deals", "contacts"};
    const struct zp_json *settings = zp_json_get(from, "settings");
    if (zp_json_type(settings) != ZP_JSON_OBJECT ||
        zp_json_count(zp_json_get(from, "statuses")) == 0)
        return zp_error_set(err, ZP_E_CONFIG, NULL,
                            "The saved practice portal cannot be read. Remove the practice "
                            "state directory and start again.");
    void (*changed)(void *data) = portal->changed;
    portal->changed = NULL; // reading is no change
    forget_everything(portal);
    load_directories(portal, from);
    for (int type = ZP_PORTAL_LEAD; type <= ZP_PORTAL_CONTACT; type++) {
        const struct zp_json *saved = zp_json_get(from, names[type]);
        const struct zp_json *rows = zp_json_get(saved, "rows");
        for (size_t i = 0; i < zp_json_count(rows); i++)
            load_row(portal, type, zp_json_at(rows, i));
        portal->rows[type].last_id = number(saved, "last");
    }
    load_history(portal, from);
    load_settings(portal, settings);
    portal->changed = changed;
    return true;
}
