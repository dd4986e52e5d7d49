// A manager's figures in words, for the console and the command line, and the periods they are of.
#ifndef TUI_NUMBERS_H
#define TUI_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <zapis/config.h>
#include <zapis/memory.h>
#include <zapis/numbers.h>

enum numbers_period { NUMBERS_DAY, NUMBERS_WEEK, NUMBERS_MONTH };
#define NUMBERS_PERIODS (NUMBERS_MONTH + 1)
const char *numbers_period_label(enum numbers_period period); // "Day", translated
// The first day of the period in which `date` lies, and its days: Monday to Sunday, 1st to last.
struct zp_date numbers_first(enum numbers_period period, struct zp_date date);
int numbers_days(enum numbers_period period, struct zp_date first);
// "Mon 23 November 2026", "Mon 23 Nov - Sun 29 Nov 2026".
char *numbers_title(TALLOC_CTX *ctx, struct zp_date first, int days);

// A line of figures; what it says in words is all there is to it.
struct numbers_fact {
    const char *label;
    char *text;
    bool doubtful; // something of it is not known
};
// In the order in which they are shown; owned by ctx.
struct numbers_fact *numbers_facts(TALLOC_CTX *ctx, const struct zp_config *config,
                                   const struct zp_numbers *numbers, size_t *count);

// Who comes for the first time can only be told where the journal reaches further back.
bool numbers_knows_new(const struct zp_config *config, const struct zp_numbers *numbers);

const char *numbers_master(const struct zp_numbers_load *load); // a name, else the number, else "?"
char *numbers_hours(TALLOC_CTX *ctx, int minutes);              // "7 h 30"
// "70 %"; "not known" where no shift is known, "no shift" where there was none.
char *numbers_load(TALLOC_CTX *ctx, const struct zp_numbers *numbers,
                   const struct zp_numbers_load *load);
char *numbers_shift(TALLOC_CTX *ctx, const struct zp_numbers *numbers,
                    const struct zp_numbers_load *load); // "8 h 00", "not known", "none"

#endif
