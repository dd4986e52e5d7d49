// Set-up and check: who we are, what the portal has, stages, sources, fields.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>

static void add_name(struct zp__crm_call *call, char *name) {
    struct zp__crm_answer *answer = &call->answer;
    if (answer->names == NULL)
        answer->names = zp__memory_array(call, char *, ZP_CRM_NAMES);
    if (answer->name_count >= ZP_CRM_NAMES)
        return;
    answer->names[answer->name_count++] = talloc_steal(answer->names, name);
}

static void ask_plain(struct zp__crm_call *call, const char *method, zp__crm_then_fn then) {
    struct zp_json *params = zp_json_new_object(call);
    zp__crm_ask(call, method, params, then);
    talloc_free(params);
}

// ---- who we are and what we may

static void on_profile(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *who = result->result;
    if (zp_json_type(who) != ZP_JSON_OBJECT) {
        zp__crm_nonsense(call, N_("no profile"));
        return;
    }
    char *name = zp_json_words(call, ZP_CRM_FIELD(who, "NAME"), ZP_LIMIT_NAME_BYTES);
    char *last = zp_json_words(call, ZP_CRM_FIELD(who, "LAST_NAME"), ZP_LIMIT_NAME_BYTES);
    bool both = name[0] != '\0' && last[0] != '\0';
    add_name(call, zp__memory_printf(call, "%s%s%s", name, both ? " " : "", last));
    call->answer.id = zp__crm_id(call, ZP_CRM_FIELD(who, "ID", "id"));
    call->answer.number = zp__crm_yes(ZP_CRM_FIELD(who, "ADMIN", "admin"));
    zp__crm_settle(call);
}

static void begin_profile(struct zp__crm_call *call) {
    ask_plain(call, "profile", on_profile);
}

uint64_t zp__crm_profile(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                         void *data) {
    return zp__crm_start(zp__crm_call_new(crm, class_, fn, data), false, begin_profile);
}

static void on_scope(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, NULL);
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of rights"));
        return;
    }
    for (size_t i = 0; i < zp_json_count(rows); i++)
        add_name(call, zp_json_words(call, zp_json_at(rows, i), ZP_LIMIT_ID_BYTES));
    zp__crm_settle(call);
}

static void begin_scope(struct zp__crm_call *call) {
    ask_plain(call, "scope", on_scope);
}

uint64_t zp__crm_scope(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                       void *data) {
    return zp__crm_start(zp__crm_call_new(crm, class_, fn, data), false, begin_scope);
}

static void on_mode(struct zp__crm_call *call, const struct zp__crm_result *result) {
    call->answer.number = (int)zp__crm_number(result->result);
    if (call->answer.number != 1 && call->answer.number != 2)
        zp__crm_nonsense(call, N_("neither with leads nor without"));
    zp__crm_settle(call);
}

static void begin_mode(struct zp__crm_call *call) {
    ask_plain(call, "crm.settings.mode.get", on_mode);
}

uint64_t zp__crm_mode(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                      void *data) {
    return zp__crm_start(zp__crm_call_new(crm, class_, fn, data), false, begin_mode);
}

static void on_method(struct zp__crm_call *call, const struct zp__crm_result *result) {
    call->answer.flag = zp__crm_yes(ZP_CRM_FIELD(result->result, "isExisting")) &&
                        zp__crm_yes(ZP_CRM_FIELD(result->result, "isAvailable"));
    zp__crm_settle(call);
}

static void begin_method(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    zp_json_add_string(params, "name", call->name);
    zp__crm_ask(call, "method.get", params, on_method);
    talloc_free(params);
}

uint64_t zp__crm_method_exists(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                               const char *method, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->name = zp__memory_strdup(call, method);
    return zp__crm_start(call, false, begin_method);
}

// ---- funnels

static void on_funnels(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, "categories");
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of funnels"));
        return;
    }
    for (size_t i = 0; i < zp_json_count(rows); i++) {
        const struct zp_json *row = zp_json_at(rows, i);
        char *name = zp_json_words(call, ZP_CRM_FIELD(row, "name"), ZP_LIMIT_NAME_BYTES);
        add_name(call, zp__memory_printf(call, "%lld=%s",
                                         (long long)zp__crm_number(ZP_CRM_FIELD(row, "id")), name));
    }
    if (zp__crm_more(call, result))
        call->begin(call);
    else
        zp__crm_settle(call);
}

static void add_start(const struct zp__crm_call *call, struct zp_json *params) {
    if (call->start > 0)
        zp_json_add_int(params, "start", call->start);
}

static void begin_funnels(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    zp_json_add_int(params, "entityTypeId", zp__crm_type_id(ZP_CRM_DEAL));
    add_start(call, params);
    zp__crm_ask(call, "crm.category.list", params, on_funnels);
    talloc_free(params);
}

