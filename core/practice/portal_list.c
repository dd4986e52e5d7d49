// Filters, orders and pages of both families (bitrix24.md 5.2, 3, 17.22).
#include "practice/portal_internal.h"

#include <inttypes.h>
#include <zapis/text.h>

enum target { TARGET_FIELD, TARGET_UF, TARGET_CONTACTS, TARGET_MULTI };

struct what { // what a condition or an order looks at
    enum target target;
    enum zp__portal_kind kind;
    int field;
    const struct zp__portal_uf *uf;
    const char *multi;
};

struct zp__portal_node {
    bool group, any; // any: OR
    struct zp__portal_node **children;
    size_t child_count;
    struct what what;
    enum zp__portal_op op;
    bool negated;
    char **values; // canonical; "" stands for unset
    size_t value_count;
};

// Longest first. `item`: crm.item.* only.
static const struct {
    const char *text;
    enum zp__portal_op op;
    bool negated, item;
} prefixes[] = {
    {"!=%", ZP_PORTAL_OP_LIKE, true, true},  {"!%=", ZP_PORTAL_OP_LIKE, true, true},
    {"!%", ZP_PORTAL_OP_HOLDS, true, true},  {"!@", ZP_PORTAL_OP_EQ, true, false},
    {"!=", ZP_PORTAL_OP_EQ, true, false},    {"=%", ZP_PORTAL_OP_LIKE, false, false},
    {"%=", ZP_PORTAL_OP_LIKE, false, false}, {">=", ZP_PORTAL_OP_GE, false, false},
    {"<=", ZP_PORTAL_OP_LE, false, false},   {">", ZP_PORTAL_OP_GT, false, false},
    {"<", ZP_PORTAL_OP_LT, false, false},    {"@", ZP_PORTAL_OP_EQ, false, false},
    {"!", ZP_PORTAL_OP_EQ, true, false},     {"%", ZP_PORTAL_OP_HOLDS, false, false},
    {"=", ZP_PORTAL_OP_EQ, false, false},
};

const char *zp__portal_prefix(const char *key, bool item, enum zp__portal_op *op, bool *negated,
                              bool *prefixed) {
    *op = ZP_PORTAL_OP_EQ;
    *negated = *prefixed = false;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t size = strlen(prefixes[i].text);
        if ((prefixes[i].item && !item) || strncmp(key, prefixes[i].text, size) != 0)
            continue;
        *op = prefixes[i].op;
        *negated = prefixes[i].negated;
        *prefixed = true;
        return key + size;
    }
    return key;
}

static const struct zp__portal_uf *uf_by_name(const struct zp__portal_call *call, const char *name,
                                              bool original) {
    if (!call->item || original)
        return zp__portal_uf_find(call->portal, (int)call->entity->type, name);
    const struct zp__portal_uf *found = NULL;
    for (size_t i = 0; i < call->portal->uf_count && found == NULL; i++) {
        const struct zp__portal_uf *uf = call->portal->ufs[i];
        if (uf->type != call->entity->type)
            continue;
        char *camel = zp__portal_uf_camel(NULL, uf->name);
        if (strcmp(camel, name) == 0)
            found = uf;
        talloc_free(camel);
    }
    return found;
}

static bool find_what(const struct zp__portal_call *call, const char *name, bool original,
                      struct what *out) {
    static const char *const multis[] = {"PHONE", "EMAIL", "WEB", "IM"};
    *out = (struct what){.field = zp__portal_field_find(call->entity, name, call->item)};
    if (out->field >= 0) {
        const struct zp__portal_field *field = &call->entity->fields[out->field];
        out->kind = field->kind;
        if (strcmp(field->name, "CONTACT_ID") == 0)
            out->target = TARGET_CONTACTS;
        return true;
    }
    if (call->item && call->entity->contacts && strcmp(name, "contactIds") == 0) {
        *out = (struct what){.target = TARGET_CONTACTS, .kind = ZP_PORTAL_LINK};
        return true;
    }
    out->uf = uf_by_name(call, name, original);
    if (out->uf != NULL) {
        out->target = TARGET_UF;
        out->kind = zp__portal_uf_kind(out->uf->user_type);
        return true;
    }
    for (size_t i = 0; !call->item && call->entity->multi && i < 4; i++) {
        if (strcmp(name, multis[i]) != 0)
            continue;
        *out = (struct what){.target = TARGET_MULTI, .kind = ZP_PORTAL_STRING, .multi = multis[i]};
        return true;
    }
    return false;
}

