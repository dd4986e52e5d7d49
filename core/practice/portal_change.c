// Changing a row: what is asked, what differs, what follows from it (bitrix24.md 17.18-17.21,
// 17.23).
#include "practice/portal_internal.h"

#include <inttypes.h>

#define CLOSE_AFTER_DAYS 7

struct zp__portal_change *zp__portal_change_new(TALLOC_CTX *ctx,
                                                const struct zp__portal_entity *entity) {
    struct zp__portal_change *change = zp__portal_need(talloc_zero(ctx, struct zp__portal_change));
    change->entity = entity;
    change->set = zp__portal_need(talloc_zero_array(change, bool, entity->field_count));
    change->values = zp__portal_need(talloc_zero_array(change, char *, entity->field_count));
    return change;
}

const struct zp__portal_uf *zp__portal_uf_missing(const struct zp__portal_call *call,
                                                  const struct zp__portal_change *change,
                                                  bool adding, size_t *at) {
    while (call->portal->mandatory && *at < call->portal->uf_count) {
        const struct zp__portal_uf *uf = call->portal->ufs[(*at)++];
        if (uf->type != call->entity->type || !uf->mandatory)
            continue;
        bool missing = adding;
        for (size_t i = 0; i < change->uf_count; i++) {
            if (change->ufs[i].uf_id == uf->id)
                missing = change->ufs[i].count == 0 || change->ufs[i].values[0][0] == '\0';
        }
        if (missing)
            return uf;
    }
    return NULL;
}

void zp__portal_change_set(struct zp__portal_change *change, const char *name, const char *text) {
    int field = zp__portal_field_find(change->entity, name, false);
    if (field < 0)
        return;
    change->set[field] = true;
    change->values[field] = zp__portal_dup(change, text);
}

void zp__portal_change_uf(struct zp__portal_change *change, const struct zp__portal_uf *uf,
                          char **values, size_t count) {
    change->ufs = zp__portal_need(
        talloc_realloc(change, change->ufs, struct zp__portal_uf_value, change->uf_count + 1));
    change->ufs[change->uf_count++] = (struct zp__portal_uf_value){uf->id, values, count};
}

void zp__portal_change_multi(struct zp__portal_change *change,
                             const struct zp__portal_multi_change *multi) {
    change->multis = zp__portal_need(talloc_realloc(
        change, change->multis, struct zp__portal_multi_change, change->multi_count + 1));
    change->multis[change->multi_count++] = *multi;
}

void zp__portal_change_contact(struct zp__portal_change *change, int64_t id) {
    for (size_t i = 0; i < change->contact_count; i++) {
        if (change->contacts[i] == id)
            return;
    }
    change->contacts = zp__portal_need(
        talloc_realloc(change, change->contacts, int64_t, change->contact_count + 1));
    change->contacts[change->contact_count++] = id;
}

static bool same_text(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool apply_fields(struct zp__portal_row *row, const struct zp__portal_change *change) {
    bool differs = false;
    for (size_t i = 0; i < row->entity->field_count; i++) {
        if (!change->set[i] || same_text(row->values[i], change->values[i]))
            continue;
        zp__portal_put(row, row->entity->fields[i].name, change->values[i]);
        differs = true;
    }
    return differs;
}

static bool same_values(const struct zp__portal_uf_value *a, const struct zp__portal_uf_value *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->values[i], b->values[i]) != 0)
            return false;
    }
    return true;
}

static bool apply_uf(struct zp__portal_row *row, const struct zp__portal_uf_value *wanted) {
    struct zp__portal_uf_value *value = NULL;
    for (size_t i = 0; i < row->uf_count; i++) {
        if (row->ufs[i].uf_id == wanted->uf_id)
            value = &row->ufs[i];
    }
    if (value == NULL && wanted->count == 0)
        return false;
    if (value == NULL) {
        row->ufs = zp__portal_need(
            talloc_realloc(row, row->ufs, struct zp__portal_uf_value, row->uf_count + 1));
        value = &row->ufs[row->uf_count++];
        *value = (struct zp__portal_uf_value){wanted->uf_id, NULL, 0};
    } else if (same_values(value, wanted)) {
        return false;
    }
    char **values = zp__portal_need(talloc_array(row, char *, wanted->count + 1));
    for (size_t i = 0; i < wanted->count; i++)
        values[i] = zp__portal_dup(values, wanted->values[i]);
    talloc_free(value->values);
    value->values = values;
    value->count = wanted->count;
    return true;
}

