#include <zapis/json.h>

#include <inttypes.h>
#include <zapis/text.h>

#include "base/json.h"
#include "base/memory.h"

struct zp_json *zp_json_new_object(TALLOC_CTX *ctx) {
    return zp__json_value(zp__json_adopt(ctx, zp__memory_must(cJSON_CreateObject())));
}

struct zp_json *zp_json_new_array(TALLOC_CTX *ctx) {
    return zp__json_value(zp__json_adopt(ctx, zp__memory_must(cJSON_CreateArray())));
}

static struct zp_json *add(struct zp_json *parent, const char *key, cJSON *item) {
    cJSON *container = zp__json_node(parent);
    zp__memory_must(item);
    zp__json_touch(container);
    bool added = false;
    if (cJSON_IsObject(container) && key != NULL) {
        added = cJSON_AddItemToObject(container, key, item);
    } else if (cJSON_IsArray(container) && key == NULL) {
        added = cJSON_AddItemToArray(container, item);
    }
    if (!added) {
        zp_panic("json: a key belongs into an object, and only there (%s)", key == NULL ? "" : key);
    }
    return zp__json_value(item);
}

// What we print is always valid JSON: bytes that are no UTF-8 become U+FFFD.
static cJSON *string_item(const char *text) {
    if (zp_text_valid_utf8(text, strlen(text))) {
        return cJSON_CreateString(text);
    }
    char *valid = zp__memory_strdup(NULL, "");
    while (*text != '\0') {
        uint32_t codepoint = 0;
        char bytes[5];
        text += zp_text_decode(text, &codepoint);
        zp_text_encode(codepoint, bytes);
        valid = zp__memory_must(talloc_strdup_append_buffer(valid, bytes));
    }
    cJSON *item = cJSON_CreateString(valid);
    talloc_free(valid);
    return item;
}

void zp_json_add_string(struct zp_json *parent, const char *key, const char *text) {
    add(parent, key, text == NULL ? cJSON_CreateNull() : string_item(text));
}

void zp_json_add_int(struct zp_json *parent, const char *key, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    add(parent, key, cJSON_CreateRaw(text));
}

void zp_json_add_bool(struct zp_json *parent, const char *key, bool value) {
    add(parent, key, cJSON_CreateBool(value));
}

void zp_json_add_null(struct zp_json *parent, const char *key) {
    add(parent, key, cJSON_CreateNull());
}

void zp_json_add_number_text(struct zp_json *parent, const char *key, const char *number) {
    size_t length = zp__json_number_length(number, strlen(number));
    if (length == 0 || number[length] != '\0') {
        zp_panic("json: “%s” is no number", number);
    }
    add(parent, key, cJSON_CreateRaw(number));
}

struct zp_json *zp_json_add_object(struct zp_json *parent, const char *key) {
    return add(parent, key, cJSON_CreateObject());
}

struct zp_json *zp_json_add_array(struct zp_json *parent, const char *key) {
    return add(parent, key, cJSON_CreateArray());
}

// cJSON_Duplicate() would copy the index of a container as if it were text.
void zp_json_add_copy(struct zp_json *parent, const char *key, const struct zp_json *value) {
    const cJSON *from = zp__json_node(value);
    switch (zp_json_type(value)) {
    case ZP_JSON_OBJECT:
    case ZP_JSON_ARRAY: {
        bool object = zp_json_type(value) == ZP_JSON_OBJECT;
        // The last item is fixed beforehand: a value may be copied into itself.
        const cJSON *last = from->child == NULL ? NULL : from->child->prev;
        struct zp_json *into =
            object ? zp_json_add_object(parent, key) : zp_json_add_array(parent, key);
        for (cJSON *at = from->child; at != NULL; at = at == last ? NULL : at->next) {
            zp_json_add_copy(into, object ? at->string : NULL, zp__json_value(at));
        }
        break;
    }
    case ZP_JSON_STRING: add(parent, key, cJSON_CreateString(from->valuestring)); break;
    case ZP_JSON_NUMBER: add(parent, key, cJSON_CreateRaw(from->valuestring)); break;
    case ZP_JSON_BOOL: add(parent, key, cJSON_CreateBool(cJSON_IsTrue(from))); break;
    case ZP_JSON_NULL:
    case ZP_JSON_NONE: add(parent, key, cJSON_CreateNull()); break;
    }
}

char *zp_json_print(TALLOC_CTX *ctx, const struct zp_json *value) {
    if (value == NULL) {
        return zp__memory_strdup(ctx, "null");
    }
    char *printed = zp__memory_must(cJSON_PrintUnformatted(zp__json_node(value)));
    char *copy = zp__memory_strdup(ctx, printed);
    cJSON_free(printed);
    return copy;
}

// json_encode() of PHP without flags. In compact JSON "/" and non-ASCII stand only inside strings.
char *zp_json_print_php(TALLOC_CTX *ctx, const struct zp_json *value) {
    char *plain = zp_json_print(ctx, value);
    size_t room = 1;
    for (const char *at = plain; *at != '\0'; at++) {
        // A byte beyond ASCII belongs to a sequence of two bytes or more that gives 6 or 12.
        room += (unsigned char)*at >= 0x80 ? 6 : 2;
    }
    char *out = zp__memory_bytes(ctx, room);
    size_t used = 0;
    for (const char *at = plain; *at != '\0';) {
        uint32_t codepoint = 0;
        at += zp_text_decode(at, &codepoint);
        if (codepoint == '/') {
            used += (size_t)snprintf(out + used, room - used, "\\/");
        } else if (codepoint < 0x80) {
            out[used++] = (char)codepoint;
        } else if (codepoint < 0x10000) {
            used += (size_t)snprintf(out + used, room - used, "\\u%04x", codepoint);
        } else {
            codepoint -= 0x10000;
            used += (size_t)snprintf(out + used, room - used, "\\u%04x\\u%04x",
                                     0xD800 + (codepoint >> 10), 0xDC00 + (codepoint & 0x3FF));
        }
    }
    out[used] = '\0';
    talloc_free(plain);
    return out;
}