static void add_value(struct zp__portal_node *node, char *value) {
    node->values =
        zp__portal_need(talloc_realloc(node, node->values, char *, node->value_count + 1));
    node->values[node->value_count++] = value == NULL ? zp__portal_dup(node, "") : value;
}

// A filter's value in canonical form. A user field of type boolean is filtered by 1 and 0 only, so
// "Y" must find nothing.
static bool read_value(struct zp__portal_call *call, struct zp__portal_node *node,
                       const struct zp__php *given) {
    char *value = NULL;
    enum zp__portal_kind kind = node->what.kind;
    bool ordered = node->op == ZP_PORTAL_OP_GT || node->op == ZP_PORTAL_OP_GE ||
                   node->op == ZP_PORTAL_OP_LT || node->op == ZP_PORTAL_OP_LE;
    if (ordered && (kind == ZP_PORTAL_LINK || kind == ZP_PORTAL_PERSON))
        kind = ZP_PORTAL_INT; // "more than 0" is every id, while "equal to 0" is none
    if (node->what.kind == ZP_PORTAL_BOOL) {
        add_value(node, zp__portal_dup(node, zp__php_text(node, given)));
        return true;
    }
    if (given->type == ZP_PHP_BOOL && !given->truth && node->what.kind != ZP_PORTAL_FLAG) {
        add_value(node, NULL);
        return true;
    }
    if (zp__portal_canon(call->portal, node, kind, given, call->item, &value) ==
        ZP_PORTAL_UNREADABLE)
        return false;
    add_value(node, value);
    return true;
}

static struct zp__portal_node *node_new(TALLOC_CTX *ctx, bool group) {
    struct zp__portal_node *node = zp__portal_need(talloc_zero(ctx, struct zp__portal_node));
    node->group = group;
    return node;
}

static void add_child(struct zp__portal_node *node, struct zp__portal_node *child) {
    node->children = zp__portal_need(
        talloc_realloc(node, node->children, struct zp__portal_node *, node->child_count + 1));
    node->children[node->child_count++] = child;
}

// What the database does with the operation on this kind of value.
static void settle_op(struct zp__portal_call *call, struct zp__portal_node *node, bool prefixed) {
    bool link = node->what.kind == ZP_PORTAL_STATUS || node->what.kind == ZP_PORTAL_LINK ||
                node->what.kind == ZP_PORTAL_PERSON;
    if (!call->item && link && (node->op == ZP_PORTAL_OP_LIKE || node->op == ZP_PORTAL_OP_HOLDS))
        node->op = ZP_PORTAL_OP_EQ;
    if (!call->item && !prefixed && node->what.target == TARGET_UF &&
        node->what.kind == ZP_PORTAL_TEXT && node->value_count == 1 && node->values[0][0] != '\0')
        node->op = ZP_PORTAL_OP_LIKE;
}

static bool compile_leaf(struct zp__portal_call *call, struct zp__portal_node *into,
                         const struct zp__php *condition, bool original) {
    struct zp__portal_node *node = node_new(into, false);
    bool prefixed;
    const char *name =
        zp__portal_prefix(condition->key, call->item, &node->op, &node->negated, &prefixed);
    const char *problem = NULL;
    if (!find_what(call, name, original, &node->what)) {
        problem = "is not allowed in filter";
    } else if (zp__php_is_array(condition)) {
        for (size_t i = 0; i < condition->count && problem == NULL; i++) {
            if (!read_value(call, node, condition->items[i]))
                problem = "has invalid value";
        }
    } else if (!read_value(call, node, condition)) {
        problem = "has invalid value";
    }
    if (problem == NULL) {
        settle_op(call, node, prefixed);
        add_child(into, node);
        return true;
    }
    talloc_free(node);
    if (!call->item)
        return true; // dropped without a word
    zp__portal_fail(call, "INVALID_ARG_VALUE",
                    talloc_asprintf(call->ctx, "Invalid filter: field '%s' %s", name, problem));
    return false;
}

static bool is_number(const char *key) {
    return key[0] != '\0' && key[strspn(key, "0123456789")] == '\0';
}

