// Names in CSV: a cell reads back as what was put in, and no program takes any of it for a formula.
#include "cli_export.h"
#include "fuzz.h"

#include <string.h>
#include <zapis/text.h>

// RFC 4180: the text of one cell; NULL: it does not end where it should.
static char *unquoted(TALLOC_CTX *ctx, const char *cell) {
    char *out = talloc_strdup(ctx, "");

    if (cell[0] != '"')
        return strpbrk(cell, ";\"\r\n") == NULL ? talloc_strdup(ctx, cell) : NULL;
    for (cell++; *cell != '\0'; cell++) {
        if (*cell == '"' && *++cell != '"')
            return *cell == '\0' ? out : NULL;
        out = talloc_strndup_append_buffer(out, cell, 1);
    }
    return NULL;
}

static bool starts_formula(const char *text) {
    while (*text == ' ')
        text++;
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    char *name = zp_text_clean(ctx, (const char *)data, size, 4096); // as every name is
    char *text = unquoted(ctx, cli_csv_cell(ctx, name));

    FUZZ_CHECK(text != NULL && !starts_formula(text));
    // Without the apostrophes that were put before beginnings of formulas it is the same text.
    const char *from = text, *wanted = name;
    while (*wanted != '\0') {
        if (*from == '\'' && *wanted != '\'')
            from++;
        FUZZ_CHECK(*from++ == *wanted++);
    }
    FUZZ_CHECK(*from == '\0');
    talloc_free(ctx);
    return 0;
}
