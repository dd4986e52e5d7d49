// Product rows of deals and leads, in both families (bitrix24.md 9.6, trap T10): a set replaces all
// that were there, and the sum becomes the deal's amount unless that is said to be given by hand.
#include "practice/portal_internal.h"

#include <inttypes.h>

#define MEASURE_CODE 796 // pieces
#define QUANTITY_ONE 1000

// The names of a row's keys in a family.
struct names {
    const char *id, *product_id, *name, *price, *quantity, *discount_type, *discount_rate,
        *discount_sum, *tax_rate, *tax_included, *measure_code, *measure_name, *sort;
};
static const struct names legacy_names = {
    "ID",       "PRODUCT_ID",       "PRODUCT_NAME",  "PRICE",
    "QUANTITY", "DISCOUNT_TYPE_ID", "DISCOUNT_RATE", "DISCOUNT_SUM",
    "TAX_RATE", "TAX_INCLUDED",     "MEASURE_CODE",  "MEASURE_NAME",
    "SORT"};
static const struct names item_names = {"id",       "productId",      "productName",  "price",
                                        "quantity", "discountTypeId", "discountRate", "discountSum",
                                        "taxRate",  "taxIncluded",    "measureCode",  "measureName",
                                        "sort"};

static int64_t minor_of(TALLOC_CTX *ctx, const struct zp__portal *portal,
                        const struct zp__php *given) {
    char *money;
    if (given == NULL || zp__portal_canon(portal, ctx, ZP_PORTAL_MONEY, given, false, &money) ==
                             ZP_PORTAL_UNREADABLE)
        return 0;
    return zp__portal_minor(money);
}

static char *decimal(TALLOC_CTX *ctx, const struct zp__php *given, const char *otherwise) {
    const char *text = zp__php_text(ctx, given);
    char *end = NULL;
    if (text != NULL)
        (void)strtod(text, &end);
    return zp__portal_dup(ctx, end == NULL || end == text || *end != '\0' ? otherwise : text);
}

static const char *discount_error(const struct zp__php *row, const struct names *names) {
    const struct zp__php *type = zp__php_get(row, names->discount_type);
    const struct zp__php *sum = zp__php_get(row, names->discount_sum);
    const struct zp__php *rate = zp__php_get(row, names->discount_rate);
    if (zp__php_number(type) == 1 && sum == NULL)
        return "Discount Sum (DISCOUNT_SUM) is required if Monetary Discount Type "
               "(DISCOUNT_TYPE_ID) is defined.<br>";
    if (zp__php_number(type) == 2 && rate == NULL)
        return "Discount Rate (DISCOUNT_RATE) is required if Percentage Discount Type "
               "(DISCOUNT_TYPE_ID) is defined.<br>";
    if (zp__php_number(type) == 2 && zp__php_number(rate) == 100 && sum == NULL)
        return "Discount Sum (DISCOUNT_SUM) is required if Percentage Discount Type "
               "(DISCOUNT_TYPE_ID) is defined and Discount Rate (DISCOUNT_RATE) is 100%<br>";
    return NULL;
}

static struct zp__portal_product read_row(struct zp__portal *portal, TALLOC_CTX *owner,
                                          const struct zp__php *row, const struct names *names) {
    const char *name = zp__php_text(owner, zp__php_get(row, names->name));
    const char *measure = zp__php_text(owner, zp__php_get(row, names->measure_name));
    const char *included = zp__php_text(owner, zp__php_get(row, names->tax_included));
    const struct zp__php *code = zp__php_get(row, names->measure_code);
    const struct zp__php *type = zp__php_get(row, names->discount_type);
    const struct zp__php *tax = zp__php_get(row, names->tax_rate);
    return (struct zp__portal_product){
        .id = ++portal->last_product_id,
        .product_id = zp__php_number(zp__php_get(row, names->product_id)),
        .name = zp__portal_dup(owner, name == NULL ? "" : name),
        .price_minor = minor_of(owner, portal, zp__php_get(row, names->price)),
        .quantity = decimal(owner, zp__php_get(row, names->quantity), "1"),
        .discount_type = type == NULL ? 2 : (int)zp__php_number(type),
        .discount_rate = decimal(owner, zp__php_get(row, names->discount_rate), "0"),
        .discount_sum_minor = minor_of(owner, portal, zp__php_get(row, names->discount_sum)),
        .tax_rate = zp__php_empty(tax) ? NULL : decimal(owner, tax, "0"),
        .tax_included = included != NULL && strcmp(included, "Y") == 0,
        .measure_code = code == NULL ? MEASURE_CODE : zp__php_number(code),
        .measure_name = zp__portal_dup(owner, measure == NULL ? "шт" : measure),
        .sort = zp__php_number(zp__php_get(row, names->sort)),
    };
}

// ---- the sum

