// Text: the guard at the edge, widths, graphemes, folding for search.
// Text from outside is data: nothing of it reaches a terminal, log, CSV or title without
// zp_text_clean().
#ifndef ZAPIS_TEXT_H
#define ZAPIS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>

// A cleaned copy of `size` bytes (SIZE_MAX: up to the NUL), at most `max_bytes` long, cut at a
// grapheme boundary, NFC. Invalid UTF-8 becomes U+FFFD; C0, C1, DEL, bidirectional controls,
// zero-width characters (but ZWJ inside emoji), tag characters and line separators go; \n \r \t
// become one space; at most two combining marks on a base. Idempotent. Never NULL; aborts when
// memory runs out.
char *zp_text_clean(TALLOC_CTX *ctx, const char *bytes, size_t size, size_t max_bytes);

// The same, keeping \n (for comments of several lines).
char *zp_text_clean_lines(TALLOC_CTX *ctx, const char *bytes, size_t size, size_t max_bytes);

bool zp_text_valid_utf8(const char *bytes, size_t size);

// Columns a cleaned text takes on a terminal (wcwidth, East Asian wide = 2).
int zp_text_width(const char *text);

// Length in bytes of the grapheme cluster that begins at `text` (0 at the end), and its columns (0,
// 1 or 2).
size_t zp_text_grapheme(const char *text, int *columns);
// Bytes of the first thing that a person takes for one character, however wide: what one key
// deletes. A family of emoji is one, though a terminal shows its parts.
size_t zp_text_cluster(const char *text);

// Bytes of `text` that fit in `columns`, at a grapheme boundary; *used receives the columns taken.
size_t zp_text_fit(const char *text, int columns, int *used);

// A copy that takes at most `columns`; when cut it ends in "…" (or "~" where `ascii`).
char *zp_text_ellipsis(TALLOC_CTX *ctx, const char *text, int columns, bool ascii);

// Folded for search: NFC, case folded, ё as е, й kept, runs of white space one blank, trimmed.
char *zp_text_fold(TALLOC_CTX *ctx, const char *text);

// Latin letters of a transliteration as Russian ones, and back ("anna" -> "анна", "щука" ->
// "shchuka"); folded.
char *zp_text_translit_to_cyrillic(TALLOC_CTX *ctx, const char *text);
char *zp_text_translit_to_latin(TALLOC_CTX *ctx, const char *text);

// What the same keys give in the other layout ("bdfy" -> "иван", "фттф" -> "anna"); characters
// without a twin stay.
char *zp_text_other_layout(TALLOC_CTX *ctx, const char *text);
// One character to its Latin key by position ('й' -> 'q'); others unchanged. For letter commands
// only.
uint32_t zp_text_latin_key(uint32_t codepoint);

// True if any spelling of `query` (as typed, other layout, transliterated) begins a word of `text`
// (folded here).
bool zp_text_matches(const char *text, const char *query);

// The same over many texts: both sides are prepared once, each a talloc context of its own.
struct zp_text_searched {
    char *folded, *latin;
    // Where a word of the query may begin in each, in bytes; SIZE_MAX ends them.
    size_t *folded_words, *latin_words;
};
struct zp_text_query {
    char *as_typed, *other_layout, *cyrillic; // folded
    char *latin;
};
enum zp_text_spelling { // the better the earlier
    ZP_TEXT_NO_MATCH,
    ZP_TEXT_AS_TYPED,
    ZP_TEXT_OTHER_LAYOUT,
    ZP_TEXT_TRANSLITERATED,
};
struct zp_text_match {
    enum zp_text_spelling spelling; // the first under which all words of the query begin one
    bool whole;                     // and each of them is a whole one
};
struct zp_text_searched *zp_text_searched_new(TALLOC_CTX *ctx, const char *text);
struct zp_text_query *zp_text_query_new(TALLOC_CTX *ctx, const char *query);
struct zp_text_match zp_text_search(const struct zp_text_searched *text,
                                    const struct zp_text_query *query);
// zp_text_matches of a query that is asked of many texts.
bool zp_text_query_finds(const struct zp_text_query *query, const char *text);

// Decodes one code point; returns its bytes (0 at the end, U+FFFD and 1 where invalid).
size_t zp_text_decode(const char *text, uint32_t *codepoint);
// Writes one code point as UTF-8 into `out` (5 bytes, NUL-terminated); returns its bytes.
size_t zp_text_encode(uint32_t codepoint, char out[5]);

// Levenshtein distance in code points, for "did you mean" (capped at `limit`).
int zp_text_distance(const char *a, const char *b, int limit);

#endif
