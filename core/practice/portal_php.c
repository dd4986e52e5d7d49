#include "practice/portal_php.h"

#include <errno.h>
#include <inttypes.h>
#include <zapis/error.h>

#define FORM_DEPTH 32 // of brackets in one name; deeper ones stay part of the last key

static void *need(void *pointer) {
    if (pointer == NULL)
        zp_panic("out of memory");
    return pointer;
}

static struct zp__php *value_new(TALLOC_CTX *ctx, enum zp__php_type type) {
    struct zp__php *value = need(talloc_zero(ctx, struct zp__php));
    value->type = type;
    return value;
}

struct zp__php *zp__php_new_null(TALLOC_CTX *ctx) {
    return value_new(ctx, ZP_PHP_NULL);
}

struct zp__php *zp__php_new_bool(TALLOC_CTX *ctx, bool truth) {
    struct zp__php *value = value_new(ctx, ZP_PHP_BOOL);
    value->truth = truth;
    return value;
}

struct zp__php *zp__php_new_int(TALLOC_CTX *ctx, int64_t number) {
    struct zp__php *value = value_new(ctx, ZP_PHP_INT);
    value->number = number;
    return value;
}

struct zp__php *zp__php_new_double(TALLOC_CTX *ctx, const char *text) {
    struct zp__php *value = value_new(ctx, ZP_PHP_DOUBLE);
    value->text = need(talloc_strdup(value, text));
    if (strpbrk(text, "eE") == NULL && strchr(text, '.') != NULL) {
        size_t size = strlen(value->text);
        while (value->text[size - 1] == '0')
            size--;
        if (value->text[size - 1] == '.')
            size--;
        value->text[size] = '\0';
    }
    return value;
}

struct zp__php *zp__php_new_string(TALLOC_CTX *ctx, const char *text) {
    if (text == NULL)
        return zp__php_new_null(ctx);
    struct zp__php *value = value_new(ctx, ZP_PHP_STRING);
    value->text = need(talloc_strdup(value, text));
    return value;
}

struct zp__php *zp__php_new_array(TALLOC_CTX *ctx) {
    return value_new(ctx, ZP_PHP_ARRAY);
}

struct zp__php *zp__php_copy(TALLOC_CTX *ctx, const struct zp__php *value) {
    if (value == NULL)
        return zp__php_new_null(ctx);
    struct zp__php *copy = value_new(ctx, value->type);
    copy->truth = value->truth;
    copy->number = value->number;
    if (value->text != NULL)
        copy->text = need(talloc_strdup(copy, value->text));
    for (size_t i = 0; i < value->count; i++)
        zp__php_put(copy, value->items[i]->key, zp__php_copy(copy, value->items[i]));
    return copy;
}

static bool whole_text(const char *text, int64_t *out) {
    if (text == NULL || text[0] == '\0' || text[0] == ' ' || text[0] == '+')
        return false;
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *out = number;
    return true;
}

static size_t position(const struct zp__php *array, const char *key) {
    size_t i = 0;
    while (i < array->count && strcmp(array->items[i]->key, key) != 0)
        i++;
    return i;
}

struct zp__php *zp__php_put(struct zp__php *array, const char *key, struct zp__php *value) {
    if (key == NULL)
        value->key = need(talloc_asprintf(value, "%" PRId64, array->next_index));
    else
        value->key = need(talloc_strdup(value, key));
    int64_t index;
    if (whole_text(value->key, &index) && index >= array->next_index && index < INT64_MAX)
        array->next_index = index + 1;
    talloc_steal(array, value);
    // A key that is appended is new by the counter: long lists are built without a search.
    size_t at = key == NULL ? array->count : position(array, key);
    if (at < array->count) {
        if (array->items[at] != value)
            talloc_free(array->items[at]);
        array->items[at] = value;
        return value;
    }
    if (array->count % 8 == 0)
        array->items =
            need(talloc_realloc(array, array->items, struct zp__php *, array->count * 2 + 8));
    array->items[array->count++] = value;
    return value;
}