uint64_t zp__crm_funnels(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                         void *data) {
    return zp__crm_start(zp__crm_call_new(crm, class_, fn, data), false, begin_funnels);
}

// ---- directories: sources and stages

static void ask_directory(struct zp__crm_call *call, const char *directory, zp__crm_then_fn then) {
    struct zp_json *params = zp_json_new_object(call);
    zp_json_add_string(zp_json_add_object(params, "filter"), "ENTITY_ID", directory);
    zp_json_add_string(zp_json_add_object(params, "order"), "SORT", "ASC");
    add_start(call, params);
    zp__crm_ask(call, "crm.status.list", params, then);
    talloc_free(params);
}

// The rows of a directory; rows of another one mean that the filter was dropped (T2).
static bool in_directory(const struct zp_json *row, const char *directory) {
    const char *own = zp_json_string(ZP_CRM_FIELD(row, "ENTITY_ID"));
    return own == NULL || strcmp(own, directory) == 0;
}

static void on_sources(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, NULL);
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of sources"));
        return;
    }
    for (size_t i = 0; i < zp_json_count(rows); i++) {
        const struct zp_json *row = zp_json_at(rows, i);
        char *id = zp__crm_raw(call, ZP_CRM_FIELD(row, "STATUS_ID"));
        if (id[0] == '\0' || !in_directory(row, "SOURCE"))
            continue;
        char *name = zp_json_words(call, ZP_CRM_FIELD(row, "NAME"), ZP_LIMIT_NAME_BYTES);
        add_name(call, zp__memory_printf(call, "%s=%s", id, name));
    }
    if (zp__crm_more(call, result))
        call->begin(call);
    else
        zp__crm_settle(call);
}

static void begin_sources(struct zp__crm_call *call) {
    ask_directory(call, "SOURCE", on_sources);
}

uint64_t zp__crm_sources(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                         void *data) {
    return zp__crm_start(zp__crm_call_new(crm, class_, fn, data), false, begin_sources);
}

// There is no DEAL_STAGE_0: the first funnel's directory has no number (6.3).
static const char *stage_directory(struct zp__crm_call *call) {
    if (call->entity == ZP_CRM_LEAD)
        return "STATUS";
    if (call->category_id == 0)
        return "DEAL_STAGE";
    return zp__memory_printf(call, "DEAL_STAGE_%d", call->category_id);
}

static char semantic_of(const struct zp_json *row) {
    const char *text = zp_json_string(ZP_CRM_FIELD(row, "SEMANTICS"));
    if (text != NULL && (text[0] == 'S' || text[0] == 'F'))
        return text[0];
    text = zp_json_string(ZP_CRM_FIELD(ZP_CRM_FIELD(row, "EXTRA"), "SEMANTICS"));
    if (text != NULL && strcmp(text, "success") == 0)
        return 'S';
    if (text != NULL && (strcmp(text, "failure") == 0 || strcmp(text, "apology") == 0))
        return 'F';
    return 'P';
}

static int compare_stages(const void *left, const void *right) {
    const struct zp__crm_stage *a = left, *b = right;
    if (a->sort != b->sort)
        return a->sort < b->sort ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void read_stage(struct zp__crm_call *call, const struct zp_json *row) {
    struct zp__crm_answer *answer = &call->answer;
    char *id = zp__crm_raw(call, ZP_CRM_FIELD(row, "STATUS_ID"));
    if (id[0] == '\0' || answer->stage_count >= ZP_CRM_NAMES)
        return;
    answer->stages = zp__memory_must(talloc_realloc(call, answer->stages, struct zp__crm_stage,
                                                    (unsigned)answer->stage_count + 1));
    struct zp__crm_stage *stage = &answer->stages[answer->stage_count++];
    *stage = (struct zp__crm_stage){.id = talloc_steal(answer->stages, id),
                                    .semantic = semantic_of(row),
                                    .sort = (int)zp__crm_number(ZP_CRM_FIELD(row, "SORT"))};
    stage->name = zp_json_words(answer->stages, ZP_CRM_FIELD(row, "NAME"), ZP_LIMIT_NAME_BYTES);
}

static void on_stages(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, NULL);
    const char *directory = stage_directory(call);
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of stages"));
        return;
    }
    for (size_t i = 0; i < zp_json_count(rows); i++)
        if (in_directory(zp_json_at(rows, i), directory))
            read_stage(call, zp_json_at(rows, i));
    if (zp__crm_more(call, result)) {
        call->begin(call);
        return;
    }
    if (call->answer.stage_count > 0)
        qsort(call->answer.stages, call->answer.stage_count, sizeof *call->answer.stages,
              compare_stages);
    zp__crm_settle(call);
}

static void begin_stages(struct zp__crm_call *call) {
    ask_directory(call, stage_directory(call), on_stages);
}

