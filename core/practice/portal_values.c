// One value of a row: from what a caller gave into its canonical text, and back out as each family
// spells it (bitrix24.md 5).
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <zapis/text.h>

#define STRING_CHARACTERS 255 // of a short column of the database
#define MONEY_DIGITS      15

// "1500", "1500.5", "-3.999" the way a decimal column keeps it: two decimals, rounded. What does
// not begin with a number is 0.
static char *canon_money(TALLOC_CTX *ctx, const char *text) {
    bool minus = *text == '-';
    if (minus || *text == '+')
        text++;
    int64_t minor = 0;
    int digits = 0;
    for (; isdigit((unsigned char)*text) && digits < MONEY_DIGITS; text++, digits++)
        minor = minor * 10 + (*text - '0');
    minor *= 100;
    if (*text == '.') {
        const char *fraction = text + 1;
        int64_t weight = 10;
        for (; isdigit((unsigned char)*fraction) && weight > 0; fraction++, weight /= 10)
            minor += (*fraction - '0') * weight;
        if (weight == 0 && *fraction >= '5' && *fraction <= '9')
            minor++;
    }
    return zp__portal_need(talloc_asprintf(ctx, "%s%" PRId64 ".%02d", minus && minor > 0 ? "-" : "",
                                           minor / 100, (int)(minor % 100)));
}

int64_t zp__portal_minor(const char *money) {
    if (money == NULL || money[0] == '\0')
        return 0;
    const char *point = strchr(money, '.');
    int64_t whole = strtoll(money, NULL, 10) * 100;
    int64_t fraction = point == NULL ? 0 : strtoll(point + 1, NULL, 10);
    return money[0] == '-' ? whole - fraction : whole + fraction;
}

// The first STRING_CHARACTERS characters.
static char *canon_string(TALLOC_CTX *ctx, const char *text) {
    size_t size = 0;
    for (int characters = 0; text[size] != '\0' && characters < STRING_CHARACTERS; characters++) {
        uint32_t codepoint;
        size += zp_text_decode(text + size, &codepoint);
    }
    return zp__portal_need(talloc_strndup(ctx, text, size));
}

// A date, or a moment whose day on the portal's clock is meant.
static bool canon_date(const struct zp__portal *portal, const char *text, char out[ZP_DATE_SIZE]) {
    struct zp_date date;
    int64_t instant;
    if (!zp_date_parse(text, &date)) {
        if (zp_instant_parse(text, portal->zone, &instant) == ZP_INSTANT_NONE)
            return false;
        date = zp_zone_wall(portal->zone, instant).date;
    }
    zp_date_format(date, out);
    return true;
}

static bool canon_datetime(const struct zp__portal *portal, const char *text, int64_t *out) {
    struct zp_date date;
    if (zp_date_parse(text, &date)) {
        *out = zp_zone_day_start(portal->zone, date);
        return true;
    }
    return zp_instant_parse(text, portal->zone, out) != ZP_INSTANT_NONE;
}

static const char *canon_flag(const char *text, const struct zp__php *given, bool item) {
    if (!item)
        return strcmp(text, "Y") == 0 ? "Y" : "N";
    bool truth = given->type == ZP_PHP_BOOL
                     ? given->truth
                     : strcasecmp(text, "y") == 0 || strcmp(text, "true") == 0;
    return truth ? "Y" : "N";
}

static char *canon_number(TALLOC_CTX *ctx, const struct zp__php *given, bool zero_is_unset) {
    int64_t number = zp__php_number(given);
    if (number == 0 && zero_is_unset)
        return NULL;
    return zp__portal_need(talloc_asprintf(ctx, "%" PRId64, number));
}

enum zp__portal_read zp__portal_canon(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                      enum zp__portal_kind kind, const struct zp__php *given,
                                      bool item, char **out) {
    *out = NULL;
    const char *text = zp__php_text(ctx, given);
    if (text == NULL)
        return ZP_PORTAL_UNREADABLE;
    if (given->type == ZP_PHP_NULL)
        return ZP_PORTAL_READ;
    bool blank = text[0] == '\0';
    char day[ZP_DATE_SIZE];
    int64_t instant;
    switch (kind) {
    case ZP_PORTAL_INT: *out = blank ? NULL : canon_number(ctx, given, false); break;
    case ZP_PORTAL_LINK: *out = canon_number(ctx, given, true); break;
    case ZP_PORTAL_PERSON:
        *out = canon_number(ctx, given, true);
        return *out == NULL && !blank ? ZP_PORTAL_UNREADABLE : ZP_PORTAL_READ;
    case ZP_PORTAL_STRING:
    case ZP_PORTAL_STATUS: *out = canon_string(ctx, text); break;
    case ZP_PORTAL_CURRENCY:
    case ZP_PORTAL_TEXT: *out = zp__portal_dup(ctx, text); break;
    case ZP_PORTAL_MONEY: *out = canon_money(ctx, text); break;
    case ZP_PORTAL_DOUBLE:
        *out = blank ? NULL : zp__portal_dup(ctx, zp__php_new_double(ctx, text)->text);
        break;
    case ZP_PORTAL_FLAG: *out = zp__portal_dup(ctx, canon_flag(text, given, item)); break;
    case ZP_PORTAL_BOOL:
        *out =
            zp__portal_dup(ctx, strcmp(text, "1") == 0 || strcasecmp(text, "y") == 0 ? "1" : "0");
        break;
    case ZP_PORTAL_DATE:
        if (!blank && !canon_date(portal, text, day))
            return ZP_PORTAL_UNREADABLE;
        *out = blank ? NULL : zp__portal_dup(ctx, day);
        break;
    case ZP_PORTAL_DATETIME:
        if (!blank && !canon_datetime(portal, text, &instant))
            return ZP_PORTAL_UNREADABLE;
        *out = blank ? NULL : zp__portal_need(talloc_asprintf(ctx, "%" PRId64, instant));
        break;
    }
    return ZP_PORTAL_READ;
}

