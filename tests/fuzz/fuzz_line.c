// The one-line booking: any text gives a draft whose words lie in the text, in order, and whose
// facts are those of the salon.
#include "../tui/line_salon.h"
#include "fuzz.h"
#include "line.h"

#include <string.h>
#include <zapis/text.h>

static void check_words(const struct line_draft *draft, size_t size) {
    size_t end = 0;

    FUZZ_CHECK(draft->word_count <= LINE_WORDS);
    for (size_t i = 0; i < draft->word_count; i++) {
        const struct line_word *word = &draft->words[i];
        FUZZ_CHECK(word->at >= end && word->size > 0 && word->at + word->size <= size);
        FUZZ_CHECK(word->role < LINE_ROLES);
        end = word->at + word->size;
    }
}

static void check_troubles(const struct line_draft *draft) {
    for (size_t i = 0; i < draft->trouble_count; i++) {
        const struct line_trouble *trouble = &draft->troubles[i];
        FUZZ_CHECK(trouble->sentence != NULL && trouble->sentence[0] != '\0');
        FUZZ_CHECK(draft->word_count == 0 || trouble->word < draft->word_count);
        for (size_t n = 0; n < trouble->choice_count; n++)
            FUZZ_CHECK(trouble->choices[n].text[0] != '\0' && trouble->choices[n].typed[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (salon.ctx == NULL)
        FUZZ_CHECK(line_salon_open(NULL) == 0);
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *text = zp_text_clean(ctx, (const char *)data, size, size + 1); // as a field gives it
    const struct line_context context = line_salon_here();
    const struct line_draft *draft = line_parse(ctx, text, &context);

    check_words(draft, strlen(text));
    check_troubles(draft);
    // All is said and nothing is doubtful: it can be booked as it stands.
    if (draft->lacks == 0 && draft->trouble_count == 0) {
        FUZZ_CHECK(draft->service_count > 0 && draft->starts_at >= context.now);
        FUZZ_CHECK(draft->walk_in || (draft->phone[0] == '+' && draft->name[0] != '\0'));
    }
    FUZZ_CHECK(!(draft->walk_in && draft->phone[0] != '\0'));
    FUZZ_CHECK(fuzz_is_clean(draft->name) && fuzz_is_clean(draft->comment));
    talloc_free(ctx);
    return 0;
}
