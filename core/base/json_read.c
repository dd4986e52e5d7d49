#include <zapis/json.h>

#include <errno.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/memory.h"

// Items of a container in order; lies in the container's `valuestring` (base/json.h).
struct item_index {
    size_t count;
    cJSON *items[];
};

static bool container(const cJSON *node) {
    return node != NULL && (cJSON_IsArray(node) || cJSON_IsObject(node));
}

static const struct item_index *index_of(cJSON *node) {
    if (node->valuestring == NULL) {
        size_t count = 0;
        for (const cJSON *at = node->child; at != NULL; at = at->next) {
            count++;
        }
        // cJSON's allocator: cJSON_Delete() frees it with the node.
        struct item_index *made =
            zp__memory_must(cJSON_malloc(sizeof *made + count * sizeof(void *)));
        made->count = count;
        size_t i = 0;
        for (cJSON *at = node->child; at != NULL; at = at->next) {
            made->items[i++] = at;
        }
        node->valuestring = (char *)made;
    }
    return (const struct item_index *)(const void *)node->valuestring;
}

void zp__json_touch(cJSON *node) {
    cJSON_free(node->valuestring);
    node->valuestring = NULL;
}

static int root_free(cJSON *root) {
    cJSON_Delete(root->child);
    cJSON_free(root->valuestring);
    return 0;
}

cJSON *zp__json_adopt(TALLOC_CTX *ctx, cJSON *root) {
    cJSON *adopted = zp__memory_new(ctx, cJSON);
    *adopted = *root;
    cJSON_free(root);
    talloc_set_destructor(adopted, root_free);
    return adopted;
}

// Puts the wire's text into the number nodes, which come in the order of the document.
static void restore_numbers(cJSON *node, const char *bytes, const struct zp__json_scan *scan,
                            size_t *next) {
    if (cJSON_IsNumber(node)) {
        if (*next >= scan->number_count) {
            zp_panic("json: the parser saw more numbers than the scanner");
        }
        struct zp__json_span span = scan->numbers[(*next)++];
        char *text = zp__memory_must(cJSON_malloc(span.size + 1));
        memcpy(text, bytes + span.at, span.size);
        text[span.size] = '\0';
        node->type = cJSON_Raw | (node->type & cJSON_StringIsConst);
        node->valuestring = text;
    }
    for (cJSON *at = node->child; at != NULL; at = at->next) {
        restore_numbers(at, bytes, scan, next);
    }
}

