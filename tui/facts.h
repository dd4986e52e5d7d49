// A booking's facts as labelled lines: the card and the cancel show the same ones.
#ifndef TUI_FACTS_H
#define TUI_FACTS_H

#include "grid.h"
#include <zapis/booking.h>
#include <zapis/config.h>
#include <zapis/desk.h>

// Draws from `row` on, at most down to the window's last row; returns the row after the last one
// drawn.
int facts_draw(const struct grid *grid, int row, const struct zp_config *config,
               const struct zp_booking *booking);

// "Мария · Маникюр · Анна П. · Mon 23 November 2026 11:15", cleaned, owned by ctx.
char *facts_line(TALLOC_CTX *ctx, const struct zp_config *config, const struct zp_booking *booking);

// "11:15 Мария · Mon 23 Nov", owned by ctx: what matters most first, since the line may be cut.
char *facts_whose(TALLOC_CTX *ctx, const struct zp_config *config,
                  const struct zp_booking *booking);

// "11:15 Мария · Маникюр · Анна П.", owned by ctx: where the day is known.
char *facts_visit(TALLOC_CTX *ctx, const struct zp_config *config,
                  const struct zp_booking *booking);

// What the CRM says of the entry only_crm[at]: "11:15 " and its title, owned by ctx. NULL: nothing
// is known.
char *facts_crm_entry(TALLOC_CTX *ctx, const struct zp_config *config, const struct zp_truth *truth,
                      size_t at);

// A screen's top line: title at the left, the salon and PRACTICE at the right.
void facts_header(const struct grid *grid, const struct zp_config *config, const char *title);

// Draws text in at most `rows` lines of `columns`, broken at blanks; returns the rows taken.
int facts_wrap(const struct grid *grid, int row, int col, int rows, int columns, const char *text,
               enum style style);
// How many lines that would take; *rest (may be NULL): the text from line `skip` on, where there is
// one.
int facts_lines(const char *text, int columns, int skip, const char **rest);

#endif
