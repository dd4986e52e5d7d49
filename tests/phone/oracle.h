/* libphonenumber behind a C face. */
#ifndef TEST_PHONE_ORACLE_H
#define TEST_PHONE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ORACLE_TEXT = 48 };

/* What the oracle reads in `text`, typed at home in `country`; false where it is no valid number.
 */
bool oracle_read(const char *text, const char *country, char e164[ORACLE_TEXT]);
/* The digits of an example of a kind (0 … ORACLE_KINDS - 1) without the country's code; false where
   the country has no such numbers. */
enum { ORACLE_KINDS = 11 };
bool oracle_example(const char *country, int kind, char national[ORACLE_TEXT]);
/* A valid number as the oracle writes it at home, and with the country's code and blanks. */
bool oracle_write(const char *e164, char at_home[ORACLE_TEXT], char abroad[ORACLE_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
