#include "dikidi/fields.h"
#include "base/memory.h"
#include <ctype.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/money.h>
#include <zapis/text.h>

#define DAY_MIN         INT64_C(1440)
#define MAX_PRICE_MINOR INT64_C(100000000000) // 10^9 in major units, enough for every currency
#define FIRST_INSTANT   INT64_C(946684800)    // 2000-01-01
#define LAST_INSTANT    INT64_C(4102444800)   // 2100-01-01

// "price_from" -> "priceFrom". False when it has no twin.
static bool camel(const char *name, char out[64]) {
    size_t length = 0;
    bool raise = false, differs = false;
    for (const char *c = name; *c; c++) {
        if (length + 1 >= 64)
            return false;
        if (*c == '_') {
            raise = differs = true;
            continue;
        }
        out[length++] = raise ? (char)toupper((unsigned char)*c) : *c;
        raise = false;
    }
    out[length] = '\0';
    return differs;
}

const struct zp_json *zp__dikidi_field(const struct zp_json *object, const char *name) {
    if (zp_json_type(object) != ZP_JSON_OBJECT)
        return NULL;
    const struct zp_json *value = zp_json_get(object, name);
    char twin[64];
    if (value == NULL && camel(name, twin))
        value = zp_json_get(object, twin);
    return value;
}

const struct zp_json *zp__dikidi_list(const struct zp_json *data, const char *name) {
    const struct zp_json *list = zp__dikidi_field(data, name);
    enum zp_json_type type = zp_json_type(list);
    return type == ZP_JSON_ARRAY || type == ZP_JSON_OBJECT ? list : data;
}

static void absurd(struct zp__dikidi_reader *reader, const char *what) {
    reader->odds->of[ZP_DIKIDI_ODD_ABSURD]++;
    if (reader->wrong == NULL)
        reader->wrong = what;
}

// 1.5, -1 and 1e5 are numbers but no ids; 0 is the wire's "none" and "any".
static bool is_id(const char *text, bool number) {
    size_t size = strlen(text);
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return false;
    bool digits = strspn(text, "0123456789") == size;
    return size > 0 && size <= ZP_LIMIT_ID_BYTES && (digits || !number) && strspn(text, "0") < size;
}

char *zp__dikidi_id(TALLOC_CTX *ctx, const struct zp_json *value) {
    enum zp_json_type type = zp_json_type(value);
    if (type != ZP_JSON_STRING && type != ZP_JSON_NUMBER)
        return NULL;
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *text = zp_json_text(scratch, value);
    bool good = text != NULL && is_id(text, type == ZP_JSON_NUMBER);
    char *id = good ? zp__memory_strdup(ctx, text) : NULL;
    talloc_free(scratch);
    return id;
}

char *zp__dikidi_id_of(TALLOC_CTX *ctx, const struct zp_json *object, const char *name) {
    char member[64];
    snprintf(member, sizeof member, "%s_id", name);
    char *id = zp__dikidi_id(ctx, zp__dikidi_field(object, member));
    if (id != NULL)
        return id;
    const struct zp_json *value = zp__dikidi_field(object, name);
    if (zp_json_type(value) == ZP_JSON_OBJECT)
        value = zp__dikidi_field(value, "id");
    return zp__dikidi_id(ctx, value);
}

bool zp__dikidi_money(struct zp__dikidi_reader *reader, const struct zp_json *value,
                      const char *currency, int64_t *minor) {
    enum zp_json_type type = zp_json_type(value);
    if (type != ZP_JSON_NUMBER && type != ZP_JSON_STRING)
        return false;
    const char *text = zp_json_text(reader->ctx, value);
    int64_t amount = 0;
    bool number = text != NULL && zp_money_parse(text, currency, &amount);
    if (!number && type == ZP_JSON_STRING) // "", "по договорённости"
        return false;
    if (!number || amount < 0 || amount > MAX_PRICE_MINOR) {
        absurd(reader, N_("a price that cannot be"));
        return false;
    }
    *minor = amount;
    return true;
}

int zp__dikidi_minutes(struct zp__dikidi_reader *reader, const struct zp_json *value) {
    int64_t number = 0;
    if (!zp_json_int(value, &number) || number == 0)
        return 0;
    if (number < 0 || number > DAY_MIN * 60) {
        absurd(reader, N_("a duration that cannot be"));
        return 0;
    }
    // Beside durations in seconds a pause may still stand in minutes.
    if (number <= DAY_MIN && (!reader->seconds || number % 60 != 0))
        return (int)number;
    reader->odds->of[ZP_DIKIDI_ODD_SECONDS]++;
    return (int)(number / 60);
}

// One or two digits at *at; -1 when there are none.
static int take_digits(const char **at) {
    int number = -1;
    for (int n = 0; n < 2 && isdigit((unsigned char)**at); n++, (*at)++)
        number = (number < 0 ? 0 : number * 10) + (**at - '0');
    return number;
}

// "10:00", "10:00:00", "9:30". 24:00 is the end of a day.
static int clock_minutes(const char *text) {
    if (text == NULL)
        return -1;
    int hour = take_digits(&text), minute = -1, second = 0;
    if (hour >= 0 && *text == ':') {
        text++;
        minute = take_digits(&text);
    }
    if (minute >= 0 && *text == ':') {
        text++;
        second = take_digits(&text);
    }
    if (*text != '\0' || minute < 0 || minute > 59 || second < 0 || second > 59)
        return -1;
    int minutes = hour * 60 + minute;
    return minutes <= 24 * 60 ? minutes : -1;
}

int zp__dikidi_clock(const struct zp_json *value) {
    return clock_minutes(zp_json_string(value));
}

bool zp__dikidi_instant(struct zp__dikidi_reader *reader, const struct zp_json *value,
                        const struct zp_date *day, int64_t *instant) {
    const char *text = zp_json_string(value);
    if (text == NULL || text[0] == '\0')
        return false;
    enum zp_instant_kind kind = zp_instant_parse(text, reader->zone, instant);
    int minutes = kind == ZP_INSTANT_NONE && day != NULL ? clock_minutes(text) : -1;
    if (minutes >= 0) {
        *instant = zp_zone_day_minute(reader->zone, *day, minutes);
        kind = ZP_INSTANT_NAIVE;
    }
    if (kind == ZP_INSTANT_NONE || *instant < FIRST_INSTANT || *instant >= LAST_INSTANT) {
        absurd(reader, N_("a time that cannot be"));
        return false;
    }
    if (kind == ZP_INSTANT_NAIVE) {
        reader->naive++;
        reader->odds->of[ZP_DIKIDI_ODD_NAIVE_TIMES]++;
    }
    return true;
}

bool zp__dikidi_date(const struct zp_json *value, struct zp_date *date) {
    const char *text = zp_json_string(value);
    return text != NULL && zp_date_parse(text, date);
}

bool zp__dikidi_flag(const struct zp_json *value, bool fallback) {
    bool flag = false;
    int64_t number = 0;
    if (zp_json_bool(value, &flag))
        return flag;
    if (zp_json_int(value, &number))
        return number != 0;
    const char *text = zp_json_string(value);
    if (text != NULL && strcmp(text, "true") == 0)
        return true;
    if (text != NULL && strcmp(text, "false") == 0)
        return false;
    return fallback;
}
