#include <zapis/text.h>

#include "base/memory.h"
#include "base/text_unicode.h"

// The same keys in the two layouts of a Russian PC keyboard, unshifted and shifted, row by row.
static const struct {
    char latin;
    uint16_t cyrillic;
} keys[] = {
    {'`', 0x451}, {'q', 0x439}, {'w', 0x446}, {'e', 0x443}, {'r', 0x43A}, {'t', 0x435},
    {'y', 0x43D}, {'u', 0x433}, {'i', 0x448}, {'o', 0x449}, {'p', 0x437}, {'[', 0x445},
    {']', 0x44A}, {'a', 0x444}, {'s', 0x44B}, {'d', 0x432}, {'f', 0x430}, {'g', 0x43F},
    {'h', 0x440}, {'j', 0x43E}, {'k', 0x43B}, {'l', 0x434}, {';', 0x436}, {'\'', 0x44D},
    {'z', 0x44F}, {'x', 0x447}, {'c', 0x441}, {'v', 0x43C}, {'b', 0x438}, {'n', 0x442},
    {'m', 0x44C}, {',', 0x431}, {'.', 0x44E}, {'~', 0x401}, {'Q', 0x419}, {'W', 0x426},
    {'E', 0x423}, {'R', 0x41A}, {'T', 0x415}, {'Y', 0x41D}, {'U', 0x413}, {'I', 0x428},
    {'O', 0x429}, {'P', 0x417}, {'{', 0x425}, {'}', 0x42A}, {'A', 0x424}, {'S', 0x42B},
    {'D', 0x412}, {'F', 0x410}, {'G', 0x41F}, {'H', 0x420}, {'J', 0x41E}, {'K', 0x41B},
    {'L', 0x414}, {':', 0x416}, {'"', 0x42D}, {'Z', 0x42F}, {'X', 0x427}, {'C', 0x421},
    {'V', 0x41C}, {'B', 0x418}, {'N', 0x422}, {'M', 0x42C}, {'<', 0x411}, {'>', 0x42E},
};

static uint32_t to_latin(uint32_t codepoint) {
    for (size_t i = 0; codepoint > '~' && i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].cyrillic == codepoint) {
            return (unsigned char)keys[i].latin;
        }
    }
    return codepoint;
}

static uint32_t to_cyrillic(uint32_t codepoint) {
    for (size_t i = 0; codepoint <= '~' && i < sizeof keys / sizeof keys[0]; i++) {
        if ((unsigned char)keys[i].latin == codepoint) {
            return keys[i].cyrillic;
        }
    }
    return codepoint;
}

uint32_t zp_text_latin_key(uint32_t codepoint) {
    return to_latin(codepoint);
}

static bool has_cyrillic(const char *text) {
    uint32_t codepoint = 0;
    for (size_t length; (length = zp_text_decode(text, &codepoint)) > 0; text += length) {
        if (to_latin(codepoint) != codepoint) {
            return true;
        }
    }
    return false;
}

// Signs are letters of the other layout only where the text was typed in the Latin one: in "юля,"
// the comma is a comma.
char *zp_text_other_layout(TALLOC_CTX *ctx, const char *text) {
    bool cyrillic = has_cyrillic(text);
    char *out = zp__memory_bytes(ctx, strlen(text) * 4 + 1);
    size_t used = 0;
    uint32_t codepoint = 0;
    for (size_t length; (length = zp_text_decode(text, &codepoint)) > 0; text += length) {
        char bytes[5];
        uint32_t twin = cyrillic ? to_latin(codepoint) : to_cyrillic(codepoint);
        size_t size = zp_text_encode(twin, bytes);
        memcpy(out + used, bytes, size);
        used += size;
    }
    out[used] = '\0';
    return out;
}
