// Bitrix24's wire: deals, leads, contacts and comments, in both families of methods. It has no
// idempotency; the older family leaves a filter that it does not know out of account.
#include "sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zapis/json.h>

static struct contact { char phone[24], name[40]; } contacts[SIM_ENTRIES];
static int contact_count, comment_count;

#define FIRST_CONTACT 31

void sim_bitrix_reset(void) {
    contact_count = comment_count = 0;
    sim_crm_reset();
}

// ---- fields, by a family's names: items, the older deals, the older leads

#define ITEM 0
#define DEAL 1
#define LEAD 2

enum field {
    F_ID,
    F_TITLE,
    F_STAGE,
    F_SEMANTIC,
    F_FUNNEL,
    F_CONTACT,
    F_ORIGINATOR,
    F_ORIGIN,
    F_SOURCE,
    F_NUMBER,
    F_VISIT,
    F_MONEY,
    F_UPDATED,
    F_LEAD,
    FIELDS
};
static const char *const names[FIELDS][3] = {
    {"id", "ID", "ID"},
    {"title", "TITLE", "TITLE"},
    {"stageId", "STAGE_ID", "STATUS_ID"},
    {"stageSemanticId", "STAGE_SEMANTIC_ID", "STATUS_SEMANTIC_ID"},
    {"categoryId", "CATEGORY_ID", "CATEGORY_ID"},
    {"contactId", "CONTACT_ID", "CONTACT_ID"},
    {"originatorId", "ORIGINATOR_ID", "ORIGINATOR_ID"},
    {"originId", "ORIGIN_ID", "ORIGIN_ID"},
    {"sourceId", "SOURCE_ID", "SOURCE_ID"},
    {"UF_CRM_DIKIDI_ID", "UF_CRM_DIKIDI_ID", "UF_CRM_DIKIDI_ID"},
    {"UF_CRM_VISIT_AT", "UF_CRM_VISIT_AT", "UF_CRM_VISIT_AT"},
    {"opportunity", "OPPORTUNITY", "OPPORTUNITY"},
    {"updatedTime", "DATE_MODIFY", "DATE_MODIFY"},
    {"leadId", "LEAD_ID", "LEAD_ID"},
};

static int field_of(const char *name, int family) {
    for (int i = 0; i < FIELDS; i++) {
        if (strcmp(names[i][family], name) == 0) {
            return i;
        }
    }
    return -1;
}

static const char *value_of(const struct sim_entry *entry, int field, char out[32]) {
    switch (field) {
    case F_ID: snprintf(out, 32, "%d", entry->id); return out;
    case F_TITLE: return entry->title;
    case F_STAGE: return entry->stage;
    case F_SEMANTIC: return sim_entry_semantic(entry);
    case F_FUNNEL: return "0";
    case F_CONTACT: snprintf(out, 32, "%d", entry->contact); return out;
    case F_ORIGINATOR: return entry->originator;
    case F_ORIGIN: return entry->origin;
    case F_SOURCE: return entry->source;
    case F_NUMBER: return entry->number;
    case F_VISIT: return entry->visit;
    case F_MONEY: return entry->money;
    case F_LEAD: snprintf(out, 32, "%d", entry->from_lead); return out;
    default: zp_instant_format(the.config->zone, entry->updated_at, out); return out;
    }
}

static void set_text(char *out, size_t size, const struct zp_json *fields, int field, int family) {
    const struct zp_json *value = zp_json_get(fields, names[field][family]);
    if (value != NULL) {
        const char *text = zp_json_text(the.ctx, value);
        snprintf(out, size, "%s", text != NULL ? text : "");
    }
}

