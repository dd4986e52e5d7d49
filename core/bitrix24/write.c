// Writing: a contact, a deal or a lead, its stage, a comment; each looked at again, because `true`
// proves nothing (T4).
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/log.h>
#include <zapis/text.h>

#define SOURCE_SEEN_MS 3600000 // an hour

// An add in either family, with a `fields` object to fill.
static struct zp_json *add_params(struct zp__crm_call *call, int type_id, struct zp_json **fields) {
    struct zp_json *params = zp_json_new_object(call);
    if (!zp__crm_legacy(call)) {
        zp_json_add_int(params, "entityTypeId", type_id);
        zp_json_add_string(params, "useOriginalUfNames", "Y");
    }
    *fields = zp_json_add_object(params, "fields");
    return params;
}

// No entry in the live feed for each booking (bitrix24.md 16.4).
static void add_quiet(struct zp_json *params) {
    zp_json_add_string(zp_json_add_object(params, "params"), "REGISTER_SONET_EVENT", "N");
}

// The id out of an add: a number, or an item.
static bool take_new_id(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *item = ZP_CRM_FIELD(result->result, "item");
    char *id = zp__crm_id(call, item != NULL ? ZP_CRM_FIELD(item, "id", "ID") : result->result);
    if (id == NULL) {
        zp__crm_nonsense(call, N_("no number of what was made"));
        return false;
    }
    call->answer.id = id;
    call->answer.outcome = ZP_CRM_DONE;
    return true;
}

static void on_made(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (take_new_id(call, result))
        zp__crm_settle(call);
}

// ---- a contact

static void begin_contact(struct zp__crm_call *call) {
    bool legacy = zp__crm_legacy(call);
    struct zp_json *fields;
    struct zp_json *params = add_params(call, 3, &fields);
    char *name = zp_text_clean(params, call->name, SIZE_MAX, ZP_LIMIT_NAME_BYTES);
    zp_json_add_string(fields, legacy ? "NAME" : "name", name);
    zp__crm_write_phone(call, fields, call->phone);
    zp_json_add_string(fields, legacy ? "SOURCE_ID" : "sourceId",
                       call->crm->config->bitrix24.source_id);
    zp_json_add_string(fields, legacy ? "ORIGINATOR_ID" : "originatorId", ZP_CRM_ORIGINATOR);
    zp_json_add_string(fields, legacy ? "OPENED" : "opened", "Y");
    if (legacy)
        add_quiet(params);
    zp__crm_ask_write(call, legacy ? "crm.contact.add" : "crm.item.add", params, on_made);
    talloc_free(params);
}

uint64_t zp__crm_add_contact(struct zp_bitrix24 *crm, enum zp__pace_class class_, const char *name,
                             const char *phone, zp__crm_sending_fn sending, zp__crm_fn fn,
                             void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, class_, sending, fn, data);
    call->name = zp__memory_strdup(call, name != NULL ? name : "");
    call->phone = zp__memory_strdup_or_null(call, phone);
    return zp__crm_start(call, true, begin_contact);
}

// ---- a deal or a lead: added, then held against what was written

static void say_not_kept(struct zp__crm_call *call, const char *names) {
    zp_error_set(&call->answer.error, ZP_E_CONFIG, "NOT_KEPT",
                 _("Bitrix24 has the entry %s but did not keep all of it (%s): run zapis "
                   "setup, and check funnel and source in the configuration"),
                 call->answer.entries[0].id, names);
}

// A contact merged or deleted since it was found is dropped without a word.
static bool check_contact(struct zp__crm_call *call) {
    const struct zp__crm_entry *entry = &call->answer.entries[0];
    const char *id = call->fields->contact_id;
    if (id == NULL || zp__crm_has_contact(entry, id))
        return true;
    zp_error_set(&call->answer.error, ZP_E_CONFIG, "CONTACT_GONE",
                 _("Bitrix24 has the entry %s, but not the contact %s any more (merged or "
                   "deleted?): link the right one in the CRM"),
                 entry->id, id);
    return false;
}

static bool check_kept(struct zp__crm_call *call, bool added) {
    char *names = zp__crm_not_kept(call, &call->answer.entries[0], added);
    bool kept = names == NULL;
    if (!kept)
        say_not_kept(call, names);
    talloc_free(names);
    return kept && (!added || check_contact(call));
}

