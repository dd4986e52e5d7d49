#include "widget_page.h"
#include "memory.h"

char *widget_page_address(TALLOC_CTX *ctx, const struct zp_config *config) {
    return memory_printf(ctx, "https://dikidi.net/widget/%s", config->salon.company);
}

char *widget_page_iframe(TALLOC_CTX *ctx, const char *address) {
    return memory_printf(ctx, "<iframe src=\"%s\" width=\"100%%\" height=\"700\"></iframe>",
                         address);
}