static bool apply_contacts(struct zp__portal_row *row, const struct zp__portal_change *change) {
    bool same = row->contact_count == change->contact_count;
    for (size_t i = 0; same && i < row->contact_count; i++)
        same = row->contacts[i] == change->contacts[i];
    if (same)
        return false;
    talloc_free(row->contacts);
    row->contact_count = change->contact_count;
    row->contacts = zp__portal_need(talloc_array(row, int64_t, change->contact_count + 1));
    bool primary_stays = false;
    for (size_t i = 0; i < change->contact_count; i++) {
        row->contacts[i] = change->contacts[i];
        primary_stays = primary_stays || change->contacts[i] == row->primary;
    }
    if (!primary_stays)
        row->primary = row->contact_count == 0 ? 0 : row->contacts[0];
    return true;
}

static bool add_multi(struct zp__portal *portal, struct zp__portal_row *row,
                      const struct zp__portal_multi_change *wanted) {
    row->multis = zp__portal_need(
        talloc_realloc(row, row->multis, struct zp__portal_multi, row->multi_count + 1));
    struct zp__portal_multi *multi = &row->multis[row->multi_count++];
    multi->id = ++portal->last_multi_id;
    multi->type = zp__portal_dup(row, wanted->type);
    multi->value_type = zp__portal_dup(row, wanted->value_type);
    multi->value = zp__portal_dup(row, wanted->value);
    return true;
}

static bool change_multi(struct zp__portal_row *row, const struct zp__portal_multi_change *wanted) {
    for (size_t i = 0; i < row->multi_count; i++) {
        struct zp__portal_multi *multi = &row->multis[i];
        if (multi->id != wanted->id || strcmp(multi->type, wanted->type) != 0)
            continue;
        if (wanted->remove) {
            row->multi_count--;
            for (size_t j = i; j < row->multi_count; j++)
                row->multis[j] = row->multis[j + 1];
            return true;
        }
        bool differs = false;
        if (wanted->value != NULL && strcmp(multi->value, wanted->value) != 0) {
            multi->value = zp__portal_dup(row, wanted->value);
            differs = true;
        }
        if (wanted->value_type != NULL && strcmp(multi->value_type, wanted->value_type) != 0) {
            multi->value_type = zp__portal_dup(row, wanted->value_type);
            differs = true;
        }
        return differs;
    }
    return false;
}

static bool apply_multis(struct zp__portal *portal, struct zp__portal_row *row,
                         const struct zp__portal_change *change) {
    bool differs = false;
    for (size_t i = 0; i < change->multi_count; i++) {
        const struct zp__portal_multi_change *wanted = &change->multis[i];
        if (wanted->id != 0)
            differs |= change_multi(row, wanted);
        else if (!wanted->remove)
            differs |= add_multi(portal, row, wanted);
    }
    bool phone = false, mail = false;
    for (size_t i = 0; i < row->multi_count; i++) {
        phone = phone || strcmp(row->multis[i].type, "PHONE") == 0;
        mail = mail || strcmp(row->multis[i].type, "EMAIL") == 0;
    }
    zp__portal_put(row, "HAS_PHONE", phone ? "Y" : "N");
    zp__portal_put(row, "HAS_EMAIL", mail ? "Y" : "N");
    return differs;
}

static void put_number(struct zp__portal_row *row, const char *name, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    zp__portal_put(row, name, text);
}

static void put_day(const struct zp__portal *portal, struct zp__portal_row *row, const char *name,
                    int days) {
    char text[ZP_DATE_SIZE];
    struct zp_date today = zp_zone_wall(portal->zone, zp__portal_now(portal)).date;
    zp_date_format(zp_date_add_days(today, days), text);
    zp__portal_put(row, name, text);
}