// The older family keeps a source that is in no directory, and shows an empty one (T11): so the
// directory is looked at, once in a while.
static void on_source(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, NULL);
    bool there = false;
    for (size_t i = 0; i < zp_json_count(rows); i++) {
        const char *id = zp_json_string(ZP_CRM_FIELD(zp_json_at(rows, i), "STATUS_ID"));
        there = there || (id != NULL && strcmp(id, call->fields->source_id) == 0);
    }
    if (there)
        call->crm->source_seen_ms = zp_loop_now_ms(call->crm->loop);
    else if (rows != NULL)
        say_not_kept(call, "SOURCE_ID");
    zp__crm_settle(call);
}

static bool must_see_source(const struct zp__crm_call *call) {
    int64_t seen_ms = call->crm->source_seen_ms;
    return zp__crm_legacy(call) && call->fields->source_id != NULL &&
           (seen_ms == 0 || zp_loop_now_ms(call->crm->loop) - seen_ms > SOURCE_SEEN_MS);
}

static void look_at_source(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    struct zp_json *filter = zp_json_add_object(params, "filter");
    zp_json_add_string(filter, "ENTITY_ID", "SOURCE");
    zp_json_add_string(filter, "STATUS_ID", call->fields->source_id);
    zp__crm_ask(call, "crm.status.list", params, on_source);
    talloc_free(params);
}

// A portal without leads, or a robot, has turned a new lead into a deal at once (bitrix24.md 9.7):
// then the deal is the answer's entry, and holds nothing of what was written yet.
static bool follow_new_lead(struct zp__crm_call *call) {
    return call->answer.id != NULL && call->entity == ZP_CRM_LEAD &&
           zp__crm_follow_leads(call, call->answer.missing ? call->wanted_id : NULL);
}

// The write is done whatever the look at it says.
static bool look_failed(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (!call->wrote)
        return false;
    zp_log(ZP_LOG_WARN, "bitrix24 entry written but not looked at", ZP_LOG_S("id", call->wanted_id),
           ZP_LOG_S("error", result->error.name));
    call->answer.outcome = ZP_CRM_DONE;
    const bool gone = result->missing && !call->answer.missing;
    call->answer.missing = call->answer.missing || result->missing;
    if (!gone || !follow_new_lead(call))
        zp__crm_settle(call);
    return true;
}

static void on_look(struct zp__crm_call *call, const struct zp__crm_result *result) {
    bool added = call->answer.id != NULL;
    call->answer.outcome = ZP_CRM_DONE;
    const struct zp_json *item = zp__crm_item(result);
    if (zp_json_type(item) != ZP_JSON_OBJECT) { // says neither that it is there nor that it is not
        zp_log(ZP_LOG_WARN, "bitrix24 entry written, the look at it makes no sense",
               ZP_LOG_S("id", call->wanted_id));
        zp__crm_settle(call);
        return;
    }
    if (zp__crm_read_entry(call, call->entity, item) &&
        strcmp(call->answer.entries[0].id, call->wanted_id) == 0) {
        if (follow_new_lead(call))
            return;
        // A converted lead is another thing than what was written: nothing to hold against it.
        bool ours = call->entity == ZP_CRM_DEAL || call->answer.entries[0].semantic != 'S';
        if (ours && check_kept(call, added) && must_see_source(call)) {
            look_at_source(call);
            return;
        }
    } else {
        zp__crm_drop_entries(call);
        call->answer.missing = true;
        if (follow_new_lead(call))
            return;
    }
    zp__crm_settle(call);
}

static void look_again(struct zp__crm_call *call) {
    call->failed = look_failed;
    zp__crm_drop_entries(call);
    zp__crm_ask_entry(call, on_look);
}

// A lead is always read again: a portal without leads, or a robot, may have turned it into a deal
// at once (bitrix24.md 9.7).
static void on_added(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (!take_new_id(call, result))
        return;
    call->wanted_id = zp__memory_strdup(call, call->answer.id);
    if (zp__crm_legacy(call) || call->entity == ZP_CRM_LEAD)
        look_again(call);
    else
        on_look(call, result);
}