static int by_key(const void *a, const void *b) {
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

// The first key that an object below `node` has twice, or NULL.
static const char *duplicate_key(TALLOC_CTX *ctx, cJSON *node) {
    if (cJSON_IsObject(node) && node->child != NULL && node->child->next != NULL) {
        const struct item_index *index = index_of(node);
        cJSON **sorted = zp__memory_array(ctx, cJSON *, index->count);
        memcpy(sorted, index->items, index->count * sizeof(void *));
        qsort(sorted, index->count, sizeof(void *), by_key);
        const char *found = NULL;
        for (size_t i = 1; i < index->count && found == NULL; i++) {
            if (strcmp(sorted[i - 1]->string, sorted[i]->string) == 0) {
                found = sorted[i]->string;
            }
        }
        talloc_free(sorted);
        if (found != NULL) {
            return found;
        }
    }
    for (cJSON *at = node->child; at != NULL; at = at->next) {
        const char *found = duplicate_key(ctx, at);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

const struct zp_json *zp_json_parse(TALLOC_CTX *ctx, const char *bytes, size_t size,
                                    struct zp_error *err) {
    struct zp__json_scan scan;
    TALLOC_CTX *work = zp__memory_must(talloc_new(ctx));
    if (!zp__json_scan(work, bytes, size, &scan)) {
        zp_error_set(err, ZP_E_BAD_ANSWER, NULL, _("This is not valid JSON: %s (byte %zu)."),
                     _(scan.reason), scan.error_at);
        talloc_free(work);
        return NULL;
    }
    // The scan accepted it, so only memory can be missing here.
    cJSON *root = zp__json_adopt(ctx, zp__memory_must(cJSON_ParseWithLength(bytes, size)));
    size_t next = 0;
    restore_numbers(root, bytes, &scan, &next);
    const char *twice = duplicate_key(work, root);
    if (twice != NULL) {
        zp_error_set(err, ZP_E_BAD_ANSWER, NULL,
                     _("This is not valid JSON: it has the key “%s” twice."), twice);
        talloc_free(root);
        root = NULL;
    }
    talloc_free(work);
    return zp__json_value(root);
}

enum zp_json_type zp_json_type(const struct zp_json *value) {
    if (value == NULL) {
        return ZP_JSON_NONE;
    }
    switch (zp__json_node(value)->type & 0xff) {
    case cJSON_NULL: return ZP_JSON_NULL;
    case cJSON_True:
    case cJSON_False: return ZP_JSON_BOOL;
    case cJSON_Raw: return ZP_JSON_NUMBER;
    case cJSON_String: return ZP_JSON_STRING;
    case cJSON_Array: return ZP_JSON_ARRAY;
    case cJSON_Object: return ZP_JSON_OBJECT;
    default: return ZP_JSON_NONE;
    }
}

const struct zp_json *zp_json_get(const struct zp_json *object, const char *key) {
    if (zp_json_type(object) != ZP_JSON_OBJECT || key == NULL) {
        return NULL;
    }
    return zp__json_value(cJSON_GetObjectItemCaseSensitive(zp__json_node(object), key));
}

const struct zp_json *zp_json_at(const struct zp_json *array, size_t index) {
    if (!container(zp__json_node(array))) {
        return NULL;
    }
    const struct item_index *items = index_of(zp__json_node(array));
    return index < items->count ? zp__json_value(items->items[index]) : NULL;
}

size_t zp_json_count(const struct zp_json *value) {
    return container(zp__json_node(value)) ? index_of(zp__json_node(value))->count : 0;
}

const char *zp_json_key(const struct zp_json *value) {
    return value == NULL ? NULL : zp__json_node(value)->string;
}

const char *zp_json_string(const struct zp_json *value) {
    return zp_json_type(value) == ZP_JSON_STRING ? zp__json_node(value)->valuestring : NULL;
}

// "12", "-12"; also "12.0" and "12.00", which servers that think in floating point write.
static bool integral(const char *text, int64_t *out) {
    if (zp__json_number_length(text, strlen(text)) != strlen(text) || *text == '\0') {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0) {
        return false;
    }
    if (*end == '.') {
        end++;
        end += strspn(end, "0");
    }
    if (*end != '\0') {
        return false;
    }
    *out = number;
    return true;
}

bool zp_json_int(const struct zp_json *value, int64_t *out) {
    enum zp_json_type type = zp_json_type(value);
    int64_t number = 0;
    if ((type != ZP_JSON_NUMBER && type != ZP_JSON_STRING) ||
        !integral(zp__json_node(value)->valuestring, &number)) {
        return false;
    }
    *out = number;
    return true;
}

bool zp_json_bool(const struct zp_json *value, bool *out) {
    if (zp_json_type(value) != ZP_JSON_BOOL) {
        return false;
    }
    *out = cJSON_IsTrue(zp__json_node(value));
    return true;
}

const char *zp_json_text(TALLOC_CTX *ctx, const struct zp_json *value) {
    switch (zp_json_type(value)) {
    case ZP_JSON_STRING:
    case ZP_JSON_NUMBER: return zp__memory_strdup(ctx, zp__json_node(value)->valuestring);
    case ZP_JSON_BOOL:
        return zp__memory_strdup(ctx, cJSON_IsTrue(zp__json_node(value)) ? "true" : "false");
    default: return NULL;
    }
}

char *zp_json_words(TALLOC_CTX *ctx, const struct zp_json *value, size_t max_bytes) {
    enum zp_json_type type = zp_json_type(value);
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *text = NULL;
    if (type == ZP_JSON_STRING || type == ZP_JSON_NUMBER)
        text = zp_json_text(scratch, value);
    char *words = zp_text_clean(ctx, text != NULL ? text : "", SIZE_MAX, max_bytes);
    talloc_free(scratch);
    return words;
}