static void take_fields(struct sim_entry *entry, const struct zp_json *fields, int family) {
    set_text(entry->title, sizeof entry->title, fields, F_TITLE, family);
    set_text(entry->stage, sizeof entry->stage, fields, F_STAGE, family);
    set_text(entry->originator, sizeof entry->originator, fields, F_ORIGINATOR, family);
    set_text(entry->origin, sizeof entry->origin, fields, F_ORIGIN, family);
    set_text(entry->source, sizeof entry->source, fields, F_SOURCE, family);
    set_text(entry->number, sizeof entry->number, fields, F_NUMBER, family);
    set_text(entry->visit, sizeof entry->visit, fields, F_VISIT, family);
    set_text(entry->money, sizeof entry->money, fields, F_MONEY, family);
    int64_t contact = 0;
    const struct zp_json *list = zp_json_get(fields, family == 0 ? "contactIds" : "CONTACT_IDS");
    if (zp_json_int(zp_json_at(list, 0), &contact)) {
        entry->contact = (int)contact;
    }
    const struct zp_json *phone = zp_json_at(zp_json_get(fields, family == 0 ? "fm" : "PHONE"), 0);
    const char *value = zp_json_string(zp_json_get(phone, family == 0 ? "value" : "VALUE"));
    if (value != NULL) {
        snprintf(entry->phone, sizeof entry->phone, "%s", value);
    }
    entry->failed_by_person = entry->failed_by_person && sim_entry_failed(entry);
}

// ---- filters

static bool is_time(int field) {
    return field == F_VISIT || field == F_UPDATED;
}

static bool compares(const char *have, const char *op, const char *want, int field) {
    int64_t a = 0, b = 0;
    if (is_time(field) && want[0] != '\0') {
        if (zp_instant_parse(have, the.config->zone, &a) == ZP_INSTANT_NONE ||
            zp_instant_parse(want, the.config->zone, &b) == ZP_INSTANT_NONE) {
            return false;
        }
    } else {
        a = strcmp(have, want);
    }
    if (strcmp(op, ">=") == 0) {
        return a >= b;
    }
    if (strcmp(op, "<") == 0) {
        return a < b;
    }
    return strcmp(op, "!=") == 0 ? a != b : a == b;
}

static bool matches(const struct sim_entry *entry, const struct zp_json *filter, int family);

static bool matches_one(const struct sim_entry *entry, const struct zp_json *want, int family) {
    const char *key = zp_json_key(want);
    if (zp_json_type(want) == ZP_JSON_OBJECT) { // {"logic":"OR", "0":…, "1":…}
        for (size_t i = 0; i < zp_json_count(want); i++) {
            const struct zp_json *side = zp_json_at(want, i);
            if (zp_json_type(side) == ZP_JSON_OBJECT && matches(entry, side, family)) {
                return true;
            }
        }
        return false;
    }
    const size_t signs = strspn(key, "=!<>@");
    char op[4] = "", have[32];
    snprintf(op, sizeof op, "%.*s", (int)(signs < 3 ? signs : 3), key);
    const int field = field_of(key + signs, family);
    if (field < 0) {
        return family != ITEM; // not known, left out of account
    }
    const char *text = zp_json_text(the.ctx, want);
    return compares(value_of(entry, field, have), op, text != NULL ? text : "", field);
}

static bool matches(const struct sim_entry *entry, const struct zp_json *filter, int family) {
    for (size_t i = 0; i < zp_json_count(filter); i++) {
        if (!matches_one(entry, zp_json_at(filter, i), family)) {
            return false;
        }
    }
    return true;
}

// ---- its wire

static struct sim_reply reply_of(TALLOC_CTX *ctx, struct zp_json *root) {
    struct zp_json *time = zp_json_add_object(root, "time");
    char now[ZP_INSTANT_SIZE];
    zp_instant_format(the.config->zone, sim_wall(), now);
    zp_json_add_string(time, "date_finish", now);
    const struct sim_reply reply = {.status = 200, .body = zp_json_print(ctx, root)};
    talloc_free(root);
    return reply;
}

static struct sim_reply failed(TALLOC_CTX *ctx, int status, const char *code, const char *text) {
    return (struct sim_reply){
        .status = status,
        .body =
            talloc_asprintf(ctx, "{\"error\":\"%s\",\"error_description\":\"%s\"}", code, text)};
}

static void write_entry(const struct sim_entry *entry, struct zp_json *into, int family) {
    char text[32];
    for (int i = 0; i < FIELDS; i++) {
        zp_json_add_string(into, names[i][family], value_of(entry, i, text));
    }
}

