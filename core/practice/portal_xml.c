// An answer as XML, for a method called with the suffix .xml.
#include "practice/portal_internal.h"

#include <ctype.h>
#include <inttypes.h>

static void put_text(char **out, const char *text) {
    for (; *text != '\0'; text++) {
        const char *entity = *text == '&'    ? "&amp;"
                             : *text == '<'  ? "&lt;"
                             : *text == '>'  ? "&gt;"
                             : *text == '"'  ? "&quot;"
                             : *text == '\'' ? "&#039;"
                                             : NULL;
        // Control characters have no place in XML 1.0.
        if (entity == NULL && (unsigned char)*text < ' ' && strchr("\t\n\r", *text) == NULL)
            continue;
        *out = zp__portal_need(entity != NULL ? talloc_strdup_append_buffer(*out, entity)
                                              : talloc_strndup_append_buffer(*out, text, 1));
    }
}

// A key that cannot be an element's name, as a number, is an <item>.
static const char *element(const char *key) {
    if (key == NULL || !(isalpha((unsigned char)key[0]) || key[0] == '_'))
        return "item";
    for (const char *at = key; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && strchr("_-.", *at) == NULL)
            return "item";
    }
    return key;
}

static void put(char **out, const struct zp__php *value) {
    if (value->type != ZP_PHP_ARRAY) {
        TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
        put_text(out, zp__php_text(scratch, value));
        talloc_free(scratch);
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        const char *name = element(value->items[i]->key);
        *out = zp__portal_need(talloc_asprintf_append_buffer(*out, "<%s>", name));
        put(out, value->items[i]);
        *out = zp__portal_need(talloc_asprintf_append_buffer(*out, "</%s>", name));
    }
}

char *zp__portal_xml(TALLOC_CTX *ctx, const struct zp__php *envelope) {
    char *out = zp__portal_need(
        talloc_strdup(ctx, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>"));
    put(&out, envelope);
    return zp__portal_need(talloc_strdup_append_buffer(out, "</response>\n"));
}