static void add_moment(struct zp__portal *portal, const struct zp__portal_row *row, int kind) {
    struct zp__portal_moment *moment =
        zp__portal_need(talloc_zero(portal, struct zp__portal_moment));
    moment->id = ++portal->last_moment_id;
    moment->owner = row->id;
    moment->type = row->entity->type;
    moment->kind = kind;
    moment->created_at = zp__portal_now(portal);
    moment->category = zp__portal_category_of(row);
    moment->semantic = zp__portal_get(row, row->entity->semantic)[0];
    moment->stage = zp__portal_dup(moment, zp__portal_get(row, row->entity->stage));
    portal->moments = zp__portal_need(talloc_realloc(
        portal, portal->moments, struct zp__portal_moment *, portal->moment_count + 1));
    portal->moments[portal->moment_count++] = moment;
}

// What being in its stage means for a row.
static char settle_stage(struct zp__portal *portal, struct zp__portal_row *row) {
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *directory =
        zp__portal_stage_directory(scratch, (int)row->entity->type, zp__portal_category_of(row));
    struct zp__portal_status *status =
        zp__portal_status_find(portal, directory, zp__portal_get(row, row->entity->stage));
    char semantic = status == NULL ? 'P' : status->semantics;
    talloc_free(scratch);
    zp__portal_put(row, row->entity->semantic, (char[]){semantic, '\0'});
    zp__portal_put(row, "CLOSED", semantic == 'P' ? "N" : "Y");
    return semantic;
}

static void moved(struct zp__portal *portal, struct zp__portal_row *row, bool funnel, int64_t by) {
    char semantic = settle_stage(portal, row);
    put_number(row, "MOVED_BY_ID", by);
    put_number(row, "MOVED_TIME", zp__portal_now(portal));
    zp__portal_put(row, "IS_NEW", "N");
    if (semantic == 'P') {
        zp__portal_put(row, "DATE_CLOSED", NULL);
    } else {
        put_number(row, "DATE_CLOSED", zp__portal_now(portal));
        if (portal->close_today)
            put_day(portal, row, "CLOSEDATE", 0);
    }
    add_moment(portal, row, funnel ? 5 : semantic == 'P' ? 2 : 3);
}

static void put_default(struct zp__portal_row *row, const struct zp__portal_change *change,
                        const char *name, const char *text) {
    int field = zp__portal_field_find(row->entity, name, false);
    if (field < 0)
        return;
    if (!change->set[field] || change->values[field] == NULL ||
        (change->values[field][0] == '\0' && strcmp(name, "SOURCE_ID") != 0))
        zp__portal_put(row, name, text);
}

// Whether somebody gave this contact or lead any name.
static bool is_named(const struct zp__portal_row *row) {
    static const char *const names[] = {"NAME", "LAST_NAME", "SECOND_NAME"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = zp__portal_get(row, names[i]);
        if (name != NULL && name[0] != '\0')
            return true;
    }
    return false;
}

static void put_title(const struct zp__portal *portal, struct zp__portal_row *row) {
    const struct zp__portal_entity *entity = row->entity;
    const char *given = zp__portal_get(row, entity->auto_field);
    bool named =
        entity->type == ZP_PORTAL_CONTACT ? is_named(row) : given != NULL && given[0] != '\0';
    if (named)
        return;
    const char *word = zp__portal_say(portal, entity->auto_title_en, entity->auto_title_ru);
    char *title = zp__portal_need(talloc_asprintf(NULL, "%s%" PRId64, word, row->id));
    zp__portal_put(row, entity->auto_field, title);
    talloc_free(title);
}

