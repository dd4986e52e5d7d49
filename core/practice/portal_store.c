// The portal's data set: finding things in it.
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <zapis/error.h>

void *zp__portal_need(void *pointer) {
    if (pointer == NULL)
        zp_panic("out of memory");
    return pointer;
}

char *zp__portal_dup(TALLOC_CTX *ctx, const char *text) {
    return text == NULL ? NULL : zp__portal_need(talloc_strdup(ctx, text));
}

int64_t zp__portal_now(const struct zp__portal *portal) {
    return zp_clock_now(&portal->clock);
}

void zp__portal_touched(struct zp__portal *portal) {
    if (portal->changed != NULL)
        portal->changed(portal->changed_data);
}

struct zp__portal_row *zp__portal_row_find(const struct zp__portal *portal, int type, int64_t id) {
    const struct zp__portal_rows *rows = &portal->rows[type];
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->items[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->count && rows->items[low]->id == id ? rows->items[low] : NULL;
}

bool zp__portal_readable(const struct zp__portal *portal, const struct zp__portal_row *row) {
    if (portal->outsider && row->entity->type != ZP_PORTAL_CONTACT)
        return false;
    if (!portal->clerk)
        return true;
    const char *opened = zp__portal_get(row, "OPENED");
    const char *owner = zp__portal_get(row, "ASSIGNED_BY_ID");
    return opened == NULL || strcmp(opened, "Y") == 0 || owner == NULL ||
           strtoll(owner, NULL, 10) == ZP_PORTAL_USER;
}

const char *zp__portal_get(const struct zp__portal_row *row, const char *name) {
    int field = zp__portal_field_find(row->entity, name, false);
    return field < 0 ? NULL : row->values[field];
}

void zp__portal_put(struct zp__portal_row *row, const char *name, const char *text) {
    int field = zp__portal_field_find(row->entity, name, false);
    if (field < 0)
        return;
    char *copy = zp__portal_dup(row, text);
    talloc_free(row->values[field]);
    row->values[field] = copy;
}

struct zp__portal_status *zp__portal_status_find(const struct zp__portal *portal,
                                                 const char *entity_id, const char *status_id) {
    for (size_t i = 0; i < portal->status_count; i++) {
        struct zp__portal_status *status = portal->statuses[i];
        if (strcmp(status->entity_id, entity_id) == 0 && strcmp(status->status_id, status_id) == 0)
            return status;
    }
    return NULL;
}

struct zp__portal_status *zp__portal_status_first(const struct zp__portal *portal,
                                                  const char *entity_id) {
    struct zp__portal_status *first = NULL;
    for (size_t i = 0; i < portal->status_count; i++) {
        struct zp__portal_status *status = portal->statuses[i];
        if (strcmp(status->entity_id, entity_id) == 0 &&
            (first == NULL || status->sort < first->sort))
            first = status;
    }
    return first;
}

struct zp__portal_status *zp__portal_status_new(struct zp__portal *portal, const char *entity_id,
                                                const char *status_id, const char *name,
                                                int64_t sort, char semantics) {
    struct zp__portal_status *status =
        zp__portal_need(talloc_zero(portal, struct zp__portal_status));
    status->id = ++portal->last_status_id;
    status->entity_id = zp__portal_dup(status, entity_id);
    status->status_id = zp__portal_dup(status, status_id);
    status->name = zp__portal_dup(status, name);
    status->name_init = zp__portal_dup(status, "");
    status->color = zp__portal_dup(status, "");
    status->sort = sort;
    status->semantics = semantics;
    portal->statuses = zp__portal_need(talloc_realloc(
        portal, portal->statuses, struct zp__portal_status *, portal->status_count + 1));
    portal->statuses[portal->status_count++] = status;
    return status;
}

struct zp__portal_category *zp__portal_category_find(const struct zp__portal *portal, int64_t id) {
    for (size_t i = 0; i < portal->category_count; i++) {
        if (portal->categories[i].id == id)
            return &portal->categories[i];
    }
    return NULL;
}

const char *zp__portal_stage_directory(TALLOC_CTX *ctx, int type, int64_t category) {
    if (type == ZP_PORTAL_LEAD)
        return "STATUS";
    if (type != ZP_PORTAL_DEAL)
        return NULL;
    if (category == 0)
        return "DEAL_STAGE";
    return zp__portal_need(talloc_asprintf(ctx, "DEAL_STAGE_%" PRId64, category));
}

bool zp__portal_is_stage_directory(const struct zp__portal *portal, const char *entity_id) {
    static const char numbered[] = "DEAL_STAGE_";
    if (strcmp(entity_id, "STATUS") == 0 || strcmp(entity_id, "DEAL_STAGE") == 0)
        return true;
    if (strncmp(entity_id, numbered, sizeof numbered - 1) != 0)
        return false;
    char *end = NULL;
    long long category = strtoll(entity_id + sizeof numbered - 1, &end, 10);
    return *end == '\0' && category > 0 && zp__portal_category_find(portal, category) != NULL;
}

int64_t zp__portal_category_of(const struct zp__portal_row *row) {
    const char *category = zp__portal_get(row, "CATEGORY_ID");
    return category == NULL ? 0 : strtoll(category, NULL, 10);
}

struct zp__portal_uf *zp__portal_uf_find(const struct zp__portal *portal, int type,
                                         const char *name) {
    for (size_t i = 0; i < portal->uf_count; i++) {
        struct zp__portal_uf *uf = portal->ufs[i];
        if ((int)uf->type == type && strcmp(uf->name, name) == 0)
            return uf;
    }
    return NULL;
}

const struct zp__portal_uf_value *zp__portal_uf_value(const struct zp__portal_row *row,
                                                      const struct zp__portal_uf *uf) {
    for (size_t i = 0; i < row->uf_count; i++) {
        if (row->ufs[i].uf_id == uf->id)
            return &row->ufs[i];
    }
    return NULL;
}

// After UF_CRM_ an optional number of a dynamic type; then either letters and "_" alone, which are
// turned into camelCase, or anything else, which stays as it is.
char *zp__portal_uf_camel(TALLOC_CTX *ctx, const char *name) {
    static const char prefix[] = "UF_CRM_";
    const char *code = name + sizeof prefix - 1;
    char *camel = zp__portal_need(talloc_strdup(ctx, "ufCrm"));
    size_t digits = strspn(code, "0123456789");
    bool numbered = digits > 0 && code[digits] == '_';
    const char *rest = numbered ? code + digits + 1 : code;
    bool mixed = strpbrk(rest, "0123456789") != NULL;
    bool all_digits = rest[strspn(rest, "0123456789")] == '\0';
    if (mixed && numbered && all_digits)
        return zp__portal_need(talloc_asprintf_append(camel, "%.*s_%s", (int)digits, code, rest));
    if (mixed)
        return zp__portal_need(talloc_asprintf_append(camel, "_%s", code));
    if (numbered)
        camel = zp__portal_need(talloc_asprintf_append(camel, "%.*s", (int)digits, code));
    bool upper = true;
    for (; *rest != '\0'; rest++) {
        if (*rest == '_') {
            upper = true;
            continue;
        }
        char letter = upper ? *rest : (char)tolower((unsigned char)*rest);
        camel = zp__portal_need(talloc_asprintf_append(camel, "%c", letter));
        upper = false;
    }
    return camel;
}