static struct sim_reply list_entries(TALLOC_CTX *ctx, const struct zp_json *params, int family,
                                     bool leads) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *rows = family == 0
                               ? zp_json_add_array(zp_json_add_object(root, "result"), "items")
                               : zp_json_add_array(root, "result");
    const struct zp_json *filter = zp_json_get(params, "filter");
    // A portal whose field was renamed: the older lists then give everything.
    const bool unfiltered = family != ITEM && the.active && sim_chance(the.plan.fault_permil, 1000);
    const char *order = zp_json_key(zp_json_at(zp_json_get(params, "order"), 0));
    const bool by_change = order != NULL && field_of(order, family) == F_UPDATED;
    int64_t last = 0;
    int count = 0, last_id = 0;
    for (;;) { // the next by (time of change, id), or by id
        struct sim_entry *next = NULL;
        for (int i = 0; i < sim_entry_count; i++) {
            struct sim_entry *one = &sim_entries[i];
            const int64_t rank = by_change ? one->updated_at : 0;
            const bool after = rank > last || (rank == last && one->id > last_id);
            if (one->deleted || one->lead != leads || !after ||
                (!unfiltered && !matches(one, filter, family))) {
                continue;
            }
            if (next == NULL || rank < (by_change ? next->updated_at : 0)) {
                next = one;
            }
        }
        if (next == NULL || count == 50) {
            break;
        }
        write_entry(next, zp_json_add_object(rows, NULL), family);
        last = by_change ? next->updated_at : 0;
        last_id = next->id;
        count++;
    }
    zp_json_add_int(root, "total", count);
    return reply_of(ctx, root);
}

static struct sim_reply list_contacts(TALLOC_CTX *ctx, const struct zp_json *params, int family) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *rows = family == 0
                               ? zp_json_add_array(zp_json_add_object(root, "result"), "items")
                               : zp_json_add_array(root, "result");
    const struct zp_json *ids =
        zp_json_get(zp_json_get(params, "filter"), family == 0 ? "@id" : "@ID");
    for (size_t i = 0; i < zp_json_count(ids); i++) {
        int64_t id = 0;
        if (!zp_json_int(zp_json_at(ids, i), &id) || id < FIRST_CONTACT ||
            id >= FIRST_CONTACT + contact_count) {
            continue;
        }
        const struct contact *contact = &contacts[id - FIRST_CONTACT];
        struct zp_json *row = zp_json_add_object(rows, NULL);
        zp_json_add_int(row, family == 0 ? "id" : "ID", id);
        zp_json_add_string(row, family == 0 ? "name" : "NAME", contact->name);
        struct zp_json *phone =
            zp_json_add_object(zp_json_add_array(row, family == 0 ? "fm" : "PHONE"), NULL);
        if (family == 0) {
            zp_json_add_string(phone, "typeId", "PHONE");
        }
        zp_json_add_string(phone, family == 0 ? "value" : "VALUE", contact->phone);
    }
    return reply_of(ctx, root);
}

static const char *digits_of(const char *phone) {
    const size_t size = strlen(phone);
    return size > 10 ? phone + size - 10 : phone;
}

static bool has_phone(const char *phone, const struct zp_json *values) {
    for (size_t k = 0; k < zp_json_count(values); k++) {
        const char *value = zp_json_string(zp_json_at(values, k));
        if (value != NULL && strcmp(digits_of(value), digits_of(phone)) == 0) {
            return true;
        }
    }
    return false;
}

// Contacts, or leads, with one of these phones.
static struct sim_reply find_by_phone(TALLOC_CTX *ctx, const struct zp_json *params) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *list = NULL;
    const struct zp_json *values = zp_json_get(params, "values");
    const char *kind = zp_json_string(zp_json_get(params, "entity_type"));
    const bool leads = kind != NULL && strcmp(kind, "LEAD") == 0;
    for (int i = 0; i < (leads ? sim_entry_count : contact_count); i++) {
        const struct sim_entry *entry = &sim_entries[i];
        if (leads ? !entry->lead || entry->deleted || !has_phone(entry->phone, values)
                  : !has_phone(contacts[i].phone, values)) {
            continue;
        }
        if (list == NULL) {
            list =
                zp_json_add_array(zp_json_add_object(root, "result"), leads ? "LEAD" : "CONTACT");
        }
        zp_json_add_int(list, NULL, leads ? entry->id : FIRST_CONTACT + i);
    }
    if (list == NULL) {
        zp_json_add_array(root, "result");
    }
    return reply_of(ctx, root);
}

