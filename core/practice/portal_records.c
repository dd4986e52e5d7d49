// Lists of ready-made records (directories, history, comments): the same filters and pages as rows,
// over texts.
#include "practice/portal_internal.h"

static bool plain_number(const char *text) {
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int compare(const struct zp_zone *zone, const char *a, const char *b) {
    if (plain_number(a) && plain_number(b)) {
        int64_t left = strtoll(a, NULL, 10), right = strtoll(b, NULL, 10);
        return left < right ? -1 : left > right;
    }
    int64_t left, right;
    if (zp_instant_parse(a, zone, &left) == ZP_INSTANT_UTC &&
        zp_instant_parse(b, zone, &right) == ZP_INSTANT_UTC)
        return left < right ? -1 : left > right;
    return zp__portal_alike(a, b) ? 0 : strcmp(a, b);
}

static bool one_matches(const struct zp_zone *zone, enum zp__portal_op op, const char *value,
                        const char *wanted) {
    switch (op) {
    case ZP_PORTAL_OP_HOLDS: return zp__portal_like(value, wanted, true);
    case ZP_PORTAL_OP_LIKE: return zp__portal_like(value, wanted, false);
    case ZP_PORTAL_OP_GT: return compare(zone, value, wanted) > 0;
    case ZP_PORTAL_OP_GE: return compare(zone, value, wanted) >= 0;
    case ZP_PORTAL_OP_LT: return compare(zone, value, wanted) < 0;
    case ZP_PORTAL_OP_LE: return compare(zone, value, wanted) <= 0;
    case ZP_PORTAL_OP_EQ: break;
    }
    return compare(zone, value, wanted) == 0;
}

static bool known_key(const char *const *known, const char *name) {
    while (*known != NULL && strcmp(*known, name) != 0)
        known++;
    return *known != NULL;
}

static bool condition_matches(const struct zp__portal_call *call, const struct zp__php *record,
                              const struct zp__php *condition, const char *const *known) {
    TALLOC_CTX *ctx = call->ctx;
    const struct zp_zone *zone = call->portal->zone;
    enum zp__portal_op op;
    bool negated, prefixed, found = false;
    const char *name = zp__portal_prefix(condition->key, false, &op, &negated, &prefixed);
    if (!known_key(known, name))
        return true;
    const char *value = zp__php_text(ctx, zp__php_get(record, name));
    if (value == NULL)
        value = "";
    if (zp__php_is_array(condition)) {
        for (size_t i = 0; i < condition->count && !found; i++) {
            const char *wanted = zp__php_text(ctx, condition->items[i]);
            found = wanted != NULL && one_matches(zone, op, value, wanted);
        }
    } else {
        found = one_matches(zone, op, value, zp__php_text(ctx, condition));
    }
    return found != negated;
}

struct sorting {
    TALLOC_CTX *ctx;
    const struct zp_zone *zone;
    const struct zp__php *order;
    const char *const *known;
};

static int compare_records(const void *a, const void *b, void *data) {
    const struct zp__php *left = *(struct zp__php *const *)a;
    const struct zp__php *right = *(struct zp__php *const *)b;
    const struct sorting *sorting = data;
    for (size_t i = 0; zp__php_is_array(sorting->order) && i < sorting->order->count; i++) {
        const struct zp__php *way = sorting->order->items[i];
        if (!known_key(sorting->known, way->key))
            continue;
        const char *mine = zp__php_text(sorting->ctx, zp__php_get(left, way->key));
        const char *theirs = zp__php_text(sorting->ctx, zp__php_get(right, way->key));
        int result = compare(sorting->zone, mine == NULL ? "" : mine, theirs == NULL ? "" : theirs);
        const char *direction = zp__php_text(sorting->ctx, way);
        if (result != 0)
            return direction != NULL && strcasecmp(direction, "DESC") == 0 ? -result : result;
    }
    int64_t mine = zp__php_number(zp__php_get(left, "ID"));
    int64_t theirs = zp__php_number(zp__php_get(right, "ID"));
    return mine < theirs ? -1 : mine > theirs;
}

void zp__portal_records(struct zp__portal_call *call, struct zp__php *records,
                        const struct zp__php *filter, const struct zp__php *order,
                        const char *const *known, struct zp__php *into) {
    struct zp__php **kept =
        zp__portal_need(talloc_array(call->ctx, struct zp__php *, records->count + 1));
    size_t count = 0;
    for (size_t i = 0; i < records->count; i++) {
        bool matches = true;
        for (size_t j = 0; matches && zp__php_is_array(filter) && j < filter->count; j++)
            matches = condition_matches(call, records->items[i], filter->items[j], known);
        if (matches)
            kept[count++] = records->items[i];
    }
    struct sorting sorting = {call->ctx, call->portal->zone, order, known};
    qsort_r(kept, count, sizeof(struct zp__php *), compare_records, &sorting);
    size_t from, to;
    zp__portal_page(call, count, &from, &to);
    for (; from < to; from++)
        zp__php_put(into, NULL, zp__php_copy(into, kept[from]));
}
