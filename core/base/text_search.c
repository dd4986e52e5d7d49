#include <zapis/text.h>

#include "base/memory.h"
#include "base/text_unicode.h"

static bool ends_a_word(const char *at) {
    uint32_t codepoint = 0;
    return zp_text_decode(at, &codepoint) == 0 || !zp__text_is_word(codepoint);
}

// Where the words of a folded text begin, and its signs: what does not follow a word's letter.
static size_t *words_of(TALLOC_CTX *ctx, const char *text) {
    size_t *words = zp__memory_array(ctx, size_t, strlen(text) + 1), count = 0;
    bool inside = false;
    uint32_t codepoint = 0;
    for (const char *at = text; *at != '\0';) {
        if (!inside) {
            words[count++] = (size_t)(at - text);
        }
        at += zp_text_decode(at, &codepoint);
        inside = zp__text_is_word(codepoint);
    }
    words[count] = SIZE_MAX;
    return zp__memory_must(talloc_realloc(ctx, words, size_t, count + 1));
}

// A folded text and where its words begin.
struct text {
    const char *text;
    const size_t *words;
};

// True if `word` (of `size` bytes) begins a word of the text; `whole`: and ends with it.
static bool begins_a_word(struct text text, const char *word, size_t size, bool whole) {
    for (size_t i = 0; text.words[i] != SIZE_MAX; i++) {
        const char *at = text.text + text.words[i];
        if (strncmp(at, word, size) == 0 && (!whole || ends_a_word(at + size))) {
            return true;
        }
    }
    return false;
}

// True if every word of the folded `query` begins (`whole`: is) a word of the text.
static bool all_words(struct text text, const char *query, bool whole) {
    while (*query != '\0') {
        size_t size = strcspn(query, " ");
        if (size > 0 && !begins_a_word(text, query, size, whole)) {
            return false;
        }
        query += size + (query[size] == ' ');
    }
    return true;
}

// Latin spelling without what transliterations differ in: "yuliya" and "yulia", "mariya" and
// "maria" are the same. In place.
static void loosen(char *latin) {
    char *out = latin;
    for (const char *at = latin; *at != '\0'; at++) {
        bool glide = *at == 'y' && at > latin && at[-1] == 'i';
        if (!glide) {
            *out++ = *at;
        }
    }
    *out = '\0';
}

struct zp_text_searched *zp_text_searched_new(TALLOC_CTX *ctx, const char *text) {
    struct zp_text_searched *searched = zp__memory_must(talloc_zero(ctx, struct zp_text_searched));
    searched->folded = zp_text_fold(searched, text);
    searched->latin = zp__text_folded_to_latin(searched, searched->folded);
    loosen(searched->latin);
    searched->folded_words = words_of(searched, searched->folded);
    searched->latin_words = words_of(searched, searched->latin);
    return searched;
}

struct zp_text_query *zp_text_query_new(TALLOC_CTX *ctx, const char *query) {
    struct zp_text_query *asked = zp__memory_must(talloc_zero(ctx, struct zp_text_query));
    char *other = zp_text_other_layout(asked, query);
    asked->as_typed = zp_text_fold(asked, query);
    asked->other_layout = zp_text_fold(asked, other);
    asked->cyrillic = zp__text_folded_to_cyrillic(asked, asked->as_typed);
    asked->latin = zp__text_folded_to_latin(asked, asked->as_typed);
    loosen(asked->latin);
    talloc_free(other);
    return asked;
}

static struct zp_text_match match_of(struct text text, const char *query,
                                     enum zp_text_spelling spelling) {
    if (!all_words(text, query, false)) {
        return (struct zp_text_match){ZP_TEXT_NO_MATCH, false};
    }
    return (struct zp_text_match){spelling, all_words(text, query, true)};
}

struct zp_text_match zp_text_search(const struct zp_text_searched *text,
                                    const struct zp_text_query *query) {
    const struct text folded = {text->folded, text->folded_words};
    struct zp_text_match match = match_of(folded, query->as_typed, ZP_TEXT_AS_TYPED);
    if (match.spelling == ZP_TEXT_NO_MATCH) {
        match = match_of(folded, query->other_layout, ZP_TEXT_OTHER_LAYOUT);
    }
    if (match.spelling == ZP_TEXT_NO_MATCH) {
        match = match_of(folded, query->cyrillic, ZP_TEXT_TRANSLITERATED);
    }
    // A query of signs without a sound ("ь") is no query in Latin.
    if (match.spelling == ZP_TEXT_NO_MATCH && query->latin[0] != '\0') {
        match = match_of((struct text){text->latin, text->latin_words}, query->latin,
                         ZP_TEXT_TRANSLITERATED);
    }
    return match;
}

bool zp_text_query_finds(const struct zp_text_query *query, const char *text) {
    struct zp_text_searched *searched = zp_text_searched_new(NULL, text);
    struct zp_text_match match = zp_text_search(searched, query);
    talloc_free(searched);
    return match.spelling != ZP_TEXT_NO_MATCH;
}

bool zp_text_matches(const char *text, const char *query) {
    struct zp_text_query *asked = zp_text_query_new(NULL, query);
    bool found = zp_text_query_finds(asked, text);
    talloc_free(asked);
    return found;
}

static size_t decode_all(TALLOC_CTX *ctx, const char *text, uint32_t **out) {
    uint32_t *codepoints = zp__memory_array(ctx, uint32_t, strlen(text) + 1);
    size_t count = 0;
    for (size_t length; (length = zp_text_decode(text, &codepoints[count])) > 0; text += length) {
        count++;
    }
    *out = codepoints;
    return count;
}

int zp_text_distance(const char *a, const char *b, int limit) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    uint32_t *from = NULL, *to = NULL;
    size_t from_count = decode_all(work, a, &from), to_count = decode_all(work, b, &to);
    int *row = zp__memory_array(work, int, to_count + 1);
    for (size_t j = 0; j <= to_count; j++) {
        row[j] = (int)j;
    }
    for (size_t i = 1; i <= from_count; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= to_count; j++) {
            int change = diagonal + (from[i - 1] != to[j - 1]);
            diagonal = row[j];
            int least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < least ? change : least;
        }
    }
    int distance = row[to_count];
    talloc_free(work);
    return distance < limit ? distance : limit;
}