// A date is shown as midnight UTC in the portal's own offset, as the real one does.
static struct zp__php *show_date(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                 const char *text) {
    char midnight[32], shown[ZP_INSTANT_SIZE];
    snprintf(midnight, sizeof midnight, "%sT00:00:00Z", text);
    int64_t instant = 0;
    if (zp_instant_parse(midnight, portal->zone, &instant) == ZP_INSTANT_NONE)
        return zp__php_new_null(ctx);
    zp_instant_format(portal->zone, instant, shown);
    return zp__php_new_string(ctx, shown);
}

struct zp__php *zp__portal_show(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                enum zp__portal_kind kind, const char *text, bool item) {
    char shown[ZP_INSTANT_SIZE];
    if (text == NULL)
        return zp__php_new_null(ctx);
    switch (kind) {
    case ZP_PORTAL_DATE: return show_date(portal, ctx, text);
    case ZP_PORTAL_DATETIME:
        zp_instant_format(portal->zone, strtoll(text, NULL, 10), shown);
        return zp__php_new_string(ctx, shown);
    case ZP_PORTAL_INT:
    case ZP_PORTAL_LINK:
    case ZP_PORTAL_PERSON:
        if (item)
            return zp__php_new_int(ctx, strtoll(text, NULL, 10));
        break;
    case ZP_PORTAL_MONEY:
    case ZP_PORTAL_DOUBLE:
        if (item)
            return zp__php_new_double(ctx, text);
        break;
    case ZP_PORTAL_BOOL:
        if (item)
            return zp__php_new_string(ctx, text[0] == '1' ? "Y" : "N");
        break;
    case ZP_PORTAL_STRING:
    case ZP_PORTAL_TEXT:
    case ZP_PORTAL_STATUS:
    case ZP_PORTAL_CURRENCY:
    case ZP_PORTAL_FLAG: break;
    }
    return zp__php_new_string(ctx, text);
}

struct zp__php *zp__portal_show_uf(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                   const struct zp__portal_uf *uf, const struct zp__portal_row *row,
                                   bool item, bool list) {
    const struct zp__portal_uf_value *value = zp__portal_uf_value(row, uf);
    enum zp__portal_kind kind = zp__portal_uf_kind(uf->user_type);
    size_t count = value == NULL ? 0 : value->count;
    if (!uf->multiple) {
        if (count > 0)
            return zp__portal_show(portal, ctx, kind, value->values[0], item);
        return item || list ? zp__php_new_null(ctx) : zp__php_new_string(ctx, "");
    }
    if (count == 0 && !item && !list)
        return zp__php_new_bool(ctx, false);
    struct zp__php *array = zp__php_new_array(ctx);
    for (size_t i = 0; i < count; i++)
        zp__php_put(array, NULL, zp__portal_show(portal, array, kind, value->values[i], item));
    return array;
}

bool zp__portal_alike(const char *a, const char *b) {
    if (strcmp(a, b) == 0)
        return true;
    char *folded = zp_text_fold(NULL, a);
    char *other = zp_text_fold(folded, b);
    bool alike = strcmp(folded, other) == 0;
    talloc_free(folded);
    return alike;
}

static char *lower_trimmed(TALLOC_CTX *ctx, const char *text) {
    while (isspace((unsigned char)*text))
        text++;
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    char *copy = zp__portal_need(talloc_strndup(ctx, text, size));
    for (char *at = copy; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

char *zp__portal_match_code(TALLOC_CTX *ctx, const char *type, const char *text) {
    if (strcmp(type, "PHONE") != 0)
        return lower_trimmed(ctx, text);
    char *digits = zp__portal_need(talloc_array(ctx, char, strlen(text) + 1));
    size_t count = 0;
    while (isspace((unsigned char)*text))
        text++;
    bool plus = *text == '+';
    for (; *text != '\0' && strchr(";#,", *text) == NULL; text++) {
        if (isdigit((unsigned char)*text))
            digits[count++] = *text;
    }
    digits[count] = '\0';
    if (count < 10)
        return digits;
    if (strncmp(digits, "00", 2) == 0)
        return zp__portal_dup(ctx, digits + 2);
    if (strncmp(digits, "011", 3) == 0)
        return zp__portal_dup(ctx, digits + 3);
    if (digits[0] == '8' && !plus && (digits[1] < '0' || digits[1] > '2'))
        digits[0] = '7';
    else if (digits[0] == '0')
        return zp__portal_dup(ctx, digits + 1);
    return digits;
}
