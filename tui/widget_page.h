// The salon's booking page at Dikidi: its address, and the code that shows it inside the salon's
// own site. The company's number is all it takes.
#ifndef TUI_WIDGET_PAGE_H
#define TUI_WIDGET_PAGE_H

#include <zapis/config.h>
#include <zapis/memory.h>

char *widget_page_address(TALLOC_CTX *ctx, const struct zp_config *config); // https://…
char *widget_page_iframe(TALLOC_CTX *ctx, const char *address);             // HTML, one line

#endif
