// How the region's countries write their numbers (phone_rules.c).
#ifndef ZP_BASE_PHONE_RULES_H
#define ZP_BASE_PHONE_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct zp__phone_rule {
    const char *country;   // ISO 3166, "RU"
    const char *code;      // calling code, "7"
    size_t national;       // digits of a national number
    const char *leads;     // digits a national number may begin with, whatever its country there
    const char *bare;      // … when it is typed without any prefix
    const char *trunks[3]; // what is dialled before a national number at home, longest first
    bool exit_810;         // 8~10 leads abroad
    const char *groups;    // how the national number is shown: "3322" is 916 123-45-67
};

// The rule of a country, NULL for one that is not in the table.
const struct zp__phone_rule *zp__phone_rule_of(const char *country);
// The rule of the calling code that `digits` begin with (of several countries, the first).
const struct zp__phone_rule *zp__phone_rule_for(const char *digits);
// Length of the assigned calling code that `digits` begin with, 0 if there is none.
size_t zp__phone_code_length(const char *digits);

#endif
