// Directories, funnels, the stage history (bitrix24.md 6).
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>

#define SOURCE_ID_BYTES   50
#define DEAL_STAGE_BYTES  22
#define LEAD_STATUS_BYTES 21
#define DEFAULT_SORT      10
#define CODE_CHARACTERS   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

static const char *const plain_directories[] = {
    "SOURCE",    "DEAL_TYPE", "CONTACT_TYPE", "COMPANY_TYPE", "HONORIFIC",
    "EMPLOYEES", "INDUSTRY",  "EVENT_TYPE",   "CALL_LIST",    NULL};

static bool is_directory(const struct zp__portal *portal, const char *entity_id) {
    size_t i = 0;
    while (plain_directories[i] != NULL && strcmp(plain_directories[i], entity_id) != 0)
        i++;
    return plain_directories[i] != NULL || zp__portal_is_stage_directory(portal, entity_id);
}

static void put_number_text(struct zp__php *into, const char *key, int64_t number) {
    zp__php_put_string(into, key, zp__portal_need(talloc_asprintf(into, "%" PRId64, number)));
}

// Directory of a second or later funnel: its number; else 0.
static int64_t directory_category(const char *entity_id) {
    static const char numbered[] = "DEAL_STAGE_";
    if (strncmp(entity_id, numbered, sizeof numbered - 1) != 0)
        return 0;
    return strtoll(entity_id + sizeof numbered - 1, NULL, 10);
}

static struct zp__php *show(TALLOC_CTX *ctx, const struct zp__portal_status *status) {
    struct zp__php *shown = zp__php_new_array(ctx);
    put_number_text(shown, "ID", status->id);
    zp__php_put_string(shown, "ENTITY_ID", status->entity_id);
    zp__php_put_string(shown, "STATUS_ID", status->status_id);
    zp__php_put_string(shown, "NAME", status->name);
    zp__php_put_string(shown, "NAME_INIT", status->name_init);
    put_number_text(shown, "SORT", status->sort);
    zp__php_put_string(shown, "SYSTEM", status->system ? "Y" : "N");
    int64_t category = directory_category(status->entity_id);
    if (category > 0)
        put_number_text(shown, "CATEGORY_ID", category);
    else
        zp__php_put_null(shown, "CATEGORY_ID");
    zp__php_put_string(shown, "COLOR", status->color);
    bool final = status->semantics == 'S' || status->semantics == 'F';
    zp__php_put_string(shown, "SEMANTICS", final ? (char[]){status->semantics, '\0'} : NULL);
    if (status->semantics != 0) {
        struct zp__php *extra = zp__php_put_array(shown, "EXTRA");
        zp__php_put_string(extra, "SEMANTICS",
                           status->semantics == 'S'   ? "success"
                           : status->semantics == 'P' ? "process"
                           : status->apology          ? "apology"
                                                      : "failure");
        zp__php_put_string(extra, "COLOR", status->color);
    }
    return shown;
}

static void list(struct zp__portal_call *call) {
    static const char *const known[] = {"ID",   "ENTITY_ID", "STATUS_ID", "NAME", "NAME_INIT",
                                        "SORT", "SYSTEM",    "SEMANTICS", NULL};
    struct zp__php *filter, *order;
    if (!zp__portal_container(call, "filter", &filter) ||
        !zp__portal_container(call, "order", &order))
        return;
    struct zp__php *records = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < call->portal->status_count; i++)
        zp__php_put(records, NULL, show(records, call->portal->statuses[i]));
    call->result = zp__php_new_array(call->ctx);
    zp__portal_records(call, records, filter, order, known, call->result);
}

static bool may_configure(struct zp__portal_call *call) {
    if (!call->portal->clerk)
        return true;
    zp__portal_fail(call, "", "Access denied.");
    return false;
}

