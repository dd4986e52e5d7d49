#include <zapis/text.h>

#include "base/memory.h"
#include "base/text_unicode.h"

// True if `word` (of `size` bytes) begins a word of the folded `text`.
static bool begins_a_word(const char *text, const char *word, size_t size) {
    bool inside = false;
    uint32_t codepoint = 0;
    for (const char *at = text; *at != '\0';) {
        if (!inside && strncmp(at, word, size) == 0) {
            return true;
        }
        at += zp_text_decode(at, &codepoint);
        inside = zp__text_is_word(codepoint);
    }
    return false;
}

// True if every word of the folded `query` begins a word of the folded `text`.
static bool all_words(const char *text, const char *query) {
    while (*query != '\0') {
        size_t size = strcspn(query, " ");
        if (size > 0 && !begins_a_word(text, query, size)) {
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

bool zp_text_matches(const char *text, const char *query) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    char *folded = zp_text_fold(work, text);
    char *other = zp_text_other_layout(work, query);
    bool found = all_words(folded, zp_text_fold(work, query)) ||
                 all_words(folded, zp_text_fold(work, other)) ||
                 all_words(folded, zp_text_translit_to_cyrillic(work, query));
    if (!found) {
        char *latin = zp_text_translit_to_latin(work, text);
        char *wanted = zp_text_translit_to_latin(work, query);
        loosen(latin);
        loosen(wanted);
        // A query of signs without a sound ("ь") is no query in Latin.
        found = wanted[0] != '\0' && all_words(latin, wanted);
    }
    talloc_free(work);
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
