// One value written again in a dialect: names, ids, money, durations, times, what may be left out.
#include "practice/dialect.h"

static bool has(const struct zp__dialect_pen *pen, uint32_t bits) {
    return (pen->dialect & bits) != 0;
}

static bool one_of(const char *word, const char *const *words) {
    while (word != NULL && *words != NULL)
        if (strcmp(word, *words++) == 0)
            return true;
    return false;
}

static bool ends_in(const char *key, const char *end) {
    size_t size = key != NULL ? strlen(key) : 0, end_size = strlen(end);
    return size >= end_size && strcmp(key + size - end_size, end) == 0;
}

static bool is_catalogue(const struct zp__dialect_pen *pen) {
    return strcmp(pen->call, "services") == 0 || strcmp(pen->call, "masters") == 0;
}

static bool is_v1(const struct zp__dialect_pen *pen) {
    return has(pen, ZP_DIALECT_V1) && is_catalogue(pen);
}

static const char *name_of(const struct zp__dialect_pen *pen, const char *key, char out[64]) {
    if (key == NULL || !(has(pen, ZP_DIALECT_CAMEL) || is_v1(pen)) || strlen(key) >= 64)
        return key;
    size_t length = 0;
    for (const char *c = key; *c != '\0'; c++) {
        bool hump = *c == '_' && c > key && c[1] >= 'a' && c[1] <= 'z';
        c += hump;
        out[length++] = (char)(hump ? *c - 'a' + 'A' : *c);
    }
    out[length] = '\0';
    return out;
}

// ---- scalars

static bool is_id(const char *key) {
    return key != NULL && strcmp(key, "external_id") != 0 &&
           (strcmp(key, "id") == 0 || ends_in(key, "_id"));
}

static bool ids_are_numbers(const struct zp__dialect_pen *pen) {
    return has(pen, ZP_DIALECT_IDS_NUMBER) ||
           (has(pen, ZP_DIALECT_IDS_MIXED) && strcmp(pen->call, "services") != 0 &&
            strcmp(pen->call, "create") != 0);
}

static bool write_id(const struct zp__dialect_pen *pen, struct zp_json *into, const char *name,
                     const char *text) {
    size_t size = text != NULL ? strlen(text) : 0;
    if (!ids_are_numbers(pen) || size == 0 || size > 18 || text[0] == '0' ||
        strspn(text, "0123456789") != size)
        return false;
    zp_json_add_number_text(into, name, text);
    return true;
}

// "1500.5" -> "1 500,50"
static char *with_comma(TALLOC_CTX *ctx, const char *plain, const char *blank) {
    size_t units = strcspn(plain, ".");
    const char *fraction = plain[units] == '.' ? plain + units + 1 : "";
    char *text = talloc_strdup(ctx, "");
    for (size_t i = 0; i < units && text != NULL; i++)
        text = talloc_asprintf_append(text, "%s%c", i > 0 && (units - i) % 3 == 0 ? blank : "",
                                      plain[i]);
    if (text != NULL)
        text =
            talloc_asprintf_append(text, ",%c%c", fraction[0] != '\0' ? fraction[0] : '0',
                                   fraction[0] != '\0' && fraction[1] != '\0' ? fraction[1] : '0');
    if (text == NULL)
        zp_panic("out of memory");
    return text;
}

static bool write_money(const struct zp__dialect_pen *pen, struct zp_json *into, const char *name,
                        const struct zp_json *value) {
    const char *plain = zp_json_text(pen->ctx, value);
    if (has(pen, ZP_DIALECT_MONEY_TEXT))
        zp_json_add_string(into, name, plain);
    else if (has(pen, ZP_DIALECT_MONEY_COMMA))
        zp_json_add_string(into, name, with_comma(pen->ctx, plain, " "));
    else if (has(pen, ZP_DIALECT_MONEY_NBSP))
        zp_json_add_string(into, name, with_comma(pen->ctx, plain, "\xc2\xa0"));
    else
        return false;
    return true;
}

static bool write_number(const struct zp__dialect_pen *pen, struct zp_json *into, const char *key,
                         const char *name, const struct zp_json *value) {
    static const char *const money[] = {"price", "cost", "total", "paid", "discount", NULL};
    static const char *const durations[] = {"duration", "break_after", NULL};
    int64_t number = 0;
    bool total_of_pages = is_catalogue(pen) && key != NULL && strcmp(key, "total") == 0;
    if (one_of(key, money) && !total_of_pages && write_money(pen, into, name, value))
        return true;
    if (!has(pen, ZP_DIALECT_SECONDS) || !one_of(key, durations) || !zp_json_int(value, &number))
        return false;
    zp_json_add_int(into, name, number * 60);
    return true;
}