// The stages of a directory keep the order in progress < success < failure, and one success.
static bool fits_order(const struct zp__portal *portal, const char *entity_id, int64_t sort,
                       char semantics) {
    for (size_t i = 0; i < portal->status_count; i++) {
        const struct zp__portal_status *other = portal->statuses[i];
        if (strcmp(other->entity_id, entity_id) != 0)
            continue;
        bool above = sort > other->sort;
        if ((semantics == 'P' && other->semantics != 'P' && above) ||
            (semantics == 'F' && other->semantics != 'F' && !above) ||
            (semantics == 'S' && other->semantics == 'S'))
            return false;
    }
    return true;
}

// The required texts, all that are missing in one message.
static bool check_required(struct zp__portal_call *call, const struct zp__php *fields) {
    char *missing = zp__portal_need(talloc_strdup(call->ctx, ""));
    static const char *const required[] = {"ENTITY_ID", "STATUS_ID"};
    for (size_t i = 0; i < 2; i++) {
        if (!zp__php_empty(zp__php_get(fields, required[i])))
            continue;
        missing = zp__portal_need(talloc_asprintf_append(
            missing, "%sThe field %s is required.", missing[0] == '\0' ? "" : "\n", required[i]));
    }
    if (missing[0] == '\0' && zp__php_empty(zp__php_get(fields, "NAME")))
        missing = zp__portal_need(talloc_strdup(
            call->ctx, zp__portal_say(call->portal, "The field Title is required.",
                                      "Поле «Название» обязательно для заполнения.")));
    if (missing[0] != '\0')
        zp__portal_fail(call, "", missing);
    return missing[0] == '\0';
}

static bool check_code(struct zp__portal_call *call, const char *entity_id, const char *code,
                       bool stage) {
    size_t most = !stage                             ? SOURCE_ID_BYTES
                  : strcmp(entity_id, "STATUS") == 0 ? LEAD_STATUS_BYTES
                                                     : DEAL_STAGE_BYTES;
    if (strlen(code) <= most && (!stage || code[strspn(code, CODE_CHARACTERS)] == '\0'))
        return true;
    zp__portal_fail(call, "", "Error on creating status.");
    return false;
}

static const char *text_or(TALLOC_CTX *ctx, const struct zp__php *fields, const char *key,
                           const char *otherwise) {
    const char *text = zp__php_text(ctx, zp__php_get(fields, key));
    return text == NULL ? otherwise : text;
}

static void add(struct zp__portal_call *call) {
    struct zp__php *fields;
    if (!zp__portal_container(call, "fields", &fields) || !may_configure(call) ||
        !check_required(call, fields))
        return;
    const char *entity_id = text_or(call->ctx, fields, "ENTITY_ID", "");
    const char *code = text_or(call->ctx, fields, "STATUS_ID", "");
    if (!is_directory(call->portal, entity_id)) {
        zp__portal_fail(call, "", "Specified entity type is not supported.");
        return;
    }
    bool stage = zp__portal_is_stage_directory(call->portal, entity_id);
    int64_t category = directory_category(entity_id);
    const char *prefix = zp__portal_need(talloc_asprintf(call->ctx, "C%" PRId64 ":", category));
    if (category > 0 && strncmp(code, prefix, strlen(prefix)) == 0)
        code += strlen(prefix);
    if (!check_code(call, entity_id, code, stage))
        return;
    if (category > 0)
        code = zp__portal_need(talloc_asprintf(call->ctx, "%s%s", prefix, code));
    if (zp__portal_status_find(call->portal, entity_id, code) != NULL) {
        zp__portal_fail(call, "ERROR_CORE",
                        zp__portal_say(call->portal, "The specified status ID already exists.<br>",
                                       "Указанный код статуса уже существует.<br>"));
        return;
    }
    const char *semantics = text_or(call->ctx, fields, "SEMANTICS", "");
    char semantic = !stage ? 0 : semantics[0] == 'S' || semantics[0] == 'F' ? semantics[0] : 'P';
    const struct zp__php *given_sort = zp__php_get(fields, "SORT");
    int64_t sort = given_sort == NULL ? DEFAULT_SORT : zp__php_number(given_sort);
    if (stage && !fits_order(call->portal, entity_id, sort, semantic)) {
        zp__portal_fail(call, "",
                        zp__portal_say(call->portal,
                                       "Cannot create more stages after the final stage.",
                                       "Нельзя создать стадию после завершающей стадии."));
        return;
    }
    struct zp__portal_status *status = zp__portal_status_new(
        call->portal, entity_id, code, text_or(call->ctx, fields, "NAME", ""), sort, semantic);
    status->color = zp__portal_dup(status, text_or(call->ctx, fields, "COLOR", ""));
    zp__portal_touched(call->portal);
    call->result = zp__php_new_int(call->ctx, status->id);
}

