#include "base/text_unicode.h"

#include <utf8proc.h>
#include <wchar.h>

#include "base/memory.h"

static bool between(uint32_t codepoint, uint32_t first, uint32_t last) {
    return codepoint >= first && codepoint <= last;
}

// Format characters that the categories alone do not give away: they take no place on a screen, or
// fill one with nothing, and so hide or displace text.
static bool hidden(uint32_t codepoint) {
    return codepoint == 0x034F || codepoint == 0x115F || codepoint == 0x1160 ||
           codepoint == 0x17B4 || codepoint == 0x17B5 || between(codepoint, 0x180B, 0x180F) ||
           codepoint == 0x2800 || codepoint == 0x3164 || codepoint == 0xFFA0 ||
           between(codepoint, 0xFE00, 0xFE0E) || between(codepoint, 0xE0000, 0xE0FFF);
}

// Hangul vowels and finals join the consonant before them.
static bool conjoining(uint32_t codepoint) {
    return between(codepoint, 0x1160, 0x11FF) || between(codepoint, 0xD7B0, 0xD7FB);
}

enum zp__text_class zp__text_classify(uint32_t codepoint) {
    if (between(codepoint, 0x20, 0x7E) || between(codepoint, 0x0400, 0x0482)) {
        return ZP__TEXT_PLAIN;
    }
    if (codepoint == 0x200D) {
        return ZP__TEXT_JOINER;
    }
    if (hidden(codepoint)) {
        return ZP__TEXT_DROP;
    }
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)codepoint);
    switch (property->category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return ZP__TEXT_DROP;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO: return ZP__TEXT_UNKNOWN;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME: return ZP__TEXT_MARK;
    default: break;
    }
    if (conjoining(codepoint)) {
        return ZP__TEXT_MARK;
    }
    return property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ? ZP__TEXT_EMOJI
                                                                             : ZP__TEXT_PLAIN;
}

bool zp__text_is_blank(uint32_t codepoint) {
    return between(codepoint, 9, 13) || codepoint == ' ' || codepoint == 0x85 ||
           utf8proc_category((utf8proc_int32_t)codepoint) == UTF8PROC_CATEGORY_ZS;
}

bool zp__text_is_word(uint32_t codepoint) {
    if (between(codepoint, 'a', 'z') || between(codepoint, 0x0400, 0x0481)) {
        return true;
    }
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
    }
}

uint32_t zp__text_lower(uint32_t codepoint) {
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)codepoint);
}

uint32_t zp__text_upper(uint32_t codepoint) {
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)codepoint);
}

int zp__text_columns(uint32_t codepoint) {
    if (between(codepoint, 0x20, 0x7E) || between(codepoint, 0x0400, 0x0482)) {
        return 1;
    }
    // The C library's answer is the terminal library's too. Outside a UTF-8 locale it has none.
    int columns = wcwidth((wchar_t)codepoint);
    return columns >= 0 ? columns : utf8proc_charwidth((utf8proc_int32_t)codepoint);
}

// Letters, figures, signs and lines that join nothing beside them.
static bool alone(uint32_t codepoint) {
    return between(codepoint, 0x20, 0x7E) || between(codepoint, 0x0400, 0x0482) ||
           between(codepoint, 0x2010, 0x2027) || between(codepoint, 0x2500, 0x257F);
}

bool zp__text_breaks(uint32_t before, uint32_t after, int32_t *state) {
    if (alone(before) && alone(after)) {
        *state = 0; // as with a text that begins at `after`
        return true;
    }
    return utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)after,
                                            state);
}

char *zp__text_normalise(TALLOC_CTX *ctx, const char *text, bool fold) {
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_option_t options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    if (fold) {
        options |= UTF8PROC_CASEFOLD;
    }
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped, options);
    if (length < 0) {
        zp_panic("text cannot be normalised: %s", utf8proc_errmsg(length));
    }
    char *copy = zp__memory_strndup(ctx, (const char *)mapped, (size_t)length);
    free(mapped);
    return copy;
}
