// Form bodies: Bitrix24's events and the calls of its automation rules.
#include "bitrix24/event.h"
#include "fuzz.h"

#include <string.h>

static void check(const struct zp__crm_event *event) {
    FUZZ_CHECK(event->token != NULL);
    if (!event->readable)
        return;
    FUZZ_CHECK(event->event != NULL && fuzz_is_clean(event->event));
    FUZZ_CHECK(event->id == NULL || (event->about_entry && event->id[0] != '\0'));
    if (event->id != NULL)
        FUZZ_CHECK(event->id[strspn(event->id, "0123456789")] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp__crm_event event = {0};

    zp__crm_event_read(ctx, (const char *)data, size, &event);
    check(&event);
    memset(&event, 0, sizeof event);
    zp__crm_robot_read(ctx, (const char *)data, size, &event);
    check(&event);
    FUZZ_CHECK(event.token[0] == '\0');
    talloc_free(ctx);
    return 0;
}