static struct zp__portal_status *find(struct zp__portal_call *call) {
    int64_t id;
    if (!zp__portal_id(call, &id))
        return NULL;
    for (size_t i = 0; i < call->portal->status_count; i++) {
        if (call->portal->statuses[i]->id == id)
            return call->portal->statuses[i];
    }
    zp__portal_fail(call, "", "Status is not found");
    return NULL;
}

static void get(struct zp__portal_call *call) {
    struct zp__portal_status *status = find(call);
    if (status != NULL)
        call->result = show(call->ctx, status);
}

static void update(struct zp__portal_call *call) {
    struct zp__php *fields;
    if (!may_configure(call))
        return;
    struct zp__portal_status *status = find(call);
    if (status == NULL || !zp__portal_container(call, "fields", &fields))
        return;
    const struct zp__php *sort = zp__php_get(fields, "SORT");
    status->name = zp__portal_dup(status, text_or(call->ctx, fields, "NAME", status->name));
    status->color = zp__portal_dup(status, text_or(call->ctx, fields, "COLOR", status->color));
    status->sort = sort == NULL ? status->sort : zp__php_number(sort);
    zp__portal_touched(call->portal);
    call->result = zp__php_new_bool(call->ctx, true);
}

// A funnel keeps its one success stage and at least one stage on the way.
static bool is_needed(const struct zp__portal *portal, const struct zp__portal_status *status) {
    size_t others = 0;
    for (size_t i = 0; i < portal->status_count; i++) {
        const struct zp__portal_status *other = portal->statuses[i];
        others += other != status && other->semantics == status->semantics &&
                  strcmp(other->entity_id, status->entity_id) == 0;
    }
    return (status->semantics == 'P' || status->semantics == 'S') && others == 0;
}

static void remove_one(struct zp__portal_call *call) {
    struct zp__php *params;
    struct zp__portal *portal = call->portal;
    if (!may_configure(call) || !zp__portal_container(call, "params", &params))
        return;
    struct zp__portal_status *status = find(call);
    if (status == NULL)
        return;
    if (is_needed(portal, status)) {
        zp__portal_fail(call, "", "Error on deleting status.");
        return;
    }
    if (status->system && strcmp(text_or(call->ctx, params, "FORCED", "N"), "Y") != 0) {
        zp__portal_fail(call, "", "CRM System Status can not be deleted");
        return;
    }
    size_t at = 0;
    while (portal->statuses[at] != status)
        at++;
    portal->status_count--;
    for (; at < portal->status_count; at++)
        portal->statuses[at] = portal->statuses[at + 1];
    talloc_free(status);
    zp__portal_touched(portal);
    call->result = zp__php_new_bool(call->ctx, true);
}

static int by_sort(const void *a, const void *b) {
    const struct zp__portal_status *left = *(struct zp__portal_status *const *)a;
    const struct zp__portal_status *right = *(struct zp__portal_status *const *)b;
    if (left->sort != right->sort)
        return left->sort < right->sort ? -1 : 1;
    return left->id < right->id ? -1 : 1;
}