static int64_t sum_minor(const struct zp__portal_row *row) {
    int64_t sum = 0;
    for (size_t i = 0; i < row->product_count; i++) {
        const struct zp__portal_product *product = &row->products[i];
        int64_t thousandths =
            (int64_t)(strtod(product->quantity, NULL) * QUANTITY_ONE + 0.5); // three decimals
        sum += product->price_minor * thousandths / QUANTITY_ONE;
    }
    return sum;
}

static void recalculate(struct zp__portal *portal, struct zp__portal_row *row) {
    const char *manual = zp__portal_get(row, "IS_MANUAL_OPPORTUNITY");
    struct zp__portal_change *change = zp__portal_change_new(NULL, row->entity);
    int64_t sum = sum_minor(row);
    if (manual == NULL || strcmp(manual, "Y") != 0)
        zp__portal_change_set(change, "OPPORTUNITY",
                              zp__portal_need(talloc_asprintf(change, "%" PRId64 ".%02d", sum / 100,
                                                              (int)(sum % 100))));
    zp__portal_update(portal, row, change, true, ZP_PORTAL_USER);
    talloc_free(change);
}

static void replace(struct zp__portal *portal, struct zp__portal_row *row,
                    const struct zp__php *rows, const struct names *names) {
    TALLOC_FREE(row->products);
    row->product_count = 0;
    row->products =
        zp__portal_need(talloc_zero_array(row, struct zp__portal_product, rows->count + 1));
    for (size_t i = 0; i < rows->count; i++)
        row->products[row->product_count++] =
            read_row(portal, row->products, rows->items[i], names);
    recalculate(portal, row);
}

void zp__portal_product_add(struct zp__portal *portal, struct zp__portal_row *row,
                            const struct zp__portal_product *product) {
    row->products = zp__portal_need(
        talloc_realloc(row, row->products, struct zp__portal_product, row->product_count + 1));
    struct zp__portal_product *added = &row->products[row->product_count++];
    *added = *product;
    added->id = ++portal->last_product_id;
    added->name = zp__portal_dup(row->products, product->name);
    added->quantity = zp__portal_dup(row->products, "1");
    added->discount_type = 2;
    added->discount_rate = zp__portal_dup(row->products, "0");
    added->measure_code = MEASURE_CODE;
    added->measure_name = zp__portal_dup(row->products, "шт");
    recalculate(portal, row);
}

// ---- showing

static void put_money(struct zp__php *into, const char *key, int64_t minor) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64 ".%02d", minor / 100, (int)(minor % 100));
    zp__php_put(into, key, zp__php_new_double(into, text));
}

static void put_number_text(struct zp__php *into, const char *key, int64_t number, bool text) {
    if (text)
        zp__php_put_string(into, key, zp__portal_need(talloc_asprintf(into, "%" PRId64, number)));
    else
        zp__php_put_int(into, key, number);
}

static void show(const struct zp__portal_row *row, const struct zp__portal_product *product,
                 struct zp__php *shown, bool legacy) {
    const struct names *names = legacy ? &legacy_names : &item_names;
    const char *owner = row->entity->type == ZP_PORTAL_LEAD ? "L" : "D";
    put_number_text(shown, names->id, product->id, legacy);
    put_number_text(shown, legacy ? "OWNER_ID" : "ownerId", row->id, legacy);
    zp__php_put_string(shown, legacy ? "OWNER_TYPE" : "ownerType", owner);
    zp__php_put_int(shown, names->product_id, product->product_id);
    zp__php_put_string(shown, names->name, product->name);
    put_money(shown, names->price, product->price_minor);
    put_money(shown, legacy ? "PRICE_EXCLUSIVE" : "priceExclusive", product->price_minor);
    put_money(shown, legacy ? "PRICE_NETTO" : "priceNetto", product->price_minor);
    put_money(shown, legacy ? "PRICE_BRUTTO" : "priceBrutto", product->price_minor);
    zp__php_put(shown, names->quantity, zp__php_new_double(shown, product->quantity));
    zp__php_put_int(shown, names->discount_type, product->discount_type);
    zp__php_put(shown, names->discount_rate, zp__php_new_double(shown, product->discount_rate));
    put_money(shown, names->discount_sum, product->discount_sum_minor);
    zp__php_put(shown, names->tax_rate,
                product->tax_rate == NULL ? zp__php_new_null(shown)
                                          : zp__php_new_double(shown, product->tax_rate));
    zp__php_put_string(shown, names->tax_included, product->tax_included ? "Y" : "N");
    zp__php_put_string(shown, legacy ? "CUSTOMIZED" : "customized", "Y");
    zp__php_put_int(shown, names->measure_code, product->measure_code);
    zp__php_put_string(shown, names->measure_name, product->measure_name);
    zp__php_put_int(shown, names->sort, product->sort);
}

static void show_all(const struct zp__portal_row *row, struct zp__php *into, bool legacy) {
    for (size_t i = 0; i < row->product_count; i++)
        show(row, &row->products[i], zp__php_put_array(into, NULL), legacy);
}

// ---- methods of the legacy family