static void put_defaults(struct zp__portal *portal, struct zp__portal_row *row,
                         const struct zp__portal_change *change) {
    static const struct {
        const char *name, *text;
    } fixed[] = {
        {"CATEGORY_ID", "0"},
        {"OPPORTUNITY", "0.00"},
        {"IS_MANUAL_OPPORTUNITY", "N"},
        {"CURRENCY_ID", "RUB"},
        {"IS_NEW", "Y"},
        {"IS_RECURRING", "N"},
        {"IS_RETURN_CUSTOMER", "N"},
        {"IS_REPEATED_APPROACH", "N"},
        {"OPENED", "Y"},
        {"EXPORT", "Y"},
        {"HAS_IMOL", "N"},
        {"TAX_VALUE", "0.00"},
    };
    struct zp__portal_status *source = zp__portal_status_first(portal, "SOURCE");
    const char *type = row->entity->type == ZP_PORTAL_DEAL ? "DEAL_TYPE" : "CONTACT_TYPE";
    struct zp__portal_status *first = zp__portal_status_first(portal, type);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        put_default(row, change, fixed[i].name, fixed[i].text);
    put_default(row, change, "SOURCE_ID", source == NULL ? NULL : source->status_id);
    put_default(row, change, "TYPE_ID", first == NULL ? NULL : first->status_id);
    char user[24];
    snprintf(user, sizeof user, "%d", ZP_PORTAL_USER);
    put_default(row, change, "ASSIGNED_BY_ID", user);
    if (row->entity->type == ZP_PORTAL_DEAL) {
        if (zp__portal_get(row, "BEGINDATE") == NULL)
            put_day(portal, row, "BEGINDATE", 0);
        if (zp__portal_get(row, "CLOSEDATE") == NULL)
            put_day(portal, row, "CLOSEDATE", CLOSE_AFTER_DAYS);
    }
    static const char *const people[] = {"CREATED_BY_ID", "MODIFY_BY_ID", "MOVED_BY_ID",
                                         "LAST_ACTIVITY_BY", NULL};
    static const char *const moments[] = {"DATE_CREATE", "DATE_MODIFY", "MOVED_TIME",
                                          "LAST_ACTIVITY_TIME", NULL};
    for (size_t i = 0; people[i] != NULL; i++)
        put_number(row, people[i], ZP_PORTAL_USER);
    for (size_t i = 0; moments[i] != NULL; i++)
        put_number(row, moments[i], zp__portal_now(portal));
}

struct zp__portal_row *zp__portal_create(struct zp__portal *portal, int type,
                                         const struct zp__portal_change *change) {
    struct zp__portal_rows *rows = &portal->rows[type];
    struct zp__portal_row *row = zp__portal_need(talloc_zero(portal, struct zp__portal_row));
    row->entity = zp__portal_entity(type);
    row->values = zp__portal_need(talloc_zero_array(row, char *, row->entity->field_count));
    row->id = ++rows->last_id;
    apply_fields(row, change);
    put_number(row, "ID", row->id);
    put_title(portal, row);
    put_defaults(portal, row, change);
    for (size_t i = 0; i < change->uf_count; i++)
        apply_uf(row, &change->ufs[i]);
    if (change->contacts_set)
        apply_contacts(row, change);
    apply_multis(portal, row, change);
    if (row->entity->stage != NULL) {
        if (settle_stage(portal, row) != 'P')
            put_number(row, "DATE_CLOSED", zp__portal_now(portal));
        add_moment(portal, row, 1);
    }
    rows->items = zp__portal_need(
        talloc_realloc(portal, rows->items, struct zp__portal_row *, rows->count + 1));
    rows->items[rows->count++] = row;
    zp__portal_touched(portal);
    zp__portal_event(portal, type, row->id, "ADD");
    zp__portal_robot(portal, row);
    return row;
}

bool zp__portal_update(struct zp__portal *portal, struct zp__portal_row *row,
                       const struct zp__portal_change *change, bool always, int64_t by) {
    const struct zp__portal_entity *entity = row->entity;
    char *stage =
        entity->stage == NULL ? NULL : zp__portal_dup(NULL, zp__portal_get(row, entity->stage));
    int64_t category = zp__portal_category_of(row);
    bool differs = apply_fields(row, change);
    for (size_t i = 0; i < change->uf_count; i++)
        differs |= apply_uf(row, &change->ufs[i]);
    if (change->contacts_set)
        differs |= apply_contacts(row, change);
    differs |= apply_multis(portal, row, change);
    bool funnel = category != zp__portal_category_of(row);
    bool staged =
        stage != NULL && (strcmp(stage, zp__portal_get(row, entity->stage)) != 0 || funnel);
    if (staged)
        moved(portal, row, funnel, by);
    talloc_free(stage);
    if (!differs && !always)
        return false;
    put_number(row, "DATE_MODIFY", zp__portal_now(portal));
    put_number(row, "MODIFY_BY_ID", by);
    zp__portal_touched(portal);
    // Another funnel is told to applications only, as MOVETOCATEGORY (T32).
    if (!funnel)
        zp__portal_event(portal, (int)entity->type, row->id, "UPDATE");
    if (staged)
        zp__portal_robot(portal, row);
    return differs;
}