static void begin_add(struct zp__crm_call *call) {
    struct zp_json *fields;
    struct zp_json *params = add_params(call, zp__crm_type_id(call->entity), &fields);
    zp__crm_write_fields(call, fields, true);
    if (zp__crm_legacy(call))
        add_quiet(params);
    zp__crm_ask_write(call, zp__crm_entry_method(params, call, call->entity, "add"), params,
                      on_added);
    talloc_free(params);
}

uint64_t zp__crm_add(struct zp_bitrix24 *crm, enum zp__pace_class class_, enum zp_crm_entity entity,
                     const struct zp__crm_fields *fields, zp__crm_sending_fn sending, zp__crm_fn fn,
                     void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, class_, sending, fn, data);
    call->entity = entity;
    call->fields = zp__crm_copy_fields(call, fields);
    return zp__crm_start(call, true, begin_add);
}

// ---- changed

// {"id", "fields"} of an update.
static struct zp_json *update_params(struct zp__crm_call *call, struct zp_json **fields) {
    struct zp_json *params = zp__crm_entry_params(call, call->entity);
    zp__crm_add_id(params, "id", call->wanted_id);
    *fields = zp_json_add_object(params, "fields");
    return params;
}

static void ask_update(struct zp__crm_call *call, struct zp_json *params, zp__crm_then_fn then) {
    if (zp__crm_legacy(call))
        add_quiet(params);
    zp__crm_ask_write(call, zp__crm_entry_method(params, call, call->entity, "update"), params,
                      then);
    talloc_free(params);
}

static void on_linked(struct zp__crm_call *call, const struct zp__crm_result *result) {
    (void)result; // false: it was linked already
    look_again(call);
}

// One more contact beside those that staff added: CONTACT_IDS would replace them (T6).
static void on_updated(struct zp__crm_call *call, const struct zp__crm_result *result) {
    (void)result;
    call->answer.outcome = ZP_CRM_DONE;
    const char *contact_id = call->fields->contact_id;
    if (contact_id == NULL || call->entity != ZP_CRM_DEAL) {
        look_again(call);
        return;
    }
    struct zp_json *params = zp_json_new_object(call);
    zp__crm_add_id(params, "id", call->wanted_id);
    zp__crm_add_id(zp_json_add_object(params, "fields"), "CONTACT_ID", contact_id);
    zp__crm_ask_write(call, "crm.deal.contact.add", params, on_linked);
    talloc_free(params);
}

static void begin_update(struct zp__crm_call *call) {
    struct zp_json *fields;
    struct zp_json *params = update_params(call, &fields);
    zp__crm_write_fields(call, fields, false);
    ask_update(call, params, on_updated);
}

uint64_t zp__crm_update(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                        enum zp_crm_entity entity, const char *id,
                        const struct zp__crm_fields *fields, zp__crm_sending_fn sending,
                        zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, class_, sending, fn, data);
    call->entity = entity;
    call->wanted_id = zp__memory_strdup(call, id);
    call->fields = zp__crm_copy_fields(call, fields);
    return zp__crm_start(call, true, begin_update);
}

// ---- moved to a stage of its own funnel

static void on_moved_look(struct zp__crm_call *call, const struct zp__crm_result *result) {
    zp__crm_drop_entries(call);
    if (!zp__crm_read_entry(call, call->entity, zp__crm_item(result)) ||
        strcmp(call->answer.entries[0].id, call->wanted_id) != 0) {
        zp__crm_drop_entries(call);
        zp__crm_nonsense(call, N_("the entry is not there after the move"));
        return;
    }
    const struct zp__crm_entry *entry = &call->answer.entries[0];
    call->answer.outcome = ZP_CRM_DONE;
    // Where it was before: not taken. Elsewhere: a rule of the portal has moved it on.
    if (strcmp(entry->stage_id, call->name) == 0) {
        call->answer.outcome = ZP_CRM_REFUSED;
        zp_error_set(&call->answer.error, ZP_E_REFUSED, "STAGE_NOT_TAKEN",
                     _("Bitrix24 left the entry %s in the stage %s: check that the stage %s is in "
                       "its funnel and that the webhook's owner may move it"),
                     entry->id, entry->stage_id, call->stage_id);
    }
    zp__crm_settle(call);
}

