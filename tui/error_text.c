#include "error_text.h"

#include "memory.h"
#include <string.h>
#include <zapis/text.h>

static bool is_letter(uint32_t codepoint) {
    return (codepoint >= 'a' && codepoint <= 'z') || (codepoint >= 0x0430 && codepoint <= 0x044F) ||
           codepoint == 0x0451;
}

// Only what is certainly a word of the language may be written with a capital.
static bool plain_word(const char *text) {
    const size_t length = strcspn(text, " ,:;.!?");
    const char after = text[length];
    uint32_t codepoint = 0;
    if (strncmp(text, "zapis", length) == 0 || (after == '.' && text[length + 1] != '\0')) {
        return false;
    }
    for (size_t at = 0; at < length; at += zp_text_decode(text + at, &codepoint)) {
        zp_text_decode(text + at, &codepoint);
        if (!is_letter(codepoint) && codepoint != '-' && codepoint != '\'') {
            return false;
        }
    }
    return length > 0;
}

static uint32_t capital(uint32_t codepoint) {
    return codepoint == 0x0451 ? 0x0401 : codepoint - 0x20;
}

static bool is_ended(const char *text) {
    static const char *const ends[] = {".", "!", "?", "…", ".”", ".»"};
    const size_t length = strlen(text);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        const size_t size = strlen(ends[i]);
        if (length >= size && strcmp(text + length - size, ends[i]) == 0) {
            return true;
        }
    }
    return length == 0;
}

char *error_text(TALLOC_CTX *ctx, const char *message) {
    uint32_t first = 0;
    char bytes[5] = "";
    if (message == NULL) {
        return NULL;
    }
    const char *rest = message;
    if (zp_text_decode(message, &first) > 0 && is_letter(first) && plain_word(message)) {
        rest += zp_text_decode(message, &first);
        bytes[zp_text_encode(capital(first), bytes)] = '\0';
    }
    return memory_printf(ctx, "%s%s%s", bytes, rest, is_ended(message) ? "" : ".");
}

void error_text_speak(struct zp_error *error) {
    char *text = error_text(NULL, error->message);
    // A message that was cut to what the struct holds has no room for the full stop.
    if (strlen(text) < sizeof(error->message)) {
        memcpy(error->message, text, strlen(text) + 1);
    }
    talloc_free(text);
}