void zp__portal_delete(struct zp__portal *portal, struct zp__portal_row *row) {
    struct zp__portal_rows *rows = &portal->rows[row->entity->type];
    size_t at = 0;
    while (rows->items[at] != row)
        at++;
    rows->count--;
    for (; at < rows->count; at++)
        rows->items[at] = rows->items[at + 1];
    zp__portal_event(portal, (int)row->entity->type, row->id, "DELETE");
    talloc_free(row);
    zp__portal_touched(portal);
}

static void replace_contact(struct zp__portal *portal, struct zp__portal_row *row, int64_t from,
                            int64_t into) {
    bool bound = false;
    struct zp__portal_change *change = zp__portal_change_new(NULL, row->entity);
    for (size_t i = 0; i < row->contact_count; i++) {
        bound = bound || row->contacts[i] == from;
        zp__portal_change_contact(change, row->contacts[i] == from ? into : row->contacts[i]);
    }
    change->contacts_set = true;
    if (bound)
        zp__portal_update(portal, row, change, true, ZP_PORTAL_COLLEAGUE);
    talloc_free(change);
}

void zp__portal_merge(struct zp__portal *portal, struct zp__portal_row *into,
                      struct zp__portal_row *from) {
    struct zp__portal_change *change = zp__portal_change_new(NULL, into->entity);
    for (size_t i = 0; i < from->multi_count; i++)
        zp__portal_change_multi(change, &(struct zp__portal_multi_change){
                                            0, from->multis[i].type, from->multis[i].value_type,
                                            from->multis[i].value, false});
    zp__portal_update(portal, into, change, true, ZP_PORTAL_COLLEAGUE);
    talloc_free(change);
    for (int type = ZP_PORTAL_LEAD; type <= ZP_PORTAL_DEAL; type++) {
        for (size_t i = 0; i < portal->rows[type].count; i++)
            replace_contact(portal, portal->rows[type].items[i], from->id, into->id);
    }
    zp__portal_delete(portal, from);
}

void zp__portal_convert(struct zp__portal *portal, struct zp__portal_row *lead) {
    static const char *const kept[] = {"TITLE",     "CURRENCY_ID",          "OPPORTUNITY",
                                       "SOURCE_ID", "SOURCE_DESCRIPTION",   "ASSIGNED_BY_ID",
                                       "COMMENTS",  "IS_MANUAL_OPPORTUNITY"};
    TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
    struct zp__portal_change *deal =
        zp__portal_change_new(scratch, zp__portal_entity(ZP_PORTAL_DEAL));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        zp__portal_change_set(deal, kept[i], zp__portal_get(lead, kept[i]));
    zp__portal_change_set(deal, "STAGE_ID",
                          zp__portal_status_first(portal, "DEAL_STAGE")->status_id);
    zp__portal_change_set(deal, "CATEGORY_ID", "0");
    zp__portal_change_set(deal, "LEAD_ID", zp__portal_get(lead, "ID"));
    deal->contacts_set = true;
    for (size_t i = 0; i < lead->contact_count; i++)
        zp__portal_change_contact(deal, lead->contacts[i]);
    if (lead->contact_count == 0 && (is_named(lead) || lead->multi_count > 0)) {
        struct zp__portal_change *contact =
            zp__portal_change_new(scratch, zp__portal_entity(ZP_PORTAL_CONTACT));
        static const char *const person[] = {"NAME", "SECOND_NAME", "LAST_NAME", "SOURCE_ID"};
        for (size_t i = 0; i < sizeof person / sizeof person[0]; i++)
            zp__portal_change_set(contact, person[i], zp__portal_get(lead, person[i]));
        zp__portal_change_set(contact, "LEAD_ID", zp__portal_get(lead, "ID"));
        for (size_t i = 0; i < lead->multi_count; i++)
            zp__portal_change_multi(
                contact, &(struct zp__portal_multi_change){0, lead->multis[i].type,
                                                           lead->multis[i].value_type,
                                                           lead->multis[i].value, false});
        zp__portal_change_contact(deal, zp__portal_create(portal, ZP_PORTAL_CONTACT, contact)->id);
    }
    zp__portal_create(portal, ZP_PORTAL_DEAL, deal);
    struct zp__portal_change *end = zp__portal_change_new(scratch, lead->entity);
    zp__portal_change_set(end, "STATUS_ID", "CONVERTED");
    zp__portal_update(portal, lead, end, true, ZP_PORTAL_USER);
    talloc_free(scratch);
}
