// JSON: a strict reader and a writer. Only core/base/json*.c knows the library behind it.
// Strict: whole input, UTF-8, no NUL in strings, no duplicate keys, depth <= ZP_LIMIT_JSON_DEPTH,
// no numbers beyond int64 read as something else: a number is kept with its text.
#ifndef ZAPIS_JSON_H
#define ZAPIS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/memory.h>

struct zp_json; // a value; borrowed, lives as long as its root

enum zp_json_type {
    ZP_JSON_NONE,
    ZP_JSON_NULL,
    ZP_JSON_BOOL,
    ZP_JSON_NUMBER,
    ZP_JSON_STRING,
    ZP_JSON_ARRAY,
    ZP_JSON_OBJECT
};

// ---- reading
// --------------------------------------------------------------------------------------------------
// Parses; the root is freed with `ctx` (or talloc_free). NULL with err (ZP_E_BAD_ANSWER) if it is
// not strict JSON.
const struct zp_json *zp_json_parse(TALLOC_CTX *ctx, const char *bytes, size_t size,
                                    struct zp_error *err);
// For answers of a service: as above, but a byte-order mark, an escaped NUL and what is no
// character (bytes that are no UTF-8, half a surrogate pair: a name that was cut off) do not spoil
// the whole; they are read as U+FFFD, and `mended` says so. NULL: no JSON even so.
const struct zp_json *zp_json_parse_mended(TALLOC_CTX *ctx, const char *bytes, size_t size,
                                           bool *mended);

// All readers take NULL as "not there" and give ZP_JSON_NONE, NULL, false or 0.
enum zp_json_type zp_json_type(const struct zp_json *value);
const struct zp_json *zp_json_get(const struct zp_json *object, const char *key); // case-sensitive
const struct zp_json *zp_json_at(const struct zp_json *array,
                                 size_t index);          // array, or object by position
size_t zp_json_count(const struct zp_json *value);       // items of an array or object
const char *zp_json_key(const struct zp_json *value);    // its key in the parent object
const char *zp_json_string(const struct zp_json *value); // NULL unless a string
bool zp_json_int(const struct zp_json *value,
                 int64_t *out); // an integral number within int64; also a numeric string
bool zp_json_bool(const struct zp_json *value, bool *out); // true/false only
// Text of a scalar: a string as it is, a number as it stood on the wire (ids beyond 2^53 whole),
// true/false; NULL otherwise.
const char *zp_json_text(TALLOC_CTX *ctx, const struct zp_json *value);
// Text of a string or number made fit to be shown and kept (zp_text_clean); "" for anything else.
// Never NULL.
char *zp_json_words(TALLOC_CTX *ctx, const struct zp_json *value, size_t max_bytes);

// ---- writing
// --------------------------------------------------------------------------------------------------
struct zp_json *zp_json_new_object(TALLOC_CTX *ctx);
struct zp_json *zp_json_new_array(TALLOC_CTX *ctx);
// Into an object (key) or, with key NULL, onto an array. Strings are copied; NULL string writes
// null.
void zp_json_add_string(struct zp_json *parent, const char *key, const char *text);
void zp_json_add_int(struct zp_json *parent, const char *key, int64_t number);
void zp_json_add_bool(struct zp_json *parent, const char *key, bool value);
void zp_json_add_null(struct zp_json *parent, const char *key);
// A number written as this text ("1500.50"): money in major units without floating point. The text
// must be a JSON number.
void zp_json_add_number_text(struct zp_json *parent, const char *key, const char *number);
struct zp_json *zp_json_add_object(struct zp_json *parent, const char *key); // borrowed
struct zp_json *zp_json_add_array(struct zp_json *parent, const char *key);  // borrowed
// A deep copy of any value into the parent.
void zp_json_add_copy(struct zp_json *parent, const char *key, const struct zp_json *value);
// Prints compactly, UTF-8 as it is; `php` escapes non-ASCII as \uXXXX and "/" as "\/" (the practice
// Bitrix24).
char *zp_json_print(TALLOC_CTX *ctx, const struct zp_json *value);
char *zp_json_print_php(TALLOC_CTX *ctx, const struct zp_json *value);

#endif