static bool compile(struct zp__portal_call *call, struct zp__portal_node *node,
                    const struct zp__php *filter, bool original) {
    const char *logic = zp__php_text(call->ctx, zp__php_get(filter, "logic"));
    node->any = call->item && logic != NULL && strcasecmp(logic, "OR") == 0;
    for (size_t i = 0; i < filter->count; i++) {
        const struct zp__php *condition = filter->items[i];
        if (call->item && strcmp(condition->key, "logic") == 0)
            continue;
        if (call->item && is_number(condition->key) && zp__php_is_array(condition)) {
            struct zp__portal_node *child = node_new(node, true);
            add_child(node, child);
            if (!compile(call, child, condition, original))
                return false;
        } else if (!compile_leaf(call, node, condition, original)) {
            return false;
        }
    }
    return true;
}

struct zp__portal_node *zp__portal_filter(struct zp__portal_call *call,
                                          const struct zp__php *filter, bool original_ufs) {
    struct zp__portal_node *node = node_new(call->ctx, true);
    if (zp__php_is_array(filter) && !compile(call, node, filter, original_ufs))
        return NULL;
    return node;
}

// ---- matching

static int compare_texts(enum zp__portal_kind kind, const char *a, const char *b) {
    int64_t left, right;
    switch (kind) {
    case ZP_PORTAL_INT:
    case ZP_PORTAL_LINK:
    case ZP_PORTAL_PERSON:
    case ZP_PORTAL_DATETIME:
        left = strtoll(a, NULL, 10);
        right = strtoll(b, NULL, 10);
        break;
    case ZP_PORTAL_MONEY:
    case ZP_PORTAL_DOUBLE:
        left = zp__portal_minor(a);
        right = zp__portal_minor(b);
        break;
    default: return zp__portal_alike(a, b) ? 0 : strcmp(a, b);
    }
    return left < right ? -1 : left > right;
}

// Folded `text` against a folded LIKE pattern: % is anything, _ one character.
static bool like(const char *text, const char *pattern) {
    while (*pattern != '\0') {
        if (*pattern == '%') {
            do {
                if (like(text, pattern + 1))
                    return true;
            } while (*text++ != '\0');
            return false;
        }
        if (*text == '\0' || (*pattern != '_' && *pattern != *text))
            return false;
        text++;
        while (*pattern == '_' && ((unsigned char)*text & 0xC0) == 0x80)
            text++;
        pattern++;
    }
    return *text == '\0';
}

bool zp__portal_like(const char *text, const char *pattern, bool anywhere) {
    TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
    char *folded = zp_text_fold(scratch, text);
    char *wanted = zp_text_fold(scratch, pattern);
    bool matches = anywhere ? strstr(folded, wanted) != NULL : like(folded, wanted);
    talloc_free(scratch);
    return matches;
}

// One value ("" for unset) against one of the filter's.
static bool value_matches(const struct zp__portal_node *node, const char *value,
                          const char *wanted) {
    if (node->op == ZP_PORTAL_OP_LIKE || node->op == ZP_PORTAL_OP_HOLDS)
        return zp__portal_like(value, wanted, node->op == ZP_PORTAL_OP_HOLDS);
    if (value[0] == '\0' || wanted[0] == '\0')
        return node->op == ZP_PORTAL_OP_EQ && value[0] == wanted[0];
    int order = compare_texts(node->what.kind, value, wanted);
    switch (node->op) {
    case ZP_PORTAL_OP_GT: return order > 0;
    case ZP_PORTAL_OP_GE: return order >= 0;
    case ZP_PORTAL_OP_LT: return order < 0;
    case ZP_PORTAL_OP_LE: return order <= 0;
    default: return order == 0;
    }
}

static bool any_wanted(const struct zp__portal_node *node, const char *value) {
    for (size_t i = 0; i < node->value_count; i++) {
        if (value_matches(node, value, node->values[i]))
            return true;
    }
    return false;
}

// The texts of a row that `what` looks at; "" alone when there is none. At most `room` of them.
static size_t texts_of(const struct zp__portal_row *row, const struct what *what, TALLOC_CTX *ctx,
                       const char ***out) {
    const struct zp__portal_uf_value *uf;
    size_t count = 0;
    const char **texts = zp__portal_need(
        talloc_zero_array(ctx, const char *, row->contact_count + row->multi_count + 2));
    switch (what->target) {
    case TARGET_FIELD:
        if (row->values[what->field] != NULL)
            texts[count++] = row->values[what->field];
        break;
    case TARGET_UF:
        uf = zp__portal_uf_value(row, what->uf);
        if (uf != NULL && uf->count > 0) {
            *out = (const char **)(void *)uf->values;
            return uf->count;
        }
        break;
    case TARGET_CONTACTS:
        for (size_t i = 0; i < row->contact_count; i++)
            texts[count++] = zp__portal_need(talloc_asprintf(texts, "%" PRId64, row->contacts[i]));
        break;
    case TARGET_MULTI:
        for (size_t i = 0; i < row->multi_count; i++) {
            if (strcmp(row->multis[i].type, what->multi) == 0)
                texts[count++] = row->multis[i].value;
        }
        break;
    }
    if (count == 0)
        texts[count++] = "";
    *out = texts;
    return count;
}

