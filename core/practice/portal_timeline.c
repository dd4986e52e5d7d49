// Comments and to-dos (bitrix24.md 12).
#include "practice/portal_internal.h"

#include <inttypes.h>

static int type_of_word(const char *word) {
    for (int type = ZP_PORTAL_LEAD; word != NULL && type <= ZP_PORTAL_CONTACT; type++) {
        if (strcmp(zp__portal_entity(type)->word, word) == 0)
            return type;
    }
    return 0;
}

static struct zp__portal_note *note_new(struct zp__portal *portal, int type, int64_t owner,
                                        const char *title, const char *text) {
    struct zp__portal_note *note = zp__portal_need(talloc_zero(portal, struct zp__portal_note));
    note->id = ++portal->last_note_id;
    note->type = (enum zp__portal_type)type;
    note->owner = owner;
    note->created_at = zp__portal_now(portal);
    note->title = zp__portal_dup(note, title);
    note->text = zp__portal_dup(note, text);
    portal->notes = zp__portal_need(
        talloc_realloc(portal, portal->notes, struct zp__portal_note *, portal->note_count + 1));
    portal->notes[portal->note_count++] = note;
    zp__portal_touched(portal);
    return note;
}

static void missing(struct zp__portal_call *call, const char *name) {
    zp__portal_fail(call, "100",
                    talloc_asprintf(call->ctx, "Could not find value for parameter {%s}", name));
}

// The row a note hangs on.
static bool check_owner(struct zp__portal_call *call, int type, int64_t id) {
    struct zp__portal_row *row = type == 0 ? NULL : zp__portal_row_find(call->portal, type, id);
    if (row == NULL)
        zp__portal_fail(call, "OWNER_NOT_FOUND",
                        zp__portal_say(call->portal, "Owner was not found", "Элемент не найден"));
    else if (!zp__portal_readable(call->portal, row))
        zp__portal_fail(call, "ACCESS_DENIED",
                        zp__portal_say(call->portal, "Access denied", "Доступ запрещен"));
    return call->status == 0;
}

// Takes `fields` in this one spelling only.
static void comment_add(struct zp__portal_call *call) {
    const struct zp__php *fields = zp__php_get(call->params, "fields");
    if (!zp__php_is_array(fields)) {
        missing(call, "fields");
        return;
    }
    const char *word = zp__php_text(call->ctx, zp__php_get(fields, "ENTITY_TYPE"));
    const char *text = zp__php_text(call->ctx, zp__php_get(fields, "COMMENT"));
    int64_t owner = zp__php_number(zp__php_get(fields, "ENTITY_ID"));
    if (text == NULL || text[0] == '\0') {
        zp__portal_fail(
            call, "INVALID_ARG_VALUE",
            zp__portal_say(call->portal, "Empty comment message", "Пустой текст комментария"));
        return;
    }
    int type = type_of_word(word);
    if (check_owner(call, type, owner))
        call->result =
            zp__php_new_int(call->ctx, note_new(call->portal, type, owner, NULL, text)->id);
}

static void comment_list(struct zp__portal_call *call) {
    static const char *const known[] = {"ID",      "ENTITY_ID", "ENTITY_TYPE", "CREATED",
                                        "COMMENT", "AUTHOR_ID", NULL};
    const struct zp__php *filter = zp__php_get(call->params, "filter");
    if (zp__php_get(filter, "ENTITY_ID") == NULL || zp__php_get(filter, "ENTITY_TYPE") == NULL) {
        zp__portal_fail(call, "", "Filter by ENTITY_ID and ENTITY_TYPE is required.");
        return;
    }
    struct zp__php *records = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < call->portal->note_count; i++) {
        const struct zp__portal_note *note = call->portal->notes[i];
        if (note->todo)
            continue;
        char created[ZP_INSTANT_SIZE];
        zp_instant_format(call->portal->zone, note->created_at, created);
        struct zp__php *item = zp__php_put_array(records, NULL);
        zp__php_put_string(item, "ID",
                           zp__portal_need(talloc_asprintf(item, "%" PRId64, note->id)));
        zp__php_put_int(item, "ENTITY_ID", note->owner);
        zp__php_put_string(item, "ENTITY_TYPE", zp__portal_entity((int)note->type)->word);
        zp__php_put_string(item, "CREATED", created);
        zp__php_put_string(item, "COMMENT", note->text);
        zp__php_put_string(item, "AUTHOR_ID", "1");
    }
    call->result = zp__php_new_array(call->ctx);
    zp__portal_records(call, records, filter, zp__php_get(call->params, "order"), known,
                       call->result);
}

