#include <zapis/money.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zapis/text.h>

// ISO 4217 currencies whose minor unit is not a hundredth.
static const char no_digits[] = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
static const char three_digits[] = " BHD IQD JOD KWD LYD OMR TND ";

static bool listed(const char *list, const char *currency) {
    char word[6];
    return currency != NULL && strlen(currency) == 3 &&
           snprintf(word, sizeof word, " %s ", currency) == 5 && strstr(list, word) != NULL;
}

int zp_money_digits(const char *currency) {
    return listed(no_digits, currency) ? 0 : listed(three_digits, currency) ? 3 : 2;
}

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

// Bytes of the blank at `text` that groups thousands: a space, no-break, narrow no-break or thin.
static size_t group_blank(const char *text) {
    static const char *const blanks[] = {" ", "\u00A0", "\u202F", "\u2009"};
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        if (strncmp(text, blanks[i], strlen(blanks[i])) == 0) {
            return strlen(blanks[i]);
        }
    }
    return 0;
}

static const char *skip_blanks(const char *text) {
    for (size_t length; (length = group_blank(text)) > 0;) {
        text += length;
    }
    return text;
}

static bool push(int64_t *value, char c) {
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, c - '0', value);
}

// A comma groups thousands only where a point ends the whole units ("1,500.00"): "1,500" alone may
// be a thousand and a half or one and a half, and is refused by the rule on digits after the comma.
static bool comma_groups(const char *text) {
    return strchr(text, '.') != NULL;
}

// Whole units, with groups of three; stops at what is none of it.
static bool read_units(const char **at, int64_t *value) {
    bool commas = comma_groups(*at);
    int in_group = 0;
    bool grouped = false;
    for (;;) {
        if (digit(**at)) {
            if (!push(value, **at)) {
                return false;
            }
            in_group++;
            (*at)++;
            continue;
        }
        size_t length = commas && **at == ',' ? 1 : group_blank(*at);
        if (length == 0 || !digit((*at)[length])) {
            break;
        }
        // 1 to 3 digits before the first blank, exactly 3 between two.
        if (in_group == 0 || in_group > 3 || (grouped && in_group != 3)) {
            return false;
        }
        grouped = true;
        in_group = 0;
        *at += length;
    }
    return in_group > 0 && (!grouped || in_group == 3);
}

// Digits after the point: as many as the currency has; more only if they are zeros.
static bool read_fraction(const char **at, int digits, int64_t *value) {
    int seen = 0;
    bool comma = **at == ',';
    if (**at == '.' || comma) {
        (*at)++;
        for (; digit(**at); (*at)++, seen++) {
            if (seen < digits ? !push(value, **at) : **at != '0' || comma) {
                return false;
            }
        }
        if (seen == 0) {
            return false;
        }
    }
    for (; seen < digits; seen++) {
        if (!push(value, '0')) {
            return false;
        }
    }
    return true;
}

bool zp_money_parse(const char *text, const char *currency, int64_t *minor) {
    if (text == NULL) {
        return false;
    }
    const char *at = skip_blanks(text);
    bool negative = *at == '-';
    at += negative;
    int64_t value = 0;
    if (!read_units(&at, &value) || !read_fraction(&at, zp_money_digits(currency), &value) ||
        *skip_blanks(at) != '\0') {
        return false;
    }
    *minor = negative ? -value : value;
    return true;
}

// An amount taken apart; the sign stands alone, so that -0.50 keeps it.
struct parts {
    bool negative;
    uint64_t units;
    unsigned fraction;
    int digits;
};

static struct parts take_apart(int64_t minor, const char *currency) {
    struct parts parts = {.negative = minor < 0, .digits = zp_money_digits(currency)};
    uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    uint64_t scale = parts.digits == 0 ? 1 : parts.digits == 3 ? 1000 : 100;
    parts.units = size / scale;
    parts.fraction = (unsigned)(size % scale);
    return parts;
}

// ".50" with the point asked for; "" where there is none.
static void fraction_text(const struct parts *parts, char point, char out[8]) {
    out[0] = '\0';
    if (parts->fraction > 0) {
        snprintf(out, 8, "%c%0*u", point, parts->digits, parts->fraction);
    }
}

void zp_money_format_plain(int64_t minor, const char *currency, char out[ZP_MONEY_SIZE]) {
    struct parts parts = take_apart(minor, currency);
    char fraction[8];
    fraction_text(&parts, '.', fraction);
    snprintf(out, ZP_MONEY_SIZE, "%s%" PRIu64 "%s", parts.negative ? "-" : "", parts.units,
             fraction);
}

// The sign of a currency, or its code where it has none that everybody reads.
static const char *sign_of(const char *currency) {
    static const char signs[][2][4] = {
        {"RUB", "₽"}, {"KZT", "₸"}, {"UAH", "₴"}, {"BYN", "Br"}, {"GEL", "₾"}, {"AZN", "₼"},
        {"AMD", "֏"},   {"USD", "$"}, {"EUR", "€"}, {"GBP", "£"},  {"TRY", "₺"},   {"JPY", "¥"},
    };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strcmp(signs[i][0], currency) == 0) {
            return signs[i][1];
        }
    }
    return currency;
}

// Digits of `units` in groups of three.
static void group_units(uint64_t units, char separator, char out[32]) {
    char plain[24];
    int length = snprintf(plain, sizeof plain, "%" PRIu64, units);
    size_t used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[used++] = separator;
        }
        out[used++] = plain[i];
    }
    out[used] = '\0';
}

void zp_money_format(int64_t minor, const char *currency, bool russian, char out[ZP_MONEY_SIZE]) {
    struct parts parts = take_apart(minor, currency);
    char fraction[8], units[32], shown[9] = "";
    snprintf(shown, sizeof shown, "%.8s", sign_of(currency == NULL ? "" : currency));
    fraction_text(&parts, russian ? ',' : '.', fraction);
    group_units(parts.units, russian ? ' ' : ',', units);
    const char *minus = parts.negative ? "-" : "";
    bool letters = shown[0] >= 'A' && shown[0] <= 'Z';
    if (russian) {
        snprintf(out, ZP_MONEY_SIZE, "%s%s%s%s%s", minus, units, fraction,
                 shown[0] == '\0' ? "" : " ", shown);
    } else {
        snprintf(out, ZP_MONEY_SIZE, "%s%s%s%s%s", minus, shown, letters ? " " : "", units,
                 fraction);
    }
}
