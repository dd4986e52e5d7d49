// crm.duplicate.findbycomm (bitrix24.md 8.1, 8.2).
#include "practice/portal_internal.h"

#define MOST_VALUES 20 // of one call; the rest is left out
#define MANY_HITS   20 // of one type: the following types are left out

static bool matches(const struct zp__portal_row *row, const char *type, char **codes,
                    size_t count) {
    bool found = false;
    TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
    for (size_t i = 0; i < row->multi_count && !found; i++) {
        if (strcmp(row->multis[i].type, type) != 0)
            continue;
        char *code = zp__portal_match_code(scratch, type, row->multis[i].value);
        for (size_t j = 0; j < count && !found; j++)
            found = code[0] != '\0' && strcmp(codes[j], code) == 0;
    }
    talloc_free(scratch);
    return found;
}

static size_t find(struct zp__portal_call *call, int type, const char *kind, char **codes,
                   size_t count, const char *key) {
    const struct zp__portal_rows *rows = &call->portal->rows[type];
    struct zp__php *hits = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < rows->count; i++) {
        if (zp__portal_readable(call->portal, rows->items[i]) &&
            matches(rows->items[i], kind, codes, count))
            zp__php_put_int(hits, NULL, rows->items[i]->id);
    }
    if (hits->count > 0)
        zp__php_put(call->result, key, hits);
    return hits->count;
}

static void find_by_comm(struct zp__portal_call *call) {
    const char *kind = zp__php_text(call->ctx, zp__php_get(call->params, "type"));
    const struct zp__php *values = zp__php_get(call->params, "values");
    const char *only = zp__php_text(call->ctx, zp__php_get(call->params, "entity_type"));
    if (kind == NULL || kind[0] == '\0') {
        zp__portal_fail(call, "", "Communication type is not defined.");
        return;
    }
    if (strcmp(kind, "PHONE") != 0 && strcmp(kind, "EMAIL") != 0) {
        zp__portal_fail(call, "",
                        talloc_asprintf(call->ctx,
                                        "Communication type '%s' is not supported in current "
                                        "context.",
                                        kind));
        return;
    }
    if (!zp__php_is_array(values) || values->count == 0) {
        zp__portal_fail(call, "", "Communication values is not defined.");
        return;
    }
    char *codes[MOST_VALUES];
    size_t count = 0;
    for (size_t i = 0; i < values->count && count < MOST_VALUES; i++) {
        const char *value = zp__php_text(call->ctx, values->items[i]);
        if (value != NULL && value[0] != '\0')
            codes[count++] = zp__portal_match_code(call->ctx, kind, value);
    }
    call->result = zp__php_new_array(call->ctx);
    size_t hits = 0;
    if (only == NULL || strcmp(only, "LEAD") == 0)
        hits = find(call, ZP_PORTAL_LEAD, kind, codes, count, "LEAD");
    if ((only == NULL || strcmp(only, "CONTACT") == 0) && hits < MANY_HITS)
        find(call, ZP_PORTAL_CONTACT, kind, codes, count, "CONTACT");
}

const struct zp__portal_method zp__portal_duplicate_methods[] = {
    {"crm.duplicate.findbycomm", find_by_comm, 0},
    {NULL, NULL, 0},
};
