#include <zapis/phone.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#include "base/phone_rules.h"

// Shorter than this nobody's full number is; longer than 15 digits E.164 does not allow.
enum { DIGITS_MIN = 8, DIGITS_MAX = 15, DIGITS_READ = 24 };

// What was typed, without what people put between the digits.
struct typed {
    char digits[DIGITS_READ + 1];
    size_t count;
    bool plus;
};

// Blanks, brackets, points, slashes and dashes of every kind; a plus may stand before the first
// digit. Anything else is no phone.
static bool separator(uint32_t codepoint) {
    return (codepoint >= 9 && codepoint <= 13) || codepoint == ' ' || codepoint == '(' ||
           codepoint == ')' || codepoint == '-' || codepoint == '.' || codepoint == '/' ||
           codepoint == 0xA0 || codepoint == 0xAD || codepoint == 0x2212 ||
           (codepoint >= 0x2000 && codepoint <= 0x2015) || codepoint == 0x202F ||
           (codepoint >= 0x202A && codepoint <= 0x202E) || codepoint == 0x2060 ||
           (codepoint >= 0x2066 && codepoint <= 0x2069) || codepoint == 0xFEFF;
}

static bool read_typed(const char *text, struct typed *out) {
    *out = (struct typed){0};
    uint32_t codepoint = 0;
    for (size_t length; (length = zp_text_decode(text, &codepoint)) > 0; text += length) {
        if (codepoint >= '0' && codepoint <= '9') {
            if (out->count == DIGITS_READ) {
                return false;
            }
            out->digits[out->count++] = (char)codepoint;
        } else if (codepoint == '+' && out->count == 0 && !out->plus) {
            out->plus = true;
        } else if (!separator(codepoint)) {
            return false;
        }
    }
    return out->count > 0;
}

// `national` after the country's code, if it is one of that country.
static bool join(const struct zp__phone_rule *rule, const char *national, const char *leads,
                 char out[ZP_PHONE_SIZE]) {
    if (strlen(national) != rule->national || strchr(leads, national[0]) == NULL) {
        return false;
    }
    snprintf(out, ZP_PHONE_SIZE, "+%s%.*s", rule->code, (int)rule->national, national);
    return true;
}

// `digits` begin with what is dialled before a national number at home.
static bool after_trunk(const struct zp__phone_rule *rule, const char *digits,
                        char out[ZP_PHONE_SIZE]) {
    for (size_t i = 0; i < 3 && rule->trunks[i] != NULL; i++) {
        size_t trunk = strlen(rule->trunks[i]);
        if (strncmp(digits, rule->trunks[i], trunk) == 0 &&
            join(rule, digits + trunk, rule->leads, out)) {
            return true;
        }
    }
    return false;
}

// Country code and national number: known countries by their rule, with or without the trunk
// prefix that people leave between the two ("+380 (0)50 …"); others by length alone.
static bool international(const char *digits, char out[ZP_PHONE_SIZE]) {
    size_t count = strlen(digits);
    const struct zp__phone_rule *rule = zp__phone_rule_for(digits);
    if (rule != NULL) {
        const char *national = digits + strlen(rule->code);
        return join(rule, national, rule->leads, out) || after_trunk(rule, national, out);
    }
    if (count < DIGITS_MIN || count > DIGITS_MAX || zp__phone_code_length(digits) == 0) {
        return false;
    }
    snprintf(out, ZP_PHONE_SIZE, "+%.*s", DIGITS_MAX, digits);
    return true;
}

// As typed at home: the national number bare, with a trunk prefix, or with the code and no plus.
static bool domestic(const struct zp__phone_rule *rule, const char *digits,
                     char out[ZP_PHONE_SIZE]) {
    if (join(rule, digits, rule->bare, out)) {
        return true;
    }
    size_t code = strlen(rule->code);
    if (strncmp(digits, rule->code, code) == 0 &&
        (join(rule, digits + code, rule->leads, out) || after_trunk(rule, digits + code, out))) {
        return true;
    }
    return after_trunk(rule, digits, out);
}

static bool normalise(const struct typed *typed, const struct zp__phone_rule *rule,
                      char out[ZP_PHONE_SIZE]) {
    const char *digits = typed->digits;
    if (typed->plus) {
        return international(digits, out);
    }
    if (strncmp(digits, "00", 2) == 0 && international(digits + 2, out)) {
        return true; // else it may be Tajikistan's own 00
    }
    if (rule == NULL) {
        return false;
    }
    if (domestic(rule, digits, out)) {
        return true;
    }
    return rule->exit_810 && strncmp(digits, "810", 3) == 0 && international(digits + 3, out);
}