static struct zp__portal_row *owner_row(struct zp__portal_call *call) {
    static const char *const keys[] = {"id", "ID", "Id", NULL};
    int64_t id = zp__php_number(zp__php_get_any(call->params, keys));
    if (id <= 0) {
        zp__portal_fail(call, "", "The parameter id is invalid or not defined.");
        return NULL;
    }
    struct zp__portal_row *row = zp__portal_row_find(call->portal, (int)call->entity->type, id);
    if (row != NULL && zp__portal_readable(call->portal, row))
        return row;
    zp__portal_fail(call, "", "Not found");
    return NULL;
}

static void set(struct zp__portal_call *call) {
    struct zp__php *rows;
    struct zp__portal_row *row = owner_row(call);
    if (row == NULL || !zp__portal_container(call, "rows", &rows))
        return;
    for (size_t i = 0; i < rows->count; i++) {
        const char *error = discount_error(rows->items[i], &legacy_names);
        if (error == NULL)
            continue;
        zp__portal_fail(call, "ERROR_CORE", error);
        return;
    }
    replace(call->portal, row, rows, &legacy_names);
    call->result = zp__php_new_bool(call->ctx, true);
}

static void get(struct zp__portal_call *call) {
    struct zp__portal_row *row = owner_row(call);
    if (row == NULL)
        return;
    call->result = zp__php_new_array(call->ctx);
    show_all(row, call->result, true);
}

// ---- methods of the newer one

static struct zp__portal_row *item_owner(struct zp__portal_call *call, const struct zp__php *type,
                                         const struct zp__php *id) {
    const char *word = zp__php_text(call->ctx, type);
    if (word == NULL || id == NULL) {
        zp__portal_fail(call, "100",
                        talloc_asprintf(call->ctx, "Could not find value for parameter {%s}",
                                        word == NULL ? "ownerType" : "ownerId"));
        return NULL;
    }
    int entity = strcmp(word, "D") == 0   ? ZP_PORTAL_DEAL
                 : strcmp(word, "L") == 0 ? ZP_PORTAL_LEAD
                                          : 0;
    struct zp__portal_row *row =
        entity == 0 ? NULL : zp__portal_row_find(call->portal, entity, zp__php_number(id));
    if (row == NULL)
        zp__portal_fail(call, "OWNER_NOT_FOUND",
                        zp__portal_say(call->portal, "Owner was not found", "Элемент не найден"));
    else if (!zp__portal_readable(call->portal, row))
        zp__portal_fail(call, "ACCESS_DENIED",
                        zp__portal_say(call->portal, "Access denied", "Доступ запрещен"));
    return call->status == 0 ? row : NULL;
}

static void answer_rows(struct zp__portal_call *call, const struct zp__portal_row *row) {
    call->result = zp__php_new_array(call->ctx);
    show_all(row, zp__php_put_array(call->result, "productRows"), false);
}

static void item_set(struct zp__portal_call *call) {
    const struct zp__php *rows = zp__php_get(call->params, "productRows");
    struct zp__portal_row *row = item_owner(call, zp__php_get(call->params, "ownerType"),
                                            zp__php_get(call->params, "ownerId"));
    if (row == NULL)
        return;
    if (!zp__php_is_array(rows)) {
        zp__portal_fail(call, "100", "Could not find value for parameter {productRows}");
        return;
    }
    for (size_t i = 0; i < rows->count; i++) {
        const char *error = discount_error(rows->items[i], &item_names);
        const struct zp__php *one = rows->items[i];
        if (error == NULL && zp__php_empty(zp__php_get(one, "productId")) &&
            zp__php_empty(zp__php_get(one, "productName")))
            error = "Product name is required";
        if (error == NULL)
            continue;
        zp__portal_fail(call, "INVALID_ARG_VALUE", error);
        return;
    }
    replace(call->portal, row, rows, &item_names);
    answer_rows(call, row);
}

static void item_list(struct zp__portal_call *call) {
    static const char *const types[] = {"=ownerType", "ownerType", NULL};
    static const char *const ids[] = {"=ownerId", "ownerId", NULL};
    const struct zp__php *filter = zp__php_get(call->params, "filter");
    struct zp__portal_row *row =
        item_owner(call, zp__php_get_any(filter, types), zp__php_get_any(filter, ids));
    if (row == NULL)
        return;
    answer_rows(call, row);
    call->total = (int64_t)row->product_count;
}

const struct zp__portal_method zp__portal_product_methods[] = {
    {"crm.deal.productrows.set", set, ZP_PORTAL_DEAL},
    {"crm.deal.productrows.get", get, ZP_PORTAL_DEAL},
    {"crm.lead.productrows.set", set, ZP_PORTAL_LEAD},
    {"crm.lead.productrows.get", get, ZP_PORTAL_LEAD},
    {"crm.item.productrow.set", item_set, 0},
    {"crm.item.productrow.list", item_list, 0},
    {NULL, NULL, 0},
};
