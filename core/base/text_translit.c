#include <zapis/text.h>

#include "base/memory.h"
#include "base/text_unicode.h"

struct pair {
    const char *from, *to;
};

// Longest first. What passports, bank cards and people write; folded (no ё).
static const struct pair latin_to_cyrillic[] = {
    {"shch", "щ"}, {"sch", "щ"}, {"zh", "ж"}, {"kh", "х"}, {"ts", "ц"}, {"tz", "ц"}, {"ch", "ч"},
    {"sh", "ш"},   {"yu", "ю"},  {"ju", "ю"}, {"ya", "я"}, {"ja", "я"}, {"yo", "е"}, {"jo", "е"},
    {"ye", "е"},   {"je", "е"},  {"ph", "ф"}, {"ck", "к"}, {"a", "а"},  {"b", "б"},  {"v", "в"},
    {"w", "в"},    {"g", "г"},   {"d", "д"},  {"e", "е"},  {"z", "з"},  {"i", "и"},  {"j", "й"},
    {"k", "к"},    {"q", "к"},   {"c", "к"},  {"l", "л"},  {"m", "м"},  {"n", "н"},  {"o", "о"},
    {"p", "п"},    {"r", "р"},   {"s", "с"},  {"t", "т"},  {"u", "у"},  {"f", "ф"},  {"h", "х"},
    {"x", "кс"},   {"'", "ь"},
};

// Cyrillic letters of the region's languages; a hard or soft sign has no sound of its own.
static const struct pair cyrillic_to_latin[] = {
    {"а", "a"},  {"б", "b"},  {"в", "v"},  {"г", "g"},  {"д", "d"},    {"е", "e"},  {"ж", "zh"},
    {"з", "z"},  {"и", "i"},  {"й", "y"},  {"к", "k"},  {"л", "l"},    {"м", "m"},  {"н", "n"},
    {"о", "o"},  {"п", "p"},  {"р", "r"},  {"с", "s"},  {"т", "t"},    {"у", "u"},  {"ф", "f"},
    {"х", "kh"}, {"ц", "ts"}, {"ч", "ch"}, {"ш", "sh"}, {"щ", "shch"}, {"ъ", ""},   {"ы", "y"},
    {"ь", ""},   {"э", "e"},  {"ю", "yu"}, {"я", "ya"}, {"і", "i"},    {"ї", "yi"}, {"є", "ye"},
    {"ґ", "g"},  {"ў", "u"},  {"ә", "a"},  {"ғ", "g"},  {"қ", "k"},    {"ң", "n"},  {"ө", "o"},
    {"ұ", "u"},  {"ү", "u"},  {"һ", "h"},  {"ҳ", "h"},  {"ҷ", "j"},    {"ӣ", "i"},  {"ӯ", "u"},
};

// The pair whose `from` begins `text`, or NULL.
static const struct pair *pair_at(const struct pair *pairs, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++) {
        const char *from = pairs[i].from;
        // Two bytes tell most pairs apart (two are one Cyrillic letter).
        if (from[0] == text[0] && (from[1] == text[1] || from[1] == '\0') &&
            strncmp(text, from, strlen(from)) == 0) {
            return &pairs[i];
        }
    }
    return NULL;
}

// "y" alone has three readings: after a vowel it is й (sergey), at the end of a word и (dmitry, for
// the beginning of "дмитрий"), else ы (ryba).
static const char *letter_y(const char *before, const char *start, const char *after) {
    if (before > start && strchr("aeiou", before[-1]) != NULL) {
        return "й";
    }
    uint32_t next = 0;
    zp_text_decode(after, &next);
    return zp__text_is_word(next) ? "ы" : "и";
}

static char *translate(TALLOC_CTX *ctx, const char *folded, const struct pair *pairs, size_t count,
                       bool latin) {
    // No letter grows more than fourfold.
    char *out = zp__memory_bytes(ctx, strlen(folded) * 4 + 1);
    size_t used = 0;
    for (const char *at = folded; *at != '\0';) {
        // Letters of the other alphabet are in none of the pairs.
        const struct pair *pair =
            latin == ((unsigned char)*at < 0x80) ? pair_at(pairs, count, at) : NULL;
        const char *to = NULL;
        size_t length = 0;
        char bytes[5];
        uint32_t codepoint = 0;
        if (pair != NULL) {
            to = pair->to;
            length = strlen(pair->from);
        } else if (latin && *at == 'y') {
            to = letter_y(at, folded, at + 1);
            length = 1;
        } else {
            length = zp_text_decode(at, &codepoint);
            zp_text_encode(codepoint, bytes);
            to = bytes;
        }
        memcpy(out + used, to, strlen(to));
        used += strlen(to);
        at += length;
    }
    out[used] = '\0';
    return out;
}

char *zp__text_folded_to_cyrillic(TALLOC_CTX *ctx, const char *folded) {
    return translate(ctx, folded, latin_to_cyrillic,
                     sizeof latin_to_cyrillic / sizeof latin_to_cyrillic[0], true);
}

char *zp__text_folded_to_latin(TALLOC_CTX *ctx, const char *folded) {
    return translate(ctx, folded, cyrillic_to_latin,
                     sizeof cyrillic_to_latin / sizeof cyrillic_to_latin[0], false);
}

char *zp_text_translit_to_cyrillic(TALLOC_CTX *ctx, const char *text) {
    char *folded = zp_text_fold(NULL, text);
    char *out = zp__text_folded_to_cyrillic(ctx, folded);
    talloc_free(folded);
    return out;
}

char *zp_text_translit_to_latin(TALLOC_CTX *ctx, const char *text) {
    char *folded = zp_text_fold(NULL, text);
    char *out = zp__text_folded_to_latin(ctx, folded);
    talloc_free(folded);
    return out;
}