static void entity_items(struct zp__portal_call *call) {
    static const char *const keys[] = {"entityId", "ENTITYID", "entityID", "ENTITY_ID", NULL};
    const char *entity_id = zp__php_text(call->ctx, zp__php_get_any(call->params, keys));
    if (entity_id == NULL || !is_directory(call->portal, entity_id)) {
        zp__portal_fail(call, "", "The parameter entityId is not defined or invalid.");
        return;
    }
    struct zp__portal_status **found = zp__portal_need(
        talloc_array(call->ctx, struct zp__portal_status *, call->portal->status_count + 1));
    size_t count = 0;
    for (size_t i = 0; i < call->portal->status_count; i++) {
        if (strcmp(call->portal->statuses[i]->entity_id, entity_id) == 0)
            found[count++] = call->portal->statuses[i];
    }
    qsort(found, count, sizeof(struct zp__portal_status *), by_sort);
    call->result = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < count; i++) {
        struct zp__php *item = zp__php_put_array(call->result, NULL);
        zp__php_put_string(item, "NAME", found[i]->name);
        zp__php_put_int(item, "SORT", found[i]->sort);
        zp__php_put_string(item, "STATUS_ID", found[i]->status_id);
    }
}

// The stages that begin and end a directory of them.
static void put_semantic_info(const struct zp__portal *portal, struct zp__php *into,
                              const char *entity_id) {
    const struct zp__portal_status *first = zp__portal_status_first(portal, entity_id);
    const struct zp__portal_status *success = NULL, *failure = NULL;
    for (size_t i = 0; i < portal->status_count; i++) {
        const struct zp__portal_status *status = portal->statuses[i];
        if (strcmp(status->entity_id, entity_id) != 0)
            continue;
        if (status->semantics == 'S')
            success = status;
        else if (status->semantics == 'F' && (failure == NULL || status->sort < failure->sort))
            failure = status;
    }
    struct zp__php *info = zp__php_put_array(into, "SEMANTIC_INFO");
    zp__php_put_string(info, "START_FIELD", first == NULL ? "" : first->status_id);
    zp__php_put_string(info, "FINAL_SUCCESS_FIELD", success == NULL ? "" : success->status_id);
    zp__php_put_string(info, "FINAL_UNSUCCESS_FIELD", failure == NULL ? "" : failure->status_id);
    zp__php_put_int(info, "FINAL_SORT", 0);
}

static void put_funnel_type(struct zp__portal_call *call,
                            const struct zp__portal_category *category) {
    struct zp__php *type = zp__php_put_array(call->result, NULL);
    const char *id = zp__portal_stage_directory(type, ZP_PORTAL_DEAL, category->id);
    zp__php_put_string(type, "ID", id);
    zp__php_put_string(type, "NAME", category->name);
    if (category->id != 0)
        zp__php_put_string(type, "PARENT_ID", "DEAL_STAGE");
    put_semantic_info(call->portal, type, id);
    if (category->id != 0)
        zp__php_put_string(type, "PREFIX",
                           zp__portal_need(talloc_asprintf(type, "C%" PRId64, category->id)));
    zp__php_put_string(type, "FIELD_ATTRIBUTE_SCOPE",
                       category->id == 0 ? ""
                                         : zp__portal_need(talloc_asprintf(
                                               type, "category_%" PRId64, category->id)));
    zp__php_put_int(type, "ENTITY_TYPE_ID", ZP_PORTAL_DEAL);
    if (category->id == 0)
        zp__php_put_int(type, "CATEGORY_ID", 0);
    else
        put_number_text(type, "CATEGORY_ID", category->id);
}

static void entity_types(struct zp__portal_call *call) {
    call->result = zp__php_new_array(call->ctx);
    struct zp__php *leads = zp__php_put_array(call->result, NULL);
    zp__php_put_string(leads, "ID", "STATUS");
    zp__php_put_string(leads, "NAME", zp__portal_say(call->portal, "Lead stages", "Стадии лида"));
    put_semantic_info(call->portal, leads, "STATUS");
    zp__php_put_int(leads, "ENTITY_TYPE_ID", ZP_PORTAL_LEAD);
    for (size_t i = 0; plain_directories[i] != NULL; i++) {
        struct zp__php *type = zp__php_put_array(call->result, NULL);
        zp__php_put_string(type, "ID", plain_directories[i]);
        zp__php_put_string(type, "NAME", plain_directories[i]);
    }
    for (size_t i = 0; i < call->portal->category_count; i++)
        put_funnel_type(call, &call->portal->categories[i]);
}

