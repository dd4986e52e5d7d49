// What the text files ask of the Unicode library. Only text_unicode.c includes it.
#ifndef ZP_BASE_TEXT_UNICODE_H
#define ZP_BASE_TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>

enum zp__text_class {
    ZP__TEXT_PLAIN,
    ZP__TEXT_DROP,    // invisible, directional or otherwise not for a screen
    ZP__TEXT_UNKNOWN, // unassigned, private use, a non-character: shown as U+FFFD
    ZP__TEXT_MARK,    // takes no column of its own: combining mark, conjoining vowel or final
    ZP__TEXT_EMOJI,   // may stand on both sides of a zero-width joiner
    ZP__TEXT_JOINER,  // the zero-width joiner
};
enum zp__text_class zp__text_classify(uint32_t codepoint);

bool zp__text_is_blank(uint32_t codepoint);
bool zp__text_is_word(uint32_t codepoint); // a letter, a mark or a digit
uint32_t zp__text_lower(uint32_t codepoint);
uint32_t zp__text_upper(uint32_t codepoint);

// Columns of one code point: 0, 1 or 2.
int zp__text_columns(uint32_t codepoint);

// True if a grapheme cluster ends between the two; `state` begins at 0 with each text.
bool zp__text_breaks(uint32_t before, uint32_t after, int32_t *state);

// NFC, and with `fold` also case folded. The text must be valid UTF-8.
char *zp__text_normalise(TALLOC_CTX *ctx, const char *text, bool fold);

// The transliterations of a text that is folded already.
char *zp__text_folded_to_cyrillic(TALLOC_CTX *ctx, const char *folded);
char *zp__text_folded_to_latin(TALLOC_CTX *ctx, const char *folded);

// Decodes one code point of `size` bytes (0: none left; invalid: U+FFFD and 1).
size_t zp__text_decode_n(const char *bytes, size_t size, uint32_t *codepoint);

#endif
