// JSON: what is read strictly is read the same from what it prints; what is mended, too.
#include "base/json.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_error err = {0};
    bool mended = false;
    const struct zp_json *strict = zp_json_parse(ctx, (const char *)data, size, &err);
    const struct zp_json *loose = zp_json_parse_mended(ctx, (const char *)data, size, &mended);

    FUZZ_CHECK(strict != NULL || err.message[0] != '\0');
    if (strict != NULL) {
        FUZZ_CHECK(loose != NULL && !mended);
        const char *text = zp_json_print(ctx, strict);
        const struct zp_json *again = zp_json_parse(ctx, text, strlen(text), &err);
        FUZZ_CHECK(again != NULL && strcmp(zp_json_print(ctx, again), text) == 0);
    }
    talloc_free(ctx);
    return 0;
}
