#include "base/phone_rules.h"

#include <string.h>

// Sources: the numbering plans published by the ITU (E.164 national numbering plans), checked
// against the spellings people type, and against libphonenumber (tests/phone has what differs).
// 10 digits that begin with 7 are no Russian number but a spelling with a digit missing; in
// Kazakhstan they are the national form. 9 digits that begin with 8 are in Belarus what is dialled
// before a number too short, never a number.
static const struct zp__phone_rule rules[] = {
    {"RU", "7", 10, "346789", "3489", {"8"}, true, "3322"},
    {"KZ", "7", 10, "346789", "679", {"8"}, true, "3322"},
    {"BY", "375", 9, "1234589", "123459", {"80", "8", "0"}, true, "2322"},
    {"UA", "380", 9, "3456789", "3456789", {"80", "0"}, false, "2322"},
    {"UZ", "998", 9, "2356789", "2356789", {"8"}, true, "2322"},
    {"KG", "996", 9, "23456789", "23456789", {"0", "8"}, false, "3222"},
    {"AM", "374", 8, "123456789", "123456789", {"0", "8"}, false, "2222"},
    {"GE", "995", 9, "3456789", "3456789", {"0"}, false, "3222"},
    {"AZ", "994", 9, "123456789", "123456789", {"0"}, false, "2322"},
    {"MD", "373", 8, "2356789", "2356789", {"0"}, false, "2222"},
    {"TJ", "992", 9, "0123456789", "0123456789", {"8"}, true, "2322"},
    {"TM", "993", 8, "1234567", "1234567", {"8"}, true, "2222"},
};

#define RULES (sizeof rules / sizeof rules[0])

const struct zp__phone_rule *zp__phone_rule_of(const char *country) {
    for (size_t i = 0; country != NULL && i < RULES; i++) {
        if (strcmp(rules[i].country, country) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

const struct zp__phone_rule *zp__phone_rule_for(const char *digits) {
    for (size_t i = 0; i < RULES; i++) {
        if (strncmp(digits, rules[i].code, strlen(rules[i].code)) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

// Assigned calling codes (ITU-T E.164 list of assigned country codes), blank-separated.
static const char one_digit[] = " 1 7 ";
static const char two_digits[] = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 "
                                 "54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 "
                                 "95 98 ";
static const char three_digits[] =
    " 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 "
    "238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 "
    "262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 "
    "370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387 389 420 421 423 500 501 "
    "502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 "
    "676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 800 808 850 852 853 855 856 "
    "870 878 880 881 882 883 886 888 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 "
    "976 977 979 992 993 994 995 996 998 ";

static bool listed(const char *list, const char *digits, size_t length) {
    char word[6] = " ";
    if (strlen(digits) < length) {
        return false;
    }
    memcpy(word + 1, digits, length);
    word[length + 1] = ' ';
    word[length + 2] = '\0';
    return strstr(list, word) != NULL;
}

size_t zp__phone_code_length(const char *digits) {
    return listed(one_digit, digits, 1)      ? 1
           : listed(two_digits, digits, 2)   ? 2
           : listed(three_digits, digits, 3) ? 3
                                             : 0;
}