uint64_t zp__crm_stages(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                        enum zp_crm_entity entity, int category_id, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    call->category_id = category_id;
    return zp__crm_start(call, false, begin_stages);
}

const struct zp__crm_stage *zp__crm_failure_stage(const struct zp__crm_answer *stages,
                                                  const char *configured) {
    const struct zp__crm_stage *first = NULL;
    for (size_t i = 0; i < stages->stage_count; i++) {
        const struct zp__crm_stage *stage = &stages->stages[i];
        if (stage->semantic != 'F')
            continue;
        if (configured != NULL && strcmp(stage->id, configured) == 0)
            return stage;
        if (first == NULL)
            first = stage;
    }
    return first;
}

static void on_created(struct zp__crm_call *call, const struct zp__crm_result *result) {
    call->answer.id = zp__crm_id(call, result->result);
    call->answer.outcome = ZP_CRM_DONE;
    if (call->answer.id == NULL)
        zp__crm_nonsense(call, N_("no number of what was made"));
    zp__crm_settle(call);
}

static void begin_add_source(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    struct zp_json *fields = zp_json_add_object(params, "fields");
    zp_json_add_string(fields, "ENTITY_ID", "SOURCE");
    zp_json_add_string(fields, "STATUS_ID", call->wanted_id);
    zp_json_add_string(fields, "NAME", call->name);
    zp_json_add_int(fields, "SORT", 500);
    zp__crm_ask_write(call, "crm.status.add", params, on_created);
    talloc_free(params);
}

// An id that exists already is REFUSED with ERROR_CORE, as any other trouble: list again (T26).
uint64_t zp__crm_add_source(struct zp_bitrix24 *crm, const char *id, const char *name,
                            zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, ZP_PACE_URGENT, NULL, fn, data);
    call->wanted_id = zp__memory_strdup(call, id);
    call->name = zp__memory_strdup(call, name);
    return zp__crm_start(call, false, begin_add_source);
}

// ---- user fields

static void on_userfields(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, NULL);
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of fields"));
        return;
    }
    for (size_t i = 0; i < zp_json_count(rows); i++) {
        const struct zp_json *row = zp_json_at(rows, i);
        char *name = zp__crm_raw(call, ZP_CRM_FIELD(row, "FIELD_NAME"));
        char *type = zp__crm_raw(call, ZP_CRM_FIELD(row, "USER_TYPE_ID"));
        bool multiple = zp__crm_yes(ZP_CRM_FIELD(row, "MULTIPLE"));
        if (name[0] != '\0')
            add_name(call, zp__memory_printf(call, "%s:%s:%s", name, type, multiple ? "Y" : "N"));
    }
    if (zp__crm_more(call, result))
        call->begin(call);
    else
        zp__crm_settle(call);
}

static void begin_userfields(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    zp_json_add_string(zp_json_add_object(params, "order"), "ID", "ASC");
    add_start(call, params);
    const char *method = zp__crm_legacy_method(params, call->entity, "userfield.list");
    zp__crm_ask(call, method, params, on_userfields);
    talloc_free(params);
}

uint64_t zp__crm_userfields(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                            enum zp_crm_entity entity, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    return zp__crm_start(call, false, begin_userfields);
}

// The card shows the raw code where a label is missing (7.1).
static void begin_add_userfield(struct zp__crm_call *call) {
    static const char *const labels[] = {"EDIT_FORM_LABEL", "LIST_COLUMN_LABEL",
                                         "LIST_FILTER_LABEL"};
    struct zp_json *params = zp_json_new_object(call);
    struct zp_json *fields = zp_json_add_object(params, "fields");
    zp_json_add_string(fields, "FIELD_NAME", call->wanted_id);
    zp_json_add_string(fields, "USER_TYPE_ID", call->stage_id);
    zp_json_add_string(fields, "XML_ID", call->wanted_id);
    zp_json_add_string(fields, "LABEL", call->name);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct zp_json *label = zp_json_add_object(fields, labels[i]);
        zp_json_add_string(label, "ru", call->name);
        zp_json_add_string(label, "en", call->name);
    }
    zp_json_add_string(fields, "MULTIPLE", "N");
    zp_json_add_string(fields, "MANDATORY", "N");
    const char *method = zp__crm_legacy_method(params, call->entity, "userfield.add");
    zp__crm_ask_write(call, method, params, on_created);
    talloc_free(params);
}

uint64_t zp__crm_add_userfield(struct zp_bitrix24 *crm, enum zp_crm_entity entity, const char *name,
                               const char *type, const char *label, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, ZP_PACE_URGENT, NULL, fn, data);
    call->entity = entity;
    call->wanted_id = zp__memory_strdup(call, name);
    call->stage_id = zp__memory_strdup(call, type); // the field's type, in the spare text
    call->name = zp__memory_strdup(call, label);
    return zp__crm_start(call, false, begin_add_userfield);
}