void zp__php_put_string(struct zp__php *array, const char *key, const char *text) {
    zp__php_put(array, key, zp__php_new_string(array, text));
}

void zp__php_put_int(struct zp__php *array, const char *key, int64_t number) {
    zp__php_put(array, key, zp__php_new_int(array, number));
}

void zp__php_put_bool(struct zp__php *array, const char *key, bool truth) {
    zp__php_put(array, key, zp__php_new_bool(array, truth));
}

void zp__php_put_null(struct zp__php *array, const char *key) {
    zp__php_put(array, key, zp__php_new_null(array));
}

struct zp__php *zp__php_put_array(struct zp__php *array, const char *key) {
    return zp__php_put(array, key, zp__php_new_array(array));
}

void zp__php_remove(struct zp__php *array, const char *key) {
    size_t at = position(array, key);
    if (at == array->count)
        return;
    talloc_free(array->items[at]);
    array->count--;
    for (size_t i = at; i < array->count; i++)
        array->items[i] = array->items[i + 1];
}

struct zp__php *zp__php_get(const struct zp__php *array, const char *key) {
    if (array == NULL || array->type != ZP_PHP_ARRAY)
        return NULL;
    size_t at = position(array, key);
    return at < array->count ? array->items[at] : NULL;
}

struct zp__php *zp__php_get_any(const struct zp__php *array, const char *const *keys) {
    struct zp__php *found = NULL;
    for (; found == NULL && *keys != NULL; keys++)
        found = zp__php_get(array, *keys);
    return found;
}

bool zp__php_is_array(const struct zp__php *value) {
    return value != NULL && value->type == ZP_PHP_ARRAY;
}

bool zp__php_is_list(const struct zp__php *value) {
    if (!zp__php_is_array(value))
        return false;
    for (size_t i = 0; i < value->count; i++) {
        int64_t index;
        if (!whole_text(value->items[i]->key, &index) || index != (int64_t)i)
            return false;
    }
    return true;
}

bool zp__php_same(const struct zp__php *a, const struct zp__php *b) {
    if (a == NULL || b == NULL)
        return a == b;
    if (a->type != b->type || a->truth != b->truth || a->number != b->number ||
        a->count != b->count || (a->text == NULL) != (b->text == NULL) ||
        (a->text != NULL && strcmp(a->text, b->text) != 0))
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i]->key, b->items[i]->key) != 0 ||
            !zp__php_same(a->items[i], b->items[i]))
            return false;
    }
    return true;
}

bool zp__php_empty(const struct zp__php *value) {
    if (value == NULL)
        return true;
    switch (value->type) {
    case ZP_PHP_NULL: return true;
    case ZP_PHP_BOOL: return !value->truth;
    case ZP_PHP_INT: return value->number == 0;
    case ZP_PHP_DOUBLE: return strtod(value->text, NULL) == 0;
    case ZP_PHP_STRING: return value->text[0] == '\0' || strcmp(value->text, "0") == 0;
    case ZP_PHP_ARRAY: return value->count == 0;
    }
    return true;
}

const char *zp__php_text(TALLOC_CTX *ctx, const struct zp__php *value) {
    if (value == NULL)
        return NULL;
    switch (value->type) {
    case ZP_PHP_NULL: return "";
    case ZP_PHP_BOOL: return value->truth ? "1" : "";
    case ZP_PHP_INT: return need(talloc_asprintf(ctx, "%" PRId64, value->number));
    case ZP_PHP_DOUBLE:
    case ZP_PHP_STRING: return value->text;
    case ZP_PHP_ARRAY: return NULL;
    }
    return NULL;
}

int64_t zp__php_number(const struct zp__php *value) {
    if (value == NULL)
        return 0;
    switch (value->type) {
    case ZP_PHP_BOOL: return value->truth;
    case ZP_PHP_INT: return value->number;
    case ZP_PHP_DOUBLE:
    case ZP_PHP_STRING: return strtoll(value->text, NULL, 10);
    case ZP_PHP_ARRAY: return value->count > 0;
    case ZP_PHP_NULL: break;
    }
    return 0;
}

