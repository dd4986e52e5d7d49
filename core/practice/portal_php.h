// Values as PHP has them, because the other side is PHP: one array type for lists and maps, keys
// always texts, and an empty map that prints as []. Requests are read into them, answers are made
// of them. Owned by talloc: an item belongs to its array.
#ifndef ZP_PRACTICE_PORTAL_PHP_H
#define ZP_PRACTICE_PORTAL_PHP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/json.h>
#include <zapis/memory.h>

enum zp__php_type {
    ZP_PHP_NULL,
    ZP_PHP_BOOL,
    ZP_PHP_INT,
    ZP_PHP_DOUBLE, // kept as its text
    ZP_PHP_STRING,
    ZP_PHP_ARRAY,
};

struct zp__php {
    enum zp__php_type type;
    bool truth;
    int64_t number;
    char *text; // of a string or a double
    char *key;  // in its array
    struct zp__php **items;
    size_t count;
    int64_t next_index; // what [] would take
};

struct zp__php *zp__php_new_null(TALLOC_CTX *ctx);
struct zp__php *zp__php_new_bool(TALLOC_CTX *ctx, bool truth);
struct zp__php *zp__php_new_int(TALLOC_CTX *ctx, int64_t number);
// `text` is a decimal number; zeros that end its fraction go, as json_encode leaves them out.
struct zp__php *zp__php_new_double(TALLOC_CTX *ctx, const char *text);
struct zp__php *zp__php_new_string(TALLOC_CTX *ctx, const char *text); // NULL text: null
struct zp__php *zp__php_new_array(TALLOC_CTX *ctx);
struct zp__php *zp__php_copy(TALLOC_CTX *ctx, const struct zp__php *value);

// Puts `value` (which becomes the array's) under `key`, in the place of what was there; key NULL
// appends. Returns value.
struct zp__php *zp__php_put(struct zp__php *array, const char *key, struct zp__php *value);
void zp__php_put_string(struct zp__php *array, const char *key, const char *text);
void zp__php_put_int(struct zp__php *array, const char *key, int64_t number);
void zp__php_put_bool(struct zp__php *array, const char *key, bool truth);
void zp__php_put_null(struct zp__php *array, const char *key);
struct zp__php *zp__php_put_array(struct zp__php *array, const char *key);
void zp__php_remove(struct zp__php *array, const char *key);

// NULL when it is not there or `array` is none.
struct zp__php *zp__php_get(const struct zp__php *array, const char *key);
// The first of several spellings that is there; `keys` ends at NULL.
struct zp__php *zp__php_get_any(const struct zp__php *array, const char *const *keys);
bool zp__php_is_array(const struct zp__php *value);
bool zp__php_is_list(const struct zp__php *value); // keys 0, 1, 2, … in order (so is an empty one)
bool zp__php_same(const struct zp__php *a, const struct zp__php *b); // type and content
// empty(): not there, null, false, "", "0", 0, an empty array.
bool zp__php_empty(const struct zp__php *value);

// A scalar as PHP's string cast makes it (null and false ""; true "1"); NULL for an array or
// nothing.
const char *zp__php_text(TALLOC_CTX *ctx, const struct zp__php *value);
// The int cast: leading digits of a text, 0 without any.
int64_t zp__php_number(const struct zp__php *value);
// True only for a whole number or a text that is one.
bool zp__php_whole(const struct zp__php *value, int64_t *out);

struct zp__php *zp__php_from_json(TALLOC_CTX *ctx, const struct zp_json *json);
// Onto `parent` under `key` (NULL: appended to an array).
void zp__php_to_json(struct zp_json *parent, const char *key, const struct zp__php *value);
// "a[b][]" = value of a form, as PHP's parse_str puts it. Names without brackets keep their dots
// and blanks as "_".
void zp__php_put_form(struct zp__php *array, const char *name, const char *value);

#endif