static bool matches(const struct zp__portal_node *node, const struct zp__portal_row *row) {
    if (node->group) {
        for (size_t i = 0; i < node->child_count; i++) {
            if (matches(node->children[i], row) == node->any)
                return node->any;
        }
        return !node->any || node->child_count == 0;
    }
    TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
    const char **texts;
    size_t count = texts_of(row, &node->what, scratch, &texts);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = any_wanted(node, texts[i]);
    talloc_free(scratch);
    return found != node->negated;
}

// ---- order

struct order {
    struct what what[8];
    bool down[8];
    size_t count;
};

static int compare_rows(const void *a, const void *b, void *data) {
    const struct zp__portal_row *left = *(struct zp__portal_row *const *)a;
    const struct zp__portal_row *right = *(struct zp__portal_row *const *)b;
    const struct order *order = data;
    for (size_t i = 0; i < order->count; i++) {
        TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
        const char **mine, **theirs;
        texts_of(left, &order->what[i], scratch, &mine);
        texts_of(right, &order->what[i], scratch, &theirs);
        int result = compare_texts(order->what[i].kind, mine[0], theirs[0]);
        talloc_free(scratch);
        if (result != 0)
            return order->down[i] ? -result : result;
    }
    return left->id < right->id ? -1 : left->id > right->id;
}

static bool read_order(struct zp__portal_call *call, const struct zp__php *given, bool original,
                       struct order *order) {
    order->count = 0;
    for (size_t i = 0; zp__php_is_array(given) && i < given->count && order->count < 8; i++) {
        const char *name = given->items[i]->key;
        const char *way = zp__php_text(call->ctx, given->items[i]);
        bool down = way != NULL && strcasecmp(way, "DESC") == 0;
        bool known = find_what(call, name, original, &order->what[order->count]);
        bool allowed = way != NULL && (down || strcasecmp(way, "ASC") == 0);
        if (known && (allowed || !call->item)) {
            order->down[order->count++] = down;
        } else if (call->item) {
            const char *text =
                known ? talloc_asprintf(call->ctx,
                                        "Invalid order: allowed sort directions are ASC, DESC. "
                                        "But got '%s' for field '%s'",
                                        way == NULL ? "" : way, name)
                      : talloc_asprintf(call->ctx,
                                        "Invalid order: field '%s' is not allowed in order", name);
            zp__portal_fail(call, "INVALID_ARG_VALUE", text);
            return false;
        }
    }
    return true;
}

bool zp__portal_select(struct zp__portal_call *call, const struct zp__portal_node *node,
                       const struct zp__php *order, bool original_ufs,
                       struct zp__portal_row ***rows, size_t *count) {
    struct order sorting;
    const struct zp__portal_rows *all = &call->portal->rows[call->entity->type];
    if (!read_order(call, order, original_ufs, &sorting))
        return false;
    *rows = zp__portal_need(talloc_array(call->ctx, struct zp__portal_row *, all->count + 1));
    *count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (zp__portal_readable(call->portal, all->items[i]) && matches(node, all->items[i]))
            (*rows)[(*count)++] = all->items[i];
    }
    if (sorting.count > 0)
        qsort_r(*rows, *count, sizeof(struct zp__portal_row *), compare_rows, &sorting);
    return true;
}

void zp__portal_page(struct zp__portal_call *call, size_t total, size_t *from, size_t *to) {
    bool counting = call->start >= 0;
    size_t start = counting ? (size_t)call->start / ZP_PORTAL_PAGE * ZP_PORTAL_PAGE : 0;
    *from = start < total ? start : total;
    *to = *from + ZP_PORTAL_PAGE < total ? *from + ZP_PORTAL_PAGE : total;
    call->total = counting ? (int64_t)total : 0;
    call->next = counting && *to < total ? (int64_t)*to : -1;
}