bool zp__php_whole(const struct zp__php *value, int64_t *out) {
    if (value == NULL)
        return false;
    if (value->type == ZP_PHP_INT) {
        *out = value->number;
        return true;
    }
    return value->type == ZP_PHP_STRING && whole_text(value->text, out);
}

struct zp__php *zp__php_from_json(TALLOC_CTX *ctx, const struct zp_json *json) {
    bool truth;
    switch (zp_json_type(json)) {
    case ZP_JSON_BOOL: return zp__php_new_bool(ctx, zp_json_bool(json, &truth) && truth);
    case ZP_JSON_STRING: return zp__php_new_string(ctx, zp_json_string(json));
    case ZP_JSON_NUMBER: {
        const char *text = zp_json_text(ctx, json);
        int64_t number;
        return whole_text(text, &number) ? zp__php_new_int(ctx, number)
                                         : zp__php_new_double(ctx, text);
    }
    case ZP_JSON_ARRAY:
    case ZP_JSON_OBJECT: {
        struct zp__php *array = zp__php_new_array(ctx);
        for (size_t i = 0; i < zp_json_count(json); i++) {
            const struct zp_json *item = zp_json_at(json, i);
            const char *key = zp_json_type(json) == ZP_JSON_OBJECT ? zp_json_key(item) : NULL;
            zp__php_put(array, key, zp__php_from_json(array, item));
        }
        return array;
    }
    case ZP_JSON_NONE:
    case ZP_JSON_NULL: break;
    }
    return zp__php_new_null(ctx);
}

void zp__php_to_json(struct zp_json *parent, const char *key, const struct zp__php *value) {
    switch (value->type) {
    case ZP_PHP_NULL: zp_json_add_null(parent, key); return;
    case ZP_PHP_BOOL: zp_json_add_bool(parent, key, value->truth); return;
    case ZP_PHP_INT: zp_json_add_int(parent, key, value->number); return;
    case ZP_PHP_DOUBLE: zp_json_add_number_text(parent, key, value->text); return;
    case ZP_PHP_STRING: zp_json_add_string(parent, key, value->text); return;
    case ZP_PHP_ARRAY: break;
    }
    bool list = zp__php_is_list(value);
    struct zp_json *into = list ? zp_json_add_array(parent, key) : zp_json_add_object(parent, key);
    for (size_t i = 0; i < value->count; i++)
        zp__php_to_json(into, list ? NULL : value->items[i]->key, value->items[i]);
}

// The first part of a form name: up to its bracket, with PHP's "_" for a dot or a blank.
static char *form_base(TALLOC_CTX *ctx, const char *name, size_t size) {
    char *base = need(talloc_strndup(ctx, name, size));
    for (char *at = base; *at != '\0'; at++) {
        if (*at == '.' || *at == ' ')
            *at = '_';
    }
    return base;
}

void zp__php_put_form(struct zp__php *array, const char *name, const char *value) {
    while (*name == ' ')
        name++;
    if (*name == '\0' || *name == '[')
        return;
    const char *bracket = strchr(name, '[');
    if (bracket != NULL && strchr(bracket, ']') == NULL)
        bracket = NULL;
    char *key = form_base(array, name, bracket == NULL ? strlen(name) : (size_t)(bracket - name));
    struct zp__php *into = array;
    for (int depth = 0; bracket != NULL && *bracket == '[' && depth < FORM_DEPTH; depth++) {
        const char *end = strchr(bracket, ']');
        if (end == NULL)
            break;
        struct zp__php *child = key == NULL ? NULL : zp__php_get(into, key);
        if (!zp__php_is_array(child))
            child = zp__php_put_array(into, key);
        talloc_free(key);
        size_t size = (size_t)(end - bracket - 1);
        key = size == 0 ? NULL : need(talloc_strndup(array, bracket + 1, size));
        into = child;
        bracket = end + 1;
    }
    zp__php_put_string(into, key, value);
    talloc_free(key);
}