static struct sim_reply made(TALLOC_CTX *ctx, int id, int family, const struct sim_entry *entry) {
    struct zp_json *root = zp_json_new_object(ctx);
    if (family != ITEM) {
        zp_json_add_int(root, "result", id);
        return reply_of(ctx, root);
    }
    struct zp_json *item = zp_json_add_object(zp_json_add_object(root, "result"), "item");
    if (entry != NULL) {
        write_entry(entry, item, 0);
    } else {
        zp_json_add_int(item, "id", id);
    }
    return reply_of(ctx, root);
}

static struct sim_reply add_contact(TALLOC_CTX *ctx, const struct zp_json *params, int family) {
    const struct zp_json *fields = zp_json_get(params, "fields");
    const struct zp_json *phone = zp_json_at(zp_json_get(fields, family == 0 ? "fm" : "PHONE"), 0);
    if (contact_count == SIM_ENTRIES) {
        return failed(ctx, 500, "INTERNAL_SERVER_ERROR", "");
    }
    struct contact *contact = &contacts[contact_count++];
    const char *value = zp_json_string(zp_json_get(phone, family == 0 ? "value" : "VALUE"));
    const char *name = zp_json_string(zp_json_get(fields, family == 0 ? "name" : "NAME"));
    snprintf(contact->phone, sizeof contact->phone, "%s", value != NULL ? value : "");
    snprintf(contact->name, sizeof contact->name, "%s", name != NULL ? name : "");
    return made(ctx, FIRST_CONTACT + contact_count - 1, family, NULL);
}

static struct sim_reply add_entry(TALLOC_CTX *ctx, const struct zp_json *params, int family,
                                  bool lead) {
    struct sim_entry *entry = sim_entry_new(lead);
    if (entry == NULL) {
        return failed(ctx, 500, "INTERNAL_SERVER_ERROR", "");
    }
    take_fields(entry, zp_json_get(params, "fields"), family);
    entry->late = sim_late;
    sim_entry_changed(entry, "ADD");
    return made(ctx, entry->id, family, entry);
}

static struct sim_entry *wanted(const struct zp_json *params, bool lead) {
    int64_t id = 0;
    if (!zp_json_int(zp_json_get(params, "id"), &id) || id < SIM_FIRST_ENTRY ||
        id >= SIM_FIRST_ENTRY + sim_entry_count) {
        return NULL;
    }
    struct sim_entry *entry = &sim_entries[id - SIM_FIRST_ENTRY];
    return entry->deleted || entry->lead != lead ? NULL : entry;
}

static struct sim_reply get_entry(TALLOC_CTX *ctx, const struct zp_json *params, int family,
                                  bool lead) {
    const struct sim_entry *entry = wanted(params, lead);
    if (entry == NULL) {
        return failed(ctx, 400, family == 0 ? "NOT_FOUND" : "", "Not found");
    }
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *into = zp_json_add_object(root, "result");
    write_entry(entry, family == 0 ? zp_json_add_object(into, "item") : into, family);
    return reply_of(ctx, root);
}

static struct sim_reply update_entry(TALLOC_CTX *ctx, const struct zp_json *params, int family,
                                     bool lead) {
    struct sim_entry *entry = wanted(params, lead);
    if (entry == NULL) {
        return failed(ctx, 400, family == 0 ? "NOT_FOUND" : "", "Not found");
    }
    take_fields(entry, zp_json_get(params, "fields"), family);
    sim_entry_changed(entry, "UPDATE");
    struct zp_json *root = zp_json_new_object(ctx);
    if (family == 0) {
        write_entry(entry, zp_json_add_object(zp_json_add_object(root, "result"), "item"), 0);
    } else {
        zp_json_add_bool(root, "result", true);
    }
    return reply_of(ctx, root);
}

