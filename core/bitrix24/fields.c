#include "bitrix24/fields.h"

#include "base/memory.h"

#include <ctype.h>
#include <zapis/limits.h>
#include <zapis/money.h>
#include <zapis/text.h>

const struct zp_json *zp__crm_field(const struct zp_json *object, const char *const *names) {
    if (zp_json_type(object) != ZP_JSON_OBJECT)
        return NULL;
    for (; *names != NULL; names++) {
        const struct zp_json *value = zp_json_get(object, *names);
        if (value != NULL)
            return value;
    }
    return NULL;
}

int64_t zp__crm_number(const struct zp_json *value) {
    int64_t number = 0;
    return zp_json_int(value, &number) ? number : 0;
}

char *zp__crm_id(TALLOC_CTX *ctx, const struct zp_json *value) {
    int64_t number = zp__crm_number(value);
    return number > 0 ? zp__memory_printf(ctx, "%lld", (long long)number) : NULL;
}

char *zp__crm_raw(TALLOC_CTX *ctx, const struct zp_json *value) {
    enum zp_json_type type = zp_json_type(value);
    if (type != ZP_JSON_STRING && type != ZP_JSON_NUMBER)
        return zp__memory_strdup(ctx, "");
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *text = zp_json_text(scratch, value);
    char *raw = zp_text_clean(ctx, text != NULL ? text : "", SIZE_MAX, ZP_LIMIT_NAME_BYTES);
    // Cleaned it could be taken for one of ours: the mark in front keeps it another one.
    if (text != NULL && strcmp(raw, text) != 0) {
        char *strange = zp__memory_printf(ctx, "\uFFFD%s", raw);
        talloc_free(raw);
        raw = strange;
    }
    talloc_free(scratch);
    return raw;
}

bool zp__crm_yes(const struct zp_json *value) {
    bool flag = false;
    const char *text = zp_json_string(value);
    if (zp_json_bool(value, &flag))
        return flag;
    return zp__crm_number(value) == 1 || (text != NULL && strcmp(text, "Y") == 0);
}

int64_t zp__crm_money(const struct zp_json *value, const char *currency) {
    enum zp_json_type type = zp_json_type(value);
    if (type != ZP_JSON_STRING && type != ZP_JSON_NUMBER)
        return 0;
    TALLOC_CTX *scratch = talloc_new(NULL);
    const char *text = zp_json_text(scratch, value);
    int64_t minor = 0;
    if (text == NULL || !zp_money_parse(text, currency, &minor))
        minor = 0;
    talloc_free(scratch);
    return minor;
}

int64_t zp__crm_instant(const struct zp_json *value, const struct zp_zone *zone) {
    const char *text = zp_json_string(value);
    int64_t instant = 0;
    if (text == NULL || zp_instant_parse(text, zone, &instant) == ZP_INSTANT_NONE)
        return 0;
    return instant;
}

// "02" -> 2; -1 unless two digits stand there.
static int two_digits(const char *text) {
    if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]))
        return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

bool zp__crm_offset(const char *text, int *offset_s) {
    size_t size = text != NULL ? strlen(text) : 0;
    if (size < 20)
        return false;
    const char *tail = text + size - 6;
    int hours = two_digits(tail + 1), minutes = two_digits(tail + 4);
    if ((tail[0] != '+' && tail[0] != '-') || tail[3] != ':' || hours < 0 || minutes < 0)
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (tail[0] == '-' ? -1 : 1);
    return true;
}

static const struct entity {
    const char *name, *text;
} entities[] = {{"&quot;", "\""}, {"&#039;", "'"}, {"&#39;", "'"}, {"&lt;", "<"},
                {"&gt;", ">"},    {"&nbsp;", " "}, {"&amp;", "&"}};

static const struct entity *entity_at(const char *text) {
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strncmp(text, entities[i].name, strlen(entities[i].name)) == 0)
            return &entities[i];
    return NULL;
}

char *zp__crm_plain(TALLOC_CTX *ctx, const struct zp_json *value, size_t max_bytes) {
    const char *text = zp_json_string(value);
    if (text == NULL)
        return zp__memory_strdup(ctx, "");
    char *plain = zp__memory_bytes(ctx, strlen(text) + 1);
    size_t size = 0;
    while (*text != '\0') {
        const struct entity *entity = *text == '&' ? entity_at(text) : NULL;
        const char *end = NULL;
        if (*text == '<' && (isalpha((unsigned char)text[1]) || text[1] == '/' || text[1] == '!'))
            end = strchr(text, '>');
        if (end != NULL) {
            plain[size++] = ' ';
            text = end + 1;
        } else if (entity != NULL) {
            plain[size++] = entity->text[0];
            text += strlen(entity->name);
        } else {
            plain[size++] = *text++;
        }
    }
    while (size > 0 && isspace((unsigned char)plain[size - 1]))
        size--;
    char *clean = zp_text_clean(ctx, plain, size, max_bytes);
    talloc_free(plain);
    return clean;
}