static void categories(struct zp__portal_call *call) {
    const struct zp__php *type = zp__php_get(call->params, "entityTypeId");
    if (type == NULL) {
        zp__portal_fail(call, "100", "Could not find value for parameter {entityTypeId}");
        return;
    }
    if (zp__php_number(type) != ZP_PORTAL_DEAL) {
        zp__portal_fail(call, "ENTITY_TYPE_NOT_SUPPORTED",
                        zp__portal_say(call->portal, "Entity type is not supported",
                                       "Тип сущности не поддерживается"));
        return;
    }
    call->result = zp__php_new_array(call->ctx);
    struct zp__php *items = zp__php_put_array(call->result, "categories");
    for (size_t i = 0; i < call->portal->category_count; i++) {
        const struct zp__portal_category *category = &call->portal->categories[i];
        struct zp__php *item = zp__php_put_array(items, NULL);
        zp__php_put_int(item, "id", category->id);
        zp__php_put_string(item, "name", category->name);
        zp__php_put_int(item, "sort", category->sort);
        zp__php_put_int(item, "entityTypeId", ZP_PORTAL_DEAL);
        zp__php_put_string(item, "isDefault", category->id == 0 ? "Y" : "N");
        if (category->id != 0) { // the default funnel's row lacks them
            zp__php_put_string(item, "originId", "");
            zp__php_put_string(item, "originatorId", "");
        }
    }
    call->total = (int64_t)call->portal->category_count;
}

static void history(struct zp__portal_call *call) {
    static const char *const known[] = {
        "ID",       "TYPE_ID",   "OWNER_ID",           "CATEGORY_ID",  "STAGE_SEMANTIC_ID",
        "STAGE_ID", "STATUS_ID", "STATUS_SEMANTIC_ID", "CREATED_TIME", NULL};
    int type = (int)zp__php_number(zp__php_get(call->params, "entityTypeId"));
    bool lead = type == ZP_PORTAL_LEAD;
    if (!lead && type != ZP_PORTAL_DEAL) {
        zp__portal_fail(call, "", "Parameter 'entityTypeId' is not valid.");
        return;
    }
    struct zp__php *records = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < call->portal->moment_count; i++) {
        const struct zp__portal_moment *moment = call->portal->moments[i];
        struct zp__portal_row *row =
            zp__portal_row_find(call->portal, (int)moment->type, moment->owner);
        // Only what the row did in its present funnel is shown.
        if ((int)moment->type != type || row == NULL || !zp__portal_readable(call->portal, row) ||
            zp__portal_category_of(row) != moment->category)
            continue;
        char created[ZP_INSTANT_SIZE];
        zp_instant_format(call->portal->zone, moment->created_at, created);
        struct zp__php *item = zp__php_put_array(records, NULL);
        zp__php_put_int(item, "ID", moment->id);
        zp__php_put_int(item, "TYPE_ID", moment->kind);
        zp__php_put_int(item, "OWNER_ID", moment->owner);
        zp__php_put_string(item, "CREATED_TIME", created);
        if (!lead)
            zp__php_put_int(item, "CATEGORY_ID", moment->category);
        zp__php_put_string(item, lead ? "STATUS_SEMANTIC_ID" : "STAGE_SEMANTIC_ID",
                           (char[]){moment->semantic, '\0'});
        zp__php_put_string(item, lead ? "STATUS_ID" : "STAGE_ID", moment->stage);
    }
    call->result = zp__php_new_array(call->ctx);
    zp__portal_records(call, records, zp__php_get(call->params, "filter"),
                       zp__php_get(call->params, "order"), known,
                       zp__php_put_array(call->result, "items"));
}

const struct zp__portal_method zp__portal_directory_methods[] = {
    {"crm.status.list", list, 0},
    {"crm.status.get", get, 0},
    {"crm.status.add", add, 0},
    {"crm.status.update", update, 0},
    {"crm.status.delete", remove_one, 0},
    {"crm.status.entity.items", entity_items, 0},
    {"crm.status.entity.types", entity_types, 0},
    {"crm.category.list", categories, 0},
    {"crm.stagehistory.list", history, 0},
    {NULL, NULL, 0},
};