static struct sim_reply directory(TALLOC_CTX *ctx, const struct zp_json *params) {
    struct zp_json *root = zp_json_new_object(ctx);
    struct zp_json *rows = zp_json_add_array(root, "result");
    const char *kind = zp_json_string(zp_json_get(zp_json_get(params, "filter"), "ENTITY_ID"));
    if (kind != NULL && strcmp(kind, "SOURCE") == 0) {
        struct zp_json *row = zp_json_add_object(rows, NULL);
        zp_json_add_string(row, "ENTITY_ID", "SOURCE");
        zp_json_add_string(row, "STATUS_ID", "DIKIDI");
        return reply_of(ctx, root);
    }
    const bool leads = kind != NULL && strcmp(kind, "STATUS") == 0;
    static const char *const semantics[] = {NULL, NULL, "S", "F"};
    for (int i = SIM_STAGE_NEW; i <= SIM_STAGE_LOST; i++) {
        const char *id = sim_stage_id((enum sim_stage)i, leads);
        struct zp_json *row = zp_json_add_object(rows, NULL);
        zp_json_add_string(row, "ENTITY_ID", leads ? "STATUS" : "DEAL_STAGE");
        zp_json_add_string(row, "STATUS_ID", id);
        zp_json_add_string(row, "NAME", id);
        zp_json_add_int(row, "SORT", 10 * (int64_t)i);
        zp_json_add_string(row, "SEMANTICS", semantics[i]);
    }
    return reply_of(ctx, root);
}

static struct sim_reply yes(TALLOC_CTX *ctx, int64_t number) {
    struct zp_json *root = zp_json_new_object(ctx);
    if (number > 0) {
        zp_json_add_int(root, "result", number);
    } else {
        zp_json_add_bool(root, "result", true);
    }
    return reply_of(ctx, root);
}

#define TYPE_LEAD    1
#define TYPE_DEAL    2
#define TYPE_CONTACT 3

static int64_t type_of(const char *method, const struct zp_json *params) {
    int64_t type = TYPE_DEAL;
    if (strncmp(method, "crm.item.", 9) == 0) {
        zp_json_int(zp_json_get(params, "entityTypeId"), &type);
    } else if (strncmp(method, "crm.contact.", 12) == 0) {
        type = TYPE_CONTACT;
    } else if (strncmp(method, "crm.lead.", 9) == 0) {
        type = TYPE_LEAD;
    }
    return type;
}

static struct sim_reply act(TALLOC_CTX *ctx, const char *method, const struct zp_json *params) {
    const char *verb = strrchr(method, '.') + 1;
    const int64_t type = type_of(method, params);
    const bool lead = type == TYPE_LEAD;
    const int family = strncmp(method, "crm.item.", 9) == 0 ? ITEM : lead ? LEAD : DEAL;
    if (strcmp(method, "crm.duplicate.findbycomm") == 0) {
        return find_by_phone(ctx, params);
    }
    if (strcmp(method, "crm.status.list") == 0) {
        return directory(ctx, params);
    }
    if (strcmp(method, "crm.timeline.comment.add") == 0) {
        return yes(ctx, 9000 + ++comment_count);
    }
    if (strcmp(method, "crm.deal.contact.add") == 0) {
        return yes(ctx, 0);
    }
    if (type == TYPE_CONTACT) {
        return strcmp(verb, "list") == 0 ? list_contacts(ctx, params, family)
                                         : add_contact(ctx, params, family);
    }
    if (strcmp(verb, "list") == 0) {
        return list_entries(ctx, params, family, lead);
    }
    if (strcmp(verb, "add") == 0) {
        return add_entry(ctx, params, family, lead);
    }
    if (strcmp(verb, "get") == 0) {
        return get_entry(ctx, params, family, lead);
    }
    return strcmp(verb, "update") == 0 ? update_entry(ctx, params, family, lead)
                                       : failed(ctx, 404, "ERROR_METHOD_NOT_FOUND", method);
}

struct sim_reply sim_bitrix(TALLOC_CTX *ctx, const char *method, const char *body) {
    const struct zp_json *params = zp_json_parse(ctx, body, strlen(body), NULL);
    return act(ctx, method, params);
}
