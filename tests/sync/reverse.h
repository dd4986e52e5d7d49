// What the tests of the CRM's direction share: entries as Bitrix24 tells them, rows that have one.
#ifndef TESTS_SYNC_REVERSE_H
#define TESTS_SYNC_REVERSE_H

#include "machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ENTRY   "71"
#define SUBJECT ZP_SUBJECT_DEAL ENTRY
#define HOLD    5
#define LIMIT   3

struct zp__crm_entry entry_of(char semantic, const char *stage, const char *number);
void answer_of(struct machine *m, struct zp__crm_entry entry);
void answer_missing(struct machine *m);
// The row is logged as deal ENTRY in that stage.
void log_it(struct zp_booking *booking, const char *stage);
void set_up_reverse(struct machine *m);
// The word of the change's line of history; "" without one.
const char *what(const struct machine *m);

int set_up(void **state);
int tear_down(void **state);
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