static void todo_add(struct zp__portal_call *call) {
    static const char *const required[] = {"ownerTypeId", "ownerId", "deadline"};
    for (size_t i = 0; i < 3; i++) {
        if (zp__php_get(call->params, required[i]) == NULL) {
            missing(call, required[i]);
            return;
        }
    }
    const struct zp__php *given = zp__php_get(call->params, "deadline");
    char *deadline;
    if (zp__portal_canon(call->portal, call->ctx, ZP_PORTAL_DATETIME, given, true, &deadline) ==
            ZP_PORTAL_UNREADABLE ||
        deadline == NULL) {
        zp__portal_fail(call, "WRONG_DATETIME_FORMAT",
                        zp__portal_say(call->portal, "Wrong datetime format",
                                       "Неверный формат даты и времени"));
        return;
    }
    int type = (int)zp__php_number(zp__php_get(call->params, "ownerTypeId"));
    int64_t owner = zp__php_number(zp__php_get(call->params, "ownerId"));
    if (!check_owner(call, zp__portal_entity(type) == NULL ? 0 : type, owner))
        return;
    struct zp__portal_note *note = note_new(
        call->portal, type, owner, zp__php_text(call->ctx, zp__php_get(call->params, "title")),
        zp__php_text(call->ctx, zp__php_get(call->params, "description")));
    note->todo = true;
    note->deadline = strtoll(deadline, NULL, 10);
    call->result = zp__php_new_array(call->ctx);
    zp__php_put_int(call->result, "id", note->id);
}

static void log_add(struct zp__portal_call *call) {
    static const char *const required[] = {"entityTypeId", "entityId", "title", "text", "iconCode"};
    const struct zp__php *fields = zp__php_get(call->params, "fields");
    if (!zp__php_is_array(fields)) {
        missing(call, "fields");
        return;
    }
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        if (zp__php_empty(zp__php_get(fields, required[i]))) {
            missing(call, required[i]);
            return;
        }
    }
    int type = (int)zp__php_number(zp__php_get(fields, "entityTypeId"));
    int64_t owner = zp__php_number(zp__php_get(fields, "entityId"));
    if (!check_owner(call, zp__portal_entity(type) == NULL ? 0 : type, owner))
        return;
    const char *title = zp__php_text(call->ctx, zp__php_get(fields, "title"));
    const char *text = zp__php_text(call->ctx, zp__php_get(fields, "text"));
    const struct zp__portal_note *note = note_new(call->portal, type, owner, title, text);
    char created[ZP_INSTANT_SIZE];
    zp_instant_format(call->portal->zone, note->created_at, created);
    call->result = zp__php_new_array(call->ctx);
    struct zp__php *shown = zp__php_put_array(call->result, "logMessage");
    zp__php_put_int(shown, "id", note->id);
    zp__php_put_string(shown, "created", created);
    zp__php_put_int(shown, "authorId", ZP_PORTAL_USER);
    zp__php_put_string(shown, "title", title);
    zp__php_put_string(shown, "text", text);
    zp__php_put_string(shown, "iconCode", zp__php_text(call->ctx, zp__php_get(fields, "iconCode")));
}

static void configurable_add(struct zp__portal_call *call) {
    zp__portal_fail(call, "ERROR_WRONG_CONTEXT", "Application context required");
}

const struct zp__portal_method zp__portal_timeline_methods[] = {
    {"crm.timeline.comment.add", comment_add, 0},
    {"crm.timeline.comment.list", comment_list, 0},
    {"crm.activity.todo.add", todo_add, 0},
    {"crm.timeline.logmessage.add", log_add, 0},
    {"crm.activity.configurable.add", configurable_add, 0},
    {NULL, NULL, 0},
};
