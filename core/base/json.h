// What json_read.c and json_write.c share: a value is a cJSON node. Only json*.c may include this.
//
// Numbers are kept as cJSON_Raw nodes that hold the text of the wire, so that an id beyond 2^53 and
// an amount stay what they were. The root is a talloc chunk with a destructor; all nodes below it
// are cJSON's own. Containers carry an index of their items in `valuestring` (which cJSON leaves
// alone for them and frees with the node), made at the first use: zp_json_at() and zp_json_count()
// cost O(1).
#ifndef ZP_BASE_JSON_H
#define ZP_BASE_JSON_H

#include <cjson/cJSON.h>
#include <zapis/json.h>
#include <zapis/memory.h>

static inline cJSON *zp__json_node(const struct zp_json *value) {
    // A const face of our own node: nobody but json*.c can see, or change, what is behind it.
    union {
        const struct zp_json *face;
        cJSON *node;
    } both = {.face = value};
    return both.node;
}

static inline struct zp_json *zp__json_value(cJSON *node) {
    return (struct zp_json *)node;
}

// Moves a root node (not NULL, with all it owns) into a talloc chunk that deletes it with itself.
cJSON *zp__json_adopt(TALLOC_CTX *ctx, cJSON *root);

// Forgets the index of a container; called before it changes.
void zp__json_touch(cJSON *container);

// Length of the JSON number that begins at `text` (0: none).
size_t zp__json_number_length(const char *text, size_t size);

#endif