static void on_moved(struct zp__crm_call *call, const struct zp__crm_result *result) {
    (void)result;
    zp__crm_ask_entry(call, on_moved_look);
}

// "C1:LOSE" is of funnel 1, "LOSE" of the first one.
static int funnel_of_stage(const char *stage_id) {
    char *end = NULL;
    if (stage_id[0] != 'C')
        return 0;
    long funnel = strtol(stage_id + 1, &end, 10);
    return end > stage_id + 1 && *end == ':' ? (int)funnel : 0;
}

static void ask_move(struct zp__crm_call *call) {
    struct zp_json *fields;
    struct zp_json *params = update_params(call, &fields);
    const char *key = "stageId";
    if (zp__crm_legacy(call))
        key = call->entity == ZP_CRM_LEAD ? "STATUS_ID" : "STAGE_ID";
    zp_json_add_string(fields, key, call->stage_id);
    call->failed = NULL;
    ask_update(call, params, on_moved);
}

// The entry as it is decides: its funnel, and whether there is anything to do.
static void on_before_move(struct zp__crm_call *call, const struct zp__crm_result *result) {
    zp__crm_drop_entries(call);
    if (!zp__crm_read_entry(call, call->entity, zp__crm_item(result)) ||
        strcmp(call->answer.entries[0].id, call->wanted_id) != 0) {
        zp__crm_drop_entries(call);
        zp__crm_nonsense(call, N_("another entry than was asked for"));
        return;
    }
    const struct zp__crm_entry *entry = &call->answer.entries[0];
    const bool converted = entry->entity == ZP_CRM_LEAD && entry->semantic == 'S';
    if (converted || strcmp(entry->stage_id, call->stage_id) == 0) {
        call->answer.outcome = ZP_CRM_DONE;
        zp__crm_settle(call);
    } else if (call->entity == ZP_CRM_DEAL &&
               funnel_of_stage(call->stage_id) != entry->category_id) {
        call->answer.outcome = ZP_CRM_REFUSED;
        zp_error_set(&call->answer.error, ZP_E_CONFIG, "STAGE_OF_ANOTHER_FUNNEL",
                     _("The stage %s is not in funnel %d, where the deal %s is: check "
                       "bitrix24.cancelled_stage in the configuration"),
                     call->stage_id, entry->category_id, entry->id);
        zp__crm_settle(call);
    } else {
        call->name = zp__memory_strdup(call, entry->stage_id);
        ask_move(call);
    }
}

static bool before_move_failed(struct zp__crm_call *call, const struct zp__crm_result *result) {
    call->answer.missing = result->missing;
    return false;
}

static void begin_move(struct zp__crm_call *call) {
    call->failed = before_move_failed;
    zp__crm_ask_entry(call, on_before_move);
}

uint64_t zp__crm_move(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                      enum zp_crm_entity entity, const char *id, const char *stage_id,
                      zp__crm_sending_fn sending, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, class_, sending, fn, data);
    call->entity = entity;
    call->wanted_id = zp__memory_strdup(call, id);
    call->stage_id = zp__memory_strdup(call, stage_id);
    return zp__crm_start(call, true, begin_move);
}

// ---- a comment in the timeline

static void begin_comment(struct zp__crm_call *call) {
    struct zp_json *params = zp_json_new_object(call);
    struct zp_json *fields = zp_json_add_object(params, "fields");
    zp__crm_add_id(fields, "ENTITY_ID", call->wanted_id);
    zp_json_add_string(fields, "ENTITY_TYPE", call->entity == ZP_CRM_LEAD ? "lead" : "deal");
    zp_json_add_string(fields, "COMMENT", zp__crm_comment_text(params, call->name));
    zp__crm_ask_write(call, "crm.timeline.comment.add", params, on_made);
    talloc_free(params);
}

uint64_t zp__crm_comment(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                         enum zp_crm_entity entity, const char *id, const char *text,
                         zp__crm_sending_fn sending, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_write_new(crm, class_, sending, fn, data);
    call->entity = entity;
    call->wanted_id = zp__memory_strdup(call, id);
    call->name = zp__memory_strdup(call, text);
    return zp__crm_start(call, false, begin_comment);
}