static bool write_string(const struct zp__dialect_pen *pen, struct zp_json *into, const char *key,
                         const char *name, const char *text) {
    int64_t instant = 0;
    if (is_id(key) && write_id(pen, into, name, text))
        return true;
    if (has(pen, ZP_DIALECT_STATUS_NUMBER) && key != NULL && strcmp(key, "status") == 0) {
        zp_json_add_int(into, name, strcmp(text, "active") == 0 ? 1 : 4);
        return true;
    }
    // Times by their name, and those of a slot map, which have none.
    if (has(pen, ZP_DIALECT_NAIVE) && (key == NULL || ends_in(key, "_at")) &&
        zp_instant_parse(text, pen->zone, &instant) == ZP_INSTANT_UTC) {
        struct zp_wall wall = zp_zone_wall(pen->zone, instant);
        char local[40];
        snprintf(local, sizeof local, "%04d-%02d-%02dT%02d:%02d:%02d", wall.date.year,
                 wall.date.month, wall.date.day, wall.hour, wall.minute, wall.second);
        zp_json_add_string(into, name, local);
        return true;
    }
    return false;
}

// ---- what may be left out

// Nothing that a desk relies on hangs on these.
static bool may_go(const struct zp__dialect_pen *pen, const char *key) {
    static const char *const any[] = {
        "description",  "image",       "discount", "rating",     "reviews_count",
        "confirmed",    "attendance",  "comment",  "source",     "cancel_reason",
        "created_at",   "updated_at",  "version",  "company_id", "paid",
        "total",        "external_id", "timezone", "meta",       "fields",
        "nearest_date", NULL};
    bool booking = strcmp(pen->call, "create") == 0 || strcmp(pen->call, "booking") == 0 ||
                   strcmp(pen->call, "cancel") == 0;
    return one_of(key, any) || (booking && key != NULL && strcmp(key, "ends_at") == 0);
}

// A page's own marks stay, or there would be no second page.
static bool is_told_of_pages(const struct zp__dialect_pen *pen, const char *key) {
    return is_catalogue(pen) && (strcmp(key, "meta") == 0 || strcmp(key, "total") == 0);
}

// v1 has few fields: {id,name,price,priceFrom,category}, {id,name,surname,username,post,image}.
static bool v1_lacks(const struct zp__dialect_pen *pen, const char *key) {
    static const char *const service[] = {"id", "name", "price", "price_from", "category", NULL};
    static const char *const master[] = {"id",   "name",  "surname", "username",
                                         "post", "image", NULL};
    return is_v1(pen) && !one_of(key, strcmp(pen->call, "services") == 0 ? service : master);
}

void zp__dialect_write_member(const struct zp__dialect_pen *pen, struct zp_json *into,
                              const struct zp_json *value) {
    const char *key = zp_json_key(value);
    char name[64];
    if (v1_lacks(pen, key))
        return;
    if (may_go(pen, key) && !is_told_of_pages(pen, key)) {
        if (has(pen, ZP_DIALECT_MISSING))
            return;
        if (has(pen, ZP_DIALECT_NULLS)) {
            zp_json_add_null(into, name_of(pen, key, name));
            return;
        }
    }
    zp__dialect_write(pen, into, key, value);
}

static void add_extra(struct zp_json *into) {
    zp_json_add_string(into, "__typename", "Node");
    zp_json_add_null(into, "legacy_code");
    struct zp_json *links = zp_json_add_object(into, "_links");
    zp_json_add_string(links, "self", "/x/1?a=b&c=\xc2\xab\xc2\xbb");
    zp_json_add_array(links, "tags");
    zp_json_add_number_text(into, "score", "1.25e-3");
}

void zp__dialect_write_members(const struct zp__dialect_pen *pen, struct zp_json *into,
                               const struct zp_json *object) {
    if (has(pen, ZP_DIALECT_EXTRA))
        add_extra(into);
    for (size_t i = 0; i < zp_json_count(object); i++)
        zp__dialect_write_member(pen, into, zp_json_at(object, i));
}

// ---- values

static void write_array(const struct zp__dialect_pen *pen, struct zp_json *list, const char *key,
                        const struct zp_json *value) {
    for (size_t i = 0; i < zp_json_count(value); i++) {
        const struct zp_json *one = zp_json_at(value, i);
        bool active = true;
        (void)zp_json_bool(zp_json_get(one, "active"), &active);
        if (!active && is_v1(pen)) // it has no such field: what is hidden is not listed
            continue;
        if (!ends_in(key, "_ids") || !write_id(pen, list, NULL, zp_json_string(one)))
            zp__dialect_write(pen, list, NULL, one);
    }
}

void zp__dialect_write(const struct zp__dialect_pen *pen, struct zp_json *into, const char *key,
                       const struct zp_json *value) {
    char room[64];
    const char *name = name_of(pen, key, room);
    bool done = false;
    switch (zp_json_type(value)) {
    case ZP_JSON_NONE: return;
    case ZP_JSON_NUMBER: done = write_number(pen, into, key, name, value); break;
    case ZP_JSON_STRING: done = write_string(pen, into, key, name, zp_json_string(value)); break;
    case ZP_JSON_ARRAY: write_array(pen, zp_json_add_array(into, name), key, value); return;
    case ZP_JSON_OBJECT:
        if (has(pen, ZP_DIALECT_EMPTY_LIST) && zp_json_count(value) == 0)
            zp_json_add_array(into, name);
        else
            zp__dialect_write_members(pen, zp_json_add_object(into, name), value);
        return;
    case ZP_JSON_NULL:
    case ZP_JSON_BOOL: break;
    }
    if (!done)
        zp_json_add_copy(into, name, value);
}
