// The strict look at the bytes that comes before the parser (json_scan.c).
#ifndef ZP_BASE_JSON_SCAN_H
#define ZP_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <zapis/memory.h>

// Longest number text: the parser behind copies a number into a buffer of 64 bytes.
#define ZP__JSON_NUMBER_BYTES 63

// Where a number stands in the input.
struct zp__json_span {
    size_t at, size;
};

// The numbers of a document in order, and where and why a scan failed.
struct zp__json_scan {
    struct zp__json_span *numbers; // talloc, child of the ctx given
    size_t number_count;
    size_t error_at;
    const char *reason; // English msgid; NULL when all is well
};

// True if the bytes are one strict JSON document: RFC 8259 grammar, the whole input, valid UTF-8,
// no U+0000, no lone surrogate, no number beyond a double's range, depth within the limit.
// (Duplicate keys are found later, after their escapes are read.)
bool zp__json_scan(TALLOC_CTX *ctx, const char *bytes, size_t size, struct zp__json_scan *scan);

#endif