bool zp_phone_normalise(const char *text, const char *country, char out[ZP_PHONE_SIZE],
                        struct zp_error *err) {
    const struct zp__phone_rule *rule = zp__phone_rule_of(country);
    struct typed typed;
    out[0] = '\0';
    if (text != NULL && read_typed(text, &typed) && normalise(&typed, rule, out)) {
        return true;
    }
    out[0] = '\0';
    const char *shown = text == NULL ? "" : text;
    if (rule == NULL) {
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("“%s” is no phone number: write it with + and the country code."),
                            shown);
    }
    return zp_error_set(err, ZP_E_USAGE, NULL,
                        _("“%s” is no phone number: write +%s and %zu digits, or + and the code of "
                          "another country."),
                        shown, rule->code, rule->national);
}

size_t zp_phone_variants(const char *e164, const char *country,
                         char out[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE]) {
    if (e164 == NULL || e164[0] != '+' || strlen(e164) > DIGITS_MAX + 1) {
        return 0;
    }
    const char *digits = e164 + 1;
    size_t count = 0;
    snprintf(out[count++], ZP_PHONE_SIZE, "+%s", digits);
    snprintf(out[count++], ZP_PHONE_SIZE, "%s", digits);
    // National spellings: of the salon's own country if the number is from there, else of the
    // country the number itself names (a card of a visitor may have been typed at his home).
    const struct zp__phone_rule *rule = zp__phone_rule_of(country);
    if (rule == NULL || strncmp(digits, rule->code, strlen(rule->code)) != 0) {
        rule = zp__phone_rule_for(digits);
    }
    if (rule == NULL || strlen(digits) != strlen(rule->code) + rule->national) {
        return count;
    }
    const char *national = digits + strlen(rule->code);
    for (size_t i = 0; i < 3 && rule->trunks[i] != NULL && count < ZP_PHONE_VARIANTS - 1; i++) {
        snprintf(out[count++], ZP_PHONE_SIZE, "%s%s", rule->trunks[i], national);
    }
    snprintf(out[count++], ZP_PHONE_SIZE, "%s", national);
    return count;
}

// The number in groups: "+7 916 123-45-67". With `masked` all but the last four digits of the
// national number are stars.
static void format(const char *e164, bool masked, char out[ZP_PHONE_TEXT_SIZE]) {
    const char *digits = e164 + 1;
    const struct zp__phone_rule *rule = zp__phone_rule_for(digits);
    size_t code = rule != NULL ? strlen(rule->code) : zp__phone_code_length(digits);
    size_t count = strlen(digits), groups = 0, group_end = code;
    if (rule != NULL && count != code + rule->national) {
        rule = NULL;
    }
    size_t used = 0;
    out[used++] = '+';
    for (size_t i = 0; i < count && used + 3 < ZP_PHONE_TEXT_SIZE; i++) {
        if (i == group_end && (rule != NULL || groups == 0)) {
            // A blank after the code and after the area, dashes inside the number.
            out[used++] = groups < 2 ? ' ' : '-';
            group_end += rule != NULL ? (size_t)(rule->groups[groups] - '0') : count;
            groups++;
        }
        out[used++] = masked && i >= code && i + 4 < count ? '*' : digits[i];
    }
    out[used] = '\0';
}

static bool is_e164(const char *text) {
    if (text == NULL || text[0] != '+') {
        return false;
    }
    size_t digits = strspn(text + 1, "0123456789");
    return digits >= 1 && digits <= DIGITS_MAX && text[1 + digits] == '\0';
}

void zp_phone_format(const char *e164, char out[ZP_PHONE_TEXT_SIZE]) {
    if (is_e164(e164)) {
        format(e164, false, out);
    } else {
        snprintf(out, ZP_PHONE_TEXT_SIZE, "%.*s", ZP_PHONE_TEXT_SIZE - 1, e164 == NULL ? "" : e164);
    }
}

void zp_phone_mask(const char *e164, char out[ZP_PHONE_TEXT_SIZE]) {
    if (is_e164(e164) && strlen(e164) > 7) {
        format(e164, true, out);
    } else {
        // Not one of ours: nothing of it is known to be harmless.
        snprintf(out, ZP_PHONE_TEXT_SIZE, "%s", e164 == NULL || e164[0] == '\0' ? "" : "***");
    }
}
