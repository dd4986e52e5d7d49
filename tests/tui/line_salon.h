// A salon for the one-line booking: two Annas, services that look alike, names of two kinds.
#ifndef TESTS_TUI_LINE_SALON_H
#define TESTS_TUI_LINE_SALON_H

#include "line.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <zapis/memory.h>

#include <cmocka.h>

#define NOW          INT64_C(1795433520) // Mon 2026-11-23 14:32 in Moscow
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct line_salon {
    TALLOC_CTX *ctx;
    struct zp_zone *zone;
    struct zp_catalogue *catalogue;
    struct line_names *names;
};
extern struct line_salon salon;

int line_salon_open(void **state); // cmocka's set-up of a group
int line_salon_close(void **state);
struct line_context line_salon_here(void);
// "107+109 @71 2026-11-25 15:30 +79161234567 n:Мария c:… ?(A|B) -time": all of a draft.
char *line_salon_told(TALLOC_CTX *ctx, const struct line_draft *draft);

#endif
